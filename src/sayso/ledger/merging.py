"""Joining another ledger into this one: what both have is there once, as if all had come to one ledger in the order of time.

Each document comes in a transaction of its own, so that a merge that was interrupted is finished by the same call, and what is there
already is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, Engine, insert, select, update

from sayso.ledger import catalogue, forgetting, identities
from sayso.ledger.holdings import Adding, Held, Holding, clear, insert_reviews, pin, put, resolved, review_without
from sayso.ledger.opening import in_read, in_write
from sayso.ledger.rows import Values
from sayso.ledger.schema import (
    Appearances,
    Documents,
    Entities,
    Entries,
    Feeds,
    Identifications,
    Identities,
    Readings,
    Reviews,
    StatementIds,
    Tombstones,
)

T = TypeVar("T")

_AT_ONCE = 200  # rows in one transaction


def merge(engine: Engine, other: Engine, adding: Adding, advance: Callable[[int], None]) -> bool:
    """Join another ledger into one; see ``Ledger.merge``.

    Returns:
        Whether something was forgotten, so that it must be purged.
    """
    forgot = _take_tombstones(engine, other, adding)
    renamed: dict[int, str] = {}  # documents of the other ledger by their keys there, whose ids are others here
    last = 0
    while True:
        rows = in_read(other, partial(_documents, after=last))
        if not rows:
            break
        for key, id in rows:
            theirs = in_read(other, partial(Holding.of, document=key))
            now_as = in_write(engine, partial(_join, theirs=theirs, adding=adding))
            if now_as != id:
                renamed[key] = now_as
            advance(1)
        last = rows[-1][0]
    _take_reviews(engine, other, renamed)
    _take_feeds(engine, other)
    return forgot


def _take_tombstones(engine: Engine, other: Engine, adding: Adding) -> bool:
    """Forget here what was forgotten there."""

    def stones_of(connection: Connection) -> list[Values]:
        return [dict(row) for row in connection.execute(select(Tombstones.__table__).order_by(Tombstones.id)).mappings()]

    theirs = in_read(other, stones_of)
    if not theirs:
        return False
    in_write(engine, partial(forgetting.bury, stones=theirs))
    there = set()
    for some in _parts([stone["id"] for stone in theirs if stone["about"] == "document"]):
        query = select(Documents.id).where(Documents.id.in_(some))
        there |= set(in_read(engine, lambda connection, query=query: connection.execute(query).scalars().all()))  # type: ignore[misc]
    for id in sorted(there):
        in_write(engine, partial(forgetting.forget_document, id=id))
    names = [stone for stone in theirs if stone["about"] == "name"]
    for stone in names:
        forgetting.redact(engine, stone, adding)
    return bool(there or names)


def _documents(connection: Connection, after: int) -> list[tuple[int, str]]:
    query = select(Documents.key, Documents.id).where(Documents.key > after).order_by(Documents.key).limit(_AT_ONCE)
    return [(key, id) for key, id in connection.execute(query)]


def _marks(connection: Connection, id: str) -> frozenset[str]:
    """The ids of all that is held of a document but the reviews, as ``Holding.marks`` are; none where there is no such document."""
    key = connection.execute(select(Documents.key).where(Documents.id == id)).scalar()
    return frozenset(
        found
        for table in (Appearances, Readings, StatementIds)
        for found in connection.execute(select(table.id).where(table.document == key)).scalars()
    )


def _join(connection: Connection, theirs: Holding, adding: Adding) -> str:
    """Take over what another ledger holds of a document; gives the id that the document has here."""
    was, theirs = theirs.id, theirs.without(forgetting.forgotten(connection))
    stones = select(Tombstones.at).where(Tombstones.id.in_([was, theirs.id]), Tombstones.about == "document")
    if connection.execute(stones).first() is not None:
        return was
    key = connection.execute(select(Documents.key).where(Documents.id == theirs.id).with_for_update()).scalar()
    identities.lock(connection)
    changed = not theirs.marks <= _marks(connection, theirs.id)
    if changed and key is None:
        key = put(connection, replace(theirs, readings=tuple(replace(one, identified=()) for one in theirs.readings), reviews=()), adding)
    elif changed and key is not None:
        ours = Holding.of(connection, key)
        clear(connection, key)
        put(connection, ours.joined(theirs), adding)
    if _take_decisions(connection, theirs.readings) or changed:
        catalogue.refresh(connection, [key] if key is not None else [])
    return theirs.id


def _take_decisions(connection: Connection, readings: Sequence[Held]) -> bool:
    """Have persons be whom people decided that they are; gives whether somebody is another one now."""
    touched: set[int] = set()
    for held in readings:
        reading = connection.execute(select(Readings.key).where(Readings.id == held.id)).scalar_one()
        touched |= pin(connection, reading, [who for who in held.identified if who.reviewed])
        for who in held.identified:
            if who.wikidata is not None and who.wikidata_from != "record":
                one = select(Identifications.identity).join(Entities, Entities.key == Identifications.entity)
                one = one.where(Entities.reading == reading, Entities.ordinal == who.ordinal)
                one = one.where(Identifications.judge.like("identity/%"))  # a person here may have told them apart
                unknown = update(Identities).where(Identities.key.in_(one), Identities.wikidata.is_(None))
                connection.execute(unknown.values(wikidata=who.wikidata, wikidata_from=who.wikidata_from))
    identities.renew(connection, touched)
    return bool(touched)


def _take_reviews(engine: Engine, other: Engine, renamed: dict[int, str]) -> None:
    """Add the reviews that aren't in the log yet."""

    def logged(connection: Connection, after: int) -> list[tuple[Values, str | None]]:
        query = select(Reviews.__table__, Documents.id.label("document_id")).outerjoin(Documents, Documents.key == Reviews.document)
        rows = connection.execute(query.where(Reviews.key > after).order_by(Reviews.key).limit(_AT_ONCE)).mappings()
        found = []
        for row in rows:
            values = dict(row)
            id = values.pop("document_id")
            found.append((values, renamed.get(values["document"], id)))
        return found

    def add(connection: Connection, reviews: list[tuple[Values, str | None]]) -> None:
        redaction = forgetting.forgotten(connection)
        rows = []
        for row, id in reviews:
            document = connection.execute(select(Documents.key).where(Documents.id == id)).scalar() if id is not None else None
            if id is not None and document is None:  # it was forgotten
                continue
            own = [one for name in ("statement", "other") if (one := row[name]) is not None and _document(connection, one) == document]
            text = connection.execute(select(Documents.text).where(Documents.key == document)).scalar() or ""
            values = {name: value for name, value in row.items() if name != "key"}
            rows.append(review_without({**values, "document": document}, redaction, text, own))
        added = insert_reviews(connection, rows)
        catalogue.refresh(connection, {row["document"] for row in added if row["document"] is not None})

    last = 0
    while rows := in_read(other, partial(logged, after=last)):
        in_write(engine, partial(add, reviews=rows))
        last = rows[-1][0]["key"]


