"""The shapes of dates, times, and zones: tables of names, examples, and patterns.

Patterns see text as `tidy_text` leaves it: single spaces, and plain dashes, colons, and digits.
`stamps` combines dates, times, and zones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from feedpub.timestamps.words import ERAS, ZONE_PHRASES


class Shape(NamedTuple):
    """A row of a table.

    A `bare` shape counts only if the rest of the text is a label, because among words its digits
    might be any number. A time of a shape that is `half` counts only with a part of the day.
    `marks` are the characters that can follow its first digits (four at most in a date, two in a
    time); if they are empty, any can. Shapes without that character are not tried.
    """

    name: str
    example: str
    pattern: re.Pattern[str]
    marks: str = ""
    bare: bool = False
    half: bool = False


def _row(
    name: str,
    example: str,
    pattern: str,
    *,
    marks: str = "",
    bare: bool = False,
    half: bool = False,
) -> Shape:
    return Shape(name, example, re.compile(pattern, re.IGNORECASE), marks, bare, half)


# Parts, by what the named group says: y year, yy year of two digits, m month number,
# mon month name, d day, a and b: day and month in an order yet to be decided.
_Y = r"(?P<y>[0-9]{4})(?![0-9])"
_YY = r"(?P<yy>[0-9]{2})(?![0-9])"
_M = r"(?P<m>[0-9]{1,2})"
_D = r"(?P<d>[0-9]{1,2})"
# Some months of the Islamic calendar have names of two words.
_MON = r"(?P<mon>(?:ربيع|ربیع|جماد[ىيی]|ذ[ويی]) \w+|[^\s0-9,/()\[\]:;|<>\"_-]{1,27}[^\s0-9,./()\[\]:;|<>\"_-])"
_STOP = r"(?![0-9])"
_NTH = r"(?:st|nd|rd|th|er|º|\.| ቀን)?"
_DIGITS = "0123456789"
_HAN = "〇零一二三四五六七八九"

DATES = (
    _row(
        "year-month-day",
        "2020-05-25",
        rf"{_Y}(?P<sep> ?[-/.] ?){_M}(?P=sep){_D}{_STOP}",
        marks=" -/.",
    ),
    _row("year month day", "2020 05 25", rf"{_Y} {_M} {_D}{_STOP}", bare=True, marks=" "),
    _row(
        "camera",
        "2020:05:25 10:32:15",
        r"(?P<y>[0-9]{4}):(?P<m>[0-9]{2}):(?P<d>[0-9]{2})(?= [0-9]{2}:)",
        marks=":",
    ),
    _row(
        "colons, year last",
        "25:05:2020 10:32",
        r"(?P<a>[0-9]{2}):(?P<b>[0-9]{2}):(?P<y>[0-9]{4})(?= [0-9]{1,2}:)",
        marks=":",
    ),
    _row(
        "basic",
        "20200525",
        r"(?P<y>(?:19|20|21|22)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
        r"(?:(?P<h>[0-9]{2})(?P<mi>[0-9]{2})(?P<s>[0-9]{2})?)?(?![0-9])",
        bare=True,
        marks=_DIGITS,
    ),
    _row(
        "year-month name-day",
        "2003-Sep-25",
        rf"{_Y}(?P<sep>[-/.]|[.,]? ){_MON}\.?(?:(?P=sep)| ){_D}{_STOP}(?: d\.)?",
        marks=" -/.,",
    ),
    _row("year-day-month name", "2004 10 Apr", rf"{_Y}[.,]? {_D}\.? {_MON}(?![^\W_])", marks=" ,."),
    _row(
        "年月日", "2020年5月25日", rf"{_Y} ?[年년] ?{_M} ?[月월] ?{_D} ?[日号號일]?", marks=" 年년"
    ),
    _row(
        "Han numerals",
        "二〇二〇年五月二十五日",
        rf"(?P<han_y>[{_HAN}]{{4}})年(?P<han_m>[一二三四五六七八九十]{{1,2}})月"
        rf"(?P<han_d>[一二三四五六七八九十]{{1,3}})[日号號]",
        marks=_HAN,
    ),
    _row(
        "era",
        "令和2年5月25日",
        rf"(?P<era>{'|'.join(sorted(ERAS, key=len, reverse=True))}) ?(?P<era_y>元|[0-9]{{1,3}}) ?年"
        rf" ?(?:\((?P<same_y>[0-9]{{4}})年\))? ?{_M} ?月 ?{_D} ?日",
        marks="".join(ERAS),
    ),
    _row(
        "short era",
        "令2.5.25",
        rf"(?P<era>[令平昭]和?)(?P<era_y>元|[0-9]{{1,2}})\.{_M}\.{_D}{_STOP}",
        marks="令平昭",
    ),
    _row("民國年", "109年5月25日", rf"(?P<roc>1?[0-9]{{2}}) ?年 ?{_M} ?月 ?{_D} ?日", marks=" 年"),
    _row("ordinal day", "2020-146", rf"{_Y}-(?P<doy>[0-9]{{3}})(?![0-9-])", bare=True, marks="-"),
    _row(
        "week date",
        "2020-W22-1",
        r"(?P<y>[0-9]{4})-?W(?P<week>[0-9]{2})-?(?P<wd>[1-7])(?![0-9])",
        bare=True,
        marks="-Ww",
    ),
    _row(
        "day month name year",
        "25 May 2020",
        rf"{_D}{_NTH}(?:[-/.]| ?,? ?| of | de | del ){_MON}(?:[-/.,]| ?\.?,? ?| of | de"
        rf" | del |, |\.? พ\.ศ\. ?){_Y}",
    ),
    _row(
        "ngày tháng năm", "25 tháng 5 năm 2020", rf"(?:ngày )?{_D} th(?:áng|g) {_M},?(?: năm)? {_Y}"
    ),
    _row(
        "day month name yy",
        "02-Nov-05",
        rf"{_D}{_NTH}(?P<sep>[-/. ]|){_MON}\.?(?P=sep)(?P<mark>')?{_YY}",
    ),
    _row(
        "month name day, year",
        "May 25, 2020",
        rf"{_MON}(?:[-/]|\.?,? ?){_D}{_NTH}(?:[-/.]| ?, ?| ){_Y}",
    ),
    _row("month name day, yy", "July 10, '96", rf"{_MON}\.? {_D}{_NTH},? (?P<mark>')?{_YY}"),
    _row(
        "asctime",
        "May 25 10:32:15 2020",
        rf"{_MON} {_D} (?P<h>[0-9]{{1,2}}):(?P<mi>[0-9]{{2}})(?::(?P<s>[0-9]{{2}}))?"
        rf" (?P<zone>(?:[A-Z]{{1,5}}|(?:GMT|UTC)?[-+][0-9]{{2}}:?[0-9]{{2}}) )?{_Y}",
    ),
    _row(
        "numbers, year last",
        "25/05/2020",
        rf"(?P<a>[0-9]{{1,2}})(?P<sep> ?[-/.] ?)(?P<b>[0-9]{{1,2}})(?P=sep){_Y}",
        marks=" -/.",
    ),
    _row(
        "numbers with spaces",
        "25 05 2020",
        rf"(?P<a>[0-9]{{1,2}}) (?P<b>[0-9]{{1,2}}) {_Y}",
        bare=True,
        marks=" ",
    ),
    _row(
        "numbers, two each",
        "25/05/99",
        r"(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<b>[0-9]{1,2})(?P=sep)(?P<c>[0-9]{2})"
        r"(?![0-9])",
        marks="-/.",
    ),
    _row(
        "five digits of year",
        "10000-01-01",
        r"[-+]?(?P<big>[0-9]{5,9})-[0-9]{1,2}-[0-9]{1,2}(?![0-9])",
        marks="+-" + _DIGITS,
    ),
)


def _starts_with(shapes: tuple[Shape, ...], *beginnings: str) -> tuple[Shape, ...]:
    return tuple(
        shape for shape in shapes if re.match("|".join(beginnings), shape.example, re.IGNORECASE)
    )


def _list_by_mark(shapes: tuple[Shape, ...]) -> Mapping[str, tuple[Shape, ...]]:
    every = set("".join(shape.marks for shape in shapes))
    anywhere = {"": tuple(shape for shape in shapes if not shape.marks)}
    return anywhere | {
        mark: tuple(shape for shape in shapes if not shape.marks or mark in shape.marks)
        for mark in every
    }


# The dates that can begin with four digits, with fewer, and with anything else.
_YEAR_DATES = _list_by_mark(_starts_with(DATES, "[0-9]{4}"))
_DAY_DATES = _list_by_mark(_starts_with(DATES, "[0-9]{1,3}(?![0-9])"))
_WORD_DATES = _list_by_mark(_starts_with(DATES, "[^0-9]", "10000-", "25 tháng"))
_FIRST_DIGITS = re.compile("[0-9]{0,4}")


def list_dates_at(text: str, pos: int) -> tuple[Shape, ...]:
    """List the shapes of dates that can begin here."""
    number = _FIRST_DIGITS.match(text, pos)
    end = pos if number is None else number.end()
    dates = _YEAR_DATES if end - pos == 4 else _DAY_DATES if end > pos else _WORD_DATES
    mark = text[end : end + 1]
    return dates.get(mark) or dates[""]


_END = r"(?![0-9])(?![:.][0-9])"
_UNIT = r"(?: ?(?:Uhr|hrs|uur|h|น\.?)(?![^\W_]))"

# A part of the day ("pm") may stand before and after each; `stamps` takes it.
TIMES = (
    _row(
        "clock",
        "10:32:15",
        r"(?P<h>[0-9]{1,2}) ?: ?(?P<mi>[0-9]{2})"
        rf"(?: ?: ?(?P<s>[0-9]{{2}})(?:[.,][0-9]{{1,9}})?)?{_END}{_UNIT}?",
        marks=" :",
    ),
    _row(
        "clock of single digits",
        "8:1:9",
        rf"(?P<h>[0-9]{{1,2}}):(?P<mi>[0-9]):(?P<s>[0-9]{{1,2}})(?:\.[0-9]{{1,9}})?{_END}",
        marks=":",
    ),
    _row(
        "clock of single digits, pm",
        "4:8 PM",
        rf"(?P<h>[0-9]{{1,2}}):(?P<mi>[0-9]){_END}",
        half=True,
        marks=":",
    ),
    _row("hour am", "10pm", r"(?P<h>[0-9]{1,2})(?![0-9:.])", half=True),
    _row(
        "dotted",
        "10.32am",
        rf"(?P<h>[0-9]{{1,2}})\.(?P<mi>[0-9]{{2}})(?![0-9])(?!\.[0-9]){_UNIT}?",
        marks=".",
    ),
    _row(
        "h",
        "10h32",
        r"(?P<h>[0-9]{1,2}) ?h ?(?P<mi>[0-9]{2})(?![0-9])(?: ?m(?:in)?(?![^\W\d_]))?"
        r"(?: ?(?P<s>[0-9]{2}) ?s)?(?![^\W\d_])",
        marks=" hH",
    ),
    _row(
        "Uhr",
        "15 Uhr",
        r"(?P<h>[0-9]{1,2}) (?:Uhr|uur)(?: (?P<mi>[0-9]{2})(?![0-9:.]))?",
        marks=" ",
    ),
    _row(
        "时分秒",
        "9时30分",
        r"(?P<h>[0-9]{1,2}) ?(?P<unit>[时時点點시])(?! ?半)"
        r"(?: ?(?P<mi>[0-9]{1,2})(?![0-9]) ?[分분]?(?: ?(?P<s>[0-9]{1,2})(?![0-9])"
        r" ?[秒초])?| ?[整钟鐘])?",
        marks=" 时時点點시",
    ),
    _row(
        "hundreds",
        "1032 GMT",
        r"(?P<h>[0-9]{2})(?P<mi>[0-9]{2})(?= ?(?:GMT|UTC|Z)\b)",
        marks=_DIGITS,
    ),
    _row("noon", "noon", r"(?:12 |12:00 )?(?P<noon>noon|正午|정오)(?![^\W_])"),
)

_TIMES_BY_MARK = _list_by_mark(TIMES)
_FIRST_HOUR = re.compile("[0-9]{0,2}")


def list_times_at(text: str, pos: int) -> tuple[Shape, ...]:
    """List the shapes of times that can begin here."""
    hour = _FIRST_HOUR.match(text, pos)
    end = pos if hour is None else hour.end()
    return _TIMES_BY_MARK.get(text[end : end + 1]) or _TIMES_BY_MARK[""]


# After a "T", ISO 8601 allows more: times without colons, and an hour alone.
ISO_TIMES = (
    _row(
        "clock",
        "T10:32:15",
        r"(?P<h>[0-9]{1,2}):(?P<mi>[0-9]{1,2})"
        r"(?::(?P<s>[0-9]{2}|[0-9](?![-+]))(?:[.,][0-9]+|:[0-9]{3})?)?(?![0-9:])",
    ),
    _row(
        "basic clock",
        "T103215",
        r"(?P<h>[0-9]{2})(?P<mi>[0-9]{2})(?:(?P<s>[0-9]{2})(?:[.,][0-9]+)?)?(?![0-9:])",
    ),
    _row("hour", "T10", r"(?P<h>[0-9]{2})(?![0-9:.,])"),
)

REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe",
    "Indian", "Pacific",
)  # fmt: skip
IANA_NAME = rf"(?:{'|'.join(REGIONS)})(?:/[A-Za-z_]+(?:-[A-Za-z_]+)*){{1,2}}"
_PHRASES = "|".join(sorted(map(re.escape, ZONE_PHRASES), key=len, reverse=True))

ZONES = (
    _row(
        "UTC and hours",
        "GMT+8",
        r"(?:UTC|GMT) ?(?P<sign>[-+]) ?(?P<oh>[0-9]{1,2})"
        r"(?::?(?P<om>[0-9]{2}))?(?![0-9:])",
    ),
    _row(
        "offset",
        "+08:00",
        r"(?P<sign>[-+])(?:(?P<oh>[0-9]{2})(?::?(?P<om>[0-9]{2})(?::"
        r"(?P<os>[0-9]{2}))?)?|(?P<oh1>[0-9])(?::(?P<om1>[0-9]{2}))?)(?![0-9:])(?!\.[0-9])",
    ),
    _row(
        "zone name",
        "America/Los_Angeles",
        rf"(?P<iana>Etc/(?:UTC|GMT)(?![-+0-9])|{IANA_NAME})(?![\w/])",
    ),
    _row("phrase", "Beijing time", rf"(?P<phrase>{_PHRASES})(?![A-Za-z])"),
    _row("letters", "CST", r"(?P<letters>[A-Z]{1,12})(?![\w.@])(?!-\w)"),
)
