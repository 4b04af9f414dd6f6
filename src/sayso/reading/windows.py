"""Cutting an article into overlapping windows that the encoder can see at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sayso.encoder.tokens import Ints, Words

SIZE = 318  # wordpieces in a window at most, without the two special ones
CONTEXT = 24  # wordpieces that a window sees before and after the words that are taken from it
_NEAR = 16  # wordpieces that a seam may be moved by, to lie at the start of a paragraph


@dataclass(frozen=True, slots=True)
class Window:
    """One window: the words it shows to the encoder, and those of them whose labels are taken from it.

    All bounds are word indexes, half-open; ``shown`` encloses ``taken``, and the ``taken`` of all windows cover the
    article once.
    """

    shown: tuple[int, int]
    taken: tuple[int, int]


def plan_windows(words: Words, size: int = SIZE, context: int = CONTEXT) -> list[Window]:
    """Cover an article with as few windows as will do, of about one length; seams lie between paragraphs where they can.

    A window shows about ``size`` wordpieces at most: more only where single words have many.
    """
    count = len(words)
    if not count:
        return []
    bounds = np.append(words.first, len(words.pieces))
    total = int(bounds[-1])
    number = max(1, -(-(total - 2 * context) // (size - 2 * context))) if total > size else 1
    seams = [0]
    for index in range(1, number):
        seam = _seam(words.breaks, bounds, total * index // number)
        if seams[-1] < seam < count:
            seams.append(seam)
    seams.append(count)
    windows = []
    for first, last in pairwise(seams):
        begin = int(np.searchsorted(bounds, int(bounds[first]) - context))
        stop = int(np.searchsorted(bounds, min(int(bounds[last]) + context, total)))
        while bounds[stop] - bounds[begin] > size and (begin < first or stop > last):
            begin, stop = min(begin + 1, first), max(stop - 1, last)
        windows.append(Window((begin, stop), (first, last)))
    return windows


def _seam(breaks: Ints, bounds: Ints, target: int) -> int:
    """The word at which to change windows: the start of a paragraph near a wordpiece, else the word there."""
    low, high = np.searchsorted(bounds, (target - _NEAR, target + _NEAR))
    starts = np.flatnonzero(breaks[low:high]) + low
    if len(starts):
        return int(starts[np.abs(bounds[starts] - target).argmin()])
    return int(np.searchsorted(bounds, target))
