"""Reviews: what people say of what readers and linkers found. A log to which is only ever added; the last verdict counts.

A review keeps what it was about as it stood then. So a verdict outlives the reading that it was passed on: where a newer reading
has other offsets for the same statement, or none, it is still known what was confirmed.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, or_, select
from sqlalchemy.orm import aliased

from sayso.errors import LedgerError, NotInLedger
from sayso.ledger.rows import Values, now, record_of, refuse_unstorable
from sayso.ledger.schema import Documents, Readings, Reviews, StatementIds, Statements
from sayso.models import (
    Act,
    Document,
    Entity,
    EntityType,
    Evidence,
    Kind,
    Link,
    Record,
    Relation,
    Relations,
    Sourcing,
    Span,
    Speaker,
    SpeakerType,
    Statement,
)

Verdict = Literal["confirmed", "rejected", "corrected", "merged", "split"]
About = Literal["statement", "relation", "entity", "identity"]

_SYMMETRIC = {"same_quote", "restates", "agrees", "contradicts"}
_AT_ONCE = 500  # ids in one query


class Corrections(BaseModel):
    """What is right instead; a field that isn't given was right already.

    Attributes:
        speaker: the name; None: the speaker has none.
        type: of the speaker.
        content, source, cue: code points, half-open, into ``Document.text``; a content has at least one span.
        relation: what two statements really are to each other.
        name, entity_type, wikidata: of an entity.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    speaker: str | None = None
    type: SpeakerType | None = None
    content: list[Span] | None = None
    source: list[Span] | None = None
    cue: list[Span] | None = None
    kind: Kind | None = None
    polarity: Literal["affirmed", "rejected"] | None = None
    denial: bool | None = None
    act: Act | None = None
    relation: Relations | None = None
    name: str | None = None
    entity_type: EntityType | None = None
    wikidata: str | None = None

    def given(self) -> Values:
        """The fields that are given, as JSON has them."""
        return self.model_dump(mode="json", exclude_unset=True)


_OF_STATEMENTS = {"speaker", "type", "content", "source", "cue", "kind", "polarity", "denial", "act"}
_OF_RELATIONS = {"relation"}
_OF_ENTITIES = {"name", "entity_type", "wikidata"}


@dataclass(frozen=True, slots=True)
class Review:
    """A person's verdict.

    Attributes:
        id: 32 hex digits.
        at: when, ISO 8601 in UTC.
        by: whose verdict it is.
        document: the id of the document in which what was reviewed stands; None for an identity.
        statement: the statement's id in the ledger; of a relation, ``a``.
        other: of a relation, ``b``.
        relation: of a relation, which one was reviewed.
        entity: of an entity its name in the document, of an identity its id.
        other_entity: the identity that was merged into it or split off.
        corrections: what is right instead, by field, as ``Corrections`` has them.
        snapshot: what was reviewed as it was then: the reader's version and the fields of a ``Statement``, ``Relation`` or ``Entity``.
        gone: the latest reading of the document doesn't find the statement any more.
        superseded: somebody has passed another verdict on the same thing since.
    """

    id: str
    at: str
    by: str
    about: About
    verdict: Verdict
    document: str | None
    statement: str | None
    other: str | None
    relation: str | None
    entity: str | None
    other_entity: str | None
    corrections: Values
    note: str | None
    snapshot: Values
    gone: bool
    superseded: bool


def verdicts(connection: Connection, statement_ids: Collection[str]) -> dict[str, str]:
    """The verdict that counts on each of some statements that has one: confirmed, rejected or corrected.

    Args:
        connection: to the ledger.
        statement_ids: those that statements go by.
    """
    found: dict[str, str] = {}
    ids = list(statement_ids)
    for at in range(0, len(ids), _AT_ONCE):
        query = select(Reviews.statement, Reviews.verdict).where(
            Reviews.statement.in_(ids[at : at + _AT_ONCE]), Reviews.about == "statement"
        )
        found.update((row.statement, row.verdict) for row in connection.execute(query.order_by(Reviews.at, Reviews.key)))
    return found


def relation_verdicts(connection: Connection, statement_ids: Collection[str]) -> dict[tuple[str, str, str], tuple[str, str | None]]:
    """The verdicts that count on the relations that start or end at some statements.

    Args:
        connection: to the ledger.
        statement_ids: those that statements go by.

    Returns:
        For ``(a, b, relation)`` the verdict, and where that is "corrected", the relation that is right. The ends of a relation without
        a direction are in the order of their ids.
    """
    found: dict[tuple[str, str, str], tuple[str, str, str, str | None]] = {}
    ids = list(statement_ids)
    for at in range(0, len(ids), _AT_ONCE):
        some = ids[at : at + _AT_ONCE]
        query = select(Reviews.__table__).where(Reviews.about == "relation", or_(Reviews.statement.in_(some), Reviews.other.in_(some)))
        for row in connection.execute(query):
            ends = (row.statement, row.other, row.relation)
            found[ends] = max(found.get(ends, ("", "", "", None)), (row.at, row.id, row.verdict, row.corrections.get("relation")))
    return {ends: (verdict, right) for ends, (_, _, verdict, right) in found.items()}


