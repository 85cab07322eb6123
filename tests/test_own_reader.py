"""A reader of one's own: what it may give, what it may do wrong, and how it is imported."""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import pytest
from lxml import etree

from feedpub import ReaderFile, RecordError, RecordReader
from feedpub.config.loading import load_config
from feedpub.errors import ConfigError, Problem
from feedpub.model import Record
from feedpub.systems.reading import load_records
from support import STANDARD_TOML, make_site, read_tree, run_cli, scan_source

TOML = STANDARD_TOML + 'reader = "wire:read"\n'
GOOD = '{"id": %s, "title": "Tea", "updated": "2020-05-25", "section": "River"}'
HEAD = "from feedpub import RecordError\n\ndef read(stream, file):\n"


def read_example(
    stream: IO[bytes], file: ReaderFile
) -> Iterator[tuple[int, dict[str, object]] | dict[str, object] | RecordError]:
    yield {"title": file.shown}


# Types are checked by mypy: a function as the documentation has it is a RecordReader.
EXAMPLE: RecordReader = read_example


def make_wire(
    tmp_path: Path, code: str, files: Mapping[str, str | bytes] | None = None, toml: str = TOML
) -> Path:
    """Make a site whose source is read by a function: its lines, indented."""
    body = "".join(f"    {line}\n" for line in code.splitlines())
    given: Mapping[str, str | bytes] = {"sources/a.wire": "some bytes"} if files is None else files
    return make_site(tmp_path, {"wire.py": HEAD + body, **given}, toml)


def scan(site: Path) -> list[Record | Problem]:
    return list(scan_source(load_config(site / "feedpub.toml"), 0))


def test_records_are_read_and_read_again_by_their_places(tmp_path: Path) -> None:
    code = """\
for number, line in enumerate(stream, 1):
    if line.startswith(b"#"):
        continue
    record = {"id": line.decode(file.source.encoding).strip(), "url": file.shown, "x": 1}
    yield record if number < 3 else (number, record)
"""
    files = {"sources/a.wire": "茶\n#\n河\n桥\n".encode("gb18030")}
    site = make_wire(tmp_path, code, files, TOML + 'encoding = "gb18030"\n')
    config = load_config(site / "feedpub.toml")
    records = [item for item in scan_source(config, 0) if isinstance(item, Record)]
    assert [(r.fields["id"], str(r.origin.where)) for r in records] == [
        ("茶", "sources/a.wire[0]"),
        ("河", "sources/a.wire:3"),
        ("桥", "sources/a.wire:4"),
    ]
    origins = [records[2].origin, records[0].origin]
    again = list(load_records(origins[0].file, origins))
    assert [r.fields for r in again] == [
        {"id": "茶", "link": "sources/a.wire"},
        {"id": "桥", "link": "sources/a.wire"},
    ]
    assert [r.digest for r in again] == [records[0].digest, records[2].digest]


