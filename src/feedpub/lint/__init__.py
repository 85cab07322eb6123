"""Feeds of any publisher checked against their standards, and against what readers disagree on.

In: the bytes of a feed. Out: findings with a rule, a line and a message. Imports nothing of
feedpub but `errors`, so that it could live on its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.lint.findings import Finding
    from feedpub.lint.linting import MOST_BYTES, lint_feed
else:
    __getattr__ = open_door(
        __name__,
        findings="Finding",
        linting="MOST_BYTES lint_feed",
    )
