"""Ways to break the real service that the gates must notice."""

import random
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from evals.client import Asker, Reply
from ingest.fold import fold
from service.schema import AnswerSentence, AskRequest, AskResponse, Citation, PassageHit


class Saboteur(Asker):
    """Passes everything on from an honest asker; subclasses spoil one thing."""

    def __init__(self, honest: Asker) -> None:
        super().__init__(honest._http, honest.target)

    def spoil(self, response: AskResponse, hits: list[PassageHit]) -> AskResponse:
        return response

    async def ask(self, request: AskRequest) -> Reply:
        reply = await super().ask(request)
        if reply.response is None:
            return reply
        spoiled = self.spoil(reply.response, await Asker.search(self, request.question))
        return Reply(reply.http_status, spoiled, None, reply.latency_ms)


class ShuffledRetrieval(Saboteur):
    """The passages come in any order, from all of the corpus."""

    async def search(self, query: str) -> list[PassageHit]:
        hits = await super().search(query)
        elsewhere = await super().search("财务知识 预算 社交媒体 电子邮件")
        mixed = [*hits, *elsewhere]
        random.Random(query).shuffle(mixed)
        return mixed[:10]


class CitationsOffByOne(Saboteur):
    """Every sentence cites the passage after its own."""

    def spoil(self, response, hits):
        count = len(response.citations)
        moved = [
            s.model_copy(update={"citations": [n % count + 1 for n in s.citations]})
            for s in response.sentences
        ]
        return response.model_copy(update={"sentences": moved})


class AlteredNumbers(Saboteur):
    """Vague amounts become exact ones, exact ones become others."""

    def spoil(self, response, hits):
        def alter(text: str) -> str:
            return re.sub(r"几(?=[天百千万])", "7", re.sub(r"(?<!\[)\d(?=\d)", "6", text))

        sentences = [s.model_copy(update={"text": alter(s.text)}) for s in response.sentences]
        return response.model_copy(update={"answer": alter(response.answer), "sentences": sentences})


class RefusesEverything(Saboteur):
    """Nothing is ever answered."""

    def spoil(self, response, hits):
        return response.model_copy(
            update={
                "status": "abstained",
                "reason": "not_covered",
                "answer": "资料没有回答这个问题。",
                "sentences": [],
                "citations": [],
            }
        )


class AnswersEverything(Saboteur):
    """What should be withheld is answered with the first passage that was found."""

    def spoil(self, response, hits):
        if response.status in ("answered", "partial") or not hits:
            return response
        top = hits[0]
        text = f"{top.text}[1]"
        sentence = AnswerSentence(
            text=text, start=0, end=len(text), support="supported", score=1.0, citations=[1]
        )
        cited = Citation(n=1, quote=top.text, url=None, published=None, repaired=0, **_shared(top))
        return response.model_copy(
            update={
                "status": "answered",
                "reason": None,
                "answer": text,
                "sentences": [sentence],
                "citations": [cited],
            }
        )


def _shared(hit: PassageHit) -> dict[str, object]:
    names = ("article_id", "passage_id", "title", "heading", "clean", "raw", "product")
    return {name: getattr(hit, name) for name in names}


@contextmanager
def script_folding_off() -> Iterator[None]:
    """Width and case are still folded, Traditional characters are not."""

    def half_fold(text: str) -> str:
        return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower()).strip()

    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith(("service", "ingest")) and getattr(module, "fold", None) is fold:
                patch.setattr(module, "fold", half_fold)
        yield
