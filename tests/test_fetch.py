"""Fetching: politely, within bounds, and from nowhere but the public internet, whatever a server does."""

from __future__ import annotations

import gzip
import io
import re
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import brotli
import httpcore2
import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given
from hypothesis import strategies as st

from sayso.errors import AddressRefused, AnswerTooLarge, BadAnswer, FetchError, RobotsRefused, Unreachable, UnreadableInput
from sayso.intake.fetch import Fetched, Fetcher, Pace, known_charset
from sayso.intake.network import Network, is_public
from sayso.intake.raw import RawStore
from server import PAGE, Act, Site, answer

PUBLIC = "93.184.215.14"  # stands for the local server: judged as what it is, and connected to that
OTHER = "93.184.215.15"


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def short(value: object) -> str | None:
    """How a test names bytes or a function that it is given."""
    return ascii(value[:30]) if isinstance(value, bytes) else "act" if callable(value) else None


class Toy(Network):
    """Names that are ours, and public addresses that lead to the local server."""

    def __init__(self, site: Site, names: dict[str, list[str] | list[list[str]]] | None = None) -> None:
        self.site = site
        self.names = {"news.example": [PUBLIC]} | (names or {})
        self.connected: list[str] = []

    def resolve(self, host: str, port: int) -> list[str]:
        if host not in self.names:
            return super().resolve(host, port) if re.fullmatch(r"[0-9a-fx.:]+", host) else self._none()
        found = self.names[host]
        if isinstance(found[0], list):
            return list(found.pop(0) if len(found) > 1 else found[0])
        return list(map(str, found))

    def _none(self) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def connect(self, address: str, port: int, timeout: float) -> httpcore2.NetworkStream:
        self.connected.append(address)
        return super().connect("127.0.0.1", self.site.port, timeout)


