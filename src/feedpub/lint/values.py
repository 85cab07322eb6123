"""What a value may be: each check by its name in the tables of the vocabularies."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import NamedTuple

import msgspec

from feedpub import compile_late
from feedpub.lint import addresses, dates, html_text
from feedpub.lint.findings import Faults
from feedpub.lint.languages import check_language
from feedpub.lint.loading import load_toml, load_words

Check = Callable[[str], Faults]

_TOKEN = r"[^\s()<>,;:\\\"/\[\]?=]+"  # noqa: S105 -- RFC 2045's token is no password
_MEDIA_TYPE = compile_late(
    rf"{_TOKEN}/{_TOKEN}(?:\s*;\s*{_TOKEN}=(?:\"(?:\\.|[^\"\\])*\"|{_TOKEN}))*"
)
_LONGEST_MEDIA_TYPE = 300
_ADDRESS = compile_late(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}\.[A-Za-z]{2}")
_LENGTH = compile_late(r"\s*\+?[0-9]{1,18}\s*")
_NUMBER = compile_late(r"[+-]?(?:[0-9]{1,18}\.?[0-9]{0,40}|\.[0-9]{1,40})")
_SUFFIX = compile_late(r"[^/]\.(\w{1,10})\Z")


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A form of values; `data/forms.toml` explains its fields."""

    rule: str
    expected: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    pattern: str = ""
    words: str = ""
    least: int | None = None
    most: int | None = None


@cache
def load_forms() -> Mapping[str, Form]:
    """Load the forms of values by their names."""
    return {name: msgspec.convert(fields, Form) for name, fields in load_toml("forms").items()}


def check_media_type(value: str) -> Faults:
    """Check a media type (RFC 2045)."""
    if len(value) <= _LONGEST_MEDIA_TYPE and _MEDIA_TYPE.fullmatch(value):
        return ()
    return (("media-type-invalid", ""),)


def check_not_blank(value: str) -> Faults:
    """Check that there is anything."""
    return () if value.strip() else (("blank", ""),)


def check_positions(value: str) -> Faults:
    """Check a list of latitudes and longitudes."""
    numbers = value.replace(",", " ").split()
    if len(numbers) < 4 or len(numbers) % 2 or not all(map(_NUMBER.fullmatch, numbers)):
        return (("value-invalid", "latitudes and longitudes, two points or more"),)
    return ()


def check_countries(value: str) -> Faults:
    """Check country codes separated by spaces."""
    known = set(value.upper().split(" ")) <= load_words("countries")
    return () if known else (("word-unknown", "country codes of ISO 3166"),)


def check_length(value: str) -> Faults:
    """Check the length of an enclosure in bytes."""
    if value.strip() == "-1":
        return (("enclosure-length-negative", ""),)
    if not _LENGTH.fullmatch(value):
        return (("enclosure-length-invalid", ""),)
    return (("enclosure-length-zero", ""),) if int(value) == 0 else ()


def check_hour(value: str) -> Faults:
    """Check an hour of skipHours."""
    return (("hour-24", ""),) if value.strip() == "24" else _make_form_check("hour")(value)


def check_keywords(value: str) -> Faults:
    """Check that commas separate keywords."""
    return (("keywords-without-commas", ""),) if " " in value and "," not in value else ()


def check_explicit(value: str) -> Faults:
    """Check itunes:explicit: true or false, and formerly yes, no, or clean."""
    if value.lower() in ("true", "false"):
        return ()
    if value.lower() in ("yes", "no", "clean", "explicit"):
        return (("explicit-outdated", ""),)
    return (("word-unknown", "true or false"),)


def check_no_address(value: str) -> Faults:
    """Check that a name holds no mail address."""
    return (("address-in-name", ""),) if _ADDRESS.search(value) else ()


