"""What is forgotten is gone from everything, and isn't taken in again."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import sayso.ledger.forgetting as forgetting
import sayso.ledger.vectors as vectors
from sayso.cli import app
from sayso.errors import Forgotten, LedgerError, LedgerUnavailable, NotInLedger
from sayso.intake.fetch import Pace
from sayso.ledger.opening import engine_for
from sayso.ledger.redaction import Redaction
from sayso.ledger.reviews import Corrections
from sayso.ledger.schema import Base
from sayso.ledger.store import Ledger
from sayso.models import Appearance, Document, Entity, Link, Quantity, Record, Relation, Sourcing, Speaker, Statement, Time, statement_id
from server import Site, answer

pytest_plugins = ["postgres"]

SAYSO = [sys.executable, "-c", "from sayso.cli import main; main()"]

TEXT = "Mayor {name} said on Monday that 40 bridges by {name} would close. Zephyrine Ott laughed."


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """An empty ledger that makes no vectors."""
    with Ledger(place, vectors=False) as ledger:
        yield ledger


def record(name: str = "Ada Quill", number: int = 0, reader: str = "reader 1", text: str = TEXT, **fields: Any) -> Record:
    """A record whose speaker has a name, which stands in every place where it may."""
    words = text.format(name=name) + f" {number}."
    slug = name.lower().replace(" ", "-")
    document = Document(
        text=words, url=f"https://post.example/{slug}-{number}", title=f"{name} closes {number}", authors=[name, "Ola Berg"],
        outlet=f"The {name} Post", credits=[name], ref=f"{slug}/{number}", published="2031-03-04", **fields,
    )  # fmt: skip

    def at(part: str) -> tuple[int, int]:
        return words.index(part), words.index(part) + len(part)

    content = [at(words[words.index("40 bridges") : words.index(" would close")])]
    other = [(words.index("laughed"), words.index("laughed") + 7)]
    day = Time(span=at("Monday"), text="Monday", value="2031-03-03", grain="day", type="date")
    ids = [statement_id(document.sha256, spans) for spans in (content, other)]
    statements = [
        Statement(
            id=ids[0], kind="indirect", content=content, source=[at(name)], text=document.words_at(content),
            speaker=Speaker(name=name, type="person", entity="e0", confidence=1),
            chain=[Link(role="speaker", name=name, entity="e0", spans=[at(name)]), Link(role="relay", name=f"{name} News")],
            said_at=day, times=[day], quantities=[Quantity(span=content[0], text=document.words_at(content), low=40)], confidence=1,
        ),
        Statement(
            id=ids[1], kind="indirect", content=other, text="laughed", confidence=1,
            speaker=Speaker(name="Zephyrine Ott", type="person", entity="e1"),
        ),
    ]  # fmt: skip
    return Record(
        reader=reader, document=document, appearance=Appearance(where=f"{slug}/{number}.txt"),
        entities=[
            Entity(id="e0", name=name, type="person", aliases=[f"Mayor {name}"], mentions=[at(name)]),
            Entity(id="e1", name="Zephyrine Ott", type="person", mentions=[at("Zephyrine Ott")]),
        ],
        statements=statements, relations=[Relation(a=ids[0], b=ids[1], relation="denies", score=1, judge="j")],
        sourcing=Sourcing.of(statements), warnings=[f"{name} is odd"],
    )  # fmt: skip


def everything(place: str) -> str:
    """All values in all tables, as words."""
    engine = engine_for(place)
    with engine.connect() as connection:
        names = [*(table.name for table in Base.metadata.sorted_tables), "catalogue_fts"]
        values = [str(tuple(row)) for name in names for row in connection.execute(sa.text(f"SELECT * FROM {name}"))]
    engine.dispose()
    return "\n".join(values).casefold()


def assert_gone(place: str, *words: str) -> None:
    """Assert that words are in no table, and in no byte of a file's ledger."""
    left = everything(place)
    assert [word for word in words if word.casefold() in left] == []
    if "://" not in place:
        for file in (file for file in Path(place).parent.rglob("*") if file.is_file()):
            raw = file.read_bytes().lower()
            assert [word for word in words if word.casefold().encode() in raw] == [], file.name


