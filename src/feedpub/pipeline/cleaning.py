"""Media that no feed and no page needs, removed from the output."""

from __future__ import annotations

from datetime import datetime, timedelta

from feedpub.errors import OutputError
from feedpub.model import Progress, tell_nobody
from feedpub.output import (
    FEED_TYPES,
    FolderTarget,
    hold_lock,
    list_named_media,
    name_media,
    read_feed,
)
from feedpub.settings import STATE, Config

_PAGE_TYPE = "text/html"


def clean_media(
    config: Config, now: datetime, older_than: timedelta, *, progress: Progress = tell_nobody
) -> tuple[str, ...]:
    """Remove old media files that no feed and no page in the output names.

    Raises:
        OutputError: The output cannot be read or written.
    """
    with (
        hold_lock(config.folder / STATE, config.output),
        FolderTarget(config.output, writes=True) as target,
    ):
        target.warn_of_damages()
        named: set[str] = set()
        for number, (path, line) in enumerate(target.old.items(), 1):
            progress("reading feeds and pages", number, len(target.old))
            is_feed = line.type in FEED_TYPES
            if not is_feed and line.type != _PAGE_TYPE:
                continue
            # A file that can't be read might name any of them, so that is an error.
            content = target.read_listed(path)
            if content is None:
                raise OutputError(
                    f"{config.output / path}: something other than feedpub changed it. Run "
                    "`feedpub build`, which writes it again, and then clean."
                )
            if is_feed:
                entries = read_feed(content, strict=True)
                named.update(url for entry in entries for url in entry.images)
            else:  # the page of an article stays when no feed has room for it
                named.update(list_named_media(content))
        removed = target.list_old_media(map(name_media, named), (now - older_than).timestamp())
        target.remove_old(removed)
        return tuple(removed)
