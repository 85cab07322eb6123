"""Hostile pages end with a clear refusal, in bounded time and memory, and never a crash.

They are so large that anything but linear work ends in the timeout of pytest.
"""

from pathlib import Path
from types import ModuleType

import pytest

from feedpub.errors import UnreadableFile
from feedpub.model import SourceFile
from feedpub.pages.html_page import PageReading, identify_html
from feedpub.pages.html_page import read_html as read_text
from feedpub.pages.html_source import decode_html
from feedpub.settings import Source
from feedpub.sources import html_file, text_file

HEAD = b"<html><head><title>A title</title></head><body><h1>A title</h1><p>Updated: 2020-05-25</p>"
TEXT = b"<p>This is a text that ends.</p>"
MANY = b" ".join(b"a%d" % number for number in range(30_000))
FILLER = b"<p>" + b"x" * 70_000 + b"</p>"  # beyond the size that is parsed as it is

REFUSED = {
    "deep nesting": (b"<div>" * 12_000 + TEXT, "nests more than 10,000 elements"),
    "deep nesting of mixed elements": (b"<b><p><table><tr><td>" * 9_000, "nests more than 10,000"),
    "a million attributes": (
        b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x</p>",
        "attributes",
    ),
    "attributes without spaces": (b"<p " + MANY.replace(b" ", b"/") + b">", "attributes"),
    "attributes behind an empty comment": (FILLER + b"<!--><!-- --!><p " + MANY + b">", "attrib"),
    "attributes behind a script in a title": (
        FILLER + b"<title><script></title><p " + MANY + b">",
        "attributes",
    ),
    "attributes behind a bogus comment": (FILLER + b"<?x <script ?><p " + MANY + b">", "attrib"),
    "attributes behind a quote that is none": (FILLER + b'<p ="><p ' + MANY + b">", "attributes"),
    "too many tags": (b"<a>" * 300_000 + TEXT, "tags"),
    "unclosed tags": (b"<script" * 300_000, "tags"),
    "an endless text": (b"<p>" + b"x" * 10_100_000, "text longer than 10 MB"),
    "an endless attribute": (b'<p title="' + b"x" * 10_100_000 + b'">', "text longer than 10 MB"),
}
HARMLESS = {
    "a long text": b"<p>" + b"Hello there, you. " * 50_000,
    "line breaks": b"text here<br>" * 10_000,
    "images": b"".join(b"<img src=a%d.jpg>" % n for n in range(4_000)),
    "nested photo boxes": (b'<div class="photo">' * 100 + b"<img src=x.jpg>cap" + b"</div>" * 100)
    * 20,
    "JSON-LD of brackets": b'<script type="application/ld+json">' + b"[" * 500_000 + b"</script>",
    "JSON-LD of quotes": b'<script type="application/ld+json">' + b'"\\' * 500_000 + b"</script>",
    "JSON-LD of comments": b'<script type="application/ld+json">' + b"/*" * 500_000 + b"</script>",
    "a caption of marks": b"<figure><img src=x.jpg><figcaption>"
    + b"( photo: " * 100_000
    + b"</figcaption></figure>",
    "a srcset of commas": b'<img srcset="' + b"a 1w," * 200_000 + b'">',
    "a breadcrumb of separators": b"<div class=breadcrumb>" + b"&gt; " * 100_000 + b"</div>",
    "bold to the limit": b"<b>" * 240 + b"x",
    "attributes in a script": b"<script>" + b"if (a<b) " + MANY + b"</script>",
    "null bytes": b"\0" * 10_000,
}
BROKEN = {
    "no encoding at all": b"\xff\xfe\xff" * 500_000,
    "half characters": b"\xe9\x95" * 500_000,
    "a charset that is another": b'<meta charset="gb2312">' + b"\xff" * 500_000,
    "a mark that is another": b"\xfe\xff" + b"\xd8" * 500_001,
}


def read_html(content: bytes) -> PageReading:
    return read_text(decode_html(content).text)


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_hostile_page(case: str) -> None:
    content, message = REFUSED[case]
    text = decode_html(HEAD + content).text
    for read in (read_text, identify_html):
        with pytest.raises(UnreadableFile, match=message) as refusal:
            read(text)
        assert refusal.value.kind == "too-large"


@pytest.mark.parametrize("case", HARMLESS)
def test_reads_odd_page(case: str) -> None:
    fields, _, _ = read_html(HEAD + HARMLESS[case] + TEXT)
    assert fields["title"] == "A title"


@pytest.mark.parametrize("case", BROKEN)
def test_refuses_broken_encoding(case: str) -> None:
    content = BROKEN[case]
    # The charset and the mark count at the start alone.
    page = content if content[:1] in (b"<", b"\xfe") else HEAD + content
    with pytest.raises(UnreadableFile) as refusal:
        read_html(page)
    assert refusal.value.kind == "encoding"


@pytest.mark.parametrize("depth", [250, 1_000, 9_900])
@pytest.mark.parametrize("tag", ["div", "font", "table", "ul"])
def test_reads_deep_page_to_the_limit(tag: str, depth: int) -> None:
    deep = f"<{tag}>".encode() * depth + TEXT + b"<p>So does this one.</p>"
    fields, _, _ = read_html(HEAD + deep)
    markup = "<p>This is a text that ends.</p>\n<p>So does this one.</p>"
    assert fields["content_html"] == markup


@pytest.mark.parametrize("reader", [html_file, text_file])
def test_no_more_of_a_page_is_read_than_it_may_have(reader: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "page"
    with path.open("wb") as stream:
        stream.truncate(100 * 10**6)  # a file of holes
    file = SourceFile(path, "page", "page", tmp_path, 0)
    with pytest.raises(UnreadableFile, match="is larger than 50 MB"):
        list(reader.scan(file, Source(path="page")))


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf", b"<!-- -->", b"\0", b"<"])
def test_refuses_page_without_anything(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_html(content)


def test_any_cut_of_a_page_is_read_or_refused() -> None:
    page = (
        HEAD + b'<img srcset="a.jpg 2x" data-src="b.jpg"><p class="caption">x [Photo/y]</p>' + TEXT
    )
    for end in range(len(page)):
        try:
            read_html(page[:end])
        except UnreadableFile:
            continue
