"""A raw record: what a format gives, before anyone says what its fields mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import msgspec
from lxml import etree

from feedpub.errors import Problem
from feedpub.model import Origin


class PageFields(msgspec.Struct, frozen=True):
    """An article page: its fields under our names, the line of each, and what found it.

    `problems` are warnings of what was left out.
    """

    fields: Mapping[str, object]
    lines: Mapping[str, int] = {}
    rules: Mapping[str, str] = {}
    problems: tuple[Problem, ...] = ()


class FrontMatter(msgspec.Struct, frozen=True):
    """A text file with a head: its values, the line of each key, and the body.

    `body_line` is the line that the body begins at; `markup` is what the body is written in:
    markdown, rst or html. `has_head` is whether the file has a head at all.
    """

    values: Mapping[str, object]
    lines: Mapping[str, int]
    body: str
    body_line: int
    markup: str = "markdown"
    has_head: bool = True


# A mapping is an object of JSON, a row of a table or what a custom reader gives; an element
# is an item of an XML file.
RawValue: TypeAlias = Mapping[str, object] | PageFields | FrontMatter | etree._Element


class Raw(msgspec.Struct, frozen=True, gc=False):
    """A raw record, and where it stands.

    Raw records of one `digest` are the same; of others, the values may be. `header` is the line
    of the header of the table that the record is a row of, where the table has one; `is_row` is
    whether it is a row of any table. `head` is the root of an XML file as it stands before the
    first record.
    """

    origin: Origin
    value: RawValue
    digest: int
    header: int | None = None
    head: etree._Element | None = None
    is_row: bool = False
