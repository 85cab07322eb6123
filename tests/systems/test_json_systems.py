"""Systems that speak JSON: how they are recognized, and what each means by its fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from xml_support import Found, read_source

from feedpub.config.loading import load_config
from feedpub.systems.reading import OpenedSource
from support import STANDARD_TOML, make_site, run_cli, to_json_lines

GOLDEN = Path(__file__).parent.parent / "golden"
NAMES = (
    "wordpress-rest",
    "ghost",
    "blogger-api",
    "arcxp-ans",
    "drupal-jsonapi",
    "strapi",
    "contentful",
    "sanity",
    "ninjs",
    "chorus",
    "tiny-news",
)

WP: Mapping[str, object] = {
    "id": 1,
    "date": "2024-05-01T10:00:00",
    "date_gmt": "2024-05-01T08:00:00",
    "type": "post",
    "status": "publish",
    "link": "https://post.example.com/a/",
    "title": {"rendered": "A"},
    "content": {"rendered": "<p>x</p>", "protected": False},
    "categories": [7],
    "author": 3,
    "featured_media": 9,
}
BARE: Mapping[str, object] = {**WP, "author": 0, "featured_media": 0, "categories": []}
GHOST: Mapping[str, object] = {
    "id": "g1",
    "title": "A",
    "slug": "a",
    "html": "<p>x</p>",
    "status": "published",
    "visibility": "public",
    "feature_image": None,
    "custom_excerpt": None,
    "published_at": "2024-05-01 08:00:00",
    "updated_at": None,
}
ANS: Mapping[str, object] = {
    "type": "story",
    "version": "0.10.9",
    "_id": "A1",
    "headlines": {"basic": "A"},
    "publish_date": "2024-05-01T08:00:00Z",
    "content_elements": [],
}
NINJS: Mapping[str, object] = {
    "uri": "urn:x:1",
    "type": "text",
    "versioncreated": "2024-05-01T08:00:00Z",
    "headline": "A",
    "body_text": "x",
    "pubstatus": "usable",
}
ATTRIBUTES: Mapping[str, object] = {
    "title": "A",
    "status": True,
    "created": 1714550400,
    "changed": "1714550400",
    "path": {"alias": "/a"},
}
NODE: Mapping[str, object] = {"type": "node--article", "id": "u-1", "attributes": ATTRIBUTES}
STRAPI: Mapping[str, object] = {
    "id": 1,
    "documentId": "d1",
    "title": "A",
    "createdAt": "2024-05-01T08:00:00Z",
    "updatedAt": "2024-05-02T08:00:00Z",
    "publishedAt": "2024-05-02T08:00:00Z",
}
SANITY: Mapping[str, object] = {
    "_id": "s1",
    "_type": "post",
    "_rev": "r",
    "_createdAt": "2024-05-01T08:00:00Z",
    "_updatedAt": "2024-05-02T08:00:00Z",
    "title": "A",
    "slug": {"current": "a"},
}
SYS: Mapping[str, object] = {
    "type": "Entry",
    "id": "e1",
    "createdAt": "2024-05-01T08:00:00Z",
    "updatedAt": "2024-05-02T08:00:00Z",
    "contentType": {"sys": {"id": "blogPost"}},
}
ENTRY: Mapping[str, object] = {"sys": SYS, "fields": {"title": "A", "slug": "a", "body": "x"}}
TINY: Mapping[str, object] = {
    "id": 1,
    "live_url": "https://post.example.com/a",
    "translations": [
        {
            "headline": "A",
            "published": True,
            "first_published_at": "2024-05-01T08:00:00Z",
            "content": [],
        }
    ],
}
CHORUS: Mapping[str, object] = {
    "uid": "Entry:1",
    "title": "A",
    "createdAt": "2024-05-01T08:00:00Z",
    "body": {"components": []},
}
BLOGGER: Mapping[str, object] = {
    "kind": "blogger#post",
    "id": "1",
    "title": "A",
    "published": "2024-05-01T08:00:00Z",
    "content": "x",
}


def read(tmp_path: Path, value: object, name: str = "a.json", **others: object) -> Found:
    files = {name: json.dumps(value)}
    files.update({f"{stem}.json": json.dumps(other) for stem, other in others.items()})
    return read_source(tmp_path, files)


def name_systems(tmp_path: Path, files: Mapping[str, str | bytes]) -> list[str]:
    site = make_site(
        tmp_path, {f"sources/{name}": text for name, text in files.items()}, STANDARD_TOML
    )
    opened = OpenedSource(load_config(site / "feedpub.toml"), 0)
    for file in opened.list_files():
        list(opened.scan(file))  # type: ignore[arg-type]
    return [name for name, _ in opened.count_systems()]


@pytest.mark.parametrize("name", NAMES)
def test_recognizes_its_golden_site(tmp_path: Path, name: str) -> None:
    sources = GOLDEN / f"system-{name}" / "sources"
    files: dict[str, str | bytes] = {path.name: path.read_text() for path in sources.iterdir()}
    assert name_systems(tmp_path, files) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [("arcxp-ans", ANS), ("ghost", GHOST), ("sanity", SANITY), ("wordpress-rest", BARE)],
)
def test_recognizes_a_record_alone_in_lines_and_in_a_list(
    tmp_path: Path, name: str, value: Mapping[str, object]
) -> None:
    forms = {
        "alone.json": json.dumps(value),
        "lines.ndjson": to_json_lines(value, value),
        "list.json": json.dumps([value, value]),
        "page.html": json.dumps(value),
    }
    if name != "ghost":  # an export of Ghost has its posts at a path of its own
        forms["inner.json"] = json.dumps({"found": [value]})
    for file, content in forms.items():
        expected = [] if file == "page.html" else [name]
        folder = tmp_path / file
        folder.mkdir()
        assert name_systems(folder, {file: content}) == expected, file


def test_lines_are_of_sanity_where_all_of_them_are(tmp_path: Path) -> None:
    assert name_systems(tmp_path, {"a.ndjson": to_json_lines(SANITY, {"title": "A"})}) == []


@pytest.mark.parametrize(
    "value",
    [
        {"id": "1", "title": "A", "section": "River", "updated": "2024-05-01", "body": "x"},
        {
            "id": "1",
            "title": "A",
            "link": "https://a.example.com/",
            "published": "2024-05-01",
            "status": "draft",
            "images": [{"src": "a.jpg"}],
        },
        {"type": "story", "title": "A", "updated": "2024-05-01", "content_html": "<p>x</p>"},
        {"posts": [{"title": "A", "slug": "a", "updated": "2024-05-01"}]},
        {"data": [{"title": "A", "updated": "2024-05-01"}], "meta": {"total": 1}},
        {"items": [{"title": "A", "published": "2024-05-01"}], "kind": "list"},
    ],
)
def test_takes_no_other_record_for_its_own(tmp_path: Path, value: object) -> None:
    assert name_systems(tmp_path, {"a.json": json.dumps(value)}) == []


@pytest.mark.parametrize(
    "value",
    [
        {**BARE, "status": "future"},
        {**BARE, "status": "private"},
        {**BARE, "content": {"rendered": "", "protected": True}},
        {"posts": [{**GHOST, "status": "scheduled"}]},
        {"posts": [{**GHOST, "status": "sent"}]},
        {"posts": [{**GHOST, "email_only": True}]},
        {**ANS, "revision": {"published": False}},
        {**ANS, "publishing": {"has_published_edition": False}},
        {**NINJS, "pubstatus": "canceled"},
        {**NINJS, "pubstatus": "withheld"},
        {"data": [{**NODE, "attributes": {**ATTRIBUTES, "status": False}}]},
        {"data": [{**NODE, "attributes": {**ATTRIBUTES, "moderation_state": "archived"}}]},
        {"data": [{**STRAPI, "publishedAt": None}]},
        [{**SANITY, "_id": "drafts.s1"}],
        {
            "sys": {"type": "Array"},
            "items": [{**ENTRY, "sys": {**SYS, "version": 2, "publishedCounter": 0}}],
        },
        {
            "sys": {"type": "Array"},
            "items": [{**ENTRY, "sys": {**SYS, "archivedAt": "2024-05-03T08:00:00Z"}}],
        },
        {
            "articles": [
                {
                    **TINY,
                    "translations": [
                        {
                            "headline": "A",
                            "published": False,
                            "first_published_at": "2024-05-01T08:00:00Z",
                        }
                    ],
                }
            ]
        },
        {**BLOGGER, "status": "SCHEDULED"},
        {**CHORUS, "publishStatus": "TRASHED"},
    ],
)
def test_publishes_no_draft(tmp_path: Path, value: object) -> None:
    found = read(tmp_path, value)
    assert found.titles == []
    assert len(found.records) == 1
    assert found.problems == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (WP, {"published": "2024-05-01T08:00:00Z", "link": "https://post.example.com/a/", "id": 1}),
        ({**WP, "date_gmt": "0000-00-00T00:00:00"}, {"published": "2024-05-01T10:00:00"}),
        ({**WP, "class_list": ["post-1", "category-old-town"]}, {"section": ["Old town"]}),
        ({"posts": [GHOST]}, {"published": "2024-05-01 08:00:00Z", "permalink": "/a/"}),
        (
            {"posts": [{**GHOST, "html": "<a href='__GHOST_URL__/b/'>b</a>"}]},
            {"content_html": "<a href='https://news.example.com/b/'>b</a>"},
        ),
        (
            {"posts": [{**GHOST, "tags": [{"name": "#x"}, {"name": "River"}, {"name": "Birds"}]}]},
            {"section": ["River"], "tags": ["Birds"]},
        ),
        (
            {
                **ANS,
                "website_url": "/b/",
                "taxonomy": {"sections": [{"name": "River"}, {"name": "All"}]},
            },
            {"link": "/b/", "section": ["River"]},
        ),
        (
            {
                **ANS,
                "promo_items": {
                    "basic": {
                        "type": "video",
                        "promo_items": {
                            "basic": {"type": "image", "url": "https://a.example.com/v.jpg"}
                        },
                    }
                },
            },
            {"images": [{"src": "https://a.example.com/v.jpg"}]},
        ),
        (
            {**NINJS, "embargoed": "2024-06-01T08:00:00Z"},
            {"published": "2024-06-01T08:00:00Z", "id": "urn:x:1"},
        ),
        ({"data": [NODE]}, {"link": "/a", "published": 1714550400, "updated": 1714550400}),
        (
            {"data": [{**STRAPI, "date": "2024-04-30"}]},
            {"published": "2024-04-30", "updated": "2024-05-02T08:00:00Z", "id": "d1"},
        ),
        (
            {"data": [{**STRAPI, "cover": {"url": "/uploads/a.jpg"}}]},
            {"images": {"src": "https://news.example.com/uploads/a.jpg"}},
        ),
        (
            [{**SANITY, "publishedAt": "Invalid Date"}],
            {"published": "2024-05-01T08:00:00Z", "slug": None},
        ),
        (
            {"sys": {"type": "Array"}, "items": [ENTRY]},
            {"published": "2024-05-01T08:00:00Z", "updated": "2024-05-02T08:00:00Z"},
        ),
        (
            {"articles": [{**TINY, "category": {"slug": "old-town"}}]},
            {"section": "old-town", "link": "https://post.example.com/a"},
        ),
        ({**CHORUS, "publishDate": "2024-05-03T08:00:00Z"}, {"published": "2024-05-03T08:00:00Z"}),
        (
            {"kind": "blogger#postList", "items": [{**BLOGGER, "labels": ["A &amp; B", "C"]}]},
            {"section": ["A & B"], "tags": ["C"]},
        ),
    ],
)
def test_reads_fields(tmp_path: Path, value: object, expected: Mapping[str, object]) -> None:
    fields = read(tmp_path, value).fields
    shown = {name: fields.get(name) for name in expected if expected[name] is not None}
    assert shown == {name: value for name, value in expected.items() if value is not None}


def test_joins_what_lies_beside(tmp_path: Path) -> None:
    users = [{"id": 3, "name": "Ilse Quell", "avatar_urls": {}, "_links": {}}]
    terms = [{"id": 7, "name": "River", "taxonomy": "category", "_links": {}}]
    media = [
        {
            "id": 9,
            "media_type": "image",
            "source_url": "https://post.example.com/a.jpg",
            "alt_text": "A",
            "_links": {},
        }
    ]
    found = read(tmp_path, [WP], users=users, categories=terms, media=media)
    assert (found.fields["author"], found.fields["section"]) == ("Ilse Quell", ["River"])
    assert found.fields["images"] == [{"src": "https://post.example.com/a.jpg", "alt": "A"}]
    assert found.problems == []


def test_warns_once_of_a_join_that_finds_nothing(tmp_path: Path) -> None:
    rows = json.dumps([WP, {**WP, "id": 2}])
    site = make_site(tmp_path, {"sources/a.json": rows}, STANDARD_TOML)
    report = json.loads(run_cli(site, "build", "--report", "json").stdout)
    told = [problem["field"] for problem in report["problems"] if problem["kind"] == "join"]
    assert sorted(told) == ["author", "images", "section"]
    assert "<name>3</name>" not in (site / "feeds" / "all.atom").read_text()


def test_publishes_the_summary_alone_of_what_members_read(tmp_path: Path) -> None:
    fields = read(
        tmp_path, {"posts": [{**GHOST, "visibility": "members", "custom_excerpt": "Short."}]}
    ).fields
    assert fields["summary"] == "Short."
    assert not {"content_html", "content_text"} & fields.keys()


def test_reads_an_export_of_strapi(tmp_path: Path) -> None:
    rows = [
        {
            "type": "api::article.article",
            "id": 1,
            "data": {
                "title": "A",
                "content": "x",
                "publishedAt": "2024-05-01T08:00:00Z",
                "createdAt": "2024-05-01T08:00:00Z",
            },
        },
        {"type": "api::category.category", "id": 2, "data": {"name": "River"}},
        {"type": "admin::user", "id": 3, "data": {"firstname": "Ilse"}},
    ]
    found = read_source(tmp_path, {"entities_00001.jsonl": "\n".join(map(json.dumps, rows))})
    assert found.titles == ["A"]
    assert found.notes == ["sources: not articles: categories 1, records of Strapi itself 1"]


def test_finds_images_of_an_export_of_sanity(tmp_path: Path) -> None:
    post = {**SANITY, "mainImage": {"asset": {"_ref": "image-abc1-10x10-jpg"}}}
    lost = {**SANITY, "_id": "s2", "mainImage": {"asset": {"_ref": "image-ffff-10x10-jpg"}}}
    rows = "\n".join(map(json.dumps, [post, lost]))
    found = read_source(tmp_path, {"data.ndjson": rows, "images/abc1-10x10.jpg": "x"})
    assert found.records[0].fields["images"] == {"src": "images/abc1-10x10.jpg"}


def test_reads_only_the_tables_that_posts_need(tmp_path: Path) -> None:
    users = [{"id": "u1", "name": "Ilse Quell", "password": "$2b$10$secret"}]
    data = {"posts": [{**GHOST, "author_id": "u1"}], "users": users}
    found = read(tmp_path, {"db": [{"meta": {}, "data": data}]})
    assert found.fields["author"] == ["Ilse Quell"]
    assert "secret" not in repr(found)
