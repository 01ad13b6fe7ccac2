"""Writes the packaged model out once, as a folder that a backend loads; a killed or parallel writer does no harm."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ingest.embed.packed import MODEL, PackedModel, packed_path, packed_revision
from ingest.embed.spec import EmbedError
from ingest.embed.tokenizer import BOS, EOS, MASK, PAD, PAD_ID, UNK, build_tokenizer, kept_pieces

MAX_TOKENS = 512
QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "


def unpacked(model_dir: Path, layout: str, write: Callable[[PackedModel, Path], None]) -> Path:
    """Return the folder of the packaged model in ``layout`` under ``model_dir``; ``write`` fills it when it is missing.

    The folder is written beside its place and renamed into it, so that it is there whole or not at all; of two
    processes that write it at once, the second finds it and throws its own away.

    Raises:
        EmbedError: the folder cannot be written.
    """
    target = model_dir / f"{MODEL.rsplit('/', 1)[-1]}-{packed_revision()}-{layout}"
    if target.is_dir():
        return target
    try:
        model_dir.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=model_dir))
    except OSError as error:
        raise EmbedError(f"cannot unpack the model into {model_dir}: {error.strerror}") from error
    try:
        write(PackedModel(packed_path()), scratch)
        scratch.chmod(0o755)
        for path in scratch.rglob("*.safetensors"):
            path.chmod(0o644)
        os.rename(scratch, target)
    except OSError as error:
        if not target.is_dir():
            raise EmbedError(f"cannot unpack the model into {target}: {error.strerror}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def write_sentence_transformer(model: PackedModel, folder: Path) -> None:
    """Fill ``folder`` with what ``SentenceTransformer(folder)`` loads: float32 weights, tokenizer, mean pooling."""
    from safetensors.numpy import save_file

    build_tokenizer(model.vocabulary, unknown_id=model.unknown_id).save(
        str(folder / "tokenizer.json"), pretty=False
    )
    save_file(_bert_state(model), folder / "model.safetensors", metadata={"format": "pt"})
    shape = model.shape
    files: dict[str, object] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": shape.hidden,
            "intermediate_size": shape.feed_forward,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "vocab_size": shape.vocabulary,
            "layer_norm_eps": shape.epsilon,
            "pad_token_id": PAD_ID,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
            "bos_token": BOS,
            "cls_token": BOS,
            "eos_token": EOS,
            "sep_token": EOS,
            "pad_token": PAD,
            "unk_token": UNK,
            "mask_token": MASK,
        },
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": QUERY_PREFIX, "document": PASSAGE_PREFIX},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
    }
    (folder / "2_Normalize").mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def _bert_state(model: PackedModel) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """Return the weights under the names that ``BertModel`` gives them."""
    hidden, feed_forward = model.shape.hidden, model.shape.feed_forward
    linear = {
        "attention.self.query": ("q", hidden),
        "attention.self.key": ("k", hidden),
        "attention.self.value": ("v", hidden),
        "attention.output.dense": ("ao", hidden),
        "intermediate.dense": ("fi", hidden),
        "output.dense": ("fo", feed_forward),
    }
    norms = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}
    state = {
        "embeddings.word_embeddings.weight": model.matrix("emb.word", hidden),
        "embeddings.position_embeddings.weight": model.vector("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": _token_types(model),
        "embeddings.LayerNorm.weight": model.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": model.vector("emb.ln.b"),
        # BertModel wants a pooler though mean pooling never asks it; without one it warns and draws random weights.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    for layer in range(model.shape.layers):
        for name, (short, columns) in linear.items():
            state[f"encoder.layer.{layer}.{name}.weight"] = model.matrix(f"l{layer}.{short}.w", columns)
            state[f"encoder.layer.{layer}.{name}.bias"] = model.vector(f"l{layer}.{short}.b")
        for name, short in norms.items():
            state[f"encoder.layer.{layer}.{name}.weight"] = model.vector(f"l{layer}.{short}.w")
            state[f"encoder.layer.{layer}.{name}.bias"] = model.vector(f"l{layer}.{short}.b")
    return {name: np.ascontiguousarray(tensor) for name, tensor in state.items()}


def _token_types(model: PackedModel) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return the token type table, shape (types, hidden); the file keeps the one row that single texts use."""
    table = np.zeros((model.shape.token_types, model.shape.hidden), np.float32)
    stored = model.vector("emb.type").reshape(-1, model.shape.hidden)
    table[: len(stored)] = stored
    return table


def write_onnx(model: PackedModel, folder: Path) -> None:
    """Fill ``folder`` with ``model.onnx``, ``student.onnx`` and ``tokenizer.json`` over the vocabulary of Chinese and English text."""
    import onnx

    from ingest.embed.graph import encoder_graph, student_graph
    from ingest.embed.student import Student

    kept = kept_pieces(model.vocabulary)
    pieces = [model.vocabulary[i] for i in kept]
    build_tokenizer(pieces, unknown_id=kept.index(model.unknown_id)).save(
        str(folder / "tokenizer.json"), pretty=False
    )
    token_ids = np.array(kept)
    onnx.save(encoder_graph(model, token_ids=token_ids), folder / "model.onnx")
    onnx.save(student_graph(model, Student.packaged(), token_ids=token_ids), folder / "student.onnx")
