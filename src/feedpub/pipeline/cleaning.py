"""Media that no feed needs, removed from the output."""

from __future__ import annotations

from datetime import datetime, timedelta

from feedpub.errors import OutputError
from feedpub.output import FolderTarget, hold_lock, name_media, read_feed, slug_of
from feedpub.settings import STATE, Config


def clean_media(config: Config, now: datetime, older_than: timedelta) -> tuple[str, ...]:
    """Remove old media files that no feed in the output names.

    Raises:
        OutputError: The output cannot be read or written.
    """
    with (
        hold_lock(config.folder / STATE, config.output),
        FolderTarget(config.output, writes=True) as target,
    ):
        target.warn_of_damages()
        named: set[str] = set()
        for path in target.old:
            if slug_of(path) is not None:
                # A feed that can't be read might name any of them, so that is an error.
                content = target.read_listed(path)
                if content is None:
                    raise OutputError(
                        f"{config.output / path}: something other than feedpub changed it. Run "
                        "`feedpub build`, which writes it again, and then clean."
                    )
                entries = read_feed(content, strict=True)
                named.update(url for entry in entries for url in entry.images)
        removed = target.list_old_media(map(name_media, named), (now - older_than).timestamp())
        target.remove_old(removed)
        return tuple(removed)
