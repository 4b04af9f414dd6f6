"""The tables of a ledger.

Every table but ``spans`` and its like has an integer ``key`` of its own, by which the others refer to it; ``id`` is what is known
outside, 32 hex digits, and the same in every ledger. What could be long and must be unique goes by the hash of it, since
PostgreSQL indexes nothing above 2.7 kB. Offsets are Unicode code points into ``documents.text``, half-open: ``start``, ``stop``.
Lists that nobody refers into are JSON.

A change here needs a migration beside those in ``migrations/versions``.
"""

from __future__ import annotations

from typing import Any, ClassVar, get_args

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from sayso.models import Kind

VERSION = 2  # of the tables; the last of the migrations has the same

_Key = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up only what is called INTEGER
_Id = String(32)
_COMPACT = {"sqlite_with_rowid": False}  # rows in the order of their key, without a second index


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "pk": "%(table_name)s_pkey",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text(), float: Double(), list[str]: JSON(), list[list[int]]: JSON()}


def _key() -> Mapped[int]:
    return mapped_column(_Key, primary_key=True, comment="number in this ledger")


def _part_of(key: str, comment: str, **options: Any) -> Mapped[Any]:
    return mapped_column(_Key, ForeignKey(key, ondelete="CASCADE"), comment=comment, **options)


def _ordinal(comment: str) -> Mapped[int]:
    return mapped_column(Integer, primary_key=True, comment=comment)


def _where_any(table: str, column: str) -> Index:
    """An index of the few rows that have a value, so that what is referred to can be found and deleted fast."""
    some = text(f"{column} IS NOT NULL")
    return Index(f"{table}_{column}", column, sqlite_where=some, postgresql_where=some)


def _in_order() -> CheckConstraint:
    return CheckConstraint("0 <= start AND start < stop", name="span")


