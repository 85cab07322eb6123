"""The words of timestamps: months, weekdays, labels, zone letters, and what they mean.

Only plain data and small look-ups. Which words may stand where is said by
`shapes` (inside a stamp) and `lines` (around it).
"""

from __future__ import annotations

from datetime import date


def _number_words(*rows: str) -> dict[str, int]:
    """Number the rows from 1; every word of a row means its number."""
    return {word: number for number, row in enumerate(rows, 1) for word in row.split()}


# Month names, full and short. A short form that is a plain word elsewhere (Spanish "ago",
# Italian "set") is left out: it would turn relative text into a date.
MONTHS = _number_words(
    "january jan januar jänner janvier janv enero ene gennaio janeiro januari января",
    "february feb februar februari février févr fév fevrier febrero febbraio fevereiro февраля",
    "march mar märz maerz mrz mars marzo março maart mrt марта",
    "april apr avril avr abril abr aprile апреля",
    "may mai mayo maggio maio mei мая",
    "june jun juni juin junio giugno junho июня",
    "july jul juli juillet juil julio luglio julho июля",
    "august aug août aout agosto augustus августа",
    "september sep sept septembre septiembre settembre setembro сентября",
    "october oct okt oktober octobre octubre ottobre outubro октября",
    "november nov novembre noviembre novembro ноября",
    "december dec dez dezember décembre déc decembre diciembre dic dicembre dezembro декабря",
)

# RFC 822 section 5.1 has three letters for a month and nothing else.
RFC822_MONTHS = frozenset([
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
])  # fmt: skip

# Weekdays, Monday is 1. Two-letter forms are German and Dutch, and count before a date only.
WEEKDAYS = _number_words(
    "monday mon montag mo lundi lun lunes lunedì segunda-feira maandag понедельник 月 一",
    "tuesday tue tues dienstag di mardi mar martes martedì terça-feira dinsdag вторник 火 二",
    "wednesday wed weds mittwoch mi mercredi mer miércoles mié mercoledì quarta-feira woensdag"
    " среда 水 三",
    "thursday thu thur thurs donnerstag do jeudi jeu jueves jue giovedì gio quinta-feira"
    " donderdag четверг 木 四",
    "friday fri freitag fr vendredi ven viernes vie venerdì sexta-feira vrijdag пятница 金 五",
    "saturday sat samstag sa samedi sam sábado sáb sabato sab zaterdag суббота 土 六",
    "sunday sun sonntag so dimanche dim domingo dom domenica zondag воскресенье 日 天 七",
)

ENGLISH_MONTHS = frozenset([
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
    "sep", "sept", "oct", "nov", "dec",
])  # fmt: skip
ENGLISH_MONTH_NUMBERS = {name.capitalize(): MONTHS[name] for name in ENGLISH_MONTHS}
ENGLISH_WEEKDAYS = frozenset([
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon",
    "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun",
])  # fmt: skip

# Words that move a twelve-hour clock, or that name a part of the day.
MERIDIEMS = {
    "am": "am", "pm": "pm",
    "上午": "am", "下午": "pm", "午前": "am", "午後": "pm", "오전": "am", "오후": "pm",
    "凌晨": "early", "清晨": "early", "早上": "early", "早晨": "early",
    "晚上": "late", "晚": "late",
    "中午": "noon",
}  # fmt: skip
MERIDIEM_CJK = "上午|下午|午前|午後|오전|오후|凌晨|清晨|早上|早晨|晚上|晚|中午"

