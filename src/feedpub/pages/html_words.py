"""The words of the HTML rules: patterns of the word lists beside these modules."""

from __future__ import annotations

import re
from functools import cache

from feedpub.text import load_words


@cache
def compile_words(name: str, table: str, form: str = "{}") -> re.Pattern[str]:
    """Compile a table of `html_NAME.toml`: any of its lines, in the place of `{}` in the form."""
    words = "|".join(load_words("feedpub.pages", f"html_{name}")[table])
    return re.compile(form.replace("{}", f"(?:{words})"), re.IGNORECASE)
