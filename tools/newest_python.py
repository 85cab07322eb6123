"""Print the path of the newest Python of this machine; run with any Python.

A machine may have several: on PATH, or installed by pyenv, whose shims run only the chosen ones.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
_NEWEST = 20  # of the minor versions that are looked for
_ASK = "import sys; print(*sys.version_info[:3], int(sys.version_info.releaselevel == 'final'))"


def find_newest() -> tuple[tuple[int, int, int], str]:
    """Find the newest released Python that runs: its version and its path."""
    found = {(*sys.version_info[:3],): sys.executable}
    for path in _iter_candidates():
        version = _ask_version(path)
        if version is not None:
            found.setdefault(version, path)
    return max(found.items())


def _iter_candidates() -> Iterator[str]:
    for minor in range(OLDEST[1], _NEWEST + 1):
        path = shutil.which(f"python3.{minor}")
        if path is not None:
            yield path
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(root.glob("versions/3.*/bin/python3")))


def _ask_version(path: str) -> tuple[int, int, int] | None:
    """Ask a Python for its version; None where it does not run, is too old, or not released."""
    asked = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, check=False)  # noqa: S603
    if asked.returncode != 0:
        return None
    major, minor, micro, is_final = map(int, asked.stdout.split())
    return (major, minor, micro) if is_final and (major, minor) >= OLDEST else None


if __name__ == "__main__":
    version, path = find_newest()
    if version[:2] == sys.version_info[:2]:
        print(f"ONLY ONE PYTHON HERE: no newer one than {sys.version.split()[0]}", file=sys.stderr)
    print(path)
