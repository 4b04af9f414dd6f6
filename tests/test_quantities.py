"""Numbers with what they count, their bounds, and what isn't a quantity at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.reading.quantities import find_quantities

Row = tuple[float | None, float | None, str | None, str | None]


def read(text: str) -> list[Row]:
    return [(q.low, q.high, q.unit, q.per) for q in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Floods drove 4,200 people from the valley.", [(4200, 4200, "person", None)]),
        ("They sent 300 young Palembrian volunteers north.", [(300, 300, "volunteer", None)]),
        ("Three police officers and two sports clubs were named.", [(3, 3, "officer", None), (2, 2, "club", None)]),
        ("A dozen eggs and half a million crowns.", [(12, 12, "egg", None), (500_000, 500_000, "crown", None)]),
        ("Forty-two pupils stayed.", [(42, 42, "pupil", None)]),
        ("Two hundred and six bones, two and a half years.", [(206, 206, "bone", None), (2.5, 2.5, "year", None)]),
        ("Losses reached 1.4 million barrels a day.", [(1_400_000, 1_400_000, "barrel", "day")]),
        (
            "The queue is 12 km long, at 95 km/h or 60mph.",
            [(12, 12, "kilometre", None), (95, 95, "kilometre", "hour"), (60, 60, "mile", "hour")],
        ),
        ("It was minus 12C at dawn.", [(-12, -12, "degree celsius", None)]),
        ("A 40-tonne crane and a 26-storey tower.", [(40, 40, "tonne", None), (26, 26, "storey", None)]),
        ("He is 5 feet 6 inches tall.", [(5.5, 5.5, "foot", None)]),
    ],
)  # fmt: skip
def test_a_number_comes_with_what_it_counts_or_measures(text: str, expected: list[Row]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("more than five hours", (5, None, "hour", None)),
        ("at least nine boats", (9, None, "boat", None)),
        ("no fewer than 12 traders", (12, None, "trader", None)),
        ("up to 40 flats", (None, 40, "flat", None)),
        ("under 200 seats", (None, 200, "seat", None)),
        ("30 tents or more", (30, None, "tent", None)),
        ("between 1.1 and 1.4 billion crowns", (1.1e9, 1.4e9, "crown", None)),
        ("1,000-1,500 citizens", (1000, 1500, "citizen", None)),
        ("from 3 to 5 per cent", (3, 5, "percent", None)),
    ],
)
def test_bounds_and_ranges_have_two_ends_of_which_one_may_be_open(text: str, expected: Row) -> None:
    assert read(f"It took {text} to say.") == [expected]


@pytest.mark.parametrize(
    "words", ["about 60", "some 60", "nearly 60", "an estimated 60", "as many as 60", "close to 60", "60-odd", "roughly 60"]
)
def test_an_approximation_says_so_and_is_part_of_the_span(words: str) -> None:
    [found] = find_quantities(f"They sold {words} houses.")
    assert (found.low, found.high, found.unit, found.approximate) == (60, 60, "house", True)
    assert found.text == f"{words} houses"


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("$82.40", "USD", 82.4), ("£4m", "GBP", 4e6), ("€3.5 million", "EUR", 3.5e6), ("₹14.6 crore", "INR", 1.46e8),
        ("R250m", "ZAR", 2.5e8),
        ("88 million Swiss francs", "CHF", 88e6), ("12 euros", "EUR", 12), ("A$9bn", "AUD", 9e9), ("40 crowns", "crown", 40),
        ("371p", "penny", 371),
        ("3 dollars and 50 cents", "USD", 3.5), ("120 MEUR", "EUR", 1.2e8), ("500 USD", "USD", 500),
    ],
)  # fmt: skip
def test_money_is_known_by_its_sign_its_code_and_its_name(text: str, unit: str, value: float) -> None:
    [found] = find_quantities(f"The bill came to {text}.")
    assert (found.low, found.unit, found.text) == (pytest.approx(value), unit, text)


def test_of_two_that_are_compared_one_is_the_earlier() -> None:
    now, then = find_quantities("Turnout was 43 per cent, up from 38 per cent in January.")
    assert (now.earlier, then.earlier, then.low) == (False, True, 38)
    before, after = find_quantities("Confirmed cases in the port fell from 120 to 95.")
    assert (before.low, before.earlier, before.unit, after.low, after.earlier) == (120, True, "case", 95, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("About 1,000 citizens come to the offices every day.", (1000, 1000, "citizen", "day")),
        ("Wheat gave 2.8 tonnes per hectare.", (2.8, 2.8, "tonne", "hectare")),
        ("There were 31 deaths per 1,000 live births.", (31, 31, "death", "1000 birth")),
        ("They pay $19.40 an hour.", (19.4, 19.4, "USD", "hour")),
    ],
)
def test_a_quantity_may_be_counted_by_something(text: str, expected: Row) -> None:
    assert read(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two thirds of voters said no.", (0.6667, 0.6667, "voter", None)),
        ("A quarter of the budget is gone.", (0.25, 0.25, "budget", None)),
        ("One in five children is hungry.", (0.2, 0.2, "child", None)),
        ("A quarter of a million tickets went.", (250_000, 250_000, "ticket", None)),
    ],
)
def test_parts_are_numbers_too(text: str, expected: Row) -> None:
    assert read(text) == [expected]


@pytest.mark.parametrize(
    ("text", "age"), [("The 34-year-old fled.", 34), ("Ruth Adeyemi, 52, fled.", 52), ("It is free for children under 12 today.", 12)]
)
def test_ages_are_years(text: str, age: int) -> None:
    [found] = find_quantities(text)
    assert (age in (found.low, found.high), found.unit) == (True, "year")


@pytest.mark.parametrize(
    "text",
    [
        "Ardwick won 3-1 at home.", "Under section 21 of the act, Flight 409 may not land.",
        "The third and the 4th man fled.",
        "Call 01632 960417 now.", "She drove a Boeing 737 and wrote on an iPhone 15.", "No one of them was the one.",
        "One day it will rain.",
        "Dozens fled, several hundred stayed, and many thousands wept.",
        "See https://example.org/2024/12?page=3 or write to a1@example.org.",
        "The B6219 and the G20 met at 9.30am.", "The 2004 Act was signed in 1999.", "The trial in Court 6 goes on.",
    ],
)  # fmt: skip
def test_look_alikes_are_no_quantities(text: str) -> None:
    assert read(text) == []


def test_a_point_in_time_is_no_quantity() -> None:
    text = "On September 13 they met for 5 hours."
    assert [q.text for q in find_quantities(text, [(3, 15)])] == ["5 hours"]


def test_the_network_may_say_that_a_number_counts_nothing() -> None:
    assert [q.text for q in find_quantities("It was one mistake.")] == ["one mistake"]
    assert find_quantities("It was one mistake.", unlikely=lambda start, end: True) == []


WORDS = (
    "one two a half and hundred million 12 3.5 1,000 -5 % $ £ per day to from between 9 ½ people years dozen of the in point"
    " . , - 7/8 1e9 € m bn"
)
words = st.sampled_from(WORDS.split())


@given(st.lists(words, max_size=30).map(" ".join) | st.text(max_size=80))
def test_quantities_are_slices_of_the_text_in_order(text: str) -> None:
    end = 0
    for found in find_quantities(text):
        assert end <= found.span[0] < found.span[1] <= len(text)
        assert found.text == text[slice(*found.span)]
        assert found.low is not None or found.high is not None
        assert found.low is None or found.high is None or found.low <= found.high
        end = found.span[1]


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5000,
        "1,2" * 3000,
        "one hundred and " * 2000,
        "$" * 3000,
        "10^999999999",
        "1e999",
        "٣٤٥ people",
        "½" * 999,
        "½ one hundred people",
    ],
)
def test_no_text_takes_long_or_breaks_it(text: str) -> None:
    find_quantities(text)
