"""`ingest repair` as a filter."""

import json
import subprocess
import sys

import pytest


def ingest_repair(*arguments, given=b""):
    return subprocess.run(
        [sys.executable, "-m", "ingest", "repair", *arguments], input=given, capture_output=True, check=False
    )


def test_line_for_line():
    given = "小編導(dǎo)語(yǔ)\r\n\n面臨法律追償?shù)娘L(fēng)險(xiǎn)\u2028a\x0bb"
    done = ingest_repair(given=given.encode())
    assert done.returncode == 0
    assert done.stdout.decode() == "小编导语\r\n\n面临法律追偿的风险\u2028a\x0bb"


def test_keeping_the_script():
    assert ingest_repair("--script", "keep", given="導(dǎo)語(yǔ)\n".encode()).stdout.decode() == "導語\n"


def test_explaining_counts_offsets_in_the_line():
    done = ingest_repair("--explain", given="好\n面臨追償?shù)娘L(fēng)險(xiǎn)\n".encode())
    first, second = map(json.loads, done.stdout.decode().splitlines())
    assert first == {"raw": "好", "clean": "好", "edits": []}
    assert set(second) == {"raw", "clean", "edits"}
    for edit in second["edits"]:
        assert set(edit) == {"step", "raw_start", "raw_end", "before", "after", "confidence"}
        assert second["raw"][edit["raw_start"] : edit["raw_end"]] == edit["before"]


@pytest.mark.parametrize(("given", "code"), [("導(dǎo)語(yǔ)\n", 1), ("导语\n", 0), ("", 0)])
def test_checking(given, code):
    done = ingest_repair("--check", given=given.encode())
    assert (done.returncode, done.stdout) == (code, b"")


def test_a_file_in_gbk_is_told_so(tmp_path):
    path = tmp_path / "page.txt"
    path.write_bytes("逾期后可以申请延期".encode("gbk"))
    done = ingest_repair(str(path))
    assert done.returncode == 2
    assert "page.txt: byte 0: not UTF-8; it looks like GBK: iconv -f GB18030" in done.stderr.decode()


def test_a_broken_byte_is_told_where():
    done = ingest_repair(given=b"abc\n" + b"d\xffe")
    assert done.returncode == 2
    assert "stdin: byte 5: not UTF-8" in done.stderr.decode()


def test_a_missing_file():
    done = ingest_repair("no such file")
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1


def test_one_long_line():
    given = "因健康原因?qū)е碌挠馄?,需提供" * 200 + "好" * 300_000
    done = ingest_repair(given=given.encode())
    assert done.stdout.decode() == "因健康原因导致的逾期,需提供" * 200 + "好" * 300_000
