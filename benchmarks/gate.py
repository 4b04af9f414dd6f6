"""The accuracy gate: measures the reader, compares every figure with its floor, and fails on a fall.

    python benchmarks/gate.py                       measure and compare
    python benchmarks/gate.py --raise               also write measured figures as new floors where they are higher
    python benchmarks/gate.py --card                also write all figures into the model card
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
* narrated        benchmarks/narrated.tsv: sentences of the same articles that carry nobody's words, each judged by two readers
                  apart: facts in the outlet's own voice, F1; what the two disagree on is left out. The same with facts found in
                  sentences that do carry somebody's words counted as wrong; and how far the two readers agree (F1 of one
                  against the other)
* times           ../shared/data/time/timeml (TimeBank and AQUAINT), with the document's date: TIMEX3 spans that overlap, and those
                  with the same value too, F1; every other text is open, the rest is looked at by the gate alone
* pages           ../shared/data/pages: the body, title, day and authors of pages, by the rules in benchmarks/pages.py; trafilatura
                  beside it in the same run, and newspaper4k where --peer names a Python that has it
* relations       ../shared/data/newsroom and the project's own benchmarks/world, by the rules in benchmarks/relations.py: "given", with the
                  gold's statements and speakers; "plain", from plain articles
* judge           sets of inference and paraphrase under ../shared/data: accuracy on the parts that were not learnt from, of nothing, the
                  same or the opposite; beside it that of the most frequent answer
* quantities      Recognizers-Text's specifications and the project's own sentences, by the rules in benchmarks/quantities.py

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
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
CARD = ROOT / "src/sayso/encoder/weights/MODEL.md"
FLOORS = Path(__file__).with_name("floors.json")
sys.path.insert(0, str(ROOT / "training"))

import pages
import quantities
import relations
import times
from corpora import read_marked_folder, read_timeml
from nested import count, document, read_set
from pairs import accuracy, public_pairs
from sayso import Document, Reader, Record, Statement
from sayso.linking.linker import Linker

PEERS = """\
Others on PolNeAR's test split (attribution F1; exact F1 source / cue / content), as ../shared/eval/README.md has them:
  trained people, one against another       75.5   78.9 / 71.2 / 68.5
  BBC Citron, retrained on PolNeAR          49.8   63.9 / 52.3 / 38.3
  Gender Gap Tracker's rules                43.6   58.1 / 49.4 / 35.3
  textacy's direct quotations               26.4   27.5 / 33.1 / 14.4
