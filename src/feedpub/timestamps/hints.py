"""What hints at a time without being one: relative words, parts of a date, names of files.

A text without a stamp is refused by what it has of these.
"""

from __future__ import annotations

import re

from feedpub.errors import TimestampError
from feedpub.text import load_words
from feedpub.timestamps.text import fold, lower
from feedpub.timestamps.words import ENGLISH_DATE_WORDS, MONTHS

_WORDS = load_words("feedpub.timestamps", "lines")
_RELATIVE = re.compile(rf"\b(?:{'|'.join(_WORDS['relative'])})\b")  # in small letters
_UNSPACED_RELATIVE = re.compile("|".join(_WORDS["unspaced_relative"]))
_FILE = re.compile(
    r"[.](?<=[\w)][.])"
    r"(?:jpe?g|png|gif|webp|bmp|svg|pdf|docx?|xlsx?|mp[34]|mov|zip|txt|s?html?|heic|tiff?)\b"
)
_DOMAIN = re.compile(
    r"(?<![\w./:@-])(?:https?://)?(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,8}/?(?![\w/.-])"
    r"|(?<![\w.+-])[\w.+-]++@[\w.-]+[a-z]\b"
)
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.&-](?=[^\W\d_]))*")

# In small letters. Each has a digit.
_PART_OF_DATE = re.compile(
    r"(?<![0-9])(?:[12][0-9]{3}(?![0-9])|[0-9]{1,2} ?[月日号时点:]"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])"
    r"|[0-9]{1,2} ?[ap]\.?m\b)"
    r"|--[0-9]{2}|[0-9]{4}年|[0-9]{1,2}h[0-9]{2}"
)
_DIGIT = re.compile("[0-9]")
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


def is_relative(text: str) -> bool:
    """Say whether a text has relative words ("2 hours ago")."""
    if not text.isascii() and _UNSPACED_RELATIVE.search(text):
        return True
    return _RELATIVE.search(lower(text)) is not None


def names_file(text: str) -> bool:
    """Say whether a text has the name of a file."""
    return "." in text and _FILE.search(fold(text)) is not None


def has_partial_date(text: str) -> bool:
    """Say whether a text has a part of a date or a time ("May 25", "10:32")."""
    if _DIGIT.search(text) and _PART_OF_DATE.search(fold(text)):
        return True
    words = [word.lower() for word in WORD.findall(text)]
    if not ENGLISH_DATE_WORDS.isdisjoint(words):
        return True
    return not MONTHS.keys().isdisjoint(words) and any(map(str.isdigit, text))


def replace_domains(text: str, by: str) -> str:
    """Replace the names of sites, and addresses of email."""
    return _DOMAIN.sub(by, text) if "." in text or "@" in text else text


def explain_missing(text: str) -> TimestampError:
    """Say what is missing from a text without a stamp."""
    plain = replace_domains(text, " ")
    has_year = _YEAR.search(plain) is not None
    if not has_year and is_relative(plain):
        return TimestampError(
            "relative-needs-now", "is relative to an unknown moment. Write the full date."
        )
    if "://" in text or names_file(text):
        return TimestampError("unparseable", "names a file or a page. Give its time instead.")
    if has_year and (error := _explain_year(plain)):
        return error
    if has_partial_date(plain):
        return TimestampError(
            "incomplete", "is not a full date. Write year, month, and day, such as 2020-05-25."
        )
    return TimestampError(
        "unparseable", "is not a known form of a timestamp. Write it like 2020-05-25 10:32."
    )


def _explain_year(text: str) -> TimestampError | None:
    """Say why a text with four digits has no stamp, if a date of another form is seen in it."""
    dates = list(_FULL_DATE.finditer(text))
    if (
        len(dates) > 1
        or (dates and _SPAN_AFTER.match(text, dates[0].end()))
        or _SPAN_OF_DAYS.search(text)
    ):
        return TimestampError("ambiguous", "is a time span. Give a single point in time.")
    if dates:
        return TimestampError(
            "unparseable", f'has "{dates[0][0]}" run together with other text. Separate the two.'
        )
    if (named := _UNKNOWN_MONTH.search(text)) and named["month"].lower() not in MONTHS:
        return TimestampError(
            "incomplete",
            f'has "{named["month"]}" in place of a month, which is not the name of one in a'
            " language of CLDR. Write the month as a number, such as 2020-05-25.",
        )
    return None
