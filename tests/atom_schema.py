"""The schema of Atom, and what documents are held to it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree

SCHEMA = Path(__file__).parent / "atom.rng"


@cache
def _load_schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(SCHEMA))


def list_atom_faults(content: bytes) -> list[str]:
    """List what the schema of RFC 4287 finds in a document."""
    schema = _load_schema()
    schema.validate(etree.fromstring(content))
    return [f"{entry.line}: {entry.message}" for entry in schema.error_log]


def assert_valid_atom(folder: Path) -> None:
    """Hold every Atom document below a folder to the schema."""
    for path in folder.rglob("*.atom"):
        assert list_atom_faults(path.read_bytes()) == [], path
