"""What openings are fitted on, and that the service computes what was fitted."""

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

from evals.folds import folds_of
from evals.pack_trees import pack_trees
from evals.reader_data import TRAIN
from evals.train_stance import FOLDS, GOLD, boosted, read_answered
from service.compose.stance import find_cues, fitted_trees
from service.verify.trees import Trees

LABELS = {"yes", "no", "depends", "none"}


def test_every_labelled_row_is_a_question_of_the_articles_to_learn_from() -> None:
    asked = {
        (f"{folder.name}/{article}", question, evidence)
        for folder in TRAIN.iterdir()
        for article, question, evidence in (
            line.split("\t") for line in (folder / "questions.tsv").read_text(encoding="utf-8").splitlines()
        )
    }
    rows = [line.split("\t") for line in (GOLD / "stance_train.tsv").read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 2500
    assert {label for *_, label in rows} == LABELS
    assert not [row for row in rows if tuple(row[:3]) not in asked]


def test_packed_trees_give_what_scikit_learn_gives() -> None:
    random = np.random.default_rng(5)
    x = random.random((200, 6)).astype(np.float32)
    y = x[:, 0] + x[:, 3] > 1
    model = GradientBoostingClassifier(n_estimators=12, max_depth=3, random_state=0).fit(x, y)
    packed = Trees.read({f"a_{name}": array for name, array in pack_trees(model).items()}, "a_")
    found = [packed.probability(row) for row in x]
    np.testing.assert_allclose(found, model.predict_proba(x)[:, 1], atol=1e-5)


def test_an_article_is_left_out_as_a_whole() -> None:
    articles = [row.article for row in read_answered()]
    folds = folds_of(articles, FOLDS)
    assert len({*zip(articles, folds, strict=True)}) == len(set(articles))
    assert len(set(folds)) > 1


@pytest.mark.slow
def test_the_packaged_trees_are_those_that_the_rows_give() -> None:
    rows = list(read_answered())
    x = np.array([find_cues(row.question, row.sentence) for row in rows])
    again = boosted().fit(x, [row.label == "no" for row in rows]).predict_proba(x[:100])[:, 1]
    packaged = [fitted_trees()[1].probability(one) for one in x[:100]]
    np.testing.assert_allclose(packaged, again, atol=1e-3)
