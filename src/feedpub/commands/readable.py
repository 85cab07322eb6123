"""Feeds as pages that people can read, for a preview of a site that has no pages of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from urllib.parse import quote

import msgspec
from lxml import etree
from markupsafe import Markup, escape

from feedpub.errors import OutputError
from feedpub.feeds import FORMATS
from feedpub.output import MEDIA, ShownEntry, read_feed, slug_of
from feedpub.text import count, parse_xml

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
_PAGE = Markup("""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 44rem; padding: 1rem; }}
ul, ol {{ list-style: none; padding: 0; }}
li {{ border-top: 1px solid #8886; padding: .75rem 0; overflow-wrap: break-word; }}
h2, p {{ margin: 0 0 .25rem; }}
h2 {{ font-size: 1.125rem; line-height: 1.3; }}
.note {{ color: GrayText; font-size: .875rem; }}
</style>
<main>
{body}
</main>
""")
_SUFFIXES = {f".{form.suffix}": form.label for form in FORMATS.values()}
_TITLES = ("channel/title", "{http://www.w3.org/2005/Atom}title")


class _Titled(msgspec.Struct):
    title: str = ""


def render_index(contents: Mapping[str, bytes], others: Iterable[str], zone: tzinfo) -> str:
    """Render the list of all feeds, a section at a time, with its newest headline.

    Args:
        contents: The feeds, by path.
        others: The paths of all other files.
    """
    sections: dict[str, list[str]] = {}
    for path in contents:
        if (slug := slug_of(path)) is not None:
            sections.setdefault(slug, []).append(path)
    items = [_list_section(slug, paths, contents, zone) for slug, paths in sections.items()]
    listed = {path for paths in sections.values() for path in paths}
    rest = [*(path for path in contents if path not in listed), *others]
    links = [_link(path, path) for path in rest if not path.startswith(f"{MEDIA}/")]
    body = Markup("<h1>Feeds</h1>\n<ul>{}</ul>\n").format(Markup("\n").join(items))
    if not items:
        body = Markup(
            "<h1>Feeds</h1>\n<p>No feed yet. To make them, run <code>feedpub build</code>.\n"
        )
    if links:
        listing = Markup("\n").join(map(Markup("<li>{}</li>").format, links))
        body += Markup("<h2>Other files</h2>\n<ul>{}</ul>").format(listing)
    return str(_PAGE.format(title="Feeds", body=body))


def render_feed_list(path: str, content: bytes, zone: tzinfo) -> str:
    """Render the entries of a feed: headline, time, and summary."""
    head = Markup('<p class="note">{} · {}</p>\n<h1 dir="auto">{}</h1>\n')
    title = _read_title(content) or path
    top = head.format(_link("", "All feeds"), _link(path, "The feed itself", "?raw"), title)
    try:
        entries = read_feed(content, strict=True)
    except OutputError as error:
        body = Markup(
            "<p>This feed is broken: {}. To write it again, run <code>feedpub build</code>."
        )
        return str(_PAGE.format(title=title, body=top + body.format(error)))
    shown = Markup("\n").join(_show_entry(entry, zone) for entry in entries)
    total = Markup('<p class="note">{}</p>\n<ol>{}</ol>').format(_count(entries), shown)
    return str(_PAGE.format(title=title, body=top + total))


def _list_section(
    slug: str, paths: list[str], contents: Mapping[str, bytes], zone: tzinfo
) -> Markup:
    first = contents[paths[0]]
    entries = read_feed(first)
    links = Markup(" · ").join(
        _link(path, _SUFFIXES["." + path.rpartition(".")[2]]) for path in paths
    )
    newest = Markup("")
    if entries:
        shown = Markup('<p dir="auto">{} <span class="note">{}</span></p>\n')
        newest = shown.format(entries[0].title, _format_time(entries[0], zone))
    return Markup('<li>\n<h2 dir="auto">{}</h2>\n{}<p class="note">{}: {}</p>\n</li>').format(
        _link(paths[0], _read_title(first) or slug), newest, _count(entries), links
    )


def _show_entry(entry: ShownEntry, zone: tzinfo) -> Markup:
    title: Markup = escape(entry.title or entry.id)
    if entry.link.startswith(("http://", "https://")):
        title = Markup('<a href="{}" rel="noreferrer">{}</a>').format(entry.link, title)
    parts = [
        Markup('<h2 dir="auto">{}</h2>').format(title),
        Markup('<p class="note">{}</p>').format(_format_time(entry, zone)),
    ]
    if entry.summary:
        parts.append(Markup('<p dir="auto">{}</p>').format(entry.summary))
    return Markup("<li>\n{}\n</li>").format(Markup("\n").join(parts))


def _format_time(entry: ShownEntry, zone: tzinfo) -> Markup:
    when = datetime.fromtimestamp(entry.instant, zone)
    shown = f"{when:%Y-%m-%d %H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), shown)


def _count(entries: tuple[ShownEntry, ...]) -> str:
    return count(len(entries), "headline")


def _link(path: str, text: str, query: str = "") -> Markup:
    return Markup('<a href="/{}{}">{}</a>').format(quote(path), query, text)


def _read_title(content: bytes) -> str:
    """Read the title of a feed; empty if it is broken, or has none."""
    try:
        if content.lstrip().startswith(b"{"):
            return msgspec.json.decode(content, type=_Titled).title
        root = parse_xml(content)
    except (etree.XMLSyntaxError, msgspec.DecodeError):
        return ""
    return next(filter(None, map(root.findtext, _TITLES)), "")
