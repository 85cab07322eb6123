"""Grades what was read of a page against the truth that was written by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
from lxml import html

from feedpub.entries.authors import read_authors
from feedpub.errors import TimestampError
from feedpub.pages.html_source import decode_html
from feedpub.systems.values import read_sections
from feedpub.timestamps.parsing import parse_timestamp

PAGES = Path(__file__).parent / "pages"
HELD_OUT = tuple(sorted(folder.name for folder in PAGES.glob("heldout-*")))
FIELDS = ("title", "section", "updated", "published", "authors", "link", "images", "body")


class Grade(msgspec.Struct):
    """How one field came out: right, missing (the page has it, it was not read) or wrong."""

    field: str
    result: str
    expected: object = None
    got: object = None


def list_pages(*, held_out: bool | None = None) -> list[Path]:
    """List the article pages; `held_out` chooses those layouts, or the others."""
    pages = [page for page in sorted(PAGES.glob("*/*.html")) if page.parent.name != "no-article"]
    if held_out is None:
        return pages
    return [page for page in pages if (page.parent.name in HELD_OUT) == held_out]


def read_page(page: Path) -> str:
    """Read a page's text, in the encoding that it declares."""
    return decode_html(page.read_bytes()).text


def read_truth(page: Path) -> dict[str, object]:
    """Read the truth beside a page."""
    truth: dict[str, object] = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    return truth


def grade(truth: Mapping[str, object], fields: Mapping[str, object]) -> list[Grade]:
    """Grade every field of a page."""
    authors = list(read_authors(fields.get("author"), emails=False, faults=[]))
    if not authors and fields.get("source"):
        authors = [str(fields["source"])]  # as the pipeline does
    section = list(read_sections(fields["section"])) if fields.get("section") else []
    return [
        _compare("title", truth["title"], fields.get("title")),
        _compare("section", truth["section"], section),
        _compare("updated", _moment(truth["updated"]), _moment(fields.get("updated"))),
        _compare("published", _moment(truth["published"]), _moment(fields.get("published"))),
        _compare(
            "authors", [_fold(n) for n in _texts(truth["authors"])], [_fold(n) for n in authors]
        ),
        _compare("link", truth["link"], fields.get("link")),
        _compare("images", truth["images"], _images(fields.get("images"))),
        _compare("body", _body_truth(truth), _body(truth, str(fields.get("content_html") or ""))),
    ]


def paragraphs_of(markup: str) -> list[str]:
    """Give the paragraphs of a body: its p elements outside figures and lists."""
    if not markup.strip():
        return []
    root = html.fragment_fromstring(markup, create_parent="div")
    found = []
    for paragraph in root.iter("p"):
        if any(place.tag in ("figure", "li", "table") for place in paragraph.iterancestors()):
            continue
        text = _squeeze(paragraph.text_content())
        if text:
            found.append(text)
    return found


def _body_truth(truth: Mapping[str, object]) -> object:
    return [_squeeze(str(truth["first"])), _squeeze(str(truth["last"])), truth["paragraphs"], []]


def _body(truth: Mapping[str, object], markup: str) -> object:
    found = paragraphs_of(markup)
    text = (
        _squeeze(html.fragment_fromstring(markup, create_parent="div").text_content())
        if markup.strip()
        else ""
    )
    present = [absent for absent in _texts(truth["absent"]) if _squeeze(absent) in text]
    if not found:
        return None
    return [found[0], found[-1], len(found), present]


def _images(value: object) -> object:
    images = value if isinstance(value, list) else []
    return [{name: image.get(name) for name in ("src", "caption", "credit")} for image in images]


def _moment(value: object) -> str | None:
    if value is None:
        return None
    try:
        return parse_timestamp(str(value), zone="Asia/Shanghai", date_order="MDY").value.isoformat()
    except TimestampError as error:
        return f"{value!r}: {error}"


def _compare(field: str, expected: object, got: object) -> Grade:
    if expected == got or (not expected and not got):
        return Grade(field, "right")
    return Grade(field, "missing" if not got else "wrong", expected, got)


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _fold(name: str) -> str:
    return re.sub(r"\s+", " ", name).casefold()


def _squeeze(text: str) -> str:
    return re.sub(r"[\s\u3000]+", " ", text).strip()
