"""Every sentence that the service itself says to a reader, in Simplified Chinese; claims about loans never stand here."""

NOT_COVERED = (
    "收录的文章没有回答这个问题，所以不作答，以免误导您。可以换个说法再问，或直接向产品的官方客服核实。"
)
OUT_OF_SCOPE = "这个问题不在借问的范围内：这里只根据收录的文章回答与借呗、花呗逾期和还款沟通有关的问题。"
NEEDS_ACCOUNT_DATA = "这要看您本人的账户，借问看不到任何账户数据。请登录支付宝APP，在借呗或花呗页面查看，或在APP内联系官方客服。"
UNSAFE = "这个忙借问不能帮：伪造材料、隐藏财产、逃避合法催收、轻信收费代办，都可能违法或让损失更大。"
UNSAFE_LAWFUL_WAY = "文章里给出的正当做法是："
INJECTION = "问题里夹带了要求改变回答规则的内容，借问不会照做。如果您有借呗、花呗逾期方面的问题，请直接提问。"
CONTACT_NOT_GIVEN = (
    "收录的文章没有给出可以确认的官方号码。请在支付宝APP内联系官方客服，不要拨打来路不明的电话。"
)
NO_NUMBER = "文章没有给出可以确认的号码，请以支付宝APP内官方客服页面显示的为准。"
WHICH_PRODUCT = "您问的是花呗还是借呗？两者的联系方式不一样，请说明是哪一个。也可以直接在支付宝APP内打开对应的页面联系官方客服。"
WHICH_QUESTION = "这句话里看不出想问什么。请说完整一些：是花呗还是借呗，想知道什么？"
NO_OTHER_LENDER = "收录的文章没有讲到{lender}，这里不拿花呗、借呗的内容替它作答。"
PARTLY_MISSING = "关于「{part}」，收录的文章没有提到。"
CRISIS = (
    "先照顾好自己：如果您有伤害自己的念头，请现在就拨打全国统一心理援助热线{line}，或告诉身边信任的人；有紧急危险请立即报警或叫救护车。"
    "欠款是可以协商解决的，您不必一个人扛。"
)

EXAMPLE_NUMBER = "原文注明这个号码只是示例，不能当作客服电话拨打。"
UNNAMED_LENDER = "这段话出自一篇没有写明平台名称的文章，不一定适用于花呗或借呗。"
GENERAL = "这段话说的是一般情况，没有专指某个产品。"
RESTORED = "原网页在这里漏了字，引文中的「{words}」是补上的。"
LLM_FELL_BACK = "大模型没有给出可用的回答({why})，以下内容直接摘自原文。"
DROPPED = "有{count}句话没有通过核对，已经去掉。"
