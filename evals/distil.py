"""Train the student: ``python -m evals.distil --texts FILE…`` writes ``ingest/embed/student.npz``.

Three layers begin as the first and the last two of the packaged model and learn, of many texts, to put each where that puts it, with the same
neighbours, and its tokens where they are after the layer that the reader reads. The word table is shared and stays. How near they come is printed of texts held out:
the cosine to the vector of the whole model once what is common to all is taken off, which is what a search compares. A fixed seed; how
far it gets in ``--minutes`` depends on the machine.
"""

import argparse
import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from evals.distil_data import Lessons, lessons, texts
from evals.served import built_index
from ingest.embed.onnx_backend import OnnxEmbedder
from ingest.embed.packed import PackedModel, packed_path
from ingest.embed.student import FILE, POSITIONS, save_student
from ingest.embed.tokenizer import kept_pieces
from ingest.settings import IngestSettings

OUT = Path(__file__).parent.parent / "ingest" / "embed" / FILE
BEGUN_AS = (0, 10, 11)
"""Layers of the whole model that the student begins with; with 9, 10, 11 it stands a little lower after the same time, with 0, 5, 11 much."""

BATCH = 256
ALIKE_IN_LENGTH = 64
"""Batches that are cut from texts sorted by length together, so that little is padding."""

LEARNING_RATE, WARM_UP, WEIGHT_DECAY = 1.5e-3, 200, 0.01
VECTOR_WEIGHT, STATES_WEIGHT, NEIGHBOURS_WEIGHT, EXCESS_WEIGHT = 5.0, 0.3, 0.5, 100.0
HIGHEST = 8.0
"""What is active between the two feed-forward matrices of the first layer is to stay below: the packaged model has 45 there, in other layers at
most 10, and 8 bits for all of it would leave nothing for the rest."""

NEIGHBOURS, TEMPERATURE = 4_096, 0.05
"""Other texts, drawn anew for each batch, to which a text is to be as near as the whole model puts it (relational distillation; Park et al.
2019, "Relational Knowledge Distillation"): what a search asks for is who is nearest."""

HELD_OUT = 2_000


