"""The tags of templates in bodies: what those with a known meaning show, by their names.

A tag stands for a call: `{{< figure src="a.png" >}}`, `{% youtube 12 %}`, `{{ image(path="a") }}`.
What is shown is Markdown, in which HTML may stand.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from feedpub import compile_late
from feedpub.errors import Problem, Where
from feedpub.markup import write_embed
from feedpub.systems.html_bodies import write_figure

NO_TEMPLATE = (
    "is part of a template that feedpub cannot show. It is left out of the body, and the text "
    "inside it stays. To show something in its place, write it as Markdown or HTML."
)
_VIDEO_ID = compile_late(r"[\w-]{4,64}")
_NUMBER = compile_late(r"\d{3,25}")
_USER = compile_late(r"[\w-]{1,60}")
# Tags that only arrange what they hold, or that stand for parts of the page around the text.
_ARRANGING = frozenset(
    """tabs tab tabitem tabpane cards card columns column col row grid section div span center
    align box panel accordion steps step details expand collapse group buttons content-wrap
    raw rawhtml html unsafe nomarkdown markdown md text lead comment_end block spoiler fold
    folding timeline wrap container""".split()
)
_NOTES = frozenset(
    """note notice tip info warning danger alert callout admonition hint important caution
    success error aside quote_box message""".split()
)
_QUOTES = frozenset("quote blockquote pullquote pull_quote pull-quote epigraph cite".split())
_SILENT = frozenset(
    """toc table_of_contents tableofcontents more clear clearfix br newline nbsp break endmore
    ads ad adsense share comments subscribe newsletter related mathjax katex_enable
    end""".split()
)
_FIGURES = frozenset(
    """figure image img picture photo asset_img imgproc image_tag resize_image responsive_image
    responsive-image bundle-image figure_img lightbox imgcap image-caption postimage
    fancybox""".split()
)
_REMOVED = frozenset({"comment"})  # not for readers
_CODE = frozenset("highlight codeblock code prism sourcecode".split())
_SOURCES = ("src", "path", "url", "link_src", "image", "file", "href")


class Tag(msgspec.Struct, frozen=True):
    """A tag and its place: its name, its arguments, and whether it opens or closes."""

    start: int
    end: int
    name: str
    kind: Literal["open", "close", "single"]
    args: Sequence[str] = ()
    named: Mapping[str, str] = {}
    text: str = ""

    def value(self, place: int, *names: str) -> str:
        """Read the argument with one of some names, else the one at a place."""
        for name in names:
            if self.named.get(name):
                return self.named[name]
        return self.args[place] if place < len(self.args) else ""


class Scope:
    """What a body may refer to, and what of it was lost: each name once."""

    def __init__(
        self,
        *,
        find_link: Callable[[str], str | None] = lambda _: None,
        find_value: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self.find_link = find_link
        self.find_value = find_value
        self.lost: dict[str, None] = {}

    def lose(self, what: str) -> str:
        """Note that something has no place in a feed; it becomes nothing."""
        self.lost.setdefault(what)
        return ""


Write = Callable[[Tag, str | None, Scope], str | None]


def outside_code(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern that begin in no code."""
    if pattern.search(text) is None:
        return
    # Deferred: not every site has Markdown, and its parser is not small.
    from feedpub.markup import find_code

    at = 0
    for begin, end in [*find_code(text), (len(text), len(text))]:
        while at < begin and (found := pattern.search(text, at)) is not None:
            if found.start() >= begin:
                break
            yield found
            at = max(found.end(), at + 1)
        at = max(at, end)


def drop_matches(text: str, pattern: re.Pattern[str]) -> str:
    """Drop the matches of a pattern that begin in no code."""
    pieces: list[str] = []
    at = 0
    for found in outside_code(text, pattern):
        pieces.append(text[at : found.start()])
        at = found.end()
    return "".join((*pieces, text[at:]))


def rewrite_tags(text: str, tags: Sequence[Tag], scope: Scope, write: Write) -> str:
    """Write each tag as what it shows; the text between a tag and its end goes to it.

    A tag that opens and is never closed stands alone; an end without a beginning goes.
    """
    closing = _pair_tags(tags)
    pieces: list[list[str]] = [[]]
    waiting: list[tuple[Tag, int]] = []
    at = 0
    for place, tag in enumerate(tags):
        pieces[-1].append(text[at : tag.start])
        at = tag.end
        if place in closing:
            waiting.append((tag, closing[place]))
            pieces.append([])
        elif waiting and waiting[-1][1] == place:
            opened, _ = waiting.pop()
            inner = "".join(pieces.pop())
            pieces[-1].append(_show(opened, inner, scope, write))
        elif tag.kind != "close":
            pieces[-1].append(_show(tag, None, scope, write))
    pieces[-1].append(text[at:])
    return "".join("".join(piece) for piece in pieces)


