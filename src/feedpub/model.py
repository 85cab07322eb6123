"""The nouns of the pipeline, as frozen structs without I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from feedpub.errors import Problem, Rejection, Where

Precision = Literal["day", "minute", "second"]
RecordedMedium = Literal["audio", "video"]
Status = Literal["published", "left out", "withdrawn", "retracted"]
# The words of the contract, and what happens to their records.
STATUSES: Mapping[str, Status] = {
    "": "published",
    "published": "published",
    "publish": "published",
    "live": "published",
    "draft": "left out",
    "private": "left out",
    "pending": "left out",
    "withheld": "left out",
    "canceled": "left out",
    "withdrawn": "withdrawn",
    "retracted": "retracted",
}
# The time of a withdrawal without one: newer than every version.
ALWAYS = 2**62
SHOWN: frozenset[Status] = frozenset({"published", "retracted"})


class Timestamp(msgspec.Struct, frozen=True):
    """A point in time that was read for certain: `value` is aware and in whole seconds.

    `precision` is that of the text: "day", "minute" or "second". `flags` name the exceptions
    that were made, `text` is the part that was read, and `rule` describes how.
    """

    value: datetime
    precision: Precision
    flags: tuple[str, ...] = ()
    text: str = ""
    rule: str = ""


class OpenSource(Protocol):
    """A source that is open for reading: it knows what its files hold."""

    def scan(self, file: SourceFile) -> Iterator[Record | Problem]:
        """Yield the records of a file with what identifies them, and a problem for a bad one."""

    def load(self, file: SourceFile, origins: Sequence[Origin]) -> Iterator[Record]:
        """Yield records of a file again, whole, by origins that ascend."""

    def seeks(self, file: SourceFile) -> bool:
        """Say whether a few records of a file are read without reading all of it."""

    def find_served(self, file: SourceFile) -> Served:
        """Find the folders whose files the site of a file's records serves as they are."""


class Served(msgspec.Struct, frozen=True):
    """The URL that a site serves the files of some folders at.

    The folders are paths below the source, or below the configuration file.
    """

    home: str
    folders: tuple[str, ...] = ()


class SourceFile(msgspec.Struct, frozen=True):
    """A file to read records from.

    `shown` is its path in messages, `below` its path below the source's `root`, `source` the
    index of its source, and `opened` what reads it. Of a part of a file, `part` is the byte where
    it begins and the one where it ends.
    """

    path: Path
    shown: str
    below: str
    root: Path
    source: int
    folder: Path = Path()
    opened: OpenSource | None = None
    part: tuple[int, int] | None = None

    @property
    def key(self) -> str:
        """The path below the source without the suffixes of its format."""
        stem = self.below.removesuffix(".gz")
        head, dot, _ = stem.rpartition(".")
        return head if dot else stem


class Origin(msgspec.Struct, frozen=True, gc=False):
    """The place of a record; `position` is how the reader finds it again."""

    file: SourceFile
    position: int
    line: int | None
    single: bool = False  # the file contains only this record

    @property
    def where(self) -> Where:
        """The place for a problem."""
        if self.line is None and not self.single:
            return Where(self.file.shown, None, self.position)
        return Where(self.file.shown, self.line)


class Fault(msgspec.Struct, frozen=True):
    """An expression in the configuration that fails on a record, and why."""

    expression: str
    message: str


