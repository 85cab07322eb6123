"""Scripts of East Asia, as ranges for the character classes of regular expressions."""

from __future__ import annotations

HAN = r"\u3400-\u9fff"  # ideographs, with extension A
KANA = r"\u3040-\u30ff"
HANGUL = r"\uac00-\ud7a3"
CJK = KANA + HAN + HANGUL  # letters of all three languages

PUNCTUATION = r"\u3000-\u303f"
FULL_WIDTH = r"\uff01-\uff60"  # ASCII at the width of an ideograph
# What Chinese and Japanese set without spaces; Korean has spaces.
UNSPACED = PUNCTUATION + KANA + HAN + FULL_WIDTH
