"""Stamps: dates in a text, each with the time, weekday, and zones right next to it.

    [weekday] date [weekday] [time [zone]] [weekday]
    [weekday] time [zone] [weekday] date [weekday] [zone]

Nothing is decided here: a stamp has its parts as written, so the day and month of "05/06/2020"
are undecided. Texts are as `tidy_text` leaves them.
"""

from __future__ import annotations

import re

from feedpub.text import AGENCY_LETTERS, CJK
from feedpub.timestamps.found import Stamp, ZoneMark
from feedpub.timestamps.shapes import DATES, ISO_TIMES, TIMES, ZONES, Shape
from feedpub.timestamps.words import (
    ERAS,
    MERIDIEM_CJK,
    MONTHS,
    RFC822_MONTHS,
    UTC_LETTERS,
    WEEKDAYS,
    WORDLIKE_ZONES,
    ZONE_LETTERS,
    ZONE_PHRASES,
)

# Weekdays: "Monday", "Mon.", "(Mon)", "星期一", "周一", "(月)", "月曜日".
_WEEKDAY = re.compile(
    r"\((?:星期|周|週)?(?P<brackets>[^\W\d_]{3,9}|[月火水木金土日一二三四五六])\.?\)"
    r"|(?:星期|礼拜|周|週)(?P<cjk>[一二三四五六日天])|(?P<kanji>[月火水木金土日])曜日?"
    r"|(?P<name>[^\W\d_]{2,12}(?:-feira)?)\.?(?![^\W_])"
)
_WEEKDAY_TO_DATE = re.compile(
    r" ?[,·|] (?:the |le |den )?| - | ?, ?|(?: (?:the |le |den )?)?(?=\w)", re.I
)
_DATE_TO_WEEKDAY = re.compile(r" ?,? ?")
_NAME_GOES_ON = re.compile(r",? ?[A-Z][a-z]")

# What may stand between a date and its time, and between a time and its date.
_DATE_TO_TIME = re.compile(
    r"(?: ?(?:AD|CE)\b)?(?: ?(?:[,|·/]|--?) (?:- )?(?:at |um |à |@ )?| ?, ?| ?\| ?|\. "
    r"| ?,? ?(?:at|@|um|à|às|a las|kl\.?|alle ore|ore|om) | )",
    re.IGNORECASE,
)
_TIME_TO_DATE = re.compile(
    r"(?: ?[,|·]| -)? (?:on |on the |of |del |am |vom |le |the )?| ?, ?| ?\| ?", re.IGNORECASE
)
_T = re.compile(r" ?T ?(?=[0-9])|_(?=[0-9]{2}:)", re.IGNORECASE)
_LOG_COLON = re.compile(r"(?<=/[0-9]{4}):(?=[0-9]{2}:[0-9]{2}:[0-9]{2} )")  # web servers' logs
_SPACED_DIGITS = re.compile(r" (?P<h>[0-9]{2})(?P<mi>[0-9]{2})(?P<s>[0-9]{2})?(?![0-9])")
_CJK_DAY_END = re.compile(rf"(?<=[日号號일)一二三四五六])|(?={MERIDIEM_CJK})")

_CJK = re.compile(f"[{CJK}]")
_OPENING = re.compile(r" ?[(\[]? ?")
_CLOSING = re.compile(r" ?[)\]]")
_COMMENT = re.compile(r" ?\([^()0-9]*\)")
_ELSEWHERE = re.compile(r" \((?P<h>[0-9]{2})(?P<mi>[0-9]{2}) (?P<letters>[A-Z]{3,4})\)")
_GO_MONOTONIC = re.compile(r" m=[-+][0-9.]+$")
_CAPITALIZED = re.compile(r" [A-Z][a-z]")
_LABEL_ENDS = frozenset([
    "updated", "modified", "revised", "published", "posted", "released", "issued", "on",
    "at",
])  # fmt: skip

_PHRASES = "|".join(sorted(map(re.escape, ZONE_PHRASES), key=len, reverse=True))
_CJK_PHRASES = "|".join(phrase for phrase in ZONE_PHRASES if not phrase.isascii())
_LEADING_ZONE = re.compile(
    rf"(?P<zone>{_PHRASES}|(?:UTC|GMT)(?: ?[-+][0-9]{{1,2}}(?::?[0-9]{{2}})?)?(?![0-9:]))"
    r" ?[:,|]? ?(?=\w)",
    re.IGNORECASE,
)

