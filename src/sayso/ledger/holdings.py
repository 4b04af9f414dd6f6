"""All that a ledger holds of one document: to be taken out, changed, joined with what another ledger holds of it, and put back.

Statements keep the ids that they go by, also by those of other ledgers: an id that was ever given out is found for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from sayso.encoder.vectors import vectors_version
from sayso.errors import SpanError
from sayso.ledger import identities
from sayso.ledger.linkings import unlink
from sayso.ledger.redaction import Redaction
from sayso.ledger.rows import (
    HeadRows,
    ReadingRows,
    Values,
    appearance_of,
    document_of,
    head_rows,
    now,
    reading_id,
    reading_rows,
    record_of,
)
from sayso.ledger.schema import (
    Appearances,
    Documents,
    Entities,
    Identifications,
    Identities,
    Readings,
    Reviews,
    StatementIds,
    Statements,
    StatementVectors,
)
from sayso.ledger.vectors import Meant, insert_vectors
from sayso.models import Appearance, Document, Record

_AT_ONCE = 500  # rows in one command


class Adding(NamedTuple):
    """How a ledger adds.

    Attributes:
        meet: adds a document and an appearance, and gives their keys.
        read: adds a reading to the document and the appearance that have these keys; with the ids that the statements go by, if they
            are settled and in the ledger, and otherwise those that they inherit.
    """

    meet: Callable[[Connection, HeadRows], tuple[int, int]]
    read: Callable[[Connection, ReadingRows, int, int, list[str] | None], object]


@dataclass(frozen=True, slots=True)
class Met:
    """An appearance, and the document as it is described there."""

    document: Document
    appearance: Appearance | None
    seen: str
    added: str

    def rows(self) -> HeadRows:
        """The rows that it is kept as."""
        head = head_rows(self.document, self.appearance)
        head.appearance.update(seen=self.seen, added=self.added)
        return head


@dataclass(frozen=True, slots=True)
class Identified:
    """Who an entity of a reading is.

    Attributes:
        ordinal: of the entity.
        ids: of the identity, its own first, then those of others that were merged into it.
        name, type, wikidata, wikidata_from: of the identity.
        score, reasons, traits, judge: of the decision.
    """

    ordinal: int
    ids: tuple[str, ...]
    name: str
    type: str
    wikidata: str | None
    wikidata_from: str | None
    score: float
    reasons: list[str]
    traits: list[str]
    judge: str

    @property
    def reviewed(self) -> bool:
        """Whether a person decided it."""
        return not self.judge.startswith("identity/")


@dataclass(frozen=True, slots=True)
class Held:
    """A reading.

    Attributes:
        record: with the ids that the statements go by in the ledger.
        added: when it was first kept.
        vectors: of statements, by their places in the record: of the words, and of those in their context.
        identified: who its entities are.
        others: ids that statements go by in another ledger, with their places in the record.
    """

    record: Record
    added: str
    vectors: dict[int, Meant]
    identified: tuple[Identified, ...]
    others: tuple[tuple[int, str], ...] = ()

    @property
    def id(self) -> str:
        """Of the reading."""
        return reading_id(self.record.document.id, self.record.reader, self.record.document.published)


@dataclass(frozen=True, slots=True)
class Holding:
    """All that a ledger holds of one document.

    Attributes:
        key: of the document there.
        id: of the document.
        appearances: in the order of adding.
        readings: in the order of adding.
        ids: every id that a statement ever had, with the one that it goes by, where that is another.
        reviews: rows.
        settled: the statements go by these ids; otherwise it is a joined one, and they go by what they inherit.
    """

    key: int
    id: str
    appearances: tuple[Met, ...]
    readings: tuple[Held, ...]
    ids: dict[str, str | None]
    reviews: tuple[Values, ...]
    settled: bool = field(default=True)

    @classmethod
    def of(cls, connection: Connection, document: int) -> Holding:
        """What a ledger holds of the document that has a key."""
        row = connection.execute(select(Documents.id, Documents.text).where(Documents.key == document)).one()
        met = select(Appearances.__table__).where(Appearances.document == document).order_by(Appearances.key)
        readings = select(Readings.key, Readings.added).where(Readings.document == document).order_by(Readings.key)
        ids = select(StatementIds.id, StatementIds.same_as).where(StatementIds.document == document)
        reviews = connection.execute(select(Reviews.__table__).where(about(document)).order_by(Reviews.key)).mappings()
        return cls(
            key=document,
            id=row.id,
            appearances=tuple(
                Met(document_of(row.text, one), appearance_of(one), one.seen, one.added) for one in connection.execute(met).all()
            ),
            readings=tuple(
                Held(record_of(connection, key), added, _vectors(connection, key), _identified(connection, key))
                for key, added in connection.execute(readings).all()
            ),
            ids=dict(connection.execute(ids).all()),
            reviews=tuple({name: value for name, value in one.items() if name != "key"} for one in reviews),
        )

    @property
    def marks(self) -> frozenset[str]:
        """The ids of all that is held but the reviews."""
        met = (one.rows().appearance["id"] for one in self.appearances)
        return frozenset([*met, *(one.id for one in self.readings), *self.ids])

    def without(self, redaction: Redaction) -> Holding:
        """The same without some names; itself where they aren't in it."""
        appearances = tuple(_met_without(one, redaction) for one in self.appearances)
        text = appearances[0].document.text if appearances else ""
        readings = tuple(_held_without(one, redaction) for one in self.readings)
        reviews = tuple(review_without(one, redaction, text, self.ids) for one in self.reviews)
        if (appearances, readings, reviews) == (self.appearances, self.readings, self.reviews):
            return self
        id = appearances[0].document.id if appearances else self.id
        return replace(self, id=id, appearances=appearances, readings=readings, reviews=reviews)

    def joined(self, other: Holding) -> Holding:
        """This and what another ledger holds of the same document, as if all had come in the order of time; what both have counts here.

        The reviews, and who the entities are, are this one's.
        """
        theirs = {one.id: one for one in other.readings}
        readings = [_also(one, theirs.pop(one.id, None)) for one in self.readings]
        readings += [replace(one, identified=()) for one in theirs.values()]
        ids = dict(other.ids)
        ids.update(self.ids)
        return replace(
            self,
            appearances=(*self.appearances, *other.appearances),
            readings=tuple(sorted(readings, key=lambda one: (one.added, one.id))),
            ids=ids,
            settled=False,
        )


