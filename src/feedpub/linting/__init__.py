"""Feeds checked against their specifications, and against what readers disagree on."""

from __future__ import annotations

from datetime import datetime

from feedpub.linting.findings import Finding, Findings

__all__ = ["MOST_BYTES", "Finding", "lint_feed"]

# More than this no reader reads, and it must not fill the memory.
MOST_BYTES = 32_000_000
_LARGE = 2_000_000


def lint_feed(
    content: bytes, *, url: str | None = None, now: datetime | None = None
) -> tuple[Finding, ...]:
    """Check an RSS, Atom or JSON Feed document; list what is wrong with it, by line.

    Args:
        url: Where the document is published; its self link is compared with it.
        now: An aware datetime; dates more than a day later are doubted.
    """
    findings = Findings()
    if len(content) > MOST_BYTES:
        findings.add("feed-refused", 1, size=f"{len(content):,}", most=f"{MOST_BYTES:,}")
        return findings.list(())
    if len(content) > _LARGE:
        findings.add("feed-too-large", 1, size=f"{len(content):,}")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        from feedpub.linting.json_feed import lint_json

        lines = lint_json(content, findings, now=now)
    else:
        from feedpub.linting.xml_feed import lint_xml

        lines = lint_xml(content, findings, url=url, now=now)
    return findings.list(lines)
