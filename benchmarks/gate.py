"""The accuracy gate: measures the reader, compares every figure with its floor, and fails on a fall.

    python benchmarks/gate.py                       measure and compare
    python benchmarks/gate.py --raise               also write measured figures as new floors where they are higher
    python benchmarks/gate.py --lower "polnear dev / attribution" 71.5 --reason "..."    lower one floor, with a reason

What is measured:

* polnear dev     ../shared/data/polnear/dev with ../shared/eval/score_attributions.py: whole articles, F1 in percent
* confidence      on the same articles: expected calibration error (ten bins of equal width) and AUROC of right against
                  wrong attributions; right as in the figure "attribution"
* newsroom        ../shared/data/newsroom with ../shared/eval/newsroom.py: contents found, with the right source, F1
* seed            ../shared/seed: statements whose content shares half of its union and whose source span is right, of 17,
                  and statements that are none (headlines count here)
* registers       benchmarks/registers: the project's own invented articles, none of them seen in training: contents found,
                  with the right source, F1 (headlines count here); heading or not, and type of source, where found, percent

Every figure has a 95% interval: bootstrap over articles, 1,000 draws, fixed seed. A corpus that is not there is reported
as "not measured". Floors and the data's hashes are in benchmarks/floors.json.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import math
import random
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
FLOORS = Path(__file__).with_name("floors.json")
sys.path.insert(0, str(ROOT / "training"))

from corpora import read_marked_folder
from sayso import Document, Reader, Record

PEERS = """\
Others on PolNeAR's test split (attribution F1; exact F1 source / cue / content), as ../shared/eval/README.md has them:
  trained people, one against another       75.5   78.9 / 71.2 / 68.5
  BBC Citron, retrained on PolNeAR          49.8   63.9 / 52.3 / 38.3
  Gender Gap Tracker's rules                43.6   58.1 / 49.4 / 35.3
  textacy's direct quotations               26.4   27.5 / 33.1 / 14.4"""

Counts = dict[str, tuple[float, float, float]]


@dataclass
class Figure:
    """One figure: its value, its interval, and whether more is better."""

    value: float
    low: float
    high: float
    more: bool = True


@dataclass
class Corpus:
    """Counts of one corpus, an entry an article: hits, predicted and gold of each figure."""

    name: str
    articles: list[Counts] = field(default_factory=list)

    def figures(self) -> dict[str, Figure]:
        """F1 in percent of every count, with intervals."""
        names = dict.fromkeys(name for article in self.articles for name in article)
        return {name: interval(self.articles, lambda drawn, name=name: f1(drawn, name)) for name in names}  # type: ignore[misc]


def f1(articles: Iterable[Counts], name: str) -> float:
    """F1 in percent, micro-averaged over articles."""
    hit = predicted = gold = 0.0
    for article in articles:
        a, b, c = article.get(name, (0, 0, 0))
        hit, predicted, gold = hit + a, predicted + b, gold + c
    return 200 * hit / (predicted + gold) if predicted + gold else 0.0


def interval(items: list[Any], measure: Callable[[list[Any]], float], more: bool = True) -> Figure:
    """A figure over all items, with its 95% interval over 1,000 draws of as many items."""
    rng = random.Random(7)
    draws = sorted(measure(rng.choices(items, k=len(items))) for _ in range(1000))
    return Figure(measure(items), draws[25], draws[974], more)


def load(path: Path) -> ModuleType:
    """One of the measuring scripts, as a module whose tallies give counts in place of percentages."""
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    module = sys.modules.get(path.stem) or importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    module.Tally.figures = lambda tally: (tally.hit, tally.predicted, tally.gold)
    return module


def digest(folder: Path, pattern: str) -> str:
    """Sixteen hex digits that stand for the files of a folder."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob(pattern) if p.is_file()):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def roles(statement: Any) -> dict[str, list[list[int]]]:
    """A statement's spans as the measuring scripts take them."""
    return {role: [list(span) for span in getattr(statement, role)] for role in ("source", "cue", "content")}


