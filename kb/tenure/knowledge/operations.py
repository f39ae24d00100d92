"""What a question can ask of an operator over columns, as its header declares it.

==============  ==================================================================================
``situations``  what was going on at a moment, with who and what
``changes``     what was otherwise at the second of two moments than at the first
``counts``      how many subjects each object has by each class, by how sure they are
==============  ==================================================================================

The header gives an operator variables of the query, as ``subject=?person``:

=====================  ===========================================================================
``kind``               a class of situations, ``tn:Tenure``, or a variable with the name of one, or
                       of one above it
``subject, object``    who and what; those of a class by its roles, which then both must be stated
``either``             what has to be one of both
``of``                 an organization, of which the object is an office
``property``           what the class of the situation flattens to
=====================  ===========================================================================

Other columns (:data:`NAMED`) have their names from the operator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenure.temporal import Certainty

if TYPE_CHECKING:
    from tenure.fusion import Moment

GIVEN: Final[Mapping[str, tuple[str, ...]]] = {
    "situations": ("kind", "subject", "object", "either", "of"),
    "changes": ("subject", "object", "property"),
    "counts": ("kind", "object"),
}
"""What each operator can be given."""
NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "situations": (
        *("situation", "certainty", "contested", "basis", "kind"),
        *("start", "end", "lastWord", "lastWordSource"),
    ),
    "changes": ("situation", "change", "contested", "basis"),
    "counts": ("kind", "least", "presumed", "most"),
}
"""The columns that each has by name."""
MOMENTS: Final[Mapping[str, int]] = {"situations": 1, "changes": 2, "counts": 1}
"""About how many moments each is."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What a question asks of an operator.

    ``given`` are the variables by what they are as the module has it, ``bound`` the values of those
    that have one: IRIs and texts. ``columns`` are those of the answer, ``order`` by which of them
    its rows stand in order.
    """

    operator: str
    given: Mapping[str, str]
    bound: Mapping[str, str]
    moments: Sequence[Moment]
    degree: Certainty
    columns: Sequence[str]
    order: Sequence[str]

    @property
    def thing(self) -> str | None:
        """What has to be subject or object, where that is asked for."""
        values = (self.bound.get(self.given.get(r, "")) for r in ("object", "subject", "either"))
        return next((value for value in values if value is not None), None)
