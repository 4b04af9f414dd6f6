"""From labelled words to attributions: which source, which cue and which contents belong together.

The words' labels give spans. Every content chooses the cue that it hangs on, or none; every cue chooses its source, or
none; a content without a cue chooses its source itself. Contents that share a cue are the pieces of one attribution.
Each choice is made by a scorer that was trained with the encoder: it sees what the encoder makes of both spans and how
they lie to each other (distance, sentences, paragraphs, quotation marks and rivals between them). This is head selection
as in dependency parsing (Zhang, Cheng and Lapata, EACL 2017), between spans instead of words.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sayso.encoder.sessions import read_weights
from sayso.encoder.tokens import Ints
from sayso.reading.decoding import spans_of
from sayso.reading.layout import Layout
from sayso.reading.mentions import REFERENCE_FEATURES, REFERENTS, Mentions, reference_features, referent_pairs
from sayso.reading.tagger import Sight, Tags

Floats = npt.NDArray[np.float64]

SOURCE, CUE, CONTENT, RELAY, NAME = range(5)
# The choices: (role that chooses, role that is chosen). The last is among all mentions, see ``mentions``.
CHOICES = ((CUE, SOURCE), (CONTENT, CUE), (CONTENT, SOURCE), (RELAY, CUE), (SOURCE, NAME))
REFERENCE = 4
NEAREST = 5  # spans that one choice is made among: before the chooser, within it and after it
CANDIDATES = 3 * NEAREST
_AT_ONCE = 4096  # pairs that are scored together, so that memory doesn't grow with the article
CHOOSABLE = (CANDIDATES,) * 4 + (REFERENTS,)  # spans that each choice is made among at most
# How many values each feature of a pair has, for each choice; see ``pair_features`` and ``reference_features``.
FEATURES = ((20, 4, 3, 4, 3, 9, 2),) * 4 + (REFERENCE_FEATURES,)
_DISTANCES = np.array([1, 2, 3, 4, 6, 9, 15, 26, 51])

WordSpan = tuple[int, int]


@dataclass(slots=True)
class Attribution:
    """One attribution, in words.

    Attributes:
        content: first and last word of each piece, in order.
        cue, source: first and last word, or None.
        relays: first and last word of each, in the order of the text.
        type: index into ``TYPES`` that the source most likely has; None without a source.
        heading: probability that the content stands in a heading.
        signs: what speaks for and against the attribution, see ``SIGNS``.
    """

    content: list[WordSpan]
    cue: WordSpan | None
    source: WordSpan | None
    relays: list[WordSpan] = field(default_factory=list)
    type: int | None = None
    heading: float = 0.0
    signs: list[float] = field(default_factory=list)

    @property
    def spans(self) -> list[WordSpan]:
        """Of all its roles but the relays."""
        return [*self.content, *(span for span in (self.cue, self.source) if span is not None)]


SIGNS = (
    "content_begins", "content_ends", "content_inside", "cue_inside", "source_begins", "source_inside", "no_cue", "no_source",
    "cue_chosen", "source_chosen", "pieces", "log_words", "quoted", "heading", "cue_far", "source_far",
)  # fmt: skip


class Scorers:
    """The trained scorers of the three choices.

    Args:
        weights: folder of ``scorers.npz``; by default the weights that are installed with sayso.
    """

    def __init__(self, weights: Path | None = None) -> None:
        with np.load(io.BytesIO(read_weights("scorers.npz", weights)), allow_pickle=False) as arrays:
            # Double precision: the last digits of a product must not depend on who else was scored.
            self._arrays = {name: arrays[name].astype(np.float64) for name in arrays.files}
        # The lie's table is looked up, every other weight is multiplied with: [in, out].
        for name in [n for n in self._arrays if n.endswith(".weight") and ".lie." not in n]:
            self._arrays[name] = np.ascontiguousarray(self._arrays[name].T)
        self._offsets = [np.cumsum([0, *sizes[:-1]]) for sizes in FEATURES]

    def choose(self, choice: int, choosers: Ints, heads: Ints, layout: Layout, vectors: Vectors) -> tuple[Ints, Floats]:
        """Let every chooser choose a span.

        Args:
            choice: index into ``CHOICES``.
            choosers, heads: int64 [n, 2] and [m, 2], spans in order.
            layout: of the article.
            vectors: of the ends of the article's spans.

        Returns:
            int64 [n], index of the chosen head or -1, and float64 [n], the probability of that choice.
        """
        pairs = candidate_pairs(choosers, heads)
        chooser_role, head_role = CHOICES[choice]
        own, others = vectors.of(choosers, chooser_role), vectors.of(heads, head_role)
        columns, shares = self._shares(choice, own, others, pairs, lambda some: pair_features(choosers, heads, layout, some))
        best = shares.argmax(axis=1)
        rows = np.arange(len(choosers))
        return columns[rows, best], shares[rows, best]

    def refer(self, choosers: Mentions, own: Floats, heads: Mentions, layout: Layout, vectors: Vectors) -> tuple[Ints, Floats]:
        """How likely every chooser refers to the same as the mentions around it.

        Args:
            choosers: in order, and ``own`` float64 [n, size], their vectors.
            heads: the mentions that may be chosen.
            layout: of the article.
            vectors: of the ends of the article's spans.

        Returns:
            int64 [n, REFERENTS + 1], indexes of heads or -1, and float64 of the same shape, their probabilities; the last
            column stands for none.
        """
        pairs = referent_pairs(choosers.spans, heads.spans)
        others = vectors.of(heads.spans, NAME)
        return self._shares(REFERENCE, own, others, pairs, lambda some: reference_features(choosers, heads, layout, some))

    def _shares(self, choice: int, own: Floats, others: Floats, pairs: Ints, features: Callable[[Ints], Ints]) -> tuple[Ints, Floats]:
        none = CHOOSABLE[choice]
        scores = np.full((len(own), none + 1), -np.inf)
        scores[:, none] = self._layer(choice, "none.2", np.maximum(self._layer(choice, "none.0", own), 0))[:, 0]
        columns = np.full((len(own), none + 1), -1, dtype=np.int64)
        if len(pairs):
            dep, head = self._layer(choice, "dep", own), self._layer(choice, "head", others)
        for low in range(0, len(pairs), _AT_ONCE):
            some = pairs[low : low + _AT_ONCE]
            chooser, chosen = some[:, 0], some[:, 1]
            lie = self._arrays[f"{choice}.lie.weight"][features(some) + self._offsets[choice]].sum(axis=1)
            hidden = dep[chooser] + head[chosen] + self._layer(choice, "both", own[chooser] * others[chosen]) + lie
            place = np.arange(low, low + len(some)) - np.searchsorted(pairs[:, 0], some[:, 0])
            scores[chooser, place] = self._layer(choice, "out", np.maximum(hidden, 0))[:, 0]
            columns[chooser, place] = chosen
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        return columns, share / share.sum(axis=1, keepdims=True)

    def _layer(self, choice: int, name: str, x: Floats) -> Floats:
        # Row by row: a product of all rows would wake the linear algebra library's own threads, which spin for work
        # beside ours (over a quarter of the processor time of reading, when that was measured).
        y: Floats = np.matmul(x[:, None, :], self._arrays[f"{choice}.{name}.weight"])[:, 0]
        bias = self._arrays.get(f"{choice}.{name}.bias")
        return y if bias is None else y + bias


class Vectors:
    """Vectors of spans, from those of the words at their ends."""

    def __init__(self, tags: Tags) -> None:
        self._kept = tags.kept
        self._ends = tags.ends

    def of(self, spans: Ints, role: int) -> Floats:
        """float64 [spans, size]: the sum of the vectors of first and last word."""
        first = np.searchsorted(self._kept, spans[:, 0])
        last = np.searchsorted(self._kept, spans[:, 1])
        both: Floats = self._ends[first, 2 * role].astype(np.float64) + self._ends[last, 2 * role + 1]
        return both


def find_attributions(sight: Sight, tags: Tags, scorers: Scorers) -> list[Attribution]:
    """Tie the spans of an article together, in order of their contents."""
    spans = [spans_of(tags.labels[:, role]) for role in (SOURCE, CUE, CONTENT)]
    if not len(spans[CONTENT]):
        return []
    vectors, layout = Vectors(tags), sight.layout
    cue_source, cue_source_p = scorers.choose(0, spans[CUE], spans[SOURCE], layout, vectors)
    content_cue, content_cue_p = scorers.choose(1, spans[CONTENT], spans[CUE], layout, vectors)
    content_source, content_source_p = scorers.choose(2, spans[CONTENT], spans[SOURCE], layout, vectors)
    relays = spans_of(tags.labels[:, RELAY])
    relay_cue, _ = scorers.choose(3, relays, spans[CUE], layout, vectors)
    continued = _continued(sight, spans[CONTENT])

    groups: list[list[int]] = []
    by_cue: dict[int, list[int]] = {}
    for piece in range(len(spans[CONTENT])):
        cue = int(content_cue[piece])
        if cue >= 0 and cue in by_cue:
            by_cue[cue].append(piece)
        elif cue < 0 and content_source[piece] < 0 and continued[piece] and groups:
            groups[-1].append(piece)
        else:
            groups.append([piece])
            if cue >= 0:
                by_cue[cue] = groups[-1]

    found = []
    certainty = _Certainty(tags)
    for group in groups:
        lead = group[0]
        cue = int(content_cue[lead])
        source = int(cue_source[cue] if cue >= 0 else content_source[lead])
        attribution = Attribution(
            [(int(a), int(b)) for a, b in spans[CONTENT][group]],
            (int(spans[CUE][cue, 0]), int(spans[CUE][cue, 1])) if cue >= 0 else None,
            (int(spans[SOURCE][source, 0]), int(spans[SOURCE][source, 1])) if source >= 0 else None,
        )
        if cue >= 0:
            attribution.relays = [(a, b) for a, b in relays[relay_cue == cue].tolist()]
        if attribution.source is not None:
            first, last = attribution.source
            attribution.type = int(tags.types[first : last + 1].mean(axis=0).argmax())
        attribution.heading = min(float(tags.heading[a : b + 1].mean()) for a, b in attribution.content)
        chosen = (float(content_cue_p[group].min()), float(cue_source_p[cue] if cue >= 0 else content_source_p[lead]))
        attribution.signs = _signs(attribution, certainty, layout, chosen)
        found.append(attribution)
    return sorted(found, key=lambda a: a.content[0])


def _continued(sight: Sight, contents: Ints) -> npt.NDArray[np.bool_]:
    """Whether each content stands in a quotation that goes on from the paragraph before."""
    start, end = sight.words.start[contents[:, 0]], sight.words.end[contents[:, 1]]
    going_on = [q.inside for q in sight.quotations if q.continues]
    if not going_on:
        return np.zeros(len(contents), dtype=bool)
    inside = np.array(going_on, dtype=np.int64)
    at = np.searchsorted(inside[:, 0], start, side="right") - 1
    within: npt.NDArray[np.bool_] = (at >= 0) & (end <= inside[at, 1])
    return within


class _Certainty:
    """How sure the network is of spans' ends and insides, as log-odds."""

    def __init__(self, tags: Tags) -> None:
        shares = np.exp(tags.spans[:, : CONTENT + 1].astype(np.float64))
        self._begins, self._goes_on = shares[:, :, 1], shares[:, :, 2]
        self._inside = np.concatenate([np.zeros((1, CONTENT + 1)), np.cumsum(1 - shares[:, :, 0], axis=0)])

    def inside(self, role: int, first: int, last: int) -> float:
        return _log_odds(float(self._inside[last + 1, role] - self._inside[first, role]) / (last + 1 - first))

    def begins(self, role: int, first: int) -> float:
        return _log_odds(float(self._begins[first, role]))

    def ends(self, role: int, last: int) -> float:
        return _log_odds(1 - float(self._goes_on[last + 1, role]) if last + 1 < len(self._goes_on) else 1.0)