def about(document: int) -> Any:
    """Which reviews are about the document that has a key, or about statements in it."""
    own = select(StatementIds.id).where(StatementIds.document == document)
    return or_(Reviews.document == document, Reviews.statement.in_(own), Reviews.other.in_(own))


def clear(connection: Connection, document: int) -> None:
    """Take away all that is held of a document but its own row."""
    unlink(connection, document)
    connection.execute(delete(Reviews).where(about(document)))
    connection.execute(delete(Readings).where(Readings.document == document))
    connection.execute(delete(StatementIds).where(StatementIds.document == document))
    connection.execute(delete(Appearances).where(Appearances.document == document))


def put(connection: Connection, holding: Holding, adding: Adding) -> int:
    """Put in all that was held of a document, of which nothing but its own row may be in the ledger; gives its key.

    What is searched must be made anew after it.
    """
    document = 0
    appearances: dict[str, int] = {}
    for met in holding.appearances:
        head = met.rows()
        if head.appearance["id"] not in appearances:
            document, appearances[head.appearance["id"]] = adding.meet(connection, head)
    if holding.settled:
        _insert_ids(connection, document, holding.ids)
    replaced: set[int] = set()
    last = len(holding.readings) - 1
    for n, held in enumerate(holding.readings):
        record = held.record
        rows = reading_rows(record)
        rows.reading["added"] = held.added
        ids = [statement.id for statement in record.statements]
        for row, id in zip(rows.statements, ids, strict=True):
            row["id"] = id
        met_as = head_rows(record.document, record.appearance).appearance["id"]
        adding.read(connection, rows, document, appearances[met_as], ids if holding.settled else None)
        reading = connection.execute(select(Readings.key).where(Readings.id == held.id)).scalar_one()
        if n == last:
            _insert_vectors(connection, reading, held.vectors)
        if not holding.settled:
            _insert_other_ids(connection, document, reading, [*enumerate(ids), *held.others])
        replaced |= pin(connection, reading, held.identified)
    if not holding.settled:
        _insert_aliases(connection, document, holding.ids)
    identities.renew(connection, replaced)
    insert_reviews(connection, [_moved(row, holding.key, document) for row in holding.reviews])
    return document


def _moved(row: Values, before: int, after: int) -> Values:
    """A review of a document that has another key now."""
    return {**row, "document": after} if row["document"] == before else row


def insert_reviews(connection: Connection, rows: Collection[Values]) -> list[Values]:
    """Add reviews that aren't in the ledger, where what they are about is; gives those that were added."""
    added = []
    for row in rows:
        named = {name: row[name] for name in ("statement", "other") if row[name] is not None}
        now_as = {name: resolved(connection, id) for name, id in named.items()}
        known = connection.execute(select(Reviews.key).where(Reviews.id == row["id"])).first() is not None
        if known or None in now_as.values():
            continue
        added.append({**row, **now_as})
        connection.execute(insert(Reviews).values(added[-1]))
    return added


