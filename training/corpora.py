"""The annotated articles that the reader is trained and measured on, as one type.

PolNeAR's brat files (Newell, Margolin and Ruths, LREC 2018) and the project's own invented articles, whose marks
``training/articles/README.md`` describes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

Span = tuple[int, int]
TYPES = ("person", "organization", "group", "anonymous", "document", "media", "author")
MARK = re.compile(r"\{([SCQR])(\d+)(?:=(\d+))?(?: (" + "|".join(TYPES) + r"))?:((?:(?![{}]).)+)\}", re.S)


@dataclass
class Gold:
    """One attribution: its spans in code points, half-open, and the type of its source where it is marked."""

    source: list[Span] = field(default_factory=list)
    cue: list[Span] = field(default_factory=list)
    content: list[Span] = field(default_factory=list)
    type: str | None = None


@dataclass
class Article:
    """One annotated article.

    ``masked`` spans are left out of the loss of the span heads. ``relays`` and ``headings`` are None where the corpus
    doesn't mark them; ``inserted_relays`` are those put into such an article, of whose other words nothing is known.
    """

    name: str
    text: str
    attributions: list[Gold]
    masked: list[Span] = field(default_factory=list)
    relays: list[Span] | None = None
    headings: list[Span] | None = None
    inserted_relays: list[Span] = field(default_factory=list)


def read_polnear(split: Path) -> list[Article]:
    """All articles of a PolNeAR split, by name; of several annotators, the first in alphabetical order counts."""
    annotations: dict[str, Path] = {}
    for path in sorted((split / "attributions").glob("*.ann")):
        annotations.setdefault(path.stem.rpartition("_")[0], path)
    articles = []
    for path in sorted((split / "text").glob("*.txt")):
        if path.stem not in annotations:
            continue
        text = path.read_bytes().decode("utf-8")
        rows = [line.split("\t") for line in annotations[path.stem].read_text("utf-8").split("\n") if "\t" in line]
        spans: dict[str, list[Span]] = {}
        masked: list[Span] = []
        for key, value, *_ in rows:
            if key.startswith("T"):
                label, _, places = value.partition(" ")
                spans[key] = [(int(a), int(b)) for a, b in (place.split() for place in places.split(";"))]
                if label == "Discard":
                    masked += spans[key]
        attributions = []
        for key, value, *_ in rows:
            if key.startswith("E"):
                gold = Gold()
                for argument in value.split():
                    role, _, span = argument.partition(":")
                    role = re.sub(r"\d+$", "", role).lower()
                    if role in ("source", "cue", "content"):
                        getattr(gold, role).extend(spans.get(span, []))
                if gold.content:
                    attributions.append(gold)
        articles.append(Article(path.stem, text, attributions, masked))
    return articles


def read_marked(path: Path) -> Article:
    """One of the project's invented articles.

    Raises:
        ValueError: a mark can't be read; the message names the file and the place.
    """
    _, found, body = path.read_text("utf-8").partition("\n---\n")
    if not found:
        raise ValueError(f"{path}: no line '---' between header and text")
    text, last = "", 0
    golds: dict[str, Gold] = {}
    relays: list[Span] = []
    shared: dict[str, str] = {}
    for mark in MARK.finditer(body):
        text += body[last : mark.start()]
        span = (len(text), len(text) + len(mark[5]))
        text += mark[5]
        last = mark.end()
        if mark[1] == "R":
            relays.append(span)
            continue
        gold = golds.setdefault(mark[2], Gold())
        {"S": gold.source, "C": gold.cue, "Q": gold.content}[mark[1]].append(span)
        gold.type = mark[4] or gold.type
        if mark[3]:
            shared[mark[2]] = mark[3]
    text += body[last:]
    if stray := re.search(r"[{}]", text):
        raise ValueError(f"{path}: a stray brace near {text[max(0, stray.start() - 30) : stray.start() + 30]!r}")
    for number, owner in shared.items():
        if owner not in golds:
            raise ValueError(f"{path}: C{number}={owner}, but there is no S{owner}")
        golds[number].source, golds[number].type = list(golds[owner].source), golds[owner].type
    article = Article(path.stem, text, [g for g in golds.values() if g.content], relays=relays)
    return _without_heading_marks(article)


def _without_heading_marks(article: Article) -> Article:
    """Take the ``# `` and ``## `` away, keeping the places of the headings."""
    cuts = [m.span() for m in re.finditer(r"^#+ ", article.text, re.M)]
    headings = [m.span(1) for m in re.finditer(r"^#+ (.*)$", article.text, re.M)]
    article.headings = headings
    return edit(article, [(a, b, "") for a, b in cuts])


def read_marked_folder(folder: Path) -> list[Article]:
    """All marked articles of a folder, by name."""
    return [read_marked(path) for path in sorted(folder.glob("*.txt")) if path.name != "README.md"]


def edit(article: Article, changes: list[tuple[int, int, str]]) -> Article:
    """Replace pieces of an article's text; every span moves along.

    ``changes`` are (start, end, new text), not overlapping. An insertion at a span's end stays outside of it; a
    replacement that cuts into a span's edge is taken into the span.
    """
    changes = sorted(changes)
    pieces: list[str] = []
    last = 0
    shifts: list[tuple[int, int, int]] = []
    grown = 0
    for start, end, new in changes:
        pieces += [article.text[last:start], new]
        last = end
        shifts.append((start, end, grown))
        grown += len(new) - (end - start)
    pieces.append(article.text[last:])
    starts = [s for s, _, _ in shifts]

    def move(offset: int, is_end: bool) -> int:
        index = bisect_right(starts, offset - 1 if is_end else offset) - 1
        if index < 0:
            return offset
        start, end, before = shifts[index]
        new = len(changes[index][2])
        if offset >= end:
            if not is_end and start == end == offset:
                return offset + before + new
            return offset + before + new - (end - start)
        return start + before + (new if is_end else 0)

    def moved(spans: list[Span]) -> list[Span]:
        return [(move(a, False), move(b, True)) for a, b in spans]

    return Article(
        article.name,
        "".join(pieces),
        [Gold(moved(g.source), moved(g.cue), moved(g.content), g.type) for g in article.attributions],
        moved(article.masked),
        None if article.relays is None else moved(article.relays),
        None if article.headings is None else moved(article.headings),
        moved(article.inserted_relays),
    )
