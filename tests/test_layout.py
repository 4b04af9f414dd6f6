"""Paragraphs and sentences."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sayso.reading.layout import find_paragraphs, lay_out


def paragraphs(text: str) -> list[str]:
    return [text[p.start : p.end] for p in find_paragraphs(text)]


def sentences(words: list[str]) -> list[int]:
    zero = np.zeros(len(words), dtype=np.int64)
    return lay_out(words, zero, zero, zero > 0).sentence.tolist()


def test_lines_are_paragraphs() -> None:
    text = "Pier to close\nThe pier will close in May.\r\nNobody knows why.\n\nRead more"
    assert paragraphs(text) == ["Pier to close", "The pier will close in May.", "Nobody knows why.", "Read more"]
    assert [p.apart for p in find_paragraphs(text)] == [True, False, False, True]


def test_the_lines_of_a_hard_wrapped_text_are_none() -> None:
    text = (
        "The pier will close in May, the harbour\noffice said on Friday, and nobody at the\ncouncil knows when it will open."
        "\n\nIt was built\nin 1911."
    )
    assert [p.count("\n") for p in paragraphs(text)] == [2, 1]


def test_blank_lines_are_no_paragraphs() -> None:
    assert paragraphs(" \n\t\n") == []


@given(st.text(alphabet="aB \n\r\t.", max_size=60))
def test_paragraphs_hold_everything_that_is_not_blank(text: str) -> None:
    assert "".join("".join(paragraphs(text)).split()) == "".join(text.split())


def test_sentences_end_at_full_stops_but_not_after_titles() -> None:
    assert sentences(["He", "left", ".", "She", "stayed", "."]) == [0, 0, 0, 1, 1, 1]
    assert sentences(["Mr", ".", "Hale", "left", "."]) == [0] * 5


def test_a_closing_quotation_mark_belongs_to_the_sentence_that_it_ends() -> None:
    assert sentences(["“", "Go", ".", "”", "She", "left"]) == [0, 0, 0, 0, 1, 1]
    assert sentences(["“", "Go", "!", "”", "she", "said"]) == [0] * 6
