"""Whether two clauses say the opposite of each other: negation, opposite words, certainty that the source lacks."""

import re

_NEGATORS = (
    "不得|不能|不会|不可|不要|不用|不必|不应|不是|没有|无法|无需|切勿|禁止|严禁|拒绝|不再|不|没|未|勿|别|无"
)
# A-not-A questions, fixed words and politeness hold a negator without negating anything.
_FALSE_FRIENDS = re.compile(
    "会不会|能不能|可不可以|是不是|要不要|有没有|不仅|不但|不同|不过|不妨|不断|不少|不错|不良|不便|不满|不等|不限于|不善|不利|不合理|不必要|不可抗力|不论|无论|不管|"
    "不得不|不能不|不可避免|无助|无误|毫无疑问|未来|未能|未按|特别|个别|分别|级别|类别|区别|识别|别人|性别|无的放矢|没收|沉没|不知道|不清楚"
)
_NEGATED = re.compile(
    rf"(?:{_NEGATORS})(?:会|能|可以|可|要|应该|应|需要|需|必|再|被|太|是|直接|立即|马上)*([\u4e00-\u9fff]{{1,2}})"
)

ANTONYMS: tuple[tuple[str, str], ...] = (
    ("增加", "减少"),
    ("增加", "减轻"),
    ("加重", "减轻"),
    ("提高", "降低"),
    ("提升", "降低"),
    ("提升", "下降"),
    ("上升", "下降"),
    ("延长", "缩短"),
    ("有利", "不利"),
    ("允许", "禁止"),
    ("接受", "拒绝"),
    ("主动", "被动"),
    ("提前", "延后"),
    ("提前", "推迟"),
    ("正面", "负面"),
    ("积极", "消极"),
    ("合法", "违法"),
    ("合理", "不合理"),
    ("必须", "不必"),
    ("必须", "无需"),
    ("需要", "无需"),
    ("需要", "不需要"),
    ("可以", "不可以"),
    ("能够", "不能"),
    ("诚实", "隐瞒"),
    ("如实", "虚假"),
    ("保留", "删除"),
    ("冷静", "激动"),
    ("方便", "麻烦"),
    ("简单", "复杂"),
    ("有效", "无效"),
    ("快速", "缓慢"),
    ("尽早", "拖延"),
    ("及时", "拖延"),
    ("增强", "削弱"),
    ("损失", "收益"),
    ("之前", "之后"),
    ("避免", "鼓励"),
    ("严格", "随意"),
    ("书面", "口头"),
    ("公开", "保密"),
)

_CERTAIN = re.compile(
    "一定|必然|必定|肯定|保证|百分之百|百分百|绝对|毫无例外|全部|所有|都会|必须|永远|从不|立即|立刻|马上|完全"
)
_HEDGE = re.compile(
    "可能|也许|或许|一般|通常|往往|有时|某些情况|一定程度|酌情|视情况|根据具体情况|考虑|有助于|尽量|部分|建议|尝试"
)


def negated_words(clause: str) -> frozenset[str]:
    """Return the first characters of what ``clause`` negates.

    >>> sorted(negated_words("逾期不会影响信用")), sorted(negated_words("不仅会影响信用"))
    (['影响'], [])
    """
    bare = _FALSE_FRIENDS.sub(lambda match: "　" * len(match.group()), clause)
    return frozenset(match.group(1) for match in _NEGATED.finditer(bare))


def contradiction(claim: str, source: str) -> str | None:
    """Return why ``claim`` says the opposite of ``source``, or None.

    Both are single clauses that share a topic; whether they do is for the caller to know.

    >>> contradiction("逾期不会影响信用", "逾期会影响信用")
    '不影响 ≠ 影响'
    """
    ours, theirs = negated_words(claim), negated_words(source)
    for word in sorted(ours - theirs):
        if word in source and not any(other.startswith(word) or word.startswith(other) for other in theirs):
            return f"不{word} ≠ {word}"
    for word in sorted(theirs - ours):
        if word in claim and not any(other.startswith(word) or word.startswith(other) for other in ours):
            return f"{word} ≠ 不{word}"
    for one, other in ANTONYMS:
        for mine, its in ((one, other), (other, one)):
            if _has(claim, mine) and not _has(claim, its) and _has(source, its) and not _has(source, mine):
                return f"{mine} ≠ {its}"
    return None


def _has(clause: str, word: str) -> bool:
    """Whether ``clause`` holds ``word`` itself, not as a part of its own negation (需要 in 不需要)."""
    start = clause.find(word)
    while start >= 0:
        if start == 0 or clause[start - 1] not in "不无没未":
            return len(word) > 1 or word in clause
        start = clause.find(word, start + 1)
    return False


def overstated(claim: str, source: str) -> str | None:
    """Return the word by which ``claim`` is surer than ``source``, or None.

    >>> overstated("一定会减免", "可能会考虑减免"), overstated("可能会减免", "可能会考虑减免")
    ('一定', None)
    """
    certain = _CERTAIN.search(claim)
    if certain and certain.group() not in source:
        return certain.group()
    hedge = _HEDGE.search(source)
    if hedge and not _HEDGE.search(claim) and re.search("会|将|能|可以", claim):
        return hedge.group()
    return None
