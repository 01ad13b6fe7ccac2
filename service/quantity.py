"""Whether a text holds a quantity such as a question asks for: an amount, a rate, a time."""

import re

from service.query import Query
from service.verify import find_facts

_VAGUE_TIME = re.compile("一段时间|几天|数天|几个月|几周|若干天|第一时间|当天|次日|尽早|随时")
_VAGUE_AMOUNT = re.compile("几百|几千|几万|数千|数万")
_ASKS_TIME = re.compile(
    "多久|多长|几天|多少天|几个?月|多少个?月|几年|哪天|哪一天|(?<!哪)几点|几号|几日|多少年|几期|多少期"
)
_ASKS_RATE = re.compile("利率|费率|百分之几|几成|几折|几个点|多少点|年化|日息|几厘|几分利")
_ASKS_MONEY = re.compile(
    "多少钱|多少元|多少块|几块|几元|几万|几千|几百|多少利息|多少罚息|多少违约金|多少滞纳金|(?:利息|罚息|违约金|滞纳金|费用|手续费|额度)[^。?!,]{0,6}(?:多少|多高|多大|几)|(?:借|贷)(?:到|出)?(?:多少|几)"
)
_ASKS_SUM = re.compile("(?:额度|借|贷)[^。?!,]{0,6}(?:多少|几|多高|多大)")
_ASKS_PRICE = re.compile("利息|利率|罚息|违约金|滞纳金|手续费|费用|费率")
_ASKS_HOW_MUCH = re.compile("怎么算|如何算|怎么计算|如何计算|咋算")


def says_quantity(query: Query, text: str) -> bool:
    """Return whether the folded ``text`` holds a quantity such as ``query`` asks for, True where it asks for none."""
    return not query.asks_quantity or holds_quantity(query.search_text, text)


def holds_quantity(folded: str, text: str) -> bool:
    """Return whether the folded ``text`` holds a quantity of the kind that ``folded`` asks for.

    A topic without its number is no answer. What asks for no kind that is known is content with anything.
    """
    if _ASKS_HOW_MUCH.search(folded):
        return True
    kinds = {fact.kind for fact in find_facts(text)}
    if _ASKS_RATE.search(folded):
        return "rate" in kinds
    if _ASKS_TIME.search(folded):
        return bool(kinds & {"duration", "date"}) or _VAGUE_TIME.search(text) is not None
    if _ASKS_SUM.search(folded) and not _ASKS_PRICE.search(folded):
        return "amount" in kinds or _VAGUE_AMOUNT.search(text) is not None
    if _ASKS_MONEY.search(folded):
        return bool(kinds & {"amount", "rate"}) or _VAGUE_AMOUNT.search(text) is not None
    return True


def lacks_number(query: Query, text: str) -> bool:
    """Return whether the answer turns on a number that is not there: 逾期三天会上征信吗, or 多久 where they say 一段时间."""
    if query.answer_type == "yes_no":
        named = {
            fact
            for fact in find_facts(query.own_text)
            if fact.kind in ("duration", "amount", "rate", "count")
        }
        return bool(named) and bool(named - find_facts(text))
    if not query.asks_quantity:
        return False
    return not any(fact.kind in ("duration", "date", "amount", "rate") for fact in find_facts(text))
