"""What holds for every call: problem documents, limits, keys, readiness, the contract as a snapshot."""

import json
import os
import shutil
import time
import weakref
from pathlib import Path

import pytest

from ingest.build import build
from service.settings import ServiceSettings
from service.state import build_state

SNAPSHOT = Path(__file__).parent.parent / "snapshots" / "openapi.json"


def is_problem(response, status):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"]
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "instance"}
    assert body["status"] == status
    return body


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"question": ""}, "question"),
        ({"question": "花" * 20_000}, "question"),
        ({}, "question"),
        ({"question": "x", "unknown": 1}, "unknown"),
        ({"question": "x", "product": "白条"}, "product"),
        ({"question": "x", "mode": "magic"}, "mode"),
        ({"question": "x", "top_k": 0}, "top_k"),
        ({"question": "x", "history": [{"role": "system", "content": "x"}]}, "history"),
    ],
)
def test_a_wrong_request_is_told_which_field_is_wrong(client, body, where):
    assert where in is_problem(client.post("/ask", json=body), 422)["detail"]


def test_bad_json_is_400_and_says_so(client):
    response = client.post("/ask", content=b'{"question": ', headers={"content-type": "application/json"})
    assert "JSON" in is_problem(response, 400)["detail"]


def test_a_blank_question_is_asked_for(client):
    is_problem(client.post("/ask", json={"question": "  \n "}), 422)


def test_unknown_things_are_404(client):
    is_problem(client.get("/nowhere"), 404)
    is_problem(client.get("/articles/none"), 404)
    is_problem(client.get("/articles/none/raw"), 404)


def test_a_body_too_large_is_413(client):
    is_problem(client.post("/ask", content=b"x" * 1_500_000), 413)


def test_a_raw_span_outside_the_file_is_422(client):
    article = client.get("/articles").json()["articles"][0]["article_id"]
    is_problem(client.get(f"/articles/{article}/raw", params={"start": 5, "end": 10**9}), 422)
    is_problem(client.get(f"/articles/{article}/raw", params={"start": 5, "end": 4}), 422)


def test_articles_list_says_what_the_index_holds(client):
    articles = client.get("/articles").json()["articles"]
    assert len(articles) == 5
    for article in articles:
        assert article["passages"] > 0
        assert article["product"]
        assert article["raw"]["path"].startswith("corpus/raw/")


def test_the_list_is_made_once_a_build_and_reads_no_passage(open_service, corpus_dir, embedder):
    client = open_service(corpus_dir=corpus_dir)
    build_dir = corpus_dir / "index" / client.get("/readyz").json()["build"]
    (build_dir / "passages.jsonl").write_bytes(b"")
    first = client.get("/articles").json()
    assert (
        sum(article["passages"] for article in first["articles"]) == client.get("/readyz").json()["passages"]
    )
    (build_dir / "articles.jsonl").write_bytes(b"")
    assert client.get("/articles").json() == first
    (corpus_dir / "raw" / "new.txt").write_text(
        "花呗延期怎么申请\n花呗用户可以在还款页面申请延期还款，并且如实填写延期的原因。", encoding="utf-8"
    )
    build(corpus_dir, embedder, max_reject_rate=0.0)
    assert client.post("/admin/reload").status_code == 200
    listed = {article["article_id"]: article for article in client.get("/articles").json()["articles"]}
    assert listed["new"]["passages"] == 1
    assert len(listed) == len(first["articles"]) + 1


def test_every_edit_of_an_article_fits_its_crawled_text(client):
    for row in client.get("/articles").json()["articles"]:
        article = client.get(f"/articles/{row['article_id']}").json()
        raw = client.get(f"/articles/{row['article_id']}/raw").json()["text"]
        built, at = "", 0
        for edit in article["edits"]:
            assert raw[edit["raw_start"] : edit["raw_end"]] == edit["before"]
            built += raw[at : edit["raw_start"]] + edit["after"]
            at = edit["raw_end"]
        assert built + raw[at:] == article["text"]
        for heading in article["headings"]:
            assert article["text"][heading["start"] : heading["end"]] == heading["text"]


