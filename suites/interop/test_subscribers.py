"""What a reader remembers: nothing is shown as new that is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from suites.interop.readers import lemon, newsboat
from suites.interop.sites import serve, write_site

Record = Mapping[str, object]
LIMIT = 5


def make_record(number: int, **fields: object) -> Record:
    """Make a record whose id comes from its link: the greater its number, the newer it is."""
    return {
        "title": f"Story {number}",
        "link": f"https://news.example.com/2020/05/c_{number}.html",
        "section": "River",
        "published": f"2020-05-{number:02} 09:00",
        "updated": f"2020-05-{number:02} 10:00",
        "content_text": f"Body {number}",
        **fields,
    }


def make_undated(number: int, **fields: object) -> Record:
    """Make a record that has one time alone, which moves whenever it is saved."""
    return {**make_record(number, **fields), "published": None}


def take_from_newsboat(url: str, folder: Path) -> set[str]:
    newsboat.reload(url, folder)
    return newsboat.take_unread(folder)


def take_from_reader(url: str, folder: Path) -> set[str]:
    lemon.reload(url, folder)
    return lemon.take_unread(url, folder)


def titles(numbers: Iterable[int]) -> set[str]:
    return {f"Story {number}" for number in numbers}


# The step, the records that a site then has, its link, and what is new.
STEPS: tuple[tuple[str, list[Record], str, set[str]], ...] = (
    ("the first visit", [*map(make_record, range(1, 6))], "https", titles(range(1, 6))),
    ("nothing changed", [*map(make_record, range(1, 6))], "https", set()),
    (
        "a correction",
        [
            make_record(1),
            make_record(2),
            make_record(3, title="Corrected", content_text="Other", updated="2020-05-20 10:00"),
            make_record(4),
            make_record(5),
        ],
        "https",
        set(),
    ),
    (
        "a re-save of everything",
        [
            make_record(n, updated="2020-05-21 10:00", content_text=f"Body  {n} ")
            for n in range(1, 6)
        ],
        "https",
        set(),
    ),
    (
        "newer articles push others out",
        [*map(make_record, range(1, 8))],
        "https",
        titles((6, 7)),
    ),
    ("the others return", [*map(make_record, range(1, 6))], "https", set()),
    (
        "other section, scheme and host",
        [
            make_record(
                n, section=["River", "Boats"], link=f"http://www.example.net/2020/05/c_{n}.html"
            )
            for n in range(1, 6)
        ],
        "http",
        set(),
    ),
    (
        "a retraction and a withdrawal",
        [
            make_record(1),
            make_record(2),
            make_record(3, status="retracted", notice="Not so.", updated="2020-05-22 10:00"),
            make_record(4, status="withdrawn"),
            make_record(5),
        ],
        "https",
        set(),
    ),
    ("one that is new", [*map(make_record, (1, 2, 3, 5, 8))], "https", titles((8,))),
)


@pytest.mark.parametrize("make", [make_record, make_undated])
@pytest.mark.parametrize(
    ("take", "suffix"),
    [
        pytest.param(take, suffix, id=f"{name}-{suffix}")
        for name, take, suffixes in (
            ("newsboat", take_from_newsboat, ("rss", "atom")),
            ("reader", take_from_reader, ("rss", "atom", "json")),
        )
        for suffix in suffixes
    ],
)
def test_shows_nothing_as_new_that_is_not(
    tmp_path: Path,
    take: Callable[[str, Path], set[str]],
    suffix: str,
    make: Callable[..., Record],
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    with serve(tmp_path / "feeds") as url:
        for number, (step, records, scheme, new) in enumerate(STEPS):
            undated = {"published": None} if make is make_undated else {}
            write_site(
                tmp_path,
                [{**record, **undated} for record in records],
                feeds=url,
                link=f"{scheme}://news.example.com/",
                limit=LIMIT,
                written=1_767_225_600 + number,
            )
            assert take(f"{url}river.{suffix}", memory) == new, step
