"""Whom a ledger knows by a name, what they are on record with, and what people decide about who is who."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, or_, select, update

from sayso.errors import LedgerError, NotInLedger
from sayso.ledger.catalogue import SHIFT
from sayso.ledger.identities import find, lock, renew
from sayso.ledger.reviews import log
from sayso.ledger.rows import digest_id, now
from sayso.ledger.schema import (
    Appearances,
    Catalogue,
    Documents,
    Entities,
    Identifications,
    Identities,
    IdentityNames,
    Readings,
    Reviews,
    Statements,
)

_MOST = 50  # identities that are told of by one name
_WIKIDATA = re.compile(r"Q[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom documents name.

    Attributes:
        id: 32 hex digits.
        name: the fullest name.
        type: person, organization, place, document, group or media.
        names: all names, as they are written.
        wikidata: id in Wikidata.
        wikidata_from: who says so: the address of a service, "record", or the one who reviewed it.
        documents: how many documents name it.
        statements: how many statements it is the speaker of, in the documents' latest readings.
        first, last: the days of the first and the last of these documents, ISO 8601; None where no day is known.
    """

    id: str
    name: str
    type: str
    names: tuple[str, ...]
    wikidata: str | None
    wikidata_from: str | None
    documents: int
    statements: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Something that somebody is on record with.

    Attributes:
        statement: its id.
        document: the document's id.
        seen: when the document was first published, or else seen, ISO 8601 in UTC.
        published: as the document says it.
        outlet, title, url: of the document.
        kind: direct, mixed, indirect or narrated.
        denial: whether it rejects a claim.
        text: its words.
        named: by which name the document's speaker goes.
        confidence: in the attribution, 0 to 1.
        key: to go on from here: ``after``.
    """

    statement: str
    document: str
    seen: str
    published: str | None
    outlet: str | None
    title: str | None
    url: str | None
    kind: str
    denial: bool | None
    text: str
    named: str | None
    confidence: float
    key: str


@dataclass(frozen=True, slots=True)
class Decided:
    """Why an entity of a document is somebody.

    Attributes:
        document: the document's id.
        name: what the entity is called there.
        score: how sure that is, 0 to 1.
        reasons: what spoke for it and against it.
        judge: version of the rule, or the id of a review.
    """

    document: str
    name: str
    score: float
    reasons: tuple[str, ...]
    judge: str


def who(connection: Connection, name: str) -> list[Identity]:
    """Those who go by a name, or by one like it, those with the most statements first."""
    found = [_identity(connection, key) for key in find(connection, name)[:_MOST]]
    return sorted(found, key=lambda one: (-one.statements, -one.documents, one.id))


def identity(connection: Connection, id: str) -> Identity:
    """Somebody by an id that they ever had.

    Raises:
        NotInLedger: there was never such an identity.
    """
    return _identity(connection, _key(connection, id))


def on_record(connection: Connection, id: str, newest: bool, limit: int, after: str | None) -> list[OnRecord]:
    """What somebody said, in the order of time.

    Args:
        connection: to the ledger.
        id: of the identity.
        newest: the newest first.
        limit: how many at most.
        after: the ``key`` of the last one that is known already.

    Raises:
        NotInLedger: there was never such an identity.
        LedgerError: ``after`` is no such key.
    """
    second = Catalogue.key - Catalogue.key % (1 << SHIFT)
    # Within a second keys fall in the order of the text, so that those of one document stay in it either way.
    order = [Catalogue.key.desc()] if newest else [second, Catalogue.key.desc()]
    query = (
        select(
            Catalogue.key, Catalogue.id, Catalogue.moment, Catalogue.outlet, Catalogue.kind, Catalogue.denial, Catalogue.text,
            Catalogue.speaker, Statements.confidence, Documents.id.label("document"), Appearances.published, Appearances.title,
            Appearances.url,
        )
        .join(Statements, Statements.key == Catalogue.statement)
        .join(Readings, Readings.key == Statements.reading)
        .join(Appearances, Appearances.key == Readings.appearance)
        .join(Documents, Documents.key == Catalogue.document)
        .where(Catalogue.identity == _key(connection, id))
        .order_by(*order)
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        query = query.where(_beyond(after, newest))
    return [
        OnRecord(
            statement=row.id, document=row.document, seen=row.moment, published=row.published, outlet=row.outlet, title=row.title,
            url=row.url, kind=row.kind, denial=row.denial, text=row.text, named=row.speaker, confidence=row.confidence, key=str(row.key),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _beyond(after: str, newest: bool) -> ColumnElement[bool]:
    """What comes behind a key."""
    if not (after.isascii() and after.isdigit() and len(after) < 20 and int(after) < 1 << 62):
        raise LedgerError(f"{after!r} is no key of something on record")
    key = int(after)
    if newest:
        return Catalogue.key < key
    begin = key >> SHIFT << SHIFT
    return or_(Catalogue.key >= begin + (1 << SHIFT), and_(Catalogue.key >= begin, Catalogue.key < key))


def decisions(connection: Connection, id: str) -> list[Decided]:
    """Why the entities of documents' latest readings are somebody, in the order in which they were added.

    Raises:
        NotInLedger: there was never such an identity.
    """
    query = (
        select(Documents.id, Entities.name, Identifications.score, Identifications.reasons, Identifications.judge)
        .join(Entities, Entities.key == Identifications.entity)
        .join(Readings, Readings.key == Entities.reading)
        .join(Documents, Documents.key == Readings.document)
        .where(Identifications.identity == _key(connection, id), _is_latest())
        .order_by(Identifications.entity)
    )
    return [Decided(row.id, row.name, row.score, tuple(row.reasons), row.judge) for row in connection.execute(query)]


def merge(connection: Connection, id: str, other: str, by: str, note: str | None = None) -> list[int]:
    """Take two identities for one, which keeps the first one's id; later decisions keep to it.

    Returns:
        The keys of the documents in which somebody has another identity now.

    Raises:
        NotInLedger: there was never such an identity.
        LedgerError: both are one already, or nobody is named whose verdict it is.
    """
    lock(connection)
    one, two = (_key(connection, each) for each in (id, other))
    if one == two:
        raise LedgerError(f"{id} and {other} are one already")
    ids = _ids(connection, [one, two])
    moved = _entities(connection, two)
    review = log(
        connection,
        by,
        {
            "about": "identity", "verdict": "merged", "entity": ids[one], "other_entity": ids[two], "note": note,
            "snapshot": {"moved": [list(place) for place in moved.values()]},
        },
    )  # fmt: skip
    pinned = {"judge": review, "score": 1.0, "reasons": ["a review"]}
    connection.execute(update(Identifications).where(Identifications.identity.in_((one, two))).values(identity=one, **pinned))
    connection.execute(update(Identities).where(or_(Identities.key == two, Identities.same_as == two)).values(same_as=one))
    known = {row.key: row for row in connection.execute(select(Identities.__table__).where(Identities.key.in_((one, two))))}
    if known[one].wikidata is None and known[two].wikidata is not None:
        values = {"wikidata": known[two].wikidata, "wikidata_from": known[two].wikidata_from}
        connection.execute(update(Identities).where(Identities.key == one).values(values))
    renew(connection, {one, two})
    return _documents(connection, moved)


def split(connection: Connection, id: str, what: Collection[str], by: str, note: str | None = None) -> tuple[str, list[int]]:
    """Take an identity of some documents for another one, or one that was merged into it for itself again; later decisions keep to it.

    Args:
        connection: in a transaction that writes.
        id: of the identity.
        what: ids of documents in which it is somebody else, or of one identity that was merged into it.
        by: whose verdict it is.
        note: why.

    Returns:
        The id of the identity that was split off, and the keys of the documents in which somebody has another identity now.

    Raises:
        NotInLedger: there was never such an identity.
        LedgerError: no such document names it, or no other one does, or nobody is named whose verdict it is.
    """
    lock(connection)
    key = _key(connection, id)
    merged = connection.execute(select(Identities.key).where(Identities.id.in_(what), Identities.same_as == key)).scalars().all()
    places = _entities(connection, key)
    if merged and len(what) == 1:
        moved = _once_moved(connection, next(iter(what)), places)
    else:
        asked = set(what)
        moved = {entity: place for entity, place in places.items() if place[0] in asked}
    if not moved:
        raise LedgerError(f"{id}: none of these documents names it: {', '.join(sorted(what)) or 'none was given'}")
    if len(moved) == len(places):
        raise LedgerError(f"{id}: only these documents name it, so that there is nothing to split it from")
    row = connection.execute(select(Identities.__table__).where(Identities.key == key)).one()
    if merged and len(what) == 1:
        new = merged[0]
        connection.execute(update(Identities).where(Identities.key == new).values(same_as=None))
    else:
        count = connection.execute(select(func.count()).select_from(Reviews).where(Reviews.entity == row.id)).scalar_one()
        new_id = digest_id("split", row.id, *sorted(what), str(count))
        values = {"id": new_id, "name": row.name, "type": row.type, "added": now()}
        new = int(connection.execute(insert(Identities).values(values).returning(Identities.key)).scalar_one())
    ids = _ids(connection, [key, new])
    review = log(
        connection,
        by,
        {
            "about": "identity", "verdict": "split", "entity": ids[key], "other_entity": ids[new], "note": note,
            "snapshot": {"moved": [list(place) for place in moved.values()]},
        },
    )  # fmt: skip
    pinned = {"judge": review, "score": 1.0, "reasons": ["a review"]}
    connection.execute(update(Identifications).where(Identifications.identity == key).values(pinned))
    entities = list(moved)
    for at in range(0, len(entities), 500):
        part = Identifications.entity.in_(entities[at : at + 500])
        connection.execute(update(Identifications).where(part).values(identity=new))
    renew(connection, {key, new})
    return ids[new], _documents(connection, moved)


def set_wikidata(connection: Connection, id: str, wikidata: str | None, source: str, by: str | None = None) -> None:
    """Keep, or forget, which id somebody has in Wikidata, and who says so.

    Args:
        connection: in a transaction that writes.
        id: of the identity.
        wikidata: the id there; None: none that is known.
        source: the address of the service that gave it, or another word for where it is from.
        by: who confirmed it; None: the service was sure.

    Raises:
        NotInLedger: there was never such an identity.
        LedgerError: it is no id of Wikidata's.
    """
    if wikidata is not None and not _WIKIDATA.fullmatch(wikidata):
        raise LedgerError(f"{wikidata!r} is no id of Wikidata's, such as Q42")
    lock(connection)
    key = _key(connection, id)
    if by is not None:
        corrections = {"wikidata": wikidata}
        ids = _ids(connection, [key])
        log(connection, by, {"about": "identity", "verdict": "corrected", "entity": ids[key], "corrections": corrections, "note": source})
    values = {"wikidata": wikidata, "wikidata_from": source if wikidata is not None else None}
    connection.execute(update(Identities).where(Identities.key == key).values(values))


def _key(connection: Connection, id: str) -> int:
    """The key of the identity that has an id, or into which it was merged."""
    key = connection.execute(select(func.coalesce(Identities.same_as, Identities.key)).where(Identities.id == id)).scalar()
    if key is None:
        raise NotInLedger(f"there is no identity {id!r}")
    return int(key)


def _ids(connection: Connection, keys: Sequence[int]) -> dict[int, str]:
    return {row.key: row.id for row in connection.execute(select(Identities.key, Identities.id).where(Identities.key.in_(keys)))}


def _identity(connection: Connection, key: int) -> Identity:
    row = connection.execute(select(Identities.__table__).where(Identities.key == key)).one()
    names = select(IdentityNames.name).where(IdentityNames.identity == key, IdentityNames.name.is_not(None))
    named = _named(key).where(_is_latest())
    day = func.nullif(Readings.reference, "")
    figures = named.with_only_columns(func.count(Readings.document.distinct()), func.min(day), func.max(day))
    documents, first, last = connection.execute(figures).one()
    said = select(func.count()).select_from(Catalogue).where(Catalogue.identity == key)
    return Identity(
        id=row.id, name=row.name, type=row.type, names=tuple(sorted({row.name, *connection.execute(names).scalars()})),
        wikidata=row.wikidata, wikidata_from=row.wikidata_from, documents=documents, statements=connection.execute(said).scalar_one(),
        first=first, last=last,
    )  # fmt: skip


def _named(key: int) -> Select[int]:
    query = select(Entities.key).join(Identifications, Identifications.entity == Entities.key)
    return query.join(Readings, Readings.key == Entities.reading).where(Identifications.identity == key)


def _is_latest() -> ColumnElement[bool]:
    """Whether a reading is the latest of its document."""
    other = Readings.__table__.alias("later")
    return ~select(other.c.key).where(other.c.document == Readings.document, other.c.key > Readings.key).exists()


def _entities(connection: Connection, key: int) -> dict[int, tuple[str, str, int]]:
    """The entities that somebody is, each with its place: document, reading, ordinal."""
    query = (
        select(Entities.key, Documents.id, Readings.id.label("reading"), Entities.ordinal)
        .join(Identifications, Identifications.entity == Entities.key)
        .join(Readings, Readings.key == Entities.reading)
        .join(Documents, Documents.key == Readings.document)
        .where(Identifications.identity == key)
        .order_by(Entities.key)
    )
    return {row.key: (row.id, row.reading, row.ordinal) for row in connection.execute(query)}


def _once_moved(connection: Connection, other: str, places: dict[int, tuple[str, str, int]]) -> dict[int, tuple[str, str, int]]:
    """Of the places of an identity's entities those that the merging of another one into it brought."""
    query = select(Reviews.snapshot).where(Reviews.about == "identity", Reviews.verdict == "merged", Reviews.other_entity == other)
    brought = {tuple(place) for snapshot in connection.execute(query).scalars() for place in snapshot.get("moved", [])}
    return {entity: place for entity, place in places.items() if place in brought}


def _documents(connection: Connection, entities: Collection[int]) -> list[int]:
    keys: set[int] = set()
    some = list(entities)
    for at in range(0, len(some), 500):
        query = select(Readings.document).join(Entities, Entities.reading == Readings.key).where(Entities.key.in_(some[at : at + 500]))
        keys.update(connection.execute(query).scalars())
    return sorted(keys)
