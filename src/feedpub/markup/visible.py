"""What readers see of a sanitized body: lines that end where blocks do, and no hidden text.

In: HTML as nh3 writes it, which is balanced, with each attribute in double quotes. One pass from
left to right; the work grows with the length, however the elements nest.
"""

from __future__ import annotations

import re
from functools import cache

from feedpub import compile_late
from feedpub.markup.hidden_marks import is_number, is_permalink
from feedpub.text import INLINE, PARTS, UNSPACED, VOID

TOKEN = compile_late(r'<(/?)([a-z][^\s/>"<]*)((?: [^\s=">/<]+="[^"]*")*)>|[^<]+|<')
_CUSTOM = compile_late(r"<([a-z][a-z0-9._]*-[a-z0-9._-]*)", re.IGNORECASE)
# Parts of SVG and MathML have such names too.
_FOREIGN = frozenset(
    """annotation-xml color-profile font-face font-face-src font-face-uri font-face-format
    font-face-name missing-glyph""".split()
)
_MARK = compile_late(r' (?:hidden|style|class|aria-hidden)="([^"]*)"')
_SIGNS = ("<a>", ' hidden="', ' style="', ' class="', ' aria-hidden="', "¶</h")
_HREF = compile_late(r' href="([^"]*)"')
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
# What holds one line of text: a block in it is a mistake, and only ends the line.
_LINES = _HEADINGS | {"p", "pre"}
_TABLE = frozenset("caption colgroup table tbody td tfoot th thead tr".split())
_LISTS = frozenset({"dir", "menu"})
_UNSPACED = compile_late(f"[{UNSPACED}]")
_AFTER_SENTENCE = frozenset(".!?:;…。！？：；)）]】\"'”’»")
_MOST_DIGITS = 3  # of the number of a note
_MOST_WORDS = 100  # characters of a link that are compared


def find_custom(markup: str) -> frozenset[str]:
    """Find the names of the custom elements in a body, such as `my-block`."""
    if "-" not in markup:
        return frozenset()
    return frozenset(name.lower() for name in _CUSTOM.findall(markup)) - _FOREIGN


def show_visible(markup: str, own: str) -> str:
    """Keep what readers see of a body, and end a line where each block does.

    Args:
        own: URL of the article with a `#`: links that begin with it lead to a place in it.
    """
    if not _needs_work(markup, own):
        return markup
    shown = _Pass(own, drops_unseen=True).write(markup)
    # A page that is hidden until its script runs is not hidden.
    return shown if _shows_something(shown) else _Pass(own, drops_unseen=False).write(markup)


def _needs_work(markup: str, own: str) -> bool:
    """Say whether something in a body has to change; most bodies stay as they are."""
    return (
        any(mark in markup for mark in _SIGNS)
        or f'href="{own}' in markup
        or _parts().search(markup) is not None
    )


@cache
def _parts() -> re.Pattern[str]:
    return re.compile(rf"<(?:{'|'.join(sorted(PARTS))}|[a-z][^\s<>-]*-[^\s<>]*)[ >]")


def _shows_something(markup: str) -> bool:
    return "<img" in markup or any(
        found[2] is None and found[0].strip() for found in TOKEN.finditer(markup)
    )


def _is_part(tag: str) -> bool:
    return tag in PARTS or "-" in tag


