"""XML files: records one at a time, damage that costs one record, and hostile input."""

from __future__ import annotations

import gzip
import itertools
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from feedpub.config.loading import load_config
from feedpub.errors import Problem, UnreadableFile
from feedpub.model import SourceFile
from feedpub.settings import Source
from feedpub.sources import files, xml_file, xml_text
from feedpub.sources.raw import Raw
from feedpub.sources.xml_repair import parse_fragment
from feedpub.sources.xml_text import Fragment, XmlSplitter
from feedpub.systems.notes import Notes
from support import make_site, scan_source

ITEMS = frozenset({"item"})
HEAD = '<?xml version="1.0"?>\n<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>\n'
TAIL = "</channel></rss>\n"


def scan(tmp_path: Path, content: str | bytes, name: str = "a.xml") -> list[Raw | Problem]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    file = SourceFile(path, name, name, tmp_path, 0)
    return list(xml_file.scan(file, Source(path=name), ITEMS))


def titles(found: list[Raw | Problem]) -> list[str]:
    elements = [raw.value for raw in found if isinstance(raw, Raw)]
    return [e.findtext("title") or "" for e in elements if isinstance(e, etree._Element)]


def problems(found: list[Raw | Problem]) -> list[str]:
    return [str(item) for item in found if isinstance(item, Problem)]


def item(title: str, more: str = "") -> str:
    return f"<item><title>{title}</title>{more}</item>\n"


def test_yields_elements_with_their_lines_and_what_stands_before(tmp_path: Path) -> None:
    found = scan(
        tmp_path, HEAD + "<link>https://a.example/</link>\n" + item("A") + item("B") + TAIL
    )
    assert titles(found) == ["A", "B"]
    first, second = found
    assert isinstance(first, Raw) and isinstance(second, Raw)
    assert (first.origin.line, second.origin.line) == (4, 5)
    assert first.head is second.head
    assert first.head is not None and first.head.findtext("channel/link") == "https://a.example/"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Tea & toast", "Tea & toast"),
        ("Tea &amp; toast", "Tea & toast"),
        ("Tea&mdash;toast &eacute; &unknown; &lt;b&gt;", "Tea—toast é &unknown; <b>"),
        ("A &#1; bell\x07", "A  bell"),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("<![CDATA[Tea & <b>toast</b> &mdash;]]> & more", "Tea & <b>toast</b> &mdash; & more"),
        ("</title><media:x>a</media:x><title>b", ""),
    ],
)
def test_mends_what_loses_nothing(tmp_path: Path, written: str, read: str) -> None:
    found = scan(tmp_path, HEAD + item(written) + item("B") + TAIL)
    assert titles(found) == [read, "B"]
    assert problems(found) == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("<item>\n<title>A<b></title></item>\n", "a.xml:4: is not well-formed XML:"),
        ("<item><title>A</title>\n", "a.xml:3: is not closed: the next one begins inside it."),
    ],
)
def test_bad_record_costs_itself(tmp_path: Path, broken: str, told: str) -> None:
    found = scan(tmp_path, HEAD + broken + item("B") + item("C") + TAIL)
    assert titles(found) == ["B", "C"]
    (problem,) = problems(found)
    assert problem.startswith(told)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (HEAD + item("A") + "<item><title>B", "a.xml:4: is not closed: the file ends inside it"),
        (
            HEAD + item("A") + "<item><![CDATA[B",
            "a.xml:4: holds a CDATA section that is not closed",
        ),
        (HEAD + item("A"), "a.xml:4: ends inside <channel>, so records at its end may be missing"),
    ],
)
def test_tells_where_a_file_is_cut(tmp_path: Path, content: str, told: str) -> None:
    found = scan(tmp_path, content)
    assert titles(found) == ["A"]
    assert any(problem.startswith(told) for problem in problems(found))


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ((HEAD + item("é") + TAIL).encode("utf-16"), "é"),
        (("<?xml version='1.0' encoding='ISO-8859-1'?>" + item("é")).encode("latin-1"), "é"),
        (("<?xml version='1.0' encoding='ISO-8859-1'?>" + item("é")).encode(), "é"),
        (("<?xml version='1.0' encoding='windows-1251'?>" + item("Чай")).encode("cp1251"), "Чай"),
        (b"\xef\xbb\xbf" + (HEAD + item("é") + TAIL).encode(), "é"),
    ],
)
def test_reads_encodings_although_declarations_lie(
    tmp_path: Path, content: bytes, read: str
) -> None:
    assert titles(scan(tmp_path, content)) == [read]


def test_bad_byte_costs_a_character_and_is_told(tmp_path: Path) -> None:
    content = (HEAD + item("caf\0") + item("é") + TAIL).encode().replace(b"\0", b"\xe9")
    found = scan(tmp_path, content)
    assert titles(found) == ["caf\ufffd", "é"]
    (problem,) = problems(found)
    assert problem.startswith("a.xml:3: warning: holds bytes that are not in its encoding")


