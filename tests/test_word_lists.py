"""Word lists: how they load, and that every word does what its example says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import pytest
from tools.cldr_words import CLDR, render

from feedpub.articles.twins import is_twin
from feedpub.errors import TimestampError
from feedpub.model import Timestamp
from feedpub.pages import split_caption
from feedpub.pages.author_names import read_authors, split_authors
from feedpub.pages.bylines import Line
from feedpub.pages.datelines import begins_with_dateline
from feedpub.pages.html_figures import split_credit
from feedpub.pages.remnants import is_remnant_line, is_size_choice
from feedpub.pages.text_page import read_text_page
from feedpub.text import (
    PLACE_NAME,
    find_host_kind,
    link_key,
    load_words,
    page_key,
    split_breadcrumb,
)
from feedpub.text.word_lists import _list_words
from feedpub.timestamps import (
    find_labels,
    find_stamps,
    is_relative,
    load_zone,
    parse_timestamp,
    tidy_text,
    zone_names,
)
from feedpub.timestamps.words import MONTHS, WEEKDAYS


def test_list_in_a_table_has_one_text_for_all_its_words() -> None:
    lines: dict[str, str | list[str]] = {"A lake. ({})": ["AFP", "VCG"], "Xinhua": "(Xinhua)"}
    assert _list_words("agencies", lines) == {
        "AFP": "A lake. (AFP)",
        "VCG": "A lake. (VCG)",
        "Xinhua": "(Xinhua)",
    }


def test_refuses_word_that_stands_twice() -> None:
    with pytest.raises(ValueError, match=r'\[months\] lists "mar" twice'):
        _list_words("months", {"3": ["mar"], "2": ["mar"]})


def list_rows(package: str, name: str, *tables: str) -> list[tuple[str, str]]:
    """List the words of tables and their texts."""
    return [row for table in tables for row in load_words(package, name)[table].items()]


HOSTS = ("feedpub.text", "hosts")
HOME = "news.example.com"


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (kind, address)
        for kind, table in (
            *((k, k) for k in ("local", "private", "preview")),
            ("preview", "stages"),
        )
        for _, address in list_rows(*HOSTS, table)
    ],
)
def test_host_is_not_one_of_a_site_for_readers(kind: str, address: str) -> None:
    assert find_host_kind(urlsplit(address).hostname or "", HOME) == kind


def has_no_file(name: str) -> bool:
    """Say that no file is beside a page."""
    return False


@pytest.mark.parametrize(
    ("word", "link"), list_rows("feedpub.text", "tracking", "parameters", "prefixes", "indexes")
)
def test_link_leads_to_the_same_page(word: str, link: str) -> None:
    assert word in link
    assert page_key(link_key(link)) == "/tea"


REMNANTS = ("feedpub.pages", "remnants")


@pytest.mark.parametrize(("pattern", "line"), list_rows(*REMNANTS, "sizes"))
def test_line_chooses_the_size_of_the_text(pattern: str, line: str) -> None:
    assert re.fullmatch(pattern, line, re.IGNORECASE)
    assert is_size_choice(line)


@pytest.mark.parametrize(
    ("pattern", "line"), list_rows(*REMNANTS, "sizes", "labels", "calls", "related", "headings")
)
def test_line_is_a_remnant(pattern: str, line: str) -> None:
    assert re.fullmatch(pattern, line, re.IGNORECASE)
    assert is_remnant_line(line)
    assert not is_remnant_line(f"The river said {line} to all of them.")


STAMPS = ("feedpub.timestamps", "words")
LINES = ("feedpub.timestamps", "lines")


def read(text: str, zone: str = "Asia/Shanghai") -> Timestamp:
    return parse_timestamp(text, zone=zone)


def refuse(text: str) -> str:
    """Give the kind of a text's refusal."""
    with pytest.raises(TimestampError) as caught:
        read(text)
    return caught.value.kind


@pytest.mark.parametrize(("name", "number"), list_rows(*STAMPS, "months"))
def test_month_is_read(name: str, number: str) -> None:
    assert read(f"25 {name} 2020").value.month == int(number)


def test_months_of_every_language_are_read() -> None:
    read_as = {name: read(f"25 {name} 2020", "UTC").value.month for name in MONTHS}
    assert read_as == MONTHS
    assert len(MONTHS) > 3000


@pytest.mark.parametrize(("name", "text"), list_rows(*STAMPS, "english_months"))
def test_english_month_is_read(name: str, text: str) -> None:
    assert read(text).value.month == MONTHS[name]


