"""Measures what one bad record, server or feed costs; run as `python -m benchmarks.hostile_input`.

Each row is a table row of docs/security.md: builds and commands run in processes of their own, and
the row shows what they publish, say, and cost. Nothing is asserted here; the tests do that.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring import RSS_UNIT
from feedpub.images.remote import RemoteMeasurer

TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
language = "en"
timezone = "UTC"
tag = "news.example.com,2020"
limit = 2000
formats = ["rss", "atom", "json"]
[[source]]
path = "sources"
"""
NOW = 1_589_800_000
RECORD = {"title": "Tea", "section": "Tea", "updated": "2020-05-01"}
GOOD = json.dumps({**RECORD, "id": "good"}) + "\n"
PAGE = (
    '<!doctype html><html lang="{lang}"><head><title>Tea {n}</title>'
    '<link rel="canonical" href="https://news.example.com/{n}">'
    '<meta property="article:section" content="Tea">'
    '<meta property="article:modified_time" content="2020-05-01T10:00:00Z"></head><body><article>'
    "<h1>Tea {n}</h1><p>Steam rose over the river for an hour, and nobody in the harbor heard "
    "of it before noon on the next day, when the ferry was late.</p></article></body></html>"
)
IDS = [
    *("a:[", "isbn:12[3", "nid:[1]", "http:///x", "https:123", "http://", "urn:x", "tag:x[y]"),
    *("story:2020]a", "a:b%", "a:%zz", "a:b^c", "a:b|c", "a:{b}", 'a:"b"', "a:<b>", "a:b\\c"),
    *("C:\\news\\1.doc", "urn:[", "urn:uuid:<1>", "http://[::1", "http://[x]/y", "a:b c", "HTTP:1"),
    *(
        "https://h/a b",
        "a:\u202eb",
        "a:\u8336",
        "mailto:",
        "//[x/a",
        "?",
        "#",
        "%",
        "[",
        "::",
        "x" * 4000,
    ),
]
PAIRS = [
    *(("River Voice", "River-Voice"), ("Caf\u00e9", "Cafe"), ("A", "A!"), ("Tea, Cup", "Tea Cup")),
    *(("\u00dcber", "Uber"), ("con", "Con.")),
]
URLS = [
    "//[x/a.jpg",
    "http://[",
    "http://[::1",
    "https://a:99999999/",
    "http://\u0378/",
    "http:///x",
]


class Run(NamedTuple):
    """What a command came to: exit code, messages, time, time of the CPU, and peak of memory."""

    code: int
    told: list[str]
    seconds: float
    busy: float
    megabytes: float

    @property
    def costs(self) -> str:
        """Its time of the CPU, and its memory."""
        return f"{self.busy:.1f} s of CPU time, {self.megabytes:.0f} MB"


def run(folder: Path, *args: str) -> Run:
    """Run feedpub in a folder, in a process of its own."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "feedpub", *args],
            cwd=folder,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(NOW)},
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - start
        errors.seek(0)
        told = errors.read().decode("utf-8", "replace").splitlines()
    told = [line for line in told if not line.startswith("note: ")]
    busy = usage.ru_utime + usage.ru_stime
    return Run(process.returncode, told, seconds, busy, usage.ru_maxrss * RSS_UNIT / 1e6)


@contextlib.contextmanager
def make_site(files: Mapping[str, str | bytes], toml: str = TOML) -> Iterator[Path]:
    """Write a site into a folder that goes afterward."""
    with tempfile.TemporaryDirectory() as name:
        for path, content in {"feedpub.toml": toml, **files}.items():
            place = Path(name, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            data = (
                content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
            )
            place.write_bytes(data)
        yield Path(name)


def count_published(folder: Path) -> int:
    """Count the articles that any feed has."""
    feeds = [path for path in folder.glob("feeds/*.json") if path.name != "manifest.json"]
    return len({item["id"] for path in feeds for item in json.loads(path.read_bytes())["items"]})


def build(files: Mapping[str, str | bytes], toml: str = TOML) -> tuple[Run, int]:
    """Build a site, and count what it publishes."""
    with make_site(files, toml) as folder:
        done = run(folder, "build")
        return done, count_published(folder)


def lines(*records: Mapping[str, object]) -> str:
    """Write records as JSON Lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


