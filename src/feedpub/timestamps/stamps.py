"""Stamps: dates in a text, each with the time, weekday, and zones right next to it.

    [weekday] date [weekday] [time [zone]] [weekday]
    [weekday] time [zone] [weekday] date [weekday] [zone]

Nothing is decided here: a stamp has its parts as written, so the day and month of "05/06/2020"
are undecided. Texts are as `tidy_text` leaves them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from feedpub.text import CJK
from feedpub.timestamps.day_parts import find_day_part, is_glued_behind
from feedpub.timestamps.found import Stamp, ZoneMark
from feedpub.timestamps.shapes import (
    CLOCK,
    IANA_NAME,
    ISO_TIMES,
    NOON,
    NOON_STARTS,
    REGIONS,
    TIMES,
    Shape,
    list_dates_at,
    list_times_at,
)
from feedpub.timestamps.weekdays import take_weekday_before, take_weekday_behind
from feedpub.timestamps.words import (
    ERAS,
    FOREIGN_MONTHS,
    MONTHS,
    PARTS_OF_DAY,
    RFC822_MONTHS,
    UTC_LETTERS,
    WEEKDAYS,
    ZONE_LETTERS,
    ZONE_PHRASES,
)
from feedpub.timestamps.written_zones import Parts, find_zone, find_zones

# What may stand between a date and its time, and between a time and its date.
_DATE_TO_TIME = re.compile(
    r" (?=[0-9])|(?: ?(?:AD|CE)\b)?(?: ?(?:г|р)\b\.?)?(?: ?(?:[,|·/]|--?) (?:- )?(?:at |um |à |@ |ساعت |الساعة |เวลา )?| ?, ?"
    r"| ?\| ?|\. | ?,? ?(?:posted at|at|@|um|à|às|a las|kl\.?|klo|ساعت|الساعة|เวลา|alle ore|alle|ore|om|в|о|u) | )"
    r"(?:(?:time|uhrzeit|heure|hora|时间|時間|시간) ?: ?|updated (?=[0-9]))?",
    re.IGNORECASE,
)
# What nearly all texts have there: one pattern, in place of one after the other.
_CLOCK_BEHIND = re.compile(f",? {CLOCK.pattern.pattern}", re.IGNORECASE)
_COMMON_ERA = re.compile(r" ?(?:م|ميلادية?)(?![^\W_])")
_DATE_FOLLOWS = re.compile(r" ?,? ?(?:on )?[0-9]")
_TIME_TO_DATE = re.compile(
    r"(?: ?[,|·]| -)? (?:on |on the |of |del |am |vom |le |the )?| ?, ?| ?\| ?", re.IGNORECASE
)
# The colon is that of web servers' logs.
_DATE_TO_ISO_TIME = re.compile(
    r" ?[Tt] ?(?=[0-9])|_(?=[0-9]{2}:)|(?<=/[0-9]{4}):(?=[0-9]{2}:[0-9]{2}:[0-9]{2} )"
)
_SPACED_DIGITS = re.compile(r" (?P<h>[0-9]{2})(?P<mi>[0-9]{2})(?P<s>[0-9]{2})?(?![0-9])")
_CJK_DAY_END = re.compile(rf"(?<=[日号號일)一二三四五六])|(?=[{CJK}])")

_CJK = re.compile(f"[{CJK}]")
_COMMENT = re.compile(r" ?\([^()0-9]*\)")
_NAMED = MONTHS.keys() | FOREIGN_MONTHS.keys()
_LABEL_ENDS = frozenset([
    "updated", "modified", "revised", "published", "posted", "released", "issued", "on",
    "at",
])  # fmt: skip

_PHRASES = "|".join(sorted(map(re.escape, ZONE_PHRASES), key=len, reverse=True))
_CJK_PHRASES = "|".join(phrase for phrase in ZONE_PHRASES if re.match(f"[{CJK}]", phrase))
_LEADING_ZONE = re.compile(
    rf"(?P<zone>{_PHRASES}|{IANA_NAME}|(?:UTC|GMT)(?: ?[-+][0-9]{{1,2}}(?::?[0-9]{{2}})?)?(?![0-9:]))"
    r" ?[)\]]? ?[:,|-]? ?(?=\w)",
    re.IGNORECASE,
)

_CJK_PARTS_OF_DAY = "|".join(
    sorted((name for name in PARTS_OF_DAY if re.match(f"[{CJK}]", name)), key=len, reverse=True)
)
# Each alternative begins with a set of characters, which Python can test fast.
_WORD_CHAR = rf"[^\s\d_,.;:|()\[\]/<>\"+{CJK}-]"
_START = re.compile(
    r"[0-9](?<![0-9][0-9])[0-9]*|[+-](?=[0-9]{5,9}-)|\((?=[^\W\d_])"
    rf"|(?P<word>{_WORD_CHAR}(?<![^\W_].){_WORD_CHAR}+)"
    rf"|(?=[{CJK}〇])(?:[〇零一二三四五六七八九]{{4}}年|{'|'.join(ERAS)}|{_CJK_PARTS_OF_DAY}"
    rf"|{_CJK_PHRASES}|星期|礼拜|周|週|[月火水木金土日]曜)"
)


# Where a stamp may begin with a word. Any other is passed over without trying the tables.
def _list_first_words(*tables: Iterable[str]) -> frozenset[str]:
    return frozenset(re.split("[ .-]", name.lower())[0] for names in tables for name in names)


_FIRST_OF_ZONES = _list_first_words(ZONE_PHRASES, REGIONS, ["utc", "gmt"])
_FIRST_OF_DATES = _list_first_words(MONTHS, FOREIGN_MONTHS, ["ngày"])
_FIRST_OF_WEEKDAYS = _list_first_words(WEEKDAYS)
_FIRST_OF_TIMES = _list_first_words(PARTS_OF_DAY, ["noon"])
_FIRST_WORDS = _FIRST_OF_ZONES | _FIRST_OF_DATES | _FIRST_OF_WEEKDAYS | _FIRST_OF_TIMES


class _Beginning(NamedTuple):
    """What can begin at a place of a text."""

    zone: bool
    date: bool
    weekday: bool
    time: bool


_ANYTHING = _Beginning(zone=True, date=True, weekday=True, time=True)
_BY_SIGN = {
    **dict.fromkeys("0123456789+-", _Beginning(zone=False, date=True, weekday=False, time=True)),
    "(": _Beginning(zone=False, date=False, weekday=True, time=False),
}


@cache  # of the first words alone
def _list_beginnings(word: str) -> _Beginning:
    """Say what can begin with a word."""
    return _Beginning(
        zone=word.startswith(tuple(_FIRST_OF_ZONES)),
        date=word in _FIRST_OF_DATES,
        weekday=word in _FIRST_OF_WEEKDAYS,
        time=word in _FIRST_OF_TIMES,
    )


# What every date has: "10:32:15" and "May 2020" do not. Between the numbers of one stands no more
# than the name of a month.
_DATE_SIGN = re.compile(r"[0-9年](?:(?<=年)|[0-9]{4}|[^0-9:]{1,60}[0-9])")
# What a text has before it is tidy, if a date is in it: two numbers, or a long one. A reference to a
# digit has a number in it, unless it is hexadecimal.
_MAY_BE_SIGN = re.compile(
    r"[\d年#;](?<!\d\d)(?:(?<=年)|(?<=[#;])[xX]|(?<=\d)\d*+(?:(?<=\d{5})|\D++\d))"
)
_RFC822 = re.compile(
    r"(?:[A-Z]{3,9},? ?)?[0-9]{1,2} (?P<month>[A-Z]{3,4}) (?:[0-9]{2}|[0-9]{4})"
    r" [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: [A-Z]{1,4}| ?[-+][0-9]{4}.*)",
    re.IGNORECASE,
)


def drop_comments(text: str) -> str:
    """Drop the comments of an RFC 822 date-time, and leave any other text as it is."""
    bare = text
    for _ in range(5):
        bare = _COMMENT.sub(_keep_zone_comment, bare)
    bare = " ".join(bare.split()).replace(" ,", ",")
    return bare if _RFC822.fullmatch(bare) else text


def _keep_zone_comment(comment: re.Match[str]) -> str:
    letters = comment[0].strip(" ()").upper()
    return comment[0] if letters in ZONE_LETTERS or letters in UTC_LETTERS else " "


def may_have_stamps(text: str) -> bool:
    """Say whether a text may have stamps once it is tidy; most texts have none, and need not be."""
    return _MAY_BE_SIGN.search(text) is not None


def find_stamps(text: str, letters: frozenset[str] = frozenset()) -> list[Stamp]:
    """Find the stamps of a tidy text, from left to right and without overlaps.

    Args:
        letters: Additional zone letters that can follow a stamp, in upper case.
    """
    found: list[Stamp] = []
    pos = 0
    sign = _DATE_SIGN.search(text)
    while sign and pos < len(text) and (match := _START.search(text, pos)):
        start, pos = match.span()
        if sign.start() < start:
            sign = _DATE_SIGN.search(text, start)
            if sign is None:
                break
        if word := match["word"]:
            word = word.lower()
            if word not in _FIRST_WORDS:
                continue
            beginning = _list_beginnings(word)
        else:
            beginning = _BY_SIGN.get(text[start], _ANYTHING)
        stamp = _stamp_at(text, start, beginning, letters)
        if stamp is not None and _stands_free(text, stamp.start, stamp.end):
            found.append(stamp)
            pos = stamp.end
    return found


def _stamp_at(
    text: str, start: int, beginning: _Beginning, letters: frozenset[str]
) -> Stamp | None:
    lead, pos = _zone_before(text, start) if beginning.zone else ((), start)
    if lead:
        beginning = _ANYTHING
    weekday, glued = None, False
    dated = _date_at(text, pos) if beginning.date else None  # first: "mar" is March and mardi
    if dated is None and beginning.weekday:
        weekday, glued, pos = take_weekday_before(text, pos)
        if weekday is not None:
            dated = _date_at(text, pos)
    t_marked = False
    begin = pos
    if dated is not None:
        shape, date, pos = dated
        behind, pos = take_weekday_behind(text, pos)
        time, t_marked, pos = _time_behind(text, pos, shape, date)
        if time is None and not text.isascii() and (era := _COMMON_ERA.match(text, pos)):
            time, t_marked, pos = _time_behind(text, era.end(), shape, date)
        zones: tuple[ZoneMark, ...] = ()
        if pos < len(text):
            yaml = shape.name == "year-month-day" and "s" in (time or {})  # it writes " -5"
            zones, pos = find_zones(
                text, pos, letters, timed=time is not None, time=time, yaml=yaml
            )
            if time is not None and behind is None:
                behind, pos = take_weekday_behind(text, pos)
    else:
        timed = _time_at(text, pos, TIMES) if beginning.time or weekday is not None else None
        if timed is None:
            return None
        time, pos = timed
        if not _DATE_SIGN.search(text, pos):
            return None
        zones, pos = find_zones(text, pos, letters, timed=True, time=time)
        between = _TIME_TO_DATE.match(text, pos)
        between_weekday, _, pos = take_weekday_before(text, between.end() if between else pos)
        dated = _date_at(text, pos)
        if dated is None or "h" in dated[0].pattern.groupindex:
            return None
        begin = pos
        shape, date, pos = dated
        behind, pos = take_weekday_behind(text, pos)
        late_zones, pos = find_zones(text, pos, letters, timed=False)
        zones, behind = zones + late_zones, between_weekday or behind
    if written := date.get("zone"):
        zones = find_zones(written, 0, letters, timed=True)[0] + zones
    zones = lead + zones
    whole = text[start:pos].strip()
    # It decides what two digits of a year and letters of a zone mean.
    doubted = "mon" in date and time is not None and (zones or "yy" in date)
    rfc822 = _RFC822.fullmatch(whole) if doubted else None
    return Stamp(
        start=start, end=pos, text=whole, shape=shape.name, bare=shape.bare,
        date=date, date_start=begin,
        time=time,
        zones=zones, weekday=weekday or behind,
        weekday_glued=glued and behind is None and _is_name_before(text, start),
        rfc822=rfc822 is not None and rfc822["month"].lower() in RFC822_MONTHS | {"sept"},
        ranging=bool(zones) and not t_marked and _is_ranging(time, zones),
    )  # fmt: skip


def _take_parts(match: re.Match[str]) -> Parts:
    parts = match.groupdict()
    if None in parts.values():
        return {name: part for name, part in parts.items() if part is not None}
    return parts


def _is_name_before(text: str, start: int) -> bool:
    words = text[:start].rsplit(maxsplit=1)
    last = words[-1] if words and text[start - 1] == " " else ""
    return last.isalpha() and last[0].isupper() and last.lower() not in _LABEL_ENDS


def _is_ranging(time: Parts | None, zones: tuple[ZoneMark, ...]) -> bool:
    """Say whether an offset might be the end of a span, as in "10:00-12:00"."""
    if not zones[0].text.startswith("-"):
        return False
    if time is None:
        return True  # "2020-05-25-10:32"
    clock = int(time.get("h", 0)) * 3600 + int(time.get("mi", 0)) * 60
    return "s" not in time and -(zones[0].seconds or 0) > clock


def _date_at(text: str, pos: int) -> tuple[Shape, Parts, int] | None:
    """Take the longest date here. A name in it must be a month."""
    best: tuple[Shape, re.Match[str], int] | None = None
    for shape in list_dates_at(text, pos):
        match = shape.pattern.match(text, pos)
        if match is None or (best is not None and match.end() <= best[2]):
            continue
        if shape.named and match["mon"].lower().rstrip(".") not in _NAMED:
            continue
        best = shape, match, match.end()
        if shape.sole or best[2] == len(text):
            break  # no other can be longer
    if best is None:
        return None
    shape, match, end = best
    return shape, _take_parts(match), end


def _time_at(text: str, pos: int, shapes: tuple[Shape, ...]) -> tuple[Parts, int] | None:
    """Take the longest time here, with the parts of the day before and after it."""
    best: tuple[Parts, int] | None = None
    plain = shapes is TIMES
    lead = (
        find_day_part(text, pos, ahead=True)
        if plain and not text[pos : pos + 1].isdigit()
        else None
    )
    start = pos
    if lead is not None:
        start = lead.end + (text[lead.end : lead.end + 1] == " ")
    for shape in list_times_at(text, start) if plain else shapes:
        match = shape.pattern.match(text, start)
        if match is None:
            continue
        parts, end = _take_parts(match), match.end()
        if plain:
            end = _take_trail(text, end, parts)
        if lead is not None:
            parts["lead"] = _write_hours(lead.hours)
        if shape.half and lead is None and "trail" not in parts:
            continue
        if best is None or end > best[1]:
            best = parts, end
            if shape.sole or end == len(text):
                break
    if plain and text.startswith(NOON_STARTS, pos):
        noon = NOON.pattern.match(text, pos)
        if noon and (best is None or noon.end() > best[1]):
            best = _take_parts(noon), noon.end()
    return best


def _take_trail(text: str, end: int, parts: Parts) -> int:
    """Take the part of the day after a time into its parts, and give the end of both."""
    if end == len(text):
        return end
    trail = find_day_part(text, end + (text[end] == " "))
    if trail is None:
        return end
    parts["trail"] = _write_hours(trail.hours)
    return trail.end


@cache
def _write_hours(hours: frozenset[int]) -> str:
    return " ".join(map(str, sorted(hours)))


def _time_behind(text: str, pos: int, shape: Shape, date: Parts) -> tuple[Parts | None, bool, int]:
    """Take the time after a date, and say whether a "T" marks it as ISO 8601."""
    if "h" in date:
        return {name: date[name] for name in ("h", "mi", "s") if name in date}, False, pos
    if pos == len(text):
        return None, False, pos
    if (clock := _CLOCK_BEHIND.match(text, pos)) and clock["h"] != "12":  # "12:00 noon"
        parts = _take_parts(clock)
        return parts, False, _take_trail(text, clock.end(), parts)
    # Only these begin it.
    iso = text[pos] in "Tt_:" or text.startswith((" T", " t"), pos)
    if (
        iso
        and (between := _DATE_TO_ISO_TIME.match(text, pos))
        and (timed := _time_at(text, between.end(), ISO_TIMES))
    ):
        return timed[0], text[pos] != ":", timed[1]
    for separator in (_DATE_TO_TIME, _CJK_DAY_END):
        between = separator.match(text, pos)
        timed = _time_at(text, between.end(), TIMES) if between else None
        if between is None or timed is None:
            continue
        if "updated" in between[0].lower() and _DATE_FOLLOWS.match(text, timed[1]):
            continue  # "9 May 2020 Updated 22:38, 9 May 2020"
        return timed[0], False, timed[1]
    if shape.name == "basic" and (digits := _SPACED_DIGITS.match(text, pos)):
        return _take_parts(digits), False, digits.end()
    return None, False, pos


def _zone_before(text: str, pos: int) -> tuple[tuple[ZoneMark, ...], int]:
    """Take a zone in words, or UTC, before a date or time ("北京时间2020年…")."""
    match = _LEADING_ZONE.match(text, pos)
    if match is None:
        return (), pos
    mark, end = find_zone(text, pos, frozenset(), timed=True)
    if mark is None or end != match.end("zone"):
        return (), pos
    return (mark,), match.end()


def _stands_free(text: str, start: int, end: int) -> bool:
    """Say whether a stamp is not a part of a longer word, number, or path."""
    before, behind = text[start - 1 : start], text[end : end + 2]
    if before:
        if before.isalnum() and not _CJK.match(before):
            return False
        if before in "-/._+#$€£@~%&<\\^*":
            return False
        if before in ":," and text[start - 2 : start - 1].isdigit():
            return False
    if not behind:
        return True
    first, second = behind[0], behind[1:]
    if first.isalnum():
        return _CJK.match(first) is not None or is_glued_behind(text, end)
    if first in "-/_+~%°\\^*&#=@$€£?":
        return False
    return not (first in ".:'," and second.isalnum() and second.isascii())
