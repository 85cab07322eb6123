"""Aliases: the names below the output folder that subscribers already use for a feed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import get_args

from feedpub import compile_late
from feedpub.errors import quote_value
from feedpub.settings import ALL, FeedFormatName, FormatName, Section
from feedpub.text import encode_text

# What a build writes, or may write, for every section and for the site.
_SECTION_SUFFIXES = ("rss", "atom", "json", "html")
_SITE_FILES = ("manifest.json", "index.html", "feeds.opml")
_SITEMAPS: Mapping[FormatName, Sequence[str]] = {
    "html": ("robots.txt", "sitemap.xml", "sitemap-news.xml", "style.css"),
    "news-sitemap": ("sitemap-news.xml",),
}
_MEDIA = "media"
_FORMATS: Mapping[str, FeedFormatName] = {name: name for name in get_args(FeedFormatName)}
# "atom.xml", "feed_atom.xml", and "atom/news.xml" name a format; "anatomy.xml" does not.
_FORMAT_WORD = compile_late(r"(?<![a-z])(rss|atom)(?![a-z])", re.IGNORECASE)
_ARCHIVE = compile_late(r"[^/]+/[0-9]{4}-[0-9]{2}\.(?:rss|atom)")
_UNSAFE = compile_late(r'[\\:*?"<>|]')
_MAX_BYTES = 200  # of a name: a temporary name beside it has to fit in 255 bytes too


class AliasError(ValueError):
    """A text is not an alias; the message says why."""


def read_alias(alias: str) -> FeedFormatName:
    """Tell which format an alias has, by its suffix.

    The suffix .xml is RSS, unless "atom" is a word of the path and "rss" does not follow it.

    Raises:
        AliasError: It is not a safe path, or not a feed's suffix.
    """
    if not all(map(_is_safe, alias.split("/"))):
        raise AliasError("is not a safe path below the output folder")
    if _fold(alias).startswith(f"{_MEDIA}/"):
        raise AliasError(f"is in {_MEDIA}/, which is for images. Choose another folder.")
    suffix = PurePosixPath(alias).suffix.removeprefix(".").lower()
    if suffix == "xml":
        words = _FORMAT_WORD.findall(alias)
        suffix = words[-1].lower() if words else "rss"
    if suffix not in _FORMATS:
        known = ", ".join(f".{name}" for name in _FORMATS)
        raise AliasError(f"names no format. Expected a name that ends in {known}, or .xml.")
    return _FORMATS[suffix]


def find_faults(
    sections: Mapping[str, Section], formats: Iterable[FormatName], *, has_archive: bool = False
) -> Iterator[tuple[str, str]]:
    """Find every fault of the configured aliases: the slug of the section, and the fault.

    Args:
        has_archive: The output has documents of months, such as SLUG/2020-05.rss.
    """
    written = set(formats)
    names = {*_SITE_FILES, *(name for form in written for name in _SITEMAPS.get(form, ()))}
    files = {name: f"is the name of {name} itself" for name in names}
    for slug in (ALL, *sections):
        for suffix in _SECTION_SUFFIXES:
            files[f"{slug}.{suffix}"] = f"is the name of a file of section.{slug}"
    folders: dict[str, str] = {}
    for slug, section in sections.items():
        for alias in section.aliases:
            fault = _find_fault(alias, written, files, folders)
            if fault is None and has_archive and _is_of_archive(alias):
                fault = "has the form of a document of an archive. Choose another name."
            if fault is not None:
                yield slug, f"{quote_value(alias)} {fault}"
                continue
            files[_fold(alias)] = f"is already an alias of section.{slug}"
            for above in _list_folders(alias):
                folders[above] = f"is already the folder of {quote_value(alias)}"


def _find_fault(
    alias: str, written: set[FormatName], files: Mapping[str, str], folders: Mapping[str, str]
) -> str | None:
    try:
        name = read_alias(alias)
    except AliasError as error:
        return str(error)
    if name not in written:
        return f"is a feed in {name}, which site.formats doesn't list"
    taken = files.get(_fold(alias)) or folders.get(_fold(alias))
    if taken is not None:
        return taken
    above = next((above for above in _list_folders(alias) if above in files), None)
    return None if above is None else f"is below {quote_value(above)}, which is a file"


def _is_of_archive(alias: str) -> bool:
    return any(_ARCHIVE.fullmatch(path) for path in (_fold(alias), *_list_folders(alias)))


def _is_safe(name: str) -> bool:
    return (
        name.isprintable()
        and name == name.strip()
        and not name.startswith(".")
        and not name.endswith(".")
        and 0 < len(encode_text(name)) <= _MAX_BYTES
        and _UNSAFE.search(name) is None
    )


def _fold(alias: str) -> str:
    # Some file systems ignore case and the form of Unicode, so feedpub does, too.
    return unicodedata.normalize("NFC", alias).casefold()


def _list_folders(alias: str) -> list[str]:
    return [str(above) for above in PurePosixPath(_fold(alias)).parents][:-1]
