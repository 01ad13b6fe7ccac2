"""The LLM client against a server that misbehaves: text, or an LLMError within the limit, never a hang."""

import threading
import time

import pytest

from service import llm
from service.llm import LLMError, OpenAIGenerator, SchemaRefusedError
from tests.service.scripted_llm import serve

LIMIT_S = 1.0


@pytest.fixture(scope="module")
def server():
    with serve() as (base_url, script):
        yield OpenAIGenerator(base_url, "m", None, LIMIT_S), script


def test_text_arrives_in_pieces(server):
    generator, script = server
    script.manner, script.text = "say", "逾期会影响信用记录[1]。请主动联系客服[2]。"
    pieces = list(generator.generate("规则", "问题", timeout_s=5))
    assert "".join(pieces) == script.text
    assert len(pieces) > 1
    assert [message["role"] for message in script.asked[-1]["messages"]] == ["system", "user"]


@pytest.mark.parametrize(
    "manner",
    [
        "error",
        "endless",
        "thinking",
        "slow",
        "silent",
        "half",
        "garbage",
        "hang_up",
        "page",
    ],
)
def test_bad_manners_end_in_time(server, manner):
    generator, script = server
    script.manner, script.text = manner, "逾期会影响信用记录,请主动联系客服"
    began = time.monotonic()
    with pytest.raises(LLMError):
        list(generator.generate("规则", "问题", timeout_s=LIMIT_S))
    assert time.monotonic() - began < LIMIT_S + 2


def test_a_server_that_is_not_there_is_an_error():
    generator = OpenAIGenerator("http://127.0.0.1:9/v1", "m", None, LIMIT_S)
    with pytest.raises(LLMError, match="服务器出错"):
        list(generator.generate("规则", "问题", timeout_s=LIMIT_S))


def test_a_server_that_takes_no_schema_says_so():
    with serve() as (base_url, script):
        generator = OpenAIGenerator(base_url, "m", None, LIMIT_S)
        script.manner, script.text = "no_schema", "逾期会影响信用记录[1]。"
        with pytest.raises(SchemaRefusedError):
            list(generator.generate("规则", "问题", timeout_s=LIMIT_S, schema={"type": "object"}))
        assert script.asked[-1]["response_format"]["json_schema"]["schema"] == {"type": "object"}
        assert "".join(generator.generate("规则", "问题", timeout_s=LIMIT_S)) == script.text


def test_a_call_is_over_at_its_limit_though_the_server_keeps_the_line_open():
    with serve() as (base_url, script):
        generator = OpenAIGenerator(base_url, "m", None, 60)
        script.manner = "breathing"
        before = set(threading.enumerate())
        with pytest.raises(LLMError):
            list(generator.generate("规则", "问题", timeout_s=LIMIT_S))
        until = time.monotonic() + 10
        while threads_of(generator, before) and time.monotonic() < until:
            time.sleep(0.02)
        assert not threads_of(generator, before)


def threads_of(generator, before):
    return [t for t in threading.enumerate() if t not in before and "_make" in t.name]


def test_calls_under_way_are_bounded(monkeypatch):
    monkeypatch.setattr(llm, "MAX_CALLS", 1)
    with serve() as (base_url, script):
        generator = OpenAIGenerator(base_url, "m", None, LIMIT_S)
        script.manner, script.text = "slow", "逾期会影响信用记录"
        first = generator.generate("规则", "问题", timeout_s=5)
        next(first)
        with pytest.raises(LLMError, match="太多"):
            next(generator.generate("规则", "问题", timeout_s=5))
        first.close()
