"""Random edits of the sources of a site, and what comes out of a build after each of them.

Run as `python tests/edits.py NUMBER [FIRST]`: the number of edits, and the first seed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pytest

from feedpub import build, load_config
from support import NOW, STANDARD_TOML, divide_all, make_image, make_site, read_tree

ARTICLE = '{{"id": "{id}", "title": "{title}", "section": "River", "updated": "2020-05-{day:02}"}}'
STORY = (
    '{{"id": "{id}", "title": "{title}", "section": "River", "updated": "2020-05-{day:02}",'
    ' "images": ["boat.png"], "content_html": "<a href=\\"{link}\\">Tea</a> was served."}}'
)
FILES = {
    **{
        f"sources/{day:02}.json": ARTICLE.format(id=day, title=f"Day {day}", day=day)
        for day in range(1, 7)
    },
    "sources/bad.json": '{"id": "bad", "title": "Bad", "updated": "soon"}',
    "sources/lines.jsonl": ARTICLE.format(id="line", title="Line", day=9) + "\n{\n",
    "sources/note.md": "---\ntitle: Tide\ndate: 2020-05-20\ndraft: true\n---\nText.\n",
}


POST = "---\ntitle: {title}\ndate: 2020-05-{day:02}\n---\n[Tide]({link}) and ![Boat](boat.png)\n"
TIDE = POST.format(title="Tide", day=2, link="rain.md")
RAIN = POST.format(title="Rain", day=3, link="tide.md")
SAVED = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>'
    '<meta property="og:site_name" content="Delta Post">{head}</head><body><nav>'
    '<a href="/">Home</a></nav><main><h1>{title}</h1>'
    '<time datetime="2020-05-{day:02}T09:30:00+02:00">May</time>'
    "<p>Two pairs of herons nest above the mill, the first in thirty years.</p>"
    "<p>Walkers are asked to stay on the far bank until the young have left.</p>"
    "</main></body></html>"
)
LINKED = '<link rel="canonical" href="/{name}/">'

_SETTINGS = (".toml", ".js", ".yml")
_REPLACED = (
    *((b"2020", b"2021"), (b"a", b"b"), (b"Rain", b"Snow"), (b"}", b"")),
    *((b"/a", b"/b"), (b"year", b"month"), (b"Desk", b"Crew")),
)

GOLDEN = Path(__file__).parent / "golden"
WIRES = """\
ninjs/sources/one.json ninjs/sources/three.json nitf/sources/herons.nitf nitf/sources/ahead.xml
newsml-g2/sources/herons-1.xml newsml-g2/sources/herons-2.xml newsml-1/sources/wire.xml
rss/sources/feed.xml rss/sources/old.rdf atom/sources/feed.atom blogger-atom/sources/blog.xml
arcxp-ans/sources/story.json chorus/sources/entry.json strapi/sources/v5.json wix/sources/posts.csv
tiny-news/sources/articles.json blogger-api/sources/posts.json beehiiv/sources/posts.csv"""

EXPORTS = """\
contentful/sources/answer.json contentful/sources/export.json drupal-jsonapi/sources/articles.json
ghost/sources/export.json google-forms/sources/responses.csv jsonfeed/sources/feed.json
sanity/sources/data.ndjson wordpress-wxr/sources/export.xml"""
EXPORT = (GOLDEN / "system-wordpress-wxr/sources/export.xml").read_text("utf-8")
FIRST, *OTHERS = EXPORT.partition("</channel>")[0].split("<item>")
PARTS = ["<item>".join((FIRST, *some)) + "</channel></rss>" for some in (OTHERS[:3], OTHERS[3:])]


def take_golden(*names: str) -> dict[str, str]:
    return {
        f"sources/a/{name.replace('/sources/', '-')}": (
            (GOLDEN / f"system-{name}").read_text("utf-8")
        )
        for name in names
    }


SITES: Mapping[str, Mapping[str, str]] = {
    "records": FILES,
    "wires": {
        **{name: FILES[name] for name in ("sources/01.json", "sources/02.json", "sources/note.md")},
        **take_golden(*WIRES.split()),
    },
    "exports": {
        **{name: FILES[name] for name in ("sources/01.json", "sources/02.json", "sources/note.md")},
        **take_golden(*EXPORTS.split()),
        **{f"sources/a/part-{number}.xml": part for number, part in enumerate(PARTS)},
        **{
            f"sources/b/{name}.json": (
                (GOLDEN / f"system-wordpress-rest/sources/{name}.json").read_text("utf-8")
            )
            for name in ("posts", "media", "users", "tags", "categories")
        },
    },
    "substack": {
        f"sources/{name}": (GOLDEN / f"system-substack-export/sources/{name}").read_text("utf-8")
        for name in ("posts.csv", "posts/101.herons.html", "posts/103.ferry.html")
    },
    "hugo": {
        "sources/hugo.toml": 'baseURL = "/"\n[permalinks]\na = "/:year/:slug/"\n',
        "sources/content/a/tide.md": TIDE,
        "sources/content/a/rain.md": RAIN.replace("---\n[", "slug: wet\n---\n["),
        "sources/content/b/_index.md": "---\ntitle: Boats\n---\n",
        "sources/content/b/index.md": POST.format(title="Sail", day=4, link="/a/rain.md"),
    },
    "eleventy": {
        "sources/eleventy.config.js": 'export default { dir: { input: "a" } };',
        "sources/a/posts/posts.json": '{"tags": ["River"], "permalink": "/a/{{ page.fileSlug }}/"}',
        "sources/a/posts/tide.md": TIDE,
        "sources/a/posts/rain.md": RAIN,
        "sources/a/b/b.11tydata.js": 'export default { author: "Rain Desk" };',
        "sources/a/b/sail.md": POST.format(title="Sail", day=4, link="../posts/rain.md"),
    },
    "docusaurus": {
        "sources/docusaurus.config.js": 'module.exports = { baseUrl: "/a/" };',
        "sources/blog/authors.yml": "rain: {name: Rain Desk}\n",
        "sources/blog/2020-05-02-tide.md": TIDE.replace("---\n[", "authors: rain\n---\n["),
        "sources/blog/2020-05-03-rain.md": RAIN,
    },
    "saved pages": {
        "sources/index.html": SAVED.format(title="Home", day=1, head=""),
        "sources/tide/index.html": SAVED.format(title="Tide", day=2, head=""),
        "sources/rain/index.html": SAVED.format(
            title="Rain", day=3, head=LINKED.format(name="2020/rain")
        ),
        "sources/sail/index.html": SAVED.format(
            title="Sail", day=4, head=LINKED.format(name="a/sail")
        ),
    },
}

Edit: TypeAlias = Callable[[Path, Random], None]


def choose_file(site: Path, chance: Random) -> Path:
    return chance.choice(sorted(path for path in (site / "sources").rglob("*") if path.is_file()))


def add(site: Path, chance: Random) -> None:
    number, day = chance.randrange(10**6), chance.randint(1, 28)
    title = chance.choice(("Rain", "Ferry", "Café", "1 < 2"))
    folders = sorted(path for path in (site / "sources").rglob("*") if path.is_dir())
    folder = chance.choice((site / "sources/a", site / "sources/b", site / "sources", *folders))
    folder.mkdir(exist_ok=True)
    article = ARTICLE.format(id=chance.choice((number, number % 9)), title=title, day=day)
    link = chance.choice(("/tea", "tea", "http://localhost/", "https://a.example.com/"))
    story = STORY.format(id=number, title=title, day=day, link=link)
    match chance.randrange(8):
        case 0:
            text = f"---\ntitle: {title}\ndate: 2020-04-{day:02}\n---\n![Boat](boat.png)\n"
            (folder / f"{number}.md").write_text(text)
        case 1:
            others = [ARTICLE.format(id=f"{number}-{n}", title=title, day=day) for n in range(20)]
            lines = [chance.choice((article, story)), *others[: chance.randrange(20)]]
            (folder / f"{number}.jsonl").write_text("\n".join(lines))
        case 2:
            page = f"<title>{title}</title><h1>{title}</h1><p>Updated : 2020-03-{day:02}</p>"
            (folder / f"{number}.html").write_text(page + "<p>The ferry sails again today.</p>" * 4)
        case 3:
            size = chance.choice((200, 640))
            (folder / "boat.png").write_bytes(make_image("PNG", size, size))
        case 4:
            (folder / f"{number}.json").write_text(story)
        case 5:
            rows = "\n".join(f"{number}-{n},{title} {n},River,2020-05-{day:02}" for n in range(3))
            (folder / f"{number}.csv").write_text(f"id,title,section,updated\n{rows}\n")
        case 6:
            target = chance.choice(("tide.md", "rain.md", "/a/sail.md"))
            name = chance.choice((f"2020-05-{day:02}-{number}.md", "rain.md", "rain/index.md"))
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(POST.format(title=title, day=day, link=target))
        case _:
            (folder / f"{number}.json").write_text(
                chance.choice((article, f"[{article}, {story}, 7]"))
            )


def change(site: Path, chance: Random) -> None:
    path = choose_file(site, chance)
    others = sorted(each for each in (site / "sources").rglob("*.*") if each.suffix in _SETTINGS)
    if others and chance.random() < 0.3:
        path = chance.choice(others)
    content = path.read_bytes()
    old, new = chance.choice(_REPLACED)
    path.write_bytes(content.replace(old, new, 1) if chance.random() < 0.8 else content[:-3])


def move(site: Path, chance: Random) -> None:
    path = choose_file(site, chance)
    (site / "sources/z").mkdir(exist_ok=True)
    path.rename(site / "sources/z" / f"{chance.randrange(10**6)}{path.suffix}")


def remove(site: Path, chance: Random) -> None:
    if len(list((site / "sources").rglob("*.*"))) > 4:
        choose_file(site, chance).unlink()


def touch(site: Path, chance: Random) -> None:
    choose_file(site, chance).touch()


def swap(site: Path, chance: Random) -> None:
    one, other = choose_file(site, chance), choose_file(site, chance)
    if one.suffix == other.suffix:
        held = one.read_bytes()
        one.write_bytes(other.read_bytes())
        other.write_bytes(held)


def configure(site: Path, chance: Random) -> None:
    site_setting = chance.choice(
        ("", "limit = 3\n", 'new_sections = "warn"\n', 'archive = "month"\n', 'timezone="UTC"\n')
    )
    source = chance.choice(("", 'section = "Tide"\n', 'exclude = ["a/**"]\n'))
    toml = STANDARD_TOML
    if site_setting.startswith("timezone"):
        toml = toml.replace('timezone = "Asia/Shanghai"\n', "")
    (site / "feedpub.toml").write_text(
        toml.replace("[[source]]", f"{site_setting}[[source]]") + source
    )


EDITS: tuple[Edit, ...] = (add, add, add, change, change, move, remove, touch, swap, configure)


def share_all(patch: pytest.MonkeyPatch) -> None:
    """Divide all work into small parts, and share any with other processes."""
    divide_all(patch)
    patch.setattr("feedpub.pipeline.scanning._FEWEST_BYTES", 0)
    patch.setattr("feedpub.pipeline.reading_ahead._FEWEST_MADE", 0)


def edit_and_compare(site: Path, chance: Random, number: int) -> None:
    """Build after each of some edits, and expect each time what a build from nothing makes."""
    now = NOW
    for _ in range(number):
        edit = chance.choice(EDITS)
        edit(site, chance)
        if chance.random() < 0.1:
            now += timedelta(days=chance.choice((1, 200, 500)))
        other = site.with_name("other")
        shutil.rmtree(other, ignore_errors=True)
        shutil.copytree(site, other, ignore=shutil.ignore_patterns(".feedpub"))
        reports = [
            build(load_config(place / "feedpub.toml"), now, accept_loss=True, jobs=jobs)
            for place, jobs in ((site, 1 + (chance.random() < 0.04)), (other, 1))
        ]
        assert reports[0] == reports[1], edit
        assert read_tree(site / "feeds") == read_tree(other / "feeds"), edit


if __name__ == "__main__":
    share_all(pytest.MonkeyPatch())
    number, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for seed in range(first, first + number // 20):
        kind = list(SITES)[seed % len(SITES)]
        with TemporaryDirectory() as folder:
            try:
                edit_and_compare(make_site(Path(folder) / "site", SITES[kind]), Random(seed), 20)
            except BaseException:
                print(f"{kind}, seed {seed}", file=sys.stderr)
                raise
