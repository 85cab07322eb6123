"""Rich-text trees of every editor, as HTML."""

# ruff: noqa: E501 (a sample is one line)

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.systems.markdown_signs import looks_like_markdown
from feedpub.systems.rich_text import render_rich_text

SPAN = {"_type": "span", "text": "Six", "marks": ["strong", "l1"]}
LINK = {"_key": "l1", "_type": "link", "href": "https://weir.example.com/?a=1&b=2"}
LEXICAL = {
    "root": {
        "type": "root",
        "children": [
            {
                "type": "paragraph",
                "children": [
                    {"type": "text", "text": "a<b", "format": 3},
                    {"type": "linebreak"},
                    {"type": "text", "text": "c", "format": 0},
                ],
            }
        ],
    }
}
MOBILEDOC = {
    "version": "0.3.1",
    "atoms": [["soft-return", "", {}]],
    "cards": [["hr", {}]],
    "markups": [["a", ["href", "/x"]]],
    "sections": [
        [1, "h2", [[0, [], 0, "On"]]],
        [1, "p", [[0, [0], 1, "link"], [1, [], 0, 0], [0, [], 0, "& more"]]],
        [3, "ol", [[[0, [], 0, "one"]]]],
        [10, 0],
    ],
}


@pytest.mark.parametrize(
    ("tree", "html"),
    [
        (
            [{"_type": "block", "style": "h2", "children": [{"_type": "span", "text": "1 < 2"}]}],
            "<h2>1 &lt; 2</h2>",
        ),
        (
            [{"_type": "block", "style": "normal", "markDefs": [LINK], "children": [SPAN]}],
            '<p><a href="https://weir.example.com/?a=1&amp;b=2"><strong>Six</strong></a></p>',
        ),
        (
            [
                {
                    "_type": "block",
                    "listItem": "bullet",
                    "level": 1,
                    "children": [{"_type": "span", "text": "a"}],
                },
                {
                    "_type": "block",
                    "listItem": "number",
                    "level": 2,
                    "children": [{"_type": "span", "text": "b"}],
                },
                {
                    "_type": "block",
                    "listItem": "bullet",
                    "level": 1,
                    "children": [{"_type": "span", "text": "c"}],
                },
            ],
            "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>",
        ),
        (
            {
                "nodeType": "document",
                "data": {},
                "content": [
                    {
                        "nodeType": "unordered-list",
                        "data": {},
                        "content": [
                            {
                                "nodeType": "list-item",
                                "data": {},
                                "content": [
                                    {
                                        "nodeType": "paragraph",
                                        "data": {},
                                        "content": [
                                            {
                                                "nodeType": "text",
                                                "value": "a",
                                                "marks": [{"type": "italic"}],
                                                "data": {},
                                            }
                                        ],
                                    }
                                ],
                            }
                        ],
                    }
                ],
            },
            "<ul><li><em>a</em></li></ul>",
        ),
        (LEXICAL, "<p><em><strong>a&lt;b</strong></em><br>c</p>"),
        (json.dumps(LEXICAL), "<p><em><strong>a&lt;b</strong></em><br>c</p>"),
        (
            MOBILEDOC,
            '<h2>On</h2><p><a href="/x">link</a><br>&amp; more</p><ol><li>one</li></ol><hr>',
        ),
        (
            [
                {"type": "heading", "level": 4, "children": [{"type": "text", "text": "a"}]},
                {"type": "code", "children": [{"type": "text", "text": "a<b"}]},
            ],
            "<h4>a</h4><pre><code>a&lt;b</code></pre>",
        ),
        (
            [
                {
                    "type": "list",
                    "format": "ordered",
                    "children": [
                        {"type": "list-item", "children": [{"type": "text", "text": "1"}]},
                        {
                            "type": "list",
                            "format": "unordered",
                            "children": [
                                {"type": "list-item", "children": [{"type": "text", "text": "n"}]}
                            ],
                        },
                    ],
                }
            ],
            "<ol><li>1<ul><li>n</li></ul></li></ol>",
        ),
        (
            [{"__component": "shared.rich-text", "id": 1, "body": "A **b**."}],
            "<p>A <strong>b</strong>.</p>",
        ),
        (
            {
                "type": "doc",
                "content": [
                    {"type": "image", "attrs": {"src": "/a.png", "alt": "q"}},
                    {
                        "type": "paragraph",
                        "content": [
                            {
                                "type": "text",
                                "text": "x",
                                "marks": [{"type": "link", "attrs": {"href": "/y"}}],
                            },
                            {"type": "hardBreak"},
                        ],
                    },
                ],
            },
            '<figure><img src="/a.png" alt="q"></figure><p><a href="/y">x</a><br></p>',
        ),
        (
            {
                "time": 1,
                "blocks": [
                    {"type": "header", "data": {"text": "A &amp; B", "level": 3}},
                    {
                        "type": "list",
                        "data": {
                            "style": "ordered",
                            "items": ["x <i>y</i>", {"content": "z", "items": []}],
                        },
                    },
                    {"type": "table", "data": {"content": [["a", "b"]]}},
                ],
            },
            "<h3>A &amp; B</h3><ol><li>x <i>y</i></li><li>z</li></ol><table><tr><td>a</td><td>b</td></tr></table>",
        ),
        (
            {
                "blocks": [
                    {
                        "text": "😀 bold",
                        "type": "unstyled",
                        "inlineStyleRanges": [{"offset": 3, "length": 4, "style": "BOLD"}],
                        "entityRanges": [],
                    },
                    {"text": "i", "type": "unordered-list-item", "depth": 0},
                ],
                "entityMap": {},
            },
            "<p>😀 <strong>bold</strong></p><ul><li>i</li></ul>",
        ),
        (
            {
                "nodes": [
                    {
                        "type": "PARAGRAPH",
                        "nodes": [
                            {
                                "type": "TEXT",
                                "nodes": [],
                                "textData": {"text": "hey", "decorations": [{"type": "BOLD"}]},
                            }
                        ],
                    }
                ]
            },
            "<p><strong>hey</strong></p>",
        ),
        (
            [
                {
                    "type": "p",
                    "children": [
                        {"text": "a ", "italic": True},
                        {"type": "a", "url": "/u", "children": [{"text": "l"}]},
                    ],
                }
            ],
            '<p><em>a </em><a href="/u">l</a></p>',
        ),
        (
            [
                {
                    "type": "text",
                    "style": "HEADING_2",
                    "children": [{"index": 1, "style": {"bold": True}, "content": "A & B"}],
                }
            ],
            "<h2><strong>A &amp; B</strong></h2>",
        ),
        (
            [
                {"type": "text", "content": "a <b>b</b>"},
                {
                    "type": "quote",
                    "content_elements": [{"type": "text", "content": "q"}],
                    "citation": {"type": "text", "content": "who"},
                },
            ],
            "<p>a <b>b</b></p><blockquote><p>q</p><p>who</p></blockquote>",
        ),
        (
            {
                "components": [
                    {
                        "__typename": "EntryBodyList",
                        "ordered": True,
                        "items": [{"line": {"html": "a"}}],
                    }
                ]
            },
            "<ol><li>a</li></ol>",
        ),
        (
            [{"type": "paragraph", "children": [{"text": "<script>alert(1)</script>"}]}],
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        ),
    ],
)
def test_writes_a_tree_as_html(tree: object, html: str) -> None:
    rendered = render_rich_text(tree)
    assert rendered is not None
    assert (rendered.html, rendered.unknown, rendered.lost) == (html, (), 0)


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        "text",
        "{}",
        "[1, 2]",
        [],
        {},
        ["a"],
        [{"name": "Anna"}],
        {"type": "story"},
        '{"type": 1}',
        "[link](x)",
    ],
)
def test_takes_nothing_else_for_a_tree(value: object) -> None:
    assert render_rich_text(value) is None


