"""The rules of lint: what each says, why it matters, and an example.

An error makes a feed invalid by its specification. A warning is what specifications advise
against or readers disagree on. `docs/lint.md` is written from these tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from feedpub.errors import Severity
from feedpub.lint.loading import load_toml

# The tables, in the order in which the documentation lists their rules.
_TABLES = ("files", "rss", "atom", "json", "modules", "elements", "values")


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule of `data/rules/`.

    `message` is filled with the details of a finding, `remedy` says what to do. `bad` and `good`
    are lines of a feed that break the rule and keep it; `place` says where in a feed they belong.
    """

    id: str
    severity: Severity
    message: str
    remedy: str
    why: str
    source: str
    place: str = ""
    bad: str = ""
    good: str = ""


@cache
def load_rules() -> Mapping[str, Rule]:
    """Load the rules by their names."""
    return {
        name: msgspec.convert({"id": name, **fields}, Rule)
        for table in _TABLES
        for name, fields in load_toml(f"rules/{table}").items()
    }
