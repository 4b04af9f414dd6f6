"""The encoder's pass over an article: labels for every word, and vectors for the words at the ends of spans."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from sayso.encoder.sessions import EncoderSession
from sayso.encoder.tokens import Ints, Words, split_words
from sayso.models import SpeakerType
from sayso.reading.decoding import Labels, decode, words_at_ends
from sayso.reading.layout import Layout, find_paragraphs, lay_out
from sayso.reading.mentions import NAME_TYPES
from sayso.reading.quotation import Quotation, canonical_view, find_quotations
from sayso.reading.windows import Window, plan_windows

Floats = npt.NDArray[np.float32]

ROLES = 5  # source, cue, content, relay, name
TYPES: tuple[SpeakerType, ...] = ("person", "organization", "group", "anonymous", "document", "media", "author")
# Of the outputs that are no span's; the three of time expressions aren't used (docs/decisions.md).
_COLUMNS = np.cumsum([len(TYPES), len(NAME_TYPES), 3, 1, 1, 1, 1, 1, 1])
_AHEAD = 8  # windows that may be under way before the first of them is used
_LONGEST = 382  # wordpieces that the encoder can see; a window of a few very long words is cut


@dataclass(frozen=True, slots=True)
class Sight:
    """An article as the encoder is shown it: words, layout and quotations."""

    words: Words
    layout: Layout
    quotations: list[Quotation]


@dataclass(frozen=True, slots=True)
class Tags:
    """What the encoder makes of an article's words.

    Attributes:
        spans: float32 [words, 5, 3], for source, cue, content, relay and name the log-probability that the word stands
            outside, begins a span, or goes on with one.
        labels: int8 [words, 5], the labels decoded from them, window by window.
        types: float32 [words, 7], scores of the ``TYPES`` where the word belongs to a source.
        names: float32 [words, 5], scores of the ``NAME_TYPES`` where the word belongs to a name.
        heading: float32 [words], probability that the word stands in a heading.
        rejects: float32 [words], score of the word's rejecting the content, where it belongs to a cue.
        denies: float32 [words], score of the word's standing in a denial, where it belongs to a content.
        female: float32 [words], score of the word's being part of a woman's name, where it belongs to a person's.
        nested: float32 [words], score of the word's being in the cue of a statement within the content that it belongs to.
        quantity: float32 [words], score of the word's being part of a number that counts or measures.
        narrated: float32 [words], score of the word's standing in a sentence that reports a fact in the outlet's own voice.
        kept: int64 [k], the words whose vectors are kept, in order: every word at an end of a span.
        ends: float16 [k, 10, size], vectors of the kept words as first and last word of a span of each role.
    """

    spans: Floats
    labels: Labels
    types: Floats
    names: Floats
    heading: Floats
    rejects: Floats
    denies: Floats
    female: Floats
    nested: Floats
    quantity: Floats
    narrated: Floats
    kept: Ints
    ends: npt.NDArray[np.float16]


def see(text: str, tokenizer: Tokenizer) -> Sight:
    """Cut a text into words and find its quotations, sentences and paragraphs."""
    paragraphs = find_paragraphs(text)
    quotations = find_quotations(text, [(p.start, p.end) for p in paragraphs])
    depth = np.zeros(len(text), dtype=np.int8)
    for quotation in quotations:
        depth[slice(*quotation.inside)] = min(quotation.depth + 1, 2)
    view = canonical_view(text, quotations)
    places = np.array([(p.start, 1 + p.apart) for p in paragraphs], dtype=np.int64).reshape(-1, 2)
    words = split_words(view, text, depth, places, tokenizer)
    spelled = [view[a:b] for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True)]
    glued = np.append(False, words.start[1:] == words.end[:-1])
    return Sight(words, lay_out(spelled, words.breaks, depth[words.start].astype(np.int64), glued), quotations)


def tag(words: Words, session: EncoderSession) -> Tags:
    """Run the encoder over all windows of an article.

    Args:
        words: of the article.
        session: runs the windows.
    """
    if not len(words):
        return _nothing()
    spans, labels, others, kept = [], [], [], []
    ends = _Rows()
    under_way: deque[tuple[Window, Future[tuple[Floats, Floats]]]] = deque()

    def finish() -> None:
        window, run = under_way.popleft()
        outputs, vectors = run.result()
        scores = outputs[:, : 3 * ROLES].reshape(-1, ROLES, 3)
        scores = scores - np.logaddexp.reduce(scores, axis=2, keepdims=True)
        low, high = window.taken[0] - window.shown[0], window.taken[1] - window.shown[0]
        labels.append(decode(scores, words.breaks[window.shown[0] : window.shown[1]] > 0)[low:high])
        places = np.union1d(words_at_ends(labels[-1]), [0, high - low - 1])
        spans.append(scores[low:high])
        others.append(outputs[low:high, 3 * ROLES :])
        kept.append(places + window.taken[0])
        ends.append(vectors[low:high][places])

    for window in plan_windows(words):
        first, last = window.shown
        begin = int(words.first[first])
        stop = int(words.first[last]) if last < len(words) else len(words.pieces)
        counts = np.diff(np.append(words.first[first:last], stop))
        stop = min(stop, begin + _LONGEST)
        traits = np.repeat(words.traits[first:last], counts)[: stop - begin]
        places = np.minimum(words.first[first:last] - begin, stop - begin - 1)
        under_way.append((window, session.submit(words.pieces[begin:stop], traits, places)))
        if len(under_way) > _AHEAD:
            finish()
    while under_way:
        finish()
    vectors = ends.array()
    types, names, _, *single = np.split(np.concatenate(others), _COLUMNS, axis=1)
    heading, rejects, denies, female, nested, quantity, narrated = (scores[:, 0] for scores in single)
    return Tags(
        np.concatenate(spans), np.concatenate(labels), types, names,
        (1 / (1 + np.exp(-heading))).astype(np.float32), rejects, denies, female, nested,
        quantity, narrated,
        np.concatenate(kept), vectors.reshape(len(vectors), 2 * ROLES, -1),
    )  # fmt: skip


def _nothing() -> Tags:
    def none(*shape: int) -> Floats:
        return np.zeros((0, *shape), dtype=np.float32)

    return Tags(
        none(ROLES, 3), np.zeros((0, ROLES), dtype=np.int8), none(len(TYPES)), none(len(NAME_TYPES)),
        none(), none(), none(), none(), none(), none(), none(), np.zeros(0, dtype=np.int64),
        np.zeros((0, 2 * ROLES, 1), dtype=np.float16),
    )  # fmt: skip


class _Rows:
    """A growing array of rows.

    One block that doubles, since the small arrays of many windows, kept beside large ones that come and go, would leave the
    heap full of holes.
    """

    def __init__(self) -> None:
        self._block = np.empty((0, 0), dtype=np.float16)
        self._count = 0

    def append(self, rows: Floats) -> None:
        wanted = self._count + len(rows)
        if wanted > len(self._block):
            block = np.empty((max(wanted, 2 * len(self._block)), rows.shape[1]), dtype=np.float16)
            if self._count:
                block[: self._count] = self._block[: self._count]
            self._block = block
        self._block[self._count : wanted] = rows
        self._count = wanted

    def array(self) -> npt.NDArray[np.float16]:
        return self._block[: self._count]
