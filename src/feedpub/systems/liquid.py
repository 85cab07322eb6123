"""Liquid and Nunjucks in bodies: what needs no data and no code is rendered, the rest goes.

Variables of the site and of the page are known, filters are those of Liquid, and loops are
bounded. Nothing is included, no clock is read, and code in a body stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from feedpub import compile_late
from feedpub.systems.shortcodes import read_arguments
from feedpub.systems.template_tags import (
    Scope,
    Tag,
    is_silent,
    outside_code,
    rewrite_tags,
    write_code,
    write_known_tag,
    write_span,
)
from feedpub.text import read_number

_INSIDE = r"(?:[^%]|%(?!\})){0,1000}?"
_TAG = compile_late(rf"\{{%-?\s*(?P<name>[A-Za-z_]\w*)(?P<args>{_INSIDE})-?%\}}")
_RAW = compile_late(r"\{%-?\s*(?P<end>end)?(?P<name>raw|verbatim)(?P<args>)\s*-?%\}")
_CODE_BLOCK = compile_late(
    rf"\{{%-?\s*(?P<end>end)?(?P<name>highlight|codeblock|code)\b(?P<args>{_INSIDE})-?%\}}"
)
_COMMENT = compile_late(r"\{#(?:(?!\{#).){0,5000}?#\}", re.DOTALL)
_ANY = compile_late(
    r"\{\{-?(?P<value>(?:[^{}]|\}(?!\})){0,1000}?)-?\}\}|" + rf"\{{%-?(?P<tag>{_INSIDE})-?%\}}"
)
_OPENING = compile_late(r"\{[{%]+")
_MOST_TAGS = 2_000
_HOLD, _RELEASE = "\ue000", "\ue001"
_HELD = compile_late(f"{_HOLD}(\\d+){_RELEASE}")
# Tags of Liquid itself that need nothing but the text.
_OWN = frozenset(
    """if elsif else endif unless endunless case when endcase for endfor break continue assign
    capture endcapture comment endcomment increment decrement cycle echo liquid""".split()
)
# What they hold is a definition, and no text.
_DEFINITIONS = frozenset("macro set".split())


def fill_template(text: str, values: Mapping[str, object]) -> str | None:
    """Fill a template of one line, such as a permalink; None where it needs an unknown value."""
    if "{{" not in text and "{%" not in text:
        return text
    # Deferred: the library is not small, and few bodies need it.
    from feedpub.systems.liquid_engine import render

    filled = render(text, values, str)
    return None if filled is None or filled.missing else filled.text


def show_liquid(
    text: str,
    scope: Scope,
    values: Mapping[str, object],
    *,
    url: Callable[[str], str] = lambda path: path,
) -> str:
    """Show the templates in a body.

    Args:
        values: What is known by names, such as `site` and `page`.
        url: Makes a path below the site absolute, as `relative_url` does.
    """
    if "{{" not in text and "{%" not in text and "{#" not in text:
        return text
    held: list[str] = []
    text = _hold_raw(text, held)
    text = _hold_code(text, held)
    text = _COMMENT.sub("", text)
    tags = [tag for found in _TAG.finditer(text) if (tag := _read_tag(found)) is not None]
    text = rewrite_tags(text, tags, scope, _write_tag)
    text = _hold_code(text, held)
    text = _render(text, scope, values, url)
    while _HELD.search(text):
        text = _HELD.sub(lambda found: held[read_number(found[1]) or 0], text)
    return text


def _hold(piece: str, held: list[str]) -> str:
    held.append(piece)
    return f"{_HOLD}{len(held) - 1}{_RELEASE}"


def _hold_raw(text: str, held: list[str]) -> str:
    """Hold text that is marked as raw: as it is in code, as code in a line of text."""
    outside = {found.start() for found in outside_code(text, _RAW)}

    def hold(begin: re.Match[str], inner: str) -> str:
        is_text = begin.start() in outside
        if is_text and "\n" not in inner and "`" not in inner and "{" in inner:
            return _hold(write_span(inner), held)
        if "`" in inner or is_text:
            # What it holds is a fence, or text: its braces stay, and its code is code.
            return _ANY.sub(lambda braces: _hold(braces[0], held), inner)
        return _hold(inner, held)

    def hold_code(begin: re.Match[str], inner: str) -> str:
        args, _ = read_arguments(begin["args"])
        language = args[0].removeprefix("lang:") if args else ""
        return _hold(write_code(inner, language), held)

    text = _replace_blocks(text, list(_RAW.finditer(text)), hold)
    return _replace_blocks(text, list(outside_code(text, _CODE_BLOCK)), hold_code)


def _replace_blocks(
    text: str, tags: Sequence[re.Match[str]], write: Callable[[re.Match[str], str], str]
) -> str:
    """Replace each block between a tag and the next that ends it."""
    pieces: list[str] = []
    at = 0
    begin: re.Match[str] | None = None
    for tag in tags:
        if begin is None:
            begin = None if tag["end"] else tag
        elif tag["end"] and tag["name"] == begin["name"]:
            pieces += [text[at : begin.start()], write(begin, text[begin.end() : tag.start()])]
            at, begin = tag.end(), None
    return "".join((*pieces, text[at:]))


def _hold_code(text: str, held: list[str]) -> str:
    # Deferred: not every site has Markdown, and its parser is not small.
    from feedpub.markup import find_code

    pieces: list[str] = []
    at = 0
    for begin, end in find_code(text):
        pieces += [text[at:begin], _hold(text[begin:end], held)]
        at = end
    return "".join((*pieces, text[at:]))


def _read_tag(found: re.Match[str]) -> Tag | None:
    name = found["name"]
    if name in _OWN:
        return None
    start, end = found.span()
    if name.startswith("end") and len(name) > 3:
        return Tag(start, end, name[3:], "close")
    args, named = read_arguments(found["args"].strip())
    return Tag(start, end, name, "open", args, named, found["args"].strip())


def _write_tag(tag: Tag, inner: str | None, scope: Scope) -> str | None:
    """Write a tag that is not Liquid's own."""
    name = tag.name.lower()
    if name in _DEFINITIONS:
        return ""
    if name == "link" and any("://" in arg for arg in tag.args):
        place = next(place for place, arg in enumerate(tag.args) if "://" in arg)
        return f"[{' '.join(tag.args[:place]) or tag.args[place]}]({tag.args[place]})"
    if name in ("link", "post_url", "post_path", "asset_path"):
        target = _HELD.sub("", tag.text).strip().strip("\"'")
        found = scope.find_link(target)
        return found if found is not None else scope.lose(f"{name} {target}")
    if name in ("post_link", "asset_link"):
        target = tag.args[0] if tag.args else ""
        label = " ".join(tag.args[1:]) or target
        found = scope.find_link(target)
        return f"[{label}]({found})" if found else scope.lose(f"{name} {target}") or label
    if name in ("include", "include_relative", "render", "include_cached"):
        return _write_include(tag, scope)
    return write_known_tag(tag, inner, scope)


