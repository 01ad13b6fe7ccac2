"""Tell headings, lead, paragraphs and list items apart, and how deep each heading lies."""

import re
from collections import defaultdict
from collections.abc import Sequence

from ingest.clean.labels import NUMBERED_HEADINGS, Label, label
from ingest.clean.page import SENTENCE_END, Line
from ingest.records import Block, BlockKind

MAX_HEADING_CHARS = 32
MAX_SISTER_CHARS = 48
MAX_BARE_HEADING_CHARS = 24

INTRODUCTION = re.compile(
    r"(?:小编|编者|编辑|作者|本站)?(?:导语|导读|前言|引言|引子|序言|序|摘要|概述|内容提要|按)"
)
_OUTERMOST = re.compile(
    rf"{INTRODUCTION.pattern}|(?:小编|编者|编辑|作者|本文|全文)?(?:寄语|总结|小结|结语|结束语|结论|后记|尾声)|写在(?:最|前|后)[前后面]|"
    r"总结(?:与|和|及)\w{2,4}"
)
_SET_HEADING = re.compile(
    rf"{_OUTERMOST.pattern}|(?:温馨|友情|特别|重要|律师|专家|法律|小编)(?:提示|提醒)|注意事项|常见(?:问题|疑问)\w{0, 6}|问答(?:环节)?|参考(?:文献|资料)"
)
_LATIN_LETTER = re.compile(r"[A-Za-z]")
_LABELLED_ITEM = re.compile(r"[^。！？!?；;，,:：]{2,14}\s*[:：]\s*\S")
# What follows a heading's number has no clause end inside; a colon with an explanation behind it makes a list item.
_INNER_END = re.compile(r"[。！；;]|[:：].{9,}")


def find_blocks(lines: Sequence[Line], title: int | None) -> tuple[Block, ...]:
    """Return one block per line; ``title`` is the index of the line that holds the page's title, if one does."""
    labels = [label(line.text) for line in lines]
    headings = _headings(lines, labels, title)
    items = _items(lines, labels, headings)
    levels = _levels(lines, labels, headings)
    blocks: list[Block] = []
    in_lead = True
    for i, line in enumerate(lines):
        kind: BlockKind
        if i == title:
            kind = "title"
        elif i in headings:
            kind = "heading"
            in_lead = INTRODUCTION.fullmatch(line.plain) is not None
        elif i in items:
            kind = "list_item"
        else:
            kind = "lead" if in_lead and headings else "paragraph"
        blocks.append(Block(kind, line.start, line.end, levels.get(i, 0)))
    return tuple(blocks)


def is_set_heading(line: Line) -> bool:
    """Whether the line is one of the headings that pages use without a number: 导语, 小编总结, 温馨提示."""
    return len(line.plain) <= 12 and _SET_HEADING.fullmatch(line.plain) is not None


def looks_like_heading(line: Line, found: Label | None, max_chars: int = MAX_HEADING_CHARS) -> bool:
    """Whether the form of a line allows it to be a heading; what follows decides whether it is one.

    ``max_chars`` limits what stands behind a label, two Latin letters counting for one character.
    """
    text = found.text if found else line.text
    limit = max_chars if found else MAX_BARE_HEADING_CHARS
    length = len(text) - len(_LATIN_LETTER.findall(text)) // 2
    if not text or length > limit or _INNER_END.search(text.rstrip("。")):
        return False
    if found:
        # A heading such as 误区一:不还也没事。 states a sentence; other labels before a sentence make a list item.
        ends = ("；", ";", "，", ",") if found.style == "noun" else ("。", "；", ";", "！", "，", ",")
        return found.style not in ("ordinal", "answer") and not text.endswith(ends)
    is_question = text.endswith(("?", "？"))
    return is_question or (SENTENCE_END.search(text) is None and re.search("[，,。、:：]", text) is None)


def _headings(lines: Sequence[Line], labels: Sequence[Label | None], title: int | None) -> set[int]:
    by_markup = {
        i for i, line in enumerate(lines) if line.hint and line.hint.kind == "heading" and i != title
    }
    numbered = _numbered_headings(lines, labels, by_markup)
    bare = {
        i
        for i, line in enumerate(lines)
        if i != title
        and labels[i] is None
        and line.hint is None
        and (is_set_heading(line) or _is_bare_heading(lines, labels, i, numbered | by_markup))
    }
    return by_markup | numbered | bare