class Layer(nn.Module):
    """One transformer layer with the norms behind, as in BERT."""

    def __init__(self, model: PackedModel, at: int) -> None:
        super().__init__()
        size, wide = model.shape.hidden, model.shape.feed_forward
        self.heads = model.shape.heads
        self.q, self.k, self.v, self.ao = (
            _linear(model, f"l{at}.{part}", size) for part in ("q", "k", "v", "ao")
        )
        self.fi, self.fo = _linear(model, f"l{at}.fi", size), _linear(model, f"l{at}.fo", wide)
        self.aln, self.oln = _norm(model, f"l{at}.aln"), _norm(model, f"l{at}.oln")

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return the states (b, t, d) after this layer; ``mask`` (b, 1, 1, t) is added to the attention."""
        b, t, d = x.shape
        q, k, v = (part(x).view(b, t, self.heads, -1).transpose(1, 2) for part in (self.q, self.k, self.v))
        # Written out: backwards the fused operator takes ten times as long on a processor.
        weights = (q @ k.transpose(-1, -2) / math.sqrt(d // self.heads) + mask).softmax(-1)
        x = self.aln(x + self.ao((weights @ v).transpose(1, 2).reshape(b, t, d)))
        self.active = functional.gelu(self.fi(x))
        normed: Tensor = self.oln(x + self.fo(self.active))
        return normed

    def excess(self) -> Tensor:
        """Return by how much what was active in the last pass went beyond ``HIGHEST``, as a mean of squares."""
        return (functional.relu(self.active - HIGHEST) / HIGHEST).float().pow(2).mean()


class Net(nn.Module):
    """The student in training; every part has the name that :class:`ingest.embed.student.Student` reads it by."""

    def __init__(self, model: PackedModel, table: NDArray[np.float32], *, unread: int) -> None:
        """Begin as parts of ``model`` with the word ``table`` (n, d); behind its first token that reads ``unread`` more than the student."""
        super().__init__()
        size = model.shape.hidden
        self.words = nn.Embedding(len(table), size, _weight=torch.from_numpy(table), _freeze=True)
        positions = model.vector("emb.pos").reshape(-1, size) + model.vector("emb.type")[:size]
        read = np.delete(positions, slice(1, 1 + unread), axis=0)[:POSITIONS]
        self.pos = nn.Parameter(torch.from_numpy(read))
        self.ln = _norm(model, "emb.ln")
        self.first, *others = (Layer(model, at) for at in BEGUN_AS)
        self.layers = nn.ModuleList([self.first, *others])
        self.vector, self.states = (nn.Linear(size, size) for _ in range(2))
        for head in (self.vector, self.states):
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)

    def forward(self, ids: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        """Return unit vectors (b, d) and states (b, t, d) for token ``ids`` (b, t), of which ``real`` (b, t) are no padding."""
        mask = torch.zeros(real.shape).masked_fill(~real, -1e4)[:, None, None, :]
        x = self.ln(self.words(ids) + self.pos[: ids.shape[1]])
        for layer in self.layers:
            x = layer(x, mask.to(x.dtype))
        mean = (x * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        return functional.normalize((mean + self.vector(mean)).float(), dim=-1), x + self.states(x)


def _linear(model: PackedModel, name: str, columns: int) -> nn.Linear:
    weights, bias = model.matrix(f"{name}.w", columns), model.vector(f"{name}.b")
    linear = nn.Linear(columns, len(weights))
    linear.load_state_dict({"weight": torch.from_numpy(weights), "bias": torch.tensor(bias)})
    return linear


def _norm(model: PackedModel, name: str) -> nn.LayerNorm:
    norm = nn.LayerNorm(model.shape.hidden, eps=model.shape.epsilon)
    norm.load_state_dict(
        {part: torch.tensor(model.vector(f"{name}.{part[0]}")) for part in ("weight", "bias")}
    )
    return norm


def _batches(
    borders: NDArray[np.int64], rows: NDArray[np.int64], chosen: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield rows for ever, each time all of them in another order."""
    lengths = np.diff(borders)
    while True:
        mixed = chosen.permutation(rows)
        for start in range(0, len(mixed), BATCH * ALIKE_IN_LENGTH):
            block = mixed[start : start + BATCH * ALIKE_IN_LENGTH]
            block = block[np.argsort(lengths[block], kind="stable")]
            batches = [block[at : at + BATCH] for at in range(0, len(block), BATCH)]
            yield from (batches[at] for at in chosen.permutation(len(batches)))


