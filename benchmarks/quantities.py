"""How well quantities are read: Recognizers-Text's specifications, and the project's own invented news sentences.

    python benchmarks/quantities.py [--peer PYTHON]

* recognizers   ../shared/data/quantity/recognizers (Recognizers-Text, MIT): Number/NumberModel.json, Number/PercentModel.json,
                NumberWithUnit/CurrencyModel.json, DimensionModel.json and AgeModel.json; cases right, in percent. Only the text is given.
* own sentences benchmarks/quantities: found and right, F1; its lines alternate between the open half and the one that only the
                gate looks at
* peer          quantulum3 on the same, by the same rules (benchmarks/quantities_peer.py, run by the Python of ``--peer``)

A case of a specification is right when every value that it expects, with its unit, is among ours with the same number (to a
millionth), and none of its kind is added: for NumberModel no number at all, for the others none with a unit of that kind (percent;
a currency; a physical unit; a unit of time). Expected results without a value ("dollar" alone) are no quantities and are passed
over. All cases count, those too that the specification marks as not supported somewhere. Units are compared by name, after
``_SPEC_UNITS``; a "Ton" may be a metric one, as the specifications use both names for tonnes; "Dollar" is the US dollar, "Pound" of
money sterling. An age's unit may be the one of time or "Age". Both ends of a range count as two values.

Of the own sentences a quantity is right when ours overlaps it and has the same low and high (to a thousandth), unit and per.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sayso.models import Quantity
from sayso.reading.quantities import find_quantities

ROOT = Path(__file__).resolve().parent.parent
SPECS = ROOT.parent / "shared/data/quantity/recognizers"
OWN = ROOT / "benchmarks/quantities"
MODELS = (
    "Number/NumberModel.json", "Number/PercentModel.json", "NumberWithUnit/CurrencyModel.json", "NumberWithUnit/DimensionModel.json",
    "NumberWithUnit/AgeModel.json",
)  # fmt: skip
_TIME = frozenset({"year", "month", "week", "day"})
# Percentages, times and temperatures have specifications of their own.
_NO_DIMENSION = _TIME | {"percent", "percentage point", "hour", "minute", "second", "night", "decade", "century", "quarter", "fortnight",
                         "degree celsius", "degree fahrenheit"}  # fmt: skip
_SPEC_UNITS = {
    "dollar": "usd", "united states dollar": "usd", "british pound": "gbp", "euro": "eur", "japanese yen": "jpy", "chinese yuan": "cny",
    "rupee": "inr", "indian rupee": "inr", "canadian dollar": "cad", "australian dollar": "aud", "new zealand dollar": "nzd",
    "hong kong dollar": "hkd", "singapore dollar": "sgd", "new taiwan dollar": "twd", "brazilian real": "brl", "turkish lira": "try",
    "lao kip": "lak", "costa rican colón": "crc", "swedish krona": "sek", "norwegian krone": "nok", "danish krone": "dkk",
    "swiss franc": "chf", "russian ruble": "rub", "south korean won": "krw", "korean won": "krw", "bitcoin": "btc", "pence": "penny",
    "ukrainian hryvnia": "uah", "mexican peso": "mxn", "thai baht": "thb", "israeli new shekel": "ils", "metric ton": "ton", "tonne": "ton",
    "kilometer per hour": "kilometre", "mile per hour": "mile", "celsius": "degree celsius", "fahrenheit": "degree fahrenheit",
}  # fmt: skip
_CODE = re.compile(r"[A-Z]{3}")
_MONEY_WORDS = "crown franc peso krone krona mark dinar dirham riyal shilling pound florin guilder cent penny lira peseta markka"
_MONEY = frozenset(_MONEY_WORDS.split())


@dataclass(frozen=True)
class Found:
    """A quantity as both readers' are compared: its value, or both ends of a range, and its unit."""

    low: float | None
    high: float | None
    unit: str | None
    per: str | None = None
    span: tuple[int, int] = (0, 0)


Read = Callable[[Sequence[str]], list[list[Found]]]


def ours(texts: Sequence[str]) -> list[list[Found]]:
    """What sayso finds in each text."""

    def plain(quantity: Quantity) -> Found:
        return Found(quantity.low, quantity.high, quantity.unit, quantity.per, quantity.span)

    return [[plain(q) for q in find_quantities(text)] for text in texts]


def peer(python: str) -> Read:
    """What quantulum3 finds in each text."""

    def read(texts: Sequence[str]) -> list[list[Found]]:
        lines = "".join(json.dumps(text) + "\n" for text in texts)
        script = str(Path(__file__).with_name("quantities_peer.py"))
        done = subprocess.run([python, script], input=lines, capture_output=True, text=True, check=True)
        return [[Found(q[0], q[1], q[2], None, (q[3], q[4])) for q in json.loads(line)] for line in done.stdout.splitlines()]

    return read


def _unit(name: str | None) -> str | None:
    """A unit's name as units are compared."""
    if name is None:
        return None
    low = name.casefold()
    low = _SPEC_UNITS.get(low, low)
    return re.sub(r"meter\b", "metre", re.sub(r"liter\b", "litre", low))


