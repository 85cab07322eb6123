"""Mutations that know the structure of what they mutate."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable

HOSTILE: tuple[str, ...] = (
    "", " ", "\x00", "\ufeff", "\ufffe", "\u202e", "\u2066", "\ud800", "é", "💧" * 40, "A" * 5000,
    "a b" * 2000, "9" * 5000, "-1", "0", "1e999", "NaN", "null", "true", "[]", "{}", "[[[[",
    "<" * 300, "&#0;", "&#xd800;", "&lt;script&gt;", "<script>alert(1)</script>", "<svg onload=x>",
    "]]>", "<!--", "<![CDATA[", "<p" * 500, "//[x/a.jpg", "http://[", "http:///x", "https:123",
    "http://a:99999/", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "/dev/zero",
    "../../../etc/passwd", "C:\\con", "con", "nul.txt", "a:[", "isbn:12[3", "nid:[1]", "tag:x",
    "urn:uuid:", "%00", "%ff", "%", "jp", "cn", "x" * 300, "en-US-x-private-" + "y" * 90,
    "0001-01-01", "9999-12-31T23:59:59-23:59", "2020-02-30", "05/06/2020", "2020-05-25T25:61",
    "yesterday", "1590373935", "{{ site.url }}", "{% include x %}", "{{< ref \"x\" >}}", "${{",
    "---",
    "...", "!!python/object:x", "*anchor", "&anchor [*anchor]", "\t\t\t", "\r", "\v",
    "=cmd|' /C x'!A0",
    "'; DROP TABLE x; --", "\\", "\"", "'", "`", "|", ";", ",,,,,,", "\n\n\n", "# x", "](",
    "![x](y)",
    "150w", "(" * 800, "\u0300" * 400, "a\u200db", "\u0085", "\u2028", "\x1b[31m", "%s%n{0}{x}",
)  # fmt: skip
_JSON_VALUES: tuple[object, ...] = (
    None, True, 0, -1, 1e308, 10**40, [], {}, [[]], [None], {"": ""}, {"a": {"a": {"a": 1}}},
    [1, "a", {}], {"rendered": None}, {"id": []},
)  # fmt: skip
_NUMBER = re.compile(rb"[0-9]+")
_WORD = re.compile(r"[^\W_]+")
_ATTRIBUTE = re.compile(r"=\"[^\"<>]*\"|='[^'<>]*'")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")

Random = random.Random


def mutate(content: bytes, suffix: str, rng: Random) -> bytes:
    """Mutate the content of a file once or a few times, by what its suffix says it is."""
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        content = rng.choice(_MUTATIONS.get(suffix, ()) + _OF_ANY)(content, rng)
    return content


def pick_hostile(rng: Random) -> str:
    """Pick a hostile text."""
    return rng.choice(HOSTILE)


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _flip_bytes(content: bytes, rng: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 3, 20))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _truncate(content: bytes, rng: Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _insert(content: bytes, rng: Random) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] + _encode(pick_hostile(rng)) + content[place:]


def _repeat(content: bytes, rng: Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    piece = content[start : start + rng.choice((1, 20, 400))]
    return content[:start] + piece * rng.choice((2, 10, 100)) + content[start:]


def _drop(content: bytes, rng: Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + content[start + rng.choice((1, 10, 200)) :]


def _change_number(content: bytes, rng: Random) -> bytes:
    numbers = list(_NUMBER.finditer(content))
    if not numbers:
        return content
    number = rng.choice(numbers)
    value = rng.choice((b"0", b"-1", b"99999999999999999999", b"3.5", b"1e9", b"007", b""))
    return content[: number.start()] + value + content[number.end() :]


def _change_line(content: bytes, rng: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    place = rng.randrange(len(lines))
    way = rng.randrange(4)
    if way == 0:
        del lines[place]
    elif way == 1:
        lines.insert(place, lines[place])
    elif way == 2:
        lines[place] = _encode(pick_hostile(rng)) + b"\n"
    else:
        rng.shuffle(lines)
    return b"".join(lines)


def _change_text(pattern: re.Pattern[str]) -> Callable[[bytes, Random], bytes]:
    """Make the mutation that replaces one match of a pattern, or doubles it, or drops it."""

    def change(content: bytes, rng: Random) -> bytes:
        text = content.decode("utf-8", "replace")
        found = list(pattern.finditer(text))
        if not found:
            return content
        match = rng.choice(found)
        quote = match[0][:2] if match[0][:1] == "=" else ""
        hostile = f"{quote}{pick_hostile(rng)}{quote[1:]}"
        put = rng.choice((hostile, hostile, "", match[0] * 2))
        return _encode(text[: match.start()] + put + text[match.end() :])

    return change


def _change_json(content: bytes, rng: Random) -> bytes:
    """Change one value of a JSON document, or of one of its lines."""
    try:
        return _encode(json.dumps(_change_value(json.loads(content), rng), ensure_ascii=False))
    except (ValueError, RecursionError):
        pass
    lines = content.splitlines()
    if not lines:
        return content
    place = rng.randrange(len(lines))
    try:
        changed = _change_value(json.loads(lines[place]), rng)
    except (ValueError, RecursionError):
        return content
    lines[place] = _encode(json.dumps(changed, ensure_ascii=rng.random() < 0.5))
    return b"\n".join(lines) + b"\n"


def _change_value(value: object, rng: Random) -> object:
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        way = rng.random()
        if way < 0.1:
            return {name: item for name, item in value.items() if name != key}
        if way < 0.2:
            return {
                pick_hostile(rng) if name == key else name: item for name, item in value.items()
            }
        return {**value, key: _change_value(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        place = rng.randrange(len(value))
        if rng.random() < 0.15:
            return value[:place] + value[place + 1 :]
        return [*value[:place], _change_value(value[place], rng), *value[place + 1 :]]
    if isinstance(value, str) and rng.random() < 0.3:
        place = rng.randrange(len(value) + 1)
        return value[:place] + pick_hostile(rng) + value[place:]
    return rng.choice((pick_hostile(rng), pick_hostile(rng), rng.choice(_JSON_VALUES), [value]))


def _change_member(content: bytes, rng: Random) -> bytes:
    """Change one file of a zip archive, which a workbook is, too."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        return content  # damaged by an earlier change
    if not members:
        return content
    chosen = rng.choice(list(members))
    members[chosen] = mutate(members[chosen], chosen.rpartition(".")[2], rng)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(pick_hostile(rng) or "x" if rng.random() < 0.02 else name, member)
    return stream.getvalue()


_OF_ANY = (_flip_bytes, _truncate, _insert, _repeat, _drop, _change_number, _change_line)
_OF_MARKUP = (_change_text(_ATTRIBUTE), _change_text(_TAG), _change_text(_WORD))
_OF_TEXT = (_change_text(_WORD), _change_text(_WORD), _change_line)
_MUTATIONS: dict[str, tuple[Callable[[bytes, Random], bytes], ...]] = {
    **dict.fromkeys(("json", "jsonl", "ndjson"), (_change_json,) * 8),
    **dict.fromkeys(("html", "htm", "xml", "atom", "rss", "xhtml"), _OF_MARKUP * 3),
    **dict.fromkeys(("md", "txt", "csv", "tsv", "toml", "yaml", "yml", "rst", "mdx"), _OF_TEXT * 2),
    **dict.fromkeys(("xlsx", "zip", "ods"), (_change_member,) * 8),
}
