"""feedpub.toml: every key, every default, and every fault at once with its key's path."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from feedpub.config.checking import parse_max_rejected
from feedpub.config.loading import load_config
from feedpub.errors import ConfigError
from feedpub.settings import Config, IdRule, Section, Site, Source
from support import STANDARD_TOML, make_site, run_cli

SITE = STANDARD_TOML.partition("[[source]]")[0]
SOURCE = '[[source]]\npath = "sources"\n'
FULL = """\
[site]
title    = " <b>Example</b> &amp; Voice "
link     = "https://news.example.com"
timezone = "Asia/Shanghai"
tag      = "desk@news.example.com,2020-05-25"
feeds    = "https://cdn.example.com/f"
language = "zh-Hans-CN"
description = "All that\\nis new"
author   = "The Desk"
copyright = "© 2020"
contact  = "desk@news.example.com"
logo     = "logo.png"
limit    = 7
order    = "updated"
formats  = ["atom", "rss", "atom"]
output   = "out"
hub      = "https://hub.example.com/"
new_sections = "warn"
section_depth = 1
future   = "publish"
max_rejected = "1.5%"

[[source]]
path       = "sources"
exclude    = ["drafts/**"]
format     = "jsonl"
encoding   = "gb18030"
timezone   = "America/New_York"
date_order = "DMY"
author     = "Wire"
allow_empty = true
section    = "River"
section_depth = 2
content    = "summary"
link       = "https://news.example.com/{section}/{path}/{stem}-{id}.html"
id         = {from = "link", match = "c_([0-9]+)"}
id_prefix  = "wire/"
[source.abbreviations]
CST = "Asia/Shanghai"
EDT = "-04:00"

[[source]]
path = "sources/*.json"
id = "{stem}/{path}"

[section.zhejiang-voice]
name  = "Zhejiang Voice"
match = ["Zhejiang Voice", "ZJ &amp; Voice"]
title = "Zhejiang"
description = "Boats"
link = "https://news.example.com/zhejiang/"
language = "en-GB"
limit = 3
content = "summary"
aliases = ["old.rss", "rss/zhejiang.xml"]

