"""feedpub.toml to Config: every fault at once, each with its key's path."""

from __future__ import annotations

import codecs
import difflib
import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar, get_args, get_origin, get_type_hints

import msgspec

from feedpub.errors import ConfigError, quote_value
from feedpub.output import find_faults
from feedpub.settings import (
    ALL,
    LANGUAGE_TAG,
    LINK_TOKENS,
    NEVER,
    RESERVED_SLUGS,
    Config,
    IdRule,
    ImageFolder,
    Section,
    Selectors,
    Site,
    Source,
)
from feedpub.sources import FunctionError, import_function, iter_glob
from feedpub.systems import check_mapping
from feedpub.text import UrlError, absolute_url, parse_age, plain_text, section_key
from feedpub.timestamps import load_zone, zone_names

Table = TypeVar("Table", bound=msgspec.Struct)

# RFC 4151 section 2.1: a domain or an email address, and a date on which it was one's own.
_TAG_AUTHORITY = re.compile(
    r"(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?,\d{4}(?:-\d\d(?:-\d\d)?)?"
)
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)%")
_OFFSET = re.compile(r"[+-](?:[01]\d|2[0-3]):[0-5]\d")
_EMAIL = re.compile(r"[^@\s<>()]+@[^@\s<>()]+\.[^@\s<>()]+")
# What an id may be made of: all else that identifies an article changes.
_ID_FIELDS = ("id", "link")
# Python's codecs for domain names: no file is in these.
_DOMAIN_ENCODINGS = frozenset({"idna", "punycode"})
# Stand in for required settings that are missing or wrong, so that the others are checked too.
_PLACEHOLDERS = {
    "title": "Untitled",
    "link": "https://site.invalid/",
    "timezone": "UTC",
    "tag": "site.invalid,2000",
    "path": ".",
    "from": "id",
    "match": "",
    "folder": ".",
    "url": "https://site.invalid/",
}


def load_config(path: str | Path) -> Config:
    """Read a configuration file.

    Raises:
        ConfigError: It cannot be read, or is at fault; `messages` names every fault.
    """
    path = Path(path)
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file; `feedpub init` writes one") from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: is no valid TOML: {error}") from error
    faults = _Faults()
    config = _read_config(raw, path.absolute(), faults)
    if faults.messages or config is None:
        raise ConfigError(*(f"{path}: {message}" for message in faults.messages))
    return config


def redirect(config: Config, output: Path) -> Config:
    """Have a configuration write to another output folder.

    Raises:
        ConfigError: A source is that folder.
    """
    for index, source in enumerate(config.sources):
        if (config.folder / source.path).resolve() == output.resolve():
            raise ConfigError(f'--output: "{output}" is source[{index}]; give another folder')
    site = msgspec.structs.replace(config.site, output=str(output))
    return msgspec.structs.replace(config, site=site)


def parse_max_rejected(text: str | int) -> int | str:
    """Check a limit of rejected records: a count, or a share like 1%.

    Raises:
        ValueError: It is neither.
    """
    if isinstance(text, int) and not isinstance(text, bool) and text >= 0:
        return text
    if isinstance(text, str):
        if text.isascii() and text.isdigit():
            return int(text)
        share = _SHARE.fullmatch(text)
        if share and float(share[1]) <= 100:
            return text
    raise ValueError('expected a count, or a share like "1%"')


class _Faults:
    def __init__(self) -> None:
        self.messages: list[str] = []

    def add(self, key: str, message: str) -> None:
        self.messages.append(f"{key}: {message}")


def _read_config(raw: Mapping[str, object], path: Path, faults: _Faults) -> Config | None:
    _name_unknown("", raw, ("site", "source", "section"), faults)
    site = _read_table("site", raw.get("site"), Site, faults)
    sources = _read_sources(raw.get("source"), faults)
    sections = _read_sections(raw.get("section", {}), faults)
    if site is not None:
        site = _check_site(site, faults)
        for slug, fault in find_faults(sections, site.formats):
            faults.add(f"section.{slug}.aliases", fault)
    folder = path.parent
    for index, source in enumerate(sources):
        sources[index] = _check_source(f"source[{index}]", source, folder, faults)
        if site is None or "\0" in source.path + site.output:
            continue
        if (folder / source.path).resolve() == (folder / site.output).resolve():
            faults.add(f"source[{index}].path", "is the output folder")
    if site is None or faults.messages:
        return None
    return Config(path=path, site=site, sources=tuple(sources), sections=sections)


