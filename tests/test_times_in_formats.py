"""The same text is the same time in every format, and `explain` gives the same evidence."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from support import STANDARD_TOML, make_site, run_cli

# What is read in New York: time, precision, and flags, or the kind of refusal.
ANSWERS = {
    "2020-05-25": "2020-05-25T00:00:00-04:00 day",
    "2020-05-25 10:32": "2020-05-25T10:32:00-04:00 minute",
    "2020/5/25 10:32": "2020-05-25T10:32:00-04:00 minute",
    "25 May 2020 10:32": "2020-05-25T10:32:00-04:00 minute",
    "May 25, 2020 2:29 PM": "2020-05-25T14:29:00-04:00 minute",
    "25.05.2020, 10.32 Uhr": "2020-05-25T10:32:00-04:00 minute",
    "2020年5月25日 10:32": "2020-05-25T10:32:00-04:00 minute",
    "2020年5月25日下午2时29分": "2020-05-25T14:29:00-04:00 minute",
    "二〇二〇年五月二十五日": "2020-05-25T00:00:00-04:00 day",
    "令和2年5月25日": "2020-05-25T00:00:00-04:00 day",
    "民國109年5月25日": "2020-05-25T00:00:00-04:00 day",
    "25 พ.ค. 2563 10:32": "2020-05-25T10:32:00-04:00 minute",
    "25 agustus 2020 10.32": "2020-08-25T10:32:00-04:00 minute",
    "25 мая 2020 г., 10:32": "2020-05-25T10:32:00-04:00 minute",
    "25/05/2020 02:29 chiều": "2020-05-25T14:29:00-04:00 minute",
    "25/05/2020 02:29 مساءً": "2020-05-25T14:29:00-04:00 minute",
    "May 25, 2020 10:32 AM ET": "2020-05-25T10:32:00-04:00 minute",
    "May 25, 2020 10:32 AM EDT": "2020-05-25T10:32:00-04:00 minute",
    "May 25, 2020 10:32 AM EST": "2020-05-25T10:32:00-04:00 minute zone-letters-off-season",
    "Mon, 25 May 2020 10:32:15 +0800": "2020-05-25T10:32:15+08:00 second",
    "Mon, 25 May 2020 10:32:15 GMT": "2020-05-25T10:32:15+00:00 second",
    "Tuesday, May 25, 2020": "2020-05-25T00:00:00-04:00 day weekday-mismatch",
    "2020-05-25 10:32 GMT+8": "2020-05-25T10:32:00+08:00 minute",
    "2020-05-25 10:32 Beijing time": "2020-05-25T10:32:00+08:00 minute",
    "2020-05-25 10:32 IST": "ambiguous-timezone",
    "2020-05-25 10:32 local time": "ambiguous-timezone",
    "2020-05-25 10:32, IST": "ambiguous-timezone",
    "05/06/2020": "ambiguous",
    "05.06.2020": "2020-06-05T00:00:00-04:00 day",
    "05/25/2020": "2020-05-25T00:00:00-04:00 day",
    "May 25": "incomplete",
    "10:32": "incomplete",
    "2020-05": "incomplete",
    "1900-01-01": "out-of-range",
    "1970-01-01T00:00:00Z": "out-of-range",
    "2999-12-31": "out-of-range",
    "1399/03/05": "out-of-range",
    "25/05/2563": "out-of-range",
    "2020-02-30": "out-of-range",
    "2020-05-25 13:44 AM": "inconsistent",
    "2020-03-08 02:30": "2020-03-08T03:30:00-04:00 minute nonexistent",
    "2020-11-01 01:30": "2020-11-01T01:30:00-04:00 minute ambiguous-local",
    "2020-05-25 24:00": "2020-05-26T00:00:00-04:00 minute",
    "2016-12-31T23:59:60Z": "2017-01-01T00:00:00+00:00 second leap-second",
    "2020-05-25T10:32:15-05:00": "2020-05-25T10:32:15-05:00 second",
    "2020-05-25 10:00-12:00": "ambiguous",
    "2 hours ago": "relative-needs-now",
    "昨天": "relative-needs-now",
    "May 20-25, 2020": "ambiguous",
    "25/05/1441 هـ": "out-of-range",
    "25 May 2020 at 4:59 pmRiver Post": "2020-05-25T16:59:00-04:00 minute",
    "2020-05-25 10:32:15-05:00Z": "inconsistent",
    "2020-05-25 2:29 ㏘": "2020-05-25T14:29:00-04:00 minute",
}
BODY = "The river rose again. " * 12


def _write_sources(texts: list[str]) -> dict[str, str]:
    """Write each text into a page of text, a page of HTML, Markdown, a table, and JSON."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["id", "title", "updated", "body"])
    files, lines = {}, []
    for number, text in enumerate(texts):
        title = f"Tea number {number}"
        files[f"sources/{number}.txt"] = f"{title}\n\n{text}\n\n{BODY}\n\n{BODY}\n"
        files[f"sources/{number}.html"] = (
            f"<!doctype html><html><head><title>{title}</title></head><body><article>"
            f'<h1>{title}</h1><p class="byline">{text}</p><p>{BODY}</p><p>{BODY}</p>'
            "</article></body></html>"
        )
        matter = f"title: {title}\nupdated: {json.dumps(text, ensure_ascii=False)}"
        files[f"sources/{number}.md"] = f"---\n{matter}\n---\n{BODY}\n"
        writer.writerow([f"c{number}", title, text, BODY])
        lines.append(json.dumps({"id": number, "title": title, "updated": text, "body": BODY}))
    return {**files, "sources/a.csv": table.getvalue(), "sources/a.jsonl": "\n".join(lines)}


