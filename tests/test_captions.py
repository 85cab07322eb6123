"""Captions: the credit in brackets at the end is told from what the image shows."""

from __future__ import annotations

import pytest

from feedpub.captions import split_caption


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("What it shows. [Photo/WeChat: name]", "What it shows.", "WeChat: name"),
        ("What it shows. [Photo by Li Wei]", "What it shows.", "Li Wei"),
        ("What it shows [Photo: Li Wei]", "What it shows", "Li Wei"),
        ("What it shows.[photos/ Xinhua ] ", "What it shows.", "Xinhua"),
        ("What it shows. [Image from NASA]", "What it shows.", "NASA"),
        ("What it shows. [Illustration：Li Wei]", "What it shows.", "Li Wei"),
        ("It shows. [Photo provided to the Voice]", "It shows.", "provided to the Voice"),
        ("What it shows. [Photo Byron Smith]", "What it shows.", "Byron Smith"),
        ("What it shows. [Photo Fromm]", "What it shows.", "Fromm"),
        ("[Photo/Xinhua]", None, "Xinhua"),
        ("What it shows. [Photo]", "What it shows.", None),
        # No credit: the brackets stay.
        ("What it shows [sic]", "What it shows [sic]", None),
        ("What it shows [Photobomb]", "What it shows [Photobomb]", None),
        ("The [Photo/Xinhua] stand", "The [Photo/Xinhua] stand", None),
        ("What it shows.", "What it shows.", None),
        ("  ", None, None),
    ],
)
def test_splits_caption_and_credit(line: str, caption: str | None, credit: str | None) -> None:
    assert split_caption(line) == (caption, credit)
