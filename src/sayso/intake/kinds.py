"""What an input is: told by how its bytes begin, and by its name where they don't say."""

from __future__ import annotations

import re
from typing import Literal

from sayso.errors import NotText
from sayso.intake.feeds import is_feed
from sayso.intake.packing import is_packed
from sayso.intake.tables import begins_json_lines

Kind = Literal["archive", "csv", "database", "document", "feed", "json", "json lines", "packed", "page", "parquet", "text", "zip"]

SHOWN = 8192  # bytes that are looked at to tell what an input is

# What a file that can't be read begins with, and what it is.
_REFUSED = (
    (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"GIF87a", "a GIF picture"), (b"GIF89a", "a GIF picture"),
    (b"\xfd7zXZ", "an xz file"), (b"BZh91AY", "a bzip2 file"), (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"\x7fELF", "a program"),
    (b"{\\rtf", "an RTF document"), (b"\xd0\xcf\x11\xe0", "an old Office document"),
)  # fmt: skip
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,200}(?:<\?xml[^>]{0,200}\?>\s{0,20})?(?:<!--.{0,500}?-->\s{0,20})?<(?:!doctype\s{1,9}html|html[\s>])",
    re.I | re.S,
)
_PDF = b"%PDF-"
# An array of objects, or an object over several lines.
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:\[\s{0,200}\{|\{\s{0,200}\n)\s{0,200}\"")
_TEXT_NAMES = (".txt", ".text", ".md")
_PAGE_NAMES = (".html", ".htm", ".xhtml")
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_PACKINGS = (".gz", ".gzip", ".zst", ".zstd")


def bare_name(name: str) -> str:
    """A file's name in small letters, without what its packing adds to it."""
    name = name.lower()
    return next((name.removesuffix(ending) for ending in _PACKINGS if name.endswith(ending)), name)


def kind_of(head: bytes, name: str, where: str, media_type: str | None = None) -> Kind:
    """What an input is.

    Args:
        head: its first bytes, ``SHOWN`` of them where there are as many.
        name: its file's name; it may be empty.
        where: names it in errors.
        media_type: what a server called it.

    Raises:
        NotText: it is of a kind that can't be read.
    """
    for magic, what in _REFUSED:
        if head.startswith(magic):
            raise NotText(where, f"is {what}, which sayso can't read; give the text in it")
    if is_packed(head):
        return "packed"
    if head.startswith(b"WARC/"):
        return "archive"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"SQLite format 3\0"):
        return "database"
    if head.startswith(b"PAR1"):
        return "parquet"
    name = bare_name(name)
    if head.lstrip().startswith(_PDF) or (name.endswith(".pdf") and _PDF in head[:1024]):
        return "document"
    if name.endswith((".jsonl", ".ndjson")):
        return "json lines"
    if name.endswith((".csv", ".tsv", ".tab")):
        return "csv"
    if _PAGE.match(head):
        return "page"
    if is_feed(head):  # many servers call one a page
        return "feed"
    if name.endswith(_PAGE_NAMES) or media_type in _PAGE_TYPES:
        return "page"
    if name.endswith(_TEXT_NAMES):
        return "text"
    if name.endswith(".json") or _JSON.match(head):
        return "json"
    return "json lines" if begins_json_lines(_first_line(head)) else "text"


def _first_line(head: bytes) -> bytes:
    """The first line that isn't blank, with its end if it has one."""
    stripped = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    line, end, _ = stripped.partition(b"\n")
    return line + end
