"""The output folder, sent to a web server's store, and the WebSub hub told about it.

In: the output folder and the URL of a store. Out: files there, and a `Report`. Reads what
`build` wrote, and never a source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.publish.publishing import publish
else:
    __getattr__ = open_door(
        __name__,
        publishing="publish",
    )
