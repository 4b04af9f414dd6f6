"""Statements within statements: the reader applied to what was said.

The network marks the outermost attributions of a text. What a content reports in its turn is outermost in the content's own
text, so the content is read like an article of its own, and so on to any depth. Only contents in which the network saw a cue
while it read the text around them are read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sayso.encoder.tokens import Words
from sayso.reading.attributions import SOURCE, Attribution, Vectors, WordSpan
from sayso.reading.mentions import FORMS, mention
from sayso.reading.stance import Stance, judge, scores
from sayso.reading.tagger import Sight, Tags

_OPENING = re.compile(r"(?:that|whether|if|because|how|and|but)\s+", re.I)  # of a clause, before its subject
_FEWEST = 5  # words of a content that may hold a statement
# Words that are read again at most, beside as many as the article has: nesting may be deep, but a text of nothing else must not
# take time by the square of its length.
_SPARE = 1000
_SEEN = 0.0  # score from which on a word of a content is taken for part of a cue
_FIRST = FORMS.index("i")


@dataclass
class Found:
    """One attribution and what was judged of it.

    Attributes:
        attribution: its spans count the article's words.
        confidence: probability that it is right.
        stance: of the source to the content.
        holds: for each piece of the content, whether it may hold a statement.
        vector: float64 [size], of the source as one that refers; None without a source.
        relay_vectors: the same of each relay.
        within: index of the statement that it is nested in.
    """

    attribution: Attribution
    confidence: float
    stance: Stance
    holds: list[bool]
    vector: npt.NDArray[np.float64] | None
    relay_vectors: list[npt.NDArray[np.float64]]
    within: int | None = None


Judge = Callable[[Attribution], float]
Read = Callable[[str], tuple[Sight, Tags, list[Attribution]]]


def find_statements(text: str, read: Read, confidence: Judge, threshold: float) -> tuple[Sight, Tags, list[Found]]:
    """The statements of a text, the nested ones behind those that they are nested in.

    Args:
        text: of the article.
        read: shows a text to the network and gives the outermost attributions.
        confidence: the probability that an attribution is right.
        threshold: the least that is asked for.
    """
    sight, tags, attributions = read(text)
    found: list[Found] = []
    budget = len(sight.words) + _SPARE
    for one in _judged(text, sight, tags, attributions, confidence, threshold):
        found.append(one)
        waiting = [len(found) - 1]
        while waiting:
            outer = waiting.pop()
            for piece, holds in zip(found[outer].attribution.content, found[outer].holds, strict=True):
                count = piece[1] - piece[0] + 1
                if not holds or not _FEWEST <= count <= budget:
                    continue
                budget -= count
                inner = _read_piece(text, sight.words, piece, read, confidence, threshold)
                waiting += range(len(found), len(found) + len(inner))
                found += [replace(f, attribution=replace(f.attribution, heading=one.attribution.heading), within=outer) for f in inner]
    return sight, tags, found


def _judged(text: str, sight: Sight, tags: Tags, attributions: list[Attribution], confidence: Judge, threshold: float) -> Iterator[Found]:
    vectors = Vectors(tags)
    for attribution in attributions:
        probability = confidence(attribution)
        if probability < threshold or not any(c.isalnum() for a, b in attribution.content for c in _letters(text, sight.words, (a, b))):
            continue
        cue = _letters(text, sight.words, attribution.cue) if attribution.cue else ""
        stance = judge(cue, _letters(text, sight.words, attribution.content[0]), *scores(attribution, tags))
        source = attribution.source
        vector = vectors.of(np.array([source], dtype=np.int64), SOURCE)[0] if source is not None else None
        holds = [bool(tags.nested[a : b + 1].max() > _SEEN) for a, b in attribution.content]
        relays = np.array(attribution.relays, dtype=np.int64).reshape(-1, 2)
        yield Found(attribution, probability, stance, holds, vector, list(vectors.of(relays, SOURCE)))


def _read_piece(text: str, words: Words, piece: WordSpan, read: Read, confidence: Judge, threshold: float) -> list[Found]:
    """The statements that a piece of a content reports; their spans count the article's words."""
    opening, letters = as_sentence(_letters(text, words, piece))
    start = int(words.start[piece[0]]) + opening
    sight, tags, attributions = read(letters)

    def place(span: WordSpan) -> WordSpan:
        first = int(np.searchsorted(words.end, start + sight.words.start[span[0]], side="right"))
        return first, max(first, int(np.searchsorted(words.start, start + sight.words.end[span[1]])) - 1)

    found = []
    for one in _judged(letters, sight, tags, attributions, confidence, threshold):
        inner = one.attribution
        said = sum(b - a + 1 for a, b in inner.content)
        if inner.source is None or inner.cue is None or said > piece[1] - piece[0] - 1:
            continue
        # Who speaks of their own saying says nothing new of who said it.
        if mention(_letters(letters, sight.words, inner.source), inner.source, -1).form == _FIRST:
            continue
        placed = replace(
            inner, content=[place(p) for p in inner.content], cue=place(inner.cue), source=place(inner.source),
            relays=[place(r) for r in inner.relays],
        )  # fmt: skip
        found.append(replace(one, attribution=placed))
    return found


def as_sentence(clause: str) -> tuple[int, str]:
    """A clause as the network is used to see sentences: with a capital and a full stop.

    Returns:
        How many code points at its start were left out, "that " above all, and the rest, in which offsets stay.
    """
    skipped = _OPENING.match(clause)
    opening = skipped.end() if skipped else 0
    rest = clause[opening:]
    capital = rest[:1].upper()
    return opening, (capital if len(capital) == 1 else rest[:1]) + rest[1:] + ("" if rest[-1:] in ".!?" else ".")


def _letters(text: str, words: Words, span: WordSpan) -> str:
    return text[int(words.start[span[0]]) : int(words.end[span[1]])]
