"""The annotated articles that the reader is trained and measured on, as one type.

PolNeAR's brat files (Newell, Margolin and Ruths, LREC 2018), the coreference of GUM (Zeldes, LRE 2017), and the project's
own invented articles, whose marks ``training/articles/README.md`` describes.
"""

from __future__ import annotations

import argparse
import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree

Span = tuple[int, int]
TYPES = ("person", "organization", "group", "anonymous", "document", "media", "author")
MARK = re.compile(r"\{([SCQR])(\d+)(?:=(\d+))?(?: (" + "|".join(TYPES) + r"))?:((?:(?![{}]).)+)\}", re.S)


UNKNOWN, NOBODY = -2, -1  # of entities: not labelled; labelled as somebody without a name


@dataclass
class Gold:
    """One attribution: its spans in code points, half-open, and what is marked of its source.

    ``key`` is its name in the corpus; ``entity`` the number of its speaker within the article, UNKNOWN or NOBODY;
    ``rejected`` whether the cue rejects the content, ``denial`` whether the statement rejects a claim, None if not labelled.
    """

    source: list[Span] = field(default_factory=list)
    cue: list[Span] = field(default_factory=list)
    content: list[Span] = field(default_factory=list)
    type: str | None = None
    relays: list[Span] = field(default_factory=list)
    entity: int = UNKNOWN
    key: str = ""
    rejected: bool | None = None
    denial: bool | None = None


@dataclass
class Mention:
    """A span that refers to an entity of the article; ``type`` where it is a name, None for a pronoun or description.

    ``female`` says whether it is a woman's name, None if nothing tells.
    """

    span: Span
    type: str | None
    entity: int = UNKNOWN
    female: bool | None = None


@dataclass
class Article:
    """One annotated article.

    ``masked`` spans are left out of the loss of the span heads. ``relays`` and ``headings`` are None where the corpus
    doesn't mark them; ``inserted_relays`` are those put into such an article, of whose other words nothing is known.
    ``nested`` are the cues of statements within contents, None where nobody looked for them. ``mentions`` are names, and the
    pronouns and descriptions of a corpus of coreference. A corpus of ``only_mentions`` marks no attributions.

    ``times`` are time expressions, ``quantities`` words of numbers that count or measure, None where unknown; words of
    ``unsure`` may or may not be part of a time. ``narrated`` are sentences in which the outlet itself reports a fact, None
    where nobody looked, ``unnarrated`` those that were looked at and report none.
    """

    name: str
    text: str
    attributions: list[Gold]
    masked: list[Span] = field(default_factory=list)
    relays: list[Span] | None = None
    headings: list[Span] | None = None
    inserted_relays: list[Span] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    only_mentions: bool = False
    nested: list[Span] | None = None
    times: list[Span] | None = None
    quantities: list[Span] | None = None
    unsure: list[Span] = field(default_factory=list)
    narrated: list[Span] | None = None
    unnarrated: list[Span] = field(default_factory=list)


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
                gold = Gold(key=key)
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
        gold = golds.setdefault(mark[2], Gold(key=mark[2]))
        if mark[1] == "R":
            relays.append(span)
            gold.relays.append(span)
            continue
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


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    """The folders of all that the network is trained on."""
    parser.add_argument("--polnear", type=Path, required=True, help="PolNeAR's train split")
    parser.add_argument("--articles", type=Path, required=True, help="invented articles: training/articles")
    parser.add_argument("--items", type=Path, required=True, help="short articles with nested marks: training/nested")
    parser.add_argument("--gum", type=Path, required=True, help="GUM's texts with coreference")
    parser.add_argument("--timeml", type=Path, required=True, help="TimeBank and AQUAINT")


def read_gum(folder: Path) -> list[Article]:
    """The mentions of GUM's texts that refer to something at least twice."""
    return [_read_gum_text(path) for path in sorted(folder.glob("*.conllu"))]


