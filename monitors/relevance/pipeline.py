"""The spaCy pipeline: our own tokenizer and masks, the labelled words, and the trained event types.

The masks are part of the vocabulary: the norm of a word the training texts use as a word is the word; a number's
norm is `0`; any other word's is `xxname`. The categoriser sees norms only, so it can learn no place and no person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from spacy.attrs import NORM
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Model, SparseLinear_v2, chain, with_cpu
from thinc.layers import Logistic

from monitors.relevance.cues import BOUNDARY, COLON, OTHER, lexicon, symbols
from monitors.relevance.places import known_places

MODEL = Path(__file__).parent / "model"
CONFIG = Path(__file__).parent / "config.cfg"
MASK = "xxname"
LONGEST = 160
"""Words of a report that are read: the title and the lead. What follows is background."""

_ABBREVIATED = (
    "Sgt", "Lt", "Capt", "Cpl", "Col", "Gen", "Dept", "Det", "Off", "Dep", "St", "Ave", "Rd", "Blvd",
    "Dr", "Mr", "Mrs", "Ms", "Jr", "Sr", "Rev", "Sen", "Rep", "Gov", "Supt", "No", "Co", "vs", "Mt",
    "Ft", "Ala", "Ariz", "Ark", "Calif", "Colo", "Conn", "Del", "Fla", "Ga", "Ill", "Ind", "Kan",
    "Kans", "Ky", "La", "Md", "Mass", "Mich", "Minn", "Miss", "Mo", "Mont", "Neb", "Nev", "Okla",
    "Ore", "Pa", "Tenn", "Tex", "Va", "Vt", "Wash", "Wis", "Wyo", "Jan", "Feb", "Aug", "Sept", "Oct",
    "Nov", "Dec",
)  # fmt: skip
_WORD = re.compile(
    r"W\.Va\.|(?:[A-Za-z]\.){2,}|'[sS]\b|[^\W\d_]+(?:'(?![sS]\b)[^\W\d_]+)*|\$?\d+(?:[.,]\d+)*(?:[MKBmk](?![a-z]))?|[!?;:|,\n]|"
    + r"(?=\.)"  # first, or every blank would be looked at behind for each abbreviation
    + "".join(rf"(?<!\b{short})" for short in _ABBREVIATED)
    + r"\.(?=\s|$|\")"
)


def split(text: str) -> list[str]:
    """The words of a text: possessive 's apart, hyphens and quotes gone, sentence ends kept."""
    return _WORD.findall(text)


class Words:
    """The tokenizer, and the words the masks let through."""

    def __init__(self, vocab: Any, known: Iterable[str] = ()) -> None:
        self.vocab = vocab
        self.known = frozenset(known)
        vocab.lex_attr_getters[NORM] = self.mask

    def mask(self, word: str) -> str:
        """What the categoriser sees of a word."""
        lower = word.lower()
        if word[-1].isdigit() or word[0] in "0123456789$":
            return "0"
        return lower if lower in self.known or not word[0].isalpha() else MASK

    def __call__(self, text: str) -> Doc:
        words = split(text)[:LONGEST] or [BLANK]
        doc = Doc(self.vocab, words=words)
        doc.user_data["words"] = words
        return doc

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Keep the known words, one list, sorted, so that a difference can be read."""
        Path(path).write_text(json.dumps(sorted(self.known), indent=0) + "\n", encoding="utf-8")

    def from_disk(self, path: str | Path, **_: Any) -> Words:
        """Read what `to_disk` kept."""
        self.known = frozenset(json.loads(Path(path).read_text(encoding="utf-8")))
        return self

    def to_bytes(self, **_: Any) -> bytes:
        """The known words, for a copy of the pipeline in another process."""
        return json.dumps(sorted(self.known)).encode()

    def from_bytes(self, data: bytes, **_: Any) -> Words:
        """Read what `to_bytes` gave."""
        self.known = frozenset(json.loads(data))
        return self


BLANK = "\n"


@registry.tokenizers("one_voice.words.v1")  # type: ignore[untyped-decorator]
def _tokenizer() -> Callable[[Language], Words]:
    return lambda nlp: Words(nlp.vocab)


@registry.architectures("one_voice.MaskedBow.v1")  # type: ignore[untyped-decorator]
def masked_bow(ngram_size: int, length: int, nO: int | None = None) -> Model[Any, Any]:  # noqa: N803
    """spaCy's TextCatBOW over norms instead of words, one independent output per type."""
    sparse = SparseLinear_v2(nO=nO, length=length)
    grams: Model[Any, Any] = Model("extract_ngrams", _ngrams, attrs={"ngram_size": ngram_size})
    model: Model[Any, Any] = chain(grams, sparse, Logistic())
    model = with_cpu(model, model.ops)
    model.set_ref("output_layer", sparse)
    model.attrs["multi_label"] = True
    return model