def test_unpacks_gz_and_loads_by_position(tmp_path: Path) -> None:
    content = gzip.compress((HEAD + item("A") + item("B") + item("C") + TAIL).encode())
    found = scan(tmp_path, content, "a.xml.gz")
    assert titles(found) == ["A", "B", "C"]
    origins = [raw.origin for raw in found if isinstance(raw, Raw)][1:]
    file = origins[0].file
    again = list(xml_file.load(file, Source(path="a.xml.gz"), origins, ITEMS))
    assert titles(list(again)) == ["B", "C"]


def test_pieces_may_be_cut_anywhere() -> None:
    text = HEAD + '<!-- <item> --><item a="x>"><![CDATA[</item>]]></item><item/>' + TAIL
    whole = [f.text for f in XmlSplitter([text], ITEMS).take()]
    assert whole == ['<item a="x>"><![CDATA[</item>]]></item>', "<item/>"]
    for size in (1, 2, 3, 7):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        splitter = XmlSplitter(pieces, ITEMS)
        assert [f.text for f in splitter.take()] == whole
        assert splitter.unclosed is None


LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(12)
)


def test_expands_no_entity_of_the_file(tmp_path: Path) -> None:
    content = f"<!DOCTYPE rss [{LAUGHS}]>" + HEAD[21:] + item("&l11;", '<a b="&l11;"/>') + TAIL
    found = scan(tmp_path, content)
    assert titles(found) == ["&l11;"]


def test_looks_up_nothing_outside_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    entity = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]>'
    content = entity + HEAD[21:] + item("&x; A") + TAIL
    assert titles(scan(tmp_path, content)) == ["&x; A"]
    outside = '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss.dtd">'
    assert titles(scan(tmp_path, outside + HEAD[21:] + item("A") + TAIL)) == ["A"]


def test_declaration_inside_a_record_is_not_read(tmp_path: Path) -> None:
    found = scan(tmp_path, HEAD + f"<!DOCTYPE item [{LAUGHS}]>" + item("A&l3;") + TAIL)
    assert titles(found) == ["A&l3;"]
    found = scan(tmp_path, HEAD + item(f"<!DOCTYPE item [{LAUGHS}]>&l3;") + item("B") + TAIL)
    assert titles(found) == ["B"]


def test_deep_nesting_costs_the_record(tmp_path: Path) -> None:
    deep = "<b>" * 10_000 + "</b>" * 10_000
    found = scan(tmp_path, HEAD + item("A", deep) + item("B") + TAIL)
    assert titles(found) == ["B"]
    assert len(problems(found)) == 1
    long = "<b>" * 1_000 + "x" * 10_000_000 + "</b>" * 1_000
    assert titles(scan(tmp_path, HEAD + item("A", long) + item("B") + TAIL)) == ["B"]
    with pytest.raises(UnreadableFile, match="more than 200 deep"):
        scan(tmp_path, HEAD + "<b>" * 10_000 + item("A"))


def test_long_text_passes_up_to_the_limit_of_a_record(tmp_path: Path) -> None:
    long = "x" * 20_000_000
    found = scan(tmp_path, HEAD + item("A", f"<d>{long}</d>") + TAIL)
    (raw,) = found
    assert isinstance(raw, Raw) and isinstance(raw.value, etree._Element)
    assert raw.value.findtext("d") == long


def test_refuses_larger_record_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_text, "MAX_BYTES", 2**20)

    def write_long() -> Iterator[str]:
        yield HEAD + item("A") + "<item><d>"
        yield from itertools.repeat("x" * 65536, 1000)

    splitter = XmlSplitter(write_long(), ITEMS)
    taken = splitter.take()
    assert "A" in next(taken).text
    tracemalloc.start()
    with pytest.raises(UnreadableFile, match="larger than") as error:
        next(taken)
    assert error.value.line == 4
    assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    tracemalloc.stop()
    assert files.MAX_BYTES == 64 * 2**20


def test_memory_does_not_grow_with_records(tmp_path: Path) -> None:
    content = HEAD + "".join(item(f"T{n}", f"<d>{'x' * 2000}</d>") for n in range(10_000)) + TAIL
    path = tmp_path / "a.xml"
    path.write_text(content)
    file = SourceFile(path, "a.xml", "a.xml", tmp_path, 0)
    tracemalloc.start()
    assert sum(1 for _ in xml_file.scan(file, Source(path="a.xml"), ITEMS)) == 10_000
    assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    tracemalloc.stop()


def test_prefix_without_declaration_is_read() -> None:
    element = parse_fragment(Fragment("<item><media:content url='a'/></item>", (), 1))
    assert element[0].tag == "{http://search.yahoo.com/mrss/}content"


def test_file_of_no_known_kind_is_a_note(tmp_path: Path) -> None:
    site = make_site(
        tmp_path,
        {
            "sources/sitemap.xml": "<urlset><url><loc>a</loc></url></urlset>",
            "sources/a.json": '{"title": "A", "updated": "2020-05-25"}',
        },
    )
    notes = Notes()
    found = list(scan_source(load_config(site / "feedpub.toml"), 0, notes))
    assert len(found) == 1 and not isinstance(found[0], Problem)
    assert notes.list() == ["sources: not articles: XML files of no known kind 1"]


def test_file_that_is_not_xml_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is not XML"):
        scan(tmp_path, "plain words\nand more")
