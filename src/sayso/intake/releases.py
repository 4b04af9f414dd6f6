"""When a press release was published, as it says itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import islice

_LOOKED_AT = 12  # paragraphs at the beginning
_SHORT = 90  # code points of a line that is there for its date
_DATELINE = 80  # code points in which a dateline's date ends
_MONTHS_WORDS = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: at for at, name in enumerate(_MONTHS_WORDS.split(), 1)}
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    rf"\b(?:{_MONTH}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d{{2}})"
    rf"|(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\.?,?\s+((?:19|20)\d{{2}})"
    r"|((?:19|20)\d{2})-(\d{2})-(\d{2}))\b",
    re.I,
)
_DASH = re.compile(r"\s*\)?\s*(?:[-–—]{1,2}|/PRNewswire|\(\s*[A-Z]|:)")
# "Meeting: 4 March 2031", "Embargoed until ...": dates of something else.
_OTHER = re.compile(r"\b(?:embargo|until|deadline|event|when|meeting|date of (?:birth|hearing)|expires?|effective|updated?|due)\b", re.I)


def stated_date(paragraphs: Iterable[str]) -> str | None:
    """The day that a release's first paragraphs state as its own, ISO 8601; None if there is none, or more than one.

    It stands in a short line ("FOR IMMEDIATE RELEASE: March 4, 2031") or in the dateline ("EASTHOLM, March 4, 2031 —").
    """
    found: list[date] = []
    for paragraph in islice(paragraphs, _LOOKED_AT):
        shown = paragraph[:_SHORT]
        match = _DATE.search(shown)
        if match is None:
            continue
        is_line = len(paragraph) <= _SHORT and not _OTHER.search(paragraph)
        is_dateline = match.end() <= _DATELINE and _DASH.match(shown, match.end()) is not None and shown[:1].isupper()
        if (is_line or is_dateline) and (day := _day(match)) is not None:
            found.append(day)
    return found[0].isoformat() if found and len(set(found)) == 1 else None


def _day(match: re.Match[str]) -> date | None:
    month, day, year, day_first, month_second, year_third, iso_year, iso_month, iso_day = match.groups()
    try:
        if iso_year:
            return date(int(iso_year), int(iso_month), int(iso_day))
        return date(int(year or year_third), _MONTHS[(month or month_second)[:3].lower()], int(day or day_first))
    except ValueError:
        return None