def test_keeps_the_text_of_unknown_nodes_and_names_them() -> None:
    tree = [
        {"_type": "block", "children": [{"_type": "span", "text": "a"}]},
        {"_type": "factBox", "heading": "Note", "text": "b"},
    ]
    rendered = render_rich_text(tree)
    assert rendered is not None
    assert (rendered.html, rendered.unknown) == ("<p>a</p><p>Note</p><p>b</p>", ("factBox",))


def test_tells_of_images_without_an_address() -> None:
    tree = [
        {"_type": "block", "children": []},
        {"_type": "image", "asset": {"_ref": "image-a-1x1-png"}},
    ]
    rendered = render_rich_text(tree)
    assert rendered is not None
    assert (rendered.html, rendered.lost) == ("", 1)


def test_asks_what_a_node_refers_to() -> None:
    tree = {
        "nodeType": "document",
        "content": [
            {
                "nodeType": "embedded-asset-block",
                "data": {"target": {"sys": {"id": "a"}}},
                "content": [],
            }
        ],
    }
    rendered = render_rich_text(tree, lambda node: {"src": "/a.jpg"} if "data" in node else None)
    assert rendered is not None
    assert rendered.html == '<figure><img src="/a.jpg"></figure>'


def test_reads_no_deeper_than_it_can() -> None:
    tree: dict[str, object] = {"type": "paragraph", "children": [{"text": "deep"}]}
    for _ in range(3000):
        tree = {"type": "div", "children": [tree]}
    assert render_rich_text([tree]) is not None


