"""A text file with front matter: its fields by usual names, and its body rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from feedpub.markup import read_headline, render_markdown
from feedpub.model import IDENTIFYING
from feedpub.sources import FrontMatter
from feedpub.systems.names import name_spellings, take_fields
from feedpub.systems.protocol import Translation
from feedpub.systems.statuses import set_status


def translate_front_matter(page: FrontMatter, *, whole: bool, usual: bool = True) -> Translation:
    """Give the fields of a page; the first heading of its body stands in for a title."""
    fields = take_fields(page.values, None if whole else IDENTIFYING, usual=usual)
    set_status(fields, page.values)
    lines = _find_lines(page, fields)
    if not whole:
        if "title" not in fields and page.body and (headline := read_headline(page.body)):
            fields["title"] = headline
            lines["title"] = page.body_line
        return Translation(fields, {}, lines)
    rules = {name: f"the front matter, line {line}" for name, line in lines.items()}

    def put(field: str, value: object, line: int, rule: str) -> None:
        fields[field], lines[field], rules[field] = value, line, f"{rule} line {line}"

    title = fields.get("title")
    body = render_markdown(
        page.body, title=None if title is None else str(title), first_line=page.body_line
    )
    if title is None and body.headline:
        put("title", body.headline, page.body_line, "the body's first heading, from")
    if body.html:
        fields.pop("content_text", None)
        put("content_html", body.html, page.body_line, "the body, from")
    if images := join_images(fields.get("images"), body.images):
        if "images" not in fields:
            line = body.images[0]["line"]
            put("images", images, line if isinstance(line, int) else 1, "the body, the first in")
        fields["images"] = images
    return Translation(fields, rules, lines)


def _find_lines(page: FrontMatter, fields: Iterable[str]) -> dict[str, int]:
    spellings = name_spellings(page.values)
    found = {field: page.lines.get(spellings.get(field, "")) for field in fields}
    return {field: line for field, line in found.items() if line is not None}


def join_images(own: object, shown: Sequence[Mapping[str, object]]) -> list[object]:
    """Join the images that a record names and those of its body, each once, the former first."""
    images: list[object] = list(own) if isinstance(own, list) else [own] if own else []
    known = {_source_of(image) for image in images}
    for image in shown:
        if image["src"] not in known:
            known.add(image["src"])
            images.append(image)
    return images


def _source_of(image: object) -> object:
    source = image.get("src") or image.get("url") if isinstance(image, Mapping) else image
    return source.strip() if isinstance(source, str) else None
