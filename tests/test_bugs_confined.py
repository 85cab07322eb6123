"""A bug of feedpub that one record meets costs that record, and the report names it."""

from __future__ import annotations

import json
import logging
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from types import ModuleType

import nh3
import pytest
from dateutil import parser

from feedpub.articles.identity import Identifier
from feedpub.entries.normalizing import Normalizer
from feedpub.images.cache import MeasurementCache
from feedpub.images.measuring import ImageMeasurer
from feedpub.model import Record
from feedpub.sources import (
    csv_table,
    html_file,
    json_file,
    json_lines,
    markdown_file,
    sqlite_file,
    table_rows,
    text_file,
    xml_file,
)
from feedpub.sources.raw import Raw
from feedpub.systems import Notes, OpenedSource
from feedpub.systems.records import RecordTranslator
from support import STANDARD_TOML, make_image, make_site, read_tree, run_cli, to_json_lines

# Only the long way of reading a timestamp goes through dateutil.
GOOD = {"id": "1", "title": "Tea", "section": "River", "updated": "2020-05-25", "body": "Tea."}
BAD_TIME = {**GOOD, "id": "2", "updated": "the 3rd of March 2017"}
BAD_BODY = {**GOOD, "id": "3", "content_html": "<p>A <b>boom</b></p>"}
MESSAGE = "feedpub failed on this record ({}). Please report it, with the record."


def fail_to_parse(*_: object, **__: object) -> None:
    raise LookupError("no\nparser")


class FailingCleaner:
    """Stands in for the sanitizer, and fails on one body."""

    def __init__(self, **_: object) -> None: ...

    def clean(self, markup: str) -> str:
        if "boom" in markup:
            raise ValueError("boom")
        return markup


@pytest.mark.parametrize("command", ["build", "check"])
def test_others_are_published_and_the_exit_code_is_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(parser, "isoparse", fail_to_parse)
    monkeypatch.setattr(nh3, "Cleaner", FailingCleaner)
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(GOOD, BAD_TIME, BAD_BODY)})
    result = run_cli(site, command)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "sources/a.jsonl:2: " + MESSAGE.format("LookupError: no parser"),
        "sources/a.jsonl:3: " + MESSAGE.format("ValueError: boom"),
    ]
    assert ", 2 rejected" in result.stdout
    if command == "build":
        feed = (site / "feeds/river.rss").read_text(encoding="utf-8")
        assert feed.count("<item>") == 1


def test_explain_tells_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nh3, "Cleaner", FailingCleaner)
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(BAD_BODY, GOOD)})
    result = run_cli(site, "explain", "sources/a.jsonl")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:3] == [
        "sources/a.jsonl:1: rejected",
        "  error: " + MESSAGE.format("ValueError: boom"),
        "sources/a.jsonl:2: published",
    ]


def test_traceback_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(nh3, "Cleaner", FailingCleaner)
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(BAD_BODY)})
    with caplog.at_level(logging.DEBUG, logger="feedpub"):
        run_cli(site, "check")
    (record,) = (record for record in caplog.records if record.name == "feedpub.errors")
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ValueError)


# Where one record of three fails, at each stage and in each format.

RECORDS = [
    {**GOOD, "id": str(number), "title": title, "updated": f"2020-05-2{number}"}
    for number, title in enumerate(["Tea", "boom", "Rice"])
]
TITLES = {"Tea", "Rice"}
PAGE = "Home>River\n\n{title}\n\n(news.example.com) Updated : {updated}\n\nOne.\n"
HTML = (
    "<html><head><title>{title}</title><meta property='og:type' content='article'>"
    "<meta property='article:published_time' content='{updated}'></head>"
    "<body><article><h1>{title}</h1><p>Steam rose over the river for an hour.</p></article>"
)
RSS = (
    "<item><guid>{id}</guid><title>{title}</title><pubDate>2{id} May 2020 10:00 GMT</pubDate>"
    "<category>River</category></item>"
)


