"""Whether an article is published, by the words and switches of all systems."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from feedpub.model import STATUSES
from feedpub.systems.names import fold_name, read_table

_TRUE = frozenset({"true", "yes", "1", "on"})
_FALSE = frozenset({"false", "no", "0", "off"})


def set_status(fields: dict[str, object], raw: Mapping[str, object]) -> None:
    """Give a record the contract's word for its status, or that of a switch such as `draft`.

    The contract's own words stay: `withdrawn` is more than not published.
    """
    if "status" in fields:
        fields["status"] = translate_status(fields["status"])
    if fields.get("status") in (None, "published") and read_switches(raw) is not None:
        fields["status"] = "draft"


def read_switches(raw: Mapping[str, object]) -> str | None:
    """Find a switch of a record that says it is not published, such as `draft: true`."""
    for name, value in raw.items():
        drafts = _find_switch(name)  # first, because values may be long, and names are few
        if drafts is not None and _read_switch(value) is drafts:
            return name
    return None


@lru_cache(maxsize=8192)
def _find_switch(name: str) -> bool | None:
    """Find which value of a switch says that a record is not published; None if it is none."""
    folded = fold_name(name)
    if folded in _read()["draft_if_true"]:
        return True
    return False if folded in _read()["draft_if_false"] else None


def translate_status(value: object) -> object:
    """Give the contract's word for a status; a word that no system has stays as it is."""
    if isinstance(value, bool):
        return "published" if value else "draft"
    text = str(value).strip() if isinstance(value, int | str) else ""
    if text and text.lower() not in STATUSES:
        word = fold_name(text)
        for status in ("published", "draft"):
            if word in _read()[status]:
                return status
    return value


def _read_switch(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    text = value.strip().casefold() if isinstance(value, str) else str(value)
    if isinstance(value, str | int):
        return True if text in _TRUE else False if text in _FALSE else None
    return None


@cache
def _read() -> Mapping[str, frozenset[str]]:
    return {
        group: frozenset(map(fold_name, words))
        for group, words in read_table("statuses.toml").items()
    }
