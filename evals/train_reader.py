"""Train the reader: ``python -m evals.train_reader`` writes ``service/reader/weights.npz``.

The arithmetic is that of :mod:`service.reader.match`, in torch. It is fitted on the pairs of :mod:`evals.reader_data` to tell for
each sentence whether it answers the question, and for the passage whether any does: binary cross entropy each. The
encoder stays as it is. A fixed seed. After it comes ``evals.calibrate``.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from evals.reader_data import Pair, checking_pairs, known_pairs, written_pairs
from service.reader.match import KERNELS, MATCH_WEIGHT, UNREAD, WIDTH
from service.reader.weights import FILE, save_weights
from service.settings import ServiceSettings
from service.state import build_state

OUT = Path(__file__).parent.parent / "service" / "reader" / FILE
EPOCHS = 4
BATCH = 64
LEARNING_RATE = 1e-3
WEIGHT_DECAY = 0.02
WARM_UP = 0.05
DROPOUT = 0.1
NEARNESS, MEANING, HIDDEN, WHOLE = 128, 96, 128, 8
ANSWERING_WEIGHT = 2.0
"""A sentence that answers counts so much more than one that does not, of which there are many."""


class Batch:
    """Pairs padded to one size: ``question`` (b, m, d), ``passage`` (b, n, d), masks of both, ``pooling`` (b, s, n).

    A row of ``pooling`` is the mean over the tokens of a sentence. ``labels`` (b, s) are -1 where nothing is told, at padding and
    where the passage was cut before the sentence; ``told`` (b,) where it is known whether the passage answers.
    """

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.question, self.asked = _padded([pair.question for pair in pairs])
        self.passage, self.read = _padded([pair.passage for pair in pairs])
        sentences = max(len(pair.labels) for pair in pairs)
        self.pooling = torch.zeros(len(pairs), sentences, self.passage.shape[1])
        self.labels = torch.full((len(pairs), sentences), -1, dtype=torch.int64)
        for row, pair in enumerate(pairs):
            for at, ((start, end), label) in enumerate(zip(pair.spans, pair.labels, strict=True)):
                if end > start:
                    self.pooling[row, at, start:end] = 1 / float(end - start)
                    self.labels[row, at] = int(label)
        untold = torch.tensor([bool((pair.labels < 0).any()) for pair in pairs])
        self.told = (self.labels == 1).any(1) | ~untold


def _padded(parts: Sequence[NDArray[np.float32]]) -> tuple[Tensor, Tensor]:
    states = torch.zeros(len(parts), max(map(len, parts)), parts[0].shape[1])
    mask = torch.zeros(states.shape[:2], dtype=torch.bool)
    for row, part in enumerate(parts):
        states[row, : len(part)] = torch.from_numpy(part)
        mask[row, : len(part)] = True
    return states, mask


class Model(nn.Module):
    """The reader; every part has the name that its weights have in :class:`service.reader.ReaderWeights`."""

    def __init__(self, mean: NDArray[np.float32]) -> None:
        super().__init__()
        size, bins = mean.shape[1], len(KERNELS)
        self.mean = nn.Buffer(torch.from_numpy(mean))
        self.kernels = nn.Buffer(torch.from_numpy(KERNELS), persistent=False)
        self.nearness = nn.Linear(size, NEARNESS, bias=False)
        self.response, self.importance = nn.Linear(size, 2 * bins), nn.Linear(size, 1)
        self.question, self.sentence, self.context = (nn.Linear(size, MEANING) for _ in range(3))
        self.hidden, self.out = nn.Linear(5 * MEANING + 4, HIDDEN), nn.Linear(HIDDEN, 1)
        self.passage_hidden, self.passage_out = nn.Linear(3, WHOLE), nn.Linear(WHOLE, 1)
        self.drop = nn.Dropout(DROPOUT)
        nn.init.orthogonal_(self.nearness.weight)
        for part in (self.response, self.importance):
            nn.init.normal_(part.weight, std=0.01)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the logits of the sentences (b, s) and of the passages (b,)."""
        question, passage = batch.question - self.mean[0], batch.passage - self.mean[1]
        near = self._unit(question) @ self._unit(passage).transpose(1, 2)
        near = near.masked_fill(~batch.read[:, None, :], -1)
        anywhere = near.amax(2)
        there = near[:, :, None, :].masked_fill(batch.pooling[:, None] <= 0, -1).amax(3)
        in_sentence, in_passage = self.response(question).chunk(2, dim=-1)
        worth = (self._binned(there) * in_sentence[:, :, None]).sum(-1)
        worth = worth + (self._binned(anywhere) * in_passage).sum(-1)[..., None]
        shares = self.importance(question).squeeze(-1).masked_fill(~batch.asked, -1e4).softmax(-1)[..., None]
        matched = (shares * worth).sum(1)
        said_anywhere = (shares[..., 0] * anywhere).sum(1, keepdim=True)
        least = there.masked_fill(~batch.asked[..., None], 1).amin(1)
        sentence = self.sentence(self.drop(batch.pooling @ passage))
        whole = (passage * batch.read[..., None]).sum(1) / batch.read.sum(1, keepdim=True)
        meaning = self.question(self.drop((shares * question).sum(1)))[:, None].expand_as(sentence)
        context = self.context(self.drop(whole))[:, None].expand_as(sentence)
        scalars = torch.stack(
            [matched, (shares * there).sum(1), said_anywhere.expand_as(matched), least], dim=-1
        )
        together = [meaning, sentence, meaning * sentence, meaning * context, sentence * context, scalars]
        hidden = functional.gelu(self.hidden(torch.cat(together, -1)), approximate="tanh")
        logits = self.out(self.drop(hidden)).squeeze(-1) + float(MATCH_WEIGHT) * matched
        real = logits.masked_fill(batch.pooling.sum(-1) <= 0, float(UNREAD))
        heard = [real.amax(1) / 4, torch.logsumexp(real, 1) / 4, said_anywhere[:, 0]]
        passages = self.passage_out(torch.tanh(self.passage_hidden(torch.stack(heard, -1))))
        return logits, passages.squeeze(-1)

    def _unit(self, states: Tensor) -> Tensor:
        return functional.normalize(self.nearness(self.drop(states)), dim=-1)

    def _binned(self, near: Tensor) -> Tensor:
        return torch.exp(-((near[..., None] - self.kernels) ** 2) / (2 * float(WIDTH) ** 2))

    def arrays(self) -> dict[str, NDArray[np.floating]]:
        """Return the weights under the names of :class:`service.reader.ReaderWeights`; the head of the passage only teaches."""
        state = {
            name: value.detach().numpy()
            for name, value in self.state_dict().items()
            if not name.startswith("passage")
        }
        return {name.replace(".weight", "").replace(".bias", "_bias"): array for name, array in state.items()}


