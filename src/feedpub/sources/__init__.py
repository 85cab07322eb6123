"""Files to raw records, one module per format.

In: the files below a source. Out: `Record`s with the place they stand at; a problem for each
one that cannot be read. `scan` identifies, `load` reads the chosen ones again, whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.sources.folders import find_source_above, iter_glob
    from feedpub.sources.function_import import FunctionError, import_function
    from feedpub.sources.own_reader import ReaderFile, RecordReader
    from feedpub.sources.reading import (
        digest_records,
        find_reader,
        list_sources,
        load_records,
        scan_file,
        scan_source,
    )
else:
    __getattr__ = open_door(
        __name__,
        folders="find_source_above iter_glob",
        function_import="FunctionError import_function",
        own_reader="ReaderFile RecordReader",
        reading="digest_records find_reader list_sources load_records scan_file scan_source",
    )
