"""What a build would change for subscribers: entries added, changed, and removed; losses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence, Set
from datetime import datetime
from email.utils import parsedate_to_datetime

import msgspec
from lxml import etree

from feedpub import compile_late
from feedpub.errors import OutputError
from feedpub.files import digest_bytes
from feedpub.markup import read_body_text
from feedpub.output.pairing import TRAITS, pair_entries
from feedpub.text import parse_xml, resolve_references, shorten

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"
_ALTERNATE = f"{_ATOM}link[@rel='alternate']"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
# Of a body that feedpub wrote.
_FIGURE = compile_late(r"<figure>(?:[^<]++|<(?!/?figure>))*+</figure>")
_MAX_PLACEHOLDER = 500  # characters of HTML
_MEDIA_CONTENT = "{http://search.yahoo.com/mrss/}content"


class ShownEntry(msgspec.Struct, frozen=True):
    """An entry as a feed on disk shows it.

    `instant` is what it is sorted by, in seconds since 1970; `digest` tells whether anything
    about it differs. `link` is a URL, `content` is HTML. What it does not show is empty.
    """

    id: str
    title: str
    instant: float
    digest: str
    images: tuple[str, ...]
    link: str = ""
    summary: str = ""
    content: str = ""


class FeedChange(msgspec.Struct, frozen=True):
    """What changes in one section's feed."""

    slug: str
    added: tuple[ShownEntry, ...] = ()
    removed: tuple[ShownEntry, ...] = ()
    changed: tuple[tuple[ShownEntry, ShownEntry], ...] = ()
    kept: int = 0

    @property
    def lost(self) -> int:
        """Number of removed entries that no newer entry replaces."""
        newer = sorted(entry.instant for entry in self.added)
        lost = 0
        # The newest removed entry first: what is newer than it is newer than the rest.
        for entry in sorted(self.removed, key=lambda entry: -entry.instant):
            if newer and newer[-1] > entry.instant:
                newer.pop()
            else:
                lost += 1
        return lost


def read_feed(content: bytes, *, strict: bool = False) -> tuple[ShownEntry, ...]:
    """Read the entries of an RSS, Atom, or JSON feed; a broken feed has none.

    Raises:
        OutputError: The feed is broken, and `strict` is on.
    """
    try:
        if content.lstrip().startswith(b"{"):
            return tuple(map(_read_json_item, msgspec.json.decode(content, type=_JsonFeed).items))
        return _read_xml_feed(content)
    except (etree.XMLSyntaxError, msgspec.DecodeError) as error:
        if strict:
            raise OutputError(f"a feed in the output can't be read: {error}") from error
        return ()


def _read_xml_feed(content: bytes) -> tuple[ShownEntry, ...]:
    root = parse_xml(content)
    if root.tag == f"{_ATOM}feed":
        return tuple(_read_atom_entry(entry) for entry in root.iterfind(f"{_ATOM}entry"))
    return tuple(_read_rss_item(item) for item in root.iterfind("channel/item"))


def is_archive(content: bytes) -> bool:
    """Tell whether a feed is a month of an archive (RFC 5005), which nobody subscribes to."""
    try:
        root = parse_xml(content)
    except (etree.XMLSyntaxError, ValueError):
        return False
    return root.find(_ARCHIVE) is not None or root.find(f"channel/{_ARCHIVE}") is not None


def compare_feeds(slug: str, old: Sequence[ShownEntry], new: Sequence[ShownEntry]) -> FeedChange:
    """Compare what a section's feed shows now with what it would show."""
    before = {entry.id: entry for entry in old}
    after = {entry.id: entry for entry in new}
    return FeedChange(
        slug,
        added=tuple(entry for entry in new if entry.id not in before),
        removed=tuple(entry for entry in old if entry.id not in after),
        changed=tuple(
            (before[entry.id], entry)
            for entry in new
            if entry.id in before and before[entry.id].digest != entry.digest
        ),
        kept=sum(entry.id in before for entry in new),
    )


def find_losses(change: FeedChange, shown_before: int) -> list[str]:
    """Describe what a feed would lose, if it is more than the guard allows."""
    losses = []
    if change.lost * 2 > shown_before:
        losses.append(f"would lose {change.lost} of {shown_before} entries and gain no newer ones")
    pairs = pair_entries(change.removed, change.added)
    if len(pairs) * 5 > shown_before:
        same = [name for name in TRAITS if all(name in pair for pair in pairs)]
        kept = "two of their link, title, time and text"
        if len(same) > 1:
            kept = f"their {', '.join(same[:-1])} and {same[-1]}"
        losses.append(
            f"would show {len(pairs)} of {shown_before} entries as new, "
            f"because their ids change but {kept} don't"
        )
    return losses


