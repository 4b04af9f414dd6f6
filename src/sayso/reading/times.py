"""Time expressions: where they stand, and their values in TIMEX3 (TimeML 1.2.1, on ISO 8601).

Every word of an article becomes one sign for what it can do in an expression (month, weekday, unit, "last", ...), and a
grammar of regular expressions over these signs finds the expressions; the longest wins. They are then worked out in the
order of the text, since "that night" and "two weeks later" count from the one before. What the corpora's annotators do
was followed where they agree: weeks are ISO weeks, "a year ago" beside a quarter is that quarter a year earlier, a week's
end is "-WE", a decade has three digits and a century two.

Choices where usage differs: 03/04/2025 is read with the month first, unless only the day can be first; "last" and "next"
before a weekday, month or season name the nearest one before or after the article's date; without that date, weekdays
and days of a month stay open (XXXX-WXX-2, XXXX-09-13), and "last week" or "today" are PAST_REF or PRESENT_REF.

Offsets count code points, half-open, into the text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from sayso.models import Span, Time
from sayso.reading.times_grammar import Expression, find_expressions, is_sure
from sayso.reading.times_values import Calendar
from sayso.reading.times_words import TimeWords, cut_words


def candidates_in(text: str) -> list[Span]:
    """The spans of a text that are time expressions by their words alone, in order, without overlap.

    They leave out what needs the reader's judgement: a bare "1,990", "May" as a name, "the morning", "fall".
    """
    words = cut_words(text)
    return [(words.starts[found.first], words.ends[found.last - 1]) for found in _sure(text, words)]


def _sure(text: str, words: TimeWords) -> list[Expression]:
    sure: list[Expression] = []
    for found in find_expressions(words):
        if is_sure(text, words, found, sure[-1] if sure else None):
            sure.append(found)
    return sure


def find_times(text: str, candidates: Sequence[Span], published: str | None) -> list[Time]:
    """The time expressions that some spans of a text propose, with their values.

    Args:
        text: the whole article.
        candidates: spans of it, in any order. Each is widened or cut to the expressions that it touches; where it touches
            none that the grammar knows, it is left out, unless a word in it tells of time: then it comes without value.
        published: the article's date, ISO 8601, from its year on; relative expressions count from it. None: not known.

    Returns:
        The times in order, without overlap; ``value`` is None where it can't be told.
    """
    words = cut_words(text)
    spans = sorted({(max(start, 0), min(end, len(text))) for start, end in candidates if start < end})
    if not spans:
        return []
    known = find_expressions(words)
    touched: list[Expression] = []
    ends = [words.ends[found.last - 1] for found in known]
    taken = [False] * len(known)
    for start, end in spans:
        index = bisect_right(ends, start)
        hit = False
        while index < len(known) and words.starts[known[index].first] < end:
            taken[index] = hit = True
            index += 1
        if not hit:
            first, last = bisect_right(words.ends, start), bisect_left(words.starts, end)
            if first < last and set(words.signs[first:last]) & _TELLS:
                touched.append(Expression("", first, last))
    touched += [found for found, is_taken in zip(known, taken, strict=True) if is_taken]
    touched.sort(key=lambda found: (found.first, found.last))
    calendar = Calendar(text, words, published)
    times: list[Time] = []
    done = 0
    for found in touched:
        start, end = words.starts[found.first], words.ends[found.last - 1]
        if found.first < done:
            continue
        done = found.last
        if not found.rule:
            times.append(Time(span=(start, end), text=text[start:end]))
            continue
        meaning = calendar.work_out(found)
        times.append(Time(span=(start, end), text=text[start:end], value=meaning.value, grain=meaning.grain, type=meaning.kind))
    return times


_TELLS = frozenset("MWSyQUVKPoTcdCJFR19")
