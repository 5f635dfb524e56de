"""One text taken apart once, so that every rule can ask it short questions."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc, Span

from comms.guardrails.context import Context, Hit
from comms.guardrails.entities import Entity, entities
from comms.guardrails.language import Grammar, Row, grammar
from comms.guardrails.names import Name, names
from comms.guardrails.reading import Reading, read
from comms.guardrails.rules import BY_ID, Level
from comms.guardrails.wordlists import listed
from comms.wording.sentences import sentences

Place = tuple[int, int]

NEGATORS = listed("small", "negators")
PRONOUNS = frozenset(["he", "she", "they", "his", "her", "their", "both", "él", "ella", "ellos", "ellas"])
UNSAID = frozenset(
    [
        "ya",
        "había",
        "tenía",
        "tiene",
        "es",
        "era",
        "está",
        "estaba",
        "fue",
        "ha",
        "han",
        "vive",
        "vivía",
        "asiste",
        "estudia",
        "cursa",
        "juega",
        "trabaja",
        "trabajaba",
        "recibió",
        "recibe",
        "toma",
        "tomaba",
        "llegó",
        "se",
        "le",
        "también",
        "además",
        "antes",
        "nunca",
        "siempre",
        "hace",
        "desde",
        "iba",
        "va",
        "lleva",
    ]
)
"""How a Spanish sentence begins that leaves out the pronoun."""


@dataclass(frozen=True, slots=True)
class Page:
    """A text as the rules see it. Places are token indexes; sentences are counted from 0."""

    reading: Reading
    doc: Doc
    context: Context
    language: str
    sentence_of: tuple[int, ...]
    sentence_ranges: tuple[range, ...]
    entities: tuple[Entity, ...]
    names: tuple[Name, ...]
    refused: frozenset[int]
    cues: dict[str, list[Place]]
    said_in: dict[str, dict[int, list[Place]]]
    matches: dict[str, list[Place]]
    rows: dict[str, Row]

    def hit(
        self,
        rule: str,
        start: int,
        end: int,
        why: str,
        instead: str = "",
        level: Level | None = None,
    ) -> Hit:
        """A hit on tokens start..end."""
        span: Span = self.doc[start:end]
        first, last = self.reading.at(span.start_char, span.end_char)
        decided = level or BY_ID[rule].level_in(self.context.cls)
        return Hit(rule, decided, first, last, self.reading.text[first:last], why, instead)

    def hit_at(self, rule: str, start: int, end: int, why: str, instead: str = "") -> Hit:
        """A hit on the characters start..end of the clean text."""
        first, last = self.reading.at(start, end)
        return Hit(
            rule,
            BY_ID[rule].level_in(self.context.cls),
            first,
            last,
            self.reading.text[first:last],
            why,
            instead,
        )

    def missing(self, rule: str, why: str, instead: str = "") -> Hit:
        """A hit on what is not there."""
        return Hit(rule, BY_ID[rule].level_in(self.context.cls), 0, 0, "", why, instead)

    def cued(self, cue: str, sentence: int) -> bool:
        """Whether a cue stands in this sentence; `~cue` also in the one before or after, `*cue` anywhere; `a&b` both;
        `side:police` asks whose voice the text is in."""
        if cue.startswith("side:"):
            return self.context.side == cue.removeprefix("side:")
        if "&" in cue:
            return all(self.cued(part, sentence) for part in cue.split("&"))
        name = cue.lstrip("~*")
        said = self.said_in.get(name, {})
        if cue.startswith("*"):
            return bool(said)
        if name in {"declines", "withheld"}:
            if name == "declines" and sentence in self.refused:
                return True
            if sentence in self.said_in.get("concedes", {}):
                return False  # `While we can't name him, he is ...` says it all the same
        return sentence in said or (cue.startswith("~") and (sentence - 1 in said or sentence + 1 in said))

    def negated(self, start: int, end: int) -> bool:
        """Whether a negating word stands inside these tokens or in the few before, in the same sentence."""
        first = max(0, start - 5)
        return any(
            self.doc[at].lower_ in NEGATORS and self.sentence_of[at] == self.sentence_of[start]
            for at in range(first, end)
        )

    def of_rule(self, rule: str) -> Iterator[Hit]:
        """The hits of a rule's own table of words: matches of one row that overlap are one, the longest row wins."""
        standing = [
            (start, end, row)
            for key, row in self.rows.items()
            if row.rule == rule
            for start, end in _merged([*self.matches.get(key, ()), *self._together(row)])
            if self._stands(row, start, end)
        ]
        taken: list[Place] = []
        for start, end, row in sorted(standing, key=lambda found: (found[0] - found[1], found[0])):
            if not any(start < last and first < end for first, last in taken):
                taken.append((start, end))
                yield self.hit(rule, start, end, row.why, row.instead)

    def _together(self, row: Row) -> Iterator[Place]:
        """Where all cues of a row stand in one sentence: from the first of them to the last. Who is spoken of carries
        over to a sentence that begins with a pronoun: `Police have the boy. He is the goalie.`"""
        if not row.together or not all(cue in self.cues for cue in row.together):
            return
        for number in sorted(
            set.intersection(*(set(self.said_in[cue]) for cue in row.together[1:] or row.together))
        ):
            found = [self.said_in[cue].get(number, []) for cue in row.together]
            if not found[0] and all(found[1:]) and self._carried(row.together[0], number):
                found = found[1:]
            if all(found):
                nearest = [min(places) for places in found]
                yield min(start for start, _ in nearest), max(end for _, end in nearest)

    def _carried(self, cue: str, sentence: int) -> bool:
        """Whether a sentence speaks, by a pronoun among its first words, of whom the sentence before spoke of."""
        tokens = self.sentence_ranges[sentence]
        opening = [self.doc[at].lower_ for at in tokens[:3]]
        spoken_of = set(opening) & PRONOUNS or (self.language == "es" and set(opening[:1]) & UNSAID)
        return bool(spoken_of) and any(self.sentence_of[start] == sentence - 1 for start, _ in self.cues[cue])

    def _stands(self, row: Row, start: int, end: int) -> bool:
        """Whether a match counts: the cues it needs are near, none that silences it, and it is not denied."""
        sentence = self.sentence_of[start]
        if row.near and not any(self.cued(cue, sentence) for cue in row.near):
            return False
        if any(self.cued(cue, sentence) for cue in row.unless):
            return False
        return not (row.negatable and self.negated(start, end))


