"""Fields of HTML pages beside their text: what JSON-LD and a source's selectors say."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from feedpub.pages.html_page import read_html
from feedpub.settings import Selectors
from feedpub.timestamps import show_times

TEXT = "<p>Two otters were seen below the bridge.</p><p>They stayed for a week.</p>"


def read(node: Mapping[str, object], body: str = "", selectors: Selectors | None = None) -> object:
    data = json.dumps({"@type": "NewsArticle", "headline": "Otters return", **node})
    page = (
        f'<html><head><script type="application/ld+json">{data}</script></head>'
        f"<body><h1>Otters return</h1>{body}{TEXT}</body></html>"
    )
    return show_times(read_html(page, selectors=selectors or Selectors())[0])


@pytest.mark.parametrize(
    ("node", "field", "expected"),
    [
        ({"inLanguage": "en-GB"}, "language", "en-GB"),
        ({"keywords": "otters, rivers"}, "tags", "otters, rivers"),
        ({"keywords": ["otters", "", "rivers"]}, "tags", ["otters", "rivers"]),
        ({"keywords": [{"name": "otters"}]}, "tags", ["otters"]),
        ({"author": [{"name": "Li Wen"}, "Zhao Qi"]}, "author", ["Li Wen", "Zhao Qi"]),
        ({"author": "Li Wen", "creator": "Zhao Qi"}, "author", ["Li Wen"]),
        ({"creator": "Zhao Qi"}, "author", ["Zhao Qi"]),
        ({"author": "https://news.example.com/li"}, "author", None),
        ({"description": "A summary."}, "summary", "A summary."),
    ],
)
def test_reads_fields_of_linked_data(
    node: Mapping[str, object], field: str, expected: object
) -> None:
    fields = read(node)
    assert isinstance(fields, dict)
    assert fields.get(field) == expected


@pytest.mark.parametrize(
    ("body", "selectors", "expected"),
    [
        (
            '<i class="a">Li Wen</i><i class="a">Zhao Qi</i><i class="a">Li Wen</i>',
            {"author": ".a"},
            {"author": ["Li Wen", "Zhao Qi"]},
        ),
        (
            '<i class="p">2020-05-24</i><i class="u">2020-05-25</i>',
            {"published": ".p", "updated": ".u"},
            {"published": "2020-05-24", "updated": "2020-05-25"},
        ),
        (
            '<i class="u">Published: 2020-05-24 | Updated: 2020-05-25</i>',
            {"updated": ".u"},
            {"published": "2020-05-24", "updated": "2020-05-25"},
        ),
        (
            '<i class="p">Published: 2020-05-24 | Updated: 2020-05-25</i>',
            {"published": ".p"},
            {"published": "2020-05-24"},
        ),
    ],
)
def test_selectors_name_authors_and_times(
    body: str, selectors: Mapping[str, str], expected: Mapping[str, object]
) -> None:
    fields = read({"author": "Another"}, body, Selectors(**selectors))
    assert isinstance(fields, dict)
    assert {name: fields.get(name) for name in expected} == expected
