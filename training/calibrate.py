"""Fit the reader's confidence to articles that the network was not fitted to.

    python training/calibrate.py build/reader src/sayso/encoder/weights --polnear ../shared/data/polnear/train

Reads the kept articles (``split.json`` of the training run) with the exported weights, marks each attribution found as
right or wrong, and fits a logistic regression over its signs, in ``confidence.json``. Also chosen there: the confidence
below which the reader leaves an attribution out, from F1 on the same articles.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corpora import Article, Span, read_marked_folder, read_polnear
from sayso.encoder.sessions import EncoderSession
from sayso.encoder.tokens import load_tokenizer
from sayso.reading.attributions import SIGNS, Scorers, WordSpan, find_attributions
from sayso.reading.tagger import see, tag


def letters(text: str, spans: Sequence[Span]) -> frozenset[int]:
    """Offsets of the letters and digits in spans of a text."""
    return frozenset(i for a, b in spans for i in range(a, b) if text[i].isalnum())


def judged(article: Article, weights: Path, session: EncoderSession, scorers: Scorers) -> tuple[list[list[float]], list[bool], int]:
    """The signs of each attribution found in an article, whether it is right, and how many there should be."""
    text = article.text
    sight = see(text, load_tokenizer(weights / "tokenizer.json"))
    found = find_attributions(sight, tag(sight.words, session), scorers)

    def offsets(span: WordSpan) -> Span:
        return int(sight.words.start[span[0]]), int(sight.words.end[span[1]])

    gold = [(letters(text, g.content), letters(text, g.source)) for g in article.attributions]
    have = [(letters(text, [offsets(p) for p in f.content]), letters(text, [offsets(f.source)] if f.source else [])) for f in found]
    ranked = []
    for i, (content, source) in enumerate(gold):
        for j, (words, speaker) in enumerate(have):
            share = len(content & words) / max(len(content | words), 1)
            if share >= 0.5 and (source & speaker or not (source or speaker)):
                ranked.append((-share, i, j))
    used: set[int] = set()
    right: set[int] = set()
    for _, i, j in sorted(ranked):
        if i not in used and j not in right:
            used.add(i)
            right.add(j)
    return [f.signs for f in found], [j in right for j in range(len(found))], len(gold)


def fit(signs: np.ndarray, right: np.ndarray, ridge: float = 1.0) -> dict[str, object]:
    """Logistic regression by Newton's method, with a ridge on standardized signs."""
    mean, scale = signs.mean(0), np.maximum(signs.std(0), 1e-3)
    x = np.concatenate([np.clip((signs - mean) / scale, -6, 6), np.ones((len(signs), 1))], 1)
    weights = np.zeros(x.shape[1])
    penalty = np.diag([ridge] * (x.shape[1] - 1) + [0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ weights)))
        gradient = x.T @ (p - right) + penalty @ weights
        hessian = (x * (p * (1 - p))[:, None]).T @ x + penalty
        weights -= np.linalg.solve(hessian, gradient)
    return {
        "signs": list(SIGNS),
        "mean": [round(float(v), 5) for v in mean],
        "scale": [round(float(v), 5) for v in scale],
        "weights": [round(float(v), 5) for v in weights[:-1]],
        "bias": round(float(weights[-1]), 5),
    }


def best_threshold(confidence: np.ndarray, right: np.ndarray, gold: int) -> float:
    """The highest confidence to ask for that costs no more than a fifth of a point of the best F1.

    F1 is nearly flat around its best: of thresholds that are as good, the one that keeps fewest wrong attributions.
    """

    def f1(threshold: float) -> float:
        kept = confidence >= threshold
        return 2 * float(right[kept].sum()) / max(int(kept.sum()) + gold, 1)

    thresholds = [round(float(t), 2) for t in np.arange(0.0, 0.6, 0.02)]
    best = max(map(f1, thresholds))
    return max(t for t in thresholds if f1(t) >= best - 0.002)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--polnear", type=Path, required=True)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--threshold", type=float, help="the least confidence, in place of the best for these articles")
    arguments = parser.parse_args()
    kept = json.loads((arguments.trained / "split.json").read_text())
    articles = [a for a in read_polnear(arguments.polnear) if a.name in set(kept["polnear"])]
    articles += [a for a in read_marked_folder(arguments.articles) if a.name in set(kept["articles"])]
    session, scorers = EncoderSession(2, arguments.weights), Scorers(arguments.weights)
    signs, right, gold = [], [], 0
    for article in articles:
        some, verdicts, count = judged(article, arguments.weights, session, scorers)
        signs += some
        right += verdicts
        gold += count
    x, y = np.array(signs), np.array(right, dtype=float)
    numbers = fit(x, y)
    z = np.clip((x - np.array(numbers["mean"])) / np.array(numbers["scale"]), -6, 6) @ np.array(numbers["weights"]) + numbers["bias"]
    numbers["threshold"] = arguments.threshold or best_threshold(1 / (1 + np.exp(-z)), y, gold)
    (arguments.weights / "confidence.json").write_text(json.dumps(numbers, indent=1) + "\n")
    print(f"{len(articles)} articles, {len(y)} attributions found, {int(y.sum())} right, {gold} in all; threshold {numbers['threshold']}")


if __name__ == "__main__":
    main()
