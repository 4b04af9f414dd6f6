"""Reviews: a log that outlives readings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sayso.cli import app
from sayso.errors import LedgerError, NotInLedger, SaysoError
from sayso.ledger.reviews import Corrections
from sayso.ledger.store import Ledger
from sayso.models import Appearance, Document, Record, Speaker, Statement, statement_id

pytest_plugins = ["postgres"]

TEXT = "Mayor Ada Lin said that 40 bridges would close. Critics laughed."


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """An empty ledger that makes no vectors."""
    with Ledger(place, vectors=False) as ledger:
        yield ledger


def record(*contents: tuple[int, int], reader: str = "reader 1") -> Record:
    """A reading of the text."""
    document = Document(text=TEXT)
    statements = [
        Statement(
            id=statement_id(document.sha256, [content]), kind="indirect", content=[content], source=[(6, 13)], cue=[(14, 18)],
            text=document.words_at([content]), speaker=Speaker(name="Lin", type="person", confidence=0.5), confidence=0.5,
        )
        for content in contents
    ]  # fmt: skip
    return Record(reader=reader, document=document, appearance=Appearance(where="a.txt"), statements=statements)


def test_the_last_verdict_counts_and_all_are_kept(ledger: Ledger) -> None:
    one = record((24, 46))
    ledger.add(one)
    id = one.statements[0].id
    ledger.review(id, "confirmed", "Ida")
    ledger.review(id, "rejected", "Ola", note="not said")
    assert [(r.by, r.verdict, r.superseded) for r in ledger.reviews(id)] == [("Ida", "confirmed", True), ("Ola", "rejected", False)]
    assert ledger.search(reviewed="rejected").hits[0].id == id
    assert list(ledger.reviewed_records()) == []


def test_a_review_stays_with_the_statement_that_a_newer_reading_finds(ledger: Ledger) -> None:
    old = record((24, 46))
    ledger.add(old)
    ledger.review(old.statements[0].id, "confirmed", "Ida")
    newer = record((19, 46), reader="reader 2")
    ledger.add(newer)
    assert [r.gone for r in ledger.reviews(newer.statements[0].id)] == [False]
    assert len(ledger.search(reviewed="confirmed").hits) == 1


def test_a_review_whose_statement_is_gone_is_shown_as_such(ledger: Ledger) -> None:
    old = record((24, 46))
    ledger.add(old)
    ledger.review(old.statements[0].id, "confirmed", "Ida")
    ledger.add(record((48, 63), reader="reader 2"))
    [kept] = ledger.reviews()
    assert kept.gone
    assert kept.snapshot["text"] == "40 bridges would close"
    assert ledger.check() == []


def test_corrections_are_given_out_as_records(ledger: Ledger) -> None:
    one = record((24, 46))
    ledger.add(one)
    right = Corrections(speaker="Ada Lin", content=[(19, 46)], denial=False)
    ledger.review(one.statements[0].id, "corrected", "Ida", right)
    [corrected] = ledger.reviewed_records()
    [statement] = corrected.statements
    assert (statement.speaker.name, statement.text, statement.confidence) == ("Ada Lin", "that 40 bridges would close", 1)
    assert statement.cue == [(14, 18)]


def test_what_makes_no_sense_is_refused(ledger: Ledger) -> None:
    one = record((24, 46))
    ledger.add(one)
    id = one.statements[0].id
    with pytest.raises(NotInLedger):
        ledger.review("0" * 32, "confirmed", "Ida")
    with pytest.raises(LedgerError):
        ledger.review(id, "corrected", "Ida")
    with pytest.raises(LedgerError):
        ledger.review(id, "confirmed", "Ida", Corrections(speaker="Ada Lin"))
    with pytest.raises(LedgerError):
        ledger.review(id, "confirmed", " ")
    with pytest.raises(SaysoError):
        ledger.review(id, "corrected", "Ida", Corrections(content=[(60, 90)]))
    assert ledger.reviews() == []


def test_relations_are_reviewed(ledger: Ledger) -> None:
    two = record((24, 46), (48, 63))
    ledger.add(two)
    a, b = (statement.id for statement in two.statements)
    ledger.review_relation(b, a, "contradicts", "corrected", "Ida", right="denies")
    [kept] = ledger.reviews(a)
    assert {kept.statement, kept.other} == {a, b}
    assert kept.corrections == {"relation": "denies"}


def test_the_command_keeps_lists_and_exports(place: str, tmp_path: Path) -> None:
    one = record((24, 46))
    with Ledger(place, vectors=False) as ledger:
        ledger.add(one)
    run, id = CliRunner().invoke, one.statements[0].id
    kept = run(app, ["review", id, "correct", "--speaker", "Ada Lin", "--content", "19-46", "--by", "Ida", "--ledger", place])
    assert kept.exit_code == 0, kept.output
    [line] = run(app, ["review", "--list", "--ledger", place]).stdout.splitlines()
    assert json.loads(line)["corrections"] == {"speaker": "Ada Lin", "content": [[19, 46]]}
    out = tmp_path / "reviewed.jsonl"
    assert run(app, ["review", "--export", str(out), "--ledger", place]).exit_code == 0
    assert Record.model_validate_json(out.read_text()).statements[0].speaker.name == "Ada Lin"
    assert run(app, ["review", id, "correct", "--content", "46-19", "--ledger", place]).exit_code == 2
    assert run(app, ["review", id, "correct", "--kind", "shouted", "--ledger", place]).exit_code == 2
    assert run(app, ["review", "--ledger", place]).exit_code == 2
    assert run(app, ["review", "f" * 32, "confirm", "--by", "Ida", "--ledger", place]).exit_code == 1
