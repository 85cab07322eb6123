"""The entries that a build leaves out, because the check before writing found them at fault."""

from __future__ import annotations

import msgspec

from feedpub.articles import Choice
from feedpub.errors import Problem


class LeftOut:
    """The entries that no feed and no page may show, and why."""

    def __init__(self) -> None:
        self.problems: dict[str, Problem] = {}  # by the id of the entry; the first is told

    def apply(self, choice: Choice) -> Choice:
        """Give a choice without these entries."""
        if not self.problems:
            return choice
        candidates = tuple(c for c in choice.candidates if c.id not in self.problems)
        withdrawn = tuple(c for c in choice.withdrawn if c.id not in self.problems)
        return msgspec.structs.replace(choice, candidates=candidates, withdrawn=withdrawn)
