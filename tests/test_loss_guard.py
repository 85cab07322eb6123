"""The loss guard: a build that would take entries from subscribers writes nothing (section 3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from feedpub.output.changes import ShownEntry, compare_feeds, read_feed
from feedpub.output.loss_guard import slug_of
from feedpub.output.pairing import pair_entries
from support import Result, make_image, make_site, read_tree, run_cli

TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
limit = {limit}

[[source]]
path = "sources"
{more}
"""
OF_ALL = ("all.atom", "all.rss", "feeds.opml")
Record = Mapping[str, object]


def make_record(number: int, section: str = "River", **fields: object) -> Record:
    """Make a record; the greater its number, the newer it is."""
    return {
        "id": f"s/{number}",
        "title": f"Story {number}",
        "section": section,
        "updated": f"2020-05-01 {number // 60:02}:{number % 60:02}",
        **fields,
    }


def write(site: Path, records: Iterable[Record], *, limit: int = 50, more: str = "") -> Path:
    """Write a site's records and configuration."""
    files = {"sources/a.json": json.dumps(list(records))}
    return make_site(site, files, TOML.format(limit=limit, more=more))


def build_first(site: Path) -> dict[str, bytes]:
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    return read_tree(site / "feeds")


def expect_refusal(site: Path, before: dict[str, bytes]) -> list[str]:
    """Build, see it refused and nothing changed, and give the messages."""
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert read_tree(site / "feeds") == before
    *losses, last = result.stderr.splitlines()
    assert last == "nothing was written"
    return losses


def expect_build(site: Path) -> Result:
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    return result


# A source that yields no record


def test_refuses_a_source_without_records_even_at_first(tmp_path: Path) -> None:
    write(tmp_path, [])
    assert expect_refusal(tmp_path, {}) == [
        "sources: yields no record. If that is right, set allow_empty = true. "
        "To build anyway, pass --accept-loss."
    ]


def test_refuses_a_source_all_of_whose_records_are_rejected(tmp_path: Path) -> None:
    write(tmp_path, [{"id": "1", "section": "River", "updated": "2020-05-25"}])
    loss, titleless = expect_refusal(tmp_path, {})
    assert titleless == "sources/a.json[0]: title: is missing"
    assert loss.startswith("sources: yields no record")


def test_names_the_source_that_is_empty_among_several(tmp_path: Path) -> None:
    more = '[[source]]\npath = "archive"\n'
    write(tmp_path, [make_record(1)], more=more)
    make_site(tmp_path, {"archive/old.json": "[]"}, TOML.format(limit=50, more=more))
    (loss,) = expect_refusal(tmp_path, {})
    assert loss.startswith("archive: yields no record")


def test_lets_a_source_be_empty_that_may_be(tmp_path: Path) -> None:
    more = 'allow_empty = true\n[[source]]\npath = "other"\n'
    make_site(tmp_path, {"other/b.json": json.dumps([make_record(1)])})
    write(tmp_path, [], more=more)
    expect_build(tmp_path)
    assert "river.rss" in read_tree(tmp_path / "feeds")


def test_source_of_withdrawals_and_drafts_is_not_empty(tmp_path: Path) -> None:
    write(tmp_path, [{"id": "1", "status": "withdrawn"}, make_record(2, status="draft")])
    expect_build(tmp_path)


# A section that would vanish


def test_refuses_to_let_a_section_vanish(tmp_path: Path) -> None:
    write(tmp_path, [make_record(1), make_record(2), make_record(3, "Tea")])
    before = build_first(tmp_path)
    write(tmp_path, [make_record(1), make_record(2)])
    (loss,) = expect_refusal(tmp_path, before)
    assert loss == (
        "feeds/tea.atom: would be removed with its entry. To build anyway, pass --accept-loss."
    )


def test_section_that_is_configured_may_be_empty(tmp_path: Path) -> None:
    more = '[section.tea]\nname = "Tea"\n'
    write(tmp_path, [make_record(number) for number in range(4)], more=more)
    assert "tea.rss" in build_first(tmp_path)
    write(tmp_path, [make_record(number) for number in range(5)], more=more)
    expect_build(tmp_path)
    assert "tea.rss" in read_tree(tmp_path / "feeds")


