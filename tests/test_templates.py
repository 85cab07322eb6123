"""A newsroom's own templates: what they replace, what they may use, and what they can't do."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest

from feedpub.errors import ConfigError
from feedpub.feeds.pages.template_checks import PAGES, list_blocks
from feedpub.feeds.pages.templating import Templates, open_ours, read_ours
from support import STANDARD_TOML, make_image, make_site, run_cli, to_json_lines

TOML = STANDARD_TOML.replace(
    "[site]", '[site]\nformats = ["rss", "html"]\ntemplates = "look/pages/"'
).replace('"sources"', '"."')
RECORDS = [
    {
        "id": f"s/{number}",
        "title": f"Story {number}",
        "section": "River",
        "updated": f"2020-05-{1 + number // 24:02} {number % 24:02}:00",
        "content_text": "The whole of it.",
        "images": ["a.png", "b.png"],
    }
    for number in range(45)
]
DOCS = (Path(__file__).parent.parent / "docs/pages.md").read_text(encoding="utf-8")
DOCUMENTED = DOCS.partition("## Your own templates")[2]
OURS = [
    (page, block) for page in PAGES for block in list_blocks(open_ours().parse(read_ours(page)))
]


def make_newsroom(
    folder: Path,
    templates: Mapping[str, str | bytes],
    records: Sequence[Mapping[str, object]] = RECORDS[:2],
) -> None:
    files: dict[str, str | bytes] = {
        "a.jsonl": to_json_lines(*records),
        "a.png": make_image("PNG", 600, 400),
        "b.png": make_image("PNG", 600, 500),
        **{f"look/pages/{name}": text for name, text in templates.items()},
    }
    make_site(folder, files, TOML)


def read_pages(folder: Path) -> dict[str, str]:
    """Build a site, and read its pages by the templates that they are made of."""
    done = run_cli(folder, "build")
    assert done.exit_code == 0, done.stderr
    feeds = folder / "feeds"
    (article,) = [*feeds.glob("articles/*.html")][:1]
    paths = {"index.html": feeds / "index.html", "article.html": article}
    return {
        name: path.read_text(encoding="utf-8")
        for name, path in {**paths, "section.html": feeds / "river.html"}.items()
    }


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Mapping[str, object]]]:
    """What templates were filled with in the build of a site, by their names."""
    folder = tmp_path_factory.mktemp("filled")
    make_newsroom(folder, {}, RECORDS)
    (folder / "look/pages").mkdir(parents=True)
    kept: dict[str, list[Mapping[str, object]]] = {}
    fill = Templates.fill
    with pytest.MonkeyPatch.context() as patch:

        def keep(self: Templates, name: str, values: Mapping[str, object]) -> str:
            kept.setdefault(name, []).append(values)
            return fill(self, name, values)

        patch.setattr(Templates, "fill", keep)
        assert run_cli(folder, "build").exit_code == 0
    return kept


@pytest.mark.parametrize("page", PAGES)
def test_each_block_is_replaced_and_documented(
    filled: Mapping[str, list[Mapping[str, object]]], page: str
) -> None:
    # The others fill blocks of the frame.
    starts = (f"| `{page}`", "| `frame.html`", "| | ")
    rows = [line for line in DOCUMENTED.splitlines() if line.startswith(starts)]
    blocks = [block for name, block in OURS if name == page]
    assert blocks
    for block in blocks:
        own = f'{{% extends "{page}" %}}{{% block {block} %}}own {{{{ super() }}}}{{% endblock %}}'
        templates = Templates({page: own}, "templates")
        names = [name for name in filled if page in (name, "frame.html")]
        # What another of ours fills, such as the title, hides the frame's.
        shown = any(
            "own " in templates.fill(name, values) for name in names for values in filled[name]
        )
        hidden = all((name, block) in OURS for name in names if name != page)
        assert shown or (page == "frame.html" and hidden), block
        assert any(f"`{block}`" in row for row in rows), f"docs/pages.md lacks the block {block}"


def iter_structs(value: object) -> Iterator[msgspec.Struct]:
    if isinstance(value, msgspec.Struct):
        yield value
        for name in value.__struct_fields__:
            yield from iter_structs(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from iter_structs(one)


def test_each_value_is_documented(filled: Mapping[str, list[Mapping[str, object]]]) -> None:
    every = [values for pages in filled.values() for values in pages]
    named = {name for values in every for name in values}
    for values in every:
        for struct in iter_structs((values["page"], values["shown"])):
            named |= set(struct.__struct_fields__)
    assert len(named) > 50
    told = set(re.findall(r"`(?:\w+\.)*(\w+)(?:\([^`]*\))?`", DOCUMENTED))
    assert named - told == set()


def test_a_frame_changes_all_pages_and_others_one(tmp_path: Path) -> None:
    frame = '{% extends "feedpub/frame.html" %}{% block footer %}{% include "x/foot.html" %}'
    make_newsroom(
        tmp_path,
        {
            "frame.html": frame + "{% endblock %}",
            "x/foot.html": "<footer>© {{ site.title }}</footer>",
            "article.html": '{% extends "article.html" %}{% block body %}'
            '{{ super() }}{% import "x/sign.html" as x %}{{ x.sign(shown.story) }}{% endblock %}',
            "x/sign.html": "{% macro sign(story) %}<p>Signed {{ story.title }}</p>{% endmacro %}",
        },
    )
    pages = read_pages(tmp_path)
    for name, page in pages.items():
        assert page.count("<footer>© Example Voice</footer>") == 1
        assert page.count("<footer>") == 1
        assert page.count("<p>Signed Story ") == (name == "article.html")
    assert run_cli(tmp_path, "check").exit_code == 0


def test_a_change_of_a_template_makes_the_pages_again(tmp_path: Path) -> None:
    make_newsroom(tmp_path, {})
    own = tmp_path / "look/pages/section.html"
    own.parent.mkdir(parents=True)
    text = '{% extends "section.html" %}{% block heading %}<h1>NEW</h1>{% endblock %}'
    assert "NEW" not in read_pages(tmp_path)["section.html"]
    own.write_text(text)
    assert "<h1>NEW</h1>" in read_pages(tmp_path)["section.html"]
    own.write_text(text.replace("NEW", "NXT"))
    assert "<h1>NXT</h1>" in read_pages(tmp_path)["section.html"]
    own.unlink()
    assert "NXT" not in read_pages(tmp_path)["section.html"]


def test_what_records_say_stays_escaped(tmp_path: Path) -> None:
    hostile = "<new onload='x'> & \"quoted\" {{ 7 * 7 }}"
    body = """{% extends "article.html" %}{% block headline %}
