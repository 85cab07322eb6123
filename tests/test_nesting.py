"""Bodies are read no deeper than browsers do, and lose no text by it."""

from __future__ import annotations

import pytest

from feedpub.markup import MarkupCleaner
from feedpub.markup.nesting import DEEPEST, flatten

BASE = "https://news.example.com/a"


@pytest.mark.parametrize("piece", ["<div>", "<ul><li>", "<dl><dd>", "<BLOCKQUOTE class='a'>"])
def test_elements_that_are_only_opened_are_open_to_a_depth(piece: str) -> None:
    flat = flatten(piece * 3_000 + "Tea")
    name = piece[:4]
    assert flat.count(name) == DEEPEST
    assert flat.endswith("Tea")
    cleaned = MarkupCleaner().sanitize(piece * 3_000 + "Tea", base=BASE, images={})
    assert cleaned is not None and "Tea" in cleaned


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Tea<br>" * 3_000,
        "<ul>" + "<li>Tea" * 3_000 + "</ul>",
        "<div><b>Tea</b></div>" * 3_000,
        "<div>" * DEEPEST + "Tea" + "</div>" * DEEPEST + "<div>Milk</div>",
        "</div>" * 3_000 + "<div>Tea</div>",
        "1 < 2 " * 3_000,
    ],
)
def test_what_is_not_deep_stays(markup: str) -> None:
    assert flatten(markup) == markup


def test_text_after_what_is_too_deep_stays() -> None:
    markup = "<div>" * 900 + "Tea" + "</div>" * 900 + "<p>Milk</p>"
    cleaned = MarkupCleaner().sanitize(markup, base=BASE, images={})
    assert cleaned is not None and "Tea" in cleaned and "<p>Milk</p>" in cleaned
