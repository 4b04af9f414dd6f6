"""Labels from scores, and spans from labels."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sayso.reading.decoding import _OUTSIDE_BIAS, decode, spans_of

labels = st.lists(st.integers(0, 2), max_size=60).map(lambda values: np.array(values, dtype=np.int8))
scores = st.integers(1, 6).flatmap(lambda n: arrays(np.float32, (n, 1, 3), elements=st.floats(-8, 0, width=32)))


def test_no_span_goes_on_into_another_paragraph() -> None:
    values = np.log(np.array([[[0.1, 0.8, 0.1]], [[0.1, 0.1, 0.8]], [[0.1, 0.1, 0.8]]], dtype=np.float32))
    assert decode(values, np.array([True, False, False]))[:, 0].tolist() == [1, 2, 2]
    assert decode(values, np.array([True, False, True]))[:, 0].tolist() != [1, 2, 2]


@given(scores)
def test_the_labels_are_the_likeliest_of_all_that_are_allowed(values: np.ndarray) -> None:
    def total(path: tuple[int, ...]) -> float:
        return sum(float(values[i, 0, label]) + (_OUTSIDE_BIAS[0] if label == 0 else 0.0) for i, label in enumerate(path))

    allowed = [p for p in product(range(3), repeat=len(values)) if p[0] != 2 and not any(a == 0 and b == 2 for a, b in pairwise(p))]
    found = tuple(decode(values, np.zeros(len(values), dtype=bool))[:, 0].tolist())
    assert found in allowed
    assert total(found) >= max(map(total, allowed)) - 1e-6


def test_a_span_runs_from_its_first_word_to_its_last() -> None:
    assert spans_of(np.array([0, 1, 2, 2, 0, 1, 0], dtype=np.int8)).tolist() == [[1, 3], [5, 5]]


def test_a_word_that_goes_on_with_nothing_begins_a_span() -> None:
    assert spans_of(np.array([2, 2, 0, 2], dtype=np.int8)).tolist() == [[0, 1], [3, 3]]


def test_two_spans_may_touch() -> None:
    assert spans_of(np.array([1, 2, 1, 1, 2], dtype=np.int8)).tolist() == [[0, 1], [2, 2], [3, 4]]


@given(labels)
def test_spans_cover_exactly_the_words_that_are_not_outside(values: np.ndarray) -> None:
    covered = np.zeros(len(values), dtype=bool)
    for first, last in spans_of(values):
        assert first <= last
        assert not covered[first : last + 1].any()
        covered[first : last + 1] = True
    assert (covered == (values > 0)).all()