def test_foreign_feed_in_the_output_is_no_section_that_vanishes(tmp_path: Path) -> None:
    write(tmp_path, [make_record(1)])
    build_first(tmp_path)
    (tmp_path / "feeds" / "ballet.rss").write_text("<rss/>")
    expect_build(tmp_path)


# A feed that would lose entries to anything but newer ones


@pytest.mark.parametrize(("kept", "refused"), [(5, False), (4, True), (1, True)])
def test_refuses_a_feed_that_loses_more_than_half(tmp_path: Path, kept: int, refused: bool) -> None:
    write(tmp_path, [make_record(number) for number in range(10)])
    before = build_first(tmp_path)
    write(tmp_path, [make_record(number) for number in range(10 - kept, 10)])
    if not refused:
        expect_build(tmp_path)
        return
    losses = expect_refusal(tmp_path, before)
    assert losses == [
        f"feeds/{slug}.rss: would lose {10 - kept} of 10 entries and gain no newer ones. "
        "To build anyway, pass --accept-loss."
        for slug in ("all", "river")
    ]


def test_entries_that_newer_ones_push_out_are_no_loss(tmp_path: Path) -> None:
    write(tmp_path, [make_record(number) for number in range(10)], limit=10)
    build_first(tmp_path)
    # All ten are gone from the export, and ten newer ones have come.
    write(tmp_path, [make_record(number) for number in range(10, 20)], limit=10)
    report = json.loads(run_cli(tmp_path, "build", "--report", "json").stdout)
    assert report["problems"] == []
    assert "river.rss" in report["written"]


def test_entries_that_older_ones_replace_are_a_loss(tmp_path: Path) -> None:
    write(tmp_path, [make_record(number) for number in range(10, 20)])
    before = build_first(tmp_path)
    # An old export was put back: as many entries, and none of them newer.
    write(tmp_path, [make_record(number) for number in range(10)])
    assert len(expect_refusal(tmp_path, before)) == 2


def test_newer_entries_make_good_for_as_many_and_no_more(tmp_path: Path) -> None:
    write(tmp_path, [make_record(number) for number in range(10)])
    before = build_first(tmp_path)
    # Ten are gone. Four newer ones have come: six are lost.
    write(tmp_path, [make_record(number) for number in range(10, 14)])
    losses = expect_refusal(tmp_path, before)
    assert [loss for loss in losses if "would lose 6 of 10" in loss] == losses
    # Five newer ones: half is lost, and that passes.
    write(tmp_path, [make_record(number) for number in range(10, 15)])
    expect_build(tmp_path)


def test_smaller_limit_is_a_loss(tmp_path: Path) -> None:
    records = [make_record(number) for number in range(10)]
    write(tmp_path, records, limit=10)
    before = build_first(tmp_path)
    write(tmp_path, records, limit=4)
    (loss,) = expect_refusal(tmp_path, before)  # the feed of all keeps its hundred
    assert loss.startswith("feeds/river.rss: would lose 6 of 10 entries")


def test_article_that_leaves_a_section_is_lost_to_it(tmp_path: Path) -> None:
    write(tmp_path, [make_record(number) for number in range(10)])
    before = build_first(tmp_path)
    moved = [make_record(number, "Tea" if number < 6 else "River") for number in range(10)]
    write(tmp_path, moved)
    (loss,) = expect_refusal(tmp_path, before)
    assert loss.startswith("feeds/river.rss: would lose 6 of 10 entries")


def test_loss_in_one_section_keeps_all_from_being_written(tmp_path: Path) -> None:
    sport = [make_record(number, "Sport") for number in range(10)]
    tea = [make_record(100 + number, "Tea") for number in range(10)]
    write(tmp_path, [*sport, *tea])
    before = build_first(tmp_path)
    write(tmp_path, [*sport[8:], *tea, make_record(200, "Tea")])
    losses = expect_refusal(tmp_path, before)
    assert [loss.partition(":")[0] for loss in losses] == ["feeds/sport.rss"]


# Entries that would come up as new


