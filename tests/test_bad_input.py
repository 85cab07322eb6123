"""Bad input, through the command line: one clear problem each, and the rest is published."""

from __future__ import annotations

import gzip
import json
import os
import random
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedpub.errors import describe_value
from feedpub.systems.names import field_names
from support import (
    STANDARD_TOML,
    Result,
    examples,
    make_image,
    make_site,
    read_tree,
    run_cli,
    run_feedpub,
    to_json_lines,
)

GOOD = {"id": "good", "title": "Good", "section": "Good", "updated": "2020-05-24"}
BAD = {"id": "bad", "title": "Bad", "section": "Bad", "updated": "2020-05-25"}
GOOD_LINE = to_json_lines(GOOD)
PAGE = "Home>Bad\n\nBad\n\n(news.example.com) Updated : 2020-05-25\n\nOne.\n"


def without(*names: str, **values: object) -> dict[str, object]:
    kept = {name: value for name, value in BAD.items() if name not in names}
    return {**kept, **values}


def line(*names: str, **values: object) -> str:
    return GOOD_LINE + to_json_lines(without(*names, **values))


# File, content, line (or index in a list), field, value: each is one error.
Row = tuple[str, str | bytes, int | None, str | None, str | None]
ERRORS: Sequence[Row] = [
    # Without a title.
    ("a.jsonl", line("title"), 2, "title", None),
    ("a.jsonl", line(title=" <b> </b> "), 2, "title", " <b> </b> "),
    ("a.jsonl", line(title=["Bad"]), 2, "title", "['Bad']"),
    ("a.json", json.dumps(without("title")), 1, "title", None),
    (
        "a.csv",
        "id,title,section,updated\n1,Good,Good,2020-05-25\n2,,Bad,2020-05-25\n",
        3,
        "title",
        None,
    ),
    # Without any date.
    ("a.jsonl", line("updated"), 2, "updated", None),
    (
        "a.txt",
        PAGE.replace("(news.example.com) Updated : 2020-05-25", "By the river"),
        1,
        "updated",
        None,
    ),
    # With a section that is not one.
    ("a.jsonl", line(section=[True]), 2, "section", "[True]"),
    # With a date that is refused.
    ("a.jsonl", line(updated="when it rains"), 2, "updated", "when it rains"),
    ("a.jsonl", line(published="2020-05-32"), 2, "published", "2020-05-32"),
    ("a.jsonl", line(updated={"at": 5}), 2, "updated", "{'at': 5}"),
    ("a.csv", 'id,title,section,updated\n1,"a\nb",Bad,soon\n', 2, "updated", "soon"),
    # Without an id, in a file of many.
    ("a.jsonl", line("id"), 2, "id", None),
    ("a.jsonl", line(id=False), 2, "id", "False"),
    # A line that is cut, or no object.
    ("a.jsonl", GOOD_LINE + '{"id": "bad", "ti\n', 2, None, '{"id": "bad", "ti'),
    ("a.jsonl", GOOD_LINE + '["bad"]\n', 2, None, '["bad"]'),
    ("a.ndjson", "7\n", 1, None, "7"),
    ("a.json", '{"id": "bad",\n"title": "Ba', 2, None, None),
    # A row that lacks cells at its end, and one with too many.
    ("a.csv", "id,title,section,updated\n2,Bad,Bad\n", 2, "updated", None),
    ("a.csv", 'id,title\n\n2,"Bad\nBad",Bad\n', 3, None, "2,Bad\nBad,Bad"),
    # In the wrong encoding.
    ("a.jsonl", (GOOD_LINE + '{"id": "café"}\n').encode("latin-1"), 2, None, '{"id": "caf\ufffd"}'),
    ("a.json", '{\n"title": "café"}'.encode("latin-1"), 2, None, None),
    ("a.csv", "id,title\n1,brød\n".encode("latin-1"), 2, None, "1,br\ufffdd"),
    ("a.txt", PAGE.replace("One", "café").encode("latin-1"), 7, None, None),
    ("a.jsonl", json.dumps(BAD).encode("utf-16"), None, None, None),
    # An empty file.
    ("a.json", "", None, None, None),
    ("a.jsonl", "\n\n", None, None, None),
    ("a.csv", "\ufeff", None, None, None),
    ("a.txt", " \n", None, None, None),
    ("a.jsonl.gz", gzip.compress(b"", mtime=0), None, None, None),
    # Front matter that is missing, hostile, or at fault in a field.
    ("a.md", "---\n# Bad\n\nOne.\n", 1, None, None),
    ("a.md", "---\ntitle: Bad\ntitle: Worse\n---\n", 3, None, None),
    ("a.md", "---\ntitle: Bad\nsection: Bad\nupdated: soon\n---\n", 4, "updated", "soon"),
    ("a.md", "+++\ntitle = 'Bad'\nsection = 'Bad'\n+++\n", 1, "updated", None),
    ("a.tsv", "id\ttitle\tsection\tupdated\n2\tBad\tBad\tsoon\n", 2, "updated", "soon"),
    # An archive that is cut.
    ("a.json.gz", gzip.compress(json.dumps(BAD).encode(), mtime=0)[:-9], None, None, None),
    ("a.jsonl.gz", b"no archive", None, None, None),
]


