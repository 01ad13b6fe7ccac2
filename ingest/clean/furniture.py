"""Set phrases of web pages that are not the article: buttons, lists of other pages, legal notices, ornaments.

Each rule names a family of wording that sites share, never one site's line. A phrase that an article could use
too counts only at the edges of the page.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ingest.clean.byline import is_byline
from ingest.clean.labels import label
from ingest.clean.page import SENTENCE_END, Line, Page
from ingest.clean.zones import Zones, find_zones
from ingest.provenance import Change


@dataclass(frozen=True, slots=True)
class Family:
    """Wording of one kind. ``pattern`` must match all of the line's plain text, or anywhere in it if ``anywhere``.

    ``edge_only``: the words could be the article's own in mid-page.
    """

    rule: str
    pattern: re.Pattern[str]
    max_chars: int
    confidence: float
    anywhere: bool = False
    edge_only: bool = False


_LIST = r"(?:回顾|文章|推荐|阅读|评论|看看|喜欢|资讯|新闻|话题|专题|视频|图文|搜索|排行榜?|链接|帖子|精选|热帖|热文|标签|动态|头条|热点)"
_PICK = r"(?:往期|最新|热门|热点|精彩|精选|推荐|相关|更多|随机|今日|本周|本月|编辑|主编|小编|为您|为你|猜你|猜您|你可能|您可能|大家|网友|用户|全部|最热|站内|友情|延伸|扩展|拓展|关联|上榜)"
_BUTTON = (
    r"(?:分享|收藏|点赞|点个赞|评论|关注|已关注|举报|打印|转发|反馈|赞|踩|登录|注册|登陆|返回顶部|返回首页|回到顶部|返回列表|返回|首页|上一页|下一页|"
    r"阅读全文|展开全文|展开|收起|查看全文|查看原文|阅读原文|点击查看更多|查看更多|点击加载更多|加载更多|更多|复制链接|复制|喜欢|打开|微信|微博|新浪微博|qq好友|qq空间|qq|"
    r"朋友圈|扫一扫|手机版|电脑版|写评论|发表评论|我要评论|提交|取消|确定|搜索|菜单|导航|关闭|广告|播放|回复|删除|编辑|字号|字体|大|中|小|加入收藏|设为首页|"
    r"打印本页|打印此页|关闭窗口|关闭本页|我要投稿|在线投稿|关于我们|联系我们|加入我们|人才招聘|广告服务|友情链接|意见反馈|投诉建议|网站导航|站点地图|隐私(?:政策|保护)|免责声明|版权声明|法律声明|"
    r"用户协议|服务协议|协议|帮助中心|使用前必读|小黑屋|触屏版|在看|在读|网站首页|在线咨询|立即咨询|免费咨询|一键咨询|点击咨询|网页版|小程序|客户端|app|到|至|次|条|人|阅读|浏览|万|w|\d+)"
)

_CALL = r"(?:请|立即|马上|点击|点此|快来|前往|去)*"
# A row of buttons holds one of these; 微信 or 在线咨询 alone may be a channel that the article speaks of.
_SURE_BUTTON = r"(?:分享|收藏|点赞|关注|举报|打印|转发|登录|注册|返回|展开|收起|查看|阅读全文|阅读原文|加载|复制|扫一扫|写评论|发表|提交|取消|加入|设为|首页|字号|上一页|下一页|回复|踩|赞\d|在看|关闭|投稿|关于我们|联系我们|协议)"

FAMILIES = (
    Family("furniture", re.compile(rf"{_CALL}(?:打开|下载|安装|进入|登录|在|到|用)?(?:app|客户端|小程序)(?:内|中|里)?(?:体验|查看|阅读|观看|看|继续|享|获取|参与|了解|打开|下载|更)\w{{0,12}}"), 24, 0.95),
    Family("furniture", re.compile(rf"{_CALL}(?:打开|下载|安装|进入|登录|在|到|用)?\w{{1,8}}(?:app|客户端|小程序)(?:内|中|里)?\w{{0,4}}(?:更多|更佳|全文|精彩|高清|完整|最新|资讯|新闻)\w{{0,8}}"), 28, 0.95),
    Family("furniture", re.compile(rf"(?:{_PICK}(?:都|还|也|感|在|的|您|你|想|为|兴趣|喜欢|关注)*)+{_LIST}(?:{_PICK}|{_LIST}|都|在|看|搜)*\d*条?"), 16, 0.95),
    Family("furniture", re.compile(r"(?:大家|网友|用户|人们)?(?:都|还)?在(?:看|搜|读|问|关注)|猜[你您](?:喜欢|想看|在找)\w{0,4}|看了(?:又|还)看|(?:看|读)过(?:本文|此文)的人还\w{1,6}"), 16, 0.95),
    Family("furniture", re.compile(rf"(?=.*{_SURE_BUTTON}){_BUTTON}{{2,}}"), 40, 0.9),
    Family("furniture", re.compile(_BUTTON), 8, 0.85, edge_only=True),
    Family("furniture", re.compile(r"分享(?:到|至|给)\w{0,24}|(?:长按|扫码|扫描|微信扫)\w{0,16}(?:二维码|公众号|关注|加群|添加|识别|咨询)\w{0,16}|(?:更多\w{0,10})?(?:欢迎|点击|敬请|请|上方|下方|蓝字)*(?:关注|搜索)(?:我们|本站|\w{0,8}公众号|微信)\w{0,20}|(?:觉得|如果|喜欢|点)\w{0,10}(?:点个|点下|点一下|点亮|右下角)\w{0,4}(?:在看|赞|好看|再看)\w{0,8}"), 48, 0.95),
    Family("furniture", re.compile(r"(?:更多\w{0,12})?(?:[请您你])*需?要?(?:先)?登[录陆]后?(?:才|方)?(?:可以?|能)?(?:回[帖复]|评论|发表|查看|下载|收藏|阅读)\w{0,16}"), 32, 0.95),
    Family("furniture", re.compile(r"(?:点击|点此|戳)(?:这里|下图|图片|下方|上方|下面|上面|此处|链接|蓝字|蓝色字体|卡片|按钮|二维码)*(?:立即|马上|免费|一键)*(?:查看|睇|看|了解|测|领取|咨询|申请|进入|获取|试试|关注)\w{0,20}"), 40, 0.85),
    Family("furniture", re.compile(r"(?:(?:主题|帖子|积分|精华|威望|金币|金钱|经验|注册时间|在线时间|粉丝|获赞|回答|采纳率|听众|收听|阅读权限)\d+){1,6}"), 60, 0.95),
    Family("furniture", re.compile(r"(?:\w{2,8}(?:话题|领域)下?的?(?:优秀|优质)?(?:答主|回答者|创作者)|默认排序|按热度排序|按时间排序|提问者采纳|匿名用户|热心网友|热心市民|最佳答案|满意答案|满意回答|网友采纳|已采纳|我来答|新手上路|\d{1,5}个回答|本回答(?:由|被)\w{1,8}(?:推荐|采纳)|知道合伙人\w{0,8}){1,3}"), 32, 0.9),
    Family("advert", re.compile(r"\w{0,16}(?:咨询|找|问)(?:专业|在线)?(?:律师|法务|专家|老师)\w{0,4}\d+(?:分钟|秒)\w{0,10}"), 40, 0.9),
    Family("furniture", re.compile(r"更多(?:精彩|优质)?(?:内容|资讯|文章|干货|知识)\w{0,6}(?:就在|尽在|请(?:关注|下载|看|查看|进入)|下载|关注|点击)\w{0,16}"), 32, 0.9),
    Family("furniture", re.compile(r"(?:小礼物走一走来\w{2,4}|欢迎|请|记得|快来|点击|长按|扫码|喜欢的?话?)*关注我们?\w{0,14}|还没有人赞赏\w{0,8}|赞赏支持|打赏作者|\d+人(?:点赞|喜欢|收藏|赞同|看过)\w{0,6}"), 28, 0.9),
    Family("furniture", re.compile(r"(?:立即|马上|免费|点击|一键)(?:在线)?(?:咨询|提问|测算|申请|领取|预约)(?:律师|专家|老师|额度)?"), 12, 0.85),
    Family("advert", re.compile(r"(?=\w*(?:门槛|最高\d|额度|借|贷))\w{0,36}(?:到账|放款|下款|秒批|审批)\w{0,12}(?:立即|马上|点击|点此|一键)(?:在线)?(?:申请|领取|测额|测算|咨询|查看额度)\w{0,6}"), 56, 0.9),
    Family("furniture", re.compile(r"(?:was|is)this(?:article|page|answer|information|content)(?:helpful|useful)\w{0,40}|did(?:this|we)\w{0,10}(?:help|answeryourquestions?)(?:you)?(?:yes|no)*|ratethis(?:article|page|answer)\w{0,12}|"
        r"(?:readmore|sharethis(?:article|page|post)?|backtotop|skipto(?:main)?content|printthis(?:article|page)|subscribeto\w{4,24}|stillneedhelp\w{0,20})"), 80, 0.9),
    Family("furniture", re.compile(r"(?=\w*(?:吗|是否))(?:(?:以上|本|这篇|这个|此|该|上述)(?:文章|文|回答|页面?|内容|信息|答案)|对[你您])(?:对[你您])?(?:是否)?(?:有帮助|有所帮助|有用|解决了?[你您]的(?:问题|疑问))吗?(?:是|否|有|没有|有用|没用|没有?帮助|有帮助|已解决|未解决|赞|踩|\d)*"), 40, 0.9),
    Family("furniture", re.compile(r"(?:本|此|该|以上|上述)(?:页面?|文章?|内容|推荐)(?:内容|信息)?(?:均|是|系)?由\w{0,8}(?:智能|算法|系统|机器|ai|大模型)\w{0,6}(?:推荐|生成|推送|翻译|整理|聚合|采集)\w{0,8}"), 40, 0.9),
    Family("furniture", re.compile(r"(?:[您你])?(?:的)?(?:当前|现在|所在)?(?:的)?(?:所在)?位置(?:是)?(?:首页|主页)?\w{0,40}"), 60, 0.9, edge_only=True),
    Family("furniture", re.compile(r"copyright|版权所有|allrights?reserved|icp(?:备|证)|公网安备|网安备|增值电信|网站地图|备案号|poweredby"), 160, 0.97, anywhere=True),
    Family("furniture", re.compile(r"(?:热门|本文|文章|相关)?(?:标签|关键词|关键字|tags?|所属分类|文章分类|栏目|所属栏目|本文标签|相关标签)\w{0,60}"), 80, 0.85, edge_only=True),
    Family("furniture", re.compile(r"(?:阅读|浏览|点击|评论|点赞|赞同|喜欢|感谢|收藏|字数|热度|围观|人气)(?:量|次数|数)?\d+(?:万|次|人|\+|k|w)?(?:\w{0,6}\d+(?:万|次|人)?){0,4}"), 40, 0.9, edge_only=True),
    Family("furniture", re.compile(r"\d+(?:万|w|k)?(?:条|个|次|人)?(?:评论|赞同|点赞|赞|收藏|回复|转发|喜欢|关注|浏览|阅读|看过|跟帖)"), 16, 0.9, edge_only=True),
    Family("furniture", re.compile(r"(?:advertisement|advertising|sponsored|ads?|广告(?:位|内容)?|赞助内容|推广)"), 16, 0.9),
    Family("furniture", re.compile(r"(?:图|图片|配图|题图|封面图?|资料图)(?:片)?(?:来源|源于|源|自|来自)\w{0,16}|(?:资料|示意)图片?"), 24, 0.9),
    Family("furniture", re.compile(r"(?:全文|本文|正文)(?:完|结束|完结)|完|end|未完待续|正文"), 6, 0.9, edge_only=True),
    Family("related_links", re.compile(r"(?:(?:延伸|扩展|拓展|相关|推荐|往期|更多)(?:阅读|推荐|文章|回顾|链接)|猜[你您](?:喜欢|想看|想搜|想问)|(?:大家|网友)(?:都在|也在|还在)[看搜]|(?:热门|精彩|为[你您])推荐|看[了过](?:又|还)看)\w{4,45}"), 56, 0.9),
    Family("related_links", re.compile(r"(?:上|下)一?(?:篇|条|章|则|页)(?:文章|内容)?\w*"), 80, 0.97),
    Family("related_links", re.compile(r"(?:本文|原文|文章|本页|转载|永久|来源)(?:链接|网址|地址|固定链接)\w*"), 160, 0.97),
)  # fmt: skip

_NOTICE_START = re.compile(
    r"^[\W_]*(?:特别|免责|版权|郑重|法律|网站|本站|重要|侵权|原创|作者|内容|风险)?(?:声明|申明|提示|说明|公告)\s*[:：]"
)
_SITE_WORD = re.compile(
    r"本站|本网|本平台|本公众号|本号|作者|创作者|自媒体|转载|版权|侵权|观点|立场|原创|上传|互联网|网络(?:整理|收集|转载|资料)|作品|投资建议|联系删除"
)
_NOTICE = re.compile(
    r"(?:仅|只)?代表\w{0,6}(?:本人|个人|作者|原作者|创作者)(?:本人|个人)?的?(?:观点|立场|看法|意见)|不代表(?:本站|本网|本平台|平台|\w{2,8}网)的?\w{0,4}(?:观点|立场)|"
    r"与(?:本站|本网|本平台)\w{0,6}无关|仅?提供信息(?:发布|存储|展示|空间)\w{0,8}|(?:请|谢绝|严禁|禁止|不得|勿|擅自)\w{0,4}转载|转载\w{0,4}(?:请|需|须|务必)?\w{0,4}(?:注明|标明|联系|保留)|"
    r"不构成\w{0,10}建议|据此\w{0,6}风险自\w|(?:如|若|倘若)\w{0,8}(?:侵权|侵犯|版权)[^。]{0,16}(?:联系|告知|删除|通知)|"
    r"(?:内容|信息|素材|图片|图文|部分|资料)\w{0,8}(?:来源于|来自|源自|整理自|摘自|收集于)\w{0,4}(?:网络|互联网)|本(?:站|网|平台)[^。]{0,24}(?:不承担|不负|概不|不保证)\w{0,12}|"
    r"本文\w{0,4}(?:由|为|系|来自|来源于|转载自|整理自|摘自|源自)[^。]{0,20}(?:创作者|网络|用户|网友|自媒体|平台|上传|投稿|原创|转载)|本文(?:最早|最初|原)?(?:首发|原载|首刊)于?|(?:本文|原创|文章|内容|欢迎|如需|若需)[^。]{0,24}转载[^。]{0,8}(?:授权|许可|同意)|通过联系删除|联系(?:我们|本站|作者|小编)\w{0,4}(?:删除|处理)"
)
_BREADCRUMB = re.compile(
    r"(?:[您你]?(?:的|现在|当前)*(?:所在)?的?位置[:：]?\s*)?[^>›»＞。]{1,14}(?:\s*[>›»＞]{1,2}\s*[^>›»＞。]{1,30}){1,5}"
)
_HOME = re.compile(r"首页|主页|位置|正文|>.+[>›»＞]")
_HASHTAGS = re.compile(r"(?:#[^#\s][^#\n]{0,24}#\s*)+")
_POINTING = re.compile(r"[>＞»]{2,}\s*\S.{0,40}|.{2,40}[>＞»]{2,}")
_SHORT_SENTENCE = 12
MAX_SCRAP_CHARS = 12
MIN_SURE_SCRAPS = 2
_DECORATED = re.compile(r"[•●■◆◇◎★☆►▼▲→=═—─~*＊✦✨]+\s*\w.*[•●■◆◇◎★☆◄▼▲←=═—─~*＊✦✨]+")
_ORNAMENT = re.compile(r"[\W_]+")
_PLACEHOLDER = re.compile(
    r"[\[【(（<]\s*(?:图片?|配图|插图|动图|视频|音频|广告|表情|二维码|小程序|链接)\s*\d*\s*[\]】)）>]"
)


def furniture(page: Page) -> Iterator[Change]:
    """Yield the lines that a set phrase of web pages gives away (rules furniture, related_links, ornament)."""
    zones = find_zones(page)
    found = {i: verdict for i, line in enumerate(page.lines) if (verdict := _verdict(line, zones, i))}
    for i in _scraps(page.lines, zones, found):
        found.setdefault(i, ("furniture", 0.7))
    for i, (rule, confidence) in found.items():
        yield Change(rule, page.lines[i].start, page.lines[i].end, confidence=confidence)


def _verdict(line: Line, zones: Zones, i: int) -> tuple[str, float] | None:
    """Return the rule by which a line goes, and how surely; None if it stays."""
    if not line.plain and _ORNAMENT.fullmatch(line.text):
        return "ornament", 0.9
    if _is_path(line, i, zones) or _HASHTAGS.fullmatch(line.text) or _POINTING.fullmatch(line.text):
        return "furniture", 0.9
    if _PLACEHOLDER.fullmatch(line.text):
        return "furniture", 0.95
    family = next((f for f in FAMILIES if _fits(f, line, zones, i)), None)
    return (family.rule, family.confidence) if family else None


def _scraps(lines: Sequence[Line], zones: Zones, found: Collection[int]) -> Sequence[int]:
    """Return the lines below the text, where all are scraps of a few characters and some of them surely the site's."""
    tail = range(zones.last + 1, len(lines))
    sure = sum(i in found for i in tail)
    is_scrap = all(
        i in found
        or is_byline(lines[i].text)
        or (
            len(lines[i].plain) <= MAX_SCRAP_CHARS
            and not SENTENCE_END.search(lines[i].text)
            and label(lines[i].text) is None
        )
        for i in tail
    )
    if sure < MIN_SURE_SCRAPS or not is_scrap:
        return ()
    return [i for i in tail if not is_byline(lines[i].text)]


