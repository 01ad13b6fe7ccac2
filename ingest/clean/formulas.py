"""Sentences by which writers for the web open, close and advertise a page, and that tell a reader nothing."""

import re
from collections.abc import Iterator

from ingest.clean.byline import is_byline
from ingest.clean.page import Page
from ingest.provenance import Change
from ingest.sentences import split_sentences

MAX_CHARS = 90
"""A longer sentence has more to say than a formula."""

_FORMULAS = (
    # 以上就是关于……的全部内容
    re.compile(r"(?:好了?，)?(?:以上|上述)(?:内容)?(?:就|便|即)?(?:是|为)[^。]{0,60}(?:内容|介绍|解答|知识|分享|整理|讲解|攻略|全部|解析)[^。]{0,40}"),
    # 希望对大家有所帮助
    re.compile(r"(?:最后，?)?希望(?:以上|本文|这些|上述|这篇|今天)?[^。，,]{0,16}(?:帮助|帮到|参考|有用|启发)[^。，,]{0,8}"),
    # 下面小编就为大家整理了……
    re.compile(r"[^。]{0,30}(?:小编|编者|笔者)[^。]{0,12}(?:整理|介绍|讲解|说说|聊聊|谈谈|分享|解答|讲清楚|讲讲|看看|了解|收集|汇总)[^。]{0,40}"),
    # 接下来我们一起来看看吧
    re.compile(r"(?:下面|接下来|那么|今天|现在|本文|这里)[^。]{0,10}(?:一起|一块|就来|来|将)[^。]{0,6}(?:看看|了解一下|聊聊|说说|谈谈|看一下|学习一下|聊一聊)[^。]{0,16}"),
    # 如果您还有疑问,欢迎咨询……
    re.compile(r"(?:如|若|要是|想|更多|有)[^。]{0,24}(?:疑问|问题|了解|帮助|需要|不懂|不明白|资讯|内容)[^。]{0,10}欢迎[^。]{0,12}(?:咨询|联系|留言|关注|私信|评论|访问|登录)[^。]{0,24}"),
    # 欢迎在评论区留言
    re.compile(r"[^。]{0,12}欢迎[^。]{0,16}(?:留言|评论|讨论|交流|互动|投稿)[^。]{0,16}|(?:你|您|大家|小伙伴们?)[^。]{0,16}(?:想了解|想知道|怎么看|有什么(?:看法|想法))[^。]{0,10}|谢邀"),
    # 建议点赞收藏
    re.compile(r"[^。]{0,24}(?:建议|记得|欢迎|别忘|不妨|喜欢)[^。]{0,10}(?:点赞|收藏|转发|关注)[^。]{0,24}"),
)  # fmt: skip
_SELF_ADVERT = re.compile(
    r"(?:私信|私聊|后台(?:回复|私信|留言)|评论区(?:留言|扣|打|回复)|回复关键[词字])[^。]{0,24}(?:免费|领取|获取|咨询|方案|资料|分析|规划)"
)
_CLOSERS = "。！？!?；;…~～ "


def formulas(page: Page) -> Iterator[Change]:
    """Yield sentences that are such a formula from end to end (rule formula), or offer the writer's service (rule advert)."""
    for line in page.lines:
        if is_byline(line.text):
            continue
        spans = split_sentences(page.text, line.start, line.end)
        verdicts = [_verdict(page.text[start:end]) for start, end in spans]
        if verdicts and all(verdicts):
            yield Change(verdicts[0] or "", line.start, line.end, confidence=0.85)
            continue
        for (start, end), verdict in zip(spans, verdicts, strict=True):
            if verdict:
                yield Change(verdict, start, end, confidence=0.8)


def _verdict(sentence: str) -> str | None:
    words = sentence.strip(_CLOSERS)
    if not words or len(words) > MAX_CHARS:
        return None
    if _SELF_ADVERT.search(words):
        return "advert"
    return "formula" if any(formula.fullmatch(words) for formula in _FORMULAS) else None
