"""Ranked requests with plain Python integers: for each backend, the features that each one excludes."""

import sys
from functools import partial

from measure import main
from models import ALLOWED, PATTERNS, Compatible


class Backend:
    """The masks of one backend: a bit for each feature and group."""

    def __init__(self, grid, backend, atoms):
        count = len(atoms)
        number = {atom: i for i, atom in enumerate(atoms)}
        self.id = backend["id"]
        # Per feature or group, those that it does not go with; itself where it is refused alone.
        self.bad = [0] * count
        self.experimental = [0] * count
        self.caveat = [0] * count
        own = backend["own"]
        self.own_experimental = mask(i for i, char in enumerate(own) if char in "eE")
        self.own_caveat = mask(i for i, char in enumerate(own) if char in "SE")
        self.addable = mask(i for i, char in enumerate(own) if char in ALLOWED)
        for row, char in enumerate(own):
            if char not in ALLOWED and char != ".":
                self.bad[row] |= 1 << row
        for row, cells in enumerate(backend["pairs"]):
            for column, char in enumerate(cells):
                if char == "s" or char == ".":
                    continue
                for a, b in ((row, column), (column, row)):
                    if char in "xnu":
                        self.bad[a] |= 1 << b
                    if char in "eE":
                        self.experimental[a] |= 1 << b
                    if char in "SE":
                        self.caveat[a] |= 1 << b
        # Per state of disaggregated serving, the allowed patterns: number, roles, experimental, caveat.
        self.choices = ([], [])
        for i, (pattern, roles, on) in enumerate(PATTERNS):
            char = backend.get("patterns", {}).get(pattern, "u")
            if char in ALLOWED:
                self.choices[on].append((i, roles, char in "eE", char in "SE"))


def mask(numbers):
    """The integer with these bits."""
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


class Masks:
    """A grid as masks."""

    def __init__(self, grid):
        groups = grid["groups"]
        self.features = grid["features"]
        atoms = self.features + sorted(set(groups.values()))
        self.number = {atom: i for i, atom in enumerate(atoms)}
        self.backends = [Backend(grid, backend, atoms) for backend in grid["backends"]]
        self.ids = [backend.id for backend in self.backends]
        self.variants = mask(self.number[variant] for variant in groups)
        self.disaggregated = self.group = None
        if grid["patterns"]:
            self.group = self.number[grid["patterns"]["group"]]
            self.disaggregated = self.number[grid["patterns"]["on"]]
        self.ranked = self.ranked_patterns if grid["patterns"] else self.ranked_plain

    def question(self, request):
        """A request as numbers: the needs, their mask, and that of the avoids."""
        needs = sorted(self.number[id] for id in request["need"])
        return needs, mask(needs), mask(self.number[id] for id in request.get("avoid", []))

    def ranked_plain(self, question):
        """Every plan, best first: experimental cells, caveats, roles, less headroom, then what lists it."""
        needs, need, _ = question
        plans = []
        for number, backend in enumerate(self.backends):
            bad = backend.bad
            refused = 0
            for feature in needs:
                if bad[feature] & need:
                    break
                refused |= bad[feature]
            else:
                experimental, caveats = backend.experimental, backend.caveat
                in_work = limited = 0
                for feature in needs:
                    in_work += (experimental[feature] & need).bit_count()
                    limited += (caveats[feature] & need).bit_count()
                # Pairs were counted from both sides.
                in_work = (in_work >> 1) + (backend.own_experimental & need).bit_count()
                limited = (limited >> 1) + (backend.own_caveat & need).bit_count()
                headroom = (backend.addable & ~(refused | need)).bit_count()
                plans.append((in_work, limited, 0, -headroom, number, need, -1))
        plans.sort()
        return plans

    def ranked_patterns(self, question):
        """The same where variants of a group go with a choice of patterns."""
        needs, need, avoid = question
        group = 1 << self.group
        if not need & self.variants:
            return self.ranked_configurations(needs, need, None)
        return self.ranked_configurations([*needs, self.group], need | group, avoid)

    def ranked_configurations(self, needs, on, avoid):
        """Every plan of these features and groups, best first; with patterns where there are avoids."""
        plans = []
        for number, backend in enumerate(self.backends):
            if avoid is None:
                choices, features, mask_on = ((-1, 0, False, False),), needs, on
            else:
                switched, disaggregated = on, 1 << self.disaggregated
                features = needs
                choices = backend.choices[bool(on & disaggregated)]
                if not (choices or on & disaggregated or avoid & disaggregated):
                    # No pattern goes without disaggregated serving; with it, one may.
                    choices, switched = backend.choices[1], on | disaggregated
                    features = [*needs, self.disaggregated]
                mask_on = switched
            bad = backend.bad
            refused = 0
            for feature in features:
                if bad[feature] & mask_on:
                    break
                refused |= bad[feature]
            else:
                if not choices:
                    continue
                experimental, caveats = backend.experimental, backend.caveat
                in_work = limited = 0
                for feature in features:
                    in_work += (experimental[feature] & mask_on).bit_count()
                    limited += (caveats[feature] & mask_on).bit_count()
                in_work = (in_work >> 1) + (backend.own_experimental & mask_on).bit_count()
                limited = (limited >> 1) + (backend.own_caveat & mask_on).bit_count()
                headroom = self.headroom(backend, mask_on, refused)
                on_features = mask_on & ~(1 << self.group)
                for pattern, roles, is_experimental, has_caveat in choices:
                    plans.append((
                        in_work + is_experimental, limited + has_caveat, roles,
                        -headroom, number, on_features, pattern,
                    ))
        plans.sort()
        return plans

    def headroom(self, backend, on, refused):
        """How many features could each be added in some pattern."""
        group, disaggregated = 1 << self.group, 1 << self.disaggregated
        addable = backend.addable & ~(refused | on)
        if on & group:
            if not backend.choices[1]:
                addable &= ~disaggregated
        elif refused & group or not backend.choices[bool(on & disaggregated)]:
            addable &= ~self.variants
        return addable.bit_count()

    def ids_of(self, bits):
        """The ids of features, sorted."""
        return sorted(id for i, id in enumerate(self.features) if bits >> i & 1)


