"""dateparser's time expressions in texts, for benchmarks/times.py: JSON lines of ``text`` and ``date`` in, spans and values out.

Its datetimes become values of the grain that the expression's words have: "last month" a month, "in 1998" a year, "8:30" a
minute, all else a day. It gives no offsets: each expression is looked for from the last one's end on, and prepositions before
it are taken off. What it takes for a date without a digit or a name of the calendar in it ("may", "on", "a") is kept: that is
what a user would get.
"""

from __future__ import annotations

import json
import re
import sys
import time
import warnings
from datetime import datetime, timedelta

import dateparser
from dateparser.search import search_dates

_CLOCK = re.compile(r"\d[:.]\d\d|\d ?[ap]\.?m|\b(?:noon|midnight|hours?|minutes?)\b", re.I)
_YEAR = re.compile(r"\W*(?:the )?(?:\d{4}|(?:last|next|this) year|.*\byears? ago)\W*", re.I)
_NAME = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_MONTH = re.compile(
    rf"\W*(?:late |early |mid-?)?(?:(?:last |next |this )?{_NAME}\.?(?:,? \d{{4}})?|(?:last|next|this) month|.*\bmonths? ago)\W*", re.I
)
_WEEKDAY = re.compile(r"\W*(?:mon|tues|wednes|thurs|fri|satur|sun)day\W*", re.I)
_LEADING = re.compile(r"(?:(?:on|in|at|of|from|since|until|by|for|to) +)+", re.I)
_WEEK = re.compile(r"\W*(?:(?:last|next|this) week|.*\bweeks? ago)\W*", re.I)


def value(words: str, found: datetime, base: datetime) -> str:
    """A datetime as a TIMEX3 value of the grain that its words have."""
    if words.lower().strip(" ,.") == "now":
        return "PRESENT_REF"
    if _WEEKDAY.fullmatch(words) and base - found == timedelta(7):
        return base.date().isoformat()  # a report's "Tuesday" can be its own day, which dateparser never takes
    if _CLOCK.search(words):
        return found.strftime("%Y-%m-%dT%H:%M")
    if _YEAR.fullmatch(words):
        return f"{found.year:04}"
    if _MONTH.fullmatch(words):
        return f"{found.year:04}-{found.month:02}"
    if _WEEK.fullmatch(words):
        year, week, _ = found.isocalendar()
        return f"{year:04}-W{week:02}"
    return found.date().isoformat()


def main() -> None:
    warnings.simplefilter("ignore")
    lines = [json.loads(line) for line in sys.stdin]
    search_dates("on 3 May 2024", languages=["en"])
    began = time.process_time()
    out = []
    for line in lines:
        base = datetime.fromisoformat((line["date"] + "-01-01")[:10])
        settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"}
        found = []
        done = 0
        for words, when in search_dates(line["text"], languages=["en"], settings=settings) or []:
            start = line["text"].find(words, done)
            if start >= 0:
                done = start + len(words)
                words = _LEADING.sub("", words, count=1) if _LEADING.match(words) else words
                found.append([[done - len(words), done], value(words, when, base)])
        out.append(found)
    print(json.dumps({"version": dateparser.__version__, "seconds": time.process_time() - began}))
    for found in out:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
