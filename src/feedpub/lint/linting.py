"""Feeds checked against their specifications, and against what readers disagree on."""

from __future__ import annotations

from datetime import datetime

from feedpub.lint.findings import Finding, Findings, Options

__all__ = ["MOST_BYTES", "lint_feed"]

# No reader reads more than this, and it must not fill the memory.
MOST_BYTES = 32_000_000
_LARGE = 2_000_000


def lint_feed(
    content: bytes,
    *,
    url: str | None = None,
    now: datetime | None = None,
    errors_alone: bool = False,
) -> tuple[Finding, ...]:
    """Check an RSS, Atom, or JSON Feed document; list what is wrong with it, by line.

    Args:
        url: Where the document is published; its self link is compared with it.
        now: An aware datetime; dates more than a day later are doubted.
        errors_alone: Look only for what makes a feed invalid, not for what readers disagree on;
            this is several times as fast.
    """
    findings = Findings(errors_alone=errors_alone)
    if len(content) > MOST_BYTES:
        findings.add("feed-refused", 1, size=f"{len(content):,}", most=f"{MOST_BYTES:,}")
        return findings.list("")
    if len(content) > _LARGE:
        findings.add("feed-too-large", 1, size=f"{len(content):,}")
    options = Options(now=now, url=url, errors_alone=errors_alone)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        from feedpub.lint.json_feed import lint_json

        text = lint_json(content, findings, options)
    else:
        from feedpub.lint.xml_feed import lint_xml

        text = lint_xml(content, findings, options)
    return findings.list(text)