class Hands:
    """A clock that a test moves, and sleep does."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@contextmanager
def fetching(site: Site, names: dict[str, list[str] | list[list[str]]] | None = None, **options: object) -> Iterator[Fetcher]:
    options = {"network": Toy(site, names), "pace": Pace(Hands()), "backoff": 0.0, "timeout": 10.0} | options
    with Fetcher(**options) as fetcher:  # type: ignore[arg-type]
        yield fetcher


def fetch(site: Site, url: str = "http://news.example/a", **options: object) -> Fetched:
    with fetching(site, **options) as fetcher:  # type: ignore[arg-type]
        return fetcher.fetch(url)


# Safe

_NOT_PUBLIC = (
    "127.0.0.1 127.8.8.8 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.100.100.200 0.0.0.0 0.1.2.3 224.0.0.1 "
    "239.1.1.1 240.0.0.1 255.255.255.255 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.7 192.88.99.1 168.63.129.16 "
    "::1 :: fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 "
    "::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 2001:db8::1 2001::1 2002:7f00:1:: 3fff::1 100::1 localhost"
)
_INTERNET = "8.8.8.8 93.184.215.14 172.32.0.1 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808"
_HOSTS = "127.0.0.1 2130706433 0x7f000001 0177.0.0.1 127.1 0 [::1] [::ffff:127.0.0.1] [::ffff:7f00:1] 169.254.169.254 10.0.0.1"
_LOCATIONS = (
    "http://127.0.0.1/ http://169.254.169.254/latest/meta-data/ http://[::1]/ http://2130706433/"
    " //10.0.0.1/x file:///etc/passwd ftp://news.example/ "
    "gopher://news.example/ javascript:alert(1) data:text/html,x http://user:word@news.example/ http://inner.example/"
)


@pytest.mark.parametrize(
    "address",
    _NOT_PUBLIC.split(),
)
def test_an_address_of_a_private_or_special_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", _INTERNET.split())
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", _HOSTS.split())
def test_a_private_address_is_refused_however_it_is_written(site: Site, host: str) -> None:
    network = Toy(site)
    with pytest.raises((AddressRefused, Unreachable), match=r"no public address|no such host|no address"):
        fetch(site, f"http://{host}/", network=network)
    assert not network.connected
    assert not site.asked


def test_a_name_that_stands_for_a_private_address_is_refused(site: Site) -> None:
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.7, which is no public address"):
        fetch(site, "http://inner.example/", names={"inner.example": ["10.0.0.7"]})
    assert not site.asked


def test_a_private_address_among_public_ones_is_passed_over(site: Site) -> None:
    site.paths["/a"] = answer()
    network = Toy(site, {"mixed.example": ["127.0.0.1", "::1", PUBLIC]})
    fetch(site, "http://mixed.example/a", network=network)
    assert set(network.connected) == {PUBLIC}


def test_a_name_that_changes_its_address_between_look_ups_gains_nothing(site: Site) -> None:
    site.paths["/a"] = answer()
    network = Toy(site, {"rebind.example": [[PUBLIC], ["127.0.0.1"]]})  # robots.txt, then the page
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1"):
        fetch(site, "http://rebind.example/a", network=network)
    assert network.connected == [PUBLIC]
    assert site.asked == ["/robots.txt"]


@pytest.mark.parametrize(
    "location",
    _LOCATIONS.split(),
)
def test_a_redirect_to_what_must_not_be_fetched_is_not_followed(site: Site, location: str) -> None:
    site.paths["/a"] = answer(b"", "302 Found", location=location)
    network = Toy(site, {"inner.example": ["192.168.0.1"]})
    with pytest.raises((AddressRefused, BadAnswer)):
        fetch(site, network=network)
    assert set(network.connected) == {PUBLIC}
    assert site.asked == ["/robots.txt", "/a"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news.example/a",
        "file:///etc/passwd",
        "http://",
        "http:///a",
        "ftp://news.example/",
        "http://a:b@news.example/",
        "http://news.example:99999/",
        "http://news.example:0/",
        "http://" + "a" * 9000,
        "http://[::1",
        "http://\x00/",
        "mailto:a@b",
        "http://" + "a" * 300 + ".example/",
        "http://xn--/",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(site: Site, url: str) -> None:
    with pytest.raises((AddressRefused, Unreachable)):
        fetch(site, url)
    assert not site.asked


def test_private_addresses_are_fetched_where_they_are_allowed(site: Site) -> None:
    site.paths["/a"] = answer()
    found = fetch(site, f"http://127.0.0.1:{site.port}/a", network=Network(), allow_private=True)
    assert found.data == PAGE


def test_a_host_that_is_not_there_is_unreachable(site: Site) -> None:
    with pytest.raises(Unreachable, match="no such host"):
        fetch(site, "http://none.example/")


def test_a_server_that_refuses_the_connection_is_unreachable(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unreachable, match="no connection"):
        fetch(site, f"http://127.0.0.1:{port}/", network=Network(), allow_private=True)


def test_a_name_server_that_does_not_answer_is_not_waited_for(site: Site) -> None:
    class Slow(Toy):
        def resolve(self, host: str, port: int) -> list[str]:
            time.sleep(5)
            return []

    start = time.monotonic()
    with pytest.raises(Unreachable):
        fetch(site, network=Slow(site), timeout=0.3)
    assert time.monotonic() - start < 4.5


# Right


def test_a_page_comes_with_what_the_server_says_of_it(site: Site) -> None:
    site.paths["/a"] = answer(last_modified="Tue, 04 Mar 2031 10:00:00 GMT", set_cookie="a=b")
    found = fetch(site)
    assert (found.url, found.asked, found.status, found.data) == ("http://news.example/a", "http://news.example/a", 200, PAGE)
    assert (found.media_type, found.charset, found.warnings) == ("text/html", "utf-8", ())
    assert found.headers == {"content-type": "text/html; charset=utf-8", "last-modified": "Tue, 04 Mar 2031 10:00:00 GMT"}
    assert datetime.fromisoformat(found.fetched).tzinfo is not None
    assert "user-agent: sayso/" in site.requests[-1].lower()


def test_redirects_are_followed_to_the_end(site: Site) -> None:
    site.paths |= {
        "/a": answer(b"", "301 Moved", location="b?x=1#part"),
        "/b?x=1": answer(b"", "307 Temporary Redirect", location="http://other.example/c"),
        "/c": answer(),
    }
    found = fetch(site, names={"other.example": [OTHER]})
    assert (found.url, found.asked) == ("http://other.example/c", "http://news.example/a")
    assert site.asked == ["/robots.txt", "/a", "/b?x=1", "/robots.txt", "/c"]


def test_redirects_without_end_are_given_up(site: Site) -> None:
    site.paths["/a"] = answer(b"", "302 Found", location="/a")
    with pytest.raises(BadAnswer, match="redirects more than 10 times"):
        fetch(site)
    assert site.asked.count("/a") == 11


@pytest.mark.parametrize("location", ["", "http://[", "http://" + "a" * 9000])
def test_a_redirect_to_nowhere_is_a_bad_answer(site: Site, location: str) -> None:
    site.paths["/a"] = answer(b"", "302 Found", location=location)
    with pytest.raises((BadAnswer, AddressRefused, Unreachable)):
        fetch(site)


@pytest.mark.parametrize(
    "status", ["404 Not Found", "410 Gone", "403 Forbidden", "204 No Content", "206 Partial Content", "304 Not Modified", "999 No"]
)
def test_an_answer_that_is_no_page_is_named_by_its_status(site: Site, status: str) -> None:
    site.paths["/a"] = answer(b"", status)
    with pytest.raises(BadAnswer, match=status):
        fetch(site)


def test_a_cookie_is_sent_back_on_the_way_and_forgotten_after_it(site: Site) -> None:
    site.paths |= {"/a": answer(b"", "302 Found", location="/b", set_cookie="wall=1"), "/b": answer(), "/c": answer()}
    with fetching(site) as fetcher:
        fetcher.fetch("http://news.example/a")
        assert "wall=1" in site.requests[-1]
        fetcher.fetch("http://news.example/c")
        assert "wall=1" not in site.requests[-1]


# Polite


def test_what_robots_txt_forbids_is_not_fetched(site: Site) -> None:
    site.paths |= {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /private\n\nUser-agent: sayso\nDisallow: /a\n"),
        "/a": answer(),
        "/b": answer(),
    }
    with fetching(site) as fetcher:
        with pytest.raises(RobotsRefused, match=r"news\.example/robots\.txt forbids it"):
            fetcher.fetch("http://news.example/a")
        fetcher.fetch("http://news.example/b")
    assert site.asked == ["/robots.txt", "/b"]


def test_robots_txt_is_obeyed_where_a_redirect_leads(site: Site) -> None:
    site.paths |= {"/robots.txt": answer(b"User-agent: *\nDisallow: /b"), "/a": answer(b"", "302 Found", location="/b"), "/b": answer()}
    with pytest.raises(RobotsRefused, match=r"leads to http://news\.example/b"):
        fetch(site)
    assert "/b" not in site.asked


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (answer(b"", "404 Not Found"), True),
        (answer(b"", "403 Forbidden"), True),
        (answer(b"\xff\xfe\0\0", content_type="image/png"), True),
        (answer(b"", "500 Broken"), False),
        (answer(b"", "503 Busy"), False),
        (answer(b"", "501 No"), False),
        (answer(b"", "429 Slow"), False),
        (b"nonsense", False),
        (b"", False),
        (answer(b"", "302 Found", location="/robots.txt"), True),
        (answer(b"User-agent: *\nDisallow: /*" + b"a*" * 200_000), True),
        (answer(b"", "302 Found", location="http://127.0.0.1/robots.txt"), False),
        (answer(zlib.compress(b"\n" * 20_000_000, 1), content_encoding="deflate", content_length=""), True),
    ],
    ids=short,
)
def test_a_robots_txt_that_is_not_there_allows_all_and_one_that_cannot_be_had_forbids_all(site: Site, robots: bytes, allowed: bool) -> None:
    site.paths |= {"/robots.txt": robots, "/a": answer()}
    if allowed:
        assert fetch(site).data == PAGE
    else:
        with pytest.raises((RobotsRefused, AddressRefused)):
            fetch(site)
        assert "/a" not in site.asked


def test_a_robots_txt_without_end_is_read_to_a_limit(site: Site) -> None:
    site.paths |= {"/robots.txt": lambda client, _: endless(client, b"Disallow: /b\n" * 5000, head=b"User-agent: *\n"), "/a": answer()}
    assert fetch(site).data == PAGE


def test_requests_to_one_host_are_a_second_apart_and_to_another_are_not(site: Site) -> None:
    hands = Hands()
    site.paths |= {"/a": answer(), "/b": answer()}
    with fetching(site, names={"other.example": [OTHER]}, pace=Pace(hands)) as fetcher:
        fetcher.fetch("http://news.example/a")
        fetcher.fetch("http://news.example/b")
        assert hands.slept == [1.0, 1.0]  # after robots.txt, after /a
        fetcher.fetch("http://other.example/a")
        assert hands.slept == [1.0, 1.0, 1.0]
        hands.now += 5
        fetcher.fetch("http://other.example/b")
        assert hands.slept == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("wish", "gap"), [("7", 7.0), ("0.1", 1.0), ("1e9", 60.0), ("nan", 1.0), ("inf", 1.0), ("-5", 1.0), ("soon", 1.0)])
def test_a_site_may_wish_for_longer_gaps_within_bounds(site: Site, wish: str, gap: float) -> None:
    hands = Hands()
    site.paths |= {"/robots.txt": answer(f"User-agent: *\nCrawl-delay: {wish}\n".encode()), "/a": answer()}
    with fetching(site, pace=Pace(hands)) as fetcher:
        fetcher.fetch("http://news.example/a")
        fetcher.fetch("http://news.example/a")
    assert hands.slept == [1.0, gap]


def test_a_busy_server_is_asked_again_when_it_says(site: Site) -> None:
    hands = Hands()
    site.paths["/a"] = [answer(b"", "503 Busy", retry_after="30"), answer(b"", "429 Slow", retry_after="5"), answer()]
    assert fetch(site, pace=Pace(hands)).data == PAGE
    assert hands.slept == [1.0, 30.0, 5.0]


def test_a_server_that_wants_to_be_left_alone_for_long_is(site: Site) -> None:
    site.paths["/a"] = answer(b"", "503 Busy", retry_after="86400")
    with pytest.raises(BadAnswer, match="503 Busy and asks to be left alone for 86400 seconds"):
        fetch(site)
    assert site.asked.count("/a") == 1


@pytest.mark.parametrize("wish", ["Wed, 21 Oct 2015 07:28:00 GMT", "9" * 5000, "soon", "-1", "٣"])
def test_a_wish_that_makes_no_sense_is_none(site: Site, wish: str) -> None:
    act = b"HTTP/1.1 503 Busy\r\nRetry-After: " + wish.encode() + b"\r\nContent-Length: 0\r\n\r\n"
    site.paths["/a"] = [act, answer()]
    assert fetch(site).data == PAGE


def test_a_server_that_fails_again_and_again_is_given_up(site: Site) -> None:
    site.paths["/a"] = answer(b"", "502 Bad Gateway")
    with pytest.raises(BadAnswer, match="502 Bad Gateway"):
        fetch(site)
    assert site.asked.count("/a") == 3


def test_a_connection_that_breaks_off_is_tried_again(site: Site) -> None:
    site.paths["/a"] = [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf", answer()]
    assert fetch(site).data == PAGE


def test_a_page_that_has_not_changed_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    def page(client: socket.socket, request: str) -> None:
        known = 'if-none-match: "1"' in request.lower()
        client.sendall(answer(b"", "304 Not Modified", etag='"1"', content_length="") if known else answer(etag='"1"'))

    site.paths["/a"] = page
    first, second = fetch(site, cache=tmp_path / "cache"), fetch(site, cache=tmp_path / "cache")
    assert (first.unchanged, second.unchanged) == (False, True)
    assert first.data == second.data == PAGE
    assert second.media_type == "text/html"
    assert "if-none-match" in site.requests[-1].lower()
    assert "cache-control" not in site.requests[-1].lower()


def test_a_page_that_has_changed_is_taken_anew_even_where_the_cache_would_do(site: Site, tmp_path: Path) -> None:
    pages = [answer(f"<p>{n}".encode(), etag=f'"{n}"', cache_control="max-age=86400") for n in range(5)]
    site.paths["/a"] = list(pages)
    assert [fetch(site, cache=tmp_path).data for _ in range(5)] == [f"<p>{n}".encode() for n in range(5)]


@pytest.mark.parametrize("junk", [b"no database at all" * 500, b""], ids=short)
def test_a_cache_that_is_broken_gives_a_page_or_a_named_error(site: Site, tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "responses.db").write_bytes(junk)
    site.paths["/a"] = answer()
    with suppress(FetchError):
        assert fetch(site, cache=tmp_path).data == PAGE


def test_what_was_broken_off_is_not_in_the_cache(site: Site, tmp_path: Path) -> None:
    site.paths["/a"] = answer(b"a" * 3000, etag='"1"')
    with pytest.raises(AnswerTooLarge):
        fetch(site, cache=tmp_path, max_size=1000)
    site.paths["/a"] = answer(etag='"1"')
    assert fetch(site, cache=tmp_path).data == PAGE
    assert "if-none-match" not in site.requests[-1].lower()


# Bounded


def endless(client: socket.socket, piece: bytes, head: bytes = b"", pause: float = 0.0, start: bytes | None = None) -> None:
    client.sendall(start if start is not None else b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + head)
    while True:
        client.sendall(piece)
        time.sleep(pause)


def chunked(client: socket.socket, chunk: bytes) -> None:
    endless(client, b"%x\r\n%s\r\n" % (len(chunk), chunk) * 1000, start=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")


@pytest.mark.parametrize(
    "act",
    [
        lambda client, _: endless(client, b"a" * 65536),
        lambda client, _: chunked(client, b"a" * 1000),
        lambda client, _: chunked(client, b"a"),
        answer(b"a" * 2_000_000),
        answer(b"a", content_length="9" * 400),
        answer(b"a", content_length="5000000000"),
    ],
    ids=short,
)
def test_an_answer_above_the_limit_is_refused_soon(site: Site, act: Act | bytes) -> None:
    site.paths["/a"] = act
    with pytest.raises((AnswerTooLarge, BadAnswer)):
        fetch(site, max_size=5000)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", packed),
        ("deflate", zlib.compress),
        ("br", lambda data: brotli.compress(data, quality=1)),
        ("gzip, gzip", lambda data: packed(packed(data))),
        ("br, gzip", lambda data: packed(brotli.compress(data, quality=1))),
    ],
    ids=short,
)
def test_a_bomb_is_refused(site: Site, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    site.paths["/a"] = answer(pack(bytes(10_000_000)), content_encoding=encoding)
    with pytest.raises(AnswerTooLarge, match="unpacks to more than the 1 MB"):
        fetch(site, max_size=1_000_000)


@pytest.mark.parametrize(
    "act",
    [
        lambda client, _: endless(client, b"a", pause=0.05),  # a byte at a time
        lambda client, _: endless(client, b"a", pause=0.05, start=b"HTTP/1.1 200 OK\r\nX: "),  # in the headers
        lambda client, _: endless(client, b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.01, start=b""),
        lambda client, _: time.sleep(3),
        lambda client, _: endless(client, b"1\r\na\r\n", pause=0.05, start=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        lambda client, _: endless(client, b"1;" + b"x" * 100, pause=0.01, start=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ],
    ids=short,
)
def test_a_slow_server_is_left_when_time_is_up(site: Site, act: Act) -> None:
    site.paths["/a"] = act
    start = time.monotonic()
    with pytest.raises((Unreachable, BadAnswer)):
        fetch(site, timeout=0.4)
    assert time.monotonic() - start < 5


def test_time_is_shared_by_redirects_and_tries_and_waits_are_left_out(site: Site) -> None:
    def late(client: socket.socket, _: str) -> None:
        time.sleep(0.2)
        client.sendall(answer(b"", "302 Found", location="/a"))

    site.paths["/a"] = late
    start = time.monotonic()
    with pytest.raises(Unreachable, match="time ran out"):
        fetch(site, timeout=0.5)
    assert time.monotonic() - start < 5
    assert site.asked.count("/a") <= 3


# Lies


@pytest.mark.parametrize(
    "act",
    [
        b"",
        b"\0" * 1000,
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"220 mail ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: what\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 500_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 100_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        answer(packed(PAGE)[:-20], content_encoding="br"),
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
    ids=short,
)
def test_an_answer_that_is_no_http_is_a_named_error(site: Site, act: bytes) -> None:
    site.paths["/a"] = act
    with suppress(BadAnswer, Unreachable):
        assert isinstance(fetch(site, timeout=2.0), Fetched)


def test_what_follows_a_body_is_not_taken_for_the_next_answer(site: Site) -> None:
    site.paths |= {"/a": answer() + answer(b"smuggled"), "/b": answer(b"<p>b")}
    with fetching(site) as fetcher:
        assert fetcher.fetch("http://news.example/a").data == PAGE
        assert fetcher.fetch("http://news.example/b").data == b"<p>b"


@pytest.mark.parametrize(
    ("declared", "body", "kind", "charset", "warned"),
    [
        ("text/html; charset=ISO-8859-1", PAGE, "text/html", "iso8859-1", False),
        ("text/html; charset=no-such", PAGE, "text/html", None, True),
        ("text/html; charset=utf-7", PAGE, "text/html", None, True),
        ("text/html; charset=base64", PAGE, "text/html", None, True),
        ('TEXT/HTML;CHARSET="UTF8"', PAGE, "text/html", "utf-8", False),
        ("image/png", PAGE, "text/html", None, True),
        ("text/html", b"%PDF-1.7 ...", "application/pdf", None, True),
        ("text/html", b"\x1f\x8b\x08...", "application/gzip", None, True),
        ("application/octet-stream", b"%PDF-1.7 ...", "application/pdf", None, False),
        ("", PAGE, "text/html", None, False),
        ("", b"words", None, None, False),
        (";;;===\x7f", b"words", None, None, False),
        ("application/vnd.openxmlformats", b"PK\x03\x04", "application/vnd.openxmlformats", None, False),
        ("text/html", b"<?xml version='1.0'?><rss version='2.0'>", "text/html", None, False),
    ],
    ids=short,
)
def test_the_kind_and_the_encoding_are_believed_where_they_can_be(
    site: Site, declared: str, body: bytes, kind: str | None, charset: str | None, warned: bool
) -> None:
    site.paths["/a"] = answer(body, content_type=declared.replace("\x7f", ""))
    found = fetch(site)
    assert (found.media_type, found.charset, bool(found.warnings)) == (kind, charset, warned)


def test_a_page_that_is_not_packed_though_the_server_says_so_is_taken_with_a_warning(site: Site) -> None:
    site.paths["/a"] = answer(content_encoding="gzip")
    found = fetch(site)
    assert found.data == PAGE
    assert "packed" in found.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-8", "zstd", "none", "gz\xb2p", "gzip;q=1", "gzip, " * 30])
def test_a_packing_that_is_not_known_leaves_the_page_as_it_is_with_a_warning(site: Site, encoding: str) -> None:
    site.paths["/a"] = answer().replace(b"Content-Length", b"Content-Encoding: " + encoding.encode("latin-1") + b"\r\nContent-Length", 1)
    found = fetch(site)
    assert found.data == PAGE
    assert "packed" in found.warnings[0]


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress), ("", bytes), ("identity", bytes)]
)
def test_a_packed_page_is_unpacked(site: Site, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    site.paths["/a"] = answer(pack(PAGE), content_encoding=encoding)
    assert fetch(site).data == PAGE


def spoilt(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    """An answer with some of its bytes changed."""
    spoiling = bytearray(data)
    for at, byte in changes:
        spoiling[at % len(spoiling)] = byte
    return bytes(spoiling)


ANSWERS = [
    answer(packed(PAGE), content_encoding="gzip"),
    answer(b"", "302 Found", location="/a"),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
]


@given(
    act=st.binary(max_size=200)
    | st.builds(spoilt, st.sampled_from(ANSWERS), st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)), max_size=6))
)
def test_whatever_bytes_a_server_sends_there_is_an_answer_or_a_named_error(act: bytes) -> None:
    site = Site()
    try:
        site.paths["/a"] = act
        with suppress(FetchError):
            assert isinstance(fetch(site, timeout=1.0), Fetched)
    finally:
        site.close()


@given(name=st.text(max_size=20))
def test_a_name_of_an_encoding_is_known_or_not(name: str) -> None:
    known = known_charset(name)
    assert known is None or isinstance(b"abc".decode(known, "replace"), str)


# Kept as it was sent


def records(path: Path) -> list[tuple[str, str | None, bytes]]:
    found = []
    for record in ArchiveIterator(io.BytesIO(path.read_bytes()), verify_digests=True):
        found.append((str(record.record_type), record.headers.get("WARC-Target-URI"), record.reader.read()))
    return found


def test_an_answer_is_kept_as_it_was_sent(site: Site, tmp_path: Path) -> None:
    sent = packed(PAGE)
    site.paths["/a"] = answer(
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(sent), sent), content_encoding="gzip", transfer_encoding="chunked", content_length=""
    )
    with RawStore(tmp_path / "raw.warc.gz", "sayso 0; extractor 1.2") as store:
        found = fetch(site, keep_raw=store)
    assert found.data == PAGE
    kept = [
        (record.record_id, dict(record.headers.items()), dict(record.http_headers.items()) if record.is_http else {}, record.reader.read())
        for record in ArchiveIterator(io.BytesIO((tmp_path / "raw.warc.gz").read_bytes()), verify_digests=True)
    ]
    assert b"software: sayso 0; extractor 1.2" in kept[0][3]
    record_id, about, http, body = kept[1]
    assert record_id == found.record
    assert about["WARC-Target-URI"] == "http://news.example/a"
    assert about["WARC-Warcinfo-ID"] == kept[0][0]
    assert about["WARC-IP-Address"] == "127.0.0.1"
    assert (http["content-encoding"], http["Content-Length"]) == ("gzip", str(len(sent)))
    assert body == sent


def fill(path: Path, *urls: str) -> None:
    with RawStore(path, "sayso") as store:
        for url in urls:
            store.add(url, 200, "OK", [("X", "a\r\nb")], zlib.compress(url.encode()) * 50, datetime.now(UTC), None)


def test_a_file_that_a_killed_run_left_is_cut_to_its_last_whole_record_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "raw.warc.gz"
    fill(path, "http://a.example/1", "http://a.example/2")
    whole = path.read_bytes()
    ends = [*[i for i in range(1, len(whole)) if whole.startswith(b"\x1f\x8b\x08\x00", i)], len(whole)]
    for cut in range(0, len(whole) + 1, 29):
        path.write_bytes(whole[:cut])
        fill(path)
        kept = path.read_bytes()
        end = max((end for end in ends if end <= cut), default=0)
        assert kept[:end] == whole[:end]
        assert records(path)[-1][0] == "warcinfo"
        assert len(records(path)) == ends.index(end) + 2 if end else len(records(path)) == 1


def test_zeros_at_the_end_as_a_power_cut_leaves_them_are_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "raw.warc.gz"
    fill(path, "http://a.example/1")
    path.write_bytes(path.read_bytes() + bytes(3_000_000))
    fill(path, "http://a.example/2")
    assert [url for _, url, _ in records(path)] == [None, "http://a.example/1", None, "http://a.example/2"]


@pytest.mark.parametrize("data", [b"hello", packed(b"words that are no record"), b"WARC/1.1\r\n", b"\0" * 100], ids=short)
def test_nothing_is_added_to_a_file_that_holds_something_else(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "raw.warc.gz"
    path.write_bytes(data)
    with pytest.raises(UnreadableInput, match="is no WARC file"):
        fill(path)
    assert path.read_bytes() == data


def test_two_writers_do_not_share_a_file(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with RawStore(tmp_path / "raw.warc.gz", "sayso"), pytest.raises(UnreadableInput, match="another process"):
        RawStore(tmp_path / "raw.warc.gz", "sayso")


def test_a_store_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="can't be written"):
        RawStore(tmp_path / "no" / "raw.warc.gz", "sayso")
