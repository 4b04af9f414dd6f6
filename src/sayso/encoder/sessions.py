"""The encoder at work: its weights, loaded once, run by onnxruntime."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from sayso.encoder.tokens import Ints

Floats = npt.NDArray[np.float32]

READER = ("reader.onnx", "scorers.npz", "confidence.json", "tokenizer.json")

_CLS, _SEP = 101, 102


class EncoderSession:
    """Runs the reader's network over windows of wordpieces.

    Every window is a run of its own: activations are quantized by window, so nothing else can change its labels. Windows
    run beside each other on ``threads`` threads.

    Args:
        threads: how many windows are run at a time.
        weights: folder of ``reader.onnx``; by default the weights that are installed with sayso.
    """

    def __init__(self, threads: int = 1, weights: Path | None = None) -> None:
        self._session = open_session("reader.onnx", weights)
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def submit(self, pieces: Ints, traits: Ints, first: Ints) -> Future[tuple[Floats, Floats]]:
        """Start the run of one window.

        Args:
            pieces: int64 [length], vocabulary ids without the special ones.
            traits: int64 [length], the trait of each wordpiece's word.
            first: int64 [words], index of each word's first wordpiece.

        Returns:
            A future of labels float32 [words, labels] and ends float32 [words, 6 * size of an end's vector].
        """
        if self._pool is not None:
            return self._pool.submit(self._run, pieces, traits, first)
        done: Future[tuple[Floats, Floats]] = Future()
        done.set_result(self._run(pieces, traits, first))
        return done

    def _run(self, pieces: Ints, traits: Ints, first: Ints) -> tuple[Floats, Floats]:
        inputs = {
            "pieces": np.concatenate([[_CLS], pieces, [_SEP]]),
            "traits": np.concatenate([[0], traits, [0]]),
            "first": first + 1,
        }
        labels, ends = self._session.run(None, inputs)
        return labels, ends


def open_session(name: str, folder: Path | None = None) -> onnxruntime.InferenceSession:
    """A session of one of the networks, on one thread; several threads may run it at once."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(read_weights(name, folder), options, providers=["CPUExecutionProvider"])


def read_weights(name: str, folder: Path | None = None) -> bytes:
    """A file of the installed weights, or of another folder of weights."""
    return (folder / name if folder else files("sayso.encoder.weights").joinpath(name)).read_bytes()


@cache
def weights_digest(folder: Path | None = None, names: tuple[str, ...] = READER) -> str:
    """Eight hex digits that stand for files in a folder of weights: by default for all that decides what is read."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(hashlib.sha256(read_weights(name, folder)).digest())
    return digest.hexdigest()[:8]