<h1 title="{{ shown.story.title }}">{{ shown.story.title|string|trim }}</h1>
<p>{{ "<b>"|replace("b", shown.story.title) }}{{ ["<i>", shown.story.title]|join }}
{{ "%s"|format(shown.story.title) }}{{ shown.story.title|striptags }}</p>
{% endblock %}"""
    make_newsroom(tmp_path, {"article.html": body}, [{**RECORDS[0], "title": hostile}])
    page = read_pages(tmp_path)["article.html"]
    own = page.partition("<h1 ")[2].partition("</p>")[0]
    assert own.count("&lt; new onload=&#39;x&#39;&gt;") == 5
    assert re.findall(r"<\w+", own) == ["<p"]
    assert "<new" not in page and "49" not in own


def test_scripts_in_templates_run_and_those_of_values_do_not(tmp_path: Path) -> None:
    code = "\nstart();\n"
    own = f"""{{% extends "frame.html" %}}
{{% block head %}}
<script type="module">{code}</script><style>p {{ color: red }}</style>
<script>{{{{ site.title }}}}</script>
{{% endblock %}}"""
    make_newsroom(tmp_path, {"frame.html": own})
    for page in read_pages(tmp_path).values():
        assert f'<script type="module">{code}</script>' in page
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        rules = dict(rule.strip().split(" ", 1) for rule in html.unescape(policy).split(";"))
        for kind, text in (("script-src", code), ("style-src", "p { color: red }")):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"sha256-{digest}" in rules[kind]
            assert rules[kind].count("sha256-") == 2


def test_the_policy_is_a_block(tmp_path: Path) -> None:
    line = re.search(r"`(\{% block policy %\}.*)`", DOCUMENTED)
    assert line is not None
    make_newsroom(tmp_path, {"frame.html": f'{{% extends "frame.html" %}}{line[1]}'})
    assert "script-src https://stats.example.com &#39;sha256-" in read_pages(tmp_path)["index.html"]


def test_the_example_of_the_docs_works(tmp_path: Path) -> None:
    example = DOCUMENTED.partition("```html+jinja\n")[2].partition("```")[0]
    make_newsroom(tmp_path, {"article.html": example})
    page = read_pages(tmp_path)["article.html"]
    head = page.partition('<header class="head">')[2].partition("</header>")[0]
    assert re.findall(r'<h1|class="kicker"', head) == ["<h1", 'class="kicker"']
    assert "Write to us" in page


EXTENDS = '{% extends "article.html" %}\n'


@pytest.mark.parametrize(
    ("templates", "told"),
    [
        ({"article.html": "{% extends %}"}, "article.html:1: "),
        ({"article.html": f"{EXTENDS}\n{{% block body %}}{{{{ x"}, "article.html:3: "),
        ({"article.html": f"{EXTENDS}{{% block body %}}{{{{ 1|safe }}}}{{% endblock %}}"},
         "article.html:2: No filter named 'safe'"),
        ({"x.html": "\n{% autoescape false %}{% endautoescape %}"}, "x.html:2: autoescape can't"),
        ({"article.html": f"{EXTENDS}{{% block bodi %}}{{% endblock %}}"},
         'article.html:2: block "bodi" is in no template that this one extends, so it is not '
         'shown. Did you mean "body"?'),
        ({"article.html": f"{EXTENDS}\n<p>Lost</p>"},
         "article.html:3: stands outside of the blocks"),
        ({"article.html": f"{EXTENDS}{{{{ site.title }}}}"},
         "article.html:2: stands outside of the blocks"),
        ({"article.html": '{% extends "feedpub/articel.html" %}'},
         'article.html:1: template "feedpub/articel.html" is not there.'),
        ({"article.html": '{% include "../../a.jsonl" %}'},
         'article.html:1: template "../../a.jsonl" is not there.'),
        ({"article.html": '{% include "/etc/hostname" %}'},
         'article.html:1: template "/etc/hostname" is not there.'),
        ({"a.html": '{% extends "b.html" %}', "b.html": '{% extends "a.html" %}'},
         "a.html:1: extends itself"),
        ({"frame.html": "<html>"}, 'frame.html:1: has no block "content"'),
        ({"article.html": b"\xff"}, "article.html: is not UTF-8"),
        ({"article.html": "x" * 1_000_001}, "article.html: has more than 1000000 bytes"),
        ({"article.html": "{% for a in b %}" * 30 + "{% endfor %}" * 30},
         "article.html: can't be compiled, because it nests too deep"),
    ],
)  # fmt: skip
def test_a_template_at_fault_is_a_configuration_error(
    tmp_path: Path, templates: Mapping[str, str | bytes], told: str
) -> None:
    make_newsroom(tmp_path, templates)
    for command in ("check", "build", "diff"):
        done = run_cli(tmp_path, command)
        assert done.exit_code == 2, (command, done.stderr)
        assert f"look/pages/{told}" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "feeds").exists()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("{{ shown.stori }}", "shown has no attribute 'stori'"),
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{{ 1 // 0 }}", "ZeroDivisionError"),
        ('{{ "a" * 10 ** 15 }}', "MemoryError. "),
        ("{{ parts.meta(shown.nothing) }}", "shown has no attribute 'nothing'"),
        ('{{ "".__class__ }}', "unsafe"),
        ("{% include shown.story.title %}", 'template "Story 0" is not there'),
        ("{{ [shown.story.title]|map('safe')|list }}", "No filter named 'safe'"),
        ("{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}", "RecursionError"),
    ],
)
def test_a_value_that_is_not_there_is_told_with_its_line(
    tmp_path: Path, code: str, told: str
) -> None:
    own = f"{EXTENDS}{{% block body %}}\n{code}\n{{% endblock %}}"
    make_newsroom(tmp_path, {}, RECORDS[:1])
    (tmp_path / "look/pages").mkdir(parents=True)
    read_pages(tmp_path)
    before = {path: path.read_bytes() for path in (tmp_path / "feeds").rglob("*.html")}
    (tmp_path / "look/pages/article.html").write_text(own)
    done = run_cli(tmp_path, "build")
    assert done.exit_code == 2
    assert done.stderr.startswith("look/pages/article.html:3: ")
    assert told in done.stderr and "docs/pages.md" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert {path: path.read_bytes() for path in (tmp_path / "feeds").rglob("*.html")} == before


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    make_newsroom(tmp_path, {"article.html": EXTENDS, "notes.txt": b"\xff", ".x.html": b"\xff"})
    secret = tmp_path / ".secret"
    secret.mkdir()
    (secret / "frame.html").write_text("secret")
    pages = tmp_path / "look/pages"
    (pages / "below").symlink_to(secret, target_is_directory=True)
    assert "secret" not in read_pages(tmp_path)["article.html"]
    (pages / "frame.html").symlink_to(secret / "frame.html")
    done = run_cli(tmp_path, "build")
    assert done.exit_code == 2
    assert "look/pages/frame.html: is a link, which may lead out of the folder" in done.stderr


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_folder_that_is_none_is_told(tmp_path: Path, kind: str) -> None:
    make_newsroom(tmp_path, {})
    if kind == "file":
        make_site(tmp_path, {"look/pages": ""}, TOML)
    done = run_cli(tmp_path, "check")
    assert done.exit_code == 2
    assert 'site.templates: "look/pages" can\'t be read' in done.stderr


def test_a_template_that_no_page_shows_is_told(tmp_path: Path) -> None:
    used = '{% extends "frame.html" %}{% block head %}{% include "used.html" %}{% endblock %}'
    templates = {"frame.html": used, "used.html": "<!-- used -->", "articel.html": "x"}
    make_newsroom(tmp_path, templates)
    for command in ("build", "check"):
        done = run_cli(tmp_path, command)
        assert done.exit_code == 0
        assert done.stderr.count("is not shown, because no page") == 1
        assert "look/pages/articel.html: warning: is not shown" in done.stderr


def test_templates_alone_are_no_records(tmp_path: Path) -> None:
    """They lie in the folder of the source, and end like its pages do."""
    make_newsroom(tmp_path, {"article.html": EXTENDS})
    done = run_cli(tmp_path, "check")
    assert (done.stdout, done.stderr) == ("2 records in 1 section\n", "")


def test_faults_are_all_told_at_once() -> None:
    with pytest.raises(ConfigError) as told:
        Templates({"a.html": "{% if %}", "b.html": "\n{{ }"}, "t")
    assert [message.partition(": ")[0] for message in told.value.messages] == [
        "t/a.html:1",
        "t/b.html:2",
    ]
