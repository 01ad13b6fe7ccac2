"""Files of every format go in and come out, through the command."""

import gzip
import json
from pathlib import Path

import pytest

from ingest.cli import main
from ingest.fold import fold
from ingest.index import Index
from ingest.sources import load_sources
from tests.ingest.formats import pdf, word, write_dump
from tests.ingest.pages import PAGES


@pytest.fixture
def command(corpus_dir: Path, model_dir: Path, monkeypatch: pytest.MonkeyPatch):
    """The command, working on this test's corpus."""
    monkeypatch.setenv("JIEWEN_CORPUS_DIR", str(corpus_dir))
    monkeypatch.setenv("JIEWEN_MODEL_DIR", str(model_dir))
    return main


def best(corpus_dir: Path, words: str):
    """Return the passage that answers ``words`` best, by words."""
    index = Index.load(corpus_dir / "index")
    rows, _ = index.sparse(fold(words), 1)
    return index, index.passages[int(rows[0])]


def test_every_format_is_searchable_at_once_and_a_broken_file_is_named(command, corpus_dir, tmp_path, capsys):
    new = tmp_path / "new"
    new.mkdir()
    (new / "site.html").write_bytes((PAGES / "finance_site.html").read_bytes())
    (new / "printed.pdf").write_bytes(
        pdf(
            [
                [
                    "信用卡逾期协商还款流程",
                    "持卡人应当主动联系发卡银行，说明逾期的原因和目前的经济",
                    "状况，并且提出合理的还款方案。",
                ],
                ["申请个性化分期需要提供收入证明。"],
            ]
        )
    )
    (new / "letter.docx").write_bytes(
        word(["微粒贷逾期怎么办", "微粒贷逾期后会产生罚息，借款人应当尽快联系微众银行。"])
    )
    (new / "gbk.txt").write_bytes(
        "花呗最低还款额是多少\n花呗最低还款额一般为账单金额的十分之一，其余部分要付利息。".encode("gbk")
    )
    write_dump(new / "crawl.jsonl", 200)
    (new / "empty.txt").write_bytes(b"")
    assert command(["add", str(new)]) == 2
    printed = capsys.readouterr()
    assert "empty.txt: empty file" in printed.err
    assert printed.err.count("\n") == 1
    found = {
        "花呗逾期上征信吗芝麻信用分": "site",
        "持卡人主动联系发卡银行 目前的经济状况": "printed",
        "微众银行 微粒贷罚息": "letter",
        "花呗最低还款额 账单金额的十分之一": "gbk",
    }
    for words, article_id in found.items():
        index, passage = best(corpus_dir, words)
        assert passage.article_id == article_id
        article = index.articles[article_id]
        raw = article.raw.path.removeprefix("corpus/")
        assert index.raw_text(article_id).encode() == (corpus_dir / raw).read_bytes() or article_id == "gbk"
    assert "目前的经济状况" in index.articles["printed"].text
    index, passage = best(corpus_dir, "第137号延期方案")
    assert "第137号" in passage.text
    article = index.articles[passage.article_id]
    assert (article.url, article.published) == ("http://site.test/137", "2024-05-26")
    assert len(index.articles) == 5 + 4 + 200


def test_a_gzipped_dump_with_broken_lines_and_a_torn_end(command, corpus_dir, tmp_path, capsys):
    plain = tmp_path / "plain.jsonl"
    write_dump(plain, 4)
    lines = plain.read_text(encoding="utf-8").splitlines()
    content = (
        "\n".join([*lines, "{broken", json.dumps({"url": "http://site.test/none"}), json.dumps({"text": 5})])
        + "\n"
    )
    dump = tmp_path / "crawl.jsonl.gz"
    dump.write_bytes(gzip.compress(content.encode())[:-8])
    assert command(["add", str(dump)]) == 2
    out = capsys.readouterr().out
    for reason in (
        "crawl.jsonl.gz:5: line: Invalid JSON",
        ":6: neither html nor text",
        ":7: text: Input",
        ":8: unreadable from here on",
    ):
        assert reason in out
    assert len(Index.load(corpus_dir / "index").articles) == 9


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x1e", "\x0b", "\x7f"])
def test_a_title_may_hold_what_some_take_for_a_line_end(command, corpus_dir, tmp_path, separator):
    title = f"借呗延期{separator}怎么申请"
    text = "借呗用户可以在还款页面申请延期还款，并且如实填写延期的原因。"
    dump = tmp_path / "crawl.jsonl"
    dump.write_text(json.dumps({"url": "http://site.test/1", "title": title, "text": text}), encoding="utf-8")
    page = tmp_path / f"page{separator}.txt"
    page.write_text("花呗延期怎么申请\n花呗用户可以在还款页面申请延期还款。", encoding="utf-8")
    assert command(["add", str(dump), str(page)]) == 0
    assert command(["status"]) == 0
    assert command(["build"]) == 0
    listed = load_sources(corpus_dir)
    (crawled,) = (source for source in listed.values() if source.url == "http://site.test/1")
    assert crawled.title == title
    assert f"raw/page{separator}.txt" in listed
    assert command(["remove", crawled.article_id]) == 0


