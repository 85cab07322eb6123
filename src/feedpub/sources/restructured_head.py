"""The head of a reStructuredText file: its title, and the field list after it.

Only the head is read here, line by line; what follows is rendered where it is chosen.
"""

from __future__ import annotations

from feedpub import compile_late
from feedpub.sources.raw import FrontMatter

_ADORNMENT = compile_late(r"([!-/:-@[-`{-~])\1{2,}\s*$")
_FIELD = compile_late(r":([A-Za-z][\w .-]*):(?:\s+(.*))?$")
_COMMENT = compile_late(r"\.\.(?:\s|$)(?!.*::)")


def read_restructured_head(text: str) -> FrontMatter:
    """Read the title and the fields of a file; what it lacks is not there."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    values: dict[str, object] = {}
    places: dict[str, int] = {}
    at = _skip_blank(lines, 0)
    at = _read_fields(lines, at, values, places)
    at = _skip_blank(lines, at)
    title_end = _find_title(lines, at)
    if title_end is not None:
        line = at + 1 if _is_adornment(lines, at) else at
        values.setdefault("title", lines[line].strip())
        places.setdefault("title", line + 1)
        at = _read_fields(lines, _skip_blank(lines, title_end), values, places)
    body = "\n".join(lines[at:])
    return FrontMatter(values, places, body, at + 1, "rst", has_head=bool(values))


def _skip_blank(lines: list[str], at: int) -> int:
    """Skip blank lines and comments."""
    while at < len(lines):
        if _COMMENT.match(lines[at]):
            at += 1
            while at < len(lines) and lines[at].startswith((" ", "\t")):
                at += 1
        elif lines[at].strip():
            break
        else:
            at += 1
    return at


def _is_adornment(lines: list[str], at: int) -> bool:
    return at < len(lines) and _ADORNMENT.match(lines[at]) is not None


def _find_title(lines: list[str], at: int) -> int | None:
    """Find the line after a title that stands at a line; None where there is none."""
    if _is_adornment(lines, at) and _is_adornment(lines, at + 2) and lines[at + 1].strip():
        return at + 3
    if at < len(lines) and lines[at].strip() and _is_adornment(lines, at + 1):
        return at + 2
    return None


def _read_fields(
    lines: list[str], at: int, values: dict[str, object], places: dict[str, int]
) -> int:
    """Read a field list; give the line after it."""
    name = ""
    while at < len(lines):
        line = lines[at]
        found = _FIELD.match(line)
        if found:
            name = found[1].strip().lower()
            values[name] = (found[2] or "").strip() or None
            places[name] = at + 1
        elif name and line.startswith((" ", "\t")) and line.strip():
            values[name] = f"{values[name] or ''} {line.strip()}".strip()
        else:
            break
        at += 1
    return at
