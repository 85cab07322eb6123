"""Prints how the page set is read, field by field, with other extractors beside it.

Run as `python -m benchmarks.html_pages`. trafilatura (the extra `bench`), readability-lxml and
extruct are left out where they are not installed. Times are the processor's.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from feedpub.errors import UnreadableFile  # noqa: E402
from feedpub.pages.html_page import identify_html, read_html  # noqa: E402
from feedpub.pages.html_source import decode_html  # noqa: E402
from grading import FIELDS, PAGES, grade, list_pages, read_truth  # noqa: E402

Read = Callable[[bytes], Mapping[str, object]]


def read_ours(content: bytes) -> Mapping[str, object]:
    """Read with feedpub."""
    return read_html(decode_html(content).text)[0]


def read_trafilatura(content: bytes) -> Mapping[str, object]:
    """Read with trafilatura alone: its metadata, its body as HTML with images."""
    trafilatura = importlib.import_module("trafilatura")
    text = decode_html(content).text
    found = trafilatura.bare_extraction(text, with_metadata=True, include_images=True)
    if found is None:
        return {}
    fields = found.as_dict()
    markup = trafilatura.extract(text, output_format="html", include_images=True) or ""
    authors = [name for name in (fields.get("author") or "").split("; ") if name]
    return {
        "title": fields.get("title"),
        "section": fields.get("categories") or None,
        "published": fields.get("date"),
        "author": authors,
        "link": fields.get("url"),
        "content_html": markup.partition("<body>")[2].partition("</body>")[0] or markup,
    }


def read_readability(content: bytes) -> Mapping[str, object]:
    """Read with readability-lxml: a title and a body."""
    readability = importlib.import_module("readability")
    document = readability.Document(decode_html(content).text)
    return {"title": document.short_title(), "content_html": document.summary(html_partial=True)}


def read_extruct(content: bytes) -> Mapping[str, object]:
    """Read with extruct: JSON-LD, microdata and OpenGraph; no body."""
    extruct = importlib.import_module("extruct")
    text = decode_html(content).text
    try:
        data = extruct.extract(text, syntaxes=["json-ld", "microdata", "opengraph"], uniform=True)
    except json.JSONDecodeError:
        return {}
    nodes = [*data["json-ld"], *data["microdata"], *data["opengraph"]]
    nodes += [inner for node in nodes for inner in node.get("@graph", [])]
    for node in nodes:
        if "Article" in str(node.get("@type")) or "Posting" in str(node.get("@type")):
            return {
                "title": node.get("headline"),
                "section": node.get("articleSection"),
                "updated": node.get("dateModified"),
                "published": node.get("datePublished"),
                "author": node.get("author"),
                "link": node.get("url") or node.get("mainEntityOfPage"),
            }
    return {}


def main() -> None:
    """Print the tables."""
    readers: dict[str, Read] = {"feedpub": read_ours}
    others: dict[str, Read] = {
        "trafilatura": read_trafilatura,
        "readability": read_readability,
        "extruct": read_extruct,
    }
    for name, read in others.items():
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        readers[name] = read
    for held_out in (False, True):
        pages = list_pages(held_out=held_out)
        print(f"\n{'held-out layouts' if held_out else 'layouts'}: {len(pages)} pages")
        print(f"{'':<12} {'whole':>6} " + " ".join(f"{field:>9}" for field in FIELDS) + "  ms/page")
        for name, read in readers.items():
            print_row(name, read, pages)
        print_layouts(pages)
    print_refusals()
    print_speed(list_pages())


def print_row(name: str, read: Read, pages: list[Path]) -> None:
    """Print how many pages have each field right, and all of them."""
    right = dict.fromkeys(FIELDS, 0)
    wrong = dict.fromkeys(FIELDS, 0)
    whole = 0
    begin = time.process_time()
    spent = 0.0
    for page in pages:
        content = page.read_bytes()
        begin = time.process_time()
        try:
            fields = read(content)
        except UnreadableFile:
            fields = {}
        except Exception as error:  # noqa: BLE001  # what another library does with a page
            print(f"{name}: {page.parent.name}/{page.name}: {error!r}")
            fields = {}
        spent += time.process_time() - begin
        grades = grade(read_truth(page), fields)
        whole += all(g.result == "right" for g in grades)
        for g in grades:
            right[g.field] += g.result == "right"
            wrong[g.field] += g.result == "wrong"
    cells = " ".join(f"{right[field]:>4}/-{wrong[field]:<3}" for field in FIELDS)
    print(f"{name:<12} {whole:>6} {cells}  {spent / len(pages) * 1000:6.1f}")


def print_layouts(pages: list[Path]) -> None:
    """Print each layout's whole pages, and the fields that are not right."""
    for layout in sorted({page.parent.name for page in pages}):
        faults = []
        own = [page for page in pages if page.parent.name == layout]
        whole = 0
        for page in own:
            try:
                fields = read_ours(page.read_bytes())
            except UnreadableFile as error:
                faults.append(f"{page.stem} refused: {error}")
                continue
            bad = [g for g in grade(read_truth(page), fields) if g.result != "right"]
            whole += not bad
            faults += [f"{page.stem} {g.field} {g.result}" for g in bad]
        print(f"  {layout:<22} {whole} of {len(own)}  {'; '.join(faults)}")


def print_refusals() -> None:
    """Print which pages that are no article are refused."""
    pages = sorted((PAGES / "no-article").glob("*.html"))
    refused = 0
    for page in pages:
        try:
            read_html(decode_html(page.read_bytes()).text)
        except UnreadableFile:
            refused += 1
        else:
            print(f"  not refused: {page.name}")
    print(f"\nno articles: {refused} of {len(pages)} refused")


def print_speed(pages: list[Path], rounds: int = 5) -> None:
    """Print what identifying and reading a page costs."""
    contents = [page.read_bytes() for page in pages]
    for name, read in (("identify", identify_html), ("read", read_html)):
        begin = time.process_time()
        for _ in range(rounds):
            for content in contents:
                read(decode_html(content).text)
        spent = (time.process_time() - begin) / rounds / len(contents)
        size = sum(map(len, contents)) / len(contents)
        print(f"{name}: {spent * 1000:.2f} ms a page of {size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