def ordered(a: str, b: str, relation: str) -> tuple[str, str]:
    """The ends of a relation: as they are, or in the order of their ids where it has no direction."""
    return (b, a) if relation in _SYMMETRIC and b < a else (a, b)


def review_statement(
    connection: Connection, statement_id: str, verdict: Verdict, by: str, corrections: Corrections | None, note: str | None
) -> tuple[str, int]:
    """Add a verdict on a statement, by any id that it ever had.

    Returns:
        The id of the review, and the key of the statement's document.

    Raises:
        NotInLedger: there was never such a statement.
        LedgerError: corrections without that verdict, or the other way round, or such as a statement doesn't have.
        SpanError: a corrected span doesn't lie in the document's text.
    """
    given = _checked(verdict, corrections, _OF_STATEMENTS)
    id, document = _statement(connection, statement_id)
    if corrections is not None:
        text = connection.execute(select(Documents.text).where(Documents.key == document)).scalar_one()
        _check_spans(Document(text=text), corrections)
    row = {
        "about": "statement", "verdict": verdict, "document": document, "statement": id, "corrections": given,
        "snapshot": _snapshot(connection, id), "note": note,
    }  # fmt: skip
    return log(connection, by, row), document


def review_relation(
    connection: Connection, a: str, b: str, relation: Relations, verdict: Verdict, by: str, right: Relations | None, note: str | None
) -> str:
    """Add a verdict on a relation of two statements, each by any id that it ever had; the id of the review.

    Raises:
        NotInLedger: there was never such a statement.
        LedgerError: another relation is given without the verdict "corrected", or the other way round.
    """
    corrections = Corrections(relation=right) if right is not None else None
    given = _checked(verdict, corrections, _OF_RELATIONS)
    (first, document), (second, other) = (_statement(connection, id) for id in (a, b))
    if first == second:
        raise LedgerError(f"{a} and {b} are one statement")
    ends = ordered(first, second, relation)
    if ends != (first, second):
        document = other
    row = {
        "about": "relation", "verdict": verdict, "document": document, "statement": ends[0], "other": ends[1], "relation": relation,
        "corrections": given, "snapshot": {"a": _snapshot(connection, ends[0]), "b": _snapshot(connection, ends[1])}, "note": note,
    }  # fmt: skip
    return log(connection, by, row)


def review_entity(
    connection: Connection, document_id: str, name: str, verdict: Verdict, by: str, corrections: Corrections | None, note: str | None
) -> str:
    """Add a verdict on an entity of a document, by a name that it goes by there; the id of the review.

    Raises:
        NotInLedger: no reading of such a document finds an entity of that name.
        LedgerError: corrections without that verdict, or the other way round, or such as an entity doesn't have.
    """
    given = _checked(verdict, corrections, _OF_ENTITIES)
    query = select(Readings.key, Readings.document).join(Documents, Documents.key == Readings.document)
    for reading, document in connection.execute(query.where(Documents.id == document_id).order_by(Readings.key.desc())).all():
        record = record_of(connection, reading)
        if (entity := _named(record.entities, name)) is not None:
            row = {
                "about": "entity", "verdict": verdict, "document": document, "entity": entity.name, "corrections": given, "note": note,
                "snapshot": {"reader": record.reader, **entity.model_dump(mode="json")},
            }  # fmt: skip
            return log(connection, by, row)
    raise NotInLedger(f"no reading of document {document_id!r} finds an entity {name!r}")


def log(connection: Connection, by: str, row: Values) -> str:
    """Add a row to the log, whatever it is about; its id.

    Args:
        connection: to the ledger.
        by: whose verdict it is.
        row: ``about``, ``verdict`` and the other columns that apply.

    Raises:
        LedgerError: nobody is named.
        RecordRefused: words hold NUL or half a surrogate pair.
    """
    if not by.strip():
        raise LedgerError("a review needs the name of whose it is")
    refuse_unstorable([{"by": by, "note": row.get("note")}, row.get("corrections", {})])
    id = uuid.uuid4().hex
    last = connection.execute(select(func.max(Reviews.at)).where(_same_thing(row))).scalar()
    values = {"corrections": {}, "snapshot": {}, "note": None, **row, "id": id, "at": _after(last), "reviewer": by.strip()}
    connection.execute(insert(Reviews).values(values))
    return id


