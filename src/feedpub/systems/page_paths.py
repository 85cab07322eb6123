"""What the path of a content file says: its name, its day, its folders, its language."""

from __future__ import annotations

import datetime
import re

import msgspec

from feedpub import compile_late
from feedpub.text import read_number

# Files that repositories have, and that are never articles, by name without suffix.
NEVER_ARTICLES = frozenset(
    """
    readme
    changelog
    changes
    history
    license
    licence
    copying
    contributing
    contributors
    code_of_conduct
    code-of-conduct
    security
    support
    governance
    pull_request_template
    issue_template
    agents
    claude
    """.split()
)
# Pages of a site itself, by the name of their file or bundle at the top of the content.
SITE_PAGES = frozenset(
    """
    404
    about
    about-us
    about-me
    archive
    archives
    categories
    colophon
    contact
    contact-us
    cookies
    disclaimer
    donate
    faq
    feed
    friends
    home
    impressum
    imprint
    index
    legal
    links
    now
    offline
    privacy
    privacy-policy
    search
    sitemap
    subscribe
    tags
    terms
    thanks
    uses
    """.split()
)
# Folders that only hold content, and name no section.
CONTENT_FOLDERS = frozenset("content contents src source sources pages collections data".split())
_BUNDLE = frozenset({"index"})
_DAY = r"(?P<year>(?:19|20)\d\d)(?P<dash>[-_.]?)(?P<month>\d\d?)(?P=dash)(?P<day>\d\d?)"
_TIME = r"(?:[T _-](?P<hour>[0-2]\d)[-:h.]?(?P<minute>[0-5]\d)(?:[-:.]?(?P<second>[0-5]\d))?Z?)?"
_DATED = compile_late(rf"{_DAY}{_TIME}(?:[-_. ]+(?P<name>.+))?$")
_MONTH_DAY = compile_late(r"(?P<month>\d\d)-(?P<day>\d\d)(?:-(?P<name>.+))?$")
_YEAR = compile_late(r"(?:19|20)\d\d")
_NUMBER = compile_late(r"\d\d?")
_LANGUAGE = compile_late(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")
_DAY_IN_PATH = compile_late(r"(?:^|/)((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?:[/-]|$)")


class PagePath(msgspec.Struct, frozen=True):
    """A content file by its path: a bundle is a folder that an index file stands for.

    `folders` are above the page, `name` is that of the file or bundle, `slug` the name without
    its day, `day` the day that name or folders tell, as it is written in ISO 8601.
    """

    folders: tuple[str, ...]
    name: str
    slug: str
    suffix: str
    is_bundle: bool = False
    day: str | None = None
    language: str | None = None
    dated_folders: int = 0  # how many of the last folders tell the day

    @property
    def section(self) -> str | None:
        """The first folder that names a section."""
        kept = self.folders[: len(self.folders) - self.dated_folders]
        names = [name for name in kept if name.lower() not in CONTENT_FOLDERS]
        return names[0] if names else None


def is_never_article(below: str) -> bool:
    """Say whether a file is one that repositories have beside their content."""
    stem = below.rpartition("/")[2].partition(".")[0]
    return stem.lower().replace(" ", "_") in NEVER_ARTICLES


def read_page_path(below: str, languages: frozenset[str] = frozenset()) -> PagePath:
    """Read the path of a content file below its content folder.

    Args:
        languages: The tags that `name.fr.md` may have before its suffix.
    """
    *folders, file = below.removesuffix(".gz").split("/")
    name, _, suffix = file.rpartition(".")
    language = None
    head, dot, tag = name.rpartition(".")
    if dot and tag.lower() in languages and _LANGUAGE.fullmatch(tag):
        name, language = head, tag
    is_bundle = name in _BUNDLE and bool(folders)
    if is_bundle:
        name = folders.pop()
    day, slug, dated = _read_day(name, folders)
    return PagePath(tuple(folders), name, slug, suffix.lower(), is_bundle, day, language, dated)


def _read_day(name: str, folders: list[str]) -> tuple[str | None, str, int]:
    """Read the day in a name, else in the last folders; give it, the slug, and their count."""
    found = _DATED.match(name)
    if found and (day := _write_day(found["year"], found["month"], found["day"])):
        time = ""
        hour = read_number(found["hour"])
        if hour is not None and hour < 24:
            time = f" {found['hour']}:{found['minute']}:{found['second'] or '00'}"
        return day + time, found["name"] or name, 0
    for years in range(len(folders) - 1, max(len(folders) - 4, -1), -1):
        if not _YEAR.fullmatch(folders[years]):
            continue
        rest = folders[years + 1 :]
        inside = _MONTH_DAY.match(name)
        if (
            not rest
            and inside
            and (day := _write_day(folders[years], inside["month"], inside["day"]))
        ):
            return day, inside["name"] or name, 1
        if len(rest) >= 2 and all(map(_NUMBER.fullmatch, rest[:2])):
            return _write_day(folders[years], *rest[:2]), name, 1 + len(rest)
        number = re.match(r"(\d\d)-(.+)$", name)
        if len(rest) == 1 and number and _NUMBER.fullmatch(rest[0]):
            return _write_day(folders[years], rest[0], number[1]), number[2], 2
        return None, name, 1 + len(rest) if all(map(_NUMBER.fullmatch, rest)) else 0
    return None, name, 0


def find_day(text: str) -> str | None:
    """Find the day in a path such as `2020/05/25/herons`."""
    found = _DAY_IN_PATH.search(text)
    return None if found is None else _write_day(*found.groups())


def _write_day(year: str, month: str, day: str) -> str | None:
    try:
        return datetime.date(*(read_number(part) or 0 for part in (year, month, day))).isoformat()
    except ValueError:
        return None
