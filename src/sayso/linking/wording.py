"""How alike the words of two statements are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz.distance import Indel, LCSseq

from sayso.models import Span

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_APOSTROPHE = str.maketrans({"’": "'", "ʼ": "'"})


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two sequences of words are, each from 0 to 1.

    Attributes:
        whole: shared words in order, of all words of both (normalized indel similarity).
        contained: shared words in order, of the shorter one's.
        longest: the longest run of words that both have, of the shorter one's.
        run: the number of words in it.
        lengths: the shorter one's words by the longer one's.
    """

    whole: float
    contained: float
    longest: float
    run: int
    lengths: float


def words_of(text: str) -> list[str]:
    """The words and figures of a text, without case and punctuation."""
    return [word for word, _ in placed_words(text)]


def placed_words(text: str) -> list[tuple[str, Span]]:
    """The words and figures of a text, without case and punctuation, with where they stand in it."""
    return [(match[0].casefold(), match.span()) for match in _WORD.finditer(text.translate(_APOSTROPHE))]


def shared_runs(a: str, b: str) -> tuple[list[Span], list[Span]]:
    """Where the words stand, in each of two texts, that both have in the same order."""
    ours, theirs = placed_words(a), placed_words(b)
    matcher = SequenceMatcher(None, [word for word, _ in ours], [word for word, _ in theirs], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    return tuple(  # type: ignore[return-value]
        [(words[at][1][0], words[at + block.size - 1][1][1]) for block in blocks for at in [block.a if words is ours else block.b]]
        for words in (ours, theirs)
    )


def likeness(a: Sequence[str], b: Sequence[str]) -> Likeness:
    """How alike two sequences of words are."""
    if not a or not b:
        return Likeness(0.0, 0.0, 0.0, 0, 0.0)
    shorter, longer = sorted((len(a), len(b)))
    run = SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size
    return Likeness(Indel.normalized_similarity(a, b), LCSseq.similarity(a, b) / shorter, run / shorter, run, shorter / longer)