def measure_language() -> str:
    """Publish a thousand pages, of which one names a language that does not exist."""
    pages = {
        f"sources/{n}.html": PAGE.format(n=n, lang="jp" if n == 7 else "en") for n in range(1000)
    }
    done, published = build(pages)
    return f"exit {done.code}, {published:,} published, {len(done.told)} warning, {done.costs}"


def measure_ids() -> str:
    """Publish each shape of an id beside a good record."""
    published = others = 0
    for id in IDS:
        done, count = build({"sources/a.jsonl": lines({**RECORD, "id": id}) + GOOD})
        published += count == 2 and done.code == 0
        others += count >= 1
    return f"{others} of {len(IDS)} publish the other record, {published} both"


def measure_body() -> str:
    """Publish a body of 17 MB beside a good record."""
    body = "<p>Steam rose.</p>" * 1_000_000
    done, count = build(
        {"sources/a.jsonl": lines({**RECORD, "id": "1", "content_html": body}) + GOOD}
    )
    return f"exit {done.code}, {count} published, the body left out with {len(done.told)} warning"


def measure_sections() -> str:
    """Publish pairs of sections whose names make one slug."""
    both = 0
    for one, other in PAIRS:
        records = ({**RECORD, "id": name, "section": name} for name in (one, other))
        done, count = build({"sources/a.jsonl": lines(*records)})
        both += done.code == 0 and count == 2 and len(done.told) == 1
    return f"{both} of {len(PAIRS)} pairs publish both, with one warning each"


def measure_urls() -> str:
    """Publish pages with odd URLs in four places."""
    shapes = [
        '<img src="{}">',
        '<img src="a.jpg" srcset="{} 2x">',
        '<base href="{}"><img src="a.jpg">',
        '<a href="{}">x</a>',
    ]
    good = 0
    for shape in shapes:
        for url in URLS:
            page = PAGE.format(n=1, lang="en").replace(
                "</article>", f"{shape.format(url)}</article>"
            )
            done, count = build({"sources/a.html": page, "sources/b.jsonl": GOOD})
            good += done.code == 0 and count == 2
    return f"{good} of {len(shapes) * len(URLS)} publish both records"


