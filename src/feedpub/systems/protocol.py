"""What a system is: one module that knows one CMS, site generator or news format.

`docs/systems/` has a page for each; to add one, add a module to `systems/known/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from feedpub.errors import Problem
from feedpub.model import Served, SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, NamedTables, Place, Raw


class Sign(msgspec.Struct, frozen=True):
    """How sure a system is that it wrote what lies at a place, and by what sign.

    `weight` is from 0 to 1: above 0.8 only what no other system has.
    """

    weight: float
    reason: str


class Setting(msgspec.Struct, frozen=True):
    """A line of feedpub.toml that `init` writes, and the reason for it."""

    key: str
    value: object
    reason: str = ""


class Proposal(msgspec.Struct, frozen=True):
    """What `init` writes for a source so that it is fixed from then on, and what it says.

    `site` and `source` are lines of [site] and of [[source]]; `found` is a sentence: "a Hugo
    site; sections from the first folder; links like /posts/name/".
    """

    found: str
    site: Sequence[Setting] = ()
    source: Sequence[Setting] = ()


class Translation(msgspec.Struct, frozen=True):
    """The fields of a record under our names.

    Beside the fields of the contract there are three more. `permalink` is the link that the
    system makes where the record names none. `zone` is the IANA zone of its times, if it has its
    own. `expires` is the time from which the record is not shown.

    `rules` says in words what found each field, `lines` the line of each in its file, and
    `problems` what was lost or doubtful, and `unused` the names of values that nothing read.
    """

    fields: Mapping[str, object]
    rules: Mapping[str, str] = {}
    lines: Mapping[str, int] = {}
    problems: Sequence[Problem] = ()
    unused: Sequence[str] = ()


class PassedOver(msgspec.Struct, frozen=True):
    """What is not an article: `reason` names its kind in the plural, such as "attachments"."""

    reason: str


class Translator(Protocol):
    """A system at work on one source: its settings, and the tables that its records refer to.

    What it says of a file depends on that, on the settings, and on what it asked the place, and on
    no file that it was asked about before: any may be known from another run.
    """

    @property
    def elements(self) -> frozenset[str]:
        """The local names of the elements that are records in an XML file."""

    @property
    def served(self) -> Served | None:
        """The folders of the site's files; None where the system knows none."""

    def accepts(self, below: str) -> str | None:
        """Say why a file, by its path below the source, holds no article; None where it may.

        An empty text is not told: the file belongs to a record of another.
        """

    def begin(self, file: SourceFile) -> None:
        """Begin to read a file, also if it was read before: forget what the last one told."""

    def end(self, file: SourceFile) -> None:
        """Know that all records of a file were given since it was begun."""

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the path to the list of records in a JSON document; None: it is one record."""

    def find_table(self, tables: NamedTables) -> str | None:
        """Name the table of the records in a file that holds several; None where none does."""

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a raw record: those that identify it, or all."""


class System(Protocol):
    """One CMS, site generator or news format.

    `name` stands in feedpub.toml, `title` in messages; `formats` names the reader of each
    suffix that the system has beside the usual ones.
    """

    @property
    def name(self) -> str:
        """Its name in feedpub.toml."""

    @property
    def title(self) -> str:
        """Its name for people."""

    @property
    def formats(self) -> Mapping[str, str]:
        """The format of each suffix that it reads beside the usual ones."""

    def recognize(self, place: Place) -> Sign | None:
        """Say whether the system wrote what lies at a place, by names and a bounded look."""

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what `init` writes for the place."""

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read a source: look up what its records refer to."""


class Base:
    """What most systems have in common; each overrides the parts that differ."""

    name = ""
    title = ""
    formats: Mapping[str, str] = {}

    def propose(self, place: Place, site: Site) -> Proposal:
        """Write down the system alone."""
        return Proposal(self.title)


class BaseTranslator:
    """What most translators have in common; each overrides the parts that differ."""

    elements: frozenset[str] = frozenset()

    @property
    def served(self) -> Served | None:
        """Know no folder of the site's files."""
        return None

    def accepts(self, below: str) -> str | None:
        """Take every file."""
        return None

    def begin(self, file: SourceFile) -> None:
        """Keep nothing of a file."""

    def end(self, file: SourceFile) -> None:
        """Keep nothing of a file."""

    def find_records(self, document: JsonDocument) -> str | None:
        """Take a document for one record."""
        return None

    def find_table(self, tables: NamedTables) -> str | None:
        """Know no table."""
        return None
