"""The last characters of a content: marks that belong to its words."""

from __future__ import annotations

_CLOSING_QUOTES = frozenset("\"”’'»“‘›″")
_SIGNS_BEFORE = frozenset("$€£¥₹₽#@+−")
_SIGNS_AFTER = frozenset("%°")
_BRACKETS = {")": "(", "]": "["}


def whole_content(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in signs of currency and per cent, the mark that ends a quoted sentence, and brackets that the words open or close.

    Args:
        text: the document's.
        start, end: the content's offsets, from its first word to its last, code points, half-open.
    """
    while start > 0 and text[start - 1] in _SIGNS_BEFORE:
        start -= 1
    while end < len(text) and text[end] in _SIGNS_AFTER:
        end += 1
    if end < len(text) and text[end] in _BRACKETS:
        opening = _BRACKETS[text[end]]
        depth = text.count(opening, start, end) - text.count(text[end], start, end)
        if depth > 0:
            end += 1
        elif depth == 0 and start > 0 and text[start - 1] == opening:
            start, end = start - 1, end + 1
    at = end
    while at < len(text) and at - end < 4 and text[at] in ".!?…":
        at += 1
    if end < at < len(text) and text[at] in _CLOSING_QUOTES:
        end = at
    return start, end
