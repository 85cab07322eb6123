"""Trials of builds, publishes and cleanings; run as a program, because it forks.

Arguments: the kind of trial and how many, or `all` and how many kills in all. Prints a line of
JSON for each trial, or a table.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from feedpub import FeedpubError
from feedpub.publish.opening import TriedStore
from suites.crash.faults import Act, Faults, fail, fill, kill, vanish
from suites.crash.sites import World, is_leftover, list_faults, list_unlisted, make_world, read_tree

SEED = 20200525
COMMANDS = ("build", "publish", "clean")
_FAILED, _BROKEN = 3, 70


@dataclass
class Trial:
    """What one trial did, how it ended, and what was wrong then or after the next run."""

    kind: str
    how: str
    code: int = 0
    faults: list[str] = field(default_factory=list)


def begin(world: World, command: str, *, known: bool = True) -> None:
    """Put the world where a command has most to do."""
    world.begin(built=command == "publish", known=known)
    if command == "clean":  # all images of the day before are still there
        shutil.rmtree(world.output)
        shutil.copytree(world.folder / "unclean", world.output)


def fork(world: World, command: str, prepare: Callable[[], None]) -> int:
    """Run a command in a process of its own; gives its id."""
    child = os.fork()
    if child:
        return child
    code = _BROKEN
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 2)
        prepare()
        getattr(world, command)()
        code = 0
    except (FeedpubError, OSError):
        code = _FAILED
    finally:
        os._exit(code)


def finish(child: int) -> int:
    """Wait for a process; gives its exit code, or the negative number of a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def strike(world: World, command: str, faults: Faults) -> int:
    """Run a command that a fault strikes."""
    return finish(fork(world, command, faults.install))


def count_changes(world: World, command: str) -> int:
    """Count the calls by which a command changes the disk."""
    begin(world, command)
    tally = world.folder.with_name("tally")

    def save(event: str) -> None:
        tally.write_text(str(faults.seen))

    faults = Faults(world.folder, 0, save, lasts=True)
    assert strike(world, command, faults) == 0
    return int(tally.read_text())


def look(world: World, trial: Trial, *, also_lost: bool = True) -> None:
    """Look at what a command left, before anything mends it."""
    for place in (world.output, world.web):
        for fault in list_faults(place, world.old, world.new):
            if also_lost or "torn" in fault:
                trial.faults.append(f"{place.name}/{fault}")
    if also_lost:
        trial.faults += list_unlisted(world.output)
    if trial.code == _BROKEN:
        trial.faults.append("ended with an exception that names no cause")


def mend(world: World, trial: Trial) -> None:
    """Run everything again, and compare it with a build from nothing."""
    for command in ("build", "clean", "publish"):
        code = finish(fork(world, command, lambda: None))
        if code != 0:
            trial.faults.append(f"the next {command} ends with {code}")
    for place in (world.output, world.web):
        found = read_tree(place)
        different = {path for path, content in found.items() if content != world.new.get(path)}
        different |= world.new.keys() - found.keys()
        if different:
            trial.faults.append(f"{place.name} is not as built from nothing: {sorted(different)}")
    trial.faults += [f"{fault} at last" for fault in list_unlisted(world.output)]
    left = [path for path in read_tree(world.folder) if is_leftover(path)]
    trial.faults += [f"{path} is left over" for path in left]


