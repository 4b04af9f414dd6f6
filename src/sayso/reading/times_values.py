"""What time expressions mean: their values in TIMEX3, worked out in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from sayso.models import Grain
from sayso.reading.times_grammar import OTHER_END, SHARED_YEAR, Expression, rule_patterns
from sayso.reading.times_words import (
    BIG,
    CLOCKS,
    DAYS_OFF,
    DECADES,
    LETTERS,
    MANY,
    MONTHS,
    MOST,
    NOWS,
    OFTEN,
    ORDINALS,
    PARTS,
    PLURALS,
    SEASONS,
    SMALL,
    TENS,
    UNITS,
    WEEKDAYS,
    TimeWords,
    holiday_rules,
    word_set,
)

Kind = Literal["date", "time", "duration", "set"]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What an expression means; ``start`` is its first day, where that is known."""

    value: str | None
    grain: Grain | None = None
    kind: Kind = "date"
    start: date | None = None


_NOTHING = _Meaning(None)
_TELLING = word_set(
    """
    said told says announced reported added asked wrote was were had did came went left met took began won lost held found made
    gave got saw led sent kept flew fell rose sold bought shot became broke brought drew grew knew paid ran spoke stood struck
    thought threw since ago showed died killed arrested
    """
)
_COMING = word_set(
    "will would shall ll expects expect expected planned planning scheduled due slated must should may might payable effective "
    "deadline matures expires takes begins starts opens resumes reconvenes meets ends arrives leaves"
)
_ORDER: list[Grain] = ["century", "decade", "year", "half", "season", "quarter", "month", "week", "day"]
_MEANT = word_set("plan plans going intend intends intended hope hopes hoped set likely ready is are")
_MEANT_BEFORE = word_set("planned intended hoped scheduled expected")  # on the day that stands first in the sentence
_NOT_YET = word_set("be being to will would")  # before a participle they make it none of the past


def _value(start: date, grain: Grain) -> str:
    if grain == "year":
        return f"{start.year:04}"
    if grain == "half":
        return f"{start.year:04}-H{1 + (start.month > 6)}"
    if grain == "quarter":
        return f"{start.year:04}-Q{(start.month + 2) // 3}"
    if grain == "season":
        return f"{start.year:04}-{ {3: 'SP', 6: 'SU', 9: 'FA', 12: 'WI'}[start.month] }"
    if grain == "month":
        return f"{start.year:04}-{start.month:02}"
    if grain == "week":
        year, week, _ = start.isocalendar()
        return f"{year:04}-W{week:02}"
    if grain == "decade":
        return f"{start.year // 10:03}"
    if grain == "century":
        return f"{start.year // 100:02}"
    return start.isoformat()


