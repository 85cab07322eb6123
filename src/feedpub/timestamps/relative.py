"""Relative text, for callers that pass `now`: durations and calendar words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from feedpub.errors import TimestampError
from feedpub.model import Precision, Timestamp

_LABEL = (
    r"(?:(?:last )?(?:updated|published|posted|modified)(?: at)? ?:? ?"
    r"|(?:更新|发布)(?:时间|于)? ?:? ?)?"
)
_AGO = re.compile(
    _LABEL + r"(?P<count>[0-9]{1,12}|an?|one) ?(?P<unit>s|secs?|seconds?|m|mins?|minutes?|h|hrs?"
    r"|hours?|d|days?|w|weeks?) ago",
    re.IGNORECASE,
)
_AGO_CJK = re.compile(
    _LABEL + r"(?P<count>[0-9]{1,12}) ?(?:个)?(?P<unit>秒钟?|分钟?|小时|天|日|周)[之以]?前"
)
_DAY = re.compile(
    _LABEL + r"(?P<word>yesterday|today|tomorrow|昨天|昨日|今天|今日|明天|前天)"
    r"(?: at|,)? ?(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[ap]\.?m\.?)?)?",
    re.IGNORECASE,
)
_NOW = re.compile(_LABEL + r"(?:just now|now|刚刚|刚才)", re.IGNORECASE)

_UNITS: dict[str, tuple[timedelta, Precision]] = {
    "s": (timedelta(seconds=1), "second"), "秒": (timedelta(seconds=1), "second"),
    "m": (timedelta(minutes=1), "minute"), "分": (timedelta(minutes=1), "minute"),
    "h": (timedelta(hours=1), "minute"), "小": (timedelta(hours=1), "minute"),
    "d": (timedelta(days=1), "day"), "天": (timedelta(days=1), "day"),
    "日": (timedelta(days=1), "day"),
    "w": (timedelta(weeks=1), "day"), "周": (timedelta(weeks=1), "day"),
}  # fmt: skip
_DAYS = {
    "yesterday": -1, "昨天": -1, "昨日": -1, "today": 0, "今天": 0, "今日": 0,
    "tomorrow": 1, "明天": 1, "前天": -2,
}  # fmt: skip


def read_relative(text: str, *, zone: tzinfo, now: datetime) -> Timestamp | str | None:
    """Read a duration before `now`, or replace a calendar word with a date of the zone.

    Months, years, and "about" are not sure durations. The result for them, and for any other
    text, is None.

    Raises:
        TimestampError: The moment is out of range.
    """
    try:
        local = now.astimezone(zone).replace(microsecond=0)
        if match := _AGO.fullmatch(text) or _AGO_CJK.fullmatch(text):
            unit, precision = _UNITS[match["unit"][0].lower()]
            count = int(match["count"]) if match["count"].isdigit() else 1
            utc = local.astimezone(UTC) - count * unit
            if utc.year < 1000:
                raise OverflowError
            return Timestamp(utc.astimezone(zone), precision, (), text, "elapsed time before now")
        if _NOW.fullmatch(text):
            return Timestamp(local, "second", (), text, "now")
        if match := _DAY.fullmatch(text):
            day = local.date() + timedelta(days=_DAYS[match["word"].lower()])
            return f"{day.isoformat()} {match['time'] or ''}".strip()
    except OverflowError:
        raise TimestampError(
            "out-of-range", "is outside the years 1 to 9999. Write the full date."
        ) from None
    return None
