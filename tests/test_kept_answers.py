"""Findings in the files of a known system are kept for as long as what adds to them is the same."""

from __future__ import annotations

import functools
import shutil
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from edits import EXPORT, PARTS, SAVED
from feedpub.articles import Identifier
from feedpub.entries.normalizing import Normalizer
from feedpub.files import known_files
from feedpub.sources import Place
from support import count_calls, divide_all, make_image, make_site, read_tree, run_cli

POST = "---\ntitle: {}\ndate: 2020-05-20\n---\nText.\n"
RST = "{}\n====\n\n:date: 2020-05-20\n\nText.\n"
SITES: Mapping[str, Mapping[str, str]] = {
    "hugo": {
        "hugo.toml": 'baseURL = "/"\n[permalinks]\na = "/:year/:slug/"\n',
        "content/a/tide.md": POST.format("Tide"),
        "content/a/rain.md": POST.format("Rain"),
    },
    "zola": {
        "config.toml": 'base_url = "https://post.example.com"\nslugify.paths = "on"\n',
        "content/a/_index.md": "+++\ntitle = 'Boats'\n+++\n",
        "content/a/Tide_1.md": "+++\ntitle = 'Tide'\ndate = 2020-05-20\n+++\nText.\n",
        "content/a/Rain_1.md": "+++\ntitle = 'Rain'\ndate = 2020-05-21\n+++\nText.\n",
    },
    "jekyll": {
        "_config.yml": "title: Delta Post\npermalink: /:year/:title/\n",
        "_posts/2020-05-20-tide.md": POST.format("Tide"),
        "_posts/2020-05-20-rain.md": POST.format("Rain"),
    },
    "hexo": {
        "_config.yml": "title: Delta Post\nnew_post_name: :title.md\npermalink: :year/:title/\n",
        "source/_posts/tide.md": POST.format("Tide"),
        "source/_posts/rain.md": POST.format("Rain"),
    },
    "eleventy": {
        "eleventy.config.js": "",
        "a/a.json": '{"permalink": "/2020/{{ page.fileSlug }}/"}',
        "a/tide.md": POST.format("Tide"),
        "a/rain.md": POST.format("Rain"),
    },
    "docusaurus": {
        "docusaurus.config.js": 'module.exports = { baseUrl: "/year/" };',
        "blog/2020-05-20-tide.md": POST.format("Tide"),
        "blog/2020-05-20-rain.md": POST.format("Rain"),
    },
    "astro": {
        "astro.config.mjs": 'export default { base: "/year" };',
        "src/content/blog/tide.md": POST.format("Tide"),
        "src/content/blog/rain.md": POST.format("Rain"),
    },
    "pelican": {
        "pelicanconf.py": "ARTICLE_URL = 'year/{slug}/'\n",
        "content/tide.rst": RST.format("Tide"),
        "content/rain.rst": RST.format("Rain"),
    },
    "saved pages": {
        "index.html": SAVED.format(title="Home", day=1, head=""),
        "tide/index.html": SAVED.format(title="Tide", day=2, head=""),
        "rain/index.html": SAVED.format(title="Rain", day=3, head=""),
    },
}
# What changes the links of a site: its first file, unless another stands here.
SETTINGS = {"eleventy": "a/a.json"}
OLD, NEW = {"zola": "on", "eleventy": "2020"}, {"zola": "off", "eleventy": "2021"}


@pytest.fixture(autouse=True)
def _all_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    divide_all(monkeypatch)


