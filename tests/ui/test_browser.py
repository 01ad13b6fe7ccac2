"""The real page over the real service, in a real browser: what a borrower sees and can do."""

import json
import os
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.ui.running import Running, page_over, running
from tests.ui.scripted import Script, build_app, serving
from ui.app import EXAMPLES

pytestmark = pytest.mark.slow

QUESTION = "借呗逾期后可以申请延期吗？"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1180, "height": 860}
PHONE = {"width": 390, "height": 844}
SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs" / "images"
TIMEOUT_MS = 30_000


@pytest.fixture(scope="module")
def both(built_corpus: Path, model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Service and page over the five articles."""
    data_dir = tmp_path_factory.mktemp("data")
    settings = {"CORPUS_DIR": str(built_corpus), "MODEL_DIR": str(model_dir), "DATA_DIR": str(data_dir)}
    with running(settings) as both:
        yield both


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine."""
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None:
        pytest.fail("the browser tests need Chromium on the PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


def opened(browser: Browser, both: Running, viewport: dict[str, int], scheme: str = "light") -> Page:
    page = browser.new_page(viewport=viewport, color_scheme=scheme)
    page.set_default_timeout(TIMEOUT_MS)
    page.goto(both.page_url)
    expect(page.get_by_test_id("stChatInput")).to_be_visible(timeout=TIMEOUT_MS)
    return page


def ask(page: Page, question: str) -> None:
    """Type the question and wait for its finished answer."""
    answers = page.locator(".jw-answer:not(.jw-growing)")
    before = answers.count()
    page.get_by_test_id("stChatInput").locator("textarea").fill(question)
    page.keyboard.press("Enter")
    expect(answers).to_have_count(before + 1, timeout=TIMEOUT_MS)


def wire(both: Running, path: str, body: dict[str, object] | None = None) -> dict[str, object]:
    request = urllib.request.Request(
        both.service_url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)


def test_a_borrower_asks_and_reads_the_highlighted_quote(browser: Browser, both: Running):
    page = opened(browser, both, DESKTOP)
    ask(page, QUESTION)
    expected = wire(both, "/ask", {"question": QUESTION})
    citation = expected["citations"][0]
    expect(page.locator(".jw-status strong")).to_have_text("有据可查")
    for sentence in expected["sentences"]:
        bare = sentence["text"]
        for n in sentence["citations"]:
            bare = bare.replace(f"[{n}]", "")
        expect(page.locator(".jw-answer")).to_contain_text(bare)
    quote = page.locator(".jw-columns figure mark")
    expect(quote.first).to_be_hidden()
    page.locator("summary.jw-chip").first.click()
    expect(quote.nth(0)).to_be_visible()
    expect(quote.nth(0)).to_have_text(citation["quote"])
    span = f"start={citation['raw']['start']}&end={citation['raw']['end']}"
    crawled = wire(both, f"/articles/{citation['article_id']}/raw?{span}")
    assert quote.nth(1).text_content() == crawled["text"]
    expect(page.locator(".jw-passage").first).to_contain_text(citation["title"])
    page.close()


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_on_the_page_is_answered(both: Running, example: str):
    assert wire(both, "/ask", {"question": example})["status"] == "answered"


def test_the_chip_opens_by_keyboard_and_has_a_name(browser: Browser, both: Running):
    page = opened(browser, both, DESKTOP)
    ask(page, QUESTION)
    chip = page.locator("summary.jw-chip").first
    assert (chip.get_attribute("aria-label") or "").startswith("出处 1：")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".jw-columns mark").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".jw-columns mark").first).to_be_hidden()
    page.close()


def test_a_follow_up_and_a_verdict(browser: Browser, both: Running):
    page = opened(browser, both, PHONE)
    ask(page, "花唄逾期會影響徵信嗎？")
    expect(page.locator(".jw-answer").first).to_have_attribute("lang", "zh-Hant")
    ask(page, "那借呗呢？")
    expect(page.locator(".jw-question")).to_have_text(["花唄逾期會影響徵信嗎？", "那借呗呢？"])
    page.get_by_test_id("stFeedback").last.locator("button").first.click()
    expect(page.get_by_text("记下了，谢谢。")).to_be_visible()
    assert [stored["verdict"] for stored in wire(both, "/feedback")["feedback"]] == ["up"]
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(browser: Browser, both: Running, scheme: str):
    page = opened(browser, both, PHONE, scheme)
    ask(page, QUESTION)
    page.locator("summary.jw-chip").first.click()
    boxes = page.locator(".jw-columns figure").all()
    cleaned, crawled = (box.bounding_box() for box in boxes[:2])
    assert cleaned is not None
    assert crawled is not None
    assert cleaned["x"] == crawled["x"]
    assert cleaned["y"] + cleaned["height"] <= crawled["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for element in page.locator(".jw-answer, .jw-passage, .jw-excerpt, .jw-question").all():
        box = element.bounding_box()
        if box is not None:
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PHONE["width"]
    page.close()


def test_the_page_calls_nobody_but_this_machine(browser: Browser, both: Running):
    page = browser.new_page(viewport=DESKTOP)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(both.page_url)
    expect(page.get_by_test_id("stChatInput")).to_be_visible(timeout=TIMEOUT_MS)
    ask(page, QUESTION)
    page.wait_for_timeout(1000)
    assert requested
    assert [url for url in requested if not url.startswith((both.page_url, "data:", "blob:"))] == []
    page.close()


def test_sentences_appear_before_the_answer_is_whole_and_no_question_is_lost(
    browser: Browser, script: Script
):
    with serving(build_app(script)) as service_url, page_over(service_url) as page_url:
        page = browser.new_page(viewport=DESKTOP)
        page.goto(page_url)
        box = page.get_by_test_id("stChatInput").locator("textarea")
        expect(box).to_be_visible(timeout=TIMEOUT_MS)
        script.may_finish.clear()
        try:
            box.fill("第一个问题")
            page.keyboard.press("Enter")
            expect(page.locator(".jw-growing .jw-sentence")).to_contain_text(
                "准备好个人信息", timeout=TIMEOUT_MS
            )
            box.fill("第二个问题")
            page.keyboard.press("Enter")
            expect(page.locator(".jw-growing .jw-sentence")).to_have_count(1, timeout=TIMEOUT_MS)
        finally:
            script.may_finish.set()
        expect(page.locator(".jw-question")).to_have_text(["第一个问题", "第二个问题"], timeout=TIMEOUT_MS)
        expect(page.locator(".jw-answer:not(.jw-growing)")).to_have_count(2, timeout=TIMEOUT_MS)
        page.close()


@pytest.mark.skipif(
    not os.environ.get("UPDATE_SCREENSHOT"),
    reason="UPDATE_SCREENSHOT=1 takes the pictures of the README anew",
)
@pytest.mark.parametrize(
    ("name", "viewport", "scheme"), [("page", DESKTOP, "light"), ("phone", PHONE, "dark")]
)
def test_pictures_for_the_readme(
    browser: Browser, both: Running, name: str, viewport: dict[str, int], scheme: str
):
    page = opened(browser, both, viewport, scheme)
    ask(page, QUESTION)
    page.locator("summary.jw-chip").first.click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1000)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
    page.close()
