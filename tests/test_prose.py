"""What tools/prose.toml says about English holds for its own examples, and is looked for."""

from __future__ import annotations

import pytest
from tools.prose import Phrase, check_text, list_files, load_style

STYLE = load_style()
LONG = "One " + "word " * (STYLE.longest_sentence - 1)


@pytest.mark.parametrize("phrase", STYLE.phrase, ids=lambda phrase: phrase.example)
def test_phrase_is_found_in_its_example_and_not_in_the_better_one(phrase: Phrase) -> None:
    assert list(phrase.find(phrase.example))
    assert list(phrase.find(phrase.example.replace(" ", "\n    ")))
    for other in STYLE.phrase:
        assert not list(other.find(phrase.better)), other.regex


@pytest.mark.parametrize(
    ("path", "content", "lines"),
    [
        ("a.md", "It is no URL.\n\nNor\nis\nno path.", [1, 4]),
        ("a.md", "It `is no URL`.\n\n```\nis no URL\n```\nThis is no path.", [6]),
        ("a.md", "There is no way, and it is no longer one. A list: is no URL", [1]),
        ("a.md", f"{LONG}.\n\n{LONG}one more.", [3]),
        ("a.md", f"- {LONG}\n- {LONG}\n\n| {LONG} | {LONG} |", []),
        ("a.py", '"""One.\n\nIs a\nURL that is no URL.\n"""\n', [4]),
        ("a.py", "def f():\n    raise E(f'{x} is no {kind}: {y} is no URL')", [2]),
        ("a.py", "def f():\n    return (\n        'it is '\n        'no URL'\n    )", [3]),
        ("a.py", "# it is no URL\nis_no = 'URL'", []),
        ("a.py", f'"""{LONG}one more."""\nX = """{LONG}one more."""', [1]),
    ],
)
def test_finds_phrases_and_long_sentences(path: str, content: str, lines: list[int]) -> None:
    assert [finding.line for finding in check_text(path, content, STYLE)] == lines


def test_pages_and_modules_are_found() -> None:
    assert {"README.md", "docs/cli.md", "src/feedpub/errors.py"} <= {*list_files()}
