"""A feed of XML: which format it is, and the walk through it."""

from __future__ import annotations

from lxml import etree

from feedpub.lint import atom_feed, atom_text, links, modules, rss_feed
from feedpub.lint.addresses import check_iri_reference
from feedpub.lint.cutting import cut_known
from feedpub.lint.findings import Findings, Options
from feedpub.lint.nodes import (
    ATOM,
    MEDIA,
    NAMESPACES,
    PREFIXES,
    RDF,
    RSS_11,
    find_meant,
    get_line,
    iter_elements,
    split_name,
)
from feedpub.lint.vocabulary import find_kind
from feedpub.lint.walking import Special, Walk, has_doubtful
from feedpub.lint.xml_reading import decode_document, parse_document, read_xml

_ATOM_03 = "http://purl.org/atom/ns#"
_RSS_090, _RSS_10 = NAMESPACES["rss090"], NAMESPACES["rss1"]
_VERSIONS = ("0.91", "0.92", "2.0")
_NETSCAPE = "-//Netscape Communications//DTD RSS 0.91//EN"
_NETSCAPE_DTD = "http://my.netscape.com/publish/formats/rss-0.91.dtd"
_MOST_NAMESPACES = 100
_DEEPEST = 50  # libxml2 reads no element at a depth of 256, and a template may have some of them


def _leave_children(walk: Walk, node: etree._Element) -> bool:
    walk.visit_any_children(node)
    return True


# The code of each kind that the vocabularies call special.
_SPECIALS: dict[str, Special] = {
    "any": _leave_children,
    "atom-feed": atom_feed.check_feed,
    "atom-entry": atom_feed.check_entry,
    "atom-source": atom_feed.check_source,
    "atom-category": atom_feed.check_category,
    "atom-link": links.check_link,
    "atom-text": atom_text.check_text_construct,
    "atom-content": atom_text.check_content,
    "thr-in-reply-to": modules.check_in_reply_to,
    "rss-channel": rss_feed.check_channel,
    "rss-item": rss_feed.check_item,
    "rss-guid": rss_feed.check_guid,
    "rss-image": rss_feed.check_image,
    "rss-skip": rss_feed.check_skip,
    "rdf-item": rss_feed.check_rdf_item,
    "itunes-category": modules.check_podcast_category,
    "media-group": modules.check_group,
    "media-adult": modules.check_adult,
    "media-credit": modules.check_credit,
    "media-hash": modules.check_hash,
    "media-rating": modules.check_rating,
    "media-restriction": modules.check_restriction,
    "media-text": modules.check_media_text,
    "sx-sharing": modules.check_sharing,
    "sx-history": modules.check_history,
    "sx-sync": modules.check_sync,
}


def lint_xml(content: bytes, findings: Findings, options: Options) -> str:
    """Check a feed of XML; return its text."""
    if options.errors_alone and _has_no_error(content, options):
        return ""
    document = read_xml(content, findings)
    if document.root is not None:
        _check(document.root, document.text, findings, options)
    return document.text


def _has_no_error(content: bytes, options: Options) -> bool:
    """Say whether a feed surely has no error, because entries like its own had none."""
    findings = Findings(errors_alone=True)
    cut = cut_known(content, decode_document(content, findings))
    root = None if cut is None else parse_document(cut.text, findings).root
    if cut is None or root is None:
        return False
    nodes = cut.find_entries(root)
    if nodes and sum(1 for _ in nodes[0].iterancestors()) > _DEEPEST:
        return False
    stub = nodes[0] if cut.has_stub else None
    walk = _check(root, cut.text, findings, options, learns=True, stub=stub)
    if walk is None or walk.has_author != cut.has_author:
        return False
    cut.learn(nodes, walk.learned)
    return not findings.count and cut.new.isdisjoint(walk.seen)


def _check(
    root: etree._Element,
    text: str,
    findings: Findings,
    options: Options,
    *,
    learns: bool = False,
    stub: etree._Element | None = None,
) -> Walk | None:
    _check_doctype(root, findings)
    _check_namespaces(root, text, findings)
    found = _recognize(root, findings)
    if found is None:
        return None
    form, kind, own = found
    walk = Walk(
        form,
        findings,
        own=own,
        specials=_SPECIALS,
        options=options,
        doubtful=not options.errors_alone and has_doubtful(text),
        version=str(root.get("version", "2.0")) if form == "rss" else "",
        learns=learns,
        stub=stub,
    )
    if form == "rss" and walk.version not in _VERSIONS:
        walk.add("rss-version-unknown", root, value=walk.version)
    walk.visit(root, find_kind(kind))
    atom_feed.check_ids(walk)
    _check_entities(walk, root)
    return walk


