"""Rows of an answer that were worked out beside the engine, written as it writes its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import IO, TYPE_CHECKING, Any, Final

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    Variable,
    parse_query_results,
)

from tenure.namespaces import XSD_STRING

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEW: Final = 4_096
IRI: Final = ""
"""In place of a datatype: the texts of a column are IRIs."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: of each row the place of its value among ``texts``, or -1 where it has none.

    The texts are IRIs, or literals of one ``datatype`` (its IRI, or :data:`IRI`).
    """

    name: str
    codes: NDArray[Any]
    texts: Sequence[str]
    datatype: str

    @property
    def terms(self) -> list[NamedNode | Literal]:
        """The values, each once."""
        if self.datatype == IRI:
            return [NamedNode(text) for text in self.texts]
        return [Literal(text, datatype=NamedNode(self.datatype)) for text in self.texts]

    def as_json(self) -> list[str]:
        """The values, each once, as they stand in a row of SPARQL's JSON."""
        kind = "uri" if self.datatype == IRI else "literal"
        head = f'"{self.name}":{{"type":"{kind}","value":'
        typed = self.datatype not in (IRI, XSD_STRING.value)
        end = f',"datatype":{json.dumps(self.datatype)}}}' if typed else "}"
        # IRIs have no character that JSON would escape.
        quoted = (
            (f'"{text}"' for text in self.texts)
            if self.datatype == IRI
            else (json.dumps(text, ensure_ascii=False) for text in self.texts)
        )
        return [head + text + end for text in quoted]

    def of_rows(self, values: list[str]) -> list[str]:
        """Of each row what stands for its value; nothing where it has none."""
        put = [*values, ""].__getitem__
        return [put(code) for code in self.codes.tolist()]


def _joined(texts: Iterable[str]) -> str:
    return ",".join(filter(None, texts))


class Table:
    """Rows that can be gone through and written as often as one likes.

    It has of the engine's own rows what :class:`~tenure.store.answers.Solutions` asks of them.
    """

    def __init__(self, columns: Sequence[TableColumn]) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns[0].codes)

    @property
    def variables(self) -> list[Variable]:
        """The columns."""
        return [Variable(one.name) for one in self._columns]

    def __iter__(self) -> Iterator[tuple[NamedNode | Literal | None, ...]]:
        each = []
        for one in self._columns:
            put = [*one.terms, None].__getitem__
            each.append([put(code) for code in one.codes.tolist()])
        return zip(*each, strict=True)

    def serialize(
        self,
        output: IO[bytes] | None = None,
        *,
        format: QueryResultsFormat,  # noqa: A002 - as the engine calls it
    ) -> bytes | None:
        """All rows, to ``output`` or else as bytes."""
        if format != QueryResultsFormat.JSON:
            rows = parse_query_results(self._lines(), format=QueryResultsFormat.TSV)
            return rows.serialize(output, format=format)
        text = self._json().encode()
        if output is None:
            return text
        output.write(text)
        return None

    def _json(self) -> str:
        names = ",".join(f'"{one.name}"' for one in self._columns)
        pieces = list(self._pieces())
        taken = (map(texts.__getitem__, codes.tolist()) for codes, texts in pieces)
        each = zip(*taken, strict=True)
        if any((one.codes < 0).any() for one in self._columns):
            rows = "},{".join([_joined(row) for row in each])
        else:
            rows = "},{".join(map(",".join, each))
        bindings = f"{{{rows}}}" if len(self) else ""
        return f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":[{bindings}]}}}}'

    def _pieces(self) -> Iterator[tuple[NDArray[Any], list[str]]]:
        """Codes and texts of the columns, where columns with few values between them are one."""
        codes, texts = self._columns[0].codes, [*self._columns[0].as_json(), ""]
        for column in self._columns[1:]:
            more = [*column.as_json(), ""]
            if len(texts) * len(more) > min(_FEW, len(self)):
                yield codes, texts
                codes, texts = column.codes, more
                continue
            # What has no value has the code -1, which is the last text.
            both = codes % len(texts) * len(more) + column.codes % len(more)
            texts = [_joined(pair) for pair in product(texts, more)]
            codes = both
        yield codes, texts

    def _lines(self) -> bytes:
        columns = (one.of_rows([str(term) for term in one.terms]) for one in self._columns)
        rows = map("\t".join, zip(*columns, strict=True))
        head = "\t".join(f"?{one.name}" for one in self._columns)
        return "".join(f"{row}\n" for row in (head, *rows)).encode()
