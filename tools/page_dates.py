"""Write src/feedpub/feeds/pages/cldr.toml; run as `python -m tools.page_dates`.

The file says how the languages that pages speak write dates, times of day, and numbers, by CLDR
as Babel ships it. A region has a line where it differs from its language. Times are on the clock
of 24 hours, which every language has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers

PAGES = Path(__file__).resolve().parent.parent / "src/feedpub/feeds/pages"
CLDR = PAGES / "cldr.toml"
_FIELDS = {
    "y": "{year}",
    "MMMM": "{month_name}",
    "M": "{month}",
    "MM": "{month:02}",
    "d": "{day}",
    "dd": "{day:02}",
    "H": "{hour}",
    "HH": "{hour:02}",
    "mm": "{minute:02}",
}
# A field, a quoted text, or any other character.
_PART = re.compile(r"(?P<field>([a-zA-Z])\2*)|'(?P<quoted>[^']+)'|(?P<other>.)", re.DOTALL)
_HEADER = "# Written by `python -m tools.page_dates`."
_COUNTED = 100  # plural forms are those of the number below, and of the last two digits above
Way = dict[str, object]


def render() -> str:
    """Render the file."""
    names = {path.stem for path in (PAGES / "languages").glob("*.toml")}
    spoken = sorted(names - {"right_to_left"})
    likely = get_global("likely_subtags")
    scripts, ways = {}, {}
    for name in spoken:
        locale = Locale.parse(name, sep="-")
        ways[name] = _describe(locale)
        if locale.script is None:
            scripts[name] = likely[name].split("_")[1]
    for tag, meant in sorted(likely.items()):
        language, _, region = tag.partition("_")
        if len(region) == 2 and language in scripts:
            script = meant.split("_")[1]
            if script != scripts[language]:
                scripts[f"{language}-{region}"] = script
    for identifier in sorted(locale_identifiers()):
        locale = Locale.parse(identifier)
        script = locale.script
        if script is None or script == scripts.get(locale.language):
            base = locale.language
        else:
            base = f"{locale.language}-{script}"
        if base in ways and locale.territory and not locale.variant:
            way = _describe(locale)
            differs = {key: value for key, value in way.items() if value != ways[base][key]}
            if differs:
                ways.setdefault(f"{base}-{locale.territory}", differs)
    return _write({"scripts": scripts, "ways": dict(sorted(ways.items()))})


def _describe(locale: Locale) -> Way:
    months = locale.months["format"]["wide"]
    return {
        "day": _convert(locale.date_formats["long"].pattern),
        "clock": _convert(locale.datetime_skeletons["Hm"].pattern),
        "time": str(locale.datetime_formats["medium"]).format("{clock}", "{date}"),
        "digits": _find_digits(locale),
        "months": [months[number] for number in range(1, 13)],
        "plurals": _list_plurals(locale),
    }


def _convert(pattern: str) -> str:
    """Write a pattern of CLDR (UTS 35, part 4) as a format of Python."""
    parts = []
    for part in _PART.finditer(pattern):
        field = part["field"]
        parts.append(_FIELDS[field] if field else part["quoted"] or part["other"])
    return "".join(parts)


def _find_digits(locale: Locale) -> str:
    # Those of all other systems that these languages use by default are ASCII.
    return {"latn": "0123456789", "arab": "٠١٢٣٤٥٦٧٨٩"}[locale.default_numbering_system]


def _list_plurals(locale: Locale) -> Mapping[str, list[list[list[int]]]]:
    """List the numbers below 100 of each plural form, and the last two digits of others.

    Both are spans: the first number, and the last. All other numbers have the form "other".
    """
    plural = locale.plural_form
    small = _list_spans({n: plural(n) for n in range(_COUNTED)})
    last = _list_spans({n: plural(n + _COUNTED) for n in range(_COUNTED)})
    return {form: [small.get(form, []), last.get(form, [])] for form in sorted({*small, *last})}


def _list_spans(forms: Mapping[int, str]) -> dict[str, list[list[int]]]:
    found: dict[str, list[list[int]]] = {}
    for number, form in forms.items():
        if form == "other":
            continue
        spans = found.setdefault(form, [])
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return found


def _write(tables: Mapping[str, Mapping[str, object]]) -> str:
    """Write a language, or a region, a line."""
    lines = [_HEADER]
    for table, rows in tables.items():
        lines += ["", f"[{table}]"]
        lines += [f"{key} = {_write_value(row)}" for key, row in rows.items()]
    return "\n".join(lines) + "\n"


def _write_value(value: object) -> str:
    """Write a value of TOML, whose texts and lists look like those of JSON."""
    if not isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return "{" + ", ".join(f"{key} = {_write_value(one)}" for key, one in value.items()) + "}"


if __name__ == "__main__":
    CLDR.write_text(render(), encoding="utf-8")
