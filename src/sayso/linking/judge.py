"""How the claims of two statements stand to each other: the linking network's verdict on a pair."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sayso.encoder.pairs import PairSession, Passage
from sayso.encoder.sessions import Floats
from sayso.encoder.vectors import cosines
from sayso.linking.figures import compare_figures
from sayso.linking.sayings import Saying
from sayso.linking.voices import same_voice
from sayso.linking.wording import likeness
from sayso.models import Quantity

VERDICTS = ("none", "words", "changed", "claim", "denies", "denied", "opposed", "figure")
"""Nothing; the same words of one utterance; those with another meaning; the same claim; the first denies the second; the
second the first; both can't be true; another figure for the same quantity."""

FEATURES = 15
STEPS = 3  # decimals of a share
_REMEMBERED = 5000  # statements whose wordpieces are kept at hand


def features_of(
    words: tuple[Sequence[str], Sequence[str]],
    figures: tuple[Sequence[Quantity], Sequence[Quantity]],
    cosines: tuple[float, float],
    denials: tuple[bool | None, bool | None],
    same_speaker: float,
    days: float,
) -> Floats:
    """What the judge is told beside the words: float32 [FEATURES], the same for a pair and the pair turned round but for the last two.

    Args:
        words: of each, as ``words_of`` gives them.
        figures: the quantities in each.
        cosines: of the contents' vectors, and of those with the words before them.
        denials: whether each is a denial; None where that isn't known.
        same_speaker: 1 or 0, or 0.5 where a speaker isn't known.
        days: between the two.
    """
    alike = likeness(*words)
    compared = compare_figures(*figures)
    return np.array(
        [
            same_speaker, math.log1p(days) / 6, alike.whole, alike.contained, alike.longest, min(alike.run, 20) / 20, alike.lengths,
            *cosines, float(compared.both), compared.equal, compared.other, compared.distance,
            *(0.5 if denial is None else float(denial) for denial in denials),
        ],
        dtype=np.float32,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge makes of a pair of statements, the first of which was printed earlier.

    Attributes:
        a, b: the statements' ids.
        shares: of each of VERDICTS.
    """

    a: str
    b: str
    shares: tuple[float, ...]


class Judge:
    """Judges pairs of statements.

    Args:
        weights: folder of ``linking.onnx``, ``judge.onnx`` and ``judge.json``; by default what is installed with sayso.
    """

    def __init__(self, weights: Path | None = None) -> None:
        self._session = PairSession(weights)
        self._pieces: dict[Passage, list[int]] = {}

    def judge(self, a: Saying, b: Saying) -> Verdict:
        """The verdict on two statements, the earlier first."""
        near = tuple(float(cosines(one, other[None])[0]) for one, other in zip(a.vectors, b.vectors, strict=True))
        one, other = a.said, b.said
        same = same_voice(one.voice, other.voice)
        features = features_of(
            (one.words, other.words),
            (one.figures, other.figures),
            (near[0], near[1]),
            (one.denial, other.denial),
            0.5 if same is None else float(same),
            one.days_from(other),
        )
        shares = self._session.judge(self._encoded(a), self._encoded(b), features)
        return Verdict(one.id, other.id, tuple(round(float(share), STEPS) for share in shares))

    def _encoded(self, saying: Saying) -> list[int]:
        if (found := self._pieces.get(saying.passage)) is None:
            if len(self._pieces) > _REMEMBERED:
                self._pieces.clear()
            found = self._pieces[saying.passage] = self._session.encode(saying.passage)
        return found
