"""The words grouping works with, as tables: which kind of event, what says "later", what names a place.

Every table is stemmed by `stem`, so that one form of a word stands for all of them.
"""

from __future__ import annotations

import re
from functools import lru_cache

IRREGULAR = {
    "shot": "shoot", "shots": "shoot", "shooter": "shoot", "shootings": "shoot", "gunfire": "shoot", "gunshot": "shoot",
    "gunshots": "shoot", "gunman": "shoot", "gunmen": "shoot", "dead": "die", "died": "die", "dies": "die",
    "dying": "die", "death": "die", "deaths": "die", "deadly": "die", "fatally": "die", "fatal": "die",
    "slain": "kill", "slaying": "kill", "homicide": "murder", "homicides": "murder", "stole": "steal",
    "stolen": "steal", "fled": "flee", "found": "find", "held": "hold", "struck": "strike", "hit": "strike",
    "kidnapping": "abduct", "kidnapped": "abduct", "abduction": "abduct", "abducted": "abduct", "kidnap": "abduct",
    "men": "man", "women": "woman", "children": "child", "kids": "child", "teens": "teen", "teenager": "teen",
    "teenagers": "teen", "juvenile": "teen", "juveniles": "teen", "cops": "officer", "cop": "officer", "pd": "police",
    "deputies": "deputy", "bodies": "body", "wounded": "injure", "wounds": "injure", "injuries": "injure",
    "injury": "injure", "injured": "injure", "hurt": "injure", "swatting": "swat", "swatted": "swat",
    "caught": "catch", "pupil": "student", "pupils": "student", "collision": "crash", "wreck": "crash",
    "rollover": "crash", "blaze": "fire", "barricaded": "barricade", "brought": "bring", "evacuation": "evacuate",
    "investigation": "investigate", "investigators": "investigate", "explosion": "explode", "explosions": "explode",
    "blast": "explode", "resignation": "resign", "suspension": "suspend", "protesters": "protest",
    "demonstration": "protest", "demonstrators": "protest", "marchers": "march", "threatening": "threat",
    "threatened": "threat", "threaten": "threat", "burglary": "burglar", "burglaries": "burglar", "robbery": "rob",
    "robberies": "rob", "robber": "rob", "overdoses": "overdose", "settlement": "settle", "racism": "racist",
    "identification": "identify", "tased": "taser", "chased": "chase", "students'": "student",
    "superintendent": "superintendent", "district": "district", "districts": "district",
}  # fmt: skip
"""Forms a suffix rule cannot reach, and everyday synonyms of the police beat."""


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word's stem: lower case, plural and tense taken off, synonyms of the beat brought together."""
    word = word.lower().replace("’", "'").removesuffix("'s").strip("'-.")
    word = IRREGULAR.get(word, word)
    for suffix in ("ings", "ing", "ies", "ied", "ed", "es", "s"):
        base = word.removesuffix(suffix)
        if base != word and len(base) >= 3 and not word.endswith("ss"):
            word = base + "y" if suffix in ("ies", "ied") else base
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lse":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == "e" else word


def stems(words: str) -> frozenset[str]:
    """The stems of a line of words."""
    return frozenset(map(stem, words.split()))


def plain(words: str) -> frozenset[str]:
    """A line of words as they are."""
    return frozenset(words.split())


STOP = plain(
    "a an and are as at be been being but by can could did do does for from had has have he her hers him his how i if "
    "in into is it its it's just may me might more most my no nor not of off on once only or other our out over own "
    "she should so some such than that the their them then there these they this those through to too under until "
    "up us very was we were what when where which while who whom why will with would you your also about after all "
    "any because before between both during each few further here itself same again against amid among around"
)
"""Words that join sentences and tell nothing; never counted."""

