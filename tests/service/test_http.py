"""What holds for every call: problem documents, limits, keys, readiness, the contract as a snapshot."""

import json
import os
import re
import shutil
import time
import weakref
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ingest.build import build
from ingest.index import IndexBroken
from service import rate
from service.cli import main as service
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
    is_problem(client.post("/feedback", json={**given, "sentence": 10**20}), 422)


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
    for path in ("/healthz", "/docs", "/openapi.json"):
        assert client.get(path).status_code == 200
    assert client.get("/articles", headers={"Authorization": "Bearer a-long-secret"}).status_code == 200


OPERATORS_CALLS = (("GET", "/feedback"), ("POST", "/admin/reload"))


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.7", {}),
        ("testclient", {}),
        ("127.0.0.1", {"Host": "rebound.example"}),
        ("127.0.0.1", {"Origin": "https://page.example"}),
        ("127.0.0.1", {"Origin": "null"}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}),
        ("127.0.0.1", {"Host": "127.0.0.1.page.example"}),
    ],
)
def test_an_operator_elsewhere_is_refused_without_a_key(client, address, headers):
    elsewhere = TestClient(client.app, base_url="http://127.0.0.1:8000", client=(address, 50000))
    for method, path in OPERATORS_CALLS:
        is_problem(elsewhere.request(method, path, headers=headers), 401)
    assert elsewhere.get("/articles", headers=headers).status_code == 200


@pytest.mark.parametrize("host", ["localhost:8000", "[::1]:8000", "127.0.0.1"])
def test_an_operator_at_this_machine_is_served(client, host):
    here = TestClient(client.app, base_url=f"http://{host}", client=("::1", 50000))
    assert here.get("/feedback", headers={"Origin": f"http://{host}"}).status_code == 200


def test_an_operator_elsewhere_needs_the_key(open_service):
    client = open_service(api_key="a-long-secret")
    elsewhere = TestClient(client.app, base_url="http://service.example", client=("192.0.2.7", 50000))
    is_problem(elsewhere.get("/feedback"), 401)
    key = {"Authorization": "Bearer a-long-secret"}
    assert elsewhere.get("/feedback", headers=key).status_code == 200


def test_the_reference_names_every_call_and_fetches_nothing(client):
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert not re.search(r"<script|src=|https?://|@import|url\(", page.text)
    document = client.get("/openapi.json").json()
    for path, calls in document["paths"].items():
        for method in calls:
            assert f"{method.upper()} {path}" in page.text
    for name in document["components"]["schemas"]:
        assert f">{name}</h3>" in page.text
    is_problem(client.get("/redoc"), 404)


def test_made_up_methods_make_no_series_of_their_own(client):
    client.request("BREW", "/healthz")
    told = client.get("/metrics").text
    assert "BREW" not in told
    assert 'method="other"' in told


def test_addresses_are_forgotten_after_a_minute_and_counted_up_to_a_bound(monkeypatch):
    now = 0.0
    monkeypatch.setattr(rate.time, "monotonic", lambda: now)
    monkeypatch.setattr(rate, "MAX_CLIENTS", 3)
    limit = rate.RateLimit(1)
    assert [limit.wait_s(name) for name in "abcd"] == [None] * 4
    assert len(limit) == 3
    assert limit.wait_s("d") == 61
    now = 61.0
    assert limit.wait_s("d") is None
    assert len(limit) == 1


def test_too_many_calls_are_told_when_to_come_back(open_service):
    client = open_service(rate_limit_per_min=2)
    codes = [client.get("/articles").status_code for _ in range(2)]
    response = client.get("/articles")
    assert codes == [200, 200]
    is_problem(response, 429)
    assert 1 <= int(response.headers["retry-after"]) <= 61


@pytest.mark.parametrize(
    ("given", "missing"), [("LLM_BASE_URL", "JIEWEN_LLM_MODEL"), ("LLM_MODEL", "JIEWEN_LLM_BASE_URL")]
)
def test_half_an_llm_is_refused(monkeypatch, capsys, given, missing):
    monkeypatch.setenv(f"JIEWEN_{given}", "http://127.0.0.1:9/v1")
    assert service(["--corpus-dir", "nowhere"]) == 2
    assert missing in capsys.readouterr().err


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


@pytest.mark.parametrize(("error", "status"), [(IndexBroken("raw.jsonl: line 3"), 503), (KeyError("x"), 500)])
def test_a_stream_that_fails_half_way_says_so_and_ends(client, monkeypatch, error, status):
    answerer = client.app.state.jiewen.answerer
    stream = answerer.stream

    def failing(request, earlier):
        yield next(iter(stream(request, earlier)))
        raise error

    monkeypatch.setattr(answerer, "stream", failing)
    asked = client.post("/ask", json={"question": "花呗逾期会影响信用吗", "stream": True}).text
    assert asked.startswith("event: retrieval")
    name, data = asked.strip().split("\n\n")[-1].split("\n")
    assert (name, json.loads(data.removeprefix("data: "))["status"]) == ("event: error", status)
    messages = [{"role": "user", "content": "花呗逾期会影响信用吗"}]
    chat = client.post("/v1/chat/completions", json={"messages": messages, "stream": True}).text
    *_, failed, done = chat.strip().split("\n\n")
    assert json.loads(failed.removeprefix("data: "))["error"]["code"] == status
    assert done == "data: [DONE]"


def test_a_streamed_chat_has_one_id_which_feedback_can_name(client):
    messages = [{"role": "user", "content": "花呗逾期会影响信用吗"}]
    text = client.post("/v1/chat/completions", json={"messages": messages, "stream": True}).text
    chunks = [json.loads(line.removeprefix("data: ")) for line in text.strip().split("\n\n")[:-1]]
    (shown,) = {chunk["id"] for chunk in chunks}
    assert chunks[-1]["x_jiewen"]["id"] == shown.replace("chatcmpl-", "ask_")


def test_the_contract_is_the_snapshot(client):
    """Change the contract knowingly: UPDATE_SNAPSHOTS=1 rewrites the snapshot."""
    current = (
        json.dumps(client.get("/openapi.json").json(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        SNAPSHOT.write_text(current, encoding="utf-8")
    assert current == SNAPSHOT.read_text(encoding="utf-8")
