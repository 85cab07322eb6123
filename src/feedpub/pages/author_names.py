"""The names of authors: in a byline, in an element of a page, and in a field of a record.

By A and B in Chengdu → A, B
作者：王小明 李四 → 王小明, 李四
Ministry of Culture and Tourism → itself
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedpub.text import CJK, load_words
from feedpub.timestamps import find_labels, tidy_text

_MAX_NAME = 50

_WORDS = load_words("feedpub.pages", "author_names")


def _one_of(table: str) -> str:
    return "|".join(_WORDS[table])


# A point inside a Chinese name separates the first name from the last.
_AUTHORS_END = re.compile(rf"[|(]|·(?![{CJK}])|(?<![{CJK}])·")
_PLACE = re.compile(rf" (?:{_one_of('places')})\b.*$|(?<![ ,])[ ,]++$", re.IGNORECASE)
_JOINT = re.compile(rf" (?:{_one_of('joints')})$")
_AND = re.compile(rf" ?[,;/&、] ?(?:and )?| (?:{_one_of('and')}) ", re.IGNORECASE)
_COMMA = re.compile(r" ?[,;、] ?")
_NAMES_APART = re.compile(rf"[{CJK}]{{2,}}(?: [{CJK}]{{2,}})+")
_EDITOR = re.compile(_one_of("editors"), re.IGNORECASE)
_EDGES = " :,.|-/\"'"
_NAME_EDGES = " :,|-/\"'()[]"
_ADDRESS = re.compile(r"https?:|@|\d{3}|^www\.")
_INITIAL_LAST = re.compile(r"\b\w\.$")
_APOSTROPHE = "['’‘´`ʼ]"


def read_authors(text: str) -> list[str]:
    """Read the names of authors in a text, with or without a label like "By".

    The result is empty if the text is not a list of names or names an editor.
    """
    tidy = (tidy_text(text) or "").lstrip("([ ").rstrip("]) ")
    labels = find_labels(tidy, [])
    if labels and labels[0].start == 0 and labels[0].kind == "author":
        ends = [*(label.start for label in labels[1:]), len(tidy)]
        names = [
            name
            for label, end in zip(labels, ends, strict=True)
            if label.kind == "author"
            for name in read_labeled(
                tidy[label.start : label.end], cut_authors(tidy[label.end : end])
            )
        ]
    else:
        names = _split_unlabeled(tidy)
    if any(len(name) > _MAX_NAME or _ADDRESS.search(name) for name in names):
        return []
    return [write_as_in(text, name) for name in names]


def cut_authors(text: str) -> str:
    """Cut what follows a label of authors to the part that may name them."""
    return _AUTHORS_END.split(text.lstrip(" :"))[0]


def read_labeled(label: str, piece: str) -> list[str]:
    """Read the names behind a label; the names of editors are those of no authors."""
    return [] if _EDITOR.search(label) else list(_split_authors(piece))


def trim_joint(name: str) -> str:
    """Remove a word that goes on with the time: "Anna Berg am"."""
    return _JOINT.sub("", name)


def is_author_label(text: str) -> bool:
    """Say whether a text is only a label of authors, like "By" or "作者："."""
    tidy = tidy_text(text) or ""
    # Some words are labels only before a name.
    labels = find_labels(f"{tidy} A", [])
    return bool(labels) and labels[0].kind == "author" and not tidy[labels[0].end :].strip(" :")


def parts_names(text: str) -> bool:
    """Say whether a text separates two names, like a comma or "and"."""
    return _AND.fullmatch(f" {text.strip()} ") is not None or text.strip() == ","


def is_name(text: str) -> bool:
    """Say whether a text might name a person: a few words with capitals, or CJK."""
    words = [word for word in text.split() if word not in _WORDS["particles"]]
    return 0 < len(words) <= 5 and not any(word[0].islower() or word[0].isdigit() for word in words)


def is_nobody(name: str) -> bool:
    """Say whether a name is what a system writes where nobody is named."""
    return name.casefold() in _WORDS["nobody"]


def _split_authors(piece: str) -> Iterator[str]:
    """Yield the names after a label, without the places that the authors write from."""
    for part in _AND.split(piece):
        name = _trim_name(trim_joint(_PLACE.sub("", part).rstrip()))
        # Only spaces separate Chinese names; one inside a name of two characters aligns it.
        if _NAMES_APART.fullmatch(name):
            yield from name.split()
        elif name:
            yield name


def _split_unlabeled(text: str) -> list[str]:
    """Split a text without a label, which might name an organization."""
    piece = _AUTHORS_END.split(text)[0]
    if _ADDRESS.search(piece):
        return []
    names: list[str] = []
    for part in _COMMA.split(piece):
        # "Kirche und Leben" is one name, "Anna Berg und Karl Lenz" are two.
        people = _AND.split(part)
        names += people if all(" " in name.strip() for name in people) else [part]
    return list(filter(None, map(_trim_name, names)))


def _trim_name(name: str) -> str:
    name = name.strip(_NAME_EDGES)
    return name if _INITIAL_LAST.search(name) else name.strip(_EDGES)


def write_as_in(text: str, name: str) -> str:
    """Write a name with the apostrophes of the text."""
    if "'" not in name:
        return name
    found = re.search(re.escape(name).replace("'", _APOSTROPHE), text)
    return name if found is None else found[0]
