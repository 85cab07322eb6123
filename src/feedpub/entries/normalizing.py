"""A record and its measured images to an entry, with warnings but no rejections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Generic, NamedTuple, TypeVar

import msgspec

from feedpub import compile_late
from feedpub.articles import SectionNames
from feedpub.entries.authors import AuthorFault, read_authors
from feedpub.entries.links import make_links
from feedpub.entries.record_fields import take_field, warn_of_field
from feedpub.errors import Problem, quote_value
from feedpub.lint import name_broken_form
from feedpub.markup import MarkupCleaner, paragraphs_to_html, read_body_text
from feedpub.model import (
    Candidate,
    Entry,
    Image,
    Record,
    Recording,
)
from feedpub.settings import Site, Source
from feedpub.systems import (
    FieldError,
    read_language,
    read_tags,
    read_text,
)
from feedpub.text import UrlError, article_url, place_of_article, place_on_page, shorten
from feedpub.timestamps import place_instant

T = TypeVar("T")

# How a URI begins, which no key of a CMS does by chance.
_LIKE_URI = compile_late(r"[A-Za-z][A-Za-z0-9+.-]*:\S")

_TEXTS = ("caption", "credit", "alt")
RETRACTED_PREFIX = "Retracted: "


class Placement(msgspec.Struct, frozen=True):
    """The names of an article's sections in order, and the slug of the first.

    A rejected record may have no section; `slug` is then empty.
    """

    names: tuple[str, ...]
    slug: str

    @classmethod
    def find(cls, names: SectionNames, candidate: Candidate) -> Placement:
        """Find the sections of a candidate."""
        slugs = names.slugs_of(candidate.sections)
        return cls(tuple(map(names.name_of, slugs)), slugs[0] if slugs else "")


class Found(NamedTuple, Generic[T]):
    """A value of an entry, the rule that gave it, and the record's field that contains it."""

    value: T
    rule: str
    source: str


class FoundFields(NamedTuple):
    """The values of an entry, except its id, times and images."""

    title: Found[str]
    link: Found[str]
    author: Found[tuple[str, ...]]
    tags: Found[tuple[str, ...]]
    summary: Found[str | None]
    content: Found[str | None]


class Normalizer:
    """Makes entries of one site's records."""

    def __init__(self, site: Site, sources: Sequence[Source], zone: tzinfo) -> None:
        self._site = site
        self._sources = sources
        self._zone = zone
        self._cleaner = MarkupCleaner(site.embeds)

    def normalize(
        self,
        record: Record,
        candidate: Candidate,
        placement: Placement,
        images: Mapping[str, Image | None],
        problems: list[Problem],
        recordings: Sequence[Recording] = (),
    ) -> Entry:
        """Make the entry of a record, and add warnings to `problems`.

        `images` are those of the record, by their sources; None means left out.
        """
        files = {recording.source: recording.url for recording in recordings}
        found = self.find_fields(record, candidate, placement, images, problems, files)
        published = candidate.published
        return Entry(
            id=candidate.id,
            title=found.title.value,
            link=found.link.value,
            updated=place_instant(candidate.updated, self._zone),
            published=None if published is None else place_instant(published, self._zone),
            updated_precision=candidate.updated_precision,
            published_precision=candidate.published_precision,
            authors=found.author.value,
            categories=found.tags.value,
            summary=found.summary.value,
            content=found.content.value,
            language=_FieldReader(record, problems).language(),
            images=_list_once(images.values()),
            recordings=tuple({one.url: one for one in reversed(recordings)}.values())[::-1],
            retracted=candidate.status == "retracted",
        )

    def find_fields(
        self,
        record: Record,
        candidate: Candidate,
        placement: Placement,
        images: Mapping[str, Image | None],
        problems: list[Problem],
        files: Mapping[str, str] = {},
    ) -> FoundFields:
        """Find the values of an entry, each with its rule."""
        read = _FieldReader(record, problems)
        _doubt_id(record, candidate.id, problems)
        retracted = candidate.status == "retracted"
        link = self._find_link(record, candidate, placement, problems)
        title = read.text("title") or ""
        if retracted:
            title = RETRACTED_PREFIX + title.removeprefix(RETRACTED_PREFIX)
            notice = paragraphs_to_html(read.raw_text("notice") or "")
            content = Found(notice, "the record's notice", "notice")
        else:
            content = self._find_content(read, link.value or self._site.link, images, files)
        return FoundFields(
            title=Found(title, "the record's title", "title"),
            link=link,
            author=self._find_authors(record, read, problems),
            tags=Found(
                tuple(dict.fromkeys((*placement.names, *read.tags()))),
                "section names, then the record's tags",
                "tags",
            ),
            summary=_find_summary(read, content.value, images.values(), retracted=retracted),
            content=content,
        )

    def _find_link(
        self, record: Record, candidate: Candidate, placement: Placement, problems: list[Problem]
    ) -> Found[str]:
        """Find a link: the record's, a template's, the system's, or a page of this output."""
        value = take_field(record, "link", problems)
        if isinstance(value, Mapping):
            value = value.get("@id")
        if value is not None and not (isinstance(value, str) and not value.strip()):
            try:
                if not isinstance(value, str):
                    raise UrlError("is not text")
                return Found(article_url(value, self._site.link), "the record's link", "link")
            except UrlError as error:
                problems.append(warn_of_field(record, "link", value, f"{error}; it is left out"))
        source = self._sources[record.origin.file.source]
        links = make_links(record, candidate, source, section=placement.slug, zone=self._zone)
        for text, rule in links:
            try:
                return Found(article_url(text, self._site.link), rule, "link")
            except UrlError as error:
                message = f"{error}; it comes from {rule}, and is left out"
                problems.append(warn_of_field(record, "link", text, message))
        slug, id = placement.slug, candidate.id
        if "html" in self._site.formats and id:
            return Found(place_of_article(self._site.feeds, id=id), "its own page", "link")
        place = place_on_page(self._site.feeds, slug=slug, id=id) if slug and id else ""
        return Found(place, "its place on its first section's page", "link")

    def _find_content(
        self,
        read: _FieldReader,
        base: str,
        images: Mapping[str, Image | None],
        files: Mapping[str, str],
    ) -> Found[str | None]:
        markup = read.raw_text("content_html")
        if markup is not None:
            content = self._cleaner.sanitize(markup, base=base, images=images, files=files)
            if content is not None:
                return Found(content, "the record's content_html", "content_html")
        content = paragraphs_to_html(read.raw_text("content_text") or "")
        return Found(content, "the record's content_text", "content_text")

    def _find_authors(
        self, record: Record, read: _FieldReader, problems: list[Problem]
    ) -> Found[tuple[str, ...]]:
        own = self._read_authors(record, problems)
        if own:
            return Found(own, "the record's author", "author")
        agency = read.text("source")
        if agency:
            return Found((agency,), "the record's source", "source")
        configured = self._sources[record.origin.file.source].author
        if configured:
            return Found((configured,), "the source's author", "author")
        return Found((self._site.author,), "the site's author", "author")

    def _read_authors(self, record: Record, problems: list[Problem]) -> tuple[str, ...]:
        faults: list[AuthorFault] = []
        value = take_field(record, "author", problems)
        names = read_authors(value, emails=self._site.author_emails, faults=faults)
        for fault in faults:
            message = f"{fault.message}; it is left out"
            problems.append(warn_of_field(record, "author", fault.value, message))
        return names


