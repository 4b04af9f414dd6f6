"""Times and quantities where they belong: with the statement that holds them, and once."""

from __future__ import annotations

import pytest

from sayso import Document, Reader, Record
from sayso.models import Quantity, Statement, Time
from sayso.render.figures import figures_of

ARTICLE = """Ferry fares to rise

STORHAVN - Fares will go up by 12 per cent in May, the operator, Norden Line, said on Tuesday.

"We lost more than 40 million crowns last year," its director, Ada Lin, told the council.

The crossing takes about five hours. The line carried 1,200-1,500 passengers every day in 2030.

She denied that the company had sold two ships on February 11.
"""


@pytest.fixture(scope="module")
def record() -> Record:
    return Reader().read(Document(text=ARTICLE, published="2031-03-06"))


def holding(record: Record, words: str) -> Statement:
    return next(s for s in record.statements if words in s.text)


def test_the_moment_of_saying_isn_t_a_time_of_what_was_said(record: Record) -> None:
    fares = holding(record, "Fares will go up")
    assert fares.said_at is not None
    assert (fares.said_at.text, fares.said_at.value, fares.said_at.grain) == ("Tuesday", "2031-03-04", "day")
    assert [(t.text, t.value) for t in fares.times] == [("May", "2031-05")]


def test_a_statement_has_the_quantities_of_its_content(record: Record) -> None:
    [share] = holding(record, "Fares will go up").quantities
    assert (share.low, share.high, share.unit) == (12, 12, "percent")
    [loss] = holding(record, "We lost").quantities
    assert (loss.low, loss.high, loss.unit, loss.approximate) == (40_000_000, None, "crown", False)


def test_a_year_counts_from_the_document_s(record: Record) -> None:
    assert [(t.text, t.value) for t in holding(record, "We lost").times] == [("last year", "2030")]


def test_a_duration_is_told_once(record: Record) -> None:
    crossing = holding(record, "about five hours")
    assert [(q.low, q.unit, q.approximate) for q in crossing.quantities] == [(5, "hour", True)]
    assert crossing.times == []


def test_what_a_quantity_is_counted_by_is_no_time(record: Record) -> None:
    carried = holding(record, "1,200-1,500")
    assert [(q.low, q.high, q.unit, q.per) for q in carried.quantities] == [(1200, 1500, "passenger", "day")]
    assert [t.value for t in carried.times] == ["2030"]


def test_a_day_without_a_year_is_the_last_one(record: Record) -> None:
    ships = holding(record, "sold two ships")
    assert [(t.text, t.value) for t in ships.times] == [("February 11", "2031-02-11")]


def test_without_a_date_the_year_stays_open() -> None:
    record = Reader().read(Document(text=ARTICLE))
    assert [t.value for t in holding(record, "sold two ships").times] == ["XXXX-02-11"]


def figured(**figures: object) -> list[str]:
    statement = {"id": "1", "kind": "narrated", "content": [(0, 1)], "text": "x", "confidence": 1.0}
    return figures_of(Statement.model_validate(statement | figures))


@pytest.mark.parametrize(
    ("low", "high", "more", "shown"),
    [
        (5, None, {"unit": "hour"}, "5 or more hour"),
        (None, 40, {"unit": "flat"}, "40 or less flat"),
        (1000, 1500, {"unit": "citizen", "per": "day", "approximate": True}, "about 1,000 to 1,500 citizen per day"),
        (0.6667, 0.6667, {"unit": "voter", "earlier": True}, "0.6667 voter (earlier)"),
        (1e21, 1e21, {}, "1e+21"),
    ],
)
def test_quantities_are_shown_with_their_bounds(low: float | None, high: float | None, more: dict[str, object], shown: str) -> None:
    assert figured(quantities=[Quantity.model_validate({"span": (0, 1), "text": "x", "low": low, "high": high} | more)]) == [shown]


def test_a_time_is_shown_with_its_value() -> None:
    assert figured(said_at=Time(span=(0, 1), text="Tuesday", value="2031-03-04")) == ["said Tuesday = 2031-03-04"]
    assert figured(times=[Time(span=(0, 1), text="2031", value="2031")]) == ["2031"]