@pytest.fixture
def identified(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    counted = Counter[str]()
    for kind, name in ((Normalizer, "normalize"), (Identifier, "identify")):
        monkeypatch.setattr(kind, name, count_calls(counted, getattr(kind, name)))
    return counted


def make(tmp_path: Path, kind: str) -> Path:
    files = {f"sources/{name}": content for name, content in SITES[kind].items()}
    site = make_site(tmp_path / "site", files)
    assert run_cli(site, "build").exit_code == 0
    assert "Tide" in (site / "feeds/all.rss").read_text()
    return site


def expect_as_from_nothing(site: Path) -> str:
    other = site.with_name("other")
    shutil.copytree(site, other, ignore=shutil.ignore_patterns(".feedpub"))
    told, again = (run_cli(place, "build", "--accept-loss") for place in (site, other))
    assert (told.exit_code, told.stderr) == (again.exit_code, again.stderr)
    assert read_tree(site / "feeds") == read_tree(other / "feeds")
    return (site / "feeds/all.rss").read_text()


def find_record(site: Path) -> Path:
    names = ("*tide.*", "Tide_1.md", "tide/index.html")
    return next(path for name in names for path in sorted((site / "sources").rglob(name)))


@pytest.mark.parametrize("kind", SITES)
def test_an_added_article_costs_itself(tmp_path: Path, identified: Counter[str], kind: str) -> None:
    site = make(tmp_path, kind)
    record, before = find_record(site), identified["identify"]
    added = Path(str(record).replace("tide", "sail").replace("Tide", "Sail"))
    added.parent.mkdir(exist_ok=True)
    added.write_text(record.read_text().replace("Tide", "Sail"))
    found = expect_as_from_nothing(site)
    assert "Sail" in found and "Tide" in found
    assert before == 2 and identified["identify"] == before + 1 + 3
    assert identified["normalize"] == before + 1 + 3


@pytest.mark.parametrize("kind", [kind for kind in SITES if kind != "saved pages"])
def test_other_settings_of_the_site_read_all(
    tmp_path: Path, identified: Counter[str], kind: str
) -> None:
    site = make(tmp_path, kind)
    settings = site / "sources" / SETTINGS.get(kind, next(iter(SITES[kind])))
    before = (site / "feeds/all.rss").read_text()
    text = settings.read_text()
    changed = text.replace(OLD.get(kind, "year"), NEW.get(kind, "month"))
    settings.write_text(changed)
    assert expect_as_from_nothing(site) != before and text != changed
    assert identified["identify"] == identified["normalize"] == 3 * 2


LINKED_SITE = {
    "sources/hugo.toml": 'baseURL = "/"\n',
    "sources/content/a/tide.md": POST.format("Tide") + "[Rain](rain.md) ![Boat](/boat.png)\n",
    "sources/content/a/rain.md": POST.format("Rain"),
    "sources/content/a/sail.md": POST.format("Sail") + '{{< ref "mist" >}}\n',
    "sources/content/b/boats/index.md": POST.format("Boats"),
}


@pytest.mark.parametrize(
    ("name", "content", "others", "shown"),
    [
        (
            "content/a/rain.md",
            POST.format("Rain").replace("---\nT", "slug: wet\n---\nT"),
            4,
            "/wet/",
        ),
        ("content/a/rain.md", POST.format("Drizzle"), 1, "Drizzle"),
        ("content/c/mist.md", POST.format("Mist"), 5, "/c/mist/"),
        ("static/boat.png", make_image("PNG", 640, 480), 1, 'example.com/boat.png" length'),
        ("content/boat.png", make_image("PNG", 640, 480), 4, "/media/"),
        ("content/b/boats/cover.png", make_image("PNG", 640, 480), 4, "/media/"),
        ("content/b/boats/plan.png", make_image("PNG", 640, 480), 0, "Boats"),
    ],
)
def test_an_entry_is_made_again_where_what_it_names_changed(
    tmp_path: Path,
    identified: Counter[str],
    name: str,
    content: str | bytes,
    others: int,
    shown: str,
) -> None:
    site = make_site(tmp_path / "site", LINKED_SITE)
    assert run_cli(site, "build").exit_code == 0
    before = identified["normalize"]
    path = site / "sources" / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    run_cli(site, "build", "--accept-loss")
    assert (before, identified["normalize"]) == (4, 4 + others)
    assert shown in expect_as_from_nothing(site)


def test_a_page_that_another_names_as_itself_is_seen(tmp_path: Path) -> None:
    site = make(tmp_path, "saved pages")
    head = '<link rel="canonical" href="/2020/sail/">'
    page = site / "sources/boats/sail.html"
    page.parent.mkdir()
    page.write_text(SAVED.format(title="Sail", day=4, head=head))
    assert "Sail" in expect_as_from_nothing(site)
    shutil.rmtree(site.with_name("other"))
    itself = site / "sources/2020/sail/index.html"
    itself.parent.mkdir(parents=True)
    itself.write_text(SAVED.format(title="Sail", day=4, head=""))
    assert expect_as_from_nothing(site).count("<item>") == 3


def test_what_other_processes_asked_counts(tmp_path: Path, identified: Counter[str]) -> None:
    site = make_site(
        tmp_path / "site", {f"sources/{n}": text for n, text in SITES["eleventy"].items()}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feedpub.pipeline.scanning._FEWEST_BYTES", 0)
        patch.setattr("feedpub.pipeline.reading_ahead._FEWEST_MADE", 0)
        run_cli(site, "build", "-j", "2")
    assert not identified
    record = find_record(site)
    record.write_text(record.read_text().replace("Tide", "Sail"))
    expect_as_from_nothing(site)
    assert identified["identify"] == identified["normalize"] == 1 + 2
    shutil.rmtree(site.with_name("other"))
    before = (site / "feeds/all.rss").read_text()
    data = site / "sources/a/a.json"
    data.write_text(data.read_text().replace("2020", "2021"))
    assert expect_as_from_nothing(site) != before


@pytest.mark.parametrize("statement", ["DELETE FROM files WHERE folder < 0", "DROP TABLE files"])
def test_findings_without_their_answers_are_not_believed(
    tmp_path: Path, identified: Counter[str], statement: str
) -> None:
    site = make(tmp_path, "hugo")
    (path,) = (site / ".feedpub").glob("*-files.sqlite")
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()
    find_record(site).write_text(POST.format("Sail"))
    expect_as_from_nothing(site)
    assert identified["identify"] == 3 * 2


def test_place_notes_what_it_is_asked(tmp_path: Path) -> None:
    for name in ("a.md", "b/c.png", "b/d.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)

    def ask(place: Place) -> dict[str, str]:
        place.note_answers()
        assert place.find("*.md") == ["a.md"] and place.has("b/*") and place.lists("b/d.toml")
        assert place.list_below("b/c") == ["b/c.png"] and not place.has_below("c/")
        assert place.read("b/d.toml") == b"b/d.toml" and not place.holds("e.md")
        assert place.ask("number", len) == 3
        assert place.list_named("C.png") == ["b/c.png"] and place.is_filled("b/c.png")
        assert list(place.read_lines("b/lines")) == [] and not place.is_filled("h.txt")
        return place.answers or {}

    answers = ask(Place(tmp_path))
    assert len(answers) == 12
    for change, question in {
        "e.md": "holds: e.md",
        "f.md": "find: *.md",
        "b/c.toml": "below: b/c",
        "c/e.txt": "has below: c/",
        "g.txt": "of all: number",
        "b/d.toml": "read: b/d.toml",
        "b/c.PNG/c.png": "named: C.png",
        "h.txt": "filled: h.txt",
        "b/lines": "digest: b/lines",
    }.items():
        path = tmp_path / change
        before = path.read_bytes() if path.exists() else None
        path.parent.mkdir(exist_ok=True)
        path.write_text("changed")
        place = Place(tmp_path)
        place.note_answers()
        place.ask("number", len)
        same = {q: digest for q, digest in answers.items() if q != question}
        assert not place.answers_as({question: answers[question]}), change
        if change == "b/d.toml":
            assert place.answers_as(same)
        path.unlink() if before is None else path.write_bytes(before)
    place = Place(tmp_path)
    place.note_answers()
    assert not place.answers_as(answers)  # of the number, nobody asked
    place.ask("number", len)
    assert place.answers_as(answers)


def test_answers_that_differ_within_a_run_never_count(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.note_answers()
    assert place.answers is not None
    place.has("*.md")
    place.add_answers({"has: *.md": "another"})
    before = {"has: *.md": place.answers["has: *.md"]}
    assert not place.answers_as(before)


def test_what_other_processes_asked_for_entries_counts(
    tmp_path: Path, identified: Counter[str]
) -> None:
    site = make_site(tmp_path / "site", LINKED_SITE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feedpub.pipeline.scanning._FEWEST_BYTES", 0)
        patch.setattr("feedpub.pipeline.reading_ahead._FEWEST_MADE", 0)
        run_cli(site, "build", "-j", "2")
    page = site / "sources/content/a/rain.md"
    page.write_text(page.read_text().replace("---\nT", "slug: wet\n---\nT"))
    assert expect_as_from_nothing(site).count("/a/wet/") == 2
    assert identified["normalize"] == 4 + 4


def test_an_entry_has_the_attachments_of_other_parts_of_its_export(
    tmp_path: Path, identified: Counter[str]
) -> None:
    site = make_site(
        tmp_path / "site",
        {
            **{f"sources/part-{number}.xml": part for number, part in enumerate(PARTS)},
            "sources/other.xml": PARTS[1].replace("post.example.com", "other.example.com"),
        },
    )
    assert run_cli(site, "build").exit_code == 0
    other, part = site / "sources/other.xml", site / "sources/part-1.xml"
    image = "uploads/heron.jpg"
    assert f"post.example.com/wp-content/{image}" in (site / "feeds/all.atom").read_text()
    made = identified["normalize"]
    other.write_text(other.read_text().replace(image, "uploads/otter.jpg"))
    run_cli(site, "build")
    assert identified["normalize"] == made
    part.write_text(part.read_text().replace(image, "uploads/stork.jpg"))
    assert "uploads/stork.jpg" in expect_as_from_nothing(site)
    shutil.rmtree(site.with_name("other"))
    part.unlink()
    assert image not in expect_as_from_nothing(site)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a file whose state tells of each change at once."""
    monkeypatch.setattr(known_files, "USUAL_STEP", 0)
    path = tmp_path / "a.md"
    path.write_text("Tide")
    return path


def test_each_part_of_an_export_is_digested_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digested = Counter[str]()
    monkeypatch.setattr(Place, "_digest", count_calls(digested, Place._digest))
    parts = {
        f"sources/{number}.xml": EXPORT.replace("<wp:post_id>", f"<wp:post_id>{number}").replace(
            "example.com/", f"example.com/{number}/"
        )
        for number in range(1, 5)
    }
    told = run_cli(make_site(tmp_path, parts), "build").stderr
    assert all(f"sources/{number}.xml" in told for number in range(1, 5))
    assert told.count("an attachment that no export here holds") >= 4
    assert digested["_digest"] == 4


def test_answers_of_files_that_did_not_change_open_none(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Counter[str]()

    def ask(before: Mapping[str, str] | None = None) -> tuple[bool, dict[str, str]]:
        read.clear()
        place = Place(tmp_path)
        place.note_answers()
        first = place.learn(
            "first of", lambda name: (tmp_path / name).read_text()[:1], of_files=True
        )
        if before is not None:
            return place.answers_as(before), place.answers or {}
        assert (first("a.md"), place.read("a.md"), place.read("b.md")) == ("T", b"Tide", None)
        assert place.digest("a.md") and first("a.md") == "T"
        return True, place.answers or {}

    for name in ("_read", "_digest", "_find_file"):
        monkeypatch.setattr(Place, name, count_calls(read, getattr(Place, name)))
    _, answers = ask()
    assert len(answers) == 4 and ask(answers) == (True, answers)
    assert read == {"_read": 1, "_find_file": 1}  # of the one that is not there
    file.touch()
    is_same, touched = ask(answers)
    assert is_same and touched != answers and read["_digest"] == 1
    file.write_text("Tune")
    assert not ask(touched)[0]
    same_first = {question: digest for question, digest in touched.items() if "first" in question}
    assert ask(same_first)[0]
    file.write_text("Rain")
    assert not ask(same_first)[0]
    file.unlink()
    file.mkdir()
    assert not ask(
        {question: digest for question, digest in answers.items() if "read" in question}
    )[0]


def test_an_answer_of_another_time_has_no_later_state(tmp_path: Path, file: Path) -> None:
    place = Place(tmp_path)
    cached = functools.cache(lambda name: (tmp_path / name).read_text())
    ask = place.learn("text of", cached, of_files=True)
    place.note_answers()
    ask("a.md")
    file.write_text("Rain")
    place.note_answers()
    ask("a.md")
    other = Place(tmp_path)
    other.note_answers()
    other.learn("text of", lambda name: (tmp_path / name).read_text(), of_files=True)
    assert not other.answers_as(place.answers or {})
