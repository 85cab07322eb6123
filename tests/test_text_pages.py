"""Article pages as text, as they really are: each page and the whole record that it is read as."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from feedpub.model import SourceFile
from feedpub.settings import Source
from feedpub.sources.raw import PageFields, Raw
from feedpub.sources.text_file import load, scan
from feedpub.timestamps import show_times

PLAIN: dict[str, object] = {
    "section": "River Voice",
    "title": "Otters return to the Suyin",
    "source": "river.example",
    "updated": "2020-05-25",
    "content_text": "Two otters were seen.\n\nThey stayed.",
}
HEAD = "Home>River Voice\n\nOtters return to the Suyin\n\n(river.example) Updated : 2020-05-25\n\n"
BODY = "Two otters were seen.\n\nThey stayed.\n"
OTTER = '<figure><img src="otter.jpg"></figure>'
TEXT = "<p>Two otters were seen.</p>\n<p>They stayed.</p>"


def _with_images(markup: str, *images: Mapping[str, object]) -> dict[str, object]:
    rest = {name: value for name, value in PLAIN.items() if name != "content_text"}
    return {**rest, "images": list(images), "content_html": markup}


LEAD = (
    "YETING, May 25 (River News) -- Two otters were seen on Monday morning below the old weir, "
    "where nobody had seen one since the mill closed, said the warden."
)
PAGES: dict[str, tuple[str, dict[str, object]]] = {
    "plain": (HEAD + BODY, PLAIN),
    "carriage returns": ((HEAD + BODY).replace("\n", "\r\n"), PLAIN),
    "old line ends": ((HEAD + BODY).replace("\n", "\r"), PLAIN),
    "byte order mark": ("\ufeff" + HEAD + BODY, PLAIN),
    "no-break spaces": ((HEAD + BODY).replace(" ", "\xa0"), PLAIN),
    "blank lines that are not empty": (
        (HEAD + BODY).replace("\n\n", "\n\u3000\n\u200b \n\xa0\t\n"),
        PLAIN,
    ),
    "indented by wide spaces": (
        HEAD + "\u3000\u3000Two otters were seen.\n\n\u3000\u3000They stayed.",
        PLAIN,
    ),
    "full-width punctuation": (
        "Home＞River Voice\n\nOtters return to the Suyin\n\n"
        "（river.example）Updated ： 2020-05-25\n\n" + BODY,
        PLAIN,
    ),
    "breadcrumb with a trailing separator": (
        HEAD.replace("Home>River Voice", "Home > News > River Voice >") + BODY,
        {**PLAIN, "section": "News>River Voice"},
    ),
    "no breadcrumb": (
        HEAD.partition("\n\n")[2] + BODY,
        {name: value for name, value in PLAIN.items() if name != "section"},
    ),
    "one line end between paragraphs": (
        HEAD + "Two otters were seen.\nThey stayed.\n",
        {**PLAIN, "content_text": "Two otters were seen. They stayed."},
    ),
    "no blank line at all": ((HEAD + BODY).replace("\n\n", "\n"), PLAIN),
    "wrapped Chinese": (
        HEAD + "两只水獭回到\n苏音河。\n\n它们留下了。\n",
        {**PLAIN, "content_text": "两只水獭回到苏音河。\n\n它们留下了。"},
    ),
    "wrapped Chinese and English": (
        HEAD + "两只水獭回到\nSuyin,\n它们留在 Yeting\n河边\n有 2 天。\n共 4 只 x\n",
        {**PLAIN, "content_text": "两只水獭回到 Suyin, 它们留在 Yeting 河边有 2 天。共 4 只 x"},
    ),
    "no text": (HEAD, {name: value for name, value in PLAIN.items() if name != "content_text"}),
    "author before the date": (
        HEAD.replace("(river", "By Li Wen and Zhao Qi (river") + BODY,
        {**PLAIN, "author": ["Li Wen", "Zhao Qi"]},
    ),
    "author after the date": (
        HEAD.replace("2020-05-25", "2020-05-25 | By LI WEN") + BODY,
        {**PLAIN, "author": ["LI WEN"]},
    ),
    "author on the line before": (
        HEAD.replace("(river", "By J. K. Li\n\n(river") + BODY,
        {**PLAIN, "author": ["J. K. Li"]},
    ),
    "author on the line below": (HEAD + "By Li Wen\n\n" + BODY, {**PLAIN, "author": ["Li Wen"]}),
    "a paragraph that begins with By": (
        HEAD + "By day the river is calm.\n\n" + BODY,
        {**PLAIN, "content_text": "By day the river is calm.\n\n" + BODY.strip()},
    ),
    "Chinese byline": (
        "首页＞River Voice\n\nOtters return to the Suyin\n\n"
        "2020-05-25 10:32 来源：苏音报 作者：王小明 李四\n\n" + BODY,
        {
            **PLAIN,
            "updated": "2020-05-25 10:32",
            "source": "苏音报",
            "author": ["王小明", "李四"],
        },
    ),
    "published and updated": (
        HEAD.replace("Updated", "Published: 2020-05-24 08:00 Updated") + BODY,
        {**PLAIN, "published": "2020-05-24 08:00"},
    ),
    "size links behind the byline": (HEAD.rstrip() + " L M S\n\n" + BODY, PLAIN),
    "size links on a line": (HEAD + "L M S\n\n" + BODY, PLAIN),
    "size links above the byline": (HEAD.replace("(river", "L M S\n\n(river") + BODY, PLAIN),
    "remnants around the text": (
        HEAD + "Share\n\nTwo otters were seen.\n\nAdvertisement\n\nThey stayed.\n\n"
        "Editor: Li Wen\n\nRelated: A heron stays\n\n© 2020 River Voice\n",
        PLAIN,
    ),
    "sentences that begin as remnants do": (
        HEAD + "Related offices were told.\n\nCopyright law protects otters' songs, he joked.\n",
        {
            **PLAIN,
            "content_text": "Related offices were told.\n\n"
            "Copyright law protects otters' songs, he joked.",
        },
    ),
    "image, caption and credit": (
        HEAD + "otter.jpg\n\nAn otter. [Photo/WeChat: suyin]\n\n" + BODY,
        _with_images(
            f"{OTTER}\n{TEXT}",
            {"src": "otter.jpg", "line": 7, "caption": "An otter. [Photo/WeChat: suyin]"},
        ),
    ),
    "caption of several sentences without a credit": (
        HEAD + "otter.jpg\n\nAn otter dives. It is the first since 1994! Where is the other?\n\n"
        "[A local saying]: otters know.\n\n" + BODY,
        _with_images(
            f"{OTTER}\n<p>[A local saying]: otters know.</p>\n{TEXT}",
            {
                "src": "otter.jpg",
                "line": 7,
                "caption": "An otter dives. It is the first since 1994! Where is the other?",
            },
        ),
    ),
    "credit on the line below its caption": (
        HEAD + "otter.jpg\n\nAn otter.\n\n[Photo/WeChat: suyin]\n\n" + BODY,
        _with_images(
            f"{OTTER}\n{TEXT}",
            {"src": "otter.jpg", "line": 7, "caption": "An otter. [Photo/WeChat: suyin]"},
        ),
    ),
    "a paragraph with a credit below a caption": (
        HEAD + "otter.jpg\n\nAn otter.\n\nTwo otters were seen. [Photo/Li Bo]\n\nThey stayed.\n",
        _with_images(
            f"{OTTER}\n<p>Two otters were seen. [Photo/Li Bo]</p>\n<p>They stayed.</p>",
            {"src": "otter.jpg", "line": 7, "caption": "An otter."},
        ),
    ),
    "several images": (
        HEAD + "otter.jpg\n\nAn otter.\n\nTwo otters were seen.\n\n微信图片_2.PNG\n\n"
        "two otters.webp\n\nBoth of them. (Xinhua)\n\nThey stayed.\n\nlast.gif\n",
        _with_images(
            f"{OTTER}\n<p>Two otters were seen.</p>\n"
            '<figure><img src="微信图片_2.PNG"></figure>\n'
            '<figure><img src="two otters.webp"></figure>\n'
            '<p>They stayed.</p>\n<figure><img src="last.gif"></figure>',
            {"src": "otter.jpg", "line": 7, "caption": "An otter."},
            {"src": "微信图片_2.PNG", "line": 13},
            {"src": "two otters.webp", "line": 15, "caption": "Both of them. (Xinhua)"},
            {"src": "last.gif", "line": 21},
        ),
    ),
    "image elsewhere": (
        HEAD + "https://cdn.example/otter.jpg\n\nAn otter.\n\n" + BODY,
        _with_images(
            f'<figure><img src="https://cdn.example/otter.jpg"></figure>\n{TEXT}',
            {"src": "https://cdn.example/otter.jpg", "line": 7, "caption": "An otter."},
        ),
    ),
    "a file name in a sentence": (
        HEAD + "The plan is called bridge.jpg\n\nSee otter.jpg, too.\n\nhe wrote to otter.png.\n",
        {
            **PLAIN,
            "content_text": "The plan is called bridge.jpg\n\nSee otter.jpg, too.\n\n"
            "he wrote to otter.png.",
        },
    ),
    "a file that is named as a sentence": (
        HEAD + "this is an otter.jpg\n\nAn otter.\n\n" + BODY,
        _with_images(
            f'<figure><img src="this is an otter.jpg"></figure>\n{TEXT}',
            {"src": "this is an otter.jpg", "line": 7, "caption": "An otter."},
        ),
    ),
    "address in the first line": (
        "https://river.example/a/1.html\n\n" + HEAD + BODY,
        {**PLAIN, "link": "https://river.example/a/1.html"},
    ),
    "address in the first line, no blank line at all": (
        ("https://river.example/a/1.html\n" + HEAD + BODY).replace("\n\n", "\n"),
        {**PLAIN, "link": "https://river.example/a/1.html"},
    ),
    "address in the text": (
        HEAD + BODY + "\nhttps://river.example/a/2.html\n",
        {**PLAIN, "content_text": f"{PLAIN['content_text']}\n\nhttps://river.example/a/2.html"},
    ),
    "headline over two lines": (HEAD.replace("return to", "return\nto") + BODY, PLAIN),
    "headline over three lines": (
        HEAD.replace("return to", "return\nto\n") + BODY,
        PLAIN,
    ),
    "headline over two lines without a breadcrumb": (
        HEAD.partition("\n\n")[2].replace("to the", "to\nthe").replace("Otters", "Two otters")
        + BODY,
        {
            **{name: value for name, value in PLAIN.items() if name != "section"},
            "title": "Two otters return to the Suyin",
        },
    ),
    "Chinese headline over two lines": (
        HEAD.replace("Otters return to the Suyin", "两只水獭今年春天回到\n苏音河") + BODY,
        {**PLAIN, "title": "两只水獭今年春天回到苏音河"},
    ),
    "headline right above a sentence": (
        HEAD.replace("Suyin\n", "Suyin\nThe first pair came on Monday.\n") + BODY,
        {
            **PLAIN,
            "content_text": f"The first pair came on Monday.\n\n{PLAIN['content_text']}",
        },
    ),
    "section right above the headline": (
        HEAD.replace("Home>River Voice\n\n", "River Voice\n") + BODY,
        PLAIN,
    ),
    "headline right above the byline": (HEAD.replace("Suyin\n\n", "Suyin\n") + BODY, PLAIN),
    "paragraphs over two lines without a byline": (
        "Otters return\n\nTwo otters were\nseen.\n\nThey\nstayed.\n",
        {"title": "Otters return", "content_text": PLAIN["content_text"]},
    ),
    "breadcrumb with arrows": (
        HEAD.replace("Home>", "Home → News → ") + BODY,
        {**PLAIN, "section": "News>River Voice"},
    ),
    "breadcrumb with bars": (
        HEAD.replace("Home>", "Home | News | ") + BODY,
        {**PLAIN, "section": "News>River Voice"},
    ),
    "breadcrumb with guillemets": (HEAD.replace("Home>", "Home » ") + BODY, PLAIN),
    "breadcrumb with bars without a byline": (
        "Startseite | River Voice\n\nOtters return\n\nThey stayed.",
        {"section": "River Voice", "title": "Otters return", "content_text": "They stayed."},
    ),
    "breadcrumb that ends with the headline": (
        HEAD.replace("Voice\n", "Voice > Otters Return to the Suyin\n") + BODY,
        PLAIN,
    ),
    "bars in a line without Home": (
        HEAD.replace("Home>River Voice", "River | Voice") + BODY,
        {**PLAIN, "section": "River | Voice"},
    ),
    "a paragraph with a dateline below an image": (
        HEAD + "otter.jpg\n\n" + LEAD + "\n\nThey stayed.\n",
        _with_images(
            f"{OTTER}\n<p>{LEAD}</p>\n<p>They stayed.</p>", {"src": "otter.jpg", "line": 7}
        ),
    ),
    "a short lead with a dateline below an image": (
        HEAD + "otter.jpg\n\nYETING — They stayed.\n",
        _with_images(f"{OTTER}\n<p>YETING — They stayed.</p>", {"src": "otter.jpg", "line": 7}),
    ),
    "a Chinese lead below an image": (
        HEAD
        + "otter.jpg\n\n河报社叶亭5月25日电 "
        + "两只水獭回到苏音河。" * 9
        + "\n\nThey stayed.\n",
        _with_images(
            f"{OTTER}\n<p>河报社叶亭5月25日电 {'两只水獭回到苏音河。' * 9}</p>\n"
            "<p>They stayed.</p>",
            {"src": "otter.jpg", "line": 7},
        ),
    ),
    "a caption with a dateline and a credit": (
        HEAD + "otter.jpg\n\n" + LEAD + " [Photo/Li Bo]\n\nThey stayed.\n",
        _with_images(
            f"{OTTER}\n<p>They stayed.</p>",
            {"src": "otter.jpg", "line": 7, "caption": f"{LEAD} [Photo/Li Bo]"},
        ),
    ),
    "a short caption with a dateline": (
        HEAD + "otter.jpg\n\nYETING — An otter.\n\n" + BODY,
        _with_images(
            f"{OTTER}\n{TEXT}", {"src": "otter.jpg", "line": 7, "caption": "YETING — An otter."}
        ),
    ),
    "images that readers do not show": (
        HEAD + "otter.HEIC\n\nAn otter.\n\nTwo otters were seen.\n\nmap of otters.psd\n\n"
        "A map.\n\notters.mp4\n",
        _with_images(
            '<figure><img src="otter.HEIC"></figure>\n<p>Two otters were seen.</p>\n'
            '<figure><img src="map of otters.psd"></figure>\n'
            '<figure><img src="otters.mp4"></figure>',
            {"src": "otter.HEIC", "line": 7, "caption": "An otter."},
            {"src": "map of otters.psd", "line": 13, "caption": "A map."},
            {"src": "otters.mp4", "line": 17},
        ),
    ),
    "an image above the headline": (
        HEAD.replace("Otters", "otter.jpg\n\nOtters", 1) + "An otter.\n\n" + BODY,
        _with_images(f"{OTTER}\n{TEXT}", {"src": "otter.jpg", "line": 3, "caption": "An otter."}),
    ),
    "no headline": (
        HEAD.replace("Otters return to the Suyin\n\n", "") + BODY,
        {name: value for name, value in PLAIN.items() if name != "title"},
    ),
    "nothing above the byline": (
        HEAD.partition("Suyin\n\n")[2] + BODY,
        {name: value for name, value in PLAIN.items() if name not in ("title", "section")},
    ),
    "a paragraph instead of a headline": (
        f"{LEAD} They came at dawn. They went at noon.\n\n{BODY}",
        {
            "content_text": f"{LEAD} They came at dawn. They went at noon.\n\n"
            f"{PLAIN['content_text']}"
        },
    ),
    "markup is text": (
        HEAD + "otter.jpg\n\nAn otter.\n\nHe wrote <b>bold</b> & left.",
        _with_images(
            f"{OTTER}\n<p>He wrote &lt;b&gt;bold&lt;/b&gt; &amp; left.</p>",
            {"src": "otter.jpg", "line": 7, "caption": "An otter."},
        ),
    ),
}


@pytest.mark.parametrize("case", PAGES)
def test_reads_a_page_as_its_whole_record(case: str, tmp_path: Path) -> None:
    page, expected = PAGES[case]
    (tmp_path / "this is an otter.jpg").touch()
    path = tmp_path / "page.txt"
    path.write_bytes(page.encode())
    file = SourceFile(path, "page.txt", "page.txt", tmp_path, 0)
    source = Source(path=str(path))
    (raw,) = scan(file, source)
    assert isinstance(raw, Raw)
    assert isinstance(raw.value, PageFields)
    assert show_times(raw.value.fields) == expected
    assert set(raw.value.rules) == set(expected)
    (again,) = load(file, source, [raw.origin])
    assert isinstance(again.value, PageFields)
    assert show_times(again.value.fields) == expected


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ("Related stories:\n\nA heron stays\n\n• The lock opens.\n", [(11, "2 titles")]),
        ("Related stories:\nA heron stays\nThe lock opens\n", [(11, "2 titles")]),
        ("Mehr zum Thema\n\nDer Reiher bleibt\n", [(11, "1 title")]),
        ("相关新闻：\n\n船闸通航\n", [(11, "1 title")]),
        ("Read more: A heron stays\n", [(11, "leads to other stories")]),
        (
            "Lire aussi :\n\nLe héron reste\n\nLeia mais: a garça\n",
            [(11, "2 titles")],
        ),
    ],
)
def test_lists_of_other_stories_are_no_part_of_the_text_and_told(
    tmp_path: Path, rest: str, told: list[tuple[int, str]]
) -> None:
    page = read_page(tmp_path, f"{HEAD}{BODY}\n{rest}")
    assert page.fields["content_text"] == PLAIN["content_text"]
    assert [problem.where.line for problem in page.problems] == [line for line, _ in told]
    for problem, (_, words) in zip(page.problems, told, strict=True):
        assert problem.severity == "warning" and words in problem.message


def test_a_text_goes_on_below_a_list_of_other_stories(tmp_path: Path) -> None:
    text = f"{HEAD}Two otters were seen.\n\nRead more:\n\nA heron stays\n\nThey stayed.\n"
    assert read_page(tmp_path, text).fields["content_text"] == PLAIN["content_text"]


def read_page(folder: Path, text: str) -> PageFields:
    """Read a page in a folder."""
    (folder / "this is an otter.jpg").touch()
    path = folder / "page.txt"
    path.write_bytes(text.encode())
    file = SourceFile(path, "page.txt", "page.txt", folder, 0)
    (raw,) = scan(file, Source(path=str(path)))
    assert isinstance(raw, Raw) and isinstance(raw.value, PageFields)
    return raw.value
