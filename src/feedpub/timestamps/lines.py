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
from feedpub.timestamps.hints import WORD, explain_missing, is_relative, names_file, replace_domains
from feedpub.timestamps.labels import Label, find_labels, label_stamps
from feedpub.timestamps.neighbors import check_before, check_touching
from feedpub.timestamps.text import fold
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
# In small letters, as the text is for them.
_OTHER_TIME = re.compile(
    rf"(?:\b(?:{_one_of('other_times')}) (?:date|time|on|at)?|(?:{_one_of('unspaced_other_times')}))"
    r"[ :]*$"
)
_EVENT = re.compile(
    r"(?:^|[|·;,(\[.] ?)(?:"
    + "|".join(fold(re.escape(word)) for word in (*_WORDS["numbered"], *_WORDS["events"]))
    + r")(?: (?:on|in|el|il|le|em|am|den|la|до|с|по|of|the|du|au|vom|del|al))*[ :]*$"
)
# A word with a colon before a stamp that is not one of our labels.
_UNKNOWN_LABEL = re.compile(r"(?:^|[|·;,(\[] ?)[^|·;,()\[\]:0-9]{1,40} ?: ?$")
_DIGIT = re.compile("[0-9]")
_CLOCK = re.compile(r"(?<![0-9:])[0-9]{1,2}:[0-9]{2}(?![0-9])")
_SMALL_LEAD = re.compile(r"^[ ,(]*(?:(?:at|in the|in) )?", re.IGNORECASE)
_ZONE_PATH_AFTER = re.compile(r"^ ?[(\[]?(?P<path>[A-Z]\w+/[A-Z]\w+)")
_CJK_AFTER = re.compile(r"^ ?\)?(?:起|止|[之以]?[前后後]|以[来來]|内|左右|许|号(?! ))")
_CJK_GLUED_AFTER = re.compile(
    rf"^(?!{_one_of('glued')}|[{HAN}]{{1,12}}(?:{_one_of('glued_endings')})(?![{HAN}]))[{CJK}]"
)
_VIEWS = re.compile(rf"(?:{_one_of('views')})(?!\w)", re.IGNORECASE)
_COUNTS = re.compile(rf"(?<![\w.:/])(?:{_one_of('counts')})(?!\w)", re.IGNORECASE)
_NUMBERED_NAME = re.compile(r"\b(?:CCTV-|(?P<word>[A-Z][A-Za-z]{2,}))[0-9]{1,2}(?![\w:/.-])")
_SEPARATOR = re.compile(r"(?:[|·;,()\[\]<>\"*/]|(?:^| )-+(?: |$))+")
_CJK_RISK = re.compile(
    r"上午|下午|凌晨|晚上|中午|早上|[一二三四五六七八九十]月|[0-9]月|[0-9][日号时点]|[〇零一二三四五六七八九十](?:[时時]|[点點](?![资資号號]))|星期|礼拜|周[一二三四五六日]|[农農][历曆]|半[夜]?"
)
_CJK = re.compile(f"[{CJK}]")
_ANY_WORD = re.compile(r"\w")


def choose_stamp(text: str, stamps: list[Stamp]) -> Stamp:
    """Choose the stamp that a tidy text means.

    Raises:
        TimestampError: The text has no stamp or several, or its rest leaves the time in doubt.
    """
    if not stamps:
        raise explain_missing(text)
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


def blank(text: str, *spans: tuple[int, int]) -> str:
    """Replace each span with as many bars."""
    for start, end in spans:
        text = text[:start] + "|" * (end - start) + text[end:]
    return text


def _check_neighbors(text: str, stamp: Stamp, labels: list[Label], *, picked: bool) -> None:
    """Refuse a stamp that might continue right after it or begin before it."""
    behind = text[stamp.end :]
    if _DIGIT.search(behind):
        behind = _COUNTS.sub("|", behind)
    if not picked and names_file(text):
        raise TimestampError("unparseable", "names a file. Put the time in a separate field.")
    if behind and not any(
        label.start >= stamp.end and not text[stamp.end : label.start].strip(" |,;(")
        for label in labels
    ):
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
    if not stamp.start:
        return
    if zone := find_zone_ahead(text, stamp.start):
        raise unknown_zone(zone)
    before_label = [label.start for label in labels if label.end <= stamp.start]
    ahead = text[: min(before_label, default=stamp.start)]
    folded = fold(ahead)
    if (
        _OTHER_TIME.search(folded)
        or _EVENT.search(folded)
        or (":" in ahead and _UNKNOWN_LABEL.search(replace_domains(ahead, "|")))
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
    if is_relative(replace_domains(rest, " ")):
        raise _doubt(rest)
    credits, rest = _part_credits(rest, stamp, labels)
    for piece in credits:
        piece = replace_domains(piece, " ")
        if re.search(r"[0-9]{3,}|[0-9][:/.-][0-9]", piece) or (
            _CJK_RISK.search(piece) or _month_and_day(piece)
        ):
            raise _doubt(piece)
    if not _ANY_WORD.search(rest):
        return
    rest = replace_domains(rest, " Domain ")
    if has_digits := _has_digits(rest):
        rest = _NUMBERED_NAME.sub(_keep_date_words, _COUNTS.sub("|", rest))
        has_digits = _has_digits(rest)
    if zone := find_zone_word(rest):
        raise unknown_zone(zone)
    if stamp.bare and _ANY_WORD.search(rest):
        raise _doubt(rest)
    if has_digits or (not rest.isascii() and _CJK_RISK.search(rest)):
        raise _doubt(rest)
    count = sum(map(_check_segment, filter(None, _SEPARATOR.split(rest))))
    if count > 14 or (not rest.isascii() and len(_CJK.findall(rest)) > 30):
        raise _prose()


def _has_digits(text: str) -> bool:
    """Say whether a text has digits, with those of circles and exponents."""
    return any(map(str.isdigit, text)) if not text.isascii() else _DIGIT.search(text) is not None


def _check_segment(segment: str) -> int:
    """Refuse date words that are not names, and sentences. Give the number of words."""
    words = WORD.findall(segment)
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
