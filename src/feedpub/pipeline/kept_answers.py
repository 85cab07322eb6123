"""What a source's folder answered when its files were read, which kept values depend on."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from feedpub.files import JsonForm, KeptFile, KeptFiles

if TYPE_CHECKING:
    from feedpub.sources import Place

# Beyond that many, of which most may be of files that are gone, they are noted anew.
_MOST = 200_000


class _Answers(msgspec.Struct, frozen=True, array_like=True):
    """The digests of answers by their questions, and the key of what was made with them."""

    key: str
    answers: dict[str, str]


_FORM = JsonForm(_Answers)


class KeptAnswers:
    """The answers of a source's folder to those who read its files, such as a site's settings.

    `key` stands for them. It is another where one of them changed, and empty where none count.
    `is_new` says that nothing is kept that was made with them.

    Args:
        earlier: The answers to those who identify records, if these are to those who make entries,
            which depend on both.
    """

    def __init__(
        self,
        files: KeptFiles | None,
        index: int,
        beside: str,
        place: Place,
        earlier: KeptAnswers | None = None,
    ) -> None:
        self.key = ""
        self.is_new = True
        self._files = files
        self._group = -1 - index, beside
        self._name = "" if earlier is None else "entries"
        self._earlier = earlier
        self._place = place
        self._saved: Mapping[str, str] | None = None
        if files is None or place.answers is None:
            return
        row = files.find(*self._group, self._name)
        before = None if row is None else _FORM.unpack(row.value)
        if before is not None and len(before.answers) < _MOST and place.answers_as(before.answers):
            self.key, self._saved = before.key, before.answers
            self.is_new = False
        else:
            self.key = token_hex(8)

    def save(self) -> None:
        """Keep the answers so far; what was made with them may be kept only after that."""
        answers = self._place.answers
        if self._files is None or answers is None or not self._files.writes:
            return
        known = {} if self._earlier is None else self._earlier._saved or {}
        noted = {question: d for question, d in answers.items() if known.get(question) != d}
        if noted != self._saved:
            self._saved = noted
            value = _FORM.pack(_Answers(self.key, noted))
            self._files.save(*self._group, {self._name: KeptFile((0, 0, 0, 0), "", value)}, ())
