"""A record as rows of the tables, and rows as the record that they were."""

from __future__ import annotations

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from sayso.errors import RecordRefused
from sayso.ledger.schema import (
    Appearances,
    Base,
    Documents,
    Entities,
    Links,
    LinkSpans,
    Mentions,
    Names,
    Quantities,
    Readings,
    Relations,
    Spans,
    Statements,
    Times,
)
from sayso.models import Appearance, Document, Link, Quantity, Record, Statement, Time, statement_id

Values = dict[str, Any]
"""One row: the value of each column."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_REFERENCE = re.compile("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?(?![0-9])")

_DESCRIPTION = ("ref", "outlet", "title", "authors", "published", "modified", "language", "credits", "boilerplate")  # of the document
_MEETING = ("url", "fetched", "digest", "record", "duplicate_of", "extractor")
_SOURCING = ("statements", "speakers", "top_speaker", "top_speaker_share", "anonymous_share", "direct_share", "relayed_share", "narrated")
_STANCE = ("kind", "headline", "text", "polarity", "denial", "presupposed", "modality", "act", "confidence")
_TIME = ("text", "value", "grain", "type")
_QUANTITY = ("text", "low", "high", "unit", "per", "approximate", "earlier")


@dataclass(frozen=True, slots=True)
class HeadRows:
    """What is known of a document and of one of its appearances.

    ``appearance`` lacks the keys of the document and of the article, which the database gives.
    """

    document: Values
    article: Values | None
    appearance: Values

    def __post_init__(self) -> None:
        refuse_unstorable([self.document, self.article or {}, self.appearance])


@dataclass(frozen=True, slots=True)
class ReadingRows:
    """What a reading made of a document.

    Keys that the database gives are missing, and the ids of statements are those of their contents alone. Rows refer to statements and
    entities by their place in the record: ``statement``, ``entity``, ``speaker_entity``, ``speaks_for`` and ``within``.
    """

    reading: Values
    entities: list[Values]
    statements: list[Values]
    contents: list[list[tuple[int, int]]]
    of_entities: dict[type[Base], list[Values]] = field(default_factory=lambda: defaultdict(list))
    of_statements: dict[type[Base], list[Values]] = field(default_factory=lambda: defaultdict(list))
    relations: list[Values] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)  # of statements in the record, by their ids in it

    def refuse(self) -> None:
        """Raise RecordRefused where a value is none that a database can hold."""
        refuse_unstorable([self.reading, *self.entities, *self.statements, *self.relations])
        for tables in (self.of_entities, self.of_statements):
            for rows in tables.values():
                refuse_unstorable(rows)


def digest_id(*parts: str | None) -> str:
    """32 hex digits of the sha256 of some words."""
    lengths = ",".join("-" if part is None else str(len(part)) for part in parts)
    whole = f"{lengths}:{''.join(part or '' for part in parts)}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def now() -> str:
    """This moment, ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def reference_date(published: str | None) -> str:
    """The part of a document's date that relative times are counted from; empty where there is none."""
    match = _REFERENCE.match(published or "")
    return match[0] if match else ""


def reading_id(document: str, reader: str, published: str | None) -> str:
    """The id of a reading: 32 hex digits from the document's id, the reader's version and the date it counts from."""
    return digest_id(document, reader, reference_date(published))


def head_rows(document: Document, appearance: Appearance | None) -> HeadRows:
    """The rows of a document and of one appearance of it.

    Raises:
        RecordRefused: a value holds NUL or half a surrogate pair.
    """
    moment = now()
    met = appearance or Appearance(where="")
    url = document.url or met.url
    times = (in_utc(time) for time in (met.fetched, document.modified, document.published))
    if appearance is None:
        identity = digest_id(document.id, None, document.url, document.ref, document.outlet)
    else:
        identity = digest_id(document.id, met.where, met.url, met.fetched, met.digest, met.record)
    return HeadRows(
        document={"id": document.id, "sha256": document.sha256, "title": document.title, "text": document.text, "added": moment},
        article={"id": digest_id(url), "url": url} if url else None,
        appearance={
            "id": identity,
            "seen": next((time for time in times if time is not None), moment),
            "place": met.where if appearance is not None else None,
            "canonical": document.url,
            "added": moment,
            **{name: getattr(met, name) for name in _MEETING},
            **{name: getattr(document, name) for name in _DESCRIPTION},
        },
    )


