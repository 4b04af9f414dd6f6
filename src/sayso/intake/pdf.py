"""PDF files: lines in reading order, and paragraphs rebuilt from them.

PDFium says where each character stands, and this module what belongs together. Columns are found by the gutters between them
(a cut as in Nagy and Seth's recursive X-Y cut, but with lines that span a gutter parting what is above from what is below);
running heads, page numbers and the marks of pages that go on are left out.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from sayso.errors import InputError, NoDocument, NotText, TooLarge
from sayso.intake.items import MAX_SIZE, Item, format_size, storable
from sayso.intake.releases import stated_date
from sayso.models import Document

_PDFIUM = threading.Lock()  # the library knows no threads
_MOST_PAGES = 2000
_MOST_CHARACTERS = 200_000  # of one page
_GAP = 2.2  # widths of a blank, in sizes of the type, that part two columns or cells within a line
_GUTTER = 0.8  # the least width of a gutter, in sizes of the type
_DEPTH = 6  # columns within columns that are looked for
_MARGIN = 3  # lines at a page's head and foot that may be running ones
_NUMBER = re.compile(
    r"(?:[-–—|•]\s?)?(?:page|p\.)?\s?(?:\d{1,4}|[ivxlc]{1,6})(?:\s?(?:of|/|\|)\s?\d{1,4})?(?:\s?[-–—|•])?$|page\s\d{1,4}\b.{0,20}$", re.I
)
_GOES_ON = re.compile(
    r"[\s\-–—(*]{0,10}(?:m\s?o\s?r\s?e|continued|cont'?d)(?:\s(?:on|from)\s(?:the\s)?(?:(?:next|previous)\s)?page(?:\s\d{1,3})?)?"
    r"[\s\-–—)*.]{0,10}$",
    re.I,
)
_DIGITS = re.compile(r"\d+")
_BULLET = re.compile(r"(?:[•●▪■◦‣⁃*·o]|[-–—]|\(?(?:\d{1,2}|[a-zA-Z])[.)])\s")
_ENDS = re.compile(r"[.!?:…][\"'”’)\]]{0,3}$")
_HYPHENS = "-\u00ad\u2010\ufffe\x02"  # the last two are PDFium's own for a hyphen at a line's end
_NO_HYPHENS = {ord("\u00ad"): None, 0xFFFE: "-", 2: "-"}
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LAST_PART = re.compile(r"([^\W\d_]+)$")
_FIRST_PART = re.compile(r"([^\W\d_]+)")
_LIGATURES = {ord("ﬀ"): "ff", ord("ﬁ"): "fi", ord("ﬂ"): "fl", ord("ﬃ"): "ffi", ord("ﬄ"): "ffl", ord("ﬅ"): "st", ord("ﬆ"): "st"}
_SPACES = re.compile(r"[ \t\xa0\u2000-\u200a\u202f\u3000]+")


@dataclass(slots=True)
class _Line:
    """A line of one column. Distances are in points, from the page's foot."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool
    page: int

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


