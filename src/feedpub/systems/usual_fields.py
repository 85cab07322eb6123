"""The fields of records of JSON by their usual names, in whatever shape they come."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from feedpub.model import IDENTIFYING
from feedpub.settings import MarkupName
from feedpub.sources import Raw
from feedpub.systems.found_fields import FoundFields, as_object
from feedpub.systems.hints import find_body_like
from feedpub.systems.kinds import find_other_kind
from feedpub.systems.markdown_signs import find_markdown
from feedpub.systems.names import fold_name, name_spellings, read_value
from feedpub.systems.protocol import PassedOver, Translation
from feedpub.systems.rich_text import Resolve, render_rich_text
from feedpub.systems.rich_text_nodes import read_nodes
from feedpub.systems.shapes import find_image, find_names, flatten, list_values, unwrap
from feedpub.systems.statuses import set_status
from feedpub.text import has_markup, plain_text, unescape_markup

# Gives the object that a key or a link refers to: of a field, by its value.
Join = Callable[[str, object], object]

_NAMED = frozenset({"author", "section", "tags"})
# Names of bodies in Markdown.
_MARKDOWN = frozenset(
    """markdown bodymarkdown contentmarkdown textmarkdown markdownbody markdowncontent bodymd
    contentmd md""".split()
)
# Words by which a record says that only members may read it.
_CLOSED = frozenset(
    {"members", "paid", "tiers", "premium", "subscribers", "onlypaid", "membersonly"}
)
_ACCESS = ("visibility", "access", "audience")
_PASSWORDS = ("password", "post_password", "postPassword")


class Manner(msgspec.Struct, frozen=True):
    """How a system's records differ from others.

    Attributes:
        join: Gives what a value refers to; the value itself where it refers to nothing.
        resolve: Gives what a node of a rich text refers to.
        is_markdown: Texts may be Markdown.
        markup: What bodies are written in, if the source says so.
        language: The language that is taken where a value has several.
        usual: Take fields by all their usual names, and not by those of the contract alone.
        every_kind: Records of every kind count, because the source chooses among them itself.
        home: The site that links and images are relative to, where the system says so.
    """

    join: Join | None = None
    resolve: Resolve | None = None
    is_markdown: bool = False
    markup: MarkupName | None = None
    language: str = ""
    usual: bool = True
    every_kind: bool = False
    home: str = ""


_PLAIN = Manner()


def translate_usual(
    raw: Raw, value: Mapping[str, object], *, whole: bool, manner: Manner = _PLAIN
) -> Translation | PassedOver:
    """Give the fields of a record by their usual names."""
    record = open_record(value, manner)
    if manner.usual and not manner.every_kind:
        kind = find_other_kind(record)
        if kind is not None:
            return PassedOver(kind)
    found = FoundFields(raw, manner.home)
    spellings = name_spellings(record, None if whole else IDENTIFYING, usual=manner.usual)
    is_closed = manner.usual and _is_closed(record)
    for field, spelling in spellings.items():
        rule = f"its name, {spelling}"
        if field in ("content_html", "content_text"):
            continue
        _put_field(found, field, read_value(spelling, record[spelling]), rule, manner)
    if whole and not is_closed:
        _put_bodies(found, record, spellings, manner)
    set_status(found.fields, record)
    if manner.usual and any(
        isinstance(record.get(name), str) and record[name] for name in _PASSWORDS
    ):
        found.fields["status"] = "draft"
    if not whole:
        return Translation(found.fields, problems=found.problems)
    used = {*spellings.values(), *_ACCESS} if is_closed else set(spellings.values())
    found.unused = tuple(name for name, item in record.items() if name not in used and item)
    if (
        manner.usual
        and not is_closed
        and not {"content_html", "content_text"} & found.fields.keys()
    ):
        _tell_of_body(found, record, found.unused)
    return found.finish()


def open_record(value: Mapping[str, object], manner: Manner = _PLAIN) -> Mapping[str, object]:
    """Lay the fields of a record open: those of inner objects, and values out of wrappers."""
    if not any(isinstance(item, Mapping) for item in value.values()):
        return value
    return {
        name: unwrap(item, manner.language) if isinstance(item, Mapping) else item
        for name, item in flatten(value).items()
    }


def _put_field(found: FoundFields, field: str, value: object, rule: str, manner: Manner) -> None:
    if field in _NAMED:
        _put_names(found, field, value, rule, manner)
    elif field == "images":
        found.put(field, _shape_images(found, value, manner), rule)
    elif field in ("summary", "title") and not isinstance(value, str | int | float):
        tree = render_rich_text(value, manner.resolve)
        found.put(field, value if tree is None else plain_text(tree.html), rule)
    elif field == "summary" and (tree := render_rich_text(value, manner.resolve)) is not None:
        found.put(field, plain_text(tree.html), rule)
    else:
        found.fields[field], found.rules[field] = value, rule


def _put_names(found: FoundFields, field: str, value: object, rule: str, manner: Manner) -> None:
    """Put names; texts stay as they are, since bylines and breadcrumbs are read elsewhere."""
    value = _join(field, value, manner)
    if not isinstance(value, list | Mapping) or _are_named(value, field, manner):
        found.fields[field], found.rules[field] = value, rule
        return
    names: list[object] = []
    for item in list_values(value):
        item = _join(field, item, manner)
        own = find_names(item)[0] if isinstance(item, Mapping) else [item]
        if not own:
            found.warn(field, item, "has no name. It is left out. Add a name to it.")
        elif _is_number(item) and field != "tags":
            found.warn(field, item, "is a number that nothing gives a name to. It is left out.")
        else:
            names += own
    if names or value == []:
        found.fields[field], found.rules[field] = names, rule
    elif isinstance(value, Mapping) and field != "author":
        found.fields[field], found.rules[field] = value, rule


def _are_named(value: object, field: str, manner: Manner) -> bool:
    """Say whether all of a value is texts, and objects whose name is under `name`."""
    return all(
        isinstance(item.get("name"), str)
        if isinstance(item, Mapping)
        else not isinstance(item, list)
        and (field == "tags" or not _is_number(item))
        and _join(field, item, manner) is item
        for item in (value if isinstance(value, list) else [value])
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _join(field: str, item: object, manner: Manner) -> object:
    joined = item if manner.join is None else manner.join(field, item)
    return joined if joined is item else unwrap(joined, manner.language)


def _shape_images(found: FoundFields, value: object, manner: Manner) -> object:
    """Give images the contract's shape; other values stay, for the warning where they are read."""
    if not isinstance(value, list | Mapping):
        return found.complete(_join("images", value, manner))
    shaped: list[object] = []
    for item in list_values(value):
        item = _join("images", item, manner)
        image = find_image(item) if isinstance(item, Mapping) else None
        if image is not None:
            item = {**image, **_contract_parts(as_object(item))}
        shaped.append(found.complete(item))
    if isinstance(value, Mapping) and len(shaped) == 1:
        return shaped[0]
    return shaped


