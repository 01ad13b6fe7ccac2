"""What the student learns from: texts of many kinds, variants of those that people type, and what the whole model makes of each."""

import random
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pypinyin import lazy_pinyin

from evals.cases import GOLD_DIR
from evals.reader_data import TRAIN, read_questions
from ingest.embed.onnx_backend import OnnxEmbedder
from ingest.fold import fold
from ingest.index import Index
from ingest.textlines import read_lines
from service.lists import any_of, read_list
from service.typed import typed_texts

LONGEST_CHARS, LONGEST_TOKENS = 160, 64
VARIANTS = 2
"""Of each text that people type, so many are made with slips, other lenders, or another one behind it."""

ELSEWHERE = 3
"""And so many in the words of other regions and of the net, some of these varied, too: it was of slang that the first student knew too little."""

_SENTENCE = re.compile("[^。!?;\n]+[。!?;]?")
_HANZI = re.compile("[\u4e00-\u9fff]")
_LENDERS = ("借呗", "花呗", "蚂蚁借呗", "支付宝", "微粒贷", "网贷", "信用卡", "京东白条", "")
_BEFORE = ("请问", "那个", "我想问一下", "问一下,", "你好,", "哎,", "急!", "各位,", "唉 ")
_BEHIND = (
    "啊",
    "呢",
    "?",
    "怎么办",
    "求解",
    "谢谢",
    "在线等",
    "咋整",
    "吗",
    "会怎么样",
    "怎么弄",
    "有人知道吗",
)


@dataclass(frozen=True, slots=True)
class Lessons:
    """Texts as token ids, one after the other, and what the whole model makes of them.

    ``ids`` (t,) of all texts, that at ``row`` from ``borders[row]`` to ``borders[row + 1]``; ``vectors`` (n, d) of length 1; ``states`` (t, d).
    """

    ids: NDArray[np.int64]
    borders: NDArray[np.int64]
    vectors: NDArray[np.float32]
    states: NDArray[np.float16]


def texts(index: Index, files: Iterable[Path]) -> list[str]:
    """Return all texts folded, each once, in an order that does not change; no question of a gold set is among them.

    They are what people type as far as it is part of this project, the articles of many subjects that the reader learns from,
    and the lines of ``files``.
    """
    typed = [line for text in typed_texts(index) for line in text.split("\n")]
    typed += [e.question for path in sorted(TRAIN.glob("*/questions.tsv")) for e in read_questions(path)]
    written = [
        s for path in sorted(TRAIN.glob("*/raw/*")) for s in _SENTENCE.findall(fold(path.read_text("utf-8")))
    ]
    given = [line for path in files for line in read_lines(path)]
    chosen = random.Random(0)
    every = [*typed, *_variants(typed, chosen), *written, *given]
    gold = _gold_questions()
    kept = sorted({t for text in every if 2 <= len(t := fold(text).strip()) <= LONGEST_CHARS} - gold)
    chosen.shuffle(kept)
    return kept


def _gold_questions() -> set[str]:
    lines = (line for path in GOLD_DIR.glob("*.jsonl") for line in read_lines(path))
    return {
        fold(match[1]) for line in lines if (match := re.search('"question": *"((?:[^"\\\\]|\\\\.)*)"', line))
    }


def _variants(typed: Sequence[str], chosen: random.Random) -> Iterator[str]:
    """Yield texts like ``typed``: with homophone slips, characters left out, filler, other marks, another lender or another text behind, in dialect."""
    by_sound: dict[str, list[str]] = {}
    for hanzi in sorted({char for text in typed for char in _HANZI.findall(text)}):
        by_sound.setdefault(lazy_pinyin(hanzi)[0], []).append(hanzi)
    alike = {hanzi: group for group in by_sound.values() for hanzi in group}
    for text in typed:
        for _ in range(VARIANTS):
            yield _variant(_of_another(text, chosen), typed, alike, chosen)
        for _ in range(ELSEWHERE):
            said = _elsewhere(_of_another(text, chosen), chosen)
            yield _variant(said, typed, alike, chosen) if chosen.random() < 0.6 else said


def _of_another(text: str, chosen: random.Random) -> str:
    return re.sub("[借花]呗", lambda _: chosen.choice(_LENDERS), text) if chosen.random() < 0.3 else text


def _elsewhere(text: str, chosen: random.Random) -> str:
    """Return ``text`` with some of its plain words, or all, as they are said elsewhere."""
    (plain, others), share = _dialect(), chosen.choice([0.4, 0.7, 1.0])
    return plain.sub(
        lambda match: chosen.choice(others[match[0]]) if chosen.random() < share else match[0], text
    )


@cache
def _dialect() -> tuple[re.Pattern[str], dict[str, list[str]]]:
    rows = (line.split("\t") for line in read_list("evals", "dialect.tsv"))
    others = {plain: said.split(" ") for plain, said in rows}
    return any_of(others), others


def _variant(text: str, typed: Sequence[str], alike: dict[str, list[str]], chosen: random.Random) -> str:
    way = chosen.random()
    if way < 0.3:
        at = [place for place, char in enumerate(text) if char in alike]
        slips = set(chosen.sample(at, min(len(at), chosen.choice([1, 1, 2]))))
        return "".join(chosen.choice(alike[c]) if n in slips else c for n, c in enumerate(text))
    if way < 0.4 and len(text) > 4:
        cut = chosen.randrange(len(text))
        return text[:cut] + text[cut + 1 :]
    if way < 0.55:
        return chosen.choice(_BEFORE) + text
    if way < 0.7:
        return text.rstrip("?吗呢啊。") + chosen.choice(_BEHIND)
    if way < 0.85:
        return re.sub("[,。?!]", chosen.choice(["", " ", ","]), text)
    return text.rstrip("?。") + chosen.choice([",", " ", "。"]) + chosen.choice(typed)


def lessons(embedder: OnnxEmbedder, wanted: Sequence[str], *, threads: int) -> Lessons:
    """Return ``wanted`` with what the whole model makes of them: some minutes for a hundred thousand."""
    ids = [embedder.student_ids(text)[:LONGEST_TOKENS] for text in wanted]
    borders = np.cumsum([0, *map(len, ids)])
    vectors = np.empty((len(ids), embedder.spec.dimension), np.float32)
    # As large as all memory may be: on disk, and gone with the process.
    with tempfile.TemporaryFile() as file:
        states = np.memmap(file, np.float16, "w+", shape=(int(borders[-1]), embedder.spec.dimension))

    def learn(row: int) -> None:
        vectors[row], states[borders[row] : borders[row + 1]] = embedder.taught(ids[row])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(learn, range(len(ids))))
    return Lessons(np.concatenate(ids), borders, vectors, states)
