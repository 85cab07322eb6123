"""The paths of a mirrored site: the address of each page, and which pages are lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from urllib.parse import quote

import msgspec

from feedpub import compile_late
from feedpub.text import join_url, load_words, split_url

_INDEX = compile_late(r"(?:index|default)\.(?:html?|xhtml|shtml|php)$", re.IGNORECASE)
_SUFFIX = compile_late(r"\.(?:html?|xhtml|shtml)$", re.IGNORECASE)
# wget writes a query into the name, with ? or, for Windows, @.
_QUERY = compile_late(r"^(?P<name>[^?@]*)[?@](?P<query>[^/]*=[^/]*?)(?:\.html?)?$")
_HOST = compile_late(
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?::\d+|\+\d+)?$", re.IGNORECASE
)
_NO_HOST = compile_late(r"\.(?:html?|xhtml|shtml|php|aspx?|jsp|cfm)$", re.IGNORECASE)
_LOCAL = compile_late(r"(?:localhost|127\.\d+\.\d+\.\d+|.*\.(?:local|localhost|test))$")
_DAY = compile_late(r"(?:^|/)(?P<year>(?:19|20)\d\d)/(?P<month>\d\d)/(?P<day>\d\d)(?:/|$)")
_NUMBERS = compile_late(r"\d{1,4}$")
_BLOGGER_ARCHIVE = compile_late(r"\d{4}_\d\d_\d\d_archive\.html$")
_PAGE_WORDS = frozenset({"page", "pagina", "seite", "p"})
# Queries that name another view of a page.
_VIEWS = compile_late(r"^(?:replytocom|share|amp|print|output|m|utm_\w+|nb)(?:=|$)", re.IGNORECASE)
_LISTED = compile_late(r"^(?:s|cat|tag|author|paged|m|feed|search|q|page|label)=", re.IGNORECASE)


class MirrorPath(msgspec.Struct, frozen=True):
    """A path below a mirror: the host that its first folder names, its folders, and its page.

    `query` is the one that the name of the file keeps.
    """

    host: str
    folders: Sequence[str]
    name: str
    query: str

    @property
    def parts(self) -> list[str]:
        """The parts of the path on the site, without index.html and suffix."""
        name = "" if _INDEX.fullmatch(self.name) else _SUFFIX.sub("", self.name)
        return [*self.folders, *([name] if name else [])]


def read_mirror_path(below: str, has_hosts: bool) -> MirrorPath:
    """Read a path; `has_hosts` says that the first folders of the mirror are hosts."""
    *folders, name = below.split("/")
    host = folders.pop(0) if has_hosts and folders and is_host(folders[0]) else ""
    found = _QUERY.match(name)
    if found is not None:
        return MirrorPath(host, tuple(folders), found["name"], found["query"])
    return MirrorPath(host, tuple(folders), name, "")


def is_host(name: str) -> bool:
    """Say whether a folder is named like a host."""
    return _HOST.fullmatch(name) is not None and _NO_HOST.search(name) is None


def make_address(path: MirrorPath, home: str) -> str:
    """Make the address of a page: on its host, else below the site's home."""
    base = split_url(home)
    origin = f"{base.scheme}://{base.netloc}/"
    if path.host and not _is_same_host(path.host, base.hostname or ""):
        origin = f"{base.scheme}://{path.host.replace('+', ':')}/"
    elif not path.host:
        first = base.path.strip("/").partition("/")[0]
        origin = origin if path.folders and path.folders[0] == first else home
    name = "" if _INDEX.fullmatch(path.name) else path.name
    text = quote("/".join((*path.folders, name)), safe="/%~:@!$&'()*+,;=", errors="surrogateescape")
    return join_url(origin, "./" + text) + (f"?{path.query}" if path.query else "")


def _is_same_host(one: str, other: str) -> bool:
    return one.casefold().removeprefix("www.") == other.casefold().removeprefix("www.")


def tidy_link(link: str) -> str:
    """Give a page's link as its site has it: without index.html, fragment, or another view."""
    parts = split_url(link)
    path = re.sub(r"(?<=/)index\.html?$", "", parts.path)
    path = re.sub(r"/amp/?$", "/", path)
    query = "&".join(part for part in parts.query.split("&") if part and not _VIEWS.match(part))
    is_local = _LOCAL.match(parts.hostname or "") is not None
    kept = parts._replace(path=path, query=query, fragment="")
    return (kept._replace(scheme="", netloc="") if is_local else kept).geturl()


def list_files_of(link: str, path: MirrorPath) -> list[str]:
    """List the names that the page of a link may have in the mirror of a path."""
    parts = split_url(link)
    text = parts.path.strip("/")
    folder = f"{path.host}/" if path.host else ""
    names = [f"{text}/index.html", f"{text}.html", text] if text else ["index.html"]
    return [folder + name for name in names]


def is_same_page(link: str, address: str) -> bool:
    """Say whether a link and an address lead to one page, on whatever host."""
    return _fold(link) == _fold(address)


def _fold(link: str) -> tuple[str, str]:
    parts = split_url(link)
    return _SUFFIX.sub("", re.sub(r"(?:^|/)index\.html?$", "", parts.path)).strip("/"), parts.query


def find_day(path: MirrorPath) -> str | None:
    """Find the day of publication in a path such as 2024/05/12/name."""
    found = _DAY.search("/".join(path.folders) + "/")
    return None if found is None else f"{found['year']}-{found['month']}-{found['day']}"


def find_kind(path: MirrorPath) -> str | None:
    """Say in the plural what a page is, by its path; None where it may be an article."""
    parts = [part.casefold() for part in path.parts]
    if any(part.endswith("_files") for part in path.folders):
        return "parts of saved pages"
    if path.query and _VIEWS.match(path.query):
        return "other views of an article"
    if path.query and _LISTED.match(path.query):
        return "lists of articles"
    if not parts:
        return None if path.query else "home pages"
    if _BLOGGER_ARCHIVE.search(path.name) or _is_list(parts):
        return "lists of articles"
    return None


def _is_list(parts: Sequence[str]) -> bool:
    own = parts
    if len(own) > 1 and _NUMBERS.match(own[-1]) and own[-2] in _PAGE_WORDS:
        return True
    if own[-1].startswith("comment-page-") or own[-1] in _words("lists_at_end"):
        return True
    if all(_NUMBERS.fullmatch(part) for part in own):  # an archive by date
        return True
    for at, part in enumerate(own):
        rest = own[at + 1 :]
        if part in _words("lists") and not any(map(_NUMBERS.fullmatch, rest)):
            return True
        if part in _words("lists_of_one") and len(rest) == 1:
            return True
    return False


@cache
def _words(table: str) -> frozenset[str]:
    return frozenset(map(str.casefold, load_words("feedpub.systems", "site_paths")[table]))
