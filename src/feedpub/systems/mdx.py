"""MDX in bodies: Markdown with JSX, whose tags go and whose text stays.

Nothing is evaluated. Images and videos of known names are shown; imports, exports and
expressions are not text, and go.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from feedpub import compile_late
from feedpub.systems.template_tags import (
    Scope,
    Tag,
    arranges,
    drop_matches,
    outside_code,
    write_image,
    write_known_tag,
)

_IMPORT = compile_late(
    r"^import\s++(?:(?P<name>(?!from\s)\w++)?(?:(?!\bfrom\s)[^'\"\n;{])*+"
    r"(?:\{[^}]{0,2000}\})?+\s*+from\s++)?"
    r"['\"](?P<path>[^'\"\n]+)['\"];?[ \t]*$",
    re.MULTILINE,
)
_EXPORT = compile_late(r"^export\s+(?:const|let|var|default|async|function|class)\b", re.MULTILINE)
# Not `IMG` or `A`: HTML may be written in capitals.
_COMPONENT = compile_late(r"[A-Z]\w*[a-z]|[A-Za-z]\w*\.[A-Za-z]")
_LINKS = frozenset("A Link NavLink ExternalLink Button LinkButton".split())
_CLOSING = compile_late(r"</([A-Za-z][\w.]*)\s*>")
_COMMENT = compile_late(r"\{/\*(?:(?!\{/\*).){0,5000}?\*/\}", re.DOTALL)
_TAG = compile_late(r"<(?P<close>/?)(?:(?P<name>[A-Za-z][\w.:-]*)(?=[\s/>{])|(?=>))")
_NAME = compile_late(r"[A-Za-z_][\w:.-]*")
_LITERAL = compile_late(r"\{\s*(['\"`])([^'\"`{}$]*)\1\s*\}")
_REQUIRED = compile_late(
    r"(?:require|useBaseUrl)\(\s*['\"]([^'\"]+)['\"]\s*\)|^\s*([A-Za-z_]\w*)(?:\.src|\.default)?\s*$"
)
_EMPTY = compile_late(r"\{\s*\}")
_LEAF = compile_late(
    r"^::(?P<name>[A-Za-z][\w-]*)(?:\[(?P<label>[^\]\n]*)\])?"
    r"(?:\{(?P<args>[^}\n]*)\})?[ \t]*$",
    re.MULTILINE,
)
# A directive in a line, which stands for its label: `:term[a lock]{id=3}`.
_WORD = compile_late(r"(?<![\w:]):[A-Za-z][\w-]*\[(?P<label>[^\[\]\n]*)\](?:\{[^{}\n]*\})?")
_BRACE = compile_late(r"\\.|[{}]")
_MOST_TAG = 20_000  # characters


def show_mdx(text: str, scope: Scope) -> str:
    """Show the text of a body in MDX."""
    imported = {found["name"]: found["path"] for found in _IMPORT.finditer(text) if found["name"]}
    text = drop_matches(text, _IMPORT)
    text = _drop_exports(text)
    text = drop_matches(text, _COMMENT)
    return _Elements(show_leaves(text, scope), scope, imported, is_mdx=True).show()


def imports_modules(text: str) -> bool:
    """Say whether a text has the imports or exports of MDX, outside code."""
    return any(True for pattern in (_IMPORT, _EXPORT) for _ in outside_code(text, pattern))


def show_components(text: str, scope: Scope) -> str:
    """Show the components in a text that is not MDX, in which braces are braces."""
    if not any(_COMPONENT.match(name or "") for _, name in _TAG.findall(text)):
        return text
    return _Elements(text, scope, {}, is_mdx=False).show()


def show_leaves(text: str, scope: Scope) -> str:
    """Show directives: those alone in a line, `::youtube{id=a}`, and those in one."""
    pieces: list[str] = []
    at = 0
    for found in outside_code(text, _LEAF):
        args = found["args"] or ""
        named = dict(re.findall(r"([\w-]+)=\"?([^\s\"]+)\"?", args))
        short = re.search(r"(?:^|\s)#([\w-]+)", args)
        named.setdefault("id", short[1] if short else found["label"] or "")
        tag = Tag(found.start(), found.end(), found["name"], "single", (), named)
        shown = write_known_tag(tag, None, scope)
        pieces += [text[at : found.start()], shown or scope.lose(f"::{found['name']}")]
        at = found.end()
    return _show_words("".join((*pieces, text[at:])))


def _show_words(text: str) -> str:
    pieces: list[str] = []
    at = 0
    for found in outside_code(text, _WORD):
        pieces += [text[at : found.start()], found["label"]]
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


class _Elements:
    """Shows the elements and the expressions of one text, outside code, from left to right."""

    def __init__(
        self, text: str, scope: Scope, imported: Mapping[str, str], *, is_mdx: bool
    ) -> None:
        # Deferred: not every site has Markdown, and its parser is not small.
        from feedpub.markup import find_code

        self._text = text
        self._scope = scope
        self._imported = imported
        self._is_mdx = is_mdx
        self._code = find_code(text)
        self._braces = _match_braces(text, self._code)
        self._closed = frozenset(_CLOSING.findall(text))
        self._pieces: list[str] = []
        self._links: list[str] = []  # the ends of those that are open

    def show(self) -> str:
        """Show the text."""
        text, pieces, at = self._text, self._pieces, 0
        for begin, end in [*self._code, (len(text), len(text))]:
            if begin < at:
                continue  # code inside a tag
            at = self._show_piece(at, begin)
            if at <= begin:
                pieces += [text[at:begin], text[begin:end]]
                at = end
        return "".join((*pieces, text[at:]))

    def _show_piece(self, at: int, stop: int) -> int:
        """Show a piece of text without code; gives where what was read ends."""
        text, pieces, start = self._text, self._pieces, at
        while at < stop:
            char = text[at]
            if char == "\\":
                at += 2
                continue
            if char == "{" and self._is_mdx:
                end = self._braces.get(at)
                if end is not None:
                    pieces += [text[start:at], self._show_expression(text[at:end])]
                    start = at = end
                    continue
            elif char == "<" and (found := _TAG.match(text, at)):
                read = _read_tag(text, found, self._braces)
                if read is not None and (self._is_mdx or self._is_component(found, read[2])):
                    end, attributes, is_alone = read
                    shown = self._show_tag(found, text[at:end], attributes, is_alone)
                    pieces += [text[start:at], shown]
                    start = at = end
                    continue
            at += 1
        pieces.append(text[start : max(stop, start)] if start < stop else "")
        return max(stop, start)

    def _is_component(self, found: re.Match[str], is_alone: bool) -> bool:
        """Say whether a tag is of a component, in a text where `List<String>` is text."""
        name = found["name"] or ""
        return _COMPONENT.match(name) is not None and (is_alone or name in self._closed)

    def _show_expression(self, written: str) -> str:
        literal = _LITERAL.fullmatch(written)
        if literal:
            return literal[2]
        if re.fullmatch(r"\{#[\w-]+\}", written) or _EMPTY.fullmatch(written):
            return ""
        return self._scope.lose(" ".join(written.split())[:40])

    def _show_tag(
        self, found: re.Match[str], written: str, attributes: Mapping[str, str], is_alone: bool
    ) -> str:
        name = found["name"] or ""
        values = {key: _read_value(value, self._imported) for key, value in attributes.items()}
        last = name.rpartition(".")[2]
        if not (name[:1].isupper() or "." in name or not name):
            return _write_element(name, written, attributes, values, is_alone)
        if found["close"]:
            return self._links.pop() if last in _LINKS and self._links else "\n"
        if last in ("Image", "Img", "Figure", "Picture", "ThemedImage", "Zoom", "BlogImage"):
            source = values.get("src") or values.get("source") or values.get("image") or ""
            if source:
                return write_image(source, values.get("alt", ""), values.get("caption", ""))
        if is_alone:
            tag = Tag(0, 0, last, "single", (), values)
            shown = write_known_tag(tag, None, self._scope)
            return shown if shown is not None else self._scope.lose(f"<{name}>")
        if last in _LINKS:
            target = values.get("to") or values.get("href") or ""
            self._links.append("</a>" if target else "")
            return f'<a href="{html.escape(target)}">' if target else ""
        if name and not arranges(last):
            self._scope.lose(f"<{name}>")
        title = values.get("title") or values.get("label") or ""
        return f"\n\n**{title}**\n\n" if title else "\n"


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
