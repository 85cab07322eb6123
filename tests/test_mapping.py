"""Fields by [source.fields], and the records that `where` lets count."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree

from feedpub.config.loading import load_config
from feedpub.errors import ConfigError, EvaluationError, ExpressionError, Problem
from feedpub.model import Record
from feedpub.sources.expressions import Expression
from feedpub.systems.reading import load_records
from support import STANDARD_TOML, make_site, run_cli, scan_source, to_json_lines

STORY: Mapping[str, object] = {
    "_id": "A1",
    "type": "story",
    "premium": False,
    "canonical_url": "/river/tea-117",
    "headlines": {"basic": "Tea at four", "web": "Tea!"},
    "taxonomy": {"primary_section": {"name": "River"}},
    "last_updated": "2020-05-25",
    "content_elements": [
        {"type": "text", "content": "<p>One.</p>"},
        {"type": "image", "url": "cup.png"},
        {"type": "text", "content": "<p>Two.</p>"},
    ],
}
FIELDS = """\
[source.fields]
id = "_id"
title = "headlines.basic"
link = "canonical_url"
section = "taxonomy.primary_section.name"
updated = "last_updated"
content_html = "content_elements[?type=='text'].content | join('', @)"
"""
MAPPED = {
    "id": "A1",
    "title": "Tea at four",
    "link": "/river/tea-117",
    "section": "River",
    "updated": "2020-05-25",
    "content_html": "<p>One.</p><p>Two.</p>",
}


def read(tmp_path: Path, settings: str, files: Mapping[str, str | bytes]) -> list[Record | Problem]:
    """Scan a site's source, and load each record again: both give the same, but for the rest."""
    config = load_config(make_site(tmp_path, files, STANDARD_TOML + settings) / "feedpub.toml")
    found: list[Record | Problem] = []
    for item in scan_source(config, 0):
        if isinstance(item, Record):
            (loaded,) = load_records(item.origin.file, [item.origin])
            assert loaded.fields.items() >= item.fields.items()
            assert loaded.digest == item.digest
            item = loaded
        found.append(item)
    return found


def read_fields(
    tmp_path: Path, settings: str, files: Mapping[str, str | bytes]
) -> list[dict[str, object]]:
    """Read records that must be without fault, and give their fields."""
    found = read(tmp_path, settings, files)
    # Rows that nothing tells apart are warned of; here only their fields matter.
    records = [item for item in found if isinstance(item, Record) or item.field != "id"]
    assert all(isinstance(item, Record) and not item.faults for item in records)
    return [dict(item.fields) for item in records if isinstance(item, Record)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps(STORY)),
        ("a.json", json.dumps([STORY])),
        ("a.jsonl", to_json_lines(STORY)),
    ],
)
def test_maps_fields_of_any_json(tmp_path: Path, name: str, content: str) -> None:
    assert read_fields(tmp_path, FIELDS, {f"sources/{name}": content}) == [MAPPED]