def run_reports(site: Path, *args: str) -> tuple[Result, dict[str, Any], list[str]]:
    """Run a command with each report: text, the object of json, the lines of github."""
    text = run_cli(site, *args)
    as_json = run_cli(site, *args, "--report", "json")
    github = run_cli(site, *args, "--report", "github")
    assert as_json.exit_code == github.exit_code == text.exit_code
    assert as_json.stderr == github.stderr
    assert all(line.startswith("note: ") for line in as_json.stderr.splitlines())
    report = json.loads(as_json.stdout)
    assert isinstance(report, dict)
    return text, report, github.stdout.splitlines()


def read_titles(site: Path, name: str = "all.rss") -> list[str | None]:
    return [
        title.text for title in etree.parse(site / "feeds" / name).iterfind("channel/item/title")
    ]


def quote(value: str) -> str:
    return value.replace("\n", "\\n")


@pytest.mark.parametrize(("name", "content", "number", "field", "value"), ERRORS)
@pytest.mark.parametrize("command", ["build", "check"])
def test_each_fault_is_one_error_with_file_line_field_and_value(
    tmp_path: Path,
    command: str,
    name: str,
    content: str | bytes,
    number: int | None,
    field: str | None,
    value: str | None,
) -> None:
    path = f"sources/{name}"
    site = make_site(tmp_path, {path: content, "sources/good.jsonl": GOOD_LINE})
    text, report, github = run_reports(site, command)
    assert text.exit_code == 1

    place = path if number is None else f"{path}:{number}"
    shown = f"{field}: " if field else ""
    shown += f'"{quote(value)}" ' if value is not None else ""
    (error,) = text.stderr.splitlines()
    assert error.startswith(f"{place}: {shown}")
    message = error.removeprefix(f"{place}: {shown}")
    # A sentence for the fault, and one for the remedy.
    assert message and message.endswith(".") == (". " in message)

    (problem,) = report["problems"]
    assert problem.pop("kind")
    assert problem == {
        "severity": "error",
        "where": {"path": path, "line": number},
        "field": field,
        "value": value,
        "message": problem["message"],
    }
    assert quote(problem["message"]) == message
    assert report["rejected"] == 1

    line_property = "" if number is None else f",line={number}"
    shown = shown.replace("\\n", "%0A")
    assert github == [f"::error file={path}{line_property}::{shown}{message}"]

    if command == "build":
        assert "Good" in read_titles(site)
        assert "Bad" not in read_titles(site)
    else:
        assert not (site / "feeds").exists()


HEADER = "id,title,section,updated\n"
ROWS = [f"{number},Tëa {number},Tea,2020-05-2{number}\n" for number in range(6)]
OBJECTS = [
    f'{{"id": "{n}", "title": "Tëa {n}", "section": "Tea", "updated": "2020-05-2{n}"}}'
    for n in range(6)
]
# File, what stands before the records, the records, and what stands after them.
DAMAGED: Sequence[tuple[str, str, Sequence[str], str]] = [
    ("a.csv", HEADER, ROWS, ""),
    ("a.csv.gz", HEADER, ROWS, ""),
    ("a.csv", HEADER, [row.replace("\n", "\r\n") for row in ROWS], ""),
    ("a.tsv", HEADER.replace(",", "\t"), [row.replace(",", "\t") for row in ROWS], ""),
    ("a.jsonl", "", [text + "\n" for text in OBJECTS], ""),
    ("a.jsonl.gz", "", [text + "\n" for text in OBJECTS], ""),
    ("a.json", "[\n", [text + ",\n" for text in OBJECTS[:5]], OBJECTS[5] + "]"),
    (
        "a.json",
        '{"stories": [\n',
        [text + ",\n" for text in OBJECTS[:5]],
        OBJECTS[5] + "]}",
    ),
]


def damage_one(bad: bytes | None, records: Sequence[str], encoding: str = "utf-8") -> bytes:
    """Encode records; put bytes into the third one, or encode it in another encoding."""
    encoded = [record.encode(encoding) for record in records]
    if bad is None:
        encoded[2] = records[2].replace("Tëa", "Tëa in the café à Noël " * 9).encode("latin-1")
    else:
        mark = "ë".encode(encoding)
        encoded[2] = encoded[2].replace(mark, mark + bad)
    return b"".join(encoded)


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\x80", b"\xed\xa0\x80", None])
@pytest.mark.parametrize(("name", "before", "records", "after"), DAMAGED)
def test_byte_that_is_not_in_the_encoding_costs_its_record(
    tmp_path: Path, name: str, before: str, records: Sequence[str], after: str, bad: bytes | None
) -> None:
    content = before.encode() + damage_one(bad, records) + after.encode()
    if name.endswith(".gz"):
        content = gzip.compress(content)
    site = make_site(tmp_path, {f"sources/{name}": content})
    error = run_cli(site, "build").stderr.splitlines()[0]
    place = "[2]" if name == "a.json" else f":{len(before.splitlines()) + 3}"
    assert error.startswith(f"sources/{name}{place}: ")
    assert "is not valid UTF-8, although the rest is: " in error
    assert sorted(filter(None, read_titles(site))) == [f"Tëa {n}" for n in (0, 1, 3, 4, 5)]


