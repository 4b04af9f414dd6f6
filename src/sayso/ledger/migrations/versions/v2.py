"""Version 2: what is searched, who is who across documents, reviews, tombstones."""

import sqlalchemy as sa
from alembic import op

from sayso.ledger import catalogue
from sayso.ledger.identities import identify_all

revision = "2"
down_revision: str | None = "1"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Words come folded, and facets have no punctuation in them: what FTS5 folds and splits is only what a user of Datasette types.
SQLITE_INDEX = (
    """
CREATE VIRTUAL TABLE catalogue_fts USING fts5(
    words, facets, content="catalogue", content_rowid="key", columnsize=0, prefix='2 3',
    tokenize="unicode61 remove_diacritics 2 categories 'L* N* M* S* Co'"
)
""",
    """
CREATE TRIGGER catalogue_added AFTER INSERT ON catalogue BEGIN
    INSERT INTO catalogue_fts (rowid, words, facets) VALUES (new."key", new.words, new.facets);
END
""",
    """
CREATE TRIGGER catalogue_removed AFTER DELETE ON catalogue BEGIN
    INSERT INTO catalogue_fts (catalogue_fts, rowid, words, facets) VALUES ('delete', old."key", old.words, old.facets);
END
""",
    """
CREATE TRIGGER catalogue_changed AFTER UPDATE OF "key", words, facets ON catalogue BEGIN
    INSERT INTO catalogue_fts (catalogue_fts, rowid, words, facets) VALUES ('delete', old."key", old.words, old.facets);
    INSERT INTO catalogue_fts (rowid, words, facets) VALUES (new."key", new.words, new.facets);
END
""",
)

# Neither words nor facets have quotes or backslashes in them.
POSTGRESQL_INDEX = (
    """
CREATE FUNCTION catalogue_terms(words text, facets text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (
        SELECT coalesce(string_agg('''' || word || ''':' || place, ' '), '')
        FROM unnest(string_to_array(btrim(words, ' '), '  ')) WITH ORDINALITY AS indexed (word, place)
        WHERE word <> ''
    )::tsvector || array_to_tsvector(string_to_array(facets, ' '))
$$
""",
    """
CREATE TABLE catalogue_fts (
    "key" bigint PRIMARY KEY REFERENCES catalogue ("key") ON DELETE CASCADE ON UPDATE CASCADE,
    terms tsvector NOT NULL
)
""",
    "CREATE INDEX catalogue_fts_terms ON catalogue_fts USING gin (terms)",
    """
CREATE FUNCTION catalogue_index() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalogue_fts ("key", terms) VALUES (new."key", catalogue_terms(new.words, new.facets))
    ON CONFLICT ("key") DO UPDATE SET terms = excluded.terms;
    RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER catalogue_added AFTER INSERT OR UPDATE OF words, facets ON catalogue FOR EACH ROW EXECUTE FUNCTION catalogue_index()
""",
)


def upgrade() -> None:
    """Make the tables that version 2 adds to those of version 1, and fill them from what is there."""
    _make_identities()
    _make_vectors()
    _make_relations()
    _make_reviews()
    identify_all(op.get_bind())
    _make_catalogue()
    catalogue.refresh_all(op.get_bind())


