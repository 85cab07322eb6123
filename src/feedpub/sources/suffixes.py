"""What the suffix of a file's name says: its format."""

from __future__ import annotations

from collections.abc import Mapping

FORMAT_OF_SUFFIX: Mapping[str, str] = {
    "txt": "txt",
    "html": "html",
    "htm": "html",
    "shtml": "html",
    "xhtml": "html",
    "md": "md",
    "markdown": "md",
    "mdown": "md",
    "mkd": "md",
    "mkdn": "md",
    "mdx": "md",
    "rst": "md",
    "json": "json",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "csv": "csv",
    "tsv": "tsv",
    "xml": "xml",
    "rss": "xml",
    "atom": "xml",
    "rdf": "xml",
    "nitf": "xml",
    "newsml": "xml",
    "wxr": "xml",
    "db": "sqlite",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "xlsx": "xlsx",
    "xlsm": "xlsx",
    "xls": "xlsx",
    "ods": "xlsx",
}


def read_suffix(name: str) -> str:
    """Read the suffix of a file's name: lowercase, without the dot, and that of a `.gz` before it.

    It is empty for a name without a dot.
    """
    _, dot, suffix = name.rpartition("/")[2].removesuffix(".gz").rpartition(".")
    return suffix.lower() if dot else ""
