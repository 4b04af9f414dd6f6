"""Fetching from the web: politely, within bounds, and from nowhere but the public internet.

Polite: robots.txt is obeyed (RFC 9309), a host is asked once a second at most or as seldom as it wishes, a page that was had
before is asked for on condition that it has changed (RFC 9110), and a server that is busy is left alone for as long as it says.
Bounded: the size as sent and as unpacked, the time, the redirects, the tries. Safe: see ``network``.
"""

from __future__ import annotations

import codecs
import hashlib
import logging
import re
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import urlencode

from sayso.errors import AddressRefused, AnswerTooLarge, BadAnswer, FetchError, RobotsRefused, Unreachable
from sayso.intake.items import format_size
from sayso.intake.raw import RawStore

if TYPE_CHECKING:
    import httpx2
    from protego import Protego

    from sayso.intake.network import Deadline, Network

MAX_PAGE = 20_000_000  # bytes of one answer, as sent and as unpacked
TIMEOUT = 60.0  # seconds that the connections of one fetch may take together
_ACCEPT_ENCODING = "gzip, deflate, br"
_AGENT = "sayso"  # what robots.txt calls us
_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, application/json;q=0.9, */*;q=0.5"
_GAP = 1.0  # seconds between two requests to one host
_MOST_GAP = 60.0  # seconds between requests that a robots.txt may ask for
_MOST_WAIT = 120.0  # seconds that a busy server may ask us to wait before the next try
_MOST_REDIRECTS = 10
_ROBOTS_REDIRECTS = 5  # RFC 9309, 2.3.1.2
_ROBOTS_SIZE = 512 * 1024  # bytes of a robots.txt that are read; the rest is ignored (RFC 9309, 2.5)
_ROBOTS_TIME = 20.0  # seconds
_ROBOTS_KEPT = 86_400.0  # seconds for which a robots.txt holds
_NO_ROBOTS_KEPT = 300.0  # seconds for which one that can't be had stands for a ban
_MOST_HOSTS = 10_000  # whose robots.txt and whose turn are remembered
_LONGEST = 8192  # code points of a URL
_SHOWN = 200  # code points of a URL in a message
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TAKEN = frozenset({200, 203})
_BUSY = frozenset({408, 429, 500, 502, 503, 504})
_HEADERS = "content-type content-language last-modified etag date link x-robots-tag"
_KEPT_HEADERS = frozenset(_HEADERS.split())

_PACKINGS = frozenset({"gzip", "deflate", "br"})

_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:+-]{1,40})""", re.IGNORECASE)
# Of Python's codecs: no encodings of text for the web.
_NO_CHARSETS = "utf-7 idna punycode unicode_escape raw_unicode_escape undefined mbcs oem"
_NO_CHARSET = frozenset(codecs.lookup(name).name for name in _NO_CHARSETS.split() if name not in ("mbcs", "oem")) | {"mbcs", "oem"}
# What a body begins with whatever its type says, and what it is.
_KINDS = (
    (b"%PDF-", "application/pdf"), (b"PK\x03\x04", "application/zip"), (b"\x1f\x8b\x08", "application/gzip"),
    (b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"),
)  # fmt: skip
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL)
_FEED = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_TEXTS = ("text/", "application/xhtml", "application/xml", "application/json", "application/rss", "application/atom")


class Clock(Protocol):
    """What tells the time for waits between requests; another one stands in its place in tests."""

    def monotonic(self) -> float:
        """Seconds since some moment."""

    def sleep(self, seconds: float, /) -> None:
        """Wait."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer.

    Attributes:
        url: the address that answered, after all redirects.
        asked: the address that was asked for.
        status: of the answer: 200 or 203.
        headers: those of use, by their names in lower case.
        media_type: what the body is, as its header says it, but for a body that plainly is something else; lower case, or None.
        charset: the encoding that the header names, if it is one; it may be wrong.
        data: the body, unpacked.
        digest: SHA-256 of ``data``, in hex.
        fetched: the moment of the answer as ISO 8601, in UTC.
        unchanged: the server said that nothing has changed since the answer that the cache holds, which is this one.
        record: id of the WARC record that keeps the answer as it was sent, or None.
        warnings: where the answer's headers are doubtful.
    """

    url: str
    asked: str
    status: int
    headers: Mapping[str, str]
    media_type: str | None
    charset: str | None
    data: bytes
    digest: str
    fetched: str
    unchanged: bool = False
    record: str | None = None
    warnings: tuple[str, ...] = ()


class Pace:
    """The turns of hosts: two requests to one host are a second apart, or further where it asks for that.

    One pace may serve several fetchers in several threads.
    """

    def __init__(self, clock: Clock = time, gap: float = _GAP) -> None:
        self.clock = clock
        self._gap = gap
        self._gaps: OrderedDict[str, float] = OrderedDict()
        self._free: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, host: str) -> None:
        """Wait for the host's turn, and take it."""
        with self._lock:
            now = self.clock.monotonic()
            turn = max(now, self._free.get(host, now))
            self._remember(self._free, host, turn + self._gaps.get(host, self._gap))
        if turn > now:
            self.clock.sleep(turn - now)

    def slow(self, host: str, gap: float) -> None:
        """Leave a number of seconds between requests to a host, within bounds, and never fewer than for others."""
        with self._lock:
            self._remember(self._gaps, host, min(gap, _MOST_GAP) if gap > self._gap else self._gap)  # NaN is no wish

    def hold(self, host: str, seconds: float) -> None:
        """Leave a host alone for a number of seconds."""
        with self._lock:
            self._remember(self._free, host, max(self.clock.monotonic() + seconds, self._free.get(host, 0.0)))

    def _remember(self, table: OrderedDict[str, float], host: str, value: float) -> None:
        table[host] = value
        table.move_to_end(host)
        if len(table) > _MOST_HOSTS:
            table.popitem(last=False)


class Fetcher:
    """Fetches pages and feeds; see the module for its manners. To be closed, or used with ``with``; for one thread.

    Args:
        cache: folder in which answers are kept, so that they needn't be sent again while they are unchanged; None for no cache.
        keep_raw: where to keep the answers as they were sent.
        allow_private: fetch from private, loopback and link-local addresses too.
        max_size: bytes of one answer, as sent and as unpacked, above which it is refused.
        timeout: seconds that the connections of one fetch may take together, redirects and tries included, waits left out.
        attempts: how often a server that doesn't answer or is busy is asked.
        backoff: seconds before the second try; they double, with some chance in them.
        pace: the turns of hosts, where fetchers share them.
        network: how names are resolved and connections made.
        agent: what to call ourselves.

    Raises:
        OSError: the cache's folder can't be made.
    """

    def __init__(
        self,
        *,
        cache: Path | None = None,
        keep_raw: RawStore | None = None,
        allow_private: bool = False,
        max_size: int = MAX_PAGE,
        timeout: float = TIMEOUT,
        attempts: int = 3,
        backoff: float = 1.0,
        pace: Pace | None = None,
        network: Network | None = None,
        agent: str | None = None,
    ) -> None:
        import httpx2

        from sayso.intake.network import JudgedTransport, Network

        self._keep_raw = keep_raw
        self._max_size = max_size
        self._timeout = timeout
        self._attempts = attempts
        self._backoff = backoff
        self._pace = pace or Pace()
        self._robots: OrderedDict[str, _Rules] = OrderedDict()
        self._judged = JudgedTransport(network or Network(), allow_private, self._pace.wait)
        transport: httpx2.BaseTransport = self._judged
        self._caches = cache is not None
        if cache is not None:
            from hishel import CacheOptions, SqliteStorage
            from hishel.httpx2 import CacheTransport

            cache.mkdir(parents=True, exist_ok=True)
            storage = SqliteStorage(database_path=cache.resolve() / "responses.db", max_stream_size=MAX_PAGE)
            transport = CacheTransport(transport, storage, rfc=CacheOptions(shared=False))
        for name in ("stamina", "hishel"):  # what they tell, the errors tell; without a handler it would go to standard error
            logger = logging.getLogger(name)
            if not logger.handlers:
                logger.addHandler(logging.NullHandler())
        self._client = httpx2.Client(
            transport=transport,
            trust_env=False,
            headers={"user-agent": agent or f"{_AGENT}/{version('sayso')}", "accept": _ACCEPT, "accept-encoding": _ACCEPT_ENCODING},
        )

    def fetch(self, url: str, *, max_size: int | None = None) -> Fetched:
        """Fetch an address.

        Args:
            url: an address of http or https.
            max_size: bytes, where another limit than the fetcher's holds, as for a sitemap.

        Raises:
            FetchError: there is no page; the kinds of it say why.
        """
        from sayso.intake.network import Deadline

        deadline = Deadline(self._timeout)
        self._client.cookies.clear()  # a site that sends round in circles for a cookie gets it; it isn't kept for the next page
        limit = self._max_size if max_size is None else max_size
        at = url
        for _ in range(_MOST_REDIRECTS + 1):
            target = _parse(url, at)
            self._obey(url, target)
            answer = self._ask(url, target, deadline, limit)
            if answer.status in _REDIRECTS:
                at = _follow(url, target, answer)
                continue
            if answer.status not in _TAKEN:
                raise BadAnswer(url, _about(url, target, f"answers {_status(answer)}"))
            return self._take(url, target, answer, limit)
        raise BadAnswer(url, f"redirects more than {_MOST_REDIRECTS} times")

    def ask(self, url: str, form: Mapping[str, str] | None = None, *, max_size: int | None = None) -> Fetched:
        """Ask a service that the user named: it is no site that is read, so that robots.txt isn't asked, and it is followed nowhere else.

        Args:
            url: an address of http or https.
            form: what to send by POST; None: GET.
            max_size: bytes, where another limit than the fetcher's holds.

        Raises:
            FetchError: there is no answer; the kinds of it say why.
        """
        from sayso.intake.network import Deadline

        limit = self._max_size if max_size is None else max_size
        target = _parse(url, url)
        body = urlencode(form).encode() if form is not None else None
        answer = self._ask(url, target, Deadline(self._timeout), limit, form=body)
        if answer.status not in _TAKEN:
            raise BadAnswer(url, f"answers {_status(answer)}")
        return self._take(url, target, answer, limit)

    def close(self) -> None:
        """Close the connections and the cache."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _take(self, asked: str, target: httpx2.URL, answer: _Answer, limit: int) -> Fetched:
        warnings: list[str] = []
        data = _unpack(asked, target, answer, limit, warnings)
        record = None
        if self._keep_raw is not None:
            record = self._keep_raw.add(
                str(target), answer.status, answer.reason, answer.headers.multi_items(), answer.body, answer.at, answer.address
            )
        declared = answer.headers.get("content-type", "")
        return Fetched(
            url=str(target),
            asked=asked,
            status=answer.status,
            headers={name: value for name, value in answer.headers.items() if name in _KEPT_HEADERS},
            media_type=_media_type(declared, data, warnings),
            charset=_charset(declared, warnings),
            data=data,
            digest=hashlib.sha256(data).hexdigest(),
            fetched=answer.at.isoformat().replace("+00:00", "Z"),
            unchanged=answer.unchanged,
            record=record,
            warnings=tuple(warnings),
        )

    def _ask(self, asked: str, target: httpx2.URL, deadline: Deadline, limit: int, cut: bool = False, form: bytes | None = None) -> _Answer:
        """One address's answer, without following it, after as many tries as it takes.

        Args:
            asked: the address that the user asked for.
            target: the address.
            deadline: of the fetch.
            limit: bytes of the body.
            cut: take that many bytes of a body that is longer, and don't refuse it.
            form: what to send, as a form is encoded; None: nothing.
        """
        import stamina

        try:
            for attempt in stamina.retry_context(
                on=self._wait, attempts=self._attempts, timeout=None, wait_initial=self._backoff, wait_max=30.0, wait_jitter=self._backoff
            ):
                with attempt:
                    return self._try(asked, target, deadline, limit, cut, form)
        except _AgainError as again:
            raise again.error from again.__cause__
        raise AssertionError("unreachable")

    def _wait(self, error: Exception) -> bool | float:
        """Whether to try again after an error, and in how many seconds where the server says that."""
        if not isinstance(error, _AgainError) or error.deadline.left <= 0:
            return False
        if error.wait is None:
            return True
        if error.wait > _MOST_WAIT:
            return False
        self._pace.hold(error.host, error.wait)
        return 0.0  # the pace waits

    def _try(self, asked: str, target: httpx2.URL, deadline: Deadline, limit: int, cut: bool, form: bytes | None) -> _Answer:
        import httpcore2
        import httpx2

        from sayso.intake.network import PrivateAddress, UnknownHost

        def again(error: FetchError, wait: float | None = None) -> _AgainError:
            return _AgainError(error, target.host, deadline, wait)

        try:
            self._judged.limit(deadline)
            headers = {"cache-control": "no-cache"} if self._caches else {}
            if form is not None:
                headers["content-type"] = "application/x-www-form-urlencoded"
            request = self._client.build_request("GET" if form is None else "POST", target, headers=headers, content=form)
            response = self._client.send(request, stream=True, follow_redirects=False)
            try:
                answer = _read(asked, target, response, deadline, limit, cut)
            finally:
                response.close()
        except PrivateAddress as error:
            raise AddressRefused(
                asked, _about(asked, target, f"{target.host} is {error}, which is no public address; --allow-private allows it")
            ) from None
        except UnknownHost as error:
            raise Unreachable(asked, _about(asked, target, str(error))) from None
        except (httpcore2.TimeoutException, httpx2.TimeoutException) as error:
            if deadline.left <= 0:
                raise Unreachable(asked, _about(asked, target, "time ran out before the whole answer was there")) from error
            raise again(Unreachable(asked, _about(asked, target, "the server doesn't answer"))) from error
        except (httpcore2.ConnectError, httpx2.ConnectError) as error:
            failure = Unreachable(asked, _about(asked, target, f"no connection: {_shorten(str(error))}"))
            if "CERTIFICATE" in str(error).upper():
                raise failure from error
            raise again(failure) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.TransportError) as error:
            raise again(BadAnswer(asked, _about(asked, target, f"the answer breaks off or breaks HTTP: {_shorten(str(error))}"))) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, httpcore2.UnsupportedProtocol) as error:
            raise BadAnswer(asked, _about(asked, target, f"can't be fetched: {_shorten(str(error))}")) from error
        except (RuntimeError, sqlite3.Error) as error:  # hishel's word for a file that isn't its own
            raise BadAnswer(asked, _about(asked, target, f"the cache can't be used: {_shorten(str(error))}")) from error
        except (ValueError, OSError) as error:  # headers or bytes that a library stumbles on
            raise BadAnswer(asked, _about(asked, target, f"the answer makes no sense: {_shorten(str(error))}")) from error
        finally:
            deadline.stop()
        if answer.status in _BUSY:
            wait = _retry_after(answer.headers.get("retry-after", ""))
            reason = f"answers {_status(answer)}"
            if wait is not None and wait > _MOST_WAIT:
                reason += f" and asks to be left alone for {wait:.0f} seconds"
            raise again(BadAnswer(asked, _about(asked, target, reason)), wait)
        return answer

    def _obey(self, asked: str, target: httpx2.URL) -> None:
        """Go no further where robots.txt forbids an address.

        Raises:
            FetchError: it forbids it, or can't be had.
        """
        origin = f"{target.scheme}://{target.netloc.decode('ascii', 'replace')}"
        now = self._pace.clock.monotonic()
        rules = self._robots.get(origin)
        if rules is None or now > rules.until:
            rules = self._rules(asked, target)
            rules.until += now
            self._robots[origin] = rules
            self._robots.move_to_end(origin)
            if len(self._robots) > _MOST_HOSTS:
                self._robots.popitem(last=False)
        if rules.ban is not None:
            kind, reason = rules.ban
            raise kind(asked, _about(asked, target, reason))
        if rules.parsed is not None:
            if not rules.parsed.can_fetch(str(target), _AGENT):
                raise RobotsRefused(asked, _about(asked, target, f"{origin}/robots.txt forbids it"))
            if (gap := rules.parsed.crawl_delay(_AGENT)) is not None:
                self._pace.slow(target.host, gap)

    def _rules(self, asked: str, target: httpx2.URL) -> _Rules:
        """What a site's robots.txt says, as RFC 9309 has it: none there allows all, one that can't be had forbids all."""
        from protego import Protego

        from sayso.intake.network import Deadline

        deadline = Deadline(min(_ROBOTS_TIME, self._timeout))
        at = target.copy_with(raw_path=b"/robots.txt")
        try:
            for _ in range(_ROBOTS_REDIRECTS + 1):
                answer = self._ask(str(at), at, deadline, _ROBOTS_SIZE, cut=True)
                if answer.status not in _REDIRECTS:
                    break
                at = _parse(str(at), _follow(str(at), at, answer))
            else:
                return _Rules()
            if answer.status in _TAKEN:
                text = _unpack(str(at), at, answer, _ROBOTS_SIZE, [], cut=True).decode("utf-8-sig", "replace")
                return _Rules(Protego.parse(text))
        except (AddressRefused, Unreachable) as error:
            return _Rules(ban=(type(error), error.reason), until=_NO_ROBOTS_KEPT)
        except FetchError as error:
            ban = f"its robots.txt can't be had, which stands for a ban: {error.reason}"
            return _Rules(ban=(RobotsRefused, ban), until=_NO_ROBOTS_KEPT)
        if answer.status < 500:
            return _Rules()
        return _Rules(ban=(RobotsRefused, f"its robots.txt answers {_status(answer)}, which stands for a ban"), until=_NO_ROBOTS_KEPT)


@dataclass(slots=True)
class _Rules:
    """What a robots.txt says, and until when (seconds of the clock) that holds."""

    parsed: Protego | None = None
    ban: tuple[type[FetchError], str] | None = None
    until: float = _ROBOTS_KEPT


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server sent: the body as it came, but whole or cut at the limit."""

    status: int
    reason: str
    headers: httpx2.Headers
    body: bytes
    at: datetime
    address: str | None = None
    unchanged: bool = False


class _AgainError(Exception):
    """A failure that may be over at the next try; ``wait`` seconds are the server's wish."""

    def __init__(self, error: FetchError, host: str, deadline: Deadline, wait: float | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.host = host
        self.deadline = deadline
        self.wait = wait


def _parse(asked: str, url: str) -> httpx2.URL:
    """An address that may be fetched, by what is written; whoever leads to it."""
    import httpx2

    shown = "" if url == asked else f"redirects to {_shorten(url)}, which "
    if len(url) > _LONGEST:
        raise AddressRefused(asked, f"{shown}is longer than {_LONGEST} characters")
    try:
        parsed = httpx2.URL(url.strip())
        host, port = parsed.host, parsed.port
    except (httpx2.InvalidURL, ValueError) as error:
        raise AddressRefused(asked, f"{shown}is no address: {_shorten(str(error))}") from None
    if parsed.scheme not in ("http", "https"):
        raise AddressRefused(asked, f"{shown}is no address of http or https")
    if not host or (port is not None and not 0 < port < 65536):
        raise AddressRefused(asked, f"{shown}names no host that can be asked")
    if parsed.userinfo:
        raise AddressRefused(asked, f"{shown}holds a user's name or password; give the address without")
    return parsed.copy_with(fragment=None)


def _follow(asked: str, target: httpx2.URL, answer: _Answer) -> str:
    """Where a redirect leads."""
    import httpx2

    location = answer.headers.get("location", "")
    if not location or len(location) > _LONGEST:
        raise BadAnswer(asked, _about(asked, target, f"answers {_status(answer)} and doesn't say where to"))
    try:
        return str(target.join(location))
    except (httpx2.InvalidURL, ValueError):
        raise BadAnswer(asked, _about(asked, target, f"redirects to {_shorten(location)}, which is no address")) from None


def _read(asked: str, target: httpx2.URL, response: httpx2.Response, deadline: Deadline, limit: int, cut: bool) -> _Answer:
    """An answer with its body as it comes, up to the limit; the body of a redirect or an error isn't read."""
    body = bytearray()
    status = response.status_code
    stream = response.extensions.get("network_stream")
    server = stream.get_extra_info("server_addr") if stream is not None else None  # while it is open
    if status in _TAKEN:
        length = response.headers.get("content-length", "")
        if not cut and length.isascii() and length.isdigit() and (len(length) > 15 or int(length) > limit):
            raise _above(asked, target, limit)
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > limit:
                if not cut:
                    raise _above(asked, target, limit)
                del body[limit:]
                break
            deadline.check(1.0)
    caching: Any = response.extensions.get("caching") or {}
    return _Answer(
        status,
        response.extensions.get("reason_phrase", b"").decode("latin-1") or response.reason_phrase,
        response.headers,
        bytes(body),
        datetime.now(UTC).replace(microsecond=0),
        str(server[0]) if server else None,
        bool(caching.get("from_cache")),
    )


def _unpack(asked: str, target: httpx2.URL, answer: _Answer, limit: int, warnings: list[str], cut: bool = False) -> bytes:
    """A body without its content encoding: httpx2 unpacks by pieces of a megabyte, so that a bomb is seen in time."""
    import httpx2

    named = [token.strip().removeprefix("x-") for token in answer.headers.get("content-encoding", "").lower()[:200].split(",")]
    encodings = [name for name in named if name not in ("", "identity")]
    if not encodings:
        return answer.body
    encoding = ", ".join(encodings)
    if not _PACKINGS.issuperset(encodings):
        warnings.append(f"the server says that the page is packed as {_shorten(encoding)}, which isn't known; it was left as it is")
        return answer.body
    data = bytearray()
    try:
        packed = httpx2.Response(answer.status, headers={"content-encoding": encoding}, stream=httpx2.ByteStream(answer.body))
        for piece in packed.iter_bytes():
            data += piece
            if len(data) > limit:
                if not cut:
                    raise _above(asked, target, limit, unpacked=True)
                return bytes(data[:limit])
    except httpx2.DecodingError as error:
        if cut or data:
            if cut:
                return bytes(data)
            raise BadAnswer(asked, _about(asked, target, f"the answer can't be unpacked: {_shorten(str(error))}")) from None
        # It isn't packed at all, if what it is can be seen.
        warnings.append(f"the server says that the page is packed ({_shorten(encoding)}), which it is not")
        return answer.body
    return bytes(data)


def _above(asked: str, target: httpx2.URL, limit: int, unpacked: bool = False) -> AnswerTooLarge:
    how = "unpacks to" if unpacked else "holds"
    return AnswerTooLarge(asked, _about(asked, target, f"{how} more than the {format_size(limit)} that one answer may have"))


def _media_type(declared: str, data: bytes, warnings: list[str]) -> str | None:
    """What a body is, by its header, or by its beginning where that leaves no doubt that the header is wrong or missing."""
    said = declared.partition(";")[0].strip().lower()[:100] or None
    seen = next((kind for magic, kind in _KINDS if data.startswith(magic)), None)
    if seen is None and _PAGE.match(data[:2048]):
        seen = "text/html"
    elif seen is None and _FEED.match(data[:2048]):
        seen = "application/xml"
    if seen is None or said == seen:
        return said
    is_text, says_text = seen.startswith("text/") or seen == "application/xml", said is not None and said.startswith(_TEXTS)
    if said in (None, "application/octet-stream", "binary/octet-stream"):
        return seen
    if is_text != says_text and not (seen in ("application/zip", "application/gzip") and said.startswith("application/")):
        warnings.append(f"the server says {_shorten(str(said))}, but this is {seen}")
        return seen
    return said


def _charset(declared: str, warnings: list[str]) -> str | None:
    """The encoding that a header names, if Python knows it."""
    if (match := _CHARSET.search(declared[:1000])) is None:
        return None
    if (name := known_charset(match[1])) is None:
        warnings.append(f"the server names an encoding that is none: {match[1]!r}")
    return name


def known_charset(name: str) -> str | None:
    """An encoding of text as Python names it; None where it knows none of that name."""
    try:
        info = codecs.lookup(name)
        "".encode(info.name)  # only encodings of text
    except (LookupError, ValueError):
        return None
    return None if info.name in _NO_CHARSET else info.name


def _retry_after(words: str) -> float | None:
    """Seconds that a server asks to wait: a number or a date; None where it says nothing that can be read."""
    words = words.strip()
    if re.fullmatch(r"[0-9]{1,9}", words):
        return float(words)
    try:
        until = parsedate_to_datetime(words[:100])
    except (ValueError, TypeError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _about(asked: str, target: httpx2.URL, reason: str) -> str:
    """A reason, with the address that it holds for where the user asked for another."""
    at = str(target)
    return reason if at in (asked, asked + "/") else f"leads to {_shorten(at)}: {reason}"


def _status(answer: _Answer) -> str:
    return f"{answer.status} {_shorten(answer.reason)}".strip()


def _shorten(words: str) -> str:
    """Foreign words for a message: on one line, and not too many."""
    line = "".join(c if c.isprintable() else " " for c in words[: _SHOWN + 1])
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "..."
