"""Entries that are like one without errors are not walked, and no error is missed for that."""

from __future__ import annotations

import re

import pytest

from feedpub.lint import cutting, lint_feed
from feedpub.lint.rules import load_rules
from feedpub.lint.templates import Templates
from many_entries import COUNT, FEEDS, fill, lint_wholly, make_feed
from support import count_steps


@pytest.fixture(name="known")
def forget(monkeypatch: pytest.MonkeyPatch) -> Templates:
    known = Templates()
    monkeypatch.setattr(cutting, "TEMPLATES", known)
    return known


# --- what is not walked


@pytest.mark.parametrize("form", FEEDS)
@pytest.mark.usefixtures("known")
def test_entries_like_one_without_errors_are_cut_out(form: str) -> None:
    content = fill(*make_feed(form))
    assert lint_wholly(content) == ()
    first = count_steps(lambda: lint_feed(content, errors_alone=True))
    second = count_steps(lambda: lint_feed(content, errors_alone=True))
    assert second < first / 8
    cut = cutting.cut_known(content, content.decode())
    assert cut is not None
    assert (cut.has_stub, cut.entries, len(cut.new)) == (True, [], COUNT)


@pytest.mark.usefixtures("known")
def test_entry_with_a_value_that_a_check_doubts_is_walked() -> None:
    frame, entries = make_feed("rss")
    lint_feed(fill(frame, entries), errors_alone=True)
    entries[36] = entries[36].replace("https://l.example/46.mp3", "l.example/46.mp3")
    content = fill(frame, entries)
    cut = cutting.cut_known(content, content.decode())
    assert cut is not None
    assert [f"<item>{entry}</item>" for entry in cut.entries] == [entries[36].strip()]
    (found,) = lint_feed(content, errors_alone=True)
    assert (found.rule, found.entry) == ("url-invalid", 36)
    assert "46.mp3" in found.excerpt


def test_few_templates_are_remembered(known: Templates) -> None:
    frame, entries = make_feed("atom", 2)
    for number in range(250):
        root = f'<feed xmlns:n{number}="https://l.example/{number}" '
        assert not lint_feed(fill(frame.replace("<feed ", root), entries), errors_alone=True)
    many = [
        entry.replace("<summary>", f"<summary{' ' * n}>") for n, entry in enumerate(entries * 20)
    ]
    lint_feed(fill(frame, many), errors_alone=True)
    assert len(known._known) == 200
    assert max(map(len, known._known.values())) == 16


# --- no error is missed