def _document(connection: Connection, statement: str) -> int | None:
    id = resolved(connection, statement)
    return connection.execute(select(StatementIds.document).where(StatementIds.id == id)).scalar() if id is not None else None


def _take_feeds(engine: Engine, other: Engine) -> None:
    """Have seen what was seen there."""

    def seen(connection: Connection) -> list[Values]:
        query = select(Feeds.id.label("feed"), Feeds.url, Entries.id, Entries.entry, Entries.seen)
        query = query.outerjoin(Entries, Entries.feed == Feeds.key).order_by(Feeds.key, Entries.id)
        return [dict(row) for row in connection.execute(query).mappings()]

    def add(connection: Connection, rows: Sequence[Values]) -> None:
        redaction = forgetting.forgotten(connection)
        for row in rows:
            key = connection.execute(select(Feeds.key).where(Feeds.id == row["feed"])).scalar()
            if key is None:
                values = {"id": row["feed"], "url": redaction.address(row["url"])}
                key = connection.execute(insert(Feeds).values(values).returning(Feeds.key)).scalar_one()
            if row["id"] is None:
                continue
            if connection.execute(select(Entries.seen).where(Entries.feed == key, Entries.id == row["id"])).first() is None:
                entry = {"feed": key, "id": row["id"], "entry": redaction.address(row["entry"]), "seen": row["seen"]}
                connection.execute(insert(Entries).values(entry))

    for some in _parts(in_read(other, seen)):
        in_write(engine, partial(add, rows=some))


def _parts(values: Sequence[T]) -> list[Sequence[T]]:
    """Values in parts that one command takes."""
    return [values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE)]
