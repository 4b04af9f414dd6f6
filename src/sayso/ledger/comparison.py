"""What two readers, that is two versions of the reader, make of the same documents.

Two of their statements are one if their contents share at least half of the union of both, as in ``inheritance``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Self

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from sayso.errors import NotInLedger
from sayso.ledger.inheritance import inherited
from sayso.ledger.rows import record_of
from sayso.ledger.schema import Readings, Statements
from sayso.models import Record, Statement

Aspect = Literal["speaker", "speaker_type", "kind", "content", "source", "cue", "polarity", "denial", "act"]
ASPECTS: tuple[Aspect, ...] = ("speaker", "speaker_type", "kind", "content", "source", "cue", "polarity", "denial", "act")

_MAY_BE_UNJUDGED = {"polarity", "denial", "act"}


@dataclass(frozen=True, slots=True)
class ReaderCount:
    """How much a reader has read.

    Attributes:
        reader: its version.
        readings: a document counts once for each date that it was read with.
        statements: of all of these, those in the outlet's own voice included.
        first: when the first of its readings came into the ledger, ISO 8601 in UTC.
    """

    reader: str
    documents: int
    readings: int
    statements: int
    first: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement that both readers find, and in what they differ on it; what one of them didn't judge is no difference."""

    a: Statement
    b: Statement
    differs: tuple[Aspect, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two readers make of one document.

    Attributes:
        document: its id.
        only_a, only_b: statements that only one of them finds, in the order of the text.
        pairs: those that both find.
    """

    document: str
    title: str | None
    url: str | None
    only_a: tuple[Statement, ...]
    only_b: tuple[Statement, ...]
    pairs: tuple[Pair, ...]

    @classmethod
    def of(cls, a: Record, b: Record) -> Self:
        """Compare two records of one document."""
        found = inherited([(one.id, one.content) for one in b.statements], [(one.id, one.content) for one in a.statements])
        of_a = {one.id: one for one in a.statements}
        both = set(found.values())
        return cls(
            document=a.document.id,
            title=a.document.title or b.document.title,
            url=a.document.url or b.document.url,
            only_a=_ordered([one for one in a.statements if one.id not in both]),
            only_b=_ordered([one for j, one in enumerate(b.statements) if j not in found]),
            pairs=tuple(
                sorted((_pair(of_a[id], b.statements[j]) for j, id in found.items()), key=lambda pair: (pair.a.content, pair.b.content))
            ),
        )

    @property
    def alike(self) -> bool:
        """Whether both readers say the same."""
        return not self.only_a and not self.only_b and not any(pair.differs for pair in self.pairs)


@dataclass(slots=True)
class Agreement:
    """How far two readers agree, over all documents that were compared.

    Attributes:
        documents: how many were compared.
        alike: on how many they say the same.
        only_a, only_b, both: how many statements one or both of them find.
        differing: on how many of those that both find they differ, for each aspect.
    """

    documents: int = 0
    alike: int = 0
    only_a: int = 0
    only_b: int = 0
    both: int = 0
    differing: dict[Aspect, int] = field(default_factory=lambda: dict.fromkeys(ASPECTS, 0))

    def add(self, comparison: Comparison) -> None:
        """Count a document."""
        self.documents += 1
        self.alike += comparison.alike
        self.only_a += len(comparison.only_a)
        self.only_b += len(comparison.only_b)
        self.both += len(comparison.pairs)
        for pair in comparison.pairs:
            for aspect in pair.differs:
                self.differing[aspect] += 1

    @property
    def found(self) -> float | None:
        """Share of the statements of both that both find: the F1 of one by the other; None where there are none."""
        of_both = 2 * self.both + self.only_a + self.only_b
        return round(2 * self.both / of_both, 4) if of_both else None

    def on(self, aspect: Aspect) -> float | None:
        """Share of the statements that both find on which they agree in an aspect; None where there are none."""
        return round(1 - self.differing[aspect] / self.both, 4) if self.both else None


def readers(connection: Connection) -> list[ReaderCount]:
    """The versions of the reader whose readings are kept, in the order in which they came."""
    query = (
        select(
            Readings.reader,
            func.count(Readings.document.distinct()),
            func.count(),
            func.sum(select(func.count()).where(Statements.reading == Readings.key).correlate(Readings).scalar_subquery()),
            func.min(Readings.added),
        )
        .group_by(Readings.reader)
        .order_by(func.min(Readings.key))
    )
    return [ReaderCount(reader, met, count, int(found), first) for reader, met, count, found, first in connection.execute(query)]


def chosen_reader(connection: Connection, reader: str) -> str:
    """The version of the reader that is meant by its name or by a beginning that no other one has.

    Raises:
        NotInLedger: no reading by such a reader is kept, or several fit.
    """
    known = list(connection.execute(select(Readings.reader).distinct().order_by(Readings.reader)).scalars())
    fitting = [one for one in known if one == reader] or [one for one in known if reader and one.startswith(reader)]
    if len(fitting) == 1:
        return fitting[0]
    what = f"{len(fitting)} readers begin with {reader!r}" if fitting else f"nothing that a reader {reader!r} read is kept"
    raise NotInLedger(f"{what}; the readers are: {', '.join(fitting or known) or 'none'}")


def compared_after(connection: Connection, a: str, b: str, last: int, limit: int) -> tuple[list[Comparison], int | None]:
    """Compare the next documents that both readers have read, by the last reading of each.

    Args:
        connection: to the ledger.
        a, b: the versions of the reader.
        last: the key of the document that was compared last.
        limit: how many documents at most.

    Returns:
        The comparisons in the order in which the documents were added, and the key of the last one; None where there are none.
    """
    one, other = aliased(Readings), aliased(Readings)
    query = (
        select(one.document, func.max(one.key), func.max(other.key))
        .join(other, other.document == one.document)
        .where(one.reader == a, other.reader == b, one.document > last)
        .group_by(one.document)
        .order_by(one.document)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    found = [Comparison.of(record_of(connection, of_a), record_of(connection, of_b)) for _, of_a, of_b in rows]
    return found, rows[-1][0] if rows else None


def _ordered(statements: list[Statement]) -> tuple[Statement, ...]:
    return tuple(sorted(statements, key=lambda statement: statement.content))


def _pair(a: Statement, b: Statement) -> Pair:
    differs = []
    for aspect in ASPECTS:
        one, other = _value(a, aspect), _value(b, aspect)
        if one != other and not (aspect in _MAY_BE_UNJUDGED and None in (one, other)):
            differs.append(aspect)
    return Pair(a, b, tuple(differs))


def _value(statement: Statement, aspect: Aspect) -> object:
    if aspect == "speaker":
        return statement.speaker.name
    if aspect == "speaker_type":
        return statement.speaker.type
    return getattr(statement, aspect)
