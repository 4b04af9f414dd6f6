"""Facts in the outlet's own voice: sentences that nobody is cited for and that report something that can be checked."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from sayso.reading.attributions import WordSpan
from sayso.reading.tagger import Sight, Tags

_SURE = 0.5  # probability from which on a sentence is taken for a fact
_FEWEST = 3  # words of a sentence that reports one


def find_narrated(text: str, sight: Sight, tags: Tags, said: Iterable[WordSpan]) -> list[tuple[WordSpan, float]]:
    """The sentences that report a fact in the outlet's own voice.

    The network judges every word's sentence; a sentence's probability is that of its words' mean score. Headings and questions
    are none.

    Args:
        text: of the article.
        sight, tags: of the same.
        said: spans of words that belong to attributions: a sentence with any of them isn't the outlet's own.

    Returns:
        First and last word of each sentence, in order, and the probability.
    """
    sentence = sight.layout.sentence
    if not len(sentence):
        return []
    own = np.ones(len(sentence), dtype=bool)
    for first, last in said:
        own[first : last + 1] = False
    firsts = np.flatnonzero(np.diff(sentence, prepend=-1))
    lasts = np.append(firsts[1:], len(sentence)) - 1
    counts = lasts - firsts + 1
    score = np.add.reduceat(tags.narrated.astype(np.float64), firsts) / counts
    heading = np.add.reduceat(tags.heading.astype(np.float64), firsts) / counts
    kept = np.logical_and.reduceat(own, firsts) & (heading <= 0.5) & (counts >= _FEWEST) & (score > math.log(_SURE / (1 - _SURE)))
    ends = sight.words.end[lasts]
    return [
        ((first, last), 1 / (1 + math.exp(-value)))
        for first, last, end, value in zip(*(array[kept].tolist() for array in (firsts, lasts, ends, score)), strict=True)
        if text[end - 1] != "?"
    ]
