"""Chosen records to entries: clean text, safe markup, measured images.

In: the candidates that a feed shows, whose records are read again. Out: `Entry` objects and
warnings. Never rejects a record, so that every chosen article is published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.entries.kept_entries import KeptEntries
    from feedpub.entries.link_doubts import LinkDoubts
    from feedpub.entries.making import EntryMaker
    from feedpub.entries.normalizing import Placement
    from feedpub.entries.record_maker import RecordMaker
    from feedpub.entries.shelf import EntryShelf
    from feedpub.entries.store import EntryStore
else:
    __getattr__ = open_door(
        __name__,
        kept_entries="KeptEntries",
        link_doubts="LinkDoubts",
        making="EntryMaker",
        normalizing="Placement",
        record_maker="RecordMaker",
        shelf="EntryShelf",
        store="EntryStore",
    )
