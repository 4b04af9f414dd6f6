"""What two readers make of the same documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from sayso.cli import app
from sayso.errors import NotInLedger
from sayso.ledger.comparison import Agreement, Comparison
from sayso.ledger.store import Ledger
from sayso.models import Appearance, Document, Record, Span, Speaker, Statement, statement_id

pytest_plugins = ["postgres"]

TEXT = "Mayor Ada Lin said that 40 bridges would close. Critics laughed at \x1b[31mthat."
CLOSE, CLOSE_CUT, LAUGH = (19, 46), (24, 46), (48, 63)


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """An empty ledger that makes no vectors."""
    with Ledger(place, vectors=False) as ledger:
        yield ledger


def reading(reader: str, *contents: Span, text: str = TEXT, **fields: Any) -> Record:
    """What a reader makes of a text."""
    document = Document(text=text, title="Bridges")
    values = {"kind": "indirect", "confidence": 0.5, "speaker": Speaker(name="Ada Lin", type="person"), **fields}
    statements = [
        Statement(id=statement_id(document.sha256, [span]), content=[span], text=document.words_at([span]), **values) for span in contents
    ]
    return Record(reader=reader, document=document, appearance=Appearance(where="a.txt"), statements=statements)


def test_statements_that_share_half_of_their_union_are_one() -> None:
    found = Comparison.of(reading("A", CLOSE), reading("B", CLOSE_CUT, LAUGH))
    assert [pair.differs for pair in found.pairs] == [("content",)]
    assert (found.only_a, [one.text for one in found.only_b]) == ((), ["Critics laughed"])
    assert not found.alike


def test_what_was_not_judged_is_no_difference() -> None:
    judged = reading("B", CLOSE, act="promise", denial=False, kind="direct", speaker=Speaker(name="Lin", type="person"))
    assert [pair.differs for pair in Comparison.of(reading("A", CLOSE), judged).pairs] == [("speaker", "kind")]
    assert [pair.differs for pair in Comparison.of(reading("A", CLOSE, denial=True), judged).pairs] == [("speaker", "kind", "denial")]


def test_two_that_say_the_same_are_alike() -> None:
    assert Comparison.of(reading("A", CLOSE, LAUGH), reading("B", LAUGH, CLOSE)).alike


def test_agreement_is_counted_over_documents() -> None:
    agreement = Agreement()
    assert (agreement.found, agreement.on("kind")) == (None, None)
    agreement.add(Comparison.of(reading("A", CLOSE), reading("B", CLOSE_CUT, LAUGH)))
    agreement.add(Comparison.of(reading("A", LAUGH), reading("B", LAUGH)))
    assert (agreement.documents, agreement.alike, agreement.both, agreement.only_a, agreement.only_b) == (2, 1, 2, 0, 1)
    assert (agreement.found, agreement.on("content"), agreement.on("kind")) == (0.8, 0.5, 1.0)


def test_only_documents_that_both_read_are_compared_by_the_last_reading_of_each(ledger: Ledger) -> None:
    for i in range(45):  # more than are held at once
        for reader in ("old", "new"):
            ledger.add(reading(reader, LAUGH if i % 2 else CLOSE, text=f"{TEXT} {i}"))
    ledger.add(reading("old", CLOSE, text="Another text that is long enough for a statement to stand in it."))
    dated = reading("new", CLOSE_CUT, text=f"{TEXT} 0")
    ledger.add(dated.model_copy(update={"document": dated.document.model_copy(update={"published": "2031-03-04"})}))
    found = list(ledger.compare("old", "new"))
    assert len(found) == 45
    assert [one.document for one in found if not one.alike] == [dated.document.id]


def test_readers_are_listed_with_what_they_read(ledger: Ledger) -> None:
    ledger.add(reading("old", CLOSE, LAUGH))
    ledger.add(reading("new", CLOSE))
    assert [(one.reader, one.documents, one.readings, one.statements) for one in ledger.readers()] == [("old", 1, 1, 2), ("new", 1, 1, 1)]


def test_a_reader_is_named_by_a_beginning_that_no_other_one_has(ledger: Ledger) -> None:
    for reader in ("0.1+code.a", "0.1+code.b", "0.1"):
        ledger.add(reading(reader, CLOSE))
    assert len(list(ledger.compare("0.1+code.a", "0.1"))) == 1
    for wrong in ("0.1+", "0.2", ""):
        with pytest.raises(NotInLedger, match=r"0\.1\+code\.b"):
            ledger.compare("0.1", wrong)


def test_the_command_lists_and_compares(place: str) -> None:
    with Ledger(place, vectors=False) as ledger:
        ledger.add(reading("old", CLOSE, (64, 76)))
        ledger.add(reading("new", CLOSE_CUT, LAUGH, denial=True))
        ledger.add(reading("old", CLOSE, text=f"{TEXT} 2"))
        ledger.add(reading("new", CLOSE, text=f"{TEXT} 2"))
    run = CliRunner().invoke
    listed = run(app, ["compare", "--ledger", place])
    assert "old 2 documents, 2 readings, 3 statements" in listed.stdout
    assert [one["reader"] for one in json.loads(run(app, ["compare", "--ledger", place, "--format", "json"]).stdout)] == ["old", "new"]
    text = run(app, ["compare", "old", "new", "--ledger", place])
    assert text.exit_code == 0
    assert "- Ada Lin: at ␛[31mthat" in text.stdout
    assert "+ Ada Lin: Critics laughed" in text.stdout
    assert "content: 19-46 > 24-46" in text.stdout
    assert "2 documents read by both, 1 of them alike" in text.stdout
    assert "\x1b" not in text.stdout
    found = json.loads(run(app, ["compare", "old", "new", "--ledger", place, "--format", "json"]).stdout)
    [one] = found["documents"]
    assert [one["differing"][0]["differs"], found["compared"], found["alike"], found["both"]] == [["content"], 2, 1, 2]
    assert found["agreement"]["content"] == 0.5
    assert run(app, ["compare", "old", "--ledger", place]).exit_code == 2
    assert run(app, ["compare", "old", "newer", "--ledger", place]).exit_code == 1
