"""The judge's LLM: any OpenAI-compatible server, asked for one word."""

from dataclasses import dataclass

import httpx

from evals.judge.prompts import FAITHFUL, NUGGET, RELEVANT, SYSTEM
from evals.record import RunError

TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer to judge: the question, what was answered, what it cites, the facts it should hold."""

    question: str
    answer: str
    quotes: tuple[str, ...]
    nuggets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts; None where the judge gave no verdict that can be read, or there was nothing to judge."""

    faithful: bool | None
    relevant: bool | None
    nugget_coverage: float | None


class Judge:
    """Asks the model; temperature 0, so that the same server gives the same verdict."""

    def __init__(self, base_url: str, model: str, api_key: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._http = httpx.Client(base_url=base_url.rstrip("/"), headers=headers, timeout=TIMEOUT_S)
        self.model = model

    def judge(self, judged: Judged) -> Judgement:
        """Return the verdicts on one answer.

        Raises:
            RunError: the server is not there or answers with an error.
        """
        quotes = "\n".join(f"[{n}] {quote}" for n, quote in enumerate(judged.quotes, start=1))
        found = [self._yes(NUGGET.format(answer=judged.answer, nugget=nugget)) for nugget in judged.nuggets]
        read = [verdict for verdict in found if verdict is not None]
        return Judgement(
            faithful=self._yes(FAITHFUL.format(quotes=quotes, answer=judged.answer)) if quotes else None,
            relevant=self._yes(RELEVANT.format(question=judged.question, answer=judged.answer)),
            nugget_coverage=sum(read) / len(read) if read else None,
        )

    def _yes(self, prompt: str) -> bool | None:
        body = {
            "model": self.model,
            "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": prompt}],
            "temperature": 0,
            "max_tokens": 4,
        }
        try:
            reply = self._http.post("/chat/completions", json=body)
            reply.raise_for_status()
            return verdict_of(str(reply.json()["choices"][0]["message"]["content"]))
        except (httpx.HTTPError, ValueError, KeyError, IndexError) as error:
            raise RunError(f"judge {self.model}: {error}") from error


def verdict_of(text: str) -> bool | None:
    """Return the verdict in the judge's words, None where there is none.

    >>> verdict_of("是。"), verdict_of("否"), verdict_of("不是"), verdict_of("也许")
    (True, False, False, None)
    """
    word = text.strip().lstrip("答：: ")
    if word.startswith(("否", "不", "没")):
        return False
    return True if word.startswith("是") else None
