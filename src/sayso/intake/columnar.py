"""Parquet: a document a row, read a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING

from sayso.errors import Damaged, InputError, NotText
from sayso.intake.items import MAX_SIZE, Item
from sayso.intake.rows import cell_of_authors, check_columns, find_columns, no_text_column, plain_value, read_row

if TYPE_CHECKING:
    from pathlib import Path

_ROWS = 32  # rows that are in memory at a time
_BUFFER = 1 << 20


def read_parquet(
    source: Path | IO[bytes],
    where: str,
    published: str | None = None,
    max_size: int = MAX_SIZE,
    *,
    columns: Mapping[str, str] | None = None,
) -> Iterator[Item | InputError]:
    """The documents of a Parquet file, in order; a row that holds none gives an error in its place.

    Only the columns that a document is made of are read. Memory holds a few rows, and of each column a page and a dictionary.

    Args:
        source: a path, or a stream that can be sought in.
        where: names it; rows are counted from 1.
        published: ISO 8601 date for documents that have none of their own.
        max_size: bytes of text above which a document is refused.
        columns: the table's names of sayso's columns where they differ, such as {"text": "body"}.

    Raises:
        ValueError: at the first item, if ``columns`` names a column that sayso doesn't know.
    """
    renamed = check_columns(columns)
    from pyarrow import ArrowException  # type: ignore[import-untyped]
    from pyarrow.parquet import ParquetFile  # type: ignore[import-untyped]

    number = 0
    try:
        with ParquetFile(source, buffer_size=_BUFFER, pre_buffer=False) as file:
            # A column of structs has its parts' names here; only whole columns are taken.
            names = [field.name for field in file.schema_arrow]
            places = find_columns(names, renamed)
            if "text" not in places:
                yield no_text_column(where, names, renamed)
                return
            wanted = {column: names[at] for column, at in places.items()}
            for batch in file.iter_batches(batch_size=_ROWS, columns=list(dict.fromkeys(wanted.values())), use_threads=False):
                cells = {column: batch.column(batch.schema.get_field_index(name)) for column, name in wanted.items()}
                for at in range(batch.num_rows):
                    number += 1
                    row = {column: plain_value(values[at].as_py()) for column, values in cells.items()}
                    if isinstance(row.get("authors"), str):
                        row["authors"] = cell_of_authors(row["authors"])
                    text = row.get("text")
                    yield read_row(f"{where}:{number}", row, published, max_size, len(text) if isinstance(text, str) else 0)
    except (ArrowException, OSError, ValueError, KeyError, IndexError, TypeError, OverflowError, MemoryError) as error:
        what = " ".join(str(error).split())[:200]
        if number:
            yield Damaged(where, f"is damaged behind row {number:,}: {what}")
        else:
            yield NotText(where, f"is no Parquet file that can be read: {what}")
