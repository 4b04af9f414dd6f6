"""Documents that people write: PDF files, and those of Word (.docx) and OpenDocument (.odt)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sayso.errors import InputError, NoDocument, NotText, TooLarge
from sayso.intake.items import MAX_SIZE, Item, format_size, storable
from sayso.intake.pdf import read_pdf
from sayso.intake.releases import stated_date
from sayso.models import Document

if TYPE_CHECKING:
    from lxml.etree import _Element

_PDF = b"%PDF-"
_ZIP = b"PK\x03\x04"
_PARTS = 5000  # files within one document
_UNPACKED = 200_000_000  # bytes that a document may unpack to, pictures and all
_PART = 60_000_000  # bytes of one part that is parsed
_MIME_ODT = b"application/vnd.oasis.opendocument.text"

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
# What was deleted or moved away, and what is no part of the running text: fields' codes, notes, comments, second versions.
_W_SKIPPED = frozenset(_W + name for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sdtPr", "txbxContent")) | {
    _MC + "Fallback"
}
_ODT_SKIPPED = frozenset(
    {_TEXT + name for name in ("tracked-changes", "note", "table-of-content", "sequence-decls", "changed-region")}
    | {_OFFICE + "annotation", _OFFICE + "annotation-end", _OFFICE + "forms"}
)
_TITLE_STYLES = ("title", "heading 1", "heading1")
_MOST_BLANKS = 1000  # that one element of OpenDocument may stand for


def read_document(where: str, data: bytes, published: str | None = None, max_size: int = MAX_SIZE) -> Item:
    """The document in a PDF, .docx or .odt file; which of them it is, its bytes say.

    Paragraphs stand apart by an empty line. For PDF see ``read_pdf``; of the others the text is that which a reader sees with
    all changes accepted, without notes, comments, heads and feet. A table gives a paragraph a row, its cells parted by tabs.
    The title is the first paragraph in the style of one, else the one that the file claims, if the text has it. The date is
    that which a line of its own or the dateline states.

    Args:
        where: names the file.
        data: what it holds.
        published: ISO 8601 date for a document that states none.
        max_size: bytes of text above which it is refused.

    Raises:
        NotText: it is none of these, is damaged, or is locked by a password.
        NoDocument: it holds no text.
        TooLarge: it is above the limit.
    """
    if _PDF in data[:1024]:
        return read_pdf(where, data, published, max_size)
    if not data.startswith(_ZIP):
        raise NotText(where, "is no PDF, Word or OpenDocument file")
    try:
        kind = _kind_of_package(where, data)
        paragraphs, told = _word(data) if kind == "docx" else _open_document(data)
    except InputError:
        raise
    except Exception as error:  # what zipfile, lxml and python-docx raise on damaged files has no end
        raise NotText(where, f"is no Word or OpenDocument file that can be read: {type(error).__name__}: {str(error)[:200]}") from None
    shown = [(words, style) for words, style in paragraphs if words.strip()]
    text, warnings = storable("\n\n".join(words for words, _ in shown))
    if not text.strip():
        raise NoDocument(where, "holds no text")
    if len(text) * 4 > max_size and len(text.encode()) > max_size:
        raise TooLarge(
            where, f"holds more than the {format_size(max_size)} of text that one document may have; --max-size sets another limit"
        )
    title = next((" ".join(words.split()) for words, style in shown[:20] if style in _TITLE_STYLES), None)
    if title is None and told and 8 < len(told) <= 300 and " ".join(told.split()).casefold() in " ".join(text[:5000].split()).casefold():
        title = " ".join(told.split())
    day = stated_date(words for words, _ in shown)
    document = Document(text=text, title=title and storable(title)[0][:300], published=day or published)
    return Item(where, document, tuple(warnings), len(data))


def _kind_of_package(where: str, data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
        if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
            raise TooLarge(where, f"unpacks to more than the {format_size(_UNPACKED)} or {_PARTS:,} parts that a document may have")
        if any(part.file_size > _PART for part in parts if part.filename.endswith((".xml", ".rels"))):
            raise TooLarge(where, f"has a part above {format_size(_PART)}")
        names = {part.filename for part in parts}
        if "EncryptedPackage" in names or any(part.flag_bits & 1 for part in parts):
            raise NotText(where, "is locked by a password")
        if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
            return "docx"
        if "mimetype" in names and package.read("mimetype")[:100].startswith(_MIME_ODT) and "content.xml" in names:
            return "odt"
    raise NotText(where, "is a zip archive, but no Word (.docx) or OpenDocument (.odt) text")


def _word(data: bytes) -> tuple[list[tuple[str, str]], str | None]:
    """The paragraphs of a Word file with their styles, and its title by its own account."""
    import docx

    # The library opens the package and knows its styles; its own text of a paragraph leaves out insertions and controls.
    file = docx.Document(io.BytesIO(data))
    names: dict[str, str] = {}
    for style in file.styles:
        names[str(style.style_id)] = str(style.name).lower()
    paragraphs = []
    for words, style_id in _word_paragraphs(file.element.body):
        paragraphs.append((words, names.get(style_id, style_id.lower())))
    return paragraphs, file.core_properties.title or None


def _word_paragraphs(body: _Element) -> Iterator[tuple[str, str]]:
    """Words and style of each paragraph and row below an element, in order; without recursion, for tables nest."""
    stack: list[_Element] = [body]
    while stack:
        element = stack.pop()
        if element.tag == _W + "p":
            style = element.find(f"{_W}pPr/{_W}pStyle")
            yield _word_text(element), "" if style is None else style.get(_W + "val") or ""
        elif element.tag == _W + "tr":
            row = _row(element, _W + "tc", _W + "p", _W + "tbl", _word_text)
            if row is None:
                stack.extend(reversed(element))
            else:
                yield row, ""
        elif element.tag not in _W_SKIPPED:
            stack.extend(reversed(element))


def _row(row: _Element, cell: str, paragraph: str, table: str, text_of: Callable[[_Element], str]) -> str | None:
    """A row of a table, its cells parted by tabs; None where a cell holds more than a line, so that the table is but for layout."""
    cells = []
    for each in row.iter(cell):
        words = [text for p in each.iter(paragraph) if (text := text_of(p).strip())]
        if len(words) > 1 or each.find(f".//{table}") is not None:
            return None
        cells += words
    return "\t".join(cells)


def _word_text(paragraph: _Element) -> str:
    pieces: list[str] = []
    stack: list[_Element] = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        tag = element.tag
        if tag == _W + "t":
            pieces.append(element.text or "")
        elif tag == _W + "tab":
            pieces.append("\t")
        elif tag in (_W + "br", _W + "cr"):
            pieces.append("\n")
        elif tag == _W + "noBreakHyphen":
            pieces.append("\N{NON-BREAKING HYPHEN}")
        elif tag not in _W_SKIPPED and tag != _W + "p":
            stack.extend(reversed(element))
    return "".join(pieces)


def _open_document(data: bytes) -> tuple[list[tuple[str, str]], str | None]:
    """The paragraphs of an OpenDocument text with their styles, and its title by its own account."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    told = None
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        root = etree.fromstring(package.read("content.xml"), parser)
        if "meta.xml" in package.namelist():
            told = etree.fromstring(package.read("meta.xml"), parser).findtext(f".//{_DC}title")
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    return ([] if body is None else list(_odt_paragraphs(body))), told


