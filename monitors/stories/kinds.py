"""Which kinds of event a text speaks of, and which kinds one event goes through."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from monitors.stories.turns import CONDUCT
from monitors.stories.words import stems

_OFFICE = r"(?:chief|sheriff|superintendent|principal|marshal|police commissioner)(?:['’]s)?"
_REMOVED = (
    r"on (?:\w+ )?leave|oust\w*|remov(?:ed|es|al)|fired|terminat\w+|dismiss\w+|sacked|canned|shown the door|resign\w*|"
    r"steps? (?:down|aside)|retire[ds]?|out (?:after|at|as)|suspend\w*|sues?|suing|suit|lawsuit|hearing|severance|buyout"
)
EVENTS = {
    "shooting": stems("shoot gun gunman bullet shell-casings drive-by"),
    "death": stems("die kill murder body manslaughter coroner medical-examiner funeral"),
    "arrest": stems("arrest handcuff charge indict plead plea arraign jury"),
    "injury": stems("injure critical stable surgery recover airlift"),
    "stabbing": stems("stab knife slash machete"),
    "crash": stems("crash collide overturn hit-and-run pile-up wreckage"),
    "pursuit": stems("pursuit chase flee eluding"),
    "fire": stems("blaze arson flames firefighters smoke"),
    "explosion": stems("explode gas-leak leak"),
    "threat": stems("threat hoax swat unfounded rumor threatens"),
    "bomb": stems("bomb suspicious package device"),
    "lockdown": stems("lockdown locked secure shelter evacuate lockout dismissal reunification perimeter"),
    "weapon": stems("gun handgun weapon firearm rifle pistol loaded backpack airsoft"),
    "missing": stems("miss abduct amber runaway kidnap lure stranger"),
    "standoff": stems("barricade standoff stand-off hostage negotiator surrender"),
    "protest": stems("protest rally walkout walk-out demonstrate curfew chant vigil"),
    "hate": stems("hate swastika noose racist graffiti slur klan antisemitic bias vandal"),
    "force": stems("taser force bodycam body-camera body-worn restrain excessive brutality punched chokehold"),
    "conduct": stems(
        "misconduct resign suspend lawsuit settle oversight discipline administrative sued audit ethics"
    ),
    "abuse": stems("sexual sexually abuse molest inappropriate pornography grooming assault rape solicit"),
    "overdose": stems("overdose fentanyl narcan vape vaping opioid"),
    "immigration": stems("immigration immigrant deport detention detainer"),
    "fight": stems("fight brawl melee beaten assault bully"),
    "programme": stems("sro contract mou memorandum agreement renew"),
    "robbery": stems("rob burglar steal theft carjack heist shoplift"),
    "suicide": stems("suicide self-inflicted"),
    "drowning": stems("drown divers capsize"),
    "outage": stems("outage power storm flood tornado snow closure"),
}  # fmt: skip
"""A kind of event → the stems that speak of it. One item may speak of several."""

PHRASES = {
    kind: re.compile(rf"\b(?:{phrase})", re.IGNORECASE)
    for kind, phrase in {
        "programme": r"(?:school )?resource officers?|SROs?\b|(?:school|campus) (?:officer|police) (?:program|deal|agreement)|"
        r"school officers\b|(?:police|officers|cops) (?:in|into|out of|leaving|leave|from|off) (?:the |our |its |\w+ )?(?:schools|campus)",
        "force": r"kneel\w* on|knee (?:on|in)|pinned (?:down|to|under|outside)|use of force|(?:tackl|punch|slamm|tas)\w+ (?:a |the |by )?"
        r"(?:officer|deput|teen|boy|girl|student|man|woman)|officer (?:shoots|shot|kills|fired)|(?:shot|killed) by (?:a |an |the )?"
        r"(?:\w+ )?(?:officer|deput|police)|dash ?-?cam|dash camera",
        "lockdown": r"law enforcement (?:is|are|was|were) (?:on|at)|police (?:are|is|were) (?:at|on|there|outside)|police (?:presence|"
        r"activity)|incident at|doors (?:were |are )?locked|lock(?:s|ed|ing)? (?:their |its |the )?doors",
        "conduct": r"(?:placed|put|is|are|was) on (?:\w+ )?leave|fired by|steps? down|no[- ]confidence",
        "immigration": r"(?:immigration|federal|ICE) (?:agents|officers|authorities)|detain\w* (?:by|outside) (?:federal|immigration|ICE|agents)|"
        r"agents detain\w*",
        "crash": r"plow(?:s|ed) into|(?:car|suv|truck|pickup|driver|vehicle|van|bus) (?:hits?|struck|strikes?|drove into|slams?|"
        r"slammed)|(?:hit|struck) (?:by|the|a) (?:\w+ ){0,2}(?:car|suv|truck|pickup|driver|cyclist|pedestrian)|hit (?:cyclist|"
        r"pedestrian)|(?:cyclist|pedestrian) (?:hit|struck|killed)",
        "pursuit": r"high-speed|pit maneuver|led (?:police|officers|deputies|troopers) on",
        "removal": rf"{_OFFICE} (?:[^.]{{0,50}} )?(?:{_REMOVED})\b|(?:oust\w*|fires|firing|dismiss\w+|remov\w+|hearing for|vote on|"
        rf"suspends?|replac\w+|terminat\w+)\b[^.]{{0,40}} {_OFFICE}\b|(?:acting|interim|ex-|former|fired|ousted) (?:police )?{_OFFICE}\b|"
        r"(?:board|council|city|town|county|trustees|commission|selectmen|aldermen|supervisors) (?:votes? to )?fires\b",
        "missing": r"last seen|whereabouts|search(?:es|ing)? for (?:a |the )?(?:missing|\d+-year-old)",
        "drowning": r"in(?:to)? the (?:water|river|lake|creek|pond|canal)|rescue boats?|swept (?:away|into)|"
        r"(?:pulled|recovered|rescued) from (?:the |a )?(?:\w+ )?(?:river|water|lake|pool|creek|pond)",
        "protest": r"walk(?:s|ed|ing)? out\b|took to the streets|march(?:ed|es|ing) (?:to|down|on|from|through)",
        "death": r"grieving|mourn\w*|traged\w+|passed away|loss of (?:a|one)|in memory of|condolences",
        "standoff": r"refus\w+ to come out|holed up|surround(?:s|ed|ing)?\b|stay in place",
        "shooting": r"shots? (?:were |was )?(?:heard|fired|reported)|opened fire|shell casings?",
    }.items()
}
"""Events told in phrases: kind → what says so."""

CHAINS = (
    ("shooting", "death", "lockdown", "standoff", "pursuit", "weapon", "force"),
    ("threat", "lockdown", "weapon", "bomb", "explosion"),
    ("stabbing", "death", "fight", "lockdown"),
    ("crash", "death", "pursuit", "drowning"),
    ("fire", "explosion", "death", "lockdown"),
    ("force", "death", "conduct", "protest", "fight"),
    ("abuse", "conduct"),
    ("hate", "protest", "threat"),
    ("immigration", "protest"),
    ("missing", "death", "drowning"),
    ("overdose", "death"),
    ("suicide", "death"),
    ("conduct", "programme", "protest"),
    ("programme", "protest"),
    ("conduct", "lockdown", "pursuit"),
    ("conduct", "shooting", "standoff"),
    ("conduct", "removal", "protest"),
    ("conduct", "immigration"),
    ("conduct", "threat"),
    ("robbery", "lockdown", "pursuit", "shooting", "standoff"),
)
"""Kinds that one event goes through: a shooting becomes a death, a threat a lockdown."""

GENERAL = frozenset(["death", "injury", "arrest", "lockdown", "weapon", "protest", "conduct"])
"""Kinds that follow from others and do not by themselves tell one event from another."""

NO_EVENT = re.compile(
    r"\b(?:(?:flu|booster|covid|allergy|jump|slap|foul|free|long|parting|screen|drone)[- ]?shots?|shots? (?:records?|clinics?|"
    r"blockers?|attempts?|put|glass)|fire (?:department|district|station|hall|chief|drill|truck|safety|pit|academy|levy|code|"
    r"marshal)s?|(?:board|council|city|town|county|trustees|commission|selectmen|aldermen|supervisors) (?:votes? to )?fires|"
    r"(?:smoke|power) (?:forecast|alarm|detector|outlook)s?|rall(?:y|ies|ied) (?:past|to (?:beat|win|edge|top)|late)|pep rall(?:y|ies)|"
    r"body of water|(?:student|governing) body|die-?hard|fight song|food fight|(?:early )?dismissal (?:time|bell|procedure|hearing)s?|"
    r"early dismissal|storm(?:ed|s)? (?:back|past)|bullet points?|power (?:play|tools|washing))\b",
    re.IGNORECASE,
)
"""Words of an event in phrases that speak of none."""

LINKED = frozenset(
    [(one, other) for chain in CHAINS for one in chain for other in chain]
    + [(kind, kind) for kind in (*EVENTS, *PHRASES)]
    + [
        pair
        for kind in (*EVENTS, *PHRASES)
        for any_ in ("lockdown", "injury", "arrest")
        for pair in ((kind, any_), (any_, kind))
    ]
)
"""Kinds that may speak of one event; schools close their doors for any of them."""

IN_CAPITALS = {"immigration": re.compile(r"\bICE\b")}
"""Kinds told by a word that means something else in small letters."""
_WORD = re.compile(r"[^\W_][\w'’.-]*")
EVENT_STEMS = frozenset().union(*EVENTS.values())


def kinds_of(said: AbstractSet[str], whole: str) -> frozenset[str]:
    """The kinds that the stems of a text (`said`) or its phrases speak of."""
    if NO_EVENT.search(whole):
        said = said & stems(" ".join(_WORD.findall(NO_EVENT.sub(" ", whole))))
    kinds = {kind for kind, event in EVENTS.items() if not event.isdisjoint(said)}
    kinds |= {kind for kind, name in IN_CAPITALS.items() if not whole.isupper() and name.search(whole)}
    kinds |= {kind for kind, phrase in PHRASES.items() if phrase.search(whole)}
    kinds |= {"conduct"} if CONDUCT.search(whole) else set()
    return frozenset(
        kinds - {"programme"} if "removal" in kinds and not PHRASES["programme"].search(whole) else kinds
    )
