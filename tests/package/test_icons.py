"""Icons are looked at pixel by pixel, in every form that PNG has."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.package import icons
from bridge.package.png import NoPicture, Picture, read
from tests.package.conftest import chunk, pictures, png, square

WHITE, CLEAR = (255, 255, 255, 255), (255, 255, 255, 0)


def problems(kind: icons.Kind, data: bytes) -> list[str]:
    return [fault.problem for fault in icons.look(kind, "icon.png", data)]


def test_the_project_s_own_icons_are_of_the_right_kind() -> None:
    drawn = pictures()
    assert problems(icons.COLOR, drawn["color"]) == []
    assert problems(icons.OUTLINE, drawn["outline"]) == []


def test_the_symbol_of_the_colour_icon_stands_within_the_middle() -> None:
    rows = pixels(read(pictures()["color"]))
    ground = rows[0][0]
    drawn = [(x, y) for y, row in enumerate(rows) for x, pixel in enumerate(row) if pixel != ground]
    assert drawn
    assert all(47 <= x <= 144 and 47 <= y <= 144 for x, y in drawn)  # 96, and the soft edge


def pixels(picture: Picture) -> tuple[tuple[tuple[int, int, int, int], ...], ...]:
    assert picture.rows is not None
    return picture.rows


@pytest.mark.parametrize(
    ("colour", "depth", "row", "more"),
    [
        (6, 8, b"\xff\xff\xff\xff\xff\xff\xff\0", ()),
        (6, 16, b"\xff" * 8 + b"\xff" * 6 + b"\0\0", ()),
        (4, 8, b"\xff\xff\xff\0", ()),
        (4, 16, b"\xff\xff\xff\xff\xff\xff\0\0", ()),
        (3, 8, b"\x01\x00", ((b"PLTE", b"\xff" * 6), (b"tRNS", b"\0"))),
        (3, 4, b"\x10", ((b"PLTE", b"\xff" * 6), (b"tRNS", b"\0"))),
        (3, 1, b"\x80", ((b"PLTE", b"\xff" * 6), (b"tRNS", b"\0"))),
    ],
)
def test_white_and_clear_are_read_in_every_form(
    colour: int, depth: int, row: bytes, more: tuple[tuple[bytes, bytes], ...]
) -> None:
    whole = png(2, 1, [b"\0" + row], colour=colour, depth=depth)
    head, rest = whole[:33], whole[33:]  # the header ends there
    data = head + b"".join(chunk(*one) for one in more) + rest
    assert pixels(read(data)) == ((WHITE, CLEAR),)


def test_grey_and_rgb_have_one_transparent_colour_at_most() -> None:
    grey = png(2, 1, [b"\0\xff\x07"], colour=0)
    assert pixels(read(grey)) == ((WHITE, (7, 7, 7, 255)),)
    marked = grey[:33] + chunk(b"tRNS", b"\0\x07") + grey[33:]
    assert pixels(read(marked)) == ((WHITE, (7, 7, 7, 0)),)
    rgb = png(1, 1, [b"\0\x01\x02\x03"], colour=2)
    assert pixels(read(rgb)) == (((1, 2, 3, 255),),)


@given(st.lists(st.binary(min_size=12, max_size=12), min_size=1, max_size=4), st.data())
def test_every_filter_is_undone(lines: list[bytes], data: st.DataObject) -> None:
    """Filter rows as PNG's specification says, and read them back."""
    above, written = bytes(12), []
    for line in lines:
        kind = data.draw(st.integers(0, 4))
        out = bytearray()
        for at, byte in enumerate(line):
            left, corner = (line[at - 4], above[at - 4]) if at >= 4 else (0, 0)
            guess = left + above[at] - corner
            near = min((left, above[at], corner), key=lambda value: abs(guess - value))
            out.append((byte - (0, left, above[at], (left + above[at]) // 2, near)[kind]) % 256)
        written.append(bytes([kind]) + bytes(out))
        above = line
    expected = tuple(tuple(struct.iter_unpack("4B", line)) for line in lines)
    assert pixels(read(png(3, len(lines), written))) == expected


def test_an_interlaced_icon_is_told_to_have_been_seen_in_part() -> None:
    header = struct.pack(">IIBBBBB", 32, 32, 8, 6, 0, 0, 1)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")
    assert problems(icons.OUTLINE, data) == ["It is interlaced, so its colours were not looked at."]


def test_rounded_corners_are_a_warning() -> None:
    row, cut = (
        b"\0" + b"\x40\x40\xc0\xff" * 192,
        b"\0" + b"\0" * 4 + b"\x40\x40\xc0\xff" * 190 + b"\0" * 4,
    )
    (fault,) = icons.look(icons.COLOR, "color.png", png(192, 192, [cut, *[row] * 190, cut]))
    assert fault.problem == "Its corners are cut off."
    assert not fault.serious
    assert problems(icons.COLOR, square(192, b"\0\0\0\0")) == []  # a transparent ground is as good


def test_a_picture_that_would_be_huge_is_not_unpacked() -> None:
    packed = zlib.compress(b"\0" * 10_000_000)
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 6, 0, 0, 0)
    data = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )
    assert read(data) == Picture(100_000, 100_000, None)


def assert_read_or_said(data: bytes) -> None:
    said = ""
    try:
        read(data)
    except NoPicture as error:
        said = str(error)
    assert not said or said.endswith(".")


DRAWN = pictures()["outline"]


@given(st.integers(0, len(DRAWN) - 1), st.binary(min_size=1, max_size=6))
def test_damage_is_said_and_nothing_else_raised(at: int, damage: bytes) -> None:
    damaged = DRAWN[:at] + damage + DRAWN[at + len(damage) :]
    assert_read_or_said(damaged)


@given(
    st.integers(1, 40),
    st.integers(1, 4),
    st.sampled_from([(3, 8), (3, 2), (0, 1), (6, 8)]),
    st.binary(max_size=80),
)
def test_odd_pixels_are_said_and_nothing_else_raised(
    width: int, height: int, form: tuple[int, int], raw: bytes
) -> None:
    data = png(width, height, [raw], colour=form[0], depth=form[1])
    assert_read_or_said(data)
