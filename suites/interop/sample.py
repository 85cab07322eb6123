"""The articles of the sample, as every reader is to show them: written by hand from sources/."""

from __future__ import annotations

from datetime import datetime

from suites.interop.readers import Shown

# Id below the tag, title, link below the site, published or else updated, and the first image:
# its name below feeds/media/, its type and its length.
_ROWS: tuple[tuple[str, str, str, str, tuple[str, str, int] | None], ...] = (
    (
        "/2020-06/08/ferry-school.html",
        "Ferry pilots teach the river to children",
        "2020-06/08/ferry-school.html",
        "2020-06-08T09:30:00+08:00",
        ("9b4f6a3032058667.png", "image/png", 3532),
    ),
    (
        "river/otters",
        "Otters move in at Yeting's fish market, and stay for breakfast",
        "feeds/articles/577e9e9b7328.html",
        "2020-06-01T18:00:00+08:00",
        None,
    ),
    (
        "notice-121",
        "Found: one tuba",
        "feeds/articles/307ba2d56b1e.html",
        "2020-05-28T12:30:00+08:00",
        None,
    ),
    (
        "Tea%20Hills/tea-fans",
        "Hill villages leave their frost fans standing for the swifts",
        "feeds/articles/d86ca149c8f5.html",
        "2020-05-27T07:30:00+08:00",
        ("6626f8842e7b1175.jpg", "image/jpeg", 90243),
    ),
    (
        "notice-120",
        "Eighty places left in summer swimming lessons",
        "feeds/articles/9e2073098ade.html",
        "2020-05-26T08:00:00+08:00",
        None,
    ),
    (
        "notice-119",
        "No water in Lower Mills on Wednesday morning",
        "feeds/articles/fd3f6e92dcab.html",
        "2020-05-25T17:00:00+08:00",
        None,
    ),
    (
        "Harbor%20Life/ferry-line",
        "New ferry puts Xunyao Island 38 minutes from the city",
        "feeds/articles/8d00972545c4.html",
        "2020-05-25T06:45:00+08:00",
        ("ffeae77671027c70.webp", "image/webp", 24184),
    ),
    (
        "pages/flood-gauges",
        "Suyin River gets 212 gauges, and a village gets an hour's warning",
        "feeds/articles/c75d6aea5de7.html",
        "2020-05-25T00:00:00+08:00",
        ("72380b6bfce0d38f.jpg", "image/jpeg", 75139),
    ),
    (
        "pages/crane-bridge",
        "Old Crane Bridge reopens, stone by numbered stone",
        "feeds/articles/7bbba55e8300.html",
        "2020-05-24T16:40:00+08:00",
        ("647ec6a12769089a.jpg", "image/jpeg", 89862),
    ),
    (
        "tide-22",
        "Low water at dawn lets cockle pickers out on the Lumei flats",
        "feeds/articles/05fbaf6cf5fe.html",
        "2020-05-23T18:00:00+08:00",
        None,
    ),
    (
        "wh-031",
        "皮影戏班重登水上戏台，一盏灯照亮半条河",
        "2020/05/shadow-stage.html",
        "2020-05-23T10:32:00+08:00",
        ("a1acccfabbc70d44.jpg", "image/jpeg", 94511),
    ),
    (
        "notice-118",
        "Ferry passes now at Pilot Quay",
        "feeds/articles/e95d0040e8e8.html",
        "2020-05-22T00:00:00+08:00",
        None,
    ),
    (
        "lv-0521-museum",
        "In Zhiyao, a museum for the pots that went wrong",
        "2020/05/porcelain-museum.html",
        "2020-05-20T18:00:00+08:00",
        ("980b03d06118a3b6.png", "image/png", 34287),
    ),
    (
        "/2020/05/thirty-one-fogs.html",
        "方言词典里，藏着三十一种雾",
        "2020/05/thirty-one-fogs.html",
        "2020-05-19T00:00:00+08:00",
        None,
    ),
    (
        "pages/dialect-dictionary",
        "Dialect dictionary finds 31 words for fog",
        "feeds/articles/2f7666bd4887.html",
        "2020-05-18T00:00:00+08:00",
        None,
    ),
    (
        "lv-0517-orchestra",
        "School orchestra plays the tide table",
        "feeds/articles/4c1ca913402d.html",
        "2020-05-17T21:10:00+08:00",
        None,
    ),
    (
        "wh-029",
        "听瓷：老窑工的一堂课",
        "2020/05/kiln-lesson.html",
        "2020-05-16T19:30:00+08:00",
        None,
    ),
    (
        "/2020/05/porters-path.html",
        "The tea porters' stairway comes out of the forest",
        "2020/05/porters-path.html",
        "2020-05-14T00:00:00+08:00",
        None,
    ),
    (
        "lv-0510-chess",
        "Retired crane operator wins the Harbor Open on move 94",
        "2020/05/harbor-open.html",
        "2020-05-10T22:48:00+08:00",
        ("9873c803744ffc7e.jpg", "image/jpeg", 93646),
    ),
    (
        "lv-0506-tea",
        "High gardens turn green a week early in the Shuangque Hills",
        "2020/05/high-gardens.html",
        "2020-05-06T00:00:00+08:00",
        ("6626f8842e7b1175.jpg", "image/jpeg", 90243),
    ),
    (
        "lv-0415-fans",
        "A night of fans saves the tea from frost",
        "feeds/articles/b0f3a5672036.html",
        "2020-04-15T00:00:00+08:00",
        None,
    ),
    (
        "lv-0408-logbooks",
        "Lighthouse logbooks hold 90 years of wind, and one proposal",
        "feeds/articles/8d8dd1ee09c1.html",
        "2020-04-08T09:00:00+08:00",
        None,
    ),
)
SITE = "https://news.example.com/"


def list_sample() -> list[Shown]:
    """List what the feed of all shows, the newest first."""
    return [_make(*row) for row in _ROWS]


def _make(
    key: str, title: str, link: str, moment: str, image: tuple[str, str, int] | None
) -> Shown:
    url, kind, length = image or (None, None, None)
    return Shown(
        id=f"tag:news.example.com,2020:{key}",
        title=title,
        link=SITE + link,
        instant=int(datetime.fromisoformat(moment).timestamp()),
        enclosure_url=None if url is None else f"{SITE}feeds/media/{url}",
        enclosure_type=kind,
        enclosure_length=length,
    )
