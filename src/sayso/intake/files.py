"""Files and standard input: the one door through which documents come in.

One bad input never stops the rest: errors are values in the stream of items.
"""

from __future__ import annotations

import codecs
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from sayso.errors import InputError, MissingInput, NoDocument, NotText, TooLarge, UnreadableInput
from sayso.intake.items import MAX_SIZE, Item, format_size, is_date, storable
from sayso.intake.tables import begins_json_lines, read_json_lines
from sayso.models import Document

STANDARD_INPUT = "standard input"
_TABLES = (".jsonl", ".ndjson")
# Where a shell keeps what `<(command)` writes: pipes that have a writer, so that reading them comes to an end.
_SHELL_PIPES = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")

_SHOWN = 8192  # bytes or code points that are looked at to tell what an input is
# What a file that is no text begins with, and what it is.
_MAGIC = (
    (b"%PDF-", "a PDF file"), (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"), (b"PK\x03\x04", "a zip archive or an Office document"), (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"), (b"\xfd7zXZ", "an xz file"), (b"BZh91AY", "a bzip2 file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x7fELF", "a program"), (b"SQLite format 3\0", "an SQLite database"), (b"PAR1\x15", "a Parquet file"),
    (b"{\\rtf", "an RTF document"), (b"\xd0\xcf\x11\xe0", "an old Office document"),
)  # fmt: skip
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")
)  # fmt: skip
# A form feed parts pages in text from a PDF, and an escape begins a colour in text from a terminal: neither makes a file binary.
_CONTROLS = frozenset(chr(code) for code in range(32)) - frozenset("\t\n\f\r\x1b")


def read_inputs(paths: Iterable[str], *, published: str | None = None, max_size: int = MAX_SIZE) -> Iterator[Item | InputError]:
    """Take in files of plain text, files of JSON Lines (``.jsonl``, ``.ndjson``), and standard input (``-``).

    An input is opened when its turn comes, and JSON Lines are read line by line, so that memory holds one document at a time.

    Args:
        paths: the inputs, in the order in which their documents come out.
        published: ISO 8601 date or date and time for documents that have none of their own.
        max_size: bytes of text above which a document is refused.

    Yields:
        For each document an ``Item``, or the error that says why there is none.

    Raises:
        ValueError: at the first item, if ``published`` is no date.
    """
    if published is not None and not is_date(published):
        raise ValueError(f"{published!r} is no date as ISO 8601 writes it")
    for path in paths:
        where = STANDARD_INPUT if path == "-" else path
        try:
            if path == "-":
                yield from _read_stream(where, sys.stdin.buffer, published, max_size)
                continue
            with _open(path) as stream:
                if path.lower().endswith(_TABLES):
                    yield from read_json_lines(where, stream, published, max_size, _begin(where, stream, max_size))
                elif stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode):
                    yield from _read_stream(where, stream, published, max_size)
                else:
                    head = _begin(where, stream, max_size)
                    # The size first, so that a file above the limit isn't read at all.
                    _refuse_above(where, os.fstat(stream.fileno()).st_size, max_size)
                    yield _read_text(where, head + stream.read(max_size + 1 - len(head)), published, max_size)
        except InputError as error:
            yield error
        except OSError as error:
            yield UnreadableInput(where, f"can't be read: {error.strerror or error}")


def size_of(paths: Iterable[str]) -> int | None:
    """Bytes that inputs hold together; None where one of them is no file, so that nobody can say."""
    total = 0
    for path in paths:
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            if path == "-":
                return None
            continue  # an input that is an error takes no time
        if not stat.S_ISREG(status.st_mode):
            return None
        total += status.st_size
    return total


def _open(path: str) -> IO[bytes]:
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        raise MissingInput(path or "''", "there is no such file") from None
    except (OSError, ValueError) as error:
        raise UnreadableInput(path, f"can't be opened: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISDIR(mode):
        raise UnreadableInput(path, "is a folder; name the files in it, as with a pattern such as folder/*.txt")
    if stat.S_ISFIFO(mode) and not path.startswith(_SHELL_PIPES):
        # A named pipe without a writer would be waited for without end.
        raise UnreadableInput(path, "is a named pipe; hand it over as standard input: sayso read - < PIPE")
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise UnreadableInput(path, "is a device or a socket, no regular file")
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise UnreadableInput(path, f"can't be opened: {error.strerror or error}") from None


def _begin(where: str, stream: IO[bytes], max_size: int) -> bytes:
    """The first bytes of a stream, if they could be those of a text."""
    head = stream.read(min(_SHOWN, max_size + 1))
    _refuse_known(where, head)
    return head


def _refuse_known(where: str, head: bytes) -> None:
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise NotText(where, f"is {what}, not plain text; give the text in it")


def _read_stream(where: str, stream: IO[bytes], published: str | None, max_size: int) -> Iterator[Item | InputError]:
    """A stream is JSON Lines if its first line that isn't blank is a JSON object, and text if it isn't."""
    blank = bytearray()
    while (line := stream.readline(max_size + 1)) and not line.strip() and len(blank) <= max_size:
        blank += line
    head = bytes(blank) + line
    if begins_json_lines(head):
        yield from read_json_lines(where, stream, published, max_size, head)
        return
    _refuse_known(where, head)
    yield _read_text(where, head + stream.read(max(max_size + 1 - len(head), 0)), published, max_size)


def _refuse_above(where: str, size: int, max_size: int) -> None:
    if size > max_size:
        raise TooLarge(
            where, f"holds more than the {format_size(max_size)} of text that one document may have; --max-size sets another limit"
        )


def _read_text(where: str, data: bytes, published: str | None, max_size: int) -> Item:
    _refuse_above(where, len(data), max_size)
    if not data:
        raise NoDocument(where, "is empty")
    text, warnings = storable(decode_text(where, data))
    if not text.strip():
        raise NoDocument(where, "holds nothing but white space")
    if text[:_SHOWN].lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        warnings.append("this looks like HTML: its tags were read as if they were words; give the article's text alone")
    return Item(where, Document(text=text, published=published), tuple(warnings), len(data))


def decode_text(where: str, data: bytes) -> str:
    """The text that bytes hold: UTF-8, or UTF-16 or UTF-32 with its byte order mark. Line ends stay as they are.

    A byte order mark is the encoding's signature and no part of the text. Half a surrogate pair in UTF-16 comes through as
    that, for ``storable`` to replace.

    Raises:
        NotText: they hold none; the message says what they look like, or where they cease to be UTF-8.
    """
    encoding = next((name for mark, name in _WIDE if data.startswith(mark)), "utf-8")
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    try:
        text = data.decode(encoding, "surrogatepass") if encoding != "utf-8" else data[start:].decode()
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise NotText(where, f"begins as {encoding.upper()} but is not valid: {error.reason} at byte {error.start}") from None
        if _is_binary(data[:_SHOWN].decode("latin-1")):
            raise NotText(where, "is a binary file, not plain text") from None
        at = start + error.start
        raise NotText(
            where, f"is not valid UTF-8: byte 0x{data[at]:02x} at offset {at}; convert it, as with iconv -f windows-1252 -t utf-8"
        ) from None
    if _is_binary(text[:_SHOWN]):
        raise NotText(where, "is a binary file (or UTF-16 without a byte order mark), not plain text")
    return text


def _is_binary(shown: str) -> bool:
    controls = sum(c in _CONTROLS for c in shown)
    return controls > 8 and controls > len(shown) / 20
