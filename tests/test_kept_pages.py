"""Article pages are read once: what was read is kept, and a fault of that costs time alone."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import feedpub.pages
from feedpub.files import KeptValues, known_files
from support import build_like_from_nothing, count_calls, make_site, run_cli

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title>
<meta property="article:published_time" content="2020-05-{day:02}T08:00:00+08:00"></head>
<body><main><article><h1>{title}</h1><p class="byline">Updated: 2020-05-{day:02} 10:32</p>
<p>{text} The boats came back before the rain, and the market opened late.</p></article></main>
</body></html>"""
NO_ARTICLE = (
    "<!doctype html><title>Map</title><ul><li><a href='/a'>A</a><li><a href='/b'>B</a></ul>"
)


def write_page(number: int, text: str = "Tea was served.") -> str:
    return PAGE.format(title=f"Boat {number} is back", day=number, text=text)


FILES = {
    **{f"sources/river/{number}.html": write_page(number) for number in range(1, 9)},
    "sources/river/map.html": NO_ARTICLE,
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Files of a test change in the same moment as a build begins.
    monkeypatch.setattr(known_files, "USUAL_STEP", 0)
    made = make_site(tmp_path / "site", FILES)
    assert run_cli(made, "build").exit_code == 1  # the map is refused
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the pages that are read."""
    counted = Counter[str]()
    for read in (feedpub.pages.identify_html, feedpub.pages.read_html):
        monkeypatch.setattr(feedpub.pages, read.__name__, count_calls(counted, read))
    return counted


def find_database(site: Path, name: str = "values") -> Path:
    (path,) = (site / ".feedpub").glob(f"*-{name}.sqlite")
    return path


def count_kept(site: Path) -> int:
    database = sqlite3.connect(find_database(site))
    try:
        (number,) = database.execute("SELECT count(*) FROM kept").fetchone()
    finally:
        database.close()
    return int(number)


def list_known(site: Path) -> list[str]:
    """List the files whose findings are kept."""
    database = sqlite3.connect(find_database(site, "files"))
    try:
        rows = database.execute("SELECT name FROM files WHERE folder >= 0 ORDER BY name").fetchall()
    finally:
        database.close()
    return [name.decode() for (name,) in rows]


def test_a_page_that_did_not_change_is_not_read_again(
    site: Path, tmp_path: Path, read: Counter[str]
) -> None:
    (site / "sources/river/3.html").write_text(write_page(3, "Rain fell."))
    assert "map.html" in run_cli(site, "build").stderr  # what was refused is told again
    assert read == {"identify_html": 1, "read_html": 1}
    build_like_from_nothing(site, tmp_path)


@pytest.mark.parametrize("command", ["check", "diff", "sections"])
def test_commands_that_write_nothing_use_it(site: Path, read: Counter[str], command: str) -> None:
    (site / "sources/river/9.html").write_text(write_page(9))
    before = count_kept(site)
    run_cli(site, command)
    assert read["identify_html"] == 1 and read["read_html"] <= 1
    assert count_kept(site) == before


@pytest.mark.parametrize("command", ["check", "diff", "sections"])
def test_commands_that_write_nothing_make_none(tmp_path: Path, command: str) -> None:
    site = make_site(tmp_path, FILES)
    run_cli(site, command)
    assert not list(site.rglob("*.sqlite*"))


def test_no_cache_reads_all(site: Path, read: Counter[str]) -> None:
    run_cli(site, "build", "--no-cache")
    assert read == {"identify_html": 9, "read_html": 8}


def test_the_program_is_not_digested_for_a_site_without_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> str:
        raise AssertionError("the program is digested")

    monkeypatch.setattr("feedpub.pipeline.keeping.digest_program", refuse)
    site = make_site(tmp_path, {"sources/a.md": "---\ntitle: Tea\ndate: 2020-05-25\n---\nHot."})
    assert run_cli(site, "check").exit_code == 0


def test_what_is_no_longer_used_is_forgotten(site: Path) -> None:
    assert count_kept(site) == 25  # what identifies nine, eight whole, and eight entries
    (site / "sources/river/map.html").unlink()
    assert run_cli(site, "build").exit_code == 0
    assert count_kept(site) == 8  # an entry that is kept needs no page


def flip(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(content))
    return (
        content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]
    )


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "nothing left": lambda content, chance: b"",
    "another file": lambda content, chance: b"SQLite format 4\0" + content,
    "half of it": lambda content, chance: content[: len(content) // 2],
    "zeros": lambda content, chance: content[:4096] + bytes(len(content) - 4096),
    **{f"bit {number}": flip for number in range(12)},
}


@pytest.mark.parametrize("kept", ["values", "files"])
@pytest.mark.parametrize(("name", "damage"), DAMAGES.items(), ids=DAMAGES)
def test_damage_costs_time_alone(
    site: Path,
    tmp_path: Path,
    name: str,
    damage: Callable[[bytes, random.Random], bytes],
    kept: str,
) -> None:
    database = find_database(site, kept)
    database.write_bytes(damage(database.read_bytes(), random.Random(name)))
    for number in (3, 4, 5):  # some damage is found only where a value is replaced
        (site / f"sources/river/{number}.html").write_text(write_page(number, "Rain fell."))
        build_like_from_nothing(site, tmp_path)
    assert count_kept(site) >= 8
    assert len(list_known(site)) == 9


@pytest.mark.parametrize(("kept", "table"), [("values", "kept"), ("files", "files")])
def test_bytes_that_turned_into_text_cost_their_row_alone(
    site: Path, tmp_path: Path, read: Counter[str], kept: str, table: str
) -> None:
    database = sqlite3.connect(find_database(site, kept))
    database.execute(f"UPDATE {table} SET value = CAST(x'ff' AS TEXT) WHERE rowid = 1")
    database.commit()
    database.close()
    assert run_cli(site, "build").exit_code == 1
    assert read.total() <= 1
    build_like_from_nothing(site, tmp_path)


@pytest.mark.parametrize("kept", ["values", "files"])
def test_a_folder_in_its_place_and_a_lock_cost_time_alone(
    site: Path, tmp_path: Path, kept: str
) -> None:
    database = find_database(site, kept)
    blocking = sqlite3.connect(database)
    blocking.execute("BEGIN EXCLUSIVE")
    (site / "sources/river/3.html").write_text(write_page(3, "Rain fell."))
    build_like_from_nothing(site, tmp_path)
    blocking.close()
    database.unlink()
    database.mkdir()
    (site / "sources/river/4.html").write_text(write_page(4, "Rain fell."))
    build_like_from_nothing(site, tmp_path)


def one() -> str:
    return "1"


def test_values_are_of_one_base_and_what_they_were_computed_from(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    with KeptValues(place, one, writes=True) as kept:
        kept.keep(kept.make_key(b"a", b"bc"), b"value")
        assert kept.find(kept.make_key(b"a", b"bc")) == b"value"
        assert kept.find(kept.make_key(b"ab", b"c")) is None
    with KeptValues(place, lambda: "2", writes=True) as kept:
        assert kept.find(kept.make_key(b"a", b"bc")) is None
    with KeptValues(place, one) as kept:
        assert kept.find(kept.make_key(b"a", b"bc")) == b"value"
    with KeptValues(place, one, believes=False) as kept:
        assert kept.find(kept.make_key(b"a", b"bc")) is None
    with KeptValues(tmp_path / "none", lambda: None, writes=True) as kept:
        kept.keep(kept.make_key(b"a"), b"value")
        assert kept.find(kept.make_key(b"a")) is None
    assert not (tmp_path / "none").exists()


def test_a_value_that_was_swapped_is_not_believed(tmp_path: Path) -> None:
    with KeptValues(tmp_path / "kept", one, writes=True) as kept:
        keys = [kept.make_key(b"1"), kept.make_key(b"2")]
        kept.keep(keys[0], b"one")
        kept.keep(keys[1], b"two")
    database = sqlite3.connect(tmp_path / "kept")
    (value,) = database.execute("SELECT value FROM kept").fetchone()
    database.execute("UPDATE kept SET value = ?", (value,))
    database.commit()
    database.close()
    with KeptValues(tmp_path / "kept", one) as kept:
        assert sorted(filter(None, map(kept.find, keys))) in ([b"one"], [b"two"])


def test_the_more_is_kept_the_seldomer_it_is_committed(tmp_path: Path) -> None:
    place, prepared = tmp_path / "kept", Counter[str]()
    with KeptValues(place, one, writes=True) as kept:
        kept.prepare(lambda: prepared.update(["commit"]))
        keys = [kept.make_key(b"%d" % number) for number in range(8_000)]
        for key in keys:
            kept.keep(key, b"value")
        with KeptValues(place, one) as other:  # as after the end of a run that was cut off
            found = [key for key in keys if other.find(key) == b"value"]
        assert len(found) > len(keys) * 3 // 4
        assert 4 <= prepared["commit"] <= 20
    with KeptValues(place, one) as other:
        assert all(other.find(key) == b"value" for key in keys)
