"""Lint finds the one fault of each broken feed, at its line, and nothing in good ones.

`tests/lint/broken/RULE@LINE-VARIANT.SUFFIX` holds one fault, of that rule and at that line.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import msgspec
import pytest

import feedpub.lint
from feedpub.feeds.formats import FORMATS
from feedpub.feeds.rss import render_rss
from feedpub.lint.linting import MOST_BYTES, lint_feed
from feedpub.lint.rules import load_rules
from feedpub.model import Feed, FeedFile
from support import make_site, run_cli, run_feedpub

RULES = load_rules()
HERE = Path(__file__).parent
FEEDS = HERE.parent / "feeds"
BROKEN = sorted((HERE / "lint" / "broken").iterdir())
GOOD = sorted((HERE / "lint" / "good").iterdir())
# A feed of megabytes is not committed; a test of its own makes it.
RULES_OF_SIZE = {"feed-refused", "feed-too-large"}

RSS = (HERE / "lint" / "good" / "rss.xml").read_bytes()
ATOM = (HERE / "lint" / "good" / "atom.xml").read_bytes()


def read_expected(path: Path) -> tuple[str, int]:
    """Read the rule and the line from a file's name."""
    rule, _, rest = path.stem.partition("@")
    return rule, int(rest.partition("-")[0])


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_finds_the_fault_alone(path: Path) -> None:
    found = lint_feed(path.read_bytes())
    assert [(finding.rule, finding.line) for finding in found] == [read_expected(path)]
    assert found[0].severity == RULES[found[0].rule].severity
    errors = tuple(finding for finding in found if finding.severity == "error")
    assert lint_feed(path.read_bytes(), errors_alone=True) == errors


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_finds_nothing_in_a_good_feed(path: Path) -> None:
    assert lint_feed(path.read_bytes()) == ()


def test_every_rule_has_a_broken_feed() -> None:
    assert {read_expected(path)[0] for path in BROKEN} == set(RULES) - RULES_OF_SIZE
    assert (len(BROKEN) >= 150, len(GOOD) >= 50) == (True, True)