def test_a_record_that_is_returned_is_the_file_s_only_one(tmp_path: Path) -> None:
    code = 'return {"title": stream.read().decode(), "updated": "2020-05-25"}'
    files = {"sources/River/tea.nitf": "Tea", "sources/River/rice": "Rice"}
    site = make_wire(tmp_path, code, files)
    assert run_cli(site, "build").exit_code == 0
    items = etree.parse(site / "feeds/river.rss").findall("channel/item")
    assert {(i.findtext("title"), i.findtext("guid")) for i in items} == {
        ("Tea", "tag:news.example.com,2020:River/tea"),
        ("Rice", "tag:news.example.com,2020:River/rice"),
    }


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("datetime(2020, 5, 25, 10, 32)", "2020-05-25T10:32:00"),
        ("datetime(2020, 5, 25, 10, 32, tzinfo=UTC)", "2020-05-25T10:32:00+00:00"),
        ("date(2020, 5, 25)", "2020-05-25"),
        # Libraries have texts and mappings of their own.
        ("etree.fromstring('<a>Tea</a>').xpath('string(.)')", "Tea"),
        ("etree.fromstring('<a b=\"c\"/>').attrib", {"b": "c"}),
        ("('a', ['b', {1: (2.5, None, True)}])", ["a", ["b", {"1": [2.5, None, True]}]]),
    ],
)
def test_values_become_those_of_json(tmp_path: Path, code: str, value: object) -> None:
    head = "from datetime import UTC, date, datetime\nfrom lxml import etree\n"
    site = make_wire(tmp_path, f'{head}return {{"id": 1, "title": {code}}}')
    (record,) = scan(site)
    assert isinstance(record, Record)
    assert record.fields["title"] == value
    assert type(record.fields["title"]) is type(value)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("yield RecordError('has no slug')", "sources/a.wire[1]: has no slug"),
        (
            "yield RecordError('is no time', line=7, field='updated', value='x')",
            'sources/a.wire:7: updated: "x" is no time',
        ),
        (
            "yield 'Tea'",
            "sources/a.wire[1]: is of type str; expected a mapping of field names to values",
        ),
        (
            "yield 5, None",
            "sources/a.wire:5: is of type NoneType; expected a mapping of field names to values",
        ),
        (
            "yield {'tags': {'tea'}}",
            "sources/a.wire[1]: tags: is of type set; "
            "expected text, a number, a time, a list or a mapping",
        ),
        (
            "yield {'title': [b'Tea']}",
            "sources/a.wire[1]: title: is of type bytes; "
            "expected text, a number, a time, a list or a mapping",
        ),
        (
            "deep = []\nfor _ in range(301):\n    deep = [deep]\nyield {'x': deep}",
            "sources/a.wire[1]: is nested too deep",
        ),
        (
            "class Lazy(dict):\n    def items(self): raise LookupError('gone')\nyield Lazy()",
            "sources/a.wire[1]: cannot be taken over: LookupError: gone",
        ),
    ],
)
def test_a_bad_record_is_a_problem_and_the_others_are_read(
    tmp_path: Path, code: str, problem: str
) -> None:
    site = make_wire(tmp_path, f"yield {GOOD % 1}\n{code}\nyield {GOOD % 2}")
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert result.stderr == problem + "\n"
    assert len(etree.parse(site / "feeds/river.rss").findall("channel/item")) == 2


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise ValueError('no\\n  luck')", "its reader wire:read failed: ValueError: no luck"),
        ("raise SystemExit(3)", "its reader wire:read failed: SystemExit: 3"),
        ("{}['slug']", "its reader wire:read failed: KeyError: 'slug'"),
        ("def f(): f()\nf()", "its reader wire:read failed: RecursionError: maximum recursion"),
        ("stream.close()\nstream.read()", "its reader wire:read failed: ValueError: "),
        ("raise KeyError('x' * 5000)", "its reader wire:read failed: KeyError: 'xxx"),
        (
            "raise RecordError('has no slug')",
            "has no slug; its reader raised this, and read no further (yield it to go on)",
        ),
    ],
)
def test_whatever_a_reader_raises_ends_its_file_alone(
    tmp_path: Path, code: str, message: str
) -> None:
    body = f"yield {GOOD % 'file.shown'}\nif file.shown.endswith('a.wire'):\n"
    body += "".join(f"    {line}\n" for line in code.splitlines())
    files = {"sources/a.wire": "x", "sources/b.wire": "x"}
    site = make_wire(tmp_path, body, files)
    result = run_cli(site, "build")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"sources/a.wire: {message}")
    assert len(line) < 300
    items = etree.parse(site / "feeds/river.rss").findall("channel/item")
    assert len(items) == 2  # what came before it counts


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise OSError('gone')", "its reader wire:read failed: OSError: gone"),
        ("return None", "its reader wire:read returned NoneType; expected records"),
        ("return 'text'", "its reader wire:read returned str; expected records"),
        ("return b'text'", "its reader wire:read returned bytes; expected records"),
    ],
)
def test_a_reader_that_gives_no_records_is_a_problem_of_the_file(
    tmp_path: Path, code: str, message: str
) -> None:
    (problem,) = scan(make_wire(tmp_path, code))
    assert isinstance(problem, Problem)
    assert str(problem) == f"sources/a.wire: {message}"