def _make_vectors() -> None:
    """What is searched by meaning; the vectors of statements that are there already are made by reindexing."""
    op.create_table(
        "statement_vectors",
        sa.Column("statement", KEY, nullable=False, comment="the statement"),
        sa.Column("vector", sa.LargeBinary(), nullable=False, comment="of its words: 384 numbers of one byte, -127 to 127"),
        sa.Column(
            "vector_in_context",
            sa.LargeBinary(),
            nullable=True,
            comment="the same of its words with those before them; null: it isn't compared with others, or was made before",
        ),
        sa.Column("version", sa.Text(), nullable=False, comment="of the network that made it"),
        sa.ForeignKeyConstraint(["statement"], ["statements.key"], name="statement_vectors_statement_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("statement", name="statement_vectors_pkey"),
        comment="The meaning of statements as vectors, by which they are searched.",
        sqlite_with_rowid=False,
    )


def _make_relations() -> None:
    """What relations are made of; statements that are there already are compared by relinking."""
    op.create_table(
        "verdicts",
        sa.Column("a", KEY, nullable=False, comment="the statement that was printed first"),
        sa.Column("b", KEY, nullable=False, comment="the one that was printed later"),
        sa.Column(
            "shares",
            sa.LargeBinary(),
            nullable=False,
            comment="of none, words, changed, claim, denies, denied, opposed, figure: thousandths, each two bytes, the lower first",
        ),
        sa.Column("copies", sa.Boolean(), nullable=False, comment="whether both print the words of one utterance"),
        sa.CheckConstraint("a <> b", name="verdicts_pair"),
        sa.ForeignKeyConstraint(["a"], ["statements.key"], name="verdicts_a_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b"], ["statements.key"], name="verdicts_b_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("a", "b", name="verdicts_pkey"),
        comment="Pairs of statements that may stand in a relation, with what the judge makes of each.",
        sqlite_with_rowid=False,
    )
    op.create_index("verdicts_b", "verdicts", ["b"])
    op.create_table(
        "utterances",
        sa.Column("statement", KEY, nullable=False, comment="the statement"),
        sa.Column("utterance", KEY, nullable=False, comment="the statement of the utterance that has the least key"),
        sa.ForeignKeyConstraint(["statement"], ["statements.key"], name="utterances_statement_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["utterance"], ["statements.key"], name="utterances_utterance_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("statement", name="utterances_pkey"),
        comment="Which statements print one occasion of saying, of those that aren't the only one to print theirs; made of the verdicts.",
        sqlite_with_rowid=False,
    )
    op.create_index("utterances_utterance", "utterances", ["utterance"])
    op.create_table(
        "linkings",
        sa.Column("key", KEY, nullable=False, comment="number in this ledger, never used again: grows as readings come"),
        sa.Column("reading", KEY, nullable=False, comment="the reading"),
        sa.Column(
            "linker", sa.Text(), nullable=True, comment="version of what compared it with all that came before; null: it waits for that"
        ),
        sa.Column(
            "day", sa.Text(), nullable=True, comment="when its document was first published, as given, ISO 8601; null: it isn't known"
        ),
        sa.ForeignKeyConstraint(["reading"], ["readings.key"], name="linkings_reading_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="linkings_pkey"),
        sa.UniqueConstraint("reading", name="linkings_reading_key"),
        comment="The readings whose statements are compared with others.",
        sqlite_autoincrement=True,
    )
    some = sa.text("linker IS NULL")
    op.create_index("linkings_waiting", "linkings", ["reading"], sqlite_where=some, postgresql_where=some)


def _make_identities() -> None:
    """Who is who across documents."""
    op.create_table(
        "identities",
        sa.Column("key", KEY, nullable=False, comment="number in this ledger"),
        sa.Column("id", sa.String(length=32), nullable=False, comment="from the document and the name that it was first met with"),
        sa.Column("name", sa.Text(), nullable=False, comment="the fullest name"),
        sa.Column("type", sa.Text(), nullable=False, comment="person, organization, place, document, group or media"),
        sa.Column("wikidata", sa.Text(), nullable=True, comment="id in Wikidata"),
        sa.Column("wikidata_from", sa.Text(), nullable=True, comment="who says so: the address of a reconciliation service, or 'record'"),
        sa.Column("same_as", KEY, nullable=True, comment="the identity that it was merged into; null: it stands for itself"),
        sa.Column("added", sa.Text(), nullable=False, comment="when it came into this ledger, ISO 8601 in UTC"),
        sa.CheckConstraint("same_as <> key", name="identities_same_as"),
        sa.ForeignKeyConstraint(["same_as"], ["identities.key"], name="identities_same_as_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="identities_pkey"),
        sa.UniqueConstraint("id", name="identities_id_key"),
        comment="Who is meant by the entities of one or more documents: one row for each person, organization, place, ... that has a name.",
    )
    for column in ("same_as", "wikidata"):
        some = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"identities_{column}", "identities", [column], sqlite_where=some, postgresql_where=some)
    op.create_table(
        "identity_names",
        sa.Column("identity", KEY, nullable=False, comment="who goes by it"),
        sa.Column("folded", sa.Text(), nullable=False, comment="the name without case, accents, titles and the like"),
        sa.Column("name", sa.Text(), nullable=True, comment="as it was first written; null: made of the first letters of a longer name"),
        sa.Column("sound", sa.Text(), nullable=False, comment="of the last word, alike for its spellings in Latin letters"),
        sa.Column("initial", sa.Text(), nullable=False, comment="first letter of the first word; empty where there is one word only"),
        sa.ForeignKeyConstraint(["identity"], ["identities.key"], name="identity_names_identity_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("identity", "folded", name="identity_names_pkey"),
        comment="Names that an identity goes by, and what they are looked up by.",
        sqlite_with_rowid=False,
    )
    op.create_index("identity_names_folded", "identity_names", ["folded"])
    op.create_index("identity_names_sound_initial", "identity_names", ["sound", "initial"])
    op.create_table(
        "identifications",
        sa.Column("entity", KEY, nullable=False, comment="the entity"),
        sa.Column("identity", KEY, nullable=False, comment="who it is"),
        sa.Column("score", sa.Double(), nullable=False, comment="how sure that is, 0 to 1"),
        sa.Column("reasons", sa.JSON(), nullable=False, comment="what spoke for it and against it, a JSON list of words"),
        sa.Column("traits", sa.JSON(), nullable=False, comment="what the document says the entity is, a JSON list of words"),
        sa.Column("judge", sa.Text(), nullable=False, comment="version of the rule that decided, or the id of a review"),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name="identifications_score"),
        sa.ForeignKeyConstraint(["entity"], ["entities.key"], name="identifications_entity_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["identity"], ["identities.key"], name="identifications_identity_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entity", name="identifications_pkey"),
        comment="Which identity an entity of a document is, and why.",
        sqlite_with_rowid=False,
    )
    op.create_index("identifications_identity_entity", "identifications", ["identity", "entity"])


def _make_reviews() -> None:
    """Reviews and tombstones."""
    op.create_table(
        "reviews",
        sa.Column("key", KEY, nullable=False, comment="number in this ledger"),
        sa.Column("id", sa.String(length=32), nullable=False, comment="32 hex digits, drawn by chance"),
        sa.Column(
            "at",
            sa.Text(),
            nullable=False,
            comment="when, ISO 8601 in UTC, to the millisecond; later than all before on the same thing",
        ),
        sa.Column("reviewer", sa.Text(), nullable=False, comment="whose verdict it is"),
        sa.Column("about", sa.Text(), nullable=False, comment="statement, relation, entity or identity"),
        sa.Column("verdict", sa.Text(), nullable=False, comment="confirmed, rejected or corrected; of identities, merged or split"),
        sa.Column("document", KEY, nullable=True, comment="the document in which that stands; of a relation, a's"),
        sa.Column("statement", sa.String(length=32), nullable=True, comment="the statement; of a relation, a"),
        sa.Column("other", sa.String(length=32), nullable=True, comment="of a relation, b"),
        sa.Column("relation", sa.Text(), nullable=True, comment="of a relation, what was reviewed: restates, denies, ..."),
        sa.Column("entity", sa.Text(), nullable=True, comment="of an entity, its name in the document; of an identity, its id"),
        sa.Column("other_entity", sa.Text(), nullable=True, comment="id of the identity that was merged into it or split off"),
        sa.Column("corrections", sa.JSON(), nullable=False, comment="what is right instead, a JSON object; offsets as in spans"),
        sa.Column("note", sa.Text(), nullable=True, comment="why"),
        sa.Column(
            "snapshot",
            sa.JSON(),
            nullable=False,
            comment="what was reviewed, as it was then: reader, words, speaker, spans, ...; a JSON object",
        ),
        sa.CheckConstraint("about IN ('statement', 'relation', 'entity', 'identity')", name="reviews_about"),
        sa.CheckConstraint("verdict IN ('confirmed', 'rejected', 'corrected', 'merged', 'split')", name="reviews_verdict"),
        sa.ForeignKeyConstraint(["document"], ["documents.key"], name="reviews_document_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["statement"], ["statement_ids.id"], name="reviews_statement_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other"], ["statement_ids.id"], name="reviews_other_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="reviews_pkey"),
        sa.UniqueConstraint("id", name="reviews_id_key"),
        comment="Verdicts of people: a log to which is only ever added. Of several on one thing, the last counts.",
    )
    for column in ("document", "statement", "other", "entity"):
        some = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"reviews_{column}", "reviews", [column], sqlite_where=some, postgresql_where=some)
    op.create_table(
        "tombstones",
        sa.Column(
            "id",
            sa.String(length=32),
            nullable=False,
            comment="the document's id; of a name, 32 hex digits of the sha256 of its words in lower case",
        ),
        sa.Column("about", sa.Text(), nullable=False, comment="document or name"),
        sa.Column("words", sa.Integer(), nullable=True, comment="of a name, how many words it has"),
        sa.Column("at", sa.Text(), nullable=False, comment="when it was forgotten, ISO 8601 in UTC"),
        sa.Column("reviewer", sa.Text(), nullable=False, comment="by whom"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why"),
        sa.CheckConstraint("about IN ('document', 'name')", name="tombstones_about"),
        sa.PrimaryKeyConstraint("id", name="tombstones_pkey"),
        comment="What was forgotten and isn't taken in again: documents and names, without their words.",
        sqlite_with_rowid=False,
    )


def _make_catalogue() -> None:
    """What is searched."""
    op.create_table(
        "catalogue",
        sa.Column(
            "key",
            KEY,
            autoincrement=False,
            nullable=False,
            comment="greater for a later moment: seconds since year 1, then 24 bits that differ",
        ),
        sa.Column("statement", KEY, nullable=False, comment="the statement"),
        sa.Column("document", KEY, nullable=False, comment="the document that it stands in"),
        sa.Column("identity", KEY, nullable=True, comment="who said it, across documents"),
        sa.Column("id", sa.String(length=32), nullable=False, comment="the statement's id"),
        sa.Column("moment", sa.Text(), nullable=False, comment="when the document was first published, or else seen; ISO 8601 in UTC"),
        sa.Column("outlet", sa.Text(), nullable=True, comment="who printed it first, of those that are known"),
        sa.Column("speaker", sa.Text(), nullable=True, comment="who said it, as the article has it"),
        sa.Column(
            "speaker_type", sa.Text(), nullable=False, comment="person, organization, group, anonymous, document, media, author or none"
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="the content's words"),
        sa.Column("kind", sa.Text(), nullable=False, comment="direct, mixed, indirect, or narrated: the outlet's own voice"),
        sa.Column("headline", sa.Boolean(), nullable=False, comment="whether it stands in a heading"),
        sa.Column("act", sa.Text(), nullable=True, comment="state, deny, ask, urge, promise, threaten, accuse, praise, predict, ..."),
        sa.Column("polarity", sa.Text(), nullable=True, comment="affirmed or rejected: the source's stand to the content, by the cue"),
        sa.Column("denial", sa.Boolean(), nullable=True, comment="whether the statement as a whole rejects a claim"),
        sa.Column("said", sa.Text(), nullable=True, comment="the day when it was said, or the first day of the month or year; ISO 8601"),
        sa.Column("quantities", sa.Integer(), nullable=False, comment="how many quantities are in it"),
        sa.Column("reviewed", sa.Text(), nullable=True, comment="confirmed, rejected or corrected, by the last review"),
        sa.Column("length", sa.Integer(), nullable=False, comment="how many words are indexed"),
        sa.Column("words", sa.Text(), nullable=False, comment="the words as they are indexed: folded, each between two blanks"),
        sa.Column(
            "facets", sa.Text(), nullable=False, comment="what else it is found by, as words: =kind=direct, =outlet=northern+post, ..."
        ),
        sa.ForeignKeyConstraint(["statement"], ["statements.key"], name="catalogue_statement_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["document"], ["documents.key"], name="catalogue_document_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["identity"], ["identities.key"], name="catalogue_identity_fkey", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("key", name="catalogue_pkey"),
        sa.UniqueConstraint("statement", name="catalogue_statement_key"),
        comment="What is searched: the statements of each document's latest reading, with what they are found by; made of other tables.",
    )
    op.create_index("catalogue_document", "catalogue", ["document"])
    some = sa.text("identity IS NOT NULL")
    op.create_index("catalogue_identity", "catalogue", ["identity"], sqlite_where=some, postgresql_where=some)
    connection = op.get_bind()
    for command in SQLITE_INDEX if connection.dialect.name == "sqlite" else POSTGRESQL_INDEX:
        connection.exec_driver_sql(command)
