"""The ledger, in a file of SQLite's and in PostgreSQL."""

from __future__ import annotations

import itertools
import re
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st

import sayso.ledger.opening as opening
import sayso.ledger.store as store
from sayso import Reader
from sayso.errors import LedgerError, LedgerUnavailable, NewLedger, NoLedger, NotInLedger, OldLedger, RecordRefused
from sayso.ledger.inheritance import identified, inherited
from sayso.ledger.opening import engine_for
from sayso.ledger.schema import VERSION, Base
from sayso.ledger.store import Added, Ledger
from sayso.models import (
    Appearance,
    Document,
    Entity,
    Evidence,
    Link,
    Quantity,
    Record,
    Relation,
    Sourcing,
    Speaker,
    Statement,
    Time,
    statement_id,
)

if TYPE_CHECKING:
    from postgres import Server

pytest_plugins = ["postgres"]

ROOT = Path(__file__).resolve().parent.parent
TEXT = 'Mayor Ada Lin said on Monday that 40 bridges would close. "Not one will fall," she told Radio Nord. Critics laughed.'


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger(place) as ledger:
        yield ledger


def article(text: str = TEXT, where: str = "a.txt", **fields: Any) -> Record:
    """A record without statements."""
    met = {name: fields.pop(name) for name in ("fetched", "digest", "record", "extractor") if name in fields}
    reader = fields.pop("reader", "reader 1")
    return Record(reader=reader, document=Document(text=text, **fields), appearance=Appearance(where=where, **met))


def said(record: Record, *contents: list[tuple[int, int]], **fields: Any) -> Record:
    """The same record with statements of these contents."""
    statements = [
        Statement(
            id=statement_id(record.document.sha256, c),
            kind="indirect",
            content=c,
            text=record.document.words_at(c),
            confidence=0.5,
            **fields,
        )
        for c in contents
    ]
    return record.model_copy(update={"statements": statements})


def full() -> Record:
    """A record with a value in every field."""
    document = Document(
        text=TEXT, ref="7", url="https://post.example/bridges", outlet="Northern Post", title="Bridges", authors=["Ola Berg", "Ida Moe"],
        published="2031-03-04T18:30:00+01:00", modified="2031-03-05", language="en", credits=["NNA"], boilerplate=[(100, 116)],
    )  # fmt: skip

    def at(words: str) -> tuple[int, int]:
        start = TEXT.index(words)
        return start, start + len(words)

    outer, inner = [at("40 bridges"), at("would close")], [at('"Not one will fall,"')]
    ids = [statement_id(document.sha256, content) for content in (outer, inner)]
    lin = Entity(id="e0", name="Ada Lin", type="person", aliases=["the mayor", "Lin"], mentions=[at("Ada Lin"), at("she")], wikidata="Q1")
    radio = Entity(id="e1", name="Radio Nord", type="media", mentions=[at("Radio Nord")])
    return Record(
        reader="reader 1",
        document=document,
        appearance=Appearance(
            where="crawl.warc.gz#r1", url="https://post.example/b?x=1", fetched="2031-03-06T01:02:03Z", digest="sha1:AB", record="<urn:1>",
            duplicate_of="<urn:0>", extractor="trafilatura 2",
        ),
        entities=[lin, radio],
        statements=[
            Statement(
                id=ids[0], kind="indirect", headline=True, content=outer, source=[at("Mayor Ada Lin")], cue=[at("said")],
                text=document.words_at(outer),
                speaker=Speaker(name="Ada Lin", type="person", entity="e0", speaks_for="e1", named_by="text", confidence=0.9),
                chain=[
                    Link(role="speaker", name="Ada Lin", entity="e0", spans=[at("Mayor"), at("Ada Lin")]),
                    Link(role="outlet", name="Northern Post"),
                ],
                polarity="rejected", denial=False, presupposed=True, modality="probable", act="predict",
                said_at=Time(span=at("Monday"), text="Monday", value="2031-03-03", grain="day", type="date"),
                times=[Time(span=at("Monday"), text="Monday")],
                quantities=[
                    Quantity(span=at("40"), text="40", low=40, high=40.5, unit="bridge", per="day", approximate=True, earlier=True),
                    Quantity(span=at("one"), text="one", high=1),
                ],
                confidence=0.123456789,
            ),
            Statement(
                id=ids[1], kind="direct", content=inner, text=document.words_at(inner), within=ids[0], confidence=1,
                chain=[Link(role="relay", name="Radio Nord", entity="e1"), Link(role="outlet", name="Northern Post", spans=[(0, 1)])],
            ),
        ],
        relations=[
            Relation(a=ids[0], b=ids[1], relation="contradicts", score=0.5, evidence=Evidence(a=[(0, 2)], b=[(3, 4), (5, 6)]), judge="j"),
            Relation(a=ids[1], b="f" * 32, relation="restates", score=1, judge="j"),
        ],
        sourcing=Sourcing(statements=2, speakers=1, top_speaker="Ada Lin", top_speaker_share=0.5, direct_share=0.5, narrated=0),
        warnings=["doubtful", "läuft über"],
    )  # fmt: skip


