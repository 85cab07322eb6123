"""The names of sections that a page writes in one text: behind a label, or parted by commas."""

from __future__ import annotations

import re
from functools import cache

from feedpub.text import load_words

_SURE_COMMA = re.compile(r"[、，;；|｜]|,(?=[^\W\d])|,\s++")
_COMMA = re.compile(r"[|｜、]|,(?=[^\W\d])|,\s++")
_LEAST_NAME = 4  # letters of the last name of a list: "Honolulu, HI" is one place
_MAX_NAME = 60  # characters


def split_sections(text: str, *, is_name: bool = False) -> list[str]:
    """List the names of sections in a text, each once, without the label before them.

    Args:
        is_name: The text is one name unless it begins with a label.
    """
    label = _labels().match(text)
    rest = text if label is None else text[label.end() :]
    if label is None and (is_name or not _is_list(rest)):
        return [name] if (name := rest.strip(" ,")) else []
    parts = (_SURE_COMMA if label is not None else _COMMA).split(rest)
    names = (part.strip().strip(" ,#•·:：\xa0") for part in parts)
    once: dict[str, str] = {}
    for name in names:
        once.setdefault(name.casefold(), name)
    return [name for name in once.values() if name]


def _is_list(text: str) -> bool:
    """Say whether a text without a label lists several names: whether commas end them all."""
    parts = [part for one in _COMMA.split(text.strip(" ,")) if (part := one.strip())]
    if len(parts) < 2 or any(len(part) > _MAX_NAME for part in parts):
        return False
    last = parts[-1]
    joints = load_words("feedpub.pages", "section_lists")["joints"]
    is_joined = ", " in text and not joints.keys().isdisjoint(last.casefold().split())
    is_wide = not last.isascii()  # a script in which a word has few letters
    letters = sum(letter.isalpha() for letter in last)
    return not is_joined and (letters >= _LEAST_NAME or is_wide)


@cache
def _labels() -> re.Pattern[str]:
    tables = load_words("feedpub.pages", "section_lists")
    phrases = "|".join(map(re.escape, sorted(tables["phrases"], key=len, reverse=True)))
    labels = "|".join(map(re.escape, sorted(tables["labels"], key=len, reverse=True)))
    return re.compile(
        rf"(?<!\s)\s*+(?:(?:{phrases})(?:\s*+[:：]\s*+|\s++)|(?:{labels})\s*+[:：]\s*+)",
        re.IGNORECASE,
    )