def _read_sources(raw: object, faults: _Faults) -> list[Source]:
    if not isinstance(raw, list) or not raw:
        faults.add("source", "is missing: at least one [[source]] with a path is needed")
        return []
    tables = [
        _read_table(f"source[{index}]", table, Source, faults) for index, table in enumerate(raw)
    ]
    return [table for table in tables if table is not None]


def _read_sections(raw: object, faults: _Faults) -> dict[str, Section]:
    if not isinstance(raw, Mapping):
        faults.add("section", "expected tables like [section.culture]")
        return {}
    sections: dict[str, Section] = {}
    for slug, table in raw.items():
        key = f"section.{slug}"
        if not _SLUG.fullmatch(slug) or len(slug) > 60:
            faults.add(key, "is no slug: expected at most 60 of a-z, 0-9 and single hyphens")
        elif slug in RESERVED_SLUGS and slug != ALL:
            faults.add(key, "is reserved; choose another slug")
        section = _read_table(key, table, Section, faults)
        if section is not None:
            sections[slug] = _check_section(key, section, faults)
    owners: dict[str, str] = {}
    for slug, section in sections.items():
        for name in dict.fromkeys(section_key(n) for n in (section.name, *section.match) if n):
            owner = owners.setdefault(name, slug)
            if owner != slug:
                faults.add(f"section.{slug}", f"{quote_value(name)} is section.{owner} already")
    return sections


def _read_table(key: str, raw: object, table: type[Table], faults: _Faults) -> Table | None:
    """Convert each value on its own, so that all faults of a table are named at once."""
    if not isinstance(raw, Mapping):
        faults.add(key, "is missing" if raw is None else "expected a table")
        return None
    known = {field.encode_name: field for field in msgspec.structs.fields(table)}
    _name_unknown(key + ".", raw, known, faults)
    values: dict[str, object] = {}
    hints = get_type_hints(table)
    for name, field in known.items():
        if field.required:
            values[field.name] = _PLACEHOLDERS[name]
        if name in raw:
            hint = hints[field.name]
            if get_origin(hint) is Mapping and isinstance(raw[name], Mapping):
                values[field.name] = _read_words(f"{key}.{name}", raw[name], hint, faults)
                continue
            try:
                values[field.name] = msgspec.convert(raw[name], hint, strict=True)
            except msgspec.ValidationError as error:
                faults.add(f"{key}.{name}", _describe_mismatch(error, hint))
        elif field.required:
            faults.add(f"{key}.{name}", "is missing")
    return table(**values)


def _read_words(
    key: str, raw: Mapping[str, object], hint: object, faults: _Faults
) -> dict[str, object]:
    """Convert the values of a table whose keys are a user's own, each on its own."""
    _, kind = get_args(hint)
    values: dict[str, object] = {}
    for name, value in raw.items():
        try:
            values[name] = msgspec.convert(value, kind, strict=True)
        except msgspec.ValidationError as error:
            faults.add(f"{key}.{name}", _describe_mismatch(error, kind))
    return values


def _describe_mismatch(error: msgspec.ValidationError, hint: object) -> str:
    text = str(error).replace("`", "")
    if "enum value" in text:
        given = re.search(r"""enum value (['"])(.*)\1""", text, re.DOTALL)
        shown = f'"{given[2]}" is unknown; ' if given else ""
        return f"{shown}expected one of " + ", ".join(f'"{word}"' for word in _list_words(hint))
    for machine, human in (
        ("str", "text"),
        ("int", "number"),
        ("array", "list"),
        ("object", "table"),
        ("bool", "true or false"),
    ):
        text = re.sub(rf"\b{machine}\b", human, text)
    return text[:1].lower() + text[1:]


