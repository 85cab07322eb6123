"""Numbers for ids, in the order in which they come."""

from __future__ import annotations

from array import array
from itertools import pairwise

_FEWEST = 1_024  # slots; their number is a power of two
_MARK = 40  # the first bit of a mark; those before it choose a slot
# What the bytes of an id begin with: whether the usual beginning is left out.
_SHORT, _WHOLE = b"-", b"+"


class Ids:
    """Numbers ids from 0 on, and holds their bytes one after another.

    A dict of them would hold two objects for each, which take several times as much.

    Args:
        usual: What most ids begin with; it is held once.
    """

    def __init__(self, usual: str = "") -> None:
        self._usual = usual
        self._bytes = bytearray()
        self._ends = array("Q", [0])
        # A hash table: a slot has one more than the number of an id, or 0.
        self._slots = array("I", [0]) * _FEWEST
        self._marks = bytearray()  # a byte of the hash of each, by which most others are told apart

    def __len__(self) -> int:
        """Count the ids."""
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        """Give the id that has a number."""
        packed = self._take(number)
        rest = packed[1:].decode("utf-8", "surrogatepass")
        return self._usual + rest if packed.startswith(_SHORT) else rest

    def find(self, id: str) -> int | None:
        """Find the number of an id; None if it has none."""
        found = self._slots[self._find_slot(self._pack(id))]
        return found - 1 if found else None

    def add(self, id: str) -> int:
        """Give the number of an id, which is the next one if it is new."""
        packed = self._pack(id)
        slot = self._find_slot(packed)
        found = self._slots[slot]
        if found:
            return found - 1
        number = len(self._ends) - 1
        self._bytes += packed
        self._ends.append(len(self._bytes))
        self._marks.append(hash(packed) >> _MARK & 255)
        self._slots[slot] = number + 1
        # Beyond two thirds, it takes many steps to find a slot.
        if (number + 1) * 3 > len(self._slots) * 2:
            self._grow()
        return number

    def _pack(self, id: str) -> bytes:
        # As encode_text does, without another call for each id.
        if id.startswith(self._usual):
            return _SHORT + id[len(self._usual) :].encode("utf-8", "surrogatepass")
        return _WHOLE + id.encode("utf-8", "surrogatepass")

    def _take(self, number: int) -> bytes:
        return bytes(self._bytes[self._ends[number] : self._ends[number + 1]])

    def _find_slot(self, packed: bytes) -> int:
        """Find the slot of an id, or the one where it belongs."""
        slots, marks, ends = self._slots, self._marks, self._ends
        last = len(slots) - 1
        slot, mark = hash(packed) & last, hash(packed) >> _MARK & 255
        while found := slots[slot]:
            if marks[found - 1] == mark and self._bytes[ends[found - 1] : ends[found]] == packed:
                break
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        size = len(self._slots) * 2
        del self._slots  # before there is another, because both may be large
        slots = self._slots = array("I", [0]) * size
        last = size - 1
        with memoryview(self._bytes) as every:
            for number, (begin, end) in enumerate(pairwise(self._ends), 1):
                slot = hash(bytes(every[begin:end])) & last
                while slots[slot]:
                    slot = (slot + 1) & last
                slots[slot] = number
