"""The templates of pages: ours, and those of a site, which replace blocks of ours.

Templates of a site are part of its configuration. Still, they run in a sandbox, and can't turn the
escaping off, because the texts of records are anyone's. Jinja2 is imported only where it is
needed: it takes 40 ms, and most runs make no page.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from traceback import walk_tb
from typing import TYPE_CHECKING

import msgspec

from feedpub.errors import ConfigError

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

# What templates write before the name of one of ours.
OURS = "feedpub/"


class Templates:
    """The templates that the pages of a site are made of.

    `own` are the texts of its own ones, `unused` those that no page can show. `scripts` and
    `styles` stand in its own ones.

    Args:
        own: The texts of the site's own templates by their names.
        folder: Where these are, for messages.

    Raises:
        ConfigError: Some of them are at fault; `messages` names every fault.
    """

    def __init__(self, own: Mapping[str, str] | None = None, folder: str = "") -> None:
        self.own = dict(own or {})
        self.unused: tuple[str, ...] = ()
        self.scripts: tuple[str, ...] = ()
        self.styles: tuple[str, ...] = ()
        self._files = {name: f"{folder}/{name}" for name in own or {}}
        self._own: Environment | None = None
        if own:
            from feedpub.feeds.pages.template_checks import check_templates

            self._own = _open_own(own, self._files)
            checked = check_templates(self._own, own, self._files)
            self.unused, self.scripts, self.styles = msgspec.structs.astuple(checked)

    def fill(self, name: str, values: Mapping[str, object]) -> str:
        """Fill a template.

        Raises:
            ConfigError: A template of the site is at fault.
        """
        environment = self._own or open_ours()
        try:
            return environment.get_template(name).render(values)
        except Exception as error:
            place = self._locate(error)
            if place is None:
                raise
            from feedpub.feeds.pages.template_checks import DOCS, describe_error

            raise ConfigError(f"{place}: {describe_error(error)} {DOCS}") from error

    def _locate(self, error: Exception) -> str | None:
        """Find the last line of a template of the site that an error went through."""
        files = set(self._files.values())
        places = [
            f"{frame.f_code.co_filename}:{line}"
            for frame, line in walk_tb(error.__traceback__)
            if frame.f_code.co_filename in files
        ]
        return places[-1] if places else None


@cache
def read_ours(name: str) -> str:
    """Read one of our templates, or a file beside them."""
    from feedpub.feeds.pages.template_checks import read_source

    return read_source(open_ours(), OURS + name)


@cache
def open_ours() -> Environment:
    """Open our templates alone."""
    from jinja2 import Environment, StrictUndefined

    return Environment(
        loader=_make_loader({}, {}),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _open_own(own: Mapping[str, str], files: Mapping[str, str]) -> Environment:
    """Open the templates of a site before ours; what one means by its own name is ours."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class OwnEnvironment(ImmutableSandboxedEnvironment):
        def join_path(self, template: str, parent: str) -> str:
            return OURS + template if template == parent else template

    environment = OwnEnvironment(
        loader=_make_loader(own, files),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    del environment.filters["safe"]
    return environment


def _make_loader(own: Mapping[str, str], files: Mapping[str, str]) -> BaseLoader:
    from jinja2 import ChoiceLoader, FunctionLoader, PackageLoader, PrefixLoader

    def load(name: str) -> tuple[str, str, None] | None:
        return (own[name], files[name], None) if name in own else None

    ours = PackageLoader("feedpub.feeds.pages")
    return ChoiceLoader([PrefixLoader({OURS.rstrip("/"): ours}), FunctionLoader(load), ours])
