"""Transcripts: WebVTT and SRT, whose cues become sentences, and whose speakers become "NAME: words" paragraphs.

The formats are a few lines each (https://www.w3.org/TR/webvtt1/), and what is wanted of them is what libraries take off:
who speaks. So they are read here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sayso.errors import NoDocument, TooLarge
from sayso.intake.items import MAX_SIZE, Item, format_size, storable
from sayso.models import Document

_TIMING = re.compile(r"\s{0,20}((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s{1,20}-->\s{1,20}((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})")
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?\s+([^>]{1,200})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>|</?\d[\d:.]{0,20}>|\{\\[^{}]{0,100}\}|\{[ibuyc]:[^{}]{0,50}\}|<>")
# "[Applause]", "(MUSIC PLAYING)", "♪ ... ♪": heard, not said.
_SOUND = re.compile(r"\[[^\[\]]{1,80}\]|^\s*\([^()]{1,80}\)\s*$|♪[^♪]{0,300}♪?|[♫#]{1,3}\s[^♫#]{0,300}\s[♫#]{1,3}")
# A name and perhaps an office before a colon: "CLARA VENN:", "Dr. Osei (via link):", "SPEAKER 2:".
_LABEL = re.compile(
    r"(?:>>+\s*|[-–—]\s*)?([A-Z0-9][\w.'’\-]*(?:,?\s(?:[A-Z0-9][\w.'’\-]*|of|de|van|von|the|and|&)){0,6}(?:\s?\([^()]{1,60}\))?):(?=\s|$)\s*"
)
_TURN = re.compile(r"\s*(?:>>+|&gt;&gt;)\s*")
_DASH = re.compile(r"\s*[-–—]\s?(?=\S)")
_ENDS = re.compile(r"[.!?…][\"'”’)\]]{0,3}$")
_PAUSE = 3.0  # seconds without a word after which a new paragraph begins
_LONG = 700  # code points after which a paragraph ends with its sentence
_NAME = 60  # code points of a speaker's name
_COMMENTS = ("NOTE", "STYLE", "REGION")


@dataclass
class _Cue:
    """Words that are shown together."""

    start: float
    end: float
    lines: list[str] = field(default_factory=list)


def is_transcript(text: str) -> bool:
    """Whether a text is WebVTT or SRT, by its beginning."""
    shown = text[:4096].lstrip("\ufeff")
    if shown.startswith("WEBVTT") and shown[6:7] in ("", " ", "\t", "\n", "\r"):
        return True
    lines = [line.strip() for line in shown.splitlines() if line.strip()][:2]
    return len(lines) == 2 and lines[0].isascii() and lines[0].isdigit() and _TIMING.match(lines[1]) is not None


def read_transcript(where: str, text: str, published: str | None = None, max_size: int = MAX_SIZE) -> Item:
    """The interview in a file of WebVTT or SRT.

    Cues are joined to sentences, lines that are shown again as the text rolls on are taken once, and sounds are left out. A
    speaker's turn is a paragraph that begins with the name and a colon, where the file names speakers; a change of speakers
    without a name begins a paragraph, as does a pause.

    Args:
        where: names the file.
        text: what it holds.
        published: ISO 8601 date of the document.
        max_size: bytes above which it is refused.

    Raises:
        NoDocument: it holds no words.
        TooLarge: it is above the limit.
    """
    if len(text) * 4 > max_size and len(text.encode("utf-8", "surrogatepass")) > max_size:
        raise TooLarge(where, f"holds more than the {format_size(max_size)} that one document may have; --max-size sets another limit")
    text, warnings = storable(text.removeprefix("\ufeff"))
    title = None
    if text.startswith("WEBVTT"):
        title = text.split("\n", 1)[0][6:].strip(" \t\r-–—:")[:200] or None
    cues = list(_cues(text))
    paragraphs = list(_paragraphs(_turns(cues, _labels(cues))))
    if not paragraphs:
        raise NoDocument(where, "is a transcript that holds no words")
    words = "\n\n".join(paragraphs)
    return Item(where, Document(text=words, title=title, published=published), tuple(warnings), len(text))


def _cues(text: str) -> Iterator[_Cue]:
    cue: _Cue | None = None
    comment = False
    before = ""
    for line in text.splitlines():
        if timing := _TIMING.match(line):
            if cue is not None:
                # The number or name of a cue stands on the line before its time.
                if cue.lines and (before.strip().isdigit() or cue.lines[-1] == ""):
                    while cue.lines and cue.lines[-1] == "":
                        cue.lines.pop()
                    if cue.lines and before.strip().isdigit():
                        cue.lines.pop()
                yield cue
            cue, comment = _Cue(_seconds(timing[1]), _seconds(timing[2])), False
        elif not line.strip():
            if cue is not None:
                yield cue
                cue = None
            comment = False
        elif cue is not None:
            cue.lines.append(line.strip())
        elif line.startswith(_COMMENTS):
            comment = True
        before = line
    if cue is not None and not comment:
        yield cue


def _seconds(time: str) -> float:
    seconds = 0.0
    for part in time.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


@dataclass
class _Said:
    """Words of one speaker. ``new`` is true where somebody else begins to speak, known by name or not."""

    name: str | None
    words: str
    new: bool
    start: float
    end: float


def _labels(cues: list[_Cue]) -> frozenset[str]:
    """The words before a colon that name speakers: in capitals, of several words, or met before different words.

    "No: it isn't" names nobody.
    """
    followed: dict[str, set[str]] = {}
    for line in (_plain(line)[1] for cue in cues for line in cue.lines):
        if (label := _LABEL.match(line)) and len(label[1]) <= _NAME:
            followed.setdefault(label[1], set()).add(line[label.end() :][:100])
    return frozenset(
        label for label, rests in followed.items() if (label.upper() == label and len(label) > 1) or " " in label or len(rests) > 1
    )


def _turns(cues: list[_Cue], labels: frozenset[str]) -> Iterator[_Said]:
    shown: list[str] = []
    for cue in cues:
        lines = []
        for line in cue.lines:
            plain = _plain(line)[1]
            # Captions that roll up show each line again in the next cue.
            if plain and plain.lstrip("-–—> ") not in shown:
                lines.append(line)
        shown = [_plain(line)[1].lstrip("-–—> ") for line in cue.lines] or shown
        dashes = sum(bool(_DASH.match(_plain(line)[1])) for line in lines) > 1
        for line in lines:
            for name, piece in _voices(line):
                new = name is not None
                words = _plain(piece)[1]
                if _TURN.match(words):
                    new, words = True, _TURN.sub("", words, count=1)
                elif dashes and _DASH.match(words):
                    new, words = True, _DASH.sub("", words, count=1)
                if (label := _LABEL.match(words)) and label[1] in labels:
                    name, new, words = label[1], True, words[label.end() :]
                if words or name:
                    yield _Said(name, words, new, cue.start, cue.end)


def _voices(line: str) -> Iterator[tuple[str | None, str]]:
    """The pieces of a line with the voices that say them."""
    at, name = 0, None
    for match in _VOICE.finditer(line):
        if line[at : match.start()].strip():
            yield name, line[at : match.start()]
        at, name = match.end(), " ".join(html.unescape(match[1]).split())[:_NAME].rstrip(":") or None
    yield name, line[at:]


def _plain(line: str) -> tuple[str, str]:
    """A line without its tags, and that without the sounds too."""
    tagless = " ".join(html.unescape(_TAG.sub("", line)).translate(_INVISIBLE).split())
    return tagless, " ".join(_SOUND.sub(" ", tagless).split())


_INVISIBLE = {ord(c): None for c in "\u200b\u200e\u200f\u2060\ufeff"}


def _paragraphs(turns: Iterator[_Said]) -> Iterator[str]:
    speaker: str | None = None
    words: list[str] = []
    size, last = 0, 0.0

    def paragraph() -> str:
        return (f"{speaker}: " if speaker else "") + " ".join(words)

    for said in turns:
        ended = bool(words) and _ENDS.search(words[-1]) is not None
        changed = said.new and (said.name is None or said.name != speaker)
        if words and (changed or (ended and (said.start - last > _PAUSE or size > _LONG))):
            yield paragraph()
            words, size = [], 0
        if changed:
            speaker = said.name
        if said.words:
            words.append(said.words)
            size += len(said.words) + 1
        last = max(last, said.end) if said.end - last < 3600 else said.end
    if words:
        yield paragraph()
