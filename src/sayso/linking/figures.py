"""The figures of two statements beside each other: the same quantity with the same value, or with another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from sayso.models import Quantity

_EXACT = 1e-6
_LOOSE = 0.03  # of a value that is given as approximate


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the figures of two statements compare.

    Attributes:
        both: whether both have any.
        equal: the share of the figures, of the statement that has fewer, which the other has too with the same unit.
        other: the same of those which the other has with the same unit and another value only.
        distance: how far apart the nearest values of one unit are that aren't equal: 0 to 1, for a factor of 1 to 10 or more.
        changed: the figures, of the first and of the second, which are nearest of those.
    """

    both: bool
    equal: float
    other: float
    distance: float
    changed: tuple[Quantity, Quantity] | None = None


def compare_figures(a: Sequence[Quantity], b: Sequence[Quantity]) -> Comparison:
    """Compare the figures of two statements; of the same unit are those of which none is named."""
    ours, theirs = ([one for one in figures if middle(one) is not None] for figures in (a, b))
    if not ours or not theirs:
        return Comparison(False, 0.0, 0.0, 0.0)
    alike = [(one, other) for one, other in product(ours, theirs) if one.unit == other.unit and one.per == other.per]
    equal = [pair for pair in alike if same_value(*pair)]
    settled = {id(one) for pair in equal for one in pair}
    changed = [pair for pair in alike if not {id(one) for one in pair} & settled]
    fewer = min(len(ours), len(theirs))
    shares = [min(1.0, min(len({id(pair[side]) for pair in pairs}) for side in (0, 1)) / fewer) for pairs in (equal, changed)]
    nearest = min(changed, key=lambda pair: _distance(*pair), default=None)
    return Comparison(True, shares[0], shares[1], _distance(*nearest) if nearest is not None else 0.0, nearest)


def middle(figure: Quantity) -> float | None:
    """A value in the middle of what a figure gives, or the bound."""
    known = [value for value in (figure.low, figure.high) if value is not None and math.isfinite(value)]
    return sum(known) / len(known) if known else None


def same_value(a: Quantity, b: Quantity) -> bool:
    """Whether two figures give one value, or one lies in the range that the other gives."""
    one, other = middle(a), middle(b)
    if one is None or other is None:
        return False
    for value, figure in ((one, b), (other, a)):
        if figure.low is not None and figure.high is not None and figure.low < figure.high and figure.low <= value <= figure.high:
            return True
    loose = _LOOSE if a.approximate or b.approximate else _EXACT
    return abs(one - other) <= loose * max(abs(one), abs(other))


def _distance(a: Quantity, b: Quantity) -> float:
    one, other = middle(a) or 0.0, middle(b) or 0.0
    if one == 0 or other == 0 or (one < 0) != (other < 0):
        return 0.0 if one == other else 1.0
    return min(1.0, abs(math.log10(abs(one)) - math.log10(abs(other))))
