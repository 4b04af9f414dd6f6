"""Annotated articles as labels for each word, and as the choices that tie spans together."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from corpora import TYPES, UNKNOWN, Article, Gold, Span
from sayso.encoder.tokens import Ints, Words
from sayso.reading.attributions import CONTENT, CUE, NAME, RELAY, SOURCE
from sayso.reading.layout import Layout, Paragraph, find_paragraphs
from sayso.reading.mentions import NAME_TYPES, Mention, Mentions, mention, surroundings
from sayso.reading.tagger import ROLES, see

IGNORED = -100
WordSpan = tuple[int, int]


@dataclass
class Encoded:
    """One article, ready for windows to be cut from it.

    Attributes:
        bio: int64 [words, ROLES], 0 outside, 1 begins, 2 goes on.
        type: int64 [words], index into ``TYPES`` within a source whose type is marked.
        name: int64 [words], index into ``NAME_TYPES`` within a name.
        heading: int64 [words], 1 in a heading.
        rejected: int64 [words], within a cue, 1 where it rejects the content.
        denial: int64 [words], within a content, 1 where the statement rejects a claim.
        female: int64 [words], within a person's name, 1 for a woman's.
        nested: int64 [words], within a content, 1 in the cue of a statement that it reports in its turn.
        time: int64 [words], 0 outside of a time expression, 1 where one begins, 2 where it goes on.
        quantity: int64 [words], 1 in the number of a quantity.
        narrated: int64 [words], 1 in a sentence that reports a fact in the outlet's own voice, 0 in one that doesn't.
        spans: for each of source, cue, content, relay, int64 [n, 2] first and last word, in order.
        chosen: for each of the choices among them, int64 [choosers]: the head's index, -1 for none, IGNORED if unknown.
        choosers: the mentions that refer to something, and ``chooser_entities`` int64 [n] to what.
        named_elsewhere: bool [n], whether any other mention of the article stands for the same.
        mentions: those that may be chosen, and ``mention_entities`` int64 [m] what they stand for.
    """

    words: Words
    layout: Layout
    bio: Ints
    type: Ints
    name: Ints
    heading: Ints
    rejected: Ints
    denial: Ints
    female: Ints
    nested: Ints
    time: Ints
    quantity: Ints
    narrated: Ints
    spans: list[Ints]
    chosen: list[Ints]
    choosers: Mentions
    chooser_entities: Ints
    named_elsewhere: npt.NDArray[np.bool_]
    mentions: Mentions
    mention_entities: Ints


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

    bio = np.zeros((count, ROLES), dtype=np.int64)
    types = np.full(count, IGNORED, dtype=np.int64)
    names = np.full(count, IGNORED, dtype=np.int64)
    rejected = np.full(count, IGNORED, dtype=np.int64)
    denial = np.full(count, IGNORED, dtype=np.int64)
    female = np.full(count, IGNORED, dtype=np.int64)
    nested = np.full(count, IGNORED, dtype=np.int64)
    found: list[dict[tuple[int, int], None]] = [{}, {}, {}, {}, {}]

    def put(role: int, spans: list[Span]) -> list[tuple[int, int]]:
        placed = []
        for span in sorted(spans):
            for piece in _pieces(span, paragraphs) if role == CONTENT else [span]:
                at = covered(piece)
                if at is None:
                    continue
                if at in found[role]:
                    placed.append(at)
                    continue
                if bio[at[0] : at[1] + 1, role].any():
                    continue
                bio[at[0], role] = 1
                bio[at[0] + 1 : at[1] + 1, role] = 2
                found[role][at] = None
                placed.append(at)
        return placed

    def letters_of(at: tuple[int, int]) -> str:
        return article.text[words.start[at[0]] : words.end[at[1]]]

    ties: list[tuple[list[WordSpan], list[WordSpan], list[WordSpan], list[WordSpan]]] = []
    referring: dict[WordSpan, int] = {}
    standing: dict[WordSpan, tuple[int, int]] = {}
    for gold in sorted(article.attributions, key=_place):
        source, cue, content = put(SOURCE, gold.source), put(CUE, gold.cue), put(CONTENT, gold.content)
        ties.append((source, cue, content, put(RELAY, gold.relays) if article.relays is not None else []))
        for at in source[:1]:
            standing.setdefault(at, (-1, gold.entity))
            if gold.entity != UNKNOWN:
                referring.setdefault(at, gold.entity)
        if gold.rejected is not None:
            for a, b in cue:
                rejected[a : b + 1] = gold.rejected
        if gold.denial is not None:
            for a, b in content:
                denial[a : b + 1] = gold.denial
        if gold.type is not None:
            for a, b in source:
                types[a : b + 1] = TYPES.index(gold.type)
    if article.relays is None:
        put(RELAY, article.inserted_relays)
        bio[bio[:, RELAY] == 0, RELAY] = IGNORED
    else:
        put(RELAY, article.relays)
    for m in article.mentions:
        if m.type is None:
            if (at := covered(m.span)) is not None:
                referring.setdefault(at, m.entity)
            continue
        for at in put(NAME, [m.span]):
            kind = NAME_TYPES.index("document" if m.type == "work" else m.type)  # type: ignore[arg-type]
            names[at[0] : at[1] + 1] = kind
            if m.female is not None:
                female[at[0] : at[1] + 1] = m.female
            standing[at] = (kind, m.entity)
    if article.only_mentions:
        bio[:, [SOURCE, CUE, CONTENT, RELAY]] = IGNORED
    if article.nested is not None:
        nested[bio[:, CONTENT] > 0] = 0
        for span in article.nested:
            if (at := covered(span)) is not None:
                nested[at[0] : at[1] + 1] = 1
    time = np.full(count, IGNORED, dtype=np.int64)
    quantity = np.full(count, IGNORED, dtype=np.int64)
    narrated = np.full(count, IGNORED, dtype=np.int64)
    if article.times is not None:
        time[:] = 0
        for span in article.unsure:
            time[(words.start < span[1]) & (words.end > span[0])] = IGNORED
        for span in article.times:
            if (at := covered(span)) is not None:
                time[at[0] : at[1] + 1] = [1, *[2] * (at[1] - at[0])]
    if article.quantities is not None:
        quantity[:] = 0
        for span in article.quantities:
            if (at := covered(span)) is not None:
                quantity[at[0] : at[1] + 1] = 1
    if article.narrated is not None:
        narrated[(bio[:, [SOURCE, CUE, CONTENT]] > 0).any(1)] = 0
        for spans_of, verdict in ((article.narrated, 1), (article.unnarrated, 0)):
            for a, b in spans_of:
                narrated[(words.start >= a) & (words.end <= b)] = verdict
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
    relay_cue = np.full(len(order[RELAY]), IGNORED, dtype=np.int64)
    for source, cue, content, relays in ties:
        for relay in relays:
            if cue:
                relay_cue[index[RELAY][relay]] = index[CUE][cue[0]]
        if cue:
            cue_source[index[CUE][cue[0]]] = index[SOURCE][source[0]] if source else -1
        for piece in content:
            content_cue[index[CONTENT][piece]] = index[CUE][cue[0]] if cue else -1
            content_source[index[CONTENT][piece]] = index[SOURCE][source[0]] if source else -1
    spans = [np.array(o, dtype=np.int64).reshape(-1, 2) for o in order[:NAME]]

    def mentioned(at: WordSpan, kind: int) -> Mention:
        return mention(letters_of(at), at, kind, surroundings(article.text, words.start, words.end, at))

    choosers = Mentions([mentioned(at, -1) for at in referring])
    mentions = Mentions([mentioned(at, kind) for at, (kind, _) in standing.items()])

    def elsewhere(span: WordSpan) -> bool:
        entity = referring[span]
        return entity >= 0 and any(e == entity and at != span for at, (_, e) in standing.items())

    return Encoded(
        words, layout, bio, types, names, heading, rejected, denial, female, nested, time, quantity, narrated, spans,
        [cue_source, content_cue, content_source, relay_cue],
        choosers, np.array([referring[m.span] for m in choosers.all], dtype=np.int64),
        np.array([elsewhere(m.span) for m in choosers.all], dtype=bool),
        mentions, np.array([standing[m.span][1] for m in mentions.all], dtype=np.int64),
    )  # fmt: skip


def _place(gold: Gold) -> int:
    return min(a for a, _ in itertools.chain(gold.source, gold.cue, gold.content))


def _pieces(span: Span, paragraphs: list[Paragraph]) -> list[Span]:
    """A span's pieces in each paragraph."""
    return [(max(span[0], p.start), min(span[1], p.end)) for p in paragraphs if p.start < span[1] and p.end > span[0]]
