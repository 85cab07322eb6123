"""The line around a stamp: its labels, and whether the rest leaves the stamp sure.

This module answers two questions. Which stamp does a text mean? The one that an "Updated" label
names, or the only one. Could the text around it be part of the time, or another time? Then
the text is refused. Text that might be a date counts as one.
"""

from __future__ import annotations

import re

from feedpub.errors import TimestampError
from feedpub.text import CJK, HAN, load_words
from feedpub.timestamps.calendars import drop_translation, take_calendar
from feedpub.timestamps.found import Doubt, FoundTime, Stamp
from feedpub.timestamps.labels import Label, find_labels, label_stamps
from feedpub.timestamps.neighbors import check_before, check_touching
from feedpub.timestamps.text import lower
from feedpub.timestamps.words import (
    ENGLISH_DATE_WORDS,
    MONTHS,
    UTC_LETTERS,
    WEEKDAYS,
    ZONE_LETTERS,
)
from feedpub.timestamps.zone_words import find_zone_ahead, find_zone_word, unknown_zone

_WORDS = load_words("feedpub.timestamps", "lines")


def _one_of(table: str) -> str:
    return "|".join(_WORDS[table])


# In text of small letters: a pattern that ignores case takes three times as long.
_RELATIVE = re.compile(rf"\b(?:{_one_of('relative')})\b")
_UNSPACED_RELATIVE = re.compile(_one_of("unspaced_relative"))
_CLOCK_WORDS = re.compile(
    rf"(?<![\w.])(?:{_one_of('clock_words')})(?!\w)|{_one_of('unspaced_clock_words')}",
    re.IGNORECASE,
)
_MERIDIEM = re.compile(
    rf"^ ?[,(]? ?(?:[ap]\.? ?m\b\.?|{_one_of('unspaced_clock_words')})", re.IGNORECASE
)
_RANGE_AFTER = re.compile(
    r"^ ?(?:[-~](?! [^\W\d_]| ?$| ?\|)|(?:to|until|till|through|and|or|bis|au|or)\b|[至到或和])",
    re.IGNORECASE,
)
_NUMBER_AFTER = re.compile(r"^ ?[-~/,&+(\[]? ?[0-9]")
_WORD_AFTER = re.compile(r"^ ?[-~/,&+(]? ?(?P<word>[^\W\d_]+)")
_BAD_BEFORE = re.compile(
    rf"(?:(?:^|[ (])(?:{_one_of('before')})|{_one_of('unspaced_before')})[ :,]*$", re.IGNORECASE
)
_OTHER_TIME = re.compile(
    rf"(?:\b(?:{_one_of('other_times')}) (?:date|time|on|at)?|(?:{_one_of('unspaced_other_times')}))"
    r"[ :]*$",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"(?:^|[|·;,(\[.] ?)(?:"
    + "|".join(map(re.escape, (*_WORDS["numbered"], *_WORDS["events"])))
    + r")(?: (?:on|in|el|il|le|em|am|den|la|до|с|по|of|the|du|au|vom|del|al))*[ :]*$",
    re.IGNORECASE,
)
# A word with a colon before a stamp that is not one of our labels.
_UNKNOWN_LABEL = re.compile(r"(?:^|[|·;,(\[] ?)[^|·;,()\[\]:0-9]{1,40} ?: ?$")
_CLOCK = re.compile(r"(?<![0-9:])[0-9]{1,2}:[0-9]{2}(?![0-9])")
_SMALL_LEAD = re.compile(r"^[ ,(]*(?:(?:at|in the|in) )?", re.IGNORECASE)
_ZONE_PATH_AFTER = re.compile(r"^ ?[(\[]?(?P<path>[A-Z]\w+/[A-Z]\w+)")
_CJK_AFTER = re.compile(r"^ ?\)?(?:起|止|[之以]?[前后後]|以[来來]|内|左右|许|号(?! ))")
_CJK_GLUED_AFTER = re.compile(
    rf"^(?!{_one_of('glued')}|[{HAN}]{{1,12}}(?:{_one_of('glued_endings')})(?![{HAN}]))[{CJK}]"
)
_FILE = re.compile(
    r"[\w)][.](?:jpe?g|png|gif|webp|bmp|svg|pdf|docx?|xlsx?|mp[34]|mov|zip|txt|s?html?|heic|tiff?)\b",
    re.IGNORECASE,
)
_DOMAIN = re.compile(
    r"(?<![\w./:@-])(?:https?://)?(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,8}/?(?![\w/.-])"
    r"|(?<![\w.+-])[\w.+-]++@[\w.-]+[a-z]\b"
)
_VIEWS = re.compile(rf"(?:{_one_of('views')})(?!\w)", re.IGNORECASE)
_COUNTS = re.compile(rf"(?<![\w.:/])(?:{_one_of('counts')})(?!\w)", re.IGNORECASE)
_NUMBERED_NAME = re.compile(r"\b(?:CCTV-|(?P<word>[A-Z][A-Za-z]{2,}))[0-9]{1,2}(?![\w:/.-])")
_SEPARATOR = re.compile(r"(?:[|·;,()\[\]<>\"*/]|(?:^| )-+(?: |$))+")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.&-](?=[^\W\d_]))*")
_CJK_RISK = re.compile(
    r"上午|下午|凌晨|晚上|中午|早上|[一二三四五六七八九十]月|[0-9]月|[0-9][日号时点]|[〇零一二三四五六七八九十](?:[时時]|[点點](?![资資号號]))|星期|礼拜|周[一二三四五六日]|[农農][历曆]|半[夜]?"
)
_CJK = re.compile(f"[{CJK}]")

