"""How the claims of two statements stand to each other: the linking network's verdict on a pair."""

from __future__ import annotations

import math

import numpy as np

from sayso.encoder.sessions import Floats
from sayso.linking.wording import Likeness, likeness, words_of

VERDICTS = ("none", "words", "changed", "claim", "denies", "denied", "opposed", "figure")
"""Nothing; the same words of one utterance; those with another meaning; the same claim; the first denies the second; the
second the first; both can't be true; another figure for the same quantity."""

FEATURES = 9


def features_of(a: str, b: str, same_speaker: float, days: float) -> Floats:
    """What the judge is told beside the words: float32 [FEATURES].

    Args:
        a, b: the contents.
        same_speaker: 1 or 0, or 0.5 where a speaker isn't known.
        days: between the two.
    """
    one, other = words_of(a), words_of(b)
    alike: Likeness = likeness(one, other)
    figures, others = ({word for word in words if word[0].isdigit()} for words in (one, other))
    both = bool(figures) and bool(others)
    return np.array(
        [
            same_speaker, math.log1p(days) / 6, alike.whole, alike.contained, alike.longest, min(alike.run, 20) / 20, alike.lengths,
            float(both), len(figures & others) / len(figures | others) if both else 0.5,
        ],
        dtype=np.float32,
    )  # fmt: skip