@pytest.mark.parametrize(
    ("fields", "raw", "expected"),
    [
        # A mapped field is what its expression gives, whatever other names hold.
        ('title = "head"', {"head": "A", "title": "B", "headline": "C"}, {"title": "A"}),
        ('title = "head"', {"title": "B", "headline": "C"}, {}),
        ('title = "head || title"', {"title": "B"}, {"title": "B"}),
        # The others are found by their names.
        ('title = "head"', {"head": "A", "url": "/a", "x": 1}, {"title": "A", "link": "/a"}),
        # What is empty is absent; false and 0 are values.
        ('tags = "t"', {"t": []}, {}),
        ('tags = "t"', {"t": ""}, {}),
        ('id = "n"', {"n": 0}, {"id": 0}),
        ('tags = "t[].name"', {"t": [{"name": "tea"}, {}]}, {"tags": ["tea"]}),
        (
            'images = "media[].{src: url, caption: text}"',
            {"media": [{"url": "a.png", "text": "Cup"}, {"url": "b.png"}]},
            {
                "images": [
                    {"src": "a.png", "caption": "Cup"},
                    {"src": "b.png", "caption": None},
                ]
            },
        ),
        # A name that is no identifier stands in quotes of JMESPath.
        ("title = '\"dc:title\"'", {"dc:title": "A"}, {"title": "A"}),
        ('title = "a.b"', {"a": "text"}, {}),
        ('title = "a.b.c"', {"a": {"b": {"c": "A"}}}, {"title": "A"}),
        ('title = "a[0].b"', {"a": [{"b": "A"}]}, {"title": "A"}),
        ('section = "breadcrumb[-1]"', {"breadcrumb": ["Home", "River"]}, {"section": "River"}),
    ],
)
def test_a_mapped_field_is_what_its_expression_gives(
    tmp_path: Path, fields: str, raw: Mapping[str, object], expected: Mapping[str, object]
) -> None:
    settings = f"[source.fields]\n{fields}\n"
    assert read_fields(tmp_path, settings, {"sources/a.jsonl": json.dumps(raw)}) == [expected]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ('title = "Headline (EN)"', {"title": "Tea", "section": "River"}),
        ('title = "Last.Name"', {"title": "Li", "section": "River"}),
        # No column has this name, so it is an expression over the row.
        ("""title = "join('; ', [Section, Empty])" """, {"title": "River; ", "section": "River"}),
        ('summary = "Empty"', {"section": "River"}),
        ('section = "Headline (EN)"', {"section": "Tea"}),
    ],
)
def test_a_table_is_mapped_by_the_names_of_its_columns(
    tmp_path: Path, fields: str, expected: Mapping[str, object]
) -> None:
    table = "id,Section, Headline (EN) ,Last.Name,Empty\n1,River,Tea,Li, \n"
    settings = f'format = "csv"\n[source.fields]\n{fields}\n'
    found = read_fields(tmp_path, settings, {"sources/a.csv": table})
    assert found == [{"id": "1", **expected}]


ROWS = "id,Section,title,Last.Name\n1,River,Tea,Li\n"
OBJECT = json.dumps({"id": "2", "title": "Rice", "Last": {"Name": "Wu"}})
OTHER_ROWS = "id,Section,title,Last\n3,River,Salt,Mo\n"


@pytest.mark.parametrize(
    ("files", "authors"),
    [
        ({"a.csv": ROWS, "b.json": OBJECT}, ["Li", "Wu"]),
        ({"a.json": OBJECT, "b.csv": ROWS}, ["Wu", "Li"]),
        ({"a.csv": OTHER_ROWS, "b.csv": ROWS, "c.json": OBJECT}, [None, "Li", "Wu"]),
    ],
)
def test_a_name_is_a_column_in_each_table_that_has_it(
    tmp_path: Path, files: Mapping[str, str], authors: list[str | None]
) -> None:
    below = {f"sources/{name}": content for name, content in files.items()}
    found = read_fields(tmp_path, '[source.fields]\nauthor = "Last.Name"\n', below)
    assert [fields.get("author") for fields in found] == authors


def test_each_table_of_a_folder_must_have_the_column(tmp_path: Path) -> None:
    settings = 'format = "csv"\n[source.fields]\ntitle = "Headline (EN)"\n'
    files = {"sources/a.csv": "id,Headline (EN)\n1,Tea\n", "sources/b.csv": "id,title\n2,Rice\n"}
    record, problem = read(tmp_path, settings, files)
    assert isinstance(record, Record) and record.fields["title"] == "Tea"
    assert str(problem).startswith('sources/b.csv:1: has no column "Headline (EN)", which')


def test_a_table_without_the_column_is_one_problem_of_the_file(tmp_path: Path) -> None:
    settings = 'format = "csv"\n[source.fields]\ntitle = "Headline EN"\n'
    (problem,) = read(tmp_path, settings, {"sources/a.csv": "id,title\n1,Tea\n2,Rice\n"})
    assert isinstance(problem, Problem)
    assert str(problem) == (
        'sources/a.csv:1: has no column "Headline EN", which [source.fields] names for title; '
        'and it is not valid JMESPath: unexpected "EN" (column 10)'
    )


