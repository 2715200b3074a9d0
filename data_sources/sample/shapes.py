"""Where do Riverton's districts lie? Each takes the land that is nearer to its middle than to any other's, within the city limits."""

from __future__ import annotations

from data_sources.sample.agency import CENTRE, PLACES

HALF = (0.075, 0.085)  # of the city's height and width, in degrees
Point = tuple[float, float]


def districts() -> dict[str, tuple[tuple[Point, ...], ...]]:
    """District -> its one ring of longitude and latitude."""
    (y, x), (high, wide) = CENTRE, HALF
    city = [(x - wide, y - high), (x + wide, y - high), (x + wide, y + high), (x - wide, y + high)]
    middles = {name: (place[1], place[0]) for name, place in PLACES.items()}
    found: dict[str, tuple[tuple[Point, ...], ...]] = {}
    for name, own in middles.items():
        cell = city
        for other in middles.values():
            if other != own:
                cell = _nearer(cell, own, other)
        ring = tuple((round(a, 5), round(b, 5)) for a, b in cell)
        found[name] = ((*ring, ring[0]),)
    return found


def _nearer(cell: list[Point], own: Point, other: Point) -> list[Point]:
    """The part of a convex cell that is nearer to `own` than to `other`: cut along the line halfway between them."""
    (px, py), (qx, qy) = own, other
    reach = (qx * qx + qy * qy - px * px - py * py) / 2

    def beyond(point: Point) -> float:
        return point[0] * (qx - px) + point[1] * (qy - py) - reach

    kept: list[Point] = []
    for here, after in zip(cell, [*cell[1:], cell[0]], strict=True):
        a, b = beyond(here), beyond(after)
        if a <= 0:
            kept.append(here)
        if (a < 0 < b) or (b < 0 < a):
            share = a / (a - b)
            kept.append((here[0] + share * (after[0] - here[0]), here[1] + share * (after[1] - here[1])))
    return kept
