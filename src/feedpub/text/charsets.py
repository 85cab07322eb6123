"""Encodings: the codec of a label, and the encoding of text that has no label."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from functools import cache

import msgspec
import webencodings

from feedpub import compile_late

# What browsers read under a name of the Encoding standard, where Python's codec is another.
_READ_AS = {"gbk": "gb18030", "x-user-defined": "cp1252"}
# A byte order mark is none of the codec's business, and the host's byte order of nobody's.
_WITHOUT_MARK = {"utf-8-sig": "utf-8", "utf-32": "utf-32-le"}
# These codecs exist in Python, but nobody writes articles in them.
_NO_TEXT = frozenset({"idna", "punycode"})

# The encodings that unlabeled text is tried in, by their names in the Encoding standard.
_MULTI_BYTE = ("gb18030", "big5", "shift_jis", "euc-jp", "euc-kr")
_SINGLE_BYTE = ("windows-1251", "windows-1253", "windows-1255", "windows-1256", "koi8-r")
_WESTERN = "windows-1252"
# These have the letters of Windows-1252, or those of other languages, at other places.
_LATIN_RIVALS = (
    *("windows-1250", "iso-8859-2", "windows-1254", "windows-1257"),
    *("cp850", "cp852", "macintosh"),
)
# These are rare today, and short texts in other encodings look like them.
_RARE = ("windows-874", "x-mac-cyrillic", "iso-8859-5", "iso-8859-6")
_CANDIDATES = (*_MULTI_BYTE, *_SINGLE_BYTE, _WESTERN, *_LATIN_RIVALS, *_RARE)
# What is never guessed still makes another guess unsure.
_NEVER_GUESSED = frozenset({*_LATIN_RIVALS, *_RARE})
# NUL bytes occur only in these, and escape sequences in ASCII only in this one.
_WITH_NUL = ("utf-16le", "utf-16be")
_WITH_ESCAPES = ("iso-2022-jp",)

# How much is guessed from, in bytes. More costs time and changes no guess.
_SAMPLE = 4 * 1024
# Neither a line end nor a tag's bracket is part of another character, except after an escape.
_FRAGMENT = compile_late(rb"[^\n\r<>]++")
_NOT_ASCII = compile_late(r"[^\x00-\x7f]")

# How good a reading must be, by the library's coherence less its chaos, and by how much better
# than every other. docs/decisions.md has what this was measured with.
_LEAST_SCORE = 0.1
_LEAST_SCORE_MULTI_BYTE = -0.1  # the library knows the language of few short texts in these
_MARGIN = 0.1
# A few characters of one multi-byte encoding look as good in another.
_LEAST_CHARACTERS = 20
_LEAST_WESTERN_CHARACTERS = 8

# A text of no other letters is in Windows-1252, however well its Latin rivals do: Central
# European, Baltic and Turkish texts have others, such as the "ì" and "ø" that Czech turns into.
_WESTERN_CHARACTERS = compile_late(
    r"[àáâãäåæçèéêëíîïñóôöœùúûüßÿÀÁÂÃÄÅÆÇÈÉÊËÍÎÏÑÓÔÖŒÙÚÛÜ‘’“”„«»‹›–—…•·€£§©®™°¿¡´\xa0\xad]"
)
_LEAST_WESTERN_SHARE = 0.95
_FOREIGN_RUN = compile_late(r"[À-ÿŒœ]{3}")
# An English text often has nothing beyond ASCII but these, and few of them.
_PUNCTUATION = compile_late("[‘’“”–—…•]")
_ENGLISH = compile_late(r"[a-z]’(?:s|t|re|ve|ll|d|m)\b|“[^“”]+”")


@cache
def find_codec(label: str) -> str | None:
    """Name the Python codec that reads what a label names.

    A label of the Encoding standard means what it means in a browser. Python's names for
    other encodings are known too. None: nothing has this label.

    Source: https://encoding.spec.whatwg.org/#names-and-labels.
    """
    try:
        codec = codecs.lookup(label).name
        if codec in _NO_TEXT:
            return None
        "".encode(codec)
    except (LookupError, ValueError):  # no codec, or one that is not of text
        codec = None
    encoding = webencodings.lookup(label) or (codec and webencodings.lookup(codec)) or None
    # The standard reads nothing under these labels, because browsers had security faults there.
    if encoding is None or encoding.name == "replacement":
        return codec and _WITHOUT_MARK.get(codec, codec)
    return _READ_AS.get(encoding.name, encoding.codec_info.name)


# What may be guessed, so that another guess is a guess against it.
GUESSED_CODECS = frozenset(map(find_codec, (*_MULTI_BYTE, *_SINGLE_BYTE, _WESTERN)))


class _Reading(msgspec.Struct, frozen=True):
    score: float
    label: str
    text: str


def guess_encoding(content: bytes) -> str | None:
    """Guess the encoding of text that has no label; None where the guess is not sure.

    The end of the content may be cut in a character.
    """
    if b"\0" in content:
        readings = _read_as(content[:_SAMPLE], _WITH_NUL)
    elif b"\x1b" in content and content.isascii():
        readings = _read_as(content[:_SAMPLE], _WITH_ESCAPES)
    else:
        readings = _read_as(_take_sample(content), _CANDIDATES)
    if not readings:
        return None
    best = max(readings, key=lambda reading: reading.score)
    rivals = [
        reading
        for reading in readings
        if reading.text != best.text and reading.score > best.score - _MARGIN
    ]
    western = next((reading for reading in readings if reading.label == _WESTERN), None)
    if western is not None and _is_western(western, best, rivals):
        best, rivals = western, []
    elif western is not None and best.text == western.text:
        best = western
    count = len(_NOT_ASCII.findall(best.text))
    if best.label in _MULTI_BYTE:
        is_sure = count >= _LEAST_CHARACTERS and best.score >= _LEAST_SCORE_MULTI_BYTE
    elif best.label in _SINGLE_BYTE:
        is_sure = count >= _LEAST_CHARACTERS and best.score >= _LEAST_SCORE
    elif best.label == _WESTERN:
        is_sure = best.score >= _LEAST_SCORE
    else:
        is_sure = best.label not in _NEVER_GUESSED and best.score >= _LEAST_SCORE_MULTI_BYTE
    return best.label if is_sure and not rivals else None


def looks_western(content: bytes) -> bool:
    """Say whether a text that is too short for a guess is one of Western Europe.

    All its letters are among those of German, French, Spanish and Italian, and stand between
    letters of ASCII, where texts of other scripts have runs of them. Nothing is a character of
    UTF-8, or the beginning of one, as in a file that was cut.
    """
    high = sum(byte >= 0x80 for byte in content)
    if content.decode("utf-8", "replace").count("\ufffd") != high:
        return False
    text = content.decode("cp1252", "replace")
    foreign = _NOT_ASCII.findall(text)
    known = all(map(_WESTERN_CHARACTERS.match, foreign))
    return bool(foreign) and known and _FOREIGN_RUN.search(text) is None


def reads_well(content: bytes, codec: str) -> bool:
    """Say whether text is surely in a multi-byte encoding, which costs less than a guess."""
    labels = [label for label in _MULTI_BYTE if find_codec(label) == codec]
    readings = _read_as(_take_sample(content), labels)
    return any(reading.score >= _LEAST_SCORE for reading in readings)


def _read_as(sample: bytes, labels: Sequence[str]) -> list[_Reading]:
    """Score the sample in each of the encodings that could be right."""
    # Deferred: few files have no label, and this takes longer to load than most files to read.
    from charset_normalizer import from_bytes

    readings = []
    for label in labels:
        codec = find_codec(label) or label
        decoder = codecs.getincrementaldecoder(codec)()
        try:
            text = decoder.decode(sample)
        except UnicodeDecodeError:
            continue
        whole = len(sample) - len(decoder.getstate()[0])
        # Each on its own: together, the first good one would end the search.
        found = from_bytes(
            sample[:whole],
            steps=1,
            chunk_size=_SAMPLE,
            threshold=0.3,
            cp_isolation=[codec],
            preemptive_behaviour=False,
            enable_fallback=False,
        ).best()
        if found is not None and text:
            readings.append(_Reading(found.coherence - found.chaos, label, text))
    return readings


def _take_sample(content: bytes) -> bytes:
    """Take the lines that are more than ASCII, without tags, up to the size of a sample."""
    taken: list[bytes] = []
    size = 0
    for fragment in _FRAGMENT.finditer(content):
        if size >= _SAMPLE:
            break
        if not fragment[0].isascii():
            taken.append(fragment[0])
            size += len(fragment[0]) + 1
    return b"\n".join(taken)[:_SAMPLE]


def _is_western(western: _Reading, best: _Reading, rivals: list[_Reading]) -> bool:
    """Say whether only Latin encodings compete, and the text is plainly Western European."""
    compete = (best, *rivals)
    if western not in compete or any(
        reading is not western and reading.label not in _LATIN_RIVALS for reading in compete
    ):
        return False
    characters = _NOT_ASCII.findall(western.text)
    if _ENGLISH.search(western.text) and all(map(_PUNCTUATION.match, characters)):
        return True
    known = sum(1 for character in characters if _WESTERN_CHARACTERS.match(character))
    is_long = len(characters) >= _LEAST_WESTERN_CHARACTERS
    return is_long and known >= _LEAST_WESTERN_SHARE * len(characters)