@pytest.mark.parametrize(
    ("settings", "unused"),
    [
        ('[source.fields]\ntitle = "data.name"', ["a", "name", "Head line"]),
        ('[source.fields]\ntitle = "data.name || name"', ["a", "Head line"]),
        ('[source.fields]\ntitle = "max_by([data], &name).name"', ["a", "name", "Head line"]),
        ("[source.fields]\ntitle = \"[data.name, a][?@ != 'x'] | [0]\"", ["name", "Head line"]),
        ("[source.fields]\ntitle = '\"Head line\"'", ["a", "data", "name"]),
        (
            "where = \"a == 'data'\"\n[source.fields]\ntitle = 'title'",
            ["data", "name", "Head line"],
        ),
    ],
)
def test_tells_which_names_no_expression_reads(
    tmp_path: Path, settings: str, unused: list[str]
) -> None:
    record = {"id": "1", "title": "Tea", "updated": "2020-05-25", "a": "data", "name": "n"}
    record |= {"Head line": "h"}
    content = json.dumps({**record, "data": {"name": "Rice"}})
    (found,) = read(tmp_path, settings + "\n", {"sources/a.json": content})
    assert isinstance(found, Record)
    assert sorted(found.unused) == sorted(unused)


def test_a_column_that_is_mapped_is_used(tmp_path: Path) -> None:
    settings = 'format = "csv"\n[source.fields]\ntitle = "Headline (EN)"\n'
    (found,) = read(tmp_path, settings, {"sources/a.csv": "id,Headline (EN),line\n1,Tea,2\n"})
    assert isinstance(found, Record) and found.unused == ("line",)