def reading_rows(record: Record) -> ReadingRows:
    """The rows of what a reading made of a document.

    Raises:
        RecordRefused: the record contradicts itself, or a value holds NUL or half a surrogate pair.
    """
    document = record.document
    places: dict[str, int] = {}
    for i, statement in enumerate(record.statements):
        places.setdefault(statement.id, i)
    entities = {entity.id: i for i, entity in enumerate(record.entities)}
    if len(entities) < len(record.entities):
        raise RecordRefused(f"document {document.id}: two entities have the same id")
    rows = ReadingRows(
        reading={
            "id": reading_id(document.id, record.reader, document.published),
            "reader": record.reader,
            "reference": reference_date(document.published),
            "format": record.format,
            "warnings": record.warnings,
            "added": now(),
            **{name: getattr(record.sourcing, name) for name in _SOURCING},
        },
        entities=[
            {"ordinal": i, "id": entity.id, "name": entity.name, "type": entity.type, "wikidata": entity.wikidata}
            for i, entity in enumerate(record.entities)
        ],
        statements=[],
        contents=[list(statement.content) for statement in record.statements],
        places=places,
    )
    for i, entity in enumerate(record.entities):
        rows.of_entities[Names] += [{"entity": i, "ordinal": n, "name": name} for n, name in enumerate(entity.aliases)]
        rows.of_entities[Mentions] += [{"entity": i, **span} for span in _span_rows(entity.mentions)]
    for i, statement in enumerate(record.statements):
        _take_statement(rows, i, statement, document, _finder("entity", entities, statement), _finder("statement", places, statement))
    _refuse_circles(rows.statements)
    for i, relation in enumerate(record.relations):
        rows.relations.append(
            {
                "ordinal": i, "a": relation.a, "b": relation.b, "relation": relation.relation, "score": relation.score,
                "evidence_a": relation.evidence.a, "evidence_b": relation.evidence.b, "judge": relation.judge,
            }
        )  # fmt: skip
    rows.refuse()
    return rows


def _take_statement(
    rows: ReadingRows,
    i: int,
    statement: Statement,
    document: Document,
    entity: Callable[[str | None], int | None],
    place: Callable[[str | None], int | None],
) -> None:
    speaker = statement.speaker
    links = list(statement.chain)
    ends_at_outlet = bool(links) and links[-1] == Link(role="outlet", name=document.outlet)
    rows.statements.append(
        {
            "id": statement_id(document.sha256, statement.content),
            "ordinal": i,
            "speaker_name": speaker.name,
            "speaker_type": speaker.type,
            "speaker_entity": entity(speaker.entity),
            "speaks_for": entity(speaker.speaks_for),
            "named_by": speaker.named_by,
            "speaker_confidence": speaker.confidence,
            "within": place(statement.within),
            "ends_at_outlet": ends_at_outlet,
            **{name: getattr(statement, name) for name in _STANCE},
        }
    )
    of = rows.of_statements
    for role in ("content", "source", "cue"):
        of[Spans] += [{"statement": i, "role": role, **span} for span in _span_rows(getattr(statement, role))]
    for n, link in enumerate(links[:-1] if ends_at_outlet else links):
        of[Links].append({"statement": i, "ordinal": n, "role": link.role, "name": link.name, "entity": entity(link.entity)})
        of[LinkSpans] += [{"statement": i, "link": n, **span} for span in _span_rows(link.spans)]
    said = [statement.said_at] if statement.said_at is not None else []
    for role, times in (("said", said), ("told", statement.times)):
        of[Times] += [{"statement": i, "role": role, "ordinal": n, **_figure(time, _TIME)} for n, time in enumerate(times)]
    of[Quantities] += [{"statement": i, "ordinal": n, **_figure(one, _QUANTITY)} for n, one in enumerate(statement.quantities)]


def _finder(what: str, places: dict[str, int], statement: Statement) -> Callable[[str | None], int | None]:
    """A function from an id within the record to its place there."""

    def find(id: str | None) -> int | None:
        if id is None:
            return None
        if id not in places:
            raise RecordRefused(f"statement {statement.id} names {what} {id!r}, which the record doesn't have")
        return places[id]

    return find


def _refuse_circles(statements: Sequence[Values]) -> None:
    good: set[int] = set()
    for i in range(len(statements)):
        path: set[int] = set()
        at: int | None = i
        while at is not None and at not in good:
            if at in path:
                raise RecordRefused(f"statement {statements[i]['id']} is nested in itself")
            path.add(at)
            at = statements[at]["within"]
        good.update(path)


def refuse_unstorable(rows: Iterable[Values]) -> None:
    """Raise RecordRefused where a value is none that every database can hold."""
    for row in rows:
        for name, value in row.items():
            for words in value if isinstance(value, list) else [value]:
                if isinstance(words, str) and _UNSTORABLE.search(words):
                    raise RecordRefused(f"{name} holds NUL or half a surrogate pair, which no database can: {words[:80]!r}")


def _span_rows(spans: Iterable[tuple[int, int]]) -> Iterator[Values]:
    for n, (start, stop) in enumerate(spans):
        yield {"ordinal": n, "start": start, "stop": stop}


def _figure(figure: Time | Quantity, names: tuple[str, ...]) -> Values:
    values = {name: getattr(figure, name) for name in names}
    for name, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            values[name] = None  # as in JSON
    return {"start": figure.span[0], "stop": figure.span[1], **values}


