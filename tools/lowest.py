"""Print constraints.txt with the lowest versions that pyproject.toml allows, for `make lowest`.

Only what feedpub itself depends on is lowered: the tools that test it stay as they are pinned.
"""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[a-z0-9,]+\])?>=([0-9][0-9a-z.]*)$")


def render_lowest(project: str, constraints: str) -> str:
    """Render the constraints, given the texts of pyproject.toml and of constraints.txt.

    Raises:
        ValueError: A dependency has no lowest version, like `click` or `click<9`.
    """
    pins = {_normalize(line.partition("==")[0]): line for line in constraints.split()}
    table = tomllib.loads(project)["project"]
    for requirement in (*table["dependencies"], *chain(*table["optional-dependencies"].values())):
        found = _REQUIREMENT.match(requirement)
        if found is None:
            raise ValueError(f'pyproject.toml: "{requirement}": write it as name>=version')
        pins[_normalize(found[1])] = f"{found[1]}=={found[2]}"
    return "\n".join(sorted(pins.values(), key=str.lower)) + "\n"


def _normalize(name: str) -> str:
    """Write the name of a package as PEP 503 compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    project, constraints = (
        (PROJECT / name).read_text(encoding="utf-8")
        for name in ("pyproject.toml", "constraints.txt")
    )
    print(render_lowest(project, constraints), end="")
