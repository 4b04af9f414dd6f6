"""Choose how the judge's shares are weighed, and how scores follow from them.

    python training/fit_rule.py benchmarks/world src/sayso/encoder/weights

The judge learns from stories of which many pairs are related; among all statements of a ledger few are. The weights of nothing and of the
verdicts are those that do best on the story lines of ``benchmarks/world`` that may be looked at, and the scores are fitted to how often
the relations that are found there are right (logistic regression; Platt, 1999).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

from relations import FAMILIES, Corpus, f1, given, read_corpus, related, tallies
from sayso.linking.judge import VERDICTS, Verdict
from sayso.linking.linker import Linker
from sayso.linking.relations import Rule
from sayso.linking.sayings import Said

OPEN = ["01", "02", "03", "05", "06", "09", "11", "13", "17", "18"]
_STEPS = (0.5, 0.7, 1.4, 2.0)
_BOUNDS = (0.5, 2.0)  # of the weights but that of nothing: so few relations tell little of each kind
_GAIN = 0.4  # points by which a change of one weight must be better


def value(corpus: Corpus, said: dict[str, Said], verdicts: list[Verdict], weights: list[float]) -> float:
    """The mean of the families' F1, in percent, "any" counting twice."""
    found = given(related(said, verdicts, Rule(tuple(weights))))
    scores = {family: f1(tallies(corpus, found, family).values()) for family in FAMILIES}
    return (sum(scores.values()) + scores["any"]) / (len(scores) + 1)


def choose(corpus: Corpus, said: dict[str, Said], verdicts: list[Verdict]) -> list[float]:
    """Weights, by changing one at a time for as long as that is better."""
    weights = [1.0] * len(VERDICTS)
    best = max((value(corpus, said, verdicts, [none, *weights[1:]]), none) for none in (1, 2, 3, 5, 8, 12, 20))
    weights[0] = best[1]
    now = best[0]
    groups = [(0,), (1,), (2,), (3,), (4, 5), (6,), (7,)]
    changed = True
    while changed:
        changed = False
        for group in groups:
            for step in _STEPS:
                tried = [weight * step if i in group else weight for i, weight in enumerate(weights)]
                if any(not _BOUNDS[0] <= weight <= _BOUNDS[1] for weight in tried[1:]):
                    continue
                if (then := value(corpus, said, verdicts, tried)) > now + _GAIN:
                    weights, now, changed = tried, then, True
    return [round(weight, 3) for weight in weights]


def fit_scale(corpus: Corpus, said: dict[str, Said], verdicts: list[Verdict], weights: list[float]) -> tuple[float, float]:
    """Slope and bias from the log-odds of shares to those of being right."""
    rule = Rule(tuple(weights))
    pairs = [(one.score, one.relation in corpus.gold.get(frozenset((one.a, one.b)), set())) for one in related(said, verdicts, rule)]
    shares, right = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    odds = np.log(np.clip(shares, 1e-3, 1 - 1e-3) / (1 - np.clip(shares, 1e-3, 1 - 1e-3)))
    slope, bias = 1.0, 0.0
    for _ in range(3000):
        wrong = 1 / (1 + np.exp(-(slope * odds + bias))) - right
        slope -= 0.1 * float((wrong * odds).mean())
        bias -= 0.1 * float(wrong.mean())
    return round(slope, 3), round(bias, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("weights", type=Path, help="folder of judge.onnx; judge.json is written there")
    arguments = parser.parse_args()
    place = arguments.weights / "judge.json"
    if not place.exists():
        place.write_text(json.dumps({"weights": [1] * len(VERDICTS), "scale": [1, 0]}))
    corpus = read_corpus(arguments.folder, OPEN)
    linker = Linker(arguments.weights)
    sayings = linker.sayings(corpus.records)
    verdicts = linker.verdicts(sayings)
    said = {saying.said.id: saying.said for saying in sayings}
    weights = choose(corpus, said, verdicts)
    found = given(related(said, verdicts, Rule(tuple(weights))))
    for family in FAMILIES:
        right, got, want = (sum(column) for column in zip(*tallies(corpus, found, family).values(), strict=True))
        print(f"{family:16} P {100 * right / max(got, 1):5.1f}  R {100 * right / want:5.1f}  F1 {f1([(right, got, want)]):5.1f}  of {want}")
    scale = fit_scale(corpus, said, verdicts, weights)
    place.write_text(json.dumps({"weights": weights, "scale": scale}) + "\n")
    print(place.read_text())


if __name__ == "__main__":
    main()
