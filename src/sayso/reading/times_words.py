"""Words of time expressions, and the sign that each of them is for the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sayso.models import Grain


@cache
def holiday_rules() -> dict[tuple[str, ...], str]:
    """When each holiday is, as facts/holidays.tsv writes it, by the words of its name."""
    rows = files("sayso.reading.facts").joinpath("holidays.tsv").read_text("utf-8").splitlines()
    return {tuple(match[0] for match in TOKEN.finditer(name)): rule for name, rule in (row.split("\t") for row in rows)}


@cache
def holiday_words() -> dict[str, list[tuple[str, ...]]]:
    """The names of holidays as words, by their first, the longest first."""
    names: dict[str, list[tuple[str, ...]]] = {}
    for name in sorted(holiday_rules(), key=len, reverse=True):
        names.setdefault(name[0], []).append(name)
    return names


def word_set(words: str) -> frozenset[str]:
    """Words that are given in one string."""
    return frozenset(words.split())


MONTHS = {
    name: number
    for number, names in enumerate(
        ["january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"], 1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ["monday mon", "tuesday tues tue", "wednesday wed", "thursday thurs thur thu", "friday fri", "saturday sat", "sunday sun"], 1
    )
    for name in names.split()
}
SEASONS = {"spring": ("SP", 3), "springtime": ("SP", 3), "summer": ("SU", 6), "summertime": ("SU", 6), "autumn": ("FA", 9),
            "fall": ("FA", 9), "winter": ("WI", 12), "wintertime": ("WI", 12)}  # fmt: skip
PARTS = {"morning": "MO", "dawn": "MO", "daybreak": "MO", "sunrise": "MO", "afternoon": "AF", "evening": "EV", "dusk": "EV",
          "sunset": "EV", "nightfall": "EV", "night": "NI", "overnight": "NI", "tonight": "NI"}  # fmt: skip
CLOCKS = {"noon": (12, 0), "midday": (12, 0), "noontime": (12, 0), "midnight": (24, 0)}
UNITS: dict[str, Grain] = {"second": "second", "minute": "minute", "hour": "hour", "day": "day", "week": "week", "fortnight": "week",
                            "month": "month", "quarter": "quarter", "year": "year", "decade": "decade", "century": "century"}  # fmt: skip
PLURALS = {"centuries": "century", **{unit + "s": unit for unit in UNITS if unit != "century"}}
LETTERS = {"second": "TS", "minute": "TM", "hour": "TH", "day": "D", "week": "W", "month": "M", "quarter": "Q", "half": "H",
            "year": "Y", "decade": "E", "century": "C"}  # fmt: skip
_TENS_NAMES = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_ORDINAL_NAMES = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth"
)
TENS = {name: 10 * number for number, name in enumerate(_TENS_NAMES.split(), 2)}
SMALL = {name: number for number, name in enumerate(_SMALL_NAMES.split())} | TENS
BIG = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6}
MANY = word_set("few several many some numerous countless dozens hundreds thousands")
ORDINALS = {name: number for number, name in enumerate(_ORDINAL_NAMES.split(), 1)} | {"thirtieth": 30, "final": -1}
DECADES = {name[:-1] + "ies": number for name, number in TENS.items()}
OFTEN = {"daily": "P1D", "nightly": "P1D", "weekly": "P1W", "fortnightly": "P2W", "biweekly": "P2W", "monthly": "P1M",
          "quarterly": "P3M", "yearly": "P1Y", "annually": "P1Y", "hourly": "PT1H"}  # fmt: skip
NOWS = {"now": "PRESENT_REF", "currently": "PRESENT_REF", "nowadays": "PRESENT_REF", "presently": "PRESENT_REF",
         "recently": "PAST_REF", "formerly": "PAST_REF", "soon": "FUTURE_REF"}  # fmt: skip
DAYS_OFF = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_ZONES = {"gmt": "Z", "utc": "Z", "bst": "+01:00", "cet": "+01:00", "cest": "+02:00", "est": "-05:00", "edt": "-04:00",
          "cst": "-06:00", "cdt": "-05:00", "mst": "-07:00", "mdt": "-06:00", "pst": "-08:00", "pdt": "-07:00"}  # fmt: skip
MOST = 10**6  # units beyond which a number of them is no time to be counted with

# What each word can do in an expression, as one sign.
_SIGNS: dict[str, str] = {}


def _sign(sign: str, words: Iterable[str]) -> None:
    for word in words:
        _SIGNS.setdefault(word, sign)


_sign("M", [name for name in MONTHS if len(name) > 4 and name != "march"] + ["june", "july"])
_sign("m", MONTHS)  # "May", "March" and abbreviations are as often something else
_sign("W", [name for name in WEEKDAYS if name.endswith("day")])
_sign("w", WEEKDAYS)
_sign("1", [name + "s" for name in WEEKDAYS if name.endswith("day")])
_sign("S", SEASONS)
_sign("2", ("mornings", "afternoons", "evenings", "nights"))
_sign("o", ("overnight",))
_sign("T", DAYS_OFF)
_sign("P", PARTS)
_sign("C", CLOCKS)
_sign("s", ("second",))
_sign("y", ("year",))
_sign("Q", ("quarter",))
_sign("j", ("half",))
_sign("c", ("century",))
_sign("U", UNITS)
_sign("V", PLURALS)
_sign("K", ("weekend", "weekends"))
_sign("d", DECADES)
_sign("4", ("sixteen", "seventeen", "eighteen", "nineteen"))
_sign("N", [*BIG, "few", "couple"])
_sign("q", [*SMALL, *MANY])
_sign("O", ORDINALS)
_sign("L", ("last", "past", "previous", "preceding", "prior", "latest"))
_sign("X", ("next", "coming", "following", "upcoming", "subsequent", "ensuing"))
_sign("H", ("this", "these"))
_sign("x", ("current", "present"))
_sign("I", ("that", "same", "those"))
_sign("R", ("recent",))
_sign("r", ("future",))
_sign("F", NOWS)
_sign("B", [*OFTEN, "annual"])
_sign("E", ("every", "each"))
_sign("t", ("the",))
_sign("a", ("a", "an"))
_sign("l", ("earlier", "later"))
_sign("g", ("ago", "hence", "ahead"))
_sign("b", ("before", "after"))
_sign("e", ("early", "late", "mid", "middle", "end", "beginning", "start"))
_sign("f", ("of",))
_sign("A", ("and", "or", "to", "through", "until", "till"))
_sign("v", ("from",))
_sign("7", ("on", "at", "in"))
_sign("G", ("nearly", "almost", "more", "less", "fewer"))
_sign("+", ("another", "additional", "extra"))
_sign("=", ("other", "alternate"))
_sign(">", ("least", "most"))
_sign("<", ("than",))
_sign("5", ("turn",))
_sign("6", ("once", "twice", "thrice", "times"))
_sign("8", ("clock",))
_sign("9", ("period", "result", "results"))
_sign("u", ("fiscal", "financial"))
_sign("3", ("q", "h"))
_sign("Z", [*_ZONES, "et", "pt", "ct"])
_sign("z", ("eastern", "central", "pacific", "local"))
_sign("i", ("time",))
_CAPITAL = frozenset("MmWw1Zd")  # signs that only a word with a capital has, but for decades
_ABBREVIATED = frozenset(name for name in (*MONTHS, *WEEKDAYS) if len(name) < 6 and name not in ("march", "april", "may", "june", "july"))
_DASHES = frozenset("-‐‑–—−")

TOKEN = re.compile(
    r"[^\W\d_]+"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?(?![0-9])"
    r"|[0-9]{1,2}([/.])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?![0-9/])"
    r"|[0-9]{1,2}(?:[:.][0-9]{2})?[ \u00a0\n]?[AaPp](?:\.[ ]?[Mm]\.?|[Mm])(?!\w)"
    r"|[0-9]{1,2}[:.][0-9]{2}(?![0-9%])"
    r"|[0-9]{1,3}[ -][0-9]/[0-9](?![0-9/])"
    r"|[0-9]{1,2}(?:st|nd|rd|th)\b"
    r"|['’]?[0-9]{2,4}['’]?s\b"
    r"|[0-9](?:[0-9,.]*[0-9])?"
    r"|['’][sS]\b"
    r"|\n[ \t\r]*\n"
    r"|[^\w\s]"
)


@dataclass(frozen=True, slots=True)
class TimeWords:
    """An article's words and marks: where each stands, in small letters, and one sign for each."""

    starts: list[int]
    ends: list[int]
    words: list[str]
    signs: str


