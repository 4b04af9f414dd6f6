"""Feeds and sitemaps: what is in them, and nothing that they do to a reader."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.errors import BadAnswer, InputError, NoDocument, TooLarge, Unreachable
from sayso.intake.feeds import Entry, Listing, discover, follow, is_feed, read_listing
from sayso.intake.fetch import Fetched

URL = "https://post.example/news/feed.xml"
ZONE = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def read_feed(data: bytes, url: str, **options: str) -> list[Entry]:
    return list(read_listing(data, url, **options).entries)


def rss(*items: str, version: str = "2.0") -> bytes:
    head = f'<?xml version="1.0" encoding="utf-8"?><rss version="{version}"><channel><title>Post</title>'
    return (head + "".join(f"<item>{item}</item>" for item in items) + "</channel></rss>").encode()


def atom(*entries: str) -> bytes:
    return ('<feed xmlns="http://www.w3.org/2005/Atom">' + "".join(f"<entry>{entry}</entry>" for entry in entries) + "</feed>").encode()


def sitemap(*urls: str) -> bytes:
    head = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {ZONE}>'
    return (head + "".join(f"<url>{url}</url>" for url in urls) + "</urlset>").encode()


def index(*urls: str) -> bytes:
    return ("<sitemapindex>" + "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls) + "</sitemapindex>").encode()


def test_an_item_of_rss_is_an_entry() -> None:
    [entry] = read_feed(
        rss(
            "<title>Harbour &amp;amp; bridge &amp;lt;reopen&amp;gt;</title><link>../a?x=1&amp;y=2</link><guid>tag:1</guid>"
            "<pubDate>Tue, 04 Mar 2031 10:00:00 +0100</pubDate><description><![CDATA[<p>It opened.</p><p>All"
            " <b>was</b> well.</p><script>x</script>]]></description>"
        ),
        URL,
    )
    assert entry.url == "https://post.example/a?x=1&y=2"
    assert entry.title == "Harbour & bridge <reopen>"
    assert (entry.published, entry.updated, entry.id) == ("2031-03-04T10:00:00+01:00", None, "tag:1")
    assert entry.summary == "It opened. All was well."


def test_an_entry_of_atom_is_an_entry() -> None:
    [entry] = read_feed(
        atom(
            '<title type="html">Caf&amp;eacute; closes</title><link rel="self" href="/self"/><link'
            ' rel="alternate" href="/b"/><id>urn:b</id>'
            "<published>2031-03-04T10:00:00Z</published><updated>2031-03-05T08:30:00.25+02:00</updated>"
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content>'
        ),
        URL,
    )
    assert entry == Entry(
        "https://post.example/b", "Café closes", "2031-03-04T10:00:00Z", "2031-03-05T08:30:00+02:00", "urn:b", "One. Two."
    )


def test_an_item_of_rss_1_has_the_date_of_dublin_core() -> None:
    data = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        b' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        b'<channel rdf:about="x"/><item rdf:about="https://post.example/c"><title>C</title><link>https://post.example/c</link>'
        b"<dc:date>2031-03-04</dc:date></item></rdf:RDF>"
    )
    [entry] = read_feed(data, URL)
    assert (entry.url, entry.title, entry.published) == ("https://post.example/c", "C", "2031-03-04")


def test_an_item_of_json_feed_is_an_entry() -> None:
    items = [
        {"id": 7, "url": "/d", "title": "D", "content_html": "<p>One.</p>", "date_published": "2031-03-04T10:00:00-05:00"},
        {"id": "https://post.example/e"},
        {"id": "f"},
        5,
        {"url": ["x"]},
        {"url": "/d"},
    ]
    data = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()
    first, second = read_feed(data, URL)
    assert first == Entry("https://post.example/d", "D", "2031-03-04T10:00:00-05:00", None, "7", "One.")
    assert second.url == "https://post.example/e"


def test_a_news_sitemap_gives_titles_and_dates_and_none_of_its_pictures() -> None:
    listing = read_listing(
        sitemap(
            "<loc> https://post.example/a </loc><lastmod>2031-03-05</lastmod><news:news><news:publication>"
            "<news:name>Post</news:name></news:publication>"
            "<news:publication_date>2031-03-04T10:00:00+00:00</news:publication_date><news:title>Harbour &amp;"
            " bridge</news:title></news:news>"
            "<image:image><image:loc>https://post.example/a.jpg</image:loc><image:title>No</image:title></image:image>",
            '<xhtml:link rel="alternate" hreflang="de" href="/de"/><loc>/b</loc>',
            "<loc>javascript:alert(1)</loc>",
            "<lastmod>2031-03-05</lastmod>",
            "<loc>/b</loc>",
        ),
        URL,
    )
    assert listing.entries == (
        Entry("https://post.example/a", "Harbour & bridge", "2031-03-04T10:00:00Z", "2031-03-05", "https://post.example/a"),
        Entry("https://post.example/b", id="https://post.example/b"),
    )
    assert not listing.sitemaps


def test_an_index_names_sitemaps() -> None:
    assert read_listing(index("/one.xml", "/two.xml.gz", "/one.xml"), URL) == Listing(
        (), ("https://post.example/one.xml", "https://post.example/two.xml.gz")
    )


def test_a_sitemap_may_be_plain_lines_or_gzip() -> None:
    assert [entry.url for entry in read_feed(b"https://post.example/a\r\nhttps://post.example/b\n\n", URL)] == [
        "https://post.example/a",
        "https://post.example/b",
    ]
    assert len(read_feed(gzip.compress(sitemap("<loc>/a</loc>")), URL)) == 1


def test_a_damaged_sitemap_gives_what_comes_before_the_damage_with_a_warning() -> None:
    listing = read_listing(sitemap("<loc>/a</loc>", "<loc>/b</loc>")[:-20], URL)
    assert len(listing.entries) == 1 or len(listing.entries) == 2
    assert "damaged" in listing.warnings[0]


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("Tue, 04 Mar 2031 10:00:00 EST", "2031-03-04T10:00:00-05:00"),
        ("Tue, 04 Mar 2031 10:00:00 GMT", "2031-03-04T10:00:00Z"),
        ("Tue Mar  4 10:00:00 2031", "2031-03-04T10:00:00Z"),
        ("2031-03-04", "2031-03-04"),
        ("2031-03-04 10:00", "2031-03-04T10:00:00Z"),
        ("4 Mar 2031 10:00 -0330", "2031-03-04T10:00:00-03:30"),
        ("", None),
        ("yesterday", None),
        ("2031", None),
        ("2031-03", None),
        ("9" * 5000, None),
        ("٢٠٣١", None),
        ("Tue, 99 Mar 2031 10:00:00 GMT", None),
        ("Tue, 04 Mar 2031 10:00:00 +9999", None),
        ("0000-00-00T00:00:00", None),
    ],
)
def test_a_date_keeps_its_zone_and_what_is_none_is_left_out(words: str, date: str | None) -> None:
    [entry] = read_feed(rss(f"<link>/a</link><pubDate>{words}</pubDate>"), URL)
    assert entry.published == date


@pytest.mark.parametrize(
    ("data", "charset", "title"),
    [
        (rss("<title>Zürich</title><link>/a</link>"), None, "Zürich"),
        (rss("<title>Zürich</title><link>/a</link>"), "utf-7", "Zürich"),
        (rss("<title>Zürich</title><link>/a</link>").decode().encode("utf-16"), None, "Zürich"),
        (rss("<title>Zürich</title><link>/a</link>").decode().replace('"utf-8"', '"iso-8859-1"').encode("cp1252"), None, "Zürich"),
        (rss("<title>Zürich</title><link>/a</link>").decode().encode("cp1252"), "utf-8", "Zürich"),
        (rss("<title>“Zürich”</title><link>/a</link>").decode().encode("cp1252"), "iso-8859-1", "“Zürich”"),
        (b"\n \xef\xbb\xbf" + rss("<title>Z&uuml;rich &hellip; &nope; &</title><link>/a</link>"), None, "Zürich … &nope; &"),
        (rss("<title>Z\x00\x0brich</title><link>/a</link>"), None, "Z\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}rich"),
        (b"<!DOCTYPE rss PUBLIC '-//X//DTD RSS 0.91//EN' 'http://x.example/rss.dtd'>" + rss("<title>T</title><link>/a</link>"), None, "T"),
        (rss("<title>T</title><link>/a</link>")[:-25], None, "T"),
    ],
    ids=range(10),
)
def test_a_feed_is_read_in_whatever_encoding_and_state_it_is(data: bytes, charset: str | None, title: str) -> None:
    [entry] = read_feed(data, URL, charset=charset)
    assert entry.title == title


LAUGHS = (
    "<!DOCTYPE rss ["
    + '<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {c} "{f"&{b};" * 10}">' for b, c in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "head",
    [
        LAUGHS,
        "<!-- <rss> -->" + LAUGHS,
        "<?x <rss> ?>" + LAUGHS,
        '<!DOCTYPE rss [<!ENTITY i SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % i SYSTEM "http://127.0.0.1/x.dtd"> %i;]>',
        '<!DOCTYPE rss SYSTEM "a>b" [<!ENTITY i SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss><!DOCTYPE rss [<!ENTITY i "x">]>',
        "<!DOCTYPE rss [",
    ],
    ids=range(8),
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_entities_of_its_own_are_refused_or_stay_words(head: str, encoding: str) -> None:
    text = '<?xml version="1.0"?>' + head + "<rss version='2.0'><channel><item><title>&i;</title><link>/a</link></item></channel></rss>"
    with suppress(NoDocument):
        assert [entry.title for entry in read_feed(text.encode(encoding), URL)] == ["&i;"]


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.intake.feeds.MAX_SITEMAP", 1_000_000)
    with pytest.raises(NoDocument, match="of its own"):
        read_feed((LAUGHS + rss("<title>&i;</title><link>/a</link>").decode()).encode(), URL)
    with pytest.raises(TooLarge, match="unpacks"):
        read_feed(gzip.compress(bytes(2_000_000), 1), URL)


ROOT = "<rss version='2.0'><channel><item><link>/a</link>"


@pytest.mark.parametrize(
    "data",
    [
        ROOT + "<title>" + "<b>" * 100_000,
        ROOT + "<item>" * 100_000,
        ROOT + "<link>a</link>" * 50_000,
        ROOT + "<title>" + "&lt;a " * 100_000,
        ROOT + "<title " + " ".join(f"a{i}=''" for i in range(20_000)) + ">x</title>",
        "<!>" * 100_000,
        "<!--" * 100_000,
        "<![CDATA[" * 50_000,
        ROOT + "<![CDATA[" * 50_000,
        ROOT + "&" * 300_000,
        "<urlset>" + "<url>" * 100_000,
        "<urlset><url><loc>" + "&x;" * 100_000,
        "<urlset " + "a='b' " * 50_000 + ">",
        "<urlset" + " <" * 100_000,
        ROOT + "<pubDate>" + "1 " * 100_000,
        "[" * 100_000,
        '{"a":' * 100_000,
        "<" * 300_000,
        ROOT + "<title>" + "&lt;div&gt;" * 15_000,
    ],
    ids=range(19),
)
def test_a_hostile_feed_is_done_with_soon(data: str) -> None:
    start = time.process_time()
    with suppress(InputError):
        read_listing(data.encode(), URL)
    assert time.process_time() - start < 10


def test_what_holds_too_many_entries_is_cut_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.intake.feeds._MOST_ENTRIES", 20)
    monkeypatch.setattr("sayso.intake.feeds._MOST_FEED_ENTRIES", 20)
    for data in (sitemap(*(f"<loc>/{i}</loc>" for i in range(30))), rss(*(f"<link>/{i}</link>" for i in range(30)))):
        listing = read_listing(data, URL)
        assert len(listing.entries) == 20
        assert "20 entries" in listing.warnings[0]


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"<html><p>x</html>", b"{}", b'{"items": []}', b"\x1f\x8b\x08x", b"<", b"<a>", b"\xff\xfe", b"%PDF-1.7", b"<rss"],
)
def test_what_is_no_feed_is_named(data: bytes) -> None:
    with pytest.raises(NoDocument):
        read_feed(data, URL)


@given(
    data=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: rss(text)) | st.text(max_size=200).map(lambda text: sitemap(text))
)
def test_any_bytes_give_entries_or_a_named_error(data: bytes) -> None:
    is_feed(data)
    discover(data, URL)
    with suppress(InputError):
        for entry in read_feed(data, URL):
            assert entry.url.startswith(("http://", "https://"))


@given(
    cut=st.integers(0, 400),
    junk=st.binary(max_size=5),
    make=st.sampled_from(
        [lambda: rss("<title>&amp;x</title><link>/a</link>"), lambda: atom("<id>http://a.example/</id>"), lambda: index("/a")]
    ),
)
def test_a_feed_that_is_cut_or_spoilt_gives_entries_or_a_named_error(cut: int, junk: bytes, make: Callable[[], bytes]) -> None:
    data = make()
    with suppress(InputError):
        read_listing(data[:cut] + junk + data[cut + len(junk) :], URL)


def test_a_path_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(rss("<link>https://post.example/a</link>"))
    with pytest.raises(NoDocument):
        read_feed(str(tmp_path / "feed.xml").encode(), URL)


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (rss(), True),
        (atom(), True),
        (sitemap(), True),
        (index(), True),
        (gzip.compress(sitemap(), mtime=0), True),
        (rss().decode().encode("utf-16"), True),
        (b'{"version": "https:\\/\\/jsonfeed.org\\/version\\/1"', True),
        (b"{}", False),
        (b"<html><p>rss", False),
        (b"", False),
        (b"\x1f\x8b", False),
    ],
    ids=range(11),
)
def test_a_feed_is_known_by_its_beginning(data: bytes, is_one: bool) -> None:
    assert is_feed(data) is is_one


def test_a_pages_feeds_are_found() -> None:
    page = (
        '<html><head><base href="https://post.example/en/"><link rel="alternate" type="application/rss+xml" href="feed?a=1&amp;b=2">'
        '<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="//other.example/atom">'
        '<link rel="alternate" type="text/html" href="/de">'
        '<link rel="alternate" type="application/rss+xml" href="javascript:x"><link rel="alternate" type="application/rss+xml"></head>'
    )
    assert discover(page.encode(), "https://post.example/") == ["https://post.example/en/feed?a=1&b=2", "https://other.example/atom"]


class Shelf:
    """What stands for the web: bytes by address."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def fetch(self, url: str, *, max_size: int | None = None) -> Fetched:
        self.asked.append(url)
        if url not in self.pages:
            raise Unreachable(url, "no such host")
        return Fetched(url, url, 200, {}, None, None, self.pages[url], "", "2031-03-04T10:00:00Z")


