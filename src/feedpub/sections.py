"""Candidates to the chosen of each section; Entries to a Feed."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

import msgspec

from feedpub.aliases import find_clashes
from feedpub.errors import ConfigError, Problem
from feedpub.markup import drop_image
from feedpub.model import ALWAYS, SHOWN, Candidate, Entry, Feed, Tombstone
from feedpub.settings import ALL, Config, LeadImagePolicy, Section, Site
from feedpub.slugs import make_slug, section_key
from feedpub.zones import load_zone, place_instant

ALL_LIMIT = 100
_REMOVAL_SHOWN = int(timedelta(days=30).total_seconds())
_DIGITS = re.compile(r"(\d+)")
EPOCH = datetime.fromtimestamp(0, UTC)


class Versions:
    """The newest version of every article, by id, and the earlier ones where there are any."""

    def __init__(self) -> None:
        self.newest: dict[str, Candidate] = {}
        self._earlier: dict[str, list[Candidate]] = {}

    def add(self, candidate: Candidate) -> Problem | None:
        """Keep a version if it is the newest; warn of one that is as new and differs."""
        other = self.newest.get(candidate.id)
        if other is None:
            self.newest[candidate.id] = candidate
            return None
        last, first = sorted((candidate, other), key=_age, reverse=True)
        self.newest[candidate.id] = last
        self._earlier.setdefault(candidate.id, []).append(first)
        if last.updated != first.updated or last.digest == first.digest:
            return None
        return Problem(
            "warning",
            last.origin.where,
            "id",
            last.id,
            "duplicate",
            f"stands in {first.origin.where} too, as new and different; "
            "this one is published, give the right one a newer updated",
        )

    def list_earlier(self, id: str) -> list[Candidate]:
        """List the versions of an article that a newer one took the place of, the newest first."""
        return sorted(self._earlier.get(id, ()), key=_age, reverse=True)

    def place_withdrawals(self) -> None:
        """Add to the sections that a withdrawal names those that its article was in last."""
        for id, candidate in self.newest.items():
            if candidate.status == "withdrawn":
                shown = (c for c in self.list_earlier(id) if c.status in SHOWN)
                last = next(shown, candidate)
                sections = tuple(dict.fromkeys((*candidate.sections, *last.sections)))
                self.newest[id] = msgspec.structs.replace(candidate, sections=sections)


class SectionNames:
    """Which slug and which name a found section name stands for."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        self._slugs: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for slug, section in sections.items():
            if slug == ALL:
                continue
            names = [name for name in (section.name, *section.match) if name]
            for name in names:
                self._slugs[section_key(name)] = slug
            if names:
                self._names[slug] = names[0]
        self._named = frozenset(self._names)

    def learn(self, candidates: Iterable[Candidate]) -> None:
        """Give each found name its slug, and each slug the name most often found.

        Raises:
            ConfigError: Two different names would share a slug.
        """
        counts = Counter(name for found in candidates for name in found.sections)
        by_slug: dict[str, dict[str, Counter[str]]] = {}
        for name, count in counts.items():
            key = section_key(name)
            if key not in self._slugs:
                by_slug.setdefault(make_slug(name), {}).setdefault(key, Counter())[name] = count
        errors = []
        for slug, keys in sorted(by_slug.items()):
            # The smallest of the most frequent: the same whatever the order of records.
            best = [min(names, key=lambda name: (-names[name], name)) for names in keys.values()]
            rivals = sorted([*best, *([self._names[slug]] if slug in self._named else [])])
            if len(rivals) > 1:
                quoted = " and ".join(f'"{name}"' for name in rivals)
                errors.append(
                    f"sections {quoted} share the slug {slug}: "
                    f"join them with [section.{slug}] match = [...], "
                    "or give one a table of its own under another slug"
                )
                continue
            self._names[slug] = rivals[0]
            for key in keys:
                self._slugs[key] = slug
        if errors:
            raise ConfigError(*errors)

    def slugs_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """List the slugs of section names, each once, in their order."""
        return tuple(dict.fromkeys(map(self.slug_of, names)))

    def slug_of(self, name: str) -> str:
        """Give the slug of a section name."""
        # A name that only superseded versions have was not learned.
        return self._slugs.get(section_key(name)) or make_slug(name)

    def name_of(self, slug: str) -> str:
        """Name the section of a slug."""
        return self._names.get(slug, slug)


