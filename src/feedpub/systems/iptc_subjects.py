"""The names of IPTC's subjects of the first level, which news agencies give as numbers.

Source: cv.iptc.org/newscodes/mediatopic and cv.iptc.org/newscodes/subjectcode.
"""

from __future__ import annotations

from feedpub import compile_late

SUBJECTS = {
    "01": "Arts, culture, entertainment and media",
    "02": "Crime, law and justice",
    "03": "Disaster, accident and emergency incident",
    "04": "Economy, business and finance",
    "05": "Education",
    "06": "Environment",
    "07": "Health",
    "08": "Human interest",
    "09": "Labour",
    "10": "Lifestyle and leisure",
    "11": "Politics",
    "12": "Religion",
    "13": "Science and technology",
    "14": "Society",
    "15": "Sport",
    "16": "Conflict, war and peace",
    "17": "Weather",
}
_CODE = compile_late(r"(?:.*:)?(\d{2})\d{6}")


def name_subject(code: str) -> str | None:
    """Name the subject of the first level that a code is of, such as `subj:15054000`."""
    found = _CODE.fullmatch(code.strip())
    return None if found is None else SUBJECTS.get(found[1])
