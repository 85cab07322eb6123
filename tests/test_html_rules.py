"""Single rules, one row each: what a page says, and what is read of it."""

import pytest
from lxml import html

from feedpub.errors import UnreadableFile
from feedpub.markup import find_source
from feedpub.pages.html_blocks import lay_out
from feedpub.pages.html_figures import split_credit
from feedpub.pages.html_linked_data import load_leniently
from feedpub.pages.html_page import identify_html, read_html
from feedpub.pages.html_source import parse_page
from feedpub.pages.html_tree import PageTree
from feedpub.systems.values import read_sections

TEXT = "<p>One sentence of the article.</p><p>And another one.</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1, 2,],}', {"a": [1, 2]}),
        ('<!-- {"a": 1} -->', {"a": 1}),
        ('//<![CDATA[\n{"a": 1}\n//]]>', {"a": 1}),
        ('{"a": 1};', {"a": 1}),
        ('{"a": "x, // y /* z */ ,}"}', {"a": "x, // y /* z */ ,}"}),
        (
            '{"a": "two\nlines", /* why */ "b": "http://x.example/",}',
            {"a": "two\nlines", "b": "http://x.example/"},
        ),
        ("{not json", None),
        ('{"a": "' + "[" * 501 + '"}', {"a": "[" * 501}),
        ("[" * 501 + "]" * 501, None),
    ],
)
def test_loads_linked_data(text: str, expected: object) -> None:
    assert load_leniently(text) == expected


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("What it shows. [Photo/WeChat account: jx]", "What it shows.", "WeChat account: jx"),
        ("What it shows. (Photo: A. Bee)", "What it shows.", "A. Bee"),
        ("What it shows. Photo: A. Bee", "What it shows.", "A. Bee"),
        ("What it shows. © A. Bee", "What it shows.", "A. Bee"),
        ("What it shows. / A. Bee", "What it shows.", "A. Bee"),
        ("村民过秤。（苏禾 摄）", "村民过秤。", "苏禾"),
        ("A photo of the mayor.", "A photo of the mayor.", None),
        ("She took the picture by night.", "She took the picture by night.", None),
    ],
)
def test_splits_credit(line: str, caption: str, credit: str | None) -> None:
    assert split_credit(line) == (caption, credit)


@pytest.mark.parametrize(
    ("markup", "source"),
    [
        ('<img src="a.jpg">', "a.jpg"),
        ('<img src="blank.gif" data-src="a.jpg">', "a.jpg"),
        ('<img src="data:image/gif;base64,AA" data-original="/a.jpg">', "/a.jpg"),
        ('<img src="a-1.jpg" srcset="a-1.jpg 480w, a-2.jpg 960w">', "a-2.jpg"),
        ('<img src="a.jpg" srcset="b.webp 480w">', "a.jpg"),
        ('<img srcset="a.jpg, b.jpg 2x">', "b.jpg"),
        ('<picture><source srcset="a.webp 1w, b.webp 2w"><img alt=""></picture>', "b.webp"),
        ('<img src="a.jpg%20960w,%20b.jpg%20480w">', "a.jpg"),
        ('<img alt="">', None),
    ],
)
def test_finds_true_address_of_image(markup: str, source: str | None) -> None:
    image = next(html.fragment_fromstring(markup, create_parent="div").iter("img"))
    assert find_source(image) == source


