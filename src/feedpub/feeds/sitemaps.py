"""What search engines read: the list of pages, the news of two days, and where both are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from lxml import etree

from feedpub.feeds.parts import format_html_time, format_rfc3339, split_tag
from feedpub.model import Document, Entry, Precision
from feedpub.settings import Site
from feedpub.text import encode_text, split_url

NEWS_PATH = "sitemap-news.xml"
NEWS_DAYS = 2
MOST_NEWS = 1_000
MOST_PAGES = 50_000  # of a sitemap

_XML = "application/xml"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


class ListedPage(msgspec.Struct, frozen=True):
    """A page for search engines to find, and when it was updated last."""

    url: str
    updated: datetime
    precision: Precision


def render_sitemaps(base: str, pages: Sequence[ListedPage]) -> list[Document]:
    """Render the list of pages: one file, or several with an index.

    The pages are in the order in which they came, so that a full file does not change. The index
    and the files are below `base`, and their list is empty if there is no page.

    Source: sitemaps.org/protocol.html.
    """
    if not pages:
        return []
    if len(pages) <= MOST_PAGES:
        return [_list_pages("sitemap.xml", pages)]
    files = [
        _list_pages(f"sitemap-{number}.xml", part)
        for number, part in enumerate(_split(pages), start=1)
    ]
    root = etree.fromstring(f'<sitemapindex xmlns="{_SITEMAP}"/>')
    for file, part in zip(files, _split(pages), strict=True):
        line = etree.SubElement(root, f"{{{_SITEMAP}}}sitemap")
        _put(line, "loc", f"{base}{file.path}")
        _put(line, "lastmod", format_rfc3339(max(page.updated for page in part)))
    return [*files, Document("sitemap.xml", _XML, _write(root))]


def render_news_sitemap(
    site: Site, entries: Iterable[tuple[Entry, str]], *, is_news: bool
) -> list[Document]:
    """Render the news sitemap of entries, each with its language; none if nothing is to be listed.

    It lists only links to pages on a host of the site.

    Args:
        is_news: Whether the entries are news. Others are listed without what makes them news,
            because the schema requires a page.

    Source: developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap.
    """
    root = etree.fromstring(f'<urlset xmlns="{_SITEMAP}" xmlns:news="{_NEWS}"/>')
    for entry, language in entries:
        if not _is_listed(site, entry):
            continue
        line = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        _put(line, "loc", entry.link)
        if not is_news:
            continue
        news = etree.SubElement(line, f"{{{_NEWS}}}news")
        publication = etree.SubElement(news, f"{{{_NEWS}}}publication")
        _put(publication, "name", site.title, _NEWS)
        _put(publication, "language", write_news_language(language), _NEWS)
        time = format_html_time(entry.first, entry.first_precision)
        _put(news, "publication_date", time, _NEWS)
        _put(news, "title", entry.title, _NEWS)
    return [Document(NEWS_PATH, _XML, _write(root))] if len(root) else []


def render_robots(base: str, sitemaps: Iterable[Document]) -> Document:
    """Render the file that tells search engines of the sitemaps, and lets them in.

    Source: RFC 9309; sitemaps.org/protocol.html ("Specifying the Sitemap location").
    """
    paths = [document.path for document in sitemaps]
    # An index names the others.
    listed = [path for path in paths if path in ("sitemap.xml", NEWS_PATH)]
    lines = ["User-agent: *", "Disallow:", "", *(f"Sitemap: {base}{path}" for path in listed)]
    return Document("robots.txt", "text/plain", encode_text("\n".join(lines).rstrip() + "\n"))


def write_news_language(tag: str) -> str:
    """Write a language as news sitemaps do: a code of two or three letters, or one of Chinese."""
    primary, *rest = split_tag(tag)
    if primary != "zh":
        return primary if len(primary) in (2, 3) else "und"  # ISO 639-2: undetermined
    if "hans" in rest:
        return "zh-cn"
    return "zh-tw" if {"hant", "tw", "hk", "mo"} & set(rest) else "zh-cn"


def _is_listed(site: Site, entry: Entry) -> bool:
    """Say whether an entry has a page, and on a host of the site: sitemaps list no other."""
    if "html" not in site.formats and entry.link.startswith(site.feeds) and "#" in entry.link:
        return False  # its place on a page that is not written
    hosts = {split_url(own).hostname for own in (site.link, site.feeds)}
    return split_url(entry.link).hostname in hosts


def _split(pages: Sequence[ListedPage]) -> Iterable[Sequence[ListedPage]]:
    return (pages[at : at + MOST_PAGES] for at in range(0, len(pages), MOST_PAGES))


def _list_pages(path: str, pages: Iterable[ListedPage]) -> Document:
    root = etree.fromstring(f'<urlset xmlns="{_SITEMAP}"/>')
    for page in pages:
        line = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        _put(line, "loc", page.url)
        _put(line, "lastmod", format_html_time(page.updated, page.precision))
    return Document(path, _XML, _write(root))


def _put(parent: etree._Element, name: str, text: str, space: str = _SITEMAP) -> None:
    etree.SubElement(parent, f"{{{space}}}{name}").text = text


def _write(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