@pytest.mark.parametrize(
    ("where", "chosen"),
    [
        ("type == 'story' && !premium", ["A1"]),
        ("type", ["A1", "A2", "A3"]),
        # What is false in JMESPath: false, null and what is empty; 0 is true.
        ("premium", ["A2"]),
        ("missing", []),
        ("empty", []),
        ("list", []),
        ("zero", ["A1"]),
        ("contains(['A1', 'A3'], _id)", ["A1", "A3"]),
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_where_chooses_records(tmp_path: Path, name: str, where: str, chosen: list[str]) -> None:
    rows: list[Mapping[str, object]] = [
        {**STORY, "empty": "", "list": [], "zero": 0},
        {"_id": "A2", "type": "story", "premium": True},
        {"_id": "A3", "type": "video"},
    ]
    content = json.dumps(rows) if name == "a.json" else to_json_lines(*rows)
    settings = f'where = "{where}"\n[source.fields]\nid = "_id"\n'
    records = read_fields(tmp_path, settings, {f"sources/{name}": content})
    assert [record["id"] for record in records] == chosen


def test_where_sees_the_cells_of_a_table_as_text(tmp_path: Path) -> None:
    table = "ID,Live now,Words\n1,yes,120\n2,,90\n3,no,\n"
    for where, chosen in (
        ("\"Live now\" == 'yes'", ["1"]),
        ('"Live now"', ["1", "3"]),
        ("Words == '90'", ["2"]),
        ("to_number(Words) > `100`", ["1"]),
        ("Words == ''", ["3"]),
    ):
        settings = f"where = '''{where}'''\n"
        found = read_fields(tmp_path, settings, {"sources/a.csv": table})
        assert [record["id"] for record in found] == chosen, where


def test_front_matter_is_mapped_and_chosen_as_other_data_is(tmp_path: Path) -> None:
    files = {
        "sources/a.md": "---\nhead: {line: Tea}\ntitle: No\nkind: story\nurl: /a\n---\nOne.\n",
        "sources/b.md": "---\nkind: story\n---\n# Cup\n",
        "sources/c.md": "---\nkind: film\n---\n# Cup\n",
    }
    settings = 'where = "kind == \'story\'"\n[source.fields]\ntitle = "head.line"\n'
    first, second = read_fields(tmp_path, settings, files)
    assert (first["title"], first["link"]) == ("Tea", "/a")
    assert "One." in str(first["content_html"])
    assert "title" not in second  # it is mapped, so that no headline stands in for it
    (record, _) = read(tmp_path, settings, files)
    assert isinstance(record, Record)
    assert record.lines["link"] == 5
    assert "title" not in record.lines
    assert record.rules["title"] == '[source.fields], title = "head.line"'


@pytest.mark.parametrize(
    ("where", "chosen"),
    [
        ("section == 'River'", ["b.txt"]),
        ("content_html && title == 'Tea at four'", ["a.html"]),
        ("starts_with(updated, '2020')", ["a.html", "b.txt"]),
    ],
)
def test_where_sees_all_fields_of_a_page_under_our_names(
    tmp_path: Path, where: str, chosen: list[str]
) -> None:
    page = (
        "<html><head><title>Tea at four</title></head><body><p>Home &gt; Tea</p>"
        "<h1>Tea at four</h1><p>Updated: 2020-05-25</p><p>Somebody drinks tea at the river, "
        "and it is a long sentence about that.</p><p>Then it rains.</p></body></html>"
    )
    text = "Home>River\n\nTea at five\n\n(news.example.com) Updated : 2020-05-26\n\nOne.\n"
    config = load_config(
        make_site(
            tmp_path,
            {"sources/a.html": page, "sources/b.txt": text},
            STANDARD_TOML + f'where = "{where}"\n',
        )
        / "feedpub.toml"
    )
    found = list(scan_source(config, 0))
    assert [item.origin.file.below for item in found if isinstance(item, Record)] == chosen, found


def test_records_passed_over_are_not_counted(tmp_path: Path) -> None:
    rows = to_json_lines(STORY, {"_id": "A2", "type": "video"}, {"_id": "A3", "type": "audio"})
    settings = "where = \"type == 'story'\"\n" + FIELDS
    site = make_site(tmp_path, {"sources/a.jsonl": rows}, STANDARD_TOML + settings)
    result = run_cli(site, "build", "--report", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert (report["rejected"], report["problems"]) == (0, [])
    assert run_cli(site, "diff").stdout.startswith("1 record in 1 section")


def test_a_source_whose_records_are_all_passed_over_is_a_loss(tmp_path: Path) -> None:
    settings = "where = \"type == 'film'\"\n" + FIELDS
    files = {"sources/a.jsonl": to_json_lines(STORY)}
    site = make_site(tmp_path, files, STANDARD_TOML + settings)
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert "sources: yields no record" in result.stderr
    toml = STANDARD_TOML + "allow_empty = true\n" + settings
    assert run_cli(make_site(tmp_path, files, toml), "build").exit_code == 0


@pytest.mark.parametrize(
    ("field", "expression", "severity", "told"),
    [
        ("title", "join('', headlines)", "error", "join() expects array-string, and got object"),
        ("id", "length(_no)", "error", "length() expects string or array or object, and got null"),
        ("updated", "sum(_id)", "error", "sum() expects array-number, and got string"),
        ("status", "keys(_id)", "error", "keys() expects object, and got string"),
        ("section", "max(_id)", "error", ""),
        ("summary", "join('', headlines)", "warning", ""),
        ("content_html", "join('', _no)", "warning", ""),
        ("images", "keys(_no)", "warning", ""),
        ("author", "abs(_id)", "warning", ""),
        ("link", "abs(_id)", "warning", ""),
        ("where", "contains(`1`, _id)", "error", ""),
    ],
)
def test_an_expression_that_fails_on_a_record_is_a_fault_of_its_field(
    tmp_path: Path, field: str, expression: str, severity: str, told: str
) -> None:
    table = tomllib.loads(FIELDS)["source"]["fields"]
    settings = ""
    if field == "where":
        settings = f"where = {json.dumps(expression)}\n"
    else:
        table[field] = expression
    settings += "[source.fields]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in table.items())
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(STORY)}, STANDARD_TOML + settings)
    result = run_cli(site, "check", "--report", "json")
    report = json.loads(result.stdout)
    (problem,) = [p for p in report["problems"] if p["kind"] == "mapping"]
    assert (problem["severity"], problem["field"]) == (severity, field)
    assert problem["value"] == expression
    assert problem["where"]["line"] == 1
    assert problem["message"].startswith(f"fails: {told}")
    assert report["rejected"] == (severity == "error")
    assert len(report["problems"]) == 1


def test_a_draft_is_left_out_silently_whatever_an_expression_makes_of_it(tmp_path: Path) -> None:
    draft = {"_id": "A2", "status": "draft"}
    settings = '[source.fields]\nid = "_id"\ntitle = "join(\'\', parts)"\n'
    good = {"_id": "A1", "parts": ["Tea"], "updated": "2020-05-25", "section": "River"}
    files = {"sources/a.jsonl": to_json_lines(good, draft)}
    result = run_cli(make_site(tmp_path, files, STANDARD_TOML + settings), "check", "--strict")
    assert (result.exit_code, result.stderr) == (0, "")


def test_an_id_from_the_link_sees_the_mapped_link(tmp_path: Path) -> None:
    settings = 'id = {from = "link", match = "-([0-9]+)$"}\n' + FIELDS.replace('id = "_id"\n', "")
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(STORY)}, STANDARD_TOML + settings)
    assert run_cli(site, "build").exit_code == 0
    item = etree.parse(site / "feeds/river.rss").find("channel/item")
    assert item is not None
    assert item.findtext("guid") == "tag:news.example.com,2020:117"


