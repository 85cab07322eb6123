"""What one cell of a table holds: several values, a fault of a formula, or a day as a number."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from feedpub import compile_late
from feedpub.model import Fault

# Fields that hold several values, and what stands between them in one cell. A comma may be a
# part of a name, and a semicolon of an address; tags are split where they are read.
_BARS = compile_late(r"[;|\n]")
_BETWEEN = {
    "author": _BARS,
    "section": _BARS,
    "tags": compile_late(r"[|\n]"),
    "images": compile_late(r"[|\n]|[;,](?=\s|https?://)"),
}
# Entities hold semicolons: `Caf&eacute;`.
_ENTITY = compile_late(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_ARRAY = compile_late(r"\{.*\}", re.DOTALL)
_LONGEST = 100_000
# What spreadsheets show in place of a value: of a formula that fails, and of a column that is
# too narrow for its dates. The names are those of English, German, French, Spanish and more.
_ERRORS = frozenset(
    """#REF! #NAME? #N/A #VALUE! #DIV/0! #NULL! #NUM! #SPILL! #CALC! #FIELD! #GETTING_DATA #ERROR!
    #BEZUG! #WERT! #NV #ZAHL! #VALEUR! #NOM? #NOMBRE! #¡REF! #¿NOMBRE? #¡VALOR! #N/D #¡DIV/0!
    #¡NUM! #RIF! #NOME? #VALORE! #VALOR! #ARG! #NAZWA? #ССЫЛКА! #ЗНАЧ! #ИМЯ? #Н/Д""".split()
)
_TOO_NARROW = compile_late(r"#{3,}")
_EPOCH = datetime(1899, 12, 30)
_SERIAL = compile_late(r"\d{5}(?:[.,]\d{1,12})?")
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000


def split_cell(field: str, value: object) -> object:
    """Split the cell of a field that may hold several values; others stay as they are."""
    between = _BETWEEN.get(field)
    if between is None or not isinstance(value, str) or len(value) > _LONGEST:
        return value
    text = value.strip()
    listed = _read_json(text) if text[:1] in ("[", "{") else None
    if listed is not None:
        return listed
    if _ARRAY.fullmatch(text):
        return _read_array(text[1:-1])
    if not between.search(text) or (field != "images" and _ENTITY.search(text)):
        return value
    return [part for piece in between.split(text) if (part := piece.strip())]


def find_cell_fault(value: object) -> Fault | None:
    """Find what is wrong with a cell that shows an error of its spreadsheet."""
    if not isinstance(value, str) or not value.startswith("#"):
        return None
    text = value.strip()
    if text.upper() in _ERRORS:
        message = "the cell shows the error of a formula. Correct the formula, and save again"
        return Fault(value, message)
    if _TOO_NARROW.fullmatch(text):
        message = "its column was too narrow to show it. Widen the column, and save again"
        return Fault(value, message)
    return None


def is_serial(value: object) -> bool:
    """Say whether a cell may be a day as spreadsheets count them: 44197 is 2021-01-01."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return _FIRST_SERIAL <= value <= _LAST_SERIAL
    text = value.strip() if isinstance(value, str) else ""
    if not _SERIAL.fullmatch(text):
        return False
    return _FIRST_SERIAL <= float(text.replace(",", ".")) <= _LAST_SERIAL


def read_serial(value: object) -> str:
    """Write a day number of a spreadsheet as a date, with the time that its fraction is."""
    number = float(str(value).strip().replace(",", "."))
    stamp = _EPOCH + timedelta(seconds=round(number * 86_400))
    if number.is_integer():
        return stamp.date().isoformat()
    return stamp.isoformat(" ")


def _read_json(text: str) -> object:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list | Mapping) else None


def _read_array(text: str) -> list[str]:
    """Read the items of an array as PostgreSQL writes it: `{a,"b c"}`."""
    try:
        rows = list(csv.reader([text], escapechar="\\", doublequote=False, skipinitialspace=True))
    except csv.Error:
        return [text]
    return [item for row in rows for item in row if item and item != "NULL"]
