"""Offices: who held one at a date, where that is sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.reading.offices import holder


@pytest.mark.parametrize(
    ("words", "date", "name"),
    [
        ("the Russian president", "2023-10-13", "Vladimir Putin"),
        ("Russia's president", "2023", "Vladimir Putin"),
        ("the president of Russia", "2023-10", "Vladimir Putin"),
        ("The US President", "2021-12-01", "Joe Biden"),
        ("the queen of the United Kingdom", "1999-05-05", "Elizabeth II"),
    ],
)
def test_an_office_with_its_country_is_looked_up_by_date(words: str, date: str, name: str) -> None:
    assert holder(words, date) == name


@pytest.mark.parametrize(
    ("words", "date"),
    [("the Russian president", None), ("the president", "2023-10-13"), ("the Russian president's spokesman", "2023-10-13"),
     ("the Velmark prime minister", "2023-10-13"), ("the Russian president", "soon"), ("the Russian president", "1870-01-01")],
)  # fmt: skip
def test_nothing_is_guessed_without_date_country_or_record(words: str, date: str | None) -> None:
    assert holder(words, date) is None


def test_in_the_year_of_a_change_nobody_is_named_where_no_day_is_known() -> None:
    assert holder("the British monarch", "2022-09") is None
    assert holder("the British monarch", "2021-09") == "Elizabeth II"


@given(st.text(max_size=80), st.none() | st.text(max_size=12))
def test_any_words_and_any_date_will_do(words: str, date: str | None) -> None:
    holder(words, date)
