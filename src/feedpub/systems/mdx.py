"""MDX in bodies: Markdown with JSX, whose tags go and whose text stays.

Nothing is evaluated. Images and videos of known names are shown; imports, exports and
expressions are not text, and go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from feedpub.systems.template_tags import Scope, Tag, outside_code, write_image, write_known_tag

_IMPORT = re.compile(
    r"^import\s+(?:(?P<name>\w+)?[^'\"\n;]*?(?:\{[^}]{0,2000}\})?\s*from\s+)?"
    r"['\"](?P<path>[^'\"\n]+)['\"];?[ \t]*$",
    re.MULTILINE,
)
_EXPORT = re.compile(r"^export\s+(?:const|let|var|default|async|function|class)\b", re.MULTILINE)
_COMMENT = re.compile(r"\{/\*(?:(?!\{/\*).){0,5000}?\*/\}", re.DOTALL)
_TAG = re.compile(r"<(?P<close>/?)(?:(?P<name>[A-Za-z][\w.:-]*)(?=[\s/>{])|(?=>))")
_NAME = re.compile(r"[A-Za-z_][\w:.-]*")
_LITERAL = re.compile(r"\{\s*(['\"`])([^'\"`{}$]*)\1\s*\}")
_REQUIRED = re.compile(
    r"(?:require|useBaseUrl)\(\s*['\"]([^'\"]+)['\"]\s*\)|^\s*([A-Za-z_]\w*)(?:\.src|\.default)?\s*$"
)
_EMPTY = re.compile(r"\{\s*\}")
_LEAF = re.compile(
    r"^::(?P<name>[A-Za-z][\w-]*)(?:\[(?P<label>[^\]\n]*)\])?"
    r"(?:\{(?P<args>[^}\n]*)\})?[ \t]*$",
    re.MULTILINE,
)
_BRACE = re.compile(r"\\.|[{}]")
_MOST_TAG = 20_000  # characters


def show_mdx(text: str, scope: Scope) -> str:
    """Show the text of a body in MDX."""
    imported = {found["name"]: found["path"] for found in _IMPORT.finditer(text) if found["name"]}
    text = _drop_matches(text, _IMPORT)
    text = _drop_exports(text)
    text = _drop_matches(text, _COMMENT)
    return _show_tags(show_leaves(text, scope), scope, imported)


def show_leaves(text: str, scope: Scope) -> str:
    """Show directives that stand alone in a line: `::youtube{id=a}`."""
    pieces: list[str] = []
    at = 0
    for found in outside_code(text, _LEAF):
        named = dict(re.findall(r"([\w-]+)=\"?([^\s\"]+)\"?", found["args"] or ""))
        named.setdefault("id", found["label"] or "")
        tag = Tag(found.start(), found.end(), found["name"], "single", (), named)
        shown = write_known_tag(tag, None, scope)
        pieces += [text[at : found.start()], shown or scope.lose(f"::{found['name']}")]
        at = found.end()
    return "".join((*pieces, text[at:]))


def _drop_matches(text: str, pattern: re.Pattern[str]) -> str:
    pieces: list[str] = []
    at = 0
    for found in outside_code(text, pattern):
        pieces.append(text[at : found.start()])
        at = found.end()
    return "".join((*pieces, text[at:]))


def _drop_exports(text: str) -> str:
    """Drop exports; each ends at a blank line outside of all brackets."""
    pieces: list[str] = []
    at = 0
    for found in outside_code(text, _EXPORT):
        if found.start() < at:
            continue
        pieces.append(text[at : found.start()])
        at = _end_of_block(text, found.end())
    return "".join((*pieces, text[at:]))


def _end_of_block(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        char = text[at]
        depth += (char in "{([") - (char in "})]")
        if char == "\n" and depth <= 0 and text[at + 1 : at + 2] in ("\n", ""):
            return at
        at += 1
    return at


def _show_tags(text: str, scope: Scope, imported: Mapping[str, str]) -> str:
    """Show elements and expressions outside code, from left to right."""
    # Deferred: not every site has Markdown, and its parser is not small.
    from feedpub.markup import find_code

    code = find_code(text)
    braces = _match_braces(text, code)
    pieces: list[str] = []
    at = 0
    for begin, end in [*code, (len(text), len(text))]:
        if begin < at:
            continue  # code inside a tag
        at = _show_piece(text, at, begin, pieces, scope, imported, braces)
        if at <= begin:
            pieces += [text[at:begin], text[begin:end]]
            at = end
    return "".join((*pieces, text[at:]))


def _match_braces(text: str, code: Sequence[tuple[int, int]]) -> Mapping[int, int]:
    """Find where each brace outside code is closed: the place behind its end."""
    ends: dict[int, int] = {}
    waiting: list[int] = []
    at = 0
    for begin, end in [*code, (len(text), len(text))]:
        for found in _BRACE.finditer(text, at, begin):
            if found[0] == "{":
                waiting.append(found.start())
            elif found[0] == "}" and waiting:
                ends[waiting.pop()] = found.end()
        at = end
    return ends


def _show_piece(
    text: str,
    at: int,
    stop: int,
    pieces: list[str],
    scope: Scope,
    imported: Mapping[str, str],
    braces: Mapping[int, int],
) -> int:
    """Show a piece of text without code; gives where what was read ends."""
    start = at
    while at < stop:
        char = text[at]
        if char == "\\":
            at += 2
            continue
        if char == "{":
            end = braces.get(at)
            if end is not None:
                pieces += [text[start:at], _show_expression(text[at:end], scope)]
                start = at = end
                continue
        elif char == "<" and (found := _TAG.match(text, at)):
            read = _read_tag(text, found, braces)
            if read is not None:
                end, attributes, is_alone = read
                shown = _show_tag(found, text[at:end], attributes, is_alone, scope, imported)
                pieces += [text[start:at], shown]
                start = at = end
                continue
        at += 1
    pieces.append(text[start : max(stop, start)] if start < stop else "")
    return max(stop, start)


def _show_expression(written: str, scope: Scope) -> str:
    literal = _LITERAL.fullmatch(written)
    if literal:
        return literal[2]
    if re.fullmatch(r"\{#[\w-]+\}", written) or _EMPTY.fullmatch(written):
        return ""
    return scope.lose(" ".join(written.split())[:40])


def _read_tag(
    text: str, found: re.Match[str], braces: Mapping[int, int]
) -> tuple[int, dict[str, str], bool] | None:
    """Read the attributes of a tag; give its end, these, and whether it closes itself."""
    at = found.end()
    attributes: dict[str, str] = {}
    name = ""
    limit = min(len(text), found.start() + _MOST_TAG)
    while at < limit:
        char = text[at]
        if char == ">":
            return at + 1, attributes, False
        if char == "<":
            return None  # a bracket that is no tag
        if text.startswith("/>", at):
            return at + 2, attributes, True
        if char in "\"'":
            end = text.find(char, at + 1, limit)
            if end < 0:
                return None
            if name:
                attributes[name] = text[at + 1 : end]
            at, name = end + 1, ""
        elif char == "{":
            end_of_braces = braces.get(at)
            if end_of_braces is None:
                return None
            if name:
                attributes[name] = text[at:end_of_braces]
            at, name = end_of_braces, ""
        elif attribute := _NAME.match(text, at):
            name = attribute[0]
            at = attribute.end()
        elif char in " \t\r\n=/":
            at += 1
        else:
            # An attribute without quotes, as HTML has it.
            value = re.compile(r"[^\s>]+").match(text, at)
            attributes[name] = value[0] if value else ""
            at, name = (value.end() if value else at + 1), ""
    return None


def _show_tag(
    found: re.Match[str],
    written: str,
    attributes: Mapping[str, str],
    is_alone: bool,
    scope: Scope,
    imported: Mapping[str, str],
) -> str:
    name = found["name"] or ""
    values = {key: _read_value(value, imported) for key, value in attributes.items()}
    last = name.rpartition(".")[2]
    is_component = name[:1].isupper() or "." in name or not name
    if not is_component:
        return _write_element(name, written, attributes, values, is_alone)
    if found["close"]:
        return "\n"
    if last in ("Image", "Img", "Figure", "Picture", "ThemedImage", "Zoom", "BlogImage"):
        source = values.get("src") or values.get("source") or values.get("image") or ""
        if source:
            return write_image(source, values.get("alt", ""), values.get("caption", ""))
    if is_alone:
        tag = Tag(0, 0, last, "single", (), values)
        shown = write_known_tag(tag, None, scope)
        return shown if shown is not None else scope.lose(f"<{name}>")
    title = values.get("title") or values.get("label") or ""
    return f"\n\n**{title}**\n\n" if title else "\n"


def _write_element(
    name: str,
    written: str,
    attributes: Mapping[str, str],
    values: Mapping[str, str],
    is_alone: bool,
) -> str:
    """Write an element of HTML without what only JSX has."""
    if not any(value.startswith("{") for value in attributes.values()):
        return written
    kept = "".join(f' {key}="{value}"' for key, value in values.items() if value)
    return f"<{name}{kept}{' /' if is_alone else ''}>"


def _read_value(value: str, imported: Mapping[str, str]) -> str:
    """Read the value of an attribute; what would have to be evaluated is empty."""
    if not value.startswith("{"):
        return value
    literal = _LITERAL.fullmatch(value)
    if literal:
        return literal[2]
    required = _REQUIRED.search(value[1:-1])
    if required is None:
        return ""
    return required[1] or imported.get(required[2], "")
