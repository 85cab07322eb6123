"""Entries are kept for as long as all that they are made of is the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from feedpub.articles import Identifier
from feedpub.entries import EntryMaker, KeptEntries
from feedpub.entries.normalizing import Normalizer
from feedpub.files import known_files
from support import (
    STANDARD_TOML,
    build_like_from_nothing,
    count_calls,
    divide_all,
    make_image,
    make_site,
    run_cli,
)

RECORD = (
    '{{"id": "{id}", "title": "Boat {id}", "section": "River", "updated": "2020-05-{day:02}",'
    ' "content_html": "<p>Tea <a href=\\"{link}\\">was</a> served.</p>", "images": {images}}}'
)


NAME = "The boat at sea.png"


def write_record(number: int, *, link: str = "/tea", images: str = "[]") -> str:
    return RECORD.format(id=number, day=number, link=link, images=images)


FILES: dict[str, bytes | str] = {
    **{f"sources/{number}.json": write_record(number) for number in range(1, 6)},
    "sources/6.json": write_record(6, link="http://localhost/tea"),
    "sources/7.json": write_record(7, link="http://localhost:80/tea", images="[7]"),
    "sources/8.json": write_record(8, images='["boat.png"]'),
    "sources/9.json": write_record(9, images='["lost.png"]'),
    "sources/boat.png": make_image("PNG", 640, 480),
}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the entries that are made, and let files change in the moment of a build."""
    monkeypatch.setattr(known_files, "USUAL_STEP", 0)
    counted = Counter[str]()
    for kind, name in ((Normalizer, "normalize"), (Identifier, "identify")):
        monkeypatch.setattr(kind, name, count_calls(counted, getattr(kind, name)))
    return counted


@pytest.fixture
def site(tmp_path: Path, made: Counter[str]) -> Path:
    site = make_site(tmp_path / "site", FILES)
    assert run_cli(site, "build").exit_code == 0
    assert made["normalize"] == 9
    made.clear()
    return site


def test_an_entry_that_did_not_change_is_not_made_again(
    site: Path, tmp_path: Path, made: Counter[str]
) -> None:
    (site / "sources/1.json").write_text(write_record(1, link="/coffee"))
    assert run_cli(site, "build").exit_code == 0
    assert made == {"identify": 1, "normalize": 2}  # that, and one whose image is left out
    (site / "sources/2.json").unlink()
    build_like_from_nothing(site, tmp_path)


@pytest.mark.parametrize("command", ["check", "diff"])
def test_commands_that_write_nothing_use_it(site: Path, made: Counter[str], command: str) -> None:
    (site / "sources/1.json").write_text(write_record(1, link="/coffee"))
    run_cli(site, command)
    assert made["normalize"] == 2


def test_no_cache_makes_all(site: Path, made: Counter[str]) -> None:
    assert run_cli(site, "build", "--no-cache").exit_code == 0
    assert made["normalize"] == 9


def test_an_image_that_changed_makes_its_entry_again(
    site: Path, tmp_path: Path, made: Counter[str]
) -> None:
    (site / "sources/boat.png").write_bytes(make_image("PNG", 800, 600))
    (site / "sources/lost.png").write_bytes(make_image("PNG", 640, 481))
    assert run_cli(site, "build").exit_code == 0
    assert made == {"normalize": 2}
    (site / "sources/boat.png").unlink()
    build_like_from_nothing(site, tmp_path)


def test_another_configuration_makes_all(site: Path, tmp_path: Path, made: Counter[str]) -> None:
    with (site / "feedpub.toml").open("a") as config:
        config.write('[section.river]\ntitle = "The River"\n')
    assert run_cli(site, "build").exit_code == 0
    assert made["normalize"] == 9
    (site / "sources/1.json").write_text(write_record(1, link="/coffee"))
    build_like_from_nothing(site, tmp_path)


def write_text_page(image: str) -> str:
    date = "Updated: 2020-05-20"
    return f"River\n\nThe boat is back\n\n{date}\n\n{image}\n\nTea was served.\n"


