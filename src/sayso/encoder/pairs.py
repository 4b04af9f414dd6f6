"""Two statements as the judge's network sees them: who says it, the words before, what is said, the words behind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from sayso.encoder.sessions import Floats, open_session, weights_digest
from sayso.encoder.tokens import Ints, load_tokenizer

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


def in_context(passage: Passage) -> str:
    """The words of a passage up to the content's end: of them, a vector says what the content alone may leave open."""
    return f"{passage.before} {passage.content}".strip()


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


class PairSession:
    """Runs the judge's network over pairs; a pair's result depends on nothing but the pair. Several threads may use one session.

    Args:
        weights: folder of ``linking.onnx`` and ``judge.onnx``; by default the weights that are installed with sayso.
    """

    def __init__(self, weights: Path | None = None) -> None:
        self._tokenizer = load_tokenizer()
        self._lower, self._upper = open_session("linking.onnx", weights), open_session("judge.onnx", weights)

    def encode(self, passage: Passage) -> list[int]:
        """See ``encode_passage``."""
        return encode_passage(passage, self._tokenizer)

    def judge(self, a: list[int], b: list[int], features: Floats) -> Floats:
        """The share of each verdict, float32 [verdicts].

        Args:
            a, b: as ``encode`` gives them.
            features: float32 [features], what is known of the pair beside its words.
        """
        pieces, sides = join_passages(a, b)
        (hidden,) = self._lower.run(None, {"pieces": pieces, "sides": sides})
        (verdicts,) = self._upper.run(None, {"hidden": hidden, "features": features[None]})
        raised: Floats = np.exp(verdicts[0] - verdicts[0].max())
        shares: Floats = raised / raised.sum()
        return shares


@cache
def judge_version() -> str:
    """Eight hex digits that stand for what judges pairs."""
    return weights_digest(names=("linking.onnx", "judge.onnx", "judge.json", "tokenizer.json"))
