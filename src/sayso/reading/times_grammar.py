"""Which words are a time expression: a grammar over their signs, and which of its finds are to be trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from sayso.reading.times_words import TimeWords, word_set

_NUMBER = (
    r"(?:(?:aN|[qN4])(?:-?[qN4]){0,4}(?:A[qN4](?:-?[qN4])?)?f?(?=[G+]?t?-?[VUyQcsj])"
    r"|[DYn](?:[A-][Dn](?=-?[VU]))?N{0,2}(?:Aaj)?|[q4]Aaj)"
)
_UNIT = r"[UVyQcs]"
_ABOUT = r"(?:7>|G<|[G>])"
_TOWARDS = r"(?:t?(?:H?[LXI]|[Hx]|II))"
_ITS_YEAR = r"(?:,?f?u?Y|,?f?t?(?:[LXHx]|I{1,2})y|,?ftyY?|f?4q(?:-?q)?)"
_DAY = r"(?:[DOs]|q-[Os])"
_WEEKDAY = r"(?:t?H?[LXH]?[Ww],?)"
_MONTH_DAY = rf"[LXH]?[Mm]t?{_DAY}(?!-?[qNVUZQ]){_ITS_YEAR}?"
_DAY_MONTH = rf"(?:t?{_DAY}f|t?[DO])[Mm]{_ITS_YEAR}?"
_NIGHT_OF = r"(?:t?Pf)"
_BETWEEN = r"(?:t?e-?f?)"
_DATE = rf"(?:{_WEEKDAY}?(?:{_MONTH_DAY}|{_DAY_MONTH})|T|[LXHt]{{0,2}}[Ww](?!P)|0|/)"
_DAY_PART = rf"(?:(?:7?t?)P)?(?:,?7?{_DATE}P?)?"

# Each rule's pattern over the signs, after the signs that it can begin with. Of two expressions that begin at one place the
# longer is taken, of two as long the first.
_RULES = {
    "exact": ("0/", r"0|/"),
    "a_time": ("a", r"(?<=6)a[Uy]"),
    "date": ("tPHLXWwMmDOsq", rf"{_NIGHT_OF}?{_WEEKDAY}?(?:{_MONTH_DAY}|{_DAY_MONTH})P?"),
    "day_of": ("tP", rf"{_NIGHT_OF}t(?:[Os]|q-[Os])(?!-?[UVyQcj])|tO(?=[.,;])"),
    "month": ("teHLXxIMm", rf"{_BETWEEN}?{_TOWARDS}?[Mm]{_ITS_YEAR}?"),
    "weekday": ("tPeHLXxIW", rf"{_NIGHT_OF}?(?:e-?)?{_TOWARDS}?W(?:f?t?[LXH]U)?P?"),
    "weekend": ("teHLXxIK", rf"{_BETWEEN}?(?:{_TOWARDS}|t)?K"),
    "day": ("elTtUo", r"(?:[el]-?)?TP?|t?Ub[T]|o"),
    "part": ("tHLXxIeP", rf"(?:{_TOWARDS}|te?-?|e-?)?P(?:f(?:T|{_WEEKDAY}))?"),
    "near": ("7G>telHLXxI", rf"(?:{_ABOUT}|{_BETWEEN}?l?){_TOWARDS}(?:_(?=V))?(?:{_ABOUT}?{_NUMBER}[G+]?)?u?(?:{_UNIT}|K)"),
    "the": ("teuUyQc", r"(?:t?e-?f)?tu?[UyQc]|t?y-?e|[UyQc]"),
    "shift": ("7G>ajqN4DYnt", rf"{_ABOUT}?(?:{_NUMBER}|ja?|a)[G+]?-?{_UNIT}(?:Aaj)?(?:A_)?(?:[gl]|vF)|t[U]b"),
    "year_earlier": ("tya", r"(?:t_?)?(?:y|ay)-?[gl](?:O-?Q|q-?V|[DYn]V|Q|9)?"),
    "length": ("7G>a+qN4DYnj", rf"{_ABOUT}?(?:a?\+?{_ABOUT}?{_NUMBER}[G+]?|a\+|\+|ja?|aj?)-?{_UNIT}(?:Aaj)?"),
    "counted": ("t", rf"t(?:[OL]|_)?{_NUMBER}V"),
    "quarter": ("tLXHxIYuOsD3", rf"(?:t?(?:[LXHxI]yp|Yp?)|t_|t)?u?[OsL]-?Q{_ITS_YEAR}?|3D{_ITS_YEAR}?|D3{_ITS_YEAR}?"),
    "half": ("tLXHxIYeOs", rf"t?(?:[LXHxI]yp|Yp?)?[eOLs]-?jf?(?:{_ITS_YEAR}|ty|t?d|[Mm]Y?)?"),
    "season": ("teHLXxIS", rf"{_BETWEEN}?(?:{_TOWARDS}|t)?S{_ITS_YEAR}?"),
    "decade": ("teLsOd", rf"(?:{_BETWEEN}|[LsO]jf)?t?(?:e-?)?d"),
    "century": ("teOsDq", r"t?(?:e-?)?(?:[OsD]|q-[Os])-?c|t5ft?[LXHO]{0,2}c"),
    "every": ("E1W", rf"E(?:{_NUMBER}|O|s|=)?(?:{_UNIT}|[PWKSMC])P?|Eft?{_TOWARDS}?{_NUMBER}V|E?1[P2]?|W2|W(?=AW2)"),
    "often": ("B", r"B"),
    "vague": ("V", r"V(?:AV)?[gl]?"),
    "recent": ("tRrxX", r"t?RV(?:AV)?|R|t?r[V]?|x|XV(?:AV)?"),
    "now": ("F", r"F"),
    "clock": ("GJkCDqjQa", rf"[G]?(?:(?:J|k|C|[Dq]_;8)(?:Zi?|zi)?{_DAY_PART}|(?:[jQ]L|QA|ajL|q-?qL|qL|qA)[qD](?!-?[VUyQ]){_DAY_PART})"),
    "year": ("teuY4q", r"(?:t?e-?f?)?u?Y|ty(?:Y|[qN](?:A?-?[qN]){0,3})|4q?(?:-?q)?|q-?q-?q"),
    "holiday": ("tHLXxIh", rf"(?:{_TOWARDS})?h~*(?:,?Y|U|K)?"),
}

OTHER_END = re.compile(_DAY_MONTH)
SHARED_YEAR = re.compile(r"(?:[A,-]A?[DO])+,Y|[A-][Mm](?:t?[DO])?,?Y")


@cache
def rule_patterns() -> list[tuple[str, re.Pattern[str]]]:
    """The rules, made when they are first needed. To look first whether a sign can begin an expression makes them five times as fast."""
    return [(rule, re.compile(f"(?=[{first}])(?:{pattern})")) for rule, (first, pattern) in _RULES.items()]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression: the rule that found it, and its first word and the one after its last."""

    rule: str
    first: int
    last: int


