"""Measure how real article pages are read, and what leaving out each rule costs.

Run as `python -m benchmarks.article_pages [CORPUS]`; without the argument, PAGES_CORPUS names the
folder. Pages of others are not part of the project, so a corpus stays outside, with its own
scripts: `read_feedpub.py COMMAND` reads its pages with `explain --json` into the folder PAGES_OUT,
and `grade.py` writes `graded.jsonl` there, a line a page. Without a corpus, nothing is measured.

With `--rules`, the pages are read once more for each of `RULES`, without it. With `--write`, the
tables go into `docs/article-pages.md`.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE = CHECKOUT / "docs" / "article-pages.md"
BEGIN, END = "<!-- corpus: begin -->", "<!-- corpus: end -->"
SALT = "heron"  # chooses the third that is graded apart


class Rule(NamedTuple):
    """A rule of the reader: the function that is it, and what this gives to leave the rule out.

    The place of a word list is `words:NAME.TABLE`; without the list, no word is one of it.
    """

    name: str
    place: str
    absent: object = None


RULES = (
    Rule("titles: the heading that the page's data repeat", "html_headline:_find_contained"),
    Rule("titles: the line that the title repeats", "html_headline:_find_line"),
    Rule("titles: cut the site's name", "html_headline:cut_site_name", ...),
    Rule("dates: attributes near the headline", "html_times:_read_exact", ()),
    Rule("dates: text near the headline", "html_times:_read_written", ()),
    Rule("dates: time elements and properties", "html_times:_list_elements", ()),
    Rule("dates: lines with a label", "html_times:_list_labeled", ()),
    Rule("dates: the address", "html_page:find_address_day", ""),
    Rule("dates: meta elements of any name", "html_page:list_later_times", ()),
    Rule("dates: words of others", "words:times.of_others"),
    Rule("authors: lines near the headline", "html_authors:_read_line", "byline"),
    Rule("authors: elements named so", "html_page:find_named_authors", ()),
    Rule("images: og:image and the like", "html_page:find_lead"),
    Rule("images: names of stand-ins", "html_images:is_sitewide", False),
    Rule("body: names of parts", "html_tree:PageTree.is_beside", False),
    Rule("body: linked headlines", "html_boxes:Boxes._drop_cards"),
    Rule("body: lists of links", "html_boxes:Boxes._drop_links"),
    Rule("body: boxes around that go on with the text", "html_boxes:_ascend", ...),
    Rule("body: names weigh", "html_boxes:_weigh_name", 1.0),
    Rule("body: texts between headline and body", "html_body:_leads_in", False),
    Rule("body: texts that are shown twice", "html_body:_drop_repeated", ...),
    Rule("body: lone links and labels", "html_body:_is_remnant", False),
    Rule("body: bylines and headings at the edges", "html_body:_drop_head_lines", ...),
    Rule("body: small boxes by words inside their names", "html_body:drop_hinted", ...),
    Rule("body: labels and calls below the text", "html_body:trim_end", ...),
    Rule("body: captions without their images", "html_body:_is_left_caption", False),
    Rule("body: hidden elements", "html_tree:PageTree.is_unseen", False),
    Rule("body: articleBody of the data", "html_page:read_article_body", ""),
    Rule("refusal: little text and another sign", "html_refusal:Evidence.check_article"),
)


class Figure(NamedTuple):
    """A share of the pages or texts in percent, its standard error, and the number of them."""

    value: float
    error: float
    number: int


Graded = Mapping[str, object]


def leave_out(rule: Rule) -> None:
    """Leave a rule out, in this process.

    Raises:
        LookupError: There is no such function or word list.
    """
    importlib.import_module("feedpub.pages.html_page")  # which imports every rule
    module, _, name = rule.place.partition(":")
    if module == "words":
        _leave_out_words(*name.split("."))
        return
    holder: object = importlib.import_module(f"feedpub.pages.{module}")
    *outer, last = name.split(".")
    for part in outer:
        holder = getattr(holder, part)
    if not callable(getattr(holder, last, None)):
        raise LookupError(rule.place)
    setattr(holder, last, _make_absent(rule.absent))


def _make_absent(absent: object) -> Callable[..., object]:
    if absent is ...:
        return lambda first, *_, **__: first
    if absent == "byline":
        byline = importlib.import_module("feedpub.pages.bylines").Byline()
        return lambda *_, **__: byline
    return lambda *_, **__: absent


def _leave_out_words(name: str, table: str) -> None:
    words = importlib.import_module("feedpub.pages.html_words")
    compile_words = words.compile_words
    if not compile_words(name, table).pattern:
        raise LookupError(f"{name}.{table}")

    def compile_others(*asked: str) -> re.Pattern[str]:
        found: re.Pattern[str] = compile_words(*asked)
        return re.compile("(?!)") if asked[:2] == (name, table) else found

    for module in [m for key, m in sys.modules.items() if key.startswith("feedpub.pages.")]:
        if hasattr(module, "compile_words"):
            module.compile_words = compile_others  # type: ignore[attr-defined]  # of any module


def read_corpus(corpus: Path, rule: Rule | None = None) -> list[Graded]:
    """Read and grade the pages, perhaps without a rule; home pages are left out."""
    with tempfile.TemporaryDirectory() as folder:
        command = Path(folder) / "feedpub"
        part = [sys.executable, "-m", "benchmarks.article_pages", "--without"]
        part.append("" if rule is None else rule.name)
        command.write_text(f'#!/bin/sh\nexec {shlex.join(part)} "$@"\n', encoding="utf-8")
        command.chmod(0o755)
        places = [str(CHECKOUT), str(CHECKOUT / "src"), os.environ.get("PYTHONPATH", "")]
        settings = {**os.environ, "PAGES_OUT": folder, "PYTHONPATH": os.pathsep.join(places)}
        for script in ("read_feedpub.py", "grade.py"):
            call = [sys.executable, str(corpus / script), *[str(command)][: script[0] == "r"]]
            subprocess.run(call, env=settings, stdout=subprocess.DEVNULL, check=True)
        lines = (Path(folder) / "graded.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if not row["home"]]


def measure(rows: Iterable[Graded]) -> dict[str, Figure]:
    """Measure the figures of graded pages."""
    grades = [_grades_of(row) for row in rows]
    found = {
        "title right": _share(grades, "title", {"right"}),
        "date right": _share(grades, "date", {"right", "zone", "other"}),
        "date silently wrong": _share(grades, "date", {"wrong"}),
        "author right": _share(grades, "author", {"right"}),
        "lead image right": _share(grades, "image", {"right"}),
        "body, token F1": _mean([100 * g["body"][0] for g in grades if "body" in g]),
        "wanted segments": _ratio(grades, "with"),
        "unwanted segments": _ratio(grades, "without"),
        "refused": _mean([100.0 * bool(g["refused"]) for g in grades]),
    }
    return {name: figure for name, figure in found.items() if figure.number}


def _grades_of(row: Graded) -> dict[str, Any]:
    systems = row["systems"]
    return dict(systems["feedpub"]) if isinstance(systems, dict) else {}


def _share(grades: Sequence[Mapping[str, object]], field: str, right: set[str]) -> Figure:
    return _mean([100.0 * (g[field] in right) for g in grades if field in g])


def _mean(values: Sequence[float]) -> Figure:
    count = len(values)
    if not count:
        return Figure(0.0, 0.0, 0)
    mean = sum(values) / count
    return Figure(mean, sqrt(sum((v - mean) ** 2 for v in values) / count / count), count)


def _ratio(grades: Sequence[Mapping[str, Any]], field: str) -> Figure:
    """Give the share of all texts; those of one page are not independent."""
    pairs = [(g[field], g[f"{field}_of"]) for g in grades if g.get(f"{field}_of")]
    whole = sum(of for _, of in pairs)
    if not whole:
        return Figure(0.0, 0.0, 0)
    share = sum(part for part, _ in pairs) / whole
    error = sqrt(sum((part - share * of) ** 2 for part, of in pairs)) / whole
    return Figure(100 * share, 100 * error, whole)


def is_apart(id: str) -> bool:
    """Say whether a page is one of the third that is graded apart."""
    return int(hashlib.sha256(f"{SALT}{id}".encode()).hexdigest(), 16) % 3 == 0


def format_figures(rows: Sequence[Graded]) -> list[str]:
    """Format the figures of all pages, of a third, and of the rest, as a table."""
    apart = measure(row for row in rows if is_apart(str(row["id"])))
    rest = measure(row for row in rows if not is_apart(str(row["id"])))
    lines = ["| | all | n | a third | n | the rest | n | apart by |", "| --- " * 8 + "|"]
    for name, figure in measure(rows).items():
        one, other = apart[name], rest[name]
        error = sqrt(one.error**2 + other.error**2) or 1.0
        cells = [
            cell
            for f in (figure, one, other)
            for cell in (f"{f.value:.1f} ± {f.error:.1f}", f"{f.number:,}")
        ]
        cells.append(f"{abs(one.value - other.value) / error:.1f} errors")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def format_prices(corpus: Path, rows: Sequence[Graded]) -> list[str]:
    """Format what leaving out each rule changes in each figure, in points, as a table."""
    whole = measure(rows)
    lines = ["| without | " + " | ".join(whole) + " |", "| --- " * (len(whole) + 1) + "|"]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        graded = pool.map(lambda rule: read_corpus(corpus, rule), RULES)
        measured = map(measure, graded)
        rows_of = zip(RULES, measured, strict=True)
        return [*lines, *(_format_price(rule, whole, without) for rule, without in rows_of)]


def _format_price(rule: Rule, whole: Mapping[str, Figure], without: Mapping[str, Figure]) -> str:
    changes = (without[name].value - whole[name].value for name in whole)
    cells = (f"{change:+.1f}" if abs(change) >= 0.05 else "" for change in changes)
    line = f"| {rule.name} | " + " | ".join(cells) + " |"
    print(line, file=sys.stderr, flush=True)
    return line


def main() -> None:
    """Print the tables, or read pages without a rule for the scripts of a corpus."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--without"]:
        for rule in RULES:
            if rule.name == arguments[1]:
                leave_out(rule)
        sys.argv[1:] = arguments[2:]
        importlib.import_module("feedpub.commands.cli").main()
        return
    named = [argument for argument in arguments if not argument.startswith("--")]
    place = next(iter(named), os.environ.get("PAGES_CORPUS", ""))
    if not place:
        print("Name the folder of a corpus, or set PAGES_CORPUS.")
        return
    corpus = Path(place).resolve()
    rows = read_corpus(corpus)
    lines = format_figures(rows)
    if "--rules" in arguments:
        lines += ["", *format_prices(corpus, rows)]
    print("\n".join(lines))
    if "--write" in arguments:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        text = "\n".join([before + BEGIN, "", *lines, "", END]) + rest.partition(END)[2]
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
