"""JSON Lines: a document a line, or a record that sayso wrote, or an article of GDELT's Global Quotation Graph."""

from __future__ import annotations

import codecs
import itertools
import json
from collections.abc import Iterator, Mapping
from typing import IO

from sayso.errors import InputError, NoDocument, NotText, TooLarge
from sayso.intake.items import Item, format_size
from sayso.intake.rows import check_columns, kind_of_value, read_row

# JSON writes a character of two bytes or more as up to three times as many bytes (as in \u00e9), and a line feed as two.
_ESCAPES = 3
_BESIDE = 1_000_000  # bytes that a line may have beside its text


def begins_json_lines(head: bytes) -> bool:
    """Whether a stream holds JSON Lines, by its first line that isn't blank.

    Args:
        head: that line, after any blank ones; without its end where it is longer than a document may be.
    """
    line = head.removeprefix(codecs.BOM_UTF8).strip()
    if not line.startswith(b"{"):
        return False
    if not head.endswith(b"\n") and line[1:].lstrip().startswith(b'"') and not line.endswith(b"}"):
        return True  # cut off: refused as a line, so that the next lines are still read
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def read_json_lines(
    where: str,
    stream: IO[bytes],
    published: str | None,
    max_size: int,
    head: bytes = b"",
    *,
    columns: Mapping[str, str] | None = None,
) -> Iterator[Item | InputError]:
    """The documents of a stream of JSON Lines, in order; a line that holds none gives an error in its place.

    Args:
        where: names the stream.
        stream: it is read line by line, and no line is held in memory that is too long to be a document.
        published: ISO 8601 date for documents that have none of their own.
        max_size: bytes of text above which a document is refused.
        head: what was read of the stream already.
        columns: the table's names of sayso's columns where they differ, such as {"text": "body"}.

    Raises:
        ValueError: at the first item, if ``columns`` names a column that sayso doesn't know.
    """
    renamed = check_columns(columns)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield NotText(where, "is UTF-16, and JSON Lines are UTF-8; convert it, as with iconv -f utf-16 -t utf-8")
        return
    found = False
    lines = _lines(head, stream, max_size * _ESCAPES + _BESIDE)
    for number in itertools.count(1):
        place = f"{where}:{number}"
        try:
            line, whole = next(lines, (None, True))
        except InputError as error:  # what is packed is damaged, or too much
            yield error
            return
        if line is None:
            break
        if not whole:
            found = True
            yield TooLarge(
                place, f"is longer than a line with {format_size(max_size)} of text can be; --max-size sets another limit for a document"
            )
        elif line.strip():
            found = True
            yield _read_line(place, line, published, max_size, renamed)
    if not found:
        yield NoDocument(where, "holds no documents: it has no line that isn't blank")


def _lines(head: bytes, stream: IO[bytes], most: int) -> Iterator[tuple[bytes, bool]]:
    """The lines of a stream, and whether each is whole: of one that is longer than ``most`` only the beginning comes."""
    *lines, begun = head.split(b"\n")
    for line in lines:
        yield line, True
    while line := begun + stream.readline(max(most + 1 - len(begun), 0)):
        begun = b""
        if len(line) <= most:
            yield line, True
            continue
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(1 << 16)
        yield line[:100], False


def _read_line(where: str, line: bytes, published: str | None, max_size: int, columns: Mapping[str, str]) -> Item | InputError:
    try:
        row = json.loads(line.removeprefix(codecs.BOM_UTF8).decode())
    except UnicodeDecodeError as error:
        return NoDocument(where, f"is not valid UTF-8: byte 0x{line[error.start]:02x} at offset {error.start} of the line")
    except json.JSONDecodeError as error:
        return NoDocument(where, f"is no JSON: {error.msg} at column {error.colno}")
    except ValueError as error:  # a number of too many digits
        return NoDocument(where, f"is no JSON that can be read: {error}")
    except RecursionError:
        return NoDocument(where, "is JSON nested too deep")
    if not isinstance(row, dict):
        return NoDocument(where, f"is no JSON object but {kind_of_value(row)}")
    return read_row(where, row, published, max_size, len(line), columns)
