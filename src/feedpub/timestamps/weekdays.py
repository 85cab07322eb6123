"""Weekdays beside a date: "Monday", "Mon.", "(Mon)", "星期一", "周一", "(月)", "月曜日", "thứ hai"."""

from __future__ import annotations

import re

from feedpub.timestamps.words import WEEKDAYS

_NAME = r"[^\s0-9,.;:|()\[\]/·<>\"-]{2,16}"
_A_WEEKDAY = (
    rf"\((?:星期|周|週)?(?P<brackets>{_NAME}(?:[ -]{_NAME})?|[월화수목금토일월月火水木金土日一二三四五六])\.?\)"
    r"|(?:星期|礼拜|周|週)(?P<cjk>[一二三四五六日天])|(?P<kanji>[月火水木金土日])曜日?"
    rf"|(?P<name>{_NAME}(?:[ -]{_NAME})?)\.?(?![^\W_])"
)
_WEEKDAY = re.compile(_A_WEEKDAY)
_WEEKDAY_BEHIND = re.compile(rf" ?,? ?(?P<weekday>{_A_WEEKDAY})")
_WEEKDAY_TO_DATE = re.compile(
    r" ?[,·|] (?:the |le |den )?| - | ?, ?|(?: (?:the |le |den )?)?(?=\w)", re.I
)
_NAME_GOES_ON = re.compile(r",? ?[A-Z][a-z]")


def take_weekday_before(text: str, pos: int) -> tuple[int | None, bool, int]:
    """Take a weekday before a date, and say whether only a space separates the two."""
    match = _WEEKDAY.match(text, pos)
    if match is None:
        return None, False, pos
    number, end, _ = _read_weekday(match)
    if number is None:
        return None, False, pos
    separator = _WEEKDAY_TO_DATE.match(text, end)
    between = separator[0] if separator else ""
    return number, between.isspace(), end + len(between)


def take_weekday_behind(text: str, pos: int) -> tuple[int | None, int]:
    """Take a weekday after a date, unless it reads as a name."""
    if pos == len(text) or (text[pos] == " " and text[pos + 1 : pos + 2].isdigit()):
        return None, pos
    match = _WEEKDAY_BEHIND.match(text, pos)
    if match is None:
        return None, pos
    number, end, name = _read_weekday(match)
    if number is None:
        return None, pos
    if name:
        short = name.isascii() and len(name) == 2
        # "2020-05-25 Sun Li" is a name, and "di" a word.
        if short or match.start("weekday") == pos or _NAME_GOES_ON.match(text, end):
            return None, pos
    return number, end


def _read_weekday(match: re.Match[str]) -> tuple[int | None, int, str | None]:
    """Read a weekday: its number, its end, and its name where it is not in brackets."""
    name = match["name"]
    if name is None:
        written = match["brackets"] or match["cjk"] or match["kanji"]
        return WEEKDAYS.get(written.lower()), match.end(), None
    if (number := WEEKDAYS.get(name.lower())) is not None:  # "thứ hai", "segunda-feira"
        return number, match.end(), name
    first = re.split("[ -]", name)[0]
    end = match.start("name") + len(first)
    return WEEKDAYS.get(first.lower()), end + match.string.startswith(".", end), first
