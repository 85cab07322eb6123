"""Templates in bodies: what they cost when they are hostile, and what Liquid may do."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from feedpub.markup import find_code, render_markdown, render_restructured
from feedpub.systems.liquid import fill_template, show_liquid
from feedpub.systems.mdx import show_mdx
from feedpub.systems.shortcodes import drop_left, show_hugo, show_zola
from feedpub.systems.template_tags import Scope


def _liquid(text: str, scope: Scope) -> str:
    return show_liquid(text, scope, {"page": {"title": "Tea"}})


def _markdown(text: str, scope: Scope) -> str:
    return render_markdown(text, title=None, first_line=1).html


SEEDS = (
    *("{{<", "{{< a ", "{%", "{% a ", "{% raw %}", "{{", "{#", "{/*", "{", "<a ", "<A b={"),
    *("<code>", "`", "``a`", "export const a\n\n", "import {\n", "{{ a }}", "{{ a(", "::a["),
    *("{: ", "[^a]: b\n\n", ":::a\n", "!!! a\n    ", "{% for a in b %}", "{% highlight %}"),
)


@pytest.mark.parametrize("show", [show_hugo, show_zola, drop_left, show_mdx, _liquid, _markdown])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_hostile_body_costs_little(show: Callable[[str, Scope], str], seed: str) -> None:
    text = seed * (20_000 // len(seed))
    start = time.perf_counter()
    show(text, Scope())
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in (1..100000000) %}a{% endfor %}",
        "{% for i in (1..5000) %}{% for j in (1..5000) %}{{ i }}{% endfor %}{% endfor %}",
        '{% assign a = "a" %}{% for i in (1..99) %}{% assign a = a | append: a %}{% endfor %}',
        "{% if a %}" * 500 + "{% endif %}" * 500,
        '{% include "/etc/passwd" %}{% render "x" %}',
    ],
)
def test_liquid_is_bounded(text: str) -> None:
    shown = _liquid(text, Scope())
    assert len(shown) < 3_000_000
    assert "{%" not in shown


@pytest.mark.parametrize("filters", ['replace: "a", t', 'split: "" | join: t'])
def test_liquid_builds_no_text_that_is_too_long(filters: str) -> None:
    scope = Scope()
    page = {"t": "a" * 2_000}
    assert show_liquid(f"{{{{ t | {filters} | size }}}}", scope, page) == ""
    assert scope.lost


def test_liquid_reads_no_clock() -> None:
    scope = Scope()
    assert _liquid('{{ "now" | date: "%Y" }}', scope) == ""
    assert scope.lost


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ page.title }}", "Tea"),
        ("{{ page.title | upcase }}", "TEA"),
        ("{% if page.title %}a{% else %}b{% endif %}", "a"),
        ("{% comment %}a{% endcomment %}b", "b"),
        ("{# a #}b", "b"),
        ("{% raw %}`{{ a }}`{% endraw %}", "`{{ a }}`"),
        ("```\n{{ a }}\n```", "```\n{{ a }}\n```"),
        ("{% highlight c %}\n{{ a }}\n{% endhighlight %}", "\n\n```c\n{{ a }}\n```\n\n"),
    ],
)
def test_liquid_shows_what_needs_no_data(text: str, shown: str) -> None:
    scope = Scope()
    assert _liquid(text, scope) == shown
    assert not scope.lost


def test_a_permalink_that_needs_what_is_unknown_is_none() -> None:
    assert fill_template("/{{ title | slugify }}/", {"title": "Big tea"}) == "/big-tea/"
    assert fill_template("/{{ nothing }}/", {}) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a `b` c", ["`b`"]),
        ("a ``b`c`` d", ["``b`c``"]),
        ("a ` b\n\nc ` d", []),
        ("a \\`b` c", []),
        ("```\na\n```\n", ["```\na\n```\n"]),
        ("    a\n", ["    a\n"]),
        ("<pre>a</pre> <code>b", ["<pre>a</pre>"]),
    ],
)
def test_finds_code(text: str, code: list[str]) -> None:
    assert [text[begin:end] for begin, end in find_code(text)] == code


@pytest.mark.parametrize(
    ("text", "html", "unknown"),
    [
        ("One **two**.", "<p>One <strong>two</strong>.</p>", ()),
        (".. include:: /etc/passwd", "", ()),
        (".. raw:: html\n\n   <b>a</b>", "", ()),
        (".. nothing:: a\n\nOne.", "<p>One.</p>", ("nothing",)),
        ("One :nothing:`two`.", "<p>One two.</p>", ()),
        ("One `two`_.", "<p>One two.</p>", ()),
    ],
)
def test_restructured_text_inserts_nothing(text: str, html: str, unknown: tuple[str, ...]) -> None:
    rendered = render_restructured(text)
    assert rendered.html == html
    assert rendered.unknown == unknown
