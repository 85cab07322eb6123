"""Bylines: every form of the policy, and lines that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.errors import TimestampError
from feedpub.pages.bylines import Byline, looks_like_byline, parse_byline
from feedpub.timestamps.parsing import parse_timestamp
from support import examples

# line | source | authors | updated | published
BYLINES = [
    ("(chinadaily.com.cn) Updated : 2020-05-25", "chinadaily.com.cn", (), "2020-05-25", None),
    ("(news.example.com) Updated:2020-04-10", "news.example.com", (), "2020-04-10", None),
    ("(Xinhua)    08:41, May 25, 2020", "Xinhua", (), "08:41, May 25, 2020", None),
    ("Xinhua) 08:27, July 13, 2023", "Xinhua", (), "08:27, July 13, 2023", None),
    ("(People's Daily App) 15:06, March 28, 2023", "People's Daily App", (),
     "15:06, March 28, 2023", None),
    ("By A and B in Chengdu (China Daily) Updated: 2014-09-18 08:05", "China Daily", ("A", "B"),
     "2014-09-18 08:05", None),
    ("By MA ZHENHUAN in Hangzhou and LI SI in Ningbo | China Daily | Updated: 2020-05-25 09:10",
     "China Daily", ("MA ZHENHUAN", "LI SI"), "2020-05-25 09:10", None),
    ("China SCIOUpdated: May 22, 2020", "China SCIO", (), "May 22, 2020", None),
    ("CGTN|Updated: June 28, 2022", "CGTN", (), "June 28, 2022", None),
    ("example.com| Updated: January 20, 2022 L M S", "example.com", (), "January 20, 2022", None),
    ("By Xu Fan | chinadaily.com.cn | Updated: 2025-12-08 10:04", "chinadaily.com.cn",
     ("Xu Fan",), "2025-12-08 10:04", None),
    ("Source: Global Times | 2020/6/1 22:59:29", "Global Times", (), "2020/6/1 22:59:29", None),
    ("2020-05-24 23:09:16来源: 科技日报", "科技日报", (), "2020-05-24 23:09:16", None),
    ("2020-05-25 10:32 来源：新华网 作者：王小明 李四", "新华网", ("王小明", "李四"),
     "2020-05-25 10:32", None),
    ("发布时间：2020-05-20 10:00 更新时间：2020-05-25 10:32 来源：人民日报海外版",
     "人民日报海外版", (), "2020-05-25 10:32", "2020-05-20 10:00"),
    ("May 25, 2020, 2:29 PM | Updated: Jul 13, 2023, 1:18 pm", None, (), "Jul 13, 2023, 1:18 pm",
     "May 25, 2020, 2:29 PM"),
    ("Published: May 20, 2020 Updated: 2 hours ago", None, (), "Updated: 2 hours ago",
     "May 20, 2020"),
    ("Published: May 20, 2020", None, (), None, "May 20, 2020"),
    ("By Liu Xin, Wang Li and Zhao Wu (Global Times) Published: 2020/5/25 21:38:40",
     "Global Times", ("Liu Xin", "Wang Li", "Zhao Wu"), None, "2020/5/25 21:38:40"),
    ("By April May and Dec Sun | Updated: 2020-05-25", None, ("April May", "Dec Sun"),
     "2020-05-25", None),
    ("By April Sun 2020-05-25 10:32", None, ("April Sun",), "2020-05-25 10:32", None),
    ("By June Smith (China Daily) 10:32, May 25, 2020", "China Daily", ("June Smith",),
     "10:32, May 25, 2020", None),
    ("Posted on May 25, 2020 by John Smith", None, ("John Smith",), None, "May 25, 2020"),
    ("Source: Xinhua| 2020-05-25 10:32:15|Editor: huaxia", "Xinhua", (), "2020-05-25 10:32:15",
     None),
    ("责任编辑：王明 2020-05-25 来源：新华社", "新华社", (), "2020-05-25", None),
    ("浏览次数：2019 发布日期：2020-05-25", None, (), None, "2020-05-25"),
    ("2021-04-19 10:08 chinadaily.com.cn", "chinadaily.com.cn", (), "2021-04-19 10:08", None),
    ("(x.com) Updated : 05/06/2020", "x.com", (), "05/06/2020", None),
    # Refused as a whole line, for what stands in it: as the time that its label says.
    ("Published 10:32, 2020-05-25 11:40", None, (), None, "Published 10:32, 2020-05-25 11:40"),
    ("(Xinhua) Updated: 2020-05-25 10", "Xinhua", (), "(Xinhua) Updated: 2020-05-25 10", None),
    ("Updated: 2020-05-25 10:32 CST", None, (), "2020-05-25 10:32 CST", None),
    ("Updated: May 25", None, (), "Updated: May 25", None),
    ("2020-05-25 10:32", None, (), "2020-05-25 10:32", None),
]  # fmt: skip

NO_BYLINES = [
    "",
    "Updated rules for ferries in 2020",
    "Updated: new rules for 5 ferries",
    "May 25, 2020: a day to remember",
    "Hangzhou Marathon, May 25, 2020",
    "The meeting was held on May 25, 2020 in Beijing",
    "Zhang Bing: innovation platforms considered infrastructure",
    "Home>Zhejiang Voice",
    "China Daily",
    "By Xu Fan",
    "微信图片_20200525074447.jpg",
    "2020-05-25.jpg",
    "会议于2020年5月25日召开",
    "新华社北京2020年5月25日电",
    "Published authors in Zhejiang",
    "Published 5 books",
    "Source of the Yangtze",
    "What it shows. [Photo/WeChat account: jxfabu]",
    "He said on May 25, 2020, that the plan was updated.",
    "(Xinhua) Updated: 2020-05-25\nNext line",
    "Updated: 2020-05-25 " + "and so on " * 40,
]


@pytest.mark.parametrize(
    ("line", "source", "authors", "updated", "published"), BYLINES, ids=[row[0] for row in BYLINES]
)
def test_takes_byline_apart(
    line: str,
    source: str | None,
    authors: tuple[str, ...],
    updated: str | None,
    published: str | None,
) -> None:
    assert parse_byline(line) == Byline(source, authors, updated, published)
    assert looks_like_byline(line)


@pytest.mark.parametrize("line", NO_BYLINES)
def test_passes_over_other_lines(line: str) -> None:
    assert not looks_like_byline(line)


@pytest.mark.parametrize("line", [row[0] for row in BYLINES])
def test_stamp_of_a_byline_reads_like_the_byline(line: str) -> None:
    byline = parse_byline(line)

    def answer(text: str) -> object:
        try:
            stamp = parse_timestamp(text, zone="Asia/Shanghai")
        except TimestampError as error:
            return error.kind
        return stamp.value, stamp.precision, stamp.flags

    whole = answer(line)
    if byline.updated and byline.published and whole == "ambiguous":
        return  # "Updated: 2 hours ago" beside a date: each for itself is told apart
    assert whole == answer(byline.updated or byline.published or "")


NAMES = ["April", "May", "June", "Dec", "Sun", "Xu", "Li", "Wang"]


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1, max_size=3),
    st.sampled_from(["China Daily", "Xinhua", "chinadaily.com.cn"]),
    st.sampled_from(["2020-05-25 10:32", "May 25, 2020", "10:32, May 25, 2020"]),
    st.sampled_from(["By {a} ({s}) Updated: {t}", "By {a} | {s} | Updated: {t}",
                     "Updated: {t} | {s} | By {a}", "By {a} ({s}) {t}"]),
)  # fmt: skip
def test_authors_named_like_months_are_authors(
    names: list[tuple[str, str]], source: str, stamp: str, form: str
) -> None:
    authors = tuple(" ".join(name) for name in names)
    line = form.format(a=" and ".join(authors), s=source, t=stamp)
    assert parse_byline(line) == Byline(source, authors, stamp, None)
    whole = parse_timestamp(line, zone="Asia/Shanghai")
    assert whole.value == parse_timestamp(stamp, zone="Asia/Shanghai").value
    assert whole.flags == ()


@given(st.text(max_size=300))
@examples(300)
def test_takes_any_text(text: str) -> None:
    assert isinstance(parse_byline(text), Byline)
    assert looks_like_byline(text) in (True, False)
