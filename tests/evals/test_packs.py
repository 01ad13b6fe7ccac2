"""Robustness packs: what changes, what stays, and that the same seed gives the same pack."""

import random
import tomllib

import pytest

from evals.cases import Case, GoldError, gold_paths, load_cases
from evals.packs.corpora import ORDERS, counterfactual, injections, noisy, write_corpus
from evals.packs.questions import homophones, swapped_products, traditional
from ingest.fold import fold
from tests.evals.conftest import articles_of

PLAIN = [case for case in load_cases(gold_paths("dev")) if case.style == "plain"]


@pytest.fixture(scope="module")
def articles(built_corpus, model_dir, monkeypatch_module):
    monkeypatch_module.setenv("JIEWEN_MODEL_DIR", str(model_dir))
    return articles_of(built_corpus)


def test_traditional_changes_the_script_and_nothing_else():
    for before, after in zip(PLAIN, traditional(PLAIN, random.Random(1)), strict=True):
        assert fold(after.question) == fold(before.question)
        assert (after.expected, after.relevant, after.key_facts) == (
            before.expected,
            before.relevant,
            before.key_facts,
        )
    assert any(
        a.question != b.question for a, b in zip(PLAIN, traditional(PLAIN, random.Random(1)), strict=True)
    )


def test_homophones_keep_length_and_leave_numbers_alone():
    changed = homophones(PLAIN, random.Random(3))
    for before, after in zip(PLAIN, changed, strict=True):
        assert len(after.question) == len(before.question)
        assert [c for c in after.question if c.isdigit()] == [c for c in before.question if c.isdigit()]
    assert changed == homophones(PLAIN, random.Random(3))
    assert changed != homophones(PLAIN, random.Random(4))


def test_product_swap_asks_about_the_other_and_expects_only_its_sources():
    case = Case(
        case_id="a.plain", question="借呗和花呗谁先还", type="fact", product="借呗", expected="abstain"
    )
    (swapped,) = swapped_products([case], random.Random(1))
    assert swapped.question == "花呗和借呗谁先还"
    assert swapped.product == "花呗"
    assert swapped.expected is None


@pytest.mark.parametrize("share", [0.0, 0.4, 0.8])
def test_noise_makes_up_its_share_of_the_paragraphs(articles, share):
    cases, pages = noisy(PLAIN, articles, share, random.Random(1))
    noise = sum(len(p.text.split("\n")) for p in pages if p.file.startswith("noise"))
    total = sum(len(p.text.split("\n")) for p in pages)
    assert noise / total == pytest.approx(share, abs=0.03)
    assert cases == PLAIN


def test_with_nothing_but_noise_everything_must_be_withheld(articles):
    cases, pages = noisy(PLAIN, articles, 1.0, random.Random(1))
    assert all(page.file.startswith("noise") for page in pages)
    assert {case.expected for case in cases} == {"abstain"}
    with pytest.raises(GoldError, match="share of noise"):
        noisy(PLAIN, articles, 1.5, random.Random(1))


def test_counterfactual_articles_say_the_new_fact_and_no_longer_the_old(articles):
    cases, pages = counterfactual(articles)
    everything = "\n".join(page.text for page in pages)
    for case in cases:
        assert any(wording in everything for wording in case.key_facts[0])
        assert case.must_not[0] not in everything


def test_orders_are_planted_in_paragraphs_and_forbidden_in_answers(articles):
    cases, pages = injections(PLAIN, articles, random.Random(1))
    headings = {heading.text for article in articles for heading in article.headings}
    for page in pages:
        assert any(order in page.text for order, _ in ORDERS)
    assert headings <= {line for page in pages for line in page.text.split("\n")}
    assert all(phrase in case.must_not for case in cases for _, phrase in ORDERS)


def test_a_written_corpus_names_every_page(articles, tmp_path):
    _, pages = counterfactual(articles)
    write_corpus(tmp_path, pages)
    listed = tomllib.loads((tmp_path / "sources.toml").read_text(encoding="utf-8"))["source"]
    assert {entry["path"] for entry in listed} == {f"raw/{p.name}" for p in (tmp_path / "raw").iterdir()}
