"""The stages put together: `build`, `diff`, `check` and what else needs all of them.

In: a `Config` and the time. Out: a `Report`, and files through `output`. Contains no rules about
records, images or feeds; it calls the rooms above in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.pipeline.building import diff, list_sections
    from feedpub.pipeline.checking import check
    from feedpub.pipeline.cleaning import clean_media
    from feedpub.pipeline.cluster import parse_engine
    from feedpub.pipeline.collecting import Clock, refuse_future
    from feedpub.pipeline.previewing import Preview, preview
    from feedpub.pipeline.running import build
    from feedpub.pipeline.staleness import find_stale
    from feedpub.pipeline.verdicts import exceeds, has_stopped_feed, is_refused
    from feedpub.pipeline.workers import Workers
else:
    __getattr__ = open_door(
        __name__,
        building="diff list_sections",
        checking="check",
        cleaning="clean_media",
        cluster="parse_engine",
        collecting="Clock refuse_future",
        previewing="Preview preview",
        running="build",
        staleness="find_stale",
        verdicts="exceeds has_stopped_feed is_refused",
        workers="Workers",
    )
