"""The front matter of a text: YAML between lines of `---`, or TOML between lines of `+++`.

Values stay as they are written: a time without a zone must not get one here, and `0123` is no
number but a key. Only lists, tables, true, false and null are more than text.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping

import yaml

from feedpub.errors import UnreadableFile
from feedpub.sources.raw import FrontMatter

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
_LINE_END = re.compile(r"\r\n|\r|\n")
_TOML_KEY = re.compile(r"\s*(?:\"([^\"\\]+)\"|'([^']+)'|([A-Za-z0-9_-]+))\s*=")
# A key of 20,000 parts takes the parser seconds, and a gigabyte.
_LONG_TOML_KEY = re.compile(
    rf"(?:\.[ \t]*+(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+){{{MAX_DEPTH + 1}}}"
)
_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


def read_front_matter(text: str) -> FrontMatter:
    """Read the front matter of a text.

    Raises:
        UnreadableFile: It has none, or one that is not closed, no table of names, or hostile;
            names the line.
    """
    text = _LINE_END.sub("\n", text)
    start = len(text) - len(text.lstrip())
    first = text.count("\n", 0, start) + 1
    mark = text[start:].partition("\n")[0].rstrip()
    if mark not in ("---", "+++"):
        message = "has no front matter; expected a line --- (YAML) or +++ (TOML) at its beginning"
        raise UnreadableFile(message, "malformed", first)
    begin = start + len(text[start:].partition("\n")[0]) + 1
    closing = re.compile(rf"^{re.escape(mark)}[ \t]*$", re.MULTILINE).search(text, begin)
    if closing is None:
        message = f"has front matter that is not closed; expected another line {mark}"
        raise UnreadableFile(message, "malformed", first)
    content = text[begin : closing.start()]
    if len(content) > MAX_LENGTH:
        message = f"has front matter of more than {MAX_LENGTH // 1024} KiB"
        raise UnreadableFile(message, "too-large", first)
    values, lines = (_read_yaml if mark == "---" else _read_toml)(content, first + 1)
    body_line = text.count("\n", 0, closing.end()) + 2
    return FrontMatter(values, lines, text[closing.end() + 1 :], body_line)


def _read_yaml(content: str, first: int) -> tuple[dict[str, object], dict[str, int]]:
    reader = _YamlReader(content, first)
    try:
        return reader.read(), reader.lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first if mark is None else first + mark.line
        said = " ".join(str(getattr(error, "problem", None) or "a character is forbidden").split())
        raise UnreadableFile(f"is no YAML front matter: {said}", "malformed", line) from error
    except (UnicodeEncodeError, RecursionError) as error:
        message = "is no YAML front matter: a character is forbidden"
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
            return _WORDS.get(event.value, event.value) if event.implicit[0] else event.value
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
        return UnreadableFile(f"is no YAML front matter: {message}", "malformed", line)


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
        line = first + int(place[1]) - 1 if place else first
        said = _TOML_LINE.sub("", str(error))
        raise UnreadableFile(f"is no TOML front matter: {said}", "malformed", line) from error
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
