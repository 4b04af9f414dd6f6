"""SQLite: a document a row of a table or a view, read only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sayso.errors import Damaged, InputError, MissingInput, NoDocument, TooLarge, UnreadableInput
from sayso.intake.items import MAX_SIZE, Item, format_size
from sayso.intake.rows import cell_of_authors, check_columns, find_columns, no_text_column, plain_value, read_row

_STEPS = 1_000_000  # of SQLite's machine, after which it asks whether to go on
_MOST = 5000  # times it may ask between two rows: minutes, in which no view that ends is still without a row
_TABLES = 1000
_MAGIC = b"SQLite format 3\0"


def split_table(path: str) -> tuple[str, str | None]:
    """A database's path and the table that is named behind it: "news.db::articles"; a file of the whole name comes first."""
    name, separator, table = path.rpartition("::")
    if not separator or not name or not table or os.path.lexists(path):
        return path, None
    return name, table


def read_database(
    path: str, published: str | None = None, max_size: int = MAX_SIZE, *, columns: Mapping[str, str] | None = None
) -> Iterator[Item | InputError]:
    """The documents of a table or a view in an SQLite database, in its order; a row that holds none gives an error in its place.

    Args:
        path: the file, and after "::" the table; it may be left out where only one has a column of texts.
        published: ISO 8601 date for documents that have none of their own.
        max_size: bytes of text above which a document is refused.
        columns: the table's names of sayso's columns where they differ, such as {"text": "body"}.

    Raises:
        ValueError: at the first item, if ``columns`` names a column that sayso doesn't know.
    """
    renamed = check_columns(columns)
    name, table = split_table(path)
    try:
        with Path(name).open("rb") as file:
            head = file.read(len(_MAGIC))
    except FileNotFoundError:
        yield MissingInput(name, "there is no such file")
        return
    except (OSError, ValueError) as error:
        yield UnreadableInput(name, f"can't be opened: {getattr(error, 'strerror', None) or error}")
        return
    if head != _MAGIC:
        yield UnreadableInput(name, "is no SQLite database" if head else "is empty")
        return
    try:
        with closing(_open(name)) as database:
            yield from _read(database, name, table, published, max_size, renamed)
    except InputError as error:
        yield error
    except (sqlite3.Error, OverflowError, ValueError) as error:  # ValueError: a message or a name that is no text
        yield _failure(name, error)


def _failure(where: str, error: Exception) -> InputError:
    if "interrupted" in str(error):
        return UnreadableInput(where, "takes too long to give its next row")
    if "too big" in str(error):
        return TooLarge(where, "has a row that is too large to be read; the rows behind it are not read")
    if "locked" in str(error) or "unable to open" in str(error):
        return UnreadableInput(where, f"can't be read: {error}")
    return Damaged(where, f"can't be read as an SQLite database: {error}")


def _open(name: str) -> sqlite3.Connection:
    address = f"file:{quote(str(Path(name).absolute()))}?mode=ro"
    try:
        return _connect(address)
    except sqlite3.OperationalError:
        # A database in WAL mode wants to write beside itself; without a log of changes it can be read as it is.
        log = Path(f"{name}-wal")
        if log.exists() and log.stat().st_size:
            raise
        return _connect(f"{address}&immutable=1")


def _connect(address: str) -> sqlite3.Connection:
    # Another thread may take the rows on, but never two at a time.
    database = sqlite3.connect(address, uri=True, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        # The schema is someone else's: it must neither change anything nor call what can.
        database.executescript("PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;")
        database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        database.close()
        raise
    database.text_factory = bytes
    return database


def _read(
    database: sqlite3.Connection, name: str, table: str | None, published: str | None, max_size: int, columns: Mapping[str, str]
) -> Iterator[Item | InputError]:
    asked = 0

    def ask() -> bool:
        nonlocal asked
        asked += 1
        return asked > _MOST

    database.set_progress_handler(ask, _STEPS)
    tables = _tables(database)
    if table is None:
        having = [each for each in tables if "text" in find_columns(_columns(database, each), columns)]
        if len(having) != 1:
            among = having or tables
            shown = ", ".join(each[:60] for each in among[:20]) or "none"
            title = columns.get("text", "text")
            raise NoDocument(
                name,
                f'has {len(having) or "no"} table{"s" if having else ""} with a column "{title}"; name one as in {name}::TABLE'
                f"{'' if having else ', and its column of texts as with --text-column'}. {'Those' if having else 'Its tables'}: {shown}",
            )
        table = having[0]
    elif table not in tables:
        folded = [each for each in tables if each.casefold() == table.casefold()]
        if not folded:
            shown = ", ".join(each[:60] for each in tables[:20]) or "none"
            raise NoDocument(name, f'has no table "{table}"; its tables: {shown}')
        table = folded[0]
    where = f"{name}::{table}"
    names = _columns(database, table)
    places = find_columns(names, columns)
    if "text" not in places:
        raise no_text_column(where, names, columns)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(max_size * 4, 64_000_000))
    # Values that are too large aren't fetched. That a text is measured in code points matters little here.
    text = _quoted(names[places["text"]])
    wanted = [f"CASE WHEN length({text}) <= {int(max_size)} THEN {text} END", f"length({text})"]
    others = [column for column in places if column != "text"]
    wanted += [f"CASE WHEN length({c}) <= 100000 THEN {c} END" for c in (_quoted(names[places[column]]) for column in others)]
    number = 0
    try:
        # The names are the table's own, quoted.
        for found, length, *cells in database.execute(f"SELECT {', '.join(wanted)} FROM {_quoted(table)}"):  # noqa: S608
            number += 1
            asked = 0
            place = f"{where}:{number}"
            if found is None and length is not None:
                yield TooLarge(
                    place, f"holds more than the {format_size(max_size)} of text that one document may have; --max-size sets another limit"
                )
                continue
            row = {"text": plain_value(found), **{column: plain_value(cell) for column, cell in zip(others, cells, strict=True)}}
            row["authors"] = cell_of_authors(row.get("authors"))
            item = read_row(place, row, published, max_size, len(found) if isinstance(found, bytes) else 0)
            if isinstance(item, Item) and isinstance(found, bytes) and not _is_utf8(found):
                warning = "the text isn't valid UTF-8: what can't be read is replaced by U+FFFD"
                item = Item(item.where, item.document, (*item.warnings, warning), item.size)
            yield item
    except (sqlite3.Error, OverflowError, ValueError) as error:
        failure = _failure(where, error)
        yield type(failure)(where, f"{failure.reason} (behind row {number:,})")
        return
    if not number:
        yield NoDocument(where, "holds no documents: the table has no rows")


def _tables(database: sqlite3.Connection) -> list[str]:
    found = database.execute(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid LIMIT ?",
        (_TABLES,),
    )
    return [_name(name) for (name,) in found]


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    try:
        return [_name(name) for (name,) in database.execute("SELECT name FROM pragma_table_info(?)", (table,))]
    except (sqlite3.Error, ValueError):
        return []  # a view of what isn't there


def _name(name: object) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