def _odt_paragraphs(body: _Element) -> Iterator[tuple[str, str]]:
    stack: list[_Element] = [body]
    while stack:
        element = stack.pop()
        if element.tag == _TEXT + "h":
            level = element.get(_TEXT + "outline-level") or "1"
            yield _odt_text(element), f"heading {level}"
        elif element.tag == _TEXT + "p":
            yield _odt_text(element), (element.get(_TEXT + "style-name") or "").lower()
        elif element.tag == _TABLE + "table-row":
            row = _row(element, _TABLE + "table-cell", _TEXT + "p", _TABLE + "table", _odt_text)
            if row is None:
                stack.extend(reversed(element))
            else:
                yield row, ""
        elif element.tag not in _ODT_SKIPPED:
            stack.extend(reversed(element))


def _odt_text(paragraph: _Element) -> str:
    """The words of a paragraph; white space in the file counts as one blank."""
    pieces: list[str] = []
    stack: list[_Element | str] = [paragraph]
    while stack:
        element = stack.pop()
        if isinstance(element, str):
            pieces.append(element)
            continue
        tag = element.tag
        if tag == _TEXT + "s":
            count = element.get(_TEXT + "c") or "1"
            pieces.append(" " * (min(int(count[:9]), _MOST_BLANKS) if count.isascii() and count.isdigit() else 1))
        elif tag == _TEXT + "tab":
            pieces.append("\t")
        elif tag == _TEXT + "line-break":
            pieces.append("\n")
        elif isinstance(tag, str) and tag not in _ODT_SKIPPED:
            for child in reversed(element):
                if child.tail:
                    stack.append(" ".join(child.tail.split("\n")))
                stack.append(child)
            if element.text:
                stack.append(" ".join(element.text.split("\n")))
    return "".join(pieces)
