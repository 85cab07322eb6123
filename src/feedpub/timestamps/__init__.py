"""Text to time: never a wrong time and never a naive one.

In: the text of a field or a byline, a zone, an order of day and month. Out: a `Timestamp`,
or a TimestampError that says why not. The only room that imports dateutil. It does not depend on
the host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.timestamps.found import FoundTime, Stamp, show_times
    from feedpub.timestamps.hints import has_partial_date, is_relative
    from feedpub.timestamps.iana import load_zone, place_instant, zone_names
    from feedpub.timestamps.labels import Label, LabelKind, find_labels, label_stamps
    from feedpub.timestamps.lines import blank, find_time
    from feedpub.timestamps.parsing import parse_timestamp
    from feedpub.timestamps.plain import find_plain_stamp, usual_years
    from feedpub.timestamps.stamps import find_stamps, may_have_stamps
    from feedpub.timestamps.text import tidy_text
else:
    __getattr__ = open_door(
        __name__,
        found="FoundTime Stamp show_times",
        hints="has_partial_date is_relative",
        iana="load_zone place_instant zone_names",
        labels="Label LabelKind find_labels label_stamps",
        lines="blank find_time",
        parsing="parse_timestamp",
        plain="find_plain_stamp usual_years",
        stamps="find_stamps may_have_stamps",
        text="tidy_text",
    )
