"""A Markdown file: front matter holds the fields of one record, what follows is its body."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence

from feedpub.fields import FIELD_NAMES, IDENTIFYING, take_fields
from feedpub.model import Origin, Record, SourceFile
from feedpub.readers.decoding import decode
from feedpub.readers.files import UnreadableFile, read_page_bytes
from feedpub.settings import Source

# Characters. More is no article, and 100,000 brackets take two seconds to render.
MAX_BODY = 500_000


def scan(file: SourceFile, source: Source) -> Iterator[Record]:
    """Yield the file's record with its identifying fields; its body is not rendered."""
    # Deferred: the parsers are many, and not every site has such files.
    from feedpub.readers.front_matter import read_front_matter

    content = read_page_bytes(file)
    head = read_front_matter(decode(content, source))
    _check_body(head.body, head.body_line)
    fields = take_fields(head.values, IDENTIFYING)
    lines = _name_lines(head.values, head.lines, fields)
    if "title" not in fields and head.body:
        from feedpub.readers.markdown_body import read_headline

        if headline := read_headline(head.body):
            fields["title"] = headline
            lines["title"] = head.body_line
    yield Record(Origin(file, 0, 1, single=True), fields, zlib.crc32(content), lines)


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Record]:
    """Yield the file's record again, whole, and where each field was found."""
    from feedpub.readers.front_matter import read_front_matter
    from feedpub.readers.markdown_body import render_markdown

    content = read_page_bytes(file)
    head = read_front_matter(decode(content, source))
    _check_body(head.body, head.body_line)
    fields = take_fields(head.values)
    lines = _name_lines(head.values, head.lines, fields)
    rules = {name: f"the front matter, line {line}" for name, line in lines.items()}
    title = fields.get("title")
    body = render_markdown(
        head.body, title=None if title is None else str(title), first_line=head.body_line
    )

    def put(field: str, value: object, line: int, rule: str) -> None:
        fields[field], lines[field], rules[field] = value, line, f"{rule} line {line}"

    if title is None and body.headline:
        put("title", body.headline, head.body_line, "the body's first heading, from")
    if body.html:
        fields.pop("content_text", None)
        put("content_html", body.html, head.body_line, "the body, from")
    if images := _join_images(fields.get("images"), body.images):
        if "images" not in fields:
            line = body.images[0]["line"]
            put("images", images, line if isinstance(line, int) else 1, "the body, the first in")
        fields["images"] = images
    for origin in origins:
        yield Record(origin, fields, zlib.crc32(content), lines, rules)


def _check_body(body: str, line: int) -> None:
    if len(body) > MAX_BODY:
        message = f"has a body of more than {MAX_BODY:,} characters, the limit of Markdown"
        raise UnreadableFile(message, "too-large", line)


def _name_lines(
    values: Mapping[str, object], lines: Mapping[str, int], fields: Mapping[str, object]
) -> dict[str, int]:
    """Find the line of each field, by the name that it has in the front matter."""
    found: dict[str, int] = {}
    for field in fields:
        names = (name for name in FIELD_NAMES[field] if values.get(name) not in (None, ""))
        if (line := lines.get(next(names, ""))) is not None:
            found[field] = line
    return found


def _join_images(own: object, shown: Sequence[dict[str, object]]) -> list[object]:
    """Join the images of the front matter and of the body, each once, the former first."""
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
