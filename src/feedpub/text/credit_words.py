"""The words of credits: what a photo is called, who is an agency, how pages name the place."""

from __future__ import annotations

# Kinds of pictures, as regular expressions: a credit begins with one. The rare ones are
# words of a caption too (`Map: Hangzhou`).
KIND = r"(?:photo(?:graph(?:er|y)?)?|image|picture|pic|illustration|drawing|graphic|infographic)s?"
RARE_KIND = r"(?:cartoon|artwork|rendering|screenshot|map|chart|video)s?"
FOREIGN_KIND = r"(?:fotos?|bild|图片来源|图|摄影)"
SOURCE = r"(?:credits?|source|来源)"

# Tokens of the class or id of an element that holds a credit.
PLACE_NAME = (
    r"credit|photographer|photo-?by|copyright|copyrights|^source$|fotograf|^by$|image-?author"
    r"|(?:img|image|photo|media|pic)[-_]+(?:source|author|byline)|agency|firma|autor|cr[ée]dito"
    r"|kredit|kilde"
)

_AGENCY_NAMES = tuple(
    name.strip()
    for name in """
    ABC, ANI, BBC, CBS, CNA, CNN, CRI, DW, FBC, NBC, NHK, NPR, PBS, RTHK, SCIO, SCMP,
    AAP, AFP, Agence France-Presse, Alamy, Anadolu, ANSA, AP, Associated Press, Bernama, Bloomberg,
    CCTV, CFP, CGTN, China Daily, China News Service, CNS, CNSphoto, DPA, ECNS, EFE, EPA-EFE, Getty,
    Getty Images, Global Times, IC, IC Photo, ICphoto, Imaginechina, iStock, Jiji, Kyodo,
    Kyodo News, NASA, NurPhoto, People's Daily, Press Association, Press Trust of India, PTI,
    Reuters, Shutterstock, Sipa, Sputnik, TASS, The Associated Press, UPI, VCG, Visual China,
    Visual China Group, VNA, Xinhua, Xinhua News Agency, Yonhap, ZUMA Press,
    新华社, 新华网, 中新社, 中新网, 中国新闻社, 法新社, 路透社, 路透, 美联社, 共同社, 塔斯社,
    视觉中国, 东方IC, 人民网, 人民日报, 人民视觉, 央视, 央视新闻, 央视网, 中国日报, 中国日报网,
    图虫创意, 澎湃新闻, 新京报, 环球时报, 浙江日报, 浙江在线, 潮新闻, 光明日报, 中国青年报
    """.split(",")
)
# Agencies, papers, stations and picture libraries, casefolded.
AGENCIES = frozenset(name.casefold() for name in _AGENCY_NAMES)
# Those that are letters alone: behind a time they are no zone.
AGENCY_LETTERS = frozenset(
    name for name in _AGENCY_NAMES if name.isascii() and name.isalpha() and name.isupper()
)
