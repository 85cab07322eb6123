"""The words of `words.toml` as tables. Only the long way loads them."""

from __future__ import annotations

from datetime import date

from feedpub.text import load_words

_WORDS = load_words("feedpub.timestamps", "words")

ENGLISH_MONTHS = frozenset(_WORDS["english_months"])
ENGLISH_WEEKDAYS = frozenset(_WORDS["english_weekdays"])
MONTHS = {
    word: int(number)
    for language in ("english_months", "foreign_months")
    for word, number in _WORDS[language].items()
}
# Monday is 1.
WEEKDAYS = {
    word: int(number)
    for language in ("english_weekdays", "foreign_weekdays")
    for word, number in _WORDS[language].items()
}
# RFC 822 section 5.1 allows only three letters for a month.
RFC822_MONTHS = frozenset(name for name in ENGLISH_MONTHS if len(name) == 3)

MERIDIEMS = _WORDS["meridiems"]
MERIDIEM_CJK = "|".join(
    sorted((word for word in MERIDIEMS if not word.isascii()), key=len, reverse=True)
)

# Zone letters that are also words: without a time before them they are not a zone.
WORDLIKE_ZONES = frozenset(_WORDS["wordlike_zones"])

# Hours east of UTC.
RFC822_ZONES = {letters: int(hours) for letters, hours in _WORDS["rfc822_zones"].items()}
ZONE_LETTERS = {
    letters: tuple(map(float, hours.split())) for letters, hours in _WORDS["zone_letters"].items()
}
UTC_LETTERS = frozenset({"UTC", "GMT", "Z"})
ZONE_PHRASES = _WORDS["zone_phrases"]

# The year before the first, and the last year of the era (None: it continues).
ERAS = {
    era: (int(years.split()[0]), int(years.split()[1]) if " " in years else None)
    for era, years in _WORDS["eras"].items()
}

# The days that ended with 23:59:60 UTC (IERS Bulletin C). There is none after 2016.
LEAP_SECOND_DAYS = frozenset(
    [date(year, 6, 30) for year in (1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997,
                                    2012, 2015)]
    + [date(year, 12, 31) for year in (1972, 1973, 1974, 1975, 1976, 1977, 1978, 1979, 1987,
                                       1989, 1990, 1995, 1998, 2005, 2008, 2016)]
)  # fmt: skip
