"""Figures of two statements beside each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.linking.figures import compare_figures, same_value
from sayso.models import Quantity
from sayso.reading.quantities import find_quantities


def compared(a: str, b: str) -> tuple[float, float]:
    result = compare_figures(find_quantities(a), find_quantities(b))
    return result.equal, result.other


def test_another_value_of_the_same_unit_is_told_with_both_figures() -> None:
    result = compare_figures(find_quantities("the fire killed 31 people"), find_quantities("34 people died"))
    assert (result.equal, result.other) == (0, 1)
    assert result.changed is not None
    assert [one.text for one in result.changed] == ["31 people", "34 people"]


def test_the_same_value_is_equal_in_words_and_in_digits() -> None:
    assert compared("three ships were lost", "3 ships were lost") == (1, 0)


def test_figures_that_only_look_alike_are_neither() -> None:
    assert compared("31 witnesses were heard", "31 ships were lost") == (0, 0)


def test_what_the_other_has_too_is_not_changed() -> None:
    assert compared("12 ships and 40 ships", "12 ships") == (1, 0)


def test_a_value_within_a_range_is_the_same() -> None:
    [one], [other] = find_quantities("1,000 to 1,500 men"), find_quantities("1,200 men")
    assert same_value(one, other)
    assert same_value(other, one)


@pytest.mark.parametrize("none", ["no figure here", ""])
def test_without_figures_on_both_sides_nothing_is_compared(none: str) -> None:
    assert not compare_figures(find_quantities(none), find_quantities("12 ships")).both


values = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(10**9), 10**9).map(float)
quantities = st.lists(
    st.builds(
        lambda low, high, unit, approximate: Quantity(span=(0, 1), text="x", low=low, high=high, unit=unit, approximate=approximate),
        st.none() | values, st.none() | values, st.sampled_from([None, "ship", "man"]), st.booleans(),
    ),
    max_size=4,
)  # fmt: skip


@given(quantities, quantities)
def test_shares_lie_between_0_and_1_and_the_order_does_not_matter(a: list[Quantity], b: list[Quantity]) -> None:
    one, other = compare_figures(a, b), compare_figures(b, a)
    assert (one.both, one.equal, one.other) == (other.both, other.equal, other.other)
    assert all(0 <= share <= 1 for share in (one.equal, one.other, one.distance))
    assert one.distance == pytest.approx(other.distance)
