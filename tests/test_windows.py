"""Windows over long articles."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sayso.encoder.tokens import Words
from sayso.reading.windows import CONTEXT, SIZE, plan_windows


def words(lengths: list[int], breaks: list[int] | None = None) -> Words:
    first = np.cumsum([0, *lengths[:-1]]) if lengths else np.zeros(0, dtype=np.int64)
    count = len(lengths)
    place = np.arange(count)
    return Words(place, place + 1, np.zeros(count, np.int64), np.array(breaks or [0] * count), np.zeros(sum(lengths), np.int64), first)


article = st.lists(st.tuples(st.integers(1, 6) | st.just(900), st.sampled_from([0, 0, 0, 0, 1, 2])), max_size=1500)


@given(article)
def test_every_word_is_taken_once_from_a_window_that_shows_it(pairs: list[tuple[int, int]]) -> None:
    some = words([p[0] for p in pairs], [p[1] for p in pairs])
    bounds = np.append(some.first, len(some.pieces))
    at = 0
    for window in plan_windows(some):
        assert window.taken[0] == at
        assert window.shown[0] <= window.taken[0] < window.taken[1] <= window.shown[1]
        assert bounds[window.shown[1]] - bounds[window.shown[0]] <= SIZE or any(p[0] > SIZE // 4 for p in pairs)
        at = window.taken[1]
    assert at == len(pairs)


@given(st.lists(st.integers(1, 3) | st.sampled_from([60, 100]), min_size=1, max_size=800))
def test_no_window_outgrows_the_encoder_whatever_words_the_tokenizer_gives(lengths: list[int]) -> None:
    # The tokenizer makes a word of more than 100 letters one piece; the encoder has 512 places, two of them special.
    some = words(lengths)
    bounds = np.append(some.first, len(some.pieces))
    assert max(bounds[w.shown[1]] - bounds[w.shown[0]] for w in plan_windows(some)) <= 510


@given(st.lists(st.integers(1, 4), min_size=500, max_size=1500))
def test_a_word_near_a_seam_is_shown_with_what_stands_around_it(lengths: list[int]) -> None:
    some = words(lengths)
    bounds = np.append(some.first, len(some.pieces))
    for window in plan_windows(some):
        assert window.shown[0] == 0 or bounds[window.taken[0]] - bounds[window.shown[0]] >= CONTEXT // 4
        assert window.shown[1] == len(some) or bounds[window.shown[1]] - bounds[window.taken[1]] >= CONTEXT // 4


def test_nothing_needs_no_window() -> None:
    assert plan_windows(words([])) == []


def test_one_endless_word_is_a_window_of_its_own() -> None:
    assert [w.taken for w in plan_windows(words([5000]))] == [(0, 1)]


def test_an_article_that_fits_is_one_window() -> None:
    assert [w.taken for w in plan_windows(words([1] * SIZE))] == [(0, SIZE)]


def test_seams_lie_between_paragraphs_where_one_is_near() -> None:
    breaks = [1 if i % 20 == 0 else 0 for i in range(1000)]
    seams = [w.taken[0] for w in plan_windows(words([1] * 1000, breaks))[1:]]
    assert seams
    assert all(seam % 20 == 0 for seam in seams)


def test_a_long_article_needs_windows_in_proportion() -> None:
    short, long = len(plan_windows(words([1] * 10_000))), len(plan_windows(words([1] * 100_000)))
    assert 9 <= long / short <= 11
