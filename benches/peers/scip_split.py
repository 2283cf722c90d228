"""The fewest deployments for many needs, with the best cells, by SCIP: a column for each share that a
backend serves, each need in exactly one chosen column. Listing the columns is not timed."""

from clauses import Clauses, Excluded
from measure import main
from pyscipopt import Model, quicksum

LONGEST = 60

# Fewest experimental cells, then fewest caveats.
EXPERIMENTAL = 1_000


def columns(grid, clauses, request):
    """Each share that some backend serves, as a set of needs, with its least cost."""
    excluded = Excluded(clauses)
    needs = clauses.needs(request)
    best = {}
    for number, backend in enumerate(grid["backends"]):
        own, pairs = backend["own"], backend["pairs"]

        def cost(char):
            return EXPERIMENTAL * (char in "eE") + (char in "SE")

        def between(a, b):
            return cost(pairs[max(a, b) - 1][min(a, b) - 1])

        refused = {frozenset(terms) for terms in excluded.among(number, needs)}
        alone = [need for need in needs if frozenset([need]) not in refused]
        stack = [((), 0, alone)]
        while stack:
            share, price, left = stack.pop()
            if share:
                key = frozenset(share)
                best[key] = min(best.get(key, price), price)
            for i, need in enumerate(left):
                more = price + cost(own[need - 1]) + sum(between(need, other) for other in share)
                rest = [other for other in left[i + 1 :] if frozenset((need, other)) not in refused]
                stack.append(((*share, need), more, rest))
    return needs, sorted((sorted(share), price) for share, price in best.items())


def answer(question):
    """Deployments, experimental cells, caveats, and whether that is proved to be the best: one after the
    other, each with what is known already as a bound."""
    needs, shares = question
    model = Model()
    model.hideOutput()
    model.setParam("timing/clocktype", 1)
    model.setParam("limits/time", LONGEST)
    chosen = [model.addVar(vtype="B") for _ in shares]
    having = {need: [] for need in needs}
    for variable, (share, _) in zip(chosen, shares):
        for need in share:
            having[need].append(variable)
    for need in needs:
        model.addCons(quicksum(having[need]) == 1)
    prices = [price for _, price in shares]
    goals = [[1] * len(shares), [price // EXPERIMENTAL for price in prices]]
    goals.append([price % EXPERIMENTAL for price in prices])
    found, proved = [], True
    for weights in goals:
        goal = quicksum(weight * variable for weight, variable in zip(weights, chosen))
        model.setObjective(goal)
        model.optimize()
        proved = proved and model.getStatus() == "optimal"
        found.append(round(model.getObjVal()))
        model.freeTransform()
        model.addCons(goal == found[-1])
    return [*found, proved]


def prepare(grid, questions):
    """Questions as columns."""
    clauses = Clauses(grid)
    return answer, [columns(grid, clauses, question) for question in questions], lambda answer: answer


if __name__ == "__main__":
    main(prepare)
