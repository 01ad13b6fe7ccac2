"""The encoder as an ONNX graph, written straight from the packed weights: no torch, no exporter, a few seconds.

Weights are 8-bit integers, one scale per output column, and activations are quantised as they come
(``DynamicQuantizeMatMul``), one scale for a whole tensor. Where one channel of a tensor is many times as large as all
others it would leave nothing of 8 bits for the rest, so it is computed apart in float32: cosine to float32 0.9986 in the
mean and 0.997 at worst, 0.998 and 0.995 without. The word table keeps the 4-bit blocks of the file; its rows are only
looked up.

The graph takes one text, so there is no padding and no mask, and a vector never depends on what else was in its batch.
Fused operators are those of ONNX Runtime (domain com.microsoft); where its own fusion is slower than its parts, the parts
are written (``SkipLayerNormalization`` takes six times as long as ``Add`` and ``LayerNormalization``).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ingest.embed.packed import BLOCK, PackedModel

Floats = NDArray[np.float32]

INPUT, OUTPUT = "input_ids", "sentence_embedding"
FUSED = "com.microsoft"
OPSET, IR_VERSION = 17, 9

OUTLIERS: Mapping[int, int] = {0: 318, 4: 778, 5: 658}
"""By layer, the inner channel of its feed-forward that reaches 30 to 60 at the first and last token of every text, where
other channels stay below 8; found by looking at the activations of a thousand texts."""

INT8_LIMIT = 63
"""Largest quantised weight: 7 bits, since AVX2 adds pairs of products in 16 bits and would saturate with 8."""


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

    ``token_ids`` are the rows of the word table to keep, in the order of the tokenizer's own ids.
    """
    graph = _Graph()
    hidden = _embeddings(graph, model, token_ids)
    for layer in range(model.shape.layers):
        hidden = _attention(graph, model, f"l{layer}", hidden)
        hidden = _feed_forward(graph, model, f"l{layer}", hidden, OUTLIERS.get(layer))
    mean = graph.add("ReduceMean", [hidden], "mean", axes=[1], keepdims=0)  # type: ignore[arg-type]
    graph.add("LpNormalization", [mean], OUTPUT, axis=-1, p=2)
    size = model.shape.hidden
    proto = helper.make_graph(
        graph.nodes,
        "multilingual-e5-small",
        [helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, size])],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(proto, opset_imports=opsets, ir_version=IR_VERSION)


