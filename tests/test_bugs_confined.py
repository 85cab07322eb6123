"""A bug of feedpub that one record meets costs that record, and the report names it."""

from __future__ import annotations

import logging
from pathlib import Path

import nh3
import pytest
from dateutil import parser

from support import make_site, run_cli, to_json_lines

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
    monkeypatch.setattr(parser, "parse", fail_to_parse)
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
