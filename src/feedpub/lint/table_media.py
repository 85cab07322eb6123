"""What Media RSS and Apple's podcast module allow, and where."""

TABLE = """
[media]
media:adult     ?  media-adult
media:category  *  media-category
media:copyright ?  media-copyright
media:credit    *  media-credit
media:description ? media-text-plain
media:keywords  *  text
media:hash      *  media-hash
media:player    *  media-player
media:rating    *  media-rating
media:restriction * media-restriction
media:text      *  media-text
media:title     ?  media-text-plain
media:thumbnail *  media-thumbnail
media:community *  any
media:comments  *  any
media:embed     *  any
media:responses *  any
media:backLinks *  any
media:status    *  any
media:price     *  any
media:license   *  any
media:subTitle  *  any
media:peerLink  *  any
media:rights    *  any
media:scenes    *  any
media:location  *  any

[media-adult]
special media-adult
text               any-case(true|false)

[media-content]
use media everywhere
@url            ?  or-blank uri
@fileSize       ?  or-blank positive
@type           ?  or-blank media-type
@medium         ?  or-blank words(image|audio|video|document|executable)
@isDefault      ?  or-blank any-case(true|false)
@expression     ?  or-blank words(sample|full|nonstop)
@bitrate        ?  or-blank number-first
@framerate      ?  or-blank number-first
@samplingrate   ?  or-blank number-first
@channels       ?  or-blank count
@duration       ?  or-blank number-first
@height         ?  or-blank positive
@width          ?  or-blank positive
@lang           ?  or-blank language

[media-group]
special media-group
use media
media:content   *  media-content

[media-category]
@label          ?  plain
@scheme         ?  or-blank uri
text               plain

[media-copyright]
@url            ?  or-blank uri
text               plain

[media-credit]
special media-credit
@role           ?  text
@scheme         ?  or-blank uri
text               text

[media-hash]
special media-hash
@algo           ?  or-blank words(md5|sha-1)
text               alphanumeric

[media-player]
@url            1  uri
@height         ?  or-blank positive
@width          ?  or-blank positive

[media-rating]
special media-rating
@scheme         ?  text
text               text

[media-restriction]
special media-restriction
@relationship   1  words(allow|deny)
@type           ?  or-blank words(country|uri|sharing)
text               text

[media-text]
special media-text
@type           ?  or-blank words(plain|html)
@lang           ?  or-blank language
@start          ?  or-blank play-time
@end            ?  or-blank play-time
text               text

[media-text-plain]
special media-text
@type           ?  or-blank words(plain|html)
text               text

[media-thumbnail]
@url            1  uri
@height         ?  or-blank positive
@width          ?  or-blank positive
@time           ?  or-blank play-time

[itunes-channel]
use itunes
itunes:owner    ?  itunes-owner
itunes:category *  itunes-category
itunes:pubDate  ?  rfc822
itunes:new-feed-url ? uri
itunes:type     ?  words(episodic|serial)
itunes:complete ?  any-case(yes|no)
itunes:title    ?  text
itunes:applepodcastsverify ? text

[itunes-item]
use itunes
itunes:duration ?  duration
itunes:title    ?  text
itunes:episode  ?  positive
itunes:season   ?  positive
itunes:episodeType ? words(full|trailer|bonus)
itunes:order    ?  positive
itunes:isClosedCaptioned ? any-case(yes|no)

[itunes]
itunes:author   ?  plain most(255)
itunes:block    ?  any-case(yes|no|clean)
itunes:explicit ?  bare explicit
itunes:keywords ?  plain most(255) keywords
itunes:subtitle ?  plain most(255)
itunes:summary  ?  plain most(4000)
itunes:image    ?  itunes-image

[itunes-owner]
itunes:email    1  named-mail
itunes:name     ?  plain most(255)

[itunes-image]
@href           1  web-url

[itunes-category]
special itunes-category
@text           1  text
itunes:category *  itunes-category
"""
