"""What intake hands on: documents, or the errors that stand in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sayso.models import Appearance, Document

MAX_SIZE = 10_000_000  # bytes of text in one document

_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a feed or a sitemap: the feed's address, and the feed's own id of it."""

    feed: str
    id: str


@dataclass(frozen=True, slots=True)
class Item:
    """One document that was taken in.

    Attributes:
        where: names the input as its user would: a path, "standard input", a path with a line number.
        document: the document.
        warnings: what was changed or is doubtful; the reader's record carries them.
        size: bytes of the input that the document took up.
        appearance: where and when it was met, where there is more to say than ``where``.
        entry: of the feed that lists it, if one does.
    """

    where: str
    document: Document
    warnings: tuple[str, ...] = ()
    size: int = 0
    appearance: Appearance | None = None
    entry: Listed | None = None


def storable(text: str) -> tuple[str, list[str]]:
    """A text with each NUL and lone surrogate replaced by U+FFFD, and a warning if there were any."""
    clean, count = _NO_TEXT.subn("\N{REPLACEMENT CHARACTER}", text)
    plural = "s" if count > 1 else ""
    return clean, [f"{count} character{plural} that no text can hold (NUL or half a surrogate pair) replaced by U+FFFD"] if count else []


def is_date(words: str) -> bool:
    """Whether words are a day, or a day and a time, as ISO 8601 writes them: "2031-03-04", "2031-03-04T18:30:00Z"."""
    try:
        datetime.fromisoformat(words)
    except ValueError:
        return False
    return True


def format_size(size: int) -> str:
    """A size in bytes for people: "10 MB", "1.5 kB", "100 bytes"."""
    for unit, name in ((1_000_000, "MB"), (1000, "kB")):
        if size >= unit:
            return f"{size / unit:.4g} {name}"
    return f"{size} byte{'' if size == 1 else 's'}"
