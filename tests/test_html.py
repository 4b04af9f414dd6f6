"""A page gives its article's body and what it says about itself; what is strange gives a document or a named error."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sayso.errors import InputError, NoDocument, NotText, TooLarge
from sayso.intake.html import read_page
from sayso.intake.items import Item, is_date

LEAD = "The harbour board of Eastholm closed the outer quay on Monday after a crane fell into the water."
NEXT = "“We do not yet know why it fell, and we shall not guess,” its chair Clara Venn told reporters at the gate."
LAST = "The quay is to open again in June, when divers have looked at the piles under it, the board said."
URL = "https://courier.example/news/2031/03/04/quay-closed"


def page(body: str = "", *, head: str = "", title: str = "Outer quay closed - Eastholm Courier", h1: str = "Outer quay closed") -> bytes:
    paragraphs = "".join(f"<p>{words}</p>" for words in (LEAD, NEXT, LAST))
    return (
        f"<!DOCTYPE html><html lang='en-GB'><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body><nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav><article><h1>{h1}</h1>{paragraphs}{body}</article></body></html>"
    ).encode()


def linked(**fields: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Outer quay closed"} | fields
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


def read(data: bytes, **options: object) -> Item:
    return read_page(data, "a.html", **({"url": URL, "fetched": "2031-03-10"} | options))  # type: ignore[arg-type]


def test_the_body_has_a_paragraph_a_block_and_not_the_title() -> None:
    item = read(page())
    assert item.document.text == f"{LEAD}\n\n{NEXT}\n\n{LAST}"
    assert item.document.title == "Outer quay closed"
    assert item.document.language == "en"
    assert item.size == len(page())
    assert not item.warnings


def test_headings_stand_apart() -> None:
    more = "Two ships wait in the roads, and a third was sent on to Storhavn by the pilots on Tuesday."
    assert f"\n\nShips wait\n\n{more}" in read(page(f"<h2>Ships wait</h2><p>{more}</p>")).document.text


@pytest.mark.parametrize("tag", ["nobr", "wbr", "font", "x-name", "acronym", "big"])
def test_odd_inline_elements_do_not_swallow_the_rest_of_a_paragraph(tag: str) -> None:
    words = "The crane was bought from <{0}>Storhavn Works</{0}> in 2019 and had been looked at twice since, the board said."
    assert words.replace("<{0}>", "").replace("</{0}>", "") in read(page(f"<p>{words.format(tag)}</p>")).document.text


def test_what_the_extractor_drops_within_the_body_is_put_back_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    whole = trafilatura.bare_extraction

    def drop(*args: object, **options: object) -> object:
        found = whole(*args, **options)  # type: ignore[arg-type]
        for element in list(found.body.iter("p")):  # type: ignore[union-attr]
            if (element.text or "").startswith("“We do"):
                element.getparent().remove(element)
            if (element.text or "").startswith("The quay"):
                element.text = "The quay is to open again in June"
        return found

    monkeypatch.setattr(trafilatura, "bare_extraction", drop)
    item = read(page())
    assert item.document.text == f"{LEAD}\n\n{NEXT}\n\n{LAST}"
    assert any("left out" in warning for warning in item.warnings)
    assert any("cut off" in warning for warning in item.warnings)


@pytest.mark.parametrize(
    "extra",
    [
        "<p>Subscribe to our newsletter</p>",
        "<p><a href='/b'>Mayor asks for a second inquiry</a></p>",
        "<p>READ MORE: Ferry is late again</p>",
        "<div class='author-bio'><p>Ada Brook is a reporter at the Courier.</p></div>",
        "<p>Photo: Tom Osei / Courier</p>",
        "<h2>More from the Courier</h2><p><a href='/c'>Ferry late again this week</a></p>",
        "<p>We use cookies to make this site better.</p>",
        "<p>© 2031 Eastholm Courier. All rights reserved.</p>",
    ],
)
def test_what_is_no_part_of_the_article_is_left_out(extra: str) -> None:
    assert read(page(extra)).document.text == f"{LEAD}\n\n{NEXT}\n\n{LAST}"


def test_json_ld_goes_before_opengraph_and_that_before_the_page() -> None:
    head = (
        linked(
            headline="Quay closed after crane falls",
            datePublished="2031-03-04T09:30:00+01:00",
            dateModified="2031-03-05T10:00:00Z",
            author=[{"@type": "Person", "name": "Ada Brook"}, {"@type": "Person", "name": "Tom Osei"}],
            publisher={"@type": "NewsMediaOrganization", "name": "Eastholm Courier"},
        )
        + "<meta property='og:title' content='Another title'><meta property='og:site_name' content='The Courier'>"
        "<meta name='author' content='Nobody Else'><link rel='canonical' href='/news/quay'>"
    )
    document = read(page(head=head)).document
    assert document.title == "Quay closed after crane falls"
    assert document.outlet == "Eastholm Courier"
    assert document.authors == ["Ada Brook", "Tom Osei"]
    assert (document.published, document.modified) == ("2031-03-04T09:30:00+01:00", "2031-03-05T10:00:00+00:00")
    assert document.url == "https://courier.example/news/quay"


def test_a_graph_with_references_is_followed() -> None:
    graph = {
        "@graph": [
            {"@type": "NewsArticle", "headline": "Outer quay closed", "author": {"@id": "#a"}, "publisher": {"@id": "#p"}},
            {"@type": "Person", "@id": "#a", "name": "Ada Brook"},
            {"@type": "Organization", "@id": "#p", "name": "Eastholm Courier"},
        ]
    }
    document = read(page(head=f"<script type='application/ld+json'>{json.dumps(graph)};</script>")).document
    assert (document.authors, document.outlet) == (["Ada Brook"], "Eastholm Courier")


@pytest.mark.parametrize(
    ("byline", "people", "credits"),
    [
        ("By Ada Brook and Tom Osei", ["Ada Brook", "Tom Osei"], []),
        ("Ada Brook, Associated Press", ["Ada Brook"], ["Associated Press"]),
        ("CNN Wire", [], ["CNN Wire"]),
        ("Staff", [], []),
        ("Eastholm Courier", [], []),
        ("The Canadian Press", [], ["The Canadian Press"]),
        ("Courier Web Desk", [], []),
        ("admin", [], []),
        ("Ada Brook, Science Editor", ["Ada Brook"], []),
        ("Ludwig van der Berg", ["Ludwig van der Berg"], []),
        ("AMELIA THORN-DEVEAUX", ["AMELIA THORN-DEVEAUX"], []),
    ],
)
def test_authors_are_people_and_agencies_are_credits(byline: str, people: list[str], credits: list[str]) -> None:
    head = f"<meta property='og:site_name' content='Eastholm Courier'><meta name='author' content='{byline}'>"
    document = read(page(head=head)).document
    assert (document.authors, document.credits) == (people, credits)


def test_an_agency_given_for_the_publisher_is_credited_on_another_site() -> None:
    head = linked(publisher={"@type": "Organization", "name": "Associated Press"}) + "<meta property='og:site_name' content='The Courier'>"
    document = read(page(head=head)).document
    assert (document.outlet, document.credits) == ("The Courier", ["Associated Press"])


def test_a_byline_that_only_the_page_shows_is_read() -> None:
    assert read(
        page(h1="Outer quay closed</h1><div class='byline'>By <a rel='author' href='/ada'>Ada Brook</a></div><h1>")
    ).document.authors == ["Ada Brook"]


@pytest.mark.parametrize(
    ("given", "published"),
    [
        ("2031-03-04", "2031-03-04"),
        ("2031-03-04T09:30:00Z", "2031-03-04T09:30:00+00:00"),
        ("March 4, 2031", "2031-03-04"),
        ("4th March 2031", "2031-03-04"),
        ("Tue, 04 Mar 2031 09:30:00 GMT", None),
        ("March 4, 2031 9:30 pm EST", "2031-03-04T21:30:00-05:00"),
        ("1930383000", "2031-03-04T09:30:00+00:00"),
        ("03/04/2031", "2031-03-04"),
        ("9" * 5000, "2031-03-04"),
        ("٢٠٣١-٠٣-٠٤", "2031-03-04"),
    ],
)
def test_dates_are_read_as_pages_write_them(given: str, published: str | None) -> None:
    # The last ones are none that can be read, so that the address's is taken.
    found = read(page(head=f"<meta property='article:published_time' content='{given}'>")).document.published
    assert found is not None
    assert is_date(found)
    assert found[:10] == "2031-03-04"
    assert published is None or found == published


@pytest.mark.parametrize(
    ("given", "word"), [("2031-03-20T00:00:00Z", "after the page was fetched"), ("1970-01-01", "before there was a web")]
)
def test_a_date_that_can_not_be_is_not_believed(given: str, word: str) -> None:
    item = read(page(head=linked(datePublished=given)), url="https://courier.example/quay")
    assert item.document.published is None
    assert any(word in warning for warning in item.warnings)


def test_the_date_given_by_the_user_is_for_pages_that_have_none() -> None:
    assert read(page(), url=None, published="2030-01-01").document.published == "2030-01-01"
    dated = page(head=linked(datePublished="2031-03-04"))
    assert read(dated, url=None, published="2030-01-01").document.published == "2031-03-04"


def test_without_a_time_of_fetching_no_date_after_today_is_believed() -> None:
    year = datetime.now(UTC).year + 2
    assert read(page(head=linked(datePublished=f"{year}-01-01")), url=None, fetched=None).document.published is None


def test_the_front_page_is_not_the_address_of_an_article() -> None:
    assert read(page(head="<link rel='canonical' href='https://courier.example/'>")).document.url == URL
    assert read(page(head="<link rel='canonical' href='javascript:alert(1)'>")).document.url == URL


# Letters


CAFE = "The café on the quay stays open, its owner Zoë Müller said, “whatever the board does”."


@pytest.mark.parametrize("charset", [None, "utf-8", "iso-8859-1", "windows-1252", "no-such-thing"])
def test_utf_8_is_read_as_that_whatever_is_declared(charset: str | None) -> None:
    item = read(page(f"<p>{CAFE}</p>"), charset=charset)
    assert CAFE in item.document.text
    assert bool(item.warnings) == (charset in ("iso-8859-1", "windows-1252"))


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16", "utf-8-sig"])
def test_a_declared_encoding_is_taken(encoding: str) -> None:
    data = page(f"<p>{CAFE}</p>").decode().replace("charset='utf-8'", f"charset='{encoding}'").encode(encoding)
    assert CAFE in read(data).document.text


def test_a_header_tells_what_the_page_does_not() -> None:
    words = "Мэр сказал, что мост закрыт до весны и что работы идут."
    data = f"<html><body><article><p>{words}</p></article></body></html>".encode("cp1251")
    assert words in read(data, charset="windows-1251").document.text


def test_a_wrong_declaration_is_noted_and_another_encoding_looked_for() -> None:
    data = page(f"<p>{CAFE}</p>").decode().encode("windows-1252")
    item = read(data)
    assert CAFE in item.document.text
    assert any("utf-8" in warning and "cp1252" in warning for warning in item.warnings)


def test_mojibake_is_mended_and_noted() -> None:
    broken = CAFE.encode().decode("cp1252", "replace").replace("\ufffd", "\x9d")
    item = read(page(f"<p>{broken}</p>"))
    assert "The café on the quay stays open, its owner Zoë Müller said" in item.document.text
    assert any("mended" in warning for warning in item.warnings)


# Hostile pages


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 10_000 + "deep",
        "<p>" + "<b>" * 5000 + "deep",
        "<table><tr><td>" * 3000,
        "<p " + "a=1 " * 50_000 + ">x</p>",
        "<p>He\0 left.</p>",
        "<p>\u202edias eh\u202c \u200b</p>",
        "<form>" * 3000,
        "<p>" + "<br>" * 5000 + "</p>",
        "<p>" + "a<x-b>c</x-b>" * 2000 + "</p>",
        '<a b="' * 2000,
        "<!--" * 2000,
        "&#" * 5000,
        "&#0;&#xD800;&#x110000;",
    ],
)
def test_a_hostile_page_gives_its_article_all_the_same(body: str) -> None:
    item = read(page(body))
    assert LEAD in item.document.text
    assert "\0" not in item.document.text


def test_a_script_in_the_title_is_no_title() -> None:
    title = read(page(title="<script>alert(1)</script>Outer quay closed - Eastholm Courier")).document.title
    assert title == "Outer quay closed"


def test_what_is_too_large_has_a_reason() -> None:
    with pytest.raises(TooLarge, match="20 MB"):
        read(b"<p>" + b"word and more " * 2_200_000)
    with pytest.raises(TooLarge, match="tags"):
        read(b"<p>a" * 400_000)
    with pytest.raises(TooLarge, match="max-size"):
        read(page("<p>" + "word " * 300 + "</p>"), max_size=1000)


def test_a_long_paragraph_is_read_without_the_extractor() -> None:
    item = read(page("<p>" + "word and more " * 80_000 + "</p>"))
    assert item.document.text.endswith("word and more")
    assert any("too large" in warning for warning in item.warnings)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", NoDocument),
        (b" \n", NoDocument),
        (b"<html></html>", NoDocument),
        (b"<!--" * 100, NoDocument),
        (bytes(range(256)) * 40, NotText),
        (b"%PDF-1.7\n" + bytes(2000), NotText),
        (b"<frameset><frame src=x></frameset>", NoDocument),
        (b"<p>Hi</p>", NoDocument),
    ],
)
def test_what_holds_no_article_has_a_reason(data: bytes, kind: type[InputError]) -> None:
    with pytest.raises(kind):
        read(data)


@pytest.mark.parametrize(
    "words",
    [
        "[" * 50_000,
        '{"@type": "NewsArticle", "datePublished": ' + "9" * 5000 + "}",
        '{"@graph": [null, 1, [[]]]}',
        "{'a': }",
        '"x"',
        "NaN",
        '{"@type": "NewsArticle", "headline": {"name": {"name": {}}}, "author": {"@id": {}}, "publisher": [[]], "datePublished": [1]}',
    ],
)
def test_broken_json_ld_is_passed_over(words: str) -> None:
    assert read(page(head=f"<script type='application/ld+json'>{words}</script>")).document.text.startswith(LEAD)


TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div class='byline'>",
        "</div>",
        "<a href='x'>",
        "</a>",
        "<br>",
        "<table><tr><td>",
        "<li>",
        "<h2>",
        "<script>",
        "<title>",
        "<meta name=author content='",
        "<time datetime='",
        "'>",
        "<!--",
        "-->",
        "<x-y>",
        "&nbsp;",
        "&#",
        "\0",
        "\ud800",
        '<script type=\'application/ld+json\'>{"@type":"NewsArticle","author":',
        "</script>",
        "<link rel=canonical href='http://[",
    ]
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(TAGS | st.text(max_size=20), max_size=30), st.sampled_from([None, "utf-8", "utf-16", "idna", "rot13", "hex", "iso-2022-jp"])
)
@example(["<link rel=canonical href='http://[", "'>", LEAD], None)
def test_any_page_gives_a_document_or_a_named_error(parts: list[str], charset: str | None) -> None:
    data = "".join(parts).encode("utf-8", "surrogatepass")
    with contextlib.suppress(InputError):
        document = read_page(data, "a.html", url=URL, charset=charset, fetched="2031-03-10").document
        assert document.text.strip()
        assert document.published is None or is_date(document.published)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_give_a_document_or_a_named_error(data: bytes, within: bool) -> None:
    with contextlib.suppress(InputError):
        read_page(page().replace(b"Monday", data) if within else data, "a.html", url="http://[", fetched="no date")
