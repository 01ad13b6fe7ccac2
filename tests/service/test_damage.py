"""What damage of a crawled page that could not be undone does to the answers drawn from it."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ingest.build import build
from ingest.embed import Embedder

PAGE = (
    "借唄逾期被仲裁怎么辦(bàn)\n一、仲裁的費(fèi)用\n借唄逾期的案子,仲裁裁?zhàng)Q須(xū)?zhān)Ц侗鞠?730元,外加仲裁費450元。\n"
    "二、收到仲裁通知怎么辦(bàn)\n收到仲裁通知之后,請(qǐng)盡(jìn)快聯(lián)系借唄客服說(shuō)明情況,并(bìng)且在開庭之前提交還款的證(zhèng)據(jù)。\n"
)
NUMBER = "730"


@pytest.fixture(scope="module")
def damaged(open_service, embedder: Embedder, tmp_path_factory) -> TestClient:
    """The service over one garbled page, of which a number lost its first digit."""
    corpus_dir: Path = tmp_path_factory.mktemp("damaged")
    (corpus_dir / "raw").mkdir()
    (corpus_dir / "raw" / "借呗.txt").write_text(PAGE, encoding="utf-8")
    build(corpus_dir, embedder, max_reject_rate=0.0)
    return open_service(corpus_dir=corpus_dir)


def ask(client: TestClient, question: str) -> dict:
    return client.post("/ask", json={"question": question}).json()


@pytest.mark.parametrize("question", ["借呗逾期仲裁裁决要支付本息多少元？", "借呗仲裁裁决须支付多少本息？"])
def test_a_number_that_lost_a_digit_answers_nobody_who_asks_for_it(damaged: TestClient, question: str):
    answer = ask(damaged, question)
    assert NUMBER not in answer["answer"]


@pytest.mark.parametrize("question", ["借呗逾期的案子仲裁裁决说了什么？", "借呗逾期仲裁裁决须支付本息吗？"])
def test_who_is_shown_such_a_number_is_told(damaged: TestClient, question: str):
    answer = ask(damaged, question)
    (cited,) = [c["n"] for c in answer["citations"] if NUMBER in c["quote"]]
    codes = {w["code"] for w in answer["warnings"] if w["n"] == cited}
    assert {"damaged_number", "uncertain_words"} <= codes
