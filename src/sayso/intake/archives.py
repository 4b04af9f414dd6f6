"""Web archives: the pages that WARC files and WACZ packages hold.

Records are read one at a time, whatever an archive's size. Where it is damaged, the next record that can be read is looked
for, so that one broken spot costs one record.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from sayso.errors import Damaged, InputError, MissingInput, NoDocument, NotText, TooLarge, UnreadableInput
from sayso.intake.items import MAX_SIZE, format_size, is_date, storable
from sayso.intake.packing import GZIP, ZSTD, Joined, is_packed, unpack

if TYPE_CHECKING:
    from fastwarc.warc import HeaderMap, WarcRecord
    from typing_extensions import Buffer

_ZIP = b"PK\x03\x04"
_LOCAL_HEAD = 30  # bytes
_PART_BUFFER = 1 << 16
_BEGIN = b"WARC/"
_WINDOW = 1 << 20  # bytes that are searched at a time for the next record
_MOST_DAMAGES = 1000  # spots in one archive after which the rest is given up
_PIECE = 1 << 22  # bytes that are skipped at a time
# An archive may unpack to this many times what it takes up, above the first 64 MB; 1032 is the most that gzip can do.
_MAX_RATIO = 1000
_FREE = 64_000_000
_HEADERS = 1 << 16  # bytes that a record may have beside its page
_WARC_NAME = re.compile(r"\.warc(?:\.gz|\.zst)?$", re.I)
_HTML = ("text/html", "application/xhtml+xml")
_VAGUE = ("", "application/octet-stream", "application/unknown", "application/x-unknown", "unknown/unknown")
_HTML_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:<\?xml[^>]{0,200}>\s{0,20})?<(?:!doctype\s{1,9}html|html)\b", re.I)
_RECORD_BEGINS = re.compile(rb"WARC/\d\.\d{1,3}\r?\n")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]{0,20}(?:;[^\r\n]{0,500})?\r?\n")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_LONGEST = 4000  # code points of an address


@dataclass(frozen=True, slots=True)
class Captured:
    """A page as an archive holds it.

    Attributes:
        where: names the record as its user would: the archive, then ``#`` and the record's id.
        record: the record's id, a URI without angle brackets; its offset in the archive, "@1234", where it has none.
        url: the address that was asked for.
        date: when the page was captured, ISO 8601; None where the record doesn't say.
        digest: of the payload, as the archive gives it or, where it gives none, as "sha1:" and base 32.
        charset: the encoding that the answer declared, in small letters.
        body: the page's bytes, unpacked.
        duplicate_of: the id of the first record of this archive whose page has the same bytes; of a revisit, the record that
            it refers to, or its digest.
        revisit: whether the record only says that the page was found unchanged; then ``body`` is empty.
        warnings: what is doubtful about the page.
        size: bytes that the record takes up, without its packing.
    """

    where: str
    record: str
    url: str | None
    date: str | None
    digest: str
    charset: str | None
    body: bytes
    duplicate_of: str | None = None
    revisit: bool = False
    warnings: tuple[str, ...] = ()
    size: int = 0


def read_archive(
    source: str | Path | IO[bytes], where: str | None = None, *, max_size: int = MAX_SIZE, revisits: bool = False
) -> Iterator[Captured | InputError]:
    """The pages of a WARC file (plain, gzip or zstd, by record or as a whole) or of a WACZ package, in their order.

    Pages are successful answers (status 200 or 203) of HTML, and resource records of HTML.

    Args:
        source: a path, or a stream at its beginning. A WACZ package, and going on after a damaged spot, need one that can be
            sought in.
        where: names the archive; the path where it is left out.
        max_size: bytes above which a page is refused, unpacked.
        revisits: whether to give the records too that say that a page was found unchanged.

    Yields:
        Pages, and in the place of each that can't be read the error that says why: ``Damaged`` where the archive is broken
        or cut off, ``TooLarge``, and ``NotText`` for what is no archive.
    """
    if isinstance(source, (str, Path)):
        where = where or str(source)
        try:
            stream = Path(source).open("rb")  # noqa: SIM115
        except FileNotFoundError:
            yield MissingInput(where, "there is no such file")
            return
        except (OSError, ValueError) as error:
            yield UnreadableInput(where, f"can't be opened: {getattr(error, 'strerror', None) or error}")
            return
        with stream:
            yield from read_archive(stream, where, max_size=max_size, revisits=revisits)
        return
    where = where or str(getattr(source, "name", "archive"))
    try:
        with closing(_Seen(where)) as seen:
            yield from _Archive(where, seen, max_size, revisits).read(source)
    except InputError as error:
        yield error
    except OSError as error:
        yield UnreadableInput(where, f"can't be read: {error.strerror or error}")


class _Seen:
    """The pages that an archive has had so far: in a temporary file that grows, so that memory doesn't."""

    def __init__(self, where: str) -> None:
        self._where = where
        # An empty name stands for a file of SQLite's own that goes when it is closed.
        self._table = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._table.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;")
        self._table.execute("CREATE TABLE seen (hash BLOB PRIMARY KEY, record TEXT) WITHOUT ROWID")
        self._table.execute("BEGIN")

    def first(self, body: bytes, record: str) -> str | None:
        """The record that had these bytes first; None if this one does."""
        key = hashlib.sha256(body).digest()
        try:
            row = self._table.execute("SELECT record FROM seen WHERE hash = ?", (key,)).fetchone()
            if row is None:
                self._table.execute("INSERT INTO seen VALUES (?, ?)", (key, record))
        except sqlite3.Error as error:
            raise UnreadableInput(self._where, f"can't be read further: no room to note which pages were met ({error})") from None
        return str(row[0]) if row else None

    def close(self) -> None:
        self._table.close()