def test_a_reader_that_takes_its_end_badly_does_no_harm(tmp_path: Path) -> None:
    code = f"try:\n    yield {GOOD % 1}\n    yield {{'status': 'draft'}}\n"
    code += "except BaseException:\n    raise ValueError('at the end')"
    site = make_wire(tmp_path, code)
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_reader_that_gives_other_records_the_second_time_is_noticed(tmp_path: Path) -> None:
    for change in ("return", "yield RecordError('x')\nreturn"):
        lines = "".join(f"    {line}\n" for line in change.splitlines())
        code = f"if file.path.with_suffix('.read').exists():\n{lines}"
        code += f"file.path.with_suffix('.read').touch()\nyield {GOOD % 1}"
        files = {"sources/a.wire": "x"}
        site = make_wire(tmp_path / change[:5], code, files, TOML + "exclude = ['*.read']\n")
        result = run_cli(site, "build")
        assert result.exit_code == 3
        assert "sources/a.wire: its reader changed while it was read" in result.stderr


@pytest.mark.parametrize("path", ["sources", "sources/*", "sources/a.xyz"])
def test_any_suffix_is_read_and_gz_is_unpacked(tmp_path: Path, path: str) -> None:
    files: dict[str, str | bytes] = {
        "sources/a.xyz": "a",
        "sources/b.gz": gzip.compress(b"b"),
        "sources/c.json": "c",
        "sources/.hidden": "d",
    }
    toml = TOML.replace('path = "sources"', f'path = "{path}"')
    site = make_wire(tmp_path, 'yield {"id": stream.read().decode()}', files, toml)
    ids = [item.fields["id"] for item in scan(site) if isinstance(item, Record)]
    assert ids == (["a"] if path.endswith("xyz") else ["a", "b", "c"])


def test_fields_and_where_apply_to_what_a_reader_yields(tmp_path: Path) -> None:
    code = 'yield {"head": {"line": "Tea"}, "kind": "story"}\nyield {"kind": "film"}'
    toml = TOML + 'where = "kind == \'story\'"\n[source.fields]\ntitle = "head.line"\n'
    (record,) = scan(make_wire(tmp_path, code, toml=toml))
    assert isinstance(record, Record)
    assert record.fields == {"title": "Tea"}


def test_an_empty_file_is_a_problem_before_it_is_read(tmp_path: Path) -> None:
    site = make_wire(tmp_path, "raise AssertionError", {"sources/a.wire": ""})
    assert [str(problem) for problem in scan(site)] == ["sources/a.wire: is empty"]


def test_explains_records_of_a_reader(tmp_path: Path) -> None:
    code = f"yield 3, {GOOD % 1}\nyield RecordError('has no slug', line=4)"
    site = make_wire(tmp_path, code)
    result = run_cli(site, "explain", "--json", "sources/a.wire")
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(t["where"]["line"], t["result"]) for t in told] == [(3, "published"), (4, "rejected")]
    assert told[0]["fields"][0]["found"] == "its name, title"


def test_a_reader_imports_what_lies_beside_it_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)  # the environment may say otherwise
    wire = "from shapes.line import SHAPE\n\ndef read(stream, file):\n    yield {'id': SHAPE}\n"
    site = make_site(
        tmp_path,
        {"sources/a": "x", "wire.py": wire, "shapes/line.py": "SHAPE = 7\n"},
        TOML,
    )
    path = list(sys.path)
    (record,) = scan(site)
    assert isinstance(record, Record)
    assert record.fields == {"id": 7}
    assert sys.path == path
    assert not any("__pycache__" in name for name in read_tree(site))


