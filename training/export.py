"""Turn a trained network into the files that sayso runs on: an int8 ONNX graph and the scorers' numbers.

    python training/export.py build/reader src/sayso/encoder/weights

The graph is written node by node, so that it holds the fused operators that onnxruntime runs fastest and nothing else.
Weights are int8 with a scale for each column (word vectors: each row); activations are quantized as they come, one window
at a time, so that a window's labels depend on nothing but the window.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from model import Network
from train import load

Array = npt.NDArray[np.float32]
MICROSOFT = "com.microsoft"


class Graph:
    """A graph under construction; each method adds a node and gives the name of its output."""

    def __init__(self, exact: bool, bits: int) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}
        self.exact = exact
        self.most = 2 ** (bits - 1) - 1

    def constant(self, name: str, array: np.ndarray) -> str:
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(
        self, kind: str, inputs: list[str], output: str, domain: str = "", outputs: list[str] | None = None, **attributes: object
    ) -> str:
        self.nodes.append(helper.make_node(kind, inputs, outputs or [output], name=output, domain=domain, **attributes))
        return output

    def product(self, x: str, weight: Array, name: str, bias: Array | None = None) -> str:
        """``x @ weight + bias``; ``weight`` is [in, out]."""
        if self.exact:
            y = self.node("MatMul", [x, self.constant(f"{name}.weight", weight)], f"{name}.product" if bias is not None else name)
            return y if bias is None else self.node("Add", [y, self.constant(f"{name}.bias", bias)], name)
        scale = np.maximum(np.abs(weight).max(0), 1e-8) / self.most
        rounded = np.clip(np.rint(weight / scale), -self.most, self.most).astype(np.int8)
        inputs = [
            x,
            self.constant(f"{name}.weight", rounded),
            self.constant(f"{name}.scale", scale.astype(np.float32)),
            self.constant(f"{name}.zero", np.zeros(weight.shape[1], np.int8)),
        ]
        if bias is not None:
            inputs.append(self.constant(f"{name}.bias", bias))
        return self.node("DynamicQuantizeMatMul", inputs, name, MICROSOFT)

    def norm(self, x: str, state: dict[str, Array], layer: str, name: str) -> str:
        """Layer normalization; onnxruntime's operator for a sum and its norm is several times slower than the two apart."""
        inputs = [x, self.constant(f"{name}.gamma", state[layer + ".weight"]), self.constant(f"{name}.beta", state[layer + ".bias"])]
        return self.node("LayerNormalization", inputs, name, axis=-1, epsilon=1e-12)

    def layer(self, x: str, state: dict[str, Array], layer: int) -> str:
        """One layer of the encoder."""
        here = f"bert.encoder.layer.{layer}."
        name = f"layer{layer}"
        parts = [here + f"attention.self.{part}" for part in ("query", "key", "value")]
        joined = np.concatenate([state[p + ".weight"] for p in parts]).T
        bias = np.concatenate([state[p + ".bias"] for p in parts])
        self.product(x, joined, f"{name}.joined")
        split = [f"{name}.{part}" for part in ("query", "key", "value")]
        self.node("Split", [f"{name}.joined"], f"{name}.split", outputs=split, axis=2, num_outputs=3)
        y = self.node(
            "MultiHeadAttention", [*split, self.constant(f"{name}.joined.bias", bias)], f"{name}.attended", MICROSOFT, num_heads=12
        )
        for place, wide in (("attention.output", False), ("output", True)):
            if wide:
                y = self.product(x, state[here + "intermediate.dense.weight"].T, f"{name}.wide")
                # By tanh in place of erf: faster, and as good (docs/decisions.md).
                shift = self.constant(f"{name}.wide.shift", state[here + "intermediate.dense.bias"])
                y = self.node("FastGelu", [y, shift], f"{name}.gelu", MICROSOFT)
            y = self.product(y, state[here + f"{place}.dense.weight"].T, f"{name}.{place}", state[here + f"{place}.dense.bias"])
            y = self.node("Add", [y, x], f"{name}.{place}.summed")
            x = self.norm(y, state, here + f"{place}.LayerNorm", f"{name}.{place}.normed")
        return x

    def words(self, state: dict[str, Array]) -> str:
        """The vectors of the input ``pieces``, each rounded to int8 with a scale of its own."""
        table = state["bert.embeddings.word_embeddings.weight"]
        if self.exact:
            return self.node("Gather", [self.constant("vectors", table), "pieces"], "word_vectors")
        scale = np.maximum(np.abs(table).max(1, keepdims=True), 1e-8) / 127
        rounded = np.clip(np.rint(table / scale), -127, 127).astype(np.int8)
        small = self.node("Gather", [self.constant("vectors", rounded), "pieces"], "word_vectors.rounded")
        cast = self.node("Cast", [small], "word_vectors.cast", to=TensorProto.FLOAT)
        scales = self.node("Gather", [self.constant("vectors.scale", scale.astype(np.float32)), "pieces"], "word_vectors.scale")
        return self.node("Mul", [cast, scales], "word_vectors")

    def embed(self, words: str, looks: str, state: dict[str, Array]) -> str:
        """What the first layer is given: word vectors, those of their looks or sides, and those of their places."""
        length = self.node("Shape", ["pieces"], "length")
        table = self.constant("places", state["bert.embeddings.position_embeddings.weight"][:384])
        places = self.node("Slice", [table, self.constant("zero", np.zeros(1, np.int64)), length], "place_vectors")
        x = self.node("Add", [self.node("Add", [words, looks], "summed"), places], "embedded")
        x = self.node("Unsqueeze", [x, self.constant("axis", np.zeros(1, np.int64))], "batched")
        return self.norm(x, state, "bert.embeddings.LayerNorm", "normed")

    def model(self, name: str, inputs: dict[str, list[str]], outputs: dict[str, list[str | int]]) -> onnx.ModelProto:
        """The graph as a model; inputs of one dimension are int64, all else is float32."""
        given = [
            helper.make_tensor_value_info(n, TensorProto.INT64 if len(shape) == 1 else TensorProto.FLOAT, shape)
            for n, shape in inputs.items()
        ]
        made = [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n, shape in outputs.items()]
        body = helper.make_graph(self.nodes, name, given, made, list(self.constants.values()))
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(body, opset_imports=opsets, ir_version=9, producer_name="sayso")


