"""What is trained in torch is what the service computes with."""

from pathlib import Path

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.reader_data import Pair
from evals.train_reader import Batch, Model
from service.reader.match import match, read_page, read_question
from service.reader.weights import ReaderWeights, save_weights

SIZE = 24


def model() -> Model:
    """A reader of random weights; of the right make, untrained."""
    torch.manual_seed(7)
    model = Model(np.random.default_rng(7).normal(size=(2, SIZE)).astype(np.float32)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.from_numpy(parameter.numpy().astype(np.float16)).float())
        model.mean.copy_(torch.from_numpy(model.mean.numpy().astype(np.float16)).float())
    return model


def pair(random: np.random.Generator, question: int, sentences: list[int]) -> Pair:
    """A question of so many tokens with a passage whose sentences have so many, behind two tokens of heading."""
    ends = 2 + np.cumsum(sentences)
    spans = np.stack([ends - sentences, ends], axis=1)
    states = random.normal(size=(question + ends[-1] + 1, SIZE)).astype(np.float32)
    return Pair(0, states[:question], states[question:], spans, np.zeros(len(sentences), np.int64))


@settings(max_examples=30)
@given(
    seed=st.integers(0, 999),
    passages=st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=4), min_size=1, max_size=3),
)
def test_torch_and_the_service_give_the_same_logits(seed: int, passages: list[list[int]], tmp_path_factory):
    random = np.random.default_rng(seed)
    trained = model()
    path = Path(tmp_path_factory.mktemp("weights")) / "weights.npz"
    save_weights(path, trained.arrays())
    weights = ReaderWeights.load(path)
    pairs = [pair(random, 2 + at, sentences) for at, sentences in enumerate(passages)]
    with torch.no_grad():
        sentence_logits, _ = trained(Batch(pairs))
    for row, one in enumerate(pairs):
        question = read_question(one.question, weights)
        page = read_page(one.passage, one.spans, weights)
        other = read_page(pairs[0].passage, pairs[0].spans, weights)
        _, logits = match(question, [other, page], weights)
        np.testing.assert_allclose(logits, sentence_logits[row, : len(logits)], atol=0.02)
