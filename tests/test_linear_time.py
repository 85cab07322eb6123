"""Work grows in proportion to length, whatever a text is made of: each pattern, and each door.

Steps inside of a pattern can't be counted. So the processor's time for four times the length is
compared with that for the length: about 4 where it is linear, 16 where it is quadratic.
"""

from __future__ import annotations

import html
import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from feedpub import FeedpubError, build, load_config
from patterns import PACKAGE, Compiled, list_attacks, list_patterns
from support import NOW, STANDARD_TOML

MOST = 8.0  # times as long for four times the length
LONGEST = 10.0  # seconds, for what would take minutes

# Patterns whose callers bound what they are given, so that a text of any length costs little. They
# are named as in their modules; None is one that a function compiles, and "*" is each of a module.
BOUNDED = {
    ("lint/addresses.py", "_ABSOLUTE"): "matched with the whole of a value",
    ("lint/values.py", "pattern"): "matched with the whole of a value",
    ("markup/image_sources.py", None): "matched with the beginning of an address",
    ("pages/captions.py", "*"): "captions, of which the last 300 characters are looked at",
    ("pages/html_figures.py", "_CREDIT_AT_END"): "captions of a bounded length",
    ("pages/html_head.py", "_SITE_SEPARATOR"): "titles with single spaces",
    ("pages/html_words.py", None): "names in markup, shorter than 1,000 characters",
    ("pages/remnants.py", None): "lines of at most 160 characters",
    ("pages/text_page.py", "_TWO_SENTENCES"): "headlines of at most 300 characters",
    ("settings.py", None): "matched with the whole of a setting",
    ("systems/shortcodes.py", "_ZOLA_SHOWN"): "looks at most 2,000 characters ahead",
    ("text/breadcrumbs.py", None): "matched with the beginning of a text",
    ("text/tags.py", "_REST"): "fails once for a text at most",
    ("text/tags.py", "_NEAREST_END"): "matched up to the nearest bracket",
}


class TooLongError(Exception):
    """A call took longer than it may."""