def _share(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN 0 AND 1", name=column)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=column)


class Documents(Base):
    """Texts, each once."""

    __tablename__ = "documents"
    __table_args__ = (CheckConstraint("id = substr(sha256, 1, 32)", name="id"), {"comment": __doc__})

    key: Mapped[int] = _key()
    id: Mapped[str] = mapped_column(_Id, unique=True, comment="the first 32 hex digits of sha256")
    sha256: Mapped[str] = mapped_column(String(64), comment="of the text as UTF-8, in hex")
    title: Mapped[str | None] = mapped_column(comment="as the first appearance that has one gives it")
    text: Mapped[str] = mapped_column(comment="the text, code point for code point")
    added: Mapped[str] = mapped_column(comment="when it came into this ledger, ISO 8601 in UTC")


class Articles(Base):
    """Addresses at which documents appeared."""

    __tablename__ = "articles"
    __table_args__ = ({"comment": __doc__},)

    key: Mapped[int] = _key()
    id: Mapped[str] = mapped_column(_Id, unique=True, comment="32 hex digits of the address's sha256")
    url: Mapped[str] = mapped_column(comment="the address")


class Appearances(Base):
    """Where and when a document was met, and what was said about it there."""

    __tablename__ = "appearances"
    __table_args__ = (
        Index("appearances_place", "place", postgresql_using="hash"),
        Index("appearances_url", "url", postgresql_using="hash"),
        Index("appearances_article_seen", "article", "seen"),
        {"comment": __doc__},
    )

    key: Mapped[int] = _key()
    id: Mapped[str] = mapped_column(
        _Id, unique=True, comment="32 hex digits of the sha256 of document, place, url, fetched, digest, record"
    )
    document: Mapped[int] = _part_of("documents.key", "the text that was met", index=True)
    article: Mapped[int | None] = mapped_column(
        _Key, ForeignKey("articles.key"), comment="the address that the article has: its own word for it, or else url"
    )
    seen: Mapped[str] = mapped_column(
        comment="when the text stood there: fetched, or else modified, published or added; ISO 8601 in UTC, to the millisecond"
    )
    place: Mapped[str | None] = mapped_column(
        comment="the record's appearance.where: a path, an address, an archive with a record; null where the record has no appearance"
    )
    url: Mapped[str | None] = mapped_column(comment="the address that the bytes answered to, after redirects")
    fetched: Mapped[str | None] = mapped_column(comment="when the bytes were fetched or captured, ISO 8601")
    digest: Mapped[str | None] = mapped_column(comment="of the bytes, with the name of the hash")
    record: Mapped[str | None] = mapped_column(comment="id of the web archive's record that holds the bytes")
    duplicate_of: Mapped[str | None] = mapped_column(comment="id of an earlier record of the archive that holds the same bytes")
    extractor: Mapped[str | None] = mapped_column(
        comment="what made the text of the bytes, with its version; null: the text is the input's own"
    )
    ref: Mapped[str | None] = mapped_column(comment="the user's own id")
    canonical: Mapped[str | None] = mapped_column(comment="the record's document.url: the address that the article itself gives")
    outlet: Mapped[str | None] = mapped_column(comment="who printed it")
    title: Mapped[str | None] = mapped_column(comment="the article's title")
    authors: Mapped[list[str]] = mapped_column(comment="who wrote it, a JSON list of names")
    published: Mapped[str | None] = mapped_column(comment="as given, ISO 8601")
    modified: Mapped[str | None] = mapped_column(comment="as given, ISO 8601")
    language: Mapped[str | None] = mapped_column(comment="of the text, given or recognized")
    credits: Mapped[list[str]] = mapped_column(comment="agencies that the article as a whole is credited to, a JSON list of names")
    boilerplate: Mapped[list[list[int]]] = mapped_column(comment="what of the text is no part of the article, a JSON list of [start, end]")
    added: Mapped[str] = mapped_column(comment="when it came into this ledger, ISO 8601 in UTC")


class Readings(Base):
    """Runs of one version of the reader over one document with one reference date."""

    __tablename__ = "readings"
    __table_args__ = ({"comment": __doc__},)

    key: Mapped[int] = _key()
    id: Mapped[str] = mapped_column(_Id, unique=True, comment="32 hex digits of the sha256 of document, reader, reference")
    document: Mapped[int] = _part_of("documents.key", "what was read", index=True)
    appearance: Mapped[int] = _part_of("appearances.key", "the appearance that was read", index=True)
    reader: Mapped[str] = mapped_column(comment="version of code, weights and rules")
    reference: Mapped[str] = mapped_column(comment='the date that "on Tuesday" is counted from; empty where it isn\'t known')
    format: Mapped[str] = mapped_column(comment="of the record")
    warnings: Mapped[list[str]] = mapped_column(comment="what was doubtful, a JSON list")
    statements: Mapped[int] = mapped_column(Integer, comment="how many statements, those in the outlet's own voice left out")
    speakers: Mapped[int | None] = mapped_column(Integer, comment="how many speakers with a name")
    top_speaker: Mapped[str | None] = mapped_column(comment="the speaker of most statements")
    top_speaker_share: Mapped[float | None] = mapped_column(comment="that speaker's share of the statements, 0 to 1")
    anonymous_share: Mapped[float | None] = mapped_column(comment="share of anonymous sources, 0 to 1")
    direct_share: Mapped[float | None] = mapped_column(comment="share of statements wholly in quotation marks, 0 to 1")
    relayed_share: Mapped[float | None] = mapped_column(comment="share of statements that came through a relay, 0 to 1")
    narrated: Mapped[int | None] = mapped_column(Integer, comment="how many facts in the outlet's own voice")
    added: Mapped[str] = mapped_column(comment="when it came into this ledger, ISO 8601 in UTC")


class StatementIds(Base):
    """Every id that a statement ever had. One statement, found by several readings, has one id; the others name that one."""

    __tablename__ = "statement_ids"
    __table_args__ = (
        CheckConstraint("same_as <> id", name="same_as"),
        _where_any("statement_ids", "same_as"),
        {"comment": __doc__, **_COMPACT},
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True, comment="from the document's sha256 and the content's offsets")
    document: Mapped[int] = _part_of("documents.key", "the document that the statement stands in", index=True)
    same_as: Mapped[str | None] = mapped_column(
        _Id, ForeignKey("statement_ids.id", ondelete="CASCADE"), comment="the id that the statement goes by; null: this one"
    )


class Entities(Base):
    """Persons, organizations, places and documents that the mentions of one reading refer to."""

    __tablename__ = "entities"
    __table_args__ = (UniqueConstraint("reading", "ordinal"), {"comment": __doc__})

    key: Mapped[int] = _key()
    reading: Mapped[int] = _part_of("readings.key", "the reading that found it")
    ordinal: Mapped[int] = mapped_column(Integer, comment="place in the record, from 0")
    id: Mapped[str] = mapped_column(comment="id within the record")
    name: Mapped[str] = mapped_column(comment="the fullest name")
    type: Mapped[str] = mapped_column(comment="person, organization, place, document, group or media")
    wikidata: Mapped[str | None] = mapped_column(comment="id in Wikidata")


class Names(Base):
    """Other names that an entity goes by in its article."""

    __tablename__ = "names"
    __table_args__ = ({"comment": __doc__, **_COMPACT},)

    entity: Mapped[int] = _part_of("entities.key", "who goes by it", primary_key=True)
    ordinal: Mapped[int] = _ordinal("place in the list, from 0")
    name: Mapped[str] = mapped_column(comment="the name")


class Mentions(Base):
    """Where an entity is mentioned."""

    __tablename__ = "mentions"
    __table_args__ = (_in_order(), {"comment": __doc__, **_COMPACT})

    entity: Mapped[int] = _part_of("entities.key", "who is mentioned", primary_key=True)
    ordinal: Mapped[int] = _ordinal("place in the list, from 0")
    start: Mapped[int] = mapped_column(Integer, comment="code points into the document's text")
    stop: Mapped[int] = mapped_column(Integer, comment="code points into the document's text, half-open")


class Statements(Base):
    """Things said, each as one reading found it."""

    __tablename__ = "statements"
    __table_args__ = (
        UniqueConstraint("reading", "ordinal"),
        UniqueConstraint("reading", "id"),
        _one_of("kind", get_args(Kind)),
        _one_of("polarity", ("affirmed", "rejected")),
        _share("speaker_confidence"),
        _share("confidence"),
        *(_where_any("statements", column) for column in ("speaker_entity", "speaks_for", "within")),
        {"comment": __doc__},
    )

    key: Mapped[int] = _key()
    id: Mapped[str] = mapped_column(
        _Id, ForeignKey("statement_ids.id"), index=True, comment="the statement's id, the same in every reading"
    )
    reading: Mapped[int] = _part_of("readings.key", "the reading that found it")
    ordinal: Mapped[int] = mapped_column(Integer, comment="place in the record, from 0")
    kind: Mapped[str] = mapped_column(comment="direct, mixed, indirect, or narrated: the outlet's own voice")
    headline: Mapped[bool] = mapped_column(comment="whether it stands in a heading")
    text: Mapped[str] = mapped_column(comment="the content's words, its pieces joined with a blank")
    speaker_name: Mapped[str | None] = mapped_column(comment="who said it")
    speaker_type: Mapped[str] = mapped_column(comment="person, organization, group, anonymous, document, media, author or none")
    speaker_entity: Mapped[int | None] = _part_of("entities.key", "who said it, as an entity")
    speaks_for: Mapped[int | None] = _part_of("entities.key", "whom a spokesperson speaks for")
    named_by: Mapped[str | None] = mapped_column(comment="text: the article names the speaker; office: a list of office holders; credit")
    speaker_confidence: Mapped[float] = mapped_column(comment="in the speaker, 0 to 1")
    within: Mapped[int | None] = _part_of("statements.key", "the statement that this one is nested in")
    polarity: Mapped[str | None] = mapped_column(comment="affirmed or rejected: the source's stand to the content, by the cue")
    denial: Mapped[bool | None] = mapped_column(comment="whether the statement as a whole rejects a claim")
    presupposed: Mapped[bool | None] = mapped_column(comment="whether the cue takes the content for true")
    modality: Mapped[str] = mapped_column(comment="certain, probable, possible or unspecified")
    act: Mapped[str | None] = mapped_column(comment="state, deny, ask, urge, promise, threaten, accuse, praise, predict, ...")
    confidence: Mapped[float] = mapped_column(comment="in the attribution, 0 to 1")
    ends_at_outlet: Mapped[bool] = mapped_column(comment="whether its chain ends with the outlet that the document appeared in")


class Spans(Base):
    """Where a statement's source, cue and content stand."""

    __tablename__ = "spans"
    __table_args__ = (_one_of("role", ("content", "source", "cue")), _in_order(), {"comment": __doc__, **_COMPACT})

    statement: Mapped[int] = _part_of("statements.key", "the statement", primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True, comment="content, source or cue")
    ordinal: Mapped[int] = _ordinal("place in the list, from 0")
    start: Mapped[int] = mapped_column(Integer, comment="code points into the document's text")
    stop: Mapped[int] = mapped_column(Integer, comment="code points into the document's text, half-open")


class Links(Base):
    """The chain from the speaker outward, without the outlet, which the appearance tells."""

    __tablename__ = "links"
    __table_args__ = (_one_of("role", ("speaker", "relay", "outlet")), _where_any("links", "entity"), {"comment": __doc__, **_COMPACT})

    statement: Mapped[int] = _part_of("statements.key", "the statement", primary_key=True)
    ordinal: Mapped[int] = _ordinal("place in the chain, from 0")
    role: Mapped[str] = mapped_column(comment="speaker, relay, or an outlet that isn't the appearance's")
    name: Mapped[str | None] = mapped_column(comment="who it is")
    entity: Mapped[int | None] = _part_of("entities.key", "who it is, as an entity")


class LinkSpans(Base):
    """Where a link of a chain is named."""

    __tablename__ = "link_spans"
    __table_args__ = (
        ForeignKeyConstraint(["statement", "link"], ["links.statement", "links.ordinal"], ondelete="CASCADE"),
        _in_order(),
        {"comment": __doc__, **_COMPACT},
    )

    statement: Mapped[int] = mapped_column(_Key, primary_key=True, comment="the statement")
    link: Mapped[int] = _ordinal("the link's place in the chain")
    ordinal: Mapped[int] = _ordinal("place in the list, from 0")
    start: Mapped[int] = mapped_column(Integer, comment="code points into the document's text")
    stop: Mapped[int] = mapped_column(Integer, comment="code points into the document's text, half-open")


class Times(Base):
    """When a statement was said, and times that it speaks of."""

    __tablename__ = "times"
    __table_args__ = (_one_of("role", ("said", "told")), _in_order(), {"comment": __doc__, **_COMPACT})

    statement: Mapped[int] = _part_of("statements.key", "the statement", primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True, comment="said: when it was said; told: what it speaks of")
    ordinal: Mapped[int] = _ordinal("place in the list, from 0")
    start: Mapped[int] = mapped_column(Integer, comment="code points into the document's text")
    stop: Mapped[int] = mapped_column(Integer, comment="code points into the document's text, half-open")
    text: Mapped[str] = mapped_column(comment="its words")
    value: Mapped[str | None] = mapped_column(comment="TIMEX3 value, ISO 8601")
    grain: Mapped[str | None] = mapped_column(comment="how fine it is: year, month, day, ...")
    type: Mapped[str | None] = mapped_column(comment="date, time, duration or set")


class Quantities(Base):
    """Quantities in a statement."""

    __tablename__ = "quantities"
    __table_args__ = (_in_order(), {"comment": __doc__, **_COMPACT})

    statement: Mapped[int] = _part_of("statements.key", "the statement", primary_key=True)
    ordinal: Mapped[int] = _ordinal("place in the list, from 0")
    start: Mapped[int] = mapped_column(Integer, comment="code points into the document's text")
    stop: Mapped[int] = mapped_column(Integer, comment="code points into the document's text, half-open")
    text: Mapped[str] = mapped_column(comment="its words")
    low: Mapped[float | None] = mapped_column(comment="the least it is; null: no bound")
    high: Mapped[float | None] = mapped_column(comment="the most it is; null: no bound")
    unit: Mapped[str | None] = mapped_column(comment="of what, as a lemma")
    per: Mapped[str | None] = mapped_column(comment="per what")
    approximate: Mapped[bool] = mapped_column(comment="whether it is said to be rough")
    earlier: Mapped[bool] = mapped_column(comment="whether it is the value that another one is compared with")


class Relations(Base):
    """How the statements of one record stand to each other or to others."""

    __tablename__ = "relations"
    __table_args__ = (_share("score"), {"comment": __doc__, **_COMPACT})

    reading: Mapped[int] = _part_of("readings.key", "the reading whose record says so", primary_key=True)
    ordinal: Mapped[int] = _ordinal("place in the record, from 0")
    a: Mapped[str] = mapped_column(comment="id of a statement")
    b: Mapped[str] = mapped_column(comment="id of a statement")
    relation: Mapped[str] = mapped_column(
        comment="same_quote, misquote, misattributed, restates, agrees, denies, contradicts, number_changed"
    )
    score: Mapped[float] = mapped_column(comment="0 to 1")
    evidence_a: Mapped[list[list[int]]] = mapped_column(comment="the words in a's document that carry it, a JSON list of [start, end]")
    evidence_b: Mapped[list[list[int]]] = mapped_column(comment="the words in b's document that carry it, a JSON list of [start, end]")
    judge: Mapped[str] = mapped_column(comment="version of what judged")


class Feeds(Base):
    """Feeds that are watched."""

    __tablename__ = "feeds"
    __table_args__ = ({"comment": __doc__},)

    key: Mapped[int] = _key()
    id: Mapped[str] = mapped_column(_Id, unique=True, comment="32 hex digits of the address's sha256")
    url: Mapped[str] = mapped_column(comment="the feed's address")


class Entries(Base):
    """Entries of feeds that were seen, so that none is fetched twice."""

    __tablename__ = "entries"
    __table_args__ = ({"comment": __doc__, **_COMPACT},)

    feed: Mapped[int] = _part_of("feeds.key", "the feed", primary_key=True)
    id: Mapped[str] = mapped_column(_Id, primary_key=True, comment="32 hex digits of the entry's sha256")
    entry: Mapped[str] = mapped_column(comment="the feed's own id for the entry")
    seen: Mapped[str] = mapped_column(comment="when it was first seen, ISO 8601 in UTC")


class Identities(Base):
    """Who is meant by the entities of one or more documents: one row for each person, organization, place, ... that has a name."""

    __tablename__ = "identities"
    __table_args__ = (
        CheckConstraint("same_as <> key", name="same_as"),
        _where_any("identities", "same_as"),
        _where_any("identities", "wikidata"),
        {"comment": __doc__},
    )

    key: Mapped[int] = _key()
    id: Mapped[str] = mapped_column(_Id, unique=True, comment="from the document and the name that it was first met with")
    name: Mapped[str] = mapped_column(comment="the fullest name")
    type: Mapped[str] = mapped_column(comment="person, organization, place, document, group or media")
    wikidata: Mapped[str | None] = mapped_column(comment="id in Wikidata")
    wikidata_from: Mapped[str | None] = mapped_column(comment="who says so: the address of a reconciliation service, or 'record'")
    same_as: Mapped[int | None] = mapped_column(
        _Key, ForeignKey("identities.key", ondelete="CASCADE"), comment="the identity that it was merged into; null: it stands for itself"
    )
    added: Mapped[str] = mapped_column(comment="when it came into this ledger, ISO 8601 in UTC")


class IdentityNames(Base):
    """Names that an identity goes by, and what they are looked up by."""

    __tablename__ = "identity_names"
    __table_args__ = (
        Index("identity_names_folded", "folded"),
        Index("identity_names_sound_initial", "sound", "initial"),
        {"comment": __doc__, **_COMPACT},
    )

    identity: Mapped[int] = _part_of("identities.key", "who goes by it", primary_key=True)
    folded: Mapped[str] = mapped_column(primary_key=True, comment="the name without case, accents, titles and the like")
    name: Mapped[str | None] = mapped_column(comment="as it was first written; null: made of the first letters of a longer name")
    sound: Mapped[str] = mapped_column(comment="of the last word, alike for its spellings in Latin letters")
    initial: Mapped[str] = mapped_column(comment="first letter of the first word; empty where there is one word only")


class Identifications(Base):
    """Which identity an entity of a document is, and why."""

    __tablename__ = "identifications"
    __table_args__ = (_share("score"), Index("identifications_identity_entity", "identity", "entity"), {"comment": __doc__, **_COMPACT})

    entity: Mapped[int] = _part_of("entities.key", "the entity", primary_key=True)
    identity: Mapped[int] = _part_of("identities.key", "who it is")
    score: Mapped[float] = mapped_column(comment="how sure that is, 0 to 1")
    reasons: Mapped[list[str]] = mapped_column(comment="what spoke for it and against it, a JSON list of words")
    traits: Mapped[list[str]] = mapped_column(comment="what the document says the entity is, a JSON list of words")
    judge: Mapped[str] = mapped_column(comment="version of the rule that decided, or the id of a review")


class Reviews(Base):
    """Verdicts of people: a log to which is only ever added. Of several on one thing, the last counts."""

    __tablename__ = "reviews"
    __table_args__ = (
        _one_of("about", ("statement", "relation", "entity", "identity")),
        _one_of("verdict", ("confirmed", "rejected", "corrected", "merged", "split")),
        *(_where_any("reviews", column) for column in ("document", "statement", "other", "entity")),
        {"comment": __doc__},
    )

    key: Mapped[int] = _key()
    id: Mapped[str] = mapped_column(_Id, unique=True, comment="32 hex digits, drawn by chance")
    at: Mapped[str] = mapped_column(comment="when, ISO 8601 in UTC, to the millisecond; later than all before on the same thing")
    reviewer: Mapped[str] = mapped_column(comment="whose verdict it is")
    about: Mapped[str] = mapped_column(comment="statement, relation, entity or identity")
    verdict: Mapped[str] = mapped_column(comment="confirmed, rejected or corrected; of identities, merged or split")
    document: Mapped[int | None] = _part_of("documents.key", "the document in which that stands; of a relation, a's")
    statement: Mapped[str | None] = mapped_column(
        _Id, ForeignKey("statement_ids.id", ondelete="CASCADE"), comment="the statement; of a relation, a"
    )
    other: Mapped[str | None] = mapped_column(_Id, ForeignKey("statement_ids.id", ondelete="CASCADE"), comment="of a relation, b")
    relation: Mapped[str | None] = mapped_column(comment="of a relation, what was reviewed: restates, denies, ...")
    entity: Mapped[str | None] = mapped_column(comment="of an entity, its name in the document; of an identity, its id")
    other_entity: Mapped[str | None] = mapped_column(comment="id of the identity that was merged into it or split off")
    corrections: Mapped[dict[str, Any]] = mapped_column(JSON(), comment="what is right instead, a JSON object; offsets as in spans")
    note: Mapped[str | None] = mapped_column(comment="why")
    snapshot: Mapped[dict[str, Any]] = mapped_column(
        JSON(), comment="what was reviewed, as it was then: reader, words, speaker, spans, ...; a JSON object"
    )


class Tombstones(Base):
    """What was forgotten and isn't taken in again: documents and names, without their words."""

    __tablename__ = "tombstones"
    __table_args__ = (_one_of("about", ("document", "name")), {"comment": __doc__, **_COMPACT})

    id: Mapped[str] = mapped_column(
        _Id, primary_key=True, comment="the document's id; of a name, 32 hex digits of the sha256 of its words in lower case"
    )
    about: Mapped[str] = mapped_column(comment="document or name")
    words: Mapped[int | None] = mapped_column(Integer, comment="of a name, how many words it has")
    at: Mapped[str] = mapped_column(comment="when it was forgotten, ISO 8601 in UTC")
    reviewer: Mapped[str] = mapped_column(comment="by whom")
    reason: Mapped[str | None] = mapped_column(comment="why")


class StatementVectors(Base):
    """The meaning of statements as vectors, by which they are searched."""

    __tablename__ = "statement_vectors"
    __table_args__ = ({"comment": __doc__, **_COMPACT},)

    statement: Mapped[int] = _part_of("statements.key", "the statement", primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary, comment="of its words: 384 numbers of one byte, -127 to 127")
    vector_in_context: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="the same of its words with those before them; null: it isn't compared with others, or was made before"
    )
    version: Mapped[str] = mapped_column(comment="of the network that made it")


