"""Sites that are built and served while their readers run."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from feedpub import build, load_config
from feedpub.commands.preview import Preview, open_preview

NOW = datetime(2026, 1, 1, tzinfo=UTC)

_TOML = """\
[site]
title = "Example & <Voice>"
link = "{link}"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
feeds = "{feeds}"
limit = {limit}
formats = ["rss", "atom", "json"]

[[source]]
path = "articles.jsonl"
"""


def write_site(
    folder: Path,
    records: Iterable[Mapping[str, object]],
    *,
    feeds: str,
    link: str = "https://news.example.com/",
    limit: int = 100,
    written: int = 1_767_225_600,
) -> None:
    """Write a site's records and build it; what its subscribers lose is meant.

    `written` is when its files are said to be written, in seconds since 1970: Newsboat passes
    over a feed that is no second newer than the one that it has.
    """
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "articles.jsonl").write_text(lines, encoding="ascii")
    toml = _TOML.format(link=link, feeds=feeds, limit=limit)
    (folder / "feedpub.toml").write_text(toml, encoding="utf-8")
    report = build(load_config(folder / "feedpub.toml"), NOW, accept_loss=True)
    # The hostile articles have a link to the reader's own computer, which is told of.
    assert [problem for problem in report.problems if problem.kind not in ("loss", "link")] == []
    for path in report.written:
        os.utime(folder / "feeds" / path, (written, written))


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback, and give its URL."""
    folder.mkdir(exist_ok=True)
    server = open_preview(Preview(folder, UTC), 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://{server.host}:{server.port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
