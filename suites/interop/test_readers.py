"""All readers agree with values that were written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from suites.interop.hostile import list_articles
from suites.interop.readers import Reader, Shown, choose_fields, lemon, newsboat, sfeed, universal
from suites.interop.readers.node import READERS as NODE_READERS
from suites.interop.sample import list_sample
from suites.interop.sites import serve, write_site

ROOT = Path(__file__).resolve().parents[2]
READERS = (newsboat.READER, sfeed.READER, universal.READER, lemon.READER, *NODE_READERS)
CASES = [
    pytest.param(reader, suffix, id=f"{reader.name}-{suffix}")
    for reader in READERS
    for suffix in reader.fields
]


@pytest.fixture(scope="module")
def sample() -> Iterator[str]:
    with serve(ROOT / "feeds") as url:
        yield url


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    with serve(folder / "feeds") as url:
        write_site(folder, [record for record, _ in list_articles()], feeds=url)
        yield url


@pytest.mark.parametrize(("reader", "suffix"), CASES)
def test_reads_the_sample(sample: str, tmp_path: Path, reader: Reader, suffix: str) -> None:
    expect(list_sample(), reader, f"{sample}all.{suffix}", tmp_path)


@pytest.mark.parametrize(("reader", "suffix"), CASES)
def test_reads_hostile_articles(hostile: str, tmp_path: Path, reader: Reader, suffix: str) -> None:
    expect([shown for _, shown in list_articles()], reader, f"{hostile}hard.{suffix}", tmp_path)


def expect(wanted: list[Shown], reader: Reader, url: str, folder: Path) -> None:
    """Compare all that a reader tells of a feed, each entry once, in the order of ids."""
    fields = reader.fields[url.rpartition(".")[2]]
    found = [choose_fields(shown, fields) for shown in reader.read(url, folder)]
    expected = [choose_fields(shown, fields) for shown in wanted]
    found.sort(key=lambda shown: str(shown["id"]))
    expected.sort(key=lambda shown: str(shown["id"]))
    assert found == expected


def test_every_field_is_told_by_several_readers_in_every_format() -> None:
    # What no reader tells is not tested: the fields of an adapter cannot all be left out.
    for suffix, least in (("rss", 4), ("atom", 4), ("json", 2)):
        told = [field for reader in READERS for field in reader.fields.get(suffix, ())]
        for field in ("enclosure_url", "enclosure_type", "enclosure_length"):
            assert told.count(field) >= min(least, 4) - (suffix == "atom"), (suffix, field)
        for field in ("id", "title", "link", "instant"):
            assert told.count(field) >= least, (suffix, field)
