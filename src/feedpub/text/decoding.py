"""Text from bytes, each file in its own encoding, or a refusal that names the bad byte."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from typing import IO, Literal

import msgspec

from feedpub import compile_late
from feedpub.errors import EmptyFile, UnreadableFile
from feedpub.text.amounts import count
from feedpub.text.charsets import (
    GUESSED_CODECS,
    find_codec,
    guess_encoding,
    looks_western,
    reads_well,
)

CHUNK = 256 * 1024
# UTF-32's marks first: its little-endian one begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-16", "utf-32")

# How much of a text with a bad byte is looked at, and how much of it must be UTF-8 for the byte
# to be damage. Text in another encoding has at most one character in eight that is UTF-8 too.
_SAMPLE = 64 * 1024
_DAMAGED_SHARE = 0.75
# What stands for a byte that is not in the encoding of a record: U+DC00 and the value of the byte.
# No codec gives these characters.
DAMAGE = compile_late("[\udc00-\udcff]")
_DAMAGED_AS = 0xDC00
_KEEP_DAMAGE = "feedpub.damage"
# How many of its characters beyond ASCII a page may have damaged, and still be read.
_BAD_SHARE = 0.01

Rule = Literal["mark", "utf-8", "declared", "configured", "guessed", "default"]
# Why a file was read in an encoding, and what to do where a byte is not in it.
_REASONS: dict[Rule, tuple[str, str]] = {
    "mark": (", which its byte order mark names", "Save the file again as UTF-8"),
    "utf-8": (", although the rest is", "Save the file again as UTF-8"),
    "declared": (
        ", which it declares",
        "Save the file as UTF-8, or set encoding in the source to the encoding that it is in",
    ),
    "configured": (
        ", the encoding of the source",
        "Save the file as UTF-8, or add the encoding that it is in to encoding in the source",
    ),
    "guessed": (
        ", a guess from its first bytes",
        "Save the file as UTF-8, or set encoding in the source to the encoding that it is in",
    ),
    "default": (
        "",
        "Save the file as UTF-8, or set encoding in the source to the encoding that it is in",
    ),
}


class Choice(msgspec.Struct, frozen=True):
    """The encoding to read a file in, and the rule that chose it.

    `name` is for people, `codec` is Python's. `warning` says that the encoding is a guess.
    """

    name: str
    codec: str
    rule: Rule
    warning: str | None = None


class DecodedText(msgspec.Struct, frozen=True):
    """A whole text, and how it was read."""

    text: str
    choice: Choice


_UTF8 = Choice("UTF-8", "utf-8", "utf-8")
_DEFAULT = Choice("UTF-8", "utf-8", "default")


def choose_encoding(
    sample: bytes,
    encodings: Sequence[str] = (),
    *,
    declared: str | None = None,
    is_cut: bool = False,
    is_lines: bool = False,
) -> Choice:
    """Choose the encoding to read a file in. It may be one that the file is not valid in.

    Args:
        sample: The file, or its beginning.
        encodings: The labels that the source names, which are tried in their order.
        declared: The label that the file itself names.
        is_cut: The sample may end in the middle of a character.
        is_lines: The lines are by many hands, so one in another encoding is damaged alone.

    Source: https://encoding.spec.whatwg.org/#decode for byte order marks. A browser believes a
    label even where the text is UTF-8; here UTF-8 wins, because no other text looks like it.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Choice(name.upper(), name, "mark")
    named = [] if declared is None else [_name_declared(declared)]
    named += [(label, find_codec(label), "configured") for label in encodings]
    known = [Choice(label, found, rule) for label, found, rule in named if found is not None]
    # Either is a character of most encodings, but not of articles, except where it means this.
    is_odd = b"\0" in sample or (b"\x1b" in sample and sample.isascii())
    fault = _find_fault(sample, "utf-8", is_cut=is_cut)
    is_utf8 = _is_utf8(sample, fault)
    if is_lines and fault is not None:
        is_utf8 = is_utf8 or _has_lines_of_utf8(sample, is_cut=is_cut)
    if not is_odd and is_utf8:
        return _UTF8
    fitting = [choice for choice in known if _fits(choice.codec, sample, is_cut=is_cut)]
    if fitting and not is_odd:
        first = fitting[0]
        if first.rule == "declared" or sample.isascii() or reads_well(sample, first.codec):
            return first
    guess = guess_encoding(sample) if is_odd or fault is not None else None
    codec = find_codec(guess) if guess is not None else None
    if guess is not None and codec is not None and _fits(codec, sample, is_cut=is_cut):
        same = [choice for choice in fitting if choice.codec == codec]
        if same:
            return same[0]
        # A guess among encodings that include the source's is better evidence than that the
        # bytes are valid: Latin text often is valid in the encodings of Chinese.
        if is_odd or not fitting or fitting[0].codec in GUESSED_CODECS:
            return _warn(guess, codec, (fitting or known)[:1], encodings)
    if is_utf8:
        return _UTF8
    if fitting:
        return fitting[0]
    return known[0] if known and fault is not None else _DEFAULT


