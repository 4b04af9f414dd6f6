"""Time expressions: where they stand and what they mean."""

from __future__ import annotations

import re
import string
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.reading.times import candidates_in, find_times

WEDNESDAY = "2016-10-12"


def values(text: str, published: str | None = WEDNESDAY) -> list[tuple[str, str | None]]:
    """What is found in a text without a network."""
    return [(t.text, t.value) for t in find_times(text, candidates_in(text), published)]


def value(text: str, published: str | None = WEDNESDAY) -> str | None:
    """The value of the one expression of a text."""
    [(_, found)] = values(text, published)
    return found


@pytest.mark.parametrize(
    "words",
    [
        "March 3, 2024", "3 March 2024", "3rd of March, 2024", "March 3rd 2024", "the third of March 2024", "2024-03-03",
        "Sunday, March 3, 2024",
        "Mar. 3, 2024",
    ],
)  # fmt: skip
def test_a_full_date_is_read_in_every_order(words: str) -> None:
    assert value(f"The depot burned down on {words}.") == "2024-03-03"


def test_a_date_in_numbers_has_the_month_first_unless_only_the_day_can_be_first() -> None:
    assert [v for _, v in values("Opened 03/04/2015, closed 13/04/2015 and sold 21.05.2015.")] == ["2015-03-04", "2015-04-13", "2015-05-21"]


def test_a_weekday_is_the_last_one_unless_the_sentence_speaks_of_the_future() -> None:
    assert values("The ferry sank on Friday.") == [("Friday", "2016-10-07")]
    assert values("The ferry will sail on Friday.") == [("Friday", "2016-10-14")]
    assert values("On Friday the ferry will sail again.") == [("Friday", "2016-10-14")]
    assert values("He said Friday that the ferry would sail.") == [("Friday", "2016-10-07")]
    assert values("The ferry docked Wednesday.") == [("Wednesday", WEDNESDAY)]
    assert values("It will be released Friday.") == [("Friday", "2016-10-14")]
    assert values("It could come as early as Friday.") == [("Friday", "2016-10-14")]
    assert values("It sails next Monday or Tuesday of next week.") == [
        ("next Monday", "2016-10-17"),
        ("Tuesday of next week", "2016-10-18"),
    ]


def test_a_day_without_a_year_takes_the_years_that_tense_and_nearness_ask_for() -> None:
    assert value("The mill closed on September 13.") == "2016-09-13"
    assert value("The mill closed on September 13.", "2016-03-20") == "2015-09-13"
    assert value("The mill will close on September 13.", "2016-03-20") == "2016-09-13"
    assert value("The mill closed in December.") == "2015-12"
    assert value("The mill will be back by February.") == "2017-02"


def test_last_and_this_and_next_count_from_the_article() -> None:
    text = "last week, this month, next year, last November, June last year, this quarter, last summer, last weekend, the past two months"
    assert [v for _, v in values(text)] == [
        "2016-W40", "2016-10", "2017", "2015-11", "2015-06", "2016-Q4", "2016-SU", "2016-W40-WE", "P2M",
    ]  # fmt: skip


def test_today_and_its_like_count_from_the_article() -> None:
    text = "today, yesterday, tomorrow, tonight, last night, yesterday morning, the day before yesterday, this evening"
    assert [v for _, v in values(text)] == [
        "2016-10-12", "2016-10-11", "2016-10-13", "2016-10-12TNI", "2016-10-11TNI", "2016-10-11TMO", "2016-10-10", "2016-10-12TEV",
    ]  # fmt: skip


def test_ago_counts_from_the_article_in_the_units_that_it_names() -> None:
    text = "a week ago, 11 days ago, two years ago, three months ago, half a century ago, years ago"
    assert [v for _, v in values(text)] == ["2016-W40", "2016-10-01", "2014", "2016-07", "1966", "PAST_REF"]


