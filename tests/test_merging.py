"""One ledger joined into another: what both have is there once, as if all had come to one."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from sayso.cli import app
from sayso.errors import Forgotten, LedgerError, NotInLedger
from sayso.ledger.opening import engine_for
from sayso.ledger.reviews import Corrections
from sayso.ledger.schema import Base
from sayso.ledger.store import Ledger
from sayso.models import Appearance, Document, Entity, Link, Record, Relation, Speaker, Statement, statement_id

pytest_plugins = ["postgres"]

if TYPE_CHECKING:
    from postgres import Server

SAYSO = [sys.executable, "-c", "from sayso.cli import main; main()"]
TEXT = "{number}. Mayor {name} said on Monday that 40 bridges would close. Critics laughed, {name} News wrote."


@pytest.fixture(scope="session")
def made_elsewhere(request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty ledger to copy, with the database that ``made`` isn't of: a path, or a database's name."""
    if database == "postgresql":
        made = str(tmp_path_factory.mktemp("elsewhere") / "ledger.db")
        Ledger(made).close()
        return made
    server: Server = request.getfixturevalue("server")
    server.run("CREATE DATABASE elsewhere TEMPLATE template0")
    Ledger(server.at("elsewhere")).close()
    return "elsewhere"


@pytest.fixture
def other_place(request: pytest.FixtureRequest, database: str, made_elsewhere: str, tmp_path: Path) -> str:
    """Where another empty ledger is, in PostgreSQL if ``place`` is a file, and the other way round."""
    if database == "postgresql":
        return str(shutil.copy(made_elsewhere, tmp_path / "other.db"))
    server: Server = request.getfixturevalue("server")
    return server.database(made_elsewhere)


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """An empty ledger that makes no vectors."""
    with Ledger(place, vectors=False) as ledger:
        yield ledger


@pytest.fixture
def other(other_place: str) -> Iterator[Ledger]:
    """Another one, of the other database."""
    with Ledger(other_place, vectors=False) as ledger:
        yield ledger


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Ledger]:
    """A third one, to which all is added."""
    with Ledger(tmp_path / "one.db", vectors=False) as ledger:
        yield ledger


def record(number: int, name: str = "Ada Lin", reader: str = "reader 1", where: str = "a", wider: bool = False) -> Record:
    """A reading of an invented article, whose first content may begin at "40" or, wider, at "that"."""
    text = TEXT.format(number=number, name=name)
    document = Document(text=text, url=f"https://post.example/{number}", title=f"Bridges {number}", outlet="Northern Post")

    def at(part: str) -> tuple[int, int]:
        return text.index(part), text.index(part) + len(part)

    contents = [at("that 40 bridges would close" if wider else "40 bridges would close"), at("laughed")]
    speaker = Speaker(name=name, type="person", entity="e0", confidence=0.9)
    ids = [statement_id(document.sha256, [content]) for content in contents]
    statements = [
        Statement(
            id=id, kind="indirect", content=[content], source=[at(name)], text=document.words_at([content]), speaker=speaker,
            chain=[Link(role="speaker", name=name, entity="e0", spans=[at(name)])], confidence=0.8,
        )
        for id, content in zip(ids, contents, strict=True)
    ]  # fmt: skip
    return Record(
        reader=reader, document=document, appearance=Appearance(where=f"{where}/{number}.txt"), statements=statements,
        entities=[Entity(id="e0", name=name, type="person", mentions=[at(name)])],
        relations=[Relation(a=ids[0], b=ids[1], relation="denies", score=1, judge="j")],
    )  # fmt: skip


def add(record: Record, *ledgers: Ledger) -> None:
    """Add a record to several ledgers, at a moment of its own."""
    time.sleep(0.003)
    for ledger in ledgers:
        ledger.add(record)