[section.all]
limit = 200
"""


def load(tmp_path: Path, toml: str) -> Config:
    return load_config(make_site(tmp_path, {"sources/a.json": "{}"}, toml) / "feedpub.toml")


def find_faults(tmp_path: Path, toml: str) -> list[str]:
    site = make_site(tmp_path, {"sources/a.json": "{}"}, toml)
    with pytest.raises(ConfigError) as raised:
        load_config(site / "feedpub.toml")
    prefix = f"{site / 'feedpub.toml'}: "
    assert all(message.startswith(prefix) for message in raised.value.messages)
    return [message.removeprefix(prefix) for message in raised.value.messages]


def test_reads_every_key(tmp_path: Path) -> None:
    config = load(tmp_path, FULL)
    assert config == Config(
        path=tmp_path / "feedpub.toml",
        site=Site(
            title="Example & Voice",
            link="https://news.example.com",
            timezone="Asia/Shanghai",
            tag="desk@news.example.com,2020-05-25",
            feeds="https://cdn.example.com/f/",
            language="zh-Hans-CN",
            description="All that is new",
            author="The Desk",
            copyright="© 2020",
            contact="desk@news.example.com",
            logo="https://cdn.example.com/logo.png",
            limit=7,
            order="updated",
            formats=("atom", "rss"),
            output="out",
            hub="https://hub.example.com/",
            new_sections="warn",
            section_depth=1,
            future="publish",
            max_rejected="1.5%",
        ),
        sources=(
            Source(
                path="sources",
                exclude=("drafts/**",),
                format="jsonl",
                encoding="gb18030",
                timezone="America/New_York",
                date_order="DMY",
                author="Wire",
                allow_empty=True,
                section="River",
                section_depth=2,
                content="summary",
                link="https://news.example.com/{section}/{path}/{stem}-{id}.html",
                id=IdRule(source="link", match="c_([0-9]+)"),
                id_prefix="wire/",
                abbreviations={"CST": "Asia/Shanghai", "EDT": "-04:00"},
            ),
            Source(path="sources/*.json", id="{stem}/{path}"),
        ),
        sections={
            "zhejiang-voice": Section(
                name="Zhejiang Voice",
                match=("Zhejiang Voice", "ZJ & Voice"),
                title="Zhejiang",
                description="Boats",
                link="https://news.example.com/zhejiang/",
                language="en-GB",
                limit=3,
                content="summary",
                aliases=("old.rss", "rss/zhejiang.xml"),
            ),
            "all": Section(limit=200),
        },
    )
    assert config.folder == tmp_path
    assert config.output == tmp_path / "out"


def test_defaults_stand_for_what_is_not_set(tmp_path: Path) -> None:
    config = load(tmp_path, STANDARD_TOML)
    assert config == Config(
        path=tmp_path / "feedpub.toml",
        site=Site(
            title="Example Voice",
            link="https://news.example.com/",
            timezone="Asia/Shanghai",
            tag="news.example.com,2020",
            feeds="https://news.example.com/feeds/",
            language="en",
            description="Example Voice",
            author="Example Voice",
            copyright=None,
            contact=None,
            logo=None,
            limit=50,
            order="published",
            formats=("rss", "atom"),
            output="feeds",
            hub=None,
            future="withhold",
            max_rejected=0,
        ),
        sources=(
            Source(
                path="sources",
                exclude=(),
                format=None,
                encoding=None,
                timezone=None,
                date_order=None,
                abbreviations={},
                author=None,
                allow_empty=False,
                section=None,
                link=None,
                id=None,
                id_prefix="",
            ),
        ),
        sections={},
    )


@pytest.mark.parametrize(
    ("link", "feeds"),
    [
        ("https://news.example.com", "https://news.example.com/feeds/"),
        ("https://news.example.com/cn/", "https://news.example.com/cn/feeds/"),
        ("https://news.example.com/cn", "https://news.example.com/cn/feeds/"),
    ],
)
def test_feeds_are_served_below_the_link_by_default(tmp_path: Path, link: str, feeds: str) -> None:
    config = load(tmp_path, STANDARD_TOML.replace("https://news.example.com/", link))
    assert (config.site.link, config.site.feeds) == (link, feeds)


def test_paths_are_relative_to_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_site(tmp_path, {"site/sources/a.json": "{}", "site/feedpub.toml": STANDARD_TOML})
    monkeypatch.chdir(tmp_path)
    config = load_config("site/feedpub.toml")
    assert config.folder == tmp_path / "site"
    assert config.output == tmp_path / "site/feeds"


def test_takes_a_byte_order_mark(tmp_path: Path) -> None:
    assert load(tmp_path, "\ufeff" + STANDARD_TOML).site.title == "Example Voice"


# Each row: a line added to its table, and the fault that it is.
SITE_FAULTS = [
    ('title = ""', "site.title: is empty"),
    ('title = "<b></b>"', "site.title: is empty"),
    ("title = 5", "site.title: expected text, got a whole number"),
    ('link = "news.example.com"', 'site.link: "news.example.com" is not an http or https URL'),
    ('link = "https:///x"', 'site.link: "https:///x" has no host'),
    ('timezone = "Asia/Shanghia"', 'site.timezone: .* Did you mean "Asia/Shanghai"?'),
    ('timezone = "CST"', 'site.timezone: "CST" is not an IANA time zone.*'),
    ('timezone = "/etc/passwd"', 'site.timezone: "/etc/passwd" is not an IANA time zone.*'),
    ('tag = "news.example.com"', 'site.tag: ".*" is not a domain and a year. Write it like .*'),
    (
        'tag = "2020,news.example.com"',
        'site.tag: ".*" is not a domain and a year. Write it like .*',
    ),
    ('feeds = "feeds/"', 'site.feeds: "feeds/" is not an http or https URL'),
    (
        'language = "jp"',
        'site.language: "jp" is not a registered language, but "ja" is.',
    ),
    ('language = "en_US"', 'site.language: "en_US" is not a language tag. Write it like .*'),
    ("description = []", "site.description: expected text, got a list"),
    ("author = {}", "site.author: expected text, got a table"),
    ("copyright = 2020", "site.copyright: expected text, got a whole number"),
    ('contact = "the desk"', 'site.contact: "the desk" is not an email address. Write it like .*'),
    ('logo = "javascript:x"', 'site.logo: "javascript:x" is not an http or https URL'),
    ("limit = 0", "site.limit: 0 is too small. The minimum is 1."),
    ("section_depth = 0", "site.section_depth: 0 is too small. The minimum is 1."),
    (
        'new_sections = "refuse"',
        'site.new_sections: "refuse" is not one of "publish", "warn", "reject".*',
    ),
    ("limit = -5", "site.limit: -5 is too small. The minimum is 1."),
    ('limit = "50"', "site.limit: expected a whole number, got text"),
    ("limit = true", "site.limit: expected a whole number, got true"),
    ("limit = 5.5", "site.limit: expected a whole number, got a number"),
    ('order = "newest"', 'site.order: "newest" is not one of "published", "updated".*'),
    ('archive = "year"', 'site.archive: "year" is not .*"month".*'),
    (
        'archive = "month"\nformats = ["json"]',
        'site.archive: needs "rss" or "atom" in formats, because JSON Feed has none.',
    ),
    ("formats = []", "site.formats: is empty"),
    ('formats = ["atmo"]', 'site.formats: "atmo" is not one of "rss", .* Did you mean "atom"?'),
    ('formats = "rss"', "site.formats: expected a list, got text"),
    ('output = " "', 'site.output: " " is not the path of a folder. Write it like "feeds".'),
    ('output = "a\\u0000b"', "site.output: has the control character .*"),
    ('output = "sources"', "source[0].path: is the output folder. Choose another folder."),
    ('output = "x/../sources/"', "source[0].path: is the output folder. Choose another folder."),
    ('hub = "hub"', 'site.hub: "hub" is not an http or https URL'),
    (
        'future = "hide"',
        'site.future: "hide" is not one of "withhold", "publish", "reject".*',
    ),
    ("max_rejected = -1", 'site.max_rejected: ".*" is not a count or a share such as "1%"'),
    ('max_rejected = "few"', 'site.max_rejected: ".*" is not a count or a share such as "1%"'),
    ('max_rejected = "101%"', 'site.max_rejected: ".*" is not a count or a share such as "1%"'),
    ("max_rejected = true", "site.max_rejected: expected .*"),
    ('titel = "x"', 'site.titel: is not a setting. Did you mean "title"?'),
    ("zzz = 1", "site.zzz: is not a setting. The settings are title, link, .*"),
]
SOURCE_FAULTS = [
    ('path = "nowhere"', 'source[0].path: "nowhere" does not exist'),
    ('path = ""', 'source[0].path: "" does not exist'),
    ('path = "a\\u0000b"', "source[0].path: has the control character .*"),
    ('path = "sources/*.xml"', 'source[0].path: "sources/*.xml" matches nothing'),
    ('path = "[nowhere"', 'source[0].path: "[nowhere" matches nothing'),
    ('path = "sources/**.json"', 'source[0].path: "sources/**.json" is not a valid glob: .*'),
    ("path = 5", "source[0].path: expected text, got a whole number"),
    ('exclude = "drafts"', "source[0].exclude: expected a list, got text"),
    ("exclude = [1]", "source[0].exclude: expected text, got a whole number.*"),
    ('format = "yaml"', 'source[0].format: "yaml" is not one of .*jsonl.*'),
    ('encoding = "klingon"', 'source[0].encoding: "klingon" is not a known encoding'),
    ('encoding = "rot13"', 'source[0].encoding: "rot13" is not a known encoding'),
    ('encoding = "undefined"', 'source[0].encoding: "undefined" is not a known encoding'),
    ('encoding = "punycode"', 'source[0].encoding: "punycode" is not a known encoding'),
    ('encoding = ["gb18030", "klingon"]', 'source[0].encoding: "klingon" is not a known encoding'),
    ("encoding = []", "source[0].encoding: names no encoding. Leave it out, or name one."),
    ('encoding = "a\\u0000"', "source[0].encoding: has the control character .*"),
    ('timezone = "Mars"', 'source[0].timezone: "Mars" is not an IANA time zone.*'),
    (
        "section_depth = -1",
        "source[0].section_depth: -1 is too small. The minimum is 1.",
    ),
    (
        'date_order = "dmy"',
        'source[0].date_order: "dmy" is not one of "DMY", "MDY", "YMD". Did you mean "DMY"?',
    ),
    (
        'abbreviations = {CST = "China"}',
        'source[0].abbreviations.CST: "China" is not an IANA time zone.*',
    ),
    (
        'abbreviations = {CST = "+8"}',
        'source[0].abbreviations.CST: "+8" is not an IANA time zone.*',
    ),
    (
        'abbreviations = {CST = "+24:00"}',
        "source[0].abbreviations.CST: .* is not an IANA time zone.*",
    ),
    ("abbreviations = {CST = 8}", "source[0].abbreviations.CST: expected text, got a whole number"),
    ('allow_empty = "yes"', "source[0].allow_empty: expected true or false, got text"),
    (
        'link = "https://x.example/{slvg}"',
        "source[0].link: {slvg} is not a field of the template. The fields are {section}.*",
    ),
    (
        'link = "https://x.example/{id!r}"',
        "source[0].link: {id} is not a field of the template. .*",
    ),
    (
        'link = "https://x.example/{id:>9}"',
        "source[0].link: {id} is not a field of the template. .*",
    ),
    (
        'link = "https://x.example/{id.a}"',
        "source[0].link: {id.a} is not a field of the template. .*",
    ),
    ('link = "https://x.example/{}"', "source[0].link: {} is not a field of the template. .*"),
    ('link = "https://x.example/{id"', "source[0].link: is not a valid template: .*"),
    ('link = "mailto:{id}"', "source[0].link: .* is not an http or https URL"),
    (
        'id = "{id}"',
        "source[0].id: {id} is not a field of the template. The fields are {stem}, {path}.",
    ),
    ('id = "}"', "source[0].id: is not a valid template: .*"),
    ("id = 5", "source[0].id: expected text or a table, got a whole number"),
    ('id = {from = "link"}', "source[0].id.match: is missing"),
    ('id = {match = "x"}', "source[0].id.from: is missing"),
    (
        'id = {from = "link", match = "(x"}',
        "source[0].id.match: is not a valid regular expression: .*",
    ),
    (
        'id = {from = "link", match = "x", flags = "i"}',
        "source[0].id.flags: is not a setting. The settings are from, match.",
    ),
    # An id never comes from what changes.
    ('id = {from = "title", match = "x"}', 'source[0].id.from: ".*" is not one of "id", "link".*'),
    (
        'id = {from = "updated", match = "x"}',
        'source[0].id.from: ".*" is not one of "id", "link".*',
    ),
    (
        'id = {from = "section", match = "x"}',
        'source[0].id.from: ".*" is not one of "id", "link".*',
    ),
    ('pfad = "x"', "source[0].pfad: is not a setting. .*"),
    ('timezon = "x"', 'source[0].timezon: is not a setting. Did you mean "timezone"?'),
]
SECTION_FAULTS = [
    ("[section.x]\nlimit = 0", "section.x.limit: 0 is too small. The minimum is 1."),
    ('[section.x]\nlanguage = "de"\nlink = "y"', 'section.x.link: "y" is not an http or https URL'),
    (
        '[section.x]\nlanguage = "e"',
        'section.x.language: "e" is not a registered language.',
    ),
    (
        '[section.x]\nlanguage = "-"',
        'section.x.language: "-" is not a language tag. Write it like .*',
    ),
    ('[section.x]\nmatch = "X"', "section.x.match: expected a list, got text"),
    (
        '[section.x]\ncontent = "none"',
        'section.x.content: "none" is not one of "full", "summary".*',
    ),
    ('[section.x]\nmach = ["X"]', 'section.x.mach: is not a setting. Did you mean "match"?'),
    ("[section]\nx = 5", "section.x: expected a table"),
    ('[section."Zhe Jiang"]', "section.Zhe Jiang: is not a slug. .*"),
    ('[section."文化"]', "section.文化: is not a slug. .*"),
    (f"[section.{'a' * 61}]", f"section.{'a' * 61}: is not a slug. .*"),
    ('[section."../x"]', "section.../x: is not a slug. .*"),
    ("[section.index]", "section.index: is reserved. Choose another slug."),
    ("[section.feeds]", "section.feeds: is reserved. Choose another slug."),
    ("[section.media]", "section.media: is reserved. Choose another slug."),
    ("[section.manifest]", "section.manifest: is reserved. Choose another slug."),
    ("[section.com1]", "section.com1: is reserved. Choose another slug."),
]


NAMED_SOURCES = [f'{SOURCE}section = "{name}"\n' for name in ("Café", "Cafe", "CAFÉ")]


@pytest.mark.parametrize("tables", ["", '[section.cafe]\nname = "Café"'])
def test_two_configured_names_may_not_have_one_slug(tmp_path: Path, tables: str) -> None:
    faults = find_faults(tmp_path, "\n".join([SITE, *NAMED_SOURCES, tables]))
    pattern = 'source[1].section: "Cafe" has the slug cafe, as "Café" does. Add a table .*'
    check_single_fault(faults, pattern)


@pytest.mark.parametrize(
    "tables",
    ['[section.cafe]\nmatch = ["Café", "CAFE"]', '[section.coffee]\nname = "Cafe"'],
)
def test_tables_tell_configured_names_apart(tmp_path: Path, tables: str) -> None:
    site = make_site(tmp_path, {"sources/a.json": "{}"}, "\n".join([SITE, *NAMED_SOURCES, tables]))
    assert load_config(site / "feedpub.toml").sections.keys() <= {"cafe", "coffee"}


def add_to_site(line: str) -> str:
    key = line.partition(" =")[0]
    kept = [known for known in SITE.splitlines() if not known.startswith(f"{key} =")]
    return "\n".join([*kept, line, SOURCE])


def add_to_source(line: str) -> str:
    kept = [known for known in SOURCE.splitlines() if not known.startswith(line.split(" =")[0])]
    return "\n".join([SITE, *kept, line, ""])


@pytest.mark.parametrize(("line", "fault"), SITE_FAULTS)
def test_names_a_fault_of_the_site(tmp_path: Path, line: str, fault: str) -> None:
    check_single_fault(find_faults(tmp_path, add_to_site(line)), fault)


@pytest.mark.parametrize(("line", "fault"), SOURCE_FAULTS)
def test_names_a_fault_of_a_source(tmp_path: Path, line: str, fault: str) -> None:
    check_single_fault(find_faults(tmp_path, add_to_source(line)), fault)


@pytest.mark.parametrize(("table", "fault"), SECTION_FAULTS)
def test_names_a_fault_of_a_section(tmp_path: Path, table: str, fault: str) -> None:
    check_single_fault(find_faults(tmp_path, STANDARD_TOML + table + "\n"), fault)


def check_single_fault(faults: list[str], pattern: str) -> None:
    (fault,) = faults
    escaped = re.escape(pattern).replace(r"\.\*", ".*")
    assert re.fullmatch(escaped, fault)


@pytest.mark.parametrize(
    ("toml", "faults"),
    [
        (" ", ["site: is missing", "source: is missing. Add at least one"]),
        (SITE, ["source: is missing. Add at least one"]),
        (SITE + "[source]\npath = 'sources'", ["source: is missing. Add at least one"]),
        ("source = []\n" + SITE, ["source: is missing. Add at least one"]),
        (SOURCE, ["site: is missing"]),
        ("site = 5\nsource = [5]\nsection = 5", ["site: ", "source[0]: ", "section: "]),
        (
            "[site]\n" + SOURCE,
            ["site.title: is m", "site.link: is m", "site.timezone: is m", "site.tag: is m"],
        ),
        (SITE + "[[source]]\n", ["source[0].path: is missing"]),
        ("sites = 1\n" + STANDARD_TOML, ['sites: is not a setting. Did you mean "site"?']),
        # What one table lacks keeps no fault of another from being named.
        ("[[source]]\npath = 'nowhere'", ["site: is missing", "source[0].path: "]),
        (
            SITE + "[[source]]\npath = 'nowhere'\n[[source]]\npath = 'no/*'\nencoding = 'x'\n",
            ["source[0].path: ", "source[1].path: ", "source[1].encoding: "],
        ),
    ],
)
def test_names_what_is_missing(tmp_path: Path, toml: str, faults: list[str]) -> None:
    found = find_faults(tmp_path, toml)
    for message, start in zip(sorted(found), sorted(faults), strict=True):
        assert message.startswith(start)


def test_names_all_faults_at_once_with_their_keys(tmp_path: Path) -> None:
    toml = """\