def test_every_rule_that_code_or_tables_name_is_there() -> None:
    named = set()
    lint = Path(feedpub.lint.__file__).parent
    for path in (lint / "data" / "vocabularies").iterdir():
        named.update(re.findall(r"!([a-z0-9-]+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    for path in lint.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                named.update(read_words(node.args[:1]) if node.func.attr == "add" else ())
            if isinstance(node, ast.Tuple) and len(node.elts) == 1:  # the faults of a check
                (fault,) = node.elts
                named.update(read_words(fault.elts[:1]) if isinstance(fault, ast.Tuple) else ())
    assert len(named) > 100
    assert named - set(RULES) == set()


def read_words(nodes: list[ast.expr]) -> set[str]:
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("path", sorted(FEEDS.glob("*.[ra]*")), ids=lambda path: path.name)
def test_finds_nothing_in_the_sample(path: Path) -> None:
    assert lint_feed(path.read_bytes()) == ()


def test_large_feed_is_warned_of_and_a_huge_one_refused() -> None:
    large = RSS.replace(b"The old boat", b"The old boat " + b"and again " * 220_000)
    assert [finding.rule for finding in lint_feed(large)] == ["feed-too-large"]
    huge = lint_feed(b" " * (MOST_BYTES + 1))
    assert [finding.rule for finding in huge] == ["feed-refused"]


def test_self_link_is_compared_with_the_address() -> None:
    address = "https://news.example.com/harbor.rss"
    assert lint_feed(RSS, url=address) == ()
    elsewhere = lint_feed(RSS, url=address.replace("harbor", "all"))
    assert [(finding.rule, finding.line) for finding in elsewhere] == [("self-link-elsewhere", 7)]


def test_date_of_the_future_is_doubted() -> None:
    assert lint_feed(RSS, now=datetime(2020, 5, 25, tzinfo=UTC)) == ()
    found = lint_feed(RSS, now=datetime(2020, 5, 23, tzinfo=UTC))
    assert [(finding.rule, finding.line) for finding in found] == [("date-implausible", 14)]


ENTRIES = {
    "rss": "<rss version='2.0'><channel>{frame}{entries}</channel></rss>",
    "rdf": "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
    "xmlns='http://purl.org/rss/1.0/'>{frame}{entries}</rdf:RDF>",
    "atom": "<feed xmlns='http://www.w3.org/2005/Atom' "
    "xmlns:at='http://purl.org/atompub/tombstones/1.0'>{frame}{entries}</feed>",
    "json": '{{"version": "https://jsonfeed.org/version/1.1", {frame} "items": [{entries}]}}',
}


@pytest.mark.parametrize(
    ("form", "frame", "entries", "rule", "index"),
    [
        ("rss", "", "<item/><item><harbor/></item>", "element-unknown", 1),
        ("rss", "<harbor/>", "<item/>", "element-unknown", None),
        ("rss", "", "<item/><harbor/>", "element-unknown", None),
        ("rss", "", "<item><guid>a</guid></item>" * 2, "guid-repeated", 1),
        ("rdf", "", "<item/><item><link>/a</link></item>", "uri-relative", 1),
        ("atom", "", "<entry/><entry><id>a:[</id></entry>", "uri-invalid", 1),
        ("atom", "<id>a:[</id>", "<entry/>", "uri-invalid", None),
        ("atom", "", "<entry><id>a:b</id></entry>" * 3, "atom-id-repeated", 1),
        ("atom", "", "<at:deleted-entry ref='a:['/><entry/>", "uri-invalid", 0),
        ("atom", "", "<entry/><entry><id>&harbor;</id></entry>", "xml-entity-undefined", None),
        ("json", "", '{"url": "a b"}, {"id": 7, "url": "a b"}', "json-id-number", 1),
        ("json", '"language": "jp",', '{"id": "a"}', "language-invalid", None),
        ("json", "", '7, {"id": "a", "language": "jp"}', "language-invalid", 1),
        ("json", "", "7, 8", "json-type-wrong", 0),
    ],
)
def test_finding_names_the_entry(
    form: str, frame: str, entries: str, rule: str, index: int | None
) -> None:
    content = ENTRIES[form].format(frame=frame, entries=entries)
    found = [finding for finding in lint_feed(content.encode()) if finding.rule == rule]
    assert found[0].entry == index


def test_only_the_first_error_of_a_rule_in_each_entry_is_found() -> None:
    entry = "<entry><id>a:[</id><link href='b:['/><link href='c:['/></entry>"
    content = ENTRIES["atom"].format(frame="<id>a:[</id>", entries=entry * 300).encode()
    found = lint_feed(content, errors_alone=True)
    entries = [finding.entry for finding in found if finding.rule == "uri-invalid"]
    assert entries == [None, *range(300)]


def test_excerpt_is_the_line() -> None:
    (found,) = lint_feed(RSS.replace(b"<language>en", b"<language>xyz"))
    assert found.excerpt == "<language>xyz</language>"


LAUGHS = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">' + "".join(
    f'<!ENTITY {chr(c + 1)} "{f"&{chr(c)};" * 10}">' for c in range(ord("b"), ord("m"))
)


@pytest.mark.parametrize(
    "content",
    [
        f'{LAUGHS}]><rss version="2.0"><channel><title>&m;</title></channel></rss>',
        f'{LAUGHS}]><rss version="&m;"/>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0">&x;</rss>',
        "<rss>" + "<a>" * 100_000,
        "<rss version='2.0'>" + "<channel>" * 200 + "</channel>" * 200 + "</rss>",
        "<rss version='2.0'><channel>" + "<item/>" * 2_000 + "</channel></rss>",
        '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>'
        + '<itunes:category text="Arts">' * 250
        + "</itunes:category>" * 250
        + "</channel></rss>",
        "[" * 100_000,
        '{"version": 1, "items": ' + "[" * 100_000,
        '{"version": 1e99999, "items": [' + "1" * 10_000 + "]}",
        "\x00" * 10_000,
        "<" * 10_000,
        "<rss " + " ".join(f"a{n}=''" for n in range(100_000)) + "/>",
        "<rss " + " ".join(f"xmlns:a{n}='x{n}'" for n in range(50_000)) + "/>",
        "<!--" * 10_000,
    ],
)
def test_hostile_document_ends_in_findings(content: str) -> None:
    found = lint_feed(content.encode())
    assert 0 < len(found) < 1000


@pytest.mark.parametrize(
    "markup",
    ["<a " * 20_000, '<a b="' * 20_000, "<b>" * 20_000, "</b>" * 20_000, "<!--" * 20_000,
     "<script>" * 20_000, "<a b=c" * 20_000, "&#" * 20_000, "<a" + " b" * 20_000 + ">"],
)  # fmt: skip
def test_hostile_markup_ends(markup: str) -> None:
    escaped = markup.replace("&", "&amp;").replace("<", "&lt;")
    feed = RSS.decode().replace("The old boat", escaped).replace("New ferry", escaped)
    assert {finding.severity for finding in lint_feed(feed.encode())} <= {"warning"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("pubDate", "(" * 20_000), ("pubDate", "1 " * 20_000), ("link", "http://" + "a." * 20_000),
     ("author", "(" * 20_000), ("author", "<" * 20_000), ("language", "a-" * 20_000),
     ("guid", "tag:" + "a@" * 20_000), ("enclosure", "a/" * 20_000)],
)  # fmt: skip
def test_hostile_value_ends_in_findings(name: str, value: str) -> None:
    escaped = value.replace("<", "&lt;")
    feed = RSS.decode().replace("</item>", f"<{name}>{escaped}</{name}></item>")
    assert lint_feed(feed.encode())


