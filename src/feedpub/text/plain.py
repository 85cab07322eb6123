"""Plain text: what a title, a name, or a caption can have."""

from __future__ import annotations

from feedpub import compile_late
from feedpub.text.references import resolve_references
from feedpub.text.tags import part_tags, remove_tags
from feedpub.text.unseen import remove_unseen

# XML 1.0 section 2.2 forbids everything else, escaped or not.
_FORBIDDEN = compile_late(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
# Nothing to do: no markup, no entities, and only single spaces between words.
_ORDINARY = compile_late(
    r"(?:[!-%'-;=?-~\xa1-\u02ff\u2010-\u2027\u2030-\u205e\u3001-\ud7ff\uff01-\uffdc]++ ?)*+"
)
# Any depth of `&amp;amp;lt;` at once: resolving one level a pass would take quadratic time.
_NESTED_AMPERSAND = compile_late(
    r"&(?:(?:amp|AMP);?|#0*38(?:;|(?![0-9]))|#[xX]0*26(?:;|(?![0-9A-Fa-f])))+"
)
_MAX_PASSES = 50


def strip_forbidden(text: str) -> str:
    """Remove the characters that XML forbids, including lone surrogates."""
    return _FORBIDDEN.sub("", text)


def plain_text(value: str) -> str:
    """Remove entities, tags of HTML, unseen characters, and stray spaces from a text.

    `<new>` and `1 < 2` are not HTML tags and stay. A reader that takes the text for HTML runs
    nothing of it: a space parts the bracket of what only looks like a tag from its name.
    """
    if _ORDINARY.fullmatch(value):
        return value.rstrip(" ")
    text = strip_forbidden(value)
    for _ in range(_MAX_PASSES):
        resolved = resolve_references(_NESTED_AMPERSAND.sub("&", text))
        if resolved == text:
            break
        text = resolved
    text = remove_unseen(strip_forbidden(text))
    if "<" in text:
        for _ in range(_MAX_PASSES):
            stripped = remove_unseen(remove_tags(text))
            if stripped == text:
                break
            text = stripped
        text = part_tags(text)
    return " ".join(text.split())
