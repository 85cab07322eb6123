"""sfeed: feeds as lines of text, which other programs show."""

from __future__ import annotations

import subprocess
from pathlib import Path

from suites.interop.readers import Reader, Shown


def read(url: str, folder: Path) -> list[Shown]:
    """Read a feed with sfeed_update, which asks for it with curl."""
    (folder / "sfeedrc").write_text(
        f'sfeedpath="{folder}/feeds"\nfeeds() {{\n  feed "feed" "{url}"\n}}\n', encoding="utf-8"
    )
    command = ["sfeed_update", str(folder / "sfeedrc")]
    subprocess.run(command, check=True, timeout=60, stdout=subprocess.DEVNULL)
    lines = (folder / "feeds" / "feed").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return [_read_line(line) for line in lines]


def _read_line(line: str) -> Shown:
    instant, title, link, _content, _type, id, _author, enclosure, _category = line.split("\t")
    return Shown(
        id=id, title=title, link=link, instant=int(instant), enclosure_url=enclosure or None
    )


# Its line has no place for an enclosure's type and length.
_FIELDS = ("id", "title", "link", "instant", "enclosure_url")
READER = Reader("sfeed", {"rss": _FIELDS, "atom": _FIELDS}, read)