def _pair_tags(tags: Sequence[Tag]) -> dict[int, int]:
    """Pair each tag that opens with the one that closes it, by their places."""
    open_tags: list[int] = []
    closing: dict[int, int] = {}
    for place, tag in enumerate(tags):
        if tag.kind == "open":
            open_tags.append(place)
        elif tag.kind == "close":
            names = {tag.name} if tag.name else None
            for begin in reversed(open_tags):
                if names is None or tags[begin].name in names:
                    closing[begin] = place
                    del open_tags[open_tags.index(begin) :]
                    break
    return closing


def _show(tag: Tag, inner: str | None, scope: Scope, write: Write) -> str:
    shown = write(tag, inner, scope)
    if shown is None:
        scope.lose(f"{tag.name}")
        return inner or ""
    return shown


def is_silent(name: str) -> bool:
    """Say whether a tag with a name shows nothing of the text."""
    return name.lower() in _SILENT


def arranges(name: str) -> bool:
    """Say whether a tag with a name only arranges or marks what it holds."""
    folded = name.lower()
    return any(folded in names for names in (_ARRANGING, _NOTES, _QUOTES, _SILENT, _CODE))


def write_known_tag(tag: Tag, inner: str | None, scope: Scope) -> str | None:
    """Write a tag of known meaning; None where its name says nothing."""
    name = tag.name.rpartition("/")[2].lower()
    if name in _CODE:
        return write_code(inner or "", tag.value(0, "lang", "language"))
    if name in _REMOVED:
        return ""
    if name in _FIGURES:
        return _write_figure(tag, inner)
    if name in _QUOTES:
        return _write_quote(tag, inner)
    if name in _NOTES:
        return _write_note(tag, inner)
    if name in _ARRANGING:
        return _write_block(tag.named.get("title") or tag.named.get("summary"), inner)
    if name in _SILENT:
        return inner or ""
    linked = _write_embed(name, tag)
    if linked is not None:
        return linked
    if name in ("button", "link", "btn", "ref-link") and tag.value(0, "href", "url", "link"):
        target = tag.value(0, "href", "url", "link")
        label = inner or tag.value(1, "text", "label", "title") or target
        return f"[{label.strip()}]({scope.find_link(target) or target})"
    return None


def _write_embed(name: str, tag: Tag) -> str | None:
    """Write an embed from another site as a link to it."""
    first = tag.value(0, "id", "v", "video_id", "videoId", "url", "link", "src")
    if first.startswith(("https://", "http://")):
        services = (
            *("youtube", "vimeo", "tweet", "twitter", "instagram", "gist", "x", "embed"),
            *("iframe", "video", "audio", "mp3", "mp4", "codepen", "jsfiddle", "bilibili"),
        )
        return _link(first, name.capitalize()) if name in services else None
    if name in ("youtube", "youtubelite", "youtube-lite", "yt", "youtubeplayer"):
        return _link_if(_VIDEO_ID, first, f"https://www.youtube.com/watch?v={first}", "YouTube")
    if name == "vimeo":
        return _link_if(_NUMBER, first, f"https://vimeo.com/{first}", "Vimeo")
    if name in ("tweet", "twitter", "x", "x_simple", "tweet_simple", "twitter_simple"):
        user, number = tag.named.get("user", "i"), tag.value(0, "id")
        if len(tag.args) > 1 and _NUMBER.fullmatch(tag.args[1]):
            user, number = tag.args[0], tag.args[1]
        is_user = _USER.fullmatch(user) is not None
        url = f"https://x.com/{user if is_user else 'i'}/status/{number}"
        return _link_if(_NUMBER, number, url, "Post on X")
    if name in ("instagram", "instagram_simple"):
        return _link_if(_VIDEO_ID, first, f"https://www.instagram.com/p/{first}/", "Instagram")
    if name == "gist":
        user = tag.named.get("user") or (tag.args[0] if len(tag.args) > 1 else "")
        number = tag.named.get("id") or (tag.args[1] if len(tag.args) > 1 else first)
        path = "/".join(filter(None, (user, number)))
        return _link(f"https://gist.github.com/{path}", "Gist") if path else None
    return None