def test_a_page_of_text_is_read_with_the_files_beside_it(site: Path, tmp_path: Path) -> None:
    (site / "sources/page.txt").write_text(write_text_page(NAME))
    build_like_from_nothing(site, tmp_path)
    (site / "sources" / NAME).write_bytes(make_image("PNG", 640, 480))
    build_like_from_nothing(site, tmp_path)
    assert NAME not in (site / "feeds/river.atom").read_text()


def test_a_page_of_text_that_asks_for_no_file_is_kept(site: Path, made: Counter[str]) -> None:
    (site / "sources/page.txt").write_text(write_text_page("boat.png"))
    run_cli(site, "build")
    made.clear()
    (site / "sources/2.json").write_text(write_record(2, link="/coffee"))
    assert run_cli(site, "build").exit_code == 0
    assert made == {"identify": 1, "normalize": 2}


@pytest.mark.parametrize("formats", ['["rss", "atom"]', '["rss", "atom", "html"]'])
def test_lines_before_others_move_what_is_told_of_them(
    tmp_path: Path, made: Counter[str], monkeypatch: pytest.MonkeyPatch, formats: str
) -> None:
    divide_all(monkeypatch)
    lines = [write_record(number) for number in range(1, 20)]
    lines[9] = write_record(10, link="http://localhost/tea", images="[7]")
    site = make_site(
        tmp_path / "site",
        {"sources/all.jsonl": "\n".join(lines)},
        STANDARD_TOML.replace("[[source]]", f"formats = {formats}\n[[source]]"),
    )
    assert run_cli(site, "build").exit_code == 0
    made.clear()
    newer = write_record(20) + "\n" + write_record(21) + "\n"
    (site / "sources/all.jsonl").write_text(newer + "\n".join(lines))
    assert run_cli(site, "build").exit_code == 0
    assert 2 <= made["normalize"] < 12
    (site / "sources/all.jsonl").write_text(newer + "\n".join(lines[1:]))
    build_like_from_nothing(site, tmp_path)


def test_an_entry_of_a_file_that_changed_during_the_build_is_not_kept(
    site: Path, tmp_path: Path, made: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = site / "sources/1.json"
    before = write_record(1, link="/coffee")
    path.write_text(before)
    find = KeptEntries.find

    def find_and_change(*args: Any) -> object:
        path.write_text(write_record(1, link="/water"))
        return find(*args)

    monkeypatch.setattr(KeptEntries, "find", find_and_change)
    assert run_cli(site, "build").exit_code == 0
    monkeypatch.setattr(KeptEntries, "find", find)
    path.write_text(before)
    build_like_from_nothing(site, tmp_path)


def test_few_of_the_entries_of_a_file_are_in_memory_together(
    tmp_path: Path, made: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    divide_all(monkeypatch)
    monkeypatch.setattr("feedpub.entries.making._BATCH", 3)
    lines = [write_record(number) for number in range(1, 20)]
    site = make_site(
        tmp_path / "site",
        {"sources/all.jsonl": "\n".join(lines)},
        STANDARD_TOML.replace("[[source]]", 'archive = "month"\n[[source]]'),
    )
    assert run_cli(site, "build").exit_code == 0
    made.clear()
    with (site / "sources/all.jsonl").open("a") as file:
        file.write("\n" + write_record(20))
    waiting: list[int] = []
    find, reuse = KeptEntries.find, EntryMaker._reuse

    def count_found(*args: Any) -> object:
        found = find(*args)
        waiting.append((waiting or [0])[-1] + (found is not None))
        return found

    def count_taken(*args: Any) -> object:
        waiting.append(waiting[-1] - 1)
        return reuse(*args)

    monkeypatch.setattr(KeptEntries, "find", count_found)
    monkeypatch.setattr(EntryMaker, "_reuse", count_taken)
    assert run_cli(site, "build").exit_code == 0
    assert made["normalize"] < 10
    assert max(waiting) == 3
    assert waiting[-1] == 0
