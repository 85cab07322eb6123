"""A byline → who wrote it, where it is from, and the texts of its times.

    By A and B in Chengdu (China Daily) Updated: 2014-09-18 08:05
    2020-05-25 10:32 来源：新华网 作者：王小明 李四

A byline is stamps, labels, and what is left between separators; it is not searched for the
first date. "By April May" names an author because it stands behind "By".
"""

from __future__ import annotations

import re

import msgspec

from feedpub.errors import TimestampError
from feedpub.text import CJK
from feedpub.timestamps import (
    Label,
    LabelKind,
    Stamp,
    blank,
    choose_stamp,
    find_labels,
    find_stamps,
    has_partial_date,
    is_relative,
    label_stamps,
    tidy_text,
)

MAX_BYLINE = 240  # characters; a longer line is a paragraph

_SEPARATOR = re.compile(r"[|·;()\[\]<>*]+|(?:^| )-+(?: |$)|, (?=\|)")
_BRACKETED = re.compile(r"\(([^()|]*)\)")
_AUTHOR_END = re.compile(r" (?:in|for|from|at|on|reports?|reporting)\b.*$|[ ,]+$", re.IGNORECASE)
_AUTHOR_AND = re.compile(r" ?[,;/&、] ?(?:and )?| and | und | et | y ", re.IGNORECASE)
_EDITOR = re.compile(r"editor|编辑|編輯|责编", re.IGNORECASE)
_EDGES = " :,.|-/\"'"
_PARTICLES = frozenset("al bin da de del der di dos du el la le ten ter van von zu".split())
_INITIAL = re.compile(r"\b[A-Z]\. ?")
_SENTENCE = re.compile(r"[.!?。！？] ?\S|[.!?。！？]$")
_DOMAIN = re.compile(r"\b[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,8}\b")
_MARKS = re.compile(r"[|()\[\]·]| - ")
_LEADING_SOURCE = re.compile(r"\(?[^()]{1,40}\)(?P<rest>.{1,30})")


# What most pages write, read without the tables; a test compares.
_USUAL = re.compile(
    r"(?:\((?P<bracketed>(?![Bb]y |[Ss]ource)[A-Za-z][A-Za-z.']*(?: [A-Za-z.']+){0,4})\)"
    r"|(?P<barred>[a-z]+(?:\.[a-z]+)+) ?\|)"
    r" ?Updated ?: ?(?P<stamp>[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2})?)"
)


class Byline(msgspec.Struct, frozen=True):
    """What a byline says. `updated` and `published` are texts for `parse_timestamp`.

    A text that leaves a time in doubt is kept with what makes it doubtful, so that it is
    refused later with the right reason. A single time without a label is `updated`.
    """

    source: str | None = None
    authors: tuple[str, ...] = ()
    updated: str | None = None
    published: str | None = None


def parse_byline(text: str) -> Byline:
    """Take a byline apart; a part that it does not name is None or empty."""
    if usual := _USUAL.fullmatch(text.strip()):
        return Byline(usual["bracketed"] or usual["barred"], (), usual["stamp"])
    tidy = tidy_text(text[: MAX_BYLINE * 2])
    if not tidy:
        return Byline()
    stamps = find_stamps(tidy)
    labels = find_labels(tidy, stamps)
    updated, published = _find_times(tidy, stamps, labels)
    source, authors = _find_credits(tidy, stamps, labels)
    return Byline(source=source, authors=authors, updated=updated, published=published)


def looks_like_byline(text: str) -> bool:
    """Say whether a short line of a page is its byline.

    It has an update or publish label with a time behind it, or a source and a stamp, or is
    a stamp and nothing else. The time need not be sure.
    """
    text = text.strip()
    if not text or len(text) > MAX_BYLINE or "\n" in text:
        return False
    if _USUAL.fullmatch(text):
        return True
    tidy = tidy_text(text)
    if not tidy:
        return False
    stamps = find_stamps(tidy)
    labels = find_labels(tidy, stamps)
    if any(kind in ("updated", "published") for kind in label_stamps(tidy, stamps, labels)):
        return True
    for label in labels:
        if label.kind in ("updated", "published") and _has_time_behind(tidy, label):
            return True
    if not stamps:
        lead = _LEADING_SOURCE.fullmatch(tidy)
        return lead is not None and has_partial_date(lead["rest"]) and not _SENTENCE.search(tidy)
    if len(stamps) == 1 and stamps[0].text == tidy:
        return True
    try:
        stamp = choose_stamp(tidy, stamps)
    except TimestampError:
        return False
    source, authors = _find_credits(tidy, stamps, labels)
    marked = (
        stamp.time is not None
        or _MARKS.search(tidy) is not None
        or _DOMAIN.search(tidy) is not None
        or any(label.kind in ("source", "author") for label in labels)
    )
    return marked and (source is not None or bool(authors))


def read_credit_line(text: str) -> Byline | None:
    """Read a line of a page that names its authors or its source, and nothing else.

    `By Li Wen and Zhao Qi`, `Source: River Post`, `作者：王小明`; None where it is another line.
    """
    tidy = (tidy_text(text) or "").strip(" ()[]") if len(text) <= MAX_BYLINE else ""
    labels = find_labels(tidy, []) if tidy and not find_stamps(tidy) else []
    if not labels or labels[0].start or _SENTENCE.search(_INITIAL.sub(" ", tidy)):
        return None
    if any(label.kind not in ("source", "author") for label in labels):
        return None
    source, authors = _find_credits(tidy, [], labels)
    if not (source or authors) or not all(map(_is_name, authors)):
        return None
    return Byline(source=source, authors=authors)


