"""The namespaces of feeds, and the prefixes by which the tables name them."""

from __future__ import annotations

import re

ATOM = "http://www.w3.org/2005/Atom"
ATOM_03 = "http://purl.org/atom/ns#"
XHTML = "http://www.w3.org/1999/xhtml"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RSS_090 = "http://my.netscape.com/rdf/simple/0.9/"
RSS_10 = "http://purl.org/rss/1.0/"
RSS_11 = "http://purl.org/net/rss1.1#"
MEDIA = "http://search.yahoo.com/mrss/"
XML = "http://www.w3.org/XML/1998/namespace"
SVG = "http://www.w3.org/2000/svg"
MATHML = "http://www.w3.org/1998/Math/MathML"

_TABLE = f"""
{ATOM} atom
{XHTML} xhtml
{XML} xml
{RDF} rdf
{RSS_090} rss090
{RSS_10} rss1
{RSS_11} rss11
{MEDIA} media
{SVG} svg
{MATHML} mathml
http://www.itunes.com/dtds/podcast-1.0.dtd itunes
http://purl.org/dc/elements/1.1/ dc
http://purl.org/dc/terms/ dcterms
http://purl.org/rss/1.0/modules/content/ content
http://purl.org/rss/1.0/modules/syndication/ sy
http://purl.org/rss/1.0/modules/slash/ slash
http://wellformedweb.org/CommentAPI/ wfw
http://www.georss.org/georss georss
http://www.opengis.net/gml gml
http://www.w3.org/2003/01/geo/wgs84_pos# geo
http://geourl.org/rss/module/ geourl
http://postneo.com/icbm icbm
http://purl.org/syndication/thread/1.0 thr
http://purl.org/rss/1.0/modules/threading/ thr
http://purl.org/syndication/history/1.0 fh
http://purl.org/atompub/tombstones/1.0 at
http://www.w3.org/2007/app app
http://www.bloglines.com/about/specs/fac-1.0 access
http://webns.net/mvcb/ admin
http://purl.org/rss/1.0/modules/aggregation/ ag
http://purl.org/rss/1.0/modules/annotate/ annotate
http://media.tangent.org/rss/1.0/ audio
http://backend.userland.com/blogChannelModule blogChannel
http://web.resource.org/cc/ cc
http://www.microsoft.com/schemas/rss/core/2005 cf
http://backend.userland.com/creativeCommonsRssModule creativeCommons
http://purl.org/rss/1.0/modules/company company
http://conversationsnetwork.org/rssNamespace-1.0/ conversationsNetwork
http://my.theinfo.org/changed/1.0/rss/ cp
http://purl.org/rss/1.0/modules/email/ email
http://purl.org/rss/1.0/modules/event/ ev
http://rssnamespace.org/feedburner/ext/1.0 feedburner
http://xmlns.com/foaf/0.1/ foaf
http://base.google.com/ns/1.0 g
http://purl.org/rss/1.0/modules/image/ image
urn:atom-extension:indexing indexing
http://purl.org/rss/1.0/modules/link/ l
http://a9.com/-/spec/opensearchrss/1.0/ opensearch10
http://a9.com/-/spec/opensearch/1.1/ opensearch
http://openid.net/xmlns/1.0 openid
http://www.opml.org/spec2 opml
http://www.w3.org/2000/01/rdf-schema# rdfs
http://purl.org/rss/1.0/modules/reference/ ref
http://purl.org/rss/1.0/modules/richequiv/ reqv
http://purl.org/rss/1.0/modules/rss091# rss091
http://purl.org/rss/1.0/modules/search/ search
http://purl.org/rss/1.0/modules/servicestatus/ ss
http://hacks.benhammersley.com/rss/streaming/ str
http://purl.org/rss/1.0/modules/subscription/ sub
http://feedsync.org/2007/feedsync sx
http://purl.org/rss/1.0/modules/taxonomy/ taxo
http://madskills.com/public/xml/rss/module/trackback/ trackback
http://purl.org/rss/1.0/modules/wiki/ wiki
http://www.usemod.com/cgi-bin/mb.pl?ModWiki wiki
http://schemas.xmlsoap.org/soap/envelope/ soap
http://www.w3.org/1999/xlink xlink
"""
PREFIXES = dict(line.split() for line in _TABLE.strip().splitlines())


def _blur(namespace: str) -> str:
    return re.sub(r"\W+\Z", "", namespace).lower()


_BLURRED = {_blur(namespace): namespace for namespace in PREFIXES}


def find_meant(namespace: str) -> str | None:
    """Find the known namespace that is meant, whatever its case and its end."""
    return namespace if namespace in PREFIXES else _BLURRED.get(_blur(namespace))
