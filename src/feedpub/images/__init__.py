"""Images and recordings: found beside a record or elsewhere, measured, cleared of positions.

In: an `ImageReference`. Out: an `Image` with its true type, length, and size, or an ImageError.
The only room that decodes image files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.images.cache import MeasuredFile, MeasurementCache
    from feedpub.images.files import read_scaled, read_without_position
    from feedpub.images.measuring import ImageMeasurer, MeasuredImage, make_measurer, open_cache
    from feedpub.images.page_sizes import PageSizes
    from feedpub.images.pictures import SUFFIXES
    from feedpub.images.recordings import MeasuredRecording, RecordingMeasurer
else:
    __getattr__ = open_door(
        __name__,
        cache="MeasuredFile MeasurementCache",
        files="read_scaled read_without_position",
        recordings="MeasuredRecording RecordingMeasurer",
        measuring="ImageMeasurer MeasuredImage make_measurer open_cache",
        page_sizes="PageSizes",
        pictures="SUFFIXES",
    )