def cut_words(text: str) -> TimeWords:
    """The words of a text, and the sign of each."""
    starts: list[int] = []
    ends: list[int] = []
    words: list[str] = []
    signs: list[str] = []
    holidays = holiday_words()
    named: list[int] = []
    for match in TOKEN.finditer(text):
        token = match[0]
        start, end = match.span()
        first = token[0]
        if first.isalpha():
            word = token.lower()
            sign = _SIGNS.get(word, "_")
            if sign in _CAPITAL and first == word[0] and sign != "d":
                sign = "_"
            if first != word[0] and word in holidays:
                named.append(len(signs))
        elif "0" <= first <= "9" or (first in "'’" and len(token) > 2):
            word = token
            sign = _digits(text, token, start, end)
        else:
            word = token
            if first in ",.!?":
                sign = "," if first == "," else "."
                if first == "." and ends and ends[-1] == start and words[-1] in _ABBREVIATED and signs[-1] in "MmWw":
                    # The point belongs to the abbreviation, which is then sure.
                    ends[-1] = end
                    signs[-1] = signs[-1].upper()
                    continue
            elif first in _DASHES:
                sign = "-" if text[start - 1 : start].strip() and text[end : end + 1].strip() else ";"
            elif first in "'’":
                word, sign = token.replace("’", "'").lower(), "p" if len(token) > 1 else ";"
            else:
                sign = "!" if first == "\n" else ";"
        starts.append(start)
        ends.append(end)
        words.append(word)
        signs.append(sign)
    for index in named:
        for name in holidays[words[index]]:
            if tuple(words[index : index + len(name)]) == name and signs[index] != "~":
                signs[index : index + len(name)] = "h" + "~" * (len(name) - 1)
                break
    return TimeWords(starts, ends, words, "".join(signs))


