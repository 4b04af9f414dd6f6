"""Which statements are worth judging together: those whose words, or words in their surroundings, mean something alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from sayso.encoder.vectors import Vectors
from sayso.linking.sayings import Said, Saying

NEAR = 0.3
"""Cosine, of the contents' vectors or of those with the words before them, from which two statements are candidates: a rule of the pair
alone, so that neither other statements nor the order in which they come matter."""
_AT_ONCE = 1000  # statements that are compared with all others in one product


def candidates(old: Sequence[Saying], new: Sequence[Saying]) -> Iterator[tuple[Saying, Saying]]:
    """The pairs of new statements with old ones and among themselves, each once, the earlier printed first."""
    every = [*old, *new]
    if not every:
        return
    vectors = np.stack([saying.vectors for saying in every])
    squares = squares_of(vectors)
    for first in range(len(old), len(every), _AT_ONCE):
        last = min(first + _AT_ONCE, len(every))
        near = near_each_other(vectors[first:last], vectors[:last], squares[:last], NEAR)
        for row, column in zip(*near.nonzero(), strict=True):
            a, b = every[column], every[first + row]
            if column < first + row and not share_words(a.said, b.said):
                yield (a, b) if a.said.order <= b.said.order else (b, a)


def are_candidates(a: Saying, b: Saying, threshold: float = NEAR) -> bool:
    """Whether two statements are near, and not one nested in the other. It depends on nothing but the two."""
    return are_near(a.vectors, b.vectors, threshold) and not share_words(a.said, b.said)


def share_words(a: Said, b: Said) -> bool:
    """Whether some of the very words of one statement are the other's too, as where one is nested in the other."""
    if a.document != b.document:
        return False
    return any(start < end and begin < stop for start, stop in a.content for begin, end in b.content)


def are_near(one: Vectors, other: Vectors, threshold: float) -> bool:
    """Whether vectors of two statements are near: int8 [2, SIZE] of each."""
    return bool(near_each_other(one[None], other[None], squares_of(other[None]), threshold)[0, 0])


def near_each_other(ones: Vectors, others: Vectors, squares: npt.NDArray[np.float64], threshold: float) -> npt.NDArray[np.bool_]:
    """Whether each of some statements is near to each of others, of shape [ones, others].

    The products are whole numbers below 2**24, so that they are exact, in whatever order they are added up.

    Args:
        ones, others: int8 [statements, 2, SIZE].
        squares: of the others, as ``squares_of`` gives them.
        threshold: the cosine of either of the two vectors that makes statements near.
    """
    near: npt.NDArray[np.bool_] = np.zeros((len(ones), len(others)), dtype=np.bool_)
    for side in (0, 1):
        products = ones[:, side].astype(np.float32) @ others[:, side].astype(np.float32).T
        lengths = np.sqrt(squares_of(ones)[:, side, None] * squares[None, :, side])
        near |= (products >= threshold * lengths) & (lengths > 0)
    return near


def squares_of(vectors: Vectors) -> npt.NDArray[np.float64]:
    """The squares of vectors' lengths, of shape [statements, 2]."""
    squares: npt.NDArray[np.float64] = (vectors.astype(np.float64) ** 2).sum(axis=-1)
    return squares
