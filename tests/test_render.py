"""Records as text and as a page: readable, complete, and safe whatever the article holds."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.models import Document, Link, Record, Speaker, Statement
from sayso.render.clean import clean, clean_in_place, clean_line
from sayso.render.forms import keep_sure
from sayso.render.page import render_page
from sayso.render.terminal import render_text, summary, wants_colour

TEXT = "Pier to close\n\n“The pier is gone,” Ada Lin said. The council denied that it knew."


def record(text: str = TEXT, **document: object) -> Record:
    def at(words: str) -> tuple[int, int]:
        return text.index(words), text.index(words) + len(words)

    statements = []
    if text == TEXT:
        statements = [
            Statement(
                id="1", kind="direct", content=[at("The pier is gone")], source=[at("Ada Lin")], cue=[at("said")], text="The pier is gone",
                speaker=Speaker(name="Ada Lin", type="person"), confidence=0.95,
            ),
            Statement(
                id="2", kind="indirect", content=[at("that it knew")], source=[at("The council")], cue=[at("denied")], text="that it knew",
                speaker=Speaker(name="The council", type="organization"), confidence=0.42, headline=True,
            ),
        ]  # fmt: skip
    return Record(
        reader="test", document=Document.model_validate({"text": text} | document), statements=statements, warnings=["odd \x1b[31m"]
    )


anything = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@given(anything)
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    assert not CONTROLS.search(clean(text))
    assert not CONTROLS.search(clean_in_place(text))
    assert len(clean_in_place(text)) == len(text)
    assert "\n" not in clean_line(text)


@given(anything)
def test_the_text_format_holds_no_control_characters_of_the_article(text: str) -> None:
    assert not CONTROLS.search(render_text(record(text, title=text[:50], outlet=text[50:80]), text[:10]))


def test_escape_sequences_are_shown_and_not_obeyed() -> None:
    assert clean("a\x1b[2Jb\u202ec\x7f\x9b") == "a␛[2Jb\ufffdc␡\ufffd"


def test_the_text_format_says_who_said_what_and_how() -> None:
    text = render_text(record(title="Pier to close", outlet="The Post"), "a.txt")
    assert text.splitlines()[0] == "Pier to close"
    assert "The Post" in text
    assert " 1  Ada Lin  said  direct\n    “The pier is gone”\n" in text
    assert " 2  The council  denied  indirect, organization, headline, confidence 0.42\n    that it knew\n" in text
    assert "2 statements (1 direct, 1 indirect)" in text
    assert "warning: odd" in text


@pytest.mark.parametrize("width", [20, 40, 80])
def test_lines_are_wrapped_to_the_width(width: int) -> None:
    lines = render_text(record(title="word " * 60), "a.txt", width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


def test_colour_comes_only_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in render_text(record(), "a.txt")
    assert "\x1b[" in render_text(record(), "a.txt", colour=True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert wants_colour(True)
    assert not wants_colour(False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(True)


def test_a_record_without_statements_is_summed_up() -> None:
    assert summary(record("Nothing was said.")) == "0 statements"


class Reading(HTMLParser):
    """Collects the article's words from the paragraphs of a page, and everything that could load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.depth = 0
        self.skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "p" and ("dir", "auto") in attrs:
            self.depth += 1
        if tag == "sup":
            self.skip += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "p" and self.depth:
            self.depth -= 1
            self.words += "\n"
        if tag == "sup":
            self.skip -= 1

    def handle_data(self, data: str) -> None:
        if self.depth and not self.skip:
            self.words += data


def reading(page: str) -> Reading:
    parser = Reading()
    parser.feed(page)
    return parser


@given(anything)
def test_the_page_holds_the_article_word_for_word_and_nothing_that_loads_or_runs(text: str) -> None:
    page = render_page([("a.txt", record(text, title=text[:40], url=text[40:60]))])
    found = reading(page)
    shown = clean_in_place(text).split("\n")
    assert found.words.split("\n")[:-1] == [line for line in shown if line.strip()]
    assert not CONTROLS.search(page)
    for tag, attributes in found.tags:
        assert tag not in {"script", "img", "iframe", "link", "object", "embed", "form", "base", "svg"}
        assert not any(name.startswith("on") or name in {"src", "style", "srcset"} for name in attributes)
        assert tag != "a" or (attributes.get("href") or "").startswith("#")


