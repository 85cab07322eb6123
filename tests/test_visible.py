"""What readers see of a body: where its lines end, and what of it is hidden."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.markup.body_text import read_body_text
from feedpub.markup.cleaning import MarkupCleaner
from feedpub.pages import read_html
from feedpub.text import load_words
from feedpub.text.elements import PARTS
from support import require_linear

BASE = "https://news.example.com/quay/crane.html"
IMAGE = '<img src="https://img.example.com/crane.jpg">'


def show(markup: str) -> str:
    return MarkupCleaner().sanitize(markup, base=BASE, images={}) or ""


def read(markup: str, *captions: tuple[str, str | None]) -> str:
    return read_body_text(show(markup), captions)


@pytest.mark.parametrize("name", sorted(PARTS | {"quay-box", "x-lead.wide"}))
def test_a_part_ends_its_line(name: str) -> None:
    markup = f"<{name}>The crane <b>turns</b>.</{name}><{name}>It stops.</{name}>"
    assert read(markup) == "The crane turns. It stops."
    assert f"<{name}" not in show(markup)
    if name not in ("dir", "menu"):
        assert show(markup) == "<p>The crane <b>turns</b>.</p><p>It stops.</p>"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        # A part is a paragraph where it has only text, and a division where it has blocks too.
        ("<section>Tea</section>", "<p>Tea</p>"),
        ("<article><p>Tea</p>\n<p>Milk</p></article>", "<p>Tea</p>\n<p>Milk</p>"),
        (
            "<details><summary>Cups</summary>Two<ul><li>a</li></ul></details>",
            "<div><p>Cups</p>Two<ul><li>a</li></ul></div>",
        ),
        ("<main><section>One</section></main><main>Two</main>", "<p>One</p><p>Two</p>"),
        ("<menu><li>One</li></menu>", "<ul><li>One</li></ul>"),
        ('<section dir="rtl"><p>شاي</p></section>', '<div dir="rtl"><p>شاي</p></div>'),
        ("<td-x></td-x><section> <aside></aside> </section><p>Tea</p>", "<p>Tea</p>"),
        ("<li-x>One</li-x>Two", "<p>One</p>Two"),
        ("Zero<li-x>One</li-x>", "Zero<p>One</p>"),
        ("<ul><li><li-x>One</li-x><li-x>Two</li-x></li></ul>", None),
        # In a sentence, a custom element is one of its words, unless words would touch.
        ("<p>The <a-term>crane</a-term> turns.</p>", "<p>The crane turns.</p>"),
        ("The <a-term>crane</a-term>, and it stops", "The crane, and it stops"),
        ("<p>(<a-term>Crane</a-term>)</p>", "<p>(Crane)</p>"),
        ("<p><a-term>老吊车</a-term>今天<a-term>开动</a-term></p>", "<p>老吊车今天开动</p>"),
        ("<p><a-x>One.</a-x><a-x>Two</a-x></p>", "<p>One.<br>Two</p>"),
        ("<h2>One<a-x>Two</a-x> Three</h2>", "<h2>One<br>Two Three</h2>"),
        ("<a><section>One</section><section>Two</section></a>", "<a>One<br>Two</a>"),
        # A name that is not an element's stays text, and code stays as it is.
        ("<p>&lt;a-x&gt;One&lt;/a-x&gt;</p>", "<p>&lt;a-x&gt;One&lt;/a-x&gt;</p>"),
        ('<img src="/c.jpg" alt="a <a-x> b">', None),
        ("<xmp><b>Tea</b></xmp>", "&lt;b&gt;Tea&lt;/b&gt;"),
    ],
)
def test_blocks_never_touch(markup: str, expected: str | None) -> None:
    shown = show(markup)
    if expected is not None:
        assert shown == expected
    assert not re.search(r"One\.?Two|ZeroOne|TwoThree", read(markup))
    assert show(shown) == shown


def test_custom_elements_of_one_body_are_not_those_of_the_next() -> None:
    cleaner = MarkupCleaner()
    for _ in range(2):
        for name in ("a-x", "b-y"):
            shown = cleaner.sanitize(f"<{name}>Tea</{name}>", base=BASE, images={})
            assert shown == "<p>Tea</p>"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p hidden>No</p><p>Tea</p>", "<p>Tea</p>"),
        ('<p hidden="until-found">Yes</p>', "<p>Yes</p>"),
        ('<div style="color: red; DISPLAY : none"><p>No</p><img src="/a.jpg"></div>Tea', "Tea"),
        ('<b style="visibility:hidden">No</b>Tea', "Tea"),
        ('<p style="display: block">Yes</p>', "<p>Yes</p>"),
        ('<img src="/a.jpg" hidden>Tea', "Tea"),
        ('<p>Tea<span class="x sr-only"> (No)</span>.</p>', "<p>Tea.</p>"),
        ("<ul><li hidden>No</li><li>Tea</li></ul>", "<ul><li>Tea</li></ul>"),
        ("<section hidden><p>No</p></section><section>Tea</section>", "<p>Tea</p>"),
        ("<a-x hidden>No</a-x>Tea", "Tea"),
        # A page may hide all of its text until a script runs.
        ('<div style="visibility: hidden"><p>Yes</p></div>', "<div><p>Yes</p></div>"),
        # Where a heading is linked to.
        ('<h2>Cups <a href="#c">¶</a></h2>', "<h2>Cups</h2>"),
        ('<h2><a href="#c" aria-hidden="true"><svg></svg></a>Cups</h2>', "<h2>Cups</h2>"),
        ('<h2><a class="hash-link" href="/x#c">\u200b</a> Cups</h2>', "<h2>Cups</h2>"),
        ('<h2>Cups <a href="#c">Link to this heading</a></h2>', "<h2>Cups</h2>"),
        (f'<h2>Cups <a href="{BASE}#c">#</a></h2>', "<h2>Cups</h2>"),
        ("<h2>Cups ¶</h2>", "<h2>Cups</h2>"),
        ('<li>A note. <a href="#r1">↩︎</a></li>', "<li>A note.</li>"),
        # The mark of a note has no link, as a feed keeps no ids, and does not touch its word.
        ('Tea<sup><a href="#n1">1</a></sup>', "Tea<sup>[1]</sup>"),
        ('Tea<a href="#n1"><sup>[12]</sup></a>.', "Tea<sup>[12]</sup>."),
        ("<li>A note. <a>↩</a></li>", "<li>A note.</li>"),
        ('Tea<sup><a href="/x#n1">1</a></sup>', None),
        # Links with words, with images, or to another page stay.
        ('<h2><a href="#c">Cups</a></h2>', f'<h2><a href="{BASE}#c">Cups</a></h2>'),
        ('<p>Tea <a href="#r">*</a></p>', f'<p>Tea <a href="{BASE}#r">*</a></p>'),
        ('<p><a href="#c">Link to cups</a></p>', f'<p><a href="{BASE}#c">Link to cups</a></p>'),
        ('<a href="/x">#</a>', '<a href="https://news.example.com/x">#</a>'),
        (
            f'<a aria-hidden="true" href="/x">{IMAGE}</a>',
            f'<a href="https://news.example.com/x">{IMAGE}</a>',
        ),
        ('<a aria-hidden="true" href="/x">Tea</a>', '<a href="https://news.example.com/x">Tea</a>'),
        ("<p>No. 5 ¶ 3</p>", "<p>No. 5 ¶ 3</p>"),
        # The numbers of lines of code.
        (
            '<table><tr><td class="gutter"><pre>1\n2</pre></td>'
            "<td><pre>a\nb</pre></td></tr></table>",
            "<pre>a\nb</pre>",
        ),
        (
            '<table><tr><td class="lntd"><pre><code><span class="lnt">1\n</span></code></pre></td>'
            '<td class="lntd"><pre><code>a</code></pre></td></tr></table>',
            "<pre><code>a</code></pre>",
        ),
        ('<pre><span class="ln">1</span>a\n<span class="ln">2</span>b</pre>', "<pre>a\nb</pre>"),
        (
            '<pre><span style="user-select:none;color:#777">1</span>a</pre>',
            "<pre>a</pre>",
        ),
        (
            '<table><tr><td class="linenos">1</td><td>a</td></tr>'
            '<tr><td class="linenos">2</td><td>b</td></tr></table>',
            "<table><tbody><tr><td>a</td></tr><tr><td>b</td></tr></tbody></table>",
        ),
        ('<pre class="line-numbers">a 1</pre>', "<pre>a 1</pre>"),
    ],
)
def test_leaves_out_what_readers_do_not_see(markup: str, expected: str | None) -> None:
    assert show(markup) == (expected or markup.replace("/x", "https://news.example.com/x"))


@pytest.mark.parametrize(
    ("table", "word", "markup"),
    [
        (table, word, markup)
        for table, words in load_words("feedpub.markup", "hidden_marks").items()
        for word, markup in words.items()
    ],
)
def test_each_word_hides_what_its_example_has(table: str, word: str, markup: str) -> None:
    assert word in markup or re.search(word, markup, re.IGNORECASE)
    expected = {"unseen": "<p>Locks.</p>", "line_numbers": "<pre>open(lock)</pre>"}
    assert show(markup) == expected.get(table, "<h2>Prices</h2>")
    if table == "line_numbers":
        assert "twelve" in show(markup.replace("12", "twelve"))
    assert read_page(markup) == expected.get(table, "<h2>Prices</h2>")


def read_page(markup: str) -> str:
    """Read markup from between the paragraphs of a page, and sanitize it."""
    text = "<p>The lock opens at six, and the first boats wait.</p>" * 3
    last = "<p>The gate closes at nine.</p>"
    page = read_html(f"<title>Boats</title><h1>Boats</h1>{text}{markup}{last}")
    body = show(str(page.fields["content_html"])).replace(">\n<", "><")
    assert body.startswith(text) and body.endswith(last)
    return body.removeprefix(text).removesuffix(last)


@pytest.mark.parametrize(
    "markup",
    [
        "<p hidden>Draft.</p>",
        '<div style="color: red; display : none"><p>Draft.</p><img src="/a.jpg"></div>',
        '<table><tr><td style="visibility:hidden">Draft.</td></tr></table>',
        "<p><span hidden>Draft.</span></p>",
        '<pre><span class="lineno">12</span></pre>',
        '<figure hidden><img src="/a.jpg"><figcaption>Draft.</figcaption></figure>',
    ],
)
def test_a_page_and_a_body_leave_out_the_same(markup: str) -> None:
    assert read_page(markup) == ""
    assert show(f"<p>The lock.</p>{markup}") == "<p>The lock.</p>"


def test_numbers_of_lines_are_left_out_of_tables_and_code_of_a_page() -> None:
    rows = "".join(f'<tr><td class="ln">{n}</td><td>open {n}</td></tr>' for n in (1, 2))
    assert read_page(f"<table>{rows}</table>") == (
        "<table><tbody><tr><td>open 1</td></tr><tr><td>open 2</td></tr></tbody></table>"
    )
    code = '<pre><i class="ln">1</i>open <b hidden>x</b>7\n<i class="ln">2</i>close</pre>'
    assert read_page(code) == "<pre>open 7\nclose</pre>"


def test_a_page_that_is_hidden_until_its_script_runs_is_read() -> None:
    text = "<p>The lock opens at six, and the first boats wait.</p>" * 6
    page = read_html(
        f"<title>Boats</title><div style='display:none'><h1>Boats</h1>{text}</div><p>More.</p>"
    )
    assert str(page.fields["content_html"]).count("<p>") >= 6


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            "<p>Write <code>&lt;p&gt;</code> first &amp;amp; last.</p>",
            "Write <p> first &amp; last.",
        ),
        ("<p>H<sub>2</sub>O</p><ul><li>One</li><li>Two</li></ul>", "H2O One Two"),
        ("<table><tr><td>One</td><td>Two</td></tr></table>Three<br>Four", "One Two Three Four"),
        ("<dl><dt>One</dt><dd>Two</dd></dl>", "One Two"),
        # Captions of images are not the beginning of a text.
        (f"<figure>{IMAGE}<figcaption>A crane.</figcaption></figure><p>It turns.</p>", "It turns."),
        (f"<p>{IMAGE}</p><p><em>A crane.</em></p><p>It turns.</p>", "It turns."),
        (f"<p>{IMAGE}<br>A crane.</p><p>It turns.</p>", "It turns."),
        (
            f"<figure>{IMAGE}</figure><p><i>A</i> <small>crane.</small></p><p>It turns.</p>",
            "It turns.",
        ),
        (f"<p>{IMAGE} It turns.</p><p>It stops.</p>", "It turns. It stops."),
        (f"<p>{IMAGE}</p><p>It <em>turns</em>.</p>", "It turns."),
        (f"<div>{IMAGE}<br>It turns.<br>It stops.</div>", "It turns. It stops."),
        ("<p><em>It turns.</em></p>", "It turns."),
        # What looks like a caption is better than nothing.
        (f"<p>{IMAGE}</p><p><em>A crane.</em></p>", "A crane."),
    ],
)
def test_reads_the_text_that_is_shown(markup: str, text: str) -> None:
    assert read(markup) == text


@pytest.mark.parametrize("line", ["A crane.", "A crane. (Photo: Li Wen)", "A crane. Li Wen"])
def test_a_caption_that_is_known_does_not_begin_a_text(line: str) -> None:
    markup = f"<p>{IMAGE}</p><p>{line}</p><p>It turns. A crane.</p><p>A crane.</p>"
    assert read(markup, ("A crane.", "Li Wen")) == "It turns. A crane. A crane."
    assert read(f"<p>{line}</p>", ("A crane.", "Li Wen")) == ""
    long = f"A crane. {'It turns. ' * 9}"
    assert read(f"<p>{long}</p>", ("A crane.", "Li Wen")) == long.strip()


@pytest.mark.parametrize(
    "piece",
    [
        "<a-x>",
        '<a href="#x">',
        "<section>",
        '<b class="ln">',
        "<table><tr><td>",
        "<i hidden>",
        "<figure>",
    ],
)
def test_work_grows_in_proportion_to_length(piece: str) -> None:
    require_linear(lambda length: read(piece * (length // len(piece)) + "Tea"), 20_000)


@given(
    st.lists(
        st.sampled_from(
            """<p> </p> <a-x> </a-x> <section> </section> <h2> </h2> <table><tr><td> </td> </table>
            <b> </b> <ul><li> <pre> <p\\ hidden> <a\\ href="#a"> </a> <br> <img\\ src="/a.jpg">
            <i\\ class="ln"> </i> <menu> tea 7 ¶ <details> <summary> <span\\ style="display:none">
            </span>""".replace("\\ ", "\0").split()
        ),
        max_size=16,
    )
)
def test_what_is_shown_is_whole_and_stays_as_it_is(pieces: list[str]) -> None:
    shown = show("".join(pieces).replace("\0", " "))
    assert show(shown) == shown
    assert not re.search(r"class=|style=|hidden|<[a-z]+-|section|details|menu", shown)