def test_only_a_whole_date_of_the_calendar_is_one(command, corpus_dir, tmp_path):
    dates = {
        "2024-11-05": "2024-11-05",
        " 2024/1/5 10:30": "2024-01-05",
        "2024.11.5": "2024-11-05",
        "2024年11月5日": "2024-11-05",
        "2024 年 11 月 5 日": "2024-11-05",
        "2024-11-05T23:59:00+08:00": "2024-11-05",
        "20241105": "2024-11-05",
        "20240229 08:00": "2024-02-29",
        "2024-11": None,
        "2024-12": None,
        "2024年11月": None,
        "2024-13-45": None,
        "2023-02-29": None,
        "2024-11-051": None,
        "2024115": None,
        "202411051": None,
        "2024-1105": None,
        "十一月五日": None,
    }
    pages = [
        {
            "url": f"http://site.test/{date}",
            "text": f"第{n}号延期方案，借呗用户可以在还款页面申请延期。",
            "date": date,
        }
        for n, date in enumerate(dates)
    ]
    (tmp_path / "crawl.jsonl").write_text("\n".join(map(json.dumps, pages)), encoding="utf-8")
    assert command(["add", str(tmp_path / "crawl.jsonl")]) == 0
    crawled = [source for source in load_sources(corpus_dir).values() if source.path.startswith("raw/crawl/")]
    assert {source.url.removeprefix("http://site.test/"): source.date for source in crawled} == dates


def test_the_same_name_again_is_the_same_article_crawled_again(command, corpus_dir, tmp_path):
    page = tmp_path / "new.txt"
    page.write_text(
        "花呗延期怎么申请\n花呗用户可以在还款页面申请延期还款，并且如实填写延期的原因。", encoding="utf-8"
    )
    assert command(["add", str(page), "--site", "某站"]) == 0
    page.write_text(
        "花呗延期怎么申请\n花呗用户可以打电话申请延期还款，并且如实说明延期的原因和困难。", encoding="utf-8"
    )
    assert command(["add", str(page)]) == 0
    article = Index.load(corpus_dir / "index").articles["new"]
    assert "打电话申请" in article.text
    assert article.site == "某站"


def test_of_two_files_of_one_name_the_later_stays(command, corpus_dir, tmp_path):
    for name, way in (("a", "在还款页面"), ("b", "打电话给客服")):
        (tmp_path / name).mkdir()
        text = f"花呗延期怎么申请\n花呗用户可以{way}申请延期还款，并且如实填写延期的原因。"
        (tmp_path / name / "page.txt").write_text(text, encoding="utf-8")
    assert command(["add", str(tmp_path / "a" / "page.txt"), str(tmp_path / "b" / "page.txt")]) == 0
    articles = Index.load(corpus_dir / "index").articles
    assert "打电话给客服" in articles["page"].text
    assert len(articles) == 6


def test_a_file_that_lies_in_the_corpus_is_listed_where_it_is(command, corpus_dir):
    page = corpus_dir / "raw" / "shelf" / "found.txt"
    page.parent.mkdir()
    page.write_text(
        "花呗延期怎么申请\n花呗用户可以在还款页面申请延期还款，并且如实填写延期的原因。", encoding="utf-8"
    )
    assert command(["add", str(page), "--product", "花呗"]) == 0
    article = Index.load(corpus_dir / "index").articles["found"]
    assert article.raw.path == "corpus/raw/shelf/found.txt"
    assert not (corpus_dir / "raw" / "found.txt").exists()
    assert 'path = "raw/shelf/found.txt"' in (corpus_dir / "sources.toml").read_text(encoding="utf-8")


