"""Feeds rendered and linted, here or in another process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from feedpub.errors import Failure, attempt
from feedpub.feeds import render_feed
from feedpub.files import JsonForm
from feedpub.lint import Finding, lint_feed
from feedpub.model import Document, Feed
from feedpub.pipeline.workers import Call
from feedpub.settings import FeedFormatName

# Times keep their offsets in this form, and time zones can't be passed on in others.
_FORM = JsonForm(Feed)


class CheckedFeed(NamedTuple):
    """A feed in one format, and the faults that make it invalid."""

    document: Document
    findings: tuple[Finding, ...]


def share_rendering(feed: Feed, names: Sequence[FeedFormatName]) -> Call[dict[str, CheckedFeed]]:
    """Make the call by which another process renders a feed."""
    return partial(_render_checked, _FORM.pack(feed), names)


def _render_checked(packed: bytes, names: Sequence[FeedFormatName]) -> dict[str, CheckedFeed]:
    """Render a feed in several formats and lint each, by path; one that fails is left out.

    Whoever misses it renders it again, and finds the entry at fault.
    """
    feed = _FORM.unpack(packed)
    made: dict[str, CheckedFeed] = {}
    for name in names:
        document = attempt(partial(render_feed, feed, name))
        if not isinstance(document, Failure):
            made[document.path] = CheckedFeed(document, find_faults(document))
    return made


def find_faults(document: Document) -> tuple[Finding, ...]:
    """Find the faults that make a feed invalid."""
    content = document.content if isinstance(document.content, bytes) else b""
    return lint_feed(content, errors_alone=True)