def resolved(connection: Connection, id: str) -> str | None:
    """The id that a statement goes by; None where there was never such a statement."""
    query = select(func.coalesce(StatementIds.same_as, StatementIds.id)).where(StatementIds.id == id)
    found = connection.execute(query).scalar()
    return str(found) if found is not None else None


def pin(connection: Connection, reading: int, identified: Collection[Identified]) -> set[int]:
    """Have entities of a reading be whom they were, unless a person decided otherwise here.

    Returns:
        The keys of the identities that lost an entity or got one.
    """
    touched: set[int] = set()
    if not identified:
        return touched
    entities = dict(connection.execute(select(Entities.ordinal, Entities.key).where(Entities.reading == reading)).all())
    for who in identified:
        entity = entities.get(who.ordinal)
        if entity is None:
            continue
        current = connection.execute(select(Identifications.__table__).where(Identifications.entity == entity)).first()
        if current is not None and not current.judge.startswith("identity/"):
            continue
        identity = _identity(connection, who, current.identity if current is not None else None)
        if current is not None and (current.identity, current.judge) == (identity, who.judge):
            continue
        values = {"identity": identity, "score": who.score, "reasons": who.reasons, "traits": who.traits, "judge": who.judge}
        if current is None:
            connection.execute(insert(Identifications).values(entity=entity, **values))
        else:
            touched.add(current.identity)
            connection.execute(update(Identifications).where(Identifications.entity == entity).values(values))
        touched.add(identity)
    return touched


def review_without(row: Values, redaction: Redaction, text: str = "", own: Collection[str] = ()) -> Values:
    """A review without some names.

    Args:
        row: the review's.
        redaction: what takes out the names.
        text: of a document, without them.
        own: the ids of the statements in it.
    """
    snapshot = redaction.value(row["snapshot"])
    for part, id in ((snapshot, row["statement"]), (snapshot.get("a"), row["statement"]), (snapshot.get("b"), row["other"])):
        if isinstance(part, dict) and "content" in part and id in own:
            _quote_anew(part, text)
    return {
        **row,
        "reviewer": redaction.text(row["reviewer"]),
        "entity": redaction.text(row["entity"]) if row["about"] == "entity" and row["entity"] is not None else row["entity"],
        "corrections": redaction.value(row["corrections"]),
        "note": redaction.text(row["note"]) if row["note"] is not None else None,
        "snapshot": snapshot,
    }


def _quote_anew(statement: Values, text: str) -> None:
    """Have a statement's words be those of a text."""
    document = Document(text=text)
    said = [statement["said_at"]] if statement.get("said_at") is not None else []
    try:
        statement["text"] = document.words_at(map(tuple, statement["content"]))
        for figure in (*said, *statement.get("times", []), *statement.get("quantities", [])):
            figure["text"] = document.words_at([tuple(figure["span"])])
    except SpanError:  # it was damaged before
        return


def _met_without(met: Met, redaction: Redaction) -> Met:
    document = redaction.document(met.document)
    appearance = met.appearance
    if appearance is not None:
        was = appearance.model_dump(mode="json")
        data = redaction.value(was)
        appearance = Appearance.model_validate(data) if data != was else appearance
    return replace(met, document=document, appearance=appearance)


def _held_without(held: Held, redaction: Redaction) -> Held:
    record = redaction.record(held.record)
    if record is held.record:
        return held
    same = {n for n, (new, old) in enumerate(zip(record.statements, held.record.statements, strict=True)) if new.text == old.text}
    named = {n for n, (new, old) in enumerate(zip(record.entities, held.record.entities, strict=True)) if new.name == old.name}
    return replace(
        held,
        record=record,
        vectors={place: (vector, None) for place, (vector, _) in held.vectors.items() if place in same},  # a name may stand before one
        identified=tuple(
            replace(
                who,
                reasons=[redaction.text(words) for words in who.reasons],
                traits=[redaction.text(words) for words in who.traits],
            )
            for who in held.identified
            if who.ordinal in named
        ),
    )


def _also(held: Held, other: Held | None) -> Held:
    """A reading with the ids that another ledger has for its statements."""
    if other is None:
        return held
    ours = {n: statement.content for n, statement in enumerate(held.record.statements)}
    others = tuple((n, one.id) for n, one in enumerate(other.record.statements) if ours.get(n) == one.content)
    return replace(held, others=others)


def _vectors(connection: Connection, reading: int) -> dict[int, Meant]:
    query = select(Statements.ordinal, StatementVectors.vector, StatementVectors.vector_in_context)
    query = query.join(StatementVectors, StatementVectors.statement == Statements.key)
    query = query.where(Statements.reading == reading, StatementVectors.version == vectors_version())
    return {ordinal: (vector, in_context) for ordinal, vector, in_context in connection.execute(query)}


