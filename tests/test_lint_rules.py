"""The tables of lint: each rule's examples break and keep it, and each list is in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import feedpub.lint
from feedpub.lint.dates import FORMS, check_date
from feedpub.lint.languages import is_language, name_meant_language
from feedpub.lint.linting import lint_feed
from feedpub.lint.loading import load_blocks, load_toml
from feedpub.lint.nodes import NAMESPACES
from feedpub.lint.rules import Rule, load_rules
from feedpub.lint.values import _CHECKS, load_forms, make_check
from feedpub.lint.vocabulary import find_kind

RULES = load_rules()
GOOD = Path(__file__).parent / "lint" / "good"
DATA = Path(feedpub.lint.__file__).parent / "data"
# What breaks these is too long to show; tests and files of their own do.
WITHOUT_EXAMPLE = {"feed-refused", "feed-too-large", "xml-attributes-many", "atom-ids-all-equal"}
FRAMES = {
    "RSS 1.0": "rss-1.0.xml",
    "RSS": "rss.xml",
    "Atom": "atom.xml",
    "JSON": "json.json",
}
# What a sentence may begin with in small letters.
NAMES = ("xml:", "thr:", "media:", "next_url")
# Where an example stands that takes no other's place: between the lines that begin so.
REGIONS = {
    "RSS channel": ("<channel>", "<item>"),
    "RSS item": ("<item>", "</item>"),
    "Atom feed": ("<feed", "<entry>"),
    "Atom entry": ("<entry>", "</entry>"),
    "JSON Feed": ("{", '"items"'),
    "JSON Feed item": ('"items"', '"date_published"'),
}


def unindent(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def make_document(rule: Rule, example: str) -> bytes:
    """Make a feed whose one fault, or none, is the example of a rule."""
    if rule.place == "file":
        return example.encode()
    if rule.place == "UTF-16 file":
        return example.encode("utf-16-be")
    name = next(name for start, name in FRAMES.items() if rule.place.startswith(start))
    frame = unindent((GOOD / name).read_text(encoding="utf-8"))
    if unindent(rule.good) in frame:
        text = frame.replace(unindent(rule.good), unindent(example), 1)
    else:
        text = insert_example(frame.splitlines(), example, *REGIONS[rule.place])
    root = "<rss" if "<rss" in text else "<feed"
    for prefix in sorted(set(re.findall(r"[<\s](\w+):\w", text)) - {"xml"}):
        if prefix in NAMESPACES and f"xmlns:{prefix}=" not in text:
            text = text.replace(root, f'{root} xmlns:{prefix}="{NAMESPACES[prefix]}"', 1)
    return text.encode()


def insert_example(lines: list[str], example: str, start: str, end: str) -> str:
    """Insert an example into a region, instead of the elements or members of its names."""
    first = next(number for number, line in enumerate(lines) if line.startswith(start)) + 1
    last = next(n for n, line in enumerate(lines) if n >= first and line.startswith(end))
    names = set(re.findall(r'^(?:<[\w:]+|"\w+")', example, re.MULTILINE))
    if "feed" in start or "entry" in start:
        names -= {"<link"}  # an Atom feed has several
    kept = [line for line in lines[first:last] if not line.startswith(tuple(names))]
    return "\n".join([*lines[:first], *kept, unindent(example), *lines[last:]])


@pytest.mark.parametrize("name", sorted(set(RULES) - WITHOUT_EXAMPLE))
def test_examples_break_and_keep_the_rule(name: str) -> None:
    rule = RULES[name]
    broken = lint_feed(make_document(rule, rule.bad))
    assert {finding.rule for finding in broken} == {name}
    assert lint_feed(make_document(rule, rule.good)) == ()


def test_only_rules_of_size_have_no_example() -> None:
    assert {name for name, rule in RULES.items() if not (rule.bad and rule.good)} == WITHOUT_EXAMPLE


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_rule_is_written_in_sentences(rule: Rule) -> None:
    for text in (rule.message, rule.remedy, rule.why):
        assert text.endswith("."), text
        assert (
            text[0].isupper()
            or text[0] in "{<"
            or text.startswith(("xml:", "thr:", "media:", "next_url"))
        ), text
    assert rule.source


@pytest.mark.parametrize("name", load_forms())
def test_forms_know_their_examples(name: str) -> None:
    form, check = load_forms()[name], make_check(name)
    assert form.good and form.bad
    for value in form.good:
        assert check(value) == (), value
    for value in form.bad:
        assert check(value) == ((form.rule, form.expected),), value
    assert form.rule in RULES


@pytest.mark.parametrize("path", sorted((DATA / "words").iterdir()), ids=lambda path: path.stem)
def test_word_lists_hold_each_entry_once(path: Path) -> None:
    blocks = load_blocks(f"words/{path.stem}")
    assert blocks
    for heading, lines in blocks.items():
        assert len(set(lines)) == len(lines), heading
        if path.stem != "namespaces":
            assert list(lines) == sorted(lines), heading


def test_vocabularies_use_only_checks_and_prefixes_that_exist() -> None:
    kinds = [
        find_kind(kind)
        for path in (DATA / "vocabularies").iterdir()
        if path.stem != "json"
        for kind in load_blocks(f"vocabularies/{path.stem}")
    ]
    checks: set[str] = set()
    names: set[str] = set()
    for kind in kinds:
        checks.update(kind.text or ())
        names.update({*kind.attributes, *kind.children})
        for attribute in kind.attributes.values():
            checks.update(attribute.checks)
        for child in kind.children.values():
            checks.update(find_kind(child.kind).text or ())
    assert len(kinds) > 80
    for name in checks - {"bare", "text", "any"} - set(FORMS):
        assert callable(make_check(name)), name
    assert {name.partition(":")[0] for name in names if ":" in name} <= set(NAMESPACES)


@pytest.mark.parametrize("name", sorted({*load_forms(), *_CHECKS}))
@pytest.mark.parametrize("value", ["9" * 5000, "-" + "9" * 5000, "0" * 5000, "9" * 5000 + ".9"])
def test_value_of_any_length_is_checked(name: str, value: str) -> None:
    assert isinstance(make_check(name)(value), tuple)


@pytest.mark.parametrize("form", FORMS)
def test_date_of_any_length_is_checked(form: str) -> None:
    for text in ("2020-05-25T10:00:00+08:00", "Mon, 25 May 2020 10:00:00 +0800"):
        for number in re.finditer("[0-9]+", text):
            for digits in ("9" * 5000, "9", "99"):
                value = text[: number.start()] + digits + text[number.end() :]
                assert isinstance(check_date(value, form), tuple)


MEANT = [
    (t, text, tag) for t, rows in load_toml("meant_languages").items() for text, tag in rows.items()
]


@pytest.mark.parametrize(("text", "tag"), [(text, tag) for _, text, tag in MEANT])
def test_what_stands_in_place_of_a_language_names_one(text: str, tag: str) -> None:
    assert not is_language(text)
    assert is_language(tag)
    assert name_meant_language(text.upper()) == f', but "{tag}" is'


@pytest.mark.parametrize("table", ["countries", "names"])
def test_texts_in_place_of_languages_are_in_order(table: str) -> None:
    texts = [text for name, text, _ in MEANT if name == table]
    assert texts == sorted(texts)