def _embeddings(graph: _Graph, model: PackedModel, token_ids: NDArray[np.int64]) -> str:
    """Add word, position and token type 0 embeddings with their layer norm."""
    size = model.shape.hidden
    nibbles, scales = model.blocks("emb.word", size)
    table = _pairs(nibbles[token_ids]).reshape(len(token_ids), size // 2)
    inputs = [graph.constant("word.q", table), INPUT, graph.constant("word.s", scales[token_ids])]
    words = graph.add(
        "GatherBlockQuantized",
        inputs,
        "words",
        domain=FUSED,
        block_size=BLOCK,
        bits=4,
        gather_axis=0,
        quantize_axis=1,
    )
    positions = model.vector("emb.pos").reshape(-1, size) + model.vector("emb.type")[:size]
    length = graph.add("Shape", [INPUT], "length", start=1, end=2)
    zero = graph.constant("zero", np.array([0], np.int64))
    first = graph.add("Slice", [graph.constant("pos", positions), zero, length, zero], "positions")
    summed = graph.add("Add", [words, first], "embeddings")
    norm = [graph.constant(f"emb.ln.{p}", model.vector(f"emb.ln.{p}")) for p in "wb"]
    return graph.add("LayerNormalization", [summed, *norm], "embedded", axis=-1, epsilon=model.shape.epsilon)


def _attention(graph: _Graph, model: PackedModel, name: str, hidden: str) -> str:
    """Add the self-attention of one layer, with residual and layer norm."""
    size = model.shape.hidden
    qkv = _linear(graph, f"{name}.qkv", *_stacked(model, [f"{name}.{p}" for p in "qkv"], size), hidden)
    parts = [f"{name}.{p}.out" for p in "qkv"]
    sizes = graph.constant(f"{name}.split", np.full(3, size, np.int64))
    graph.nodes.append(helper.make_node("Split", [qkv, sizes], parts, name=f"{name}.parts", axis=-1))
    context = graph.add(
        "MultiHeadAttention", parts, f"{name}.context", domain=FUSED, num_heads=model.shape.heads
    )
    attended = _linear(graph, f"{name}.ao", *_stacked(model, [f"{name}.ao"], size), context)
    return _residual(graph, model, f"{name}.aln", hidden, attended)


def _feed_forward(graph: _Graph, model: PackedModel, name: str, hidden: str, outlier: int | None) -> str:
    """Add the feed-forward of one layer, with residual and layer norm; the inner channel ``outlier`` is computed apart."""
    wide, wide_bias = _stacked(model, [f"{name}.fi"], model.shape.hidden)
    narrow, narrow_bias = _stacked(model, [f"{name}.fo"], model.shape.feed_forward)
    apart = None
    if outlier is not None:
        only = slice(outlier, outlier + 1)
        apart = _channel(graph, f"{name}.apart", wide[only], wide_bias[only], narrow[:, only], hidden)
        # What is 0 before the Gelu is 0 behind it, so the channel adds nothing a second time.
        wide[only], wide_bias[only], narrow[:, only] = 0, 0, 0
    widened = _linear(graph, f"{name}.fi", wide, wide_bias, hidden)
    active = graph.add("Gelu", [widened], f"{name}.gelu", domain=FUSED)
    narrowed = _linear(graph, f"{name}.fo", narrow, narrow_bias, active)
    if apart is not None:
        narrowed = graph.add("Add", [narrowed, apart], f"{name}.whole")
    return _residual(graph, model, f"{name}.oln", hidden, narrowed)


def _channel(graph: _Graph, name: str, into: Floats, bias: Floats, out: Floats, hidden: str) -> str:
    """Add what one inner channel adds to a feed-forward, in float32: weights ``into`` (1, d), ``bias`` (1,), ``out`` (d, 1)."""
    summed = graph.add("MatMul", [hidden, graph.constant(f"{name}.into", into.T)], f"{name}.sum")
    biased = graph.add("Add", [summed, graph.constant(f"{name}.bias", bias)], f"{name}.biased")
    active = graph.add("Gelu", [biased], f"{name}.gelu", domain=FUSED)
    return graph.add("MatMul", [active, graph.constant(f"{name}.out", out.T)], name)


def _residual(graph: _Graph, model: PackedModel, name: str, skipped: str, added: str) -> str:
    norm = [graph.constant(f"{name}.{p}", model.vector(f"{name}.{p}")) for p in "wb"]
    summed = graph.add("Add", [skipped, added], f"{name}.sum")
    return graph.add(
        "LayerNormalization", [summed, *norm], f"{name}.out", axis=-1, epsilon=model.shape.epsilon
    )


def _stacked(model: PackedModel, matrices: Sequence[str], columns: int) -> tuple[Floats, Floats]:
    """Return the packed ``matrices`` one below the other, shape (rows, columns), and their biases (rows,)."""
    weights = np.concatenate([model.matrix(f"{matrix}.w", columns) for matrix in matrices])
    return weights, np.concatenate([model.vector(f"{matrix}.b") for matrix in matrices])


def _linear(graph: _Graph, name: str, weights: Floats, bias: Floats, inputs: str) -> str:
    """Add ``inputs @ weights.T + bias`` with ``weights`` (rows, columns) in 8 bits."""
    scale = np.maximum(np.abs(weights).max(axis=1), np.finfo(np.float32).tiny) / np.float32(INT8_LIMIT)
    integers = np.rint(weights / scale[:, None]).astype(np.int8)
    constants = [
        graph.constant(f"{name}.w", integers.T),
        graph.constant(f"{name}.s", scale),
        graph.constant(f"{name}.z", np.zeros(len(scale), np.int8)),
        graph.constant(f"{name}.bias", bias),
    ]
    return graph.add("DynamicQuantizeMatMul", [inputs, *constants], f"{name}.out", domain=FUSED)


def _pairs(nibbles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return neighbouring weights packed in one byte, the first in the low half: ONNX Runtime's order."""
    packed: NDArray[np.uint8] = np.bitwise_or(nibbles[..., 0::2], nibbles[..., 1::2] << 4).astype(np.uint8)
    return packed
