"""The tools of this project that CI relies on."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest
from tools.check_dist import check_package
from tools.lowest import PROJECT, render_lowest
from tools.newest_python import find_newest


def test_lowest_versions_replace_the_pinned_ones() -> None:
    project = """
[project]
dependencies = ["click>=8.2", "python-dateutil>=2.9"]
[project.optional-dependencies]
s3 = ["s3fs[all]>=2025.2"]
"""
    constraints = "Click==9.1\npython_dateutil==2.9.0.post0\npytest==9.0\n"
    lowest = render_lowest(project, constraints)
    assert lowest == "click==8.2\npytest==9.0\npython-dateutil==2.9\ns3fs==2025.2\n"


@pytest.mark.parametrize("requirement", ["click", "click<9", "click>=8,<9", "click==8"])
def test_refuses_a_dependency_without_a_lowest_version(requirement: str) -> None:
    project = f'[project]\ndependencies = ["{requirement}"]\noptional-dependencies = {{}}\n'
    with pytest.raises(ValueError, match="write it as name>=version"):
        render_lowest(project, "")


def test_every_dependency_of_this_project_has_a_lowest_version() -> None:
    texts = [(PROJECT / name).read_text("utf-8") for name in ("pyproject.toml", "constraints.txt")]
    assert "lxml==" in render_lowest(*texts)


def test_newest_python_is_no_older_than_this_one_and_runs() -> None:
    version, path = find_newest()
    assert version >= sys.version_info[:3]
    assert Path(path).is_file()


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        (
            "Name: x y\nVersion: 1\nDescription-Content-Type: text/markdown\n\nText.",
            "invalid or unparsed",
        ),
        (
            "Name: x\nVersion: one\nDescription-Content-Type: text/markdown\n\nText.",
            "invalid or unparsed",
        ),
        ("Name: x\nVersion: 1\nLicense-Expression: Mine\n\nText.", "invalid or unparsed"),
        ("Name: x\nVersion: 1\n\nText.", "has no long description"),
        ("Name: x\nVersion: 1\nDescription-Content-Type: text/markdown\n", "has no long"),
    ],
)
def test_refuses_a_package_that_a_registry_would(tmp_path: Path, fields: str, fault: str) -> None:
    path = tmp_path / "x-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("x-1.dist-info/METADATA", f"Metadata-Version: 2.4\n{fields}")
    with pytest.raises((ValueError, ExceptionGroup), match=fault):
        check_package(path)
