"""Files are written in one folder only, and no program is run.

Linux has this since 5.13 (Documentation/userspace-api/landlock.rst; the numbers are those of
include/uapi/linux/landlock.h, and the calls have the same numbers on every machine). It binds the
thread that asks for it and those that it starts, so it comes before the store is opened.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from pathlib import Path
from typing import Final

from tenure.sandbox.seccomp import Unavailable, give_up_privileges

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_TELL_VERSION: Final = 1
_PATH_BENEATH: Final = 1

_EXECUTE: Final = 1 << 0
# Write to a file, remove and make entries of every kind.
_CHANGE: Final = 1 << 1 | 0b1_1111_1111 << 4
# Since the second and the third version: link between folders, truncate.
_LATER: Final = ((2, 1 << 13), (3, 1 << 14))


def confine_to(folder: Path) -> None:
    """Lets this thread, and those it starts, write below ``folder`` only, for good.

    Raises :class:`~tenure.sandbox.seccomp.Unavailable`.
    """
    if sys.platform != "linux":
        raise Unavailable(f"there is no Landlock on {sys.platform}")
    library = ctypes.CDLL(None, use_errno=True)
    version = _call(library, _CREATE_RULESET, None, 0, _TELL_VERSION)
    change = _CHANGE
    for since, right in _LATER:
        change |= right if version >= since else 0
    handled = ctypes.create_string_buffer(struct.pack("=Q", change | _EXECUTE), 8)
    rules = _call(library, _CREATE_RULESET, handled, 8, 0)
    place = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        allowed = ctypes.create_string_buffer(struct.pack("=Qi", change, place), 12)
        _call(library, _ADD_RULE, rules, _PATH_BENEATH, allowed, 0)
        give_up_privileges(library)
        _call(library, _RESTRICT_SELF, rules, 0)
    finally:
        os.close(place)
        os.close(rules)


def _call(
    library: ctypes.CDLL, number: int, *given: int | ctypes.Array[ctypes.c_char] | None
) -> int:
    arguments = [ctypes.c_long(one) if isinstance(one, int) else one for one in given]
    found: int = library.syscall(ctypes.c_long(number), *arguments)
    if found < 0:
        raise Unavailable(f"Landlock: {os.strerror(ctypes.get_errno())}")
    return found
