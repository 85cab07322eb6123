"""`feedpub init`: write a first configuration."""

from __future__ import annotations

from pathlib import Path

import click

from feedpub.commands.console import (
    Options,
    common_options,
    print_error,
    print_line,
    read_clock,
)


@click.command()
@click.argument("path", default="sources", type=click.Path(path_type=Path))
@click.option("--link", metavar="URL", help="The site's home page.")
@click.option(
    "--title", metavar="TEXT", help="What subscribers see; the home page's host if not given."
)
@click.option("--timezone", metavar="ZONE", help="IANA zone of times that name none.")
@common_options
@click.pass_obj
def init(
    options: Options, path: Path, link: str | None, title: str | None, timezone: str | None
) -> None:
    """Look at the records at PATH and write a feedpub.toml for them."""
    from feedpub.config import find_host_zone, look_at, write_starter
    from feedpub.errors import ConfigError
    from feedpub.text import count
    from feedpub.timestamps import load_zone

    now = read_clock()
    target = Path(options.config)
    if target.exists():
        raise ConfigError(f"{target}: exists already; it is left as it is")
    zone = timezone or find_host_zone() or "UTC"
    try:
        load_zone(zone)
    except KeyError as error:
        raise ConfigError(f'--timezone "{zone}" is no IANA zone, like "Asia/Shanghai"') from error
    findings = look_at(path, target, now)
    write_starter(path, target, findings, link=link, title=title, zone=zone, now=now)
    if options.quiet:
        return
    print_line(
        f"{target}: written for {count(findings.records, 'record')} "
        f"in {count(len(findings.sections), 'section')}"
    )
    if timezone is None:
        print_error(
            f'timezone = "{zone}" was taken from this computer: '
            "check that it is your newsroom's, or times without a zone will be wrong"
        )
    if not findings.records:
        print_error(f"{path}: holds no record yet; without one, no feed is written")
    print_line("next: feedpub build")
