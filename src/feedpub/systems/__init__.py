"""What a record means: the names and shapes of its fields, and what each system means by its own.

In: raw records. Out: `Record`s with fields under our names, and texts, names, sections and
image references read from their values. One module in `known/` for each CMS, site generator
and news format. Opens files only through `sources`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.systems.mapping import check_mapping
    from feedpub.systems.notes import Notes
    from feedpub.systems.protocol import Setting
    from feedpub.systems.reading import (
        OpenedSource,
        SentFile,
        list_sources,
        load_records,
        open_file,
        scan_file,
        seeks,
        send_file,
    )
    from feedpub.systems.reading_again import digest_records, read_again
    from feedpub.systems.registry import NONE, find_system, suggest_system
    from feedpub.systems.shapes import find_name
    from feedpub.systems.values import (
        FieldError,
        read_images,
        read_language,
        read_recordings,
        read_sections,
        read_tags,
        read_text,
    )
else:
    __getattr__ = open_door(
        __name__,
        mapping="check_mapping",
        notes="Notes",
        reading=(
            "OpenedSource SentFile list_sources load_records open_file scan_file seeks send_file"
        ),
        reading_again="digest_records read_again",
        protocol="Setting",
        registry="NONE find_system suggest_system",
        shapes="find_name",
        values=(
            "FieldError read_images read_language read_recordings read_sections read_tags read_text"
        ),
    )
