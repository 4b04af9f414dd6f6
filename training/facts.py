"""Make the tables of countries and office holders that the reader looks offices up in.

    python training/facts.py ../shared/data/lists src/sayso/reading/facts src/sayso/linking/facts

``countries.tsv``: name, other names, demonyms, capital (mledoze/countries, ODbL). ``offices.tsv``: country, office, holder, from
and until (Wikidata, CC0, and a snapshot of Wikidata and Wikipedia: years or days; until is empty for those who were in office
at the snapshot's date). ``currencies.tsv``: ISO 4217's code, symbols, names in singular and plural (CLDR, by way of Babel,
Unicode licence); currencies that are no longer in use are left out. ``nicknames.tsv``: first name, nicknames
(carltonnorthern/nicknames, Apache-2.0).
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import shutil
from pathlib import Path

from babel.core import Locale, get_global
from babel.numbers import get_currency_name, get_currency_symbol

OFFICES = (
    ("president", r"\bpresident\b"),
    ("prime minister", r"prime minister|premier\b|taoiseach|chief minister|minister of state"),
    ("chancellor", r"chancellor"),
    ("monarch", r"\bmonarch|\bking\b|\bqueen\b|\bemperor\b|\bemir\b|\bsultan\b|\bprince\b|druk gyalpo|ngwenyama|yang di-pertuan"),
    ("pope", r"\bpope\b"),
    ("supreme leader", r"supreme leader"),
)  # fmt: skip


def office_of(title: str) -> str | None:
    """The kind of office that a title names."""
    return next((kind for kind, pattern in OFFICES if re.search(pattern, title, re.I)), None)


def currencies() -> list[tuple[str, str, str]]:
    """Code, symbols and names of every currency in use."""
    locale = Locale("en")
    found = []
    for code, name in sorted(locale.currencies.items()):
        if re.search(r"\d{4}|\(.*(?:fund|test|unit|research|silver|gold)", name, re.I) or not get_currency_territories(code):
            continue
        names = dict.fromkeys(get_currency_name(code, count=count, locale=locale).casefold() for count in (1, 2))
        symbols = dict.fromkeys([get_currency_symbol(code, locale=locale), get_currency_symbol(code, locale="en_001")])
        found.append((code, "|".join(s for s in symbols if s != code), "|".join(names)))
    return found


def get_currency_territories(code: str) -> list[str]:
    """The territories where a currency is legal tender today."""
    territories = get_global("territory_currencies")
    return [t for t, rows in territories.items() if any(row[0] == code and row[2] is None and row[3] for row in rows)]


def write_nicknames(source: Path, target: Path) -> None:
    """First names and what they are shortened to."""
    short: dict[str, dict[str, None]] = {}
    with source.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            name, nickname = row["name1"].strip(), row["name2"].strip()
            if name.isalpha() and nickname.isalpha():
                short.setdefault(name, {})[nickname] = None
    with target.open("w", encoding="utf-8") as out:
        for name, nicknames in sorted(short.items()):
            print(name, "|".join(nicknames), sep="\t", file=out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("linking", type=Path, help="where nicknames.tsv goes, and a copy of countries.tsv")
    arguments = parser.parse_args()
    write_nicknames(arguments.lists / "nicknames.csv", arguments.linking / "nicknames.tsv")
    countries = json.loads((arguments.lists / "countries.json").read_text("utf-8"))
    with (arguments.out / "countries.tsv").open("w", encoding="utf-8") as out:
        for country in sorted(countries, key=lambda c: c["name"]["common"]):
            names = [n for n in country["altSpellings"] if len(n) > 2 and n.isascii()] + [country["name"]["official"]]
            demonyms = sorted({d for d in country.get("demonyms", {}).get("eng", {}).values() if d})
            capital = (country.get("capital") or [""])[0]
            fields = (country["name"]["common"], "|".join(dict.fromkeys(names)), "|".join(demonyms), capital)
            print(*fields, sep="\t", file=out)
    shutil.copy(arguments.out / "countries.tsv", arguments.linking)  # neither part of sayso imports the other
    common = {
        n.casefold(): c["name"]["common"] for c in countries for n in (*c["altSpellings"], c["name"]["official"], c["name"]["common"])
    }
    by_code = {c["cca2"]: c["name"]["common"] for c in countries}
    rows: dict[tuple[str, str, str], tuple[str, str]] = {}
    with (arguments.lists / "world-leaders-wikidata.csv").open(encoding="utf-8") as lines:
        wikidata = list(csv.DictReader(lines))
    horizon = max(row["start_year"] for row in wikidata)  # of later years that list says nothing
    for row in wikidata:
        if kind := office_of(row["positionLabel"]):
            country = common.get(row["country"].casefold(), row["country"])
            rows[country, kind, row["officeholderLabel"]] = (row["start_year"], row["end_year"] or horizon)
    snapshot = json.loads((arguments.lists / "world-leaders-2026-08-22.json").read_text("utf-8"))
    for entry in snapshot["countries"].values():
        name = by_code.get(entry["country"]["iso_code"], entry["country"]["name_en"])
        for position in entry["positions"].values():
            holder = position.get("current_holder")
            if not holder or not (kind := office_of(position["title_en"])):
                continue
            since = holder.get("since") or snapshot["snapshot_date"]
            for key in [k for k in rows if k[0] == name and k[1] == kind and k[2].split()[-1] == holder["name_en"].split()[-1]]:
                start = rows.pop(key)[0]
                since = start if start < since[: len(start)] else since
            rows[name, kind, holder["name_en"]] = (since, "")
    with (arguments.out / "currencies.tsv").open("w", encoding="utf-8") as out:
        for row_of_names in currencies():
            print(*row_of_names, sep="\t", file=out)
    with (arguments.out / "offices.tsv").open("w", encoding="utf-8") as out:
        for (country_name, kind, holder_name), (start, end) in sorted(rows.items(), key=lambda r: (r[0][0], r[0][1], r[1])):
            print(country_name, kind, holder_name, start, end, sep="\t", file=out)


if __name__ == "__main__":
    main()