def _ngrams(model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> Any:
    """spaCy's `extract_ngrams` without counting equal ones first: the sum over them is the same, and twice as quick."""
    ops = model.ops
    keys: list[Any] = []
    lengths: list[int] = []
    for doc in docs:
        single: Any = doc.to_array([NORM])
        grams = [single, *(ops.ngrams(n, single) for n in range(2, model.attrs["ngram_size"] + 1))]
        keys += grams
        lengths.append(sum(len(gram) for gram in grams))
    found = ops.xp.concatenate(keys)
    answer = (found, ops.alloc1f(len(found)) + 1.0, ops.asarray(lengths, dtype="int32"))
    return answer, lambda _: []


class Cues(NamedTuple):
    """A report as labels: one symbol a phrase or word, the words each stands on, and where the title ends."""

    string: str
    spans: list[tuple[int, int]]
    title_length: int
    places: list[tuple[int, int, str]]
    """Known places named: words start..end, and a postal code, or "abroad"."""


_LEVELS = {"high", "middle"}
_NO_SCHOOL_AFTER = {
    "school",
    "schools",
    "speed",
    "court",
    "risk",
    "winds",
    "wind",
    "water",
    "heat",
    "east",
    "ground",
    "of",
}
_YEARS = {"junior", "juniors", "senior", "seniors", "alum"}
_SCHOOL_BEFORE = {"high", "hs", "school", "academy", "prep"}
"""Before a year of school, where "junior" and "senior" alone would say little."""
_INITIALS_OF_SCHOOL = re.compile(r"[A-Z]{1,4}(?:HS|MS|ES)$")
_PAST_YEAR = re.compile(r"1[89]\d\d|200\d|201\d")
_CHILD_AGE = {str(age) for age in range(1, 18)}
_OLD_AGE = {str(age) for age in range(60, 106)}


class _Hashed(dict[str, int]):
    """Each word's hash, asked for once: sixty thousand phrases are made of a few thousand words."""

    def __init__(self, add: Callable[[str], int]) -> None:
        super().__init__()
        self.add = add

    def __missing__(self, word: str) -> int:
        self[word] = self.add(word)
        return self[word]


def _words_of(phrase: str) -> list[str]:
    """A phrase's words in small letters; the slow way only where there is more than letters and blanks."""
    lower = phrase.lower()
    return lower.split() if lower.replace(" ", "").isalpha() else [word.lower() for word in split(phrase)]


class Labeller:
    """Labels the words of the lexicon, longest phrase first, and keeps the string in `doc.user_data["cues"]`."""

    def __init__(self, nlp: Language) -> None:
        self.matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        strings = nlp.vocab.strings
        hashed = _Hashed(strings.add)
        by_label: dict[str, list[Any]] = {}
        for phrase, label in (*lexicon().items(), *known_places().items()):
            # The hashes themselves, as a pickled matcher holds them: a Doc a phrase takes four fifths of the loading.
            by_label.setdefault(label, []).append([hashed[word] for word in _words_of(phrase)])
        for label, phrases in by_label.items():
            self.matcher.add(label, phrases)
        self.symbol = {strings[label]: symbol for label, symbol in symbols().items()}
        self.place = {strings[label]: label.removeprefix("@") for label in set(known_places().values())}

    def __call__(self, doc: Doc) -> Doc:
        words: list[str] = doc.user_data["words"]
        taken: list[tuple[int, str] | None] = [None] * (len(words) + 1)
        places: list[tuple[int, int, str]] = []
        for key, start, end in self.matcher(doc):
            if key in self.place:
                if words[start][0].isupper():
                    places.append((start, end, self.place[key]))
                continue
            held = taken[start]
            if held is None or end > held[0]:
                taken[start] = (end, self.symbol[key])
        doc.user_data["cues"] = _string(words, taken, places)
        return doc


def _string(
    words: list[str], taken: list[tuple[int, str] | None], places: list[tuple[int, int, str]]
) -> Cues:
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    title_length, n, total = -1, 0, len(words)
    while n < total:
        word, held = words[n], taken[n]
        end = n + 1
        if held is not None and word in _DOUBTFUL and held[0] == end:
            held = None if _only_in_another_case(word) or _is_age(words, n) else held
        if held is not None:
            end, symbol = held
        elif word == "\n":
            symbol = BOUNDARY
            title_length = len(out) if title_length < 0 else title_length
        elif word in _STOPS:
            symbol = BOUNDARY
        elif word == ":":
            symbol = COLON
        elif word in _SKIPPED:
            n = end
            continue
        elif word.islower() and word not in _YEARS:
            symbol = OTHER
        else:
            symbol = _guess(words, n)
        out.append(symbol)
        spans.append((n, end))
        n = end
    return Cues("".join(out), spans, len(out) if title_length < 0 else title_length, places)


_DOUBTFUL = frozenset({"ice", "Ice", "March"}) | _CHILD_AGE


def _only_in_another_case(word: str) -> bool:
    """ICE is an agency and ice is not; a march is a protest and March is a month."""
    return (word.lower() == "ice" and not word.isupper()) or word == "March"


_STOPS = {".", "!", "?", ";", "|"}
_SKIPPED = {",", "'s", "'S"}


def _guess(words: list[str], n: int) -> str:
    """The symbol of a word the lexicon does not have: a school by its level or initials, a child by the age."""
    word = words[n]
    lower = word.lower()
    if lower in _LEVELS and word[0].isupper() and n and words[n - 1][0].isupper():
        following = words[n + 1].lower() if n + 1 < len(words) else ""
        return OTHER if following in _NO_SCHOOL_AFTER else symbols()["SCHOOL"]
    if lower in _YEARS and n and words[n - 1].lower() in _SCHOOL_BEFORE:
        return symbols()["STUDENT"]
    if word.isupper() and _INITIALS_OF_SCHOOL.match(word):
        return symbols()["SCHOOL"]
    if _PAST_YEAR.fullmatch(word):
        return symbols()["OLD_CASE"]
    if word[0] == "$":
        return symbols()["MONEY"]
    if _is_age(words, n):
        return symbols()["YOUTH"]
    if word in _OLD_AGE and n and words[n - 1] == "," and (n + 1 == len(words) or words[n + 1] in ",\n"):
        return symbols()["ELDER"]
    return OTHER


_FAMILY = frozenset({"brothers", "sisters", "siblings", "cousins", "children", "kids", "friends", "boys", "girls", "daughters", "sons", "students"})  # fmt: skip
_MONTH = re.compile(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")


def _is_age(words: list[str], n: int) -> bool:
    """Whether the number after a comma is an age: "Dana Orrin, 7, was", "brothers, 10 and 13", "MISSING: Dana O., 7"."""
    if words[n] not in _CHILD_AGE or n < 2 or words[n - 1] != ",":
        return False
    before, after = words[n - 2], words[n + 1] if n + 1 < len(words) else "\n"
    if after == ",":
        return True
    if before.lower() in _FAMILY:
        return after in {"and", "\n", ".", ";", ":"}
    named = before[0].isupper() and not _MONTH.match(before)
    return named and (after in {"\n", ";", ":"} or after in _OF_A_CHILD)


_OF_A_CHILD = frozenset({"dies", "killed", "missing", "found", "shot", "drowns", "drowned", "was", "is", "has", "who", "hit", "struck", "dead", "hurt", "injured", "last"})  # fmt: skip


@Language.factory("one_voice_cues")
def _labeller(nlp: Language, name: str) -> Labeller:
    return Labeller(nlp)


WORDS_AS_DATA = (Path(__file__).parent / "words", Path(__file__).parent / "training")
"""The folders whose files the model is made from."""
