"""The tables of lint, read from the files beside its modules.

The one module of this room that opens files, and only files of the installed package.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

_DATA = files("feedpub.lint").joinpath("data")

Blocks = Mapping[str, Sequence[str]]


@cache
def load_blocks(name: str) -> Blocks:
    """Load a table of `data/NAME.txt`: the lines below each `[heading]`.

    Blank lines, and lines that begin with `# `, are left out.
    """
    blocks: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in _read(f"{name}.txt").splitlines():
        if line.startswith("["):
            lines = blocks[line[1:-1]] = []
        elif line and not line.startswith("# "):
            lines.append(line)
    return blocks


@cache
def load_words(name: str, *headings: str) -> frozenset[str]:
    """Load the lines of `data/words/NAME.txt`, or those below some of its headings."""
    blocks = load_blocks(f"words/{name}")
    return frozenset(word for heading in headings or blocks for word in blocks[heading])


def load_toml(name: str) -> dict[str, dict[str, object]]:
    """Load the tables of `data/NAME.toml`."""
    return tomllib.loads(_read(f"{name}.toml"))


def _read(path: str) -> str:
    return _DATA.joinpath(*path.split("/")).read_text(encoding="utf-8")
