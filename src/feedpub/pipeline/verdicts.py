"""What the report of a run means: whether anything was written, and whether too much is wrong."""

from __future__ import annotations

from feedpub.errors import INVALID, LOSS
from feedpub.files import has_errors
from feedpub.model import Report


def is_refused(report: Report) -> bool:
    """Say whether a loss prevents a build from writing."""
    return has_errors(report.problems, LOSS)


def has_stopped_feed(report: Report) -> bool:
    """Say whether a feed is not written because it would be invalid."""
    return has_errors(report.problems, INVALID)


def exceeds(report: Report, max_rejected: int | str) -> bool:
    """Say whether more records were rejected than a count, or a share such as "1%", allows."""
    if isinstance(max_rejected, int):
        return report.rejected > max_rejected
    return report.rejected * 100 > float(max_rejected.removesuffix("%")) * report.records
