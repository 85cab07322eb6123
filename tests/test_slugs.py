"""Section names: which are one, and their slugs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.settings import RESERVED_SLUGS
from feedpub.text.slugs import make_slug, section_key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Zhejiang Voice", "zhejiang  VOICE", True),
        ("Zhejiang Voice", " Zhejiang\u00a0Voice\n", True),
        ("Ｚｈｅｊｉａｎｇ　Ｖｏｉｃｅ", "Zhejiang Voice", True),
        ("Straße", "STRASSE", True),
        ("Cafe\u0301", "Café", True),
        ("ﬁlm", "film", True),
        ("文化", "文化 ", True),
        ("Zhejiang Voice", "ZhejiangVoice", False),
        ("Café", "Cafe", False),
        ("文化", "文艺", False),
    ],
)
def test_names_are_one_by_nfkc_case_and_space(one: str, other: str, same: bool) -> None:
    assert (section_key(one) == section_key(other)) is same


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Zhejiang Voice", "zhejiang-voice"),
        ("  ZHEJIANG   voice ", "zhejiang-voice"),
        ("文化", "wen-hua"),
        ("Ｃａｆé & Straße", "cafe-strasse"),
        ("R&D / Lab_1", "r-d-lab-1"),
        ("a" * 80, "a" * 60),
        ("a" * 59 + " b", "a" * 59),
        # Reserved ones get "section-" before them.
        ("All", "section-all"),
        ("INDEX", "section-index"),
        ("feeds", "section-feeds"),
        ("Media!", "section-media"),
        ("manifest", "section-manifest"),
        ("Articles", "section-articles"),
        ("Sitemap", "section-sitemap"),
        ("allotments", "allotments"),
        # Windows keeps these for devices.
        ("Con", "section-con"),
        ("PRN", "section-prn"),
        ("aux", "section-aux"),
        ("nul.", "section-nul"),
        ("COM¹", "section-com1"),
        ("Lpt9", "section-lpt9"),
        ("com10", "com10"),
        ("console", "console"),
    ],
)
def test_makes_slug(name: str, slug: str) -> None:
    assert make_slug(name) == slug


@pytest.mark.parametrize("name", ["🍵", "!!!", "…", "🍵 🎋"])
def test_a_name_without_a_slug_gets_section_before_it(name: str) -> None:
    assert make_slug(name).startswith("section-")


def test_names_without_slugs_are_told_apart() -> None:
    assert make_slug("🍵") != make_slug("🎋")
    assert make_slug("🍵") == make_slug(" 🍵 ")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=90))
def test_a_slug_is_short_ascii_and_not_reserved(name: str) -> None:
    slug = make_slug(name)
    assert 0 < len(slug) <= 60
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug not in RESERVED_SLUGS
    assert slug == make_slug(section_key(name))