def count_calls(content: bytes) -> int:
    """Count the calls that a check of a feed makes."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        lint_feed(content)
    finally:
        sys.setprofile(None)
    return calls


def repeat(feed: bytes, end: str, part: str) -> Callable[[int], bytes]:
    """Make a function that puts a part so many times before an end, each with its number."""
    text = feed.decode()
    return lambda count: text.replace(
        end, "".join(part.replace("#", str(n)) for n in range(count)) + end, 1
    ).encode()


@pytest.mark.parametrize(
    "make",
    [
        repeat(
            re.sub(rb"<author>.*?</author>", b"", ATOM, flags=re.DOTALL),
            "</feed>",
            "<entry><id>tag:a,2020:#</id><title>A</title></entry>",
        ),
        repeat(ATOM, "<entry>", '<link rel="related" href="#"/><link href="#" hreflang="e#"/>'),
        repeat(
            RSS.replace(b"<title>Harbor Voice</title>", b""),
            "<item>",
            "<image><title>A</title><link>https://a.example/</link></image>",
        ),
        repeat(RSS, "</channel>", "<item><title>A</title><other/><guid>#</guid></item>"),
        repeat(RSS, "<item>", '<category domain="a" other="#">A</category>'),
        repeat(RSS, "The old boat", "&lt;p onclick='a'>&lt;x#>"),
        repeat(RSS, "</item>", '<x:a xmlns:x="https://x.example/#"/>'),
    ],
    ids=["authors", "links", "images", "items", "attributes", "html", "namespaces"],
)
def test_work_grows_with_the_feed_alone(make: Callable[[int], bytes]) -> None:
    few, many = (count_calls(make(count)) for count in (200, 400))
    assert few > 200
    assert many < 2.2 * few


@pytest.mark.parametrize("scheme", ["urn:ebu", "urn:yvs"])
def test_media_rss_names_schemes_that_are_no_urns(scheme: str) -> None:
    credit = (
        '<media:credit xmlns:media="http://search.yahoo.com/mrss/" role="author" '
        f'scheme="{scheme}">Ru Zhilan</media:credit></item>'
    )
    assert lint_feed(RSS.replace(b"</item>", credit.encode())) == ()
    (found,) = lint_feed(RSS.replace(b"</item>", credit.replace(scheme, "urn:x").encode()))
    assert found.rule == "uri-urn-invalid"


@pytest.mark.parametrize("offset", ["+14:00", "-12:00", "+23:59", "-23:59", "Z"])
@pytest.mark.parametrize(
    ("time", "doubted"), [("0001-01-01T00:00:00", True), ("9999-12-31T23:59:59", False)]
)
def test_times_at_the_edges_are_doubted(time: str, doubted: bool, offset: str) -> None:
    feed = ATOM.replace(b"2020-05-25T08:00:00+08:00", f"{time}{offset}".encode())
    edges = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    for now in (*edges, datetime(2020, 5, 25, tzinfo=UTC)):
        rules = {finding.rule for finding in lint_feed(feed, now=now)}
        assert rules == ({"date-implausible"} if doubted or now < edges[1] else set())


# --- the command line


def test_text_names_file_line_severity_and_rule(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_bytes(RSS.replace(b"<language>en", b"<language>english"))
    done = run_cli(tmp_path, "lint", "a.rss")
    first, excerpt = done.stderr.splitlines()
    assert first.startswith(
        'a.rss:8: error language-invalid: <language> is "english", which is not'
    )
    assert excerpt == "    <language>english</language>"
    assert (done.exit_code, done.stdout) == (1, "1 file, 1 error, 0 warnings\n")


@pytest.mark.parametrize(
    ("fault", "code"), [(b"", 0), (b"<guid/>", 0), (b"<nothing/>", 1)], ids=["good", "warn", "err"]
)
def test_exit_code_tells_errors_alone(tmp_path: Path, fault: bytes, code: int) -> None:
    content = RSS.replace(b"<language>en</language>", fault) if fault != b"<guid/>" else RSS
    if fault == b"<guid/>":
        content = RSS.replace(b'rel="self"', b'rel="related"')
    (tmp_path / "a.rss").write_bytes(content)
    assert run_cli(tmp_path, "lint", "a.rss").exit_code == code


def test_missing_file_is_an_io_failure_and_the_others_are_checked(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_bytes(b"")
    done = run_cli(tmp_path, "lint", "none.rss", "a.rss")
    assert done.exit_code == 3
    assert "none.rss: cannot be read: No such file" in done.stderr
    assert done.stdout == "1 file, 1 error, 0 warnings\n"
    assert "a.rss:1: error xml-not-well-formed" in done.stderr


def test_no_path_is_a_usage_error(tmp_path: Path) -> None:
    assert run_cli(tmp_path, "lint").exit_code == 2
    assert run_cli(tmp_path, "lint", ".").exit_code == 2  # a folder without feeds


def test_folder_stands_for_the_feed_files_in_it(tmp_path: Path) -> None:
    for name in (
        "b/x.atom",
        "a.rss",
        "a.json",
        "manifest.json",
        "sitemap.xml",
        "sitemap-2.xml",
        ".x.rss",
        "a.html",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    done = run_cli(tmp_path, "lint", ".")
    named = [line.partition(":")[0] for line in done.stderr.splitlines() if "error" in line]
    assert named == ["a.json", "a.rss", "b/x.atom"]
    assert done.stdout == "3 files, 3 errors, 0 warnings\n"


def test_dash_is_standard_input(tmp_path: Path) -> None:
    assert run_cli(tmp_path, "lint", "-", stdin=RSS).exit_code == 0
    done = run_cli(tmp_path, "lint", "-", stdin=b"<html/>")
    assert done.stderr.startswith("-:1: error not-a-feed: This file is not a feed but a web page. ")


def test_json_is_one_object_of_problems(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_bytes(RSS.replace(b"<language>en", b"<language>english"))
    done = run_cli(tmp_path, "lint", "--report", "json", "a.rss")
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["severity"], problem["kind"]) == ("error", "language-invalid")
    assert problem["where"] == {"path": "a.rss", "line": 8}
    assert (done.exit_code, done.stderr) == (1, "")


def test_github_annotates_files(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_bytes(RSS.replace(b'rel="self"', b'rel="related"'))
    summary = tmp_path / "summary.md"
    env = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(tmp_path)}
    done = run_cli(tmp_path, "lint", "--report", "github", "a.rss", env=env)
    assert done.stdout.startswith("::warning file=a.rss,line=3::The feed does not say where")
    assert "| warning | a.rss:3 | self-link-missing |" in summary.read_text()
    assert done.exit_code == 0


def test_control_characters_of_a_feed_are_escaped(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_bytes(RSS.replace(b">en<", "><!-- \x9b2J -->x\u202e<".encode()))
    done = run_cli(tmp_path, "lint", "a.rss")
    assert done.exit_code == 1
    assert "\x9b" not in done.stderr
    assert "\u202e" not in done.stderr


@pytest.mark.slow
def test_version_does_not_load_lint(tmp_path: Path) -> None:
    done = run_feedpub(tmp_path, "--version", env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert b"click" in done.stderr
    assert b"feedpub.lint.linting" not in done.stderr


# --- what a build writes

RECORD = {"title": "Ferry", "section": "Sea", "updated": "2020-05-25T08:00:00Z"}


def test_build_writes_no_feed_that_lint_calls_invalid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render_without_title(feed: Feed, file: FeedFile) -> bytes:
        return (
            render_rss(feed, file).replace(b"<title>", b"<name>").replace(b"</title>", b"</name>")
        )

    broken = msgspec.structs.replace(FORMATS["rss"], render=render_without_title)
    monkeypatch.setitem(FORMATS, "rss", broken)
    site = make_site(tmp_path, {"sources/a.json": json.dumps({**RECORD, "id": "1"})})
    done = run_cli(site, "build", "--accept-loss")
    assert done.exit_code == 1
    told = "feeds/sea.rss:3: is not written, because it breaks the rule rss-title-missing"
    assert told in done.stderr
    assert not (site / "feeds" / "sea.rss").exists()


def test_build_keeps_an_id_that_its_scheme_would_not_have(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"sources/a.json": json.dumps({**RECORD, "id": "urn:x:1"})})
    done = run_cli(site, "build")
    told = 'sources/a.json:1: warning: id: "urn:x:1" is not a valid URN, so strict readers may'
    assert done.exit_code == 0
    assert done.stderr.startswith(told)
    assert done.stderr.count("warning") == 1
    assert b"<id>urn:x:1</id>" in (site / "feeds" / "sea.atom").read_bytes()
