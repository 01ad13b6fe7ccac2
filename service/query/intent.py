"""What the asker wants, as far as wording tells: safety first, then the kind of answer.

The patterns are families of wording, not gold questions: each names an act or a request that the answer must
treat in its own way whatever the corpus holds. Whether an ordinary question is covered is not decided here.
"""

import re
from typing import Literal

Intent = Literal["ask", "contact", "account", "unsafe", "injection"]
AnswerType = Literal["yes_no", "quantity", "how", "list", "what"]

CRISIS = re.compile(
    "不想活|想死|想去死|去死算了|活不下去|活着(?:好累|没意思|没意义|[^,。?!]{0,4}(?:拖累|累赘|多余|受罪|煎熬))|自杀|轻生|跳楼|跳下去|跳桥|跳河|割腕|结束(?:自己的?|我的)?生命|了结(?:自己|生命|这一切)|"
    "一了百了|死了(?:算了|之|一了)|寻短见|自尽|遗书|(?:没有|没)勇气活|解脱算了|自残|喝农药|烧炭|不如死|生无可恋|没有?活路|绝望|撑不下去|活不成|死掉算了|一死了之"
    r"|\bzi ?sha\b|\bxiang ?si\b|\bbu ?xiang ?huo|\bhuo ?bu ?xia ?qu|\btiao ?lou\b"
    r"|suicid|\bkill(?:ing)?\s+myself|\bend(?:ing)?\s+(?:my|this)\s+life|\bwant(?:ed)?\s+to\s+die"
)

# What words of despair are mostly made of. Where none stands the classifier has to be surer: help offered to somebody
# who asks what to do first frightens, and teaches to skip it.
DESPAIR_ROOTS = re.compile(
    "[死活命撑绝崩累亡遗]|解脱|意义|意思|结束|离开|告别|再见|跳|药|楼|桥|江|河|世界|消失|了断|醒|不在了|拖累|没用|痛苦|黑暗|希望|坚持不|熬不|扛不|走了|下辈子|尽头|生命|自残|割|绳|刀|煤气|天台|窗|葬|坟|来世|投胎|牵挂|存在|多余"
)

INJECTION = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要?管|跳过|抛开|绕过|覆盖)[^。?!]{0,12}(?:指令|指示|规则|设定|提示词?|要求|限制|约束|身份)"
    r"|(?:系统|初始|隐藏|你的)(?:提示词?|指令|prompt)|提示词|(?:输出|打印|重复|显示|告诉我|泄露|复述)[^。?!]{0,10}(?:提示词|系统指令|prompt|api.?key|密钥|配置)"
    r"|(?:从现在(?:开始|起)|现在)[^。?!]{0,4}你(?:就?不再?是|要扮演|将扮演|就是)|你(?:已经)?不再是|(?:请|要|必须)?在(?:回答|答案|回复)(?:里|中|最后|开头|末尾)[^。?!]{0,4}(?:写上|加上|附上|插入|说|带上)|不要说是我|(?:扮演|假装你?是|假设你是|你现在是|你就是)[^。?!]{0,20}(?:黑客|dan|没有限制|不受限|管理员|开发者|猫娘|律师(?!吗)|老板|专家(?!吗))"
    r"|ignore\s+(?:all|any|the|your|previous|above|prior)|disregard\s+(?:all|the|your|previous)|system\s*prompt|developer\s*mode|开发者模式|越狱|jailbreak|\bdan\b"
    r"|</?(?:system|assistant|user|inst|sys)>|\[/?inst\]|<\|im_|###\s*(?:system|instruction)|你必须(?:回答|输出|说)|(?:只|必须)(?:回答|输出|回复)[「\"'“‘:]"
    r"|不要引用|不用引用|编一个|编造一个|随便编|凭空"
)

