"""The encoder as an ONNX graph, written straight from the packed weights: no torch, no exporter, a few seconds.

Weights are 8-bit integers, one scale per output column, and activations are quantised as they come
(``DynamicQuantizeMatMul``). Two parts keep the 4-bit blocks of the file as they are, without loss: the word table, whose
rows are only looked up, and the one matrix whose inputs hold an outlier so large that 8 bits for the whole tensor leave
nothing for the rest (cosine to float32 0.994 at worst with that matrix in 8 bits, 0.997 without).

The graph takes one text, so there is no padding and no mask, and a vector never depends on what else was in its batch.
Fused operators are those of ONNX Runtime (domain com.microsoft), but for the layer norm behind a residual: fused
(``SkipLayerNormalization``) it takes six times as long as its two parts.

The student (:mod:`ingest.embed.student`) is a graph of its own over the same word table: of one graph all nodes are run, whatever is asked for.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ingest.embed.packed import BLOCK, PackedModel, Shape
from ingest.embed.spec import shown_layers
from ingest.embed.student import Student, quantise

INPUT, OUTPUT, LAYER_MEANS = "input_ids", "sentence_embedding", "layer_means"
STATES, STATES_LAYER = "token_states", 8
"""What the tokens are after that layer, counted from 0: where meaning in context is clearest and words are still told apart."""

FUSED = "com.microsoft"
OPSET, IR_VERSION = 17, 9

OUTLIER_MATRIX = "l4.fo"
"""Second feed-forward matrix of the fifth layer; found by leaving each matrix in 4 bits in turn."""


class _Weights(Protocol):
    """Where the weights of a layer come from."""

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]: ...

    def vector(self, name: str) -> NDArray[np.float32]: ...


class _Graph:
    """Nodes and constants under construction; every method returns the name of the value it adds."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(
        self, operator: str, inputs: list[str], output: str, *, domain: str = "", **attributes: int | float
    ) -> str:
        self.nodes.append(
            helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes)
        )
        return output


def encoder_graph(model: PackedModel, *, token_ids: NDArray[np.int64]) -> onnx.ModelProto:
    """Return the model: ``input_ids`` int64 (1, tokens) to ``sentence_embedding`` float32 (1, d), of length 1.

    Its second output, ``layer_means`` float32 (1, k, d), is the mean over the tokens after each of the shown layers.
    Its third is ``token_states`` float32 (1, tokens, d).
    ``token_ids`` are the rows of the word table to keep, in the order of the tokenizer's own ids.
    """
    graph = _Graph()
    positions = model.vector("emb.pos").reshape(-1, model.shape.hidden)
    positions = positions + model.vector("emb.type")[: model.shape.hidden]
    words = _words(graph, model, token_ids)
    hidden = _placed(graph, model, "emb", words, positions, model.shape.epsilon)
    shown = shown_layers(model.shape.layers)
    means = []
    for layer in range(model.shape.layers):
        hidden = _layer(graph, model, model.shape, f"l{layer}", hidden)
        if layer + 1 in shown:
            means.append(graph.add("ReduceMean", [hidden], f"l{layer}.mean", axes=[1], keepdims=1))  # type: ignore[arg-type]
        if layer == STATES_LAYER:
            graph.add("Identity", [hidden], STATES)
    graph.nodes.append(helper.make_node("Concat", means, [LAYER_MEANS], name=LAYER_MEANS, axis=1))
    mean = graph.add("ReduceMean", [hidden], "mean", axes=[1], keepdims=0)  # type: ignore[arg-type]
    graph.add("LpNormalization", [mean], OUTPUT, axis=-1, p=2)
    size = model.shape.hidden
    outputs: dict[str, Sequence[int | str]] = {
        OUTPUT: [1, size],
        LAYER_MEANS: [1, len(shown), size],
        STATES: [1, "tokens", size],
    }
    return _model(graph, "multilingual-e5-small", outputs)


def student_graph(model: PackedModel, student: Student, *, token_ids: NDArray[np.int64]) -> onnx.ModelProto:
    """Return the student: of ``input_ids`` its ``sentence_embedding`` and ``token_states``, shaped as those of the model.

    Up to ``POSITIONS`` tokens.
    """
    graph, shape = _Graph(), model.shape
    words = _words(graph, model, token_ids)
    positions = student.vector("s.pos").reshape(-1, shape.hidden)
    hidden = _placed(graph, student, "s.emb", words, positions, shape.epsilon)
    for layer in range(student.layers):
        hidden = _layer(graph, student, shape, f"s{layer}", hidden)
    turned = _linear(graph, student, "s.states", ["s.states"], hidden, shape.hidden)
    graph.add("Add", [hidden, turned], STATES)
    mean = graph.add("ReduceMean", [hidden], "s.mean", axes=[1], keepdims=0)  # type: ignore[arg-type]
    moved = _linear(graph, student, "s.vector", ["s.vector"], mean, shape.hidden)
    whole = graph.add("Add", [mean, moved], "s.moved")
    graph.add("LpNormalization", [whole], OUTPUT, axis=-1, p=2)
    return _model(graph, "student", {OUTPUT: [1, shape.hidden], STATES: [1, "tokens", shape.hidden]})


