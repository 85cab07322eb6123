"""Markdown files: front matter as it is written, the body by CommonMark, its images."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml
from lxml import etree

from feedpub.config.loading import load_config
from feedpub.errors import Problem
from feedpub.model import Record
from feedpub.sources import front_matter
from feedpub.sources.front_matter import read_front_matter
from feedpub.systems.reading import load_records
from support import STANDARD_TOML, make_image, make_site, run_cli, scan_source

YAML = """\
---
title: "Tea: at four"
section: River
updated: 2020-05-25 10:32
---
"""
TOML = """\
+++
title = "Tea: at four"
section = "River"
updated = 2020-05-25T10:32:00
+++
"""


def read(
    tmp_path: Path, content: str | bytes, settings: str = "", name: str = "tea.md"
) -> tuple[Record | None, list[str]]:
    """Read a file of a site whole: its record where it has one, and its problems as text."""
    site = make_site(tmp_path, {f"sources/{name}": content}, STANDARD_TOML + settings)
    config = load_config(site / "feedpub.toml")
    found = list(scan_source(config, 0))
    problems = [str(item) for item in found if isinstance(item, Problem)]
    records = [item for item in found if isinstance(item, Record)]
    if not records:
        return None, problems
    (scanned,) = records
    (record,) = load_records(scanned.origin.file, [scanned.origin])
    assert scanned.digest == record.digest
    assert scanned.fields.items() <= record.fields.items()
    assert scanned.lines.items() <= record.lines.items()
    assert record.rules.keys() == record.lines.keys()
    return record, problems


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("head", [YAML, TOML, "\ufeff\n" + YAML, YAML.replace("\n", "\r\n")])
def test_reads_front_matter_and_body(tmp_path: Path, head: str, suffix: str) -> None:
    content = (head + "\nOne **two**.\n").encode()
    packed = gzip.compress(content) if suffix else content
    record, problems = read(tmp_path, packed, name=f"tea.md{suffix}")
    assert problems == []
    assert record is not None
    assert record.origin.single
    assert record.origin.file.key == "tea"
    time = "2020-05-25 10:32" if "---" in head else "2020-05-25T10:32:00"
    assert record.fields == {
        "title": "Tea: at four",
        "section": "River",
        "updated": time,
        "content_html": "<p>One <strong>two</strong>.</p>",
    }
    first = 2 if head.startswith("\ufeff") else 1
    assert record.lines == {
        "title": first + 1,
        "section": first + 2,
        "updated": first + 3,
        "content_html": first + 5,
    }


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2020-05-25 10:32", "2020-05-25 10:32"),
        ("2020-05-25T10:32:00Z", "2020-05-25T10:32:00Z"),
        ("2020-05-25", "2020-05-25"),
        ("12:30:45", "12:30:45"),
        ("0123", "0123"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1.10", "1.10"),
        ("no", "no"),
        ("true", True),
        ("False", False),
        ('"true"', "true"),
        ("~", None),
        ("", None),
        ("null", None),
        ('""', ""),
        ("'null'", "null"),
        ("[a, 007, {b: c}]", ["a", "007", {"b": "c"}]),
        (">\n  One\n  two\n", "One two\n"),
        ("!!python/object/apply:os.getcwd []", []),
        ("!!int 5", "5"),
    ],
)
@pytest.mark.parametrize("pure", [False, True])
def test_yaml_values_stay_as_written(
    monkeypatch: pytest.MonkeyPatch, written: str, value: object, pure: bool
) -> None:
    if pure:
        monkeypatch.setattr(front_matter, "_LOADER", yaml.BaseLoader)
    assert read_front_matter(f"---\nx: {written}\n---\n").values == {"x": value}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2020-05-25T10:32:00", "2020-05-25T10:32:00"),
        ("2020-05-25 10:32:00+08:00", "2020-05-25T10:32:00+08:00"),
        ("2020-05-25T10:32:00Z", "2020-05-25T10:32:00+00:00"),
        ("2020-05-25", "2020-05-25"),
        ("10:32:00", "10:32:00"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        ("12", 12),
        ("true", True),
        ('["a", {b = 2020-01-01}]', ["a", {"b": "2020-01-01"}]),
        ('"""One\nTwo ......................"""', "One\nTwo ......................"),
    ],
)
def test_toml_values_stay_as_written(written: str, value: object) -> None:
    assert read_front_matter(f"+++\nx = {written}\n+++\n").values == {"x": value}


def test_knows_the_line_of_a_toml_key_and_not_of_one_in_a_table() -> None:
    head = read_front_matter('+++\n\n"title" = 1\nid=2\n[extra]\nid = 3\nlink = 4\n+++\nOne')
    assert head.lines == {"title": 3, "id": 4}
    assert (head.body, head.body_line) == ("One", 9)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("---js\nconst title = 'Tea';\n---\n", ":1: has front matter in js, which is code"),
        ('---json\n{"title": }\n---\n', ":2: is not valid JSON front matter: Expecting value"),
        (";;;\n[1]\n;;;\n", ":2: is not valid JSON front matter: expected names and values"),
        ("---", ":1: has front matter that is not closed; expected another line ---"),
        ("---\ntitle: Tea\n", ":1: has front matter that is not closed"),
        ("---\ntitle: Tea\n+++\n", ":1: has front matter that is not closed"),
        ("+++\ntitle = 'Tea'\n", ":1: has front matter that is not closed; expected another"),
        ("---\n- Tea\n---\n", ":2: is not valid YAML front matter: expected names and values"),
        ("---\nTea\n---\n", ":2: is not valid YAML front matter: expected names and values"),
        ("---\ntitle: Tea\nid: a: b\n---\n", ":3: is not valid YAML front matter: mapping values"),
        ("---\ntitle: Tea\n\tid: 5\n---\n", ":3: is not valid YAML front matter: "),
        (
            "---\n{id: 5}\n--- {a: b}\n---\n",
            ":3: is not valid YAML front matter: expected one document",
        ),
        (
            "---\ntitle: Tea\nid: 5\ntitle: B\n---\n",
            ':4: is not valid YAML front matter: names "title"',
        ),
        (
            "---\nid: 5\nx: {a: 1,\n a: 2}\n---\n",
            ':4: is not valid YAML front matter: names "a" twice',
        ),
        ("---\nid: 5\nx: &a [1]\ny: *a\n---\n", ":3: is not valid YAML front matter: anchors"),
        ("---\nid: 5\nx: &a {b: 1}\n---\n", ":3: is not valid YAML front matter: anchors"),
        (
            "---\n&a id: 5\n---\n",
            ":2: is not valid YAML front matter: expected a name that is a text",
        ),
        ("---\n&a\nid: 5\n---\n", ":2: is not valid YAML front matter: anchors"),
        ("---\nid: 5\nx: *a\n---\n", ":3: is not valid YAML front matter: aliases"),
        ("---\nid: 5\n*a : 5\n---\n", ":3: is not valid YAML front matter: expected a name"),
        ("---\nid: 5\n? [a, b]\n: c\n---\n", ":3: is not valid YAML front matter: expected a name"),
        (
            "---\nid: 5\nx: " + "[" * 25 + "]" * 25 + "\n---\n",
            ":3: has front matter that is nested",
        ),
        (
            "---\nx: " + "{a: " * 25 + "}" * 25 + "\n---\n",
            ":2: has front matter that is nested too",
        ),
        ("---\nx: " + "[" * 60_000 + "\n---\n", ":2: "),
        ("---\nx: \x01\n---\n", ":2: is not valid YAML front matter: "),
        ("---\nx: " + "a" * 70_000 + "\n---\n", ":1: has front matter of more than 64 KiB"),
        (
            "+++\nid = 5\nid = 6\n+++\n",
            ":3: is not valid TOML front matter: Cannot overwrite a value",
        ),
        ("+++\nid = 05\n+++\n", ":2: is not valid TOML front matter: "),
        ("+++\ntitle: Tea\n+++\n", ":2: is not valid TOML front matter: "),
        ("+++\nx = " + "[" * 25 + "]" * 25 + "\n+++\n", ":2: has front matter that is nested too"),
        ("+++\nx = " + "[" * 60_000 + "\n+++\n", ":2: has front matter that is nested too deep"),
        ("+++\nid = 5\n" + "a." * 20_000 + "a = 1\n+++\n", ":3: has front matter that is nested"),
        ("+++\n" + '"a" . ' * 9_000 + "a = 1\n+++\n", ":2: has front matter that is nested too"),
        ("---\n---\n" + "a" * 500_001, ":3: has a body of more than 500,000 characters"),
        ("", ": is empty"),
        ("\ufeff \n", ": is empty"),
        (
            "---\ntitle: café\n---\n".encode("latin-1"),
            ":2: is not valid UTF-8: byte 15 is 0xe9.",
        ),
        (
            "---\ntitle: 茶馆的故事\n---\n".encode("gb18030"),
            ":2: is not valid UTF-8: byte 12 is 0xb2.",
        ),
    ],
    ids=lambda value: ascii(value[:40]),
)
def test_what_is_no_front_matter_is_one_problem_at_its_line(
    tmp_path: Path, content: str | bytes, problem: str
) -> None:
    record, problems = read(tmp_path, content)
    assert record is None
    assert len(problems) == 1
    assert problems[0].startswith(f"sources/tea.md{problem}")
    assert len(problems[0]) < 250


def test_an_empty_front_matter_is_a_record_without_fields(tmp_path: Path) -> None:
    record, problems = read(tmp_path, "---\n---\n")
    assert problems == []
    assert record is not None
    assert record.fields == {}


def test_reads_the_encoding_of_the_source(tmp_path: Path) -> None:
    content = "---\ntitle: 茶馆\n---\n一。".encode("gb18030")
    record, _ = read(tmp_path, content, 'encoding = "gb18030"\n')
    assert record is not None
    assert record.fields == {"title": "茶馆", "content_html": "<p>一。</p>"}


@pytest.mark.parametrize(
    ("head", "body", "title", "html"),
    [
        # The headline is the title, or is the body's where the title is another.
        ("title: Tea at four", "# Tea at four\n\nOne", "Tea at four", "<p>One</p>"),
        ("title: Tea at four", "\n\n#  TEA *at*  four #\nOne", "Tea at four", "<p>One</p>"),
        ("title: Tea at four", "Tea at four\n===\n\nOne", "Tea at four", "<p>One</p>"),
        ("headline: Tea", "# Four\n\nOne", "Tea", "<h1>Four</h1>\n<p>One</p>"),
        ("title: Tea", "One\n\n# Tea", "Tea", "<p>One</p>\n<h1>Tea</h1>"),
        ("title: Tea", "## Tea\n\nOne", "Tea", "<h2>Tea</h2>\n<p>One</p>"),
        ("id: 5", "# Tea *at* 1 < 2 &amp; `a`\n\nOne", "Tea at 1 < 2 & a", "<p>One</p>"),
        ("id: 5", "# Tea", "Tea", None),
        ("id: 5", "## Tea", None, "<h2>Tea</h2>"),
        ("id: 5", "#\n\nOne", None, "<h1></h1>\n<p>One</p>"),
        # CommonMark with tables; markup is kept for the sanitizer.
        ("title: T", "a <b>b</b>\n\n<div>c</div>", "T", "<p>a <b>b</b></p>\n<div>c</div>"),
        ("title: T", "~~a~~ --- 'b'", "T", "<p><s>a</s> --- 'b'</p>"),
        ("title: T", "[a](</x y?茶=1>)", "T", '<p><a href="/x y?茶=1">a</a></p>'),
        ("title: T\nbody: two", "", "T", None),
    ],
)
def test_reads_title_and_body(
    tmp_path: Path, head: str, body: str, title: str | None, html: str | None
) -> None:
    record, problems = read(tmp_path, f"---\n{head}\n---\n{body}")
    assert problems == []
    assert record is not None
    assert record.fields.get("title") == title
    assert record.fields.get("content_html") == html
    assert record.fields.get("content_text") == ("two" if "body:" in head else None)


@pytest.mark.parametrize(
    ("head", "body", "images", "html"),
    [
        (
            "id: 5",
            'One.\n\n![A cup](cup.jpg "The cup. [Photo/WeChat: name]")\n\nTwo.',
            [
                {
                    "src": "cup.jpg",
                    "line": 6,
                    "inline": True,
                    "alt": "A cup",
                    "caption": "The cup. [Photo/WeChat: name]",
                }
            ],
            '<p>One.</p>\n<figure><img src="cup.jpg" alt="A cup" /></figure>\n<p>Two.</p>',
        ),
        (
            "id: 5",
            "One\n![*茶*](<微信 图片.jpg>) two.",
            [{"src": "微信 图片.jpg", "line": 5, "inline": True, "alt": "茶"}],
            '<p>One\n<img src="微信 图片.jpg" alt="茶" /> two.</p>',
        ),
        (
            "id: 5",
            "![](a.jpg)\n![](b.jpg)\n\n- [![](a.jpg)](/x)",
            [
                {"src": "a.jpg", "line": 4, "inline": True},
                {"src": "b.jpg", "line": 5, "inline": True},
            ],
            '<figure><img src="a.jpg" alt="" /></figure>\n'
            '<figure><img src="b.jpg" alt="" /></figure>\n'
            '<ul>\n<li><a href="/x"><img src="a.jpg" alt="" /></a></li>\n</ul>',
        ),
        (
            "image: {src: cup.jpg, caption: Cup}",
            "![](cup.jpg)![](b.jpg)",
            [{"src": "cup.jpg", "caption": "Cup"}, {"src": "b.jpg", "line": 4, "inline": True}],
            '<figure><img src="cup.jpg" alt="" /></figure>\n'
            '<figure><img src="b.jpg" alt="" /></figure>',
        ),
        ("images: [a.jpg, b.jpg]", "![](b.jpg)", ["a.jpg", "b.jpg"], None),
        ("image: a.jpg", "One", ["a.jpg"], "<p>One</p>"),
        ("id: 5", "![]()", None, "<figure></figure>"),
        (
            "id: 5",
            "![a][1]\n\n[1]: c.jpg",
            [{"src": "c.jpg", "line": 4, "inline": True, "alt": "a"}],
            None,
        ),
    ],
)
def test_images_are_the_record_s_and_the_body_s(
    tmp_path: Path, head: str, body: str, images: Sequence[object] | None, html: str | None
) -> None:
    record, _ = read(tmp_path, f"---\n{head}\n---\n{body}")
    assert record is not None
    assert record.fields.get("images") == images
    if html is not None:
        assert record.fields["content_html"] == html


def test_publishes_an_article_with_its_image(tmp_path: Path) -> None:
    body = (
        "# Tea: at four\n\nOne <script>alert(1)</script>[two](javascript:alert(1)).\n\n"
        '![A cup](../images/cup%201.jpg "The cup. [Photo/WeChat: name]")\n\n![](../../secret.jpg)\n'
    )
    cup = make_image("JPEG", 640, 480)
    files: Mapping[str, str | bytes] = {
        "sources/a/tea.md": YAML + body,
        "sources/images/cup 1.jpg": cup,
        "secret.jpg": cup,
    }
    result = run_cli(make_site(tmp_path, files), "build")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        'sources/a/tea.md:12: warning: images: "../../secret.jpg" '
        "is outside the folder of the source; it is left out"
    ]
    item = etree.parse(tmp_path / "feeds/river.rss").find("channel/item")
    assert item is not None
    assert item.findtext("guid") == "tag:news.example.com,2020:a/tea"
    assert item.findtext("pubDate") == "Mon, 25 May 2020 10:32:00 +0800"
    content = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") or ""
    assert content.startswith("<p>One <a>two</a>.</p>\n<figure><img src=")
    assert "script" not in content
    media = "{http://search.yahoo.com/mrss/}"
    assert item.findtext(f"{media}content/{media}description") == "The cup."
    assert item.findtext(f"{media}content/{media}credit") == "WeChat: name"
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert (enclosure.get("type"), enclosure.get("length")) == ("image/jpeg", str(len(cup)))


@pytest.mark.parametrize(
    ("content", "field", "line"),
    [
        (YAML.replace("2020-05-25 10:32", "05/06/2020"), "updated", 4),
        (TOML.replace("2020-05-25T10:32:00", '"soon"'), "updated", 4),
        (YAML.replace("River", "[[x]]"), "section", 3),
        (YAML + "\n", None, None),
    ],
)
def test_a_problem_names_the_line_of_the_field(
    tmp_path: Path, content: str, field: str | None, line: int | None
) -> None:
    result = run_cli(make_site(tmp_path, {"sources/tea.md": content}), "check")
    if field is None:
        assert (result.exit_code, result.stderr) == (0, "")
    else:
        assert result.exit_code == 1
        assert result.stderr.startswith(f"sources/tea.md:{line}: {field}: ")


@pytest.mark.parametrize("head", [YAML, TOML, "\ufeff\n" + YAML])
def test_explains_front_matter_from_standard_input(tmp_path: Path, head: str) -> None:
    site = make_site(tmp_path, {"sources/tea.md": YAML})
    result = run_cli(site, "explain", "-", stdin=(head + "One.").encode())
    assert result.exit_code == 0
    assert "found by: the front matter, line" in result.stdout
