"""A grid as clauses: which variables stand for what, and which must not be true together."""

from itertools import combinations

from models import ALLOWED, PATTERNS


class Clauses:
    """Variables from 1: the features, the groups, the patterns where there are any, the backends."""

    def __init__(self, grid):
        groups, patterns = grid["groups"], grid["patterns"]
        self.features = grid["features"]
        atoms = self.features + sorted(set(groups.values()))
        names = PATTERNS if patterns else []
        self.number = {atom: i for i, atom in enumerate(atoms, 1)}
        first_pattern = len(atoms) + 1
        first_backend = first_pattern + len(names)
        self.backends = list(range(first_backend, first_backend + len(grid["backends"])))
        self.last = first_backend + len(grid["backends"]) - 1
        # Some backend runs.
        self.clauses = [self.backends]
        if patterns:
            group, on = self.number[patterns["group"]], self.number[patterns["on"]]
            options = range(first_pattern, first_backend)
            self.clauses.append([-group, *options])
            self.clauses += [[-a, -b] for a, b in combinations(options, 2)]
            for option, (_, _, disaggregated) in zip(options, PATTERNS):
                self.clauses.append([-option, on if disaggregated else -on])
        for variant, of in groups.items():
            self.clauses.append([-self.number[variant], self.number[of]])
        # Per backend, the features and pairs that it refuses, as lists of variables.
        self.refused = []
        for variable, backend in zip(self.backends, grid["backends"]):
            refused = [[i] for i, char in enumerate(backend["own"], 1) if char not in ALLOWED + "."]
            for row, cells in enumerate(backend["pairs"], 1):
                pairs = enumerate(cells, 1)
                refused += [[row, column] for column, char in pairs if char not in ALLOWED + "."]
            for option, (pattern, _, _) in enumerate(names, first_pattern):
                if backend["patterns"][pattern] not in ALLOWED:
                    refused.append([group, option])
            self.refused.append(refused)
            self.clauses += [[-variable, *(-term for term in terms)] for terms in refused]

    def needs(self, request):
        """The variables of the needs."""
        return [self.number[id] for id in request["need"]]

    def wants(self, request):
        """The variables of the wishes, each with its weight."""
        return [(self.number[wish["feature"]], wish["weight"]) for wish in request["want"]]


class Excluded:
    """The features that each feature excludes, per backend, as integers of a bit a variable."""

    def __init__(self, clauses):
        self.own, self.pairs = [], []
        for refused in clauses.refused:
            own, pairs = 0, [0] * (len(clauses.number) + 1)
            for terms in refused:
                if len(terms) == 1:
                    own |= 1 << terms[0]
                else:
                    pairs[terms[0]] |= 1 << terms[1]
            self.own.append(own)
            self.pairs.append(pairs)

    def among(self, backend, variables):
        """What a backend refuses of these variables: lists of one or two of them."""
        own, pairs = self.own[backend], self.pairs[backend]
        mask = sum(1 << variable for variable in variables)
        refused = [[one] for one in variables if own >> one & 1]
        for one in variables:
            left = pairs[one] & mask
            while left:
                low = left & -left
                refused.append([one, low.bit_length() - 1])
                left ^= low
        return refused
