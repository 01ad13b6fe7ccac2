"""How fast pages become an index: cleaning over all cores, embedding, and the whole beside stock LlamaIndex.

Pages are synthetic: sections, lists and furniture in several styles, filled from phrases; one in five (``--garbled``) is
garbled the way crawled pages are. Usage: python scripts/bench_ingest.py --pages 20000 --embedded 200 --stock
"""

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ingest.build import build
from ingest.embed import build_embedder
from ingest.embed.torch_backend import LAYOUT
from ingest.embed.unpack import PASSAGE_PREFIX, QUERY_PREFIX, unpacked, write_sentence_transformer
from ingest.index import Entry
from ingest.prepare import prepare
from ingest.read import find_files
from ingest.repair.forward import garble, random_site
from ingest.settings import IngestSettings
from ingest.sources import Given, load_sources, save_manifests
from ingest.unpack import unpack

PRODUCTS = ("借呗", "花呗", "网贷", "信用卡")
TOPICS = (
    "逾期协商",
    "延期还款",
    "分期还款",
    "减免利息",
    "征信修复",
    "催收应对",
    "客服沟通",
    "还款计划",
    "法律后果",
    "账单查询",
)
WHO = ("借款人", "用户", "持卡人", "当事人", "债务人", "消费者")
WHEN = ("逾期之后", "还款日之前", "收到通知时", "与客服沟通前", "收入中断时", "协商成功后", "接到催收电话时")
DOES = ("应当主动联系", "可以通过应用联系", "需要向", "最好先咨询", "不妨书面告知", "有权要求")
WHOM = ("平台客服", "银行客服", "贷款机构", "相关部门", "专业人士", "客服主管")
WHAT = (
    "说明自己的经济状况",
    "提出合理的还款方案",
    "申请延长还款期限",
    "了解减免政策",
    "核对欠款金额",
    "提供相关证明材料",
    "保存沟通记录",
    "确认还款日期",
)
WHY = (
    "避免影响个人信用",
    "减轻还款压力",
    "防止产生误解",
    "维护自己的合法权益",
    "争取更多的时间",
    "降低不必要的损失",
)
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Rate:
    """What one step did: ``per_s`` is articles per second of wall time, ``passages_per_s`` passages.

    ``cpu_s`` is what all processes of the step computed; unlike the wall time it does not depend on who else computes.
    """

    step: str
    articles: int
    characters: int
    passages: int
    wall_s: float
    cpu_s: float
    per_s: float
    passages_per_s: float


