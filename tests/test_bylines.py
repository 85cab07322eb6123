"""Bylines: every form of the policy, and lines that are none."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub import build, load_config
from feedpub.errors import TimestampError
from feedpub.pages import read_html, read_text_page
from feedpub.pages.author_names import is_author_label, read_authors, split_authors
from feedpub.pages.bylines import Line
from feedpub.timestamps import (
    FoundTime,
    find_stamps,
    parse_timestamp,
    show_times,
    tidy_text,
)
from feedpub.timestamps.plain import read_plain_form
from support import NOW, STANDARD_TOML, examples, make_site, run_cli

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


def show_byline(line: str) -> tuple[object, ...]:
    """Read a byline: its source and authors, and its times as texts."""
    byline = Line(line).read_byline()
    times = (None if time is None else str(time) for time in (byline.updated, byline.published))
    return byline.source, byline.authors, *times


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
    assert show_byline(line) == (source, authors, updated, published)
    assert Line(line).is_byline()


@pytest.mark.parametrize("line", NO_BYLINES)
def test_passes_over_other_lines(line: str) -> None:
    assert not Line(line).is_byline()


@pytest.mark.parametrize("line", [row[0] for row in BYLINES])
def test_stamp_of_a_byline_reads_like_the_byline(line: str) -> None:
    byline = Line(line).read_byline()

    def answer(text: str | FoundTime) -> object:
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
    assert show_byline(line) == (source, authors, stamp, None)
    whole = parse_timestamp(line, zone="Asia/Shanghai")
    assert whole.value == parse_timestamp(stamp, zone="Asia/Shanghai").value
    assert whole.flags == ()


@given(st.text(max_size=300))
@examples(300)
def test_takes_any_text(text: str) -> None:
    line = Line(text)
    (
        line.read_byline(),
        line.read_credits(),
        line.is_byline(),
        read_authors(text),
        split_authors(text),
    )


# What stands below a headline, a line each | authors | source | updated | published
HEADS: list[tuple[str, list[str], str | None, str | None, str | None]] = [
    ("By Anna Berg in Chengdu\nUpdated: 2020-05-25", ["Anna Berg"], None, "2020-05-25", None),
    ("By Anna Berg in Chengdu | Updated: 2020-05-25", ["Anna Berg"], None, "2020-05-25", None),
    ("作者：王小明 李四\n发布时间：2020-05-25 10:32", ["王小明", "李四"], None, None,
     "2020-05-25 10:32"),
    ("2020-05-25 10:32 来源：新华网 作者：王小明 李四", ["王小明", "李四"], "新华网",
     "2020-05-25 10:32", None),
    ("来源于：新华网 2020-05-25 10:32 文/王小明", ["王小明"], "新华网", "2020-05-25 10:32", None),
    ("作者：约翰·史密斯 2020-05-25", ["约翰·史密斯"], None, "2020-05-25", None),
    ("Von Anna Berg und Karl Lenz (River Post) Updated: 2020-05-25", ["Anna Berg", "Karl Lenz"],
     "River Post", "2020-05-25", None),
    ("Von Anna Berg und Karl Lenz\nAktualisiert am 25. Mai 2020", ["Anna Berg", "Karl Lenz"], None,
     "25. Mai 2020", None),
    ("Par Anne Bois et Luc Morel | Publié le 25 mai 2020", ["Anne Bois", "Luc Morel"], None, None,
     "25 mai 2020"),
    ("Updated: 2020-05-25 | Por Ana Costa", ["Ana Costa"], None, "2020-05-25", None),
    ("Words by Anna Berg\nUpdated: 2020-05-25", ["Anna Berg"], None, "2020-05-25", None),
    ("Text: Anna Berg\nUpdated: 2020-05-25", ["Anna Berg"], None, "2020-05-25", None),
    ("Posted by Anna Berg on May 25, 2020", ["Anna Berg"], None, "May 25, 2020", None),
    ("By J. K. Li\n(river.example) Updated : 2020-05-25", ["J. K. Li"], "river.example",
     "2020-05-25", None),
    ("(river.example) Updated : 2020-05-25\nBy Seán O’Brien", ["Seán O’Brien"], "river.example",
     "2020-05-25", None),
    ("By Anna Berg | Chief Reporter\nUpdated: 2020-05-25", ["Anna Berg"], None, "2020-05-25", None),
    ("By Anna Berg | China Daily\nUpdated: 2020-05-25", ["Anna Berg"], "China Daily", "2020-05-25",
     None),
    ("Source: River Post\nUpdated: 2020-05-25", [], "River Post", "2020-05-25", None),
    ("责任编辑：王明\n2020-05-25 来源：新华社", [], "新华社", "2020-05-25", None),
    ("Edited by Karl Lenz\nUpdated: 2020-05-25", [], None, "2020-05-25", None),
    ("(River Post) Updated: 2020-05-25\nThe lock, von Anna built, is open", [], "River Post",
     "2020-05-25", None),
    ("By Li Sun (River Post) Published: 05/06/2020 Updated: 2 hours ago", ["Li Sun"], "River Post",
     "Updated: 2 hours ago", "05/06/2020"),
]  # fmt: skip
TITLE = "The lock opens for ships again"
PARAGRAPH = "The lock opened on Monday. Forty ships went through it before noon. More wait"


@pytest.mark.parametrize("form", ["text", "HTML"])
@pytest.mark.parametrize(
    ("head", "authors", "source", "updated", "published"), HEADS, ids=[row[0] for row in HEADS]
)
def test_text_pages_and_html_pages_read_bylines_alike(
    form: str,
    head: str,
    authors: list[str],
    source: str | None,
    updated: str | None,
    published: str | None,
) -> None:
    lines = head.split("\n")
    if form == "text":
        text = "\n\n".join(["Home > River", TITLE, *lines, PARAGRAPH])
        fields = read_text_page(text, lambda name: False).fields
    else:
        body = "".join(f"<p>{line}</p>" for line in lines)
        text = "".join(f"<p>{PARAGRAPH}, says {name}.</p>" for name in ("Anna", "Karl", "Li"))
        page = f"<body><article><h1>{TITLE}</h1>{body}{text}</article>"
        fields, _, _ = read_html(f"<meta charset=utf-8><title>{TITLE}</title>{page}")
    wanted = {"author": authors, "source": source, "updated": updated, "published": published}
    shown = show_times(fields)
    assert {name: shown.get(name, []) or None for name in wanted} == {
        **wanted,
        "author": authors or None,
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Anna Berg and Karl Lenz", ["Anna Berg", "Karl Lenz"]),
        ("Anna Berg and Karl Lenz", ["Anna Berg", "Karl Lenz"]),
        ("Anna Berg, Karl Lenz & Li Wen", ["Anna Berg", "Karl Lenz", "Li Wen"]),
        ("Anna Berg | River Post", ["Anna Berg"]),
        ("[Anna Berg, Reuters]", ["Anna Berg", "Reuters"]),
        ("Sammy Davis Jr., Joe S.", ["Sammy Davis Jr", "Joe S."]),
        ("by Anna", ["Anna"]),
        # Without a label it may be an organization.
        ("Kirche und Leben", ["Kirche und Leben"]),
        ("Center for the River", ["Center for the River"]),
        ("AFP/River Post", ["AFP/River Post"]),
        ("作者：赵 培", ["赵 培"]),
        ("Édouard D’Arc", ["Édouard D’Arc"]),
        # Not names.
        ("编辑：王明", []),
        ("https://example.com/anna", []),
        ("anna@example.com", []),
        ("", []),
    ],
)
def test_reads_names_of_an_element(text: str, names: list[str]) -> None:
    assert read_authors(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Anna Berg and Karl Lenz", ["Anna Berg", "Karl Lenz"]),
        ("Anna Berg;Karl Lenz", ["Anna Berg", "Karl Lenz"]),
        ("Anna Berg, ", ["Anna Berg"]),
        ("ANNA BERG AND KARL LENZ", ["ANNA BERG", "KARL LENZ"]),
        ("Dr. Anna Berg / Karl van der Lenz", ["Dr. Anna Berg", "Karl van der Lenz"]),
        ("By Anna Berg in Oslo and Karl Lenz in Rome", ["Anna Berg", "Karl Lenz"]),
        ("Anna Berg, Jr., Karl Lenz and Li Wen", ["Anna Berg, Jr.", "Karl Lenz", "Li Wen"]),
        ("Berg, Anna; Lenz, Karl", ["Berg, Anna", "Lenz, Karl"]),
        ("Von Anna Berg und Karl Lenz", ["Anna Berg", "Karl Lenz"]),
        ("Par Anne Bois et Luc Morel", ["Anne Bois", "Luc Morel"]),
        ("M. de la Cruz y Ana López", ["M. de la Cruz", "Ana López"]),
        ("Por Ana Costa e Rui Melo", ["Ana Costa", "Rui Melo"]),
        ("Anna Visser en Karel Smit", ["Anna Visser", "Karel Smit"]),
        ("Maria Wilk i Jan Lis", ["Maria Wilk", "Jan Lis"]),
        ("Анна Берг и Борис Линд", ["Анна Берг", "Борис Линд"]),
        ("سارة علي، أحمد سالم", ["سارة علي", "أحمد سالم"]),
        ("王小明、李四", ["王小明", "李四"]),
        ("王小明 李四", ["王小明", "李四"]),
        ("作者：王小明 李四", ["王小明", "李四"]),
        ("山川太郎、川本花子", ["山川太郎", "川本花子"]),
        ("김하나, 이두리", ["김하나", "이두리"]),
        # One name, as it is written.
        ("Ministry of Culture and Tourism", ["Ministry of Culture and Tourism"]),
        ("By Ministry of Culture and Tourism", ["Ministry of Culture and Tourism"]),
        ("New Harbor and Old Hill Port Authority", ["New Harbor and Old Hill Port Authority"]),
        ("Ministerium für Kultur und Medien", ["Ministerium für Kultur und Medien"]),
        ("文化部、河边社", ["文化部、河边社"]),
        ("河边社 记者", ["河边社 记者"]),
        ("Berg & Lenz", ["Berg & Lenz"]),
        ("Berg, Anna", ["Berg, Anna"]),
        ("Anna and Karl Berg", ["Anna and Karl Berg"]),
        ("Anna (Ann) Berg", ["Anna (Ann) Berg"]),
        ("Anna Berg | River Post", ["Anna Berg | River Post"]),
        ("“Ann” Berg–Lenz", ["“Ann” Berg–Lenz"]),
        ("Anna Berg, PhD", ["Anna Berg, PhD"]),
        ("Editor: Anna Berg", ["Editor: Anna Berg"]),
        ("Von Miller", ["Von Miller"]),
        ("A" * 300 + ", " + "B" * 300, ["A" * 300 + ", " + "B" * 300]),
        ("By", []),
        (" ; , ", []),
    ],
)
def test_splits_a_field_of_authors_where_it_surely_names_several(
    text: str, names: list[str]
) -> None:
    assert split_authors(text) == names
    assert [name for one in names for name in split_authors(one)] == names


def test_tells_labels_of_authors() -> None:
    assert all(map(is_author_label, ("By", "by ", "Von", "作者：", "Words by", "Text:")))
    assert not any(map(is_author_label, ("", "Updated:", "Source:", "Anna", "By Anna")))


def test_page_is_searched_for_stamps_once_and_none_is_read_again(tmp_path: Path) -> None:
    head = ["Home > River", TITLE, "By Anna Berg", "May 20, 2020 | Updated: 25. Mai 2020 10:32"]
    page = "\n\n".join([*head, "Source: River Post", PARAGRAPH, PARAGRAPH])
    site = make_site(tmp_path, {"sources/a.txt": page})
    readings: list[list[str]] = []
    reread = []

    def trace(frame: FrameType, event: str, arg: object) -> None:
        if event != "call":
            return
        if frame.f_code is read_text_page.__code__:
            readings.append([])
        elif frame.f_code is find_stamps.__code__:
            readings[-1].append(frame.f_locals["text"])
        elif frame.f_code in (read_plain_form.__code__, tidy_text.__code__):
            caller = frame.f_back
            if caller is not None and "/timestamps/" in caller.f_code.co_filename:
                reread.append(frame.f_locals["text"])

    config = load_config(site / "feedpub.toml")
    sys.setprofile(trace)
    try:
        report = build(config, now=NOW)
    finally:
        sys.setprofile(None)
    assert report.problems == () and report.records == 1
    # To identify it, and to publish it.
    assert len(readings) == 2
    for lines in readings:
        assert head[3] in lines
        assert len(lines) == len(set(lines))
    assert reread == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("By Anna Berg | Updated: 25. Mai 2020 10:32", ('read from "25. Mai 2020 10:32"',)),
        ("By Anna Berg | Updated: 05/06/2020", ('from "05/06/2020"', "May 6 or June 5")),
        ("By Anna Berg | Updated: 5 hours ago", ('from "Updated: 5 hours ago"', "is relative")),
    ],
)
def test_found_time_is_a_text_to_where_and_to_explain(
    tmp_path: Path, line: str, told: tuple[str, ...]
) -> None:
    page = "\n\n".join([TITLE, line, PARAGRAPH])
    where = 'where = "contains(updated, \'5\')"\nsection = "River"\n'
    site = make_site(tmp_path, {"sources/a.txt": page}, STANDARD_TOML + where)
    shown = run_cli(site, "explain", "sources").stdout
    assert "passed over" not in shown and "fails" not in shown
    for text in told:
        assert text in shown