def reviews(connection: Connection, statement_id: str | None = None) -> list[Review]:
    """The log, or what of it is about one statement, in the order of time.

    Args:
        connection: to the ledger.
        statement_id: any id that a statement ever had.

    Raises:
        NotInLedger: there was never such a statement.
    """
    query = _with_state()
    if statement_id is not None:
        id, _ = _statement(connection, statement_id, reviewing=False)
        query = query.where(or_(Reviews.statement == id, Reviews.other == id))
    return [_review(row) for row in connection.execute(query.order_by(Reviews.at, Reviews.key))]


def reviewed_documents(connection: Connection) -> list[str]:
    """The ids of the documents that have statements with a verdict, in the order in which they were added."""
    some = select(Reviews.document).where(Reviews.about.in_(("statement", "relation")))
    return list(connection.execute(select(Documents.id).where(Documents.key.in_(some)).order_by(Documents.key)).scalars())


def reviewed_record(connection: Connection, document_id: str) -> Record | None:
    """What people made of a document: the statements that they confirmed or corrected, with what is right instead.

    They stand as they were when they were reviewed, whatever later readings make of them. Relations are those that were confirmed or
    corrected and start here.

    Returns:
        A record like a reader's, whose ``confidence`` is 1 everywhere; None where nothing was confirmed or corrected.
    """
    query = select(Readings.key).join(Documents, Documents.key == Readings.document).where(Documents.id == document_id)
    latest = connection.execute(query.order_by(Readings.key.desc()).limit(1)).scalar()
    if latest is None:
        return None
    record = record_of(connection, latest)
    rows = connection.execute(_with_state().where(Documents.id == document_id).order_by(Reviews.at, Reviews.key))
    good = [row for row in map(_review, rows) if not row.superseded and row.verdict in ("confirmed", "corrected")]
    entities = _corrected_entities(record.entities, [row for row in good if row.about == "entity"])
    statements = [_corrected(row, record.document, entities) for row in good if row.about == "statement"]
    statements.sort(key=lambda statement: statement.content)
    relations = [
        Relation(
            a=cast(str, row.statement), b=cast(str, row.other), score=1, evidence=Evidence(), judge=f"review by {row.by}",
            relation=cast(Relations, row.corrections.get("relation", row.relation)),
        )
        for row in good
        if row.about == "relation"
    ]  # fmt: skip
    if not statements and not relations:
        return None
    ids = {statement.id for statement in statements}
    statements = [s if s.within in ids else s.model_copy(update={"within": None}) for s in statements]
    return Record(
        reader=record.reader,
        document=record.document,
        appearance=record.appearance,
        entities=entities,
        statements=statements,
        relations=relations,
        sourcing=Sourcing.of(statements),
    )


def _checked(verdict: Verdict, corrections: Corrections | None, fields: set[str]) -> Values:
    """Corrections as they are kept; LedgerError where they don't fit the verdict."""
    given = corrections.given() if corrections is not None else {}
    if verdict not in ("confirmed", "rejected", "corrected"):
        raise LedgerError(f"{verdict!r} is no verdict: confirmed, rejected or corrected")
    if bool(given) != (verdict == "corrected"):
        raise LedgerError("a correction says what is right instead" if not given else f"what is {verdict} has no corrections")
    if strange := set(given) - fields:
        raise LedgerError(f"there is no {', '.join(sorted(strange))} to correct; there may be {', '.join(sorted(fields))}")
    if given.get("content", True) in (None, []):
        raise LedgerError("a statement without a content is none; reject it instead")
    return given


def _check_spans(document: Document, corrections: Corrections) -> None:
    for role in ("content", "source", "cue"):
        spans = getattr(corrections, role) or []
        document.words_at(spans)
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise LedgerError(f"{role}: the spans {[list(span) for span in spans]} overlap or aren't in order")


def _statement(connection: Connection, id: str, reviewing: bool = True) -> tuple[str, int]:
    """The id that a statement goes by, and the key of its document; while one is reviewing, nobody else reviews it."""
    query = select(func.coalesce(StatementIds.same_as, StatementIds.id), StatementIds.document).where(StatementIds.id == id)
    found = connection.execute(query.with_for_update() if reviewing else query).first()
    if found is None:
        raise NotInLedger(f"there is no statement {id!r}")
    return str(found[0]), int(found[1])