def train(pairs: Sequence[Pair]) -> Model:
    """Return the reader fitted on ``pairs``."""
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    model = Model(np.stack([_mean([p.question for p in pairs]), _mean([p.passage for p in pairs])]))
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    batches = [batch for _ in range(EPOCHS) for batch in _shuffled(pairs, random)]
    rises = max(1, int(WARM_UP * len(batches)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / rises) * max(0.02, 1 - step / len(batches))
    )
    weight = torch.tensor(ANSWERING_WEIGHT)
    began, losses = time.perf_counter(), []
    for step, numbers in enumerate(batches, 1):
        batch = Batch([pairs[i] for i in numbers])
        sentences, passages = model(batch)
        real = batch.labels >= 0
        loss = functional.binary_cross_entropy_with_logits(
            sentences[real], batch.labels[real].float(), pos_weight=weight
        )
        if batch.told.any():
            answering = (batch.labels == 1).any(1).float()
            loss = loss + functional.binary_cross_entropy_with_logits(
                passages[batch.told], answering[batch.told]
            )
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % 100 == 0:
            sys.stdout.write(f"step {step} of {len(batches)}, loss {np.mean(losses[-100:]):.3f}, ")
            sys.stdout.write(f"{time.perf_counter() - began:.0f} s\n")
            sys.stdout.flush()
    return model.eval()


def _mean(states: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = np.concatenate(states).mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def _shuffled(pairs: Sequence[Pair], random: np.random.Generator) -> list[NDArray[np.int64]]:
    """Return the batches of one epoch in random order, each of pairs of about one length."""
    lengths = np.array([len(pair.passage) for pair in pairs])
    order = np.argsort(lengths + 30 * random.random(len(pairs)))
    batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    return [batches[i] for i in random.permutation(len(batches))]


def check(model: Model, pairs: Sequence[Pair]) -> str:
    """Return how well questions that are answered are told from others, and how often the best sentence answers."""
    best: dict[int, list[tuple[float, int]]] = {}
    for at in range(0, len(pairs), BATCH):
        some = pairs[at : at + BATCH]
        with torch.no_grad():
            logits = model(Batch(some))[0].numpy()
        for pair, row in zip(some, logits, strict=True):
            best.setdefault(pair.asked, []).extend(zip(row.tolist(), pair.labels.tolist(), strict=False))
    answered = np.array([any(label == 1 for _, label in rows) for rows in best.values()])
    tops = np.array([max(rows)[0] for rows in best.values()])
    right = np.mean([max(rows)[1] == 1 for rows, yes in zip(best.values(), answered, strict=True) if yes])
    area = np.mean(tops[answered][:, None] > tops[~answered][None, :])
    return f"{len(best)} questions, {answered.sum()} answered: told apart {area:.3f} (AUC), best sentence right {right:.3f}"


def main(argv: list[str] | None = None) -> int:
    """Train, print how the reader does on articles that it has not seen, and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m evals.train_reader", description=__doc__)
    parser.add_argument(
        "--corpus-dir",
        type=Path,
        default=Path("corpus"),
        help="the corpus whose known questions are learnt from",
    )
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(argv)
    settings = ServiceSettings(corpus_dir=options.corpus_dir)
    torch.set_num_threads(options.threads)
    answerer = build_state(settings).answerer
    if answerer is None:
        sys.stderr.write("train_reader: no index; run `ingest build` first\n")
        return 2
    written, known = written_pairs(settings), known_pairs(answerer)
    sys.stdout.write(
        f"{len(written)} pairs of questions on other articles, {len(known)} of known questions\n"
    )
    model = train(written + known)
    save_weights(OUT, model.arrays())
    sys.stdout.write(check(model, checking_pairs(settings)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
