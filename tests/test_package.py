"""The wheel holds all files, names all that they import, and runs where only it is installed."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from email.message import Message
from email.parser import BytesParser
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

from feedpub import __version__
from support import NOW, read_tree, to_json_lines

PROJECT = Path(__file__).parent.parent
SOURCE = PROJECT / "src" / "feedpub"
RECORDS = (
    {"id": "1", "title": "Lock opens", "section": "River", "updated": "2020-05-25 10:32"},
    {"id": "2", "title": "绿茶", "section": "文化", "updated": "2020-05-24"},
)

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a command that must succeed, without what could lead it back to the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**kept, "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())), **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the project."""
    folder = tmp_path_factory.mktemp("package")
    copy = folder / "project"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, copy)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "src", copy / "src", ignore=ignored)
    # Where the build backend is at hand, no registry is asked for it.
    isolation = [] if find_spec("hatchling") is None else ["--no-isolation"]
    run(sys.executable, "-m", "build", "--wheel", *isolation, "-o", folder, copy, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a new environment, and give its interpreter.

    Its dependencies come from the environment that runs the tests, by a .pth file: that
    the metadata names them is checked apart, and no registry is needed. A .pth file in
    that environment (an editable feedpub's) has no effect here.
    """
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*pip, "--no-deps", "--no-index", wheel, cwd=folder)
    packages = run(
        python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])", cwd=folder
    )
    borrowed = {sysconfig.get_paths()[kind] for kind in ("purelib", "platlib")}
    (Path(packages.strip()) / "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n")
    return python


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        name = f"feedpub-{__version__}.dist-info/METADATA"
        return BytesParser().parsebytes(archive.read(name))


def test_wheel_holds_every_file_of_the_package_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {
            name.removeprefix("feedpub/"): archive.read(name)
            for name in archive.namelist()
            if not name.startswith(f"feedpub-{__version__}.dist-info/")
        }
    wanted = {name: c for name, c in read_tree(SOURCE).items() if "__pycache__" not in name}
    assert "py.typed" in wanted  # the types are for the library's users too (PEP 561)
    assert held == wanted


def test_metadata_names_the_version_and_the_license(metadata: Message) -> None:
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"


def test_metadata_names_what_is_imported_and_nothing_else(metadata: Message) -> None:
    requirements = metadata.get_all("Requires-Dist", [])
    required = {
        normalize(requirement) for requirement in requirements if "extra" not in requirement
    }
    extras = tuple(f"extra == '{name}'" for name in ("cluster", "s3", "sftp"))
    optional = {normalize(text) for text in requirements if text.endswith(extras)}
    known = packages_distributions()
    imported = set()
    for path in SOURCE.rglob("*.py"):
        for name in list_imports(ast.parse(path.read_bytes())):
            if name in optional:
                continue
            if name not in {*sys.stdlib_module_names, "feedpub", "_typeshed"}:
                imported |= {normalize(distribution) for distribution in known[name]}
    assert optional == {"dask", "distributed", "fsspec", "s3fs", "sshfs"}
    assert required == imported


def normalize(requirement: str) -> str:
    """Name the distribution of a requirement, as registries compare names."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def list_imports(tree: ast.Module) -> set[str]:
    """List the packages that a module imports, or reads files of."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            names.add(node.module)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "resources.files":
            names.add(str(ast.literal_eval(node.args[0])))
    return {name.partition(".")[0] for name in names}


def test_installed_program_runs_from_any_folder(python: Path, tmp_path: Path) -> None:
    program = python.parent / "feedpub"
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.jsonl").write_text(to_json_lines(*RECORDS))
    shown = run(program, "--version", cwd=tmp_path)
    assert shown == f"feedpub, version {__version__}\n"
    options = ("--link", "https://news.example.com/", "--timezone", "Asia/Shanghai")
    run(program, "init", *options, cwd=tmp_path)
    shown = run(program, "build", cwd=tmp_path)
    assert shown == "2 records in 2 sections, 16 files written\n"
    assert {"river.rss", "river.atom", "wen-hua.rss"} < read_tree(tmp_path / "feeds").keys()
    assert run(program, "diff", cwd=tmp_path) == "2 records in 2 sections, 16 files unchanged\n"


def test_installed_package_runs_as_a_module_and_is_the_wheel_s(
    python: Path, tmp_path: Path
) -> None:
    shown = run(python, "-m", "feedpub", "--version", cwd=tmp_path)
    assert shown == f"feedpub, version {__version__}\n"
    code = (
        "import feedpub; from feedpub import *; print(feedpub.__file__); "
        "print(callable(build), callable(load_config), callable(parse_timestamp))"
    )
    place, offered = run(python, "-c", code, cwd=tmp_path).splitlines()
    assert Path(place).is_relative_to(python.parent.parent)
    assert offered == "True True True"
