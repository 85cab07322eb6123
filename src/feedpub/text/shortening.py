"""A text cut to a length: at a word, or else between two characters that readers see."""

from __future__ import annotations

import unicodedata

from feedpub import compile_late
from feedpub.text.unseen import remove_unpaired

_JOINER = "\u200d"
_JOINING = frozenset({"Mn", "Mc", "Me"})  # categories of marks that belong to the letter before
_FLAG = compile_late("[\U0001f1e6-\U0001f1ff]")  # two letters are a flag
# Joiners, skin tones, the parts of flags of regions, and vowels and finals of Hangul.
_EXTENDS = compile_late("[\u200c\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u1160-\u11ff]")
_MOST = 64  # code points of what readers see as one character
_VIRAMA = 9  # the combining class of the sign that joins two consonants of Indic scripts


def shorten(text: str, limit: int = 400) -> str:
    """Cut a text at a word to at most `limit` characters, with an ellipsis.

    Bidi marks whose end is cut off go too.
    """
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    if not text[limit - 1].isspace():
        # Text without spaces (Chinese) and endless words are cut anywhere.
        at = head.rfind(" ")
        head = head[: at if at > limit // 2 else _find_boundary(text, limit - 1)]
    return remove_unpaired(head.rstrip(" ,;:.，、；：。-–—")) + "…"


def _find_boundary(text: str, at: int) -> int:
    """Find the last place up to `at` that is not inside of what readers see as one character.

    Source: Unicode Standard Annex #29, section 3, for the characters that texts have.
    """
    place = at
    while place > max(at - _MOST, 0):
        if not _is_inside(text, place):
            return place
        place -= 1
    return at  # a text of marks alone


def _is_inside(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if unicodedata.category(after) in _JOINING or _EXTENDS.match(after) or before == _JOINER:
        return True
    if unicodedata.combining(before) == _VIRAMA and after.isalpha():
        return True
    if not (_FLAG.match(before) and _FLAG.match(after)):
        return False
    letters = at
    while letters and _FLAG.match(text[letters - 1]):
        letters -= 1
    return (at - letters) % 2 == 1
