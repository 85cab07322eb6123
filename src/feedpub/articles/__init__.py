"""Records to candidates, and the choice among them.

In: `Record`s. Out: `Candidate`s (id, sections, times, status), the newest version of each,
and what every section shows. Every rejection is decided here. Opens no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.articles.archive import (
        Archive,
        Recent,
        choose_recent,
        divide_archive,
        list_archive,
    )
    from feedpub.articles.choice import Choice, choose, find_newest
    from feedpub.articles.columns import CandidateTable, tabulate
    from feedpub.articles.identity import Identifier, own_link
    from feedpub.articles.known_sections import KnownSections
    from feedpub.articles.section_names import SectionNames
    from feedpub.articles.versions import Rivals, Versions
else:
    __getattr__ = open_door(
        __name__,
        archive="Archive Recent choose_recent divide_archive list_archive",
        choice="Choice choose find_newest",
        columns="CandidateTable tabulate",
        identity="Identifier own_link",
        known_sections="KnownSections",
        section_names="SectionNames",
        versions="Rivals Versions",
    )
