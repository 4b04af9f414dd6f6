"""How the statements of a ledger stand to each other, in whatever order and by however many processes they come."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

import sayso.ledger.linkings as linkings
from sayso.cli import app
from sayso.encoder.vectors import SIZE
from sayso.errors import NotInLedger
from sayso.ledger.neighbours import Neighbours
from sayso.ledger.opening import engine_for, in_read
from sayso.ledger.sayings import current, stated
from sayso.ledger.store import Ledger
from sayso.linking.candidates import are_near
from sayso.linking.judge import VERDICTS, Judge, Verdict
from sayso.linking.linker import Linker
from sayso.linking.sayings import Saying, sayings_of
from sayso.linking.wording import likeness
from sayso.models import Appearance, Document, Entity, Link, Quantity, Record, Speaker, Statement, statement_id

pytest_plugins = ["postgres"]

TOPICS = ("bridge", "ferry", "budget", "tea")


def article(
    speaker: str, words: str, outlet: str, day: str | None, *, credits: tuple[str, ...] = (), relay: str | None = None,
    reader: str = "reader 1", figure: tuple[str, float] | None = None, answer: tuple[str, str] | None = None,
) -> Record:  # fmt: skip
    """An invented article in which somebody says something, and perhaps another one answers."""
    said = [(speaker, words), *([answer] if answer else [])]
    text = f"{outlet}. " + " ".join(f"{name} said: {one}." for name, one in said)
    document = Document(text=text, outlet=outlet, published=day, ref=f"{outlet}/{day}", credits=list(credits))
    entities, statements = [], []
    for n, (name, one) in enumerate(said):
        start, at = text.index(one, len(outlet)), text.index(name, len(outlet))
        content, source = [(start, start + len(one))], [(at, at + len(name))]
        quantities = []
        if figure is not None and figure[0] in one:
            where = text.index(figure[0], start)
            quantities = [Quantity(span=(where, where + len(figure[0])), text=figure[0], low=figure[1], high=figure[1], unit="person")]
        chain = [Link(role="speaker", name=name, entity=f"e{n}", spans=source), *([Link(role="relay", name=relay)] if relay else [])]
        statements.append(
            Statement(
                id=statement_id(document.sha256, content), kind="indirect", content=content, source=source, text=one, confidence=1,
                speaker=Speaker(name=name, type="person", entity=f"e{n}", confidence=1), denial=" not " in f" {one} ", chain=chain,
                quantities=quantities,
            )
        )  # fmt: skip
        entities.append(Entity(id=f"e{n}", name=name, type="person", mentions=source))
    where = Appearance(where=f"{outlet}/{day}")
    return Record(reader=reader, document=document, appearance=where, entities=entities, statements=statements)


CLOSED = "The old bridge will be closed to all traffic in June"
ARTICLES = [
    article("Ada Lin", CLOSED, "Northern Post", "2031-03-01"),
    article("Ada Lin", CLOSED, "Eastern Mail", "2031-03-02", credits=("Northern Post",)),
    article("Ada Lin", CLOSED.removesuffix(" in June"), "Harbour Times", "2031-03-03", relay="Eastern Mail"),
    article("Otto Berg", CLOSED, "Valley Sun", "2031-03-03"),
    article("Otto Berg", "It is not true that the old bridge will be closed", "Northern Post", "2031-03-04"),
    article("Mia Holt", "To close the bridge in June is what we plan", "Eastern Mail", "2031-03-05"),
    article("Ada Lin", "From June on nobody will drive over the bridge", "Harbour Times", "2031-03-06"),
    article("Per Dahl", "Forty people were hurt on the ferry", "Northern Post", "2031-03-07", figure=("Forty", 40)),
    article("Per Dahl", "Fifty people were hurt on the ferry", "Northern Post", "2031-03-08", figure=("Fifty", 50)),
    article("Per Dahl", "Nobody at all came to harm on the ferry", "Eastern Mail", "2031-03-09"),
    article("Ida Moe", "The budget grows by a tenth", "Valley Sun", "2031-03-09", answer=("Bo Lund", "The budget will not grow")),
    article("Ola Ek", "Tea is served at noon", "Valley Sun", None),
]


class Fake:
    """A judge that goes by the words."""

    def judge(self, a: Saying, b: Saying) -> Verdict:
        """The verdict on two statements, the earlier first."""
        one, other = a.said, b.said
        shares = [0.1 / 7] * len(VERDICTS)
        shares[VERDICTS.index(self.verdict(one.text, other.text, one.words, other.words))] = 0.9
        if shares[0] == 0.9:
            shares = [0.993, *[0.001] * 7]
        return Verdict(one.id, other.id, tuple(round(share, 3) for share in shares))

    def verdict(self, a: str, b: str, words: list[str], others: list[str]) -> str:
        """What is made of two statements."""
        if not any(topic in a.casefold() and topic in b.casefold() for topic in TOPICS):
            return "none"
        if " not " in f" {a} {b} ":
            return "denies" if " not " in a else "denied"
        if likeness(words, others).contained > 0.9:
            return "words"
        if "Nobody at all" in a or "Nobody at all" in b:
            return "opposed"
        return "figure" if "hurt" in a and "hurt" in b else "claim"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every pair be judged by its words."""
    patch(monkeypatch.setattr)


