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
_SEEN = -1.5  # score from which on a word of a content is taken for part of a cue
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
    for one in _judged(text, sight, tags, attributions, confidence, threshold):
        found.append(one)
        _read_within(text, sight.words, len(found) - 1, found, read, confidence, threshold)
    return sight, tags, found


def _judged(text: str, sight: Sight, tags: Tags, attributions: list[Attribution], confidence: Judge, threshold: float) -> Iterator[Found]:
    vectors = Vectors(tags)
    for attribution in attributions:
        probability = confidence(attribution)
        if probability < threshold:
            continue
        cue = _letters(text, sight.words, attribution.cue) if attribution.cue else ""
        stance = judge(cue, _letters(text, sight.words, attribution.content[0]), *scores(attribution, tags))
        source = attribution.source
        vector = vectors.of(np.array([source], dtype=np.int64), SOURCE)[0] if source is not None else None
        holds = [bool(tags.nested[a : b + 1].max() > _SEEN) for a, b in attribution.content]
        relays = np.array(attribution.relays, dtype=np.int64).reshape(-1, 2)
        yield Found(attribution, probability, stance, holds, vector, list(vectors.of(relays, SOURCE)))


def _read_within(text: str, words: Words, outer: int, found: list[Found], read: Read, confidence: Judge, threshold: float) -> None:
    for piece, holds in zip(found[outer].attribution.content, found[outer].holds, strict=True):
        if not holds or piece[1] - piece[0] + 1 < _FEWEST:
            continue
        letters = _letters(text, words, piece)
        opening, letters = as_sentence(letters)
        start = int(words.start[piece[0]]) + opening
        sight, tags, attributions = read(letters)

        def place(span: WordSpan, inner: Words = sight.words, start: int = start) -> WordSpan:
            first = int(np.searchsorted(words.end, start + inner.start[span[0]], side="right"))
            return first, max(first, int(np.searchsorted(words.start, start + inner.end[span[1]])) - 1)

        for one in _judged(letters, sight, tags, attributions, confidence, threshold):
            inner = one.attribution
            said = sum(b - a + 1 for a, b in inner.content)
            if inner.source is None or inner.cue is None or said > piece[1] - piece[0] - 1:
                continue
            # Who speaks of their own saying says nothing new of who said it.
            if mention(_letters(letters, sight.words, inner.source), inner.source, -1).form == _FIRST:
                continue
            one.attribution = replace(
                inner, content=[place(p) for p in inner.content], cue=place(inner.cue), source=place(inner.source),
                relays=[place(r) for r in inner.relays], heading=found[outer].attribution.heading,
            )  # fmt: skip
            one.within = outer
            found.append(one)
            _read_within(text, words, len(found) - 1, found, read, confidence, threshold)


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