def make_database(records: list[dict[str, str]], path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as database, database:
        columns = ", ".join(records[0])
        database.execute(f"CREATE TABLE articles ({columns})")
        marks = ", ".join("?" for _ in records[0])
        database.executemany(
            f"INSERT INTO articles VALUES ({marks})",
            [tuple(record.values()) for record in records],
        )
    content = path.read_bytes()
    path.unlink()
    return content


def make_files(form: str, folder: Path) -> Mapping[str, str | bytes]:
    """Write the records in a format; the place of the second is in the middle."""
    rows = [",".join(RECORDS[0]), *(",".join(record.values()) for record in RECORDS)]
    pages = {
        "txt": PAGE,
        "html": HTML,
        "md": "---\ntitle: {title}\nupdated: {updated}\n---\nOne.\n",
    }
    if form in pages:
        return {
            f"sources/{record['id']}.{form}": pages[form].format_map(record) for record in RECORDS
        }
    content: str | bytes
    if form == "jsonl":
        content = to_json_lines(*RECORDS)
    elif form == "json":
        content = json.dumps(RECORDS)
    elif form == "csv":
        content = "\n".join(rows)
    elif form == "xml":
        items = "\n".join(map(RSS.format_map, RECORDS))
        content = f"<rss version='2.0'><channel><title>Harbor</title>{items}</channel></rss>"
    else:
        content = make_database(RECORDS, folder / "made.sqlite")
    return {f"sources/a.{form}": content}


PLACES = {
    "jsonl": "a.jsonl:2",
    "json": "a.json[1]",
    "csv": "a.csv:3",
    "xml": "a.xml:2",
    "sqlite": "a.sqlite[2]",
    "txt": "1.txt:1",
    "html": "1.html:1",
    "md": "1.md:1",
}
# The module whose digests of the bytes of each record are spoilt, for each format.
READERS: Mapping[str, ModuleType] = {
    "jsonl": json_lines,
    "json": json_file,
    "csv": table_rows,
    "xml": xml_file,
    "sqlite": sqlite_file,
    "txt": text_file,
    "html": html_file,
    "md": markdown_file,
}
FORMS = pytest.mark.parametrize("form", PLACES)


def fail_on_boom(*values: object) -> None:
    if any("boom" in str(value) for value in values):
        raise LookupError("boom")


class SpoiltDigests:
    """Stands in for zlib, and fails on one record while it is active."""

    error = zlib.error
    active = True

    def crc32(self, content: bytes) -> int:
        if self.active:
            fail_on_boom(content)
        return zlib.crc32(content)


def check_confined(site: Path, place: str, form: str = "") -> None:
    """Check that one record is told of as a bug, and the others are published."""
    result = run_cli(site, "build")
    assert result.exit_code == 1
    message = MESSAGE.format("LookupError: boom")
    if form in ("txt", "html", "md") and ":" not in place:
        message = message.replace("record", "file")
    problems = [line for line in result.stderr.splitlines() if not line.startswith("note: ")]
    assert problems == [f"sources/{place}: {message}"]
    assert ", 1 rejected" in result.stdout
    feed = read_tree(site / "feeds")["all.rss"].decode()
    assert [title for title in ("Tea", "boom", "Rice") if f"<title>{title}</title>" in feed] == [
        "Tea",
        "Rice",
    ]


@FORMS
def test_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    site = make_site(tmp_path, make_files(form, tmp_path))
    monkeypatch.setattr(READERS[form], "zlib", SpoiltDigests())
    place = PLACES[form]
    if form in ("txt", "html", "md"):
        place = place.removesuffix(":1")  # what a page says of itself is not known yet
    check_confined(site, place, form)


@FORMS
def test_reading_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    site = make_site(tmp_path, make_files(form, tmp_path))
    spoilt = SpoiltDigests()
    spoilt.active = False
    load = OpenedSource.load

    def load_spoilt(self: OpenedSource, *args: object) -> Iterator[Record]:
        spoilt.active = True
        return load(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(OpenedSource, "load", load_spoilt)
    monkeypatch.setattr(READERS[form], "zlib", spoilt)
    check_confined(site, PLACES[form])


@pytest.mark.parametrize("whole", [False, True], ids=["scan", "load"])
@FORMS
def test_translating(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, whole: bool
) -> None:
    site = make_site(tmp_path, make_files(form, tmp_path))
    make = OpenedSource._make

    def fail(self: OpenedSource, raw: Raw, notes: Notes | None, *, whole: bool) -> Record | None:
        record = make(self, raw, notes, whole=whole)
        if fails_whole is whole and record is not None:
            fail_on_boom(record.fields)
        return record

    fails_whole = whole
    monkeypatch.setattr(OpenedSource, "_make", fail)
    check_confined(site, PLACES[form])


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (RecordTranslator, "translate"),
        (Identifier, "_read_sections"),
        (Identifier, "_require_title"),
        (Normalizer, "_find_link"),
        (Normalizer, "normalize"),
    ],
)
def test_translating_identifying_and_normalizing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, name: str
) -> None:
    work: Callable[..., object] = getattr(owner, name)

    def fail(self: object, *args: object, **options: object) -> object:
        values = [getattr(arg, "fields", getattr(arg, "value", "")) for arg in args]
        fail_on_boom(*values)
        return work(self, *args, **options)

    monkeypatch.setattr(owner, name, fail)
    check_confined(make_site(tmp_path, make_files("jsonl", tmp_path)), PLACES["jsonl"])


