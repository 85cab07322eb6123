"""The reference pages are what the code says, and name every command and setting."""

from __future__ import annotations

import pytest
from tools.reference import DOCS, render_cli, render_configuration, render_lint


@pytest.mark.parametrize(
    ("name", "rendered"),
    [
        ("cli.md", render_cli()),
        ("configuration.md", render_configuration()),
        ("lint.md", render_lint()),
    ],
)
def test_reference_is_current(name: str, rendered: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == rendered, "run `make docs`"


@pytest.mark.parametrize(
    "command", ["init", "build", "check", "diff", "explain", "sections", "lint"]
)
def test_reference_names_every_command(command: str) -> None:
    assert f"\n## {command}\n" in render_cli()


@pytest.mark.parametrize("key", ["timezone", "max_rejected", "date_order", "from", "match"])
def test_reference_names_settings(key: str) -> None:
    assert f"| `{key}` |" in render_configuration()
