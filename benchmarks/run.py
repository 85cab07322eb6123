"""Measure feedpub beside its peers and beside its goals; run as `python -m benchmarks.run`.

Each figure is the median of five runs, which take turns with those of the peers. A goal that is
missed is printed and nothing more: a busy machine is no fault of the program. The exit status is 1
only if a program fails. With `--write`, the figures go into docs/performance.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import click
import msgspec

from benchmarks.cluster import Stages, format_cluster
from benchmarks.corpus import CONFIG_NAME, RECORDS_NAME
from benchmarks.measuring import (
    CHECKOUT,
    FEEDSMITH,
    ChildError,
    Cost,
    Run,
    compare,
    find_median,
    run_child,
)
from benchmarks.reporting import HEAD, Line, describe_machine, write_page
from benchmarks.sites import SENTENCE, SHOWN_PAGES, write_article

RUNS = 5
STARTS = 20
SETTLE = 2.5  # seconds; files that have just changed are read again
ENTRIES = 10_000  # that the feeds of the corpus show, from 10,000 records on
FIRST = "first build"
PEERS = {
    "plain": "plain feedgen script",
    "floor": "floor",
    "feedsmith": "feedsmith",
    "hugo": "Hugo, feeds alone",
}
HASH = """\
import hashlib, sys
from pathlib import Path
for path in sorted(Path(sys.argv[1]).rglob("*.*")):
    hashlib.sha256(path.read_bytes()).digest()
"""
READ_PAGES = """\
import sys
from itertools import islice
from pathlib import Path
from feedpub.pages import decode_html, read_html
for path in islice(sorted(Path(sys.argv[1]).rglob("*.html")), int(sys.argv[2])):
    read_html(decode_html(path.read_bytes()).text)
