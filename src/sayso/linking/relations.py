"""From verdicts on pairs to relations: copies of one utterance are judged as one, and labels follow from who spoke, and when.

Whatever depends on who spoke is decided here, last, so that it follows a speaker who turns out to be somebody else.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from sayso.encoder.sessions import read_weights
from sayso.linking.figures import compare_figures
from sayso.linking.judge import VERDICTS, Verdict
from sayso.linking.sayings import Said
from sayso.linking.utterances import clusters
from sayso.linking.voices import same_voice
from sayso.linking.wording import likeness, shared_runs
from sayso.models import Evidence, Relation, Relations, Span

NONE, WORDS, CHANGED, CLAIM, DENIES, DENIED, OPPOSED, FIGURE = range(len(VERDICTS))
_TURNED = (NONE, WORDS, CHANGED, CLAIM, DENIED, DENIES, OPPOSED, FIGURE)
_DISTINCT = 6  # words in a row that are not said twice by chance
MOST_NONE = 0.98
"""Weighed share of no relation above which a verdict isn't kept."""
_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a verdict of shares.

    Attributes:
        weights: of each of VERDICTS, by which its share is multiplied: the judge learnt from pairs of which many are related.
        scale: ``(slope, bias)`` from the log-odds of what is weighed so to those of its being right.
    """

    weights: tuple[float, ...]
    scale: tuple[float, float] = (1.0, 0.0)

    def weigh(self, shares: Sequence[float]) -> list[float]:
        """The shares under the weights, which add up to 1."""
        weighed = [share * weight for share, weight in zip(shares, self.weights, strict=True)]
        total = sum(weighed) or 1.0
        return [one / total for one in weighed]

    def verdict(self, shares: Sequence[float]) -> int:
        """The place in VERDICTS of the greatest share under the weights."""
        weighed = self.weigh(shares)
        return max(range(len(VERDICTS)), key=weighed.__getitem__)

    def score(self, share: float) -> float:
        """The probability that a verdict of a weighed share is right."""
        odds = math.log(max(share, 1e-6) / max(1 - share, 1e-6))
        slope, bias = self.scale
        return round(1 / (1 + math.exp(-(slope * odds + bias))), _DECIMALS)


@cache
def read_rule(folder: Path | None = None) -> Rule:
    """The rule that belongs to the judge's weights."""
    found = json.loads(read_weights("judge.json", folder))
    return Rule(tuple(found["weights"]), tuple(found["scale"]))


def is_kept(verdict: Verdict, rule: Rule) -> bool:
    """Whether a verdict says enough to be kept; one that isn't counts as none."""
    return rule.weigh(verdict.shares)[NONE] <= MOST_NONE


def is_one_utterance(a: Said, b: Said, verdict: Verdict, rule: Rule) -> bool:
    """Whether two statements print the words of one utterance, whoever they say spoke: words that aren't said twice by chance."""
    return rule.verdict(verdict.shares) == WORDS and likeness(a.words, b.words).run >= _DISTINCT


def utterances_of(sayings: Mapping[str, Said], verdicts: Iterable[Verdict], rule: Rule) -> dict[str, int]:
    """The number of each statement's utterance."""
    pairs = [(one.a, one.b) for one in verdicts if is_one_utterance(sayings[one.a], sayings[one.b], one, rule)]
    return clusters(sayings, pairs)


