"""Versions of articles, held in columns: they are what a dict of lists would hold."""

from __future__ import annotations

import itertools
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from feedpub.articles.columns import CandidateTable, tabulate
from feedpub.articles.ids import Ids
from feedpub.articles.ranking import Place, Ranking, split_numbers
from feedpub.articles.versions import Rivals, Versions
from feedpub.files import JsonForm
from feedpub.model import ALWAYS, SHOWN, Candidate, Origin, SourceFile
from support import examples

TAG = "tag:news.example.com,2020:"
IDS = [f"{TAG}a", f"{TAG}b", TAG, "a", "urn:b", "", "-", "+", f"{TAG}\ud800é", "文"]
# The last is a print page, which is no newer than any other page of the same time.
FILES = [
    SourceFile(Path(name), name, name, Path(), source)
    for source, name in enumerate(("b.jsonl", "a.jsonl", "print/a.html"))
]

times = st.integers(-(10**10), 10**10) | st.integers(-1, 1)
candidates = st.builds(
    Candidate,
    id=st.sampled_from(IDS),
    sections=st.lists(st.sampled_from(["River", "Tea", "茶"]), max_size=2).map(tuple),
    updated=times | st.just(ALWAYS),
    published=st.none() | times,
    status=st.sampled_from(["published", "left out", "withdrawn", "retracted"]),
    origin=st.builds(
        Origin,
        file=st.sampled_from(FILES),
        position=st.integers(0, 2**40),
        line=st.none() | st.integers(0, 2**40),
        single=st.booleans(),
    ),
    digest=st.integers(0, 2**32 - 1),
    updated_precision=st.sampled_from(["day", "minute", "second"]),
    published_precision=st.sampled_from(["day", "minute", "second", None]),
    expires=st.none() | times,
)
# A record is in one place.
many_candidates = st.lists(candidates, max_size=40, unique_by=lambda c: (c.origin.position,))


def rank(candidate: Candidate) -> tuple[int, bool, str, int]:
    file = candidate.origin.file.shown
    return candidate.updated, not file.startswith("print"), file, candidate.origin.position


def age(candidate: Candidate) -> tuple[int, str, int]:
    return candidate.updated, candidate.origin.file.shown, candidate.origin.position