"""
ITERPARSE = """\
import sys
from lxml import etree
for _, element in etree.iterparse(sys.argv[1], tag="item", huge_tree=True):
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
"""


class Bench:
    """Makes sites in a folder, and measures commands.

    Args:
        quick: Make each of a tenth of its size.
        brief: Leave out a million records, and what has no goal.
    """

    def __init__(self, root: Path, *, quick: bool, brief: bool = False) -> None:
        self.root = root
        self.is_whole = not quick
        self.is_brief = brief
        self.cluster: list[str] = []
        self._divisor = 10 if quick else 1

    def count(self, number: int) -> int:
        """Give the size of a site."""
        return number // self._divisor

    def make(self, kind: str, number: int) -> Path:
        """Make a site, and wait until its files count as settled."""
        folder = self.root / f"{kind}-{number}"
        folder.mkdir(exist_ok=True)
        size = str(self.count(number))
        run_child((sys.executable, "-m", "benchmarks.sites", kind, str(folder), size))
        time.sleep(SETTLE)
        return folder

    def build(self, folder: Path) -> tuple[str, ...]:
        """Give the command that builds a site."""
        config = str(folder / CONFIG_NAME)
        return (sys.executable, "-m", "feedpub", "build", "-q", "-c", config)

    def measure(self, runs: Mapping[str, Run]) -> dict[str, Cost]:
        """Measure commands that take turns: the median of each."""
        return {name: find_median(costs) for name, costs in compare(runs, RUNS).items()}

    def measure_steps(
        self, folder: Path, steps: Mapping[str, Callable[[], object] | None]
    ) -> dict[str, Cost]:
        """Measure the first build of a site, and then the builds after each step."""
        build = self.build(folder)
        found = self.measure({FIRST: Run(build, partial(forget, folder))})
        for name, step in steps.items():
            run_child(build)
            found |= self.measure({name: Run(build, partial(settle, step) if step else str)})
        return found


def forget(folder: Path, *names: str) -> None:
    """Remove what builds of a site left behind, so that they do it all again."""
    for name in names or ("feeds", ".feedpub"):
        shutil.rmtree(folder / name, ignore_errors=True)


def settle(step: Callable[[], object]) -> None:
    """Change something, and wait until that counts as settled."""
    step()
    time.sleep(SETTLE)


def tell(work: str, cost: Cost, goal: float | None = None, basis: str = "") -> Line:
    """Make the line of the seconds that a command took."""
    return Line(work, cost.seconds, "s", cost, goal, basis)


def bench_records(bench: Bench) -> Iterator[Line]:
    """Measure one file of JSON Lines beside those who write the same feeds, and a million."""
    costs = {}
    for number in (10_000, 100_000):
        folder = bench.make("records", number)
        runs = {"feedpub": Run(bench.build(folder), partial(forget, folder))}
        for name in ("plain", "floor"):
            module = "plain_feedgen" if name == "plain" else name
            runs[name] = Run((sys.executable, "-m", f"benchmarks.{module}", str(folder)))
        if not bench.is_brief and shutil.which("node") and FEEDSMITH.exists():
            script = str(CHECKOUT / "benchmarks/feedsmith_feeds.mjs")
            runs["feedsmith"] = Run(("node", script, str(folder)))
        if not bench.is_brief and shutil.which("hugo"):
            site = bench.make("hugo", number)
            hugo = ("hugo", "--quiet", "-s", str(site), "-d", str(folder / "hugo"))
            runs["hugo"] = Run(hugo, partial(forget, folder, "hugo"))
        found = bench.measure(runs)
        feeds = {
            name: count_feeds(folder / name) for name in PEERS if name in runs and name != "hugo"
        }
        if set(feeds.values()) != {count_feeds(folder / "feeds")}:
            raise click.ClickException(f"{feeds} feeds: someone has not done the work")
        cost = costs[number] = found["feedpub"]
        share = 0.35 if number == 100_000 else 0.6
        goal, basis = share * found["plain"].seconds, f"{share} × the plain script"
        if number == 100_000 and 4.5 * found["floor"].seconds < goal:
            goal, basis = 4.5 * found["floor"].seconds, "4.5 × the floor"
        yield tell(f"{bench.count(number):,} records, first build", cost, goal, basis)
        for name, title in PEERS.items():
            peer = found.get(name)
            if peer is None and bench.is_brief:
                continue
            yield Line(f"– {title}", peer.seconds if peer else None, "s", peer)
    measured = bench.root / "stages.json"
    run_child((sys.executable, "-m", "benchmarks.cluster", str(folder), str(measured)))
    yield from bench_changes(bench, folder)
    shutil.rmtree(folder)
    if not bench.is_brief:
        yield from bench_million(bench, costs)
    (few, small), (many, large) = list(costs.items())[-2:]
    held = (large.peak - small.peak) / bench.count(many - few)
    stages = msgspec.json.decode(measured.read_bytes(), type=Stages)
    bench.cluster = format_cluster(stages, max(held, 0.0))


def bench_million(bench: Bench, costs: dict[int, Cost]) -> Iterator[Line]:
    """Measure a million records in one file, and add the cost to those of fewer."""
    folder = bench.make("records", 1_000_000)
    big = bench.measure({FIRST: Run(bench.build(folder), partial(forget, folder))})[FIRST]
    shutil.rmtree(folder)
    name = f"{bench.count(1_000_000):,} records"
    yield tell(f"{name}, first build", big)
    yield Line(f"{name}, peak memory", big.peak / 1e6, "MB", None, 250)
    costs[1_000_000] = big
    if bench.is_whole:  # from 10,000 records on, the feeds show as many entries
        some, many = (
            (costs[10 * n].processor - costs[n].processor) / 9 / n for n in (10_000, 100_000)
        )
        yield Line("cost of a record more, of many to few", many / some, "×", None, 1.2)


def bench_changes(bench: Bench, folder: Path) -> Iterator[Line]:
    """Measure builds of a file of JSON Lines that is known."""
    records = folder / RECORDS_NAME
    with records.open("rb") as file:
        line = file.readline()
    build, number = bench.build(folder), iter(range(10**6))

    def append() -> None:
        with records.open("ab") as file:
            file.write(line.replace(b'"c_', b'"d_%d_' % next(number), 1))

    run_child(build)
    found = bench.measure({"nothing": Run(build)})
    size = f"{records.stat().st_size / 1e6:,.0f} MB of JSON Lines"
    yield tell(f"{size}, nothing changed", found["nothing"], 0.8)
    if bench.is_brief:
        return
    found = bench.measure({"append": Run(build, partial(settle, append))})
    yield tell(f"{size}, one line appended", found["append"])


def bench_files(bench: Bench) -> Iterator[Line]:
    """Measure many files beside `find`."""
    folder = bench.make("files", 100_000)
    sources, words = folder / "sources", iter(range(10**6))

    def change_one() -> None:
        write_article(folder, 0, SENTENCE * 70 + f"Mended {next(words)} times.")

    def check_out() -> None:
        shutil.copytree(sources, folder / "copy")
        shutil.rmtree(sources)
        (folder / "copy").rename(sources)

    steps = {"nothing": None, "one": change_one, "times": check_out}
    found = bench.measure_steps(folder, steps)
    find = ("find", str(sources), "-printf", "%s %T@\\n")
    least = bench.measure({"find": Run(find)})["find"]
    goal, name = 4 * least.seconds + 0.25, f"{bench.count(100_000):,} JSON files"
    yield tell(f"{name}, first build", found[FIRST])
    yield tell("– `find -printf`", least)
    yield tell(f"{name}, nothing changed", found["nothing"], goal, "4 × find, and 0.25 s")
    yield tell(f"{name}, one changed", found["one"], goal + 0.15, "0.15 s more")
    yield tell(f"{name}, other times alone", found["times"])


def bench_html(bench: Bench) -> Iterator[Line]:
    """Measure HTML pages beside reading and hashing them."""
    folder = bench.make("html", 10_000)
    sources = str(folder / "sources")
    found = bench.measure_steps(folder, {"nothing": None})
    shown = bench.count(10 * SHOWN_PAGES) // 10
    python = (sys.executable, "-c")
    least = bench.measure(
        {
            "hash": Run((*python, HASH, sources)),
            "none": Run((*python, READ_PAGES, sources, "0")),
            "read": Run((*python, READ_PAGES, sources, str(shown))),
        }
    )
    hashing = least["hash"].seconds
    reading = least["read"].seconds - least["none"].seconds
    name = f"{bench.count(10_000):,} HTML pages of 7 kB"
    basis = f"25 × hashing, and {shown} at the reader's rate"
    yield tell(f"{name}, first build", found[FIRST], 25 * hashing + reading, basis)
    yield tell("– reading and hashing them", least["hash"])
    basis = "1.5 × hashing, and 0.25 s"
    yield tell(f"{name}, nothing changed", found["nothing"], 1.5 * hashing + 0.25, basis)


def bench_images(bench: Bench) -> Iterator[Line]:
    """Measure images beside their articles, and those that servers have."""
    if not bench.is_brief:
        folder = bench.make("local-images", 10_000)
        found = bench.measure_steps(folder, {"nothing": None})
        name = f"{bench.count(10_000):,} images beside their articles"
        yield tell(f"{name}, first build", found[FIRST])
        yield tell(f"{name}, nothing changed", found["nothing"])
    folder = bench.root / "remote-images-1000"
    folder.mkdir()
    command = (sys.executable, "-m", "benchmarks.image_server", str(folder / "port"))
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE) as server:
        while not (folder / "port").exists() and server.poll() is None:
            time.sleep(0.1)
        cost = bench.measure_steps(bench.make("remote-images", 1_000), {})[FIRST]
    yield tell(f"{bench.count(1_000):,} images of 16 servers, 50 ms each", cost, 4)


def bench_others(bench: Bench) -> Iterator[Line]:
    """Measure what has no goal: pages of our own, Markdown, an export of WordPress."""
    if bench.is_brief:
        return
    number = 10_000
    folder = bench.make("site-pages", number)
    more = iter(range(number, 10**6))
    steps = {
        "nothing changed": None,
        "one more": lambda: write_article(folder, next(more)),
        "one text changed": lambda: write_article(folder, 7, SENTENCE * next(more)),
    }
    name = f"{bench.count(number):,} articles with pages"
    for step, cost in bench.measure_steps(folder, steps).items():
        yield tell(f"{name}, {step}", cost)
    folder = bench.make("markdown", 100_000)
    name = f"{bench.count(100_000):,} Markdown files"
    yield tell(f"{name}, first build", bench.measure_steps(folder, {})[FIRST])
    folder = bench.make("wxr", 100_000)
    plain = Run((sys.executable, "-c", ITERPARSE, str(folder / "export.xml")))
    name = f"{bench.count(200_000):,} items of a WordPress export"
    yield tell(f"{name}, first build", bench.measure_steps(folder, {})[FIRST])
    yield tell("– lxml's iterparse", bench.measure({"plain": plain})["plain"])


def bench_start(bench: Bench) -> Iterator[Line]:
    """Measure what `check` of an empty site takes beyond a Python that does nothing."""
    folder = bench.make("nothing", 0)
    check = (sys.executable, "-m", "feedpub", "check", "-q", "-c", str(folder / CONFIG_NAME))
    runs = {"bare": Run((sys.executable, "-c", "pass")), "check": Run(check)}
    found = compare(runs, STARTS)
    bare, least = (Cost(*map(min, zip(*found[name], strict=True))) for name in runs)
    cost = Cost(least.seconds - bare.seconds, least.processor - bare.processor, least.peak)
    yield tell("`check` of an empty site, beyond Python", cost, 0.12)


BENCHES: tuple[Callable[[Bench], Iterator[Line]], ...] = (
    *(bench_start, bench_records, bench_files, bench_html, bench_images, bench_others),
)


def keep_bytecode(folder: Path) -> None:
    """Let the programs keep their bytecode in a folder, as installed ones have it.

    Else, under PYTHONDONTWRITEBYTECODE, a checkout would be compiled anew at every start.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def count_feeds(folder: Path) -> int:
    """Count the feed files in an output folder: who writes fewer has not done the work."""
    return sum(path.suffix in {".rss", ".atom", ".xml"} for path in folder.rglob("*.*"))


