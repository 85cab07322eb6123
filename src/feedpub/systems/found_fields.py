"""The fields of one record while they are found: values, what found them, what was lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from feedpub import compile_late
from feedpub.errors import Problem, describe_value
from feedpub.markup import render_markdown
from feedpub.settings import MarkupName
from feedpub.sources import Raw
from feedpub.systems.html_bodies import complete_links
from feedpub.systems.markdown_signs import find_markdown, looks_like_markdown
from feedpub.systems.protocol import Translation
from feedpub.systems.rich_text import Resolve, render_rich_text
from feedpub.systems.shapes import unwrap
from feedpub.systems.statuses import translate_status
from feedpub.systems.template_tags import NO_TEMPLATE, Scope
from feedpub.systems.templates import show_templates
from feedpub.systems.titles import title_of
from feedpub.text import has_markup, join_url, unescape_markup

_BODY = compile_late(r"<body\b[^>]*>(.*?)(?:</body\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_NO_ZONE = compile_late(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_ESCAPED_TWICE = (
    "was escaped once too often. It is read unescaped. If it is meant so, set markup in "
    '[[source]]: "html" or "text".'
)
_LIKE_MARKDOWN = (
    'looks like Markdown, and is published as text. To render it, set markup = "markdown" in '
    '[[source]]. If it is text, set markup = "text".'
)
_EMPTY: tuple[object, ...] = (None, "", [], {}, ())


class Watched(Mapping[str, object]):
    """An object of JSON that remembers which of its values were asked for."""

    def __init__(self, value: Mapping[str, object]) -> None:
        self._value = value
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> object:
        found = self._value[name]
        self.used.add(name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._value

    def __iter__(self) -> Iterator[str]:
        return iter(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def list_unused(self) -> tuple[str, ...]:
        """List the names of values that nobody asked for and that hold something."""
        return tuple(
            name
            for name, value in self._value.items()
            if name not in self.used and value not in _EMPTY
        )


class FoundFields:
    """Collects the fields of one record.

    Args:
        home: The site that links and images are relative to, where the system says so.
    """

    def __init__(self, raw: Raw, home: str = "") -> None:
        self._home = home
        self.fields: dict[str, object] = {}
        self.rules: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.unused: tuple[str, ...] = ()
        self._raw = raw

    def put(self, field: str, value: object, rule: str) -> bool:
        """Put a field that holds something; one that was found before stays."""
        if value in _EMPTY or field in self.fields:
            return False
        if field == "images" and isinstance(value, list):
            value = [self.complete(image) for image in value]
        self.fields[field] = value
        self.rules[field] = rule
        return True

    def warn(self, field: str, value: object, message: str, kind: str = "lost") -> None:
        """Tell of what was lost or is doubtful."""
        shown = None if value is None else describe_value(value)
        where = self._raw.origin.where
        self.problems.append(Problem("warning", where, field, shown, kind, message))

    def put_title(self, value: object, rule: str, body: object = None) -> None:
        """Put the title; where there is none, the beginning of the text stands in for it."""
        self.put("title", unwrap(value), rule)
        text = unwrap(body)
        if "title" not in self.fields and isinstance(text, str):
            self.put("title", title_of(text), "the beginning of its text: it has no title")

    def put_status(self, value: object, rule: str) -> None:
        """Put a status in the contract's word for it."""
        self.put("status", translate_status(value), rule)

    def complete(self, image: object) -> object:
        """Complete the address of an image that is relative to the site."""
        if isinstance(image, dict) and isinstance(image.get("src"), str):
            return {**image, "src": self.complete(image["src"])}
        if isinstance(image, str) and image.startswith("/") and self._home:
            return join_url(self._home, image)
        return image

    def put_body(
        self,
        value: object,
        rule: str,
        resolve: Resolve | None = None,
        *,
        is_markdown: bool = False,
        markup: MarkupName | None = None,
        told: str = "content_html",
    ) -> None:
        """Put a body of any kind: a rich-text tree, HTML, Markdown or plain text.

        Args:
            is_markdown: A text may be Markdown, and is where it has its marks.
            markup: What a text is written in, if that is known; else each is looked at.
            told: The field that a warning names.
        """
        if "content_html" in self.fields or "content_text" in self.fields:
            return
        value = unwrap(value)
        is_known = isinstance(value, str) and markup is not None
        tree = None if is_known else render_rich_text(value, resolve)
        if tree is not None:
            self._put_tree(tree.html, tree.unknown, tree.lost, rule)
        elif isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            self.put_body(
                "\n\n".join(map(str, value)), rule, is_markdown=is_markdown, markup=markup
            )
        elif isinstance(value, str) and markup is not None:
            self._put_known(value, rule, markup)
        elif isinstance(value, str):
            self._put_text(value, rule, is_markdown=is_markdown)
        elif isinstance(value, Mapping):
            name = next((name for name in _TEXTS if isinstance(value.get(name), str)), None)
            if name is not None:
                self._put_text(str(value[name]), rule, is_markdown=name == "markdown")
        is_read = not {"content_html", "content_text"}.isdisjoint(self.fields)
        if not is_read and not _is_hollow(value):
            self.warn(told, value, "is not a text that feedpub can read. It is left out.")

    def _put_tree(self, markup: str, unknown: Sequence[str], lost: int, rule: str) -> None:
        markup = complete_links(markup, self._home)
        self.put("content_html", markup, f"{rule}, a rich-text tree")
        if unknown:
            kinds = ", ".join(unknown)
            message = "is not a kind of node that feedpub knows. Only its text is published."
            self.warn("content_html", kinds, message)
        if lost:
            message = "holds images or embeds whose address cannot be found. They are left out."
            self.warn("content_html", None, message)

    def _put_text(self, text: str, rule: str, *, is_markdown: bool) -> None:
        unescaped = unescape_markup(text)
        if unescaped is not None:
            text, rule = unescaped.text, f"{rule}, which was escaped twice"
            field = "content_html" if has_markup(text) else "content_text"
            self.warn(field, unescaped.sample, _ESCAPED_TWICE, "escaped")
        if is_markdown and looks_like_markdown(text):
            self._put_known(text, rule, "markdown")
        elif has_markup(text):
            markup = complete_links(take_body(text), self._home)
            self.put("content_html", markup, f"{rule}, which is HTML")
        else:
            self.put("content_text", text, rule)
            if mark := find_markdown(text):
                self.warn("content_text", mark, _LIKE_MARKDOWN, "markup")

    def _put_known(self, text: str, rule: str, markup: MarkupName) -> None:
        """Put a text whose markup is known."""
        if markup == "text":
            self.put("content_text", text, rule)
            return
        if markup == "markdown":
            title, scope = self.fields.get("title"), Scope()
            shown = show_templates(text, scope, home=self._home)
            for name in scope.lost:
                self.warn("content_html", name, NO_TEMPLATE, "template")
            text = render_markdown(
                shown, title=None if title is None else str(title), first_line=1
            ).html
            rule = f"{rule}, which is Markdown"
        self.put("content_html", complete_links(text, self._home), rule)

    def finish(self) -> Translation:
        """Give what was found."""
        return Translation(self.fields, self.rules, problems=self.problems, unused=self.unused)


def _is_hollow(value: object) -> bool:
    """Say whether a value holds nothing, such as a tree without nodes."""
    inner = value.values() if isinstance(value, Mapping) else ()
    return value in _EMPTY or (bool(inner) and all(item in _EMPTY for item in inner))


_TEXTS = ("html", "markdown", "text", "plain", "body", "content")


def take_body(markup: str) -> str:
    """Take the body out of a whole document of HTML."""
    found = _BODY.search(markup)
    return markup if found is None else found[1]


def in_utc(value: object) -> object:
    """Say of a time without zone that it is in UTC, where a system's rule says so."""
    if isinstance(value, str) and _NO_ZONE.fullmatch(value.strip()):
        return value.strip() + "Z"
    return value


def as_object(value: object) -> Mapping[str, object]:
    """Take a value for an object; an empty one where it is none."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: object) -> Sequence[object]:
    """Take a value for a list; an empty one where it is none."""
    return value if isinstance(value, list) else ()


def as_objects(value: object) -> list[Mapping[str, object]]:
    """Take the objects of a list."""
    return [item for item in as_list(value) if isinstance(item, Mapping)]
