"""What the fields of a record mean: names, mappings and the shapes of their values.

In: the fields of a raw record. Out: the same under our names, and texts, names, sections and
image references read from their values. Opens no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.systems.mapping import Mapper, MappingError, check_mapping
    from feedpub.systems.names import FIELD_NAMES, name_spelling
    from feedpub.systems.values import (
        FieldError,
        read_images,
        read_language,
        read_names,
        read_sections,
        read_tags,
        read_text,
    )
else:
    __getattr__ = open_door(
        __name__,
        mapping="Mapper MappingError check_mapping",
        names="FIELD_NAMES name_spelling",
        values="FieldError read_images read_language read_names read_sections read_tags read_text",
    )
