"""Pages for people: one for every article, some for every section, and the front page."""

from __future__ import annotations

from feedpub.feeds.pages.article import Near, render_article
from feedpub.feeds.pages.frame import MEDIA_TYPE, SUFFIX, Frame
from feedpub.feeds.pages.front import FRONT, TOP, Shelf, render_front
from feedpub.feeds.pages.lists import (
    STORIES,
    ListPage,
    count_pages,
    is_listed,
    path_of,
    render_list,
)
from feedpub.feeds.pages.stories import SectionLink
from feedpub.feeds.pages.templating import Templates

__all__ = [
    "FRONT",
    "MEDIA_TYPE",
    "STORIES",
    "SUFFIX",
    "TOP",
    "Frame",
    "ListPage",
    "Near",
    "SectionLink",
    "Shelf",
    "Templates",
    "count_pages",
    "is_listed",
    "path_of",
    "render_article",
    "render_front",
    "render_list",
]
