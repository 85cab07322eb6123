"""Records of no known system: their fields in every usual shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from xml_support import Found, read_source

from feedpub.model import Record
from feedpub.systems.found_fields import Watched
from support import STANDARD_TOML, make_site, run_cli

BASE: Mapping[str, object] = {
    "id": "1",
    "title": "Herons",
    "section": "River",
    "updated": "2024-05-01",
}


def read(tmp_path: Path, value: object, name: str = "a.json") -> Found:
    return read_source(tmp_path, {name: json.dumps(value)})


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"title": {"rendered": "A &amp; B"}}, "title", "A &amp; B"),
        ({"title": {"en-US": "Herons", "de": "Reiher"}}, "title", "Herons"),
        ({"body": {"value": "<p>x</p>", "format": "html"}}, "content_html", "<p>x</p>"),
        ({"body": {"processed": "<p>y</p>", "value": "y"}}, "content_html", "<p>y</p>"),
        ({"body": "<p>Six <b>herons</b>.</p>"}, "content_html", "<p>Six <b>herons</b>.</p>"),
        ({"articleBody": "<p>Six</p>"}, "content_html", "<p>Six</p>"),
        ({"content_text": "1 < 2 and <new>"}, "content_text", "1 < 2 and <new>"),
        ({"text": "First."}, "content_text", "First."),
        ({"content": ["One.", "Two."]}, "content_text", "One.\n\nTwo."),
        (
            {"content": [{"type": "paragraph", "children": [{"text": "x"}]}]},
            "content_html",
            "<p>x</p>",
        ),
        (
            {
                "content": {
                    "type": "doc",
                    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x"}]}],
                }
            },
            "content_html",
            "<p>x</p>",
        ),
        ({"markdown": "A **b**."}, "content_html", "<p>A <strong>b</strong>.</p>"),
        ({"author": {"displayName": "Ann Lee"}}, "author", ["Ann Lee"]),
        ({"author": {"first_name": "Ann", "last_name": "Lee"}}, "author", ["Ann Lee"]),
        ({"authors": [{"full_name": "Ann Lee"}, "Bo Chen"]}, "author", ["Ann Lee", "Bo Chen"]),
        ({"author": {"data": {"attributes": {"name": "Ann Lee"}}}}, "author", ["Ann Lee"]),
        ({"labels": ["books"]}, "tags", ["books"]),
        ({"tags": [{"title": "books"}]}, "tags", ["books"]),
        ({"category": {"title": "Lake"}, "section": None}, "section", ["Lake"]),
        (
            {"image": {"secure_url": "https://a.example.com/x.jpg", "alt_text": "X"}},
            "images",
            {"src": "https://a.example.com/x.jpg", "alt": "X"},
        ),
        (
            {"image": {"file": {"url": "https://a.example.com/x.jpg"}, "caption": "C"}},
            "images",
            {"src": "https://a.example.com/x.jpg", "caption": "C"},
        ),
        (
            {
                "image": {
                    "renditions": [
                        {"href": "s.jpg", "width": 90},
                        {"href": "m.jpg", "width": 1900},
                        {"href": "l.jpg", "width": 5000},
                    ]
                }
            },
            "images",
            {"src": "m.jpg"},
        ),
        ({"image": {"data": {"attributes": {"url": "/u/x.jpg"}}}}, "images", {"src": "/u/x.jpg"}),
        (
            {"images": [{"src": "x.jpg", "credit": "Bo"}]},
            "images",
            [{"src": "x.jpg", "credit": "Bo"}],
        ),
        ({"password": "secret"}, "status", "draft"),
    ],
)
def test_reads_a_field_in_its_shape(
    tmp_path: Path, given: Mapping[str, object], field: str, value: object
) -> None:
    found = read(tmp_path, {**BASE, **given})
    assert (found.fields.get(field), found.problems) == (value, [])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"author": {"email": "x@a.example.com"}}, "has no name"),
        ({"authors": [5]}, "is a number that nothing gives a name to"),
        ({"body": "&lt;p&gt;Six herons.&lt;/p&gt;"}, "was escaped once too often"),
        (
            {
                "content": [
                    {"type": "paragraph", "children": [{"text": "x"}]},
                    {"type": "zorp", "children": [{"text": "y"}]},
                ]
            },
            "is not a kind of node",
        ),
        ({"zorp": "Six herons were seen. " * 20}, "zorp looks like one"),
        ({"zorp": [{"type": "paragraph", "children": [{"text": "x"}]}]}, "zorp looks like one"),
        ({"body": {"a": 1}}, "is not a text that feedpub can read"),
    ],
)
def test_tells_of_what_it_cannot_read(
    tmp_path: Path, given: Mapping[str, object], words: str
) -> None:
    found = read(tmp_path, {**BASE, **given})
    assert [words in problem.message for problem in found.problems] == [True]


def test_lays_open_what_stands_in_attributes(tmp_path: Path) -> None:
    found = read(tmp_path, [{"id": 7, "attributes": {**BASE, "id": None, "body": "<p>x</p>"}}])
    assert (found.fields["title"], found.fields["id"]) == ("Herons", 7)
    assert found.fields["content_html"] == "<p>x</p>"


def test_joins_tables_of_the_same_document(tmp_path: Path) -> None:
    article = {**BASE, "author": 5, "section": None, "category": "c1", "tags": [1]}
    tables = {
        "users": [{"id": 5, "name": "Ann Lee"}],
        "categories": [{"id": "c1", "title": "Lake"}],
        "tags": [{"id": 1, "name": "books"}],
    }
    found = read(tmp_path, {"posts": [article], **tables})
    fields = found.fields
    assert (fields.get("section"), fields.get("tags")) == (["Lake"], ["books"])


def test_chooses_the_list_that_looks_most_like_articles(tmp_path: Path) -> None:
    users = [{"id": 5, "name": "Ann Lee", "description": "x", "url": "https://a.example.com"}]
    found = read(tmp_path, {"users": users, "result": {"entries": [BASE]}})
    assert found.titles == ["Herons"]


@pytest.mark.parametrize(
    ("kind", "note"), [("page", "pages"), ("attachment", "attachments"), ("nav_menu_item", "menus")]
)
def test_passes_over_what_is_no_article(tmp_path: Path, kind: str, note: str) -> None:
    found = read(tmp_path, [{**BASE, "type": kind}])
    assert (found.records, found.notes) == ([], [f"sources: not articles: {note} 1"])


@pytest.mark.parametrize(
    "access", [{"visibility": "members"}, {"access": "premium"}, {"isAccessibleForFree": False}]
)
def test_publishes_the_summary_alone_of_what_members_read(
    tmp_path: Path, access: Mapping[str, object]
) -> None:
    fields = read(tmp_path, {**BASE, **access, "summary": "Short.", "body": "<p>Long.</p>"}).fields
    assert fields["summary"] == "Short."
    assert not {"content_html", "content_text"} & fields.keys()


def test_names_what_looks_like_a_missing_field(tmp_path: Path) -> None:
    rows = [{"id": "1", "name_of_piece": "Herons", "made-on": "2024-05-01", "section": "River"}]
    site = make_site(tmp_path, {"sources/a.json": json.dumps(rows)}, STANDARD_TOML)
    errors = run_cli(site, "build").stderr
    assert (
        "name_of_piece looks like one. To read it, add to [source.fields]: title = 'name_of_piece'"
        in errors
    )
    assert (
        '"made-on" looks like one. To read it, add to [source.fields]: published = \'"made-on"\''
        in errors
    )


def test_explain_names_what_nothing_used(tmp_path: Path) -> None:
    rows = [{**BASE, "zorp": "blue", "empty": ""}]
    site = make_site(tmp_path, {"sources/a.json": json.dumps(rows)}, STANDARD_TOML)
    assert '  unused     "zorp"\n' in run_cli(site, "explain", "sources/a.json").stdout
    told = json.loads(run_cli(site, "explain", "--json", "sources/a.json").stdout)
    assert told["unused"] == ["zorp"]


def test_watches_what_was_asked_for() -> None:
    watched = Watched({"a": 1, "b": 2, "c": ""})
    assert watched.get("a") == 1
    assert "b" in watched
    assert watched.list_unused() == ("b",)


FIELDS = {"body": "content_html", "image": "images", "author": "author"}
NATIVE: Mapping[str, object] = {
    **BASE,
    "body": "<p>" + "Six herons were seen. " * 20 + "</p>",
    "image": {"url": "https://a.example.com/x.jpg"},
    "author": {"name": "Ann Lee"},
}
WRAPS: Mapping[str, Callable[[object], object]] = {
    "rendered": lambda value: {"rendered": value} if isinstance(value, str) else {"data": value},
    "locale": lambda value: {"en-US": value},
    "data": lambda value: {"data": value},
    "value": lambda value: {"value": value},
    "zorp": lambda value: {"zorp": value},
    "list": lambda value: [value],
    "none": lambda value: value,
}


@pytest.mark.parametrize("moved", ["", "attributes", "fields", "node", "zorp"])
@pytest.mark.parametrize("renamed", ["", "zorp"])
@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("name", FIELDS)
def test_nothing_is_lost_without_a_word(
    tmp_path: Path, name: str, wrap: str, renamed: str, moved: str
) -> None:
    record = {key: value for key, value in NATIVE.items() if key != name}
    given = {renamed or name: WRAPS[wrap](NATIVE[name])}
    record = {**record, moved: given} if moved else {**record, **given}
    found = read(tmp_path, [record])
    (whole,) = found.records
    assert isinstance(whole, Record)
    kept = whole.fields.get(FIELDS[name]) or whole.fields.get("content_text")
    told = [
        problem for problem in found.problems if problem.field in (FIELDS[name], "content_text")
    ]
    assert kept or told or (moved or renamed or name) in whole.unused
