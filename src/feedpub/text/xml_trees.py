"""XML that anyone may have written."""

from __future__ import annotations

from lxml import etree


def parse_xml(content: bytes) -> etree._Element:
    """Parse XML, without its entities, its DTD, and whatever it names elsewhere.

    Raises:
        XMLSyntaxError: It isn't XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)
