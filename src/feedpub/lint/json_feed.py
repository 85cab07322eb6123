"""A JSON Feed, of version 1.0 or 1.1, against its table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from feedpub.lint.dates import check_date
from feedpub.lint.findings import Faults, Findings, Options
from feedpub.lint.json_reading import JsonError, Members, Value, read_json
from feedpub.lint.loading import load_blocks
from feedpub.lint.values import WARN_ALONE, make_check

_VERSIONS = ("https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1")
_TYPES: dict[str, tuple[type, str]] = {
    "string": (str, "a string"),
    "array": (list, "an array"),
    "object": (Members, "an object"),
    "boolean": (bool, "true or false"),
    "number": (float, "a number"),
}


class _Member(msgspec.Struct, frozen=True):
    """A member of an object: its type, and its check or the kind of its parts."""

    type: str
    check: str
    required: bool


def lint_json(content: bytes, findings: Findings, options: Options) -> str:
    """Check a feed of JSON; return its text."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        findings.add("xml-bytes-invalid", line, value="utf-8")
        text = content.decode("utf-8", "replace").replace("\ufffd", "?")
    if text.startswith("\ufeff"):
        findings.add("json-invalid", 1, what="it begins with a byte order mark")
        return text
    try:
        document = read_json(text)
    except JsonError as error:
        findings.add("json-invalid", error.line, what=str(error))
        return text
    if not isinstance(document.content, Members):
        findings.add("not-a-feed", document.line, what="JSON without an object")
    elif not {"version", "items"} & set(document.content.by_name):
        findings.add("not-a-feed", document.line, what="a JSON object of another kind")
    else:
        _Feed(findings, options).check(document, document.content, "feed")
    return text


@cache
def _load_kinds() -> Mapping[str, Mapping[str, _Member]]:
    return {
        kind: {
            name: _Member(type_, check[0] if check else "", count == "1")
            for name, count, type_, *check in map(str.split, lines)
        }
        for kind, lines in load_blocks("vocabularies/json").items()
    }


class _Feed:
    """Checks one document."""

    def __init__(self, findings: Findings, options: Options) -> None:
        self._findings = findings
        self._options = options
        self._version = ""
        self._ids: set[str] = set()

    def check(self, value: Value, members: Members, kind: str) -> None:
        """Check an object and its members."""
        table, parent, names = _load_kinds()[kind], f"the {kind}", members.by_name
        for name, line in members.repeated:
            self._findings.add("json-member-repeated", line, name=name)
        if kind == "feed":
            self._version = str(_get(members, "version"))
        for name, known in table.items():
            if known.required and name not in names:
                self._findings.add("json-member-missing", value.line, name=name, parent=parent)
        for name, member in names.items():
            if name in table:
                self._check_member(name, member, table[name], parent)
            elif not name.startswith("_"):
                self._findings.add("json-member-unknown", member.line, name=name)
        if kind == "item" and not {"content_html", "content_text"} & set(names):
            self._findings.add("json-item-empty", value.line)
        if kind == "author" and not {"name", "url", "avatar"} & set(names):
            self._findings.add("json-author-empty", value.line)
        is_last = "next_url" not in names or kind != "feed"
        if not is_last and _get(members, "next_url") == _get(members, "feed_url"):
            self._findings.add("json-next-itself", names["next_url"].line)

    def _check_member(self, name: str, member: Value, known: _Member, parent: str) -> None:
        content, line = member.content, member.line
        expected, words = _TYPES[known.type]
        if known.check == "id" and isinstance(content, float):
            self._findings.add("json-id-number", line, value=f"{content:g}")
        elif not isinstance(content, expected):
            self._add_type(name, member, words)
        elif name == "author" and self._version.endswith("/1.1"):
            self._findings.add("json-author-outdated", line, parent=parent)
        elif isinstance(content, list):
            for part in content:
                self._check_part(name, part, known.check)
            if known.check == "item":
                self._findings.entry = None
        elif isinstance(content, Members):
            self.check(member, content, known.check)
        elif isinstance(content, str):
            self._check_text(name, content, line, known.check)
        elif known.check == "size" and isinstance(content, float) and content <= 0:
            self._findings.add("enclosure-length-zero", line, where=name)

    def _check_part(self, name: str, part: Value, kind: str) -> None:
        if kind == "item":
            self._findings.begin_entry()
        if kind == "tag":
            if not isinstance(part.content, str):
                self._add_type(f"a member of {name}", part, "a string")
        elif isinstance(part.content, Members):
            self.check(part, part.content, kind)
        else:
            self._add_type(f"a member of {name}", part, "an object")

    def _check_text(self, name: str, text: str, line: int, check: str) -> None:
        if check == "version" and text not in _VERSIONS:
            self._findings.add("json-version-unknown", line, value=text)
        if check == "id":
            if text in self._ids:
                self._findings.add("json-id-repeated", line, value=text)
            self._ids.add(text)
        for rule, detail in self._find_faults(text, check):
            self._findings.add(rule, line, where=name, value=text, detail=detail)

    def _find_faults(self, text: str, check: str) -> Faults:
        if check in ("", "version") or (check in WARN_ALONE and self._options.errors_alone):
            return ()
        if check == "id":
            return make_check("not-blank")(text)
        if check != "date":
            return make_check(check)(text)
        capitals = text.replace("t", "T").replace("z", "Z")  # RFC 3339 allows small letters too
        faults = check_date(capitals, "rfc3339", now=self._options.now)
        invalid = (("json-date-invalid", detail) for rule, detail in faults if "rfc" in rule)
        return tuple(invalid) or faults

    def _add_type(self, name: str, value: Value, expected: str) -> None:
        content = value.content
        kinds = (words for kind, words in _TYPES.values() if isinstance(content, kind))
        found = next(kinds, "null")
        self._findings.add("json-type-wrong", value.line, name=name, found=found, expected=expected)


def _get(members: Members, name: str) -> object:
    value = members.by_name.get(name)
    return None if value is None else value.content
