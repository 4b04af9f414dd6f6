"""Plain text: its letters from its bytes, and what in it is no part of the article."""

from __future__ import annotations

import codecs
from dataclasses import replace

from sayso.errors import NoDocument, NotText, TooLarge
from sayso.intake.boilerplate import find_boilerplate
from sayso.intake.items import MAX_SIZE, Item, format_size, storable
from sayso.intake.kinds import SHOWN
from sayso.intake.transcripts import is_transcript, read_transcript
from sayso.models import Document

_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")
)  # fmt: skip
# A form feed parts pages in text from a PDF, and an escape begins a colour in text from a terminal: neither makes a file binary.
_CONTROLS = frozenset(chr(code) for code in range(32)) - frozenset("\t\n\f\r\x1b")
_TRANSCRIPTS = (".vtt", ".srt")


def read_text(
    where: str, data: bytes, published: str | None = None, max_size: int = MAX_SIZE, *, name: str = "", charset: str | None = None
) -> Item:
    """The document in a plain text, which stays as it is code point for code point, or in a transcript (WebVTT, SRT).

    Args:
        where: names the text.
        data: its bytes, UTF-8, or UTF-16 or UTF-32 with a byte order mark.
        published: ISO 8601 date of the document.
        max_size: bytes above which it is refused.
        name: of the file, in small letters.
        charset: what a server called its encoding; it counts where the bytes aren't UTF-8.

    Raises:
        NotText: the bytes are no text.
        NoDocument: they hold no words.
        TooLarge: there are too many.
    """
    refuse_above(where, len(data), max_size)
    if not data:
        raise NoDocument(where, "is empty")
    text, warnings = storable(decode_text(where, data, charset))
    if not text.strip():
        raise NoDocument(where, "holds nothing but white space")
    if name.endswith(_TRANSCRIPTS) or is_transcript(text):
        item = read_transcript(where, text, published, max_size)
        return replace(item, warnings=(*warnings, *item.warnings), size=len(data))
    return Item(where, Document(text=text, published=published), tuple(warnings), len(data))


def with_boilerplate(item: Item) -> Item:
    """A document with what in its text is no part of the article marked, and the authors who are named there."""
    document = item.document
    if document.boilerplate:
        return item
    spans, authors = find_boilerplate(document.text)
    if not spans:
        return item
    return replace(item, document=document.model_copy(update={"boilerplate": spans, "authors": document.authors or authors}))


def refuse_above(where: str, size: int, max_size: int) -> None:
    """Refuse a text of more bytes than a document may have.

    Raises:
        TooLarge: it has more.
    """
    if size > max_size:
        raise TooLarge(
            where, f"holds more than the {format_size(max_size)} of text that one document may have; --max-size sets another limit"
        )


def decode_text(where: str, data: bytes, charset: str | None = None) -> str:
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
        if encoding == "utf-8" and charset is not None and (told := _decoded(data, charset)) is not None:
            return told
        if encoding != "utf-8":
            raise NotText(where, f"begins as {encoding.upper()} but is not valid: {error.reason} at byte {error.start}") from None
        if _is_binary(data[:SHOWN].decode("latin-1")):
            raise NotText(where, "is a binary file, not plain text") from None
        at = start + error.start
        raise NotText(
            where, f"is not valid UTF-8: byte 0x{data[at]:02x} at offset {at}; convert it, as with iconv -f windows-1252 -t utf-8"
        ) from None
    if _is_binary(text[:SHOWN]):
        raise NotText(where, "is a binary file (or UTF-16 without a byte order mark), not plain text")
    return text


def _is_binary(shown: str) -> bool:
    controls = sum(c in _CONTROLS for c in shown)
    return controls > 8 and controls > len(shown) / 20


def _decoded(data: bytes, charset: str) -> str | None:
    try:
        return data.decode("cp1252" if charset in ("iso8859-1", "ascii") else charset)
    except (UnicodeError, LookupError):
        return None
