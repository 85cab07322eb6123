"""What the folder of a source answered when the findings that are kept were made."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from feedpub.files import JsonForm, KeptFile, KeptFiles

if TYPE_CHECKING:
    from feedpub.systems import OpenedSource


class _Answers(msgspec.Struct, frozen=True, array_like=True):
    """The digests of answers by their questions, and the key of what was found with them."""

    key: str
    answers: dict[str, str]


_FORM = JsonForm(_Answers)


class KeptAnswers:
    """The answers of a source's folder to those who read its files, such as a site's settings.

    `key` stands for them. It is another where one of them changed, and empty where none count.
    """

    def __init__(self, files: KeptFiles | None, index: int, opened: OpenedSource) -> None:
        self.key = ""
        self._files = files
        self._group = -1 - index, opened.digest_beside()
        self._noted = opened.answers
        self._saved: dict[str, str] | None = None
        if files is None or self._noted is None:
            return
        row = files.load(*self._group).get("")
        before = None if row is None else _FORM.unpack(row.value)
        if before is not None and opened.answers_as(before.answers):
            self.key, self._saved = before.key, before.answers
        else:
            self.key = token_hex(8)

    def save(self) -> None:
        """Keep the answers so far; what was found with them may be kept only after that."""
        if self._files is None or self._noted is None or self._noted == self._saved:
            return
        self._saved = dict(self._noted)
        value = _FORM.pack(_Answers(self.key, self._saved))
        self._files.save(*self._group, {"": KeptFile((0, 0, 0, 0), "", value)}, ())
