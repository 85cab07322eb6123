"""Files to raw records, one module per format.

In: the files below a source. Out: `Record`s with the place they stand at; a problem for each
one that cannot be read. `scan` identifies, `load` reads the chosen ones again, whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.sources.expressions import Expression, compile_expression
    from feedpub.sources.file_runs import FileRun
    from feedpub.sources.folders import (
        compile_patterns,
        find_roots,
        find_source_above,
        iter_glob,
        list_runs,
        open_place,
    )
    from feedpub.sources.front_matter import read_front_matter, read_table
    from feedpub.sources.function_import import FunctionError, import_function
    from feedpub.sources.json_document import JsonDocument, decode_items
    from feedpub.sources.json_lines import LinePart
    from feedpub.sources.json_values import NotJson
    from feedpub.sources.own_reader import ReaderFile, RecordReader
    from feedpub.sources.place import Place
    from feedpub.sources.raw import FrontMatter, PageFields, Raw
    from feedpub.sources.reading import (
        BROKEN,
        FilePeek,
        Reader,
        find_format,
        find_reader,
        load_guarded,
        looks_beside,
        scan_elements,
        scan_guarded,
    )
    from feedpub.sources.sqlite_file import Database, open_database
    from feedpub.sources.suffixes import FORMAT_OF_SUFFIX, read_suffix
    from feedpub.sources.tables import NamedTables
    from feedpub.sources.xml_head import XmlHead
    from feedpub.sources.zip_archive import is_unpacked
else:
    __getattr__ = open_door(
        __name__,
        expressions="Expression compile_expression",
        file_runs="FileRun",
        folders="compile_patterns find_roots find_source_above iter_glob list_runs open_place",
        front_matter="read_front_matter read_table",
        function_import="FunctionError import_function",
        json_document="JsonDocument decode_items",
        json_lines="LinePart",
        json_values="NotJson",
        own_reader="ReaderFile RecordReader",
        place="Place",
        raw="FrontMatter PageFields Raw",
        reading=(
            "BROKEN FilePeek Reader find_format find_reader load_guarded looks_beside"
            " scan_elements scan_guarded"
        ),
        xml_head="XmlHead",
        sqlite_file="Database open_database",
        suffixes="FORMAT_OF_SUFFIX read_suffix",
        tables="NamedTables",
        zip_archive="is_unpacked",
    )
