"""Files written whole: old or new, never half.

In: a path and bytes. Out: the file, in one step. The one atomic writer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.files.whole_files import (
        TEMPORARY,
        locate,
        name_temporary,
        replace_file,
        reporting_failures,
        write_file,
    )
else:
    __getattr__ = open_door(
        __name__,
        whole_files="TEMPORARY locate name_temporary replace_file reporting_failures write_file",
    )
