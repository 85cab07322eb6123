"""An entry that would make a feed invalid is left out of everything; the others are published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest

from feedpub.feeds import FORMATS
from feedpub.feeds.pages.stories import StoryMaker
from feedpub.model import Entry, Feed, FeedFile
from feedpub.pipeline.staging import SiteStager
from feedpub.settings import FeedFormatName
from support import STANDARD_TOML, make_image, make_site, read_tree, run_cli, to_json_lines

GOOD = {"id": "good", "title": "Good", "section": "River", "updated": "2020-05-24"}
BAD = {"id": "bad", "title": "Bad", "section": ["Tea", "River"], "updated": "2020-05-25"}
OLD = {"id": "old", "title": "Old", "section": "Tea", "updated": "2020-05-23"}
TOML = STANDARD_TOML.replace("[[source]]", 'formats = ["rss", "atom", "json", "html"]\n[[source]]')
ID = b"tag:news.example.com,2020:bad"
# What makes one entry of a format invalid: bytes to replace.
SPOILT: Mapping[FeedFormatName, tuple[bytes, bytes]] = {
    "rss": (b"<title>Bad</title>", b"<title>Bad</title><harbor/>"),
    "atom": (b"<id>" + ID + b"</id>", b"<id>a:[</id>"),
    "json": (b'"title": "Bad"', b'"language": "jp", "title": "Bad"'),
}
# What makes a feed of a format invalid.
FRAMES: Mapping[FeedFormatName, tuple[bytes, bytes]] = {
    "rss": (b"<channel>", b"<channel><harbor/>"),
    "atom": (b"<title>Example", b"<harbor/><title>Example"),
    "json": (b'"home_page_url"', b'"language": 7, "home_page_url"'),
}
FORMAT = pytest.mark.parametrize("name", ["rss", "atom", "json"])


@pytest.fixture(name="site")
def make_sample(tmp_path: Path) -> Path:
    return make_site(tmp_path, {"sources/a.jsonl": to_json_lines(GOOD, BAD, OLD)}, TOML)


def replace_renderer(
    patch: pytest.MonkeyPatch, name: FeedFormatName, change: Callable[[Feed, bytes], bytes]
) -> None:
    render = FORMATS[name].render

    def render_changed(feed: Feed, file: FeedFile) -> bytes:
        return change(feed, render(feed, file))

    form = msgspec.structs.replace(FORMATS[name], render=render_changed)
    patch.setitem(FORMATS, name, form)


def build_without(
    folder: Path, *records: Mapping[str, object], toml: str = TOML
) -> dict[str, bytes]:
    """Build a site of other records, to compare with."""
    site = make_site(folder / "without", {"sources/a.jsonl": to_json_lines(*records)}, toml)
    assert run_cli(site, "build").exit_code == 0
    return read_tree(site / "feeds")


@FORMAT
def test_entry_that_lint_refuses_is_left_out_of_every_format(
    site: Path, monkeypatch: pytest.MonkeyPatch, name: FeedFormatName
) -> None:
    expected = build_without(site, GOOD, OLD)
    replace_renderer(monkeypatch, name, lambda feed, content: content.replace(*SPOILT[name]))
    done = run_cli(site, "build")
    assert done.exit_code == 1
    (problem,) = done.stderr.splitlines()
    assert problem.startswith("sources/a.jsonl:2: is left out, because its entry in river.")
    assert ", 1 rejected, " in done.stdout
    assert read_tree(site / "feeds") == expected
    assert run_cli(site, "build", "--max-rejected", "1").exit_code == 0


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_one_entry_that_the_writer_breaks_among_many_like_it_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: FeedFormatName
) -> None:
    records = [
        {**GOOD, "id": "bad" if n == 37 else f"n{n}", "title": "Bad" if n == 37 else f"Lock {n}"}
        for n in range(1, 51)
    ]
    toml = TOML.replace("[site]", "[site]\nlimit = 50")
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*records)}, toml)
    assert run_cli(site, "build").exit_code == 0
    replace_renderer(monkeypatch, name, lambda feed, content: content.replace(*SPOILT[name]))
    make_site(site, {}, toml.replace("Example", "Another"))
    done = run_cli(site, "build")
    assert done.exit_code == 1
    (problem,) = done.stderr.splitlines()
    assert problem.startswith("sources/a.jsonl:37: is left out, because its entry in ")


@FORMAT
def test_only_a_feed_that_is_itself_invalid_is_not_written(
    site: Path, monkeypatch: pytest.MonkeyPatch, name: FeedFormatName
) -> None:
    toml = TOML + f'[section.river]\nname = "River"\naliases = ["old/river.{name}"]\n'
    toml = toml.replace("[[source]]", "compress = true\n[[source]]")
    make_site(site, {}, toml)
    assert run_cli(site, "build").exit_code == 0
    before = read_tree(site / "feeds")
    make_site(site, {"sources/b.jsonl": to_json_lines({**GOOD, "id": "new"})}, toml)
    expected = build_without(site, GOOD, BAD, OLD, {**GOOD, "id": "new"}, toml=toml)
    with monkeypatch.context() as patch:
        replace_renderer(
            patch,
            name,
            lambda feed, content: (
                content.replace(*FRAMES[name], 1) if feed.slug == "river" else content
            ),
        )
        done = run_cli(site, "build")
        assert run_cli(site, "diff").exit_code == 1
    assert done.exit_code == 1
    (problem,) = done.stderr.splitlines()
    assert problem.startswith(f"feeds/river.{name}:")
    assert "is not written, because it breaks the rule " in problem
    assert " rejected" not in done.stdout
    after = read_tree(site / "feeds")
    kept = {f"river.{name}", f"river.{name}.gz", f"old/river.{name}", f"old/river.{name}.gz"}
    assert {path: after[path] for path in kept} == {path: before[path] for path in kept}
    changed = expected.keys() - kept - {"manifest.json"}
    assert {path: after[path] for path in changed} == {path: expected[path] for path in changed}
    assert run_cli(site, "build").exit_code == 0
    assert read_tree(site / "feeds") == expected


@FORMAT
def test_feed_that_was_never_valid_is_named_nowhere(
    site: Path, monkeypatch: pytest.MonkeyPatch, name: FeedFormatName
) -> None:
    replace_renderer(monkeypatch, name, lambda feed, content: content.replace(*FRAMES[name], 1))
    done = run_cli(site, "build")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 3  # river, tea and all
    after = read_tree(site / "feeds")
    assert not {"river", "tea", "all"} & {path.removesuffix(f".{name}") for path in after}
    for path in ("feeds.opml", "index.html", "river.html"):
        assert f".{name}".encode() not in after[path]
        assert after[path].count(b"river.") >= 1


def fail_on_bad(feed: Feed, content: bytes) -> bytes:
    if any(entry.title == "Bad" for entry in feed.entries):
        raise LookupError("no\npen")
    return content


BUG = "sources/a.jsonl:2: feedpub failed on this record (LookupError: no pen). Please report it, "


@FORMAT
def test_entry_that_cannot_be_rendered_is_left_out(
    site: Path, monkeypatch: pytest.MonkeyPatch, name: FeedFormatName
) -> None:
    expected = build_without(site, GOOD, OLD)
    replace_renderer(monkeypatch, name, fail_on_bad)
    done = run_cli(site, "build")
    assert (done.exit_code, done.stderr) == (1, BUG + "with the record.\n")
    assert ", 1 rejected, " in done.stdout
    assert read_tree(site / "feeds") == expected


def test_entry_that_no_page_can_show_is_left_out(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = build_without(site, GOOD, OLD)
    make = StoryMaker.make

    def fail(self: StoryMaker, entry: Entry) -> object:
        if entry.title == "Bad":
            raise LookupError("no\npen")
        return make(self, entry)

    monkeypatch.setattr(StoryMaker, "make", fail)
    done = run_cli(site, "build")
    assert (done.exit_code, done.stderr) == (1, BUG + "with the record.\n")
    assert read_tree(site / "feeds") == expected


def test_entry_that_does_not_fit_its_feed_is_left_out(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = TOML.replace("[[source]]", 'lead_image = "enclosure"\n[[source]]')
    picture = {"image": "cup.png", "content_html": "<p>One.</p>"}
    rows = to_json_lines(GOOD, {**BAD, **picture}, OLD)
    make_site(site, {"sources/a.jsonl": rows, "sources/cup.png": make_image("PNG", 9, 9)}, toml)
    expected = build_without(site, GOOD, OLD, toml=toml)

    def fail(content: str, url: str) -> str:
        raise LookupError("no\npen")

    monkeypatch.setattr("feedpub.feeds.assembling.drop_image", fail)
    done = run_cli(site, "build")
    assert (done.exit_code, done.stderr) == (1, BUG + "with the record.\n")
    assert read_tree(site / "feeds") == expected


def test_feed_that_fails_without_any_entry_is_not_written(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = build_without(site, GOOD, BAD, OLD)

    def fail(feed: Feed, content: bytes) -> bytes:
        if feed.slug == "tea":
            raise LookupError("no pen")
        return content

    replace_renderer(monkeypatch, "atom", fail)
    done = run_cli(site, "build")
    told = "feeds/tea.atom: feedpub failed on this feed (LookupError: no pen). Please report it"
    assert (done.exit_code, done.stderr) == (1, f"{told}, with the feed.\n")
    after = read_tree(site / "feeds")
    assert "tea.atom" not in after
    naming = {path for path, content in expected.items() if b"tea.atom" in content}
    same = expected.keys() - naming - {"tea.atom"}
    assert {path: after[path] for path in same} == {path: expected[path] for path in same}


def test_withdrawal_that_lint_refuses_is_left_out(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = build_without(site, GOOD, OLD)
    gone = {"id": "bad", "section": "River", "updated": "2020-05-25", "status": "withdrawn"}
    make_site(site, {"sources/a.jsonl": to_json_lines(GOOD, gone, OLD)}, TOML)
    old, new = b'ref="' + ID + b'"', b'ref="a:["'
    replace_renderer(monkeypatch, "atom", lambda feed, content: content.replace(old, new))
    done = run_cli(site, "build")
    assert done.exit_code == 1
    (problem,) = done.stderr.splitlines()
    assert problem.startswith("sources/a.jsonl:2: is left out, because its entry in river.atom ")
    assert read_tree(site / "feeds") == expected


def test_passes_end_where_every_entry_is_at_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{**GOOD, "id": str(number), "title": "Bad"} for number in range(150)]
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*rows)}, TOML)
    replace_renderer(monkeypatch, "rss", lambda feed, content: content.replace(*SPOILT["rss"]))
    passes = []
    stage = SiteStager.stage

    def count(self: SiteStager) -> None:
        passes.append(self)
        stage(self)

    monkeypatch.setattr(SiteStager, "stage", count)
    done = run_cli(site, "build")
    assert done.exit_code == 1
    assert ", 100 rejected, " in done.stdout  # those that a feed would show
    assert len(passes) == 2
    assert read_tree(site / "feeds")["river.rss"].count(b"<item>") == 0
