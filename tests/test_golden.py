"""Each folder below tests/golden is a site whose output is kept, byte for byte.

`feedpub.toml` and `sources/` are built, `expected/` is what comes out. `--update-golden`
rewrites it; the difference is then reviewed, because it is what subscribers' readers see.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from atom_schema import assert_valid_atom
from feedpub import build, load_config
from support import NOW, read_tree

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", NAMES)
def test_builds_what_is_expected(name: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    site = tmp_path / name
    expected = GOLDEN / name / "expected"
    shutil.copytree(GOLDEN / name, site, ignore=shutil.ignore_patterns("expected"))
    assert build(load_config(site / "feedpub.toml"), NOW).written
    assert_valid_atom(site / "feeds")
    if pytestconfig.getoption("--update-golden"):
        shutil.rmtree(expected, ignore_errors=True)
        shutil.copytree(site / "feeds", expected)
    built, wanted = read_tree(site / "feeds"), read_tree(expected)
    assert sorted(built) == sorted(wanted)
    for path in wanted:
        # Texts are compared as texts, for a difference that can be read.
        if path.startswith("media/"):
            assert built[path] == wanted[path], path
        else:
            assert built[path].decode() == wanted[path].decode(), path


def test_there_are_sites_to_build() -> None:
    assert {"plain", "chinese", "statuses", "subscribers"} <= set(NAMES)
