"""What a node of a rich-text tree says: its kind, its children, its texts, and its image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from feedpub import compile_late
from feedpub.systems.names import fold_name, read_table
from feedpub.systems.rich_text_formats import read_tree
from feedpub.systems.shapes import find_image, find_name, text_at
from feedpub.text import read_number

LEVEL = compile_late(r"(?:h|heading|header)([1-6])$")
KINDS = ("_type", "nodeType", "__component", "__typename", "type", "tag", "object")
_CHILDREN = ("children", "content", "nodes", "content_elements", "components", "spans")
_PARTS = ("attrs", "data", "fields", "value", "props", "payload", "metadata")
_LEVEL_WORDS = {"one": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ORDERED = frozenset({"ordered", "ol", "number", "numbered", "numberedlist", "orderedlist"})


@cache
def node_roles() -> Mapping[str, str]:
    """The role of each kind of node, by its folded name."""
    return {
        fold_name(name): role
        for role, names in read_table("rich_text.toml").items()
        if role != "marks"
        for name in names
    }


@cache
def node_marks() -> Mapping[str, str]:
    """The element of each mark, by its folded name."""
    table = read_table("rich_text.toml")["marks"]
    return {fold_name(name): str(element) for name, element in table.items()}


def read_kind(node: Mapping[str, object]) -> str | None:
    """Read the kind of a node; None where it names none."""
    for name in KINDS:
        kind = node.get(name)
        if isinstance(kind, str) and kind:
            return fold_name(kind.rpartition(".")[2])
    return None


def find_children(node: Mapping[str, object]) -> Sequence[object] | None:
    """Find the nodes in a node; None where it can't have any."""
    for name in _CHILDREN:
        found = node.get(name)
        if isinstance(found, list):
            return found
    return None


def look_up(node: Mapping[str, object], *names: str) -> object:
    """Look a value of a node up, in it and in the objects that hold its attributes."""
    places = [node]
    for name, part in node.items():
        if isinstance(part, Mapping) and (name in _PARTS or name.endswith("Data")):
            places.append(part)
    for name in names:
        for place in places:
            found = place.get(name)
            if found is not None and found != "":
                return found
    return None


def is_leaf(node: Mapping[str, object], kind: str | None) -> bool:
    """Say whether a node is a text with its marks."""
    if isinstance(node.get("textData"), Mapping):
        return True
    if find_children(node) is not None:
        return False
    if kind is None:
        return any(isinstance(node.get(name), str) for name in ("text", "content"))
    if kind == "span" or kind in ("extendedtext", "leaf"):
        return True
    return kind == "text" and any(isinstance(node.get(name), str) for name in ("text", "value"))


def has_text(node: Mapping[str, object]) -> bool:
    """Say whether a node has a text that is not its kind or its id."""
    return any(
        isinstance(value, str) and name not in (*KINDS, "id") for name, value in node.items()
    )


def is_plain_rows(rows: Sequence[object]) -> bool:
    """Say whether the rows of a table are lists of cells."""
    return all(
        isinstance(row, list) or (isinstance(row, Mapping) and isinstance(row.get("cells"), list))
        for row in rows
    )


def read_flat_item(node: object) -> tuple[int, bool] | None:
    """Read the level of a block that is an item of a list by itself, and whether it is counted."""
    if not isinstance(node, Mapping):
        return None
    kind = node.get("listItem")
    if not isinstance(kind, str):
        name = read_kind(node)
        if node_roles().get(name or "") != "flat_item":
            return None
        kind = "number" if (name or "").startswith("ordered") else "bullet"
    level, below = node.get("level"), node.get("depth")  # the former begins at 1, the latter at 0
    number = level if isinstance(level, int) else below + 1 if isinstance(below, int) else 1
    return max(1, min(number, 10)), fold_name(kind) in _ORDERED


