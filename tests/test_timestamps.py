"""Timestamps: the examples of the policy, rows of our own, and what holds for all of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import partial
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import pytest
from dateutil import tz

from feedpub.errors import ConfigError, TimestampError
from feedpub.model import Timestamp
from feedpub.timestamps import stamps
from feedpub.timestamps.iana import load_zone
from feedpub.timestamps.parsing import parse_timestamp
from feedpub.timestamps.plain import YEARS
from feedpub.timestamps.reading import Reader
from feedpub.timestamps.shapes import (
    DATES,
    ISO_TIMES,
    NOON,
    NOON_STARTS,
    TIMES,
    ZONES,
    Shape,
    list_dates_at,
    list_times_at,
)
from feedpub.timestamps.stamps import find_stamps, may_have_stamps
from feedpub.timestamps.text import fold, spell_plainly, tidy_text
from feedpub.timestamps.words import FOREIGN_MONTHS, MONTHS, PARTS_OF_DAY, SHORT_PARTS_OF_DAY
from support import count_steps, make_site, to_json_lines

HERE = Path(__file__).parent
SHANGHAI = "Asia/Shanghai"
KINDS = {
    "unparseable",
    "incomplete",
    "ambiguous",
    "ambiguous-timezone",
    "out-of-range",
    "relative-needs-now",
    "inconsistent",
}


def load_lines(name: str) -> list[Any]:
    """Load a file of one JSON value a line."""
    lines = (HERE / "data" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


EXAMPLES: list[dict[str, Any]] = load_lines("timestamp-examples.jsonl")
ROWS: list[list[Any]] = load_lines("timestamp-rows.jsonl")


def read(raw: str | float, zone: str = SHANGHAI, **options: Any) -> Timestamp:
    """Parse with `now` as text."""
    if options.get("now"):
        options["now"] = datetime.fromisoformat(options["now"])
    return parse_timestamp(raw, zone=zone, **options)


def read_example(example: dict[str, Any]) -> Timestamp:
    """Parse an example under its rules."""
    names = ("date_order", "abbreviations", "now")
    return read(example["raw"], example["zone"], **{name: example[name] for name in names})


def say_answer(raw: str | float, zone: str, options: dict[str, Any]) -> str:
    """Write the answer as the rows do: time, precision and flags, or the kind of refusal."""
    try:
        stamp = read(raw, zone, **options)
    except TimestampError as error:
        return error.kind
    return " ".join((stamp.value.isoformat(), stamp.precision, *stamp.flags))


@pytest.mark.parametrize("digits", ["9" * 5000, "٣" * 5000, "0" * 5000])
def test_number_of_any_length_is_read_or_refused(digits: str) -> None:
    for raw, *_ in ROWS:
        for number in re.finditer(r"\d+", str(raw)):
            say_answer(f"{raw}"[: number.start()] + digits + f"{raw}"[number.end() :], "UTC", {})


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["raw"])[:60])
def test_reads_or_refuses_example(example: dict[str, Any]) -> None:
    expected = example["expect"]
    try:
        stamp = read_example(example)
    except TimestampError as error:
        assert "dt" not in expected or example["may_refuse"], f"refused as {error.kind}"
        assert error.kind in KINDS
        return
    assert "dt" in expected, f"accepted as {stamp.value.isoformat()}"
    due = datetime.fromisoformat(expected["dt"])
    # Instants by UTC: an ambiguous local time equals nothing in another zone (PEP 495).
    assert stamp.value.astimezone(UTC) == due.astimezone(UTC)
    assert stamp.value.utcoffset() == due.utcoffset()
    assert expected.get("precision_any") or stamp.precision == expected["precision"]
    assert list(stamp.flags) == expected["flags"]


def test_refuses_examples_for_the_right_reason() -> None:
    wrong, refused = [], 0
    for example in EXAMPLES:
        expected = example["expect"]
        if "kind" not in expected:
            continue
        refused += 1
        with pytest.raises(TimestampError) as caught:
            read_example(example)
        if caught.value.kind not in (expected["kind"], *expected.get("also", [])):
            wrong.append((example["raw"], caught.value.kind))
    assert len(wrong) <= 0.05 * refused, wrong


def test_answers_rows() -> None:
    """All at once: as tests of their own they would take longer than their subject."""
    answers = [(row[0], row[2], say_answer(row[0], row[1], row[3])) for row in ROWS]
    assert [row for row in answers if row[1] != row[2]] == []


# Rows that state one rule of the policy each, so that a failure names the rule.
RULES = [
    # 1, 2: the zone, offsets, hours east
    ("2020-05-25 10:32", SHANGHAI, "2020-05-25T10:32:00+08:00 minute"),
    ("1988-07-01 12:00", SHANGHAI, "1988-07-01T12:00:00+09:00 minute"),
    ("2020-05-25 10:32 GMT+8", "America/New_York", "2020-05-25T10:32:00+08:00 minute"),
    ("2020-05-25 10:32 UTC-5", SHANGHAI, "2020-05-25T10:32:00-05:00 minute"),
    # 3: precision
    ("2020-05-25", SHANGHAI, "2020-05-25T00:00:00+08:00 day"),
    ("2020-05-25 00:00", SHANGHAI, "2020-05-25T00:00:00+08:00 minute"),
    ("2020-05-25 00:00:00.999", SHANGHAI, "2020-05-25T00:00:00+08:00 second"),
    # 4: order
    ("05/06/2020", SHANGHAI, "ambiguous"),
    ("03.02.2022", SHANGHAI, "2022-02-03T00:00:00+08:00 day"),
    ("05/05/2020", SHANGHAI, "2020-05-05T00:00:00+08:00 day"),
    ("25/05/2020", SHANGHAI, "2020-05-25T00:00:00+08:00 day"),
    ("Sat, 11 04 2020 08:51 +0100", SHANGHAI, "2020-04-11T08:51:00+01:00 minute"),
    ("Mon, 11 04 2020", SHANGHAI, "ambiguous"),
    # 5: letters
    ("Mon, 25 May 2020 10:32 EST", SHANGHAI, "2020-05-25T10:32:00-05:00 minute"),
    ("Mon, 25 May 2020 10:32 CST", SHANGHAI, "ambiguous-timezone"),
    ("Mon, 25 Nov 2019 10:32 CST", "America/Chicago", "2019-11-25T10:32:00-06:00 minute"),
    (
        "Mon, 25 May 2020 10:32 CST",
        "America/Chicago",
        "2020-05-25T10:32:00-05:00 minute zone-letters-off-season",
    ),
    ("May 25, 2020 10:32 AM ET", "America/New_York", "2020-05-25T10:32:00-04:00 minute"),
    ("25.05.2020 10:32 MESZ", "Europe/Berlin", "2020-05-25T10:32:00+02:00 minute"),
    ("2020-05-25 10:32 IST", "Asia/Kolkata", "2020-05-25T10:32:00+05:30 minute"),
    ("May 25, 2020 10:32 EST", SHANGHAI, "ambiguous-timezone"),
    ("2020-05-25 10:32 北京时间", "UTC", "2020-05-25T10:32:00+08:00 minute"),
    # 6, 7: nothing is borrowed
    ("10:32", SHANGHAI, "incomplete"),
    ("May 25", SHANGHAI, "incomplete"),
    ("yesterday", SHANGHAI, "relative-needs-now"),
    # 8: clock changes
    ("2020-03-29 02:30", "Europe/Berlin", "2020-03-29T03:30:00+02:00 minute nonexistent"),
    ("2020-10-25 02:30", "Europe/Berlin", "2020-10-25T02:30:00+02:00 minute ambiguous-local"),
    ("2020-10-25T02:30:00+01:00", "Europe/Berlin", "2020-10-25T02:30:00+01:00 second"),
    # 9: two stamps
    ("2020-05-20 | Updated: 2020-05-25", SHANGHAI, "2020-05-25T00:00:00+08:00 day"),
    ("2020-05-20 | 2020-05-25", SHANGHAI, "ambiguous"),
    # 10: range
    ("2020-05-25T10:32:15+24:00", SHANGHAI, "out-of-range"),
    ("2020-05-25T10:32:15-12:60", SHANGHAI, "out-of-range"),
    ("2019-02-29", SHANGHAI, "out-of-range"),
    # 11: weekdays, 24:00, leap seconds
    ("Tuesday, May 25, 2020", SHANGHAI, "2020-05-25T00:00:00+08:00 day weekday-mismatch"),
    ("2020-05-25 24:00", SHANGHAI, "2020-05-26T00:00:00+08:00 minute"),
    ("2016-12-31T23:59:60Z", SHANGHAI, "2017-01-01T00:00:00+00:00 second leap-second"),
    ("2017-12-31T23:59:60Z", SHANGHAI, "out-of-range"),
    # 12: two digits, epoch
    ("31 Dec 99 10:32 GMT", SHANGHAI, "1999-12-31T10:32:00+00:00 minute"),
    ("25/05/20", SHANGHAI, "ambiguous"),
    ("1590373935", SHANGHAI, "unparseable"),
    (1590373935, SHANGHAI, "2020-05-25T02:32:15+00:00 second"),
    # 13: contradictions, other text
    ("2020-05-25 13:44 AM", SHANGHAI, "inconsistent"),
    ("2020-05-25T10:32:15-05:00Z", SHANGHAI, "inconsistent"),
    ("May 25, 2020 PM", SHANGHAI, "unparseable"),
    ("浏览次数：2019 2020-05-25", SHANGHAI, "ambiguous"),
    ("浏览次数：2019 更新：2020-05-25", SHANGHAI, "2020-05-25T00:00:00+08:00 day"),
    # other text that might belong to the time, or is a sentence
    ("Updated: 2020-05-25 May", SHANGHAI, "ambiguous"),
    ("2020-05-25 10:32 QRX Post", SHANGHAI, "2020-05-25T10:32:00+08:00 minute"),
    ("The plan was updated on May 25, 2020", SHANGHAI, "unparseable"),
    ("河水很清" * 8 + " 2020-05-25", SHANGHAI, "unparseable"),
    # 14: sentinels
    ("0001-01-01T00:00:00Z", SHANGHAI, "out-of-range"),
    ("9999-12-31", SHANGHAI, "out-of-range"),
    ("1970-01-01T00:00:00Z", SHANGHAI, "out-of-range"),
    ("1900-01-01", SHANGHAI, "out-of-range"),
    ("1900-01-01 10:32", "UTC", "1900-01-01T10:32:00+00:00 minute"),
    # 15: other calendars, and years that no article has
    ("1605-07-01", "UTC", "1605-07-01T00:00:00+00:00 day"),
    ("1599-07-01", "UTC", "out-of-range"),
    ("2101-07-01", "UTC", "out-of-range"),
    ("25 May 2563", SHANGHAI, "out-of-range"),
    ("25 May 2563", "Asia/Bangkok", "2020-05-25T00:00:00+07:00 day"),
    ("25 พฤษภาคม 2563", "UTC", "2020-05-25T00:00:00+00:00 day"),
    ("1399/03/05", "Asia/Tehran", "out-of-range"),
    ("109年5月25日", "Asia/Taipei", "2020-05-25T00:00:00+08:00 day"),
    ("109年5月25日", SHANGHAI, "incomplete"),
    ("平成32年5月25日", "Asia/Tokyo", "out-of-range"),
    ("令和2年(2019年)5月25日", "Asia/Tokyo", "inconsistent"),
    # 16: what touches a time, and labels of something else
    ("May 25, 2020 4:59 PMRiver", SHANGHAI, "2020-05-25T16:59:00+08:00 minute"),
    ("25/05/2020 02:29 du.", SHANGHAI, "2020-05-25T14:29:00+08:00 minute"),
    ("25/05/2020 02:29 zzz", SHANGHAI, "unparseable"),
    ("25/05/2020 02:29 บกขค", SHANGHAI, "ambiguous"),
    ("25/05/2020 02:29 夜", SHANGHAI, "ambiguous"),
    ("May 25, 2020 4:59 pmPST", SHANGHAI, "ambiguous"),
    ("25 May 2020 10:32 nachmittagsX", SHANGHAI, "ambiguous"),
    ("25 May 2020 10:32 nachmittagsiPad", SHANGHAI, "ambiguous"),
    ("25 мая 2020 10:32 ВЕЧЕРАРЕКА", SHANGHAI, "ambiguous"),
    ("2020-05-25 10:32 Abendblatt", SHANGHAI, "2020-05-25T10:32:00+08:00 minute"),
    ("2020-05-25 10:32 DuPont", SHANGHAI, "2020-05-25T10:32:00+08:00 minute"),
    ("2020-05-25 10:32 iPhone", SHANGHAI, "2020-05-25T10:32:00+08:00 minute"),
    ("2020-05-25 14:32 pmPST", SHANGHAI, "2020-05-25T14:32:00+08:00 minute"),
    ("2020-05-25 10:32, IST", SHANGHAI, "ambiguous-timezone"),
    ("2020-05-25 10:32, IST", "Asia/Kolkata", "2020-05-25T10:32:00+05:30 minute"),
    ("2020-05-25 10:32 | IST", "Asia/Kolkata", "2020-05-25T10:32:00+05:30 minute"),
    ("Updated: 2020-05-25 10:32 - (IST) | River", SHANGHAI, "ambiguous-timezone"),
    ("10:32 AM, IST, May 25, 2020", "Asia/Kolkata", "2020-05-25T10:32:00+05:30 minute"),
    ("2020-05-25 10:32, GMT+7 | River Post", SHANGHAI, "2020-05-25T10:32:00+07:00 minute"),
    ("2020-05-25 10:32 | Asia/Tokyo", SHANGHAI, "2020-05-25T10:32:00+09:00 minute"),
    ("2020-05-25 10:32 | River | Asia/Tokyo", SHANGHAI, "ambiguous-timezone"),
    ("2020-05-25 10:32 | River Post (CET)", SHANGHAI, "ambiguous-timezone"),
    ("2020-05-25 10:32 | ET Bureau", SHANGHAI, "2020-05-25T10:32:00+08:00 minute"),
    ("2020-05-25, IST", SHANGHAI, "ambiguous-timezone"),
    ("[Asia/Tokyo] 2020-05-25 10:32", SHANGHAI, "2020-05-25T10:32:00+09:00 minute"),
    ("(МСК) 2020-05-25 10:32", SHANGHAI, "2020-05-25T10:32:00+03:00 minute"),
    ("МСК River | 2020-05-25 10:32", SHANGHAI, "ambiguous-timezone"),
    ("IST 2020-05-25 10:32", SHANGHAI, "ambiguous-timezone"),
    ("Updated (IST): 2020-05-25 10:32", SHANGHAI, "ambiguous-timezone"),
    ("Local time: 2020-05-25 10:32", SHANGHAI, "ambiguous-timezone"),
    ("E.S.T. 2020-05-25 10:32", SHANGHAI, "ambiguous-timezone"),
    ("G.M.T. 2020-05-25 10:32", SHANGHAI, "ambiguous-timezone"),
    ("Eastern: 2020-05-25 10:32", SHANGHAI, "ambiguous-timezone"),
    ("2020-05-25 10:32 US Eastern", SHANGHAI, "ambiguous-timezone"),
    ("Central European Time 2020-05-25 10:32", SHANGHAI, "ambiguous-timezone"),
    ("2020-05-25 10:32 in New York", SHANGHAI, "ambiguous-timezone"),
    ("자정 2020년 5월 25일", SHANGHAI, "ambiguous"),
    ("2020年5月25日 三时", SHANGHAI, "ambiguous"),
    ("2020年5月25日 来源：一点号", SHANGHAI, "2020-05-25T00:00:00+08:00 day"),
    ("2020-05-25 10:32 Dubai", SHANGHAI, "ambiguous-timezone"),
    ("2020-05-25 10:32 (heure locale)", SHANGHAI, "ambiguous-timezone"),
    ("Updated: 25 May 2020 Time: 5pm", SHANGHAI, "2020-05-25T17:00:00+08:00 minute"),
    ("Updated: 25 May 2020 | 1730", SHANGHAI, "ambiguous"),
    ("Tide: 25 May 2020", SHANGHAI, "unparseable"),
    ("25 May 2020 (?)", SHANGHAI, "ambiguous"),
]


@pytest.mark.parametrize(("raw", "zone", "answer"), RULES, ids=[str(row[0]) for row in RULES])
def test_holds_rule(raw: str | float, zone: str, answer: str) -> None:
    assert say_answer(raw, zone, {}) == answer


@pytest.mark.parametrize("shape", DATES, ids=lambda shape: shape.name)
def test_date_is_read_by_its_shape(shape: Shape) -> None:
    if shape.name == "five digits of year":
        assert say_answer(shape.example, SHANGHAI, {}) == "out-of-range"
    else:
        rule = read(shape.example, "Asia/Taipei", date_order="DMY").rule
        assert rule.startswith(f'"{shape.name}"')
    (stamp,) = find_stamps(shape.example)
    assert (stamp.shape, stamp.text) == (shape.name, shape.example)


@pytest.mark.parametrize("shape", TIMES, ids=lambda shape: shape.name)
def test_time_is_read_by_its_shape(shape: Shape) -> None:
    zone = " GMT" if shape.name == "hundreds" else ""
    assert read(f"2020-05-25 {shape.example}{zone}").precision != "day"


def _list_places() -> Iterator[tuple[str, int]]:
    """List the tidy texts of all rows, with each place where a word or a number begins."""
    for raw in [*(row[0] for row in ROWS), *(example["raw"] for example in EXAMPLES)]:
        text = tidy_text(str(raw)) or ""
        yield from ((text, place.start()) for place in re.finditer(r"(?<![^\W_])\w", text))


def test_no_mark_hides_a_shape() -> None:
    for text, pos in _list_places():
        noon = [NOON] if text.startswith(NOON_STARTS, pos) else []
        listed = (*list_dates_at(text, pos), *list_times_at(text, pos), *noon)
        matching = {shape.name for shape in (*DATES, *TIMES) if shape.pattern.match(text, pos)}
        assert matching <= {shape.name for shape in listed}, text[pos:]


def test_no_shape_is_longer_than_a_sole_one() -> None:
    for text, pos in _list_places():
        for shapes in (DATES, TIMES[:-1]):  # a clock may be part of "12:00 noon"
            found = [
                (shape, match) for shape in shapes if (match := shape.pattern.match(text, pos))
            ]
            ends = [match.end() for shape, match in found if not shape.named or _is_month(match)]
            sole = [match.end() for shape, match in found if shape.sole and match.end() in ends]
            assert not sole or max(ends) == sole[0], text[pos:]


def _is_month(match: re.Match[str]) -> bool:
    return match["mon"].lower().rstrip(".") in MONTHS


def test_first_word_hides_no_stamp(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {text for text, _ in _list_places()}
    found = {text: find_stamps(text) for text in texts}
    monkeypatch.setattr(stamps, "_list_beginnings", lambda word: stamps._ANYTHING)
    monkeypatch.setattr(stamps, "_BY_SIGN", {})
    assert found == {text: find_stamps(text) for text in texts}


def test_text_with_stamps_may_have_them_before_it_is_tidy() -> None:
    odd = [
        "2020-&#48;5-25",
        "二〇二〇&#24180;五月二十五日",
        "２５　Mayıs　２０２０",
        "25\u00ad.\u00ad5.\u00ad2020",
    ]
    raws = [*(str(row[0]) for row in ROWS), *(str(example["raw"]) for example in EXAMPLES)]
    dated = [raw for raw in (*raws, *odd) if find_stamps(tidy_text(raw) or "")]
    assert set(odd) <= set(dated) and len(dated) > 500
    assert [raw for raw in dated if not may_have_stamps(raw)] == []
    assert not any(map(may_have_stamps, ("", "Part 7", "In 2020 we met", "Bread & roses 2020")))


def test_character_that_is_spelled_as_a_digit_is_one_before() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    digits = [char for char in every if re.search("[0-9年]", spell_plainly(char))]
    assert len(digits) > 600
    assert [char for char in digits if not may_have_stamps(char * 5)] == []
    referred = [form.format(ord(char)) for char in digits for form in ("&#{};", "&#x{:x};")]
    assert [text for text in referred if not may_have_stamps(text * 2)] == []


@pytest.mark.parametrize("form", ["25th of {} of 2020", "25. {} พ.ศ. 2020", "2020, {} 25"])
def test_date_has_a_month_of_any_length(form: str) -> None:
    months = {**MONTHS, **FOREIGN_MONTHS}
    found = {name for name in months if find_stamps(tidy_text(form.format(name)) or "")}
    assert max(map(len, found)) >= 10
    assert found == _find_with_any_sign(form, months)


def _find_with_any_sign(form: str, names: Iterable[str]) -> set[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stamps, "_DATE_SIGN", re.compile(""))
        return {name for name in names if find_stamps(tidy_text(form.format(name)) or "")}


def test_folded_letters_are_those_that_match_in_any_case() -> None:
    every = "".join(map(chr, range(0x20000)))
    small = {old for old, new in zip(every, fold(every), strict=True) if new in ascii_lowercase}
    assert small == set(re.findall("[a-z]", every, re.IGNORECASE))


def test_reads_in_a_zone_of_dateutil() -> None:
    zone = tz.tzstr("EST5EDT")
    for text in ("2020-05-25 10:32", "25 May 2020 10:32", "May 25, 2020 10:32 AM EDT"):
        assert parse_timestamp(text, zone=zone).value.isoformat() == "2020-05-25T10:32:00-04:00"


@pytest.mark.parametrize("shape", ISO_TIMES, ids=lambda shape: shape.name)
def test_time_of_iso_8601_is_read(shape: Shape) -> None:
    assert read(f"2020-05-25{shape.example}").precision != "day"


@pytest.mark.parametrize("shape", ZONES, ids=lambda shape: shape.name)
def test_zone_is_read_by_its_shape(shape: Shape) -> None:
    (stamp,) = find_stamps(f"2020-05-25 10:32 {shape.example}")
    assert [mark.text for mark in stamp.zones] == [shape.example]


def test_orders_day_and_month_as_told() -> None:
    for order, answer in (("DMY", "2020-06-05"), ("MDY", "2020-05-06")):
        assert read("05/06/2020", date_order=order).value.date().isoformat() == answer
        assert read("2020/05/06", date_order=order).value.date().isoformat() == "2020-05-06"
    with pytest.raises(TimestampError, match="month 25"):
        read("05/25/2020", date_order="DMY")


def test_says_how_an_ambiguous_order_is_decided() -> None:
    with pytest.raises(TimestampError) as caught:
        read("05/06/2020")
    error = caught.value
    assert error.kind == "ambiguous"
    assert str(error) == 'is ambiguous: May 6 or June 5. Set date_order to "DMY" or "MDY".'
    assert error.readings == ("2020-05-06", "2020-06-05")
    assert error.remedy == 'date_order = "DMY" or "MDY"'


def test_takes_the_years_that_a_site_sets() -> None:
    assert read("25 May 2563", years=(1600, 2600)).value.year == 2563
    for text in ("2020-05-25", "25 May 2020"):
        with pytest.raises(TimestampError, match="from 2021 to 2030"):
            read(text, years=(2021, 2030))


@pytest.mark.parametrize(
    ("last", "beyond"),
    [
        ("2028-12-31", "2029-01-01"),
        ("2028-12-31T23:59:59Z", "2029-01-01T00:00:00Z"),
        ("31 Dec 2028", "1 January 2029"),
        ("2028年12月31日", "2029年1月1日"),
        (1861919999, 1861920000),
        (1861919999000, 1861920000000.5),
        ("@1861919999", "/Date(1861920000000)/"),
    ],
)
def test_takes_years_up_to_two_ahead_of_now(last: str | float, beyond: str | float) -> None:
    now = "2026-07-01T00:00Z"
    assert read(last, "UTC", now=now).value.year == 2028
    assert read(beyond, "UTC").value.year == 2029  # no clock
    with pytest.raises(TimestampError, match="from 1600 to 2028") as caught:
        read(beyond, "UTC", now=now)
    assert caught.value.kind == "out-of-range"
    assert read(beyond, "UTC", now=now, years=(1600, 2029)).value.year == 2029
    # The year of the clock is that of UTC, wherever it stands.
    with pytest.raises(TimestampError, match="from 1600 to 2028"):
        read(beyond, "UTC", now="2027-01-01T05:00+08:00")


def test_names_the_calendar_that_a_year_might_be_of() -> None:
    for year, calendar in (("2563", "Buddhist"), ("1399", "Persian"), ("1441", "Islamic")):
        with pytest.raises(TimestampError, match=calendar):
            read(f"{year}-05-25")


def test_names_the_month_that_is_not_known() -> None:
    with pytest.raises(TimestampError, match='"Riverus" in place of a month'):
        read("25 Riverus 2020")


def test_says_how_zone_letters_are_decided() -> None:
    with pytest.raises(TimestampError, match="abbreviations") as caught:
        read("2020-05-25 10:32 CST")
    assert caught.value.remedy is not None


def test_messages_follow_the_value() -> None:
    for raw, zone, _, options in ROWS:
        try:
            read(raw, zone, **options)
        except TimestampError as error:
            message = str(error)
            assert message[0].islower() and message.endswith(".") and message.isprintable()
            assert ". " in message  # the remedy is a sentence of its own


def test_configured_letters_win() -> None:
    for meaning in (SHANGHAI, "+08:00", "+0800"):
        stamp = read("Mon, 25 May 2020 10:32 CST", "UTC", abbreviations={"CST": meaning})
        assert stamp.value.isoformat() == "2020-05-25T10:32:00+08:00"


@pytest.mark.parametrize("glued", ["X", "PST", "XX Post", "Filed"])
@pytest.mark.parametrize("form", [str.lower, str.upper])
def test_no_part_of_the_day_is_lost_before_what_is_glued_to_it(
    form: Callable[[str], str], glued: str
) -> None:
    afternoon = [name for name, hours in PARTS_OF_DAY.items() if hours and min(hours) > 11]
    assert len(afternoon) > 300
    for name in afternoon:
        if form is str.upper and name in SHORT_PARTS_OF_DAY:  # "POPX", "DUX": a name as well
            continue
        try:
            read = parse_timestamp(f"2020-05-25 10:32 {form(name)}{glued}", zone=SHANGHAI).value
        except TimestampError:
            continue
        assert read.hour == 22, name


def test_letters_choose_between_two_local_times() -> None:
    letters = {"EST": "America/New_York", "EDT": "America/New_York"}
    for name, offset in (("EDT", "-04:00"), ("EST", "-05:00")):
        stamp = read(f"2020-11-01 01:30 {name}", "UTC", abbreviations=letters)
        assert stamp.value.isoformat() == f"2020-11-01T01:30:00{offset}"
        assert stamp.flags == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Olympus"},
        {"zone": "../etc/passwd"},
        {"zone": SHANGHAI, "date_order": "YDM"},
        {"zone": SHANGHAI, "abbreviations": {"CST": "China"}},
        {"zone": SHANGHAI, "abbreviations": {"CST": "+25:00"}},
        {"zone": SHANGHAI, "now": datetime(2020, 5, 25)},
    ],
)
def test_refuses_wrong_rules(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        parse_timestamp("25. Mai 2020", **wrong)


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=8)), load_zone(SHANGHAI)])
def test_takes_any_tzinfo(zone: tzinfo) -> None:
    for text in ("2020-05-25", "2020.5.25", "25. Mai 2020"):
        assert parse_timestamp(text, zone=zone).value == datetime(2020, 5, 25, tzinfo=zone)


USUAL = [
    f"{label}{date}{time}"
    for label in (
        "",
        "Updated: ",
        "Updated : ",
        "Updated ",
        "By A May | x.com | Updated: ",
        "(Sun) Updated: ",
        "(Xinhua)Updated:",
    )
    for date, times in {
        "2020-05-25": ["", " 10:32", "T10:32:15", " 10:32:15", "T10:32Z", "T10:32:15-05:00"],
        "2020/5/25": ["", " 9:05", " 10:32:15", " 24:00"],
        "2020.05.25": ["", " 10:32"],
        "2020年5月25日": ["", " 10:32", "10:32", " 10:32:15"],
        "May 25, 2020": ["", " 10:32", ", 10:32", " 10:32:15"],
        "Sept 5, 2020": ["", " 10:32"],
        "Mon, 25 May 2020": [" 10:32:15 GMT", " 10:32:15 +0800", " 1:32:15 -0530"],
        "Tue, 25 May 2020": [" 10:32:15 GMT", " 10:32:15 +2400"],
        "2020-13-25": ["", " 10:32"],
        "1970-01-01": ["", " 08:00"],
        "2020-03-29": [" 02:30", " 03:30", ""],
        "2020-10-25": [" 02:30", " 01:30:00", ""],
    }.items()
    for time in times
]


@pytest.mark.parametrize("zone", [SHANGHAI, "Europe/Berlin", "America/Sao_Paulo"])
def test_fast_way_answers_like_the_long_way(zone: str) -> None:
    reader = Reader(load_zone(zone), date_order=None, abbreviations={}, years=YEARS)

    def answer(read: Any) -> tuple[Any, ...] | str:
        try:
            stamp = read()
        except TimestampError as error:
            return error.kind
        value = stamp.value.isoformat()
        return value, stamp.precision, stamp.flags, stamp.text, stamp.value.fold, stamp.rule

    for text in USUAL:
        fast = answer(partial(parse_timestamp, text, zone=zone))
        assert fast == answer(partial(reader.read, text)), text


def test_says_how_it_was_read() -> None:
    assert read("2020-05-25").rule == '"year-month-day", date only, 00:00 in Asia/Shanghai'
    assert "Asia/Shanghai" in read("25 May 2020 10:32").rule
    assert '"GMT+8"' in read("25 May 2020 10:32 GMT+8").rule
    assert read("(Xinhua) 08:41, May 25, 2020").text == "08:41, May 25, 2020"
    # One list of agencies serves captions and times.
    assert read("2020-05-25 10:11 ECNS").text == "2020-05-25 10:11"
    assert read("2020-05-25 10:11 VCG").text == "2020-05-25 10:11"


HOSTILE = [
    "", " ", "\x00", "\ud800", "2020-05-25\ud800", "\udfff" * 400, "&amp;" * 99, "&#0;",
    "&#x110000;", "(" * 499, "[" * 499, "1" * 499, "1-" * 249, "1:" * 249, "May " * 124,
    "25 May " * 70, "a b " * 124, "2020-05-25 " * 45, "年" * 499, "时间" * 249, "By " * 166,
    "Updated: " * 55, "+08:00" * 80, "10:32 " * 80, "Jan 1 " * 80, "(a" * 249, "a.b" * 166,
    "@." * 249, "x" * 1_000_000, " " * 1_000_000, "2020-05-25" + " " * 1_000_000, "é" * 499,
    "２" * 499, "<a>" * 166, "A" * 499, "A " * 249,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
@pytest.mark.parametrize("now", [None, datetime(2020, 5, 25, tzinfo=UTC)], ids=["", "now"])
def test_bounds_work_and_errors(text: str, now: datetime | None) -> None:
    def read() -> None:
        try:
            stamp = parse_timestamp(text, zone=SHANGHAI, now=now)
        except TimestampError as error:
            assert error.kind in KINDS
        else:
            assert stamp.value.utcoffset() is not None

    assert count_steps(read) < 250_000


@pytest.mark.parametrize(
    "number", [0, -1, 1, 2020, 1e308, -1e308, float("nan"), float("inf"), 10**400, True, 1e-9]
)
def test_refuses_numbers_that_are_no_epoch(number: float) -> None:
    with pytest.raises(TimestampError):
        parse_timestamp(number, zone=SHANGHAI)


def test_reads_the_same_on_every_host() -> None:
    script = (
        "import json, sys; sys.path[:0] = json.loads(sys.argv[1]);"
        "import locale; locale.setlocale(locale.LC_ALL, 'C');"
        "import test_timestamps as t;"
        "print(json.dumps([t.say_answer(e['raw'], e['zone'], {n: e[n] for n in"
        " ('date_order', 'abbreviations', 'now')}) for e in t.EXAMPLES]"
        " + [t.say_answer(*r[:2], r[3]) for r in t.ROWS]))"
    )
    runs = []
    for zone, locale in (("UTC", "C"), ("Asia/Shanghai", "zh_CN.UTF-8")):
        environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONUTF8": "1"}
        runs.append(
            subprocess.Popen(
                [sys.executable, "-c", script, json.dumps([str(HERE), *sys.path])],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    outputs = {run.communicate(timeout=60)[0] for run in runs}
    assert all(run.returncode == 0 for run in runs)
    assert len(outputs) == 1
    assert len(json.loads(outputs.pop())) == len(EXAMPLES) + len(ROWS)


def test_plain_forms_need_no_grammar(tmp_path: Path) -> None:
    records = to_json_lines({"id": "1", "title": "A", "section": "B", "updated": "2020-05-25"})
    site = make_site(tmp_path, {"sources/a.jsonl": records})
    script = (
        "import sys; sys.path[:0] = eval(sys.argv[1]);"
        "from feedpub import build, load_config; config = load_config('feedpub.toml');"
        "from datetime import UTC, datetime;"
        "assert build(config, now=datetime(2026, 1, 1, tzinfo=UTC)).records == 1;"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", script, repr(sys.path)]
    done = subprocess.run(command, cwd=site, check=True, stdout=subprocess.PIPE, text=True)
    rooms = ("feedpub.timestamps.", "feedpub.pages.", "feedpub.text.")
    imported = {name for name in done.stdout.split() if name.startswith(rooms)}
    assert "feedpub.timestamps.plain" in imported
    grammar = {f"feedpub.timestamps.{name}" for name in ("shapes", "stamps", "lines", "words")}
    assert not imported & {*grammar, "feedpub.pages.captions"}


def load_table() -> list[tuple[str, str, str]]:
    """Load the table of forms from the documentation."""
    lines = (HERE.parent / "docs" / "timestamps.md").read_text(encoding="utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| `")]
    return [(row[0].strip("` ").replace("\\|", "|"), row[1], row[2]) for row in rows]


def test_documentation_has_a_table() -> None:
    assert len(load_table()) > 30


@pytest.mark.parametrize("row", load_table(), ids=lambda row: row[0])
def test_documentation_tells_the_truth(row: tuple[str, str, str]) -> None:
    text, zone, told = row
    answer = say_answer(text, zone, {})
    if answer in KINDS:
        assert told == f"refused: {answer}"
    else:
        assert told == answer.split()[0] + "".join(f", {flag}" for flag in answer.split()[2:])
