"""quantulum3 over texts: JSON strings on standard input, a line each; out come lines of [[low, high, unit, start, end], ...].

Runs in an environment that has quantulum3; its classifier needs scikit-learn and isn't used. Units are given the names that
sayso uses where that is only a matter of spelling.
"""

from __future__ import annotations

import json
import signal
import sys
from typing import Any

from quantulum3 import parser

PATIENCE = 5  # seconds for one text
NAMES = {"percentage": "percent", "per cent": "percent", "dimensionless": None, "minute of time": "minute"}


def unit_of(unit: Any) -> str | None:
    """A unit's name; of money the code of ISO 4217."""
    if unit.entity.name == "currency":
        return getattr(unit, "currency_code", None) or {"dollar": "USD", "euro": "EUR"}.get(unit.name, unit.name)
    return NAMES.get(unit.name, unit.name)


def give_up(*_: object) -> None:
    raise TimeoutError


def main() -> None:
    signal.signal(signal.SIGALRM, give_up)
    for line in sys.stdin:
        text = json.loads(line)
        signal.alarm(PATIENCE)
        try:
            found = parser.parse(text)
        except Exception:  # a peer that fails on a text, or takes too long, has found nothing in it
            found = []
        finally:
            signal.alarm(0)
        rows = []
        for quantity in found:
            spread = quantity.uncertainty or 0.0
            rows.append([quantity.value - spread, quantity.value + spread, unit_of(quantity.unit), *quantity.span])
        print(json.dumps(rows), flush=True)


if __name__ == "__main__":
    main()