def told(ledger: Ledger) -> dict[str, Any]:
    """All that a ledger tells, whatever its keys are and in which order documents came."""
    documents = sorted(ledger.documents())
    statements = {s.id for document in documents for record in ledger.records(document) for s in record.statements}
    stats = asdict(ledger.stats())
    names = {entity.name for document in documents for record in ledger.records(document) for entity in record.entities}
    return {
        "records": {document: ledger.records(document) for document in documents},
        "appearances": {document: ledger.appearances(document) for document in documents},
        "ids": {id: ledger.resolve(id) for id in statements},
        "found": sorted(hit.id for hit in ledger.search("bridges").hits),
        "who": {name: sorted((one.name, one.documents) for one in ledger.who(name)) for name in names},
        "reviews": sorted((r.id, r.at, r.by, r.document, r.statement, r.verdict, r.superseded, r.gone) for r in ledger.reviews()),
        "seen": ledger.seen("https://post.example/feed"),
        "stats": {name: count for name, count in stats.items() if name not in ("size", "version")},
    }


def rows(place: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    engine = engine_for(place)
    with engine.connect() as connection:
        found = {t.name: sorted(map(tuple, connection.execute(sa.select(t))), key=repr) for t in Base.metadata.sorted_tables}
    engine.dispose()
    return found


class TestWhatBothHave:
    def test_is_there_once(self, ledger: Ledger, other: Ledger, one: Ledger) -> None:
        add(record(1), ledger, one)
        add(record(2), ledger, other, one)
        add(record(3), other, one)
        add(record(2, where="b"), other, one)
        for seen in (ledger, one):
            seen.mark_seen("https://post.example/feed", ["1"])
        for seen in (other, one):
            seen.mark_seen("https://post.example/feed", ["2"])
        before = told(other)
        ledger.merge(other)
        assert ledger.check() == []
        assert told(ledger) == told(one)
        assert told(other) == before
        assert [len(ledger.appearances(record(n).document.id)) for n in (1, 2, 3)] == [1, 2, 1]

    def test_is_not_changed_by_a_second_merge(self, ledger: Ledger, other: Ledger, place: str, other_place: str) -> None:
        add(record(1), ledger)
        add(record(2), ledger, other)
        add(record(2, reader="reader 2", wider=True), other)
        add(record(3), other)
        other.review(record(2).statements[0].id, "confirmed", "Ida")
        other.forget(record(3).document.id, "Ida")
        ledger.merge(other)
        before = rows(place)
        ledger.merge(other)
        assert rows(place) == before
        other.merge(ledger)
        assert told(other) == told(ledger)
        before = rows(other_place)
        other.merge(ledger)
        assert rows(other_place) == before

    def test_has_readings_in_the_order_of_time_and_ids_as_if_all_had_come_to_one(
        self, ledger: Ledger, other: Ledger, one: Ledger, tmp_path: Path
    ) -> None:
        add(record(1), ledger, one)
        add(record(1, reader="reader 2", wider=True), other, one)
        add(record(1, reader="reader 3"), ledger, one)
        wide = record(1, wider=True).statements[0].id
        assert other.resolve(wide) == wide
        ledger.merge(other)
        assert told(ledger) == told(one)
        assert [reading.reader for reading in ledger.records(record(1).document.id)] == ["reader 1", "reader 2", "reader 3"]
        assert ledger.resolve(wide) == record(1).statements[0].id
        assert ledger.check() == []

    def test_goes_by_one_id_also_where_two_were_given_out(self, ledger: Ledger, other: Ledger) -> None:
        add(record(1), ledger)
        add(record(1, wider=True), other)
        for both in (ledger, other):
            add(record(1, reader="reader 2"), both)
        narrow, wide = (record(1, wider=wider).statements[0].id for wider in (False, True))
        assert (ledger.resolve(narrow), other.resolve(narrow)) == (narrow, wide)
        for both in (ledger, other):
            both.review(narrow, "confirmed", "Ida")
        ledger.merge(other)
        assert ledger.check() == []
        assert ledger.resolve(wide) == ledger.resolve(narrow)
        assert {review.statement for review in ledger.reviews(wide)} == {ledger.resolve(narrow)}
        assert len(ledger.reviews(wide)) == 2
        other.merge(ledger)
        assert other.check() == []
        assert other.resolve(wide) == other.resolve(narrow)
        assert len(other.reviews(wide)) == 2

    def test_has_the_log_of_reviews_of_both_and_the_last_verdict_counts(self, ledger: Ledger, other: Ledger) -> None:
        add(record(1), ledger, other)
        add(record(2), other)
        first, second = record(1).statements[0].id, record(2).statements[0].id
        ledger.review(first, "confirmed", "Ida")
        time.sleep(0.003)
        other.review(first, "corrected", "Ola", Corrections(speaker="Bo Lund"))
        other.review_relation(first, second, "restates", "confirmed", "Ola")
        ledger.merge(other)
        assert [(r.by, r.about, r.superseded) for r in ledger.reviews()] == [
            ("Ida", "statement", True), ("Ola", "statement", False), ("Ola", "relation", False),
        ]  # fmt: skip
        assert ledger.search(reviewed="corrected").hits[0].id == first
        other.merge(ledger)
        assert told(other)["reviews"] == told(ledger)["reviews"]


class TestWhoIsWho:
    def test_is_as_people_decided_in_either(self, ledger: Ledger, other: Ledger) -> None:
        for number in (1, 2):
            add(record(number), ledger, other)
        add(record(3, name="C. Venn"), other)
        [lin] = other.who("Ada Lin")
        split = other.split_identity(lin.id, [record(2).document.id], "Ida")
        other.merge_identities(lin.id, other.who("C. Venn")[0].id, "Ida")
        ledger.merge(other)
        assert ledger.check() == []
        assert ledger.identity(split).documents == 1
        assert ledger.identity(lin.id).documents == 2
        assert [decided.document for decided in ledger.decisions(split)] == [record(2).document.id]
        assert [one.documents for one in ledger.who("C. Venn")] == [2]
        assert told(ledger)["who"] == told(other)["who"]

    def test_keeps_what_was_decided_here(self, ledger: Ledger, other: Ledger) -> None:
        for number in (1, 2):
            add(record(number), ledger, other)
        [lin] = ledger.who("Ada Lin")
        split = ledger.split_identity(lin.id, [record(2).document.id], "Ida")
        ledger.set_wikidata(lin.id, "Q1", "a person", "Ida")
        other.set_wikidata(other.who("Ada Lin")[0].id, "Q2", "a person", "Ola")
        ledger.merge(other)
        assert {one.id: (one.documents, one.wikidata) for one in ledger.who("Ada Lin")} == {lin.id: (1, "Q1"), split: (1, None)}

    def test_takes_over_a_wikidata_id(self, ledger: Ledger, other: Ledger) -> None:
        add(record(1), ledger, other)
        other.set_wikidata(other.who("Ada Lin")[0].id, "Q2", "a person", "Ola")
        ledger.merge(other)
        assert [one.wikidata for one in ledger.who("Ada Lin")] == ["Q2"]


class TestWhatWasForgotten:
    def test_there_is_forgotten_here(self, ledger: Ledger, other: Ledger) -> None:
        gone, named = record(1), record(2, name="Bo Lund")
        add(gone, ledger, other)
        add(named, ledger, other)
        other.forget(gone.document.id, "Ida", "asked")
        other.forget_name("Bo Lund", "Ida")
        ledger.merge(other)
        assert ledger.check() == []
        [left] = ledger.documents()
        assert "Bo" not in ledger.record(left).document.text
        assert ledger.who("Bo Lund") == []
        for one in (gone, named, record(3, name="Bo Lund")):
            with pytest.raises(Forgotten):
                ledger.add(one)
        assert told(ledger)["records"] == told(other)["records"]

    def test_here_is_not_taken_in_from_there(self, ledger: Ledger, other: Ledger) -> None:
        gone, named = record(1), record(2, name="Bo Lund")
        add(gone, ledger, other)
        add(named, other)
        for one in (gone, named):
            other.review(one.statements[0].id, "confirmed", "Bo Lund", note="by Bo Lund")
        other.mark_seen("https://bo-lund.example/feed", ["https://bo-lund.example/1"])
        ledger.forget(gone.document.id, "Ida")
        ledger.forget_name("Bo Lund", "Ida")
        ledger.merge(other)
        assert ledger.check() == []
        [left] = ledger.documents()
        assert ledger.record(left).document.text == named.document.text.replace("Bo Lund", "█" * 7)
        [review] = ledger.reviews()
        assert (review.by, review.note, review.document) == ("█" * 7, "by " + "█" * 7, left)
        assert ledger.resolve(named.statements[0].id) == named.statements[0].id
        assert ledger.has_seen("https://bo-lund.example/feed", "https://bo-lund.example/1")
        before = told(ledger)
        ledger.merge(other)
        assert told(ledger) == before


class TestAnInterruptedMerge:
    def test_is_finished_by_the_same_call(self, ledger: Ledger, other: Ledger, one: Ledger) -> None:
        for number in range(6):
            add(record(number), *((ledger, one) if number == 0 else (other, one)))
        other.review(record(5).statements[0].id, "confirmed", "Ida")
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            if done == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            ledger.merge(other, advance)
        assert ledger.check() == []
        assert 1 < ledger.stats().documents < 6
        ledger.merge(other)
        whole = told(ledger)
        assert len(whole.pop("reviews")) == 1
        assert {name: whole[name] for name in ("records", "appearances", "ids", "found", "who")} == {
            name: told(one)[name] for name in ("records", "appearances", "ids", "found", "who")
        }

    def test_by_a_kill_is_finished_by_the_same_command(self, ledger: Ledger, other: Ledger, place: str, other_place: str) -> None:
        for number in range(24):
            other.add(record(number))
        for number in range(0, 24, 6):
            ledger.add(record(number, reader="reader 2"))
        other.review(record(23).statements[0].id, "confirmed", "Ida")
        other.forget(record(22).document.id, "Ida")
        command = [*SAYSO, "ledger", "merge", other_place, "--ledger", place]
        for enough in (random.randint(5, 10), random.randint(11, 20)):
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                while process.poll() is None and ledger.stats().documents < enough:
                    time.sleep(0.01)
                process.kill()
            assert ledger.check() == []
        done = CliRunner().invoke(app, command[3:])
        assert done.exit_code == 0, done.output
        assert "23 documents" in done.stdout
        assert ledger.check() == []
        stats = ledger.stats()
        assert (stats.documents, stats.appearances, stats.readings, stats.statements, stats.reviews) == (23, 23, 27, 46, 1)
        with pytest.raises(Forgotten):
            ledger.add(record(22))


def test_statements_from_there_are_found_by_meaning(place: str, other_place: str) -> None:
    with Ledger(place) as ledger, Ledger(other_place) as other:
        ledger.add(record(1))
        other.add(record(2))
        with Ledger(other_place, vectors=False) as hasty:
            hasty.add(record(3))
        ledger.merge(other)
        hits = ledger.search(meaning="the crossings will be shut").hits
        assert {hit.document for hit in hits} == {record(number).document.id for number in (1, 2, 3)}


def test_a_file_is_joined_into_a_file(tmp_path: Path) -> None:
    for name, number in (("a.db", 1), ("b.db", 2)):
        with Ledger(tmp_path / name, vectors=False) as ledger:
            ledger.add(record(number))
    done = CliRunner().invoke(app, ["ledger", "merge", str(tmp_path / "b.db"), "--ledger", str(tmp_path / "a.db")])
    assert (done.exit_code, done.stdout) == (0, f"1 documents of {tmp_path / 'b.db'} are in {tmp_path / 'a.db'}\n")
    with Ledger(tmp_path / "a.db") as ledger:
        assert ledger.stats().documents == 2
        assert ledger.check() == []


def test_a_ledger_is_not_joined_into_itself(ledger: Ledger, place: str) -> None:
    with Ledger(place) as same, pytest.raises(LedgerError, match="itself"):
        ledger.merge(same)


def test_one_that_is_not_there_is_not_made(ledger: Ledger, place: str, tmp_path: Path) -> None:
    missing = CliRunner().invoke(app, ["ledger", "merge", str(tmp_path / "none.db"), "--ledger", place])
    assert (missing.exit_code, (tmp_path / "none.db").exists()) == (1, False)
    with pytest.raises(NotInLedger):
        ledger.record(record(1).document.id)
