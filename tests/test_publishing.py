"""What `feedpub publish` sends, in which order, and what it leaves: to a folder and to memory."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Thread
from typing import ClassVar

import pytest
from fsspec import filesystem, register_implementation
from fsspec.implementations.memory import MemoryFileSystem

from feedpub import load_config
from feedpub.output.manifest import ManifestLine, format_manifest, parse_manifest
from feedpub.publish.folder_store import FolderStore
from feedpub.publish.plan import Plan, make_headers, make_plan
from feedpub.publish.publishing import publish
from feedpub.publish.stores import Headers
from support import Result, make_image, make_site, read_tree, run_cli, to_json_lines

RECORDS = (
    {"id": "1", "title": "Lock", "section": "River", "updated": "2020-05-25", "images": "1.png"},
    {"id": "2", "title": "Leaves", "section": "Tea", "updated": "2020-05-23"},
)
TYPES = {"rss": "application/rss+xml", "html": "text/html", "png": "image/png"}


def write_site(folder: Path, *records: Mapping[str, object], site: str = "") -> Path:
    toml = (
        '[site]\ntitle = "Example Voice"\nlink = "https://news.example.com/"\n'
        f'timezone = "Asia/Shanghai"\ntag = "news.example.com,2020"\n{site}\n'
        '[[source]]\npath = "sources"\n'
    )
    images: dict[str, str | bytes] = {"sources/1.png": make_image("PNG", 90, 60)}
    return make_site(folder, {**images, "sources/a.jsonl": to_json_lines(*records)}, toml)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = write_site(tmp_path_factory.mktemp("built"), *RECORDS)
    assert run_cli(built, "build").exit_code == 0
    return built


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "site"))


def rebuild(site: Path, *records: Mapping[str, object]) -> dict[str, bytes]:
    write_site(site, *records)
    assert run_cli(site, "build", "--accept-loss").exit_code == 0
    return read_tree(site / "feeds")


def run_publish(site: Path, *args: str) -> dict[str, list[str]]:
    result = run_cli(site, "publish", *args, "--report", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert isinstance(report, dict)
    return report


def make_lines(**files: str) -> dict[str, ManifestLine]:
    """Make a manifest's lines: `river_rss="a"` is river.rss, of the bytes "a"."""
    lines = {}
    for name, content in files.items():
        path = name.replace("__", "/").replace("_", ".")
        digest = hashlib.sha256(content.encode()).hexdigest() if content != "?" else ""
        kind = TYPES.get(path.rpartition(".")[2], "application/gzip")
        lines[path] = ManifestLine(path, digest, len(content), kind)
    return lines


def list_phases(plan: Plan) -> list[list[str]]:
    return [[line.path for line in phase] for phase in (plan.media, plan.feeds, plan.pages)]


def list_sizes(lines: Mapping[str, ManifestLine]) -> dict[str, int]:
    return {path: line.bytes for path, line in lines.items() if "/" not in path}


@pytest.mark.parametrize(
    ("local", "remote", "phases", "removed"),
    [
        ({}, {}, [[], [], []], []),
        (
            {"b_rss": "1", "index_html": "2", "media__x_png": "3", "a_rss_gz": "4", "a_rss": "5"},
            {},
            [["media/x.png"], ["a.rss", "a.rss.gz", "b.rss"], ["index.html"]],
            [],
        ),
        ({"a_rss": "1"}, {"a_rss": "1"}, [[], [], []], []),
        ({"a_rss": "1", "b_rss": "2"}, {"a_rss": "1", "b_rss": "0"}, [[], ["b.rss"], []], []),
        ({"a_rss": "1"}, {"a_rss": "?"}, [[], ["a.rss"], []], []),
        ({"a_rss": "1"}, {"a_rss": "1", "b_rss": "2"}, [[], [], []], ["b.rss"]),
        ({"a_rss": "1"}, {"a_rss": "1", "media__x_png": "2"}, [[], [], []], []),
        ({"page_html_gz": "1", "page_html": "2"}, {}, [[], [], ["page.html", "page.html.gz"]], []),
    ],
)
def test_plans_what_differs_in_phases(
    local: dict[str, str], remote: dict[str, str], phases: list[list[str]], removed: list[str]
) -> None:
    there = make_lines(**remote)
    plan = make_plan(make_lines(**local), there, list_sizes(there), prune=True)
    assert list_phases(plan) == phases
    assert list(plan.removed) == removed
    assert plan.foreign == ()
    assert make_plan(make_lines(**local), there, list_sizes(there)).removed == ()