@pytest.mark.parametrize(("name", "text"), list_rows(*STAMPS, "english_weekdays"))
def test_english_weekday_is_read(name: str, text: str) -> None:
    assert find_stamps(text)[0].weekday == WEEKDAYS[name]


def test_names_are_those_of_cldr() -> None:
    assert CLDR.read_text(encoding="utf-8") == render(), "run `python -m tools.cldr_words`"


@pytest.mark.parametrize(("name", "number"), list_rows(*STAMPS, "weekdays"))
def test_weekday_is_read(name: str, number: str) -> None:
    forms = (
        f"{name}, 2020-05-25",
        f"2020-05-25 星期{name}",
        f"2020-05-25 {name}曜日",
        f"2020-05-25({name})",
    )
    found = [stamp.weekday for form in forms for stamp in find_stamps(form) if stamp.text == form]
    assert int(number) in found


@pytest.mark.parametrize(("word", "hours"), list_rows(*STAMPS, "parts_of_day"))
def test_part_of_the_day_is_read(word: str, hours: str) -> None:
    spans = [span.split("-") for span in hours.split()]
    hour = 12 if hours == "11-13" else int(spans[0][1])
    for text in (
        f"2020-05-25 {hour % 12 or 12}:32 {word}",
        f"2020-05-25 {word}{hour % 12 or 12}:32",
    ):
        try:
            assert read(text).value.hour == hour
        except TimestampError:  # not every word can stand on either side
            continue
        return
    pytest.fail(f"{word} is not read on either side")


@pytest.mark.parametrize(("word", "text"), list_rows(*STAMPS, "short_parts_of_day"))
def test_short_part_of_the_day_ends_a_text(word: str, text: str) -> None:
    assert read(text).precision == "minute"
    assert refuse(f"{text} Figaro") in ("unparseable", "ambiguous")


@pytest.mark.parametrize(("letters", "hours"), list_rows(*STAMPS, "rfc822_zones"))
def test_letters_of_rfc822_are_read(letters: str, hours: str) -> None:
    value = read(f"Mon, 25 May 2020 10:32 {letters}", "UTC").value
    assert value.utcoffset() == timedelta(hours=int(hours))


@pytest.mark.parametrize(("letters", "hours"), list_rows(*STAMPS, "zone_letters"))
def test_letters_may_only_explain_their_offsets(letters: str, hours: str) -> None:
    for text in hours.split():
        offset = timezone(timedelta(hours=float(text)))
        read(f"{datetime(2020, 5, 25, 10, tzinfo=offset).isoformat()} {letters}")
    assert refuse(f"2020-05-25T10:00:00-11:30 {letters}") == "inconsistent"


@pytest.mark.parametrize(("letters", "text"), list_rows(*STAMPS, "wordlike_zones"))
def test_word_behind_a_date_is_no_zone(letters: str, text: str) -> None:
    assert find_stamps(text)[0].zones == ()
    assert find_stamps(text.replace(letters, "10:32 " + letters))[0].zones


@pytest.mark.parametrize(("phrase", "zone"), list_rows(*STAMPS, "zone_phrases"))
def test_phrase_means_its_zone(phrase: str, zone: str) -> None:
    here = read("2020-05-25 10:32", "UTC" if zone != "UTC" else "Asia/Tokyo").value
    assert read(f"2020-05-25 10:32 {phrase}", "Asia/Kolkata") != here
    value = read(f"2020-05-25 10:32 {phrase}", "Asia/Kolkata").value
    assert value == read("2020-05-25 10:32", zone).value


@pytest.mark.parametrize(("era", "days"), list_rows(*STAMPS, "eras"))
def test_era_is_read(era: str, days: str) -> None:
    first, _, last = days.partition(" ")
    short = len(era) == 1
    for day in filter(None, (first, last)):
        year, month, of_month = map(int, day.split("-"))
        number = year - int(first[:4]) + 1
        text = (
            f"{era}{number}.{month}.{of_month}"
            if short
            else f"{era}{number}年{month}月{of_month}日"
        )
        assert read(text).value.date().isoformat() == day
        if last:
            late = f"{era}{number + 90}年{month}月{of_month}日"
            assert short or refuse(late) == "out-of-range"


@pytest.mark.parametrize(("letters", "zone"), list_rows(*STAMPS, "own_letters"))
def test_letters_are_those_of_the_zone(letters: str, zone: str) -> None:
    assert read(f"2020-05-25 10:32 {letters}", zone).value == read("2020-05-25 10:32", zone).value
    assert refuse(f"2020-05-25 10:32 {letters}") == "ambiguous-timezone"


