"""The CSV exports of Wix and beehiiv, and responses to Google forms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from xml_support import Found, read_source

WIX = (
    "Author,Main Category,Title,ID,Cover Image,Published Date,Rich Content,Plain Content,"
    "Post Page URL\n"
)
BEEHIIV = "id,web_title,status,audience,content_tags,url,content_html,thumbnail_url,created_at\n"
FORM = "Timestamp,Email Address,Headline of your story,Your name,Tell us your story,Link\n"


def read(tmp_path: Path, content: str) -> Found:
    return read_source(tmp_path, {"a.csv": content})


def quote(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def test_reads_a_row_of_wix(tmp_path: Path) -> None:
    nodes = {
        "nodes": [{"type": "PARAGRAPH", "nodes": [{"type": "TEXT", "textData": {"text": "Hi"}}]}]
    }
    cover = "wix:image://v1/ab_c~mv2.jpg/My heron.jpg#originWidth=6&originHeight=4"
    cells = ["Anna", "River", "Herons", "p1", cover, "2024-04-02T07:30:00", json.dumps(nodes), "Hi"]
    fields = read(tmp_path, WIX + ",".join(map(quote, [*cells, "/post/herons"])) + "\n").fields
    assert fields["images"] == [{"src": "https://static.wixstatic.com/media/ab_c~mv2.jpg"}]
    assert fields["published"] == "2024-04-02T07:30:00Z"
    assert fields["content_html"] == "<p>Hi</p>"
    assert (fields["link"], fields["section"], fields["author"]) == (
        "/post/herons",
        ["River"],
        "Anna",
    )


@pytest.mark.parametrize(
    ("rich", "plain", "field"),
    [
        ("not-json", "Plain.", "content_text"),
        ("<p>A</p>", "Plain.", "content_html"),
        ("", "P.", "content_text"),
    ],
)
def test_a_wix_body_falls_back_on_the_plain_text(
    tmp_path: Path, rich: str, plain: str, field: str
) -> None:
    row = f"Anna,River,Herons,p1,,2024-04-02T07:30:00Z,{rich},{plain},/post/herons\n"
    assert field in read(tmp_path, WIX + row).fields


def test_a_wix_row_without_a_date_is_a_draft(tmp_path: Path) -> None:
    assert read(tmp_path, WIX + "Anna,River,Herons,p1,,,,Plain.,/post/herons\n").titles == []


@pytest.mark.parametrize(
    ("status", "audience", "is_published", "has_body"),
    [
        ("confirmed", "free", True, True),
        ("Confirmed", "premium", True, False),
        ("draft", "free", False, True),
        ("archived", "free", False, True),
    ],
)
def test_reads_the_words_of_beehiiv(
    tmp_path: Path, status: str, audience: str, is_published: bool, has_body: bool
) -> None:
    row = (
        f"1,Herons,{status},{audience},River; Birds,https://a.example/p/h,<p>Hi</p>,up/h.png,"
        "2024-04-02 07:30:00\n"
    )
    found = read(tmp_path, BEEHIIV + row)
    assert found.titles == (["Herons"] if is_published else [])
    assert ("content_html" in found.fields) is has_body
    assert found.fields["published"] == "2024-04-02 07:30:00Z"
    assert found.fields["images"] == "https://media.beehiiv.com/up/h.png"
    assert (found.fields["section"], found.fields["tags"]) == (["River"], ["Birds"])


def test_takes_the_blocks_out_of_an_email(tmp_path: Path) -> None:
    body = quote(
        "<table><tr id='content-blocks'><td><p>Hi</p></td></tr>"
        "<tr><td>Unsubscribe</td></tr></table>"
    )
    row = f"1,Herons,confirmed,free,,https://a.example/p/h,{body},,2024-04-02 07:30:00\n"
    assert "Unsubscribe" not in str(read(tmp_path, BEEHIIV + row).fields["content_html"])


FORMS: Sequence[tuple[str, str]] = [
    (FORM, "4/13/2024 9:30:00"),
    (FORM.replace("Timestamp", "Zeitstempel"), "13.04.2024 09:30:00"),
    (FORM.replace("Timestamp", "Marca temporal"), "13/04/2024 9:30:00"),
]


@pytest.mark.parametrize(("header", "stamp"), FORMS)
def test_reads_responses_by_the_words_of_their_questions(
    tmp_path: Path, header: str, stamp: str
) -> None:
    row = f"{stamp},anna@post.example,Herons return,Anna Berg,They are back.,/herons\n"
    fields = read(tmp_path, header + row).fields
    assert fields == {
        "published": stamp,
        "title": "Herons return",
        "author": "Anna Berg",
        "content_text": "They are back.",
        "link": "/herons",
    }


def test_reads_the_times_of_a_downloaded_form(tmp_path: Path) -> None:
    row = "2024/04/13 9:30:00 PM GMT+2,a@post.example,Herons,Anna,Back.,/herons\n"
    assert read(tmp_path, FORM + row).fields["published"] == "2024-04-13T21:30:00+02:00"


def test_a_file_on_google_drive_is_no_image(tmp_path: Path) -> None:
    header = FORM.replace("Link", "Link,Upload a photo")
    url = "https://drive.google.com/open?id=1"
    found = read(
        tmp_path, header + f"4/13/2024 9:30:00,a@p.example,Herons,Anna,Back.,/herons,{url}\n"
    )
    assert "images" not in found.fields
    assert any("is a file on Google Drive" in problem.message for problem in found.problems)


def test_no_time_headline_or_name_is_the_key_of_a_response(
    tmp_path: Path,
) -> None:
    header = "Timestamp,Headline of your story,Your name\n"
    rows = "4/13/2024 9:30:00,Herons,Anna\n4/14/2024 9:30:00,The weir,Ben\n"
    found = read(tmp_path, header + rows)
    assert all("id" not in record.fields for record in found.records)
    assert found.problems == []


@pytest.mark.parametrize(
    "content",
    [
        "id,title,section,published,link\n1,A,River,2024-04-02,/a\n",
        "Timestamp,title,author\n2024-04-02,A,Ann\n",
        "Title,Published Date,Text\nA,2024-04-02,Hi\n",
    ],
)
def test_plain_tables_are_of_no_platform(tmp_path: Path, content: str) -> None:
    from feedpub.config.survey import survey_source

    (tmp_path / "a.csv").write_text(content)
    assert survey_source(tmp_path / "a.csv", tmp_path / "feedpub.toml").systems == []