def _list_words(hint: object) -> list[str]:
    """List the words that a Literal allows, however deep it stands in an annotation."""
    if isinstance(hint, str):
        return [hint]
    return [word for part in get_args(hint) for word in _list_words(part)]


def _name_unknown(
    prefix: str, raw: Mapping[str, object], known: Iterable[str], faults: _Faults
) -> None:
    names = list(known)
    for name in raw:
        if name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}"
            faults.add(prefix + name, f"is no setting; {hint}")


def _check_site(site: Site, faults: _Faults) -> Site:
    title = plain_text(site.title)
    if not title:
        faults.add("site.title", "is empty")
    link = _check_url("site.link", site.link, faults)
    _check_zone("site.timezone", site.timezone, faults)
    if not _TAG_AUTHORITY.fullmatch(site.tag):
        faults.add("site.tag", 'expected a domain and a year, like "news.example.com,2020"')
    _check_language("site.language", site.language, faults)
    if site.limit < 1:
        faults.add("site.limit", "expected at least 1")
    _check_depth("site.section_depth", site.section_depth, faults)
    if not site.formats:
        faults.add("site.formats", "is empty")
    elif not site.feed_formats:
        # What subscribers would lose is found by reading the feeds of the last build.
        faults.add("site.formats", 'names "html" alone; add a feed: "rss", "atom" or "json"')
    if not site.output.strip():
        faults.add("site.output", "is empty")
    elif "\0" in site.output:
        faults.add("site.output", "is no path")
    if site.contact is not None and not _EMAIL.fullmatch(site.contact):
        faults.add("site.contact", "expected an email address")
    try:
        parse_max_rejected(site.max_rejected)
    except ValueError as error:
        faults.add("site.max_rejected", str(error))
    _check_age("site.stale_after", site.stale_after, faults)
    link = link if link.rpartition("/")[2] == "" else link + "/"
    feeds = _check_url("site.feeds", site.feeds, faults) if site.feeds else f"{link}feeds/"
    return msgspec.structs.replace(
        site,
        title=title,
        link=_check_url("site.link", site.link, _Faults()),
        feeds=feeds if feeds.endswith("/") else feeds + "/",
        description=plain_text(site.description) or title,
        author=plain_text(site.author) or title,
        copyright=None if site.copyright is None else plain_text(site.copyright) or None,
        logo=None if site.logo is None else _check_url("site.logo", site.logo, faults, feeds),
        hub=None if site.hub is None else _check_url("site.hub", site.hub, faults),
        formats=tuple(dict.fromkeys(site.formats)),
    )


def _check_section(key: str, section: Section, faults: _Faults) -> Section:
    if section.limit is not None and section.limit < 1:
        faults.add(f"{key}.limit", "expected at least 1")
    if section.language is not None:
        _check_language(f"{key}.language", section.language, faults)
    if section.stale_after != NEVER:
        _check_age(f"{key}.stale_after", section.stale_after, faults)
    link = section.link
    return msgspec.structs.replace(
        section,
        name=None if section.name is None else plain_text(section.name) or None,
        match=tuple(plain_text(name) for name in section.match),
        title=None if section.title is None else plain_text(section.title) or None,
        description=None if section.description is None else plain_text(section.description),
        link=None if link is None else _check_url(f"{key}.link", link, faults),
    )