def read_pdf(where: str, data: bytes, published: str | None = None, max_size: int = MAX_SIZE) -> Item:
    """The document in a PDF file.

    Its paragraphs stand apart by an empty line, without the breaks and hyphens of lines. The title is the one that the file
    claims if the first page has it too, else what stands there in the largest type. The date of publication is that which a
    line of its own or the dateline states; what the file says of its making is told in a warning, for it may be any day.

    Args:
        where: names the file.
        data: what it holds.
        published: ISO 8601 date for a document that states none.
        max_size: bytes of text above which it is refused.

    Raises:
        NotText: it is no PDF file, is damaged, or is locked by a password.
        NoDocument: it holds no text, as where its pages are pictures.
        TooLarge: it is above the limit.
    """
    import pypdfium2  # type: ignore[import-untyped]

    try:
        with _PDFIUM:
            pages, facts = _read_pages(where, data, max_size)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise NotText(where, "is a PDF file that is locked by a password") from None
        raise NotText(where, f"is no PDF file that can be read: {error}") from None
    except InputError:
        raise
    except Exception as error:  # ctypes' and the library's own on values that make no sense
        raise NotText(where, f"is no PDF file that can be read: {type(error).__name__}: {str(error)[:200]}") from None
    columns = [_in_order(page) for page in pages]
    kept = _without_running(columns)
    paragraphs = _paragraphs(kept)
    text = "\n\n".join(words for words, _ in paragraphs)
    if not text.strip():
        raise NoDocument(where, "is a PDF file without text: its pages are empty or pictures, which need OCR first")
    text, warnings = storable(text)
    if len(text) * 4 > max_size and len(text.encode()) > max_size:
        raise TooLarge(
            where, f"holds more than the {format_size(max_size)} of text that one document may have; --max-size sets another limit"
        )
    strange = sum(c == "\N{REPLACEMENT CHARACTER}" or "\ue000" <= c <= "\uf8ff" for c in text)
    if strange * 5 > len(text):
        raise NoDocument(where, "is a PDF file whose type doesn't say which characters it shows; it needs OCR")
    if strange:
        warnings.append(f"{strange} characters of the PDF file have no known meaning")
    if facts.get("pages", 0) > _MOST_PAGES:
        warnings.append(f"only the first {_MOST_PAGES:,} pages were read")
    day = stated_date(words for words, _ in paragraphs)
    if day is None and facts.get("made"):
        warnings.append(f"the PDF file was made on {facts['made']}; its text states no date of publication")
    title = _title(paragraphs, facts.get("title"))
    document = Document(text=text, title=title and storable(title)[0], published=day or published)
    return Item(where, document, tuple(warnings), len(data))


def _too_large(where: str, max_size: int) -> TooLarge:
    return TooLarge(where, f"holds more than the {format_size(max_size)} of text that one document may have; --max-size sets another limit")


def _read_pages(where: str, data: bytes, max_size: int) -> tuple[list[list[_Line]], dict[str, Any]]:
    import pypdfium2

    file = pypdfium2.PdfDocument(data)
    try:
        told = file.get_metadata_dict()
        made = re.match(r"D:(\d{4})(\d{2})(\d{2})", told.get("CreationDate") or "")
        facts = {"title": told.get("Title"), "made": "-".join(made.groups()) if made else None, "pages": len(file)}
        pages, size = [], 0
        for number in range(min(len(file), _MOST_PAGES)):
            try:
                page = file[number]
            except pypdfium2.PdfiumError:
                continue  # one page that is broken
            try:
                lines = list(_lines(page, number))
            finally:
                page.close()
            size += sum(len(line.text) for line in lines)
            if size > max_size:
                raise _too_large(where, max_size)
            pages.append(lines)
        return pages, facts
    finally:
        file.close()


