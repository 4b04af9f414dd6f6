"""Two statements as the judge's network sees them: who says it, the words before, what is said, the words behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from sayso.encoder.tokens import Ints

CLS, SEP, OPEN, CLOSE = 101, 102, 1, 2  # the last two are the vocabulary's [unused0] and [unused1]: around what is said
SPEAKER, BEFORE, CONTENT, AFTER = 8, 28, 56, 12  # wordpieces of each that are looked at


@dataclass(frozen=True, slots=True)
class Passage:
    """A statement in its surroundings.

    Attributes:
        speaker: who said it; empty where that isn't known.
        before, after: the words around the content: its sentence, and the one before it.
        content: the statement's words; what stands between two pieces of a content is part of it.
    """

    speaker: str
    before: str
    content: str
    after: str


def encode_passage(passage: Passage, tokenizer: Tokenizer) -> list[int]:
    """The wordpieces of a passage, without the special ones at its ends.

    Of the speaker, the content and what is behind it the first wordpieces are taken, of what is before it the last.
    """
    texts = [passage.speaker[:200], passage.before[-400:], passage.content[:1000], passage.after[:200]]
    speaker, before, content, after = (encoding.ids for encoding in tokenizer.encode_batch(texts, add_special_tokens=False))
    colon = tokenizer.token_to_id(":") or 0
    return [*speaker[:SPEAKER], colon, *before[-BEFORE:], OPEN, *content[:CONTENT], CLOSE, *after[:AFTER]]


def join_passages(a: list[int], b: list[int]) -> tuple[Ints, Ints]:
    """Wordpieces int64 [length] of a pair, and int64 [length] of which passage each is part of, 0 or 1."""
    pieces = [CLS, *a, SEP, *b, SEP]
    sides = [0] * (len(a) + 2) + [1] * (len(b) + 1)
    return np.array(pieces, dtype=np.int64), np.array(sides, dtype=np.int64)
