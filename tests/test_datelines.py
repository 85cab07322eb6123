"""Datelines: what a report begins with, and what only looks so."""

from __future__ import annotations

import pytest

from feedpub.pages.datelines import begins_with_dateline
from support import require_linear


@pytest.mark.parametrize(
    "text",
    [
        "YETING -- Two otters were seen.",
        "YETING, May 25 (River News) -- Two otters were seen.",
        "YETING, Suyin — Two otters were seen.",
        "ST. MARY, May 25 (River News) - Two otters were seen.",
        "Yeting (RNA) - Two otters were seen.",
        "Lower Mills, May 25 – Two otters were seen.",
        "SÃO JOÃO, 25 mai (RNA) – Duas lontras foram vistas.",
        "МЕЛЬНИЦЫ, 25 мая. /РЕКА/. Замечены две выдры.",
        "河报社叶亭5月25日电（记者王小明）两只水獭回来了。",
        "（本报讯）两只水獭回来了。",
    ],
)
def test_a_report_begins_with_a_place(text: str) -> None:
    assert begins_with_dateline(text)


@pytest.mark.parametrize(
    "text",
    [
        "Two otters were seen.",
        "Two otters - a pair - were seen.",
        "The warden said: YETING -- a good place.",
        "LEFT — An otter below the weir.",
        "An otter, seen on Monday — the first since 1994.",
        "A 4-year-old otter - named Tea - swims.",
        "5月25日，两只水獭在河里。",
        "— An otter.",
        "",
    ],
)
def test_a_caption_does_not(text: str) -> None:
    assert not begins_with_dateline(text)


@pytest.mark.parametrize("piece", ["A ", "A.", "a-", "本报", "A/"])
def test_work_grows_in_proportion_to_length(piece: str) -> None:
    require_linear(lambda length: begins_with_dateline(piece * length), 20_000)
