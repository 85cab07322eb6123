"""Write a corpus of invented articles, the same bytes on every machine.

Run as `python -m benchmarks.corpus FOLDER --articles N`. The first articles of a large corpus are
those of a small one. Articles stand in no order of time, as in an export sorted by nothing.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

import click

DEFAULT_COUNT = 100_000
RECORDS_NAME = "articles.jsonl"
CONFIG_NAME = "feedpub.toml"

SITE = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
"""

CONFIG = f"""\
{SITE}language = "en"
limit = 50
formats = ["rss", "atom"]
output = "feeds"

[[source]]
path = "{RECORDS_NAME}"
"""

SEED = 20200525
CHINESE_SHARE = 0.15
TWO_SECTIONS_SHARE = 0.03
PUBLISHED_SHARE = 0.85
LINK_SHARE = 0.2

# Asia/Shanghai has kept this offset throughout the years of the corpus.
SITE_ZONE = timezone(timedelta(hours=8))
FIRST_PUBLISHED = datetime(2015, 1, 1, tzinfo=SITE_ZONE)
SECONDS_COVERED = 5 * 365 * 86_400
LATEST_CHANGE = 2 * 86_400

FORMS = ("rfc3339", "minute", "labeled", "rfc822", "utc")

PLACES = tuple(
    start + end
    for start in ("Quor", "Vash", "Ombr", "Tilv", "Zerr", "Yuld", "Drax", "Nimb")
    for end in ("indel", "amere", "oveth", "ushal", "eska")
)
DESKS = ("Voice", "Business", "Culture", "Sports", "Travel")
SECTIONS = tuple(f"{place} {desk}" for place in PLACES for desk in DESKS)

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class Vocabulary(NamedTuple):
    """The words of a language; a sentence is a subject, a predicate and a tail."""

    subjects: tuple[str, ...]
    predicates: tuple[str, ...]
    tails: tuple[str, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    names: tuple[str, ...]
    joint: str  # stands between words, and between sentences


ENGLISH = Vocabulary(
    subjects=(
        "The harbor office of {place}",
        "A tea growers' cooperative near {place}",
        "{name}, who runs the night market,",
        "The {topic} council",
        "Engineers at the {place} waterworks",
        "A study of {topic}",
        "{name} of the {place} museum",
        "Two schools outside {place}",
    ),
    predicates=(
        "said on {day} that {count} households had signed up",
        "opened a workshop for {topic} & plans {count} more",
        "counted {count} visitors in a week",
        "will repair {count} bridges before the rains",
        "has asked residents what they think of {topic}",
        "expects the new line to carry {count} passengers a day",
        "showed {count} photographs of {topic}",
    ),
    tails=(
        ".",
        ", more than in any year before.",
        ", according to a report seen by Example Voice.",
        ', which {name} called "a good start".',
        ", though {place} did not take part.",
    ),
    topics=(
        *("river ferries", "terraced fields", "paper cutting", "school meals", "solar roofs"),
        *("bamboo weaving", "street theater", "night buses", "old bridges", "clean water"),
        *("mountain rescue", "tea trade", "silk dyeing", "bird counts", "table tennis"),
        *("town archives", "flood walls", "village clinics", "choir singing", "bicycle lanes"),
    ),
    places=PLACES,
    names=tuple(
        f"{given} {family}"
        for given in ("Ilvo", "Tamsel", "Orrik", "Pelune", "Wendra", "Jastor", "Mirrel", "Corvane")
        for family in ("Quillond", "Abrastow", "Venmarrick", "Holliskar", "Ostrapell", "Zhivelle")
    ),
    joint=" ",
)

CHINESE = Vocabulary(
    subjects=("{place}渡口管理处", "{place}的茶农合作社", "夜市经营者{name}", "{place}博物馆"),
    predicates=(
        "介绍，已有{count}户居民报名参加{topic}项目",
        "去年春天开设了{topic}工坊，计划再办{count}期",
        "一周接待游客{count}人次，多数人为{topic}而来",
        "将在雨季前修缮{count}座桥梁，并就{topic}征求意见",
    ),
    tails=("。", "，为历年之最。", "，{name}称这是“良好的开端”。", "，{place}也将加入。"),
    topics=("江上渡轮", "梯田", "剪纸", "校园午餐", "屋顶光伏", "竹编", "古桥", "乡村诊所"),
    places=tuple(f"{a}{b}{c}" for a in "霁岫翎蘅" for b in "汀墟渚" for c in "镇县"),
    names=tuple(f"{a}{b}{c}" for a in "岑邬麹" for b in "澹霭翎" for c in "岫蘅汀"),
    joint="",
)


class Writer:
    """Write text from a stock of sentences, drawn once.

    A stock, because drawing word by word would take longer than what is measured.
    """

    STOCK = 2_000

    def __init__(self, random: Random, vocabulary: Vocabulary) -> None:
        """Draw the stock."""
        self.random = random
        self.topics = vocabulary.topics
        self.names = vocabulary.names
        self.joint = vocabulary.joint

        def fill(templates: tuple[str, ...]) -> str:
            return random.choice(templates).format(
                place=random.choice(vocabulary.places),
                name=random.choice(vocabulary.names),
                topic=random.choice(vocabulary.topics),
                day=random.choice(DAYS),
                count=random.randint(3, 4_000),
            )

        self.headlines = [
            self.joint.join((fill(vocabulary.subjects), fill(vocabulary.predicates)))
            for _ in range(self.STOCK)
        ]
        self.sentences = [headline + fill(vocabulary.tails) for headline in self.headlines]

    def draw_headline(self) -> str:
        """Draw a headline."""
        return self.random.choice(self.headlines)

    def draw_name(self) -> str:
        """Draw a person's name."""
        return self.random.choice(self.names)

    def draw_text(self, count: int) -> str:
        """Draw some sentences of plain text."""
        return self.joint.join(self.random.choices(self.sentences, k=count))

    def draw_paragraph(self) -> str:
        """Draw an HTML paragraph; some have a link or strong text."""
        text = self.draw_text(self.random.randint(2, 3)).replace("&", "&amp;")
        if self.random.random() < LINK_SHARE:
            address = f"https://news.example.com/background/{self.random.randint(1, 9_999)}.html"
            text += f'{self.joint}<a href="{address}">{self.random.choice(self.topics)}</a>'
        elif self.random.random() < LINK_SHARE:
            text = f"<strong>{self.random.choice(self.topics)}</strong>{self.joint}{text}"
        return f"<p>{text}</p>"

    def draw_body(self) -> str:
        """Draw the HTML of an article."""
        return "\n".join(self.draw_paragraph() for _ in range(self.random.randint(6, 10)))


def format_time(value: datetime, *, form: str) -> str:
    """Write a time in one of FORMS; "labeled" keeps the date alone."""
    match form:
        case "rfc3339":
            return value.isoformat()
        case "minute":
            return f"{value:%Y-%m-%d %H:%M}"
        case "labeled":
            return f"Updated : {value:%Y-%m-%d}"
        case "rfc822":
            return format_datetime(value)
        case _:
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def draw_times(random: Random) -> dict[str, str]:
    """Draw dateModified, and datePublished for most; modified is never the earlier."""
    published = FIRST_PUBLISHED + timedelta(seconds=random.randrange(SECONDS_COVERED))
    modified = published + timedelta(seconds=random.randrange(LATEST_CHANGE))
    form = random.choice(FORMS)
    published_form = form
    if form == "labeled":
        # A date alone is its first minute: the next day's is after the publication.
        modified = published + timedelta(days=1)
        published_form = "minute"
    times = {"dateModified": format_time(modified, form=form)}
    if random.random() < PUBLISHED_SHARE:
        times["datePublished"] = format_time(published, form=published_form)
    return times


def make_articles(count: int) -> Iterator[dict[str, object]]:
    """Make articles one by one, as a content management system exports them."""
    random = Random(SEED)
    english, chinese = Writer(random, ENGLISH), Writer(random, CHINESE)
    for number in range(1, count + 1):
        writer = chinese if random.random() < CHINESE_SHARE else english
        section: str | list[str] = random.choice(SECTIONS)
        if random.random() < TWO_SECTIONS_SHARE:
            section = random.sample(SECTIONS, 2)
        image = f"{number % 500:03}/{random.getrandbits(64):016x}.jpg"
        yield {
            "id": f"c_{1_000_000 + number}",
            "headline": writer.draw_headline(),
            "section": section,
            **draw_times(random),
            "author": writer.draw_name(),
            "description": writer.draw_text(1),
            "content_html": writer.draw_body(),
            "image": {
                "src": f"https://img.example.com/{image}",
                "caption": writer.draw_headline(),
                "credit": writer.draw_name(),
                "type": "image/jpeg",
                "length": random.randint(40_000, 900_000),
            },
            "keywords": random.sample(writer.topics, random.randint(3, 5)),
        }


def write_corpus(folder: Path, *, count: int) -> int:
    """Write the records and a configuration into a folder; return the records' size in bytes.

    Raises:
        FileExistsError: A corpus, or another site, is there already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / CONFIG_NAME).open("x", encoding="utf-8", newline="\n") as file:
        file.write(CONFIG)
    with (folder / RECORDS_NAME).open("x", encoding="utf-8", newline="\n") as file:
        for article in make_articles(count):
            file.write(json.dumps(article, ensure_ascii=False) + "\n")
    return (folder / RECORDS_NAME).stat().st_size


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--articles", "count", type=click.IntRange(min=1), default=DEFAULT_COUNT)
def main(folder: Path, count: int) -> None:
    """Write a corpus and its feedpub.toml into FOLDER."""
    try:
        size = write_corpus(folder, count=count)
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} exists; name another folder") from error
    click.echo(f"{count:,} articles, {size / 1e6:,.0f} MB, {size / count:,.0f} bytes each")


if __name__ == "__main__":
    main()
