"""Annotated articles as labels for each word, and as the choices that tie spans together."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from corpora import TYPES, Article, Gold, Span
from sayso.encoder.tokens import Ints, Words
from sayso.reading.attributions import CONTENT, CUE, RELAY, SOURCE
from sayso.reading.layout import Layout, Paragraph, find_paragraphs
from sayso.reading.tagger import see

IGNORED = -100


@dataclass
class Encoded:
    """One article, ready for windows to be cut from it.

    Attributes:
        bio: int64 [words, 4], 0 outside, 1 begins, 2 goes on, for source, cue, content, relay.
        type: int64 [words], index into ``TYPES`` within a source whose type is marked.
        heading: int64 [words], 1 in a heading.
        spans: for each of source, cue, content, int64 [n, 2] first and last word, in order.
        chosen: for each of the three choices, int64 [choosers]: the head's index, -1 for none, IGNORED if unknown.
    """

    words: Words
    layout: Layout
    bio: Ints
    type: Ints
    heading: Ints
    spans: list[Ints]
    chosen: list[Ints]


def encode(article: Article, tokenizer: Tokenizer) -> Encoded:
    """Label an article's words."""
    seen = see(article.text, tokenizer)
    words, layout = seen.words, seen.layout
    paragraphs = find_paragraphs(article.text)
    count = len(words)
    letters = np.array([any(c.isalnum() for c in article.text[a:b]) for a, b in zip(words.start, words.end, strict=True)], dtype=bool)

    def covered(span: Span) -> tuple[int, int] | None:
        first = int(np.searchsorted(words.end, span[0], side="right"))
        last = int(np.searchsorted(words.start, span[1])) - 1
        if last < first:
            return None
        a, b = first, last
        while a <= b and not letters[a]:
            a += 1
        while b >= a and not letters[b]:
            b -= 1
        return (a, b) if a <= b else (first, last)

    bio = np.zeros((count, 4), dtype=np.int64)
    types = np.full(count, IGNORED, dtype=np.int64)
    found: list[dict[tuple[int, int], None]] = [{}, {}, {}]

    def put(role: int, spans: list[Span]) -> list[tuple[int, int]]:
        placed = []
        for span in sorted(spans):
            for piece in _pieces(span, paragraphs) if role == CONTENT else [span]:
                at = covered(piece)
                if at is None:
                    continue
                if role < 3 and at in found[role]:
                    placed.append(at)
                    continue
                if bio[at[0] : at[1] + 1, role].any():
                    continue
                bio[at[0], role] = 1
                bio[at[0] + 1 : at[1] + 1, role] = 2
                if role < 3:
                    found[role][at] = None
                placed.append(at)
        return placed

    ties: list[tuple[list[tuple[int, int]], list[tuple[int, int]], list[tuple[int, int]]]] = []
    for gold in sorted(article.attributions, key=_place):
        source, cue, content = put(SOURCE, gold.source), put(CUE, gold.cue), put(CONTENT, gold.content)
        ties.append((source, cue, content))
        if gold.type is not None:
            for a, b in source:
                types[a : b + 1] = TYPES.index(gold.type)
    if article.relays is None:
        put(RELAY, article.inserted_relays)
        bio[bio[:, RELAY] == 0, RELAY] = IGNORED
    else:
        put(RELAY, article.relays)
    heading = np.full(count, IGNORED, dtype=np.int64)
    if article.headings is not None:
        heading[:] = 0
        for a, b in article.headings:
            heading[(words.start >= a) & (words.end <= b)] = 1
    for a, b in article.masked:
        bio[(words.start >= a) & (words.end <= b), :] = IGNORED

    order = [sorted(spans) for spans in found]
    index = [{span: i for i, span in enumerate(spans)} for spans in order]
    cue_source = np.full(len(order[CUE]), IGNORED, dtype=np.int64)
    content_cue = np.full(len(order[CONTENT]), IGNORED, dtype=np.int64)
    content_source = np.full(len(order[CONTENT]), IGNORED, dtype=np.int64)
    for source, cue, content in ties:
        if cue:
            cue_source[index[CUE][cue[0]]] = index[SOURCE][source[0]] if source else -1
        for piece in content:
            content_cue[index[CONTENT][piece]] = index[CUE][cue[0]] if cue else -1
            content_source[index[CONTENT][piece]] = index[SOURCE][source[0]] if source else -1
    spans = [np.array(o, dtype=np.int64).reshape(-1, 2) for o in order]
    return Encoded(words, layout, bio, types, heading, spans, [cue_source, content_cue, content_source])


def _place(gold: Gold) -> int:
    return min(a for a, _ in itertools.chain(gold.source, gold.cue, gold.content))


def _pieces(span: Span, paragraphs: list[Paragraph]) -> list[Span]:
    """A span's pieces in each paragraph."""
    return [(max(span[0], p.start), min(span[1], p.end)) for p in paragraphs if p.start < span[1] and p.end > span[0]]
