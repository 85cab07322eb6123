"""The house is as CONTRIBUTING draws it: imports point up its table, and only through doors."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import feedpub

ROOT = Path(feedpub.__file__).parent
CONTRIBUTING = Path(__file__).parent.parent / "CONTRIBUTING.md"
MOST_NAMES = 24  # of modules and rooms at the root

# The rows of the one table of rooms, in the order in which data flows: each row imports from
# rows above its own alone.
_ROW = re.compile(r"^\| `([a-z_]+)(?:/|\.py)` \|", re.MULTILINE)
ORDER = _ROW.findall(CONTRIBUTING.read_text(encoding="utf-8"))
PLACE = {unit: number for number, unit in enumerate(ORDER)}
# The package itself offers names of all rooms, and imports each when it is first asked for.
ENTRANCES = ("__init__", "__main__")
# What the package itself gives to every room.
OFFERED_TO_ALL = frozenset({"__version__", "compile_late", "open_door"})
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))

# These open files of installed packages: zones, never the host's, and our own word lists and
# tables; lint has its own loader because it could live on its own.
TZDATA = "timestamps.iana"
WORD_LISTS = "text.word_lists"
LINT_TABLES = "lint.loading"
NAMES = "systems.names"
LOADERS = (TZDATA, WORD_LISTS, LINT_TABLES, NAMES)
CORE = ("text", "markup", "timestamps", "pages", "systems", "articles", "feeds", "lint")
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


@cache
def list_nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """List the nodes of a tree; most tests here look at every module."""
    return tuple(ast.walk(tree))


@cache
def list_imports(tree: ast.Module) -> tuple[str, ...]:
    """List the modules that a module imports, in functions and for annotations too."""
    return tuple(_iter_imports(tree))


def _iter_imports(tree: ast.Module) -> Iterator[str]:
    for node in list_nodes(tree):
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
    """Yield the modules of feedpub that a module imports, by their path below it."""
    for name in list_imports(tree):
        if name.startswith("feedpub."):
            below = name.removeprefix("feedpub.")
            if below not in OFFERED_TO_ALL:
                yield below


def list_units() -> set[str]:
    return {name_unit(module) for module in MODULES} - set(ENTRANCES)


def find_downward(unit: str, tree: ast.Module) -> set[str]:
    """Find what a module of a unit imports from its own row or from rows below."""
    others = {name_unit(name) for name in iter_own_imports(tree)} - {unit}
    return {other for other in others if PLACE[other] >= PLACE[unit]}


def find_broken_walls(unit: str, tree: ast.Module) -> set[str]:
    """Find the modules inside other rooms that a module imports past their doors."""
    return {
        name
        for name in iter_own_imports(tree)
        if name_unit(name) != unit and "." in name and not name.startswith("feedpub")
    }


def read_door(room: str) -> tuple[dict[str, str], dict[str, str]]:
    """Read what a door shows to type checkers, and what it imports: the module of each name."""
    tree = MODULES[f"{room}.__init__"]
    (branch,) = (node for node in tree.body if isinstance(node, ast.If))
    shown = {
        alias.name: (node.module or "").removeprefix(f"feedpub.{room}.")
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    (assignment,) = branch.orelse
    assert isinstance(assignment, ast.Assign) and isinstance(assignment.value, ast.Call)
    imported = {
        name: str(keyword.arg)
        for keyword in assignment.value.keywords
        if isinstance(keyword.value, ast.Constant)
        for name in str(keyword.value.value).split()
    }
    return shown, imported


@cache
def find_door_uses(tree: ast.Module) -> frozenset[tuple[str, str]]:
    """Find the rooms and the names of theirs that a module uses, imported or as attributes."""
    uses = set()
    doors: dict[str, str] = {}
    for node in list_nodes(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            package, _, room = node.module.partition(".")
            names = [alias.name for alias in node.names]
            if package == "feedpub" and room:
                uses |= {(room, name) for name in names}
            elif package == "feedpub":
                doors |= {alias.asname or alias.name: alias.name for alias in node.names}
    for node in list_nodes(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            uses |= {(doors[node.value.id], node.attr)} if node.value.id in doors else set()
    return frozenset(uses)


def test_uses_of_a_door_are_seen() -> None:
    tree = ast.parse("from feedpub import text as words\nfrom feedpub.text import a\nwords.b(c.d)")
    assert find_door_uses(tree) == {("text", "a"), ("text", "b")}


def test_root_is_small_and_every_unit_has_its_row() -> None:
    names = {path.name for path in ROOT.iterdir()} - {"__pycache__"}
    assert len(names) <= MOST_NAMES
    assert sorted(ORDER) == sorted(list_units())


@pytest.mark.parametrize("module", [name for name in MODULES if name not in ENTRANCES])
def test_imports_point_up_the_table_and_through_doors(module: str) -> None:
    unit = name_unit(module)
    assert find_downward(unit, MODULES[module]) == set()
    assert find_broken_walls(unit, MODULES[module]) == set()


def test_broken_order_and_broken_walls_are_seen() -> None:
    tree = ast.parse(
        "from feedpub.output import FolderTarget\ndef f():\n    from feedpub.text.plain import x"
    )
    assert find_downward("articles", tree) == {"output"}
    assert find_broken_walls("articles", tree) == {"text.plain"}
    assert find_broken_walls("text", tree) == set()


def test_lint_could_live_on_its_own() -> None:
    found = {
        name_unit(name)
        for module, tree in MODULES.items()
        if name_unit(module) == "lint"
        for name in iter_own_imports(tree)
    }
    assert found <= {"lint", "errors"}


@pytest.mark.parametrize("room", ROOMS)
def test_door_says_what_passes_and_exports_what_others_use(room: str) -> None:
    text = ast.get_docstring(MODULES[f"{room}.__init__"]) or ""
    assert "In: " in text and "Out: " in text
    shown, imported = read_door(room)
    assert shown == imported
    used = {
        name
        for module, tree in MODULES.items()
        if name_unit(module) != room
        for used_room, name in find_door_uses(tree)
        if used_room == room
    }
    assert set(shown) == used
    modules = {module.split(".")[1] for module in MODULES if name_unit(module) == room}
    assert modules.isdisjoint(shown), "a module hides the name that its door exports"
    assert not any(name.startswith("_") for name in shown)
    door = importlib.import_module(f"feedpub.{room}")
    for name in shown:
        assert getattr(door, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        door.no_such_name  # noqa: B018


@pytest.mark.parametrize(
    ("library", "owners"),
    [
        ("dateutil", {"timestamps"}),
        ("feedgen", {"feeds._feedgen"}),
        ("jinja2", {"feeds.pages.templating", "feeds.pages.template_checks"}),
        ("markupsafe", {"commands.readable", "feeds.pages.rendering", "feeds.pages.stories"}),
        ("click", {"commands"}),
        ("PIL", {"images.pictures", "images.scaling"}),
        ("urllib3", {"net.guarded"}),
        ("nh3", {"markup.cleaning"}),
        ("jmespath", {"sources.expressions"}),
        ("slugify", {"text.slugs"}),
        ("filelock", {"output.lock"}),
        ("fsspec", {"publish.fsspec_store"}),
        ("yaml", {"sources.front_matter"}),
        ("markdown_it", {"markup.markdown", "markup.markdown_dialects"}),
        ("mdit_py_plugins", {"markup.markdown_dialects"}),
        ("docutils", {"markup.restructured"}),
        ("liquid", {"systems.liquid_engine"}),
        ("werkzeug", {"commands.preview"}),
    ],
)
def test_library_is_imported_by_its_own_module_alone(library: str, owners: set[str]) -> None:
    found = {
        module
        for module, tree in MODULES.items()
        if any(name.partition(".")[0] == library for name in list_imports(tree))
    }
    if library in ("dateutil", "click"):
        found = {name_unit(module) for module in found}
    assert found == owners


def test_only_the_command_line_prints_or_exits() -> None:
    found = set()
    for module, tree in MODULES.items():
        for node in list_nodes(tree):
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
    found.discard(("pipeline.workers", "_exit"))  # of a process that its parent left alone
    assert {name_unit(module) for module, _ in found} == {"commands"}
    assert {name for _, name in found} >= {"exit", "stderr"}


@pytest.mark.parametrize(
    "module",
    [name for name in MODULES if name_unit(name) in CORE and name not in LOADERS],
)
def test_core_opens_no_file_and_reads_no_clock_or_environment(module: str) -> None:
    assert list(iter_host_accesses(MODULES[module])) == []


def iter_host_accesses(tree: ast.Module) -> Iterator[str]:
    """Yield what a module does that depends on the host."""
    for name in list_imports(tree):
        if name in FORBIDDEN_MODULES or name.partition(".")[0] in FORBIDDEN_MODULES:
            yield f"import {name}"
    for node in list_nodes(tree):
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
        for node in list_nodes(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr)
        in (("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"))
    }
    assert {name_unit(module) for module in found} == {"commands"}


def test_zones_come_from_the_pinned_package_alone() -> None:
    # ZoneInfo(name) takes the host's files where it has them.
    for module, tree in MODULES.items():
        calls = [
            node
            for node in list_nodes(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "ZoneInfo"
        ]
        assert calls == [], module


# These rooms compile while they are imported: what imports them reads a page or a time, and uses
# most of their patterns.
COMPILING = ("pages", "timestamps", "settings", "__init__")


def find_early_patterns(tree: ast.AST) -> set[str]:
    """Find the regular expressions that a module compiles while it is imported."""
    if isinstance(tree, ast.FunctionDef | ast.Lambda):
        return set()
    found = set() if not isinstance(tree, ast.Call) else {ast.unparse(tree)}
    found = {text for text in found if text.startswith("re.compile(")}
    return found.union(*map(find_early_patterns, ast.iter_child_nodes(tree)))


def test_patterns_are_compiled_when_first_used() -> None:
    early = {
        module: found
        for module, tree in MODULES.items()
        if name_unit(module) not in COMPILING and (found := find_early_patterns(tree))
    }
    assert early == {}


def test_early_pattern_is_seen() -> None:
    code = "A = {1: re.compile('a')}\ndef f():\n    return re.compile('b')"
    assert find_early_patterns(ast.parse(code)) == {"re.compile('a')"}


def test_every_late_pattern_compiles() -> None:
    for module in MODULES:
        loaded = importlib.import_module(f"feedpub.{module}") if module[:2] != "__" else feedpub
        for pattern in vars(loaded).values():
            if isinstance(pattern, feedpub.LatePattern):
                assert re.compile(pattern.pattern, pattern.late_flags), module


def test_late_pattern_does_what_a_compiled_one_does() -> None:
    pattern = feedpub.compile_late("(?P<word>b+)", re.IGNORECASE)
    assert not vars(pattern).keys() & {"sub", "compiled"}
    assert pattern.sub("-", "aBba") == "a-a"
    assert pattern.flags == re.compile(pattern.pattern, re.IGNORECASE).flags
    assert pattern.pattern == "(?P<word>b+)" and pattern.groupindex == {"word": 1}


# What text of anyone can make fail goes through one door each: a URL that is not one, a number
# of thousands of digits, a lone surrogate. These call the functions themselves, guarded.
DOORS = {
    "int": {
        "text.amounts",  # read_number
        "sources.json_values",  # a number of JSON may be an id of any length
        "sources.own_reader",  # numbers, of any class
        # The patterns of both rooms bound their digits; tests give them thousands.
        "timestamps",
        "lint",
    },
    "urlsplit": {"text.urls", "lint.links", "publish.addresses"},
    "urljoin": {"text.urls", "lint.links"},
    "urlparse": set(),
    "unescape": {"text.references", "lint.html_text"},
    "encode": {
        "text.urls",
        "text.charsets",
        "net.guarded",
        "sources.zip_archive",
        "lint.atom_text",
    },
}
# A pipe in the place of a file may never end, so that one function opens what is read.
DOORS["open"] = {
    "files.opened",
    "files.whole_files",  # writes
    "commands.console",  # appends to what GitHub names
    "timestamps.iana",  # of an installed package
}
# What gives numbers, not text.
NUMERIC = frozenset({"timestamp", "total_seconds"})


def is_opening(function: ast.Attribute, given: list[ast.expr]) -> bool:
    """Say whether a call opens a file for reading, by its path."""
    if function.attr in ("read_bytes", "read_text"):
        return not given and isinstance(function.value, ast.Name | ast.BinOp | ast.Call)
    is_system = isinstance(function.value, ast.Name) and function.value.id == "os"
    reads = bool(given) and isinstance(given[0], ast.Constant) and given[0].value in ("r", "rb")
    return function.attr == "open" and (is_system or reads)


def iter_unguarded(tree: ast.AST) -> Iterator[str]:
    """Yield the names of functions in DOORS that a module calls, or passes on to be called."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function, given = node.func, [*node.args, *(word.value for word in node.keywords)]
        if isinstance(function, ast.Name) and function.id in ("isinstance", "issubclass"):
            continue
        name = function.id if isinstance(function, ast.Name) else ""
        if isinstance(function, ast.Attribute):
            owner = function.value.attr if isinstance(function.value, ast.Attribute) else ""
            if function.attr == "encode" and owner != "json" and len(given) < 2:
                yield "encode"
            is_guarded = function.attr in ("urlsplit", "urljoin", "urlparse", "unescape")
            name = function.attr if is_guarded else ""
            if is_opening(function, given):
                yield "open"
        is_numeric = name == "int" and any(
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in NUMERIC
            for value in given
        )
        if name in DOORS and not is_numeric:
            yield name
        yield from (arg.id for arg in given if isinstance(arg, ast.Name) and arg.id in DOORS)


