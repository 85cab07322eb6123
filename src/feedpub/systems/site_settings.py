"""The settings of site generators: files of YAML, TOML and JSON, and literals in code.

Settings that are code are not run. What stands in them as a plain literal is read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

from feedpub import compile_late
from feedpub.errors import UnreadableFile
from feedpub.sources import FrontMatter, Place

_LANGUAGES = {"yml": "yaml", "yaml": "yaml", "toml": "toml", "json": "json"}
_COMMENTS = compile_late(r"/\*(?:(?!/\*).){0,5000}?\*/|(?<![:'\"])//[^\n]*", re.DOTALL)
_MOST_SCRIPT = 200_000  # characters


def read_script(place: Place, *names: str) -> str:
    """Read the first of some text files that is there; empty where none is."""
    for name in names:
        content = place.read(name) if place.lists(name) else None
        if content is not None:
            return content.decode("utf-8-sig", "replace")
    return ""


def read_settings(place: Place, name: str) -> Mapping[str, object]:
    """Read a file of settings or data; an unreadable one has none."""
    language = _LANGUAGES.get(name.rpartition(".")[2].lower())
    text = read_script(place, name)
    if not text or language is None:
        return {}
    # Deferred: the parsers are many, and not every source is a site.
    from feedpub.sources import read_table

    try:
        return read_table(text, language)
    except UnreadableFile:
        return {}


def find_settings(place: Place, *names: str) -> tuple[str, Mapping[str, object]]:
    """Find the first of some files, and read it; `.*` stands for every language."""
    for name in names:
        stem, _, suffix = name.rpartition(".")
        for candidate in [f"{stem}.{own}" for own in _LANGUAGES] if suffix == "*" else [name]:
            if place.lists(candidate):
                return candidate, read_settings(place, candidate)
    return "", {}


class DataFiles(Mapping[str, object]):
    """The data files below a folder, by their names; each is read when it is asked for."""

    def __init__(self, place: Place, folder: str) -> None:
        self._place = place
        self._folder = folder
        self._read: dict[str, object] = {}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """The file of each name; a name without a file is a folder."""
        found: dict[str, str] = {}
        start = f"{self._folder}/"
        for name in self._place.list_below(start):
            first, slash, _ = name.removeprefix(start).partition("/")
            stem, _, suffix = first.rpartition(".")
            if slash:
                found.setdefault(first, "")
            elif suffix.lower() in _LANGUAGES:
                found[stem] = name
        return found

    def __getitem__(self, name: str) -> object:
        if name not in self._read:
            file = self._names[name]
            inside = f"{self._folder}/{name}"
            self._read[name] = (
                read_settings(self._place, file) if file else DataFiles(self._place, inside)
            )
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def get_value(settings: Mapping[str, object], *path: str) -> object:
    """Get a value below a path of names, whatever their case; None where there is none."""
    value: object = settings
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = next((value[key] for key in value if str(key).lower() == name.lower()), None)
    return value


def get_text(settings: Mapping[str, object], *path: str) -> str:
    """Get a text below a path of names; empty where there is none."""
    value = get_value(settings, *path)
    return str(value).strip() if isinstance(value, str | int) and value is not True else ""


def find_script_literal(text: str, name: str) -> str | None:
    """Find the literal that a script gives a name: `url: "https://…"` or `base = '/'`."""
    found = re.search(
        rf"(?<![\w.])['\"]?{re.escape(name)}['\"]?\s*[:=]\s*"
        rf"(?:'([^'\n]*)'|\"([^\"\n]*)\"|`([^`$\n]*)`|(true|false)\b)",
        _drop_comments(text[:_MOST_SCRIPT]),
    )
    return None if found is None else next(part for part in found.groups() if part is not None)


@lru_cache(maxsize=4)
def _drop_comments(script: str) -> str:
    return _COMMENTS.sub("", script)


def read_python_settings(text: str) -> Mapping[str, object]:
    """Read the literals that a file of Python assigns to names; nothing is run."""
    try:
        tree = ast.parse(text[:_MOST_SCRIPT])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return dict(_read_assignments(tree))


def _read_assignments(tree: ast.Module) -> Iterator[tuple[str, object]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                yield node.targets[0].id, ast.literal_eval(node.value)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                continue


def sample_pages(
    place: Place, folder: str = "", most: int = 16
) -> Iterator[tuple[str, FrontMatter]]:
    """Read the front matter of some Markdown files below a folder, from all over it."""
    from feedpub.sources import read_front_matter

    names = [
        name for name in place.list_below(folder) if name.endswith((".md", ".mdx", ".markdown"))
    ]
    for name in names[:: max(1, len(names) // most)][:most]:
        try:
            yield name, read_front_matter(read_script(place, name))
        except UnreadableFile:
            continue
