"""What a newsroom configures: one frozen struct per table of feedpub.toml.

The annotations are the types and bounds of what a file may hold, and the descriptions become
`docs/configuration.md`. Where a value has a pattern, `title` and `examples` tell a user what it
is. `config` reads a file into these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

ALL = "all"
NEVER = "never"
STATE = ".feedpub"  # beside the configuration: the lock, and what was measured
# Files of the whole site have the first of these names. Windows keeps the others for devices,
# whatever the suffix.
RESERVED_SLUGS = frozenset(
    """all articles feeds index manifest media sitemap
    aux con nul prn com1 com2 com3 com4 com5 com6 com7 com8 com9
    lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9""".split()
)

# What a template of links may name.
LINK_TOKENS = ("section", "path", "stem", "id", "year", "month", "day", "slug", "title")
# RFC 5646 in outline: the parts between the hyphens are not looked up.
LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
# An age in days or hours.
AGE = re.compile(r"([0-9]{1,5})([dh])")
FeedFormatName = Literal["rss", "atom", "json"]
FormatName = Literal["rss", "atom", "json", "html", "news-sitemap"]
DateOrder = Literal["DMY", "MDY", "YMD"]
Order = Literal["published", "updated"]
ArchivePeriod = Literal["month"]
FuturePolicy = Literal["withhold", "publish", "reject"]
ContentPolicy = Literal["full", "summary"]
NewSectionPolicy = Literal["publish", "warn", "reject"]
RemotePolicy = Literal["declared", "measure"]
PositionPolicy = Literal["remove", "keep"]
EnclosureKind = Literal["image", "audio", "video"]
LeadImagePolicy = Literal["body", "enclosure"]
MarkupName = Literal["html", "markdown", "text"]
RecordFormat = Literal["txt", "html", "json", "jsonl", "csv", "tsv", "xlsx", "sqlite", "md", "xml"]


def _matching(pattern: str, title: str, *examples: str) -> Meta:
    """Hold a whole text to a pattern; `title` and `examples` tell a user what it is."""
    return Meta(pattern=rf"^(?:{pattern})\Z", title=title, examples=list(examples))


AtLeastOne = Annotated[int, Meta(ge=1)]
Year = Annotated[int, Meta(ge=1, le=9999)]
Age = Annotated[str, _matching(AGE.pattern, "an age in days or hours", "7d", "12h")]
AgeOrNever = Annotated[
    str, _matching(f"{AGE.pattern}|{NEVER}", "an age or never", "7d", "12h", NEVER)
]
Email = Annotated[
    str, _matching(r"[^@\s<>()]+@[^@\s<>()]+\.[^@\s<>()]+", "an email address", "desk@example.com")
]
FolderPath = Annotated[str, _matching(r"[^\0]*[^\s\0][^\0]*", "the path of a folder", "feeds")]
Color = Annotated[str, _matching(r"#(?:[0-9A-Fa-f]{3}){1,2}", "a color in hexadecimal", "#a01818")]
HostName = Annotated[
    str,
    _matching(
        r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}", "a host", "youtube.com"
    ),
]
LanguageTag = Annotated[str, _matching(LANGUAGE_TAG.pattern, "a language tag", "en", "zh-CN")]
# RFC 4151 section 2.1: a domain or an email address, and a date on which it was the owner's.
TagAuthority = Annotated[
    str,
    _matching(
        r"(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?,\d{4}(?:-\d\d(?:-\d\d)?)?",
        *("a domain and a year", "news.example.com,2020"),
    ),
]


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """The [site] table."""

    title: Annotated[str, Meta(description="Title that subscribers see")]
    link: Annotated[str, Meta(description="Home page")]
    timezone: Annotated[str, Meta(description="IANA time zone of times that don't name one")]
    tag: Annotated[
        TagAuthority,
        Meta(description="RFC 4151 authority of all ids: a domain and a year. Never change it"),
    ]
    feeds: Annotated[
        str, Meta(description='URL of the output folder; default: link + "feeds/"')
    ] = ""
    language: Annotated[LanguageTag, Meta(description="Language tag of the feeds")] = "en"
    description: Annotated[str, Meta(description="Description; default: the title")] = ""
    author: Annotated[
        str, Meta(description="Author of entries that don't name one; default: the title")
    ] = ""
    author_emails: Annotated[
        bool, Meta(description="Whether to publish the email addresses that authors are given with")
    ] = False
    copyright: Annotated[str | None, Meta(description="Copyright notice of the feeds")] = None
    contact: Annotated[Email | None, Meta(description="Email address of the newsroom")] = None
    logo: Annotated[str | None, Meta(description="URL of the site's logo")] = None
    limit: Annotated[
        AtLeastOne, Meta(description="Entries per feed; the feed of all articles has 100")
    ] = 50
    order: Annotated[Order, Meta(description="Time that entries are ordered by")] = "published"
    archive: Annotated[
        ArchivePeriod | None,
        Meta(
            description="Whether to also write all entries of each section, by the month of their "
            "publication, as RSS and Atom"
        ),
    ] = None
    formats: Annotated[
        tuple[FormatName, ...], Meta(min_length=1, description="Formats to write for each section")
    ] = ("rss", "atom")
    lead: Annotated[
        str | None,
        Meta(
            description="Id of the story that leads the front page, as its record or its feed has "
            "it; default: the newest with an image"
        ),
    ] = None
    accent: Annotated[
        Color | None, Meta(description="Color of links and marks on pages, in hexadecimal")
    ] = None
    style: Annotated[
        str | None, Meta(description="Style sheet that pages load after their own")
    ] = None
    templates: Annotated[
        FolderPath | None,
        Meta(description="Folder of templates whose blocks replace those of the pages"),
    ] = None
    footer: Annotated[
        Mapping[str, str], Meta(description="Links at the end of each page: names and URLs")
    ] = {}
    output: Annotated[FolderPath, Meta(description="Folder to write the feeds to")] = "feeds"
    compress: Annotated[
        bool, Meta(description="Whether to write a gzip copy (.gz) beside each feed and page")
    ] = False
    hub: Annotated[
        str | None,
        Meta(description="WebSub hub that the feeds name and `feedpub publish` notifies"),
    ] = None
    remote_images: Annotated[
        RemotePolicy,
        Meta(description="Whether to request remote images and recordings to measure them"),
    ] = "declared"
    allow_loopback: Annotated[
        bool,
        Meta(description="Whether to request images and a hub on this computer, as for a test"),
    ] = False
    gps: Annotated[
        PositionPolicy, Meta(description="What to do with the GPS position in an image")
    ] = "remove"
    enclosure: Annotated[
        EnclosureKind,
        Meta(description="Kind of file that an RSS item encloses, if its article has one"),
    ] = "image"
    image_width: Annotated[
        Annotated[int, Meta(ge=100, le=10_000)] | None,
        Meta(
            description="Width in pixels that copies of images over 5 MB or 3,000 pixels are "
            "scaled down to; without it, copies keep their size"
        ),
    ] = None
    lead_image: Annotated[
        LeadImagePolicy,
        Meta(description="Whether the body shows the first image, or only the enclosure does"),
    ] = "body"
    embeds: Annotated[
        tuple[HostName, ...],
        Meta(
            description="Hosts, with those below them, whose players bodies show in sandboxed "
            "frames; those of others are links"
        ),
    ] = ()
    new_sections: Annotated[
        NewSectionPolicy,
        Meta(description="What to do with sections that the configuration doesn't name"),
    ] = "publish"
    section_depth: Annotated[
        AtLeastOne | None,
        Meta(
            description="Which label of a breadcrumb is the section: 1 is the first after Home; "
            "default: the last",
        ),
    ] = None
    future: Annotated[
        FuturePolicy,
        Meta(
            description="What to do with entries whose published time, or updated time without "
            "one, is in the future"
        ),
    ] = "withhold"
    years: Annotated[
        tuple[Year, Year] | None,
        Meta(
            description="First and last year that an article can be from; others are rejected; "
            "default: from 1600 to two years from now"
        ),
    ] = None
    stale_after: Annotated[
        Age | None, Meta(description="Warn when a section's newest entry is older than this age")
    ] = None
    max_rejected: Annotated[
        int | str,
        Meta(description='Number of rejected records to accept, or a share such as "1%"'),
    ] = 0

    @property
    def feed_formats(self) -> tuple[FeedFormatName, ...]:
        """The formats that feed readers read: all but the pages and sitemaps."""
        return tuple(name for name in self.formats if name != "html" and name != "news-sitemap")


class IdRule(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"source": "from"},
    forbid_unknown_fields=True,
):
    """A source's `id` as a table: the part of a field that is the article's key."""

    # All other fields that identify an article change.
    source: Annotated[Literal["id", "link"], Meta(description="Field that contains the key")]
    match: Annotated[
        str, Meta(description="Regular expression; the key is its first group, or all of it")
    ]


class ImageFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A source's `images` as a table: measured in a folder, linked where they are served."""

    folder: Annotated[str, Meta(description="Folder that contains the images")]
    url: Annotated[str, Meta(description="URL of that folder")]


