"""What the page itself says, in the script of the reader."""

from dataclasses import dataclass, fields
from functools import cache

from opencc import OpenCC

from service.schema import Status, Support


@dataclass(frozen=True, slots=True)
class Words:
    """One set of labels, all in one script; ``language`` is the BCP 47 tag of that script."""

    language: str = "zh-Hans"
    answered: str = "有据可查"
    partial: str = "只能答上一部分"
    abstained: str = "没有作答"
    refused: str = "不能帮这个忙"
    clarify: str = "请先说明一点"
    extractive: str = "句句摘自文章，"
    llm: str = "由大模型写成、逐句核对过，"
    how_to_check: str = "点开句后的数字看原文。"
    masked: str = "查找答案时，您写的 {count} 处个人信息已经遮住。"
    checking: str = "正在翻文章、逐句核对……"
    partly_supported: str = "只有部分依据"
    unsupported: str = "没有找到依据"
    contradicted: str = "与原文不符"
    warning: str = "请留意"
    source: str = "出处"
    open_source: str = "点开看原文"
    cleaned: str = "原文（已修复）"
    as_crawled: str = "网页上抓到的样子"
    repaired: str = "这段引文修复了 {count} 处"
    not_repaired: str = "这段引文没有修复过"
    repaired_to: str = "修复为：{after}"
    restored: str = "原网页缺了这几个字，是补上的"
    removed: str = "修复时删去"
    about_article: str = "关于这篇文章："
    original_page: str = "打开原网页"
    unavailable: str = "这篇文章的全文这会儿取不到，先只看引文。"
    general: str = "不专指某个产品"
    unknown: str = "没写明是哪个平台"


HANS = Words()


@cache
def traditional() -> Words:
    """Return the same labels in Traditional script, converted character by character."""
    convert = _converters()[1].convert
    labels = {f.name: convert(getattr(HANS, f.name)) for f in fields(HANS)}
    return Words(**{**labels, "language": "zh-Hant"})


def words_for(text: str) -> Words:
    """Return the labels in the script of ``text``; Simplified where it does not show one.

    >>> words_for("逾期後會影響徵信嗎").abstained, words_for("ABC").abstained
    ('沒有作答', '没有作答')
    """
    return traditional() if _is_traditional(text) else HANS


def in_script_of(text: str, said: str) -> str:
    """Return ``said``, which is in Simplified script, in the script of ``text``.

    >>> in_script_of("會影響徵信嗎", "请再试一次")
    '請再試一次'
    """
    return _converters()[1].convert(said) if _is_traditional(text) else said


def status_label(words: Words, status: Status) -> str:
    """Return the status of an answer in plain words."""
    labels: dict[Status, str] = {
        "answered": words.answered,
        "partial": words.partial,
        "abstained": words.abstained,
        "refused": words.refused,
        "clarify": words.clarify,
    }
    return labels[status]


def support_label(words: Words, support: Support) -> str | None:
    """Return what to say beside a sentence that is not fully supported, None where it is."""
    labels: dict[Support, str | None] = {
        "supported": None,
        "partly": words.partly_supported,
        "unsupported": words.unsupported,
        "contradicted": words.contradicted,
    }
    return labels[support]


def product_label(words: Words, product: str) -> str:
    """Return a product id as the reader should see it."""
    return {"通用": words.general, "unknown": words.unknown}.get(product, product)


@cache
def _converters() -> tuple[OpenCC, OpenCC]:
    return OpenCC("t2s"), OpenCC("s2t")


def _is_traditional(text: str) -> bool:
    to_simplified, to_traditional = _converters()
    return _changed(text, to_simplified.convert(text)) > _changed(text, to_traditional.convert(text))


def _changed(before: str, after: str) -> int:
    return sum(a != b for a, b in zip(before, after, strict=False))