@contextmanager
def limit_time() -> Iterator[None]:
    def stop(number: int, frame: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def measure(call: Callable[[], object], *, times: int) -> float:
    """Measure the shortest time that a call takes, in seconds of the processor."""
    spent = []
    for _ in range(times):
        begin = time.process_time()
        try:
            with limit_time():
                call()
        except TooLongError:
            return LONGEST
        spent.append(time.process_time() - begin)
    return min(spent)


def grows_too_fast(call: Callable[[int], object], length: int, *, noticed: float) -> bool:
    """Say whether a call takes much more than four times as long for four times a length.

    Less than `noticed` seconds for the greater length are too few to compare. What is slow is so
    each time; a machine that does other things seems slow once.
    """
    return all(_seems_to_grow(call, length, noticed=noticed) for _ in range(3))


def _seems_to_grow(call: Callable[[int], object], length: int, *, noticed: float) -> bool:
    first = measure(lambda: call(4 * length), times=1)
    if not noticed <= first < LONGEST:
        return first >= LONGEST
    short = measure(lambda: call(length), times=3)
    return measure(lambda: call(4 * length), times=2) > MOST * max(short, noticed / 16)


def is_bounded(compiled: Compiled) -> bool:
    return any(
        place in BOUNDED for place in ((compiled.module, compiled.name), (compiled.module, "*"))
    )


def try_pattern(compiled: Compiled, text: str) -> None:
    pattern = re.compile(compiled.text, compiled.flags)
    if compiled.is_searched:
        for _ in pattern.finditer(text):
            pass
    else:
        pattern.match(text)
        pattern.fullmatch(text)


def find_slow_attack(compiled: Compiled) -> tuple[str, str] | None:
    for begin, piece in list_attacks(compiled.text, compiled.flags):

        def read(length: int, begin: str = begin, piece: str = piece) -> None:
            try_pattern(compiled, begin + piece * max(length // len(piece), 1) + "\0")

        # The first catches what takes exponential time.
        if measure(lambda: read(24), times=1) > 1 or grows_too_fast(read, 4_000, noticed=0.03):
            return begin, piece
    return None


@pytest.mark.slow
@pytest.mark.parametrize(
    "room", sorted(path.name for path in PACKAGE.iterdir() if path.name[0] not in "_.")
)
def test_patterns_take_linear_time(room: str) -> None:
    patterns = [one for one in list_patterns() if one.module.partition("/")[0] == room]
    slow = {
        (one.module, one.line, one.name): attack
        for one in patterns
        if not is_bounded(one) and (attack := find_slow_attack(one))
    }
    assert slow == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "is_slow"),
    [
        (r"\s+$", True),
        (r"(?<!\s)\s++$", False),
        (r"<figure>\s*(?:<b>)?\s*</figure>", True),
        (r"(?:a|a)*b", True),
        (r"[^,]*,", True),
        (r",[^,]*", False),
    ],
)
def test_slow_pattern_is_seen(text: str, is_slow: bool) -> None:
    compiled = Compiled("text/plain.py", 0, text, re.compile(text).flags)
    assert (find_slow_attack(compiled) is not None) is is_slow


# What a text of one of the formats is full of.
PIECES = (
    *("<b ", "<b>", "<b><i>", "<!--", "<p>", "<div>", '<a href="x">', "<img src=x>", "<figure>"),
    *(" ", "\n", "a\n", "\t", "&", "&amp;", "&lt;", "[", "(", "[x](", "![", "a@", "1", "12:00 "),
    *("字", '"', "'", "- ", "> ", "#", "*", "**", "_", "`", "| a ", "{{", "{% x %}", "[caption]"),
    *('[x a="', "http://x.y/ ", ",", ": ", "By A, ", "Photo: ", "A. ", "a ", "a", "---\n", "\\"),
    *("<td>", "<li>", "<script>", "<svg>", "<table><tr>", "\u202e", "\u200d", "e\u0301", "[^1]: "),
)
RECORD = {
    "id": "a",
    "title": "Tea",
    "section": "River",
    "updated": "2020-05-25T10:00:00Z",
    "link": "https://news.example.com/a",
}
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    '<link rel="canonical" href="https://news.example.com/a">'
    '<meta property="article:section" content="River"><meta name="author" content="{author}">'
    '<meta property="article:modified_time" content="2020-05-25"></head><body><article>'
    '<h1>{headline}</h1><p class="byline">{byline}</p><time>{time}</time>'
    "<p>Steam rose over the river for an hour, and nobody heard of it.</p>"
    '<figure><img src="a.png"><figcaption>{caption}</figcaption></figure>{body}'
    "<p>Steam rose over the river for an hour, and nobody heard of it.</p></article></body></html>"
)
SLOTS = {
    "title": "Tea",
    "author": "Ru Zhilan",
    "headline": "Tea",
    "byline": "By Ru Zhilan",
    "time": "May 25, 2020",
    "caption": "A cup",
    "body": "",
}
RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><description>x</description>'
    "<link>https://news.example.com/</link><item><title>{title}</title><guid>g</guid>"
    "<link>https://news.example.com/a</link><pubDate>Mon, 25 May 2020 10:00:00 GMT</pubDate>"
    "<description>{body}</description></item></channel></rss>"
)
HEAD = "---\ntitle: Tea\ndate: 2020-05-25\nsection: River\n---\n"
TXT = "Tea\nBy {byline}\nUpdated: {updated}\n\n{body}\n"


def write_record(**fields: Callable[[str], object]) -> Callable[[str], tuple[str, str]]:
    def write(text: str) -> tuple[str, str]:
        given = {name: make(text) for name, make in fields.items()}
        return "a.jsonl", json.dumps({**RECORD, **given})

    return write


def write_page(slot: str, *, escaped: bool = True) -> Callable[[str], tuple[str, str]]:
    def write(text: str) -> tuple[str, str]:
        return "a.html", PAGE.format(**{**SLOTS, slot: html.escape(text) if escaped else text})

    return write


