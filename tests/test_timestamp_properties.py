"""What holds for every datetime in every shape, and for every text."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.errors import TimestampError
from feedpub.model import Precision, Timestamp
from feedpub.timestamps.iana import load_zone
from feedpub.timestamps.parsing import parse_timestamp
from feedpub.timestamps.shapes import DATES, ISO_TIMES, TIMES, ZONES
from feedpub.timestamps.words import MONTHS
from support import examples

ZONES_TRIED = [
    "UTC", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Tokyo", "Asia/Seoul",
    "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran", "Asia/Gaza", "Asia/Manila",
    "Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Moscow", "Europe/Istanbul",
    "Africa/Casablanca", "Africa/Cairo", "Africa/Monrovia", "America/New_York",
    "America/Chicago", "America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo",
    "America/Havana", "America/Caracas", "Australia/Sydney", "Australia/Lord_Howe",
    "Pacific/Apia", "Pacific/Kiritimati",
]  # fmt: skip
MONTH_NAMES = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
]  # fmt: skip
DAY_NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
HAN = "〇一二三四五六七八九"


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else HAN[tens] + "十"
    return head + (HAN[ones] if ones else "")


def _offset(at: datetime) -> str:
    """Write an offset; one with seconds (before standard time) in full."""
    span = at.utcoffset() or timedelta(0)
    sign, seconds = ("-" if span < timedelta(0) else "+"), abs(int(span.total_seconds()))
    text = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return text + (f":{seconds % 60:02}" if seconds % 60 else "")


def _day(at: datetime) -> str:
    return f"{at.year:04}-{at.month:02}-{at.day:02}"


def _clock(at: datetime) -> str:
    return f"{at.hour:02}:{at.minute:02}:{at.second:02}"


def _half(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"


class Form(NamedTuple):
    """A way to write a datetime: what it keeps, whether it names a zone, what may refuse it."""

    shape: str
    write: Callable[[datetime], str]
    precision: Precision
    zoned: bool = False
    may_refuse: tuple[str, ...] = ()

    @property
    def keeps_minutes_of_offset(self) -> bool:
        """Whether the offset is cut to minutes, and so the instant before standard time lost."""
        return self.zoned and self.shape not in ("offset", "letters", "hundreds")


def _month(at: datetime) -> str:
    return MONTH_NAMES[at.month - 1]


FORMS = [
    Form("year-month-day", _day, "day"),
    Form("year-month-day", lambda at: f"{at.year}/{at.month}/{at.day} {_clock(at)}", "second"),
    Form("year-month-day", lambda at: f"{_day(at)} {_half(at)}", "minute"),
    Form("clock", lambda at: f"{_day(at)}T{_clock(at)}", "second"),
    Form("offset", lambda at: f"{_day(at)}T{_clock(at)}{_offset(at)}", "second", True),
    Form("offset", lambda at: f"{_day(at)} {_clock(at)}.123 {_offset(at)}", "second", True),
    Form("offset", lambda at: f"{_day(at)} {at:%H:%M}{_offset(at)}", "minute",
         True, ("ambiguous",)),
    Form("letters", lambda at: f"{_day(at.astimezone(UTC))}T{_clock(at.astimezone(UTC))}Z",
         "second", True),
    Form("UTC and hours", lambda at: f"{_day(at)} {_clock(at)} GMT{_offset(at)[:6]}",
         "second", True),
    Form("zone name", lambda at: f"{_day(at)} {_clock(at)} {at.tzinfo}", "second", False,
         ("ambiguous-timezone",)),
    Form("phrase", lambda at: f"{_day(at.astimezone(load_zone('Asia/Shanghai')))} "
         f"{_clock(at.astimezone(load_zone('Asia/Shanghai')))} Beijing time", "second"),
    Form("year month day", lambda at: f"{at.year} {at.month:02} {at.day:02} {_clock(at)}",
         "second"),
    Form("camera", lambda at: f"{at.year}:{at.month:02}:{at.day:02} {_clock(at)}", "second"),
    Form("basic", lambda at: f"{_day(at)}T{_clock(at)}".replace("-", "").replace(":", ""),
         "second"),
    Form("basic clock", lambda at: f"{_day(at)}T{_clock(at)}".replace(":", ""), "second"),
    Form("hour", lambda at: f"{_day(at)}T{at.hour:02}", "minute"),
    Form("basic", lambda at: f"{at.year}{at.month:02}{at.day:02}", "day"),
    Form("year-month name-day", lambda at: f"{at.year}-{_month(at)[:3]}-{at.day}", "day"),
    Form("year-day-month name", lambda at: f"{at.year} {at.day} {_month(at)}", "day"),
    Form("年月日", lambda at: f"{at.year}年{at.month}月{at.day}日 {_clock(at)}", "second"),
    Form("时分秒", lambda at: f"{at.year}年{at.month}月{at.day}日"
         f"{at.hour}时{at.minute:02}分", "minute"),
    Form("Han numerals", lambda at: "".join(HAN[int(digit)] for digit in str(at.year))
         + f"年{_han(at.month)}月{_han(at.day)}日", "day"),
    Form("era", lambda at: f"令和{at.year - 2018}年{at.month}月{at.day}日", "day", False,
         ("out-of-range", "incomplete", "unparseable")),
    Form("short era", lambda at: f"令{at.year - 2018}.{at.month}.{at.day}", "day", False,
         ("out-of-range", "incomplete", "unparseable", "ambiguous")),
    Form("民國年", lambda at: f"{at.year - 1911}年{at.month}月{at.day}日", "day", False,
         ("out-of-range", "incomplete", "unparseable")),
    Form("colons, year last", lambda at: f"{at.day:02}:{at.month:02}:{at.year} {_clock(at)}",
         "second", False, ("ambiguous",)),
    Form("ngày tháng năm", lambda at: f"ngày {at.day} tháng {at.month} năm {at.year}", "day"),
    Form("clock of single digits", lambda at: f"{_day(at)} {at.hour}:{at.minute}:{at.second}",
         "second", False, ("ambiguous", "unparseable")),
    Form("clock of single digits, pm", lambda at: f"{_day(at)} {at.hour % 12 or 12}:{at.minute}"
         f" {'AM' if at.hour < 12 else 'PM'}", "minute"),
    Form("ordinal day", lambda at: f"{at.year}-{at:%j}", "day"),
    Form("week date", lambda at: "{}-W{:02}-{}".format(*at.isocalendar()), "day"),
    Form("day month name year", lambda at: f"{at.day} {_month(at)} {at.year} {_clock(at)}",
         "second"),
    Form("day month name year", lambda at: f"{DAY_NAMES[at.weekday()][:3]}, {at.day:02} "
         f"{_month(at)[:3]} {at.year} {_clock(at)} {_offset(at).replace(':', '')}", "second", True),
    Form("day month name yy", lambda at: f"{DAY_NAMES[at.weekday()]}, {at.day:02}-{_month(at)[:3]}-"
         f"{at.year % 100:02} {_clock(at)} {_offset(at)}", "second", True, ("ambiguous",)),
    Form("month name day, year", lambda at: f"{_month(at)} {at.day}, {at.year}, {_half(at)}",
         "minute"),
    Form("month name day, yy", lambda at: f"{_month(at)} {at.day}, '{at.year % 100:02}", "day"),
    Form("asctime", lambda at: f"{DAY_NAMES[at.weekday()][:3]} {_month(at)[:3]} {at.day:2} "
         f"{_clock(at)} {at.year}", "second"),
    Form("numbers, year last", lambda at: f"{at.day}.{at.month}.{at.year}", "day", False,
         ("ambiguous",)),
    Form("numbers, year last", lambda at: f"{at.month:02}/{at.day:02}/{at.year} {_half(at)}",
         "minute", False, ("ambiguous",)),
    Form("numbers with spaces", lambda at: f"{at.day:02} {at.month:02} {at.year}", "day", False,
         ("ambiguous",)),
    Form("numbers, two each", lambda at: f"{at.day:02}.{at.month:02}.{at.year % 100:02}", "day",
         False, ("ambiguous",)),
    Form("clock", lambda at: f"(Xinhua) {at:%H:%M}, {_month(at)} {at.day}, {at.year}", "minute"),
    Form("h", lambda at: f"{at.day} {_month(at)} {at.year} à {at.hour}h{at.minute:02}", "minute"),
    Form("dotted", lambda at: f"{_day(at)} {_half(at).replace(':', '.')}", "minute"),
    Form("Uhr", lambda at: f"{at.day}. {_month(at)} {at.year}, {at.hour} Uhr {at.minute:02}",
         "minute"),
    Form("hundreds", lambda at: f"{_month(at.astimezone(UTC))} {at.astimezone(UTC).day}, "
         f"{at.astimezone(UTC).year} -- Updated {at.astimezone(UTC):%H%M} GMT", "minute", True),
    Form("hour am", lambda at: f"{_day(at)} {at.hour % 12 or 12}{'am' if at.hour < 12 else 'pm'}",
         "minute"),
]  # fmt: skip
HOUR_ONLY = ("hour", "hour am")
ZONE_IN_TEXT = ("zone name", "phrase")
NO_FORM = {"five digits of year", "noon"}  # one writes no datetime, the other one hour of a day

# Seconds that any of the zones could have; the shapes decide what is kept of them.
MOMENTS = st.integers(-2_208_900_000, 4_102_300_000).map(
    lambda seconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
CHANGES = st.sampled_from(
    [datetime(2020, 3, 29, 1, tzinfo=UTC), datetime(2020, 10, 25, 1, tzinfo=UTC),
     datetime(2018, 11, 4, 3, tzinfo=UTC), datetime(2011, 12, 30, 10, tzinfo=UTC),
     datetime(1986, 5, 3, 18, tzinfo=UTC), datetime(2020, 11, 1, 6, tzinfo=UTC)]
).flatmap(lambda at: st.integers(-9000, 9000)
            .map(lambda by: at + timedelta(seconds=by)))  # fmt: skip


def test_every_shape_has_a_form() -> None:
    named = {shape.name for table in (DATES, TIMES, ISO_TIMES, ZONES) for shape in table}
    assert named - NO_FORM == {form.shape for form in FORMS}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.shape)
@given(moment=MOMENTS | CHANGES, name=st.sampled_from(ZONES_TRIED))
@examples(30)
def test_written_moment_comes_back(form: Form, moment: datetime, name: str) -> None:
    zone = load_zone(name)
    at = moment.astimezone(zone)
    if "yy" in form.shape or "two" in form.shape:
        at = at.replace(year=1950 + at.year % 100, day=min(at.day, 28))
        at = at.astimezone(UTC).astimezone(zone)
    if form.keeps_minutes_of_offset and (at.utcoffset() or timedelta(0)).seconds % 60:
        return
    text = form.write(at)
    try:
        stamp = parse_timestamp(text, zone=zone)
    except TimestampError as error:
        zero = at.year in (1969, 1970) or f"{at:%Y-%m-%d}" == "1900-01-01"
        sentinel = error.kind == "out-of-range" and zero
        assert sentinel or error.kind in form.may_refuse, (text, error.kind)
        return
    due = at.astimezone(UTC) if form.shape == "hundreds" else at
    if form.precision == "day":
        due = due.replace(hour=0, minute=0, second=0, fold=0)
    elif form.precision == "minute":
        due = due.replace(second=0)
    if form.shape in HOUR_ONLY:
        due = due.replace(minute=0)
    assert stamp.precision == form.precision
    assert not {"weekday-mismatch", "leap-second"} & set(stamp.flags)
    if set(stamp.flags) & {"ambiguous-local", "nonexistent"}:
        # The text cannot say which; it is the first, or the next that exists.
        assert not form.zoned
        written = due.replace(tzinfo=None)
        shift = stamp.value.replace(tzinfo=None) - written
        assert timedelta(0) <= shift <= timedelta(days=1) or form.shape in ZONE_IN_TEXT
        return
    assert stamp.value.astimezone(UTC) == due.astimezone(UTC), text


@given(st.text(max_size=80) | st.text("0123456789-/:. TZ+年月日MayUpdted,()|", max_size=60))
@examples(600)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        stamp = parse_timestamp(text, zone="Asia/Shanghai")
    except TimestampError:
        return
    assert isinstance(stamp, Timestamp)
    assert stamp.value.utcoffset() is not None
    assert stamp.value.microsecond == 0


@given(st.integers() | st.floats())
def test_any_number_is_read_or_refused(number: float) -> None:
    try:
        assert parse_timestamp(number, zone="Asia/Shanghai").value.tzinfo is not None
    except TimestampError as error:
        assert error.kind in ("out-of-range", "ambiguous")


TEXTS = [
    "2020-05-25 10:32:15", "2020-05-25", "2020/5/6 7:08", "25 May 2020 10:32",
    "May 25, 2020 2:29 PM",
    "Mon, 25 May 2020 10:32:15 +0800", "2020年5月25日 10:32", "25.05.2020", "05/25/2020 10:32",
    "(Xinhua) 08:41, May 25, 2020", "China Daily | Updated: 2020-05-25 10:32", "25-May-99",
    "20:06, 31-May-2023", "2020-05-25T10:32:15Z", "May 20, 2020 | Updated: Jul 13, 2023, 1:18 pm",
]  # fmt: skip
WORDS = [
    word
    for words in tomllib.loads(
        (Path(__file__).parent / "data/words-of-languages.toml").read_text(encoding="utf-8")
    ).values()
    for word in words
]
# By a 24-hour clock, so that a part of the day cannot mean another hour.
GOOD = {
    "2020-05-25 14:32": "2020-05-25T14:32",
    "2020-05-25T14:32:15Z": "2020-05-25T22:32:15",
    "2020-05-25 14:32:15 +0800": "2020-05-25T14:32:15",
    "25 May 2020 14:32": "2020-05-25T14:32",
    "14:32, 25 May 2020": "2020-05-25T14:32",
    "May 25, 2020 14:32": "2020-05-25T14:32",
    "Mon, 25 May 2020 14:32:15 GMT": "2020-05-25T22:32:15",
    "2020年5月25日 14:32": "2020-05-25T14:32",
    "25.05.2020, 14.32 Uhr": "2020-05-25T14:32",
    "25 мая 2020, 14:32": "2020-05-25T14:32",
    "Updated: 2020-05-25 14:32": "2020-05-25T14:32",
    "River Post | Updated: May 25, 2020 14:32": "2020-05-25T14:32",
    "2020-05-25": "2020-05-25T00:00",
    "25 May 2020": "2020-05-25T00:00",
    "(Xinhua) Updated : 2020-05-25": "2020-05-25T00:00",
}


@pytest.mark.parametrize("where", ["before", "behind", "inside"])
@given(
    st.sampled_from(sorted(GOOD)),
    st.sampled_from(WORDS) | st.sampled_from(WORDS).map(str.capitalize),
    st.integers(0, 60),
    st.sampled_from(["", " ", ", ", " | ", " ("]),
)
@examples(34_000, few=270)  # 100,000 at once take as long as a test may
def test_word_beside_a_value_moves_it_to_no_other_instant(
    where: str, good: str, word: str, place: int, gap: str
) -> None:
    if where == "inside":
        spaces = [match.start() for match in re.finditer(" ", good)] or [len(good)]
        at = spaces[place % len(spaces)]
        text = f"{good[:at]}{gap or ' '}{word}{good[at:]}"
    else:
        text = f"{word}{gap}{good}" if where == "before" else f"{good}{gap}{word}"
    try:
        stamp = parse_timestamp(text, zone="Asia/Shanghai")
    except TimestampError:
        return
    assert stamp.value == datetime.fromisoformat(f"{GOOD[good]}+08:00"), text


CHARS = "0123456789-/:.,TZ+ |()年月日MaynPu\"'~_?至\u00a0\u200b５"


@given(
    st.sampled_from(TEXTS),
    st.integers(0, 60),
    st.sampled_from(CHARS) | st.characters(),
    st.sampled_from(["replace", "insert", "delete"]),
    st.sampled_from([None, "DMY", "MDY", "YMD"]),
)
@examples(900)
def test_mutated_text_yields_no_time_it_does_not_hold(
    text: str, place: int, char: str, way: str, order: str | None
) -> None:
    place %= len(text)
    rest = text[place:] if way == "insert" else text[place + 1 :]
    mutated = text[:place] + ("" if way == "delete" else char) + rest
    try:
        stamp = parse_timestamp(mutated, zone="Asia/Shanghai", date_order=order)  # type: ignore[arg-type]
    except TimestampError:
        return
    numbers, words = _take_parts(mutated)
    value = stamp.value
    if re.search(r"24 ?:", mutated) and value.hour == 0:
        value -= timedelta(days=1)
    assert value.year in numbers or value.year % 100 in numbers, mutated
    assert value.day in numbers, mutated
    assert value.month in numbers or value.month in words, mutated
    if stamp.precision != "day" and stamp.value.hour:
        assert value.hour in numbers or value.hour - 12 in numbers, mutated
        assert value.minute in numbers or value.minute == 0, mutated


def _take_parts(text: str) -> tuple[set[int], set[int]]:
    """Take the numbers of a text, and the months that it names."""
    plain = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in text
        if unicodedata.category(char) != "Cf"
    )
    numbers = {int(digits) for digits in re.findall("[0-9]+", plain)}
    runs = re.findall("[0-9]{8}", plain)
    numbers |= {int(part) for run in runs for part in (run[:4], run[4:6], run[6:])}
    words = {
        MONTHS[word]
        for word in re.split(r"[\s\d,./()\[\]:;|<>\"_-]+", plain.lower())
        if word in MONTHS
    }
    return numbers, words
