"""`feedpub explain` says what a person needs to know, above all of timestamps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import STANDARD_TOML, make_site, run_cli

RECORD = {"id": "1", "title": "Title", "section": "News"}


@pytest.mark.parametrize(
    ("text", "value", "told"),
    [
        (
            "Updated : 2020-05-25",
            "2020-05-25T00:00:00+08:00",
            [
                '"year-month-day", date only, 00:00 in Asia/Shanghai',
                'read from "2020-05-25", precise to the day',
                "time zone of texts without one: Asia/Shanghai (site.timezone)",
            ],
        ),
        (
            "Updated : 05/06/2020",
            "none",
            ['Set date_order to "DMY" or "MDY".', "it could be 2020-05-06 or 2020-06-05"],
        ),
        ("2020-05-25 10:32 CST", "none", ["Set abbreviations = { CST"]),
        ("1986-05-04 02:30", "1986-05-04T03:30:00+09:00", ["flags: nonexistent"]),
    ],
)
def test_explains_a_bare_text(tmp_path: Path, text: str, value: str, told: list[str]) -> None:
    site = make_site(tmp_path, {"sources/a.jsonl": json.dumps({**RECORD, "updated": "2020-05-25"})})
    result = run_cli(site, "explain", "--text", "-", stdin=text.encode())
    assert f"updated    {value}\n" in result.stdout
    for line in told:
        assert line in result.stdout
    assert result.exit_code == (1 if value == "none" else 0)


def test_json_carries_what_the_text_says(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"sources/a.jsonl": json.dumps({**RECORD, "updated": "2020-05-25"})})
    result = run_cli(site, "explain", "--text", "--json", "-", stdin=b"05/06/2020\n\n25/06/2020\n")
    refused, read = map(json.loads, result.stdout.splitlines())
    assert refused["result"] == "rejected"
    assert refused["where"] == {"path": "-", "line": 1, "record": None}
    assert refused["fields"][0]["details"] == {
        "kind": "ambiguous",
        "readings": ["2020-05-06", "2020-06-05"],
        "remedy": 'date_order = "DMY" or "MDY"',
        "zone": "Asia/Shanghai",
        "zone_from": "site.timezone",
    }
    assert read["where"]["line"] == 3
    assert read["fields"][0]["value"] == "2020-06-25T00:00:00+08:00"


def test_names_the_source_s_zone_where_it_has_one(tmp_path: Path) -> None:
    toml = STANDARD_TOML + 'timezone = "Europe/Berlin"\ndate_order = "DMY"\n'
    record = {**RECORD, "updated": "05/06/2020 10:30", "published": "1 June 2020"}
    site = make_site(tmp_path, {"sources/a.jsonl": json.dumps(record)}, toml)
    told = run_cli(site, "explain", "sources/a.jsonl").stdout
    assert "updated    2020-06-05T10:30:00+02:00\n" in told
    assert "published  2020-06-01T00:00:00+02:00\n" in told
    assert "time zone of texts without one: Europe/Berlin (source[0].timezone)" in told


def test_explains_every_record_of_a_file_and_its_faults(tmp_path: Path) -> None:
    lines = [
        json.dumps({**RECORD, "updated": "2020-05-25"}),
        '{"id": "2", "title": "cut',
        json.dumps({"id": "3", "title": "Draft", "status": "draft"}),
        json.dumps({"id": "4", "section": [True], "updated": "2020-05-25"}),
    ]
    site = make_site(tmp_path, {"sources/a.jsonl": "\n".join(lines)})
    result = run_cli(site, "explain", "--json", "sources/a.jsonl")
    told = list(map(json.loads, result.stdout.splitlines()))
    assert [(one["where"]["line"], one["result"]) for one in told] == [
        (1, "published"),
        (2, "rejected"),
        (3, "left out"),
        (4, "rejected"),
    ]
    assert [problem["field"] for problem in told[3]["problems"]] == ["section", "title"]
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("policy", "result", "exit_code"),
    [
        ("withhold", "withheld until 2027-01-01T08:00:00+08:00", 0),
        ("publish", "published", 0),
        ("reject", "rejected", 1),
    ],
)
def test_says_what_becomes_of_a_record_that_is_not_due(
    tmp_path: Path, policy: str, result: str, exit_code: int
) -> None:
    toml = STANDARD_TOML.replace("[[source]]", f'future = "{policy}"\n\n[[source]]')
    record = json.dumps({**RECORD, "updated": "2027-01-01 08:00"})
    site = make_site(tmp_path, {"sources/a.jsonl": record}, toml)
    done = run_cli(site, "explain", "sources/a.jsonl")
    assert done.stdout.splitlines()[0] == f"sources/a.jsonl:1: {result}"
    assert done.exit_code == exit_code


def test_shows_lists_and_a_notice_as_they_stand_in_the_record(tmp_path: Path) -> None:
    record = {
        **RECORD,
        "updated": "2020-05-25",
        "body": "It was so.",
        "status": "retracted",
        "notice": "It was not.",
        "tags": ["ferries", "quays"],
        "section": ["News", {"name": "Town"}],
    }
    site = make_site(tmp_path, {"sources/a.jsonl": json.dumps(record)})
    (line,) = run_cli(site, "explain", "--json", "sources/a.jsonl").stdout.splitlines()
    fields = {field["field"]: field for field in json.loads(line)["fields"]}
    assert fields["tags"]["raw"] == "ferries; quays"
    assert fields["section"]["raw"] == '["News", {"name": "Town"}]'
    assert fields["content"]["found"] == "its name, notice"


def test_text_that_is_no_file_is_told_what_is_expected(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"sources/a.jsonl": json.dumps(RECORD)})
    result = run_cli(site, "explain", "--text", "Updated : 2020")
    assert result.exit_code == 2
    assert result.stderr == (
        '"Updated : 2020": can\'t be read: No such file or directory. '
        "Pass a file of timestamps, one per line, or - for standard input.\n"
    )


def test_says_what_found_each_field_of_a_page(tmp_path: Path) -> None:
    html = """<meta property="article:modified_time" content="2020-05-25T10:00:00+08:00">