@pytest.mark.parametrize(("renamed", "refused"), [(2, False), (3, True)])
def test_refuses_more_than_a_fifth_of_changed_ids(
    tmp_path: Path, renamed: int, refused: bool
) -> None:
    records = [make_record(number) for number in range(10)]
    write(tmp_path, records)
    before = build_first(tmp_path)
    write(
        tmp_path,
        [
            {**record, "id": f"new/{number}"} if number < renamed else record
            for number, record in enumerate(records)
        ],
    )
    if not refused:
        expect_build(tmp_path)
        return
    losses = expect_refusal(tmp_path, before)
    assert losses == [
        f"feeds/{slug}.rss: would show 3 of 10 entries as new, because their ids change "
        "but their titles and times don't. To build anyway, pass --accept-loss."
        for slug in ("all", "river")
    ]


def test_changed_id_with_another_title_is_another_article(tmp_path: Path) -> None:
    records = [make_record(number) for number in range(10)]
    write(tmp_path, records)
    build_first(tmp_path)
    others = [{**record, "id": f"n/{i}", "title": f"New {i}"} for i, record in enumerate(records)]
    write(tmp_path, [*others[:4], *records[4:]])
    expect_build(tmp_path)


LONG = "The crane of the harbor lifted its first load on day {} of the month."


def make_moving(number: int) -> Record:
    """Make a record without an id, which its link gives."""
    story = make_record(number, content_html=f"<p>{LONG.format(number)}</p>")
    return {"url": f"https://news.example.com/a/{number}", **story, "id": None}


MOVED = {"url": "https://new.example.com/stories/{}"}
WRITTEN_ANEW = {"content_html": "<p>It is said otherwise now, number {}.</p>"}
Fields = Mapping[str, str]


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        # What a move does to links, and to titles and texts beside it.
        ({"url": "https://news.example.com/a/{}/"}, "links, titles, times and texts"),
        (
            {"url": "https://new.example.com/a/{}/index.html?utm_source=x"},
            "links, titles, times and",
        ),
        ({"url": "https://news.example.com/a/{}/", "title": "Tale {}"}, "links, times and texts"),
        ({"url": "https://news.example.com/a/{}/", "title": "STORY — {}"}, "links, titles, times"),
        (MOVED, "titles, times and texts"),
        ({**MOVED, "title": "“Story”: {}"}, "titles, times and texts"),
        ({**MOVED, "title": "Tale {}"}, "times and texts"),
        ({**MOVED, **WRITTEN_ANEW}, "titles and times"),
        ({**MOVED, "content_html": f"<div><h2>{LONG}</h2></div>"}, "titles, times and texts"),
        # Times that a zone moves.
        ({**MOVED, "updated": "2020-05-02 10:0{}"}, "titles and texts"),
        (
            {"url": "https://news.example.com/a/{}?fbclid=1", "updated": "2020-05-02 10:0{}"},
            "links, t",
        ),
        # Other articles: at most one agrees.
        ({**MOVED, **WRITTEN_ANEW, "title": "Tale {}"}, None),
        ({**MOVED, **WRITTEN_ANEW, "updated": "2020-05-09 10:0{}"}, None),
        ({**MOVED, "title": "Tale {}", "updated": "2020-05-09 10:0{}"}, None),
        ({**MOVED, **WRITTEN_ANEW, "title": "Tale {}", "updated": "2020-05-09 10:0{}"}, None),
        # The next issue of a series under one link and title.
        (
            {
                **WRITTEN_ANEW,
                "url": "https://news.example.com/a/{}/",
                "updated": "2020-05-09 10:0{}",
            },
            None,
        ),
    ],
)
@pytest.mark.parametrize("formats", ['["rss"]', '["atom"]', '["json"]'])
def test_sees_that_an_entry_which_comes_is_one_that_goes(
    tmp_path: Path, formats: str, changes: Fields, kept: str | None
) -> None:
    toml = TOML.format(limit=f"50\nformats = {formats}", more="")
    first = [make_moving(number) for number in range(6)]
    before = build_first(make_site(tmp_path, {"sources/a.json": json.dumps(first)}, toml))
    then = [
        {**record, **{name: text.format(number) for name, text in changes.items()}}
        for number, record in enumerate(first)
    ]
    make_site(tmp_path, {"sources/a.json": json.dumps(then)}, toml)
    if kept is None:
        expect_build(tmp_path)
        return
    for loss in expect_refusal(tmp_path, before):
        assert "would show 6 of 6 entries as new, because their ids change but their " in loss
        assert f"but their {kept}" in loss


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # All stories of a CMS under one link, on one day.
        (("Tea", "/news", "2020-05-01"), ("Salt", "/news", "2020-05-01")),
        # Short texts that are those of many.
        (("Tea", "/1", "2020-05-01"), ("Salt", "/2", "2020-05-01")),
        # Titles without a letter.
        (("?", "/1", "2020-05-01"), ("!", "/2", "2020-05-01")),
    ],
)
def test_pairs_no_articles_by_what_many_have(
    old: tuple[str, str, str], new: tuple[str, str, str]
) -> None:
    def make(values: tuple[str, str, str], count: int) -> list[ShownEntry]:
        title, link, day = values
        instant = datetime.fromisoformat(f"{day}T00:00:00Z").timestamp()
        return [
            ShownEntry(str(n), f"{title} {n}" if title.isalpha() else title, instant, "", (), link)
            for n in range(count)
        ]

    assert pair_entries(make(old, 2), make(new, 2)) == []