def find_placeholders(
    old: Sequence[ShownEntry], new: Sequence[ShownEntry], summarized: Set[str] = frozenset()
) -> list[str]:
    """Describe a title or a text that would stand in the place of most others.

    A template or an export at fault makes every title "undefined", or every body empty.

    Args:
        new: Without retracted entries, whose text may be gone for good.
        summarized: Ids of entries that are shown with their summary only.
    """

    def read_text(entry: ShownEntry) -> str:
        if entry.id in summarized:
            return entry.summary
        content = _FIGURE.sub("", entry.content)
        # Longer ones are compared as they are, because reading them all takes long.
        return read_body_text(content) if len(content) <= _MAX_PLACEHOLDER else content

    losses = []
    if found := _find_placeholder(old, new, lambda entry: entry.title):
        title, number = found
        shown = f'the title "{shorten(title, 80)}"'
        losses.append(f"would show {number} of {len(new)} entries with {shown}")
    if found := _find_placeholder(old, new, read_text):
        text, number = found
        told = "with the same text" if text else "without text"
        losses.append(f"would show {number} of {len(new)} entries {told}")
    return losses


def _find_placeholder(
    old: Sequence[ShownEntry], new: Sequence[ShownEntry], read: Callable[[ShownEntry], str]
) -> tuple[str, int] | None:
    """Find the value that most entries would come to have, and their number.

    What an entry had before does not count, nor, of an added entry, what another one had.
    """
    before = {entry.id: read(entry) for entry in old}
    known = set(before.values())
    retold: Counter[str] = Counter()
    added: Counter[str] = Counter()
    for entry in new:
        value = read(entry)
        if entry.id in before:
            retold[value] += before[entry.id] != value
        elif value not in known:
            added[value] += 1
    for value, number in (retold + added).most_common(1):
        if number * 2 > len(new) and (retold[value] >= 2 or number >= 3):
            return value, number
    return None


def _read_atom_entry(entry: etree._Element) -> ShownEntry:
    dated = entry.findtext(f"{_ATOM}published") or entry.findtext(f"{_ATOM}updated") or ""
    return ShownEntry(
        id=entry.findtext(f"{_ATOM}id") or "",
        title=entry.findtext(f"{_ATOM}title") or "",
        instant=_read_instant(datetime.fromisoformat, dated),
        digest=_digest(entry),
        images=_list_images(entry),
        link=next((link.get("href", "") for link in entry.iterfind(_ALTERNATE)), ""),
        summary=entry.findtext(f"{_ATOM}summary") or "",
        content=entry.findtext(f"{_ATOM}content") or "",
    )


def _read_rss_item(item: etree._Element) -> ShownEntry:
    return ShownEntry(
        id=item.findtext("guid") or "",
        title=item.findtext("title") or "",
        instant=_read_instant(parsedate_to_datetime, item.findtext("pubDate") or ""),
        digest=_digest(item),
        images=_list_images(item),
        link=item.findtext("link") or "",
        summary=resolve_references(item.findtext("description") or ""),
        content=item.findtext(_CONTENT) or "",
    )


class _JsonImage(msgspec.Struct, frozen=True):
    url: str


class _JsonExtension(msgspec.Struct, frozen=True):
    images: tuple[_JsonImage, ...] = ()


class _JsonItem(msgspec.Struct, rename={"extension": "_feedpub"}):
    id: str
    title: str = ""
    url: str = ""
    date_published: str = ""
    date_modified: str = ""
    summary: str = ""
    content_html: str = ""
    extension: _JsonExtension = _JsonExtension()
    attachments: tuple[_JsonImage, ...] = ()


class _JsonFeed(msgspec.Struct):
    items: list[msgspec.Raw]


def _read_json_item(raw: msgspec.Raw) -> ShownEntry:
    item = msgspec.json.decode(raw, type=_JsonItem)
    return ShownEntry(
        id=item.id,
        title=item.title,
        instant=_read_instant(datetime.fromisoformat, item.date_published or item.date_modified),
        digest=digest_bytes(bytes(raw)),
        images=tuple(dict.fromkeys(one.url for one in (*item.extension.images, *item.attachments))),
        link=item.url,
        summary=item.summary,
        content=item.content_html,
    )


def _read_instant(parse: Callable[[str], datetime], text: str) -> float:
    try:
        return parse(text).timestamp()
    except ValueError:
        return 0.0


def _digest(element: etree._Element) -> str:
    return digest_bytes(etree.tostring(element, with_tail=False))


def _list_images(element: etree._Element) -> tuple[str, ...]:
    return tuple(content.get("url", "") for content in element.iter(_MEDIA_CONTENT))