@click.command()
@click.option("--quick", is_flag=True, help="Do a tenth of everything.")
@click.option("--brief", is_flag=True, help="Leave out a million records, and what has no goal.")
@click.option("--write", is_flag=True, help="Rewrite the figures in docs/performance.md.")
@click.option("--only", default="", help="Measure alone what has this in its name, such as html.")
def main(quick: bool, brief: bool, write: bool, only: str) -> None:
    """Measure everything, and print each figure when it is known."""
    if write and only:
        raise click.UsageError("--write needs all figures. Leave --only out.")
    size = ", of a tenth of the work" if quick else ""
    less = " A million records, and what has no goal, are left out." if brief else ""
    head = f"Each figure is the median of {RUNS} runs{size}.{less} Measured on {describe_machine()}"
    click.echo(f"{head}\n\n{HEAD}")
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="feedpub-") as name:
        keep_bytecode(Path(name, "bytecode"))
        bench = Bench(Path(name), quick=quick, brief=brief)
        try:
            for measure in BENCHES:
                for line in measure(bench) if only in measure.__name__ else ():
                    click.echo(line.format())
                    lines.append(line)
        except ChildError as error:
            raise click.ClickException(str(error)) from error
    click.echo("\n".join(["", *bench.cluster]))
    if write:
        write_page(lines, bench.cluster, head)


if __name__ == "__main__":
    main()