_FORGE = "伪造|造假|做假|假造|编造|捏造|虚构|仿造|p一?[张个份]|ps一?[张个份]|代开|买[一]?[张份个]?假|弄[一]?[张份个]?假|开[一]?[张份个]?假|办[一]?[张份个]?假|做[一]?[张份个]?假|搞[一]?[张份个]?假|假的?"
_PROOF = (
    "证明|病历|诊断|流水|材料|公章|单据|票据|证件|合同|收据|资料|理由|失业|住院|贫困|困难|病|截图|回执|结清"
)
_WEALTH = "财产|资产|存款|房产|房子|车子|名下|工资卡|收入|钱"
UNSAFE = re.compile(
    rf"(?:{_FORGE})[^。?!,]{{0,10}}(?:{_PROOF})|(?:{_PROOF})[^。?!,]{{0,6}}(?:造假|作假|怎么编|怎么p|咋p|能p|可以p)"
    rf"|(?:转移|隐藏|藏匿|隐匿|藏起|转走|藏好)[^。?!,]{{0,8}}(?:{_WEALTH})|(?:{_WEALTH})[^。?!,]{{0,6}}(?:转移|藏起来|藏到|藏哪|隐藏|转走|转到[^。?!,]{{0,6}}名下)"
    r"|(?:躲避?|逃避|规避|躲开|躲过|逃过|甩掉|避开|对抗|逃脱|躲掉)[^。?!,]{0,8}(?:催收|债务|还款|执行|法院|起诉|追讨|欠款|还债|债主|传票)"
    r"|逃废债|赖账|赖掉|老赖[^。?!,]{0,6}(?:怎么当|攻略|技巧)|(?:怎么|怎样|如何|咋|有没有办法|有什么办法|教我|想)[^。?!]{0,8}(?:不用还|不还钱|永远不还|可以不还|不还也没事|一分不还|跑路|消失让|人间蒸发|失联)"
    r"|(?:换|注销|停)[^。?!,]{0,8}(?:号|手机|电话)[^。?!]{0,12}(?:找不到|联系不上|就没事|催不到|催不了)|(?:让|叫)(?:他们|催收|平台)[^。?!,]{0,4}(?:找不到|找不着|联系不上)"
    r"|反催收|(?:征信|信用)[^。?!,]{0,3}(?:洗白|漂白|修复(?:公司|中介|机构|服务|团队)|铲单)|洗白征信|征信铲单|(?:花钱|付费|交钱|收费|找人|找中介|中介|代理|法务|机构|公司|大神|黑客|渠道)[^。?!]{0,10}(?:消除|删除|删掉|删|洗掉|抹掉|修复|洗白)[^。?!]{0,6}(?:征信|逾期|记录|黑名单)"
    r"|(?:删除|删掉|消除|抹掉|篡改|黑掉|改掉)[^。?!,]{0,8}(?:征信|逾期记录|信用记录|不良记录|系统|数据库)"
    r"|债务(?:优化|重组|规划|托管|协商)(?:公司|中介|机构|服务|团队|顾问)|(?:代理|代办|代协商|代谈|代理人)[^。?!,]{0,6}(?:协商|停息|减免|退息|投诉|维权|停催)|(?:中介|公司|法务|机构|第三方|网上[^。?!]{0,4}人)[^。?!]{0,14}(?:帮我?|代|代理|替我?)[^。?!,]{0,6}(?:协商|停息|减免|减|消|谈|办|搞定|处理)"
    r"|(?:协商|停息挂账|减免|延期|停催)[^。?!,]{0,8}(?:中介|代理|代办|手续费|服务费|定金|包过|内部渠道)|(?:交|收|付|要)[^。?!,]{0,8}(?:手续费|服务费|定金|保证金|押金)[^。?!]{0,16}(?:协商|停息|减免|征信|债)"
    r"|(?:冒充|假冒|假扮|盗用|借用|用)(?:别人|他人|我妈|我爸|父母|朋友|同事|老婆|老公|家人|亲戚)[^。?!,]{0,6}(?:身份证?|名义|账号|账户|信息)[^。?!,]{0,10}(?:借|贷|开|套|注册|申请)|冒充[^。?!,]{0,8}(?:律师|银监|监管|警察|公安|客服|记者)"
    r"|(?:报复|人肉|弄死|打死|杀了?|砍|教训|堵门|威胁|恐吓|骚扰)[^。?!,]{0,8}(?:催收员?|客服|放贷|平台的人|工作人员|他们|他全家)|爆(?:催收|客服)的?通讯录"
    r"|套现|套出来|刷单|洗钱|骗(?:贷|借呗|花呗|平台|客服|银行)|装(?:病|穷|疯|精神病|死)|卖惨|假离婚|离婚[^。?!,]{0,6}(?:躲债|逃债|避债|转移)|躲债|逃债|避债"
)

