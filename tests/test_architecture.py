"""Imports point down only, and the core does no I/O (design, section 2)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import feedpub

ROOT = Path(feedpub.__file__).parent

# A module may import from the rows below its own, and from its own package.
ROWS = [
    row.split()
    for row in (
        "cli",
        "pipeline publishing explaining starting listing preview",
        "staleness loss_guard",
        "collecting entries reporting",
        "readers identity normalize sections formats targets images changes websub",
        "config",
        "mapping",
        "fields known_sections image_cache remote_images feed_files",
        "aliases image_files guarded_http markup bylines captions css_selectors",
        "image_position pictures timestamps urls",
        "text slugs linting credit_words",
        "expressions function_import",
        "model settings zones",
        "errors",
    )
]
ROW_OF = {unit: number for number, row in enumerate(ROWS) for unit in row}
# The package itself offers names of all rows, and imports each when it is first asked for.
ENTRANCES = ("__init__", "__main__")

CORE = (
    *("text", "markup", "slugs", "identity", "normalize", "sections", "formats"),
    *("timestamps", "urls", "fields", "bylines", "captions", "linting"),
    *("mapping", "expressions", "credit_words"),
)
# What opens files, or asks the host for its clock, zone, environment, locale or chance.
FORBIDDEN_MODULES = frozenset(
    """fileinput glob gzip io locale multiprocessing os pathlib platform
    random secrets shutil signal socket sqlite3 subprocess tempfile threading time urllib.request
    uuid""".split()
)
FORBIDDEN_NAMES = frozenset({"open", "input", "print", "exec", "eval", "__import__", "ZoneInfo"})
FORBIDDEN_ATTRIBUTES = frozenset(
    """environ getenv read_text read_bytes write_text write_bytes mkdir unlink stat iterdir glob
    utcnow today localtime formatdate tzlocal""".split()
)

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_bytes())
    for path in sorted(ROOT.rglob("*.py"))
}


def name_unit(module: str) -> str:
    """Name the module or package below feedpub that a module belongs to."""
    return module.partition(".")[0]


def iter_imports(tree: ast.Module) -> Iterator[str]:
    """Yield the modules that a module imports, in functions and for annotations too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            if node.module == "feedpub":  # `from feedpub import starting`, or one of its names
                yield from (f"feedpub.{name.name}" for name in node.names)
            else:
                yield node.module


def iter_own_imports(tree: ast.Module) -> Iterator[str]:
    """Yield the units of feedpub that a module imports."""
    for name in iter_imports(tree):
        below = name.removeprefix("feedpub.")
        if name.startswith("feedpub.") and below != "__version__":
            yield name_unit(below)


def list_units() -> set[str]:
    return {name_unit(module) for module in MODULES} - set(ENTRANCES)


def test_every_module_has_a_row_and_every_row_its_modules() -> None:
    assert list_units() == set(ROW_OF)


@pytest.mark.parametrize("module", [name for name in MODULES if name not in ENTRANCES])
def test_imports_point_down(module: str) -> None:
    unit = name_unit(module)
    upward = {
        other
        for other in iter_own_imports(MODULES[module])
        if other != unit and ROW_OF[other] <= ROW_OF[unit]
    }
    assert upward == set()


@pytest.mark.parametrize(
    ("library", "owners"),
    [
        ("dateutil", {"timestamps"}),
        ("feedgen", {"formats._feedgen"}),
        ("jinja2", {"formats.pages.rendering"}),
        ("markupsafe", {"formats.pages.rendering", "formats.pages.stories"}),
        ("click", {"cli"}),
        ("PIL", {"pictures"}),
        ("urllib3", {"guarded_http"}),
        ("nh3", {"markup"}),
        ("jmespath", {"expressions"}),
        ("slugify", {"slugs"}),
        ("filelock", {"targets.lock"}),
        ("fsspec", {"targets.fsspec_store"}),
        ("yaml", {"readers.front_matter"}),
        ("markdown_it", {"readers.markdown_body"}),
        ("werkzeug", {"preview"}),
    ],
)
def test_library_is_imported_by_its_own_module_alone(library: str, owners: set[str]) -> None:
    found = {
        module
        for module, tree in MODULES.items()
        if any(name.partition(".")[0] == library for name in iter_imports(tree))
    }
    if library == "dateutil":
        found = {name_unit(module) for module in found}
    assert found == owners


def test_only_the_command_line_prints_or_exits() -> None:
    found = set()
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in ("print", "exit", "quit", "SystemExit"):
                found.add((module, node.id))
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and (node.value.id, node.attr)
                in (
                    *(("sys", "exit"), ("sys", "stdout"), ("sys", "stderr")),
                    *(("os", "_exit"), ("os", "abort")),
                )
            ):
                found.add((module, node.attr))
    assert {module for module, _ in found} == {"cli"}
    assert {name for _, name in found} >= {"exit", "stderr"}


@pytest.mark.parametrize("module", [name for name in MODULES if name_unit(name) in CORE])
def test_core_opens_no_file_and_reads_no_clock_or_environment(module: str) -> None:
    assert list(iter_host_accesses(MODULES[module])) == []


def iter_host_accesses(tree: ast.Module) -> Iterator[str]:
    """Yield what a module does that depends on the host."""
    for name in iter_imports(tree):
        if name in FORBIDDEN_MODULES or name.partition(".")[0] in FORBIDDEN_MODULES:
            yield f"import {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in FORBIDDEN_NAMES:
                yield f"{node.func.id}()"
        elif isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in FORBIDDEN_ATTRIBUTES or (owner, node.attr) == ("datetime", "now"):
                yield f"{owner}.{node.attr}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            given = len(node.args) + len(node.keywords)
            # Without a zone both take the host's.
            if (node.func.attr, given) in (("astimezone", 0), ("fromtimestamp", 1)):
                yield f"{node.func.attr}() without a zone"


@pytest.mark.parametrize(
    "code",
    [
        "import os",
        "from pathlib import Path",
        "import urllib.request",
        "open('x')",
        "datetime.now(UTC)",
        "date.today()",
        "x.astimezone()",
        "datetime.fromtimestamp(1)",
        "ZoneInfo('Asia/Shanghai')",
        "file.read_text()",
    ],
)
def test_access_to_the_host_is_seen(code: str) -> None:
    assert len(list(iter_host_accesses(ast.parse(code)))) == 1


def test_clock_is_read_in_the_command_line_alone() -> None:
    found = {
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr)
        in (("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"))
    }
    assert found == {"cli"}


def test_zones_come_from_the_pinned_package_alone() -> None:
    # ZoneInfo(name) takes the host's files where it has them.
    for module, tree in MODULES.items():
        calls = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "ZoneInfo"
        ]
        assert calls == [], module


def test_module_names_are_no_other_s_and_say_what_they_hold() -> None:
    names = {part for module in MODULES for part in module.split(".")} - set(ENTRANCES)
    assert "pipeline" in names
    assert names & sys.stdlib_module_names == set()
    assert names & {"utils", "helpers", "manager", "common", "misc", "util"} == set()
