"""The words grouping works with, as tables: which kind of event, what says "later", what names a place.

Every table is stemmed by `stem`, so that one form of a word stands for all of them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from monitors.watchlist import AgencyKind, Watchlist

IRREGULAR = {
    "shot": "shoot", "shots": "shoot", "fired": "dismiss", "shooter": "shoot", "shootings": "shoot", "gunfire": "shoot", "gunshot": "shoot",
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
    "demonstration": "protest", "demonstrators": "protest", "marchers": "protest", "threatening": "threat",
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
    "ongoing active traffic stop highway hwy information detail release ask anyone contact tip public safety safe emergency authorities "
    "official law enforcement agency team unit crew medic medical hospital take taken place near block street road "
    "avenue drive home house building property vehicle car truck driver one two three four five six several many name "
    "identify number part make made go come get give know see look find leave left right begin began end start happen "
    "occur involve believe confirm learn need still remain well back high middle elementary metro live breaking "
    "developing photo watch story read share post social media facebook page website email phone follow issue "
    "notice message letter work help support service office court case charge face arrest custody jail book judge "
    "attorney prosecutor allege allegedly complaint outside inside across along per due set plan expect since though "
    "however whether include group member board meeting superintendent principal administrator accord within without "
    "year-old p.m a.m pm am injure die kill shoot"
)
"""Words every item of a police or school desk may hold: little weight, whatever the day's items say."""

FREQUENCIES = Path(__file__).with_name("frequencies.txt")
"""In how many of a thousand and more invented local reports each word stands: a number, then the stems it holds for."""


@cache
def _frequencies() -> tuple[int, dict[str, int]]:
    first, *lines = FREQUENCIES.read_text(encoding="utf-8").splitlines()
    found = {word: int(line.split()[0]) for line in lines for word in line.split()[1:]}
    return int(first.split()[0]), found


@lru_cache(maxsize=65536)
def everyday(word: str) -> float:
    """How much a stem tells apart from its rarity in local news at large: 1 for one never met, near 0 for "say"."""
    reports, found = _frequencies()
    return math.log((reports + 1) / (found.get(word, 0) + 1)) / math.log(reports + 1)


ROUTINE = {
    "sport": stems(
        "rout edge victory defeat touchdown quarterback pitcher inning homer playoff semifinal tournament championship "
        "regional baseball softball soccer volleyball wrestler wrestling varsity preseason sectional sweep shutout "
        "overtime league standings invitational cross-country coached"
    ),
    "weather": stems(
        "forecast sunshine rain frost fog foggy pollen tide chill drought nor'easter windy humid showers degrees"
    ),
    "civic": stems(
        "budget tax paving pave zoning agenda ordinance election roof sewer levy revenue lawmaker legislature senate "
        "drone turnpike recycling leaf plow rates supervisors trustees commissioners"
    ),
    "calendar": stems(
        "festival parade concert pancake breakfast market holiday registration kindergarten roundup lunch menu fair "
        "derby reunion band library spelling fundraiser robotics ferry bicycle puppy enrollment tickets conference conferences picture yearbook"
    ),
}
"""Everyday news: a topic → the stems that speak of it. A report of an event seldom has any."""

QUOTED = re.compile(r"^\W{0,2}[\"“‘'][^\s].{3,}?[\"”’'](?=\W|$)")
"""A headline that opens with somebody's words: a voice on something already told."""
ADDRESSED = re.compile(
    r"\b(?:message|letter|statement|note|word|update|support|information) (?:to|for|from|of|about|on|regarding)\b|"
    r"\b(?:to (?:the|our) (?:families|community|parents)|families of|counselors?|statement|heavy hearts?)\b",
    re.IGNORECASE,
)
"""A district or an agency that speaks to its own people: seldom without an event behind it."""

ROLES = stems(
    "officer deputy trooper chief sheriff sergeant teacher coach principal superintendent custodian janitor driver "
    "student girl boy toddler teen mother father pastor nurse firefighter swimmer rider pedestrian cyclist passenger "
    "freshman sophomore junior senior bus train van truck plane boat house apartment store church synagogue mosque "
    "park bridge highway playground stadium bar motel hospital"
)
"""Who or what an event happened to, or where: everyday words, and yet a story has its own."""

