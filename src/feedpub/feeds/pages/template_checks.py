"""What is wrong with the templates of a site, found before a page is made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec
from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError, nodes

from feedpub import compile_late
from feedpub.errors import ConfigError, suggest

# Ours that a site can replace, block by block.
PAGES = ("frame.html", "index.html", "section.html", "article.html")
DOCS = "docs/pages.md lists what templates can use."
# A tag that opens or closes a script or a style.
_TAG = compile_late(r"<(/?)(script|style)\b[^<>]*>", re.IGNORECASE)


class Checked(msgspec.Struct, frozen=True):
    """What is known of templates without a fault.

    `unused` are those that no page can show. `scripts` and `styles` stand in them as they are.
    """

    unused: tuple[str, ...]
    scripts: tuple[str, ...]
    styles: tuple[str, ...]


def check_templates(
    environment: Environment, texts: Mapping[str, str], files: Mapping[str, str]
) -> Checked:
    """Look for faults in the templates of a site.

    Args:
        texts: The templates by their names.
        files: Their files by their names, for messages.

    Raises:
        ConfigError: There are faults; `messages` names every one.
    """
    faults: list[str] = []
    trees: dict[str, nodes.Template] = {}
    for name, text in texts.items():
        tree = _parse(environment, text, name, files[name])
        if isinstance(tree, str):
            faults.append(tree)
            continue
        trees[name] = tree
        found = sorted(_find_faults(environment, name, tree))
        faults += (f"{files[name]}:{line}: {fault}" for line, fault in found)
    if faults:
        raise ConfigError(*faults)
    used = {name for tree in trees.values() for _, name in _list_named(tree)}
    fixed = [one for tree in trees.values() for one in _list_fixed(tree)]
    return Checked(
        # Where a value is a name, nobody knows which are used.
        unused=() if None in used else tuple(sorted(trees.keys() - used - {*PAGES})),
        scripts=tuple(code for kind, code in fixed if kind == "script"),
        styles=tuple(code for kind, code in fixed if kind == "style"),
    )


def list_blocks(tree: nodes.Template) -> list[str]:
    """List the blocks of a template, in its order."""
    return [block.name for block in tree.find_all(nodes.Block)]


def describe_error(error: Exception) -> str:
    """Describe an error in a template, in a sentence."""
    told = " ".join(str(error).split()).rstrip(".")
    if isinstance(error, TemplateNotFound):
        return f'template "{told}" is not there.'
    # The names of our own classes tell nothing.
    told = re.sub(r"'feedpub\.[\w.]*?(\w+) object'", r"\1", told).replace("_Shown has", "shown has")
    if type(error).__module__.startswith("jinja2"):
        return f"{told}."
    return f"{type(error).__name__}: {told}." if told else f"{type(error).__name__}."


def _parse(environment: Environment, text: str, name: str, file: str) -> nodes.Template | str:
    """Parse a template, and compile it; give what is wrong if that fails."""
    try:
        environment.compile(text, name, file)
        return environment.parse(text, name, file)
    except TemplateSyntaxError as error:
        return f"{file}:{error.lineno}: {describe_error(error)}"
    except (SyntaxError, RecursionError, MemoryError, OverflowError):
        return f"{file}: can't be compiled, because it nests too deep or computes too much."


def _find_faults(
    environment: Environment, name: str, tree: nodes.Template
) -> Iterator[tuple[int, str]]:
    """Find what would fail, show nothing, or turn the escaping off; and in which line."""
    for switch in tree.find_all(nodes.ScopedEvalContextModifier):
        yield switch.lineno, "autoescape can't be changed, because records are anyone's texts."
    for line, named in _list_named(tree):
        if named is not None and _load(environment, named, name) is None:
            yield line, f'template "{named}" is not there. {DOCS}'
    extended = next(tree.find_all(nodes.Extends), None)
    if extended is None:
        if name == PAGES[0] and "content" not in list_blocks(tree):
            yield 1, 'has no block "content", which the other pages fill, and extends no template.'
        return
    known = _list_blocks_above(environment, name, tree)
    if known is None:
        yield extended.lineno, "extends itself, by way of others."
        return
    for node in tree.body:
        if isinstance(node, nodes.Block) and node.name not in known:
            told = f'block "{node.name}" is in no template that this one extends, so it is not'
            yield node.lineno, f"{told} shown.{suggest(node.name, known)} {DOCS}"
        for part in node.nodes if isinstance(node, nodes.Output) else ():
            text = part.data if isinstance(part, nodes.TemplateData) else "{"
            if text.strip():
                line = part.lineno + text[: -len(text.lstrip())].count("\n")
                yield line, "stands outside of the blocks, so it is not shown. Move it into one."


def _list_blocks_above(
    environment: Environment, name: str, tree: nodes.Template
) -> set[str] | None:
    """List the blocks of what a template extends; None if it extends itself."""
    found: set[str] = set()
    seen = set()
    while (extended := next(tree.find_all(nodes.Extends), None)) is not None:
        named = extended.template
        # Where a value is the name, all blocks of ours may be there.
        for one in [named.value] if isinstance(named, nodes.Const) else PAGES:
            above = _load(environment, one, name)
            if above is not None:
                found |= set(list_blocks(above[1]))
        if not isinstance(named, nodes.Const) or above is None:
            return found
        name, tree = above
        if name in seen:
            return None
        seen.add(name)
    return found


def _load(environment: Environment, named: str, by: str) -> tuple[str, nodes.Template] | None:
    """Load what a template names; None if it is not there."""
    name = environment.join_path(named, by)
    try:
        return name, environment.parse(read_source(environment, name))
    except TemplateNotFound:
        return None
    except TemplateSyntaxError:  # which is told
        return name, nodes.Template([])


def read_source(environment: Environment, name: str) -> str:
    """Read the text of a template.

    Raises:
        TemplateNotFound: It is not there.
    """
    if environment.loader is None:
        raise TemplateNotFound(name)
    return environment.loader.get_source(environment, name)[0]


def _list_named(tree: nodes.Template) -> Iterator[tuple[int, str | None]]:
    """List the templates that one names, with the lines; None where nobody can know it."""
    naming = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    for node in tree.find_all(naming):
        named = getattr(node, "template", None)
        name = named.value if isinstance(named, nodes.Const) else None
        may_miss = isinstance(node, nodes.Include) and node.ignore_missing
        yield node.lineno, name if isinstance(name, str) and not may_miss else None


def _list_fixed(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    """List the scripts and styles that stand in a template as they are: the kind, and the code."""
    for text in tree.find_all(nodes.TemplateData):
        opened: re.Match[str] | None = None
        for tag in _TAG.finditer(text.data):
            if opened is None and not tag[1]:
                opened = tag
            elif opened is not None and tag[1] and tag[2].lower() == opened[2].lower():
                yield opened[2].lower(), text.data[opened.end() : tag.start()]
                opened = None