# Where a stamp may begin. Anything else is passed over without trying the tables.
_FIRST_WORDS = (
    MONTHS.keys() | {name.partition("-")[0] for name in WEEKDAYS} | {"am", "pm", "noon", "utc", "gmt"}
    | {phrase.split()[0] for phrase in ZONE_PHRASES}
)  # fmt: skip
_START = re.compile(
    r"(?<![0-9])[0-9]|[+-](?=[0-9]{5,9}-)|\((?=[^\W\d_])"
    rf"|(?P<word>(?<![^\W_])[^\W\d_{CJK}]{{2,}})"
    rf"|[〇零一二三四五六七八九]{{4}}年|{'|'.join(ERAS)}|{MERIDIEM_CJK}|{_CJK_PHRASES}"
    r"|星期|礼拜|周|週|[月火水木金土日]曜"
)
_RFC822 = re.compile(
    r"(?:[A-Z]{3,9},? ?)?[0-9]{1,2} (?P<month>[A-Z]{3,4}) (?:[0-9]{2}|[0-9]{4})"
    r" [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: [A-Z]{1,4}| ?[-+][0-9]{4}.*)",
    re.IGNORECASE,
)


def drop_comments(text: str) -> str:
    """Drop the comments of an RFC 822 date-time, and leave any other text as it is."""
    if "(" not in text:
        return text
    bare = text
    for _ in range(5):
        bare = _COMMENT.sub(_keep_zone_comment, bare)
    bare = " ".join(bare.split()).replace(" ,", ",")
    return bare if _RFC822.fullmatch(bare) else text


def _keep_zone_comment(comment: re.Match[str]) -> str:
    letters = comment[0].strip(" ()").upper()
    return comment[0] if letters in ZONE_LETTERS or letters in UTC_LETTERS else " "


def find_stamps(text: str, letters: frozenset[str] = frozenset()) -> list[Stamp]:
    """Find the stamps of a tidy text, from left to right and without overlaps.

    Args:
        letters: Additional zone letters that can follow a stamp, in upper case.
    """
    found: list[Stamp] = []
    end = 0
    for start in _START.finditer(text):
        if start.start() < end or (start["word"] and start["word"].lower() not in _FIRST_WORDS):
            continue
        stamp = _stamp_at(text, start.start(), letters)
        if stamp is not None and _stands_free(text, stamp.start, stamp.end):
            found.append(stamp)
            end = stamp.end
    return found


def _stamp_at(text: str, start: int, letters: frozenset[str]) -> Stamp | None:
    lead, pos = _zone_before(text, start)
    weekday, glued = None, False
    dated = _date_at(text, pos)  # first, for "mar" is March and mardi
    if dated is None:
        weekday, glued, pos = _weekday_before(text, pos)
        dated = _date_at(text, pos)
    t_marked = False
    if dated is not None:
        shape, date, pos = dated
        behind, pos = _weekday_behind(text, pos)
        time, t_marked, pos = _time_behind(text, pos, shape, date)
        zones, pos = _zones_at(text, pos, letters, time)
        if time is not None and behind is None:
            behind, pos = _weekday_behind(text, pos)
    else:
        timed = _time_at(text, pos, TIMES)
        if timed is None:
            return None
        time, pos = timed
        zones, pos = _zones_at(text, pos, letters, time)
        between = _TIME_TO_DATE.match(text, pos)
        between_weekday, _, pos = _weekday_before(text, between.end() if between else pos)
        dated = _date_at(text, pos)
        if dated is None or "h" in dated[1].groupdict():
            return None
        shape, date, pos = dated
        behind, pos = _weekday_behind(text, pos)
        late_zones, pos = _zones_at(text, pos, letters, None)
        zones, behind = zones + late_zones, between_weekday or behind
    if date.groupdict().get("zone"):
        zones = _zones_at(date["zone"], 0, letters, date)[0] + zones
    zones = lead + zones
    whole = text[start:pos].strip()
    rfc822 = _RFC822.fullmatch(whole)
    return Stamp(
        start=start, end=pos, text=whole, shape=shape.name, bare=shape.bare,
        date=_take_parts(date), date_start=date.start(),
        time=None if time is None else _take_parts(time),
        zones=zones, weekday=weekday or behind,
        weekday_glued=glued and behind is None and _is_name_before(text, start),
        rfc822=rfc822 is not None and rfc822["month"].lower() in RFC822_MONTHS | {"sept"},
        ranging=not t_marked and _is_ranging(time, zones),
    )  # fmt: skip


