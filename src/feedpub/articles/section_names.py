"""The slug and the name of each section name that records contain."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import get_args

from feedpub.errors import Problem, Where
from feedpub.model import Candidate
from feedpub.settings import ALL, FormatName, Section
from feedpub.text import make_slug, section_key, tell_slug_apart

_SUFFIXES = frozenset(get_args(FormatName))


class _FoundName:
    """A section name that records have, in all its spellings, and its oldest article."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._spellings: Counter[str] = Counter()
        self._oldest: Candidate | None = None

    def add(self, name: str, candidate: Candidate, number: int) -> None:
        """Count a spelling of some articles, of which this is the oldest."""
        self._spellings[name] += number
        if self._oldest is None or _age(candidate) < _age(self._oldest):
            self._oldest = candidate

    @property
    def name(self) -> str:
        """The smallest of the most frequent spellings: the same whatever the order of records."""
        return min(self._spellings, key=lambda name: (-self._spellings[name], name))

    @property
    def oldest(self) -> tuple[int, str]:
        """The age of the oldest article."""
        return (0, "") if self._oldest is None else _age(self._oldest)

    @property
    def where(self) -> Where:
        """Where the oldest article stands."""
        return Where("") if self._oldest is None else self._oldest.origin.where


def _age(candidate: Candidate) -> tuple[int, str]:
    return candidate.first, candidate.id


class SectionNames:
    """Gives section names their slugs, and slugs their names."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        self._slugs: dict[str, str] = {}
        self._names: dict[str, str] = {}
        # What has a slug that found names may not have, as a message says it.
        self._owners: dict[str, str] = {}
        for slug, section in sections.items():
            for alias in section.aliases:
                if owned := _find_slug(alias):
                    self._owners[owned] = f'the alias "{alias}" of section.{slug}'
            if slug == ALL:
                continue
            names = [name for name in (section.name, *section.match) if name]
            for name in names:
                self._slugs[section_key(name)] = slug
            if names:
                self._names[slug] = names[0]
                self._owners[slug] = f'"{names[0]}"'

    def learn(self, articles: Iterable[tuple[Candidate, int]]) -> list[Problem]:
        """Give each found name its slug, and each slug the name most often found.

        If several names have one slug, the one in the configuration keeps it, else the one
        with the oldest article. The others get new slugs, and a warning each.

        Args:
            articles: The oldest of those that have the same names, and their number.
        """
        found: dict[str, _FoundName] = {}
        for candidate, number in articles:
            for name in candidate.sections:
                key = section_key(name)
                if key not in self._slugs:
                    found.setdefault(key, _FoundName(key)).add(name, candidate, number)
        by_slug: dict[str, list[_FoundName]] = {}
        for one in found.values():
            by_slug.setdefault(make_slug(one.name), []).append(one)
        taken = {*self._owners, *self._slugs.values(), *by_slug}
        warnings = []
        for slug, rivals in sorted(by_slug.items()):
            rivals.sort(key=lambda one: (one.oldest, one.key))
            owner = self._owners.get(slug)
            if owner is None:
                first = rivals.pop(0)
                owner = f'"{first.name}"'
                self._slugs[first.key], self._names[slug] = slug, first.name
            for other in rivals:
                own = tell_slug_apart(slug, other.key, taken)
                taken.add(own)
                self._slugs[other.key], self._names[own] = own, other.name
                warnings.append(_warn_of_slug(other, slug, owner, own))
        return warnings

    def slugs_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """List the slugs of section names, each once, in their order."""
        return tuple(dict.fromkeys(map(self.slug_of, names)))

    def slug_of(self, name: str) -> str:
        """Give the slug of a section name."""
        # A name that only superseded versions have was not learned.
        return self._slugs.get(section_key(name)) or make_slug(name)

    def name_of(self, slug: str) -> str:
        """Name the section of a slug."""
        return self._names.get(slug, slug)


def _find_slug(alias: str) -> str:
    """Find the slug of the section whose file an alias is, or is below; empty if it is of none."""
    name = unicodedata.normalize("NFC", alias).casefold().partition("/")[0]
    slug, _, suffix = name.rpartition(".")
    return slug if suffix in _SUFFIXES else ""


def _warn_of_slug(found: _FoundName, slug: str, owner: str, own: str) -> Problem:
    name = json.dumps(found.name, ensure_ascii=False)
    message = (
        f"has the slug {slug}, as {owner} does, so its feeds are published as {own}. To keep "
        f"that, add to feedpub.toml the table [section.{own}] with name = {name}, or choose "
        f"another slug there. To join the two, add both names to match of one section."
    )
    return Problem("warning", found.where, "section", found.name, "slug", message)
