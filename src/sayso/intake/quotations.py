"""GDELT's Global Quotation Graph: for each article the quotations in it, with a few words before and after each.

https://blog.gdeltproject.org/announcing-the-global-quotation-graph/
"""

from __future__ import annotations

import re
from typing import Any

_OVERLAP = 1000  # code points of two neighbouring pieces that may be the same words
_LEAST = 12  # below this many the same words may stand there twice
_MARKS = '"“”„«»'
_UNMARKED = str.maketrans("", "", _MARKS)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?$")


def holds_quotations(row: dict[str, Any]) -> bool:
    """Whether an object is an article of the Global Quotation Graph."""
    quotes = row.get("quotes")
    return isinstance(quotes, list) and isinstance(row.get("url"), str) and all(isinstance(q, dict) and "quote" in q for q in quotes)


def text_of_quotations(row: dict[str, Any]) -> dict[str, Any]:
    """An article of the Global Quotation Graph as a row of a table of documents.

    Each quotation stands between its context, in quotation marks, as a paragraph; where the context of one runs on into the
    next, they are one paragraph, so that no words stand there twice. The date is that on which GDELT met the article.
    """
    passages: list[str] = []
    for quote in row["quotes"]:
        # The graph's quotations stand without their marks. Those of a context are left out: what was quoted there has an entry
        # of its own, which brings them.
        before, words, after = (_piece(quote.get(key)) for key in ("pre", "quote", "post"))
        if not words:
            continue
        space = "" if after[:1] in (",", ".", ";", ":", "?", "!", "") else " "
        passage = f"{before}{' ' if before else ''}“{words}”{space}{after}"
        joined = _join(passages[-1], passage) if passages else None
        if joined is None:
            passages.append(passage)
        else:
            passages[-1] = joined
    language = row.get("lang")
    if isinstance(language, str) and not _LANGUAGE.match(language):
        language = "en" if language.casefold() == "english" else None
    title = row.get("title")
    return {
        "text": "\n\n".join(passages),
        "url": row["url"],
        "title": title,
        "published": row.get("date") or None,
        "language": language if isinstance(language, str) else None,
        "outlet": row.get("outlet"),
    }


def _piece(value: object) -> str:
    return " ".join(value.translate(_UNMARKED).split()) if isinstance(value, str) else ""


def _join(first: str, second: str) -> str | None:
    """Two passages as one, if the first ends with what the second begins with; quotation marks aside."""
    tail, head = first[-_OVERLAP:], second[:_OVERLAP]
    end = _bare(tail)
    begin = _bare(head)
    size = _longest_overlap([c for c, _ in end], [c for c, _ in begin])
    if size < _LEAST:
        return None
    # The marks of both are wanted in the words that they share: those of the first stand before its end, those of the second
    # come with the words behind the overlap, and within it both are laid over each other.
    merged: list[str] = []
    start_first = end[-size][1]
    for offset in range(size):
        at_first = end[len(end) - size + offset][1]
        at_second = begin[offset][1]
        next_first = end[len(end) - size + offset + 1][1] if offset + 1 < size else len(tail)
        next_second = begin[offset + 1][1] if offset + 1 < size else begin[offset][1] + 1
        gap_first, gap_second = tail[at_first + 1 : next_first], head[at_second + 1 : next_second]
        merged.append(tail[at_first])
        merged.append(gap_first if len(gap_first) >= len(gap_second) else gap_second)
    return first[: len(first) - len(tail) + start_first] + "".join(merged) + head[begin[size - 1][1] + 1 :] + second[_OVERLAP:]


def _bare(text: str) -> list[tuple[str, int]]:
    """The characters of a text that are neither blanks nor quotation marks, with their offsets."""
    return [(c, at) for at, c in enumerate(text) if c not in _MARKS and not c.isspace()]


def _longest_overlap(first: list[str], second: list[str]) -> int:
    """How many items at the end of one list are those at the beginning of the other, at most (Knuth, Morris and Pratt)."""
    fallback = [0] * len(second)
    size = 0
    for at in range(1, len(second)):
        while size and second[at] != second[size]:
            size = fallback[size - 1]
        size += second[at] == second[size]
        fallback[at] = size
    size = 0
    for item in first:
        while size and (size == len(second) or item != second[size]):
            size = fallback[size - 1]
        if second:
            size += item == second[size]
    return size
