"""The front matter of a text: YAML, TOML or JSON, marked off as site generators do.

YAML stands between lines of `---`, TOML between lines of `+++`, JSON after `---json`, between
lines of `;;;` or in braces. Heads that only end with a mark, and lines of `Title: …`, are read
where they name a title or a date. A text with none of these is a body without values.

Values stay as they are written: a time without a zone must not get one here, and `0123` is a
key, not a number. Only lists, tables, true, false and null are more than text.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import yaml

from feedpub import compile_late
from feedpub.errors import UnreadableFile
from feedpub.sources.raw import FrontMatter
from feedpub.text import EPOCH, read_number

# More is no head of an article, and both parsers slow down with the depth.
MAX_LENGTH = 64 * 1024
MAX_DEPTH = 20

# The same language, parsed by libyaml where it is there: twenty times as fast.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TOO_DEEP = "has front matter that is nested too deep"
_LINE_END = compile_late(r"\r\n|\r|\n")
_TOML_KEY = compile_late(r"\s*(?:\"([^\"\\]+)\"|'([^']+)'|([A-Za-z0-9_-]+))\s*=")
# A key of 20,000 parts takes the parser seconds, and a gigabyte.
_LONG_TOML_KEY = compile_late(
    rf"(?:\.[ \t]*+(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+){{{MAX_DEPTH + 1}}}"
)
_TOML_LINE = compile_late(r" \(at line (\d+), column \d+\)$")


# What follows the opening mark: `---json`. None: YAML by default.
_LANGUAGES: Mapping[str, str] = {
    "": "YAML",
    "yaml": "YAML",
    "yml": "YAML",
    "json": "JSON",
    "json5": "JSON",
    "toml": "TOML",
}
_FENCE = compile_late(
    r"(?P<mark>---|\+\+\+|;;;)[ \t]*+(?P<language>[A-Za-z0-9]*+)[ \t]*+$", re.MULTILINE
)
_JSON_START = compile_late(r'\{\s*"[^"\n]*"\s*:')
_META_LINE = compile_late(r"([A-Za-z][\w -]{0,40}?):(?:[ \t]+(.*))?$")
_META_MORE = compile_late(r"(?: {4}|\t)[ \t]*(\S.*)$")
# A head without an opening mark is one only where it names one of these.
_HEAD_NAMES = frozenset({"title", "date"})


class _Head(NamedTuple):
    """Where a head is in a text: its kind, its content, and where the body begins."""

    kind: str
    begin: int
    end: int
    body: int


def read_front_matter(text: str, markup: str = "markdown") -> FrontMatter:
    """Read the front matter of a text; a text without one is a body without values.

    Raises:
        UnreadableFile: It is not closed, not a table of names, or hostile; names the line.
    """
    text = _LINE_END.sub("\n", text)
    head = _find_head(text)
    if head is None:
        return _read_meta_lines(text, markup)
    first = text.count("\n", 0, head.begin) + 1
    content = text[head.begin : head.end]
    if len(content) > MAX_LENGTH:
        message = f"has front matter of more than {MAX_LENGTH // 1024} KiB"
        raise UnreadableFile(message, "too-large", max(first - 1, 1))
    values, lines = _READERS[head.kind](content, first)
    body_line = text.count("\n", 0, head.body) + 1
    return FrontMatter(values, lines, text[head.body :], body_line, markup)


def _find_head(text: str) -> _Head | None:
    """Find the head of a text; None where it has none that is marked."""
    start = len(text) - len(text.lstrip())
    fence = _FENCE.match(text, start)
    if fence is None:
        return _find_braces(text, start) or _find_open_head(text, start)
    mark, language = fence["mark"], fence["language"].lower()
    first = text.count("\n", 0, start) + 1
    kind = {"+++": "TOML", ";;;": "JSON"}.get(mark) or _LANGUAGES.get(language)
    if kind is None:
        message = (
            f"has front matter in {fence['language']}, which is code, and feedpub runs none. "
            "Write it as YAML between lines of ---."
        )
        raise UnreadableFile(message, "malformed", first)
    begin = fence.end() + 1
    closing = _find_closing(text, begin, mark)
    if closing is None:
        message = f"has front matter that is not closed; expected another line {mark}"
        raise UnreadableFile(message, "malformed", first)
    return _Head(kind, begin, closing.start(), closing.end() + 1)


def _find_closing(text: str, begin: int, mark: str) -> re.Match[str] | None:
    marks = r"(?:---|\.\.\.)" if mark == "---" else re.escape(mark)
    return re.compile(rf"^{marks}[ \t]*$", re.MULTILINE).search(text, begin)


def _find_braces(text: str, start: int) -> _Head | None:
    """Find a head that is an object of JSON."""
    if not text.startswith("{", start):
        return None
    try:
        value, end = json.JSONDecoder().raw_decode(text[: start + MAX_LENGTH + 1], start)
    except (ValueError, RecursionError) as error:
        if _JSON_START.match(text, start) is None:
            return None  # a text in braces
        raise _refuse_json(error, 1) from error
    return _Head("JSON", start, end, end) if isinstance(value, dict) and value else None


def _find_open_head(text: str, start: int) -> _Head | None:
    """Find a head that only ends with a mark, as Hexo also reads it."""
    line = text[start : start + 200].partition("\n")[0]
    is_json = line.startswith('"')
    if not (is_json or _META_LINE.match(line)):
        return None
    mark = ";;;" if is_json else "---"
    closing = _find_closing(text[: start + MAX_LENGTH], start, mark)
    if closing is None or closing[0].strip() != mark:
        return None
    content = text[start : closing.start()]
    if is_json:
        return _Head("JSON", start, closing.start(), closing.end() + 1)
    try:
        values, _ = _read_yaml(content, 1)
    except UnreadableFile:
        return None  # a line of text above a rule, and not a head
    if _HEAD_NAMES.isdisjoint(values):
        return None
    return _Head("YAML", start, closing.start(), closing.end() + 1)


def _read_meta_lines(text: str, markup: str) -> FrontMatter:
    """Read lines of `Title: …` up to a blank one; a text that begins otherwise is a body."""
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    start = len(text) - len(text.lstrip())
    number = first = text.count("\n", 0, start) + 1
    at = start
    name = ""
    for line in text[start : start + MAX_LENGTH].split("\n"):
        if not line.strip():
            break
        found, more = _META_LINE.match(line), _META_MORE.match(line)
        if more and name:
            values[name] = f"{values[name] or ''}\n{more[1]}".strip()
        elif found:
            name = found[1].strip().lower()
            values[name] = (found[2] or "").strip() or None
            lines[name] = number
        else:
            return FrontMatter({}, {}, text[start:], first, markup, has_head=False)
        number += 1
        at += len(line) + 1
    if _HEAD_NAMES.isdisjoint(values):
        return FrontMatter({}, {}, text[start:], first, markup, has_head=False)
    return FrontMatter(values, lines, text[at:], number, markup)


def read_table(text: str, language: str) -> Mapping[str, object]:
    """Read a file of settings or data: a table in `language`, which is yaml, toml or json.

    Values stay as they are written, as in front matter.

    Raises:
        UnreadableFile: It is not such a table, or hostile.
    """
    text = _LINE_END.sub("\n", text)
    kind = _LANGUAGES[language]
    if kind == "YAML":
        text = re.sub(r"\A\s*---[ \t]*\n", "\n", text)
    return _READERS[kind](text, 1)[0]


def _read_yaml(content: str, first: int) -> tuple[dict[str, object], dict[str, int]]:
    reader = _YamlReader(content, first)
    try:
        return reader.read(), reader.lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first if mark is None else first + mark.line
        said = " ".join(str(getattr(error, "problem", None) or "a character is forbidden").split())
        raise UnreadableFile(
            f"is not valid YAML front matter: {said}", "malformed", line
        ) from error
    except (UnicodeEncodeError, RecursionError) as error:
        message = "is not valid YAML front matter: a character is forbidden"
        raise UnreadableFile(message, "malformed", first) from error


class _YamlReader:
    """Builds values from the events of the parser, which are endless for no input.

    Nothing is resolved by YAML's own rules: they make `2020-05-25 10:32` a time without its
    zone, `1e3` a number and `no` a truth.
    """

    def __init__(self, content: str, first: int) -> None:
        self.lines: dict[str, int] = {}
        self._events: Iterator[yaml.Event] = yaml.parse(content, Loader=_LOADER)
        self._first = first

    def read(self) -> dict[str, object]:
        event = next(self._events)
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            return {}
        if not isinstance(event, yaml.MappingStartEvent):
            raise self._refuse(event, "expected names and values, like title: Tea at four")
        values = self._read_mapping(event, 1)
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise self._refuse(event, "expected one document")
        return values

    def _read_value(self, event: yaml.Event, depth: int) -> object:
        if isinstance(event, yaml.AliasEvent):
            raise self._refuse(event, "aliases (*name) are not read; write the value out")
        if getattr(event, "anchor", None) is not None:
            raise self._refuse(event, "anchors (&name) are not read; write the values out")
        if isinstance(event, yaml.ScalarEvent):
            if not event.implicit[0]:
                return event.value
            if EPOCH.fullmatch(event.value):  # other numbers stay texts: "007" is an id
                return read_number(event.value)
            return _WORDS.get(event.value, event.value)
        if depth > MAX_DEPTH:
            raise UnreadableFile(_TOO_DEEP, "too-large", self._line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._read_mapping(event, depth)
        items = []
        while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
            items.append(self._read_value(inner, depth + 1))
        return items

    def _read_mapping(self, start: yaml.Event, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        if getattr(start, "anchor", None) is not None:
            raise self._refuse(start, "anchors (&name) are not read; write the values out")
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None:
                raise self._refuse(event, "expected a name that is a text")
            if event.value in values:
                raise self._refuse(event, f'names "{event.value[:80]}" twice')
            if depth == 1:
                self.lines[event.value] = self._line(event)
            values[event.value] = self._read_value(next(self._events), depth + 1)
        return values

    def _line(self, event: yaml.Event) -> int:
        return self._first + (0 if event.start_mark is None else event.start_mark.line)

    def _refuse(self, event: yaml.Event, message: str) -> UnreadableFile:
        line = self._line(event)
        return UnreadableFile(f"is not valid YAML front matter: {message}", "malformed", line)


def _read_toml(content: str, first: int) -> tuple[dict[str, object], dict[str, int]]:
    if long := _LONG_TOML_KEY.search(content):
        line = first + content.count("\n", 0, long.start())
        raise UnreadableFile(_TOO_DEEP, "too-large", line)
    try:
        # A float stays text too, like 1.10 and 1e3.
        values = {
            name: _write_toml(value, 1)
            for name, value in tomllib.loads(content, parse_float=str).items()
        }
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        line = first + (read_number(place[1]) or 1) - 1 if place else first
        said = _TOML_LINE.sub("", str(error))
        raise UnreadableFile(
            f"is not valid TOML front matter: {said}", "malformed", line
        ) from error
    except (RecursionError, ValueError) as error:
        raise UnreadableFile(_TOO_DEEP, "too-large", first) from error
    return values, _find_toml_lines(content, first)


def _write_toml(value: object, depth: int) -> object:
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()  # with the offset that was written, and none where none was
    if isinstance(value, list):
        return [_write_toml(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {name: _write_toml(item, depth + 1) for name, item in value.items()}
    return value


def _find_toml_lines(content: str, first: int) -> dict[str, int]:
    lines: dict[str, int] = {}
    for number, line in enumerate(content.split("\n"), first):
        if line.lstrip().startswith("["):
            break  # a table: the keys below it are its own
        if key := _TOML_KEY.match(line):
            lines.setdefault(key[1] or key[2] or key[3], number)
    return lines


def _refuse_json(error: Exception, first: int) -> UnreadableFile:
    line = first + getattr(error, "lineno", 1) - 1
    said = getattr(error, "msg", "nested too deep")
    return UnreadableFile(f"is not valid JSON front matter: {said}", "malformed", line)


def _read_json(content: str, first: int) -> tuple[dict[str, object], dict[str, int]]:
    text = content.strip()
    if text.startswith('"'):
        text = "{" + text.rstrip(",") + "}"
    try:
        value = json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise _refuse_json(error, first) from error
    if not isinstance(value, dict):
        message = 'is not valid JSON front matter: expected names and values, like {"title": "Tea"}'
        raise UnreadableFile(message, "malformed", first)
    try:
        values = {name: _write_toml(item, 1) for name, item in value.items()}
    except RecursionError as error:
        raise UnreadableFile(_TOO_DEEP, "too-large", first) from error
    lines = {}
    for name in values:
        at = content.find(f'"{name}"')
        if at >= 0:
            lines[name] = first + content.count("\n", 0, at)
    return values, lines


_READERS = {"YAML": _read_yaml, "TOML": _read_toml, "JSON": _read_json}
