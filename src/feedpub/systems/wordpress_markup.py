"""Bodies of WordPress as its database stores them, rendered: blocks, shortcodes, paragraphs.

Exports, the database and drafts of the REST interface hold the same text: block comments,
`[shortcodes]`, and, of the classic editor, paragraphs that are only told by blank lines.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from feedpub import compile_late
from feedpub.markup import write_embed
from feedpub.systems.html_bodies import write_figure
from feedpub.text import resolve_references

_BLOCK_COMMENT = "<!-- wp:"
# [name], [/name], [name attributes], [name=value]; attributes may hold brackets in quotes.
_SHORTCODE = compile_late(
    r"""(?P<escaped>\[)?\[(?P<end>/)?(?P<name>[A-Za-z][\w-]*)"""
    r"""(?P<rest>(?:[\s=/:](?:[^\[\]"'<]|"[^"\[]*"|'[^'\[]*'|<[^<>\[\]]*>)*+)?)\](?(escaped)\])""",
)
_ATTRIBUTE = compile_late(
    r"""(?<![\w-])([\w-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'\]]++))"""
)
_URL = compile_late(r"https?://[^\s\"'<>\[\]]+")
_LONE_URL = compile_late(r"\s*(https?://[^\s\"'<>]+)\s*")
_IMAGE = compile_late(r"""<img\b(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>""", re.IGNORECASE)
_CAPTION_IMAGE = compile_late(
    r"""\s*(?P<image>(?:<a\b[^<>]*>\s*)?<img\b(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>(?:\s*</a>)?)"""
    r"(?P<caption>.*)",
    re.IGNORECASE | re.DOTALL,
)
# Elements that stand for themselves between paragraphs.
_BLOCKS = frozenset(
    """address article aside blockquote center dd details div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr iframe legend li main map menu nav noscript
    object ol p pre script section style summary table tbody td tfoot th thead tr ul video
    audio""".split()
)
# Inside these a blank line begins no paragraph.
_WHOLE = frozenset(
    """p pre script style h1 h2 h3 h4 h5 h6 figure figcaption table tbody thead tfoot tr td th ul
    ol li dl dt dd noscript iframe video audio object textarea""".split()
)
_VERBATIM = frozenset({"pre", "script", "style", "textarea"})
_TAG = compile_late(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*+)(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>""")
_BLANK_LINES = compile_late(r"\n[ \t\r\f\v]*\n\s*")
_EMPTY = compile_late(r"(?:\s|&nbsp;)*+")
_CODE = frozenset({"code", "sourcecode", "source", "php", "html", "css", "js", "javascript"})


class Attachment(msgspec.Struct, frozen=True):
    """An image of the media library."""

    url: str
    caption: str = ""
    alt: str = ""


class WordPressBody(msgspec.Struct, frozen=True):
    """A body as HTML, which is not made safe yet, and the shortcodes that were not understood."""

    html: str
    unknown: tuple[str, ...] = ()


FindAttachment = Callable[[str], Attachment | None]


def render_wordpress(
    text: str, find_attachment: FindAttachment, own_images: Sequence[Attachment] = ()
) -> WordPressBody:
    """Render a body.

    Args:
        find_attachment: Finds an image by its id, as text.
        own_images: The images that were uploaded to the post: what a gallery without ids shows.
    """
    has_blocks = _BLOCK_COMMENT in text
    text = _strip_comments(text.replace("\r\n", "\n").replace("\r", "\n"))
    codes = _Shortcodes(find_attachment, own_images)
    text = codes.render(text)
    if not has_blocks:
        text = make_paragraphs(text)
    return WordPressBody(text.strip(), tuple(dict.fromkeys(codes.unknown)))


def _strip_comments(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join((*kept, text[at:])) if kept else text


class _Shortcodes:
    """Renders the shortcodes of one body."""

    def __init__(self, find_attachment: FindAttachment, own_images: Sequence[Attachment]) -> None:
        self.unknown: list[str] = []
        self._find = find_attachment
        self._own = own_images

    def render(self, text: str) -> str:
        if "[" not in text:
            return text
        marks = list(_SHORTCODE.finditer(text))
        ends: dict[str, list[re.Match[str]]] = {}
        for mark in reversed(marks):
            if mark["end"] and not mark["escaped"]:
                ends.setdefault(mark["name"].lower(), []).append(mark)
        names = frozenset(ends)
        parts: list[str] = []
        at = 0
        for mark in marks:
            if mark.start() < at:
                continue  # inside what was rendered
            parts.append(text[at : mark.start()])
            at = mark.end()
            if mark["escaped"]:
                parts.append(mark[0][1:-1])
                continue
            name = mark["name"].lower()
            inside: str | None = None
            if name in _ENCLOSING and not mark["end"]:
                waiting = ends.get(name, [])
                while waiting and waiting[-1].start() < at:
                    waiting.pop()
                if waiting:
                    inside = text[mark.end() : waiting[-1].start()]
                    at = waiting[-1].end()
            parts.append(self._render_one(mark, name, inside, closed=name in names))
        return "".join((*parts, text[at:]))

    def _render_one(
        self, mark: re.Match[str], name: str, inside: str | None, *, closed: bool
    ) -> str:
        attributes = _read_shortcode(mark["rest"])
        if name in ("caption", "wp_caption"):
            return "" if inside is None else _show_caption(inside, attributes)
        if name == "gallery":
            return self._show_gallery(attributes)
        if name in _CODE and inside is not None:
            code = html.escape(resolve_references(inside.strip()), quote=False)
            return f"<pre><code>{code}</code></pre>"
        if name in _EMBEDS:
            address = _find_address(inside, attributes, mark["rest"])
            return _link(address) if address else ""
        if name == "playlist":
            return self._show_playlist(attributes)
        if mark["end"] or closed or _looks_like_plugin(name, mark["rest"], attributes):
            if not mark["end"]:
                self.unknown.append(mark["name"])
            return ""
        return mark[0]  # brackets of a text, such as [sic]

    def _show_gallery(self, attributes: Mapping[str, str]) -> str:
        ids = attributes.get("ids") or attributes.get("include")
        if ids is None:
            shown = list(self._own)
        else:
            found = (self._find(id.strip()) for id in ids.split(","))
            shown = [attachment for attachment in found if attachment is not None]
        return "".join(map(_show_figure, shown))

    def _show_playlist(self, attributes: Mapping[str, str]) -> str:
        found = (self._find(id.strip()) for id in attributes.get("ids", "").split(","))
        return "".join(_link(attachment.url) for attachment in found if attachment is not None)


# What has an address, and what is shown as a link to it.
_SERVICES = frozenset(
    """youtube vimeo dailymotion ted soundcloud spotify tweet instagram facebook tiktok twitch
    slideshare scribd gist googlemaps issuu bandcamp mixcloud reddit wpvideo videopress flickr
    kickstarter pinterest iframe""".split()
)
_EMBEDS = frozenset({"embed", "audio", "video"}) | _SERVICES
_ENCLOSING = frozenset({"caption", "wp_caption", "embed", "audio", "video"}) | _CODE | _SERVICES


def _read_shortcode(text: str) -> dict[str, str]:
    return {
        found[1].lower(): resolve_references(next(g for g in found.groups()[1:] if g is not None))
        for found in _ATTRIBUTE.finditer(text)
    }


def _looks_like_plugin(name: str, rest: str, attributes: Mapping[str, str]) -> bool:
    """Tell a shortcode from brackets of a text: `[sic]` and `[a note]` are none."""
    return bool(attributes) or "_" in name or "-" in name or rest.startswith("=")


def _find_address(inside: str | None, attributes: Mapping[str, str], rest: str) -> str | None:
    for text in (inside or "", attributes.get("src", ""), attributes.get("url", ""), rest):
        if found := _URL.search(resolve_references(text)):
            return found[0]
    return next((v for v in attributes.values() if v.startswith("/")), None)


def _link(address: str) -> str:
    return f"\n\n<p>{write_embed(resolve_references(address))}</p>\n\n"


def _show_caption(inside: str, attributes: Mapping[str, str]) -> str:
    parts = _CAPTION_IMAGE.match(inside)
    if parts is None:
        return inside
    caption = parts["caption"].strip() or html.escape(attributes.get("caption", ""), quote=False)
    shown = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"\n\n<figure>{parts['image']}{shown}</figure>\n\n"


def _show_figure(attachment: Attachment) -> str:
    alt, caption = attachment.alt or None, attachment.caption
    return f"\n\n{write_figure(attachment.url, alt=alt, caption=caption)}\n\n"


def make_paragraphs(text: str) -> str:
    """Make paragraphs of the text between blank lines, and leave blocks as they are.

    A line end inside a paragraph is a line break.

    Source: `wpautop` of WordPress.
    """
    parts: list[str] = []
    waiting: list[str] = []
    inside: list[str] = []
    at = 0

    def flush() -> None:
        run = "".join(waiting)
        waiting.clear()
        if any(name in _WHOLE for name in inside):
            parts.append(run)
        else:
            parts.extend(map(_make_paragraph, _BLANK_LINES.split(run)))

    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        if name not in _BLOCKS or (inside and inside[-1] in _VERBATIM and name != inside[-1]):
            continue
        waiting.append(text[at : tag.start()])
        flush()
        parts.append(tag[0])
        at = tag.end()
        if name == "hr":
            continue
        if not tag[1]:
            inside.append(name)
        elif name in inside:
            del inside[len(inside) - 1 - inside[::-1].index(name) :]
    waiting.append(text[at:])
    flush()
    return "".join(parts)


def _make_paragraph(text: str) -> str:
    if _EMPTY.fullmatch(text):
        return "\n" if text else ""
    if address := _LONE_URL.fullmatch(text):
        return _link(address[1]).strip() + "\n"
    if _IMAGE.fullmatch(text.strip()):
        return f"<p>{text.strip()}</p>\n"
    lines = "<br>\n".join(line.strip() for line in text.strip().split("\n"))
    return f"<p>{lines}</p>\n"
