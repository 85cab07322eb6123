"""A list or an object where a system expects a text or a number is never a bug of feedpub.

Whatever a record's value is looked up in, or kept under, must bear both.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from feedpub import load_config
from feedpub.errors import BUG, Problem
from feedpub.settings import Config
from feedpub.systems import list_sources, load_records, scan_file

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
ODD: tuple[object, ...] = ([["x"]], {"x": ["y"]})
FRONT_MATTER = re.compile(r"(?m)^(?P<head> *(?:- )?(?P<name>\w+): +)\S.*$")


def list_names(value: object) -> Iterator[str]:
    """List the names of all objects in a value of JSON."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from list_names(item)


def replace_all(value: object, name: str, odd: object) -> object:
    """Put something else in place of every value of a name."""
    if isinstance(value, dict):
        return {n: odd if n == name else replace_all(v, name, odd) for n, v in value.items()}
    return [replace_all(item, name, odd) for item in value] if isinstance(value, list) else value


def mutate(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the name whose values are replaced in a file, and the content."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        for name in dict.fromkeys(found["name"] for found in FRONT_MATTER.finditer(text)):
            pattern = FRONT_MATTER.pattern.replace(r"\w+", name)
            for odd in map(json.dumps, ODD):
                yield name, re.sub(pattern, rf"\g<head>{odd}", text)
        return
    lines = text.splitlines() if path.suffix == ".jsonl" else [text]
    values = [json.loads(line) for line in lines]
    for name in dict.fromkeys(list_names(values)):
        for value in ODD:
            yield name, "\n".join(json.dumps(replace_all(one, name, value)) for one in values)


def list_bugs(config: Config) -> Iterator[str]:
    """Scan all files, load their records, and list what failed in a way nobody expected."""
    for file in list_sources(config):
        items = [] if isinstance(file, Problem) else list(scan_file(file))
        problems = [item for item in items if isinstance(item, Problem)]
        if isinstance(file, Problem):
            problems.append(file)
        else:
            records = [item for item in items if not isinstance(item, Problem)]
            origins = [record.origin for record in records if record.chosen]
            loaded = load_records(file, origins)
            problems += [record.failure for record in loaded if record.failure is not None]
        yield from (problem.message for problem in problems if problem.kind == BUG)


def test_no_system_fails_on_lists_and_objects(tmp_path: Path) -> None:
    faults, tried = set(), 0
    for golden in sorted(GOLDEN.iterdir()):
        shutil.copytree(golden, site := tmp_path / golden.name)
        config = load_config(site / "feedpub.toml")
        for path in sorted(site.rglob("*")):
            if path.suffix not in (".json", ".jsonl", ".md") or "expected" in path.parts:
                continue
            kept = path.read_bytes()
            for name, content in mutate(path):
                path.write_text(content, encoding="utf-8")
                tried += 1
                faults |= {f"{golden.name}: {name}: {bug}" for bug in list_bugs(config)}
            path.write_bytes(kept)
    assert not sorted(faults)
    assert tried > 1000
