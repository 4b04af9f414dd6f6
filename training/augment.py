"""Variants of training articles: other names, other quotation marks, relays and headings that their corpus lacks."""

from __future__ import annotations

import random
import re

from corpora import Article, edit
from sayso.reading.layout import find_paragraphs
from sayso.reading.quotation import find_quotations

STYLES = (("“", "”"), ('"', '"'), ("‘", "’"), ("'", "'"), ("“", '"'), ('"', "”"), ("„", "“"), ("«", "»"))
RELAYS = (
    "TASS", "RIA Novosti", "Interfax", "Xinhua", "AFP", "Reuters", "AP", "the AP", "DPA", "ANSA", "Kyodo", "Yonhap", "PTI", "Anadolu",
    "IRNA", "SANA", "NNA", "KUNA", "EFE", "the agency", "the newspaper", "the BBC", "state television", "local media", "Al Jazeera",
)  # fmt: skip
RELAY_VERBS = ("reports", "reported", "reports", "has reported", "writes", "said in a report", "wrote")
_NAME = re.compile(r"\b(?:Trump|Clinton|Obama|Sanders|Cruz|Rubio|Kasich|Bush|Pence|Kaine|Ryan|McConnell|Christie|Warren|Biden|Comey)\b")


class Augmenter:
    """Makes a random variant of an article.

    Args:
        surnames: names to put in the place of those that fill a corpus of one election.
        titles: lines to put in as headings.
        seed: of the random choices.
    """

    def __init__(self, surnames: list[str], titles: list[str], seed: int) -> None:
        self.surnames = surnames
        self.titles = titles
        self.random = random.Random(seed)

    def vary(self, article: Article) -> Article:
        """A variant with spans that moved along."""
        if self.random.random() < 0.5:
            article = self._rename(article)
        if article.relays is None:
            article = self._relay(article)
        if article.headings is None and self.random.random() < 0.25:
            article = self._head(article)
        if self.random.random() < 0.4:
            article = self._requote(article)
        return article

    def _rename(self, article: Article) -> Article:
        new: dict[str, str] = {}
        changes = []
        for match in _NAME.finditer(article.text):
            name = new.setdefault(match[0], self.random.choice(self.surnames))
            changes.append((*match.span(), name))
        return edit(article, changes)

    def _relay(self, article: Article) -> Article:
        """Put ", TASS reports" after some attributions that end their sentence with source and cue."""
        changes: list[tuple[int, int, str]] = []
        relays = []
        for gold in article.attributions:
            if not gold.cue or not gold.source or self.random.random() > 0.2:
                continue
            end = max(b for _, b in gold.cue + gold.source)
            if max(b for _, b in gold.content) > end or article.text[end : end + 1] != "." or any(c[0] == end for c in changes):
                continue
            if article.text[min(gold.cue)[0] : max(gold.cue)[1]].lower().startswith("according"):
                continue
            relay = self.random.choice(RELAYS)
            changes.append((end, end, f", {relay} {self.random.choice(RELAY_VERBS)}"))
            relays.append((end, relay))
        varied = edit(article, changes)
        # A corpus that marks no relays says nothing of the other words: only the inserted ones are labelled.
        varied.inserted_relays = []
        grown = 0
        inserted = dict(relays)
        for start, _, new in sorted(changes):
            at = start + grown + 2
            varied.inserted_relays.append((at, at + len(inserted[start])))
            grown += len(new)
        return varied

    def _head(self, article: Article) -> Article:
        """Put headings between paragraphs; their own words are not learned from, what follows them is."""
        places = [m.end() for m in re.finditer(r"\n\s*\n", article.text)] or [m.end() for m in re.finditer(r"\n", article.text)]
        if not places:
            return article
        inside = [(a, b) for g in article.attributions for spans in (g.source, g.cue, g.content) for a, b in spans]
        places = [p for p in places if not any(a < p < b for a, b in inside)]
        chosen = sorted(self.random.sample(places, min(len(places), self.random.choice((1, 1, 2)))))
        changes, masked, grown = [], [], 0
        for place in chosen:
            title = self.random.choice(self.titles)
            changes.append((place, place, title + "\n\n"))
            masked.append((place + grown, place + grown + len(title)))
            grown += len(title) + 2
        varied = edit(article, changes)
        varied.masked = varied.masked + masked
        return varied

    def _requote(self, article: Article) -> Article:
        """Write the outer quotations in another style of marks."""
        opening, closing = self.random.choice(STYLES)
        changes = []
        paragraphs = [(p.start, p.end) for p in find_paragraphs(article.text)]
        for quotation in find_quotations(article.text, paragraphs):
            if quotation.depth == 0:
                changes.append((*quotation.opening, opening))
                if quotation.closed:
                    changes.append((*quotation.closing, closing))
        return edit(article, changes)