def test_markup_in_an_article_is_text() -> None:
    hostile = '<script>alert(1)</script><img src=x onerror=alert(1)> "&amp;"'
    page = render_page([("<b>x</b>", record(hostile, title=hostile))])
    assert "<script" not in page
    assert "<img" not in page
    assert html.escape("<script>alert(1)</script>") in page


def test_every_statement_is_marked_in_place_and_named_in_the_margin() -> None:
    page = render_page([("a.txt", record())])
    assert re.search(r'<mark class="content h0 k1">The pier is gone</mark>', page)
    assert re.search(r'<mark class="source h0 k1">Ada Lin</mark>', page)
    assert re.search(r'<mark class="cue h1 k2">denied</mark>', page)
    for number in (1, 2):
        assert f'id="d1s{number}"' in page
        assert f'href="#d1s{number}"' in page
    assert "headline" in page


def test_overlapping_statements_are_all_marked() -> None:
    text = "abcdefghij"
    spans = [(0, 6), (3, 9), (4, 5)]
    statements = [Statement(id=str(i), kind="indirect", content=[s], text=text[s[0] : s[1]], confidence=1) for i, s in enumerate(spans)]
    page = render_page([("a", Record(reader="test", document=Document(text=text), statements=statements))])
    assert reading(page).words == text + "\n"
    assert page.count("<mark") == page.count("</mark>") == 1 + 2 + 3 + 2 + 1


def test_several_articles_make_one_page_with_a_table_of_contents() -> None:
    page = render_page([("a.txt", record(title="First")), ("b.txt", record(title="Second"))])
    assert re.search(r'<a href="#d2">Second</a>', page)
    assert 'id="d2"' in page


def test_all_that_belongs_to_a_statement_lights_up_together() -> None:
    page = render_page([("a.txt", record())])
    assert len(re.findall(r'class="[^"]* k1"', page)) == 4  # content, source, cue, and the note in the margin
    assert ".row:has(.k1:hover) .k1" in page


def test_a_name_that_is_not_the_sources_words_comes_with_them_and_relays_are_named() -> None:
    text = "He left, she said, Anka reports."
    statement = Statement(
        id="1", kind="indirect", content=[(0, 7)], source=[(9, 12)], cue=[(13, 17)], text="He left", confidence=0.9,
        speaker=Speaker(name="Clara Venn", type="person"), chain=[Link(role="relay", name="Anka", spans=[(19, 23)])],
    )  # fmt: skip
    found = Record(reader="test", document=Document(text=text), statements=[statement])
    assert "Clara Venn (“she”)  said  via Anka  indirect" in render_text(found, "a.txt")
    assert "<b>Clara Venn</b> (“she”) <i>said</i> · via Anka" in render_page([("a.txt", found)])


def test_statements_below_a_confidence_go_and_the_sourcing_is_that_of_the_rest() -> None:
    def statement(id: str, confidence: float, within: str | None = None) -> Statement:
        return Statement(id=id, kind="direct", content=[(0, 1)], text="a", confidence=confidence, within=within)

    found = Record(
        reader="test", document=Document(text="a"), statements=[statement("1", 0.9), statement("2", 0.4, "1"), statement("3", 0.8, "2")]
    )
    kept = keep_sure(found, 0.5)
    assert [(s.id, s.within) for s in kept.statements] == [("1", None), ("3", "1")]
    assert (kept.sourcing.statements, kept.sourcing.direct_share) == (2, 1.0)
    assert keep_sure(found, 1).sourcing.direct_share is None


def test_zero_width_and_direction_marks_that_hide_words_are_shown() -> None:
    assert clean("a\u200bb\u061cc\u2066d\U000e0041") == "a\ufffdb\ufffdc\ufffdd\ufffd"
    assert clean("क्‍ष 👩‍🚒") == "क्‍ष 👩‍🚒"
