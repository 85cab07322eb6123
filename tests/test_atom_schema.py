"""Every Atom document of ours keeps to the schema of RFC 4287 (tests/atom.rng)."""

from __future__ import annotations

from pathlib import Path

import pytest

from atom_schema import assert_valid_atom, list_atom_faults

TESTS = Path(__file__).parent
FEED = """\
<feed xmlns="http://www.w3.org/2005/Atom">
<id>tag:news.example.com,2020:feed</id>
<title>Harbor Voice</title>
<updated>2020-05-25T08:00:00Z</updated>
{}</feed>"""
ENTRY = """\
<entry>
<id>tag:news.example.com,2020:ferry</id>
<title>Ferry</title>
<updated>2020-05-25T08:00:00Z</updated>
{}</entry>
"""


@pytest.mark.parametrize("folder", [TESTS.parent / "feeds", TESTS / "golden"])
def test_committed_documents_keep_to_the_schema(folder: Path) -> None:
    assert list(folder.rglob("*.atom"))
    assert_valid_atom(folder)


@pytest.mark.parametrize("path", sorted((TESTS / "lint" / "good").glob("atom*.xml")), ids=str)
def test_schema_lets_pass_what_lint_does(path: Path) -> None:
    assert list_atom_faults(path.read_bytes()) == []


@pytest.mark.parametrize(
    "document",
    [
        FEED.replace("<title>Harbor Voice</title>\n", ""),
        FEED.replace("2020-05-25T08:00:00Z", "2020-05-25"),
        FEED.replace("tag:news.example.com,2020:feed", "harbor"),
        FEED.replace("{}", "<title>Twice</title>"),
        FEED.replace("{}", "<author><uri>https://news.example.com/</uri></author>"),
        FEED.replace("{}", '<link rel="self"/>'),
        FEED.replace("{}", "<pubDate>2020</pubDate>"),
        FEED.replace("{}", ENTRY.replace("<id>tag:news.example.com,2020:ferry</id>\n", "")),
        FEED.replace("{}", ENTRY.replace("{}", "<category/>")),
        FEED.replace("{}", ENTRY.replace("{}", "<content type='xhtml'>Slow</content>")),
        FEED.replace("{}", ENTRY.replace("{}", "<summary type='text/plain'>Slow</summary>")),
        FEED.replace("{}", ENTRY.replace("{}", "<subtitle>Slow</subtitle>")),
    ],
)
def test_schema_refuses_what_is_no_atom(document: str) -> None:
    assert list_atom_faults(FEED.replace("{}", ENTRY.replace("{}", "")).encode()) == []
    assert list_atom_faults(document.replace("{}", "").encode()) != []
