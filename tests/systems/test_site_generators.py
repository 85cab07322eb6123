"""Site generators: which one wrote a folder, and what its pages become."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from feedpub import build, load_config
from feedpub.config.loading import load_config as load
from feedpub.model import Record
from feedpub.sources import Place
from feedpub.systems.reading import OpenedSource, load_records
from feedpub.systems.registry import recognize
from support import NOW, STANDARD_TOML, make_image, make_site, scan_source

Files = Mapping[str, str | bytes]


def read(tmp_path: Path, files: Files, system: str) -> dict[str, Record]:
    """Read the records of a site whole, by their titles; drafts too."""
    names = {f"sources/{name}": content for name, content in files.items()}
    site = make_site(tmp_path, names, STANDARD_TOML + f'system = "{system}"\n')
    config = load(site / "feedpub.toml")
    records = list(scan_source(config, 0))
    assert all(isinstance(record, Record) for record in records), records
    whole = [
        record
        for scanned in records
        if isinstance(scanned, Record)
        for record in load_records(scanned.origin.file, [scanned.origin])
    ]
    return {str(record.fields["title"]): record for record in whole}


def body(record: Record) -> str:
    return str(record.fields.get("content_html", ""))


def lost(record: Record) -> list[str | None]:
    return [problem.value for problem in record.problems]


POST = "---\ntitle: Tea\ndate: 2020-05-25\n---\nOne.\n"


@pytest.mark.parametrize(
    ("files", "system"),
    [
        ({"hugo.toml": 'baseURL = "/"', "content/a.md": POST}, "hugo"),
        ({"config.yaml": "baseURL: https://a.example/", "content/a.md": POST}, "hugo"),
        ({"config/_default/hugo.yaml": "title: A", "content/a.md": POST}, "hugo"),
        (
            {"_index.md": "---\ntitle: A\n---\n", "a.md": POST + "{{< figure src=a >}}\n"}
            | {"b.md": POST.replace("---\nOne", "lastmod: 2020-06-01\n---\nOne")},
            "hugo",
        ),
        ({"config.toml": 'base_url = "https://a.example"', "content/a.md": POST}, "zola"),
        ({"a.md": '+++\ntitle = "A"\n[extra]\nteam = "b"\n+++\n'}, "zola"),
        ({"_config.yml": "title: A", "_posts/2020-05-25-tea.md": POST}, "jekyll"),
        ({"en/news/_posts/2020-05-25-tea.md": POST}, "jekyll"),
        (
            {"2020-05-25-tea.md": POST.replace("title", "layout: post\ntitle")},
            "jekyll",
        ),
        ({".eleventy.js": "", "a.md": POST}, "eleventy"),
        ({"package.json": '{"dependencies": {"@11ty/eleventy": "3"}}', "a.md": POST}, "eleventy"),
        ({"content/blog/blog.11tydata.js": "export default {}", "content/a.md": POST}, "eleventy"),
        ({"docusaurus.config.ts": "", "blog/2020-05-25-tea.md": POST}, "docusaurus"),
        ({"authors.yml": "a: {name: B}", "2020-05-25-tea.mdx": POST}, "docusaurus"),
        ({"astro.config.mjs": "", "src/content/blog/a.md": POST}, "astro"),
        ({"src/content.config.ts": "", "src/content/blog/a.md": POST}, "astro"),
        ({"posts/a.md": POST.replace("date:", "pubDate:")}, "astro"),
        ({"pelicanconf.py": "", "content/a.rst": "Tea\n===\n\n:date: 2020-05-25\n"}, "pelican"),
        ({"a.rst": "Tea\n===\n\n:date: 2020-05-25\n\nOne.\n"}, "pelican"),
        ({"a.md": "Title: Tea\nDate: 2020-05-25\n\nOne.\n"}, "pelican"),
        ({"_config.yml": "new_post_name: :title.md", "source/_posts/a.md": POST}, "hexo"),
        ({"source/_posts/a.md": POST, "scaffolds/post.md": POST}, "hexo"),
        ({"_posts/tea.md": POST}, "hexo"),
        ({"a.md": POST, "b/c.md": POST}, None),
        ({"a.json": '{"title": "A", "updated": "2020-05-25"}'}, None),
        ({"config.toml": 'name = "x"', "content/a.json": "{}"}, None),
        ({"README.md": "# A\n", "docs/a.md": "# B\n"}, None),
    ],
)
def test_recognizes_the_generator_of_a_folder(
    tmp_path: Path, files: Files, system: str | None
) -> None:
    site = make_site(tmp_path, dict(files), STANDARD_TOML)
    (site / "feedpub.toml").unlink()
    found = recognize(Place(site))
    assert (found[0].system.name if found else None) == system


@pytest.mark.parametrize(
    ("system", "files", "link"),
    [
        ("hugo", {"content/post/Big Tea.md": POST}, "post/big-tea/"),
        ("hugo", {"content/post/tea/index.md": POST}, "post/tea/"),
        ("hugo", {"hugo.toml": "uglyURLs = true", "content/post/tea.md": POST}, "post/tea.html"),
        (
            "hugo",
            {"hugo.toml": "[permalinks]\npost = '/:year/:monthname/:title/'"}
            | {"content/post/x.md": POST},
            "2020/May/tea/",
        ),
        (
            "hugo",
            {"config.yaml": "permalinks: {page: {post: '/:sections/:day-:slugorfilename'}}"}
            | {"content/post/a/x.md": POST},
            "post/a/25-x",
        ),
        ("hugo", {"content/x.md": POST.replace("date:", "url: /tea.html\ndate:")}, "tea.html"),
        ("zola", {"content/a/2020-05-25-Big Tea.md": '+++\ntitle="Tea"\n+++\n'}, "a/big-tea/"),
        (
            "zola",
            {"a.md": '+++\ntitle="Tea"\npath="2020/05/25/t"\n+++\n'},
            "2020/05/25/t/",
        ),
        ("jekyll", {"_posts/2020-05-25-Big-tea.md": POST}, "2020/05/25/Big-tea.html"),
        (
            "jekyll",
            {"_config.yml": "permalink: pretty", "news/_posts/2020-05-25-tea.md": POST},
            "news/2020/05/25/tea/",
        ),
        (
            "jekyll",
            {"_posts/2020-05-25-t.md": POST.replace("title", "permalink: /tea/\ntitle")},
            "tea/",
        ),
        ("eleventy", {"blog/2020-05-25-tea/index.md": POST}, "blog/tea/"),
        ("eleventy", {"blog/tea/tea.md": POST}, "blog/tea/"),
        (
            "eleventy",
            {"a.md": POST, "a.11tydata.json": json.dumps({"permalink": "/x/{{ page.fileSlug }}/"})},
            "x/a/",
        ),
        (
            "eleventy",
            {"b/a.md": POST, "b/b.json": '{"permalink": "/x/{{ page.fileSlug }}/"}'}
            | {"b/b.11tydata.json": '{"author": "Ann"}', "b/b.11tydata.js": "({draft: false})"},
            "x/a/",
        ),
        ("docusaurus", {"blog/2020-05-25-tea.md": POST}, "blog/2020/05/25/tea"),
        ("docusaurus", {"blog/2020/05-25-tea.md": POST}, "blog/2020/05/25/tea"),
        ("docusaurus", {"blog/a.md": POST.replace("date", "slug: /b\ndate")}, "blog/b"),
        (
            "docusaurus",
            {"docusaurus.config.js": "baseUrl: '/', trailingSlash: true"}
            | {"blog/2020-05-25-tea.md": POST},
            "blog/2020/05/25/tea/",
        ),
        ("astro", {"src/content/blog/Big Tea.md": POST}, "blog/big-tea/"),
        (
            "astro",
            {"src/pages/n/[slug].astro": "getCollection('blog')", "src/content/blog/t.md": POST},
            "n/t/",
        ),
        ("pelican", {"content/a/x.md": "Title: Big Tea\nDate: 2020-05-25\n\nOne."}, "big-tea.html"),
        (
            "pelican",
            {"pelicanconf.py": "ARTICLE_URL = '{category}/{date:%Y}/{slug}/'"}
            | {"content/a/x.md": "Title: Tea\nDate: 2020-05-25\n\nOne."},
            "a/2020/tea/",
        ),
        ("hexo", {"source/_posts/tea.md": POST}, "2020/05/25/tea/"),
        (
            "hexo",
            {"_config.yml": "permalink: posts/:category/:title.html\nnew_post_name: :title.md"}
            | {"source/_posts/tea.md": POST.replace("date", "categories: [A b]\ndate")},
            "posts/A-b/tea.html",
        ),
    ],
)
def test_makes_the_links_of_the_generator(
    tmp_path: Path, system: str, files: Files, link: str
) -> None:
    (record,) = read(tmp_path, files, system).values()
    made = record.fields.get("link") or record.fields.get("permalink")
    assert str(made).partition("//")[2].partition("/")[2] == link


def test_links_are_below_the_path_that_the_settings_name(tmp_path: Path) -> None:
    files = {"hugo.toml": 'baseURL = "https://other.example/blog/"', "content/post/tea.md": POST}
    (record,) = read(tmp_path, files, "hugo").values()
    assert str(record.fields["permalink"]).endswith("/blog/post/tea/")


@pytest.mark.parametrize(
    "mark",
    [
        "draft: true",
        "draft: 'yes'",
        "published: false",
        "unlisted: true",
        "headless: true",
        "status: draft",
        "expiryDate: 2020-06-01",
        "date: 2030-01-01",
    ],
)
@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("hugo", "content/post/tea.md"),
        ("zola", "content/post/tea.md"),
        ("jekyll", "_posts/2020-05-25-tea.md"),
        ("eleventy", "post/tea.md"),
        ("docusaurus", "blog/2020-05-25-tea.md"),
        ("astro", "src/content/post/tea.md"),
        ("pelican", "content/tea.md"),
        ("hexo", "source/_posts/tea.md"),
        ("none", "post/tea.md"),
    ],
)
def test_publishes_nothing_that_its_author_holds_back(
    tmp_path: Path, system: str, name: str, mark: str
) -> None:
    if system == "none" and mark.startswith("expiryDate"):
        pytest.skip("the name has a meaning in generators alone")
    date = "" if mark.startswith("date") else "date: 2020-05-25\n"
    files = {
        f"sources/{name}": f"---\ntitle: Tea\n{date}{mark}\n---\nOne.\n",
        f"sources/{name.replace('tea', 'milk')}": POST.replace("Tea", "Milk"),
    }
    site = make_site(tmp_path, files, STANDARD_TOML + f'system = "{system}"\n')
    report = build(load_config(site / "feedpub.toml"), NOW)
    assert report.sections["all"].entries == 1, report
    assert "Tea" not in (site / "feeds" / "all.atom").read_text()


@pytest.mark.parametrize(
    ("system", "names"),
    [
        ("hugo", ["content/_index.md", "content/a/_index.md", "archetypes/a.md", "layouts/a.html"]),
        ("hugo", ["content/about.md", "content/a/README.md", "static/a.html"]),
        ("zola", ["content/_index.md", "templates/a.html", "content/about/index.md"]),
        ("jekyll", ["_docs/a.md", "about.md", "_layouts/post.html", "_posts/no-day.md"]),
        ("eleventy", ["about.md", "404.md", "index.njk", "tags.njk", "_includes/a.md"]),
        ("docusaurus", ["docs/2020-05-25-a.md", "blog/_a.md", "src/pages/a.md"]),
        ("astro", ["src/pages/about.md", "src/content/blog/_a.md", "CHANGELOG.md"]),
        ("pelican", ["content/pages/a.md", "README.md", "content/extra/a.md"]),
        ("hexo", ["source/about/index.md", "scaffolds/post.md", "README.md"]),
    ],
)
def test_passes_over_what_is_no_article(tmp_path: Path, system: str, names: list[str]) -> None:
    post = {
        "jekyll": "_posts/2020-05-25-tea.md",
        "docusaurus": "blog/2020-05-25-tea.md",
        "astro": "src/content/blog/tea.md",
        "hexo": "source/_posts/tea.md",
    }.get(system, "content/a/tea.md" if system != "eleventy" else "a/tea.md")
    files = {name: POST.replace("Tea", name) for name in names} | {post: POST}
    assert list(read(tmp_path, files, system)) == ["Tea"]


@pytest.mark.parametrize("bundle", [False, True])
@pytest.mark.parametrize(
    ("mark", "head"),
    [
        ("---", "title: Tea\ndate: 2020-05-25\nauthor: Ann\ncategories: [River]\nimage: a.png"),
        ("+++", 'title="Tea"\ndate=2020-05-25\nauthor="Ann"\ncategories=["River"]\nimage="a.png"'),
        (
            "",
            '{"title":"Tea","date":"2020-05-25","author":"Ann","categories":["River"],'
            '"image":"a.png"}',
        ),
    ],
)
@pytest.mark.parametrize("suffix", ["md", "markdown", "MD"])
@pytest.mark.parametrize(
    ("system", "folder"),
    [
        ("hugo", "content/news"),
        ("zola", "content/news"),
        ("jekyll", "_posts"),
        ("eleventy", "news"),
        ("docusaurus", "blog"),
        ("astro", "src/content/news"),
        ("hexo", "source/_posts"),
        ("none", "news"),
    ],
)
def test_no_form_of_a_page_is_published_emptier(
    tmp_path: Path,
    system: str,
    folder: str,
    suffix: str,
    mark: str,
    head: str,
    bundle: bool,
) -> None:
    if bundle and system in ("jekyll", "hexo"):
        pytest.skip("has no bundles")
    stem = "2020-05-25-tea"
    name = f"{folder}/{stem}/index.{suffix}" if bundle else f"{folder}/{stem}.{suffix}"
    image = name.rpartition("/")[0] + "/a.png"
    if system == "zola":
        head = head.replace("categories: [River]", "taxonomies: {categories: [River]}")
        head = head.replace('categories=["River"]', 'taxonomies={categories=["River"]}')
        head = head.replace('"categories":["River"]', '"taxonomies":{"categories":["River"]}')
    marks = [mark, head, mark] if mark else [head]
    text = "\n".join([*marks, "", "One **two**."])
    (record,) = read(tmp_path, {name: text, image: make_image("PNG", 9, 9)}, system).values()
    fields = record.fields
    assert fields["title"] == "Tea"
    assert str(fields["published"]) == "2020-05-25"
    assert fields["author"] in (["Ann"], "Ann")
    assert body(record) == "<p>One <strong>two</strong>.</p>"
    images = fields["images"]
    assert images in ([{"src": "a.png"}], ["a.png"], "a.png")
    if system != "docusaurus":
        assert fields["section"] == ["River"]


@pytest.mark.parametrize(
    ("system", "name", "text", "html", "missing"),
    [
        ("hugo", "content/a/b.md", "{{< x >}}in{{< /x >}}", "<p>in</p>", ["x"]),
        ("hugo", "content/a/b.md", "`{{< x >}}`", "<p><code>{{&lt; x &gt;}}</code></p>", []),
        (
            "hugo",
            "content/a/b.md",
            "{{</* x */>}}",
            "<p><code>{{&lt; x &gt;}}</code></p>",
            [],
        ),
        (
            "hugo",
            "content/a/b.md",
            '[t]({{< relref "none.md" >}})',
            '<p><a href="">t</a></p>',
            ["relref none.md"],
        ),
        ("zola", "content/a/b.md", "{% x() %}in{% end %}", "<p>in</p>", ["x"]),
        ("jekyll", "_posts/2020-05-25-b.md", "{% unknown %}a{{ site.x }}", "<p>a</p>", None),
        (
            "jekyll",
            "_posts/2020-05-25-b.md",
            "`{% raw %}{{ a }}{% endraw %}`",
            "<p><code>{{ a }}</code></p>",
            [],
        ),
        ("jekyll", "_posts/2020-05-25-b.md", "    {{ code }}", None, []),
        ("docusaurus", "blog/2020-05-25-b.mdx", "a {x} <B/>", "<p>a</p>", ["{x}", "<B>"]),
        ("docusaurus", "blog/2020-05-25-b.mdx", "`{x} <B/>`", None, []),
        ("astro", "src/content/a/b.mdx", "import B from 'b'\n\n<B>in</B>", "<p>in</p>", ["<B>"]),
        ("astro", "src/content/a/b.md", "a {x}", "<p>a {x}</p>", []),
        ("hexo", "source/_posts/b.md", "{% y 3 %}a", "<p>a</p>", ["y"]),
        ("none", "a/b.md", "{{< x >}}a {{ b }}", "<p>a</p>", ["x", "{{ b }}"]),
        (
            "none",
            "a/b.md",
            "{{{page.title}}} {{site.url}}/a",
            "<p>Tea https://news.example.com/a</p>",
            [],
        ),
        (
            "none",
            "a/b.md",
            "![a]({{ site.baseurl }}/b.png)",
            '<figure><img src="/b.png" alt="a" /></figure>',
            [],
        ),
        ("none", "a/b.md", "{a, b}, List<String>", "<p>{a, b}, List<String></p>", []),
        ("none", "a/b.md", "a <Chart data={x} />", "<p>a</p>", ["<Chart>"]),
        ("none", "a/b.md", "a <Chart x>in</Chart>", "<p>a\nin</p>", ["<Chart>"]),
        ("none", "a/b.md", '<IMG SRC="/b.png">', '<IMG SRC="/b.png">', []),
        ("none", "a/b.md", 'import A from "a"\n\nb', "<p>b</p>", []),
        ("none", "a/b.md", "export const a = {b: 1}\n\nc {a.b}", "<p>c</p>", ["{a.b}"]),
        ("none", "a/b.md", "`import A from 'a'`", "<p><code>import A from 'a'</code></p>", []),
        ("none", "a/b.mdx", 'a <Link to="/b">in</Link>', '<p>a <a href="/b">in</a></p>', []),
        ("none", "a/b.mdx", "a {1 + 1}", "<p>a</p>", ["{1 + 1}"]),
        ("none", "a/b.md", "{% include note.html %}a", "<p>a</p>", ["include note.html"]),
        ("none", "a/b.md", "{% comment %}x{% endcomment %}a", "<p>a</p>", []),
        ("none", "a/b.md", "{{< comment >}}x{{< /comment >}}a{{/* x */}}", "<p>a</p>", []),
        ("none", "a/b.md", '{{ chart(id="x") }}a', "<p>a</p>", ["chart"]),
        ("none", "a/b.md", "a <%= x %>", "<p>a</p>", ["<%= x %>"]),
        ("none", "a/b.md", "a :term[in]{id=3}", "<p>a in</p>", []),
        ("none", "a/b.md", "HTML\n\n*[HTML]: Hyper", "<p>HTML</p>", []),
        ("none", "a/b.md", '<td markdown="1">\n*a*', '<td markdown="1">\n<p><em>a</em></p>', []),
    ],
)
def test_bodies_keep_code_and_lose_templates_with_a_warning(
    tmp_path: Path, system: str, name: str, text: str, html: str | None, missing: list[str] | None
) -> None:
    files = {name: f"---\ntitle: Tea\ndate: 2020-05-25\n---\n{text}\n"}
    (record,) = read(tmp_path, files, system).values()
    if html is not None:
        assert body(record) == html
    else:
        assert "code" in body(record)
    assert lost(record) == missing or (missing is None and lost(record))


def test_a_warning_of_a_body_is_told_once(tmp_path: Path) -> None:
    files = {"sources/content/a/b.md": POST + "{{< x >}} {{< x >}}"}
    site = make_site(tmp_path, files, STANDARD_TOML + 'system = "hugo"\n')
    problems = build(load_config(site / "feedpub.toml"), NOW).problems
    assert [problem.value for problem in problems if problem.kind == "template"] == ["x"]


def test_a_source_that_names_its_system_reads_what_recognition_reads(tmp_path: Path) -> None:
    files = {"sources/hugo.toml": 'baseURL = "/"', "sources/content/post/tea.md": POST}
    found = []
    for settings in ("", 'system = "hugo"\n'):
        site = make_site(tmp_path / settings[:3].strip(), files, STANDARD_TOML + settings)
        opened = OpenedSource(load(site / "feedpub.toml"), 0)
        found.append([name for name, _ in opened.count_systems()])
    assert found == [["hugo"], ["hugo"]]


def test_data_files_of_eleventy_count_by_their_kinds(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a/tea.md": POST,
        "a/a.json": '{"author": "Ann", "category": "River", "tags": ["boats"]}',
        "a/a.11tydata.json": '{"author": "Ben"}',
        "a/a.11tydata.cjs": "module.exports = { category: 'Tide', other: 'x' };",
        "b/gone.md": POST.replace("Tea", "Gone"),
        "b/b.11tydata.js": "export default { eleventyExcludeFromCollections: true };",
    }
    found = read(tmp_path, files, "eleventy")
    assert list(found) == ["Tea"]
    fields = found["Tea"].fields
    assert (fields["author"], fields["section"], fields["tags"]) == (["Ben"], ["Tide"], ["boats"])
