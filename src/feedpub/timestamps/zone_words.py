"""What names a zone beside a stamp without belonging to it, which leaves the time in doubt."""

from __future__ import annotations

import re

from feedpub.errors import TimestampError
from feedpub.text import HAN
from feedpub.timestamps.shapes import REGIONS
from feedpub.timestamps.text import lower
from feedpub.timestamps.words import UTC_LETTERS, WORDLIKE_ZONES, ZONE_LETTERS, ZONE_PHRASES

_LETTERS = {*UTC_LETTERS, *ZONE_LETTERS, "ET"} - (WORDLIKE_ZONES - {"ET"})
# "CET", "E.S.T.", "Asia/Tokyo", "Eastern time". "ET Bureau" and "E.T. Reed" are names, and so are
# letters that are words in a place of their own.
_NAMED = re.compile(
    r"(?<![\w.@])(?=[A-Za-z])(?:"
    r"(?P<letters>[A-Z]{2,5}|(?:[A-Z]\.){1,4}[A-Z]\b)(?!\.?\w|@|\.? [A-Z][a-z])"
    rf"|(?:{'|'.join(REGIONS)}|US)/[A-Z][A-Za-z_]+"
    r"|U\.?S\.? (?:Eastern|Central|Mountain|Pacific)\b"
    r"|(?i:local|eastern|central|mountain|pacific|atlantic|european|western|indian|universal"
    r"|standard|daylight|summer|winter)(?i: time)\b"
    r"|(?!(?:[Pp]ost|[Pp]ublish|[Uu]pdate|[Rr]eading|[Rr]ead|[Rr]elease) )[A-Z][a-z]+ time\b)"
)
_HAN_TIME = re.compile(rf"[{HAN}]{{1,9}}[时時][间間]")
# It begins with a set of characters, which Python can look for fast.
_PHRASE = re.compile(
    f"[{''.join(sorted({phrase[0] for phrase in ZONE_PHRASES}))}](?<!\\w.)(?:"
    + "|".join(f"(?<={phrase[0]}){re.escape(phrase[1:])}" for phrase in ZONE_PHRASES)
    + r")(?!\w)"
)
# As a label, or alone before the stamp.
_AHEAD = re.compile(
    r"(?:\b(?i:local|standard|daylight|summer|winter) (?i:time)"
    r"|(?:^|[|·;,(\[] ?)(?:Eastern|Central|Mountain|Pacific)(?: [Tt]ime)?)(?=[ :|,)\]-]*$)"
)


def find_zone_word(text: str) -> str | None:
    """Find what names a zone in the text around a stamp."""
    for match in _NAMED.finditer(text):
        letters = match["letters"]
        if letters is None or letters.replace(".", "") in _LETTERS:
            return match[0]
    found = _PHRASE.search(lower(text)) or (None if text.isascii() else _HAN_TIME.search(text))
    return found and found[0]


def find_zone_ahead(text: str, end: int) -> str | None:
    """Find what names a zone right before a stamp, even as its label ("Local time:")."""
    found = _AHEAD.search(text, max(0, end - 30), end)
    return found and found[0]


def unknown_zone(letters: str) -> TimestampError:
    """Make the refusal of a zone that is named beside a stamp."""
    shown = letters.strip(" ()[]:,|")
    return TimestampError(
        "ambiguous-timezone",
        f'names the zone "{shown}", which might mean several. Write an offset such as +08:00.',
    )
