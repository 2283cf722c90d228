"""Made-up matrices and questions, the same on every machine: a grid is written once and read by all.

A grid is JSON: the features, the groups that some are variants of, the serving patterns, and for
each backend a row of text per feature or group, of one character a cell. `s` is supported, `e`
experimental, `n` not applicable, `u` undocumented, `x` unsupported; upper case adds a caveat; `.` is
no cell. Row `i` holds the pairs with the features and groups before it.
"""

import json
import random
from pathlib import Path

LEVELS = {
    "supported": "s",
    "experimental": "e",
    "not-applicable": "n",
    "undocumented": "u",
    "unsupported": "x",
}
# What a request accepts where it says nothing: experimental or better, with or without a caveat.
ALLOWED = "sSeE"

MARKS = {"s": "✅", "S": "✅ !", "e": "🚧", "E": "🚧 !", "n": "—", "u": "?", "x": ""}

# Patterns in their order, with their worker roles and whether they are disaggregated serving.
PATTERNS = [("EPD", 1, False), ("E/PD", 2, False), ("EP/D", 2, True), ("E/P/D", 3, True)]


def random_grid(backends, features, seed, blank=10, experimental=10, own_blank=5):
    """A grid of so many hundredths of blank and experimental pairs; every 20th other has a caveat."""
    rng = random.Random(seed)
    supported = 100 - blank - experimental
    weights = [supported * 19, supported, experimental * 19, experimental, blank * 20]
    own_weights = [95 - own_blank, 0, 5, 0, own_blank]
    grid = {
        "features": [f"part-{number:03}" for number in range(features)],
        "groups": {},
        "patterns": {},
        "backends": [],
    }
    for number in range(backends):
        rows = ["".join(rng.choices("sSeEx", weights, k=row)) for row in range(features)]
        own = "".join(rng.choices("sSeEx", own_weights, k=features))
        grid["backends"].append({"id": f"engine-{number:03}", "own": own, "pairs": rows})
    return grid


def grid_of_matrix(matrix):
    """The grid of what `dynamo-plan matrix --rules none --format json` prints."""
    features = [feature["id"] for feature in matrix["features"]]
    groups = {f["id"]: f["group"] for f in matrix["features"] if f["group"]}
    atoms = features + sorted(set(groups.values()))
    number = {atom: i for i, atom in enumerate(atoms)}
    grid = {"release": matrix["release"], "features": features, "groups": groups}
    grid |= {"patterns": {}, "backends": []}
    for backend in sorted(matrix["backends"], key=lambda backend: backend["id"]):
        own = ["."] * len(atoms)
        pairs = [["."] * row for row in range(len(atoms))]
        patterns = {}
        for cell in backend["cells"]:
            char = LEVELS[cell["level"]]
            char = char.upper() if cell["caveat"] else char
            terms = cell["terms"]
            option = [term.partition("=")[2] for term in terms if "=" in term]
            rest = [number[term] for term in terms if "=" not in term]
            if option and len(rest) == 1 and terms[0] in groups.values():
                patterns[option[0]] = char
                grid["patterns"] = {"group": terms[0], "on": "disaggregated-serving"}
            elif len(terms) == 1:
                own[rest[0]] = char
            elif len(terms) == 2 and not option:
                pairs[max(rest)][min(rest)] = char
            else:
                raise SystemExit(f"the peers know no cell of the terms {terms}")
        entry = {"id": backend["id"], "own": "".join(own)}
        entry |= {"pairs": ["".join(row) for row in pairs], "patterns": patterns}
        grid["backends"].append(entry)
    return grid


def write_model(grid, path):
    """Writes a grid without groups as a model file."""
    names = [feature.replace("-", " ").capitalize() for feature in grid["features"]]
    backends = [backend["id"].replace("-", " ").capitalize() for backend in grid["backends"]]
    lines = ['format = "dynamo-plan/model/v1"', 'release = "1.0.0"', 'features = """']
    lines.append(f"| Feature | {' | '.join(backends)} |")
    for row, name in enumerate(names):
        marks = (MARKS[backend["own"][row]] for backend in grid["backends"])
        lines.append(f"| {name} | {' | '.join(marks)} |")
    lines += ['"""', "[source]", 'path = "parts.md"', "[pairs]"]
    for backend in grid["backends"]:
        lines += [f'{backend["id"]} = """', f"| Feature | {' | '.join(names)} |"]
        for row, name in enumerate(names):
            marks = [MARKS[char] for char in backend["pairs"][row]] + ["—"]
            marks += [""] * (len(names) - len(marks))
            lines.append(f"| {name} | {' | '.join(marks)} |")
        lines.append('"""')
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


