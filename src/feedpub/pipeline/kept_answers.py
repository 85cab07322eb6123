"""What the folder of a source answered when the findings that are kept were made."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from feedpub.files import JsonForm, KeptFile, KeptFiles

if TYPE_CHECKING:
    from feedpub.sources import Place


class _Answers(msgspec.Struct, frozen=True, array_like=True):
    """The digests of answers by their questions, and the key of what was found with them."""

    key: str
    answers: dict[str, str]


_FORM = JsonForm(_Answers)


class KeptAnswers:
    """The answers of a source's folder to those who read its files, such as a site's settings.

    `key` stands for them. It is another where one of them changed, and empty where none count.
    """

    def __init__(self, files: KeptFiles | None, index: int, beside: str, place: Place) -> None:
        self.key = ""
        self._files = files
        self._group = -1 - index, beside
        self._place = place
        self._saved: dict[str, str] | None = None
        if files is None or place.answers is None:
            return
        row = files.find(*self._group, "")
        before = None if row is None else _FORM.unpack(row.value)
        if before is not None and place.answers_as(before.answers):
            self.key, self._saved = before.key, before.answers
        else:
            self.key = token_hex(8)

    def save(self) -> None:
        """Keep the answers so far; what was found with them may be kept only after that."""
        noted = self._place.answers
        if self._files is None or noted is None or noted == self._saved:
            return
        self._saved = dict(noted)
        value = _FORM.pack(_Answers(self.key, self._saved))
        self._files.save(*self._group, {"": KeptFile((0, 0, 0, 0), "", value)}, ())