def build(network: Network, exact: bool = False, bits: int = 8) -> onnx.ModelProto:
    """The network as an ONNX model.

    Inputs: pieces, traits int64 [length] (with the special wordpieces at both ends), first int64 [words], the place of
    each word's first wordpiece. Outputs: labels float32 [words, LABELS], ends float32 [words, 2 * ROLES * ENDS].
    """
    state = {name: value.float().numpy() for name, value in network.state_dict().items()}
    graph = Graph(exact, bits)
    looks = state["traits.weight"] + state["bert.embeddings.token_type_embeddings.weight"][0]
    traits = graph.node("Gather", [graph.constant("looks", looks), "traits"], "trait_vectors")
    x = graph.embed(graph.words(state), traits, state)
    layer = 0
    while f"bert.encoder.layer.{layer}.output.dense.weight" in state:
        x = graph.layer(x, state, layer)
        layer += 1
    x = graph.node("Squeeze", [x, "axis"], "hidden")
    x = graph.node("Gather", [x, "first"], "word_hidden")
    labels = graph.node(
        "Gemm",
        [x, graph.constant("labels.weight", state["labels.weight"].T), graph.constant("labels.bias", state["labels.bias"])],
        "labels",
    )
    ends = graph.product(x, state["ends.weight"].T, "ends", state["ends.bias"])
    inputs = {"pieces": ["length"], "traits": ["length"], "first": ["words"]}
    outputs = {labels: ["words", state["labels.bias"].shape[0]], ends: ["words", state["ends.bias"].shape[0]]}
    return graph.model("reader", inputs, outputs)


def scorer_arrays(network: Network) -> dict[str, Array]:
    """The scorers' numbers, by choice and layer."""
    return {
        f"{choice}.{name}": value.numpy().astype(np.float32)
        for choice, scorer in enumerate(network.scorers)
        for name, value in scorer.state_dict().items()
        if name != "offsets"
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--bits", type=int, default=8, help="of the weights of products; 7 can't overflow on processors without VNNI")
    parser.add_argument("--exact", action="store_true", help="keep float32, to measure what rounding costs")
    arguments = parser.parse_args()
    network = load(arguments.trained).eval()
    arguments.out.mkdir(parents=True, exist_ok=True)
    onnx.save(build(network, arguments.exact, arguments.bits), str(arguments.out / "reader.onnx"))
    np.savez(arguments.out / "scorers.npz", **scorer_arrays(network))  # type: ignore[arg-type]
    print(f"{(arguments.out / 'reader.onnx').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
