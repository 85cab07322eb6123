"""feedpub.toml to Config: every fault at once, each with its key's path."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from feedpub.config.checking import (
    check_names,
    check_section,
    check_site,
    check_source,
    is_special,
)
from feedpub.config.tables import Faults, name_unknown, read_table
from feedpub.config.texts import check_texts
from feedpub.errors import ConfigError
from feedpub.files import NotRegularError, read_regular
from feedpub.output import find_faults
from feedpub.settings import Config, Section, Site, Source


def load_config(path: str | Path) -> Config:
    """Read a configuration file.

    Raises:
        ConfigError: It cannot be read, or is at fault; `messages` names every fault.
    """
    path = Path(path)
    try:
        content = read_regular(path)
    except NotRegularError as error:
        raise ConfigError(f"{path}: is not a regular file. Name a TOML file.") from error
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: does not exist. To write one, run `feedpub init`.") from error
    except (OSError, ValueError) as error:  # a path with NUL
        told = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError(f"{path}: {told}") from error
    return read_config(content, path)


def read_config(content: bytes, path: Path) -> Config:
    """Read the text of a configuration that stands, or is to stand, at a path.

    Raises:
        ConfigError: It is at fault; `messages` names every fault.
    """
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error
    faults = Faults()
    check_texts("", raw, faults)
    config = None if faults.messages else _read_config(raw, path.absolute(), faults)
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
            raise ConfigError(f'--output: "{output}" is source[{index}]. Choose another folder.')
    site = msgspec.structs.replace(config.site, output=str(output))
    return msgspec.structs.replace(config, site=site)


def _read_config(raw: Mapping[str, object], path: Path, faults: Faults) -> Config | None:
    name_unknown("", raw, ("site", "source", "section"), faults)
    site = read_table("site", raw.get("site"), Site, faults)
    sources = _read_sources(raw.get("source"), faults)
    sections = _read_sections(raw.get("section", {}), faults)
    if site is not None:
        site = check_site(site, faults)
        for slug, fault in find_faults(
            sections, site.formats, has_archive=site.archive is not None
        ):
            faults.add(f"section.{slug}.aliases", fault)
    folder = path.parent
    if site is not None and is_special(folder / site.output):
        faults.add("site.output", "is a device, a pipe, or a socket. Name a folder.")
    for index, source in enumerate(sources):
        sources[index] = check_source(f"source[{index}]", source, folder, faults)
        if site is None or "\0" in source.path:
            continue
        if (folder / source.path).resolve() == (folder / site.output).resolve():
            faults.add(f"source[{index}].path", "is the output folder. Choose another folder.")
    check_names(sections, sources, faults)
    if site is None or faults.messages:
        return None
    return Config(path=path, site=site, sources=tuple(sources), sections=sections)


def _read_sources(raw: object, faults: Faults) -> list[Source]:
    if not isinstance(raw, list) or not raw:
        faults.add("source", "is missing. Add at least one [[source]] with a path.")
        return []
    tables = (
        read_table(f"source[{index}]", table, Source, faults) for index, table in enumerate(raw)
    )
    return [table for table in tables if table is not None]


def _read_sections(raw: object, faults: Faults) -> dict[str, Section]:
    if not isinstance(raw, Mapping):
        faults.add("section", "expected tables such as [section.culture]")
        return {}
    sections: dict[str, Section] = {}
    for slug, table in raw.items():
        section = read_table(f"section.{slug}", table, Section, faults)
        if section is not None:
            sections[slug] = check_section(slug, section, faults)
    return sections
