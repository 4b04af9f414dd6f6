"""A text as the encoder sees it: words, their wordpieces, and what each word's look and place say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

Ints = npt.NDArray[np.int64]

CASES = 4  # lower case or no letters, Capitalized, CAPITALS, with a digit
BREAKS = 3  # what stands before the word: nothing or a blank, a line break, an empty line
TRAITS = CASES * BREAKS * 3

_COMBINING = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f]+"
)
_CHUNK = 40_000  # code points that the tokenizer is given at once


@dataclass(frozen=True, slots=True)
class Words:
    """The words and punctuation marks of a text, and their wordpieces.

    Attributes:
        start, end: int64 [words], offsets of each word in code points, half-open.
        traits: int64 [words], the word's look and place as one number below ``TRAITS``: case, the break before it, and
            whether it stands outside (0), inside (1) or deep inside (2) quotation marks.
        breaks: int64 [words], the break before the word alone: 0 to 2.
        pieces: int64 [wordpieces], vocabulary ids, without the special ones.
        first: int64 [words], index in ``pieces`` of each word's first wordpiece.
    """

    start: Ints
    end: Ints
    traits: Ints
    breaks: Ints
    pieces: Ints
    first: Ints

    def __len__(self) -> int:
        return len(self.start)


@cache
def load_tokenizer(path: Path | None = None) -> Tokenizer:
    """The wordpiece tokenizer that the weights were trained with (BERT's uncased English vocabulary)."""
    if path is None:
        tokenizer = Tokenizer.from_str(files("sayso.encoder.weights").joinpath("tokenizer.json").read_text("utf-8"))
    else:
        tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def split_words(view: str, text: str, quoted: npt.NDArray[np.int8], paragraphs: Ints, tokenizer: Tokenizer) -> Words:
    """Cut a text into words and wordpieces.

    Args:
        view: what the tokenizer reads: the text with its quotation marks made alike, of the same length.
        text: the document's text; case is taken from it.
        quoted: int8 [len(text)], how deep in quotation marks each code point stands, 0 to 2.
        paragraphs: int64 [paragraphs, 2], where each begins, and the break before it: 1 or 2.
        tokenizer: as ``load_tokenizer`` gives it.
    """
    starts: list[Ints] = []
    ends: list[Ints] = []
    pieces: list[Ints] = []
    firsts: list[Ints] = []
    count = 0
    for base, chunk in _chunks(view):
        encoding = tokenizer.encode(chunk, add_special_tokens=False)
        if not encoding.ids:
            continue
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2) + base
        words = np.array(encoding.word_ids, dtype=np.int64)
        begins = np.flatnonzero(np.diff(words, prepend=-1))
        lasts = np.append(begins[1:], len(words)) - 1
        starts.append(offsets[begins, 0])
        ends.append(offsets[lasts, 1])
        pieces.append(np.array(encoding.ids, dtype=np.int64))
        firsts.append(begins + count)
        count += len(encoding.ids)
    if not starts:
        none = np.zeros(0, dtype=np.int64)
        return Words(none, none, none, none, none, none)
    start = np.concatenate(starts)
    end = _with_accents(text, start, np.concatenate(ends))
    breaks = _breaks(start, paragraphs)
    traits = _cases(text, start, end) + CASES * (breaks + BREAKS * quoted[start].astype(np.int64))
    return Words(start, end, traits, breaks, np.concatenate(pieces), np.concatenate(firsts))


def _with_accents(text: str, start: Ints, end: Ints) -> Ints:
    """Words' ends moved behind the combining marks that follow, which the tokenizer drops."""
    end = end.copy()
    for match in _COMBINING.finditer(text):
        end[np.searchsorted(end, match.start()) : np.searchsorted(end, match.start(), side="right")] = match.end()
    end[:-1] = np.minimum(end[:-1], start[1:])  # some marks, enclosing ones above all, are words of their own
    return end


def _chunks(view: str) -> Iterator[tuple[int, str]]:
    """Pieces of a long text, cut at blanks where there are any, with their offsets."""
    at = 0
    while at < len(view):
        stop = min(at + _CHUNK, len(view))
        if stop < len(view):
            cut = max(view.rfind("\n", at, stop), view.rfind(" ", at, stop))
            stop = cut + 1 if cut > at + _CHUNK // 2 else stop
        yield at, view[at:stop]
        at = stop


def _cases(text: str, start: Ints, end: Ints) -> Ints:
    words = [text[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    return np.array(
        [
            0
            if (low := word.lower()) == word and not word.isdigit()
            else 3
            if low == word
            else 2
            if len(word) > 1 and word.upper() == word
            else 1
            for word in words
        ],
        dtype=np.int64,
    )


def _breaks(start: Ints, paragraphs: Ints) -> Ints:
    """The break before each word: 0 none, 1 a new line, 2 an empty line between (or the start of the text)."""
    number = np.searchsorted(paragraphs[:, 0], start, side="right") - 1
    breaks: Ints = np.where(np.diff(number, prepend=-1) > 0, paragraphs[np.maximum(number, 0), 1], 0)
    return breaks
