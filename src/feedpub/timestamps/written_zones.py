"""The zones that stand beside a time: offsets, names, phrases, and letters."""

from __future__ import annotations

import re

from feedpub.text import AGENCY_LETTERS
from feedpub.timestamps.found import ZoneMark
from feedpub.timestamps.shapes import ZONES
from feedpub.timestamps.words import UTC_LETTERS, WORDLIKE_ZONES, ZONE_LETTERS, ZONE_PHRASES

_OPENING = re.compile(r" ?[(\[]? ?")
_CLOSING = re.compile(r" ?[)\]]")
# What may part a time from its zone, which then has to stand alone ("10:32 | IST").
_APART = re.compile(r" ?[,;|·/-]+ ?(?P<opened>[(\[] ?)?(?=[^\W\d_])")
_ALONE = re.compile(r" ?(?:$|[|,;·()\[\]])")
_COMMENT = re.compile(r" ?\([^()0-9]*\)")
_ELSEWHERE = re.compile(r" \((?P<h>[0-9]{2})(?P<mi>[0-9]{2}) (?P<letters>[A-Z]{3,4})\)")
_GO_MONOTONIC = re.compile(r" m=[-+][0-9.]+$")
_CAPITALIZED = re.compile(r" [A-Z][a-z]")

_HOURS, _OFFSET, _NAME, _PHRASE, _LETTERS = (shape.pattern for shape in ZONES)
_PHRASE_STARTS = frozenset(phrase[:2] for phrase in ZONE_PHRASES)

Parts = dict[str, str]


def find_zones(
    text: str,
    pos: int,
    extra: frozenset[str],
    *,
    timed: bool,
    time: Parts | None = None,
    yaml: bool = False,
) -> tuple[tuple[ZoneMark, ...], int]:
    """Take the zones after a time, or after a date without a time.

    After an explicit offset, letters and words in brackets only explain it.
    """
    marks: list[ZoneMark] = []
    while pos < len(text):
        opening = _OPENING.match(text, pos) if text[pos] in " ([" else None
        start = opening.end() if opening else pos
        bracketed = opening is not None and opening[0].strip() != ""
        mark, end = find_zone(text, start, extra, timed=timed or bool(marks))
        if mark is None and timed and (found := _find_zone_apart(text, pos, extra)):
            marks.append(found[0])
            pos = found[1]
            continue
        if bracketed:
            closing = _CLOSING.match(text, end)
            if mark is None or closing is None:
                comment = _COMMENT.match(text, pos)
                if comment is None or not any(known.seconds is not None for known in marks):
                    break
                pos = comment.end()
                continue
            end = closing.end()
        if mark is not None and len(mark.text) == 2 and mark.text[0] in "+-" and not yaml:
            break
        if mark is None or (not timed and not marks and mark.text[0] in "+-" and start != pos):
            break
        marks.append(mark)
        pos = end
    if marks and pos < len(text):
        monotonic = _GO_MONOTONIC.match(text, pos)
        elsewhere = _ELSEWHERE.match(text, pos)
        if monotonic:
            pos = monotonic.end()
        elif elsewhere and time is not None and _is_same_moment(time, marks[0], elsewhere):
            pos = elsewhere.end()
    return tuple(marks), pos


def _find_zone_apart(text: str, pos: int, extra: frozenset[str]) -> tuple[ZoneMark, int] | None:
    """Find a zone behind a comma or a bar; None for letters that might be another name."""
    apart = _APART.match(text, pos)
    if apart is None:
        return None
    mark, end = find_zone(text, apart.end(), extra, timed=True)
    closing = _CLOSING.match(text, end) if apart["opened"] else None
    end = closing.end() if closing else end
    if mark is None or not _ALONE.match(text, end) or (apart["opened"] and closing is None):
        return None
    if mark.letters and mark.letters not in {*extra, *UTC_LETTERS, *ZONE_LETTERS}:
        return None
    return mark, end


def _is_same_moment(time: Parts, mark: ZoneMark, other: re.Match[str]) -> bool:
    """Say whether "2011 GMT (0411 HKT)" names one moment twice."""
    if mark.letters not in UTC_LETTERS or "mi" not in time:
        return False
    minutes = int(other["h"]) * 60 + int(other["mi"]) - int(time["h"]) * 60 - int(time["mi"])
    return any(
        (minutes - hours * 60) % 1440 == 0 for hours in ZONE_LETTERS.get(other["letters"], ())
    )


def find_zone(
    text: str, pos: int, extra: frozenset[str], *, timed: bool
) -> tuple[ZoneMark | None, int]:
    """Find the zone that begins here, and its end."""
    first = text[pos : pos + 1]
    if first in ("+", "-"):
        offset = _OFFSET.match(text, pos)
    elif not first.isalpha():
        return None, pos
    else:
        offset = _HOURS.match(text, pos) if first in "UuGg" else None
    if offset is not None:
        return ZoneMark(offset[0], seconds=_offset_seconds(offset.groupdict())), offset.end()
    if "/" in text and (match := _NAME.match(text, pos)):
        return ZoneMark(match[0], name=match[0]), match.end()
    if text[pos : pos + 2].lower() in _PHRASE_STARTS and (match := _PHRASE.match(text, pos)):
        return ZoneMark(match[0], name=ZONE_PHRASES[match[0].lower()]), match.end()
    if (match := _LETTERS.match(text, pos)) and _are_zone_letters(text, match, extra, timed=timed):
        return ZoneMark(match[0], letters=match[0].upper()), match.end()
    return None, pos


def _offset_seconds(parts: dict[str, str | None]) -> int:
    hours = int(parts.get("oh") or parts.get("oh1") or 0)
    minutes, seconds = int(parts.get("om") or parts.get("om1") or 0), int(parts.get("os") or 0)
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