def _take_parts(match: re.Match[str]) -> dict[str, str]:
    return {name: part for name, part in match.groupdict().items() if part is not None}


def _is_name_before(text: str, start: int) -> bool:
    words = text[:start].rsplit(maxsplit=1)
    last = words[-1] if words and text[start - 1] == " " else ""
    return last.isalpha() and last[0].isupper() and last.lower() not in _LABEL_ENDS


def _is_ranging(time: re.Match[str] | None, zones: tuple[ZoneMark, ...]) -> bool:
    """Say whether an offset might be the end of a span, as in "10:00-12:00"."""
    if not zones or not zones[0].text.startswith("-"):
        return False
    if time is None:
        return True  # "2020-05-25-10:32"
    parts = time.groupdict()
    clock = int(parts.get("h") or 0) * 3600 + int(parts.get("mi") or 0) * 60
    return parts.get("s") is None and -(zones[0].seconds or 0) > clock


def _date_at(text: str, pos: int) -> tuple[Shape, re.Match[str], int] | None:
    """Take the longest date here. A name in it must be a month."""
    best: tuple[Shape, re.Match[str], int] | None = None
    for shape in DATES:
        match = shape.pattern.match(text, pos)
        if match is None or (best is not None and match.end() <= best[2]):
            continue
        month = match.groupdict().get("mon")
        if month is None or month.lower() in MONTHS:
            best = shape, match, match.end()
    return best


def _time_at(text: str, pos: int, shapes: tuple[Shape, ...]) -> tuple[re.Match[str], int] | None:
    matches = [match for shape in shapes if (match := shape.pattern.match(text, pos))]
    if not matches:
        return None
    longest = max(matches, key=lambda match: match.end())
    return longest, longest.end()


def _time_behind(
    text: str, pos: int, shape: Shape, date: re.Match[str]
) -> tuple[re.Match[str] | None, bool, int]:
    """Take the time after a date, and say whether a "T" marks it as ISO 8601."""
    if date.groupdict().get("h"):
        return date, False, pos
    for separator, shapes in (
        (_T, ISO_TIMES), (_DATE_TO_TIME, TIMES), (_CJK_DAY_END, TIMES), (_LOG_COLON, ISO_TIMES)
    ):  # fmt: skip
        between = separator.match(text, pos)
        if between and (timed := _time_at(text, between.end(), shapes)):
            return timed[0], separator is _T, timed[1]
    if shape.name == "basic" and (digits := _SPACED_DIGITS.match(text, pos)):
        return digits, False, digits.end()
    return None, False, pos


def _zone_before(text: str, pos: int) -> tuple[tuple[ZoneMark, ...], int]:
    """Take a zone in words, or UTC, before a date or time ("北京时间2020年…")."""
    match = _LEADING_ZONE.match(text, pos)
    if match is None:
        return (), pos
    mark, end = _zone_at(text, pos, frozenset(), timed=True)
    if mark is None or end != match.end("zone"):
        return (), pos
    return (mark,), match.end()


def _weekday_before(text: str, pos: int) -> tuple[int | None, bool, int]:
    """Take a weekday before a date, and say whether only a space separates the two."""
    match = _WEEKDAY.match(text, pos)
    number = _weekday_number(match)
    if match is None or number is None:
        return None, False, pos
    separator = _WEEKDAY_TO_DATE.match(text, match.end())
    between = separator[0] if separator else ""
    return number, between.isspace(), match.end() + len(between)


def _weekday_behind(text: str, pos: int) -> tuple[int | None, int]:
    separator = _DATE_TO_WEEKDAY.match(text, pos)
    start = separator.end() if separator else pos
    match = _WEEKDAY.match(text, start)
    number = _weekday_number(match)
    if match is None or number is None:
        return None, pos
    if match["name"]:
        short = match[0].isascii() and len(match["name"]) == 2
        # "2020-05-25 Sun Li" is a name, and "di" a word.
        if short or start == pos or _NAME_GOES_ON.match(text, match.end()):
            return None, pos
    return number, match.end()


