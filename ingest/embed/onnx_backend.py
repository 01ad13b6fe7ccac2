"""The packaged model on ONNX Runtime: ready in a fraction of a second and without importing torch."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm

from ingest.embed.packed import MODEL, packed_revision
from ingest.embed.spec import EmbedderSpec, LayerMeans, TokenStates, Vectors
from ingest.embed.student import POSITIONS
from ingest.embed.unpack import MAX_TOKENS, PASSAGE_PREFIX, QUERY_PREFIX, unpacked, write_onnx
from ingest.fold import fold

LAYOUT = "onnx-5"
"""Name of the unpacked folder; raise the number whenever the graph or the kept vocabulary changes."""

KEPT_QUESTIONS = 64
"""Questions whose token states are kept: the reader mostly asks for one that was embedded just now."""

VECTORS = "onnx-2"
"""What the revision says of the backend; raise the number whenever the vectors change."""


class OnnxEmbedder:
    """Embeds one text per run of the session, ``threads`` runs at a time.

    A run takes one thread: on two cores two questions are then answered side by side, and passages go through a quarter
    faster than with one text on both cores. A text longer than 512 tokens is cut there.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._session, self._student = _session(folder / "model.onnx"), _session(folder / "student.onnx")
        self._threads = threads
        self._read_lately: OrderedDict[str, TokenStates] = OrderedDict()
        self.spec = EmbedderSpec(
            model=MODEL,
            revision=f"{packed_revision()}-{VECTORS}",
            dimension=self._session.get_outputs()[0].shape[1],
            query_prefix=QUERY_PREFIX,
            passage_prefix=PASSAGE_PREFIX,
            backend="onnx",
        )

    @classmethod
    def packaged(cls, model_dir: Path, *, threads: int) -> "OnnxEmbedder":
        """Return the embedder of the packaged model, unpacked under ``model_dir`` when it is not there yet."""
        return cls(unpacked(model_dir, LAYOUT, write_onnx), threads=threads)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per question, shape (n, d)."""
        return self._embed(self.spec.query_prefix, texts, progress=False)

    def embed_passages(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return one unit vector per passage, shape (n, d); ``progress`` draws a bar on a terminal."""
        return self._embed(self.spec.passage_prefix, texts, progress=progress)

    def layer_means(self, texts: Sequence[str]) -> LayerMeans:
        """Return the mean over each question's tokens after each of the shown layers, shape (n, k, d)."""
        means = np.empty((len(texts), *self._session.get_outputs()[1].shape[1:]), np.float32)
        for row, found in enumerate(self._runs(self._prefixed(self.spec.query_prefix, texts), "layer_means")):
            means[row] = found
        return means

    def read_query(self, text: str) -> tuple[Vectors, LayerMeans]:
        """Return the vector (1, d) and the layer means (1, k, d) of one question, in one pass."""
        folded = fold(text)
        inputs, spans = self._with_spans(self.spec.query_prefix, folded)
        vector, means, states = self._session.run(
            ["sentence_embedding", "layer_means", "token_states"], inputs
        )
        self._read_lately[folded] = TokenStates(spans, states[0])
        if len(self._read_lately) > KEPT_QUESTIONS:
            self._read_lately.popitem(last=False)
        return vector, means

    def read_quickly(self, text: str) -> tuple[Vectors, TokenStates | None]:
        """Return the vector (1, d) and the token states of one question as the student has them; of a long one, the model itself."""
        folded = fold(text)
        # A prefix tells the model what to make of a text; the student makes of it but one thing.
        inputs, spans = self._with_spans("", folded)
        session = self._student
        if len(spans) > POSITIONS:
            inputs, spans = self._with_spans(self.spec.query_prefix, folded)
            session = self._session
        vector, states = session.run(["sentence_embedding", "token_states"], inputs)
        return vector, TokenStates(spans, states[0])

    def student_ids(self, folded: str) -> list[int]:
        """Return the ids of all tokens that the student reads, marks included."""
        ids: list[int] = self._tokenizer.encode(folded).ids
        return ids

    def prefix_ids(self) -> list[int]:
        """Return the ids of the tokens that the model reads of a question behind its first, and the student does not."""
        ids: list[int] = self._tokenizer.encode(self.spec.query_prefix.strip()).ids[1:-1]
        return ids

    def taught(self, ids: list[int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what the student is to make of tokens: the vector (d,) and their states (n, d)."""
        first, *others = ids
        prefix = self.prefix_ids()
        inputs = {"input_ids": np.array([[first, *prefix, *others]], np.int64)}
        vector, states = self._session.run(["sentence_embedding", "token_states"], inputs)
        return vector[0], np.delete(states[0], slice(1, 1 + len(prefix)), axis=0)

    def read_tokens(self, text: str) -> TokenStates:
        """Return the tokens of ``text`` as a question is read; one longer than 512 tokens is cut there."""
        whole = self._states(self.spec.query_prefix, text)
        inside = (whole.spans[:, 0] >= 0) & (whole.spans[:, 1] > whole.spans[:, 0])
        return TokenStates(whole.spans[inside], whole.states[inside])

    def read_whole(self, text: str, *, as_passage: bool) -> TokenStates:
        """Return all tokens, marks and prefix included; a text longer than 512 tokens is cut there.

        A question is mostly one that :meth:`read_query` was asked for just now, and then not read again.
        """
        if as_passage:
            return self._states(self.spec.passage_prefix, text)
        return self._read_lately.get(text) or self._states(self.spec.query_prefix, text)

    def _states(self, prefix: str, text: str) -> TokenStates:
        inputs, spans = self._with_spans(prefix, text)
        (states,) = self._session.run(["token_states"], inputs)
        return TokenStates(spans, states[0])

    def _with_spans(self, prefix: str, text: str) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.int64]]:
        """Return what the graph is given, and where its tokens stand in ``text`` (n, 2), those of ``prefix`` before it."""
        encoding = self._tokenizer.encode(prefix + text)
        spans = np.array(encoding.offsets, np.int64) - len(prefix)
        return {"input_ids": np.array([encoding.ids], np.int64)}, spans

    def _embed(self, prefix: str, texts: Sequence[str], *, progress: bool) -> Vectors:
        vectors = np.empty((len(texts), self.spec.dimension), np.float32)
        runs = self._runs(self._prefixed(prefix, texts), "sentence_embedding")
        for row, vector in enumerate(tqdm(runs, total=len(texts), disable=not progress)):
            vectors[row] = vector
        return vectors

    @staticmethod
    def _prefixed(prefix: str, texts: Sequence[str]) -> list[str]:
        return [prefix + fold(text) for text in texts]

    def _runs(self, texts: Sequence[str], output: str) -> Iterator[NDArray[np.float32]]:
        """Yield one ``output`` of the graph for each of ``texts``, in their order."""
        if len(texts) == 1 or self._threads == 1:
            yield from (self._run(text, output) for text in texts)
            return
        with ThreadPoolExecutor(self._threads) as pool:
            yield from pool.map(self._run, texts, repeat(output))

    def _run(self, text: str, output: str) -> NDArray[np.float32]:
        (found,) = self._session.run([output], self._inputs(text))
        first: NDArray[np.float32] = found[0]
        return first

    def _inputs(self, text: str) -> dict[str, NDArray[np.int64]]:
        return {"input_ids": np.array([self._tokenizer.encode(text).ids], np.int64)}


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The graph is written with the operators that are fastest; the higher levels would fuse some into slower ones.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
