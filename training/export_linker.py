"""Turn a trained judge, and the network that it shares its lower layers with, into the files that sayso runs on.

    python training/export_linker.py build/linker/network.pt src/sayso/encoder/weights

``linking.onnx`` holds word vectors and the lower layers, ``vectors.onnx`` the upper layers that make a text's vector, ``judge.onnx``
those that judge a pair. See export.py for how they are rounded.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch

from export import Array, Graph
from linker import SHARED, START, Linker
from sayso.linking.judge import FEATURES, VERDICTS

LAYERS, SIZE = 6, 384


def lower(state: dict[str, Array], exact: bool) -> onnx.ModelProto:
    """From pieces and sides, int64 [length], to hidden, float32 [1, length, SIZE]."""
    graph = Graph(exact, 8)
    sides = graph.node("Gather", [graph.constant("side_vectors", state["bert.embeddings.token_type_embeddings.weight"]), "sides"], "sided")
    x = graph.embed(graph.words(state), sides, state)
    for layer in range(SHARED):
        x = graph.layer(x, state, layer)
    graph.node("Identity", [x], "hidden")
    return graph.model("linking", {"pieces": ["length"], "sides": ["length"]}, {"hidden": [1, "length", SIZE]})


def _upper(graph: Graph, state: dict[str, Array]) -> tuple[str, str]:
    x = "hidden"
    for layer in range(SHARED, LAYERS):
        x = graph.layer(x, state, layer)
    mean = graph.node("ReduceMean", [x, graph.constant("along", np.ones(1, np.int64))], "mean", keepdims=0)
    return x, mean


def vectors(state: dict[str, Array], exact: bool) -> onnx.ModelProto:
    """From hidden to a vector, float32 [1, SIZE], of any length."""
    graph = Graph(exact, 8)
    _, mean = _upper(graph, state)
    graph.node("Identity", [mean], "vector")
    return graph.model("vectors", {"hidden": [1, "length", SIZE]}, {"vector": [1, SIZE]})


def judge(state: dict[str, Array], exact: bool) -> onnx.ModelProto:
    """From hidden and features, float32 [1, FEATURES], to verdicts, float32 [1, VERDICTS], before the softmax."""
    graph = Graph(exact, 8)
    x, mean = _upper(graph, state)
    places = [graph.constant(name, np.array([at], np.int64)) for name, at in (("start", 0), ("stop", 1), ("axis", 1))]
    first = graph.node("Squeeze", [graph.node("Slice", [x, *places], "opening"), places[2]], "first")

    def dense(x: str, name: str) -> str:
        weight, bias = state[f"{name}.weight"].T, state[f"{name}.bias"]
        return graph.node("Gemm", [x, graph.constant(f"{name}.weight", weight), graph.constant(f"{name}.bias", bias)], name)

    told = graph.node("Relu", [dense("features", "told")], "told.relu")
    joined = graph.node("Tanh", [dense(graph.node("Concat", [first, mean, told], "all", axis=1), "joined")], "joined.tanh")
    graph.node("Identity", [dense(joined, "verdict")], "verdicts")
    return graph.model("judge", {"hidden": [1, "length", SIZE], "features": [1, FEATURES]}, {"verdicts": [1, len(VERDICTS)]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", type=Path, nargs="?", help="network.pt; without one, only what makes vectors is written")
    parser.add_argument("out", type=Path)
    parser.add_argument("--exact", action="store_true", help="keep float32, to measure what rounding costs")
    arguments = parser.parse_args()
    network = Linker(START)
    start = {name: value.float().numpy() for name, value in network.state_dict().items()}
    made = {"linking": lower(start, arguments.exact), "vectors": vectors(start, arguments.exact)}
    if arguments.trained is not None:
        network.load_state_dict(torch.load(arguments.trained))
        made["judge"] = judge({name: value.float().numpy() for name, value in network.state_dict().items()}, arguments.exact)
    for name, model in made.items():
        path = arguments.out / f"{name}.onnx"
        onnx.save(model, str(path))
        print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
