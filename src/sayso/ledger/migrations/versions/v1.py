"""Version 1."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision: str | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

VERSIONS = """
CREATE VIEW versions AS
SELECT article, document, MIN(seen) AS first_seen, MAX(seen) AS last_seen, COUNT(*) AS appearances
FROM (
    SELECT article, document, seen,
        ROW_NUMBER() OVER (PARTITION BY article ORDER BY seen, "key")
        - ROW_NUMBER() OVER (PARTITION BY article, document ORDER BY seen, "key") AS run
    FROM appearances
    WHERE article IS NOT NULL
) AS met
GROUP BY article, document, run
"""

CHAINS = """
CREATE VIEW chains AS
SELECT statement, NULL AS appearance, ordinal, role, name, entity FROM links
UNION ALL
SELECT statements."key", appearances."key",
    (SELECT COUNT(*) FROM links WHERE links.statement = statements."key"), 'outlet', appearances.outlet, NULL
FROM statements
JOIN readings ON readings."key" = statements.reading
JOIN appearances ON appearances.document = readings.document
WHERE statements.ends_at_outlet
"""


def upgrade() -> None:
    """Make the tables of version 1."""
    op.create_table(
        "articles",
        sa.Column("key", KEY, nullable=False, comment="number in this ledger"),
        sa.Column("id", sa.String(length=32), nullable=False, comment="32 hex digits of the address's sha256"),
        sa.Column("url", sa.Text(), nullable=False, comment="the address"),
        sa.PrimaryKeyConstraint("key", name="articles_pkey"),
        sa.UniqueConstraint("id", name="articles_id_key"),
        comment="Addresses at which documents appeared.",
    )
    op.create_table(
        "documents",
        sa.Column("key", KEY, nullable=False, comment="number in this ledger"),
        sa.Column("id", sa.String(length=32), nullable=False, comment="the first 32 hex digits of sha256"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the text as UTF-8, in hex"),
        sa.Column("title", sa.Text(), nullable=True, comment="as the first appearance that has one gives it"),
        sa.Column("text", sa.Text(), nullable=False, comment="the text, code point for code point"),
        sa.Column("added", sa.Text(), nullable=False, comment="when it came into this ledger, ISO 8601 in UTC"),
        sa.CheckConstraint("id = substr(sha256, 1, 32)", name="documents_id"),
        sa.PrimaryKeyConstraint("key", name="documents_pkey"),
        sa.UniqueConstraint("id", name="documents_id_key"),
        comment="Texts, each once.",
    )
    op.create_table(
        "feeds",
        sa.Column("key", KEY, nullable=False, comment="number in this ledger"),
        sa.Column("id", sa.String(length=32), nullable=False, comment="32 hex digits of the address's sha256"),
        sa.Column("url", sa.Text(), nullable=False, comment="the feed's address"),
        sa.PrimaryKeyConstraint("key", name="feeds_pkey"),
        sa.UniqueConstraint("id", name="feeds_id_key"),
        comment="Feeds that are watched.",
    )
    op.create_table(
        "appearances",
        sa.Column("key", KEY, nullable=False, comment="number in this ledger"),
        sa.Column(
            "id",
            sa.String(length=32),
            nullable=False,
            comment="32 hex digits of the sha256 of document, place, url, fetched, digest, record",
        ),
        sa.Column("document", KEY, nullable=False, comment="the text that was met"),
        sa.Column("article", KEY, nullable=True, comment="the address that the article has: its own word for it, or else url"),
        sa.Column(
            "seen",
            sa.Text(),
            nullable=False,
            comment="when the text stood there: fetched, or else modified, published or added; ISO 8601 in UTC, to the millisecond",
        ),
        sa.Column(
            "place",
            sa.Text(),
            nullable=True,
            comment="the record's appearance.where: a path, an address, an archive with a record; null where the record has no appearance",
        ),
        sa.Column("url", sa.Text(), nullable=True, comment="the address that the bytes answered to, after redirects"),
        sa.Column("fetched", sa.Text(), nullable=True, comment="when the bytes were fetched or captured, ISO 8601"),
        sa.Column("digest", sa.Text(), nullable=True, comment="of the bytes, with the name of the hash"),
        sa.Column("record", sa.Text(), nullable=True, comment="id of the web archive's record that holds the bytes"),
        sa.Column("duplicate_of", sa.Text(), nullable=True, comment="id of an earlier record of the archive that holds the same bytes"),
        sa.Column(
            "extractor",
            sa.Text(),
            nullable=True,
            comment="what made the text of the bytes, with its version; null: the text is the input's own",
        ),
        sa.Column("ref", sa.Text(), nullable=True, comment="the user's own id"),
        sa.Column("canonical", sa.Text(), nullable=True, comment="the record's document.url: the address that the article itself gives"),
        sa.Column("outlet", sa.Text(), nullable=True, comment="who printed it"),
        sa.Column("title", sa.Text(), nullable=True, comment="the article's title"),
        sa.Column("authors", sa.JSON(), nullable=False, comment="who wrote it, a JSON list of names"),
        sa.Column("published", sa.Text(), nullable=True, comment="as given, ISO 8601"),
        sa.Column("modified", sa.Text(), nullable=True, comment="as given, ISO 8601"),
        sa.Column("language", sa.Text(), nullable=True, comment="of the text, given or recognized"),
        sa.Column(
            "credits", sa.JSON(), nullable=False, comment="agencies that the article as a whole is credited to, a JSON list of names"
        ),
        sa.Column(
            "boilerplate", sa.JSON(), nullable=False, comment="what of the text is no part of the article, a JSON list of [start, end]"
        ),
        sa.Column("added", sa.Text(), nullable=False, comment="when it came into this ledger, ISO 8601 in UTC"),
        sa.ForeignKeyConstraint(["article"], ["articles.key"], name="appearances_article_fkey"),
        sa.ForeignKeyConstraint(["document"], ["documents.key"], name="appearances_document_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="appearances_pkey"),
        sa.UniqueConstraint("id", name="appearances_id_key"),
        comment="Where and when a document was met, and what was said about it there.",
    )
    op.create_index("appearances_article_seen", "appearances", ["article", "seen"])
    op.create_index("appearances_document", "appearances", ["document"])
    op.create_index("appearances_place", "appearances", ["place"], postgresql_using="hash")
    op.create_index("appearances_url", "appearances", ["url"], postgresql_using="hash")
    op.create_table(
        "entries",
        sa.Column("feed", KEY, nullable=False, comment="the feed"),
        sa.Column("id", sa.String(length=32), nullable=False, comment="32 hex digits of the entry's sha256"),
        sa.Column("entry", sa.Text(), nullable=False, comment="the feed's own id for the entry"),
        sa.Column("seen", sa.Text(), nullable=False, comment="when it was first seen, ISO 8601 in UTC"),
        sa.ForeignKeyConstraint(["feed"], ["feeds.key"], name="entries_feed_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed", "id", name="entries_pkey"),
        comment="Entries of feeds that were seen, so that none is fetched twice.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statement_ids",
        sa.Column("id", sa.String(length=32), nullable=False, comment="from the document's sha256 and the content's offsets"),
        sa.Column("document", KEY, nullable=False, comment="the document that the statement stands in"),
        sa.Column("same_as", sa.String(length=32), nullable=True, comment="the id that the statement goes by; null: this one"),
        sa.CheckConstraint("same_as <> id", name="statement_ids_same_as"),
        sa.ForeignKeyConstraint(["document"], ["documents.key"], name="statement_ids_document_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["same_as"], ["statement_ids.id"], name="statement_ids_same_as_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="statement_ids_pkey"),
        comment="Every id that a statement ever had. One statement, found by several readings, has one id; the others name that one.",
        sqlite_with_rowid=False,
    )
    op.create_index("statement_ids_document", "statement_ids", ["document"])
    op.create_index(
        "statement_ids_same_as",
        "statement_ids",
        ["same_as"],
        sqlite_where=sa.text("same_as IS NOT NULL"),
        postgresql_where=sa.text("same_as IS NOT NULL"),
    )
    op.create_table(
        "readings",
        sa.Column("key", KEY, nullable=False, comment="number in this ledger"),
        sa.Column("id", sa.String(length=32), nullable=False, comment="32 hex digits of the sha256 of document, reader, reference"),
        sa.Column("document", KEY, nullable=False, comment="what was read"),
        sa.Column("appearance", KEY, nullable=False, comment="the appearance that was read"),
        sa.Column("reader", sa.Text(), nullable=False, comment="version of code, weights and rules"),
        sa.Column(
            "reference", sa.Text(), nullable=False, comment='the date that "on Tuesday" is counted from; empty where it isn\'t known'
        ),
        sa.Column("format", sa.Text(), nullable=False, comment="of the record"),
        sa.Column("warnings", sa.JSON(), nullable=False, comment="what was doubtful, a JSON list"),
        sa.Column("statements", sa.Integer(), nullable=False, comment="how many statements, those in the outlet's own voice left out"),
        sa.Column("speakers", sa.Integer(), nullable=True, comment="how many speakers with a name"),
        sa.Column("top_speaker", sa.Text(), nullable=True, comment="the speaker of most statements"),
        sa.Column("top_speaker_share", sa.Double(), nullable=True, comment="that speaker's share of the statements, 0 to 1"),
        sa.Column("anonymous_share", sa.Double(), nullable=True, comment="share of anonymous sources, 0 to 1"),
        sa.Column("direct_share", sa.Double(), nullable=True, comment="share of statements wholly in quotation marks, 0 to 1"),
        sa.Column("relayed_share", sa.Double(), nullable=True, comment="share of statements that came through a relay, 0 to 1"),
        sa.Column("narrated", sa.Integer(), nullable=True, comment="how many facts in the outlet's own voice"),
        sa.Column("added", sa.Text(), nullable=False, comment="when it came into this ledger, ISO 8601 in UTC"),
        sa.ForeignKeyConstraint(["appearance"], ["appearances.key"], name="readings_appearance_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["document"], ["documents.key"], name="readings_document_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="readings_pkey"),
        sa.UniqueConstraint("id", name="readings_id_key"),
        comment="Runs of one version of the reader over one document with one reference date.",
    )
    op.create_index("readings_appearance", "readings", ["appearance"])
    op.create_index("readings_document", "readings", ["document"])
    op.create_table(
        "entities",
        sa.Column("key", KEY, nullable=False, comment="number in this ledger"),
        sa.Column("reading", KEY, nullable=False, comment="the reading that found it"),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place in the record, from 0"),
        sa.Column("id", sa.Text(), nullable=False, comment="id within the record"),
        sa.Column("name", sa.Text(), nullable=False, comment="the fullest name"),
        sa.Column("type", sa.Text(), nullable=False, comment="person, organization, place, document, group or media"),
        sa.Column("wikidata", sa.Text(), nullable=True, comment="id in Wikidata"),
        sa.ForeignKeyConstraint(["reading"], ["readings.key"], name="entities_reading_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="entities_pkey"),
        sa.UniqueConstraint("reading", "ordinal", name="entities_reading_ordinal_key"),
        comment="Persons, organizations, places and documents that the mentions of one reading refer to.",
    )
    op.create_table(
        "relations",
        sa.Column("reading", KEY, nullable=False, comment="the reading whose record says so"),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place in the record, from 0"),
        sa.Column("a", sa.Text(), nullable=False, comment="id of a statement"),
        sa.Column("b", sa.Text(), nullable=False, comment="id of a statement"),
        sa.Column(
            "relation",
            sa.Text(),
            nullable=False,
            comment="same_quote, misquote, misattributed, restates, agrees, denies, contradicts, number_changed",
        ),
        sa.Column("score", sa.Double(), nullable=False, comment="0 to 1"),
        sa.Column("evidence_a", sa.JSON(), nullable=False, comment="the words in a's document that carry it, a JSON list of [start, end]"),
        sa.Column("evidence_b", sa.JSON(), nullable=False, comment="the words in b's document that carry it, a JSON list of [start, end]"),
        sa.Column("judge", sa.Text(), nullable=False, comment="version of what judged"),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name="relations_score"),
        sa.ForeignKeyConstraint(["reading"], ["readings.key"], name="relations_reading_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reading", "ordinal", name="relations_pkey"),
        comment="How the statements of one record stand to each other or to others.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mentions",
        sa.Column("entity", KEY, nullable=False, comment="who is mentioned"),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place in the list, from 0"),
        sa.Column("start", sa.Integer(), nullable=False, comment="code points into the document's text"),
        sa.Column("stop", sa.Integer(), nullable=False, comment="code points into the document's text, half-open"),
        sa.CheckConstraint("0 <= start AND start < stop", name="mentions_span"),
        sa.ForeignKeyConstraint(["entity"], ["entities.key"], name="mentions_entity_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entity", "ordinal", name="mentions_pkey"),
        comment="Where an entity is mentioned.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "names",
        sa.Column("entity", KEY, nullable=False, comment="who goes by it"),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place in the list, from 0"),
        sa.Column("name", sa.Text(), nullable=False, comment="the name"),
        sa.ForeignKeyConstraint(["entity"], ["entities.key"], name="names_entity_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entity", "ordinal", name="names_pkey"),
        comment="Other names that an entity goes by in its article.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statements",
        sa.Column("key", KEY, nullable=False, comment="number in this ledger"),
        sa.Column("id", sa.String(length=32), nullable=False, comment="the statement's id, the same in every reading"),
        sa.Column("reading", KEY, nullable=False, comment="the reading that found it"),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place in the record, from 0"),
        sa.Column("kind", sa.Text(), nullable=False, comment="direct, mixed, indirect, or narrated: the outlet's own voice"),
        sa.Column("headline", sa.Boolean(), nullable=False, comment="whether it stands in a heading"),
        sa.Column("text", sa.Text(), nullable=False, comment="the content's words, its pieces joined with a blank"),
        sa.Column("speaker_name", sa.Text(), nullable=True, comment="who said it"),
        sa.Column(
            "speaker_type", sa.Text(), nullable=False, comment="person, organization, group, anonymous, document, media, author or none"
        ),
        sa.Column("speaker_entity", KEY, nullable=True, comment="who said it, as an entity"),
        sa.Column("speaks_for", KEY, nullable=True, comment="whom a spokesperson speaks for"),
        sa.Column(
            "named_by", sa.Text(), nullable=True, comment="text: the article names the speaker; office: a list of office holders; credit"
        ),
        sa.Column("speaker_confidence", sa.Double(), nullable=False, comment="in the speaker, 0 to 1"),
        sa.Column("within", KEY, nullable=True, comment="the statement that this one is nested in"),
        sa.Column("polarity", sa.Text(), nullable=True, comment="affirmed or rejected: the source's stand to the content, by the cue"),
        sa.Column("denial", sa.Boolean(), nullable=True, comment="whether the statement as a whole rejects a claim"),
        sa.Column("presupposed", sa.Boolean(), nullable=True, comment="whether the cue takes the content for true"),
        sa.Column("modality", sa.Text(), nullable=False, comment="certain, probable, possible or unspecified"),
        sa.Column("act", sa.Text(), nullable=True, comment="state, deny, ask, urge, promise, threaten, accuse, praise, predict, ..."),
        sa.Column("confidence", sa.Double(), nullable=False, comment="in the attribution, 0 to 1"),
        sa.Column(
            "ends_at_outlet", sa.Boolean(), nullable=False, comment="whether its chain ends with the outlet that the document appeared in"
        ),
        sa.CheckConstraint("kind IN ('direct', 'mixed', 'indirect', 'narrated')", name="statements_kind"),
        sa.CheckConstraint("polarity IN ('affirmed', 'rejected')", name="statements_polarity"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name="statements_confidence"),
        sa.CheckConstraint("speaker_confidence BETWEEN 0 AND 1", name="statements_speaker_confidence"),
        sa.ForeignKeyConstraint(["id"], ["statement_ids.id"], name="statements_id_fkey"),
        sa.ForeignKeyConstraint(["reading"], ["readings.key"], name="statements_reading_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["speaker_entity"], ["entities.key"], name="statements_speaker_entity_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["speaks_for"], ["entities.key"], name="statements_speaks_for_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["within"], ["statements.key"], name="statements_within_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="statements_pkey"),
        sa.UniqueConstraint("reading", "id", name="statements_reading_id_key"),
        sa.UniqueConstraint("reading", "ordinal", name="statements_reading_ordinal_key"),
        comment="Things said, each as one reading found it.",
    )
    op.create_index("statements_id", "statements", ["id"])
    op.create_index(
        "statements_speaker_entity",
        "statements",
        ["speaker_entity"],
        sqlite_where=sa.text("speaker_entity IS NOT NULL"),
        postgresql_where=sa.text("speaker_entity IS NOT NULL"),
    )
    op.create_index(
        "statements_speaks_for",
        "statements",
        ["speaks_for"],
        sqlite_where=sa.text("speaks_for IS NOT NULL"),
        postgresql_where=sa.text("speaks_for IS NOT NULL"),
    )
    op.create_index(
        "statements_within",
        "statements",
        ["within"],
        sqlite_where=sa.text("within IS NOT NULL"),
        postgresql_where=sa.text("within IS NOT NULL"),
    )
    op.create_table(
        "links",
        sa.Column("statement", KEY, nullable=False, comment="the statement"),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place in the chain, from 0"),
        sa.Column("role", sa.Text(), nullable=False, comment="speaker, relay, or an outlet that isn't the appearance's"),
        sa.Column("name", sa.Text(), nullable=True, comment="who it is"),
        sa.Column("entity", KEY, nullable=True, comment="who it is, as an entity"),
        sa.CheckConstraint("role IN ('speaker', 'relay', 'outlet')", name="links_role"),
        sa.ForeignKeyConstraint(["entity"], ["entities.key"], name="links_entity_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["statement"], ["statements.key"], name="links_statement_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("statement", "ordinal", name="links_pkey"),
        comment="The chain from the speaker outward, without the outlet, which the appearance tells.",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "links_entity", "links", ["entity"], sqlite_where=sa.text("entity IS NOT NULL"), postgresql_where=sa.text("entity IS NOT NULL")
    )
    op.create_table(
        "quantities",
        sa.Column("statement", KEY, nullable=False, comment="the statement"),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place in the list, from 0"),
        sa.Column("start", sa.Integer(), nullable=False, comment="code points into the document's text"),
        sa.Column("stop", sa.Integer(), nullable=False, comment="code points into the document's text, half-open"),
        sa.Column("text", sa.Text(), nullable=False, comment="its words"),
        sa.Column("low", sa.Double(), nullable=True, comment="the least it is; null: no bound"),
        sa.Column("high", sa.Double(), nullable=True, comment="the most it is; null: no bound"),
        sa.Column("unit", sa.Text(), nullable=True, comment="of what, as a lemma"),
        sa.Column("per", sa.Text(), nullable=True, comment="per what"),
        sa.Column("approximate", sa.Boolean(), nullable=False, comment="whether it is said to be rough"),
        sa.Column("earlier", sa.Boolean(), nullable=False, comment="whether it is the value that another one is compared with"),
        sa.CheckConstraint("0 <= start AND start < stop", name="quantities_span"),
        sa.ForeignKeyConstraint(["statement"], ["statements.key"], name="quantities_statement_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("statement", "ordinal", name="quantities_pkey"),
        comment="Quantities in a statement.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spans",
        sa.Column("statement", KEY, nullable=False, comment="the statement"),
        sa.Column("role", sa.Text(), nullable=False, comment="content, source or cue"),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place in the list, from 0"),
        sa.Column("start", sa.Integer(), nullable=False, comment="code points into the document's text"),
        sa.Column("stop", sa.Integer(), nullable=False, comment="code points into the document's text, half-open"),
        sa.CheckConstraint("role IN ('content', 'source', 'cue')", name="spans_role"),
        sa.CheckConstraint("0 <= start AND start < stop", name="spans_span"),
        sa.ForeignKeyConstraint(["statement"], ["statements.key"], name="spans_statement_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("statement", "role", "ordinal", name="spans_pkey"),
        comment="Where a statement's source, cue and content stand.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "times",
        sa.Column("statement", KEY, nullable=False, comment="the statement"),
        sa.Column("role", sa.Text(), nullable=False, comment="said: when it was said; told: what it speaks of"),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place in the list, from 0"),
        sa.Column("start", sa.Integer(), nullable=False, comment="code points into the document's text"),
        sa.Column("stop", sa.Integer(), nullable=False, comment="code points into the document's text, half-open"),
        sa.Column("text", sa.Text(), nullable=False, comment="its words"),
        sa.Column("value", sa.Text(), nullable=True, comment="TIMEX3 value, ISO 8601"),
        sa.Column("grain", sa.Text(), nullable=True, comment="how fine it is: year, month, day, ..."),
        sa.Column("type", sa.Text(), nullable=True, comment="date, time, duration or set"),
        sa.CheckConstraint("role IN ('said', 'told')", name="times_role"),
        sa.CheckConstraint("0 <= start AND start < stop", name="times_span"),
        sa.ForeignKeyConstraint(["statement"], ["statements.key"], name="times_statement_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("statement", "role", "ordinal", name="times_pkey"),
        comment="When a statement was said, and times that it speaks of.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "link_spans",
        sa.Column("statement", KEY, nullable=False, comment="the statement"),
        sa.Column("link", sa.Integer(), nullable=False, comment="the link's place in the chain"),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="place in the list, from 0"),
        sa.Column("start", sa.Integer(), nullable=False, comment="code points into the document's text"),
        sa.Column("stop", sa.Integer(), nullable=False, comment="code points into the document's text, half-open"),
        sa.CheckConstraint("0 <= start AND start < stop", name="link_spans_span"),
        sa.ForeignKeyConstraint(
            ["statement", "link"], ["links.statement", "links.ordinal"], name="link_spans_statement_link_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement", "link", "ordinal", name="link_spans_pkey"),
        comment="Where a link of a chain is named.",
        sqlite_with_rowid=False,
    )
    op.execute(VERSIONS)
    op.execute(CHAINS)
