"""Captions and credits: which part of a line below an image credits its source."""

from __future__ import annotations

import re

from feedpub.text import AGENCIES, HAN, KIND, RARE_KIND, load_words

_WORDS = load_words("feedpub.pages", "captions")


def _one_of(table: str) -> str:
    return "|".join(_WORDS[table])


# Words that a credit begins with. `file photo` alone names nobody, `file photo: Xinhua` does.
_PHOTO = re.compile(
    rf"(?:(?:file|stock|handout|courtesy|video)\s+)?(?:{KIND}|{RARE_KIND})(?:[\s-]+{KIND})?\b",
    re.I,
)
_CREDIT = re.compile(
    r"(?:(?:photo|image|picture|video|illustration)s?\s+)?credits?(?=\s*[:：/.…])|©|\(c\)(?=\s)",
    re.I,
)
_LINK = re.compile(
    r"\s*(?:(?:credit|source|courtesy)s?\s*)?"
    r"(?:[/／:：|｜丨]|\.{3}|…|[-–—](?=\s)|©|(?:by|via|from)\b[\s:：]*(?=\S))",
    re.I,
)
# How it was obtained is part of the credit. Only a name can follow.
_OBTAINED = re.compile(rf"(?:{_one_of('obtained')})\s+(?=\S)", re.I)
# What follows `photo` without naming anybody.
_NO_NAME = re.compile(_one_of("nobody"))
_SOURCE = re.compile(r"source\s*[:：]", re.I)

# 图片来源, 摄影, 供图 and so on, a mark, and a name. Without the mark they are words of a caption.
_CHINESE_LABEL = re.compile(
    r"(?:资料)?(?:图片|照片|图源|供图|配图|制图|绘图|截图|漫画|摄影|来源|图|摄)"
    r"(?:来源|提供|作者|记者|摄影)?\s*[/／:：|｜丨]\s*|摄影\s+"
)
# 新华社记者李勃摄 names who took it; 拍摄 and 日摄 say when or how.
_TAKEN = r"(?<![拍日月年时夜晚])摄"
_CHINESE_NAME = rf"[{HAN}·]{{2,4}}"
_TAKEN_IN_BRACKETS = re.compile(rf"([^\d，。：:/／]{{2,40}}?)\s*[/／]?\s*{_TAKEN}")
_TAKEN_AT_END = re.compile(
    r"(?:^|(?<=[。！？；.!?])|\s)\s*"
    rf"([^\s。！？；，]{{0,12}}(?:记者|通讯员|摄影师)\s*{_CHINESE_NAME}(?:[、\s]+{_CHINESE_NAME})*?|"
    rf"{_CHINESE_NAME}(?:、{_CHINESE_NAME})*?)\s*[/／]?\s*{_TAKEN}$"
)
_RELEASED = re.compile(
    rf"(?:^|(?<=[。！？；）.!?\s]))({_one_of('releasing')})\s*发"
    rf"(?:\s*[（(]\s*([^（）()\d]{{2,20}}?)\s*摄\s*[）)]|\s*({_CHINESE_NAME})\s*摄)?$"
)
_GIVEN = re.compile(
    r"(?:^|(?<=[。！？；.!?])|\s)(?:(?:图片|照片|图)由)?"
    rf"([{HAN}·]{{2,16}}供图|(?<=由)[{HAN}·]{{2,16}}提供)$"
)

# What the names of papers, stations and sites end with.
_AGENCY_NAME = re.compile(
    rf".*\S\s+(?:{_one_of('agency_endings')})|.*\S(?:{_one_of('unspaced_agency_endings')})"
    r"|for\s+\S.*|handout|[\w-]+\.(?:com|cn|net|org|gov|news)(?:\.[a-z]{2})?",
    re.I,
)
_AGENCY_PHOTO = re.compile(
    r"(.+?)\s*(?:file\s+)?(?:photos?|images|pictures|图|图片|照片|资料图)", re.I
)
_COMMA = re.compile(r"[,，]")
_ACRONYM = re.compile(r"[A-Z]{3,5}")
_PERSON = re.compile(rf"[A-Z][\w'’.-]+(?:\s+[A-Z][\w'’.-]*){{1,3}}|[{HAN}·]{{2,6}}")

