"""Captions and credits in the wild: what is whose, row by row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.pages.captions import split_caption
from support import require_linear

# Line, caption, credit.
IN_SQUARE_BRACKETS = [
    ("A lake. [Photo/WeChat account: jxfabu]", "A lake.", "WeChat account: jxfabu"),
    ("A lake. [Photo by Liang Zhen/zjol.com.cn]", "A lake.", "Liang Zhen/zjol.com.cn"),
    ("A lake. [Photo by Jiang Yangbo/for China Daily]", "A lake.", "Jiang Yangbo/for China Daily"),
    ("A lake. [Photo/IC]", "A lake.", "IC"),
    ("A lake. [Photo/zjol.com.cn].", "A lake.", "zjol.com.cn"),
    ("A lake. [Photo/Agencies]", "A lake.", "Agencies"),
    ("A lake. [Photo: VCG]", "A lake.", "VCG"),
    ("A lake. [Photo - Xinhua]", "A lake.", "Xinhua"),
    ("A lake. [Photo Xinhua]", "A lake.", "Xinhua"),
    ("A lake. [photo by drone]", "A lake.", "drone"),
    ("A lake. [Photos by Li Bo and Wang Jian]", "A lake.", "Li Bo and Wang Jian"),
    ("A lake. [Photo from Weibo]", "A lake.", "Weibo"),
    ("A lake. [Photo by Li Bo (Xinhua)]", "A lake.", "Li Bo (Xinhua)"),
    ("A lake. [Photo by Li Bo.]", "A lake.", "Li Bo"),
    ("A lake. [Photo by Li Bo Jr.]", "A lake.", "Li Bo Jr."),
    ("A lake. [Photo/Apple Inc.]", "A lake.", "Apple Inc."),
    ("A lake. [File photo/Xinhua]", "A lake.", "Xinhua"),
    ("A lake. [Photo illustration/VCG]", "A lake.", "VCG"),
    ("A lake. [Drawing: Yeting Bridge Workshop]", "A lake.", "Yeting Bridge Workshop"),
    ("A lake. [Screenshot/CCTV News]", "A lake.", "CCTV News"),
    ("A lake. [Map: Hangzhou Metro]", "A lake.", "Hangzhou Metro"),
    ("A lake. [Source: CCTV]", "A lake.", "CCTV"),
    ("A lake. [AP Photo/Jeff Chiu, File]", "A lake.", "AP Photo/Jeff Chiu, File"),
    ("A lake. [Xinhua/Li Bo]", "A lake.", "Xinhua/Li Bo"),
    ("A lake. [ Photo / IC ]", "A lake.", "IC"),
    ("A lake. [Photo/Xinhua", "A lake.", "Xinhua"),  # a bracket that nobody closed
    ("[Photo/IC]", None, "IC"),
    ("[Photo/IC].", None, "IC"),
    ("[Photo/Xinhua] The mayor.", "The mayor.", "Xinhua"),
    ("Left, a lake. [Photo/IC] Right, a boat. [Photo/VCG]",
     "Left, a lake. Right, a boat.", "IC, VCG"),
    ("A lake [Photo: Li Wei]", "A lake", "Li Wei"),
    ("A lake.[photos/ Xinhua ] ", "A lake.", "Xinhua"),
    ("A lake. [Image from NASA]", "A lake.", "NASA"),
    ("A lake. [Illustration：Li Wei]", "A lake.", "Li Wei"),
    ("A lake. [Photo Byron Smith]", "A lake.", "Byron Smith"),
    ("A lake. [Photo Fromm]", "A lake.", "Fromm"),
    ("A lake. [Photo]", "A lake.", None),  # says nothing
    ("A lake. [Photo/]", "A lake.", None),
    ("[Photo]", None, None),
]  # fmt: skip

# How a photo was obtained is part of its credit.
OBTAINED = [
    ("A lake. [Photo provided to chinadaily.com.cn]", "A lake.", "Provided to chinadaily.com.cn"),
    ("A lake. [Photo/Provided to China Daily]", "A lake.", "Provided to China Daily"),
    ("A lake. [Photo provided by the Li family]", "A lake.", "Provided by the Li family"),
    ("A lake. [Photo courtesy of Hangzhou Museum]", "A lake.", "Courtesy of Hangzhou Museum"),
    ("A lake. [Photo: courtesy of Li Bo]", "A lake.", "Courtesy of Li Bo"),
    ("A lake. (Courtesy of Li Bo)", "A lake.", "Courtesy of Li Bo"),
    ("A lake. (Provided by Hangzhou Museum)", "A lake.", "Provided by Hangzhou Museum"),
    ("A lake. Courtesy of Hangzhou Museum", "A lake.", "Courtesy of Hangzhou Museum"),
    ("A lake. [Photo by Li Bo/provided to chinadaily.com.cn]",
     "A lake.", "Li Bo/provided to chinadaily.com.cn"),
    ("Masks were provided to Hangzhou Hospital", "Masks were provided to Hangzhou Hospital", None),
    ("Courtesy of the rain, the lake is full.", "Courtesy of the rain, the lake is full.", None),
]  # fmt: skip

IN_PARENTHESES = [
    ("A lake. (Xinhua/Li Bo)", "A lake.", "Xinhua/Li Bo"),
    ("A lake. (Xinhua/ Li Bo)", "A lake.", "Xinhua/ Li Bo"),
    ("A lake. (AP Photo/Jeff Chiu)", "A lake.", "AP Photo/Jeff Chiu"),
    ("A lake. (Photo/VCG)", "A lake.", "VCG"),
    ("A lake. (Photo by Hu Xiao / Xinhua)", "A lake.", "Hu Xiao / Xinhua"),
    ("A lake. (File photo: Xinhua)", "A lake.", "Xinhua"),
    ("A lake. (Zhu Xingxin/China Daily)", "A lake.", "Zhu Xingxin/China Daily"),
    ("A lake. (Li Bo/for China Daily)", "A lake.", "Li Bo/for China Daily"),
    ("A lake. (Lian Duo/Zhejiang Voice)", "A lake.", "Lian Duo/Zhejiang Voice"),
    ("A lake. (Lian Duo/zjol.com.cn)", "A lake.", "Lian Duo/zjol.com.cn"),
    ("A lake. (AFP/Getty Images)", "A lake.", "AFP/Getty Images"),
    ("A lake. (Jason Lee/Reuters)", "A lake.", "Jason Lee/Reuters"),
    ("A lake. (Handout via Reuters)", "A lake.", "Handout via Reuters"),
    ("A lake. (Kyodo News via AP)", "A lake.", "Kyodo News via AP"),
    ("A lake. (VNA/Tran Hai)", "A lake.", "VNA/Tran Hai"),
    ("A lake. (RSS/Tran Hai)", "A lake.", "RSS/Tran Hai"),  # letters that are no known agency
    ("A lake. (Xinhua)", "A lake.", "Xinhua"),
    ("A lake. (AP)", "A lake.", "AP"),
    ("A lake (Reuters)", "A lake", "Reuters"),
    ("A lake. (REUTERS)", "A lake.", "REUTERS"),
    ("A lake. (VCG)", "A lake.", "VCG"),
    ("A lake. (NHK)", "A lake.", "NHK"),
    ("A lake. (IC)", "A lake.", "IC"),
    ("A lake. (AFP)", "A lake.", "AFP"),
    ("A lake. (Getty Images)", "A lake.", "Getty Images"),
    ("A lake. (Xinhua photo)", "A lake.", "Xinhua photo"),
    ("A lake. (© 2020 AFP)", "A lake.", "AFP"),
    ("A lake in Hangzhou (Xinhua/Li Bo).", "A lake in Hangzhou.", "Xinhua/Li Bo"),
    ("A lake. (Xinhua/Li Bo).", "A lake.", "Xinhua/Li Bo"),
    ("(Xinhua/Li Bo)", None, "Xinhua/Li Bo"),
    ("(Photo by Li Bo) A lake at dawn.", "A lake at dawn.", "Li Bo"),
    ("The mayor (left) and a guest. (Xinhua/Li Bo)",
     "The mayor (left) and a guest.", "Xinhua/Li Bo"),
    ("The mayor (left), a guest (right) (Xinhua/Li Bo)",
     "The mayor (left), a guest (right)", "Xinhua/Li Bo"),
    ("A lake. (Photo by Li Bo) (Xinhua)", "A lake.", "Li Bo, Xinhua"),
    ("A lake. (Xinhua/Li Bo) [Photo/Xinhua]", "A lake.", "Xinhua/Li Bo, Xinhua"),
]  # fmt: skip

# A caption's own brackets and words; the whole line is the caption.
NO_CREDIT = [
    "The mayor (left) and a guest (right)",
    "A meeting in Hangzhou (capital of Zhejiang)",
    "A lake (file photo)",
    "A lake [File photo]",
    "A lake (photos)",
    "A lake (2019).",
    "A lake (photo from 2019)",
    "A lake (photo from May 2019)",
    "A lake (photo taken on May 25, 2020)",
    "[Photo taken on May 25]",
    "The [Photo/Xinhua] stand",
    "A lake [Photo/IC], seen at dawn",
    "A lake [Photobomb]",
    "A lake. [Photo/File]",
    "A lake. [sic]",
    "A lake. (Photo courtesy of )",
    "A lake. [Photo/Handout]",
    "A map. [Map of Hangzhou]",
    "A concert (AC/DC)",
    "A race (Hangzhou/Ningbo)",
    "A gust (90 km/h)",
    "A match (USA/New Zealand)",
    "Boats (and/or rafts)",
    "A choice (and/or)",
    "A show (Radio/TV)",
    "A film (Pool/Spa)",
    "A lake. (Photos: left, Xinhua; right, AP)",  # says which is whose: no part of it can go
    "The office of the Associated Press (AP)",
    "An integrated circuit (IC)",
    "A plant of Visual China Group (VCG)",
    "HANGZHOU, May 25 (Xinhua) -- A lake.",
    "(Reuters) - A lake.",
    "A famous photo by Ansel Adams",
    "Photo by Li Bo shows the lake.",
    "Photo: The mayor opens the bridge.",
    "Photo shows a lake.",
    "The lake is on the photo: Hangzhou",
    "Map: Hangzhou",
    "Visitors at the Li Bo/Wang Jian exhibition",
    "The office of Xinhua",
    "A lake (unclosed",
    "A lake) unopened",
    "西湖（资料图）",
    "西湖（资料照片）",
    "这是西湖（5月25日摄）。",
    "这组照片由李勃拍摄",
    "他热爱摄影 每天去西湖",
    "图：西湖美景",
    "图为西湖。",
    "消息由新华社发",
]

WITHOUT_BRACKETS = [
    ("A lake. Photo: Xinhua", "A lake.", "Xinhua"),
    ("Photo: Xinhua", None, "Xinhua"),
    ("A lake Photo: Xinhua", "A lake", "Xinhua"),
    ("A lake | Photo: Xinhua", "A lake", "Xinhua"),
    ("A lake. Photo: Xinhua.", "A lake.", "Xinhua"),
    ("A lake. Photo: WeChat account: jxfabu", "A lake.", "WeChat account: jxfabu"),
    ("A lake. Photo by Li Bo", "A lake.", "Li Bo"),
    ("A lake at dawn Photo by Li Bo", "A lake at dawn", "Li Bo"),
    ("A lake. Photo By LI BO / Xinhua", "A lake.", "LI BO / Xinhua"),
    ("A lake. PHOTO/XINHUA", "A lake.", "XINHUA"),
    ("A lake. Photographer: Li Bo", "A lake.", "Li Bo"),
    ("A lake. Illustration by Li Bo", "A lake.", "Li Bo"),
    ("A lake. Credit: NASA/JPL-Caltech", "A lake.", "NASA/JPL-Caltech"),
    ("A lake. Credit: Li Bo", "A lake.", "Li Bo"),
    ("A lake. Photo credit: Li Bo", "A lake.", "Li Bo"),
    ("A lake. Image Credit: NASA", "A lake.", "NASA"),
    ("A lake. Credit...Li Bo", "A lake.", "Li Bo"),
    ("A lake. © Getty Images", "A lake.", "Getty Images"),
    ("At the lake. REUTERS/Jason Lee", "At the lake.", "REUTERS/Jason Lee"),
    ("At the lake. REUTERS/Jason Lee/File Photo", "At the lake.", "REUTERS/Jason Lee/File Photo"),
    ("At the lake. ZHU XINGXIN/CHINA DAILY", "At the lake.", "ZHU XINGXIN/CHINA DAILY"),
    ("At the lake. Xinhua", "At the lake.", "Xinhua"),
    ("At the lake. /CFP", "At the lake.", "CFP"),
    ("A lake. Photo: Li Bo (Xinhua)", "A lake.", "Li Bo, Xinhua"),
    ("The [sic lake. Photo: Xinhua", "The [sic lake.", "Xinhua"),
]

CHINESE = [
    ("西湖。[图/新华社]", "西湖。", "新华社"),
    ("西湖。【图/视觉中国】", "西湖。", "视觉中国"),
    ("西湖。［Photo/IC］", "西湖。", "IC"),
    ("西湖（新华社/李勃）", "西湖", "新华社/李勃"),
    ("西湖。（Xinhua/Li Bo)", "西湖。", "Xinhua/Li Bo"),  # one bracket full-width, one not
    ("西湖。（Photo/IC）。", "西湖。", "IC"),
    ("西湖美景（Photo/IC）。", "西湖美景。", "IC"),
    ("西湖。(中新社)", "西湖。", "中新社"),
    ("西湖。（新华社照片）", "西湖。", "新华社照片"),
    ("西湖。摄影：李勃", "西湖。", "李勃"),
    ("西湖。摄影 李勃", "西湖。", "李勃"),
    ("摄影：李勃", None, "李勃"),
    ("西湖。图片来源：新华社", "西湖。", "新华社"),
    ("西湖。（图片来源：新华社）", "西湖。", "新华社"),
    ("西湖。（图源：视觉中国）", "西湖。", "视觉中国"),
    ("西湖。图｜新华社", "西湖。", "新华社"),
    ("西湖 图/视觉中国", "西湖", "视觉中国"),
    ("西湖。图：新华社", "西湖。", "新华社"),
    ("西湖。新华社记者李勃摄", "西湖。", "新华社记者李勃"),
    ("西湖。新华社记者 李勃 摄", "西湖。", "新华社记者 李勃"),
    ("西湖。新华社记者 李勃 王建 摄", "西湖。", "新华社记者 李勃 王建"),
    ("西湖（新华社记者李勃摄）", "西湖", "新华社记者李勃"),
    ("西湖。［新华社记者李勃摄］", "西湖。", "新华社记者李勃"),
    ("西湖。（浙江日报记者 李勃 摄）", "西湖。", "浙江日报记者 李勃"),
    ("西湖美景 李勃 摄", "西湖美景", "李勃"),
    ("西湖。李勃、王建摄", "西湖。", "李勃、王建"),
    ("西湖。李勃/摄", "西湖。", "李勃"),
    ("这是西湖（5月25日摄）。新华社记者李勃摄", "这是西湖（5月25日摄）。", "新华社记者李勃"),
    ("西湖。新华社发", "西湖。", "新华社"),
    ("西湖。新华社发（李勃摄）", "西湖。", "新华社/李勃"),
    ("西湖。（新华社发 李勃摄）", "西湖。", "新华社/李勃"),
    ("西湖。受访者供图", "西湖。", "受访者供图"),
    ("西湖。（图片由浙江大学提供）", "西湖。", "浙江大学提供"),
]

ROWS = [
    *IN_SQUARE_BRACKETS,
    *OBTAINED,
    *IN_PARENTHESES,
    *((line, line, None) for line in NO_CREDIT),
    *WITHOUT_BRACKETS,
    *CHINESE,
    ("  A lake.\u3000(Xinhua/Li Bo)\u3000", "A lake.", "Xinhua/Li Bo"),
    ("", None, None),
    (" \u3000", None, None),
]


@pytest.mark.parametrize(("line", "caption", "credit"), ROWS)
def test_tells_credit_from_caption(line: str, caption: str | None, credit: str | None) -> None:
    assert split_caption(line) == (caption, credit)


PIECES = [
    "Photo", "photo by ", "Credit: ", "courtesy of ", "provided to ", "Xinhua", "AP", "Li Bo",
    "图", "摄影", "摄", "新华社", "发", "供图", "记者", "A lake.", "mayor", "©", "via ",
    *"()[]（）［］【】/／:：.。,，|｜ \u3000\n-–…12",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60))
def test_never_raises_and_invents_nothing(line: str) -> None:
    for part in split_caption(line):
        assert part is None or (part and part == part.strip())
        # An initial of `Provided to` is the only character that is not the line's own.
        own = set(line.casefold()) | set("/, ")
        assert part is None or set(part.casefold()) <= own


@pytest.mark.parametrize(
    ("start", "piece", "end"),
    [
        ("x", " ", "x"),
        ("x [photo", " ", "]"),
        ("x", "\u3000|", "Photo: Xinhua"),
        ("", "(", ""),
        ("", "[Photo/", ""),
        ("", "[x]", ""),
        ("", "A lake. ", "(Xinhua/Li Bo)"),
        ("", "photo ", ""),
        ("", "photo by A ", ""),
        ("", "图/", ""),
        ("", "李勃 ", "摄"),
        ("", "A/", ""),
        ("credit", ".", ""),
    ],
)
def test_work_grows_in_proportion_to_length(start: str, piece: str, end: str) -> None:
    def split(length: int) -> None:
        split_caption(start + piece * (length // len(piece)) + end)

    require_linear(split, 20_000)
    split(1_000_000)
