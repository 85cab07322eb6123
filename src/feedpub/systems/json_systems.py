"""What the systems of JSON have in common: objects one a file, one a line, or in a list."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping

from feedpub.sources import JsonDocument, Place, Raw, decode_items, read_suffix
from feedpub.systems.protocol import Base, BaseTranslator, PassedOver, Sign, Translation

JsonObject = Mapping[str, object]
_SUFFIXES = frozenset({"json", "jsonl", "ndjson"})


class JsonSystem(Base):
    """A system that knows its records by their fields.

    `records` is what messages call them, `weight` how sure a record is as a sign, and
    `needs_all` whether all of the first ones must be of the system, and not any of them.
    """

    records = ""
    weight = 0.95
    needs_all = False

    @abstractmethod
    def is_record(self, value: JsonObject) -> bool:
        """Say whether an object is a record of the system."""

    def find_list(self, document: JsonDocument) -> str | None:
        """Find the path to the list of records in a document; "" is the document itself."""
        return find_list(document, self.is_record)

    def recognize(self, place: Place) -> Sign | None:
        """Know the first records of a file, or those of the list in it."""
        # By its name, because pages are not read for a look.
        if not place.is_file or read_suffix(place.names[0]) not in _SUFFIXES:
            return None
        found = [isinstance(r.value, Mapping) and self.is_record(r.value) for r in place.samples]
        if found and (all(found) if self.needs_all else any(found)):
            return Sign(self.weight, self.records)
        path = None if place.document is None else self.find_list(place.document)
        return (
            None if path is None else Sign(self.weight, f"{path or 'a list'} holds {self.records}")
        )


class JsonTranslator(BaseTranslator):
    """Reads objects of JSON; what else a source holds is passed over."""

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a record."""
        if not isinstance(raw.value, Mapping):
            return PassedOver("files of another format")
        return self.read(raw, raw.value, whole=whole)

    @abstractmethod
    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of an object."""


def find_list(
    document: JsonDocument,
    is_record: Callable[[JsonObject], bool],
    may_hold: Callable[[str], bool] = lambda path: True,
) -> str | None:
    """Find the path to a list that begins with a record.

    Args:
        may_hold: Says whether the list at a path may hold records.
    """
    for path, items in document.find_lists():
        if may_hold(path):
            for item in decode_items(items[:1]):
                if isinstance(item, Mapping) and is_record(item):
                    return path
    return None