def test_later_and_that_and_following_count_from_the_time_before_them() -> None:
    text = "The flood came on May 3, 2011. Two weeks later the wall fell. That night it rained."
    assert values(text)[1:] == [("Two weeks later", "2011-W20"), ("That night", "XXXX-XX-XXTNI")]
    assert values("He arrived on May 3, 2011, and left three days later.")[1:] == [("three days later", "2011-05-06")]
    assert values("It began on May 3, 2011. That night he fled; the following Monday he came back.")[1:] == [
        ("That night", "2011-05-03TNI"),
        ("the following Monday", "2011-05-09"),
    ]
    assert values("She joined in March 2009 and left in May of the same year.")[1:] == [("May of the same year", "2009-05")]
    assert values("It began on May 3, 2011. The day after, all was calm.")[1:] == [("The day after", "2011-05-04")]
    assert values("It began on May 30, 2011, and ended on the night of the eleventh.")[1:] == [
        ("the night of the eleventh", "2011-05-11TNI")
    ]


def test_a_day_can_t_be_counted_from_a_year() -> None:
    assert values("In 2011 the wall fell. Three days later it rained.")[1:] == [("Three days later", None)]


def test_a_range_has_two_ends() -> None:
    assert values("It ran from May 3 to 5, 2015.") == [("May 3", "2015-05-03"), ("5, 2015", "2015-05-05")]
    assert values("It ran between 3 and 5 May 2015.") == [("3", "2015-05-03"), ("5 May 2015", "2015-05-05")]
    assert values("the war of 1914-18") == [("1914", "1914"), ("18", "1918")]
    assert values("between Monday and Wednesday") == [("Monday", "2016-10-10"), ("Wednesday", WEDNESDAY)]
    assert values("from January to March 2015") == [("January", "2015-01"), ("March 2015", "2015-03")]
    assert [v for _, v in values("from 9 to 11 a.m. on May 3, 2015")] == ["2015-05-03T09:00", "2015-05-03T11:00"]


def test_clock_times_take_the_day_beside_them() -> None:
    text = "It opened at 8:30 p.m. on May 3, 2015."
    assert values(text) == [("8:30 p.m. on May 3, 2015", "2015-05-03T20:30")]
    assert values("On Friday it opened at noon.")[1] == ("noon", "2016-10-07T12:00")
    assert value("It begins at 20.15 GMT.") == "2016-10-12T20:15"
    assert value("They met at half past six in the evening.") == "2016-10-12T18:30"
    assert value("They met at six o'clock.") == "2016-10-12T06:00"
    assert value("It ends at midnight.") == "2016-10-12T24:00"


def test_quarters_halves_seasons_decades_and_centuries_have_their_values() -> None:
    text = "the third quarter of 2014, Q2 2015, the first half of 2013, the winter of 1994, the 1990s, the eighties, the 19th century"
    assert [v for _, v in values(text)] == ["2014-Q3", "2015-Q2", "2013-H1", "1994-WI", "199", "198", "18"]
    assert value("Few recall the turn of the century.") is None


def test_a_year_earlier_is_the_same_quarter_where_quarters_are_compared() -> None:
    text = "Sales rose in the third quarter of 2014 from a year earlier."
    assert values(text)[1] == ("a year earlier", "2013-Q3")
    assert values("Sales rose in 2014 from a year earlier.")[1] == ("a year earlier", "2013")


def test_lengths_and_frequencies_are_told_from_points_in_time() -> None:
    text = "For two and a half years he rowed five hours every day, then twice a week, on Mondays, for decades."
    found = find_times(text, candidates_in(text), WEDNESDAY)
    assert [(t.value, t.type) for t in found] == [
        ("P2Y6M", "duration"), ("PT5H", "duration"), ("P1D", "set"), ("P1W", "set"), ("XXXX-WXX-1", "set"), ("PXE", "duration"),
    ]  # fmt: skip
    assert [t.type for t in find_times("At noon on Monday", [(0, 17)], WEDNESDAY)] == ["time"]


def test_holidays_have_days() -> None:
    text = "Easter 2014, Thanksgiving 2012, New Year's Eve 1999, Memorial Day 2011, Election Day 2020, Good Friday 2014, Easter week"
    assert [v for _, v in values(text)] == [
        "2014-04-20", "2012-11-22", "1999-12-31", "2011-05-30", "2020-11-03", "2014-04-18", "2014-W16",
    ]  # fmt: skip


def test_without_a_date_what_is_relative_stays_open() -> None:
    assert value("The ferry sank on Tuesday.", None) == "XXXX-WXX-2"
    assert value("The ferry sank on September 13.", None) == "XXXX-09-13"
    assert value("The ferry sank today.", None) == "PRESENT_REF"
    assert value("The ferry sank last week.", None) == "PAST_REF"
    assert value("The ferry sank in 2011.", None) == "2011"
    assert value("The ferry sank last year.", "2016") == "2015"
    assert value("The ferry sank yesterday.", "2016-10") == "PAST_REF"
    assert value("The ferry sank last month.", "2016-10") == "2016-09"