def _model(graph: _Graph, name: str, outputs: Mapping[str, Sequence[int | str]]) -> onnx.ModelProto:
    """Return the ``graph`` as a model from token ids to ``outputs`` of these shapes."""
    proto = helper.make_graph(
        graph.nodes,
        name,
        [helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info(out, TensorProto.FLOAT, form) for out, form in outputs.items()],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(proto, opset_imports=opsets, ir_version=IR_VERSION)


def _words(graph: _Graph, model: PackedModel, token_ids: NDArray[np.int64]) -> str:
    """Add the look-up in the word table."""
    size = model.shape.hidden
    nibbles, scales = model.blocks("emb.word", size)
    table = _pairs(nibbles[token_ids]).reshape(len(token_ids), size // 2)
    inputs = [graph.constant("word.q", table), INPUT, graph.constant("word.s", scales[token_ids])]
    return graph.add(
        "GatherBlockQuantized",
        inputs,
        "words",
        domain=FUSED,
        block_size=BLOCK,
        bits=4,
        gather_axis=0,
        quantize_axis=1,
    )


def _placed(
    graph: _Graph,
    weights: _Weights,
    name: str,
    words: str,
    positions: NDArray[np.float32],
    epsilon: float,
) -> str:
    """Add the embeddings of ``positions`` (n, d) to those of the words, and their layer norm."""
    length = graph.add("Shape", [INPUT], "length", start=1, end=2)
    zero = graph.constant("zero", np.array([0], np.int64))
    table = graph.constant(f"{name}.pos", positions)
    first = graph.add("Slice", [table, zero, length, zero], f"{name}.positions")
    summed = graph.add("Add", [words, first], f"{name}.sum")
    norm = [graph.constant(f"{name}.ln.{p}", weights.vector(f"{name}.ln.{p}")) for p in "wb"]
    return graph.add("LayerNormalization", [summed, *norm], f"{name}.placed", axis=-1, epsilon=epsilon)


def _layer(graph: _Graph, model: _Weights, shape: Shape, name: str, hidden: str) -> str:
    """Add one transformer layer: self-attention and feed-forward, each with residual and layer norm."""
    size = shape.hidden
    qkv = _linear(graph, model, f"{name}.qkv", [f"{name}.{p}" for p in "qkv"], hidden, size)
    parts = [f"{name}.{p}.out" for p in "qkv"]
    sizes = graph.constant(f"{name}.split", np.full(3, size, np.int64))
    graph.nodes.append(helper.make_node("Split", [qkv, sizes], parts, name=f"{name}.parts", axis=-1))
    context = graph.add("MultiHeadAttention", parts, f"{name}.context", domain=FUSED, num_heads=shape.heads)
    attended = _linear(graph, model, f"{name}.ao", [f"{name}.ao"], context, size)
    hidden = _residual(graph, model, shape, f"{name}.aln", hidden, attended)
    widened = _linear(graph, model, f"{name}.fi", [f"{name}.fi"], hidden, size)
    active = graph.add("Gelu", [widened], f"{name}.gelu", domain=FUSED)
    narrowed = _linear(graph, model, f"{name}.fo", [f"{name}.fo"], active, shape.feed_forward)
    return _residual(graph, model, shape, f"{name}.oln", hidden, narrowed)


def _residual(graph: _Graph, model: _Weights, shape: Shape, name: str, skipped: str, added: str) -> str:
    norm = [graph.constant(f"{name}.{p}", model.vector(f"{name}.{p}")) for p in "wb"]
    summed = graph.add("Add", [skipped, added], f"{name}.sum")
    return graph.add("LayerNormalization", [summed, *norm], f"{name}.out", axis=-1, epsilon=shape.epsilon)


def _linear(graph: _Graph, model: _Weights, name: str, matrices: list[str], inputs: str, columns: int) -> str:
    """Add ``inputs @ W.T + b``, W being the packed ``matrices`` one below the other, shape (rows, columns)."""
    bias = graph.constant(f"{name}.bias", np.concatenate([model.vector(f"{m}.b") for m in matrices]))
    if name == OUTLIER_MATRIX and isinstance(model, PackedModel):
        nibbles, scales = model.blocks(f"{name}.w", columns)
        packed = [graph.constant(f"{name}.q", _pairs(nibbles)), graph.constant(f"{name}.s", scales)]
        sizes = {"K": columns, "N": len(nibbles), "bits": 4, "block_size": BLOCK, "accuracy_level": 4}
        return graph.add("MatMulNBits", [inputs, *packed, "", "", bias], f"{name}.out", domain=FUSED, **sizes)
    weights = np.concatenate([model.matrix(f"{m}.w", columns) for m in matrices])
    integers, scale = quantise(weights)
    quantised = [
        graph.constant(f"{name}.w", integers.T),
        graph.constant(f"{name}.s", scale),
        graph.constant(f"{name}.z", np.zeros(len(scale), np.int8)),
    ]
    return graph.add("DynamicQuantizeMatMul", [inputs, *quantised, bias], f"{name}.out", domain=FUSED)


def _pairs(nibbles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return neighbouring weights packed in one byte, the first in the low half: ONNX Runtime's order."""
    packed: NDArray[np.uint8] = np.bitwise_or(nibbles[..., 0::2], nibbles[..., 1::2] << 4).astype(np.uint8)
    return packed