@cache
def find_unguarded(tree: ast.Module) -> frozenset[str]:
    """Find the functions in DOORS that a module calls or passes on."""
    return frozenset(iter_unguarded(tree))


@pytest.mark.parametrize("module", MODULES)
def test_outside_text_goes_through_guarded_doors(module: str) -> None:
    places = {module, name_unit(module)}
    found = {name for name in find_unguarded(MODULES[module]) if places.isdisjoint(DOORS[name])}
    assert found == set()


def test_doors_are_used_by_their_owners_alone() -> None:
    for name, owners in DOORS.items():
        users = {module for module, tree in MODULES.items() if name in find_unguarded(tree)}
        assert {module if module in owners else name_unit(module) for module in users} == owners


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("int(text)", "int"),
        ("int(found[1], 16)", "int"),
        ("tuple(map(int, parts))", "int"),
        ("sorted(parts, key=int)", "int"),
        ("urlsplit(link).path", "urlsplit"),
        ("parse.urljoin(base, link)", "urljoin"),
        ("urllib.parse.urlparse(link)", "urlparse"),
        ("html.unescape(text)", "unescape"),
        ("text.encode()", "encode"),
        ("str(path).encode('ascii')", "encode"),
        ("int(stamp.value.timestamp())", None),
        ("isinstance(value, int)", None),
        ("text.encode('utf-8', 'replace')", None),
        ("text.encode('ascii', errors='ignore')", None),
        ("msgspec.json.encode(value)", None),
        ("split_url(link)", None),
        ("open(path)", "open"),
        ("path.open('rb')", "open"),
        ("os.open(path, os.O_RDONLY)", "open"),
        ("(folder / name).read_bytes()", "open"),
        ("path.open('xb')", None),
        ("archive.open(member)", None),
    ],
)
def test_unguarded_call_is_seen(code: str, name: str | None) -> None:
    assert list(iter_unguarded(ast.parse(code))) == ([] if name is None else [name])


def test_module_names_are_no_other_s_and_say_what_they_hold() -> None:
    names = {part for module in MODULES for part in module.split(".")} - set(ENTRANCES)
    assert "pipeline" in names
    assert names & sys.stdlib_module_names == set()
    assert names & {"utils", "helpers", "manager", "common", "misc", "util"} == set()
