"""Write docs/cli.md, configuration.md and lint.md; run as `python -m tools.reference`."""

from __future__ import annotations

import json
import re
from inspect import cleandoc
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import click
import msgspec

from feedpub.commands.cli import cli
from feedpub.lint.rules import Rule, load_rules
from feedpub.settings import IdRule, ImageFolder, Section, Selectors, Site, Source

DOCS = Path(__file__).resolve().parent.parent / "docs"
_NOTE = "<!-- Written by `make docs` from the code. -->"


def render_cli() -> str:
    """Render the reference of the command line."""
    lines = ["# The command line", "", _NOTE, ""]
    context = cli.make_context("feedpub", [], resilient_parsing=True)
    lines += [cli.help or "", "", *_render_options(cli), ""]
    commands = [(name, cli.get_command(context, name)) for name in cli.list_commands(context)]
    for name, command in commands:
        if command is None:
            continue
        # A context of its own: a command keeps the help option that it was first asked for.
        own = click.Context(command, info_name=name, parent=context)
        usage = " ".join(["feedpub", name, *command.collect_usage_pieces(own)])
        lines += [f"## {name}", "", f"`{usage}`", "", cleandoc(command.help or ""), ""]
        lines += [*_render_options(command), ""]
    return "\n".join(lines).rstrip() + "\n"


def render_configuration() -> str:
    """Render the reference of feedpub.toml."""
    lines = ["# The configuration", "", _NOTE, ""]
    lines += ["`feedpub.toml`. Paths in it are relative to it.", ""]
    for heading, table in (
        ("[site]", Site),
        ("[[source]], one or more", Source),
        ("A source's id as a table", IdRule),
        ("A source's images as a table", ImageFolder),
        ("[source.selectors]: CSS selectors, which win over every other rule", Selectors),
        ("[section.SLUG], optional: sections are found in the records", Section),
    ):
        lines += [f"## {heading}", "", "| key | default | |", "| --- | --- | --- |"]
        hints = get_type_hints(table, include_extras=True)
        for field in msgspec.structs.fields(table):
            hint = hints[field.name]
            default = "required" if field.required else _show(field.default)
            lines.append(f"| `{field.encode_name}` | {default} | {_describe(hint)} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def render_lint() -> str:
    """Render the rules of lint."""
    rules = load_rules().values()
    lines = ["# The rules of `feedpub lint`", "", _NOTE, ""]
    lines += [
        "An **error** makes a feed invalid by its specification, and `feedpub lint` exits with 1.",
        "A **warning** is what specifications advise against or readers disagree on.",
        "",
        "| rule | |",
        "| --- | --- |",
    ]
    lines += [f"| [{rule.id}](#{rule.id}) | {rule.severity} |" for rule in rules]
    for rule in rules:
        lines += ["", f"## {rule.id}", "", f"**{rule.severity}:** {_escape(rule.message)}", ""]
        lines += [_escape(rule.why), "", f"What to do: {_escape(rule.remedy)}"]
        if rule.bad:
            lines += _render_examples(rule)
        lines += ["", f"Source: {rule.source}."]
    return "\n".join(lines) + "\n"


def _render_examples(rule: Rule) -> list[str]:
    article = "an" if rule.place.startswith(("RSS", "Atom")) else "a"
    lines = ["", f"In {article} {rule.place}, do not write:", "", *_fence(rule.bad)]
    return [*lines, "", "Write:", "", *_fence(rule.good)]


def _fence(example: str) -> list[str]:
    kind = "json" if example.lstrip().startswith(("{", '"')) else "xml"
    return [f"```{kind}", *example.removesuffix("\n").split("\n"), "```"]


def main() -> None:
    """Write the pages."""
    DOCS.joinpath("lint.md").write_text(render_lint(), encoding="utf-8")
    DOCS.joinpath("cli.md").write_text(render_cli(), encoding="utf-8")
    DOCS.joinpath("configuration.md").write_text(render_configuration(), encoding="utf-8")


def _escape(text: str) -> str:
    marked = re.sub(r"(&#?\w+;|<\?xml\b(?! )|<[^>]*>|\S*=\"[^\"]*\"(?:>)?)", r"`\1`", text)
    return re.sub(r"\{(\w+)\}", r"*\1*", marked)


def _render_options(command: click.Command) -> list[str]:
    lines = ["| option | |", "| --- | --- |"]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            names = ", ".join(f"`{name}`" for name in parameter.opts)
            choices = (
                " " + " \\| ".join(map(str, parameter.type.choices))
                if isinstance(parameter.type, click.Choice)
                else ""
            )
            lines.append(f"| {names}{choices} | {parameter.help or ''} |")
    return lines if len(lines) > 2 else []


def _describe(hint: object) -> str:
    notes = (part for part in get_args(hint) if isinstance(part, msgspec.Meta))
    description = next(note.description for note in notes if note.description)
    words = _list_words(hint)
    choices = ": " + " \\| ".join(f'`"{word}"`' for word in words) if words else ""
    return f"{description}{choices}"


def _list_words(hint: object) -> list[str]:
    if get_origin(hint) is None:
        return [hint] if isinstance(hint, str) else []
    return [word for part in get_args(hint) for word in _list_words(part)]


def _show(default: object) -> str:
    if default in (None, "", (), {}) or default is msgspec.NODEFAULT:
        return ""
    if isinstance(default, msgspec.Struct):  # a table whose keys are told on their own
        return ""
    if isinstance(default, tuple):
        return f"`{json.dumps(default)}`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f'`"{default}"`' if isinstance(default, str) else f"`{default}`"


if __name__ == "__main__":
    main()
