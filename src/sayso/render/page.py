"""The html format: one page that needs nothing else, with every statement marked where it stands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sayso.models import Record, Statement
from sayso.render.clean import clean, clean_in_place, clean_line
from sayso.render.figures import figures_of
from sayso.render.terminal import NARRATED, notes_on, summary

_HUES = 10
# Statements of a row that light up as one under the pointer, before their signs are used again: a rule of style for each
# statement of a long article would make the page slow.
_SIGNS = 24

Mark = tuple[int, int, str, int, int]
"""Start, end, role, number of the statement, hue."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the article's text that the same marks lie on, innermost last.

    Attributes:
        marks: role, number of the statement, hue, and the sign by which all that belongs to a statement lights up together.
        anchors: numbers of the statements whose content begins here.
    """

    text: str
    marks: tuple[tuple[str, int, int, int], ...]
    anchors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What the margin says of one statement."""

    number: int
    hue: int
    sign: int
    name: str
    source: str | None
    cue: str | None
    relays: list[str]
    notes: list[str]
    within: int | None
    figures: list[str]
    confidence: float
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document as the page shows it: paragraphs of pieces, each with the notes that begin in it."""

    key: str
    title: str
    facts: list[str]
    paragraphs: list[tuple[list[Piece], list[Note]]]
    summary: str
    warnings: list[str]
    reader: str


class Entry(NamedTuple):
    """An article in the table of contents."""

    key: str
    title: str
    summary: str


def render_page(records: Iterable[tuple[str, Record]]) -> str:
    """A page of one or more records, each with the name of its input, for documents without a title.

    The page loads nothing, runs no script, and escapes all that came from outside.
    """
    sheets = [render_sheet(number, where, record) for number, (where, record) in enumerate(records, 1)]
    return "".join(bind([entry for _, entry in sheets], (body for body, _ in sheets)))


def render_sheet(number: int, where: str, record: Record) -> tuple[str, Entry]:
    """One article as a piece of a page, and its entry in the table of contents; ``bind`` makes a page of such pieces.

    Args:
        number: tells the articles of a page apart.
        where: names the input, for a document without a title.
        record: to show.
    """
    sheet = _sheet(number, where, record)
    return _environment().get_template("sheet.html").render(sheet=sheet), Entry(sheet.key, sheet.title, sheet.summary)


def bind(entries: Sequence[Entry], bodies: Iterable[str]) -> Iterator[str]:
    """A page, in parts, of what ``render_sheet`` made.

    Args:
        entries: of all articles.
        bodies: the articles, or pieces of them, in order.
    """
    template = _environment().get_template("page.html")
    return template.generate(entries=entries, bodies=map(Markup, bodies), hues=_HUES, signs=_SIGNS)


@cache
def _environment() -> Environment:
    loader = PackageLoader("sayso.render", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _sheet(number: int, where: str, record: Record) -> Sheet:
    document = record.document
    text = clean_in_place(document.text)
    hues: dict[str, int] = {}
    notes: list[tuple[int, Note]] = []
    marks: list[Mark] = []
    numbers = {statement.id: index for index, statement in enumerate(record.statements, 1)}
    for index, statement in enumerate(record.statements, 1):
        name = (statement.speaker.name or "").casefold()
        hue = hues.setdefault(name, len(hues) % _HUES) if name else _HUES
        for role in ("content", "source", "cue"):
            marks += [(start, end, role, index, hue) for start, end in getattr(statement, role)]
        source = clean_line(document.words_at(statement.source)) if statement.source else None
        note = Note(
            index, hue, index % _SIGNS,
            clean_line(statement.speaker.name) if statement.speaker.name else source or _nobody(statement),
            source,
            clean_line(document.words_at(statement.cue)) if statement.cue else None,
            [clean_line(link.name) for link in statement.chain if link.role == "relay" and link.name],
            notes_on(statement), numbers.get(statement.within or ""),
            [clean_line(figure) for figure in figures_of(statement)], statement.confidence, clean_line(statement.text),
        )  # fmt: skip
        notes.append((statement.content[0][0], note))
    marks.sort()
    notes.sort(key=lambda note: note[0])
    starts = [start for start, _ in notes]

    def notes_of(low: int, high: int) -> list[Note]:
        return [note for _, note in notes[bisect_left(starts, low) : bisect_left(starts, high)]]

    paragraphs = [(pieces, notes_of(low, high)) for low, high, pieces in _paragraphs(text, marks)]
    facts = [clean_line(fact) for fact in (document.outlet, document.published, document.url, document.ref) if fact]
    title = clean_line(document.title or where)
    warnings = [clean(warning) for warning in record.warnings]
    return Sheet(f"d{number}", title, facts, paragraphs, summary(record), warnings, clean_line(record.reader))


def _nobody(statement: Statement) -> str:
    return NARRATED if statement.kind == "narrated" else "no source named"


def _paragraphs(text: str, marks: Sequence[Mark]) -> Iterator[tuple[int, int, list[Piece]]]:
    """The lines of a text that aren't blank, cut wherever a mark begins or ends, so that marks may overlap as they like.

    One sweep over the text: ``marks`` are sorted, and each is looked at only where it is open.
    """
    open_marks: list[Mark] = []
    anchored: set[int] = set()
    coming = 0
    at = 0
    for line in text.split("\n"):
        stop = at + len(line)
        pieces: list[Piece] = []
        low = at
        while low < stop:
            while coming < len(marks) and marks[coming][0] <= low:
                open_marks.append(marks[coming])
                coming += 1
            open_marks = [mark for mark in open_marks if mark[1] > low]
            ends = [mark[1] for mark in open_marks]
            high = min([stop, *ends, *([marks[coming][0]] if coming < len(marks) else [])])
            own = sorted(open_marks, key=lambda mark: (mark[0], -mark[1]))
            anchors = tuple(dict.fromkeys(mark[3] for mark in own if mark[2] == "content" and mark[3] not in anchored))
            anchored.update(anchors)
            pieces.append(Piece(text[low:high], tuple((mark[2], mark[3], mark[4], mark[3] % _SIGNS) for mark in own), anchors))
            low = high
        if line.strip():
            yield at, stop, pieces
        at = stop + 1
