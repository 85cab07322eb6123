"""Word lists: TOML files, and JSON that a tool wrote, beside the modules that use them.

The one place of the core that opens files, and only files of the installed package.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def load_tables(package: str, name: str) -> Mapping[str, Mapping[str, object]]:
    """Load the tables of `NAME.toml` in a package, as they are."""
    return tomllib.loads(files(package).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load_words(package: str, name: str) -> Mapping[str, Mapping[str, str]]:
    """Load the tables of `NAME.toml` in a package: the words of each, and a text for each word.

    The text is what the word means or an example of its use, as the comment above the table
    says. A line is `word = "text"`. Where many words share a text, it is
    `text = ["word", …]`; a `{}` in such a text stands for the word:

        [agencies]
        "A lake. ({})" = [
          "AFP",
          "Xinhua",
        ]

    Raises:
        ValueError: A table lists a word twice.
    """
    content = files(package).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return {table: _list_words(table, lines) for table, lines in tomllib.loads(content).items()}


@cache
def load_names(package: str, name: str) -> Mapping[str, Mapping[str, int | str]]:
    """Load the tables of `NAME.json` in a package, which a tool wrote: names and their meanings."""
    tables: dict[str, dict[str, int | str]] = json.loads(
        files(package).joinpath(f"{name}.json").read_text(encoding="utf-8")
    )
    return tables


def _list_words(table: str, lines: Mapping[str, str | list[str]]) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for key, value in lines.items():
        if isinstance(value, str):
            pairs = [(key, value)]
        else:
            pairs = [(word, key.replace("{}", word)) for word in value]
        for word, text in pairs:
            if word in words:
                raise ValueError(f'[{table}] lists "{word}" twice')
            words[word] = text
    return words
