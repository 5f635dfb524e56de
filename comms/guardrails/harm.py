"""B6: a death, an injury or a count before its owner confirmed it and the family was told."""

from __future__ import annotations

from collections.abc import Iterator

from comms.guardrails.context import Hit
from comms.guardrails.page import Page, Place


def harm_told(page: Page) -> Iterator[Hit]:
    """One hit a sentence, on its first words of harm. Without a fact sheet the text itself must say who confirmed it
    and that the family was told; the next-of-kin box stands for the second where it is known."""
    told = page.context.next_of_kin or (page.context.next_of_kin is None and _family_knows(page))
    for sentence, (start, end) in sorted(_first_in_each(page).items()):
        confirmed = (
            page.cued("~owner_confirms", sentence) or _confirmed_fact(page, sentence) or _family_tells(page)
        )
        if confirmed and told:
            continue
        missing = [
            words
            for words, there in (
                ("who confirmed it", confirmed),
                ("that the family was told", told),
            )
            if not there
        ]
        yield page.hit(
            "B6",
            start,
            end,
            f"Missing: {' and '.join(missing)}.",
            "Police are confirming what happened",
        )


def _family_knows(page: Page) -> bool:
    """Whether the text says that the family was told, and not that it has yet to be reached."""
    return any(not page.negated(start, end) for start, end in page.cues.get("family_told", ()))


def _family_tells(page: Page) -> bool:
    """Whether a school mourns one of its own (class D) with the family knowing, and nothing speaks of a case: the
    family is then the owner of the fact."""
    return page.context.cls == "D" and _family_knows(page) and not {"crime", "suspected"} & set(page.cues)


def _first_in_each(page: Page) -> dict[int, Place]:
    """The first assertion of harm of each sentence; what is denied, refused or only asked about is none."""
    found: dict[int, Place] = {}
    for start, end in sorted(page.matches.get("B6 harm", ()), key=lambda place: (place[0], -place[1])):
        sentence = page.sentence_of[start]
        if sentence in found or (page.negated(start, end) and not _ends_so(page, start, end)):
            continue
        if _asked(page, sentence) or any(
            page.cued(cue, sentence)
            for cue in ("declines", "condition", "no_harm", "no_person", "pretend", "long_ago")
        ):
            continue
        found[sentence] = (start, end)
    return found


def _asked(page: Page, sentence: int) -> bool:
    """Whether the sentence is a question, as in the Q of staff notes: it asserts nothing."""
    tokens = page.sentence_ranges[sentence]
    return any(page.doc[at].text == "?" for at in tokens)


OWN_NOT = frozenset(["survive", "us", "breathing", "pulse", "it", "through", "live"])


def _ends_so(page: Page, start: int, end: int) -> bool:
    """Words that say harm with a `not` of their own: did not survive, did not make it, no longer with us."""
    return page.doc[end - 1].lower_ in OWN_NOT


def _confirmed_fact(page: Page, sentence: int) -> bool:
    """Whether a confirmed row of the fact sheet says what this sentence says."""
    tokens = page.sentence_ranges[sentence]
    said = {page.doc[at].lower_ for at in tokens if page.doc[at].is_alpha and len(page.doc[at]) > 3}
    for fact in page.context.facts or ():
        words = {word for word in fact.claim.lower().split() if len(word) > 3}
        if fact.status == "confirmed" and words and len(words & said) >= max(1, len(words) // 2):
            return True
    return False