class Verdicts(Base):
    """Pairs of statements that may stand in a relation, with what the judge makes of each."""

    __tablename__ = "verdicts"
    __table_args__ = (CheckConstraint("a <> b", name="pair"), {"comment": __doc__, **_COMPACT})

    a: Mapped[int] = _part_of("statements.key", "the statement that was printed first", primary_key=True)
    b: Mapped[int] = _part_of("statements.key", "the one that was printed later", primary_key=True, index=True)
    shares: Mapped[bytes] = mapped_column(
        LargeBinary,
        comment="of none, words, changed, claim, denies, denied, opposed, figure: thousandths, each two bytes, the lower first",
    )
    copies: Mapped[bool] = mapped_column(comment="whether both print the words of one utterance")


class Utterances(Base):
    """Which statements print one occasion of saying, of those that aren't the only one to print theirs; made of the verdicts."""

    __tablename__ = "utterances"
    __table_args__ = ({"comment": __doc__, **_COMPACT},)

    statement: Mapped[int] = _part_of("statements.key", "the statement", primary_key=True)
    utterance: Mapped[int] = _part_of("statements.key", "the statement of the utterance that has the least key", index=True)


class Linkings(Base):
    """The readings whose statements are compared with others."""

    __tablename__ = "linkings"
    __table_args__ = (
        Index("linkings_waiting", "reading", sqlite_where=text("linker IS NULL"), postgresql_where=text("linker IS NULL")),
        {"comment": __doc__, "sqlite_autoincrement": True},
    )

    key: Mapped[int] = mapped_column(_Key, primary_key=True, comment="number in this ledger, never used again: grows as readings come")
    reading: Mapped[int] = _part_of("readings.key", "the reading", unique=True)
    linker: Mapped[str | None] = mapped_column(comment="version of what compared it with all that came before; null: it waits for that")
    day: Mapped[str | None] = mapped_column(comment="when its document was first published, as given, ISO 8601; null: it isn't known")


