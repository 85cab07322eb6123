"""What a newsroom configures: one frozen struct per table of feedpub.toml.

The annotations are the types that a file may hold, and the descriptions are the reference that
`docs/configuration.md` is written from. `config` reads a file into these.
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
RESERVED_SLUGS = frozenset({ALL, "index", "feeds", "media", "manifest"})

# What a template of links may name.
LINK_TOKENS = ("section", "path", "stem", "id", "year", "month", "day", "slug", "title")
# RFC 5646 in its outline: what is between the hyphens is not looked up.
LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
FeedFormatName = Literal["rss", "atom", "json"]
FormatName = Literal["rss", "atom", "json", "html"]
DateOrder = Literal["DMY", "MDY", "YMD"]
Order = Literal["published", "updated"]
FuturePolicy = Literal["withhold", "publish", "reject"]
ContentPolicy = Literal["full", "summary"]
NewSectionPolicy = Literal["publish", "warn", "reject"]
RemotePolicy = Literal["declared", "measure"]
PositionPolicy = Literal["remove", "keep"]
LeadImagePolicy = Literal["body", "enclosure"]
RecordFormat = Literal["txt", "html", "json", "jsonl", "csv", "tsv", "md"]


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """The [site] table."""

    title: Annotated[str, Meta(description="What subscribers see")]
    link: Annotated[str, Meta(description="The home page")]
    timezone: Annotated[str, Meta(description="IANA zone of times that name none")]
    tag: Annotated[
        str,
        Meta(description="RFC 4151 authority of all ids, a domain and a year; never change it"),
    ]
    feeds: Annotated[
        str, Meta(description='Where the output folder is served; default: link + "feeds/"')
    ] = ""
    language: Annotated[str, Meta(description="Language tag of the feeds")] = "en"
    description: Annotated[str, Meta(description="What the feeds are; default: the title")] = ""
    author: Annotated[
        str, Meta(description="Author of entries that name none; default: the title")
    ] = ""
    copyright: Annotated[str | None, Meta(description="Rights notice of the feeds")] = None
    contact: Annotated[str | None, Meta(description="Email address of the desk")] = None
    logo: Annotated[str | None, Meta(description="URL of an image that stands for the site")] = None
    limit: Annotated[int, Meta(description="Entries per feed; the feed of all has 100")] = 50
    order: Annotated[Order, Meta(description="Which time entries are ordered by")] = "published"
    formats: Annotated[
        tuple[FormatName, ...], Meta(description="What is written for every section")
    ] = ("rss", "atom")
    output: Annotated[str, Meta(description="Folder that the feeds are written to")] = "feeds"
    compress: Annotated[
        bool,
        Meta(description="Whether each feed and page has a copy packed by gzip (.gz) beside it"),
    ] = False
    hub: Annotated[
        str | None,
        Meta(description="WebSub hub that the feeds name, and that `feedpub publish` tells"),
    ] = None
    remote_images: Annotated[
        RemotePolicy,
        Meta(description="Whether images elsewhere are asked for, or taken as records declare"),
    ] = "declared"
    allow_loopback: Annotated[
        bool,
        Meta(description="Whether images and a hub on this computer may be asked, as in a test"),
    ] = False
    gps: Annotated[
        PositionPolicy, Meta(description="What becomes of the GPS position in an image")
    ] = "remove"
    lead_image: Annotated[
        LeadImagePolicy,
        Meta(description="Whether bodies show the first image, or the enclosure alone does"),
    ] = "body"
    new_sections: Annotated[
        NewSectionPolicy,
        Meta(description="What becomes of sections that the configuration does not name"),
    ] = "publish"
    section_depth: Annotated[
        int | None,
        Meta(
            description="Which label of a breadcrumb is the section: 1 is the first after Home; "
            "default: the last"
        ),
    ] = None
    future: Annotated[FuturePolicy, Meta(description="What becomes of entries later than now")] = (
        "withhold"
    )
    stale_after: Annotated[
        str | None,
        Meta(description='Age of its newest entry at which a section gives a warning: "7d", "12h"'),
    ] = None
    max_rejected: Annotated[
        int | str, Meta(description='Rejected records to let pass: a count, or a share like "1%"')
    ] = 0

    @property
    def feed_formats(self) -> tuple[FeedFormatName, ...]:
        """The formats that feed readers read: all but the pages."""
        return tuple(name for name in self.formats if name != "html")


class IdRule(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"source": "from"},
    forbid_unknown_fields=True,
):
    """A source's `id` as a table: the part of a field that is the article's key."""

    source: Annotated[str, Meta(description="Field that the key is in")]
    match: Annotated[
        str, Meta(description="Regular expression; its first group is the key, or all of it")
    ]


class ImageFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A source's `images` as a table: measured in a folder, linked where they are served."""

    folder: Annotated[str, Meta(description="Folder that holds the images")]
    url: Annotated[str, Meta(description="Where that folder is served")]


