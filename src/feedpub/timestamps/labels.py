"""The labels of a line: "Updated:", "来源：", "By", and which stamp a label names."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

from feedpub.text import HAN, load_words
from feedpub.timestamps.found import Stamp
from feedpub.timestamps.text import fold

LabelKind = Literal["updated", "published", "neutral", "source", "author"]


class Label(NamedTuple):
    """A label word and its place in the tidy text."""

    kind: LabelKind
    start: int
    end: int


# A Latin word is a label at the start, behind a mark, before a colon, or capitalized; in the
# middle of a sentence ("was updated on") it is a word.
@cache
def _compile_labels(*, latin: bool) -> re.Pattern[str]:
    """Compile all labels, or those that can stand in an ASCII text, which have a Latin letter."""
    kinds = {
        kind: "|".join(f"(?:{row})" for row in rows if not latin or re.search("[a-z]", row))
        for kind, rows in load_words("feedpub.timestamps", "labels").items()
    }
    names = "|".join(f"(?P<{kind}>{rows})" for kind, rows in kinds.items())
    return re.compile(rf"(?<![a-z])(?=[^\W\d_])(?:{names})(?![a-z])".replace("ı", "i"))


_CAPITAL_AHEAD = re.compile(r"[ :]+[^\W\d_a-zß-öø-ÿ]")
_HAN = re.compile(f"[{HAN}]")
_LOWER_WORD_BEFORE = re.compile(r"(?:^|[ (])[a-z][a-z']* $")
_LABEL_TO_STAMP = re.compile(
    r"[ :|,.\-·()\[\]\"'~>=]*(?:(?:at|on|am|le|el|em|the|于|於|在) ?[:|]? ?)?", re.IGNORECASE
)
_STAMP_TO_LABEL = re.compile(r" ?[(\[]? ?")


def find_labels(text: str, stamps: list[Stamp]) -> list[Label]:
    """Find the labels of a tidy text that are not part of a stamp."""
    labels = []
    for match in _compile_labels(latin=text.isascii()).finditer(fold(text)):
        if any(stamp.start <= match.start() < stamp.end for stamp in stamps):
            continue
        kind = match.lastgroup
        word = text[match.start() : match.end()]
        if kind == "leading_author":
            if not _leads(text, match.start(), stamps):
                continue
            if word.isascii() and not _CAPITAL_AHEAD.match(text, match.end()):
                continue
            kind = "author"
        before = text[match.start() - 1 : match.start()]
        if kind == "neutral" and _HAN.match(word) and _HAN.match(before):
            continue  # "开庭时间" is the time of a hearing
        followed = text[match.end() : match.end() + 2].lstrip()
        if (
            word[0].isascii()
            and word[0].islower()
            and not followed.startswith(":")
            and _LOWER_WORD_BEFORE.search(text[: match.start()])
        ):
            continue
        assert kind is not None
        labels.append(Label(kind, match.start(), match.end()))  # type: ignore[arg-type]  # the groups
    return labels


def _leads(text: str, start: int, stamps: list[Stamp]) -> bool:
    """Say whether a place is where the text begins, or follows a mark or a stamp."""
    before = text[:start].rstrip(" (")
    return before[-1:] in ("", *"|·;,") or any(len(before) == stamp.end for stamp in stamps)


def label_stamps(text: str, stamps: list[Stamp], labels: list[Label]) -> list[LabelKind | None]:
    """Find the kind of the label that names each stamp.

    The label is before the stamp. It is after the stamp in a text that begins with a stamp and
    ends with a label ("10:32 发布").
    """
    kinds = [label for label in labels if label.kind in ("updated", "published", "neutral")]
    if not kinds:
        return [None] * len(stamps)
    suffixed = (
        bool(stamps)
        and not text[: stamps[0].start].strip(" ([")
        and not text[kinds[-1].end :].strip(" )].:")
        and _STAMP_TO_LABEL.fullmatch(text[stamps[-1].end : kinds[-1].start]) is not None
    )
    named: list[LabelKind | None] = []
    for stamp in stamps:
        kind: LabelKind | None = None
        for label in kinds:
            if suffixed:
                if label.start >= stamp.end and _STAMP_TO_LABEL.fullmatch(
                    text[stamp.end : label.start]
                ):
                    kind = label.kind
            elif label.end <= stamp.start and _LABEL_TO_STAMP.fullmatch(
                text[label.end : stamp.start]
            ):
                kind = label.kind
        named.append(kind)
    return named
