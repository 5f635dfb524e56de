"""A body of bytes made readable: its encoding found, document type and entities gone, what breaks XML mended."""

from __future__ import annotations

import codecs
import html.entities
import json
import re
from typing import Any
from xml.etree import ElementTree

LARGEST = 16 * 1024 * 1024
"""Bytes of a document that are looked at; a sweep stops at far fewer, a file on disk may be any size."""

ENTRY_LIMIT = 2000
"""Entries that are read of one document."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = {
    b"<\0\0\0": "utf-32-le",
    b"\0\0\0<": "utf-32-be",
    b"<\0?\0": "utf-16-le",
    b"\0<\0?": "utf-16-be",
    b"<\0r\0": "utf-16-le",
    b"\0<\0r": "utf-16-be",
}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_NEVER = {"utf-7", "utf7", "unicode_escape", "raw_unicode_escape", "punycode", "idna"}


def _as_windows(error: UnicodeError) -> tuple[str | bytes, int]:
    """A byte that is not UTF-8 is most often one pasted from Windows-1252; the rest of the document stays UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252-inside", _as_windows)


def text_of(body: bytes, content_type: str = "") -> str:
    """The document as text, by its byte order mark, else as UTF-8 if it is that, else as it or the server says."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(
                encoding, "windows-1252-inside" if encoding == "utf-8" else "replace"
            )
    if body[:4] in _WIDE_STARTS:
        return body.decode(_WIDE_STARTS[body[:4]], "replace")
    declared = _DECLARED.search(body, 0, 400) or _META_CHARSET.search(body, 0, 2048)
    charset = _CHARSET.search(content_type)
    said = [declared.group(1).decode()] if declared else []
    said += [charset.group(1)] if charset else []
    shifted = b"\x1b$" in body  # ISO-2022 text is also valid ASCII
    for encoding in said if shifted else ["utf-8", *said]:
        if encoding.lower() not in _NEVER:
            try:
                return body.decode(encoding)
            except (UnicodeError, LookupError):
                continue
    return body.decode("utf-8", "windows-1252-inside")


_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_AMPERSAND = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)(?:([A-Za-z][A-Za-z0-9]{1,31});)?"
)
_NUMBER = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9a-fA-F]{1,6}));")


def mended(text: str) -> str:
    """XML text that a strict reader takes if nothing worse is wrong than what feeds get wrong every day.

    Gone: whatever stands before the first tag, the declaration, the document type with every entity it declares
    (those are never expanded, so a name of one stays a name), control characters, and a CDATA section without an
    end. HTML's own entities become characters; a bare ampersand becomes an honest one.
    """
    text = without_doctype(text)
    text = _ILLEGAL.sub("", text)
    unclosed = text.rfind("<![CDATA[")
    if unclosed > text.rfind("]]>"):
        text = text[:unclosed]
    if "&" not in text:
        return text
    parts = _CDATA.split(text)
    parts[::2] = [_NUMBER.sub(_legal_number, _AMPERSAND.sub(_honest, part)) for part in parts[::2]]
    return "".join(parts)


def _honest(found: re.Match[str]) -> str:
    name = found.group(1)
    character = html.entities.html5.get(f"{name};") if name else None
    return character if character and character not in "<>&" else "&amp;" + found.group()[1:]


def _legal_number(found: re.Match[str]) -> str:
    code = int(found.group(1)) if found.group(1) else int(found.group(2), 16)
    fine = code in {9, 10, 13} or (
        0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF and code not in {0xFFFE, 0xFFFF}
    )
    return found.group() if fine else "\ufffd"


def without_doctype(text: str) -> str:
    """From the first element on. The prolog is walked by hand: a document type may hold anything, in any quotes."""
    at = text.find("<")
    while at >= 0 and text[at + 1 : at + 2] in {"?", "!"}:
        at = text.find("<", _end_of_declaration(text, at))
    return text[at:] if at >= 0 else ""


def _end_of_declaration(text: str, at: int) -> int:
    for opening, closing in (("<!--", "-->"), ("<?", "?>")):
        if text.startswith(opening, at):
            end = text.find(closing, at + len(opening))
            return end + len(closing) if end >= 0 else len(text)
    depth = 0
    while at < len(text):
        character = text[at]
        if character in "\"'" and depth:
            closing_quote = text.find(character, at + 1)
            at = closing_quote if closing_quote >= 0 else len(text)
        elif character in "<[":
            depth += 1
        elif character in ">]":
            depth -= 1
            if depth <= 0:
                return at + 1
        at += 1
    return len(text)


def strict_tree(source: bytes | str) -> ElementTree.Element | None:
    """The root of a well-formed document without a document type, else None. Nothing outside it is ever opened."""
    start = source[:LARGEST]
    declares = (
        b"<!DOCTYPE" in start or b"<!ENTITY" in start if isinstance(start, bytes) else "<!DOCTYPE" in start
    )
    if declares:
        return None
    try:
        return ElementTree.fromstring(source)  # noqa: S314  without a document type there is no entity to expand
    except (ElementTree.ParseError, ValueError, LookupError):
        return None


def words(value: object) -> str:
    """A JSON value as text: strings as they are, whole numbers without a point, nothing for what is neither."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        return ""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def records_of(body: bytes, content_type: str, names: tuple[str, ...]) -> tuple[list[Any] | None, bool]:
    """(the records, whether the document is broken): the list itself, or the list under one of `names`.

    Of a document that was cut off, the records before the cut. None when there is no such list.
    """
    value, text = json_of(body, content_type)
    if value is None:
        return before_the_break(text, names), True
    if isinstance(value, dict):
        value = next((value[name] for name in names if isinstance(value.get(name), list)), None)
    return (value if isinstance(value, list) else None), False


def json_of(body: bytes, content_type: str) -> tuple[Any, str]:
    """(the value, the text it was read from); None for text that is no JSON, or nested deeper than anyone writes."""
    text = text_of(body[:LARGEST], content_type).lstrip("\ufeff \t\r\n\0")
    try:
        return json.loads(text), text
    except (ValueError, RecursionError):
        return None, text


def before_the_break(text: str, names: tuple[str, ...]) -> list[Any] | None:
    """The whole records of a JSON document that was cut off or is broken further on; None if there is no list."""
    opening = re.compile(
        r"\[" if text.startswith("[") else rf'"(?:{"|".join(map(re.escape, names))})"\s*:\s*\['
    )
    found = opening.search(text)
    if not found:
        return None
    decode, at = json.JSONDecoder().raw_decode, found.end()
    records: list[Any] = []
    while len(records) <= ENTRY_LIMIT:
        start = _NEXT_VALUE.match(text, at)
        if not start:
            break
        try:
            record, at = decode(text, start.end())
        except (ValueError, RecursionError):
            break
        records.append(record)
    return records


_NEXT_VALUE = re.compile(r"[\s,]*(?=[{\[\"\d])")
