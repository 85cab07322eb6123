"""What a workbook may take to read: the library that reads them aborts the process beyond it.

The library holds a sheet as a full table from its first cell to its last, so that two cells in
a file of 1 kB can ask for half a terabyte. A packed workbook is measured here. An .xls file is
opened by another process first, which may fail.
"""

from __future__ import annotations

import functools
import io
import subprocess
import sys
import zipfile
import zlib

from feedpub import compile_late
from feedpub.errors import UnreadableFile
from feedpub.sources.files import UNPACKS_TOO_FAR, find_most_unpacked
from feedpub.text import read_number

MAX_CELLS = 10_000_000
_MAX_MEMORY = 2**30  # bytes, of the process that opens an .xls file
_CHUNK = 1024 * 1024
_MAX_WITHOUT_TAG = 8 * _CHUNK

_TAG = compile_late(rb"""<(?:\w{1,20}:)?(row|c|si)(?=[\s/>])(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
# All of them in turn, so that none is found in the value of another.
_ATTRIBUTE = compile_late(
    rb"""(?<=[\s"'])([^\s=<>"'/]++)\s*+=\s*+["']?((?<=")[^"]*+|(?<=')[^']*+)"""
)
_REFERENCE = compile_late(rb"([A-Za-z]{0,3})(\d{0,7})")  # of a row, a number alone

_OPEN = """
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
except (ImportError, ValueError, OSError):
    pass
from io import BytesIO
from python_calamine import CalamineError, CalamineWorkbook
try:
    CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
except (CalamineError, ValueError, OverflowError):
    pass
"""


def check_workbook(content: bytes) -> None:
    """Refuse a workbook that would fill the memory, or whose parts are not as declared.

    Raises:
        UnreadableFile: It would, or they are not.
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        _try_opening(content)
        return
    left = find_most_unpacked(len(content))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for part in parts.infolist():
                extent, rest = _Extent(), b""
                with parts.open(part) as stream:
                    while piece := stream.read(_CHUNK):
                        left -= len(piece)
                        if left < 0:
                            message = f"{UNPACKS_TOO_FAR}. Split it, or save it as CSV"
                            raise UnreadableFile(message, "too-large")
                        end = piece.rfind(b">") + 1
                        extent.measure(rest + piece[:end])
                        rest = piece[end:] if end else rest + piece
                        if len(rest) > _MAX_WITHOUT_TAG:
                            raise zipfile.BadZipFile("a tag does not end")
    except (
        *(zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError),
        ValueError,  # zipfile seeks to a negative place that a damaged directory names
    ) as error:
        raise UnreadableFile(f"is damaged: {error}. Save it again", "malformed") from error


def _try_opening(content: bytes) -> None:
    """Refuse an .xls file that the library can't open within a bound of memory."""
    command = [sys.executable, "-c", _OPEN, str(_MAX_MEMORY)]
    tried = subprocess.run(command, input=content, capture_output=True, check=False)  # noqa: S603
    if tried.returncode:
        raise UnreadableFile("is damaged, or too large. Save it as CSV", "too-large")


class _Extent:
    """How far the cells of a part reach, however they are written."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._rows = self._columns = self._texts = 0

    def measure(self, text: bytes) -> None:
        """Measure the next tags.

        Raises:
            UnreadableFile: There are more cells than can be read, or one has no place.
        """
        for tag in _TAG.finditer(text):
            if tag[1] == b"si":
                self._texts += 1
                continue
            letters, digits = _find_place(tag[0])
            if tag[1] == b"row":
                self._row = read_number(digits.decode()) or self._row + 1
                self._column = 0
                continue
            self._column = read_column(letters.upper()) + 1 if letters else self._column + 1
            if not tag[0].endswith(b"/>"):
                self._rows = max(self._rows, read_number(digits.decode()) or self._row)
                self._columns = max(self._columns, self._column)
        if max(self._rows * self._columns, self._texts) > MAX_CELLS:
            message = (
                f"has cells as far as row {self._rows:,} and column {self._columns:,}: more than "
                f"{MAX_CELLS:,} cells. Delete what lies far from the others, or save it as CSV"
            )
            raise UnreadableFile(message, "too-large")


def _find_place(tag: bytes) -> tuple[bytes, bytes]:
    """Find the letters and the digits of what a tag says of its place, empty where it does not.

    Raises:
        UnreadableFile: It says something else, which the library takes for some place.
    """
    places = [value for name, value in _ATTRIBUTE.findall(tag) if name == b"r"]
    if not places:
        return b"", b""
    found = _REFERENCE.fullmatch(places[0])
    if found is None or len(places) > 1:
        shown = places[0][:20].decode(errors="replace")
        message = f'is damaged: a cell has the place "{shown}". Save it again'
        raise UnreadableFile(message, "malformed")
    return found[1], found[2]


@functools.cache
def read_column(letters: bytes) -> int:
    """Read the letters of a column as its number, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