<div class="breadcrumb"><a href="/">Home</a> &gt; <a>Town</a></div><h1 class="head">A headline</h1>
<div id="text"><p>One sentence of it.</p><p>And another one.</p></div>"""
    text = "Home>Town\n\nA headline\n\n(River Post) Updated : 2020-05-25\n\nA paragraph.\n"
    toml = STANDARD_TOML + 'selectors = { title = ".head", body = "#text" }\n'
    site = make_site(tmp_path, {"sources/a.html": html, "sources/b.txt": text}, toml)
    result = run_cli(site, "explain", "--json", "sources/a.html", "sources/b.txt")
    page, plain = (
        {field["field"]: field.get("found") for field in json.loads(line)["fields"]}
        for line in result.stdout.splitlines()
    )
    assert page["title"] == "CSS selector .head"
    assert page["content"] == "CSS selector #text"
    assert page["updated"] == "meta article:modified_time"
    assert page["section"] == "the page's breadcrumb"
    assert page["id"] is None
    assert plain["section"] == "the breadcrumb, line 1"
    assert plain["author"] == plain["updated"] == "the byline, line 5"
    assert plain["content"] == "the paragraphs from line 7"
    assert "found by: CSS selector .head" in run_cli(site, "explain", "sources/a.html").stdout


def test_tells_the_whole_of_a_record_that_one_field_rejects(tmp_path: Path) -> None:
    record = {
        **RECORD,
        "updated": "05/06/2020",
        "author": "Li Wei",
        "body": "It was <so>.",
        "images": [
            {"src": "https://img.example.com/a.png", "caption": "A boat", "alt": "Boat"},
            {"src": "lost.png", "credit": "Li Wei"},
        ],
        "tags": 5.5,
    }
    site = make_site(tmp_path, {"sources/a.jsonl": json.dumps(record)})
    (line,) = run_cli(site, "explain", "--json", "sources/a.jsonl").stdout.splitlines()
    told = json.loads(line)
    fields = {field["field"]: field for field in told["fields"]}
    assert told["result"] == "rejected"
    assert fields["updated"]["rule"].startswith("refused: is ambiguous")
    assert fields["updated"]["raw"] == "05/06/2020"
    assert fields["updated"]["value"] is None
    assert fields["title"]["value"] == "Title"
    assert fields["author"]["value"] == ["Li Wei"]
    assert fields["section"]["value"] == ["News (news)"]
    assert fields["summary"]["value"] == "It was <so>."
    assert fields["content"]["details"]["html"] == "<p>It was &lt;so&gt;.</p>"
    assert fields["link"]["value"].startswith("https://news.example.com/feeds/news.html#")
    assert fields["images"]["value"] == [
        {
            "src": "https://img.example.com/a.png",
            "caption": "A boat",
            "alt": "Boat",
            "url": "https://img.example.com/a.png",
        },
        {"src": "lost.png", "credit": "Li Wei"},
    ]
    assert [problem["field"] for problem in told["problems"]] == ["updated", "images", "images"]


def test_tells_what_it_can_of_a_record_without_title_and_section(tmp_path: Path) -> None:
    record = {**RECORD, "id": [], "title": [], "section": [[]], "updated": "a", "body": "So."}
    site = make_site(tmp_path, {"sources/a.jsonl": json.dumps(record)})
    result = run_cli(site, "explain", "--json", "sources/a.jsonl")
    told = json.loads(result.stdout)
    assert {field["field"]: field["value"] for field in told["fields"]} == {
        "title": None,
        "id": None,
        "section": None,
        "updated": None,
        "published": None,
        "author": ["Example Voice"],
        "summary": "So.",
        "content": "10 characters of HTML",
    }
    assert [p["field"] for p in told["problems"]] == ["id", "section", "title", "updated"]


def test_page_tells_where_a_relative_image_lies_elsewhere(tmp_path: Path) -> None:
    page = """<link rel="canonical" href="https://news.example.com/a/b.html">
<meta property="article:modified_time" content="yesterday"><h1>A headline</h1>
<article><figure><img src="boat.jpg" alt="A boat"></figure>
<p>One sentence of it.</p><p>And another one.</p></article>"""
    site = make_site(tmp_path, {"sources/News/a.html": page})
    told = json.loads(run_cli(site, "explain", "--json", "sources/News/a.html").stdout)
    (image,) = next(f["value"] for f in told["fields"] if f["field"] == "images")
    assert (image["src"], image["elsewhere"], image["alt"]) == (
        "boat.jpg",
        "https://news.example.com/a/boat.jpg",
        "A boat",
    )