_LONG_HAN = re.compile(f"[{HAN}]{{15}}")

_SMALL_WORDS = frozenset(_WORDS["small_words"])
_NAME_WORD = re.compile(
    r"[/／&]$|[(\[（]?(?:[A-Z0-9@#&©]|[^\W\d_a-zA-Z]|\w+[@.:：/]\w|[a-z]+[A-Z])"
)
_ACCOUNT = re.compile(r"[:：]\s(\S+)$")
_SENTENCE_END = re.compile(r"[.!?;。！？；…][\"'”’」』)）\]］】]*$")
_SENTENCE_BREAK = re.compile(r"(?<!\b[A-Z])(?<!\b[JSDM]r)[.!?;]\s|[。！？；]")
_ABBREVIATED = re.compile(rf"(?:\b(?:[A-Z]|{_one_of('abbreviations')})|\.[A-Za-z])\.$")
_SEPARATORS = " \t\u3000|｜丨/–—•·-,，"
# Without brackets, fewer words begin a credit: `Map: Hangzhou` says what is shown.
_BARE = re.compile(
    rf"(?<![\w(\[（［【/-])(?:(?!{RARE_KIND}\b){_PHOTO.pattern}|{_CREDIT.pattern}|"
    rf"{_OBTAINED.pattern}|{_CHINESE_LABEL.pattern})",
    re.I,
)
_MARKED = re.compile(r"[^:：/／]{1,30}[:：/／]|©")
_SLASH_AGENCY = re.compile(r"\s/\s?([^\s/][^/]{0,40})$")  # West Lake. /CFP
_FIGURE = re.compile(r"(?:图|图片|照片)\s*[:：]")

_PAIRS = {")": "(（", "）": "(（", "]": "[［【", "］": "[［【", "】": "[［【"}
_EMPTY = re.compile(r"[\[［【](?:photo|image|picture)s?\s?[/:：]?\s?[\]］】][.。]?$", re.I)
_SQUARE = re.compile(r"[\[［【]([^\[\]［］【】]{1,300})[\]］】]")
_ROUND_FIRST = re.compile(r"[(（]([^()（）]{1,300})[)）]\s*(?=\S)")
_UNCLOSED = re.compile(r"[\[［【]([^\[\]［］【】]{1,200})$")

_MAX_CREDIT = 300
_MAX_NAME_WORDS = 10
_MAX_CREDITS = 4


def split_caption(line: str) -> tuple[str | None, str | None]:
    """Split the line under an image into what it shows and who is credited.

    `What it shows. [Photo/WeChat: name]` is ("What it shows.", "WeChat: name"). A bracket is a
    credit if it begins with a word like photo, is a known agency, or has the form agency/person.
    All others belong to the caption. Commas separate several credits.
    """
    caption = line.strip()
    empty = _EMPTY.search(caption, max(len(caption) - _MAX_CREDIT, 0))
    if empty is not None:
        caption = caption[: empty.start()].rstrip()
    taken: list[str] = []
    while len(taken) < _MAX_CREDITS:
        found = _take_last(caption)
        if found is None:
            break
        caption, credit = found
        taken.insert(0, credit)
    caption = _take_brackets(caption, taken)
    return caption or None, ", ".join(dict.fromkeys(taken)) or None


def _take_last(line: str) -> tuple[str, str] | None:
    """Take the credit at the end of a line, with or without brackets."""
    stop = line[-1:] if line[-1:] in {".", "。"} else ""
    ending = line[: len(line) - len(stop)].rstrip()
    released = _RELEASED.search(ending, max(len(ending) - _MAX_CREDIT, 0))
    if released is not None:
        name = released[2] or released[3]
        return _trim(ending[: released.start()]), released[1] + (f"/{name}" if name else "")
    start = _find_bracket(ending)
    if start is not None:
        credit = _read_bracket(ending[start + 1 : -1], ending[start] in "[［【", ending[:start])
        if credit is not None:
            return _end_sentence(_trim(ending[:start]), stop), credit
    unclosed = _UNCLOSED.search(ending, max(len(ending) - _MAX_CREDIT, 0))
    if unclosed is not None:
        credit = _read_label(unclosed[1], strict=True)
        if credit is not None:
            return _trim(ending[: unclosed.start()]), credit
    return _take_bare(ending)


