"""From scores of words to labels: the likeliest sequence in which a span goes on only where it has begun."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int8]

OUTSIDE, BEGINS, GOES_ON = range(3)
# Added to the log-probability of standing outside, for source, cue, content, relay and name: chosen on PolNeAR's dev split.
# Below 0 more is found; what is found wrongly is left to the confidence to throw out.
_OUTSIDE_BIAS = (-0.5, -0.5, -0.5, 0.0, 0.0)


def decode(scores: npt.NDArray[np.float32], new_paragraph: npt.NDArray[np.bool_]) -> Labels:
    """The label of every word for every role (Viterbi's algorithm, with some transitions forbidden).

    Args:
        scores: float32 [words, roles, 3], log-probabilities of standing outside, beginning a span, going on with one.
        new_paragraph: bool [words], whether a word begins a paragraph: no span goes on across its start.

    Returns:
        int8 [words, roles]: ``OUTSIDE``, ``BEGINS`` or ``GOES_ON``; the last never after the first.
    """
    scores = scores.copy()
    scores[new_paragraph, :, GOES_ON] = -np.inf
    labels = np.zeros(scores.shape[:2], dtype=np.int8)
    for role in range(scores.shape[1]):
        labels[:, role] = _best_path(scores[:, role].astype(np.float64), _OUTSIDE_BIAS[role])
    return labels


def _best_path(scores: npt.NDArray[np.float64], bias: float) -> list[int]:
    outside, begins, goes_on = ((scores[:, 0] + bias).tolist(), scores[:, 1].tolist(), scores[:, 2].tolist())
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
    before = np.concatenate([[OUTSIDE], labels[:-1]])
    after = np.concatenate([labels[1:], [OUTSIDE]])
    first = np.flatnonzero((labels == BEGINS) | ((labels == GOES_ON) & (before == OUTSIDE)))
    last = np.flatnonzero((labels != OUTSIDE) & (after != GOES_ON))
    return np.stack([first, last], axis=1)
