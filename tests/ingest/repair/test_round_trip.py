"""The fault applied to clean text, and undone."""

from random import Random

import pytest

from ingest.repair import detect, repair
from ingest.repair.forward import Site, garble, random_site

LINES = [
    "申请人应当如实填写个人信息,并在三日内提交材料。",
    "如果您对账单有疑问,请及时与我们联系。",
    "会议讨论了明年的发展计划,并通过了预算。",
    "经济环境的变化对小企业影响很大。",
    "消费者有权要求退换有质量问题的商品。",
    "为了节约用水,大家应当及时关好水龙头。",
    "我们应该尊重每一个人的选择。",
]


@pytest.mark.parametrize("seed", range(12))
def test_notes_alone_are_undone_exactly(seed):
    site = random_site(Random(seed), listed=200)
    garbled = [garble(line, site) for line in LINES]
    clean = repair("\n".join(page.shown for page in garbled)).clean.split("\n")
    for page, line in zip(garbled, clean, strict=True):
        if not page.spots:
            assert line == page.truth


def test_the_worked_example():
    site = Site({"导": "導", "驱": "驅"}, {"驅": "qū"}, marks="，")
    garbled = garble("因导致的逾期，需提供", site)
    assert garbled.shown == "因?qū)е碌挠馄?,需提供"
    assert [(spot.kinds, garbled.truth[spot.start : spot.end]) for spot in garbled.spots] == [
        (("note",), "导致的逾期")
    ]


def test_a_mark_between_two_characters_is_cut():
    site = Site({}, {}, marks="？")
    garbled = garble("他通常可以完成", site)
    assert garbled.shown.startswith("他通??")
    assert repair(garbled.shown).clean == "他通常可以完成"
    assert detect(garbled.shown).kinds == ("mark",)
