"""What tells an item and a story apart: another town, school, street, person or age."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from monitors.stories.copies import other_spots
from monitors.stories.features import Features
from monitors.stories.kinds import GENERAL
from monitors.stories.story import Story
from monitors.stories.words import Home

Sign = tuple[str, float, str]
"""A key of WEIGHTS, how much of it there is, and a sentence for the person; empty where it needs none."""
IN_AFTERMATH = 0.35
"""A vigil, an arrest or a hearing has a place of its own: another place says less there."""
IN_PASSING = 0.25
"""Places of different sorts may be one: a park, and the street along it."""


def apart(ours: AbstractSet[str], theirs: AbstractSet[str]) -> bool:
    """Both name some, and none in common."""
    return bool(ours and theirs and ours.isdisjoint(theirs))


def tells_apart(said: Features, story: Story, home: Home) -> bool:
    """Whether the item names people, towns or places, and none of the story's."""
    critic = "conduct" in said.kinds and "conduct" not in story.kinds  # whose name is not a party's
    people = not critic and apart(said.names - home.people, story.names - home.people)
    return people or apart(said.towns, story.towns) or apart(said.spots, story.spots)


def parting_signs(said: Features, story: Story, home: Home) -> Iterator[Sign]:
    """Places, people and ages that are not the story's; our city and our county are one place here."""
    if apart(said.towns, story.towns) and not (said.towns & home.towns and story.towns & home.towns):
        yield "other town", 1, ""
    if apart(said.states or home.states, story.states or home.states):
        yield "other state", 1, ""
    yield from _spot_signs(said, story, home)
    if apart(said.names - home.people, story.names - home.people) and not said.later:
        yield "other name", 1, ""
    if ages := said.ages & story.ages:
        yield "age", 1, f"Same age: {', '.join(sorted(ages))}."
    elif apart(said.title_ages, story.ages) and "arrest" not in said.kinds:  # which names the suspect's
        yield "other age", 1, ""
    if said.cases and story.cases:
        shared = sorted(said.cases & story.cases)
        yield ("case", 1, f"Same case number: {shared[0]}.") if shared else ("other case", 1, "")
    if not said.no_part.isdisjoint(story.main_kinds):
        yield "no part", 1, ""
    if said.later:
        yield "later", 1, ""


def _spot_signs(said: Features, story: Story, home: Home) -> Iterator[Sign]:
    if other := other_spots(said.spots, story.spots):
        if "school" in other:
            yield _school_sign(said, story, home), 1, ""
        aftermath = said.later or bool(said.kinds and said.kinds <= GENERAL)
        amount = len(other) + ("mile" in other) - ("school" in other)
        yield "other spot", amount * (IN_AFTERMATH if aftermath else 1), ""
    elif apart(said.spots, story.spots):
        yield "other spot", IN_PASSING, ""


def _school_sign(said: Features, story: Story, home: Home) -> str:
    """Another school: in the headline, or only in the text; one of ours against one that is not says most."""
    named = {spot for spot in said.title_spots if spot.startswith("school:")}
    told = {spot for spot in story.title_spots if spot.startswith("school:")}
    ours = {spot.split(":")[1] in home.spots for spot in named | told}
    return "their school" if not named else "away school" if len(ours) > 1 else "other school"
