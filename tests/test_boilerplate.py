"""What is no part of an article is marked in plain text, and a line of reporting never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.intake.boilerplate import find_boilerplate, is_call, is_caption, read_author_box, read_head_byline

BODY = "\n\n".join(
    f"The harbour board met for the {n} time on Monday and put off its vote, its chair said." for n in ("first", "second", "third")
)


def marked(text: str) -> list[str]:
    return [text[start:end] for start, end in find_boilerplate(text)[0]]


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to the Courier's Telegram channel, Facebook, RSS!",
        "Sign up for our daily newsletter",
        "Click here to read the whole report",
        "Follow Ada Brook on Twitter: @adabrook",
        "READ MORE: Ferry is late again",
        "Related: Why the quay sank",
        "Advertisement",
        "Read more:",
        "© 2031 Eastholm Courier",
        "All rights reserved.",
        "This material may not be published, broadcast or rewritten.",
        "Leave a comment",
        "We use cookies to make this site better.",
        "Like this story? Share it with a friend!",
        "Get the best of the Courier in your inbox.",
        "Updated: March 4, 2031 9:30 pm",
        "This article was originally published on the Northern Post.",
    ],
)
def test_calls_labels_and_notices_are_known_by_the_whole_line(line: str) -> None:
    assert is_call(line)
    assert marked(f"{BODY}\n\n{line}") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Subscribers to the scheme said that they had been misled.",
        "“Subscribe to nothing,” she said.",
        "Follow-up talks are to be held in June.",
        "Share prices fell by a tenth on Monday.",
        "The company said it may not be published, since all rights reserved to it were sold.",
        "Sign-ups fell in June, the ministry said.",
        "Click chemistry won its inventors a prize.",
        "Related companies were fined as well.",
        "Editor Tom Osei was jailed for two years on Monday.",
        "By Monday the water had reached the second floor of the hospital.",
        "By Ada Brook's account, the crane fell before noon.",
        "Reporter Ada Brook was arrested on Monday, her lawyer said.",
        "Author Tom Osei has left the country for good.",
        "Comments by the minister drew anger.",
        "Print is dead, the minister said.",
        "Copyright law is to be changed next year.",
        "Donate blood, the hospitals asked in June.",
        "Advertising fell by a third in June.",
        "Clara Venn is a member of the board of the port.",
        "The minister contributed to this reporting mess by his silence on Monday.",
        "More from our reporter Tom Osei, who is there:",
    ],
)
def test_a_line_of_reporting_is_never_marked(line: str) -> None:
    assert marked(f"{BODY}\n\n{line}") == []
    assert marked(f"{line}\n\n{BODY}") == []


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Author`s name Ada Brook", ["Ada Brook"]),
        ("Author: Ada Brook", ["Ada Brook"]),
        ("Written by Ada Brook and Tom Osei", ["Ada Brook", "Tom Osei"]),
        ("Editor Tom Osei", []),
        ("(Reporting by Ada Brook; Editing by Tom Osei)", ["Ada Brook"]),
        ("Photographs: Tom Osei", []),
        ("Ada Brook is a reporter at the Courier. Follow her on Twitter @adabrook.", ["Ada Brook"]),
        ("Tom Osei contributed to this report.", []),
        ("The Associated Press contributed to this report.", []),
        ("Email Ada Brook at ada@courier.example", []),
    ],
)
def test_author_boxes_name_the_authors(line: str, people: list[str]) -> None:
    box = read_author_box(line)
    assert box is not None
    assert box.people == people
    assert marked(f"{BODY}\n\n{line}") == [line]


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("By Ada Brook", ["Ada Brook"]),
        ("By ADA BROOK and TOM OSEI, Associated Press", ["ADA BROOK", "TOM OSEI"]),
        ("By Ada Brook, Staff Writer", ["Ada Brook"]),
        ("By Ada Brook | The Courier", ["Ada Brook"]),
    ],
)
def test_a_byline_at_the_head_names_the_authors(line: str, people: list[str]) -> None:
    byline = read_head_byline(line)
    assert byline is not None
    assert byline.people == people
    assert find_boilerplate(f"Quay closed\n\n{line}\n\n{BODY}")[1] == people


def test_the_foot_ends_where_the_article_does() -> None:
    foot = "Subscribe to our newsletter!\n\nAuthor's name Ada Brook\nEditor Tom Osei"
    spans, authors = find_boilerplate(f"{BODY}\n\n{foot}")
    assert len(spans) == 3
    assert authors == ["Ada Brook"]


def test_credits_of_pictures_are_captions_and_what_a_picture_shows_is_not() -> None:
    assert is_caption("Photo: Tom Osei / Getty Images")
    assert not is_caption("The photo was taken on Monday by a passenger of the ferry.")


LINES = st.sampled_from(
    [
        "By Ada Brook",
        "Advertisement",
        "Author: Tom Osei",
        "___",
        "Read more: x",
        "He left.",
        "Editor " + "A b" * 200,
        "a@b.c",
        "\u2028",
        "\r",
    ]
)


@given(st.lists(LINES | st.text(max_size=40), max_size=25).map("\n".join))
def test_spans_lie_in_the_text_in_order_apart_from_each_other(text: str) -> None:
    spans, authors = find_boilerplate(text)
    assert all(isinstance(name, str) for name in authors)
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        last = end


@pytest.mark.parametrize("word", ["By A", "a.", "Author: ", "Click here ", "A B is a x ", "@", "reporting by ", "photo ", "¹", "\u00a0"])
def test_long_lines_take_no_long_time(word: str) -> None:
    find_boilerplate("\n".join([word * 20_000, word * 40, word * 100] * 5))
