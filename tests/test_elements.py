"""The table of HTML elements: each does in a text and in a body what its line says."""

from __future__ import annotations

import pytest

from feedpub.lint import html_text
from feedpub.markup.cleaning import MarkupCleaner
from feedpub.text.elements import _TABLE, ELEMENTS, OPTIONAL, VOID
from feedpub.text.plain import plain_text

KINDS = {"inline", "block", "embedded", "control", "hidden"}
# What the parser of a body does not take where it stands in a `div`.
MISPLACED = {"caption", "tbody", "td", "tfoot", "th", "thead", "tr"}
# Elements that the rules of `lint`, which imports nothing of ours, tell as unknown: they are not
# of HTML, or so old that no feed has them. And one that only they know, as unsafe.
UNKNOWN_TO_LINT = set(
    """content image isindex keygen listing math menuitem multicol nobr portal shadow spacer
    svg""".split()
)
KNOWN_TO_LINT = {"command"}


def sanitize(markup: str) -> str:
    return MarkupCleaner().sanitize(markup, base="https://site.invalid/", images={}) or ""


@pytest.mark.parametrize(("name", "words"), _TABLE.items())
def test_every_line_names_a_kind_and_what_becomes_of_it(name: str, words: str) -> None:
    kind, _, treatment = words.partition(" ")
    assert kind in KINDS
    assert treatment in ("", "publish", "part", "remove")
    assert plain_text(f"One<{name}>two") == ("Onetwo" if kind == "inline" else "One two")


@pytest.mark.parametrize(
    ("name", "treatment"),
    [(name, words.partition(" ")[2]) for name, words in _TABLE.items() if name not in MISPLACED],
)
def test_a_body_keeps_what_is_published(name: str, treatment: str) -> None:
    source = ' src="a.jpg"' if name == "img" else ""
    cleaned = sanitize(f"<div>One <{name}{source}>two</{name}></div>")
    assert (f"<{name}" in cleaned) == (treatment == "publish")
    if treatment == "remove":
        assert "two" not in cleaned


@pytest.mark.parametrize("name", sorted(MISPLACED))
def test_a_body_keeps_tables(name: str) -> None:
    row = "<thead><tr><th>1</th></tr></thead><tbody><tr><td>2</td></tr></tbody><tfoot></tfoot>"
    assert _TABLE[name] == "block publish"
    assert f"<{name}>" in sanitize(f"<table><caption>One</caption>{row}</table>")


def test_lint_knows_the_same_elements() -> None:
    assert ELEMENTS - html_text.ELEMENTS == UNKNOWN_TO_LINT
    assert html_text.ELEMENTS - ELEMENTS == KNOWN_TO_LINT
    assert html_text._VOID == VOID
    # Those that a text in a feed has no reason to hold.
    assert {"body", "caption", "head", "html"} == OPTIONAL - html_text._OPTIONAL
    assert html_text._OPTIONAL <= OPTIONAL