def _snapshot(connection: Connection, id: str) -> Values:
    """A statement as the last reading that finds it has it."""
    query = select(Statements.reading).where(Statements.id == id).order_by(Statements.reading.desc()).limit(1)
    reading = connection.execute(query).scalar()
    if reading is None:
        return {}
    record = record_of(connection, reading)
    [statement] = [statement for statement in record.statements if statement.id == id]
    return {"reader": record.reader, **statement.model_dump(mode="json")}


def _same_thing(row: Values) -> ColumnElement[bool]:
    names = ("about", "document", "statement", "other", "relation", "entity", "other_entity")
    return and_(*(getattr(Reviews, name).is_not_distinct_from(row.get(name)) for name in names))


def _after(last: str | None) -> str:
    """This moment, or the first one after another, should a clock have gone back or be slow to go on."""
    moment = now()
    if last is None or last < moment:
        return moment
    next = datetime.fromisoformat(last).astimezone(UTC) + timedelta(milliseconds=1)
    return next.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _with_state() -> Select[Any]:
    """Reviews with their document's id, and whether they are superseded or their statement is gone."""
    later = aliased(Reviews)
    names = ("about", "document", "statement", "other", "relation", "entity", "other_entity")
    superseded = (
        select(later.key)
        .where(
            *(getattr(later, name).is_not_distinct_from(getattr(Reviews, name)) for name in names),
            or_(later.at > Reviews.at, and_(later.at == Reviews.at, later.key > Reviews.key)),
        )
        .exists()
    )
    latest = select(func.max(Readings.key)).where(Readings.document == Reviews.document).scalar_subquery()
    found = select(Statements.key).where(Statements.reading == latest, Statements.id == Reviews.statement).exists()
    return select(
        Reviews.__table__,
        Documents.id.label("document_id"),
        superseded.label("superseded"),
        and_(Reviews.statement.is_not(None), ~found).label("gone"),
    ).outerjoin(Documents, Documents.key == Reviews.document)


def _review(row: Row[Any]) -> Review:
    return Review(
        id=row.id, at=row.at, by=row.reviewer, about=row.about, verdict=row.verdict, document=row.document_id, statement=row.statement,
        other=row.other, relation=row.relation, entity=row.entity, other_entity=row.other_entity, corrections=row.corrections,
        note=row.note, snapshot=row.snapshot, gone=bool(row.gone), superseded=bool(row.superseded),
    )  # fmt: skip


def _named(entities: Sequence[Entity], name: str | None) -> Entity | None:
    """The entity that goes by a name, its fullest one first."""
    if name is None:
        return None
    return next((e for e in entities if e.name == name), None) or next((e for e in entities if name in e.aliases), None)


def _corrected_entities(entities: Sequence[Entity], reviews: Sequence[Review]) -> list[Entity]:
    right: dict[str | None, Values] = defaultdict(dict)
    for review in reviews:
        fields = dict(review.corrections)
        if "entity_type" in fields:
            fields["type"] = fields.pop("entity_type")
        right[review.entity] |= fields
    return [entity.model_copy(update=right.get(entity.name, {})) for entity in entities]


def _corrected(review: Review, document: Document, entities: Sequence[Entity]) -> Statement:
    """A statement as a review has it: as it was then, with what is right instead."""
    right = review.corrections
    was = Statement.model_validate(review.snapshot)
    content = [tuple(span) for span in right.get("content", was.content)]
    name = right.get("speaker", was.speaker.name)
    entity = _named(entities, name)
    speaker = Speaker(
        name=name,
        type=right.get("type") or was.speaker.type,
        entity=entity.id if entity is not None else None,
        named_by=was.speaker.named_by if name == was.speaker.name else None,
        confidence=1,
    )
    source = right.get("source", was.source)
    return Statement.model_validate(
        {
            **was.model_dump(),
            **{field: right[field] for field in ("cue", "kind", "polarity", "denial", "act") if field in right},
            "id": review.statement,
            "content": content,
            "source": source,
            "text": document.words_at(content),
            "speaker": speaker,
            "chain": list(_corrected_chain(was, speaker, source, entities)),
            "times": [time for time in was.times if _within(time.span, content)],
            "quantities": [quantity for quantity in was.quantities if _within(quantity.span, content)],
            "confidence": 1,
        }
    )


def _corrected_chain(was: Statement, speaker: Speaker, source: list[Span], entities: Sequence[Entity]) -> Iterator[Link]:
    for link in was.chain:
        if link.role == "speaker":
            changed = speaker.name != was.speaker.name or list(source) != was.source
            yield Link(role="speaker", name=speaker.name, entity=speaker.entity, spans=source if changed else link.spans)
        else:
            entity = _named(entities, link.name)
            yield link.model_copy(update={"entity": entity.id if entity is not None else None})


def _within(span: Span, content: Sequence[tuple[int, ...]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in content)
