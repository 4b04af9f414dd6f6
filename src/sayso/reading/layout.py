"""Where the words of an article stand: sentences, paragraphs, quotation marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sayso.encoder.tokens import Ints

_ENDERS = frozenset(".!?…")
_CLOSERS = frozenset("\"”’')]»")
_ABBREVIATIONS = frozenset(
    [
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "Prof",
        "Gen",
        "Col",
        "Lt",
        "Sgt",
        "Capt",
        "Sen",
        "Rep",
        "Gov",
        "Rev",
        "Hon",
        "St",
        "Jr",
        "Sr",
        "vs",
        "No",
        "Inc",
        "Co",
        "Corp",
        "Ltd",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Aug",
        "Sept",
        "Oct",
        "Nov",
        "Dec",
        "U",
        "S",
        "K",
        "N",
        "D",
        "C",
        "v",
        "p",
    ]
)


_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_WRAPPED = 0.3  # share of lines that begin with a small letter from which on a text is taken for hard-wrapped


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, in code points, half-open; ``apart`` where an empty line (or the text's start) stands before it."""

    start: int
    end: int
    apart: bool


def find_paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a text: its lines, or, where the text is hard-wrapped, its blocks of lines."""
    lines = [m.span() for m in _LINE.finditer(text) if not m[0].isspace()]
    apart = [True] * len(lines)
    for index in range(1, len(lines)):
        between = text[lines[index - 1][1] : lines[index][0]]
        apart[index] = between.replace("\r\n", "\n").strip(" \t") not in ("\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")
    inner = [index for index in range(len(lines)) if not apart[index]]
    small = sum(text[lines[index][0] : lines[index][1]].lstrip()[0].islower() for index in inner)
    wrapped = len(inner) > 1 and small >= _WRAPPED * len(inner)
    paragraphs: list[Paragraph] = []
    for (start, end), is_apart in zip(lines, apart, strict=True):
        if wrapped and not is_apart:
            paragraphs[-1] = Paragraph(paragraphs[-1].start, end, paragraphs[-1].apart)
        else:
            paragraphs.append(Paragraph(start, end, is_apart))
    return paragraphs


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the words of an article stand.

    Attributes:
        sentence, paragraph: int64 [words], running numbers.
        depth: int64 [words], how deep in quotation marks, 0 to 2.
    """

    sentence: Ints
    paragraph: Ints
    depth: Ints


def lay_out(words: Sequence[str], breaks: Ints, depth: Ints, glued: npt.NDArray[np.bool_]) -> Layout:
    """Number the sentences and paragraphs of an article.

    Args:
        words: the words' letters, quotation marks made alike.
        breaks: int64 [words], the break before each word, 0 for none.
        depth: int64 [words], as in ``Layout``.
        glued: bool [words], whether nothing stands between a word and the one before it.
    """
    ends = np.zeros(len(words), dtype=bool)
    for index in range(len(words) - 1):
        word, follower = words[index], words[index + 1]
        if word in _ENDERS and follower not in _CLOSERS:
            abbreviated = word == "." and (follower[0].islower() or (index > 0 and words[index - 1] in _ABBREVIATIONS))
            ends[index + 1] = not abbreviated and not (glued[index + 1] and follower[0].isdigit())
        elif word in _CLOSERS and index and words[index - 1] in _ENDERS:
            ends[index + 1] = not follower[0].islower()
    new_paragraph = breaks > 0
    return Layout(np.cumsum(ends | new_paragraph), np.cumsum(new_paragraph), depth)
