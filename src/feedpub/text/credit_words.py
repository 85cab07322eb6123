"""The words of credits: what a photo is called, who is an agency, how pages name the place."""

from __future__ import annotations

from feedpub.text.word_lists import load_words

_WORDS = load_words("feedpub.text", "credit_words")


def _one_of(table: str) -> str:
    return f"(?:{'|'.join(_WORDS[table])})"


# Regular expressions.
KIND = _one_of("kinds")
RARE_KIND = _one_of("rare_kinds")
FOREIGN_KIND = _one_of("foreign_kinds")
SOURCE = _one_of("sources")
PLACE_NAME = _one_of("place_names")

# In any case.
AGENCIES = frozenset(name.casefold() for name in _WORDS["agencies"])
# Those that are letters alone: behind a time they are no zone.
AGENCY_LETTERS = frozenset(
    name for name in _WORDS["agencies"] if name.isascii() and name.isalpha() and name.isupper()
)
