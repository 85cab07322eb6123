"""Damage to the files that feedpub keeps and writes, and what the next build makes of it.

Run as a program, it tries a damage of every byte of the caches and the manifest, and, with a number
as its argument, so many bits of every other file of the output. It prints what came of it.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from feedpub import FeedpubError, build, load_config
from feedpub.pipeline import is_refused
from serving import Server, running, serve
from support import NOW, make_image, make_site, read_tree, to_json_lines

ROOT = Path(__file__).parent.parent
CACHES = ("images.json", "remote-images.json")

TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
formats = ["rss", "atom", "json", "html"]
compress = true
image_width = 200
remote_images = "measure"
allow_loopback = true

[[source]]
path = "sources"

[section.river]
name = "River"
aliases = ["old/river.xml"]
"""

# What a damage does to the bytes of a file; None removes it, and a folder takes its place.
Change = Callable[[bytes], bytes | None]


def flip(place: int, mask: int) -> Change:
    """Change the bits of a mask in one byte."""

    def change(content: bytes) -> bytes:
        at = place % len(content)
        return content[:at] + bytes([content[at] ^ mask]) + content[at + 1 :]

    return change


def put(place: int, byte: bytes) -> Change:
    """Put other bytes over those at a place."""
    return lambda content: content[:place] + byte + content[place + len(byte) :]


def cut(length: int) -> Change:
    """Keep only the first bytes."""
    return lambda content: content[:length]


GROSS: dict[str, Change] = {
    "emptied": lambda content: b"",
    "a folder": lambda content: None,
    "twice": lambda content: content * 2,
    "zeros": lambda content: bytes(len(content)),
    "noise": lambda content: random.Random(len(content)).randbytes(len(content)),
    "a line more": lambda content: content + b"\n",
    "other lines": lambda content: content.replace(b"\n", b"\r\n"),
    "half zeros": lambda content: content[: len(content) // 2] + bytes((len(content) + 1) // 2),
    "JSON": lambda content: b'{"files": [{"path": "a"}]}',
    "deep JSON": lambda content: b'{"files": ' + b"[" * 100_000,
}


def at_every_byte(content: bytes) -> Iterator[tuple[str, Change]]:
    """Damage each byte in four ways, and cut before each."""
    for place in range(len(content)):
        yield f"bit of {place}", flip(place, 1 << place % 8)
        yield f"case of {place}", flip(place, 0x20)
        yield f"quote at {place}", put(place, b'"')
        yield f"digit at {place}", put(place, b"9")
        yield f"cut at {place}", cut(place)


def at_random(content: bytes, number: int, seed: str) -> Iterator[tuple[str, Change]]:
    """Flip bits and cut at random places."""
    chance = random.Random(seed)
    for _ in range(number):
        place = chance.randrange(len(content))
        yield f"bit of {place}", flip(place, 1 << chance.randrange(8))
    place = chance.randrange(len(content))
    yield f"cut at {place}", cut(place)


@dataclass
class Outcome:
    """What came of all damages of a file: how many failed a build, and how many outlasted it."""

    tried: int = 0
    failed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Site:
    """A site that was built from nothing, and what its output is then."""

    folder: Path
    sound: dict[str, bytes]

    @property
    def output(self) -> Path:
        """The output folder."""
        return self.folder / "feeds"

    @property
    def state(self) -> Path:
        """The folder of what is kept between runs."""
        return self.folder / ".feedpub"

    def build(self) -> str | None:
        """Build as the command line does; say what stops it."""
        try:
            report = build(load_config(self.folder / "feedpub.toml"), NOW)
        except FeedpubError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001  # each is to be counted
            return repr(error)
        return next((str(p) for p in report.problems if is_refused(report)), None)

    def settle(self) -> None:
        """Make what is known of files certain: as if it had been written a while later."""
        for path in self.state.glob("*.json"):
            status = path.stat()
            later = status.st_mtime_ns + 60 * 10**9
            os.utime(path, ns=(status.st_atime_ns, later))

    def damage(self, path: Path, changes: Iterable[tuple[str, Change]]) -> Outcome:
        """Damage a file in each of several ways, and build after each."""
        outcome = Outcome()
        content = path.read_bytes()
        for name, change in changes:
            damaged = change(content)
            if damaged == content:
                continue
            outcome.tried += 1
            if damaged is None:
                path.unlink()
                path.mkdir()
            else:
                path.write_bytes(damaged)
            fault = self.build()
            if fault is not None:
                outcome.failed.append(f"{path.name}: {name}: {fault}")
            elif read_tree(self.output) != self.sound:
                outcome.wrong.append(f"{path.name}: {name}")
            if fault is not None or not path.is_file() or path.read_bytes() != content:
                self._restore(path, content)
        return outcome

    def _restore(self, path: Path, content: bytes) -> None:
        """Put the damaged file back as it was, and with it all that the damage led to."""
        if path.is_dir():
            shutil.rmtree(path)
        if path.parent == self.state:  # what is known now is as good
            path.unlink(missing_ok=True)
            for last in self.state.glob("*-build.json"):  # so that the build makes the file again
                last.unlink()
        else:
            path.write_bytes(content)
        if self.build() is None and read_tree(self.output) == self.sound:
            return
        shutil.rmtree(self.output)
        shutil.rmtree(self.state)
        assert self.build() is None
        assert read_tree(self.output) == self.sound


def make_small_site(folder: Path, server: Server) -> Site:
    """Make a small site with everything: images of both kinds, packed files, pages, an alias."""
    server.routes["/far.png"] = serve(make_image("PNG", 80, 60, shade=9), ETag='"1"')
    records = (
        {"id": "1", "title": "Lock", "section": "River", "updated": "2020-05-25", "image": "1.png"},
        {"id": "2", "title": "Fog", "section": "River", "updated": "2020-05-24", "image": "2.png"},
        {"id": "3", "title": "Tea", "section": "Hills", "updated": "2020-05-23"},
    )
    far = {"image": server.url("/far.png"), "content_text": "Leaves."}
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines(*records[:2], {**records[2], **far}),
        "sources/1.png": make_image("PNG", 3200, 20, shade=1),
        "sources/2.png": make_image("PNG", 60, 40, shade=2),
    }
    return _build_first(make_site(folder, files, TOML))