class _Frame:
    """An element that is open: where it begins in the output, and what it holds so far.

    `in_line` is whether it is a part of a line of text, and `is_line` whether all that it holds
    is. `inline` is whether it has text or images beside blocks, `digits` whether its text is
    only digits, and `words` the beginning of its text.
    """

    __slots__ = (
        *("tag", "start", "marks", "href", "in_line", "is_line", "in_heading"),
        *("inline", "block", "media", "lost", "digits", "words"),
    )

    def __init__(self, tag: str, start: int, *, in_line: bool, in_heading: bool = False) -> None:
        self.tag = tag
        self.start = start
        self.marks: frozenset[str] = frozenset()
        self.href: str | None = None
        self.in_line = in_line
        self.is_line = in_line or tag in _LINES
        self.in_heading = in_heading or tag in _HEADINGS
        self.inline = self.block = self.media = self.lost = False
        self.digits = True
        self.words = ""

    @property
    def is_empty(self) -> bool:
        return not (self.inline or self.block or self.media)

    def take(self, inner: _Frame) -> None:
        """Take in what an element holds that is closed."""
        self.inline |= inner.in_line and inner.inline
        self.block |= inner.block or not inner.in_line
        self.media |= inner.media
        self.digits &= inner.digits
        self.add_words(inner.words)

    def add_words(self, text: str) -> None:
        if len(self.words) < _MOST_WORDS:
            self.words += text[:_MOST_WORDS]


class _Grid:
    """A table: the places of its own tags in the output, and how many cells it keeps."""

    def __init__(self) -> None:
        self.tags: list[int] = []
        self.cells = 0
        self.lost = False


