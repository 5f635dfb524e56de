"""Foreign text made plain: markup to words, links that may be shown, titles that are the same, tricks made visible."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

FIELD_LIMIT = 64 * 1024
"""Bytes of UTF-8 that one field of an item may take."""

_MARKUP_LIMIT = 4 * FIELD_LIMIT  # characters looked at: tags and entities take room that the words do not
_LONGEST_LINK = 8000

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SILENT = re.compile(r"<(script|style|noscript|template|iframe|object|svg|math|head)\b|<!--", re.IGNORECASE)
_INLINE = "a|abbr|acronym|b|bdi|bdo|big|cite|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strike|strong|sub|sup|tt|u|wbr"
_BLOCK = (
    "address|article|aside|audio|blockquote|body|br|button|caption|center|col|dd|details|dialog|dir|div|dl|dt|embed|"
    "fieldset|figcaption|figure|footer|form|frame|h[1-6]|head|header|hr|html|iframe|img|input|label|legend|li|link|"
    "main|menu|meta|nav|noscript|object|ol|option|p|param|picture|pre|script|section|select|source|style|summary|svg|"
    "table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|track|ul|video"
)
_REST = r"""(?=[\s/>])(?:(?:[^<>"']|"[^"<]{0,999}"|'[^'<]{0,999}')*+>|[^<>]*+>)"""
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE}){_REST}", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK}){_REST}", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-zA-Z][\w.-]*(?::[\w.-]+)?" + _REST + r"|<[!?][a-zA-Z\[/][^<>]*>")
_CUT_TAG = re.compile(r"<[a-zA-Z]+\s[^<>]*=[^<>]*$")


def to_text(markup: str) -> str:
    """Plain words of an HTML or plain text field: tags and entities gone twice, white space run together.

    Twice, because feeds escape twice. What scripts and style sheets say is not text. At most `FIELD_LIMIT` bytes.
    """
    return capped(" ".join(_without_markup(markup).split()))


def to_title(markup: str) -> str:
    """A title unescaped and with its tags removed, and nothing else changed but the white space around it."""
    return capped(_without_markup(markup).strip())


def capped(text: str, limit: int = FIELD_LIMIT) -> str:
    """The text, cut to `limit` bytes of UTF-8 at a character."""
    if len(text) * 4 <= limit:
        return text
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


def printable(text: str) -> str:
    """Without control characters and lone surrogates, which neither a page nor a store can hold."""
    return text if text.isprintable() else _UNPRINTABLE.sub("", text)


def _without_markup(markup: str) -> str:
    text = markup[:_MARKUP_LIMIT]
    for known_only in (False, True):
        if "<" in text:
            text = _without_tags(text, known_only)
        if "&" not in text:
            break
        text = html.unescape(text)
    else:
        text = _without_tags(text, known_only=True) if "<" in text else text
    return printable(text)


def _without_tags(text: str, known_only: bool) -> str:
    text = _INLINE_TAG.sub("", _without_silent(text))
    if "<" not in text:
        return text
    text = _BLOCK_TAG.sub(" ", text)
    if not known_only and "<" in text:  # what was written as &lt;word&gt; is a tag only if HTML knows it
        text = _ANY_TAG.sub(" ", text)
    return _CUT_TAG.sub("", text) if "<" in text else text


def _without_silent(text: str) -> str:
    """Without comments, scripts and their like; an unclosed one takes the rest with it, as in a browser."""
    found = _SILENT.search(text)
    if not found:
        return text
    kept, at = [], 0
    while found:
        kept.append(text[at : found.start()])
        end = _closing(found.group(1)).search(text, found.end())
        if not end:
            return " ".join(kept)
        at = end.end()
        found = _SILENT.search(text, at)
    kept.append(text[at:])
    return " ".join(kept)


@lru_cache(maxsize=16)
def _closing(name: str | None) -> re.Pattern[str]:
    return re.compile(rf"</{name}[^<>]*>" if name else "-->", re.IGNORECASE)


_PLAIN_LINK = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,4})?(?:[/?#][!#-;=?-\[\]_a-z~]*)?")
_TOO_MANY_SLASHES = re.compile(r"^(https?:/)/{2,}", re.IGNORECASE)
_LINK_NOISE = re.compile(
    r"^(utm_\w+|fbclid|gclid|mc_cid|mc_eid|igshid|ocid|cmpid|ref_src|ICID)$", re.IGNORECASE
)
_WRAPPED = {
    ("google.com", "/url"): ("url", "q"),
    ("bing.com", "/news/apiclick.aspx"): ("url",),
    ("l.facebook.com", "/l.php"): ("u",),
}
"""(host, path) of an address that only leads elsewhere -> the parameters that may say where."""


def safe_link(raw: str, base: str = "") -> str:
    """The address, made absolute by `base`, if it is one of the web that can be shown; else an empty string.

    Refused: other schemes (javascript:, data:, tag:), an address without a host, and a user name before the host.
    """
    if _PLAIN_LINK.fullmatch(raw) and len(raw) <= _LONGEST_LINK:
        return raw
    link = _TOO_MANY_SLASHES.sub(
        r"\1/", printable(raw.strip()).replace("\n", "").replace("\t", "").replace(" ", "%20")
    )
    if not link or len(link) > _LONGEST_LINK:
        return ""
    try:
        parts = urlsplit(urljoin(base, link))
        fine = (
            parts.scheme in {"http", "https"}
            and parts.hostname
            and "@" not in parts.netloc
            and parts.port != 0
        )
    except ValueError:
        return ""
    unsafe = str.maketrans({'"': "%22", "<": "%3C", ">": "%3E", "\\": "%5C", "`": "%60", "^": "%5E"})
    return urlunsplit(parts).translate(unsafe) if fine else ""


def unwrapped(link: str) -> str:
    """The address behind a search engine's redirect, read from the address itself and never asked for."""
    if "url" not in link and "/l.php" not in link:
        return link
    parts = urlsplit(link)
    names = _WRAPPED.get(((parts.hostname or "").removeprefix("www."), parts.path), ())
    values = dict(parse_qsl(parts.query)) if names else {}
    return next((inner for name in names if (inner := safe_link(values.get(name, "")))), link)


def clean_link(link: str) -> str:
    """An address for comparing, not for showing: no campaign marks, fragment, `www.` or closing slash; https."""
    try:
        parts = urlsplit(safe_link(link))
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    except ValueError:
        return ""
    if not host:
        return ""
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _LINK_NOISE.match(k)]
    return urlunsplit(("https", host + port, parts.path.rstrip("/"), urlencode(kept), ""))


def host_of(link: str) -> str:
    """The host to show beside a link, without `www.`; empty if the link has none."""
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


_NOT_A_WORD = re.compile(r"[^\w]+")


def title_key(title: str) -> str:
    """What two copies of one headline share: case, accents, punctuation and look-alike letters do not count."""
    plain = unicodedata.normalize("NFKD", folded(title))
    return " ".join(
        _NOT_A_WORD.sub(" ", "".join(c for c in plain if not unicodedata.combining(c)).casefold()).split()
    )


def same_title(one: str, other: str) -> bool:
    """Whether two headlines say the same, word for word; two empty ones do not."""
    key = title_key(one)
    return bool(key) and key == title_key(other)


def without_outlet(title: str, outlet: str) -> str:
    """The headline without the " - Outlet" that a news search puts behind it."""
    for dash in (" - ", " – ", " — ", " | "):
        head, found, tail = title.rpartition(dash)
        if found and head.strip() and outlet and tail.strip().casefold() == outlet.strip().casefold():
            return head.rstrip()
    return title


_INVISIBLE = {
    0x00AD: "SHY", 0x061C: "ALM", 0x180E: "MVS", 0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM",
    0x200F: "RLM", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO", 0x2060: "WJ",
    0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0xFEFF: "BOM",
}  # fmt: skip
"""Characters that turn, join or part text without being seen -> the name Unicode gives them for short."""

_SHOWN = {code: f"‹{name}›" for code, name in _INVISIBLE.items()}
_GONE = dict.fromkeys(_INVISIBLE)
_LOOK_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТХУаеѕіјорсхуһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανρ",
    "ABESIJKMHOPCTXYaesijopcxyhdqwABEZHIKMNOPTYXoavp",
)
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z]")


def visible(text: str) -> str:
    """The text for a page, its tricks shown: `‹RLO›` for a turning mark, `P‹о›lice` for a foreign look-alike letter.

    Words wholly in Cyrillic, Greek, Hebrew or Arabic letters are left as they are.
    """
    if text.isascii():
        return text
    return _WORD.sub(_marked, text).translate(_SHOWN)


def folded(text: str) -> str:
    """The text for matching: invisible marks gone, look-alike letters inside Latin words made Latin."""
    if text.isascii():
        return text
    return _WORD.sub(_latin, text.translate(_GONE))


def _marked(word: re.Match[str]) -> str:
    letters = word.group()
    if letters.isascii() or not _LATIN.search(letters):
        return letters
    return "".join(f"‹{letter}›" if letter.translate(_LOOK_ALIKE) != letter else letter for letter in letters)


def _latin(word: re.Match[str]) -> str:
    letters = word.group()
    return letters if letters.isascii() or not _LATIN.search(letters) else letters.translate(_LOOK_ALIKE)
