"""Measures what hostile HTML costs: files of 100 MB, and of all that a page may have.

Run as `python -m benchmarks.hostile_pages`. Each is read in a process of its own, as `feedpub
build` reads it, and ends with a record or with one problem; the time and the peak of memory are
printed. docs/article-pages.md has what was measured.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from feedpub.errors import Problem
from feedpub.model import SourceFile
from feedpub.pages.html_source import MAX_PAGE_BYTES
from feedpub.settings import Config, Site, Source
from feedpub.systems.reading import load_records, open_file, scan_file

HEAD = b"<title>A title</title><h1>A title</h1><p>Updated: 2020-05-25</p>"
TEXT = b"<p>This is a text that ends.</p>"
SIZES = (100 * 10**6, MAX_PAGE_BYTES)

Shape = Callable[[int], Iterator[bytes]]


def repeat(unit: bytes, before: bytes = b"", after: bytes = b"") -> Shape:
    """Make a shape of one unit, again and again, to a size."""

    def shape(size: int) -> Iterator[bytes]:
        yield HEAD + before
        room = size - len(HEAD) - len(before) - len(after) - len(TEXT)
        while room >= len(unit):
            count = min(room // len(unit), 1 + 10**6 // len(unit))
            yield unit * count
            room -= count * len(unit)
        yield after + TEXT

    return shape


def write_attributes(size: int) -> Iterator[bytes]:
    """Write a tag of a million attributes, and text to the size."""
    tag = b"<p " + b" ".join(b"a%d=1" % number for number in range(1_000_000)) + b">"
    yield from repeat(b"x", tag)(size)


SCRIPT = b'<script type="application/ld+json">'
SHAPES: dict[str, Shape] = {
    "deep nesting": repeat(b"<div>"),
    "deep nesting, long names": repeat(b"<div " + b"x" * 600 + b">"),
    "a million attributes": write_attributes,
    "bytes of no encoding": repeat(b"\xff\xfe"),
    "half characters": repeat(b"\xe9\x95"),
    "unclosed tags": repeat(b"<script "),
    "unclosed comment": repeat(b"- ", b"<!--"),
    "one text": repeat(b"Hello there, you. ", b"<p>"),
    "one text of references": repeat(b"&amp;", b"<p>"),
    "JSON-LD of brackets": repeat(b"[", SCRIPT, b"</script>"),
    "JSON-LD of quotes": repeat(b'"\\', SCRIPT, b"</script>"),
    "a srcset of commas": repeat(b"a 1w,", b'<img srcset="', b'">'),
    "a breadcrumb of separators": repeat(b"&gt; ", b"<div class=breadcrumb>", b"</div>"),
    "paragraphs": repeat(b"<p>" + b"This is a text that ends. " * 40 + b"</p>"),
    "images": repeat(b"<p>One.</p><img src=a.jpg alt='" + b"x" * 2_000 + b"'>"),
    "line breaks": repeat(b"text here " * 100 + b"<br>"),
}


def main() -> None:
    """Print the table."""
    print(f"{'':<28} {'MB':>4} {'seconds':>8} {'peak MB':>8}")
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        for name, shape in SHAPES.items():
            for size in SIZES:
                with path.open("wb") as stream:
                    stream.writelines(shape(size))
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=read_page, args=(path, theirs))
                process.start()
                seconds, peak, outcome = ours.recv()
                process.join()
                print(f"{name:<28} {size // 10**6:>4} {seconds:>8.2f} {peak:>8.0f}  {outcome}")


def read_page(path: Path, result: Connection) -> None:
    """Scan a page, load it where it is an article; send processor seconds, peak MB, outcome."""
    site = Site(title="", link="https://site.invalid/", timezone="UTC", tag="site.invalid,2000")
    source = Source(path=str(path), system="none")
    config = Config(path=path.parent / "feedpub.toml", site=site, sources=(source,))
    file = open_file(config, SourceFile(path, path.name, path.name, path.parent, 0))
    begin = time.process_time()
    (found,) = scan_file(file)
    outcome = str(found)[:90]
    if not isinstance(found, Problem):
        (record,) = load_records(file, [found.origin])
        outcome = f"read: {len(str(record.fields.get('content_html', ''))):,} characters"
    spent = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result.send((spent, peak, outcome))


if __name__ == "__main__":
    main()