def query(place: str, sql: str, **values: object) -> list[tuple[Any, ...]]:
    """Run SQL in a ledger and keep what it did."""
    engine = engine_for(place)
    try:
        with engine.begin() as connection:
            result = connection.execute(sa.text(sql), values)
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_maybe = st.none() | _words
_share = st.floats(0, 1)
_figure = st.none() | st.floats(allow_nan=False, allow_infinity=False)
_numbers = itertools.count()


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any record of a text that no other has."""
    text = f"{next(_numbers):06} {draw(_words)}"

    def span() -> tuple[int, int]:
        start = draw(st.integers(0, len(text) - 1))
        return start, draw(st.integers(start + 1, len(text)))

    def spans(least: int = 0) -> list[tuple[int, int]]:
        return [span() for _ in range(draw(st.integers(least, 3)))]

    def one_of(model: type[Any], field: str) -> Any:
        return draw(st.from_type(model.model_fields[field].annotation))

    document = Document(
        text=text, ref=draw(_maybe), url=draw(_maybe), outlet=draw(_maybe), title=draw(_maybe), authors=draw(st.lists(_words, max_size=2)),
        published=draw(_maybe | st.dates().map(str)), modified=draw(_maybe | st.datetimes().map(str)), language=draw(_maybe),
        credits=draw(st.lists(_words, max_size=2)), boilerplate=spans(),
    )  # fmt: skip
    entities = [
        Entity(id=f"e{i}", name=draw(_words), type=one_of(Entity, "type"), aliases=draw(st.lists(_words, max_size=2)), mentions=spans())
        for i in range(draw(st.integers(0, 2)))
    ]
    entity = st.sampled_from([None, *(e.id for e in entities)])

    def link() -> Link:
        return Link(role=one_of(Link, "role"), name=draw(_maybe), entity=draw(entity), spans=spans())

    def time() -> Time:
        place = span()
        return Time(span=place, text=text[slice(*place)], value=draw(_maybe), grain=one_of(Time, "grain"), type=one_of(Time, "type"))

    def quantity() -> Quantity:
        place = span()
        low, high, rough = draw(_figure), draw(_figure), draw(st.booleans())
        return Quantity(span=place, text=text[slice(*place)], low=low, high=high, unit=draw(_maybe), per=draw(_maybe), approximate=rough)

    statements: list[Statement] = []
    for _ in range(draw(st.integers(0, 4))):
        content = spans(1)
        id = statement_id(document.sha256, content)
        if any(s.id == id for s in statements):
            continue
        chain = [link() for _ in range(draw(st.integers(0, 2)))]
        if draw(st.booleans()):
            chain.append(Link(role="outlet", name=document.outlet))
        statements.append(
            Statement(
                id=id, kind=one_of(Statement, "kind"), headline=draw(st.booleans()), content=content, source=spans(), cue=spans(),
                text=document.words_at(content), chain=chain, within=draw(st.sampled_from([None, *(s.id for s in statements)])),
                speaker=Speaker(
                    name=draw(_maybe), type=one_of(Speaker, "type"), entity=draw(entity), speaks_for=draw(entity),
                    named_by=one_of(Speaker, "named_by"), confidence=draw(_share),
                ),
                polarity=one_of(Statement, "polarity"), denial=one_of(Statement, "denial"), presupposed=one_of(Statement, "presupposed"),
                modality=one_of(Statement, "modality"), act=one_of(Statement, "act"), said_at=time() if draw(st.booleans()) else None,
                times=[time() for _ in range(draw(st.integers(0, 2)))],
                quantities=[quantity() for _ in range(draw(st.integers(0, 2)))], confidence=draw(_share),
            )
        )  # fmt: skip
    met = Appearance(where=draw(_words), url=draw(_maybe), fetched=draw(_maybe), digest=draw(_maybe), record=draw(_maybe))
    return Record(
        reader=draw(_words), document=document, appearance=draw(st.sampled_from([None, met])), entities=entities, statements=statements,
        sourcing=Sourcing.of(statements), warnings=draw(st.lists(_words, max_size=2)),
    )  # fmt: skip


class TestARecord:
    @given(record=records())
    def test_of_any_kind_comes_back_as_it_was(self, ledger: Ledger, record: Record) -> None:
        added = ledger.add(record)
        assert (added.document, added.appearance, added.reading) == (True, True, True)
        assert ledger.record(added.id) == record
        assert ledger.add(record) == Added(id=record.document.id, document=False, appearance=False, version=False, reading=False)

    def test_with_a_value_in_every_field_comes_back_as_it_was(self, ledger: Ledger) -> None:
        record = full()
        assert ledger.record(ledger.add(record).id) == record
        assert ledger.appearances(record.document.id) == [(record.document, record.appearance)]
        assert ledger.check() == []

    def test_of_the_real_reader_comes_back_as_it_was(self, ledger: Ledger, reader: Reader) -> None:
        document = Document(text=(ROOT / "examples/01-agency-copy.txt").read_text("utf-8"), outlet="Northern Post", published="2031-03-04")
        record = reader.read(document)
        assert len(record.statements) > 5
        assert ledger.record(ledger.add(record).id) == record
        assert ledger.check() == []

    @pytest.mark.parametrize(
        "name", ["Robert'); DROP TABLE statements;--", "100%_", '"NEAR(a b)" OR *', "🧑🏽‍🚀\u202e", "\x01\x7f\ufeff", "a" * 1_000_000]
    )
    def test_with_hostile_names_and_words_comes_back_as_it_was(self, ledger: Ledger, name: str) -> None:
        document = Document(text=name, url=name, outlet=name, title=name, authors=[name], published=name)
        id = statement_id(document.sha256, [(0, len(name))])
        speaker = Speaker(name=name, type="person", entity="e0")
        record = Record(
            reader=name,
            document=document,
            appearance=Appearance(where=name, url=name, digest=name),
            entities=[Entity(id="e0", name=name, type="person", aliases=[name])],
            statements=[Statement(id=id, kind="narrated", content=[(0, len(name))], text=name, speaker=speaker, confidence=1)],
        )
        ledger.add(record)
        assert ledger.record(document.id) == record
        assert ledger.has(name, digest=name, reader=name)
        assert not ledger.has(name + "a")
        assert [version.document for version in ledger.versions(name)] == [document.id]
        assert ledger.check() == []

    @pytest.mark.parametrize(
        "record",
        [
            article(title="a\0"),
            article(outlet="\ud800"),
            article(authors=["a", "\udc80"]),
            article(title="\udce4.txt"),
            said(article(), [(0, 5)], speaker=Speaker(entity="e9")),
            said(article(), [(0, 5)], within="0" * 32),
            said(article(), [(0, 5)], within=statement_id(Document(text=TEXT).sha256, [(0, 5)])),
            article().model_copy(update={"entities": [Entity(id="e", name="A", type="person")] * 2}),
        ],
        ids=["NUL", "surrogate", "in a list", "in a path", "no such entity", "no such statement", "within itself", "two with one id"],
    )
    def test_that_contradicts_itself_or_cannot_be_stored_is_refused_and_leaves_nothing(self, ledger: Ledger, record: Record) -> None:
        with pytest.raises(RecordRefused):
            ledger.add(record)
        assert ledger.stats().documents == 0

    def test_that_fails_half_way_leaves_nothing(self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object, **__: object) -> None:
            raise MemoryError

        with monkeypatch.context() as patch:
            patch.setattr(store, "_insert_parts", fail)
            with pytest.raises(MemoryError):
                ledger.add(full())
        stats = ledger.stats()
        assert (stats.documents, stats.appearances, stats.articles, stats.readings, stats.statements, stats.entities) == (0,) * 6
        ledger.add(full())
        assert ledger.record(full().document.id) == full()

    def test_with_the_same_content_twice_keeps_both_statements(self, ledger: Ledger) -> None:
        record = said(article(), [(0, 5)], [(0, 5)])
        first, second = ledger.record(ledger.add(record).id).statements
        assert first == record.statements[0]
        assert first.id != second.id
        ledger.add(record.model_copy(update={"reader": "reader 2"}))
        assert [s.id for s in ledger.record(record.document.id).statements] == [first.id, second.id]

    def test_of_an_unknown_document_is_not_in_the_ledger(self, ledger: Ledger) -> None:
        with pytest.raises(NotInLedger, match="0000"):
            ledger.record("0" * 32)
        assert ledger.records("0" * 32) == []
        assert ledger.appearances("0" * 32) == []

    def test_of_more_statements_than_one_command_holds_comes_back_as_it_was(self, ledger: Ledger) -> None:
        text = "".join(f"{n:05} bridges. " for n in range(3000))
        record = said(article(text), *([(n * 15, n * 15 + 13)] for n in range(3000)))
        ledger.add(record)
        assert ledger.record(record.document.id) == record

    def test_without_end_has_no_bound(self, ledger: Ledger) -> None:
        record = full()
        endless = Quantity(span=(0, 5), text="Mayor", low=float("-inf"), high=float("nan"))
        statement = record.statements[0].model_copy(update={"quantities": [endless]})
        ledger.add(record.model_copy(update={"statements": [statement], "relations": []}))
        [kept] = ledger.record(record.document.id).statements[0].quantities
        assert (kept.low, kept.high) == (None, None)  # as in JSON


class TestAppearances:
    def test_forty_verbatim_reprints_are_one_document_with_forty_appearances(self, ledger: Ledger, place: str) -> None:
        chain = [Link(role="speaker", name="Ada Lin")]
        for n in range(40):
            record = article(where=f"{n}.txt", outlet=f"Paper {n}")
            record = said(record, [(0, 5)], chain=[*chain, Link(role="outlet", name=f"Paper {n}")])
            assert ledger.add(record).document is (n == 0)
        stats = ledger.stats()
        assert (stats.documents, stats.appearances, stats.readings, stats.statements) == (1, 40, 1, 1)
        assert [document.outlet for document, _ in ledger.appearances(record.document.id)] == [f"Paper {n}" for n in range(40)]
        outlets = query(place, "SELECT name FROM chains WHERE role = 'outlet' ORDER BY appearance")
        assert outlets == [(f"Paper {n}",) for n in range(40)]

    def test_the_same_bytes_at_the_same_place_are_met_once(self, ledger: Ledger) -> None:
        record = article(digest="sha256:1", fetched="2031-03-04T01:00:00Z")
        assert [ledger.add(record).appearance for _ in range(3)] == [True, False, False]
        assert ledger.add(article(digest="sha256:2", fetched="2031-03-04T01:00:00Z")).appearance
        assert ledger.add(article(digest="sha256:1", fetched="2031-03-04T02:00:00Z")).appearance
        assert ledger.add(article(digest="sha256:1", fetched="2031-03-04T01:00:00Z", record="<urn:1>")).appearance

    def test_one_that_is_met_again_is_described_anew(self, ledger: Ledger) -> None:
        ledger.add(article(extractor="old", outlet="post.example"))
        record = article(extractor="new", outlet="Northern Post", title="Bridges", reader="reader 2")
        assert not ledger.add(record).appearance
        assert ledger.record(record.document.id) == record
        assert ledger.stats().appearances == 1

    def test_without_a_word_on_where_documents_differ_by_outlet_address_and_ref(self, ledger: Ledger) -> None:
        for fields in ({}, {"outlet": "A"}, {"outlet": "B"}, {"ref": "1"}, {"url": "https://a.example"}):
            record = Record(reader="1", document=Document(text=TEXT, **fields))
            assert [ledger.add(record).appearance, ledger.add(record).appearance] == [True, False]

    def test_a_document_that_was_read_can_be_met_elsewhere_without_reading_it(self, ledger: Ledger) -> None:
        record = article()
        assert not ledger.has_reading(record.document, "reader 1")
        ledger.add(record)
        assert ledger.has_reading(record.document, "reader 1")
        assert not ledger.has_reading(record.document, "reader 2")
        assert not ledger.has_reading(record.document.model_copy(update={"published": "2031-03-04"}), "reader 1")
        met = ledger.meet(record.document, Appearance(where="b.txt"))
        assert met == Added(id=record.document.id, document=False, appearance=True, version=False, reading=False)
        assert ledger.stats().readings == 1

    def test_what_is_known_can_be_asked_by_place_address_bytes_and_reader(self, ledger: Ledger) -> None:
        ledger.add(full())
        for where in ("crawl.warc.gz#r1", "https://post.example/b?x=1", "https://post.example/bridges"):
            assert ledger.has(where)
            assert ledger.has(where, digest="sha1:AB", reader="reader 1")
            assert not ledger.has(where, digest="sha1:CD")
            assert not ledger.has(where, reader="reader 2")
        assert not ledger.has("https://post.example")


class TestVersions:
    URL = "https://post.example/live"

    def fetched(self, text: str, day: int) -> Record:
        return article(text, where=self.URL, url=self.URL, fetched=f"2031-03-{day:02}T12:00:00Z")

    def test_a_changed_article_at_a_known_address_is_a_new_version(self, ledger: Ledger) -> None:
        added = [ledger.add(self.fetched(text, day)) for text, day in (("One.", 1), ("One.", 2), ("Two.", 3), ("One.", 4))]
        assert [one.version for one in added] == [False, False, True, False]
        assert [one.document for one in added] == [True, False, True, False]

    def test_the_texts_of_an_address_come_in_the_order_of_time_whenever_they_were_added(self, ledger: Ledger, place: str) -> None:
        days = [("Two.", 3), ("One.", 4), ("One.", 1), ("Two.", 5), ("One.", 2)]
        for text, day in [*days, *days]:
            ledger.add(self.fetched(text, day))
        one, two = Document(text="One.").id, Document(text="Two.").id
        found = [(v.document, v.first_seen[8:10], v.last_seen[8:10]) for v in ledger.versions(self.URL)]
        assert found == [(one, "01", "02"), (two, "03", "03"), (one, "04", "04"), (two, "05", "05")]
        seen = query(place, "SELECT id, first_seen, appearances FROM versions JOIN documents ON documents.key = document ORDER BY 2")
        assert [(id, moment[8:10], count) for id, moment, count in seen] == [(one, "01", 2), (two, "03", 1), (one, "04", 1), (two, "05", 1)]

    def test_times_of_other_zones_are_compared_as_moments(self, ledger: Ledger) -> None:
        for text, moment in (("Late.", "2031-03-01T00:30:00+02:00"), ("Later.", "2031-02-28T23:00:00Z"), ("Early.", "2031-02-28")):
            ledger.add(article(text, where=self.URL, url=self.URL, fetched=moment))
        assert [v.document for v in ledger.versions(self.URL)] == [Document(text=text).id for text in ("Early.", "Late.", "Later.")]


class TestIdentity:
    @staticmethod
    def ids(ledger: Ledger, record: Record) -> list[str]:
        assert ledger.add(record).reading
        kept = ledger.record(record.document.id)
        assert [s.content for s in kept.statements] == [s.content for s in record.statements]
        return [s.id for s in kept.statements]

    def test_a_newer_reading_keeps_the_ids_of_statements_that_overlap_by_half(self, ledger: Ledger) -> None:
        first = self.ids(ledger, said(article(), [(0, 10)], [(20, 30)], [(40, 50)]))
        newer = said(article(reader="reader 2"), [(0, 20)], [(20, 41)], [(40, 44), (45, 50)], [(60, 70)])
        second = self.ids(ledger, newer)
        own = [s.id for s in newer.statements]
        assert second == [first[0], own[1], first[2], own[3]]
        assert [ledger.resolve(id) for id in own] == second
        assert [[s.id for s in record.statements] for record in ledger.records(newer.document.id)] == [first, second]
        assert ledger.stats().statements == 5
        assert ledger.check() == []

    def test_a_statement_that_one_reading_missed_gets_its_id_back(self, ledger: Ledger) -> None:
        first = self.ids(ledger, said(article(), [(0, 10)]))
        assert self.ids(ledger, article(reader="reader 2")) == []
        assert self.ids(ledger, said(article(reader="reader 3"), [(0, 12)])) == first
        assert self.ids(ledger, said(article(reader="reader 4"), [(0, 21)])) == first  # as reading 3 had it

    def test_an_id_that_stands_for_another_statement_is_not_given_again(self, ledger: Ledger) -> None:
        [whole] = self.ids(ledger, said(article(), [(0, 20)]))
        assert self.ids(ledger, said(article(reader="reader 2"), [(0, 10)])) == [whole]
        both = said(article(reader="reader 3"), [(0, 10)], [(0, 20)])
        half, again = self.ids(ledger, both)
        assert again == whole
        assert half not in (whole, both.statements[0].id)
        assert ledger.check() == []

    def test_nesting_and_relations_follow_inherited_ids(self, ledger: Ledger) -> None:
        ledger.add(said(article(), [(0, 30)], [(10, 20)]))
        newer = said(article(reader="reader 2"), [(0, 31)], [(10, 21)])
        outer, inner = newer.statements
        relation = Relation(a=outer.id, b=inner.id, relation="agrees", score=1, judge="j")
        nested = [outer, inner.model_copy(update={"within": outer.id})]
        ledger.add(newer.model_copy(update={"statements": nested, "relations": [relation]}))
        first, second = ledger.records(newer.document.id)
        assert second.statements[1].within == first.statements[0].id
        assert (second.relations[0].a, second.relations[0].b) == tuple(s.id for s in first.statements)

    def test_another_reference_date_is_another_reading_and_another_time_of_day_is_not(self, ledger: Ledger) -> None:
        dates = ["2031-03-04", "2031-03-04T10:00:00Z", "2031-03-05", None]
        assert [ledger.add(article(published=date)).reading for date in dates] == [True, False, True, True]
        assert [record.document.published for record in ledger.records(article().document.id)] == ["2031-03-04", "2031-03-05", None]

    def test_an_unknown_statement_is_not_in_the_ledger(self, ledger: Ledger) -> None:
        with pytest.raises(NotInLedger):
            ledger.resolve("0" * 32)

    contents = st.lists(
        st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda p: (p[0], p[0] + p[1])), min_size=1, max_size=2)
    )

    @given(new=contents, earlier=contents)
    def test_ids_go_to_at_most_one_statement_each_and_only_by_half_of_the_union(
        self, new: list[list[tuple[int, int]]], earlier: list[list[tuple[int, int]]]
    ) -> None:
        def points(content: list[tuple[int, int]]) -> set[int]:
            return {point for span in content for point in range(*span)}

        known = [(f"old {n}", content) for n, content in enumerate(earlier)]
        own = [f"new {n}" for n in range(len(new))]
        found = inherited(list(zip(own, new, strict=True)), known)
        assert len(set(found.values())) == len(found)
        overlap = {(i, id): len(points(a) & points(b)) / len(points(a) | points(b)) for i, a in enumerate(new) for id, b in known}
        assert all(overlap[pair] >= 0.5 for pair in found.items())
        for (i, id), share in overlap.items():  # whoever was passed over found a better match, or the match did
            if share >= 0.5 and found.get(i) != id:
                rivals = [overlap[i, found[i]]] if i in found else []
                rivals += [overlap[j, id] for j, other in found.items() if other == id]
                assert max(rivals) >= share
        ids, aliases = identified(own, found, {id for id, _ in known})
        assert len(set(ids)) == len(ids)
        assert {own[i]: id for i, id in found.items()} == aliases


class TestFeeds:
    def test_entries_are_seen_once_marked_and_by_feed(self, ledger: Ledger, place: str) -> None:
        assert ledger.seen("https://a.example/feed") == set()
        ledger.mark_seen("https://a.example/feed", ["1", "tag:2", "x" * 100_000])
        ledger.mark_seen("https://a.example/feed", ["1", "3"])
        ledger.mark_seen("https://b.example/feed", [])
        assert ledger.seen("https://a.example/feed") == {"1", "tag:2", "3", "x" * 100_000}
        assert ledger.seen("https://b.example/feed") == set()
        assert ledger.stats().feeds == 2
        with pytest.raises(RecordRefused):
            ledger.mark_seen("https://a.example/feed", ["\0"])


class TestOpening:
    def test_a_ledger_opens_again_with_what_it_held(self, empty_place: str) -> None:
        with Ledger(empty_place) as ledger:
            ledger.add(full())
        with Ledger(empty_place) as ledger:
            assert ledger.record(full().document.id) == full()

    def test_a_ledger_of_a_newer_version_is_refused(self, ledger: Ledger, place: str) -> None:
        query(place, "UPDATE ledger_version SET version_num = '99'")
        for use in (Ledger, Ledger.upgrade):
            with pytest.raises(NewLedger, match="version 99"):
                use(place)

    def test_a_ledger_of_an_older_version_asks_to_be_upgraded_and_keeps_everything(
        self, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Ledger(place) as ledger:
            ledger.add(full())
        assert Ledger.upgrade(place) == (VERSION, VERSION)
        later = tmp_path / "migrations"
        (later / "versions").mkdir(parents=True)
        current = ROOT / "src/sayso/ledger/migrations"
        for file in (current / "env.py", *current.glob("versions/v*.py")):
            (later / file.relative_to(current)).write_text(file.read_text("utf-8"), "utf-8")
        (later / "versions/next.py").write_text(
            f'from alembic import op\nrevision = "{VERSION + 1}"\ndown_revision = "{VERSION}"\n'
            'def upgrade(): op.execute("CREATE TABLE moods (name TEXT)")\n'
        )
        monkeypatch.setattr(opening, "files", lambda _: later)
        monkeypatch.setattr(opening, "VERSION", VERSION + 1)
        with pytest.raises(OldLedger, match="upgrade"):
            Ledger(place)
        assert Ledger.upgrade(place) == (VERSION, VERSION + 1)
        with Ledger(place) as ledger:
            assert ledger.record(full().document.id) == full()
        assert query(place, "SELECT * FROM moods") == []

    def test_a_database_with_other_tables_is_left_alone(self, empty_place: str) -> None:
        query(empty_place, "CREATE TABLE cats (name TEXT)")
        for use in (Ledger, Ledger.upgrade):
            with pytest.raises(NoLedger, match="cats"):
                use(empty_place)

    def test_a_file_of_another_kind_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("Call Ada.\n" * 1000)
        with pytest.raises(NoLedger, match=r"notes\.txt"):
            Ledger(path)
        assert path.read_text() == "Call Ada.\n" * 1000

    def test_what_is_not_there_is_not_upgraded(self, tmp_path: Path, server: Server) -> None:
        for place in (str(tmp_path / "a.db"), server.database()):
            with pytest.raises(NoLedger):
                Ledger.upgrade(place)
        assert not (tmp_path / "a.db").exists()

    @pytest.mark.parametrize("place", ["mysql://a@b/c", "postgresql+asyncpg://a@b/c", "://", "https://a.example"])
    def test_an_address_of_no_database_is_refused(self, place: str) -> None:
        with pytest.raises(NoLedger):
            Ledger(place)

    def test_a_place_that_cannot_be_reached_is_named_without_its_password(self, tmp_path: Path) -> None:
        with pytest.raises(LedgerUnavailable, match="unable to open"):
            Ledger(tmp_path / "missing" / "ledger.db")
        with pytest.raises(LedgerUnavailable) as caught:
            Ledger(f"postgresql://ada:secret@/a?host={tmp_path}")
        assert str(caught.value).startswith("postgresql://ada:***@")
        assert "secret" not in str(caught.value)

    def test_a_database_of_another_encoding_is_refused(self, server: Server) -> None:
        server.run("CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1")
        with pytest.raises(NoLedger, match="LATIN1"):
            Ledger(server.at("latin"))

    def test_a_path_with_marks_of_addresses_and_sql_is_a_path(self, tmp_path: Path) -> None:
        path = tmp_path / "a?mode=ro&x='%20#.db"
        with Ledger(path) as ledger:
            ledger.add(full())
        assert path.exists()


class TestTheTables:
    def test_are_made_by_the_migrations_as_they_are_declared(self, ledger: Ledger, place: str, tmp_path: Path) -> None:
        with ledger._engine.connect() as connection:
            opts = {"version_table": "ledger_version", "include_name": lambda name, *_: not (name or "").startswith("catalogue_fts")}
            context = MigrationContext.configure(connection, opts=opts)
            assert compare_metadata(context, Base.metadata) == []

    def test_are_made_by_the_migrations_to_the_letter(self, tmp_path: Path) -> None:
        Ledger(tmp_path / "migrated.db").close()
        declared = engine_for(tmp_path / "declared.db")
        Base.metadata.create_all(declared)
        declared.dispose()
        made = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND name <> 'ledger_version'"
        made += " AND name NOT LIKE 'catalogue\\_fts%' ESCAPE '\\' AND sql IS NOT NULL"
        both = [
            {name: sorted(line.strip(" ,") for line in sql.split("\n")) for name, sql in query(str(tmp_path / file), made)}
            for file in ("migrated.db", "declared.db")
        ]
        assert both[0] == both[1]

    def test_are_of_the_version_of_the_last_migration(self) -> None:
        assert ScriptDirectory(str(ROOT / "src/sayso/ledger/migrations")).get_current_head() == str(VERSION)

    def test_say_what_they_and_their_columns_hold(self) -> None:
        for table in Base.metadata.sorted_tables:
            assert table.comment
            assert all(column.comment for column in table.columns), table.name

    def test_are_all_in_the_documentation(self) -> None:
        documented = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/ledger.md").read_text("utf-8"), re.M))
        assert documented == {table.name for table in Base.metadata.sorted_tables} | {"versions", "chains", "ledger_version"}

    def test_are_used_as_the_documentation_shows(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        names: dict[str, Any] = {"record": full()}
        [example] = re.findall(r"```python\n(.*?)```", (ROOT / "docs/ledger.md").read_text("utf-8"), re.S)
        exec(example, names)
        assert names["same"] == full()

    def test_lie_in_a_file_that_others_can_read_meanwhile(self, tmp_path: Path) -> None:
        with Ledger(tmp_path / "a.db") as ledger:
            ledger.add(full())
            with sqlite3.connect(tmp_path / "a.db") as other:
                assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
                assert other.execute("SELECT authors FROM appearances").fetchone() == ('["Ola Berg","Ida Moe"]',)
            other.close()


class TestAtOnce:
    def test_readers_do_not_wait_for_a_writer(self, ledger: Ledger, place: str) -> None:
        ledger.add(full())
        engine = engine_for(place)
        with engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as writer:
            writer.execute(sa.text("UPDATE documents SET title = 'Half'"))
            assert ledger.record(full().document.id) == full()
            assert ledger.stats().documents == 1
        engine.dispose()

    def test_threads_that_add_the_same_articles_add_each_once(self, ledger: Ledger) -> None:
        records = [
            said(article(f"{n}. {TEXT}", url="https://post.example/live", reader=f"reader {r}"), [(0, 10 + r)])
            for n in range(6)
            for r in range(2)
        ]
        failures: list[BaseException] = []

        def work(mine: list[Record]) -> None:
            try:
                for record in mine:
                    ledger.add(record)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(order,)) for order in (records, records[::-1], records[6:] + records[:6])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        stats = ledger.stats()
        assert (stats.documents, stats.appearances, stats.articles, stats.readings, stats.statements) == (6, 6, 1, 12, 6)
        assert ledger.check() == []


class TestFailures:
    def test_a_lost_connection_is_made_again(self, server: Server) -> None:
        with Ledger(server.database()) as ledger:
            ledger.add(full())
            server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname LIKE 't_%'")
            assert ledger.record(full().document.id) == full()

    def test_a_connection_lost_half_way_keeps_nothing_and_is_tried_again(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        lost = []

        def lose(connection: sa.Connection, *rest: Any, **keys: Any) -> None:
            if not lost:
                lost.append(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar())
                server.run(f"SELECT pg_terminate_backend({lost[0]})")
            real(connection, *rest, **keys)

        real = store._insert_parts
        monkeypatch.setattr(store, "_insert_parts", lose)
        with Ledger(server.database()) as ledger:
            assert ledger.add(full()) == Added(id=full().document.id, document=True, appearance=True, version=False, reading=True)
            assert lost
            assert ledger.record(full().document.id) == full()

    def test_a_deadlock_is_tried_again(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        tries = []

        def stop(connection: sa.Connection, *rest: Any, **keys: Any) -> None:
            if len(tries) < 2:
                tries.append(1)
                connection.execute(sa.text("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40P01'; END $$"))
            real(connection, *rest, **keys)

        real = store._insert_parts
        monkeypatch.setattr(store, "_insert_parts", stop)
        with Ledger(server.database()) as ledger:
            assert ledger.add(full()).reading
            assert ledger.record(full().document.id) == full()

    def test_a_full_disk_keeps_nothing_of_the_document_and_all_that_came_before(self, tmp_path: Path) -> None:
        with Ledger(tmp_path / "a.db") as ledger:
            ledger.add(full())
            ledger._engine.dispose()
            limit = sa.event.listens_for(ledger._engine, "connect")
            limit(lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))  # no page more than it has
            with pytest.raises(LedgerUnavailable, match="full"):
                ledger.add(said(article("x" * 50_000), [(0, 40_000)]))
            assert ledger.stats().documents == 1
        with Ledger(tmp_path / "a.db") as ledger:
            assert ledger.check() == []
            assert ledger.add(said(article("x" * 50_000), [(0, 40_000)])).document

    def test_an_error_of_the_database_is_the_ledgers_own(self, ledger: Ledger, place: str) -> None:
        query(place, "DROP VIEW chains")
        query(place, "DROP TABLE quantities")
        with pytest.raises(LedgerError, match="quantities"):
            ledger.add(full())


class TestTheCheck:
    @pytest.mark.parametrize(
        ("damage", "found"),
        [
            ("UPDATE documents SET text = replace(text, 'Ada', 'Ida')", "is not that of the text"),
            ("UPDATE spans SET start = start + 1 WHERE role = 'content'", "is not what stands at"),
            ("UPDATE spans SET stop = 5000 WHERE role = 'cue'", "doesn't lie in a text"),
            ("UPDATE statements SET text = 'Other.' WHERE ordinal = 0", "is not what stands at"),
            ("UPDATE quantities SET text = '41' WHERE ordinal = 0", "is not what stands at"),
            ("UPDATE mentions SET stop = 5000", "doesn't lie in a text"),
            ("DELETE FROM spans WHERE role = 'content'", "content"),
            ("UPDATE statements SET act = 'sing'", "act"),
        ],
    )
    def test_finds_damage(self, ledger: Ledger, place: str, damage: str, found: str) -> None:
        ledger.add(full())
        assert ledger.check() == []
        query(place, damage)
        problems = ledger.check()
        assert problems
        assert any(found in problem for problem in problems), problems

    def test_finds_ids_that_stand_for_two_statements(self, ledger: Ledger, place: str) -> None:
        ledger.add(full())
        first, second = (s.id for s in full().statements)
        query(place, "UPDATE statement_ids SET same_as = :a WHERE id = :b", a=first, b=second)
        assert ledger.check() == [f"statement {second}: its id stands for another"]

    @pytest.mark.parametrize(
        "table", ["documents", "appearances", "readings", "entities", "statements", "statement_ids", "links", "articles"]
    )
    def test_finds_rows_that_refer_to_nothing(self, ledger: Ledger, place: str, table: str) -> None:
        ledger.add(full())
        if "://" in place:
            query(place, f"SET session_replication_role = replica; DELETE FROM {table}")
        else:
            with sqlite3.connect(place) as connection:
                connection.execute(f"DELETE FROM {table}")
            connection.close()
        assert any(f"isn't in {table}" in problem for problem in ledger.check())

    def test_finds_a_damaged_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.db"
        with Ledger(path) as ledger:
            for n in range(50):
                ledger.add(said(article(f"{n} {TEXT}"), [(0, 5)]))
        data = bytearray(path.read_bytes())
        middle = len(data) // 2
        data[middle : middle + 4096] = bytes(4096)
        path.write_bytes(data)
        with Ledger(path) as ledger:
            assert ledger.check()


class TestABackup:
    def test_is_a_whole_ledger_of_its_own(self, tmp_path: Path) -> None:
        with Ledger(tmp_path / "a.db") as ledger:
            ledger.add(full())
            ledger.backup(tmp_path / "b.db")
            ledger.add(article("Another."))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db", "b.db"]
        with Ledger(tmp_path / "b.db") as copy:
            assert copy.stats().documents == 1
            assert copy.record(full().document.id) == full()
            assert copy.check() == []

    def test_replaces_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "b.db").write_text("mine")
        with Ledger(tmp_path / "a.db") as ledger:
            with pytest.raises(LedgerError, match="already"):
                ledger.backup(tmp_path / "b.db")
            with pytest.raises(LedgerUnavailable, match="can't be written"):
                ledger.backup(tmp_path / "missing" / "b.db")
        assert (tmp_path / "b.db").read_text() == "mine"

    def test_of_postgresql_is_left_to_its_own_tool(self, server: Server, tmp_path: Path) -> None:
        with Ledger(server.database()) as ledger, pytest.raises(LedgerError, match="pg_dump"):
            ledger.backup(tmp_path / "b.db")