def _floor(day: date, grain: Grain) -> date:
    """The first day of the period that a day lies in."""
    if grain == "year":
        return date(day.year, 1, 1)
    if grain == "half":
        return date(day.year, 1 if day.month < 7 else 7, 1)
    if grain == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    if grain == "month":
        return day.replace(day=1)
    if grain == "week":
        return day - timedelta(day.weekday())
    if grain == "decade":
        return date(max(day.year // 10 * 10, 1), 1, 1)
    if grain == "century":
        return date(max(day.year // 100 * 100, 1), 1, 1)
    return day


def _moved(day: date, grain: Grain, by: int) -> date:
    """A day some units later; raises ``ValueError`` or ``OverflowError`` outside of the years 1 to 9999."""
    if grain in ("day", "week"):
        return day + timedelta(by * (7 if grain == "week" else 1))
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}[grain] * by
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            if last == 28:
                raise
    return day


def _holiday(rule: str, year: int) -> date:
    """The day of a holiday in a year, by its rule: "12-25", "11/4/4" (the month's fourth Thursday), "easter-2", each with "+1"."""
    match = re.fullmatch(r"(?:(\d\d)-(\d\d)|(\d\d)/(-?\d)/(\d)|easter)([+-]\d+)?", rule)
    if match is None:
        raise ValueError(f"{rule!r} is no rule for a holiday")
    month, day, of_month, nth, weekday, more = match.groups()
    if month:
        found = date(year, int(month), int(day))
    elif of_month:
        first = date(year, int(of_month), 1)
        found = first + timedelta((int(weekday) - first.isoweekday()) % 7)
        found += timedelta(7 * (int(nth) - 1 if int(nth) > 0 else 4))
        if found.month != int(of_month):
            found -= timedelta(7)
    else:
        from dateutil.easter import easter  # type: ignore[import-untyped]

        found = easter(year)
    return found + timedelta(int(more or 0))


def _amount(words: Sequence[str]) -> float | None:
    """The number that some words are; None where they name none ("several")."""
    total = 0.0
    seen = False
    for word in words:
        if word in ("and", "-", "of", "or", "to", "the") or (word in ("a", "an") and (seen or len(words) > 1)):
            if word in ("or", "to") and seen:
                return None  # "two or three": some
            continue
        if word in MANY:
            return None
        if word[0].isdecimal():
            pieces = re.split(r"[ -]", word)
            try:
                value = float(pieces[0].replace(",", "")[:30])
                if len(pieces) > 1:
                    over, under = pieces[1].split("/")
                    value += int(over) / max(int(under), 1)
            except ValueError:
                return None
            total += value
        elif word in BIG:
            total = max(total, 1) * BIG[word]
        elif word in SMALL:
            total += SMALL[word]
        elif word in ("a", "an"):
            total += 1
        elif word == "couple":
            total += 2
        elif word == "half":
            total += 0.5
        else:
            continue
        seen = True
    return total if seen else None


def _length(number: float | None, unit: str) -> str:
    """The value of a duration: P2Y, PT5H, PXD, P2Y6M."""
    if number is not None and not 0 <= number < MOST**2:
        return "P" + ("T" if unit in ("hour", "minute", "second") else "") + "X" + LETTERS[unit][-1:]
    if unit in ("decade", "century") and number is not None:
        number, unit = number * (10 if unit == "decade" else 100), "year"
    letters = LETTERS[unit]
    if number is None:
        return "P" + ("TX" + letters[1] if letters[0] == "T" else "X" + letters)
    whole = int(number)
    rest = number - whole
    smaller = {"year": (12, "M"), "hour": (60, "M"), "minute": (60, "S")}.get(unit)
    if smaller and rest and (rest * smaller[0]).is_integer():
        first = f"{whole}{letters[-1]}" if whole else ""
        return ("PT" if letters[0] == "T" else "P") + first + f"{int(rest * smaller[0])}{smaller[1]}"
    shown = str(whole) if not rest else f"{number:.2f}".rstrip("0").rstrip(".")
    return ("PT" + shown + letters[1]) if letters[0] == "T" else "P" + shown + letters


class Calendar:
    """Works out expressions in the order of the text."""

    def __init__(self, text: str, words: TimeWords, published: str | None) -> None:
        self._text = text
        self._words = words
        match = re.match(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?![0-9])", published or "")
        self._published: date | None = None
        self._known: Grain | None = None
        if match:
            try:
                self._published = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
                self._known = "day" if match[3] else "month" if match[2] else "year"
            except ValueError:
                self._published = None
        self._then: _Meaning | None = None  # the last point in time
        self._then_at = 0
        self._given: tuple[int, int] | None = None  # the last full date with its year written, and where it stands
        self._last_quarter: _Meaning | None = None
        self._of_quarter = False
        self._compared: tuple[int, int] | None = None  # the year of the last "year-earlier" period, and where that stands
        self._ended: date | None = None  # the last day that a period is said to have ended on

    def work_out(self, found: Expression) -> _Meaning:
        """The meaning of an expression; without value where it has none."""
        try:
            meaning: _Meaning = getattr(self, "_" + found.rule)(found)
        except (ValueError, OverflowError):
            return _NOTHING
        if meaning.start is not None and meaning.kind in ("date", "time"):
            self._then, self._then_at = meaning, found.first
            if meaning.grain == "quarter":
                self._last_quarter, self._of_quarter = meaning, True
            elif meaning.grain in ("year", "half"):
                self._of_quarter = False
            if "Y" in self._signs(found) and meaning.grain in ("day", "month"):
                self._given = meaning.start.year, found.first
        if found.rule == "counted":
            self._of_quarter = False
        if found.rule == "year_earlier" and meaning.value and meaning.value[:4].isdecimal():
            self._compared = int(meaning.value[:4]), found.first
        if found.rule == "date":
            ended = self._words.words[found.first - 1 : found.first] in (["ended"], ["ending"])
            self._ended = meaning.start if ended else None
        elif found.rule in ("quarter", "counted"):
            self._ended = None
        return meaning

    # What an expression is made of.

    def _signs(self, found: Expression) -> str:
        return self._words.signs[found.first : found.last]

    def _tokens(self, found: Expression) -> list[str]:
        return self._words.words[found.first : found.last]

    def _word(self, found: Expression, signs: str) -> str | None:
        """The first word of an expression with one of some signs."""
        for index in range(found.first, found.last):
            if self._words.signs[index] in signs:
                return self._words.words[index]
        return None

    def _day_number(self, found: Expression) -> int:
        signs = self._signs(found)
        match = re.search(r"q-[Os]|[DOs](?=[^D]*$)|[DOs]", signs)
        if match is None:
            raise ValueError("no day")
        return self._ordinal(self._tokens(found)[match.start() : match.end()])

    @staticmethod
    def _ordinal(words: Sequence[str]) -> int:
        if words[0][0].isdecimal():
            return int(re.match("[0-9]+", words[0])[0])  # type: ignore[index]
        return sum(ORDINALS.get(word, TENS.get(word, 0)) for word in words)

    def _unit(self, found: Expression) -> str:
        for word in reversed(self._tokens(found)):
            if word in UNITS:
                return word
            if word in PLURALS:
                return PLURALS[word]
        raise ValueError("no unit")

    def _turn(self, found: Expression) -> int | None:
        """-1 for "last", 0 for "this" and "that", 1 for "next"; None without such a word."""
        signs = self._signs(found)
        return -1 if "L" in signs else 1 if "X" in signs else 0 if set("HIx") & set(signs) else None

    def _base(self, found: Expression) -> date | None:
        """From where "that", "the following" or "earlier" counts: the last point in time; else the article's date."""
        return self._then.start if self._then is not None and self._then.start is not None else self._published

    def _is_finer(self, grain: Grain) -> bool:
        """Whether a grain is finer than that of the last point in time, which then can't be counted from: "in 2014 ... that day"."""
        if self._then is None or self._then.grain not in _ORDER or grain not in _ORDER:
            return False
        return _ORDER.index(grain) > _ORDER.index(self._then.grain)

    def _from_text(self, found: Expression) -> bool:
        tokens = self._tokens(found)
        return bool({"that", "same", "those", "following", "previous", "preceding", "prior", "subsequent", "ensuing"} & set(tokens))

    def _day_now(self) -> date | None:
        return self._published if self._known == "day" else None

    def _month_now(self) -> date | None:
        return self._published if self._known in ("day", "month") else None

    # Tense.

    def _direction(self, found: Expression) -> int:
        """1 where the sentence speaks of what is to come at an expression, -1 of what has been, 0 where nothing says so.

        The nearest word before it that tells decides ("will", "due to", "said", "opened"), else the first one after it.
        """
        words, signs = self._words.words, self._words.signs
        if words[max(found.first - 2, 0) : found.first] in (["soon", "as"], ["early", "as"], ["late", "as"]):
            return 1
        for index in range(found.first - 1, max(found.first - 30, -1), -1):
            if signs[index] in ".!" and self._ends_sentence(index):
                break
            if told := self._tells(index):
                return told
        for index in range(found.last, min(found.last + 15, len(words))):
            if signs[index] in ".!" and self._ends_sentence(index):
                break
            if (told := self._tells(index)) and words[index] not in _MEANT_BEFORE:
                return told
        return 0

    def _tells(self, index: int) -> int:
        """What a word says of time: 1, -1 or 0."""
        word = self._words.words[index]
        if word in _COMING or (word in _MEANT and self._words.words[index + 1 : index + 2] in (["to"], ["for"])):
            return -1 if "had" in self._words.words[max(index - 2, 0) : index] else 1
        if word in _TELLING or (len(word) > 4 and word.endswith("ed") and not word.endswith("eed")):
            return 0 if _NOT_YET & set(self._words.words[max(index - 2, 0) : index]) else -1
        return 0

    def _ends_sentence(self, index: int) -> bool:
        if self._words.signs[index] == "!":
            return True
        end = self._words.ends[index]
        after = self._text[end : end + 1]
        return not after.strip() and not (index and len(self._words.words[index - 1]) <= 2)

    # Years of dates without one.

    def _year_of(self, found: Expression) -> int | None:
        """The year that an expression itself gives: "2016", "last year", "of the same year"."""
        signs, tokens = self._signs(found), self._tokens(found)
        if "Y" in signs:
            return int(tokens[signs.rindex("Y")])
        if found.rule in ("date", "month") and (shared := SHARED_YEAR.match(self._words.signs, found.last)):
            return int(self._words.words[shared.end() - 1])
        if "4" in signs and found.rule in ("month", "season", "date", "quarter", "half"):
            place = signs.index("4")
            return 100 * SMALL[tokens[place]] + int(_amount(tokens[place + 1 :]) or 0)
        if "y" in signs and self._published is not None:
            turn = self._turn(found)
            base = self._base(found) if self._from_text(found) or turn is None else self._published
            if base is not None:
                return base.year + (turn or 0)
        return None

    def _nearest(self, found: Expression, make: Callable[[int], date], grain: Grain) -> date | None:
        """The day or month of the year that the sentence's tense asks for."""
        if self._published is None:
            return None
        now = _floor(self._published, grain) if self._known != "year" else self._published
        if self._known == "year":
            return make(self._published.year)
        if self._known == "month" and grain == "day":
            now = self._published  # the first of the month; a later day of it isn't the future
        options: list[date] = []
        for year in range(self._published.year - 4, self._published.year + 5):
            try:
                options.append(make(year))
            except ValueError:
                continue
        if not options:
            raise ValueError("no such day")
        turn = self._turn(found)
        if turn == -1:
            # "last month" would be said for the month just past.
            late = _moved(now, "month", -1) if grain == "month" and self._known == "day" else now
            return max((o for o in options if o < late), default=None)
        if turn == 1:
            return min((o for o in options if o > now), default=None)
        if turn == 0:
            return make(now.year)
        given = self._given if grain == "day" else None
        direction = self._direction(found)
        if (compared := self._compared_year(found)) is not None:
            return make(compared)
        if given and given[0] < now.year - 1 and direction <= 0 and self._same_or_next_sentence(given[1], found.first):
            return make(given[0])
        soon = now + timedelta(31) if self._known == "month" else now
        past = max((o for o in options if o <= soon), default=None)
        future = min((o for o in options if o >= now), default=None)
        if past is None or future is None:
            return past or future
        far_past, near_future = (now - past).days, (future - now).days
        until = self._words.words[found.first - 1 : found.first] in (["by"], ["through"], ["until"])
        if until and direction <= 0 and near_future < far_past:
            return future
        if direction > 0:
            return past if near_future > 270 and far_past < 95 else future
        if direction < 0:
            return past if far_past < 300 or near_future > 45 else future
        return future if near_future < (62 if grain == "month" else far_past) or far_past > 280 else past

    def _compared_year(self, found: Expression) -> int | None:
        """The year of the "year-earlier" period that the sentence compares with, if it does so before an expression."""
        if self._compared is None or found.first - self._compared[1] > 60:
            return None
        between = range(self._compared[1], found.first)
        if any(self._words.signs[index] in ".!" and self._ends_sentence(index) for index in between):
            return None
        near = self._words.signs[self._compared[1] : found.first].count("_") <= 3
        return self._compared[0] if near else None

    def _same_or_next_sentence(self, first: int, second: int) -> bool:
        ends = sum(self._words.signs[index] in ".!" and self._ends_sentence(index) for index in range(max(first, second - 60), second))
        return second - first <= 60 and ends <= 1

    # The rules.

    def _exact(self, found: Expression) -> _Meaning:
        token = self._tokens(found)[0]
        if token[4:5] == "-":
            start = date.fromisoformat(token[:10])
            if len(token) > 10:
                return _Meaning(token[:16], "minute", "time", start)
            return _Meaning(start.isoformat(), "day", start=start)
        a, b, year = (int(piece) for piece in re.split("[/.]", token))
        if year < 100:
            limit = self._published.year % 100 + 20 if self._published else 50
            year += 2000 if year <= limit else 1900
        month, day = (b, a) if a > 12 or "." in token else (a, b)
        return self._on(date(year, month, day))

    @staticmethod
    def _on(day: date, part: str | None = None) -> _Meaning:
        if part:
            return _Meaning(f"{day.isoformat()}T{part}", "part", "time", day)
        return _Meaning(day.isoformat(), "day", "date", day)

    def _part_of(self, found: Expression) -> str | None:
        word = self._word(found, "Po2")
        return PARTS.get(word.removesuffix("s")) if word else None

    def _date(self, found: Expression) -> _Meaning:
        month = MONTHS[self._word(found, "Mm") or ""]
        return self._month_day(found, month, self._day_number(found))

    def _month_day(self, found: Expression, month: int, day: int) -> _Meaning:
        part = self._part_of(found)
        date(2000, month, day)  # no such day: an error
        year = self._year_of(found)
        if year is not None:
            return self._on(date(year, month, day), part)
        near = self._nearest(found, lambda y: date(y, month, day), "day")
        if near is None:
            tail = f"T{part}" if part else ""
            return _Meaning(f"XXXX-{month:02}-{day:02}{tail}", "part" if part else "day", "time" if part else "date")
        return self._on(near, part)

    def _day_after(self, found: Expression) -> _Meaning:
        if self._then is None or self._then.start is None:
            return _NOTHING
        start = self._then.start
        year = self._year_of(found) or start.year
        day = self._ordinal([self._word(found, "DO") or ""])
        return self._on(date(year, start.month, day))

    def _day_before(self, found: Expression) -> _Meaning:
        # The month and the year are those of the other end.
        match = OTHER_END.match(self._words.signs, found.first + 2)
        if match is None:
            return _NOTHING
        end = self._date(Expression("date", match.start(), match.end()))
        if end.start is None:
            return _NOTHING
        return self._on(end.start.replace(day=int(self._tokens(found)[0])))

    def _day_of(self, found: Expression) -> _Meaning:
        match = re.search("q-[Os]|[DOs]", self._signs(found))
        if match is None:
            return _NOTHING
        day = self._ordinal(self._tokens(found)[match.start() : match.end()])
        part = self._part_of(found)
        base = self._base(found)
        if base is None or not 1 <= day <= 31 or (self._then is None and self._known == "year"):
            return _NOTHING
        start = base.replace(day=1)
        if (
            self._then is None
            and self._known == "day"
            and self._published is not None
            and day > self._published.day
            and self._direction(found) <= 0
        ):
            start = _moved(start, "month", -1)
        return self._on(start.replace(day=day), part)

    def _month(self, found: Expression) -> _Meaning:
        month = MONTHS[self._word(found, "Mm") or ""]
        year = self._year_of(found)
        start = date(year, month, 1) if year is not None else self._nearest(found, lambda y: date(y, month, 1), "month")
        if start is None:
            return _Meaning(f"XXXX-{month:02}", "month")
        return _Meaning(_value(start, "month"), "month", start=start)

    def _weekday(self, found: Expression) -> _Meaning:
        weekday = WEEKDAYS[self._word(found, "Ww") or ""]
        part = self._part_of(found)
        base = self._day_now()
        tokens = self._tokens(found)
        turn = self._turn(found)
        if (
            self._from_text(found)
            and self._then is not None
            and self._then.start is not None
            and self._then.grain in ("day", "part", "minute")
        ):
            base = self._then.start
        if base is None:
            return _Meaning(f"XXXX-WXX-{weekday}{'T' + part if part else ''}", "part" if part else "day", "time" if part else "date")
        if "week" in tokens:
            monday = _floor(base, "week") + timedelta(7 * (turn or 0))
            return self._on(monday + timedelta(weekday - 1), part)
        back = (base.isoweekday() - weekday) % 7
        ahead = (weekday - base.isoweekday()) % 7
        if turn == -1 or (turn == 0 and "past" in tokens):
            day = base - timedelta(back or 7)
        elif turn == 1:
            day = base + timedelta(ahead or 7)
        elif "that" in tokens or "same" in tokens or "this" in tokens:
            day = base + timedelta(ahead) if self._direction(found) >= 0 else base - timedelta(back)
        elif self._direction(found) > 0:
            day = base + timedelta(ahead)
        else:
            day = base - timedelta(back)
        return self._on(day, part)

    def _weekend(self, found: Expression) -> _Meaning:
        base = self._day_now()
        if base is None:
            return _Meaning("XXXX-WXX-WE", "week")
        turn = self._turn(found)
        monday = _floor(base, "week")
        if turn is not None and self._from_text(found) and self._then is not None and self._then.start is not None:
            monday = _floor(self._then.start, "week")
        if turn in (-1, 1):
            monday += timedelta(7 * turn)
        elif self._words.words[max(found.first - 2, 0) : found.first] == ["ahead", "of"]:
            pass
        elif turn is None and base.weekday() < 4 and self._direction(found) <= 0:
            monday -= timedelta(7)
        return _Meaning(_value(monday, "week") + "-WE", "week", start=monday + timedelta(5))

    def _day(self, found: Expression) -> _Meaning:
        word = self._word(found, "To") or ""
        part = self._part_of(found) or PARTS.get(word)
        base = self._day_now()
        off = DAYS_OFF.get(word, -1)
        if "b" in self._signs(found):
            off += -1 if "before" in self._tokens(found) else 1
        if base is None:
            return _Meaning("PRESENT_REF" if off == 0 else "PAST_REF" if off < 0 else "FUTURE_REF")
        return self._on(base + timedelta(off), part)

    def _part(self, found: Expression) -> _Meaning:
        part = self._part_of(found)
        if "T" in self._signs(found):
            return self._day(found)
        if "W" in self._signs(found):
            return self._weekday(found)
        turn = self._turn(found)
        tokens = self._tokens(found)
        if turn in (-1, 0) and not self._from_text(found):
            base = self._day_now()
            off = turn if turn is not None else 0
        else:
            base = self._base(found) if self._then is None or self._then.grain in ("day", "part", "minute", "hour") else None
            base = base if base != self._published or self._known == "day" else None
            off = turn or 0
            if turn == 1 and "this" in tokens:
                base = self._day_now()
                off = 0
        if base is None:
            return _Meaning(f"XXXX-XX-XXT{part}", "part", "time")
        return self._on(base + timedelta(off), part)

    def _near(self, found: Expression) -> _Meaning:
        signs, tokens = self._signs(found), self._tokens(found)
        if signs[-1] == "K":
            return self._weekend(found)
        unit = self._unit(found)
        grain = UNITS[unit]
        turn = self._turn(found) or 0
        words = [word for index, word in enumerate(tokens) if signs[index] in "qN4DYnaAjf-" and word not in ("of", "to")]
        words = words[1:] if words[:1] == ["a"] and len(words) > 1 else words
        if any(sign in signs for sign in "qN4DYn"):
            number = _amount(words)
            if number is None and turn < 0 and "last" in tokens and "few" in tokens and unit == "month":
                return _Meaning("PAST_REF")
            return _Meaning(_length((number or 0) * (2 if unit == "fortnight" else 1) or None, grain), grain, "duration")
        if signs[-1] == "V":
            return _Meaning("PAST_REF" if turn < 0 or "I" in signs else "FUTURE_REF" if turn > 0 else "PRESENT_REF")
        if unit in ("hour", "minute", "second"):
            return _Meaning("PRESENT_REF") if turn == 0 else _Meaning(_length(1, grain), grain, "duration")
        if "past" in tokens and "H" not in signs:
            return _Meaning(_length(2 if unit == "fortnight" else 1, grain), grain, "duration")
        if unit == "quarter" and turn == 0 and self._from_text(found) and self._last_quarter is not None:
            return self._last_quarter
        from_text = self._from_text(found) or (unit == "day" and turn == 1 and "this" not in tokens)
        if from_text and self._then is not None and self._then.start is not None:
            if self._is_finer(grain):
                return _Meaning(None, grain)
            base: date | None = self._then.start
        else:
            base = self._published
            needs: Grain = "month" if grain == "quarter" else "day" if grain == "week" else grain
            if base is not None and _ORDER.index(needs) > _ORDER.index(self._known or "century"):
                base = None
        if base is None:
            return _Meaning("PAST_REF" if turn < 0 else "FUTURE_REF" if turn > 0 else "PRESENT_REF", grain)
        start = _floor(_moved(_floor(base, grain), grain, turn * (2 if unit == "fortnight" else 1)), grain)
        return _Meaning(_value(start, grain), grain, start=start)

    def _the(self, found: Expression) -> _Meaning:
        signs = self._signs(found)
        unit = self._unit(found)
        grain = UNITS[unit]
        if signs.startswith(("y-e", "ye", "ty")) and signs.endswith("e"):
            if self._published is None:
                return _Meaning("XXXX-12-31", "day")
            direction = self._direction(found)
            since = self._words.words[found.first - 1 : found.first] == ["since"]
            return self._on(date(self._published.year - (since or (direction < 0 and self._published.month < 4)), 12, 31))
        if unit == "quarter":
            if self._words.words[found.last : found.last + 1] in (["ended"], ["ending"]):
                # Which of a firm's quarters that is the text doesn't say.
                year = f"{self._published.year:04}" if self._published else "XXXX"
                self._last_quarter, self._of_quarter = _Meaning(f"{year}-QX", "quarter"), False
            if self._last_quarter is not None:
                return self._last_quarter
            return _Meaning(f"{self._published.year:04}-QX" if self._published else "XXXX-QX", "quarter")
        after = self._words.words[found.last : found.last + 1]
        if unit == "year" and (after in (["ended"], ["ending"], ["to"])):
            return _Meaning("P1Y", "year", "duration")
        if grain in ("hour", "minute", "second", "century", "decade") or ("t" not in signs and "e" not in signs):
            return _Meaning(_length(1, grain), grain, "duration")
        base = self._base(found) if unit == "day" else self._published
        if unit == "day" and self._is_finer(grain):
            return _Meaning(None, grain)
        if base is None or (grain in ("week", "day") and base is self._published and self._known != "day"):
            return _NOTHING
        start = _floor(base, grain)
        return _Meaning(_value(start, grain), grain, start=start)

    def _shift(self, found: Expression) -> _Meaning:
        signs, tokens = self._signs(found), self._tokens(found)
        unit = self._unit(found)
        grain = UNITS[unit]
        if signs.endswith("b"):
            base = self._base(found)
            if self._is_finer(grain) or base is None or (base is self._published and self._known != "day") or unit != "day":
                return _Meaning(_length(1, grain), grain, "duration")
            start = _moved(base, grain, -1 if "before" in tokens else 1)
            return _Meaning(_value(_floor(start, grain), grain), grain, start=start)
        ending = tokens[-1]
        turn = -1 if ending in ("ago", "earlier") else 1
        stop = max(index for index, word in enumerate(tokens) if word in UNITS or word in PLURALS)
        number = _amount([word for index, word in enumerate(tokens[:stop]) if signs[index] in "qN4DYnaAjf-"] or ["a"])
        if "j" in signs[:stop] and not re.search("[qN4DYn]", signs[:stop]):
            number = 0.5
        if "j" in signs[stop:] and number is not None:
            number += 0.5
        if ending == "ahead":
            return _Meaning(_length(number, grain), grain, "duration")
        deictic = ending in ("ago", "hence", "now")
        if not deictic and self._is_finer(grain):
            return _Meaning(None if number is not None else "PAST_REF" if turn < 0 else _length(number, grain), grain)
        base = self._published if deictic else self._base(found)
        if number is None or number > MOST:
            return _Meaning("PAST_REF" if turn < 0 else "FUTURE_REF" if deictic else _length(number, grain), None, "date")
        if grain in ("hour", "minute", "second"):
            return _Meaning("PAST_REF") if ending == "ago" else _Meaning(_length(number, grain), grain, "duration")
        vague = base is self._published and grain != "year" and self._known != "day"
        if base is None or (vague and unit not in ("decade", "century") and not (grain == "month" and self._known == "month")):
            return _Meaning("PAST_REF" if turn < 0 else "FUTURE_REF", grain)
        return self._moved_back(base, grain, unit, number * turn, "year" if unit == "year" else "")

    def _moved_back(self, base: date, grain: Grain, unit: str, by: float, whole: str) -> _Meaning:
        """The time some units from a day on; a year from a quarter on it is that quarter."""
        if whole and self._ended is not None and by == -1:
            start = _moved(self._ended, "year", -1)
            return _Meaning(_value(start, "day"), "day")
        if whole and self._of_quarter and self._last_quarter is not None and self._last_quarter.start is not None and abs(by) == 1:
            start = _moved(self._last_quarter.start, "year", int(by))
            self._of_quarter = True
            return _Meaning(_value(start, "quarter"), "quarter", start=None)
        steps = {"decade": ("year", 10), "century": ("year", 100)}.get(unit, (grain, 2 if unit == "fortnight" else 1))
        step: Grain = steps[0]  # type: ignore[assignment]
        count = by * steps[1]
        if count != int(count):
            step, count = {"year": ("month", count * 12), "month": ("week", count * 4.3)}.get(step, ("day", count * 7))  # type: ignore[assignment]
        start = _floor(_moved(base, step, int(count)), step)
        return _Meaning(_value(start, step), step, start=start)

    def _year_earlier(self, found: Expression) -> _Meaning:
        signs, tokens = self._signs(found), self._tokens(found)
        if "V" in signs:
            stop = signs.index("V")
            return _Meaning(_length(_amount(tokens[stop - 1 : stop]), PLURALS[tokens[stop]]), UNITS[PLURALS[tokens[stop]]], "duration")
        turn = 1 if "later" in tokens else -1
        ordinal = re.search("[Os]", signs)
        if ordinal and self._published is not None:
            quarter = ORDINALS.get(tokens[ordinal.start()], 0)
            base = self._published.year if self._last_quarter is None or self._last_quarter.start is None else self._last_quarter.start.year
            return self._of_year(base + turn, "quarter", quarter)
        if self._last_quarter is not None and self._last_quarter.start is not None and (self._of_quarter or signs.endswith(("Q", "9"))):
            start = _moved(self._last_quarter.start, "year", turn)
            return _Meaning(_value(start, "quarter"), "quarter")
        base_day = self._published if "ago" in tokens else self._base(found)
        if base_day is None:
            return _Meaning("PAST_REF", "year")
        return self._moved_back(base_day, "year", "year", turn, "")

    def _of_year(self, year: int, grain: Grain, number: int) -> _Meaning:
        count = 4 if grain == "quarter" else 2
        number = count if number < 0 else number
        if not 1 <= number <= count:
            return _NOTHING
        start = date(year, (number - 1) * (12 // count) + 1, 1)
        return _Meaning(_value(start, grain), grain, start=start)

    def _length_of(self, words: Sequence[str], signs: str) -> float | None:
        return _amount([word for index, word in enumerate(words) if signs[index] in "qN4DYnaAjf-"] or ["a"])

    def _length(self, found: Expression) -> _Meaning:
        signs, tokens = self._signs(found), self._tokens(found)
        unit = self._unit(found)
        stop = max(index for index, word in enumerate(tokens) if word in UNITS or word in PLURALS)
        number = self._length_of(tokens[:stop], signs[:stop])
        if "j" in signs[:stop] and not re.search("[qN4DYn]", signs[:stop]):
            number = 0.5
        if "j" in signs[stop:] and number is not None:
            number += 0.5
        if unit == "fortnight" and number is not None:
            number *= 2
        return _Meaning(_length(number, UNITS[unit]), UNITS[unit], "duration")

    def _counted(self, found: Expression) -> _Meaning:
        return self._length(found)

    def _quarter_number(self, found: Expression) -> int:
        signs, tokens = self._signs(found), self._tokens(found)
        if "3" in signs:
            return int(tokens[signs.index("D")])
        word = self._word(found, "OsL") or ""
        return ORDINALS.get(word, -1 if word == "last" else 0)

    def _quarter_year(self, found: Expression, start_of: Callable[[int], date]) -> int | None:
        year = self._year_of(found)
        if year is None:
            year = self._compared_year(found)
        if year is not None or self._published is None:
            return year
        now = self._published
        if self._known == "year" or start_of(now.year) <= now or self._direction(found) > 0:
            return now.year
        return now.year - 1

    def _quarter(self, found: Expression) -> _Meaning:
        number = self._quarter_number(found)
        if "3" in self._signs(found) and (self._word(found, "3") or "") == "h":
            return self._half_year(found, number)
        if "L" in self._signs(found) and not re.search("[Yy]", self._signs(found)):
            if self._month_now() is None:
                return _Meaning("PAST_REF", "quarter")
            start = _moved(_floor(self._month_now() or date.min, "quarter"), "quarter", -1)
            return _Meaning(_value(start, "quarter"), "quarter", start=start)
        number = 4 if number < 0 else number
        if not 1 <= number <= 4:
            return _NOTHING
        year = self._quarter_year(found, lambda y: date(y, number * 3 - 2, 1))
        return _Meaning(f"XXXX-Q{number}", "quarter") if year is None else self._of_year(year, "quarter", number)

    def _half_year(self, found: Expression, number: int) -> _Meaning:
        number = 2 if number < 0 else number
        if not 1 <= number <= 2:
            return _NOTHING
        year = self._quarter_year(found, lambda y: date(y, number * 6 - 5, 1))
        return _Meaning(f"XXXX-H{number}", "half") if year is None else self._of_year(year, "half", number)

    def _half(self, found: Expression) -> _Meaning:
        signs = self._signs(found)
        if "d" in signs:
            return self._decade(found)
        if "M" in signs or "m" in signs:
            return self._month(found)
        place = signs.index("j")
        word = self._tokens(found)[place - 1 - (signs[place - 1] == "-")]
        return self._half_year(found, {"early": 1, "late": 2, "last": 2, "final": 2, "latter": 2}.get(word, ORDINALS.get(word, 0)))

    def _season(self, found: Expression) -> _Meaning:
        code, month = SEASONS[self._word(found, "S") or ""]
        year = self._year_of(found)
        if year is not None:
            return _Meaning(f"{year:04}-{code}", "season", start=date(year, month, 1))
        now = self._published
        if now is None:
            return _Meaning(f"XXXX-{code}", "season")
        turn = self._turn(found)
        if self._known == "year":
            start = date(now.year + (turn or 0), month, 1)
            return _Meaning(f"{start.year:04}-{code}", "season", start=start)
        started = max(date(y, month, 1) for y in (now.year - 1, now.year) if date(y, month, 1) <= now)
        running = (now - started).days < 92
        if turn == -1:
            start = date(started.year - running, month, 1)
        elif turn == 1 or (turn is None and self._direction(found) > 0 and not running):
            start = date(started.year + 1, month, 1)
        elif turn == 0:
            start = started if running else date(now.year, month, 1)
        else:
            start = started
        return _Meaning(f"{start.year:04}-{code}", "season", start=start)

    def _decade(self, found: Expression) -> _Meaning:
        word = self._word(found, "d") or ""
        number = DECADES.get(word)
        digits = word.strip("'’sS")
        if number is None and len(digits) == 4:
            start = date(int(digits), 1, 1)
            return _Meaning(digits[:3], "decade", start=start)
        number = int(digits) if number is None else number
        limit = self._published.year if self._published else 2020
        year = limit // 100 * 100 + number
        year -= 100 if year > limit else 0
        return _Meaning(f"{year // 10:03}", "decade", start=date(year, 1, 1))

    def _century(self, found: Expression) -> _Meaning:
        signs = self._signs(found)
        if "5" in signs:
            return _Meaning(None, "century")
        match = re.search("q-[Os]|[OsD]", signs)
        if match is None:
            return _NOTHING
        number = self._ordinal(self._tokens(found)[match.start() : match.end()])
        if not 1 <= number <= 99:
            return _NOTHING
        return _Meaning(f"{number - 1:02}", "century", start=date(max((number - 1) * 100, 1), 1, 1))

    def _every(self, found: Expression) -> _Meaning:
        signs, tokens = self._signs(found), self._tokens(found)
        part = self._part_of(found)
        weekday = next((WEEKDAYS[w.removesuffix("s")] for w in tokens if w.removesuffix("s") in WEEKDAYS), None)
        if weekday is not None:
            return _Meaning(f"XXXX-WXX-{weekday}{'T' + part if part else ''}", "part" if part else "day", "set")
        if "K" in signs:
            return _Meaning("XXXX-WXX-WE", "week", "set")
        if part:
            return _Meaning(f"XXXX-XX-XXT{part}", "part", "set")
        if "M" in signs:
            return _Meaning(f"XXXX-{MONTHS[self._word(found, 'M') or '']:02}", "month", "set")
        if "S" in signs:
            return _Meaning(f"XXXX-{SEASONS[self._word(found, 'S') or ''][0]}", "season", "set")
        if "C" in signs:
            hour = CLOCKS[self._word(found, "C") or ""][0]
            return _Meaning(f"XXXX-XX-XXT{hour:02}:00", "hour", "set")
        unit = self._unit(found)
        number: float | None = 1
        if "f" not in signs:
            words = [word for index, word in enumerate(tokens) if signs[index] in "qN4DYnA-"]
            ordinal = self._word(found, "Os")
            number = _amount(words) if words else ORDINALS.get(ordinal, 1) if ordinal else 1
        if "=" in signs or (unit == "fortnight" and number is not None):
            number = 2 * (number or 1)
        return _Meaning(_length(number, UNITS[unit]), UNITS[unit], "set")

    def _often(self, found: Expression) -> _Meaning:
        value = OFTEN.get(self._tokens(found)[0], "P1Y")
        return _Meaning(value, {"D": "day", "W": "week", "M": "month", "Y": "year", "H": "hour"}[value[-1]], "set")  # type: ignore[arg-type]

    def _a_time(self, found: Expression) -> _Meaning:
        unit = self._unit(found)
        return _Meaning(_length(2 if unit == "fortnight" else 1, UNITS[unit]), UNITS[unit], "set")

    def _vague(self, found: Expression) -> _Meaning:
        signs, tokens = self._signs(found), self._tokens(found)
        unit = PLURALS[tokens[0]]
        if signs[-1] == "g" and tokens[-1] == "ago":
            return _Meaning("PAST_REF")
        return _Meaning(_length(None, UNITS[unit]), UNITS[unit], "date" if signs[-1] == "l" else "duration")

    def _recent(self, found: Expression) -> _Meaning:
        signs = self._signs(found)
        return _Meaning("PAST_REF" if "R" in signs else "PRESENT_REF" if "x" in signs else "FUTURE_REF")

    def _now(self, found: Expression) -> _Meaning:
        return _Meaning(NOWS[self._tokens(found)[0]])

    def _clock(self, found: Expression) -> _Meaning:
        if self._signs(found)[0] == "G":
            found = replace(found, first=found.first + 1)
        signs, tokens = self._signs(found), self._tokens(found)
        hour, minute, size = self._hour(signs, tokens)
        if not (0 <= hour <= 24 and 0 <= minute < 60):
            return _NOTHING
        part = self._part_of(found)
        if part in ("AF", "EV") or (part == "NI" and hour >= 5):
            hour += 12 if hour < 12 and signs[0] not in "JC" else 0
        time = f"T{hour:02}:{minute:02}"
        grain: Grain = "hour" if size else "minute"
        rest = Expression("", found.first + size, found.last) if size else None
        day = self._day_with_clock(found, rest)
        if day is None:
            return _Meaning(f"XXXX-XX-XX{time}", "minute" if minute else "hour", "time")
        return _Meaning(f"{day.isoformat()}{time}", "minute" if minute else grain if grain == "hour" else "minute", "time", day)

    def _hour(self, signs: str, tokens: Sequence[str]) -> tuple[int, int, int]:
        """Hour, minute, and how many words of an expression tell them."""
        if signs[0] == "C":
            return *CLOCKS[tokens[0]], 1
        if signs[0] in "Jk":
            match = re.match(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*([aApP])?", tokens[0])
            if match is None:
                raise ValueError("no clock time")
            hour, minute = int(match[1]), int(match[2] or 0)
            if match[3] and hour <= 12:
                hour = hour % 12 + (12 if match[3] in "pP" else 0)
            return hour, minute, 1
        if "8" in signs:
            return int(_amount(tokens[:1]) or 99), 0, 4
        place = next(index for index, sign in enumerate(signs) if sign in "LA")
        away = 30 if "j" in signs[:place] else 15 if "Q" in signs[:place] else int(_amount(tokens[:place]) or 99)
        hour = int(_amount(tokens[place + 1 : place + 2]) or 99)
        if signs[place] == "A":
            hour, away = (hour - 1) or 12, 60 - away
        return hour, away, place + 2

    def _day_with_clock(self, found: Expression, rest: Expression | None) -> date | None:
        """The day of a clock time: the one that it names, the last that its sentence named, or the article's."""
        if rest is not None and rest.first < rest.last:
            signs = self._signs(rest)
            meaning = None
            if re.search("[Mm]", signs) and re.search("[DOs]", signs):
                meaning = self._date(replace(rest, rule="date"))
            elif "T" in signs:
                meaning = self._day(rest)
            elif "W" in signs:
                meaning = self._weekday(rest)
            elif re.search("[0/]", signs):
                place = re.search("[0/]", signs)
                meaning = self._exact(replace(rest, first=rest.first + place.start())) if place else None
            if meaning is not None:
                return meaning.start
        if self._then is not None and self._then.start is not None and self._then.grain in ("day", "part", "minute", "hour"):
            ended = any(
                self._words.signs[index] in ".!" and self._ends_sentence(index)
                for index in range(max(self._then_at, found.first - 60), found.first)
            )
            if not ended and found.first - self._then_at < 60:
                return self._then.start
        return self._day_now()

    def _clock_before(self, found: Expression) -> _Meaning:
        # Morning or afternoon, and the day, are those of the other end, unless that would make it the later one.
        match = dict(rule_patterns())["clock"].match(self._words.signs, found.first + 2)
        if match is None:
            return _NOTHING
        end = self._clock(Expression("clock", match.start(), match.end()))
        hour, until = int(self._tokens(found)[0]), int((end.value or "T99").rpartition("T")[2][:2])
        if hour > 12 or until > 24:
            return _NOTHING
        hour = hour % 12 + (12 if until >= 12 and hour % 12 <= until % 12 else 0)
        return replace(end, value=f"{(end.value or '').rpartition('T')[0]}T{hour:02}:00", grain="hour")

    def _year(self, found: Expression) -> _Meaning:
        signs, tokens = self._signs(found), self._tokens(found)
        if signs[-1] == "Y":
            year = int(tokens[-1])
        else:
            words = [word for index, word in enumerate(tokens) if signs[index] in "qN4"]
            if "thousand" in words or "hundred" in words:
                year = int(_amount(words) or 0)
            else:
                year = 100 * SMALL[words[0]] + int(_amount(words[1:]) or 0)
        if not 1000 <= year < 2200:
            return _NOTHING
        return _Meaning(f"{year:04}", "year", start=date(year, 1, 1))

    def _year_after(self, found: Expression) -> _Meaning:
        if self._then is None or self._then.start is None:
            return _NOTHING
        year = self._then.start.year // 100 * 100 + int(self._tokens(found)[0])
        return _Meaning(f"{year:04}", "year", start=date(year, 1, 1))

    def _holiday(self, found: Expression) -> _Meaning:
        signs, tokens = self._signs(found), self._tokens(found)
        place = re.search("h~*", signs)
        if place is None:
            return _NOTHING
        rule = holiday_rules()[tuple(tokens[place.start() : place.end()])]
        year = self._year_of(found)
        day = _holiday(rule, year) if year is not None else self._nearest(found, lambda y: _holiday(rule, y), "day")
        if day is not None and tokens[-1] in ("week", "weekend"):
            monday = _floor(day, "week")
            return _Meaning(_value(monday, "week") + ("-WE" if tokens[-1] == "weekend" else ""), "week", start=monday)
        if day is None:
            fixed = re.fullmatch(r"\d\d-\d\d", rule)
            return _Meaning(f"XXXX-{rule}" if fixed else None, "day")
        return self._on(day)
