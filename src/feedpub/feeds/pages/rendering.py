"""The templates of pages, filled in; only their own style and script may run in a page."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache, partial

from markupsafe import Markup

from feedpub import compile_late
from feedpub.feeds.pages.colors import fit_accent
from feedpub.feeds.pages.templating import Templates, read_ours
from feedpub.feeds.pages.words import direction_of, find_way, find_words, same_language
from feedpub.settings import Site
from feedpub.text import encode_text

# In the page itself: otherwise, a browser asks the server for one.
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect width='16' height='16' rx='3' fill='%239d2a1c'/%3E%3Cpath d='M3 8a5 5 0 0 1 5 5"
    "M3 4a9 9 0 0 1 9 9' fill='none' stroke='%23fff' stroke-width='2'/%3E"
    "%3Ccircle cx='4.2' cy='11.8' r='1.3' fill='%23fff'/%3E%3C/svg%3E"
)
# After a dot between two words: not in "U.S." or "2.5".
_IN_HOST = compile_late(r"(?<=[^\W\d_]{2}\.)(?=[^\W\d_]{2})")
# A word longer than the line of a phone, of a script that puts spaces between words.
_LONG = compile_late(r"[^\W\d_\u0e00-\uffff]{17,}")


def fill_template(
    templates: Templates, name: str, *, language: str, page: object, shown: object, site: Site
) -> bytes:
    """Fill the template of a page in a language, in UTF-8."""
    style, script = _color_style(site.accent), _read_script()
    policy = _write_policy([style, *templates.styles], [script, *templates.scripts], site)
    values: dict[str, object] = {
        "page": page,
        "shown": shown,
        "site": site,
        "words": find_words(language),
        "digits": find_way(language).digits,
        "direction": direction_of(language),
        "tongue": partial(mark_language, within=language),
        "foreign": mark_words(language),
        "mark": mark_language,
        "mark_words": mark_words,
        "find_words": find_words,
        "long": mark_long,
        "part_hosts": part_hosts,
        "policy": policy,
        "style": style,
        "script": script,
        "icon": _ICON,
    }
    return encode_text(templates.fill(name, values))


def _allow_frames(hosts: Sequence[str]) -> str:
    """Write the part of a policy that lets the players of hosts, and of those below them, in."""
    sources = " ".join(f"https://{host} https://*.{host}" for host in hosts)
    return f"; frame-src {sources}" if sources else ""


def _write_policy(styles: Sequence[str], scripts: Sequence[str], site: Site) -> str:
    """Write the policy of a page; `styles` and `scripts` are what may run in it."""
    own = "; font-src 'self'" if site.style is not None else ""
    sheet = " 'self'" if site.style is not None else ""
    return "; ".join(
        (
            "default-src 'none'",
            # The images of an article are wherever its newsroom has them.
            "img-src 'self' https: http: data:",
            f"style-src {_allow(styles)}{sheet}{own}",
            f"script-src {_allow(scripts)}",
            # The script asks whether the page of an article is there.
            "connect-src 'self'",
            "base-uri 'none'",
            f"form-action 'none'{_allow_frames(site.embeds)}",
        )
    )


@cache
def _color_style(accent: str | None) -> Markup:
    """Give the style of pages, with the accent color of a site."""
    style = Markup(_squeeze_style(read_ours("page.css")))  # noqa: S704 (it holds nothing of a record)
    if accent is None:
        return style
    day, night = fit_accent(accent)
    # Both are digits, as fitted above.
    return style + Markup(  # noqa: S704
        f":root{{--accent:{day}}}@media (prefers-color-scheme:dark){{:root{{--accent:{night}}}}}"
    )


def part_hosts(text: str) -> Markup:
    """Let the names of hosts in a text break after their dots, and not inside of a word."""
    return Markup("<wbr>").join(_IN_HOST.split(text))


def mark_long(text: str) -> Markup:
    """Write the attribute of a headline with a word that needs a smaller size on a phone."""
    return Markup(' class="long"') if _LONG.search(text) else Markup()


def mark_words(language: str) -> Markup:
    """Write the attributes of the page's words where they are in another language than the page."""
    words = find_words(language)
    known = same_language(words.language, language)
    return Markup() if known else mark_language(words.language, within=language)


def mark_language(language: str, *, within: str) -> Markup:
    """Write the attributes of an element whose language differs from that around it."""
    if language.lower() == within.lower():
        return Markup()
    attributes = Markup(' lang="{}"').format(language)
    if direction_of(language) != direction_of(within):
        attributes += Markup(' dir="{}"').format(direction_of(language))
    return attributes


@cache
def _read_script() -> Markup:
    return Markup(_squeeze_lines(read_ours("page.js")))  # noqa: S704 (as above)


def _squeeze_lines(code: str) -> str:
    """Leave out indents and comment lines, because every page carries the rest."""
    lines = (line.strip() for line in code.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def _squeeze_style(style: str) -> str:
    """Leave out white space that means nothing; before a colon, it has a meaning."""
    return re.sub(r":\s+", ":", re.sub(r"\s*([{};,])\s*", r"\1", _squeeze_lines(style)))


def _allow(codes: Sequence[str]) -> str:
    """Name code by its digests, as a policy allows it (Content Security Policy, section 2.3.1)."""
    return " ".join(dict.fromkeys(map(_name_digest, codes)))


@cache
def _name_digest(code: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(encode_text(code)).digest()).decode()}'"