def _lines(page: Any, number: int) -> Iterator[_Line]:
    """The lines of a page as PDFium gives them, parted where a gap shows that they go on in another column."""
    import ctypes

    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    text = page.get_textpage()
    try:
        count = min(text.count_chars(), _MOST_CHARACTERS)
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        letters: list[str] = []
        sizes: list[float] = []
        bolds = 0
        box = [0.0, 0.0, 0.0, 0.0]

        def line() -> _Line | None:
            words = _SPACES.sub(" ", "".join(letters)).strip()
            if not words or not sizes:
                return None
            # Half of a surrogate pair each, as Windows has them.
            words = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_LIGATURES)
            return _Line(words, box[0], box[1], box[2], box[3], median(sizes), bolds * 2 > len(sizes), number)

        for at in range(count):
            code = pdfium.FPDFText_GetUnicode(text, at)
            if code in (10, 13):
                if letters and (whole := line()):
                    yield whole
                letters, sizes, bolds = [], [], 0
                continue
            letter = chr(code) if 0 < code < 0x110000 else ""
            if letter.isspace() or pdfium.FPDFText_IsGenerated(text, at) == 1:
                letters.append(letter if letter in _HYPHENS else " ")
                continue
            if not pdfium.FPDFText_GetCharBox(text, at, left, right, bottom, top) or not letter:
                letters.append(letter)
                continue
            size = pdfium.FPDFText_GetFontSize(text, at) or 0.0
            size = size if 1.0 < size < 500.0 else max(top.value - bottom.value, 1.0)
            if sizes and not (-_GAP * size * 2 < left.value - box[1] < _GAP * size):
                if whole := line():
                    yield whole
                letters, sizes, bolds = [], [], 0
            if sizes:
                box = [min(box[0], left.value), max(box[1], right.value), min(box[2], bottom.value), max(box[3], top.value)]
            else:
                letters = []
                box = [left.value, right.value, bottom.value, top.value]
            letters.append(letter)
            sizes.append(size)
            bolds += pdfium.FPDFText_GetFontWeight(text, at) >= 600
        if letters and (whole := line()):
            yield whole
    finally:
        text.close()


def _in_order(lines: list[_Line], depth: int = 0) -> list[list[_Line]]:
    """Lines of a page as columns in reading order, each from its head to its foot."""
    gutter = _gutter(lines) if depth < _DEPTH else None
    if gutter is None:
        rows = _in_rows(lines)
        return [rows] if rows else []
    columns: list[list[_Line]] = []
    band: list[_Line] = []

    def close() -> None:
        if band:
            for side in ([line for line in band if line.right <= gutter], [line for line in band if line.left >= gutter]):
                columns.extend(_in_order(side, depth + 1))
            band.clear()

    for line in sorted(lines, key=lambda each: -each.middle):
        if line.left < gutter < line.right:
            close()
            if columns and columns[-1] and columns[-1][-1].left < gutter < columns[-1][-1].right:
                columns[-1].append(line)
            else:
                columns.append([line])
        else:
            band.append(line)
    close()
    return columns


def _gutter(lines: Sequence[_Line]) -> float | None:
    """Where the blank between two columns of text runs down; None if there is one column."""
    if len(lines) < 6:
        return None
    size = median(line.size for line in lines)
    best: tuple[int, float, float] | None = None
    # A gutter lies to the left of where many lines begin.
    starts = Counter(round(line.left / 4) for line in lines)
    for start, count in starts.most_common(8):
        if count < 3:
            break
        edge = min(line.left for line in lines if round(line.left / 4) == start) - 0.1
        before = [line for line in lines if line.right <= edge]
        behind = [line for line in lines if line.left >= edge]
        crossing = len(lines) - len(before) - len(behind)
        if len(before) < 3 or len(behind) < 3 or crossing * 2 > len(lines):
            continue
        # Lines of a table or a list of contacts are short; columns of text are read one after the other.
        if median(len(line.text) for line in before) < 12 or median(len(line.text) for line in behind) < 12:
            continue
        width = edge - max(line.right for line in before)
        low = max(min(line.bottom for line in before), min(line.bottom for line in behind))
        high = min(max(line.top for line in before), max(line.top for line in behind))
        beside = sum(low <= line.middle <= high for line in behind)
        if width < _GUTTER * size or beside < 3:
            continue
        if best is None or (-crossing, width) > (best[0], best[1]):
            best = (-crossing, width, edge)
    return best[2] - min(best[1] / 2, size / 2) if best else None