def _numbered_headings(
    lines: Sequence[Line], labels: Sequence[Label | None], by_markup: set[int]
) -> set[int]:
    """Return the labelled lines that are headings.

    Lines of one style under one parent stand or fall together: they are headings when most of them have text of
    their own below them, and list items when they follow each other directly or run on into an explanation.
    """
    groups: dict[tuple[str, tuple[int, ...]], list[int]] = defaultdict(list)
    parents: list[tuple[int, int]] = []
    for i, found in enumerate(labels):
        if i in by_markup:
            parents = [(-1, i)]
        elif found and not is_marked_item(lines[i]):
            parents = [(rank, at) for rank, at in parents if rank < found.rank]
            groups[found.style, tuple(at for _, at in parents)].append(i)
            if looks_like_heading(lines[i], found):
                parents.append((found.rank, i))
    headings: set[int] = set()
    for (style, _), members in groups.items():
        formal = [i for i in members if looks_like_heading(lines[i], labels[i])]
        if 2 * len(formal) < len(members) or (
            style in ("bullet", "latin", "circled") and len(formal) < len(members)
        ):
            continue
        if _is_run(members):
            continue
        followed = [i for i in formal if _has_text_below(lines, labels, i)]
        if 2 * len(followed) >= len(formal):
            headings.update(formal)
            # One kind for a series: what is only longer than its sisters is a heading too.
            headings.update(
                i
                for i in members
                if looks_like_heading(lines[i], labels[i], MAX_SISTER_CHARS)
                and _has_text_below(lines, labels, i)
            )
    return headings


def _is_run(members: Sequence[int]) -> bool:
    """Whether the lines, two or more, follow each other directly: a list, whatever stands below its last item."""
    return len(members) >= 2 and members[-1] - members[0] == len(members) - 1


def is_marked_item(line: Line) -> bool:
    """Whether the markup says that the line is a list item."""
    return line.hint is not None and line.hint.kind == "list_item"


def _has_text_below(lines: Sequence[Line], labels: Sequence[Label | None], i: int) -> bool:
    """Whether the line after ``i`` belongs under it: running text, or a label of a deeper style."""
    found = labels[i]
    if found is None or i + 1 >= len(lines):
        return False
    below = labels[i + 1]
    if below is None:
        return not is_set_heading(lines[i + 1])
    # Whatever the rank of its label, the next question belongs under no answer.
    return below.rank > found.rank and (below.style != "question" or found.style in NUMBERED_HEADINGS[:4])


def _is_bare_heading(
    lines: Sequence[Line], labels: Sequence[Label | None], i: int, numbered: set[int]
) -> bool:
    """Whether an unnumbered line is a heading: heading-like in form, after a finished block, before text of its own."""
    if not looks_like_heading(lines[i], None) or i + 1 >= len(lines):
        return False
    finished = i == 0 or i - 1 in numbered or SENTENCE_END.search(lines[i - 1].text) is not None
    below = lines[i + 1]
    introduces = below.text.endswith((":", "：")) and len(below.text) > len(lines[i].text)
    has_text = (
        below.is_prose or introduces or _LABELLED_ITEM.match(below.text) is not None or i + 1 in numbered
    )
    return finished and has_text and len(lines[i].plain) >= 2


def _items(lines: Sequence[Line], labels: Sequence[Label | None], headings: set[int]) -> set[int]:
    """Return the lines that are list items: labelled ones, markup's, and runs of ``短语:说明`` lines."""
    items = {
        i
        for i, line in enumerate(lines)
        if i not in headings
        and (is_marked_item(line) or ((found := labels[i]) is not None and found.style != "answer"))
    }
    for i, line in enumerate(lines):
        if i in headings or i in items or i == 0 or not _LABELLED_ITEM.match(line.text):
            continue
        follows_one = i - 1 in items and labels[i - 1] is None and lines[i - 1].hint is None
        introduced = lines[i - 1].text.endswith((":", "：")) or follows_one
        in_run = i + 1 < len(lines) and i + 1 not in headings and _LABELLED_ITEM.match(lines[i + 1].text)
        if introduced or in_run:
            items.add(i)
    return items


def _levels(lines: Sequence[Line], labels: Sequence[Label | None], headings: set[int]) -> dict[int, int]:
    """Return each heading's depth: by markup where there is any, else by the order in which styles nest."""
    levels: dict[int, int] = {}
    stack: list[tuple[int, int]] = []
    last_labelled = max((i for i in headings if labels[i]), default=-1)
    for i in sorted(headings):
        plain_set = lines[i].hint is None and labels[i] is None and is_set_heading(lines[i])
        if plain_set and (i > last_labelled or _OUTERMOST.fullmatch(lines[i].plain)):
            stack = []
            levels[i] = 1
            continue
        key = _depth_key(lines, labels, headings, i)
        stack = [*(above for above in stack if above < key), key]
        levels[i] = len(stack)
    return levels


def _depth_key(
    lines: Sequence[Line], labels: Sequence[Label | None], headings: set[int], i: int
) -> tuple[int, int]:
    """Return the sort key of a heading's style: markup level, then rank of the label; unmarked ones come below."""
    hint, found = lines[i].hint, labels[i]
    if hint is None:
        return (8, found.rank) if found else (9, 0)
    if found:
        return hint.level, found.rank
    peers = [other.rank for j in headings if lines[j].hint == hint and (other := labels[j])]
    return hint.level, min(peers, default=0)
