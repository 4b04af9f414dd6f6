"""JSON Lines: a document a line."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import IO, Any

from sayso.errors import InputError, NoDocument, NotText, TooLarge
from sayso.intake.items import Item, format_size, is_date, storable
from sayso.models import Document

_WORDS = ("url", "outlet", "title", "language")
_DATES = ("published", "modified")
_TOP = '"text" at the top of the object is the document'
# JSON writes a character of two bytes or more as up to three times as many bytes (as in \u00e9), and a line feed as two.
_ESCAPES = 3
_BESIDE = 1_000_000  # bytes that a line may have beside its text
_KINDS = {
    list: "an array",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
    dict: "an object",
}


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


def read_json_lines(where: str, stream: IO[bytes], published: str | None, max_size: int, head: bytes = b"") -> Iterator[Item | InputError]:
    """The documents of a stream of JSON Lines, in order; a line that holds none gives an error in its place.

    Args:
        where: names the stream.
        stream: it is read line by line, and no line is held in memory that is too long to be a document.
        published: ISO 8601 date for documents that have none of their own.
        max_size: bytes of text above which a document is refused.
        head: what was read of the stream already.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield NotText(where, "is UTF-16, and JSON Lines are UTF-8; convert it, as with iconv -f utf-16 -t utf-8")
        return
    found = False
    for number, (line, whole) in enumerate(_lines(head, stream, max_size * _ESCAPES + _BESIDE), 1):
        place = f"{where}:{number}"
        if not whole:
            found = True
            yield TooLarge(
                place, f"is longer than a line with {format_size(max_size)} of text can be; --max-size sets another limit for a document"
            )
        elif line.strip():
            found = True
            yield _read_line(place, line, published, max_size)
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


def _read_line(where: str, line: bytes, published: str | None, max_size: int) -> Item | InputError:
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
        return NoDocument(where, f"is no JSON object but {_KINDS[type(row)]}")
    text = row.get("text")
    if text is None:
        return NoDocument(where, f'has no "text"; {_TOP}')
    if not isinstance(text, str):
        return NoDocument(where, f'has a "text" that is no string but {_KINDS[type(text)]}')
    if not text.strip():
        return NoDocument(where, 'has a "text" that is empty or nothing but white space')
    if len(text.encode("utf-8", "surrogatepass")) > max_size:
        return TooLarge(
            where, f"holds more than the {format_size(max_size)} of text that one document may have; --max-size sets another limit"
        )
    text, warnings = storable(text)
    return Item(where, Document(text=text, **_fields(row, published, warnings)), tuple(warnings), len(line))


def _fields(row: dict[str, Any], published: str | None, warnings: list[str]) -> dict[str, Any]:
    """What a row says of its document besides the text; what can't be taken is left out with a warning."""
    fields: dict[str, Any] = {}
    for key in (*_WORDS, *_DATES):
        value = row.get(key)
        if value is None:
            continue
        if not isinstance(value, str):
            warnings.append(f'"{key}" left out: it is no string but {_KINDS[type(value)]}')
        elif key in _DATES and not is_date(value):
            warnings.append(f'"{key}" left out: {value[:40]!r} is no date of ISO 8601, such as 2031-03-04 or 2031-03-04T18:30:00Z')
        elif value.strip():
            fields[key] = storable(value)[0]
    if row.get("published") in (None, ""):
        fields["published"] = published
    authors = row.get("authors")
    if isinstance(authors, list) and all(isinstance(author, str) for author in authors):
        fields["authors"] = [storable(author)[0] for author in authors]
    elif authors is not None:
        warnings.append('"authors" left out: it is no array of strings')
    key, ref = next(((key, row[key]) for key in ("ref", "id") if row.get(key) is not None), ("ref", None))
    if isinstance(ref, (str, int, float)) and not isinstance(ref, bool):
        fields["ref"] = storable(str(ref))[0]
    elif ref is not None:
        warnings.append(f'"{key}" left out: it is no string but {_KINDS[type(ref)]}')
    return fields
