"""Every minimal conflict (MUS) and correction (MCS) of a request, by python-sat, in three ways.

`--marco`: one solver holds the whole grid, and the subsets of the needs are explored by MARCO (Liffiton
et al. 2016). `--small-marco`: the same with a solver for each request, of the clauses about its needs.
`--hitting-sets`: the corrections are enumerated by MCSls over these clauses, and the conflicts are their
minimal hitting sets, by Hitman.
"""

import sys
from functools import partial

from clauses import Clauses, Excluded
from measure import main
from pysat.examples.hitman import Hitman
from pysat.examples.mcsls import MCSls
from pysat.formula import WCNF
from pysat.solvers import Solver

SOLVER = "minisat22"


class Marco:
    """Explores the subsets of needs with a solver."""

    def __init__(self, solver):
        self.solver = solver

    def shrink(self, core):
        """A minimal set of needs that fails, of one that does."""
        for need in list(core):
            rest = [other for other in core if other != need]
            if need in core and not self.solver.solve(assumptions=rest):
                core = self.solver.get_core() or []
        return core

    def grow(self, needs):
        """A largest set of needs that is met, from the one that was just met."""
        model = set(self.solver.get_model())
        met = [need for need in needs if need in model]
        for need in needs:
            if need not in met and self.solver.solve(assumptions=[*met, need]):
                model = set(self.solver.get_model())
                met = [other for other in needs if other in model]
        return met

    def answer(self, needs):
        """All conflicts and corrections."""
        conflicts, corrections = [], []
        with Solver(name=SOLVER, bootstrap_with=[[need, -need] for need in needs]) as subsets:
            subsets.set_phases(needs)
            while subsets.solve():
                left_out = set(subsets.get_model())
                seed = [need for need in needs if -need not in left_out]
                if self.solver.solve(assumptions=seed):
                    met = self.grow(needs)
                    corrections.append([need for need in needs if need not in met])
                    subsets.add_clause(corrections[-1])
                else:
                    conflicts.append(self.shrink(self.solver.get_core() or []))
                    subsets.add_clause([-need for need in conflicts[-1]])
        return conflicts, corrections


def by_marco(clauses):
    """What answers needs with one solver over the whole grid."""
    solver = Solver(name=SOLVER, bootstrap_with=clauses.clauses)
    # What nobody asks for stays off.
    solver.set_phases([-variable for variable in range(1, clauses.last + 1)])
    return Marco(solver).answer


def hard(excluded, backends, needs):
    """The clauses about some needs: some backend runs that refuses none of them."""
    clauses = [list(backends)]
    for number, backend in enumerate(backends):
        refused = excluded.among(number, needs)
        clauses += [[-backend, *(-term for term in terms)] for terms in refused]
    return clauses


def by_small_marco(excluded, backends, needs):
    """All conflicts and corrections, with a solver of the clauses about these needs alone."""
    with Solver(name=SOLVER, bootstrap_with=hard(excluded, backends, needs)) as solver:
        return Marco(solver).answer(needs)


def by_hitting_sets(excluded, backends, needs):
    """The same, the corrections first."""
    formula = WCNF()
    formula.extend(hard(excluded, backends, needs))
    formula.extend([[need] for need in needs], weights=[1] * len(needs))
    corrections = []
    with MCSls(formula, use_cld=True, solver_name=SOLVER) as search:
        for correction in search.enumerate():
            corrections.append([needs[number - 1] for number in correction])
            search.block(correction)
    with Hitman(bootstrap_with=corrections, htype="sorted") as hitting:
        return list(hitting.enumerate()), corrections


def shown(features, answer):
    """Sets of needs as they are compared."""
    named = ([sorted(features[need - 1] for need in terms) for terms in sets] for sets in answer)
    return [sorted(sets, key=lambda terms: (len(terms), terms)) for sets in named]


def prepare(grid, questions):
    """What answers requests, these requests as variables, and how conflicts are shown."""
    clauses = Clauses(grid)
    questions = [clauses.needs(question) for question in questions]
    show = partial(shown, clauses.features)
    if "--marco" in sys.argv:
        return by_marco(clauses), questions, show
    if grid["groups"]:
        raise SystemExit("groups and patterns are for --marco")
    way = by_small_marco if "--small-marco" in sys.argv else by_hitting_sets
    return partial(way, Excluded(clauses), clauses.backends), questions, show


if __name__ == "__main__":
    main(prepare)
