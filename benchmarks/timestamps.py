"""Print what reading a timestamp costs, beside dateutil's parser left to itself.

Run: python benchmarks/timestamps.py
"""

from __future__ import annotations

import timeit
from datetime import datetime

from dateutil import parser

from feedpub.timestamps.parsing import parse_timestamp

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


def measure_microseconds(read: object, value: str) -> float:
    """Measure one call in microseconds, the best of five runs."""
    run = timeit.Timer("read(value)", globals={"read": read, "value": value})
    return min(run.repeat(5, ROUNDS)) / ROUNDS * 1e6


def main() -> None:
    """Print a line per value."""
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


if __name__ == "__main__":
    main()
