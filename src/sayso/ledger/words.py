"""What a word is in a search: the one definition, by which statements are catalogued, queries read and matches shown.

A word is a run of letters, digits and their marks, without case and accents; a currency sign, mathematical sign or emoji is a word of
its own; everything else stands between words. So "Don't" is two words, don and t, and a query for it looks for the two in sequence.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

MOST_WORDS = 5000  # of a statement that are indexed, so that PostgreSQL's positions and its megabyte for a row are never used up
LONGEST = 40  # code points of a word; what is longer is cut, in queries too
_MOST_OFTEN = 250  # times that one word of a statement is indexed; PostgreSQL keeps 255 places
_LEFT_OUT = "=="  # stands where a word is left out; no word is spelled so

_SIGNS = {"Sm", "Sc", "So", "Cn", "Co"}  # an emoji that is newer than Python's tables is unassigned in them
_SKIN = range(0x1F3FB, 0x1F400)  # tones of it
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))  # of a variant of the character before
_NOTHING = {0xFFFE, 0xFFFF}  # what some decoders refuse


class _Folding(dict[int, str]):
    """What each code point becomes: itself in its plainest form, nothing, or blanks around a word of its own."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    if unicodedata.category(character) in _SIGNS or ord(character) in _SKIN:
        return " " if ord(character) in _NOTHING else f" {character} "
    plain = unicodedata.normalize("NFKD", character)
    for _ in range(2):  # what folding brings may have marks again
        plain = unicodedata.normalize("NFKD", plain.casefold())
    return "".join(map(_part, plain))


def _part(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cf" or unicodedata.combining(character) or any(ord(character) in selectors for selectors in _SELECTORS):
        return ""
    return character if kind[0] in "LNM" else " "


_FOLDING = _Folding()


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in its order."""
    return [word[:LONGEST] for word in text.translate(_FOLDING).split()]


def places_of(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text with where they stand: code points, half-open."""
    word, start, stop = "", 0, 0
    for at, character in enumerate(text):
        for part in _FOLDING[ord(character)]:
            if part != " ":
                start, word, stop = (start if word else at), word + part, at + 1
            elif word:
                yield word[:LONGEST], start, stop
                word = ""
    if word:
        yield word[:LONGEST], start, stop


def indexed(words: list[str]) -> str:
    """The words of a statement as they are indexed, each between two blanks; see the limits above."""
    count: Counter[str] = Counter()
    kept = []
    for word in words[:MOST_WORDS]:
        count[word] += 1
        kept.append(f" {word} " if count[word] <= _MOST_OFTEN else f" {_LEFT_OUT} ")
    return "".join(kept)