class TestADocument:
    def test_is_gone_with_all_that_was_known_of_it(self, ledger: Ledger, place: str) -> None:
        gone, kept = record("Ada Quill"), record("Bo Lund", 1)
        for one in (gone, record("Ada Quill", reader="reader 2"), kept):
            ledger.add(one)
        ledger.review(gone.statements[0].id, "corrected", "Ida", Corrections(speaker="Quillon"), note="quillish")
        ledger.review_relation(kept.statements[0].id, gone.statements[0].id, "agrees", "confirmed", "Ida")
        ledger.forget(gone.document.id, "Ida", "asked for")
        assert_gone(place, "quill")
        assert ledger.check() == []
        assert list(ledger.documents()) == [kept.document.id]
        assert ledger.record(kept.document.id) == kept
        assert ledger.who("Ada Quill") == []
        assert [one.documents for one in ledger.who("Zephyrine Ott")] == [1]
        assert ledger.reviews() == []
        assert ledger.stats().articles == 1

    def test_is_not_taken_in_again(self, ledger: Ledger) -> None:
        one = record()
        ledger.add(one)
        ledger.forget(one.document.id, "Ida")
        for add in (lambda: ledger.add(one), lambda: ledger.meet(one.document)):
            with pytest.raises(Forgotten, match=one.document.id):
                add()
        assert ledger.stats().documents == 0

    def test_is_forgotten_once_more_without_harm_and_must_have_been_there(self, ledger: Ledger) -> None:
        one = record()
        ledger.add(one)
        with pytest.raises(NotInLedger):
            ledger.forget([one.document.id, "0" * 32], "Ida")
        with pytest.raises(LedgerError):
            ledger.forget(one.document.id, " ")
        assert ledger.stats().documents == 1
        ledger.forget(one.document.id, "Ida")
        ledger.forget(one.document.id, "Ida")
        assert ledger.stats().documents == 0

    def test_leaves_no_vector(self, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setattr(vectors, "_TAIL", 0)
        one = record()
        with Ledger(place) as ledger:
            ledger.add(one)
            assert ledger.search(meaning="bridges will be shut").hits
            assert len(list(tmp_path.rglob("*.segment"))) == 1
            ledger.forget(one.document.id, "Ida")
            assert not ledger.search(meaning="bridges will be shut").hits
            assert not list(tmp_path.rglob("*.segment"))

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
    def test_is_waited_for_by_what_reads_it(self, ledger: Ledger, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
        one = record()
        ledger.add(one)
        monkeypatch.setattr(forgetting, "_PATIENCE", 0)
        engine = engine_for(place)
        with engine.connect() as reader:
            reader.execute(sa.text("SELECT count(*) FROM documents")).scalar()
            with pytest.raises(LedgerUnavailable, match="forget it again"):
                ledger.forget(one.document.id, "Ida")
        engine.dispose()
        ledger.forget(one.document.id, "Ida")
        assert_gone(place, "quill")


class TestAName:
    def test_is_gone_from_everything_and_offsets_stand(self, ledger: Ledger, place: str) -> None:
        old, new, kept = record("Ada Quill"), record("Ada Quill", reader="reader 2"), record("Bo Lund", 1)
        for one in (old, new, kept):
            ledger.add(one)
        ledger.mark_seen("https://post.example/ada-quill.xml", ["https://post.example/ada-quill-1"])
        ids = [statement.id for statement in old.statements]
        ledger.review(ids[0], "corrected", "Ada Quill", Corrections(speaker="ADA QUILL"), note="said by Ada Quill")
        ledger.review_relation(kept.statements[0].id, ids[0], "agrees", "confirmed", "Ida")
        ledger.forget_name("ada quill", "Ida", "Ada Quill asked for it")
        assert_gone(place, "quill")
        assert ledger.check() == []
        [one, other] = ledger.documents()
        assert (one != old.document.id, other) == (True, kept.document.id)
        found = ledger.record(one)
        assert found.document.text == old.document.text.replace("Ada Quill", "█" * 9)
        assert found == Redaction.of("Ada Quill").record(new).model_copy(update={"statements": found.statements})
        assert [statement.id for statement in found.statements] == ids
        assert [len(records) for records in map(ledger.records, (one, other))] == [2, 1]
        assert ledger.record(other) == kept
        assert [one.documents for one in ledger.who("Zephyrine Ott")] == [2]
        assert len(ledger.reviews()) == 2
        assert [review.gone for review in ledger.reviews(ids[0])] == [False, False]
        assert {one.document.id for one in ledger.reviewed_records()} == {review.document for review in ledger.reviews()}
        assert [statement.speaker.name for one in ledger.reviewed_records() for statement in one.statements] == ["█" * 9]
        assert ledger.search("bridges", reviewed="corrected").hits[0].id == ids[0]

    def test_is_not_taken_in_again(self, ledger: Ledger) -> None:
        one = record()
        ledger.add(one)
        ledger.forget_name("Ada Quill", "Ida")
        before = ledger.stats().documents
        for add in (lambda: ledger.add(one), lambda: ledger.add(record("ADA  QUILL", 7)), lambda: ledger.meet(record(number=3).document)):
            with pytest.raises(Forgotten):
                add()
        ledger.add(record("Ada Quillfeather", 8))
        assert ledger.stats().documents == before + 1

    def test_makes_one_of_two_documents_that_differ_in_nothing_else(self, ledger: Ledger, place: str) -> None:
        one, two = record("Ada Quill"), record("Bob Quill")
        for each in (one, two):
            ledger.add(each)
            ledger.review(each.statements[0].id, "confirmed", "Ida")
        ledger.forget_name("Ada Quill", "Ida")
        ledger.forget_name("Bob Quill", "Ida")
        assert_gone(place, "quill")
        assert ledger.check() == []
        assert ledger.stats().documents == 1
        assert len(ledger.reviews(one.statements[0].id)) == len(ledger.reviews(two.statements[0].id)) == 2

    def test_stays_where_it_is_only_a_part_of_another_word(self, ledger: Ledger) -> None:
        one = record("Ada Quillfeather")
        ledger.add(one)
        ledger.forget_name("Ada Quill", "Ida")
        assert ledger.record(one.document.id) == one

    def test_must_be_one(self, ledger: Ledger) -> None:
        with pytest.raises(LedgerError, match="no name"):
            ledger.forget_name("...", "Ida")

    def test_leaves_what_people_decided_of_others(self, ledger: Ledger) -> None:
        for one in (record("Ada Quill"), record("Bo Lund", 1)):
            ledger.add(one)
        [ott] = ledger.who("Zephyrine Ott")
        other = ledger.split_identity(ott.id, [record("Bo Lund", 1).document.id], "Ida")
        ledger.forget_name("Ada Quill", "Ida")
        assert {one.id for one in ledger.who("Zephyrine Ott")} == {ott.id, other}
        assert all(decided.judge.count("/") == 0 for one in (ott.id, other) for decided in ledger.decisions(one))
        ledger.merge_identities(ott.id, other, "Ida")
        assert ledger.identity(ott.id).documents == 2

    @given(st.lists(st.sampled_from(["Ada", "ADA", "Quill", "Áda", "quíll", "Lin", ".", "-", "\n", "said"]), max_size=12))
    def test_is_in_no_text_of_any_form(self, words: list[str]) -> None:
        redaction = Redaction.of("Ada Quill")
        left = redaction.text(" ".join(words))
        assert len(left) == len(" ".join(words))
        assert redaction.text(left) == left


def count(place: str, command: str) -> int:
    """What a query counts."""
    engine = engine_for(place)
    with engine.connect() as connection:
        found = connection.execute(sa.text(command)).scalar_one()
    engine.dispose()
    return int(found)


@pytest.mark.parametrize("what", ["documents", "name"])
def test_a_kill_leaves_whole_documents_and_the_same_command_finishes(
    what: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(vectors, "_TAIL", 0)
    gone, kept = [record("Ada Quill", number) for number in range(20)], record("Bo Lund", 20)
    with Ledger(place, links=False) as ledger:
        for one in (*gone, kept):
            ledger.add(one)
        assert ledger.search(meaning="bridges will be shut").hits
        [segment] = tmp_path.rglob("*.segment")
        assert segment.stat().st_size > 0
        named = ["--name", "ada quill"] if what == "name" else [one.document.id for one in gone]
        command = [*SAYSO, "ledger", "forget", *named, "--by", "Ida", "--ledger", place]
        # One is killed when it has begun, one amid the documents, one when it clears up what is left in the files.
        for most in (20, random.randint(2, 18), 0):
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                while process.poll() is None and (
                    count(place, "SELECT count(*) FROM documents WHERE text LIKE '%Ada Quill%'") > most
                    or count(place, "SELECT count(*) FROM tombstones") == 0
                ):
                    time.sleep(0.005)
                time.sleep(random.uniform(0, 0.1))
                process.kill()
            assert ledger.check() == []
            assert ledger.record(kept.document.id) == kept
            with pytest.raises(Forgotten):
                ledger.add(gone[0])
        done = CliRunner().invoke(app, command[3:])
        assert done.exit_code == 0, done.output
        assert ledger.check() == []
        assert ledger.stats().documents == (21 if what == "name" else 1)
        assert ledger.record(kept.document.id) == kept
        assert_gone(place, "quill")
        assert not segment.exists()
        if what == "name":
            ids = [statement.id for one in gone for statement in one.statements]
            assert [ledger.resolve(id) for id in ids] == ids
            assert {hit.text for hit in ledger.search(meaning="bridges will be shut").hits} >= {"40 bridges by █████████"}


def test_what_was_forgotten_is_named_and_the_others_are_kept(tmp_path: Path, place: str) -> None:
    (tmp_path / "a.txt").write_text("“The pier is gone,” Mayor Ada Quill said.")
    (tmp_path / "b.txt").write_text("“The pier is fine,” Mayor Bo Lund said.")
    (tmp_path / "c.txt").write_text("“The pier is new,” Mayor Clara Venn said.")
    names = [str(tmp_path / name) for name in ("a.txt", "b.txt", "c.txt")]
    run = CliRunner().invoke
    first = run(app, ["add", *names[:2], "--ledger", place])
    assert run(app, ["ledger", "forget", first.stdout[:32], "--by", "Ida", "--ledger", place]).exit_code == 0
    assert run(app, ["ledger", "forget", "--name", "Bo Lund", "--by", "Ida", "--ledger", place]).exit_code == 0
    again = run(app, ["add", *names, "--ledger", place])
    assert again.exit_code == 1
    assert [line[34:37] for line in again.stdout.splitlines()] == ["new"]
    refused = [line for line in again.stderr.splitlines() if "forgotten" in line]
    assert [line.split(": ")[1] for line in refused] == names[:2]
    assert "fault" not in again.stderr
    assert "2 of 3 inputs" in again.stderr


def test_an_entry_of_a_feed_that_was_forgotten_is_not_asked_for_again(tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.intake.fetch.Pace", partial(Pace, gap=0.0))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    site = Site()
    entries = "".join(f"<item><link>{site.at(f'/{name}')}</link></item>" for name in ("ada-quill", "pier"))
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel>{entries}</channel></rss>'
    site.paths["/feed"] = answer(feed.encode(), content_type="application/rss+xml")
    for name in ("ada-quill", "pier"):
        said = f"<p>“The pier by the old harbour is gone for good,” Mayor Ada Quill said on Monday, as she opened the {name} road.</p>"
        site.paths[f"/{name}"] = answer(f"<!doctype html><html><body><article><h1>{name}</h1>{said}</article></body></html>".encode())
    with Ledger(place) as ledger:
        ledger.forget_name("Ada Quill", "Ida")
    command = ["add", site.at("/feed"), "--ledger", place, "--allow-private"]
    first = CliRunner().invoke(app, command)
    assert (first.exit_code, first.stderr.count("isn't taken in")) == (1, 2)
    site.asked.clear()
    again = CliRunner().invoke(app, command)
    site.close()
    assert (again.exit_code, again.stderr) == (0, "sayso: 0 articles were new or changed, 0 known\n")
    assert [path for path in site.asked if path not in ("/feed", "/robots.txt")] == []
    assert "quill" not in everything(place)


def test_the_command_line_forgets(ledger: Ledger, place: str) -> None:
    one = record()
    ledger.add(one)
    run = CliRunner().invoke
    assert run(app, ["ledger", "forget", "--by", "Ida", "--ledger", place]).exit_code == 2
    assert run(app, ["ledger", "forget", "0" * 32, "--by", "Ida", "--ledger", place]).exit_code == 1
    assert run(app, ["ledger", "forget", "--name", "Ada Quill", "--by", "Ida", "--ledger", place]).exit_code == 0
    [left] = ledger.documents()
    assert run(app, ["ledger", "forget", left, "--by", "Ida", "--reason", "asked", "--ledger", place]).exit_code == 0
    assert list(ledger.documents()) == []
