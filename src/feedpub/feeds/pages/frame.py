"""What all pages of a site share: the head, the bar at the top, the feeds of a section."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from feedpub.feeds.pages.rendering import fill_template
from feedpub.feeds.pages.stories import SectionLink, StoryMaker
from feedpub.feeds.pages.templating import Templates
from feedpub.model import Document, Entry, Feed, FeedFile, ImageSizes
from feedpub.settings import Site
from feedpub.text import encode_key, load_tables

MEDIA_TYPE = "text/html"
SUFFIX = "html"
# Among more links than these, nobody finds one; the front page has a filter.
_MENU = 12


class ReaderLink(msgspec.Struct, frozen=True):
    """A feed reader, and where it subscribes to a feed."""

    name: str
    href: str


class FeedLink(msgspec.Struct, frozen=True):
    """A feed in one format: `href` to link to it, `url` to paste into a reader."""

    title: str
    label: str
    type: str
    href: str
    url: str


class SharedPicture(msgspec.Struct, frozen=True):
    """The image that networks show beside a link to a page."""

    url: str
    width: int | None
    height: int | None
    alt: str | None


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """What the head of a page says of it.

    `indexed` is whether search engines should find the page itself.
    """

    title: str
    description: str
    language: str
    slug: str
    indexed: bool
    picture: SharedPicture | None = None
    feeds: tuple[FeedLink, ...] = ()
    alternates: tuple[FeedLink, ...] = ()


class _Page(msgspec.Struct, frozen=True, kw_only=True):
    """What all templates use; `root` leads from the page to the output folder."""

    face: Face
    url: str
    root: str
    menu: tuple[SectionLink, ...]
    readers: tuple[ReaderLink, ...]


class Frame:
    """Puts what a page shows into what all pages share.

    Args:
        sections: The sections, in the order of the bar at the top.
    """

    def __init__(self, site: Site, sections: Sequence[SectionLink], templates: Templates) -> None:
        self.site = site
        self._templates = templates
        self.sizes: dict[str, ImageSizes] = {}  # by the URL of the image
        self._sections = {section.name: section for section in sections}
        self._menu = tuple(sections) if len(sections) <= _MENU else ()

    def make_stories(self, feed: Feed, path: str) -> StoryMaker:
        """Make what makes the stories of a page of a section."""
        return StoryMaker(
            base=feed.base,
            root=root_of(path),
            slug=feed.slug,
            language=feed.language,
            sections=self._sections,
            site_author=self.site.author,
            sizes=self.sizes,
        )

    def find_shared_picture(self, entry: Entry) -> SharedPicture | None:
        """Find the image of an entry that networks show: in JPEG and not too large, if possible."""
        if not entry.images:
            return None
        image = entry.images[0]
        sizes = self.sizes.get(image.url)
        if sizes is None:
            return SharedPicture(image.url, image.width, image.height, image.alt)
        jpegs = [copy for copy in sizes.copies if copy.type == "image/jpeg"]
        if not jpegs:
            return SharedPicture(image.url, sizes.width, sizes.height, image.alt)
        height = round(sizes.height * jpegs[-1].width / sizes.width)
        return SharedPicture(jpegs[-1].url, jpegs[-1].width, height, image.alt)

    def fill(self, path: str, template: str, *, face: Face, shown: object) -> Document:
        """Fill the template of a page at a path of the output."""
        page = _Page(
            face=face,
            url=f"{self.site.feeds}{path}",
            root=root_of(path),
            menu=self._menu,
            readers=list_readers(face.feeds[0].url) if face.feeds else (),
        )
        content = fill_template(
            self._templates,
            template,
            language=face.language,
            page=page,
            shown=shown,
            site=self.site,
        )
        return Document(path, MEDIA_TYPE, content)


def list_readers(url: str) -> tuple[ReaderLink, ...]:
    """List feed readers on the web with the links that subscribe to a feed there."""
    encoded = encode_key(url).replace("/", "%2F")
    tables = load_tables("feedpub.feeds.pages", "readers")
    return tuple(
        ReaderLink(name, str(table["subscribe"]).replace("{}", encoded))
        for name, table in tables.items()
    )


def link_feeds(feed: Feed, files: Iterable[FeedFile], path: str) -> tuple[FeedLink, ...]:
    """Link to the feeds of a section from a page."""
    return tuple(
        FeedLink(
            title=f"{feed.title} ({file.label})",
            label=file.label.partition(" ")[0],  # its place shows that it is a feed
            type=file.type,
            href=root_of(path) + file.url.removeprefix(feed.base),
            url=file.url,
        )
        for file in files
    )


def root_of(path: str) -> str:
    """Lead from a page back to the output folder, relatively, because a preview needs that."""
    return "../" * path.count("/")
