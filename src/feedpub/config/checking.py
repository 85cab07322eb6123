"""Checks of settings that need more than a type: zones, URLs, templates, files and names."""

from __future__ import annotations

import re
import stat
import string
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from feedpub import compile_late, sources, systems
from feedpub.config.tables import Faults
from feedpub.errors import quote_value, suggest
from feedpub.lint import is_language, name_meant_language
from feedpub.settings import (
    ALL,
    LINK_TOKENS,
    RESERVED_SLUGS,
    IdRule,
    ImageFolder,
    Section,
    Selectors,
    Site,
    Source,
)
from feedpub.text import (
    UrlError,
    absolute_url,
    find_codec,
    make_slug,
    plain_text,
    read_number,
    section_key,
)
from feedpub.timestamps import load_zone, zone_names

_SLUG = compile_late(r"(?=.{1,60}\Z)[a-z0-9]+(?:[-_][a-z0-9]+)*")
_SHARE = compile_late(r"(\d+(?:\.\d+)?)%")
_OFFSET = compile_late(r"[+-](?:[01]\d|2[0-3]):[0-5]\d")


def parse_max_rejected(text: str | int) -> int | str:
    """Check a limit of rejected records: a count, or a share such as 1%.

    Raises:
        ValueError: It is neither.
    """
    if isinstance(text, int) and not isinstance(text, bool) and text >= 0:
        return text
    if isinstance(text, str):
        number = read_number(text)
        if number is not None and text.isdigit():
            return number
        share = _SHARE.fullmatch(text)
        if share and float(share[1]) <= 100:
            return text
    raise ValueError(f'"{text}" is not a count or a share such as "1%"')


def check_site(site: Site, faults: Faults) -> Site:
    """Check the [site] table, and give it with its defaults filled in."""
    title = plain_text(site.title)
    if not title:
        faults.add("site.title", "is empty")
    link = _check_url("site.link", site.link, faults)
    _check_zone("site.timezone", site.timezone, faults)
    _check_language("site.language", site.language, faults)
    if site.years is not None and site.years[0] > site.years[1]:
        faults.add("site.years", "ends before it begins")
    if not site.feed_formats:
        # What subscribers would lose is found by reading the feeds of the last build.
        only = " and ".join(f'"{name}"' for name in dict.fromkeys(site.formats))
        faults.add("site.formats", f'has only {only}. Add a feed: "rss", "atom" or "json".')
    if site.archive is not None and {"rss", "atom"}.isdisjoint(site.formats):
        faults.add("site.archive", 'needs "rss" or "atom" in formats, because JSON Feed has none.')
    try:
        parse_max_rejected(site.max_rejected)
    except ValueError as error:
        faults.add("site.max_rejected", str(error))
    base = link if link.endswith("/") else link + "/"
    feeds = _check_url("site.feeds", site.feeds, faults) if site.feeds else f"{base}feeds/"
    return msgspec.structs.replace(
        site,
        title=title,
        link=link,
        feeds=feeds if feeds.endswith("/") else feeds + "/",
        description=plain_text(site.description) or title,
        author=plain_text(site.author) or title,
        copyright=_clean(site.copyright),
        logo=None if site.logo is None else _check_url("site.logo", site.logo, faults, feeds),
        footer={
            plain_text(name): _check_url(f"site.footer.{name}", url, faults, feeds)
            for name, url in site.footer.items()
        },
        hub=None if site.hub is None else _check_url("site.hub", site.hub, faults),
        formats=tuple(dict.fromkeys(site.formats)),
    )


def check_section(slug: str, section: Section, faults: Faults) -> Section:
    """Check a [section.SLUG] table, and give it with its texts cleaned."""
    key = f"section.{slug}"
    if not _SLUG.fullmatch(slug):
        faults.add(key, "is not a slug. Use at most 60 of a-z, 0-9 and single hyphens.")
    elif slug in RESERVED_SLUGS and slug != ALL:
        faults.add(key, "is reserved. Choose another slug.")
    if section.language is not None:
        _check_language(f"{key}.language", section.language, faults)
    link = section.link
    return msgspec.structs.replace(
        section,
        name=_clean(section.name),
        match=tuple(map(plain_text, section.match)),
        title=_clean(section.title),
        description=None if section.description is None else plain_text(section.description),
        link=None if link is None else _check_url(f"{key}.link", link, faults),
    )


def check_names(sections: Mapping[str, Section], sources: Sequence[Source], faults: Faults) -> None:
    """Check that no two sections have one name, and no two configured names one slug."""
    owners: dict[str, str] = {}
    for slug, section in sections.items():
        for name in dict.fromkeys(section_key(n) for n in (section.name, *section.match) if n):
            owner = owners.setdefault(name, slug)
            if owner != slug:
                message = f"{quote_value(name)} is a name of section.{owner}, too. Remove one."
                faults.add(f"section.{slug}", message)
    shown = {
        slug: next(name for name in (section.name, *section.match) if name)
        for slug, section in sections.items()
        if section.name or section.match
    }
    for index, source in enumerate(sources):
        if source.section and section_key(source.section) not in owners:
            slug = make_slug(source.section)
            other = shown.setdefault(slug, source.section)
            if section_key(other) != section_key(source.section):
                message = (
                    f"{quote_value(source.section)} has the slug {slug}, as {quote_value(other)} "
                    f"does. Add a table with another slug for it, or add it to the match of one."
                )
                faults.add(f"source[{index}].section", message)


