"""An entry as pages show it: whole on its own page, and elsewhere with a link to its page."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import unquote

import msgspec
from markupsafe import Markup

from feedpub import compile_late
from feedpub.feeds.pages.body import fit_content
from feedpub.feeds.pages.words import find_words, write_clock, write_time
from feedpub.feeds.parts import format_html_time
from feedpub.model import Entry, Image, ImageCopy, ImageSizes, Precision
from feedpub.text import shorten, split_url

# What a page may link to relatively. Any other URL stays whole: the rest of
# https://…/feeds/javascript:… would be a script.
_OWN_PAGE = compile_late(r"[a-z0-9_-]+\.html|articles/[0-9a-f]{12}\.html")
_OWN_IMAGE = compile_late(r"media/[0-9a-f]+(?:-[0-9]+)?\.[a-z]+")
# Characters of a summary beside a link to the story; feeds hold all of it.
_TEASER = 200
_USUAL = 800  # pixels, of an image where there is no choice
_WIDEST = 1600  # pixels, of a copy


class SectionLink(msgspec.Struct, frozen=True):
    """A section as pages name it and link to it."""

    slug: str
    name: str
    language: str


class Moment(msgspec.Struct, frozen=True):
    """A time for people, and for a `datetime` attribute."""

    text: str
    machine: str


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """An image in a page; `width` and `height` are pixels, and both or neither are known.

    `webp` and `jpeg` list its copies in other sizes, as `srcset` does; empty without any.
    """

    src: str
    alt: str
    width: int | None
    height: int | None
    caption: str | None = None
    credit: str | None = None
    webp: str = ""
    jpeg: str = ""


class Recorded(msgspec.Struct, frozen=True):
    """A sound or a film that a page links to."""

    href: str
    title: str
    type: str | None


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """An entry on one page.

    `language` is its own; `told_in` is the language of the words and dates beside it.
    `lead` is above the text, and `others` are the images that the text does not show.
    """

    href: str
    title: str
    language: str
    told_in: str
    section: SectionLink | None
    authors: tuple[str, ...]
    time: Moment
    updated: Moment | None
    summary: str | None
    body: Markup | None
    lead: Picture | None
    others: tuple[Picture, ...]
    recordings: tuple[Recorded, ...] = ()


class StoryMaker:
    """Makes the stories of one page.

    Args:
        root: What leads from the page to the output folder.
        slug: The section that the entries are from.
        sections: All sections by their names.
        sizes: The copies of images in other sizes, by the URL of the image.
    """

    def __init__(
        self,
        *,
        base: str,
        root: str,
        slug: str,
        language: str,
        sections: Mapping[str, SectionLink],
        site_author: str,
        sizes: Mapping[str, ImageSizes],
    ) -> None:
        self._base = base
        self._root = root
        self._slug = slug
        self._language = language
        self._sections = sections
        self._site_author = site_author
        self._sizes = sizes

    def make(self, entry: Entry) -> Story:
        """Make the story of an entry beside others: its beginning, with a link to the rest."""
        section, time = self._find_section(entry), _published_of(entry, self._language)
        first = self._picture(entry.images[0]) if entry.images else None
        return Story(
            href=self.shorten_url(entry.link),
            title=entry.title,
            language=self._find_language(entry),
            told_in=self._language,
            section=None if section is None or section.slug == self._slug else section,
            authors=tuple(name for name in entry.authors if name != self._site_author),
            time=time,
            updated=self._updated_after(entry, time),
            summary=shorten(entry.summary, _TEASER) if entry.summary else None,
            body=None,
            lead=first,
            others=(),
        )

    def make_whole(self, entry: Entry) -> Story:
        """Make the story of an entry on its own page."""
        content = entry.content
        apart = [image for image in entry.images if not _shows(content, image)]
        leads = 1 if apart and apart[0] is entry.images[0] else 0
        pictures = tuple(map(self._picture, apart))
        return msgspec.structs.replace(
            self.make(entry),
            section=self._find_section(entry),
            authors=entry.authors,
            summary=entry.summary,
            body=None if content is None else self._fit(content, entry.images),
            lead=pictures[0] if leads else None,
            others=pictures[leads:],
            recordings=tuple(
                Recorded(self.shorten_url(one.url), one.title or _name(one.url), one.type)
                for one in entry.recordings
                if content is None or f'href="{html.escape(one.url)}"' not in content
            ),
        )

    def _find_section(self, entry: Entry) -> SectionLink | None:
        return self._sections.get(entry.categories[0]) if entry.categories else None

    def _find_language(self, entry: Entry) -> str:
        section = self._find_section(entry)
        return entry.language or (self._language if section is None else section.language)

    def shorten_url(self, url: str) -> str:
        """Make the URL of a page or an image of this output relative: a preview needs that."""
        below = url.removeprefix(self._base)
        if below != url and (_OWN_PAGE.fullmatch(below) or _OWN_IMAGE.fullmatch(below)):
            return self._root + below
        return url

    def _picture(self, image: Image) -> Picture:
        sized = image.width is not None and image.height is not None
        sizes = self._sizes.get(image.url)
        picture = Picture(
            src=self.shorten_url(image.url),
            alt=image.alt or "",
            width=image.width if sized else None,
            height=image.height if sized else None,
            caption=image.caption,
            credit=image.credit,
        )
        if sizes is None:
            return picture
        # Where the file itself takes fewer bytes than a copy would, it is the widest.
        own = ImageCopy(image.url, image.type or "", sizes.width)
        jpegs = self._list_copies(sizes, "image/jpeg", own)
        webps = self._list_copies(sizes, "image/webp", own)
        # For browsers, and machines, that know of one size only.
        usual = next((copy for copy in jpegs if copy.width >= _USUAL), own)
        return msgspec.structs.replace(
            picture,
            src=self.shorten_url(usual.url),
            width=sizes.width,
            height=sizes.height,
            webp=self._format_copies(webps),
            jpeg=self._format_copies(jpegs),
        )

    def _list_copies(self, sizes: ImageSizes, type: str, own: ImageCopy) -> list[ImageCopy]:
        copies = [copy for copy in sizes.copies if copy.type == type]
        is_whole = not copies or copies[-1].width >= min(sizes.width, _WIDEST)
        return copies if is_whole else [*copies, own]

    def _format_copies(self, copies: Iterable[ImageCopy]) -> str:
        return ", ".join(f"{self.shorten_url(copy.url)} {copy.width}w" for copy in copies)

    def _updated_after(self, entry: Entry, time: Moment) -> Moment | None:
        updated = updated_of(entry, self._language)
        if updated.text == time.text:
            return None
        if updated.machine[:10] == time.machine[:10] and entry.updated_precision != "day":
            return Moment(write_clock(entry.updated, self._language), updated.machine)
        return updated

    def _fit(self, content: str, images: Sequence[Image]) -> Markup:
        fitted = fit_content(
            content,
            below=1,
            table=find_words(self._language).table,
            shorten_url=self.shorten_url,
            pictures={image.url: self._picture(image) for image in images},
        )
        return Markup(fitted)  # noqa: S704 (the content is sanitized, as in feeds)


def _name(url: str) -> str:
    return unquote(split_url(url).path.rpartition("/")[2]) or url


def updated_of(entry: Entry, language: str) -> Moment:
    """Write when an entry was updated."""
    return _write(entry.updated, entry.updated_precision, language)


def written_day(entry: Entry, language: str) -> Moment:
    """Write the day when an entry was published, or else updated."""
    return _write(entry.first, "day", language)


def _published_of(entry: Entry, language: str) -> Moment:
    return _write(entry.first, entry.first_precision, language)


def _write(moment: datetime, precision: Precision, language: str) -> Moment:
    return Moment(write_time(moment, precision, language), format_html_time(moment, precision))


def _shows(content: str | None, image: Image) -> bool:
    return content is not None and f'src="{html.escape(image.url)}"' in content
