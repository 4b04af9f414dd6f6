"""The record's types."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sayso import Document, Record, SpanError, Statement
from sayso.models import Entity, Link, Quantity, Time, statement_id, words_at

TEXT = "The pier will close in May, the harbour office said."


def statement(**changes: object) -> Statement:
    given_fields = {"id": "0" * 32, "kind": "indirect", "content": [(0, 26)], "text": TEXT[:26], "confidence": 0.9}
    return Statement.model_validate(given_fields | changes)


def record(**changes: object) -> Record:
    return Record.model_validate({"reader": "test", "document": {"text": TEXT}, "statements": [statement()]} | changes)


def test_a_document_is_known_by_its_text() -> None:
    document = Document(text="Zürich 🙂")
    digest = hashlib.sha256("Zürich 🙂".encode()).hexdigest()
    assert (document.sha256, document.id) == (digest, digest[:32])


def test_a_document_with_another_texts_hash_cannot_be_made() -> None:
    with pytest.raises(ValidationError, match="is not that of the text"):
        Document(text="a", sha256="0" * 64)


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_a_text_that_no_file_can_hold_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="U\\+FFFD"):
        Document(text=text)


def test_a_record_comes_back_from_json_as_it_was() -> None:
    made = record()
    assert Record.model_validate_json(made.model_dump_json()) == made
    assert json.loads(made.model_dump_json())["statements"][0]["content"] == [[0, 26]]


@pytest.mark.parametrize("words", ["The pier will close in June", "the pier will close in May", ""])
def test_a_statement_whose_words_are_not_the_texts_cannot_be_made(words: str) -> None:
    with pytest.raises(SpanError, match="is not what stands at"):
        record(statements=[statement(text=words)])


@pytest.mark.parametrize("span", [(40, 400), (5, 5), (9, 3), (-2, 4)])
@pytest.mark.parametrize("role", ["content", "source", "cue"])
def test_a_span_outside_of_the_text_cannot_be_made(role: str, span: tuple[int, int]) -> None:
    with pytest.raises((ValidationError, SpanError)):
        record(statements=[statement(**{role: [span]})])


@pytest.mark.parametrize(
    "changes",
    [
        {"times": [Time(span=(23, 26), text="June")]},
        {"said_at": Time(span=(23, 26), text="June")},
        {"quantities": [Quantity(span=(0, 3), text="ten")]},
        {"chain": [Link(role="outlet", name="x", spans=[(50, 90)])]},
    ],
)
def test_everything_that_names_a_place_is_checked(changes: dict[str, object]) -> None:
    with pytest.raises(SpanError):
        record(statements=[statement(**changes)])
    with pytest.raises(SpanError):
        record(entities=[Entity(id="e0", name="x", type="person", mentions=[(51, 90)])])


@given(st.text(max_size=40), st.integers(-5, 50), st.integers(-5, 50))
def test_words_are_the_texts_or_an_error(text: str, start: int, end: int) -> None:
    if 0 <= start < end <= len(text):
        assert words_at(text, [(start, end)]) == text[start:end]
    else:
        with pytest.raises(SpanError):
            words_at(text, [(start, end)])


def test_ids_tell_statements_apart_and_do_not_change() -> None:
    digest = Document(text=TEXT).sha256
    assert statement_id(digest, [(0, 26)]) == statement_id(digest, [(0, 26)])
    assert len({statement_id(digest, [(0, 26)]), statement_id(digest, [(0, 25)]), statement_id(digest, [(0, 2), (6, 26)])}) == 3
    assert len(statement_id(digest, [(0, 26)])) == 32


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60), st.data())
def test_any_text_and_span_come_back_from_json_as_they_were(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    document = Document(text=text)
    said = statement(id=statement_id(document.sha256, [(start, end)]), content=[(start, end)], text=text[start:end])
    made = Record(reader="test", document=document, statements=[said])
    again = Record.model_validate_json(made.model_dump_json())
    assert again == made
    assert again.document.words_at(again.statements[0].content) == text[start:end]


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_words_that_differ_in_a_single_code_point_are_refused(right: str, wrong: str) -> None:
    text = "".join(c for c in right if c != "\0" and not "\ud800" <= c <= "\udfff") or "a"
    if wrong != text:
        with pytest.raises((SpanError, ValidationError)):
            Record(reader="test", document=Document(text=text), statements=[statement(content=[(0, len(text))], text=wrong)])


def test_fields_of_a_later_version_are_passed_over() -> None:
    data = json.loads(record().model_dump_json()) | {"novelty": 1}
    assert Record.model_validate(data) == record()