def test_a_mapping_that_gives_nothing_is_named_where_the_field_is_missing(tmp_path: Path) -> None:
    settings = '[source.fields]\ntitle = "head.line"\nupdated = "time"\nsection = "part"\n'
    files = {"sources/a.json": '{"title": "Tea", "updated": "2020-05-25"}'}
    result = run_cli(make_site(tmp_path, files, STANDARD_TOML + settings), "check")
    assert 'title: is missing ("head.line" in [source.fields] gives nothing)\n' in result.stderr
    assert 'updated: is missing ("time" in [source.fields] gives nothing), and' in result.stderr
    assert 'warning: section: is missing ("part" in [source.fields] gives nothing)' in result.stderr


def test_names_all_faults_of_a_mapping_at_once(tmp_path: Path) -> None:
    settings = """\
where = "type = 'story'"
[source.fields]
titel = "x"
headline = "x"
title = "headlines."
link = "links[0"
tags = "lenght(tags)"
id = "length(a, b)"
section = "Published on"
summary = ""
[[source]]
path = "sources/a.txt"
format = "txt"
where = ""
[source.fields]
title = "x"
[[source]]
path = "sources/a.csv"
[source.fields]
title = "Headline (EN)"
tags = " "
[[source]]
path = "sources"
[source.fields]
title = 5
"""
    files = {"sources/a.txt": "x", "sources/a.csv": "x"}
    site = make_site(tmp_path, files, STANDARD_TOML + settings)
    with pytest.raises(ConfigError) as raised:
        load_config(site / "feedpub.toml")
    prefix = f"{site / 'feedpub.toml'}: "
    column = '; if it is a column, set format = "csv"'
    assert {message.removeprefix(prefix) for message in raised.value.messages} == {
        "source[0].where: \"type = 'story'\" is not valid JMESPath: unknown token '=' (column 6)",
        "source[0].fields.titel: is not a field; did you mean title?",
        "source[0].fields.headline: is not a field; did you mean title?",
        'source[0].fields.title: "headlines." is not valid JMESPath: it is cut '
        f"(column 11){column}",
        f'source[0].fields.link: "links[0" is not valid JMESPath: it is cut (column 8){column}',
        'source[0].fields.tags: "lenght(tags)" is not valid JMESPath: there is no function '
        f"lenght() (column 1){column}",
        'source[0].fields.id: "length(a, b)" is not valid JMESPath: expected 1 argument for '
        f"function length(), received 2 (column 1){column}",
        'source[0].fields.section: "Published on" is not valid JMESPath: unexpected "on" '
        f"(column 11){column}",
        f'source[0].fields.summary: "" is empty; expected JMESPath{column}',
        "source[1].fields: is for data; the fields of txt pages are ours",
        'source[1].where: "" is empty; expected JMESPath',
        "source[2].fields.tags: is empty",
        "source[3].fields.title: expected text, got a whole number",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(" * 5000 + "a" + ")" * 5000, "nested too deep"),
        ("`" + "[" * 100_000 + "]" * 100_000 + "`", "nested too deep"),
        ("a[" + "9" * 5000 + "]", "exceeds the limit"),
        ("'x", r"unclosed ' delimiter \(column 1\)"),
        ("join('')", r"expected 2 arguments for function join\(\), received 1 \(column 1\)"),
        ("not_null()", "expected at least 1 argument"),
    ],
)
def test_refuses_what_is_no_jmespath(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=f"is not valid JMESPath: .*{message}"):
        Expression(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a && " * 1500 + "a", {"a": 1}),
        ("to_string(@)", None),
        ("ceil(a)", {"a": float("inf")}),
        ("contains(a, b)", {"a": "text", "b": 5}),
        ("sort(a)", {"a": ["x", 1]}),
        ("a[0:1:0]", {"a": [1]}),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else "",
)
def test_whatever_evaluation_fails_on_is_one_kind_of_error(text: str, value: object) -> None:
    if text == "to_string(@)":
        nested: list[object] = []
        for _ in range(100_000):
            nested = [nested]
        value = nested
    with pytest.raises(EvaluationError):
        Expression(text).evaluate(value)


