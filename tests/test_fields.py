"""Fields: the names they go by, and what their raw values hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from feedpub.entries.authors import AuthorFault, read_authors
from feedpub.model import ImageFault, ImageReference
from feedpub.systems.names import take_fields
from feedpub.systems.values import (
    FieldError,
    read_images,
    read_sections,
    read_tags,
    read_text,
)
from feedpub.text.breadcrumbs import read_page_breadcrumb


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("id", "id"),
        ("title", "title headline name"),
        ("link", "link url mainEntityOfPage"),
        ("section", "section sections articleSection breadcrumb"),
        ("updated", "updated dateModified modified"),
        ("published", "published datePublished"),
        ("author", "author authors byline"),
        ("source", "source"),
        ("summary", "summary description"),
        ("content_html", "content_html"),
        ("content_text", "content_text articleBody body"),
        ("images", "images image"),
        ("tags", "tags keywords"),
        ("language", "language"),
        ("status", "status"),
        ("notice", "notice"),
    ],
)
def test_takes_a_field_under_each_of_its_names(name: str, spellings: str) -> None:
    raw = {spelling: f"from {spelling}" for spelling in spellings.split()}
    for spelling in spellings.split():
        # The first in the contract's order wins; without it, the next.
        assert take_fields({**raw, "other": 1}) == {name: f"from {spelling}"}
        del raw[spelling]
    assert take_fields(raw) == {}


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_field_is_absent(empty: object) -> None:
    assert take_fields({"title": empty, "headline": "Tea"}) == {"title": "Tea"}


def test_takes_only_the_fields_asked_for() -> None:
    assert take_fields({"title": "Tea", "url": "/tea"}, ("link",)) == {"link": "/tea"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [("<b>Tea</b> &amp; co", "Tea & co"), (12, "12"), (1.5, "1.5"), ("  ", "")],
)
def test_reads_text(value: object, expected: str) -> None:
    assert read_text(value) == expected


@pytest.mark.parametrize("value", [True, ["Tea"], {"name": "Tea"}, None])
def test_refuses_what_is_no_text(value: object) -> None:
    with pytest.raises(FieldError, match="is not text"):
        read_text(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Li Wei", ("Li Wei",)),
        ("Li Wei, Wu Fang", ("Li Wei", "Wu Fang")),
        (["Li Wei", "Wu Fang", "Li Wei", ""], ("Li Wei", "Wu Fang")),
        ({"name": "<i>Li</i> Wei"}, ("Li Wei",)),
        ([{"name": "Li Wei"}, "Wu Fang", {"url": "/x"}], ("Li Wei", "Wu Fang")),
        (["By Li Wei and Wu Fang", "Wu Fang; River Post, "], ("Li Wei", "Wu Fang", "River Post")),
        ({"first_name": "Li", "last_name": "Wei"}, ("Li Wei",)),
        ({"title": "Dr.", "given": "Li", "family": "Wei"}, ("Li Wei",)),
        ({"display_name": "Li Wei", "nickname": "lw", "title": "Editor"}, ("Li Wei",)),
        (
            [{"nickname": "Wei"}, {"title": "Wu Fang"}, {"penName": "Tea"}],
            ("Wei", "Wu Fang", "Tea"),
        ),
        ({"author": {"fullName": "Li Wei"}}, ("Li Wei",)),
        # An address is not part of a name.
        ("li@example.com (Li Wei)", ("Li Wei",)),
        ("Li Wei <li@example.com>, Wu Fang <mailto:wu@example.com>", ("Li Wei", "Wu Fang")),
        ("Li Wei, li@example.com", ("Li Wei",)),
        ({"name": "li@example.com", "email": "li@example.com"}, ()),
        ("By", ()),
        (7, ("7",)),
        ([], ()),
        (" ", ()),
    ],
)
def test_reads_names(value: object, expected: tuple[str, ...]) -> None:
    assert read_authors(value, emails=False, faults=[]) == expected


@pytest.mark.parametrize(
    ("value", "left", "message"),
    [
        (False, False, "is not text"),
        ([["Li Wei"], "Wu Fang"], ["Li Wei"], "is not text"),
        ({"name": ["Li Wei"]}, {"name": ["Li Wei"]}, "has no name"),
        ([{"url": "/x"}], {"url": "/x"}, "has no name"),
        ("li@example.com", "li@example.com", "author_emails"),
        ("//example.com/li", "//example.com/li", "is an address on the web"),
    ],
)
def test_tells_of_an_author_without_a_name(value: object, left: object, message: str) -> None:
    faults: list[AuthorFault] = []
    read_authors(value, emails=False, faults=faults)
    (fault,) = faults
    assert fault.value == left
    assert message in fault.message


@pytest.mark.parametrize("text", ["li@example.com (Li Wei)", "li@example.com"])
def test_publishes_addresses_where_they_are_asked_for(text: str) -> None:
    assert read_authors(text, emails=True, faults=[]) == (text,)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("tea, rivers; otters", ("tea", "rivers", "otters")),
        ("茶，河、水獭；桥", ("茶", "河", "水獭", "桥")),
        (["tea, green", "rivers"], ("tea, green", "rivers")),
        ([{"name": "tea"}, 2020], ("tea", "2020")),
        (",, ", ()),
    ],
)
def test_reads_tags(value: object, expected: tuple[str, ...]) -> None:
    assert read_tags(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Zhejiang Voice", ("Zhejiang Voice",)),
        ("Home>Zhejiang Voice", ("Zhejiang Voice",)),
        ("Home > News › Zhejiang Voice", ("Zhejiang Voice",)),
        ("首页»新闻＞文化", ("文化",)),
        ("Home&gt;Zhejiang Voice", ("Zhejiang Voice",)),
        ("<a href='/'>Home</a> &gt; <b>Zhejiang Voice</b>", ("Zhejiang Voice",)),
        ("<b>Zhejiang Voice</b>", ("Zhejiang Voice",)),
        ("Home>Zhejiang Voice>", ("Zhejiang Voice",)),
        ("Zhejiang Voice>HOME", ("Zhejiang Voice",)),
        ("文化>首页", ("文化",)),
        ("Home>", ()),
        ("Home>Home", ()),
        # A slash splits only the breadcrumbs of pages.
        ("Arts/Culture", ("Arts/Culture",)),
        ("Home>Arts/Culture", ("Arts/Culture",)),
        (["River", "Home>Culture", "River", ""], ("River", "Culture")),
        ([{"name": "River"}], ("River",)),
        ({"name": "River"}, ("River",)),
        (["River", "river"], ("River", "river")),
        ([], ()),
        ("R&amp;D", ("R&D",)),
        (2020, ("2020",)),
    ],
)
def test_reads_sections(value: object, expected: tuple[str, ...]) -> None:
    assert read_sections(value) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"breadcrumb": ["Home", "News", "River"]}, ("River",)),
        ({"breadcrumb": "Home>News>River"}, ("River",)),
        ({"sections": ["News", "River"]}, ("News", "River")),
    ],
)
def test_a_breadcrumb_in_a_list_counts_by_its_last_label(
    raw: dict[str, object], expected: tuple[str, ...]
) -> None:
    assert read_sections(take_fields(raw)["section"]) == expected


@pytest.mark.parametrize(
    ("value", "depth", "expected"),
    [
        ("Home>News>River>Locks", None, ("Locks",)),
        ("Home>News>River>Locks", 1, ("News",)),
        ("News > River > Locks >", 2, ("River",)),
        ("Home>News>River", 3, ("River",)),  # shorter: by its last
        ("首页›新闻›文化", 1, ("新闻",)),
        ("Home>", 1, ()),
        ("River", 2, ("River",)),
        ("Arts/Culture", 1, ("Arts/Culture",)),
        (["Home>News>River", "Home>Tea>Green", "Sport"], 1, ("News", "Tea", "Sport")),
        ({"breadcrumb": ["Home", "News", "River"]}, 1, ("News",)),
        ({"breadcrumb": [{"name": "Home"}, {"name": "News"}, {"name": "River"}]}, 1, ("News",)),
        ({"breadcrumb": ["Sport", "News", "Sport"]}, None, ("Sport",)),
        ({"breadcrumb": [["Odd"], "River"]}, 1, ("River",)),
    ],
)
def test_a_breadcrumb_counts_by_its_label_at_a_depth(
    value: object, depth: int | None, expected: tuple[str, ...]
) -> None:
    if isinstance(value, dict):
        value = take_fields(value)["section"]
    assert read_sections(value, depth=depth) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Home>Zhejiang Voice", "Zhejiang Voice"),
        ("Home/Zhejiang Voice/", "Zhejiang Voice"),
        ("Home / News / Zhejiang Voice /", "News>Zhejiang Voice"),
        ("Home》Voice", "Home》Voice"),
        ("首页／新闻／文化", "新闻>文化"),
        ("Home › News » River", "News>River"),
        ("River", "River"),
        ("Home", None),
        (">/", None),
    ],
)
def test_reads_the_breadcrumb_of_a_page(text: str, expected: str | None) -> None:
    assert read_page_breadcrumb(text) == expected


def _with_length(unusable: str) -> ImageReference:
    return ImageReference(source="a.jpg", unusable_length=unusable)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a.jpg", (ImageReference(source="a.jpg"),)),
        (["a.jpg", " b.jpg "], (ImageReference(source="a.jpg"), ImageReference(source="b.jpg"))),
        ({"url": "a.jpg"}, (ImageReference(source="a.jpg"),)),
        (
            {"src": "a.jpg", "url": "b.jpg", "caption": "<b>Tea</b>", "credit": "Li", "alt": "Cup"},
            (ImageReference(source="a.jpg", caption="Tea", credit="Li", alt="Cup"),),
        ),
        (
            [{"src": "https://cdn.example.com/a", "type": "image/png", "length": 5}],
            (ImageReference(source="https://cdn.example.com/a", type="image/png", length=5),),
        ),
        ({"src": "a.jpg", "length": "12"}, (ImageReference(source="a.jpg", length=12),)),
        ({"src": "a.jpg", "length": 12.0}, (ImageReference(source="a.jpg", length=12),)),
        # Feeds write 0 where they know no length; another that is none is kept, to name it.
        ({"src": "a.jpg", "length": 0}, (ImageReference(source="a.jpg"),)),
        ({"src": "a.jpg", "length": -5}, (_with_length("-5"),)),
        ({"src": "a.jpg", "length": True}, (_with_length("True"),)),
        ({"src": "a.jpg", "length": 123.45}, (_with_length("123.45"),)),
        ({"src": "a.jpg", "length": "many"}, (_with_length("many"),)),
        ({"src": "a.jpg", "length": "9" * 5000}, (_with_length("9" * 5000),)),
        ({"src": "a.jpg", "caption": " ", "credit": None}, (ImageReference(source="a.jpg"),)),
        ([None, "", {}], ()),
        ([], ()),
    ],
)
def test_reads_images(value: object, expected: tuple[ImageReference, ...]) -> None:
    faults: list[ImageFault] = []
    assert read_images(value, faults) == expected
    assert faults == []


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (read_tags, [True], "is not text"),
        (read_sections, [["River"]], "is not text"),
        (read_sections, True, "is not text"),
    ],
)
def test_refuses_values_of_the_wrong_type(
    read: Callable[[object], object], value: object, message: str
) -> None:
    with pytest.raises(FieldError, match=message):
        read(value)


@pytest.mark.parametrize(
    ("bad", "left", "value", "message"),
    [
        (5, None, 5, "is an image that is neither a text nor an object"),
        (["b.jpg"], None, ["b.jpg"], "is an image that is neither a text nor an object"),
        ({"caption": "Tea"}, None, {"caption": "Tea"}, "is an image without src"),
        ({"src": 5}, None, {"src": 5}, "is an image without src"),
        ({"src": " "}, None, {"src": " "}, "is an image without src"),
        (
            {"src": "b.jpg", "caption": ["Tea"], "credit": "Li"},
            ImageReference(source="b.jpg", credit="Li"),
            ["Tea"],
            'is not text; expected the caption of "b.jpg"',
        ),
        (
            {"src": "b.jpg", "caption": "Tea", "alt": True},
            ImageReference(source="b.jpg", caption="Tea"),
            True,
            'is not text; expected the alt of "b.jpg"',
        ),
    ],
)
def test_a_bad_image_or_a_bad_text_of_one_leaves_the_other_images(
    bad: object, left: ImageReference | None, value: object, message: str
) -> None:
    faults: list[ImageFault] = []
    read = read_images(["a.jpg", bad, "c.jpg"], faults)
    others = [ImageReference(source="a.jpg"), ImageReference(source="c.jpg")]
    expected = others if left is None else [others[0], left, others[1]]
    assert list(read) == expected
    assert faults == [ImageFault(value, message)]
