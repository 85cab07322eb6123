"""What a value may be, each check by its name in the tables of the vocabularies."""

from __future__ import annotations

import re
from collections.abc import Callable

from feedpub.lint import addresses, html_text
from feedpub.lint.languages import is_language
from feedpub.lint.words import COUNTRIES, CREDIT_ROLES, CURRENCIES

Faults = tuple[tuple[str, str], ...]
Check = Callable[[str], Faults]

_TOKEN = r"[^\s()<>,;:\\\"/\[\]?=]+"  # noqa: S105 -- RFC 2045's token is no password
_MEDIA_TYPE = re.compile(
    rf"{_TOKEN}/{_TOKEN}(?:\s*;\s*{_TOKEN}=(?:\"(?:\\.|[^\"\\])*\"|{_TOKEN}))*"
)
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}\.[A-Za-z]{2}")
_SEARCH_ROLES = ("request", "example", "related", "correction", "subset", "superset")
_FORMS = {
    # Numbers.
    "integer": (re.compile(r"[+-]?[0-9]{1,18}"), "a whole number"),
    "count": (re.compile(r"\+?[0-9]{1,18}"), "a whole number, 0 or more"),
    "positive": (re.compile(r"\+?0*[1-9][0-9]{0,17}"), "a whole number, 1 or more"),
    "number": (re.compile(r"[0-9]+(?:\.[0-9]*)?"), "a number"),
    "number-first": (re.compile(r"[0-9]+(?:\.[0-9]*)?.*", re.DOTALL), "a number"),
    "decimal": (re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?"), "a number"),
    "amount": (re.compile(r"[0-9]+(?:\.[0-9]*)?\s*\w*"), "a number and its unit"),
    "counts": (re.compile(r"[0-9]+(?:,\s*[0-9]+)*"), "numbers between commas"),
    "duration": (re.compile(r"[0-9]+(?::[0-5][0-9](?::[0-5][0-9])?)?"), "seconds, or 1:02:03"),
    "play-time": (
        re.compile(r"now|[0-9]+(?:\.[0-9]+)?|[0-9]+:[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"),
        "a time like 12.5 or 0:01:30",
    ),
    # Names.
    "form-name": (re.compile(r"[A-Za-z_][0-9A-Za-z:._\-]*"), "a name of letters"),
    "alphanumeric": (re.compile(r"[0-9A-Za-z]+"), "letters and digits"),
    "urn-part": (
        re.compile(r"(?:[0-9A-Za-z()+,\-.:=@;$_!*'/?#]|%[0-9A-Fa-f]{2})+"),
        "characters of a URN",
    ),
    "no-comma": (re.compile(r"[^,]*"), "no comma"),
    "place": (re.compile(r"[^,]*,[^,]*(?:,[^,]*)?"), "two or three parts between commas"),
    "full-place": (re.compile(r"(?:[^,]*[^,\s][^,]*,){4}[^,]*[^,\s][^,]*"), "five parts"),
    # Coordinates.
    "position": (
        re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?[ ,]\s*[+-]?[0-9]+(?:\.[0-9]*)?"),
        "a latitude, a space and a longitude",
    ),
}


def check_media_type(value: str) -> Faults:
    """Check a media type (RFC 2045)."""
    if len(value) <= 300 and _MEDIA_TYPE.fullmatch(value):
        return ()
    return (("media-type-invalid", ""),)


def check_language(value: str) -> Faults:
    """Check a language tag."""
    return () if is_language(value) else (("language-invalid", ""),)


def check_not_blank(value: str) -> Faults:
    """Check that there is anything."""
    return () if value.strip() else (("blank", ""),)


def check_latitude(value: str) -> Faults:
    """Check degrees between the poles."""
    return _check_degrees(value, 90)


def check_longitude(value: str) -> Faults:
    """Check degrees around the globe."""
    return _check_degrees(value, 180)


def check_percentage(value: str) -> Faults:
    """Check a number of 0 to 100."""
    number = _read_number(value)
    if number is not None and 0 <= number <= 100:
        return ()
    return (("value-invalid", "a number from 0 to 100"),)


def check_positions(value: str) -> Faults:
    """Check a list of latitudes and longitudes."""
    numbers = value.replace(",", " ").split()
    if len(numbers) < 4 or len(numbers) % 2 or any(_read_number(part) is None for part in numbers):
        return (("value-invalid", "latitudes and longitudes, two points or more"),)
    return ()


def check_countries(value: str) -> Faults:
    """Check country codes between spaces."""
    wrong = next((code for code in value.upper().split(" ") if code not in COUNTRIES), None)
    return () if wrong is None else (("word-unknown", "country codes of ISO 3166"),)


def check_image_width(value: str) -> Faults:
    """Check the width of a channel's image."""
    return _check_range(value, 144, "image-width-invalid")


def check_image_height(value: str) -> Faults:
    """Check the height of a channel's image."""
    return _check_range(value, 400, "image-height-invalid")


def check_hour(value: str) -> Faults:
    """Check an hour of skipHours."""
    if value.strip() == "24":
        return (("hour-24", ""),)
    return () if _in_range(value, 0, 23) else (("hour-invalid", ""),)


def check_port(value: str) -> Faults:
    """Check the port of a cloud."""
    return () if _in_range(value, 1, 65535) else (("port-invalid", ""),)


def check_length(value: str) -> Faults:
    """Check the length of an enclosure in bytes."""
    if value.strip() == "-1":
        return (("enclosure-length-negative", ""),)
    if not re.fullmatch(r"\s*\+?[0-9]{1,18}\s*", value):
        return (("enclosure-length-invalid", ""),)
    return (("enclosure-length-zero", ""),) if int(value) == 0 else ()


def check_keywords(value: str) -> Faults:
    """Check that keywords stand between commas."""
    return (("keywords-without-commas", ""),) if " " in value and "," not in value else ()


def check_explicit(value: str) -> Faults:
    """Check itunes:explicit: true or false, and in former times yes, no or clean."""
    if value.lower() in ("true", "false"):
        return ()
    if value.lower() in ("yes", "no", "clean", "explicit"):
        return (("explicit-outdated", ""),)
    return (("word-unknown", "true or false"),)


def check_uint31(value: str) -> Faults:
    """Check a whole number of 31 bits."""
    if _in_range(value, 1, 2**31 - 1):
        return ()
    return (("number-invalid", "a whole number, 1 to 2147483647"),)


def check_year(value: str) -> Faults:
    """Check a year of our time."""
    return () if _in_range(value, 1900, 2100) else (("number-invalid", "a year"),)


def check_robots(value: str) -> Faults:
    """Check what robots are told."""
    words = value.lower().replace(" ", "").split(",")
    known = {"all", "none", "index", "noindex", "follow", "nofollow"}
    return () if len(words) <= 2 and set(words) <= known else (("word-unknown", "index, follow"),)


def check_currency(value: str) -> Faults:
    """Check a currency code."""
    return () if value in CURRENCIES else (("word-unknown", "a currency code of ISO 4217"),)


def check_country(value: str) -> Faults:
    """Check one country code."""
    return () if value in COUNTRIES else (("word-unknown", "a country code of ISO 3166"),)


def check_no_address(value: str) -> Faults:
    """Check that a name holds no mail address."""
    return (("address-in-name", ""),) if _ADDRESS.search(value) else ()


def check_image_format(value: str) -> Faults:
    """Check that the image of a channel has the suffix of one."""
    suffix = re.search(r"[^/]\.(\w{1,10})\Z", value)
    known = suffix is None or suffix[1].lower() in ("gif", "jpg", "jpeg", "png")
    return () if known else (("image-format-unknown", ""),)


def check_search_role(value: str) -> Faults:
    """Check the role of an OpenSearch query, or one of a vocabulary with a prefix."""
    if value in _SEARCH_ROLES or re.fullmatch(r"[^:\s]+:\S+", value):
        return ()
    return (("word-unknown", ", ".join(_SEARCH_ROLES)),)


def check_credit_role(value: str) -> Faults:
    """Check a role of the EBU's list."""
    return () if value in CREDIT_ROLES else (("media-role-unknown", ""),)


def _check_degrees(value: str, most: int) -> Faults:
    number = _read_number(value)
    if number is not None and -most <= number <= most:
        return ()
    return (("value-invalid", f"degrees from -{most} to {most}"),)


def _check_range(value: str, most: int, rule: str) -> Faults:
    return () if _in_range(value, 1, most) else ((rule, ""),)


def _in_range(value: str, least: int, most: int) -> bool:
    return bool(re.fullmatch(r"\s*\+?[0-9]{1,18}\s*", value)) and least <= int(value) <= most


def _read_number(value: str) -> float | None:
    if not re.fullmatch(r"\s*[+-]?(?:[0-9]{1,18}\.?[0-9]{0,40}|\.[0-9]{1,40})\s*", value):
        return None
    return float(value)


# What these find no feed is invalid for.
WARN_ALONE = frozenset({"plain", "html", "not-blank", "no-address", "image-format", "keywords"})
CHECKS: dict[str, Check] = {
    "plain": html_text.check_plain,
    "html": html_text.check_html,
    "html-urls": html_text.check_html_urls,
    "uri": addresses.check_uri,
    "uri-ref": addresses.check_reference,
    "iri": addresses.check_iri,
    "iri-ref": addresses.check_iri_reference,
    "web-url": addresses.check_web_address,
    "mail": addresses.check_mail,
    "named-mail": addresses.check_named_mail,
    "contact": addresses.check_contact,
    "media-type": check_media_type,
    "language": check_language,
    "not-blank": check_not_blank,
    "latitude": check_latitude,
    "longitude": check_longitude,
    "percentage": check_percentage,
    "positions": check_positions,
    "image-width": check_image_width,
    "image-height": check_image_height,
    "hour": check_hour,
    "port": check_port,
    "length": check_length,
    "keywords": check_keywords,
    "explicit": check_explicit,
    "uint31": check_uint31,
    "year": check_year,
    "robots": check_robots,
    "currency": check_currency,
    "country": check_country,
    "credit-role": check_credit_role,
    "no-address": check_no_address,
    "search-role": check_search_role,
    "image-format": check_image_format,
}


def make_check(name: str) -> Check:
    """Find a check by its name; words(a|b) and most(255) are made to measure."""
    if name in CHECKS:
        return CHECKS[name]
    if name in _FORMS:
        form, expected = _FORMS[name]
        rule = "value-invalid" if name in _NO_NUMBERS else "number-invalid"
        return lambda value: () if form.fullmatch(value.strip()) else ((rule, expected),)
    kind, _, rest = name.rstrip(")").partition("(")
    if kind == "most":
        most = int(rest)
        return lambda value: () if len(value) <= most else (("text-too-long", str(most)),)
    words = tuple(word.replace("_", " ") for word in rest.split("|"))
    expected = ", ".join(words)
    if kind == "words":
        return lambda value: () if value in words else (("word-unknown", expected),)
    assert kind == "any-case", name  # noqa: S101 -- the tables are ours
    return lambda value: () if value.lower() in words else (("word-unknown", expected),)


_NO_NUMBERS = frozenset(
    """amount form-name alphanumeric urn-part no-comma place full-place position duration play-time
    counts""".split()
)