def _read_gum_text(path: Path) -> Article:
    text = ""
    open_mentions: list[tuple[int, int]] = []
    spans: list[tuple[int, int, int]] = []
    merged, surface_end = range(0), False
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# newpar") and text and not text.endswith("\n\n") and not line.startswith("# newpar_block"):
            text = text.rstrip() + "\n\n"
        fields = line.split("\t")
        if len(fields) < 10:
            continue
        if "-" in fields[0]:  # a contraction: the surface form stands here, its words on the next lines
            first, last = map(int, fields[0].split("-"))
            merged, surface = range(first, last + 1), fields[1]
            start = len(text)
            text += surface + ("" if "SpaceAfter=No" in fields[9] else " ")
            surface_end = True
            continue
        if not fields[0].isdigit():
            continue
        if int(fields[0]) in merged and surface_end:
            at = (start, start + len(surface))
            if int(fields[0]) == merged[-1]:
                surface_end = False
        else:
            at = (len(text), len(text) + len(fields[1]))
            text += fields[1] + ("" if "SpaceAfter=No" in fields[9] else " ")
        if match := re.search(r"Entity=([^|]+)", fields[9]):
            for part in re.findall(r"\(\d+\)?|\d+\)", match[1]):
                number = int(part.strip("()"))
                if part.startswith("("):
                    open_mentions.append((number, at[0]))
                if part.endswith(")"):
                    index = max(i for i, (n, _) in enumerate(open_mentions) if n == number)
                    spans.append((open_mentions.pop(index)[1], at[1], number))
    mentions = [Mention((a, b), None, number) for a, b, number in spans]
    return Article(path.stem, text, [], mentions=mentions, only_mentions=True)


@dataclass(frozen=True)
class Timex:
    """A TIMEX3 tag: its place, type and value."""

    span: Span
    type: str
    value: str


@dataclass(frozen=True)
class TimedText:
    """A text of TimeBank or AQUAINT with its time expressions, and the date from which they count."""

    name: str
    text: str
    date: str
    times: list[Timex]


def read_timeml(folder: Path) -> list[TimedText]:
    """The texts of a folder of TimeML files (Pustejovsky et al. 2003), in the order of their names."""
    return [_read_timed_text(path) for path in sorted(folder.rglob("*.tml")) if not path.name.startswith(".")]


def _read_timed_text(path: Path) -> TimedText:
    root = ElementTree.parse(path).getroot()  # noqa: S314 (a corpus, not the web)
    date, body = root.find("DCT/TIMEX3"), root.find("TEXT")
    if date is None or body is None:
        raise ValueError(f"{path}: no DCT or TEXT")
    pieces: list[str] = []
    times: list[Timex] = []

    def walk(element: ElementTree.Element) -> None:
        begin = sum(map(len, pieces))
        pieces.append(element.text or "")
        for child in element:
            walk(child)
            pieces.append(child.tail or "")
        end = sum(map(len, pieces))
        if element.tag == "TIMEX3" and end > begin:
            times.append(Timex((begin, end), element.attrib["type"], element.attrib["value"]))

    walk(body)
    return TimedText(path.stem, "".join(pieces), date.attrib["value"], sorted(times, key=lambda t: t.span))


def timed_for_training(folder: Path) -> list[Article]:
    """Every other text of TimeML; the gate alone looks at the rest."""
    return [
        Article(f"timeml/{t.name}", t.text, [], only_mentions=True, times=[timex.span for timex in t.times])
        for t in read_timeml(folder)[::2]
    ]


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
        [
            replace(g, source=moved(g.source), cue=moved(g.cue), content=moved(g.content), relays=moved(g.relays))
            for g in article.attributions
        ],
        moved(article.masked),
        None if article.relays is None else moved(article.relays),
        None if article.headings is None else moved(article.headings),
        moved(article.inserted_relays),
        [replace(m, span=moved([m.span])[0]) for m in article.mentions],
        article.only_mentions,
        None if article.nested is None else moved(article.nested),
        None if article.times is None else moved(article.times),
        None if article.quantities is None else moved(article.quantities),
        moved(article.unsure),
        None if article.narrated is None else moved(article.narrated),
        moved(article.unnarrated),
    )