def test_feedback_is_kept_and_its_comment_masked(client):
    given = {"answer_id": "ask_1", "verdict": "down", "sentence": 0, "comment": "打13800138000"}
    assert client.post("/feedback", json=given).status_code == 201
    kept = client.get("/feedback").json()["feedback"][-1]
    assert (kept["answer_id"], kept["comment"]) == ("ask_1", "打[手机号]")
    is_problem(client.post("/feedback", json={**given, "verdict": "maybe"}), 422)


def test_health_readiness_metrics_and_reload(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["articles"] == 5
    assert "jiewen_requests_total" in client.get("/metrics").text
    assert client.post("/admin/reload").json()["build"] == ready["build"]


def test_a_reload_lets_go_of_what_it_replaces(built_corpus, model_dir, tmp_path):
    state = build_state(ServiceSettings(corpus_dir=built_corpus, model_dir=model_dir, data_dir=tmp_path))
    replaced = weakref.ref(state.answerer.asked)
    state.reload()
    assert replaced() is None


def test_a_request_id_is_kept_and_a_wild_one_replaced(client):
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/healthz", headers={"X-Request-ID": "a b"}).headers["x-request-id"] != "a b"


def test_a_key_is_required_where_one_is_set(open_service):
    client = open_service(api_key="a-long-secret")
    is_problem(client.get("/articles"), 401)
    assert client.get("/healthz").status_code == 200
    assert client.get("/articles", headers={"Authorization": "Bearer a-long-secret"}).status_code == 200


def test_too_many_calls_are_told_when_to_come_back(open_service):
    client = open_service(rate_limit_per_min=2)
    codes = [client.get("/articles").status_code for _ in range(2)]
    response = client.get("/articles")
    assert codes == [200, 200]
    is_problem(response, 429)
    assert 1 <= int(response.headers["retry-after"]) <= 61


def test_without_an_index_the_service_lives_and_is_not_ready(open_service, tmp_path):
    client = open_service(corpus_dir=tmp_path)
    assert client.get("/healthz").status_code == 200
    for response in (client.get("/readyz"), client.post("/ask", json={"question": "花呗"})):
        assert "ingest build" in is_problem(response, 503)["detail"]
        assert response.headers["retry-after"]


def test_an_index_that_appears_later_is_served_and_warmed_unasked(open_service, built_corpus, tmp_path):
    client = open_service(corpus_dir=tmp_path)
    assert client.get("/readyz").status_code == 503
    shutil.copytree(built_corpus / "index", tmp_path / "index", ignore=shutil.ignore_patterns("CURRENT"))
    shutil.copy(built_corpus / "index" / "CURRENT", tmp_path / "index")
    until = time.monotonic() + 60
    while client.get("/readyz").status_code != 200 or client.app.state.jiewen.fresh.is_set():
        assert time.monotonic() < until
        time.sleep(0.1)
    assert client.post("/ask", json={"question": "花呗逾期怎么办"}).json()["status"] == "answered"


def test_a_damaged_index_stops_the_service_and_names_the_file(corpus_dir, model_dir, tmp_path):
    build = corpus_dir / "index" / (corpus_dir / "index" / "CURRENT").read_text().strip()
    damaged = build / "passages.jsonl"
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    with pytest.raises(Exception, match=r"passages\.jsonl"):
        build_state(ServiceSettings(corpus_dir=corpus_dir, model_dir=model_dir, data_dir=tmp_path / "d"))


def test_the_contract_is_the_snapshot(client):
    """Change the contract knowingly: UPDATE_SNAPSHOTS=1 rewrites the snapshot."""
    current = (
        json.dumps(client.get("/openapi.json").json(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        SNAPSHOT.write_text(current, encoding="utf-8")
    assert current == SNAPSHOT.read_text(encoding="utf-8")
