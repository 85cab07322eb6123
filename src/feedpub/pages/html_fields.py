"""The fields of a page from its structured data: JSON-LD, microdata, and meta elements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from feedpub.errors import Problem, TimestampError, Where
from feedpub.markup import stands_in
from feedpub.pages.author_names import is_author_label, is_source_label, read_authors
from feedpub.pages.html_figures import Picture, is_sitewide
from feedpub.pages.html_head import Head, is_home
from feedpub.pages.html_linked_data import (
    ARTICLE_TYPES,
    LinkedData,
    Node,
    as_list,
    read_id,
    read_plain,
    types_of,
)
from feedpub.pages.html_words import compile_words
from feedpub.pages.section_lists import split_sections
from feedpub.text import plain_text, read_number, unescape_markup
from feedpub.timestamps import FoundTime, parse_timestamp

_TIMES = ("updated", "published")
_DASHED_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)-(\d\d:\d\d:\d\d)$")
# An abbr element writes out in its title what it shows in short.
_OWNERS = {"href": "link", "title": "abbr"}


class Found:
    """The fields found so far, each with the rule that found it. The first rule wins.

    A time that no setting makes readable does not hide that of a later rule. It is kept until
    all rules had their turn, so that the page is refused for it where nothing else is found.
    `doubts` are warnings by their fields.
    """

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        self.rules: dict[str, str] = {}
        self.titles: list[tuple[str, str]] = []  # all of them, as the page shows the right one
        self._unread: dict[str, tuple[object, str, str]] = {}
        self.doubts: dict[str, str] = {}

    def put(self, field: str, value: object, rule: str) -> None:
        """Set a field that is not set yet. An empty value does not count."""
        if field == "title" and isinstance(value, str) and value:
            self.titles.append((value, rule))
        if not value or field in self.fields:
            return
        if field in _TIMES and (fault := _find_fault(value)):
            self._unread.setdefault(field, (value, rule, fault))
            return
        self.fields[field] = value
        self.rules[field] = rule

    def part_section(self, listed: Sequence[str], *, is_chosen: bool) -> None:
        """Take the first of the sections that one text lists; the others are tags.

        Args:
            listed: The sections, where what the page shows tells them apart.
            is_chosen: The source chose the text, which is one name unless it has a label.
        """
        value = self.fields.get("section")
        texts = value if isinstance(value, list) else [value]
        if len(texts) != 1 or not isinstance(texts[0], str) or ">" in texts[0]:
            return
        names = listed or split_sections(texts[0], is_name=is_chosen)
        if not names:
            del self.fields["section"], self.rules["section"]
            return
        if [*names] != texts:
            self.fields["section"] = names[0]
        if len(names) > 1:
            told = self.fields.get("tags", [])
            tags = told if isinstance(told, list) else re.split("[,;]", str(told))
            tags = [tag.strip() if isinstance(tag, str) else tag for tag in tags]
            self.fields["tags"] = list(dict.fromkeys([*names[1:], *filter(None, tags)]))
            self.rules["tags"] = f"further sections of {self.rules['section']}"

    def settle_times(self) -> None:
        """Set the times that only unreadable values give; a zero is none beside another time."""
        has_time = any(field in self.fields for field in _TIMES)
        for field, (value, rule, fault) in self._unread.items():
            if field not in self.fields and not (has_time and fault == "out-of-range"):
                self.fields[field], self.rules[field] = value, rule
        self._unread.clear()

    def __contains__(self, field: str) -> bool:
        return field in self.fields

    def read(self, field: str) -> str:
        """Return the text of a field; empty where it is not set."""
        value = self.fields.get(field)
        return value if isinstance(value, str) else ""


def _find_fault(value: object) -> str:
    """Find the kind of the fault of a time that no setting makes readable; empty for others."""
    if isinstance(value, str | FoundTime):
        try:
            parse_timestamp(value, zone="UTC")
        except TimestampError as error:
            is_decidable = error.readings or error.kind == "ambiguous-timezone"
            return "" if is_decidable else error.kind
    return ""


def tell_doubts(where: Where, doubts: Mapping[str, str]) -> tuple[Problem, ...]:
    """Make warnings of the doubts about a page's fields."""
    return tuple(
        Problem("warning", where, field, None, "missing", message)
        for field, message in doubts.items()
    )


