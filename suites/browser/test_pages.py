"""What people meet in a page: on any screen, in the dark, by keyboard, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from pathlib import PurePath
from typing import Literal

import pytest
from playwright.sync_api import Page

from suites.browser.conftest import Site, Visitor

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NAMES = ("sample", "right-to-left", "languages", "hard", "whole")
LOOKS = (*NAMES, "chinese", "many", "plain", "six")
MOST_OF_A_PAGE = 60_000  # bytes, without images
MOST_WITH_IMAGES = 600_000
Keep = Callable[[Page, str], None]
Sites = Mapping[str, Site]

# What Tab is to reach: everything that can be used and is seen.
_CONTROLS = """() => [...document.querySelectorAll("a[href], button, input, [tabindex='0']")]
  .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 120))"""
_FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  if (one === document.body) return null;
  const box = one.getBoundingClientRect();
  const bar = document.querySelector(".bar").getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 8)];
  const on_top = document.elementFromPoint(x, y);
  return {
    html: one.outerHTML.slice(0, 120),
    ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: on_top !== null && (one.contains(on_top) || on_top.contains(one)),
  };
}"""
# The two characters around each end of a line in the headlines.
_ENDS_OF_LINES = """() => [...document.querySelectorAll("h1, h3")].flatMap((line) => {
  const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  const found = [], range = new Range();
  let before = null;
  while (texts.nextNode()) for (let at = 0; at < texts.currentNode.length; at += 1) {
    range.setStart(texts.currentNode, at);
    range.setEnd(texts.currentNode, at + 1);
    const next = { char: texts.currentNode.data[at], top: range.getBoundingClientRect().top };
    if (before !== null && next.top > before.top + 8) found.push(before.char + next.char);
    before = next;
  }
  return found;
})"""
_OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"