def check_source(key: str, source: Source, folder: Path, faults: Faults) -> Source:
    """Check a [[source]] table; paths are relative to `folder`."""
    _check_path(f"{key}.path", source.path, folder, faults)
    if source.timezone is not None:
        _check_zone(f"{key}.timezone", source.timezone, faults)
    for letters, zone in source.abbreviations.items():
        if not _OFFSET.fullmatch(zone):
            _check_zone(f"{key}.abbreviations.{letters}", zone, faults)
    for label in source.encodings:
        if find_codec(label) is None:
            faults.add(f"{key}.encoding", f"{quote_value(label)} is not a known encoding")
    if source.encoding == ():
        faults.add(f"{key}.encoding", "names no encoding. Leave it out, or name one.")
    if source.link is not None:
        _check_link(f"{key}.link", source.link, faults)
    for first, template in source.permalinks.items():
        _check_link(f"{key}.permalinks.{first}", template, faults)
    if source.selectors != Selectors():
        from feedpub.pages import check_selectors

        faults.messages += (f"{key}.{fault}" for fault in check_selectors(source.selectors))
    if source.reader is not None:
        _check_reader(f"{key}.reader", source.reader, source, folder, faults)
    mapping = (source.system, source.records, source.where)
    if source.fields or any(setting is not None for setting in mapping):
        faults.messages += (f"{key}.{fault}" for fault in systems.check_mapping(source))
    if source.images is not None:
        _check_images(f"{key}.images", source.images, folder, faults)
    if isinstance(source.id, str):
        _check_template(f"{key}.id", source.id, ("stem", "path"), faults)
    elif isinstance(source.id, IdRule):
        try:
            re.compile(source.id.match)
        except re.error as error:
            faults.add(f"{key}.id.match", f"is not a valid regular expression: {error}")
    return msgspec.structs.replace(
        source, section=_clean(source.section), author=_clean(source.author)
    )


def _clean(text: str | None) -> str | None:
    return None if text is None else plain_text(text) or None


def _check_path(key: str, path: str, folder: Path, faults: Faults) -> None:
    if any(mark in path for mark in "*?["):
        try:
            if next(sources.iter_glob(folder, path), None) is None:
                faults.add(key, f"{quote_value(path)} matches nothing")
        except ValueError as error:  # like sources/**.json
            faults.add(key, f"{quote_value(path)} is not a valid glob: {error}")
    elif not path.strip() or not (folder / path).exists():
        faults.add(key, f"{quote_value(path)} does not exist")
    elif is_special(folder / path):
        message = f"{quote_value(path)} is a device, a pipe, or a socket. Name a file or a folder."
        faults.add(key, message)


def is_special(path: Path) -> bool:
    """Say whether something other than a file or a folder is at a path."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _check_reader(key: str, reader: str, source: Source, folder: Path, faults: Faults) -> None:
    if source.format is not None:
        faults.add(key, "replaces format. Remove one of the two.")
    try:
        sources.import_function(reader, folder)
    except sources.FunctionError as error:
        faults.add(key, f"{quote_value(reader)} {error}")


def _check_images(key: str, images: str | ImageFolder, folder: Path, faults: Faults) -> None:
    place = images if isinstance(images, str) else images.folder
    if not (folder / place).is_dir():
        faults.add(key, f"{quote_value(place)} is not a folder")
    if not isinstance(images, str):
        _check_url(f"{key}.url", images.url, faults)


def _check_url(key: str, url: str, faults: Faults, base: str | None = None) -> str:
    try:
        return absolute_url(url, base)
    except UrlError as error:
        faults.add(key, f"{quote_value(url)} {error}")
        return url


def _check_zone(key: str, zone: str, faults: Faults) -> None:
    try:
        load_zone(zone)
    except KeyError:
        hint = suggest(zone, sorted(zone_names())) or ' Write it like "Asia/Shanghai".'
        faults.add(key, f"{quote_value(zone)} is not an IANA time zone.{hint}")


def _check_language(key: str, tag: str, faults: Faults) -> None:
    if not is_language(tag):
        meant = name_meant_language(tag)
        faults.add(key, f"{quote_value(tag)} is not a registered language{meant}.")


def _check_link(key: str, template: str, faults: Faults) -> None:
    _check_template(key, template, LINK_TOKENS, faults)
    sample = re.sub(r"\{\w+\}", "x", template)
    _check_url(key, sample, faults, "https://site.invalid/")


def _check_template(key: str, template: str, known: tuple[str, ...], faults: Faults) -> None:
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        faults.add(key, f"is not a valid template: {error}")
        return
    for _, name, form, conversion in parts:
        if name is not None and (name not in known or form or conversion):
            fields = ", ".join(f"{{{word}}}" for word in known)
            faults.add(key, f"{{{name}}} is not a field of the template. The fields are {fields}.")
