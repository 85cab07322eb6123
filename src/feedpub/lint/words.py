"""Closed lists that modules refer to: countries, currencies, roles, podcast categories."""

from __future__ import annotations

# ISO 3166-1, with AN, CS, YU and TP, which were withdrawn.
COUNTRIES = frozenset(
    """AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CS CU CV CW CX CY CZ DE DJ DK DM DO
    DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW
    GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ
    LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX
    MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL
    TM TN TO TP TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT YU ZA ZM
    ZW""".split()
)
# ISO 4217, with those that were replaced since feeds began.
CURRENCIES = frozenset(
    """AED AFN ALL AMD ANG AOA ARS AUD AWG AZM AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD
    BTN BWP BYN BYR BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CSD CUC CUP CVE CYP CZK DJF DKK
    DOP DZD EEK EGP ERN ETB EUR FJD FKP GBP GEL GHC GHS GIP GMD GNF GTQ GWP GYD HKD HNL HRK HTG HUF
    IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL
    LVL LYD MAD MDL MGA MKD MMK MNT MOP MRO MRU MTL MUR MVR MWK MXN MXV MYR MZM MZN NAD NGN NIO NOK
    NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR ROL RON RSD RUB RWF SAR SBD SCR SDD SDG SEK SGD SHP
    SIT SKK SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMM TMT TND TOP TRL TRY TTD TWD TZS UAH
    UGX USD USN USS UYU UYW UZS VEB VED VEF VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XDR XFO
    XFU XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMK ZMW ZWD ZWG ZWL""".split()
)
# The roles of the European Broadcasting Union, which media:credit takes where it names no scheme.
CREDIT_ROLES = frozenset(
    role.strip()
    for role in """actor; adaptor; anchor person; animal trainer; animator; announcer; armourer;
    art director; artist; artist/performer; assistant camera; assistant chief lighting technician;
    assistant director; assistant producer; assistant visual editor; author; broadcast assistant;
    broadcast journalist; camera operator; carpenter; casting; causeur; chief lighting technician;
    choir; choreographer; clapper loader; commentary or commentator; commissioning broadcaster;
    composer; computer programmer; conductor; consultant; continuity checker; correspondent;
    costume designer; dancer; dialogue coach; director; director of photography; distribution company;
    draughtsman; dresser; dubber; editor; editor/producer; ensemble; executive producer; expert;
    fight director; floor manager; focus puller; foley artist; foley editor; foley mixer;
    graphic assistant; graphic designer; greensman; grip; hairdresser; illustrator;
    interviewed guest; interviewer; key character; key grip; key talents; leadman; librettist;
    lighting director; lighting technician; location manager; lyricist; make up artist; manufacturer;
    matte artist; music arranger; music group; musician; news reader; orchestra; participant;
    performer; photographer; post; producer; production assistant; production company;
    production department; production manager; production secretary; programme production researcher;
    programme proposal; property manager; publishing company; puppeteer; pyrotechnician; reporter;
    rigger; runner; scenario; scenic operative; script supervisor; second assistant camera;
    second assistant director; second unit director; set designer; set dresser; sign language; singer;
    sound designer; sound mixer; sound recordist; special effects; stunts; subtitles;
    technical director; term; translation; transportation manager; treatment; treatment proposal;
    treatment/programme proposal; vision mixer; visual editor; visual effects; wardrobe;
    witness""".split(";")
)
# Apple's categories of podcasts, and what stands below each.
PODCAST_CATEGORIES = {
    name.strip(): frozenset(below.strip() for below in rest.split(";") if below.strip())
    for name, _, rest in (
        line.partition(":")
        for line in """
Arts: Books; Design; Fashion & Beauty; Food; Performing Arts; Visual Arts
Business: Careers; Entrepreneurship; Investing; Management; Marketing; Non-Profit
Comedy: Comedy Interviews; Improv; Stand-Up
Education: Courses; How To; Language Learning; Self-Improvement
Fiction: Comedy Fiction; Drama; Science Fiction
Government:
Health & Fitness: Alternative Health; Fitness; Medicine; Mental Health; Nutrition; Sexuality
History:
Kids & Family: Education for Kids; Parenting; Pets & Animals; Stories for Kids
Leisure: Animation & Manga; Automotive; Aviation; Crafts; Games; Hobbies; Home & Garden; Video Games
Music: Music Commentary; Music History; Music Interviews
News: Business News; Daily News; Entertainment News; News Commentary; Politics; Sports News; Tech News
Religion & Spirituality: Buddhism; Christianity; Hinduism; Islam; Judaism; Religion; Spirituality
Science: Astronomy; Chemistry; Earth Sciences; Life Sciences; Mathematics; Natural Sciences; Nature; Physics; Social Sciences
Society & Culture: Documentary; Personal Journals; Philosophy; Places & Travel; Relationships
Sports: Baseball; Basketball; Cricket; Fantasy Sports; Football; Golf; Hockey; Rugby; Running; Soccer; Swimming; Tennis; Volleyball; Wilderness; Wrestling
Technology:
True Crime:
TV & Film: After Shows; Film History; Film Interviews; Film Reviews; TV Reviews
""".strip().splitlines()
    )
}
# Those of before 2019, which a warning will do for.
FORMER_PODCAST_CATEGORIES = {
    name.strip(): frozenset(below.strip() for below in rest.split(";") if below.strip())
    for name, _, rest in (
        line.partition(":")
        for line in """
Arts: Literature
Arts & Entertainment: Architecture; Design; Entertainment; Games; Performing Arts; Photography; Poetry; Science Fiction
Audio Blogs:
Business: Business News; Careers; Finance; Investing; Management & Marketing; News; Shopping
Comedy:
Education: Education Technology; Higher Education; K-12; Language Courses; Training
Family:
Food:
Games & Hobbies: Automotive; Aviation; Hobbies; Other Games; Video Games
Government & Organizations: Local; National; Non-Profit; Regional
Health: Alternative Health; Diet & Nutrition; Fitness; Fitness & Nutrition; Relationships; Self-Help; Sexuality
International: Australian; Belgian; Brazilian; Canadian; Chinese; Dutch; French; German; Hebrew; Italian; Japanese; Norwegian; Polish; Portuguese; Spanish; Swedish
Movies & Television:
News & Politics:
Politics:
Public Radio:
Religion & Spirituality: New Age; Other; Philosophy
Science & Medicine: Medicine; Natural Sciences; Social Sciences
Society & Culture: History
Sports & Recreation: Amateur; College & High School; Outdoor; Professional
Talk Radio:
Technology: Computers; Developers; Gadgets; Information Technology; News; Operating Systems; Podcasting; Smart Phones; Software How-To; Tech News; Text/Speech
Transportation: Automotive; Aviation; Bicycles; Commuting
Travel:
""".strip().splitlines()
    )
}
