"""Reads small PNG pictures: their size always, their pixels where they are small enough to be an app's icon. Pure."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bridge.errors import BridgeError

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS: Final = 512 * 512

_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By PNG's colour type: grey, RGB, palette, grey with alpha, RGB with alpha."""
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PALETTE: Final = 3
_RGBA: Final = 6
_HEADER: Final = struct.Struct(">IIBBBBB")

Pixel = tuple[int, int, int, int]
"""Red, green, blue and alpha, each 0 to 255; alpha 0 is transparent."""


class NoPicture(BridgeError):
    """No PNG that can be read."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture. `rows` are its pixels, from the top; None where it is too large, or interlaced."""

    width: int
    height: int
    rows: tuple[tuple[Pixel, ...], ...] | None


@dataclass(frozen=True, slots=True)
class _Header:
    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def bits(self) -> int:
        """Of one pixel."""
        return self.depth * _CHANNELS[self.colour]

    @property
    def stride(self) -> int:
        """Bytes of one row."""
        return (self.width * self.bits + 7) // 8


def read(data: bytes) -> Picture:
    """The picture in a file's bytes. Raises `NoPicture`, with what is wrong with it."""
    if not data.startswith(SIGNATURE):
        raise NoPicture("It is no PNG.")
    chunks = list(_chunks(data))
    header = _header(chunks)
    if header.interlaced or header.width * header.height > MOST_PIXELS:
        return Picture(header.width, header.height, None)
    packed = b"".join(content for kind, content in chunks if kind == b"IDAT")
    raw = _unpacked(packed, (header.stride + 1) * header.height)
    palette = _palette(chunks) if header.colour == _PALETTE else ()
    opaque_but = _transparent_colour(header, chunks)
    rows = tuple(tuple(_pixels(header, line, palette, opaque_but)) for line in _lines(header, raw))
    return Picture(header.width, header.height, rows)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(data):
        if at + 12 > len(data):
            raise NoPicture("It ends in the middle: the file is not whole.")
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        at += 12 + length
        if at > len(data):
            raise NoPicture("It ends in the middle: the file is not whole.")
        (sum_,) = struct.unpack_from(">I", data, at - 4)
        if zlib.crc32(kind + content) != sum_:
            raise NoPicture("It is damaged: a checksum does not fit.")
        yield kind, content
        if kind == b"IEND":
            return
    raise NoPicture("It ends in the middle: the file is not whole.")


def _header(chunks: list[tuple[bytes, bytes]]) -> _Header:
    kind, content = chunks[0]
    if kind != b"IHDR" or len(content) != _HEADER.size:
        raise NoPicture("It does not begin as a PNG does.")
    width, height, depth, colour, packing, filtering, interlace = _HEADER.unpack(content)
    if depth not in _DEPTHS.get(colour, ()) or packing or filtering or interlace > 1:
        raise NoPicture("Its form is none that PNG has.")
    if not (width and height):
        raise NoPicture("It has no pixels.")
    return _Header(width, height, depth, colour, bool(interlace))


def _unpacked(packed: bytes, size: int) -> bytes:
    try:
        raw = zlib.decompressobj().decompress(packed, size)
    except zlib.error:
        raise NoPicture("It is damaged: its pixels cannot be unpacked.") from None
    if len(raw) < size:
        raise NoPicture("It is damaged: pixels are missing.")
    return raw


def _lines(header: _Header, raw: bytes) -> Iterator[bytes]:
    """The rows with PNG's filters undone."""
    step = max(1, header.bits // 8)
    above = bytes(header.stride)
    for at in range(0, len(raw), header.stride + 1):
        above = _unfiltered(raw[at], raw[at + 1 : at + 1 + header.stride], above, step)
        yield above


def _unfiltered(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    if kind == 0:
        return line
    if kind == 2:  # noqa: PLR2004  # PNG's filters have numbers, and no names that say more
        return bytes((byte + up) & 255 for byte, up in zip(line, above, strict=True))
    guess = {1: _left, 3: _average, 4: _paeth}.get(kind)
    if guess is None:
        raise NoPicture("It is damaged: a row is written in no known way.")
    out = bytearray(step) + line
    corners = bytes(step) + above
    for at, up in enumerate(above):
        out[at + step] = (out[at + step] + guess(out[at], up, corners[at])) & 255
    return bytes(out[step:])


def _left(left: int, _: int, __: int) -> int:
    return left


def _average(left: int, up: int, _: int) -> int:
    return (left + up) // 2


def _paeth(left: int, up: int, corner: int) -> int:
    to_left, to_up = abs(up - corner), abs(left - corner)
    to_corner = abs(left + up - 2 * corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner


def _palette(chunks: list[tuple[bytes, bytes]]) -> tuple[Pixel, ...]:
    found = dict(chunks)
    colours = found.get(b"PLTE", b"")
    alphas = found.get(b"tRNS", b"")
    return tuple(
        (*colours[at : at + 3], alphas[at // 3] if at // 3 < len(alphas) else 255)
        for at in range(0, len(colours) - 2, 3)
    )


def _transparent_colour(
    header: _Header, chunks: list[tuple[bytes, bytes]]
) -> tuple[int, ...] | None:
    """The one colour that is transparent in a picture without alpha, as its samples are written."""
    if header.colour not in (0, 2):
        return None
    given = dict(chunks).get(b"tRNS")
    count = _CHANNELS[header.colour]
    if given is None or len(given) != 2 * count:
        return None
    return struct.unpack(f">{count}H", given)


def _pixels(
    header: _Header, line: bytes, palette: tuple[Pixel, ...], opaque_but: tuple[int, ...] | None
) -> Iterator[Pixel]:
    samples = _samples(header, line)
    if header.depth == 8 and header.colour == _RGBA:  # noqa: PLR2004  # as nearly every icon is
        yield from zip(*[iter(samples)] * 4, strict=True)
        return
    count = _CHANNELS[header.colour]
    largest = (1 << header.depth) - 1
    for at in range(0, header.width * count, count):
        given = tuple(samples[at : at + count])
        if header.colour == _PALETTE:
            if given[0] >= len(palette):
                raise NoPicture("It is damaged: a colour is not in its palette.")
            yield palette[given[0]]
            continue
        scaled = tuple(value * 255 // largest for value in given)
        alpha = scaled[-1] if count in (2, 4) else 0 if given == opaque_but else 255
        red, green, blue = scaled[:3] if count >= 3 else scaled[:1] * 3  # noqa: PLR2004  # colours
        yield red, green, blue, alpha


def _samples(header: _Header, line: bytes) -> list[int]:
    depth = header.depth
    if depth == 8:  # noqa: PLR2004  # bits
        return list(line)
    if depth == 16:  # noqa: PLR2004  # bits
        return list(struct.unpack(f">{len(line) // 2}H", line))
    mask = (1 << depth) - 1
    return [byte >> shift & mask for byte in line for shift in range(8 - depth, -1, -depth)]
