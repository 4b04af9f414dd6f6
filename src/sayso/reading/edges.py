"""The first and last characters of a span: which marks belong to its words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from sayso.reading.quotation import Quotation

_CLOSING_QUOTES = frozenset("\"”’'»“‘›″")
_SIGNS_BEFORE = frozenset("$€£¥₹₽#@+−")
_SIGNS_AFTER = frozenset("%°")
_SEPARATORS = frozenset(',;:–—-… \t\n\r"“”„«»')
_BRACKETS = {")": "(", "]": "["}


def with_marks(text: str, start: int, end: int, quotations: Sequence[Quotation]) -> tuple[int, int]:
    """Give a span the marks that belong to its words, and no others.

    Separators at its edges go. Signs of currency and per cent, the mark that ends a quoted sentence, brackets that the words
    open or close, and the other mark of a quotation that begins or ends among the words are taken in.

    Args:
        text: the document's.
        start, end: from the span's first word to its last, code points, half-open.
        quotations: of the text, in order.

    Returns:
        The span's offsets; those given where it holds nothing but separators.
    """
    low, high = start, end
    while low < high and text[low] in _SEPARATORS:
        low += 1
    while high > low and text[high - 1] in _SEPARATORS:
        high -= 1
    if low == high:
        return start, end
    start, end = low, high
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
    return _whole_quotations(start, end, quotations)


def _whole_quotations(start: int, end: int, quotations: Sequence[Quotation]) -> tuple[int, int]:
    """Take in the closing mark of a quotation that opens among the words, and the opening mark of one that closes there."""
    first = bisect_left(quotations, start, key=lambda q: q.opening[0])
    for quotation in quotations[first : bisect_right(quotations, end, key=lambda q: q.opening[0])]:
        if quotation.closed and end <= quotation.closing[0] <= end + 1 and quotation.opening[1] < end:
            end = quotation.closing[1]
    for quotation in quotations[max(first - 3, 0) : first]:
        if quotation.closed and start - 1 <= quotation.opening[1] <= start and start < quotation.closing[0] < end:
            start = quotation.opening[0]
    return start, end
