"""Candidates to feeds: versions, section names, order, limits, retractions, summaries."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from feedpub.articles.choice import Choice, choose
from feedpub.articles.section_names import SectionNames
from feedpub.articles.versions import Versions
from feedpub.errors import Problem
from feedpub.feeds.assembling import assemble_feed, title_of
from feedpub.model import Candidate, Entry, Origin, SourceFile, Status
from feedpub.settings import Config, Section, Site, Source
from feedpub.text import section_key
from support import STANDARD_TOML, make_site, read_tree, run_cli, to_json_lines

SITE = Site(
    title="Example Voice",
    link="https://news.example.com/",
    timezone="Asia/Shanghai",
    tag="news.example.com,2020",
    feeds="https://news.example.com/feeds/",
    description="All that is new",
    author="Example Voice",
)
DAY = 86400


def make_candidate(
    id: str = "a",
    *,
    sections: Sequence[str] = ("River",),
    updated: int = 0,
    published: int | None = None,
    status: Status = "published",
    path: str = "sources/a.jsonl",
    line: int = 1,
    digest: int = 0,
    source: int = 0,
) -> Candidate:
    file = SourceFile(Path("/site") / path, path, path, Path("/site"), source)
    origin = Origin(file, line * 100, line)
    return Candidate(id, tuple(sections), updated, published, status, origin, digest)


def make_config(sections: Mapping[str, Section] | None = None, **site: object) -> Config:
    return Config(
        path=Path("/site/feedpub.toml"),
        site=msgspec.structs.replace(SITE, **site),
        sources=(Source(path="sources"),),
        sections=sections or {},
    )


def choose_ids(config: Config, candidates: Sequence[Candidate]) -> dict[str, list[str]]:
    versions, _ = add_all(candidates)
    names = SectionNames(config.sections)
    names.learn(versions.group_shown())
    return {
        choice.slug: [candidate.id for candidate in choice.candidates]
        for choice in choose(config, versions, names)
    }


def add_all(candidates: Sequence[Candidate]) -> tuple[Versions, list[Problem]]:
    versions = Versions()
    found = [versions.add(candidate) for candidate in candidates]
    return versions, [rivals.warning for rivals in found if rivals is not None]


def learn(names: SectionNames, candidates: Sequence[Candidate]) -> list[Problem]:
    return names.learn(add_all(candidates)[0].group_shown())


# Of several records with one id …


@pytest.mark.parametrize("status", ["published", "retracted", "withdrawn", "left out"])
def test_the_newest_updated_wins_whatever_its_section_and_place(status: Status) -> None:
    old = make_candidate(updated=1, path="sources/z.jsonl", line=9, sections=["River"])
    new = make_candidate(updated=2, digest=1, sections=["Culture"], status=status)
    older = make_candidate(updated=0, path="sources/z.jsonl", line=10, digest=2)
    for order in itertools.permutations([old, new, older]):
        versions, problems = add_all(order)
        assert list(versions) == [new]
        assert problems == []


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (("sources/a.jsonl", 1), ("sources/a.jsonl", 2)),
        (("sources/a.jsonl", 9), ("sources/a.jsonl", 10)),
        (("sources/a.jsonl", 10), ("sources/b.jsonl", 9)),
        (("export.jsonl", 10), ("sources/a.jsonl", 1)),
    ],
)
def test_at_equal_updated_the_last_by_path_and_line_wins(
    first: tuple[str, int], last: tuple[str, int]
) -> None:
    one = make_candidate(path=first[0], line=first[1], digest=1)
    two = make_candidate(path=last[0], line=last[1], digest=2)
    for order in ([one, two], [two, one]):
        versions, problems = add_all(order)
        assert list(versions) == [two]
        (problem,) = problems
        assert (problem.severity, problem.field, problem.value) == ("warning", "id", "a")
        assert str(problem.where) == f"{last[0]}:{last[1]}"
        assert f"{first[0]}:{first[1]}" in problem.message


def test_equal_versions_that_do_not_differ_are_no_problem() -> None:
    one, two = make_candidate(line=1), make_candidate(line=2)
    versions, problems = add_all([two, one])
    assert list(versions) == [two]
    assert problems == []


TEA: Mapping[str, object] = {
    "id": "tea",
    "title": "Tea",
    "section": "River",
    "updated": "2020-05-25",
}
NEWER: Mapping[str, object] = {**TEA, "title": "Newer", "updated": "2020-05-26"}
CUP: Mapping[str, object] = {**TEA, "title": "Cup"}
OTHER: Mapping[str, object] = {**TEA, "id": "other", "title": "Other", "section": "Other"}


@pytest.mark.parametrize(
    ("records", "shown", "warned"),
    [
        # In whatever file and section it is.
        ({"a": [{**NEWER, "section": "Culture"}], "b": [TEA]}, {"culture": "Newer"}, []),
        ({"a": [TEA, NEWER, TEA]}, {"river": "Newer"}, []),
        # As new as another, and different.
        ({"a": [TEA], "b": [CUP, CUP]}, {"river": "Cup"}, ["sources/b.jsonl:1: warning: id: "]),
        ({"a": [CUP, TEA]}, {"river": "Tea"}, ["sources/a.jsonl:2: warning: id: "]),
        ({"a": [TEA], "b": [TEA]}, {"river": "Tea"}, []),
        # A newer withdrawal or draft takes the article from every feed; an older one does not.
        ({"a": [{"id": "tea", "status": "withdrawn"}], "b": [NEWER]}, {}, []),
        ({"a": [{**NEWER, "status": "withdrawn"}, TEA]}, {}, []),
        ({"a": [{**NEWER, "status": "draft"}, TEA]}, {}, []),
        ({"a": [{**TEA, "status": "withdrawn"}, NEWER]}, {"river": "Newer"}, []),
        ({"a": [{**TEA, "status": "draft"}, NEWER]}, {"river": "Newer"}, []),
    ],
)
def test_only_the_newest_version_is_published(
    tmp_path: Path,
    records: Mapping[str, Sequence[Mapping[str, object]]],
    shown: Mapping[str, str],
    warned: list[str],
) -> None:
    files = {f"sources/{name}.jsonl": to_json_lines(*rows) for name, rows in records.items()}
    site = make_site(tmp_path, {**files, "sources/other.jsonl": to_json_lines(OTHER)})
    result = run_cli(site, "build")
    assert result.exit_code == 0
    for line, start in zip(result.stderr.splitlines(), warned, strict=True):
        assert line.startswith(start)
    titles = {
        path.stem: etree.parse(path).findtext("channel/item/title")
        for path in (site / "feeds").glob("*.rss")
    }
    del titles["all"]
    assert titles == {"other": "Other", **shown}


# Section names and slugs.


def test_names_equal_by_nfkc_case_and_space_are_one_section() -> None:
    spellings = ["River Voice", "river  voice", "Ｒｉｖｅｒ　Ｖｏｉｃｅ", "RIVER VOICE"]
    candidates = [make_candidate(str(n), sections=[name]) for n, name in enumerate(spellings)]
    candidates.append(make_candidate("4", sections=["river  voice"]))
    assert choose_ids(make_config(), candidates)["river-voice"] == ["4", "3", "2", "1", "0"]


def test_a_section_is_named_as_it_is_found_most_often() -> None:
    counted = [("RIVER", 2), ("River", 3), ("river", 3)]
    found = [name for name, count in counted for _ in range(count)]
    for order in (found, found[::-1]):
        names = SectionNames({})
        learn(names, [make_candidate(str(n), sections=[name]) for n, name in enumerate(order)])
        assert names.name_of("river") == "River"


def test_an_article_in_two_spellings_of_a_section_is_in_it_once() -> None:
    candidates = [make_candidate(sections=["River", "RIVER", "Tea"])]
    assert choose_ids(make_config(), candidates) == {"all": ["a"], "river": ["a"], "tea": ["a"]}


@pytest.mark.parametrize(
    ("one", "other", "slug"),
    [
        ("Café", "Cafe", "cafe"),
        ("R&D", "R+D", "r-d"),
        ("文化", "Wen Hua", "wen-hua"),
        ("a" * 60 + "b", "a" * 60 + "c", "a" * 60),
        ("All", "Section All", "section-all"),
        ("River Voice", "River-Voice", "river-voice"),
        ("A", "A!", "a"),
        ("Con", "Section: con", "section-con"),
    ],
)
def test_two_names_with_one_slug_get_two_and_the_older_keeps_it(
    one: str, other: str, slug: str
) -> None:
    for first, second in ((one, other), (other, one)):
        found = [
            make_candidate("new", sections=[second], updated=2_000),
            make_candidate("old", sections=[first], updated=1_000),
        ]
        for order in (found, found[::-1]):
            names = SectionNames({})
            (warning,) = learn(names, order)
            digest = hashlib.sha256(section_key(second).encode()).hexdigest()[:4]
            assert names.slug_of(first) == slug
            assert names.slug_of(second) == f"{slug[:55]}-{digest}"
            assert names.name_of(names.slug_of(second)) == second
            assert (warning.severity, warning.value) == ("warning", second)
            assert first in warning.message and names.slug_of(second) in warning.message


def test_a_found_name_may_not_take_the_slug_of_a_configured_one() -> None:
    names = SectionNames({"cafe": Section(name="Cafe")})
    (warning,) = learn(names, [make_candidate(sections=["Café"])])
    assert names.slug_of("Cafe") == "cafe"
    assert names.slug_of("Café").startswith("cafe-")
    assert warning.value == "Café"


@pytest.mark.parametrize(
    ("sections", "slug", "name"),
    [
        ({"cafe": Section(name="Café", match=("Cafe",))}, "cafe", "Café"),
        ({"cafe": Section(match=("Cafe", "Café"))}, "cafe", "Cafe"),
        ({"coffee": Section(match=("CAFE", "café"))}, "coffee", "CAFE"),
    ],
)
def test_a_configured_section_joins_the_names_that_it_matches(
    sections: Mapping[str, Section], slug: str, name: str
) -> None:
    names = SectionNames(sections)
    learn(names, [make_candidate(sections=["Cafe", "Café", "CAFÉ"])])
    assert names.slugs_of(["Cafe", "Café", "CAFÉ"]) == (slug,)
    assert names.name_of(slug) == name


def test_a_configured_section_without_a_name_takes_that_which_is_found() -> None:
    names = SectionNames({"river": Section(description="Boats")})
    learn(names, [make_candidate(sections=["River"])])
    assert names.name_of("river") == "River"


def test_two_sections_with_one_slug_are_both_published(tmp_path: Path) -> None:
    rows = [
        {"id": str(n), "title": "Tea", "section": name, "updated": "2020-05-25"}
        for n, name in enumerate(["Café", "Cafe"])
    ]
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*rows)})
    result = run_cli(site, "build")
    assert result.exit_code == 0
    own = "cafe-" + hashlib.sha256(b"cafe").hexdigest()[:4]
    assert result.stderr == (
        'sources/a.jsonl:2: warning: section: "Cafe" has the slug cafe, as "Café" does, so its '
        f"feeds are published as {own}. To keep that, add to feedpub.toml the table "
        f'[section.{own}] with name = "Cafe", or choose another slug there. To join the two, add '
        "both names to match of one section.\n"
    )
    before = read_tree(site / "feeds")
    assert {"cafe.rss", f"{own}.rss"} <= before.keys()
    with (site / "feedpub.toml").open("a") as stream:
        stream.write(f'[section.{own}]\nname = "Cafe"\n')
    assert run_cli(site, "build").stderr == ""
    assert read_tree(site / "feeds") == before


def test_slug_with_digits_is_nobody_else_s() -> None:
    digest = hashlib.sha256(b"cafe!").hexdigest()
    taken = {f"taken-{n}": Section(name=f"cafe {digest[:n]}") for n in (6,)}
    sections = {**taken, f"cafe-{digest[:4]}": Section(name="Another")}
    found = ["Cafe", "Cafe!", f"Cafe {digest[:5]}", f"Cafe {digest[:6]}"]
    names = SectionNames(sections)
    learn(
        names, [make_candidate(str(n), sections=[name], updated=n) for n, name in enumerate(found)]
    )
    slugs = [names.slug_of(name) for name in found]
    assert slugs == ["cafe", f"cafe-{digest[:6]}", f"cafe-{digest[:5]}", "taken-6"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("All", "section-all"),
        ("Index", "section-index"),
        ("🍵", "section-"),
        ("NUL", "section-nul"),
    ],
)
def test_a_reserved_or_empty_slug_gets_section_before_it(name: str, slug: str) -> None:
    (found,) = set(choose_ids(make_config(), [make_candidate(sections=[name])])) - {"all"}
    assert found.startswith(slug)


# Order and choice.


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Published, else updated; the newer first.
        ({"published": 5, "updated": 5}, {"published": 4, "updated": 9}),
        ({"updated": 6}, {"published": 5, "updated": 9}),
        ({"published": 6, "updated": 6}, {"updated": 5}),
        # Then updated.
        ({"published": 5, "updated": 7}, {"published": 5, "updated": 6}),
        ({"published": 5, "updated": 7}, {"updated": 5}),
        # Then the id, descending, its digits as numbers.
        ({"id": "b"}, {"id": "a"}),
        ({"id": "item-10"}, {"id": "item-9"}),
        ({"id": "item-10"}, {"id": "item-09"}),
        ({"id": "item-2-1"}, {"id": "item-1-99"}),
        ({"id": "item-1b"}, {"id": "item-1a"}),
        ({"id": "item-1-1"}, {"id": "item-1"}),
        ({"id": "10"}, {"id": "9"}),
        ({"id": "a1"}, {"id": "1a"}),
        ({"id": "9" * 5000}, {"id": "8" * 5000}),
        ({"id": "1" + "0" * 5000}, {"id": "9" * 5000}),
        # As numbers these are one: the order is still the same whatever comes first.
        ({"id": "item-1"}, {"id": "item-01"}),
    ],
)
def test_orders_by_published_then_updated_then_id(
    first: Mapping[str, object], second: Mapping[str, object]
) -> None:
    base = make_candidate("same-a", updated=0)
    one = msgspec.structs.replace(base, **first)
    other = msgspec.structs.replace(base, **{"id": "same-b", **second})
    for order in ([one, other], [other, one]):
        assert choose_ids(make_config(), order)["river"] == [one.id, other.id]
        # What a limit cuts is cut by the same order.
        assert choose_ids(make_config(limit=1), order)["river"] == [one.id]


def test_orders_by_updated_where_the_site_says_so() -> None:
    old = make_candidate("old", published=1, updated=9)
    new = make_candidate("new", published=5, updated=5)
    undated = make_candidate("undated", updated=7)
    found = [new, old, undated]
    assert choose_ids(make_config(), found)["river"] == ["undated", "new", "old"]
    assert choose_ids(make_config(order="updated"), found)["river"] == ["old", "undated", "new"]


@pytest.mark.parametrize("number", [1, 49, 50, 51, 99, 100, 101, 180])
def test_a_feed_shows_50_entries_and_the_feed_of_all_100(number: int) -> None:
    found = [make_candidate(str(n), updated=n % 7) for n in range(number)]
    chosen = choose_ids(make_config(), found)
    assert len(chosen["river"]) == min(number, 50)
    assert len(chosen["all"]) == min(number, 100)
    assert chosen["all"][:50] == chosen["river"]


@pytest.mark.parametrize(
    ("site", "sections", "river", "culture", "everything"),
    [
        ({"limit": 2}, {}, 2, 2, 100),
        ({"limit": 140}, {}, 120, 30, 100),
        ({}, {"river": Section(limit=3)}, 3, 30, 100),
        ({"limit": 2}, {"river": Section(limit=60), "all": Section(limit=5)}, 60, 2, 5),
        ({}, {"all": Section(limit=140)}, 50, 30, 140),
    ],
)
def test_limits_of_site_and_section(
    site: Mapping[str, object],
    sections: Mapping[str, Section],
    river: int,
    culture: int,
    everything: int,
) -> None:
    found = [make_candidate(f"r{n}") for n in range(120)]
    found += [make_candidate(f"c{n}", sections=["Culture"]) for n in range(30)]
    chosen = choose_ids(make_config(sections, **site), found)
    assert [len(chosen[slug]) for slug in ("river", "culture", "all")] == [
        river,
        culture,
        everything,
    ]


def test_an_article_is_in_all_of_its_sections_and_in_all_once() -> None:
    found = [make_candidate("a", sections=["River", "Tea"]), make_candidate("b", sections=["Tea"])]
    assert choose_ids(make_config(), found) == {
        "all": ["b", "a"],
        "river": ["a"],
        "tea": ["b", "a"],
    }


@pytest.mark.parametrize("status", ["left out", "withdrawn"])
def test_what_is_left_out_or_withdrawn_is_in_no_feed(status: Status) -> None:
    found = [make_candidate("a"), make_candidate("b", status=status, sections=["Tea"])]
    assert choose_ids(make_config(), found) == {"all": ["a"], "river": ["a"]}


@pytest.mark.parametrize(
    ("age", "shown"), [(0, True), (30 * DAY, True), (30 * DAY + 1, False), (400 * DAY, False)]
)
def test_a_retraction_is_shown_for_30_days_of_feed_time(age: int, shown: bool) -> None:
    newest = 500 * DAY
    found = [
        make_candidate("new", updated=newest),
        make_candidate("retracted", updated=newest - age, status="retracted"),
        make_candidate("old", updated=0),
    ]
    for ids in choose_ids(make_config(), found).values():
        assert set(ids) == {"new", "old", *(["retracted"] if shown else [])}


def test_feed_time_is_that_of_each_feed() -> None:
    found = [
        make_candidate("retracted", updated=0, status="retracted", sections=["River", "Tea"]),
        make_candidate("new", updated=31 * DAY, sections=["Tea"]),
    ]
    assert choose_ids(make_config(), found) == {
        "all": ["new"],
        "river": ["retracted"],
        "tea": ["new"],
    }


@pytest.mark.parametrize(
    ("sections", "summarized"),
    [
        ({}, {"river": "", "tea": "", "all": ""}),
        # What a section keeps for itself, no other feed gives away.
        ({"river": Section(content="summary")}, {"river": "ab", "tea": "b", "all": "ab"}),
        ({"tea": Section(content="summary")}, {"river": "b", "tea": "bc", "all": "bc"}),
        ({"all": Section(content="summary")}, {"river": "", "tea": "", "all": "abc"}),
        (
            {"river": Section(content="summary"), "all": Section(content="full")},
            {"river": "ab", "tea": "b", "all": "ab"},
        ),
    ],
)
def test_shows_summaries_alone_where_a_section_says_so(
    sections: Mapping[str, Section], summarized: Mapping[str, str]
) -> None:
    config = make_config(sections)
    found = [
        make_candidate("a", sections=["River"]),
        make_candidate("b", sections=["Tea", "River"]),
        make_candidate("c", sections=["Tea"]),
    ]
    names = SectionNames(config.sections)
    learn(names, found)
    choices = choose(config, add_all(found)[0], names)
    assert {choice.slug: "".join(sorted(choice.summarized)) for choice in choices} == summarized
    for choice in choices:
        feed = assemble_feed(config, choice, [make_entry(c.id) for c in choice.candidates])
        without = {entry.id for entry in feed.entries if entry.content is None}
        assert without == set(summarized[choice.slug])
        assert all(entry.summary == "Tea" for entry in feed.entries)


def test_what_a_source_keeps_back_no_feed_gives_away() -> None:
    config = msgspec.structs.replace(
        make_config({"river": Section(content="full"), "all": Section(content="full")}),
        sources=(Source(path="wire", content="summary"), Source(path="sources")),
    )
    wired, own = make_candidate("wired"), make_candidate("own", source=1)
    names = SectionNames(config.sections)
    for choice in choose(config, add_all([wired, own])[0], names):
        assert choice.summarized == {"wired"}


def test_a_retraction_s_notice_is_shown_whole_where_bodies_are_not() -> None:
    config = make_config({"river": Section(content="summary")})
    retracted = make_candidate("a", status="retracted")
    entry = msgspec.structs.replace(make_entry("a"), retracted=True)
    for choice in choose(config, add_all([retracted])[0], SectionNames(config.sections)):
        assert choice.summarized == {"a"}
        assert assemble_feed(config, choice, [entry]).entries == (entry,)


# Feeds.


def make_entry(id: str, updated: datetime = datetime(2020, 5, 25, tzinfo=UTC)) -> Entry:
    return Entry(
        id=id,
        title="Tea",
        link="https://news.example.com/tea",
        updated=updated,
        published=None,
        authors=("Li Wei",),
        categories=("River",),
        summary="Tea",
        content="<p>Tea</p>",
    )


def assemble(config: Config, slug: str, entries: Sequence[Entry] = ()) -> tuple[Choice, object]:
    names = SectionNames(config.sections)
    learn(names, [make_candidate()])
    versions, _ = add_all([make_candidate()])
    choices = {choice.slug: choice for choice in choose(config, versions, names)}
    feed = assemble_feed(config, choices[slug], entries)
    fields = ("id", "title", "description", "link", "language")
    return choices[slug], tuple(getattr(feed, field) for field in fields)


FEEDS = "https://news.example.com/feeds/"
RIVER_ID = "tag:news.example.com,2020:feed/river"


@pytest.mark.parametrize(
    ("slug", "section", "expected"),
    [
        (
            "river",
            Section(),
            (RIVER_ID, "Example Voice: River", "All that is new", f"{FEEDS}river.html", "en"),
        ),
        (
            "river",
            Section(name="The River", match=("River",)),
            (RIVER_ID, "Example Voice: The River", "All that is new", f"{FEEDS}river.html", "en"),
        ),
        (
            "river",
            Section(title="Boats", description="Floods", link="https://r.example/", language="zh"),
            (RIVER_ID, "Boats", "Floods", "https://r.example/", "zh"),
        ),
        (
            "all",
            Section(),
            (
                "tag:news.example.com,2020:feed/all",
                "Example Voice",
                "All that is new",
                f"{FEEDS}all.html",
                "en",
            ),
        ),
        (
            "all",
            Section(title="Everything", name="Ignored"),
            (
                "tag:news.example.com,2020:feed/all",
                "Everything",
                "All that is new",
                f"{FEEDS}all.html",
                "en",
            ),
        ),
    ],
)
def test_a_feed_has_the_metadata_of_site_and_section(
    slug: str, section: Section, expected: tuple[str, ...]
) -> None:
    config = make_config({slug: section})
    choice, shown = assemble(config, slug)
    assert shown == expected
    assert title_of(config.site, choice) == expected[1]


def test_a_feed_is_as_new_as_its_newest_entry() -> None:
    config = make_config()
    newest = datetime(2020, 5, 26, tzinfo=UTC)
    entries = [make_entry("a", newest - timedelta(days=1)), make_entry("b", newest)]
    names = SectionNames({})
    for choice in choose(config, Versions(), names):
        assert assemble_feed(config, choice, entries).updated == newest


def test_a_configured_section_without_entries_is_of_1970(tmp_path: Path) -> None:
    config = make_config({"tea": Section(name="Tea")})
    chosen = choose_ids(config, [make_candidate()])
    assert chosen == {"all": ["a"], "river": ["a"], "tea": []}
    site = make_site(
        tmp_path,
        {"sources/a.jsonl": to_json_lines(TEA)},
        STANDARD_TOML + '[section.tea]\nname = "Tea"\n',
    )
    assert run_cli(site, "build").exit_code == 0
    atom, rss = (etree.parse(site / "feeds" / name).getroot() for name in ("tea.atom", "tea.rss"))
    assert atom.findtext("{http://www.w3.org/2005/Atom}updated") == "1970-01-01T00:00:00Z"
    assert rss.findtext("channel/lastBuildDate") == "Thu, 01 Jan 1970 00:00:00 +0000"
    assert rss.find("channel/item") is None