_PART_OF_DATE = re.compile(
    r"(?<![0-9])(?:[12][0-9]{3}(?![0-9])|[0-9]{1,2} ?[月日号时点:]"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])"
    r"|[0-9]{1,2} ?[ap]\.?m\b)"
    r"|T[0-9]{2}:[0-9]{2}|--[0-9]{2}|[0-9]{4}年|[0-9]{1,2}h[0-9]{2}",
    re.IGNORECASE,
)

_YEAR = re.compile("[0-9]{4}")
_FULL_DATE = re.compile(
    r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}(?![0-9])"
)
_UNKNOWN_MONTH = re.compile(
    r"(?<![0-9])[0-9]{1,2}\.? (?P<month>[^\W\d_]{3,20})\.?,? [0-9]{4}(?![0-9])"
)
_SPAN_AFTER = re.compile(r" ?[-~/至到] ?[0-9]")
_SPAN_OF_DAYS = re.compile(
    r"(?<![0-9:/.-])[0-9]{1,2}(?:st|nd|rd|th)? ?(?:[-~/&]|to|and|[至到]) ?[0-9]{1,2}(?![0-9:])",
    re.IGNORECASE,
)


def choose_stamp(text: str, stamps: list[Stamp]) -> Stamp:
    """Choose the stamp that a tidy text means.

    Raises:
        TimestampError: The text has no stamp or several, or its rest leaves the time in doubt.
    """
    if not stamps:
        raise _explain_nothing(text)
    if len(stamps) == 1 and len(stamps[0].text) == len(text):
        return stamps[0]
    if len(stamps) == 2:
        text, stamps = drop_translation(text, stamps)
    labels = find_labels(text, stamps)
    named = label_stamps(text, stamps, labels)
    updated = [stamp for stamp, kind in zip(stamps, named, strict=True) if kind == "updated"]
    candidates = updated or stamps
    if len(candidates) > 1:
        shown = " and ".join(f'"{stamp.text}"' for stamp in candidates[:3])
        raise TimestampError(
            "ambiguous",
            f'has {len(candidates)} times, {shown}. Label the right one "Updated:".',
            remedy='an "Updated:" label',
        )
    stamp = candidates[0]
    dangling = not updated and any(
        label.kind == "updated" and text[label.end :].strip(" )].:") != "" for label in labels
    )
    picked = named[stamps.index(stamp)] is not None and not dangling
    text, stamp = take_calendar(text, stamp)
    _check_neighbors(text, stamp, labels, picked=picked)
    if picked and stamp.time is None:
        # "10:32 Updated 2020-05-25": the date alone would be half of it.
        rest = blank(text, *((other.start, other.end) for other in stamps))
        if clock := _CLOCK.search(rest):
            raise _doubt(clock[0])
    if picked:
        # A label excuses what comes before it, not what might go on with the stamp.
        behind = "|" * stamp.start + text[stamp.start :]
        others = [(other.start, other.end) for other in stamps if other.start > stamp.start]
        rest = blank(behind, *others)
        _check_rest(blank(rest, *(found.span() for found in _VIEWS.finditer(rest))), stamp, labels)
    else:
        _check_rest(text, stamp, labels)
    return stamp


