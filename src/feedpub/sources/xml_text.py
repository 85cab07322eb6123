"""XML text cut into its records before anything parses it, so that a bad record costs only itself.

Only marks are looked for: tags, comments, CDATA sections. A document type declaration, with the
entities that it may define, is dropped here and never reaches a parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from feedpub import compile_late
from feedpub.errors import UnreadableFile
from feedpub.sources.files import MAX_BYTES, refuse_size

# Documents that people or programs write are nested less.
MAX_DEPTH = 200
# Of what stands before the first record, this much is kept: WordPress lists its authors there.
MAX_HEAD = 8 * 1024 * 1024
_MAX_TAG = 1024 * 1024
_FILL = 256 * 1024
# A mark may be cut at the end of a piece, but not a longer one.
_OVERLAP = 300

_NAME = r"[A-Za-z_:\x80-\U0010ffff][^\s<>/=\"']*+"
_MARK = compile_late(
    rf"<(?:(?P<cdata>!\[CDATA\[)|(?P<comment>!--)|(?P<pi>\?)|(?P<type>!)|/?{_NAME})"
)
_TAG = compile_late(
    rf"""<(?P<end>/?)(?P<name>{_NAME})(?P<rest>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>"""
)
_TYPE = compile_late(r"""<!(?:[^\[\]<>"']|"[^"]*"|'[^']*')*+(?P<mark>[\[>])""")
_TYPE_END = compile_late(r"\]\s*>")


class Fragment(msgspec.Struct, frozen=True):
    """A record as the file has it: its text, the start tags that are open around it, its line.

    `flaw` says what is wrong where the record does not end as it should.
    """

    text: str
    around: tuple[str, ...]
    line: int
    flaw: str | None = None


def name_in(tag: str) -> str:
    """Read the name in a start tag."""
    found = _TAG.match(tag)
    return found["name"] if found else ""


class XmlSplitter:
    """Cuts the pieces of a text into its records: the elements of some local names.

    `root` is the root's start tag, `head` the text from there to the first record, and
    `head_around` the tags that are open at its end. `unclosed` names the element that is open
    at the end of the document. `is_blank` is whether nothing was found but white space.
    """

    def __init__(self, pieces: Iterable[str], elements: frozenset[str]) -> None:
        self.root: str | None = None
        self.head: list[str] = []
        self.head_around: tuple[str, ...] = ()
        self.line = 1
        self.is_blank = True
        self._pieces = iter(pieces)
        self._text = ""
        self._at = 0
        self._elements = elements
        self._inner = _compile_inner(elements)
        self._around: tuple[str, ...] = ()
        self._head_size = 0
        self._in_head = True

    @property
    def unclosed(self) -> str | None:
        """The element that is open at the end; None where the document ends as it should."""
        return name_in(self._around[-1]) if self._around else None

    def take(self) -> Iterator[Fragment]:
        """Yield the records.

        Raises:
            UnreadableFile: A record is larger than one may be, or the document is nested
                too deep.
        """
        while (tag := self._find_tag()) is not None:
            if self.root is None and not tag["end"]:
                self.root = tag[0]
                if not self._elements:
                    return
            is_empty = tag["rest"].endswith("/")
            if not tag["end"] and tag["name"].rpartition(":")[2] in self._elements:
                self._in_head = False
                yield self._take_record(tag, is_empty=is_empty)
                continue
            self._pass(tag.end())
            if tag["end"]:
                self._close(tag["name"])
            elif not is_empty:
                self._around = (*self._around, tag[0])
                if len(self._around) > MAX_DEPTH:
                    message = f"nests elements more than {MAX_DEPTH} deep"
                    raise UnreadableFile(message, "malformed", self.line)
            if self._in_head:
                self.head_around = self._around

    def _find_tag(self) -> re.Match[str] | None:
        """Find the next tag outside of records; the text before it is passed."""
        while True:
            found = _MARK.search(self._text, self._at)
            if found is None:
                self._pass(max(self._at, len(self._text) - _OVERLAP))
                if self._fill() is None:
                    self._pass(len(self._text))
                    return None
                continue
            # A name may go on in the next piece.
            if found.end() == len(self._text) and self._fill() is not None:
                continue
            self._pass(found.start())
            if found["cdata"]:
                self._skip("]]>")
            elif found["comment"]:
                self._skip("-->")
            elif found["pi"]:
                self._skip("?>")
            elif found["type"]:
                self._skip_type()
            elif (tag := self._match_tag()) is not None:
                return tag
            else:
                self._pass(self._at + 1)  # a lone `<`

    def _match_tag(self) -> re.Match[str] | None:
        while True:
            tag = _TAG.match(self._text, self._at)
            if tag is not None or len(self._text) - self._at > _MAX_TAG or self._fill() is None:
                return tag

    def _take_record(self, tag: re.Match[str], *, is_empty: bool) -> Fragment:
        line = self.line
        end, flaw = (tag.end(), None) if is_empty else self._find_end(tag.end())
        text = self._text[self._at : end]
        self._advance(end)
        return Fragment(text, self._around, line, flaw)

    def _find_end(self, at: int) -> tuple[int, str | None]:
        """Find where the record that begins at `_at` ends, and what is wrong with it."""
        while True:
            found = self._inner.search(self._text, at)
            if found is None:
                at = max(at, len(self._text) - _OVERLAP)
                dropped = self._fill_record()
                if dropped is None:
                    return len(self._text), "is not closed: the file ends inside it"
                at -= dropped
            elif found["cdata"] or found["comment"]:
                end = self._find("]]>" if found["cdata"] else "-->", found.end())
                if end is None:
                    what = "CDATA section" if found["cdata"] else "comment"
                    return len(self._text), f"holds a {what} that is not closed"
                at = end
            elif found["end"]:
                end = self._find(">", found.end())
                return (len(self._text), "is cut") if end is None else (end, None)
            else:
                # No record stands in another: the one before lacks its end tag.
                return found.start(), "is not closed: the next one begins inside it"

    def _find(self, mark: str, at: int) -> int | None:
        """Find where a mark ends inside a record; None where the text ends first."""
        while (found := self._text.find(mark, at)) < 0:
            at = max(at, len(self._text) - len(mark) + 1)
            dropped = self._fill_record()
            if dropped is None:
                return None
            at -= dropped
        return found + len(mark)

    def _fill_record(self) -> int | None:
        if len(self._text) - self._at > MAX_BYTES:
            raise refuse_size("has an element", self.line)
        return self._fill()

    def _skip(self, mark: str) -> None:
        """Pass markup that ends with a mark, such as a comment; without one, pass the rest."""
        while (found := self._text.find(mark, self._at)) < 0:
            self._pass(max(self._at, len(self._text) - len(mark) + 1))
            if self._fill() is None:
                self._pass(len(self._text))
                return
        self._pass(found + len(mark))

    def _skip_type(self) -> None:
        """Pass a document type declaration, with the declarations inside it."""
        while True:
            found = _TYPE.match(self._text, self._at)
            if found is not None and found["mark"] == "[":
                found = _TYPE_END.search(self._text, found.end())
            if found is not None:
                self._advance(found.end())
                return
            if len(self._text) - self._at > _MAX_TAG or self._fill() is None:
                self._advance(self._at + 2)
                return

    def _close(self, name: str) -> None:
        names = [name_in(tag) for tag in self._around]
        if name in names:
            self._around = self._around[: len(names) - 1 - names[::-1].index(name)]

    def _pass(self, end: int) -> None:
        """Pass text that is not a record, up to a position."""
        if self._in_head and self.root is not None and self._head_size < MAX_HEAD:
            self.head.append(self._text[self._at : end])
            self._head_size += end - self._at
        self.is_blank = self.is_blank and not self._text[self._at : end].strip()
        self._advance(end)

    def _advance(self, end: int) -> None:
        self.line += self._text.count("\n", self._at, end)
        self._at = end

    def _fill(self) -> int | None:
        """Read on, and say by how much positions moved; None at the end of the file.

        At least as much is read as is held, so that a long record is not copied for each piece.
        """
        dropped = self._at
        held = [self._text[dropped:]]
        wanted, got = max(_FILL, len(held[0])), 0
        for piece in self._pieces:
            held.append(piece)
            got += len(piece)
            if got >= wanted:
                break
        if not got:
            return None
        self._text, self._at = "".join(held), 0
        return dropped


def _compile_inner(elements: frozenset[str]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(elements))) or "(?!)"
    return re.compile(
        r"<(?:(?P<cdata>!\[CDATA\[)|(?P<comment>!--)"
        rf"|(?P<end>/?)(?:[^\s<>/:!?]+:)?(?:{names})(?=[\s/>]))"
    )
