"""Check the English of messages, docstrings and documentation: `python -m tools.prose`.

The phrases are data, in tools/prose.toml, each with an example that a test runs.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

PROJECT = Path(__file__).resolve().parent.parent
_PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "changes/*.md", "docs/*.md")
_FENCED = re.compile(r"^( *)(```|~~~).*?^\1\2$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]+`|<!--.*?-->|\]\([^)]*\)", re.DOTALL)
_BLOCK_END = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*#>|]|\d+\. ))|\||:\n")
_SENTENCE_END = re.compile(r"[.!?][)\"”]*(?=\s|$)")
_WORD = re.compile(r"[^\W_](?:[\w'’.-]*[^\W_])?")


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phrase not to write: `regex` matches `example` and not `better`."""

    regex: str
    why: str
    example: str
    better: str

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Find the phrase in a text, across line ends too."""
        spaced = self.regex.replace(" ", r"\s+")
        return re.finditer(rf"\b(?:{spaced})\b", text)


class Style(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of tools/prose.toml."""

    longest_sentence: int
    pending: tuple[str, ...]
    phrase: tuple[Phrase, ...]

    def is_pending(self, path: str) -> bool:
        """Say whether a file is not to be checked yet."""
        return any(
            path.startswith(name) if name.endswith("/") else path == name for name in self.pending
        )


class Passage(msgspec.Struct, frozen=True):
    """A text, the line where it begins, and whether it consists of sentences."""

    text: str
    line: int
    has_sentences: bool


class Finding(msgspec.Struct, frozen=True):
    """A place where the English is not as it should be."""

    line: int
    message: str


def load_style() -> Style:
    """Load tools/prose.toml."""
    content = (PROJECT / "tools" / "prose.toml").read_bytes()
    return msgspec.toml.decode(content, type=Style)


def check_text(path: str, content: str, style: Style) -> list[Finding]:
    """Check a file, given its path and its content."""
    passages = _read_python(content) if path.endswith(".py") else _read_markdown(content)
    found = [
        finding
        for passage in passages
        for finding in (
            *_find_phrases(passage, style),
            *(_find_long_sentences(passage, style) if passage.has_sentences else ()),
        )
    ]
    return sorted(found, key=lambda finding: finding.line)


def _find_phrases(passage: Passage, style: Style) -> Iterator[Finding]:
    for phrase in style.phrase:
        for match in phrase.find(passage.text):
            shown = " ".join(match[0].split())
            message = f'"{shown}": {phrase.why}. Write for example: {phrase.better}'
            yield Finding(_locate(passage, match.start()), message)


def _find_long_sentences(passage: Passage, style: Style) -> Iterator[Finding]:
    start = 0
    for block in (*_BLOCK_END.finditer(passage.text), None):
        end = len(passage.text) if block is None else block.start()
        while start < end:
            stop = _SENTENCE_END.search(passage.text, start, end)
            sentence_end = end if stop is None else stop.end()
            words = len(_WORD.findall(passage.text, start, sentence_end))
            if words > style.longest_sentence:
                begin = start + len(passage.text[start:end]) - len(passage.text[start:end].lstrip())
                message = f"a sentence of {words} words; at most {style.longest_sentence}. Split it"
                yield Finding(_locate(passage, begin), message)
            start = sentence_end
        start = end if block is None else block.end()


def _locate(passage: Passage, offset: int) -> int:
    return passage.line + passage.text.count("\n", 0, offset)


def _read_markdown(content: str) -> Iterator[Passage]:
    """Give a page as one passage; code, comments and addresses are blank."""
    text = _FENCED.sub(lambda match: "\n" * match[0].count("\n"), content)
    text = _CODE.sub(lambda match: "code" + "\n" * match[0].count("\n"), text)
    yield Passage(text, 1, has_sentences=True)


def _read_python(content: str) -> Iterator[Passage]:
    """Give the docstrings of a module, and its other texts of several words."""
    tree = ast.parse(content)
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                docstrings.add(first.value)
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped.update(node.values)
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
            yield Passage(text, node.lineno, has_sentences=False)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            text = _CODE.sub("code", node.value) if node in docstrings else node.value
            yield Passage(text, node.lineno, has_sentences=node in docstrings)


def list_files() -> list[str]:
    """List the files to check, by their paths from the root of the project."""
    paths = [path for pattern in _PAGES for path in PROJECT.glob(pattern)]
    paths += (PROJECT / "src").rglob("*.py")
    return sorted(path.relative_to(PROJECT).as_posix() for path in paths)


def main(arguments: list[str]) -> int:
    """Print what is found; with `--all`, in the files that are pending too."""
    style = load_style()
    found = 0
    for path in list_files():
        if style.is_pending(path) and "--all" not in arguments:
            continue
        for finding in check_text(path, (PROJECT / path).read_text("utf-8"), style):
            print(f"{path}:{finding.line}: {finding.message}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
