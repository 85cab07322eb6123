"""What a text has before it is a point in time: stamps, their parts, and doubts.

A page's reader finds a stamp. The zone, the order of day and month, and the meaning of zone
letters are known only where the record is identified. A `FoundTime` carries the stamp there.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from feedpub.errors import TimestampError


class ZoneMark(msgspec.Struct, frozen=True, gc=False):
    """A zone as written: `seconds` east of UTC, an IANA `name`, or `letters`."""

    text: str
    seconds: int | None = None
    name: str | None = None
    letters: str | None = None


class Stamp(msgspec.Struct, frozen=True, kw_only=True, tag=True, gc=False):
    """A date as written, with the time and the zones next to it.

    `start` and `end` are its place in the tidy text, and the date itself begins at `date_start`.
    `shape` is the name of the date's shape, and `bare` says that its digits might be any number.
    `date` and `time` are the named parts of their patterns. `weekday` is 1 for Monday, and
    `weekday_glued` says that it might be a surname ("By Li Sun 2020-05-25"). `ranging` says that
    the offset might be the end of a span ("10:00-12:00"). `calendar` is the one that the text names
    beside the date.
    """

    start: int
    end: int
    text: str
    shape: str
    date: Mapping[str, str]
    date_start: int = 0
    time: Mapping[str, str] | None = None
    zones: tuple[ZoneMark, ...] = ()
    weekday: int | None = None
    bare: bool = False
    weekday_glued: bool = False
    rfc822: bool = False
    ranging: bool = False
    calendar: str = ""

    def drop_glued_weekday(self) -> Stamp:
        """Return the stamp without a weekday that might be a surname."""
        if not self.weekday_glued:
            return self
        return msgspec.structs.replace(
            self,
            start=self.date_start,
            text=self.text[self.date_start - self.start :].strip(),
            weekday=None,
            weekday_glued=False,
        )


class Doubt(msgspec.Struct, frozen=True, tag=True):
    """Why a text is not a sure time: what a TimestampError says."""

    kind: str
    message: str
    remedy: str | None = None


class FoundTime(msgspec.Struct, frozen=True):
    """A time as a page has it: its text, and its stamp or the reason for a doubt."""

    text: str
    stamp: Stamp | Doubt

    def __str__(self) -> str:
        return self.text

    def take_stamp(self) -> Stamp:
        """Return the stamp.

        Raises:
            TimestampError: The text leaves the time in doubt.
        """
        if isinstance(self.stamp, Doubt):
            raise TimestampError(self.stamp.kind, self.stamp.message, remedy=self.stamp.remedy)
        return self.stamp


def show_times(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Replace each found time of a record's fields with its text."""
    return {
        name: value.text if isinstance(value, FoundTime) else value
        for name, value in fields.items()
    }
