"""What no text of a configuration may hold: control characters, and paths that no disk takes."""

from __future__ import annotations

from collections.abc import Mapping

from feedpub import compile_late
from feedpub.config.tables import Faults

_CONTROL = compile_late("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Where a value is a path, or a name of a file to be.
_PATHS = compile_late(
    r"site\.(?:output|static(?:\[\d+\])?)|source\[\d+\]\.(?:path|images(?:\.folder)?)"
    r"|section\.[^.]*\.aliases\[\d+\]"
)
_LONGEST_NAME, _LONGEST_PATH = 255, 4095  # bytes: what file systems and Linux take


def check_texts(key: str, value: object, faults: Faults) -> None:
    """Check every text of a TOML value, and the names of its keys."""
    if isinstance(value, str):
        if control := _CONTROL.search(value):
            code = f"U+{ord(control[0]):04X}"
            faults.add(key, f"has the control character {code}. Remove it.")
        elif _PATHS.fullmatch(key) and is_too_long(value):
            faults.add(key, "is a path with a name that is too long. Shorten it.")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if control := _CONTROL.search(name):
                shown = _CONTROL.sub("\ufffd", name)
                code = f"U+{ord(control[0]):04X}"
                faults.add(f"{key}.{shown}".lstrip("."), f"has the control character {code}.")
                continue
            check_texts(f"{key}.{name}".lstrip("."), item, faults)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            check_texts(f"{key}[{index}]", item, faults)


def is_too_long(path: str) -> bool:
    """Say whether no file can have a path."""
    content = path.encode("utf-8", "surrogateescape")
    names = content.replace(b"\\", b"/").split(b"/")
    return len(content) > _LONGEST_PATH or max(map(len, names)) > _LONGEST_NAME
