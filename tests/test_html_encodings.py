"""Encodings of pages: byte order mark, meta charset, the source's; invalid bytes are an error."""

import pytest

from feedpub.errors import UnreadableFile
from feedpub.pages.html_page import read_html
from feedpub.pages.html_source import decode_page
from feedpub.text.decoding import suggest_encoding

CHINESE = "青芦湾新渡口昨日正式通航，首班渡船载着八十六名乘客驶往对岸。"


def _page(text: str, charset: str | None) -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}<title>T</title></head><body><h1>{text}</h1></body></html>"


@pytest.mark.parametrize(
    ("written", "charset", "configured"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8", None, None),
        ("utf-8-sig", "gb2312", None),  # the mark wins over the meta element
        ("gb18030", "gb2312", None),
        ("gb18030", "GBK", None),
        ("utf-16", None, None),
        ("big5", "big5", None),
        ("gb18030", None, "gb18030"),
        ("utf-8", "utf-8", "gb18030"),  # the meta element wins over the source
        ("utf-8", "utf-16", None),
        ("utf-8", "no-such-charset", None),
    ],
)
def test_reads_encoding(written: str, charset: str | None, configured: str | None) -> None:
    text = "青蘆" if written == "big5" else "镕—青芦"
    assert text in decode_page(_page(text, charset).encode(written), configured)[0]


def test_reads_latin1_as_browsers_do() -> None:
    assert "“é”" in decode_page(_page("“é”", "iso-8859-1").encode("cp1252"))[0]


def test_refusal_names_byte_line_and_the_encoding_that_fits() -> None:
    content = ("<html>\n<body>\n" + CHINESE).encode("gb18030")
    with pytest.raises(UnreadableFile, match=r"byte 15 .0xc7.*line 3; .*gb18030") as refusal:
        read_html(content)
    assert refusal.value.kind == "encoding"
    assert refusal.value.line == 3


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (CHINESE.encode(), "utf-8"),
        (CHINESE.encode("gb18030"), "gb18030"),
        ("Café à la crème, très bien.".encode("cp1252"), "cp1252"),
        (b"\xff\xfe\xff\x81\x8d\x00", None),
    ],
)
def test_suggests_the_encoding_that_fits(content: bytes, expected: str | None) -> None:
    assert suggest_encoding(content) == expected
