"""A text file of no known system: its fields by usual names, and its body rendered.

What site generators have in common counts here too: days in names of files, bundles, drafts,
shortcodes in bodies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from feedpub import compile_late
from feedpub.errors import TimestampError, Where
from feedpub.markup import read_headline, render_markdown
from feedpub.model import IDENTIFYING
from feedpub.settings import Site
from feedpub.sources import FrontMatter
from feedpub.systems.names import name_spellings, take_fields
from feedpub.systems.page_paths import PagePath, is_never_article, read_page_path
from feedpub.systems.page_values import fold_names, list_images
from feedpub.systems.protocol import PassedOver, Translation
from feedpub.systems.statuses import set_status
from feedpub.systems.template_tags import Scope, warn_of_losses
from feedpub.systems.templates import show_templates
from feedpub.timestamps import parse_timestamp

_TIMES = frozenset({"updated", "published"})
# A line of its own that tells a time is short, and near the top.
_MOST_LINES = 8
_MOST_LINE = 60
_EMPHASIS = compile_late(r"^[*_>\s]+|[*_\s]+$")
_DIGIT = compile_late(r"\d")


def translate_front_matter(
    page: FrontMatter,
    below: str,
    where: Where,
    *,
    whole: bool,
    usual: bool = True,
    site: Site,
) -> Translation | PassedOver:
    """Give the fields of a page; the first heading of its body stands in for a title.

    Args:
        below: Its path below the source.
        where: The place of its body, for warnings.
        usual: Take fields by all their usual names, and not by those of the contract alone.
        site: Names the section of a page that no folder names one for.
    """
    if is_never_article(below) and not _TIMES & take_fields(page.values, _TIMES).keys():
        return PassedOver("files about the site")
    fields = take_fields(page.values, None if whole else IDENTIFYING, usual=usual)
    set_status(fields, page.values)
    path = read_page_path(below)
    lines = _find_lines(page, fields)
    dated, body, day_line = _date(page, fields, path)
    if not page.has_head and not dated:
        return PassedOver("text files without a date")
    if "_drafts" in below.split("/"):
        fields["status"] = "draft"
    if path.is_bundle or path.dated_folders:
        fields["default_section"] = path.section or site.title or site.link
    if day_line:
        lines["published"] = day_line
    if not whole:
        if "title" not in fields and page.markup == "markdown":
            headline = read_headline(body) if body else None
            if headline:
                fields["title"] = headline
                lines["title"] = page.body_line
        return Translation(fields, {}, lines)
    is_mdx = below.removesuffix(".gz").endswith(".mdx")
    scope = Scope()
    shown = body
    if page.markup != "rst":
        shown = show_templates(
            *(body, scope), home=site.link, title=site.title, values=page.values, is_mdx=is_mdx
        )
    translation = _translate_whole(page, shown, fields, lines, scope)
    problems = warn_of_losses(where, scope, body)
    return msgspec.structs.replace(translation, problems=problems)


def _date(
    page: FrontMatter, fields: dict[str, object], path: PagePath
) -> tuple[bool, str, int | None]:
    """Date a page that names no time: by its name, else by a line near its top.

    Gives whether it has a time, its body without that line, and the line.
    """
    if _TIMES & fields.keys():
        return True, page.body, None
    if path.day is not None:
        fields["published"] = path.day
        return True, page.body, None
    if page.has_head:
        return False, page.body, None
    lines = page.body.split("\n")
    for number, line in enumerate(lines[:_MOST_LINES]):
        text = _EMPHASIS.sub("", line)
        if _DIGIT.search(text) and len(text) <= _MOST_LINE and _tells_time(text):
            fields["published"] = text
            body = "\n".join([*lines[:number], "", *lines[number + 1 :]])
            return True, body, page.body_line + number
    return False, page.body, None


def _tells_time(text: str) -> bool:
    try:
        parse_timestamp(text, zone="UTC")
    except TimestampError:
        return False
    return True


def _translate_whole(
    page: FrontMatter,
    text: str,
    fields: dict[str, object],
    lines: dict[str, int],
    scope: Scope,
) -> Translation:
    rules = {name: f"the front matter, line {line}" for name, line in lines.items()}

    def put(field: str, value: object, line: int, rule: str) -> None:
        fields[field], lines[field], rules[field] = value, line, f"{rule} line {line}"

    title = fields.get("title")
    headline: str | None = None
    images: Sequence[Mapping[str, object]] = ()
    if page.markup == "rst":
        # Deferred, as few sites have such files.
        from feedpub.markup import render_restructured

        rendered = render_restructured(text)
        markup = rendered.html
        for name in rendered.unknown:
            scope.lose(f".. {name}::")
    else:
        body = render_markdown(
            text, title=None if title is None else str(title), first_line=page.body_line
        )
        markup, headline, images = body.html, body.headline, body.images
    if title is None and headline:
        put("title", headline, page.body_line, "the body's first heading, from")
    if markup:
        fields.pop("content_text", None)
        put("content_html", markup, page.body_line, "the body, from")
    own = fields.get("images")
    if isinstance(own, Mapping) and not (own.get("src") or own.get("url")):
        fields["images"] = own = list(list_images(fold_names(page.values)))
    if joined := join_images(own, images):
        if not own:
            line = images[0]["line"]
            put("images", joined, line if isinstance(line, int) else 1, "the body, the first in")
        fields["images"] = joined
    return Translation(fields, rules, lines)


def _find_lines(page: FrontMatter, fields: Iterable[str]) -> dict[str, int]:
    spellings = name_spellings(page.values)
    found = {field: page.lines.get(spellings.get(field, "")) for field in fields}
    return {field: line for field, line in found.items() if line is not None}


def join_images(own: object, shown: Sequence[Mapping[str, object]]) -> list[object]:
    """Join the images that a record names and those of its body, each once, the former first.

    What the body says of an image that the record names without it counts.
    """
    images: list[object] = list(own) if isinstance(own, list) else [own] if own else []
    places = {_source_of(image): place for place, image in enumerate(images)}
    for image in shown:
        place = places.setdefault(image["src"], len(images))
        if place == len(images):
            images.append(image)
            continue
        known = images[place]
        named = known if isinstance(known, Mapping) else {"src": known}
        texts = {name: image[name] for name in ("alt", "caption") if image.get(name)}
        if missing := {name: text for name, text in texts.items() if not named.get(name)}:
            images[place] = {**named, **missing}
    return images


def _source_of(image: object) -> object:
    source = image.get("src") or image.get("url") if isinstance(image, Mapping) else image
    return source.strip() if isinstance(source, str) else None
