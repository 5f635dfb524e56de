"""How many syllables a word has, in English and in Spanish, by its spelling."""

from __future__ import annotations

import re
from functools import lru_cache

BY_HEART = {
    word: count
    for count, listed in {
        1: "one ones once some come sure schools",
        2: "people business evening every science quiet being something someone sometimes wednesday really "
        "create giant client fuel cruel poem diet trial riot lion prior via wooden lockdown outside inside pickup "
        "homework safely homeroom notice safety unique equal equals beyond layout sideways ",
        3: "area areas idea ideas several interest different general everyone anyone somebody everybody everything "
        "beautiful created video videos radio audio studio theater media stadium period serious previous usual "
        "actual casual reunite react",
        4: "january february especially immediately information education community evacuate graduate evaluate "
        "actually usually situation spokesperson coordinated",
        5: "individual individuals superintendent superintendents",
        6: "reunification",
    }.items()
    for word in listed.split()
}

SILENT = re.compile(r"(?<![aeiouy])e$|(?<=[^aeiouysxzcgh])es$|(?<=[^aeiouytd])ed$")
SPOKEN_LE = re.compile(r"[^aeiouylr]le[sd]?$")
INNER_E = re.compile(r"[bcdfgklmnprstvz]e(?=(?:ly|ment|ments|ful|less|ness|where|thing|times?|lines?|span)$)")
APART = re.compile(
    r"ia(?!n|l)|(?<![cst])ia[nl]|i(?:en|et|er)|io(?!n|us)|(?<![cstgx])iou|eo(?!u|n)|ua[lt](?!e$)|iu|[yeo]ing|^creat"
)
"""Vowels that stand side by side and are spoken apart: media, radio, earlier, seeing."""
ENDING = re.compile(r"'(?:s|re|ve|ll|d|m)?$")
SPANISH_VOWEL = frozenset("aeiouáéíóúü")
SPANISH_STRONG = frozenset("aeoáéóíú")


@lru_cache(maxsize=20_000)
def syllables(word: str, language: str = "en") -> int:
    """At least 1. A number or a clock time counts as one; p.m. and U.S. are said letter by letter."""
    plain = word.lower().replace("’", "'")
    if re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]?\.?", plain):
        return sum(character.isalpha() for character in plain)
    parts = [part for part in re.split(r"[^\w']|\d", plain) if any(map(str.isalpha, part))]
    count = _spanish if language == "es" else _english
    return sum(map(count, parts)) or 1


def _english(word: str) -> int:
    negated = 1 if re.search(r"[^aeiou]n't$", word) and word not in {"weren't"} else 0
    word = ENDING.sub("", word).replace("'", "")
    if word in BY_HEART:
        return BY_HEART[word]
    count = len(re.findall(r"[aeiouy]+", word)) + len(APART.findall(word)) + negated
    if count > 1 and SILENT.search(word) and not SPOKEN_LE.search(word):
        count -= 1
    if count > 2 and INNER_E.search(word):
        count -= 1
    return max(count, 1)


def _spanish(word: str) -> int:
    """Strong vowels (a, e, o, and i or u with an accent) carry a syllable each; weak ones lean on a neighbor."""
    word = re.sub(r"([qg])u(?=[eiéí])", r"\1", word)
    word = re.sub(r"y$", "i", word)
    count, previous = 0, ""
    for character in word:
        if character not in SPANISH_VOWEL:
            previous = ""
            continue
        if not previous or (character in SPANISH_STRONG and previous in SPANISH_STRONG):
            count += 1
        previous = character
    return max(count, 1)