def test_half_a_pair_of_utf_16_costs_its_row(tmp_path: Path) -> None:
    content = (HEADER.encode("utf-16"), damage_one(b"\x00\xd8", ROWS, "utf-16-le"))
    site = make_site(tmp_path, {"sources/a.csv": b"".join(content)})
    (error,) = run_cli(site, "build").stderr.splitlines()
    assert error.startswith("sources/a.csv:4: ")
    assert "is not valid UTF-16-LE, which its byte order mark names: " in error
    assert sorted(filter(None, read_titles(site))) == [f"Tëa {n}" for n in (0, 1, 3, 4, 5)]


def test_an_item_of_a_list_is_named_by_its_index(tmp_path: Path) -> None:
    items = [GOOD, 5, without("title"), without(updated="soon")]
    site = make_site(tmp_path, {"sources/a.json": json.dumps(items)})
    text, report, github = run_reports(site, "build")
    assert text.exit_code == 1
    assert [error.partition(": ")[0] for error in text.stderr.splitlines()] == [
        "sources/a.json[1]",
        "sources/a.json[2]",
        "sources/a.json[3]",
    ]
    assert [problem["where"] for problem in report["problems"]] == [
        {"path": "sources/a.json", "line": None, "record": index} for index in (1, 2, 3)
    ]
    assert all(error.startswith("::error file=sources/a.json::") for error in github)
    assert len(github) == 3
    assert read_titles(site) == ["Good"]


def test_all_faults_of_a_record_are_named_and_it_counts_once(tmp_path: Path) -> None:
    rows = GOOD_LINE + '{"id": [], "section": [true], "updated": "soon", "published": "later"}\n'
    site = make_site(tmp_path, {"sources/a.jsonl": rows})
    text, report, github = run_reports(site, "build")
    assert text.exit_code == 1
    fields = ["id", "published", "section", "title", "updated"]
    assert [error.split(": ")[1] for error in text.stderr.splitlines()] == fields
    assert len(github) == len(fields)
    assert report["rejected"] == 1


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_folder_or_a_pipe_where_a_file_should_be_is_one_error(
    tmp_path: Path, command: str
) -> None:
    site = make_site(tmp_path, {"sources/good.jsonl": GOOD_LINE, "sources/a.json/x.json": "{}"})
    os.mkfifo(site / "sources/b.jsonl.gz")
    os.mkfifo(site / "sources/c.md")
    (site / "sources/d.tsv").symlink_to("/dev/zero")
    text, report, github = run_reports(site, command)
    assert text.exit_code == 1
    assert text.stderr.splitlines() == [
        "sources/a.json: is a folder; expected a file",
        "sources/b.jsonl.gz: is not a regular file",
        "sources/c.md: is not a regular file",
    ]
    assert github == [
        "::error file=sources/a.json::is a folder; expected a file",
        "::error file=sources/b.jsonl.gz::is not a regular file",
        "::error file=sources/c.md::is not a regular file",
    ]
    assert report["rejected"] == 3
    if command == "build":
        assert read_titles(site) == ["Good"]


def test_one_bad_record_of_a_thousand_leaves_the_others(tmp_path: Path) -> None:
    rows = [{**GOOD, "id": str(n), "title": f"Good {n}"} for n in range(1000)]
    rows[500]["updated"] = "soon"
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*rows)})
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert result.stderr.startswith('sources/a.jsonl:501: updated: "soon" ')
    assert "1,000 records in 1 section, 1 rejected" in result.stdout
    assert len(read_titles(site, "all.rss")) == 100


@pytest.mark.parametrize(
    ("args", "toml", "exit_code"),
    [
        ((), "", 1),
        (("--max-rejected", "2"), "", 0),
        (("--max-rejected", "1"), "", 1),
        (("--max-rejected", "20%"), "", 0),
        (("--max-rejected", "19%"), "", 1),
        ((), "max_rejected = 2", 0),
        ((), 'max_rejected = "20%"', 0),
        (("--max-rejected", "0"), "max_rejected = 2", 1),
    ],
)
def test_rejected_records_may_be_let_pass(
    tmp_path: Path, args: Sequence[str], toml: str, exit_code: int
) -> None:
    rows = [{**GOOD, "id": str(n)} for n in range(8)] + [without("title"), without("title", id="c")]
    settings = STANDARD_TOML.replace("[[source]]", f"{toml}\n[[source]]")
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*rows)}, settings)
    assert run_cli(site, "build", *args).exit_code == exit_code
    assert len(read_titles(site)) == 8


def test_a_strict_build_with_any_problem_writes_nothing(tmp_path: Path) -> None:
    row = {**GOOD, "image": "missing.jpg"}
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(row)})
    result = run_cli(site, "build", "--strict")
    assert result.exit_code == 1
    assert "nothing was written" in result.stderr
    assert read_tree(site / "feeds") == {}
    assert run_cli(site, "build").exit_code == 0


# Images.

