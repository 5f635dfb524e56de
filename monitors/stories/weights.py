"""What each sign of likeness is worth, in points. `tests/bench/story_weights.py` fits them to the scripted
afternoons; these were then moved a little, where whole afternoons came out better, also with a third of the judge's
verdicts taken away."""

from __future__ import annotations

JOIN = 1.75
"""Points at which an item belongs to a story."""
BRIDGE = 1.0
"""Points above JOIN at which an item belongs to a second story that may be the same event, told apart too early."""
WEIGHTS = {
    # words
    "words": 1.6,  # × cosine of the weighted words of title and lead, closest report
    "title": 5.1,  # × share of the weighted title words
    "shared": 2.6,  # × what topical words both hold, against how many words there are
    "covered": 4.9,  # × share of the item's weighted words that the story has used
    "core": 5.7,  # × the same, each word by the share of the story's reports that use it
    "proper": 0.7,  # × proper nouns in both, three at most
    # places and people
    "spot": 0.4,  # a street, school or venue in both
    "our spot": 0.6,  # the same, one of the watchlist's own
    "name": 2.7,  # a full name in both
    "our name": 1.0,  # somebody in office, who speaks of many things
    "age": 2.6,
    "role": 1.4,  # × who it happened to or where, by how often the story says so
    # the kind of event
    "kind": 0.3,
    "told kind": 1.9,  # a kind the story has come to, though it is not its main one
    "linked kind": -1.1,  # kinds that one event may go through, but another as well
    "own kind": -1.2,  # × 1 + logarithm of the days: a kind that never goes with the story's
    "fresh kind": -1.7,  # × thinness; a kind the story has not told
    "no kind": -0.1,  # it speaks of no event, and leans on none
    "same type": 0.1,  # the judge's incident type
    "other type": -0.6,
    "own type": -0.3,  # × thinness
    # time
    "recent": 0.1,  # × falling off over eight hours
    "day": -0.4,  # × logarithm of the days since the story's last report
    "soon": 0.2,  # leans on something told in the last twelve hours
    # what is in the news here
    "both relevant": 1.1,  # × falling off over twelve hours; unless they are unlike
    "wordless": 3.6,  # the same, for a report with no event, place or name of its own
    "breaking": 0.8,  # × falling off over four hours: relevant, here, and of a kind
    "latest": 0.4,  # the relevant story told last
    "only one": 1.2,  # leans on something told before, and this is the only open story here it can be
    "later": 0.8,
    "quoted": 3.4,  # × falling off over a day: a voice
    "addressed": 4.4,  # × falling off over a day: a message to families
    "vague": -0.2,  # × falling off over a day: no event, place or name
    "eventful": 0.5,  # × how much its words speak of an event; for what alone would interrupt nobody
    "eventful vague": 1.7,  # × the same, for a vague one
    "eventful quiet": 0.6,  # × the same, where the story is routine
    "quiet story": -1.5,  # nothing the story has told would interrupt anybody
    "only routine": -0.9,  # and the item would
    "quiet": -1.2,  # × thinness: sport, the calendar, law making, as the judge has it
    "routine": -1.4,  # × thinness: the same by its words
    "thin": -0.3,  # how little of what it says the story has told
    "relevant thin": -0.3,
    # what tells it apart
    "new in title": -0.5,  # × proper nouns in the headline that the story has not told
    "other town": -7.5,
    "other state": -7.0,
    "elsewhere": -4.9,  # × thinness: the judge places it elsewhere
    "other spot": -4.4,
    "other school": -5.0,  # the headline names a school that is not the story's
    "away school": -7.8,  # one of them ours, the other not
    "their school": -0.1,
    "other name": -1.6,
    "other age": -3.6,
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
    ]
)
"""Signs that let no item bridge two stories."""
