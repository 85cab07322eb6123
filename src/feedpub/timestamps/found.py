"""What is found in a text before it is a point in time: stamps, their parts, and doubts.

A page's reader finds a stamp; the zone, the order of day and month and the meaning of zone
letters are known where the record is identified. A `FoundTime` goes from one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from feedpub.errors import TimestampError


class ZoneMark(msgspec.Struct, frozen=True):
    """A zone as written: `seconds` east of UTC, an IANA `name`, or `letters`."""

    text: str
    seconds: int | None = None
    name: str | None = None
    letters: str | None = None


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """A date, and a time and zones where they stand beside it, as written.

    `start` and `end` are its place in the tidy text, `date_start` where the date itself begins.
    `shape` is the name of the date's shape, `bare` whether its digits may be any number.
    `date` and `time` are the named parts that their patterns caught. `weekday` is 1 for
    Monday; it is `weekday_glued` where it may be a surname ("By Li Sun 2020-05-25").
    `ranging` is an offset that may as well be the end of a span ("10:00-12:00").
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

    def drop_glued_weekday(self) -> Stamp:
        """Give the stamp without a weekday that may be a surname."""
        if not self.weekday_glued:
            return self
        return msgspec.structs.replace(
            self,
            start=self.date_start,
            text=self.text[self.date_start - self.start :].strip(),
            weekday=None,
            weekday_glued=False,
        )


class Doubt(msgspec.Struct, frozen=True):
    """Why a text is no sure time, as a TimestampError says it."""

    kind: str
    message: str
    remedy: str | None = None


class FoundTime(msgspec.Struct, frozen=True):
    """A time as a page has it: its text, and the stamp in it, or why it is in doubt."""

    text: str
    stamp: Stamp | Doubt

    def __str__(self) -> str:
        return self.text

    def take_stamp(self) -> Stamp:
        """Give the stamp.

        Raises:
            TimestampError: The text leaves it in doubt.
        """
        if isinstance(self.stamp, Doubt):
            raise TimestampError(self.stamp.kind, self.stamp.message, remedy=self.stamp.remedy)
        return self.stamp


def show_times(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Give fields with the text of each found time in its place."""
    return {
        name: value.text if isinstance(value, FoundTime) else value
        for name, value in fields.items()
    }
