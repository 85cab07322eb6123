"""What was measured, as a table and a chart, in docs/performance.md."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring import CHECKOUT, FEEDSMITH, Cost

PAGE = CHECKOUT / "docs" / "performance.md"
CHART = PAGE.with_suffix(".svg")
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
LIBRARIES = ("feedgen", "lxml", "msgspec", "python-dateutil", "nh3")
LEGEND = "Each bar is a figure's share of its goal. The line is the goal."
ROW, LEFT, WIDTH, SCALE, MOST = 24, 330, 640, 130, 2.0  # pixels, and shares of the goal
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.good { fill: #1a7f37 } .bad { fill: #bc4c00 } line { stroke: #57606a }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .good { fill: #3fb950 } .bad { fill: #f0883e } line { stroke: #8b949e }
}
"""


class Line(NamedTuple):
    """A line of the table: what was done, its figure and its goal; no figure is "not installed".

    `unit` is s, MB or ×; `basis` says what the goal is made of.
    """

    work: str
    figure: float | None
    unit: str = "s"
    cost: Cost | None = None
    goal: float | None = None
    basis: str = ""

    @property
    def share(self) -> float | None:
        """The figure's share of the goal."""
        return None if self.goal is None or self.figure is None else self.figure / self.goal

    def format(self) -> str:
        """Format the line as a row of the table."""
        figure = "not installed" if self.figure is None else write(self.figure, self.unit)
        processor = peak = ""
        if self.cost is not None:
            processor, peak = write(self.cost.processor, "s"), f"{self.cost.peak / 1e6:.0f} MB"
        goal = "" if self.goal is None else write(self.goal, self.unit)
        basis = f": {self.basis}" if self.basis else ""
        share = "" if self.share is None else f"{self.share:.2f}"
        return f"| {self.work} | {figure} | {processor} | {peak} | {goal}{basis} | {share} |"


HEAD = "| work | figure | processor | peak | goal | share of the goal |\n" + "| --- " * 6 + "|"


def write(figure: float, unit: str) -> str:
    """Write a figure with its unit."""
    digits = {"s": 2 if figure >= 1 else 3, "MB": 0}.get(unit, 2)
    return f"{figure:.{digits}f} {unit}"


def describe_machine() -> str:
    """Describe the machine, its load, and the versions of what was measured."""
    places = [Path("/proc/cpuinfo")] if Path("/proc/cpuinfo").exists() else []
    known = [line for place in places for line in place.read_text().splitlines()]
    models = [line.partition(":")[2].strip() for line in known if line.startswith("model name")]
    name = next(iter(models), platform.processor() or platform.machine())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    programs = [f"Python {platform.python_version()}", *(f"{n} {version(n)}" for n in LIBRARIES)]
    for program, option in (("node", "--version"), ("hugo", "version")):
        if shutil.which(program):
            done = subprocess.run((program, option), capture_output=True, text=True, check=False)
            programs.append(" ".join([program, *re.findall(r"v([\d.]+)", done.stdout)[:1]]))
    feedsmith = FEEDSMITH / "package.json"
    if feedsmith.exists():
        programs.append(f"feedsmith {json.loads(feedsmith.read_text())['version']}")
    load = os.getloadavg()[0]
    busy = " The machine was busy with other work, so that the seconds are too high."
    return (
        f"{name}, {cores} cores, {memory:.0f} GB, {platform.system()} {platform.release()}, load "
        f"{load:.1f} when it began; {', '.join(programs)}.{busy if load > 1 else ''}"
    )


def draw_chart(lines: Sequence[Line]) -> str:
    """Draw the shares of the goals as an SVG, for light and dark pages."""
    shown = [line for line in lines if line.share is not None]
    height = ROW * len(shown) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'width="{WIDTH}" height="{height}">',
        f"<title>{LEGEND}</title><style>{STYLE}</style>",
    ]
    for number, line in enumerate(shown):
        share, top = line.share or 0.0, 8 + ROW * number
        kind, length = "good" if share <= 1 else "bad", min(share, MOST) * SCALE
        work = escape(line.work.replace("`", ""))
        parts.append(
            f'<text x="{LEFT - 8}" y="{top + 13}" text-anchor="end">{work}</text>'
            f'<rect class="{kind}" x="{LEFT}" y="{top}" width="{length:.0f}" height="{ROW - 7}"/>'
            f'<text x="{LEFT + length + 6:.0f}" y="{top + 13}">{share:.2f}</text>'
        )
    goal = LEFT + SCALE
    parts.append(f'<line x1="{goal}" y1="2" x2="{goal}" y2="{height - 30}"/>')
    parts.append(f'<text x="{goal}" y="{height - 12}" text-anchor="middle">goal</text></svg>\n')
    return "\n".join(parts)


def write_page(lines: Sequence[Line], cluster: Sequence[str], head: str) -> None:
    """Put the figures between the markers of the page, and the chart beside it."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    picture = f"![{LEGEND}]({CHART.name})"
    figures = [HEAD, *(line.format() for line in lines)]
    block = "\n".join([BEGIN, "", head, "", picture, "", *figures, "", *cluster, "", END])
    PAGE.write_text(before + block + rest.partition(END)[2], encoding="utf-8")
    CHART.write_text(draw_chart(lines), encoding="utf-8")
