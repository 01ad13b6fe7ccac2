"""Composing with an LLM: it writes from the numbered source sentences and cites by number."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.fold import fold
from service.compose.assent import is_bare
from service.compose.draft import DraftSentence
from service.compose.prompts import CANNOT, SCHEMA, SYSTEM_JSON, SYSTEM_TEXT, USER
from service.compose.reading import Claim, read_claims
from service.llm import LLMError, SchemaRefusedError, TextGenerator
from service.orders import is_order
from service.query import Query
from service.query.terms import content_terms
from service.sources import Source

MAX_SENTENCES = 8
ATTEMPTS = 2
LEADING_SOURCES = 3
MAX_CLAIM_CHARS = 400

_ASKS = re.compile(r"[吗吧呢嘛么]$")


@dataclass(slots=True)
class WrittenDraft:
    """What became of the LLM's draft: sentences ``dropped`` for want of support, and ``why`` it ended early, if it did."""

    dropped: int = 0
    why: str | None = None


def write(
    query: Query,
    sources: Sequence[Source],
    generator: TextGenerator,
    timeout_s: float,
    outcome: WrittenDraft,
    *,
    yes_no: bool = False,
) -> Iterator[DraftSentence]:
    """Yield the sentences of the LLM's draft as they come, each with the sources it cites.

    ``sources`` come best first and are numbered so for the LLM, in whose answer the first sentence must lean on one of
    the best: a small model wanders off the question. What cites nothing, or only numbers that were never given, is
    counted as dropped. In the answer to a ``yes_no`` question a yes or no that stands alone becomes the beginning of the
    sentence after it. A server that fails before the first sentence is asked once more within the same time limit;
    one that takes no JSON schema is asked for text.
    """
    by_number = dict(enumerate(sources, start=1))
    listing = "\n".join(f"[{n}] {_one_line(source)}" for n, source in by_number.items())
    user = USER.format(sources=listing, question=query.whole)
    deadline = time.monotonic() + timeout_s
    attempts, begun, structured = ATTEMPTS, False, generator.structured
    while attempts:
        said: set[str] = set()
        try:
            claims = _claims(generator, user, deadline - time.monotonic(), structured=structured)
            for claim in _joined(claims) if yes_no else claims:
                if claim.text in said:
                    continue
                said.add(claim.text)
                draft = _draft(claim, by_number)
                if draft is not None and (begun or min(claim.numbers) <= LEADING_SOURCES):
                    begun = True
                    yield draft
                elif CANNOT in claim.text:
                    outcome.why = "大模型认为原文不能回答"
                else:
                    outcome.dropped += 1
                if len(said) >= MAX_SENTENCES:
                    return
        except SchemaRefusedError:
            structured = False
            continue
        except LLMError as error:
            outcome.why = str(error)
            attempts = 0 if said or time.monotonic() >= deadline else attempts - 1
            continue
        if not said:
            outcome.why = "大模型没有写出带编号的句子"
        return


def _claims(generator: TextGenerator, user: str, timeout_s: float, *, structured: bool) -> Iterator[Claim]:
    """Yield what the LLM writes, by the schema where ``structured``, else as text.

    Only a server that writes text to the end is asked for text from then on: one that refused the schema may have
    refused the question.
    """
    system = SYSTEM_JSON if structured else SYSTEM_TEXT
    schema: Mapping[str, object] | None = SCHEMA if structured else None
    yield from read_claims(generator.generate(system, user, timeout_s=timeout_s, schema=schema))
    generator.structured = structured and generator.structured


def _joined(claims: Iterator[Claim]) -> Iterator[Claim]:
    """Yield ``claims`` with a yes or no that is a sentence of its own joined to the next."""
    alone: Claim | None = None
    for claim in claims:
        if alone is None and is_bare(claim.text):
            alone = claim
            continue
        yield Claim(f"{alone.text},{claim.text}", claim.numbers) if alone else claim
        alone = None
    if alone:
        yield alone


def _one_line(source: Source) -> str:
    """Return the source as the prompt shows it: whose product, which heading, then the sentence."""
    heading = [h for h in source.passage.heading[-1:] if not is_order(h, 0, len(h))]
    where = "·".join(("/".join(source.passage.product), *heading))
    return f"({where}) {' '.join(source.text.split())}"


def _draft(claim: Claim, by_number: Mapping[int, Source]) -> DraftSentence | None:
    """Return the claim with its sources, or None where it cites none that exist, claims nothing, or has no end.

    The question said back and a bare 可以 read well but hold nothing that a source could carry.
    """
    cited = tuple(by_number[n] for n in claim.numbers if n in by_number)
    if len(claim.text) > MAX_CLAIM_CHARS:
        return None
    if not cited or _ASKS.search(claim.text) or not content_terms(fold(claim.text)):
        return None
    return DraftSentence(claim.text, cited)
