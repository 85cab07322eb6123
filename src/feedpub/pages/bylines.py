"""A byline → its authors, its source, and its times, on text pages and HTML pages alike.

    By A and B in Chengdu (China Daily) Updated: 2014-09-18 08:05
    2020-05-25 10:32 来源：新华网 作者：王小明 李四

A byline consists of stamps, labels, and the text between separators. It is not searched for the
first date: "By April May" names an author because it follows "By".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import msgspec

from feedpub.text import AGENCIES, CJK, HAN, load_words
from feedpub.timestamps import (
    FoundTime,
    Label,
    LabelKind,
    Stamp,
    blank,
    find_labels,
    find_plain_stamp,
    find_stamps,
    find_time,
    has_partial_date,
    is_relative,
    label_stamps,
    tidy_text,
)

MAX_BYLINE = 240  # characters; a longer line is a paragraph
_MAX_NAME = 50
_MAX_BESIDE_DATE = 40

_WORDS = load_words("feedpub.pages", "bylines")


def _one_of(table: str) -> str:
    return "|".join(_WORDS[table])


_SEPARATOR = re.compile(r"[|·;()\[\]<>*]+|(?:^| )-+(?: |$)|, (?=\|)")
_BRACKETED = re.compile(r"\(([^()|]*)\)")
_SOURCE_END = re.compile(r"[|·;(]")
# A point inside a Chinese name separates the first name from the last.
_AUTHORS_END = re.compile(rf"[|(]|·(?![{CJK}])|(?<![{CJK}])·")
_PLACE = re.compile(rf" (?:{_one_of('places')})\b.*$|[ ,]+$", re.IGNORECASE)
_JOINT = re.compile(rf" (?:{_one_of('joints')})$")
_AND = re.compile(rf" ?[,;/&、] ?(?:and )?| (?:{_one_of('and')}) ", re.IGNORECASE)
_COMMA = re.compile(r" ?[,;、] ?")
_NAMES_APART = re.compile(rf"[{CJK}]{{2,}}(?: [{CJK}]{{2,}})+")
# The outlet of a reporter stands before the label: "光明日报记者 王建宏 张文攀".
_REPORTERS = re.compile(
    rf"\(?[{HAN}·]{{0,12}}(?:{_one_of('reporters')})[ :]*"
    rf"(?P<names>[{HAN}]{{2,4}}(?:[ 、]+[{HAN}]{{2,4}}){{0,4}})(?:/.{{0,12}})?\)?"
)
_EDITOR = re.compile(_one_of("editors"), re.IGNORECASE)
_EDGES = " :,.|-/\"'"
_NAME_EDGES = " :,|-/\"'()[]"
_COUNT = re.compile(rf"[0-9] ?(?:{_one_of('counted')})\b")
_ADDRESS = re.compile(r"https?:|@|\d{3}|^www\.")
_INITIAL = re.compile(r"\b[A-Z]\. ?")
_INITIAL_LAST = re.compile(r"\b\w\.$")
_APOSTROPHE = "['’‘´`ʼ]"
_SENTENCE = re.compile(r"[.!?。！？] ?\S|[.!?。！？]$")
_DOMAIN = re.compile(r"\b[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,8}\b")
_MARKS = re.compile(r"[|()\[\]·]| - ")
_LEADING_SOURCE = re.compile(r"\(?[^()]{1,40}\)(?P<rest>.{1,30})")


# The form of most pages, read without the tables. A test compares the two.
_USUAL = re.compile(
    r"(?:\((?P<bracketed>(?![Bb]y |[Ss]ource)[A-Za-z][A-Za-z.']*(?: [A-Za-z.']+){0,4})\)"
    r"|(?P<barred>[a-z]+(?:\.[a-z]+)+) ?\|)"
    r" ?Updated ?: ?(?P<stamp>[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2})?)"
)


class Byline(msgspec.Struct, frozen=True):
    """The parts of a byline. A single time without a label is `updated`.

    A time in doubt keeps the reason, so that the record is refused for it.
    """

    source: str | None = None
    authors: tuple[str, ...] = ()
    updated: FoundTime | None = None
    published: FoundTime | None = None


class Line:
    """A line of a page. Stamps and labels are searched for once, on first use."""

    def __init__(self, text: str) -> None:
        self._text = text.strip()
        self._usual = _USUAL.fullmatch(self._text)

    @cached_property
    def _tidy(self) -> str:
        return tidy_text(self._text[: MAX_BYLINE * 2]) or ""

    @cached_property
    def _stamps(self) -> list[Stamp]:
        return find_stamps(self._tidy)

    @cached_property
    def _labels(self) -> list[Label]:
        return find_labels(self._tidy, self._stamps)

    @cached_property
    def _named(self) -> list[LabelKind | None]:
        return label_stamps(self._tidy, self._stamps, self._labels)

    @cached_property
    def _time(self) -> FoundTime:
        return find_time(self._tidy, self._stamps)

    @cached_property
    def _credits(self) -> tuple[str | None, tuple[str, ...]]:
        source, authors = _find_credits(self._tidy, self._stamps, self._labels)
        return source, tuple(_write_as_in(self._text, name) for name in authors)

    @property
    def says_update(self) -> bool:
        """Whether a label of an update stands in the line."""
        return self._usual is not None or any(label.kind == "updated" for label in self._labels)

    @property
    def says_time(self) -> bool:
        """Whether a label of an update or a publication stands in the line."""
        return self.says_update or any(label.kind == "published" for label in self._labels)

    def is_dated(self) -> bool:
        """Say whether the line is little more than one sure date, perhaps with a name or a place.

        Near a headline, it is the date of the article; elsewhere, it may be any date.
        """
        return (
            len(self._stamps) == 1
            and isinstance(self._time.stamp, Stamp)
            and len(self._tidy) - len(self._stamps[0].text) <= _MAX_BESIDE_DATE
        )

    def is_byline(self) -> bool:
        """Say whether the line is the byline of its page.

        A byline has an update or publish label before a time, or a source and a stamp, or only
        a stamp. The time can be in doubt.
        """
        if not self._text or len(self._text) > MAX_BYLINE or "\n" in self._text:
            return False
        if self._usual:
            return True
        if not self._tidy:
            return False
        if "updated" in self._named or "published" in self._named:
            return True
        for label in self._labels:
            if label.kind in ("updated", "published") and _has_time_behind(self._tidy, label):
                return True
        if not self._stamps:
            lead = _LEADING_SOURCE.fullmatch(self._tidy)
            is_partial = lead is not None and has_partial_date(lead["rest"])
            return is_partial and not _SENTENCE.search(self._tidy)
        if len(self._stamps) == 1 and self._stamps[0].text == self._tidy:
            return True
        if not isinstance(self._time.stamp, Stamp):
            return False
        source, authors = self._credits
        marked = (
            self._time.stamp.time is not None
            or _MARKS.search(self._tidy) is not None
            or _DOMAIN.search(self._tidy) is not None
            or any(label.kind in ("source", "author") for label in self._labels)
        )
        return marked and (source is not None or bool(authors))

    def read_byline(self) -> Byline:
        """Take the line apart. A missing part is None or empty."""
        if usual := self._usual:
            stamp = find_plain_stamp(usual["stamp"])
            time = FoundTime(stamp.text, stamp)
            return Byline(usual["bracketed"] or usual["barred"], (), time)
        source, authors = self._credits
        updated, published = self._find_times()
        return Byline(source=source, authors=authors, updated=updated, published=published)

    def read_credits(self) -> Byline | None:
        """Read a line that names only the authors or the source of its page.

        `By Li Wen and Zhao Qi`, `Source: River Post`, `作者：王小明`; None for any other line.
        """
        if len(self._text) > MAX_BYLINE or self._usual or self._stamps:
            return None
        if reporters := _REPORTERS.fullmatch(self._tidy):
            return Byline(authors=tuple(re.split("[ 、]+", reporters["names"])))
        if not self._labels:
            return None
        if self._labels[0].start > len(self._tidy) - len(self._tidy.lstrip(" ([")):
            return None
        if _SENTENCE.search(_INITIAL.sub(" ", self._tidy.strip(" ()[]"))):
            return None
        if any(label.kind not in ("source", "author") for label in self._labels):
            return None
        source, authors = self._credits
        if all(label.kind == "author" for label in self._labels) and not _is_agency(source):
            source = None  # after a bar comes a place or a role
        if not (source or authors) or not all(map(is_name, authors)):
            return None
        return Byline(source=source, authors=authors)

    def _find_times(self) -> tuple[FoundTime | None, FoundTime | None]:
        text, stamps = self._tidy, self._stamps
        if not stamps:
            return _find_refused_times(text, self._labels)
        if (loose := _find_loose_update(text, stamps, self._labels)) is not None:
            rest = blank(text, loose)
            labels = find_labels(rest, stamps)
            named, time = label_stamps(rest, stamps, labels), find_time(rest, stamps)
            updated, published = _sort_times(rest, stamps, named, time)
            return _refuse(text[slice(*loose)]), published or updated
        return _sort_times(text, stamps, self._named, self._time)


def looks_like_byline(text: str) -> bool:
    """Say whether a text is the byline of a page."""
    return Line(text).is_byline()


def read_authors(text: str) -> list[str]:
    """Read the names of authors in a text, with or without a label like "By".

    The result is empty if the text is not a list of names or names an editor.
    """
    tidy = (tidy_text(text) or "").lstrip("([ ").rstrip("]) ")
    labels = find_labels(tidy, [])
    if labels and labels[0].start == 0 and labels[0].kind == "author":
        _, names = _find_credits(tidy, [], labels)
    else:
        names = _split_unlabeled(tidy)
    if any(len(name) > _MAX_NAME or _ADDRESS.search(name) for name in names):
        return []
    return [_write_as_in(text, name) for name in names]


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


def _is_agency(name: str | None) -> bool:
    return name is not None and name.casefold() in AGENCIES


def _has_time_behind(text: str, label: Label) -> bool:
    """Say whether a label counts without a stamp: "Updated: May 25", "Updated :"."""
    behind = text[label.end :]
    if not behind.lstrip().startswith(":"):
        return False
    behind = behind.lstrip(" :")
    return not behind or (len(behind) < 40 and (has_partial_date(behind) or is_relative(behind)))


def _refuse(text: str) -> FoundTime:
    """Create the time of a text without a stamp, with the reason to refuse it."""
    return find_time(text.strip(" |,"), [])


def _sort_times(
    text: str, stamps: list[Stamp], named: list[LabelKind | None], time: FoundTime
) -> tuple[FoundTime | None, FoundTime | None]:
    """Decide which time is updated and which is published."""
    if len(stamps) == 1 or not isinstance(time.stamp, Stamp):
        # If it is in doubt, it is the whole line, which shows the reason.
        is_published = named == ["published"]
        return (None, time) if is_published else (time, None)
    end = time.stamp.end
    chosen = next(stamp for stamp in stamps if stamp.end == end)
    others = [stamp for stamp in stamps if stamp is not chosen]
    called = [stamp for stamp in others if named[stamps.index(stamp)] == "published"]
    return time, _find_published(text, chosen, called or others)


def _find_loose_update(
    text: str, stamps: list[Stamp], labels: list[Label]
) -> tuple[int, int] | None:
    """Find an update label before a part of a date or relative words instead of a stamp."""
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


def _find_published(text: str, updated: Stamp, others: list[Stamp]) -> FoundTime | None:
    """Find the time next to the updated one."""
    if len(others) != 1:
        return None
    bars = updated.end - updated.start
    time = find_time(blank(text, (updated.start, updated.end)), others)
    return FoundTime(time.text.replace("|" * bars, "|"), time.stamp)


def _find_refused_times(
    text: str, labels: list[Label]
) -> tuple[FoundTime | None, FoundTime | None]:
    """Find the texts after labels in a line without stamps, which are refused."""
    found: dict[LabelKind, FoundTime] = {}
    timed = [label for label in labels if label.kind in ("updated", "published", "neutral")]
    ends = [*(label.start for label in timed[1:]), len(text)]
    for label, end in zip(timed, ends, strict=False):
        if text[label.end : end].strip(_EDGES):
            found.setdefault(label.kind, _refuse(text[label.start : end]))
    updated = found.get("updated") or found.get("neutral")
    if not found and (has_partial_date(text) or is_relative(text)):
        updated = _refuse(text)
    return updated, found.get("published")


def _find_credits(
    text: str, stamps: list[Stamp], labels: list[Label]
) -> tuple[str | None, tuple[str, ...]]:
    source: str | None = None
    authors: list[str] = []
    begins = [stamp.date_start if stamp.weekday_glued else stamp.start for stamp in stamps]
    spans = [(begin, stamp.end) for begin, stamp in zip(begins, stamps, strict=True)]
    stops = sorted([*begins, *(label.start for label in labels), len(text)])
    spans += [(label.start, label.end) for label in labels]
    if loose := _find_loose_update(text, stamps, labels):
        spans.append(loose)
    if not stamps:  # a text that is refused as a time is not a source
        spans += [
            (label.start, len(text)) for label in labels if label.kind in ("updated", "published")
        ]
    for label in labels:
        if label.kind not in ("source", "author"):
            continue
        stop = min(place for place in stops if place >= label.end)
        end = _SOURCE_END if label.kind == "source" else _AUTHORS_END
        piece = end.split(text[label.end : stop].lstrip(" :"))[0]
        begin = text.index(piece, label.end)
        spans.append((begin, begin + len(piece)))
        if label.kind == "source":
            source = source or piece.strip(_EDGES + "[]") or None
        elif not _EDITOR.search(text[label.start : label.end]):
            authors += _split_authors(piece)
    rest = blank(text, *spans)
    for segment in [*_BRACKETED.findall(rest), *_SEPARATOR.split(rest)]:
        name = _JOINT.sub("", segment.strip(_EDGES))
        if source is None and _is_source(name):
            source = name
    return source, tuple(authors)


def _split_authors(piece: str) -> Iterator[str]:
    """Yield the names after a label, without the places that the authors write from."""
    for part in _AND.split(piece):
        name = _trim_name(_JOINT.sub("", _PLACE.sub("", part).rstrip()))
        # Only spaces separate Chinese names; one inside a name of two characters aligns it.
        if _NAMES_APART.fullmatch(name):
            yield from name.split()
        elif name:
            yield name


def _split_unlabeled(text: str) -> tuple[str, ...]:
    """Split a text without a label, which might name an organization."""
    piece = _AUTHORS_END.split(text)[0]
    if _ADDRESS.search(piece):
        return ()
    names = []
    for part in _COMMA.split(piece):
        # "Kirche und Leben" is one name, "Anna Berg und Karl Lenz" are two.
        people = _AND.split(part)
        names += people if all(" " in name.strip() for name in people) else [part]
    return tuple(filter(None, map(_trim_name, names)))


def _trim_name(name: str) -> str:
    name = name.strip(_NAME_EDGES)
    return name if _INITIAL_LAST.search(name) else name.strip(_EDGES)


def _write_as_in(text: str, name: str) -> str:
    """Write a name with the apostrophes of the text."""
    if "'" not in name:
        return name
    found = re.search(re.escape(name).replace("'", _APOSTROPHE), text)
    return name if found is None else found[0]


def _is_source(name: str) -> bool:
    """Say whether a piece might name a source: a few words without a count or a label."""
    return (
        re.search(r"[^\W\d_]{2}", name) is not None
        and ":" not in name
        and len(name) <= 60
        and len(name.split()) <= 7
        and not _COUNT.search(name)
    )
