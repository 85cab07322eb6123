"""What may stand where in RSS 0.9x and 2.0, and in RSS 0.90, 1.0 and 1.1 (RDF)."""

TABLE = """
[rss]
@version        1  text                    !rss-version-missing
channel         1  rss-channel             !rss-channel-missing
access:restriction ? access-restriction

[rss-channel]
special rss-channel
use everywhere media channel-modules channel-atom channel-semantics itunes-channel
@indexing:index ? words(yes|no)
title           1  plain not-blank         !rss-title-missing
link            1  uri                     !rss-link-missing
description     1  plain                   !rss-description-missing
item            *  rss-item
image           ?  rss-image
textInput       ?  rss-text-input
category        *  rss-category
cloud           ?  rss-cloud
rating          ?  text
ttl             ?  positive
docs            ?  uri
generator       ?  text
pubDate         ?  rfc822
lastBuildDate   ?  rfc822
managingEditor  ?  contact
webMaster       ?  contact
language        ?  language
copyright       ?  plain
skipHours       ?  rss-skip-hours
skipDays        ?  rss-skip-days

[rss-item]
special rss-item
use everywhere media item-modules item-atom item-semantics rss-item-modules itunes-item
title           ?  plain not-blank
link            ?  uri
description     ?  html html-urls
author          ?  contact
category        *  rss-item-category
comments        ?  uri
enclosure       ~  rss-enclosure
guid            ?  rss-guid
pubDate         ?  rfc822
source          ?  rss-source

[rss-item-0.91]
special rss-item
use everywhere media item-modules item-atom item-semantics rss-item-modules itunes-item
title           ?  plain not-blank
link            ?  uri
description     ?  plain
author          ?  contact
category        *  rss-item-category
comments        ?  uri
enclosure       ~  rss-enclosure
guid            ?  rss-guid
pubDate         ?  rfc822
source          ?  rss-source

[rss-category]
@domain         ?  text
text               plain

[rss-item-category]
@domain         ?  text
text               plain not-blank

[rss-cloud]
@domain         1  text
@port           1  port
@path           1  text
@registerProcedure 1 text
@protocol       1  text

[rss-enclosure]
@url            1  web-url
@length         1  length
@type           1  media-type

[rss-guid]
special rss-guid
@isPermaLink    ?  words(true|false)
text               not-blank

[rss-source]
@url            1  uri
text               plain

[rss-image]
special rss-image
use everywhere
@rdf:resource   ?  text
@rdf:about      ?  text
@rdf:parseType  ?  text
title           1  plain not-blank
link            1  uri
url             1  uri image-format
width           ?  image-width
height          ?  image-height
description     ?  plain
dc:creator      *  text
dc:subject      *  text
dc:date         ?  w3cdtf
cc:license      *  any

[rss-text-input]
use everywhere
@rdf:about      ?  text
title           1  plain
description     1  text
name            1  form-name
link            1  uri
dc:creator      *  text
dc:subject      *  text
dc:date         ?  w3cdtf

[rss-skip-hours]
special rss-skip
hour            +  hour

[rss-skip-days]
special rss-skip
day             +  words(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)

[channel-atom]
atom:author     *  atom-person
atom:category   *  atom-category
atom:contributor * atom-person
atom:generator  ?  atom-generator
atom:id         ?  uri
atom:icon       ?  uri-ref not-blank
atom:link       *  atom-link
atom:logo       ?  uri-ref not-blank
atom:title      ?  atom-text
atom:subtitle   ?  atom-text
atom:rights     ?  atom-text
atom:updated    ?  rfc3339
at:deleted-entry * any

[item-atom]
atom:id         ?  uri not-blank
atom:link       *  atom-link
atom:title      ?  atom-content
atom:summary    ?  atom-text
atom:author     ?  atom-person
atom:contributor * atom-person
atom:content    *  atom-content
atom:published  ?  rfc3339
atom:updated    ?  rfc3339

[channel-semantics]
dc:creator      *  text
dc:subject      *  text
dc:date         ?  w3cdtf
cc:license      *  any
creativeCommons:license * uri

[item-semantics]
dc:creator      *  text
dc:subject      *  text
dc:date         *  w3cdtf
cc:license      *  any
creativeCommons:license * uri
content:encoded ?  html html-urls
content:items   ?  content-items
xhtml:body      *  any

[rss-item-modules]
trackback:ping  ?  uri
trackback:about *  uri

[rdf]
channel         1  rdf-channel             !rss-channel-missing
rss090:channel  *  rdf-channel-0.9
item            *  rdf-item
image           *  rdf-image
textinput       *  rdf-text-input
cc:License      *  any
taxo:topic      *  any
rdf:Description *  any

[rdf-0.9]
channel         1  rdf-channel-0.9         !rss-channel-missing
item            *  rdf-item-0.9
image           *  rdf-image-0.9
textinput       *  rss-text-input
cc:License      *  any
taxo:topic      *  any
rdf:Description *  any

[rdf-channel]
use everywhere media channel-modules channel-atom channel-semantics itunes-channel
@rdf:about      1  uri-ref
title           1  plain not-blank         !rss-title-missing
link            1  uri                     !rss-link-missing
description     1  plain                   !rss-description-missing
items           1  rdf-items
image           ?  rdf-reference
textinput       ?  rdf-reference
rdfs:label      *  text
rdfs:comment    *  text

[rdf-channel-0.9]
use everywhere media channel-modules channel-atom channel-semantics itunes-channel
title           1  plain not-blank         !rss-title-missing
link            1  uri                     !rss-link-missing
description     1  plain                   !rss-description-missing
image           ?  rss-image
textInput       ?  rss-text-input

[rss11-channel]
use everywhere media channel-modules channel-atom channel-semantics itunes-channel
@rdf:about      1  uri-ref
title           1  plain not-blank         !rss-title-missing
link            1  uri                     !rss-link-missing
description     1  plain                   !rss-description-missing
items           1  rss11-items
image           ?  rss11-image
rdfs:label      *  text
rdfs:comment    *  text

[rdf-items]
@rdf:parseType  ?  text
rdf:Seq         ?  rdf-sequence

[rss11-items]
@rdf:parseType  ?  text
item            *  rdf-item-0.9

[rss11-image]
use everywhere
@rdf:resource   ?  text
@rdf:about      ?  text
@rdf:parseType  ?  text
title           1  plain not-blank
link            ?  uri
url             1  uri
width           ?  image-width
height          ?  image-height
description     ?  plain
dc:creator      *  text
dc:subject      *  text
dc:date         ?  w3cdtf
cc:license      *  any

[rdf-sequence]
rdf:li          *  rdf-list-item

[rdf-list-item]
@resource       ?  text
@rdf:resource   ?  text

[rdf-reference]
special any
@rdf:resource   ?  text
@rdf:about      ?  text
@rdf:parseType  ?  text

[rdf-item]
special rdf-item
use everywhere media item-modules item-atom item-semantics rdf-item-modules itunes-item
@rdf:about      1  uri-ref
title           1  plain not-blank
link            1  uri
description     ?  html html-urls
rdfs:label      *  text
rdfs:comment    *  text

[rdf-item-0.9]
special rdf-item
use everywhere media item-modules item-atom item-semantics rdf-item-modules itunes-item
@rdf:about      ?  uri-ref
title           1  plain not-blank
link            1  uri
description     ?  html html-urls
rdfs:label      *  text
rdfs:comment    *  text

[rdf-item-modules]
trackback:ping  ?  rdf-resource
trackback:about *  rdf-resource
l:permalink     *  link-permalink

[rdf-image]
use everywhere
@rdf:about      1  uri-ref
title           1  plain not-blank
link            1  uri
url             1  uri
dc:creator      *  text
dc:subject      *  text
dc:date         ?  w3cdtf
cc:license      *  any

[rdf-image-0.9]
use everywhere
title           1  plain not-blank
link            1  uri
url             1  uri
dc:creator      *  text
dc:subject      *  text
dc:date         ?  w3cdtf
cc:license      *  any

[rdf-text-input]
use everywhere
@rdf:about      1  uri-ref
title           1  plain
description     1  text
name            1  form-name
link            1  uri
dc:creator      *  text
dc:subject      *  text
dc:date         ?  w3cdtf
"""
