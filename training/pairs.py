"""Pairs of statements with what is known of how they stand to each other, from stories of our own and from public sets."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sayso import Document, Reader
from sayso.encoder.pairs import Passage
from sayso.linking.judge import VERDICTS

LARGE = {"fever": 3000, "climate_fever": 1500, "breaking_nli": 2500, "sts_train": 2500}  # of these sets so many pairs are learnt from
MEASURED = ("RTE_dev", "fever_symmetric_test", "mrpc_test", "sts_test", "emergent")  # not learnt from; of the others a tenth isn't
_MOST = 800  # pairs of a set that are kept aside

MARK = re.compile("⟦(.*?)⟧", re.DOTALL)
NONE, WORDS, CHANGED, CLAIM, DENIES, DENIED, OPPOSED, FIGURE = range(len(VERDICTS))
SAME = (WORDS, CLAIM)
AGAINST = (DENIES, DENIED, OPPOSED, FIGURE, CHANGED)
VERDICT_OF = {
    "same_quote": WORDS, "misattributed": WORDS, "misquote": CHANGED, "restates": CLAIM, "agrees": CLAIM, "denies": DENIES,
    "contradicts": OPPOSED, "number_changed": FIGURE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements.

    Attributes:
        right: the verdicts of which one is right.
        same_speaker: 1, 0, or 0.5 where that isn't known.
        days: between the two.
        source: the set that it comes from.
        denials: whether each is a denial; None where that isn't known.
    """

    a: Passage
    b: Passage
    right: tuple[int, ...]
    same_speaker: float
    days: int
    source: str
    denials: tuple[bool | None, bool | None] = (None, None)

    def turned(self) -> Pair:
        """The same pair the other way round."""
        swap = {DENIES: DENIED, DENIED: DENIES}
        return Pair(
            self.b, self.a, tuple(swap.get(v, v) for v in self.right), self.same_speaker, self.days, self.source, self.denials[::-1]
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A statement of a story."""

    number: str
    day: date
    outlet: str
    speaker: str
    passage: Passage


def passage_of(marked: str, speaker: str) -> Passage:
    """A passage from words in which the content is marked by ⟦ ⟧."""
    first, last = marked.index("⟦"), marked.rindex("⟧")
    content = marked[first + 1 : last].replace("⟦", "").replace("⟧", "")
    return Passage(speaker, marked[:first], content, marked[last + 1 :])


def read_story(path: Path) -> tuple[dict[str, Told], dict[tuple[str, str], str]]:
    """The statements of a story and the relations among them."""
    body, _, links = path.read_text("utf-8").partition("\n--\n")
    told = {}
    for line in body.splitlines()[1:]:
        if line.strip():
            number, day, outlet, speaker, _, passage = (part.strip() for part in line.split("|", 5))
            told[number] = Told(number, date.fromisoformat(day), outlet, speaker, passage_of(passage, speaker))
    relations = {}
    for line in links.splitlines():
        if line.strip():
            a, relation, b = line.split()[:3]
            relations[a, b] = relation
    return told, relations


@cache
def _reader() -> Reader:
    return Reader()


@cache
def _is_denial(passage: Passage) -> bool | None:
    """Whether the reader takes what is said in a passage for a denial; None where it finds nothing said there."""
    start = len(passage.before)
    stop = start + len(passage.content)
    text = f"{passage.before}{passage.content}{passage.after}"
    found = [
        (sum(max(0, min(span[1], stop) - max(span[0], start)) for span in one.content), one.denial)
        for one in _reader().read(Document(text=text)).statements
        if one.kind != "narrated"
    ]
    shared, denial = max(found, key=lambda pair: pair[0], default=(0, None))
    return denial if 2 * shared >= stop - start else None


def story_pairs(path: Path) -> Iterator[Pair]:
    """All pairs of a story but those that are arguable."""
    told, relations = read_story(path)
    for one, other in combinations(told.values(), 2):
        a, b = one, other
        relation = relations.get((a.number, b.number))
        if relation is None and (b.number, a.number) in relations:
            a, b = b, a
            relation = relations[a.number, b.number]
        if relation == "ignore":
            continue
        right = (NONE,) if relation is None else (VERDICT_OF[relation],)
        same = 0.5 if not a.speaker or not b.speaker else float(a.speaker == b.speaker)
        denials = _is_denial(a.passage), _is_denial(b.passage)
        yield Pair(a.passage, b.passage, right, same, abs((a.day - b.day).days), "stories", denials)


def strange_pairs(paths: list[Path], count: int, seed: int) -> Iterator[Pair]:
    """Pairs of statements of different stories, which have nothing to do with each other."""
    rng = random.Random(seed)
    told = [list(read_story(path)[0].values()) for path in paths]
    for _ in range(count):
        one, other = rng.sample(told, 2)
        a, b = rng.choice(one), rng.choice(other)
        denials = _is_denial(a.passage), _is_denial(b.passage)
        yield Pair(a.passage, b.passage, (NONE,), 0.0, rng.randrange(400), "strange", denials)


def _bare(premise: str, hypothesis: str, right: tuple[int, ...], source: str) -> Pair:
    return Pair(Passage("", "", premise.strip(), ""), Passage("", "", hypothesis.strip(), ""), right, 0.5, 0, source)


_NLI = {
    "entailment": SAME, "neutral": (NONE,), "contradiction": AGAINST, "not_entailment": (NONE, *AGAINST),
    "SUPPORTS": SAME, "REFUTES": AGAINST, "NOT_ENOUGH_INFO": (NONE,), "for": SAME, "against": AGAINST, "observing": (NONE, *SAME),
}  # fmt: skip


def read_nli(folder: Path) -> dict[str, list[Pair]]:
    """The sets of natural language inference, each in the order of its file; (premise, hypothesis) becomes (a, b)."""

    def lines(name: str) -> list[str]:
        return (folder / name).read_text("utf-8", errors="replace").removesuffix("\n").split("\n")

    def rows(name: str, columns: tuple[int, int, int]) -> list[Pair]:
        found = []
        for line in lines(name)[1:]:
            cells = line.split("\t")
            if len(cells) > max(columns) and cells[columns[2]] in _NLI:
                found.append(_bare(cells[columns[0]], cells[columns[1]], _NLI[cells[columns[2]]], name.split(".")[0]))
        return found

    sets = {
        "mnli": [
            _bare(row["premise"], row["hypothesis"], _NLI[row["label"]], "mnli")
            for row in json.loads((folder / "mnli_dev_matched_rebuilt.json").read_text("utf-8"))
        ],
        **{name: rows(f"{name}.tsv", (1, 2, 3)) for name in ("RTE_train", "RTE_dev", "negation_MNLI", "negation_RTE", "negation_SNLI")},
    }
    evidence, claims, labels = (lines(f"fever_dev.{part}") for part in ("raw.input0", "raw.input1", "label"))
    sets["fever"] = [_bare(a, b, _NLI[label], "fever") for a, b, label in zip(evidence, claims, labels, strict=True)]
    for part in ("dev", "test"):
        made = [json.loads(line) for line in lines(f"fever_symmetric_{part}.jsonl")]
        sets[f"fever_symmetric_{part}"] = [
            _bare(row["evidence"], row["claim"], _NLI[row.get("gold_label", row.get("label"))], f"fever_symmetric_{part}") for row in made
        ]
    with zipfile.ZipFile(folder / "breaking_nli_dataset.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith(".jsonl") and "__MACOSX" not in name)
        made = [json.loads(line) for line in archive.read(name).decode().splitlines()]
        sets["breaking_nli"] = [
            _bare(row["sentence1"], row["sentence2"], _NLI[row["gold_label"]], "breaking_nli") for row in made if row["gold_label"] in _NLI
        ]
    sets["climate_fever"] = [
        _bare(evidence["evidence"], row["claim"], _NLI[evidence["evidence_label"]], "climate_fever")
        for row in map(json.loads, lines("climate-fever.jsonl"))
        for evidence in row["evidences"]
    ]
    with (folder / "emergent_test_correct.csv").open(encoding="utf-8", newline="") as file:
        sets["emergent"] = [_bare(row["articleHeadline"], row["claimHeadline"], _NLI[row["y"]], "emergent") for row in csv.DictReader(file)]
    return sets


def read_likeness(folder: Path) -> dict[str, list[Pair]]:
    """The sets of paraphrases: those of MRPC, and of STS-B the pairs that are clearly alike or clearly not."""
    sets: dict[str, list[Pair]] = {}
    for part in ("train", "test"):
        rows = csv.reader(io.StringIO((folder / f"mrpc_{part}.tsv").read_text("utf-8-sig")), delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        sets[f"mrpc_{part}"] = [_bare(row[3], row[4], SAME if row[0] == "1" else (NONE, *AGAINST), "mrpc") for row in rows]
        sets[f"sts_{part}"] = []
        for line in (folder / f"sts-{part}.csv").read_text("utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) > 6 and not 2.5 < float(cells[4]) < 4.4:
                sets[f"sts_{part}"].append(_bare(cells[5], cells[6], SAME if float(cells[4]) > 4 else (NONE, *AGAINST), "sts"))
    return sets


def public_pairs(data: Path) -> tuple[list[Pair], dict[str, list[Pair]]]:
    """The pairs of public sets to learn from, and by set those that are kept aside to measure on."""
    learnt: list[Pair] = []
    kept: dict[str, list[Pair]] = {}
    for name, found in {**read_nli(data / "nli"), **read_likeness(data / "pairs")}.items():
        if name in MEASURED:
            kept[name] = found
            continue
        random.Random(5).shuffle(found)
        cut = min(len(found) // 10, _MOST)
        kept[name] = found[:cut]
        learnt += found[cut:][: LARGE.get(name)]
    return learnt, kept


def accuracy(shares: npt.NDArray[np.float32], right: Sequence[npt.NDArray[np.bool_]]) -> tuple[float, float]:
    """How often the likeliest of nothing, the same and the opposite is right, and how often the most frequent answer is.

    Args:
        shares: of the verdicts, [pairs, VERDICTS].
        right: for each pair which verdicts are right, [VERDICTS].
    """
    groups = ((NONE,), SAME, AGAINST)
    by_group = np.stack([shares[:, list(group)].sum(1) for group in groups], 1)
    fits = np.stack([[one[group[0]] for group in groups] for one in right])
    return float(fits[np.arange(len(fits)), by_group.argmax(1)].mean()), float(fits.mean(0).max())