def _contract_parts(item: Mapping[str, object]) -> dict[str, object]:
    """Take what the contract names of an image: it is read, and refused, as it stands."""
    names = (
        *("src", "caption", "credit", "alt", "type", "length", "line", "inline", "elsewhere"),
        *("title", "duration"),  # of a sound or a film among images
    )
    return {
        name: item[name]
        for name in names
        if name in item
        and not (name in ("caption", "credit") and isinstance(item[name], Mapping))
        and not (name == "type" and "/" not in str(item[name]))
    }


def _put_bodies(
    found: FoundFields, record: Mapping[str, object], spellings: Mapping[str, str], manner: Manner
) -> None:
    """Put the body; a plain text beside one of HTML stays, and shows where that is empty."""
    for field in ("content_html", "content_text"):
        spelling = spellings.get(field)
        if spelling is not None:
            own = manner
            if fold_name(spelling) in _MARKDOWN and manner.markup is None:
                own = msgspec.structs.replace(manner, markup="markdown")
            put_body(found, field, record[spelling], f"its name, {spelling}", own)


def put_body(found: FoundFields, field: str, value: object, rule: str, manner: Manner) -> None:
    """Put the body that one of the two fields for it holds."""
    if manner.markup is None and _stays(
        value, is_html=field == "content_html", is_markdown=manner.is_markdown
    ):
        found.put(field, value, rule)
    elif "content_html" not in found.fields:
        found.put_body(
            value,
            rule,
            manner.resolve,
            is_markdown=manner.is_markdown,
            markup=manner.markup,
            told=field,
        )


def _stays(value: object, *, is_html: bool, is_markdown: bool) -> bool:
    """Say whether a body is what its name says: HTML, or a text without any."""
    if not isinstance(value, str):
        return False
    if unescape_markup(value) is not None or read_nodes(value) is not None:
        return False
    return is_html or not (is_markdown or has_markup(value) or find_markdown(value))


def _tell_of_body(
    found: FoundFields, record: Mapping[str, object], unused: tuple[str, ...]
) -> None:
    """Tell of a value that looks like the body where none was found."""
    path = find_body_like(record, unused)
    if path is not None:
        message = (
            f"no body found; {path} looks like one. To publish it, add to [source.fields]: "
            f"content_html = '{path}'"
        )
        found.warn("content_html", None, message, "missing")


def _is_closed(record: Mapping[str, object]) -> bool:
    """Say whether only members may read a record, so that its summary alone is published."""
    for name in _ACCESS:
        word = record.get(name)
        if isinstance(word, str) and fold_name(word) in _CLOSED:
            return True
    return record.get("isAccessibleForFree") in (False, "False", "false")
