"""What intake hands on: documents, or the errors that stand in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sayso.models import Document

MAX_SIZE = 10_000_000  # bytes of text in one document

_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Item:
    """One document that was taken in.

    Attributes:
        where: names the input as its user would: a path, "standard input", a path with a line number.
        document: the document.
        warnings: what was changed or doubtful; the reader's record carries them.
    """

    where: str
    document: Document
    warnings: tuple[str, ...] = ()


def storable(text: str) -> tuple[str, list[str]]:
    """A text with each NUL and lone surrogate replaced by U+FFFD, and a warning if there were any."""
    clean, count = _NO_TEXT.subn("\N{REPLACEMENT CHARACTER}", text)
    plural = "s" if count > 1 else ""
    return clean, [f"{count} character{plural} that no text can hold (NUL or half a surrogate pair) replaced by U+FFFD"] if count else []
