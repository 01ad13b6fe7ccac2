"""The labelled sentences of the verification benchmark, and the command that judges them."""

from collections import Counter

import pytest

from evals.cli import main
from evals.verification import FAIR, MEANING, load_claims


@pytest.fixture(scope="module", params=["dev", "test", "second_dev", "second_test"])
def claims(request):
    return load_claims(request.param)


def test_every_quote_stands_in_a_passage_and_every_kind_is_there(claims):
    assert all(claim.evidence for claim in claims)
    assert {claim.kind for claim in claims} >= set(MEANING) - {"product"}
    assert all((claim.label == "supported") == (claim.kind in FAIR) for claim in claims)


def test_there_are_enough_and_most_cite_none_of_the_crawled_articles(claims):
    kinds = Counter(claim.kind for claim in claims)
    assert kinds["paraphrase"] >= 120
    assert len(claims) >= 300
    crawled = sum(claim.cites[0].article.startswith("corpus/raw") for claim in claims)
    assert crawled <= len(claims) / 2


def test_every_order_is_told_turned_round_and_as_it_is():
    claims = load_claims("order_dev")
    told, turned = ({c.cites[0].quote for c in claims if c.kind == kind} for kind in ("paraphrase", "order"))
    assert told == turned
    assert len(told) >= 60


def test_most_conditions_are_kept_and_changed():
    claims = load_claims("condition_dev")
    kept, changed = ({c.cites[0].quote for c in claims if (c.kind in FAIR) == fair} for fair in (True, False))
    assert len(kept & changed) >= 150
    assert len(kept ^ changed) <= len(kept & changed) / 10
    kinds = Counter(claim.kind for claim in claims)
    assert min(kinds["condition"], kinds["paraphrase"]) >= 200
    assert min(kinds["actor"], kinds["quantifier"]) >= 80


def test_no_article_and_no_sentence_of_a_dev_split_is_in_a_test_split():
    dev = [
        claim for split in ("dev", "second_dev", "order_dev", "condition_dev") for claim in load_claims(split)
    ]
    test = [*load_claims("test"), *load_claims("second_test")]
    for part in (
        lambda claim: {cited.article for cited in claim.cites},
        lambda claim: {claim.sentence},
    ):
        assert not set().union(*map(part, dev)) & set().union(*map(part, test))


@pytest.mark.slow
@pytest.mark.parametrize("split", ["dev", "second_dev"])
def test_the_verification_meets_its_goals_on_the_dev_splits(capsys, split):
    assert main(["bench", "verify", "--split", split]) == 0
    table = capsys.readouterr().out
    assert "every goal is met" in table
    assert all(kind in table for kind in MEANING)


@pytest.mark.parametrize("split", ["test", "second_test"])
def test_of_a_test_split_no_sentence_is_shown(capsys, split):
    assert main(["bench", "verify", "--split", split, "--show"]) == 2
    assert "only totals" in capsys.readouterr().err
