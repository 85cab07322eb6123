"""Encodings: each file is read in its own, a guess is told, and nothing becomes mojibake."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from webencodings.labels import LABELS

from feedpub.errors import UnreadableFile
from feedpub.pages.html_source import decode_html
from feedpub.text.charsets import find_codec, guess_encoding
from feedpub.text.decoding import Rule, choose_encoding, decode
from support import make_site, run_cli

CHINESE = "青芦湾新渡口昨日正式通航，首班渡船载着八十六名乘客驶往对岸，船票两元。"
TRADITIONAL = "青蘆灣新渡口昨日正式通航，首班渡船載著八十六名乘客駛往對岸，船票兩元。"
JAPANESE = "新しい渡し場が昨日ひらかれ、はじめての船は八十六人の客をのせて向こう岸へわたった。"
RUSSIAN = (
    "Вчера у новой пристани отошёл первый паром, на другой берег переправились восемьдесят шесть "
    "человек. Билет стоит два рубля, говорит начальник порта, и до осени цена не изменится."
)
GERMAN = (
    "Über dem Hafen kreisten Möwen, während die Fähre schöne Pflaumen für die Bürger brachte. "
    "Dann öffnete die Küche, und die Gäste aßen süße Klöße, bis es dunkel wurde über der Förde."
)
POLISH = "Wczoraj z nowej przystani wypłynął pierwszy prom, przewożąc ludzi na drugą stronę rzeki."


def _page(text: str, charset: str | None) -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}<title>T</title></head><body><h1>{text}</h1></body></html>"


# Labels.

# What each codec of the standard can write. Others write one letter beyond ASCII.
SAMPLES = {
    "big5hkscs": TRADITIONAL,
    "cp932": JAPANESE,
    "cp949": "새 나루터",
    "euc_jp": JAPANESE,
    "gb18030": "朱镕基",
    "iso2022_jp": JAPANESE,
}


def _find_letter(codec: str) -> str:
    for number in range(0xC0, 0x100):
        try:
            return bytes([number]).decode(codec)
        except UnicodeDecodeError:
            continue
    raise AssertionError(codec)


@pytest.mark.parametrize("label", sorted(LABELS))
def test_reads_every_label_of_the_standard(label: str) -> None:
    name = LABELS[label]
    codec = find_codec(label)
    if name == "replacement":
        # The standard reads nothing under these. Python knows some of them.
        assert codec in (None, "hz", "iso2022_kr")
        return
    assert codec is not None
    # A page whose meta element can be read is not in UTF-16.
    written = "utf-8" if name.startswith("utf-") else codec
    text = "é" if written == "utf-8" else SAMPLES.get(written) or _find_letter(written)
    page = decode_html(_page(text, label).encode(written))
    assert f"<h1>{text}</h1>" in page.text
    assert page.choice.warning is None
    assert page.choice.rule == ("utf-8" if written == "utf-8" else "declared")


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("x-sjis", "cp932"),
        ("windows-31j", "cp932"),
        ("gb_2312-80", "gb18030"),
        ("GBK", "gb18030"),
        ("windows-874", "cp874"),
        ("iso-8859-1", "cp1252"),
        ("latin-1", "cp1252"),
        (" utf8 ", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-32", "utf-32-le"),
        ("hz-gb-2312", "hz"),
        ("cp437", "cp437"),
        ("x-user-defined", "cp1252"),
        ("klingon", None),
        ("rot13", None),
        ("idna", None),
        ("undefined", None),
        ("a\0", None),
        ("", None),
    ],
)
def test_finds_the_codec_of_a_label(label: str, codec: str | None) -> None:
    assert find_codec(label) == codec


# The rules, in their order: bytes, what they declare, what the source names -> text, rule, guess.

ROWS: list[tuple[bytes, str | None, tuple[str, ...], str, Rule, str | None]] = [
    # 1. A byte order mark wins over everything.
    ("\ufeff茶".encode(), "gb2312", ("gb18030",), "茶", "mark", None),
    ("茶".encode("utf-16"), None, ("gb18030",), "茶", "mark", None),
    ("\ufeff茶".encode("utf-16-be"), "utf-8", (), "茶", "mark", None),
    ("茶".encode("utf-32"), None, (), "茶", "mark", None),
    # 2. UTF-8 wins over every label.
    ("Möwen".encode(), "iso-8859-1", (), "Möwen", "utf-8", None),
    ("茶馆".encode(), "gb2312", ("big5",), "茶馆", "utf-8", None),
    ("The city’s plan".encode(), None, ("gb18030",), "The city’s plan", "utf-8", None),
    ("Tea\x1b茶".encode(), "gb2312", (), "Tea\x1b茶", "utf-8", None),
    ("Tea\0茶".encode(), "gb2312", (), "Tea\0茶", "utf-8", None),
    # 3. What the file declares wins over the source.
    ("茶馆".encode("gb18030"), "gb2312", ("big5",), "茶馆", "declared", None),
    (JAPANESE.encode("iso2022_jp"), "iso-2022-jp", ("gb18030",), JAPANESE, "declared", None),
    # Bytes in which a declaration was read are not UTF-16.
    (b"Tea", "utf-16", (), "Tea", "declared", None),
    # 4. The source's encodings, in their order; also where a declaration is wrong or unknown.
    ("茶馆".encode("gb18030"), None, ("gb18030",), "茶馆", "configured", None),
    ("茶館".encode("big5"), None, ("big5", "gb18030"), "茶館", "configured", None),
    (
        "Café au lait".encode("cp1252"),
        None,
        ("gb18030", "latin1"),
        "Café au lait",
        "configured",
        None,
    ),
    ("茶馆".encode("gb18030"), "klingon", ("gb18030",), "茶馆", "configured", None),
    ("茶馆".encode("gb18030"), "utf-8", ("gb18030",), "茶馆", "configured", None),
    ("茶館 tea".encode("utf-16-le"), None, ("gb18030", "utf-16"), "茶館 tea", "configured", None),
    ("茶館".encode("utf-16-le"), None, ("utf-16",), "茶館", "configured", None),
    ("茶館".encode("utf-7"), None, ("utf-7",), "茶館", "configured", None),
    # Plain ASCII is no UTF-16, whatever the source's other files are in.
    (b"Tea pots", None, ("utf-16",), "Tea pots", "default", None),
    # 5. A sure guess, with a warning.
    (CHINESE.encode("gb18030"), None, (), CHINESE, "guessed", "gb18030"),
    (TRADITIONAL.encode("big5"), None, (), TRADITIONAL, "guessed", "big5"),
    (JAPANESE.encode("cp932"), None, (), JAPANESE, "guessed", "shift_jis"),
    (JAPANESE.encode("euc_jp"), None, (), JAPANESE, "guessed", "euc-jp"),
    (JAPANESE.encode("iso2022_jp"), None, ("gb18030",), JAPANESE, "guessed", "iso-2022-jp"),
    (RUSSIAN.encode("cp1251"), None, (), RUSSIAN, "guessed", "windows-1251"),
    (RUSSIAN.encode("koi8-r"), None, (), RUSSIAN, "guessed", "koi8-r"),
    (GERMAN.encode("cp1252"), None, ("gb18030",), GERMAN, "guessed", "windows-1252"),
    (GERMAN.encode("cp1252"), "utf-8", (), GERMAN, "guessed", "windows-1252"),
    (CHINESE.encode("gb18030"), None, ("windows-1252",), CHINESE, "guessed", "gb18030"),
    (CHINESE.encode("gb18030"), None, ("windows-1252", "gbk"), CHINESE, "configured", None),
    (TRADITIONAL.encode("big5"), None, ("gb18030", "big5"), TRADITIONAL, "configured", None),
    # A guess says nothing against an encoding that is never guessed.
    (GERMAN.encode("iso8859-15"), None, ("iso-8859-15",), GERMAN, "configured", None),
    (GERMAN.encode("utf-16-le"), None, (), GERMAN, "guessed", "utf-16le"),
    (
        (CHINESE + "\n").encode("utf-16-be"),
        None,
        ("gb18030",),
        CHINESE + "\n",
        "guessed",
        "utf-16be",
    ),
    # Else UTF-8.
    (b"Tea", None, (), "Tea", "default", None),
    (b"Tea\x1b[1m", None, (), "Tea\x1b[1m", "default", None),
    (b"Tea\0", None, (), "Tea\0", "default", None),
    (b"Tea\0\0\0\0\0", None, (), "Tea\0\0\0\0\0", "default", None),
]


@pytest.mark.parametrize(("content", "declared", "configured", "text", "rule", "guess"), ROWS)
def test_chooses_by_the_first_rule_that_fits(
    content: bytes,
    declared: str | None,
    configured: tuple[str, ...],
    text: str,
    rule: Rule,
    guess: str | None,
) -> None:
    decoded = decode(content, configured, declared=declared)
    assert (decoded.text, decoded.choice.rule) == (text, rule)
    if guess is None:
        assert decoded.choice.warning is None
    else:
        assert f"so it was read as {guess}, a guess from its bytes." in str(decoded.choice.warning)


@pytest.mark.parametrize(
    ("configured", "declared", "warning"),
    [
        (
            (),
            None,
            "is not UTF-8 and names no encoding, so it was read as windows-1252, a guess from its "
            "bytes. If the other files of the source that are not UTF-8 are in it too, set "
            'encoding = "windows-1252" in the source; otherwise save this file as UTF-8',
        ),
        (
            ("gb18030",),
            None,
            "does not look like gb18030, the encoding of the source, so it was read as "
            "windows-1252, a guess from its bytes. If the guess is right, set encoding = "
            '["gb18030", "windows-1252"] in the source; otherwise save this file as UTF-8',
        ),
    ],
)
def test_a_warning_names_the_setting_that_makes_a_guess_sure(
    configured: tuple[str, ...], declared: str | None, warning: str
) -> None:
    content = GERMAN.encode("cp1252")
    choice = decode(content, configured, declared=declared).choice
    assert choice.warning == warning
    # What it advises reads the same, and warns no more.
    sure = decode(content, (*configured, "windows-1252"), declared=declared)
    assert (sure.text, sure.choice.warning) == (GERMAN, None)


@pytest.mark.parametrize(
    ("content", "declared", "configured", "message"),
    [
        (
            b"Tea\ncaf\xe9",
            None,
            (),
            "is not valid UTF-8: byte 8 is 0xe9. Save the file as UTF-8, or set encoding in the "
            "source to the encoding that it is in.",
        ),
        (
            "茶馆茶馆\n".encode() + b"\xff",
            "gb2312",
            ("latin1",),
            "is not valid UTF-8, although the rest is: byte 14 is 0xff. Save the file again as "
            "UTF-8.",
        ),
        (
            b"\xef\xbb\xbfTea\n\xff",
            None,
            ("latin1",),
            "is not valid UTF-8, which its byte order mark names: byte 8 is 0xff. Save the file "
            "again as UTF-8.",
        ),
        (
            b"Tea\n\xff\xff\xff",
            "gb2312",
            (),
            "is not valid gb2312, which it declares: byte 5 is 0xff. Save the file as UTF-8, or "
            "set encoding in the source to the encoding that it is in.",
        ),
        (
            b"Tea\n\xff\xff\xff",
            None,
            ("gb18030", "big5"),
            "is not valid gb18030, the encoding of the source: byte 5 is 0xff. Save the file as "
            "UTF-8, or add the encoding that it is in to encoding in the source.",
        ),
    ],
)
def test_a_refusal_names_the_byte_and_the_remedy(
    content: bytes, declared: str | None, configured: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        decode(content, configured, declared=declared)
    assert (str(refusal.value), refusal.value.line, refusal.value.kind) == (message, 2, "encoding")


# Guesses.


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("茶馆", "gb18030"),  # too short
        ("茶館的故事", "big5"),
        ("ＩｏＴ機器に", "cp932"),
        ("Fähre", "cp1252"),
        ("El niño mañana", "cp1252"),
        ("шоссе, позволит", "koi8-r"),
        (POLISH, "cp1250"),  # a Latin encoding other than the Western one
        (POLISH, "iso8859-2"),
        ("\xff\xfe\xff" * 1000, "latin-1"),  # no text
        ("a" * 50 + "\x81" * 50, "latin-1"),
        (CHINESE[:12], "euc_jp"),
    ],
)
def test_guesses_nothing_that_is_not_sure(text: str, codec: str) -> None:
    assert guess_encoding(text.encode(codec, "ignore")) is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The city’s plan – “open for all” – was read by many.", "windows-1252"),
        (
            "El niño y la señora están en el jardín. ¿Qué pasó? ¡Vino más público, según él!",
            "windows-1252",
        ),
        (CHINESE, "gb18030"),
    ],
)
def test_guesses_from_text_between_much_markup(text: str, label: str) -> None:
    markup = "<script>var wide = 1;</script>\n" * 3000
    page = f"<html>{markup}<p>{text}</p>{markup}</html>"
    codec = codecs.lookup(find_codec(label) or "").name
    assert guess_encoding(page.encode(codec)) == label


@pytest.mark.parametrize("codec", ["gb18030", "big5", "cp932", "euc_jp", "utf-8", "utf-16-le"])
def test_a_sample_may_end_in_a_character(codec: str) -> None:
    text = {"gb18030": CHINESE, "utf-8": CHINESE, "utf-16-le": CHINESE + "\n"}.get(codec)
    content = (text or (TRADITIONAL if codec == "big5" else JAPANESE)).encode(codec) * 3
    whole = choose_encoding(content)
    cuts = {choose_encoding(content[:-cut], is_cut=True).codec for cut in range(1, 5)}
    assert cuts == {whole.codec}


# Pages.


@pytest.mark.parametrize(
    ("written", "charset", "configured"),
    [
        ("utf-8", "utf-8", ()),
        ("utf-8", None, ()),
        ("utf-8-sig", "gb2312", ()),
        ("gb18030", "gb2312", ()),
        ("gb18030", "GBK", ()),
        ("utf-16", None, ()),
        ("big5", "big5", ()),
        ("big5", "big5-hkscs", ()),
        ("gb18030", None, ("gb18030",)),
        ("utf-8", "utf-8", ("gb18030",)),
        ("utf-8", "iso-8859-1", ()),
        ("utf-8", "utf-16", ()),
        ("utf-8", "no-such-charset", ()),
    ],
)
def test_reads_a_page_in_its_encoding(
    written: str, charset: str | None, configured: tuple[str, ...]
) -> None:
    text = "青蘆" if written == "big5" else "镕—青芦"
    page = decode_html(_page(text, charset).encode(written), configured)
    assert f"<h1>{text}</h1>" in page.text
    assert page.choice.warning is None


def test_a_damaged_character_costs_a_page_no_more_than_itself() -> None:
    text = "青芦湾渡口的首班渡船今天驶离，两岸居民从此不必再等。" * 20
    content = _page(text, "gb2312").encode("gb18030")
    damaged = content.replace("渡船".encode("gb18030"), b"\xb6\xc9\xff\xff", 1)
    page = decode_html(damaged)
    assert page.text.count("\ufffd") == 2
    assert page.choice.warning == (
        "is not valid gb2312, which it declares: byte 87 is 0xff. Save the file as UTF-8, or set "
        "encoding in the source to the encoding that it is in. "
        '2 characters cannot be read, and "\ufffd" stands for each'
    )
    with pytest.raises(UnreadableFile, match="byte 87 is 0xff"):
        decode(damaged, declared="gb2312")
    with pytest.raises(UnreadableFile, match="is 0xff"):
        decode_html(content.replace("渡船".encode("gb18030"), b"\xb6\xc9\xff\xff"))


def test_reads_latin1_as_browsers_do() -> None:
    assert "“é”" in decode_html(_page("“é”", "iso-8859-1").encode("cp1252")).text


def test_reads_the_encoding_of_an_xml_declaration() -> None:
    page = '<?xml version="1.0" encoding="gb2312"?>\n' + _page("青芦", None)
    assert decode_html(page.encode("gb18030")).choice.rule == "declared"


# Folders of many encodings.

_ARTICLE = "Home>{section}\n\n{title}\n\n(Reed Courier) Updated: 2020-05-2{day} 09:30\n\n{body}\n"


def _article(section: str, title: str, day: int, body: str) -> str:
    return _ARTICLE.format(section=section, title=title, day=day, body=body)


MIXED = {
    "sources/apos.txt": _article("News", "The city’s plan", 1, "The city’s plan is open.").encode(),
    "sources/gb.txt": _article("文化", "新渡口通航", 2, CHINESE).encode("gb18030"),
    "sources/latin.txt": _article("Hafen", "Möwen über Mörwick", 3, GERMAN).encode("cp1252"),
    "sources/page.html": (
        '<meta charset="gb2312"><title>茶馆</title><div class="breadcrumb">Home &gt; 文化</div>'
        f"<h1>茶馆</h1><p>Updated: 2020-05-24 09:30</p><p>{CHINESE}</p><p>{CHINESE}</p>"
    ).encode("gb18030"),
    "sources/export.csv": "id,title,section,updated\n1,茶館,News,2020-05-25 09:30\n".encode(
        "utf-16"
    ),
}
TITLES = ["The city’s plan", "新渡口通航", "Möwen über Mörwick", "茶馆", "茶館"]


@pytest.mark.parametrize(
    ("encoding", "guessed"),
    [
        (None, {"sources/gb.txt": "gb18030", "sources/latin.txt": "windows-1252"}),
        ('"gb18030"', {"sources/latin.txt": "windows-1252"}),
        ('["gb18030", "windows-1252"]', {}),
    ],
)
def test_each_file_of_a_folder_is_read_in_its_own_encoding(
    tmp_path: Path, encoding: str | None, guessed: dict[str, str]
) -> None:
    site = make_site(tmp_path, MIXED)
    if encoding is not None:
        with (site / "feedpub.toml").open("a") as toml:
            toml.write(f"encoding = {encoding}\n")
    done = run_cli(site, "build")
    assert done.exit_code == 0
    lines = [line for line in done.stderr.splitlines() if "warning" in line]
    assert [line.partition(": ")[0] for line in lines] == list(guessed)
    for line, guess in zip(lines, guessed.values(), strict=True):
        assert f"so it was read as {guess}, a guess" in line
    feed = (site / "feeds" / "all.atom").read_text(encoding="utf-8")
    for title in TITLES:
        assert f">{title}</title>" in feed
    for body in (CHINESE, GERMAN, "The city’s plan is open."):
        assert body in feed


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '[{"id": "1", "title": "%s", "section": "A", "updated": "2020-05-25 09:30"}]'),
        ("a.jsonl", '{"id": "1", "title": "%s", "section": "A", "updated": "2020-05-25 09:30"}\n'),
        ("a.csv", "id,title,section,updated\n1,%s,A,2020-05-25 09:30\n"),
        ("a.tsv", "id\ttitle\tsection\tupdated\n1\t%s\tA\t2020-05-25 09:30\n"),
        ("a.md", "---\ntitle: %s\nsection: A\nupdated: 2020-05-25 09:30\n---\nText\n"),
        ("a.txt", "Home>A\n\n%s\n\n(Reed) Updated: 2020-05-25 09:30\n\nText\n"),
        (
            "a.html",
            "<title>%s</title><div class=breadcrumb>Home &gt; A</div><h1>%s</h1>"
            "<p>Updated: 2020-05-25 09:30</p><p>Text, and more of it.</p><p>And then more.</p>",
        ),
    ],
)
def test_a_guess_is_a_warning_in_every_format(tmp_path: Path, name: str, content: str) -> None:
    path = f"sources/{name}"
    site = make_site(tmp_path, {path: content.replace("%s", CHINESE).encode("gb18030")})
    done = run_cli(site, "build", "--report", "json")
    assert done.exit_code == 0
    assert '"rejected": 0' in done.stdout or '"rejected":0' in done.stdout
    assert done.stdout.count("so it was read as gb18030, a guess") == 1
    assert CHINESE in (site / "feeds" / "all.atom").read_text(encoding="utf-8")
    shown = run_cli(site, "explain", path)
    assert "warning: is not UTF-8 and names no encoding" in shown.stdout
    assert "rejected" not in shown.stdout, shown.stdout
    assert run_cli(site, "check", "--strict").exit_code == 1


def test_lines_of_json_keep_their_own_faults(tmp_path: Path) -> None:
    lines = [
        f'{{"id": "{n}", "title": "茶馆 {n}", "section": "A", "updated": "2020-05-25"}}\n'
        for n in (1, 2)
    ]
    content = lines[0].encode() + lines[0].encode("gb18030") + lines[1].encode()
    site = make_site(tmp_path, {"sources/a.jsonl": content})
    done = run_cli(site, "check")
    (problem,) = [line for line in done.stderr.splitlines() if "a.jsonl:2" in line]
    assert "is not valid UTF-8" in problem


def test_a_stream_is_decided_by_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedpub.text.decoding.CHUNK", 64)
    rows = "".join(f"{n},茶馆 {n},A,2020-05-25 09:30\n" for n in range(9))
    content = f"id,title,section,updated\n{rows}".encode() + b"9,caf\xe9,A,2020-05-25 09:30\n"
    site = make_site(tmp_path, {"sources/a.csv": content})
    done = run_cli(site, "check")
    message = "is not valid UTF-8, although the rest is: it holds the byte 0xe9."
    assert f'sources/a.csv:11: "9,caf�,A,2020-05-25 09:30" {message}' in done.stderr
    assert "10 records in 1 section, 1 rejected" in done.stdout