@pytest.mark.parametrize(
    "box",
    [
        "<dl><dt>IMG</dt><dd>What it shows. <em>Li Wen</em></dd></dl>",
        "<dl><dt>IMG</dt><dd>What it shows. <span>Li Wen</span></dd></dl>",
        "<table><tr><td>IMG</td></tr><tr><td>What it shows. (Photo: Li Wen)</td></tr></table>",
        "<table><caption>What it shows. Photo: Li Wen</caption><tr><td>IMG</td></tr></table>",
        "<div><div>IMG</div><div>What it shows. [Photo/Li Wen]</div></div>",
        "<div><a href='/a.jpg'>IMG</a><small>What it shows. © Li Wen</small></div>",
        "<figure><p>IMG</p><p>What it shows. Photo: Li Wen</p></figure>",
        "<p>IMG<br>What it shows. (Photo: Li Wen)</p>",
        "<p>IMG</p><p><small>What it shows. Photo: Li Wen</small></p>",
        "<p>IMG</p><p><em>What it shows. Photo: Li Wen</em></p>",
        "<center>IMG<br>What it shows. [Photo/Li Wen]</center>",
    ],
)
def test_reads_caption_by_its_form(box: str) -> None:
    shown = box.replace("IMG", '<img src="a.jpg">')
    page = f"<h1>A headline</h1><div><p>A first one.</p>{shown}{TEXT}</div>"
    fields = read_html(page)[0]
    texts = {"caption": "What it shows.", "credit": "Li Wen"}
    assert fields["images"] == [{"src": "a.jpg", **texts, "elsewhere": "a.jpg"}]
    assert fields["content_html"] == (
        '<p>A first one.</p>\n<figure><img src="a.jpg"></figure>\n'
        "<p>One sentence of the article.</p>\n<p>And another one.</p>"
    )


@pytest.mark.parametrize(
    "box",
    [
        "<div>IMG<p>One short paragraph.</p><p>And a second one.</p></div>",
        "<div>IMG<div>One short paragraph.<br><br>And a second one.</div></div>",
        "<div>IMG<div><a href='/b'>Another article of theirs</a></div></div>",
    ],
)
def test_text_beside_an_image_is_no_caption(box: str) -> None:
    shown = box.replace("IMG", '<img src="a.jpg">')
    page = f"<h1>A headline</h1><div><p>A first one.</p>{shown}{TEXT}</div>"
    assert read_html(page)[0]["images"] == [{"src": "a.jpg", "elsewhere": "a.jpg"}]


@pytest.mark.parametrize(
    "crumb",
    [
        '<nav aria-label="Breadcrumb"><ol><li><a>Home</a></li><li><a>Town</a></li></ol></nav>',
        '<nav aria-label="You are here"><a href="/">Home</a> / <a>Town</a></nav>',
        '<div itemprop="breadcrumb"><a href="/">Home</a> &gt; <a>Town</a></div>',
        '<p><a href="/">Home</a> &gt; <a>Town</a></p>',
        '<p>You are here: <a href="/">Home</a> / <a href="/t">Town</a></p>',
        '<div class="crumb-trail"><span>Home</span><span>Town</span></div>',
        '<div class="breadcrumbs"><a href="/">Home</a><i>/</i><b>Town</b></div>',
        '<ul class="trail"><li><a href="/">Home</a><li>Town</ul>',
        '<div class="crumbs"><a href="/">Front</a><i>/</i><b>Town</b></div>',
    ],
)
def test_reads_breadcrumb(crumb: str) -> None:
    page = f"{crumb}<h1>A headline</h1>{TEXT}"
    assert read_sections(read_html(page)[0]["section"]) == ("Town",)


@pytest.mark.parametrize(
    ("above", "section"),
    [
        ('<nav><a href="/">Front</a> ∙ <a href="/in/town/">Town</a></nav>', "Town"),
        ('<ol><li><a href="/">Front</a><li><a href="/town">Town</a></ol>', "Town"),
        ('<a href="/town/">Town</a>', "Town"),
        ('<p><a href="/in/house-garden.html">House and Garden</a></p>', "House and Garden"),
        ('<a href="/town/today">Town</a>', None),
        ('<a href="/tag/piano">Piano</a>', None),
        ('<p><a href="/">Front</a> | <a href="/town">Town</a> | <a href="/sea">Sea</a></p>', None),
        ('<p><a href="/">Front</a> tells of <a href="/town">Town</a></p>', None),
    ],
)
def test_reads_section_right_above_the_headline(above: str, section: str | None) -> None:
    page = f"<main><header>{above}<h1>A headline</h1></header>{TEXT}</main>"
    assert read_html(page)[0].get("section") == section


def test_links_of_the_site_above_the_article_are_no_section() -> None:
    page = f'<div><a href="/town">Town</a></div><main><h1>A headline</h1>{TEXT}</main>'
    assert "section" not in read_html(page)[0]


SAID = [
    f"<p>The ferry left Pell at {hour} and came back with crates of plums, which were counted.</p>"
    for hour in (6, 7, 8, 9)
]
LINKS = "<ul>" + "".join(
    f'<li><a href="/{n}">The headline of article {n}</a></li>' for n in range(9)
)