def _is_name(text: str) -> bool:
    """Say whether a text may name a person: few words, each with a capital, or CJK."""
    words = text.split()
    return 0 < len(words) <= 5 and all(
        word in _PARTICLES or (not word[0].islower() and not word[0].isdigit()) for word in words
    )


def _has_time_behind(text: str, label: Label) -> bool:
    """Say whether a label without a stamp is one still: "Updated: May 25", "Updated :"."""
    behind = text[label.end :]
    if not behind.lstrip().startswith(":"):
        return False
    behind = behind.lstrip(" :")
    return not behind or (len(behind) < 40 and (has_partial_date(behind) or is_relative(behind)))


def _find_times(
    text: str, stamps: list[Stamp], labels: list[Label]
) -> tuple[str | None, str | None]:
    if not stamps:
        return _find_refused_times(text, labels)
    if (loose := _find_loose_update(text, stamps, labels)) is not None:
        rest = blank(text, loose)
        beside = _find_times(rest, stamps, find_labels(rest, stamps))
        return text[loose[0] : loose[1]].strip(" |,"), beside[1] or beside[0]
    named = label_stamps(text, stamps, labels)
    try:
        chosen = choose_stamp(text, stamps)
    except TimestampError:
        # The whole line, so that it is refused for what stands in it.
        whole_is_published = "updated" not in named and "published" in named and len(stamps) == 1
        return (None, text) if whole_is_published else (text, None)
    if len(stamps) == 1:
        shown = _show(text, chosen)
        return (None, shown) if named == ["published"] else (shown, None)
    others = [stamp for stamp in stamps if stamp is not chosen]
    called = [stamp for stamp in others if named[stamps.index(stamp)] == "published"]
    return _show(text, chosen), _find_published(text, chosen, called or others)


def _find_loose_update(
    text: str, stamps: list[Stamp], labels: list[Label]
) -> tuple[int, int] | None:
    """Find an update label that has a part of a date or relative words behind it, no stamp."""
    stops = sorted(
        [*(stamp.start for stamp in stamps), *(label.start for label in labels), len(text)]
    )
    for label in labels:
        if label.kind == "updated":
            stop = min(place for place in stops if place >= label.end)
            behind = text[label.end : stop]
            if has_partial_date(behind) or is_relative(behind):
                return label.start, stop
    return None


def _find_published(text: str, updated: Stamp, others: list[Stamp]) -> str | None:
    """Give the time beside the updated one: alone where the line leaves it sure."""
    if len(others) != 1:
        return None
    rest = blank(text, (updated.start, updated.end))
    try:
        stamp = choose_stamp(rest, others)
    except TimestampError:
        return rest.replace("|" * (updated.end - updated.start), "|")
    return _show(text, stamp)


def _find_refused_times(text: str, labels: list[Label]) -> tuple[str | None, str | None]:
    """Give the texts behind labels where no stamp is: they are refused for what they lack."""
    found: dict[LabelKind, str] = {}
    timed = [label for label in labels if label.kind in ("updated", "published", "neutral")]
    ends = [*(label.start for label in timed[1:]), len(text)]
    for label, end in zip(timed, ends, strict=False):
        if text[label.end : end].strip(_EDGES):
            found.setdefault(label.kind, text[label.start : end].strip(" |,"))
    updated = found.get("updated") or found.get("neutral")
    if not found and (has_partial_date(text) or is_relative(text)):
        updated = text
    return updated, found.get("published")


def _show(text: str, stamp: Stamp) -> str:
    return text[stamp.date.start() : stamp.end].strip() if stamp.weekday_glued else stamp.text


def _find_credits(
    text: str, stamps: list[Stamp], labels: list[Label]
) -> tuple[str | None, tuple[str, ...]]:
    source: str | None = None
    authors: list[str] = []
    begins = [stamp.date.start() if stamp.weekday_glued else stamp.start for stamp in stamps]
    spans = [(begin, stamp.end) for begin, stamp in zip(begins, stamps, strict=True)]
    stops = sorted([*begins, *(label.start for label in labels), len(text)])
    spans += [(label.start, label.end) for label in labels]
    if loose := _find_loose_update(text, stamps, labels):
        spans.append(loose)
    if not stamps:  # what is refused as a time is no source either
        spans += [
            (label.start, len(text)) for label in labels if label.kind in ("updated", "published")
        ]
    for label in labels:
        if label.kind not in ("source", "author"):
            continue
        stop = min(place for place in stops if place >= label.end)
        behind = text[label.end : stop]
        piece = re.split(r"[|·;(]" if label.kind == "source" else r"[|·(]", behind.lstrip(" :"))[0]
        begin = text.index(piece, label.end)
        spans.append((begin, begin + len(piece)))
        if label.kind == "source":
            source = source or piece.strip(_EDGES) or None
        elif not _EDITOR.search(text[label.start : label.end]):
            authors += _split_authors(piece)
    rest = blank(text, *spans)
    for segment in [*_BRACKETED.findall(rest), *_SEPARATOR.split(rest)]:
        name = segment.strip(_EDGES)
        if source is None and _is_source(name):
            source = name
    return source, tuple(authors)


def _split_authors(piece: str) -> list[str]:
    names = []
    for part in _AUTHOR_AND.split(piece):
        name = _AUTHOR_END.sub("", part).strip(_EDGES)
        # Chinese names are parted by spaces alone.
        names += name.split() if re.fullmatch(rf"[{CJK} ]+", name) else [name]
    return [name for name in names if name]


def _is_source(name: str) -> bool:
    """Say whether a piece may name a source: a few words, no count, no label of something."""
    return (
        re.search(r"[^\W\d_]{2}", name) is not None
        and ":" not in name
        and len(name) <= 60
        and len(name.split()) <= 7
        and not re.search(r"[0-9] ?(?:min|comments?|shares?|views?|likes?)\b", name)
    )
