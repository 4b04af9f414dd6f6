"""Statements as the linking core compares them, from the rows that they are kept as: those of each document's latest reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, case, func, select
from sqlalchemy.orm import aliased

from sayso.encoder.pairs import Passage
from sayso.ledger.schema import (
    Appearances,
    Catalogue,
    Documents,
    Entities,
    Identifications,
    Linkings,
    Quantities,
    Readings,
    Spans,
    Statements,
)
from sayso.linking.passages import passage_of
from sayso.linking.sayings import Said
from sayso.linking.voices import Voice
from sayso.models import Quantity, Span, Speaker

T = TypeVar("T")

_AROUND = 1000  # code points around a content that are read: more than a passage has
_AT_ONCE = 300  # statements in one query


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement of a document's latest reading.

    Attributes:
        key: its number in the ledger.
        reading, document: the numbers of these.
        linking: the number under which its reading is compared with others; None: it isn't.
        compared: whether it is one of those that are compared with others.
        said: what of it matters to relations.
        passage: its words and those around them.
        text: its content's words, pieces joined with a blank.
        speaker: the name, or else the type of who said it.
        moment: when its document was first published, or else seen, ISO 8601 in UTC.
        ref: the user's own id of the document.
    """

    key: int
    reading: int
    document: int
    linking: int | None
    compared: bool
    said: Said
    passage: Passage
    text: str
    speaker: str
    moment: str
    ref: str | None


def stated(connection: Connection, keys: Collection[int], *, identified: bool = False) -> list[Stated]:
    """The statements that have some keys, those left out that no document's latest reading finds any more; in the order of their keys.

    Args:
        connection: to the ledger.
        keys: of statements.
        identified: have voices say who the speakers are. A verdict on two statements must not depend on that, their relation does.
    """
    return [one for some in parts(sorted(keys)) for one in _stated(connection, some, identified)]


def current(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """The keys of the statements that go by some ids, of those that their document's latest reading finds."""
    found: dict[str, int] = {}
    for some in parts(sorted(ids)):
        query = select(Statements.id, Statements.key).join(Catalogue, Catalogue.statement == Statements.key)
        found.update((id, key) for id, key in connection.execute(query.where(Statements.id.in_(some))))
    return found


def first_published(connection: Connection, documents: Collection[int]) -> dict[int, str]:
    """When documents were first published, as given, of those of which that is known: whatever the order in which they were met."""
    found: dict[int, str] = {}
    for some in parts(sorted(documents)):
        query = select(Appearances.document, Appearances.published).where(Appearances.published.is_not(None))
        for document, published in connection.execute(query.where(Appearances.document.in_(some))):
            if published:
                found[document] = min(found.get(document, published), published)  # here, since databases order words differently
    return found


def parts(values: Sequence[T], size: int = _AT_ONCE) -> Iterator[Sequence[T]]:
    """Values in parts that one command takes."""
    return (values[at : at + size] for at in range(0, len(values), size))


def _stated(connection: Connection, keys: Sequence[int], identified: bool) -> Iterator[Stated]:
    spans: dict[int, list[Span]] = defaultdict(list)
    content = select(Spans.statement, Spans.start, Spans.stop).where(Spans.statement.in_(keys), Spans.role == "content")
    for span in connection.execute(content.order_by(Spans.statement, Spans.ordinal)):
        spans[span.statement].append((span.start, span.stop))
    figures: dict[int, list[Quantity]] = defaultdict(list)
    quantities = select(Quantities.__table__).where(Quantities.statement.in_(keys)).order_by(Quantities.statement, Quantities.ordinal)
    for row in connection.execute(quantities):
        figures[row.statement].append(_quantity(row))
    rows = connection.execute(_rows(keys)).all()
    outlets = _first_outlets(connection, {row.document for row in rows})
    for row in rows:
        first = max(min(span[0] for span in spans[row.key]) - _AROUND, 0)
        whole = [(start - first, stop - first) for start, stop in spans[row.key]]
        speaker = Speaker(name=row.speaker_name, type=row.speaker_type)
        who = str(row.identity) if identified and row.identity is not None else None
        said = Said(
            id=row.id,
            document=row.document_id,
            outlet=outlets.get(row.document),
            day=row.day or "",
            voice=Voice.of(speaker, row.behalf, who),
            content=tuple(spans[row.key]),
            text=row.words[min(span[0] for span in whole) : max(span[1] for span in whole)],
            figures=tuple(figures[row.key]),
            denial=row.denial,
        )
        yield Stated(
            key=row.key, reading=row.reading, document=row.document, linking=row.linking, said=said,
            compared=row.kind != "narrated" and not row.headline, passage=passage_of(row.words, whole, row.speaker_name), text=row.text,
            speaker=row.speaker_name or row.speaker_type, moment=row.moment, ref=row.ref,
        )  # fmt: skip


def _rows(keys: Sequence[int]) -> Any:
    """The query for what there is one of to a statement."""
    behalf = aliased(Entities)
    content = select(Spans.statement, func.min(Spans.start).label("start"), func.max(Spans.stop).label("stop"))
    content = content.where(Spans.statement.in_(keys), Spans.role == "content").group_by(Spans.statement)
    place = content.subquery()
    first = case((place.c.start > _AROUND, place.c.start - _AROUND), else_=0)
    return (
        select(
            Statements.key, Statements.id, Statements.reading, Statements.kind, Statements.headline, Statements.text, Statements.denial,
            Statements.speaker_name, Statements.speaker_type, behalf.name.label("behalf"), Identifications.identity, Readings.document,
            Documents.id.label("document_id"), func.substr(Documents.text, first + 1, place.c.stop - first + _AROUND).label("words"),
            Linkings.key.label("linking"), Linkings.day, Appearances.ref, Catalogue.moment,
        )
        .join(place, place.c.statement == Statements.key)
        .join(Catalogue, Catalogue.statement == Statements.key)
        .join(Readings, Readings.key == Statements.reading)
        .join(Documents, Documents.key == Readings.document)
        .join(Appearances, Appearances.key == Readings.appearance)
        .outerjoin(Linkings, Linkings.reading == Readings.key)
        .outerjoin(behalf, behalf.key == Statements.speaks_for)
        .outerjoin(Identifications, Identifications.entity == Statements.speaker_entity)
        .where(Statements.key.in_(keys))
        .order_by(Statements.key)
    )  # fmt: skip


def _first_outlets(connection: Connection, documents: Collection[int]) -> dict[int, str]:
    """The outlet that printed each of some documents first, of those that are known."""
    query = select(Appearances.document, Appearances.outlet, Appearances.published).where(Appearances.outlet.is_not(None))
    found: dict[int, tuple[str, str]] = {}
    for row in connection.execute(query.where(Appearances.document.in_(documents))):
        one = (row.published or "9999", row.outlet)
        found[row.document] = min(found.get(row.document, one), one)
    return {document: outlet for document, (_, outlet) in found.items()}


def _quantity(row: Row[Any]) -> Quantity:
    return Quantity(
        span=(row.start, row.stop), text=row.text, low=row.low, high=row.high, unit=row.unit, per=row.per, approximate=row.approximate,
        earlier=row.earlier,
    )  # fmt: skip