def test_pairs_each_entry_once(tmp_path: Path) -> None:
    one = ShownEntry("1", "Weather", 1.0, "", (), "https://a.example/1")
    others = [ShownEntry(str(n), "Weather", 1.0, "", (), f"https://a.example/{n}") for n in (2, 3)]
    assert pair_entries([one], others) == [frozenset({"titles", "times"})]
    assert len(pair_entries([one, one], others)) == 2
    assert pair_entries([one], [ShownEntry("2", "Tea", 1.0, "", (), "https://[")]) == []


# Titles and texts that a template at fault makes all alike


def make_story(number: int) -> Record:
    return make_record(number, content_html=f"<p>What happened on day {number}.</p>")


UNDEFINED = {"title": "undefined"}
BODILESS = {"content_html": ""}
PICTURED = {"content_html": '<figure><img src="https://a.example/{}.png"></figure>'}
Change = Callable[[int], Mapping[str, object]]


@pytest.mark.parametrize(
    ("before", "change", "loss"),
    [
        (10, lambda n: UNDEFINED, 'would show 10 of 10 entries with the title "undefined"'),
        (2, lambda n: UNDEFINED, 'would show 2 of 2 entries with the title "undefined"'),
        (10, lambda n: UNDEFINED if n < 6 else {}, 'would show 6 of 10 entries with the title "un'),
        (10, lambda n: UNDEFINED if n < 5 else {}, None),
        (10, lambda n: {"title": "Story 0"}, 'would show 9 of 10 entries with the title "Story 0"'),
        (10, lambda n: {"title": f"Tale {n}"}, None),
        (10, lambda n: BODILESS, "would show 10 of 10 entries without text"),
        (10, lambda n: BODILESS if n < 5 else {}, None),
        (10, lambda n: BODILESS | {"summary": f"Day {n}"}, "would show 10 of 10 entries without"),
        (
            10,
            lambda n: {"content_html": PICTURED["content_html"].format(n)},
            "would show 10 of 10 entries without text",
        ),
        (
            10,
            lambda n: {"content_html": "<p>null</p>"},
            "would show 10 of 10 entries with the same",
        ),
        (10, lambda n: {"content_html": f"<p>It was otherwise on day {n}.</p>"}, None),
        (10, lambda n: {**BODILESS, "status": "retracted"}, None),
        (1, lambda n: {**UNDEFINED, **BODILESS}, None),  # may be a correction
        # Newer articles have come, and they are all like that.
        (3, lambda n: {} if n < 3 else UNDEFINED, 'would show 7 of 10 entries with the title "un'),
        (3, lambda n: {} if n < 3 else BODILESS, "would show 7 of 10 entries without text"),
        (6, lambda n: {} if n < 6 else UNDEFINED, None),
    ],
)
@pytest.mark.parametrize("formats", ['["rss"]', '["atom"]', '["json"]'])
def test_refuses_titles_and_texts_that_become_all_alike(
    tmp_path: Path, formats: str, before: int, change: Change, loss: str | None
) -> None:
    number = before if before in (1, 2) else 10
    toml = TOML.format(limit=f"50\nformats = {formats}", more="")
    first = json.dumps([make_story(n) for n in range(before)])
    build_first(make_site(tmp_path, {"sources/a.json": first}, toml))
    then = json.dumps([{**make_story(n), **change(n)} for n in range(number)])
    make_site(tmp_path, {"sources/a.json": then})
    (tmp_path / "feedpub.toml").write_text(toml)
    result = run_cli(tmp_path, "build")
    if loss is None:
        assert (result.exit_code, result.stderr) == (0, "")
        return
    assert result.exit_code == 1
    assert len([line for line in result.stderr.splitlines() if loss in line]) == 2  # and of all
    assert run_cli(tmp_path, "build", "--accept-loss").exit_code == 0
    assert run_cli(tmp_path, "build").exit_code == 0