def _batch(taught: Lessons, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return token ids (b, t), which are real (b, t), the vectors (b, d) and the states of the real tokens (r, d)."""
    lengths = taught.borders[rows + 1] - taught.borders[rows]
    real = np.arange(lengths.max()) < lengths[:, None]
    ids = np.zeros(real.shape, np.int64)
    spans = [slice(taught.borders[row], taught.borders[row + 1]) for row in rows]
    ids[real] = np.concatenate([taught.ids[span] for span in spans])
    states = np.concatenate([taught.states[span] for span in spans]).astype(np.float32)
    return (
        torch.from_numpy(ids),
        torch.from_numpy(real),
        torch.from_numpy(taught.vectors[rows]),
        torch.from_numpy(states),
    )


def train(net: Net, taught: Lessons, *, minutes: float) -> None:
    """Fit ``net`` for so long, and print every minute how near it is on what is held out."""
    held, rows = np.arange(HELD_OUT), np.arange(HELD_OUT, len(taught.vectors))
    common = torch.from_numpy(taught.vectors.mean(axis=0))
    spread = torch.from_numpy(
        taught.states[:: max(1, len(taught.states) // 200_000)].astype(np.float32).var(axis=0)
    )
    chosen = np.random.default_rng(0)
    weights = [weight for weight in net.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(weights, weight_decay=WEIGHT_DECAY, betas=(0.9, 0.98))
    begun = told = time.monotonic()
    for step, batch in enumerate(_batches(taught.borders, rows, chosen), 1):
        passed = (time.monotonic() - begun) / (60 * minutes)
        if passed >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * min(1, step / WARM_UP) * (1 - passed)
        ids, real, vectors, states = _batch(taught, batch)
        with torch.autocast("cpu", torch.bfloat16):
            found, read = net(ids, real)
        others = torch.from_numpy(taught.vectors[chosen.choice(rows, NEIGHBOURS)]) - common
        loss = VECTOR_WEIGHT * (found - vectors).pow(2).sum(1).mean()
        loss = loss + NEIGHBOURS_WEIGHT * _divergence(found - common, vectors - common, others)
        loss = loss + EXCESS_WEIGHT * net.first.excess()
        loss = loss + STATES_WEIGHT * ((read[real].float() - states).pow(2) / spread).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        if time.monotonic() - told > 60:
            told = time.monotonic()
            sys.stdout.write(
                f"{(told - begun) / 60:.0f} min, {step * BATCH} texts: {_nearness(net, taught, held, common)}\n"
            )
    sys.stdout.write(f"held out: {_nearness(net, taught, held, common)}\n")


def _divergence(found: Tensor, vectors: Tensor, others: Tensor) -> Tensor:
    """Return how far the nearness of ``found`` (b, d) to ``others`` (k, d) is from that of ``vectors`` (b, d): the Kullback-Leibler divergence."""
    others = functional.normalize(others, dim=1).T / TEMPERATURE
    student, model = ((functional.normalize(of, dim=1) @ others).log_softmax(1) for of in (found, vectors))
    return functional.kl_div(student, model, log_target=True, reduction="batchmean")


@torch.no_grad()
def _nearness(net: Net, taught: Lessons, rows: NDArray[np.int64], common: Tensor) -> str:
    near = []
    for at in range(0, len(rows), BATCH):
        ids, real, vectors, _ = _batch(taught, rows[at : at + BATCH])
        near.append(functional.cosine_similarity(net(ids, real)[0] - common, vectors - common))
    cosines = torch.cat(near)
    return f"centred cosine {cosines.mean():.4f}, of the worst twentieth at most {cosines.quantile(0.05):.4f}"


def arrays(net: Net) -> dict[str, NDArray[np.float32]]:
    """Return the weights by the names of :class:`ingest.embed.student.Student`."""
    named = {"s.pos": net.pos.flatten()} | {
        f"s.emb.ln.{part[0]}": weight for part, weight in net.ln.named_parameters()
    }
    for at, layer in enumerate(net.layers):
        named |= {f"s{at}.{name}": weight for name, weight in layer.named_parameters()}
    for head in ("vector", "states"):
        named |= {f"s.{head}.{name}": weight for name, weight in getattr(net, head).named_parameters()}
    short = {name.removesuffix("eight").removesuffix("ias"): weight for name, weight in named.items()}
    return {name: weight.detach().numpy() for name, weight in short.items()}


def main(argv: list[str] | None = None) -> int:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m evals.distil", description=__doc__)
    parser.add_argument("--texts", nargs="*", type=Path, default=[], help="more texts, one a line")
    parser.add_argument("--minutes", type=float, default=40.0, help="how long to train (default 40)")
    options = parser.parse_args(argv)
    index, embedder = built_index(IngestSettings())
    if not isinstance(embedder, OnnxEmbedder):
        sys.stderr.write("distil: the student learns from the packaged model; build the index with it\n")
        return 2
    torch.manual_seed(0)
    wanted = texts(index, options.texts)
    sys.stdout.write(f"{len(wanted)} texts\n")
    taught = lessons(embedder, wanted, threads=torch.get_num_threads())
    model = PackedModel(packed_path())
    table = model.matrix("emb.word", model.shape.hidden)[kept_pieces(model.vocabulary)]
    net = Net(model, table, unread=len(embedder.prefix_ids()))
    train(net, taught, minutes=options.minutes)
    save_student(OUT, arrays(net), layers=len(BEGUN_AS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
