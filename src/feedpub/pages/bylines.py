"""A byline → its authors, its source, and its times, on text pages and HTML pages alike.

    By A and B in Chengdu (China Daily) Updated: 2014-09-18 08:05
    2020-05-25 10:32 来源：新华网 作者：王小明 李四

A byline consists of stamps, labels, and the text between separators. It is not searched for the
first date: "By April May" names an author because it follows "By".
"""

from __future__ import annotations

import re
from functools import cached_property

import msgspec

from feedpub.pages.author_names import cut_authors, is_name, read_labeled, trim_joint, write_as_in
from feedpub.text import AGENCIES, HAN, load_words
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
    may_have_stamps,
    tidy_text,
)

MAX_BYLINE = 240  # characters; a longer line is a paragraph
_MAX_BESIDE_DATE = 40

_WORDS = load_words("feedpub.pages", "bylines")


def _one_of(table: str) -> str:
    return "|".join(_WORDS[table])


_SEPARATOR = re.compile(r"[|·;()\[\]<>*]+|(?:^| )-+(?: |$)|, (?=\|)")
_BRACKETED = re.compile(r"\(([^()|]*)\)")
_SOURCE_END = re.compile(r"[|·;(]")
# The outlet of a reporter stands before the label: "光明日报记者 王建宏 张文攀".
_REPORTERS = re.compile(
    rf"\(?[{HAN}·]{{0,12}}(?:{_one_of('reporters')})[ :]*"
    rf"(?P<names>[{HAN}]{{2,4}}(?:[ 、]+[{HAN}]{{2,4}}){{0,4}})(?:/.{{0,12}})?\)?"
)
_EDGES = " :,.|-/\"'"
_COUNT = re.compile(rf"[0-9] ?(?:{_one_of('counted')})\b")
_INITIAL = re.compile(r"\b[A-Z]\. ?")
_SENTENCE = re.compile(r"[.!?。！？] ?\S|[.!?。！？]$")
_DOMAIN = re.compile(r"[A-Za-z0-9]-{0,9}\.[A-Za-z]{2,8}\b")
_MARKS = re.compile(r"[|()\[\]·]| - ")
_LEADING_SOURCE = re.compile(r"\(?[^()]{1,40}\)(?P<rest>.{1,30})")


# What a byline without a stamp has: the colon of a label, or a source in brackets. References and
# other characters than ASCII may spell these otherwise.
_MAY_BE_BYLINE = re.compile(r"[:)&]|[^\x00-\x7f]")

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
    def tidy(self) -> str:
        """Its text, spelled plainly; empty where it is not the text of a page."""
        return tidy_text(self._text[: MAX_BYLINE * 2]) or ""

    @cached_property
    def stamps(self) -> list[Stamp]:
        """The stamps in its tidy text."""
        return find_stamps(self.tidy) if may_have_stamps(self._text) else []

    @cached_property
    def _labels(self) -> list[Label]:
        return find_labels(self.tidy, self.stamps)

    @cached_property
    def _named(self) -> list[LabelKind | None]:
        return label_stamps(self.tidy, self.stamps, self._labels)

    @cached_property
    def _time(self) -> FoundTime:
        return find_time(self.tidy, self.stamps)

    @cached_property
    def _credits(self) -> tuple[str | None, tuple[str, ...]]:
        source, authors = _find_credits(self.tidy, self.stamps, self._labels)
        return source, tuple(write_as_in(self._text, name) for name in authors)

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
            len(self.stamps) == 1
            and isinstance(self._time.stamp, Stamp)
            and len(self.tidy) - len(self.stamps[0].text) <= _MAX_BESIDE_DATE
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
        if not (self.stamps or _MAY_BE_BYLINE.search(self._text)) or not self.tidy:
            return False
        if self.stamps and ("updated" in self._named or "published" in self._named):
            return True
        for label in self._labels if ":" in self.tidy else ():
            if label.kind in ("updated", "published") and _has_time_behind(self.tidy, label):
                return True
        if not self.stamps:
            lead = _LEADING_SOURCE.fullmatch(self.tidy)
            is_partial = lead is not None and has_partial_date(lead["rest"])
            return is_partial and not _SENTENCE.search(self.tidy)
        if len(self.stamps) == 1 and self.stamps[0].text == self.tidy:
            return True
        if not isinstance(self._time.stamp, Stamp):
            return False
        source, authors = self._credits
        marked = (
            self._time.stamp.time is not None
            or _MARKS.search(self.tidy) is not None
            or _DOMAIN.search(self.tidy) is not None
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
        if len(self._text) > MAX_BYLINE or self._usual or self.stamps:
            return None
        if reporters := _REPORTERS.fullmatch(self.tidy):
            return Byline(authors=tuple(re.split("[ 、]+", reporters["names"])))
        if not self._labels:
            return None
        if self._labels[0].start > len(self.tidy) - len(self.tidy.lstrip(" ([")):
            return None
        if _SENTENCE.search(_INITIAL.sub(" ", self.tidy.strip(" ()[]"))):
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
        text, stamps = self.tidy, self.stamps
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
        if label.kind == "source":
            piece = _SOURCE_END.split(text[label.end : stop].lstrip(" :"))[0]
            source = source or piece.strip(_EDGES + "[]") or None
        else:
            piece = cut_authors(text[label.end : stop])
            authors += read_labeled(text[label.start : label.end], piece)
        begin = text.index(piece, label.end)
        spans.append((begin, begin + len(piece)))
    rest = blank(text, *spans)
    for segment in [*_BRACKETED.findall(rest), *_SEPARATOR.split(rest)]:
        name = trim_joint(segment.strip(_EDGES))
        if source is None and _is_source(name):
            source = name
    return source, tuple(authors)


def _is_source(name: str) -> bool:
    """Say whether a piece might name a source: a few words without a count or a label."""
    return (
        re.search(r"[^\W\d_]{2}", name) is not None
        and ":" not in name
        and len(name) <= 60
        and len(name.split()) <= 7
        and not _COUNT.search(name)
    )
