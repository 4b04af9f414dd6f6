"""Marks at the edges of spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.reading.edges import with_marks
from sayso.reading.layout import find_paragraphs
from sayso.reading.quotation import find_quotations


def widened(text: str, words: str) -> str:
    start = text.index(words)
    quotations = find_quotations(text, [(p.start, p.end) for p in find_paragraphs(text)])
    low, high = with_marks(text, start, start + len(words), quotations)
    return text[low:high]


@pytest.mark.parametrize(
    ("text", "words", "whole"),
    [
        ("He asked for $5 million.", "5 million", "$5 million"),
        ("It fell by 5% in May.", "fell by 5", "fell by 5%"),
        ("“Who did it?” she asked.", "Who did it", "Who did it?"),
        ("“We left.”", "We left", "We left."),
        ("He said they left.", "they left", "they left"),
        ("Ada Lin (Greens) said so.", "Ada Lin (Greens", "Ada Lin (Greens)"),
        ("“We left,” she said.", "We left,", "We left"),
        ("She called him a “hopeless case”.", "a “hopeless case", "a “hopeless case”"),
        ("“Nobody” came, he said.", "Nobody” came", "“Nobody” came"),
    ],
)
def test_marks_that_belong_to_the_words_are_taken_in_and_others_left_out(text: str, words: str, whole: str) -> None:
    assert widened(text, words) == whole


@given(st.text(alphabet="ab ,.!?$%()[]\"“”'", min_size=1, max_size=40), st.data())
def test_a_span_stays_a_span_of_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quotations = find_quotations(text, [(p.start, p.end) for p in find_paragraphs(text)])
    low, high = with_marks(text, start, end, quotations)
    assert 0 <= low < high <= len(text)