JPEG = make_image("JPEG", 640, 480)
IMAGES: Mapping[str, bytes] = {
    "sources/b/empty.jpg": b"",
    "sources/b/text.jpg": b"no image at all",
    "sources/b/page.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "sources/b/cut.jpg": JPEG[: len(JPEG) // 2],
    "sources/b/cut.png": make_image("PNG", 64, 48)[:-30],
    "sources/b/cut.gif": make_image("GIF", 64, 48)[:-300],
    "sources/b/cut.webp": make_image("WEBP", 64, 48)[:-9],
    "sources/b/head.jpg": JPEG[:3],
    "sources/b/folder.jpg/x.jpg": JPEG,
    "secret/secret.jpg": JPEG,
    "sources.jpg": JPEG,
}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("missing.jpg", "is missing"),
        ("text.jpg/x.jpg", "is missing"),
        ("empty.jpg", "is empty"),
        ("text.jpg", "is not a JPEG"),
        ("page.png", "is an SVG image"),
        ("cut.jpg", "is truncated or corrupt"),
        ("cut.png", "is truncated or corrupt"),
        ("cut.gif", "is truncated or corrupt"),
        ("cut.webp", "is "),
        ("head.jpg", "is "),
        ("folder.jpg", "is not a regular file"),
        ("pipe.jpg", "is not a regular file"),
        (".", "is not a regular file"),
        (" ", "is not a regular file"),
        ("..", "is not a regular file"),
        ("../../secret/secret.jpg", "is outside the folder of the source"),
        ("../../sources.jpg", "is outside the folder of the source"),
        ("link.jpg", "is outside the folder of the source"),
        ("linked/secret.jpg", "is outside the folder of the source"),
        ("round.jpg", "is "),
        # An address on the site, whatever there is on the disk.
        ("SITE/secret/secret.jpg", "is linked, but not enclosed, because its file on the site"),
        ("/dev/zero", "is linked, but not enclosed, because its file on the site"),
        ("file:///dev/zero", "is neither a file beside the record nor"),
        ("c:\\x.jpg", "is neither a file beside the record nor an http or https URL"),
        ("..\\x.jpg", "is not a relative path"),
        ("data:image/png;base64,AAAA", "is neither a file beside the record nor"),
        ("javascript:alert(1)", "is neither a file beside the record nor"),
        ("a\x00.jpg", "is not a relative path"),
        ("a" * 5000 + ".jpg", "is not a path that can be followed|can't be read"),
        ("https://", "has no host"),
        ("https://cdn.example.com/x.jpg", "is linked, but not enclosed"),
    ],
)
def test_an_image_that_cannot_be_measured_is_a_warning(
    tmp_path: Path, source: str, message: str
) -> None:
    source = source.replace("SITE", str(tmp_path))
    row = (
        {**GOOD, "images": [{"src": source, "caption": "Cup"}]}
        if source != " "
        else {**GOOD, "image": " "}
    )
    site = make_site(tmp_path, {"sources/b/a.jsonl": to_json_lines(row), **IMAGES})
    os.mkfifo(site / "sources/b/pipe.jpg")
    (site / "sources/b/link.jpg").symlink_to(site / "secret/secret.jpg")
    (site / "sources/b/linked").symlink_to(site / "secret")
    (site / "sources/b/round.jpg").symlink_to("round.jpg")
    toml = STANDARD_TOML + 'exclude = ["*.jpg/*"]\n'
    (site / "feedpub.toml").write_text(toml)
    text, report, github = run_reports(site, "build")
    assert text.exit_code == 0
    (problem,) = report["problems"]
    assert (problem["severity"], problem["field"]) == ("warning", "images")
    assert problem["where"] == {"path": "sources/b/a.jsonl", "line": 1}
    assert problem["value"] == (source.strip() if len(source) < 200 else source[:199] + "…")
    assert problem["message"].startswith(tuple(message.split("|")))
    (warning,) = text.stderr.splitlines()
    assert warning.startswith('sources/b/a.jsonl:1: warning: images: "')
    (annotation,) = github
    assert annotation.startswith('::warning file=sources/b/a.jsonl,line=1::images: "')
    # The entry is published, without an enclosure and without a file.
    assert read_titles(site) == ["Good"]
    assert etree.parse(site / "feeds/all.rss").find("channel/item/enclosure") is None
    assert not any(name.startswith("media/") for name in read_tree(site / "feeds"))
    assert run_cli(site, "check").exit_code == 0
    assert run_cli(site, "check", "--strict").exit_code == 1


@pytest.mark.parametrize("field", ["image", "audio", "video"])
def test_folder_that_is_named_as_media_costs_no_article(tmp_path: Path, field: str) -> None:
    rows = to_json_lines(GOOD, {**BAD, field: "Tea"})
    files: dict[str, str | bytes] = {"sources/a.jsonl": rows, "sources/Tea/cup.jpg": JPEG}
    result = run_cli(make_site(tmp_path, files), "build")
    assert result.exit_code == 0
    assert '"Tea" is not a regular file' in result.stderr
    assert sorted(map(str, read_titles(tmp_path))) == ["Bad", "Good"]


