"""Near-duplicates: found when little differs, not when articles merely share their subject."""

import random
from pathlib import Path

import numpy as np

from ingest import duplicates
from ingest.build import build
from ingest.duplicates import near_duplicates, sketch
from ingest.embed import Embedder
from ingest.index import Index
from tests.ingest.pages import cleaned


def repeated(texts: list[str]) -> dict[int, int]:
    """Return the rows of the texts that repeat an earlier one, and which."""
    first = near_duplicates(np.stack([sketch(text) for text in texts]))
    return {row: int(original) for row, original in enumerate(first) if original >= 0}


def test_a_text_with_a_few_words_changed_is_a_duplicate_and_others_are_not():
    originals = [cleaned(name).text for name in ("000", "001", "002", "003", "004")]
    rng = random.Random(4)
    changed = []
    for text in originals:
        characters = list(text)
        for at in rng.sample(range(len(characters)), len(characters) // 100):
            characters[at] = "某"
        changed.append("".join(characters))
    assert repeated([*originals, *changed]) == {5: 0, 6: 1, 7: 2, 8: 3, 9: 4}


def test_many_copies_of_several_texts_each_lead_to_the_first_of_their_own():
    texts = [cleaned(name).text for name in ("000", "001", "002")]
    order = random.Random(8).choices(range(3), k=60)
    first = {kind: order.index(kind) for kind in set(order)}
    copies = [f"{texts[kind]}{n}" for n, kind in enumerate(order)]
    assert repeated(copies) == {n: first[kind] for n, kind in enumerate(order) if n != first[kind]}


def test_a_sketch_does_not_depend_on_how_a_long_text_is_taken_in(monkeypatch):
    text = "".join(cleaned(name).text for name in ("000", "001", "002", "003"))
    whole = sketch(text)
    monkeypatch.setattr(duplicates, "_PIECES_AT_ONCE", 7)
    assert (sketch(text) == whole).all()


def test_short_and_empty_texts():
    assert repeated(["", "借呗", "借呗", "花呗逾期"]) == {2: 1}


def test_the_later_copy_carries_the_warning_and_loses_it_with_the_first(corpus_dir: Path, embedder: Embedder):
    raw = corpus_dir / "raw"
    copy = raw / "zz_copy.txt"
    copy.write_text(
        (raw / "001_692f15ceae573a41.txt").read_text(encoding="utf-8") + "\n希望对大家有所帮助。",
        encoding="utf-8",
    )
    build(corpus_dir, embedder, max_reject_rate=0.0)
    articles = Index.load(corpus_dir / "index").articles
    (warning,) = [w for w in articles["zz_copy"].warnings if w.code == "near_duplicate"]
    assert "001_692f15ceae573a41" in warning.message
    assert all(w.code != "near_duplicate" for w in articles["001_692f15ceae573a41"].warnings)
    (raw / "001_692f15ceae573a41.txt").unlink()
    build(corpus_dir, embedder, max_reject_rate=0.0)
    warnings = Index.load(corpus_dir / "index").articles["zz_copy"].warnings
    assert all(w.code != "near_duplicate" for w in warnings)


def test_last_lines_that_pages_share_are_the_sites(corpus_dir: Path, embedder: Embedder):
    for i, product in enumerate(("花呗", "借呗", "网贷")):
        page = f"{product}逾期怎么办\n{product}逾期之后应当第{i}时间联系客服说明情况，并且提出第{i}种还款方案，争取客服的理解。\n金融知识一点通出品"
        (corpus_dir / "raw" / f"page{i}.txt").write_text(page, encoding="utf-8")
    build(corpus_dir, embedder, max_reject_rate=0.0)
    articles = Index.load(corpus_dir / "index").articles
    for i in range(3):
        assert "一点通" not in articles[f"page{i}"].text
        assert "site_line" in {edit.step for edit in articles[f"page{i}"].edits}