Others on times and quantities, in minutes of their own (benchmarks/times.py and quantities.py with --peer .venv-bench/bin/python):
  dateparser 1.5.0's search, TIMEX3 of the kept half     spans 60.8, values 31.1
  quantulum3 0.10.0, the five models of Recognizers      42.2 of 554 cases right"""

Counts = dict[str, tuple[float, float, float]]


@dataclass
class Figure:
    """One figure: its value, its interval, and whether more is better."""

    value: float
    low: float
    high: float
    more: bool = True
    floored: bool = True


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


def outermost(record: Record) -> list[Statement]:
    """The statements that the corpora mark: neither narrated nor nested."""
    return [s for s in record.statements if s.kind != "narrated" and s.within is None]


def measure_polnear(reader: Reader) -> tuple[dict[str, Figure], dict[str, Figure]]:
    """Figures on PolNeAR's dev split, and of the confidence there."""
    scorer = load(SHARED / "eval/score_attributions.py")
    split = SHARED / "data/polnear/dev"
    corpus = Corpus("polnear dev")
    judged: list[list[tuple[float, bool]]] = []
    for path in sorted((split / "text").glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        statements = outermost(reader.read(Document(text=text)))
        found = [roles(s) for s in statements]
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
        judged.append([(s.confidence, j in right) for j, s in enumerate(statements)])
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


def attribution(statement: Statement, credits: list[str]) -> dict[str, Any]:
    """A statement as the scripts that measure speakers take it.

    They call the outlet's own voice AUTHOR, and a relay what the text says of the one statement, not of the whole article.
    """
    return {
        "id": statement.id,
        **roles(statement),
        "speaker": "AUTHOR" if statement.speaker.type == "author" else statement.speaker.name,
        "type": statement.speaker.type,
        "via": [link.name for link in statement.chain if link.role == "relay" and link.name and link.name not in credits],
        "rejected": statement.polarity == "rejected",
        "denial": bool(statement.denial),
    }


def measure_speakers(reader: Reader) -> tuple[dict[str, Figure], dict[str, Figure]]:
    """Who said what on PolNeAR's dev split, and the share of right speakers by publisher, gender and type."""
    load(SHARED / "eval/score_attributions.py")
    scorer = load(SHARED / "eval/score_speakers.py")
    split = SHARED / "data/polnear/dev"
    golds = json.loads((split.parent / "speakers-dev.json").read_text("utf-8"))
    women = set((ROOT / "benchmarks/women.txt").read_text("utf-8").splitlines())
    corpus = Corpus("speakers")
    groups: list[list[tuple[str, bool]]] = []
    for name, gold in golds.items():
        text = (split / "text" / f"{name}.txt").read_bytes().decode("utf-8")
        record = reader.read(Document(text=text))
        found = [attribution(s, record.document.credits) for s in outermost(record)]
        figures = scorer.score(split, {name: gold}, {name: found})
        for share, short in (("speaker accuracy", "names"), ("speaker accuracy, resolved", "resolved"), ("type accuracy", "types")):
            of = figures[share]["of"]
            figures[short] = (round(figures[share]["accuracy"] * of / 100), of, of)
        corpus.articles.append({key: figures[key] for key in ("who said what", "names", "resolved", "types", "via", "denial")})
        events = [
            (e, gold[k])
            for k, e in scorer.read_events(sorted((split / "attributions").glob(f"{name}_*.ann"))[0], text).items()
            if k in gold
        ]
        have = [(scorer.characters(text, f["content"]), f) for f in found]
        right = []
        for i, j in scorer.pair(events, have, lambda g, p: float(scorer.overlap(g[0]["content"], p[0])), 0.5):
            want = events[i][1]
            ok = bool(scorer.same_speaker(want, have[j][1]))
            right += [(f"by publisher / {name.partition('_')[0]}", ok), (f"by type / {want['type']}", ok)]
            if want["type"] == "person" and want["speaker"]:
                right.append((f"by gender / {'women' if want['speaker'] in women else 'men'}", ok))
        groups.append(right)
    by_group = {}
    for group in sorted({g for article in groups for g, _ in article}):

        def share_right(drawn: list[list[tuple[str, bool]]], group: str = group) -> float:
            some = [ok for article in drawn for g, ok in article if g == group]
            return 100 * sum(some) / max(len(some), 1)

        by_group[group] = replace(interval(groups, share_right), floored=False)
    return corpus.figures(), by_group


def measure_set(reader: Reader, name: str, kept: bool) -> dict[str, Figure]:
    """Figures on one half of a gold set of nested statements or of denials."""
    attributions = load(SHARED / "eval/score_attributions.py")
    speakers = load(SHARED / "eval/score_speakers.py")
    corpus = Corpus(name)
    for item in read_set(ROOT / "benchmarks" / name, kept):
        corpus.articles.append(count(item, reader.read(document(item)), attributions, speakers.same_name))
    return corpus.figures()


def measure_newsroom(reader: Reader) -> dict[str, Figure]:
    """Figures on the newsroom corpora; headlines are left out, as its scorer wants it."""
    scorer = load(SHARED / "eval/newsroom.py")
    sys.modules["score_attributions"].Tally.figures = scorer.Tally.figures
    scorer.gold_links = lambda folder, name: []
    corpus = Corpus("newsroom")
    for article in scorer.corpus(SHARED / "data/newsroom"):
        number, meta, text, _ = article
        record = reader.read(Document(text=text, title=text.partition("\n")[0], outlet=meta.get("outlet"), published=meta.get("published")))
        statements = [attribution(s, record.document.credits) for s in outermost(record) if not s.headline]
        scorer.corpus = lambda folder, article=article: [article]
        counts = scorer.score(SHARED / "data/newsroom", {"documents": {number: statements}, "links": []})
        corpus.articles.append({key: counts[key] for key in ("statements", "right source", "who said what")})
    return corpus.figures()


def matches(text: str, gold: list[Any], statements: list[Statement]) -> list[tuple[int, int, bool]]:
    """Pairs of gold and found statements whose contents share half of their union, and whether the sources touch."""
    scorer = sys.modules["score_attributions"]
    have = [(scorer.characters(text, s.content), scorer.characters(text, s.source)) for s in statements]
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

    statements = outermost(reader.read(Document(text=text, published="2023-10-13")))
    found = matches(text, [Wanted(s["content"], s["source"]) for s in gold["statements"]], statements)
    right = sum(source for _, _, source in found)
    extra = len(statements) - len(found)
    wrong = 0
    for i, j, _ in found:
        want, have = gold["statements"][i], statements[j]
        relays = [link.name for link in have.chain if link.role == "relay"]
        wanted = {"The West": ("The West", "West")}.get(want["speaker"], (want["speaker"],))
        same = have.speaker.name in wanted and have.speaker.type == want["source_type"] and relays == want["via"]
        wrong += not (same and have.denial == want["denial"] and have.polarity == want["polarity"])
        if want["speaker"] == "The West":
            wrong += not have.presupposed
    return {
        "found with source": Figure(right, right, right),
        "no statement": Figure(extra, extra, extra, more=False),
        "speaker, chain or stance wrong": Figure(wrong, wrong, wrong, more=False),
        **measure_seed_figures(text, gold, reader.read(Document(text=text, published="2023-10-13")).statements),
    }


def measure_seed_figures(text: str, gold: dict[str, Any], statements: list[Statement]) -> dict[str, Figure]:
    """Narrated sentences, times and quantities of the seed article that are missing, and those that are too many."""
    wanted = [*gold["statements"], *({**n, "content": [n["span"]], "narrated": True} for n in gold["narrated"])]
    missing = extra = 0

    def plain(items: Any, *names: str) -> list[tuple[object, ...]]:
        return [tuple(item.get(name) for name in names) for item in items or []]

    for want in wanted:
        places = {c for a, b in want["content"] for c in range(a, b)}
        same = [s for s in statements if (s.kind == "narrated") == ("narrated" in want)]
        lying = ((s, {c for a, b in s.content for c in range(a, b)}) for s in same)
        have = next((s for s, own in lying if len(places & own) > len(places | own) / 2), None)
        if have is None:
            missing += "narrated" in want
            missing += len(want.get("times") or []) + len(want.get("quantities") or [])
            continue
        for found, right in (
            (plain([t.model_dump() for t in have.times], "value"), plain(want.get("times"), "value")),
            (
                plain([q.model_dump() for q in have.quantities], "low", "high", "unit", "per", "approximate"),
                plain(want.get("quantities"), "low", "high", "unit", "per", "approximate"),
            ),
        ):
            missing += sum(r not in found for r in right)
            extra += sum(f not in right for f in found)
    return {
        "facts, times, quantities missing": Figure(missing, missing, missing, more=False),
        "times and quantities too many": Figure(extra, extra, extra, more=False),
    }


def measure_registers(reader: Reader) -> dict[str, Figure]:
    """Figures on the project's own invented articles."""
    load(SHARED / "eval/score_attributions.py")
    corpus = Corpus("registers")
    kinds: list[tuple[int, int, int, int]] = []
    for article in read_marked_folder(ROOT / "benchmarks/registers"):
        statements = outermost(reader.read(Document(text=article.text)))
        found = matches(article.text, article.attributions, statements)
        sizes = (len(statements), len(article.attributions))
        corpus.articles.append({"statements": (len(found), *sizes), "right source": (sum(s for _, _, s in found), *sizes)})
        typed = [(article.attributions[i].type, statements[j].speaker.type) for i, j, s in found if s and article.attributions[i].type]
        headings = article.headings or []
        headed = [(any(a <= article.attributions[i].content[0][0] < b for a, b in headings), statements[j].headline) for i, j, _ in found]
        kinds.append((sum(a == b for a, b in typed), len(typed), sum(a == b for a, b in headed), len(headed)))
    figures = corpus.figures()
    figures["type of source"] = interval(kinds, lambda drawn: 100 * sum(k[0] for k in drawn) / max(sum(k[1] for k in drawn), 1))
    figures["headline or not"] = interval(kinds, lambda drawn: 100 * sum(k[2] for k in drawn) / max(sum(k[3] for k in drawn), 1))
    return figures


def measure_narrated(reader: Reader) -> dict[str, Figure]:
    """Facts in the outlets' own voice in the project's invented articles."""
    scorer = load(SHARED / "eval/score_attributions.py")
    rows = [line.split("\t") for line in (ROOT / "benchmarks/narrated.tsv").read_text("utf-8").splitlines()[1:]]
    corpus = Corpus("narrated")
    for article in read_marked_folder(ROOT / "benchmarks/registers"):
        judged = [((int(a), int(b)), first == "1", second == "1") for name, a, b, first, second in rows if name == article.name]
        found = [s.content[0] for s in reader.read(Document(text=article.text)).statements if s.kind == "narrated"]
        # What the two passes disagree on counts neither way.
        unsure = [span for span, first, second in judged if first != second]
        found = [f for f in found if not any(a < f[1] and f[0] < b for a, b in unsure)]
        gold = [span for span, first, second in judged if first and second]

        def share(g: Any, p: Any) -> float:
            return float(scorer.overlap(set(range(*g)), set(range(*p))))

        right = len(list(scorer.pair(gold, found, share, 0.5)))
        own = [f for f in found if any(a < f[1] and f[0] < b for (a, b), _, _ in judged)]
        corpus.articles.append({
            "facts": (right, len(own), len(gold)),
            "facts, attributed sentences too": (right, len(found), len(gold)),
            "agreement of two passes": (sum(x and y for _, x, y in judged), sum(x for _, x, _ in judged), sum(y for _, _, y in judged)),
        })  # fmt: skip
    figures = corpus.figures()
    figures["agreement of two passes"] = replace(figures["agreement of two passes"], floored=False)
    return figures


def measure_times(kept: bool) -> dict[str, Figure]:
    """Spans and values of one half of TimeBank and AQUAINT."""
    corpus = Corpus("times")
    for text in read_timeml(SHARED / "data/time/timeml")[1 if kept else 0 :: 2]:
        gold = [(timex.span, timex.value) for timex in text.times]
        [found] = times.predict([text])
        pairs = times.pair(gold, found)
        equal = sum(g[1] == f[1] for g, f in pairs)
        corpus.articles.append({"spans": (len(pairs), len(found), len(gold)), "values": (equal, len(found), len(gold))})
    return corpus.figures()


def measure_quantities() -> dict[str, Figure]:
    """Cases right of Recognizers-Text's specifications, and quantities of the project's own sentences."""
    figures: dict[str, Figure] = {}
    everything: list[bool] = []
    for model in quantities.MODELS:
        right = [ok for _, ok in quantities.specification(model, quantities.ours)]
        everything += right
        name = model.rpartition("/")[2].removesuffix(".json")
        figures[f"recognizers, {name}"] = interval(right, lambda drawn: 100 * sum(drawn) / max(len(drawn), 1))
    figures["recognizers, all five"] = interval(everything, lambda drawn: 100 * sum(drawn) / max(len(drawn), 1))
    for half in ("open", "kept"):
        figures[f"own sentences, {half}"] = interval(quantities.sentences(half, quantities.ours), quantities.f1)
    return figures


def measure_relations(reader: Reader) -> dict[str, dict[str, Figure]]:
    """Relations on both corpora, with all but them given and from plain articles; by story line and relation without floors."""
    linker, sections = Linker(), {}
    for name, folder in (("newsroom", SHARED / "data/newsroom"), ("world", ROOT / "benchmarks/world")):
        for way, found in (("given", None), ("plain", reader)):
            corpus = relations.read_corpus(folder)
            figures = relations.measure(corpus, relations.link_corpus(corpus, linker, found))
            sections[f"relations, {name} {way}"] = {
                key: Figure(*values, floored=key in relations.FAMILIES) for key, values in figures.items()
            }
    return sections


def measure_judge() -> dict[str, Figure]:
    """The judge's accuracy on sets of inference and paraphrase."""
    figures: dict[str, Figure] = {}
    for name, pairs in public_pairs(SHARED / "data")[1].items():
        judged = relations.judged(pairs)

        def share(drawn: list[tuple[Any, Any]], which: int = 0) -> float:
            return 100 * accuracy(np.stack([shares for shares, _ in drawn]), [right for _, right in drawn])[which]

        figures[name] = interval(judged, share)
        figures[f"{name}, most frequent answer"] = replace(interval(judged, lambda drawn, share=share: share(drawn, 1)), floored=False)  # type: ignore[misc]
    return figures


def measure_pages(python: str | None) -> dict[str, dict[str, Figure]]:
    """Pages, by corpus; peers have no floors."""
    return {
        corpus: {name: Figure(*values, floored=", " not in name) for name, values in found.items()}
        for corpus, found in pages.measure(python).items()
    }


def write_card(sections: dict[str, dict[str, Figure]]) -> None:
    """Put all figures in place of those in the model card's table."""
    head = "| figure | value | interval |\n| --- | --- | --- |\n"
    before, _, after = CARD.read_text("utf-8").partition(head)
    rest = after[after.index("\n\n") :]
    rows = []
    for section, figures in sections.items():
        digits = 3 if section == "confidence" else 1
        rows += [f"| {section} / {name} | {f.value:.{digits}f} | {f.low:.{digits}f} – {f.high:.{digits}f} |" for name, f in figures.items()]
    CARD.write_text(before + head + "\n".join(rows) + rest, "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raise", dest="lift", action="store_true", help="write higher figures as new floors")
    parser.add_argument("--lower", nargs=2, metavar=("FIGURE", "FLOOR"), help="lower one floor")
    parser.add_argument("--reason", help="why a floor is lowered")
    parser.add_argument("--card", action="store_true", help="write the figures into the model card")
    parser.add_argument("--peer", help="a Python that has newspaper4k")
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
        "speakers": digest(SHARED / "data/polnear", "speakers-dev.json"),
        "newsroom": digest(SHARED / "data/newsroom", "*.txt"),
        "seed": digest(SHARED / "seed", "*"),
        **{name: digest(ROOT / "benchmarks" / name, "*.txt") for name in ("registers", "chains", "denials")},
        "narrated": digest(ROOT / "benchmarks", "narrated.tsv"),
        "times": digest(SHARED / "data/time/timeml", "*.tml"),
        "pages": digest(SHARED / "data/pages", "*.html.gz"),
        "quantities": digest(ROOT / "benchmarks/quantities", "*.jsonl"),
        "newsroom's relations": digest(SHARED / "data/newsroom", "*.tsv"),
        "world": digest(ROOT / "benchmarks/world", "*.t*"),
        "recognizers": digest(SHARED / "data/quantity/recognizers", "*Model.json"),
    }
    failed = [
        f"the data of {name} has changed: {kept['data'][name]} became {now}"
        for name, now in data.items()
        if kept["data"].get(name, now) != now
    ]
    polnear, confidence = measure_polnear(reader)
    speakers, by_group = measure_speakers(reader)
    sections = {
        "polnear dev": polnear,
        "confidence": confidence,
        "newsroom": measure_newsroom(reader),
        "seed": measure_seed(reader),
        "registers": measure_registers(reader),
        "narrated": measure_narrated(reader),
        **{f"times, {half}": measure_times(half == "kept") for half in ("open", "kept")},
        "quantities": measure_quantities(),
        **measure_pages(arguments.peer),
        **measure_relations(reader),
        "judge": measure_judge(),
        "speakers": speakers,
        "right speaker": by_group,
        **{f"{name}, {half}": measure_set(reader, name, half == "kept") for name in ("chains", "denials") for half in ("open", "kept")},
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
            if arguments.lift and f.floored:
                step = 10**digits
                new = (math.floor if f.more else math.ceil)(f.value * step) / step
                if floor is None or (new > floor if f.more else new < floor):
                    kept["floors"][name] = new
    if arguments.card:
        write_card(sections)
    print(f"\n{PEERS}")
    if arguments.lift:
        kept["data"] = data
        FLOORS.write_text(json.dumps(kept, indent=1) + "\n")
    for line in failed:
        print(f"gate: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