def test_type_that_changed_is_sent_again() -> None:
    (line,) = make_lines(a_rss="1").values()
    remote = {"a.rss": ManifestLine(line.path, line.sha256, line.bytes, "text/xml")}
    assert list_phases(make_plan({"a.rss": line}, remote, {"a.rss": 1}))[1] == ["a.rss"]


def test_manifest_in_between_doubts_what_is_being_sent_and_forgets_nothing() -> None:
    local = make_lines(a_rss="new", b_rss="same", media__y_png="y")
    remote = make_lines(a_rss="old", b_rss="same", c_rss="gone", media__x_png="x")
    plan = make_plan(local, remote, list_sizes(remote), prune=True)
    assert {path: bool(line.sha256) for path, line in plan.during.items()} == {
        "a.rss": False,
        "b.rss": True,
        "c.rss": True,
        "media/x.png": True,
        "media/y.png": True,
    }
    assert plan.after == {**local, "c.rss": remote["c.rss"], "media/x.png": remote["media/x.png"]}
    assert plan.at_end == {**local, "media/x.png": remote["media/x.png"]}
    # What was cut off there is sent again, even where the output is what it was before.
    back = make_plan(remote, plan.during, list_sizes(remote))
    assert list_phases(back) == [[], ["a.rss"], []]


@pytest.mark.parametrize(
    ("seen", "foreign", "left", "sent"),
    [
        ({"a.rss": 3, "b.rss": 4}, [], [], []),
        ({"a.rss": 9, "b.rss": 4}, ["a.rss"], [], ["a.rss"]),
        ({"b.rss": 4}, ["a.rss"], [], ["a.rss"]),
        ({"a.rss": 3, "b.rss": 9}, ["b.rss"], ["b.rss"], []),
        ({"a.rss": 3, "b.rss": 4, "stranger.txt": 1}, [], [], []),
        ({"a.rss": 3}, [], [], []),  # no longer published, and gone
    ],
)
def test_sees_files_that_somebody_else_changed(
    seen: dict[str, int], foreign: list[str], left: list[str], sent: list[str]
) -> None:
    local, remote = make_lines(a_rss="abc"), make_lines(a_rss="abc", b_rss="abcd")
    plan = make_plan(local, remote, seen, prune=True)
    assert list(plan.foreign) == foreign
    assert list(plan.left) == left
    assert list_phases(plan)[1] == sent
    assert list(plan.removed) == ([] if left else ["b.rss"])


def test_file_that_is_what_is_to_be_published_is_no_change_by_others() -> None:
    local, remote = make_lines(a_rss="longer"), make_lines(a_rss="old")
    assert make_plan(local, remote, {"a.rss": 6}).foreign == ()
    assert make_plan(local, {}, {"a.rss": 6}).foreign == ()
    assert make_plan(local, {}, {"a.rss": 7}).foreign == ("a.rss",)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("media/x.png", Headers("image/png", "public, max-age=31536000, immutable")),
        ("a.rss", Headers("application/rss+xml; charset=utf-8", "public, max-age=300")),
        ("index.html", Headers("text/html; charset=utf-8", "public, max-age=300")),
        ("a.rss.gz", Headers("application/gzip", "public, max-age=300")),
    ],
)
def test_says_type_charset_and_age(path: str, headers: Headers) -> None:
    kind = TYPES.get(path.rpartition(".")[2], "application/gzip")
    assert make_headers(ManifestLine(path, "0", 1, kind)) == headers


def read_memory(folder: str) -> dict[str, bytes]:
    fs = filesystem("memory")
    return {path.removeprefix(f"/{folder}/"): fs.cat_file(path) for path in fs.find(f"/{folder}")}