LATER = re.compile(
    r"^(?:opinion|editorial|column|commentary|letters?|analysis)\b|\b(?:in connection with|court (?:papers|documents|records|hearing)|handled|response to|how (?:police|officers|deputies)|'s arrest|new details|latest on|more (?:details|on)|what we know|decision|reacts?|responds?|reaction|upgraded|blindsided|days? after|hours? after|weeks? "
    r"after|following|identif(?:y|ies|ied)|in custody|charged (?:in|with)|arrest(?:ed|s)? (?:made )?in|lifted|all[- ]clear|update[ds]?|"
    r"vigil|funeral|mourn\w*|remember\w*|resume[sd]?|return(?:s|ed)? to (?:class|school|normal)|body[- ]?cam(?:era)? "
    r"(?:video|footage)|no longer|earlier (?:today|this|report)|(?:this|monday|tuesday|wednesday|thursday|friday|"
    r"saturday|sunday|yesterday|last night|morning|afternoon|night|weekend)['’]s|correction|retract\w*|"
    r"clarif\w*|now say|was not armed|unarmed|no (?:gun|weapon|firearm)s? (?:was |were )?(?:found|recovered)|contradict\w*|\w+(?: [\w'’-]+){0,7}, not \w+|autopsy|cleared|steps aside|recus\w+|acting (?:police )?chief|ex-chief|ousted|insists?|sues|plans? (?:to sue|suit)|dies|died|of wounds|reopen\w*|surrender\w*|the (?:suspect|victim|gunman|shooter|shooting|crash|"
    r"incident|attack|threat|lockdown|standoff|fight|fire|explosion|protest))\b",
    re.IGNORECASE,
)
"""Words that lean on something already told."""

ANOTHER = re.compile(
    r"\b(?:another|separate|second|unrelated) (?:\w+ ){0,2}(?:shot|shooting|stabb\w+|threat|lockdown|crash|fight|fire|"
    r"incident|killed|killing|robbery|standoff|attack)\b",
    re.IGNORECASE,
)
"""Headlines that say: this is a different one."""
UNRELATED = re.compile(r"\b(?:not (?:\w+ ){0,3}|un)(?:related|connected|linked)\b", re.IGNORECASE)
"""Words that say: this is a different one."""

ROUND_UP = re.compile(
    r"\b(?:round-?up|briefs?|briefing|top stories|headlines|blotter|police log|police beat|crime log|week in review|"
    r"newsletter|morning (?:report|update|rush|brief)|evening (?:report|update)|things to know|things you need|"
    r"in case you missed|weekend crime|news of the (?:day|week)|digest|daily (?:report|update)|media log|day in review|"
    r"this week in|(?<=\w )weekly:|(?:daily|today|this week|wrap-?up|recap):|stories (?:of|from) the (?:day|week)|(?:this|the) week['’]s (?:top|biggest))\b",
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


@dataclass(frozen=True, slots=True)
class Home:
    """What any item here may hold: stems of the town's, district's and agencies' names, people in office, towns.

    None of it tells one story from another.
    """

    words: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    towns: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    spots: frozenset[str] = frozenset()


def home_of(watchlist: Watchlist) -> Home:
    """The home of a watchlist."""
    names = [
        watchlist.city,
        watchlist.county,
        watchlist.state,
        watchlist.district.name,
        *watchlist.district.aliases,
    ]
    names += [
        name
        for agency in watchlist.agencies
        if agency.kind is not AgencyKind.NEIGHBOUR
        for name in (agency.name, *agency.aliases)
    ]
    schools = [school.name for school in watchlist.district.schools]
    people = (person.name.lower().split() for person in watchlist.people)
    towns = {watchlist.city.lower(), re.sub(r" (?:county|parish|borough)$", "", watchlist.county.lower())}
    return Home(
        stems(" ".join(names).replace("-", " ")),
        frozenset(f"{name[0]} {name[-1]}" for name in people if name),
        frozenset(towns - {""}),
        states=frozenset(filter(None, [STATES.get(watchlist.state.lower(), watchlist.state.upper())])),
        spots=frozenset(re.sub(r" school$", "", name.lower()) for name in (*schools, *watchlist.places)),
    )