def _link_if(pattern: re.Pattern[str], text: str, url: str, label: str) -> str | None:
    return _link(url, label) if pattern.fullmatch(text) else None


def _link(url: str, label: str) -> str:
    return f"\n\n{write_embed(url, f'{label}: {url}')}\n\n"


def write_code(code: str, language: str = "") -> str:
    """Write code as a fence that nothing in it closes."""
    longest = max((len(found) for found in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * max(3, longest + 1)
    word = language if re.fullmatch(r"[\w+#.-]{1,30}", language) else ""
    return f"\n\n{fence}{word}\n{code.strip(chr(10))}\n{fence}\n\n"


def write_span(code: str) -> str:
    """Write code inside a line."""
    return f"<code>{html.escape(code, quote=False)}</code>"


def write_image(source: str, alt: str = "", caption: str = "", link: str = "") -> str:
    """Write an image as a block of its own."""
    return f"\n\n{write_figure(source, alt=alt, caption=caption, link=link)}\n\n"


def _write_figure(tag: Tag, inner: str | None) -> str | None:
    args = [arg for arg in tag.args if not re.fullmatch(r"\d+(?:px|%)?", arg)]
    names = [arg for arg in args if re.search(r"[./]", arg)]
    source = next((tag.named[name] for name in _SOURCES if tag.named.get(name)), "")
    if not source and names:
        source = names[0]
        args = args[args.index(source) + 1 :]
    if not source:
        return None if not (inner or "").strip() else inner
    words = [arg for arg in args if arg != source and " " in arg]
    alt = tag.named.get("alt") or (words[0] if words else "")
    caption = tag.named.get("caption") or (inner or "").strip()
    if not caption and len(words) > 1 and not tag.named.get("title"):
        caption = words[1]
    if tag.named.get("attr"):
        caption = f"{caption} ({tag.named['attr']})".strip()
    title = html.escape(tag.named.get("title") or "", quote=False)
    if title and caption and title[-1].isalnum():
        title += "."
    told = " ".join(filter(None, (title, _render_inline(caption))))
    return write_image(source, alt, told, tag.named.get("link", ""))


def _render_inline(text: str) -> str:
    if not text:
        return ""
    # Deferred: not every site has Markdown, and its parser is not small.
    from feedpub.markup import render_line

    return render_line(text)


def _write_quote(tag: Tag, inner: str | None) -> str:
    by = tag.named.get("author") or ""
    if not by and not tag.named:
        by = " ".join(arg for arg in tag.args if arg not in ("left", "right", "center"))
    lines = (inner or tag.named.get("text") or tag.named.get("quote") or "").strip().split("\n")
    if by.strip(" ,"):
        lines += ["", f"— {by.strip(' ,')}"]
    return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _write_note(tag: Tag, inner: str | None) -> str:
    title = tag.named.get("title") or next((arg for arg in tag.args if " " in arg), None)
    return _write_block(title, inner or tag.named.get("text") or tag.named.get("content"))


def _write_block(title: str | None, inner: str | None) -> str:
    head = f"**{title.strip()}**\n\n" if title and title.strip() else ""
    return f"\n\n{head}{_dedent(inner or '')}\n\n"


def _dedent(text: str) -> str:
    """Take the indent of a block off its lines, which would make code of them."""
    lines = text.split("\n")
    indents = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    least = min(indents, default=0)
    first = lines[0].strip() if len(lines) > 1 else lines[0]
    return "\n".join([first, *(line[least:] for line in lines[1:])]).strip("\n")


def warn_of_losses(where: Where, scope: Scope, text: str) -> list[Problem]:
    """Make the warnings of what a body lost, each with the line that it was in.

    Args:
        where: The place of the first line of the body.
        text: The body as it is in its file.
    """
    return [
        Problem(
            "warning", _find_line(where, name, text), "content_html", name, "template", NO_TEMPLATE
        )
        for name in scope.lost
    ]


def _find_line(where: Where, name: str, text: str) -> Where:
    """Find the line that first has the name of a tag, or the last of its words."""
    words = name.split() or [""]
    spellings = (name, name.rstrip(">"), words[-1].strip("{}<>/ "))
    at = next((at for spelling in spellings if (at := text.find(spelling)) >= 0), -1)
    if where.line is None or at < 0:
        return where
    return msgspec.structs.replace(where, line=where.line + text.count("\n", 0, at))
