"""Pictures as they may go out: a PNG or JPEG read to its end, without what a camera or program wrote beside the picture.

A photo from a phone names its place, its time and the device, and may carry a thumbnail of what was cut away. All of that
is left out before the file is hashed; how it is to be turned is kept. Nothing is decoded, so that no picture can fill
the memory of this machine; one that would fill a reader's is refused.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from comms.people import Refused

SIZE_MOST = 2_000_000
"""Bytes of one picture: a town's phones load it with the page."""
PIXELS_MOST = 40_000_000
PNG, JPEG = "image/png", "image/jpeg"

_PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs")
)  # fmt: skip
"""Chunks that are the picture itself: no text, no time, no EXIF, and of an animation the first picture alone."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
"""Markers without a length."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it goes out: its bytes, and the width and height it is shown with, in pixels."""

    content: bytes
    width: int
    height: int


def plain(content: bytes, kind: str) -> Picture:
    """The picture alone. Raises Refused when it is broken, cut off, or far too large to show."""
    try:
        found = _png(content) if kind == PNG else _jpeg(content)
    except (IndexError, struct.error, ValueError) as error:
        raise Refused(
            "That picture cannot be read to its end. Save it again as PNG or JPEG and add that. Nothing was added."
        ) from error
    if found.width * found.height > PIXELS_MOST:
        raise Refused(
            f"That picture is {found.width:,} by {found.height:,} pixels. Make it smaller and add that. Nothing was added."
        )
    if len(found.content) > SIZE_MOST:
        raise Refused(
            f"That picture has {len(found.content) / 1e6:.1f} MB; the limit is {SIZE_MOST // 1_000_000} MB, so that it "
            "loads on a phone. Nothing was added."
        )
    return found


# PNG ------------------------------------------------------------------------------------------------------------------


def _png(content: bytes) -> Picture:
    out, width, height, data = content[:8], 0, 0, False
    for name, body in _chunks(content):
        if name == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
        if name in _PNG_KEPT:
            out += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        data = data or name == b"IDAT"
        if name == b"IEND":
            break
    else:
        raise ValueError("no end")
    if not (width and height and data):
        raise ValueError("nothing to see")
    return Picture(out, width, height)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(content):
        length = struct.unpack_from(">I", content, at)[0]
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if zlib.crc32(name + body) != struct.unpack_from(">I", content, at + 8 + length)[0]:
            raise ValueError("damaged")
        yield name, body
        at += 12 + length


# JPEG -----------------------------------------------------------------------------------------------------------------


def _jpeg(content: bytes) -> Picture:
    out, width, height, turned, scanned, at = b"\xff\xd8", 0, 0, 1, False, 2
    while True:
        start = at
        at = _next_marker(content, at)
        if scanned:
            out += content[start:at]  # the picture's own data, between one marker and the next
        marker = content[at + 1]
        if marker == 0xD9:
            break
        length = struct.unpack_from(">H", content, at + 2)[0]
        body = content[at + 4 : at + 2 + length]
        if len(body) != length - 2:
            raise ValueError("cut off")
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", body, 1)
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            turned = _turned(body[6:])
        out += _kept(marker, body)
        scanned = scanned or marker == 0xDA
        at += 2 + length
    if not (width and height and scanned):
        raise ValueError("nothing to see")
    if turned != 1:
        tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 274, 3, 1, turned, 0, 0)
        out = out[:2] + _segment(0xE1, b"Exif\0\0" + tiff) + out[2:]
    return Picture(out + b"\xff\xd9", *((height, width) if turned >= 5 else (width, height)))


def _next_marker(content: bytes, at: int) -> int:
    """Where the next marker that matters begins."""
    while True:
        at = content.index(b"\xff", at)
        following = content[at + 1]
        if following not in {0x00, 0xFF} and following not in _ALONE:
            return at
        at += 1 if following == 0xFF else 2


def _kept(marker: int, body: bytes) -> bytes:
    """What goes out of one segment: the picture, its tables and its colors; no place, time, device, comment, thumbnail."""
    if marker == 0xE0:
        return _segment(marker, body[:12] + b"\0\0") if body.startswith(b"JFIF\0") else b""
    if marker == 0xE2 and not body.startswith(b"ICC_PROFILE\0"):
        return b""
    if marker == 0xFE or (0xE0 < marker <= 0xEF and marker not in {0xE2, 0xEE}):
        return b""
    return _segment(marker, body)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def _turned(tiff: bytes) -> int:
    """How a camera says its picture is to be turned (EXIF tag 274), 1 to 8; 1 where it says nothing."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        at = struct.unpack_from(f"{order}I", tiff, 4)[0]
        for n in range(struct.unpack_from(f"{order}H", tiff, at)[0]):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, at + 2 + 12 * n)
            if tag == 274:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1
