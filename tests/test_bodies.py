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