def read_level(node: Mapping[str, object]) -> int:
    """Read the level of a heading."""
    level = look_up(node, "level")
    number = None if isinstance(level, str) else read_number(level)
    if number is not None:
        return max(1, min(number, 6))
    for name in ("style", "tag", "type", "nodeType", "_type"):
        text = node.get(name)
        if isinstance(text, str):
            folded = fold_name(text)
            if found := LEVEL.search(folded):
                return read_number(found[1]) or 2
            for word, number in _LEVEL_WORDS.items():
                if folded.endswith(word):
                    return number
    return 2


def is_ordered(node: Mapping[str, object]) -> bool:
    """Say whether a list is numbered."""
    if look_up(node, "ordered") is True:
        return True
    for name in ("format", "listType", "list_type", "style", "tag", "type", "nodeType"):
        value = look_up(node, name)
        if isinstance(value, str) and fold_name(value) in _ORDERED:
            return True
    return False


def read_href(node: Mapping[str, object]) -> str:
    """Read where a node leads; empty where it leads nowhere."""
    for name in ("href", "url", "uri", "link"):
        found = look_up(node, name)
        if isinstance(found, Mapping):
            found = take_url(found)
        if isinstance(found, str) and found.strip():
            return found.strip()
    return ""


def take_url(value: Mapping[str, object]) -> object:
    """Take the URL of an object."""
    return value.get("url") or value.get("href")


def read_label(node: Mapping[str, object], raw: object) -> str:
    """Read the title of what a node embeds."""
    for place in (node, raw):
        if isinstance(place, Mapping):
            label = look_up(place, "title", "caption", "buttonText", "fileName", "headline")
            name = find_name(label) if label is not None else None
            if name:
                return name
    return ""


def read_image_node(node: Mapping[str, object]) -> dict[str, object] | None:
    """Read the image that a node shows: its own source, or that of its attributes."""
    own = {
        name: value
        for name, value in node.items()
        if name not in ("type", "content", "children", "nodes", "marks", "link")
    }
    data = node.get("imageData")
    if isinstance(data, Mapping) and (wix := _read_wix_image(data)) is not None:
        return wix
    image = find_image(own)
    if image is not None and "/" not in str(image["src"]) and "." not in str(image["src"]):
        return None  # a key
    return image


def _read_wix_image(data: Mapping[str, object]) -> dict[str, object] | None:
    """Read an image of Ricos, which Wix names by a key."""
    image = data.get("image")
    source = image.get("src") if isinstance(image, Mapping) else None
    if not isinstance(source, Mapping):
        return None
    url = text_at(source, "url")
    key = text_at(source, "id")
    if not url and not key:
        return None
    return {"src": url or f"https://static.wixstatic.com/media/{key}"}


def read_image_texts(node: Mapping[str, object]) -> dict[str, object]:
    """Read the texts of the image that a node shows."""
    found = {
        "alt": look_up(node, "alt", "altText", "alternativeText", "alt_text"),
        "caption": look_up(node, "caption"),
    }
    return {name: value for name, value in found.items() if isinstance(value, str)}


def read_text_of(node: object) -> str:
    """Read the text below a node, without marks."""
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return "".join(map(read_text_of, node))
    if not isinstance(node, Mapping):
        return ""
    if node_roles().get(read_kind(node) or "") == "break":
        return "\n"
    children = find_children(node)
    if children is not None:
        return "".join(map(read_text_of, children))
    return text_at(node, "text", "value", "content")


def read_nodes(value: object) -> list[object] | None:
    """Read the top nodes of a rich-text tree, or of the text of one; None where it is none."""
    nodes = read_tree(value)
    return nodes if nodes is not None and any(map(_is_node, nodes)) else None


def _is_node(value: object) -> bool:
    """Say whether an object is a node of a tree, by the shape of it and of what it holds."""
    if not isinstance(value, Mapping):
        return False
    kind = read_kind(value)
    if kind is None:
        return isinstance(value.get("children"), list)
    if "." in str(value.get("__component", "")):
        return True
    if find_children(value) or any(name in value for name in _PARTS):
        return node_roles().get(kind) is not None or find_children(value) is not None
    return node_roles().get(kind) is not None
