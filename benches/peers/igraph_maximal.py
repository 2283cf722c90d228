"""Every largest set of features of each backend, by igraph: the maximal cliques of what goes together."""

import igraph
from measure import main
from models import ALLOWED


class Together:
    """The graph of one backend: its allowed features, and an edge where two go together."""

    def __init__(self, backend):
        own, pairs = backend["own"], backend["pairs"]
        self.id = backend["id"]
        self.allowed = [i for i, char in enumerate(own) if char in ALLOWED]
        edges = [
            (a, b)
            for a, row in enumerate(self.allowed)
            for b, column in enumerate(self.allowed[:a])
            if pairs[row][column] in ALLOWED
        ]
        self.graph = igraph.Graph(len(self.allowed), edges)

    def shown(self, sets):
        """How many sets there are, and a sum over them in any order."""
        masks = (sum(1 << self.allowed[vertex] for vertex in one) for one in sets)
        return [self.id, len(sets), sum(mask * mask for mask in masks) % (1 << 64)]


def prepare(grid, questions):
    """All backends, whatever the question."""
    graphs = [Together(backend) for backend in grid["backends"]]

    def answer(_):
        return [together.graph.maximal_cliques() for together in graphs]

    def show(sets):
        return [together.shown(found) for together, found in zip(graphs, sets)]

    return answer, questions, show


if __name__ == "__main__":
    main(prepare)