def _check_source(key: str, source: Source, folder: Path, faults: _Faults) -> Source:
    if any(mark in source.path for mark in "*?["):
        try:
            if next(iter_glob(folder, source.path), None) is None:
                faults.add(f"{key}.path", f"{quote_value(source.path)} matches nothing")
        except ValueError as error:  # like sources/**.json
            faults.add(f"{key}.path", f"{quote_value(source.path)} is no glob: {error}")
    elif not source.path.strip() or not (folder / source.path).exists():
        faults.add(f"{key}.path", f"{quote_value(source.path)} does not exist")
    if source.timezone is not None:
        _check_zone(f"{key}.timezone", source.timezone, faults)
    for letters, zone in source.abbreviations.items():
        if not _OFFSET.fullmatch(zone):
            _check_zone(f"{key}.abbreviations.{letters}", zone, faults)
    _check_depth(f"{key}.section_depth", source.section_depth, faults)
    if source.encoding is not None:
        try:
            name = codecs.lookup(source.encoding).name
            if name in _DOMAIN_ENCODINGS:
                raise LookupError(name)
            "".encode(name)
        except (LookupError, ValueError):
            faults.add(f"{key}.encoding", f"{quote_value(source.encoding)} is no known encoding")
    if source.link is not None:
        _check_link(f"{key}.link", source.link, faults)
    for first, template in source.permalinks.items():
        _check_link(f"{key}.permalinks.{first}", template, faults)
    if source.selectors != Selectors():
        from feedpub.pages import check_selectors

        for message in check_selectors(source.selectors):
            faults.messages.append(f"{key}.{message}")
    if source.reader is not None:
        _check_reader(f"{key}.reader", source, folder, faults)
    for message in check_mapping(source):
        faults.messages.append(f"{key}.{message}")
    if source.images is not None:
        _check_images(f"{key}.images", source.images, folder, faults)
    if isinstance(source.id, str):
        _check_template(f"{key}.id", source.id, ("stem", "path"), faults)
    elif isinstance(source.id, IdRule):
        if source.id.source not in _ID_FIELDS:
            faults.add(f"{key}.id.from", f"expected one of {', '.join(_ID_FIELDS)}")
        try:
            re.compile(source.id.match)
        except re.error as error:
            faults.add(f"{key}.id.match", f"is no regular expression: {error}")
    return msgspec.structs.replace(
        source,
        section=None if source.section is None else plain_text(source.section) or None,
        author=None if source.author is None else plain_text(source.author) or None,
    )


def _check_reader(key: str, source: Source, folder: Path, faults: _Faults) -> None:
    if source.format is not None:
        faults.add(key, "stands instead of format; leave one of them out")
    try:
        import_function(source.reader or "", folder)
    except FunctionError as error:
        faults.add(key, f"{quote_value(source.reader or '')} {error}")


def _check_images(key: str, images: str | ImageFolder, folder: Path, faults: _Faults) -> None:
    place = images if isinstance(images, str) else images.folder
    if not (folder / place).is_dir():
        faults.add(key, f"{quote_value(place)} is no folder")
    if not isinstance(images, str):
        _check_url(f"{key}.url", images.url, faults)


def _check_url(key: str, url: str, faults: _Faults, base: str | None = None) -> str:
    try:
        return absolute_url(url, base)
    except UrlError as error:
        faults.add(key, f"{quote_value(url)} {error}")
        return url


def _check_zone(key: str, zone: str, faults: _Faults) -> None:
    try:
        load_zone(zone)
    except KeyError:
        close = difflib.get_close_matches(zone, sorted(zone_names()), n=1)
        hint = f"; did you mean {close[0]}?" if close else ', like "Asia/Shanghai"'
        faults.add(key, f"{quote_value(zone)} is no IANA zone{hint}")


def _check_depth(key: str, depth: int | None, faults: _Faults) -> None:
    if depth is not None and depth < 1:
        faults.add(key, "expected at least 1: the first label after Home")


def _check_language(key: str, language: str, faults: _Faults) -> None:
    if not LANGUAGE_TAG.fullmatch(language):
        faults.add(key, f'{quote_value(language)} is no language tag, like "en" or "zh-CN"')


def _check_age(key: str, age: str | None, faults: _Faults) -> None:
    try:
        parse_age("0d" if age is None else age)
    except ValueError as error:
        faults.add(key, f"{quote_value(age or '')}: {error}")


def _check_link(key: str, template: str, faults: _Faults) -> None:
    _check_template(key, template, LINK_TOKENS, faults)
    sample = re.sub(r"\{\w+\}", "x", template)
    _check_url(key, sample, faults, "https://site.invalid/")


def _check_template(key: str, template: str, known: tuple[str, ...], faults: _Faults) -> None:
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        faults.add(key, f"is no template: {error}")
        return
    for _, name, form, conversion in parts:
        if name is not None and (name not in known or form or conversion):
            expected = ", ".join(f"{{{word}}}" for word in known)
            faults.add(key, f"{{{name}}} is unknown; expected {expected}")