def _in_rows(lines: Sequence[_Line]) -> list[_Line]:
    """Lines from the head of a column to its foot; pieces of one row are put together again, from left to right."""
    rows: list[list[_Line]] = []
    for line in sorted(lines, key=lambda each: -each.middle):
        row = rows[-1] if rows else None
        if (
            row
            and row[0].bottom < line.middle < row[0].top
            and all(line.left >= e.right - 1 or line.right <= e.left + 1 for e in row[-20:])
        ):
            row.append(line)
        else:
            rows.append([line])
    joined = []
    for row in rows:
        row.sort(key=lambda each: each.left)
        first = row[0]
        if len(row) > 1:
            largest = max(row, key=lambda each: len(each.text))
            first = _Line(
                " ".join(each.text for each in row), first.left, row[-1].right, min(each.bottom for each in row),
                max(each.top for each in row), largest.size, largest.bold, first.page,
            )  # fmt: skip
        joined.append(first)
    return joined


def _without_running(pages: Sequence[list[list[_Line]]]) -> list[list[_Line]]:
    """The columns of all pages, without running heads and feet, page numbers and "more"."""
    edges: list[list[_Line]] = []
    for columns in pages:
        lines = sorted((line for column in columns for line in column), key=lambda each: -each.middle)
        edges.append(lines[:_MARGIN] + [line for line in lines[-_MARGIN:] if line not in lines[:_MARGIN]] if len(lines) > 2 else lines)
    repeated = Counter(key for lines in edges for key in {_running_key(line) for line in lines})
    least = max(2, round(0.4 * sum(bool(lines) for lines in edges)))
    drop: set[int] = set()
    for lines in edges:
        by_height = sorted(lines, key=lambda each: -each.middle)
        for line in lines:
            outermost = line in (by_height[0], by_height[-1])
            if repeated[_running_key(line)] >= least or (outermost and _NUMBER.match(line.text)) or _GOES_ON.match(line.text):
                drop.add(id(line))
        # What stands outside a number that was dropped is looked at once more.
        rest = [line for line in by_height if id(line) not in drop]
        drop.update(id(line) for line in (rest[:1] + rest[-1:]) if _NUMBER.match(line.text) and len(pages) > 1)
    return [[line for line in column if id(line) not in drop] for columns in pages for column in columns]


def _running_key(line: _Line) -> tuple[str, int]:
    """What a running head has in common on all pages: its words but for numbers, and its height."""
    return _DIGITS.sub("0", line.text.casefold()), round(line.middle / 12)


def _paragraphs(columns: Sequence[list[_Line]]) -> list[tuple[str, _Line]]:
    """Paragraphs, each with its first line; one that is cut by a column's or a page's end is one."""
    lines = [line for column in columns for line in column]
    known = Counter(word.casefold() for line in lines for word in _WORD.findall(line.text))
    paragraphs: list[list[_Line]] = []
    for column in columns:
        if not column:
            continue
        gaps = [a.middle - b.middle for a, b in pairwise(column) if abs(a.size - b.size) < 0.1 * a.size]
        near = [gap for gap in gaps if gap > 0]
        usual = _usual(near) if near else 1.2 * column[0].size
        left = min(line.left for line in column)
        right = max(line.right for line in column)
        for at, line in enumerate(column):
            if not at:
                begins = not paragraphs or not _goes_on(paragraphs[-1][-1], line)
            else:
                begins = _begins(column[at - 1], line, usual, left, right, column[at + 1] if at + 1 < len(column) else None)
            if begins:
                paragraphs.append([])
            paragraphs[-1].append(line)
    return [(_joined(paragraph, known), paragraph[0]) for paragraph in paragraphs]


def _usual(gaps: list[float]) -> float:
    """The distance of lines within paragraphs: the smallest that is not rare."""
    rounded = Counter(round(gap, 0) for gap in gaps)
    common = [gap for gap, count in rounded.items() if count * 8 >= len(gaps)]
    return min(common) if common else median(gaps)


