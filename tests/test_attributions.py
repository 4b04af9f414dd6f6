"""The pairs of spans that are scored, and what their lie says."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sayso.reading.attributions import CANDIDATES, FEATURES, candidate_pairs, pair_features
from sayso.reading.layout import Layout


def spans(*pairs: tuple[int, int]) -> np.ndarray:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def sorted_spans(draw_from: list[tuple[int, int]]) -> np.ndarray:
    ends: list[tuple[int, int]] = []
    at = 0
    for gap, length in draw_from:
        ends.append((at + gap, at + gap + length))
        at += gap + length + 1
    return spans(*ends)


some_spans = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 8)), max_size=30).map(sorted_spans)


@given(some_spans, some_spans)
def test_every_chooser_has_a_bounded_number_of_candidates_among_them_its_neighbours(choosers: np.ndarray, heads: np.ndarray) -> None:
    pairs = candidate_pairs(choosers, heads)
    for chooser in range(len(choosers)):
        own = pairs[pairs[:, 0] == chooser, 1].tolist()
        assert own == sorted(set(own))
        assert len(own) <= CANDIDATES
        before = [i for i, h in enumerate(heads.tolist()) if h[0] < choosers[chooser, 0]]
        after = [i for i, h in enumerate(heads.tolist()) if h[0] >= choosers[chooser, 1]]
        assert set(before[-1:] + after[:1]) <= set(own)


@given(some_spans, some_spans)
def test_features_stay_within_their_tables(choosers: np.ndarray, heads: np.ndarray) -> None:
    count = int(max([0, *choosers.ravel().tolist(), *heads.ravel().tolist()])) + 1
    rng = np.random.default_rng(count)
    layout = Layout(np.cumsum(rng.integers(0, 2, count)), np.cumsum(rng.integers(0, 2, count)), rng.integers(0, 3, count))
    pairs = candidate_pairs(choosers, heads)
    if len(pairs):
        features = pair_features(choosers, heads, layout, pairs)
        assert features.shape == (len(pairs), len(FEATURES[0]))
        assert (features >= 0).all()
        assert (features < np.array(FEATURES[0])).all()


def test_distance_tells_before_from_after() -> None:
    layout = Layout(np.zeros(20, np.int64), np.zeros(20, np.int64), np.zeros(20, np.int64))
    pairs = np.array([[0, 0], [0, 1]])
    features = pair_features(spans((8, 10)), spans((4, 5), (13, 13)), layout, pairs)
    assert features[0, 0] < 10 <= features[1, 0]
    assert features[0, 0] == features[1, 0] - 10, "three words away on either side"
