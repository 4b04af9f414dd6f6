"""Which statements are worth judging together: those whose words, or words in their surroundings, mean something alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sayso.linking.sayings import Saying

NEAR = 0.3
"""Cosine, of the contents' vectors or of those with the words before them, from which two statements are candidates: a rule of the pair
alone, so that neither other statements nor the order in which they come matter."""
_AT_ONCE = 1000  # statements that are compared with all others in one product


def candidates(old: Sequence[Saying], new: Sequence[Saying]) -> Iterator[tuple[Saying, Saying]]:
    """The pairs of new statements with old ones and among themselves, each once, the earlier printed first."""
    every = [*old, *new]
    if not every:
        return
    units = np.stack([saying.vectors for saying in every]).astype(np.float32)
    units /= np.maximum(np.linalg.norm(units, axis=2, keepdims=True), 1e-9)
    for first in range(len(old), len(every), _AT_ONCE):
        last = min(first + _AT_ONCE, len(every))
        near = np.maximum(*(units[first:last, side] @ units[:last, side].T for side in (0, 1))) >= NEAR
        for row, column in zip(*near.nonzero(), strict=True):
            if column < first + row:
                a, b = every[column], every[first + row]
                yield (a, b) if a.said.order <= b.said.order else (b, a)
