"""Answers as HTML: pure functions from what the wire gave to what the reader sees.

Everything that comes from the service is escaped here and in ``passage``; nothing else writes data into HTML.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from service.schema import AnswerSentence, AskResponse
from ui.evidence import Evidence
from ui.failure import Failure
from ui.passage import caution_html, passage_html
from ui.words import Words, in_script_of, status_label, support_label, words_for

HEADER = (
    '<header class="jw-header{compact}" lang="zh-Hans"><h1>借问</h1><p>借呗、花呗逾期了，先问清楚。</p>'
    "<p>答案只来自收录的文章，每句话都能点开看出处；文章里没有的，就说没有。"
    "这里不是官方客服，看不到您的账户，也不能代替法律意见。</p></header>"
)

_MARKER = re.compile(r"\s*\[(\d+)\]")


def answer_html(answer: AskResponse, evidence: Mapping[int, Evidence] | None) -> str:
    """Return the whole answer; ``evidence`` is keyed by the number of the citation, None while it is fetched.

    The status stands first, but last where the service opens with a remark of its own: that says the same in a
    whole sentence, and help for someone in despair must not stand under a label.
    """
    words = words_for(answer.answer)
    sentences = sorted(answer.sentences, key=lambda s: s.start)
    remark = _loose_text(answer.answer[: sentences[0].start] if sentences else answer.answer)
    rest = _loose_text(answer.answer[sentences[-1].end :] if sentences else "")
    body = []
    for caveats, group in groupby(_stretches(answer, sentences), key=lambda stretch: stretch.caveats):
        shown = "".join(_sentence(stretch.sentence, evidence, words) + stretch.loose for stretch in group)
        notes = "".join(caution_html(message, words) for message in caveats)
        body.append(f'<div class="jw-group">{shown}{notes}</div>' if notes else shown)
    general = "".join(
        caution_html(warning.message, words)
        for warning in answer.warnings
        if warning.n is None and warning.message not in answer.answer
    )
    status = _status(answer, words)
    first, last = ("", status) if remark else (status, "")
    growing, busy = (" jw-growing", ' aria-busy="true"') if evidence is None else ("", "")
    return (
        f'<article class="jw-answer jw-{answer.status}{growing}" lang="{words.language}"{busy}>'
        f"{first}{remark}{''.join(body)}{rest}{general}{last}</article>"
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A sentence, the caveats of what it cites, and as HTML the uncited text up to the next sentence."""

    sentence: AnswerSentence
    caveats: tuple[str, ...]
    loose: str


def _stretches(answer: AskResponse, sentences: Sequence[AnswerSentence]) -> Iterator[_Stretch]:
    """Yield the sentences; neighbours with the same caveats are grouped, so that a caveat is said once for all."""
    ends = [sentence.start for sentence in sentences[1:]] + [sentence.end for sentence in sentences[-1:]]
    for sentence, end in zip(sentences, ends, strict=True):
        caveats = tuple(dict.fromkeys(w.message for w in answer.warnings if w.n in sentence.citations))
        yield _Stretch(sentence, caveats, _loose_text(answer.answer[sentence.end : end]))


def _status(answer: AskResponse, words: Words) -> str:
    """Return what kind of answer this is, who worded it, and what was done to the question."""
    origin = words.llm if answer.mode == "llm" else words.extractive
    hints = [origin + words.how_to_check] if answer.citations else []
    if answer.query.masked:
        hints.append(words.masked.format(count=answer.query.masked))
    label = escape(status_label(words, answer.status))
    return f'<p class="jw-status"><strong>{label}</strong> {escape("".join(hints))}</p>'


def header_html(*, compact: bool) -> str:
    """Return the name of the page and what it is; ``compact`` once the conversation has begun."""
    return HEADER.format(compact=" jw-compact" if compact else "")


def question_html(text: str, product: str | None) -> str:
    """Return the reader's question, with the product where one was chosen."""
    tag = "" if product is None else f'<span class="jw-tag">{escape(product)}</span>'
    return f'<p class="jw-question">{escape(text)}{tag}</p>'


def failure_html(failure: Failure, question: str) -> str:
    """Return what went wrong and what to do, in the script of the question."""
    what, advice = (escape(in_script_of(question, said)) for said in (failure.what, failure.advice))
    return f'<div class="jw-failure" role="alert"><p><strong>{what}</strong></p><p>{advice}</p></div>'


def growing_html(sentences: Sequence[AnswerSentence], question: str) -> str:
    """Return the answer as far as it has come; its chips do not open yet, since the quotes come with the whole."""
    words = words_for("".join(s.text for s in sentences) or question)
    body = "".join(f'<p class="jw-sentence">{_text(s)}{_closed_chips(s)}</p>' for s in sentences)
    return (
        f'<article class="jw-answer jw-growing" lang="{words.language}" aria-busy="true">{body}'
        f'<p class="jw-status" role="status">{escape(words.checking)}</p></article>'
    )


def _closed_chips(sentence: AnswerSentence) -> str:
    """Return the numbers of what the sentence cites, which nothing opens yet."""
    return "".join(f"<span class=jw-chip>{n}</span>" for n in sentence.citations)


def _sentence(sentence: AnswerSentence, evidence: Mapping[int, Evidence] | None, words: Words) -> str:
    """Return one sentence with its chips after it, and a word of doubt where its support is not full."""
    chips = (
        _closed_chips(sentence)
        if evidence is None
        else "".join(passage_html(evidence[n], words) for n in sentence.citations if n in evidence)
    )
    doubt = support_label(words, sentence.support)
    beside = "" if doubt is None else f'<span class="jw-doubt">{escape(doubt)}</span>'
    return f'<div class="jw-sentence">{_text(sentence)}{beside}{chips}</div>'


def _text(sentence: AnswerSentence) -> str:
    """Return the sentence without its ``[n]`` markers: the chips take their place. Other brackets stay."""
    cited = set(sentence.citations)
    bare = _MARKER.sub(lambda m: "" if int(m[1]) in cited else m[0], sentence.text)
    return f'<span class="jw-text">{escape(bare.strip())}</span>'


def _loose_text(text: str) -> str:
    """Return text that stands between or around the sentences, such as the reason of an abstention."""
    return "".join(f'<p class="jw-loose">{escape(line)}</p>' for line in text.split("\n") if line.strip())
