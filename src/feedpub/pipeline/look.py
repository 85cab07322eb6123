"""What the pages of a site look like: its own style sheet and templates, read from their places."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from feedpub import feeds
from feedpub.errors import ConfigError, Problem, Where
from feedpub.files import NotRegularError, read_regular
from feedpub.settings import Config

# The most that a folder of templates can have.
_MOST_FILES = 1_000
_MOST_BYTES = 1_000_000
_SUFFIX = ".html"


class Look(msgspec.Struct, frozen=True):
    """The style sheet and the templates of a site, with the doubts about them."""

    style: bytes | None
    templates: feeds.Templates
    problems: tuple[Problem, ...] = ()


def open_look(config: Config) -> Look:
    """Read what the pages of a site look like, if it has any.

    Raises:
        ConfigError: Something can't be read, or a template is at fault.
    """
    site = config.site
    if "html" not in site.formats:
        return Look(None, feeds.Templates())
    style = None if site.style is None else _read_style(config, site.style)
    if site.templates is None:
        return Look(style, feeds.Templates())
    folder = Path(site.templates).as_posix()
    templates = feeds.Templates(_read_templates(config, folder), folder)
    return Look(style, templates, tuple(_warn(f"{folder}/{name}") for name in templates.unused))


def _warn(path: str) -> Problem:
    message = (
        "is not shown, because no page is made of it, and no template names it. docs/pages.md "
        "lists the templates of pages."
    )
    return Problem("warning", Where(path), None, None, "template", message)


def _read_style(config: Config, style: str) -> bytes:
    try:
        return read_regular(config.folder / style)
    except OSError as error:
        raise ConfigError(
            f'{config.path}: site.style: "{style}" can\'t be read ({_describe(error)})'
        ) from error


def _read_templates(config: Config, folder: str) -> dict[str, str]:
    """Read the templates of a folder by their paths below it."""
    place = f'{config.path}: site.templates: "{folder}"'
    texts: dict[str, str] = {}
    faults: list[str] = []
    try:
        for name, entry in _list_templates(config.folder / folder):
            text = _read_template(entry)
            if isinstance(text, _Fault):
                faults.append(f"{folder}/{name}: {text.told}")
            else:
                texts[name] = text
            if len(texts) + len(faults) > _MOST_FILES:
                raise ConfigError(f"{place} has more than {_MOST_FILES} templates. Name another.")
    except OSError as error:
        raise ConfigError(f"{place} can't be read ({_describe(error)})") from error
    if faults:
        raise ConfigError(*faults)
    return texts


def _list_templates(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """List the templates in a folder, and in those below it, in the order of their names."""
    waiting = [("", str(folder))]
    while waiting:
        below, place = waiting.pop()
        with os.scandir(place) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append((f"{below}{entry.name}/", entry.path))
            elif entry.name.endswith(_SUFFIX):
                yield f"{below}{entry.name}", entry


class _Fault(msgspec.Struct, frozen=True):
    told: str


def _read_template(entry: os.DirEntry[str]) -> str | _Fault:
    if entry.is_symlink():
        return _Fault("is a link, which may lead out of the folder. Copy the file here.")
    try:
        content = read_regular(entry.path, _MOST_BYTES + 1)
    except NotRegularError as error:
        return _Fault(f"{_describe(error)}.")
    if len(content) > _MOST_BYTES:
        return _Fault(f"has more than {_MOST_BYTES} bytes. Make it smaller.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _Fault("is not UTF-8. Save it as UTF-8.")


def _describe(error: OSError) -> str:
    return error.strerror or str(error)