def _begins(before: _Line, line: _Line, usual: float, left: float, right: float, after: _Line | None) -> bool:
    """Whether a line begins a paragraph, by the distance, the indent, the type, and how the line before it ends."""
    size = max(line.size, 1.0)
    if before.middle - line.middle > 1.35 * usual or before.middle < line.middle:
        return True
    if abs(before.size - line.size) > 0.15 * size or (before.bold != line.bold and (_ENDS.search(before.text) or before.bold)):
        return True
    if _BULLET.match(line.text) and (line.left > left + 0.3 * size or _ENDS.search(before.text) or _BULLET.match(before.text)):
        return True
    if line.left - before.left > 0.8 * size and line.left - left > 0.8 * size:
        # Indented; a whole paragraph that stands in by as much goes on.
        return after is None or line.left - after.left > 0.5 * size or _ENDS.search(before.text) is not None
    # A line that ends well before the margin, where the next word would have had room, was the last.
    first = len(line.text.split(" ", 1)[0]) + 1
    room, width = right - before.right, right - left
    letter = (line.right - line.left) / max(len(line.text), 1)
    if room <= max(first * letter * 1.1, 0.12 * width) or (before.text[-1] in _HYPHENS and before.text[-2:-1].isalpha()):
        return False
    return _ENDS.search(before.text) is not None or room > 0.35 * width


def _goes_on(before: _Line, line: _Line) -> bool:
    """Whether a paragraph goes on in the next column or on the next page."""
    if abs(before.size - line.size) > 0.1 * line.size or before.bold != line.bold or _BULLET.match(line.text):
        return False
    if before.text[-1:] in _HYPHENS or before.text.endswith((",", ";")):
        return True
    if _ENDS.search(before.text):
        return False
    return line.text[:1].islower() or len(before.text) > 40


def _joined(lines: Sequence[_Line], known: Counter[str]) -> str:
    """The words of a paragraph, without the hyphens that only its lines' ends made."""
    pieces: list[str] = []
    last = ""
    for line in lines:
        if last[-1:] in _HYPHENS and last[-2:-1].isalpha() and line.text[:1].isalpha():
            pieces[-1] = last[:-1] + _hyphen(last, line.text, known)
        elif last and not (last[-1] in "—–/" and last[-2:-1].strip()):
            pieces.append(" ")
        last = line.text
        pieces.append(last)
    return "".join(pieces).translate(_NO_HYPHENS)


def _hyphen(before: str, after: str, known: Counter[str]) -> str:
    """What a hyphen at a line's end is within its word, by how the document writes the word elsewhere: a hyphen or nothing."""
    hyphen = before[-1]
    left, right = _LAST_PART.search(before[-61:-1]), _FIRST_PART.match(after[:60])
    if hyphen == "\u00ad":
        return ""
    if left is None or right is None or right[1][:1].isupper():
        return "-"
    one, two = left[1].casefold(), right[1].casefold()
    whole, apart = known[one + two], known[f"{one}-{two}"]
    if whole and whole >= apart:
        return ""
    # Both parts are words of their own here: "well-known", not "govern-ment".
    return "-" if apart or (known[one] > 1 and known[two] and len(one) > 2) else ""


def _title(paragraphs: Sequence[tuple[str, _Line]], told: str | None) -> str | None:
    first = [(words, line) for words, line in paragraphs if line.page == paragraphs[0][1].page]
    if told and len(told) <= 300:
        folded = _folded(told)
        if len(folded) > 8 and folded in _folded(" ".join(words for words, _ in first)):
            return " ".join(told.split())
    body = median(line.size for _, line in paragraphs) if len(paragraphs) < 3 else _body_size(paragraphs)
    large = [(words, line) for words, line in first[:12] if line.size > 1.15 * body and 8 <= len(words) <= 300]
    if not large:
        return None
    return max(large, key=lambda each: (round(each[1].size), -first.index(each)))[0]


def _body_size(paragraphs: Sequence[tuple[str, _Line]]) -> float:
    sizes: Counter[float] = Counter()
    for words, line in paragraphs:
        sizes[round(line.size, 1)] += len(words)
    return sizes.most_common(1)[0][0]


def _folded(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
