"""Runs the adapters that are written for Node: each prints what its parser shows as JSON."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from suites.interop.readers import ALL_FIELDS, Reader, Shown

_HERE = Path(__file__).resolve().parent
# The one that the suite's Python packages bring: a host may have none, or an old one.
_NODE = Path(sys.executable).parent / "node"


def _make_reader(name: str, fields: dict[str, tuple[str, ...]]) -> Reader:
    def read(url: str, folder: Path) -> list[Shown]:
        script = _HERE / f"{name}.mjs"
        done = subprocess.run([_NODE, script, url], check=True, capture_output=True, timeout=60)
        return msgspec.json.decode(done.stdout, type=list[Shown])

    return Reader(name, fields, read)


READERS = (
    # It gives no enclosure of Atom.
    _make_reader("rss-parser", {"rss": ALL_FIELDS, "atom": ("id", "title", "link", "instant")}),
    _make_reader("feed-parser", {"rss": ALL_FIELDS, "atom": ALL_FIELDS}),
    _make_reader("feedsmith", {"rss": ALL_FIELDS, "atom": ALL_FIELDS, "json": ALL_FIELDS}),
)