def test_one_bad_image_leaves_the_others(tmp_path: Path) -> None:
    row = {**GOOD, "images": ["missing.jpg", "cup.jpg", "empty.jpg"]}
    site = make_site(
        tmp_path,
        {
            "sources/a.jsonl": to_json_lines(row),
            "sources/cup.jpg": JPEG,
            "sources/empty.jpg": b"",
        },
    )
    result = run_cli(site, "build")
    assert result.exit_code == 0
    assert len(result.stderr.splitlines()) == 2
    (enclosure,) = etree.parse(site / "feeds/good.rss").iterfind("channel/item/enclosure")
    assert (enclosure.get("type"), enclosure.get("length")) == ("image/jpeg", str(len(JPEG)))


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"images": 5}, "images", "5"),
        ({"images": {"caption": "Cup"}}, "images", "{'caption': 'Cup'}"),
        ({"link": "javascript:alert(1)"}, "link", "javascript:alert(1)"),
        ({"link": 5}, "link", "5"),
        ({"author": [[5]]}, "author", "[5]"),
        ({"source": ["Wire"]}, "source", "['Wire']"),
        ({"summary": {"text": "Tea"}}, "summary", "{'text': 'Tea'}"),
        ({"content_html": 5}, "content_html", "5"),
        ({"content_text": [1]}, "content_text", "[1]"),
        ({"tags": [True]}, "tags", "[True]"),
        ({"published": "2020-05-26"}, "updated", "2020-05-24"),
    ],
)
def test_what_can_be_left_out_is_a_warning(
    tmp_path: Path, values: Mapping[str, object], field: str, value: str
) -> None:
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines({**GOOD, **values})})
    text, report, _ = run_reports(site, "build")
    assert text.exit_code == 0
    (problem,) = report["problems"]
    assert (problem["severity"], problem["field"], problem["value"]) == ("warning", field, value)
    assert read_titles(site) == ["Good"]


@pytest.mark.parametrize("field", ["content_html", "content_text"])
def test_body_that_would_stop_its_feed_is_left_out(tmp_path: Path, field: str) -> None:
    rows = to_json_lines({**BAD, field: "<p>a</p>" * 2_200_000}, {**GOOD, field: "<p>Tea.</p>"})
    site = make_site(tmp_path, {"sources/a.jsonl": rows})
    result = run_cli(site, "build")
    assert result.exit_code == 0
    (told,) = [line for line in result.stderr.splitlines() if not line.startswith("note: ")]
    assert told.startswith("sources/a.jsonl:1: warning: ")
    assert "has 17,600,000 characters; expected at most 2,000,000. It is left out" in told
    assert read_titles(site) == ["Bad", "Good"]


def test_page_in_a_language_that_does_not_exist_costs_one_warning(tmp_path: Path) -> None:
    page = (
        '<html lang="{lang}"><title>Tea {n}</title><meta property="article:section" content="Tea">'
        '<link rel="canonical" href="https://news.example.com/{n}"><h1>Tea {n}</h1>'
        '<time datetime="2020-05-25T10:00:00Z">May 25</time><p>Steam rose over the river.</p>'
    )
    pages = {
        f"sources/{n}.html": page.format(n=n, lang="jp" if n == 7 else "en") for n in range(40)
    }
    result = run_cli(make_site(tmp_path, dict(pages)), "build")
    assert result.exit_code == 0
    (told,) = (line for line in result.stderr.splitlines() if not line.startswith("note: "))
    assert told.startswith('sources/7.html:1: warning: language: "jp" is not a registered language')
    assert sorted(map(str, read_titles(tmp_path))) == sorted(f"Tea {n}" for n in range(40))


HUGE = "x" * 1_000_000
# The field, what is huge in it, whether its record is published, and how the message begins.
SIZES: Sequence[tuple[str, object, bool, str]] = [
    ("id", HUGE, False, "has 1,000,000 characters; expected at most 4,000. Shorten it"),
    ("title", HUGE, False, "has 1,000,000 characters; expected at most 20,000. Shorten it"),
    ("section", HUGE, True, "has 1,000,000 characters; expected at most 1,000. It is left out"),
    ("section", ["Bad", HUGE], True, "has 1,000,000 characters; expected at most 1,000."),
    ("section", [f"s{n}" for n in range(300)], True, "has 300 items; expected at most 100. The"),
    ("tags", [HUGE, "tea", HUGE], True, "5,000. It is left out, and 1 more like it"),
    ("tags", [f"t{n}" for n in range(3000)], True, "has 3,000 items; expected at most 1,000."),
    ("author", HUGE, True, "has 1,000,000 characters; expected at most 5,000. It is left out"),
    ("author", [{"name": HUGE}], True, "has 1,000,000 characters; expected at most 5,000."),
    ("link", f"https://a.example/{HUGE}", True, "characters; expected at most 8,000. It is left"),
    ("slug", HUGE, True, "has 1,000,000 characters; expected at most 2,000. It is left out"),
    ("source", HUGE, True, "has 1,000,000 characters; expected at most 5,000. It is left out"),
    ("summary", HUGE, True, "has 1,000,000 characters; expected at most 200,000. It is left out"),
    ("notice", HUGE, True, "has 1,000,000 characters; expected at most 200,000. It is left out"),
    ("images", f"https://a.example/{HUGE}", True, "characters; expected at most 10,000. It is"),
    ("images", [{"src": "a.png", "alt": HUGE}], True, "has 1,000,000 characters; expected at"),
    ("audio", HUGE, True, "has 1,000,000 characters; expected at most 10,000. It is left out"),
]


