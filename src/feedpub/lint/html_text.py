"""HTML in feeds: what must be plain text, and what readers remove from markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import name2codepoint

from feedpub import compile_late
from feedpub.lint.findings import Faults
from feedpub.lint.loading import load_words

_SAFE = load_words("html", "safe")
_UNSAFE = load_words("html", "unsafe")
ELEMENTS = _SAFE | _UNSAFE
_VOID = load_words("html", "void")
# The end tags that HTML lets one leave out.
_OPTIONAL = load_words("html", "optional")
_FOREIGN = frozenset({"svg", "math"})

_TAG = compile_late(
    r"<(?P<end>/?)(?P<name>[A-Za-z][0-9A-Za-z:.\-]*+)"
    r"(?P<attributes>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>"
)
_ATTRIBUTE = compile_late(
    r"(?P<name>[^\s\"'<>/=]++)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'"
    r"|(?P<bare>[^\s\"'<>]++)))?+"
)
_REFERENCE = compile_late(
    r"<(?i:a\s+href|img\s[^<>]{0,2000}?\bsrc)=(?:\"(?P<double>[^\"<]*)\"|'(?P<single>[^'<]*)')[\s>]"
)
_NO_URL_CHARACTER = compile_late(r"[\x00-\x7f](?<![0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#])")
_ENTITY = compile_late(r"&(#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][0-9A-Za-z]{1,31});")
_HUGE = compile_late(r"&#[0-9]{1000,};?")
_COMMENT = compile_late(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_RAW = compile_late(r"<(script|style)\b[^>]*+>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_LINK_ATTRIBUTES = frozenset("href src poster data action longdesc cite background".split())
_SCRIPT_SCHEMES = ("javascript:", "vbscript:", "data:text/html")
_ABSOLUTE = compile_late(r"[A-Za-z][0-9A-Za-z+.\-]*:|#")


def check_plain(value: str) -> Faults:
    """Check that a text that readers show as it is holds no tags and no entities."""
    if "<" not in value and "&" not in value:
        return ()
    for found in _TAG.finditer(value):
        if found["name"].lower() in ELEMENTS:
            return (("html-in-text", found[0]),)
    for found in _ENTITY.finditer(value):
        if found[1].startswith("#") or found[1] in name2codepoint or found[1] == "apos":
            return (("html-in-text", found[0]),)
    return ()


def check_html(value: str) -> Faults:
    """Check escaped HTML; each fault is listed once."""
    if "<" not in value:
        return ()
    return tuple(dict.fromkeys(_iter_faults(value)))


def check_html_urls(value: str) -> Faults:
    """Check that the relative addresses in escaped HTML could be addresses at all."""
    for found in _REFERENCE.finditer(value) if "<" in value else ():
        url = _resolve(found["double"] or found["single"] or "").strip()
        bad = None if _ABSOLUTE.match(url) else _NO_URL_CHARACTER.search(url)
        if bad:
            return (("html-url-invalid", bad[0]),)
    return ()


def _resolve(value: str) -> str:
    # int() refuses thousands of digits, and unescape() counts on it.
    return unescape(_HUGE.sub("\ufffd", value))


def _iter_faults(value: str) -> Iterator[tuple[str, str]]:
    bare = _COMMENT.sub("", value)
    stack: list[str] = []
    foreign = 0
    for found in _TAG.finditer(_RAW.sub(lambda raw: f"<{raw[1]}></{raw[1]}>", bare)):
        name, attributes = found["name"].lower(), found["attributes"]
        if name in _FOREIGN:
            foreign += -1 if found["end"] else 1
        elif foreign > 0:
            continue
        elif name in _UNSAFE and not _is_confined(found):
            yield ("html-unsafe", f"<{name}>")
        elif name not in _SAFE and name not in _UNSAFE:
            yield ("html-unknown-element", name)
            continue
        if found["end"]:
            fault = _close(stack, name)
            if fault:
                yield ("html-unbalanced", fault)
            continue
        yield from _iter_attribute_faults(attributes)
        if name not in _VOID and not attributes.endswith("/"):
            stack.append(name)
    for name in stack:
        if name not in _OPTIONAL:
            yield ("html-unbalanced", f"<{name}>")
            return


def _is_confined(tag: re.Match[str]) -> bool:
    """Say whether a tag is that of a frame whose player can do nothing but play."""
    if tag["name"].lower() != "iframe":
        return False
    attributes = {
        found["name"].lower(): found["double"] or found["single"] or found["bare"] or ""
        for found in _ATTRIBUTE.finditer(tag["attributes"])
    }
    is_safe = "sandbox" in attributes and attributes.get("src", "").startswith("https://")
    return bool(tag["end"]) or (is_safe and "srcdoc" not in attributes)


def _close(stack: list[str], name: str) -> str | None:
    """Close an element; return the tag that has no counterpart."""
    if name in _VOID:
        return None
    # Only near the top: a hostile text must not make this quadratic.
    for depth in range(1, min(len(stack), 64) + 1):
        if stack[-depth] == name:
            left = [inner for inner in stack[len(stack) - depth + 1 :] if inner not in _OPTIONAL]
            del stack[-depth:]
            return f"<{left[0]}>" if left else None
    return f"</{name}>"


def _iter_attribute_faults(attributes: str) -> Iterator[tuple[str, str]]:
    if not attributes.strip("/ "):
        return
    for found in _ATTRIBUTE.finditer(attributes):
        name = found["name"].lower()
        value = (found["double"] or found["single"] or found["bare"] or "").strip()
        if name.startswith("on") and name.isalpha():
            yield ("html-unsafe", name)
        elif name in _LINK_ATTRIBUTES:
            if value.lower().startswith(_SCRIPT_SCHEMES):
                yield ("html-unsafe", value[:40])
            elif not _ABSOLUTE.match(value) and not _NO_URL_CHARACTER.search(_resolve(value)):
                yield ("html-relative-url", value)


def is_unsafe(name: str) -> bool:
    """Say whether readers remove an element of HTML."""
    return name in _UNSAFE


def is_script_attribute(name: str, value: str) -> bool:
    """Say whether an attribute would run a script."""
    if name.lower().startswith("on"):
        return True
    return name.lower() in _LINK_ATTRIBUTES and value.strip().lower().startswith(_SCRIPT_SCHEMES)
