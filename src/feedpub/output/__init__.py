"""The output folder: its files, manifest, and lock, and what subscribers would lose.

In: `Document`s. Out: files, each old or new and whole. Removes only what the manifest lists, and
renders nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.output.aliases import find_faults, read_alias
    from feedpub.output.changes import FeedChange, ShownEntry, is_archive, read_feed
    from feedpub.output.checking import find_damages, has_leftovers, is_whole
    from feedpub.output.dead_links import DeadLink, check_links, find_dead_links
    from feedpub.output.folder import FolderTarget
    from feedpub.output.lock import hold_lock, locate_state
    from feedpub.output.loss_guard import LossGuard, locate_output, name_media, slug_of
    from feedpub.output.manifest import (
        FEED_TYPES,
        MANIFEST,
        MEDIA,
        TYPES,
        ManifestError,
        ManifestLine,
        doubt,
        format_manifest,
        is_media,
        list_named_media,
        parse_manifest,
        phase_of,
        read_manifest,
        resembles_manifest,
    )
    from feedpub.output.media_digests import (
        MediaDigests,
        locate_last_build,
        open_media_digests,
    )
    from feedpub.output.recovery import PublishedMedia
    from feedpub.output.rendered import RenderedFiles, open_rendered
else:
    __getattr__ = open_door(
        __name__,
        aliases="find_faults read_alias",
        changes="FeedChange ShownEntry is_archive read_feed",
        checking="find_damages has_leftovers is_whole",
        dead_links="DeadLink check_links find_dead_links",
        folder="FolderTarget",
        lock="hold_lock locate_state",
        loss_guard="LossGuard locate_output name_media slug_of",
        manifest="FEED_TYPES MANIFEST MEDIA TYPES ManifestError ManifestLine doubt "
        "format_manifest is_media list_named_media parse_manifest phase_of read_manifest "
        "resembles_manifest",
        media_digests="MediaDigests locate_last_build open_media_digests",
        recovery="PublishedMedia",
        rendered="RenderedFiles open_rendered",
    )
