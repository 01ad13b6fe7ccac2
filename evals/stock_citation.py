"""Stock LlamaIndex answering, as its documentation sets it up, put on our wire so that the same measures judge it."""

import asyncio
import re
from pathlib import Path, PurePosixPath
from time import perf_counter

import httpx
import openai
from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.schema import NodeWithScore

from evals.bench_stock import StockEmbedding
from evals.client import Asker, Reply
from evals.record import RunError
from ingest.fold import fold
from ingest.repair import Edit, raw_to_clean
from service.schema import (
    AnswerSentence,
    ArticleOut,
    AskRequest,
    AskResponse,
    Citation,
    CleanSpan,
    PassageHit,
    QueryInfo,
    RawSpan,
    Timings,
)

MAX_TOKENS = 512
CONTEXT_TOKENS = 4096
TIMEOUT_S = 300.0
FOUND = 2
"""Passages that the engine retrieves: LlamaIndex's default."""

_LABEL = re.compile(r"^Source \d+:\n")
_MARKER = re.compile(r"\[(\d+)\]")
_SENTENCE = re.compile(r"[^。!?！？;；\n]+[。!?！？;；]?(?:\s*\[\d+\])*")
_NO_HELP = re.compile(
    r"无法(?:回答|提供|确定|得知|判断|直接)|不能(?:回答|提供|帮)|没有(?:提供|提到|提及|包含|相关|足够|直接)|(?:并)?未(?:直接)?(?:提供|提到|提及|包含)"
    r"|抱歉|不相关|none of the (?:provided )?sources|not (?:helpful|mention|provide|contain)|no (?:relevant )?information|sorry|cannot|unable"
)


class StockAsker(Asker):
    """Asks a ``CitationQueryEngine`` over the crawled files instead of the service, which still serves the articles.

    Everything is at its default: the reader, the splitter, two passages, the prompts. An answer that cites nothing
    and says that the sources do not help counts as an abstention; a refusal cannot be told from one.
    """

    def __init__(
        self, service: Asker, articles: list[ArticleOut], raw_dir: Path, engine: CitationQueryEngine
    ) -> None:
        super().__init__(service._http, "stock LlamaIndex CitationQueryEngine")
        self._engine = engine
        self._raw = {
            a.article_id: (raw_dir / PurePosixPath(a.raw.path).name).read_text("utf-8") for a in articles
        }
        self._by_file = {PurePosixPath(a.raw.path).name: a for a in articles}

    async def ask(self, request: AskRequest) -> Reply:
        """Return the engine's answer; it knows no history, so only the question is asked."""
        begin = perf_counter()
        try:
            said = await asyncio.to_thread(self._engine.query, request.question)
        except (openai.OpenAIError, httpx.HTTPError, ValueError) as failure:
            return Reply(500, None, f"{type(failure).__name__}: {failure}", (perf_counter() - begin) * 1000)
        response = self._response(str(said), said.source_nodes)
        return Reply(200, response, None, (perf_counter() - begin) * 1000)

    async def search(self, query: str) -> list[PassageHit]:
        """Return what the engine retrieves for ``query``."""
        found = await asyncio.to_thread(self._engine.retriever.retrieve, query)
        return [self._hit(rank, node) for rank, node in enumerate(found, start=1)]

    def _response(self, text: str, nodes: list[NodeWithScore]) -> AskResponse:
        cited = sorted({int(n) for n in _MARKER.findall(text) if 1 <= int(n) <= len(nodes)})
        citations = [_citation(self._hit(n, nodes[n - 1])) for n in cited]
        withheld = not cited and says_no_help(text)
        return AskResponse(
            id="stock",
            status="abstained" if withheld else "answered",
            reason="not_covered" if withheld else None,
            answer=text,
            sentences=[] if withheld else sentences_of(text, cited),
            citations=citations,
            query=QueryInfo(folded="", rewritten=None, product=[], masked=0),
            warnings=[],
            mode="llm",
            timings_ms=Timings(),
        )

    def _hit(self, rank: int, found: NodeWithScore) -> PassageHit:
        """Return a node on our wire: it keeps the file's name, and where its text stands is searched for in that file."""
        article = self._by_file[found.node.metadata["file_name"]]
        text = _LABEL.sub("", found.node.get_content()).strip()
        raw = self._raw[article.article_id]
        start = max(0, raw.find(text[:40]))
        end = min(len(raw), start + len(text))
        edits = [Edit(**edit.model_dump()) for edit in article.edits]
        clean_start, clean_end = raw_to_clean(edits, start, end)
        return PassageHit(
            rank=rank,
            score=found.score or 0.0,
            passage_id=found.node.node_id,
            article_id=article.article_id,
            title=article.title,
            heading=[],
            text=text,
            clean=CleanSpan(start=clean_start, end=clean_end),
            raw=RawSpan(path=article.raw.path, sha256=article.raw.sha256, start=start, end=end),
            product=article.product,
        )


def _citation(hit: PassageHit) -> Citation:
    return Citation(
        n=hit.rank,
        article_id=hit.article_id,
        passage_id=hit.passage_id,
        title=hit.title,
        heading=[],
        url=None,
        published=None,
        product=hit.product,
        quote=hit.text,
        clean=hit.clean,
        raw=hit.raw,
        repaired=0,
    )


def says_no_help(text: str) -> bool:
    """Return whether an answer is empty or says that the sources do not help.

    >>> says_no_help("根据提供的来源,無法回答這個問題。"), says_no_help("会影响信用。")
    (True, False)
    """
    return not text.strip() or _NO_HELP.search(fold(text)) is not None


def sentences_of(text: str, known: list[int]) -> list[AnswerSentence]:
    """Return the sentences of an answer with the ``known`` numbers that each cites; the engine itself does not tell.

    >>> [(s.text, s.citations) for s in sentences_of("会影响[1]。还会罚息。[2]", [1, 2])]
    [('会影响[1]。', [1]), ('还会罚息。[2]', [2])]
    """
    found = []
    for match in _SENTENCE.finditer(text):
        if not _MARKER.sub("", match.group()).strip(" 。.;；!！?？\n"):
            continue
        numbers = sorted({int(n) for n in _MARKER.findall(match.group())} & set(known))
        found.append(
            AnswerSentence(
                text=match.group(),
                start=match.start(),
                end=match.end(),
                support="supported" if numbers else "unsupported",
                score=0.0,
                citations=numbers,
            )
        )
    return found


def stock_engine(
    raw_dir: Path, model_dir: Path, base_url: str, model: str, api_key: str | None
) -> CitationQueryEngine:
    """Return the engine over the crawled files in ``raw_dir``, with the packaged embedding model and the LLM at ``base_url``.

    Raises:
        RunError: there are no articles.
    """
    from llama_index.llms.openai_like import OpenAILike

    llm = OpenAILike(
        model=model,
        api_base=base_url,
        api_key=api_key or "none",
        is_chat_model=True,
        temperature=0.0,
        max_tokens=MAX_TOKENS,
        context_window=CONTEXT_TOKENS,
        max_retries=0,
        timeout=TIMEOUT_S,
    )
    try:
        documents = SimpleDirectoryReader(str(raw_dir)).load_data()
    except ValueError as error:
        raise RunError(f"{raw_dir}: {error}") from error
    index = VectorStoreIndex.from_documents(documents, embed_model=StockEmbedding(model_dir))
    return CitationQueryEngine.from_args(index, llm=llm, similarity_top_k=FOUND)
