"""Lint reads JSON as Python does, with the line of every value, and refuses what it should."""

from __future__ import annotations

import json

import pytest

from feedpub.lint.json_reading import JsonError, Members, Value, read_json

VALUE = {"a": [1, -2.5, 1e3], "b": {"c": None, "d": [True, False, []], "e": {}}, "f": "x\ny"}


def strip(value: Value) -> object:
    """Take the lines off a value."""
    content = value.content
    if isinstance(content, Members):
        return {name: strip(inner) for name, inner in content.by_name.items()}
    return [strip(inner) for inner in content] if isinstance(content, list) else content


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(VALUE),
        json.dumps(VALUE, separators=(",", ":")),
        json.dumps(VALUE, indent=2),
        json.dumps(VALUE, separators=(" , ", " : ")),
        f"\n\t {json.dumps(VALUE)}\r\n",
        "5",
    ],
)
def test_reads_json_however_it_is_laid_out(text: str) -> None:
    assert strip(read_json(text)) == json.loads(text)


def test_tells_the_line_of_every_value_and_repeated_name() -> None:
    top = read_json('\n{"a": 1,\n "b": [2,\n3],\n "a":\n4}')
    assert isinstance(top.content, Members)
    assert (top.line, top.content.repeated) == (2, (("a", 5),))
    assert top.content.by_name["a"] == Value(6, 4.0)
    assert top.content.by_name["b"] == Value(3, [Value(3, 2.0), Value(4, 3.0)])


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_reads_64_levels_and_no_more(opening: str, closing: str) -> None:
    read_json(opening * 64 + "1" + closing * 64)
    with pytest.raises(JsonError, match="nested too deep"):
        read_json(opening * 65 + "1" + closing * 65)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "a value is expected", 1),
        ("\nx", "a value is expected", 2),
        ("[1\n2]", "a comma or ] is expected", 2),
        ('{"a": 1\n"b": 2}', "a comma or } is expected", 2),
        ("{\n1: 2}", "a name in quotes is expected", 2),
        ('{"a"\n1}', "a colon is expected", 2),
        ("[1,\n]", "a value is expected", 2),
        ("1\n\n2", "there is more text after the value", 3),
        ('["a\nb"]', "invalid control character", 1),
    ],
)
def test_names_the_line_of_a_fault(text: str, message: str, line: int) -> None:
    with pytest.raises(JsonError, match=message) as raised:
        read_json(text)
    assert raised.value.line == line