@pytest.mark.parametrize(("field", "value", "is_published", "message"), SIZES)
def test_huge_value_costs_its_field_or_its_record(
    tmp_path: Path, field: str, value: object, is_published: bool, message: str
) -> None:
    rows = GOOD_LINE + to_json_lines({**BAD, field: value})
    site = make_site(tmp_path, {"sources/a.jsonl": rows})
    result = run_cli(site, "build")
    severity = "warning: " if is_published else ""
    (told,) = (line for line in result.stderr.splitlines() if "expected at most" in line)
    assert told.startswith(f"sources/a.jsonl:2: {severity}{field}: ")
    assert message in told
    assert len(told) < 500
    assert result.exit_code == (0 if is_published else 1)
    assert read_titles(site) == (["Bad", "Good"] if is_published else ["Good"])
    assert sum(map(len, read_tree(site / "feeds").values())) < 2_000_000


@pytest.mark.parametrize("id", ["javascript:alert(1)", "urn:isbn:0451450523", "//[::1"])
def test_a_link_that_a_template_cannot_make_is_a_warning(tmp_path: Path, id: str) -> None:
    toml = STANDARD_TOML + 'link = "{id}"\n'
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines({**GOOD, "id": id})}, toml)
    text, report, _ = run_reports(site, "build")
    assert text.exit_code == 0
    (problem,) = report["problems"]
    assert (problem["severity"], problem["field"], problem["value"]) == ("warning", "link", id)
    link = etree.parse(site / "feeds/all.rss").findtext("channel/item/link")
    assert str(link).startswith("https://news.example.com/feeds/good.html#")


# Ids that begin as a URI does and are not one: each is a key, and told of.
LIKE_URIS = [
    *("a:[", "isbn:12[3", "nid:[1]", "http:///x", "https:123", "http://", "ftp:/x"),
    *("story:2020]a", "a:b%", "a:%zz", "a:b^c", "a:b|c", "a:{b}", "a:b`c", 'a:"b"', "a:<b>"),
    *("a:b\\c", "C:\\news\\1.doc", "urn:[", "urn:isbn:[1]", "urn:uuid:<1>", "tag:x[y]", "a:茶"),
    *("a:b c", "http://[::1", "http://[x]/y", "https://news.example.com/a b", "a:\u202eb"),
    *("https://nachrichten.example/fähre", "a:\ud800", "javascript:'[x]'", "HTTP:1"),
]
# Ids that are URIs, though not as their scheme wants them: they stay, and are told of.
BROKEN_FORMS = ["urn:x:1", "urn:uuid:12", "tag:news.example.com:1", "urn:1", "tag:,:", "URN:a"]
# Ids that are keys or URIs, and no fault.
ODD_IDS = [
    *("a:b", "a:()", "1:2", ":", "::", "//x", "#", "?", "..", "%", "[", "a b:c", "https:", "nul"),
    *("http://x", "http://x:99999/", "http://x:y/", "mailto:x", "a:b#c#d", " a:c ", "data:,"),
    *("a:" + "b" * 900, "0", "-0", "1e5", "a\nb", "\u200b", "<b>", "&lt;", "a/../b", "\ud800:x"),
]


@pytest.mark.parametrize("command", ["build", "check"])
def test_no_shape_of_an_id_stops_the_others(tmp_path: Path, command: str) -> None:
    ids = [*LIKE_URIS, *BROKEN_FORMS, *ODD_IDS]
    rows = [{**GOOD, "id": id, "title": f"Story {number}"} for number, id in enumerate(ids)]
    toml = STANDARD_TOML.replace("[[source]]", 'formats = ["rss", "atom", "json"]\n[[source]]')
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*rows, GOOD)}, toml)
    text, report, _ = run_reports(site, command)
    assert text.exit_code == 0
    told = [(problem["where"]["line"], problem["field"]) for problem in report["problems"]]
    assert told == [(number + 1, "id") for number in range(len(LIKE_URIS) + len(BROKEN_FORMS))]
    messages = [problem["message"] for problem in report["problems"]]
    assert all(message.startswith("is not a valid") for message in messages)
    if command == "build":
        assert sorted(map(str, read_titles(site))) == sorted(
            ["Good", *(row["title"] for row in rows)]
        )
        atom = etree.parse(site / "feeds/all.atom")
        shown = {id.text for id in atom.iterfind("{*}entry/{*}id")}
        assert shown >= set(BROKEN_FORMS)
        assert shown.isdisjoint(LIKE_URIS)
        found = run_cli(site, "lint", "feeds").stderr.splitlines()
        errors = {line.split()[2] for line in found if ": error " in line}
        assert errors == {"uri-urn-invalid:", "uri-uuid-invalid:", "uri-tag-invalid:"}


@pytest.mark.parametrize(
    "rows",
    [
        [GOOD],
        [{**GOOD, "link": ""}],
        [{**GOOD, "link": " "}],
        [{**GOOD, "link": None, "published": None, "images": [], "content_text": ""}],
        [{**GOOD, "images": {"src": "cup.jpg"}, "content_html": "<p></p>"}],
        # Left out, withdrawn, withheld or superseded.
        [GOOD, {**BAD, "status": "draft"}],
        [GOOD, {"id": "bad", "status": "withdrawn"}],
        [GOOD, {**BAD, "updated": "2026-01-02"}],
        [GOOD, {**GOOD, "title": "Old", "updated": "2020-05-23"}],
    ],
)
def test_what_may_be_absent_says_nothing(
    tmp_path: Path, rows: Sequence[Mapping[str, object]]
) -> None:
    records = to_json_lines(*rows)
    # With the pages that links lead to; without them, check says that they are missing.
    toml = STANDARD_TOML.replace("[site]", '[site]\nformats = ["rss", "atom", "html"]')
    files: dict[str, str | bytes] = {"sources/a.jsonl": records, "sources/cup.jpg": JPEG}
    site = make_site(tmp_path, files, toml)
    for command in ("build", "check"):
        result = run_cli(site, command)
        assert (result.exit_code, result.stderr) == (0, "")
    assert read_titles(site) == ["Good"]
    # Without a link, an entry's is its own page.
    link = etree.parse(site / "feeds/all.rss").findtext("channel/item/link")
    assert str(link).startswith("https://news.example.com/feeds/articles/")


