"""Whether a sentence bears a yes to what is asked, or only speaks of something near it.

What answers a question by its subject need not say the very thing: that one may complain of collectors says neither
that they call one's parents nor that this is a crime. So the words of the question as typed are held against it, before they
were rewritten into those of the articles for the search.
"""

import re

from service.compose.wording import CLAUSE, Asked, asking_clause, find_asked, has_modal, without_modals
from service.query.colloquial import plain
from service.query.product import OURS
from service.query.terms import content_terms, is_noun
from service.synonyms import expansions, synonyms_of

COMPOUND = 4
"""So long a word is one of two; one of them tells what it speaks of (法律责任 and 法律追偿)."""

MOST = 0.5
"""What articles write for slang is said where so much of it is, by length: collecting alone is no 爆通讯录 (不合理的催收, 投诉)."""

_ADVISES = re.compile("可(?!能|怕|靠)|(?<![相反供适])应|建议|尽量|务必|最好|不妨|切勿|不要|注意|争取|保持|需")
_HAPPENS = re.compile("会(?![谈议员])|将|可能|影响|导致|被|受损|降低|收(?:取|费)|上报|面临|产生|有权")
_ADVISES_AGAINST = re.compile("避免|切勿|不要|(?<![特个区级差])别(?![的人处])|谨防|杜绝")
# A sum without its unit, and a time that is near: a yes would vouch for them as for any other quantity.
_STATED = re.compile("[一二两三四五六七八九十几0-9]+[百千万亿]+|当[天日场]|马上|立刻|立即|次日|第二天")
_PERMITS = re.compile(
    "有权|可(?!怕|靠)|能够|(?<![才只功])能(?!力)|支持|允许|请求|询问|争取|尽量|考虑|酌情|往往"
)
_HAS_HAPPENED = re.compile("了(?:吗|没有?|么|嘛)?$")


def bears_yes(own: str, question: str, sentence: str, beside: str = "") -> bool:
    """Return whether the folded ``sentence`` may be called a yes to the folded yes/no ``question``, typed as ``own``.

    ``beside`` is what else tells what the sentence is about: its headings, and known questions that it answers. Advice
    does not say that something happens, and advice against a thing does not allow it. No article tells what has
    happened to the asker. Every thing in the clause that asks must be said, in its words or in others for it, and so must the
    predicate where it alone asks.

    >>> bears_yes("催收会骂人吗", "催收会骂人吗", "遇到不合理的催收,可以投诉")
    False
    >>> bears_yes("遇到乱催收能投诉吗", "遇到乱催收能投诉吗", "遇到不合理的催收,可以投诉")
    True
    """
    asked, clause = find_asked(question), asking_clause(own)
    if _HAS_HAPPENED.search(clause) and (asked.kind == "is" or not has_modal(clause)):
        return False
    if asked.kind == "will" and _ADVISES.search(sentence) and not _HAPPENS.search(sentence):
        return False
    if asked.kind == "may" and not asked.denied and not _PERMITS.search(sentence):
        return False
    if asked.kind in ("may", "need") and _advises_against(asked, sentence):
        return False
    if set(_STATED.findall(clause)) - set(_STATED.findall(sentence)):
        return False
    text = f"{sentence}\n{beside}"
    if asked.kind == "have" and not any(_says(text, term) for term in asked.terms):
        return False
    return all(_says(text, thing) for thing in _things(clause))


def _advises_against(asked: Asked, sentence: str) -> bool:
    """Return whether a clause of ``sentence`` has the asker avoid what is asked."""
    for clause in CLAUSE.split(sentence):
        against = _ADVISES_AGAINST.search(clause)
        if against and any(term in clause[against.end() :] for term in asked.terms):
            return True
    return False


def _things(clause: str) -> list[str]:
    """Return the nouns of the ``clause`` that asks, its slang, what it says is affected, and its predicate where no modal verb asks."""
    terms = [term for term in content_terms(without_modals(clause)) if term not in OURS]
    affected = clause.partition("影响")[2]
    telling = [
        term for term in terms if len(term) > 1 and (is_noun(term) or plain(term) != term or term in affected)
    ]
    return telling if has_modal(clause) else [*telling, *terms[-1:]]


def _says(text: str, term: str) -> bool:
    """Return whether ``text`` says ``term`` or half of a compound, a synonym or a related word, or most of what articles write for slang."""
    halves = (term[:2], term[-2:]) if len(term) >= COMPOUND else ()
    if any(word in text for word in (term, *synonyms_of(term))):
        return True
    written = plain(term)
    if written == term:
        return any(word in text for word in (*halves, *expansions(term)))
    words = content_terms(written)
    return sum(len(word) for word in words if word in text) >= MOST * sum(map(len, words))
