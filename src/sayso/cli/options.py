"""Options that several commands share, and what their words may be."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_UNITS = {"": 1, "K": 1000, "M": 1_000_000, "G": 1_000_000_000}


class Format(StrEnum):
    """How records are printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    HTML = "html"


def parse_date(words: str) -> str:
    """A date as it is; typer.BadParameter where it is none."""
    from sayso.intake.items import is_date

    if not is_date(words):
        raise typer.BadParameter(f"{words!r} is no date of ISO 8601, such as 2031-03-04 or 2031-03-04T18:30:00Z")
    return words


def parse_size(words: str | int) -> int:
    """A number of bytes, given as such or in kB, MB or GB."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmg]?)b?", str(words).replace("_", "").strip(), re.IGNORECASE | re.ASCII)
    size = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if not 0 < size < 1 << 40:
        raise typer.BadParameter(f"{words!r} is no size, such as 500kB, 20MB or 20000000")
    return size


# Options of every command that takes documents in.
LedgerPlace = Annotated[
    str, typer.Option("--ledger", metavar="FILE|URL", envvar="SAYSO_LEDGER", help="A file, or postgresql://user@host/database.")
]
Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH|URL|-...",
        help="Files, folders, patterns, addresses, or - for standard input; above is what they may hold.",
        show_default=False,
    ),
]
Workers = Annotated[int | None, typer.Option(min=1, max=1024, help="Threads to read on; by default one for each core.")]
Published = Annotated[
    str | None, typer.Option(metavar="DATE", parser=parse_date, help="Date (ISO 8601) of documents that have none of their own.")
]
MaxSize = Annotated[
    int, typer.Option(metavar="SIZE", parser=parse_size, help="Refuse documents with more text than this.", show_default="10MB")
]
ListFile = Annotated[
    Path | None, typer.Option("--list", metavar="FILE", help="Read the inputs that a file names, one a line; # begins a comment.")
]
FailedFile = Annotated[
    Path | None, typer.Option("--failed", metavar="FILE", help="Write what could not be read to a file that --list takes.")
]
KeepRaw = Annotated[Path | None, typer.Option(metavar="FILE", help="Add all that is fetched, as it was sent, to a web archive (.warc.gz).")]
AllowPrivate = Annotated[bool, typer.Option("--allow-private", help="Fetch from private, loopback and link-local addresses too.")]
TextColumn = Annotated[str | None, typer.Option(metavar="NAME", help="A table's column with the text, if it isn't \"text\".")]
IdColumn = Annotated[str | None, typer.Option(metavar="NAME", help="The same for your own ids.")]
UrlColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For addresses.")]
TitleColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For titles.")]
OutletColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For outlets.")]
AuthorsColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For authors.")]
PublishedColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For dates of publication.")]
ModifiedColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For dates of the last change.")]
LanguageColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For languages.")]
