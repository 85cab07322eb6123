"""Whatever is changed in a feed, its errors are those that a walk of all of it finds."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.lint import lint_feed
from feedpub.lint.dates import FORMS
from feedpub.lint.rules import load_rules
from feedpub.lint.values import _CHECKS, find_error_checks, load_forms
from many_entries import DECLARATION, FEEDS, POOL, fill, lint_wholly, make_feed
from support import examples

LINTED = sorted((Path(__file__).parent / "lint").glob("*/*.xml"))
VALUE = re.compile(r'(?<=>)[^<>]*(?=<)|(?<==")[^"]*(?=")')
TAG = re.compile(r"<[^<>]+>")
ELEMENT = re.compile(r"<([\w:]+)[^<>]*(?:/>|>[^<>]*</\1>)\s*")


@pytest.mark.parametrize("path", LINTED, ids=lambda path: path.stem)
def test_feed_that_repeats_its_entries_has_the_errors_of_a_whole_walk(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    text = DECLARATION + re.sub(r"\A\s*<\?xml [^>]*\?>\s*", "", text)

    def repeat(entry: re.Match[str]) -> str:
        return "".join(
            re.sub(r"(<(?:guid|id)\b[^>]*>[^<]+)", rf"\g<1>{n}", entry[0]) for n in range(3)
        )

    repeated = re.sub(r"<(item|entry)>.*?</\1>\s*", repeat, text, flags=re.DOTALL)
    for content in (text.encode(), repeated.encode(), repeated.encode()):
        assert lint_feed(content, errors_alone=True) == lint_wholly(content)


def mutate_value(text: str, rng: random.Random) -> str:
    """Put another value in place of one."""
    spans = [found.span() for found in VALUE.finditer(text)]
    start, end = rng.choice(spans) if spans else (0, 0)
    value = rng.choice((*POOL, text[start:end] + " ", text[start:end][1:]))
    return text[:start] + rng.choice((value, escape(value, {'"': "&quot;"}))) + text[end:]


def mutate_tags(text: str, rng: random.Random) -> str:
    """Remove, repeat, move, or rename a tag or an element, or put something before it."""
    spans = [found.span() for found in rng.choice((TAG, ELEMENT)).finditer(text)]
    if not spans:
        return text
    (start, end), (place, _) = rng.choice(spans), rng.choice(spans)
    own = text[start:end]
    inserted = rng.choice((own, rng.choice(POOL), own.replace("media:", "dc:"), own.upper(), ""))
    if rng.random() < 0.5:
        text = text[:start] + text[end:]
    return text[:place] + inserted + text[place:]


def mutate_characters(text: str, rng: random.Random) -> str:
    """Remove or repeat some characters, or put others in their place."""
    start = rng.randrange(len(text) + 1)
    end = min(start + rng.choice((0, 1, 1, 2, 9)), len(text))
    inserted: str = rng.choice(("", text[start:end] * 2, *"<>&\"'= /!?;:\n\x00", rng.choice(POOL)))
    return text[:start] + inserted + text[end:]


def change(text: str, rng: random.Random) -> str:
    mutations: tuple[Callable[[str, random.Random], str], ...] = (
        mutate_value,
        mutate_value,
        mutate_tags,
        mutate_characters,
    )
    return rng.choice(mutations)(text, rng)


@pytest.mark.hypothesis
@examples(4000, few=150)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(FEEDS)))
def test_errors_are_those_of_a_whole_walk_whatever_is_changed(
    rng: random.Random, form: str
) -> None:
    frame, entries = make_feed(form, 6)
    assert lint_feed(fill(frame, entries), errors_alone=True) == ()
    for _ in range(rng.choice((1, 1, 2, 3))):
        if rng.random() < 0.2:
            frame = change(frame, rng)
        else:
            number = rng.randrange(len(entries))
            entries[number] = change(entries[number], rng)
    if rng.random() < 0.2:
        entries.append(rng.choice(entries))
    content = fill(frame, entries)
    assert lint_feed(content, errors_alone=True) == lint_wholly(content)
    assert lint_feed(content, errors_alone=True) == lint_wholly(content)


@pytest.mark.parametrize("name", sorted({*load_forms(), *_CHECKS, *FORMS}))
def test_usual_values_have_no_error(name: str) -> None:
    rng = random.Random(1)
    form = load_forms().get(name)
    values = [*POOL, *(form.good + form.bad if form else ())]
    values += [mutate_characters(rng.choice(values), rng) for _ in range(300)]
    for check, usual in find_error_checks((name,)):
        for value in values:
            if usual and usual(value):
                errors = [
                    rule for rule, _ in check(value) if load_rules()[rule].severity == "error"
                ]
                assert not errors, value
