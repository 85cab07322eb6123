"""Records to candidates: ids, statuses, sections, times, and every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from feedpub.articles.identity import Identifier
from feedpub.errors import Problem
from feedpub.model import ALWAYS, Candidate, Origin, Record, SourceFile
from feedpub.settings import IdRule, Site, Source
from feedpub.systems.names import take_fields

SITE = Site(
    title="Example Voice",
    link="https://news.example.com/",
    timezone="Asia/Shanghai",
    tag="news.example.com,2020",
)
SOURCE = Source(path="sources")
TAG = "tag:news.example.com,2020:"
WHOLE: Mapping[str, object] = {
    "title": "Tea at four",
    "section": "River",
    "updated": "2020-05-25T10:00:00Z",
}


# What a system says beside the fields of the contract.
INTERNAL = ("default_section", "zone")


def make_record(
    fields: Mapping[str, object], below: str = "2020/tea.json", *, single: bool = True
) -> Record:
    path = Path("/site/sources")
    file = SourceFile(path / below, f"sources/{below}", below, path, 0)
    internal = {name: value for name, value in fields.items() if name in INTERNAL}
    taken = {**take_fields(fields), **internal}
    return Record(Origin(file, 0, 1 if single else 7, single), taken, 0)


def identify(
    fields: Mapping[str, object],
    source: Source = SOURCE,
    below: str = "2020/tea.json",
    *,
    single: bool = True,
    site: Site = SITE,
) -> tuple[Candidate | None, list[Problem]]:
    problems: list[Problem] = []
    record = make_record(fields, below, single=single)
    return Identifier(site, source).identify(record, problems), problems


def identify_well(
    fields: Mapping[str, object], source: Source = SOURCE, below: str = "2020/tea.json"
) -> Candidate:
    candidate, problems = identify(fields, source, below)
    assert problems == []
    assert candidate is not None
    return candidate


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


LINK = "https://news.example.com/2020/05/c_123456.html?p=2#top"
BY_LINK = IdRule(source="link", match="c_([0-9]+)")


@pytest.mark.parametrize(
    ("given", "settings", "key"),
    [
        # The record's own id: a URI as it is, else as a key.
        ({"id": "urn:uuid:1225c695"}, {}, "urn:uuid:1225c695"),
        ({"id": "https://old.example.com/?p=12"}, {}, "https://old.example.com/?p=12"),
        ({"id": " tag:old.example.com,2001:a "}, {}, "tag:old.example.com,2001:a"),
        ({"id": "12"}, {}, TAG + "12"),
        ({"id": 12}, {}, TAG + "12"),
        ({"id": 10**30}, {}, TAG + "1" + "0" * 30),
        ({"id": "a b/茶?#"}, {}, TAG + "a%20b/%E8%8C%B6%3F%23"),
        ({"id": "A-._~z"}, {}, TAG + "A-._~z"),
        ({"id": "te\ud800a"}, {}, TAG + "tea"),
        ({"id": "12"}, {"id_prefix": "cms/"}, TAG + "cms/12"),
        ({"id": "urn:x:12"}, {"id_prefix": "cms/"}, "urn:x:12"),
        ({"id": "12", "link": LINK}, {"id": BY_LINK}, TAG + "12"),
        ({"id": "12", "link": LINK}, {"id": "{stem}"}, TAG + "12"),
        # Else what the source's id makes, without the prefix.
        ({"link": LINK}, {"id": BY_LINK, "id_prefix": "x"}, TAG + "123456"),
        ({"link": LINK}, {"id": IdRule(source="link", match="c_[0-9]+")}, TAG + "c_123456"),
        ({"link": LINK}, {"id": "{stem}"}, TAG + "tea"),
        ({"link": LINK}, {"id": "page/{path}"}, TAG + "page/2020/tea"),
        ({"id": " ", "link": LINK}, {"id": "{stem}"}, TAG + "tea"),
        # Else the path and query of its own link.
        ({"link": LINK}, {}, TAG + "/2020/05/c_123456.html%3Fp%3D2"),
        ({"link": "/茶/a b"}, {}, TAG + "/%E8%8C%B6/a%20b"),
        ({"link": "/%E8%8C%B6/a%20b"}, {}, TAG + "/%E8%8C%B6/a%20b"),
        ({"mainEntityOfPage": {"@id": LINK}}, {}, TAG + "/2020/05/c_123456.html%3Fp%3D2"),
        ({"link": "https://news.example.com/?p=7"}, {}, TAG + "/%3Fp%3D7"),
        ({"link": "/a"}, {"id": BY_LINK}, TAG + "/a"),
        ({"link": "/a"}, {"id": IdRule(source="link", match="(b)|a")}, TAG + "/a"),
        ({}, {"id": IdRule(source="link", match="[a-z]+")}, TAG + "2020/tea"),
        # Else, for a file that holds one record, its path.
        ({}, {}, TAG + "2020/tea"),
        ({"id": ""}, {}, TAG + "2020/tea"),
        ({"link": "https://news.example.com/"}, {}, TAG + "2020/tea"),
        ({"link": "javascript:alert(1)"}, {}, TAG + "2020/tea"),
        ({"link": 5}, {}, TAG + "2020/tea"),
        ({}, {"id": BY_LINK}, TAG + "2020/tea"),
        ({}, {"link": "https://news.example.com/{stem}.html"}, TAG + "2020/tea"),
    ],
)
def test_makes_id_by_the_first_rule_that_gives_one(
    given: Mapping[str, object], settings: Mapping[str, object], key: str
) -> None:
    source = msgspec.structs.replace(SOURCE, **settings)
    candidate, _ = identify({**WHOLE, **given}, source)
    assert candidate is not None
    assert candidate.id == key


@pytest.mark.parametrize(
    ("below", "key"),
    [
        ("tea.txt", "tea"),
        ("River Voice/茶.txt", "River%20Voice/%E8%8C%B6"),
        ("a/b.c/tea.final.json.gz", "a/b.c/tea.final"),
        ("TEA.JSON", "TEA"),
    ],
)
def test_an_id_from_a_path_has_no_suffix(below: str, key: str) -> None:
    candidate, _ = identify(WHOLE, below=below)
    assert candidate is not None
    assert candidate.id == TAG + key


@pytest.mark.parametrize(
    "settings",
    [{}, {"id": "{stem}"}, {"id": "{path}"}, {"id": BY_LINK}, {"link": "/{stem}.html"}],
)
@pytest.mark.parametrize("given", [{}, {"link": "https://news.example.com/"}, {"id": " "}])
def test_a_record_in_a_file_of_many_needs_an_id_or_a_link(
    settings: Mapping[str, object], given: Mapping[str, object]
) -> None:
    source = msgspec.structs.replace(SOURCE, **settings)
    candidate, problems = identify({**WHOLE, **given}, source, "export.jsonl", single=False)
    assert candidate is None
    assert [(p.severity, p.field, p.kind) for p in problems] == [("error", "id", "missing")]
    assert str(problems[0]).startswith("sources/export.jsonl:7: id: is missing")


@pytest.mark.parametrize("value", [True, 1.5, ["12"], {"value": "12"}])
def test_refuses_an_id_that_is_neither_text_nor_whole_number(value: object) -> None:
    candidate, problems = identify({**WHOLE, "id": value})
    assert candidate is None
    assert [(p.field, p.kind, p.value) for p in problems] == [("id", "malformed", str(value))]


# Every record and the change after which no reader may see it as new.
@pytest.mark.parametrize(
    "start", [{"id": "12"}, {"link": LINK}, {"id": "urn:x:12", "link": LINK}, {}]
)
@pytest.mark.parametrize(
    "change",
    [
        {"title": "Tea at five"},
        {"title": "茶"},
        {"section": "Culture"},
        {"section": ["Culture", "River"]},
        {"updated": "2021-01-01"},
        {"published": "2019-01-01"},
        {"author": "Li Wei", "summary": "Tea", "content_html": "<p>Tea</p>", "images": "a.jpg"},
        {"status": "retracted"},
        {"status": "withdrawn"},
    ],
)
def test_the_id_stays_whatever_the_record_changes(
    start: Mapping[str, object], change: Mapping[str, object]
) -> None:
    before, after = identify({**WHOLE, **start})[0], identify({**WHOLE, **start, **change})[0]
    assert before is not None
    assert after is not None
    assert before.id == after.id


@pytest.mark.parametrize(
    "link",
    [
        "http://news.example.com/2020/05/c_123456.html?p=2#top",
        "https://www.example.org/2020/05/c_123456.html?p=2",
        "https://news.example.com:8443/2020/05/c_123456.html?p=2#end",
        "//news.example.com/2020/05/c_123456.html?p=2",
        "/2020/05/c_123456.html?p=2",
        "/2020/05/c%5F123456.html?p=2",
    ],
)
def test_the_id_stays_whatever_scheme_host_and_place_a_link_has(link: str) -> None:
    before, after = identify_well({**WHOLE, "link": LINK}), identify_well({**WHOLE, "link": link})
    assert before.id == after.id


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another Voice"},
        {"link": "https://www.example.org/"},
        {"feeds": "https://cdn.example.org/"},
        {"timezone": "UTC"},
        {"language": "zh-CN"},
    ],
)
@pytest.mark.parametrize("start", [{"id": "12"}, {"link": LINK}, {"link": "/a"}, {}])
def test_the_id_stays_whatever_the_site_changes_but_its_tag(
    start: Mapping[str, object], change: Mapping[str, str]
) -> None:
    before, _ = identify({**WHOLE, **start})
    site = msgspec.structs.replace(SITE, **change)
    after, _ = identify({**WHOLE, **start}, site=site)
    site = msgspec.structs.replace(site, tag="example.org,2021")
    moved, _ = identify({**WHOLE, **start}, site=site)
    assert before is not None and after is not None and moved is not None
    assert before.id == after.id != moved.id


@pytest.mark.parametrize(
    ("change", "below"),
    [
        ({"link": "https://www.example.org/{section}/{path}.html"}, "2020/tea.json"),
        ({"section": "Culture", "author": "Li", "timezone": "UTC"}, "2020/tea.json"),
        ({}, "2020/tea.txt"),
        ({}, "2020/tea.json.gz"),
    ],
)
def test_an_id_from_a_path_stays_whatever_the_source_changes(
    change: Mapping[str, str], below: str
) -> None:
    source = msgspec.structs.replace(SOURCE, path="elsewhere", **change)
    candidate, _ = identify(WHOLE, source, below)
    assert candidate is not None
    assert candidate.id == TAG + "2020/tea"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, "published"),
        ("", "published"),
        ("published", "published"),
        ("publish", "published"),
        ("live", "published"),
        ("draft", "left out"),
        ("private", "left out"),
        ("pending", "left out"),
        ("withheld", "left out"),
        ("canceled", "left out"),
        ("withdrawn", "withdrawn"),
        ("retracted", "retracted"),
    ],
)
def test_knows_every_status(status: str | None, expected: str) -> None:
    assert identify_well({**WHOLE, "status": status}).status == expected


@pytest.mark.parametrize(
    "status", ["deleted", "publishd", "cancelled", "offline", 1, True, ["draft"], {"a": 1}, "草稿"]
)
def test_any_other_status_leaves_the_record_out_with_a_warning(status: object) -> None:
    candidate, problems = identify({**WHOLE, "status": status})
    assert candidate is not None and candidate.status == "left out"
    (problem,) = problems
    shown = status if isinstance(status, str) else repr(status)
    assert (problem.severity, problem.field, problem.value) == ("warning", "status", shown)
    for word in ("published", "publish", "live", "draft", "private", "pending", "withheld"):
        assert word in problem.message
    for word in ("canceled", "withdrawn", "retracted"):
        assert word in problem.message


@pytest.mark.parametrize(
    ("status", "word"),
    [("Draft", "left out"), ("PUBLISHED", "published"), (" Withdrawn ", "withdrawn")],
)
def test_a_status_is_read_in_any_case(status: str, word: str) -> None:
    assert identify_well({**WHOLE, "status": status}).status == word


@pytest.mark.parametrize(
    ("given", "id"),
    [
        ({"id": "12"}, TAG + "12"),
        ({"link": "/a"}, TAG + "/a"),
        ({"id": "12", "title": ["no text"], "section": True}, TAG + "12"),
    ],
)
def test_a_withdrawal_needs_only_its_id(given: Mapping[str, object], id: str) -> None:
    candidate, problems = identify(
        {"status": "withdrawn", **given}, below="export.jsonl", single=False
    )
    assert candidate is not None
    assert (candidate.id, candidate.status, candidate.updated) == (id, "withdrawn", ALWAYS)
    assert problems == []


def test_a_withdrawal_without_an_id_is_an_error() -> None:
    candidate, problems = identify({"status": "withdrawn"}, below="export.jsonl", single=False)
    assert candidate is None
    assert [(p.severity, p.field) for p in problems] == [("error", "id")]


def test_a_withdrawal_with_a_time_of_its_own_is_as_new_as_that() -> None:
    assert identify_well({**WHOLE, "status": "withdrawn"}).updated == seconds(
        "2020-05-25T10:00:00Z"
    )


def test_a_withdrawal_whose_time_is_refused_is_done_with_a_warning() -> None:
    candidate, problems = identify({"id": "12", "status": "withdrawn", "updated": "soon"})
    assert candidate is not None
    assert candidate.updated == ALWAYS
    assert [(p.severity, p.field, p.value) for p in problems] == [("warning", "updated", "soon")]


@pytest.mark.parametrize("status", ["draft", "private", "pending", "withheld", "canceled"])
def test_a_record_that_is_left_out_is_silent_whatever_it_lacks(status: str) -> None:
    assert identify({"status": status, "updated": "soon"}, single=False, below="a.jsonl") == (
        None,
        [],
    )
    assert identify({"status": status, "id": "12"})[1] == []


def test_a_retraction_needs_what_an_article_needs() -> None:
    candidate, problems = identify({"id": "12", "status": "retracted"}, below="tea.json")
    assert candidate is None
    assert {p.field for p in problems} == {"title", "updated"}


@pytest.mark.parametrize(
    ("given", "settings", "below", "sections"),
    [
        # The record's, else the source's, else the name of its folder below the source.
        ({"section": "River"}, {"section": "Culture"}, "Harbor/tea.json", ("River",)),
        ({"section": ["River", "Tea"]}, {}, "tea.json", ("River", "Tea")),
        ({"breadcrumb": "Home>River"}, {}, "tea.json", ("River",)),
        ({"section": "River › Boats »"}, {}, "tea.json", ("Boats",)),
        ({"section": "Arts/Culture"}, {}, "tea.json", ("Arts/Culture",)),
        ({}, {"section": "Culture"}, "Harbor/tea.json", ("Culture",)),
        ({"section": []}, {"section": "Culture"}, "Harbor/tea.json", ("Culture",)),
        ({"section": "Home>"}, {"section": "Culture"}, "Harbor/tea.json", ("Culture",)),
        ({"section": " "}, {}, "Harbor/tea.json", ("Harbor",)),
        ({}, {}, "2020/Harbor &amp; Sea/tea.json", ("Harbor & Sea",)),
        ({"articleSection": {"name": "River"}}, {}, "tea.json", ("River",)),
    ],
)
def test_finds_the_sections(
    given: Mapping[str, object],
    settings: Mapping[str, str],
    below: str,
    sections: tuple[str, ...],
) -> None:
    fields = {name: value for name, value in WHOLE.items() if name != "section"}
    source = msgspec.structs.replace(SOURCE, **settings)
    candidate, problems = identify({**fields, **given}, source, below)
    assert problems == []
    assert candidate is not None
    assert candidate.sections == sections


def test_a_record_without_any_section_is_in_the_one_named_for_the_site() -> None:
    candidate = identify_well({**WHOLE, "section": None}, below="tea.json")
    assert candidate.sections == (SITE.title,)


def test_a_system_gives_a_section_where_record_and_source_do_not() -> None:
    given = {**WHOLE, "section": None, "default_section": "Notes"}
    assert identify_well(given, below="posts/story/index.json").sections == ("Notes",)


@pytest.mark.parametrize(("own", "hour"), [(None, 10), ("Europe/Berlin", 8)])
def test_a_system_s_zone_counts_unless_the_source_has_its_own(own: str | None, hour: int) -> None:
    record = make_record(
        {**WHOLE, "updated": "2020-05-25 10:00", "zone": "UTC"}, "tea.json", single=True
    )
    candidate = Identifier(SITE, Source(path="s", timezone=own)).identify(record, [])
    assert candidate is not None
    assert datetime.fromtimestamp(candidate.updated, UTC).hour == hour


@pytest.mark.parametrize(
    ("given", "updated", "published"),
    [
        ({"updated": "2020-05-25T10:00:00Z"}, "2020-05-25T10:00:00+00:00", None),
        # A time that names no zone is in the site's.
        ({"updated": "2020-05-25 10:00"}, "2020-05-25T10:00:00+08:00", None),
        ({"updated": "2020-05-25"}, "2020-05-25T00:00:00+08:00", None),
        # Updated falls back on published; published is never invented.
        (
            {"updated": None, "published": "2020-05-25T10:00:00Z"},
            "2020-05-25T10:00:00+00:00",
            "2020-05-25T10:00:00+00:00",
        ),
        (
            {"updated": "2020-05-26", "published": "2020-05-25"},
            "2020-05-26T00:00:00+08:00",
            "2020-05-25T00:00:00+08:00",
        ),
        # Coarser than published, and the same day or minute: not earlier.
        (
            {"updated": "2020-05-25", "published": "2020-05-25T10:00:00+08:00"},
            "2020-05-25T00:00:00+08:00",
            "2020-05-25T10:00:00+08:00",
        ),
        (
            {"updated": "2020-05-25 10:00", "published": "2020-05-25T02:00:30Z"},
            "2020-05-25T10:00:00+08:00",
            "2020-05-25T10:00:30+08:00",
        ),
    ],
)
def test_reads_the_times(given: Mapping[str, object], updated: str, published: str | None) -> None:
    candidate = identify_well({**WHOLE, **given})
    assert candidate.updated == seconds(updated)
    assert candidate.published == (None if published is None else seconds(published))


@pytest.mark.parametrize(
    ("given", "precisions"),
    [
        ({"updated": "2020-05-25"}, ("day", None)),
        ({"updated": "2020-05-25 10:00"}, ("minute", None)),
        ({"updated": "2020-05-25T10:00:00Z"}, ("second", None)),
        ({"updated": None, "published": "2020-05-25"}, ("day", "day")),
        ({"updated": "2020-05-25 10:00", "published": "2020-05-25"}, ("minute", "day")),
    ],
)
def test_keeps_the_precision_of_the_times(
    given: Mapping[str, object], precisions: tuple[str, str | None]
) -> None:
    candidate = identify_well({**WHOLE, **given})
    assert (candidate.updated_precision, candidate.published_precision) == precisions


def test_the_zone_of_a_source_stands_before_that_of_the_site() -> None:
    source = Source(path="sources", timezone="Europe/Berlin")
    candidate = identify_well({**WHOLE, "updated": "2020-05-25 10:00"}, source)
    assert candidate.updated == seconds("2020-05-25T10:00:00+02:00")


@pytest.mark.parametrize(
    "published", ["2020-05-25T10:00:01Z", "2020-05-26", "2020-05-25T10:01:00Z"]
)
def test_updated_before_published_is_a_warning(published: str) -> None:
    candidate, problems = identify({**WHOLE, "published": published})
    assert candidate is not None
    assert [(p.severity, p.field, p.kind) for p in problems] == [
        ("warning", "updated", "inconsistent")
    ]


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"updated": None}, ["updated"]),
        ({"updated": "when tea is ready"}, ["updated"]),
        ({"updated": None, "published": "when tea is ready"}, ["published"]),
        # One that can be read does not excuse one that cannot.
        ({"published": "when tea is ready"}, ["published"]),
        ({"updated": "when tea is ready", "published": "2020-05-25"}, ["updated"]),
        ({"updated": True}, ["updated"]),
        ({"updated": ["2020-05-25"]}, ["updated"]),
        ({"updated": {"date": "2020-05-25"}}, ["updated"]),
    ],
)
def test_refuses_a_record_without_a_sure_time(
    given: Mapping[str, object], fields: list[str]
) -> None:
    candidate, problems = identify({**WHOLE, **given})
    assert candidate is None
    assert [(p.severity, p.field) for p in problems] == [("error", field) for field in fields]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        (None, "missing"),
        ("", "missing"),
        (" <b> </b>&nbsp;", "missing"),
        ("\x00\ud800", "missing"),
        (["Tea"], "malformed"),
        ({"text": "Tea"}, "malformed"),
        (True, "malformed"),
    ],
)
def test_refuses_a_record_without_a_title(title: object, kind: str) -> None:
    candidate, problems = identify({**WHOLE, "title": title})
    assert candidate is None
    assert [(p.severity, p.field, p.kind) for p in problems] == [("error", "title", kind)]


def test_names_all_faults_of_a_record_at_once() -> None:
    candidate, problems = identify(
        {"id": True, "title": " ", "section": [5, None, True], "updated": "a"}
    )
    assert candidate is None
    assert {p.field for p in problems} == {"id", "title", "section", "updated"}
    assert {p.severity for p in problems} == {"error"}


def test_names_both_times_where_both_are_refused() -> None:
    candidate, problems = identify({**WHOLE, "updated": "soon", "published": "later"})
    assert candidate is None
    assert sorted((p.field, p.value) for p in problems) == [
        ("published", "later"),
        ("updated", "soon"),
    ]


def test_a_problem_names_the_line_of_its_field() -> None:
    record = make_record({"title": "Tea", "section": "River", "updated": "soon"}, "tea.txt")
    record = Record(record.origin, record.fields, 0, {"updated": 5})
    problems: list[Problem] = []
    assert Identifier(SITE, SOURCE).identify(record, problems) is None
    assert str(problems[0]).startswith('sources/tea.txt:5: updated: "soon" ')
