"""Addresses are inputs like others: what a server answers with becomes documents, and nothing is asked for that needn't be."""

from __future__ import annotations

import gzip
import io
import json
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from typer.testing import CliRunner, Result

from sayso.cli import app
from sayso.errors import AddressRefused, BadAnswer, InputError, NoDocument, NotText, RobotsRefused
from sayso.intake.fetch import Pace
from sayso.intake.files import read_inputs, read_list, write_list
from sayso.intake.html import extractor_version
from sayso.intake.items import Item
from server import Act, Site, answer

OPENING = "The ferry to Skerry Island was taken out of service on Monday after its steering failed twice in a week."
SAID = "“We would rather keep people waiting than put them at risk,” harbour master Oda Brandt told islanders at the pier."
CLOSING = "A boat on loan from Norhaven is to run from Thursday until the repairs are done, the island council said."
FEED = "application/rss+xml"
OTHER_SCHEMES = "ftp://news.example/a file:///etc/passwd FILE:///etc/passwd gopher://news.example/ http:// https://a:b@news.example/"
BARE = '<!doctype html><html><head><title>Skerry Post</title>{}</head><body><nav><a href="/s">Sport</a></nav></body></html>'


def article(title: str, *, opening: str = OPENING, head: str = "") -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:site_name" content="Skerry Post">{head}</head>'
        f"<body><article><h1>{title}</h1><p>{opening}</p><p>{SAID}</p><p>{CLOSING}</p></article></body></html>"
    ).encode()


def text_of(opening: str = OPENING) -> str:
    return f"{opening}\n\n{SAID}\n\n{CLOSING}"


