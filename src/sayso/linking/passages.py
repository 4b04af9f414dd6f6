"""Statements in their surroundings, as the judge reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sayso.encoder.pairs import Passage
from sayso.models import Span

_FARTHEST = 400  # code points that a sentence's beginning is looked for before a content, and its end behind it
_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[A-Z0-9])|\n+")


def passage_of(text: str, content: Sequence[Span], speaker: str | None) -> Passage:
    """A statement with the rest of its sentence and the sentence before it.

    Args:
        text: the document's.
        content: code points, half-open, into it.
        speaker: who said it.
    """
    start, stop = min(span[0] for span in content), max(span[1] for span in content)
    first = max(0, start - _FARTHEST)
    ends = [first, *(match.end() for match in _END.finditer(text, first, start + 1) if match.end() <= start)]
    before = text[ends[-2] if len(ends) > 1 else ends[-1] : start]
    behind = text[stop : stop + _FARTHEST]
    end = _END.search(behind)
    after = behind[: end.start() + 1] if end is not None else behind
    return Passage(speaker or "", *(" ".join(words.split()) for words in (before, text[start:stop], after)))
