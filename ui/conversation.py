"""What was asked and answered in one visit, and what of it goes along with the next question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from service.schema import MAX_TURN_CHARS, AskRequest, AskResponse, Turn
from ui.failure import Failure

PRODUCT_CHOICES: tuple[str, ...] = ("自动", "花呗", "借呗")
MAX_EXCHANGES_SENT = 10
"""A follow-up leans on the last few turns; more only makes the request long."""

AskedProduct = Literal["花呗", "借呗"] | None


@dataclass(frozen=True, slots=True)
class Question:
    """What the reader asked; ``product`` is None when the service is to find it out."""

    text: str
    product: AskedProduct


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer (and that answer as HTML), or with the reason why there is none."""

    question: Question
    answer: AskResponse | None = None
    html: str = ""
    failure: Failure | None = None


def asked_product(choice: str | None) -> AskedProduct:
    """Return the product to restrict to for one of PRODUCT_CHOICES."""
    match choice:
        case "花呗" | "借呗":
            return choice
        case _:
            return None


def request_for(question: Question, exchanges: Sequence[Exchange]) -> AskRequest:
    """Return the request for ``question`` with the turns before it; questions that got no answer are left out.

    The service keeps no session for the page: what the reader sees on the screen is the whole memory.
    """
    answered = [e for e in exchanges if e.answer is not None][-MAX_EXCHANGES_SENT:]
    history: list[Turn] = []
    for exchange in answered:
        history.append(Turn(role="user", content=exchange.question.text))
        if exchange.answer is not None and exchange.answer.answer:
            history.append(Turn(role="assistant", content=exchange.answer.answer[:MAX_TURN_CHARS]))
    return AskRequest(question=question.text, product=question.product, history=history)