def _signs(attribution: Attribution, certainty: _Certainty, layout: Layout, chosen: tuple[float, float]) -> list[float]:
    """The numbers that confidence is judged by, named in ``SIGNS``."""
    inside, begins, ends = certainty.inside, certainty.begins, certainty.ends
    content, cue, source = attribution.content, attribution.cue, attribution.source
    count = sum(b - a + 1 for a, b in content)
    quoted = sum(int(np.count_nonzero(layout.depth[a : b + 1])) for a, b in content) / count

    def far(span: WordSpan | None) -> float:
        if span is None:
            return 0.0
        return math.sqrt(min(min(abs(span[0] - b), abs(a - span[1]), 60) for a, b in content))

    signs = {
        "content_begins": min(begins(CONTENT, a) for a, _ in content),
        "content_ends": min(ends(CONTENT, b) for _, b in content),
        "content_inside": min(inside(CONTENT, a, b) for a, b in content),
        "cue_inside": inside(CUE, *cue) if cue else 0.0,
        "source_begins": begins(SOURCE, source[0]) if source else 0.0,
        "source_inside": inside(SOURCE, *source) if source else 0.0,
        "no_cue": float(cue is None),
        "no_source": float(source is None),
        "cue_chosen": _log_odds(chosen[0]),
        "source_chosen": _log_odds(chosen[1]),
        "pieces": float(min(len(content), 4)),
        "log_words": math.log(count),
        "quoted": quoted,
        "heading": attribution.heading,
        "cue_far": far(cue),
        "source_far": far(source),
    }
    return [signs[name] for name in SIGNS]