class ShelfFileSystem(MemoryFileSystem):  # type: ignore[misc]  # fsspec has no annotations
    """A store in memory, under a scheme that is not refused."""

    protocol = "shelf"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return f"/{path.removeprefix('shelf://').strip('/')}"


register_implementation("shelf", ShelfFileSystem, clobber=True)


@pytest.mark.parametrize("kind", ["folder", "file", "memory"])
def test_publishes_the_output_and_then_only_what_changed(
    site: Path, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "web root"
    targets: dict[str, tuple[str, Callable[[], dict[str, bytes]]]] = {
        "folder": (str(folder), lambda: read_tree(folder)),
        "file": (f"file://{folder}".replace(" ", "%20"), lambda: read_tree(folder)),
        "memory": ("shelf://web/feeds", lambda: read_memory("web/feeds")),
    }
    target, read = targets[kind]
    (site / "feeds" / ".feedpub-0a.tmp").write_text("<")
    (site / "feeds" / ".htaccess").write_text("mine")
    (site / "feeds" / "stray.rss").write_text("mine")
    strays = {".feedpub-0a.tmp", ".htaccess", "stray.rss"}
    built = {p: c for p, c in read_tree(site / "feeds").items() if p not in strays}
    assert run_publish(site, target)["written"] == sorted(built.keys() - {"manifest.json"})
    assert read() == built
    again = run_publish(site, target)
    assert (again["written"], again["removed"]) == ([], [])
    assert again["unchanged"] == sorted(built.keys() - {"manifest.json"})
    for name in strays:
        (site / "feeds" / name).unlink()
    changed = rebuild(site, {**RECORDS[0], "title": "A lock"}, RECORDS[1])
    feeds = ["all.atom", "all.rss", "river.atom", "river.rss"]
    assert run_publish(site, target)["written"] == feeds
    assert read() == changed
    if kind == "memory":
        filesystem("memory").rm("/web", recursive=True)


def test_prunes_what_was_published_and_never_media(site: Path, tmp_path: Path) -> None:
    web = tmp_path / "web"
    run_publish(site, str(web))
    (web / "robots.txt").write_text("mine")
    media = [f"media/{path.name}" for path in (site / "feeds" / "media").iterdir()]
    shutil.rmtree(site / "feeds")  # so that the output forgets its media too
    built = rebuild(site, RECORDS[1])
    report = run_publish(site, str(web))
    assert report["removed"] == []
    assert {"river.rss", "river.atom", *media} < read_tree(web).keys()
    shown = run_cli(site, "publish", str(web), "--prune", "--dry-run")
    assert shown.stdout.splitlines()[:2] == ["- river.atom", "- river.rss"]
    assert {"river.rss", "river.atom"} < read_tree(web).keys()
    assert run_publish(site, str(web), "--prune")["removed"] == ["river.atom", "river.rss"]
    assert read_tree(web).keys() == {*built, *media, "robots.txt"}
    assert run_publish(site, str(web), "--prune")["removed"] == []
    assert run_publish(site, str(web), "--prune-media")["removed"] == media
    assert read_tree(web) == {**built, "robots.txt": b"mine"}


def test_dry_run_shows_all_and_does_nothing(site: Path, tmp_path: Path) -> None:
    web = tmp_path / "web"
    shown = run_cli(site, "publish", str(web), "--dry-run")
    files = sorted(read_tree(site / "feeds").keys() - {"manifest.json"})
    assert shown.stdout.splitlines() == [
        *(f"+ {path}" for path in files),
        f"{len(files)} files would be published",
    ]
    assert not web.exists()
    assert run_cli(site, "publish", str(web)).stdout == f"{len(files)} files published\n"
    assert run_cli(site, "publish", str(web), "-q").stdout == ""


def test_says_which_file_somebody_else_changed_and_mends_it(site: Path, tmp_path: Path) -> None:
    web = tmp_path / "web"
    run_publish(site, str(web))
    (web / "tea.rss").write_text("defaced")
    result = run_cli(site, "publish", str(web))
    assert result.exit_code == 0
    assert "tea.rss: warning: differs from what was published there" in result.stderr
    assert read_tree(web) == read_tree(site / "feeds")
    assert run_cli(site, "publish", str(web)).stderr == ""


def break_bytes(feeds: Path) -> None:
    (feeds / "tea.rss").write_bytes((feeds / "tea.rss").read_bytes().replace(b"L", b"l"))


def cut_media(feeds: Path) -> None:
    (file,) = (feeds / "media").iterdir()
    file.write_bytes(b"short")


def link_feed(feeds: Path) -> None:
    (feeds / "tea.rss").rename(feeds.parent / "elsewhere.rss")
    (feeds / "tea.rss").symlink_to(feeds.parent / "elsewhere.rss")


def link_media(feeds: Path) -> None:
    (feeds / "media").rename(feeds.parent / "elsewhere")
    (feeds / "media").symlink_to(feeds.parent / "elsewhere")


def list_hidden(feeds: Path) -> None:
    lines = parse_manifest((feeds / "manifest.json").read_bytes(), "")
    lines[".env"] = ManifestLine(".env", "0", 1, "text/plain")
    (feeds / "manifest.json").write_bytes(format_manifest(lines))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (break_bytes, "tea.rss: differs from manifest.json. Run `feedpub build` again"),
        (cut_media, "differs from manifest.json"),
        (link_feed, "tea.rss: differs from manifest.json"),
        (link_media, "is a symbolic link"),
        (list_hidden, 'lists ".env", which a build never writes'),
        (lambda feeds: (feeds / "tea.rss").unlink(), "tea.rss: differs from manifest.json"),
        (lambda feeds: (feeds / "manifest.json").write_text("{"), "manifest.json: is damaged"),
    ],
)
@pytest.mark.parametrize("published", [False, True])
def test_refuses_an_output_that_is_not_what_was_built(
    site: Path, tmp_path: Path, change: Callable[[Path], object], message: str, published: bool
) -> None:
    web = tmp_path / "web"
    if published:
        run_publish(site, str(web))
    before = read_tree(web)
    change(site / "feeds")
    result = run_cli(site, "publish", str(web))
    assert result.exit_code == 3
    assert message in result.stderr
    assert read_tree(web) == before


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("feeds", "is the output folder, or below it"),
        ("feeds/media", "is the output folder, or below it"),
        ("sources", "is part of source[0], which would read published files as records"),
        ("sources/web", "add it to source[0].exclude"),
        ("", "is neither a folder nor a URL"),
        ("reed:hunter2@files.example.com:/srv", "Use sftp://reed@files.example.com/srv, or"),
        ("files.example.com:srv/feeds", "Use sftp://files.example.com/srv/feeds, or ./NAME"),
        ("s3:/bucket/feeds", "Use s3://bucket/feeds, or ./NAME for a folder"),
        ("file://elsewhere.example.com/srv", "names another host"),
        (
            "nosuch://x/y",
            '"nosuch" is not a scheme that is supported here. Use a folder, s3:// (install',
        ),
        ("s3://bucket:x/y", "is not a valid URL. Check its host and port."),
        ("://x", "is neither a folder nor a URL"),
    ],
)
def test_target_that_is_none_is_a_usage_error(site: Path, target: str, message: str) -> None:
    result = run_cli(site, "publish", target)
    assert result.exit_code == 2
    assert message in result.stderr
    assert sorted(path.name for path in site.iterdir() if path.name != ".feedpub") == [
        "feedpub.toml",
        "feeds",
        "sources",
    ]


