"""Sites whose bodies once lost something: what each of their articles shows, and what is told."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from support import STANDARD_TOML, make_site, run_cli

TOML = STANDARD_TOML.replace("[[source]]", 'formats = ["rss", "atom", "json"]\n\n[[source]]')
WHEN = {"section": "Quay", "updated": "2020-05-22"}
YAML = "---\ntitle: {}\nupdated: 2020-05-22\n---\n"


def build_items(
    tmp_path: Path, files: Mapping[str, str | bytes], settings: str = ""
) -> tuple[dict[str, Mapping[str, object]], list[str]]:
    """Build a site: its articles by their titles, and the problems that are told."""
    site = make_site(tmp_path, files, TOML + settings)
    done = run_cli(site, "build")
    assert done.exit_code == 0, done.stderr
    feed = json.loads((site / "feeds" / "all.json").read_text())
    lines = [line for line in done.stderr.splitlines() if ": warning: " in line]
    return {item["title"]: item for item in feed["items"]}, lines


def write_forms(title: str, markup: str) -> dict[str, str]:
    """Write one body in each form of record that holds HTML as it is."""
    record = {"title": title, **WHEN, "content_html": markup}
    held = io.StringIO()
    row = {"id": "b", **record, "title": f"{title} csv"}
    table = csv.DictWriter(held, row)
    table.writeheader()
    table.writerow(row)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Quay",
        "items": [
            {
                "id": "1",
                "title": f"{title} feed",
                "date_published": "2020-05-22T00:00:00Z",
                "content_html": markup,
            }
        ],
    }
    return {
        "sources/a.json": json.dumps({"id": "a", **record}),
        "sources/b.csv": held.getvalue(),
        "sources/c.md": YAML.format(f"{title} md") + markup.replace("\n\n", "\n") + "\n",
        "sources/d.json": json.dumps(feed),
    }


@pytest.mark.parametrize(
    ("markup", "summary"),
    [
        # Blocks that are not published end their lines.
        (
            "<section>The crane turns.</section><section>It stops.</section>"
            "<address>Pilot Quay</address><center>End</center>",
            "The crane turns. It stops. Pilot Quay End",
        ),
        (
            "<header>Crane</header><main>It turns.</main><footer>Berth 9</footer>"
            "<fieldset><legend>Fees</legend>Two coins</fieldset>",
            "Crane It turns. Berth 9 Fees Two coins",
        ),
        (
            "<quay-lead>The crane turns.</quay-lead><quay-text>It stops.</quay-text>",
            "The crane turns. It stops.",
        ),
        # Hidden text is not published.
        (
            '<p style="display:none">Preview</p><div hidden>Draft</div>'
            '<p>It turns<span class="sr-only"> (new tab)</span>.</p>',
            "It turns.",
        ),
        ('<div><p style="visibility: hidden">x</p>It turns.</div>', "It turns."),
        ('<div aria-label="x"><b class="visually-hidden">Crane:</b>It turns.</div>', "It turns."),
        # Nor are links to headings, and the numbers of lines.
        (
            '<h2 id="f">Fees <a class="headerlink" href="#f">¶</a></h2>'
            '<table><tr><td class="linenos"><pre>1</pre></td>'
            "<td><pre>turn()</pre></td></tr></table>",
            "Fees turn()",
        ),
        ('<h3><a aria-hidden="true" href="#f">#</a> Fees</h3><p>Two.</p>', "Fees Two."),
        ('<h2>Fees <a href="#f" title="Link">🔗</a></h2><p>Two.</p>', "Fees Two."),
        # Code is text.
        ("<p>Write <code>&lt;p&gt;</code> or <code>&lt;br&gt;</code>.</p>", "Write <p> or <br>."),
    ],
)
def test_body_and_summary_agree_in_every_form(tmp_path: Path, markup: str, summary: str) -> None:
    items, problems = build_items(tmp_path, write_forms("Crane", markup))
    assert problems == []
    assert {title: item["summary"] for title, item in items.items()} == dict.fromkeys(
        ("Crane", "Crane csv", "Crane feed", "Crane md"), summary
    )


def to_record(title: str, **values: object) -> str:
    """Write a file of one record."""
    return json.dumps({"id": title, "title": title, **WHEN, **values})


def build_one(
    tmp_path: Path, files: Mapping[str, str | bytes], settings: str = ""
) -> tuple[str, str, list[str]]:
    """Build a site of one article: its body, its summary, and the problems that are told."""
    items, problems = build_items(tmp_path, files, settings)
    (item,) = items.values()
    return str(item.get("content_html")), str(item.get("summary")), problems


@pytest.mark.parametrize(
    ("field", "text", "body"),
    [
        (
            "body",
            "<p>It <b>turns</b>.</p><p>It stops.</p>",
            "<p>It <b>turns</b>.</p><p>It stops.</p>",
        ),
        ("articleBody", "<ul><li>It turns.</li></ul>", "<ul><li>It turns.</li></ul>"),
        ("content_text", "It turns.<br>It stops.", "It turns.<br>It stops."),
        ("text", "It <i>turns</i>.\n\nIt stops.", "<p>It <i>turns</i>.</p>\n<p>It stops.</p>"),
        ("content", "It turns.\n\nIt stops.", "<p>It turns.</p>\n<p>It stops.</p>"),
        # What is no element of HTML stays text.
        ("body", "1 < 2, and 3 > 2", "<p>1 &lt; 2, and 3 &gt; 2</p>"),
        ("body", "A <new> crane & a <b", "<p>A &lt;new&gt; crane &amp; a &lt;b</p>"),
        ("body", "List<String> turns", "<p>List&lt;String&gt; turns</p>"),
    ],
)
def test_html_in_a_field_of_text_is_read_as_html(
    tmp_path: Path, field: str, text: str, body: str
) -> None:
    found, summary, problems = build_one(
        tmp_path, {"sources/a.json": to_record("Crane", **{field: text})}
    )
    assert (found, problems) == (body, [])
    mapped = "[source.fields]\ntitle = 'title'\nupdated = 'updated'\ncontent_text = 'own'\n"
    other = {"sources/a.json": to_record("Crane", own=text)}
    assert build_one(tmp_path / "mapped", other, mapped)[:2] == (body, summary)


@pytest.mark.parametrize(
    ("field", "text", "body"),
    [
        ("body", "&lt;p&gt;It turns &amp;amp; stops.&lt;/p&gt;", "<p>It turns &amp; stops.</p>"),
        ("content_html", "&lt;p&gt;It turns.&lt;/p&gt;", "<p>It turns.</p>"),
        (
            "content_html",
            "<p>&lt;p&gt;It&lt;/p&gt; &lt;p&gt;turns&lt;/p&gt;</p>",
            "<p>It</p> <p>turns</p>",
        ),
        ("content_html", "<p>A caf&amp;eacute; &amp;#8211; open</p>", "<p>A café – open</p>"),
        ("content_text", "A caf&eacute; &lt;new&gt;", "<p>A café &lt;new&gt;</p>"),
        ("content_text", "<![CDATA[<p>It turns.</p>]]>", "<p>It turns.</p>"),
    ],
)
def test_text_that_was_escaped_twice_is_unescaped_once_and_told(
    tmp_path: Path, field: str, text: str, body: str
) -> None:
    files = {"sources/a.json": to_record("Crane", **{field: text})}
    found, _, problems = build_one(tmp_path, files)
    assert found == body
    (problem,) = problems
    assert "was escaped once too often" in problem and "set markup in [[source]]" in problem
    # The setting says that it is meant so.
    for markup in ("html", "text"):
        kept, _, problems = build_one(tmp_path / markup, files, f'markup = "{markup}"\n')
        assert kept != body and problems == []


@pytest.mark.parametrize(
    "text",
    [
        "<p>Write <code>&amp;amp;</code> and <pre>&amp;nbsp;</pre></p>",
        "<p>Fish &amp; chips; AT&amp;T</p>",
        "<p>Use &lt;b&gt; and &lt;/b&gt;</p>",
        "<p>&amp;none; &amp;amp</p>",
        "<p>Write &amp;lt;b&amp;gt; for a tag</p>",
    ],
)
def test_text_that_is_escaped_as_it_should_stays(tmp_path: Path, text: str) -> None:
    files = {"sources/a.json": to_record("Crane", content_html=text)}
    assert build_one(tmp_path, files)[2] == []


MARKDOWN = "It *turns*.\n\n- a\n- b\n"
RENDERED = "<p>It <em>turns</em>.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"


@pytest.mark.parametrize(
    ("record", "settings"),
    [
        ({"body": MARKDOWN}, 'markup = "markdown"\n'),
        ({"content_html": MARKDOWN}, 'markup = "markdown"\n'),
        ({"body": f"# Crane\n\n{MARKDOWN}"}, 'markup = "markdown"\n'),
        ({"body_markdown": MARKDOWN}, ""),
        ({"contentMd": MARKDOWN}, ""),
        (
            {"own": MARKDOWN},
            'markup = "markdown"\n[source.fields]\ntitle = "title"\nupdated = "updated"\n'
            'content_text = "own"\n',
        ),
    ],
)
def test_markdown_in_data_is_rendered(
    tmp_path: Path, record: Mapping[str, object], settings: str
) -> None:
    files = {"sources/a.json": to_record("Crane", **record)}
    assert build_one(tmp_path, files, settings) == (RENDERED, "It turns. a b", [])


@pytest.mark.parametrize(
    "mark", ["## Fees", "See [fees](https://n.example/)", "It **turns** now", "```\nx\n```"]
)
def test_markdown_that_no_setting_names_is_told(tmp_path: Path, mark: str) -> None:
    files = {"sources/a.json": to_record("Crane", body=f"It turns.\n\n{mark}")}
    _, _, (problem,) = build_one(tmp_path, files)
    assert "looks like Markdown" in problem and 'set markup = "markdown"' in problem
    assert build_one(tmp_path / "text", files, 'markup = "text"\n')[2] == []


@pytest.mark.parametrize(
    ("name", "text", "body", "told"),
    [
        (
            "a.md",
            '{{< figure src="https://n.example/c.jpg" title="A crane" caption="It *turns*" >}}'
            "\n\nTwo.",
            '<figure><img src="https://n.example/c.jpg" alt="">'
            "<figcaption>A crane. It <em>turns</em></figcaption></figure>\n<p>Two.</p>",
            [],
        ),
        (
            "a.md",
            'One.\n\nAnd {% include note.html %} {{ "x" | shout }} two.',
            "<p>One.</p>\n<p>And   two.</p>",
            ["a.md:7", "a.md:7"],
        ),
        (
            "a.md",
            'import Chart from "./chart"\n\n<Chart data={x} />\n\nOne.',
            "<p>One.</p>",
            ["a.md:7"],
        ),
        ("a.mdx", 'export const a = 1\n\n<Tide level="3">One.</Tide>', "<p>One.</p>", ["a.mdx:7"]),
        ("a.markdown", "[One]({% link b.md %}).", "<p><a>One</a>.</p>", ["a.markdown:5"]),
        (
            "a.md",
            "{{< youtube abc_DEF-123 >}}\n\n{{< vimeo 123456 >}}\n\n{{< gist li 77 >}}",
            None,
            [],
        ),
        ("a.md", "{{< tide >}}One.{{< /tide >}}", "<p>One.</p>", ["a.md:5"]),
        ("a.md", "{{< highlight py >}}\nturn(1)\n{{< /highlight >}}", None, []),
        ("a.md", '[One]({{< ref "b.md" >}})', "<p><a>One</a></p>", ["a.md:5"]),
        ("a.md", '<img src="{{ \'/c.jpg\' | relative_url }}" alt="">', None, []),
    ],
)
def test_templates_are_shown_or_told_and_never_published(
    tmp_path: Path, name: str, text: str, body: str | None, told: list[str]
) -> None:
    found, summary, problems = build_one(
        tmp_path, {f"sources/{name}": YAML.format("Crane") + text + "\n"}
    )
    assert not any(
        mark in found + summary for mark in ("{", "}", "import", "export", "&lt;", "%7B")
    )
    if body is not None:
        assert found == body
    templates = [problem for problem in problems if "is part of a template" in problem]
    assert [problem.split(": ")[0] for problem in templates] == [f"sources/{line}" for line in told]


PAIR = [{"id": 1, "title": "One", **WHEN}, {"id": 2, "title": "Two", **WHEN}]


@pytest.mark.parametrize(
    "content",
    [
        {"posts": PAIR, "meta": {"page": 1}},
        {"data": {"items": PAIR}},
        {"response": {"status": "ok", "docs": PAIR}},
    ],
)
def test_a_list_inside_an_object_is_found(tmp_path: Path, content: object) -> None:
    items, problems = build_items(tmp_path, {"sources/api.json": json.dumps(content)})
    assert (sorted(items), problems) == (["One", "Two"], [])