class Record(msgspec.Struct, frozen=True, gc=False):
    """The raw fields of one article, under our names, with the types of the source.

    Records with the same `digest` are equal; others may be. `lines` gives the line of a field
    if it differs from the record's. `rules` says what found each field in the file, if the
    record was read in full. `chosen` is whether the source's `where` selects it. `faults` are
    those of expressions: of mapped fields, by field, and of `where`. `problems` are warnings
    from reading the record. `unused` names the values that nothing read, if the record was read
    in full. `hints` says which value looks like a required field that is missing. `failure` is
    the bug in feedpub that kept the record from being read again.
    """

    origin: Origin
    fields: Mapping[str, object]
    digest: int
    lines: Mapping[str, int] = {}
    rules: Mapping[str, str] = {}
    chosen: bool = True
    faults: Mapping[str, Fault] = {}
    problems: tuple[Problem, ...] = ()
    unused: tuple[str, ...] = ()
    hints: Mapping[str, str] = {}
    failure: Problem | None = None

    def where(self, field: str) -> Where:
        """The place of a field."""
        line = self.lines.get(field)
        return self.origin.where if line is None else Where(self.origin.file.shown, line)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How one field of a record was read: its raw value, its final value, and the rule.

    `found` says what found the raw value in its file. If `refusal` is not None, the field
    rejects its record.
    """

    field: str
    found: str = ""
    raw: object = None
    value: object = None
    rule: str = ""
    refusal: Rejection | None = None


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """All that is needed to choose an article.

    Times are in seconds since 1970 in UTC, so that they compare across zones and clock
    changes. Their precisions are those of the texts. `expires` is when the article is no longer
    shown.
    """

    id: str
    sections: tuple[str, ...]
    updated: int
    published: int | None
    status: Status
    origin: Origin
    digest: int
    updated_precision: Precision = "second"
    published_precision: Precision | None = None
    expires: int | None = None

    @property
    def first(self) -> int:
        """When it was published, or else updated."""
        return self.updated if self.published is None else self.published


class MediaFile(msgspec.Struct, frozen=True):
    """An image file to copy to the output, with the digest and length (bytes) of the copy.

    `has_position` is whether the file contains a GPS position, which the copy must not.
    `scaled_to` is the width of a copy in another size, of the type `scaled_type`.
    """

    path: Path
    sha256: str
    length: int
    has_position: bool = False
    scaled_to: int | None = None
    scaled_type: str = ""


class Thumbnail(msgspec.Struct, frozen=True, kw_only=True):
    """A smaller form of an image."""

    url: str
    type: str | None = None
    width: int | None = None
    height: int | None = None
    file: MediaFile | None = None


class ImageCopy(msgspec.Struct, frozen=True):
    """A copy of an image for pages: its URL and type, and its width in pixels."""

    url: str
    type: str
    width: int


class ImageSizes(msgspec.Struct, frozen=True):
    """The copies of an image for pages, the narrowest first, and its own pixels when upright."""

    width: int
    height: int
    copies: tuple[ImageCopy, ...]


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """A measured image: its URL, true type, length in bytes, and size in pixels.

    `source` is the record's text for it. If `type` and `length` are unknown, both are None, and
    the image is not an enclosure.
    """

    source: str
    url: str
    type: str | None = None
    length: int | None = None
    width: int | None = None
    height: int | None = None
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None
    thumbnail: Thumbnail | None = None
    file: MediaFile | None = None


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A sound or a film: its URL, true type, and length in bytes; `duration` is in seconds.

    `source` is the record's text for it. Without both type and length, it is not an enclosure.
    """

    source: str
    url: str
    medium: RecordedMedium
    type: str | None = None
    length: int | None = None
    duration: int | None = None
    title: str | None = None
    caption: str | None = None
    credit: str | None = None
    file: MediaFile | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A publishable article: clean text, safe markup, measured images.

    `summary` is plain text, `content` safe HTML with absolute URLs.
    """

    id: str
    title: str
    link: str
    updated: datetime
    published: datetime | None
    updated_precision: Precision = "second"
    published_precision: Precision | None = None
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    summary: str | None
    content: str | None
    language: str | None = None
    images: tuple[Image, ...] = ()
    recordings: tuple[Recording, ...] = ()
    retracted: bool = False

    @property
    def first(self) -> datetime:
        """When it was published, or else updated."""
        return self.updated if self.published is None else self.published

    @property
    def first_precision(self) -> Precision:
        """The precision of that time."""
        own = None if self.published is None else self.published_precision
        return own or self.updated_precision


class Tombstone(msgspec.Struct, frozen=True):
    """A notice to readers that an entry was withdrawn (RFC 6721): its id, and when."""

    id: str
    when: datetime


class ArchivePlace(msgspec.Struct, frozen=True):
    """Which month of an archive a feed contains, and the months beside it, such as 2020-05.

    `month` is None in the feed that people subscribe to, and `previous` is then the newest.
    """

    month: str | None = None
    previous: str | None = None
    next: str | None = None


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A section's entries in order, and its metadata; `base` is the URL of the output folder.

    `enclosure` is the kind of file that comes first among the enclosures of an entry. `page` is
    the URL of the page of this output, where there is one.
    """

    slug: str
    name: str
    id: str
    title: str
    description: str
    link: str
    base: str
    language: str
    author: str
    updated: datetime
    entries: tuple[Entry, ...]
    enclosure: Literal["image", "audio", "video"] = "image"
    copyright: str | None = None
    contact: str | None = None
    logo: str | None = None
    hub: str | None = None
    page: str | None = None
    tombstones: tuple[Tombstone, ...] = ()
    place: ArchivePlace = ArchivePlace()

    @property
    def stem(self) -> str:
        """The path of its documents in the output, without their suffixes."""
        return self.stem_of(self.place.month)

    def stem_of(self, month: str | None) -> str:
        """Give the stem of a month of its archive; of None, that of the feed itself."""
        return self.slug if month is None else f"{self.slug}/{month}"