class Choice(msgspec.Struct, frozen=True):
    """A section and the articles that its feed shows, in order.

    `summarized` are the ids of those that it shows without their content, `withdrawn` are
    articles that it showed or may have, the last withdrawn first.
    """

    slug: str
    name: str
    settings: Section
    candidates: tuple[Candidate, ...]
    summarized: frozenset[str] = frozenset()
    withdrawn: tuple[Candidate, ...] = ()


def choose(config: Config, candidates: Sequence[Candidate], names: SectionNames) -> list[Choice]:
    """Choose the articles of every section and of `all`, the newest first.

    Raises:
        ConfigError: An alias is the name of a file of another section.
    """
    shown = [c for c in candidates if c.status in SHOWN]
    withdrawn = _group_withdrawals(candidates, names)
    members: dict[str, list[Candidate]] = {slug: [] for slug in config.sections if slug != ALL}
    slugs_by_names: dict[tuple[str, ...], tuple[str, ...]] = {}
    for candidate in shown:
        slugs = slugs_by_names.get(candidate.sections)
        if slugs is None:
            slugs = slugs_by_names[candidate.sections] = names.slugs_of(candidate.sections)
        for slug in slugs:
            members.setdefault(slug, []).append(candidate)
    clashes = find_clashes(config.sections, members)
    if clashes:
        raise ConfigError(*clashes)
    summaries = {slug for slug, section in config.sections.items() if section.content == "summary"}
    order = _order_of(config.site)
    choices = []
    for slug, found in [*sorted(members.items()), (ALL, shown)]:
        settings = config.sections.get(slug) or Section()
        default = ALL_LIMIT if slug == ALL else config.site.limit
        limit = settings.limit or default
        name = config.site.title if slug == ALL else names.name_of(slug)
        chosen = _newest(_without_old_removals(found, _feed_time(found)), limit, order)
        # What a source or one section keeps back, no other feed must give away.
        summarized = frozenset(
            candidate.id
            for candidate in chosen
            if settings.content == "summary"
            or config.sources[candidate.origin.file.source].content == "summary"
            or not summaries.isdisjoint(slugs_by_names[candidate.sections])
        )
        gone = withdrawn.get(slug, [])
        recent = _without_old_removals(gone, _feed_time(found or gone))
        last = tuple(_newest(recent, limit, _order_by_updated))
        choices.append(Choice(slug, name, settings, tuple(chosen), summarized, last))
    return choices


def _group_withdrawals(
    candidates: Iterable[Candidate], names: SectionNames
) -> dict[str, list[Candidate]]:
    """Group the withdrawals that say when by the slugs of their sections, and `all`."""
    withdrawn: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        # RFC 6721 wants a time, and none is made up.
        if candidate.status == "withdrawn" and candidate.updated != ALWAYS:
            for slug in (*names.slugs_of(candidate.sections), ALL):
                withdrawn.setdefault(slug, []).append(candidate)
    return withdrawn


def choose_earlier(
    config: Config, choices: Sequence[Choice], names: SectionNames
) -> dict[str, Choice]:
    """Choose, by slug, what a section's page shows beside its feed: it is its place.

    An entry's link may name its place on its first section's page. Where other feeds still
    show it, it is found there, even if newer ones took its place in that section's own feed.
    """
    shown = {candidate.id: candidate for choice in choices for candidate in choice.candidates}
    # What one feed keeps back, no page must give away.
    summarized = frozenset[str]().union(*(choice.summarized for choice in choices))
    order = _order_of(config.site)
    by_slug: dict[str, list[Candidate]] = {}
    for candidate in shown.values():
        by_slug.setdefault(names.slugs_of(candidate.sections)[0], []).append(candidate)
    earlier = {}
    for choice in choices:
        own = {candidate.id for candidate in choice.candidates}
        found = [c for c in by_slug.get(choice.slug, ()) if c.id not in own]
        if found:
            candidates = tuple(_newest(found, len(found), order))
            earlier[choice.slug] = msgspec.structs.replace(
                choice, candidates=candidates, summarized=summarized
            )
    return earlier


