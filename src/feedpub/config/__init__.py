"""`feedpub.toml`: read and checked, and written for the first time by `feedpub init`.

In: a TOML file, or a folder of records to look at. Out: a `Config` (see `settings`), or one
ConfigError that lists every fault. Never reads the clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.config.checking import parse_max_rejected
    from feedpub.config.loading import load_config, redirect
    from feedpub.config.starter import Starter, make_starter, write_starter
    from feedpub.config.survey import Survey, find_host_zone, survey_source
else:
    __getattr__ = open_door(
        __name__,
        checking="parse_max_rejected",
        loading="load_config redirect",
        starter="Starter make_starter write_starter",
        survey="Survey find_host_zone survey_source",
    )