def write_file(name: str, before: str, after: str = "\n") -> Callable[[str], tuple[str, str]]:
    return lambda text: (name, before + text + after)


# Each door that texts of anyone come in by: writes the file that brings a text there.
DOORS: dict[str, Callable[[str], tuple[str, str]]] = {
    **{
        f"{name} of a record": write_record(**{name: str})
        for name in (
            *("title", "content_html", "content_text", "content", "summary", "author", "section"),
            *("updated", "link", "id", "language", "tags"),
        )
    },
    "caption of a record": write_record(
        images=lambda text: [
            {"src": "https://x.example/a.png", "caption": text, "credit": text, "alt": text}
        ]
    ),
    "image of a record": write_record(images=lambda text: [{"src": text}]),
    **{f"{slot} of a page": write_page(slot) for slot in SLOTS},
    **{
        f"markup in the {slot} of a page": write_page(slot, escaped=False)
        for slot in ("title", "headline", "byline", "caption", "body")
    },
    "page": write_file("a.html", ""),
    "Markdown": write_file("a.md", HEAD),
    "Markdown without front matter": write_file("a.md", ""),
    "title in front matter": write_file("a.md", "---\ntitle: ", "\n---\nTea\n"),
    "front matter": write_file("a.md", "---\n", "\n---\nTea\n"),
    "TOML front matter": write_file("a.md", '+++\ntitle = "', '"\n+++\nTea\n'),
    "MDX": write_file("a.mdx", HEAD),
    "reStructuredText": write_file("a.rst", "Tea\n===\n:date: 2020-05-25\n\n"),
    "text": write_file("a.txt", ""),
    "byline of a text": write_file("a.txt", "Tea\nBy ", "\nUpdated: 2020-05-25\n\nSteam.\n"),
    "time of a text": write_file("a.txt", "Tea\nBy Ru Zhilan\nUpdated: ", "\n\nSteam.\n"),
    "body of a text": write_file("a.txt", "Tea\nBy Ru Zhilan\nUpdated: 2020-05-25\n\n"),
    "CSV": write_file("a.csv", ""),
    "cell": write_file("a.csv", "id,title,section,updated\na,", ",River,2020-05-25\n"),
    "quoted cell": write_file("a.csv", 'id,title,section,updated\na,"', '",River,2020-05-25\n'),
    "JSON": write_file("a.json", ""),
    "text of JSON": write_file("a.json", '[{"id": "a", "title": "', '"}]'),
    "JSON lines": write_file("a.jsonl", ""),
    "XML": write_file("a.xml", ""),
    "title of RSS": lambda text: ("a.xml", RSS.format(title=html.escape(text), body="")),
    "body of RSS": lambda text: ("a.xml", RSS.format(title="Tea", body=html.escape(text))),
    "markup in RSS": lambda text: ("a.xml", RSS.format(title="Tea", body=text)),
    "post of Jekyll": write_file("_posts/2020-05-25-a.md", "---\ntitle: Tea\n---\n"),
}


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_every_door_takes_linear_time(tmp_path: Path, door: str) -> None:
    slow = []
    for number, piece in enumerate(PIECES):

        def read(length: int, piece: str = piece, number: int = number) -> None:
            site = tmp_path / f"{number}-{length}"
            name, text = DOORS[door](piece * (length // len(piece)) + "x")
            path = site / "sources" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="replace")
            (site / "feedpub.toml").write_text(STANDARD_TOML, encoding="utf-8")
            # Nothing is kept for a second time.
            folder = site / f"feeds-{time.perf_counter_ns()}"
            toml = STANDARD_TOML.replace("[site]", f'[site]\noutput = "{folder.name}"')
            (site / "feedpub.toml").write_text(toml, encoding="utf-8")
            with suppress(FeedpubError):
                build(load_config(site / "feedpub.toml"), NOW, accept_loss=True)

        if grows_too_fast(read, 15_000, noticed=0.4):
            slow.append(piece)
    assert slow == []