def read_linked_data(found: Found, data: LinkedData, node: Node) -> None:
    """Read the fields of a JSON-LD article."""
    kind = next((name for name in sorted(types_of(node)) if name in ARTICLE_TYPES), "Article")

    def put(field: str, value: object, name: str) -> None:
        found.put(field, value, f"JSON-LD {kind} {name}")

    put("title", read_plain(node.get("headline")), "headline")
    put("title", read_plain(node.get("name")), "name")
    link = read_id(node.get("url")) or read_id(node.get("mainEntityOfPage"))
    if _is_address(link):
        put("link", link.split("#")[0], "url")
    put("updated", read_plain(node.get("dateModified")), "dateModified")
    put("published", read_plain(node.get("datePublished")), "datePublished")
    sections = [read_plain(item) for item in as_list(node.get("articleSection"))]
    sections = list(dict.fromkeys(name for name in sections if name))
    put("section", sections[0] if len(sections) == 1 else sections, "articleSection")
    put("summary", read_plain(node.get("description")), "description")
    keywords = node.get("keywords")
    if isinstance(keywords, str):
        put("tags", plain_text(keywords), "keywords")
    else:
        put(
            "tags",
            [t for t in (data.read_name(item) for item in as_list(keywords)) if t],
            "keywords",
        )
    put("language", read_plain(node.get("inLanguage")), "inLanguage")


def list_linked_authors(data: LinkedData, node: Node) -> tuple[list[str], list[str]]:
    """List the authors of a JSON-LD article: the people, and the organizations."""
    people: list[str] = []
    organizations: list[str] = []
    for item in as_list(node.get("author") or node.get("creator")):
        author = data.resolve(item)
        types = frozenset() if author is None else types_of(author)
        is_one = any(name.endswith("Organization") for name in types)
        (organizations if is_one else people).append(data.read_name(item))
    return people, organizations


def list_later_times(head: Head, data: LinkedData, field: str) -> list[tuple[str, str]]:
    """List a time by what comes after the page's text, and the rule of each.

    Those are meta elements of any name, and JSON-LD nodes as WebPage or Recipe.
    """
    formed = ((plain_text(text), name) for text, name in head.list_formed(field))
    # A machine that writes a dash before a time with seconds writes no offset.
    times = [(_DASHED_TIME.sub(r"\1 \2", text), f"meta {name}") for text, name in formed]
    name = "dateModified" if field == "updated" else "datePublished"
    node = data.find_dated()
    if node is not None and (text := read_plain(node.get(name))):
        times.append((text, f"JSON-LD {min(types_of(node), default='node')} {name}"))
    return times


def read_article_body(node: Node) -> str:
    """Read the articleBody of an article, as text or HTML; each item of a list is a paragraph."""
    parts = [part for part in as_list(node.get("articleBody")) if isinstance(part, str)]
    body = "\n\n".join(parts).strip()
    unescaped = unescape_markup(body)
    return body if unescaped is None else unescaped.text


def count_told_words(node: Node | None, scope: etree._Element | None) -> int:
    """Count the words that the data of an article say it has; 0 where they do not say."""
    told: list[object] = [] if node is None else as_list(node.get("wordCount"))
    if scope is not None:
        found = _iter_properties(scope)
        told += [_microdata_value(element) for prop, element in found if prop == "wordCount"]
    return max((read_number(words) or 0 for words in told), default=0)


def read_linked_images(data: LinkedData, node: Node) -> list[Picture]:
    """Read the images of a JSON-LD article without the site's stand-ins."""
    pictures = []
    for item in as_list(node.get("image"))[:20]:
        image = data.resolve(item)
        src = read_id(item if image is None else image)
        if image is not None and read_id(image.get("url") or image.get("contentUrl")):
            src = read_id(image.get("url") or image.get("contentUrl"))
        if not src or stands_in(src) or is_sitewide(src):
            continue
        texts = {} if image is None else image
        caption = read_plain(texts.get("caption")) or read_plain(texts.get("description"))
        credit = read_plain(texts.get("creditText")) or data.read_name(texts.get("creator"))
        pictures.append(Picture(src=src, caption=caption or None, credit=credit or None))
    return pictures