class _CutOff(Exception):
    """A record ends before its end."""


class _Counted:
    """What a stream gives, and how much that was so far."""

    def __init__(self, stream: IO[bytes], start: int) -> None:
        self._stream = stream
        self._at = start
        self.taken = 0
        self.failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size) or b""
        except Exception as error:
            self.failure = error
            raise
        self.taken += len(data)
        return data

    def tell(self) -> int:
        return self._at + self.taken


class _Part(io.RawIOBase):
    """A part of a package that is stored as it is."""

    def __init__(self, stream: IO[bytes], part: zipfile.ZipInfo) -> None:
        stream.seek(part.header_offset)
        head = stream.read(_LOCAL_HEAD)
        if len(head) < _LOCAL_HEAD or not head.startswith(_ZIP):
            raise zipfile.BadZipFile("it isn't where the table of contents has it")
        # The name and the extra field that stand behind the head, whose sizes are its last four bytes.
        self._start = part.header_offset + _LOCAL_HEAD + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        self._stream = stream
        self._size = part.compress_size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._at = max(offset + (0, self._at, self._size)[whence], 0)
        return self._at

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        self._stream.seek(self._start + self._at)
        data = self._stream.read(min(len(view), max(self._size - self._at, 0)))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


def _open_part(package: zipfile.ZipFile, part: zipfile.ZipInfo, stream: IO[bytes], plain: bool) -> IO[bytes]:
    return io.BufferedReader(_Part(stream, part), _PART_BUFFER) if plain else package.open(part)


