"""One article for reading on a terminal: its text and structure, and beside it what was done to the crawled page."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.clean.cautions import is_restored
from ingest.clean.rules import CLEANING_RULES, is_repair
from ingest.provenance import Edit
from ingest.records import Article, Block

_MAX_SHOWN_CHARS = 60
_ROUTINE = ("note", "script", "blank", "trim")


def show(article: Article, *, all_edits: bool = False) -> Iterator[str]:
    """Yield the lines that ``ingest show`` prints.

    Under each block stand the edits inside it; routine ones (reading notes, script, blanks) are only counted unless
    ``all_edits``. What was taken out stands, with its rule, where it stood.
    """
    yield from _facts(article)
    yield ""
    edits = list(article.edits)
    for block in article.blocks:
        while edits and edits[0].clean_end <= block.start and not _inside(edits[0], block):
            yield from _edit_lines([edits.pop(0)], all_edits=all_edits)
        yield _block_line(article, block)
        inside: list[Edit] = []
        while edits and _inside(edits[0], block):
            inside.append(edits.pop(0))
        yield from _edit_lines(inside, all_edits=all_edits)
    yield from _edit_lines(edits, all_edits=all_edits)


def _facts(article: Article) -> Iterator[str]:
    yield f"{article.article_id}  {article.title}"
    facts = {
        "product": "、".join(article.product),
        "published": article.published,
        "author": article.author,
        "site": article.site,
        "url": article.url,
        "raw": f"{article.raw.path}  sha256 {article.raw.sha256}",
    }
    yield from (f"  {name}: {value}" for name, value in facts.items() if value)
    for warning in article.warnings:
        place = f" [{warning.start}:{warning.end}]" if warning.start is not None else ""
        yield f"  warning {warning.code}{place}: {warning.message}"
    counts = Counter(edit.step for edit in article.edits)
    yield "  edits: " + (", ".join(f"{step} {n}" for step, n in counts.most_common()) or "none")


def _block_line(article: Article, block: Block) -> str:
    mark = {"title": "= ", "lead": "> ", "paragraph": "", "list_item": "* "}.get(block.kind)
    return f"{'#' * block.level + ' ' if mark is None else mark}{article.text[block.start : block.end]}"


def _inside(edit: Edit, block: Block) -> bool:
    if edit.clean_start == edit.clean_end:
        return block.start < edit.clean_start < block.end or (
            edit.step not in CLEANING_RULES and block.start <= edit.clean_start <= block.end
        )
    return block.start <= edit.clean_start < block.end


def _edit_lines(edits: Sequence[Edit], *, all_edits: bool) -> Iterator[str]:
    counted: Counter[str] = Counter()
    for edit in edits:
        if edit.step in _ROUTINE and not all_edits:
            counted[edit.step] += edit.step in ("note", "script")
            continue
        yield f"    {_sign(edit)} {edit.step} {edit.raw_start}:{edit.raw_end} {edit.confidence:.2f} {_change(edit)}"
    if any(counted.values()):
        yield "    ~ " + ", ".join(f"{n} × {step}" for step, n in counted.items() if n)


def _sign(edit: Edit) -> str:
    if is_restored(edit):
        return "+"
    return "~" if is_repair(edit) or edit.after else "-"


def _change(edit: Edit) -> str:
    before = _short(edit.before)
    return f"{before} → {_short(edit.after)}" if edit.after else before


def _short(text: str) -> str:
    flat = text.strip().replace("\n", " ⏎ ")
    return repr(flat if len(flat) <= _MAX_SHOWN_CHARS else flat[: _MAX_SHOWN_CHARS - 1] + "…")