def make_sample_site(folder: Path) -> Site:
    """Copy the sample of this checkout."""
    shutil.copytree(ROOT / "sources", folder / "sources")
    shutil.copy(ROOT / "feedpub.toml", folder)
    return _build_first(folder)


def _build_first(folder: Path) -> Site:
    site = Site(folder, {})
    assert site.build() is None
    assert site.build() is None
    site.sound = read_tree(site.output)
    return site


def main() -> None:
    """Damage every byte of what decides what is measured, written and removed."""
    os.fsync = lambda fd: None
    total: Counter[str] = Counter()
    begun = time.monotonic()
    with running(Server({})) as server, tempfile.TemporaryDirectory() as folder:
        site = make_small_site(Path(folder), server)
        deciding = [*sorted(site.state.glob("*.json")), site.output / "manifest.json"]
        others = [site.output / path for path in site.sound if path != "manifest.json"]
        number = int(sys.argv[1]) if sys.argv[1:] else 0
        for path in (*deciding, *(others if number else ())):
            site.settle()
            content = path.read_bytes()
            every = path in deciding
            changes = at_every_byte(content) if every else at_random(content, number, path.name)
            outcome = site.damage(path, [*changes, *GROSS.items()])
            counted = {
                "tried": outcome.tried,
                "failed": len(outcome.failed),
                "wrong": len(outcome.wrong),
            }
            total.update(counted)
            print(f"{path.name}: {len(content)} bytes, {counted}", flush=True)
            for told in (*outcome.failed[:3], *outcome.wrong[:3]):
                print(f"    {told[:300]}")
    print(f"{dict(total)} in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
