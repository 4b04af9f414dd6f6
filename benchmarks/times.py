"""Time expressions and their values on TimeBank and AQUAINT, as TempEval-3 scores them (UzZaman et al. 2013).

    PYTHONPATH=training:src .venv/bin/python benchmarks/times.py [--shared ../shared] [--kept] [--peer PYTHON]

Predicted and gold expressions are paired one to one: relaxed, where they overlap; strict, where they are equal. ``value``
is the F1 of relaxed pairs with the same TIMEX3 value, letter for letter; ``accuracy`` is the share of such pairs among
the relaxed. Every other text is for working with; the rest (``--kept``) gives figures only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from time import process_time

from corpora import TimedText, read_timeml
from sayso.reading.times import candidates_in, find_times

Span = tuple[int, int]
Valued = tuple[Span, str | None]
Candidates = Callable[[TimedText], Sequence[Span]]


def own_candidates(text: TimedText) -> list[Span]:
    """What the grammar proposes without a network."""
    return candidates_in(text.text)


def gold_candidates(text: TimedText) -> list[Span]:
    """The annotators' spans: what is then measured are the values alone."""
    return [timex.span for timex in text.times]


def predict(texts: Iterable[TimedText], candidates: Candidates = own_candidates) -> list[list[Valued]]:
    """Spans and values of each text's expressions."""
    return [[(t.span, t.value) for t in find_times(text.text, candidates(text), text.date)] for text in texts]


def pair(gold: Sequence[Valued], found: Sequence[Valued]) -> list[tuple[Valued, Valued]]:
    """Gold and found expressions that overlap, one to one; equal spans first, then in the order of the text."""
    pairs = []
    left = sorted(found)
    unpaired = []
    for item in sorted(gold):
        same = next((f for f in left if f[0] == item[0]), None)
        if same is None:
            unpaired.append(item)
        else:
            left.remove(same)
            pairs.append((item, same))
    for item in unpaired:
        match = next((f for f in left if f[0][0] < item[0][1] and item[0][0] < f[0][1]), None)
        if match is not None:
            left.remove(match)
            pairs.append((item, match))
    return pairs


def measure(texts: Sequence[TimedText], found: Sequence[Sequence[Valued]]) -> dict[str, float]:
    """Precision, recall and F1 of spans, F1 and accuracy of values, in percent."""
    gold_count = found_count = relaxed = strict = value = 0
    for text, ours in zip(texts, found, strict=True):
        gold = [(timex.span, timex.value) for timex in text.times]
        pairs = pair(gold, ours)
        gold_count += len(gold)
        found_count += len(ours)
        relaxed += len(pairs)
        strict += sum(g[0] == f[0] for g, f in pairs)
        value += sum(g[1] == f[1] for g, f in pairs)

    def f1(hits: int) -> float:
        return 200 * hits / max(gold_count + found_count, 1)

    return {
        "precision": 100 * relaxed / max(found_count, 1),
        "recall": 100 * relaxed / max(gold_count, 1),
        "relaxed": f1(relaxed),
        "strict": f1(strict),
        "value": f1(value),
        "accuracy": 100 * value / max(relaxed, 1),
    }


def measure_times(folder: Path, kept: bool = False, candidates: Candidates = own_candidates) -> dict[str, float]:
    """The figures of ``measure`` for the working half of a folder of TimeML, or for the kept one."""
    texts = read_timeml(folder)[1::2] if kept else read_timeml(folder)[::2]
    return measure(texts, predict(texts, candidates))


def peer(python: Path, texts: Sequence[TimedText]) -> tuple[str, list[list[Valued]], float]:
    """What dateparser finds with another Python that has it: its version, spans and values, and the seconds it took."""
    lines = "".join(json.dumps({"text": text.text, "date": text.date}) + "\n" for text in texts)
    script = Path(__file__).with_name("times_peer.py")
    done = subprocess.run([python, script], input=lines, capture_output=True, text=True, check=True)
    first, *rest = done.stdout.splitlines()
    head = json.loads(first)
    return head["version"], [[((s[0], s[1]), v) for s, v in json.loads(line)] for line in rest], head["seconds"]


def show(name: str, figures: dict[str, float]) -> None:
    print(f"{name:28}" + "  ".join(f"{key} {number:5.1f}" for key, number in figures.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with data/time/timeml")
    parser.add_argument("--kept", action="store_true", help="measure on the kept half")
    parser.add_argument("--peer", type=Path, help="a Python with dateparser, to be measured too")
    arguments = parser.parse_args()
    texts = read_timeml(arguments.shared / "data/time/timeml")[1 if arguments.kept else 0 :: 2]
    show("values, spans given", measure(texts, predict(texts, gold_candidates)))
    began = process_time()
    found = predict(texts)
    seconds = process_time() - began
    show("without a network", measure(texts, found))
    words = sum(len(text.text.split()) for text in texts)
    print(f"{1e6 * seconds / words:.2f} microseconds of processor time a word, of {words}, both passes")
    if arguments.peer:
        number, theirs, taken = peer(arguments.peer, texts)
        show(f"dateparser {number}", measure(texts, theirs))
        print(f"{1e6 * taken / words:.2f} microseconds of processor time a word")
    print(f"dateutil {version('python-dateutil')}")


if __name__ == "__main__":
    main()
