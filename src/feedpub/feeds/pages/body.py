"""An entry's content fitted into a page: headings below the page's own, nothing too wide."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Protocol

from feedpub import compile_late
from feedpub.text import read_number, resolve_references

# nh3 writes `<` in a text as `&lt;`, and every attribute in double quotes with none inside.
_TAG = compile_late(r"""<(?P<end>/?)(?P<name>[a-z][a-z0-9]*+)(?P<rest>(?:[^<>"]++|"[^"]*+")*+)>""")
_SOURCE = compile_late(r'(?<= )(?P<name>src|href)="(?P<url>[^"]*)"')
_SIZE = compile_late(r' (?:width|height)="[^"]*"')
_WIDTHS = "(min-width: 46rem) 43rem, calc(100vw - 2rem)"  # of an image, as `sizes` says it
_DEEPEST = 6


class Shown(Protocol):
    """An image and its copies in other sizes, as `srcset` lists them."""

    @property
    def src(self) -> str:
        """URL of the one for browsers that know one size only."""

    @property
    def width(self) -> int | None:
        """Pixels."""

    @property
    def height(self) -> int | None:
        """Pixels."""

    @property
    def webp(self) -> str:
        """Copies in WebP."""

    @property
    def jpeg(self) -> str:
        """Copies in JPEG."""


def fit_content(
    content: str,
    *,
    below: int,
    table: str,
    shorten_url: Callable[[str], str],
    pictures: Mapping[str, Shown] = {},
) -> str:
    """Fit sanitized HTML into a page.

    Args:
        below: Level of the heading above it: its own headings continue from there, and none
            skips a level.
        table: What a screen reader calls a table; a wide one scrolls by itself.
        shorten_url: Makes a URL of this site relative.
        pictures: The images of the content, by URL.
    """
    fit = _Fitter(below, table, shorten_url, pictures)
    return _TAG.sub(fit.fit_tag, content)


class _Fitter:
    """Fits the tags of one content, in order."""

    def __init__(
        self,
        below: int,
        table: str,
        shorten_url: Callable[[str], str],
        pictures: Mapping[str, Shown],
    ) -> None:
        self._pictures = pictures
        self._table = html.escape(table)
        self._shorten_url = shorten_url
        self._open_tables = 0
        # The levels, as written, of the headings that the next may be below, outermost first.
        self._outline: list[int] = []
        self._below = below
        self._level = 0

    def fit_tag(self, found: re.Match[str]) -> str:
        name = found["name"]
        level = read_number(name[1:]) if name[0] == "h" else None
        if level is not None:
            return self._fit_heading(found, level)
        if name == "table":
            return self._fit_table(found)
        if name == "img":
            return self._fit_image(found["rest"])
        if name == "a" and not found["end"]:
            return f"<a{_SOURCE.sub(self._fit_url, found['rest'])}>"
        return found[0]

    def _fit_image(self, rest: str) -> str:
        source = _SOURCE.search(rest)
        known = None if source is None else self._pictures.get(resolve_references(source["url"]))
        lazy = ' loading="lazy"' + ("" if ' alt="' in rest else ' alt=""')
        if known is None or not (known.webp or known.jpeg):
            return f"<img{_SOURCE.sub(self._fit_url, rest)}{lazy}>"
        rest = _SIZE.sub("", _SOURCE.sub(f'src="{html.escape(known.src)}"', rest))
        rest += f' width="{known.width}" height="{known.height}"{lazy}'
        if known.jpeg:
            rest += f' srcset="{html.escape(known.jpeg)}" sizes="{_WIDTHS}"'
        if not known.webp:
            return f"<img{rest}>"
        webp = f'type="image/webp" srcset="{html.escape(known.webp)}" sizes="{_WIDTHS}"'
        return f"<picture><source {webp}><img{rest}></picture>"

    def _fit_heading(self, found: re.Match[str], written: int) -> str:
        if not found["end"]:
            while self._outline and self._outline[-1] >= written:
                self._outline.pop()
            self._outline.append(written)
            self._level = min(self._below + len(self._outline), _DEEPEST)
        return f"<{found['end']}h{self._level}{found['rest']}>"

    def _fit_table(self, found: re.Match[str]) -> str:
        # A table in a table scrolls with it.
        if found["end"]:
            self._open_tables -= 1
            return found[0] if self._open_tables else f"{found[0]}</div>"
        self._open_tables += 1
        if self._open_tables > 1:
            return found[0]
        return (
            f'<div class="scroll" role="group" aria-label="{self._table}" tabindex="0">{found[0]}'
        )

    def _fit_url(self, found: re.Match[str]) -> str:
        url = self._shorten_url(resolve_references(found["url"]))
        return f'{found["name"]}="{html.escape(url)}"'