def find_time(text: str, stamps: list[Stamp]) -> FoundTime:
    """Find the time that a tidy text means: its stamp, or the whole text and the doubt."""
    try:
        stamp = choose_stamp(text, stamps).drop_glued_weekday()
    except TimestampError as error:
        return FoundTime(text, Doubt(error.kind, str(error), error.remedy))
    return FoundTime(stamp.text, stamp)


def is_relative(text: str) -> bool:
    """Say whether a text has relative words ("2 hours ago")."""
    if not text.isascii() and _UNSPACED_RELATIVE.search(text):
        return True
    return _RELATIVE.search(lower(text)) is not None


def has_partial_date(text: str) -> bool:
    """Say whether a text has a part of a date or a time ("May 25", "10:32")."""
    if _PART_OF_DATE.search(text):
        return True
    words = [word.lower() for word in _WORD.findall(text)]
    if any(word in ENGLISH_DATE_WORDS for word in words):
        return True
    return any(word in MONTHS for word in words) and any(char.isdigit() for char in text)


def blank(text: str, *spans: tuple[int, int]) -> str:
    """Replace each span with as many bars."""
    for start, end in spans:
        text = text[:start] + "|" * (end - start) + text[end:]
    return text


def _replace_domains(text: str, by: str) -> str:
    return _DOMAIN.sub(by, text) if "." in text or "@" in text else text


def _check_neighbors(text: str, stamp: Stamp, labels: list[Label], *, picked: bool) -> None:
    """Refuse a stamp that might continue right after it or begin before it."""
    behind = text[stamp.end :]
    if behind:
        behind = _COUNTS.sub("|", behind)
    label_follows = any(not text[stamp.end : label.start].strip(" |,;(") for label in labels
                        if label.start >= stamp.end)  # fmt: skip
    if _FILE.search(text) and not picked:
        raise TimestampError("unparseable", "names a file. Put the time in a separate field.")
    if behind and not label_follows:
        word = _WORD_AFTER.match(behind)
        if _MERIDIEM.match(behind):
            raise TimestampError(
                "unparseable" if stamp.time is None else "inconsistent",
                "has AM or PM without a 12-hour time. Write 14:29 or 2:29 PM.",
            )
        if _RANGE_AFTER.match(behind):
            raise TimestampError("ambiguous", "is a time span. Give a single point in time.")
        if _NUMBER_AFTER.match(behind) or (word and _is_date_word(word["word"])):
            raise _doubt(behind)
        if match := _CLOCK_WORDS.match(_SMALL_LEAD.sub("", behind)):
            raise _doubt(match[0])
        if not stamp.zones and stamp.time and (match := _ZONE_PATH_AFTER.match(behind)):
            raise unknown_zone(match["path"])
        if _CJK_GLUED_AFTER.match(behind) or _CJK_AFTER.match(behind):
            raise _prose()
        check_touching(behind, stamp)
    if zone := find_zone_ahead(text, stamp.start):
        raise unknown_zone(zone)
    before_label = [label.start for label in labels if label.end <= stamp.start]
    ahead = text[: min(before_label, default=stamp.start)]
    if (
        _OTHER_TIME.search(ahead)
        or _EVENT.search(ahead)
        or _UNKNOWN_LABEL.search(_replace_domains(ahead, "|"))
    ):
        raise TimestampError(
            "unparseable",
            "is the time of something other than the article. Give the article's own time.",
        )
    if not picked:
        before = blank(
            text, *((label.start, label.end) for label in labels if label.kind != "author")
        )
        before = before[: stamp.start]
        if _BAD_BEFORE.search(before):
            raise _prose()
        check_before(before)


def _check_rest(text: str, stamp: Stamp, labels: list[Label]) -> None:
    """Refuse a stamp next to anything that might be a year, a date, or a time."""
    rest = blank(text, (stamp.start, stamp.end))
    if is_relative(_replace_domains(rest, " ")):
        raise _doubt(rest)
    credits, rest = _part_credits(rest, stamp, labels)
    for piece in credits:
        piece = _replace_domains(piece, " ")
        if re.search(r"[0-9]{3,}|[0-9][:/.-][0-9]", piece) or (
            _CJK_RISK.search(piece) or _month_and_day(piece)
        ):
            raise _doubt(piece)
    rest = _replace_domains(rest, " Domain ")
    if has_digits := any(map(str.isdigit, rest)):
        rest = _NUMBERED_NAME.sub(_keep_date_words, _COUNTS.sub("|", rest))
        has_digits = any(map(str.isdigit, rest))
    if zone := find_zone_word(rest):
        raise unknown_zone(zone)
    if stamp.bare and re.search(r"\w", rest):
        raise _doubt(rest)
    if has_digits or (not rest.isascii() and _CJK_RISK.search(rest)):
        raise _doubt(rest)
    count = sum(map(_check_segment, filter(None, _SEPARATOR.split(rest))))
    if count > 14 or (not rest.isascii() and len(_CJK.findall(rest)) > 30):
        raise _prose()


