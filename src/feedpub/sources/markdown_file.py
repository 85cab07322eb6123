"""A Markdown file: front matter holds the fields of one record, what follows is its body."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from feedpub.errors import Problem, UnreadableFile
from feedpub.model import Origin, Record, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import read_page_bytes, warn_of_guess
from feedpub.systems import Mapper, name_spelling
from feedpub.text import decode

if TYPE_CHECKING:
    from feedpub.sources.front_matter import FrontMatter

# Characters. More is no article, and 100,000 brackets take two seconds to render.
MAX_BODY = 500_000


def scan(file: SourceFile, source: Source) -> Iterator[Record | Problem]:
    """Yield the file's record with its identifying fields; its body is not rendered."""
    # Deferred: the parsers are many, and not every site has such files.
    from feedpub.sources.front_matter import read_front_matter

    content = read_page_bytes(file)
    decoded = decode(content, source.encodings)
    yield from warn_of_guess(file, decoded.choice)
    head = read_front_matter(decoded.text)
    _check_body(head.body, head.body_line)
    origin = Origin(file, 0, 1, single=True)
    record = Mapper(source).make_record(origin, head.values, digest=zlib.crc32(content))
    fields = dict(record.fields)
    lines = _name_lines(head, fields.keys() - source.fields.keys())
    is_untitled = "title" not in fields and "title" not in source.fields
    if is_untitled and record.chosen and head.body:
        from feedpub.markup import read_headline

        if headline := read_headline(head.body):
            fields["title"] = headline
            lines["title"] = head.body_line
    yield msgspec.structs.replace(record, fields=fields, lines=lines)


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Record]:
    """Yield the file's record again, whole, and where each field was found."""
    from feedpub.markup import render_markdown
    from feedpub.sources.front_matter import read_front_matter

    content = read_page_bytes(file)
    head = read_front_matter(decode(content, source.encodings).text)
    _check_body(head.body, head.body_line)
    mapper = Mapper(source)
    (origin,) = origins  # the file's one record
    record = mapper.make_record(origin, head.values, digest=zlib.crc32(content), whole=True)
    fields = dict(record.fields)
    lines = _name_lines(head, fields.keys() - source.fields.keys())
    named = {name: f"the front matter, line {line}" for name, line in lines.items()}
    rules = {**record.rules, **named}
    title = fields.get("title")
    body = render_markdown(
        head.body, title=None if title is None else str(title), first_line=head.body_line
    )

    def put(field: str, value: object, line: int, rule: str) -> None:
        fields[field], lines[field], rules[field] = value, line, f"{rule} line {line}"

    if title is None and body.headline and "title" not in source.fields:
        put("title", body.headline, head.body_line, "the body's first heading, from")
    if body.html and "content_html" not in source.fields:
        fields.pop("content_text", None)
        put("content_html", body.html, head.body_line, "the body, from")
    if images := _join_images(fields.get("images"), body.images):
        if "images" not in fields:
            line = body.images[0]["line"]
            put("images", images, line if isinstance(line, int) else 1, "the body, the first in")
        fields["images"] = images
    yield msgspec.structs.replace(record, fields=fields, lines=lines, rules=rules)


def _check_body(body: str, line: int) -> None:
    if len(body) > MAX_BODY:
        message = f"has a body of more than {MAX_BODY:,} characters, the limit of Markdown"
        raise UnreadableFile(message, "too-large", line)


def _name_lines(head: FrontMatter, fields: Iterable[str]) -> dict[str, int]:
    """Find the line of each field, by the name that it has in the front matter."""
    found: dict[str, int] = {}
    for field in fields:
        line = head.lines.get(name_spelling(head.values, field) or "")
        if line is not None:
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
