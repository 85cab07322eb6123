"""Unseen characters that turn or hide the rest of a text."""

from __future__ import annotations

from feedpub import compile_late

_PLANES = range(0, 0x110000, 0x10000)
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in _PLANES
)
# Not white space, in a script that joins its letters, or an emoji. ZWJ and ZWNJ mean something
# beside these also at the end of a word, and beside others only inside of one.
_JOINING = r"[^\s\x00-\u058f]"
_UNSEEN = compile_late(
    rf"[\x7f-\x84\x86-\x9f{_NONCHARACTERS}]++"  # DEL, C1 without NEL, which is white space
    rf"|\A[\s\ufeff]++"
    rf"|(?<!\S)[\u200c\u200d]++(?!{_JOINING})"
    rf"|(?<!{_JOINING})[\u200c\u200d]++(?!\S)"
    # Tag characters that spell no flag.
    rf"|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]++"
)
# UAX #9: embeddings and overrides end at PDF, isolates at PDI.
_BIDI = compile_late("[\u202a-\u202e\u2066-\u2069]")
_PDF, _PDI = "\u202c", "\u2069"


def remove_unseen(text: str) -> str:
    """Remove controls, noncharacters, joiners that join nothing, and bidi marks without a partner.

    LRM, RLM, the joiners of words and emoji, and the tag characters of flags stay.
    """
    if text.isascii() and "\x7f" not in text:
        return text
    return remove_unpaired(_UNSEEN.sub("", text))


def remove_unpaired(text: str) -> str:
    """Remove the bidi embeddings, overrides and isolates that do not end, and ends of none."""
    unpaired: set[int] = set()
    opened: list[int] = []  # the places of what has not ended
    isolates = 0
    for found in _BIDI.finditer(text):
        mark, place = found[0], found.start()
        if mark == _PDF and opened and text[opened[-1]] < "\u2066":
            opened.pop()
        elif mark == _PDI and isolates:
            # An isolate ends also the embeddings that were begun in it (UAX #9, rule X6a).
            while text[opened[-1]] < "\u2066":
                unpaired.add(opened.pop())
            opened.pop()
            isolates -= 1
        elif mark in (_PDF, _PDI):
            unpaired.add(place)
        else:
            opened.append(place)
            isolates += mark > "\u2065"
    unpaired.update(opened)
    if not unpaired:
        return text
    return "".join(char for place, char in enumerate(text) if place not in unpaired)
