"""The reader: one document in, one record out, and nothing else that matters."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso import Document, Reader, read

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.txt"))

SENTENCES = [
    'Mayor Ilse Brandt said on Friday that the ferry would not return before spring.',
    '"We have looked at every pier twice," she told reporters. "Not one of them is safe."',
    'According to the harbour office, 40 boats were damaged in the storm.',
    'The shipping company denied that it had been warned.',
    'Rain fell until the evening and the square stayed empty.',
    'Residents of the island want a bridge instead, a survey by the university found.',
]  # fmt: skip


def test_a_quotation_is_found_with_its_source_and_cue(reader: Reader) -> None:
    record = reader.read(Document(text='The pier is closed. "We will rebuild the bridge before winter," Mayor Ada Lin said on Monday.'))
    [fact, statement] = record.statements
    assert (fact.kind, fact.text) == ("narrated", "The pier is closed.")
    assert statement.text == "We will rebuild the bridge before winter"
    assert statement.kind == "direct"
    assert record.document.words_at(statement.source) == "Mayor Ada Lin"
    assert record.document.words_at(statement.cue) == "said"
    assert statement.speaker.name == "Ada Lin"
    assert statement.speaker.type == "person"


def test_a_quotation_broken_by_its_cue_is_one_statement_in_two_pieces(reader: Reader) -> None:
    record = reader.read(Document(text='"The roof leaks," the headmaster said, "and nobody at the council wants to hear it."'))
    [statement] = [s for s in record.statements if s.within is None]
    assert [record.document.words_at([piece]) for piece in statement.content] == [
        "The roof leaks", "and nobody at the council wants to hear it.",
    ]  # fmt: skip


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_every_example_gives_statements_whose_words_are_the_texts(reader: Reader, path: Path) -> None:
    record = reader.read(Document(text=path.read_text("utf-8")))
    assert len(record.statements) >= 4
    assert len({s.id for s in record.statements}) == len(record.statements)
    for statement in record.statements:
        assert statement.text == " ".join(record.document.text[a:b] for a, b in statement.content)


def test_the_record_is_the_same_alone_in_company_and_on_any_number_of_threads(reader: Reader) -> None:
    texts = [path.read_text("utf-8") for path in EXAMPLES]
    texts.append("\n\n".join(texts))
    alone = [reader.read(Document(text=text)) for text in texts]
    again = Reader(threads=3)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: again.read(Document(text=text)), texts + texts))
    assert together == alone + alone


def test_what_stands_in_another_article_changes_nothing(reader: Reader) -> None:
    short = Document(text=SENTENCES[1])
    before = reader.read(short)
    reader.read(Document(text=" ".join(SENTENCES) * 40))
    assert reader.read(short) == before


@pytest.mark.parametrize("text", ["", " \n\t ", "...", "“”", "\u200b", "🙂" * 50, "a" * 5000, '"' * 3000, "'" * 3000, "\n" * 5000])
def test_texts_that_say_nothing_are_read_without_a_statement_or_a_complaint(reader: Reader, text: str) -> None:
    assert reader.read(Document(text=text)).statements == []


def test_a_text_in_another_language_is_read_with_a_warning(reader: Reader) -> None:
    text = "Der Bürgermeister sagte am Montag, die Fähre werde nicht vor dem Frühjahr zurückkehren. Die Reederei wies das zurück. " * 3
    record = reader.read(Document(text=text))
    assert record.document.language == "de"
    assert any("English" in warning for warning in record.warnings)


def test_read_takes_a_text_and_gives_a_record() -> None:
    record = read("The harbour office said that 40 boats were damaged in the storm.")
    assert record.statements[0].text == "that 40 boats were damaged in the storm"


@settings(max_examples=settings().max_examples // 3)
@given(st.lists(st.sampled_from(SENTENCES) | st.text(max_size=80), max_size=12), st.sampled_from(["\n\n", " ", "\n", "\r\n"]))
def test_any_text_gives_a_record_whose_spans_fit(reader: Reader, parts: list[str], separator: str) -> None:
    text = separator.join(parts).replace("\0", " ")
    record = reader.read(Document(text=text))
    assert record.document.text == text
    for statement in record.statements:
        places = [p for spans in (statement.source, statement.cue, statement.content) for p in spans]
        assert all(0 <= a < b <= len(text) for a, b in places)


def test_an_article_of_many_windows_is_read_like_its_parts(reader: Reader) -> None:
    rng = random.Random(5)
    text = "\n\n".join(rng.choice(SENTENCES) for _ in range(400))
    record = reader.read(Document(text=text))
    expected = sum(text.count(s) for s in (SENTENCES[0], SENTENCES[2], SENTENCES[3]))
    found = [s for s in record.statements if s.kind == "indirect"]
    assert len(found) >= 0.9 * expected
