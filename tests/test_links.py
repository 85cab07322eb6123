"""Where links lead: below the site's path, to hosts that readers reach, and who is told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from feedpub.text import find_host_kind
from support import STANDARD_TOML, make_site, run_cli, to_json_lines

PROJECT = STANDARD_TOML.replace('"https://news.example.com/"', '"https://org.example.io/repo"')
ARTICLE: Mapping[str, object] = {"section": "River", "title": "Tea", "updated": "2020-05-22"}


def build(
    tmp_path: Path, records: Sequence[Mapping[str, object]], toml: str = STANDARD_TOML
) -> tuple[list[Mapping[str, object]], list[str]]:
    """Build records, and give the entries of the JSON feed and the messages."""
    lines = to_json_lines(*({**ARTICLE, **record} for record in records))
    toml = toml.replace("[site]", '[site]\nformats = ["rss", "atom", "json", "html"]')
    site = make_site(tmp_path, {"sources/a.jsonl": lines}, toml)
    done = run_cli(site, "build")
    assert done.exit_code == 0, done.stderr
    items = json.loads((site / "feeds/all.json").read_bytes())["items"]
    return items, [line for line in done.stderr.splitlines() if ": warning: " in line]


@pytest.mark.parametrize(
    ("home", "link", "expected"),
    [
        ("https://org.example.io/repo", "post/1/", "https://org.example.io/repo/post/1/"),
        ("https://org.example.io/repo/", "/post/1/", "https://org.example.io/repo/post/1/"),
        ("https://org.example.io/repo", "/repo/post/1/", "https://org.example.io/repo/post/1/"),
        ("https://org.example.io", "/post/1/", "https://org.example.io/post/1/"),
    ],
)
def test_a_relative_link_is_below_the_home_page(
    tmp_path: Path, home: str, link: str, expected: str
) -> None:
    toml = STANDARD_TOML.replace("https://news.example.com/", home)
    record = {"id": 1, "url": link, "content_html": '<p><a href="more/">x</a></p>'}
    (item,), warnings = build(tmp_path, [record], toml)
    assert (item["url"], warnings) == (expected, [])
    assert f'<a href="{expected}more/">' in str(item["content_html"])


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{path}/", "https://org.example.io/repo/River/tea/"),
        ("/{section}/{stem}.html", "https://org.example.io/repo/river/tea.html"),
        ("https://www.example.com/{stem}", "https://www.example.com/tea"),
    ],
)
def test_a_link_of_a_template_is_below_the_home_page(
    tmp_path: Path, template: str, expected: str
) -> None:
    page = "---\ntitle: Tea\nupdated: 2020-05-22\n---\nA cup.\n"
    toml = f'{PROJECT}link = "{template}"\n'
    site = make_site(tmp_path, {"sources/River/tea.md": page}, toml)
    assert run_cli(site, "build").exit_code == 0
    assert f"<link>{expected}</link>" in (site / "feeds/all.rss").read_text()


def test_a_path_in_the_home_page_changes_no_id(tmp_path: Path) -> None:
    (item,), _ = build(tmp_path, [{"url": "post/1/"}], PROJECT)
    assert item["id"] == "tag:news.example.com,2020:/post/1/"


def test_tells_how_paths_are_read(tmp_path: Path) -> None:
    records = [
        {**ARTICLE, "id": n, "url": f"{base}/{n}"} for n, base in enumerate(["/p", "/p", ""])
    ]
    records += [{**ARTICLE, "id": 3, "url": "/repo/3"}, {**ARTICLE, "id": 4, "url": "//a.example/"}]
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*records)}, PROJECT)
    assert run_cli(site, "build").stderr == (
        'note: 3 links, such as "/p/0", read as a path below https://org.example.io/repo, which is '
        "link in [site]. If it is a path of the host, write the whole URL.\n"
    )


def test_init_proposes_the_folder_of_feeds_below_the_path(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"sources/River/a.json": json.dumps({**ARTICLE, "id": 1})})
    (site / "feedpub.toml").unlink()
    args = ("sources", "--link", "https://org.example.io/repo", "--timezone", "UTC")
    done = run_cli(site, "init", *args)
    assert done.exit_code == 0, done.stderr
    assert '# feeds = "https://org.example.io/repo/feeds/"' in (site / "feedpub.toml").read_text()


def test_every_link_leads_to_a_written_file_after_init(tmp_path: Path) -> None:
    page = "Home>River\n\nTea at four\n\n(news.example.com) Updated : 2020-05-25\n\nA cup of tea.\n"
    files = {"sources/1.txt": page, "sources/2.json": json.dumps({**ARTICLE, "id": 2})}
    site = make_site(tmp_path, files)
    (site / "feedpub.toml").unlink()
    for args in (("init", "sources", "--link", "https://news.example.com/"), ("build",)):
        assert run_cli(site, *args).exit_code == 0
    for path in (site / "feeds").glob("*.rss"):
        for line in path.read_text().splitlines():
            if "<link>https://news.example.com/feeds/" in line:
                name = line.partition("/feeds/")[2].partition("<")[0].partition("#")[0]
                assert (site / "feeds" / name).is_file(), line


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("http://localhost:1313/posts/a/", "leads to the reader's own computer"),
        ("http://127.0.0.1/a", "leads to the reader's own computer"),
        ("http://[::1]:8000/a", "leads to the reader's own computer"),
        ("https://cms/a", "leads to a host that only a private network knows"),
        ("http://192.168.1.5/a", "leads to a host that only a private network knows"),
        ("https://desk.newsroom.internal/a", "leads to a host that only a private network knows"),
        ("https://site-git-main.vercel.app/a", "leads to a preview of a site"),
        ("https://staging.news.example.com/a", "leads to a preview of a site"),
    ],
)
def test_tells_of_a_link_that_readers_cannot_follow(tmp_path: Path, link: str, told: str) -> None:
    (item,), (warning,) = build(tmp_path, [{"id": 1, "url": link}])
    assert item["url"] == link
    assert warning == (
        f'sources/a.jsonl:1: warning: link: "{link}" {told}. Export the records with the address '
        "of the site, https://news.example.com/."
    )


@pytest.mark.parametrize(
    ("link", "read"),
    [
        ("www.example.com/p", "https://www.example.com/p"),
        ("news.example.com/2020/p", "https://news.example.com/2020/p"),
    ],
)
def test_completes_a_link_without_scheme_and_tells_of_it(
    tmp_path: Path, link: str, read: str
) -> None:
    (item,), (warning,) = build(tmp_path, [{"url": link}])
    assert (item["url"], item["id"]) == (
        read,
        f"tag:news.example.com,2020:/{read.split('/', 3)[3]}",
    )
    assert warning == (
        f'sources/a.jsonl:1: warning: link: "{link}" has no scheme, so it is read as "{read}". '
        "Write https:// before the host."
    )


def test_tells_of_many_links_once_for_each_kind(tmp_path: Path) -> None:
    links = [f"http://localhost/{n}" for n in range(5)] + ["http://cms/5", "http://cms/6"]
    _, warnings = build(tmp_path, [{"id": n, "url": link} for n, link in enumerate(links)])
    local, private = warnings
    assert "There are 5 such links, for example in sources/a.jsonl:" in local
    assert "There are 2 such links, for example in sources/a.jsonl:" in private


def test_tells_of_such_links_in_bodies_and_images(tmp_path: Path) -> None:
    body = (
        '<p><a href="http://localhost:3000/x?a=1&amp;b=2">x</a> <a href="www.example.com">y</a></p>'
    )
    image = {"src": "http://10.0.0.1/a.png", "type": "image/png", "length": 9}
    record = {"id": 1, "url": "https://news.example.com/1", "content_html": body, "images": image}
    (item,), warnings = build(tmp_path, [record])
    assert 'href="https://www.example.com"' in str(item["content_html"])
    assert [warning.partition("warning: ")[2][:45] for warning in warnings] == [
        'content_html: "http://localhost:3000/x?a=1&b=',
        'content_html: "www.example.com" has no scheme',
        'images: "http://10.0.0.1/a.png" leads to a ho',
    ]


@pytest.mark.parametrize(
    ("host", "home"),
    [
        ("news.example.com", "news.example.com"),
        ("www.other.example", "news.example.com"),
        ("93.184.216.34", "news.example.com"),
        ("staging.other.example", "news.example.com"),
        ("localhost", "localhost"),
        ("cms", "intranet"),
        ("site.vercel.app", "site.vercel.app"),
        ("docs.vercel.app", "news.vercel.app"),
        ("", "news.example.com"),
    ],
)
def test_a_host_may_be_that_of_a_site(host: str, home: str) -> None:
    assert find_host_kind(host, home) is None


def test_a_story_may_link_to_a_preview_and_a_test_to_its_own_computer(tmp_path: Path) -> None:
    body = '<p><a href="https://demo.vercel.app/">x</a><a href="http://localhost/">y</a></p>'
    toml = STANDARD_TOML.replace("[[source]]", "allow_loopback = true\n\n[[source]]")
    record = {"id": 1, "url": "https://news.example.com/1", "content_html": body}
    assert build(tmp_path, [record], toml)[1] == []
