"""Entries to documents: RSS, Atom, JSON Feed, OPML, pages for people, and sitemaps.

In: a section's `Choice` and its entries. Out: a `Feed`, and the `Document`s that it becomes.
A format is a module and a row in one table, `FORMATS`. Opens no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.feeds.assembling import assemble_feed, empty_feed, title_of
    from feedpub.feeds.formats import (
        FORMATS,
        list_files,
        list_shown_ids,
        render_feed,
        render_site,
        summarize_feed,
    )
    from feedpub.feeds.pages import (
        FRONT,
        MEDIA_TYPE,
        STORIES,
        SUFFIX,
        TOP,
        Frame,
        ListPage,
        Near,
        SectionLink,
        Shelf,
        Templates,
        count_pages,
        is_listed,
        path_of,
        render_article,
        render_front,
        render_list,
    )
    from feedpub.feeds.sitemaps import (
        MOST_NEWS,
        NEWS_DAYS,
        NEWS_PATH,
        ListedPage,
        render_news_sitemap,
        render_robots,
        render_sitemaps,
    )
else:
    __getattr__ = open_door(
        __name__,
        assembling="assemble_feed empty_feed title_of",
        formats="FORMATS list_files list_shown_ids render_feed render_site summarize_feed",
        pages="FRONT MEDIA_TYPE STORIES SUFFIX TOP Frame ListPage Near SectionLink Shelf "
        "Templates count_pages is_listed path_of render_article render_front render_list",
        sitemaps="MOST_NEWS NEWS_DAYS NEWS_PATH ListedPage render_news_sitemap render_robots "
        "render_sitemaps",
    )
