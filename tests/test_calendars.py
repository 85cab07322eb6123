"""Dates of other calendars: read where the text says which one it is, and refused by its name."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from feedpub.errors import TimestampError
from feedpub.timestamps import parse_timestamp
from feedpub.timestamps.calendars import list_days
from feedpub.timestamps.words import CALENDARS, FOREIGN_MONTHS, MONTHS

# What is read, or what the refusal says. 25 May 2020 is a Monday, and 2 Shawwal 1441.
ANSWERS = [
    # The name of the calendar beside the date.
    ("1399/03/05 ه.ش", "Asia/Tehran", "2020-05-25"),
    ("۱۳۹۹/۰۳/۰۵ (ه.ش)", "UTC", "2020-05-25"),
    ("۵ خرداد ۱۳۹۹ هجری شمسی", "Asia/Tehran", "2020-05-25"),
    ("30 اسفند 1399 ه.ش", "Asia/Tehran", "2021-03-20"),
    ("30 اسفند 1398 ه.ش", "Asia/Tehran", "not a date of the Persian calendar"),
    ("05/03/1399 ه.ش", "Asia/Tehran", "May 25 or July 24"),
    ("25/05/2563 พ.ศ.", "UTC", "2020-05-25"),
    ("พ.ศ. 2563-05-25", "UTC", "2020-05-25"),
    ("25 พ.ค. พ.ศ. 2563", "UTC", "2020-05-25"),
    ("단기 4353년 5월 25일", "Asia/Seoul", "2020-05-25"),
    ("檀紀4353年5月25日", "UTC", "2020-05-25"),
    ("ግንቦት 17 ቀን 2012 ዓ.ም", "Africa/Addis_Ababa", "2020-05-25"),
    ("6 ጳጉሜን 2011 ዓ.ም", "Africa/Addis_Ababa", "2019-09-11"),
    ("6 ጳጉሜን 2012 ዓ.ም", "Africa/Addis_Ababa", "not a date of the Ethiopian calendar"),
    ("ግንቦት 17 2012 3:00 ዓ.ም", "Africa/Addis_Ababa", "hours count from the morning"),
    # The name of the month, and the weekday that confirms the day.
    ("دوشنبه ۵ خرداد ۱۳۹۹ - ۱۰:۳۲", "Asia/Tehran", "2020-05-25 10:32"),
    ("دوشنبه، ۵ خرداد ۱۳۹۹، ساعت ۱۰:۳۲", "Asia/Tehran", "2020-05-25 10:32"),
    ("10:32 دوشنبه ۵ جوزا ۱۳۹۹", "Asia/Kabul", "2020-05-25 10:32"),
    ("۵ خرداد ۱۳۹۹", "Asia/Tehran", 'only with the weekday of the day or "ه.ش"'),
    ("سه‌شنبه ۵ خرداد ۱۳۹۹", "Asia/Tehran", "only with the weekday of the day"),
    ("ሰኞ ግንቦት 17 ቀን 2012", "Africa/Addis_Ababa", "2020-05-25"),
    ("መስከረም 17 2012", "Africa/Asmara", "Ethiopian calendar"),
    # The zone, and the weekday.
    ("دوشنبه ۱۳۹۹/۰۳/۰۵", "Asia/Tehran", "2020-05-25"),
    ("۱۳۹۹/۰۳/۰۵", "Asia/Tehran", "only with the weekday of the day"),
    ("الاثنين 1441/10/02", "Asia/Riyadh", "2020-05-25"),
    # An Islamic month may begin a day earlier or later than in Mecca.
    ("الاثنين 2 شوال 1441 هـ", "Asia/Riyadh", "2020-05-25"),
    ("الاثنين 2 شوال 1441هـ 02:29 م", "Asia/Riyadh", "next to the date"),
    ("الاثنين 1 شوال 1441 هـ", "Asia/Karachi", "2020-05-25"),
    ("الأحد 1 ذو الحجة 1441", "Africa/Cairo", "only with the weekday"),
    ("الأربعاء 1 ذو الحجة 1441", "Africa/Cairo", "2020-07-22"),
    ("Monday 2 Shawwal 1441 AH", "UTC", "2020-05-25"),
    ("2 شوال 1441 هـ", "Asia/Riyadh", "only with the weekday of the day. "),
    ("By Ann Mon 2 Shawwal 1441", "UTC", "only with the weekday of the day"),
    ("2 October 1441 AH", "UTC", "has a month that the Islamic calendar does not have"),
    # Buddhists count in two ways.
    ("佛历2563年5月25日", "Asia/Bangkok", "2020-05-25"),
    ("佛历2564年5月25日 星期一", "UTC", "2020-05-25"),
    ("佛历2564年5月25日", "UTC", "only with the weekday of the day"),
    ("25 May 2563 B.E.", "UTC", "Buddhist calendar"),
    # Calendars that are not read.
    ("2 Sivan 5780", "Asia/Jerusalem", "Hebrew calendar, which is not read"),
    ("12 जेठ 2077", "Asia/Kathmandu", "Indian calendar, which is not read"),
    ("5 May 1700 O.S.", "UTC", 'has "O.S", which names the Julian calendar'),
    ("Hijri House | 2020-05-25", "UTC", 'has "Hijri", which names the Islamic calendar'),
    ("1399/03/05", "UTC", "year 1399, which might be of the Persian calendar. Write"),
    # The same day in two calendars.
    ("2 شوال 1441هـ الموافق 25 مايو 2020م", "Asia/Riyadh", "2020-05-25"),
    ("1441-10-02 هـ الموافق 2020-05-25 م", "Asia/Riyadh", "2020-05-25"),
    ("25 مايو 2020م الموافق 2 شوال 1441هـ", "Asia/Riyadh", "2020-05-25"),
    ("دوشنبه ۵ خرداد ۱۳۹۹ (25 May 2020)", "Asia/Tehran", "2020-05-25"),
    ("2 شوال 1441هـ - 25 مايو 2020م الساعة 02:29 م", "Asia/Riyadh", "2020-05-25 14:29"),
    ("2 شوال 1441هـ الموافق 25 يونيو 2020م", "Asia/Riyadh", "has 2 times"),
    ("دوشنبه ۵ خرداد ۱۳۹۹ - ۱۰:۳۲ - 25 May 2020", "Asia/Tehran", "has 2 times"),
    # The common era.
    ("25 مايو 2020م", "Asia/Riyadh", "2020-05-25"),
    ("25/05/2020 م", "Asia/Riyadh", "2020-05-25"),
    ("25 مايو 2020 م 02:29 م", "Asia/Riyadh", "2020-05-25 14:29"),
    ("02:29 25/05/2020 م", "Asia/Riyadh", "might be part of it"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "zone", "answer"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_reads_a_calendar_that_the_text_is_sure_of(text: str, zone: str, answer: str) -> None:
    try:
        stamp = parse_timestamp(text, zone=zone)
    except TimestampError as error:
        assert answer in str(error)
    else:
        form = "%Y-%m-%d" if stamp.precision == "day" else "%Y-%m-%d %H:%M"
        assert stamp.value.strftime(form) == answer
        assert stamp.flags == ()


@pytest.mark.parametrize(("word", "calendar"), CALENDARS.items())
def test_name_of_a_calendar_is_never_passed_over(word: str, calendar: str) -> None:
    for text in (f"{word} 1441-10-02", f"1441-10-02 {word}", f"2020-05-25 {word}"):
        try:
            rule = parse_timestamp(text, zone="UTC").rule
        except TimestampError as error:
            assert calendar in str(error) or "has the year" in str(error)
        else:
            assert rule.endswith(f"by the {calendar}")


@pytest.mark.parametrize(("name", "meaning"), FOREIGN_MONTHS.items())
def test_month_of_another_calendar_is_known(name: str, meaning: tuple[str, int]) -> None:
    calendar, month = meaning
    assert name not in MONTHS
    year = {"Persian calendar": 1399, "Islamic calendar": 1441}.get(calendar, 2012)
    days = list_days(calendar, year, month, 5)
    weekday = days[0].strftime("%A") if days else "Monday"
    try:
        stamp = parse_timestamp(f"{weekday}, 5 {name} {year}", zone="UTC")
    except TimestampError as error:
        assert not days
        assert re.search(f"{calendar}, which is not read", str(error))
    else:
        assert stamp.value.date() == days[0]
        assert stamp.rule.endswith(f"by the {calendar}")


@pytest.mark.parametrize("calendar", ["Persian calendar", "Islamic calendar", "Ethiopian calendar"])
def test_days_of_a_calendar_follow_each_other(calendar: str) -> None:
    first = {"Persian calendar": 1350, "Islamic calendar": 1400}.get(calendar, 1980)
    found: list[date] = []
    for year in range(first, first + 60):
        for month in range(1, 14):
            days = [list_days(calendar, year, month, day)[:1] for day in range(1, 32)]
            found += [day for each in days for day in each]
    assert all(later - day <= timedelta(days=1) for day, later in pairwise(found))
    assert len(set(found)) >= 60 * 354