def main() -> int:
    """Run the benchmark and print one line of JSON per step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2000, help="pages to clean; 0 = none")
    parser.add_argument(
        "--embedded", type=int, default=100, help="pages to take from text to index; 0 = none"
    )
    parser.add_argument("--garbled", type=float, default=0.2, help="share of the pages that are garbled")
    parser.add_argument(
        "--stock", action="store_true", help="the same pages through LlamaIndex's own pipeline too"
    )
    parser.add_argument("--work", type=Path, help="where the corpora are made; default: a temporary folder")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jiewen-bench-", dir=options.work) as folder:
        large, small = Path(folder) / "large" / "corpus", Path(folder) / "small" / "corpus"
        if options.pages:
            _report(_unpack(large, options.pages, options.garbled, options.seed))
            _report(_clean(large))
        _report_memory("clean")
        if options.embedded:
            _unpack(small, options.embedded, options.garbled, options.seed + 1)
            _report(_text_to_index(small))
            _report_memory("text to index")
            if options.stock:
                _report(_stock(small))
    return 0


def page(rng: random.Random) -> str:
    """Return one page of about the length and make of the source articles."""
    subject = f"{rng.choice(PRODUCTS)}{rng.choice(TOPICS)}"
    lines = [
        f"{subject}怎么办",
        f"来源：某某网 2024-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}",
        _sentence(rng) + _sentence(rng),
    ]
    style = rng.choice(("{cn}、{t}", "{n}. {t}", "第{cn}部分：{t}", "（{cn}）{t}"))
    for i in range(rng.randint(4, 9)):
        topic = rng.choice(TOPICS)
        lines.append(style.format(cn=NUMERALS[i], n=i + 1, t=topic))
        if rng.random() < 0.4:
            lines.append("需要注意以下几点：")
            lines += [f"{rng.choice(TOPICS)}：{_sentence(rng)}" for _ in range(3)]
        lines += ["".join(_sentence(rng) for _ in range(rng.randint(1, 4))) for _ in range(rng.randint(1, 2))]
    return "\n".join(
        [*lines, "打开APP体验更佳", "上一篇：" + subject, "最新文章", subject + "攻略", "随机看看"]
    )


def _sentence(rng: random.Random) -> str:
    return f"{rng.choice(WHEN)}，{rng.choice(WHO)}{rng.choice(DOES)}{rng.choice(WHOM)}，{rng.choice(WHAT)}，以便{rng.choice(WHY)}。"


def _pages(count: int, garbled: float, seed: int) -> Iterator[str]:
    rng = random.Random(seed)
    sites = [random_site(rng) for _ in range(20)]
    for _ in range(count):
        text = page(rng)
        if rng.random() < garbled:
            site = rng.choice(sites)
            text = "\n".join(garble(line, site).shown for line in text.split("\n"))
        yield text


def _unpack(corpus_dir: Path, count: int, garbled: float, seed: int) -> Rate:
    """Make a crawl dump and lay it out in a corpus; the rate is that of the laying out."""
    corpus_dir.mkdir(parents=True)
    dump = corpus_dir.parent / "crawl.jsonl"
    characters = 0
    with dump.open("w", encoding="utf-8") as file:
        for i, text in enumerate(_pages(count, garbled, seed)):
            characters += len(text)
            file.write(json.dumps({"url": f"http://site.test/{i}", "text": text}, ensure_ascii=False) + "\n")
    watch = _Stopwatch()
    sources, _ = unpack(corpus_dir, dump, Given())
    save_manifests(corpus_dir, sources.values())
    return watch.rate("unpack the dump", count, characters, 0)


def _clean(corpus_dir: Path) -> Rate:
    """Read, repair, clean and cut all pages, as a build does, and let go of each."""
    watch = _Stopwatch()
    files = find_files(corpus_dir, load_sources(corpus_dir))
    articles = characters = passages = 0
    for outcome in prepare(files, "corpus", None, progress=sys.stderr.isatty()):
        if isinstance(outcome, Entry):
            articles += 1
            characters += len(outcome.raw_text)
            passages += len(outcome.passages)
    return watch.rate("clean", articles, characters, passages)


def _text_to_index(corpus_dir: Path) -> Rate:
    embedder = build_embedder(IngestSettings(corpus_dir=Path("corpus")))
    watch = _Stopwatch()
    report = build(corpus_dir, embedder, max_reject_rate=0.1, progress=sys.stderr.isatty())
    rate = watch.rate("text to index", report.manifest.articles, 0, report.manifest.passages)
    characters = sum(len(path.read_text(encoding="utf-8")) for path in corpus_dir.rglob("*.txt"))
    return replace(rate, characters=characters)


def _stock(corpus_dir: Path) -> Rate:
    """Return the rate of LlamaIndex's pipeline with its defaults, on the same files and the same model."""
    from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    model = unpacked(Path("corpus/models"), LAYOUT, write_sentence_transformer)
    embedding = HuggingFaceEmbedding(
        model_name=str(model), query_instruction=QUERY_PREFIX, text_instruction=PASSAGE_PREFIX, device="cpu"
    )
    watch = _Stopwatch()
    documents = SimpleDirectoryReader(
        str(corpus_dir / "raw"), recursive=True, required_exts=[".txt"]
    ).load_data()
    nodes = IngestionPipeline(transformations=[SentenceSplitter(), embedding]).run(
        documents=documents, show_progress=sys.stderr.isatty()
    )
    VectorStoreIndex(nodes, storage_context=StorageContext.from_defaults(), embed_model=embedding)
    characters = sum(len(document.text) for document in documents)
    return watch.rate("text to index, stock LlamaIndex", len(documents), characters, len(nodes))


class _Stopwatch:
    """Measures wall and processor time from its making on, ended worker processes included."""

    def __init__(self) -> None:
        self._started, self._used = time.perf_counter(), _processor_s()

    def rate(self, step: str, articles: int, characters: int, passages: int) -> Rate:
        """Return what was done since."""
        wall_s, cpu_s = time.perf_counter() - self._started, _processor_s() - self._used
        per_s, passages_per_s = round(articles / wall_s, 2), round(passages / wall_s, 2)
        return Rate(
            step, articles, characters, passages, round(wall_s, 2), round(cpu_s, 2), per_s, passages_per_s
        )


def _processor_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _report(rate: Rate) -> None:
    sys.stdout.write(json.dumps(asdict(rate), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _report_memory(step: str) -> None:
    """Print the most memory that this process, and any one worker of it, has held up to now."""
    figures = {
        f"peak_{name}_mb": resource.getrusage(who).ru_maxrss // 1024
        for name, who in (("main", resource.RUSAGE_SELF), ("worker", resource.RUSAGE_CHILDREN))
    }
    sys.stdout.write(json.dumps({"up_to": step, **figures}) + "\n")


if __name__ == "__main__":
    sys.exit(main())
