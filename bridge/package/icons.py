"""What Teams asks of an app's two icons, looked at pixel by pixel. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bridge.package import png
from bridge.package.faults import Fault

WHITE: Final = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the icons that a manifest names."""

    field: str
    size: int
    says: str


COLOR: Final = Kind("color", 192, "a PNG of 192×192 pixels, with a symbol of 96×96 in its middle")
OUTLINE: Final = Kind("outline", 32, "a PNG of 32×32 pixels, white on transparent")
SMALL: Final = Kind("color32x32", 32, "a PNG of 32×32 pixels, in colour on transparent")
KINDS: Final = (COLOR, OUTLINE, SMALL)


def look(kind: Kind, name: str, data: bytes) -> Iterator[Fault]:
    """What is wrong with an icon of that file name."""
    try:
        picture = png.read(data)
    except png.NoPicture as error:
        yield Fault(name, str(error), f"The {kind.field} icon is {kind.says}: make it anew.")
        return
    if (picture.width, picture.height) != (kind.size, kind.size):
        yield Fault(
            name,
            f"It has {picture.width}×{picture.height} pixels.",
            f"The {kind.field} icon is {kind.says}.",
        )
        return
    if picture.rows is None:
        yield Fault(
            name,
            "It is interlaced, so its colours were not looked at.",
            "Save it without interlacing.",
            serious=False,
        )
        return
    yield from (
        _look_at_outline(name, picture.rows)
        if kind is OUTLINE
        else _look_at_corners(kind, name, picture.rows)
    )


def _look_at_outline(name: str, rows: tuple[tuple[png.Pixel, ...], ...]) -> Iterator[Fault]:
    pixels = [pixel for row in rows for pixel in row]
    seen = [pixel for pixel in pixels if pixel[3]]
    coloured = [pixel for pixel in seen if pixel[:3] != WHITE]
    if coloured:
        red, green, blue, _ = coloured[0]
        yield Fault(
            name,
            f"{len(coloured)} of its pixels are not white, the first is #{red:02x}{green:02x}{blue:02x}.",
            "Draw the outline icon in #ffffff only, on a transparent background.",
        )
    elif not seen:
        yield Fault(name, "Nothing is drawn on it.", "Draw the symbol in white.")
    if len(seen) == len(pixels):
        yield Fault(
            name,
            "It has no transparent pixel.",
            "Make the background, or the symbol, of the outline icon transparent.",
        )


def _look_at_corners(
    kind: Kind, name: str, rows: tuple[tuple[png.Pixel, ...], ...]
) -> Iterator[Fault]:
    """A colour icon is a whole square: Teams rounds its corners itself."""
    last, middle = len(rows) - 1, len(rows) // 2
    corners = [rows[y][x][3] for y in (0, last) for x in (0, last)]
    edges = [rows[0][middle][3], rows[last][middle][3], rows[middle][0][3], rows[middle][last][3]]
    if kind is COLOR and not any(corners) and all(edges):
        yield Fault(
            name,
            "Its corners are cut off.",
            "Fill the whole square: Teams rounds the corners itself.",
            serious=False,
        )
