"""What touches a stamp: a word right behind it.

A word that might belong to the time (a part of the day, a zone, an era, in any language) and is
not known to be harmless leaves the time in doubt. Names of people, papers, and sites do not.
"""

from __future__ import annotations

import re
from functools import cache

from feedpub.errors import TimestampError
from feedpub.text import UNSPACED, load_words
from feedpub.timestamps.found import Stamp
from feedpub.timestamps.iana import zone_names
from feedpub.timestamps.words import (
    PARTS_OF_DAY,
    SHORT_PARTS_OF_DAY,
    UTC_LETTERS,
    ZONE_LETTERS,
    ZONE_WORDS,
)
from feedpub.timestamps.zone_words import unknown_zone

_WORDS = load_words("feedpub.timestamps", "lines")
_TOUCHING = re.compile(r"(?P<gap> ?[(\[]? ?)(?P<word>[^\s|,;·()\[\]/<>\"*]+)")
# "GMTRiver": zone letters and what is glued to them.
_GLUED_LETTERS = re.compile(
    rf"(?:{'|'.join(sorted(UTC_LETTERS | ZONE_LETTERS.keys(), key=len, reverse=True))})(?=[^\W\d_])"
)
_DOTTED = re.compile(r"[A-Z](?:\.[A-Z]){1,4}\.?(?!\w)")
_SEPARATOR = re.compile(r"[|,;·()\[\]/:]")
_SITE = re.compile(r"[\w-]+(?:\.[\w-]+)+/?|[\w.+-]+@[\w.-]+")
_HAN = re.compile(f"[{UNSPACED}]")
_ENDS = re.compile(r" ?(?:$|[|,;·()\[\]/])")
# "12:32 pX": what is AM or PM only before what ends a time.
_SHORT_PARTS = SHORT_PARTS_OF_DAY | {"a", "p"}
_LONGEST_PART = max(map(len, PARTS_OF_DAY))
_DOUBTED = re.compile(r" ?[(\[]? ?\?")


@cache
def _cities() -> frozenset[str]:
    """List the cities that zones are named by."""
    places = {name.rpartition("/")[2].replace("_", " ") for name in zone_names() if "/" in name}
    return frozenset(places | set(_WORDS["places"]))


def check_touching(behind: str, stamp: Stamp) -> None:
    """Refuse a stamp whose next word might belong to it.

    Raises:
        TimestampError: The word leaves the time in doubt.
    """
    if ("yy" in stamp.date or "c" in stamp.date) and re.match(r" ?(?:A\.?D|C\.?E)\b", behind):
        raise TimestampError(
            "out-of-range", "has a year of two digits with AD or CE. Write the year in full."
        )
    if _DOUBTED.match(behind):
        raise TimestampError("ambiguous", "has a question mark behind the date. Give a sure time.")
    match = _TOUCHING.match(behind)
    if match is None:
        return
    word = match["word"].rstrip(".:")
    if stamp.time is not None and not stamp.zones:
        if word == "in":
            match = _TOUCHING.match(behind, match.end()) or match
            word = match["word"].rstrip(".:")
        for city in (word, " ".join(behind[match.start("word") :].split()[:2]).rstrip(")")):
            following = match.start("word") + len(city)
            if city in _cities() and _ENDS.match(behind, following):
                raise unknown_zone(city)
        if word in ZONE_LETTERS or word in UTC_LETTERS:
            raise unknown_zone(word)
        letters = _GLUED_LETTERS.match(word)
        if letters and (letters[0] in ("UTC", "GMT") or not (word.isupper() or len(word) < 6)):
            raise unknown_zone(letters[0])
        dotted = _DOTTED.match(behind, match.start("word"))
        if dotted and dotted[0].replace(".", "") in ZONE_LETTERS.keys() | UTC_LETTERS:
            raise unknown_zone(dotted[0])
    beside = _SEPARATOR.split(behind.lstrip(" (["))[0].lower().split()
    phrase = " ".join(beside[:2])
    if not ZONE_WORDS.isdisjoint([*(each.rstrip(".:") for each in beside[:4]), phrase]):
        raise unknown_zone(" ".join(beside[:4]))
    _check_day_part(behind.lstrip(" (["), stamp)
    if not word or not word[0].isalpha() or _SITE.fullmatch(match["word"]):
        return
    lowered = word.lower()
    if lowered in _WORDS["harmless"]:
        return
    if word.isascii() and word.islower() and lowered not in PARTS_OF_DAY and not _is_harmless(word):
        raise TimestampError(
            "unparseable",
            "is a sentence with a date in it. Put the time in a separate field.",
        )
    if lowered in PARTS_OF_DAY or not _is_harmless(word):
        raise _touches(word)


def check_before(ahead: str) -> None:
    """Refuse a stamp right behind a part of the day.

    Raises:
        TimestampError: The word leaves the time in doubt.
    """
    words = ahead.rstrip(" ,(").rsplit(maxsplit=1)
    if words and words[-1] in PARTS_OF_DAY and not words[-1].isascii():
        raise _touches(words[-1], "before the date")


def _is_harmless(word: str) -> bool:
    """Say whether a word that is not known reads as a name of its own."""
    if _HAN.match(word):
        return True
    first = word[0]
    if first.isupper():
        short = word.isupper() and 1 < len(word) <= 5 and not word.isascii()
        return not short
    if first.islower():
        return _is_lower_name(word)
    return word.endswith(tuple(_WORDS["harmless_endings"]))


def _check_day_part(behind: str, stamp: Stamp) -> None:
    """Refuse a stamp before what begins with a part of the day that would turn the clock ("pmPST").

    Names that only begin alike ("Amanda", "Abendblatt", "DuPont") do not.

    Raises:
        TimestampError: The word leaves the time in doubt.
    """
    clock = stamp.time
    if clock is None or int(clock["h"]) > 12 or "lead" in clock or "trail" in clock:
        return
    word = behind.split(maxsplit=1)[0]
    branded = word[0].islower() and not word.islower()
    for end in range(1, min(len(behind), _LONGEST_PART + 1)):
        part = behind[:end].lower()
        if part in _SHORT_PARTS:
            hidden = behind[:end].islower() and behind[end].isupper()
        else:
            hidden = part in PARTS_OF_DAY and (
                branded or part == "pm" or _changes_case(behind, end)
            )
        if hidden:
            raise _touches(word)


def _changes_case(text: str, end: int) -> bool:
    """Say whether a word goes on as its beginning would not ("pmX", "PMx", "PMX", not "Amx")."""
    if not text[end].isalnum():
        return False
    if text[end - 1].islower():
        return not text[end].islower()
    return end > 1 and text[:end] == text[:end].upper()


def _touches(word: str, where: str = "behind the time") -> TimestampError:
    return TimestampError(
        "ambiguous",
        f'has "{word}" right {where}, which might be part of it.'
        " Put the time alone into the field.",
    )


def _is_lower_name(word: str) -> bool:
    """Say whether a word in lower case is one of names and bylines, or a brand ("iPhone")."""
    return word in _WORDS["small_words"] or any(char.isupper() for char in word)