PAGE = (
    "花呗延期怎么申请\n花呗用户可以在还款页面申请延期还款，并且如实填写延期的原因，审核结果会在三个工作日之内通知。"
    "没有通过审核的用户，可以在下个月再次提出申请，也可以打电话给客服说明自己的困难，请求人工复核，并且保存好通话的录音和短信。"
)


def test_what_the_corpus_has_is_said_and_not_added_again(command, corpus_dir, tmp_path, capsys):
    page, twin = tmp_path / "page.txt", tmp_path / "twin.txt"
    page.write_text(PAGE, encoding="utf-8")
    twin.write_text(PAGE, encoding="utf-8")
    assert command(["add", str(page), str(twin)]) == 0
    out = capsys.readouterr().out
    assert "added page: raw/page.txt" in out
    assert f"duplicate of page: {twin}" in out
    assert command(["add", str(page)]) == 0
    out = capsys.readouterr().out
    assert "unchanged page: raw/page.txt" in out
    assert "added" not in out
    assert set(Index.load(corpus_dir / "index").articles) >= {"page"}
    assert len(Index.load(corpus_dir / "index").articles) == 6
    assert command(["add", str(page), "--site", "某站"]) == 0
    assert "added page" in capsys.readouterr().out


def test_what_the_corpus_has_lost_or_replaced_is_added(command, corpus_dir, tmp_path, capsys):
    page, twin = tmp_path / "page.txt", tmp_path / "twin.txt"
    page.write_text(PAGE, encoding="utf-8")
    assert command(["add", str(page)]) == 0
    (corpus_dir / "raw" / "page.txt").unlink()
    assert command(["add", str(page)]) == 0
    assert capsys.readouterr().out.count("added page") == 2
    page.write_text(PAGE.replace("三个", "五个"), encoding="utf-8")
    twin.write_text(PAGE, encoding="utf-8")
    assert command(["add", str(page), str(twin)]) == 0
    out = capsys.readouterr().out
    assert "added twin" in out
    assert "duplicate of" not in out
    assert "near duplicate twin: says what page says" in out


def test_links_of_a_folder_that_lead_elsewhere_are_refused(command, corpus_dir, tmp_path, capsys):
    folder, secret = tmp_path / "new", tmp_path / "secret.txt"
    folder.mkdir()
    secret.write_text(PAGE, encoding="utf-8")
    (folder / "page.txt").write_text(PAGE.replace("三个", "五个"), encoding="utf-8")
    (folder / "out.txt").symlink_to(secret)
    (folder / "gone.txt").symlink_to(tmp_path / "nothing.txt")
    (folder / "again.txt").symlink_to(folder / "page.txt")
    assert command(["add", str(folder)]) == 2
    out = capsys.readouterr().out
    assert f"rejected {folder / 'out.txt'}: a link that leads out of the folder" in out
    assert f"rejected {folder / 'gone.txt'}: a link to nothing" in out
    assert "again.txt" in out
    assert not (corpus_dir / "raw" / "new" / "out.txt").exists()
    assert len(Index.load(corpus_dir / "index").articles) == 6
    assert command(["add", str(folder / "out.txt")]) == 0


def test_removed_articles_leave_everything(command, corpus_dir, tmp_path):
    write_dump(tmp_path / "crawl.jsonl", 6)
    assert command(["add", str(tmp_path / "crawl.jsonl")]) == 0
    gone = best(corpus_dir, "第4号延期方案")[1].article_id
    assert command(["remove", gone, "004_05d3fb2475b1c13f"]) == 0
    index = Index.load(corpus_dir / "index")
    assert not {gone, "004_05d3fb2475b1c13f"} & set(index.articles)
    assert all("第4号" not in passage.text for passage in index.passages)
    for path in corpus_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"95730" not in content
            assert "第4号".encode() not in content
    assert command(["remove", gone]) == 2


def test_wrong_use_says_what_and_where(command, corpus_dir, tmp_path, capsys):
    before = sorted(p.name for p in (corpus_dir / "raw").iterdir())
    (tmp_path / "x.exe").write_bytes(b"MZ")
    for arguments, message in [
        (["add", str(tmp_path / "nothing.txt")], "nothing.txt: no such file or folder"),
        (["add", str(tmp_path / "x.exe")], "x.exe: not one of"),
        (["remove", "nothing"], "no article 'nothing'"),
        (["show", "nothing"], "no article 'nothing'"),
    ]:
        assert command(arguments) == 2
        err = capsys.readouterr().err
        assert message in err
        assert err.count("\n") == 1
    assert sorted(p.name for p in (corpus_dir / "raw").iterdir()) == before
