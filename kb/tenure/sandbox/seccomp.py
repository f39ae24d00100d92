"""A filter of system calls: no network, no new process, no file written unless that is needed.

The filter is classic BPF as the kernel takes it (Linux, Documentation/userspace-api/
seccomp_filter.rst; seccomp(2); the offsets are those of ``struct seccomp_data`` in
include/uapi/linux/seccomp.h). A denied call fails with EPERM, so that the engine can tell of it;
a call of another architecture's ABI ends the process. The filter binds every thread of the
process (SECCOMP_FILTER_FLAG_TSYNC), for Oxigraph's store has threads of its own.

To deny another call, name it in :data:`_DENIED` with its number on each machine.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass
from typing import Final

_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_SET_MODE_FILTER: Final = 1
_TSYNC: Final = 1

_LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST: Final = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT: Final = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN: Final = 0x06  # BPF_RET | BPF_K

_ALLOW: Final = 0x7FFF0000
_FAIL: Final = 0x00050000
_KILL: Final = 0x80000000

_NUMBER_AT: Final = 0
_MACHINE_AT: Final = 4
_ARGUMENTS_AT: Final = 16  # 64 bits each; the low half comes first on both machines

_CLONE_THREAD: Final = 0x00010000
# O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, the same on both machines
_WRITING: Final = 0o1 | 0o2 | 0o100 | 0o1000


@dataclass(frozen=True, slots=True)
class _Machine:
    """What differs between processors: the audit number, and the numbers of the calls."""

    audit: int
    seccomp: int
    column: int
    highest: int | None


_MACHINES: Final = {
    # x32 shares the audit number with x86-64 and sets bit 30 of the call's number.
    "x86_64": _Machine(0xC000003E, 317, 0, 0x40000000),
    "aarch64": _Machine(0xC00000B7, 277, 1, None),
}

# Numbers: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h.
_DENIED: Final[dict[str, tuple[int | None, int | None]]] = {
    # the network
    "socket": (41, 198),
    "connect": (42, 203),
    "accept": (43, 202),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "bind": (49, 200),
    "listen": (50, 201),
    "socketpair": (53, 199),
    "accept4": (288, 242),
    "sendmmsg": (307, 269),
    # rings of calls that no filter sees
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # other programs and processes
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "kill": (62, 129),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    # the kernel
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "mount": (165, 40),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "setns": (308, 268),
    "chroot": (161, 51),
    "pivot_root": (155, 41),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
}
# What changes files by name.
_FILES: Final[dict[str, tuple[int | None, int | None]]] = {
    "creat": (85, None),
    "truncate": (76, 45),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "fchownat": (260, 54),
}
# Calls whose arguments lie in memory, where no filter can look: reported as missing, so that the C
# library falls back to the older ones.
_ABSENT: Final[dict[str, tuple[int, int]]] = {"clone3": (435, 435), "openat2": (437, 437)}
# Name, numbers, place of the flags among the arguments.
_OPENING: Final = (((2, None), 1), ((257, 56), 2))
_CLONE: Final = (56, 220)


class Unavailable(Exception):
    """This system has no such filter, or does not let it be set; says why."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def filter_system_calls(*, files: bool, whole_process: bool = True) -> None:
    """Sets the filter, for this process and whatever threads it has, for good.

    ``files``: whether files may still be changed. ``whole_process``: whether it binds all threads,
    or this one alone with those that it starts. Raises :class:`Unavailable`.
    """
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        raise Unavailable(f"there is no filter for {sys.platform} on {platform.machine()}")
    code = program(machine, files=files)
    held = ctypes.create_string_buffer(code, len(code))
    given = _Program(len(code) // 8, ctypes.cast(held, ctypes.c_void_p))
    library = ctypes.CDLL(None, use_errno=True)
    give_up_privileges(library)
    done = library.syscall(
        ctypes.c_long(machine.seccomp),
        ctypes.c_long(_SECCOMP_SET_MODE_FILTER),
        ctypes.c_long(_TSYNC if whole_process else 0),
        ctypes.byref(given),
    )
    if done:
        why = os.strerror(ctypes.get_errno()) if done < 0 else f"thread {done} cannot take it"
        raise Unavailable(f"seccomp: {why}")


def give_up_privileges(library: ctypes.CDLL) -> None:
    """No program run from here on has more rights; without that, filters are the superuser's.

    See prctl(2), PR_SET_NO_NEW_PRIVS. Raises :class:`Unavailable`.
    """
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise Unavailable(f"prctl: {os.strerror(ctypes.get_errno())}")


def program(machine: _Machine, *, files: bool) -> bytes:
    """The filter as an array of ``struct sock_filter``."""
    lines = [
        _line(_LOAD, _MACHINE_AT),
        _line(_EQUAL, machine.audit, 1, 0),
        _line(_RETURN, _KILL),
        _line(_LOAD, _NUMBER_AT),
    ]
    if machine.highest is not None:
        lines += [_line(_AT_LEAST, machine.highest, 0, 1), _line(_RETURN, _KILL)]
    for numbers in (*_DENIED.values(), *(() if files else _FILES.values())):
        lines += _if_called(numbers[machine.column], [_line(_RETURN, _FAIL | errno.EPERM)])
    for absent in _ABSENT.values():
        lines += _if_called(absent[machine.column], [_line(_RETURN, _FAIL | errno.ENOSYS)])
    for numbers, place in () if files else _OPENING:
        writing = [
            _line(_LOAD, _ARGUMENTS_AT + 8 * place),
            _line(_ANY_BIT, _WRITING, 0, 1),
            _line(_RETURN, _FAIL | errno.EPERM),
            _line(_RETURN, _ALLOW),
        ]
        lines += _if_called(numbers[machine.column], writing)
    thread = [
        _line(_LOAD, _ARGUMENTS_AT),
        _line(_ANY_BIT, _CLONE_THREAD, 1, 0),
        _line(_RETURN, _FAIL | errno.EPERM),
        _line(_RETURN, _ALLOW),
    ]
    lines += _if_called(_CLONE[machine.column], thread)
    lines.append(_line(_RETURN, _ALLOW))
    return b"".join(lines)


def _line(code: int, value: int, on_true: int = 0, on_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, on_true, on_false, value)


def _if_called(number: int | None, lines: list[bytes]) -> list[bytes]:
    return [] if number is None else [_line(_EQUAL, number, 0, len(lines)), *lines]
