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
    `named` says that it has the name of a month, and `sole` that where it is, no other shape is
    longer.

    `marks` and `bars` are the characters that can and that cannot follow its first digits (four at
    most in a date, two in a time); if both are empty, any can. A time's marks may stand behind a
    space. Shapes that the next character rules out are not tried.
    """

    name: str
    example: str
    pattern: re.Pattern[str]
    marks: str = ""
    bars: str = ""
    bare: bool = False
    half: bool = False
    named: bool = False
    sole: bool = False

    def can_have(self, mark: str) -> bool:
        """Say whether a character can follow the first digits."""
        return mark in self.marks if self.marks else mark not in self.bars


def _row(
    name: str,
    example: str,
    pattern: str,
    *,
    marks: str = "",
    bars: str = "",
    bare: bool = False,
    half: bool = False,
    sole: bool = False,
) -> Shape:
    compiled, named = re.compile(pattern, re.IGNORECASE), "(?P<mon>" in pattern
    return Shape(name, example, compiled, marks, bars, bare, half, named, sole)


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
_NOT_IN_MONTH = '()[]:;|<>"_' + _DIGITS

DATES = (
    _row(
        "year-month-day",
        "2020-05-25",
        rf"{_Y}(?P<sep> ?[-/.] ?){_M}(?P=sep){_D}{_STOP}",
        marks=" -/.",
        sole=True,
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
        bars=_NOT_IN_MONTH,
        sole=True,
    ),
    _row(
        "ngày tháng năm",
        "25 tháng 5 năm 2020",
        rf"(?:ngày )?{_D} th(?:áng|g) {_M},?(?: năm)? {_Y}",
        marks=" nN",
    ),
    _row(
        "day month name yy",
        "02-Nov-05",
        rf"{_D}{_NTH}(?P<sep>[-/. ]|){_MON}\.?(?P=sep)(?P<mark>')?{_YY}",
        bars=_NOT_IN_MONTH + ",",
    ),
    _row(
        "month name day, year",
        "May 25, 2020",
        rf"{_MON}(?:[-/]|\.?,? ?){_D}{_NTH}(?:[-/.]| ?, ?| ){_Y}",
        sole=True,
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
        sole=True,
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


_OTHER = "any other mark"
_DIGITS_AHEAD = re.compile(r"([0-9]{0,4})( ?[-+/.:,]? ?[0-9])?")


def _starts_with(shapes: tuple[Shape, ...], *beginnings: str) -> tuple[Shape, ...]:
    return tuple(
        shape for shape in shapes if re.match("|".join(beginnings), shape.example, re.IGNORECASE)
    )


def _list_by_mark(shapes: tuple[Shape, ...]) -> Mapping[str, tuple[Shape, ...]]:
    """List the shapes by the character behind their first digits."""
    marks = {mark for shape in shapes for mark in shape.marks + shape.bars}
    listed = {mark: tuple(shape for shape in shapes if shape.can_have(mark)) for mark in marks}
    return listed | {_OTHER: tuple(shape for shape in shapes if not shape.marks)}


def _part_by_number(shapes: tuple[Shape, ...]) -> tuple[Mapping[str, tuple[Shape, ...]], ...]:
    """Part the shapes by whether another number follows the first digits, as in the example."""
    parted: tuple[list[Shape], list[Shape]] = [], []
    for shape in shapes:
        ahead = _DIGITS_AHEAD.match(shape.example)
        parted[ahead is not None and ahead[2] is not None].append(shape)
    return tuple({**_list_by_mark(tuple(part)), "": ()} for part in parted)


# The dates that can begin with no digits, with fewer than four, and with four.
_WORD_DATES = _part_by_number(_starts_with(DATES, "[^0-9]", "10000-", "25 tháng"))
_DAY_DATES = _part_by_number(_starts_with(DATES, "[0-9]{1,3}(?![0-9])"))
_YEAR_DATES = _part_by_number(_starts_with(DATES, "[0-9]{4}"))
_DATES_BY_DIGITS = (_WORD_DATES, _DAY_DATES, _DAY_DATES, _DAY_DATES, _YEAR_DATES)


def list_dates_at(text: str, pos: int) -> tuple[Shape, ...]:
    """List the shapes of dates that can begin here."""
    ahead = _DIGITS_AHEAD.match(text, pos)
    assert ahead is not None
    end = ahead.end(1)
    dates = _DATES_BY_DIGITS[end - pos][ahead.end() > end]
    return dates.get(text[end : end + 1], dates[_OTHER])


_END = r"(?![0-9])(?![:.][0-9])"
_UNIT = r"(?: ?(?:Uhr|hrs|uur|h|น\.?)(?![^\W_]))"

# A part of the day ("pm") may stand before and after each; `stamps` takes it.
TIMES = (
    _row(
        "clock",
        "10:32:15",
        r"(?P<h>[0-9]{1,2}) ?: ?(?P<mi>[0-9]{2})"
        rf"(?: ?: ?(?P<s>[0-9]{{2}})(?:[.,][0-9]{{1,9}})?)?{_END}{_UNIT}?",
        marks=":",
        sole=True,
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
    _row("hour am", "10pm", r"(?P<h>[0-9]{1,2})(?![0-9:.])", half=True, bars=":." + _DIGITS),
    _row(
        "dotted",
        "10.32am",
        rf"(?P<h>[0-9]{{1,2}})\.(?P<mi>[0-9]{{2}})(?![0-9])(?!\.[0-9]){_UNIT}?",
        marks=".",
        sole=True,
    ),
    _row(
        "h",
        "10h32",
        r"(?P<h>[0-9]{1,2}) ?h ?(?P<mi>[0-9]{2})(?![0-9])(?: ?m(?:in)?(?![^\W\d_]))?"
        r"(?: ?(?P<s>[0-9]{2}) ?s)?(?![^\W\d_])",
        marks="hH",
    ),
    _row(
        "Uhr",
        "15 Uhr",
        r"(?P<h>[0-9]{1,2}) (?:Uhr|uur)(?: (?P<mi>[0-9]{2})(?![0-9:.]))?",
        marks="uU",
    ),
    _row(
        "时分秒",
        "9时30分",
        r"(?P<h>[0-9]{1,2}) ?(?P<unit>[时時点點시])(?! ?半)"
        r"(?: ?(?P<mi>[0-9]{1,2})(?![0-9]) ?[分분]?(?: ?(?P<s>[0-9]{1,2})(?![0-9])"
        r" ?[秒초])?| ?[整钟鐘])?",
        marks="时時点點시",
    ),
    _row(
        "hundreds",
        "1032 GMT",
        r"(?P<h>[0-9]{2})(?P<mi>[0-9]{2})(?= ?(?:GMT|UTC|Z)\b)",
        marks=_DIGITS,
    ),
    _row("noon", "noon", r"(?:12 |12:00 )?(?P<noon>noon|正午|정오)(?![^\W_])"),
)

*_HOUR_TIMES, NOON = TIMES
CLOCK = TIMES[0]
_TIMES_BY_MARK = _list_by_mark(tuple(_HOUR_TIMES))
# Behind a space, a mark bars nothing.
_TIMES_BY_SPACED_MARK = _list_by_mark(tuple(shape._replace(bars="") for shape in _HOUR_TIMES))
_HOUR_AHEAD = re.compile("[0-9]{0,2}")
NOON_STARTS = ("12", "n", "N", "正", "정")


def list_times_at(text: str, pos: int) -> tuple[Shape, ...]:
    """List the shapes of times that can begin here with an hour."""
    hour = _HOUR_AHEAD.match(text, pos)
    end = pos if hour is None else hour.end()
    if end == pos:
        return ()
    mark, by_mark = text[end : end + 1], _TIMES_BY_MARK
    if mark == " ":
        mark, by_mark = text[end + 1 : end + 2], _TIMES_BY_SPACED_MARK
    return by_mark.get(mark, by_mark[_OTHER])


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
