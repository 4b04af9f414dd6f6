"""Files and standard input: the one door through which documents come in.

One bad input never stops the rest: errors are values in the stream of items.
"""

from __future__ import annotations

import codecs
import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO

from sayso.errors import InputError, MissingInput, NoDocument, NotText, TooLarge, UnreadableInput
from sayso.intake.items import MAX_SIZE, Item, storable
from sayso.intake.tables import looks_like_json_lines, read_json_lines
from sayso.models import Document

STANDARD_INPUT = "standard input"
_TABLES = (".jsonl", ".ndjson")
# What a file that is no text begins with, and what it is.
_MAGIC = (
    (b"%PDF-", "a PDF file"), (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a zip archive (or an Office document)"), (b"\x1f\x8b", "a gzip file"), (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"\xfd7zXZ", "an xz file"), (b"\x7fELF", "a program"), (b"SQLite format 3", "an SQLite database"), (b"PAR1", "a Parquet file"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)  # fmt: skip
_WIDE = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_inputs(paths: Iterable[str], published: str | None = None, max_size: int = MAX_SIZE) -> Iterator[Item | InputError]:
    """Take in files of plain text, files of JSON Lines (``.jsonl``, ``.ndjson``), and standard input (``-``).

    Args:
        paths: the inputs, in the order in which their documents come out.
        published: ISO 8601 date for documents that have none of their own.
        max_size: bytes of text above which a document is refused.

    Yields:
        For each document an ``Item``, or the error that says why there is none.
    """
    for path in paths:
        try:
            if path == "-":
                yield from _read_stream(STANDARD_INPUT, sys.stdin.buffer, published, max_size)
            else:
                with _open(path) as stream:
                    if path.lower().endswith(_TABLES):
                        yield from read_json_lines(path, stream, published, max_size)
                    else:
                        yield _read_text(path, _read_bounded(path, stream, max_size), published)
        except InputError as error:
            yield error
        except OSError as error:
            yield UnreadableInput(STANDARD_INPUT if path == "-" else path, f"can't be read: {error.strerror or error}")


def _open(path: str) -> IO[bytes]:
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        raise MissingInput(path, "there is no such file") from None
    except (OSError, ValueError) as error:
        raise UnreadableInput(path, f"can't be opened: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISDIR(mode):
        raise UnreadableInput(path, "is a folder; name the files in it, as with a pattern such as folder/*.txt")
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise UnreadableInput(path, "is no regular file")
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise UnreadableInput(path, f"can't be opened: {error.strerror or error}") from None


def _read_stream(where: str, stream: BinaryIO, published: str | None, max_size: int) -> Iterator[Item | InputError]:
    """Standard input is JSON Lines if its first line that isn't blank is a JSON object, and text if it isn't."""
    buffered = io.BufferedReader(stream if isinstance(stream, io.RawIOBase) else _Raw(stream), 1 << 16)
    head = b""
    while not head.strip() and len(head) <= max_size:
        line = buffered.readline(max_size + 2)
        if not line:
            break
        head += line
    if looks_like_json_lines(head):
        yield from read_json_lines(where, buffered, published, max_size, head)
    else:
        yield _read_text(where, head + _read_bounded(where, buffered, max_size - len(head)), published)


class _Raw(io.RawIOBase):
    """A binary stream as a raw one, so that its first line can be looked at."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._stream.read1(len(buffer)) if hasattr(self._stream, "read1") else self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _read_bounded(where: str, stream: IO[bytes], max_size: int) -> bytes:
    """All of a stream, unless it is larger than is allowed; it is never held in memory beyond that."""
    data = stream.read(max(max_size, 0) + 1)
    if len(data) > max_size:
        raise TooLarge(where, f"holds more than the {format_size(max_size)} of text that one document may have (see --max-size)")
    return data


def format_size(size: int) -> str:
    """A size in bytes for people: "10 MB", "512 kB", "100 bytes"."""
    for unit, name in ((1_000_000, "MB"), (1000, "kB")):
        if size >= unit:
            return f"{size / unit:g} {name}"
    return f"{size} bytes"


def _read_text(where: str, data: bytes, published: str | None) -> Item:
    if not data:
        raise NoDocument(where, "is empty")
    text, warnings = storable(decode_text(where, data))
    if not text.strip():
        raise NoDocument(where, "holds nothing but white space")
    return Item(where, Document(text=text, published=published), tuple(warnings))


def decode_text(where: str, data: bytes) -> str:
    """The text that bytes hold: UTF-8, or UTF-16 or UTF-32 with its byte order mark. Line ends stay as they are.

    Raises:
        NotText: they hold none; the message says what they look like, or where they cease to be UTF-8.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise NotText(where, f"is {what}, not plain text")
    encoding = next((name for mark, name in _WIDE if data.startswith(mark)), "utf-8-sig")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8-sig":
            if data.count(0, 0, 8192) > 8:
                raise NotText(where, "is a binary file, not plain text") from None
            at = error.start + (3 if data.startswith(codecs.BOM_UTF8) else 0)
            raise NotText(
                where, f"is not valid UTF-8: byte 0x{data[at]:02x} at offset {at}; convert it, as with iconv -f windows-1252 -t utf-8"
            ) from None
        raise NotText(where, f"begins as {encoding.upper()} but is not valid: {error.reason} at byte {error.start}") from None
    controls = sum(text[:8192].count(chr(code)) for code in range(32) if code not in (9, 10, 12, 13, 27))
    if controls > 8 and controls > len(text[:8192]) / 20:
        raise NotText(where, "is a binary file, not plain text")
    return text