@pytest.mark.parametrize(
    ("owner", "name"), [(MeasurementCache, "measure"), (ImageMeasurer, "measure")]
)
def test_measuring_an_image_costs_the_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, name: str
) -> None:
    work: Callable[..., object] = getattr(owner, name)

    def fail(self: object, image: object, *args: object) -> object:
        fail_on_boom(image)
        return work(self, image, *args)

    monkeypatch.setattr(owner, name, fail)
    images = {f"sources/{name}.png": make_image("PNG", 9, 9) for name in ("boom", "cup")}
    rows = to_json_lines({**GOOD, "images": ["boom.png", "cup.png"]})
    site = make_site(tmp_path, {"sources/a.jsonl": rows, **images})
    result = run_cli(site, "build")
    told = (
        'sources/a.jsonl:1: warning: images: "boom.png" is left out: feedpub failed on this image'
    )
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == (
        f"{told} (LookupError: boom). Please report it, with the image."
    )
    assert read_tree(site / "feeds")["all.rss"].count(b"<media:content") == 1


def test_asking_for_images_costs_the_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, find_page: object) -> None:
        raise LookupError("boom")

    monkeypatch.setattr("feedpub.entries.record_media.read_image_references", fail)
    toml = STANDARD_TOML.replace("[[source]]", 'remote_images = "measure"\n[[source]]')
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(GOOD)}, toml)
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert result.stderr == f"sources/a.jsonl:1: {MESSAGE.format('LookupError: boom')}\n"


def test_rest_of_a_file_costs_what_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = csv_table._iter_lines

    def fail(pieces: object) -> object:
        for line in lines(pieces):  # type: ignore[arg-type]
            fail_on_boom(line)
            yield line

    monkeypatch.setattr(csv_table, "_iter_lines", fail)
    files = {**make_files("csv", tmp_path), "sources/b.jsonl": to_json_lines(GOOD)}
    result = run_cli(make_site(tmp_path, files), "build")
    assert result.exit_code == 1
    assert result.stderr == (
        f"sources/a.csv: {MESSAGE.format('LookupError: boom').replace('record', 'file')}\n"
    )


def test_source_that_cannot_be_opened_yields_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {**make_files("csv", tmp_path), "other/b.jsonl": to_json_lines(GOOD)}
    site = make_site(tmp_path, files, STANDARD_TOML + '[[source]]\npath = "other"\n')
    begin = OpenedSource.__init__

    def fail(self: OpenedSource, config: object, index: int, *rest: object) -> None:
        fail_on_boom("boom" if index == 0 else "")
        begin(self, config, index, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(OpenedSource, "__init__", fail)
    result = run_cli(site, "build")
    assert result.exit_code == 1
    first, second, _ = result.stderr.splitlines()
    told = MESSAGE.format("LookupError: boom").replace("record", "source")
    assert first == f"sources: {told}"
    assert second.startswith("sources: yields no record.")
    assert read_tree(site / "feeds") == {}
