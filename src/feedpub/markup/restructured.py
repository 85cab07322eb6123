"""reStructuredText to HTML by docutils; no file is inserted, and no raw HTML."""

from __future__ import annotations

import msgspec
from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree

from feedpub import compile_late

_SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "warning_stream": False,  # nowhere
    "halt_level": 6,  # above every level: a fault costs its own place
    "report_level": 2,
    "doctitle_xform": False,
    "sectsubtitle_xform": False,
    "docinfo_xform": False,
    "initial_header_level": 2,
    "section_self_link": False,
    "syntax_highlight": "none",
    "smart_quotes": False,
    "embed_stylesheet": False,
    "input_encoding": "unicode",
    "output_encoding": "unicode",
    "line_length_limit": 100_000,
    "language_code": "en",
}
_UNKNOWN = compile_late(r'Unknown directive type "([^"]+)"')
_ROLE = compile_late(r":[\w.:+-]{1,80}:`([^`]*+)`|`([^`]*+)`(?::[\w.:+-]{1,80}:|_{0,2})")
_BLOCKS = compile_late(r"(\n[ \t]*+\n)")
_MARK = compile_late(r"""[*`'"|{<\[(]""")
# docutils takes quadratic time for those of a block. No paragraph of an article has as many.
_MOST_MARKS = 2_000
_MAIN = compile_late(r"<main\b[^>]*+>")


class RestructuredBody(msgspec.Struct, frozen=True):
    """A body as HTML, which is not made safe yet; `unknown` are the directives it lost.

    "inline markup" is among them if a block has too many marks to be more than letters.
    """

    html: str
    unknown: tuple[str, ...]


def render_restructured(text: str) -> RestructuredBody:
    """Render a body; what docutils does not know is left out."""
    unknown: dict[str, None] = {}
    blocks = _BLOCKS.split(text)
    for number, block in enumerate(blocks):
        if len(block) > _MOST_MARKS and len(_MARK.findall(block)) > _MOST_MARKS:
            blocks[number] = _MARK.sub(r"\\\g<0>", block)
            unknown["inline markup"] = None
    document = publish_doctree("".join(blocks), settings_overrides=_SETTINGS)
    for message in list(document.findall(nodes.system_message)):
        if found := _UNKNOWN.search(message.astext()):
            unknown.setdefault(found[1])
        message.parent.remove(message)
    for wrong in list(document.findall(nodes.problematic)):
        words = _ROLE.sub(lambda found: found[1] or found[2] or "", wrong.astext())
        wrong.parent.replace(wrong, nodes.Text(words))
    html = publish_from_doctree(
        document, writer="html5", settings_overrides={**_SETTINGS, "report_level": 5}
    )
    main = _MAIN.search(html)
    body = html[main.end() : html.rfind("</main>")].strip() if main else ""
    return RestructuredBody(body, tuple(unknown))
