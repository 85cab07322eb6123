"""The names of authors: in a byline, in an element of a page, and in a field of a record.

By A and B in Chengdu → A, B
作者：王小明 李四 → 王小明, 李四
Anna Berg and Karl Lenz → Anna Berg, Karl Lenz
Ministry of Culture and Tourism → itself

A text is split behind a label like "By", and where each part reads as the name of a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedpub.text import CJK, HAN, load_words
from feedpub.timestamps import LabelKind, find_labels, tidy_text

_MAX_NAME = 50
_MAX_LABEL = 40
_MAX_FIELD = 500  # characters; a longer text is no list of names

_WORDS = load_words("feedpub.pages", "author_names")
# A label without its space, and no name that begins so ("Byron").
_GLUED = re.compile(r"^By(?=[A-Z][a-z]+ )")


def _one_of(table: str) -> str:
    return "|".join(_WORDS[table])


# A point inside a Chinese name separates the first name from the last.
_AUTHORS_END = re.compile(rf"[|(]|·(?![{CJK}])|(?<![{CJK}])·")
_PLACE = re.compile(rf" (?:{_one_of('places')})\b.*$|(?<![ ,])[ ,]++$", re.IGNORECASE)
_JOINT = re.compile(rf" (?:{_one_of('joints')})$")
_MARKS = ",;/&、，；،؛"  # between two names
_AND = re.compile(rf" ?[{_MARKS}] ?(?:and )?| (?:{_one_of('and')}) ", re.IGNORECASE)
# Also words that a name may hold: they part only what reads as the names of two people.
_ANY_AND = re.compile(rf"{_AND.pattern}| (?-i:{_one_of('and_between_people')}) ", re.IGNORECASE)
_COMMA = re.compile(r" ?[,;、] ?")
_SEMICOLON = re.compile(r"(?<!\s)\s*+[;；؛]\s*+")
_BEHIND_COMMA = re.compile(rf"[,，] ?(?=(?:{_one_of('suffixes')})(?:$| ?[{_MARKS}]| and ))")
_ORGANIZATION = re.compile(
    rf"\b(?:{_one_of('organizations')})\b|(?:{_one_of('organization_ends')})$", re.IGNORECASE
)
_CJK_NAME = re.compile(rf"[{CJK}]{{2,5}}|[{CJK}]+·[{CJK}]+")
_HAN_NAMES_APART = re.compile(rf"(?:{_one_of('surnames')})[{HAN}]{{1,2}}")
_NAMES_APART = re.compile(rf"[{CJK}]{{2,}}(?: [{CJK}]{{2,}})+")
_EDITOR = re.compile(_one_of("editors"), re.IGNORECASE)
_EDGES = " :,.|-/\"'"
_OUTER_EDGES = " ,;|/،؛，；、"
_NAME_EDGES = " :,|-/\"'()[]"
_ADDRESS = re.compile(r"https?:|@|\d{3}|^www\.")
_INITIAL_LAST = re.compile(r"\b\w\.$")
_APOSTROPHE = "['’‘´`ʼ]"


def read_authors(text: str) -> list[str]:
    """Read the names of authors in a text, with or without a label like "By".

    The result is empty if the text is not a list of names or names an editor.
    """
    tidy = _GLUED.sub("By ", (tidy_text(text) or "").lstrip("([ ").rstrip("]) "))
    names = _read_with_label(tidy)
    if names is None:
        names = _split_unlabeled(tidy)
    if any(len(name) > _MAX_NAME or _ADDRESS.search(name) for name in names):
        return []
    return [write_as_in(text, name) for name in names]


def split_authors(text: str) -> list[str]:
    """Split the plain text of a field of authors, which may name one that is not a person.

    What is not surely several names stays one, as it is written. Nothing is left of a text
    that is only a label.
    """
    if len(text) > _MAX_FIELD:
        return [text]
    names: list[str] = []
    for part in _SEMICOLON.split(text):
        tidy = _GLUED.sub("By ", (tidy_text(part) or "").lstrip("([ "))
        labeled = _read_with_label(tidy)
        if labeled:
            names += [write_as_in(part, name) for name in labeled]
        elif labeled is None or not is_author_label(part):
            names += _split_people(part)
    return list(dict.fromkeys(filter(None, names)))


def _read_with_label(tidy: str) -> list[str] | None:
    """Read the names of a text that begins with a label; None for any other."""
    labels = find_labels(tidy, [])
    if not labels or labels[0].start != 0 or labels[0].kind != "author":
        return None
    ends = [*(label.start for label in labels[1:]), len(tidy)]
    named = [
        (tidy[label.start : label.end], cut_authors(tidy[label.end : end]))
        for label, end in zip(labels, ends, strict=True)
        if label.kind == "author"
    ]
    label, rest = named[0]
    if label.casefold() in _WORDS["also_names"] and tidy == f"{label} {rest}" and " " not in rest:
        return None  # Von Miller
    return [name for label, piece in named for name in read_labeled(label, piece)]


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
    return _is_label(text, "author")


def is_source_label(text: str) -> bool:
    """Say whether a text is only a label of a source, like "Source:" or "来源："."""
    return _is_label(text, "source")


def _is_label(text: str, kind: LabelKind) -> bool:
    if len(text) > _MAX_LABEL:
        return False
    tidy = tidy_text(text) or ""
    # Some words are labels only before a name.
    labels = find_labels(f"{tidy} A", [])
    return bool(labels) and labels[0].kind == kind and not tidy[labels[0].end :].strip(" :")


def is_name(text: str) -> bool:
    """Say whether a text might name a person: a few words with capitals, or CJK."""
    words = [word for word in text.split() if word not in _WORDS["particles"]]
    return 0 < len(words) <= 5 and not any(word[0].islower() or word[0].isdigit() for word in words)


def _is_person(text: str) -> bool:
    """Say whether a text reads as the name of a person, first and last, and of nothing else."""
    text = text.strip()
    if _ORGANIZATION.search(text):
        return False
    if _CJK_NAME.fullmatch(text):
        return True
    is_written = not any(char.isdigit() or char in ":()[]<>@|" for char in text)
    return " " in text and len(text) <= _MAX_NAME and is_written and is_name(text)


def is_nobody(name: str) -> bool:
    """Say whether a name is what a system writes where nobody is named."""
    return name.casefold() in _WORDS["nobody"]


def _split_authors(piece: str) -> Iterator[str]:
    """Yield the names after a label, without the places that the authors write from."""
    for part in _part_labeled(piece):
        name = _trim_name(trim_joint(_PLACE.sub("", part).rstrip()))
        # Only spaces separate Chinese names; one inside a name of two characters aligns it.
        if _NAMES_APART.fullmatch(name):
            yield from name.split()
        elif name:
            yield from _part_people(name) or [name]


def _part_labeled(piece: str) -> list[str]:
    """Part what follows a label, but not the name of an organization."""
    parts = _AND.split(piece)
    is_one = len(parts) > 1 and _ORGANIZATION.search(piece) and not any(map(_is_person, parts))
    return _COMMA.split(piece) if is_one else parts


def _split_people(text: str) -> list[str]:
    """Split a text whose every part reads as the name of a person."""
    text = text.strip(_OUTER_EDGES)
    words = text.split()
    if len(words) > 1 and all(map(_HAN_NAMES_APART.fullmatch, words)):
        return words
    return _part_people(text) or [text]


def _part_people(text: str) -> list[str]:
    """Part the names of several people; empty where any part reads as something else."""
    # "Anna Berg, Jr." is one name.
    joined = _BEHIND_COMMA.sub("\0", text)
    for pattern in (_ANY_AND, _AND):
        parts = [part.strip() for part in pattern.split(joined)]
        parts = [part for part in parts if part]
        if len(parts) > 1 and all(_is_person(part.replace("\0", " ")) for part in parts):
            return [part.replace("\0", ", ") for part in parts]
    return []


def _split_unlabeled(text: str) -> list[str]:
    """Split the text of an element without a label, which might name an organization."""
    piece = _AUTHORS_END.split(text)[0]
    if _ADDRESS.search(piece):
        return []
    parts = (name for part in _COMMA.split(piece) for name in _part_people(part) or [part])
    return list(filter(None, map(_trim_name, parts)))


def _trim_name(name: str) -> str:
    name = name.strip(_NAME_EDGES)
    return name if _INITIAL_LAST.search(name) else name.strip(_EDGES)


def write_as_in(text: str, name: str) -> str:
    """Write a name with the apostrophes of the text."""
    if "'" not in name:
        return name
    found = re.search(re.escape(name).replace("'", _APOSTROPHE), text)
    return name if found is None else found[0]
