"""What each sign of likeness is worth, in points. `tests/bench/story_weights.py` fits them to the scripted
afternoons; these were then moved a little, where whole afternoons came out better, also with a third of the judge's
verdicts taken away."""

from __future__ import annotations

JOIN = 1.61
"""Points at which an item belongs to a story."""
BRIDGE = 1.0
"""Points above JOIN at which an item belongs to a second story that may be the same event, told apart too early."""
CLOSE = 2.5
"""Points that the second of two such stories may stand behind the first."""
WEIGHTS = {
    # words
    "words": 1.7,  # × cosine of the weighted words of title and lead, closest report
    "title": 6.9,  # × share of the weighted title words
    "shared": 2.1,  # × what topical words both hold, against how many words there are
    "covered": 5.5,  # × share of the item's weighted words that the story has used
    "core": 5.9,  # × the same, each word by the share of the story's reports that use it
    "proper": 0.6,  # × proper nouns in both, three at most
    # places and people
    "spot": 0.7,  # a street, school or venue in both
    "our spot": 0.5,  # the same, one of the watchlist's own
    "name": 2.7,  # a full name in both
    "our name": 1.1,  # somebody in office, who speaks of many things
    "age": 4.4,
    "role": 1.5,  # × who it happened to or where, by how often the story says so
    # the kind of event
    "kind": 0.4,
    "one office": 0.0,  # both of the removal of a chief, a sheriff or a head of schools, both relevant
    "told kind": 1.2,  # a kind the story has come to, though it is not its main one
    "linked kind": -0.9,  # kinds that one event may go through, but another as well
    "own kind": -1.2,  # × 1 + logarithm of the days: a kind that never goes with the story's
    "fresh kind": -1.9,  # × thinness; a kind the story has not told
    "first kind": -1.5,  # × thinness; a kind of its own, where the story has told none
    "linked general": -1.1,  # the same as a linked kind, where one side tells only what follows from others
    "no kind": 0.0,  # it speaks of no event, and leans on none
    "same type": 0.4,  # the judge's incident type
    "other type": -0.5,
    "own type": -0.2,  # × thinness
    # time
    "recent": 0.4,  # × falling off over eight hours
    "day": -0.5,  # × logarithm of the days since the story's last report
    "soon": 0.0,  # leans on something told in the last twelve hours
    # what is in the news here
    "both relevant": 0.4,  # × falling off over twelve hours; unless they are unlike
    "wordless": 4.8,  # the same, for a report with no event, place or name of its own
    "breaking": 0.6,  # × falling off over four hours: relevant, here, and of a kind
    "our place now": 2.0,  # × falling off over two hours: a place of ours in both headlines, both relevant
    "latest": 0.4,  # the relevant story told last
    "only one": 0.9,  # leans on something told before, and this is the only open story here it can be
    "later": 1.1,
    "quoted": 5.3,  # × falling off over a day: a voice
    "addressed": 4.5,  # × falling off over a day: a message to families
    "vague": -0.8,  # × falling off over a day: no event, place or name
    "eventful": 0.8,  # × how much its words speak of an event; for what alone would interrupt nobody
    "eventful vague": 1.1,  # × the same, for a vague one
    "eventful quiet": 0.5,  # × the same, where the story is routine
    "quiet story": -2.0,  # nothing the story has told would interrupt anybody
    "only routine": -1.1,  # and the item would
    "quiet": -0.9,  # × thinness: sport, the calendar, law making, as the judge has it
    "routine": -1.3,  # × thinness: the same by its words
    "thin": 0.0,  # how little of what it says the story has told
    "relevant thin": -0.7,
    # what tells it apart
    "new in title": -0.7,  # × proper nouns in the headline that the story has not told
    "other town": -7.5,
    "other state": -7.0,
    "elsewhere": -4.9,  # × thinness: the judge places it elsewhere
    "other spot": -5.2,
    "other school": -5.5,  # the headline names a school that is not the story's
    "away school": -7.9,  # one of them ours, the other not
    "their school": -0.4,
    "other name": -1.0,
    "other age": -5.0,
    "case": 6.0,  # the number of a case in both
    "other case": -8.0,
    "no part": -6.0,  # it says that the story's kind of event is another matter
    "other day": -0.7,  # names earlier weekdays, and none on which the story was told
    "another": -25.0,  # it says itself that it is another one
}
"""A sign → its points. Thinness is 1 where an item has none of the story's main words, 0 where it has a third."""
PARTING = frozenset(
    [
        "own kind",
        "other town",
        "other state",
        "other spot",
        "other school",
        "away school",
        "other name",
        "other age",
        "other case",
        "no part",
    ]
)
"""Signs that let no item bridge two stories."""
