"""URIs, IRIs, and mail addresses, as the specifications of feeds want them."""

from __future__ import annotations

import re
from urllib.parse import unquote

from feedpub import compile_late
from feedpub.lint.findings import Faults
from feedpub.lint.loading import load_words

# RFC 3986, and what RFC 2396 allowed as well.
_CHARACTERS = r"0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#"
_NO_CHARACTER = compile_late(f"[^{_CHARACTERS}\x80-\U0010ffff]")
_REFERENCE = compile_late(
    rf"(?:[A-Za-z][0-9A-Za-z+.\-]*:)?/{{0,2}}(?:\[[0-9A-Fa-f:.]+\])?[{_CHARACTERS}]*"
)
_ABSOLUTE = compile_late(
    rf"[A-Za-z][0-9A-Za-z+.\-]*+:(?://)?(?:\[[0-9A-Fa-f:.]+\])?[{_CHARACTERS}]+"
)
# RFC 3987: all of Unicode but controls, surrogates, private characters, and white space.
_NO_IRI_CHARACTER = compile_late(
    "[\x80-\x9f\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff]"
)
_SCHEME = compile_late(r"([A-Za-z][0-9A-Za-z+.\-]*):")
_HOST = compile_late(r"[A-Za-z]+://[^/]")
_TAG = compile_late(
    rf"tag:(?:[0-9A-Za-z._\-]+@)?[0-9A-Za-z.\-]+,[0-9]{{4}}(?:-[0-9]{{2}}(?:-[0-9]{{2}})?)?:"
    rf"[{_CHARACTERS.replace('#', '')}]*(?:#[{_CHARACTERS.replace('#', '')}]*)?",
)
_URN = compile_late(
    r"urn:[0-9A-Za-z][0-9A-Za-z\-]{1,31}:(?:[0-9A-Za-z()+,.:=@;$_!*'\-]|%[0-9A-Fa-f]{2})+",
    re.IGNORECASE,
)
_UUID = compile_late(
    r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
_STRAY_PERCENT = compile_late(r"%(?![0-9A-Fa-f]{2})")
_SCHEMES = load_words("uri_schemes")
# What breaks one of these is a URI, though not one that its scheme allows; and what it is not.
FORMS_OF_SCHEMES = {
    "uri-tag-invalid": "tag: URI",
    "uri-urn-invalid": "URN",
    "uri-uuid-invalid": "UUID",
}
_DOMAIN = r"(?:[0-9A-Za-z\-]{1,63}\.){1,20}[0-9A-Za-z][0-9A-Za-z\-]*"
_WEB = compile_late(rf"https?://{_DOMAIN}(?::[0-9]+)?(?:/|$)", re.IGNORECASE)
_MAIL = compile_late(rf"[0-9A-Za-z_\-+.']+@{_DOMAIN}")
# An address that only a local DNS may know.
_LOCAL_MAIL = compile_late(r"[\w._%+\-]+@[A-Za-z][\w.\-]+")
_ANGLED = compile_late(r"<([^<>]*)>")
_COMMENT = compile_late(r"\([^()]*\)")
# As nearly all web addresses, and nearly all URIs are: no check finds anything in what matches.
_USUAL_WEB = (
    r"https?://(?:[0-9A-Za-z\-]{1,63}\.){1,20}+[0-9A-Za-z][0-9A-Za-z\-]*+(?::[0-9]+)?"
    rf"(?:/[{_CHARACTERS}]*)?"
)
_NO_FRAGMENT = _CHARACTERS.replace("#", "")
USUAL_WEB = compile_late(_USUAL_WEB)
USUAL_URI = compile_late(rf"{_USUAL_WEB}|tag:[0-9A-Za-z.\-]+,[0-9]{{4}}:[{_NO_FRAGMENT}]*")
_LONGEST_MAIL, _LONGEST_CONTACT = 320, 1000


def is_uri(text: str) -> bool:
    """Say whether a text is a URI with a scheme (RFC 3986), not an IRI.

    Its scheme need not be known, nor need the rest have the form that a `tag:` or `urn:` has.
    """
    if ":" not in text or _STRAY_PERCENT.search(text):
        return False
    return not _check_syntax(text, _ABSOLUTE, iri=False)


def name_broken_form(uri: str) -> str | None:
    """Name what a URI is not, though its scheme says so: a URN, a UUID, or a `tag:` URI."""
    return next((FORMS_OF_SCHEMES.get(rule) for rule, _ in check_uri(uri)), None)


def check_reference(value: str) -> Faults:
    """Check a URI, absolute or relative (RFC 3986 section 4.1)."""
    return _check(value, _REFERENCE, iri=False)


def check_iri_reference(value: str) -> Faults:
    """Check an IRI, absolute or relative (RFC 3987)."""
    return _check(value, _REFERENCE, iri=True)


def check_uri(value: str) -> Faults:
    """Check a URI with its scheme."""
    return _check(value, _ABSOLUTE, iri=False)


def check_iri(value: str) -> Faults:
    """Check an IRI with its scheme."""
    return _check(value, _ABSOLUTE, iri=True)


def check_json_url(value: str) -> Faults:
    """Check a URL of JSON Feed: an IRI of any scheme."""
    wrong = any(rule != "uri-scheme-unknown" for rule, _ in check_iri(value))
    return (("json-url-invalid", ""),) if wrong else ()


def check_web_address(value: str) -> Faults:
    """Check a URL that begins with http:// or https:// and a host."""
    if not value.isascii() or not _WEB.match(value) or not _ABSOLUTE.fullmatch(value):
        return (("url-invalid", ""),)
    return ()


def check_permalink(value: str) -> Faults:
    """Check a guid that is a permanent link."""
    scheme = value[:9].lower()
    if scheme.startswith("tag:") or scheme == "urn:uuid:":
        return (("guid-no-permalink", ""),)
    faults = check_uri(value)
    if not value or faults == (("uri-relative", ""),):
        return (("guid-not-absolute", ""),)
    return faults


def _check(value: str, form: re.Pattern[str], *, iri: bool) -> Faults:
    if value[:4].lower() == "tag:":
        return () if _TAG.fullmatch(value) else (("uri-tag-invalid", ""),)
    if value[:9].lower() == "urn:uuid:":
        return () if _UUID.fullmatch(value) else (("uri-uuid-invalid", ""),)
    if value[:4].lower() == "urn:":
        return () if _URN.fullmatch(value) else (("uri-urn-invalid", ""),)
    return _check_syntax(value, form, iri=iri) or _check_scheme(value)


def _check_syntax(value: str, form: re.Pattern[str], *, iri: bool) -> Faults:
    bad = _NO_CHARACTER.search(value.replace("[", "").replace("]", ""))
    if bad:
        return (("uri-character-invalid", bad[0]),)
    if not value.isascii():
        bad = _NO_IRI_CHARACTER.search(value)
        if not iri:
            return (("uri-not-ascii", ""),)
        if bad:
            return (("uri-character-invalid", bad[0]),)
        value = re.sub("[^\x00-\x7f]", "a", value)
    if not form.fullmatch(value):
        if form is _ABSOLUTE and _REFERENCE.fullmatch(value):
            return (("uri-relative", ""),)
        return (("uri-invalid", ""),)
    found = _SCHEME.match(value)
    needs_host = found is not None and found[1].lower() in ("http", "https", "ftp")
    return (("uri-invalid", ""),) if needs_host and not _HOST.match(value) else ()


def _check_scheme(value: str) -> Faults:
    found = _SCHEME.match(value)
    if found and found[1].isalpha() and found[1].lower() not in _SCHEMES:
        return (("uri-scheme-unknown", found[1]),)
    return ()


def check_mail(value: str) -> Faults:
    """Check a bare mail address (RFC 5322 addr-spec), as Atom wants it."""
    if len(value) <= _LONGEST_MAIL and (_MAIL.fullmatch(value) or _LOCAL_MAIL.fullmatch(value)):
        return ()
    return (("email-invalid", ""),)


def check_contact(value: str) -> Faults:
    """Check a mail address as the RSS profile wants it: name@example.com (Real Name)."""
    if value.startswith("mailto:"):
        value = unquote(value.removeprefix("mailto:"))
    if value.find("@") > 0 and not value.endswith(")"):
        return (("email-name-missing", ""),)
    return check_named_mail(value)


def check_named_mail(value: str) -> Faults:
    """Check a mail address that may have a name beside it."""
    if len(value) > _LONGEST_CONTACT:
        return (("email-invalid", ""),)
    bare = _COMMENT.sub(" ", value)
    angled = _ANGLED.search(bare)
    return check_mail((angled[1] if angled else bare).strip())
