"""A build from its beginning: the lock, and whether there is anything to do.

Imports little, because a build that would repeat the last one ends here.
"""

from __future__ import annotations

from datetime import datetime

from feedpub.errors import ConfigError
from feedpub.model import Progress, Report, tell_nobody
from feedpub.output import hold_lock
from feedpub.pipeline.repeating import Repetition
from feedpub.settings import STATE, Config


def build(
    config: Config,
    now: datetime | None = None,
    *,
    strict: bool = False,
    accept_loss: bool = False,
    waits: bool = True,
    progress: Progress = tell_nobody,
    cache: bool = True,
    jobs: int = 1,
    engine: str | None = None,
) -> Report:
    """Read the sources and write the feeds; if nothing changed since the last build, do neither.

    Nothing is written if `strict` is set and there is any problem, or if the loss guard finds
    that subscribers would lose too much and `accept_loss` is not set.

    Args:
        now: Decides which entries are in the future; required unless future = "publish".
        waits: Wait for another running build or publish of the same output.
        progress: Is told what the build does, and how many of how many.
        cache: Go by what the last build kept: what it read, wrote, and measured.
        jobs: The number of processes that share the work, where there is enough of it.
        engine: The URL of a dask scheduler, whose workers share the work instead.

    Raises:
        ConfigError: `now` is missing or naive, or an alias is the name of another file.
        OutputError: The output cannot be read or written, or another process is at work
            there and `waits` is off.
        EngineError: The cluster can't do its share.
    """
    check_clock(config, now)
    with hold_lock(config.folder / STATE, config.output, waits=waits):
        repetition = None if now is None else Repetition(config, now)
        if cache and repetition is not None and (last := repetition.find(strict=strict)):
            return last
        from feedpub.pipeline.building import write_site

        return write_site(
            config,
            now,
            repetition,
            strict=strict,
            accept_loss=accept_loss,
            progress=progress,
            believes=cache,
            jobs=jobs,
            engine=engine,
        )


def check_clock(config: Config, now: datetime | None) -> None:
    """Require a clock where the configuration needs one, with a time zone.

    Raises:
        ConfigError: It is missing or naive.
    """
    if now is None and config.site.future != "publish":
        raise ConfigError('now is required unless the setting future is "publish"')
    if now is not None and now.tzinfo is None:
        raise ConfigError("now has no time zone. Pass an aware datetime.")