def test_explains_what_found_each_field_and_what_was_passed_over(tmp_path: Path) -> None:
    rows = to_json_lines(
        {**STORY, "byline": "Li Wei", "status": "live"}, {"_id": "A2", "type": "video"}
    )
    settings = "where = \"type == 'story'\"\n" + FIELDS
    site = make_site(tmp_path, {"sources/a.jsonl": rows}, STANDARD_TOML + settings)
    result = run_cli(site, "explain", "--json", "sources/a.jsonl")
    assert result.exit_code == 0
    story, video = map(json.loads, result.stdout.splitlines())
    found = {field["field"]: field.get("found") for field in story["fields"]}
    assert found["title"] == '[source.fields], title = "headlines.basic"'
    assert found["content"].startswith('[source.fields], content_html = "content_elements[?')
    assert found["author"] == "its name, byline"
    assert found["published"] is None
    assert [(f["value"], f["raw"]) for f in story["fields"] if f["field"] == "status"] == [
        ("published", "live")
    ]
    assert (story["result"], video["result"]) == ("published", "passed over")
    assert [(f["field"], f["value"]) for f in video["fields"]] == [("where", "type == 'story'")]
    told = run_cli(site, "explain", "sources/a.jsonl").stdout
    assert '\n               found by: [source.fields], title = "headlines.basic"\n' in told
    assert "sources/a.jsonl:2: passed over\n  where      type == 'story'\n" in told


def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    part = readme.partition("## Any JSON")[2].partition("\n## ")[0]
    blocks = dict(re.findall(r"```(json|toml)\n(.*?)```", part, re.DOTALL))
    site_table = STANDARD_TOML.partition("[[source]]")[0]
    files = {"export/stories.json": f"[{blocks['json']}]", "export/notes.txt": "no record"}
    site = make_site(tmp_path, files, site_table + blocks["toml"])
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    (feed,) = [path for path in (site / "feeds").glob("*.rss") if path.stem != "all"]
    item = etree.parse(feed).find("channel/item")
    assert item is not None
    story = json.loads(blocks["json"])
    assert item.findtext("title") == story["headlines"]["basic"]
    assert item.findtext("category") == story["taxonomy"]["primary_section"]["name"]
    body = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") or ""
    assert [element["content"] in body for element in story["content_elements"]] == [
        element["type"] == "text" for element in story["content_elements"]
    ]