def test_each_site_has_its_own_module_of_a_name(tmp_path: Path) -> None:
    configs = []
    for name in ("one", "two"):
        files = {"sources/a": "x", "shapes.py": f"SHAPE = '{name}'\n"}
        files["wire.py"] = "from shapes import SHAPE\n" + HEAD + "    yield {'id': SHAPE}"
        configs.append(load_config(make_site(tmp_path / name, files, TOML) / "feedpub.toml"))
    for name, config in zip(("one", "two", "one"), (*configs, configs[0]), strict=True):
        (record,) = scan_source(config, 0)
        assert isinstance(record, Record)
        assert record.fields == {"id": name}


def test_a_module_beside_the_configuration_hides_no_other(tmp_path: Path) -> None:
    files = {"sources/a": "[1]", "json.py": "raise AssertionError"}
    toml = TOML.replace("wire:read", "json:load")
    (problem,) = scan(make_site(tmp_path, files, toml))
    assert isinstance(problem, Problem)  # json.load takes no second argument
    assert problem.message.startswith("its reader json:load failed: TypeError: load() takes 1")


@pytest.mark.parametrize(
    ("reader", "wire", "message"),
    [
        ("wire", "", 'expected a name like "package.module:function"'),
        ("wire:", "", 'expected a name like "package.module:function"'),
        ("./wire.py:read", "", 'expected a name like "package.module:function"'),
        ("wires:read", "", "cannot be imported: ModuleNotFoundError: No module named 'wires'"),
        ("wire:read", "", "cannot be imported: wire has no read"),
        ("wire:read", "read = 5", "can not be called: read is of type int"),
        ("wire:read", "def read(:", "cannot be imported: SyntaxError: invalid syntax"),
        ("wire:read", "import sys\nsys.exit(0)", "cannot be imported: SystemExit: 0"),
        ("wire:read", "raise KeyError('x')", "cannot be imported: KeyError: 'x'"),
    ],
)
def test_what_cannot_be_imported_or_called_is_a_configuration_error(
    tmp_path: Path, reader: str, wire: str, message: str
) -> None:
    files = {"sources/a": "x", "wire.py": wire}
    toml = TOML.replace("wire:read", reader) + 'encoding = "x"\n'
    site = make_site(tmp_path, files, toml)
    result = run_cli(site, "build")
    assert result.exit_code == 2
    encoding, told = sorted(result.stderr.splitlines())
    assert encoding == 'feedpub.toml: source[0].encoding: "x" is not a known encoding'
    assert told.startswith(f'feedpub.toml: source[0].reader: "{reader}" {message}')
    assert not (site / "feeds").exists()


def test_format_and_reader_exclude_each_other(tmp_path: Path) -> None:
    site = make_wire(tmp_path, "yield {}", toml=TOML + 'format = "json"\n')
    with pytest.raises(ConfigError, match=r"source\[0\]\.reader: replaces format"):
        load_config(site / "feedpub.toml")


def test_the_example_of_the_documentation_runs(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "readers.md").read_text(encoding="utf-8")
    example = page.partition("## An example")[2]
    files = dict(re.findall(r"`([\w./]+)`:\n\n```\w*\n(.*?)```", example, re.DOTALL))
    assert files.keys() == {"export/night.fix", "quill.py", "feedpub.toml"}
    (told,) = re.findall(r"```console\n(.*?)```", example, re.DOTALL)
    site = make_site(tmp_path, files, files.pop("feedpub.toml"))
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert result.stderr == told
    item = etree.parse(site / "feeds/harbor-life.rss").find("channel/item")
    assert item is not None
    assert item.findtext("title") == "Ferry passes now at Pilot Quay"
    assert item.findtext("link") == "https://news.example.com/harbor-life/118.html"
    assert item.findtext("pubDate") == "Fri, 22 May 2020 09:00:00 +0800"
