"""NewsML-G2, NewsML 1 and NITF: what is published, times, embargoes, bodies."""

# ruff: noqa: E501 (a sample is one line)

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from xml_support import read_source

NITF_BODY = """<body><body.head><hedline><hl1>Herons return</hl1><hl2>After ten years</hl2></hedline>
<byline>By <person>Anna Berg</person>, <byttl>Reporter</byttl></byline>
<abstract><p>The birds are back.</p></abstract></body.head>
<body.content><p>One <org>Council</org> &amp; <em>two</em>.</p><hl2>Part</hl2>
<media media-type="image"><media-reference mime-type="image/jpeg" source="s.jpg" width="100"/>
<media-reference mime-type="image/jpeg" source="heron.jpg" width="800"/>
<media-caption><p>At the weir</p></media-caption><media-producer>Ben Ode</media-producer></media>
<media media-type="video"><media-reference source="small.mp4" size="90"/>
<media-reference source="a.mp4" size="900" mime-type="video/mp4" time="75"/>
<media-caption><p>At
 dusk</p></media-caption><media-producer>Ben Ode</media-producer></media>
<block><p>Three</p></block><note>For editors</note>
<table><tr><td colspan="2">x</td></tr></table></body.content>
<body.end><tagline>The end</tagline></body.end></body>"""
NITF_HTML = (
    "<p>One Council &amp; <em>two</em>.</p><h3>Part</h3>\n\n\n<div><p>Three</p></div>\n"
    '<table><tr><td colspan="2">x</td></tr></table>\n<p>The end</p>'
)
VIDEO = {
    "src": "a.mp4",
    "medium": "video",
    "type": "video/mp4",
    "duration": "75",
    "caption": "At dusk",
    "credit": "Ben Ode",
}
IMAGE = {"src": "heron.jpg", "caption": "At the weir", "credit": "Ben Ode"}


def nitf(docdata: str = "", head: str = "", status: str = "usable") -> str:
    return (
        '<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf-3-6.dtd"><nitf><head><title>T</title>'
        '<tobject tobject.type="news"><tobject.subject tobject.subject.type="Environment"/></tobject>'
        f'<docdata management-status="{status}"><doc-id id-string="n7"/>'
        '<date.issue norm="20240501T100000+0100"/>'
        '<key-list><keyword key="birds"/></key-list>'
        f"{docdata}</docdata>{head}</head>{NITF_BODY}</nitf>"
    )


def test_reads_nitf(tmp_path: Path) -> None:
    found = read_source(tmp_path, {"a.nitf": nitf()})
    assert found.problems == []
    assert found.fields == {
        "id": "n7",
        "title": "Herons return",
        "section": ["Environment"],
        "published": "20240501T100000+0100",
        "status": "published",
        "author": ["Anna Berg"],
        "summary": "The birds are back.",
        "tags": ["birds"],
        "content_html": NITF_HTML,
        "images": [IMAGE],
        "video": [VIDEO],
    }


RELEASE = '<date.release norm="20240601T000000Z"/>'


@pytest.mark.parametrize(
    ("content", "field", "value"),
    [
        (nitf(RELEASE), "published", "20240601T000000Z"),
        (nitf(RELEASE, status="embargoed"), "status", "published"),
        (nitf(RELEASE, status="embargoed"), "published", "20240601T000000Z"),
        (nitf(status="embargoed"), "status", "withheld"),
        (nitf(status="withheld"), "status", "withheld"),
        (nitf(status="canceled"), "status", "withdrawn"),
        (nitf(status="odd"), "status", "odd"),
        (nitf(head='<pubdata position.section="River"/>'), "section", ["River"]),
        (nitf(head='<revision-history norm="20240502T080000Z"/>'), "updated", "20240502T080000Z"),
        (nitf().replace("<person>Anna Berg</person>", "ANNA BERG"), "author", ["By ANNA BERG"]),
    ],
)
def test_reads_what_nitf_says(tmp_path: Path, content: str, field: str, value: object) -> None:
    assert read_source(tmp_path, {"a.xml": content}).fields.get(field) == value


def g2(
    item: str = "",
    content: str = "",
    contents: str = "",
    kind: str = "ninat:text",
    status: str = "usable",
) -> str:
    return (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:a.example:7" version="2" '
        f'xml:lang="en"><itemMeta><itemClass qcode="{kind}"/>'
        "<versionCreated>2024-05-02T08:00:00Z</versionCreated><firstCreated>2024-05-01T08:00:00Z</firstCreated>"
        f'{item}<pubStatus qcode="stat:{status}"/></itemMeta><contentMeta>{content}'
        "<headline>Herons\n return</headline></contentMeta>"
        f"<contentSet>{contents}</contentSet></newsItem>"
    )