def in_utc(time: str | None) -> str | None:
    """A moment of ISO 8601 in UTC, to the millisecond; None where it is none."""
    try:
        moment = datetime.fromisoformat(time or "")
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return f"{moment.year:04}" + moment.strftime("-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def document_of(text: str, appearance: Row[Any]) -> Document:
    """A document as one of its appearances, a row of that table, describes it."""
    described = {name: getattr(appearance, name) for name in _DESCRIPTION}
    return Document.model_validate({"text": text, "url": appearance.canonical, **described})


def appearance_of(row: Row[Any]) -> Appearance | None:
    """The appearance that a row keeps; None where the record had none."""
    if row.place is None:
        return None
    return Appearance(where=row.place, **{name: getattr(row, name) for name in _MEETING})


def record_of(connection: Connection, reading: int) -> Record:
    """The record that a reading's rows were made of.

    Args:
        connection: to the ledger; all is read within its transaction.
        reading: the reading's key.

    Raises:
        SpanError: the rows are damaged: words don't stand where they should.
        pydantic.ValidationError: the rows are damaged: a value is missing, or none that it may be.
    """
    row = connection.execute(select(Readings.__table__).where(Readings.key == reading)).one()
    met = connection.execute(select(Appearances.__table__).where(Appearances.key == row.appearance)).one()
    text = connection.execute(select(Documents.text).where(Documents.key == row.document)).scalar_one()
    document = document_of(text, met)
    if reference_date(document.published) != row.reference:  # the appearance was described anew since
        document = document.model_copy(update={"published": row.reference or None})
    entities = connection.execute(select(Entities.__table__).where(Entities.reading == reading).order_by(Entities.ordinal)).all()
    relations = connection.execute(select(Relations.__table__).where(Relations.reading == reading).order_by(Relations.ordinal)).all()
    names, mentions = (_owned(connection, table, Entities, reading) for table in (Names, Mentions))
    return Record.model_validate(
        {
            "format": row.format,
            "reader": row.reader,
            "document": document,
            "appearance": appearance_of(met),
            "entities": [
                {
                    "id": e.id, "name": e.name, "type": e.type, "wikidata": e.wikidata,
                    "aliases": [name.name for name in names[e.key]], "mentions": _spans(mentions[e.key]),
                }
                for e in entities
            ],
            "statements": _statements(connection, reading, {e.key: e.id for e in entities}, document.outlet),
            "relations": [
                {
                    "a": r.a, "b": r.b, "relation": r.relation, "score": r.score, "judge": r.judge,
                    "evidence": {"a": r.evidence_a, "b": r.evidence_b},
                }
                for r in relations
            ],
            "sourcing": {name: getattr(row, name) for name in _SOURCING},
            "warnings": row.warnings,
        }
    )  # fmt: skip


def _statements(connection: Connection, reading: int, entities: dict[int, str], outlet: str | None) -> list[Values]:
    rows = connection.execute(select(Statements.__table__).where(Statements.reading == reading).order_by(Statements.ordinal)).all()
    spans, links, link_spans, times, quantities = (
        _owned(connection, table, Statements, reading) for table in (Spans, Links, LinkSpans, Times, Quantities)
    )
    ids = {row.key: row.id for row in rows}
    found = []
    for row in rows:
        chain = [
            {
                "role": link.role, "name": link.name, "entity": link.entity and entities[link.entity],
                "spans": _spans([span for span in link_spans[row.key] if span.link == link.ordinal]),
            }
            for link in links[row.key]
        ]  # fmt: skip
        if row.ends_at_outlet:
            chain.append({"role": "outlet", "name": outlet})
        said = [_figure_of(time, _TIME) for time in times[row.key] if time.role == "said"]
        found.append(
            {
                "id": row.id,
                **{role: _spans([span for span in spans[row.key] if span.role == role]) for role in ("content", "source", "cue")},
                "speaker": {
                    "name": row.speaker_name,
                    "type": row.speaker_type,
                    "entity": row.speaker_entity and entities[row.speaker_entity],
                    "speaks_for": row.speaks_for and entities[row.speaks_for],
                    "named_by": row.named_by,
                    "confidence": row.speaker_confidence,
                },
                "chain": chain,
                "within": row.within and ids[row.within],
                "said_at": said[0] if said else None,
                "times": [_figure_of(time, _TIME) for time in times[row.key] if time.role == "told"],
                "quantities": [_figure_of(one, _QUANTITY) for one in quantities[row.key]],
                **{name: getattr(row, name) for name in _STANCE},
            }
        )
    return found


def _owned(connection: Connection, table: type[Base], owner: type[Entities] | type[Statements], reading: int) -> dict[int, list[Row[Any]]]:
    """The rows of a table that belong to the entities or statements of a reading, by their owner's key, in order."""
    columns = table.__table__
    order = list(columns.primary_key)
    query = select(columns).join(owner, owner.key == order[0]).where(owner.reading == reading).order_by(*order)
    owned: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        owned[row[0]].append(row)
    return owned


def _spans(rows: Iterable[Row[Any]]) -> list[tuple[int, int]]:
    return [(row.start, row.stop) for row in rows]


def _figure_of(row: Row[Any], names: tuple[str, ...]) -> Values:
    return {"span": (row.start, row.stop), **{name: getattr(row, name) for name in names}}
