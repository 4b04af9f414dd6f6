"""What is forgotten: a document, or a name in whatever has it. A tombstone without content keeps it from being taken in again.

Each document is changed in a transaction of its own. What was interrupted is finished by the same call.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, delete, exists, insert, or_, select, text, update
from sqlalchemy.exc import DBAPIError

from sayso.errors import Forgotten, LedgerError, LedgerUnavailable, NotInLedger
from sayso.ledger import catalogue, identities
from sayso.ledger.holdings import Adding, Holding, clear, insert_reviews, pin, put, review_without
from sayso.ledger.opening import explained, in_read, in_write, is_sqlite, name_of
from sayso.ledger.redaction import Redaction
from sayso.ledger.rows import Values, now, refuse_unstorable
from sayso.ledger.schema import (
    Appearances,
    Articles,
    Base,
    Documents,
    Entities,
    Entries,
    Feeds,
    Identifications,
    Identities,
    IdentityNames,
    Links,
    Names,
    Readings,
    Relations,
    Reviews,
    StatementIds,
    Statements,
    Tombstones,
)
from sayso.models import Record

_AT_ONCE = 100  # documents that are looked at within one view of the ledger
_PATIENCE = 60  # seconds to wait for those who read what is no more
_MET = ("title", "place", "url", "ref", "canonical", "outlet", "authors", "credits")


def forgotten(connection: Connection) -> Redaction:
    """What takes out the names that a ledger forgot."""
    names: dict[int, set[str]] = {}
    for id, words in connection.execute(select(Tombstones.id, Tombstones.words).where(Tombstones.about == "name")):
        names.setdefault(words or 0, set()).add(id)
    return Redaction({words: frozenset(ids) for words, ids in names.items()})


def refuse_forgotten(connection: Connection, record: Record) -> None:
    """Raise Forgotten where a record's document was forgotten, or it has a name that was."""
    id = record.document.id
    if connection.execute(select(Tombstones.at).where(Tombstones.id == id, Tombstones.about == "document")).first() is not None:
        raise Forgotten(f"document {id} was forgotten, and isn't taken in again")
    if forgotten(connection).record(record) is not record:
        raise Forgotten(f"document {id} has a name that was forgotten, and isn't taken in")


def forget_documents(engine: Engine, ids: Collection[str], by: str, reason: str | None) -> None:
    """Erase documents; see ``Ledger.forget``."""
    stones = [_tombstone(Redaction(), "document", id, None, by, reason) for id in dict.fromkeys(ids)]
    known = in_read(engine, partial(_known, ids=[stone["id"] for stone in stones]))
    if strange := [stone["id"] for stone in stones if stone["id"] not in known]:
        raise NotInLedger(f"{name_of(engine)}: there is no document {', '.join(map(repr, strange))}")
    for stone in stones:
        in_write(engine, partial(bury, stones=[stone]))
        in_write(engine, partial(forget_document, id=stone["id"]))


def forget_name(engine: Engine, name: str, by: str, reason: str | None, adding: Adding) -> None:
    """Erase a name; see ``Ledger.forget_name``."""
    redaction = Redaction.of(name)
    [(words, digests)] = redaction.names.items()
    [digest] = digests
    stone = _tombstone(redaction, "name", digest, words, by, reason)
    in_write(engine, partial(bury, stones=[stone]))
    redact(engine, stone, adding)


def bury(connection: Connection, stones: Sequence[Values]) -> None:
    """Set up tombstones where there are none; whatever is being added comes before or is refused."""
    if connection.dialect.name == "postgresql":  # whoever is adding has looked at the tombstones that there were
        connection.execute(text("LOCK TABLE tombstones IN ACCESS EXCLUSIVE MODE"))
    for stone in stones:
        _set_up(connection, stone)


def redact(engine: Engine, stone: Values, adding: Adding) -> None:
    """Take the name for which a tombstone stands out of all that a ledger holds."""
    redaction = Redaction({stone["words"]: frozenset([stone["id"]])})
    last: int | None = 0
    while last is not None:
        found, last = in_read(engine, partial(_mentioning, redaction=redaction, after=last))
        for document in found:
            in_write(engine, partial(_redact_document, document=document, redaction=redaction, stone=stone, adding=adding))
    in_write(engine, partial(_redact_rest, redaction=redaction))


def purge(engine: Engine) -> None:
    """Leave nothing of what was taken away in the database's files; others wait meanwhile.

    Raises:
        LedgerUnavailable: others read what is no more, or there is no room.
    """
    try:
        if is_sqlite(engine):
            in_write(engine, catalogue.compact_index)
            _purge_file(engine)
            return
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in [*(table.name for table in Base.metadata.sorted_tables), "catalogue_fts"]:
                # Without FULL, the words would stay in the index and in the free room of pages.
                connection.execute(text(f"VACUUM (FULL, ANALYZE) {name}"))
    except DBAPIError as error:
        raise explained(engine, error) from error
    except sqlite3.Error as error:
        raise LedgerUnavailable(f"{name_of(engine)}: {error}") from error


