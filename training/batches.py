"""Windows of encoded articles, collated into tensors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from encode import IGNORED, Encoded
from model import Pairs
from sayso.reading.attributions import CANDIDATES, CHOICES, FEATURES, candidate_pairs, pair_features
from sayso.reading.layout import Layout

LENGTH = 384
CLS, SEP = 101, 102


@dataclass
class Batch:
    """``places`` are [words, 2], window and first wordpiece; ``bio``, ``type`` and ``heading`` label these words."""

    pieces: Tensor
    traits: Tensor
    mask: Tensor
    places: Tensor
    bio: Tensor
    type: Tensor
    heading: Tensor
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
    places, bio, types, heading = [], [], [], []
    tables: list[list[dict[str, np.ndarray]]] = [[] for _ in CHOICES]
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
        bio.append(article.bio[first:last])
        types.append(article.type[first:last])
        heading.append(article.heading[first:last])
        layout = Layout(article.layout.sentence[first:last], article.layout.paragraph[first:last], article.layout.depth[first:last])
        inside = [np.flatnonzero((s[:, 0] >= first) & (s[:, 1] < last)) for s in article.spans]
        for choice, (dep, head) in enumerate(CHOICES):
            known = inside[dep][article.chosen[choice][inside[dep]] != IGNORED]
            choosers, heads = article.spans[dep][known] - first, article.spans[head][inside[head]] - first
            where = {int(h): i for i, h in enumerate(inside[head])}
            golds = np.array([-1 if g < 0 else where.get(int(g), -2) for g in article.chosen[choice][known]], dtype=np.int64)
            keep = golds != -2
            choosers, golds = choosers[keep], golds[keep]
            if not len(choosers):
                continue
            pairs = candidate_pairs(choosers, heads)
            features = pair_features(choosers, heads, layout, pairs) if len(pairs) else np.zeros((0, len(FEATURES)), dtype=np.int64)
            tables[choice].append(
                {
                    "dep": np.concatenate([np.full((len(pairs), 1), row), at[choosers[pairs[:, 0]]]], 1),
                    "head": np.concatenate([np.full((len(pairs), 1), row), at[heads[pairs[:, 1]]]], 1)
                    if len(pairs)
                    else np.zeros((0, 3), np.int64),
                    "features": features,
                    "chooser": pairs[:, 0],
                    "is_gold": golds[pairs[:, 0]] == pairs[:, 1],
                    "none": golds == -1,
                    "alone": np.concatenate([np.full((len(choosers), 1), row), at[choosers]], 1),
                }
            )
    return Batch(
        torch.from_numpy(pieces), torch.from_numpy(traits), torch.from_numpy(mask),
        torch.from_numpy(np.concatenate(places)), torch.from_numpy(np.concatenate(bio)),
        torch.from_numpy(np.concatenate(types)), torch.from_numpy(np.concatenate(heading)),
        [_join(table) for table in tables],
    )  # fmt: skip


def _join(tables: list[dict[str, np.ndarray]]) -> Pairs:
    dep, head, features, column, row, alone, gold = [], [], [], [], [], [], []
    count = 0
    for table in tables:
        choosers = len(table["alone"])
        place = np.zeros(len(table["chooser"]), dtype=np.int64)
        seen: dict[int, int] = {}
        wanted = np.full(choosers, IGNORED, dtype=np.int64)
        wanted[table["none"]] = CANDIDATES
        for i, chooser in enumerate(table["chooser"].tolist()):
            place[i] = seen.get(chooser, 0)
            seen[chooser] = place[i] + 1
            if table["is_gold"][i]:
                wanted[chooser] = place[i]
        dep.append(table["dep"])
        head.append(table["head"])
        features.append(table["features"])
        row.append(table["chooser"] + count)
        column.append(place)
        alone.append(table["alone"])
        gold.append(wanted)
        count += choosers

    def tensor(arrays: list[np.ndarray], width: int | None) -> Tensor:
        empty = np.zeros((0, width) if width else 0, dtype=np.int64)
        return torch.from_numpy(np.concatenate([empty, *arrays]).astype(np.int64))

    return Pairs(
        tensor(dep, 3),
        tensor(head, 3),
        tensor(features, len(FEATURES)),
        tensor(row, None),
        tensor(column, None),
        tensor(alone, 3),
        tensor(gold, None),
    )
