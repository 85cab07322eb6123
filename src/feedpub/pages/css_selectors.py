"""A source's CSS selectors: which element of its pages holds which field."""

from __future__ import annotations

from functools import lru_cache

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from feedpub.settings import Selectors

NO_SELECTORS = Selectors()


def check_selectors(selectors: Selectors) -> list[str]:
    """Give a message for each selector that is no CSS, for the configuration's errors."""
    messages = []
    for name in Selectors.__struct_fields__:
        css = getattr(selectors, name)
        if css is None:
            continue
        try:
            _compile(css)
        except SelectorError as error:
            messages.append(f'selectors.{name}: "{css}" is no CSS selector: {error}')
    return messages


def select(root: etree._Element, css: str) -> list[etree._Element]:
    """Give the elements that a selector matches, in the order of the page."""
    found = _compile(css)(root)
    return (
        [item for item in found if isinstance(item, etree._Element)]
        if isinstance(found, list)
        else []
    )


@lru_cache(maxsize=256)
def _compile(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")
