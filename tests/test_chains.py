"""Chains: who a statement came through, and the agencies of a whole article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.models import Link
from sayso.reading.chains import chain, find_credits

BODY = "The bridge was closed on Friday.\n\n" * 3


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"Bridge shut\n\nSTORHAVN, 4 March (NNA) - The bridge was closed.\n\n{BODY}", ["NNA"]),
        (f"Bridge shut\n\nSTORHAVN (Norden Wire) — The bridge was closed.\n\n{BODY}", ["Norden Wire"]),
        (f"Bridge shut\n\nBy Ilse Brandt, Associated Press\n\n{BODY}", ["Associated Press"]),
        (f"Bridge shut\n\nReuters\n\n{BODY}", ["Reuters"]),
        (f"Bridge shut\n\n{BODY}\nWith reporting by AFP and Reuters.", ["AFP", "Reuters"]),
        (f"Bridge shut\n\n{BODY}\nWith reporting by Ostmark Wire and Jonas Ahl.", ["Ostmark Wire"]),
        (f"Bridge shut\n\n{BODY}\nThe Associated Press contributed to this report.", ["Associated Press"]),
        (f"Bridge shut\n\n{BODY}\nSource: Xinhua", ["Xinhua"]),
        (f"Bridge shut\n\nBy Ilse Brandt\n\n{BODY}\nAdditional reporting by Jonas Ahl.", []),
        (f"Bridge shut\n\nThe engineer (Ada Lin) - who had warned of it - was right.\n\n{BODY}", []),
        (f"Bridge shut\n\nAda Lin (MEP) - who had warned of it - was right.\n\n{BODY}", []),
        (f"Bridge shut\n\n{BODY}\nShe wrote to us via Ostmark Wire, with information from Ostmark Wire.", []),
        (f"Bridge shut\n\nReuters reported that the bridge was shut.\n\n{BODY}", []),
    ],
)
def test_an_agency_is_credited_where_the_whole_article_is_its_own(text: str, names: list[str]) -> None:
    found = find_credits(text, lambda span: text[slice(*span)] == "Ostmark Wire")
    assert [name for name, _ in found] == names
    assert all(text[a:b] == name for name, (a, b) in found)


def test_relays_stand_from_the_speaker_outward_and_the_outlet_last() -> None:
    speaker = Link(role="speaker", name="the company")
    outer = [Link(role="speaker", name="Karel Osmund"), Link(role="relay", name="Radio Nord")]
    links = chain(speaker, [Link(role="relay", name="a letter")], outer, [("NNA", (3, 6))], "The Courier")
    assert [(link.role, link.name) for link in links] == [
        ("speaker", "the company"), ("relay", "a letter"), ("relay", "Karel Osmund"), ("relay", "Radio Nord"), ("relay", "NNA"),
        ("outlet", "The Courier"),
    ]  # fmt: skip


def test_nobody_relays_their_own_words_and_nobody_relays_twice() -> None:
    links = chain(Link(role="speaker", name="NNA"), [Link(role="relay", name="The Courier")], [], [("NNA", (3, 6))], "The Courier")
    assert [link.name for link in links] == ["NNA", "The Courier"]


@given(st.text(alphabet="AB ab(),-—\n/©:by", max_size=400))
def test_credits_are_looked_for_in_any_text(text: str) -> None:
    assert all(text[a:b] == name for name, (a, b) in find_credits(text, lambda span: text[slice(*span)] == "Ostmark Wire"))


@pytest.mark.parametrize("line", ["(" * 50_000, "by " * 20_000, "A " * 30_000, "(A) - " * 10_000, "with reporting by " * 3_000])
def test_credits_are_looked_for_at_head_and_foot_of_hostile_text_alone(line: str) -> None:
    assert all(span[1] <= len(line) * 2 + 1 for _, span in find_credits(line + "\n" + line, lambda span: False))
