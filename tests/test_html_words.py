"""The word lists of the HTML rules: every line does what its example says."""

from __future__ import annotations

import re

import pytest
from lxml import etree, html

from feedpub.errors import UnreadableFile
from feedpub.pages.html_authors import is_person, names_author
from feedpub.pages.html_ends import _leads_to_newsroom
from feedpub.pages.html_figures import _decorates, is_sitewide
from feedpub.pages.html_head import Head
from feedpub.pages.html_names import (
    find_part,
    hints_aside,
    names_body,
    names_caption,
    names_picture,
)
from feedpub.pages.html_page import read_html
from feedpub.pages.html_shown import (
    find_breadcrumb,
    is_kicker,
    tidy_labels,
)
from feedpub.pages.html_words import compile_words
from feedpub.text import load_words

ROOM = "feedpub.pages"
PARTS = [
    (part, name, example)
    for part in ("noise", "beside", "heading")
    for name, example in load_words(ROOM, "html_names")[part].items()
]
# A pattern is a regular expression of its own: a bracket that is left open would close another.
PATTERNS = [
    (file, table, pattern, example)
    for file, tables in {
        "names": ("around", "body", "caption", "picture"),
        "refusal": ("errors", "logins", "lists", "list_classes"),
        "shown": (*("breadcrumbs", "breadcrumb_starts", "generic_labels", "kickers"),),
        "authors": ("authors", "others", "person_paths", "own_sources"),
        "times": ("updates", "before_dates"),
        "figures": ("decorations", "sitewide"),
    }.items()
    for table in tables
    for pattern, example in load_words(ROOM, f"html_{file}")[table].items()
]


def rows(file: str, table: str) -> list[str]:
    return list(load_words(ROOM, f"html_{file}")[table].values())


def element(names: str) -> etree._Element:
    made: etree._Element = html.fragment_fromstring(f'<div class="{names}">x</div>')
    return made


@pytest.mark.parametrize(("file", "table", "pattern", "example"), PATTERNS)
def test_each_line_matches_its_example(file: str, table: str, pattern: str, example: str) -> None:
    assert re.search(pattern, example, re.IGNORECASE)
    assert compile_words(file, table).search(example)


@pytest.mark.parametrize(("part", "name", "example"), PARTS)
def test_a_name_makes_an_element_its_part(part: str, name: str, example: str) -> None:
    named = html.fragment_fromstring(example)
    assert named.get("class") == name
    assert find_part(named) == part


def test_a_word_inside_a_name_hints_at_what_is_beside() -> None:
    words = load_words(ROOM, "html_names")
    silent = [
        word
        for part in ("hints", "below")
        for word, example in words[part].items()
        if not hints_aside(html.fragment_fromstring(example), below=True)
        or hints_aside(html.fragment_fromstring(example)) != (part == "hints")
    ]
    assert silent == []


def test_links_lead_to_newsrooms() -> None:
    words = load_words(ROOM, "html_ends")
    links = [link for table in words.values() for link in table.values()]
    assert [link for link in links if not _leads_to_newsroom(link)] == []
    assert not _leads_to_newsroom("https://news.example.com/weirpost")


@pytest.mark.parametrize("example", rows("names", "body"))
def test_a_name_is_that_of_a_text(example: str) -> None:
    assert names_body(element(example))


@pytest.mark.parametrize("example", rows("names", "caption"))
def test_a_name_is_that_of_a_caption(example: str) -> None:
    assert names_caption(element(example))


@pytest.mark.parametrize("example", rows("names", "picture"))
def test_a_name_is_that_of_an_image(example: str) -> None:
    assert names_picture(element(example))


@pytest.mark.parametrize(
    ("table", "example"),
    [(table, row) for table in ("errors", "logins", "lists") for row in rows("refusal", table)],
)
def test_a_title_says_that_a_page_is_no_article(table: str, example: str) -> None:
    what = {"errors": "an error page", "logins": "a login page", "lists": "a list of articles"}
    page = f"<title>{example}</title><h1>{example}</h1><p>This is a text that ends.</p>"
    with pytest.raises(UnreadableFile, match=f"is {what[table]}"):
        read_html(page)