def _insert_vectors(connection: Connection, reading: int, vectors: dict[int, Meant]) -> None:
    keys = dict(connection.execute(select(Statements.ordinal, Statements.key).where(Statements.reading == reading)).all())
    insert_vectors(connection, [keys[place] for place in vectors], list(vectors.values()))


def _identified(connection: Connection, reading: int) -> tuple[Identified, ...]:
    rows = connection.execute(
        select(
            Entities.ordinal, Identities.key, Identities.id, Identities.name, Identities.type, Identities.wikidata,
            Identities.wikidata_from, Identifications.score, Identifications.reasons, Identifications.traits, Identifications.judge,
        )
        .join(Identifications, Identifications.entity == Entities.key)
        .join(Identities, Identities.key == Identifications.identity)
        .where(Entities.reading == reading)
        .order_by(Entities.ordinal)
    ).all()  # fmt: skip
    merged: dict[int, list[str]] = {}
    keys = [row.key for row in rows]
    for at in range(0, len(keys), _AT_ONCE):
        same = Identities.same_as.in_(keys[at : at + _AT_ONCE])
        for row in connection.execute(select(Identities.same_as, Identities.id).where(same).order_by(Identities.key)):
            merged.setdefault(row.same_as or 0, []).append(row.id)
    return tuple(
        Identified(
            ordinal=row.ordinal, ids=(row.id, *merged.get(row.key, [])), name=row.name, type=row.type, wikidata=row.wikidata,
            wikidata_from=row.wikidata_from, score=row.score, reasons=list(row.reasons), traits=list(row.traits), judge=row.judge,
        )
        for row in rows
    )  # fmt: skip


def _identity(connection: Connection, who: Identified, decided: int | None) -> int:
    """The key of an identity; one that isn't known here is whom the rule took the entity for, unless that one is told apart from it."""
    query = select(func.coalesce(Identities.same_as, Identities.key)).where(Identities.id == who.ids[0])
    key = connection.execute(query).scalar()
    if key is None:
        if decided is not None and _is_free(connection, decided):
            key = decided
        values = {"id": who.ids[0], "name": who.name, "type": who.type, "wikidata": who.wikidata, "wikidata_from": who.wikidata_from}
        new = connection.execute(insert(Identities).values(**values, same_as=key, added=now()).returning(Identities.key)).scalar_one()
        key = key if key is not None else new
    for id in who.ids[1:]:
        if connection.execute(select(Identities.key).where(Identities.id == id)).first() is None:
            connection.execute(insert(Identities).values(id=id, name=who.name, type=who.type, same_as=key, added=now()))
    if who.wikidata is not None:
        values = {"wikidata": who.wikidata, "wikidata_from": who.wikidata_from}
        connection.execute(update(Identities).where(Identities.key == key, Identities.wikidata.is_(None)).values(values))
    return int(key)


def _is_free(connection: Connection, key: int) -> bool:
    """Whether no person decided who is an identity, and may have told it from another one."""
    pinned = select(Identifications.entity).where(Identifications.identity == key, Identifications.judge.not_like("identity/%"))
    return connection.execute(pinned.limit(1)).first() is None


def _insert_ids(connection: Connection, document: int, ids: dict[str, str | None]) -> None:
    rows = [{"id": id, "document": document, "same_as": same_as} for id, same_as in ids.items()]
    for some in ([row for row in rows if row["same_as"] is None], [row for row in rows if row["same_as"] is not None]):
        if some:
            connection.execute(insert(StatementIds), some)


def _insert_other_ids(connection: Connection, document: int, reading: int, others: list[tuple[int, str]]) -> None:
    """Have the ids that a reading's statements go by elsewhere stand for those that they go by here."""
    here = dict(connection.execute(select(Statements.ordinal, Statements.id).where(Statements.reading == reading)).all())
    for ordinal, id in others:
        if resolved(connection, id) is None:
            connection.execute(insert(StatementIds).values(id=id, document=document, same_as=here[ordinal]))


def _insert_aliases(connection: Connection, document: int, ids: dict[str, str | None]) -> None:
    """Have every id be found that a statement ever had; one whose statement no reading finds any more stands for itself."""
    for id, same_as in _canonical_first(ids):
        if resolved(connection, id) is None:
            now_as = resolved(connection, same_as) if same_as is not None else None
            connection.execute(insert(StatementIds).values(id=id, document=document, same_as=now_as))


def _canonical_first(ids: dict[str, str | None]) -> Iterator[tuple[str, str | None]]:
    yield from sorted(ids.items(), key=lambda item: (item[1] is not None, item[0]))
