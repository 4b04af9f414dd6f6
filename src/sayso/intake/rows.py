"""A row of a table as a document: what its columns are, and what may stand in them."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from sayso.errors import InputError, NoDocument, TooLarge
from sayso.intake.items import Item, format_size, is_date, storable
from sayso.intake.quotations import holds_quotations, text_of_quotations
from sayso.models import FORMAT, Document

WORDS = ("url", "outlet", "title", "language")
DATES = ("published", "modified")
REFS = ("ref", "id")
COLUMNS = ("text", *WORDS, *DATES, "authors", *REFS)
"""The columns that a document is made of; ``ref`` and ``id`` are one."""

_TOP = '"text" at the top of the object is the document'
_KINDS = {
    list: "an array",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
    dict: "an object",
}
_SEPARATORS = (";", "|", "\n")
_LONGEST = 10_000  # code points of a cell with authors


def check_columns(columns: Mapping[str, str] | None) -> dict[str, str]:
    """A mapping of sayso's names of columns to a table's own, such as {"text": "body"}.

    Raises:
        ValueError: it names a column that sayso doesn't know.
    """
    columns = dict(columns or {})
    for name in columns:
        if name not in COLUMNS:
            raise ValueError(f"{name!r} is no column of a document; there are {', '.join(COLUMNS)}")
    return columns


def find_columns(names: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Where sayso's columns stand in a table: those that are renamed by name, the others by their own, in small letters or not.

    Args:
        names: the table's columns, in order.
        columns: see ``check_columns``.

    Returns:
        Positions by sayso's names. Of two columns of a name the first is taken.
    """
    exact: dict[str, int] = {}
    folded: dict[str, int] = {}
    for at, name in enumerate(names):
        exact.setdefault(name.strip(), at)
        folded.setdefault(name.strip().casefold(), at)
    found = {}
    for column in COLUMNS:
        name = columns.get(column, column)
        place = exact.get(name.strip(), folded.get(name.strip().casefold()))
        if place is not None:
            found[column] = place
    return found


def no_text_column(where: str, names: list[str], columns: Mapping[str, str]) -> NoDocument:
    """The error of a table without a column of texts."""
    shown = ", ".join(f'"{storable(name)[0][:40]}"' for name in names[:20])
    return NoDocument(
        where,
        f'has no column "{columns.get("text", "text")}"; name the one that holds the text, as with --text-column.'
        f" Its columns: {shown or 'none'}{' and others' if len(names) > 20 else ''}",
    )


def read_row(
    where: str, row: dict[str, Any], published: str | None, max_size: int, size: int, columns: Mapping[str, str] | None = None
) -> Item | InputError:
    """The document of a row: one of a table of documents, a record that sayso wrote, or a page of GDELT's quotations.

    Args:
        where: names the row.
        row: its cells by the table's names of columns.
        published: ISO 8601 date for a document that has none of its own.
        max_size: bytes of text above which a document is refused.
        size: bytes of the input that the row took up.
        columns: the table's names of sayso's columns where they differ; see ``check_columns``.
    """
    if columns:
        row = {**row, **{ours: row.get(theirs) for ours, theirs in columns.items()}}
    if isinstance(row.get("format"), str) and row["format"].startswith("sayso/") and "document" in row:
        return _read_record(where, row, published, max_size, size)
    warnings: list[str] = []
    if row.get("text") is None and holds_quotations(row):
        row = text_of_quotations(row)
        warnings.append("made of the quotations in GDELT's Global Quotation Graph and the words around them: it is not the whole article")
        if not row["text"].strip():
            return NoDocument(where, "holds no quotations")
    text = row.get("text")
    if text is None:
        if columns and "text" in columns:
            return NoDocument(where, f'has no "{columns["text"]}", which is to be the document\'s text')
        return NoDocument(where, f'has no "text"; {_TOP}')
    if not isinstance(text, str):
        return NoDocument(where, f'has a "text" that is no string but {kind_of_value(text)}')
    if not text.strip():
        return NoDocument(where, 'has a "text" that is empty or nothing but white space')
    if too_large := _refuse_above(where, text, max_size):
        return too_large
    text, changes = storable(text)
    return Item(where, Document(text=text, **_fields(row, published, changes)), (*warnings, *changes), size)


