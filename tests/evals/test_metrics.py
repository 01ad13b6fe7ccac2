"""Properties of the measures that no example in a docstring shows."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.decisions import Decision, abstention_precision, decision_right, risk_coverage_area
from evals.metrics.grounding import citation_precision, key_fact_recall, lexical_support
from evals.metrics.intervals import bootstrap, mean, proportion, wilson
from evals.metrics.numbers import novel_numbers, stated_numbers
from evals.metrics.repair import character_error_rate, edit_distance
from evals.metrics.retrieval import group_recall, ndcg, reciprocal_rank

RANKED = st.lists(st.sets(st.sampled_from("abc")), max_size=10)


@given(RANKED, st.integers(1, 9))
def test_recall_never_falls_with_depth(ranked, k):
    assert group_recall(ranked, ["a", "b"], k) <= group_recall(ranked, ["a", "b"], k + 1)


@given(RANKED)
def test_ranks_are_shares_and_best_first_is_best(ranked):
    grades = {"a": 2, "b": 1}
    assert 0 <= ndcg(ranked, grades) <= 1
    assert ndcg([{"a"}, {"b"}, *ranked], grades) == 1.0
    assert 0 <= reciprocal_rank(ranked, ["a"]) <= 1


def test_repeating_a_passage_gains_nothing():
    assert ndcg([{"a"}, {"a"}, {"a"}], {"a": 2, "b": 1}) == ndcg([{"a"}], {"a": 2, "b": 1})


def test_not_applicable_is_not_zero():
    assert group_recall([], [], 5) is None
    assert reciprocal_rank([], []) is None
    assert ndcg([], {}) is None
    assert key_fact_recall("任何话", []) is None
    assert citation_precision([], ["a"]) is None
    assert lexical_support("。", ["引文"]) is None
    assert mean([]) is None
    assert proportion([]) is None


@given(st.integers(0, 200), st.integers(1, 200))
def test_wilson_holds_the_share_and_stays_a_share(successes, n):
    successes = min(successes, n)
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n <= high <= 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_bootstrap_is_repeatable_and_brackets_sensibly(values):
    assert bootstrap(values) == bootstrap(values)
    low, high = bootstrap(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


@given(st.text(), st.text(), st.text())
def test_edit_distance_is_a_metric(a, b, c):
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)


def test_cer_of_the_slip_sites():
    assert character_error_rate("请在app内查看", "请在app内查看") == 0
    assert character_error_rate("因导致的逾期", "因?е碌挠馄") == pytest.approx(5 / 6)  # all but 因


@pytest.mark.parametrize(
    ("answer", "sources", "novel"),
    [
        ("逾期90日", ["逾期九十天"], []),
        ("日利率0.05%", ["每日万分之五"], []),
        ("罚息千分之一", ["罚息千分之五"], ["0.1%"]),
        ("最高30万元", ["三十万元"], []),
        ("最高三千到二十万元", ["几百到几万元"], ["200000元"]),
        ("拨打95188", ["拨打95730"], ["95188"]),
        ("400-100-1000", ["4001001000"], []),
        ("1. 先联系\n2. 再协商", ["先联系,再协商"], []),
        ("一次性还清,一年内", ["还清"], []),
        ("分3期", ["分12期"], ["3期"]),
        ("十分重要,千万别急", ["重要"], []),
    ],
)
def test_novel_numbers(answer, sources, novel):
    assert novel_numbers(answer, sources) == novel


@given(st.integers(0, 9999))
def test_a_number_is_the_same_in_digits_and_in_chinese(value):
    units = ("", "十", "百", "千")
    digits = "零一二三四五六七八九"
    text = "".join(
        digits[int(d)] + (units[len(str(value)) - i - 1] if d != "0" else "")
        for i, d in enumerate(str(value))
    )
    if value not in (0, 1):
        assert stated_numbers(f"{text}天") == stated_numbers(f"{value}天")


def test_hedging_everything_is_no_way_to_precision():
    hedged = [Decision("answer", "partial")] * 9 + [Decision("abstain", "partial", hedge_ok=True)]
    assert sum(abstention_precision(hedged)) / len(abstention_precision(hedged)) == 0.1
    assert not decision_right(Decision("answer", "partial"))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=20))
def test_risk_coverage_does_not_depend_on_order(graded):
    shuffled = list(graded)
    random.Random(1).shuffle(shuffled)
    assert risk_coverage_area(graded) == pytest.approx(risk_coverage_area(shuffled))
