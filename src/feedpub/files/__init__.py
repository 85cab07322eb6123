"""Files written whole (old or new, never half), their digests, and values kept between runs.

In: a path and bytes, or values. Out: the file, in one step. The only atomic writer, digest, and
cache, and the only way to open a file for reading. The problems of a run wait in a file here, too,
where they are many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.files.cache import is_writable, load_values, save_values
    from feedpub.files.digests import DigestedChunks, digest_bytes, digest_file
    from feedpub.files.json_form import JsonForm, encode_json
    from feedpub.files.kept_files import KeptFile, KeptFiles, Unit, know_file
    from feedpub.files.kept_values import KeptValues, Passed, PassedValues
    from feedpub.files.known_files import (
        FileState,
        KnownFiles,
        describe_state,
        is_settled,
        read_state,
    )
    from feedpub.files.opened import NotRegularError, open_regular, read_regular
    from feedpub.files.problem_log import ProblemLog, has_errors, sort_problems
    from feedpub.files.trees import (
        FindKnown,
        Snapshot,
        Stretch,
        Tree,
        digest_stretches,
        ends_stretch,
    )
    from feedpub.files.whole_files import (
        TEMPORARY,
        create_file,
        locate,
        name_temporary,
        remove_leftovers,
        replace_file,
        reporting_failures,
        write_file,
    )
else:
    __getattr__ = open_door(
        __name__,
        cache="is_writable load_values save_values",
        digests="DigestedChunks digest_bytes digest_file",
        json_form="JsonForm encode_json",
        kept_files="KeptFile KeptFiles Unit know_file",
        kept_values="KeptValues Passed PassedValues",
        known_files="FileState KnownFiles describe_state is_settled read_state",
        opened="NotRegularError open_regular read_regular",
        problem_log="ProblemLog has_errors sort_problems",
        trees="FindKnown Snapshot Stretch Tree digest_stretches ends_stretch",
        whole_files="TEMPORARY create_file locate name_temporary remove_leftovers "
        "replace_file reporting_failures write_file",
    )
