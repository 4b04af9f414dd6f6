"""What an input holds: bytes of any kind become documents, or say where documents are."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import IO, TYPE_CHECKING

from sayso.errors import InputError, NoDocument, NotText, TooLarge
from sayso.intake.items import MAX_SIZE, Item, Listed, format_size
from sayso.intake.kinds import SHOWN, Kind, bare_name, kind_of
from sayso.intake.packing import Joined, unpack
from sayso.intake.rows import check_columns, kind_of_value, read_row
from sayso.intake.tables import read_json_lines
from sayso.intake.texts import decode_text, read_text, refuse_above, with_boilerplate
from sayso.models import Appearance

if TYPE_CHECKING:
    from sayso.intake.feeds import Listing

_MARKUP = 10  # times the size of a text that a file which holds one, in pages with pictures, may have
_PIECE = 1 << 20
_MOST_SPOOLED = 4_000_000_000  # bytes of standard input, or of what was packed, that wait in a temporary file


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all inputs of a call.

    Attributes:
        published: ISO 8601 date for documents that have none of their own.
        max_size: bytes of text above which a document is refused.
        columns: tables' names of sayso's columns where they differ, such as {"text": "body"}.
        known: whether an entry of a feed is passed over.
    """

    published: str | None = None
    max_size: int = MAX_SIZE
    columns: Mapping[str, str] = field(default_factory=dict)
    known: Callable[[Listed], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes that were opened or fetched.

    Attributes:
        where: names them, for messages.
        name: of the file, or the last part of the address.
        stream: the bytes.
        path: of the file, where they are one's on this machine.
        url: the address that answered with them.
        charset, media_type: what the server said of them.
        fetched: when they were fetched, ISO 8601.
        digest: of all of them, as ``Appearance`` has it, where they were fetched.
        record: id of the record of a web archive that keeps them.
        warnings: what is doubtful about them.
    """

    where: str
    name: str
    stream: IO[bytes]
    path: str | None = None
    url: str | None = None
    charset: str | None = None
    media_type: str | None = None
    fetched: str | None = None
    digest: str | None = None
    record: str | None = None
    warnings: tuple[str, ...] = ()


def read_contents(source: Source, terms: Terms) -> Iterator[Item | Listing | InputError]:
    """What bytes hold.

    Yields:
        Documents in their order, the errors that stand in the place of some, and, of a feed or a sitemap, what it lists.

    Raises:
        InputError: the bytes as a whole can't be read.
        OSError: reading them failed.
    """
    head = _begin(source.stream)
    kind = kind_of(head, source.name, source.where, source.media_type)
    if kind != "packed":
        yield from _read(kind, source, head, terms)
        return
    # As it is, an archive is read from its packed form, in which it can go on behind a damaged spot.
    whole = source.stream if source.stream.seekable() else None
    if whole is not None:
        whole.seek(0)
    stream = unpack(whole or _rejoined(head, source.stream), source.where)
    head = _begin(stream)
    kind = kind_of(head, source.name, source.where, source.media_type)
    if kind == "packed":
        raise NotText(source.where, "is packed twice; unpack it once")
    if kind == "archive" and whole is not None:
        whole.seek(0)
        yield from _read_archive(source, whole, terms)
    else:
        yield from _read(kind, replace(source, stream=stream, path=None, name=bare_name(source.name)), head, terms)


def _read(kind: Kind, source: Source, head: bytes, terms: Terms) -> Iterator[Item | Listing | InputError]:
    where, published, max_size, columns = source.where, terms.published, terms.max_size, terms.columns
    if kind == "json lines":
        yield from _marked(source, read_json_lines(where, source.stream, published, max_size, head, columns=columns))
    elif kind == "csv":
        from sayso.intake.separated import read_separated

        yield from _marked(source, read_separated(where, _rejoined(head, source.stream), published, max_size, columns=columns))
    elif kind == "archive":
        if source.stream.seekable():
            source.stream.seek(0)
            yield from _read_archive(source, source.stream, terms)
        else:
            yield from _read_archive(source, _rejoined(head, source.stream), terms)
    elif kind == "parquet":
        from sayso.intake.columnar import read_parquet

        with _seekable(source, head) as stream:
            yield from _marked(source, read_parquet(stream, where, published, max_size, columns=columns))
    elif kind == "database":
        from sayso.intake.databases import read_database

        if source.path is None:
            raise NotText(where, "is an SQLite database, which can be read from a file only")
        yield from _marked(source, read_database(source.path, published, max_size, columns=columns))
    elif kind == "zip":
        with _seekable(source, head) as stream:
            if _holds_archive(stream, source.name):
                yield from _read_archive(source, stream, terms)
            else:
                yield from _read_whole("document", replace(source, stream=stream), b"", terms)
    else:
        yield from _read_whole(kind, source, head, terms)


def _read_whole(kind: Kind, source: Source, head: bytes, terms: Terms) -> Iterator[Item | Listing | InputError]:
    """What bytes hold that are in memory as a whole."""
    where, published, max_size = source.where, terms.published, terms.max_size
    most = max_size if kind == "text" else max_size * _MARKUP
    data = head + source.stream.read(max(most + 1 - len(head), 0))
    if kind == "text":
        refuse_above(where, len(data), max_size)
    elif len(data) > most:
        raise TooLarge(where, f"is larger than the {format_size(most)} that a {kind} may have; --max-size sets another limit")
    if kind == "feed":
        from sayso.intake.feeds import read_listing

        yield read_listing(data, source.url or where, charset=source.charset)
    elif kind == "json":
        yield from _marked(source, _read_json(where, data, terms))
    else:
        yield _met(source, data, _read_one(kind, source, data, published, max_size))


def _read_one(kind: Kind, source: Source, data: bytes, published: str | None, max_size: int) -> tuple[Item, str | None]:
    """The one document that bytes hold, and what its text was made by."""
    where = source.where
    if kind == "page":
        from sayso.intake.feeds import discover
        from sayso.intake.html import extractor_version, read_page

        try:
            item = read_page(
                data, where, url=source.url, charset=source.charset, fetched=source.fetched, published=published, max_size=max_size
            )
        except NoDocument as error:
            feeds = discover(data, source.url, charset=source.charset) if source.url else []
            raise NoDocument(where, f"{error.reason}; it links to feeds: {', '.join(feeds[:5])}") if feeds else error from None
        return item, extractor_version()
    if kind == "document":
        from sayso.intake.documents import read_document

        item, extractor = read_document(where, data, published, max_size), f"sayso {version('sayso')}"
    else:
        item, extractor = read_text(where, data, published, max_size, name=bare_name(source.name), charset=source.charset), None
    if source.url is not None:
        item = replace(item, document=item.document.model_copy(update={"url": source.url}))
    return with_boilerplate(item), extractor


def _met(source: Source, data: bytes, made: tuple[Item, str | None]) -> Item:
    item, extractor = made
    appearance = Appearance(
        where=source.where,
        url=source.url,
        fetched=source.fetched,
        digest=source.digest or f"sha256:{hashlib.sha256(data).hexdigest()}",
        record=source.record,
        extractor=extractor,
    )
    return replace(item, warnings=(*source.warnings, *item.warnings), size=len(data), appearance=appearance)


def _read_archive(source: Source, stream: IO[bytes], terms: Terms) -> Iterator[Item | InputError]:
    from sayso.intake.archives import read_archive
    from sayso.intake.html import extractor_version, read_page

    for found in read_archive(stream, source.where, max_size=terms.max_size * _MARKUP):
        if isinstance(found, InputError):
            yield found
            continue
        try:
            item = read_page(
                found.body, found.where, url=found.url, charset=found.charset, fetched=found.date, published=terms.published,
                max_size=terms.max_size,
            )  # fmt: skip
        except InputError as error:
            yield error
            continue
        same = (f"has the same bytes as record {found.duplicate_of}",) if found.duplicate_of else ()
        yield replace(
            item,
            warnings=(*found.warnings, *same, *item.warnings),
            size=found.size,
            appearance=Appearance(
                where=found.where, url=found.url, fetched=found.date, digest=found.digest, record=found.record,
                duplicate_of=found.duplicate_of, extractor=extractor_version(),
            ),
        )  # fmt: skip


def _read_json(where: str, data: bytes, terms: Terms) -> Iterator[Item | InputError]:
    """The documents in one object of JSON or in an array of them."""
    try:
        found = json.loads(decode_text(where, data))
    except json.JSONDecodeError as error:
        raise NoDocument(where, f"is no JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except ValueError as error:  # a number of too many digits
        raise NoDocument(where, f"is no JSON that can be read: {error}") from None
    except RecursionError:
        raise NoDocument(where, "is JSON nested too deep") from None
    rows = found if isinstance(found, list) else [found]
    if not rows:
        raise NoDocument(where, "is an empty array")
    for number, row in enumerate(rows, 1):
        place = f"{where}:{number}" if isinstance(found, list) else where
        if isinstance(row, dict):
            yield read_row(place, row, terms.published, terms.max_size, len(data) // len(rows), check_columns(terms.columns))
        else:
            yield NoDocument(place, f"is no JSON object but {kind_of_value(row)}")


def _marked(source: Source, items: Iterator[Item | InputError]) -> Iterator[Item | InputError]:
    """Rows, with what is no part of an article marked, and with the address that they came from."""
    for item in items:
        if isinstance(item, InputError):
            yield item
            continue
        item = with_boilerplate(item)
        if source.url is not None:
            met = Appearance(where=item.where, url=source.url, fetched=source.fetched, digest=source.digest, record=source.record)
            item = replace(item, warnings=(*source.warnings, *item.warnings), appearance=met)
        yield item


def _holds_archive(stream: IO[bytes], name: str) -> bool:
    """Whether a zip archive is a WACZ package, by its parts, or by its name where its table of contents can't be read."""
    try:
        names = zipfile.ZipFile(stream).namelist()
    except Exception:  # what zipfile raises on damaged files has no end
        names = ["datapackage.json"] if name.lower().endswith(".wacz") else []
    stream.seek(0)
    return "datapackage.json" in names or any(each.startswith("archive/") for each in names)


@contextmanager
def _seekable(source: Source, head: bytes) -> Iterator[IO[bytes]]:
    """A stream at its beginning that can be sought in: the source's, or a temporary file with what it holds."""
    if source.stream.seekable():
        source.stream.seek(0)
        yield source.stream
        return
    with tempfile.TemporaryFile() as file:
        file.write(head)
        while data := source.stream.read(_PIECE):
            if file.tell() > _MOST_SPOOLED:
                raise TooLarge(source.where, f"is more than {format_size(_MOST_SPOOLED)}, which is read from a file only")
            file.write(data)
        file.seek(0)
        yield file


def _begin(stream: IO[bytes]) -> bytes:
    """The first bytes of a stream, up to ``SHOWN``: a pipe gives them in pieces."""
    head = b""
    while len(head) < SHOWN and (data := stream.read(SHOWN - len(head))):
        head += data
    return head


def _rejoined(head: bytes, stream: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(Joined(head, stream))
