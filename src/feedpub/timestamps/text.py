"""Text of pages → plain text with one kind of space, dash, colon, and digit.

Nothing here decides what a text means. NFKC is not used because it turns the footnote mark of
"25²" into a digit.
"""

from __future__ import annotations

import re
import unicodedata

from feedpub.text import resolve_references

MAX_LENGTH = 500  # characters; a byline is short, and the bound keeps every pattern cheap

_LOOKALIKES = {
    "-": "‐‑‒–—―−﹣－",
    "~": "〜～∼",
    "/": "⁄∕",
    ":": "﹕∶ː꞉",
    ",": "、،",
    "|": "│┃丨︱¦",
    "'": "’‘´`ʼ",
    '"': "“”„",
    "(": "【〔〖「",
    ")": "】〕〗」",
    "·": "•∙・●▪■◦",
    "〇": "○",
}


class _Spelling(dict[int, str]):
    """The plain spelling of each character. It is found once for the characters that come first."""

    def __missing__(self, code: int) -> str:
        spelled = _spell(chr(code))
        if len(self) < _MOST_SPELLED:
            self[code] = spelled
        return spelled


_MOST_SPELLED = 10_000
_SPELLING = _Spelling({ord(odd): plain for plain, odds in _LOOKALIKES.items() for odd in odds})
_SPELLING |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full width ASCII
_SPELLING |= {ord("㏂"): "am", ord("㏘"): "pm"}

_CONTROLS = re.compile(r"[\x00-\x1f\ufffd]")
_TAG = re.compile(r"</?[A-Za-z]{1,10} ?/?>")
# What every widget has, apart from "Medium": where a text does not, the search below is saved.
_WIDGET_SIGN = re.compile(r"M ?[/|]? ?[SL]|A ?[-−+A]|中")
# The controls of a page leak into its text: font sizes, printing, sharing.
_WIDGETS = re.compile(
    r"(?<![^ |,\])]) ?(?=[SMLAsl\[(字大])(?:[SML] ?[/|]? ?M ?[/|]? ?[SL]"
    r"|[Ss]mall [Mm]edium [Ll]arge|[Ll]arge [Mm]edium [Ss]mall"
    r"|A ?[-−] ?(?:A )?A ?\+|A ?\+ ?A ?-|A A A|AAA"
    r"|[\[(]? ?(?:字号|字體|字体) ?:? ?[\[(]? ?大[ |/]*中[ |/]*小 ?[\])]?"
    r"|[\[(] ?大[ |/]*中[ |/]*小 ?[\])])"
    r"(?=$|[ |,])"
)
_YEAR_WORD = re.compile(
    r" (?<=[0-9]{4} )(?:г\.|года|г|року|р\.|m\.(?= [^\W\d_]))(?![^\W_])"
    r"|\. gada\b(?<=[0-9]{4}\. gada)"
)
_GLUED_CALENDAR = re.compile(r"(?<=[0-9]{4})(?=هـ|ه\.|ዓ[./]ም)")
_GLUED_WORDS = ("Updated", "Modified", "Published", "Posted", "Filed", "Source")
_GLUED_BEFORE = re.compile(
    r"(?<=[^\s(\[|])(?=(?:Last ?(?:Updated|Modified)|(?<!Last)(?:Updated|Modified)"
    r"|Published|Posted|Filed|Source)(?: (?:on|at|time))? ?(?::|[A-Z0-9]| [0-9A-Z]))"
)
_GLUED_SIGN = re.compile(r"(?:updated|modified|published|posted)[a-z0-9]")
_GLUED_BEHIND = re.compile(r"(Updated|Modified|Published|Posted)(?=[A-Z0-9])", re.IGNORECASE)


def tidy_text(text: str) -> str | None:
    """Spell a text plainly; None if it has characters that text of a page does not have.

    This resolves references, drops formatting characters, converts look-alikes and the digits
    of other scripts to ASCII, collapses white space, and separates glued labels ("SCIOUpdated:").
    """
    for _ in range(3 if "&" in text else 0):
        text = resolve_references(text)
    if not text.isascii():
        text = spell_plainly(text)
    elif "\x7f" in text:
        return None
    if "<" in text:
        text = _TAG.sub(" ", text)
    text = " ".join(text.split())
    if (not text.isprintable() or "\ufffd" in text) and _CONTROLS.search(text):
        return None
    if not text.isascii() or " m. " in text or ". gada" in text:
        text = _YEAR_WORD.sub("", text)
    if "ه" in text or "ዓ" in text:
        text = _GLUED_CALENDAR.sub(" ", text)
    lowered = text.lower()
    if "ed" in lowered or "source" in lowered:
        if any(word in text for word in _GLUED_WORDS):
            text = _GLUED_BEFORE.sub(" ", text)
        if _GLUED_SIGN.search(fold(text)):
            text = _GLUED_BEHIND.sub(r"\1 ", text)
    if "edium" in text or _WIDGET_SIGN.search(text):
        text = _WIDGETS.sub(" | ", text)
    return text.strip()


def lower(text: str) -> str:
    """Write a text in small letters, each in its place."""
    if not text.isascii():
        text = text.replace("İ", "i")  # lower() alone makes two characters of it
    return text.lower()


def fold(text: str) -> str:
    """Write a text so that a pattern of small ASCII letters matches as if it ignored case.

    Ignoring case takes three times as long, because Python cannot look for first letters then.
    """
    text = lower(text)
    return text if text.isascii() else text.replace("ı", "i").replace("ſ", "s")


def spell_plainly(text: str) -> str:
    """Spell digits, marks, and spaces plainly, and drop formatting characters."""
    return text.translate(_SPELLING)


def _spell(char: str) -> str:
    if char.isascii():
        return char
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in ("Zs", "Zl", "Zp", "Co"):  # private use: the clock of an icon font
        return " "
    if category == "So" and char >= "\u2190":  # clocks and calendars
        return " "
    if category == "Cf":
        return ""
    return "\ufffd" if category in ("Cs", "Cn", "Cc") and not char.isspace() else char
