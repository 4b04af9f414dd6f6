"""From scores of words to labels: the likeliest sequence in which a span goes on only where it has begun."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int8]

OUTSIDE, BEGINS, GOES_ON = range(3)
# Added to the log-probability of standing outside, for source, cue, content, relay and name: chosen on PolNeAR's dev split.
# Below 0 more is found; what is found wrongly is left to the confidence to throw out.
_OUTSIDE_BIAS = (-0.3, 0.0, -0.1, 0.0, 0.0)


def decode(scores: npt.NDArray[np.float32], new_paragraph: npt.NDArray[np.bool_]) -> Labels:
    """The label of every word for every role (Viterbi's algorithm, with some transitions forbidden).

    Args:
        scores: float32 [words, roles, 3], log-probabilities of standing outside, beginning a span, going on with one.
        new_paragraph: bool [words], whether a word begins a paragraph: no span goes on across its start.

    Returns:
        int8 [words, roles]: ``OUTSIDE``, ``BEGINS`` or ``GOES_ON``; the last never after the first.
    """
    exact = scores.astype(np.float64)
    exact[new_paragraph, :, GOES_ON] = -np.inf
    exact[:, :, OUTSIDE] += _OUTSIDE_BIAS[: exact.shape[1]]
    labels = np.zeros(scores.shape[:2], dtype=np.int8)
    for role, (first, last) in _open_runs(exact):
        labels[first : last + 1, role] = _best_path(exact[first : last + 1, role])
    return labels


def _open_runs(scores: npt.NDArray[np.float64]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Role, first and last word of the runs in which labels have to be searched for.

    A word stands outside in the best sequence if that pays even where the next word has to begin a span in place of going
    on with one; so most words need no search.
    """
    best = np.maximum(scores[:, :, BEGINS], scores[:, :, GOES_ON])
    dearer = np.zeros_like(best)
    dearer[:-1] = np.maximum(scores[1:, :, GOES_ON] - scores[1:, :, BEGINS], 0)
    is_open = scores[:, :, OUTSIDE] - best <= dearer
    edges = np.diff(is_open.astype(np.int8), axis=0, prepend=0, append=0)
    for role in range(scores.shape[1]):
        firsts, stops = np.flatnonzero(edges[:, role] == 1), np.flatnonzero(edges[:, role] == -1)
        for first, stop in zip(firsts.tolist(), stops.tolist(), strict=True):
            yield role, (first, stop - 1)


def _best_path(scores: npt.NDArray[np.float64]) -> list[int]:
    outside, begins, goes_on = scores.T.tolist()
    # What each word's best label is if the next one is free, and if the next one goes on with a span.
    free: list[int] = []
    bound: list[int] = []
    a, b, c = 0.0, -np.inf, -np.inf
    for o, x, y in zip(outside, begins, goes_on, strict=True):
        inner, label = (b, BEGINS) if b >= c else (c, GOES_ON)
        best, chosen = (a, OUTSIDE) if a >= inner else (inner, label)
        free.append(chosen)
        bound.append(label)
        a, b, c = best + o, best + x, inner + y
    path = []
    state = OUTSIDE if a >= b and a >= c else BEGINS if b >= c else GOES_ON
    for index in range(len(free) - 1, -1, -1):
        path.append(state)
        state = bound[index] if state == GOES_ON else free[index]
    path.reverse()
    return path


def spans_of(labels: Labels) -> npt.NDArray[np.int64]:
    """First and last word of each span of one role, int64 [spans, 2]; ``labels`` is int8 [words]."""
    is_first, is_last = _span_ends(labels)
    return np.stack([np.flatnonzero(is_first), np.flatnonzero(is_last)], axis=1)


def words_at_ends(labels: Labels) -> npt.NDArray[np.int64]:
    """The words that are first or last in a span of any role, int64 [k], in order; ``labels`` is int8 [words, roles]."""
    is_first, is_last = _span_ends(labels)
    return np.flatnonzero((is_first | is_last).any(axis=1))


def _span_ends(labels: Labels) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    before, after = np.zeros_like(labels), np.zeros_like(labels)
    before[1:], after[:-1] = labels[:-1], labels[1:]
    return (labels == BEGINS) | ((labels == GOES_ON) & (before == OUTSIDE)), (labels != OUTSIDE) & (after != GOES_ON)