CONTACT = re.compile(
    "(?:电话|热线|号码|手机号|座机|邮箱|邮件地址|微信号|qq|联系方式)[^。?!,]{0,6}(?:是多少|多少|是什么|是啥|几号|是几|是哪|哪个|哪里|在哪|有吗|有没有|给我(?=[吧呗一下,。?!]|$)|发我|告诉|怎么找|怎么查|怎么拿|怎么获取|查询)"
    "|(?:(?<![打接])电话|热线|号码|手机号|座机|邮箱|邮件地址|微信号|qq|联系方式)呢?[?!。~]*$"
    "|(?:有没有|给我(?!打)|发我|告诉我|求个?|要个|哪里有|哪有|去哪找|怎么找|查一?下?|想要|想知道|提供)[^。?!,]{0,10}(?<![打接听])(?:电话|热线|号码|联系方式|邮箱|微信号)"
    "|(?:电话|热线|邮箱|微信)(?:是|的)?(?:什么|啥|哪个)(?:号码?|地址)"
    "|(?:打|拨)(?:哪个|哪|什么|啥|几(?![点次天遍回通个])|多少(?![次天遍回通个]))[^。?!,]{0,4}(?:电话|号|号码|热线)?|(?:客服|人工|官方|投诉|协商|催收)(?:的)?(?:电话|热线|号码|联系方式|邮箱)$|怎么(?:打|拨)(?:通)?[^。?!,]{0,4}(?:客服|人工|电话|热线)"
)

# What speaks of a number to call, or is one.
NUMBER = re.compile("电话|热线|专线|号码|(?:拨打|致电|拨)[^,。]{0,8}\\d{5}")

ACCOUNT = re.compile(
    "(?:查(?:一?下|询|查|看)?|看(?:一?下|看)?|帮我[看查]|告诉我)[^。?!,]{0,4}(?:我|本人)(?:的|现在|目前|还|名下|这个|账户|一共|到底){0,6}[^。?!,]{0,12}(?:账单|欠|额度|还款日|余额|逾期|记录|分|利息|账户|状态|进度|多少)"
    "|我(?:的|现在|目前|名下|这个月|本月|一共|总共|还|到底|账户){0,6}[^。?!,我]{0,8}(?:欠了?(?:多少|几)|还(?:欠|剩|要还|差)(?:多少|几)|(?:额度|账单|余额|欠款|罚息|利息|芝麻分|信用分|本金|最低还款|应还)(?:是|有|还有|现在是|一共|总共|要){0,6}(?:多少|几)|还款日(?:是)?(?:哪|几|多)|账单日(?:是)?(?:哪|几)|(?:申请|工单|投诉|协商|审核)[^。?!,]{0,6}(?:通过了?吗|通过没|到哪|进度|批(?:了|下来)?(?:吗|没)|结果))"
    "|我(?:的)?[^。?!,]{0,6}(?:上征信了(?:没有?|吗)|被起诉了(?:没有?|吗)|逾期(?:了)?(?:几天|多少天|多久)了?$|逾期(?:了)?多少(?:钱|元))|我(?:能|可以|最多|最高)?(?:借|贷)(?:到|出)?(?:多少|几)"
    "|我(?:的)?(?:账户|账号|花呗|借呗)?(?:为什么|为啥|咋|怎么)(?:被)?(?:冻结|封|关闭|限制|降额|停用)"
)

# Where one can look is told by articles; what stands there is not.
_WHERE_TO_LOOK = re.compile(
    "(?:哪|哪里|哪儿|哪个?(?:地方|页面|入口|菜单)|什么地方|啥地方|怎么|怎样|如何|咋)(?:可以|能|才能|能够|去|进|样)*(?:查|看|瞅|瞧|找|显示)"
)

