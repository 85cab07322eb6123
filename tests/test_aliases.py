"""Aliases: the names that subscribers have already, with the bytes of a section's feed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree

from feedpub.config.loading import load_config
from feedpub.errors import ConfigError
from feedpub.output.aliases import AliasError, read_alias
from feedpub.settings import FormatName
from support import STANDARD_TOML, make_image, make_site, read_tree, run_cli, to_json_lines

ATOM = "{http://www.w3.org/2005/Atom}"
ALIASES = ["old.rss", "rss_river.xml", "feeds/atom/river.xml", "Fluß.atom"]
RECORDS = [
    {"id": str(number), "title": f"Story {number}", "section": "River", "updated": "2020-05-25"}
    for number in range(4)
]


def write(
    tmp_path: Path,
    *aliases: str,
    slug: str = "river",
    name: str = "River",
    more: str = "",
    files: Mapping[str, str | bytes] = {},
) -> Path:
    quoted = json.dumps(aliases, ensure_ascii=False)
    toml = f'{STANDARD_TOML}[section.{slug}]\nname = "{name}"\naliases = {quoted}\n{more}'
    return make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*RECORDS), **files}, toml)


def build(site: Path, *options: str) -> dict[str, bytes]:
    result = run_cli(site, "build", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    return read_tree(site / "feeds")


def expect_loss(site: Path) -> list[str]:
    before = read_tree(site / "feeds")
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert read_tree(site / "feeds") == before
    *losses, last = result.stderr.splitlines()
    assert last == "nothing was written"
    return losses


# Which format an alias has.


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("old.rss", "rss"),
        ("old.RSS", "rss"),
        ("atom.rss", "rss"),
        ("old.json", "json"),
        ("old.atom", "atom"),
        ("news.xml", "rss"),
        ("rss_zhejiang.xml", "rss"),
        ("atom.xml", "atom"),
        ("zhejiang_Atom.xml", "atom"),
        ("atom10.xml", "atom"),
        ("atom/news.xml", "atom"),
        ("atom/rss.xml", "rss"),
        ("rss/atom.xml", "atom"),
        ("anatomy.xml", "rss"),
        ("atomic/news.xml", "rss"),
        ("新闻.xml", "rss"),
    ],
)
def test_the_suffix_of_an_alias_says_which_format_it_has(alias: str, name: FormatName) -> None:
    assert read_alias(alias) == name


@pytest.mark.parametrize(
    "alias",
    [
        *("", "/", "/old.rss", "../old.rss", "a/../old.rss", "./old.rss", "a//old.rss", "old.rss/"),
        *(".old.rss", ".hidden/old.rss", "a\\old.rss", "C:old.rss", "old.rss\n", "a\0.rss"),
        *(" old.rss", "old.rss ", "a /old.rss", "a./old.rss", "what?.rss", "a\u202e.rss"),
        *("x" * 200 + ".rss", "x" * 201 + "/old.rss"),
        *("media/old.rss", "Media/old.rss", "media/a/old.rss"),
        *("old", "feed/", "old.html", "old.php", "old.rss.gz", "feed.xsl", ".rss", "rss"),
    ],
)
def test_refuses_what_is_no_safe_name_of_a_feed(alias: str) -> None:
    with pytest.raises(AliasError):
        read_alias(alias)


# Faults of a configuration.


@pytest.mark.parametrize(
    ("aliases", "fault"),
    [
        (["../x.rss"], '"../x.rss" is not a safe path below the output folder'),
        (["media/x.rss"], '"media/x.rss" is in media/, which is for images'),
        (["x.txt"], '"x.txt" names no format. Expected a name that ends in .rss, .atom'),
        (["river.rss"], '"river.rss" is the name of a file of section.river'),
        (["River.Atom"], '"River.Atom" is the name of a file of section.river'),
        (["tea.atom"], '"tea.atom" is the name of a file of section.tea'),
        (["all.rss"], '"all.rss" is the name of a file of section.all'),
        (["a.rss", "A.rss"], '"A.rss" is already an alias of section.river'),
        (["taken.rss"], '"taken.rss" is already an alias of section.all'),
        (["a.rss", "a.rss/b.xml"], '"a.rss/b.xml" is below "a.rss", which is a file'),
        (["tea.atom/b.xml"], '"tea.atom/b.xml" is below "tea.atom", which is a file'),
        (["Tea/2020-05.RSS"], '"Tea/2020-05.RSS" has the form of a document of an archive'),
        (["tea/2020-05.atom/a.xml"], '"tea/2020-05.atom/a.xml" has the form of a document of an'),
        (["b.rss/c.xml", "b.rss"], '"b.rss" is already the folder of "b.rss/c.xml"'),
    ],
)
def test_names_the_fault_of_an_alias(tmp_path: Path, aliases: list[str], fault: str) -> None:
    more = '[section.tea]\nname = "Tea"\n'
    site = write(tmp_path, *aliases, more=more)
    toml = (site / "feedpub.toml").read_text()
    all_first = '[section.all]\naliases = ["taken.rss"]\n[section.river]'
    toml = toml.replace("[section.river]", all_first).replace("[site]", '[site]\narchive = "month"')
    (site / "feedpub.toml").write_text(toml)
    with pytest.raises(ConfigError) as raised:
        load_config(site / "feedpub.toml")
    (message,) = raised.value.messages
    assert f"section.river.aliases: {fault}" in message


def test_names_all_faults_of_aliases_at_once(tmp_path: Path) -> None:
    site = write(tmp_path, "../x.rss", "y.html", "good.xml", "good.xml", more="limit = 0\n")
    with pytest.raises(ConfigError) as raised:
        load_config(site / "feedpub.toml")
    assert len(raised.value.messages) == 4


def test_refuses_an_alias_of_a_format_that_is_not_written(tmp_path: Path) -> None:
    site = write(tmp_path, "old.xml", "atom.xml")
    toml = (site / "feedpub.toml").read_text()
    (site / "feedpub.toml").write_text(toml.replace("[[source]]", 'formats = ["atom"]\n[[source]]'))
    with pytest.raises(ConfigError) as raised:
        load_config(site / "feedpub.toml")
    (message,) = raised.value.messages
    assert '"old.xml" is a feed in rss, which site.formats doesn\'t list' in message


@pytest.mark.parametrize("alias", ["tea.rss", "Tea.ATOM", "tea.html/a.xml"])
def test_found_section_gives_way_to_an_alias(tmp_path: Path, alias: str) -> None:
    tea = {"id": "t", "title": "Leaves", "section": "Tea", "updated": "2020-05-25"}
    files = {"sources/b.jsonl": to_json_lines(tea)}
    site = write(tmp_path, alias, "fine.rss", files=files)
    result = run_cli(site, "build")
    own = "tea-" + hashlib.sha256(b"tea").hexdigest()[:4]
    assert (result.exit_code, result.stderr) == (
        0,
        f'sources/b.jsonl:1: warning: section: "Tea" has the slug tea, as the alias "{alias}" of '
        f"section.river does, so its feeds are published as {own}. To keep that, add to "
        f'feedpub.toml the table [section.{own}] with name = "Tea", or choose another slug '
        "there. To join the two, add both names to match of one section.\n",
    )
    feeds = read_tree(site / "feeds")
    assert b"Leaves" in feeds[f"{own}.rss"]
    assert feeds[alias] in (feeds["river.rss"], feeds["river.atom"])


# What is written.


def test_an_alias_has_the_bytes_of_its_section_s_feed(tmp_path: Path) -> None:
    more = '[section.all]\naliases = ["index.xml", "deep/er/all.atom"]\n'
    feeds = build(write(tmp_path, *ALIASES, more=more))
    same = {
        "old.rss": "river.rss",
        "rss_river.xml": "river.rss",
        "feeds/atom/river.xml": "river.atom",
        "Fluß.atom": "river.atom",
        "index.xml": "all.rss",
        "deep/er/all.atom": "all.atom",
    }
    lines = {line["path"]: line for line in json.loads(feeds["manifest.json"])["files"]}
    for alias, path in same.items():
        assert feeds[alias] == feeds[path]
        assert {**lines[alias], "path": path} == lines[path]
    assert set(lines) == set(feeds) - {"manifest.json"}
    root = etree.fromstring(feeds["feeds/atom/river.xml"])
    (self_link,) = root.findall(f"{ATOM}link[@rel='self']")
    assert self_link.get("href") == "https://news.example.com/feeds/river.atom"


def test_a_second_build_leaves_aliases_untouched(tmp_path: Path) -> None:
    site = write(tmp_path, *ALIASES)
    before = build(site)
    times = {path: (site / "feeds" / path).stat().st_mtime_ns for path in before}
    assert run_cli(site, "diff").exit_code == 0
    assert build(site) == before
    assert {path: (site / "feeds" / path).stat().st_mtime_ns for path in before} == times
    # What is lost is written again.
    (site / "feeds" / "feeds" / "atom" / "river.xml").unlink()
    assert "+ feeds/atom/river.xml" in run_cli(site, "diff").stdout.splitlines()
    assert build(site) == before


def test_sections_lists_aliases_and_links_the_feed_itself(tmp_path: Path) -> None:
    site = write(tmp_path, "old.rss", "feeds/atom/river.xml")
    table = run_cli(site, "sections").stdout.splitlines()
    assert table[1].endswith("  river.rss river.atom old.rss feeds/atom/river.xml")
    assert "old.rss" not in run_cli(site, "sections", "--html").stdout


# What subscribers lose.


@pytest.mark.parametrize(
    ("alias", "folder"), [("old.rss", ""), ("old.xml", ""), ("rss/deep/news.xml", "rss")]
)
def test_removing_an_alias_is_a_loss_for_its_subscribers(
    tmp_path: Path, alias: str, folder: str
) -> None:
    site = write(tmp_path, alias, "kept.xml")
    before = build(site)
    write(site, "kept.xml")
    (loss,) = expect_loss(site)
    assert loss == (
        f"feeds/{alias}: would be removed with its 4 entries. To build anyway, pass --accept-loss."
    )
    result = run_cli(site, "build", "--accept-loss", "--report", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["removed"] == [alias]
    after = read_tree(site / "feeds")
    del before[alias], before["manifest.json"]
    assert {path: after[path] for path in before} == before
    assert alias.encode() not in after["manifest.json"]
    assert not folder or not (site / "feeds" / folder).exists()


def test_a_section_under_a_new_slug_keeps_its_old_names_as_aliases(tmp_path: Path) -> None:
    before = build(write(tmp_path, "old.xml"))
    site = write(tmp_path, "old.xml", "river.rss", slug="delta")
    # Those who read Atom would be left behind.
    (loss,) = expect_loss(site)
    assert loss.startswith("feeds/river.atom: would be removed")
    after = build(write(tmp_path, "old.xml", "river.rss", "river.atom", slug="delta"))
    assert set(after) == set(before) | {"delta.rss", "delta.atom"}
    assert after["river.atom"] == after["delta.atom"]


def test_an_alias_that_takes_other_entries_over_is_guarded(tmp_path: Path) -> None:
    site = write(tmp_path)
    before = build(site)
    # Another publisher's feed under this name, with ids of its own.
    strange = before["river.rss"].replace(b"tag:news.example.com,2020:", b"https://old.example/")
    (site / "feeds" / "news.xml").write_bytes(strange)
    write(tmp_path, "news.xml")
    (lost, renamed) = sorted(expect_loss(site))
    assert lost.startswith("feeds/news.xml: would lose 4 of 4 entries")
    assert renamed.startswith("feeds/news.xml: would show 4 of 4 entries as new")
    # With the ids that subscribers know it is taken over.
    (site / "feeds" / "news.xml").write_bytes(before["river.rss"].replace(b"Story 1", b"Story one"))
    assert "news.xml" in run_cli(site, "diff").stdout.splitlines()
    assert build(site)["news.xml"] == before["river.rss"]


def test_a_loss_is_told_once_and_not_for_each_alias(tmp_path: Path) -> None:
    site = write(tmp_path, *ALIASES)
    build(site)
    make_site(
        site, {"sources/a.jsonl": to_json_lines(RECORDS[0])}, (site / "feedpub.toml").read_text()
    )
    places = [loss.partition(":")[0] for loss in expect_loss(site)]
    assert sorted(places) == ["feeds/all.rss", "feeds/river.rss"]


# Where it is written.


def test_nothing_is_written_through_a_linked_folder(tmp_path: Path) -> None:
    site = write(tmp_path / "site", "rss/news.xml")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".feedpub-0a.tmp").write_text("not ours")
    (site / "feeds").mkdir()
    (site / "feeds" / "rss").symlink_to(elsewhere)
    result = run_cli(site, "build")
    assert result.exit_code == 3
    assert "is a symbolic link" in result.stderr
    assert read_tree(elsewhere) == {".feedpub-0a.tmp": b"not ours"}
    # Nor is it removed through one that came later.
    (site / "feeds" / "rss").unlink()
    build(site)
    (site / "feeds" / "rss" / "news.xml").rename(elsewhere / "news.xml")
    (site / "feeds" / "rss").rmdir()
    (site / "feeds" / "rss").symlink_to(elsewhere)
    write(tmp_path / "site")
    assert run_cli(site, "build", "--accept-loss").exit_code == 3
    assert set(read_tree(elsewhere)) == {".feedpub-0a.tmp", "news.xml"}


def test_a_linked_file_is_replaced_and_not_what_it_points_at(tmp_path: Path) -> None:
    site = write(tmp_path / "site", "news.xml")
    victim = tmp_path / "victim.xml"
    victim.write_text("<rss/>")
    (site / "feeds").mkdir()
    (site / "feeds" / "news.xml").symlink_to(victim)
    build(site)
    assert victim.read_text() == "<rss/>"
    assert not (site / "feeds" / "news.xml").is_symlink()


def test_leftovers_beside_an_alias_are_removed(tmp_path: Path) -> None:
    site = write(tmp_path, "rss/news.xml")
    for _ in range(2):  # in a folder that is not ours yet, and in one that is
        make_site(site / "feeds", {"rss/.feedpub-0a.tmp": "<", "rss/mine.txt": "mine"})
        (site / "feeds" / "feedpub.toml").unlink()
        feeds = build(site)
        assert [path for path in feeds if path.startswith("rss/")] == [
            "rss/mine.txt",
            "rss/news.xml",
        ]


def test_cleaning_media_keeps_what_the_feeds_name(tmp_path: Path) -> None:
    picture = {**RECORDS[0], "images": "a.png"}
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines(picture),
        "sources/a.png": make_image("PNG", 400, 300),
    }
    site = write(tmp_path, *ALIASES, files=files)
    before = build(site)
    assert sum(path.startswith("media/") for path in before) == 1
    assert run_cli(site, "clean", "--media", "--older-than", "0h").stdout == "0 files removed\n"
    assert read_tree(site / "feeds") == before
