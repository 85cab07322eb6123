"""Hostile pages end with a clear refusal, in bounded time and memory, and never a crash."""

import time

import pytest

from feedpub.readers.files import UnreadableFile
from feedpub.readers.html_page import identify_html, read_html
from feedpub.readers.html_source import MAX_PAGE_BYTES

HEAD = b"<html><head><title>A title</title></head><body><h1>A title</h1><p>Updated: 2020-05-25</p>"
TEXT = b"<p>This is a text that ends.</p>"
MANY = b" ".join(b"a%d" % number for number in range(30_000))
FILLER = b"<p>" + b"x" * 70_000 + b"</p>"  # beyond the size that is parsed as it is

REFUSED = {
    "deep nesting": (b"<div>" * 100_000 + TEXT, "tags|nests"),
    "nesting beyond the parser": (b"<div>" * 5_000 + TEXT, "nests its elements too deep"),
    "a million attributes": (
        b"<p " + b" ".join(b"a%d=1" % n for n in range(700_000)) + b">x</p>",
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
    "100 MB": (b"x" * (100 * 2**20), "larger than 10 MiB"),
    "one byte too many": (b"x" * (MAX_PAGE_BYTES - len(HEAD) + 1), "larger than 10 MiB"),
}
HARMLESS = {
    "a long text": b"<p>" + b"Hello there, you. " * 200_000,
    "line breaks": b"text here<br>" * 40_000,
    "images": b"".join(b"<img src=a%d.jpg>" % n for n in range(20_000)),
    "nested photo boxes": (b'<div class="photo">' * 100 + b"<img src=x.jpg>cap" + b"</div>" * 100)
    * 100,
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


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_hostile_page(case: str) -> None:
    content, message = REFUSED[case]
    begin = time.monotonic()
    for read in (read_html, identify_html):
        with pytest.raises(UnreadableFile, match=message) as refusal:
            read(HEAD + content)
        assert refusal.value.kind == "too-large"
    assert time.monotonic() - begin < 30


@pytest.mark.parametrize("case", HARMLESS)
def test_reads_odd_page_in_bounded_time(case: str) -> None:
    begin = time.monotonic()
    fields, _ = read_html(HEAD + HARMLESS[case] + TEXT)
    assert fields["title"] == "A title"
    assert time.monotonic() - begin < 30


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