def kind_of_value(value: object) -> str:
    """What a value is, for people."""
    return _KINDS.get(type(value), f"of type {type(value).__name__}")


def _refuse_above(where: str, text: str, max_size: int) -> TooLarge | None:
    if len(text) * 4 > max_size and len(text.encode("utf-8", "surrogatepass")) > max_size:
        return TooLarge(
            where, f"holds more than the {format_size(max_size)} of text that one document may have; --max-size sets another limit"
        )
    return None


def _read_record(where: str, row: dict[str, Any], published: str | None, max_size: int, size: int) -> Item | InputError:
    """The document of a record, as it was when the record was made."""
    if row["format"] != FORMAT:
        return NoDocument(where, f"is a record of format {storable(row['format'])[0][:20]!r}, and this version of sayso reads {FORMAT!r}")
    told = row["document"]
    if not isinstance(told, dict) or not isinstance(told.get("text"), str):
        return NoDocument(where, 'is a record whose "document" has no text')
    if not told["text"].strip():
        return NoDocument(where, 'is a record whose "document" is empty or nothing but white space')
    if too_large := _refuse_above(where, told["text"], max_size):
        return too_large
    try:
        document = Document.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        return NoDocument(
            where, f"is a record whose document isn't as sayso writes it: {field + ': ' if field else ''}{first['msg'][:200]}"
        )
    except (ValueError, RecursionError) as error:
        return NoDocument(where, f"is a record whose document can't be read: {str(error)[:200]}")
    end = len(document.text)
    if any(span[1] > end for span in document.boilerplate):
        return NoDocument(where, 'is a record whose document has "boilerplate" beyond its text')
    warnings: list[str] = []
    fields = _fields({key: value for key, value in told.items() if key != "ref" or value is not None}, published, warnings)
    changed = {key: fields.get(key) for key in (*WORDS, *DATES)}
    changed["authors"] = fields.get("authors", [])
    changed["credits"] = [storable(credit)[0] for credit in document.credits]
    changed["ref"] = None if document.ref is None else storable(document.ref)[0]
    return Item(where, document.model_copy(update=changed), tuple(warnings), size)


def _fields(row: Mapping[str, Any], published: str | None, warnings: list[str]) -> dict[str, Any]:
    """What a row says of its document besides the text; what can't be taken is left out with a warning."""
    fields: dict[str, Any] = {}
    for key in (*WORDS, *DATES):
        value = row.get(key)
        if isinstance(value, (date, datetime)) and key in DATES:
            value = value.isoformat()
        if value is None:
            continue
        if not isinstance(value, str):
            warnings.append(f'"{key}" left out: it is no string but {kind_of_value(value)}')
        elif key in DATES and value.strip() and not is_date(value):
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
    key, ref = next(((key, row[key]) for key in REFS if row.get(key) is not None), ("ref", None))
    if isinstance(ref, (str, int, float)) and not isinstance(ref, bool):
        fields["ref"] = storable(_number(ref))[0]
    elif ref is not None:
        warnings.append(f'"{key}" left out: it is no string but {kind_of_value(ref)}')
    return fields


def _number(ref: str | int | float) -> str:
    try:
        return str(ref)
    except ValueError:  # a number of too many digits
        return hex(ref) if isinstance(ref, int) else ""


def cell_of_authors(cell: object) -> object:
    """The authors in one cell of a table that knows no arrays: as JSON, as Python writes a list, or parted by ";" or "|".

    A name may hold a comma ("Venn, Clara"), so that commas part none.
    """
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return cell
    cell = cell.strip()
    if not cell:
        return None
    if cell.startswith("[") and cell.endswith("]"):
        for parse in (json.loads, ast.literal_eval):
            try:
                names = parse(cell)
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
            if isinstance(names, list) and all(isinstance(name, str) for name in names):
                return [name.strip() for name in names if name.strip()]
    for separator in _SEPARATORS:
        if separator in cell:
            return [name.strip() for name in cell.split(separator) if name.strip()]
    return [cell]


def plain_value(value: object) -> object:
    """A cell of a typed table as JSON would have it: times as ISO 8601, bytes as text, missing numbers as null."""
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, tuple):
        return list(value)
    return value