class _Archive:
    """One archive while it is read."""

    def __init__(self, where: str, seen: _Seen, max_size: int, revisits: bool) -> None:
        self._where = where
        self._seen = seen
        self._max_size = max_size
        self._revisits = revisits
        self._damages = 0

    def read(self, stream: IO[bytes]) -> Iterator[Captured | InputError]:
        head = b""
        while len(head) < 16 and (data := stream.read(16 - len(head))):
            head += data
        if can_seek := _can_seek(stream):
            stream.seek(0)
        else:
            stream = io.BufferedReader(Joined(head, stream))
        if not head:
            yield NoDocument(self._where, "is empty")
        elif head.startswith(_ZIP):
            if can_seek:
                yield from self._read_package(stream)
            else:
                yield UnreadableInput(self._where, "is a zip archive (WACZ), which can be read from a file only")
        elif head.startswith(_BEGIN) or is_packed(head):
            yield from self._read_records(stream, self._where, head, can_seek)
        else:
            yield NotText(self._where, "is no web archive: it begins as neither WARC nor WACZ")

    def _read_package(self, stream: IO[bytes]) -> Iterator[Captured | InputError]:
        try:
            package = zipfile.ZipFile(stream)
            names = sorted(name for name in package.namelist() if name.startswith("archive/") and _WARC_NAME.search(name))
        except Exception as error:  # what zipfile raises on damaged files has no end
            # A package holds its archives as they are, so that their records are found without its table of contents.
            yield Damaged(self._where, f"is a zip archive whose table of contents can't be read ({error}); its records are looked for")
            yield from self._read_on(stream, self._where, 0, GZIP)
            return
        if not names:
            yield NotText(self._where, "is a zip archive that holds no web archive (archive/*.warc.gz), so no WACZ package")
        for name in names:
            where = f"{self._where}/{storable(name)[0]}"
            try:
                part = package.getinfo(name)
                # What is stored as it is, as is usual, can be sought in, and its sum isn't checked: records have their own.
                plain = part.compress_type == zipfile.ZIP_STORED and not part.flag_bits & 1
                with _open_part(package, part, stream, plain) as member:
                    head = member.read(16)
                    member.seek(0)
                    yield from self._read_records(member, where, head, plain)
            except InputError as error:
                yield error
            except Exception as error:
                yield Damaged(where, f"can't be read from its package: {error}")

    def _read_records(self, stream: IO[bytes], where: str, head: bytes, can_seek: bool) -> Iterator[Captured | InputError]:
        """The pages of one WARC file, from its beginning on."""
        magic = next((m for m in (GZIP, _BEGIN) if head.startswith(m)), ZSTD)
        run = _Run(self, stream, where, 0)
        yield from run.read()
        if run.broken and can_seek:
            yield from self._read_on(stream, where, run.at + 1, magic)
        elif not run.records and not run.failed:
            yield Damaged(where, "is cut off: it holds no record that is whole")
        elif magic == GZIP and can_seek and not run.failed and _is_cut_off(stream, run.at):
            # The reader takes a last record that breaks off within its first bytes for the archive's end.
            yield Damaged(where, "is cut off: its last record can't be read")

    def _read_on(self, stream: IO[bytes], where: str, start: int, magic: bytes) -> Iterator[Captured | InputError]:
        """The pages that are still found from an offset of a damaged file on."""
        while (found := _next_record(stream, start, magic)) is not None:
            self._damages += 1
            if self._damages > _MOST_DAMAGES:
                yield Damaged(where, f"is damaged in more than {_MOST_DAMAGES:,} places; the rest is not read")
                return
            run = _Run(self, stream, where, found)
            yield from run.read()
            if not run.broken:
                return
            start = max(run.at, found) + 1

    def take(self, record: WarcRecord, where: str, at: int) -> Captured | InputError | None:
        """What a record holds: a page, a reason why it can't be had, or nothing that is looked for.

        Raises:
            _CutOff: the record ends before its end.
        """
        kind = str(record.record_type)
        named = _header(record.headers, b"WARC-Record-ID").strip().strip("<>")
        name = storable(named)[0][:_LONGEST] or f"@{at}"
        where = f"{where}#{name.removeprefix('urn:uuid:')}"
        length = _header(record.headers, b"Content-Length").strip()
        if not (length.isascii() and length.isdigit() and int(length[:20]) == record.content_length):
            raise _CutOff(where, "has no length, as where an archive is cut off within the record's head")
        if kind not in ("response", "resource", "revisit") or (kind == "revisit" and not self._revisits):
            return None
        size = record.content_length
        held = kind == "revisit" or size <= self._max_size + _HEADERS
        if held:
            record.freeze()
            if record.content_length < size:
                raise _CutOff(where, "is cut off: the end of the record is missing")
        warnings = []
        if held and record.headers.get_bytes(b"WARC-Block-Digest") is not None and not _is_intact(record):
            warnings.append("the record's bytes aren't those that its digest was made from")
        status, content_type, headers = 200, _header(record.headers, b"Content-Type"), None
        if kind != "resource":
            if not record.is_http:
                return None
            record.parse_http(strict_mode=False)
            headers = record.http_headers
            status, content_type = headers.status_code or 0, _header(headers, b"Content-Type")
        told = content_type.split(";")[0].strip().lower()
        if kind != "revisit" and (status not in (200, 203) or told not in (*_HTML, *_VAGUE)):
            return None
        if not held:
            return TooLarge(where, f"is a page above the limit of {format_size(self._max_size)}") if told in _HTML else None
        raw = record.reader.read() if kind != "revisit" else b""
        body = raw
        cut = _header(record.headers, b"WARC-Truncated").strip()
        if headers is not None and kind != "revisit":
            try:
                body = _decoded(raw, headers, where, self._max_size, bool(cut))
            except InputError as error:
                return error
        if kind != "revisit" and (not body.strip() or (told in _VAGUE and not _HTML_BEGINS.match(body))):
            return NoDocument(where, "is a page without content") if told in _HTML else None
        if cut:
            warnings.append(f"the archive has only the beginning of this page ({storable(cut)[0][:40]})")
        digest = _header(record.headers, b"WARC-Payload-Digest").strip()
        if not digest:
            digest = "sha1:" + base64.b32encode(hashlib.sha1(raw, usedforsecurity=False).digest()).decode()
        digest = storable(digest)[0][:200]
        if kind == "revisit":
            first = _header(record.headers, b"WARC-Refers-To").strip().strip("<>") or digest
            duplicate_of: str | None = storable(first)[0][:_LONGEST]
        else:
            duplicate_of = self._seen.first(body, name)
        url = storable(_header(record.headers, b"WARC-Target-URI").strip().strip("<>"))[0]
        date = _header(record.headers, b"WARC-Date").strip()
        if not is_date(date):
            warnings.append("the record doesn't say when the page was captured")
        charset = _CHARSET.search(content_type)
        return Captured(
            where=where,
            record=name,
            url=url if 0 < len(url) <= _LONGEST else None,
            date=date if is_date(date) else None,
            digest=digest,
            charset=charset[1].lower() if charset else None,
            body=body,
            duplicate_of=duplicate_of,
            revisit=kind == "revisit",
            warnings=tuple(warnings),
            size=size,
        )


