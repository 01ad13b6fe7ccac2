"""Reading the corpus: encodings, rejects, ids."""

import pytest

from ingest.decode import RejectedError, decode
from ingest.read import CorpusError, find_files, new_article_id
from ingest.sources import SourcesError, load_sources

TEXT = "花呗逾期后应当主动联系客服，说明自己的情况。"
TRADITIONAL = "花唄逾期後應當主動聯繫客服，說明自己的情況，這是為了不影響信用。"


@pytest.mark.parametrize("codec", ["utf-8", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(codec):
    assert decode(TEXT.encode(codec)) == TEXT


def test_big5_is_told_from_gbk():
    assert decode(TRADITIONAL.encode("big5hkscs")) == TRADITIONAL


def test_a_byte_order_mark_keeps_its_place():
    assert decode(TEXT.encode("utf-8-sig")) == "\ufeff" + TEXT


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b" \n\t ", "empty file"),
        (bytes(range(256)) * 8, "binary file"),
        (b"%PDF-1.7\x00\x01" + b"\x00" * 50, "binary file"),
        (b"an English page about overdue loans, nothing else", "no Chinese text"),
        (TEXT.encode() + b"\xff\xff\xfe", "undecodable"),
        ("字".encode() * 7_000_000, "too large"),
    ],
)
def test_what_is_no_chinese_text_is_rejected_with_its_reason(content, reason):
    with pytest.raises(RejectedError, match=reason):
        decode(content)


def test_ids_are_safe_and_unique():
    assert new_article_id("raw/借呗 逾期?(1).txt", set()) == "借呗-逾期-1"
    assert new_article_id("raw/../x.html", set()) == "x"
    assert new_article_id("raw/???.txt", set()) == "article"
    again = new_article_id("raw/b/x.html", {"x"})
    assert again.startswith("x-")
    assert again != new_article_id("raw/c/x.html", {"x"})


def test_a_missing_or_empty_corpus_is_named(tmp_path):
    with pytest.raises(CorpusError, match="is not a folder"):
        find_files(tmp_path, {})
    (tmp_path / "raw").mkdir()
    with pytest.raises(CorpusError, match="empty corpus"):
        find_files(tmp_path, {})


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[[source]\n", "sources.toml"),
        ('[[source]]\npath = "raw/a.txt"\n', "article_id"),
        (
            '[[source]]\npath = "../a.txt"\narticle_id = "a"\nsha256 = "' + "0" * 64 + '"\n',
            "inside the corpus",
        ),
        (
            ('[[source]]\npath = "raw/a.txt"\narticle_id = "a"\nsha256 = "' + "0" * 64 + '"\n') * 2,
            "listed twice",
        ),
        (
            '[[source]]\npath = "raw/a.txt"\narticle_id = "a"\nproduct = ["白条"]\nsha256 = "'
            + "0" * 64
            + '"\n',
            "product",
        ),
        ("[settings]\nx = 1\n", "only .*source"),
    ],
)
def test_a_broken_manifest_says_where(tmp_path, toml, message):
    (tmp_path / "sources.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(SourcesError, match=message):
        load_sources(tmp_path)
