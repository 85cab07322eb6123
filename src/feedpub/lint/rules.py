"""The rules of lint: each with its severity, what it says, what to do, and where it stands.

An error makes a feed invalid by its specification. A warning is what specifications advise and
readers disagree on. docs/lint.md is written from this table.
"""

from __future__ import annotations

from typing import get_args

import msgspec

from feedpub.errors import Severity


class Rule(msgspec.Struct, frozen=True):
    """One rule: `message` is filled with what was found, `remedy` says what to do."""

    id: str
    severity: Severity
    message: str
    remedy: str
    source: str


_XML = "XML 1.0"
_NS = "Namespaces in XML 1.0"
_ATOM = "RFC 4287"
_RSS = "RSS 2.0"
_BOARD = "RSS Advisory Board, Best Practices Profile"
_MEDIA = "Media RSS 1.5"
_APPLE = "Apple, Podcast RSS feed requirements"
_JSON = "JSON Feed 1.1"
_READERS = "practice of feed readers"

# id | severity | message | remedy | source
_TABLE = f"""
feed-refused | error | the file has {{size}} bytes, and at most {{most}} are read | publish fewer entries a feed, and archives beyond (RFC 5005) | {_READERS}
feed-too-large | warning | the file has {{size}} bytes; readers and partners refuse more than 2 MB | publish fewer entries, or their summaries | {_READERS}
not-a-feed | error | this is no feed, but {{what}} | give an RSS, Atom or JSON Feed file | {_RSS}; {_ATOM}; {_JSON}
xml-not-well-formed | error | the XML is not well formed: {{what}} | mend it; readers stop here | {_XML}
xml-declaration-late | error | something stands before <?xml | remove the blank lines or spaces at the start of the file | {_XML}, 2.8
xml-attributes-many | error | an element has more than 1,000 attributes | no feed needs them; readers stop here | {_READERS}
xml-version | error | the XML version is {{value}} | declare version="1.0" | {_XML}, 2.8
xml-encoding-missing | error | the file looks like {{value}} but declares no encoding | declare it: <?xml version="1.0" encoding="…"?>, or save it as UTF-8 | {_XML}, 4.3.3
xml-encoding-wrong | error | the file declares {{value}} but is {{found}} | declare what it is, or save it as UTF-8 | {_XML}, 4.3.3
xml-encoding-unknown | error | no encoding is called {{value}} | save the file as UTF-8 and declare that | {_XML}, 4.3.3
xml-encoding-rare | warning | few readers know the encoding {{value}} | save the file as UTF-8 | {_XML}, 4.3.3
xml-bytes-invalid | error | there are bytes here that are no {{value}} | save the file in the encoding that it declares | {_XML}, 4.3.3
xml-entity-undefined | error | the entity {{value}} is not defined in XML | write the character itself, or its number, like &#160; | {_XML}, 4.1
xml-prefix-undeclared | error | {{what}} | declare the prefix at the root: xmlns:prefix="…" | {_NS}, 5
xml-namespace-invalid | error | {{value}} is no namespace name | write the URI of the module's specification | {_NS}, 2
xml-doctype-outdated | error | the document type of Netscape is long gone from the web | remove the DOCTYPE | {_BOARD}
xml-doctype-version | error | the document type is of RSS 0.91 and the feed of RSS {{value}} | remove the DOCTYPE | RSS 0.91
namespace-near-miss | warning | the namespace {{value}} is nearly one that readers know | write exactly {{meant}} | {_NS}, 2.3
namespace-prefix-taken | warning | the prefix {{prefix}} is commonly that of {{meant}} | take another prefix, or the right namespace | {_READERS}
media-namespace-wrong | error | the namespace {{value}} of Media RSS lacks its last slash | write http://search.yahoo.com/mrss/ | {_MEDIA}
atom-namespace-missing | error | the root element is in no namespace | write <feed xmlns="http://www.w3.org/2005/Atom"> | {_ATOM}, 2
atom-namespace-wrong | error | the root element is in the namespace {{value}} | write xmlns="http://www.w3.org/2005/Atom" | {_ATOM}, 2
atom-prefixed | warning | Atom's namespace has the prefix {{prefix}} here | declare it without one, xmlns="http://www.w3.org/2005/Atom"; some readers take no other | {_READERS}
atom-03 | error | this is Atom 0.3, which was a draft | write Atom 1.0: xmlns="http://www.w3.org/2005/Atom" | {_ATOM}
rss-namespace | error | <rss> stands in the namespace {{value}} | remove the xmlns; RSS 2.0 has no namespace of its own | {_RSS}
rss-version-missing | error | <rss> names no version | write <rss version="2.0"> | {_RSS}
rss-version-unknown | error | there is no RSS version {{value}} | write version="2.0" | {_RSS}
rss-channel-missing | error | there is no <channel> | put the feed's title, link, description and items in one <channel> | {_RSS}
rss-title-missing | error | the channel has no <title> | name the feed | {_RSS}
rss-link-missing | error | the channel has no <link> | give the URL of the page that the feed belongs to | {_RSS}
rss-description-missing | error | the channel has no <description> | say what the feed is about | {_RSS}
rss-item-empty | error | the item has neither <title> nor <description> | give it one of them | {_RSS}
rss-item-misplaced | warning | <{{name}}> stands after an item | put all that describes the channel before its first item | {_BOARD}
rss-text-input | warning | <textInput> is ignored by most readers | remove it | {_BOARD}
rss-content-before-description | warning | <content:encoded> has no <description> before it | put the summary in <description>, before the full text | {_BOARD}
rss-enclosure-repeated | warning | the item has a second <enclosure>, which readers ignore or take for the first | keep one, and list the others as media:content | {_BOARD}
rss-image-other | warning | the <{{name}}> of the image is {{value}} and not the channel's | repeat the channel's {{name}} | {_RSS}
rss-skip-repeated | error | {{value}} is skipped twice | remove one | {_RSS}
image-width-invalid | error | {{where}} is {{value}}, not 1 to 144 | give the width in pixels, at most 144 | {_RSS}
image-height-invalid | error | {{where}} is {{value}}, not 1 to 400 | give the height in pixels, at most 400 | {_RSS}
image-format-unknown | warning | {{value}} does not look like a GIF, JPEG or PNG | give an image of one of these formats | {_RSS}
hour-invalid | error | {{value}} is no hour | write 0 to 23 | {_RSS}
hour-24 | warning | midnight is hour 0, not {{value}} | write 0 | {_BOARD}
port-invalid | error | {{value}} is no port | write a number from 1 to 65535 | {_RSS}
guid-missing | warning | the item has no <guid>, so readers show it as new when its link or text changes | give each item a guid that never changes | {_BOARD}
guid-repeated | error | the guid {{value}} is another item's too | give each item a guid of its own | {_RSS}
guid-no-permalink | error | the guid {{value}} is no URL that opens a page | write isPermaLink="false" | {_RSS}
guid-not-absolute | error | the guid {{value}} counts as a permanent link but is no URL | write isPermaLink="false" | {_RSS}
guid-short | warning | the guid {{value}} is a bare number, which other feeds have too | make it unique in the world: a URL or a tag: URI | {_BOARD}
enclosure-length-negative | error | the length of the enclosure is {{value}} | write its size in bytes, or 0 where it is not known | {_BOARD}
enclosure-length-invalid | error | the length of the enclosure, {{value}}, is no number of bytes | write its size in bytes | {_RSS}
enclosure-length-zero | warning | {{where}} is 0 | write the size in bytes, so that readers can say what a download costs | {_BOARD}
url-invalid | error | {{where}} is {{value}}, no address on the web | write a whole URL that begins with http:// or https:// | {_RSS}
self-link-missing | warning | the feed does not say where it lies | add an Atom link with rel="self" and the feed's own URL | {_BOARD}; {_ATOM}, 4.1.1
self-link-repeated | warning | there is a second link with rel="self" | keep one | {_ATOM}, 4.2.7.2
xml-base | warning | xml:base changes what addresses are relative to | write whole URLs; readers disagree on xml:base | {_READERS}
self-link-relative | warning | the self link {{value}} is relative | write the feed's whole URL | {_ATOM}, 4.2.7.2
self-link-type | warning | the self link says that this feed is {{value}} | give the media type of this very document | {_BOARD}
self-link-elsewhere | warning | the self link {{value}} is not this feed's address | write the URL that this document is published at | {_BOARD}
link-relative | warning | {{where}} is relative: {{value}} | write the whole URL; readers disagree on what it is relative to | {_READERS}
element-unknown | error | <{{name}}> is not defined in {{parent}} | check its spelling and its place, or give it a namespace of its own | the format's specification
element-unusual | warning | <{{name}}> is not expected in {{parent}} | check whether a reader is to understand it there | the module's specification
element-missing | error | {{parent}} has no <{{name}}> | add it | the format's specification
element-repeated | error | <{{name}}> stands twice in {{parent}} | keep one | the format's specification
element-in-text | error | {{name}} stands in {{parent}}, which holds text alone | escape the markup, or remove it | the format's specification
element-without-namespace | error | <{{name}}> stands in an element of a module but is in no namespace | give it the prefix of the module | {_RSS}, Extending RSS
element-unqualified | warning | <{{name}}> is in no namespace | give it one, or remove it | {_ATOM}, 6
text-unexpected | error | there is text among the elements of {{parent}} | put it in an element, or remove it | the format's specification
attribute-unknown | error | {{parent}} has an attribute {{name}}, which is not defined | remove it, or check its spelling and case | the format's specification
attribute-missing | error | {{parent}} has no attribute {{name}} | add it | the format's specification
blank | warning | {{where}} is empty | fill it, or leave it out | {_READERS}
white-space-around | error | white space stands around the value of {{where}} | write the value alone | {_ATOM}
text-too-long | error | {{where}} has more than {{detail}} characters | shorten it | {_APPLE}
characters-doubtful | warning | {{where}} holds the character {{value}}, which comes of reading text in a wrong encoding | save the text as UTF-8 from its source on | {_READERS}
date-rfc822-invalid | error | {{where}} is {{value}}, no RFC 822 date: {{detail}} | write it like Mon, 25 May 2020 08:00:00 +0800 | RFC 822, 5; {_RSS}
date-rfc822-loose | warning | {{where}} is {{value}}, which some readers cannot read | write it like Mon, 25 May 2020 08:00:00 +0800 | {_BOARD}
date-weekday-wrong | error | {{where}} is {{value}}, but that day is a {{detail}} | correct the weekday, or leave it out | RFC 822, 5
date-rfc3339-invalid | error | {{where}} is {{value}}, no RFC 3339 time: {{detail}} | write it like 2020-05-25T08:00:00+08:00 | RFC 3339, 5.6; {_ATOM}, 3.3
date-w3cdtf-invalid | error | {{where}} is {{value}}, no W3CDTF date: {{detail}} | write it like 2020-05-25T08:00:00+08:00 or 2020-05-25 | W3C Note on Date and Time Formats
date-implausible | warning | {{where}} is {{value}}, long past or yet to come | check the clock and the source of the date | {_READERS}
uri-invalid | error | {{where}} is {{value}}, no address | write a whole URL with its host | RFC 3986
uri-character-invalid | error | {{where}} is {{value}}, and an address cannot hold the character {{detail}} | percent-encode it: a space is %20 | RFC 3986, 2
uri-not-ascii | error | {{where}} is {{value}}, with characters beyond ASCII | percent-encode the path, and write the host in punycode | RFC 3986, 2
uri-relative | error | {{where}} is {{value}}, which has no scheme | write the whole address, like https://example.com/ | the format's specification
uri-scheme-unknown | warning | {{where}} has the scheme {{detail}}, which readers do not know | check its spelling | RFC 3986, 3.1
uri-tag-invalid | error | {{where}} is {{value}}, no tag: URI | write it like tag:example.com,2020:name | RFC 4151
uri-urn-invalid | error | {{where}} is {{value}}, no URN | write it like urn:isbn:0451450523 | RFC 8141
uri-uuid-invalid | error | {{where}} is {{value}}, no UUID | write it like urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6 | RFC 4122
language-invalid | error | {{where}} is {{value}}, no language that is registered | write a tag like en, pt-BR or zh-Hans | BCP 47; ISO 639
media-type-invalid | error | {{where}} is {{value}}, no media type | write it like image/jpeg | RFC 2045, 5.1
email-invalid | error | {{where}} is {{value}}, no mail address | write it like name@example.com | RFC 5322, 3.4.1
email-name-missing | warning | {{where}} is {{value}}, not in the form that readers expect | write it like name@example.com (Real Name), or use dc:creator for a name alone | {_BOARD}
address-in-name | warning | {{where}} holds a mail address | put the address in <email> | {_ATOM}, 3.2.1
number-invalid | error | {{where}} is {{value}}, not {{detail}} | write digits alone | the format's specification
value-invalid | error | {{where}} is {{value}}, not {{detail}} | write it in that form | the module's specification
word-unknown | error | {{where}} is {{value}}, not one of: {{detail}} | write one of them, in this case | the format's specification
html-in-text | warning | {{where}} holds the markup {{detail}}, which readers show as it stands | write plain text | {_BOARD}; {_ATOM}, 3.1.1
html-unsafe | warning | {{where}} holds {{detail}}, which readers remove | leave scripts, frames, forms of style and plug-ins out | {_READERS}
html-unknown-element | warning | {{where}} holds <{{detail}}>, which is no element of HTML | escape it if it is text, or remove it | HTML
html-unbalanced | warning | {{where}} holds the tag {{detail}} without its counterpart | close what is opened, in order | HTML
html-url-invalid | error | {{where}} holds an address with the character {{detail}} | percent-encode it, and write the whole URL | RFC 3986, 2
html-relative-url | warning | {{where}} holds the relative address {{detail}} | write the whole URL; readers do not know what it is relative to | {_BOARD}
meaning-repeated | warning | <{{name}}> and <{{other}}> say the same | keep one; readers take either | {_BOARD}
atom-id-missing | error | {{parent}} has no <id> | give it an id that never changes, like a tag: URI | {_ATOM}, 4.2.6
atom-title-missing | error | {{parent}} has no <title> | name it | {_ATOM}, 4.2.14
atom-updated-missing | error | {{parent}} has no <updated> | give the time of its last change | {_ATOM}, 4.2.15
atom-author-missing | error | the entry has no <author>, and its feed has none | name an author in the feed or in the entry | {_ATOM}, 4.1.1
atom-name-missing | error | {{parent}} has no <name> | name the person | {_ATOM}, 3.2.1
atom-content-missing | error | the entry has neither <content> nor a link with rel="alternate" | add one of them | {_ATOM}, 4.1.2
atom-summary-missing | error | the content lies elsewhere or is no text, and the entry has no <summary> | summarize it | {_ATOM}, 4.1.2
atom-source-incomplete | warning | <source> has no <{{name}}> | repeat the {{name}} of the feed that the entry comes from | {_ATOM}, 4.2.11
atom-metadata-after-entry | error | <{{name}}> stands after an entry | put all that describes the feed before its first entry | {_ATOM}, 4.1.1
atom-id-repeated | warning | the id {{value}} is another entry's too | give each entry an id of its own | {_ATOM}, 4.1.1
atom-ids-all-equal | error | all entries have one id | give each entry an id of its own | {_ATOM}, 4.2.6
atom-text-type-unknown | error | the type of {{where}} is {{value}} | write text, html or xhtml | {_ATOM}, 3.1.1
atom-content-type-missing | warning | the content elsewhere names no type | add its media type | {_ATOM}, 4.1.3.2
atom-content-twice | error | the content has a src and holds content as well | keep one of the two | {_ATOM}, 4.1.3.2
atom-content-not-base64 | error | the content is of a binary type but no Base64 | encode it, or give its type | {_ATOM}, 4.1.3.3
atom-xhtml-div-missing | error | the XHTML of {{where}} is not in one <div> | wrap it: <div xmlns="http://www.w3.org/1999/xhtml"> | {_ATOM}, 3.1.1.3
xhtml-namespace-missing | error | <{{name}}> of the XHTML is in no namespace | declare xmlns="http://www.w3.org/1999/xhtml" at the <div> | {_ATOM}, 3.1.1.3
atom-alternate-repeated | error | a second alternate link has the type {{type}} and the language {{language}} | keep one, or give them types or languages that differ | {_ATOM}, 4.1.1
atom-link-relation-unknown | warning | no link relation {{value}} is registered | use a registered one, or a URI of your own | {_ATOM}, 4.2.7.2
atom-link-not-empty | warning | the link holds text | write it as the attribute title | {_ATOM}, 4.2.7
history-link-in-entry | warning | the link relation {{value}} is for feeds, not for entries | move it to the feed | RFC 5005
history-complete-paged | error | a complete feed has a link {{value}} to another part | remove the link, or <fh:complete> | RFC 5005, 2
history-past-end | error | this is the {{end}} page, yet it has a link {{value}} | remove the link | RFC 5005, 3
history-archive-alone | warning | the archive links to no other archive | add prev-archive or next-archive | RFC 5005, 4
history-archive-without-current | warning | the archive does not link to the current feed | add a link with rel="current" | RFC 5005, 4
thread-when | error | thr:when was renamed | write thr:updated | RFC 4685, 4
thread-attribute-misplaced | error | {{name}} stands on a link that is no rel="replies" | move or remove it | RFC 4685, 4
thread-ref-missing | warning | thr:in-reply-to does not say to what | add ref, with the id of the entry | RFC 4685, 3
rdf-about-repeated | error | two resources have the rdf:about {{value}} | give each its own | RSS 1.0, 5.5
rdf-mixed | error | {{parent}} mixes text and elements | write rdf:parseType="Literal", or escape the markup | RDF/XML
media-group-single | error | the group holds no choice of contents | put one media:content right in the entry | {_MEDIA}
media-role-unknown | error | the role {{value}} is not in the list of the EBU | write one of that list, in small letters, or name another scheme | {_MEDIA}
media-hash-invalid | error | the hash {{value}} has not {{expected}} digits | write it in hexadecimal, and its algorithm | {_MEDIA}
media-rating-unknown | error | the rating {{value}} is not of the scheme {{scheme}} | write one of that scheme | {_MEDIA}
media-adult-outdated | warning | media:adult was replaced | write media:rating | {_MEDIA}
podcast-category-unknown | error | Apple knows no category {{value}} here | write one of Apple's list | {_APPLE}
podcast-category-former | warning | the category {{value}} was given up by Apple | choose one of today's | {_APPLE}
podcast-element-missing | warning | the podcast has no <{{name}}> | directories ask for it | {_APPLE}
explicit-outdated | warning | {{where}} is {{value}} | write true or false | {_APPLE}
keywords-without-commas | warning | {{where}} has no commas: {{value}} | put commas between the keywords | {_APPLE}
sync-id-repeated | error | another item has the sync id {{value}} too | give each item an id of its own | FeedSync
sync-since-after-until | error | the period begins after its end: {{value}} | exchange since and until | FeedSync
json-invalid | error | the JSON cannot be read: {{what}} | mend it; readers stop here | RFC 8259
json-version-unknown | error | the version is {{value}} | write "version": "https://jsonfeed.org/version/1.1" | {_JSON}
json-member-missing | error | {{parent}} has no {{name}} | add it | {_JSON}
json-member-repeated | error | {{name}} stands twice | keep one | RFC 8259, 4
json-type-wrong | error | {{name}} is {{found}}, not {{expected}} | write {{expected}} | {_JSON}
json-url-invalid | error | {{name}} is {{value}}, no whole URL | write it with its scheme and host, percent-encoded | {_JSON}
json-date-invalid | error | {{name}} is {{value}}, no RFC 3339 time | write it like 2020-05-25T08:00:00+08:00 | {_JSON}
json-id-repeated | error | the id {{value}} is another item's too | give each item an id of its own | {_JSON}
json-item-empty | error | the item has neither content_html nor content_text | add one of them | {_JSON}
json-author-outdated | warning | {{parent}} has author, which version 1.1 replaced | write authors, a list | {_JSON}
json-author-empty | warning | an author has neither name, url nor avatar | fill one of them | {_JSON}
json-member-unknown | warning | {{name}} is no member that JSON Feed knows | check its spelling; members of your own begin with _ | {_JSON}
json-id-number | warning | the id {{value}} is a number | write it as a string | {_JSON}
json-next-itself | error | next_url is the feed's own URL | remove it, or give the next page | {_JSON}
"""


def _read_table() -> dict[str, Rule]:
    rules = {}
    for line in _TABLE.strip().splitlines():
        identity, severity, message, remedy, source = (part.strip() for part in line.split(" | "))
        if severity not in get_args(Severity):
            raise ValueError(f"{identity}: {severity} is no severity")
        known: Severity = "error" if severity == "error" else "warning"
        rules[identity] = Rule(identity, known, message, remedy, source)
    return rules


RULES = _read_table()