class _Run:
    """A part of a WARC file that is read in one go.

    Attributes:
        at: the offset of the last record that was begun.
        records: how many were begun.
        failed: whether the run ended with an error.
        broken: whether it ended at a damaged spot, behind which there may be more.
    """

    def __init__(self, archive: _Archive, stream: IO[bytes], where: str, start: int) -> None:
        self._archive = archive
        self._stream = stream
        self._where = where
        self.at = start
        self.records = 0
        self.failed = self.broken = False

    def read(self) -> Iterator[Captured | InputError]:
        from fastwarc.warc import ArchiveIterator

        if self.at:
            self._stream.seek(self.at)
        counted = _Counted(self._stream, self.at)
        error: InputError
        given = 0
        try:
            records = iter(ArchiveIterator(counted, parse_http=False))  # type: ignore[arg-type]
            while (record := next(records, None)) is not None:
                self.at = record.stream_pos
                self.records += 1
                length = record.content_length
                found = self._archive.take(record, self._where, self.at)
                if found is not None:
                    yield found
                given += _skip(record, length, given, counted, self._where)
        except GeneratorExit:
            raise
        except _CutOff as failure:
            error, self.broken = Damaged(*failure.args), True
        except InputError as failure:
            error = failure
        except BaseException as failure:  # OSError, others where heads make no sense, and the panics of Rust
            if not isinstance(failure, Exception) and type(failure).__name__ != "PanicException":
                raise
            if counted.failure is not None:
                error = UnreadableInput(self._where, f"can't be read: {counted.failure}")
            else:
                error, self.broken = Damaged(self._where, f"is damaged behind byte {self.at:,}: {str(failure)[:200]}"), True
        else:
            return
        self.failed = True
        yield error


def _skip(record: WarcRecord, length: int, given: int, counted: _Counted, where: str) -> int:
    """Pass over the rest of a record.

    Args:
        record: the record.
        length: bytes that it says it has.
        given: bytes that the archive has unpacked to so far.
        counted: the archive.
        where: names it.

    Returns:
        Bytes of the record.

    Raises:
        TooLarge: the archive unpacks to too many.
    """
    done = 0
    while True:
        if given + done > _FREE and given + done > _MAX_RATIO * counted.taken:
            raise TooLarge(where, f"unpacks to more than {_MAX_RATIO:,} times its size, as no web archive does")
        if length <= _PIECE or done >= length:
            return length
        step = record.consume(_PIECE)
        if not step:
            return length
        done += step


def _is_intact(record: WarcRecord) -> bool:
    """Whether a record has the bytes that its digest was made from; a digest of an unknown kind is taken on trust."""
    kind, _, told = _header(record.headers, b"WARC-Block-Digest").partition(":")
    if kind.strip().lower() not in ("sha1", "sha-1", "sha256", "sha-256") or not told:
        return True
    try:
        return record.verify_block_digest()
    except Exception:  # a digest that is written in a way of its own
        return True


def _decoded(raw: bytes, headers: HeaderMap, where: str, max_size: int, is_cut: bool) -> bytes:
    """A page's bytes, without the codings that they were sent in; codings that are named but aren't there are passed over.

    Raises:
        TooLarge: they are above the limit.
        Damaged: they can't be decoded; of a page that is known to be cut, the beginning does.
    """
    body = raw
    if "chunked" in _header(headers, b"Transfer-Encoding").lower():
        body = _joined_chunks(raw)
    codings = [name.strip().lower() for name in _header(headers, b"Content-Encoding").split(",")]
    for coding in reversed(codings[:4]):
        if coding in ("gzip", "x-gzip", "zstd"):
            stream: IO[bytes] = unpack(io.BytesIO(body), where)
        elif coding == "deflate":
            stream = io.BufferedReader(_Inflated(body, where))
        elif coding == "br" and not _HTML_BEGINS.match(body):
            stream = io.BufferedReader(_Unbrotlied(body, where))
        else:
            continue
        body = _read_up_to(stream, where, max_size, is_cut)
    if len(body) > max_size:
        raise TooLarge(where, f"is a page above the limit of {format_size(max_size)}")
    return body