class Selectors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [source.selectors] table: CSS selectors that win over every other rule."""

    title: Annotated[str | None, Meta(description="The headline")] = None
    section: Annotated[str | None, Meta(description="The section, or the breadcrumb")] = None
    updated: Annotated[str | None, Meta(description="The byline, or the time of the update")] = None
    published: Annotated[str | None, Meta(description="The time of the publication")] = None
    author: Annotated[str | None, Meta(description="Each author, or the line that names them")] = (
        None
    )
    body: Annotated[str | None, Meta(description="What holds the text")] = None
    image: Annotated[str | None, Meta(description="Each image")] = None
    caption: Annotated[str | None, Meta(description="Each caption, in the order of the images")] = (
        None
    )


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One [[source]] table."""

    path: Annotated[str, Meta(description="A file, a folder (read recursively) or a glob")]
    exclude: Annotated[
        tuple[str, ...], Meta(description="Globs of paths below it that are passed over")
    ] = ()
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
        Meta(description="Path (JMESPath) to the list of records in a JSON file: data.posts"),
    ] = None
    static: Annotated[
        tuple[str, ...],
        Meta(
            description="Folders whose files the site serves at its root, for images such as "
            "/images/a.png; default: as its system has it"
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
            description="A reader of one's own, instead of a format: package.module:function, "
            "importable or beside this file"
        ),
    ] = None
    encoding: Annotated[
        str | None, Meta(description="Encoding of its files; default: UTF-8, with or without BOM")
    ] = None
    timezone: Annotated[
        str | None, Meta(description="IANA zone of times that name none; default: the site's")
    ] = None
    date_order: Annotated[
        DateOrder | None, Meta(description="Decides 05/06/2020; without it, it is refused")
    ] = None
    abbreviations: Annotated[
        Mapping[str, str],
        Meta(description='Zone letters that it uses, as a table: CST = "Asia/Shanghai"'),
    ] = {}
    author: Annotated[
        str | None, Meta(description="Author of records that name none; default: the site's")
    ] = None
    fields: Annotated[
        Mapping[str, str],
        Meta(
            description="Where its records have our fields, as a table of JMESPath: "
            'title = "headlines.basic"; of a table, the names of columns'
        ),
    ] = {}
    where: Annotated[
        str | None,
        Meta(description="JMESPath that is true of the records that count; others are passed over"),
    ] = None
    allow_empty: Annotated[bool, Meta(description="Whether no record from here is no loss")] = False
    section: Annotated[str | None, Meta(description="Section of records that name none")] = None
    section_depth: Annotated[int | None, Meta(description="As in [site], for this source")] = None
    content: Annotated[
        ContentPolicy,
        Meta(description='"summary" leaves the bodies of its records out of every feed'),
    ] = "full"
    link: Annotated[
        str | None,
        Meta(
            description="Template of links of records without: {section} {path} {stem} {id} {year} "
            "{month} {day} {slug} {title}"
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
        Meta(description="Which elements of HTML pages hold which fields, as a table"),
    ] = Selectors()
    id_prefix: Annotated[str, Meta(description="Stands before its records' ids in theirs")] = ""
    images: Annotated[
        str | ImageFolder | None,
        Meta(
            description="Folder of its images that do not lie beside their record, or a table "
            '{folder = "…", url = "https://…"}: measured there, linked here, not copied'
        ),
    ] = None
    remote_images: Annotated[
        RemotePolicy | None, Meta(description="As in [site], for this source")
    ] = None


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One [section.SLUG] table."""

    name: Annotated[str | None, Meta(description="Its name; default: as the records have it")] = (
        None
    )
    match: Annotated[
        tuple[str, ...], Meta(description="Names in records that are this section")
    ] = ()
    title: Annotated[str | None, Meta(description="Title of its feeds; default: SITE: NAME")] = None
    description: Annotated[
        str | None, Meta(description="Description of its feeds; default: the site's")
    ] = None
    link: Annotated[
        str | None, Meta(description="Its page; default: SLUG.html beside its feeds")
    ] = None
    language: Annotated[
        str | None, Meta(description="Language tag of its feeds; default: the site's")
    ] = None
    limit: Annotated[int | None, Meta(description="Entries in its feeds; default: the site's")] = (
        None
    )
    content: Annotated[
        ContentPolicy,
        Meta(description='"summary" leaves the bodies of its articles out of every feed'),
    ] = "full"
    aliases: Annotated[
        tuple[str, ...],
        Meta(
            description="Paths below the output folder that its feeds have too; the suffix says "
            "which: .rss, .atom, .json, or .xml (RSS, unless the path says atom)"
        ),
    ] = ()
    lead_image: Annotated[
        LeadImagePolicy | None, Meta(description="As in [site], for this section")
    ] = None
    stale_after: Annotated[
        str | None, Meta(description='As in [site], for this section, or "never"')
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
