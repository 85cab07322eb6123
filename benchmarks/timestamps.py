"""Print what reading a timestamp costs, and how right the answers are, beside other parsers.

Run: python -m benchmarks.timestamps [VALUES.jsonl]

Each line of VALUES has a "text", a "zone", maybe a "date_order", and what it "want"s: an instant,
or null where no answer is sure. Without it, only the cost is printed.
"""

from __future__ import annotations

import gc
import json
import math
import sys
import time
import timeit
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dateparser  # type: ignore[import-untyped]
from dateutil import parser

from feedpub.errors import TimestampError
from feedpub.timestamps.iana import load_zone
from feedpub.timestamps.parsing import parse_timestamp
from feedpub.timestamps.plain import read_plain_form

VALUES = (
    "2020-05-25",
    "2020-05-25 10:32",
    "2020-05-25T10:32:15Z",
    "2020-05-25T10:32:15+08:00",
    "Updated : 2020-05-25 10:32",
    "2020/5/25 10:32",
    "2020年5月25日 10:32",
    "May 25, 2020",
    "Mon, 25 May 2020 10:32:15 +0800",
    "By Xu Fan | chinadaily.com.cn | Updated: 2025-12-08 10:04",
)
ROUNDS = 2000
TURNS = 15


def measure_microseconds(read: object, value: str) -> float:
    """Measure one call in microseconds, the best of five runs."""
    run = timeit.Timer("read(value)", globals={"read": read, "value": value})
    return min(run.repeat(5, ROUNDS)) / ROUNDS * 1e6


Row = dict[str, Any]


def _read_by_feedpub(row: Row) -> datetime | None:
    try:
        order = row.get("date_order")
        return parse_timestamp(row["text"], zone=row["zone"], date_order=order).value
    except TimestampError:
        return None


def _read_by_dateutil(row: Row) -> datetime | None:
    try:
        value = parser.parse(row["text"], dayfirst=row.get("date_order") == "DMY")
        return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(row["zone"]))
    except (ValueError, OverflowError):
        return None


def _read_by_dateparser(row: Row) -> datetime | None:
    settings = {
        "TIMEZONE": row["zone"],
        "RETURN_AS_TIMEZONE_AWARE": True,
        "DATE_ORDER": row.get("date_order") or "MDY",
    }
    try:
        value: datetime | None = dateparser.parse(row["text"], settings=settings)
    except (ValueError, OverflowError):
        return None
    return value


READERS: dict[str, Callable[[Row], datetime | None]] = {
    "feedpub": _read_by_feedpub,
    "dateutil": _read_by_dateutil,
    "dateparser": _read_by_dateparser,
}


def measure_seconds(rows: list[Row]) -> dict[str, float]:
    """Measure the processor time of each parser for all rows, the best of interleaved rounds.

    A parser that needs longer than a second has one round.
    """
    best: dict[str, float] = {}
    for _ in range(TURNS):
        for name, read in READERS.items():
            if best.get(name, 0) > 1:
                continue
            gc.collect()
            begin = time.process_time()
            for row in rows:
                read(row)
            best[name] = min(best.get(name, math.inf), time.process_time() - begin)
    return best


def grade(rows: list[Row]) -> None:
    """Print how each parser answers rows of others, and how long it takes.

    The last column leaves out the rows in plain forms.
    """
    long = [row for row in rows if not read_plain_form(row["text"], load_zone(row["zone"]))]
    readable = sum(row["want"] is not None for row in rows)
    print(f"\n{len(rows)} values, {readable} of them readable, {len(long)} in no plain form")
    answers = {name: [read(row) for row in rows] for name, read in READERS.items()}
    spent, spent_long = measure_seconds(rows), measure_seconds(long)
    print(
        f"{'':12} {'right':>7} {'wrong':>8} {'made up':>8} {'refused':>8} {'values/s':>9}"
        f" {'× dateutil':>10} {'no plain form':>14}"
    )
    for name, given in answers.items():
        kinds: Counter[str] = Counter()
        for row, answer in zip(rows, given, strict=True):
            due = row["want"] and datetime.fromisoformat(row["want"])
            if answer is None:
                kinds["refused" if due else "none"] += 1
            elif not due:
                kinds["made up"] += 1
            else:
                kinds["right" if abs((answer - due).total_seconds()) < 1 else "wrong"] += 1
        counts = [f"{kinds[kind]:8}" for kind in ("wrong", "made up", "refused")]
        rates = [f"{kinds['right'] / readable:7.1%}", *counts, f"{len(rows) / spent[name]:9.0f}"]
        ratio = spent[name] / spent["dateutil"]
        ratio_long = spent_long[name] / spent_long["dateutil"]
        print(f"{name:12}", *rates, f"{ratio:10.2f} {ratio_long:14.2f}")


def main() -> None:
    """Print a line per value, and a line per parser."""
    warnings.simplefilter("ignore")
    print(f"{'value':60} {'feedpub':>8} {'dateutil':>9} {'ratio':>6}")
    for value in VALUES:
        ours = measure_microseconds(lambda text: parse_timestamp(text, zone="Asia/Shanghai"), value)
        bare = value.split("Updated")[-1].strip(" :") if "Updated" in value else value
        try:
            parser.parse(bare, default=datetime(1, 1, 1))
            theirs = measure_microseconds(parser.parse, bare)
            print(f"{value:60} {ours:8.2f} {theirs:9.2f} {theirs / ours:6.1f}")
        except ValueError:
            print(f"{value:60} {ours:8.2f} {'refused':>9}")
    for path in sys.argv[1:]:
        grade([json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()])


if __name__ == "__main__":
    main()