def test_titles_that_were_alike_may_be_so_again(tmp_path: Path) -> None:
    write(tmp_path, [make_record(number, title="Weather") for number in range(3)])
    build_first(tmp_path)
    write(tmp_path, [make_record(number, title="Weather") for number in range(20)])
    expect_build(tmp_path)


def test_bodies_that_the_configuration_leaves_out_are_no_loss(tmp_path: Path) -> None:
    stories = [make_story(number) for number in range(10)]
    write(tmp_path, stories)
    build_first(tmp_path)
    write(tmp_path, stories, more='content = "summary"')
    expect_build(tmp_path)
    # Then their summaries are all that there is to lose.
    write(tmp_path, [{**s, "content_html": ""} for s in stories], more='content = "summary"')
    result = run_cli(tmp_path, "build")
    assert (result.exit_code, "would show 10 of 10 entries without text" in result.stderr) == (
        1,
        True,
    )


# What lets a build go ahead


def test_first_build_has_nothing_to_lose(tmp_path: Path) -> None:
    write(tmp_path, [make_record(1)])
    expect_build(tmp_path)


def test_accept_loss_goes_ahead_and_says_what_was_lost(tmp_path: Path) -> None:
    write(tmp_path, [make_record(n) for n in range(10)] + [make_record(20, "Tea")])
    build_first(tmp_path)
    write(tmp_path, [make_record(0)])
    result = run_cli(tmp_path, "build", "--accept-loss")
    assert result.exit_code == 0
    warnings = result.stderr.splitlines()
    assert [warning.split(": ")[:2] for warning in warnings] == [
        ["feeds/all.rss", "warning"],
        ["feeds/river.rss", "warning"],
        ["feeds/tea.atom", "warning"],
    ]
    after = read_tree(tmp_path / "feeds")
    assert sorted(after) == [*OF_ALL, "manifest.json", "river.atom", "river.rss"]
    # The loss was taken: it is none any more.
    expect_build(tmp_path)


def test_accept_loss_empties_a_site(tmp_path: Path) -> None:
    write(tmp_path, [make_record(1)])
    build_first(tmp_path)
    write(tmp_path, [])
    result = run_cli(tmp_path, "build", "--accept-loss")
    assert result.exit_code == 0
    assert "sources: warning: yields no record" in result.stderr
    assert sorted(read_tree(tmp_path / "feeds")) == [*OF_ALL, "manifest.json"]


def test_strict_writes_nothing_for_an_accepted_loss(tmp_path: Path) -> None:
    write(tmp_path, [make_record(number) for number in range(10)])
    before = build_first(tmp_path)
    write(tmp_path, [make_record(0)])
    result = run_cli(tmp_path, "build", "--accept-loss", "--strict")
    assert result.exit_code == 1
    assert read_tree(tmp_path / "feeds") == before


def test_report_of_a_refused_build_lists_no_file(tmp_path: Path) -> None:
    write(tmp_path, [make_record(number) for number in range(10)])
    build_first(tmp_path)
    write(tmp_path, [make_record(0)])
    result = run_cli(tmp_path, "build", "--report", "json")
    report = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (1, "")
    assert (report["written"], report["unchanged"], report["removed"]) == ([], [], [])
    assert [(p["severity"], p["where"], p["kind"]) for p in report["problems"]] == [
        ("error", {"path": "feeds/all.rss", "line": None}, "loss"),
        ("error", {"path": "feeds/river.rss", "line": None}, "loss"),
    ]


def test_diff_tells_of_a_loss_and_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, [make_record(number) for number in range(10)])
    before = build_first(tmp_path)
    write(tmp_path, [make_record(0)])
    result = run_cli(tmp_path, "diff")
    assert result.exit_code == 1
    assert "would lose 9 of 10 entries" in result.stderr
    assert read_tree(tmp_path / "feeds") == before