_QUANTITY = re.compile(
    "多少|几(?:天|个月|年|期|次|块|元|点|号|成|倍|万|千|日|分)|多久|多长|多高|多大|哪(?:天|一天|年|月|日)|何时|什么时候|啥时候|利率|费率|比例|百分之几"
)
_YES_NO = re.compile(
    r"(?<!干)吗|(?:嘛|(?<![什怎多那这])么|不|没|没有|吧)[?!。~]*$|([能会要行收给肯让用算是去来])不\1|(?:会不会|能不能|可不可以|是不是|有没有|要不要|行不行|可否|能否|是否|算不算|该不该|用不用|需不需要|应不应该|好不好|靠不靠谱|得不得|能行不)"
)
_SOME = re.compile("几")
_SOME_TIME = re.compile("几(?:天|个月|年|期|次|日|个星期|周)")
_ASKS_OTHERWISE = re.compile("怎么|怎样|如何|什么(?!时候)|咋|啥(?!时候)|哪些")
_WHETHER = re.compile(
    "(?:能|可以|行|让|给|好)[^?!。,]*(?:吗|不)[?!。~]*$|(?:行|可以|成|好)(?:吗|不)[?!。~]*$|吧[?!。~]*$"
)
_A_NOT_A = re.compile("会不会|能不能|可不可以|是不是|要不要|行不行|可否|能否|是否|需不需要|该不该|算不算")
_LIST = re.compile(
    "(?:准备|带|交|提供|备|写|包括|包含)(?:点|些|好)?什么|哪些|哪几|有什么|有啥|什么(?:材料|资料|证明|后果|影响|信息|渠道|方式|办法|方法|途径|技巧|事项|风险|要求|东西|措施|步骤|文件|内容)|几种|注意(?:什么|啥|哪)"
)
_HOW = re.compile(
    "怎么|怎样|如何|咋|咋整|咋办|怎么办|步骤|流程|方法|办法|技巧|该做|做什么|做啥|zenme|zen me|ruhe"
)


def find_intent(folded: str, *, lawful: bool = False) -> Intent:
    """Return what is asked for; the dangerous readings come first, so that nothing hides them.

    ``lawful`` says that nothing unsafe is meant, whatever the words.
    """
    if INJECTION.search(folded):
        return "injection"
    if not lawful and UNSAFE.search(folded):
        return "unsafe"
    if ACCOUNT.search(folded) and not asks_where_to_look(folded):
        return "account"
    if CONTACT.search(folded):
        return "contact"
    return "ask"


def asks_where_to_look(folded: str) -> bool:
    """Return whether a question wants to know where something can be looked up.

    >>> asks_where_to_look("借呗到底欠了多少,去哪里查"), asks_where_to_look("帮我查一下我欠了多少")
    (True, False)
    """
    return _WHERE_TO_LOOK.search(folded) is not None


def asks_number(folded: str) -> bool:
    """Return whether a question about contact wants the number itself.

    >>> asks_number("花呗客服电话是多少"), asks_number("怎么联系花呗客服")
    (True, False)
    """
    return re.search("电话|热线|号码|几号|啥号|什么号|哪个号|联系方式|多少", folded) is not None


def find_answer_type(folded: str) -> AnswerType:
    """Return the kind of answer that the wording asks for.

    >>> [find_answer_type(q) for q in ("逾期会上征信吗", "逾期几天上征信", "需要哪些材料", "怎么协商", "什么是逾期")]
    ['yes_no', 'quantity', 'list', 'how', 'what']
    """
    if _A_NOT_A.search(folded) and not re.search("多少|多久|什么时候", folded):
        return "yes_no"
    if asks_where_to_look(folded):
        return "how"
    # 晚还几天会怎样 asks what happens, not how many days.
    rest = _SOME_TIME.sub("", folded)
    if rest != folded and _ASKS_OTHERWISE.search(rest):
        return find_answer_type(rest)
    # 能不能分几个月还 asks whether, not how many.
    if _WHETHER.search(folded) and not _QUANTITY.search(_SOME.sub("", folded)):
        return "yes_no"
    if _QUANTITY.search(folded):
        return "quantity"
    if _LIST.search(folded):
        return "list"
    if _HOW.search(folded):
        return "how"
    if _YES_NO.search(folded):
        return "yes_no"
    return "what"