def test_misspelled_remote_is_not_a_folder_and_shows_no_password(site: Path) -> None:
    before = sorted(path.name for path in site.iterdir())
    result = run_cli(site, "publish", "reed:hunter2@files.example.com:/srv")
    assert result.exit_code == 2
    assert "hunter2" not in result.stderr + result.stdout
    assert sorted(path.name for path in site.iterdir()) == before
    assert run_cli(site, "publish", "./a:b").exit_code == 0


def test_target_that_its_source_excludes_is_published_to(site: Path) -> None:
    path = site / "feedpub.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[[source]]", '[[source]]\nexclude = ["web/*"]'), encoding="utf-8")
    run_publish(site, "sources/web")
    assert (site / "sources/web/manifest.json").exists()
    assert run_cli(site, "check").exit_code == 0


def test_output_that_was_never_built_is_a_usage_error(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site", *RECORDS)
    result = run_cli(site, "publish", str(tmp_path / "web"))
    assert result.exit_code == 2
    assert "there is no such file. Run `feedpub build`" in result.stderr


def test_manifest_of_another_program_is_never_replaced(site: Path, tmp_path: Path) -> None:
    web = tmp_path / "web"
    web.mkdir()
    (web / "manifest.json").write_text('{"name": "An app", "icons": []}')
    result = run_cli(site, "publish", str(web))
    assert result.exit_code == 3
    assert "If another program wrote it, publish to another place." in result.stderr
    assert read_tree(web).keys() == {"manifest.json"}


def test_leftovers_of_a_killed_publish_are_removed(site: Path, tmp_path: Path) -> None:
    web = tmp_path / "web"
    make_site(web, {".feedpub-0a.tmp": "<", ".feedpub-x": "mine"})
    (web / "feedpub.toml").unlink()
    run_publish(site, str(web))
    assert read_tree(web).keys() - read_tree(site / "feeds").keys() == {".feedpub-x"}


class Watched(FolderStore):
    """A folder that says what is put, and does something before."""

    before: Callable[[str], object] = staticmethod(lambda path: None)
    puts: ClassVar[list[str]]

    def put(self, path: str, content: bytes, headers: Headers) -> None:
        type(self).before(path)
        super().put(path, content, headers)
        self.puts.append(path)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> type[Watched]:
    class Store(Watched):
        puts: ClassVar[list[str]] = []

    monkeypatch.setattr("feedpub.publish.opening.FolderStore", Store)
    return Store


def test_sends_media_first_and_the_manifest_last(
    site: Path, tmp_path: Path, watched: type[Watched]
) -> None:
    run_publish(site, str(tmp_path / "web"))
    media = [path for path in watched.puts if path.startswith("media/")]
    assert watched.puts[: len(media)] == media
    assert len(media) == 1
    # The one in between doubts what is being sent.
    at = [place for place, path in enumerate(watched.puts) if path == "manifest.json"]
    assert at == [1, len(watched.puts) - 1]


@pytest.mark.parametrize("moment", range(8))
def test_publish_that_is_cut_off_anywhere_is_finished_by_the_next(
    site: Path, tmp_path: Path, watched: type[Watched], moment: int
) -> None:
    web = tmp_path / "web"
    run_publish(site, str(web))
    old = read_tree(web)
    rebuild(site, {**RECORDS[0], "title": "A lock"}, RECORDS[1])
    del watched.puts[:]

    def fail(path: str) -> None:
        if len(watched.puts) >= moment:
            raise PermissionError

    watched.before = fail
    result = run_cli(site, "publish", str(web))
    assert result.exit_code == (3 if moment < 6 else 0)
    watched.before = lambda path: None
    # Whatever was cut off, what is built then arrives: here, what was there before.
    rebuild(site, *RECORDS)
    run_publish(site, str(web))
    assert read_tree(web) == old
    assert not [path for path in old if ".feedpub-" in path]


def test_two_publishes_at_once_are_noticed_and_the_next_mends(
    site: Path, tmp_path: Path, watched: type[Watched]
) -> None:
    web, other = tmp_path / "web", tmp_path / "other"
    run_publish(site, str(web))
    shutil.copytree(site, other)
    rebuild(other, {**RECORDS[0], "title": "Theirs"}, RECORDS[1])
    ours = rebuild(site, {**RECORDS[0], "title": "Ours"}, RECORDS[1])

    def interfere(path: str) -> None:
        if path == "river.rss":
            watched.before = lambda path: None
            publish(load_config(other / "feedpub.toml"), str(web))

    watched.before = interfere
    result = run_cli(site, "publish", str(web))
    assert result.exit_code == 3
    assert "somebody else published there. Publish again." in result.stderr
    run_publish(site, str(web))
    assert read_tree(web) == ours


def test_two_publishes_of_the_same_at_once_are_no_trouble(
    site: Path, tmp_path: Path, watched: type[Watched]
) -> None:
    web, other = tmp_path / "web", tmp_path / "other"
    run_publish(site, str(web))
    built = rebuild(site, {**RECORDS[0], "title": "A lock"}, RECORDS[1])
    shutil.copytree(site, other)

    def interfere(path: str) -> None:
        if path == "river.rss":
            watched.before = lambda path: None
            publish(load_config(other / "feedpub.toml"), str(web))

    watched.before = interfere
    assert run_cli(site, "publish", str(web)).exit_code == 0
    assert read_tree(web) == built


def test_build_waits_for_a_publish_or_says_that_it_would(
    site: Path, tmp_path: Path, watched: type[Watched]
) -> None:
    begun, may_go_on = Event(), Event()

    def hold(path: str) -> None:
        begun.set()
        assert may_go_on.wait(30)

    watched.before = hold
    config = load_config(site / "feedpub.toml")
    thread = Thread(target=publish, args=(config, str(tmp_path / "web")))
    thread.start()
    try:
        assert begun.wait(30)
        results = [
            run_cli(site, "build", "--no-wait"),
            run_cli(site, "publish", str(tmp_path / "web2"), "--no-wait"),
        ]
    finally:
        may_go_on.set()
        thread.join()
    for result in results:
        assert result.exit_code == 3
        assert "another build or publish is running" in result.stderr
    assert run_cli(site, "build", "--no-wait").exit_code == 0


def test_failure_in_one_file_stops_what_follows(
    site: Path, tmp_path: Path, watched: type[Watched]
) -> None:
    def fail(path: str) -> None:
        if path.startswith("media/"):
            raise PermissionError(13, "Permission denied")

    watched.before = fail
    result = run_cli(site, "publish", str(tmp_path / "web"))
    assert result.exit_code == 3
    assert "Permission denied. Check that the credentials" in result.stderr
    assert read_tree(tmp_path / "web") == {}


def test_result_is_a_report(site: Path, tmp_path: Path) -> None:
    result: Result = run_cli(site, "publish", str(tmp_path / "web"), "--report", "json")
    assert json.loads(result.stdout).keys() >= {"written", "unchanged", "removed", "problems"}


def test_folder_that_somebody_else_emptied_is_filled_again(site: Path, tmp_path: Path) -> None:
    web = tmp_path / "web"
    run_publish(site, str(web))
    built = read_tree(web)
    (media,) = (web / "media").iterdir()
    for damage in (lambda: media.write_bytes(b"short"), lambda: shutil.rmtree(media.parent)):
        damage()
        result = run_cli(site, "publish", str(web))
        assert result.exit_code == 0
        assert "media: warning: lacks 1 file, or has others" in result.stderr
        assert read_tree(web) == built
    assert run_cli(site, "publish", str(web)).stderr == ""


def test_folder_that_is_gone_from_a_store_is_filled_again(site: Path) -> None:
    fs = filesystem("memory")
    run_publish(site, "shelf://bucket/feeds")
    built = read_memory("bucket/feeds")
    fs.rm("/bucket/feeds/media", recursive=True)
    assert (
        "/media: warning: lacks 1 file" in run_cli(site, "publish", "shelf://bucket/feeds").stderr
    )
    assert read_memory("bucket/feeds") == built
    fs.rm("/bucket", recursive=True)


def test_removes_feeds_before_the_media_that_they_name(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[str] = []

    class Store(FolderStore):
        def remove(self, path: str) -> None:
            removed.append(path)
            super().remove(path)

    monkeypatch.setattr("feedpub.publish.opening.FolderStore", Store)
    run_publish(site, str(tmp_path / "web"))
    shutil.rmtree(site / "feeds")
    rebuild(site, RECORDS[1])
    run_publish(site, str(tmp_path / "web"), "--prune", "--prune-media")
    assert set(removed[:2]) == {"river.atom", "river.rss"}
    assert [path.partition("/")[0] for path in removed[2:]] == ["media"]