@pytest.mark.parametrize(
    "name",
    [
        *("margin-bottom-xl", "field--label-hidden", "elementor-widget-container", "widget"),
        *("overflow-hidden", "no-sidebar", "content-behind-paywall", "share", "font-size"),
        *("hidden", "social", "card", "popup", "top"),
    ],
)
def test_a_name_alone_drops_no_text(name: str) -> None:
    text = "\n".join(SAID)
    page = f"<div><h1>A headline</h1></div><div class='{name}'>{text}</div>{LINKS}</ul>"
    assert read_html(page)[0]["content_html"] == text


@pytest.mark.parametrize(
    "form",
    [
        "<section><div><div>{}</div></div></section>",
        "<div class='row'><div class='text-module'>{}</div></div>",
        "<div class='story-body'>{}</div><div class='ad-slot'>Advertisement</div>",
        "<div class='a1'>{}</div><div class='b2'><ul><li><a href='/x'>Other news</a></ul></div>",
        "<div>{}</div><div class='newsletter'><p>A letter every day, for nothing.</p></div>",
    ],
)
def test_boxes_of_text_belong_together(form: str) -> None:
    boxes = "".join(map(form.format, SAID))
    page = f"<h1>A headline</h1><div>{boxes}</div><aside><p>By the editors.</p></aside>"
    assert read_html(page)[0]["content_html"] == "\n".join(SAID)


@pytest.mark.parametrize(
    "box",
    [
        # However much readers wrote.
        f"<div id='comments'>{''.join(SAID) * 3}</div>",
        "<div class='article-newsletter-box'><p>A letter every day, for nothing.</p></div>",
        "<div class='c-related'><p>The mayor says that he has not seen any.</p></div>",
        f"<div><h3>More of it</h3>{LINKS}</ul></div>",
        "<article><h3><a href='/b'>Otters</a></h3><p>Two of them were seen again.</p></article>",
        "<div>" + "".join(f"<div>{text}</div>" for text in SAID) + "</div>",  # for other screens
    ],
)
def test_leaves_boxes_behind_the_text_out(box: str) -> None:
    page = f"<main><h1>A headline</h1><div>{''.join(SAID)}</div>{box}</main>"
    assert read_html(page)[0]["content_html"] == "\n".join(SAID)


@pytest.mark.parametrize(
    "head",
    [
        "<h1>A headline</h1><p class='standfirst'>{}</p>",
        "<header><h1>A headline</h1><div class='c-lead'><p>{}</p></div></header>",
        "<div class='head'><h1>A headline</h1></div><div class='intro'>{}</div>",
        "<h1>A headline</h1><p class='byline'>By Li Wen</p><p class='teaser'>{}</p>",
    ],
)
def test_keeps_the_standfirst(head: str) -> None:
    first = "What the harbor office of Pell counts before lunch, and why it counts it twice."
    page = f"{head.format(first)}<div class='story-text'>{''.join(SAID)}</div>"
    assert read_html(page)[0]["content_html"] == "\n".join([f"<p>{first}</p>", *SAID])


def test_keeps_items_with_links_among_items_of_text() -> None:
    items = "".join(
        f"<li>{text}</li>"
        for text in ("The plums are blue.", "The crates are old.", '<a href="/x">The list</a>')
    )
    page = f"<h1>A headline</h1><div>{''.join(SAID)}<ul>{items}</ul>{SAID[0]}</div>"
    assert f"<ul>{items}</ul>" in str(read_html(page)[0]["content_html"])


def test_reads_a_text_that_only_browsers_without_scripts_show() -> None:
    page = f"<h1>A headline</h1><div class='body'><noscript>{''.join(SAID)}</noscript></div>"
    assert read_html(page)[0]["content_html"] == "\n".join(SAID)


VERSES = "<br>".join(f"The {number} plums of Pell" for number in range(20))
DATED = '<meta property="article:published_time" content="2020-05-25">'
NODE = (
    '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "A headline",'
    ' "articleBody": "{}"}}</script>'
)