def _take_bare(ending: str) -> tuple[str, str] | None:
    at = max(len(ending) - _MAX_CREDIT, 0)
    for pattern in (_TAKEN_AT_END, _GIVEN):
        found = pattern.search(ending, at)
        if found is not None:
            return _trim(ending[: found.start()]), found[1]
    for label in _BARE.finditer(ending, at):
        before, text = ending[: label.start()], ending[label.start() :]
        credit = _read_label(text, strict=True)
        if credit is None or not _looks_like_name(credit) or not _may_begin(before, text):
            continue
        if not _FIGURE.match(text) or _is_agency(credit):
            return _trim(before), credit
    # After the last sentence: REUTERS/Jason Lee, or VCG.
    begin = max((found.end() for found in _SENTENCE_BREAK.finditer(ending, at)), default=0)
    if begin or len(ending) <= _MAX_CREDIT:
        credit = ending[begin:].strip()
        if _is_agency_alone(credit) or _is_agency_and_person(credit, surely=True):
            return _trim(ending[:begin]), credit
    slash = _SLASH_AGENCY.search(ending, at)
    if slash is not None and _is_agency_alone(slash[1]):
        return _trim(ending[: slash.start()]), slash[1]
    return None


def _may_begin(before: str, text: str) -> bool:
    """Say whether a credit without brackets can begin here instead of a phrase."""
    ending = before.rstrip()
    if not ending or _SENTENCE_END.search(ending[-9:]) or ending[-1] in _SEPARATORS:
        return True
    # `West Lake at dawn Photo by Li Bo` is written like that; `a photo by Li Bo` is a phrase.
    is_marked = _MARKED.match(text) is not None or ending.split()[-1][0].islower()
    return before != ending and is_marked and not text[0].islower()


def _take_brackets(caption: str, taken: list[str]) -> str:
    """Take the credits at the start of a caption or in square brackets after a sentence."""
    first = _ROUND_FIRST.match(caption)
    if first is not None and (credit := _read_label(first[1], strict=True)) is not None:
        taken.insert(0, credit)
        caption = caption[first.end() :]
    for bracket in list(_SQUARE.finditer(caption))[::-1]:
        start = bracket.start()
        if start and not _SENTENCE_END.search(caption[max(start - 9, 0) : start].rstrip()):
            continue  # it is a word of the sentence
        label = _read_label(bracket[1], strict=False)
        if label is not None and len(taken) < _MAX_CREDITS:
            taken.insert(0, label)
            caption = f"{caption[:start].rstrip()} {caption[bracket.end() :].lstrip()}"
    return caption.strip()


def _find_bracket(text: str) -> int | None:
    """Find where the bracket at the end of a text opens."""
    opening = _PAIRS.get(text[-1:])
    if opening is None:
        return None
    depth = 0
    for at in range(len(text) - 1, max(len(text) - _MAX_CREDIT, 0) - 1, -1):
        if _PAIRS.get(text[at]) == opening:
            depth += 1
        elif text[at] in opening:
            depth -= 1
            if not depth:
                return at
    return None


def _read_bracket(text: str, is_square: bool, before: str) -> str | None:
    text = text.strip()
    credit = _read_label(text, strict=not is_square)
    if credit is not None:
        return credit
    source = _SOURCE.match(text)
    if source is not None:
        return _clean(text[source.end() :])
    released = _RELEASED.fullmatch(text)
    if released is not None:
        return released[1] + (f"/{released[3]}" if released[3] else "")
    taken = _TAKEN_IN_BRACKETS.fullmatch(text) or _GIVEN.fullmatch(text)
    if taken is not None:
        return taken[1].strip()
    if _is_agency_alone(text):
        return None if _abbreviates(text, before) else text
    return text if _is_agency_and_person(text, surely=False) else None