def test_reads_newsml_g2(tmp_path: Path) -> None:
    content = (
        "<creator><name>Anna Berg</name></creator><infoSource><name>River Post</name></infoSource>"
        '<subject type="cpnat:abstract" qcode="medtop:06000000"><name>environment</name></subject>'
        '<subject type="cpnat:person"><name>Ben Ode</name></subject>'
        '<headline role="hld:subHeadline">Dek</headline><keyword>birds</keyword>'
        '<description role="drol:summary">Short.</description>'
    )
    contents = (
        f'<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">'
        f"{NITF_BODY}</nitf></inlineXML>"
    )
    found = read_source(tmp_path, {"a.xml": g2("", content, contents)})
    assert found.problems == []
    assert found.fields == {
        "id": "urn:newsml:a.example:7",
        "title": "Herons return",
        "section": ["environment"],
        "published": "2024-05-01T08:00:00Z",
        "updated": "2024-05-02T08:00:00Z",
        "status": "published",
        "author": ["Anna Berg"],
        "source": "River Post",
        "summary": "Short.",
        "tags": ["birds"],
        "language": "en",
        "content_html": NITF_HTML,
        "images": [IMAGE],
        "video": [VIDEO],
    }


XHTML = '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><p>A</p></body></html></inlineXML>'


@pytest.mark.parametrize(
    ("content", "field", "value"),
    [
        (g2(item="<embargoed>2024-06-01T00:00:00Z</embargoed>"), "published", "2024-06-01T00:00:00Z"),
        (g2(status="canceled"), "status", "withdrawn"),
        (g2(status="withheld"), "status", "withdrawn"),
        (g2(contents=XHTML), "content_html", "<p>A</p>"),
        (g2(contents='<inlineData contenttype="text/plain">Plain words</inlineData>'), "content_text", "Plain words"),
        (g2(contents="<inlineData>&lt;p&gt;A&lt;/p&gt;</inlineData>"), "content_html", "<p>A</p>"),
        (g2(contents="<inlineData>&amp;lt;p&amp;gt;A&amp;lt;/p&amp;gt;</inlineData>"), "content_html", "<p>A</p>"),
        (g2(contents='<remoteContent contenttype="image/jpeg" href="./s.jpg" width="10"/><remoteContent contenttype="image/jpeg" href="file:///./l.jpg" width="90"/>'), "images", [{"src": "l.jpg", "type": "image/jpeg"}]),
        (g2(contents='<remoteContent contenttype="audio/mpeg" href="./s.mp3" size="9"/><remoteContent contenttype="audio/mpeg" href="l.mp3" size="90" duration="75"/>'), "audio", [{"src": "l.mp3", "medium": "audio", "type": "audio/mpeg", "length": "90", "duration": "75"}]),
        (g2(contents='<remoteContent contenttype="video/mp4" href="l.mp4" duration="75000" durationunit="timeunit:milliseconds"/>'), "video", [{"src": "l.mp4", "medium": "video", "type": "video/mp4"}]),
        (g2(content='<subject qcode="subj:15054000"/>'), "section", ["Sport"]),
        (g2(content="<by>By Ben Ode</by><creator><name>Anna</name></creator>"), "author", ["By Ben Ode"]),
        (g2(content='<creator literal="River Wire"/>'), "source", "River Wire"),
    ],
)  # fmt: skip
def test_reads_what_newsml_g2_says(tmp_path: Path, content: str, field: str, value: object) -> None:
    assert read_source(tmp_path, {"a.xml": content}).fields.get(field) == value


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (g2(kind="ninat:picture"), "pictures 1"),
        (g2(kind="ninat:video"), "videos 1"),
        (g2(kind="ninat:composite"), "packages 1"),
        (g2().replace("newsItem", "packageItem"), "packages 1"),
        (g2().replace("newsItem", "conceptItem"), "concepts 1"),
        (g2().replace("newsItem", "planningItem"), "planning items 1"),
    ],
)
def test_passes_over_what_is_not_a_text(tmp_path: Path, content: str, note: str) -> None:
    found = read_source(tmp_path, {"a.xml": content})
    assert not found.records
    assert found.notes == [f"sources: not articles: {note}"]


def test_reads_items_of_a_message(tmp_path: Path) -> None:
    message = (
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet>'
        f"{g2()}{g2(kind='ninat:picture')}</itemSet></newsMessage>"
    )
    found = read_source(tmp_path, {"a.xml": message})
    assert found.titles == ["Herons return"]


