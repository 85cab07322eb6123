"""SQLite databases: which table holds the articles, and what its rows refer to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from feedpub.config.loading import load_config
from feedpub.config.survey import survey_source
from feedpub.errors import Problem
from feedpub.model import Record
from feedpub.systems.reading import load_records
from support import STANDARD_TOML, make_site, scan_source

LONG = "The birds are back at the weir, and the town came to see them. " * 5
SCHEMA = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
CREATE TABLE categories (id INTEGER PRIMARY KEY, title TEXT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE migrations (id INTEGER PRIMARY KEY, name TEXT, created_at TEXT);
CREATE TABLE pages (id INTEGER PRIMARY KEY, title TEXT, body TEXT, created_at TEXT);
CREATE TABLE articles (
  number INTEGER PRIMARY KEY, title TEXT, published_at INTEGER, body TEXT, cover TEXT,
  writer INTEGER REFERENCES users(id), category_id INTEGER, status TEXT
);
CREATE TABLE article_tags (article_id INTEGER REFERENCES articles(number), tag_id INTEGER);
CREATE VIEW latest AS SELECT * FROM articles;
CREATE VIRTUAL TABLE articles_fts USING fts5(title, body);
INSERT INTO users VALUES (1, 'Anna Berg', 'anna@news.example'), (2, 'Ben Lund', '');
INSERT INTO categories VALUES (5, 'River');
INSERT INTO tags VALUES (1, 'birds'), (2, 'weir');
INSERT INTO migrations VALUES (1, 'first', '2020-01-01');
INSERT INTO article_tags VALUES (7, 1), (7, 2), (8, 2);
"""
ROWS = [
    (7, "Herons return", 1590397200, LONG, "heron.jpg", 1, 5, "published"),
    (8, "The weir", 1590483600, LONG, None, 9, 5, "published"),
    (9, "Not yet", None, LONG, None, 1, 5, "draft"),
]


def make_database(
    path: Path, schema: str = SCHEMA, rows: Sequence[tuple[object, ...]] = ROWS
) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema)
        if rows:
            connection.executemany("INSERT INTO articles VALUES (?,?,?,?,?,?,?,?)", rows)
        connection.commit()
    return path.read_bytes()


def read(tmp_path: Path, content: bytes, settings: str = "") -> tuple[list[Record], list[str]]:
    site = make_site(tmp_path / "site", {"sources/a.db": content}, STANDARD_TOML + settings)
    found = list(scan_source(load_config(site / "feedpub.toml"), 0))
    records = [item for item in found if isinstance(item, Record)]
    problems = [str(item) for item in found if isinstance(item, Problem)]
    problems += [str(problem) for record in records for problem in record.problems]
    if records:
        file = records[0].origin.file
        records = list(load_records(file, [record.origin for record in records]))
    return records, problems


def test_reads_the_articles_and_what_they_refer_to(tmp_path: Path) -> None:
    records, problems = read(tmp_path, make_database(tmp_path / "a.db"))
    assert [record.origin.position for record in records] == [7, 8, 9]
    first, second, draft = (record.fields for record in records)
    assert first == {
        "id": 7,
        "title": "Herons return",
        "published": 1590397200,
        "content_text": LONG,
        "images": "heron.jpg",
        "author": "Anna Berg",
        "section": "River",
        "tags": ["birds", "weir"],
        "status": "published",
    }
    assert "author" not in second
    assert second["tags"] == ["weir"]
    assert draft["status"] == "draft"
    (problem,) = problems
    assert 'author: "9" refers to a row that the table users does not have' in problem


def test_init_says_which_table_it_took(tmp_path: Path) -> None:
    make_database(tmp_path / "a.db")
    survey = survey_source(tmp_path / "a.db", tmp_path / "feedpub.toml")
    settings = {setting.key: setting.value for setting in survey.source}
    assert settings == {"system": "sqlite", "records": "articles"}
    assert "articles from the table articles" in survey.found


def test_records_names_another_table_or_a_view(tmp_path: Path) -> None:
    content = make_database(tmp_path / "a.db")
    records, _ = read(tmp_path, content, 'format = "sqlite"\nrecords = "Latest"\n')
    assert [record.fields["title"] for record in records] == [row[1] for row in ROWS]
    _, problems = read(tmp_path, content, 'format = "sqlite"\nrecords = "none"\n')
    assert problems == [
        'sources/a.db: has no table "none", which records names. Its tables are: users, '
        "categories, tags, migrations, pages, articles, article_tags"
    ]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda content: b"no database", "is not an SQLite database"),
        (lambda content: content[:5000], "cannot be read as an SQLite database: "),
        (lambda content: content[:100] + b"\xff" * 4000 + content[4100:], "cannot be read as an"),
        (lambda content: b"", "is empty"),
    ],
)
def test_a_damaged_database_is_one_problem(
    tmp_path: Path, damage: Callable[[bytes], bytes], message: str
) -> None:
    records, problems = read(tmp_path, damage(make_database(tmp_path / "a.db")))
    assert records == []
    (problem,) = problems
    assert problem.startswith(f"sources/a.db: {message}")


def test_tells_of_text_that_is_not_utf8(tmp_path: Path) -> None:
    damage = """
        UPDATE articles SET title = CAST(x'436166e9' AS TEXT), status = CAST(x'ff' AS TEXT)
        WHERE number = 8;
    """
    make_database(tmp_path / "a.db", SCHEMA, ROWS)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.executescript(damage)
    records, problems = read(tmp_path, (tmp_path / "a.db").read_bytes())
    assert len(records) == 3
    assert records[1].fields["title"] == "Caf\ufffd"
    assert type(records[1].fields["title"]) is str
    told = [problem for problem in problems if "UTF-8" in problem]
    assert told == [
        "sources/a.db[8]: warning: holds bytes that are not UTF-8 in title and status; each is "
        "shown as \ufffd. Write the text to the database again"
    ]


def test_reads_a_database_that_may_not_be_written_to_and_leaves_nothing_beside_it(
    tmp_path: Path,
) -> None:
    content = make_database(tmp_path / "a.db")
    records, _ = read(tmp_path, content)
    folder = tmp_path / "site" / "sources"
    assert records
    assert [path.name for path in folder.iterdir()] == ["a.db"]
    assert (folder / "a.db").read_bytes() == content


def test_warns_of_changes_that_are_still_in_the_log(tmp_path: Path) -> None:
    content = make_database(tmp_path / "a.db")
    site = make_site(tmp_path / "site", {"sources/a.db": content, "sources/a.db-wal": b"x"})
    problems = [
        str(item)
        for item in scan_source(load_config(site / "feedpub.toml"), 0)
        if isinstance(item, Problem)
    ]
    assert any("has changes that are still in a.db-wal" in problem for problem in problems)
