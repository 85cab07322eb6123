"""Links in the HTML of bodies, completed where a system knows what they are relative to."""

from __future__ import annotations

import html
import re

from feedpub import compile_late
from feedpub.text import join_url, resolve_references

# An attribute may hold `>`. A `<` ends what is no tag, so that no text is looked at twice.
_TAG = compile_late(r"""<([a-zA-Z][a-zA-Z0-9]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""")
_ATTRIBUTE = compile_late(
    r"""([a-zA-Z_:][\w:.-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?"""
)
_LINKS = ("src", "href", "poster", "data-src")
_ABSOLUTE = compile_late(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|#)")


def read_attributes(text: str) -> dict[str, str]:
    """Read the attributes of a tag, entities resolved; the first of a name counts."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = next((group for group in match.groups()[1:] if group is not None), "")
        found.setdefault(match[1].lower(), resolve_references(value))
    return found


def complete_links(markup: str, base: str | None) -> str:
    """Make relative links and images absolute against a base."""
    if not base:
        return markup

    def complete(tag: re.Match[str]) -> str:
        attributes = read_attributes(tag[2])
        relative = {
            key: join_url(base, value)
            for key in _LINKS
            if (value := attributes.get(key, "").strip()) and not _ABSOLUTE.match(value)
        }
        if not relative:
            return tag[0]
        written = "".join(
            f' {key}="{html.escape(value)}"' for key, value in {**attributes, **relative}.items()
        )
        return f"<{tag[1]}{written}>"

    return _TAG.sub(complete, markup)


def write_figure(source: str, *, alt: str | None = None, caption: str = "", link: str = "") -> str:
    """Write an image as a figure; its caption is HTML already."""
    told = "" if alt is None else f' alt="{html.escape(alt)}"'
    image = f'<img src="{html.escape(source)}"{told}>'
    if link:
        image = f'<a href="{html.escape(link)}">{image}</a>'
    shown = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"<figure>{image}{shown}</figure>"
