"""The true address of an image, whatever a page loads it by.

A page that loads its images late has a placeholder in `src`, and the address in an attribute of
its script, in a `picture`, or in a `noscript` beside it. Bodies and pages are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from lxml import etree

from feedpub import compile_late
from feedpub.text import load_words, read_number

PICTURES = ("img", "amp-img")

# What is no address: a template that was left over, a width, a host without a path.
_NO_ADDRESS = compile_late(
    r"(?:data|about|blob|javascript):|(?:https?:)?//(?:[^/?]*/?$|[:/])|#|\d+[wx]?$"
    r"|(?:undefined|null|none|true|false)$|[^{}<>]*[{}<>]|\s*$",
    re.IGNORECASE,
)
_NAMES_FILE = compile_late(r"[/.]")
# An address may hold commas. One before white space or another address ends it.
_CANDIDATE = compile_late(
    r"[\s,]*([^\s,]\S*?)(?:\s+(?:(\d{1,9}(?:\.\d{1,9})?)[wxh])?[^,]*(?:,|$)"
    r"|$|,(?=\s|$|https?:|/))"
)
_LONGEST_SET = 20_000  # characters
_MOST_SOURCES = 20  # of one picture
_MOST_TWINS = 5  # in one noscript: one that is not closed holds all that follows
_MOST_PIXEL = 3  # pixels: a picture as small as this counts visits

# A set of addresses where one belongs, as some templates write it.
_ONE_OF_SET = compile_late(r"(?:\s|%20)\d+w,.*", re.DOTALL)


def find_source(image: etree._Element) -> str | None:
    """Find the true address of an image; None where it has only a placeholder."""
    found = (_find_own(one) for one in _list_twins(image))
    return next((address for address in found if address is not None), None)


def _find_own(image: etree._Element) -> str | None:
    """Find the true address that an image itself has, or the picture that it is in."""
    own = _ONE_OF_SET.sub("", (image.get("src") or "").strip())
    for address in _list_late(image, "late", "late_sets"):
        return address
    listed = [address for address, _ in read_set(image.get("srcset") or "")]
    largest = find_largest(image.get("srcset") or "")
    if not stands_in(own):
        # The address in src stands for the image; a larger one beside it is the same image.
        return largest if largest is not None and own in listed else own
    if largest is not None and not stands_in(largest):
        return largest
    found = (*_list_late(image, "doubtful"), *_list_in_picture(image))
    return next(iter(found), None)


def _list_late(image: etree._Element, *tables: str) -> Iterator[str]:
    """Yield the addresses in the attributes of some tables."""
    for table in tables:
        for name in _words(table):
            value = (image.get(name) or "").strip()
            if value and table == "late_sets":
                value = find_largest(value) or ""
            if not stands_in(value) and (table == "late" or _NAMES_FILE.search(value)):
                yield value


def _list_in_picture(image: etree._Element) -> Iterator[str]:
    """Yield the addresses that the picture around an image gives it."""
    picture: etree._Element | None = image
    # libxml2 does not know that a source element is empty: the image stands in the last one.
    while picture is not None and picture.tag in (*PICTURES, "source"):
        picture = picture.getparent()
    if picture is not None and picture.tag == "picture":
        for source in islice(picture.iter("source"), _MOST_SOURCES):
            found = find_largest(source.get("srcset") or source.get("data-srcset") or "")
            if found is not None and not stands_in(found):
                yield found


def _list_twins(image: etree._Element) -> Iterator[etree._Element]:
    """Yield an image, and those in a noscript behind it, which are the same one."""
    yield image
    following = image.getnext()
    if following is not None and following.tag == "noscript":
        yield from islice(following.iter(*PICTURES), _MOST_TWINS)


def stands_in(address: str) -> bool:
    """Say whether an address stands in for an image that loads late, or is none at all."""
    return _NO_ADDRESS.match(address) is not None or _placeholder().match(address) is not None


def is_pixel(image: etree._Element) -> bool:
    """Say whether an image only counts visits, by its size of a few pixels."""
    sizes = (read_number(image.get("width")), read_number(image.get("height")))
    return all(size is not None and 0 <= size <= _MOST_PIXEL for size in sizes)


def read_set(value: str) -> list[tuple[str, float]]:
    """Read the addresses of a srcset, each with its width or density.

    Source: HTML, section 4.8.4.2.
    """
    found, at, value = [], 0, value[:_LONGEST_SET]
    while (item := _CANDIDATE.match(value, at)) is not None:
        found.append((item[1], float(item[2] or 1)))
        at = item.end()
    return found


def find_largest(value: str) -> str | None:
    """Find the largest image of a srcset."""
    found = read_set(value)
    return max(found, key=lambda item: item[1])[0] if found else None


def late_names() -> tuple[str, ...]:
    """Name the attributes that a script loads something by, the surest first."""
    return _words("late")


@cache
def _words(table: str) -> tuple[str, ...]:
    return tuple(load_words("feedpub.markup", "image_sources")[table])


@cache
def _placeholder() -> re.Pattern[str]:
    names = "|".join(_words("stand_ins"))
    size = r"(?:[-_.]?+(?:\d[\dx]*+|image|img|bg|large|small|thumb(?:nail)?+))*+"
    form = rf"(?:.*/)?(?:{names}){size}\.(?:gif|png|svg|jpe?g|webp)"
    return re.compile(form, re.IGNORECASE)
