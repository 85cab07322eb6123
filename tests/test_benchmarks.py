"""The benchmarks measure equal work, and tell what they measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from benchmarks import floor, plain_feedgen, reporting
from benchmarks.cluster import CORES, SHARD, Phases, Stages, simulate
from benchmarks.corpus import CONFIG_NAME, write_corpus
from benchmarks.measuring import Cost, find_median
from benchmarks.reporting import BEGIN, END, Line, draw_chart, write_page
from lxml import etree

from feedpub import build, load_config
from support import NOW

IDS = "{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}id"


def list_ids(folder: Path) -> Mapping[str, list[str]]:
    """List the ids of the entries of all feeds; the order of equal times is open."""
    return {
        path.name: sorted(one.text or "" for one in etree.parse(path).iterfind(IDS))
        for path in folder.glob("*.atom")
    }


def test_peers_write_the_same_feeds(tmp_path: Path) -> None:
    write_corpus(tmp_path, count=120)
    build(load_config(tmp_path / CONFIG_NAME), NOW)
    floor.write_feeds(tmp_path)
    plain_feedgen.write_feeds(tmp_path)
    ours = list_ids(tmp_path / "feeds")
    assert len(ours["all.atom"]) == 100
    for peer in ("floor", "plain"):
        assert list_ids(tmp_path / peer) == ours
        assert len(list((tmp_path / peer).glob("*.rss"))) == len(ours)


LINES = (
    Line("A <build>", 2.0, "s", Cost(2.0, 1.5, 30_000_000), 4.0, "2 × the floor"),
    Line("memory", 300.0, "MB", None, 250.0),
    Line("– Hugo", None),
)


def test_figures_stand_beside_their_goals() -> None:
    assert [line.format() for line in LINES] == [
        "| A <build> | 2.00 s | 1.50 s | 30 MB | 4.00 s: 2 × the floor | 0.50 |",
        "| memory | 300 MB |  |  | 250 MB | 1.20 |",
        "| – Hugo | not installed |  |  |  |  |",
    ]


def test_chart_shows_what_has_a_goal() -> None:
    chart = etree.fromstring(draw_chart(LINES))
    bars = chart.findall("{*}rect")
    assert [(bar.get("class"), bar.get("width")) for bar in bars] == [
        ("good", "65"),
        ("bad", "156"),
    ]


def test_figures_are_rewritten_and_the_text_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(reporting, "PAGE", page)
    monkeypatch.setattr(reporting, "CHART", tmp_path / "page.svg")
    write_page(LINES, ["cluster"], "head")
    write_page(LINES, ["cluster"], "head")
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"Before\n{BEGIN}\n") and text.endswith(f"{END}\nafter\n")
    assert text.count("not installed") == text.count("(page.svg)") == 1 and "old" not in text
    assert (tmp_path / "page.svg").exists()


def test_page_has_its_markers() -> None:
    text = reporting.PAGE.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1


def test_median_is_of_each_part() -> None:
    costs = [Cost(1.0, 9.0, 5), Cost(2.0, 8.0, 6), Cost(7.0, 7.0, 4)]
    assert find_median(costs) == Cost(2.0, 8.0, 5)


def test_cluster_is_simulated_shard_by_shard() -> None:
    stages = Stages(identify=1e-5, merge=1e-5, render=8e-6, read=0.0, sent=0.0)
    found = simulate(stages, machines=1, records=2 * CORES * SHARD)
    # Two rounds of a second on eight cores; the merge of sixteen shards begins after the first.
    assert found == Phases(2.0, 2.0, 17.0, 17.0 + 0.016)