def _is_of_kind(found: Found, model: str) -> bool:
    unit = found.unit
    money = unit is not None and (_CODE.fullmatch(unit) is not None or (unit in _MONEY and not (unit == "pound" and "Dimension" in model)))
    if "Percent" in model:
        return unit == "percent"
    if "Currency" in model:
        return money
    if "Age" in model:
        return unit in _TIME
    if "Dimension" in model:
        return unit is not None and not money and unit not in _NO_DIMENSION and unit in _MEASURES
    return True


_MEASURES = frozenset(line.partition("\t")[0] for line in (ROOT / "src/sayso/reading/facts/units.tsv").read_text("utf-8").splitlines())


def _number(value: object) -> float | None:
    try:
        return float(str(value).rstrip("%"))
    except ValueError:
        return None


def specification(model: str, read: Read) -> list[tuple[str, bool]]:
    """Every case of a specification's file, and whether it is right."""
    cases = json.loads((SPECS / model).read_text("utf-8-sig"))
    verdicts = []
    for case, found in zip(cases, read([case["Input"] for case in cases]), strict=True):
        left = [f for f in found if _is_of_kind(f, model)]
        right = True
        for result in case["Results"]:
            resolution = result.get("Resolution") or {}
            value, unit = _number(resolution.get("value")), _unit(resolution.get("unit"))
            if value is None:
                continue
            if "Percent" in model:
                unit = "percent"
            if "Currency" in model and unit == "pound":
                unit = "gbp"

            def equal(f: Found, value: float = value, unit: str | None = unit) -> bool:
                same = f.low == f.high or f.low is None or f.high is None
                number = f.low if f.low is not None else f.high
                if not same or number is None or abs(number - value) > max(1e-6 * abs(value), 6e-5 if abs(value) < 1 else 0):
                    return False
                if unit is None:
                    return True
                own = _unit(f.unit)
                per = f"{own} per {f.per}" if f.per else own
                return unit in (own, per) or (unit == "age" and own in ("year", None))

            hit = next((f for f in left if equal(f)), None)
            ends = None
            if hit is None:  # both ends of a range, each expected for itself
                ends = next((f for f in left if f.low != f.high and value in (f.low, f.high)), None)
            if hit is not None:
                left.remove(hit)
            elif ends is not None:
                left.remove(ends)
                other = ends.high if value == ends.low else ends.low
                left.append(Found(other, other, ends.unit, ends.per, ends.span))
            else:
                right = False
        verdicts.append((case["Input"], right and not left))
    return verdicts


def sentences(half: str, read: Read) -> list[tuple[int, int, int]]:
    """Hits, found and gold of every sentence of one half, ``open`` or ``kept``, of the project's own."""
    rows = [json.loads(line) for line in (OWN / f"{half}.jsonl").read_text("utf-8").splitlines()]
    counts = []
    for row, found in zip(rows, read([row["text"] for row in rows]), strict=True):
        left = list(found)
        at = hits = 0
        for gold in row["quantities"]:
            start = row["text"].index(gold["text"], at)
            end, at = start + len(gold["text"]), start + 1

            def same(f: Found, gold: dict[str, object] = gold, start: int = start, end: int = end) -> bool:
                ends = ((f.low, gold["low"]), (f.high, gold["high"]))
                close = all(a is b or (a is not None and b is not None and abs(a - float(str(b))) <= 1e-3 * abs(a)) for a, b in ends)
                return (
                    f.span[0] < end
                    and start < f.span[1]
                    and close
                    and _unit(f.unit) == _unit(str(gold["unit"]) if gold["unit"] else None)
                    and f.per == gold["per"]
                )

            hit = next((f for f in left if same(f)), None)
            if hit is not None:
                left.remove(hit)
                hits += 1
        counts.append((hits, len(found), len(row["quantities"])))
    return counts


def f1(counts: Sequence[tuple[int, int, int]]) -> float:
    """F1 in percent."""
    hits, found, gold = (sum(c[i] for c in counts) for i in range(3))
    return 200 * hits / max(found + gold, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", help="Python that has quantulum3")
    parser.add_argument("--wrong", action="store_true", help="list the cases that are wrong")
    arguments = parser.parse_args()
    for name, read in [("sayso", ours), *([("quantulum3", peer(arguments.peer))] if arguments.peer else [])]:
        everything = []
        for model in MODELS if SPECS.exists() else ():
            verdicts = specification(model, read)
            everything += verdicts
            print(f"{name:12} {model:36} {100 * sum(ok for _, ok in verdicts) / len(verdicts):6.1f}  of {len(verdicts)}")
            if arguments.wrong and name == "sayso":
                print(*(f"    {text[:150]!r}" for text, ok in verdicts if not ok), sep="\n")
        if everything:
            print(f"{name:12} {'all five':36} {100 * sum(ok for _, ok in everything) / len(everything):6.1f}  of {len(everything)}")
        for half in ("open", "kept"):
            print(f"{name:12} {'own sentences, ' + half + ', F1':36} {f1(sentences(half, read)):6.1f}")


if __name__ == "__main__":
    main()
