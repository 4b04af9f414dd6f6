"""Addresses on the web: what they answer with, and what the feeds among them list."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from sayso.errors import InputError
from sayso.intake.contents import Source

if TYPE_CHECKING:
    from sayso.intake.feeds import Entry
    from sayso.intake.fetch import Fetcher
    from sayso.intake.raw import RawStore


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def is_address(name: str) -> bool:
    """Whether an input is named by an address, of whatever scheme, and not by a path."""
    return _ADDRESS.match(name) is not None


class Web:
    """Fetches what is named, one at a time; to be used with ``with``. Nothing is loaded or opened before the first fetch.

    Args:
        allow_private: fetch from private, loopback and link-local addresses too.
        keep_raw: a WARC file (``.warc.gz``) to which all answers are added as they were sent.
        cache: folder for answers that needn't be sent again while they are unchanged.

    Raises:
        InputError: ``keep_raw`` can't be written.
    """

    def __init__(self, *, allow_private: bool = False, keep_raw: Path | None = None, cache: Path | None = None) -> None:
        self._allow_private = allow_private
        self._cache = cache
        self._store = _open_store(keep_raw) if keep_raw is not None else None
        self._fetcher: Fetcher | None = None

    def open(self, url: str) -> Source:
        """Fetch an address.

        Raises:
            FetchError: there is no answer that can be used.
        """
        found = self._opened().fetch(url)
        name = PurePosixPath(urlsplit(found.url).path).name
        record = found.record.strip("<>") if found.record is not None else None  # as reading the archive names it
        return Source(
            url, name, io.BytesIO(found.data), url=found.url, charset=found.charset, media_type=found.media_type, fetched=found.fetched,
            digest=f"sha256:{found.digest}", record=record, warnings=found.warnings,
        )  # fmt: skip

    def follow(self, url: str) -> Iterator[Entry | InputError]:
        """What a feed or a sitemap lists; see ``feeds.follow``."""
        from sayso.intake.feeds import follow

        return follow(self._opened(), url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._fetcher is not None:
            self._fetcher.close()
        if self._store is not None:
            self._store.close()

    def _opened(self) -> Fetcher:
        if self._fetcher is None:
            from sayso.intake.fetch import Fetcher

            try:
                self._fetcher = Fetcher(cache=self._cache, keep_raw=self._store, allow_private=self._allow_private)
            except OSError:  # a cache spares work, and is never needed
                self._fetcher = Fetcher(keep_raw=self._store, allow_private=self._allow_private)
        return self._fetcher


def _open_store(path: Path) -> RawStore:
    from sayso.intake.html import extractor_version
    from sayso.intake.raw import RawStore

    return RawStore(path, extractor_version())
