"""Markdown beyond CommonMark: footnotes, tasks, asides, attributes."""

from __future__ import annotations

import pytest

from feedpub.markup.markdown import render_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("## Tea {#tea}", "<h2>Tea</h2>"),
        ("Tea\n{: .lead}", "<p>Tea</p>"),
        ("![a](b){: .c width=5} d", '<p><img src="b" alt="a" /> d</p>'),
        ('[a](b){:target="_blank"}', '<p><a href="b">a</a></p>'),
        ("Tea {a, b} and {c}", "<p>Tea {a, b} and {c}</p>"),
        ("`{: .x}`", "<p><code>{: .x}</code></p>"),
        ("* TOC\n{:toc}\n\nTea", "<p>Tea</p>"),
        ("[[toc]]\n\nTea", "<p>Tea</p>"),
        ("- [ ] a\n- [x] b", "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n</ul>"),
        ("a\n: b", "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>"),
        (
            ":::tip\na\n:::",
            '<div class="aside">\n<p><strong>Tip</strong></p>\n<p>a</p>\n</div>',
        ),
        (
            "> [!NOTE]\n> a",
            "<blockquote>\n<p><strong>Note</strong>\na</p>\n</blockquote>",
        ),
        ("| a |\n|---|\n| b |\n{: .c}", None),
    ],
)
def test_shows_what_dialects_add(text: str, html: str | None) -> None:
    shown = render_markdown(text, title="none", first_line=1).html
    assert "{:" not in shown.replace("<code>{: .x}</code>", "")
    if html is not None:
        assert shown == html


def test_footnotes_have_no_links_that_lead_nowhere() -> None:
    shown = render_markdown("a[^1]\n\n[^1]: b", title="none", first_line=1).html
    assert "<sup>[1]</sup>" in shown
    assert "href" not in shown
    assert "<p>b</p>" in shown
