"""What `init` finds out about a source: who wrote it, and what a configuration must say."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from feedpub import compile_late
from feedpub.articles import own_link
from feedpub.errors import ConfigError
from feedpub.model import Record, SourceFile
from feedpub.settings import Config, DateOrder, Site, Source
from feedpub.systems import (
    NONE,
    FieldError,
    OpenedSource,
    Setting,
    find_system,
    read_language,
    scan_file,
    suggest_system,
)
from feedpub.text import read_number, split_url
from feedpub.timestamps import load_zone

_PLACEHOLDER = "https://site.invalid/"
# Numbers that may be a day and a month, in either order, and a year.
_NUMBERS = compile_late(r"^\D{0,20}(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")
_SHORT_CJK = compile_late(r"[\u4e00-\u9fff]")


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a source found.

    `systems` names those that wrote its files, with the number of files of each; `found` is a
    sentence for people. `site` and `source` are the settings that follow from it, `home` is the
    site that most links lead to.
    """

    path: str
    records: int
    systems: Sequence[tuple[str, int]]
    found: str
    site: Sequence[Setting]
    source: Sequence[Setting]
    home: str | None
    language: str


def survey_source(path: Path, config_path: Path, *, system: str | None = None) -> Survey:
    """Look at what lies at a path.

    Args:
        system: The system that wrote it, where it is known.

    Raises:
        ConfigError: There is nothing at the path, or no system of that name.
    """
    if not path.exists():
        raise ConfigError(f"{path}: does not exist")
    if system is not None and system != NONE and find_system(system) is None:
        raise ConfigError(f'--system "{system}" is not known. {suggest_system(system)}')
    shown = Path(os.path.relpath(path, config_path.absolute().parent)).as_posix()
    config = Config(
        path=config_path.absolute(),
        site=Site(title="", link=_PLACEHOLDER, timezone="UTC", tag="site.invalid,2000"),
        sources=(Source(path=shown, system=system),),
    )
    opened = OpenedSource(config, 0)
    look = _Look()
    for file in opened.list_files():
        if isinstance(file, SourceFile):
            look.add(scan_file(file))
    proposals = opened.propose()
    settings = [setting for proposal in proposals for setting in proposal.source]
    if system is None and proposals:
        names = [name for name, _ in opened.count_systems()]
        value = names[0] if len(names) == 1 else tuple(names)
        settings.insert(0, Setting("system", value, "what its fields mean"))
    elif system is not None:
        settings.insert(0, Setting("system", system, "what its fields mean"))
    if order := look.find_date_order():
        settings.append(order)
    return Survey(
        path=shown,
        records=look.records,
        systems=opened.count_systems(),
        found="; ".join(proposal.found for proposal in proposals),
        site=[setting for proposal in proposals for setting in proposal.site],
        source=_drop_repeated(settings),
        home=look.find_home(),
        language=look.find_language(),
    )


class _Look:
    """Counts what the records of a source say of their site."""

    def __init__(self) -> None:
        self.records = 0
        self._hosts: Counter[str] = Counter()
        self._titles: list[str] = []
        self._languages: Counter[str] = Counter()
        self._days: Counter[DateOrder | None] = Counter()
        self._example = ""

    def add(self, found: Iterable[object]) -> None:
        """Look at the records of a file."""
        for record in found:
            if not isinstance(record, Record):
                continue
            self.records += 1
            link = own_link(record.fields.get("link"), _PLACEHOLDER)
            if link is not None and not link.startswith(_PLACEHOLDER):
                parts = split_url(link)
                self._hosts[f"{parts.scheme}://{parts.netloc}/"] += 1
            if len(self._titles) < 500:
                self._titles.append(str(record.fields.get("title", ""))[:200])
            with suppress(FieldError):
                language = read_language(record.fields.get("language", ""))
                if language is not None:
                    self._languages[language] += 1
            for field in ("updated", "published"):
                self._add_time(record.fields.get(field))

    def _add_time(self, value: object) -> None:
        numbers = _NUMBERS.match(value) if isinstance(value, str) else None
        if numbers is None:
            return
        first, second = read_number(numbers[1]) or 0, read_number(numbers[2]) or 0
        order: DateOrder | None = "DMY" if first > 12 else "MDY" if second > 12 else None
        self._days[order] += 1
        if order is not None:
            self._example = str(value).strip()

    def find_date_order(self) -> Setting | None:
        """Decide the order of day and month where one value of 13 or more settles it."""
        orders = [order for order in ("DMY", "MDY") if self._days[order]]
        if len(orders) != 1:
            return None
        return Setting("date_order", orders[0], f'because of "{self._example}"')

    def find_home(self) -> str | None:
        """Find the site that most links lead to."""
        return self._hosts.most_common(1)[0][0] if self._hosts else None

    def find_language(self) -> str:
        """Find the language that most records name, or that their titles are in."""
        if self._languages:
            return self._languages.most_common(1)[0][0]
        text = "".join(self._titles)
        return "zh-CN" if len(_SHORT_CJK.findall(text)) * 3 > len(text) else "en"


def _drop_repeated(settings: Iterable[Setting]) -> list[Setting]:
    return list({setting.key: setting for setting in settings}.values())


def find_host_zone() -> str | None:
    """Find the IANA name of this computer's zone; None where it does not tell."""
    names = [os.environ.get("TZ", "").lstrip(":")]
    try:
        names.append(os.readlink("/etc/localtime").rpartition("/zoneinfo/")[2])
    except OSError:
        names.append("")
    for name in names:
        try:
            load_zone(name)
        except (KeyError, ValueError):
            continue
        return name
    return None
