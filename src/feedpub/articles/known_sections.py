"""The sections that a configuration names, so that a typo in a record opens no feed."""

from __future__ import annotations

from collections.abc import Iterable

from feedpub.errors import Problem, Where, suggest
from feedpub.settings import ALL, Config
from feedpub.text import make_slug, section_key

NEW_SECTION = "new-section"


class KnownSections:
    """Tells sections in the configuration from new ones.

    The configuration contains the names and matches of the [section] tables, the slugs of
    tables without either, and the sections of the sources.
    """

    def __init__(self, config: Config) -> None:
        self.policy = config.site.new_sections
        self._names: dict[str, str] = {}
        self._slugs: set[str] = set()
        self._answers: dict[str, bool] = {}
        self._new: dict[str, Problem] = {}
        for slug, section in config.sections.items():
            names = [name for name in (section.name, *section.match) if name]
            if slug != ALL and not names:
                self._slugs.add(slug)
                names = [slug]
            for name in names if slug != ALL else []:
                self._names.setdefault(section_key(name), name)
        for source in config.sources:
            if source.section:
                self._names.setdefault(section_key(source.section), source.section)

    def knows(self, name: str) -> bool:
        """Say whether a section is in the configuration."""
        answer = self._answers.get(name)
        if answer is None:
            answer = section_key(name) in self._names or (
                bool(self._slugs) and make_slug(name) in self._slugs
            )
            self._answers[name] = answer
        return answer

    def describe(self, name: str, outcome: str = "") -> str:
        """Say what is wrong with a new name, what happens to it, and what to do."""
        hint = suggest(name, self._names.values()) or (
            " If the name is right, add a [section] table for it."
        )
        return f"is not a section in the configuration.{outcome}{hint}"

    def note(self, name: str, where: Where) -> None:
        """Record where a new name occurs first."""
        key = section_key(name)
        if key not in self._new:
            message = self.describe(name, " It is published.")
            self._new[key] = Problem("warning", where, "section", name, NEW_SECTION, message)

    def take_new(self) -> list[tuple[str, Where]]:
        """Take the new names that were recorded, and where each occurs first."""
        new = [(problem.value or "", problem.where) for problem in self._new.values()]
        self._new.clear()
        return new

    def warn(self, shown: Iterable[tuple[str, ...]]) -> list[Problem]:
        """Warn of each new name that is among those of articles to show."""
        keys = {section_key(name) for name in {name for names in shown for name in names}}
        return [problem for key, problem in self._new.items() if key in keys]