COMMON = stems(
    "police officer department sheriff deputy chief sergeant lieutenant captain school district student teacher staff "
    "parent family community county city town state area local resident person people man woman boy girl child teen "
    "adult suspect victim incident report say said tell told according statement spokesperson spokesman news update "
    "morning afternoon evening night today yesterday tonight monday tuesday wednesday thursday friday saturday sunday "
    "january february march april june july august september october november december week weekend month year old "
    "hour minute time day late early latest new first second third last next call respond scene investigate continue "
    "ongoing active information detail release ask anyone contact tip public safety safe emergency authorities "
    "official law enforcement agency team unit crew medic medical hospital take taken place near block street road "
    "avenue drive home house building property vehicle car truck driver one two three four five six several many name "
    "identify number part make made go come get give know see look find leave left right begin began end start happen "
    "occur involve believe confirm learn need still remain well back high middle elementary metro live breaking "
    "developing video photo watch story read share post social media facebook page website email phone follow issue "
    "notice message letter work help support service office court case charge face arrest custody jail book judge "
    "attorney prosecutor allege allegedly complaint outside inside across along per due set plan expect since though "
    "however whether include group member board meeting superintendent principal administrator accord within without "
    "year-old p.m a.m pm am injure die kill shoot"
)
"""Words every item of a police or school desk may hold: little weight, whatever the day's items say."""

EVENTS = {
    "shooting": stems("shoot gun gunman bullet shell-casings drive-by"),
    "death": stems("die kill murder body manslaughter coroner medical-examiner funeral"),
    "stabbing": stems("stab knife slash machete"),
    "crash": stems("crash collide overturn hit-and-run pile-up wreckage"),
    "pursuit": stems("pursuit chase flee eluding"),
    "fire": stems("blaze arson flames firefighters smoke"),
    "explosion": stems("explode gas-leak leak evacuate"),
    "threat": stems("threat hoax swat unfounded rumor threatens"),
    "bomb": stems("bomb suspicious package device"),
    "lockdown": stems("lockdown locked secure shelter evacuate lockout dismissal reunification perimeter"),
    "weapon": stems("gun handgun weapon firearm rifle pistol loaded backpack airsoft"),
    "missing": stems("miss abduct amber runaway kidnap lure stranger"),
    "standoff": stems("barricade standoff stand-off hostage negotiator surrender"),
    "protest": stems("protest rally march walkout walk-out demonstrate curfew chant vigil"),
    "hate": stems("hate swastika noose racist graffiti slur klan antisemitic bias vandal"),
    "force": stems("taser force bodycam body-camera body-worn restrain excessive brutality punched chokehold"),
    "conduct": stems(
        "misconduct resign suspend lawsuit settle oversight fired discipline administrative sued audit ethics"
    ),
    "abuse": stems("sexual sexually abuse molest inappropriate pornography grooming assault rape solicit"),
    "overdose": stems("overdose fentanyl narcan vape vaping opioid"),
    "immigration": stems("immigration ice deport detain detainer"),
    "fight": stems("fight brawl melee beaten assault bully"),
    "programme": stems("sro contract mou memorandum agreement renew"),
    "robbery": stems("rob burglar steal theft carjack heist shoplift"),
    "suicide": stems("suicide self-inflicted"),
    "drowning": stems("drown divers capsize"),
    "outage": stems("outage power storm flood tornado snow closure"),
}  # fmt: skip
"""A kind of event → the stems that speak of it. One item may speak of several."""

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
    ("robbery", "lockdown", "pursuit", "shooting", "standoff"),
)
"""Kinds that one event goes through: a shooting becomes a death, a threat a lockdown."""

TYPES = {
    "police-activity": ("lockdown", "standoff"), "community-shooting": ("shooting",), "active-assailant": ("shooting",),
    "swatting": ("threat",), "threat": ("threat",), "bomb-threat": ("bomb",), "weapon": ("weapon",),
    "protest": ("protest",), "hate-incident": ("hate",), "partner-force": ("force",), "sro-force": ("force",),
    "officer-arrest": ("conduct",), "sro-programme": ("programme",), "employee-arrest": ("abuse",), "fight": ("fight",),
    "death": ("death",), "suicide": ("suicide",), "sexual-offence": ("abuse",), "missing-or-abduction": ("missing",),
    "pursuit-crash": ("pursuit", "crash"), "overdose": ("overdose",), "immigration": ("immigration",),
}  # fmt: skip
"""An incident type of the judge → our kinds. Types that say little of the event itself are left out."""

