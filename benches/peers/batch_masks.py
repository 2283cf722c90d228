"""`dynamo-plan batch` in Python: requests as JSON Lines in, answers as JSON Lines out, by `masks.py`.

    python3 batch_masks.py GRID REQUESTS [short]

Each answer holds the default fields of `batch`; with `short`, `satisfiable` and `total` alone.
"""

import json
import sys

from masks import Masks
from models import PATTERNS


def plans_shown(masks, release, request, plans):
    """The plans of an answer, as `batch` writes them."""
    needed = set(request["need"])
    shown = []
    standing, before = 1, None
    for rank, (in_work, limited, roles, headroom, number, on, pattern) in enumerate(plans, 1):
        score = (in_work, limited, roles, headroom)
        if score != before:
            standing, before = rank, score
        features = masks.ids_of(on)
        shown.append({
            "rank": rank,
            "standing": standing,
            "release": release,
            "backend": masks.ids[number],
            "pattern": PATTERNS[pattern][0] if pattern >= 0 else None,
            "features": features,
            "added": [id for id in features if id not in needed],
            "missed": [],
            "level": "experimental" if in_work else "supported",
            "score": {
                "missed_weight": 0, "not_applicable": 0, "undocumented": 0, "experimental": in_work,
                "caveat": limited, "roles": roles, "headroom": -headroom,
            },
        })
    return shown


def main():
    grid_path, requests_path, *short = sys.argv[1:]
    with open(grid_path, encoding="utf-8") as file:
        grid = json.load(file)
    masks = Masks(grid)
    release = grid.get("release", "1.0.0")
    encode = json.JSONEncoder(separators=(",", ":")).encode
    write = sys.stdout.write
    with open(requests_path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            request = json.loads(line)
            plans = masks.ranked(masks.question(request))
            answer = {"id": request.get("id"), "line": number}
            answer |= {"satisfiable": bool(plans), "total": len(plans)}
            if not short:
                answer["plans"] = plans_shown(masks, release, request, plans)
            write(encode(answer) + "\n")


main()
