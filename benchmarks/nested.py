"""The gold sets of nested and relayed statements (``chains/``) and of denials (``denials/``), and how they are scored.

Items are written as ``training/items.py`` says. Those with odd numbers are open to work with; those with even numbers are
looked at by the gate alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from items import Gold, Item, read_item
from sayso import Document, Record, Statement


def read_set(folder: Path, kept: bool) -> list[Item]:
    """The open half of a gold set, or the half that is kept for the gate."""
    return [read_item(path) for path in sorted(folder.glob("[0-9][0-9]-*.txt")) if (int(path.name[:2]) % 2 == 0) == kept]


def document(item: Item) -> Document:
    """An item as the reader takes it."""
    return Document(text=item.text, outlet=item.meta.get("outlet"), published=item.meta.get("published"))


Counts = dict[str, tuple[float, float, float]]


def count(item: Item, record: Record, scorer: Any, same_name: Callable[[str | None, str | None], bool]) -> Counts:
    """Hits, predicted and gold of one item's figures.

    * nested: a nested statement counts as found where its content and that of the statement around it share half of their
      unions with the gold's, and the sources touch;
    * relays: names of relays, of the statements that were found;
    * denial, rejected: of the statements that were found.
    """
    text = item.text
    statements = [s for s in record.statements if s.kind != "narrated"]
    have = {s.id: scorer.characters(text, s.content) for s in statements}
    want = {g.number: scorer.characters(text, g.content) for g in item.statements}

    def overlap(g: Gold, s: Statement) -> float:
        share = float(scorer.overlap(want[g.number], have[s.id]))
        return share + 0.001 * ((g.within is None) == (s.within is None)) if share >= 0.5 else 0.0

    def touch(g: Gold, s: Statement) -> bool:
        source = scorer.characters(text, s.source)
        return bool(scorer.characters(text, g.source) & source) or not (g.source or source)

    pairs = [(item.statements[i], statements[j]) for i, j in scorer.pair(item.statements, statements, overlap, 0.5)]
    found = {g.number: s for g, s in pairs}
    nested = [(g, s) for g, s in pairs if g.within and s.within]
    right = sum(touch(g, s) and g.within in found and found[g.within].id == s.within for g, s in nested)
    counts: Counts = {"nested": (right, sum(s.within is not None for s in statements), sum(g.within is not None for g in item.statements))}
    hits = predicted = gold = 0
    for g, s in pairs:
        relays = [link.name for link in s.chain if link.role == "relay" and link.name is not None]
        hits += _matched(g.relays, relays, same_name)
        predicted, gold = predicted + len(relays), gold + len(g.relays)
    counts["relays"] = (hits, predicted, gold)
    for name, wanted, got in (
        ("denial", lambda g: g.denial, lambda s: bool(s.denial)),
        ("rejected", lambda g: g.rejected, lambda s: s.polarity == "rejected"),
    ):
        counts[name] = (sum(wanted(g) and got(s) for g, s in pairs), sum(got(s) for _, s in pairs), sum(wanted(g) for g, _ in pairs))
    counts["statements"] = (len(pairs), len(statements), len(item.statements))
    named = [(g, s) for g, s in pairs if g.speaker is not None]
    counts["speaker"] = (sum(same_name(g.speaker, s.speaker.name) for g, s in named), len(named), len(named))
    return counts


def _matched(gold: Iterable[str], predicted: Iterable[str], same_name: Callable[[str | None, str | None], bool]) -> int:
    left = list(predicted)
    hits = 0
    for name in gold:
        match = next((p for p in left if same_name(name, p)), None)
        if match is not None:
            left.remove(match)
            hits += 1
    return hits
