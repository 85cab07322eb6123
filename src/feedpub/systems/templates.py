"""Templates in a text of no known generator: each kind is shown as its own generator has it.

One folder may hold shortcodes of Hugo, tags of Liquid and components of MDX. Their marks differ,
so all are looked for. Nothing of them is published as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from feedpub import compile_late
from feedpub.systems.liquid import show_liquid
from feedpub.systems.mdx import imports_modules, show_components, show_leaves, show_mdx
from feedpub.systems.shortcodes import drop_left, show_hugo, show_zola
from feedpub.systems.template_tags import Scope, drop_matches
from feedpub.text import split_url

_COMMENT = compile_late(r"\{\{-?\s*/\*(?:[^*]|\*(?!/)){0,2000}\*/\s*-?\}\}")  # of Hugo
_TRIPLE = compile_late(r"\{\{\{([^{}\n]{0,500})\}\}\}")
_MARKDOWN_INSIDE = compile_late(
    r"(<(?:div|section|aside|figure|details|article|figcaption|td|center)\b[^<>]*"
    r"\bmarkdown\s*=\s*[\"']?(?:1|block|span|true)[\"']?[^<>]*>)",
    re.IGNORECASE,
)


def part_markdown(text: str) -> str:
    """Part an element that says that it holds Markdown from its text, so that it is read so."""
    return _MARKDOWN_INSIDE.sub(r"\1\n\n", text)


def show_templates(
    text: str,
    scope: Scope,
    *,
    home: str,
    title: str = "",
    values: Mapping[str, object] = MappingProxyType({}),
    is_mdx: bool = False,
) -> str:
    """Show the templates in a body of Markdown.

    Args:
        home: The home page of the site.
        title: The title of the site.
        values: The front matter of the text, which Liquid calls `page`.
        is_mdx: The text is MDX; a text that imports modules is, whatever its suffix.
    """
    if is_mdx or imports_modules(text):
        text = show_mdx(text, scope)
    else:
        text = show_components(show_leaves(text, scope), scope)
    text = drop_matches(text, _COMMENT)
    text = show_zola(show_hugo(text, scope), scope)
    text = _TRIPLE.sub(r"{{\1}}", text)
    parts = split_url(home)
    base = parts.path.rstrip("/")
    site = {"url": f"{parts.scheme}://{parts.netloc}", "baseurl": base, "title": title}
    text = show_liquid(
        text,
        scope,
        {"page": dict(values), "site": site},
        url=lambda path: f"{base}/{path.lstrip('/')}" if "://" not in path else path,
    )
    return part_markdown(drop_left(text, scope))