@pytest.mark.parametrize(
    "page",
    [
        f"<h1>A headline</h1><div><p>{VERSES}</p></div>",
        "<h1>A gallery</h1><p>Published: 2020-05-25</p><div><img src='/a.jpg'></div>",
        f"{DATED}<h1>Log in</h1><p>The lock is closed.</p>",
        # A window for readers stands before the article.
        '<meta property="og:title" content="Plums"><div><h1>Log In</h1><input type="password">'
        f"</div><h2>Plums</h2>{''.join(SAID)}",
        f"<title>Bees archives</title><h1>Bees archives</h1><div>{''.join(SAID) * 2}</div>",
    ],
)
def test_lets_a_page_with_one_odd_sign_pass(page: str) -> None:
    assert read_html(page).fields["title"]


def test_tells_of_a_page_without_text() -> None:
    head = NODE.format("")
    assert "no text was found" in read_html(f"{head}<h1>A headline</h1>").doubts["content_html"]
    assert read_html(f"{head}<h1>A headline</h1>{TEXT}").doubts == {}


@pytest.mark.parametrize(
    "page",
    [
        NODE.format("").replace('"articleBody": ""', '"wordCount": "540"') + "<h1>A headline</h1>",
        '<article itemscope itemtype="https://schema.org/NewsArticle"><h1>A headline</h1>'
        '<meta itemprop="wordCount" content="540"></article>',
    ],
)
def test_refuses_a_page_without_the_words_that_its_data_count(page: str) -> None:
    with pytest.raises(UnreadableFile, match="540 words"):
        identify_html(page)
    assert read_html(page.replace("540", "0")).doubts
    assert not read_html(f"{page}{TEXT}").doubts


@pytest.mark.parametrize(
    ("told", "shown", "field", "body"),
    [
        ("It is told. " * 9, "", "content_text", ("It is told. " * 9).strip()),
        (
            "It is told. " * 9,
            "<p>Read on with us.</p>",
            "content_text",
            ("It is told. " * 9).strip(),
        ),
        ("<p>It is told.</p>", "", "content_html", "<p>It is told.</p>"),
        (
            "It is told. " * 9,
            "<p>It is told. It is told. It is told. It is told. It is told.</p>",
            "content_text",
            ("It is told. " * 9).strip(),
        ),
        ("&lt;p&gt;It is told.&lt;/p&gt;", "", "content_html", "<p>It is told.</p>"),
        ("The caf&eacute; is open.", "", "content_text", "The café is open."),
        ("Two.", "<p>One.</p><p>Two.</p>", "content_html", "<p>One.</p>\n<p>Two.</p>"),
    ],
)
def test_takes_the_text_of_the_data_where_a_part_is_shown(
    told: str, shown: str, field: str, body: str
) -> None:
    page = f"{NODE.format(told)}<h1>A headline</h1><div>{shown}</div>"
    assert read_html(page).fields[field] == body


@pytest.mark.parametrize(
    "box",
    [
        "<div><p>“One sentence of the article”</p></div>",
        "<blockquote>One sentence of the article.</blockquote>",
        "<aside><img src='/a.jpg'><h3>Other</h3><p>What it says.</p></aside>",
    ],
)
def test_leaves_boxes_in_the_text_out(box: str) -> None:
    more = "<p>The mayor said that the matter is to be cleared up in the spring after.</p>"
    first = "<p>One sentence of the article, and what it goes on to tell of the town.</p>"
    page = f"<h1>A headline</h1><div>{first}{box}{more}</div>"
    assert read_html(page)[0]["content_html"] == f"{first}\n{more}"


def test_images_in_an_aside_are_the_article_s() -> None:
    frame = '<div><img src="/{0}.jpg"><div>What {0} shows. <span>Li Wen</span></div></div>'
    aside = f"<aside>{frame.format('a')}{frame.format('b')}</aside>"
    page = f"<h1>A headline</h1><div><p>A first one.</p>{aside}{TEXT}</div>"
    assert read_html(page)[0]["images"] == [
        {"src": src, "caption": f"What {name} shows.", "credit": "Li Wen", "elsewhere": src}
        for name, src in (("a", "/a.jpg"), ("b", "/b.jpg"))
    ]


