"""How long a small map takes to draw: in the sample city, and in one of 50,000 streets around one pin and with three pins across it.

`.venv/bin/python benchmarks/small_maps.py [--streets 50000] [--maps 40]` prints milliseconds of processor time and bytes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).parents[1]))

from city.loading.folder import read_city
from city.maps.city_map import CityMap
from city.places.geometry import Plane
from city.places.streets import StreetMap
from city.records.model import Place, Street
from core.model import Position, SmallMap

SAMPLE = Path(__file__).parents[1] / "city" / "sample"
MIDDLE = Position(41.65, -74.33)
BLOCK = 0.0015
"""Degrees from one crossing to the next, some 170 metres."""
BLOCKS = (1, 2, 3, 5, 8, 30)
"""How long a street may be."""


def grid_of(count: int, dice: random.Random) -> list[Street]:
    """So many streets on a grid, half of them from west to east."""
    side = max(1, round((count / 2) ** 0.5))
    streets = []
    for number in range(count):
        row, column = divmod(number // 2, side)
        south = MIDDLE.latitude + (row - side / 2) * BLOCK
        west = MIDDLE.longitude + (column - side / 2) * BLOCK
        steps = [step * BLOCK for step in range(dice.choice(BLOCKS) + 1)]
        line = [
            Position(south, west + step) if number % 2 else Position(south + step, west) for step in steps
        ]
        streets.append(Street(f"{number} Willow {'Street' if number % 2 else 'Avenue'}", tuple(line)))
    return streets


def measure_drawing(city_map: CityMap, pins: Sequence[Sequence[Position]]) -> dict[str, float]:
    """Milliseconds of processor time for drawing and bytes of the picture, over maps of other places each time."""
    times, sizes = [], []
    for each in pins:
        begun = time.process_time()
        data = city_map.draw(SmallMap(tuple(each), ""), "en")
        times.append((time.process_time() - begun) * 1000)
        sizes.append(len(data or b""))
    return {
        "median_ms": round(median(times), 1),
        "p95_ms": round(quantiles(times, n=20)[-1], 1),
        "median_bytes": round(median(sizes)),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streets", type=int, default=50_000)
    parser.add_argument("--maps", type=int, default=40)
    chosen = parser.parse_args()
    dice = random.Random(7)

    def drawn_from(streets: Sequence[Street], pins: int) -> list[list[Position]]:
        return [[dice.choice(dice.choice(streets).line) for _ in range(pins)] for _ in range(chosen.maps)]

    def map_of(streets: Sequence[Street], places: Sequence[Place] = ()) -> CityMap:
        return CityMap(StreetMap(streets, Plane(MIDDLE)), places)

    sample, large = read_city(SAMPLE), grid_of(chosen.streets, dice)
    small_map, begun = map_of(sample.streets, sample.places), time.process_time()
    large_map = map_of(large)
    print(
        json.dumps(
            {
                "sample, one pin": measure_drawing(small_map, drawn_from(sample.streets, 1)),
                "sample, three pins": measure_drawing(small_map, drawn_from(sample.streets, 3)),
                "large, loaded in seconds": round(time.process_time() - begun, 1),
                "large, one pin": measure_drawing(large_map, drawn_from(large, 1)),
                "large, three pins": measure_drawing(large_map, drawn_from(large, 3)),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
