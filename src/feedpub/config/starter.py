"""A first feedpub.toml: its lines, each with the reason for it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from feedpub.config.loading import read_config
from feedpub.config.survey import Survey
from feedpub.errors import ConfigError
from feedpub.files import replace_file
from feedpub.settings import Config
from feedpub.systems import FieldError, Setting, read_language
from feedpub.text import UrlError, absolute_url, encode_text, split_url

_SHOWN_SECTIONS = 20


class Starter(msgspec.Struct, frozen=True):
    """A configuration that is not written yet: its text, and what it says."""

    text: str
    config: Config


def make_starter(
    survey: Survey,
    config_path: Path,
    *,
    link: str | None,
    title: str | None,
    zone: str,
    now: datetime,
) -> Starter:
    """Make a configuration for a source that was looked at.

    Raises:
        ConfigError: No link is known, or it is not a URL.
    """
    proposed = {setting.key: setting for setting in survey.site}
    home = _find_home(link, proposed.get("link"), survey.home)
    host = split_url(home).hostname or "example.com"
    own_title = proposed["title"].value if "title" in proposed else None
    site = [
        Setting("title", title or own_title or host.removeprefix("www."), "what subscribers see"),
        Setting("link", home, "the home page"),
        Setting("timezone", zone, "for times that name no zone: your newsroom's"),
        Setting("tag", f"{host},{now.year}", "part of all ids: never change it"),
        Setting("language", _find_language(proposed.get("language"), survey.language)),
        Setting("formats", ["rss", "atom", "html"], "html: pages for readers"),
    ]
    text = _render(site, survey, feeds=f"{home}feeds/")
    return Starter(text, read_config(encode_text(text), config_path))


def _find_home(link: str | None, proposed: Setting | None, found: str | None) -> str:
    home = link or (None if proposed is None else str(proposed.value)) or found
    if not home:
        raise ConfigError("No record names its site. Pass its home page: --link https://…")
    try:
        home = absolute_url(home if "://" in home else f"https://{home}")
    except UrlError as error:
        raise ConfigError(f'--link "{home}": {error}. Pass a URL like https://…') from error
    host = split_url(home).hostname or ""
    if "." not in host and host != "localhost":
        raise ConfigError(f'--link "{home}" names no site: "{host}" has no dot.')
    return home if home.endswith("/") else home + "/"


def _find_language(proposed: Setting | None, found: str) -> str:
    try:
        own = None if proposed is None else read_language(proposed.value)
    except FieldError:
        own = None
    return own or found


def _render(site: Sequence[Setting], survey: Survey, *, feeds: str) -> str:
    lines = ["[site]", *_render_settings(site)]
    lines += [f"# feeds = {_quote(feeds)}  # where the folder of feeds is served", "", "[[source]]"]
    tables = [setting for setting in survey.source if isinstance(setting.value, Mapping)]
    plain = [setting for setting in survey.source if not isinstance(setting.value, Mapping)]
    reason = survey.found or "records under usual names"
    lines += _render_settings([Setting("path", survey.path, reason), *plain])
    if not any(setting.key == "date_order" for setting in plain):
        lines.append('# date_order = "DMY"  # decides 05/06/2020; without it, it is refused')
    for table in tables:
        lines += ["", f"[source.{table.key}]" + (f"  # {table.reason}" if table.reason else "")]
        lines += [f"{_key(name)} = {_quote(value)}" for name, value in _items(table.value)]
    return "\n".join(lines) + "\n"


def write_starter(
    starter: Starter,
    config_path: Path,
    sections: Sequence[tuple[str, str, int]],
    *,
    writes: bool,
) -> str:
    """Complete a configuration with the sections that were found, and write it.

    Args:
        sections: Slug, name and number of articles of each.

    Raises:
        ConfigError: It cannot be written.
    """
    text = starter.text + _render_sections(sections)
    if writes:
        try:
            replace_file(config_path, encode_text(text))
        except OSError as error:
            raise ConfigError(f"{config_path}: {error.strerror}") from error
    return text


def _render_sections(sections: Sequence[tuple[str, str, int]]) -> str:
    if not sections:
        return ""
    lines = ["", "# Sections are found in the records. A table names one, or joins several:"]
    for slug, name, number in sections[:_SHOWN_SECTIONS]:
        lines += [f"# [section.{slug}]", f"# name = {_quote(name)}  # {number}"]
    if len(sections) > _SHOWN_SECTIONS:
        lines.append(f"# … and {len(sections) - _SHOWN_SECTIONS} more; see feedpub sections")
    return "\n".join(lines) + "\n"


def _render_settings(settings: Sequence[Setting]) -> list[str]:
    width = max(len(setting.key) for setting in settings)
    return [
        f"{setting.key:<{width}} = {_quote(setting.value)}"
        + (f"  # {' '.join(setting.reason.split())}" if setting.reason else "")
        for setting in settings
    ]


def _items(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("-", "").isalnum() else _quote(name)


def _quote(value: object) -> str:
    # JSON's texts, numbers, true, false and lists are TOML's too, but for DEL.
    shown = list(value) if isinstance(value, tuple) else value
    return json.dumps(shown, ensure_ascii=False).replace("\x7f", "\\u007f")
