"""Entries to documents: RSS, Atom, JSON Feed, OPML, and pages for people.

In: a section's `Choice` and its entries. Out: a `Feed`, and the `Document`s that it becomes.
A format is a module and a row in one table, `FORMATS`. Opens no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.feeds.assembling import assemble_feed, title_of
    from feedpub.feeds.formats import (
        FORMATS,
        list_files,
        list_shown_ids,
        render_feed,
        render_site,
        summarize_feed,
    )
    from feedpub.feeds.pages import SUFFIX, PageMaker, SectionLink
else:
    __getattr__ = open_door(
        __name__,
        assembling="assemble_feed title_of",
        formats="FORMATS list_files list_shown_ids render_feed render_site summarize_feed",
        pages="PageMaker SUFFIX SectionLink",
    )
