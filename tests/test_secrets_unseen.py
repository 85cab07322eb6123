"""No secret of a target, a URL, or a message is printed, however it is written."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from feedpub import publish as publishing
from feedpub.commands.console import MaskingFormatter
from feedpub.errors import ConfigError
from feedpub.publish.addresses import Address
from feedpub.text import mask_argument, mask_secrets
from support import make_site, run_cli, to_json_lines

# As it is written, and the spelling that the message names; the secret is always hunter2.
NEAR: Sequence[tuple[str, str]] = [
    ("ann:hunter2@host:/srv", "sftp://ann@host/srv"),
    ("ann:hunter2@host", "sftp://ann@host"),
    ("ann:hunter2@host/srv", "sftp://ann@host/srv"),
    ("//ann:hunter2@host/srv", "sftp://ann@host/srv"),
    ("ann:p/hunter2@host:/srv", "sftp://ann@host/srv"),
    ("ann:p@hunter2@host:/srv", "sftp://ann@host/srv"),
    ("a:hunter2@h", "sftp://a@h"),
    ("sftp:/ann:hunter2@host/x", "sftp://ann@host/x"),
    ("sftp:ann:hunter2@host/x", "sftp://ann@host/x"),
    ("sftp//ann:hunter2@host/x", "sftp://ann@host/x"),
    ("SFTP:/ann:hunter2@host/x", "sftp://ann@host/x"),
    ("scp:/ann:hunter2@host/x", "sftp://ann@host/x"),
    ("rsync:ann:hunter2@host:x", "sftp://ann@host/x"),
    ("ftp:/ann:hunter2@host/x", "ftp://ann@host/x"),
    ("s3:/x", "s3://x"),
    ("s3:x/y", "s3://x/y"),
    ("s3:/KEY:hunter2@bucket/x", "s3://bucket/x"),
    ("gs:/hunter2@bucket/x", "gs://bucket/x"),
    ("host:/srv", "sftp://host/srv"),
    ("file:/srv/x", "file:///srv/x"),
    ("local:/srv", "file:///srv"),
    ("memory:/x", "s3://bucket/feeds"),
    ("memory:x", "s3://bucket/feeds"),
    ("memory://x", "s3://bucket/feeds"),
    ("memory:///x", "s3://bucket/feeds"),
    ("http:/ann:hunter2@host/x", "s3://bucket/feeds"),
    ("https://ann:hunter2@host/x", "s3://bucket/feeds"),
    ("s3:///x", "s3://bucket/feeds"),
    ("s3://KEY:hunter2@", "s3://bucket/feeds"),
    ("dir::s3://KEY:hunter2@b/x", "s3://bucket/feeds"),
]


@pytest.mark.parametrize(("target", "spelling"), NEAR)
def test_target_that_is_almost_a_url_is_refused_with_the_right_spelling(
    tmp_path: Path, target: str, spelling: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        Address(target)
    assert str(refusal.value).startswith("TARGET: ")
    assert f" {spelling}" in str(refusal.value) or f'"{spelling}"' in str(refusal.value)
    site = make_site(tmp_path, {"sources/a.jsonl": ""})
    for arguments in ([target], [target, target], ["--prune", target, "-v"]):
        result = run_cli(site, "publish", *arguments)
        assert result.exit_code == 2
        assert "hunter2" not in result.stdout + result.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"feedpub.toml", "sources"}


@pytest.mark.parametrize(
    "target", ["web", "/srv/a:b@c", "./ann:x@host", "../host:x", "C:\\web@home", "a:/x", "ann@web"]
)
def test_path_of_a_folder_is_one(target: str) -> None:
    assert Address(target).folder == Path(target)


MASKED: Sequence[tuple[str, str]] = [
    ("https://ann:hunter2@host/x", "https://***@host/x"),
    ("https://hunter2@host", "https://***@host"),
    ("sftp://ann:p@hunter2@host/x", "sftp://***@host/x"),
    ("sftp://ann:p/hunter2@host/x", "sftp://***@host/x"),
    ("sftp://ann:p#hunter2?x@host/x", "sftp://***@host/x"),
    ('"sftp://ann:hunter2@host" failed', '"sftp://***@host" failed'),
    (r'{"a": "ftp://ann:p\"hunter2@host"}', '{"a": "ftp://***@host"}'),
    ("https://h/x?size=2&token=hunter2&y=1", "https://h/x?size=2&token=***&y=1"),
    ("https://h/x?X-Amz-Signature=hunter2", "https://h/x?X-Amz-Signature=***"),
    ("https://h/x?api_key=hunter2.", "https://h/x?api_key=***"),
    ("Authorization: Bearer hunter2hunter2", "Authorization: Bearer ***"),
    ("two: a://u:hunter2@h b://v:hunter2@i", "two: a://***@h b://***@i"),
    # What is none.
    ("sftp://ann@host/x", "sftp://ann@host/x"),
    ("https://host:8080/@ann", "https://host:8080/@ann"),
    ("https://host/@ann?x=1", "https://host/@ann?x=1"),
    ("tag:ann@example.com,2020:1", "tag:ann@example.com,2020:1"),
    ("mailto:ann@example.com", "mailto:ann@example.com"),
    ("https://h/x?keyword=tea&monkey=2", "https://h/x?keyword=tea&monkey=2"),
]


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_secrets_of_urls_are_masked(text: str, masked: str) -> None:
    assert mask_secrets(text) == masked
    assert mask_secrets(masked) == masked


def test_login_of_an_argument_is_masked() -> None:
    assert mask_argument("got (ann:hunter2@host:/srv)") == "got (***@host:/srv)"


def test_traceback_shows_no_secret() -> None:
    try:
        raise ValueError("no route to sftp://ann:hunter2@host/x")
    except ValueError:
        record = logging.LogRecord("a", 10, "a", 1, "%s", ("a://hunter2@h",), sys.exc_info())
    shown = MaskingFormatter().format(record)
    assert "ValueError: no route to sftp://***@host/x" in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_no_report_shows_a_secret(tmp_path: Path, form: str) -> None:
    url = "https://ann:hunter2@[host/x?token=hunter2"
    record = {"id": "1", "title": "Tea", "section": "Tea", "updated": "2020-05-24"}
    records: list[dict[str, object]] = [
        {**record, "link": url, "images": [url, {"src": "https://ann:hunter2@h/x.png"}]},
        {**record, "id": url, "updated": url, "language": url},
        {**record, "id": "3", "content_html": f'<p>Tea</p><a href="{url}">x</a><img src="{url}">'},
    ]
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*records)})
    result = run_cli(site, "build", "--report", form, "-v")
    assert "***" in result.stdout + result.stderr
    assert "hunter2" not in result.stdout + result.stderr


@pytest.mark.parametrize("form", ["text", "json"])
def test_unexpected_fault_shows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("lost sftp://ann:hunter2@host/x?token=hunter2")

    monkeypatch.setattr(publishing, "publish", fail)
    site = make_site(tmp_path, {"sources/a.jsonl": ""})
    result = run_cli(site, "publish", "sftp://ann:hunter2@host/x", "--report", form, "-v")
    assert result.exit_code == 3
    assert "Please report it" in result.stderr
    assert "hunter2" not in result.stdout + result.stderr