class Selectors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [source.selectors] table: CSS selectors that take precedence over every other rule."""

    title: Annotated[str | None, Meta(description="The headline")] = None
    section: Annotated[str | None, Meta(description="The section, or the breadcrumb")] = None
    updated: Annotated[str | None, Meta(description="The byline, or the time of the update")] = None
    published: Annotated[str | None, Meta(description="The time of publication")] = None
    author: Annotated[str | None, Meta(description="Each author, or the line that names them")] = (
        None
    )
    body: Annotated[str | None, Meta(description="The element that contains the text")] = None
    image: Annotated[str | None, Meta(description="Each image")] = None
    caption: Annotated[str | None, Meta(description="Each caption, in the order of the images")] = (
        None
    )


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One [[source]] table."""

    path: Annotated[str, Meta(description="A file, a folder (read recursively) or a glob")]
    exclude: Annotated[tuple[str, ...], Meta(description="Globs of paths below it to skip")] = ()
    format: Annotated[
        RecordFormat | None, Meta(description="Format of its files; default: by suffix")
    ] = None
    system: Annotated[
        str | tuple[str, ...] | None,
        Meta(
            description="What its fields mean: a system, or several; `none` for records under "
            "usual names; default: by a look at its files"
        ),
    ] = None
    records: Annotated[
        str | None,
        Meta(
            description="Path (JMESPath) to the list of records in a JSON file: data.posts; or the "
            "name of the sheet of a workbook, or of the table of a database"
        ),
    ] = None
    static: Annotated[
        tuple[str, ...],
        Meta(
            description="Folders, below its path or beside this file, whose files the site serves "
            "at its root, for images such as /images/a.png; default: as its system has it"
        ),
    ] = ()
    permalinks: Annotated[
        Mapping[str, str],
        Meta(
            description="Templates of links by the first folder of a record's path, as a table: "
            'news = "/{year}/{month}/{slug}/"'
        ),
    ] = {}
    reader: Annotated[
        str | None,
        Meta(
            description="Custom reader to use instead of a format: package.module:function, "
            "importable or beside this file"
        ),
    ] = None
    encoding: Annotated[
        str | tuple[str, ...] | None,
        Meta(
            description="Encoding of its files that are not UTF-8 and name none themselves, or a "
            'list of encodings that are tried in order: ["gb18030", "windows-1252"]'
        ),
    ] = None
    timezone: Annotated[
        str | None,
        Meta(description="IANA time zone of times that don't name one; default: the site's"),
    ] = None
    date_order: Annotated[
        DateOrder | None,
        Meta(description="How to read 05/06/2020; without it, such a date is rejected"),
    ] = None
    abbreviations: Annotated[
        Mapping[str, str],
        Meta(description='Zone abbreviations that it uses, as a table: CST = "Asia/Shanghai"'),
    ] = {}
    author: Annotated[
        str | None,
        Meta(description="Author of records that don't name one; default: the site's"),
    ] = None
    fields: Annotated[
        Mapping[str, str],
        Meta(
            description="Where its records have our fields, as a table of JMESPath: "
            'title = "headlines.basic"; for CSV and TSV, column names'
        ),
    ] = {}
    markup: Annotated[
        MarkupName | None,
        Meta(
            description="Markup of the bodies in its data; default: as its system has it, else by "
            "a look at each"
        ),
    ] = None
    where: Annotated[
        str | None,
        Meta(description="JMESPath that is true for the records to read; others are skipped"),
    ] = None
    allow_empty: Annotated[bool, Meta(description="Whether the source may contain no records")] = (
        False
    )
    section: Annotated[str | None, Meta(description="Section of records that don't name one")] = (
        None
    )
    section_depth: Annotated[
        AtLeastOne | None, Meta(description="As in [site], for this source")
    ] = None
    content: Annotated[
        ContentPolicy,
        Meta(description='"summary" leaves the bodies of its records out of every feed'),
    ] = "full"
    link: Annotated[
        str | None,
        Meta(
            description="Template for links of records without one, where their relative images "
            "stand: {section} {path} {stem} {id} {year} {month} {day} {slug} {title}"
        ),
    ] = None
    id: Annotated[
        str | IdRule | None,
        Meta(
            description="Key of records without an id: a template of {stem} and {path} for files "
            'of one record, or a table {from = "link", match = "c_([0-9]+)"}'
        ),
    ] = None
    selectors: Annotated[
        Selectors,
        Meta(description="Elements of HTML pages that contain the fields, as a table"),
    ] = Selectors()
    id_prefix: Annotated[str, Meta(description="Prefix of its records' ids")] = ""
    images: Annotated[
        str | ImageFolder | None,
        Meta(
            description="Folder of images that are not beside their record, or a table "
            '{folder = "…", url = "https://…"} to link images there without copying them'
        ),
    ] = None
    remote_images: Annotated[
        RemotePolicy | None, Meta(description="As in [site], for this source")
    ] = None

    @property
    def encodings(self) -> tuple[str, ...]:
        """The labels that `encoding` names."""
        if self.encoding is None:
            return ()
        return (self.encoding,) if isinstance(self.encoding, str) else self.encoding


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One [section.SLUG] table."""

    name: Annotated[str | None, Meta(description="Name; default: as the records have it")] = None
    match: Annotated[
        tuple[str, ...], Meta(description="Names in records that mean this section")
    ] = ()
    title: Annotated[str | None, Meta(description="Title of its feeds; default: SITE: NAME")] = None
    description: Annotated[
        str | None, Meta(description="Description of its feeds; default: the site's")
    ] = None
    link: Annotated[
        str | None, Meta(description="Page of the section; default: SLUG.html beside its feeds")
    ] = None
    language: Annotated[
        LanguageTag | None,
        Meta(description="Language tag of its feeds; default: the site's"),
    ] = None
    limit: Annotated[
        AtLeastOne | None, Meta(description="Entries in its feeds; default: the site's")
    ] = None
    content: Annotated[
        ContentPolicy,
        Meta(description='"summary" leaves the bodies of its articles out of every feed'),
    ] = "full"
    aliases: Annotated[
        tuple[str, ...],
        Meta(
            description="More paths of its feeds below the output folder; the suffix selects the "
            "format: .rss, .atom, .json, or .xml (RSS, unless the path says atom)"
        ),
    ] = ()
    lead_image: Annotated[
        LeadImagePolicy | None, Meta(description="As in [site], for this section")
    ] = None
    stale_after: Annotated[
        AgeOrNever | None, Meta(description='As in [site], for this section, or "never"')
    ] = None


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """A whole configuration; relative paths start at the folder of its file."""

    path: Path
    site: Site
    sources: tuple[Source, ...]
    sections: Mapping[str, Section] = {}

    @property
    def folder(self) -> Path:
        """The folder of the configuration file."""
        return self.path.parent

    @property
    def output(self) -> Path:
        """The folder that the feeds are written to."""
        return self.folder / self.site.output
