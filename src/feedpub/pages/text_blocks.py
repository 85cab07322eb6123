"""The blocks of a page that is text: lines that belong together, and the file names of images."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

import msgspec

from feedpub.pages.bylines import Line
from feedpub.pages.remnants import begins_related, is_size_choice
from feedpub.text import UNSPACED, begins_with_home, load_words

# Formats that readers show, and others whose names are not a text either.
_SHOWN = "jpe?g|png|gif|webp|avif|svg|bmp|tiff?"
_OTHERS = (
    "heic|heif|jp2|jxl|psd|psb|ai|eps|raw|cr2|cr3|nef|arw|dng|orf|rw2|ico|tga|pcx|indd|"
    "mp4|m4v|mov|avi|mkv|webm|wmv|flv|mp3|m4a|wav|ogg|aac|flac"
)
_IMAGE_NAME = re.compile(
    rf"(?:https?://)?[^\s<>\"|*?]+(?: [^\s<>\"|*?]+){{0,5}}\.(?:{_SHOWN}|{_OTHERS})",
    re.IGNORECASE,
)
_MAX_IMAGE_NAME = 300
_UNSPACED = re.compile(f"[{UNSPACED}]")
# A line of only these is blank.
_BLANK = " \t\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, (*range(0x2000, 0x2010), 0x2060, 0xFEFF))
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_BREADCRUMB_MARK = re.compile(r"[>›»＞]")
# The byline is among the first blocks of a page.
_HEAD_BLOCKS = 5
_MOST_LINES = 3  # of a headline
_FEWEST_WORDS = 4  # a shorter first line may be the name of a section
_FEWEST_SIGNS = 12  # the same in Chinese


class Block:
    """Lines without a blank line between them, and the number of the first."""

    def __init__(self, line: int, text: str, *, is_image: bool) -> None:
        self.line = line
        self.is_image = is_image
        self.length = 1  # lines
        self._lines = [text]

    def append(self, line: str) -> None:
        """Add a line that continues the text."""
        # Chinese has no spaces, so the end of a line is not a space.
        if not (_UNSPACED.match(line[0]) and _UNSPACED.match(self._lines[-1][-1])):
            self._lines.append(" ")
        self._lines.append(line)
        self.length += 1

    @property
    def text(self) -> str:
        """The text, in one line."""
        if len(self._lines) > 1:
            self._lines = ["".join(self._lines)]
        return self._lines[0]

    @cached_property
    def as_line(self) -> Line:
        """The text as a line of the head. No line can be appended afterward."""
        return Line(self.text)


class PageText(msgspec.Struct, frozen=True):
    """A page as blocks; `byline_at` is the index of its byline, `link` the address above it."""

    blocks: list[Block]
    byline_at: int | None
    link: Block | None


def is_breadcrumb(text: str) -> bool:
    """Say whether a line has the marks of a breadcrumb."""
    return _BREADCRUMB_MARK.search(text) is not None or begins_with_home(text)


def split_blocks(text: str, has_file: Callable[[str], bool]) -> PageText:
    """Split a page into blocks, and find the byline among the first ones."""
    lines = _split_lines(text)
    wrapped = any(not line for line in lines[:-1])
    blocks: list[Block] = []
    link: Block | None = None
    byline_at: int | None = None
    joins = in_list = False
    for number, line in enumerate(lines, 1):
        if not line:
            joins = in_list = False
            continue
        is_image = _names_image(line, has_file)
        if not (blocks or link or is_image) and _ADDRESS.fullmatch(line):
            link = Block(number, line, is_image=False)
            continue
        in_head = byline_at is None and len(blocks) < _HEAD_BLOCKS
        if not is_image:
            line = " ".join(line.split())
        if joins and wrapped and not is_image and not (in_head and _begins_block(blocks, line)):
            blocks[-1].append(line)
            continue
        blocks.append(Block(number, line, is_image=is_image))
        if in_head and len(blocks) > 1 and blocks[-1].as_line.is_byline():
            byline_at = len(blocks) - 1
        in_list = in_list or (line.endswith((":", "：")) and begins_related(line))
        joins = not (is_image or in_list or byline_at == len(blocks) - 1)
    if byline_at is None and blocks and blocks[0].as_line.is_byline():
        byline_at = 0
    return PageText(blocks, byline_at, link)


def _begins_block(blocks: list[Block], line: str) -> bool:
    """Say whether a line of the head, right below another, does not continue it."""
    last = blocks[-1]
    if len(blocks) == 1 and (is_breadcrumb(last.text) or _is_short(last.text)):
        return True
    if any(_stands_alone(text) for text in (last.text, line)):
        return True
    # A headline has no full stop: a sentence below it is the text.
    is_sentence = line.endswith((".", "。")) and not last.text.endswith((".", "。"))
    return len(blocks) < 3 and (
        last.length >= _MOST_LINES or (is_sentence and not line[0].islower())
    )


def _is_short(text: str) -> bool:
    if _UNSPACED.search(text):
        return len(text) < _FEWEST_SIGNS
    return len(text.split()) < _FEWEST_WORDS


def _stands_alone(text: str) -> bool:
    line = Line(text)
    return line.is_byline() or line.read_credits() is not None or is_size_choice(text)


def asks_for_files(text: str) -> bool:
    """Say whether how a page is split depends on the files that are beside it."""
    return any(map(_is_file_or_sentence, filter(_may_name_image, _split_lines(text))))


def _split_lines(text: str) -> list[str]:
    return [line.strip(_BLANK) for line in re.split(r"\r\n|\r|\n", text)]


def _names_image(line: str, has_file: Callable[[str], bool]) -> bool:
    """Say whether a line is the file name of an image, not a sentence that ends with one."""
    if not _may_name_image(line):
        return False
    return has_file(line) if _is_file_or_sentence(line) else not _has_sentence_word(line)


def _may_name_image(line: str) -> bool:
    return len(line) <= _MAX_IMAGE_NAME and _IMAGE_NAME.fullmatch(line) is not None


def _is_file_or_sentence(line: str) -> bool:
    """Say whether the files beside the page decide if such a line is a name or a sentence."""
    return "/" not in line and _has_sentence_word(line)


def _has_sentence_word(line: str) -> bool:
    words = load_words("feedpub.pages", "text_page")["sentence_words"]
    return any(word.lower() in words for word in line.split())
