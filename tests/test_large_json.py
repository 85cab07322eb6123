"""A list inside of a JSON object that is too large to hold."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.errors import UnreadableFile
from feedpub.sources.json_document import split_path
from feedpub.sources.json_items import close_head, iter_items_at
from support import STANDARD_TOML, make_site, run_cli

DOCUMENT = {
    "a": [1, {"x": "]}"}, '"'],
    "data": {"n": -1.5e3, "posts": [{"id": 1}, 7, {"id": 2}]},
    "z": {},
}


def cut(text: str, size: int) -> Iterator[bytes]:
    content = text.encode()
    return (content[at : at + size] for at in range(0, len(content), size))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_yields_the_items_of_a_list_in_an_object(size: int) -> None:
    items = iter_items_at(cut(json.dumps(DOCUMENT, indent=1), size), ["data", "posts"])
    assert [json.loads(item.content) for item in items] == [{"id": 1}, 7, {"id": 2}]


def test_goes_to_an_item_of_a_list() -> None:
    text = json.dumps({"db": [{"meta": 1}, {"posts": [{"id": 1}]}]})
    items = iter_items_at(cut(text, 5), split_path("db[1].posts") or [])
    assert [item.content for item in items] == [b'{"id": 1}']


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"data": {"posts": [{"id": 1}', "or is cut"),
        ('{"data": {"posts": [{"id": 1}]}', "expected , or }"),
        ('{"data": {"posts": [{"id": 1}]}, "x": [1, }', "or is cut"),
        ('{"data": {"posts": [{"id": 1}]}} {', "nothing after the object"),
        ('{"data": {"other": []}}', "has nothing at 'posts'"),
        ('{"data": []}', "has nothing at 'posts'"),
        ('{"data": {"posts": 5}}', "is not a list"),
        ("{data: 1}", "expected a name"),
    ],
)
def test_refuses_what_is_cut_or_not_there(text: str, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words.replace("}", r"\}")):
        list(iter_items_at(cut(text, 6), ["data", "posts"]))


NAMES = st.text(max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, VALUES, min_size=1), st.integers(0, 400))
def test_closes_the_beginning_of_a_document(document: dict[str, object], length: int) -> None:
    head = close_head(json.dumps(document).encode()[:length])
    if head:
        assert set(json.loads(head)) <= set(document)


@pytest.mark.slow
def test_publishes_a_large_export_in_little_memory(tmp_path: Path) -> None:
    row = {"title": "Herons", "section": "River", "published": "2024-05-01", "body": "Six. " * 300}
    rows = ",".join(json.dumps({"id": number, **row}) for number in range(50_000))
    text = '{"meta": {}, "data": {"posts": [' + rows + ', 5]}, "after": [1]}'
    site = make_site(tmp_path, {"sources/a.json": text}, STANDARD_TOML)
    del rows, text
    tracemalloc.start()
    result = run_cli(site, "build", "--report", "json")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    report = json.loads(result.stdout)
    assert report["rejected"] == 1
    (problem,) = (one for one in report["problems"] if one["severity"] == "error")
    assert problem["where"] == {"path": "sources/a.json", "line": None, "record": 50_000}
    assert most < 300 * 2**20
