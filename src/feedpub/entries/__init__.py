"""Chosen records to entries: clean text, safe markup, measured images.

In: the candidates that a feed shows, whose records are read again. Out: `Entry` objects and
warnings. Never rejects a record, so that every chosen article is published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.entries.making import EntryMaker, EntryStore
    from feedpub.entries.shelf import EntryShelf
else:
    __getattr__ = open_door(
        __name__,
        making="EntryMaker EntryStore",
        shelf="EntryShelf",
    )