@contextlib.contextmanager
def serving(answer: bytes | None) -> Iterator[str]:
    """Answer every request with the same bytes, or never."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        accepted: list[socket.socket] = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    accepted.append(connection)
                    if answer is not None:
                        connection.recv(65536)
                        connection.sendall(answer)
                        connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        for connection in accepted:
            connection.close()


def measure_servers() -> str:
    """Ask a server that sends a length of 5,000 digits, and one that never answers."""
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name, "images.json")

        def ask(urls: list[str]) -> tuple[float, int]:
            start = time.monotonic()
            found = RemoteMeasurer(cache, now=NOW, allow_loopback=True).measure_all(urls)
            return time.monotonic() - start, len(found)

        length = b"Content-Length: " + b"9" * 5000
        with serving(
            b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n" + length + b"\r\n\r\n"
        ) as url:
            _, told = ask([f"{url}/a.jpg"])
        with serving(None) as url:
            urls = [f"{url}/{number}.jpg" for number in range(40)]
            (first, _), (second, _) = ask(urls), ask(urls)
    return (
        f"the length costs {told} image; 40 silent URLs of one host take {first:.1f} s, "
        f"and {second:.2f} s at the next build"
    )


def measure_lines() -> str:
    """Read two million bad lines, packed."""
    done, count = build(
        {"sources/a.jsonl.gz": gzip.compress(b"x\n" * 2_000_000), "sources/b.jsonl": GOOD}
    )
    return f"{count} published, {len(done.told)} lines of messages, {done.costs}"


def measure_unpacked() -> str:
    """Read 1.1 GB, packed."""
    # In pieces, so that the peak of memory is the build's.
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=1) as stream:
        for _ in range(1_100):
            stream.write(b" " * 1_000_000)
    packed = buffer.getvalue()
    done, count = build({"sources/a.jsonl.gz": packed, "sources/b.jsonl": GOOD})
    return f"{count} published, {len(done.told)} error, {done.costs}"


def measure_targets() -> str:
    """Publish to targets that are almost URLs."""
    targets = [
        *("ann:hunter2@host:/srv", "sftp:/ann:hunter2@host/x", "sftp//ann:hunter2@host/x"),
        *(
            "//ann:hunter2@host/x",
            "s3:/KEY:hunter2@bucket",
            "memory://hunter2",
            "memory:/x",
            "s3:x",
        ),
        *(
            "https://ann:hunter2@host/x",
            "rsync:ann:hunter2@h:x",
            "ann:p@hunter2@host:/x",
            "s3:///x",
        ),
    ]
    refused = shown = 0
    with make_site({"sources/a.jsonl": GOOD}) as folder:
        run(folder, "build")
        for target in targets:
            done = run(folder, "publish", target, "-v")
            refused += done.code == 2
            shown += "hunter2" in "\n".join(done.told)
    return f"{refused} of {len(targets)} spellings are refused, {shown} show the secret"


def measure_guard() -> str:
    """Build again after a change that makes all titles or all bodies nonsense."""
    records = [{**RECORD, "id": str(n), "content_html": f"<p>Steam {n}</p>"} for n in range(20)]
    refused = 0
    changes: tuple[dict[str, object], ...] = ({"title": "undefined"}, {"content_html": ""})
    for change in changes:
        with make_site({"sources/a.jsonl": lines(*records)}) as folder:
            run(folder, "build")
            changed = lines(*({**record, **change} for record in records))
            (folder / "sources/a.jsonl").write_text(changed, encoding="utf-8")
            refused += run(folder, "build").code != 0
    return f"{refused} of {len(changes)} such builds are refused"


def measure_configuration() -> str:
    """Check configurations with control characters, a long name, and a device as their source."""
    toml = [
        TOML.replace("Example Voice", "Example\\u0007Voice"),
        TOML.replace("Example Voice", "Example\\u0085Voice"),
        TOML.replace('path = "sources"', f'path = "{"x" * 5000}"'),
        TOML.replace('path = "sources"', 'path = "/dev/zero"'),
        TOML.replace('path = "sources"', 'path = "pipe"'),
    ]
    refused = 0
    for text in toml:
        with make_site({"sources/a.jsonl": GOOD}, text) as folder:
            os.mkfifo(folder / "pipe")
            refused += run(folder, "check").code == 2
    with make_site({"sources/a.jsonl": GOOD}) as folder:
        os.mkfifo(folder / "pipe.rss")
        pipe = run(folder, "lint", "pipe.rss")
    lint = f"exit {pipe.code} after {pipe.seconds:.1f} s"
    return f"{refused} of {len(toml)} are refused; `lint` of a pipe: {lint}"


def measure_lint() -> str:
    """Check feeds of many entries without authors."""
    shown = []
    for number in (8_000, 60_000):
        entries = "".join(
            f"<entry><id>urn:x-a:{n}</id><title>T</title><updated>2020-05-01T00:00:00Z</updated>"
            f'<link href="https://h.example/{n}"/></entry>'
            for n in range(number)
        )
        feed = (
            '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x-a:f</id><title>t</title>'
            f"<updated>2020-05-01T00:00:00Z</updated>{entries}</feed>"
        )
        with make_site({"a.atom": feed}) as folder:
            shown.append(f"{number:,} entries: {run(folder, 'lint', 'a.atom').costs}")
    return "; ".join(shown)


ROWS: Mapping[str, Callable[[], str]] = {
    '`lang="jp"` on one page of a thousand': measure_language,
    "odd ids, each beside a good record": measure_ids,
    "a body of 17 MB": measure_body,
    "two names of sections with one slug": measure_sections,
    "odd URLs in `src`, `srcset`, `href` and `base`": measure_urls,
    "image servers": measure_servers,
    "2 million bad lines in a `.gz`": measure_lines,
    "a `.gz` that unpacks to 1.1 GB": measure_unpacked,
    "targets that are almost URLs": measure_targets,
    "all titles `undefined`, all bodies empty": measure_guard,
    "configurations with control characters, long paths, devices, pipes": measure_configuration,
    "lint of Atom entries without authors": measure_lint,
}


def main() -> None:
    """Print a row for each measurement, or for those whose names contain an argument."""
    for name, measure in ROWS.items():
        if len(sys.argv) < 2 or any(word in name for word in sys.argv[1:]):
            print(f"| {name} | {measure()} |", flush=True)


if __name__ == "__main__":
    main()
