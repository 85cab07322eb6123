"""A record's field of authors to names: texts, objects that name a person, or a list of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from feedpub import compile_late
from feedpub.pages import split_authors
from feedpub.systems import FieldError, find_name, read_text

_MAIL = compile_late(
    r"(?:mailto:)?(?<![^\s@()<>\[\],;:])[^\s@()<>\[\],;:]++@"
    r"[^\s@()<>\[\],;:.]++(?:\.++[^\s@()<>\[\],;:.]++)++"
)
_EMPTY = compile_late(r"[(<\[]\s*[)>\]]")
_BRACKETED = compile_late(r"[(<\[]([^()<>\[\]]*)[)>\]]")
_ADDRESS = compile_late(r"(?:https?:)?//\S+|www\.\S+")


class AuthorFault(NamedTuple):
    """An author that cannot be published, and why not."""

    value: object
    message: str


def read_authors(value: object, *, emails: bool, faults: list[AuthorFault]) -> tuple[str, ...]:
    """Read the names in a field of authors.

    Args:
        emails: Publish the email addresses in it as they are.
        faults: Takes what names nobody.
    """
    names: dict[str, None] = {}
    for item in value if isinstance(value, list | tuple) else (value,):
        if item in (None, "", {}):
            continue
        try:
            found = _read_item(item, emails=emails)
        except FieldError as error:
            faults.append(AuthorFault(item, str(error)))
        else:
            names |= dict.fromkeys(found)
    return tuple(names)


def _read_item(item: object, *, emails: bool) -> list[str]:
    name = find_name(item) if isinstance(item, Mapping) else item
    if name is None:
        raise FieldError("has no name. Add a name to it")
    text = read_text(name)
    if _ADDRESS.fullmatch(text):
        raise FieldError("is an address on the web, not the name of an author")
    if "@" in text:
        rest = _remove_mail(text)
        if emails and rest != text:
            return [text]
        if text and not rest:
            raise FieldError(
                "is an email address, which is published only if author_emails in [site] is true"
            )
        text = rest
    return split_authors(text)


def _remove_mail(text: str) -> str:
    """Remove email addresses: of "anna@example.com (Anna Berg)", the name is left."""
    rest = _EMPTY.sub(" ", _MAIL.sub(" ", text))
    if rest == text:
        return text
    rest = " ".join(rest.split()).strip(" ,;|")
    named = _BRACKETED.fullmatch(rest)
    return named[1].strip() if named else rest