def _list_once(images: Iterable[Image | None]) -> tuple[Image, ...]:
    """List the images that are shown, each once, however often and by what names it is named."""
    once: dict[str, Image] = {}
    for image in images:
        if image is not None:
            known = once.setdefault(image.url, image)
            texts = {name: getattr(known, name) or getattr(image, name) for name in _TEXTS}
            once[image.url] = msgspec.structs.replace(known, **texts)
    return tuple(once.values())


def _find_summary(
    read: _FieldReader, content: str | None, images: Iterable[Image | None], *, retracted: bool
) -> Found[str | None]:
    """Find a summary: the record's, or the beginning of the content."""
    own = None if retracted else read.text("summary")
    if own:
        return Found(shorten(own), "the record's summary", "summary")
    captions = [(image.caption, image.credit) for image in images if image is not None]
    derived = "" if content is None else read_body_text(content, captions)
    return Found(shorten(derived) or None, "from the body", "summary")


def _doubt_id(record: Record, id: str, problems: list[Problem]) -> None:
    """Warn of an id that was to be a URI, and is not one, or not of the form of its scheme."""
    own = record.fields.get("id")
    text = own.strip() if isinstance(own, str) else ""
    if id != text:
        if id and _LIKE_URI.match(text):
            message = f"is not a valid URI; the id of its entry is {quote_value(id)}"
            problems.append(warn_of_field(record, "id", own, message))
    elif (form := name_broken_form(id)) is not None:
        message = f"is not a valid {form}, so strict readers may refuse it; it stays, because "
        message += "another id would be another entry"
        problems.append(warn_of_field(record, "id", own, message))


class _FieldReader:
    """Reads optional fields; one of the wrong type gives a warning and is left out."""

    def __init__(self, record: Record, problems: list[Problem]) -> None:
        self._record = record
        self._problems = problems

    def text(self, name: str) -> str | None:
        return self._read(name, read_text, None)

    def language(self) -> str | None:
        return self._read("language", read_language, None, "the language of its feed stands in")

    def tags(self) -> tuple[str, ...]:
        return self._read("tags", read_tags, ())

    def raw_text(self, name: str) -> str | None:
        return self._read(name, _require_text, None)

    def _read(
        self, name: str, read: Callable[[object], T], absent: T, outcome: str = "it is left out"
    ) -> T:
        value = take_field(self._record, name, self._problems)
        if value is None:
            return absent
        try:
            return read(value)
        except FieldError as error:
            message = f"{error}; {outcome}"
            self._problems.append(warn_of_field(self._record, name, value, message))
            return absent


def _require_text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise FieldError("is not text")