@pytest.mark.parametrize("example", rows("refusal", "list_classes"))
def test_a_class_says_that_a_page_is_a_list(example: str) -> None:
    page = f'<title>Tea</title><body class="{example}"><h1>Tea</h1><p>This is a text that ends.</p>'
    with pytest.raises(UnreadableFile, match="is a list of articles, by the class of its body"):
        read_html(page)
    assert read_html(page.replace(f'"{example}"', f'"{example} single"'))[0]["title"] == "Tea"


@pytest.mark.parametrize("example", rows("shown", "breadcrumbs"))
def test_a_name_is_that_of_a_breadcrumb(example: str) -> None:
    page = f'<body><div class="{example}"><a href="/">Home</a> <a href="/t">Town</a></div></body>'
    assert find_breadcrumb(html.document_fromstring(page), "Tea") == ["Town"]


@pytest.mark.parametrize("example", rows("shown", "breadcrumb_starts"))
def test_a_breadcrumb_loses_its_start(example: str) -> None:
    (label,) = tidy_labels([example], "Tea")
    assert label in ("Town", "新闻") or example in (label, f"{label} ")


@pytest.mark.parametrize("example", rows("shown", "generic_labels"))
def test_a_label_names_no_section(example: str) -> None:
    assert tidy_labels([example, "", "Town"], "Tea") == ["Town"]


@pytest.mark.parametrize("example", rows("shown", "kickers"))
def test_a_name_is_that_of_a_section_label(example: str) -> None:
    assert is_kicker(example)
    assert not is_kicker(f"x{example}")


@pytest.mark.parametrize("example", rows("authors", "authors"))
def test_a_name_is_that_of_an_author(example: str) -> None:
    assert names_author(element(example))
    assert names_author(element(f"news-{example}"))
    assert not names_author(element(f"x{example}"))


@pytest.mark.parametrize("example", rows("authors", "others"))
def test_a_name_is_that_of_something_beside_an_author(example: str) -> None:
    assert not names_author(element(example))


@pytest.mark.parametrize("example", rows("authors", "person_paths"))
def test_an_address_is_that_of_a_person(example: str) -> None:
    assert is_person(f"https://site.invalid{example}")
    assert not is_person(example.rstrip("/").rpartition("/")[0])


@pytest.mark.parametrize("example", rows("figures", "decorations"))
def test_an_address_is_that_of_a_decoration(example: str) -> None:
    assert _decorates(example)
    assert not _decorates(f"x{example.partition('.')[0]}x")


@pytest.mark.parametrize("example", rows("figures", "sitewide"))
def test_an_image_is_that_of_a_site(example: str) -> None:
    assert is_sitewide(f"https://site.invalid/default/{example}?v=1")
    assert not is_sitewide(f"https://site.invalid/{example.partition('.')[0]}/5.jpg")
    assert not is_sitewide(f"x{example.partition('.')[0]}x.jpg")


@pytest.mark.parametrize("field", load_words(ROOM, "html_head"))
def test_the_first_meta_element_wins(field: str) -> None:
    names = load_words(ROOM, "html_head")[field]
    metas = [f'<meta name="{name}" content="{example}">' for name, example in names.items()]
    for number, (name, example) in enumerate(names.items()):
        head = Head(html.document_fromstring("".join(reversed(metas[number:]))))
        assert head.find(field) == ([example], name)


@pytest.mark.parametrize(
    ("field", "example"),
    [(field, row) for field in ("updated", "published") for row in rows("times", f"{field}_names")],
)
def test_a_meta_name_is_that_of_a_time(field: str, example: str) -> None:
    head = Head(html.document_fromstring(f'<meta name="{example}" content="2020-05-25">'))
    assert list(head.list_formed(field)) == [("2020-05-25", example.lower())]
    other = "published" if field == "updated" else "updated"
    assert not list(head.list_formed(other))


@pytest.mark.parametrize("example", rows("times", "others_names"))
def test_a_meta_name_is_that_of_another_time(example: str) -> None:
    head = Head(html.document_fromstring(f'<meta name="{example}" content="2020-05-25">'))
    assert not list(head.list_formed("published"))
