"""What its author did not publish is never published, in the words of every system."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedpub.model import STATUSES
from feedpub.systems.names import field_names, fold_name, read_table, take_fields
from feedpub.systems.statuses import read_switches, set_status, translate_status
from support import make_site, run_cli

WORDS = read_table("statuses.toml")
LEFT = {"published": "published", "draft": "left out"}
STORY = {"id": "1", "title": "Tea", "section": "River", "updated": "2020-05-25"}


@pytest.mark.parametrize("status", ["published", "draft"])
def test_every_word_is_read_in_any_spelling(status: str) -> None:
    for word in WORDS[status]:
        for spelling in (word, word.upper(), f" {word.title()} "):
            known = STATUSES.get(spelling.strip().lower())
            assert known == (LEFT[status]) or translate_status(spelling) == status


@pytest.mark.parametrize("group", ["draft_if_true", "draft_if_false"])
def test_every_switch_leaves_its_record_out_one_way_and_not_the_other(group: str) -> None:
    off = group == "draft_if_true"
    for name in WORDS[group]:
        for value in (off, str(off), str(off).lower(), int(off), "yes" if off else "no"):
            fields = take_fields({**STORY, name: value})
            set_status(fields, {**STORY, name: value})
            assert fields["status"] == "draft", (name, value)
        raw = {**STORY, name: not off}
        fields = take_fields(raw)
        set_status(fields, raw)
        assert fields.get("status") in (None, "published"), name


def test_no_word_means_two_things() -> None:
    assert set(map(fold_name, WORDS["published"])).isdisjoint(map(fold_name, WORDS["draft"]))


@pytest.mark.parametrize("word", ["withdrawn", "retracted", "half-baked", 5])
def test_other_words_stay_as_they_are(word: object) -> None:
    assert translate_status(word) == word


def test_a_switch_counts_only_with_a_value_that_is_one() -> None:
    assert read_switches({"draft": "2020-05-25", "published": "2020-05-25"}) is None


def test_names_of_fields_are_each_one_field_s() -> None:
    names = [fold_name(name) for names in field_names().values() for name in names]
    assert len(names) - len(set(names)) <= 1  # `content_text` is ours twice: ContentText


def test_every_name_of_a_field_gives_its_example() -> None:
    for field, examples in read_table("names.toml").items():
        for name, value in examples.items():
            if field == "id" and name != "id":
                assert take_fields({name: value}) == {field: value}
            else:
                assert take_fields({name: value})[field] == value


def test_drafts_of_every_form_are_left_out_without_a_word(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "sources/a.md": "---\ntitle: A\ndate: 2020-05-25\ndraft: true\n---\nOne.\n",
        "sources/b.md": "+++\ntitle = 'B'\ndate = 2020-05-25\npublish = false\n+++\nOne.\n",
        "sources/c.json": json.dumps({**STORY, "state": "SCHEDULED"}),
        "sources/d.csv": "id,title,section,updated,published\n4,D,River,2020-05-25,no\n",
        "sources/e.json": json.dumps({**STORY, "id": "5"}),
    }
    result = run_cli(make_site(tmp_path, files), "build")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "5 records in 1 section" in result.stdout
    feed = (tmp_path / "feeds" / "all.atom").read_text(encoding="utf-8")
    assert feed.count("<entry>") == 1
