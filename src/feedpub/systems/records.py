"""Records of no known system: the fields that usual names and shapes give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from feedpub.model import IDENTIFYING
from feedpub.settings import Source
from feedpub.sources import FrontMatter, JsonDocument, PageFields, Raw, decode_items
from feedpub.systems.markdown_pages import translate_front_matter
from feedpub.systems.names import find_field, name_spellings, take_fields
from feedpub.systems.protocol import BaseTranslator, PassedOver, Translation
from feedpub.systems.statuses import set_status

_TIMES = frozenset({"updated", "published"})
_REST = frozenset({"link", "content_html", "content_text", "summary", "id", "slug"})


class RecordTranslator(BaseTranslator):
    """Reads records by the usual names of their fields.

    Where the source maps fields itself, the others are found by the names of the contract alone.
    """

    def __init__(self, source: Source) -> None:
        self._usual = not source.fields

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the list of records in a document that is not a record itself."""
        if _is_dated(document.list_names()):
            return None
        for path, items in document.find_lists():
            if any(looks_like_record(item) for item in decode_items(items[:3])):
                return path
        return None

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Take the fields of usual names."""
        value = raw.value
        if isinstance(value, PageFields):
            return Translation(value.fields, value.rules, value.lines)
        if isinstance(value, FrontMatter):
            return translate_front_matter(value, whole=whole, usual=self._usual)
        if isinstance(value, etree._Element):
            return PassedOver("XML elements of no known kind")
        fields = take_fields(value, None if whole else IDENTIFYING, usual=self._usual)
        set_status(fields, value)
        rules = {}
        if whole:
            rules = {
                field: f"its name, {spelling}"
                for field, spelling in name_spellings(value, usual=self._usual).items()
            }
        return Translation(fields, rules)


def _is_dated(names: Iterable[str]) -> bool:
    known = {found[0] for name in names if (found := find_field(name)) is not None}
    return "title" in known and not known.isdisjoint(_TIMES)


def looks_like_record(value: object) -> bool:
    """Say whether an object has the names of an article: a title, and a time or a text."""
    if not isinstance(value, Mapping):
        return False
    known = {found[0] for name in value if (found := find_field(str(name))) is not None}
    return "title" in known and not known.isdisjoint(_TIMES | _REST)
