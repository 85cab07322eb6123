"""URLs: absolute, percent-encoded once, of a safe scheme."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from feedpub import compile_late
from feedpub.text.octets import encode_text
from feedpub.text.plain import strip_forbidden

DEFAULT_PORTS = {"http": 80, "https": 443}
WEB_SCHEMES = frozenset(DEFAULT_PORTS)

# RFC 3986: unreserved, reserved, and `%` where it begins an escape.
_PATH_SAFE = "/:@!$&'()*+,;=~-._"
_QUERY_SAFE = _PATH_SAFE + "?"
_STRAY_PERCENT = compile_late(r"%(?![0-9A-Fa-f]{2})")
_LIKE_ENTITY = compile_late(r"(&#?[0-9A-Za-z]+);")
_PLAIN_URL = compile_late(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9\-._~/]*)?")
_PLAIN_KEY = compile_late(r"[A-Za-z0-9\-._~/]*")
_EDGE = "".join(map(chr, range(0x21)))
_HOST_ALONE = compile_late(r"www\.[\w-]+(?:\.[\w-]+)+(?=[:/?#]|$)", re.IGNORECASE)


class UrlError(ValueError):
    """A text is not a URL that can be published. The message says why."""


def split_url(text: str) -> SplitResult:
    """Split a URL; all of a text that is not one is its path."""
    try:
        return urlsplit(text)
    except ValueError:  # a host in brackets that is not one, or with signs that are not a host's
        return SplitResult("", "", text, "", "")


def join_url(base: str | None, url: str) -> str:
    """Make a URL absolute against a base; as it is where that cannot be."""
    if not base or url.startswith(("https://", "http://")) or lacks_scheme(url):
        return url
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def absolute_url(text: str, base: str | None = None, schemes: frozenset[str] = WEB_SCHEMES) -> str:
    """Make a URL absolute against `base` and percent-encode characters beyond ASCII, once.

    A URL that begins with a host like `www.example.com` gets the scheme of `base`.

    Raises:
        UrlError: It is not a URL, it has no host, or its scheme is not in `schemes`.

    Source: RFC 3987 section 3.1; the white space is cut as browsers do (WHATWG URL).
    """
    if _PLAIN_URL.fullmatch(text):
        return text
    cleaned = re.sub(r"[\t\r\n]", "", strip_forbidden(text).strip(_EDGE))
    try:
        if base and _HOST_ALONE.match(cleaned):
            cleaned = f"//{cleaned}"
        joined = urljoin(base, cleaned) if base else cleaned
        parts = urlsplit(joined)
        scheme = parts.scheme.lower()
        if scheme not in schemes:
            expected = " or ".join(sorted(schemes & WEB_SCHEMES))
            raise UrlError(f"is not an {expected} URL")
        if scheme not in WEB_SCHEMES:
            return scheme + ":" + _encode(joined.partition(":")[2], _QUERY_SAFE + "#")
        host = _encode_host(parts.hostname or "")
        # Readers leave out the default port of a scheme and compare URLs without it.
        port = "" if parts.port in (None, DEFAULT_PORTS[scheme]) else f":{parts.port}"
    except (ValueError, UnicodeError) as error:
        raise UrlError(
            str(error) if isinstance(error, UrlError) else "is not a valid URL"
        ) from error
    url = urlunsplit(
        (
            scheme,
            host + port,
            _encode(parts.path.replace("\\", "/"), _PATH_SAFE),
            _encode(parts.query, _QUERY_SAFE),
            _encode(parts.fragment, _QUERY_SAFE),
        )
    )
    # Readers resolve what looks like an entity even if it is escaped, which changes the URL.
    return _LIKE_ENTITY.sub(r"\1%3B", url)


def article_url(text: str, home: str) -> str:
    """Make the address of an article absolute on the site that has a home page.

    A path is one below the home page's, as site generators write it, unless it begins with that.
    An address that begins with the site's host gets its scheme.

    Raises:
        UrlError: It is not a URL, or it has no host.
    """
    text = text.strip(_EDGE)
    scheme, host, path, *_ = urlsplit(home)
    folder, _, name = path.rpartition("/")
    if name and "." not in name:  # a folder without its slash, and not a page
        folder = path
        home = f"{scheme}://{host}{path}/"
    if _begins_with_host(text, host):
        text = f"{scheme}://{text}"
    elif text.startswith("/") and not text.startswith(("//", f"{folder}/")) and text != folder:
        text = folder + text
    return absolute_url(text, home)


def lacks_scheme(text: str, home: str = "") -> bool:
    """Say whether a URL begins with a host: one like `www.example.com`, or that of a home page."""
    text = text.strip(_EDGE)
    return _HOST_ALONE.match(text) is not None or _begins_with_host(text, urlsplit(home).netloc)


def _begins_with_host(text: str, host: str) -> bool:
    return bool(host) and text[: len(host) + 1].casefold() == f"{host}/".casefold()


def encode_key(text: str) -> str:
    """Percent-encode a key for a tag URI, except unreserved characters and `/`."""
    if _PLAIN_KEY.fullmatch(text):
        return text
    return quote(strip_forbidden(text), safe="/~")


def link_key(link: str) -> str:
    """Make an article's key of its link: the path and query, decoded, without the host."""
    parts = split_url(link)
    key = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        return "" if key == "/" else unquote(key, errors="strict")
    except UnicodeDecodeError:
        return key  # in another encoding, different links would decode to one key


def _encode(text: str, safe: str) -> str:
    # Existing escapes stay: only a percent sign without digits is escaped.
    return quote(_STRAY_PERCENT.sub("%25", text), safe=safe + "%")


def _encode_host(host: str) -> str:
    if not host:
        raise UrlError("has no host")
    if ":" in host:
        return f"[{host}]"
    ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    if not re.fullmatch(r"[a-z0-9._-]+", ascii_host):
        raise UrlError("has an invalid host")
    return ascii_host


def place_on_page(pages: str, *, slug: str, id: str) -> str:
    """Build the URL of an entry on its section's page, below the URL `pages`."""
    return f"{pages}{slug}.html#{_hash_id(id)}"


def place_of_article(pages: str, *, id: str) -> str:
    """Build the URL of an entry's own page, below the URL `pages`: it depends on the id alone."""
    return f"{pages}articles/{_hash_id(id)}.html"


def _hash_id(id: str) -> str:
    return hashlib.sha256(encode_text(id)).hexdigest()[:12]