def _read_label(text: str, *, strict: bool) -> str | None:
    """Read the name after a word like photo. `strict` requires a mark or a word between them."""
    text = text.strip()
    chinese = _CHINESE_LABEL.match(text)
    if chinese is not None:
        return _clean(re.sub(rf"\s*{_TAKEN}$", "", text[chinese.end() :]))
    if _OBTAINED.match(text):
        return _clean(text)
    label = _CREDIT.match(text) or _PHOTO.match(text)
    if label is None:
        return None
    rest = text[label.end() :]
    link = _LINK.match(rest)
    if _OBTAINED.match(rest.lstrip(" \t/:：-–—")):
        return _clean(rest)
    if link is not None:
        return _clean(rest[link.end() :])
    if label[0] in {"©", "(c)", "(C)"}:
        return _clean(re.sub(r"\s*\d{4}\b", "", rest, count=1))
    named = rest[:1].isspace() and (not strict or _is_agency_alone(rest.strip()))
    return _clean(rest) if named else None


def _clean(name: str) -> str | None:
    """Clean a name; None if it names nobody."""
    name = " ".join(name.split()).strip(" /／:：|｜丨,，;；、。-–—…")
    if name.endswith(".") and not _ABBREVIATED.search(name):
        name = name[:-1].rstrip()
    if not name or _NO_NAME.match(name):
        return None
    # These words say how it was obtained. They stay, and now begin the text.
    return name[0].upper() + name[1:] if _OBTAINED.match(name) else name


def _is_agency_alone(text: str) -> bool:
    if text.casefold() in AGENCIES:
        return not text.islower()
    photo = _AGENCY_PHOTO.fullmatch(text)
    return photo is not None and _is_agency_alone(photo[1])


def _abbreviates(text: str, before: str) -> bool:
    """Say whether letters in brackets abbreviate the words before: integrated circuit (IC)."""
    words = [word for word in re.findall(r"\w+", before[-200:]) if word not in _SMALL_WORDS]
    initials = "".join(word[0] for word in words[-len(text) :]).upper()
    return text.isupper() and initials == text


def _is_agency_and_person(text: str, *, surely: bool) -> bool:
    """Say whether a text has the form agency/person, person/agency, or person via agency."""
    head, via, agency = text.rpartition(" via ")
    if via:
        return _is_agency(agency) and _looks_like_name(head)
    parts = [part.strip() for part in re.split(r"[/／]", text)]
    if _PHOTO.fullmatch(parts[0]):
        return False  # a label without a name
    if not 2 <= len(parts) <= 4 or not all(_looks_like_name(part) for part in parts):
        return False
    if any(_is_known(part) if surely else _is_agency(part) for part in parts):
        return True
    is_acronym = _ACRONYM.fullmatch(parts[0]) is not None and parts[0] not in _WORDS["countries"]
    return not surely and is_acronym and _PERSON.fullmatch(parts[1]) is not None


def _is_known(text: str) -> bool:
    return _is_agency_alone(_COMMA.split(text)[0])


def _is_agency(text: str) -> bool:
    return _is_known(text) or _AGENCY_NAME.fullmatch(text) is not None


def _looks_like_name(text: str) -> bool:
    """Say whether all words of a text could belong to a name."""
    words = text.split()
    if not words or len(words) > _MAX_NAME_WORDS or _SENTENCE_BREAK.search(text):
        return False
    if _LONG_HAN.search(text):
        return False
    named = [word for word in words if _NAME_WORD.match(word)]
    others = {word.strip(",:：") for word in words} - {word.strip(",:：") for word in named}
    # A single word might be the name of an account, and so might the word after `account:`.
    return len(words) == 1 or (
        bool(named) and others <= _SMALL_WORDS | {words[-1]} & set(_ACCOUNT.findall(text))
    )


def _trim(caption: str) -> str:
    """Trim the separators before a credit that was cut off."""
    return caption.rstrip(_SEPARATORS)


def _end_sentence(caption: str, stop: str) -> str:
    """Restore the period of a sentence that was after the credit."""
    return caption if not caption or _SENTENCE_END.search(caption) else caption + stop
