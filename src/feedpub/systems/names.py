"""The names that the fields of records go by, and the values that such names may hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache, lru_cache

from feedpub import compile_late
from feedpub.systems.values import FieldError, named_items, read_text
from feedpub.text import EPOCH, load_tables, read_number

# A number under these names is a key into another table, and never a name.
_NAMES_OF_NAMES = frozenset({"author", "section", "source", "tags"})
# How many names of each field, its own among them, records have always had.
_CONTRACT = {
    **dict.fromkeys(("title", "link", "updated", "author", "content_text"), 3),
    **dict.fromkeys(("published", "summary", "images", "tags"), 2),
    "section": 4,
}
_TIMES = frozenset({"updated", "published"})
_SEPARATORS = compile_late(r"[\s_-]+")


@cache
def read_table(name: str) -> Mapping[str, Mapping[str, object]]:
    """Read a table of words that lies beside this module."""
    return load_tables("feedpub.systems", name.removesuffix(".toml"))


@cache
def field_names() -> Mapping[str, tuple[str, ...]]:
    """List the names of each field, our own first, then the surest first."""
    return {field: tuple(names) for field, names in read_table("names.toml").items()}


@cache
def _ranks() -> Mapping[str, tuple[str, int]]:
    return {
        fold_name(name): (field, rank)
        for field, names in reversed(list(field_names().items()))
        for rank, name in reversed(list(enumerate(names)))
    }


@lru_cache(maxsize=8192)
def find_field(name: str) -> tuple[str, int] | None:
    """Find the field that a name stands for, and how sure that is: 0 is our own name."""
    return _ranks().get(fold_name(name))


def fold_name(name: str) -> str:
    """Fold a name or a word: case and what separates its parts do not count."""
    # `_id` and `id` are two names; all else between words does not count.
    head = "_" if name.startswith("_") else ""
    return head + _SEPARATORS.sub("", name.casefold())


def take_fields(
    raw: Mapping[str, object], names: Collection[str] | None = None, *, usual: bool = True
) -> dict[str, object]:
    """Take the fields of `names`, or all, out of a raw record, under our names.

    Empty fields are absent. Of several names of one field, the surest that holds a value counts.

    Args:
        usual: Take fields by all their usual names, and not by those of the contract alone.
    """
    return {
        field: read_value(spelling, raw[spelling])
        for field, spelling in name_spellings(raw, names, usual=usual).items()
    }


def name_spellings(
    raw: Mapping[str, object], names: Collection[str] | None = None, *, usual: bool = True
) -> dict[str, str]:
    """Name the spellings that `take_fields` takes fields by."""
    found: dict[str, tuple[int, str]] = {}
    for spelling, value in raw.items():
        known = find_field(spelling)
        if known is None or value is None or value == "":
            continue
        field, rank = known
        if not usual and rank >= _CONTRACT.get(field, 1):
            continue
        if (names is not None and field not in names) or not _may_hold(field, rank, value):
            continue
        if field not in found or rank < found[field][0]:
            found[field] = (rank, spelling)
    # A link stays the same for readers; other keys are taken where there is nothing better.
    if "id" in found and found["id"][0] and "link" in found:
        del found["id"]
    return {field: spelling for field, (_, spelling) in found.items()}


def _may_hold(field: str, rank: int, value: object) -> bool:
    """Say whether a value can be meant by a name; our own names mean what they say."""
    if isinstance(value, bool):
        return rank == 0 and field not in _TIMES  # `published: false` is a status
    if isinstance(value, int | float):
        return field not in _NAMES_OF_NAMES or (rank == 0 and field != "author")
    if value in ([], {}):
        return rank == 0
    return True


# Names of times that machines write.
_MACHINE = compile_late("(?:timestamp|at|created|changed|modified)$")


def read_value(spelling: str, value: object) -> object:
    """Read the value that stands under a spelling, as `take_fields` takes it."""
    if isinstance(value, list) and fold_name(spelling) == "breadcrumb":
        return _join_breadcrumb(value)
    if isinstance(value, str) and EPOCH.fullmatch(value) and _MACHINE.search(fold_name(spelling)):
        return read_number(value)
    return value


def _join_breadcrumb(labels: list[object]) -> object:
    """Write a list of labels as the one breadcrumb that it is, and not as several sections."""
    try:
        return ">".join(map(read_text, named_items(labels)))
    except FieldError:
        return labels[-1:]  # is refused where it is read, unless the last is a label
