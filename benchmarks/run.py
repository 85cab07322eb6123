"""Measure feedpub beside the plain script; run as `python -m benchmarks.run`.

The targets are printed beside what was measured, and nothing is asserted: a busy machine is no
fault of the program. The exit status is 1 only if a program fails.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.corpus import CONFIG_NAME, DEFAULT_COUNT, RECORDS_NAME

CHECKOUT = Path(__file__).resolve().parent.parent
RUNS = 3
STARTS = 10
ERROR_LINES = 20

# Linux counts ru_maxrss in kibibytes, macOS in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024

SPEED_TARGET = "at least 2.5"
MEMORY_TARGET = "less than 0.25"
START_TARGET = "less than 0.100 s"


class ChildError(Exception):
    """A program that is measured ended with an error."""

    def __init__(self, command: Sequence[str], *, status: int, errors: str) -> None:
        """Keep the end of what the program wrote to standard error."""
        lines = errors.splitlines()
        if len(lines) > ERROR_LINES:
            lines = [f"({len(lines) - ERROR_LINES:,} lines before)", *lines[-ERROR_LINES:]]
        super().__init__("\n".join([f"{' '.join(command)} ended with status {status}", *lines]))


class Cost(NamedTuple):
    """What a process took: wall seconds, and peak resident bytes."""

    seconds: float
    peak: int


class Program(NamedTuple):
    """A program that writes feeds."""

    name: str
    command: tuple[str, ...]
    output: Path
    traces: tuple[Path, ...]  # all it leaves behind; removed before a run, so that it does it all


def run_child(command: Sequence[str]) -> Cost:
    """Run a program to its end and measure that process alone.

    Of a program with processes of its own, the peak is that of the largest. On Linux no peak is
    less than that of this process, about 18 MB.

    Raises:
        ChildError: Its status is not 0.
    """
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        # Not RUSAGE_CHILDREN: that is the peak of all children so far.
        _, wait_status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(wait_status)
        if child.returncode != 0:
            errors.seek(0)
            text = errors.read().decode(errors="replace")
            raise ChildError(command, status=child.returncode, errors=text)
    return Cost(seconds, usage.ru_maxrss * RSS_UNIT)


def find_best(costs: Sequence[Cost]) -> Cost:
    """Take the least time and the least memory of several runs."""
    return Cost(min(cost.seconds for cost in costs), min(cost.peak for cost in costs))


def list_programs(folder: Path) -> tuple[Program, Program]:
    """List feedpub and the plain script, set up for a corpus."""
    feeds, plain = folder / "feeds", folder / "plain"
    build = ("-m", "feedpub", "build", "-c", str(folder / CONFIG_NAME), "-q")
    script = ("-m", "benchmarks.plain_feedgen", str(folder))
    return (
        Program("feedpub", (sys.executable, *build), feeds, (feeds, folder / ".feedpub")),
        Program("plain feedgen", (sys.executable, *script), plain, (plain,)),
    )


def measure_builds(programs: Sequence[Program]) -> list[Cost]:
    """Measure programs in turn, each run from nothing; return the best of each."""
    costs: list[list[Cost]] = [[] for _ in programs]
    for _ in range(RUNS):
        for program, runs in zip(programs, costs, strict=True):
            for trace in program.traces:
                shutil.rmtree(trace, ignore_errors=True)
            runs.append(run_child(program.command))
    return [find_best(runs) for runs in costs]


def measure_start() -> float:
    """Measure the seconds that `feedpub --version` takes beyond a Python that does nothing."""
    bare: list[Cost] = []
    version: list[Cost] = []
    for _ in range(STARTS):
        bare.append(run_child((sys.executable, "-c", "pass")))
        version.append(run_child((sys.executable, "-m", "feedpub", "--version")))
    return find_best(version).seconds - find_best(bare).seconds


def count_feeds(folder: Path) -> int:
    """Count the feed files in an output folder: who writes fewer has not done the work."""
    return sum(path.suffix in {".rss", ".atom"} for path in folder.iterdir())


def print_builds(programs: Sequence[Program], costs: Sequence[Cost]) -> None:
    """Print what each program took, and their ratios."""
    click.echo(f"{'program':<28}{'seconds':>9}{'peak MB':>9}{'feeds':>7}")
    for program, cost in zip(programs, costs, strict=True):
        feeds = count_feeds(program.output)
        click.echo(f"{program.name:<28}{cost.seconds:>9.2f}{cost.peak / 1e6:>9.0f}{feeds:>7}")
    ours, plain = costs
    click.echo()
    click.echo(f"{'':<28}{'measured':>9}  target")
    print_target("times as fast", f"{plain.seconds / ours.seconds:.1f}", SPEED_TARGET)
    print_target("share of the memory", f"{ours.peak / plain.peak:.2f}", MEMORY_TARGET)


def print_target(name: str, measured: str, target: str) -> None:
    """Print a measured value and, where there is one, its target."""
    click.echo(f"{name:<28}{measured:>9}  {target}".rstrip())


def keep_bytecode(folder: Path) -> None:
    """Let the programs keep their bytecode in a folder, as installed ones have it.

    Else, under PYTHONDONTWRITEBYTECODE, a checkout would be compiled anew at every start.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def measure(folder: Path, *, count: int) -> None:
    """Make the corpus, measure everything, and print it.

    Raises:
        ChildError: A program failed.
    """
    # By a child, to keep this process small: Linux counts its peak as that of its children too.
    run_child((sys.executable, "-m", "benchmarks.corpus", str(folder), f"--articles={count}"))
    size = (folder / RECORDS_NAME).stat().st_size
    click.echo(f"{count:,} articles, {size / 1e6:,.0f} MB; the best of {RUNS} runs\n")
    programs = list_programs(folder)
    print_builds(programs, measure_builds(programs))
    print_target("--version, beyond Python", f"{measure_start():.3f} s", START_TARGET)
    # After measure_builds, feedpub's feeds are in place.
    unchanged = find_best([run_child(programs[0].command) for _ in range(RUNS)])
    print_target("build, nothing changed", f"{unchanged.seconds:.2f} s", "")


@click.command()
@click.option("--articles", "count", type=click.IntRange(min=1), default=DEFAULT_COUNT)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Make the corpus in this new or empty folder, and leave it and the feeds there.",
)
def main(count: int, keep: Path | None) -> None:
    """Measure feedpub beside a plain feedgen script."""
    if keep is not None and keep.is_dir() and any(keep.iterdir()):
        raise click.UsageError(f"{keep} is not empty: a run removes and writes files there")
    with tempfile.TemporaryDirectory(prefix="feedpub-") as temporary:
        keep_bytecode(Path(temporary, "bytecode"))
        try:
            measure(keep.resolve() if keep else Path(temporary, "corpus"), count=count)
        except ChildError as error:
            raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