class FeedFile(msgspec.Struct, frozen=True):
    """A feed in one format: the label of the format, the media type, and the URL."""

    label: str
    type: str
    url: str


class FeedSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A section's feed without its entries, for documents about the whole site.

    `entries` is their number, `newest` the newest updated among them.
    """

    slug: str
    name: str
    title: str
    description: str
    link: str
    language: str
    newest: datetime | None
    entries: int
    files: tuple[FeedFile, ...]


class Document(msgspec.Struct, frozen=True):
    """One file of the output: its path, its media type, and its bytes or a file to copy."""

    path: str
    type: str
    content: bytes | MediaFile


class SectionSummary(msgspec.Struct, frozen=True):
    """The part of a report about one section's feed."""

    entries: int
    newest: str | None  # RFC 3339


class Withheld(msgspec.Struct, frozen=True):
    """An entry in the future, and when it is due (RFC 3339)."""

    id: str
    until: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a build did, or, from `diff` and `check`, what it would have done.

    `records` counts all records, `rejected` the rejected ones. `problems` are a tuple; if they
    are thousands, they are read from a temporary file each time you iterate over them. `notes`
    say what was skipped without being a problem.
    """

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    sections: Mapping[str, SectionSummary] = {}
    rejected: int = 0
    records: int = 0
    withheld: tuple[Withheld, ...] = ()
    problems: Sequence[Problem] = ()
    notes: tuple[str, ...] = ()


class Progress(Protocol):
    """Is told how far a run is: what it does, and how many of how many, if that is known."""

    def __call__(self, doing: str, done: int, total: int | None = None, /) -> None:
        """Take note of it."""


def tell_nobody(doing: str, done: int, total: int | None = None) -> None:
    """Be the progress of a run that nobody watches."""


IDENTIFYING = ("id", "title", "link", "section", "updated", "published", "status")


class ImageReference(msgspec.Struct, frozen=True, kw_only=True):
    """An image that a record names; `length` is in bytes, `line` the line in a page.

    `elsewhere` is the URL of a relative source on the page that contains it, or what of it is
    known. `inline` is whether only the body names the image. `unusable_length` is a declared
    length that is not a number of bytes. `thumbnail` is the source of a smaller form.
    """

    source: str
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None
    type: str | None = None
    length: int | None = None
    unusable_length: str | None = None
    line: int | None = None
    elsewhere: str | None = None
    thumbnail: str | None = None
    inline: bool = False


class RecordingReference(msgspec.Struct, frozen=True, kw_only=True):
    """A sound or a film that a record names under `field`; the rest is as in `ImageReference`."""

    source: str
    medium: RecordedMedium
    field: str
    type: str | None = None
    length: int | None = None
    unusable_length: str | None = None
    duration: int | None = None
    title: str | None = None
    caption: str | None = None
    credit: str | None = None
    elsewhere: str | None = None
    inline: bool = False


class ImageFault(msgspec.Struct, frozen=True):
    """A value in a record's images that can't be read, why, and its line in a page."""

    value: object
    message: str
    line: int | None = None
