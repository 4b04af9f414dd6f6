"""Relations on corpora marked up by hand: ``link`` given their statements and speakers, and given only the plain articles.

    python benchmarks/relations.py FOLDER [--plain] [--only 01,02,...] [--weights FOLDER] [--full] [--dump FILE]

Families and figures are those of ``eval/newsroom.py``; a figure's interval is by bootstrap over groups of copies (clusters of the
gold's same_quote, misquote and misattributed), and beside it stands the lowest that it is without one of the story lines.
"""

from __future__ import annotations

import argparse
import importlib.util
import pickle
import random
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from sayso import Document, Reader
from sayso.encoder.pairs import PairSession, in_context
from sayso.encoder.sessions import Floats
from sayso.encoder.vectors import VectorSession, cosines
from sayso.linking.judge import VERDICTS, Verdict, features_of
from sayso.linking.linker import Linker
from sayso.linking.relations import Rule, is_kept, relations_of, utterances_of
from sayso.linking.sayings import Said
from sayso.linking.utterances import clusters
from sayso.linking.wording import words_of
from sayso.models import Record, Relation, Speaker, Statement
from sayso.reading.quantities import find_quantities

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "training"))
from pairs import Pair

SCORER = ROOT.parent / "shared/eval/newsroom.py"
FAMILIES = ("any", "same_words", "same_claim", "opposed", "number_changed")


@dataclass(frozen=True)
class Corpus:
    """A folder of marked articles.

    Attributes:
        articles: number, what is known of it, text and gold statements of each.
        records: of the articles, with the gold's statements; their ids are the gold's, "01:3".
        gold: the relations of each pair of gold statements.
        ignored: pairs that count neither way.
    """

    articles: list[tuple[str, dict[str, str], str, dict[str, Any]]]
    records: list[Record]
    gold: dict[frozenset[str], set[str]]
    ignored: set[frozenset[str]]