other = 1
[site]
title = 5
link = "x"
timezone = "Mars"
tag = "x"
limit = 0
formats = ["xml"]
future = "x"
colour = "red"
[[source]]
path = "nowhere"
encoding = "x"
id = "{x}"
images = {foldr = "x"}
[[source]]
path = "no/*"
link = "{x}"
date_order = "x"
[section.index]
limit = "x"
[section."a b"]
language = "?"
"""
    keys = {message.partition(": ")[0] for message in find_faults(tmp_path, toml)}
    assert keys == {
        "other",
        "site.title",
        "site.link",
        "site.timezone",
        "site.tag",
        "site.limit",
        "site.formats",
        "site.future",
        "site.colour",
        "source[0].path",
        "source[0].encoding",
        "source[0].id",
        "source[0].images.foldr",
        "source[0].images.folder",
        "source[0].images.url",
        "source[1].path",
        "source[1].link",
        "source[1].date_order",
        "section.index",
        "section.index.limit",
        "section.a b",
        "section.a b.language",
    }


@pytest.mark.parametrize(
    "content",
    ["x =", "[site", 'title = "a\nb"', b"\xff\xfe\x00", b'title = "caf\xe9"', "a = " + "[" * 5000],
)
def test_what_is_no_toml_is_one_fault(tmp_path: Path, content: str | bytes) -> None:
    site = make_site(tmp_path, {"feedpub.toml": content})
    with pytest.raises(ConfigError, match="is not valid TOML"):
        load_config(site / "feedpub.toml")


def remove(path: Path) -> None:
    path.unlink()


def turn_into_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("change", "message"), [(remove, "does not exist"), (turn_into_folder, "director")]
)
def test_a_configuration_that_cannot_be_read_is_a_fault(
    tmp_path: Path, change: Callable[[Path], None], message: str
) -> None:
    path = make_site(tmp_path, {}) / "feedpub.toml"
    change(path)
    with pytest.raises(ConfigError, match=message):
        load_config(path)


def test_the_command_line_prints_every_fault_and_writes_nothing(tmp_path: Path) -> None:
    toml = add_to_site('titel = "x"') + 'encoding = "x"\n'
    site = make_site(tmp_path, {"sources/a.json": "{}"}, toml)
    result = run_cli(site, "build")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        'feedpub.toml: site.titel: is not a setting. Did you mean "title"?',
        'feedpub.toml: source[0].encoding: "x" is not a known encoding',
    ]
    assert sorted(path.name for path in site.iterdir()) == ["feedpub.toml", "sources"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [(0, 0), (5, 5), ("5", 5), ("1%", "1%"), ("0.5%", "0.5%"), ("100%", "100%")],
)
def test_reads_a_count_or_share_of_rejected_records(given: str | int, expected: str | int) -> None:
    assert parse_max_rejected(given) == expected


@pytest.mark.parametrize("given", [-1, True, "-1", "1.5", "%", "1 %", "101%", "five", "", "٥"])
def test_refuses_any_other_limit_of_rejected_records(given: str | int) -> None:
    with pytest.raises(ValueError, match="is not a count or a share"):
        parse_max_rejected(given)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('description = "a\\u0000b"', "site.description: has the control character U+0000"),
        ('author = "\\u009b31m"', "site.author: has the control character U+009B"),
        (f'output = "{"a/" + "é" * 130}"', "site.output: is a path with a name that is too long"),
        (f'output = "{"a/" * 3000}"', "site.output: is a path with a name that is too long"),
        ('output = "/dev/null"', "site.output: is a device, a pipe, or a socket"),
    ],
)
def test_refuses_text_that_no_file_or_feed_takes(line: str, told: str, tmp_path: Path) -> None:
    make_site(tmp_path, {"sources/a.jsonl": b""})
    toml = (tmp_path / "feedpub.toml").read_text(encoding="utf-8")
    (tmp_path / "feedpub.toml").write_text(toml.replace("[site]", f"[site]\n{line}", 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "feedpub.toml")
    assert any(told in message for message in caught.value.messages)


def test_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    make_site(tmp_path, {"sources/a.jsonl": b""})
    (tmp_path / "sources/a.jsonl").unlink()
    os.mkfifo(tmp_path / "pipe")
    toml = (tmp_path / "feedpub.toml").read_text(encoding="utf-8")
    toml = toml.replace('path = "sources"', 'path = "pipe"')
    (tmp_path / "feedpub.toml").write_text(toml, "utf-8")
    with pytest.raises(ConfigError, match='"pipe" is a device, a pipe, or a socket'):
        load_config(tmp_path / "feedpub.toml")
    with pytest.raises(ConfigError, match="is not a regular file"):
        load_config(tmp_path / "pipe")
