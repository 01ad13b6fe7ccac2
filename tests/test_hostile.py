"""No text, however it was made, keeps a pattern busy for long: what strangers write meets patterns everywhere."""

import re

import pytest

from ingest.chunk import chunk
from ingest.sentences import MAX_CHARS, split_sentences
from service.answer import Answerer
from service.schema import MAX_QUESTION_CHARS, AskRequest
from service.settings import ServiceSettings
from tests.hostile import LIMIT_S, attacks, patterns_of, text_of, texts, within_seconds
from tests.ingest.pages import cleaned_text

CHARS = 8000
PAGE_CHARS = 4000
RUNS_OF_ANYTHING = [("", run) for run in ("1", "a", "款", " ", "1,", "a.")]


@pytest.mark.slow
@pytest.mark.parametrize("package", ["service", "ui", "ingest.repair", "ingest.extract"])
def test_no_pattern_is_slow_on_what_it_repeats(package):
    for where, pattern in patterns_of(package).items():
        compiled = re.compile(pattern)
        for attack in [*attacks(pattern), *RUNS_OF_ANYTHING]:
            text = text_of(attack, CHARS)
            with within_seconds(LIMIT_S, f"{where} on {attack[0][-12:]!r} and a run of {attack[1]!r}"):
                for _ in compiled.finditer(text):
                    pass


def test_a_pattern_that_is_slow_is_found_out():
    ambiguous = "我(?:的|账户|的账户)*欠"
    assert ("我", "的账户") in attacks(ambiguous)
    with pytest.raises(BaseException, match=r"more than 0\.2 s"), within_seconds(0.2, "ambiguous"):
        re.search(ambiguous, text_of(("我", "的账户"), CHARS))


@pytest.mark.slow
def test_no_question_keeps_the_service_busy(index, embedder):
    answerer = Answerer(index, embedder, embedder, ServiceSettings(), None)
    patterns = patterns_of("service.query", "ingest.repair")
    made = texts(patterns, MAX_QUESTION_CHARS - 20, each=1) | {
        f"run of {run!r}": run * (MAX_QUESTION_CHARS // len(run))
        for run in ("能", "我的账户", "yuqi ", "m ", "花呗,")
    }
    for name, question in made.items():
        with within_seconds(LIMIT_S, name):
            answerer.ask(AskRequest(question=question), [])


@pytest.mark.slow
def test_no_page_keeps_the_cleaning_busy():
    around = (
        "花呗逾期怎么协商\n一、主动联系客服\n花呗逾期之后，用户应当主动联系花呗客服，说明自己的经济状况。\n"
    )
    made = texts(patterns_of("ingest.clean", "ingest.extract"), PAGE_CHARS, each=1)
    for name, line in made.items():
        with within_seconds(LIMIT_S, name):
            chunk(cleaned_text(f"{around}{line}\n{around}"))


@pytest.mark.parametrize("run", ["款", "一，", "https://a.cn/", "word ", "“"])
def test_no_sentence_of_a_source_is_without_end(run):
    text = run * (PAGE_CHARS // len(run))
    spans = split_sentences(text, 0, len(text))
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    assert max(b - a for a, b in spans) <= 2 * MAX_CHARS
