"""CSV and its kin: a document a row, its columns named in the first."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from sayso.errors import InputError, NoDocument, NotText, TooLarge
from sayso.intake.items import MAX_SIZE, Item, format_size
from sayso.intake.packing import Joined
from sayso.intake.rows import cell_of_authors, check_columns, find_columns, no_text_column, read_row

_SAMPLE = 1 << 16  # code points that are looked at to tell how the table is written
_DELIMITERS = ",;\t|"
_ROWS = 200  # of the sample
_BESIDE = 1_000_000  # code points that a row may have beside its text
_FOREIGN = re.compile("[\udc80-\udcff]")  # how bytes that are no UTF-8 come through
_WIDE = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_separated(
    where: str,
    stream: IO[bytes],
    published: str | None = None,
    max_size: int = MAX_SIZE,
    *,
    columns: Mapping[str, str] | None = None,
) -> Iterator[Item | InputError]:
    """The documents of a table in CSV, in order; a row that holds none gives an error in its place.

    The delimiter (comma, semicolon, tab, bar) is the one with which the first row has a column of texts, or else that with
    which most rows have as many cells as the first; a backslash escapes where the cells only then come out even. Text is
    UTF-8, or UTF-16 or UTF-32 with a byte order mark; bytes that are no UTF-8 are read as windows-1252, with a warning.

    Args:
        where: names the stream.
        stream: it is read row by row, and no row is held in memory that is too long to be a document.
        published: ISO 8601 date for documents that have none of their own.
        max_size: bytes of text above which a document is refused.
        columns: the table's names of sayso's columns where they differ, such as {"text": "body"}.

    Raises:
        ValueError: at the first item, if ``columns`` names a column that sayso doesn't know.
    """
    renamed = check_columns(columns)
    most = max_size + _BESIDE
    # The module's own limit on a cell is one for the whole process: it is only ever raised.
    if csv.field_size_limit() < most:
        csv.field_size_limit(most)
    try:
        yield from _read(where, stream, published, max_size, most, renamed)
    except InputError as error:
        yield error
    except (OSError, ValueError) as error:
        yield NotText(where, f"can't be read: {error}")


def _read(
    where: str, stream: IO[bytes], published: str | None, max_size: int, most: int, columns: Mapping[str, str]
) -> Iterator[Item | InputError]:
    head = b""
    while len(head) < _SAMPLE and (data := stream.read(_SAMPLE - len(head))):
        head += data
    if not head.strip(b"\xef\xbb\xbf \r\n"):
        yield NoDocument(where, "holds no documents: it is empty")
        return
    encoding = next((name for mark, name in _WIDE if head.startswith(mark)), "utf-8-sig")
    if encoding == "utf-8-sig" and b"\0" in head[:1024]:
        yield NotText(where, "is a binary file (or UTF-16 without a byte order mark), no CSV")
        return
    # Of a sample that is cut within a character, the piece stands at its end.
    sample = head.decode(encoding, "surrogateescape" if encoding == "utf-8-sig" else "replace")
    dialect = _dialect(sample, len(head) < _SAMPLE, columns)
    lines = _Lines(head, stream, encoding, most, dialect["escapechar"] is not None)
    rows = csv.reader(lines, **dialect)
    names: list[str] | None = None
    places: dict[str, int] = {}
    while True:
        place = f"{where}:{lines.number + 1}"
        lines.begin()
        try:
            row = next(rows, None)
        except _LongRow:
            lines.pass_over()
            # What the reader holds of the row must not come before the next.
            rows = csv.reader(lines, **dialect)
            yield TooLarge(
                place, f"is longer than a row with {format_size(max_size)} of text can be; --max-size sets another limit for a document"
            )
            continue
        except csv.Error as error:
            yield NoDocument(place, f"is no row of CSV: {error}")
            continue
        if row is None:
            break
        if not any(cell.strip() for cell in row):
            continue
        if names is None:
            names = [_mended(name)[0] for name in row]
            places = find_columns(names, columns)
            if "text" not in places:
                yield no_text_column(place, names, columns)
                return
            continue
        yield _read_row(place, row, len(names), places, published, max_size, lines.taken)


def _read_row(
    where: str, row: Sequence[str], width: int, places: Mapping[str, int], published: str | None, max_size: int, size: int
) -> Item | InputError:
    if places["text"] >= len(row):
        return NoDocument(where, f"has {len(row)} cell{'' if len(row) == 1 else 's'}, too few to have a text")
    cells: dict[str, Any] = {}
    foreign = False
    for column, at in places.items():
        if at < len(row) and row[at].strip():
            cells[column], changed = _mended(row[at])
            foreign = foreign or changed
    if "authors" in cells:
        cells["authors"] = cell_of_authors(cells["authors"])
    item = read_row(where, {"text": "", **cells}, published, max_size, size)
    if not isinstance(item, Item):
        return item
    warnings = list(item.warnings)
    if foreign:
        warnings.append("isn't UTF-8: it was read as windows-1252")
    if len(row) != width:
        warnings.append(f"the row has {len(row)} cells and the first one {width}: they may stand under the wrong names")
    return Item(item.where, item.document, tuple(warnings), item.size)


def _mended(cell: str) -> tuple[str, bool]:
    """A cell, with bytes that are no UTF-8 read as windows-1252, and whether there were any."""
    if cell.isascii():
        return cell, False
    mended, count = _FOREIGN.subn(_character, cell)
    return mended, count > 0


def _character(match: re.Match[str]) -> str:
    byte = ord(match[0]) - 0xDC00
    try:
        return bytes([byte]).decode("windows-1252")
    except UnicodeDecodeError:
        return "\N{REPLACEMENT CHARACTER}"


def _dialect(sample: str, is_whole: bool, columns: Mapping[str, str]) -> dict[str, Any]:
    """How a table is written, by its beginning."""
    best: tuple[tuple[bool, float, int], dict[str, Any]] | None = None
    for delimiter in _DELIMITERS:
        for escape in (None, "\\"):
            if escape and (escape not in sample or delimiter not in sample):
                continue
            dialect: dict[str, Any] = {"delimiter": delimiter, "escapechar": escape, "doublequote": True, "strict": False}
            rows = _sample_rows(sample, is_whole, dialect)
            if not rows:
                continue
            first, others = rows[0], [row for row in rows[1:] if row]
            widths = Counter(len(row) for row in others)
            even = widths[len(first)] / len(others) if others else 1.0
            score = ("text" in find_columns(first, columns), round(even, 2), len(first))
            if best is None or score[:2] > best[0][:2] or (score[:2] == best[0][:2] and score[2] > best[0][2] and escape is None):
                best = score, dialect
    return best[1] if best else {"delimiter": ",", "escapechar": None, "doublequote": True, "strict": False}


def _sample_rows(sample: str, is_whole: bool, dialect: Mapping[str, Any]) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample.removeprefix("\ufeff"), newline=""), **dialect):
            if row or rows:
                rows.append(row)
            if len(rows) > _ROWS:
                return rows
    except csv.Error:
        pass
    return rows if is_whole or len(rows) < 2 else rows[:-1]  # the last one is cut off


class _LongRow(Exception):
    """A row is too long to hold a document."""


class _Lines:
    """The lines of a table, for the reader of CSV to take, up to a number of code points a row."""

    def __init__(self, head: bytes, stream: IO[bytes], encoding: str, most: int, escaped: bool) -> None:
        errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
        self._text = io.TextIOWrapper(io.BufferedReader(Joined(head, stream)), encoding, errors, newline="")
        self._most = most
        self.number = 0
        self.taken = 0
        self._escaped = escaped
        self._cut = self._quoted = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._most + 1 - self.taken)
        if not line:
            raise StopIteration
        self.taken += len(line)
        self._count(line)
        if self.taken > self._most:
            self._cut = not line.endswith(("\n", "\r"))
            raise _LongRow
        self.number += 1
        return line

    def begin(self) -> None:
        """A new row begins."""
        self.taken = 0
        self._cut = self._quoted = False

    def pass_over(self) -> None:
        """Leave out the rest of the row that was too long: up to its line's end, and that of the quotation it stops in."""
        self.number += not self._cut
        while self._cut or self._quoted:
            line = self._text.readline(1 << 16)
            self._cut = bool(line) and not line.endswith(("\n", "\r"))
            self._count(line)
            self.number += not self._cut
            if not line:
                return

    def _count(self, line: str) -> None:
        quotes = line.count('"') - (line.count('\\"') if self._escaped else 0)
        self._quoted ^= quotes % 2 == 1