def _say_evidence(told: dict[str, Any]) -> dict[str, Any]:
    """Take what tells how a record's time was read, or why it was refused."""
    (field,) = [field for field in told["fields"] if field["field"] == "updated"]
    return {name: field.get(name) for name in ("value", "rule", "details")}


def _say_answer(evidence: dict[str, Any]) -> str:
    details = evidence["details"]
    if evidence["value"] is None:
        return str(details and details["kind"])
    return " ".join((evidence["value"], details["precision"], *details["flags"]))


def _explain(tmp_path: Path, texts: list[str]) -> list[dict[str, Any]]:
    """Explain each text in every format: what `explain` says of it, by the suffix of the file."""
    toml = STANDARD_TOML.replace("Asia/Shanghai", "America/New_York")
    site = make_site(tmp_path, _write_sources(texts), toml)
    result = run_cli(site, "explain", "--json", "sources")
    found: list[dict[str, Any]] = [{} for _ in texts]
    for told in map(json.loads, result.stdout.splitlines()):
        (title,) = [field["value"] for field in told["fields"] if field["field"] == "title"]
        number = int(title.removeprefix("Tea number "))
        found[number][Path(told["where"]["path"]).suffix] = _say_evidence(told)
    return found


@pytest.mark.parametrize(
    "label",
    [
        "Updated: ",
        "更新时间：",
        "River Post | Last modified: ",
        "",
        "Anna Berg | ",
        "来源：大河网 ",
    ],
)
def test_same_text_is_the_same_time_in_every_format(tmp_path: Path, label: str) -> None:
    # A line of a page without a label and without a sure time is a line of the article.
    named = label.rstrip().endswith((":", "："))
    answers = [(text, answer) for text, answer in ANSWERS.items() if named or answer[0].isdigit()]
    found = _explain(tmp_path, [label + text for text, _ in answers])
    for (text, answer), formats in zip(answers, found, strict=True):
        assert set(formats) == {".txt", ".html", ".md", ".csv", ".jsonl"}
        assert _say_answer(formats[".jsonl"]) == answer, text
        for name, evidence in formats.items():
            assert evidence == formats[".jsonl"], (text, name)


def _read_updated(tmp_path: Path, files: dict[str, str]) -> list[str | None]:
    site = make_site(tmp_path, {f"sources/{name}": text for name, text in files.items()})
    told = run_cli(site, "explain", "--json", "sources").stdout.splitlines()
    fields = [field for line in told for field in json.loads(line)["fields"]]
    return [
        field["value"]
        for field in fields
        if field["field"] in ("updated", "published") and field["rule"] != "the record has none"
    ]


def test_number_that_a_machine_wrote_is_a_time(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "title": "Tea", "updated_at": "1590373935", "body": BODY},
        {"id": 2, "title": "Tea", "timestamp": "1590373935000", "body": BODY},
        {"id": 3, "title": "Tea", "changed": 1590373935, "body": BODY},
    ]
    files = {
        "a.md": f"---\ntitle: Tea\nupdated: 1590373935\n---\n{BODY}\n",
        "b.csv": f"id,title,createdAt,body\n4,Tea,1590373935,{BODY}\n",
        "c.jsonl": "\n".join(map(json.dumps, rows)),
    }
    found = _read_updated(tmp_path, files)
    assert set(found) == {"2020-05-25T02:32:15+00:00"}
    assert len(found) >= 5


def test_text_of_digits_that_a_person_may_have_written_is_refused(tmp_path: Path) -> None:
    files = {
        "a.md": f'---\ntitle: Tea\nupdated: "1590373935"\n---\n{BODY}\n',
        "b.jsonl": json.dumps({"id": 1, "title": "Tea", "date": "1590373935", "body": BODY}),
    }
    assert set(_read_updated(tmp_path, files)) == {None}