def forget_document(connection: Connection, id: str) -> None:
    """Erase a document, if it is there."""
    _overwrite(connection)
    key = connection.execute(select(Documents.key).where(Documents.id == id).with_for_update()).scalar()
    if key is None:
        return
    identities.lock(connection)
    named = select(Identifications.identity).join(Entities, Entities.key == Identifications.entity)
    named = named.join(Readings, Readings.key == Entities.reading).where(Readings.document == key).distinct()
    touched = connection.execute(named).scalars().all()
    own = select(StatementIds.id).where(StatementIds.document == key)
    connection.execute(delete(Relations).where(or_(Relations.a.in_(own), Relations.b.in_(own))))
    clear(connection, key)
    connection.execute(delete(Documents).where(Documents.key == key))
    _drop_articles(connection)
    identities.renew(connection, touched)


def _known(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Of ids of documents those that are in the ledger, or were forgotten."""
    found: set[str] = set()
    for column in (Documents.id, Tombstones.id):
        for at in range(0, len(ids), _AT_ONCE):
            found.update(connection.execute(select(column).where(column.in_(ids[at : at + _AT_ONCE]))).scalars())
    return found


def _tombstone(redaction: Redaction, about: str, id: str, words: int | None, by: str, reason: str | None) -> Values:
    if not by.strip():
        raise LedgerError("what is forgotten needs the name of whose decision it is")
    refuse_unstorable([{"by": by, "reason": reason}])
    reason = redaction.text(reason) if reason is not None else None
    return {"id": id, "about": about, "words": words, "at": now(), "reviewer": redaction.text(by.strip()), "reason": reason}


def _set_up(connection: Connection, stone: Values) -> None:
    if connection.execute(select(Tombstones.at).where(Tombstones.id == stone["id"])).first() is None:
        connection.execute(insert(Tombstones).values(stone))


def _overwrite(connection: Connection) -> None:
    """Have SQLite overwrite what is deleted."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))


def _mentioning(connection: Connection, redaction: Redaction, after: int) -> tuple[list[int], int | None]:
    """Of the next documents behind a key those that have a name, and the key of the last of all; None where there are none."""
    query = select(Documents.key, Documents.text, Documents.title).where(Documents.key > after).order_by(Documents.key).limit(_AT_ONCE)
    rows = connection.execute(query).all()
    if not rows:
        return [], None
    keys = [row.key for row in rows]
    words: dict[int, list[Any]] = {row.key: [row.text, row.title] for row in rows}
    met = select(Appearances.document, *(getattr(Appearances, name) for name in _MET)).where(Appearances.document.in_(keys))
    read = select(Readings.document, Readings.top_speaker, Readings.warnings).where(Readings.document.in_(keys))
    of_reading = Readings.key == Entities.reading, Readings.document.in_(keys)
    said = select(Readings.document, Statements.speaker_name).join(Statements, Statements.reading == Readings.key)
    others = [
        met,
        read,
        select(Readings.document, Entities.name).where(*of_reading),
        select(Readings.document, Names.name).join(Entities, Entities.key == Names.entity).where(*of_reading),
        select(Readings.document, Identifications.reasons, Identifications.traits)
        .join(Entities, Entities.key == Identifications.entity)
        .where(*of_reading),
        said.where(Readings.document.in_(keys)).distinct(),
        select(Readings.document, Links.name)
        .join(Statements, Statements.reading == Readings.key)
        .join(Links, Links.statement == Statements.key)
        .where(Readings.document.in_(keys))
        .distinct(),
    ]
    for query in others:
        for document, *values in connection.execute(query):
            words[document] += values
    found = [key for key, values in words.items() if any(_has(redaction, value) for value in values)]
    mentioned = set(found)
    own = dict(connection.execute(select(StatementIds.id, StatementIds.document).where(StatementIds.document.in_(keys))).all())
    others_of = select(StatementIds.id).where(StatementIds.document.in_(keys))
    reviews = select(Reviews.__table__).where(or_(Reviews.document.in_(keys), Reviews.other.in_(others_of)))
    for row in connection.execute(reviews).mappings():
        review = dict(row)
        if review_without(review, redaction) != review:
            mentioned |= {key for key in (row["document"], own.get(row["statement"] or ""), own.get(row["other"] or "")) if key in words}
    return sorted(mentioned), keys[-1]


def _has(redaction: Redaction, value: Any) -> bool:
    if isinstance(value, list):
        return any(_has(redaction, one) for one in value)
    return isinstance(value, str) and redaction.address(value) != value


def _redact_document(connection: Connection, document: int, redaction: Redaction, stone: Values, adding: Adding) -> None:
    """Take a name out of one document, and out of all that is known of it."""
    _overwrite(connection)
    there = connection.execute(select(Documents.id).where(Documents.key == document).with_for_update()).first()
    if there is None:
        return
    identities.lock(connection)
    was = Holding.of(connection, document)
    new = was.without(redaction)
    title = connection.execute(select(Documents.title).where(Documents.key == document)).scalar()
    if new is was and not _has(redaction, title):
        return
    twin = None
    if new.id != was.id:
        _set_up(connection, {**stone, "id": was.id, "about": "document", "words": None, "at": now()})
        twin = connection.execute(select(Documents.key).where(Documents.id == new.id).with_for_update()).scalar()
    clear(connection, document)
    if twin is not None:  # what is left of two texts is one text
        connection.execute(delete(Documents).where(Documents.key == document))
        other = Holding.of(connection, twin)
        clear(connection, twin)
        key = put(connection, other.joined(new), adding)
        for held in new.readings:
            reading = connection.execute(select(Readings.key).where(Readings.id == held.id)).scalar_one()
            pin(connection, reading, [who for who in held.identified if who.reviewed])
        insert_reviews(connection, [{**row, "document": key if row["document"] == document else row["document"]} for row in new.reviews])
    else:
        first = new.appearances[0].document
        values = {"id": first.id, "sha256": first.sha256, "text": first.text}
        title = redaction.text(title) if title is not None else None
        connection.execute(update(Documents).where(Documents.key == document).values(title=title, **values))
        key = put(connection, new, adding)
    _rename_places(connection, {(was.id, a.id): (new.id, b.id) for a, b in zip(was.readings, new.readings, strict=True)})
    catalogue.refresh(connection, [key])


def _rename_places(connection: Connection, places: dict[tuple[str, str], tuple[str, str]]) -> None:
    """Have the log of who is who name documents and readings by the ids that they have now."""
    for key, snapshot in connection.execute(select(Reviews.key, Reviews.snapshot).where(Reviews.about == "identity")).all():
        moved = snapshot.get("moved", [])
        renamed = [[*places.get((place[0], place[1]), (place[0], place[1])), place[2]] for place in moved]
        if renamed != moved:
            connection.execute(update(Reviews).where(Reviews.key == key).values(snapshot={**snapshot, "moved": renamed}))


def _redact_rest(connection: Connection, redaction: Redaction) -> None:
    """Take names out of what belongs to no document."""
    _overwrite(connection)
    identities.lock(connection)
    _drop_articles(connection)
    _redact_identities(connection, redaction)
    for row in connection.execute(select(Reviews.__table__).where(Reviews.about == "identity")).mappings().all():
        was = {name: value for name, value in row.items() if name != "key"}
        if (new := review_without(was, redaction)) != was:
            connection.execute(update(Reviews).where(Reviews.key == row["key"]).values(new))
    for stone in connection.execute(select(Tombstones.__table__)).all():
        new = {"reviewer": redaction.text(stone.reviewer), "reason": redaction.text(stone.reason) if stone.reason is not None else None}
        if new != {"reviewer": stone.reviewer, "reason": stone.reason}:
            connection.execute(update(Tombstones).where(Tombstones.id == stone.id).values(new))
    for feed in connection.execute(select(Feeds.__table__)).all():
        if (url := redaction.address(feed.url)) != feed.url:  # found by the hash in its id, as before
            connection.execute(update(Feeds).where(Feeds.key == feed.key).values(url=url))
    for entry in connection.execute(select(Entries.__table__)).all():
        if (address := redaction.address(entry.entry)) != entry.entry:
            connection.execute(update(Entries).where(Entries.feed == entry.feed, Entries.id == entry.id).values(entry=address))


def _redact_identities(connection: Connection, redaction: Redaction) -> None:
    """Have nobody go by a name that no entity goes by any more."""
    named = select(Identities.key, Identities.same_as, Identities.name)
    touched = {row.same_as or row.key for row in connection.execute(named) if redaction.text(row.name) != row.name}
    called = select(IdentityNames.identity, IdentityNames.folded, IdentityNames.name)
    touched |= {row.identity for row in connection.execute(called) if _has(redaction, [row.folded, row.name])}
    nobody = select(Identities.key).where(Identities.same_as.is_(None), ~exists().where(Identifications.identity == Identities.key))
    identities.renew(connection, touched | set(connection.execute(nobody).scalars()))
    for row in connection.execute(named).all():
        if (name := redaction.text(row.name)) != row.name:
            connection.execute(update(Identities).where(Identities.key == row.key).values(name=name))


def _drop_articles(connection: Connection) -> None:
    connection.execute(delete(Articles).where(~exists().where(Appearances.article == Articles.key)))


def _purge_file(engine: Engine) -> None:
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("VACUUM")
        [usual] = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 100")
        try:
            patience = time.monotonic() + _PATIENCE
            # What was overwritten stands in the log till all readers have let go of it.
            while cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() > patience:
                    raise LedgerUnavailable(
                        f"{name_of(engine)}: others still read what was forgotten; forget it again when they have ended"
                    )
                time.sleep(0.1)
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