def decode(
    content: bytes,
    encodings: Sequence[str] = (),
    *,
    declared: str | None = None,
    is_lenient: bool = False,
) -> DecodedText:
    """Decode a whole file. The arguments are those of `choose_encoding`.

    Args:
        is_lenient: Read a few damaged characters as U+FFFD, as browsers do, with a warning.

    Raises:
        UnreadableFile: It is empty, or a byte is not in its encoding; names the line.
    """
    choice = choose_encoding(content, encodings, declared=declared)
    try:
        text = content.decode(choice.codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = describe_bad_byte(content, error.start, choice)
        text = content.decode(choice.codec, "replace") if is_lenient else "\ufffd"
        bad = text.count("\ufffd")
        if bad > _BAD_SHARE * (len(text) - sum(map(str.isascii, text))):
            raise UnreadableFile(message, "encoding", line) from error
        told = f'{count(bad, "character")} cannot be read, and "\ufffd" stands for each'
        choice = msgspec.structs.replace(choice, warning=f"{message} {told}")
    if not text.strip():
        raise EmptyFile()
    return DecodedText(text, choice)


class TextStream:
    """The text of a stream in pieces, to be iterated once; the first bytes decide the encoding."""

    def __init__(
        self,
        stream: IO[bytes],
        encodings: Sequence[str] = (),
        *,
        is_table: bool = False,
    ) -> None:
        """Read the beginning, and choose the encoding.

        Args:
            is_table: Excel saves tables in the code page of its computer, so that a text of
                Western Europe that is not UTF-8 is in Windows-1252.
        """
        self._stream = stream
        self._first = stream.read(CHUNK)
        is_cut = len(self._first) == CHUNK
        self.choice = choose_encoding(self._first, encodings, is_cut=is_cut, is_lines=True)
        is_utf8 = self.choice.rule != "default" or self._first.isascii()
        if is_table and not is_utf8 and looks_western(self._first):
            self.choice = _warn("windows-1252", "cp1252", (), ())

    def __iter__(self) -> Iterator[str]:
        """Yield the pieces; a byte that is not in the encoding is as `describe_damage` reads it."""
        decoder = codecs.getincrementaldecoder(self.choice.codec)(_KEEP_DAMAGE)
        content, is_first = self._first, True
        while True:
            text = decoder.decode(content, final=not content)
            if text and is_first:
                text, is_first = text.removeprefix("\ufeff"), False
            if text:
                yield text
            if not content:
                return
            content = self._stream.read(CHUNK)


def _keep_damage(error: UnicodeError) -> tuple[str, int]:
    """Decode bytes that are not in the encoding to characters that no text has."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(chr(_DAMAGED_AS + byte) for byte in bad), error.end


codecs.register_error(_KEEP_DAMAGE, _keep_damage)


def describe_damage(text: str, choice: Choice = _DEFAULT) -> str | None:
    """Say which byte of a record is not in the encoding, and what to do; None where all are.

    Args:
        text: A part of what a TextStream yields, which chose the encoding.
    """
    try:
        text.encode("utf-8", "strict")  # costs a fifth of a search
        return None
    except UnicodeEncodeError:
        found = DAMAGE.search(text)
    if found is None:
        return None
    reason, remedy = _REASONS[choice.rule]
    byte = ord(found[0]) - _DAMAGED_AS
    return f"is not valid {choice.name}{reason}: it holds the byte 0x{byte:02x}. {remedy}."


def describe_bad_byte(content: bytes, at: int, choice: Choice = _DEFAULT, offset: int = 0) -> str:
    """Say that a byte of the content is not in the encoding, and what to do.

    `offset` is where the content begins in what the reader of the message looks at.
    """
    reason, remedy = _REASONS[choice.rule]
    byte = f"byte {offset + at + 1} is 0x{content[at]:02x}"
    return f"is not valid {choice.name}{reason}: {byte}. {remedy}."


def _find_fault(sample: bytes, codec: str, *, is_cut: bool) -> int | None:
    """Find the first byte that is not in an encoding."""
    try:
        codecs.getincrementaldecoder(codec)().decode(sample, final=not is_cut)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _fits(codec: str, sample: bytes, *, is_cut: bool) -> bool:
    if sample.isascii() and b"\0" not in sample and codec.startswith(_WIDE):
        return False
    return _find_fault(sample, codec, is_cut=is_cut) is None


def _is_utf8(sample: bytes, fault: int | None) -> bool:
    """Say whether text with characters beyond ASCII is UTF-8, but perhaps for damage."""
    if fault is None:
        return not sample.isascii()
    start = max(fault - _SAMPLE // 2, 0)
    # Not in the middle of a character.
    while start < fault and 0x80 <= sample[start] < 0xC0:
        start += 1
    text = sample[start : start + _SAMPLE].decode("utf-8", "replace")
    foreign = len(text) - sum(map(str.isascii, text))
    return text.count("\ufffd") <= (1 - _DAMAGED_SHARE) * foreign


def _has_lines_of_utf8(sample: bytes, *, is_cut: bool) -> bool:
    """Say whether of the lines beyond ASCII, most are UTF-8."""
    lines = sample.splitlines()
    foreign = [line for line in (lines[:-1] if is_cut else lines) if not line.isascii()]
    valid = sum(_find_fault(line, "utf-8", is_cut=False) is None for line in foreign)
    return valid > len(foreign) / 2


def _name_declared(label: str) -> tuple[str, str | None, Rule]:
    """Find what a file is in that declares an encoding in bytes of ASCII.

    Source: https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding.
    """
    codec = find_codec(label)
    is_wide = codec is not None and codec.startswith(_WIDE)
    return ("UTF-8", "utf-8", "declared") if is_wide else (label, codec, "declared")


def _warn(guess: str, codec: str, doubted: Sequence[Choice], encodings: Sequence[str]) -> Choice:
    """Choose an encoding that is a guess, and say what would make it sure."""
    if doubted:
        tried = f"does not look like {doubted[0].name}{_REASONS[doubted[0].rule][0]}"
    else:
        tried = "is not UTF-8 and names no encoding"
    if encodings:
        setting = ", ".join(f'"{label}"' for label in (*encodings, guess))
        remedy = f"If the guess is right, set encoding = [{setting}] in the source"
    else:
        remedy = (
            "If the other files of the source that are not UTF-8 are in it too, set "
            f'encoding = "{guess}" in the source'
        )
    message = (
        f"{tried}, so it was read as {guess}, a guess from its bytes. "
        f"{remedy}; otherwise save this file as UTF-8"
    )
    return Choice(guess, codec, "guessed", message)