def measure_polnear(reader: Reader) -> tuple[dict[str, Figure], dict[str, Figure]]:
    """Figures on PolNeAR's dev split, and of the confidence there."""
    scorer = load(SHARED / "eval/score_attributions.py")
    split = SHARED / "data/polnear/dev"
    corpus = Corpus("polnear dev")
    judged: list[list[tuple[float, bool]]] = []
    for path in sorted((split / "text").glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        record = reader.read(Document(text=text))
        found = [roles(s) for s in record.statements]
        counts = scorer.score(split, {path.stem: found}, only={path.stem})
        wanted = ("attribution", "attribution strict", "source exact", "cue exact", "content exact", "content found, any source")
        corpus.articles.append({name: counts[name] for name in wanted if name in counts})
        gold, discarded = scorer.read_gold(sorted((split / "attributions").glob(f"{path.stem}_*.ann"))[0], text)
        gold = [a for a in gold if not a["content"] <= discarded]
        have = [{r: scorer.characters(text, f[r]) - discarded for r in f} for f in found]

        def agree(g: Any, p: Any) -> float:
            sources = bool(g["source"] & p["source"]) or not (g["source"] or p["source"])
            return float(scorer.overlap(g["content"], p["content"])) if sources else 0.0

        right = {j for _, j in scorer.pair(gold, have, agree, 0.5)}
        judged.append([(s.confidence, j in right) for j, s in enumerate(record.statements)])
    confidence = {
        "calibration error": interval(judged, lambda drawn: calibration_error([c for article in drawn for c in article]), more=False),
        "auroc": interval(judged, lambda drawn: auroc([c for article in drawn for c in article])),
    }
    return corpus.figures(), confidence


def calibration_error(judged: list[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins of equal width (Naeini, Cooper and Hauskrecht, AAAI 2015)."""
    error = 0.0
    for tenth in range(10):
        inside = [(c, r) for c, r in judged if min(int(c * 10), 9) == tenth]
        if inside:
            error += abs(sum(c for c, _ in inside) - sum(r for _, r in inside))
    return error / len(judged) if judged else 0.0


def auroc(judged: list[tuple[float, bool]]) -> float:
    """The share of pairs of a right and a wrong attribution in which the right one has the higher confidence."""
    order = sorted(judged)
    rank_sum, at = 0.0, 0
    while at < len(order):
        end = at
        while end < len(order) and order[end][0] == order[at][0]:
            end += 1
        rank_sum += sum(r for _, r in order[at:end]) * (at + end + 1) / 2
        at = end
    right = sum(r for _, r in judged)
    wrong = len(judged) - right
    return (rank_sum - right * (right + 1) / 2) / (right * wrong) if right and wrong else 0.0


def measure_newsroom(reader: Reader) -> dict[str, Figure]:
    """Figures on the newsroom corpora; headlines are left out, as its scorer wants it."""
    scorer = load(SHARED / "eval/newsroom.py")
    sys.modules["score_attributions"].Tally.figures = scorer.Tally.figures
    scorer.gold_links = lambda folder, name: []
    corpus = Corpus("newsroom")
    for article in scorer.corpus(SHARED / "data/newsroom"):
        number, meta, text, _ = article
        record = reader.read(Document(text=text, title=text.partition("\n")[0], outlet=meta.get("outlet"), published=meta.get("published")))
        statements = [{"id": s.id, **roles(s)} for s in record.statements if not s.headline and s.kind != "narrated" and s.within is None]
        scorer.corpus = lambda folder, article=article: [article]
        counts = scorer.score(SHARED / "data/newsroom", {"documents": {number: statements}, "links": []})
        corpus.articles.append({"statements": counts["statements"], "right source": counts["right source"]})
    return corpus.figures()


def matches(text: str, gold: list[Any], record: Record) -> list[tuple[int, int, bool]]:
    """Pairs of gold and found statements whose contents share half of their union, and whether the sources touch."""
    scorer = sys.modules["score_attributions"]
    have = [(scorer.characters(text, s.content), scorer.characters(text, s.source)) for s in record.statements]
    want = [(scorer.characters(text, g.content), scorer.characters(text, g.source)) for g in gold]

    def share(g: Any, p: Any) -> float:
        return float(scorer.overlap(g[0], p[0])) + (0.001 if g[1] & p[1] or not (g[1] or p[1]) else 0.0)

    pairs = scorer.pair(want, have, share, 0.5)
    return [(i, j, bool(want[i][1] & have[j][1]) or not (want[i][1] or have[j][1])) for i, j in pairs]


def measure_seed(reader: Reader) -> dict[str, Figure]:
    """Statements of the seed article that are found, and statements that are none."""
    load(SHARED / "eval/score_attributions.py")
    text = (SHARED / "seed/article.txt").read_bytes().decode("utf-8")
    gold = json.loads((SHARED / "seed/gold.json").read_text())

    @dataclass
    class Wanted:
        content: list[list[int]]
        source: list[list[int]]

    record = reader.read(Document(text=text, published="2023-10-13"))
    found = matches(text, [Wanted(s["content"], s["source"]) for s in gold["statements"]], record)
    right = sum(source for _, _, source in found)
    extra = len(record.statements) - len(found)
    return {"found with source": Figure(right, right, right), "no statement": Figure(extra, extra, extra, more=False)}


def measure_registers(reader: Reader) -> dict[str, Figure]:
    """Figures on the project's own invented articles."""
    load(SHARED / "eval/score_attributions.py")
    corpus = Corpus("registers")
    kinds: list[tuple[int, int, int, int]] = []
    for article in read_marked_folder(ROOT / "benchmarks/registers"):
        record = reader.read(Document(text=article.text))
        found = matches(article.text, article.attributions, record)
        sizes = (len(record.statements), len(article.attributions))
        corpus.articles.append({"statements": (len(found), *sizes), "right source": (sum(s for _, _, s in found), *sizes)})
        typed = [
            (article.attributions[i].type, record.statements[j].speaker.type) for i, j, s in found if s and article.attributions[i].type
        ]
        headings = article.headings or []
        headed = [
            (any(a <= article.attributions[i].content[0][0] < b for a, b in headings), record.statements[j].headline) for i, j, _ in found
        ]
        kinds.append((sum(a == b for a, b in typed), len(typed), sum(a == b for a, b in headed), len(headed)))
    figures = corpus.figures()
    figures["type of source"] = interval(kinds, lambda drawn: 100 * sum(k[0] for k in drawn) / max(sum(k[1] for k in drawn), 1))
    figures["headline or not"] = interval(kinds, lambda drawn: 100 * sum(k[2] for k in drawn) / max(sum(k[3] for k in drawn), 1))
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raise", dest="lift", action="store_true", help="write higher figures as new floors")
    parser.add_argument("--lower", nargs=2, metavar=("FIGURE", "FLOOR"), help="lower one floor")
    parser.add_argument("--reason", help="why a floor is lowered")
    parser.add_argument("--weights", type=Path, help="measure other weights than those installed")
    arguments = parser.parse_args()
    kept = json.loads(FLOORS.read_text())
    if arguments.lower:
        if not arguments.reason:
            parser.error("--lower needs --reason")
        name, floor = arguments.lower
        if name not in kept["floors"]:
            parser.error(f"no figure {name!r}; there are: {', '.join(kept['floors'])}")
        kept["lowered"].append({"figure": name, "from": kept["floors"][name], "to": float(floor), "reason": arguments.reason})
        kept["floors"][name] = float(floor)
        FLOORS.write_text(json.dumps(kept, indent=1) + "\n")
    if not (SHARED / "eval/score_attributions.py").exists():
        print(f"not measured: {SHARED} is not there")
        return 0
    reader = Reader(threads=2, weights=arguments.weights)
    data = {
        "polnear dev": digest(SHARED / "data/polnear/dev", "*"),
        "newsroom": digest(SHARED / "data/newsroom", "*.txt"),
        "seed": digest(SHARED / "seed", "*"),
        "registers": digest(ROOT / "benchmarks/registers", "*.txt"),
    }
    failed = [
        f"the data of {name} has changed: {kept['data'][name]} became {now}"
        for name, now in data.items()
        if kept["data"].get(name, now) != now
    ]
    polnear, confidence = measure_polnear(reader)
    sections = {
        "polnear dev": polnear,
        "confidence": confidence,
        "newsroom": measure_newsroom(reader),
        "seed": measure_seed(reader),
        "registers": measure_registers(reader),
    }
    print(f"reader {reader.version}\n\n{'figure':44} {'value':>7}  {'95% interval':>15}  {'floor':>7}")
    for section, figures in sections.items():
        for figure, f in figures.items():
            name = f"{section} / {figure}"
            floor = kept["floors"].get(name)
            digits = 3 if section == "confidence" else 1
            fallen = floor is not None and (f.value < floor - 1e-9 if f.more else f.value > floor + 1e-9)
            if fallen:
                failed.append(f"{name}: {f.value:.{digits}f} is {'below' if f.more else 'above'} the floor of {floor}")
            shown = floor if floor is not None else "-"
            line = f"{name:44} {f.value:7.{digits}f}  {f.low:6.{digits}f} - {f.high:6.{digits}f}  {shown:>7}"
            print(line + ("  FALLEN" if fallen else ""))
            if arguments.lift:
                step = 10**digits
                new = (math.floor if f.more else math.ceil)(f.value * step) / step
                if floor is None or (new > floor if f.more else new < floor):
                    kept["floors"][name] = new
    print(f"\n{PEERS}")
    if arguments.lift:
        kept["data"] = data
        FLOORS.write_text(json.dumps(kept, indent=1) + "\n")
    for line in failed:
        print(f"gate: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
