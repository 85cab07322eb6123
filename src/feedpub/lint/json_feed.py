"""A JSON Feed, of version 1.0 or 1.1, against its table."""

from __future__ import annotations

from datetime import timedelta

from feedpub.lint.addresses import check_iri
from feedpub.lint.dates import read_rfc3339
from feedpub.lint.findings import Findings
from feedpub.lint.html_text import check_html, check_plain
from feedpub.lint.json_places import JsonError, Members, Value, read_json
from feedpub.lint.languages import is_language
from feedpub.lint.reading import Reader
from feedpub.lint.values import check_media_type

_VERSIONS = ("https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1")

# Each member: its type, and how it is checked; * is required.
_TABLE = """
[feed]
version*        text      version
title*          text      plain
items*          list      item
home_page_url   text      url
feed_url        text      url
description     text      plain
user_comment    text
next_url        text      url
icon            text      url
favicon         text      url
author          object    author
authors         list      author
language        text      language
expired         boolean
hubs            list      hub

[item]
id*             text      id
url             text      url
external_url    text      url
title           text      plain
content_html    text      html
content_text    text
summary         text      plain
image           text      url
banner_image    text      url
date_published  text      date
date_modified   text      date
author          object    author
authors         list      author
tags            list      tag
language        text      language
attachments     list      attachment

[author]
name            text      plain
url             text      url
avatar          text      url

[hub]
type*           text
url*            text      url

[attachment]
url*            text      url
mime_type*      text      media-type
title           text      plain
size_in_bytes   number    size
duration_in_seconds number
"""
_TYPES: dict[str, tuple[type | tuple[type, ...], str]] = {
    "text": (str, "a string"),
    "list": (list, "an array"),
    "object": (Members, "an object"),
    "boolean": (bool, "true or false"),
    "number": (float, "a number"),
}


def _read_table() -> dict[str, dict[str, tuple[str, str, bool]]]:
    kinds: dict[str, dict[str, tuple[str, str, bool]]] = {}
    members: dict[str, tuple[str, str, bool]] = {}
    for line in _TABLE.strip().splitlines():
        if line.startswith("["):
            members = kinds[line[1:-1]] = {}
        elif line:
            name, kind, *check = line.split()
            members[name.rstrip("*")] = (kind, check[0] if check else "", name.endswith("*"))
    return kinds


_KINDS = _read_table()


def lint_json(content: bytes, findings: Findings, reader: Reader) -> str:
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
        findings.add("not-a-feed", document.line, what="JSON that is no object")
    elif "version" not in document.content.by_name and "items" not in document.content.by_name:
        findings.add("not-a-feed", document.line, what="a JSON object of another kind")
    else:
        _Feed(findings, reader).check(document, "feed", "the feed")
    return text


class _Feed:
    def __init__(self, findings: Findings, reader: Reader) -> None:
        self._findings = findings
        self._reader = reader
        self._version = ""
        self._ids: set[str] = set()

    def check(self, value: Value, kind: str, parent: str) -> None:
        """Check an object and its members."""
        members = value.content
        if not isinstance(members, Members):
            return
        table = _KINDS[kind]
        for name, line in members.repeated:
            self._findings.add("json-member-repeated", line, name=name)
        if kind == "feed":
            self._version = str(getattr(members.by_name.get("version"), "content", ""))
        for name, (_, _, required) in table.items():
            if required and name not in members.by_name:
                self._findings.add("json-member-missing", value.line, name=name, parent=parent)
        for name, member in members.by_name.items():
            if name.startswith("_"):
                continue
            if name not in table:
                self._findings.add("json-member-unknown", member.line, name=name)
            else:
                self._check_member(name, member, table[name], parent)
        self._check_whole(members, kind, value.line)

    def _check_member(
        self, name: str, member: Value, known: tuple[str, str, bool], parent: str
    ) -> None:
        kind, check, _ = known
        content = member.content
        if check == "id" and isinstance(content, float):
            self._findings.add("json-id-number", member.line, value=f"{content:g}")
            return
        expected, words = _TYPES[kind]
        if not isinstance(content, expected) or (kind == "number" and isinstance(content, bool)):
            self._add_type(name, member, words)
        elif name == "author" and self._version.endswith("/1.1"):
            self._findings.add("json-author-outdated", member.line, parent=parent)
        elif isinstance(content, list):
            self._check_list(name, content, check)
        elif check in _KINDS:
            self.check(member, check, f"the {check}")
        elif isinstance(content, str):
            self._check_text(name, content, member.line, check)
        elif check == "size" and isinstance(content, float) and content <= 0:
            self._findings.add(
                "enclosure-length-zero", member.line, where=name, value="0", detail=""
            )

    def _check_list(self, name: str, items: list[Value], kind: str) -> None:
        for item in items:
            if kind == "tag":
                if not isinstance(item.content, str):
                    self._add_type(f"a member of {name}", item, "a string")
            elif isinstance(item.content, Members):
                self.check(item, kind, f"the {kind}")
            else:
                self._add_type(f"a member of {name}", item, "an object")

    def _check_text(self, name: str, text: str, line: int, check: str) -> None:
        add, now = self._findings.add, self._reader.now
        if check == "version" and text not in _VERSIONS:
            add("json-version-unknown", line, value=text)
        elif check == "url" and any(not r.startswith("uri-scheme") for r, _ in check_iri(text)):
            add("json-url-invalid", line, name=name, value=text)
        elif check == "language" and not is_language(text):
            add("language-invalid", line, where=name, value=text)
        elif check == "media-type" and check_media_type(text):
            add("media-type-invalid", line, where=name, value=text)
        elif check == "date":
            faults, moment = read_rfc3339(text.replace("t", "T").replace("z", "Z"))
            if faults:
                add("json-date-invalid", line, name=name, value=text)
            elif moment and (moment.year < 1990 or (now and moment > now + timedelta(days=1))):
                add("date-implausible", line, where=name, value=text)
        elif check == "id":
            if text in self._ids:
                add("json-id-repeated", line, value=text)
            self._ids.add(text)
            if not text.strip():
                add("blank", line, where="id")
        elif check in ("plain", "html") and not self._reader.errors_alone:
            faults = check_plain(text) if check == "plain" else check_html(text)
            for rule, detail in faults:
                add(rule, line, where=name, detail=detail)

    def _check_whole(self, members: Members, kind: str, line: int) -> None:
        names = members.by_name
        if kind == "item" and "content_html" not in names and "content_text" not in names:
            self._findings.add("json-item-empty", line)
        if kind == "author" and not {"name", "url", "avatar"} & set(names):
            self._findings.add("json-author-empty", line)
        following = names.get("next_url")
        if kind == "feed" and following and following.content == _content(names, "feed_url"):
            self._findings.add("json-next-itself", following.line)

    def _add_type(self, name: str, value: Value, expected: str) -> None:
        content = value.content
        found = "null" if content is None else ""
        for kind, words in _TYPES.values():
            if isinstance(content, kind):
                found = words
        self._findings.add("json-type-wrong", value.line, name=name, found=found, expected=expected)


def _content(members: dict[str, Value], name: str) -> object:
    return members[name].content if name in members else None