def group(every: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    groups: dict[str, list[Candidate]] = {}
    for candidate in every:
        groups.setdefault(candidate.id, []).append(candidate)
    return groups


def add_all(every: Sequence[Candidate]) -> Versions:
    versions = Versions(TAG)
    for candidate in every:
        versions.add(candidate)
    return versions


@examples(300)
@given(many_candidates)
def test_all_versions_come_out_as_they_went_in(every: list[Candidate]) -> None:
    versions = add_all(every)
    groups = group(every)
    newest = {id: max(found, key=rank) for id, found in groups.items()}
    assert {candidate.id: candidate for candidate in versions} == newest
    for id in IDS:
        assert versions.find(id) == newest.get(id)
        earlier = [c for c in groups.get(id, ()) if c is not newest[id]]
        assert versions.list_earlier(id) == sorted(earlier, key=age, reverse=True)
    assert {c.id for c in versions.replaced} == {id for id in groups if len(groups[id]) > 1}
    for row, status, sections, updated, first in versions.scan():
        one = newest[versions.id_of(row)]
        assert versions.at(row) == one
        assert (status, versions.sections_of(sections)) == (one.status, one.sections)
        assert (updated, first) == (one.updated, one.first)


@examples(300)
@given(many_candidates, st.lists(st.integers(0, 40), max_size=3))
def test_tables_come_out_as_their_candidates_do(every: list[Candidate], ends: list[int]) -> None:
    one_by_one, together = Versions(TAG), Versions(TAG)
    rivals = [one_by_one.add(candidate) for candidate in every]
    found: list[Rivals] = []
    bounds = sorted({0, *(end for end in ends if end < len(every)), len(every)})
    for begin, end in itertools.pairwise(bounds):
        part = every[begin:end]
        table = tabulate((FILES.index(c.origin.file), c) for c in part)
        form = JsonForm(CandidateTable)
        kept = form.unpack(form.pack(table))
        assert kept.list_candidates(FILES) == part
        found += together.add_all(kept, FILES)
    assert found == [one for one in rivals if one is not None]
    assert list(together) == list(one_by_one)
    assert list(together.replaced) == list(one_by_one.replaced)


@examples(300)
@given(many_candidates)
def test_rivals_are_those_with_one_time_that_differ(every: list[Candidate]) -> None:
    versions = Versions(TAG)
    for candidate in every:
        other = versions.find(candidate.id)
        rivals = versions.add(candidate)
        if other is None or candidate.updated != other.updated:
            assert rivals is None
            continue
        last, first = sorted((candidate, other), key=rank, reverse=True)
        is_twin = [c.origin.file.shown.startswith("print") for c in (first, last)]
        if is_twin == [True, False] or first.digest != last.digest:
            assert rivals is not None
            assert (rivals.one, rivals.other) == (candidate, other)
            assert rivals.warning.where == last.origin.where
        else:
            assert rivals is None


@examples(300)
@given(many_candidates, st.lists(st.sampled_from(IDS), unique=True), st.data())
def test_merged_articles_are_one(
    every: list[Candidate], ids: list[str], data: st.DataObject
) -> None:
    versions, groups = add_all(every), group(every)
    ids = [id for id in ids if id in groups]
    if not ids:
        return
    first = data.draw(st.sampled_from(ids))
    merged = [
        Candidate(first, *[getattr(c, name) for name in Candidate.__struct_fields__[1:]])
        for id in ids
        for c in groups.pop(id)
    ]
    newest = versions.merge(ids, first)
    assert newest == versions.find(first) == max(merged, key=rank)
    assert [newest, *versions.list_earlier(first)] == [
        newest,
        *sorted((c for c in merged if c != newest), key=age, reverse=True),
    ]
    assert sorted(c.id for c in versions) == sorted([*groups, first])
    assert all(versions.find(id) is None for id in ids if id != first)
    # One of its ids may come again.
    again = Candidate(ids[0], (), 0, None, "published", Origin(FILES[0], 2**41, None), 0)
    versions.add(again)
    assert again in (versions.find(again.id), *versions.list_earlier(again.id))


@examples(300)
@given(many_candidates)
def test_groups_of_names_have_their_oldest_article(every: list[Candidate]) -> None:
    versions = add_all(every)
    shown: dict[tuple[str, ...], list[Candidate]] = {}
    for candidate in versions:
        if candidate.status in SHOWN:
            shown.setdefault(candidate.sections, []).append(candidate)
    expected = [(min(found, key=lambda c: (c.first, c.id)), len(found)) for found in shown.values()]
    assert sorted(versions.group_shown(), key=repr) == sorted(expected, key=repr)


@examples(100)
@given(st.lists(st.text(max_size=3) | st.sampled_from(IDS), max_size=50), st.integers(0, 3_000))
def test_ids_keep_their_numbers(found: list[str], more: int) -> None:
    ids = Ids(TAG)
    expected: dict[str, int] = {}
    for id in itertools.chain(found, (f"{TAG}{n}" for n in range(more)), found):
        assert ids.find(id) == expected.get(id)
        assert ids.add(id) == expected.setdefault(id, len(expected))
    assert len(ids) == len(expected)
    assert [ids[number] for number in range(len(ids))] == list(expected)
    assert [ids.find(id) for id in expected] == list(range(len(expected)))


def make_version(id: str = "a", *, updated: int = 0, source: int = 0, digest: int = 0) -> Candidate:
    file = SourceFile(Path("a.jsonl"), "a.jsonl", "a.jsonl", Path(), source)
    return Candidate(id, ("River",), updated, None, "published", Origin(file, 0, 1), digest)


def test_earlier_versions_at_one_place_stay_in_their_order() -> None:
    # A record is read twice where two sources have its file.
    found = [make_version(digest=number, source=number) for number in range(4)]
    versions = add_all([*found, make_version(updated=1)])
    assert versions.list_earlier("a") == found


def test_of_the_oldest_articles_that_with_the_first_id_counts() -> None:
    one, other = make_version("a"), make_version("b")
    for order in ([one, other], [other, one]):
        assert list(add_all(order).group_shown()) == [(one, 2)]


few_times = st.integers(0, 2)


@examples(200)
@given(
    st.lists(st.tuples(few_times, few_times, st.sampled_from([False, False, True])), max_size=600),
    st.integers(1, 8),
    st.integers(0, 3),
    st.sampled_from([str, lambda row: f"{row % 7}-0{row}", lambda row: f"item {row:02}"]),
)
def test_a_ranking_is_the_beginning_of_all_in_order(
    times: list[tuple[int, int, bool]], limit: int, oldest: int, id_of: Callable[[int], str]
) -> None:
    ranking = Ranking(limit, id_of)
    for row, (order, updated, is_removal) in enumerate(times):
        ranking.add(Place(order, updated, row), time=updated, is_removal=is_removal)
    shown = [
        (order, updated, split_numbers(id_of(row)), id_of(row), row)
        for row, (order, updated, is_removal) in enumerate(times)
        if not is_removal or updated >= oldest
    ]
    assert ranking.newest == max((updated for _, updated, _ in times), default=None)
    assert ranking.list_rows(oldest) == [row for *_, row in sorted(shown, reverse=True)[:limit]]


def test_a_ranking_holds_few_articles_however_many_have_one_time() -> None:
    ranking = Ranking(10, str)
    most = 0
    for row in range(1_010):
        ranking.add(Place(row // 505, 0, row), time=0, is_removal=False)
        most = max(most, len(ranking._held))
    assert most <= 2 * 10 + 65
    assert ranking.list_rows(0) == list(range(1_009, 999, -1))


def test_a_removal_is_told_from_a_time_on() -> None:
    ranking = Ranking(10, str)
    for row in range(4):
        ranking.add(Place(0, row, row), time=0, is_removal=True)
    assert ranking.list_rows(2) == [3, 2]


def test_a_version_takes_less_than_a_hundred_bytes() -> None:
    def make(number: int) -> Candidate:
        origin = Origin(FILES[0], 10**6 + 3_000 * number, number)
        sections = (f"Section {number % 200}",)
        id = f"{TAG}c_{1_000_000 + number}"
        return Candidate(id, sections, 10**9 + number, 10**9 - number, "published", origin, number)

    versions = Versions(TAG)
    sizes = []
    tracemalloc.start()
    try:
        for number in range(12_000):
            versions.add(make(number))
            if number + 1 in (2_000, 12_000):
                sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert (sizes[1] - sizes[0]) / 10_000 < 100