@pytest.mark.parametrize("formats", ['["atom"]', '["atom", "rss"]'])
def test_guards_feeds_in_every_format(tmp_path: Path, formats: str) -> None:
    records = [make_record(number) for number in range(10)]
    toml = TOML.format(limit=f"50\nformats = {formats}", more="")
    make_site(tmp_path, {"sources/a.json": json.dumps(records)}, toml)
    before = build_first(tmp_path)
    make_site(tmp_path, {"sources/a.json": json.dumps(records[:1])}, toml)
    losses = expect_refusal(tmp_path, before)
    assert [loss.partition(":")[0] for loss in losses] == ["feeds/all.atom", "feeds/river.atom"]


def test_accepted_loss_does_not_ask_to_accept_it(tmp_path: Path) -> None:
    write(tmp_path, [make_record(number) for number in range(10)])
    build_first(tmp_path)
    write(tmp_path, [make_record(0)])
    refused, accepted = run_cli(tmp_path, "build"), run_cli(tmp_path, "build", "--accept-loss")
    assert "--accept-loss" in refused.stderr
    assert "would lose 9 of 10 entries" in accepted.stderr
    assert "--accept-loss" not in accepted.stderr


def test_section_that_vanishes_is_in_the_diff_with_its_entries(tmp_path: Path) -> None:
    write(tmp_path, [make_record(1), make_record(2, "Port")])
    build_first(tmp_path)
    write(tmp_path, [make_record(1)])
    assert "\nport\n  - Story 2 " in run_cli(tmp_path, "diff").stdout


def test_image_of_a_retracted_article_goes_with_its_section(tmp_path: Path) -> None:
    make_site(tmp_path, {"sources/a.jpg": make_image("jpeg", 500, 400)})
    few = "[section.all]\nlimit = 3"  # so that no other feed shows the image
    kept = [make_record(number) for number in range(1, 9)]
    write(tmp_path, [make_record(0, "Port", images=["a.jpg"]), *kept], more=few)
    assert any(path.startswith("media/") for path in build_first(tmp_path))
    write(tmp_path, [make_record(0, status="retracted"), *kept], more=few)
    assert run_cli(tmp_path, "build", "--accept-loss").exit_code == 0
    assert not any(path.startswith("media/") for path in read_tree(tmp_path / "feeds"))


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("river.rss", "river"),
        ("river-2.atom", "river-2"),
        ("all.json", "all"),
        ("feeds.opml", None),
        ("feeds.rss", None),
        ("manifest.json", None),
        ("old/river.rss", None),
        ("media/a.jpg", None),
        ("river.html", None),
    ],
)
def test_tells_which_section_a_file_of_the_output_is_of(path: str, slug: str | None) -> None:
    assert slug_of(path) == slug


RSS_ITEM = """<item><guid>urn:1</guid><title>One</title><pubDate>Mon, 25 May 2020 10:00:00 +0800
</pubDate></item>"""
ATOM_ENTRY = """<entry><id>urn:1</id><title>One</title><updated>2020-05-26T00:00:00Z</updated>
<published>2020-05-25T10:00:00+08:00</published></entry>"""


@pytest.mark.parametrize(
    "feed",
    [
        f"<rss><channel>{RSS_ITEM}</channel></rss>",
        f'<feed xmlns="http://www.w3.org/2005/Atom">{ATOM_ENTRY}</feed>',
        json.dumps(
            {
                "items": [
                    {
                        "id": "urn:1",
                        "title": "One",
                        "date_published": "2020-05-25T10:00:00+08:00",
                        "date_modified": "2020-05-26T00:00:00Z",
                    }
                ]
            }
        ),
    ],
    ids=["rss", "atom", "json"],
)
def test_reads_what_a_feed_shows_in_every_format(feed: str) -> None:
    (entry,) = read_feed(feed.encode())
    assert (entry.id, entry.title, entry.instant) == ("urn:1", "One", 1590372000.0)
    (other,) = read_feed(feed.replace("One", "Two").encode())
    change = compare_feeds("river", [entry], [other])
    assert (change.changed, change.added, change.removed) == (((entry, other),), (), ())
    assert (change.kept, compare_feeds("river", [], [other]).kept) == (1, 0)
