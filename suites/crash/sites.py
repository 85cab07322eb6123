"""A site before and after a day's work, its output and its target, and what is wrong with them."""

from __future__ import annotations

import io
import json
import random
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from lxml import etree
from PIL import Image

from feedpub import build, load_config
from feedpub.pipeline import clean_media
from feedpub.publish import publish

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BASE = "https://news.example.com/feeds/"
_NAMED = re.compile(rf"{re.escape(BASE)}([^\s\"'<>#?]+)")
_LEFTOVER = re.compile(r"(.*/)?\.feedpub-[0-9a-f]+\.tmp")

TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
formats = ["rss", "atom", "json", "html"]
compress = true
image_width = 300

[[source]]
path = "sources"

[section.river]
name = "River"
aliases = ["old/river.xml"]
"""

# A page that stays, and one that changes with the first story. What they say is kept.
_PAGE = """<!doctype html><html lang="en"><head><title>Walk {name}</title></head><body><article>
<h1>Walk {name}</h1><p>Updated: 2020-05-21 10:32</p><p>It goes along the river. {more}</p></article>
</body></html>"""

Tree = Mapping[str, bytes]


def _story(number: int, section: str, day: int, **fields: object) -> Mapping[str, object]:
    return {
        "id": str(number),
        "title": f"Story {number}",
        "section": section,
        "updated": f"2020-05-{day:02}",
        "content_text": f"What happened on day {day}.",
        "images": f"{number}.png",
        **fields,
    }


BEFORE = (
    _story(1, "River", 25),
    _story(2, "River", 24),
    _story(3, "Tea", 23),
    _story(4, "Sport", 22),
    _story(6, "River", 20),
)
# A headline is corrected; two articles are retracted, one without a word about its image, and one
# with its section; a section comes. No image is left that nothing names.
AFTER = (
    _story(1, "River", 26, title="A better headline"),
    _story(2, "River", 26, published="2020-05-24", status="retracted", images=""),
    _story(3, "Tea", 23),
    _story(4, "River", 26, published="2020-05-22", status="retracted"),
    _story(5, "Stage", 26),
    _story(6, "River", 20),
)


def make_picture(number: int) -> bytes:
    """Make an image of a few kilobytes, another one for each number; odd ones are wide."""
    held = io.BytesIO()
    noise = random.Random(number).randbytes(60 * 20)
    Image.frombytes("L", (60, 20), noise).resize((3200 if number % 2 else 240, 140)).save(
        held, "PNG"
    )
    return held.getvalue()


def read_tree(folder: Path) -> dict[str, bytes]:
    """Read all regular files below a folder, by their paths below it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def write_tree(folder: Path, files: Tree) -> None:
    """Replace a folder by these files."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


@dataclass
class World:
    """A site with its output and its target, which can be put back at the beginning of its day.

    `old` is the output of the day before, and `new` a build from nothing of this day's records.
    """

    folder: Path
    old: Tree
    new: Tree
    state: Tree

    @property
    def output(self) -> Path:
        """The output folder."""
        return self.folder / "feeds"

    @property
    def web(self) -> Path:
        """The target of a publish."""
        return self.folder / "web"

    def begin(self, *, built: bool = False, known: bool = True) -> None:
        """Put everything back; `built` is the output of this day, `known` what was measured."""
        write_tree(self.folder / "sources", self.sources)
        write_tree(self.output, self.new if built else self.old)
        write_tree(self.web, self.old)
        write_tree(self.folder / ".feedpub", self.state if known else {})

    @property
    def sources(self) -> Tree:
        """The records and images of this day."""
        return make_sources(AFTER)

    def build(self) -> None:
        """Build; the loss of a section is accepted."""
        build(load_config(self.folder / "feedpub.toml"), NOW, accept_loss=True)

    def publish(self) -> None:
        """Publish, and remove everything at the target that is no longer built."""
        config = load_config(self.folder / "feedpub.toml")
        publish(config, str(self.web), prune=True, prune_media=True)

    def clean(self) -> None:
        """Remove the media that no feed names."""
        clean_media(load_config(self.folder / "feedpub.toml"), NOW + timedelta(9999), timedelta())


def make_sources(records: tuple[Mapping[str, object], ...]) -> Tree:
    """Make the files of a source: records, the images that they name, and pages."""
    lines = "".join(json.dumps(record) + "\n" for record in records)
    pictures = {f"{record['id']}.png": make_picture(int(str(record["id"]))) for record in records}
    pages = {
        f"River/walk-{name}.html": _PAGE.format(name=name, more=more).encode()
        for name, more in (("one", "It stays."), ("two", records[0]["title"]))
    }
    return {"a.jsonl": lines.encode(), **pictures, **pages}


def make_world(folder: Path) -> World:
    """Build both days, each from nothing, and the second after the first."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "feedpub.toml").write_text(TOML)
    world = World(folder, {}, {}, {})
    trees = []
    for records in (BEFORE, AFTER):
        write_tree(folder / "sources", make_sources(records))
        shutil.rmtree(world.output, ignore_errors=True)
        world.build()
        trees.append(read_tree(world.output))
    world.old, world.new = trees
    world.state = read_tree(folder / ".feedpub")
    world.begin()
    world.build()
    assert read_tree(world.output) == world.new
    assert {"sport.rss", "sport.atom"} < world.old.keys() - world.new.keys()
    assert {"stage.rss", "stage.atom"} < world.new.keys() - world.old.keys()
    return world


def list_faults(place: Path, old: Tree, new: Tree) -> list[str]:
    """List what is wrong with an output, or a target, between two states."""
    found = {path: content for path, content in read_tree(place).items() if not is_leftover(path)}
    faults = []
    for path, content in found.items():
        if path != "manifest.json" and content not in (old.get(path), new.get(path)):
            faults.append(f"{path} is torn")
    for path in sorted((old.keys() & new.keys()) - found.keys()):
        faults.append(f"{path} is lost")
    listed = list_manifest(found.get("manifest.json"))
    if listed is None:
        faults.append("manifest.json is torn")
    for path, content in found.items():
        for named in list_names(path, content):
            if named not in found:
                faults.append(f"{path} names {named}, which is missing")
    return faults


def list_unlisted(place: Path) -> list[str]:
    """List the files that a manifest does not list, so that nothing would ever remove them."""
    found = read_tree(place)
    known = {"manifest.json"} | (list_manifest(found.get("manifest.json")) or set())
    strange = sorted(path for path in found.keys() - known if not is_leftover(path))
    return [f"{path} is not listed" for path in strange]


def list_manifest(content: bytes | None) -> set[str] | None:
    """List the paths in a manifest; None if it is broken."""
    if content is None:
        return set()
    try:
        return {line["path"] for line in json.loads(content)["files"]}
    except (ValueError, KeyError, TypeError):
        return None


def is_leftover(path: str) -> bool:
    """Tell whether a file is one that a killed run left, and the next one removes."""
    return _LEFTOVER.fullmatch(path) is not None


def list_names(path: str, content: bytes) -> Iterator[str]:
    """List the files of the output that a feed or the list of feeds names."""
    if path.endswith((".rss", ".atom", ".xml", ".opml")):
        root = etree.fromstring(content)
        for element in root.iter():
            for text in (element.text or "", *map(str, element.attrib.values())):
                yield from _NAMED.findall(text)
    elif path.endswith(".json") and path != "manifest.json":
        yield from _list_json_names(msgspec.json.decode(content))


def _list_json_names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from _NAMED.findall(value)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _list_json_names(item)