def _merged(places: Iterable[Place]) -> list[Place]:
    """Places of one row, those that overlap joined into one."""
    joined: list[Place] = []
    for start, end in sorted(places):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def open_page(text: str, context: Context, language: str) -> Page:
    """Read, cut into sentences, name what is named, and match all words at once."""
    rules = grammar("es" if language == "es" else "en")
    reading = read(text)
    doc = rules.nlp.make_doc(reading.clean)
    sentence_of = _number_sentences(doc, reading.clean)
    found = entities(rules.nlp, doc, context.watchlist)
    people = names(doc, sentence_of, found, context)
    labelled = [Span(doc, entity.start, entity.end, label=entity.kind) for entity in found]
    labelled += [Span(doc, name.start, name.end, label=name.kind) for name in people]
    doc.set_ents(labelled)
    ranges = _ranges(sentence_of)
    cues, matches = _matched(rules, doc, ranges)
    return Page(
        reading=reading,
        doc=doc,
        context=context,
        language=rules.code,
        sentence_of=sentence_of,
        sentence_ranges=tuple(ranges),
        refused=_refused(doc, ranges),
        entities=tuple(found),
        names=tuple(people),
        cues=cues,
        said_in=_by_sentence(cues, sentence_of),
        matches=matches,
        rows=rules.rows,
    )


def _by_sentence(
    cues: dict[str, list[Place]], sentence_of: tuple[int, ...]
) -> dict[str, dict[int, list[Place]]]:
    """The places of each cue by the sentence they stand in."""
    found: dict[str, dict[int, list[Place]]] = {}
    for cue, places in cues.items():
        by_number = found.setdefault(cue, {})
        for place in places:
            by_number.setdefault(sentence_of[place[0]], []).append(place)
    return found


def _number_sentences(doc: Doc, clean: str) -> tuple[int, ...]:
    """The sentence each token belongs to; marks the first tokens for spaCy too."""
    begins = [start for start, _ in sentences(clean)]
    numbers = tuple(max(0, bisect_right(begins, token.idx) - 1) for token in doc)
    for at, token in enumerate(doc):
        token.is_sent_start = at == 0 or numbers[at] != numbers[at - 1]
    return numbers


def _ranges(sentence_of: tuple[int, ...]) -> list[range]:
    """The tokens of each sentence, by the sentence's number."""
    count = sentence_of[-1] + 1 if sentence_of else 0
    firsts = [bisect_left(sentence_of, number) for number in range(count + 1)]
    return [range(first, last) for first, last in pairwise(firsts)]


DO_NOT_SAY = re.compile(
    r"^\W*(?:please )?(?:do not|don't|never) (?:say|use|repeat|talk about)|^\W*no diga",
    re.IGNORECASE,
)


def _refused(doc: Doc, ranges: list[range]) -> frozenset[int]:
    """The sentences of a `Do not say` list in talking points: what stands there is refused, not said."""
    found: set[int] = set()
    listing = False
    for number, tokens in enumerate(ranges):
        text = doc[tokens.start : tokens.stop].text
        if DO_NOT_SAY.match(text) and len(text) < 60:
            listing = True
        elif listing and "\n\n" in doc[tokens.start - 1 : tokens.start].text and text[:1] not in "-*•":
            listing = False
        if listing:
            found.add(number)
    return frozenset(found)


def _matched(
    rules: Grammar, doc: Doc, sentences_: list[range]
) -> tuple[dict[str, list[Place]], dict[str, list[Place]]]:
    cues: dict[str, list[Place]] = defaultdict(list)
    matches: dict[str, list[Place]] = defaultdict(list)
    for key, start, end in rules.matches(doc, sentences_):
        if key.startswith("cue "):
            cues[key[4:]].append((start, end))
        else:
            matches[key].append((start, end))
    return dict(cues), dict(matches)
