"""Word lists: how they load, and that every word does what its example says."""

from __future__ import annotations

import re

import pytest

from feedpub.pages.remnants import is_remnant_line, is_size_choice
from feedpub.text import load_words
from feedpub.text.word_lists import _list_words


def test_list_in_a_table_has_one_text_for_all_its_words() -> None:
    lines: dict[str, str | list[str]] = {"A lake. ({})": ["AFP", "VCG"], "Xinhua": "(Xinhua)"}
    assert _list_words("agencies", lines) == {
        "AFP": "A lake. (AFP)",
        "VCG": "A lake. (VCG)",
        "Xinhua": "(Xinhua)",
    }


def test_refuses_word_that_stands_twice() -> None:
    with pytest.raises(ValueError, match=r'\[months\] lists "mar" twice'):
        _list_words("months", {"3": ["mar"], "2": ["mar"]})


def list_rows(package: str, name: str, *tables: str) -> list[tuple[str, str]]:
    """List the words of tables and their texts."""
    return [row for table in tables for row in load_words(package, name)[table].items()]


REMNANTS = ("feedpub.pages", "remnants")


@pytest.mark.parametrize(("pattern", "line"), list_rows(*REMNANTS, "sizes"))
def test_line_chooses_the_size_of_the_text(pattern: str, line: str) -> None:
    assert re.fullmatch(pattern, line, re.IGNORECASE)
    assert is_size_choice(line)


@pytest.mark.parametrize(
    ("pattern", "line"), list_rows(*REMNANTS, "sizes", "labels", "calls", "headings")
)
def test_line_is_a_remnant(pattern: str, line: str) -> None:
    assert re.fullmatch(pattern, line, re.IGNORECASE)
    assert is_remnant_line(line)
    assert not is_remnant_line(f"The river said {line} to all of them.")
