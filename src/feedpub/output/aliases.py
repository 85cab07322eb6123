"""Aliases: the names below the output folder that subscribers already have for a feed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import get_args

from feedpub.errors import quote_value
from feedpub.settings import ALL, FeedFormatName, FormatName, Section

# What is or may be written for every section, and for the site.
_SECTION_SUFFIXES = ("rss", "atom", "json", "html")
_SITE_FILES = ("manifest.json", "index.html", "feeds.opml")
_MEDIA = "media"
_FORMATS: Mapping[str, FeedFormatName] = {name: name for name in get_args(FeedFormatName)}
# "atom.xml", "feed_atom.xml" and "atom/news.xml" say which they are, "anatomy.xml" does not.
_FORMAT_WORD = re.compile(r"(?<![a-z])(rss|atom)(?![a-z])", re.IGNORECASE)
_UNSAFE = re.compile(r'[\\:*?"<>|]')
_MAX_BYTES = 200  # of a name: the temporary beside it must have room in 255 too


class AliasError(ValueError):
    """A text is no alias; the message says why."""


def read_alias(alias: str) -> FeedFormatName:
    """Tell which format's bytes an alias has, by its suffix.

    Of .xml it is RSS, unless "atom" stands in the path as a word, and "rss" not after it.

    Raises:
        AliasError: It is no safe path, or its suffix is no feed's.
    """
    if not all(map(_is_safe, alias.split("/"))):
        raise AliasError("is no safe path of a file below the output folder")
    if _fold(alias).startswith(f"{_MEDIA}/"):
        raise AliasError(f"stands in {_MEDIA}/, where the images are")
    suffix = PurePosixPath(alias).suffix.removeprefix(".").lower()
    if suffix == "xml":
        words = _FORMAT_WORD.findall(alias)
        suffix = words[-1].lower() if words else "rss"
    if suffix not in _FORMATS:
        known = ", ".join(f".{name}" for name in _FORMATS)
        raise AliasError(f"says no format: expected a name that ends in {known} or .xml")
    return _FORMATS[suffix]


def find_faults(
    sections: Mapping[str, Section], formats: Iterable[FormatName]
) -> Iterator[tuple[str, str]]:
    """Find every fault of the configured aliases: the slug of the section, and what is wrong."""
    written = set(formats)
    files = {name: f"is {name} itself" for name in _SITE_FILES}
    for slug in (ALL, *sections):
        for suffix in _SECTION_SUFFIXES:
            files[f"{slug}.{suffix}"] = f"is a name of section.{slug}'s own files"
    folders: dict[str, str] = {}
    for slug, section in sections.items():
        for alias in section.aliases:
            fault = _find_fault(alias, written, files, folders)
            if fault is not None:
                yield slug, f"{quote_value(alias)} {fault}"
                continue
            files[_fold(alias)] = f"is an alias of section.{slug} already"
            for above in _list_folders(alias):
                folders[above] = f"is the folder of {quote_value(alias)} already"


def find_clashes(sections: Mapping[str, Section], slugs: Iterable[str]) -> list[str]:
    """Find the aliases that are, or stand below, files of sections that the records have."""
    owners = {f"{slug}.{suffix}": slug for slug in slugs for suffix in _SECTION_SUFFIXES}
    return [
        f"section.{slug}.aliases: {quote_value(alias)} takes a name of the files of section "
        f"{owners[name]}, which the records have: join the two with match, "
        f"or give that one a table of its own under another slug"
        for slug, section in sections.items()
        for alias in section.aliases
        for name in (_fold(alias), *_list_folders(alias))
        if name in owners
    ]


def _find_fault(
    alias: str, written: set[FormatName], files: Mapping[str, str], folders: Mapping[str, str]
) -> str | None:
    try:
        name = read_alias(alias)
    except AliasError as error:
        return str(error)
    if name not in written:
        return f"has the bytes of {name}, which site.formats does not have"
    taken = files.get(_fold(alias)) or folders.get(_fold(alias))
    if taken is not None:
        return taken
    above = next((above for above in _list_folders(alias) if above in files), None)
    return None if above is None else f"stands below {quote_value(above)}, which is a file"


def _is_safe(name: str) -> bool:
    return (
        name.isprintable()
        and name == name.strip()
        and not name.startswith(".")
        and not name.endswith(".")
        and 0 < len(name.encode()) <= _MAX_BYTES
        and _UNSAFE.search(name) is None
    )


def _fold(alias: str) -> str:
    # Some file systems know no case and one form of Unicode: what is one there is one here.
    return unicodedata.normalize("NFC", alias).casefold()


def _list_folders(alias: str) -> list[str]:
    return [str(above) for above in PurePosixPath(_fold(alias)).parents][:-1]
