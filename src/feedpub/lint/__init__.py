"""Feeds of any publisher checked against their standards, and against what readers disagree on.

In: the bytes of a feed, or a value that is meant for one. Out: findings with a rule, a line and
a message, or whether the value is valid. Imports nothing of feedpub but `errors`, so that it
could live on its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.lint.addresses import FORMS_OF_SCHEMES, is_uri, name_broken_form
    from feedpub.lint.findings import Finding
    from feedpub.lint.languages import is_language, name_meant_language
    from feedpub.lint.linting import MOST_BYTES, lint_feed
else:
    __getattr__ = open_door(
        __name__,
        addresses="FORMS_OF_SCHEMES is_uri name_broken_form",
        findings="Finding",
        languages="is_language name_meant_language",
        linting="MOST_BYTES lint_feed",
    )