def find_expressions(words: TimeWords) -> list[Expression]:
    """All that the grammar finds, in order, without overlap; among them much that is a time only in the right company."""
    matches = [
        (match.start(), -match.end(), order)
        for order, (_, pattern) in enumerate(rule_patterns())
        for match in pattern.finditer(words.signs)
    ]
    matches.sort()
    found: list[Expression] = []
    done = 0
    for first, last, order in matches:
        if first >= done:
            found.append(Expression(rule_patterns()[order][0], first, -last))
            done = -last
    return _with_ranges(words, found)


def _with_ranges(words: TimeWords, found: list[Expression]) -> list[Expression]:
    """Add the bare other ends of ranges and lists: "May 3 to *5*", "*3* and 5 May", "1914-*18*", "*9* to 11 a.m."."""
    signs = words.signs
    out: list[Expression] = []
    for index, item in enumerate(found):
        if out and out[-1].last > item.first:
            continue
        inside = signs[item.first : item.last]
        before = item.first - 2
        free = before >= (out[-1].last if out else 0)
        joined = free and signs[before + 1] in "A-" and signs[before] == "D"
        if joined and ((item.rule == "date" and re.match("t?[DO]f?[Mm]", inside)) or (item.rule == "clock" and inside[0] == "J")):
            out.append(Expression("day_before" if item.rule == "date" else "clock_before", before, before + 1))
        out.append(item)
        after = item.last
        limit = found[index + 1].last if index + 1 < len(found) and found[index + 1].rule == "day_of" else None
        if item.rule == "date" and re.search("[Mm]t?[DOs]$", inside):
            while re.match("[A,-]A?[DO]", signs[after : after + 3]) and (end := re.match("[A,-]A?[DO]", signs[after : after + 3])):
                place = after + end.end()
                if signs[place : place + 1] in tuple("VUMmqZyQ%s") or signs[place : place + 2] == "-V":
                    break
                out.append(Expression("day_after", place - 1, place))
                after = place
            if after > item.last and (year := re.match(",Y", signs[after : after + 2])):
                # "May 3-5, 2016": the year stands after the last day, and holds for all.
                out[-1] = replace(out[-1], last=after + year.end())
        elif item.rule == "year" and re.match("-[Dn]", signs[after : after + 2]) and len(words.words[after + 1]) == 2 and limit is None:
            out.append(Expression("year_after", after + 1, after + 2))
    return out


