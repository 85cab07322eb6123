"""An entry's content fitted into a page: headings below the page's own, nothing too wide."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from feedpub.text import read_number, resolve_references

# nh3 writes `<` in a text as `&lt;`, and every attribute in double quotes with none inside.
_TAG = re.compile(r"""<(?P<end>/?)(?P<name>[a-z][a-z0-9]*+)(?P<rest>(?:[^<>"]++|"[^"]*+")*+)>""")
_SOURCE = re.compile(r'(?<= )(?P<name>src|href)="(?P<url>[^"]*)"')
_DEEPEST = 6


def fit_content(content: str, *, below: int, table: str, shorten_url: Callable[[str], str]) -> str:
    """Fit sanitized HTML into a page.

    Args:
        below: Level of the heading above it: its own headings continue from there, and none
            skips a level.
        table: What a screen reader calls a table; a wide one scrolls by itself.
        shorten_url: Makes a URL of this site relative.
    """
    fit = _Fitter(below, table, shorten_url)
    return _TAG.sub(fit.fit_tag, content)


class _Fitter:
    """Fits the tags of one content, in order."""

    def __init__(self, below: int, table: str, shorten_url: Callable[[str], str]) -> None:
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
        if name in ("a", "img") and not found["end"]:
            rest = _SOURCE.sub(self._fit_url, found["rest"])
            if name == "img":
                rest += ' loading="lazy"' + ("" if ' alt="' in rest else ' alt=""')
            return f"<{name}{rest}>"
        return found[0]

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