def place_evenly(number: int, all: int) -> list[int]:
    """Choose places among all, evenly; more than all begin again."""
    return [(place * all) // number if number < all else place % all for place in range(number)]


def try_kills_at_changes(world: World, number: int) -> Iterator[Trial]:
    """Kill each command after each call that changes the disk, or after some of them."""
    changes = {command: count_changes(world, command) for command in COMMANDS}
    total = sum(changes.values())
    for command in COMMANDS:
        share = max(1, round(number * changes[command] / total))
        for turn, at in enumerate(place_evenly(share, changes[command])):
            known = (turn + turn // changes[command]) % 2 == 0
            begin(world, command, known=known)
            trial = Trial(f"{command}: killed after a change", f"at {at}, known: {known}")
            trial.code = strike(world, command, Faults(world.folder, at, kill))
            look(world, trial)
            if command == "build" and turn % 2:  # what was built halfway is not published
                finish(fork(world, "publish", lambda: None))
                look(world, trial)
            mend(world, trial)
            yield trial


def try_kills_at_random(world: World, number: int) -> Iterator[Trial]:
    """Kill commands at random times."""
    chance = random.Random(SEED)
    durations = {}
    for command in COMMANDS:
        begin(world, command)
        begun = time.perf_counter()
        assert finish(fork(world, command, lambda: None)) == 0
        durations[command] = time.perf_counter() - begun
    for turn in range(number):
        command = COMMANDS[turn % len(COMMANDS)]
        moment = chance.uniform(0, durations[command])
        begin(world, command, known=bool(turn & 4))
        trial = Trial(f"{command}: killed at a random time", f"after {moment:.4f} s")
        child = fork(world, command, lambda: None)
        time.sleep(moment)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        trial.code = finish(child)
        look(world, trial)
        mend(world, trial)
        yield trial


def try_failures(world: World, number: int) -> Iterator[Trial]:
    """Let calls that change the disk fail: one alone, and all from one on, as on a full disk."""
    acts: dict[str, tuple[Act, bool]] = {
        "disk full for a moment": (fill, False),
        "disk full from now on": (fill, True),
        "I/O error": (fail(errno.EIO), False),
        "permission denied": (fail(errno.EACCES), False),
        "disk read-only from now on": (fail(errno.EROFS), True),
    }
    yield from _try_acts(world, number, "a call fails", acts, also_lost=True)


def try_vanishing(world: World, number: int) -> Iterator[Trial]:
    """Remove a folder while a command runs."""
    names = ("feeds", "feeds/media", "feeds/old", ".feedpub", "web", "web/media")
    acts = {f"{name}/ vanishes": (vanish(world.folder / name), False) for name in names}
    yield from _try_acts(world, number, "a folder vanishes", acts, also_lost=False)


def _try_acts(
    world: World, number: int, kind: str, acts: dict[str, tuple[Act, bool]], *, also_lost: bool
) -> Iterator[Trial]:
    changes = {command: count_changes(world, command) for command in COMMANDS}
    chance = random.Random(SEED)
    for turn in range(number):
        how, (act, lasts) = [*acts.items()][turn % len(acts)]
        command = COMMANDS[(turn // len(acts)) % len(COMMANDS)]
        at = chance.randrange(changes[command])
        begin(world, command)
        trial = Trial(f"{command}: {kind}", f"{how} at {at}")
        trial.code = strike(world, command, Faults(world.folder, at, act, lasts=lasts))
        look(world, trial, also_lost=also_lost)
        mend(world, trial)
        yield trial


def try_collisions(world: World, number: int) -> Iterator[Trial]:
    """Run several commands at once, and kill some of them."""
    chance = random.Random(SEED)
    crowds = (
        ["build"] * 2,
        ["build"] * 5,
        ["build", "publish"],
        ["build", "build", "publish", "clean"],
    )
    for turn in range(number):
        crowd = crowds[turn % len(crowds)]
        kills = bool(turn & 4)
        begin(world, "build", known=bool(turn & 8))
        trial = Trial(f"{len(crowd)} runs at once", f"{crowd}, some killed: {kills}")
        children = [fork(world, command, lambda: None) for command in crowd]
        for child in children[: len(children) // 2] if kills else ():
            time.sleep(chance.uniform(0, 0.1))
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        codes = [finish(child) for child in children]
        if _BROKEN in codes or (not kills and any(codes) and "publish" not in crowd):
            trial.faults.append(f"ended with {codes}")
        look(world, trial)
        mend(world, trial)
        yield trial


def try_clocks(world: World, number: int) -> Iterator[Trial]:
    """Let the clock of the disk jump, by years, between a run and the next, damaged or not."""
    chance = random.Random(SEED)
    for turn in range(number):
        begin(world, "publish")
        world.build()
        trial = Trial("build: the clock jumps", f"turn {turn}")
        every = [*world.output.rglob("*"), *(world.folder / ".feedpub").iterdir()]
        for path in chance.sample(sorted(every), len(every) // 2):
            jumped = time.time() + chance.choice((-1, 1)) * chance.uniform(1, 10**9)
            os.utime(path, (jumped, jumped))
        if turn % 2:
            path = chance.choice(sorted((world.output / "media").iterdir()))
            status = path.stat()
            path.write_bytes(path.read_bytes()[::-1])
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        mend(world, trial)
        yield trial


def try_small_disks(world: World, number: int) -> Iterator[Trial]:
    """Run commands on disks that fill up, made for the trial; needs a mount namespace."""
    for turn in range(number):
        command = ("build", "publish")[turn % 2]
        begin(world, command)
        place = world.output if command == "build" else world.web
        kept = read_tree(place)
        used = sum(len(content) + 4096 for content in kept.values())
        # A build needs room for all new files at once, a publish for one of each that it sends.
        size = used + (turn + 1) * (400_000 if command == "build" else 100_000) // number
        trial = Trial(f"{command}: small disk", f"{size} bytes")
        with mounted(place, f"size={size}"):
            for path, content in kept.items():
                (place / path).parent.mkdir(exist_ok=True)
                (place / path).write_bytes(content)
            trial.code = finish(fork(world, command, lambda: None))
            look(world, trial)
            subprocess.run(["mount", "-o", "remount,size=64m", place], check=True)
            mend(world, trial)
        yield trial


def try_read_only(world: World, number: int) -> Iterator[Trial]:
    """Run commands where a folder can only be read; needs a mount namespace."""
    places = ("feeds", ".feedpub", "web", "feeds/media")
    for turn in range(number):
        command = COMMANDS[turn // len(places) % len(COMMANDS)]
        name = places[turn % len(places)]
        begin(world, command)
        trial = Trial(f"{command}: a folder is read-only", name)
        place = world.folder / name
        before = read_tree(place)
        with mounted(place, None):
            trial.code = finish(fork(world, command, lambda: None))
            if read_tree(place) != before:
                trial.faults.append(f"{name} changed")
            if name == ".feedpub" and trial.code != 0:
                trial.faults.append(f"ended with {trial.code}, and only .feedpub can't be written")
            look(world, trial)
        mend(world, trial)
        yield trial


@contextlib.contextmanager
def mounted(place: Path, options: str | None) -> Iterator[None]:
    """Mount an empty disk over a folder, or, without options, make the folder read-only."""
    if options is None:
        subprocess.run(["mount", "--bind", place, place], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
    else:
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


KINDS: dict[str, Callable[[World, int], Iterator[Trial]]] = {
    "changes": try_kills_at_changes,
    "random": try_kills_at_random,
    "failures": try_failures,
    "vanishing": try_vanishing,
    "collisions": try_collisions,
    "clocks": try_clocks,
    "disks": try_small_disks,
    "read-only": try_read_only,
}
# Of a thousand kills, how many are of each kind; and how many other trials come with them.
SHARES = {"changes": 600, "random": 400}
OTHERS = {
    "failures": 400,
    "vanishing": 200,
    "collisions": 160,
    "clocks": 60,
    "disks": 60,
    "read-only": 24,
}


def make_clean(world: World) -> None:
    """Build the output that cleaning has most to do with: this day's, with all images."""
    write = world.folder / "unclean"
    images = {path: content for path, content in world.old.items() if path.startswith("media/")}
    world.begin()
    lines = {}
    for tree in (world.old, world.new):
        for line in json.loads(tree["manifest.json"])["files"]:
            if line["path"] in world.new or line["path"] in images:
                lines[line["path"]] = line
    ordered = {"files": [lines[path] for path in sorted(lines)]}
    for path, content in {**images, **world.new}.items():
        (write / path).parent.mkdir(parents=True, exist_ok=True)
        (write / path).write_bytes(content)
    (write / "manifest.json").write_text(json.dumps(ordered, indent=1) + "\n")


def run(kind: str, number: int) -> Iterator[Trial]:
    """Run trials of a kind in a folder of their own."""
    with tempfile.TemporaryDirectory(prefix="feedpub-crash-") as folder:
        world = make_world(Path(folder) / "site")
        make_clean(world)
        yield from KINDS[kind](world, number)


def print_table(number: int) -> None:
    """Run trials of every kind, with this many kills in all, and print what came of them."""
    shares = {kind: number * share // 1000 for kind, share in {**SHARES, **OTHERS}.items()}
    columns = ("runs", "killed", "failed", "done", "faults")
    print(f"| trial | {' | '.join(columns)} |\n| --- |{' --: |' * len(columns)}")
    for kind, share in shares.items():
        rows: dict[str, Counter[str]] = {}
        for trial in run(kind, share):
            row = rows.setdefault(trial.kind, Counter())
            end = "killed" if trial.code < 0 else "done" if trial.code == 0 else "failed"
            row.update(["runs", end])
            row["faults"] += len(trial.faults)
            for fault in trial.faults:
                print(f"{trial.kind} ({trial.how}): {fault}", file=sys.stderr, flush=True)
        for name, row in rows.items():
            print(f"| {name} | {' | '.join(str(row[end]) for end in columns)} |", flush=True)


def main() -> None:
    """Run what the arguments say."""
    # Nobody cuts the power, and a thousand runs would each wait for the disk, and for a target
    # that is not there to come back.
    os.fsync = lambda fd: None
    defaults = TriedStore.__init__.__kwdefaults__
    assert defaults is not None
    defaults["delays"] = (0.0, 0.0, 0.0)
    kind, number = sys.argv[1], int(sys.argv[2])
    if kind == "all":
        print_table(number)
        return
    for trial in run(kind, number):
        print(json.dumps(asdict(trial)), flush=True)


if __name__ == "__main__":
    main()
