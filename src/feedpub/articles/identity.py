"""Record to Candidate: id, sections, times and status; every rejection is decided here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Literal, TypeAlias

from feedpub import compile_late
from feedpub.articles.attempts import Attempts, RecordedAttempts
from feedpub.articles.known_sections import NEW_SECTION, KnownSections
from feedpub.errors import Problem, Rejection, TimestampError, describe_value, quote_value
from feedpub.lint import is_uri
from feedpub.model import (
    ALWAYS,
    STATUSES,
    Candidate,
    Fault,
    Reading,
    Record,
    Status,
    Timestamp,
)
from feedpub.settings import IdRule, Site, Source
from feedpub.systems import FieldError, read_sections, read_text
from feedpub.text import UrlError, absolute_url, encode_key, lacks_scheme, link_key, plain_text
from feedpub.timestamps import FoundTime, parse_timestamp, usual_years

Names: TypeAlias = tuple[str, ...]

# Some programs write an end that is never reached.
_ANY_YEARS = (1, 9999)
# Begins with a letter or digit outside tags and entities, which cleaning keeps.
_SURELY_TEXT = compile_late(r"\s*[^\W_]")


class Identifier:
    """Identifies the records of one source; without `known`, every section is accepted.

    `now` is the time of the run, which bounds the years that articles can be from.
    """

    def __init__(
        self,
        site: Site,
        source: Source,
        known: KnownSections | None = None,
        *,
        now: datetime | None = None,
    ) -> None:
        self._source = source
        self._known = None if known is None or known.policy == "publish" else known
        self._depth = source.section_depth or site.section_depth
        self._zone = source.timezone or site.timezone
        self._years = site.years or usual_years(now)
        self._home = site.link
        self._without_section = 0  # records in the section named for the site
        self._site_title = plain_text(site.title) or site.link
        self._tag = f"tag:{site.tag}:"
        self._id_rule = source.id
        self._id_pattern = re.compile(source.id.match) if isinstance(source.id, IdRule) else None

    def identify(
        self,
        record: Record,
        problems: list[Problem],
        readings: dict[str, Reading] | None = None,
    ) -> Candidate | None:
        """Identify a record; None if it is rejected, or left out without a time.

        Args:
            problems: Takes every fault that rejects the record, and every doubt.
            readings: Takes how each field was read, by field.
        """
        attempts = Attempts(record) if readings is None else RecordedAttempts(record, readings)
        status: Status = "published"
        if "where" in record.faults:
            attempts.rejections.append(_refuse_fault("where", record.faults["where"]))
        elif "status" in record.fields or "status" in record.faults:
            status = attempts.read("status", partial(_read_status, problems=problems)) or status
        if status == "left out" or status == "withdrawn":
            return self._identify_absent(attempts, status, problems)

        id = attempts.read("id", self._make_id)
        sections = attempts.read(
            "section", lambda record, field: self._admit_sections(record, field, problems)
        )
        attempts.read("title", self._require_title)
        times = self._read_times(attempts)
        expires = attempts.read("expires", self._read_time) if "expires" in record.fields else None
        if attempts.rejections or id is None or sections is None or times is None:
            problems.extend(_problem(record, rejection) for rejection in attempts.rejections)
            return None
        updated, published = times
        last = _instant(updated)
        first = None if published is None else _instant(published)
        if published is not None and first is not None and last < first:
            _warn_of_order(record, updated, published, problems)
        return Candidate(
            id=id,
            sections=sections,
            updated=last,
            published=first,
            status=status,
            origin=record.origin,
            digest=record.digest,
            updated_precision=updated.precision,
            published_precision=None if published is None else published.precision,
            expires=None if expires is None else _instant(expires),
        )

    def take_without_section(self) -> int:
        """Take the number of records so far in the section named for the site."""
        number, self._without_section = self._without_section, 0
        return number

    def _identify_absent(
        self, attempts: Attempts, status: Status, problems: list[Problem]
    ) -> Candidate | None:
        """Identify a record that no feed shows, which needs only an id."""
        record = attempts.record
        id = attempts.read("id", self._make_id)
        faults_of_id = tuple(attempts.rejections)
        times = self._read_times(attempts)
        faults_of_times = attempts.rejections[len(faults_of_id) :]
        sections = attempts.read("section", self._read_sections) or ()
        if status == "withdrawn":
            problems.extend(_problem(record, rejection) for rejection in faults_of_id)
            if id is not None:
                problems.extend(
                    _problem(record, rejection, severity="warning")
                    for rejection in faults_of_times
                    if rejection.value is not None
                )
        elif times is None:
            return None
        if id is None:
            return None
        updated = ALWAYS if times is None else _instant(times[0])
        return Candidate(id, sections, updated, None, status, record.origin, record.digest)

    def _make_id(self, record: Record, field: str) -> tuple[str, str]:
        """Make the permanent id of a record, and name the rule.

        It never depends on the headline, the section, the date or the host.
        """
        own = _take(record, field)
        if own is not None:
            if isinstance(own, bool) or not isinstance(own, str | int):
                raise Rejection(
                    "id", own, "malformed", "is not an id; expected text or a whole number"
                )
            text = str(own).strip()
            if is_uri(text):
                return text, "the record's id, a URI"
            if text:
                return self._tag + encode_key(self._source.id_prefix + text), "the record's id"
        key, rule = self._make_key(record)
        if not key:
            raise Rejection(
                "id",
                None,
                "missing",
                "is missing. In a file of several records, each needs an id or a link. "
                "Add an id that never changes, such as a number.",
            )
        return self._tag + encode_key(key), rule

    def _read_sections(self, record: Record, field: str) -> tuple[Names, str]:
        """Read section names, and name their origin.

        That is the record, the source, the system, the folder, or the site, in this order.
        """
        value = _take(record, field)
        if value is not None:
            try:
                names = read_sections(value, depth=self._depth)
            except FieldError as error:
                raise Rejection(
                    "section", value, "malformed", f"{error}; expected text or a list of texts"
                ) from error
            if names:
                return names, "the record's section"
        if self._source.section:
            return (self._source.section,), "the source's section"
        default = record.fields.get("default_section")
        if isinstance(default, str) and (name := plain_text(default)):
            return (name,), "the section that its system gives it"
        folder = plain_text(record.origin.file.below.rpartition("/")[0].rpartition("/")[2])
        if folder:
            return (folder,), "the name of its folder"
        return (self._site_title,), "the site's title, since nothing names a section"

    def _admit_sections(
        self, record: Record, field: str, problems: list[Problem]
    ) -> tuple[Names, str]:
        """Read section names, and treat new ones as the configuration says."""
        names, rule = self._read_sections(record, field)
        if names == (self._site_title,) and record.fields.get("section") is None:
            self._note_missing(record, problems)
        known = self._known
        if known is None or all(map(known.knows, names)):
            return names, rule
        admitted = tuple(filter(known.knows, names))
        new = [name for name in names if name not in admitted]
        where = record.where("section")
        if known.policy == "warn":
            for name in new:
                known.note(name, where)
            return names, rule
        if not admitted:
            raise Rejection("section", new[0], NEW_SECTION, known.describe(new[0]))
        for name in new:
            message = known.describe(name, " It is left out.")
            problems.append(Problem("warning", where, "section", name, NEW_SECTION, message))
        return admitted, rule

    def _read_times(self, attempts: Attempts) -> tuple[Timestamp, Timestamp | None] | None:
        """Read updated and published; updated falls back to published, never the reverse."""
        known = len(attempts.rejections)
        published = attempts.read("published", self._read_time)
        updated = attempts.read("updated", self._read_time) or published
        if len(attempts.rejections) > known:
            return None
        if updated is None:
            message = f"is missing{self._name_mapping('updated')}, and so is published"
            message += _add_hint(attempts.record, "updated")
            attempts.rejections.append(Rejection("updated", None, "missing", message))
            return None
        return updated, published

    def _read_time(self, record: Record, field: str) -> tuple[Timestamp | None, str]:
        """Read one of the two times; None if the record does not have it."""
        value = _take(record, field)
        if value is None:
            return None, "the record has none"
        if isinstance(value, bool) or not isinstance(value, str | int | float | FoundTime):
            raise Rejection(field, value, "unparseable", "is not a timestamp; expected text")
        try:
            stamp = parse_timestamp(
                value,
                zone=self._find_zone(record),
                date_order=self._source.date_order,
                abbreviations=self._source.abbreviations,
                years=_ANY_YEARS if field == "expires" else self._years,
            )
        except TimestampError as error:
            shown = str(value) if isinstance(value, FoundTime) else value
            raise Rejection(
                *(field, shown, error.kind, str(error)),
                readings=error.readings,
                remedy=error.remedy,
            ) from error
        return stamp, stamp.rule

    def _note_missing(self, record: Record, problems: list[Problem]) -> None:
        """Count a record in the section named for the site; warn if a mapping gives nothing."""
        self._without_section += 1
        if nothing := self._name_mapping("section"):
            message = f"is missing{nothing}. It is published in the section {self._site_title}."
            where = record.where("section")
            problems.append(Problem("warning", where, "section", None, "missing", message))

    def _find_zone(self, record: Record) -> str:
        """Find the time zone of texts without one: the source's, the system's, or the site's."""
        own = record.fields.get("zone")
        return own if isinstance(own, str) and self._source.timezone is None else self._zone

    def _make_key(self, record: Record) -> tuple[str, str]:
        file = record.origin.file
        rule = self._id_rule
        if isinstance(rule, IdRule):
            value = _take(record, rule.source)
            found = self._id_pattern.search(str(value)) if value and self._id_pattern else None
            key = None if found is None else found[1] if found.re.groups else found[0]
            if key:
                return key, f"the source's id, from {rule.source}"
        elif rule is not None and record.origin.single:
            # In a file of several records, all would get the same id.
            key = rule.format(stem=file.key.rpartition("/")[2], path=file.key)
            return key, f"the source's id, {rule}"
        link = own_link(_take(record, "link"), self._home)
        key = link_key(link) if link is not None else ""
        if key:
            return key, "path and query of its link"
        return (file.key if record.origin.single else ""), "the file's path below the source"

    def _require_title(self, record: Record, field: str) -> tuple[object, str]:
        value = _take(record, field)
        if isinstance(value, str) and _SURELY_TEXT.match(value):
            return value, ""
        try:
            if value is not None and read_text(value):
                return value, ""
        except FieldError as error:
            raise Rejection("title", value, "malformed", str(error)) from error
        message = f"is missing{self._name_mapping('title')}" if value is None else "is empty"
        raise Rejection("title", value, "missing", message + _add_hint(record, "title"))

    def _name_mapping(self, field: str) -> str:
        """Name what should have given a field, as a part of a message."""
        text = self._source.fields.get(field)
        return "" if text is None else f" ({quote_value(text)} in [source.fields] gives nothing)"


