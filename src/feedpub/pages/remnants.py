"""Lines that a page leaves in its text: labels, buttons, calls to share and to subscribe."""

from __future__ import annotations

import re

_MAX_REMNANT = 160  # characters

# L M S: the links that choose the size of the text.
_SIZES = re.compile(r"[lms](?:[\s|/]+[lms]){1,3}|font\s?size.{0,30}|字号.{0,20}", re.IGNORECASE)
# A word or two that stand alone.
_LABEL = re.compile(
    r"""advertise?ment|anzeige|werbung|publicit[ée]|publicidad|广告|sponsored|ad|story\ continues
    |share|print|e-?mail|comments?|home|next(?:\ page)?|\d{1,3}|live|最新新闻|\W*
    |\d{1,2}[:.h]\d\d(?:\ ?[ap]\.?m\.?)?(?:\ uhr)?
    |\(?(?:source|quelle|fuente)\s*:\s*[^.]{1,60}\)?|editor\s*:\s*.{1,40}""",
    re.IGNORECASE | re.VERBOSE,
)
# What calls to do something on the page, whole sentences too.
_CALL = re.compile(
    r"""(?:share(?:\ this\b|:|\ on\b)|print\ this\b|e-?mail\ (?:this|to)\b|follow\ us\b
    |like\ us\ on\b|subscribe\ (?:to|now|for|here|and)\b|sign\ up\ (?:for|to|now|here)\b
    |also\ read\b|(?:read|see)\ (?:also\b|more\b|next\b)|click\ here\b|leave\ a\ (?:comment|reply)\b
    |filed\ under\b|tags?\s*:|topics?\s*:|related\b[^.]{0,30}:|©|\(c\)\ |copyright\ (?:©|\(c\)|\d)
    |all\ rights\ reserved|责任编辑|[\[（(【]?\s*(?:责编|编辑)\s*[:：]|相关(?:新闻|阅读|链接|报道)
    |扫一扫|版权所有|上一篇|下一篇|推荐阅读|延伸阅读|اقرأ\ أيضا|mehr\ zum\ thema|lesen\ sie\ auch
    |auch\ interessant|lire\ aussi|à\ lire\ aussi|lea\ también|leia\ (?:também|mais)|читайте\ также
    ).*|分享(?:到|至)?\s*[:：]?.{0,20}|打印.{0,6}|关闭.{0,6}|返回.{0,6}|شارك.{0,20}""",
    re.IGNORECASE | re.VERBOSE,
)
# What begins a label as well as a sentence: "Related", "Related companies said no."
_HEADING = re.compile(
    r"""(?:subscribe|sign\ up|related|more\ (?:from|on|stories)|recommended|copyright|back\ to
    |go\ to|previous|page\ \d|load\ more|loading)\b.*""",
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCE_END = re.compile(r"[.!?。！？][\"'”’)\]]*$")


def is_size_choice(text: str) -> bool:
    """Say whether a line is the links that choose the size of the text."""
    return len(text) <= _MAX_REMNANT and _SIZES.fullmatch(text) is not None


def is_remnant_line(text: str) -> bool:
    """Say whether a line is a leftover of the page, and no sentence of its article."""
    if len(text) > _MAX_REMNANT:
        return False
    return (
        _SIZES.fullmatch(text) is not None
        or _LABEL.fullmatch(text) is not None
        or _CALL.fullmatch(text) is not None
        or (_HEADING.fullmatch(text) is not None and _SENTENCE_END.search(text) is None)
    )