def _write_include(tag: Tag, scope: Scope) -> str | None:
    """Write an include whose name says what it shows: `figure.html`."""
    file = tag.args[0] if tag.args else ""
    stem = file.rpartition("/")[2].partition(".")[0]
    known = write_known_tag(
        Tag(tag.start, tag.end, stem, "single", tag.args[1:], tag.named), None, scope
    )
    is_shown = known is not None and (known.strip() or is_silent(stem))
    return known if is_shown else scope.lose(f"{tag.name} {file}")


def _render(
    text: str, scope: Scope, values: Mapping[str, object], url: Callable[[str], str]
) -> str:
    """Render the whole; where that fails, each tag and each value on its own."""
    text = _drop_stray(text, scope)
    if "{{" not in text and "{%" not in text:
        return text
    if len(_ANY.findall(text)) > _MOST_TAGS:
        return _ANY.sub(lambda _: scope.lose("more tags than a body has"), text)
    whole = _try(text, scope, values, url)
    if whole is not None:
        return whole

    def render(found: re.Match[str]) -> str:
        if found["value"] is not None:
            value = _try(found[0], scope, values, url)
            if value is not None:
                return value
        return scope.lose(" ".join(found[0].split())[:40])

    return _ANY.sub(render, text)


def _drop_stray(text: str, scope: Scope) -> str:
    """Drop marks that open a tag and are never closed, which the library is slow at."""
    pieces: list[str] = []
    at = 0
    for found in [*_ANY.finditer(text), None]:
        between = text[at : len(text) if found is None else found.start()]
        if _OPENING.search(between):
            scope.lose("a tag that is not closed")
            between = _OPENING.sub("", between)
        pieces += [between, "" if found is None else found[0]]
        at = 0 if found is None else found.end()
    return "".join(pieces)


def _try(
    text: str, scope: Scope, values: Mapping[str, object], url: Callable[[str], str]
) -> str | None:
    from feedpub.systems.liquid_engine import render

    rendered = render(text, values, url)
    if rendered is None:
        return None
    for name in rendered.missing:
        scope.lose("{{ " + name + " }}")
    return rendered.text
