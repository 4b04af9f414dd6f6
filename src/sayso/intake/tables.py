"""JSON Lines: a document a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from sayso.errors import InputError, NoDocument, TooLarge
from sayso.intake.items import Item, storable
from sayso.models import Document

_WORDS = ("url", "outlet", "title", "published", "modified", "language")
_ESCAPES = 6  # bytes that one character takes at most where JSON writes it as \uXXXX
_BESIDE = 1_000_000  # bytes that a line may have beside its text


def looks_like_json_lines(head: bytes) -> bool:
    """Whether a stream whose first line that isn't blank is ``head`` holds JSON Lines."""
    if not head.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(head), dict)
    except ValueError:
        return False


def read_json_lines(where: str, stream: IO[bytes], published: str | None, max_size: int, head: bytes = b"") -> Iterator[Item | InputError]:
    """The documents of a stream of JSON Lines, in order; a line that holds none gives an error in its place.

    Args:
        where: names the stream.
        stream: it is read line by line, and no line is held in memory that could not hold a document.
        published: ISO 8601 date for documents that have none of their own.
        max_size: bytes of text above which a document is refused.
        head: what was read of the stream already: whole lines.
    """
    number = 0
    for line in head.splitlines(keepends=True):
        number += 1
        if line.strip():
            yield _read_line(f"{where}:{number}", line, published, max_size)
    most = max_size * _ESCAPES + _BESIDE
    while line := stream.readline(most + 1):
        number += 1
        if len(line) > most:
            while line and not line.endswith(b"\n"):
                line = stream.readline(most)
            yield TooLarge(f"{where}:{number}", f"is longer than a line with {max_size:,} bytes of text can be (see --max-size)")
        elif line.strip():
            yield _read_line(f"{where}:{number}", line, published, max_size)
    if number == 0:
        yield NoDocument(where, "is empty")


def _read_line(where: str, line: bytes, published: str | None, max_size: int) -> Item | InputError:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return NoDocument(where, f"is not valid UTF-8 at byte {error.start} of the line")
    except ValueError as error:
        return NoDocument(where, f"is no JSON: {error}")
    except RecursionError:
        return NoDocument(where, "is JSON nested too deep")
    if not isinstance(row, dict):
        return NoDocument(where, f"is no JSON object but {_KINDS.get(type(row), 'something else')}")
    text = row.get("text")
    if text is None:
        return NoDocument(where, 'has no "text"')
    if not isinstance(text, str):
        return NoDocument(where, f'has a "text" that is no string but {_KINDS.get(type(text), "something else")}')
    if not text.strip():
        return NoDocument(where, 'has a "text" that is empty')
    if len(text.encode("utf-8", "surrogatepass")) > max_size:
        return TooLarge(where, f"holds more than the {max_size:,} bytes of text that one document may have (see --max-size)")
    text, warnings = storable(text)
    fields: dict[str, Any] = {"published": published}
    for key in _WORDS:
        if row.get(key) is not None:
            _take(fields, warnings, key, row[key], str)
    if row.get("authors") is not None:
        _take(fields, warnings, "authors", row["authors"], list)
    ref = row.get("ref", row.get("id"))
    if isinstance(ref, (str, int)) and not isinstance(ref, bool):
        fields["ref"] = storable(str(ref))[0]
    return Item(where, Document(text=text, **fields), tuple(warnings))


_KINDS = {
    list: "an array",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
    dict: "an object",
}


def _take(fields: dict[str, Any], warnings: list[str], key: str, value: Any, kind: type) -> None:
    """Take a field that is of the type it should be; say so in a warning where it isn't."""
    if kind is str and isinstance(value, str):
        fields[key] = storable(value)[0]
    elif kind is list and isinstance(value, list) and all(isinstance(v, str) for v in value):
        fields[key] = [storable(v)[0] for v in value]
    else:
        warnings.append(f'"{key}" left out: it should be {"a string" if kind is str else "an array of strings"}')
