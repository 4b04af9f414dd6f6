"""Quotation marks, as real pages hold them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.reading.layout import find_paragraphs
from sayso.reading.quotation import Quotation, canonical_view, find_quotations, kind_of


def quotations(text: str) -> list[Quotation]:
    return find_quotations(text, [(p.start, p.end) for p in find_paragraphs(text)])


def quoted(text: str) -> list[str]:
    return [text[slice(*q.inside)] for q in quotations(text)]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ('"The pier is gone," she said.', ["The pier is gone,"]),
        ("“The pier is gone,” she said.", ["The pier is gone,"]),
        ('“The pier is gone," she said.', ["The pier is gone,"]),
        ('"The pier is gone,” she said. “All of it."', ["The pier is gone,", "All of it."]),
        ("``The pier is gone,'' she said. ''All of it.''", ["The pier is gone,", "All of it."]),
        ("‘The pier is gone,’ she said.", ["The pier is gone,"]),
        ("'The pier is gone,' she said.", ["The pier is gone,"]),
        ("„Der Steg ist weg“, sagte sie. „Ganz.“", ["Der Steg ist weg", "Ganz."]),
        ("»Der Steg ist weg«, sagte sie.", ["Der Steg ist weg"]),
        ("« Le ponton a disparu », dit-elle.", [" Le ponton a disparu "]),
        ("‹Weg›, sagte sie.", ["Weg"]),
        ("›Weg‹, sagte sie.", ["Weg"]),
        ("„Nie ma go”, powiedziała. „Wcale.”", ["Nie ma go", "Wcale."]),
        ("‘‘The pier is gone,’’ she said.", ["The pier is gone,"]),
        ("The `model plant' closed.", ["model plant"]),
        ("‘The pier is gone,' she said. ‘All of it.'", ["The pier is gone,", "All of it."]),
        ("“We are done”—she said—“for good.”", ["We are done", "for good."]),
        ('" We waited , " she said . " Long . "', [" We waited , ", " Long . "]),
        ("“We waited,” she said, “ and waited ”.", ["We waited,", " and waited "]),
        ('Who is the "local helper "?', ["local helper "]),
        ('"Yes." "No." "Perhaps."', ["Yes.", "No.", "Perhaps."]),
        ('("Yes") ["no"] - "perhaps"?', ["Yes", "no", "perhaps"]),
        ("”Bryggan är borta”, sa hon.", ["Bryggan är borta"]),
        ("The minister said:“It holds.”He left.", ["It holds."]),
    ],
)
def test_marks_of_every_style_are_paired(text: str, inside: list[str]) -> None:
    assert quoted(text) == inside


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("'It's the council's fault,' he said.", ["It's the council's fault,"]),
        ("‘It’s the council’s fault,’ he said.", ["It’s the council’s fault,"]),
        ("‘The residents’ anger is real,’ he said. ‘Don’t wait.’", ["The residents’ anger is real,", "Don’t wait."]),
        ("The drivers' union and the teachers' union met.", []),
        ("It was '80s rock 'n' roll, and they loved 'em.", []),
        ("It was ’80s rock ’n’ roll.", []),
        ("'Rock 'n' roll isn't dead,' he said, 'it's the '60s that are.'", ["Rock 'n' roll isn't dead,", "it's the '60s that are."]),
        ("'Tell 'em the dogs' home is shut,' said Ray.", ["Tell 'em the dogs' home is shut,"]),
        ("It closed ’cause ’twas cold, and ‘’tis over’, she said.", ["’tis over"]),
        ("He said 'the workers' rights are safe' on Friday.", ["the workers' rights are safe"]),
        ("The 'bad apples' left and the players' union stayed.", ["bad apples"]),
        ("Members' pay isn't 'up to scratch', the unions' leader said.", ["up to scratch"]),
        ("James' car and Jess' dog. 'No,' he said.", ["No,"]),
        ("“She said ‘the boys’ kit is lost’ and left,” he said.", ["She said ‘the boys’ kit is lost’ and left,", "the boys’ kit is lost"]),
        ("He isn't, she wasn't, and the dogs' bowls weren't.", []),
        ("The so-called 'model plant' closed.", ["model plant"]),
        ("O'Brien's 'plan', as he calls it, isn't one.", ["plan"]),
    ],
)
def test_apostrophes_are_no_quotation_marks(text: str, inside: list[str]) -> None:
    assert quoted(text) == inside


def test_inches_and_feet_are_no_quotation_marks() -> None:
    assert quoted('The 6\'2" keeper and a 5" pipe.') == []


@pytest.mark.parametrize(
    "text", ['She paused. ". . . and then we left," she said.', '".@harbour is wrong," she wrote.', '"...and left," she said.']
)
def test_a_quotation_may_begin_with_a_full_stop(text: str) -> None:
    assert len(quoted(text)) == 1
    assert quoted(text)[0].startswith(".")


def test_a_quotation_within_a_quotation_is_one_deeper() -> None:
    found = quotations("“He told me, ‘You’re late,’ and left,” she said.")
    assert [(q.depth, q.closed) for q in found] == [(0, True), (1, True)]
    found = quotations("'He said \"late\" twice,' she recalled.")
    assert [q.depth for q in found] == [0, 1]


def test_a_mark_that_is_never_closed_harms_its_own_paragraph_only() -> None:
    text = '"We waited for hours, he said.\n\n"Nobody came," she said.'
    found = quotations(text)
    assert [q.closed for q in found] == [False, True]
    assert found[0].inside[1] <= text.index("\n")
    assert text[slice(*found[1].inside)] == "Nobody came,"


def test_paragraphs_of_one_long_quotation_go_on_from_one_another() -> None:
    found = quotations("“We came in the spring.\n\n“Nobody met us.\n\n“So we left,” he said. “For good.”")
    assert [(q.continues, q.closed) for q in found] == [(False, False), (True, False), (True, True), (False, True)]


def test_a_paragraph_without_marks_ends_a_long_quotation() -> None:
    found = quotations("“We came in the spring.\n\nNobody met them.\n\n“So we left,” he said.")
    assert [q.continues for q in found] == [False, False]


def test_a_new_quotation_after_a_closed_one_does_not_go_on_from_it() -> None:
    assert [q.continues for q in quotations("“We came,” he said.\n\n“We left,” she said.")] == [False, False]


def test_the_view_writes_every_style_alike() -> None:
    text = "''So be it,'' he said. 'It isn't \"over\",' she said."
    assert canonical_view(text, quotations(text)) == "“ So be it,”  he said. “It isn't ‘over’,” she said."


marks = st.text(alphabet="\"'“”‘’„«»‹›`,. \nab1", max_size=80)


@given(marks)
def test_quotations_lie_in_the_text_and_nest_without_crossing(text: str) -> None:
    open_ends: list[int] = []
    for q in quotations(text):
        assert 0 <= q.opening[0] < q.opening[1] <= q.closing[0] <= q.closing[1] <= len(text)
        assert "\n" not in text[q.opening[0] : q.closing[1]] or len(find_paragraphs(text)) < text.count("\n") + 1
        while open_ends and open_ends[-1] <= q.opening[0]:
            open_ends.pop()
        assert q.depth == len(open_ends)
        if open_ends:
            assert q.closing[1] <= open_ends[-1]
        open_ends.append(q.closing[1])


@given(marks)
def test_the_view_changes_nothing_but_marks(text: str) -> None:
    view = canonical_view(text, quotations(text))
    assert len(view) == len(text)
    for seen, real in zip(view, text, strict=True):
        assert seen == real or real in "\"'“”‘’„«»‹›`,"


@pytest.mark.parametrize("unit", ['"', "'", "‘", '"a ', "a' ", "'a ", "“a. “", "„", '"\n'])
def test_a_hundred_thousand_marks_take_no_more_than_their_length(unit: str) -> None:
    assert len(quotations(unit * 100_000)) <= 100_000


def test_judging_the_kind_of_one_content_does_not_look_at_all_quotations() -> None:
    class Counted(list[Quotation]):
        looks = 0

        def __getitem__(self, at):  # type: ignore[no-untyped-def]
            self.looks += 1
            return super().__getitem__(at)

        def __iter__(self):  # type: ignore[no-untyped-def]
            self.looks += len(self)
            return super().__iter__()

    text = "“We left,” she said.\n" * 10_000
    found = Counted(quotations(text))
    assert kind_of(text, [(len(text) - 20, len(text) - 13)], found) == "direct"
    assert found.looks < 200


@pytest.mark.parametrize(
    ("content", "kind"),
    [("We waited", "direct"), ("they “waited” for hours", "mixed"), ("they waited", "indirect"), ("We waited,” and they “left", "direct")],
)
def test_kind_says_how_much_stands_in_quotation_marks(content: str, kind: str) -> None:
    text = f"“{content}” he said." if kind == "direct" else f"He said {content}."
    start = text.index(content)
    spans = [(start, start + len(content))]
    if "” and they “" in content:
        spans = [(start, start + 9), (text.index("left"), text.index("left") + 4)]
    assert kind_of(text, spans, quotations(text)) == kind
