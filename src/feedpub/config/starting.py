"""A first feedpub.toml, written from a look at the records."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from feedpub.articles import own_link
from feedpub.errors import ConfigError
from feedpub.files import create_file
from feedpub.model import Record
from feedpub.pipeline import Collection, collect
from feedpub.settings import Config, Site, Source
from feedpub.sources import scan_source
from feedpub.text import UrlError, absolute_url, make_slug
from feedpub.timestamps import load_zone

_PLACEHOLDER = "https://site.invalid/"
_SHOWN_SECTIONS = 20


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at the records found; `home` is the site that most links lead to."""

    records: int
    rejected: int
    sections: tuple[tuple[str, int], ...]
    home: str | None
    is_chinese: bool


def look_at(path: Path, config_path: Path, now: datetime) -> Findings:
    """Look at the records below a path.

    Raises:
        ConfigError: There is nothing at the path.
    """
    if not path.exists():
        raise ConfigError(f"{path}: does not exist")
    shown = _relative(path, config_path)
    config = Config(
        path=config_path.absolute(),
        # A clock that stands in the past hides no section.
        site=Site(
            title="",
            link=_PLACEHOLDER,
            timezone="UTC",
            tag="site.invalid,2000",
            future="publish",
        ),
        sources=(Source(path=shown),),
    )
    hosts: Counter[str] = Counter()
    titles: list[str] = []
    for record in scan_source(config, 0):
        if isinstance(record, Record):
            link = own_link(record.fields.get("link"), _PLACEHOLDER)
            if link is not None and not link.startswith(_PLACEHOLDER):
                parts = urlsplit(link)
                hosts[f"{parts.scheme}://{parts.netloc}/"] += 1
            titles.append(str(record.fields.get("title", ""))[:200])
    collection = _collect(config, now)
    names = Counter(name for found in collection.candidates for name in found.sections)
    text = "".join(titles)
    return Findings(
        records=collection.records,
        rejected=collection.rejected,
        sections=tuple(sorted(names.items(), key=lambda item: (-item[1], item[0]))),
        home=hosts.most_common(1)[0][0] if hosts else None,
        is_chinese=sum("\u4e00" <= char <= "\u9fff" for char in text) * 3 > len(text),
    )


def write_starter(
    path: Path,
    config_path: Path,
    findings: Findings,
    *,
    link: str | None,
    title: str | None = None,
    zone: str,
    now: datetime,
) -> None:
    """Write a configuration for the records at `path`; an existing one stays as it is.

    Without a title, the site is called by its host.

    Raises:
        ConfigError: It exists, no link is known, the link is none, or it cannot be written.
    """
    home = link or findings.home
    if home is None:
        raise ConfigError("the records name no site; pass its home page: --link https://…")
    try:
        home = absolute_url(home if "://" in home else f"https://{home}")
    except UrlError as error:
        raise ConfigError(f"--link {error}") from error
    home = home if urlsplit(home).path else home + "/"
    host = urlsplit(home).hostname or "example.com"
    site = {
        "title": title or host.removeprefix("www."),
        "link": home,
        "timezone": zone,
        "tag": f"{host},{now.year}",
    }
    content = _render(site, _relative(path, config_path), findings)
    try:
        create_file(config_path, content.encode())
    except FileExistsError as error:
        raise ConfigError(f"{config_path}: exists already; it is left as it is") from error
    except OSError as error:
        raise ConfigError(f"{config_path}: {error.strerror}") from error


def find_host_zone() -> str | None:
    """Find the IANA name of this computer's zone; None where it does not tell."""
    names = [os.environ.get("TZ", "").lstrip(":")]
    try:
        names.append(os.readlink("/etc/localtime").rpartition("/zoneinfo/")[2])
    except OSError:
        names.append("")
    for name in names:
        try:
            load_zone(name)
        except (KeyError, ValueError):
            continue
        return name
    return None


def _collect(config: Config, now: datetime) -> Collection:
    try:
        return collect(config, now)
    except ConfigError as error:
        # Two names with one slug: `build` will say so, with what to write.
        raise ConfigError(*error.messages, "name them in a feedpub.toml of your own") from error


def _relative(path: Path, config_path: Path) -> str:
    return Path(os.path.relpath(path, config_path.absolute().parent)).as_posix()


def _render(site: Mapping[str, str], source: str, findings: Findings) -> str:
    home = site["link"]
    language = "zh-CN" if findings.is_chinese else "en"
    lines = [
        "[site]",
        f"title    = {_quote(site['title'])}",
        f"link     = {_quote(home)}",
        f"timezone = {_quote(site['timezone'])}  # for times that name no zone: your newsroom's",
        f"tag      = {_quote(site['tag'])}  # part of all ids: never change it",
        f"language = {_quote(language)}",
        f"# feeds  = {_quote(home + 'feeds/')}  # where the folder of feeds is served",
        "",
        "[[source]]",
        f"path = {_quote(source)}",
        '# date_order = "DMY"  # decides 05/06/2020; without it such a time is refused',
        "",
        f"# Found {findings.records} records, {findings.rejected} of them at fault"
        + (" (see feedpub check)." if findings.rejected else "."),
        "# Sections are found in the records; a table names or joins them:",
    ]
    for name, number in findings.sections[:_SHOWN_SECTIONS]:
        lines += [f"# [section.{make_slug(name)}]", f"# name = {_quote(name)}  # {number}"]
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    # A JSON string of these is a TOML basic string too, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