def assemble_feed(config: Config, choice: Choice, entries: Iterable[Entry]) -> Feed:
    """Put a section's entries and its metadata together."""
    site, section = config.site, choice.settings
    zone = load_zone(site.timezone)
    lead_image = section.lead_image or site.lead_image
    shown = tuple(_fit(entry, choice, lead_image) for entry in entries)
    return Feed(
        slug=choice.slug,
        name=choice.name,
        id=f"tag:{site.tag}:feed/{choice.slug}",
        title=title_of(site, choice),
        description=section.description or site.description or site.title,
        link=section.link or f"{site.feeds}{choice.slug}.html",
        base=site.feeds,
        language=section.language or site.language,
        author=site.author,
        updated=max((entry.updated for entry in shown), default=EPOCH),
        entries=shown,
        copyright=site.copyright,
        contact=site.contact,
        logo=site.logo,
        hub=site.hub,
        tombstones=tuple(
            Tombstone(gone.id, place_instant(gone.updated, zone)) for gone in choice.withdrawn
        ),
    )


def _fit(entry: Entry, choice: Choice, lead_image: LeadImagePolicy) -> Entry:
    """Leave out of an entry's content what the section does not show."""
    content = entry.content
    if entry.id in choice.summarized and not entry.retracted:  # a notice is the newsroom's own
        content = None
    elif content is not None and lead_image == "enclosure" and entry.images:
        content = drop_image(content, entry.images[0].url)
    if content == entry.content:
        return entry
    return msgspec.structs.replace(entry, content=content)


def title_of(site: Site, choice: Choice) -> str:
    """Title a section's feed: SITE: SECTION, unless the configuration says otherwise."""
    own = site.title if choice.slug == ALL else f"{site.title}: {choice.name}"
    return choice.settings.title or own


def _age(candidate: Candidate) -> tuple[int, str, int]:
    return candidate.updated, candidate.origin.file.shown, candidate.origin.position


def _order_of(site: Site) -> Callable[[Candidate], tuple[int, int]]:
    return _order_by_updated if site.order == "updated" else _order_by_published


def _order_by_published(candidate: Candidate) -> tuple[int, int]:
    first = candidate.updated if candidate.published is None else candidate.published
    return first, candidate.updated


def _order_by_updated(candidate: Candidate) -> tuple[int, int]:
    return candidate.updated, candidate.updated


def _newest(
    candidates: list[Candidate], limit: int, order: Callable[[Candidate], tuple[int, int]]
) -> list[Candidate]:
    if len(candidates) > limit:
        # Ids are compared only among those that may be shown: splitting digits is dear.
        oldest = heapq.nlargest(limit, map(order, candidates))[-1]
        candidates = [c for c in candidates if order(c) >= oldest]
    # The id itself last: item-1 and item-01 are one number, and two ids.
    return sorted(candidates, key=lambda c: (*order(c), _natural(c.id), c.id), reverse=True)[:limit]


def _natural(text: str) -> list[tuple[int, str]]:
    # Digits as numbers, so that item 10 comes after item 9: texts and numbers alternate,
    # and of two numbers the one with more digits is greater (int() refuses very long ones).
    parts = _DIGITS.split(text)
    numbers = ((len(digits), digits) for digits in (part.lstrip("0") for part in parts[1::2]))
    texts = ((0, part) for part in parts[::2])
    return [pair for pairs in zip_longest(texts, numbers, fillvalue=(0, "")) for pair in pairs]


def _feed_time(candidates: list[Candidate]) -> int:
    return max((c.updated for c in candidates), default=0)


def _without_old_removals(candidates: list[Candidate], feed_time: int) -> list[Candidate]:
    """Leave out what was retracted or withdrawn long before a feed's time; never the clock."""
    oldest = feed_time - _REMOVAL_SHOWN
    return [c for c in candidates if c.status == "published" or c.updated >= oldest]