_INTO_MONTH = word_set("in since by until till during of from to through between last next the and before after for or around mid")
_INTO_YEAR = word_set("in since until till during of by from between through around circa before after fiscal early late mid")
_INTO_LENGTH = word_set(
    "for within in over after than about nearly almost takes took take taken lasted lasts last during throughout until spent under "
    "every spend only just barely once"
)
_OF_A_NOUN = word_set("the a an this that its his her their our my your 's")
_OWN = word_set("his her their my your our its whose")


def is_sure(text: str, words: TimeWords, found: Expression, previous: Expression | None) -> bool:
    """Whether an expression is a time without anything else that says so."""
    first, last, rule = found.first, found.last, found.rule
    signs = words.signs[first:last]
    before = words.words[first - 1] if first else ""
    after = words.words[last] if last < len(words.words) else ""
    capital_after = last < len(words.words) and text[words.starts[last]].isupper()
    if rule == "now":
        return before not in ("as", "so", "too") and not (words.words[first] == "soon" and after in ("after", "before", "enough"))
    named = text[words.starts[first]].isupper() and first > 0 and text[words.starts[first - 1]].isupper()
    if rule in ("day", "often") and named and words.words[first - 1].isalpha() and words.words[first - 1] != "i":
        return False  # "USA Today", "News Daily"
    if rule in ("exact", "date", "weekday", "weekend", "day", "shift", "year_earlier", "counted", "quarter", "century", "every", "a_time",
                "holiday", "day_before", "day_after", "year_after", "clock_before"):  # fmt: skip
        if rule == "quarter" and "3" in signs:
            return words.ends[first] == words.starts[first + 1] and not text[words.ends[first + 1] : words.ends[first + 1] + 1].isalnum()
        return not (rule == "every" and signs in ("2", "P", "")) and not (rule == "date" and signs[0] == "s")
    if rule == "day_of":
        return "P" in signs or (words.words[last - 1][0].isdecimal() and before in ("on", "by", "until", "from", "since"))
    if rule == "month":
        if len(signs) > 1:
            return signs not in ("Im", "tm")
        if signs == "M":
            return not capital_after or (before in _INTO_MONTH and before not in ("to", "for", "and", "or"))
        return before in _INTO_MONTH and not capital_after and before not in ("to", "for", "and", "or")
    if rule == "part":
        return signs[0] in "LXHI" or (len(signs) > 1 and signs[1] in "LXHI") or "e" in signs or "T" in signs
    if rule == "near":
        titled = text[words.starts[first]].isupper() and text[words.starts[last - 1]].isupper()
        return not (signs[-1] == "s" or titled or (signs[-1] == "V" and "I" in signs and re.search("[qN4DYn]", signs)))
    if rule == "the":
        return ("Q" in signs and "t" in signs) or "e" in signs or (signs[-1] == "y" and len(signs) > 1)
    if rule == "length":
        if after in ("old", "olds") or words.words[last : last + 2] == ["-", "year"] or words.words[last : last + 2] == ["-", "old"]:
            return False
        if (
            signs[-1] in "sQ"
            or text[words.starts[last - 1]].isupper()
            or (signs[-1] == "V" and words.words[last - 1] in ("quarters", "seconds") and "-" in signs)
        ):
            return False
        return not re.fullmatch("a-?[UyQcs]", signs) or before in _INTO_LENGTH
    if rule == "half":
        return bool(re.search("[YydMm]", signs))
    if rule == "season":
        if len(signs) > 1 and (re.search("[LXHIYyx]", signs) or "e" in signs):
            return True
        name = words.words[last - 1]
        return name in ("summer", "winter", "autumn") and after != "of" and (before in _INTO_MONTH or before == "over")
    if rule == "decade":
        if signs == "d" and words.words[first][0].isdecimal() and len(words.words[first].strip("'’")) == 3:
            return text[words.starts[first]] in "'’" and before not in _OWN
        outer = words.words[first - 2] if first > 1 else ""
        return before not in _OWN and outer not in _OWN and (signs != "d" or words.words[first][0].isdecimal())
    if rule == "often":
        return words.words[first] not in ("annual", "quarterly") and not (text[words.starts[first]].isupper() and capital_after)
    if rule == "vague":
        return signs[-1] in "gl" or (before in ("for", "within", "over") and after not in ("of", "to") and signs[0] == "V")
    if rule == "recent":
        return signs[-1] == "V" or signs == "tr"
    if rule == "clock":
        return _is_clock(text, words, found, before)
    if rule == "year":
        return _is_year(text, words, found, previous, before, after)
    return False


