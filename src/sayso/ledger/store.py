"""The ledger itself: what is added to it, and what it gives back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Self, TypeVar, Unpack

from pydantic import ValidationError
from sqlalchemy import Connection, Table, and_, exists, func, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import NoResultFound

from sayso.errors import LedgerError, LedgerUnavailable, NoLedger, NotInLedger, SpanError
from sayso.ledger import catalogue, changes, comparison, forgetting, identities, linkings, merging, relations, restoration, reviews, who
from sayso.ledger.changes import History, Version
from sayso.ledger.comparison import Comparison, ReaderCount
from sayso.ledger.holdings import Adding
from sayso.ledger.inheritance import identified, inherited
from sayso.ledger.linkings import Links
from sayso.ledger.opening import engine_for, in_read, in_write, is_sqlite, name_of, open_ledger, upgrade_ledger
from sayso.ledger.relations import Dispute, Origins, Related
from sayso.ledger.reviews import Corrections, Review, Verdict
from sayso.ledger.rows import (
    HeadRows,
    ReadingRows,
    Values,
    appearance_of,
    digest_id,
    document_of,
    head_rows,
    now,
    reading_id,
    reading_rows,
    record_of,
    refuse_unstorable,
)
from sayso.ledger.schema import (
    VERSION,
    Appearances,
    Articles,
    Base,
    Documents,
    Entities,
    Entries,
    Feeds,
    Identities,
    Readings,
    Relations,
    Reviews,
    Spans,
    StatementIds,
    Statements,
    Verdicts,
)
from sayso.ledger.search import MOST_NEAREST, Filters, Order, Page, find
from sayso.ledger.vectors import Meanings, Meant, delete_vectors, insert_vectors, segments_folder
from sayso.ledger.who import Decided, Identity, OnRecord
from sayso.models import Appearance, Document, Record
from sayso.models import Relations as Relation

T = TypeVar("T")

_AT_ONCE = 100  # documents that are checked within one view of the ledger
_COMPARED_AT_ONCE = 20  # documents whose records are held at once


@dataclass(frozen=True, slots=True)
class Added:
    """What was new to the ledger.

    Attributes:
        id: the document's id.
        document: the text was new.
        appearance: it hadn't been met there before.
        version: the article's address was known with other texts, but not with this one.
        reading: this version of the reader hadn't read it with this reference date.
    """

    id: str
    document: bool
    appearance: bool
    version: bool
    reading: bool


@dataclass(frozen=True, slots=True)
class Stats:
    """How much a ledger holds.

    Attributes:
        version: of its tables.
        articles: addresses at which documents appeared.
        statements: those with an id of their own; a statement that several readings found counts once.
        entities: of all readings.
        identities: who is meant by them; those that were merged count once.
        reviews: verdicts of people.
        verdicts: pairs of statements that may stand in a relation.
        feeds: that are watched.
        size: in bytes.
    """

    version: int
    documents: int
    appearances: int
    articles: int
    readings: int
    statements: int
    entities: int
    identities: int
    reviews: int
    verdicts: int
    feeds: int
    size: int


class Ledger:
    """A store of records, in a file of SQLite's or in a PostgreSQL database.

    What a method has returned from is kept for good. Several threads may use one ledger, and several processes the same place.

    Args:
        place: a file's path, or a URL: ``postgresql://user@host/database``. An empty or missing one becomes a ledger.
        vectors: whether ``add`` makes what statements are searched by meaning with, which takes about as long as a tenth of reading;
            without, ``reindex`` makes it.
        links: whether ``add`` finds how what was said stands to all that was said before, which takes longer the more of that there is;
            without, or without ``vectors``, ``link`` does.

    Raises:
        NoLedger: there is something else.
        OldLedger: its tables are of an earlier version of sayso; see ``upgrade``.
        NewLedger: its tables are of a later version of sayso.
        LedgerUnavailable: it can't be reached, read or made. Every other method may raise this, too.

    Example:
        >>> with Ledger("articles.db") as ledger:
        ...     added = ledger.add(record)
        ...     again = ledger.record(added.id)
    """

    def __init__(self, place: str | os.PathLike[str], *, vectors: bool = True, links: bool = True) -> None:
        self._engine = engine_for(place)
        self._with_vectors = vectors
        self._with_links = vectors and links
        self._meanings = Meanings(self._engine, segments_folder(self._engine))
        self._links = Links(self._engine, self._meanings)
        self._upsert = sqlite.insert if is_sqlite(self._engine) else postgresql.insert
        try:
            open_ledger(self._engine)
        except BaseException:
            self._engine.dispose()
            raise

    @staticmethod
    def upgrade(place: str | os.PathLike[str]) -> tuple[int, int]:
        """Bring the tables of a ledger up to date, all or nothing; nobody else may use it meanwhile.

        Returns:
            The version before and after.

        Raises:
            NoLedger: there is no ledger.
            NewLedger: its tables are of a later version of sayso.
            LedgerUnavailable: it can't be reached, read or written to.
        """
        engine = engine_for(place)
        if is_sqlite(engine) and not os.path.exists(str(engine.url.database)):
            raise NoLedger(f"{name_of(engine)}: there is no ledger")
        try:
            return upgrade_ledger(engine)
        finally:
            engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def add(self, record: Record) -> Added:
        """Keep a record: its document, its appearance and what the reading made of it, all or nothing.

        Adding a record again changes nothing. A second reading of the same document with the same version of the reader and the same
        reference date isn't kept; its appearance is. Relations are found after all that is kept for good, and those that weren't, as
        somebody was interrupted, too.

        Raises:
            RecordRefused: the record contradicts itself, or holds NUL or half a surrogate pair.
            Forgotten: the document was forgotten, or has a name that was.
        """
        head, rows = head_rows(record.document, record.appearance), reading_rows(record)
        vectors = None
        if self._with_vectors and not self.has_reading(record.document, record.reader):
            vectors = self._meanings.of(record)
        added = in_write(self._engine, lambda connection: self._add(connection, record, head, rows, vectors))
        if self._with_links:
            self._links.finish(added.id, announced=added.reading and vectors is not None)
        return added

    def meet(self, document: Document, appearance: Appearance | None = None) -> Added:
        """Keep a document and where it appeared, without a reading: for one that was read before.

        Raises:
            RecordRefused: a value holds NUL or half a surrogate pair.
            Forgotten: the document was forgotten, or has a name that was.
        """
        head = head_rows(document, appearance)
        record = Record(reader="", document=document, appearance=appearance)
        added = in_write(self._engine, lambda connection: self._add(connection, record, head, None))
        if self._with_links:
            self._links.finish(added.id, announced=False)
        return added

    def has(self, where: str, digest: str | None = None, reader: str | None = None) -> bool:
        """Whether something that was met at a place is in the ledger.

        Args:
            where: a record's ``appearance.where``, or an address.
            digest: of the bytes there, as ``appearance.digest`` gives it; None: whatever they were.
            reader: the version of the reader that must have read it; None: read or not.
        """
        article = select(Articles.key).where(Articles.id == digest_id(where)).scalar_subquery()
        query = select(Appearances.key).where(
            or_(Appearances.place == where, Appearances.url == where, Appearances.article == article),
            *([Appearances.digest == digest] if digest is not None else []),
            *([exists().where(Readings.document == Appearances.document, Readings.reader == reader)] if reader is not None else []),
        )
        return self._read(lambda connection: connection.execute(query.limit(1)).first() is not None)

    def has_reading(self, document: Document, reader: str) -> bool:
        """Whether a version of the reader has read a document with its date."""
        query = select(Readings.key).where(Readings.id == reading_id(document.id, reader, document.published))
        return self._read(lambda connection: connection.execute(query).first() is not None)

    def record(self, document_id: str) -> Record:
        """The record of the latest reading of a document.

        Raises:
            NotInLedger: no reading of such a document is kept.
        """

        def latest(connection: Connection) -> Record:
            keys = _readings(connection, document_id)
            if not keys:
                raise NotInLedger(f"{name_of(self._engine)}: no reading of document {document_id!r} is kept")
            return record_of(connection, keys[-1])

        return self._read(latest)

    def documents(self) -> Iterator[str]:
        """The ids of all documents, in the order in which they were added; those that are added meanwhile may be among them."""
        last = 0
        while True:
            query = select(Documents.key, Documents.id).where(Documents.key > last).order_by(Documents.key).limit(_AT_ONCE)
            rows = self._read(lambda connection, query=query: connection.execute(query).all())  # type: ignore[misc]
            if not rows:
                return
            yield from (str(row.id) for row in rows)
            last = rows[-1].key

    def document_with(self, statement_id: str) -> str:
        """The id of the document in which a statement stands, by any id that the statement ever had.

        Raises:
            NotInLedger: there was never such a statement.
        """
        query = select(Documents.id).join(StatementIds, StatementIds.document == Documents.key).where(StatementIds.id == statement_id)
        found = self._read(lambda connection: connection.execute(query).scalar())
        if found is None:
            raise NotInLedger(f"{name_of(self._engine)}: there is no statement {statement_id!r}")
        return str(found)

    def records(self, document_id: str) -> list[Record]:
        """The records of all readings of a document, in the order in which they were added; none where there is no such document."""
        return self._read(lambda connection: [record_of(connection, key) for key in _readings(connection, document_id)])

    def appearances(self, document_id: str) -> list[tuple[Document, Appearance | None]]:
        """Where a document appeared, in the order of time: for each place the document as described there, and the appearance.

        None stands for an appearance of which the record said nothing. The list is empty where there is no such document.
        """

        def find(connection: Connection) -> list[tuple[Document, Appearance | None]]:
            words = connection.execute(select(Documents.text).where(Documents.id == document_id)).scalar()
            rows = connection.execute(
                select(Appearances.__table__)
                .join(Documents, Documents.key == Appearances.document)
                .where(Documents.id == document_id)
                .order_by(Appearances.seen, Appearances.key)
            )
            return [(document_of(words or "", row), appearance_of(row)) for row in rows]

        return self._read(find)

    def versions(self, url: str) -> list[Version]:
        """The texts that stood at an address, in the order of time; one that came back counts again."""
        return self._read(lambda connection: changes.versions(connection, url))

    def changes(self, url: str) -> History:
        """How the statements of an article changed from each version to the next one.

        Args:
            url: the article's address, or one that it was fetched from.

        Raises:
            NotInLedger: nothing that was met there is kept.
        """
        return self._read(lambda connection: changes.history(connection, url))

    def readers(self) -> list[ReaderCount]:
        """The versions of the reader whose readings are kept, with how much they read, in the order in which they came."""
        return self._read(comparison.readers)

    def compare(self, a: str, b: str) -> Iterator[Comparison]:
        """What two versions of the reader make of each document that both have read, in the order in which the documents were added.

        Args:
            a, b: each a version, or a beginning of it that no other one has; the last reading by each counts.

        Raises:
            NotInLedger: no reading by such a reader is kept, or several fit.
        """
        one, other = (self._read(partial(comparison.chosen_reader, reader=reader)) for reader in (a, b))
        return self._compared(one, other)

    def resolve(self, statement_id: str) -> str:
        """The id that a statement goes by, from any id that it ever had.

        Raises:
            NotInLedger: there was never such a statement.
        """
        query = select(func.coalesce(StatementIds.same_as, StatementIds.id)).where(StatementIds.id == statement_id)
        found = self._read(lambda connection: connection.execute(query).scalar())
        if found is None:
            raise NotInLedger(f"{name_of(self._engine)}: there is no statement {statement_id!r}")
        return str(found)

    def seen(self, feed: str) -> set[str]:
        """The feed's own ids of its entries that were marked as seen.

        Args:
            feed: its address.
        """
        query = select(Entries.entry).join(Feeds, Feeds.key == Entries.feed).where(Feeds.id == digest_id(feed))
        return self._read(lambda connection: set(connection.execute(query).scalars()))

    def has_seen(self, feed: str, entry: str) -> bool:
        """Whether an entry was marked as seen, also where a name in its id was forgotten since.

        Args:
            feed: its address.
            entry: the feed's own id for it.
        """
        query = select(Entries.id).join(Feeds, Feeds.key == Entries.feed)
        query = query.where(Feeds.id == digest_id(feed), Entries.id == digest_id(entry))
        return self._read(lambda connection: connection.execute(query).first() is not None)

    def mark_seen(self, feed: str, entries: Iterable[str]) -> None:
        """Remember entries of a feed.

        Args:
            feed: its address.
            entries: the feed's own ids for them.

        Raises:
            RecordRefused: an address or id holds NUL or half a surrogate pair.
        """
        moment = now()
        rows = sorted(({"id": digest_id(entry), "entry": entry, "seen": moment} for entry in set(entries)), key=lambda row: row["id"])
        refuse_unstorable([{"feed": feed}, *rows])

        def mark(connection: Connection) -> None:
            redaction = forgetting.forgotten(connection)
            key, _ = self._kept(connection, Feeds, {"id": digest_id(feed), "url": redaction.address(feed)})
            if rows:
                values = [{"feed": key, **row, "entry": redaction.address(row["entry"])} for row in rows]
                connection.execute(self._upsert(Entries).on_conflict_do_nothing(), values)

        in_write(self._engine, mark)

    def who(self, name: str) -> list[Identity]:
        """Those who go by a name: exactly, or else by their surname or initials, or else by a name like it; who said most first."""
        return self._read(lambda connection: who.who(connection, name))

    def identity(self, id: str) -> Identity:
        """Somebody by an id that they ever had.

        Raises:
            NotInLedger: there was never such an identity.
        """
        return self._read(lambda connection: who.identity(connection, id))

    def on_record(self, identity: str, *, newest: bool = False, limit: int = 100, after: str | None = None) -> list[OnRecord]:
        """What somebody said, by the latest reading of each document, in the order of time.

        Args:
            identity: an id.
            newest: the newest first.
            limit: how many at most.
            after: the ``key`` of the last one that is known already.

        Raises:
            NotInLedger: there was never such an identity.
            LedgerError: ``after`` is no such key.
        """
        return self._read(lambda connection: who.on_record(connection, identity, newest, limit, after))

    def decisions(self, identity: str) -> list[Decided]:
        """Why the entities of documents are taken for somebody.

        Raises:
            NotInLedger: there was never such an identity.
        """
        return self._read(lambda connection: who.decisions(connection, identity))

    def merge_identities(self, identity: str, other: str, by: str, note: str | None = None) -> None:
        """Take two for one, who keeps the first one's id; ``split_identity`` takes it back.

        Args:
            identity, other: ids.
            by: whose verdict it is.
            note: why.

        Raises:
            NotInLedger: there was never such an identity.
            LedgerError: both are one already, or nobody is named whose verdict it is.
        """

        def merge(connection: Connection) -> None:
            self._catalogue_anew(connection, who.merge(connection, identity, other, by, note))

        in_write(self._engine, merge)

    def split_identity(self, identity: str, what: Collection[str], by: str, note: str | None = None) -> str:
        """Take somebody in some documents for somebody else; ``merge_identities`` takes it back.

        Args:
            identity: an id.
            what: ids of documents, or of one identity that was merged into this one.
            by: whose verdict it is.
            note: why.

        Returns:
            The id of who was split off.

        Raises:
            NotInLedger: there was never such an identity.
            LedgerError: no such document names them, or no other one does, or nobody is named whose verdict it is.
        """

        def split(connection: Connection) -> str:
            id, documents = who.split(connection, identity, what, by, note)
            self._catalogue_anew(connection, documents)
            return id

        return in_write(self._engine, split)

    def set_wikidata(self, identity: str, wikidata: str | None, source: str, by: str | None = None) -> None:
        """Keep, or forget, which id somebody has in Wikidata, and who says so.

        Args:
            identity: an id.
            wikidata: the id there; None: none that is known.
            source: the address of the service that gave it, or another word for where it is from.
            by: who confirmed it; None: the service was sure.

        Raises:
            NotInLedger: there was never such an identity.
            LedgerError: it is no id of Wikidata's.
        """
        in_write(self._engine, lambda connection: who.set_wikidata(connection, identity, wikidata, source, by))

    def search(
        self,
        words: str | None = None,
        *,
        order: Order = "newest",
        limit: int = 20,
        after: str | None = None,
        meaning: str | None = None,
        **filters: Unpack[Filters],
    ) -> Page:
        """Find statements, of each document those of its latest reading.

        Args:
            words: a query: words, "phrases", beginnings (brid*), AND, OR, NOT, parentheses; None: any words.
            order: newest first, by the document's publication; or best first, of the newest 10,000 matches.
            limit: how many at most.
            after: ``next`` of the page before.
            meaning: what is looked for in other words, too; the order is then that of both together, whatever ``order`` is.
            filters: what else must hold; see ``Filters``.

        Raises:
            QueryRefused: the query isn't in the syntax, or a filter has a value that it can't have.
        """
        near = None if meaning is None else self._nearest(meaning)
        return self._read(lambda connection: find(connection, words, filters, order=order, limit=limit, after=after, near=near))

    def review(self, statement_id: str, verdict: Verdict, by: str, corrections: Corrections | None = None, note: str | None = None) -> str:
        """Keep a person's verdict on a statement. The log is only ever added to; of several verdicts on one statement the last counts.

        Args:
            statement_id: any id that the statement ever had.
            verdict: confirmed, rejected or corrected.
            by: whose verdict it is.
            corrections: what is right instead, where the verdict is corrected.
            note: why.

        Returns:
            The review's id.

        Raises:
            NotInLedger: there was never such a statement.
            LedgerError: corrections without that verdict, or the other way round, or nobody is named.
            SpanError: a corrected span doesn't lie in the document's text.
        """

        def keep(connection: Connection) -> str:
            id, document = reviews.review_statement(connection, statement_id, verdict, by, corrections, note)
            catalogue.refresh(connection, [document])
            return id

        return in_write(self._engine, keep)

    def review_relation(
        self, a: str, b: str, relation: Relation, verdict: Verdict, by: str, right: Relation | None = None, note: str | None = None
    ) -> str:
        """Keep a person's verdict on how two statements stand to each other; the review's id. See ``review``.

        Args:
            a, b: any ids that the statements ever had.
            relation: what was said that they are to each other.
            right: what they are instead, where the verdict is corrected.
            verdict, by, note: as of a statement.
        """
        return in_write(self._engine, lambda connection: reviews.review_relation(connection, a, b, relation, verdict, by, right, note))

    def reviews(self, statement_id: str | None = None) -> list[Review]:
        """The log of reviews, or what of it is about one statement, in the order of time.

        Raises:
            NotInLedger: there was never such a statement.
        """
        return self._read(lambda connection: reviews.reviews(connection, statement_id))

    def relations(self, statement_id: str) -> list[Related]:
        """How a statement stands to others, in the order of time; what people confirmed, rejected or corrected counts.

        Args:
            statement_id: any id that the statement ever had.

        Returns:
            None where the latest reading of its document doesn't find it.

        Raises:
            NotInLedger: there was never such a statement.

        Example:
            >>> for one in ledger.relations(statement.id):
            ...     other = one.across(statement.id)
            ...     print(one.relation, other.speaker, other.outlet, other.moment, one.score)
        """

        def find(connection: Connection) -> list[Related]:
            return relations.relations_of_statements(connection, [relations.known_as(connection, statement_id)])

        return self._read(find)

    def all_relations(self) -> Iterator[Related]:
        """All relations, by utterance, in an order that stays while nothing is added; those that are added meanwhile may be among them."""
        last: int | None = 0
        reviewed: set[tuple[str, str]] = set()
        while last is not None:
            found, last = self._read(partial(relations.relations_behind, last=last, reviewed=reviewed))
            yield from found
        yield from self._read(partial(relations.added_relations, but=reviewed))

    def disputes(self, statement_ids: Collection[str]) -> dict[str, list[Dispute]]:
        """Who denied statements, or said the contrary later, and where their own speaker did; for those of which somebody did.

        Args:
            statement_ids: those that the statements go by.
        """
        return self._read(partial(relations.disputes, ids=statement_ids))

    def origins(self, statement_id: str) -> Origins:
        """Where the wording of a statement started, and who carried it.

        Args:
            statement_id: any id that the statement ever had.

        Raises:
            NotInLedger: there was never such a statement, or the latest reading of its document doesn't find it.

        Example:
            >>> found = ledger.origins(statement.id)
            >>> print(found.outlets, found.origins, found.copies[0].printings[0].outlet)
        """
        return self._read(partial(relations.origins, id=statement_id))

    def unlinked(self) -> int:
        """How many documents' latest readings weren't compared with others by this version of sayso; ``link`` does that."""
        return self._read(linkings.unlinked)

    def link(self, advance: Callable[[int], None] = lambda _: None) -> int:
        """Find the relations of what wasn't compared with others yet, by this version of sayso, while others may read and add.

        Args:
            advance: called with the number of documents that were gone through.

        Returns:
            How many there were.
        """
        return self._links.link(advance)

    def relink(self, advance: Callable[[int], None] = lambda _: None) -> int:
        """Find all relations anew, while others may read and add. If it is interrupted, ``link`` finishes it. See ``link``."""
        return self._links.relink(advance)

    def reviewed_records(self) -> Iterator[Record]:
        """What people confirmed and corrected, as records: of each document that has such statements, these, with what is right instead."""
        for document in self._read(reviews.reviewed_documents):
            record = self._read(partial(reviews.reviewed_record, document_id=document))
            if record is not None:
                yield record

    def forget(self, document_id: str | Collection[str], by: str, reason: str | None = None) -> None:
        """Erase documents from everything: text, appearances, readings, reviews, vectors, and what is searched.

        What is left is a tombstone without content for each, so that it isn't taken in again. In a file nothing of them remains;
        backups of it, and a PostgreSQL server's log and backups, aren't reached. If it is interrupted, the same call finishes it.

        Args:
            document_id: an id, or several.
            by: whose decision it is.
            reason: why.

        Raises:
            NotInLedger: there is no such document, and none was forgotten.
            LedgerError: nobody is named whose decision it is.
        """
        ids = [document_id] if isinstance(document_id, str) else document_id
        forgetting.forget_documents(self._engine, ids, by, reason)
        self._purge()

    def forget_name(self, name: str, by: str, reason: str | None = None) -> None:
        """Erase a name from everything: each time that it stands somewhere, as many "█" stand there instead.

        Upper and lower case and accents don't matter; other forms, as the surname alone, are names of their own. A document in whose
        text it stood has another id then, and its statements keep theirs. What has the name isn't taken in any more. See ``forget``.

        Args:
            name: one or more words.
            by: whose decision it is.
            reason: why.

        Raises:
            LedgerError: it is no name that could be told from other words, or nobody is named whose decision it is.
        """
        forgetting.forget_name(self._engine, name, by, reason, self._adding())
        self._purge()

    def merge(self, other: Ledger, advance: Callable[[int], None] = lambda _: None) -> None:
        """Join another ledger into this one; what both have is there once.

        Readings are put in the order of time, and their statements unified as if all had been added here. What either ledger forgot is
        forgotten. The other ledger stays as it is. If it is interrupted, the same call finishes it; a second one changes nothing.

        Args:
            other: may be in use meanwhile.
            advance: called with the number of documents that were gone through.

        Raises:
            LedgerError: it is the same ledger.
        """
        if name_of(self._engine) == name_of(other._engine):
            raise LedgerError(f"{name_of(self._engine)}: can't be merged with itself")
        if merging.merge(self._engine, other._engine, self._adding(), advance):
            self._purge()
        elif self._with_vectors:
            self._meanings.fill()
        if self._with_links:
            self._links.link(waiting=True)

    @staticmethod
    def restore(backup: str | os.PathLike[str], place: str | os.PathLike[str], *, replace: bool = False, force: bool = False) -> None:
        """Put a copy of a backup in a ledger's place, all or nothing.

        Args:
            backup: the file that ``backup`` made.
            place: the ledger's file.
            replace: take the place of a ledger that is there, and that nobody uses.
            force: even if the backup isn't whole, or of another version.

        Raises:
            NoLedger: the backup is none.
            OldLedger, NewLedger: it is of another version.
            LedgerError: the backup isn't whole; a ledger is there already; or a PostgreSQL database is to be restored, which pg_restore
                does.
        """
        if "://" in os.fspath(place):
            raise LedgerError("a PostgreSQL database is restored by pg_restore")

        def check(part: Path) -> list[str]:
            with Ledger(part, vectors=False) as ledger:
                return ledger.check()

        restoration.restore(Path(backup), Path(place), replace, None if force else check)

    def reindex(self) -> None:
        """Make what is searched anew from what is kept, while others may read and add."""
        in_write(self._engine, catalogue.rebuild_index)
        last: int | None = 0
        while last is not None:
            last = in_write(self._engine, partial(catalogue.refresh_behind, last=last))
        self._meanings.discard()
        self._meanings.fill()

    def stats(self) -> Stats:
        """How much the ledger holds."""

        def count(connection: Connection) -> Stats:
            def of(table: type[Base]) -> int:
                return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

            statements = select(func.count()).select_from(StatementIds).where(StatementIds.same_as.is_(None))
            return Stats(
                version=VERSION,
                documents=of(Documents),
                appearances=of(Appearances),
                articles=of(Articles),
                readings=of(Readings),
                statements=int(connection.execute(statements).scalar_one()),
                entities=of(Entities),
                identities=int(connection.execute(select(func.count()).where(Identities.same_as.is_(None))).scalar_one()),
                reviews=of(Reviews),
                verdicts=of(Verdicts),
                feeds=of(Feeds),
                size=self._size(connection),
            )

        return self._read(count)

    def check(self) -> list[str]:
        """What is wrong with the ledger, in words; nothing, if all is well.

        Looked at are the file itself, every reference between tables, the hash of every text, whether the words of every span are
        those of its text, whether the ids of statements are unambiguous, and whether what is searched is what is kept, and what
        relations are made of fits together.
        """
        problems: list[str] = []
        try:
            problems += self._read(self._broken_references)
            problems += in_write(self._engine, catalogue.index_problems)
            problems += self._read(linkings.problems)
            after: int | None = 0
            while after is not None:
                found, after = self._read(partial(_broken_documents, after=after))
                problems += found
        except LedgerUnavailable:
            raise
        except LedgerError as error:  # too damaged to go on
            problems.append(str(error))
        return problems

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Copy the ledger into a new file, while it may be in use; the file is there only when it is whole.

        Raises:
            LedgerError: the file exists already, or the ledger is in PostgreSQL, which has its own tool for this, pg_dump.
        """
        if not is_sqlite(self._engine):
            raise LedgerError(f"{name_of(self._engine)}: a PostgreSQL database is backed up by pg_dump")
        target = Path(path)
        if target.exists():
            raise LedgerError(f"{target}: is there already")
        part = target.with_name(f"{target.name}.part")
        try:
            part.unlink(missing_ok=True)
            with closing(self._engine.raw_connection()) as source, closing(sqlite3.connect(part)) as copy:
                source.driver_connection.backup(copy)  # type: ignore[union-attr]
            part.replace(target)
        except (OSError, sqlite3.Error) as error:
            raise LedgerUnavailable(f"{target}: can't be written: {error}") from error

    def _catalogue_anew(self, connection: Connection, documents: Iterable[int]) -> None:
        """Have what is searched know who the speakers of some documents are now."""
        catalogue.refresh(connection, list(documents))

    def _compared(self, a: str, b: str) -> Iterator[Comparison]:
        last: int | None = 0
        while last is not None:
            found, last = self._read(partial(comparison.compared_after, a=a, b=b, last=last, limit=_COMPARED_AT_ONCE))
            yield from found

    def _nearest(self, meaning: str) -> list[int]:
        """The keys of the statements that are nearest in meaning, the nearest first."""
        [vector] = self._meanings.vectors([meaning])
        return [key for key, _ in self._meanings.nearest(vector, MOST_NEAREST)]

    def _read(self, work: Callable[[Connection], T]) -> T:
        return in_read(self._engine, work)

    def _add(
        self, connection: Connection, record: Record, head: HeadRows, reading: ReadingRows | None, vectors: list[Meant] | None = None
    ) -> Added:
        forgetting.refuse_forgotten(connection, record)
        document, appearance, added = self._meet(connection, head)
        if not added.document:
            linkings.redate(connection, document)
        read = reading is not None and self._add_reading(connection, reading, document, appearance, vectors)
        catalogue.refresh(connection, [document])
        return replace(added, reading=read)

    def _meet(self, connection: Connection, head: HeadRows) -> tuple[int, int, Added]:
        """Add a document and an appearance: their keys, and what was new."""
        document, new = self._kept(connection, Documents, head.document)
        if not new and head.document["title"] is not None:
            untitled = update(Documents).where(Documents.key == document, Documents.title.is_(None))
            connection.execute(untitled.values(title=head.document["title"]))
        article, version = None, False
        if head.article is not None:
            article, _ = self._kept(connection, Articles, head.article)
            others = select(Appearances.document == document).where(Appearances.article == article).distinct()
            version = list(connection.execute(others).scalars()) == [False]
        appearance, met = self._appearance(connection, {**head.appearance, "document": document, "article": article})
        return document, appearance, Added(id=head.document["id"], document=new, appearance=met, version=version, reading=False)

    def _purge(self) -> None:
        """Leave nothing of what was taken away, in the database's files or beside it."""
        self._meanings.discard()
        forgetting.purge(self._engine)
        self._links.discard()
        if self._with_vectors:
            self._meanings.fill()
        if self._with_links:
            self._links.link(waiting=True)

    def _adding(self) -> Adding:
        return Adding(
            meet=lambda connection, head: self._meet(connection, head)[:2],
            read=lambda connection, rows, document, appearance, ids: self._add_reading(connection, rows, document, appearance, None, ids),
        )

    def _kept(self, connection: Connection, table: type[Documents | Articles | Feeds], row: Values) -> tuple[int, bool]:
        """The key of a row that is added where there is none with its id, and whether it was; other writers wait for the row."""
        # First a look: where there is a row, to try to add it would use up a number.
        find = select(table.key).where(table.id == row["id"]).with_for_update()
        key = connection.execute(find).scalar()
        if key is not None:
            return int(key), False
        key = connection.execute(self._upsert(table).values(row).on_conflict_do_nothing().returning(table.key)).scalar()
        return (int(key), True) if key is not None else (int(connection.execute(find).scalar_one()), False)

    def _appearance(self, connection: Connection, row: Values) -> tuple[int, bool]:
        """The key of an appearance, and whether it is new; one that was known is described anew."""
        key = connection.execute(select(Appearances.key).where(Appearances.id == row["id"])).scalar()
        if key is None:
            return int(connection.execute(insert(Appearances).values(row).returning(Appearances.key)).scalar_one()), True
        description = {name: value for name, value in row.items() if name not in ("id", "document", "added")}
        if row["seen"] == row["added"]:
            del description["seen"]  # as unknown as it was
        connection.execute(update(Appearances).where(Appearances.key == key).values(description))
        return int(key), False

    def _add_reading(
        self,
        connection: Connection,
        rows: ReadingRows,
        document: int,
        appearance: int,
        vectors: list[Meant] | None,
        ids: list[str] | None = None,
    ) -> bool:
        """Add a reading, if there is none with its id; the document's row is held, so that nobody else adds one meanwhile.

        The statements go by the ids that are given, which must be in the ledger, or else by those that they inherit.
        """
        if connection.execute(select(Readings.key).where(Readings.id == rows.reading["id"])).scalar() is not None:
            return False
        if ids is None:
            ids = self._identify(connection, rows, document)
        values = {**rows.reading, "document": document, "appearance": appearance}
        reading = int(connection.execute(insert(Readings).values(values).returning(Readings.key)).scalar_one())
        entities = _keys(connection, Entities, [{**row, "reading": reading} for row in rows.entities])
        _insert_parts(connection, rows.of_entities, entity=entities)
        statements: dict[int, int] = {}
        left = [{**row, "id": id, "reading": reading} for row, id in zip(rows.statements, ids, strict=True)]
        for row in left:
            for name in ("speaker_entity", "speaks_for"):
                row[name] = entities[row[name]] if row[name] is not None else None
        while left:  # first those that are nested in none, then those nested in these, and so on
            ready = [row for row in left if row["within"] is None or row["within"] in statements]
            left = [row for row in left if row["within"] is not None and row["within"] not in statements]
            found = _keys(connection, Statements, [{**row, "within": statements.get(row["within"])} for row in ready])
            statements |= found
        _insert_parts(connection, rows.of_statements, statement=statements, entity=entities)
        if rows.relations:
            ledger_ids = {id: ids[place] for id, place in rows.places.items()}
            ends = [{end: ledger_ids.get(row[end], row[end]) for end in ("a", "b")} for row in rows.relations]
            connection.execute(
                insert(Relations), [{**row, **end, "reading": reading} for row, end in zip(rows.relations, ends, strict=True)]
            )
        identities.identify(connection, reading)
        delete_vectors(connection, document, before=reading)
        linkings.unlink(connection, document, before=reading)
        if vectors is not None:
            insert_vectors(connection, [statements[place] for place in range(len(vectors))], vectors)
        if self._with_links:
            linkings.enter(connection, reading)
        return True

    def _identify(self, connection: Connection, rows: ReadingRows, document: int) -> list[str]:
        """The ids of a reading's statements, all of which are in the ledger then."""
        taken = set(connection.execute(select(StatementIds.id).where(StatementIds.document == document)).scalars())
        earlier: list[tuple[str, list[tuple[int, int]]]] = []
        if taken:
            spans = connection.execute(
                select(Statements.key, Statements.id, Spans.start, Spans.stop)
                .join(Readings, Readings.key == Statements.reading)
                .join(Spans, and_(Spans.statement == Statements.key, Spans.role == "content"))
                .where(Readings.document == document)
                .order_by(Statements.reading, Statements.ordinal, Spans.ordinal)
            )
            earlier = [(key[1], [(row.start, row.stop) for row in group]) for key, group in groupby(spans, lambda row: (row.key, row.id))]
        own = [row["id"] for row in rows.statements]
        ids, aliases = identified(own, inherited(list(zip(own, rows.contents, strict=True)), earlier), taken)
        new = [{"id": id, "document": document, "same_as": None} for id in ids if id not in taken]
        new += [{"id": alias, "document": document, "same_as": id} for alias, id in aliases.items()]
        if new:
            connection.execute(insert(StatementIds), new)
        return ids

    def _size(self, connection: Connection) -> int:
        if is_sqlite(self._engine):
            pages = connection.execute(text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"))
            return int(pages.scalar_one())
        names = [table.name for table in Base.metadata.sorted_tables]
        sizes = text("SELECT SUM(pg_total_relation_size(CAST(name AS regclass))) FROM unnest(CAST(:names AS text[])) AS name")
        return int(connection.execute(sizes, {"names": names}).scalar_one())

    def _broken_references(self, connection: Connection) -> list[str]:
        problems = []
        if is_sqlite(self._engine):
            lines = connection.execute(text("PRAGMA integrity_check")).scalars()
            problems += [f"the file is damaged: {line}" for line in lines if line != "ok"]
        for table in Base.metadata.sorted_tables:
            problems += _orphans(connection, table)
        broken = select(Statements.id).join(Readings, Readings.key == Statements.reading)
        broken = broken.join(StatementIds, StatementIds.id == Statements.id)
        broken = broken.where(or_(StatementIds.same_as.is_not(None), StatementIds.document != Readings.document)).distinct()
        problems += [f"statement {id}: its id stands for another" for id in connection.execute(broken).scalars()]
        return problems


def _orphans(connection: Connection, table: Table) -> Iterator[str]:
    """Rows of a table that refer to nothing."""
    for constraint in sorted(table.foreign_key_constraints, key=lambda constraint: str(constraint.name)):
        parent = constraint.referred_table.alias("parent")
        pairs = [(element.parent, parent.c[element.column.name]) for element in constraint.elements]
        query = select(func.count()).select_from(table.outerjoin(parent, and_(*(ours == theirs for ours, theirs in pairs))))
        query = query.where(pairs[0][1].is_(None), *(ours.is_not(None) for ours, _ in pairs))
        if count := connection.execute(query).scalar_one():
            columns = ", ".join(ours.name for ours, _ in pairs)
            yield f"{table.name}: {count} row{'s' if count > 1 else ''} with a {columns} that isn't in {constraint.referred_table.name}"


def _broken_documents(connection: Connection, after: int) -> tuple[list[str], int | None]:
    """What is wrong with the next documents behind a key, and the key of the last of them; None where there are none."""
    rows = connection.execute(select(Documents.__table__).where(Documents.key > after).order_by(Documents.key).limit(_AT_ONCE)).all()
    problems = []
    for row in rows:
        try:
            Document(text=row.text, id=row.id, sha256=row.sha256)
        except ValidationError as error:
            problems.append(f"document {row.id}: {_first(error)}")
        for reading in _readings(connection, row.id):
            try:
                record_of(connection, reading)
            except ValidationError as error:
                problems.append(f"document {row.id}, reading {reading}: {_first(error)}")
            except SpanError as error:
                problems.append(f"document {row.id}, reading {reading}: {error}")
            except (NoResultFound, KeyError):
                problems.append(f"document {row.id}, reading {reading}: rows that belong to it are missing")
    wrong = set(catalogue.stale(connection, [row.key for row in rows]))
    problems += [f"document {row.id}: what is searched isn't what is kept; reindexing mends it" for row in rows if row.key in wrong]
    return problems, rows[-1].key if rows else None


def _first(error: ValidationError) -> str:
    one = error.errors()[0]
    return f"{'.'.join(map(str, one['loc']))}: {one['msg']}".removeprefix(": ")


def _readings(connection: Connection, document_id: str) -> Sequence[int]:
    """The keys of a document's readings, in the order in which they were added."""
    query = select(Readings.key).join(Documents, Documents.key == Readings.document).where(Documents.id == document_id)
    return connection.execute(query.order_by(Readings.key)).scalars().all()


def _keys(connection: Connection, table: type[Entities | Statements], rows: list[Values]) -> dict[int, int]:
    """Insert rows of a reading; the key that each got, by its place in the record."""
    if not rows:
        return {}
    return {row.ordinal: row.key for row in connection.execute(insert(table).returning(table.ordinal, table.key), rows)}


def _insert_parts(connection: Connection, parts: dict[type[Base], list[Values]], **keys: dict[int, int]) -> None:
    """Insert rows that refer to entities and statements by their places in the record."""
    for table, rows in parts.items():
        if rows:
            connection.execute(insert(table), [{**row, **_referring(row, keys)} for row in rows])


def _referring(row: Values, keys: dict[str, dict[int, int]]) -> dict[str, Any]:
    return {name: of[row[name]] for name, of in keys.items() if row.get(name) is not None}
