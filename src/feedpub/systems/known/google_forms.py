"""Google Forms: the sheet of responses, whose header holds the questions.

Source: support.google.com/docs, "View and manage form responses".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from feedpub import compile_late
from feedpub.errors import Problem
from feedpub.settings import Site, Source
from feedpub.sources import Place, Raw
from feedpub.systems.names import find_field, read_table
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Sign,
    Translation,
    Translator,
)
from feedpub.systems.records import RecordTranslator
from feedpub.text import read_number

_STAMP = compile_late(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}\.?,? +\d{1,2}[:.]\d\d[:.]\d\d.*")
# What the download of a form's responses writes: 2024/03/01 9:12:33 AM GMT+1.
_DOWNLOADED = compile_late(
    r"(\d{4})/(\d\d)/(\d\d) (\d{1,2}):(\d\d):(\d\d) (AM|PM) "
    r"(?:GMT|UTC)(?:([+-])(\d{1,2})(?::(\d\d))?)?"
)
_DRIVE = "https://drive.google.com/"
_WORDS = compile_late(r"[^\W_]+(?:-[^\W_]+)*")


class GoogleForms(Base):
    """Responses to a form, as a CSV file or a workbook."""

    name = "google-forms"
    title = "responses to a Google form"

    def recognize(self, place: Place) -> Sign | None:
        """Know them by the first column, which says when each was sent."""
        rows = [raw.value for raw in place.samples if raw.is_row]
        if not rows or not isinstance(rows[0], Mapping) or len(rows[0]) < 2:
            return None
        first, *others = rows[0]
        stamps = [str(row[first]) for row in rows if isinstance(row, Mapping)]
        if not _is_stamp_column(first) or not all(map(_STAMP.fullmatch, stamps)):
            return None
        # Questions are of several words, or in other words than fields.
        if any(find_field(name) is None and _find_kind(name) for name in others):
            return Sign(0.85, f"its first column is {first}, and the others are questions")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say which field each question maps to."""
        rows = [raw.value for raw in place.samples if isinstance(raw.value, Mapping)]
        taken = _name_columns(list(rows[0])) if rows else {}
        shown = ", ".join(f'{field} from "{name}"' for name, field in taken.items())
        return Proposal(f"{self.title}; {shown}")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read responses."""
        return FormsTranslator(source, place, site)


class FormsTranslator(BaseTranslator):
    """Reads responses by the words of their questions."""

    def __init__(self, source: Source, place: Place, site: Site) -> None:
        self._usual = RecordTranslator(source, place, site)

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a response."""
        if not isinstance(raw.value, Mapping):
            return PassedOver("records of another format")
        taken = _name_columns(list(raw.value))
        row = {taken[name]: value for name, value in raw.value.items() if name in taken}
        others = {
            name: value
            for name, value in raw.value.items()
            if name not in taken and not _is_private(name)
        }
        row["published"] = _complete_stamp(row.get("published"))
        problems: list[Problem] = []
        image = row.get("images")
        if isinstance(image, str) and image.startswith(_DRIVE):
            del row["images"]
            message = (
                "is a file on Google Drive, which is not served as an image, so it is left out. "
                "Put the image on your site, and its URL into the sheet"
            )
            problems.append(Problem("warning", raw.origin.where, "images", image, "lost", message))
        complete = msgspec.structs.replace(raw, value={**others, **row})
        translated = self._usual.translate(complete, whole=whole)
        if isinstance(translated, PassedOver):
            return translated
        rules = {**translated.rules}
        for name, field in taken.items():
            if field in rules:
                rules[field] = f'its question, "{name}"'
        problems = [*translated.problems, *problems] if whole else list(translated.problems)
        return msgspec.structs.replace(translated, rules=rules, problems=problems)


def _is_stamp_column(name: str) -> bool:
    return name.strip().casefold() in _words("timestamp")


def _is_private(name: str) -> bool:
    return _find_word(name, "private")


@cache
def _words(group: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in read_table("google_forms.toml")[group])


def _find_word(question: str, group: str) -> bool:
    text = question.casefold()
    found = set(_WORDS.findall(text))
    return any(
        word in found or ((not word.isascii() or " " in word) and word in text)
        for word in _words(group)
    )


def _find_kind(question: str) -> str | None:
    """Find the field that a question asks for."""
    if _is_private(question):
        return None
    groups = [group for group in read_table("google_forms.toml") if group not in _NO_FIELDS]
    return next((group for group in groups if _find_word(question, group)), None)


_NO_FIELDS = frozenset({"timestamp", "private"})


def _name_columns(names: list[str]) -> dict[str, str]:
    """Name the field of each column that has one: usual names first, then words of questions."""
    taken: dict[str, str] = {}
    for name in names:
        known = find_field(name)
        field = "published" if _is_stamp_column(name) else None if known is None else known[0]
        if field is not None and field not in taken.values() and not _is_private(name):
            taken[name] = field
    for name in names:
        field = _find_kind(name)
        if name not in taken and field is not None and field not in taken.values():
            taken[name] = field
    return taken


def _complete_stamp(value: object) -> object:
    """Write a time of a downloaded file as others are written."""
    found = _DOWNLOADED.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return value
    hour = (read_number(found[4]) or 0) % 12 + 12 * (found[7] == "PM")
    offset = f"{found[8] or '+'}{found[9] or '0':>02}:{found[10] or '00'}"
    return f"{found[1]}-{found[2]}-{found[3]}T{hour:02}:{found[5]}:{found[6]}{offset}"


SYSTEMS = (GoogleForms(),)
