"""How many trials the suite makes."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that says how many runs are killed; other trials come with them."""
    parser.addoption("--crashes", type=int, default=1000, help="number of runs that are killed")