def test_a_few_words_before_a_text_are_its_head() -> None:
    page = (
        f'<main><h1>A headline</h1><p>It is so.</p><div class="x__story-text">{TEXT}</div></main>'
    )
    assert "It is so" not in str(read_html(page)[0]["content_html"])


@pytest.mark.parametrize("address", ["https://x.com/bergwrites", "/newsletter", "/subscribe"])
def test_last_paragraph_stays_wherever_it_links(address: str) -> None:
    last = f'<p>Anna Berg counts herons, and <a href="{address}">writes of them</a> at night.</p>'
    said = "".join(
        f"<p>The warden counted {n} herons at dawn, and wrote their number on the wall.</p>"
        for n in range(4)
    )
    page = f"<main><h1>A headline</h1><div>{said}{last}</div></main>"
    assert "Anna Berg counts herons" in str(read_html(page)[0]["content_html"])


def test_small_print_behind_the_text_is_left_out() -> None:
    page = f"<main><h1>A headline</h1>{TEXT}<hr><p><small>Set by a machine.</small></p></main>"
    assert "machine" not in str(read_html(page)[0]["content_html"])


@pytest.mark.parametrize(
    "line",
    [
        '<p><a href="/people/li-wen">Li Wen</a>, 4 minute read</p>',
        '<p class="c-story__author">Li Wen</p>',
        "<p>Text: Li Wen · 12 October 2023</p>",
    ],
)
def test_reads_author_of_a_page_that_names_the_site(line: str) -> None:
    head = '<title>A headline | The Site</title><meta name="author" content="The Site">'
    page = f"{head}<body><article><h1>A headline</h1>{line}{TEXT}</article>"
    assert read_html(page)[0]["author"] == ["Li Wen"]


@pytest.mark.parametrize(
    "line",
    [
        '<address>By <a rel="author" href="/l">Li Wen</a></address>',
        "<address>Li Wen</address>",
        "<p>By Li Wen</p>",
        '<span itemprop="author">Li Wen</span>',
        '<p class="byline">Von <a>Li Wen</a></p>',
        "<p>Published on 25 May 2020 by Li Wen in Town</p>",
    ],
)
def test_reads_author(line: str) -> None:
    page = f"<article><h1>A headline</h1>{line}{TEXT}</article>"
    fields = read_html(page)[0]
    assert fields["author"] == ["Li Wen"]
    assert "Li Wen" not in str(fields["content_html"])


@pytest.mark.parametrize(
    "text",
    [
        "Related offices were told on Monday.",
        "Copyright law protects songs, he joked.",
        "Share prices rose by a third.",
        "Previous winners were there too.",
    ],
)
def test_sentence_that_begins_as_a_label_stays(text: str) -> None:
    page = f"<h1>A headline</h1><div><p>{text}</p>{TEXT}</div>"
    assert f"<p>{text}</p>" in str(read_html(page)[0]["content_html"])


@pytest.mark.parametrize(
    "image",
    [
        '<img src="/img/logo.png">',
        '<img src="x.gif" width="1" height="1">',
        '<img src="/authors/li.jpg" class="avatar">',
        '<img src="https://t.example/pixel.gif">',
        '<img src="icon-share.png">',
        '<img src="mark.svg">',
        '<div class="ad"><img src="buy.jpg"></div>',
        '<div class="author-bio"><img src="li.jpg"></div>',
    ],
)
def test_leaves_decoration_out(image: str) -> None:
    page = f"<title>T</title><h1>A headline</h1><p>{image}</p>{TEXT}"
    assert "images" not in read_html(page)[0]


OG = '<meta property="og:image" content="{}">'
CARD = '<meta name="twitter:image" content="{}">'
LD = (
    '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "A headline",'
    ' "image": {{"@type": "ImageObject", "url": "{}", "caption": "A lock.", '
    '"creditText": "Li Wen"}}'
    "}}</script>"
)
LOCK, BOAT = "https://x.example/up/lock-gate.jpg", "https://x.example/up/boat.jpg"
TOLD = {"src": LOCK, "caption": "A lock.", "credit": "Li Wen"}


