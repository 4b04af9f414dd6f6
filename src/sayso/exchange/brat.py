"""A record as brat standoff, the files that the annotation tool brat (brat.nlplab.org) shows and edits.

    T1  Source 6 13        who said it; T lines name a place of the text and its words
    T2  Cue 14 18          the words that say that it was said
    T3  Content 19 30;31 46    what was said; a place in pieces, which never cross the end of a line
    R1  Says Arg1:T1 Arg2:T3       the source says the content
    R2  Carries Arg1:T2 Arg2:T3    the cue carries it
    R3  Within Arg1:T3 Arg2:T9     the statement is nested in another one
    A1  Kind T3 indirect   of contents: Kind, Polarity, Denial, Headline
    #1  AnnotatorNotes T3  speaker: Ada Lin (person); statement: 32 hex

Offsets are brat's, which are sayso's: code points, half-open. Two statements with a source or a cue at the same place share it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sayso.errors import SpanError
from sayso.models import Record, Span, Statement

# What ends a line for brat or for Python, and the tab, which parts the columns of a line.
_PIECE = re.compile("[^\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")

CONFIGURATION = """\
[entities]
Source
Cue
Content

[relations]
Says	Arg1:Source, Arg2:Content
Carries	Arg1:Cue, Arg2:Content
Within	Arg1:Content, Arg2:Content
<OVERLAP>	Arg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>

[events]

[attributes]
Kind	Arg:Content, Value:direct|mixed|indirect|narrated
Polarity	Arg:Content, Value:affirmed|rejected
Denial	Arg:Content
Headline	Arg:Content
"""
"""The ``annotation.conf`` of a folder with such files, without which brat doesn't know what may be in them."""


def standoff(record: Record) -> str:
    """The lines of a record's ``.ann`` file; its ``.txt`` file is ``record.document.text`` as UTF-8, byte for byte.

    Raises:
        SpanError: a content is nothing but white space, which brat can't show.
    """
    lines = _Lines(record.document.text)
    contents = {}
    for statement in record.statements:
        if (content := lines.place("Content", statement.content, shared=False)) is None:
            raise SpanError(f"statement {statement.id}: its content is white space, which brat can't show")
        contents[statement.id] = content
        source, cue = lines.place("Source", statement.source), lines.place("Cue", statement.cue)
        lines.relate("Says", source, content)
        lines.relate("Carries", cue, content)
        for attribute in _attributes(statement):
            name, _, value = attribute.partition(" ")
            lines.add("A", f"{name} {content} {value}".rstrip())
        lines.add("#", f"AnnotatorNotes {content}", _note(statement))
    for statement in record.statements:
        lines.relate("Within", contents[statement.id], contents.get(statement.within or ""))
    return "".join(lines.lines)


@dataclass(slots=True)
class _Lines:
    """The lines of a file, each with a number of its own."""

    text: str
    lines: list[str] = field(default_factory=list)
    _count: Counter[str] = field(default_factory=Counter)
    _places: dict[tuple[str, tuple[Span, ...]], str] = field(default_factory=dict)

    def add(self, letter: str, *columns: str) -> str:
        """Add a line; its id."""
        self._count[letter] += 1
        id = f"{letter}{self._count[letter]}"
        self.lines.append("\t".join([id, *columns]) + "\n")
        return id

    def place(self, role: str, spans: Iterable[Span], shared: bool = True) -> str | None:
        """The id of a place of the text, which is added; None where there is nothing to see."""
        pieces = tuple(pieces_of(self.text, spans))
        if not pieces:
            return None
        if shared and (role, pieces) in self._places:
            return self._places[role, pieces]
        where = ";".join(f"{start} {stop}" for start, stop in pieces)
        id = self.add("T", f"{role} {where}", " ".join(self.text[start:stop] for start, stop in pieces))
        self._places[role, pieces] = id
        return id

    def relate(self, relation: str, one: str | None, other: str | None) -> None:
        """Add a relation of two places, if there are two."""
        if one is not None and other is not None:
            self.add("R", f"{relation} Arg1:{one} Arg2:{other}")


def pieces_of(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Spans as brat takes them: in order, none touching another, none with the end of a line in it or white space at its edges."""
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    for start, stop in merged:
        for match in _PIECE.finditer(text, start, stop):
            words = match[0]
            begin = match.start() + len(words) - len(words.lstrip())
            if words.strip():
                yield begin, begin + len(words.strip())


def _attributes(statement: Statement) -> Iterator[str]:
    yield f"Kind {statement.kind}"
    if statement.polarity is not None:
        yield f"Polarity {statement.polarity}"
    if statement.denial:
        yield "Denial"
    if statement.headline:
        yield "Headline"


def _note(statement: Statement) -> str:
    """Who said it and which statement it is, on one line."""
    speaker = statement.speaker
    name = f"{' '.join(speaker.name.split())} ({speaker.type})" if speaker.name is not None else speaker.type
    return f"speaker: {name}; statement: {statement.id}"
