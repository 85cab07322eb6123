"""One article with everything in it shows the same in every reader, whatever form it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from suites.interop.readers import Reader, Shown, choose_fields
from suites.interop.sites import serve
from suites.interop.test_readers import CASES
from support import make_site, run_cli
from test_whole_article import FILES, FORMS, TITLE, TOML

# WordPress names its images by their addresses, so they are linked there and not enclosed.
COMPARED = ("Markdown", "JSON", "HTML page")


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    folder = tmp_path_factory.mktemp("forms")
    with serve(folder) as url:
        for number, form in enumerate(COMPARED):
            beside = {f"sources/{name}": content for name, content in FILES.items()}
            site = make_site(tmp_path_factory.mktemp("site"), {**FORMS[form], **beside}, TOML)
            done = run_cli(site, "build", "--output", str(folder / str(number)))
            assert done.exit_code == 0, done.stderr
        yield {form: f"{url}{number}/" for number, form in enumerate(COMPARED)}


@pytest.mark.parametrize(("reader", "suffix"), CASES)
def test_readers_show_one_article(
    urls: Mapping[str, str], tmp_path: Path, reader: Reader, suffix: str
) -> None:
    shown: list[Shown] = []
    for form, url in urls.items():
        folder = tmp_path / form
        folder.mkdir()
        shown += reader.read(f"{url}all.{suffix}", folder)
    fields = tuple(name for name in reader.fields[suffix] if name != "id")
    first, *others = (choose_fields(one, fields) for one in shown)
    assert len(others) == len(COMPARED) - 1
    assert first["title"] == TITLE
    assert all(other == first for other in others)
