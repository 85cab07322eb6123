"""A zip is read as the folder that it packs, and nothing in it leaves that folder."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from xml_support import Found, read_source

from feedpub.sources import files, zip_archive
from support import STANDARD_TOML, make_image, make_site, run_cli

RECORD = '{"title": "%s", "updated": "2024-05-12T10:00:00Z", "section": "Nature"}'


def pack(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def read_zip(tmp_path: Path, content: bytes) -> Found:
    return read_source(tmp_path, {"export.zip": content})


def list_problems(found: Found) -> list[str]:
    return [str(problem) for problem in found.problems]


def test_reads_what_a_zip_in_a_source_packs(tmp_path: Path) -> None:
    packed = pack({"b/two.json": RECORD % "Two", "a/one.json": RECORD % "One"})
    found = read_source(tmp_path, {"export.zip": packed, "three.json": RECORD % "Three"})
    assert found.titles == ["One", "Two", "Three"]
    assert [record.origin.file.shown for record in found.records] == [
        "sources/export.zip/a/one.json",
        "sources/export.zip/b/two.json",
        "sources/three.json",
    ]
    assert [record.origin.file.key for record in found.records] == ["a/one", "b/two", "three"]


def test_tells_the_rows_of_each_archive_apart_by_its_own_columns(tmp_path: Path) -> None:
    head = "title,updated,section,{}\n{},2024-05-12,Nature,{}\n{},2024-05-13,Nature,{}\n"
    one = pack({"rows.csv": head.format("number", "One", 7, "Two", 8)})
    two = pack({"rows.csv": head.format("code", "Three", "x9", "Four", "x8")})
    found = read_source(tmp_path, {"a.zip": one, "b.zip": two})
    assert [record.fields["id"] for record in found.records] == ["7", "8", "x9", "x8"]
    assert [problem.split(":")[0] for problem in list_problems(found)] == [
        "sources/a.zip/rows.csv",
        "sources/b.zip/rows.csv",
    ]


def test_builds_from_a_zip_that_the_source_names(tmp_path: Path) -> None:
    record = RECORD[:-1] % "One" + ', "images": ["a.png"]}'
    packed = pack({"export/one.json": record, "export/a.png": make_image("PNG", 640, 400)})
    toml = STANDARD_TOML.replace('"sources"', '"export.zip"')
    site = make_site(tmp_path, {"export.zip": packed}, toml)
    done = run_cli(site, "build")
    assert done.exit_code == 0, done.stderr
    assert "/media/" in (site / "feeds/all.rss").read_text()
    assert len(list((site / "feeds/media").iterdir())) == 1


def test_a_zip_may_hold_a_whole_export(tmp_path: Path) -> None:
    head = "post_id,post_date,is_published,type,audience,title,subtitle\n"
    row = "7.herons,2024-05-12T07:30:00Z,true,newsletter,everyone,Herons,\n"
    packed = pack({"x/posts.csv": head + row, "x/posts/7.herons.html": "<p>Two pairs.</p>"})
    found = read_zip(tmp_path, packed)
    assert found.fields["content_html"] == "<p>Two pairs.</p>"
    assert found.fields["permalink"] == "/p/herons"


def test_init_writes_what_build_reads(tmp_path: Path) -> None:
    head = "post_id,post_date,is_published,type,audience,title,subtitle\n"
    row = "7.herons,2024-05-12T07:30:00Z,true,newsletter,everyone,Herons,\n"
    packed = pack({"posts.csv": head + row, "posts/7.herons.html": "<p>Two pairs.</p>"})
    (tmp_path / "in").mkdir()
    (tmp_path / "in/export.zip").write_bytes(packed)
    link = ("--link", "https://post.example.com/", "--timezone", "UTC")
    assert run_cli(tmp_path, "init", "in", *link).exit_code == 0
    assert 'system = "substack-export"' in (tmp_path / "feedpub.toml").read_text()
    assert run_cli(tmp_path, "build").exit_code == 0
    assert "https://post.example.com/p/herons" in (tmp_path / "feeds/all.rss").read_text()


def test_excluded_names_are_those_inside(tmp_path: Path) -> None:
    packed = pack({"a/one.json": RECORD % "One", "drafts/two.json": RECORD % "Two"})
    toml = STANDARD_TOML.replace('"sources"', '"sources"\nexclude = ["drafts/**"]')
    site = make_site(tmp_path, {"sources/export.zip": packed}, toml)
    assert "1 record" in run_cli(site, "build").stdout


@pytest.mark.parametrize(
    "name",
    ["../evil.json", "/evil.json", "a/../../evil.json", "..\\evil.json", "C:/evil.json", "a" * 300],
)
def test_a_name_that_leaves_the_folder_is_left_out(name: str, tmp_path: Path) -> None:
    found = read_zip(tmp_path, pack({name: RECORD % "Evil", "one.json": RECORD % "One"}))
    assert found.titles == ["One"]
    (problem,) = found.problems
    assert (problem.severity, problem.kind) == ("warning", "unsafe")
    assert "sources/export.zip: warning: " in str(problem)
    assert not list(tmp_path.parent.glob("**/evil.json"))


def test_a_link_is_left_out(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text(RECORD % "Secret")
    link = zipfile.ZipInfo("link.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(link, str(secret))
        archive.writestr("one.json", RECORD % "One")
    found = read_zip(tmp_path, held.getvalue())
    assert found.titles == ["One"]
    assert [problem.kind for problem in found.problems] == ["unsafe"]


def test_of_two_files_with_one_name_the_last_counts(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("one.json", RECORD % "Old")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("one.json", RECORD % "New")
    assert read_zip(tmp_path, held.getvalue()).titles == ["New"]


def test_a_file_below_a_file_is_left_out(tmp_path: Path) -> None:
    found = read_zip(
        tmp_path, pack({"a": "x", "a/one.json": RECORD % "One", "b.json": RECORD % "B"})
    )
    assert found.titles == ["B"]
    assert [problem.kind for problem in found.problems] == ["unsafe"]


def test_names_without_the_mark_of_utf8_are_read(tmp_path: Path) -> None:
    packed = pack({"Xxbe.json": RECORD % "One"}).replace(b"Xxbe", "übe".encode())
    assert read_zip(tmp_path, packed).records[0].origin.file.key == "übe"
    odd = pack({"Xa.json": RECORD % "One"}).replace(b"Xa", b"\x81a")  # ü in code page 437
    assert read_zip(tmp_path / "b", odd).records[0].origin.file.key == "üa"


def test_hidden_files_and_those_of_the_packer_are_passed_over(tmp_path: Path) -> None:
    files = {".git/a.json": "x", "__MACOSX/one.json": "x", "x/.a.json": "x"}
    found = read_zip(tmp_path, pack({**files, "x/one.json": RECORD % "One"}))
    assert (found.titles, found.problems) == (["One"], [])


def test_a_zip_in_a_zip_stays_packed(tmp_path: Path) -> None:
    inner = pack({"two.json": RECORD % "Two"})
    found = read_zip(tmp_path, pack({"inner.zip": inner, "one.json": RECORD % "One"}))
    assert found.titles == ["One"]


def test_a_zip_deep_in_a_folder_is_not_a_source(tmp_path: Path) -> None:
    packed = pack({"two.json": RECORD % "Two"})
    found = read_source(tmp_path, {"files/a.zip": packed, "one.json": RECORD % "One"})
    assert found.titles == ["One"]
    assert found.notes == ["sources: passed over 1 file of no known format: .zip 1"]


def test_a_zip_in_an_export_that_is_known_is_a_part_of_it(tmp_path: Path) -> None:
    head = "post_id,post_date,is_published,type,audience,title,subtitle\n"
    row = "7.herons,2024-05-12T07:30:00Z,true,newsletter,only_paid,Herons,\n"
    packed = pack({"two.json": RECORD % "Two"})
    found = read_source(tmp_path, {"posts.csv": head + row, "a.zip": packed})
    assert found.titles == ["Herons"]


def test_what_unpacks_to_far_more_than_it_holds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "HARMLESS", 2**20)
    found = read_zip(tmp_path, pack({"a.json": b" " * 2**24, "one.json": RECORD % "One"}))
    assert found.titles == []
    (problem,) = list_problems(found)
    assert problem.startswith("sources/export.zip: unpacks to more than 1 GiB, or to far more")


def test_a_lie_about_a_size_does_not_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_UNPACKED", 2**16)
    packed = pack({"a.json": b" " * 2**20})
    lying = packed.replace((2**20).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    assert lying != packed
    found = read_zip(tmp_path, lying)
    assert found.titles == []
    assert len(found.problems) == 1


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_archive, "MAX_MEMBERS", 2)
    packed = pack({f"{n}.json": RECORD % n for n in range(3)})
    (problem,) = list_problems(read_zip(tmp_path, packed))
    assert problem == "sources/export.zip: holds more than 2 files; split it"


def _encrypt(packed: bytes) -> bytes:
    # The flag in the file's header and in the directory's.
    at = packed.index(b"PK\x01\x02")
    return packed[:6] + b"\x01" + packed[7 : at + 8] + b"\x01" + packed[at + 9 :]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no zip", "is not a zip archive that can be read: File is not a zip file"),
        (pack({"a.json": RECORD % "A"})[:-30], "is not a zip archive that can be read: "),
        (_encrypt(pack({"a.json": RECORD % "A"})), "is encrypted; unpack it, and name the folder"),
        (
            pack({"a.json": RECORD % "A"}, zipfile.ZIP_BZIP2),
            "is packed by method 12, which feedpub does not read; pack it again",
        ),
        (
            pack({"a.json": RECORD % "Abc"}, zipfile.ZIP_STORED).replace(b"Abc", b"Xyz"),
            "is not a zip archive that can be read: Bad CRC-32 for file 'a.json'",
        ),
    ],
)
def test_a_zip_that_cannot_be_read_is_one_problem(
    content: bytes, said: str, tmp_path: Path
) -> None:
    (problem,) = list_problems(read_zip(tmp_path, content))
    assert problem.startswith(f"sources/export.zip: {said}")


def test_a_zip_that_changed_is_unpacked_again(tmp_path: Path) -> None:
    assert read_zip(tmp_path, pack({"a.json": RECORD % "Old"})).titles == ["Old"]
    assert read_zip(tmp_path, pack({"a.json": RECORD % "Newer"})).titles == ["Newer"]