def _is_clock(text: str, words: TimeWords, found: Expression, before: str) -> bool:
    signs = words.signs[found.first : found.last]
    if signs.strip("G")[0] in "JC" or "8" in signs:
        return True
    if signs[0] == "k":
        colon = ":" in words.words[found.first]
        return "Z" in signs or "z" in signs or (colon and (before in ("at", "by", "until", "from", "to", "around") or len(signs) > 1))
    return before in ("at", "by", "until", "about", "around", "nearly", "after", "before") or signs[0] in "jQ"


def _is_year(text: str, words: TimeWords, found: Expression, previous: Expression | None, before: str, after: str) -> bool:
    signs = words.signs[found.first : found.last]
    if signs[-1] != "Y":
        return before in _INTO_YEAR or signs[:2] == "ty"
    if len(signs) > 1:
        return True
    start, end = words.starts[found.first], words.ends[found.first]
    if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum() or text[start - 1 : start] in ("-", "/", "#", "."):
        return previous is not None and previous.rule == "year" and previous.last == found.first - 1
    number = int(words.words[found.first])
    counts = (
        text[end : end + 1] == " "
        and after.islower()
        and (after in ("people", "men", "women", "children", "police") or (after.endswith("s") and after not in ("was", "is", "has", "as")))
    )
    if previous is not None and previous.rule in ("year", "month", "season") and found.first - previous.last <= 2:
        joint = words.words[previous.last : found.first]
        if all(word in ("and", "or", "to", ",", "-", "–", "through", "until") for word in joint):
            return True
    if not 1700 <= number <= 2100:
        return before in ("in", "since", "circa") and not counts
    if before in _INTO_YEAR:
        return not counts or before in ("in", "since", "until", "during")
    if text[start - 1 : start] == "(" and text[end : end + 1] in (")", "-", "–"):
        return True
    if not 1900 <= number <= 2100:
        return False
    if before in _OF_A_NOUN:
        return text[end : end + 1] == " " and after.isalpha()
    return before in ("for", "to", "than", "into", "about", "throughout", "late", "and") and not counts
