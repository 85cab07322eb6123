"""The systems at work on one place: a source's folder or file, or an archive in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from feedpub.files import KeptValues
from feedpub.model import SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import (
    FORMAT_OF_SUFFIX,
    FilePeek,
    Place,
    Reader,
    find_format,
    find_reader,
    read_suffix,
)
from feedpub.systems.protocol import Proposal, System, Translator
from feedpub.systems.records import RecordTranslator
from feedpub.systems.registry import find_system, recognize

# Files of one folder and suffix that are looked at before the rest counts as like them.
_LOOKS = 3


class Part:
    """A place, the system of the whole of it or those of its files, and their translators.

    `is_known` says that the place has the signs of its system, and not only its name.
    """

    def __init__(
        self,
        place: Place,
        source: Source,
        site: Site,
        among: Sequence[System],
        kept: KeptValues | None = None,
    ) -> None:
        self.place = place
        self._source = source
        self._site = site
        self._among = among
        self._kept = kept
        self._plain = RecordTranslator(source, place, site)
        self._translators: dict[str, Translator] = {}
        self._chosen: dict[str, System | None] = {}
        self._looks: dict[tuple[str, str], int] = {}
        self._shown: dict[str, Place] = {}  # a file of each system
        found = recognize(place, among)
        self.is_known = bool(found)
        is_named = len(among) == 1 and bool(source.system)
        self._system = among[0] if is_named else found[0].system if found else None
        if kept is not None:
            place.note_answers()
        self._whole = None if self._system is None else self._system.open(place, source, site)

    @property
    def formats(self) -> Mapping[str, str]:
        """The format of each suffix that the system of the whole place has."""
        return {} if self._system is None else self._system.formats

    def accepts(self, file: SourceFile) -> str | None:
        """Say why a file holds no article, as the system of the whole place has it."""
        return None if self._whole is None else self._whole.accepts(file.below)

    def count_systems(self) -> Counter[str]:
        """Count the files of each system that was recognized so far, or one for a whole place."""
        if self._system is not None:
            return Counter([self._system.name])
        return Counter(system.name for system in self._chosen.values() if system is not None)

    def propose(self, name: str) -> Proposal | None:
        """Say what a system wants to be written down; None where it is not at work here."""
        if not self.count_systems()[name]:
            return None
        system = find_system(name)
        return (
            None
            if system is None
            else system.propose(self._shown.get(name, self.place), self._site)
        )

    def find_reader(self, file: SourceFile) -> Reader:
        """Choose the reader of a file: the one that its system has, else by suffix."""
        translator = self.find_translator(file)
        system = self._system or self._chosen.get(file.below)
        format = None if system is None else system.formats.get(read_suffix(file.path.name))
        return find_reader(
            file,
            self._source,
            translator.find_records,
            format,
            translator.elements,
            translator.find_table,
            self._kept,
        )

    def find_translator(self, file: SourceFile) -> Translator:
        """Find what gives the fields of a file's records."""
        if self._whole is not None:
            return self._whole
        if file.below not in self._chosen:
            self._chosen[file.below] = self._choose_system(file)
        system = self._chosen[file.below]
        if system is None:
            return self._plain
        if system.name not in self._translators:
            self._translators[system.name] = system.open(self.place, self._source, self._site)
        return self._translators[system.name]

    def begin(self, file: SourceFile) -> Reader:
        """Begin to read a file, and choose its reader."""
        self.find_translator(file).begin(file)
        if find_format(file, self._source) == "sqlite":
            self.place.is_filled(f"{file.below}-wal")  # its reader warns of that
        return self.find_reader(file)

    def end(self, file: SourceFile) -> None:
        """End to read a file, all of whose records were given."""
        self.find_translator(file).end(file)

    def key_looks(self, names: Sequence[str]) -> bytes:
        """Give what decides, beside some files, which of them are looked at for their system."""
        if self._whole is not None:
            return b""
        # Beyond that many, each of the files is looked at anyway.
        least = -len(names) - 1
        groups = dict.fromkeys(map(_find_group, names))
        looks = (max(self._looks.get(group, 0), least) for group in groups)
        return b"%s " % b" ".join(b"%d" % min(number, _LOOKS) for number in looks)

    def pass_over(self, names: Sequence[str], systems: Mapping[str, str]) -> None:
        """Take files for what they are, as if each had been looked at.

        Args:
            systems: The systems of those that have one.
        """
        if self._whole is not None:
            return
        for name in names:
            system = find_system(systems[name]) if name in systems else None
            self._chosen[name] = system
            self._note_look(_find_group(name), system)

    @property
    def whole(self) -> str:
        """The name of the system of the whole place; empty where it has none."""
        return "" if self._system is None else self._system.name

    def name_system(self, file: SourceFile) -> str | None:
        """Name the system that one file was recognized to be of, but for that of the whole."""
        self.find_translator(file)
        system = self._chosen.get(file.below)
        return None if system is None else system.name

    def adopt(self, file: SourceFile, system: str | None) -> None:
        """Take a file for what another process recognized, but for the system of the whole."""
        self._chosen[file.below] = None if system is None else find_system(system)

    def _choose_system(self, file: SourceFile) -> System | None:
        """Choose the system of one file, by a look at it unless files like it had none."""
        if not self._among:
            return None
        group = _find_group(file.below)
        # Of an XML file only the root is looked at, and a folder may hold files of several kinds.
        if self._looks.get(group, 0) >= _LOOKS and FORMAT_OF_SUFFIX.get(group[1]) != "xml":
            return None
        place = Place(self.place.root, file.below, FilePeek(file, self._source))
        found = recognize(place, self._among)
        system = found[0].system if found else None
        self._note_look(group, system)
        if system is not None:
            self._shown.setdefault(system.name, place)
        return system

    def _note_look(self, group: tuple[str, str], system: System | None) -> None:
        """Note what a look at a file of a group found."""
        before = self._looks.get(group, 0)
        self._looks[group] = before + 1 if system is None else -self.place.size


def _find_group(name: str) -> tuple[str, str]:
    """Find the group of a file, whose files count as like each other."""
    return name.rpartition("/")[0], read_suffix(name)
