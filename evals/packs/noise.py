"""Articles about other things, near (other money matters) and far, in any number."""

import random

_NEAR = {
    "信用卡": ("年费", "账单日", "积分兑换", "临时额度", "刷卡手续费", "附属卡"),
    "房贷": ("等额本息", "公积金", "首付比例", "评估费", "过户", "抵押登记"),
    "基金": ("定投", "净值", "赎回费", "债券型", "指数型", "分红"),
    "保险": ("等待期", "免赔额", "受益人", "保单", "健康告知", "续保"),
    "个税": ("专项扣除", "汇算清缴", "退税", "赡养老人", "申报表", "起征点"),
}
_FAR = {
    "养花": ("浇水", "换盆", "日照", "施肥", "修剪", "扦插"),
    "登山": ("登山杖", "冲锋衣", "海拔", "营地", "路线", "补水"),
    "烘焙": ("面粉", "发酵", "烤箱", "黄油", "打发", "醒面"),
    "养猫": ("猫砂", "疫苗", "驱虫", "化毛膏", "猫粮", "指甲"),
    "羽毛球": ("握拍", "高远球", "步法", "发球", "网前", "双打"),
}
_SENTENCES = (
    "谈到{t},不少新手最先关心的是{a}。",
    "{a}看起来简单,其实和{b}关系很大,需要一步一步来。",
    "有经验的人建议先了解{b},再决定要不要在{a}上多花时间。",
    "去年{city}的一项调查里,有{n}个受访者说自己在{a}上走过弯路。",
    "做好{t}的关键不在花钱多少,而在{a}和{b}是否搭配得当。",
    "每隔{n}天检查一次{a},能省下后面很多麻烦。",
    "如果{b}出现异常,先停下来,把{a}的情况记清楚再处理。",
    "关于{a},说明书里通常会写,看不懂可以请教身边懂{t}的朋友。",
    "{city}的爱好者喜欢把{b}放在第一位,这和当地的气候有关。",
    "不必追求一次到位,{a}可以慢慢积累。",
)
_CITIES = ("杭州", "成都", "厦门", "西安", "昆明", "青岛", "长沙", "苏州")
_PARAGRAPHS = 8


def noise_article(rng: random.Random) -> tuple[str, str]:
    """Return title and text of an article about something else: headings and paragraphs of three sentences.

    >>> title, text = noise_article(random.Random(7))
    >>> "借呗" in text or "花呗" in text, len(text.split(chr(10)))
    (False, 16)
    """
    topics = rng.choice((_NEAR, _FAR))
    topic = rng.choice(sorted(topics))
    lines: list[str] = []
    for number in range(1, _PARAGRAPHS + 1):
        first, second = rng.sample(topics[topic], 2)
        lines.append(f"{number}. {topic}里的{first}与{second}")
        lines.append(
            "".join(_sentence(rng, form, topic, (first, second)) for form in rng.sample(_SENTENCES, 3))
        )
    return f"{topic}入门第{rng.randrange(10_000)}讲", "\n".join(lines)


def _sentence(rng: random.Random, form: str, topic: str, words: tuple[str, str]) -> str:
    a, b = words if rng.random() < 0.5 else words[::-1]
    return form.format(t=topic, a=a, b=b, n=rng.randrange(12, 300), city=rng.choice(_CITIES))
