"""Estimates pi from random points and writes it into a file that comes back."""

import json
import random
import sys

points = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
random.seed(1)
inside = sum(random.random() ** 2 + random.random() ** 2 < 1 for _ in range(points))
with open("pi.json", "w", encoding="utf-8") as file:
    json.dump({"points": points, "pi": 4 * inside / points}, file)
print(4 * inside / points)