class Transposed:
    """The same with a bit for each backend: first who allows every pair, then the scores of these."""

    def __init__(self, masks, grid):
        compatible = Compatible(grid)
        self.masks = masks
        self.every = compatible.every
        features = range(len(grid["features"]))
        self.allowed = [[0] * len(features) for _ in features]
        for a in features:
            self.allowed[a][a] = compatible.own[a]
            for b in range(a):
                self.allowed[a][b] = self.allowed[b][a] = compatible.pairs[a][b]

    def ranked(self, question):
        """Every plan, best first, as `Masks` gives them."""
        needs, need, _ = question
        left = self.every
        for i, a in enumerate(needs):
            row = self.allowed[a]
            for b in needs[: i + 1]:
                left &= row[b]
        plans = []
        while left:
            low = left & -left
            left ^= low
            number = low.bit_length() - 1
            backend = self.masks.backends[number]
            bad, experimental, caveats = backend.bad, backend.experimental, backend.caveat
            refused = in_work = limited = 0
            for feature in needs:
                refused |= bad[feature]
                in_work += (experimental[feature] & need).bit_count()
                limited += (caveats[feature] & need).bit_count()
            in_work = (in_work >> 1) + (backend.own_experimental & need).bit_count()
            limited = (limited >> 1) + (backend.own_caveat & need).bit_count()
            headroom = (backend.addable & ~(refused | need)).bit_count()
            plans.append((in_work, limited, 0, -headroom, number, need, -1))
        plans.sort()
        return plans


def show(masks, plans):
    """Plans as they are compared."""
    shown = []
    for in_work, limited, roles, headroom, number, on, pattern in plans:
        pattern = PATTERNS[pattern][0] if pattern >= 0 else None
        score = [in_work, limited, roles, -headroom]
        shown.append([masks.ids[number], pattern, masks.ids_of(on), score])
    return shown


def prepare(grid, questions):
    """What answers requests, these requests as numbers, and how plans are shown."""
    masks = Masks(grid)
    answer = Transposed(masks, grid).ranked if "--transposed" in sys.argv else masks.ranked
    return answer, [masks.question(request) for request in questions], partial(show, masks)


if __name__ == "__main__":
    main(prepare)