def pair_features(choosers: Ints, heads: Ints, layout: Layout, pairs: Ints) -> Ints:
    """What the lie of two spans says about whether they belong together.

    Args:
        choosers: int64 [n, 2], first and last word of the spans that choose, in order.
        heads: int64 [m, 2], first and last word of the spans that may be chosen, in order.
        layout: of the article.
        pairs: int64 [k, 2], indexes of chooser and head.

    Returns:
        int64 [k, 7]: distance with its side, sentences between, paragraphs between, other heads between, other choosers
        between, quotation depth of both, and whether one lies in the other.
    """
    dep, head = choosers[pairs[:, 0]], heads[pairs[:, 1]]
    after = head[:, 0] > dep[:, 0]
    left = np.where(after, dep[:, 1], head[:, 1])
    right = np.where(after, head[:, 0], dep[:, 0])
    gap = np.maximum(right - left, 0)
    inside = (right <= left).astype(np.int64)
    bucket = np.searchsorted(_DISTANCES, gap, side="right") + 10 * after
    sentences = np.minimum(np.abs(layout.sentence[right] - layout.sentence[left]), 3)
    paragraphs = np.minimum(np.abs(layout.paragraph[right] - layout.paragraph[left]), 2)
    heads_between = _between(heads, left, right, 3)
    rivals_between = _between(choosers, left, right, 2)
    depth = layout.depth[dep[:, 0]] * 3 + layout.depth[head[:, 0]]
    return np.stack([bucket, sentences, paragraphs, heads_between, rivals_between, depth, inside], axis=1)