LINKED = frozenset((one, other) for chain in CHAINS for one in chain for other in chain) | frozenset(
    (kind, kind) for kind in EVENTS
)

LATER = re.compile(
    r"\b(?:in connection with|new details|latest on|more (?:details|on)|what we know|days? after|hours? after|weeks? "
    r"after|following|identif(?:y|ies|ied)|in custody|charged (?:in|with)|arrest(?:ed|s)? (?:made )?in|lifted|all[- ]clear|update[ds]?|"
    r"vigil|funeral|mourn\w*|remember\w*|resume[sd]?|return(?:s|ed)? to (?:class|school|normal)|body[- ]?cam(?:era)? "
    r"(?:video|footage)|no longer|earlier (?:today|this|report)|(?:this|monday|tuesday|wednesday|thursday|friday|"
    r"saturday|sunday|yesterday|last night|morning|afternoon|night|weekend)['’]s|correction|retract\w*|"
    r"clarif\w*|now say|dies|died|of wounds|reopen\w*|surrender\w*|the (?:suspect|victim|gunman|shooter|shooting|crash|"
    r"incident|attack|threat|lockdown|standoff|fight|fire|explosion|protest))\b",
    re.IGNORECASE,
)
"""Words that lean on something already told."""

ANOTHER = re.compile(
    r"\b(?:another|separate|unrelated|second (?:shooting|stabbing|threat|lockdown|crash|fight|fire|incident)|"
    r"not (?:related|connected)|in the (?:past|last) (?:week|month|year))\b",
    re.IGNORECASE,
)
"""Words that say: this is a different one."""

ROUND_UP = re.compile(
    r"\b(?:round-?up|briefs?|briefing|top stories|headlines|blotter|police log|police beat|crime log|week in review|"
    r"newsletter|morning (?:report|update|rush|brief)|evening (?:report|update)|things to know|things you need|"
    r"in case you missed|weekend crime|news of the (?:day|week)|digest|daily (?:report|update)|media log|day in review|"
    r"stories (?:of|from) the (?:day|week)|(?:this|the) week['’]s (?:top|biggest))\b",
    re.IGNORECASE,
)
"""Titles of items that speak of several events at once."""

STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID",
    "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY", "louisiana": "LA",
    "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN", "mississippi": "MS",
    "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "new hampshire": "NH", "new jersey": "NJ",
    "new mexico": "NM", "new york": "NY", "north carolina": "NC", "north dakota": "ND", "ohio": "OH",
    "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA", "rhode island": "RI", "south carolina": "SC",
    "south dakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT", "virginia": "VA",
    "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
}  # fmt: skip
PRESS_STATES = {
    "Ala": "AL", "Ariz": "AZ", "Ark": "AR", "Calif": "CA", "Colo": "CO", "Conn": "CT", "Del": "DE", "Fla": "FL",
    "Ga": "GA", "Ill": "IL", "Ind": "IN", "Kan": "KS", "Ky": "KY", "La": "LA", "Md": "MD", "Mass": "MA",
    "Mich": "MI", "Minn": "MN", "Miss": "MS", "Mo": "MO", "Mont": "MT", "Neb": "NE", "Nev": "NV", "N.H": "NH",
    "N.J": "NJ", "N.M": "NM", "N.Y": "NY", "N.C": "NC", "N.D": "ND", "Okla": "OK", "Ore": "OR", "Pa": "PA",
    "R.I": "RI", "S.C": "SC", "S.D": "SD", "Tenn": "TN", "Tex": "TX", "Vt": "VT", "Va": "VA", "Wash": "WA",
    "W.Va": "WV", "Wis": "WI", "Wyo": "WY",
}  # fmt: skip
"""The press's own abbreviations, written with a final period."""