def _recognize(root: etree._Element, findings: Findings) -> tuple[str, str, frozenset[str]] | None:
    namespace, name = split_name(str(root.tag))
    line = get_line(root)
    if name == "rss":
        if namespace:
            findings.add("rss-namespace", line, value=namespace)
        return "rss", "rss", frozenset({namespace, ""})
    if name in ("feed", "entry"):
        if namespace == _ATOM_03:
            findings.add("atom-03", line)
            return None
        if not namespace:
            findings.add("atom-namespace-missing", line)
        elif namespace != ATOM:
            findings.add("atom-namespace-wrong", line, value=namespace)
        if namespace and root.prefix:
            findings.add("atom-prefixed", line, prefix=root.prefix)
        return "atom", f"atom-{name}", frozenset({namespace, ATOM})
    if name == "RDF" and find_meant(namespace) == RDF:
        if any(child.tag == f"{{{_RSS_090}}}channel" for child in iter_elements(root)):
            return "rdf", "rdf-0.9", frozenset({_RSS_090})
        return "rdf", "rdf", frozenset({_RSS_10})
    if name == "Channel" and namespace == RSS_11:
        return "rdf", "rss11-channel", frozenset({RSS_11})
    what = "a web page" if name.lower() == "html" else f"a document of <{name}>"
    findings.add("not-a-feed", line, what=what)
    return None


def _check_doctype(root: etree._Element, findings: Findings) -> None:
    doctype = _get_doctype(root)
    if _NETSCAPE_DTD in doctype:
        findings.add("xml-doctype-outdated", 1)
    if _NETSCAPE in doctype and root.get("version") != "0.91":
        findings.add("xml-doctype-version", 1, value=str(root.get("version", "")))


def _get_doctype(root: etree._Element) -> str:
    return str(getattr(root.getroottree().docinfo, "doctype", ""))  # lxml-stubs lack it


def _check_entities(walk: Walk, root: etree._Element) -> None:
    """Note undefined entities, which lxml accepts where the DTD is elsewhere."""
    if _NETSCAPE in _get_doctype(root):
        return  # its DTD defines those of HTML
    dtd = root.getroottree().docinfo.internalDTD
    # The stubs of lxml do not know the entities of a DTD.
    declared = getattr(dtd, "iterentities", tuple)
    names = {entity.name for entity in declared()}
    for node in root.iter(etree.Entity):
        name = str(getattr(node, "name", ""))
        parent = node.getparent()
        if name not in names:
            line = 1 if parent is None else get_line(parent)
            walk.findings.entry = None if parent is None else walk.find_entry(parent)
            walk.findings.add("xml-entity-undefined", line, value=name)


def _check_namespaces(root: etree._Element, text: str, findings: Findings) -> None:
    declared = {(prefix or "", str(namespace)) for prefix, namespace in root.nsmap.items()}
    # To walk for declarations further in takes as long as all the rest.
    if text.count("xmlns") > len(declared):
        declared |= {
            (prefix or "", str(namespace))
            for _, (prefix, namespace) in etree.iterwalk(root, events=("start-ns",))
        }
    for prefix, namespace in sorted(declared)[:_MOST_NAMESPACES]:
        line = text.count("\n", 0, max(text.find(namespace), 0)) + 1
        meant = find_meant(namespace)
        faults = check_iri_reference(namespace) if meant is None else ()
        if namespace + "/" == MEDIA:
            findings.add("media-namespace-wrong", line, value=namespace)
        elif meant is not None and meant != namespace:
            findings.add("namespace-near-miss", line, value=namespace, meant=meant)
        elif any(rule != "uri-scheme-unknown" for rule, _ in faults):
            findings.add("xml-namespace-invalid", line, value=namespace)
        elif prefix in NAMESPACES and PREFIXES.get(namespace) != prefix:
            findings.add("namespace-prefix-taken", line, prefix=prefix, meant=NAMESPACES[prefix])
