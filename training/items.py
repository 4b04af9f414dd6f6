"""Short articles whose marks nest: those that the reader learns nested statements from, and the gold sets of the gate.

``{S1 person:..}``, ``{C1:..}``, ``{Q1:..}`` and ``{R1:..}`` mark source, cue, content and relay of a statement, one within
another's content where it is reported there; ``{C2=1:..}`` is a cue that shares another statement's source. Below a second
``---`` one line says of each statement who the speaker is, through whom the words came, what they stand within, and what
stance they take.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

Span = tuple[int, int]
_MARK = re.compile(r"\{([SCQR])(\d+)(?:=(\d+))?(?: ([a-z]+))?:|(\})|(^#+ )", re.M)


@dataclass
class Gold:
    """One statement of an item."""

    number: str
    source: list[Span] = field(default_factory=list)
    cue: list[Span] = field(default_factory=list)
    content: list[Span] = field(default_factory=list)
    speaker: str | None = None
    type: str = "none"
    relay: list[Span] = field(default_factory=list)
    relays: list[str] = field(default_factory=list)
    within: str | None = None
    rejected: bool = False
    denial: bool = False
    presupposed: bool = False


@dataclass
class Item:
    """One short article; ``meta`` is its header, ``headings`` the places of its title and crossheads."""

    name: str
    text: str
    meta: dict[str, str]
    headings: list[Span]
    statements: list[Gold]


def read_item(path: Path) -> Item:
    """One item of a gold set.

    Raises:
        ValueError: marks that cross or aren't closed, or a statement without its line; the message names the file.
    """
    header, body, notes = re.split(r"^---$", path.read_text("utf-8"), maxsplit=2, flags=re.M)
    meta = dict(line.partition(": ")[::2] for line in header.splitlines() if ": " in line)
    text, last = "", 0
    headings: list[Span] = []
    golds: dict[str, Gold] = {}
    opened: list[tuple[str, str, int]] = []
    shared: dict[str, str] = {}
    for mark in _MARK.finditer(body.strip("\n")):
        text += body.strip("\n")[last : mark.start()]
        last = mark.end()
        if mark[6]:
            headings.append((len(text), -1))
            continue
        if mark[5]:
            if not opened:
                raise ValueError(f"{path}: a mark is closed that was not opened, near {text[-40:]!r}")
            role, number, start = opened.pop()
            gold = golds.setdefault(number, Gold(number))
            {"S": gold.source, "C": gold.cue, "Q": gold.content, "R": gold.relay}[role].append((start, len(text)))
            continue
        opened.append((mark[1], mark[2], len(text)))
        if mark[3]:
            shared[mark[2]] = mark[3]
    text += body.strip("\n")[last:]
    headings = [(start, text.find("\n", start) if "\n" in text[start:] else len(text)) for start, _ in headings]
    if opened:
        raise ValueError(f"{path}: {opened[-1][0]}{opened[-1][1]} isn't closed")
    for number, owner in shared.items():
        golds[number].source = list(golds[owner].source)
    for line in notes.strip().splitlines():
        number, _, rest = line.partition(" ")
        facts = {k.strip(): v.strip() for k, _, v in (part.partition("=") for part in rest.split("|"))}
        gold = golds[number]
        gold.speaker, gold.type, gold.within = facts["speaker"] or None, facts["type"], facts["within"] or None
        # Who passes on their own words is no relay.
        relays = [r.strip() for r in facts["relays"].split(",") if r.strip()]
        gold.relays = [r for i, r in enumerate(relays) if r != gold.speaker and r not in relays[:i]]
        gold.rejected, gold.denial = facts["polarity"] == "rejected", facts["denial"] == "1"
        gold.presupposed = facts.get("presupposed") == "1"
    return Item(path.stem, text, meta, headings, [g for g in golds.values() if g.content])


def read_items(folder: Path) -> list[Item]:
    """All items of a folder, by name."""
    return [read_item(path) for path in sorted(folder.glob("[0-9]*.txt"))]
