"""When and how much: the times and quantities of an article, given to the statements that hold them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from sayso.models import Document, Quantity, Span, Statement, Time
from sayso.reading.quantities import find_quantities
from sayso.reading.tagger import Sight, Tags
from sayso.reading.times import candidates_in, find_times

Figure = TypeVar("Figure", Time, Quantity)

_POINTS = ("date", "time")  # kinds of times, which no quantity can be
_FAR = 60  # code points from a cue within which the moment of saying is looked for


def with_figures(document: Document, sight: Sight, tags: Tags, statements: Sequence[Statement]) -> list[Statement]:
    """Statements with the times and quantities in their contents, and the moment at which each was said.

    A duration that is a quantity ("five hours"), and a frequency that a quantity has for its ``per``, aren't told once more as
    a time.
    """
    if not statements:
        return []
    text, words = document.text, sight.words
    times = find_times(text, candidates_in(text), document.published)

    def unlikely(start: int, end: int) -> bool:
        low, high = np.searchsorted(words.end, start, side="right"), np.searchsorted(words.start, end)
        return bool(high > low and tags.quantity[low:high].mean() < 0)

    quantities = find_quantities(text, [t.span for t in times if t.type in _POINTS], unlikely)
    measured = _Placed(quantities)
    moments = _Placed([t for t in times if t.type in _POINTS])
    placed = _Placed([t for t in times if t.type in _POINTS or not measured.overlapping(t.span)])
    in_content = np.zeros(len(words), dtype=bool)
    for start, end in (piece for statement in statements for piece in statement.content):
        in_content[np.searchsorted(words.end, start, side="right") : np.searchsorted(words.start, end)] = True
    return [
        statement.model_copy(
            update={
                "said_at": _said_at(statement, sight, moments, in_content),
                "times": [t for t in placed.within(statement.content) if not _is_per(t, measured.within(statement.content))],
                "quantities": measured.within(statement.content),
            }
        )
        for statement in statements
    ]


class _Placed(Generic[Figure]):
    """Figures that don't overlap, in order, to be looked up by their places."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self._figures: Sequence[Figure] = figures
        self._starts = [figure.span[0] for figure in figures]

    def within(self, spans: Sequence[Span]) -> list[Figure]:
        """Those that lie wholly in one of some spans."""
        found = []
        for start, end in spans:
            low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
            found += [figure for figure in self._figures[low:high] if figure.span[1] <= end]
        return found

    def overlapping(self, span: Span) -> list[Figure]:
        """Those that share any code point with a span."""
        low, high = max(bisect_right(self._starts, span[0]) - 1, 0), bisect_left(self._starts, span[1])
        return [figure for figure in self._figures[low:high] if figure.span[1] > span[0]]


def _is_per(time: Time, quantities: Sequence[Quantity]) -> bool:
    """Whether a frequency ("every day") is what a quantity beside it is counted per."""
    return time.type == "set" and any(q.per is not None and q.per in time.text.casefold() for q in quantities)


def _said_at(statement: Statement, sight: Sight, moments: _Placed[Time], in_content: npt.NDArray[np.bool_]) -> Time | None:
    """The moment beside a cue ("said on Tuesday") that belongs to no statement's content.

    Args:
        statement: whose moment is looked for.
        sight: of the article.
        moments: of the article.
        in_content: bool [words], whether a word belongs to any statement's content.
    """
    if statement.kind == "narrated" or not (statement.cue or statement.source):
        return None
    words, sentence = sight.words, sight.layout.sentence
    start, end = (statement.cue or statement.source)[0]
    at = int(np.searchsorted(words.end, start, side="right"))
    low, high = np.searchsorted(sentence, sentence[at]), np.searchsorted(sentence, sentence[at], side="right") - 1
    around = (max(start - _FAR, int(words.start[low])), min(end + _FAR, int(words.end[high])))
    outside = [t for t in moments.within([around]) if not in_content[np.searchsorted(words.end, t.span[0], side="right")]]
    return min(outside, key=lambda t: max(t.span[0] - end, start - t.span[1]), default=None)
