"""What pages say beside the stories, and how they write dates: by language, from own tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from feedpub.model import Precision


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a page in one language; `{}` is what the template puts in."""

    language: str
    skip: str
    sections: str
    latest: str
    latest_on: str
    all_stories: str
    more_of: str
    earlier: str
    nothing: str
    gone: str
    updated: str
    subscribe: str
    why: str
    copy: str
    copy_of: str
    copied: str
    filter: str
    matches: str
    no_match: str
    opml: str
    times: str
    table: str


_ENGLISH = Words(
    language="en",
    skip="Skip to the stories",
    sections="Sections",
    latest="Latest",
    latest_on="Last updated:",
    all_stories="All stories",
    more_of="More from {}",
    earlier="Earlier stories",
    nothing="No story stands here yet.",
    gone="The story that you followed a link to has made room for newer ones.",
    updated="Updated",
    subscribe="Subscribe",
    why="A feed brings every new story to the reader app of your choice, without an account: "
    "copy an address and paste it there.",
    copy="Copy address",
    copy_of="Copy address: {}",
    copied="Copied",
    filter="Filter sections",
    matches="{} of {}",
    no_match="No section matches",
    opml="All feeds in one file (OPML)",
    times="Times are those of {}.",
    table="Table",
)
_CHINESE = Words(
    language="zh",
    skip="跳到正文",
    sections="栏目",
    latest="最新",
    latest_on="最近更新：",
    all_stories="全部报道",
    more_of="更多：{}",
    earlier="更早的报道",
    nothing="这里还没有报道。",
    gone="您要找的报道已被更新的报道取代，不在本页。",
    updated="更新于",
    subscribe="订阅",
    why="订阅源把每篇新报道送到您喜欢的阅读器里，无需注册：复制地址，粘贴到阅读器即可。",
    copy="复制地址",
    copy_of="复制地址：{}",
    copied="已复制",
    filter="筛选栏目",
    matches="{} / {}",
    no_match="没有匹配的栏目",
    opml="全部订阅源（OPML 文件）",
    times="时间均为 {} 当地时间。",
    table="表格",
)

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# ISO 15924 scripts and ISO 639 languages that are written from right to left.
_RIGHT_TO_LEFT_SCRIPTS = frozenset("adlm arab aran hebr mand mend nkoo rohg samr syrc thaa".split())
_RIGHT_TO_LEFT = frozenset(
    "ae ar arc arz ckb dv fa glk he iw ji lrc mzn nqo pnb ps sd sdh skr syr ug ur yi".split()
)


def find_words(language: str) -> Words:
    """Find the words for a language tag: Chinese or, for every other, English."""
    return _CHINESE if _primary(language) == "zh" else _ENGLISH


def same_language(one: str, other: str) -> bool:
    """Say whether two language tags are of one language, whatever its region or script."""
    return _primary(one) == _primary(other)


def direction_of(language: str) -> str:
    """Give the direction that a language tag's script is written in: "ltr" or "rtl".

    Source: RFC 5646 section 2.2.3: a script is the subtag of four letters.
    """
    primary, *rest = language.lower().replace("_", "-").split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    if script is not None:
        return "rtl" if script in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary in _RIGHT_TO_LEFT else "ltr"


def write_time(moment: datetime, precision: Precision, language: str) -> str:
    """Write a time as a language does, to the minute; a day alone where no time was given."""
    day = _DATES.get(_primary(language), _write_iso_date)(moment)
    return day if precision == "day" else f"{day}{_gap(language)}{moment:%H:%M}"


def machine_time(moment: datetime, precision: Precision) -> str:
    """Write a time for a `datetime` attribute: a day alone where no time was given."""
    return moment.date().isoformat() if precision == "day" else moment.isoformat()


def _write_english_date(moment: datetime) -> str:
    return f"{_MONTHS[moment.month - 1]} {moment.day}, {moment.year}"


def _write_chinese_date(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"


def _write_iso_date(moment: datetime) -> str:
    return moment.date().isoformat()


_DATES: dict[str, Callable[[datetime], str]] = {
    "en": _write_english_date,
    "zh": _write_chinese_date,
}


def _gap(language: str) -> str:
    return ", " if _primary(language) == "en" else " "


def _primary(language: str) -> str:
    return language.lower().replace("_", "-").partition("-")[0]
