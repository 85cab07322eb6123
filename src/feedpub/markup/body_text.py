"""The text of a sanitized body: the lines that readers see, and which of them are captions."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from feedpub import compile_late
from feedpub.markup.visible import TOKEN
from feedpub.text import INLINE, resolve_references

_ADDRESS = compile_late(r"(?:[^:]{1,30}: )?https?://\S+")
_SLANTED = frozenset({"em", "i", "small", "cite"})
_MOST_CAPTION = 300  # characters
_CREDIT_MARGIN = 20  # characters around a credit: brackets, and a word like photo


class Line(msgspec.Struct):
    """One line of text; `is_caption` is whether its place and its form are those of a caption."""

    text: str
    is_caption: bool = False


def read_body_text(content: str, captions: Iterable[tuple[str | None, str | None]] = ()) -> str:
    """Read the text of sanitized HTML without its figures, and without captions before it.

    Args:
        captions: The captions of the images that are known, and the credit of each.
    """
    every = _LineReader().read(content)
    # A link to a player that has no title says nothing of the story.
    lines = [line for line in every if not _ADDRESS.fullmatch(line.text)] or every
    known = [(caption, credit or "") for caption, credit in captions if caption]
    first = next((at for at, line in enumerate(lines) if not _is_caption(line, known)), len(lines))
    rest = lines[first:]
    if not rest:
        rest = [line for line in lines if not _repeats(line.text, known)]
    return " ".join(line.text for line in rest)


def _is_caption(line: Line, known: list[tuple[str, str]]) -> bool:
    return line.is_caption or _repeats(line.text, known)


def _repeats(text: str, known: list[tuple[str, str]]) -> bool:
    """Say whether a line is the caption of an image, with or without its credit."""
    return any(
        text.startswith(caption) and len(text) <= len(caption) + len(credit) + _CREDIT_MARGIN
        for caption, credit in known
    )


class _LineReader:
    """Reads the lines of a body; those of figures are left out."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._pieces: list[str] = []
        self._figures = 0
        self._slanted = 0  # depth in slanted elements
        self._is_plain = False  # a part of the line is not slanted
        self._follows_image = False  # the line before was only an image
        self._has_image = False  # so far the block is only an image
        self._is_broken = False  # behind that image, the line is broken

    def read(self, content: str) -> list[Line]:
        """List the lines of a body."""
        for token in TOKEN.finditer(content):
            tag, step = token[2], -1 if token[1] else 1
            if tag == "figure":
                self._end()
                self._figures += step
                self._follows_image = True
            elif self._figures:
                continue
            elif tag is None:
                self._pieces.append(token[0])
                self._is_plain |= not self._slanted and not token[0].isspace()
            elif tag in _SLANTED:
                self._slanted += step
            elif tag == "img":
                self._has_image = True
            elif tag not in INLINE:
                self._end(at_break=tag == "br")
        self._end()
        return self.lines

    def _end(self, *, at_break: bool = False) -> None:
        """End a line, at a line break or where its block ends."""
        text = " ".join(resolve_references("".join(self._pieces)).split())
        if text:
            is_slanted = self._follows_image and not self._is_plain
            # An image, a line break and a line are a paragraph of their own.
            is_below = self._is_broken and not at_break and len(text) <= _MOST_CAPTION
            self.lines.append(Line(text, is_caption=is_slanted or is_below))
            self._follows_image = self._has_image = self._is_broken = False
        elif self._has_image:
            self._follows_image = self._is_broken = True
        if not at_break:
            self._has_image = self._is_broken = False
        self._pieces, self._is_plain = [], False
