"""Body markup: HTML from plain text, and safe HTML with absolute URLs."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Mapping

import nh3

from feedpub import compile_late
from feedpub.markup.embeds import EMBED, SIZE
from feedpub.markup.frames import allows_frame, read_size, show_frames
from feedpub.markup.hidden_marks import MARKS, read_mark
from feedpub.markup.nesting import flatten
from feedpub.markup.visible import find_custom, show_visible
from feedpub.model import Image
from feedpub.text import (
    INLINE,
    PARTS,
    PUBLISHED,
    REMOVED,
    WEB_SCHEMES,
    UrlError,
    absolute_url,
    plain_text,
    strip_forbidden,
)

_ATTRIBUTES = {
    "*": {"dir", "lang", "title", *MARKS},
    "a": {"href", EMBED, SIZE},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "blockquote": {"cite"},
    "del": {"cite", "datetime"},
    "ins": {"cite", "datetime"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_URL_ATTRIBUTES = frozenset({"href", "src", "cite"})
_LINK_SCHEMES = WEB_SCHEMES | {"mailto", "tel"}
_BLANK_LINES = compile_late(r"\n\s*\n")
# Any tag, comment or the like that is not in a line of text.
_OTHER_TAG = compile_late(
    rf"<(?!/?(?:{'|'.join(sorted(INLINE))}|img)[\s/>])[a-z!?/]", re.IGNORECASE
)
# nh3 writes each attribute in double quotes, and escapes those inside it.
_ATTRIBUTE = compile_late(r'(?<![a-z])([a-z]++)="([^"]*+)"')
_TAG = r'<img(?:\s++[a-z]++="[^"]*+")*+\s*+/?>'
_FIGURE_END = r"\s*+(?:(?P<caption><figcaption>[^<]*+</figcaption>)\s*+)?+</figure>"
_IMAGE = compile_late(
    rf"<figure>\s*+(?P<figure>{_TAG}){_FIGURE_END}|(?P<lone>{_TAG})",
)
_EMPTY_FIGURE = compile_late(r"<figure>\s*+</figure>\n?")
_BEGINS_WITH_TEXT = compile_late(r"(?:<[a-z0-9]++>\s*+)*+[^\W_]")
# As nh3 writes it: each attribute in double quotes, without `"` or `>` inside.
_IMAGE_WITHOUT_SOURCE = compile_late(r'<img(?: (?!src=)[a-z]++="[^"]*+")*+>')


class MarkupCleaner:
    """Sanitizes bodies with an allowlist. Not for several threads at once.

    `embeds` are the hosts whose players are shown in frames, and not as links.
    """

    def __init__(self, embeds: Collection[str] = ()) -> None:
        self._embeds = tuple(host.lower() for host in embeds)
        self._base = ""
        self._images: Mapping[str, Image | None] = {}
        self._files: Mapping[str, str] = {}
        self._cleaner = self._make_cleaner(frozenset())
        self._custom = (frozenset[str](), self._cleaner)

    def _make_cleaner(self, custom: frozenset[str]) -> nh3.Cleaner:
        return nh3.Cleaner(
            tags={*PUBLISHED, *PARTS, *custom},
            clean_content_tags=set(REMOVED),
            attributes=_ATTRIBUTES,
            attribute_filter=self._filter_attribute,
            url_schemes=set(_LINK_SCHEMES),
            link_rel=None,
        )

    def _choose_cleaner(self, markup: str) -> nh3.Cleaner:
        """Choose a cleaner that keeps the custom elements of a body, until it is known where."""
        custom = find_custom(markup)
        if not custom:
            return self._cleaner
        if custom != self._custom[0]:
            self._custom = (custom, self._make_cleaner(custom))
        return self._custom[1]

    def sanitize(
        self,
        markup: str,
        *,
        base: str,
        images: Mapping[str, Image | None],
        files: Mapping[str, str] = {},
    ) -> str | None:
        """Make HTML safe and its URLs absolute against `base`; None where nothing is left.

        `images` maps an image's source, as the record writes it, to the image, or to None
        where it cannot be shown. `files` gives the URLs of other files that links lead to.
        """
        self._base, self._images, self._files = base, images, files
        markup = flatten(_make_paragraphs(markup))
        cleaner = self._choose_cleaner(markup)
        try:
            cleaned = cleaner.clean(markup)
        except UnicodeEncodeError:  # lone surrogates
            cleaned = cleaner.clean(strip_forbidden(markup))
        # After, not before: references such as `&#1;` are characters only now.
        own = html.escape(base.partition("#")[0] + "#")
        cleaned = show_visible(strip_forbidden(cleaned), own).strip()
        if self._embeds:
            cleaned = show_frames(cleaned)
        if "<img" in cleaned:
            cleaned = _EMPTY_FIGURE.sub("", _IMAGE_WITHOUT_SOURCE.sub("", cleaned)).strip()
            if "<img" in cleaned:
                return _complete_images(cleaned, self._images.values())
        if self._embeds and "<iframe" in cleaned:
            return cleaned
        return cleaned if _BEGINS_WITH_TEXT.match(cleaned) or plain_text(cleaned) else None

    def _filter_attribute(self, tag: str, name: str, value: str) -> str | None:
        if name in MARKS:
            return read_mark(tag, name, value)
        if name == EMBED:
            return value if allows_frame(value, self._embeds) else None
        if name == SIZE:
            return read_size(value) if self._embeds else None
        if name not in _URL_ATTRIBUTES:
            return value
        if tag == "img":
            source = value.strip()
            if source in self._images:
                image = self._images[source]
                return None if image is None else image.url
        if not value.strip():
            return None  # it would name the article's own page
        if tag == "a" and (url := self._files.get(value.strip())) is not None:
            return url
        try:
            return absolute_url(value, self._base, WEB_SCHEMES if tag == "img" else _LINK_SCHEMES)
        except UrlError:
            return None


def drop_image(content: str, url: str) -> str | None:
    """Remove an image from sanitized HTML, with its figure where that has nothing else."""
    escaped = html.escape(url)

    def drop(found: re.Match[str]) -> str:
        return "" if _read_attributes(found).get("src") == escaped else found[0]

    return _IMAGE.sub(drop, content).strip() or None


def _complete_images(content: str, images: Iterable[Image | None]) -> str:
    """Add sizes to the images of sanitized HTML, and captions to figures without one."""
    by_url = {html.escape(image.url): image for image in images if image is not None}

    def complete(found: re.Match[str]) -> str:
        attributes = _read_attributes(found)
        image = by_url.get(attributes.get("src", ""))
        if image is None:
            return found[0]
        if image.width is not None and image.height is not None:
            attributes |= {"width": str(image.width), "height": str(image.height)}
        # Last, wherever it was, so that an article has the same bytes from every format.
        alt = attributes.pop("alt", "")
        attributes["alt"] = html.escape(image.alt) if image.alt else alt
        tag = "<img " + " ".join(f'{name}="{value}"' for name, value in attributes.items()) + ">"
        if found["figure"] is None:
            return tag
        if found["caption"] is not None:
            return f"<figure>{tag}{found['caption']}</figure>"
        credit = f"({image.credit})" if image.credit else None
        caption = html.escape(" ".join(filter(None, (image.caption, credit))), quote=False)
        return f"<figure>{tag}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"

    return _IMAGE.sub(complete, content)


def _read_attributes(image: re.Match[str]) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(image["figure"] or image["lone"]))


def _make_paragraphs(markup: str) -> str:
    """Make paragraphs of a body whose blank lines part them, because it has no blocks."""
    if "\n" not in markup or _OTHER_TAG.search(markup) or not _BLANK_LINES.search(markup.strip()):
        return markup
    return "\n".join(f"<p>{part}</p>" for part in _BLANK_LINES.split(markup.strip()))


def split_paragraphs(text: str) -> list[str]:
    """Split a text at its blank lines, or at its line ends where it has none."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    parts = _BLANK_LINES.split(text) if _BLANK_LINES.search(text) else text.split("\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


def paragraphs_to_html(text: str) -> str | None:
    """Write plain text as HTML paragraphs; None where it is empty."""
    paragraphs = split_paragraphs(strip_forbidden(text))
    return "\n".join(f"<p>{html.escape(part, quote=False)}</p>" for part in paragraphs) or None
