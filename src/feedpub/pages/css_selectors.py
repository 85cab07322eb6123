"""The CSS selectors of a source, which find the fields on its pages."""

from __future__ import annotations

from functools import lru_cache

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from feedpub.settings import Selectors

NO_SELECTORS = Selectors()


def check_selectors(selectors: Selectors) -> list[str]:
    """Return a message for each selector that is not valid CSS."""
    messages = []
    for name in Selectors.__struct_fields__:
        css = getattr(selectors, name)
        if css is None:
            continue
        try:
            _compile(css)
        except SelectorError as error:
            messages.append(f'selectors.{name}: "{css}" is not a CSS selector: {error}')
    return messages


def select(root: etree._Element, css: str) -> list[etree._Element]:
    """List the elements that a selector matches, in the order of the page."""
    found = _compile(css)(root)
    return (
        [item for item in found if isinstance(item, etree._Element)]
        if isinstance(found, list)
        else []
    )


@lru_cache(maxsize=256)
def _compile(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")