@pytest.mark.parametrize(
    "text",
    [
        "Theresa May may march.", "The fall of the town.", "A 25-year-old and a woman of 52 years old.",
        "They sold 2,000 cars and 1990 houses.",
        "It costs $1999.", "Flight 2016 of a Boeing 737.", "as soon as they can", "in his 30s", "He reads USA Today.", "the morning",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_time_is_no_candidate(text: str) -> None:
    assert candidates_in(text) == []


def test_a_candidate_is_widened_or_cut_to_the_whole_expression() -> None:
    text = "He left two weeks ago for good."
    for candidate in ("weeks", "two weeks", "weeks ago for good", "two weeks ago"):
        start = text.index(candidate)
        assert [t.text for t in find_times(text, [(start, start + len(candidate))], WEDNESDAY)] == ["two weeks ago"]


def test_a_candidate_says_that_a_doubtful_word_is_a_time() -> None:
    text = "They met again in the fall, and May was cold."
    spans = [(text.index(word), text.index(word) + len(word)) for word in ("fall", "May")]
    assert [t.value for t in find_times(text, spans, WEDNESDAY)] == ["2016-FA", "2016-05"]


def test_a_candidate_without_any_time_is_left_out() -> None:
    assert find_times("The river rose.", [(4, 9)], WEDNESDAY) == []


def test_no_such_day_has_no_value() -> None:
    assert value("It is due on February 30.") is None


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5000,
        "10^999999999",
        "9" * 400 + " years ago",
        "1," * 2000,
        "٣ مايو ٢٠١٦",
        "May ３",
        "\n " * 2000,
        "NaN days ago",
        "two " * 2000,
    ],
)
def test_odd_numbers_neither_raise_nor_hang(text: str) -> None:
    began = time.process_time()
    find_times(text, [(0, len(text)), *candidates_in(text)], WEDNESDAY)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31", "2016-13-40", "", "yesterday", "2016-10-12T08:00:00+02:00", "20161012"])
def test_any_date_of_an_article_is_borne(published: str) -> None:
    text = "last week, next century, 300 years ago, on Tuesday, next winter, the weekend, tomorrow, Easter, June 3, year-end"
    assert len(find_times(text, candidates_in(text), published)) == 10


_WORDS = (
    "the a last next this that of in on at and to from 3 5 31 2016 1999 May June March Monday Friday week weeks year years day days two "
    "three half past quarter third first second ago earlier later before after every morning night noon early late mid end - , . ' 's ; "
    "8:30 p.m. 1990s eighties century Christmas Easter now recently spring fall GMT o'clock 13/09/2023 12th $ % couple few hundred nineteen"
)
WORDS = st.sampled_from([*_WORDS.split(), "\n\n", "\n"])
TEXTS = st.one_of(
    st.lists(WORDS, max_size=40).map(" ".join),
    st.lists(WORDS, max_size=20).map("".join),
    st.text(max_size=60),
    st.text(alphabet=string.digits + ":/.,-'’ apmst½٣", max_size=40),
)


@settings(max_examples=80, deadline=None)
@given(TEXTS, st.sampled_from([None, "2016", "2016-10", WEDNESDAY, "0001-01-01", "9999-12-31"]), st.data())
def test_what_is_found_stands_in_the_text_in_order(text: str, published: str | None, data: st.DataObject) -> None:
    ends = st.integers(-2, len(text) + 2)
    drawn = data.draw(st.lists(st.tuples(ends, ends), max_size=3))
    own = candidates_in(text)
    assert all(0 <= a < b <= len(text) for a, b in own)
    assert all(one[1] <= other[0] for one, other in pairwise(own))
    times = find_times(text, [*own, *drawn], published)
    assert all(text[t.span[0] : t.span[1]] == t.text for t in times)
    assert all(one.span[1] <= other.span[0] for one, other in pairwise(times))
    assert all(t.value is None or re.fullmatch(r"[0-9A-Z_:.-]+", t.value) for t in times)
    assert {t.span for t in times} >= {t.span for t in find_times(text, own, published)}
