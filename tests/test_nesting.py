"""Statements within statements: found at any depth, with the chain through the speakers around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso import Document, Reader, Record
from sayso.models import Statement
from sayso.reading.attributions import Attribution
from sayso.reading.nesting import as_sentence
from sayso.reading.tagger import Sight, Tags


def said(record: Record, words: str) -> Statement:
    return min((s for s in record.statements if words in s.text), key=lambda s: len(s.text))


def chain_of(statement: Statement) -> list[tuple[str, str | None]]:
    return [(link.role, link.name) for link in statement.chain]


def test_what_a_speaker_was_told_is_a_statement_within_theirs(reader: Reader) -> None:
    text = "Interior minister Karel Osmund said that the company Threll Water had told him that the pipe was safe."
    record = reader.read(Document(text=text, outlet="The Harlow Courier"))
    inner = said(record, "pipe was safe")
    [outer] = [s for s in record.statements if s.id == inner.within]
    assert outer.speaker.name == "Karel Osmund"
    assert inner.speaker.name == "Threll Water"
    assert chain_of(inner) == [("speaker", "Threll Water"), ("relay", "Karel Osmund"), ("outlet", "The Harlow Courier")]
    assert chain_of(outer) == [("speaker", "Karel Osmund"), ("outlet", "The Harlow Courier")]


def test_an_agency_that_carried_the_words_is_a_relay(reader: Reader) -> None:
    text = "STORHAVN - Grain exports will resume in May, Prime Minister Ada Lin said, Norden Wire reports."
    statement = said(reader.read(Document(text=text, outlet="The Harlow Courier")), "Grain exports")
    assert chain_of(statement) == [("speaker", "Ada Lin"), ("relay", "Norden Wire"), ("outlet", "The Harlow Courier")]


def test_an_agency_that_reports_with_nobody_else_named_is_the_speaker(reader: Reader) -> None:
    statement = said(
        reader.read(Document(text="Norden Wire reported on Monday that the bridge was closed to lorries.")), "bridge was closed"
    )
    assert statement.speaker.name == "Norden Wire"
    assert not [link for link in statement.chain if link.role == "relay"]


def test_an_agency_in_the_dateline_stands_in_every_chain(reader: Reader) -> None:
    text = (
        "Bridge shut\n\nSTORHAVN, 4 March (NNA) - The bridge is closed, engineer Hana Sato said on Monday.\n\n"
        "Mayor Clara Venn said that it would open in May."
    )
    record = reader.read(Document(text=text, outlet="The Harlow Courier"))
    assert record.document.credits == ["NNA"]
    assert len(record.statements) >= 2
    assert all(chain_of(s)[-2:] == [("relay", "NNA"), ("outlet", "The Harlow Courier")] for s in record.statements)


@pytest.mark.parametrize("path", ["01", "02", "05"])
def test_what_is_within_stands_in_the_content_around_it(reader: Reader, path: str) -> None:
    from test_reader import EXAMPLES

    [file] = [p for p in EXAMPLES if p.name.startswith(path)]
    record = reader.read(Document(text=file.read_text("utf-8")))
    by_id = {s.id: s for s in record.statements}
    for statement in record.statements:
        if statement.within is not None:
            outer = by_id[statement.within]
            assert all(any(a <= start and end <= b for a, b in outer.content) for start, end in statement.content)


@given(st.text(max_size=60))
def test_a_clause_as_a_sentence_keeps_its_offsets(clause: str) -> None:
    opening, sentence = as_sentence(clause)
    assert len(sentence) in (len(clause) - opening, len(clause) - opening + 1)
    assert sentence[1 : len(clause) - opening] == clause[opening + 1 :]


def test_a_text_of_nothing_but_nested_statements_is_read_twice_at_most(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "He said that " + "she said that he said that " * 400 + "it rained."
    shown: list[int] = []
    see = reader._see

    def counted(text: str) -> tuple[Sight, Tags, list[Attribution]]:
        shown.append(len(text.split()))
        return see(text)

    monkeypatch.setattr(reader, "_see", counted)
    reader.read(Document(text=text))
    assert sum(shown) <= 2 * len(text.split()) + 1000
