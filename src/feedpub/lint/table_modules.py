"""What the modules of feeds allow, and where."""

TABLE = """
[everywhere]
dc:title        ?  text
dc:description  ?  text
dc:publisher    *  text
dc:contributor  *  text
dc:type         ?  text
dc:format       ?  text
dc:identifier   *  text
dc:source       ?  text
dc:language     ?  language
dc:relation     *  text
dc:coverage     *  text
dc:rights       ?  plain
dcterms:alternative *  text
dcterms:abstract   ?  text
dcterms:tableOfContents ? rdf-resource
dcterms:created    ?  w3cdtf
dcterms:issued     ?  w3cdtf
dcterms:modified   ?  w3cdtf
dcterms:valid      *  any
dcterms:available  *  any
dcterms:dateAccepted    ?  text
dcterms:dateCopyrighted ?  text
dcterms:dateSubmitted   ?  text
dcterms:extent     ?  positive
dcterms:isVersionOf    *  rdf-resource
dcterms:hasVersion     *  rdf-resource
dcterms:isReplacedBy   *  rdf-resource
dcterms:replaces       *  rdf-resource
dcterms:isRequiredBy   *  rdf-resource
dcterms:requires       *  rdf-resource
dcterms:isPartOf       *  rdf-resource
dcterms:hasPart        *  rdf-resource
dcterms:isReferencedBy *  rdf-resource
dcterms:references     *  rdf-resource
dcterms:isFormatOf     *  rdf-resource
dcterms:hasFormat      *  rdf-resource
dcterms:conformsTo     *  rdf-resource
dcterms:spatial        *  any
dcterms:temporal       *  any
dcterms:audience       *  text
dcterms:mediator       ?  text
dcterms:accessRights   *  any
dcterms:accrualMethod  *  any
dcterms:accrualPeriodicity * any
dcterms:accrualPolicy  *  any
dcterms:bibliographicCitation * any
dcterms:educationLevel *  any
dcterms:instructionalMethod * any
dcterms:license        *  any
dcterms:provenance     *  any
dcterms:rightsHolder   *  any
rdf:RDF         *  any
rdf:type        *  any
rdf:Description *  any
rdfs:seeAlso    *  rdf-resource
geo:Point       *  geo-point
geo:lat         *  latitude
geo:long        *  longitude
geo:alt         *  decimal
geourl:latitude  * latitude
geourl:longitude * longitude
icbm:latitude   *  latitude
icbm:longitude  *  longitude
georss:where    *  georss-where
georss:point    *  position
georss:line     *  positions
georss:polygon  *  positions
georss:box      *  positions
georss:circle   *  text
georss:featureTypeTag * text
georss:relationshipTag * text
georss:featureName * text
georss:elev     *  decimal
georss:floor    *  integer
georss:radius   *  number
opml:dateCreated  ? rfc822
opml:dateModified ? rfc822
opml:ownerName  ?  html
opml:ownerEmail ?  named-mail
opml:ownerId    ?  web-url

[rdf-resource]
@rdf:resource   ?  uri-ref
@dc:title       ?  text
special any

[geo-point]
geo:lat         +  latitude
geo:long        +  longitude

[georss-where]
gml:Point       *  gml-point
gml:LineString  *  gml-line
gml:Polygon     *  gml-polygon
gml:Envelope    *  gml-envelope

[gml-point]
@srsName        ?  text
gml:pos         *  position

[gml-line]
@srsName        ?  text
gml:posList     *  positions

[gml-polygon]
@srsName        ?  text
gml:exterior    *  gml-exterior

[gml-exterior]
gml:LinearRing  *  gml-line

[gml-envelope]
@srsName        ?  text
gml:lowerCorner *  position
gml:upperCorner *  position

[channel-modules]
taxo:topics     *  any
l:link          *  link-link
admin:generatorAgent ? rdf-resource
admin:errorReportsTo ? rdf-resource
blogChannel:blogRoll ? uri
blogChannel:mySubscriptions ? uri
blogChannel:blink ? uri
blogChannel:changes ? uri
sy:updatePeriod ?  words(hourly|daily|weekly|monthly|yearly)
sy:updateFrequency ? positive
sy:updateBase   ?  w3cdtf
foaf:maker      *  any
cp:server       *  rdf-resource
wiki:interwiki  *  text
thr:in-reply-to *  thr-in-reply-to
cf:listinfo     *  cf-list
cf:treatAs      *  text
feedburner:awareness ? uri
feedburner:browserFriendly ? plain
feedburner:emailServiceId ? text
feedburner:feedFlare * feedburner-flare
feedburner:info *  feedburner-info
feedburner:feedburnerHostname ? uri
opensearch:totalResults ? count
opensearch:startIndex   ? integer
opensearch:itemsPerPage ? count
opensearch:Query        * opensearch-query
opensearch10:totalResults ? count
opensearch10:startIndex   ? integer
opensearch10:itemsPerPage ? count
xhtml:div       *  any
xhtml:meta      *  xhtml-meta
sx:sharing      *  sx-sharing
fh:archive      ?  empty
fh:complete     ?  empty

[feed-modules]
dc:creator      *  text
dc:subject      *  text
dc:date         ?  w3cdtf
creativeCommons:license * uri
access:restriction * access-restriction

[item-modules]
taxo:topics     *  any
l:link          *  link-link
annotate:reference ? rdf-resource
ag:source       ?  text
ag:sourceURL    ?  uri
ag:timestamp    ?  iso8601
ev:startdate    ?  event-date
ev:enddate      ?  event-date
ev:location     *  any
ev:organizer    *  any
ev:type         ?  text
feedburner:awareness ? uri
feedburner:origEnclosureLink ? uri
feedburner:origLink ? uri
foaf:maker      *  any
foaf:primaryTopic * any
slash:comments  ?  count
slash:section   *  text
slash:department * text
slash:hit_parade ? counts
thr:children    *  any
thr:total       ?  count
thr:in-reply-to *  thr-in-reply-to
wfw:comment     ?  uri
wfw:commentRss  ?  uri
wfw:commentRSS  ?  uri
wiki:diff       *  text
wiki:history    *  text
wiki:importance *  text
wiki:status     *  text
wiki:version    *  text
media:group     *  media-group
media:content   *  media-content
sx:sync         *  sx-sync
conversationsNetwork:introMilliseconds ? count
conversationsNetwork:image ? web-url
conversationsNetwork:ratingAverage ? number
conversationsNetwork:ratingCount ? count
conversationsNetwork:ratingIndividual ? positive
conversationsNetwork:ratingTimestamp ? iso8601
use google

[entry-modules]
dc:creator      *  text
dc:subject      *  text
dc:date         ?  w3cdtf
creativeCommons:license * uri
trackback:ping  ?  uri
trackback:about *  uri

[link-link]
@rdf:resource   ?  uri-ref
@dc:title       ?  text
@l:lang         ?  language
@l:rel          1  uri
@l:type         ?  text
@l:title        ?  plain

[link-permalink]
@rdf:resource   ?  uri-ref
@dc:title       ?  text
@l:type         ?  media-type

[content-items]
rdf:Bag         ?  content-bag

[content-bag]
rdf:li          *  content-list

[content-list]
content:item    *  content-item

[content-item]
content:format  ?  rdf-resource
content:encoding ? rdf-resource
rdf:value       ?  text

[thr-in-reply-to]
special thr-in-reply-to
@ref            ?  iri
@href           ?  iri-ref
@source         ?  iri-ref
@type           ?  media-type

[cf-list]
cf:sort         *  cf-sort
cf:group        *  cf-group

[cf-sort]
@data-type      ?  text
@default        ?  text
@element        ?  text
@label          ?  text
@ns             ?  text

[cf-group]
@element        ?  text
@label          ?  text
@ns             ?  text

[feedburner-flare]
@href           1  iri-ref
@src            1  iri-ref
text               plain

[feedburner-info]
@uri            1  iri-ref

[opensearch-query]
@role           1  search-role
@title          ?  plain most(256)
@totalResults   ?  count
@searchTerms    ?  text
@count          ?  count
@startIndex     ?  integer
@startPage      ?  integer
@language       ?  language
@inputEncoding  ?  text
@outputEncoding ?  text
@parameter      ?  text

[xhtml-meta]
@name           1  any-case(robots)
@content        1  robots

[access-restriction]
@relationship   1  words(allow|deny)

[sx-sharing]
special sx-sharing
@expires        ?  rfc3339
@since          ?  rfc3339
@until          ?  rfc3339
sx:related      *  sx-related

[sx-related]
@link           1  uri
@title          ?  plain not-blank
@type           1  words(complete|aggregated)

[sx-sync]
special sx-sync
@deleted        ?  words(true|false)
@noconflicts    ?  words(true|false)
@id             1  urn-part
@updates        1  uint31
sx:history      +  sx-history
sx:conflicts    *  any

[sx-history]
special sx-history
@by             ?  plain not-blank urn-part
@sequence       1  uint31
@when           ?  rfc3339

[empty]

[unusual]
use everywhere
atom:author     *  atom-person
atom:category   *  atom-category
atom:content    *  atom-content
atom:contributor * atom-person
atom:generator  *  atom-generator
atom:icon       *  uri-ref
atom:id         *  iri
atom:link       *  atom-link
atom:logo       *  uri-ref
atom:published  *  rfc3339
atom:rights     *  atom-text
atom:subtitle   *  atom-text
atom:summary    *  atom-text
atom:title      *  atom-text
atom:updated    *  rfc3339
app:workspace   *  any
app:collection  *  any
app:categories  *  any
"""
