"""Which slug and which name a found section name stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from feedpub.errors import ConfigError
from feedpub.model import Candidate
from feedpub.settings import ALL, Section
from feedpub.text import make_slug, section_key


class SectionNames:
    """Which slug and which name a found section name stands for."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        self._slugs: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for slug, section in sections.items():
            if slug == ALL:
                continue
            names = [name for name in (section.name, *section.match) if name]
            for name in names:
                self._slugs[section_key(name)] = slug
            if names:
                self._names[slug] = names[0]
        self._named = frozenset(self._names)

    def learn(self, candidates: Iterable[Candidate]) -> None:
        """Give each found name its slug, and each slug the name most often found.

        Raises:
            ConfigError: Two different names would share a slug.
        """
        counts = Counter(name for found in candidates for name in found.sections)
        by_slug: dict[str, dict[str, Counter[str]]] = {}
        for name, count in counts.items():
            key = section_key(name)
            if key not in self._slugs:
                by_slug.setdefault(make_slug(name), {}).setdefault(key, Counter())[name] = count
        errors = []
        for slug, keys in sorted(by_slug.items()):
            # The smallest of the most frequent: the same whatever the order of records.
            best = [min(names, key=lambda name: (-names[name], name)) for names in keys.values()]
            rivals = sorted([*best, *([self._names[slug]] if slug in self._named else [])])
            if len(rivals) > 1:
                quoted = " and ".join(f'"{name}"' for name in rivals)
                errors.append(
                    f"sections {quoted} share the slug {slug}: "
                    f"join them with [section.{slug}] match = [...], "
                    "or give one a table of its own under another slug"
                )
                continue
            self._names[slug] = rivals[0]
            for key in keys:
                self._slugs[key] = slug
        if errors:
            raise ConfigError(*errors)

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
