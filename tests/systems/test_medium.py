"""Medium exports: what is a story, its links and times, and its body."""

from __future__ import annotations

from pathlib import Path

import pytest
from xml_support import read_source

FIGURE = (
    '<figure class="graf graf--figure"><img class="graf-image" alt="A heron" '
    'src="https://cdn-images-1.medium.com/max/800/heron.jpeg">'
    '<figcaption class="imageCaption">At the <em>weir</em></figcaption></figure>'
)


def story(
    title: str = "Herons return",
    *,
    body: str = '<p class="graf">Two pairs nest above the mill.</p>',
    summary: str = "They came back.",
    published: str = "2024-05-12T07:30:00.500Z",
    link: str = "https://medium.com/@annaberg/herons-return-1a2b3c4d5e6f",
    tags: tuple[str, ...] = ("Nature", "River"),
) -> str:
    time = f'<time class="dt-published" datetime="{published}">May 12</time>' if published else ""
    canonical = f'<a href="{link}" class="p-canonical">Canonical link</a>' if link else ""
    dek = f'<section data-field="subtitle" class="p-summary">{summary}</section>' if summary else ""
    links = ", ".join(f'<a href="https://medium.com/tag/x" class="p-tag">{t}</a>' for t in tags)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<article class="h-entry"><header><h1 class="p-name">{title}</h1></header>{dek}'
        f'<section data-field="body" class="e-content">{body}</section><footer>'
        f'<p class="p-tags">Tagged in {links}</p>'
        f'<p>By <a href="https://medium.com/@annaberg" class="p-author h-card">Anna Berg</a>'
        f" on {time}.</p><p>{canonical}</p>"
        '<p>Exported from <a href="https://medium.com">Medium</a> on June 1, 2024.</p>'
        "</footer></article></body></html>"
    )


def test_reads_a_story(tmp_path: Path) -> None:
    body = (
        '<section class="section"><div class="section-divider"><hr></div>'
        '<h3 class="graf graf--h3 graf--title">Herons return</h3>'
        '<h4 class="graf graf--h4 graf--subtitle">They came back.</h4>'
        f'{FIGURE}<p class="graf">Two pairs nest.</p></section>'
        '<section class="section"><div class="section-divider"><hr></div><p>More.</p></section>'
    )
    found = read_source(tmp_path, {"posts/2024-05-12_Herons-1a2b3c4d5e6f.html": story(body=body)})
    assert found.problems == []
    content = found.fields["content_html"]
    assert isinstance(content, str)
    assert "Herons return" not in content and "They came back" not in content
    assert content.count("<hr>") == 1
    kept = ("id", "title", "link", "section", "published", "summary", "author", "tags", "status")
    assert {name: found.fields[name] for name in kept} == {
        "id": "1a2b3c4d5e6f",
        "title": "Herons return",
        "link": "https://medium.com/@annaberg/herons-return-1a2b3c4d5e6f",
        "section": ["Nature"],
        "published": "2024-05-12T07:30:00.500Z",
        "summary": "They came back.",
        "author": ["Anna Berg"],
        "tags": ["Nature", "River"],
        "status": "published",
    }
    images = found.fields["images"]
    assert isinstance(images, list)
    (image,) = images
    assert image["src"] == "https://cdn-images-1.medium.com/max/800/heron.jpeg"
    assert (image["alt"], image["caption"]) == ("A heron", "At the weir")


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("posts/draft_Herons-1a2b3c4d5e6f.html", story()),
        ("posts/2024_Herons-1a2b3c4d5e6f.html", story(published="")),
    ],
)
def test_a_draft_is_not_published(name: str, page: str, tmp_path: Path) -> None:
    found = read_source(tmp_path, {name: page, "posts/other.html": story("Other")})
    assert found.titles == ["Other"]


@pytest.mark.parametrize(
    ("page", "titles"),
    [
        # A response is named by its first words.
        (story("Well said", summary="", body="<p>Well said</p>"), []),
        (story("Well said, Anna…", summary="", body="<p>Well said, Anna, and true</p>"), []),
        (story("Short", summary="", body="<p>Another text</p>"), ["Short"]),
        (story("Short", summary="", body="<h3>Short</h3><p>It is.</p>"), ["Short"]),
        (story("Short", summary="A dek", body="<p>Short</p>"), ["Short"]),
        (story("Short", summary="", body=f"<p>Short {'x ' * 1000}</p>"), ["Short"]),
        (story("Short", summary="", body=f"<p>Short</p>{FIGURE}"), ["Short"]),
    ],
)
def test_a_response_is_not_a_story(page: str, titles: list[str], tmp_path: Path) -> None:
    found = read_source(tmp_path, {"posts/a.html": page})
    assert found.titles == titles
    assert found.notes == ([] if titles else ["sources: not articles: responses 1"])


def test_other_folders_are_passed_over(tmp_path: Path) -> None:
    profile = story("Anna Berg").replace("h-entry", "h-card")
    files = {"profile/profile.html": profile, "claps/claps-1.html": profile, "README.html": profile}
    found = read_source(tmp_path, {**files, "posts/a.html": story()})
    assert found.titles == ["Herons return"]
    assert found.notes == ["sources: not articles: pages of the account 3"]


def test_the_folder_of_stories_is_an_export_too(tmp_path: Path) -> None:
    found = read_source(tmp_path, {"a.html": story(), "b.html": story("Other")})
    assert found.titles == ["Herons return", "Other"]


@pytest.mark.parametrize(
    ("link", "name", "id"),
    [
        ("https://medium.com/p/1a2b3c4d5e6f", "a.html", "1a2b3c4d5e6f"),
        ("https://post.example.com/herons", "2024-05-12_Herons-1a2b3c4d5e6f.html", "1a2b3c4d5e6f"),
        ("", "herons.html", None),
    ],
)
def test_the_id_is_the_number_of_the_story(
    link: str, name: str, id: str | None, tmp_path: Path
) -> None:
    found = read_source(tmp_path, {f"posts/{name}": story(link=link)})
    assert found.fields.get("id") == id


def test_pages_of_others_are_not_medium(tmp_path: Path) -> None:
    page = story().replace("Exported from <a", "Written with <a").replace("p-canonical", "u-url")
    found = read_source(tmp_path, {"posts/a.html": page})
    assert found.fields["title"] == "Herons return"
    assert "default_section" not in found.fields
