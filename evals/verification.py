"""Labelled draft sentences, each with the source sentences that it cites, as the verification is shown them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from evals.cases import GOLD_DIR, GoldError, GoldModel
from ingest.chunk import chunk
from ingest.clean import clean
from ingest.embed import TokenReader, token_reader
from ingest.fold import fold
from ingest.read import raw_article
from ingest.records import Passage
from ingest.sources import Source, load_sources
from ingest.textlines import read_lines
from service.verify import Evidence, RecentTokens

ROOT = Path(__file__).parents[1]

Kind = Literal[
    "verbatim",
    "paraphrase",
    "number",
    "product",
    "negation",
    "polarity",
    "actor",
    "condition",
    "modality",
    "quantifier",
    "order",
    "merged",
    "added",
    "elsewhere",
    "hotline",
    "promise",
]
FAIR: frozenset[Kind] = frozenset({"verbatim", "paraphrase"})
"""Kinds that say what the source says; all others say something else."""

MEANING: Mapping[Kind, str] = {
    "verbatim": "the source sentence itself",
    "paraphrase": "the same in other words",
    "number": "another number, amount, rate, duration, date, article of law, unit or bound",
    "product": "another lender or product",
    "negation": "a not too many or too few",
    "polarity": "the opposite word",
    "actor": "who does it to whom is turned round, or somebody else does it",
    "condition": "a condition is left out, changed or put in",
    "modality": "may has become will, or must has become may",
    "quantifier": "some has become all, or all some",
    "order": "before and after, or cause and effect, are turned round",
    "merged": "two true sentences made into one that neither says",
    "added": "a detail too many",
    "elsewhere": "not what the cited sentence is about",
    "hotline": "a telephone number or address that is made up",
    "promise": "a promise that the source does not make",
}


class Cited(GoldModel):
    """A sentence of an article: ``article`` is a file of this repository, ``quote`` stands verbatim in it, cleaned."""

    article: str
    quote: Annotated[str, Field(min_length=4)]


class Claim(GoldModel):
    """A draft sentence, what it cites, and what a person says of it."""

    claim_id: str
    kind: Kind
    label: Literal["supported", "partly", "unsupported", "contradicted"]
    sentence: Annotated[str, Field(min_length=4)]
    cites: Annotated[tuple[Cited, ...], Field(min_length=1)]

    @property
    def evidence(self) -> list[Evidence]:
        """What the sentence cites, as the service hands it to the verification."""
        return [_evidence(cited.article, cited.quote) for cited in self.cites]


def load_claims(split: str) -> list[Claim]:
    """Return the labelled sentences of ``split``.

    Raises:
        GoldError: the file cannot be read, a line is not what it should be, or a quote is in no passage.
    """
    path = GOLD_DIR / f"verification_{split}.jsonl"
    try:
        lines = read_lines(path)
    except OSError as error:
        raise GoldError(f"{path}: {error.strerror}") from error
    return [_read(line, f"{path.name}:{number}") for number, line in enumerate(lines, start=1)]


def _read(line: str, where: str) -> Claim:
    try:
        return Claim.model_validate_json(line)
    except ValidationError as error:
        raise GoldError(f"{where}: {error.errors()[0]['msg']}") from error


@cache
def _evidence(article: str, quote: str) -> Evidence:
    for passage in passages_of(article):
        if quote in passage.text:
            return Evidence(fold(quote), fold(passage.embedded_text), passage.product)
    raise GoldError(f"{article}: no passage holds {quote}")


@cache
def passages_of(article: str) -> tuple[Passage, ...]:
    """Return the passages of a file of this repository, made as the index makes them."""
    source = _sources().get(article.removeprefix("corpus/"))
    raw = raw_article((ROOT / article).read_bytes(), article, Path(article).stem, source)
    return tuple(chunk(clean(raw)))


@cache
def packaged_reader() -> TokenReader:
    """Return the packaged model, as the service reads with it."""
    return RecentTokens(token_reader(None, model_dir=ROOT / "corpus" / "models"))


@cache
def _sources() -> Mapping[str, Source]:
    return load_sources(ROOT / "corpus")