def _weekday_number(match: re.Match[str] | None) -> int | None:
    if match is None:
        return None
    word = match["name"] or match["brackets"] or match["cjk"] or match["kanji"]
    return WEEKDAYS.get(word.lower())


def _zones_at(
    text: str, pos: int, extra: frozenset[str], time: re.Match[str] | None
) -> tuple[tuple[ZoneMark, ...], int]:
    """Take the zones after a time, or after a date without a time.

    After an explicit offset, letters and words in brackets only explain it.
    """
    marks: list[ZoneMark] = []
    while True:
        opening = _OPENING.match(text, pos)
        start = opening.end() if opening else pos
        bracketed = text[pos:start].strip() != ""
        mark, end = _zone_at(text, start, extra, timed=time is not None or bool(marks))
        if bracketed:
            closing = _CLOSING.match(text, end)
            if mark is None or closing is None:
                comment = _COMMENT.match(text, pos)
                if comment is None or not any(known.seconds is not None for known in marks):
                    break
                pos = comment.end()
                continue
            end = closing.end()
        if mark is None or (time is None and not marks and mark.text[0] in "+-" and start != pos):
            break
        marks.append(mark)
        pos = end
    if marks:
        monotonic = _GO_MONOTONIC.match(text, pos)
        elsewhere = _ELSEWHERE.match(text, pos)
        if monotonic:
            pos = monotonic.end()
        elif elsewhere and time is not None and _is_same_moment(time, marks[0], elsewhere):
            pos = elsewhere.end()
    return tuple(marks), pos


def _is_same_moment(time: re.Match[str], mark: ZoneMark, other: re.Match[str]) -> bool:
    """Say whether "2011 GMT (0411 HKT)" names one moment twice."""
    if mark.letters not in UTC_LETTERS or time.groupdict().get("mi") is None:
        return False
    minutes = int(other["h"]) * 60 + int(other["mi"]) - int(time["h"]) * 60 - int(time["mi"])
    return any(
        (minutes - hours * 60) % 1440 == 0 for hours in ZONE_LETTERS.get(other["letters"], ())
    )


def _zone_at(
    text: str, pos: int, extra: frozenset[str], *, timed: bool
) -> tuple[ZoneMark | None, int]:
    for shape in ZONES:
        match = shape.pattern.match(text, pos)
        if match is None:
            continue
        parts = match.groupdict()
        if parts.get("sign"):
            return ZoneMark(match[0], seconds=_offset_seconds(parts)), match.end()
        if parts.get("iana"):
            return ZoneMark(match[0], name=parts["iana"]), match.end()
        if phrase := parts.get("phrase"):
            return ZoneMark(match[0], name=ZONE_PHRASES[phrase.lower()]), match.end()
        if _are_zone_letters(text, match, extra, timed=timed):
            return ZoneMark(match[0], letters=match[0].upper()), match.end()
    return None, pos


def _offset_seconds(parts: dict[str, str | None]) -> int:
    hours, minutes, seconds = (int(parts.get(key) or 0) for key in ("oh", "om", "os"))
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59:
        total = 86400  # no offset, whatever the hours are; refused as out of range later
    return -total if parts["sign"] == "-" else total


def _are_zone_letters(
    text: str, match: re.Match[str], extra: frozenset[str], *, timed: bool
) -> bool:
    """Distinguish zone letters from words. Unknown letters must be capitals after a time."""
    written, letters = match[0], match[0].upper()
    if letters in extra:
        return True
    if letters in UTC_LETTERS:
        return letters != "Z" or timed or text[match.start() - 1 : match.start()] != " "
    if letters in ZONE_LETTERS:
        return timed or (written.isupper() and letters not in WORDLIKE_ZONES)
    if not timed or not written.isupper() or letters in AGENCY_LETTERS or len(letters) > 6:
        return False
    return not _CAPITALIZED.match(text, match.end())


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
        return _CJK.match(first) is not None
    if first in "-/_+~%°\\^*&#=@$€£?":
        return False
    return not (first in ".:'," and second.isalnum() and second.isascii())