# A source that yields nothing.


def test_a_source_that_yields_nothing_changes_nothing(tmp_path: Path) -> None:
    toml = STANDARD_TOML + '[[source]]\npath = "more"\n'
    files = {"sources/a.jsonl": GOOD_LINE, "more/a.jsonl": to_json_lines(BAD)}
    site = make_site(tmp_path, files, toml)
    assert run_cli(site, "build").exit_code == 0
    before = read_tree(site / "feeds")
    times = {path: path.stat().st_mtime_ns for path in (site / "feeds").rglob("*")}
    for content in (None, "", "[]", "{}", "{", to_json_lines(without("title"))):
        (site / "more/a.jsonl").unlink(missing_ok=True)
        if content is not None:
            (site / "more/a.jsonl").write_text(content)
        result = run_cli(site, "build")
        assert result.exit_code == 1
        assert "more: yields no record. If that is right, set allow_empty = true" in result.stderr
        assert "nothing was written" in result.stderr
        assert read_tree(site / "feeds") == before
        assert {path: path.stat().st_mtime_ns for path in times} == times


def test_a_first_build_without_a_record_writes_no_feed(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"sources/readme.md.txt.bak": "x"})
    text, report, github = run_reports(site, "build")
    assert text.exit_code == 1
    assert report["written"] == []
    assert github == [
        "::error file=sources::yields no record. If that is right, set allow_empty = true. "
        "To build anyway, pass --accept-loss."
    ]
    assert read_tree(site / "feeds") == {}


def test_a_source_may_be_allowed_to_yield_nothing(tmp_path: Path) -> None:
    toml = STANDARD_TOML + '[[source]]\npath = "more"\nallow_empty = true\n'
    site = make_site(tmp_path, {"sources/a.jsonl": GOOD_LINE, "more/x": ""}, toml)
    result = run_cli(site, "build")
    told = "note: more: passed over 1 file of no known format: no suffix 1\n"
    assert (result.exit_code, result.stderr) == (0, told)
    assert read_titles(site) == ["Good"]


def test_a_configuration_names_every_key_at_fault_at_once(tmp_path: Path) -> None:
    toml = STANDARD_TOML.replace("Asia/Shanghai", "Asia/Shanghia").replace('"sources"', '"source"')
    toml = toml.replace("[[source]]", 'limit = "many"\ncolour = "red"\n[[source]]\nencoding = "x"')
    site = make_site(tmp_path, {"sources/a.jsonl": GOOD_LINE}, toml)
    for command in ("build", "check", "diff", "sections"):
        for form in ((), ("--report", "json"), ("--report", "github")):
            if command == "sections" and form:
                continue
            result = run_cli(site, command, *form)
            assert (result.exit_code, result.stdout) == (2, "")
            assert {message.split(": ")[1] for message in result.stderr.splitlines()} == {
                "site.timezone",
                "site.limit",
                "site.colour",
                "source[0].path",
                "source[0].encoding",
            }
    assert sorted(os.listdir(site)) == ["feedpub.toml", "sources"]


# No traceback, ever.


def nest(depth: int) -> list[object]:
    value: list[object] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Tea", "Tea"),
        ([None], "[None]"),
        ("a" * 200, "a" * 200),
        ("a" * 201, "a" * 199 + "…"),
        ([0] * 99, repr([0] * 99)[:199] + "…"),
        (nest(499), repr(nest(499))[:199] + "…"),
        (nest(500), "list"),
        ({"a": nest(9000)}, "dict"),
        (10**9000, "int"),
    ],
    ids=["text", "list", "200", "201", "long", "nested", "deep", "deeper", "many digits"],
)
def test_any_value_can_be_shown(value: object, shown: str) -> None:
    assert describe_value(value) == shown