@pytest.mark.parametrize(("letters", "same"), list_rows(*STAMPS, "same_letters"))
def test_letters_mean_the_same_zone(letters: str, same: str) -> None:
    for name in sorted(zone_names()):
        zone = load_zone(name)
        called = {datetime(2020, month, 5, tzinfo=zone).tzname() for month in (1, 7)}
        if set(same.split()) <= called:
            break
    value = parse_timestamp(f"2020-05-25 10:32 {letters}", zone=zone).value
    assert value == parse_timestamp("2020-05-25 10:32", zone=zone).value


@pytest.mark.parametrize(("word", "text"), list_rows(*STAMPS, "zone_words"))
def test_word_for_time_leaves_the_zone_in_doubt(word: str, text: str) -> None:
    assert refuse(text) == "ambiguous-timezone"


LABELS = load_words("feedpub.timestamps", "labels")


@pytest.mark.parametrize(
    ("kind", "pattern", "text"),
    [(kind, *row) for kind, words in LABELS.items() for row in words.items()],
)
def test_text_begins_with_a_label(kind: str, pattern: str, text: str) -> None:
    tidy = tidy_text(text) or ""
    label = find_labels(tidy, find_stamps(tidy))[0]
    assert (label.start, label.kind) == (0, kind.removeprefix("leading_"))
    match = re.match(pattern, tidy, re.IGNORECASE)
    assert match is not None and match.end() == label.end


@pytest.mark.parametrize(("pattern", "text"), list_rows(*LINES, "relative", "unspaced_relative"))
def test_text_is_relative(pattern: str, text: str) -> None:
    assert re.search(pattern, text, re.IGNORECASE)
    assert is_relative(text)
    assert refuse(text) in ("relative-needs-now", "incomplete")


@pytest.mark.parametrize(
    ("pattern", "text"),
    list_rows(
        *LINES,
        *(
            "clock_words",
            "unspaced_clock_words",
            "before",
            "unspaced_before",
            "other_times",
            "unspaced_other_times",
        ),
    ),
)
def test_word_beside_a_stamp_leaves_it_in_doubt(pattern: str, text: str) -> None:
    found = re.search(pattern, text, re.IGNORECASE)
    assert found is not None
    assert refuse(text) in ("unparseable", "ambiguous", "inconsistent")
    rest = (text[: found.start()] + text[found.end() :]).strip(" :：")
    assert read(re.sub(r"\| River|\bin the\b|\bat\b", "", rest))


@pytest.mark.parametrize(("place", "text"), list_rows(*LINES, "places"))
def test_place_behind_a_time_may_be_its_zone(place: str, text: str) -> None:
    assert refuse(text) == "ambiguous-timezone"


@pytest.mark.parametrize(("word", "text"), list_rows(*LINES, "glued", "glued_endings"))
def test_word_behind_a_chinese_stamp_ends_it(word: str, text: str) -> None:
    assert read(text).value.day == 25
    assert refuse(text.replace(word, "召开")) == "unparseable"


@pytest.mark.parametrize(("word", "text"), list_rows(*LINES, "harmless", "harmless_endings"))
def test_word_may_touch_a_time(word: str, text: str) -> None:
    assert read(text).value.day == 25
    assert refuse(text.replace(word, "강변")) == "ambiguous"


@pytest.mark.parametrize(("word", "text"), list_rows(*LINES, "numbered", "events"))
def test_time_is_of_something_else(word: str, text: str) -> None:
    assert refuse(text) in ("unparseable", "ambiguous")
    assert read(text.removeprefix(word))


@pytest.mark.parametrize(("pattern", "text"), list_rows(*LINES, "counts", "views"))
def test_count_is_no_part_of_a_date(pattern: str, text: str) -> None:
    assert re.search(pattern, tidy_text(text) or "", re.IGNORECASE)
    assert read(text).value.day == 25


@pytest.mark.parametrize(("word", "text"), list_rows(*LINES, "small_words"))
def test_small_word_makes_no_sentence(word: str, text: str) -> None:
    assert read(text).value.day == 25
    assert refuse(text.replace(f" {word} ", " grows ")) == "unparseable"


CREDITS = ("feedpub.text", "credit_words")
CAPTIONS = ("feedpub.pages", "captions")


