"""Small pages with one thing each that sites do: `pages/shapes.toml` says what must be read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

import pytest

from feedpub.pages.html_page import identify_html, read_html
from feedpub.timestamps import show_times
from grading import PAGES

SHAPES: Mapping[str, Mapping[str, object]] = tomllib.loads(
    (PAGES / "shapes.toml").read_text(encoding="utf-8")
)
TEXT = "".join(
    f"<p>The warden of the lock counted {count} herons at dawn, and wrote their number on the wall"
    " of the pump house, as her mother did before her.</p>"
    for count in (3, 5, 8)
)


def write_page(shape: Mapping[str, object]) -> str:
    body = str(shape["body"])
    body = body.replace("{text}", TEXT) if "{text}" in body else body + TEXT
    return f"<html><head>{shape.get('head', '')}</head><body>{body}</body></html>"


@pytest.mark.parametrize("name", SHAPES)
def test_reads_what_sites_do(name: str) -> None:
    shape = SHAPES[name]
    fields = show_times(read_html(write_page(shape))[0])
    inputs = ("head", "body", "shows", "hides")
    wanted = {key: value for key, value in shape.items() if key not in inputs}
    assert {key: fields.get(key, "") for key in wanted} == wanted
    content = str(fields.get("content_html"))
    assert str(shape.get("shows", "herons at dawn")) in content
    assert "hides" not in shape or str(shape["hides"]) not in content


@pytest.mark.parametrize("name", SHAPES)
def test_identifies_what_it_reads(name: str) -> None:
    page = write_page(SHAPES[name])
    assert identify_html(page).items() <= read_html(page).fields.items()
