"""Files and records that are passed over without a problem: counted, and told once."""

from __future__ import annotations

from collections import Counter

from feedpub.text import count


class Notes:
    """Counts what a reading of the sources passes over, by kind."""

    def __init__(self) -> None:
        self._suffixes: Counter[tuple[str, str]] = Counter()
        self._reasons: Counter[tuple[str, str]] = Counter()
        self._lines: list[str] = []

    def add_suffix(self, source: str, suffix: str) -> None:
        """Count a file of no known format."""
        self._suffixes[source, suffix] += 1

    def add(self, source: str, reason: str, number: int = 1) -> None:
        """Count things that are not articles; `reason` names their kind in the plural."""
        self._reasons[source, reason] += number

    def take_reasons(self) -> dict[str, int]:
        """Take the numbers of things that are not articles, by kind."""
        taken = {reason: number for (_, reason), number in self._reasons.items()}
        self._reasons.clear()
        return taken

    def tell(self, line: str) -> None:
        """Tell a whole line."""
        self._lines.append(line)

    def list(self) -> list[str]:
        """Write the notes, one line for each source and kind."""
        lines = []
        for source in sorted({source for source, _ in self._suffixes}):
            found = {suffix: n for (where, suffix), n in self._suffixes.items() if where == source}
            total = sum(found.values())
            told = ", ".join(
                f"{suffix} {number}"
                for suffix, number in sorted(found.items(), key=lambda item: (-item[1], item[0]))
            )
            lines.append(f"{source}: passed over {count(total, 'file')} of no known format: {told}")
        for source in sorted({source for source, _ in self._reasons}):
            found = {reason: n for (where, reason), n in self._reasons.items() if where == source}
            told = ", ".join(
                f"{reason} {number}"
                for reason, number in sorted(found.items(), key=lambda item: (-item[1], item[0]))
            )
            lines.append(f"{source}: not articles: {told}")
        return [*lines, *self._lines]