@pytest.mark.parametrize(("pattern", "line"), list_rows(*CREDITS, "kinds", "rare_kinds"))
def test_credit_begins_with_a_kind(pattern: str, line: str) -> None:
    assert re.search(rf"\({pattern}:", line, re.IGNORECASE)
    assert split_caption(line) == ("A lake.", "Anna Berg")
    other = re.sub(pattern, "Tall", line, flags=re.IGNORECASE)
    assert split_caption(other) == (other, None)


@pytest.mark.parametrize(("pattern", "line"), list_rows(*CREDITS, "foreign_kinds", "sources"))
def test_line_of_an_html_page_is_a_credit(pattern: str, line: str) -> None:
    assert re.match(pattern, line, re.IGNORECASE)
    caption, credit = split_credit(f"[{line}]")
    assert caption is None and credit in ("Anna Berg", "新华社", "王小明")


@pytest.mark.parametrize(("pattern", "name"), list_rows(*CREDITS, "place_names"))
def test_element_holds_a_credit(pattern: str, name: str) -> None:
    assert re.search(pattern, name) and re.search(PLACE_NAME, name)


@pytest.mark.parametrize(("name", "line"), list_rows(*CREDITS, "agencies"))
def test_agency_alone_is_a_credit(name: str, line: str) -> None:
    assert split_caption(line) == ("A lake.", name)


@pytest.mark.parametrize(("pattern", "line"), list_rows(*CAPTIONS, "obtained"))
def test_way_to_obtain_is_part_of_the_credit(pattern: str, line: str) -> None:
    caption, credit = split_caption(line)
    assert caption == "A lake." and re.match(pattern, credit or "", re.IGNORECASE)


@pytest.mark.parametrize(("pattern", "line"), list_rows(*CAPTIONS, "nobody"))
def test_credit_names_nobody(pattern: str, line: str) -> None:
    named = re.sub(r"\(Photo:? ", "", line.removeprefix("A lake. ")).rstrip(")")
    assert re.match(pattern, named)
    assert split_caption(line)[1] is None


@pytest.mark.parametrize(
    ("word", "line"),
    list_rows(*CAPTIONS, "agency_endings", "unspaced_agency_endings"),
)
def test_name_is_an_agency_by_its_end(word: str, line: str) -> None:
    assert split_caption(line)[1] is not None
    assert split_caption(line.replace(word, "Boat" if word.isascii() else "船"))[1] is None


@pytest.mark.parametrize(("name", "line"), list_rows(*CAPTIONS, "releasing"))
def test_agency_releases(name: str, line: str) -> None:
    assert split_caption(line) == ("一个湖。", name)


@pytest.mark.parametrize(("name", "line"), list_rows(*CAPTIONS, "countries"))
def test_country_is_no_agency(name: str, line: str) -> None:
    assert split_caption(line) == (line, None)
    assert split_caption(line.replace(name, "QRX"))[1] == "QRX/Anna Berg"


@pytest.mark.parametrize(("word", "line"), list_rows(*CAPTIONS, "small_words"))
def test_credit_holds_a_small_word(word: str, line: str) -> None:
    bare = line.replace("(", "").replace(")", "")
    assert split_caption(bare) == ("A lake.", f"Anna {word} Berg")
    assert split_caption(bare.replace(f" {word} ", " grows "))[1] is None


@pytest.mark.parametrize(("word", "line"), list_rows(*CAPTIONS, "abbreviations"))
def test_abbreviation_keeps_its_period(word: str, line: str) -> None:
    assert split_caption(line)[1] == f"Apple {word}."


BYLINES = ("feedpub.pages", "bylines")
AUTHORS = ("feedpub.pages", "author_names")


@pytest.mark.parametrize(("word", "line"), list_rows(*AUTHORS, "and"))
def test_word_parts_two_names(word: str, line: str) -> None:
    assert read_authors(line) == ["Anna Berg", "Karl Lenz"]


@pytest.mark.parametrize(("word", "text"), list_rows(*AUTHORS, "and_between_people"))
def test_word_parts_two_people_and_no_name(word: str, text: str) -> None:
    assert split_authors(text) == ["Anna Berg", "Karl Lenz"]
    assert split_authors(f"Ana Costa {word} Silva") == [f"Ana Costa {word} Silva"]


@pytest.mark.parametrize(("pattern", "text"), list_rows(*AUTHORS, "suffixes"))
def test_suffix_belongs_to_the_name_before_it(pattern: str, text: str) -> None:
    name = text.replace(pattern, re.sub(r"\\|\?", "", pattern))
    assert split_authors(f"{name}, Karl Lenz") == [name, "Karl Lenz"]