def _is_path(line: Line, i: int, zones: Zones) -> bool:
    """Whether the line is the path to the page: names of sections with arrows between, above the text."""
    is_path = _BREADCRUMB.fullmatch(line.text) is not None and _HOME.search(line.text) is not None
    return is_path and i < zones.first


def notices(page: Page) -> Iterator[Change]:
    """Yield the legal notices of the site (rule disclaimer): whole lines, or single sentences of running text."""
    for line in page.lines:
        spans = list(line.sentences())
        notes = [span for span in spans if _NOTICE.search(page.text, *span)]
        announced = _NOTICE_START.match(line.text) and _SITE_WORD.search(line.text)
        if announced or (notes and 2 * len(notes) >= len(spans)):
            yield Change("disclaimer", line.start, line.end, confidence=0.95)
        else:
            yield from (Change("disclaimer", start, end, confidence=0.85) for start, end in notes)


def _fits(family: Family, line: Line, zones: Zones, i: int) -> bool:
    if len(line.text) > family.max_chars or (family.edge_only and zones.in_body(i)):
        return False
    if family.anywhere:
        return family.pattern.search(line.plain) is not None
    # A label or a full stop shows that the line belongs to the article, whatever its words; stars on both sides are no label.
    labelled = label(line.text) is not None and not _DECORATED.fullmatch(line.text)
    is_text = labelled or (line.text.endswith("。") and len(line.text) > _SHORT_SENTENCE)
    return not is_text and family.pattern.fullmatch(line.plain) is not None
