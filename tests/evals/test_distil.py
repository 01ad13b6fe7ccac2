"""What the student learns from, and that the graph of it computes what was trained."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from evals.distil import Net, arrays
from evals.distil_data import texts
from ingest.embed.graph import student_graph
from ingest.embed.packed import PackedModel, packed_path
from ingest.embed.student import Student, save_student
from ingest.embed.tokenizer import kept_pieces
from ingest.index import Index


def test_the_graph_computes_what_was_trained(tmp_path: Path) -> None:
    torch.manual_seed(7)
    model = PackedModel(packed_path())
    kept = kept_pieces(model.vocabulary)
    net = Net(model, model.matrix("emb.word", model.shape.hidden)[kept], unread=3).eval()
    with torch.no_grad():
        for head in (net.vector, net.states):
            head.weight.normal_(std=0.02)
            head.bias.normal_(std=0.02)
    save_student(tmp_path / "student.npz", arrays(net), layers=len(net.layers))
    with np.load(tmp_path / "student.npz") as saved:
        graph = student_graph(model, Student(dict(saved)), token_ids=kept)
    onnx.checker.check_model(graph)
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    ids = np.random.default_rng(7).integers(5, len(kept), (4, 12))
    with torch.no_grad():
        vectors, states = net(torch.from_numpy(ids), torch.ones(ids.shape, dtype=torch.bool))
    for row in range(len(ids)):
        vector, read = session.run(["sentence_embedding", "token_states"], {"input_ids": ids[row : row + 1]})
        assert vector[0] @ vectors[row].numpy() > 0.99
        cosines = torch.cosine_similarity(torch.from_numpy(read[0]), states[row], dim=-1)
        assert cosines.min() > 0.95


def test_the_student_learns_from_no_gold_question_and_from_dialect(index: Index, tmp_path: Path) -> None:
    gold, new = "协商的时候怎样才不会让自己吃亏", "房东不退押金怎么办"
    (tmp_path / "more.txt").write_text(f"{gold}\n{new}\n", encoding="utf-8")
    learnt = set(texts(index, [tmp_path / "more.txt"]))
    assert new in learnt
    assert gold not in learnt
    assert sum("点算" in text or "咋整" in text for text in learnt) > 100