def check_image_format(value: str) -> Faults:
    """Check that the image of a channel has the suffix of one."""
    suffix = _SUFFIX.search(value)
    known = suffix is None or suffix[1].lower() in ("gif", "jpg", "jpeg", "png")
    return () if known else (("image-format-unknown", ""),)


# No feed is invalid because of what these find.
WARN_ALONE = frozenset({"plain", "html", "not-blank", "no-address", "image-format", "keywords"})
_CHECKS: dict[str, Check] = {
    "plain": html_text.check_plain,
    "html": html_text.check_html,
    "html-urls": html_text.check_html_urls,
    "uri": addresses.check_uri,
    "uri-ref": addresses.check_reference,
    "iri": addresses.check_iri,
    "iri-ref": addresses.check_iri_reference,
    "web-url": addresses.check_web_address,
    "json-url": addresses.check_json_url,
    "permalink": addresses.check_permalink,
    "mail": addresses.check_mail,
    "named-mail": addresses.check_named_mail,
    "contact": addresses.check_contact,
    "media-type": check_media_type,
    "language": check_language,
    "not-blank": check_not_blank,
    "positions": check_positions,
    "countries": check_countries,
    "length": check_length,
    "hour": check_hour,
    "keywords": check_keywords,
    "explicit": check_explicit,
    "no-address": check_no_address,
    "image-format": check_image_format,
}

# What most values that these checks judge are like; no such value has an error.
_USUAL = {
    "uri": addresses.USUAL_URI,
    "uri-ref": addresses.USUAL_URI,
    "iri": addresses.USUAL_URI,
    "iri-ref": addresses.USUAL_URI,
    "web-url": addresses.USUAL_WEB,
    "rfc3339": dates.USUAL_TIME,
    "w3cdtf": dates.USUAL_TIME,
    "iso8601": dates.USUAL_TIME,
}


@cache
def make_check(name: str) -> Check:
    """Find a check by its name, or make it: of a form, or of words(a|b) or most(255)."""
    if name in _CHECKS:
        return _CHECKS[name]
    kind, _, rest = name.rstrip(")").partition("(")
    if kind == "most":
        most = int(rest)
        return lambda value: () if len(value) <= most else (("text-too-long", str(most)),)
    words = tuple(word.replace("_", " ") for word in rest.split("|"))
    fault = (("word-unknown", ", ".join(words)),)
    if kind == "words":
        return lambda value: () if value in words else fault
    if kind == "any-case":
        return lambda value: () if value.lower() in words else fault
    return _make_form_check(name)


@cache
def _make_form_check(name: str) -> Check:
    form = load_forms()[name]
    fault = ((form.rule, form.expected),)
    if form.words:
        words = load_words(form.words)
        return lambda value: () if value in words else fault
    pattern = re.compile(form.pattern)
    least, most = form.least, form.most
    if least is None or most is None:
        return lambda value: () if pattern.fullmatch(value.strip()) else fault

    def check_range(value: str) -> Faults:
        return () if pattern.fullmatch(value.strip()) and least <= float(value) <= most else fault

    return check_range


class ErrorCheck(NamedTuple):
    """A check that can find an error; it finds none in a value for which `usual` is true."""

    check: Check
    usual: Callable[[str], object] | None


@cache
def find_error_checks(names: tuple[str, ...]) -> tuple[ErrorCheck, ...]:
    """Find those of the checks of these names that can find an error."""
    wanted = [name for name in names if name not in WARN_ALONE and name not in ("bare", "text")]
    return tuple(ErrorCheck(_make_error_check(name), _find_usual(name)) for name in wanted)


def _make_error_check(name: str) -> Check:
    return partial(dates.check_date, form=name) if name in dates.FORMS else make_check(name)


def _find_usual(name: str) -> Callable[[str], object] | None:
    if name == "rfc822":
        return dates.is_usual_rfc822
    form = load_forms().get(name)
    if form and not form.words and form.least is None:
        return re.compile(form.pattern).fullmatch
    return _USUAL[name].fullmatch if name in _USUAL else None