class Catalogue(Base):
    """What is searched: the statements of each document's latest reading, with what they are found by; made of other tables."""

    __tablename__ = "catalogue"
    __table_args__ = (_where_any("catalogue", "identity"), {"comment": __doc__})

    key: Mapped[int] = mapped_column(
        _Key, primary_key=True, autoincrement=False, comment="greater for a later moment: seconds since year 1, then 24 bits that differ"
    )
    statement: Mapped[int] = _part_of("statements.key", "the statement", unique=True)
    document: Mapped[int] = _part_of("documents.key", "the document that it stands in", index=True)
    identity: Mapped[int | None] = mapped_column(
        _Key, ForeignKey("identities.key", ondelete="SET NULL"), comment="who said it, across documents"
    )
    id: Mapped[str] = mapped_column(_Id, comment="the statement's id")
    moment: Mapped[str] = mapped_column(comment="when the document was first published, or else seen; ISO 8601 in UTC")
    outlet: Mapped[str | None] = mapped_column(comment="who printed it first, of those that are known")
    speaker: Mapped[str | None] = mapped_column(comment="who said it, as the article has it")
    speaker_type: Mapped[str] = mapped_column(comment="person, organization, group, anonymous, document, media, author or none")
    text: Mapped[str] = mapped_column(comment="the content's words")
    kind: Mapped[str] = mapped_column(comment="direct, mixed, indirect, or narrated: the outlet's own voice")
    headline: Mapped[bool] = mapped_column(comment="whether it stands in a heading")
    act: Mapped[str | None] = mapped_column(comment="state, deny, ask, urge, promise, threaten, accuse, praise, predict, ...")
    polarity: Mapped[str | None] = mapped_column(comment="affirmed or rejected: the source's stand to the content, by the cue")
    denial: Mapped[bool | None] = mapped_column(comment="whether the statement as a whole rejects a claim")
    said: Mapped[str | None] = mapped_column(comment="the day when it was said, or the first day of the month or year; ISO 8601")
    quantities: Mapped[int] = mapped_column(Integer, comment="how many quantities are in it")
    reviewed: Mapped[str | None] = mapped_column(comment="confirmed, rejected or corrected, by the last review")
    length: Mapped[int] = mapped_column(Integer, comment="how many words are indexed")
    words: Mapped[str] = mapped_column(comment="the words as they are indexed: folded, each between two blanks")
    facets: Mapped[str] = mapped_column(comment="what else it is found by, as words: =kind=direct, =outlet=northern+post, ...")