def _check_segment(segment: str) -> int:
    """Refuse date words that are not names, and sentences. Give the number of words."""
    words = _WORD.findall(segment)
    for index, word in enumerate(words):
        near = words[max(0, index - 1) : index] + words[index + 1 : index + 2]
        named = word[0].isupper() and any(
            other[0].isupper() and not _is_date_word(other) for other in near
        )
        if not named and (_is_date_word(word) or _CLOCK_WORDS.fullmatch(word)):
            raise _doubt(word)
        if word.islower() and word not in _WORDS["small_words"]:
            labeled = f"{word}:" in segment or f"{word} :" in segment
            if not labeled:
                raise _prose()
    return len(words)


def _part_credits(text: str, stamp: Stamp, labels: list[Label]) -> tuple[list[str], str]:
    """Cut labels, and the sources and authors that they name, out of the text."""
    credits = []
    spans = [(label.start, label.end) for label in labels]
    stops = sorted([stamp.start, *(label.start for label in labels), len(text)])
    for label in labels:
        if label.kind not in ("source", "author"):
            continue
        stop = min(place for place in stops if place >= label.end)
        piece = re.split(r"[|·;(]", text[label.end : stop].lstrip(" :"))[0]
        begin = text.index(piece, label.end) if piece else label.end
        credits.append(piece)
        spans.append((begin, begin + len(piece)))
    return credits, blank(text, *spans)


def _month_and_day(piece: str) -> bool:
    return any(
        _is_date_word(word)
        for found in re.findall(r"([^\W\d_]+)\.? [0-9]{1,2}\b|\b[0-9]{1,2} ([^\W\d_]+)", piece)
        for word in found
        if word
    )


def _keep_date_words(match: re.Match[str]) -> str:
    word = match["word"] or ""
    dated = word.lower() in MONTHS or word.lower() in WEEKDAYS
    zoned = word.upper() in ZONE_LETTERS or word.upper() in UTC_LETTERS
    return match[0] if dated or zoned else " Name "


def _is_date_word(word: str) -> bool:
    lowered = word.lower().rstrip(".")
    return lowered in ENGLISH_DATE_WORDS or (
        not lowered.isalpha()
        and any(part in ENGLISH_DATE_WORDS for part in re.split("[-.&]", lowered))
    )


def _explain_nothing(text: str) -> TimestampError:
    """Say what is missing from a text without a stamp."""
    plain = _replace_domains(text, " ")
    if not _YEAR.search(plain) and is_relative(plain):
        return TimestampError(
            "relative-needs-now", "is relative to an unknown moment. Write the full date."
        )
    if "://" in text or _FILE.search(text):
        return TimestampError("unparseable", "names a file or a page. Give its time instead.")
    dates = list(_FULL_DATE.finditer(plain))
    if (
        len(dates) > 1
        or (dates and _SPAN_AFTER.match(plain, dates[0].end()))
        or (_YEAR.search(plain) and _SPAN_OF_DAYS.search(plain))
    ):
        return TimestampError("ambiguous", "is a time span. Give a single point in time.")
    if dates:
        return TimestampError(
            "unparseable", f'has "{dates[0][0]}" run together with other text. Separate the two.'
        )
    if (named := _UNKNOWN_MONTH.search(plain)) and named["month"].lower() not in MONTHS:
        return TimestampError(
            "incomplete",
            f'has "{named["month"]}" in place of a month, which is not the name of one in a'
            " language of CLDR. Write the month as a number, such as 2020-05-25.",
        )
    if has_partial_date(plain):
        return TimestampError(
            "incomplete", "is not a full date. Write year, month, and day, such as 2020-05-25."
        )
    return TimestampError(
        "unparseable", "is not a known form of a timestamp. Write it like 2020-05-25 10:32."
    )


def _doubt(rest: str) -> TimestampError:
    shown = " ".join(rest.replace("|", " ").split())[:40]
    return TimestampError(
        "ambiguous",
        f'has "{shown}" next to the date, which might be part of it.'
        " Put the time alone into the field.",
    )


def _prose() -> TimestampError:
    return TimestampError(
        "unparseable",
        "is a sentence with a date in it. Put the time in a separate field.",
    )