def gather(pages: dict[str, bytes], url: str) -> tuple[list[str], list[type], Shelf]:
    shelf = Shelf(pages)
    found = list(follow(shelf, url))  # type: ignore[arg-type]
    return [f.url for f in found if isinstance(f, Entry)], [type(f) for f in found if not isinstance(f, Entry)], shelf


def test_an_index_is_followed_and_one_bad_sitemap_does_not_stop_the_others() -> None:
    pages = {
        "https://p.example/i": index("/i", "/gone", "/one", "/two", "/bad"),
        "https://p.example/one": sitemap("<loc>/a</loc>", "<loc>/b</loc>"),
        "https://p.example/two": sitemap("<loc>/b</loc>", "<loc>/c</loc>"),
        "https://p.example/bad": b"junk",
    }
    urls, errors, shelf = gather(pages, "https://p.example/i")
    assert urls == ["https://p.example/a", "https://p.example/b", "https://p.example/c"]
    assert errors == [Unreachable, NoDocument]
    assert len(shelf.asked) == 5


def test_indexes_in_one_another_come_to_an_end() -> None:
    pages = {f"https://p.example/{i}": index(f"/{i + 1}") for i in range(20)}
    urls, errors, shelf = gather(pages, "https://p.example/0")
    assert (urls, errors) == ([], [BadAnswer])
    assert len(shelf.asked) < 6


def test_a_page_leads_to_its_feeds() -> None:
    pages = {
        "https://p.example/": b'<html><link rel="alternate" type="application/rss+xml" href="/f">',
        "https://p.example/f": rss("<link>/a</link>"),
    }
    assert gather(pages, "https://p.example/")[:2] == (["https://p.example/a"], [])
    assert gather({"https://p.example/": b"<html>"}, "https://p.example/")[1] == [NoDocument]
