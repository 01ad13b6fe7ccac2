"""The wire: what the service takes and gives, field by field as the public contract writes it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_QUESTION_CHARS = 2000
MAX_TURN_CHARS = 8000

Status = Literal["answered", "partial", "abstained", "refused", "clarify"]
Reason = Literal[
    "not_covered", "out_of_scope", "needs_account_data", "unsafe", "ambiguous_product", "injection"
]
Support = Literal["supported", "partly", "unsupported", "contradicted"]
Mode = Literal["extractive", "llm"]


class Wire(BaseModel):
    """Base of every message: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Turn(Wire):
    """One earlier turn of the conversation."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=MAX_TURN_CHARS)]


class AskRequest(Wire):
    """A question. ``mode`` auto is the LLM where one is configured, else extractive."""

    question: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARS, pattern=r"\S")]
    session_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    history: Annotated[list[Turn], Field(max_length=50)] = Field(default_factory=list)
    top_k: Annotated[int, Field(ge=1, le=50)] = 6
    mode: Literal["auto", "extractive", "llm"] = "auto"
    product: Literal["花呗", "借呗", "通用", "unknown"] | None = None
    script: Literal["auto", "hans", "hant"] = "auto"
    stream: bool = False


class CleanSpan(Wire):
    """``[start, end)`` in the cleaned article's text, code points."""

    start: int
    end: int


class RawRef(Wire):
    """The crawled file and the SHA-256 of its bytes."""

    path: str
    sha256: str


class RawSpan(RawRef):
    """``[start, end)`` in the crawled file's text, code points."""

    start: int
    end: int


class Citation(Wire):
    """A quote and where it stands, cleaned and as crawled. ``repaired`` counts the edits inside it."""

    n: int
    article_id: str
    passage_id: str
    title: str
    heading: list[str]
    url: str | None
    published: str | None
    product: list[str]
    quote: str
    clean: CleanSpan
    raw: RawSpan
    repaired: int


class AnswerSentence(Wire):
    """``answer[start:end] == text``; ``citations`` are the ``n`` of what it leans on; ``why`` explains the verdict."""

    text: str
    start: int
    end: int
    support: Support
    score: float
    citations: list[int]
    why: str | None = None


class QueryInfo(Wire):
    """How the question was understood; ``masked`` counts the personal data hidden."""

    folded: str
    rewritten: str | None
    product: list[str]
    masked: int


class AnswerWarning(Wire):
    """A caveat; ``n`` names the citation it belongs to, None for the whole answer."""

    code: str
    message: str
    n: int | None = None


class Timings(Wire):
    """Milliseconds per step."""

    embed: float = 0.0
    retrieve: float = 0.0
    compose: float = 0.0
    verify: float = 0.0
    llm: float = 0.0
    total: float = 0.0


class AskResponse(Wire):
    """The answer, or an honest abstention. ``mode`` is the one that wrote it."""

    id: str
    status: Status
    reason: Reason | None
    answer: str
    sentences: list[AnswerSentence]
    citations: list[Citation]
    query: QueryInfo
    warnings: list[AnswerWarning]
    mode: Mode
    timings_ms: Timings


class SearchRequest(Wire):
    """A search for passages."""

    query: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARS, pattern=r"\S")]
    top_k: Annotated[int, Field(ge=1, le=100)] = 10
    product: Literal["花呗", "借呗", "通用", "unknown"] | None = None


class PassageHit(Wire):
    """A ranked passage."""

    rank: int
    score: float
    passage_id: str
    article_id: str
    title: str
    heading: list[str]
    text: str
    clean: CleanSpan
    raw: RawSpan
    product: list[str]


class SearchTimings(Wire):
    """Milliseconds per step."""

    embed: float
    retrieve: float
    total: float


class SearchResponse(Wire):
    """Ranked passages, best first."""

    passages: list[PassageHit]
    timings_ms: SearchTimings


class ArticleSummary(Wire):
    """One article in the list; ``passages`` is their number."""

    article_id: str
    title: str
    product: list[str]
    published: str | None
    passages: int
    raw: RawRef


class ArticleList(Wire):
    """All articles of the index."""

    articles: list[ArticleSummary]


class HeadingOut(Wire):
    """A heading and its span in the text."""

    text: str
    level: int
    start: int
    end: int


class EditOut(Wire):
    """One repair or cleaning edit."""

    step: str
    raw_start: int
    raw_end: int
    clean_start: int
    clean_end: int
    before: str
    after: str
    confidence: float


class ArticleWarningOut(Wire):
    """What a reader of the article should know."""

    code: str
    message: str
    start: int | None
    end: int | None


class ArticleOut(Wire):
    """One cleaned article; every ``clean`` span points into ``text``."""

    article_id: str
    title: str
    text: str
    headings: list[HeadingOut]
    product: list[str]
    published: str | None
    url: str | None
    raw: RawRef
    edits: list[EditOut]
    warnings: list[ArticleWarningOut]


class RawText(Wire):
    """The crawled text at a span."""

    article_id: str
    raw: RawSpan
    text: str


class FeedbackIn(Wire):
    """A reader's verdict; ``sentence`` is the index of one sentence of the answer, None for the whole."""

    answer_id: Annotated[str, Field(min_length=1, max_length=128)]
    verdict: Literal["up", "down"]
    sentence: Annotated[int, Field(ge=0, le=1000)] | None = None
    comment: Annotated[str, Field(max_length=4000)] | None = None


class Feedback(FeedbackIn):
    """A stored verdict."""

    received: str


class FeedbackList(Wire):
    """Stored verdicts, oldest first."""

    feedback: list[Feedback]


class Health(Wire):
    """Alive."""

    status: Literal["ok"]


class Ready(Wire):
    """The index loaded, and its model matches."""

    status: Literal["ready"]
    build: str
    articles: int
    passages: int
    model: str
    llm: str | None


class Problem(Wire):
    """An RFC 9457 problem document."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
