"""An HTML page: the article on it, and the rule that found each of its fields.

Selectors of the source win over schema.org data, these over meta elements, these over what
the page shows. `identify_html` stops where an article is identified; `read_html` reads all.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from feedpub.errors import UnreadableFile
from feedpub.markup import show_embeds
from feedpub.model import IDENTIFYING
from feedpub.pages.css_selectors import NO_SELECTORS
from feedpub.pages.html_authors import choose_authors, find_named_authors, find_near_credits
from feedpub.pages.html_blocks import Block, Layout, lay_out
from feedpub.pages.html_body import Article, arrange, find_article
from feedpub.pages.html_boxes import list_kept
from feedpub.pages.html_by_head import identify_by_head
from feedpub.pages.html_entries import find_entry, read_entry, read_entry_authors
from feedpub.pages.html_fields import (
    Found,
    count_told_words,
    find_microdata,
    list_later_times,
    list_linked_authors,
    list_meta_authors,
    list_microdata_authors,
    read_article_body,
    read_link,
    read_linked_data,
    read_linked_images,
    read_metas,
    read_microdata,
)
from feedpub.pages.html_head import Head
from feedpub.pages.html_headline import Title, find_headline
from feedpub.pages.html_images import (
    as_field,
    complete_pictures,
    find_lead,
    place_lead,
    select_captions,
    select_pictures,
)
from feedpub.pages.html_lines import PageLine, list_lines, list_near
from feedpub.pages.html_linked_data import LinkedData, Node
from feedpub.pages.html_recordings import list_recordings
from feedpub.pages.html_refusal import Evidence
from feedpub.pages.html_sections import find_section_above
from feedpub.pages.html_selected import Selected, name_rule
from feedpub.pages.html_shown import (
    find_breadcrumb,
    find_line_breadcrumb,
    find_section_labels,
    tight_text,
)
from feedpub.pages.html_signs import Signs
from feedpub.pages.html_source import bound_page, parse_content, rebase_links
from feedpub.pages.html_times import (
    choose_exact,
    find_address_day,
    find_far_times,
    find_near_times,
)
from feedpub.pages.html_tree import PageTree
from feedpub.settings import Selectors
from feedpub.text import has_markup, join_url, plain_text


class PageReading(NamedTuple):
    """The fields of a page under our names, as raw texts, what found each, and doubts about some.

    `doubts` are warnings by their fields.
    """

    fields: dict[str, object]
    rules: dict[str, str]
    doubts: dict[str, str]


def read_html(text: str, *, selectors: Selectors = NO_SELECTORS) -> PageReading:
    """Read a page.

    Args:
        selectors: The source's, which win over every other rule.

    Raises:
        UnreadableFile: It is not an article, not in its encoding, or beyond a limit.
    """
    page = _identified.pop((text, selectors), None)
    _identified.clear()
    return (page or _identify(text, bound_page(text), selectors)).read_rest()


def identify_html(
    text: str, *, selectors: Selectors = NO_SELECTORS, any_title: bool = False
) -> dict[str, object]:
    """Read the fields that identify a page's article, and refuse what `read_html` refuses.

    Where `read_html` reads the same page next, it goes on from here.

    Args:
        any_title: Take any title that it has for its own, so that its head may tell all.

    Raises:
        UnreadableFile: As `read_html` does.
    """
    _identified.clear()
    content = bound_page(text)
    if any_title and selectors == NO_SELECTORS and (told := identify_by_head(content)) is not None:
        return told.fields
    page = _identified[text, selectors] = _identify(text, content, selectors)
    return page.identify()


def _identify(text: str, content: bytes, selectors: Selectors) -> Page:
    page = Page(text, content, selectors)
    page.read_head()
    return page


# The page that was identified last. `explain` reads the rest of each page next.
_identified: dict[tuple[str, Selectors], Page] = {}

# How much of the text that its data has a page must show. One that shows about all of it shows it
# with its links, headings and images, without the promotions that data often have.
_MOST = 0.8
_NO_TEXT = (
    "no text was found on the page, so the article has none. "
    "To choose its text, set selectors.body in the source"
)


class Page:
    """A page that is read step by step; `address` is where it is on its site, if that is known.

    `content` is what `bound_page` gives; `is_told` says whether its data call it an article.
    """

    def __init__(self, text: str, content: bytes, selectors: Selectors, address: str = "") -> None:
        self.found = Found()
        self.is_told = False
        self.root = parse_content(content)
        self._selectors = selectors
        self._selected = Selected(self.root, selectors)
        self._address = address
        self.head = Head(self.root, address)
        # Each pass over the tree takes the time of its elements: these show nothing.
        etree.strip_elements(self.root, "script", "style", "template", with_tail=False)
        # lxml would make new objects for the elements in each pass.
        self._held = list(self.root.iter(etree.Element))
        self._base = join_url(address, self.head.base) if self.head.base else address
        # Of frames that no service is known for, most are advertisements.
        self._signs = Signs(text, self._held)
        self._recordings: list[dict[str, object]] = []
        if self._signs.may_embed(self.root):
            self._recordings = show_embeds(self.root, unknown=False).recordings
        if self._base:
            rebase_links(self.root, self._base)
        self.data = LinkedData(self.head.schemas)
        self._entry: etree._Element | None = None
        self._title_element: etree._Element | None = None
        self._tree: PageTree | None = None
        self._layout: Layout | None = None
        self._lines: list[PageLine] | None = None
        self._near: list[PageLine] | None = None
        self._article: Article | None = None
        self._node: Node | None = None
        self._scope: etree._Element | None = None

    def read_head(self) -> None:
        """Read what identifies the article, and refuse a page that is none."""
        found, head, root = self.found, self.head, self.root
        self._selected.put(self.found)
        links = [link for link in (head.canonical, head.read("og:url")) if link]
        h1 = next((tight_text(h1) for h1 in root.iter("h1")), None)
        self._node = self.data.find_article(links, h1)
        read_link(found, head)
        if self._node is not None:
            read_linked_data(found, self.data, self._node)
        self._scope = scope = find_microdata(root) if self._signs.types else None
        if scope is not None:
            read_microdata(found, scope)
        read_metas(found, head)
        self._entry = find_entry(root) if self._signs.entries else None
        if self._entry is not None:
            read_entry(found, self._entry)
        self._read_title()
        title = found.read("title")
        evidence = Evidence(
            root, head, self.data, has_node=self._node is not None or scope is not None
        )
        self._read_section(title)
        self.is_told = evidence.is_strong
        if self._selectors.title is None and self._selectors.body is None:
            evidence.check_title(title)
        self._read_times()
        if not evidence.is_strong and self._selectors.body is None:
            is_dated = "updated" in found or "published" in found
            is_dated = is_dated and self._title_element is not None
            evidence.check_article(title, self._find_article(), is_dated=is_dated)
        self._check_text()
        if not title and not evidence.has_text(self._find_article()):
            remedy = "Exclude it from the source, or set selectors.title"
            raise UnreadableFile(f"is not an article: it has no headline. {remedy}", "malformed")

    def _check_text(self) -> None:
        words = count_told_words(self._node, self._scope)
        if not words or (self._node is not None and read_article_body(self._node)):
            return
        if not any(block.text for block in self._find_article().blocks):
            raise UnreadableFile(
                f"shows no text, but its schema.org data say that it has {words} words. "
                "Save the page as readers see it, or set selectors.body",
                "malformed",
            )

    def _read_title(self) -> None:
        found, root = self.found, self.root
        told = [Title(text, rule) for text, rule in found.titles]
        sites = self.head.list_sites(self.data.list_publishers())
        if self._selectors.title is not None and told:
            told, sites = told[:1], frozenset()
        title = find_headline(root, told, self.head.title, sites=sites, list_lines=self._list_lines)
        if title is not None:
            self._title_element = title.element
            # A heading that shows markup alone, as text, does not count where data tell a title.
            if not told or (self._selectors.title is None and plain_text(title.text)):
                found.fields["title"], found.rules["title"] = title.text, title.rule

    def identify(self) -> dict[str, object]:
        """Give the fields that identify the article."""
        return {name: self.found.fields[name] for name in IDENTIFYING if name in self.found}

    def read_rest(self) -> PageReading:
        """Read the fields that only a published article needs, and give all."""
        found = self.found
        self._read_authors()
        found.put("language", self.head.language, "the page's lang attribute")
        linked = [] if self._node is None else read_linked_images(self.data, self._node)
        article, lead = self._find_article(), None
        if selected := self._selected.find("image"):
            article = select_pictures(article, selected)
        elif (lead := find_lead(self.head, linked)) is not None:
            article = place_lead(article, lead.picture, is_alone=not self._address)
        article = complete_pictures(article, linked)
        if captions := self._selected.find("caption"):
            article = select_captions(article, captions)
        self._put_body(article)
        link = found.read("link")
        base = self._base if self._address else join_url(link, self._base) if self._base else link
        images = [as_field(picture, base) for picture in article.pictures]
        found.put("images", images, "images of the page's text" if lead is None else lead.rule)
        for field, recordings in list_recordings(article, self._recordings, self._base).items():
            found.put(field, recordings, f"{field} of the page's text")
        # What is the body's own first words is no summary.
        summary = found.read("summary")
        if summary and summary == found.read("title"):
            del found.fields["summary"], found.rules["summary"]
        return PageReading(found.fields, found.rules, found.doubts)

    def _put_body(self, article: Article) -> None:
        """Put the text that the page shows, or that of its data where it shows a part of it."""
        found = self.found
        told = "" if self._node is None else read_article_body(self._node)
        shown = sum(len(block.text) for block in article.blocks)
        if shown < len(plain_text(told)) * _MOST:
            field = "content_html" if has_markup(told) else "content_text"
            found.put(field, told, "JSON-LD articleBody, of which the page shows a part")
        else:
            found.put("content_html", article.markup, self._body_rule)
        if not shown and not told:
            found.doubts["content_html"] = _NO_TEXT

    def _read_authors(self) -> None:
        """Read who wrote the article: people first, organizations and login names last."""
        near = find_near_credits(self._list_near())
        people, organizations = list_linked_authors(self.data, self._node or {})
        own = [] if self._scope is None else list_microdata_authors(self._scope)
        entry = [] if self._entry is None else read_entry_authors(self._entry)
        named = find_named_authors(self._measure())
        candidates = [
            (people, "JSON-LD author"),
            (own, "microdata author"),
            (list(near.authors), "a line near the headline"),
            (entry, "microformat author"),
            (named, "an element of the page that is named as its author"),
            *list_meta_authors(self.head),
            (organizations, "JSON-LD author, an organization"),
        ]
        sites = self.head.list_sites(self.data.list_publishers())
        self.found.put("author", *choose_authors(candidates, sites))
        self.found.put("source", near.source, "a line near the headline")

    def _read_section(self, title: str) -> None:
        found = self.found
        labels = [label for label in self.data.find_breadcrumb() if label != title]
        if len(labels) > 1 or (labels and labels[0].casefold() != "home"):
            found.put("section", ">".join(labels), "JSON-LD BreadcrumbList")
        if "section" not in found:
            found.put(
                "section", ">".join(find_breadcrumb(self.root, title)), "the page's breadcrumb"
            )
        names: list[str] = []
        if "section" not in found:
            names = find_section_labels(self.root, title)
            found.put("section", ", ".join(names[:1]), "the page's label of its section")
        if "section" not in found and self._title_element is not None:
            labels, names = find_section_above(self._title_element, title)
            section = ">".join(labels) or ", ".join(names[:1])
            found.put("section", section, "the links above the headline")
        if "section" not in found:
            labels = find_line_breadcrumb(self._list_blocks(), title)
            found.put("section", ">".join(labels), "the page's breadcrumb, by its separators")
        found.part_section(names, is_chosen=self._selectors.section is not None)

    def _read_times(self) -> None:
        """Read the times that neither the page's data nor its meta elements are sure of."""
        found = self.found
        if "updated" not in found or "published" not in found:
            self._read_shown_times()
        found.settle_times()

    def _read_shown_times(self) -> None:
        found, head, data = self.found, self.head, self.data
        told = {field: list_later_times(head, data, field) for field in ("updated", "published")}
        by_address = (
            [(day, "the day in the page's address")]
            if (day := find_address_day(found.read("link")))
            else []
        )
        near = find_near_times(self._list_near())
        # The one time of a page that names none of its times is its update.
        is_named = bool(by_address or "published" in near) or any(
            field in found or told[field] for field in told
        )
        for shown in near.values():
            field = shown.field or ("published" if is_named else "updated")
            found.put(field, *choose_exact(shown, [*told[field], *by_address]))
        for field, times in told.items():
            for value, rule in times:
                found.put(field, value, rule)
        if "updated" not in found or "published" not in found:
            for shown in find_far_times(self._measure(), self._list_lines()):
                if shown.field or not ("updated" in found or "published" in found):
                    found.put(shown.field or "published", shown.value, shown.rule)
        if "updated" not in found:
            for value, rule in by_address:
                found.put("published", value, rule)

    def _list_lines(self) -> list[PageLine]:
        if self._lines is None:
            body = self.root.find("body")
            self._lines = list_lines(self.root if body is None else body)
        return self._lines

    def _list_near(self) -> list[PageLine]:
        if self._near is None:
            title = self.found.read("title")
            self._near = list_near(self._list_lines(), self._title_element, title)
        return self._near

    def _measure(self) -> PageTree:
        if self._tree is None:
            self._tree = PageTree(self.root)
            self._tree.title = self._title_element
        return self._tree

    def _lay_out(self) -> Layout:
        if self._layout is None:
            body = self.root.find("body")
            root = self.root if body is None else body
            self._layout = lay_out(self._measure(), root, self.found.read("title"))
        return self._layout

    def _list_blocks(self) -> list[Block]:
        return self._lay_out().blocks

    def _find_article(self) -> Article:
        if self._article is None:
            self._article = self._read_article()
        return self._article

    def _read_article(self) -> Article:
        tree, title = self._measure(), self.found.read("title")
        self._body_rule = "the part of the page that holds most text"
        chosen = self._selected.find("body")
        if chosen:
            self._body_rule = name_rule(self._selectors.body)
            layouts = (lay_out(tree, root, title) for root in chosen)
            article = arrange([b for layout in layouts for b in list_kept(tree, layout)], title)
        else:
            article = find_article(tree, self._lay_out(), title, self._entry)
            if self._selectors.body is not None:
                self._body_rule += f"; the selector {self._selectors.body} matches nothing"
        return article
