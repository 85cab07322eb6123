"""Pages that are identified by their heads: what is found is what the whole page gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.errors import UnreadableFile
from feedpub.pages import decode_html, identify_html, read_site_page
from feedpub.pages.html_by_head import identify_by_head
from feedpub.pages.html_source import bound_page
from feedpub.settings import Selectors
from feedpub.text import plain_text
from support import STANDARD_TOML, examples, make_site, run_cli

ADDRESS = "https://news.example.com/ferry/"
LINK = f'<link rel="canonical" href="{ADDRESS}">'
NODE = (
    '{"@type": "NewsArticle", "headline": "The ferry runs again", "articleSection": "River",'
    ' "datePublished": "2020-05-20T10:00:00Z", "dateModified": "2020-05-21T11:30:00+08:00"}'
)
SCRIPT = f'<script type="application/ld+json">{NODE}</script>'
OTHER = SCRIPT.replace("ferry runs", "bridge opens").replace("2020", "2019")
OWN = OTHER.replace("{", f'{{"url": "{ADDRESS}",', 1)
BARE = SCRIPT.replace('"articleSection": "River",', "")
METAS = {
    name: f'<meta property="{name}" content="{text}">'
    for name, text in (
        ("og:title", "The ferry runs again"),
        ("article:section", "Harbor"),
        ("section", "Weir"),
        ("article:published_time", "2020-05-22T10:00:00Z"),
        ("article:modified_time", "2020-05-23T10:00:00Z"),
        ("og:type", "article"),
    )
}
BY_METAS = (
    "".join(METAS.values()) + '<script type="application/ld+json">{"@type": "Article"}</script>'
)
SECTION = METAS["article:section"]
TEXT = "<p>The ferry crossed the river nine times before the fog came down.</p>" * 4
MICRODATA = (
    '<div itemscope itemtype="TYPE"><i itemprop="articleSection">Locks</i>'
    '<time itemprop="dateModified" datetime="2020-05-29">Friday</time></div>'
)
OF_ARTICLE = MICRODATA.replace("TYPE", "https://schema.org/Article")

# What the rest of a page may say otherwise than its head, with a head for each that shows it.
OTHERWISE = {
    "a meta element": (LINK + BY_METAS.replace(SECTION, ""), SECTION),
    "another article": (LINK + SCRIPT, OWN),
    "another article by references": (LINK + SCRIPT, OWN.replace("ld+json", "ld&#43;json")),
    "a link": (SCRIPT, LINK),
    "microdata": (LINK + BY_METAS, OF_ARTICLE),
    "microdata without quotes": (LINK + BY_METAS, MICRODATA.replace('"TYPE"', "Article")),
    "microdata by references": (LINK + BY_METAS, OF_ARTICLE.replace("/Article", "/Art&#105;cle")),
    "microdata in capitals": (LINK + BY_METAS, OF_ARTICLE.replace("itemtype", "ITEMTYPE")),
    "a headline of one of two": (
        LINK + OTHER + SCRIPT.replace('"headline": "The', '"headline": "When the'),
        "<h1>When the ferry runs again</h1>",
    ),
    "a section": (LINK + BARE, '<p class="breadcrumb"><a href="/">Home</a> <a href="/r">Reeds</a>'),
    "an update": (
        LINK + SCRIPT.replace("dateModified", "dateAdded"),
        "<p>Updated: 2020-05-28 10:32</p>",
    ),
    "too deep": (LINK + SCRIPT, "<div>" * 10_001),
    "too long": (LINK + SCRIPT, f"<p>{'ferry ' * 1_700_000}"),
    "a short title": (
        LINK + SCRIPT.replace("runs", "runs" * 6_000),
        "<h1>When the ferry runs again</h1>",
    ),
    "no text": (LINK + SCRIPT.replace("{", '{"wordCount": 300,', 1), ""),
    "the rest of a value": (LINK + BARE + SECTION.replace('">', ""), ' and sea">'),
}  # fmt: skip
TELLING = (LINK + SCRIPT, LINK + BY_METAS, LINK + BARE + METAS["section"] + METAS["og:title"])
HEAD = (
    *METAS.values(),
    LINK,
    SCRIPT,
    BARE,
    OTHER,
    "<title>The ferry runs again | Weir Post</title>",
    '<meta property="article:modified_time" content="soon">',
    '<meta name="section" content="Harbor, Weir">',
    '<meta property="article:section" content="On the <body> of work">',
    "<!-- <body> --><!-- <meta name=section content=Canal> -->",
    '<script>document.write("<body>" + "<meta name=section content=Canal>")</script>',
    "<script>if (1 < 2) <!-- document",
    "<style>body > p {}</style><title>Half",
    '<meta charset="windows-1252"><meta name="section" content="Caf&eacute;">',
    '<base href="https://example.org/">',
    SCRIPT.replace('"River"', '["River", "Sea"]'),
    SCRIPT.replace("{", '{"wordCount": 300, "articleBody": "The ferry.",', 1),
    SCRIPT.replace("{", '{"wordCount": 300,', 1),
    "<div>A box in a head</div>",
    "\u0000",
)
HARMLESS = (
    TEXT,
    "<h1>The ferry runs again</h1>",
    "<h1>&lt;i a b c d&gt;</h1>",
    "<h1>Page not found</h1>",
    "<svg><title>Ferry</title></svg>",
    "<p>Updated: 25 May 2020 10:32</p>",
    MICRODATA.replace("TYPE", "https://schema.org/WebPage"),
    "<p title='&quot;' data-type='a&amp;b'>Tea</p><input type='a'>",
    '<h2><a href="/weir?type=a&amp;b">A weir is built</a></h2>' * 3,
    "</div></body></html>",
)
BODY = (
    *HARMLESS,
    *(rest for _, rest in OTHERWISE.values() if len(rest) < 1_000),
    '<body class="page-id-7">',
    '<script>var a = "<meta name=section content=Canal>"</script>',
    "<input type='a&amp;b'>",
)  # fmt: skip
STARTS = ("</head><body>", '<body class="single">', "<BODY\nclass=a>", '<body title="a>b">', "")
PAGES = st.builds(
    lambda head, more, start, body, at: _write(_insert(head, more, at), start, "".join(body)),
    st.sampled_from((*TELLING, "")),
    st.lists(st.sampled_from(HEAD), max_size=3),
    st.sampled_from(STARTS),
    st.lists(st.sampled_from(BODY), max_size=5),
    st.booleans(),
)


def _insert(head: str, more: list[str], at: bool) -> str:
    return "".join((*more, head) if at else (head, *more))


def _write(head: str, start: str, body: str) -> str:
    return f"<!doctype html><html><head>{head}{start}{body}"


def _tell(page: str, *, any_title: bool, address: str | None = None) -> object:
    """Tell what identifies a page, or why it is refused; the title as far as it counts."""
    try:
        if address is None:
            fields = identify_html(page, any_title=any_title)
            told: tuple[object, ...] = ()
        else:
            found = read_site_page(
                page, address=address, selectors=Selectors(), whole=False, any_title=any_title
            )
            fields, told = dict(found.fields), (found.kind, found.is_told)
    except UnreadableFile as error:
        return str(error), error.kind, error.line
    title = fields.pop("title", None)
    return fields, told, isinstance(title, str) and bool(plain_text(title)) and len(title) < 20_000


def _check(page: str) -> None:
    for address in (None, ADDRESS, "https://news.example.com/"):
        exact = _tell(page, any_title=False, address=address)
        assert _tell(page, any_title=True, address=address) == exact


@pytest.mark.parametrize("head", TELLING)
@pytest.mark.parametrize("body", HARMLESS)
def test_a_head_that_tells_all_is_enough(head: str, body: str) -> None:
    page = _write(head, "</head><body>", body)
    assert identify_by_head(bound_page(page)) is not None
    _check(page)


@pytest.mark.parametrize(("head", "rest"), OTHERWISE.values(), ids=OTHERWISE)
def test_the_rest_counts_where_it_says_otherwise(head: str, rest: str) -> None:
    page = _write(head, "<body>", rest)
    by_head = _tell(_write(head, "<body>", ""), any_title=False)
    assert _tell(page, any_title=True) == _tell(page, any_title=False)
    assert rest == "" or by_head != _tell(page, any_title=False)


@examples(400)
@given(PAGES, st.sampled_from(("utf-8", "windows-1252", "utf-16")), st.booleans())
def test_a_page_is_identified_as_by_its_tree(page: str, encoding: str, is_large: bool) -> None:
    text = decode_html(page.encode(encoding, "replace")).text
    _check(text + f"<p>{'Tea was served. ' * 4_500}" if is_large else text)


@pytest.mark.parametrize("classes", ["page-id-7", "attachment", "single page-id-7", "home"])
def test_the_classes_of_a_body_name_what_it_is(classes: str) -> None:
    head = LINK + SCRIPT + METAS["article:published_time"]
    body = f'<body class="{classes}">{TEXT}'
    _check(_write(head, body, ""))
    _check(_write(head, "<body>", body))
    _check(_write(f"{head}<noscript>", "<body>", f"</body></noscript></head>{body}"))


@pytest.mark.parametrize("more", [METAS["og:type"].replace("article", "profile"), SECTION])
def test_a_page_without_a_time_in_its_head_may_be_no_article(more: str) -> None:
    _check(_write(LINK + SCRIPT + more, "<body>", TEXT))


def test_a_relative_link_begins_from_the_address() -> None:
    head = LINK.replace(ADDRESS, "../ferry/") + SCRIPT + METAS["article:published_time"]
    _check(_write(head, "<body>", TEXT))


def test_what_is_no_tag_begins_no_body() -> None:
    script = SCRIPT.replace("</script>", " // <body>\n{</script></head>")
    _check(_write(LINK + script, "", TEXT))


def test_selectors_and_whole_pages_need_more_than_the_head() -> None:
    head = LINK + SCRIPT + METAS["article:published_time"]
    page = _write(head, "<body>", f"<h1>When the ferry runs again</h1>{TEXT}<h4>Quays</h4>")
    selectors = Selectors(section="h4")
    for any_title in (True, False):
        assert identify_html(page, selectors=selectors, any_title=any_title)["section"] == "Quays"
        for whole, chosen in ((False, selectors), (True, Selectors())):
            found = read_site_page(
                page, address=ADDRESS, selectors=chosen, whole=whole, any_title=any_title
            )
            assert whole or found.fields["section"] == "Quays"
            assert ("content_html" in found.fields) is whole


def test_expressions_see_the_title_that_the_page_shows(tmp_path: Path) -> None:
    page = _write(LINK + SCRIPT, "<body>", f"<h1>Boats cross the water once more</h1>{TEXT}")
    toml = STANDARD_TOML + '[source.fields]\nsection = "title"\n'
    site = make_site(tmp_path, {"sources/a.html": page}, toml)
    assert run_cli(site, "build").exit_code == 0
    assert (site / "feeds" / "boats-cross-the-water-once-more.rss").exists()
