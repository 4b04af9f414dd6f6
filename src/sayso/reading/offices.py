"""Who held an office at a date: facts from outside of the article, for sources that it doesn't name.

The tables in ``facts/`` hold heads of state and government; ``training/facts.py`` makes them and says where they are from.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_TITLES = {
    "president": "president", "prime minister": "prime minister", "premier": "prime minister", "pm": "prime minister",
    "taoiseach": "prime minister", "chancellor": "chancellor", "king": "monarch", "queen": "monarch", "monarch": "monarch",
    "emperor": "monarch", "emir": "monarch", "sultan": "monarch", "pope": "pope", "pontiff": "pope", "supreme leader": "supreme leader",
}  # fmt: skip
_OFFICE = "|".join(sorted(_TITLES, key=len, reverse=True))
_BEFORE = re.compile(rf"(?:the\s+)?(?P<country>[\w .'’-]+?)(?:['’]s)?\s+(?P<office>{_OFFICE})", re.I)
_AFTER = re.compile(rf"(?:the\s+)?(?P<office>{_OFFICE})\s+of\s+(?:the\s+)?(?P<country>[\w .'’-]+)", re.I)
_ALONE = re.compile(r"(?:the\s+)?(?P<office>pope|pontiff|taoiseach)", re.I)


def holder(words: str, date: str | None) -> str | None:
    """Who held the office that a source names, if that is sure.

    Args:
        words: the source's, "the Russian president", say.
        date: of the article, ISO 8601; at least its year.
    """
    if not date or not re.match(r"\d{4}", date):
        return None
    plain = " ".join(words.split()).strip(" ,.")
    match = _ALONE.fullmatch(plain) or _AFTER.fullmatch(plain) or _BEFORE.fullmatch(plain)
    if match is None:
        return None
    office = _TITLES[match["office"].casefold()]
    if "country" in match.re.groupindex:
        country = _countries().get(match["country"].casefold().strip())
    else:
        country = "Vatican City" if office == "pope" else "Ireland"
    holders = [name for name, since, until in _offices().get((country or "", office), ()) if _holds(date, since, until)]
    # In the year of a change, with no day known, both held it.
    return holders[0] if len(holders) == 1 else None


def _holds(date: str, since: str, until: str) -> bool:
    return date[: len(since)] >= since[: len(date)] and (not until or date[: len(until)] <= until[: len(date)])


def _rows(name: str) -> list[list[str]]:
    text = files("sayso.reading.facts").joinpath(name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines()]


@cache
def _countries() -> dict[str, str]:
    """Names and demonyms of countries, case folded, and the name that ``offices.tsv`` has."""
    found: dict[str, str] = {"us": "United States", "u.s.": "United States", "uk": "United Kingdom", "u.k.": "United Kingdom"}
    for name, others, demonyms, _ in _rows("countries.tsv"):
        for called in (name, *others.split("|"), *demonyms.split("|")):
            if called:
                found.setdefault(called.casefold(), name)
    return found


@cache
def _offices() -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for country, office, name, since, until in _rows("offices.tsv"):
        found.setdefault((country, office), []).append((name, since, until))
    return found
