"""The shortcodes of Hugo and Zola in bodies: shown where their meaning is known.

Those of unknown meaning go, what they hold stays, and a warning names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from feedpub import compile_late
from feedpub.systems.template_tags import (
    Scope,
    Tag,
    outside_code,
    rewrite_tags,
    write_known_tag,
    write_span,
)

_HUGO = compile_late(
    r"\{\{[<%](?!\s*/\*)-?\s*+(?P<close>/?+)\s*+(?P<name>[\w./-]*+)"
    r"(?P<args>(?:\"(?:[^\"\\]|\\.){0,2000}\"|`[^`]{0,2000}`|[^\"`{}]){0,2000}?)"
    r"(?P<self>/?)-?[>%]\}\}",
    re.DOTALL,
)
_HUGO_SHOWN = compile_late(r"\{\{([<%])\s*+/\*(.{0,2000}?)\*/\s*([>%])\}\}", re.DOTALL)
_ARGUMENT = compile_late(
    r"(?:(?P<name>[\w.-]+)\s*=\s*)?"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|`(?P<raw>[^`]*)`|'(?P<single>[^']*)'|(?P<bare>[^\s\"`=,]+))",
    re.DOTALL,
)
_ZOLA = compile_late(
    r"\{\{-?\s*(?P<name>\w+)\((?P<args>[^{}]*)\)\s*-?\}\}"
    r"|\{%-?\s*(?P<block>\w+)\((?P<block_args>[^{}]*?)\)\s*-?%\}|\{%-?\s*(?P<end>end)\s*-?%\}",
    re.DOTALL,
)
_ZOLA_SHOWN = compile_late(
    r"(\{\{|\{%)\s*+/\*(\s*+(?:\w+\(|end\b).{0,2000}?)\*/\s*(\}\}|%\})", re.DOTALL
)
_LEFT = compile_late(
    r"\{\{[^{}\n]{0,500}\}\}|\{%[^{}\n]{0,500}%\}|\{\{[<%]|[%>]\}\}"
    r"|<%(?:[^%\n]|%(?!>)){0,500}%>"
)


def show_hugo(text: str, scope: Scope) -> str:
    """Show the shortcodes of Hugo, those that code holds as well where they are escaped."""
    if "{{" not in text:
        return text
    tags = [_read_hugo(found) for found in outside_code(text, _HUGO)]
    text = rewrite_tags(text, tags, scope, _write_hugo)
    return _show_escaped(text, _HUGO_SHOWN, lambda m: f"{{{{{m[1]}{m[2]}{m[3]}}}}}")


def show_zola(text: str, scope: Scope) -> str:
    """Show the shortcodes of Zola."""
    if "{{" not in text and "{%" not in text:
        return text
    tags = [_read_zola(found) for found in outside_code(text, _ZOLA)]
    text = rewrite_tags(text, tags, scope, write_known_tag)
    return _show_escaped(text, _ZOLA_SHOWN, lambda m: m[1] + m[2] + m[3])


def drop_left(text: str, scope: Scope) -> str:
    """Drop what of templates is left outside code."""
    pieces: list[str] = []
    at = 0
    for found in outside_code(text, _LEFT):
        pieces.append(text[at : found.start()])
        scope.lose(" ".join(found[0].split())[:40])
        at = found.end()
    return "".join((*pieces, text[at:]))


def read_arguments(text: str) -> tuple[list[str], dict[str, str]]:
    """Read the arguments of a tag: values by place, and by name."""
    args: list[str] = []
    named: dict[str, str] = {}
    for found in _ARGUMENT.finditer(text):
        quoted = next((found[kind] for kind in ("double", "single", "raw") if found[kind]), None)
        value = quoted if quoted is not None else found["bare"] or ""
        if found["double"]:
            value = value.replace('\\"', '"')
        if found["name"]:
            named[found["name"]] = value
        else:
            args.append(value)
    return args, named


def _show_escaped(
    text: str, pattern: re.Pattern[str], write: Callable[[re.Match[str]], str]
) -> str:
    """Write escaped tags as they are meant to be read: as code where they stand in text."""
    if pattern.search(text) is None:
        return text
    starts = {found.start() for found in outside_code(text, pattern)}
    return pattern.sub(
        lambda found: write_span(write(found)) if found.start() in starts else write(found), text
    )


def _read_hugo(found: re.Match[str]) -> Tag:
    args, named = read_arguments(found["args"])
    start, end = found.span()
    if found["close"]:
        return Tag(start, end, found["name"], "close")
    return Tag(
        start,
        end,
        found["name"],
        "single" if found["self"] else "open",
        args,
        named,
        found[0],
    )


def _write_hugo(tag: Tag, inner: str | None, scope: Scope) -> str | None:
    name = tag.name.lower()
    if name in ("ref", "relref"):
        target = tag.value(0, "path")
        found = scope.find_link(target)
        return found if found is not None else scope.lose(f"{name} {target}")
    if name == "param":
        return scope.find_value(tag.value(0, "name")) or scope.lose(tag.text)
    return write_known_tag(tag, inner, scope)


def _read_zola(found: re.Match[str]) -> Tag:
    start, end = found.span()
    if found["end"]:
        return Tag(start, end, "", "close")
    args, named = read_arguments(found["args"] or found["block_args"] or "")
    name = found["name"] or found["block"]
    return Tag(start, end, name, "open" if found["block"] else "single", args, named, found[0])