# What RFC 822 section 5.1 gives a fixed meaning.
RFC822_ZONES = {
    "UT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
UTC_LETTERS = frozenset({"UTC", "GMT", "Z"})

# Zone letters in use and their offsets. They are never read by this table: it only tells zone
# letters from a source's name, and a contradiction ("+0800 EDT") from an explanation.
ZONE_LETTERS = {
    "ACDT": (10.5,), "ACST": (9.5,), "ADT": (-3,), "AEDT": (11,), "AEST": (10,), "AET": (10, 11),
    "AKDT": (-8,), "AKST": (-9,), "ART": (-3,), "AST": (-4, 3), "AWST": (8,), "BDT": (6, 8),
    "BJT": (8,), "BRST": (-2,), "BRT": (-3,), "BST": (1, 6, 11), "CAT": (2,), "CCT": (6.5, 8),
    "CDT": (-5, -4, 9), "CEST": (2,), "CET": (1,), "CLST": (-3,), "CLT": (-4,),
    "COT": (-5,), "CST": (-6, 8, -5, 9.5), "CT": (-6, -5), "EAT": (3,), "EDT": (-4, 11),
    "EEST": (3,), "EET": (2,), "EST": (-5, 10), "ET": (-5, -4), "GST": (4, -2), "HDT": (-9,),
    "HKT": (8,), "HST": (-10,), "ICT": (7,), "IDT": (3,), "IRST": (3.5,), "IST": (5.5, 1, 2),
    "JST": (9,), "KST": (9,), "MDT": (-6,), "MESZ": (2,), "MEZ": (1,), "MSD": (4,), "MSK": (3,),
    "MST": (-7, 8, 6.5), "MT": (-7, -6), "MYT": (8,), "NDT": (-2.5,), "NPT": (5.75,),
    "NST": (-3.5,), "NZDT": (13,), "NZST": (12,), "PDT": (-7,), "PHT": (8,), "PKT": (5,),
    "PST": (-8, 8), "PT": (-8, -7), "SAST": (2,), "SGT": (8,), "SST": (-11, 8), "TRT": (3,),
    "UT": (0,), "WAT": (1,), "WEST": (1,), "WET": (0,), "WIB": (7,), "WIT": (9,), "WITA": (8,),
}  # fmt: skip

# Zone phrases that mean one zone everywhere, casefolded.
ZONE_PHRASES = {
    "beijing time": "Asia/Shanghai", "china standard time": "Asia/Shanghai",
    "china time": "Asia/Shanghai", "shanghai time": "Asia/Shanghai",
    "北京时间": "Asia/Shanghai", "北京時間": "Asia/Shanghai", "中国标准时间": "Asia/Shanghai",
    "hong kong time": "Asia/Hong_Kong", "香港时间": "Asia/Hong_Kong", "香港時間": "Asia/Hong_Kong",
    "taipei time": "Asia/Taipei", "台北时间": "Asia/Taipei", "台北時間": "Asia/Taipei",
    "tokyo time": "Asia/Tokyo", "japan standard time": "Asia/Tokyo", "东京时间": "Asia/Tokyo",
    "日本時間": "Asia/Tokyo", "seoul time": "Asia/Seoul", "singapore time": "Asia/Singapore",
    "london time": "Europe/London", "伦敦时间": "Europe/London",
    "paris time": "Europe/Paris", "berlin time": "Europe/Berlin", "moscow time": "Europe/Moscow",
    "莫斯科时间": "Europe/Moscow", "new york time": "America/New_York",
    "coordinated universal time": "UTC", "greenwich mean time": "UTC",
}  # fmt: skip

# The days that ended with 23:59:60 UTC (IERS Bulletin C). There is none after 2016.
LEAP_SECOND_DAYS = frozenset(
    [date(year, 6, 30) for year in (1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997,
                                    2012, 2015)]
    + [date(year, 12, 31) for year in (1972, 1973, 1974, 1975, 1976, 1977, 1978, 1979, 1987,
                                       1989, 1990, 1995, 1998, 2005, 2008, 2016)]
)  # fmt: skip

# Era names: the year before the first, and the last year of the era (None: it still runs).
ERAS = {
    "令和": (2018, None), "平成": (1988, 31), "昭和": (1925, 64),
    "民国": (1911, None), "民國": (1911, None),
}  # fmt: skip

# Labels, as regular expressions. An "updated" label outranks every other stamp of a text;
# the others only say that the stamp behind them is the one that is meant.
UPDATED_LABELS = (
    r"(?:last|latest|recently|最后|最近)? ?(?:up-?dated|modified|revised|edited)(?! by\b)"
    r"(?: (?:at|on|time|date))?",
    r"(?:last|latest) ?(?:update|modification|change|edit)(?: (?:at|on|time|date))?",
    r"update(?: ?(?:time|date|at))?(?= ?:)",
    r"(?:date|time) ?(?:updated|modified)",
    r"(?:最后|最近|最終|最新)?(?:更新|修改|修订|修訂)(?:时间|時間|日期|日時|日|于|於|在)?",
    r"수정|업데이트",
    r"(?:zuletzt |letzte )?(?:aktualisiert|aktualisierung|geändert)(?: am)?",
    r"(?:dernière )?(?:mise à jour|mis à jour|modifié)(?: le)?",
    r"(?:última )?(?:actualización|actualizado|atualizado|atualização)(?: el| em)?",
)
PUBLISHED_LABELS = (
    r"(?:first |originally |date )?(?:published|posted|released)(?! by\b)(?: (?:at|on|time|date))?",
    r"(?:post|publish|publishing|publication|release|pub|issue)[ -]?(?:time|date)(?= ?:)",
    r"(?:created|issued|filed)(?: (?:at|on))?",
    r"(?:发布|發布|發佈|发表|發表|发稿|發稿|刊发|刊登|成文|创建|上传|录入|公開|掲載|投稿|配信)"
    r"(?:时间|時間|日期|日時|日|于|於|在)?",
    r"작성일?|등록일?|입력",
    r"(?:veröffentlicht|erstellt)(?: am)?",
    r"publié(?: le)?",
    r"publiziert(?: am)?",
    r"publicado(?: el| em)?",
)
NEUTRAL_LABELS = (
    r"(?:date|time|datetime|timestamp|dated)(?= ?:)",
    r"(?:datum|fecha|data)(?= ?:)",
    r"(?:日期|时间|時間|编辑时间)(?= ?:)",
)
# What comes before a source or an author.
SOURCE_LABELS = (
    r"(?:source|from|quelle|fuente)(?= ?:)",
    r"(?:信息来源|信息來源|文章来源|新闻来源|稿件来源|来源|來源|來自|来自|출처)[于於]?(?= ?:| )",
    r"(?:来源|來源)",
)
AUTHOR_LABELS = (
    r"(?:written |words |text |story |reported |published |posted |submitted |compiled |edited )?by\b",
    r"(?:authors?|writers?|reporters?|editors?)(?= ?:)",
    r"(?:责任编辑|責任編輯|责编|本报记者|作者|记者|記者|编辑|編輯|文)(?= ?:)",
    r"(?:本报)?(?:作者|记者|記者)",
)
# Words of other use that come before an author where a line or a part of it begins.
LEADING_AUTHOR_LABELS = (
    r"(?:von|par|por|door|av|af)(?= (?-i:[^\W\d_a-zß-öø-ÿ]))",
    r"(?:text|words|story|report)(?= ?: ?(?-i:[^\W\d_a-zß-öø-ÿ]))",
    r"بقلم|מאת",
    r"图?文(?=/)|通讯员",
)