def _between(spans: Ints, left: Ints, right: Ints, most: int) -> Ints:
    """How many spans lie wholly between two words, up to ``most``."""
    begin = np.searchsorted(spans[:, 0], left, side="right")
    end = np.searchsorted(spans[:, 1], right, side="left")
    between: Ints = np.clip(end - begin, 0, most)
    return between


def candidate_pairs(choosers: Ints, heads: Ints) -> Ints:
    """The pairs that are worth scoring, int64 [k, 2]: each chooser with the heads nearest to it."""
    if not len(choosers) or not len(heads):
        return np.zeros((0, 2), dtype=np.int64)
    pairs: list[tuple[int, int]] = []
    places = np.searchsorted(heads[:, 0], choosers[:, 0])
    lasts = np.searchsorted(heads[:, 0], choosers[:, 1])
    for chooser, (before, after) in enumerate(zip(places.tolist(), lasts.tolist(), strict=True)):
        inner = range(before, min(after, before + NEAREST))
        around = {*range(max(0, before - NEAREST), before), *inner, *range(after, min(len(heads), after + NEAREST))}
        pairs += [(chooser, head) for head in sorted(around)]
    return np.array(pairs, dtype=np.int64)


def _log_odds(probability: float) -> float:
    """Log-odds, within bounds: they tell 0.99 from 0.999, which a network is sure of too often."""
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))
