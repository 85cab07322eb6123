"""Language tags (BCP 47), and which tag a text that is not one stands for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from feedpub import compile_late
from feedpub.lint.findings import Faults
from feedpub.lint.loading import load_toml, load_words

_TAG = compile_late(r"[A-Za-z]{1,8}(?:-[0-9A-Za-z]{1,8})*")

_AFTER_WORD = compile_late(r"[^\w]|_")


def is_language(tag: str) -> bool:
    """Say whether a text has the form of a language tag, and names a language of ISO 639."""
    code = tag.partition("-")[0].lower()
    is_private = len(code) == 3 and "qaa" <= code <= "qtz"
    return (is_private or code in load_words("languages")) and _TAG.fullmatch(tag) is not None


def name_meant_language(text: str) -> str:
    """Name the tag that is meant by the code of a country, or the name of a language.

    It is a part of a message: `, but "ja" is`, or empty where nothing is known to be meant.
    """
    meant = _load_meant()
    folded = " ".join(text.casefold().split())
    tag = meant.get(folded) or meant.get(_AFTER_WORD.split(folded, maxsplit=1)[0])
    return "" if tag is None else f', but "{tag}" is'


def check_language(value: str) -> Faults:
    """Check a language tag."""
    return () if is_language(value) else (("language-invalid", name_meant_language(value)),)


@cache
def _load_meant() -> Mapping[str, str]:
    tables = load_toml("meant_languages").values()
    return {text: str(tag) for table in tables for text, tag in table.items()}