class _Pass:
    """One pass over a body."""

    def __init__(self, own: str, *, drops_unseen: bool) -> None:
        self._own = own
        self._drops_unseen = drops_unseen
        self._out: list[str] = []
        self._frames = [_Frame("", 0, in_line=False)]
        self._grids: list[_Grid] = []
        self._last = ""  # the last character of the line, and the white space after it
        self._gap = ""
        self._is_parted = False  # an element of the line ended a line there

    def write(self, markup: str) -> str:
        """Write the parts of a body that readers see."""
        unseen = 0  # depth below an element that is hidden
        for token in TOKEN.finditer(markup):
            tag = token[2]
            if unseen:
                if tag is not None and tag not in VOID:
                    unseen += -1 if token[1] else 1
            elif tag is None:
                self._add_text(token[0])
            elif token[1]:
                self._close(tag)
            else:
                marks = frozenset(_MARK.findall(token[3]))
                if "unseen" in marks and self._drops_unseen:
                    self._frames[-1].lost = True
                    unseen = tag not in VOID
                elif tag in VOID:
                    self._add_void(tag, _MARK.sub("", token[0]))
                else:
                    self._open(tag, marks, _MARK.sub("", token[0]))
        return "".join(self._out)

    def _add_void(self, tag: str, written: str) -> None:
        frame = self._frames[-1]
        frame.inline |= tag == "img"
        frame.block |= tag == "hr"
        frame.media |= tag == "img"
        if tag != "wbr":
            self._end_line()
        self._out.append(written)

    def _add_text(self, text: str) -> None:
        if not text.strip():
            self._gap += text
            self._out.append(text)
            return
        frame = self._frames[-1]
        if self._is_parted and not self._gap and _would_touch(self._last, text[0]):
            self._out.append("<br>")
        self._is_parted = False
        body = text.rstrip()
        self._last, self._gap = body[-1], text[len(body) :]
        frame.inline = True
        frame.digits = frame.digits and is_number(text)
        frame.add_words(text)
        self._out.append(text)

    def _end_line(self) -> None:
        self._last, self._gap, self._is_parted = "", "", False

    def _open(self, tag: str, marks: frozenset[str], written: str) -> None:
        around = self._frames[-1]
        in_line = tag in INLINE or (_is_part(tag) and (around.is_line or self._is_word(tag)))
        frame = _Frame(tag, len(self._out), in_line=in_line, in_heading=around.in_heading)
        frame.marks = marks
        if tag == "a" and (found := _HREF.search(written)):
            frame.href = found[1]
        if tag == "table":
            self._grids.append(_Grid())
        if tag in _TABLE and self._grids:
            self._grids[-1].tags.append(frame.start)
        if not in_line:
            self._end_line()
        self._is_parted |= _is_part(tag)
        self._frames.append(frame)
        self._out.append(written)

    def _is_word(self, tag: str) -> bool:
        """Say whether a custom element begins in the middle of a sentence, as one of its words."""
        return "-" in tag and bool(self._last) and self._gap in (" ", "\xa0", "&nbsp;")

    def _close(self, tag: str) -> None:
        frame = self._frames.pop()
        if self._is_dropped(frame):
            self._drop(frame)
            return
        out = self._out
        if frame.lost and frame.tag != "pre" and not frame.in_line:
            self._trim(frame.start)
        if tag == "a" and self._leads_here(frame) and self._write_note_mark(frame):
            return
        if tag in _HEADINGS and out[-1].rstrip().endswith("¶"):
            out[-1] = out[-1].rstrip()[:-1].rstrip()
        if tag in _TABLE and self._grids:
            self._grids[-1].tags.append(len(out))
        out.append(self._rename(frame) if _is_part(tag) else f"</{tag}>")
        if not frame.in_line:
            self._end_line()
        self._is_parted |= _is_part(tag)
        self._frames[-1].take(frame)
        if tag in ("td", "th", "caption") and self._grids:
            self._grids[-1].cells += 1
        elif tag == "table" and self._grids:
            self._close_grid()

    def _rename(self, frame: _Frame) -> str:
        """Name an element that is not published as the one that it becomes; write its end."""
        attributes = self._out[frame.start].removeprefix(f"<{frame.tag}")
        name = "div"
        if frame.tag in _LISTS:
            name = "ul"
        elif frame.in_line or (not frame.inline and attributes == ">"):
            name = ""
        elif not frame.block:
            name = "p"
        self._out[frame.start] = f"<{name}{attributes}" if name else ""
        return f"</{name}>" if name else ""

    def _is_dropped(self, frame: _Frame) -> bool:
        if frame.is_empty and (frame.lost or _is_part(frame.tag)):
            return True
        if frame.media:
            return False
        if "number" in frame.marks and frame.digits:
            return True
        is_link = "permalink" in frame.marks or (
            self._leads_here(frame) and (frame.href is not None or not frame.is_empty)
        )
        return is_link and is_permalink(frame.words, in_heading=frame.in_heading)

    def _leads_here(self, frame: _Frame) -> bool:
        """Say whether a link leads to a place in the same article, or nowhere."""
        if frame.tag != "a":
            return False
        return frame.href is None or frame.href.startswith(self._own)

    def _write_note_mark(self, frame: _Frame) -> bool:
        """Write the mark of a note in brackets and without its link: a feed keeps no ids."""
        out, around = self._out, self._frames[-1]
        number = frame.words.strip().strip("[]")
        if not (number.isdigit() and len(number) <= _MOST_DIGITS):
            return False
        if around.tag != "sup" and not out[frame.start + 1].startswith("<sup"):
            return False
        del out[frame.start :]
        out.append(f"[{number}]" if around.tag == "sup" else f"<sup>[{number}]</sup>")
        around.take(frame)
        return True

    def _drop(self, frame: _Frame) -> None:
        del self._out[frame.start :]
        if frame.tag == "table" and self._grids:
            self._grids.pop()
        if self._grids:
            grid = self._grids[-1]
            grid.lost |= frame.tag in _TABLE
            while grid.tags and grid.tags[-1] >= frame.start:
                grid.tags.pop()
        self._frames[-1].lost = True

    def _trim(self, start: int) -> None:
        """Trim the white space beside what was dropped at the edges of a block."""
        out = self._out
        if len(out) > start + 1 and not out[start + 1].startswith("<"):
            out[start + 1] = out[start + 1].lstrip()
        if not out[-1].startswith("<"):
            out[-1] = out[-1].rstrip()

    def _close_grid(self) -> None:
        """Take a table away around one cell, beside which were only the numbers of lines."""
        grid = self._grids.pop()
        if grid.lost and grid.cells == 1:
            for place in grid.tags:
                self._out[place] = ""


def _would_touch(last: str, following: str) -> bool:
    """Say whether two characters of different lines would read as one word or sentence."""
    if not following.isalnum() or not (last.isalnum() or last in _AFTER_SENTENCE):
        return False
    # Chinese has no spaces between the words of a sentence.
    return not (_UNSPACED.match(last) and last.isalnum() and _UNSPACED.match(following))
