"""Text from bytes: in the encoding of its source, or a refusal that names the one that fits."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO

from feedpub.errors import EmptyFile, UnreadableFile
from feedpub.settings import Source
from feedpub.text.scripts import COMMON_HAN, FULL_WIDTH, HANGUL, KANA, PUNCTUATION

CHUNK = 256 * 1024
# UTF-32's marks first: its little-endian one begins with UTF-16's.
_WIDE_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How much around a bad byte is looked at for the encoding that fits.
_SAMPLE = 64 * 1024
# In none of the encodings that are tried is one of these a part of another character.
_BOUNDARIES = b'\n\r\t ",'

# Rare ideographs are what text in another encoding looks like.
_CJK = re.compile(f"[{PUNCTUATION}{KANA}{COMMON_HAN}{HANGUL}{FULL_WIDTH}]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# What an accented letter of a Latin word is in cp1252; bytes of other scripts come in runs.
_LONE_LETTER = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])")
_HIGH = re.compile(rb"[\x80-\xff]")
_LATIN = re.compile(r"[\u00c0-\u024f\u2010-\u2026\u00a0-\u00bf\u20ac]")


def decode(content: bytes, source: Source) -> str:
    """Decode a file's text: the source's encoding, else UTF-8 with or without BOM.

    Raises:
        UnreadableFile: It is empty, or in another encoding; names the line of the first bad byte.
    """
    check_wide_bom(content, source)
    encoding = source.encoding or "utf-8"
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = describe_bad_byte(content, error.start, encoding)
        raise UnreadableFile(message, "encoding", line) from error
    if not text.strip():
        raise EmptyFile()
    return text


def iter_text(stream: IO[bytes], source: Source) -> Iterator[str]:
    """Decode a stream piece by piece; all before a bad byte is yielded first.

    Raises:
        UnreadableFile: It is in another encoding; names the line of the first bad byte.
    """
    content = stream.read(CHUNK)
    check_wide_bom(content, source)
    encoding = _name_order(source.encoding or "utf-8", content)
    decoder = codecs.getincrementaldecoder(encoding)()
    offset, line, is_first = 0, 1, True
    while True:
        state = decoder.getstate()
        fault: UnicodeDecodeError | None = None
        try:
            text = decoder.decode(content, final=not content)
        except UnicodeDecodeError as error:
            fault = error
            decoder.setstate(state)
            text = decoder.decode(content[: max(error.start - len(state[0]), 0)])
        line += text.count("\n")
        if text and is_first:
            text, is_first = text.removeprefix("\ufeff"), False
        if text:
            yield text
        if fault is not None:
            message = describe_bad_byte(fault.object, fault.start, encoding, offset - len(state[0]))
            raise UnreadableFile(message, "encoding", line) from fault
        if not content:
            return
        offset += len(content)
        content = stream.read(CHUNK)


def check_wide_bom(
    content: bytes, source: Source, remedy: str = 'set encoding = "{name}" in the source'
) -> None:
    """Refuse what begins with the byte order mark of an encoding that the source does not name.

    Raises:
        UnreadableFile: It does; `remedy`, which may use the name, says how to mend it.
    """
    if source.encoding is None:
        for bom, name in _WIDE_BOMS:
            if content.startswith(bom):
                message = f"is {name.upper()}, by its byte order mark; {remedy.format(name=name)}"
                raise UnreadableFile(message, "encoding", 1)


def describe_bad_byte(content: bytes, at: int, encoding: str, offset: int = 0) -> str:
    """Say that a byte of content is invalid, and in which encoding it would not be.

    `offset` is where the content begins in what the reader of the message looks at.
    """
    begin = max(content.rfind(bytes([mark]), max(at - _SAMPLE, 0), at) for mark in _BOUNDARIES)
    sample = content[begin + 1 if begin >= 0 else max(at - _SAMPLE, 0) :][:_SAMPLE]
    fitting = suggest_encoding(sample, is_cut=True)
    # A character that the end of a file cuts reads well in the encoding that it is in.
    is_other = fitting is not None and codecs.lookup(fitting).name != codecs.lookup(encoding).name
    remedy = f"it reads as {fitting}: " if is_other else ""
    return f"is no {encoding.upper()} (byte {offset + at + 1}); {remedy}set encoding in the source"


def suggest_encoding(content: bytes, *, is_cut: bool = False) -> str | None:
    """Name the encoding that reads all bytes, and as likely text; None where none does.

    Args:
        is_cut: The last character may lack some of its bytes.
    """
    names = ["utf-8", "gb18030", "big5hkscs", "cp932", "cp949", "cp1252"]
    # Such a letter and the one after it are a character of gb18030 too.
    if len(_LONE_LETTER.findall(content)) * 2 > len(_HIGH.findall(content)):
        names.insert(1, "cp1252")
    for name in names:
        try:
            text = codecs.getincrementaldecoder(name)().decode(content, final=not is_cut)
        except UnicodeDecodeError:
            continue
        foreign = _NOT_ASCII.findall(text)
        likely = _LATIN if name == "cp1252" else _CJK
        if name == "utf-8" or sum(1 for c in foreign if likely.match(c)) * 10 >= len(foreign) * 9:
            return name
    return None


def _name_order(encoding: str, content: bytes) -> str:
    """Name the byte order of text without a mark, as decoding it whole would take it."""
    name = codecs.lookup(encoding).name
    if name in ("utf-16", "utf-32") and not any(content.startswith(bom) for bom, _ in _WIDE_BOMS):
        return f"{name}-le"
    return encoding