class Compatible:
    """Which sets of needs a grid allows on some backend, as integers of a bit a backend. Serving patterns
    are left out: what they rule out besides is no matter here."""

    def __init__(self, grid):
        features, groups = grid["features"], grid["groups"]
        atoms = features + sorted(set(groups.values()))
        # The pairs of a variant are those of its group.
        atom = [atoms.index(groups.get(feature, feature)) for feature in features]
        self.every = (1 << len(grid["backends"])) - 1
        self.own = [0] * len(features)
        self.pairs = [[0] * row for row in range(len(features))]
        for number, backend in enumerate(grid["backends"]):
            bit = 1 << number
            for row, a in enumerate(atom):
                if backend["own"][row] in ALLOWED:
                    self.own[row] |= bit
                for column, b in enumerate(atom[:row]):
                    if a == b or backend["pairs"][max(a, b)][min(a, b)] in ALLOWED:
                        self.pairs[row][column] |= bit

    def backends(self, needs):
        """The backends on which all of these features are allowed together."""
        left = self.every
        for i, a in enumerate(needs):
            left &= self.own[a]
            for b in needs[:i]:
                left &= self.pairs[max(a, b)][min(a, b)]
        return left


def distinct_requests(grid, count, seed, sizes=(3, 5), avoids=0):
    """Distinct requests of three to five needs, with up to so many avoids, whether they are met or not."""
    rng = random.Random(seed)
    features = grid["features"]
    seen = set()
    requests = []
    while len(requests) < count:
        size, off = rng.randint(*sizes), rng.randint(0, avoids)
        drawn = rng.sample(range(len(features)), size + off)
        need, avoid = sorted(drawn[:size]), sorted(drawn[size:])
        key = (tuple(need), tuple(avoid))
        if key not in seen:
            seen.add(key)
            requests.append({"need": [features[i] for i in need]})
            if avoid:
                requests[-1]["avoid"] = [features[i] for i in avoid]
    return requests


def met_requests(grid, count, seed, sizes=(3, 5)):
    """Distinct requests of three to five needs that some backend meets; fewer where hardly any is met."""
    return drawn_requests(grid, count, seed, sizes, met=True)


def failing_requests(grid, count, seed, sizes=(6, 10)):
    """Distinct requests of six to ten needs that no backend meets, each need of which some backend meets
    alone; fewer where nearly all are met."""
    return drawn_requests(grid, count, seed, sizes, met=False)


def drawn_requests(grid, count, seed, sizes, met):
    """Distinct requests of needs that are met alone, and that are met together or are not."""
    rng = random.Random(seed)
    compatible = Compatible(grid)
    features = grid["features"]
    alone = [i for i in range(len(features)) if compatible.own[i]]
    seen = set()
    requests = []
    for _ in range(200 * count):
        need = tuple(sorted(rng.sample(alone, rng.randint(*sizes))))
        if need in seen or bool(compatible.backends(need)) != met:
            continue
        seen.add(need)
        requests.append({"need": [features[i] for i in need]})
        if len(requests) == count:
            break
    return requests


def wish_requests(grid, count, seed, needs=2, wants=20):
    """Requests of a few needs that some backend meets, and of so many weighted wishes."""
    rng = random.Random(seed)
    compatible = Compatible(grid)
    features = grid["features"]
    requests = []
    while len(requests) < count:
        drawn = rng.sample(range(len(features)), needs + wants)
        need = sorted(drawn[:needs])
        if compatible.backends(need):
            wishes = [{"feature": features[i], "weight": rng.randint(1, 50)} for i in drawn[needs:]]
            requests.append({"need": [features[i] for i in need], "want": wishes})
    return requests


def write_lines(requests, path):
    """Writes requests as JSON Lines."""
    with open(path, "w", encoding="utf-8") as file:
        for request in requests:
            file.write(json.dumps(request, separators=(",", ":")) + "\n")


def write_json(value, path):
    """Writes a value as compact JSON."""
    Path(path).write_text(json.dumps(value, separators=(",", ":")) + "\n", encoding="utf-8")
