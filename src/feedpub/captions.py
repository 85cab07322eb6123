"""Captions and credits: which part of a line under an image names its source."""

from __future__ import annotations

import re

_CREDIT = re.compile(
    r"\s*\[\s*(?:photos?|images?|pictures?|drawings?|graphics?|illustrations?|maps?)\b\s*(?:by\b|from\b|/|:|：)?\s*(?P<credit>[^\[\]]*)\]\s*$",
    re.IGNORECASE,
)


def split_caption(line: str) -> tuple[str | None, str | None]:
    """Split a caption from the credit in brackets at its end.

    `What it shows. [Photo/WeChat: name]` is ("What it shows.", "WeChat: name").
    """
    found = _CREDIT.search(line)
    if found is None:
        return line.strip() or None, None
    return line[: found.start()].strip() or None, found["credit"].strip() or None