@pytest.mark.parametrize(
    ("head", "shown", "images"),
    [
        (OG.format(LOCK), "", [{"src": LOCK}]),
        (CARD.format(LOCK), "", [{"src": LOCK}]),
        (LD.format(LOCK), "", [TOLD]),
        (OG.format(BOAT) + LD.format(LOCK) + CARD.format(LOCK), "", [{"src": BOAT}]),
        (LD.format(LOCK) + CARD.format(BOAT), "", [TOLD]),
        # Its data say more about it.
        (OG.format(LOCK) + LD.format(LOCK), "", [TOLD]),
        (OG.format(LOCK), BOAT, [{"src": LOCK}, {"src": BOAT}]),
        # The same image, in the text in another size.
        (OG.format(LOCK), "https://c.example/x/lock-gate-300x200.jpg?q=5", [{"src": LOCK}]),
        (OG.format(LOCK), "/up/lock-gate.jpg", [{"src": LOCK}]),
        # A file beside the page.
        (
            OG.format(LOCK),
            "up/lock-gate.jpg",
            [{"src": "up/lock-gate.jpg", "elsewhere": "up/lock-gate.jpg"}],
        ),
        (OG.format("https://x.example/a/1.jpg"), "https://x.example/b/1.jpg", None),
        *(
            (OG.format(none), BOAT, [{"src": BOAT}])
            for none in (
                *("https://x.example/logo.png", "https://x.example/default.jpg", "{{image}}"),
                *("https://x.example/", "//:0", "150w", "https://x.example/avatar-li.jpg"),
            )
        ),
        (OG.format(LOCK) + '<meta property="og:image:width" content="84">', BOAT, [{"src": BOAT}]),
    ],
)
def test_the_page_s_own_image_leads(
    head: str, shown: str, images: list[dict[str, str]] | None
) -> None:
    box = f'<p><img src="{shown}"></p>' if shown else ""
    fields = read_html(f"{head}<h1>A headline</h1><div><p>A first one.</p>{box}{TEXT}</div>")[0]
    found = fields.get("images")
    assert isinstance(found, list)
    if images is None:
        assert len(found) == 2
    else:
        assert found == images
    if shown and len(found) == 1:
        assert f'<img src="{found[0]["src"]}">' in str(fields["content_html"])


def test_an_image_that_leads_keeps_the_caption_of_the_text() -> None:
    photo = "<figure><img src='{}' alt='Gate'><figcaption>{}</figcaption></figure>"
    shown = photo.format(BOAT, "A boat.") + photo.format(
        "/up/lock-gate-640.jpg", "It opens. Photo: Li Wen"
    )
    page = f"{OG.format(LOCK)}<h1>A headline</h1><div><p>A first one.</p>{shown}{TEXT}</div>"
    assert read_html(page)[0]["images"] == [
        {"src": LOCK, "alt": "Gate", "caption": "It opens.", "credit": "Li Wen"},
        {"src": BOAT, "alt": "Gate", "caption": "A boat."},
    ]


@pytest.mark.parametrize("source", ["//:0", "150w", "{{size}}.jpg", "a{{size}}.jpg", "null", "#"])
def test_a_broken_address_is_no_image(source: str) -> None:
    page = f'<h1>A headline</h1><div><p>A first one.</p><img src="{source}">{TEXT}</div>'
    assert "images" not in read_html(page)[0]


def test_canonical_link_to_home_is_no_link() -> None:
    page = f'<link rel="canonical" href="https://x.example/"><h1>A headline</h1>{TEXT}'
    assert "link" not in read_html(page)[0]


def test_own_article_is_chosen_among_those_of_the_page() -> None:
    data = (
        '[{"@type":"NewsArticle","headline":"Other","url":"https://x.example/1"},'
        '{"@type":"NewsArticle","headline":"Own","url":"https://x.example/2"}]'
    )
    page = (
        '<link rel="canonical" href="https://x.example/2">'
        f'<script type="application/ld+json">{data}</script><h1>Own</h1>{TEXT}'
    )
    assert read_html(page)[0]["title"] == "Own"


def test_boxes_beside_the_text_are_not_laid_out() -> None:
    beside = "".join(f"<div class='related'><p>What {n} says.</p></div>" for n in range(20))
    root = parse_page(f"<body><article>{TEXT}</article>{beside}</body>")
    layout = lay_out(PageTree(root), root, "")
    texts = [block.text for block in layout.blocks]
    assert texts == ["One sentence of the article.", "And another one."]