# What a writer does to one entry of many, and what it breaks.
BROKEN = [
    ("rss", "</title>", "</title><harbor/>", "element-unknown"),
    ("rss", "<pubDate>Mon", "<pubDate>Tue", "date-weekday-wrong"),
    ("rss", "02:46:00 +0800", "02:61:00 +0800", "date-rfc822-invalid"),
    ("rss", "<guid isPermaLink=\"false\">tag:l.example,2020:46", "<guid>46", "guid-not-absolute"),
    ("rss", ">tag:l.example,2020:46<", ">tag:l.example,2020:12<", "guid-repeated"),
    ("rss", "/lamp/46\"", "/lamp 46\"", "html-url-invalid"),
    ("rss", "461", "-1", "enclosure-length-negative"),
    ("rss", "dfde", "dfd", "media-hash-invalid"),
    ("rss", "Lamps</category>", "Lamps</category>light", "text-unexpected"),
    ("rss", "Lamp 46 &amp; oil", "Lamp 46 &oil;", "xml-entity-undefined"),
    ("rss", "Lamp 46 &amp; oil", "Lamp 46 & oil", "xml-not-well-formed"),
    ("rss", "Lamp 46 &amp; oil", "Lamp ]]> oil", "xml-not-well-formed"),
    ("rss", "Lamp 46 &amp; oil", "Lamp \x02 oil", "xml-not-well-formed"),
    ("rss", "</title>", "</title", "xml-not-well-formed"),
    ("rss", "<title>", "<title", "xml-not-well-formed"),
    ("rss", "</item>\n", "", "xml-not-well-formed"),
    ("rss", "<item>", "<item><item>", "xml-not-well-formed"),
    ("rss", "</item>", "</item>light", "text-unexpected"),
    ("atom", "</entry>", "</entry></feed>", "xml-not-well-formed"),
    ("rss", "<title>", "<title xml:lang='jp'>", "language-invalid"),
    ("atom", "<id>tag:l.example,2020:46", "<id>tag:46", "uri-tag-invalid"),
    ("atom", "<id>tag", "<id> tag", "white-space-around"),
    ("atom", "<updated>2020-05-25T02:46:00+08:00</updated>", "", "atom-updated-missing"),
    ("atom", "2020-05-24", "2020-05-32", "date-rfc3339-invalid"),
    ("atom", 'type="html"', 'type="image/png"', "atom-content-not-base64"),
    ("atom", 'type="html"', 'type="html" src="/a"', "atom-content-twice"),
    ("atom", 'rel="enclosure" type="image/jpeg"', 'type="text/html"', "atom-alternate-repeated"),
    ("atom", 'rel="enclosure" type="image/jpeg"', 'rel="alternate" type="text/html"',
     "atom-alternate-repeated"),
    ("atom", 'medium="image"', 'medium="lamp"', "word-unknown"),
    ("rss", 'role="reporter"', 'role="lamplighter"', "media-role-unknown"),
    ("atom", 'term="Lamps"', 'term="Lamps" lamp="oil"', "attribute-unknown"),
    ("atom", 'length="469"', 'length="many"', "number-invalid"),
    ("atom", "<summary>", "<summary type='lamp'>", "atom-text-type-unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "old", "new", "rule"), BROKEN)
@pytest.mark.usefixtures("known")
def test_writer_that_breaks_one_entry_of_many_is_caught(
    form: str, old: str, new: str, rule: str
) -> None:
    frame, entries = make_feed(form)
    assert lint_feed(fill(frame, entries), errors_alone=True) == ()
    assert old in entries[36]
    entries[36] = entries[36].replace(old, new, 1)
    content = fill(frame, entries)
    found = lint_feed(content, errors_alone=True)
    assert found == lint_wholly(content)
    assert {finding.rule for finding in found} == {rule}
    assert load_rules()[rule].severity == "error"


@pytest.mark.usefixtures("known")
def test_entry_where_none_may_be_is_found() -> None:
    frame, entries = make_feed("rss")
    assert lint_feed(fill(frame, entries), errors_alone=True) == ()
    entries[36] = f'<media:thumbnail url="https://l.example/46">{entries[36]}</media:thumbnail>'
    content = fill(frame, entries)
    found = lint_feed(content, errors_alone=True)
    assert found == lint_wholly(content)
    assert {finding.rule for finding in found} == {"element-unknown", "element-without-namespace"}


@pytest.mark.usefixtures("known")
def test_entry_in_a_comment_is_part_of_it() -> None:
    frame, entries = make_feed("rss")
    assert lint_feed(fill(frame, entries), errors_alone=True) == ()
    hidden = ["<item><!-- </item>", entries[36].replace("Lamp 46", "Lamp -- 46"), "-->"]
    content = fill(frame, [*entries[:36], *hidden, entries[37].removeprefix("<item>")])
    (found,) = lint_feed(content, errors_alone=True)
    assert found.rule == "xml-not-well-formed"


@pytest.mark.parametrize(
    ("old", "new"), [("dfde", "DFDE-"), ("media:hash", "media:harbor"), ("md5", "sha-1")]
)
@pytest.mark.usefixtures("known")
def test_nothing_is_learned_of_an_entry_from_another(old: str, new: str) -> None:
    frame, entries = make_feed("rss", 3)
    nested = entries[0].replace("</item>", "<item a=''/></item>")
    wrong = entries[1].replace(old, new)
    assert lint_feed(fill(frame, [nested, entries[1], wrong]), errors_alone=True)
    (found,) = lint_feed(fill(frame, [wrong]), errors_alone=True)
    assert found.severity == "error"


@pytest.mark.usefixtures("known")
def test_entry_needs_an_author_where_the_feed_has_none() -> None:
    frame, entries = make_feed("atom")
    anonymous = [re.sub("<author>.*</author>", "", entry) for entry in entries]
    assert lint_feed(fill(frame, anonymous), errors_alone=True) == ()
    bare = frame.replace("<author><name>Lighthouse</name></author>", "")
    found = lint_feed(
        fill(bare, [*entries, anonymous[5].replace(":15<", ":5<")]), errors_alone=True
    )
    assert [(finding.rule, finding.entry) for finding in found] == [("atom-author-missing", COUNT)]


@pytest.mark.usefixtures("known")
def test_ids_that_are_all_equal_are_found() -> None:
    frame, entries = make_feed("atom")
    assert lint_feed(fill(frame, entries), errors_alone=True) == ()
    equal = [re.sub("<id>.*</id>", "<id>tag:l.example,2020:1</id>", entry) for entry in entries]
    (found,) = lint_feed(fill(frame, equal), errors_alone=True)
    assert found.rule == "atom-ids-all-equal"


# --- what takes a parser to tell

ODD_ENTRIES = [
    ("rss", 'medium="image"', 'medium=" image"'),
    ("rss", 'medium="image"', "medium='image'"),
    ("rss", "<dc:creator>Mira Tallow", "<dc:creator><![CDATA[Mira Tallow]]>"),
    ("rss", "<dc:creator>Mira Tallow", "<dc:creator>Mira <!-- or -->Tallow"),
    ("rss", "<dc:creator>Mira Tallow", "<dc:creator>Mira <?or?>Tallow"),
    ("rss", "<dc:creator>Mira Tallow", "<dc:creator>Mira&#32;Tallow"),
    ("rss", "<dc:creator>Mira Tallow", "<dc:creator>Mira\rTallow"),
    ("rss", "<dc:creator>Mira Tallow", "<dc:creator>Mira \ufffe Tallow"),
    ("rss", "<dc:creator>Mira Tallow", "<dc:creator>"),
    ("rss", "<dc:creator>", '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">'),
    ("rss", "</item>", "light</item>"),
    ("rss", 'url="https://l.example/46.jpg"', 'url="https://l.example/" lang="jp"'),
    ("atom", 'medium="image"', 'medium="image" >'),
]


@pytest.mark.parametrize(("form", "old", "new"), ODD_ENTRIES)
@pytest.mark.usefixtures("known")
def test_entry_that_takes_a_parser_is_walked(form: str, old: str, new: str) -> None:
    frame, entries = make_feed(form)
    assert lint_feed(fill(frame, entries), errors_alone=True) == ()
    assert old in entries[36]
    entries[36] = entries[36].replace(old, new, 1)
    content = fill(frame, entries)
    cut = cutting.cut_known(content, content.decode())
    assert cut is None or len(cut.entries) == 1
    assert lint_feed(content, errors_alone=True) == lint_wholly(content)


ODD_FRAMES = [
    ("rss", "{}", "<item />{}"),
    ("rss", "{}", "<harbor><!-- {} --></harbor>"),
    ("rss", "{}", "<?harbor <item> ?>{}"),
    ("rss", "<channel>", '<channel xmlns:dc="http://search.yahoo.com/mrss/">'),
    ("rss", "<title>", "<title>&lamp;"),
    ("atom", "{}", '<atom:entry xmlns:atom="http://www.w3.org/2005/Atom"/>{}'),
    ("atom", "{}", "<title>Later</title>{}"),
    ("atom", "{}", "<contributor>{}</contributor>"),
    ("atom", "{}", "{}<subtitle>Last</subtitle>"),
    ("atom", "?>", "?><!DOCTYPE feed>"),
    ("atom", "UTF-8", "ISO-8859-1"),
]


@pytest.mark.parametrize(("form", "old", "new"), ODD_FRAMES)
@pytest.mark.usefixtures("known")
def test_errors_of_the_frame_are_found(form: str, old: str, new: str) -> None:
    frame, entries = make_feed(form)
    assert lint_feed(fill(frame, entries), errors_alone=True) == ()
    assert old in frame
    content = fill(frame.replace(old, new, 1), entries)
    assert lint_feed(content, errors_alone=True) == lint_wholly(content)


@pytest.mark.usefixtures("known")
def test_author_of_another_element_is_not_that_of_the_feed() -> None:
    frame, entries = make_feed("atom")
    frame = frame.replace("<feed ", '<feed xmlns:l="https://l.example/lamps" ')
    anonymous = [re.sub("<author>.*</author>", "", entry) for entry in entries]
    assert lint_feed(fill(frame, anonymous), errors_alone=True) == ()
    author = "<author><name>Lighthouse</name></author>"
    content = fill(frame.replace(author, f"<l:lamp>{author}</l:lamp>"), anonymous)
    found = lint_feed(content, errors_alone=True)
    assert {finding.rule for finding in found} == {"atom-author-missing"}
    assert len(found) == COUNT


@pytest.mark.usefixtures("known")
def test_first_entry_is_not_taken_for_another() -> None:
    frame, entries = make_feed("atom")
    frame = frame.replace("<feed ", '<feed xmlns:l="https://l.example/lamps" ')
    assert lint_feed(fill(frame, entries), errors_alone=True) == ()
    content = fill(frame.replace("{}", "<entry /><l:lamp>{}</l:lamp>"), entries)
    found = {finding.rule for finding in lint_feed(content, errors_alone=True)}
    assert found == {"atom-id-missing", "atom-title-missing", "atom-updated-missing"} | {
        "atom-content-missing"
    }


@pytest.mark.usefixtures("known")
def test_ids_of_elements_are_compared_by_the_parser() -> None:
    frame, entries = make_feed("rss", 2)
    first, second = (entry.replace("<title>", '<title xml:id="a">') for entry in entries)
    assert lint_feed(fill(frame, [first]), errors_alone=True) == ()
    (found,) = lint_feed(fill(frame, [first, second]), errors_alone=True)
    assert found.rule == "xml-not-well-formed"


@pytest.mark.usefixtures("known")
def test_depth_is_measured_by_the_parser() -> None:
    frame, entries = make_feed("atom", 2)
    frame = frame.replace("<feed ", '<feed xmlns:l="https://l.example/lamps" ')
    inner, outer = ("<l:lamp>" * depth + "{}" + "</l:lamp>" * depth for depth in (80, 200))
    deep = [entry.replace("</entry>", inner.format("") + "</entry>") for entry in entries]
    assert lint_feed(fill(frame, deep), errors_alone=True) == ()
    (found,) = lint_feed(fill(frame.replace("{}", outer), deep), errors_alone=True)
    assert found.rule == "xml-not-well-formed"