def _read_status(record: Record, field: str, problems: list[Problem]) -> tuple[Status, str]:
    """Read the status field; a record with an unknown status is left out, to be safe."""
    value = _take(record, field)
    if value is None:
        return "published", ""
    status = STATUSES.get(value.strip().lower()) if isinstance(value, str) else None
    if status is not None:
        return status, "the record's status"
    known = ", ".join(name for name in STATUSES if name)
    message = f"is not a status that feedpub knows. The record is left out. Use one of: {known}."
    shown = describe_value(value)
    problems.append(Problem("warning", record.where(field), field, shown, "status", message))
    return "left out", "the record's status"


def own_link(value: object, home: str) -> str | None:
    """Make a record's own link absolute; None if it has none that can be published."""
    if isinstance(value, Mapping):
        value = value.get("@id")
    if not isinstance(value, str) or not value.strip():
        return None
    if lacks_scheme(value, home):
        value = f"//{value.strip()}"
    try:
        # Not below the path of the home page: the key of an id outlives a move of the site.
        return absolute_url(value, home)
    except UrlError:
        return None


def _add_hint(record: Record, field: str) -> str:
    """Say which value of a record looks like a field that is missing, as a part of a message."""
    hint = record.hints.get(field)
    return "" if hint is None else f"; {hint}"


