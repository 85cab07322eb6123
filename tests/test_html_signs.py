"""What a page is known to lack before its tree is searched: the rules find the same without it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.errors import UnreadableFile
from feedpub.pages import bylines, html_page, html_times
from feedpub.pages.html_page import identify_html, read_html
from feedpub.pages.html_signs import Signs
from feedpub.pages.html_source import decode_html
from support import examples

TEXT = "The lock keeper counted 312 barges on the canal before noon. "
NODE = (
    '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{0}",'
    ' "datePublished": "2020-05-2{1}T10:00:00Z"{2}}}</script>'
)
POST = (
    f'<p>{TEXT * 6}</p><blockquote class="CLASS" data-instgrm-permalink='
    f'"https://www.instagram.com/p/Ab1_-cd/"></blockquote><p>{TEXT * 6}</p>'
)
HEAD = (
    "<title>The lock opens | Weir Post</title>",
    '<title>The lock opens<meta name="date" content="2020-05-01">',
    '<link rel="canonical" href="https://news.example.com/lock.html">',
    '<link rel="canonical" href="https://news.example.com/">',
    '<meta property="og:title" content="The lock opens">',
    '<META PROPERTY="og:title" CONTENT="Another lock &amp; weir">',
    '<meta property="article:published_time" content="2020-05-20T10:00:00+08:00">',
    '<meta property="article:published_time" content="2020-05-21">',
    '<meta property="article:modified_time" content="2020-05-22T10:00:00Z">',
    '<meta property="article:modified_time" content="yesterday">',
    '<meta property="article:section" content="Harbor">',
    '<!-- <meta property="article:section" content="Canal"> -->',
    '<script>document.write("<meta name=date content=2020-05-03>")</script>',
    "<script>if (1 < 2) <!-- document</script>",
    '<base href="https://news.example.com/a/">',
    NODE.format("The lock opens", 4, ""),
    NODE.format("A weir is built", 5, ', "dateModified": "2020-05-26", "wordCount": 40'),
    '<script type="application/ld+json">{"@type": "CollectionPage"}</script>',
    '<meta charset="windows-1252">',
)
BODY = (
    "<h1>The lock opens</h1>",
    '<h1 class="p-name">The lock <b>opens</b></h1>',
    "<h2><a href=/weir>A weir is built</a></h2>" * 4,
    f"<p>{TEXT * 12}</p>",
    f"<div class=card><p>{TEXT}<p>{TEXT}",
    "<p>By Anna Berg</p>",
    "<p>Updated: yesterday</p>",
    "<p>Weir Post) 3 May</p>",
    "<p>Updated: 25 May 2020 10:32</p>",
    "<p>Updated: <b>25. Mai</b> 2020</p>",
    "<p>Last updated &#50;0 May 2&#48;20</p>",
    "<p>Posted at 二〇二〇&#x5e74;五月二十五日</p>",
    "<p>發佈：２０２０年５月２５日</p>",
    "<p>Мая 25, 2020 | Weir Post) 3</p>",
    "<p>Part 7 of 12</p>",
    "<p>Room 5: 10 May</p>",
    '<time datetime="2020-05-24T08:00:00Z">Sunday</time>',
    '<span itemprop="dateModified" content="2020-05-23">now</span>',
    '<div class="h&#101;ntry"><span class="updated" title="2020-05-19">May</span>',
    '<div class="hentry"><h2 class="entry-title">The lock opens again</h2></div>',
    '<div ITEMSCOPE ITEMTYPE="https://schema.org/Article"><i itemprop=headline>Locks</i></div>',
    POST.replace("CLASS", "instagram-m&#101;dia"),
    POST.replace("CLASS", "instagram-media"),
    '<IFRAME SRC="https://www.youtube.com/embed/abc-DEF_123"></IFRAME>',
    '<div DATA-OEMBED-URL="https://vimeo.com/123456"></div>',
    '<a data-embed href="https://vimeo.com/123456">A film</a>',
    '<audio src="/talk.mp3"></audio>',
    '<meta property="article:section" content="Weir">',
    NODE.format("The lock opens", 6, ""),
    '<nav class="breadcrumb"><a href="/">Home</a> &gt; <a href="/harbor">Harbor</a></nav>',
    "<ul><li>Home <li>2 May 2020: A weir is built",
    "<p>caf\u00e9 \u0085 \u0000</p>",
    "</div></p></blockquote>",
)
PAGES = st.builds(
    lambda head, middle, body: f"<html><head>{''.join(head)}{middle}{''.join(body)}",
    st.lists(st.sampled_from(HEAD), max_size=8),
    st.sampled_from(("</head><body>", "</HEAD>", "", "<body>")),
    st.lists(st.sampled_from(BODY), max_size=12),
)


@contextmanager
def search_all() -> Iterator[None]:
    """Search whatever is on a page."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (bylines, html_times):
            patch.setattr(module, "may_have_stamps", lambda text: True)
        patch.setattr(bylines, "_MAY_BE_BYLINE", bylines.re.compile(""))
        patch.setattr(Signs, "entries", True)
        patch.setattr(Signs, "types", True)
        patch.setattr(Signs, "may_embed", lambda self, root: True)
        yield


def tell(page: str, encoding: str) -> list[str]:
    """Tell all that is found on a page, or why it is refused."""
    told = []
    for read in (identify_html, read_html):
        html_page._identified.clear()
        try:
            told.append(repr(read(decode_html(page.encode(encoding, "replace")).text)))
        except UnreadableFile as error:
            told.append(f"{error} {error.kind} {error.line}")
    return told


@examples(1_000)
@given(PAGES, st.sampled_from(("utf-8", "windows-1252", "utf-16")))
def test_signs_hide_nothing_of_a_page(page: str, encoding: str) -> None:
    told = tell(page, encoding)
    with search_all():
        assert told == tell(page, encoding)


@pytest.mark.parametrize("piece", BODY)
def test_signs_hide_nothing_of_a_piece(piece: str) -> None:
    for head in ("", HEAD[6], HEAD[6] + HEAD[8]):
        page = f"{head}<h1>The lock opens</h1>{piece}<p>{TEXT * 12}</p>"
        told = tell(page, "utf-8")
        with search_all():
            assert told == tell(page, "utf-8")
