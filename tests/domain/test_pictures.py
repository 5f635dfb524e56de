"""Pictures that go out: the picture alone, whole, turned as it was taken; nothing a camera wrote beside it."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from comms.people import Refused
from comms.wording import pictures
from comms.wording.pictures import JPEG, PNG

PLACE = "41.6005 N, 93.6091 W"
OWNER = "Phone of a private person"


def picture(width: int = 48, height: int = 32) -> Image.Image:
    made = Image.new("RGB", (width, height), (20, 90, 140))
    for x in range(width // 2):
        made.putpixel((x, x % height), (200, 30, 10))
    return made


def a_jpeg(turned: int = 6, progressive: bool = False) -> bytes:
    """A phone's photo: place, owner, comment, a color profile, and how it is turned."""
    exif = Image.Exif()
    exif[274], exif[315], exif[270] = turned, OWNER, PLACE
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    picture().save(
        out, "JPEG", exif=exif, comment=OWNER.encode(), icc_profile=b"profile", progressive=progressive
    )
    return out.getvalue()


def a_png() -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", OWNER)
    said.add_itxt("Place", PLACE)
    out = io.BytesIO()
    picture().save(out, "PNG", pnginfo=said)
    return out.getvalue()


@pytest.mark.parametrize("progressive", [False, True])
def test_a_photo_loses_its_place_its_owner_and_its_comment_and_stays_the_same_picture(
    progressive: bool,
) -> None:
    taken = a_jpeg(progressive=progressive)
    assert OWNER.encode() in taken
    went = pictures.plain(taken + b"a second picture behind the end" + taken, JPEG)
    for secret in (OWNER, PLACE, "second picture"):
        assert secret.encode() not in went.content
    before, after = Image.open(io.BytesIO(taken)), Image.open(io.BytesIO(went.content))
    assert after.tobytes() == before.tobytes()
    assert after.info["icc_profile"] == b"profile"
    assert dict(after.getexif()) == {274: 6}, "how it is turned is kept, and nothing else"
    assert (went.width, went.height) == (32, 48), "as it is seen"


def test_a_picture_that_is_not_turned_carries_no_exif_at_all() -> None:
    went = pictures.plain(a_jpeg(turned=1), JPEG)
    assert b"Exif" not in went.content
    assert (went.width, went.height) == (48, 32)


def test_a_png_loses_its_words_and_what_follows_its_end() -> None:
    drawn = a_png()
    went = pictures.plain(drawn + b"PK\x03\x04 an archive", PNG)
    for secret in (OWNER, PLACE, "PK"):
        assert secret.encode() not in went.content
    assert Image.open(io.BytesIO(went.content)).tobytes() == picture().tobytes()
    assert (went.width, went.height) == (48, 32)


def test_what_was_cleaned_once_stays_as_it_is() -> None:
    for content, kind in ((a_jpeg(), JPEG), (a_png(), PNG)):
        once = pictures.plain(content, kind)
        assert pictures.plain(once.content, kind) == once


def test_an_animation_goes_out_as_its_first_picture() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "white", "red")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:], duration=40)
    assert b"acTL" in out.getvalue()
    went = pictures.plain(out.getvalue(), PNG)
    assert b"acTL" not in went.content
    assert Image.open(io.BytesIO(went.content)).tobytes() == frames[0].tobytes()


@pytest.mark.parametrize("kind", [JPEG, PNG])
@given(data=st.data())
def test_a_picture_cut_off_or_damaged_is_refused_or_whole_and_never_breaks_the_page(
    kind: str, data: st.DataObject
) -> None:
    content = bytearray(a_jpeg() if kind == JPEG else a_png())
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(content[: data.draw(st.integers(8, len(content)))])
    try:
        went = pictures.plain(cut, kind)
    except Refused:
        return
    assert went.width > 0
    assert went.height > 0
    assert len(went.content) <= len(cut) + 40


@pytest.mark.parametrize(
    "content", [a_jpeg()[:-40], a_png()[:-30], b"\xff\xd8\xff\xd9", b"\x89PNG\r\n\x1a\n"]
)
def test_half_a_picture_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Refused, match="cannot be read to its end"):
        pictures.plain(content, PNG if content.startswith(b"\x89") else JPEG)


def a_huge_png(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def test_a_picture_that_would_fill_a_phone_is_refused() -> None:
    with pytest.raises(Refused, match="30,000 by 30,000 pixels"):
        pictures.plain(a_huge_png(30_000, 30_000), PNG)
    noise = Image.frombytes("RGB", (900, 900), random.Random(1).randbytes(900 * 900 * 3))
    out = io.BytesIO()
    noise.save(out, "PNG")
    with pytest.raises(Refused, match="the limit is 2 MB"):
        pictures.plain(out.getvalue(), PNG)