def relations_of(
    sayings: Mapping[str, Said],
    utterances: Mapping[str, int],
    verdicts: Iterable[Verdict],
    rule: Rule,
    judge: str,
    about: Collection[str] | None = None,
) -> list[Relation]:
    """The relations that verdicts make, in the order of their statements.

    Two utterances stand to each other as the mean of the verdicts on their statements says, of which those that aren't given are none.
    A statement that has the words of others under another name than most doesn't take part in what is so said of them.

    Args:
        sayings: the statements, by id, all those of each of their utterances.
        utterances: the number of each statement's, as ``utterances_of`` gives it.
        verdicts: on pairs of them, each pair once.
        rule: what makes a verdict.
        judge: version of what judged.
        about: ids of statements, of which one must stand in a relation; None: all.
    """
    members: dict[int, list[Said]] = defaultdict(list)
    for said in sorted(sayings.values(), key=lambda said: said.order):
        members[utterances[said.id]].append(said)
    shares: dict[tuple[str, str], list[float]] = {}
    between: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    for one in verdicts:
        shares[one.a, one.b] = rule.weigh(one.shares)
        between[tuple(sorted((utterances[one.a], utterances[one.b])))].append((one.a, one.b))  # type: ignore[index]
    found: list[Relation] = []

    def is_asked(a: Said, b: Said) -> bool:
        return about is None or a.id in about or b.id in about

    def add(a: Said, b: Said, relation: Relations, share: float) -> None:
        if not is_asked(a, b):
            return
        found.append(Relation(a=a.id, b=b.id, relation=relation, score=rule.score(share), evidence=_evidence(a, b, relation), judge=judge))

    strange: set[str] = set()
    for group in members.values():
        voices = {said.id: sum(same_voice(said.voice, other.voice) is not False for other in group) for said in group}
        for a, b in combinations(group, 2):
            share = max(shares.get((a.id, b.id), shares.get((b.id, a.id), [0.0] * len(VERDICTS)))[WORDS], 0.5)
            if same_voice(a.voice, b.voice) is not False:
                add(a, b, "same_quote", share)
            else:
                wrong, right = (a, b) if voices[a.id] < voices[b.id] else (b, a)
                strange.add(wrong.id)
                add(wrong, right, "misattributed", share)
    for (first, second), pairs in between.items():
        if first == second:
            continue
        mean = [0.0] * len(VERDICTS)
        for pair in pairs:
            turned = utterances[pair[0]] != first
            for place, share in enumerate(shares[pair]):
                mean[_TURNED[place] if turned else place] += share
        count = len(members[first]) * len(members[second])
        mean = [share / count for share in mean]
        mean[NONE] += 1 - len(pairs) / count
        leading = max(range(len(VERDICTS)), key=mean.__getitem__)
        for x in members[first]:
            for y in members[second]:
                if not is_asked(x, y):
                    continue
                if (x.id in strange or y.id in strange) and _leading(shares, x.id, y.id) not in (DENIES, DENIED, OPPOSED):
                    continue
                named = _named(x, y, leading, len(members[first]), len(members[second]))
                if named is not None:
                    add(*named, mean[leading])
    return sorted(found, key=lambda relation: (sayings[relation.a].order, sayings[relation.b].order, relation.relation))


def _leading(shares: Mapping[tuple[str, str], Sequence[float]], x: str, y: str) -> int:
    """The verdict on two statements by themselves."""
    own = shares.get((x, y))
    if own is None:
        turned = shares.get((y, x))
        own = [turned[verdict] for verdict in _TURNED] if turned is not None else [1.0] + [0.0] * (len(VERDICTS) - 1)
    return max(range(len(VERDICTS)), key=own.__getitem__)


def _named(x: Said, y: Said, verdict: int, copies: int, others: int) -> tuple[Said, Said, Relations] | None:
    """What a verdict on two statements is called, and which comes first; None where it says nothing.

    Args:
        copies, others: how many statements print the words of each.
    """
    earlier, later = (x, y) if x.order <= y.order else (y, x)
    same = same_voice(x.voice, y.voice)
    if verdict == NONE or (verdict == WORDS and not same):  # too few words to be told from a common phrase, but by who says them
        return None
    if verdict == CHANGED and copies != others:  # the words that fewer have are taken to be the changed ones
        return (x, y, "misquote") if copies < others else (y, x, "misquote")
    names: dict[int, tuple[Said, Said, Relations]] = {
        WORDS: (earlier, later, "same_quote"),
        CHANGED: (later, earlier, "misquote"),
        CLAIM: (earlier, later, "restates" if same else "agrees"),
        DENIES: (x, y, "denies"),
        DENIED: (y, x, "denies"),
        OPPOSED: (earlier, later, "contradicts"),
        FIGURE: (later, earlier, "number_changed"),
    }
    return names[verdict]


def _evidence(a: Said, b: Said, relation: Relations) -> Evidence:
    """The words that carry a relation: those that are shared, the figures, or all that is said."""
    if relation == "number_changed":
        compared = compare_figures(a.figures, b.figures)
        if compared.changed is not None:
            one, other = compared.changed
            return Evidence(a=[one.span], b=[other.span])
    if relation in ("same_quote", "misquote", "misattributed"):
        ours, theirs = shared_runs(a.text, b.text)
        if ours:
            return Evidence(a=_moved(ours, a.place), b=_moved(theirs, b.place))
    return Evidence(a=list(a.content), b=list(b.content))


def _moved(spans: Iterable[Span], by: int) -> list[Span]:
    return [(start + by, end + by) for start, end in spans]
