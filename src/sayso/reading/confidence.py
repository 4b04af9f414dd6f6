"""How likely an attribution is right, judged by the signs that its making left."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from sayso.encoder.sessions import read_weights
from sayso.reading.attributions import SIGNS, Attribution


class Confidence:
    """Logistic regression over an attribution's signs, fitted on articles that nothing else was fitted to.

    Right means: the contents share at least half of their union with a true one, and the sources touch or are both
    absent.

    Args:
        weights: folder of ``confidence.json``; by default the weights that are installed with sayso.
    """

    def __init__(self, weights: Path | None = None) -> None:
        numbers = json.loads(read_weights("confidence.json", weights))
        if tuple(numbers["signs"]) != SIGNS:
            raise ValueError("confidence.json was fitted to other signs")
        self._mean = np.array(numbers["mean"])
        self._scale = np.array(numbers["scale"])
        self._weights = np.array(numbers["weights"])
        self._bias = float(numbers["bias"])
        self.threshold = float(numbers["threshold"])

    def judge(self, attribution: Attribution) -> float:
        """The probability, 0 to 1, that the attribution is right."""
        signs = np.clip((np.array(attribution.signs) - self._mean) / self._scale, -6, 6)
        return float(1 / (1 + np.exp(-(float((signs * self._weights).sum()) + self._bias))))