def load_images(page: Page) -> None:
    """Load the images that wait to be scrolled to, too."""
    page.evaluate(
        """async () => {
          for (const image of document.images) image.loading = "eager";
          await Promise.all([...document.images].map((image) => image.decode()));
        }"""
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_page_loads_without_a_complaint(built: Sites, visitor: Visitor, name: str) -> None:
    site = built[name]
    page = visitor.open(site.url)
    for path in site.pages:
        page.goto(site.url + path)
        load_images(page)
        broken = page.eval_on_selector_all(
            "img", "found => found.filter((one) => !one.naturalWidth).map((one) => one.src)"
        )
        assert broken == [], path
        unsized = page.eval_on_selector_all("img:not([width][height])", "found => found.length")
        assert unsized == 0, path


def test_a_script_that_got_into_a_page_would_not_run(built: Sites, visitor: Visitor) -> None:
    page = visitor.open(built["sample"].url + "index.html")
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
          const style = document.createElement("p");
          style.setAttribute("style", "position: fixed");
          document.body.append(style);
        }"""
    )
    assert page.evaluate("() => window.ran") is None
    assert page.evaluate("() => getComputedStyle(document.body.lastChild).position") == "static"
    # Both were refused by the policy, which says so in the console.
    assert len(visitor.complaints) == 2
    visitor.complaints.clear()


def test_a_site_s_own_scripts_and_styles_take_effect(
    built: Sites, visitor: Visitor, keep: Keep, axe: str
) -> None:
    site = built["own"]
    page = visitor.open(site.url)
    for path in site.pages:
        visitor.complaints.clear()
        page.goto(site.url + path)
        assert page.evaluate("() => document.documentElement.dataset.ran") == "own"
        # It holds a value, so the policy does not name it.
        assert page.evaluate("() => document.documentElement.dataset.value") is None
        style = "(name) => getComputedStyle(document.querySelector(name))"
        assert page.evaluate(f"{style}.letterSpacing", ".own") == "7px"
        assert page.evaluate(f"{style}.borderTopWidth", "footer") == "7px"
        assert len(visitor.complaints) == 1 and "script" in visitor.complaints.pop()
    keep(page, "own-section")
    page = visitor.open(site.url, bypass_csp=True)
    page.evaluate(axe)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("() => axe.run()")
        assert [rule["id"] for rule in found["violations"]] == [], scheme


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wider_than_the_screen(built: Sites, visitor: Visitor, name: str) -> None:
    site = built[name]
    page = visitor.open(site.url)
    for path in site.pages:
        page.goto(site.url + path)
        for width in (320, 390, 800, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(_OVERFLOW) <= 0, (path, width)


@pytest.mark.parametrize("width", [320, 360, 390, 430])
def test_no_word_is_broken(built: Sites, visitor: Visitor, width: int) -> None:
    page = visitor.open(built["words"].url)
    page.set_viewport_size({"width": width, "height": 800})
    for path in built["words"].pages:
        page.goto(built["words"].url + path)
        ends = page.evaluate(_ENDS_OF_LINES)
        assert ends or path != "index.html"  # the title is longer than a line
        for end in ends:
            assert end[0] in "」、。" or not "ぁ" <= end[1] <= "ん", (path, end)
            assert not end[0].isascii() or end[0] in " .-", (path, end)
            assert end not in ("古镇", "水上", "戏台", "今晚", "开演", "河边", "人家"), (path, end)


@pytest.mark.parametrize(("name", "path"), [("plain", "river.html"), ("sample", "index.html")])
def test_addresses_are_broken_after_slashes(
    built: Sites, visitor: Visitor, name: str, path: str
) -> None:
    page = visitor.open(built[name].url + path)
    for width in (320, 390, 800, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        ends = page.evaluate(_ENDS_OF_LINES.replace("h1, h3", ".addresses code"))
        assert {end[0] for end in ends} <= {"/"}, (width, ends)


@pytest.mark.parametrize("name", LOOKS)
def test_pages_are_light_or_dark_and_kept_to_be_looked_at(
    built: Sites, visitor: Visitor, keep: Keep, name: str
) -> None:
    shown = {
        "sample": "river-voice",
        "right-to-left": "khbr-lnhr",
        "languages": "minato",
        "hard": "wide-long",
        "whole": "quay",
        "chinese": "wen-hua",
        "many": "district-7",
        "plain": "river",
        "six": "river",
    }[name]
    page = visitor.open(built[name].url)
    articles = [path for path in built[name].pages if path.startswith("articles/")]
    kinds = (("index", "index.html"), ("section", f"{shown}.html"), ("article", articles[0]))
    for kind, path in kinds:
        page.goto(built[name].url + path)
        load_images(page)
        for extent, width in (("least", 320), ("narrow", 390), ("wide", 1280)):
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                keep(page, f"{name}-{kind}-{scheme}-{extent}")
                paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
                brightness = sum(int(part) for part in paper[4:-1].split(",")) / 3
                assert (brightness < 60) == (scheme == "dark")


@pytest.mark.parametrize("name", LOOKS)
def test_axe_finds_nothing(built: Sites, visitor: Visitor, axe: str, name: str) -> None:
    site = built[name]
    kinds = {PurePath(path).parent: path for path in site.pages} if name == "many" else {}
    # The policy of the pages would keep it out, as everything that is not theirs.
    page = visitor.open(site.url, bypass_csp=True)
    for path in ("index.html", *kinds.values()) if kinds else site.pages:
        page.goto(site.url + path)
        page.evaluate(axe)
        for scheme, width in product(SCHEMES, (320, 390, 1280)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            # Nothing but colors is another in the dark.
            rules = "color-contrast" if scheme == "dark" else None
            found = page.evaluate("(rules) => axe.run(rules ? { runOnly: [rules] } : {})", rules)
            assert found["passes"], path
            broken = [
                (rule["id"], node["html"], node["failureSummary"])
                for rule in found["violations"]
                for node in rule["nodes"]
            ]
            assert broken == [], (path, scheme, width)


@pytest.mark.parametrize("path", ["index.html", "river-voice.html"])
def test_copy_button_copies_the_address(built: Sites, visitor: Visitor, path: str) -> None:
    granted = ["clipboard-read", "clipboard-write"]
    page = visitor.open(built["sample"].url + path, permissions=granted)
    for button in page.locator("[data-copy]").all():
        button.click()
        copied = page.evaluate("() => navigator.clipboard.readText()")
        assert copied == button.get_attribute("data-copy")
        assert copied.startswith("https://news.example.com/feeds/")
        assert button.inner_text() == "Copied"
        assert page.locator("#said").inner_text() == "Copied"
    page.wait_for_function("() => !document.querySelector('.copied')")
    assert page.locator("[data-copy]").first.inner_text() == "Copy address"


def test_without_leave_to_copy_the_address_is_selected(built: Sites, visitor: Visitor) -> None:
    page = visitor.open(built["sample"].url + "river-voice.html")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    button = page.locator(".addresses [data-copy]").first
    button.click()
    selected = page.evaluate("() => getSelection().toString()")
    assert selected == button.get_attribute("data-copy")


def test_filter_leaves_the_sections_that_match(built: Sites, visitor: Visitor) -> None:
    page = visitor.open(built["sample"].url + "index.html")
    fronts, said = page.locator(".front:visible"), page.locator("#found")
    every = fronts.count()
    assert every == 5
    page.get_by_label("Filter sections").fill("TEA hills")
    assert fronts.locator("h3").all_inner_texts() == ["Tea Hills"]
    assert said.inner_text() == f"1 of {every}"
    page.get_by_label("Filter sections").fill("文化")
    assert fronts.locator("h3").all_inner_texts() == ["文化"]
    page.get_by_label("Filter sections").fill("no such section")
    assert (fronts.count(), said.inner_text()) == (0, "No section matches")
    page.get_by_label("Filter sections").fill("")
    assert (fronts.count(), said.inner_text()) == (every, "")


@pytest.mark.parametrize("path", ["index.html", "river-voice.html"])
def test_feeds_are_found_and_answer(built: Sites, visitor: Visitor, path: str) -> None:
    site = built["sample"]
    page = visitor.open(site.url + path)
    links = page.eval_on_selector_all(
        'link[rel="alternate"], .button[type], a[type]',
        "found => found.map((l) => [l.href, l.type])",
    )
    assert {kind for _, kind in links} >= {"application/rss+xml", "application/atom+xml"}
    assert ("text/x-opml" in {kind for _, kind in links}) is True
    for url, kind in links:
        answer = page.context.request.get(url)
        assert (answer.status, answer.headers["content-type"]) == (200, kind), url


def test_feeds_of_a_section_come_before_those_of_others(built: Sites, visitor: Visitor) -> None:
    page = visitor.open(built["sample"].url + "river-voice.html")
    titles = page.eval_on_selector_all('link[rel="alternate"]', "all => all.map((l) => l.title)")
    assert titles[0].startswith("Lanting Voice: River Voice (")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("sample", "index.html"),
        ("sample", "river-voice.html"),
        ("hard", "wide-long.html"),
        ("right-to-left", "index.html"),
    ],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_every_control_is_reached_by_tab_and_seen(
    built: Sites, visitor: Visitor, name: str, path: str, width: int
) -> None:
    page = visitor.open(built[name].url + path, width=width, reduced_motion="reduce")
    controls = page.evaluate(_CONTROLS)
    walked: list[str] = []
    for _ in controls:
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        assert focused is not None, walked
        assert focused["ringed"], focused["html"]
        assert focused["seen"], focused["html"]
        walked.append(focused["html"])
    assert walked == controls
    assert "skip" in walked[0]


def test_skip_link_leads_past_the_bar(built: Sites, visitor: Visitor) -> None:
    page = visitor.open(built["sample"].url + "river-voice.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("name", NAMES)
def test_without_scripts_everything_is_there_to_read(
    built: Sites, visitor: Visitor, name: str
) -> None:
    site = built[name]
    page = visitor.open(site.url, java_script_enabled=False)
    for path in site.pages:
        page.goto(site.url + path)
        hidden = page.locator("article:not(:visible), article p:not(:visible), code:not(:visible)")
        assert hidden.count() == 0, path
        # What does nothing without them is not offered.
        assert page.locator("button:visible, input:visible").count() == 0, path


def test_story_without_a_page_has_one_where_its_link_leads(built: Sites, visitor: Visitor) -> None:
    page = visitor.open(built["sample"].url + "index.html")
    link = page.locator(".seconds h3 a").first
    title = link.inner_text()
    link.click()
    page.wait_for_url("**/articles/*.html")
    assert page.locator("h1").inner_text() == title
    assert page.locator(".body p").count() > 3


def test_old_link_to_a_story_leads_to_its_page(built: Sites, visitor: Visitor) -> None:
    site = built["sample"]
    for path in site.folder.glob("articles/*.html"):
        page = visitor.open(f"{site.url}river-voice.html#{path.stem}")
        page.wait_for_url(f"**/articles/{path.name}")
        assert page.locator("h1").count() == 1


def test_old_link_to_a_story_that_is_gone_says_so(built: Sites, visitor: Visitor) -> None:
    page = visitor.open(built["sample"].url + "river-voice.html#0123456789ab")
    page.wait_for_function("() => document.getElementById('gone').textContent !== ''")
    assert "no longer here" in page.locator("#gone").inner_text()
    page.evaluate("() => { location.hash = 'subscribe'; }")
    page.wait_for_function("() => document.getElementById('gone').textContent === ''")
    # The browser says that the server did not find it.
    assert len(visitor.complaints) == 1
    visitor.complaints.clear()


def test_page_from_right_to_left_is_mirrored(built: Sites, visitor: Visitor) -> None:
    def find_lefts(url: str, *selectors: str) -> list[float]:
        page.goto(url)
        boxes = [page.locator(selector).first.bounding_box() for selector in selectors]
        return [box["x"] for box in boxes if box is not None]

    ordinary, mirrored = built["sample"].url, built["right-to-left"].url
    page = visitor.open(ordinary)
    brand, button = find_lefts(f"{ordinary}index.html", ".brand", ".bar > .button")
    assert (brand < 200, button > 1000) == (True, True)
    brand, button = find_lefts(f"{mirrored}index.html", ".brand", ".bar > .button")
    assert (brand > 1000, button < 200) == (True, True)
    stories, aside = find_lefts(f"{ordinary}river-voice.html", "h1", "aside")
    assert stories < aside
    stories, aside = find_lefts(f"{mirrored}khbr-lnhr.html", "h1", "aside")
    assert stories > aside


@pytest.mark.parametrize(("width", "scale"), [(1280, 1), (390, 3)])
@pytest.mark.parametrize("path", ["index.html", "river.html"])
def test_page_of_six_stories_is_light(
    built: Sites, visitor: Visitor, path: str, width: int, scale: int
) -> None:
    page = visitor.open("about:blank", width=width, device_scale_factor=scale)
    loaded: dict[str, int] = {}
    page.on("response", lambda answer: loaded.update({answer.url: len(answer.body())}))
    page.goto(built["six"].url + path)
    load_images(page)
    shown = page.eval_on_selector_all("img", "found => found.map((one) => one.currentSrc)")
    assert len(set(shown)) == (6 if path == "river.html" else 2)  # the front page has few
    assert set(shown) <= loaded.keys()
    own = sum(size for url, size in loaded.items() if url not in shown)
    assert own < MOST_OF_A_PAGE, loaded
    assert sum(loaded.values()) < MOST_WITH_IMAGES, loaded


@pytest.mark.parametrize(
    ("name", "path"),
    [
        *(("sample", path) for path in ("index.html", "river-voice.html", "wen-hua.html")),
        *(("six", path) for path in ("index.html", "river.html")),
        ("chinese", "index.html"),
        ("right-to-left", "index.html"),
        ("many", "index.html"),
    ],
)
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_images_load(
    built: Sites, visitor: Visitor, name: str, path: str, width: int
) -> None:
    page = visitor.open(built[name].url + path, width=width)
    load_images(page)
    moved = page.evaluate(
        """() => new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
        })"""
    )
    assert moved == 0
