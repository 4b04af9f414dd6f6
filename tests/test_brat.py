"""Records as brat standoff, read back by brat's own rules."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sayso import Reader
from sayso.cli import app
from sayso.errors import SpanError
from sayso.exchange.brat import CONFIGURATION, pieces_of, standoff
from sayso.ledger.store import Ledger
from sayso.models import Document, Record, Span, Speaker, Statement, statement_id

pytest_plugins = ["postgres"]

ROOT = Path(__file__).resolve().parent.parent
TEXT = "Mayor Ada Lin said that 40 bridges 🌉\nwould close and that\tnobody would cross. She denied the rest."

_LINES = {
    "T": r"T\d+\t(Source|Cue|Content) \d+ \d+(;\d+ \d+)*\t.+",
    "R": r"R\d+\t(Says|Carries|Within) Arg1:T\d+ Arg2:T\d+",
    "A": r"A\d+\t(Kind T\d+ (direct|mixed|indirect|narrated)|Polarity T\d+ (affirmed|rejected)|Denial T\d+|Headline T\d+)",
    "#": r"#\d+\tAnnotatorNotes T\d+\t.+",
}


def said(document: Document, content: list[Span], **fields: object) -> Statement:
    values = {"kind": "indirect", "text": document.words_at(content), "confidence": 1, **fields}
    return Statement(id=statement_id(document.sha256, content), content=content, **values)  # type: ignore[arg-type]


def at(words: str, text: str = TEXT) -> list[Span]:
    start = text.index(words)
    return [(start, start + len(words))]


CLOSE, CROSS = "that 40 bridges 🌉\nwould close", "that\tnobody would cross"


def record(text: str = TEXT) -> Record:
    """Two statements of one source, the second within the first, and a denial by somebody without a name."""
    document = Document(text=text)
    lin = {"source": at("Ada Lin", text), "cue": at("said", text), "speaker": Speaker(name="Ada\n Lin", type="person")}
    one = said(document, at(CLOSE, text), **lin, denial=False)
    two = said(document, at(CROSS, text), **lin, kind="mixed", within=one.id)
    three = said(
        document, at("the rest", text), source=at("She", text), cue=at("denied", text), polarity="rejected", denial=True, headline=True
    )
    return Record(reader="reader 1", document=document, statements=[one, two, three])


def places(text: str, annotations: str) -> dict[str, tuple[str, list[Span]]]:
    """What stands where, by the ids of the T lines, after all that brat demands of the lines was seen to hold."""
    found: dict[str, tuple[str, list[Span]]] = {}
    ids = set()
    for line in annotations.splitlines():
        assert re.fullmatch(_LINES[line[0]], line), line
        id, middle, *words = line.split("\t")
        assert id not in ids
        ids.add(id)
        if line[0] != "T":
            assert all(place in found for place in re.findall(r"\bT\d+\b", middle))
            continue
        role, _, where = middle.partition(" ")
        spans = [(int(start), int(stop)) for start, stop in (piece.split(" ") for piece in where.split(";"))]
        assert all(a[1] < b[0] for a, b in pairwise(spans)), "brat refuses pieces that touch"
        assert all(start < stop <= len(text) and len(text[start:stop].splitlines()) == 1 for start, stop in spans)
        assert words == [" ".join(text[start:stop] for start, stop in spans)]
        found[id] = (role, spans)
    return found


def test_every_place_has_the_words_that_stand_there() -> None:
    found = list(places(TEXT, standoff(record())).values())
    assert ("Source", [(6, 13)]) in found
    assert ("Cue", [(14, 18)]) in found


def test_a_span_is_parted_at_line_ends_and_tabs() -> None:
    found = list(places(TEXT, standoff(record())).values())
    assert ("Content", at("that 40 bridges 🌉") + at("would close")) in found
    [(start, _)] = at(CROSS)
    assert ("Content", [(start, start + 4), *at("nobody would cross")]) in found
    assert list(pieces_of("a \r\n b\u2028c", [(0, 8)])) == [(0, 1), (5, 6), (7, 8)]


def test_pieces_that_overlap_or_touch_are_one() -> None:
    assert list(pieces_of("one two three", [(4, 7), (0, 4), (2, 5)])) == [(0, 7)]


def test_a_source_that_two_statements_share_is_one_place() -> None:
    found = places(TEXT, standoff(record()))
    assert [role for role, spans in found.values() if spans == [(6, 13)]] == ["Source"]
    assert [role for role, _ in found.values()].count("Content") == 3


def test_relations_attributes_and_speakers_are_told() -> None:
    lines = standoff(record()).splitlines()
    told = [line.split("\t", 1)[1] for line in lines if line[0] != "T"]
    assert told.count("Says Arg1:T2 Arg2:T1") == 1
    assert "Carries Arg1:T3 Arg2:T4" in told
    assert "Within Arg1:T4 Arg2:T1" in told
    assert {"Kind T4 mixed", "Polarity T5 rejected", "Denial T5", "Headline T5"} <= set(told)
    assert f"AnnotatorNotes T1\tspeaker: Ada Lin (person); statement: {record().statements[0].id}" in told
    assert f"AnnotatorNotes T5\tspeaker: none; statement: {record().statements[2].id}" in told


def test_the_configuration_names_all_that_may_be_there() -> None:
    for name in ("Source", "Cue", "Content", "Says", "Carries", "Within", "Kind", "Polarity", "Denial", "Headline"):
        assert re.search(rf"^{name}\b", CONFIGURATION, re.M), name


def test_a_content_of_nothing_but_white_space_is_refused() -> None:
    document = Document(text="a \n b")
    with pytest.raises(SpanError, match="white space"):
        standoff(Record(reader="r", document=document, statements=[said(document, [(1, 3)])]))


@given(st.text("a \n\t\r\x85\u2028\U0001f309", min_size=1), st.data())
def test_brat_can_read_whatever_is_in_a_text(text: str, data: st.DataObject) -> None:
    starts = data.draw(st.lists(st.integers(0, len(text) - 1), min_size=1))
    spans = [(start, data.draw(st.integers(start + 1, len(text)))) for start in starts]
    covered = {i for start, stop in spans for i in range(start, stop) if not text[i].isspace()}
    if covered:
        document = Document(text=text)
        [(_, pieces)] = places(text, standoff(Record(reader="r", document=document, statements=[said(document, spans)]))).values()
        assert {i for start, stop in pieces for i in range(start, stop) if not text[i].isspace()} == covered


@pytest.mark.parametrize("name", [path.stem for path in sorted((ROOT / "examples").glob("*.txt"))])
def test_what_is_read_can_be_read_back(reader: Reader, name: str) -> None:
    text = (ROOT / f"examples/{name}.txt").read_text("utf-8")
    found = reader.read(Document(text=text))
    roles = [role for role, _ in places(text, standoff(found)).values()]
    assert roles.count("Content") == len(found.statements)


def test_reviews_are_exported_as_a_folder(place: str, tmp_path: Path) -> None:
    one = record(f"\ufeff{TEXT}\r\nThe end\r")
    with Ledger(place, vectors=False) as ledger:
        ledger.add(one)
        ledger.review(one.statements[0].id, "confirmed", "Ida")
        ledger.review(one.statements[2].id, "rejected", "Ida")
    folder = tmp_path / "new/reviewed"
    run = CliRunner().invoke
    exported = run(app, ["review", "--export", str(folder), "--format", "brat", "--ledger", place])
    assert exported.exit_code == 0, exported.output
    id = one.document.id
    assert {path.name for path in folder.iterdir()} == {"annotation.conf", f"{id}.ann", f"{id}.txt"}
    text = (folder / f"{id}.txt").read_bytes().decode()
    assert text == one.document.text
    assert len([role for role, _ in places(text, (folder / f"{id}.ann").read_text("utf-8")).values() if role == "Content"]) == 1
    assert run(app, ["review", "--export", str(folder), "--format", "brat", "--ledger", place]).exit_code == 0
    assert run(app, ["review", "--export", str(folder / f"{id}.txt"), "--format", "brat", "--ledger", place]).exit_code == 2
    assert run(app, ["review", "--format", "brat", "--ledger", place]).exit_code == 2
