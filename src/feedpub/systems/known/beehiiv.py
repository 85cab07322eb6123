"""beehiiv: the CSV that Settings > Export data writes.

Source: support.beehiiv.com, "Exporting your content".
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree, html

from feedpub.settings import Site, Source
from feedpub.sources import Place, Raw
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Sign,
    Translation,
    Translator,
)
from feedpub.systems.statuses import translate_status

_SIGNS = frozenset({"web_title", "content_html", "created_at", "url"})
_OTHER_SIGNS = frozenset({"web_subtitle", "email_subject_line", "content_tags", "audience"})
# Where the paths of thumbnails are served.
_MEDIA = "https://media.beehiiv.com/"
_BLOCKS = "content-blocks"
_PAID = frozenset({"premium", "paid"})


class Beehiiv(Base):
    """Exports of beehiiv."""

    name = "beehiiv"
    title = "a beehiiv export"

    def recognize(self, place: Place) -> Sign | None:
        """Know it by its columns."""
        rows = [raw.value for raw in place.samples if raw.is_row]
        if not rows or not isinstance(rows[0], Mapping):
            return None
        if rows[0].keys() >= _SIGNS and _OTHER_SIGNS & rows[0].keys():
            return Sign(0.95, "it has the columns of a beehiiv export")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; sections from the first content tag, times in UTC")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read exports."""
        return BeehiivTranslator()


class BeehiivTranslator(BaseTranslator):
    """Reads the rows of exports."""

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a row."""
        row = raw.value
        if not isinstance(row, Mapping):
            return PassedOver("records of another format")
        tags = [tag.strip() for tag in _read(row, "content_tags").split(";") if tag.strip()]
        fields: dict[str, object] = {
            "id": _read(row, "id"),
            "title": _read(row, "web_title") or _read(row, "email_subject_line"),
            "link": _read(row, "url"),
            "section": tags[:1],
            "published": _in_utc(_read(row, "published_at") or _read(row, "created_at")),
            "updated": _in_utc(_read(row, "updated_at")),
            "status": translate_status(_read(row, "status").lower()),
        }
        if whole:
            fields["tags"] = tags[1:]
            fields["summary"] = _read(row, "web_subtitle") or _read(row, "email_preview_text")
            if _read(row, "audience").lower() not in _PAID:
                fields["content_html"] = _read_body(_read(row, "content_html"))
            thumbnail = _read(row, "thumbnail_url")
            if thumbnail:
                is_path = "://" not in thumbnail
                fields["images"] = _MEDIA + thumbnail.lstrip("/") if is_path else thumbnail
        return Translation({name: value for name, value in fields.items() if value not in ("", [])})


def _read(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _in_utc(text: str) -> str:
    return f"{text}Z" if text and text[-1].isdigit() and "+" not in text else text


def _read_body(markup: str) -> str:
    """Take the blocks of an email out of the tables that lay it out."""
    if _BLOCKS not in markup:
        return markup
    try:
        found = html.fromstring(markup).xpath("//*[@id=$id]", id=_BLOCKS)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return markup
    element = found[0] if isinstance(found, list) and found else None
    if not isinstance(element, html.HtmlElement) or not element.text_content().strip():
        return markup
    inner = [element.text or ""]
    inner += [html.tostring(child, encoding="unicode") for child in element]
    return "".join(inner).strip()


SYSTEMS = (Beehiiv(),)
