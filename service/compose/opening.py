"""How an answer to a yes/no question begins: with what the source says, in the words of the question."""

import re

_EFFECT = re.compile("会|影响|导致|有没有(?:影响|后果)|要紧|严重")
_PERMISSION = re.compile("可以|能|可不可以|可否|能否|允许|行不行|行吗|给不给|让不让")
_NEED = re.compile("需要|要不要|用不用|该不该|应该|必须|需不需要|得不得|有必要|要.{0,8}吗")
_DENIES = re.compile(
    "不(?:会|用|影响|要紧|上|怕)|没(?:事|关系|影响|什么)|无所谓|不还也|没有(?:影响|后果|关系)"
)
_A_NOT_A = re.compile("会不会|能不能|可不可以|是不是|要不要|有没有|用不用|该不该|需不需要|行不行|影不影响")

_SOURCE_NO = re.compile("不会|不影响|不能|不得|不可以|无法|严禁|禁止|无需|不用|不必|切勿|不要")
_SOURCE_DEPENDS = re.compile(
    "考虑|酌情|根据具体情况|视.{0,6}而定|某些情况|是否可以|可以尝试|尝试请求|可以请求|询问"
)
_SOURCE_MAYBE = re.compile("有权|可能|或许|也许|往往|有时")
_SOURCE_YES = re.compile("会|将|可以|能够|能|需|应|是的|务必|要")
_SELF_ANSWERING = re.compile("^(?:是的|会的|可以的|不会|不是|不能|能|可以[,，])")


def opening(question: str, sentence: str) -> str | None:
    """Return the words that begin the answer to the folded yes/no ``question``, or None where the source begins itself.

    Only the source's own modality is repeated: what it calls possible is never called certain.

    >>> opening("花呗逾期会影响征信吗", "逾期还款会直接影响用户的信用记录")
    '会:'
    >>> opening("逾期不会影响征信吧", "逾期还款会直接影响用户的信用记录")
    '不是这样:'
    >>> opening("能减免利息吗", "在某些情况下,金融机构可能会考虑减免部分利息")
    '有可能,要看具体情况:'
    """
    if _SELF_ANSWERING.search(sentence):
        return None
    bare = _A_NOT_A.sub("", question)
    denied = _DENIES.search(bare) is not None
    if _SOURCE_NO.search(sentence):
        return None
    if denied:
        return "不是这样:" if _SOURCE_YES.search(sentence) else None
    if _SOURCE_DEPENDS.search(sentence):
        return "有可能,要看具体情况:" if not _NEED.search(question) else None
    if _SOURCE_MAYBE.search(sentence):
        return "有可能:"
    if _NEED.search(question) and re.search("需|应|必|要|最好|建议|准备", sentence):
        return "需要:"
    if _PERMISSION.search(question) and re.search("可以|能够|可", sentence):
        return "可以:"
    if _EFFECT.search(question) and re.search("会|将|影响|导致", sentence):
        return "会:"
    return None