_CHANCE = random.Random(7)
GARBAGE = [
    _CHANCE.randbytes(4096),
    b"\x00" * 4096,
    bytes(range(256)),
    b"\xef\xbb\xbf",
    b"\xff\xfe{\x00}\x00",
    b"\x1f\x8b\x08\x00",
    b"{" * 100_000,
    b"[" * 100_000,
    b'"' * 9999,
    b'{"title": "' + b"a" * 1_000_000,
    b"a," * 500_000,
    b"<!--" * 100_000,
    "\u202e\u2028\x1b[31m\x07茶".encode(),
    b"\r\r\n\n\r",
    JPEG,
]
SUFFIXES = ["json", "jsonl", "ndjson", "csv", "tsv", "txt", "md"]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("number", range(len(GARBAGE)))
def test_garbage_under_any_suffix_is_a_problem_of_its_file(
    tmp_path: Path, number: int, packed: bool
) -> None:
    content = gzip.compress(GARBAGE[number], 1) if packed else GARBAGE[number]
    ending = ".gz" if packed else ""
    files = {f"sources/x.{suffix}{ending}": content for suffix in SUFFIXES}
    files |= {f"sources/raw.{suffix}.gz": GARBAGE[number] for suffix in SUFFIXES if not packed}
    site = make_site(tmp_path, {**files, "sources/good.jsonl": GOOD_LINE})
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert read_titles(site) == ["Good"]
    problems = result.stderr.splitlines()
    assert all(0 < len(problem) < 1000 for problem in problems)
    assert not {"Cc", "Cs"} & {unicodedata.category(char) for char in "".join(problems)}
    named = {problem.partition(":")[0].partition("[")[0] for problem in problems}
    # A table of one row is a header without records.
    is_row = b"\n" not in GARBAGE[number].strip(b"\r\n")
    rows = {f"sources/x.{kind}{ending}" for kind in ("csv", "tsv")} if is_row else set()
    # A text without front matter is an article only where it tells a date.
    texts = ({f"sources/x.md{ending}", "sources/raw.md.gz"} & files.keys()) - named
    assert files.keys() - named - texts <= rows
    assert not texts or "text files without a date" in result.stderr
    assert run_cli(site, "check").exit_code == 1


@pytest.mark.parametrize(
    "record",
    [
        {"title": "a" * 3_000_000},
        {"title": "<" * 500_000},
        {"title": "&amp;" * 300_000},
        {"title": "<!--" * 200_000},
        {"content_html": "<b>" * 20_000},
        {"content_html": "<p title='" * 20_000},
        {"content_text": "\n" * 500_000 + "One."},
        {"summary": "[" * 500_000},
        {"images": [{"src": "missing.jpg", "caption": "[Photo " * 50_000}]},
        {"images": ["missing.jpg"] * 5000},
        {"tags": "a," * 20_000},
        {"section": [f"Good {n % 3}" for n in range(20_000)]},
        {"author": [{"name": "x"}] * 20_000},
        {"link": "/" + "%" * 300_000},
        {"id": "茶" * 100_000},
        {"status": "x" * 1_000_000},
        {"updated": "2020-" * 200_000},
        {"other": "x" * 9_000_000},
    ],
    ids=lambda record: next(iter(record)),
)
def test_a_huge_value_is_read_or_refused_in_good_time(
    tmp_path: Path, record: Mapping[str, object]
) -> None:
    rows = to_json_lines({**BAD, **record})
    site = make_site(tmp_path, {"sources/a.jsonl": rows, "sources/good.jsonl": GOOD_LINE})
    result = run_cli(site, "build")
    assert result.exit_code == (1 if record.keys() & {"id", "title", "updated"} else 0)
    assert "Good" in read_titles(site)
    assert len(result.stderr) < 4000


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=12)
    | st.sampled_from(
        [
            "2020-05-25T10:00:00+08:00",
            "0001-01-01",
            "9999-12-31T23:59:59Z",
            "<b>x</b>",
            "&lt;img src=x&gt;",
            "<img src='../a.jpg'><a href='//[::1'>",
            "https://example.com/a b?茶",
            "https://[::1",
            "..",
            "cup.jpg",
            "Home>River>",
            "\ud800",
            "retracted",
            "withdrawn",
            "draft",
            10**40,
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["src", "url", "name", "@id", "caption", "type", "length", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
NAMES = [spelling for spellings in field_names().values() for spelling in spellings]
# Mostly sound, so that many records get far.
RECORDS = st.builds(
    lambda sound, odd: {**sound, **odd},
    st.sampled_from([{}, GOOD, {**GOOD, "link": "/a"}, without("id", link="/b/c")]),
    st.dictionaries(st.sampled_from(NAMES), JSON_VALUES, max_size=5),
)


@examples(40)
@given(st.lists(RECORDS, min_size=1, max_size=12))
def test_no_record_of_json_ends_in_a_traceback(records: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = make_site(
            Path(folder),
            {
                "sources/a.jsonl": to_json_lines(*records),
                "sources/Tea/b.json": json.dumps(records[0]),
                "sources/c.json": json.dumps(records),
                "sources/cup.jpg": JPEG,
                "sources/good.jsonl": to_json_lines({**GOOD, "id": "urn:good:1"}),
            },
        )
        for command in ("build", "check", "diff"):
            result = run_cli(site, command, "--report", "json")
            assert result.exit_code in (0, 1)
            assert all(line.startswith("note: ") for line in result.stderr.splitlines())
        for path in (site / "feeds").glob("*.[ra][st]*"):
            etree.parse(path)


def test_no_traceback_in_a_process_of_its_own(tmp_path: Path) -> None:
    files = {f"sources/{n}.{suffix}": GARBAGE[n] for n in range(3) for suffix in SUFFIXES}
    site = make_site(tmp_path, {**files, "sources/good.jsonl": GOOD_LINE, "x.toml": GARBAGE[0]})
    os.mkfifo(site / "sources/pipe.json")
    for args, exit_code in ((("build",), 1), (("build", "-c", "x.toml"), 2)):
        done = run_feedpub(site, *args)
        assert done.returncode == exit_code
        assert b"Traceback" not in done.stderr
        assert b"feedpub failed" not in done.stderr
    assert read_titles(site) == ["Good"]