def _read_up_to(stream: IO[bytes], where: str, max_size: int, is_cut: bool) -> bytes:
    pieces, size = [], 0
    try:
        while piece := stream.read(1 << 16):
            pieces.append(piece)
            size += len(piece)
            if size > max_size:
                raise TooLarge(where, f"is a page above the limit of {format_size(max_size)}")
    except Damaged:
        if not (is_cut and pieces):
            raise
    return b"".join(pieces)


def _joined_chunks(raw: bytes) -> bytes:
    """What was sent in chunks; the bytes as they are where they don't begin with a chunk, since many archives join them."""
    pieces, at = [], 0
    while match := _CHUNK.match(raw, at):
        size = int(match[1], 16)
        if not size:
            break
        pieces.append(raw[match.end() : match.end() + size])
        at = match.end() + size
        at += 2 if raw.startswith(b"\r\n", at) else 1 if raw.startswith(b"\n", at) else 0
    return b"".join(pieces) if pieces else raw


class _Inflated(io.RawIOBase):
    """Data that was packed by deflate, with or without zlib's head; as it is if it wasn't."""

    def __init__(self, data: bytes, where: str) -> None:
        self._where = where
        self._rest = data
        self._unpacker = None
        for bits in (15, -15):
            unpacker = zlib.decompressobj(bits)
            try:
                unpacker.decompress(data, 1)
            except zlib.error:
                continue
            self._unpacker = zlib.decompressobj(bits)
            break

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        if self._unpacker is None:
            out, self._rest = self._rest[: len(view)], self._rest[len(view) :]
        else:
            try:
                out = self._unpacker.decompress(self._rest, len(view))
            except zlib.error as error:
                raise Damaged(self._where, f"is damaged: its page can't be unpacked ({error})") from None
            self._rest = self._unpacker.unconsumed_tail
            if not out and not self._unpacker.eof:
                raise Damaged(self._where, "is damaged: its page is packed, and the end is missing")
        view[: len(out)] = out
        return len(out)


class _Unbrotlied(io.RawIOBase):
    """Data that was packed by brotli."""

    def __init__(self, data: bytes, where: str) -> None:
        from fastwarc.stream_io import BrotliReader

        self._where = where
        self._reader = BrotliReader(io.BytesIO(data))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            out = self._reader.read(len(view))
        except Exception as error:
            raise Damaged(self._where, f"is damaged: its page can't be unpacked ({error})") from None
        view[: len(out)] = out
        return len(out)


def _can_seek(stream: IO[bytes]) -> bool:
    try:
        return stream.seekable()
    except AttributeError:
        return False


def _is_cut_off(stream: IO[bytes], at: int) -> bool:
    """Whether the members of gzip from an offset on come to no end; one record is unpacked for that."""
    stream.seek(at)
    if not stream.read(len(GZIP)).startswith(GZIP):
        return False  # one member for all records, whose end was met
    stream.seek(at)
    try:
        rest = unpack(stream, "")
        while rest.read(_WINDOW):
            pass
    except Damaged:
        return True
    except TooLarge:
        return False
    return False


def _next_record(stream: IO[bytes], start: int, magic: bytes) -> int | None:
    """The offset of the next record of a WARC file, from an offset on; None if there is none.

    Args:
        stream: the file, which can be sought in.
        start: where to begin.
        magic: what each record begins with: that of gzip or zstd, or a plain record's.
    """
    overlap = len(magic) - 1
    while True:
        stream.seek(start)
        window = stream.read(_WINDOW)
        at = window.find(magic)
        while at >= 0:
            stream.seek(start + at)
            if _begins_record(stream, magic):
                return start + at
            at = window.find(magic, at + 1)
        if len(window) <= overlap:
            return None
        start += len(window) - overlap


def _begins_record(stream: IO[bytes], magic: bytes) -> bool:
    """Whether a record begins where a stream is."""
    data = stream.read(1 << 12)
    if magic != _BEGIN:
        try:
            # What is unpacked of a piece that is cut off does for telling.
            data = unpack(io.BytesIO(data), "").read(12)
        except InputError:
            return False
    return _RECORD_BEGINS.match(data) is not None


def _header(headers: HeaderMap, name: bytes) -> str:
    value = headers.get_bytes(name)
    return "" if value is None else value.decode("utf-8", "replace")
