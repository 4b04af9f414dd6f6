"""Connections that go to public addresses only, and that end when their time is up.

A name is resolved once, its addresses are judged, and the connection goes to one that was judged, so that a name server
which answers differently the second time (DNS rebinding) gains nothing. However an address is written in a URL (decimal,
octal, as a name, as IPv6 that holds IPv4), it is judged as what would really be connected to.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import httpcore2
import httpx2

_IDLE = 20.0  # seconds without a byte after which a connection is given up
_CONNECT = 10.0  # seconds for a connection to one address
_MOST_ADDRESSES = 4  # of a host that are tried

# What is no public address: the special-purpose registries of IANA, and what clouds serve machines' credentials from. Written
# out, for `ipaddress.is_global` differs from one version of Python to the next.
_NO_PUBLIC_4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32",
    )
)  # fmt: skip
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
# In that: protocol assignments with Teredo, documentation, 6to4.
_NO_PUBLIC_6 = tuple(ipaddress.IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: none that is private, local, multicast, reserved or a cloud's own.

    An IPv6 address that leads to an IPv4 address (mapped, or by NAT64) is judged as that.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id is not None:
            return False
        inner = ip.ipv4_mapped or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is None:
            return ip in _PUBLIC_6 and not any(ip in network for network in _NO_PUBLIC_6)
        ip = inner
    return not any(ip in network for network in _NO_PUBLIC_4)


class PrivateAddress(Exception):
    """A host has no public address; the message names what it has."""


class UnknownHost(Exception):
    """A host has no address."""


class Network:
    """How names are resolved and connections made; another one stands in its place in tests."""

    def resolve(self, host: str, port: int) -> list[str]:
        """The IP addresses of a host, in the order in which to try them.

        Raises:
            OSError: there are none.
        """
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def connect(self, address: str, port: int, timeout: float) -> httpcore2.NetworkStream:
        """A connection to an IP address within a number of seconds."""
        return httpcore2.SyncBackend().connect_tcp(address, port, timeout)


class Deadline:
    """Seconds that all connections of one fetch may take together; waits between them aren't counted."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._until: float | None = None

    def start(self) -> None:
        """Let the time run."""
        if self._until is None:
            self._until = time.monotonic() + self._left

    def stop(self) -> None:
        """Let the time stand still."""
        if self._until is not None:
            self._left, self._until = self._until - time.monotonic(), None

    @property
    def left(self) -> float:
        """Seconds that are left; below 0 when time is up."""
        return self._left if self._until is None else self._until - time.monotonic()

    def check(self, most: float) -> float:
        """Seconds that the next step may take: what is left, but no more than ``most``.

        Raises:
            httpcore2.TimeoutException: nothing is left.
        """
        if (left := self.left) <= 0:
            raise httpcore2.ReadTimeout("time is up")
        return min(left, most)


class _TimedStream(httpcore2.NetworkStream):
    """A connection whose every step looks at the clock, so that a byte a second keeps nobody waiting for long."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.check(_IDLE))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.check(_IDLE))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._deadline.check(_CONNECT)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _JudgedBackend(httpcore2.NetworkBackend):
    """Connects to addresses that were judged; ``deadline`` is that of the fetch in progress."""

    def __init__(self, network: Network, allow_private: bool) -> None:
        self.network = network
        self.allow_private = allow_private
        self.deadline = Deadline(0)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        found = self._resolve(host.removeprefix("[").removesuffix("]"), port)
        addresses = found if self.allow_private else [address for address in found if is_public(address)]
        if found and not addresses:
            raise PrivateAddress(found[0])
        failure: Exception = UnknownHost("there is no such host")
        for address in addresses[:_MOST_ADDRESSES]:
            try:
                return _TimedStream(self.network.connect(address, port, self.deadline.check(_CONNECT)), self.deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    def _resolve(self, host: str, port: int) -> list[str]:
        """Addresses of a host, in time: the system's resolver knows no limit, so that it is left behind when time is up."""
        answers: list[list[str] | Exception] = []

        def ask() -> None:
            try:
                answers.append(self.network.resolve(host, port))
            except (OSError, ValueError) as error:  # UnicodeError: a name that can't be one
                answers.append(error)

        asking = threading.Thread(target=ask, daemon=True, name="sayso-resolve")
        asking.start()
        asking.join(self.deadline.check(_CONNECT))
        if not answers:
            raise httpcore2.ConnectTimeout("the name server doesn't answer")
        answer = answers[0]
        if isinstance(answer, socket.gaierror) and answer.errno == socket.EAI_AGAIN:
            raise httpcore2.ConnectError("the name server doesn't answer") from answer
        if isinstance(answer, Exception):
            raise UnknownHost("there is no such host") from answer
        return answer


class _Body(httpx2.SyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


@cache
def _certificates() -> ssl.SSLContext:
    """What certificates are checked against: read once, for it takes a while."""
    return httpx2.create_ssl_context()


class JudgedTransport(httpx2.BaseTransport):
    """Sends requests for httpx2 over judged and timed connections, a new one for each: nothing of one answer is left to the next.

    Args:
        network: how names are resolved and connections made.
        allow_private: whether addresses are taken as they are.
        before: called with the host before each request; it waits for the host's turn.
    """

    def __init__(self, network: Network, allow_private: bool, before: Callable[[str], None]) -> None:
        self._backend = _JudgedBackend(network, allow_private)
        self._before = before
        self._pool = httpcore2.ConnectionPool(ssl_context=_certificates(), max_keepalive_connections=0, network_backend=self._backend)

    def limit(self, deadline: Deadline) -> None:
        """Put the requests that follow under a deadline."""
        self._backend.deadline = deadline

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request when the host's turn has come."""
        self._backend.deadline.stop()
        self._before(request.url.host)
        self._backend.deadline.start()
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
                ),
                # It was there to have the cache ask; the site's own caches may answer.
                headers=[(name, value) for name, value in request.headers.raw if name.lower() != b"cache-control"],
                content=request.read() or None,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(status_code=answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions)

    def close(self) -> None:
        """Close what is still open."""
        self._pool.close()
