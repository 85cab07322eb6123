"""Substack exports: what is published, the join of table and bodies, and what is dropped."""

from __future__ import annotations

from pathlib import Path

import pytest
from xml_support import read_source

HEAD = "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle,podcast_url\n"
BODY = "<p>Two pairs nest above the mill.</p>"


def row(
    id: str = "101.herons",
    *,
    date: str = "2024-05-12T07:30:00.500Z",
    published: str = "true",
    type: str = "newsletter",
    audience: str = "everyone",
    title: str = "Herons",
    subtitle: str = "They came &amp; stayed",
    audio: str = "",
) -> str:
    return f"{id},{date},{published},,{type},{audience},{title},{subtitle},{audio}\n"


def test_reads_a_post(tmp_path: Path) -> None:
    found = read_source(
        tmp_path,
        {"posts.csv": HEAD + row(title="&#x201C;Herons&#x201D;"), "posts/101.herons.html": BODY},
    )
    assert (found.problems, found.notes) == ([], [])
    fields = {name: found.fields[name] for name in found.fields if name != "default_section"}
    assert fields == {
        "id": "101",
        "title": "“Herons”",
        "published": "2024-05-12T07:30:00.500Z",
        "status": "published",
        "permalink": "/p/herons",
        "summary": "They came & stayed",
        "content_html": BODY,
    }


@pytest.mark.parametrize(
    ("table", "titles"),
    [
        (row(), ["Herons"]),
        (row(published="TRUE"), ["Herons"]),
        (row(published="FALSE"), []),
        (row(published=""), []),
        (row(type="page"), []),
        (row(type="thread"), ["Herons"]),
        (row(type="podcast"), ["Herons"]),
    ],
)
def test_only_published_posts(table: str, titles: list[str], tmp_path: Path) -> None:
    files = {"posts.csv": HEAD + table, "posts/101.herons.html": BODY}
    assert read_source(tmp_path, files).titles == titles


@pytest.mark.parametrize(
    ("audience", "is_shown"),
    [
        ("everyone", True),
        ("", True),
        ("only_paid", False),
        ("founding", False),
        ("only_free", False),
    ],
)
def test_what_is_for_subscribers_has_a_summary_alone(
    audience: str, is_shown: bool, tmp_path: Path
) -> None:
    files = {"posts.csv": HEAD + row(audience=audience), "posts/101.herons.html": BODY}
    found = read_source(tmp_path, files)
    assert ("content_html" in found.fields) is is_shown
    assert found.fields["summary"] == "They came & stayed"
    assert found.problems == []


def test_widgets_are_dropped(tmp_path: Path) -> None:
    body = (
        '<p class="button-wrapper"><a class="button" href="/subscribe">Subscribe now</a></p>'
        '<p>One.</p><div class="subscription-widget-wrap"><p>Thanks for reading!</p>'
        '<form><input type="email"></form></div><div class="captioned-image-container"><figure>'
        '<a class="image-link" href="https://cdn.example.com/h.png"><div class="image2-inset">'
        '<picture><source srcset="https://cdn.example.com/w_424/h.png 424w">'
        '<img src="https://cdn.example.com/h.png" class="sizing-normal" alt="">'
        '</picture><div class="image-link-expand"><svg></svg></div></div></a>'
        '<figcaption class="image-caption">A heron</figcaption></figure></div><p>Two.</p>'
    )
    found = read_source(tmp_path, {"posts.csv": HEAD + row(), "posts/101.herons.html": body})
    content = str(found.fields["content_html"])
    assert "One." in content and "Two." in content
    for word in ("Subscribe", "Thanks", "form", "svg", "expand"):
        assert word not in content
    images = found.fields["images"]
    assert isinstance(images, list)
    (image,) = images
    assert (image["src"], image["caption"]) == ("https://cdn.example.com/h.png", "A heron")


def test_a_missing_body_is_told(tmp_path: Path) -> None:
    found = read_source(tmp_path, {"posts.csv": HEAD + row()})
    assert [str(problem) for problem in found.problems] == [
        "sources/posts.csv:2: warning: content_html: is missing: there is no "
        "posts/101.herons.html. Unpack the whole export"
    ]


def test_an_episode_links_to_its_audio(tmp_path: Path) -> None:
    audio = "https://cdn.example.com/e.mp3?a=1&b=2"
    found = read_source(tmp_path, {"posts.csv": HEAD + row(type="podcast", audio=audio)})
    assert '<a href="https://cdn.example.com/e.mp3?a=1&amp;b=2">' in str(
        found.fields["content_html"]
    )
    assert found.problems == []


def test_nothing_but_the_table_of_posts_is_read(tmp_path: Path) -> None:
    files = {
        "posts.csv": HEAD + row(),
        "posts/101.herons.html": BODY,
        "posts/101.opens.csv": "email,time\na@example.com,1\n",
        "email_list.river.csv": "email,plan\na@example.com,free\n",
    }
    found = read_source(tmp_path, {f"export/{name}": text for name, text in files.items()})
    assert found.fields["content_html"] == BODY
    assert found.notes == ["sources: not articles: tables of subscribers and mails 2"]


def test_a_time_without_zone_is_utc(tmp_path: Path) -> None:
    files = {"posts.csv": HEAD + row(date="2024-05-12 07:30:00"), "posts/101.herons.html": BODY}
    assert read_source(tmp_path, files).fields["published"] == "2024-05-12 07:30:00Z"


def test_a_table_of_others_is_not_substack(tmp_path: Path) -> None:
    found = read_source(tmp_path, {"posts.csv": "id,title,published\n1,Herons,2024-05-12\n"})
    assert "permalink" not in found.fields
