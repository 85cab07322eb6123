"""What may stand where in Atom (RFC 4287, 5005, 6721); vocabulary.py explains the form."""

TABLE = """
[atom-feed]
special atom-feed
use everywhere media channel-modules feed-modules itunes-channel
@indexing:index ? words(yes|no)
author          *  atom-person
category        *  atom-category
contributor     *  atom-person
generator       ?  atom-generator
icon            ?  uri-ref not-blank bare
id              1  iri bare                !atom-id-missing
link            *  atom-link
logo            ?  uri-ref not-blank bare
rights          ?  atom-text
subtitle        ?  atom-text
title           1  atom-text               !atom-title-missing
updated         1  rfc3339 bare            !atom-updated-missing
entry           *  atom-entry
app:collection  ?  app-collection
at:deleted-entry * atom-deleted-entry

[atom-entry]
special atom-entry
use everywhere media item-modules entry-modules itunes-item
@rdf:parseType  ?  text
author          *  atom-person
category        *  atom-category
content         ?  atom-content
contributor     *  atom-person
id              1  iri bare                !atom-id-missing
link            *  atom-link
published       ?  rfc3339 bare
rights          ?  atom-text
source          ?  atom-source
summary         ?  atom-text
title           1  atom-text               !atom-title-missing
updated         1  rfc3339 bare            !atom-updated-missing
app:edited      ?  rfc3339 bare
app:control     ?  app-control

[atom-source]
special atom-source
use everywhere media channel-modules feed-modules itunes-channel
@indexing:index ? words(yes|no)
author          *  atom-person
category        *  atom-category
contributor     *  atom-person
generator       ?  atom-generator
icon            ?  uri-ref not-blank bare
id              ?  iri bare
link            *  atom-link
logo            ?  uri-ref not-blank bare
rights          ?  atom-text
subtitle        ?  atom-text
title           ?  atom-text
updated         ?  rfc3339 bare
app:collection  ?  any

[atom-person]
@rdf:parseType  ?  text
name            1  plain not-blank no-address !atom-name-missing
email           ?  mail
uri             ?  iri-ref not-blank bare
foaf:workplaceHomepage * rdf-resource
foaf:homepage   *  rdf-resource
foaf:weblog     *  rdf-resource
foaf:plan       *  text
foaf:firstName  *  text
xhtml:div       *  any

[atom-category]
special atom-empty
@term           1  not-blank
@scheme         ?  uri
@label          ?  plain

[atom-generator]
@uri            ?  uri-ref
@version        ?  text
text               plain not-blank

[atom-link]
special atom-link
@href           1  iri-ref
@rel            ?  not-blank
@type           ?  media-type
@title          ?  plain not-blank
@length         ?  count
@hreflang       ?  language
@rdf:type       ?  text
@rdf:resource   ?  text
@thr:count      ?  count
@thr:updated    ?  rfc3339
@thr:when       ?  text

[atom-text]
special atom-text
@type           ?  text
@src            ?  uri-ref

[atom-content]
special atom-content
@type           ?  text
@src            ?  uri-ref

[atom-deleted-entry]
special any
@ref            1  iri
@when           1  rfc3339

[app-collection]
@href           1  iri-ref
title           1  atom-text
app:accept      *  text
app:categories  *  any

[app-control]
app:draft       ?  words(yes|no)
"""
