"""Windows of encoded articles, collated into tensors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from encode import IGNORED, Encoded
from model import Pairs
from sayso.reading.attributions import CHOICES, CHOOSABLE, FEATURES, REFERENCE, candidate_pairs, pair_features
from sayso.reading.layout import Layout
from sayso.reading.mentions import Mentions, reference_features, referent_pairs

LENGTH = 384
LABELLED = ("bio", "type", "name", "heading", "rejected", "denial", "female", "nested", "time", "quantity", "narrated")
CLS, SEP = 101, 102


@dataclass
class Batch:
    """``places`` are [words, 2], window and first wordpiece; the others but ``pairs`` label these words."""

    pieces: Tensor
    traits: Tensor
    mask: Tensor
    places: Tensor
    bio: Tensor
    type: Tensor
    name: Tensor
    heading: Tensor
    rejected: Tensor
    denial: Tensor
    female: Tensor
    nested: Tensor
    time: Tensor
    quantity: Tensor
    narrated: Tensor
    pairs: list[Pairs]


def cut(article: Encoded, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Windows of words [first, last) that cover an article, with random seams."""
    bounds = np.append(article.words.first, len(article.words.pieces))
    size = LENGTH - 2
    windows = []
    at = 0
    while at < len(article.words):
        reach = size if at or len(article.words.pieces) <= size else int(rng.integers(size // 2, size + 1))
        stop = max(int(np.searchsorted(bounds, bounds[at] + reach, side="right")) - 1, at + 1)
        stop = min(stop, len(article.words))
        if len(article.words) - stop < 24:
            stop = len(article.words)
            at = max(at, int(np.searchsorted(bounds, bounds[stop] - size)))
        windows.append((at, stop))
        if stop == len(article.words):
            break
        overlap = int(rng.integers(0, 48))
        at = max(at + 1, int(np.searchsorted(bounds, bounds[stop] - overlap)))
    return windows


def collate(windows: list[tuple[Encoded, int, int]]) -> Batch:
    """One batch of windows, padded to ``LENGTH``."""
    count = len(windows)
    pieces = np.zeros((count, LENGTH), dtype=np.int64)
    traits = np.zeros((count, LENGTH), dtype=np.int64)
    mask = np.zeros((count, LENGTH), dtype=np.int64)
    places: list[np.ndarray] = []
    labels: dict[str, list[np.ndarray]] = {name: [] for name in LABELLED}
    tables: list[list[_Table]] = [[] for _ in CHOICES]
    for row, (article, first, last) in enumerate(windows):
        words = article.words
        bounds = np.append(words.first, len(words.pieces))
        low, high = bounds[first], bounds[last]
        high = min(high, low + LENGTH - 2)
        ids = words.pieces[low:high]
        lengths = np.diff(bounds[first : last + 1])
        pieces[row, 0], pieces[row, len(ids) + 1] = CLS, SEP
        pieces[row, 1 : len(ids) + 1] = ids
        traits[row, 1 : len(ids) + 1] = np.repeat(words.traits[first:last], lengths)[: len(ids)]
        mask[row, : len(ids) + 2] = 1
        at = bounds[first:last] - low + 1
        fits = at < LENGTH - 1
        at = at[fits]
        last = first + len(at)
        places.append(np.stack([np.full(len(at), row), at], 1))
        for name, parts in labels.items():
            parts.append(getattr(article, name)[first:last])
        layout = Layout(article.layout.sentence[first:last], article.layout.paragraph[first:last], article.layout.depth[first:last])
        inside = [np.flatnonzero((s[:, 0] >= first) & (s[:, 1] < last)) for s in article.spans]
        for choice, (dep, head) in enumerate(CHOICES[:REFERENCE]):
            known = inside[dep][article.chosen[choice][inside[dep]] != IGNORED]
            choosers, heads = article.spans[dep][known] - first, article.spans[head][inside[head]] - first
            where = {int(h): i for i, h in enumerate(inside[head])}
            golds = np.array([-1 if g < 0 else where.get(int(g), -2) for g in article.chosen[choice][known]], dtype=np.int64)
            keep = golds != -2
            choosers, golds = choosers[keep], golds[keep]
            pairs = candidate_pairs(choosers, heads)
            features = pair_features(choosers, heads, layout, pairs) if len(pairs) else None
            right = golds[pairs[:, 0]] == pairs[:, 1]
            tables[choice].append(_Table(row, at[choosers], at[heads], pairs, features, right, golds == -1))
        own, others = _between(article.choosers, first, last), _between(article.mentions, first, last)
        if len(own):
            entity = article.chooser_entities[_places(article.choosers, first, last)]
            stands = article.mention_entities[_places(article.mentions, first, last)]
            pairs = referent_pairs(own.spans, others.spans)
            features = reference_features(own, others, layout, pairs) if len(pairs) else None
            right = (entity[pairs[:, 0]] == stands[pairs[:, 1]]) & (entity[pairs[:, 0]] >= 0)
            # What is named elsewhere in the article, but not in this window, is neither none nor any of these.
            none = ~article.named_elsewhere[_places(article.choosers, first, last)]
            none[pairs[right, 0]] = False
            tables[REFERENCE].append(_Table(row, at[own.spans], at[others.spans], pairs, features, right, none))
    return Batch(
        torch.from_numpy(pieces),
        torch.from_numpy(traits),
        torch.from_numpy(mask),
        torch.from_numpy(np.concatenate(places)),
        **{name: torch.from_numpy(np.concatenate(parts)) for name, parts in labels.items()},
        pairs=[_join(choice, some) for choice, some in enumerate(tables)],
    )


@dataclass
class _Table:
    """The pairs of one choice in one window; places are wordpieces."""

    row: int
    choosers: np.ndarray
    heads: np.ndarray
    pairs: np.ndarray
    features: np.ndarray | None
    right: np.ndarray
    none: np.ndarray


def _places(mentions: Mentions, first: int, last: int) -> np.ndarray:
    spans = mentions.spans
    return np.flatnonzero((spans[:, 0] >= first) & (spans[:, 1] < last))


def _between(mentions: Mentions, first: int, last: int) -> Mentions:
    """The mentions of a window, counted from its start."""
    inside = [mentions.all[i] for i in _places(mentions, first, last)]
    return Mentions([replace(m, span=(m.span[0] - first, m.span[1] - first)) for m in inside])


def _join(choice: int, tables: list[_Table]) -> Pairs:
    dep, head, features, column, row, alone, right = [], [], [], [], [], [], []
    count = 0
    for table in tables:
        choosers = len(table.choosers)
        if not choosers:
            continue
        window = np.full((len(table.pairs), 1), table.row)
        place = np.arange(len(table.pairs)) - np.searchsorted(table.pairs[:, 0], table.pairs[:, 0])
        golds = np.zeros((choosers, CHOOSABLE[choice] + 1), dtype=bool)
        golds[table.pairs[:, 0], place] = table.right
        golds[:, -1] = table.none
        if table.features is not None:
            dep.append(np.concatenate([window, table.choosers[table.pairs[:, 0]]], 1))
            head.append(np.concatenate([window, table.heads[table.pairs[:, 1]]], 1))
            features.append(table.features)
            row.append(table.pairs[:, 0] + count)
            column.append(place)
        alone.append(np.concatenate([np.full((choosers, 1), table.row), table.choosers], 1))
        right.append(golds)
        count += choosers

    def tensor(arrays: list[np.ndarray], width: int | None) -> Tensor:
        empty = np.zeros((0, width) if width else 0, dtype=np.int64)
        return torch.from_numpy(np.concatenate([empty, *arrays]).astype(np.int64))

    return Pairs(
        tensor(dep, 3),
        tensor(head, 3),
        tensor(features, len(FEATURES[choice])),
        tensor(row, None),
        tensor(column, None),
        tensor(alone, 3),
        torch.from_numpy(np.concatenate([np.zeros((0, CHOOSABLE[choice] + 1), dtype=bool), *right])),
    )
