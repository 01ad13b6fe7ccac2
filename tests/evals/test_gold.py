"""The committed gold set is what it says it is, held against the articles as they are built."""

import re
import shutil
from collections import Counter

import pytest

from evals.cases import Case, gold_paths, load_cases
from evals.corpus import Corpus
from evals.metrics.grounding import bigrams, comparable
from evals.reader_data import TRAIN
from evals.reader_data import read_questions as questions_of
from evals.rules import RULES_PATH, load_rules
from ingest.build import build
from ingest.known import read_questions
from tests.conftest import PROJECT
from tests.evals.conftest import articles_of

GOLD = PROJECT / "evals" / "gold"
CASES = {split: load_cases(gold_paths(split)) for split in ("dev", "test")}
ALL: tuple[Case, ...] = load_cases(gold_paths("all"))


@pytest.fixture(scope="module")
def corpus(built_corpus, model_dir, monkeypatch_module) -> Corpus:
    monkeypatch_module.setenv("JIEWEN_MODEL_DIR", str(model_dir))
    return Corpus(articles_of(built_corpus))


FURTHER = (
    "colloquial_dev",
    "helpbox_dev",
    "forum_dev",
    "asked_dev",
    "asked_test",
    "common_dev",
    "common_test",
    "wording_dev",
    "wording_test",
    "openings_dev",
    "desk_dev",
    "desk_test",
    "voices_dev",
    "voices_test",
    "personas_test",
    "dialogues_dev",
    "dialogues_test",
)
OTHER_ARTICLES = sorted(path.parent for path in GOLD.glob("articles_*/*/cases.jsonl"))


def test_no_known_question_is_a_gold_question() -> None:
    known = {
        comparable(question.question)
        for group in read_questions(PROJECT / "corpus").values()
        for question in group
    }
    assert len(known) > 3000
    sets = [ALL, *(load_cases([GOLD / f"{name}.jsonl"]) for name in FURTHER)]
    for case in (case for cases in sets for case in cases if not case.history):
        assert comparable(case.question) not in known, case.case_id


def test_what_the_reader_learnt_from_is_in_no_gold_set_and_names_its_evidence() -> None:
    folders = sorted(TRAIN.iterdir())
    learnt = set()
    for folder in folders:
        for example in questions_of(folder / "questions.tsv"):
            learnt.add(comparable(example.question))
        raw = "\n".join(path.read_text(encoding="utf-8") for path in (folder / "raw").iterdir())
        for example in questions_of(folder / "questions.tsv"):
            assert all(piece in raw for piece in example.evidence or ()), example.question
    assert len(learnt) > 9000
    others = [path for folder in OTHER_ARTICLES for path in folder.glob("cases*.jsonl")]
    sets = [ALL, *(load_cases([path]) for path in (*(GOLD / f"{name}.jsonl" for name in FURTHER), *others))]
    for case in (case for cases in sets for case in cases if not case.history):
        assert comparable(case.question) not in learnt, case.case_id


@pytest.mark.parametrize("name", FURTHER)
def test_every_piece_of_evidence_of_the_further_sets_stands_in_its_article(corpus, name):
    for case in load_cases([GOLD / f"{name}.jsonl"]):
        corpus.locate(case)


@pytest.mark.slow
@pytest.mark.parametrize("folder", OTHER_ARTICLES, ids=lambda folder: folder.name)
def test_every_piece_of_evidence_on_other_articles_stands_in_its_article(
    folder, embedder, model_dir, tmp_path, monkeypatch
):
    monkeypatch.setenv("JIEWEN_MODEL_DIR", str(model_dir))
    shutil.copytree(folder / "raw", tmp_path / "raw")
    build(tmp_path, embedder, max_reject_rate=0.0)
    corpus = Corpus(articles_of(tmp_path))
    for path in sorted(folder.glob("*.jsonl")):
        for case in load_cases([path]):
            corpus.locate(case)


def without_cut_words(heading: str) -> str:
    """The heading without the words that the site cut out: whether they are back is the repair's business."""
    return re.sub("电话|题", "", comparable(heading))


def test_there_are_at_least_300_cases_of_every_type_and_style():
    assert len(ALL) >= 300
    for split in CASES.values():
        assert min(Counter(case.type for case in split).values()) >= 5
        assert min(Counter(case.style for case in split).values()) >= 10


def test_every_piece_of_evidence_stands_verbatim_in_its_article_below_its_heading(corpus):
    for case in ALL:
        for evidence in corpus.locate(case):
            found = corpus.heading_at(evidence.span)
            assert without_cut_words(found) == without_cut_words(evidence.relevant.heading), case.case_id


def test_no_question_is_a_sentence_or_heading_of_an_article(corpus):
    written = {
        comparable(re.sub(r"^[\d.、一二三四五六七八九十]+", "", part))
        for article in corpus.by_id.values()
        for line in article.text.split("\n")
        for part in (line, *re.split(r"[。?!;,:]", line))
    }
    assert [case.case_id for case in ALL if comparable(case.question) in written - {""}] == []


def test_what_a_dev_case_needs_no_test_case_needs(corpus):
    def needed(split: str) -> set[str]:
        return {
            # An article without headings is divided by its paragraphs instead.
            e.section if e.relevant.heading else f"{e.relevant.file}@{e.paragraph.start}"
            for case in CASES[split]
            for e in corpus.locate(case)
            if e.relevant.group
        }

    assert needed("dev") & needed("test") == set()


def test_no_question_of_one_split_is_a_rewording_of_one_in_the_other():
    dev = [case for case in CASES["dev"] if not case.history]
    for case in CASES["test"]:
        mine = bigrams(case.question)
        for other in dev if not case.history else ():
            if other.product != case.product:
                continue
            theirs = bigrams(other.question)
            assert len(mine & theirs) <= 0.75 * len(mine | theirs), (case.case_id, other.case_id)


def test_the_article_of_an_unnamed_lender_is_never_evidence_for_a_named_product(corpus):
    for case in ALL:
        for evidence in corpus.locate(case):
            if case.product and evidence.relevant.group:
                product = corpus.by_id[evidence.span.article_id].product
                assert case.product in product or "通用" in product, case.case_id


def test_questions_that_should_be_answered_say_what_the_answer_must_hold():
    for case in ALL:
        if case.expected == "answer":
            assert case.groups, case.case_id
            assert case.key_facts, case.case_id


def test_every_answerable_key_fact_is_in_the_evidence_of_its_case(corpus):
    for case in ALL:
        paragraphs = "".join(
            comparable(corpus.by_id[e.span.article_id].text[e.paragraph.start : e.paragraph.end])
            + "".join(corpus.by_id[e.span.article_id].product)
            for e in corpus.locate(case)
        )
        if case.expected in ("answer", "answer_with_caveat"):
            for fact in case.key_facts:
                assert any(comparable(wording) in paragraphs for wording in fact), (case.case_id, fact)


def test_the_rules_forbid_the_site_contact():
    assert "15070879527" in load_rules(RULES_PATH).must_not
