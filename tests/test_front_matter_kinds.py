"""Heads of text files beyond YAML and TOML, and those of reStructuredText."""

from __future__ import annotations

import pytest

from feedpub.errors import UnreadableFile
from feedpub.sources.front_matter import read_front_matter
from feedpub.sources.restructured_head import read_restructured_head


@pytest.mark.parametrize(
    ("text", "values", "body"),
    [
        ("---\ntitle: Tea\n...\nOne.", {"title": "Tea"}, "One."),
        ('---json\n{"title": "Tea"}\n---\nOne.', {"title": "Tea"}, "One."),
        ("---toml\ntitle = 'Tea'\n---\nOne.", {"title": "Tea"}, "One."),
        (';;;\n"title": "Tea"\n;;;\nOne.', {"title": "Tea"}, "One."),
        ('"title": "Tea",\n"a": 1\n;;;\nOne.', {"title": "Tea", "a": 1}, "One."),
        ('{"title": "Tea"}\nOne.', {"title": "Tea"}, "\nOne."),
        ("title: Tea\ndate: 2020-05-25\n---\nOne.", {"title": "Tea", "date": "2020-05-25"}, "One."),
        ("Title: Tea: two\nDate: 2020\n\nOne.", {"title": "Tea: two", "date": "2020"}, "\nOne."),
        ("Title: Tea\nTags: a\n    b\n\nOne.", {"title": "Tea", "tags": "a\nb"}, "\nOne."),
        ("Note: this is text\n---\nOne.", {}, "Note: this is text\n---\nOne."),
        ("{One} tea.", {}, "{One} tea."),
        ("{% include a %}\nOne.", {}, "{% include a %}\nOne."),
        ("Tea\n", {}, "Tea\n"),
    ],
)
def test_reads_every_kind_of_head(text: str, values: dict[str, object], body: str) -> None:
    head = read_front_matter(text)
    assert (head.values, head.body) == (values, body)
    assert head.has_head == bool(values)


def test_a_head_of_broken_json_is_refused_and_not_published() -> None:
    with pytest.raises(UnreadableFile, match="is not valid JSON front matter") as caught:
        read_front_matter('\n{\n  "title": "Tea",\n}\nOne.')
    assert caught.value.line in (3, 4)  # the comma or what follows it, by the version of Python


@pytest.mark.parametrize(
    ("text", "values", "body"),
    [
        ("Tea\n===\n\n:date: 2020\n\nOne.", {"title": "Tea", "date": "2020"}, "\nOne."),
        ("===\nTea\n===\n:a:\n  b c\n\nOne.", {"title": "Tea", "a": "b c"}, "\nOne."),
        (".. a comment\n\nTea\n###\n\nOne.", {"title": "Tea"}, "One."),
        (":title: Tea\n:date: 2020\n\nOne.", {"title": "Tea", "date": "2020"}, "One."),
        ("One.\n", {}, "One.\n"),
    ],
)
def test_reads_the_head_of_restructured_text(
    text: str, values: dict[str, object], body: str
) -> None:
    head = read_restructured_head(text)
    assert (head.values, head.body) == (values, body)