def find_microdata(root: etree._Element) -> etree._Element | None:
    """Find the element whose itemtype is that of an article."""
    for element in root.iter(etree.Element):
        kind = element.get("itemtype")
        if kind is not None and re.split(r"[/#]", kind.strip())[-1] in ARTICLE_TYPES:
            return element
    return None


def read_microdata(found: Found, scope: etree._Element) -> None:
    """Read the fields of an article's microdata."""
    for prop, element in _iter_properties(scope):
        value = _microdata_value(element)
        rule = f"microdata {prop}"
        for field, wanted in (
            ("title", "headline"),
            ("updated", "dateModified"),
            ("published", "datePublished"),
            ("section", "articleSection"),
            ("link", "mainEntityOfPage"),
            ("summary", "description"),
            ("tags", "keywords"),
        ):
            if wanted in prop.split():
                found.put(field, value, rule)


def list_microdata_authors(scope: etree._Element) -> list[str]:
    """List the authors of an article's microdata."""
    return [
        _microdata_value(element)
        for prop, element in _iter_properties(scope)
        if "author" in prop.split()
    ]


def _iter_properties(scope: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for element in scope.iter(etree.Element):
        prop = element.get("itemprop")
        if prop is not None and _owner(element) is scope:
            yield prop, element


def read_metas(found: Found, head: Head) -> None:
    """Read the fields of the meta elements."""
    for texts, name in head.find_all("title"):
        found.put("title", plain_text(texts[0]), f"meta {name}")
    for field in ("updated", "published", "section", "summary", "link", "language"):
        values = head.find(field)
        if values is not None:
            text = plain_text(values[0][0]) if field not in ("link",) else values[0][0]
            found.put(field, text, f"meta {values[1]}")
    if (sources := head.find("source")) is not None:
        found.put("source", _read_source(plain_text(sources[0][0])), f"meta {sources[1]}")
    tags = head.find("tags")
    if tags is not None:
        value: object = tags[0] if len(tags[0]) > 1 else plain_text(tags[0][0])
        found.put("tags", value, f"meta {tags[1]}")


def _read_source(text: str) -> str:
    """Read the source of an article; empty where a site names only itself."""
    label, _, rest = text.replace("：", ":").partition(":")
    source = rest.strip() if is_source_label(f"{label}:") else text
    return "" if compile_words("authors", "own_sources").fullmatch(source) else source


def list_meta_authors(head: Head) -> Iterator[tuple[list[str], str]]:
    """List the authors by each meta element that names them, and the rule of each."""
    for texts, name in head.find_all("author"):
        yield [name for text in texts for name in read_authors(plain_text(text))], f"meta {name}"
    # What WordPress tells to those who show a link to a page.
    for number in ("1", "2"):
        label, text = (head.read(f"twitter:{part}{number}") for part in ("label", "data"))
        if is_author_label(label):
            yield read_authors(plain_text(text)), f"meta twitter:data{number}"


def read_link(found: Found, head: Head) -> None:
    """Read the page's link: the canonical link, or else og:url."""
    # Some sites name their home on every page.
    if head.canonical is not None and not is_home(head.canonical):
        found.put("link", head.canonical, "link rel=canonical")
    address = head.read("og:url")
    if _is_address(address) and not is_home(address):
        found.put("link", address, "meta og:url")


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://", "/"))


def _owner(element: etree._Element) -> etree._Element | None:
    place = element.getparent()
    while place is not None and place.get("itemscope") is None and place.get("itemtype") is None:
        place = place.getparent()
    return place


def _microdata_value(element: etree._Element) -> str:
    if element.get("itemscope") is not None:
        for inner in element.iter(etree.Element):
            if inner is not element and "name" in (inner.get("itemprop") or "").split():
                return _microdata_value(inner)
    for name in ("content", "datetime", "href", "title"):
        value = element.get(name)
        if value and _OWNERS.get(name, element.tag) == element.tag:
            return value.strip()
    return " ".join("".join(part for part in element.itertext() if isinstance(part, str)).split())