def _take(record: Record, field: str) -> object:
    """Take a field's raw value, or reject the record if the mapping of the field failed."""
    if record.faults and (fault := record.faults.get(field)) is not None:
        raise _refuse_fault(field, fault)
    return record.fields.get(field)


def _refuse_fault(field: str, fault: Fault) -> Rejection:
    return Rejection(field, fault.expression, "mapping", f"fails: {fault.message}")


def _problem(
    record: Record, rejection: Rejection, severity: Literal["error", "warning"] = "error"
) -> Problem:
    value = None if rejection.value is None else describe_value(rejection.value)
    where = record.where(rejection.field)
    return Problem(severity, where, rejection.field, value, rejection.kind, rejection.message)


def _instant(stamp: Timestamp) -> int:
    return int(stamp.value.timestamp())


def _warn_of_order(
    record: Record, updated: Timestamp, published: Timestamp, problems: list[Problem]
) -> None:
    if _same_at_coarser_precision(updated, published):
        return
    problems.append(
        Problem(
            "warning",
            record.where("updated"),
            "updated",
            updated.text,
            "inconsistent",
            f"is earlier than published ({published.text})",
        )
    )


def _same_at_coarser_precision(one: Timestamp, other: Timestamp) -> bool:
    # The names of the precisions happen to sort from the coarsest to the finest.
    coarse, fine = (one, other) if one.precision <= other.precision else (other, one)
    local = fine.value.astimezone(coarse.value.tzinfo)
    if coarse.precision == "day":
        return local.date() == coarse.value.date()
    if coarse.precision == "minute":
        return local.replace(second=0) == coarse.value.replace(second=0)
    return False