def load_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("newsroom", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_corpus(folder: Path, only: Collection[str] = ()) -> Corpus:
    """The articles of a folder, or those of some numbers."""
    scorer = load_scorer()
    articles = [article for article in scorer.corpus(folder) if not only or article[0] in only]
    numbers = {article[0] for article in articles}
    gold: dict[frozenset[str], set[str]] = defaultdict(set)
    for key, relation in scorer.gold_links(folder, "links.tsv"):
        if all(id[:2] in numbers for id in key):
            gold[key].add(relation)
    ignored = {key for key, _ in scorer.gold_links(folder, "ignore.tsv")}
    return Corpus(articles, [_gold_record(*article) for article in articles], dict(gold), ignored)


def _gold_record(number: str, meta: dict[str, str], text: str, gold: dict[str, Any]) -> Record:
    document = _document(number, meta, text)
    statements = []
    for key, one in gold.items():
        content, source, cue = (_spans(one[role]) for role in ("content", "source", "cue"))
        start, stop = content[0][0], content[-1][1]
        figures = [figure for figure in find_quantities(text) if start <= figure.span[0] and figure.span[1] <= stop]
        statements.append(
            Statement(
                id=f"{number}:{key}", kind=one["kind"], content=content, source=source, cue=cue, text=document.words_at(content),
                speaker=Speaker(name=one["speaker"], type=one["type"]), denial=one["denial"], quantities=figures, confidence=1.0,
            )
        )  # fmt: skip
    return Record(reader="gold", document=document, statements=statements)


def _document(number: str, meta: dict[str, str], text: str) -> Document:
    known = {name: meta.get(name) for name in ("url", "outlet", "published")}
    return Document(ref=number, text=text, title=text.partition("\n")[0]).model_copy(update=known)


def _spans(characters: Iterable[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for at in sorted(characters):
        if spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans


def related(said: dict[str, Said], verdicts: Sequence[Verdict], rule: Rule) -> list[Relation]:
    """The relations that verdicts make."""
    kept = [one for one in verdicts if is_kept(one, rule)]
    return relations_of(said, utterances_of(said, kept, rule), kept, rule, "")


def link_corpus(corpus: Corpus, linker: Linker, reader: Reader | None = None) -> dict[frozenset[str], set[str]]:
    """The relations of each pair of gold statements, as they are found among them or, with a reader, in the plain articles."""
    if reader is None:
        return given(linker.link(corpus.records))
    records = predicted(corpus, reader)
    return given(linker.link(records), aligned(corpus, records))


def judged(pairs: Sequence[Pair], weights: Path | None = None) -> list[tuple[Floats, npt.NDArray[np.bool_]]]:
    """For each pair the shares of the verdicts, and which verdicts are right."""
    session, judge = VectorSession(), PairSession(weights)
    texts = list(dict.fromkeys(text for pair in pairs for one in (pair.a, pair.b) for text in (one.content, in_context(one))))
    with ThreadPoolExecutor(2) as pool:
        vectors = dict(zip(texts, pool.map(lambda text: session.vectors([text])[0], texts), strict=True))

        def shares(pair: Pair) -> tuple[Floats, npt.NDArray[np.bool_]]:
            near = [float(cosines(vectors[f(pair.a)], vectors[f(pair.b)][None])[0]) for f in (lambda one: one.content, in_context)]
            figures = find_quantities(pair.a.content), find_quantities(pair.b.content)
            words = words_of(pair.a.content), words_of(pair.b.content)
            features = features_of(words, figures, (near[0], near[1]), pair.denials, pair.same_speaker, pair.days)
            right = np.zeros(len(VERDICTS), dtype=np.bool_)
            right[list(pair.right)] = True
            return judge.judge(judge.encode(pair.a), judge.encode(pair.b), features), right

        return list(pool.map(shares, pairs))


def predicted(corpus: Corpus, reader: Reader) -> list[Record]:
    """What a reader makes of the articles."""
    return [reader.read(_document(number, meta, text)) for number, meta, text, _ in corpus.articles]


def aligned(corpus: Corpus, records: Sequence[Record]) -> dict[str, str]:
    """The gold statement that each of a reader's statements is, if it is one."""
    scorer = load_scorer()
    found: dict[str, str] = {}
    for (number, _, text, gold), record in zip(corpus.articles, records, strict=True):
        outer = [one for one in record.statements if one.kind != "narrated" and one.within is None and not one.headline]
        wanted = list(gold.items())
        spans = [scorer.characters(text, one.content) for one in outer]
        for i, j in scorer.pair(wanted, spans, lambda g, p: scorer.overlap(g[1]["content"], p), 0.5):
            found[outer[j].id] = f"{number}:{wanted[i][0]}"
    return found


def given(relations: Iterable[Relation], names: dict[str, str] | None = None) -> dict[frozenset[str], set[str]]:
    """The relations of each pair of gold statements."""
    found: dict[frozenset[str], set[str]] = defaultdict(set)
    for one in relations:
        a, b = (one.a, one.b) if names is None else (names.get(one.a), names.get(one.b))
        if a and b and a != b:
            found[frozenset((a, b))].add(one.relation)
    return dict(found)


Tally = tuple[int, int, int]
"""Right, found and wanted pairs."""


def tallies(corpus: Corpus, found: dict[frozenset[str], set[str]], family: str) -> dict[str, Tally]:
    """Of a family, or of a relation by itself: the pairs by the group of copies that the pair's first statement is of."""
    groups = load_scorer().FAMILY

    def belongs(relations: set[str]) -> bool:
        return bool(relations) if family == "any" else any(family in (one, groups[one]) for one in relations)

    want = {key for key, relations in corpus.gold.items() if belongs(relations)}
    got = {key for key, relations in found.items() if belongs(relations)} - (corpus.ignored - want)
    copies = copies_of(corpus)
    made: dict[str, Tally] = {}
    for key in want | got:
        group = copies.get(min(key), min(key))
        right, given_, wanted = made.get(group, (0, 0, 0))
        made[group] = (right + (key in want & got), given_ + (key in got), wanted + (key in want))
    return made


def copies_of(corpus: Corpus) -> dict[str, str]:
    """The first of the copies of one utterance that a gold statement is among."""
    groups = load_scorer().FAMILY
    edges = [tuple(sorted(key)) for key, relations in corpus.gold.items() if any(groups[one] == "same_words" for one in relations)]
    members = sorted({id for edge in edges for id in edge})
    return _firsts(clusters(members, edges))  # type: ignore[arg-type]


def stories_of(corpus: Corpus) -> dict[str, str]:
    """The first article of the story line that an article belongs to."""
    numbers = [article[0] for article in corpus.articles]
    return _firsts(clusters(numbers, [tuple(id[:2] for id in key) for key in corpus.gold]))  # type: ignore[misc]


def _firsts(numbers: dict[str, int]) -> dict[str, str]:
    firsts: dict[int, str] = {}
    for member in sorted(numbers):
        firsts.setdefault(numbers[member], member)
    return {member: firsts[number] for member, number in numbers.items()}


def f1(drawn: Iterable[Tally]) -> float:
    """In percent."""
    right, found, wanted = (sum(column) for column in zip(*drawn, strict=True)) if (drawn := list(drawn)) else (0, 0, 0)
    return 200 * right / (found + wanted) if found + wanted else 0.0


def measure(corpus: Corpus, found: dict[frozenset[str], set[str]]) -> dict[str, tuple[float, float, float]]:
    """Figures with their intervals by bootstrap over groups of copies; of families also by story line, and the least without one."""
    stories = stories_of(corpus)
    figures: dict[str, tuple[float, float, float]] = {}
    for family in (*FAMILIES, *(name for name in load_scorer().FAMILY if name not in FAMILIES)):
        made = tallies(corpus, found, family)
        figures[family] = _interval(list(made.values()))
        if family in FAMILIES:
            by_story: dict[str, list[Tally]] = defaultdict(list)
            for group, tally in made.items():
                by_story[stories[group[:2]]].append(tally)
            for story, some in sorted(by_story.items()):
                figures[f"{family}, story {story}"] = _interval(some)
            without = [[tally for other, some in by_story.items() if other != story for tally in some] for story in by_story]
            figures[f"{family}, least without a story"] = min(map(_interval, without), default=(0.0, 0.0, 0.0))
    return figures


def _interval(items: list[Tally]) -> tuple[float, float, float]:
    if not items:
        return 0.0, 0.0, 0.0
    rng = random.Random(7)
    draws = sorted(f1(rng.choices(items, k=len(items))) for _ in range(1000))
    return f1(items), draws[25], draws[974]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plain", action="store_true", help="from plain articles")
    parser.add_argument("--only", default="", help="numbers of articles")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--full", action="store_true", help="also each figure with its interval, and by story line")
    parser.add_argument("--dump", type=Path, help="write statements and verdicts to a file")
    arguments = parser.parse_args()
    corpus = read_corpus(arguments.folder, set(filter(None, arguments.only.split(","))))
    records = predicted(corpus, Reader(threads=2)) if arguments.plain else corpus.records
    names = aligned(corpus, records) if arguments.plain else None
    linker = Linker(arguments.weights)
    sayings = linker.sayings(records)
    verdicts = linker.verdicts(sayings)
    said = {saying.said.id: saying.said for saying in sayings}
    if arguments.dump:
        arguments.dump.write_bytes(pickle.dumps((corpus, said, verdicts, names)))
    found = given(related(said, verdicts, linker.rule), names)
    print(f"{len(sayings)} statements, {len(verdicts)} pairs judged, {len(corpus.gold)} related")
    pairs = {frozenset(names.get(id, "") if names else id for id in (one.a, one.b)) for one in verdicts}
    print(f"candidates keep {100 * len(set(corpus.gold) & pairs) / len(corpus.gold):.1f}% of the related pairs")
    for family in (*FAMILIES, *load_scorer().FAMILY):
        right, got, want = (sum(column) for column in zip(*tallies(corpus, found, family).values(), strict=True))
        precision, recall = (100 * right / max(count, 1) for count in (got, want))
        print(f"{family:16} P {precision:5.1f}  R {recall:5.1f}  F1 {f1([(right, got, want)]):5.1f}   of {want}")
    if arguments.full:
        for name, (value, low, high) in measure(corpus, found).items():
            print(f"{name:44} {value:5.1f}  {low:5.1f} - {high:5.1f}")


if __name__ == "__main__":
    main()