def newsml(status: str = "Usable", data: str = "", more: str = "", change: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="US-ASCII"?><NewsML Version="1.2"><NewsItem><Identification>'
        "<NewsIdentifier><PublicIdentifier>urn:newsml:a.example:20240501:7:2U</PublicIdentifier>"
        "</NewsIdentifier></Identification><NewsManagement><FirstCreated>20240501T080000+0000</FirstCreated>"
        f"<ThisRevisionCreated>20240502T080000+0000</ThisRevisionCreated><Status FormalName='{status}'/>{change}"
        "</NewsManagement><NewsComponent><NewsLines><HeadLine>Herons return</HeadLine>"
        "<ByLine>By Anna Berg</ByLine></NewsLines><AdministrativeMetadata><Provider>"
        '<Party FormalName="River Wire"/></Provider></AdministrativeMetadata><DescriptiveMetadata>'
        '<Language FormalName="en"/><SubjectCode><Subject FormalName="06000000"/></SubjectCode>'
        f'</DescriptiveMetadata>{more}<NewsComponent><Role FormalName="Main"/><ContentItem><DataContent>{data}'
        "</DataContent></ContentItem></NewsComponent></NewsComponent></NewsItem></NewsML>"
    )


PHOTO = (
    '<NewsComponent><Role FormalName="Photo"/><NewsLines><HeadLine>At the weir</HeadLine></NewsLines>'
    '<ContentItem Href="s.jpg"><MimeType FormalName="image/jpeg"/><Characteristics>'
    '<Property FormalName="PixelWidth" Value="90"/></Characteristics></ContentItem>'
    '<ContentItem Href="l.jpg"><MimeType FormalName="image/jpeg"/><Characteristics>'
    '<Property FormalName="PixelWidth" Value="900"/></Characteristics></ContentItem></NewsComponent>'
    '<NewsComponent><Role FormalName="Contact"/><ContentItem><DataContent><p>A longer text of contacts '
    "that is not the article</p></DataContent></ContentItem></NewsComponent>"
)


def test_reads_newsml_1(tmp_path: Path) -> None:
    found = read_source(tmp_path, {"a.xml": newsml(data="<p>Õne</p><p>Two</p>", more=PHOTO)})
    assert found.problems == []
    assert found.fields == {
        "id": "urn:newsml:a.example:20240501:7",
        "title": "Herons return",
        "section": ["Environment"],
        "published": "20240501T080000+0000",
        "updated": "20240502T080000+0000",
        "status": "published",
        "author": "By Anna Berg",
        "source": "River Wire",
        "language": "en",
        "content_html": "<p>Õne</p><p>Two</p>",
        "images": [{"src": "l.jpg", "caption": "At the weir"}],
    }


CLIP = (
    '<NewsComponent><Role FormalName="Video"/><NewsLines><HeadLine>At dusk</HeadLine></NewsLines>'
    '<ContentItem Href="l.mp4"><MimeType FormalName="video/mp4"/></ContentItem></NewsComponent>'
)
CHANGE = (
    '<StatusWillChange><FutureStatus FormalName="Usable"/>'
    "<DateAndTime>20240601T000000Z</DateAndTime></StatusWillChange>"
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (newsml("Canceled", "<p>A</p>"), {"status": "withdrawn"}),
        (newsml("Embargoed", "<p>A</p>"), {"status": "withheld"}),
        (
            newsml("Embargoed", "<p>A</p>", change=CHANGE),
            {"status": "published", "published": "20240601T000000Z"},
        ),
        (newsml(data="Plain words"), {"content_text": "Plain words"}),
        (
            newsml(data=f"<nitf>{NITF_BODY}</nitf>"),
            {"content_html": NITF_HTML, "images": [IMAGE], "video": [VIDEO]},
        ),
        (
            newsml(data="<p>A</p>", more=CLIP),
            {
                "video": [
                    {"src": "l.mp4", "medium": "video", "type": "video/mp4", "title": "At dusk"}
                ]
            },
        ),
        (newsml(data="<html><body><p>A</p></body></html>"), {"content_html": "<p>A</p>"}),
    ],
)
def test_reads_what_newsml_1_says(
    tmp_path: Path, content: str, expected: Mapping[str, object]
) -> None:
    fields = read_source(tmp_path, {"a.xml": content}).fields
    assert {name: fields.get(name) for name in expected} == expected


def test_feed_after_many_other_files_is_recognized(tmp_path: Path) -> None:
    others = {f"{n}.xml": "<urlset/>" for n in range(9)}
    found = read_source(tmp_path, {**others, "x.xml": nitf()})
    assert found.titles == ["Herons return"]
    assert found.notes == ["sources: not articles: XML files of no known kind 9"]


def test_every_system_reads_its_own_file_in_one_folder(tmp_path: Path) -> None:
    found = read_source(
        tmp_path, {"a.xml": nitf(), "b.xml": g2(contents=XHTML), "c.xml": newsml(data="<p>A</p>")}
    )
    assert found.titles == ["Herons return"] * 3
