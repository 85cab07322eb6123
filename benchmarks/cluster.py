"""Simulate a cluster from the stages of a build, each measured on one core.

Shards of a hundred thousand records are identified on all cores, their candidates go over the
network to one process, which merges versions in the order in which they come, and then all cores
render. Run as
`python -m benchmarks.cluster FOLDER OUTPUT`, this measures the stages of a site.
"""

from __future__ import annotations

import heapq
import pickle
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks.corpus import CONFIG_NAME, RECORDS_NAME

RECORDS, SHARD, SHOWN = 100_000_000, 100_000, 1_000_000  # SHOWN entries of 20,000 sections
MACHINES, CORES = 10, 8
NETWORK = 1.25e9  # bytes a second to one machine
STORAGE = 0.5e9  # bytes a second that a machine reads
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Stages(msgspec.Struct):
    """What a record costs: seconds of one core, and bytes."""

    identify: float
    merge: float
    render: float  # of an entry that is shown
    read: float  # bytes of the source
    sent: float  # bytes of a candidate on its way


def measure_stages(folder: Path) -> Stages:
    """Measure the stages of a site of one file of JSON Lines."""
    from feedpub import build, load_config
    from feedpub.articles import Versions
    from feedpub.pipeline.collecting import collect

    config = load_config(folder / CONFIG_NAME)
    begin = time.process_time()
    candidates = list(collect(config, NOW).versions)
    collected = time.process_time() - begin
    begin = time.process_time()
    versions = Versions()
    for candidate in candidates:
        versions.add(candidate)
    merged = time.process_time() - begin
    begin = time.process_time()
    report = build(config, NOW, cache=False)
    built = time.process_time() - begin
    shown = sum(section.entries for section in report.sections.values())
    number = len(candidates)
    sample = candidates[: number // 10]
    return Stages(
        identify=(collected - merged) / number,
        merge=merged / number,
        render=max(built - collected, 0.0) / shown,
        read=(folder / RECORDS_NAME).stat().st_size / number,
        sent=len(pickle.dumps([msgspec.structs.astuple(one)[:-1] for one in sample])) / len(sample),
    )


class Phases(msgspec.Struct):
    """When each phase of a simulated build ends, in seconds from its beginning."""

    identified: float
    arrived: float
    merged: float
    rendered: float


def simulate(stages: Stages, *, machines: int = MACHINES, records: int = RECORDS) -> Phases:
    """Simulate a build, shard by shard."""
    cores = [0.0] * machines * CORES
    shard = max(stages.identify * SHARD, stages.read * SHARD * CORES / STORAGE)
    ends = []
    for _ in range(records // SHARD):
        end = heapq.heappop(cores) + shard
        heapq.heappush(cores, end)
        ends.append(end)
    arrived = merged = 0.0
    for end in sorted(ends):
        arrived = max(arrived, end) + stages.sent * SHARD / NETWORK
        merged = max(merged, arrived) + stages.merge * SHARD
    rendered = merged + stages.render * SHOWN * (records / RECORDS) / (machines * CORES)
    return Phases(max(ends), arrived, merged, rendered)


def format_cluster(stages: Stages, held: float) -> list[str]:
    """Format the stages, and what clusters would take; `held` is the bytes of a candidate kept."""
    rows = (
        ("identify a record", f"{stages.identify * 1e6:.1f} µs"),
        ("merge a candidate", f"{stages.merge * 1e6:.2f} µs"),
        ("make, check and write an entry, in two formats", f"{stages.render * 1e6:.0f} µs"),
        ("a record in its file", f"{stages.read:,.0f} bytes"),
        ("a candidate on its way", f"{stages.sent:,.0f} bytes"),
        ("a candidate kept", f"{held:,.0f} bytes"),
    )
    lines = ["| stage, on one core | measured |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in rows]
    lines += ["", f"| {RECORDS:,} records, simulated | identified | merged | rendered | memory |"]
    lines.append("| --- " * 5 + "|")
    for machines in (1, MACHINES, 10 * MACHINES):
        found = simulate(stages, machines=machines)
        cells = (f"{end:,.0f} s" for end in (found.identified, found.merged, found.rendered))
        name = f"{machines} × {CORES} cores"
        lines.append(f"| {name} | {' | '.join(cells)} | {held * RECORDS / 1e9:,.0f} GB |")
    return lines


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(msgspec.json.encode(measure_stages(Path(sys.argv[1]))))
