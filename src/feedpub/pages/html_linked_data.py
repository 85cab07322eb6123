"""schema.org data in a page's JSON-LD scripts, as sites write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from feedpub.text import encode_text, nests_too_deep, plain_text

Node = Mapping[str, object]

ARTICLE_TYPES = frozenset(
    """Article NewsArticle ReportageNewsArticle AnalysisNewsArticle AskPublicNewsArticle
    BackgroundNewsArticle OpinionNewsArticle ReviewNewsArticle AdvertiserContentArticle
    SatiricalArticle BlogPosting LiveBlogPosting SocialMediaPosting TechArticle ScholarlyArticle
    Report Review CriticReview""".split()
)
LISTING_TYPES = frozenset("CollectionPage SearchResultsPage ItemList ProfilePage".split())

# What has the date of its page, as every kind of page does. A Movie or a Comment has its own.
_DATED_TYPES = frozenset("Recipe HowTo CreativeWork PodcastEpisode DiscussionForumPosting".split())

# Where the page's article can be. Articles anywhere else are those of other pages.
_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage")
_MAX_NODES = 2_000
# Strings match first, so that nothing in them looks like a comment or a comma.
_BLEMISH = re.compile(
    r"""("(?:[^"\\]++|\\.)*+"?+)|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+|(?<![:\w])//[^\n]*+|<!--|-->"""
    r"""|<!\[CDATA\[|\]\]>|,(?=\s*[}\]])|,(?=\s*,)""",
    re.DOTALL,
)
_TRAILING = re.compile(r"(?<![\s;,])[\s;,]++$")


class LinkedData:
    """The nodes of a page: its article, its breadcrumb, and the nodes that they refer to."""

    def __init__(self, scripts: Iterable[str]) -> None:
        self.nodes: list[Node] = []
        self._by_id: dict[str, Node] = {}
        for script in scripts:
            for node in _walk(load_leniently(script)):
                self.nodes.append(node)
                id = node.get("@id")
                # A reference says less than the node that it refers to.
                if isinstance(id, str) and len(node) > len(self._by_id.get(id, {})):
                    self._by_id[id] = node

    def list_articles(self) -> list[Node]:
        """List the articles, of which one may be the page's own."""
        return [node for node in self.nodes if types_of(node) & ARTICLE_TYPES]

    def find_article(self, links: Iterable[str], title: str | None) -> Node | None:
        """Find the page's own article: by its link, by its headline, or else the first one."""
        articles = self.list_articles()
        if len(articles) < 2:
            return articles[0] if articles else None
        wanted = {link.rstrip("/") for link in links}
        for node in articles:
            places = (node.get("url"), node.get("@id"), node.get("mainEntityOfPage"))
            named = {read_id(place).split("#")[0].rstrip("/") for place in places}
            if wanted & (named - {""}):
                return node
        for node in articles:
            if title is not None and read_plain(node.get("headline")) == title:
                return node
        return articles[0]

    def find_dated(self) -> Node | None:
        """Find the first node that has the date of the page, whatever the page is."""
        for node in self.nodes:
            types = types_of(node)
            is_page = types & _DATED_TYPES or any(name.endswith("Page") for name in types)
            if is_page and (node.get("datePublished") or node.get("dateModified")):
                return node
        return None

    def list_publishers(self) -> list[str]:
        """List the names of the site and of those who publish it."""
        sites = [read_plain(node.get("name")) for node in self.nodes if "WebSite" in types_of(node)]
        return [*sites, *(self.read_name(node.get("publisher")) for node in self.nodes)]

    def find_breadcrumb(self) -> list[str]:
        """List the labels of the page's BreadcrumbList in order."""
        for node in self.nodes:
            if "BreadcrumbList" not in types_of(node):
                continue
            items = node.get("itemListElement")
            steps = [item for item in as_list(items) if isinstance(item, Mapping)]
            steps.sort(key=lambda step: _read_position(step.get("position")))
            labels = (
                read_plain(step.get("name")) or self.read_name(step.get("item")) for step in steps
            )
            return [label for label in labels if label]
        return []

    def read_name(self, value: object) -> str:
        """Read a name: a text, an object with `name`, or a reference to one."""
        node = self.resolve(value)
        return read_plain(node.get("name")) if node is not None else read_plain(value)

    def resolve(self, value: object) -> Node | None:
        """Return an object, or the one that its @id refers to."""
        if not isinstance(value, Mapping):
            return self._by_id.get(value) if isinstance(value, str) else None
        id = value.get("@id")
        if isinstance(id, str) and len(value) <= 2 and id in self._by_id:
            return self._by_id[id]
        return value

    def is_listing(self) -> bool:
        """Say whether the page calls itself a list of pages."""
        return any(types_of(node) & LISTING_TYPES for node in self.nodes)


def load_leniently(script: str) -> object:
    """Load a JSON-LD script; None where it cannot be read.

    Line ends in strings, trailing commas, comments of JavaScript and HTML, and CDATA marks
    are common, and leave no doubt.
    """
    text = script.strip().lstrip("\ufeff")
    if nests_too_deep(encode_text(text)):
        return None
    try:
        value: object = json.loads(text, strict=False)
    except ValueError:
        mended = _TRAILING.sub("", _BLEMISH.sub(lambda found: found[1] or "", text))
        try:
            value = json.loads(mended, strict=False)
        except (ValueError, RecursionError):
            return None
    except RecursionError:
        return None
    return value


def types_of(node: Node) -> frozenset[str]:
    """List the types of a node without the address of their vocabulary."""
    names = (name for name in as_list(node.get("@type")) if isinstance(name, str))
    return frozenset(re.split(r"[/#:]", name)[-1] for name in names)


def as_list(value: object) -> list[object]:
    """Return a value as a list; None becomes an empty list."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def read_plain(value: object) -> str:
    """Read a text, `{"@value": …}`, or the first item of a list; anything else is empty."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, Mapping):
        value = value.get("@value")
    return plain_text(value) if isinstance(value, str) else ""


def read_id(value: object) -> str:
    """Read an address: a text, or an object with @id or url."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, Mapping):
        value = value.get("@id") or value.get("url") or value.get("contentUrl")
    return value.strip() if isinstance(value, str) else ""


def _walk(value: object) -> Iterator[Node]:
    left = _MAX_NODES
    stack = [value]
    while stack and left:
        left -= 1
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item[:_MAX_NODES]))
        elif isinstance(item, Mapping):
            yield item
            for name in _CONTAINERS:
                # A page object names its article, or the article names it.
                if isinstance(item.get(name), list | Mapping):
                    stack.append(item[name])


def _read_position(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return 0.0
