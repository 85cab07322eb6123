"""URLs: absolute, percent-encoded once, of a safe scheme; and the keys that links give."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.lint import is_uri
from feedpub.text.same_page import page_key
from feedpub.text.urls import (
    UrlError,
    absolute_url,
    article_url,
    encode_key,
    join_url,
    lacks_scheme,
    link_key,
    split_url,
)

BASE = "https://news.example.com/2020/tea.html"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://news.example.com/a", "https://news.example.com/a"),
        ("HTTPS://News.Example.COM/A", "https://news.example.com/A"),
        ("http://news.example.com:8080/a", "http://news.example.com:8080/a"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("http://news.example.com:80/a", "http://news.example.com/a"),
        ("https://news.example.com:443/a", "https://news.example.com/a"),
        ("https://news.example.com:80/a", "https://news.example.com:80/a"),
        ("//cdn.example.com/a.jpg", "https://cdn.example.com/a.jpg"),
        ("/a", "https://news.example.com/a"),
        ("a.jpg", "https://news.example.com/2020/a.jpg"),
        ("../a.jpg", "https://news.example.com/a.jpg"),
        ("?p=2", "https://news.example.com/2020/tea.html?p=2"),
        ("#end", "https://news.example.com/2020/tea.html#end"),
        (" \n/a\t", "https://news.example.com/a"),
        ("/a\n b", "https://news.example.com/a%20b"),
        # Encoded once: what is encoded stays so.
        ("/茶?q=茶#茶", "https://news.example.com/%E8%8C%B6?q=%E8%8C%B6#%E8%8C%B6"),
        ("/%E8%8C%B6", "https://news.example.com/%E8%8C%B6"),
        ("/100%/%zz/%41", "https://news.example.com/100%25/%25zz/%41"),
        ('/"<>\\^`{|}', "https://news.example.com/%22%3C%3E/%5E%60%7B%7C%7D"),
        # What looks like an entity would be one to readers; the server is asked for the same.
        (
            "/a&amp;b?c=1&lt;d=2&#38;#&x;",
            "https://news.example.com/a&amp%3Bb?c=1&lt%3Bd=2&#38%3B%23&x%3B",
        ),
        ("/a?b=1&c=2;d=[3]", "https://news.example.com/a?b=1&c=2;d=%5B3%5D"),
        ("https://例え.example/a", "https://xn--r8jz45g.example/a"),
        ("/\x00a\ud800b", "https://news.example.com/ab"),
        ("https://user:secret@news.example.com/a", "https://news.example.com/a"),
    ],
)
def test_makes_url_absolute(text: str, expected: str) -> None:
    assert absolute_url(text, BASE) == expected


@pytest.mark.parametrize(
    ("text", "home", "expected"),
    [
        # The home page of a site at a path is a folder, with and without its slash.
        ("post/1/", "https://org.example.io/repo", "https://org.example.io/repo/post/1/"),
        ("post/1/", "https://org.example.io/repo/", "https://org.example.io/repo/post/1/"),
        ("/post/1/", "https://org.example.io/repo", "https://org.example.io/repo/post/1/"),
        ("/repo/post/1/", "https://org.example.io/repo", "https://org.example.io/repo/post/1/"),
        (
            "/repository/1",
            "https://org.example.io/repo",
            "https://org.example.io/repo/repository/1",
        ),
        ("/repo", "https://org.example.io/repo/", "https://org.example.io/repo"),
        ("/1", "https://org.example.io/a/b/", "https://org.example.io/a/b/1"),
        ("../1", "https://org.example.io/a/b", "https://org.example.io/a/1"),
        ("?p=2", "https://org.example.io/repo", "https://org.example.io/repo/?p=2"),
        ("//cdn.example.io/1", "https://org.example.io/repo", "https://cdn.example.io/1"),
        ("https://other.example/1", "https://org.example.io/repo", "https://other.example/1"),
        # One that is a page is in its folder.
        ("1", "https://org.example.io/en/index.html", "https://org.example.io/en/1"),
        ("/1", "https://org.example.io/en/index.html", "https://org.example.io/en/1"),
        ("?p=2", "https://org.example.io/index.php", "https://org.example.io/index.php?p=2"),
        ("/1", "https://org.example.io", "https://org.example.io/1"),
        # A host without a scheme.
        ("www.example.com/p", "https://org.example.io/repo", "https://www.example.com/p"),
        ("WWW.Example.com", "http://org.example.io/", "http://www.example.com"),
        ("org.example.io/p", "https://org.example.io/repo", "https://org.example.io/p"),
        ("org.example.io:80/p", "http://org.example.io:80/", "http://org.example.io/p"),
        ("www.p", "https://org.example.io/", "https://org.example.io/www.p"),
        ("www/p.q", "https://org.example.io/", "https://org.example.io/www/p.q"),
        ("other.example/p", "https://org.example.io/", "https://org.example.io/other.example/p"),
    ],
)
def test_an_article_is_below_the_home_page(text: str, home: str, expected: str) -> None:
    assert article_url(text, home) == expected


@pytest.mark.parametrize("text", ["www.example.com/p", " www.a-b.example", "Org.Example.io/p"])
def test_says_that_a_url_lacks_its_scheme(text: str) -> None:
    assert lacks_scheme(text, "https://org.example.io/")


@pytest.mark.parametrize("text", ["https://www.example.com/p", "//www.a.b/", "/www.a.b", "a", ""])
def test_says_that_no_scheme_is_missing(text: str) -> None:
    assert not lacks_scheme(text, "https://org.example.io/")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("javascript:alert(1)", "is not an http or https URL"),
        ("java\nscript:alert(1)", "is not an http or https URL"),
        ("\x01javascript:alert(1)", "is not an http or https URL"),
        ("data:text/html,x", "is not an http or https URL"),
        ("file:///etc/passwd", "is not an http or https URL"),
        ("mailto:desk@example.com", "is not an http or https URL"),
        ("https://", "has no host"),
        ("https:///a", "has no host"),
        ("https://a b/", "has an invalid host"),
        ("https://a%00b/", "has an invalid host"),
        ("https://news.example.com:99999/", "is not a valid URL"),
        ("https://news.example.com:x/", "is not a valid URL"),
        ("https://[::1/", "is not a valid URL"),
        ("https://" + "茶" * 80 + ".example/", "is not a valid URL"),
    ],
)
def test_refuses_url_that_cannot_be_published(text: str, message: str) -> None:
    with pytest.raises(UrlError, match=f"^{message}$"):
        absolute_url(text)


def test_needs_a_base_for_a_relative_url() -> None:
    with pytest.raises(UrlError, match="is not an http or https URL"):
        absolute_url("/a")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mailto:desk@example.com?subject=tea time", "mailto:desk@example.com?subject=tea%20time"),
        ("TEL:+86-571-1234", "tel:+86-571-1234"),
    ],
)
def test_keeps_other_schemes_where_they_are_allowed(text: str, expected: str) -> None:
    assert absolute_url(text, BASE, frozenset({"https", "mailto", "tel"})) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("/a/", "/a"),
        ("/a//", "/a"),
        ("/a/INDEX.HTML", "/a"),
        ("/a/index.html/", "/a/index.html"),
        ("/index.html", ""),
        ("/a/reindex.html", "/a/reindex.html"),
        ("/a/?UTM_Source=x&id=7&&fbclid=1", "/a?id=7"),
        ("/a?id=7&page=2", "/a?id=7&page=2"),
        ("/a?%75tm_source=x", "/a"),
        ("/a?utm", "/a?utm"),
        ("/?p=7", "?p=7"),
        ("/index.php?p=7", "?p=7"),
        ("", ""),
    ],
)
def test_reduces_a_link_to_its_page(key: str, expected: str) -> None:
    assert page_key(key) == expected


NOT_URLS = ["//[x/a.jpg", "http://[", "http://[::1/a", "https://x\u2100y/", "http://x]y/"]


@pytest.mark.parametrize("text", NOT_URLS)
def test_what_is_not_a_url_stays_a_text(text: str) -> None:
    assert split_url(text) == ("", "", text, "", "")
    assert join_url(BASE, text) == text
    assert join_url(text, "a.jpg") == "a.jpg"


@pytest.mark.parametrize(
    ("base", "url", "expected"),
    [
        (BASE, "a.jpg", urljoin(BASE, "a.jpg")),
        (BASE, "https://cdn.example.com/a.jpg", "https://cdn.example.com/a.jpg"),
        (None, "a.jpg", "a.jpg"),
        ("", "a.jpg", "a.jpg"),
    ],
)
def test_joins_a_url_with_its_base(base: str | None, url: str, expected: str) -> None:
    assert join_url(base, url) == expected


@given(st.text(st.characters(), max_size=40))
def test_any_text_is_split_and_joined(text: str) -> None:
    assert isinstance(split_url(text).path, str)
    assert isinstance(join_url(BASE, text), str)
    assert isinstance(join_url(text, "a"), str)


@given(st.text(max_size=40))
def test_a_url_is_ascii_and_stays_as_it_is_made(text: str) -> None:
    try:
        url = absolute_url(text, BASE)
    except UrlError:
        return
    assert is_uri(url)
    assert absolute_url(url, BASE) == url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://news.example.com/a?b#c", True),
        ("tag:news.example.com,2020:a", True),
        ("urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", True),
        ("news:a", True),
        ("a", False),
        ("/a", False),
        ("123:4", False),
        ("news:", False),
        ("news:a b", False),
        ("news:茶", False),
        ("news:100%", False),
        ("news:%E8%8C%B6", True),
        ("news:a\n", False),
    ],
)
def test_tells_a_uri(text: str, expected: bool) -> None:
    assert is_uri(text) is expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("2020/tea-house_1.~", "2020/tea-house_1.~"),
        ("茶 house", "%E8%8C%B6%20house"),
        ("a?b=c&d#e:f@g", "a%3Fb%3Dc%26d%23e%3Af%40g"),
        ("100%", "100%25"),
        ("a\ud800\x00b", "ab"),
    ],
)
def test_encodes_key_as_utf8_with_unreserved_characters_and_slashes(
    key: str, expected: str
) -> None:
    assert encode_key(key) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://news.example.com/2020/tea.html", "/2020/tea.html"),
        ("http://other.example/2020/tea.html#top", "/2020/tea.html"),
        ("https://news.example.com/a?id=1&p=2", "/a%3Fid%3D1%26p%3D2"),
        ("https://news.example.com/?id=1", "/%3Fid%3D1"),
        ("https://news.example.com/%E8%8C%B6%20a", "/%E8%8C%B6%20a"),
        ("https://news.example.com/", ""),
        ("https://news.example.com", ""),
    ],
)
def test_takes_path_and_query_of_a_link_as_key(link: str, expected: str) -> None:
    assert encode_key(link_key(link)) == expected


def test_links_with_escapes_of_another_encoding_keep_keys_of_their_own() -> None:
    keys = {link_key(f"https://news.example.com/{gbk}") for gbk in ("%B2%E8", "%B1%B1", "%C9%CF")}
    assert len(keys) == 3