def patch(set: Any = setattr) -> None:
    """Have every pair be judged by its words."""
    set(linkings, "Judge", Fake)
    set(linkings, "NEAR", -1.0)


@pytest.fixture
def ledger(place: str, fake: None) -> Iterator[Ledger]:
    """An empty ledger with a judge that goes by the words."""
    with Ledger(place) as ledger:
        yield ledger


def told(ledger: Ledger) -> list[tuple[Any, ...]]:
    """All relations in an order of their own."""
    return sorted((r.a.statement, r.b.statement, r.relation, r.score, r.evidence.model_dump_json()) for r in ledger.all_relations())


def short(ledger: Ledger, record: Record, n: int = 0) -> list[tuple[str, str, str]]:
    """The relations of a record's statement: whether it comes first, the relation, and the other's speaker and outlet."""
    id = record.statements[n].id
    return [
        ("<>"[r.a.statement == id], r.relation, f"{r.across(id).speaker}, {r.across(id).outlet}") for r in ledger.relations(id)
    ]  # fmt: skip


def query(place: str, command: str) -> Any:
    """What a command of SQL gives."""
    engine = engine_for(place)
    with engine.begin() as connection:
        result = connection.execute(sa.text(command))
        rows = result.all() if result.returns_rows else []
    engine.dispose()
    return rows