@pytest.mark.parametrize(("word", "name"), list_rows(*AUTHORS, "also_names"))
def test_label_is_the_first_name_of_a_person(word: str, name: str) -> None:
    assert name.casefold().startswith(f"{word} ")
    assert split_authors(name) == [name]
    assert split_authors(f"{word.title()} Anna Berg") == ["Anna Berg"]


@pytest.mark.parametrize(
    ("word", "text"), list_rows(*AUTHORS, "organizations", "organization_ends")
)
def test_organization_is_not_parted(word: str, text: str) -> None:
    assert split_authors(text) == [text]
    assert len(split_authors(text.replace(word, "Berg" if word.isascii() else "明"))) == 2


@pytest.mark.parametrize(("word", "text"), list_rows(*AUTHORS, "surnames"))
def test_family_name_tells_names_that_spaces_part(word: str, text: str) -> None:
    assert split_authors(text) == text.split()
    assert len(split_authors(text.replace(word, "新"))) == 1


@pytest.mark.parametrize(("word", "line"), list_rows(*AUTHORS, "places"))
def test_place_is_no_part_of_a_name(word: str, line: str) -> None:
    assert read_authors(line) == ["Anna Berg"]


@pytest.mark.parametrize(("word", "line"), list_rows(*AUTHORS, "particles"))
def test_name_holds_a_particle(word: str, line: str) -> None:
    credit = Line(line).read_credits()
    assert credit is not None and credit.authors == (f"Anna {word} Berg",)
    assert Line(line.replace(f" {word} ", " grows ")).read_credits() is None


@pytest.mark.parametrize(("word", "line"), list_rows(*AUTHORS, "editors"))
def test_editor_is_no_author(word: str, line: str) -> None:
    assert word in line.lower()
    assert Line(line).read_byline().authors == ()


@pytest.mark.parametrize(("word", "line"), list_rows(*BYLINES, "counted"))
def test_count_is_no_source(word: str, line: str) -> None:
    assert Line(line).read_byline().source is None
    assert Line(line.replace(word, "River Post")).read_byline().source is not None


@pytest.mark.parametrize(
    ("word", "line"), list_rows("feedpub.pages", "text_page", "sentence_words")
)
def test_sentence_is_no_file_name(word: str, line: str) -> None:
    assert "images" not in read_text_page(f"A headline\n\n{line}", has_no_file)[0]
    line = line.replace(word, "in")
    assert "images" in read_text_page(f"A headline\n\n{line}", has_no_file)[0]


@pytest.mark.parametrize(("pattern", "line"), list_rows(*REMNANTS, "related"))
def test_line_begins_a_list_of_other_stories(pattern: str, line: str) -> None:
    page = read_text_page(f"A headline\n\nThe lock opens.\n\n{line}\n\nA heron stays", has_no_file)
    assert page.fields["content_text"] == "The lock opens."
    assert page.lists == [(5, line, 1)]


@pytest.mark.parametrize(("word", "text"), list_rows("feedpub.text", "breadcrumbs", "home"))
def test_label_is_the_home_page(word: str, text: str) -> None:
    assert text.lower().startswith(word)
    for mark in (">", "|", "·", "→"):
        assert split_breadcrumb(f"{text[: len(word)]} {mark} Harbor") == ["Harbor"]
    assert split_breadcrumb(text) == ["Harbor"]


@pytest.mark.parametrize(("word", "text"), list_rows("feedpub.pages", "datelines", "positions"))
def test_position_of_a_caption_is_no_place(word: str, text: str) -> None:
    assert not begins_with_dateline(text)
    assert begins_with_dateline(text.replace(word, "YETING"))


@pytest.mark.parametrize(("pattern", "text"), list_rows("feedpub.pages", "datelines", "beginnings"))
def test_agency_begins_a_report(pattern: str, text: str) -> None:
    assert re.search(pattern, text)
    assert begins_with_dateline(f"{text} 两只水獭回到苏音河。")
    assert not begins_with_dateline(f"两只水獭回到苏音河。 {text}")


def test_twins_of_pages_are_named_so() -> None:
    rows = load_words("feedpub.articles", "twins")["twins"]
    assert [word for word, path in rows.items() if not is_twin(path)] == []
    assert not is_twin("printers/amphora.html")
    assert not is_twin("amp/articles.jsonl")
