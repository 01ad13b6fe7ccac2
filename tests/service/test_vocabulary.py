"""How telling words are is learnt from the whole corpus, also where it is too large to be read whole."""

from ingest.records import Passage
from service.query.terms import content_terms
from service.vocabulary import MAX_PASSAGES, Vocabulary


def passage(text: str) -> Passage:
    return Passage("p", "a", text, (), text, 0, len(text), (), ("借呗",))


def test_a_large_corpus_is_sampled_from_end_to_end():
    count = 2 * MAX_PASSAGES - 1
    vocabulary = Vocabulary([passage("延期" if row < count / 2 else "征信") for row in range(count)])
    assert sum(vocabulary.counts.values()) == MAX_PASSAGES
    assert abs(vocabulary.counts["延期"] - vocabulary.counts["征信"]) <= 2


def test_every_passage_of_a_small_corpus_counts():
    vocabulary = Vocabulary([passage("延期"), passage("征信"), passage("征信")])
    assert dict(vocabulary.counts) == {"延期": 1, "征信": 2}


def test_reading_the_corpus_leaves_the_remembered_questions_alone():
    content_terms("延期怎么申请")
    before = content_terms.cache_info()
    Vocabulary([passage(f"第{row}号延期方案") for row in range(100)])
    assert content_terms.cache_info() == before