def _digits(text: str, token: str, start: int, end: int) -> str:
    """The sign of what begins with a digit."""
    if text[start - 1 : start] in _MONEY or text[end : end + 1] == "%":
        return "n"
    last = token[-1]
    if "0" <= last <= "9":
        if token.isdecimal():
            if len(token) <= 2:
                return "D" if 1 <= int(token) <= 31 else "n"
            return "Y" if len(token) == 4 and "1000" <= token < "2200" else "n"
        if len(token) >= 10 and token[4] == "-":
            return "0"
        if ":" in token or (token.count(".") == 1 and len(token) - token.index(".") == 3 and len(token) <= 5):
            hours, minutes = re.split("[:.]", token)[:2]
            return "k" if int(hours) <= 24 and int(minutes) < 60 else "n"
        if token.count("/") == 2 or token.count(".") == 2:
            return "/"
        return "n"
    if last in "Zz":
        return "0"
    if last in "sS" and len(token.strip("'’")) >= 3 and token.strip("'’sS").isdecimal():
        number = token.strip("'’sS")
        return "d" if number[-1] == "0" and (len(number) == 2 or "1000" <= number < "2200") and len(number) in (2, 4) else "n"
    if last in "mM.":
        return "J" if int(re.match("[0-9]+", token)[0]) <= 24 else "n"  # type: ignore[index]
    return "O"


_MONEY = frozenset("$£€¥₹₽#@")