WORDS = st.text(alphabet="abc <&>\"'ü\n", max_size=8)
LEAVES = st.fixed_dictionaries(
    {"text": WORDS},
    optional={"bold": st.booleans(), "marks": st.lists(st.sampled_from(["strong", "x"]))},
)
NODES = st.recursive(
    LEAVES,
    lambda inner: st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                [
                    "paragraph",
                    "list",
                    "list-item",
                    "quote",
                    "heading",
                    "link",
                    "table",
                    "mystery",
                    "image",
                    "code",
                    "embed",
                ]
            ),
            "children": st.lists(inner, max_size=3),
        }
    ),
    max_leaves=12,
)


def _texts(node: object) -> str:
    if isinstance(node, dict):
        return str(node.get("text", "")) + "".join(map(_texts, node.get("children", [])))
    return ""


@given(st.lists(NODES.filter(lambda node: "children" in node), min_size=1, max_size=4))
def test_loses_no_text_of_known_and_unknown_nodes(nodes: list[dict[str, object]]) -> None:
    from lxml import html

    rendered = render_rich_text(nodes)
    if rendered is None:
        return
    root = html.fromstring(f"<div>{rendered.html}</div>")
    shown = "".join(map(str, root.itertext()))
    hidden = {"image", "embed", "table"}  # these show what is in them by other rules

    def kinds(node: object) -> set[object]:
        return (
            {node.get("type"), *(k for n in node.get("children", []) for k in kinds(n))}
            if isinstance(node, dict)
            else set()
        )

    for node in nodes:
        if not kinds(node) & hidden:
            for character in _texts(node):
                assert character.isspace() or character in shown


@pytest.mark.parametrize(
    ("text", "is_markdown"),
    [
        ("A **b**.", True),
        ("# Head\n\ntext", True),
        ("See [it](https://x.example.com)", True),
        ("- a\n- b\n", True),
        ("2 * 3 * 4", False),
        ("C# and 5 #1", False),
        ("a_b_c", False),
        ("It is [sic] odd (really)", False),
        ("- one thing", False),
    ],
)
def test_knows_markdown_by_its_marks(text: str, is_markdown: bool) -> None:
    assert looks_like_markdown(text) is is_markdown
