"""A chosen record and its measured images to an Entry; yields warnings, rejects nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import TypeVar

import msgspec

from feedpub.entries.links import fill_template, find_template
from feedpub.errors import Problem, describe_value
from feedpub.markup import MarkupCleaner, paragraphs_to_html, text_of
from feedpub.model import Candidate, Entry, Image, ImageFault, ImageReference, Record
from feedpub.settings import Site, Source
from feedpub.systems import FieldError, read_images, read_language, read_names, read_tags, read_text
from feedpub.text import UrlError, absolute_url, place_on_page, shorten
from feedpub.timestamps import place_instant

T = TypeVar("T")

RETRACTED_PREFIX = "Retracted: "


class Placement(msgspec.Struct, frozen=True):
    """The sections that an article is shown in, in its own order: names, and the first's slug."""

    names: tuple[str, ...]
    slug: str


class Normalizer:
    """Makes entries of one site's records."""

    def __init__(self, site: Site, sources: Sequence[Source], zone: tzinfo) -> None:
        self._site = site
        self._sources = sources
        self._zone = zone
        self._cleaner = MarkupCleaner()

    def normalize(
        self,
        record: Record,
        candidate: Candidate,
        placement: Placement,
        images: Mapping[str, Image | None],
        problems: list[Problem],
    ) -> Entry:
        """Make the entry of a record; what is left out or doubtful is added to `problems`.

        `images` are the record's, by their sources; None is one that cannot be shown.
        """
        read = _FieldReader(record, problems)
        link, _ = self.make_link(record, candidate, placement, problems)
        retracted = candidate.status == "retracted"
        title = read.text("title") or ""
        if retracted:
            title = RETRACTED_PREFIX + title.removeprefix(RETRACTED_PREFIX)
            images = {}
            content = paragraphs_to_html(read.raw_text("notice") or "")
            summary = None
        else:
            content = self._make_content(read, link, images)
            summary = read.text("summary")
        if not summary and content is not None:
            summary = text_of(content)
        published = candidate.published
        return Entry(
            id=candidate.id,
            title=title,
            link=link,
            updated=place_instant(candidate.updated, self._zone),
            published=None if published is None else place_instant(published, self._zone),
            updated_precision=candidate.updated_precision,
            published_precision=candidate.published_precision,
            authors=self.read_authors(record, problems)[0],
            categories=tuple(dict.fromkeys((*placement.names, *read.tags()))),
            summary=shorten(summary) if summary else None,
            content=content,
            language=read.language(),
            images=tuple(image for image in images.values() if image is not None),
            retracted=retracted,
        )

    def make_link(
        self, record: Record, candidate: Candidate, placement: Placement, problems: list[Problem]
    ) -> tuple[str, str]:
        """Make an entry's link, and say by which rule.

        The record's, else the source's template, else its place on its section's page.
        """
        value = _take(record, "link", problems)
        if isinstance(value, Mapping):
            value = value.get("@id")
        if value is not None and not (isinstance(value, str) and not value.strip()):
            try:
                if not isinstance(value, str):
                    raise UrlError("is no text")
                return absolute_url(value, self._site.link), "the record's link"
            except UrlError as error:
                problems.append(_warning(record, "link", value, f"{error}; it is left out"))
        made = self._make_links(record, candidate, placement)
        for text, rule in made:
            try:
                return absolute_url(text, self._site.link), rule
            except UrlError as error:
                message = f"{error}; it was made by {rule}, and is left out"
                problems.append(_warning(record, "link", text, message))
        place = place_on_page(self._site.feeds, slug=placement.slug, id=candidate.id)
        return place, "its place on its first section's page"

    def _make_links(
        self, record: Record, candidate: Candidate, placement: Placement
    ) -> Iterator[tuple[str, str]]:
        """Yield the links that a template and the record's system make, and by which rule."""
        found = find_template(record, self._sources[record.origin.file.source])
        if found is not None:
            template, rule = found
            section = placement.slug
            yield fill_template(template, record, candidate, section=section, zone=self._zone), rule
        permalink = record.fields.get("permalink")
        if isinstance(permalink, str):
            yield permalink, "its system's permalink"

    def _make_content(
        self, read: _FieldReader, link: str, images: Mapping[str, Image | None]
    ) -> str | None:
        markup = read.raw_text("content_html")
        if markup is not None:
            content = self._cleaner.sanitize(markup, base=link, images=images)
            if content is not None:
                return content
        return paragraphs_to_html(read.raw_text("content_text") or "")

    def read_authors(self, record: Record, problems: list[Problem]) -> tuple[tuple[str, ...], str]:
        """Read an entry's authors, and say where they came from."""
        read = _FieldReader(record, problems)
        own = read.names("author")
        if own:
            return own, "the record's author"
        agency = read.text("source")
        if agency:
            return (agency,), "the record's source"
        configured = self._sources[record.origin.file.source].author
        if configured:
            return (configured,), "the source's author"
        return (self._site.author,), "the site's author"


def read_image_references(record: Record, problems: list[Problem]) -> list[ImageReference]:
    """Read which images a record names, captions and credits told apart."""
    value = _take(record, "images", problems)
    if value is None:
        return []
    faults: list[ImageFault] = []
    references = read_images(value, faults)
    for fault in faults:
        problem = _warning(record, "images", fault.value, f"{fault.message}; it is left out")
        if fault.line is not None:
            where = msgspec.structs.replace(problem.where, line=fault.line)
            problem = msgspec.structs.replace(problem, where=where)
        problems.append(problem)
    return [_with_credit(reference) for reference in references]


def _with_credit(reference: ImageReference) -> ImageReference:
    if reference.credit is not None or reference.caption is None:
        return reference
    # Deferred: captions have many words, and not every site has captions.
    from feedpub.pages import split_caption

    caption, credit = split_caption(reference.caption)
    return msgspec.structs.replace(reference, caption=caption, credit=credit)


class _FieldReader:
    """Reads optional fields; one of the wrong type is a warning, and absent."""

    def __init__(self, record: Record, problems: list[Problem]) -> None:
        self._record = record
        self._problems = problems

    def text(self, name: str) -> str | None:
        return self._read(name, read_text, None)

    def language(self) -> str | None:
        return self._read("language", read_language, None)

    def names(self, name: str) -> tuple[str, ...]:
        return self._read(name, read_names, ())

    def tags(self) -> tuple[str, ...]:
        return self._read("tags", read_tags, ())

    def raw_text(self, name: str) -> str | None:
        return self._read(name, _require_text, None)

    def _read(self, name: str, read: Callable[[object], T], absent: T) -> T:
        value = _take(self._record, name, self._problems)
        if value is None:
            return absent
        try:
            return read(value)
        except FieldError as error:
            message = f"{error}; it is left out"
            self._problems.append(_warning(self._record, name, value, message))
            return absent


def _take(record: Record, field: str, problems: list[Problem]) -> object:
    """Take a field's raw value; where what maps it failed, that is a warning, and it is absent."""
    if record.faults and (fault := record.faults.get(field)) is not None:
        message = f"fails: {fault.message}; the field is left out"
        problem = _warning(record, field, fault.expression, message)
        problems.append(msgspec.structs.replace(problem, kind="mapping"))
        return None
    return record.fields.get(field)


def _require_text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise FieldError("is no text")


def _warning(record: Record, field: str, value: object, message: str) -> Problem:
    where = record.where(field)
    return Problem("warning", where, field, describe_value(value), "malformed", message)