def run(*words: str) -> str:
    """What a command prints."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return str(result.stdout)


class TestWhatIsFound:
    def test_are_quotes_denials_claims_and_figures(self, ledger: Ledger) -> None:
        for one in ARTICLES:
            ledger.add(one)
        assert sorted(short(ledger, ARTICLES[0])) == [
            ("<", "denies", "Otto Berg, Northern Post"),
            ("<", "misattributed", "Otto Berg, Valley Sun"),
            (">", "agrees", "Mia Holt, Eastern Mail"),
            (">", "restates", "Ada Lin, Harbour Times"),
            (">", "same_quote", "Ada Lin, Eastern Mail"),
            (">", "same_quote", "Ada Lin, Harbour Times"),
        ]
        assert sorted(short(ledger, ARTICLES[8])) == [
            (">", "contradicts", "Per Dahl, Eastern Mail"),
            (">", "number_changed", "Per Dahl, Northern Post"),
        ]
        assert short(ledger, ARTICLES[10]) == [("<", "denies", "Bo Lund, Valley Sun")]
        assert short(ledger, ARTICLES[11]) == []
        assert ledger.check() == []
        assert ledger.unlinked() == 0
        of_each = {
            (r.a.statement, r.b.statement, r.relation, r.score)
            for one in ARTICLES
            for statement in one.statements
            for r in ledger.relations(statement.id)
        }
        assert of_each == {one[:4] for one in told(ledger)}

    def test_is_what_the_linker_finds_in_the_same_records(self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
        for one in ARTICLES:
            ledger.add(one)
        monkeypatch.setattr("sayso.linking.candidates.NEAR", -1.0)
        linker = Linker()
        linker.judge = Fake()  # type: ignore[assignment]
        found = linker.link(ARTICLES)
        assert told(ledger) == sorted((r.a, r.b, r.relation, r.score, r.evidence.model_dump_json()) for r in found)

    def test_is_made_of_the_same_as_in_the_linker(self, place: str) -> None:
        records = [ARTICLES[7], ARTICLES[10], many_pieces()]
        with Ledger(place, links=False) as ledger:
            for one in records:
                ledger.add(one)
            ledger.link()
            meaning = Linker().vectors.vectors
            for record in records:
                for saying in sayings_of(record, meaning):
                    [key] = in_read(ledger._engine, lambda c, id=saying.said.id: list(current(c, [id]).values()))  # type: ignore[misc]
                    [found] = in_read(ledger._engine, lambda c, key=key: stated(c, [key]))  # type: ignore[misc]
                    [kept] = in_read(ledger._engine, lambda c, key=key: linkings._compared(c, [key]))  # type: ignore[misc]
                    assert (found.said, found.passage) == (saying.said, saying.passage)
                    assert (kept.saying.vectors == saying.vectors).all()

    def test_the_order_of_time_is_that_of_publication_wherever_the_text_was_met_later(self, ledger: Ledger) -> None:
        ledger.add(ARTICLES[7])
        ledger.add(ARTICLES[8])
        assert short(ledger, ARTICLES[8]) == [(">", "number_changed", "Per Dahl, Northern Post")]
        earlier = ARTICLES[8].document.model_copy(update={"published": "2031-02-01"})
        ledger.meet(earlier, Appearance(where="elsewhere"))
        assert short(ledger, ARTICLES[8]) == [("<", "number_changed", "Per Dahl, Northern Post")]
        assert ledger.check() == []


def many_pieces() -> Record:
    """A record of a long text with a content in two pieces, some way into it, by somebody who speaks for an organization."""
    text = "A dull line. " * 150 + "The harbour said:\n“The ferry,” said Mia Holt,\n  “will sail”. And so it did. " + "Another line. " * 150
    document = Document(text=text, outlet="Valley Sun", published="2031-04-01T08:30:00Z")
    content = [(start := text.index("“The ferry"), start + 11), (other := text.index("“will"), other + 11)]
    holt = text.index("Mia Holt")
    statement = Statement(
        id=statement_id(document.sha256, content), kind="direct", content=content, source=[(holt, holt + 8)], confidence=1,
        text=document.words_at(content), speaker=Speaker(name="Mia Holt", type="person", entity="e0", speaks_for="e1", confidence=1),
    )  # fmt: skip
    entities = [Entity(id="e0", name="Mia Holt", type="person"), Entity(id="e1", name="Harbour Board", type="organization")]
    return Record(reader="reader 1", document=document, entities=entities, statements=[statement])


class Remembering(Judge):
    """The installed judge, asked once for what is the same in every way."""

    known: dict[Any, Verdict] = {}  # noqa: RUF012

    def judge(self, a: Saying, b: Saying) -> Verdict:
        """The verdict on two statements, the earlier first."""
        asked = tuple(repr((one.said, one.passage, one.vectors.tobytes())) for one in (a, b))
        if asked not in self.known:
            self.known[asked] = super().judge(a, b)
        return self.known[asked]


class TestTheOrderOfArrival:
    def test_does_not_matter(self, request: pytest.FixtureRequest, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(linkings, "Judge", Remembering)
        seed = random.randrange(2**32)
        print(f"seed {seed}")  # shown where the test fails
        orders, found = random.Random(seed), []
        for n in range(6):
            place = str(tmp_path / f"{n}.db") if database == "sqlite" else request.getfixturevalue("server").database()
            with Ledger(place) as ledger:
                for one in orders.sample(ARTICLES, len(ARTICLES)):
                    ledger.add(one)
                found.append(told(ledger))
                assert ledger.check() == []
        assert found[0]
        assert all(one == found[0] for one in found)

    def test_does_not_matter_where_four_processes_add_at_once(self, ledger: Ledger, place: str, tmp_path: Path) -> None:
        started = subprocess.run([sys.executable, __file__, "add", place], check=True, capture_output=True, text=True, timeout=300)
        assert started.stderr == ""
        found = told(ledger)
        assert ledger.check() == []
        assert ledger.unlinked() == 0
        with Ledger(tmp_path / "one.db") as other:
            for one in ARTICLES:
                other.add(one)
            assert found == told(other)

    def test_nor_that_what_was_added_is_linked_later(self, ledger: Ledger, place: str, tmp_path: Path) -> None:
        with Ledger(place, links=False) as other:
            for one in ARTICLES[:6]:
                other.add(one)
        with Ledger(place, vectors=False) as other:
            for one in ARTICLES[6:9]:
                other.add(one)
        for one in ARTICLES[9:]:
            ledger.add(one)
        assert ledger.unlinked() == 9
        seen: list[int] = []
        assert ledger.link(seen.append) == sum(seen) == 9
        found = told(ledger)
        assert ledger.relink() == len(ARTICLES)
        assert told(ledger) == found
        with Ledger(tmp_path / "one.db") as other:
            for one in ARTICLES:
                other.add(one)
            assert found == told(other)


class TestAnInterruption:
    def test_between_keeping_and_linking_is_made_good_by_whoever_adds_next(self, ledger: Ledger, place: str) -> None:
        ledger.add(ARTICLES[0])
        killed = subprocess.run([sys.executable, __file__, "die", place], check=False, capture_output=True, text=True, timeout=300)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert ledger.unlinked() == 1
        assert short(ledger, ARTICLES[0]) == []
        with Ledger(place) as other:
            other.add(ARTICLES[11])
            assert other.unlinked() == 0
        assert short(ledger, ARTICLES[0]) == [(">", "same_quote", "Ada Lin, Eastern Mail")]

    def test_of_an_add_is_made_good_by_the_next_one(self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
        ledger.add(ARTICLES[0])
        with monkeypatch.context() as patched:
            patched.setattr(linkings.Links, "_verdicts", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                ledger.add(ARTICLES[1])
        assert ledger.record(ARTICLES[1].document.id) == ARTICLES[1]
        ledger.add(ARTICLES[1])
        assert short(ledger, ARTICLES[0]) == [(">", "same_quote", "Ada Lin, Eastern Mail")]

    def test_is_finished_by_the_command(self, ledger: Ledger, place: str) -> None:
        with Ledger(place, links=False) as other:
            for one in ARTICLES[:2]:
                other.add(one)
        checked = CliRunner().invoke(app, ["ledger", "check", "--ledger", place])
        assert (checked.exit_code, "relink --missing" in checked.stderr) == (0, True)
        assert run("ledger", "relink", "--missing", "--ledger", place) == "2 documents were compared with all others\n"
        assert len(told(ledger)) == 1
        assert run("ledger", "relink", "--ledger", place) == "2 documents were compared with all others\n"
        assert len(told(ledger)) == 1


class TestWhoSpeaks:
    def test_a_merge_of_two_speakers_changes_what_their_statements_are_to_each_other(self, ledger: Ledger) -> None:
        one = article("Clara Venn", "The old bridge will be shut", "Northern Post", "2031-03-01")
        other = article("Clara Holm", "Nobody will drive over the bridge", "Eastern Mail", "2031-03-02")
        ledger.add(one)
        ledger.add(other)
        assert short(ledger, one) == [(">", "agrees", "Clara Holm, Eastern Mail")]
        [venn], [holm] = ledger.who("Clara Venn"), ledger.who("Clara Holm")
        ledger.merge_identities(venn.id, holm.id, "Ida")
        assert short(ledger, one) == [(">", "restates", "Clara Holm, Eastern Mail")]
        assert [r.relation for r in ledger.all_relations()] == ["restates"]
        ledger.split_identity(venn.id, [holm.id], "Ida")
        assert short(ledger, one) == [(">", "agrees", "Clara Holm, Eastern Mail")]


class TestReviews:
    @pytest.fixture(autouse=True)
    def _add(self, ledger: Ledger) -> None:
        for n in (0, 4, 5, 11):
            ledger.add(ARTICLES[n])

    def ids(self) -> list[str]:
        return [ARTICLES[n].statements[0].id for n in (0, 4, 5, 11)]

    def kinds(self, ledger: Ledger) -> list[tuple[str, float, bool]]:
        [one, *_] = self.ids()
        found = [(r.relation, r.score, r.judge.startswith("review by Ida")) for r in ledger.relations(one)]
        assert {(r.a.statement, r.b.statement, r.relation, r.score) for r in ledger.relations(one)} <= {r[:4] for r in told(ledger)}
        assert len(told(ledger)) == len({r[:3] for r in told(ledger)})
        return sorted(found)

    def test_take_away_what_is_rejected(self, ledger: Ledger) -> None:
        [one, denial, claim, _] = self.ids()
        assert [kind for kind, *_ in self.kinds(ledger)] == ["agrees", "denies"]
        ledger.review_relation(denial, one, "denies", "rejected", "Ida")
        assert [kind for kind, *_ in self.kinds(ledger)] == ["agrees"]
        ledger.review_relation(claim, one, "agrees", "rejected", "Ida")
        assert self.kinds(ledger) == []
        assert [r.verdict for r in ledger.reviews(one)] == ["rejected", "rejected"]
        ledger.review_relation(one, claim, "agrees", "confirmed", "Ida")
        assert self.kinds(ledger) == [("agrees", 1, True)]

    def test_put_right_what_is_corrected(self, ledger: Ledger) -> None:
        [one, denial, *_] = self.ids()
        ledger.review_relation(denial, one, "denies", "corrected", "Ida", right="contradicts")
        assert self.kinds(ledger)[1] == ("contradicts", 1, True)
        assert len(self.kinds(ledger)) == 2
        [found] = [r for r in ledger.relations(one) if r.relation == "contradicts"]
        assert (found.a.statement, found.evidence.a) == (one, ARTICLES[0].statements[0].content)

    def test_add_what_nobody_else_found(self, ledger: Ledger) -> None:
        [one, _, _, tea] = self.ids()
        ledger.review_relation(tea, one, "denies", "confirmed", "Ida")
        assert ("denies", 1, True) in self.kinds(ledger)
        assert [r.relation for r in ledger.relations(tea)] == ["denies"]


class TestWhatIsNoMore:
    def test_a_newer_reading_takes_the_place_of_an_earlier_one(self, ledger: Ledger, place: str) -> None:
        for one in ARTICLES[:5]:
            ledger.add(one)
        newer = ARTICLES[0].model_copy(update={"reader": "reader 2"})
        ledger.add(newer)
        assert len(short(ledger, newer)) == 4
        none = ARTICLES[0].model_copy(update={"reader": "reader 3", "statements": []})
        ledger.add(none)
        assert short(ledger, ARTICLES[0]) == []
        assert all(ARTICLES[0].statements[0].id not in found[:2] for found in told(ledger))
        assert ledger.check() == []
        assert query(place, "SELECT count(*) FROM linkings")[0][0] == 5

    def test_an_utterance_falls_apart_where_its_middle_is_forgotten(self, ledger: Ledger) -> None:
        first, last = "The bridge is old and grey and very long", "it was built by men who loved fine stone of the bridge"
        parts = [
            article("Ada Lin", words, outlet, f"2031-03-0{day}")
            for day, outlet, words in ((1, "A", first), (2, "B", f"{first} and {last}"), (3, "C", last))
        ]  # fmt: skip
        for one in parts:
            ledger.add(one)
        assert len(ledger.origins(parts[0].statements[0].id).copies) == 3
        ledger.forget(parts[1].document.id, "Ida")
        assert ledger.check() == []
        assert [len(ledger.origins(parts[n].statements[0].id).copies) for n in (0, 2)] == [1, 1]
        assert short(ledger, parts[0]) == [(">", "restates", "Ada Lin, C")]

    def test_nothing_is_left_of_a_document_that_was_forgotten(self, ledger: Ledger) -> None:
        for one in ARTICLES:
            ledger.add(one)
        ledger.forget(ARTICLES[0].document.id, "Ida")
        assert all(ARTICLES[0].statements[0].id not in found[:2] for found in told(ledger))
        assert len(ledger.origins(ARTICLES[1].statements[0].id).copies) == 3
        ledger.add(article("Ada Lin", CLOSED, "Late News", "2031-04-01"))
        assert len(ledger.origins(ARTICLES[1].statements[0].id).copies) == 4
        assert ledger.check() == []

    def test_a_name_that_is_forgotten_leaves_the_relations(self, ledger: Ledger) -> None:
        for one in ARTICLES[:6]:
            ledger.add(one)
        before = [(found[2], found[3]) for found in told(ledger)]
        ledger.forget_name("Mia Holt", "Ida")
        assert sorted((found[2], found[3]) for found in told(ledger)) == sorted(before)
        assert ledger.check() == []
        assert ledger.unlinked() == 0

    def test_ledgers_are_merged_with_their_relations(self, ledger: Ledger, tmp_path: Path) -> None:
        for one in ARTICLES[::2]:
            ledger.add(one)
        with Ledger(tmp_path / "other.db") as other:
            for one in ARTICLES[1::2]:
                other.add(one)
            ledger.merge(other)
        with Ledger(tmp_path / "all.db") as every:
            for one in ARTICLES:
                every.add(one)
            assert told(ledger) == told(every)
        assert ledger.check() == []

    def test_what_does_not_fit_together_is_found(self, ledger: Ledger, place: str) -> None:
        for one in ARTICLES[:3]:
            ledger.add(one)
        query(place, "UPDATE utterances SET utterance = statement")
        assert any(problem.startswith("utterances: ") for problem in ledger.check())
        ledger.relink()
        assert ledger.check() == []
        query(place, "DELETE FROM catalogue WHERE statement IN (SELECT MIN(statement) FROM catalogue)")
        assert any(problem.startswith("verdicts: ") for problem in ledger.check())


class TestOrigins:
    def test_are_where_the_words_were_printed_first_and_who_carried_them(self, ledger: Ledger) -> None:
        for one in random.sample(ARTICLES, len(ARTICLES)):
            ledger.add(one)
        for outlet in ("Coast Daily", "Hill Weekly"):
            again = ARTICLES[1].document.model_copy(update={"outlet": outlet, "published": "2031-03-02T20:00:00Z"})
            ledger.meet(again, Appearance(where=outlet))
        found = ledger.origins(ARTICLES[2].statements[0].id)
        assert (found.outlets, found.origins, len(found.copies)) == (6, 1, 4)
        ids = [one.statements[0].id for one in ARTICLES[:4]]
        assert {one.statement: one.of for one in found.copies} == {ids[0]: None, ids[1]: ids[0], ids[2]: ids[1], ids[3]: ids[0]}
        assert {one.statement: one.credited for one in found.copies} == {ids[0]: False, ids[1]: True, ids[2]: True, ids[3]: False}
        by_id = {one.statement: one for one in found.copies}
        assert by_id[ids[2]].carriers == ("Eastern Mail",)
        assert [place.outlet for place in by_id[ids[1]].printings] == ["Eastern Mail", "Coast Daily", "Hill Weekly"]

    def test_of_what_nobody_copied_are_itself(self, ledger: Ledger) -> None:
        ledger.add(ARTICLES[11])
        found = ledger.origins(ARTICLES[11].statements[0].id)
        assert (found.outlets, found.origins, len(found.copies)) == (1, 1, 1)

    def test_of_what_is_not_there_are_unknown(self, ledger: Ledger) -> None:
        with pytest.raises(NotInLedger):
            ledger.origins("0" * 32)
        with pytest.raises(NotInLedger):
            ledger.relations("0" * 32)


class TestCommands:
    @pytest.fixture
    def file(self, tmp_path: Path, fake: None) -> str:
        """A ledger with all articles."""
        with Ledger(tmp_path / "news.db") as ledger:
            for one in ARTICLES:
                ledger.add(one)
        return str(tmp_path / "news.db")

    def test_export_prints_a_relation_a_line(self, file: str) -> None:
        lines = [json.loads(line) for line in run("export", "--relations", "--format", "jsonl", "--ledger", file).splitlines()]
        with Ledger(file) as ledger:
            assert len(lines) == len(told(ledger))
        assert all(list(line) == ["a", "b", "relation", "score", "evidence", "judge"] for line in lines)
        [changed] = [line for line in lines if line["relation"] == "number_changed"]
        later = ARTICLES[8]
        assert changed["a"] == {"ref": later.document.ref, "document": later.document.id, "statement": later.statements[0].id}
        assert [later.document.text[slice(*span)] for span in changed["evidence"]["a"]] == ["Fifty"]
        assert CliRunner().invoke(app, ["export", "--relations", "--format", "html", "--ledger", file]).exit_code == 2

    def test_show_prints_how_a_statement_stands_to_others(self, file: str) -> None:
        id = ARTICLES[0].statements[0].id
        out = run("show", id, "--ledger", file)
        assert "  is denied by (0." in out
        assert f"    Otto Berg  Northern Post  2031-03-04  {ARTICLES[4].statements[0].id}\n" in out
        found = json.loads(run("show", id, "--json", "--ledger", file))["relations"]
        assert len(found) == 6
        assert {one["other"]["speaker"] for one in found} == {"Ada Lin", "Otto Berg", "Mia Holt"}

    def test_origins_prints_a_tree(self, file: str) -> None:
        id = ARTICLES[2].statements[0].id
        out = run("origins", id, "--ledger", file)
        assert out.startswith("4 outlets, 4 texts, 1 origin\n\nAda Lin: The old bridge")
        assert "\n      credits Eastern Mail; copied from there\n" in out
        assert json.loads(run("origins", id, "--format", "json", "--ledger", file))["outlets"] == 4
        assert CliRunner().invoke(app, ["origins", "0" * 32, "--ledger", file]).exit_code == 1

    def test_who_marks_what_was_denied_and_contradicted(self, file: str) -> None:
        out = run("who", "Ada Lin", "--ledger", file)
        assert "! denied by Otto Berg: It is not true that the old bridge will be closed (2031-03-04; Northern Post; " in out
        assert "! contradicted by Per Dahl himself or herself: Nobody at all" in run("who", "Per Dahl", "--ledger", file)
        page = json.loads(run("who", "Ada Lin", "--format", "json", "--ledger", file))
        assert page["statements"][0]["disputed"][0]["relation"] == "denies"
        assert json.loads(run("who", "Ola Ek", "--format", "jsonl", "--ledger", file))["disputed"] == []


class TestNeighbours:
    def test_are_those_that_are_near_by_words_or_in_context_however_they_are_compared(self, place: str) -> None:
        with Ledger(place, links=False) as ledger:
            for one in ARTICLES:
                ledger.add(one)
            neighbours = Neighbours(ledger._engine)
            ledger.link()
            rows = query(place, "SELECT statement, vector, vector_in_context FROM statement_vectors ORDER BY statement")
            vectors = np.stack([np.frombuffer(row[1] + row[2], dtype=np.int8).reshape(2, SIZE) for row in rows])
            found = neighbours.near(vectors, 0.3)
            for one, near in zip(vectors, found, strict=True):
                assert near.tolist() == [row[0] for row, other in zip(rows, vectors, strict=True) if are_near(one, other, 0.3)]
            assert any(len(near) > 1 for near in found)
            assert any(len(near) < len(rows) for near in found)

    def test_are_known_by_the_vectors_that_they_have_now(self, place: str) -> None:
        with Ledger(place, links=False) as ledger:
            for one in ARTICLES[:2]:
                ledger.add(one)
            neighbours = Neighbours(ledger._engine)
            ledger.link()
            [before, _] = neighbours.near(np.ones((2, 2, SIZE), dtype=np.int8), -1)
            ledger.forget(ARTICLES[1].document.id, "Ida")  # the next statement has the same number in a file
            ledger.add(ARTICLES[7])
            ledger.link()
            [row] = query(place, "SELECT vector, vector_in_context FROM statement_vectors ORDER BY statement DESC LIMIT 1")
            vector = np.frombuffer(row[0] + row[1], dtype=np.int8).reshape(1, 2, SIZE)
            [near] = neighbours.near(vector, 0.999)
            assert len(near) == 1
            assert len(before) == 2


def _at_once(place: str) -> None:
    """Add all articles from four processes, each of which begins elsewhere and adds half of them."""
    children = []
    for n in range(4):
        child = os.fork()
        if child == 0:
            try:
                patch()
                with Ledger(place) as ledger:
                    for one in [*ARTICLES[3 * n :], *ARTICLES[: 3 * n]][:6]:
                        ledger.add(one)
            except BaseException as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
                os._exit(1)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def _die(place: str) -> None:
    """Add an article, and be killed when it is kept and not yet linked."""
    patch()
    linkings.Links._verdicts = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment,method-assign]
    with Ledger(place) as ledger:
        ledger.add(ARTICLES[1])
    time.sleep(10)


if __name__ == "__main__":
    {"add": _at_once, "die": _die}[sys.argv[1]](sys.argv[2])


def test_a_long_document_is_compared_as_far_whichever_comes_first(fake: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(linkings, "MOST", 1)
    long = article("Ada Lin", CLOSED, "Northern Post", "2031-03-01", answer=("Bo Lund", "The bridge will not be closed"))
    other = article("Mia Holt", "To close the bridge in June is what we plan", "Eastern Mail", "2031-03-05")
    found = []
    for n, records in enumerate(([long, other], [other, long])):
        with Ledger(tmp_path / f"{n}.db") as ledger:
            for record in records:
                ledger.add(record)
            found.append(told(ledger))
    assert found[0] == found[1] != []
    assert not {relation[k] for relation in found[0] for k in (0, 1)} & {long.statements[1].id}
