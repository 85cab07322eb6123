"""Feed to Document: a module per feed format, and the table of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from feedpub.formats import atom, rss
from feedpub.model import Document, Feed
from feedpub.settings import FormatName


class Format(msgspec.Struct, frozen=True):
    """A feed format: its suffix and media type, and what renders a feed in it."""

    suffix: str
    type: str
    label: str
    render: Callable[[Feed], bytes]


FORMATS: Mapping[FormatName, Format] = {
    "rss": Format("rss", rss.MEDIA_TYPE, "RSS", rss.render_rss),
    "atom": Format("atom", atom.MEDIA_TYPE, "Atom", atom.render_atom),
}


def render_feed(feed: Feed, name: FormatName) -> Document:
    """Render a feed in one format."""
    form = FORMATS[name]
    return Document(f"{feed.slug}.{form.suffix}", form.type, form.render(feed))