def rss(*links: str, date: str | None = "Tue, 05 Mar 2024 10:00:00 GMT") -> bytes:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    items = "".join(f"<item><title>Item</title><link>{link}</link>{dated}</item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Post</title>{items}</channel></rss>'.encode()


def sitemap(*links: str) -> bytes:
    return f'<?xml version="1.0"?><urlset>{"".join(f"<url><loc>{link}</loc></url>" for link in links)}</urlset>'.encode()


def index(*links: str) -> bytes:
    return (
        f'<?xml version="1.0"?><sitemapindex>{"".join(f"<sitemap><loc>{link}</loc></sitemap>" for link in links)}</sitemapindex>'.encode()
    )


def lines(*texts: str) -> bytes:
    return "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server with four articles, which may be asked as often as one likes."""
    monkeypatch.setattr("sayso.intake.fetch.Pace", partial(Pace, gap=0.0))
    site = Site()
    for name in "abcd":
        site.paths[f"/{name}"] = answer(article(f"Ferry {name} stopped", opening=f"Article {name}: {OPENING}"))
    yield site
    site.close()


def take(*names: Path | str, allow_private: bool = True, **options: object) -> list[Item | InputError]:
    return list(read_inputs([str(name) for name in names], allow_private=allow_private, **options))  # type: ignore[arg-type]


def one(name: Path | str, **options: object) -> Item:
    [item] = take(name, **options)  # type: ignore[arg-type]
    assert isinstance(item, Item), item
    return item


def refusal(name: Path | str, **options: object) -> InputError:
    [error] = take(name, **options)  # type: ignore[arg-type]
    assert isinstance(error, InputError), error
    return error


def documents(found: list[Item | InputError]) -> list[Item]:
    assert all(isinstance(each, Item) for each in found), found
    return [each for each in found if isinstance(each, Item)]


def articles(found: list[Item | InputError]) -> list[str]:
    """The names of the articles that were read, and of the errors that came in the place of others."""
    return [each.document.text[8] if isinstance(each, Item) else type(each).__name__ for each in found]


def asked(site: Site) -> list[str]:
    return [path for path in site.asked if path != "/robots.txt"]


# Pages


def test_a_page_becomes_a_document_that_says_where_it_was_met(site: Site) -> None:
    page = article("Ferry out of service")
    site.paths["/news/ferry"] = answer(page)
    item = one(site.at("/news/ferry"))
    document, met = item.document, item.appearance
    assert (document.text, document.title, document.outlet) == (text_of(), "Ferry out of service", "Skerry Post")
    assert (document.url, document.language) == (site.at("/news/ferry"), "en")
    assert (item.where, item.size, item.warnings) == (site.at("/news/ferry"), len(page), ())
    assert met is not None
    assert (met.where, met.url, met.extractor) == (site.at("/news/ferry"), site.at("/news/ferry"), extractor_version())
    assert (met.record, met.duplicate_of) == (None, None)
    assert met.fetched is not None
    assert met.fetched.endswith("Z")
    assert met.digest is not None
    assert met.digest.startswith("sha256:")
    assert len(met.digest) == len("sha256:") + 64


def test_a_page_is_named_as_it_was_asked_for_and_known_by_the_address_that_answered_and_by_its_canonical_one(site: Site) -> None:
    site.paths["/old"] = answer(b"", "301 Moved Permanently", location="/new?from=old")
    site.paths["/new?from=old"] = answer(article("Ferry", head='<link rel="canonical" href="https://post.example/ferry">'))
    item = one(site.at("/old"))
    assert item.appearance is not None
    assert (item.where, item.appearance.url) == (site.at("/old"), site.at("/new?from=old"))
    assert item.document.url == "https://post.example/ferry"


def test_what_is_doubtful_about_an_answer_is_among_the_warnings(site: Site) -> None:
    site.paths["/a"] = answer(article("Ferry"), content_type="image/png")
    item = one(site.at("/a"))
    assert item.document.text == text_of()
    assert "the server says image/png" in item.warnings[0]


def test_an_address_that_fails_is_an_error_and_the_next_is_read(site: Site) -> None:
    found = take(site.at("/gone"), site.at("/a"))
    assert articles(found) == ["BadAnswer", "a"]
    assert str(found[0]) == f"{site.at('/gone')}: answers 404 Not Found"


def test_a_page_without_an_article_names_the_feeds_that_it_links_to(site: Site, tmp_path: Path) -> None:
    links = '<link rel="alternate" type="application/rss+xml" href="/rss"><link rel="alternate" type="application/atom+xml" href="atom">'
    site.paths |= {"/news/": answer(BARE.format(links).encode()), "/": answer(BARE.format("").encode())}
    error = refusal(site.at("/news/"))
    assert isinstance(error, NoDocument)
    assert error.reason == f"no article was found in this page; it links to feeds: {site.at('/rss')}, {site.at('/news/atom')}"
    assert "feed" not in refusal(site.at("/")).reason
    (tmp_path / "saved.html").write_text(BARE.format(links))
    assert "feed" not in refusal(tmp_path / "saved.html").reason
    assert asked(site) == ["/news/", "/"]


# Other kinds


@pytest.mark.parametrize("path", ["/bulletin.txt", "/bulletin", "/bulletin?day=4"])
def test_plain_text_at_an_address_stays_as_it_is(site: Site, path: str) -> None:
    text = f"{OPENING}\r\n\r\n{SAID}\n"
    site.paths[path] = answer(text.encode(), content_type="text/plain; charset=utf-8")
    item = one(site.at(path), published="2024-03-04")
    assert (item.document.text, item.document.url, item.document.published) == (text, site.at(path), "2024-03-04")
    assert item.appearance is not None
    assert (item.appearance.url, item.appearance.extractor) == (site.at(path), None)
    assert item.appearance.digest is not None


@pytest.mark.parametrize(
    ("path", "kind", "packed", "encoding"),
    [
        ("/news.jsonl", "application/jsonl", False, ""),
        ("/export", "application/x-ndjson", False, ""),
        ("/export", "text/plain", False, ""),
        ("/news.jsonl.gz", "application/gzip", True, ""),
        ("/news.jsonl.gz", "application/octet-stream", True, ""),
        ("/news.jsonl.gz", "application/json", True, "gzip"),  # as servers do that take the packing for the transport's
        ("/export", "application/gzip", True, ""),
    ],
)
def test_json_lines_at_an_address_are_a_document_a_line_packed_or_not(
    site: Site, path: str, kind: str, packed: bool, encoding: str
) -> None:
    body = lines(OPENING, SAID) + b"nonsense\n" + lines(CLOSING)
    site.paths[path] = answer(gzip.compress(body, mtime=0) if packed else body, content_type=kind, content_encoding=encoding)
    found = take(site.at(path))
    assert [each.where for each in found] == [f"{site.at(path)}:{number}" for number in (1, 2, 3, 4)]
    assert [each.document.text for each in found if isinstance(each, Item)] == [OPENING, SAID, CLOSING]
    assert isinstance(found[2], NoDocument)
    assert asked(site) == [path]


def test_a_row_at_an_address_knows_where_it_was_met_and_can_be_taken_alone(site: Site) -> None:
    site.paths["/news.jsonl"] = answer(lines(OPENING, SAID), content_type="application/jsonl")
    item = one(f"{site.at('/news.jsonl')}:2")
    assert item.document.text == SAID
    assert item.appearance is not None
    assert (item.appearance.where, item.appearance.url) == (f"{site.at('/news.jsonl')}:2", site.at("/news.jsonl"))
    assert item.appearance.fetched is not None
    assert item.appearance.digest is not None


def test_plain_text_that_is_no_utf_8_is_read_as_the_server_says(site: Site) -> None:
    site.paths["/a.txt"] = answer("The café is closed, she said.".encode("cp1252"), content_type="text/plain; charset=windows-1252")
    assert one(site.at("/a.txt")).document.text == "The café is closed, she said."


def test_a_picture_at_an_address_is_refused_as_what_it_is(site: Site) -> None:
    site.paths["/a.jpg"] = answer(b"\xff\xd8\xff" + bytes(100), content_type="image/jpeg")
    error = refusal(site.at("/a.jpg"))
    assert isinstance(error, NotText)
    assert "a JPEG picture" in error.reason


# Feeds and sitemaps


def test_a_feed_gives_the_pages_that_it_lists_in_its_order_each_met_at_its_own_address(site: Site) -> None:
    site.paths["/feed"] = answer(rss("/c", site.at("/a"), "b"), content_type=FEED)
    found = take(site.at("/feed"))
    assert articles(found) == ["c", "a", "b"]
    assert [each.where for each in found] == [site.at("/c"), site.at("/a"), site.at("/b")]
    assert [item.appearance.url for item in documents(found) if item.appearance is not None] == [each.where for each in found]
    assert asked(site) == ["/feed", "/c", "/a", "/b"]


def test_a_feeds_date_is_given_to_pages_without_one_and_goes_before_the_date_for_all(site: Site) -> None:
    own = '<meta property="article:published_time" content="2024-02-01T08:00:00+01:00">'
    site.paths |= {
        "/dated": answer(article("Ferry", head=own)),
        "/feed": answer(rss("/dated", "/a"), content_type=FEED),
        "/undated": answer(rss("/a", date=None), content_type=FEED),
    }
    found = documents(take(site.at("/feed"), site.at("/undated"), published="2023-01-01"))
    assert [item.document.published for item in found] == ["2024-02-01T08:00:00+01:00", "2024-03-05T10:00:00Z", "2023-01-01"]


def test_a_listed_page_that_is_gone_is_an_error_in_its_place_and_the_rest_is_read(site: Site) -> None:
    site.paths["/feed"] = answer(rss("/a", "/gone", "/b"), content_type=FEED)
    found = take(site.at("/feed"), site.at("/c"))
    assert articles(found) == ["a", "BadAnswer", "b", "c"]
    assert found[1].where == site.at("/gone")


def test_a_feed_that_a_feed_lists_is_an_error_that_says_so_and_is_not_followed(site: Site) -> None:
    site.paths |= {"/feed": answer(rss("/a", "/inner", "/b"), content_type=FEED), "/inner": answer(rss("/c"), content_type=FEED)}
    found = take(site.at("/feed"))
    assert articles(found) == ["a", "NoDocument", "b"]
    assert str(found[1]) == f"{site.at('/inner')}: is a feed that a feed lists; name it to have it read"
    assert asked(site) == ["/feed", "/a", "/inner", "/b"]


def test_a_feed_that_lists_itself_comes_to_an_end(site: Site) -> None:
    site.paths["/feed"] = answer(rss("/feed"), content_type=FEED)
    assert articles(take(site.at("/feed"))) == ["NoDocument"]


def test_an_index_of_sitemaps_is_followed_and_a_sitemap_that_is_gone_is_an_error_in_its_place(site: Site) -> None:
    site.paths |= {
        "/sitemap.xml": answer(index("/one.xml", "/gone.xml", "/two.xml.gz"), content_type="application/xml"),
        "/one.xml": answer(sitemap(site.at("/b"), site.at("/a")), content_type="application/xml"),
        "/two.xml.gz": answer(gzip.compress(sitemap(site.at("/c")), mtime=0), content_type="application/gzip"),
    }
    found = take(site.at("/sitemap.xml"))
    assert articles(found) == ["b", "a", "BadAnswer", "c"]
    assert found[2].where == site.at("/gone.xml")
    assert asked(site) == ["/sitemap.xml", "/one.xml", "/b", "/a", "/gone.xml", "/two.xml.gz", "/c"]


def test_indexes_of_sitemaps_that_lie_in_one_another_in_a_circle_come_to_an_end(site: Site) -> None:
    site.paths |= {
        "/sitemap.xml": answer(index("/one.xml"), content_type="application/xml"),
        "/one.xml": answer(index("/sitemap.xml", "/two.xml"), content_type="application/xml"),
        "/two.xml": answer(sitemap("/a"), content_type="application/xml"),
    }
    assert articles(take(site.at("/sitemap.xml"))) == ["a"]
    assert len(asked(site)) < 8


@pytest.mark.parametrize("kind", [FEED, "application/xml", "text/xml", "text/plain", "text/html; charset=utf-8", ""])
@pytest.mark.parametrize("make", [rss, sitemap])
def test_a_feed_or_a_sitemap_is_known_by_its_bytes_whatever_the_server_calls_it(site: Site, make: Callable[..., bytes], kind: str) -> None:
    site.paths["/list"] = answer(make("/a", "/b"), content_type=kind)
    assert articles(take(site.at("/list"))) == ["a", "b"]


def test_a_feed_packed_by_gzip_is_followed(site: Site) -> None:
    site.paths["/feed.xml.gz"] = answer(gzip.compress(rss("/a"), mtime=0), content_type="application/gzip")
    assert articles(take(site.at("/feed.xml.gz"))) == ["a"]


def test_a_feed_without_pages_is_an_error(site: Site) -> None:
    site.paths["/feed"] = answer(rss(), content_type=FEED)
    assert str(refusal(site.at("/feed"))) == f"{site.at('/feed')}: holds no documents"


@pytest.mark.parametrize("name", ["feed.xml", "feed.rss", "feed"])
def test_a_feed_in_a_file_gives_the_pages_that_it_lists(site: Site, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(rss(site.at("/b"), site.at("/gone"), site.at("/a")))
    found = take(tmp_path / name)
    assert articles(found) == ["b", "BadAnswer", "a"]
    assert isinstance(found[0], Item)
    assert (found[0].where, found[0].document.published) == (site.at("/b"), "2024-03-05T10:00:00Z")


def test_a_sitemap_and_an_index_of_them_in_files_are_followed(site: Site, tmp_path: Path) -> None:
    site.paths["/one.xml"] = answer(sitemap(site.at("/b")), content_type="application/xml")
    (tmp_path / "map.xml").write_bytes(sitemap(site.at("/a")))
    (tmp_path / "maps.xml").write_bytes(index(site.at("/one.xml")))
    assert articles(take(tmp_path / "map.xml", tmp_path / "maps.xml")) == ["a", "b"]


def test_a_feed_reaches_no_file_of_this_machine(site: Site, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(OPENING)
    listed = (f"file://{tmp_path}/secret.txt", f"{tmp_path}/secret.txt", "secret.txt", "#x")
    (tmp_path / "feed.xml").write_bytes(rss(*listed))
    assert isinstance(refusal(tmp_path / "feed.xml"), NoDocument)
    site.paths["/feed"] = answer(rss(*listed), content_type=FEED)
    assert not any(isinstance(each, Item) for each in take(site.at("/feed")))


# Safe and polite


def test_a_private_address_is_refused_and_nothing_arrives_there(site: Site) -> None:
    error = refusal(site.at("/a"), allow_private=False)
    assert isinstance(error, AddressRefused)
    assert "127.0.0.1, which is no public address; --allow-private allows it" in error.reason
    assert site.connections == 0


def test_a_feed_in_a_file_that_lists_private_addresses_leads_nowhere(site: Site, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(rss(site.at("/a"), site.at("/b")))
    (tmp_path / "maps.xml").write_bytes(index(site.at("/sitemap.xml")))
    found = take(tmp_path / "feed.xml", tmp_path / "maps.xml", allow_private=False)
    assert articles(found) == ["AddressRefused"] * 3
    assert site.connections == 0


@pytest.mark.parametrize("address", OTHER_SCHEMES.split())
def test_an_address_that_is_none_of_http_or_https_is_refused_and_never_taken_for_a_path(site: Site, address: str) -> None:
    found = take(address, site.at("/a"))
    assert articles(found) == ["AddressRefused", "a"]
    assert found[0].where == address


def test_what_robots_txt_forbids_is_not_asked_for_whether_named_or_listed(site: Site) -> None:
    site.paths |= {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /b\n", content_type="text/plain"),
        "/feed": answer(rss("/a", "/b", "/c"), content_type=FEED),
    }
    error = refusal(site.at("/b"))
    assert isinstance(error, RobotsRefused)
    assert f"{site.at('/robots.txt')} forbids it" in error.reason
    assert articles(take(site.at("/feed"))) == ["a", "RobotsRefused", "c"]
    assert asked(site) == ["/feed", "/a", "/c"]


def test_robots_txt_is_asked_for_once_for_all_pages_of_a_host(site: Site) -> None:
    take(site.at("/a"), site.at("/b"), site.at("/c"))
    assert site.asked == ["/robots.txt", "/a", "/b", "/c"]


def test_an_address_is_asked_when_its_turn_comes_and_not_before(site: Site, tmp_path: Path) -> None:
    site.paths["/feed"] = answer(rss("/b", "/c"), content_type=FEED)
    (tmp_path / "d.txt").write_text(OPENING)
    items = read_inputs([site.at("/a"), str(tmp_path / "d.txt"), site.at("/feed"), site.at("/d")], allow_private=True)
    seen = [asked(site)]
    for _ in items:
        seen.append(asked(site))
    assert seen == [[], ["/a"], ["/a"], ["/a", "/feed", "/b"], ["/a", "/feed", "/b", "/c"], ["/a", "/feed", "/b", "/c", "/d"]]


# Kept as it was sent


def kept(path: Path) -> list[str]:
    """The ids of the answers that a web archive holds."""
    records = ArchiveIterator(io.BytesIO(path.read_bytes()), record_types=WarcRecordType.response, verify_digests=True)
    return [str(record.record_id).strip("<>") for record in records]


def test_what_is_kept_raw_is_named_by_the_appearances_and_read_again_gives_the_same_documents(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "raw.warc.gz"
    site.paths["/b"] = answer(gzip.compress(article("Ferry", opening=f"Article b: {OPENING}"), mtime=0), content_encoding="gzip")
    fetched = documents(take(site.at("/a"), site.at("/b"), keep_raw=path))
    again = documents(take(path))
    assert [item.document for item in again] == [item.document for item in fetched]
    assert articles([*again]) == ["a", "b"]
    for new, old, record in zip(again, fetched, kept(path), strict=True):
        assert old.appearance is not None
        assert new.appearance is not None
        assert old.appearance.record == new.appearance.record == record
        assert (new.appearance.url, new.appearance.fetched) == (old.appearance.url, old.appearance.fetched)
        assert new.appearance.extractor == old.appearance.extractor
    assert [item.document.text for item in documents(take(again[1].where))] == [fetched[1].document.text]


def test_the_pages_of_a_feed_are_kept_raw_with_the_feed(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "raw.warc.gz"
    site.paths["/feed"] = answer(rss("/b", "/gone", "/a"), content_type=FEED)
    fetched = take(site.at("/feed"), keep_raw=path)
    assert articles(fetched) == ["b", "BadAnswer", "a"]
    assert kept(path)[1:] == [each.appearance.record for each in fetched if isinstance(each, Item) and each.appearance is not None]
    assert articles(take(path)) == ["b", "a"]


def test_a_second_run_adds_to_what_is_kept_raw(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "raw.warc.gz"
    take(site.at("/a"), keep_raw=path)
    take(site.at("/b"), keep_raw=path)
    assert articles(take(path)) == ["a", "b"]


def test_a_run_that_is_broken_off_leaves_a_whole_archive_that_can_be_added_to(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "raw.warc.gz"
    items = read_inputs([site.at("/a"), site.at("/b")], allow_private=True, keep_raw=path)
    next(items)
    items.close()  # type: ignore[attr-defined]
    take(site.at("/c"), keep_raw=path)
    assert articles(take(path)) == ["a", "c"]


def test_an_archive_that_cannot_be_written_is_an_error_before_anything_is_asked_for(site: Site, tmp_path: Path) -> None:
    (tmp_path / "raw.warc.gz").write_bytes(b"no archive")
    with pytest.raises(InputError, match="is no WARC file"):
        take(site.at("/a"), keep_raw=tmp_path / "raw.warc.gz")
    assert site.connections == 0


# Not sent again


def known(body: bytes, tag: str) -> Act:
    """What sends a page, or says that it is unchanged to whoever knows it."""

    def act(client: socket.socket, request: str) -> None:
        unchanged = f'if-none-match: "{tag}"' in request.lower()
        client.sendall(answer(b"", "304 Not Modified", etag=f'"{tag}"', content_length="") if unchanged else answer(body, etag=f'"{tag}"'))

    return act


def test_a_second_run_asks_on_condition_and_gives_the_same_document(site: Site, tmp_path: Path) -> None:
    site.paths["/a"] = known(article("Ferry out of service"), "one")
    first, second = (one(site.at("/a"), cache=tmp_path / "cache", keep_raw=tmp_path / f"{run}.warc.gz") for run in "12")
    assert "if-none-match" not in site.requests[1].lower()
    assert 'if-none-match: "one"' in site.requests[-1].lower()
    assert asked(site) == ["/a", "/a"]
    assert second.document == first.document
    assert first.appearance is not None
    assert second.appearance is not None
    assert (second.appearance.url, second.appearance.digest) == (first.appearance.url, first.appearance.digest)
    assert one(tmp_path / "2.warc.gz").document == first.document


def test_a_page_that_has_changed_is_taken_as_it_is_now(site: Site, tmp_path: Path) -> None:
    site.paths["/a"] = known(article("Ferry out of service"), "one")
    one(site.at("/a"), cache=tmp_path)
    site.paths["/a"] = known(article("Ferry back in service"), "two")
    assert one(site.at("/a"), cache=tmp_path).document.title == "Ferry back in service"


def test_a_cache_that_cannot_be_made_is_done_without(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert articles(take(site.at("/a"), cache=tmp_path / "file")) == ["a"]


# Taken up again, and the command line


def test_what_failed_can_be_read_from_the_list_of_it_once_the_server_is_mended(site: Site, tmp_path: Path) -> None:
    site.paths["/feed"] = answer(rss("/a", "/x", "/b"), content_type=FEED)
    errors = [each for each in take(site.at("/feed"), site.at("/y#top"), site.at("/c")) if isinstance(each, InputError)]
    assert [type(error) for error in errors] == [BadAnswer, BadAnswer]
    (tmp_path / "failed.txt").write_text(write_list(errors))
    assert read_list(tmp_path / "failed.txt") == [site.at("/x"), site.at("/y#top")]
    site.paths |= {path: answer(article("Ferry", opening=f"Article {path[1]}: {OPENING}")) for path in ("/x", "/y")}
    site.asked.clear()
    assert articles(take(*read_list(tmp_path / "failed.txt"))) == ["x", "y"]
    assert asked(site) == ["/x", "/y"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> partial[Result]:
    """The command line, with a cache of its own."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    return partial(CliRunner().invoke, app)


def test_the_command_reads_an_address_keeps_it_raw_and_asks_on_condition_the_next_time(
    site: Site, tmp_path: Path, run: partial[Result]
) -> None:
    site.paths["/a"] = known(article("Ferry out of service"), "one")
    arguments = ["read", site.at("/a"), "--allow-private", "-f", "json", "--keep-raw", str(tmp_path / "raw.warc.gz")]
    first, second = run(arguments), run(arguments)
    assert (first.exit_code, first.stderr, second.exit_code, second.stderr) == (0, "", 0, "")
    record, again = json.loads(first.stdout), json.loads(second.stdout)
    assert record["document"]["text"] == text_of() == again["document"]["text"]
    assert record["statements"]
    assert record["appearance"]["url"] == site.at("/a")
    assert [record["appearance"]["record"], again["appearance"]["record"]] == kept(tmp_path / "raw.warc.gz")
    assert "if-none-match" in site.requests[-1].lower()


def test_the_command_fetches_no_private_address_unless_that_is_allowed(site: Site, run: partial[Result]) -> None:
    result = run(["read", site.at("/a")])
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"sayso: {site.at('/a')}: 127.0.0.1 is 127.0.0.1, which is no public address; --allow-private allows it" in result.stderr
    assert site.connections == 0


def test_the_command_reads_what_failed_from_the_list_that_it_wrote(site: Site, tmp_path: Path, run: partial[Result]) -> None:
    failed = tmp_path / "failed.txt"
    site.paths["/feed"] = answer(rss("/a", "/x", "/b"), content_type=FEED)
    options = ["--allow-private", "-f", "jsonl", "--failed", str(failed)]
    first = run(["read", site.at("/feed"), *options])
    assert first.exit_code == 1
    assert len(first.stdout.splitlines()) == 2
    assert f"1 of 3 inputs could not be read; {failed} lists them" in first.stderr
    assert failed.read_text() == f"# answers 404 Not Found\n{site.at('/x')}\n"
    site.paths["/x"] = answer(article("Ferry x stopped"))
    site.asked.clear()
    second = run(["read", "--list", str(failed), *options])
    assert (second.exit_code, second.stderr) == (0, "")
    assert [json.loads(line)["document"]["title"] for line in second.stdout.splitlines()] == ["Ferry x stopped"]
    assert asked(site) == ["/x"]
    assert failed.read_text() == ""
