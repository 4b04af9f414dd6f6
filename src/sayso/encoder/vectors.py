"""Texts as vectors: those of texts that mean much the same point much the same way (Reimers and Gurevych, 2019)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from sayso.encoder.pairs import CLS, SEP
from sayso.encoder.sessions import open_session, weights_digest
from sayso.encoder.tokens import load_tokenizer

Vectors = npt.NDArray[np.int8]

SIZE = 384  # numbers in a vector
_LONGEST = 200  # wordpieces of a text that are looked at
_LETTERS = 2000  # code points in which those must lie


class VectorSession:
    """Makes vectors of texts. A text's vector depends on nothing but the text; several threads may use one session."""

    def __init__(self) -> None:
        self._tokenizer = load_tokenizer()
        self._lower, self._upper = open_session("linking.onnx"), open_session("vectors.onnx")

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """int8 [texts, SIZE], each scaled so that its largest number is 127 or -127.

        The cosine of two of them is that of the vectors that they round, to about 0.003.
        """
        found: Vectors = np.zeros((len(texts), SIZE), dtype=np.int8)
        encodings = self._tokenizer.encode_batch([text[:_LETTERS] for text in texts], add_special_tokens=False)
        for i, encoding in enumerate(encodings):
            pieces = np.array([CLS, *encoding.ids[:_LONGEST], SEP], dtype=np.int64)
            (hidden,) = self._lower.run(None, {"pieces": pieces, "sides": np.zeros_like(pieces)})
            (vector,) = self._upper.run(None, {"hidden": hidden})
            found[i] = np.rint(vector[0] * (127 / np.abs(vector[0]).max()))
        return found


@cache
def vectors_version() -> str:
    """Eight hex digits that stand for what makes vectors."""
    return weights_digest(names=("linking.onnx", "vectors.onnx", "tokenizer.json"))


def cosines(one: Vectors, others: Vectors) -> npt.NDArray[np.float32]:
    """The cosines of vectors, float32 [ones, others]; of one vector, [others]."""
    a, b = one.astype(np.float32), others.astype(np.float32)
    shares: npt.NDArray[np.float32] = a @ b.T / np.linalg.norm(a, axis=-1, keepdims=a.ndim > 1) / np.linalg.norm(b, axis=-1)
    return shares
