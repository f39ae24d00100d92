"""All that is wrong with what somebody wrote, told at once, so that it is put right at once."""

from __future__ import annotations

from dataclasses import dataclass

from tenure.errors import BadInput, TenureError, Where


class Faults:
    """Faults as they are found; the work goes on as far as it makes sense."""

    def __init__(self) -> None:
        self.found: list[TenureError] = []

    def __len__(self) -> int:
        return len(self.found)

    def noted(self, where: Where | None = None) -> _Noted:
        """Notes what is raised within, at ``where`` unless it says another place."""
        return _Noted(self, where)

    def refuse(self) -> None:
        """Raises what was found: the one fault itself, or all of them as one.

        Raises:
            BadInput: there is more than one.
        """
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            listed = "".join(f"\n  {one}" for one in sorted(self.found, key=_place))
            raise BadInput(f"Nothing was written; there are {len(self.found)} faults:{listed}")


@dataclass(frozen=True, slots=True)
class _Noted:
    faults: Faults
    where: Where | None

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, TenureError):
            return False
        error.where = error.where or self.where
        # One mistake can be met twice on the way.
        if not any(_same(error, other) for other in self.faults.found):
            self.faults.found.append(error)
        return True


def _same(one: TenureError, other: TenureError) -> bool:
    places = {None if one.where is None else one.where.line for one in (one, other)}
    return (one.what, one.remedy) == (other.what, other.remedy) and len(places - {None}) < 2


def _place(error: TenureError) -> tuple[str, int, int]:
    where = error.where
    return ("", 0, 0) if where is None else (where.name, where.line or 0, where.column or 0)
