"""The least weight of wishes that a plan misses, by OR-tools' CP-SAT with one worker."""

from measure import main
from ortools.sat.python import cp_model
from wishes import preparing


def answer(question):
    """The least weight that is missed."""
    model = cp_model.CpModel()
    on = {variable: model.new_bool_var("") for variable, _ in question.wants}
    on |= {need: model.new_constant(1) for need in question.needs}
    runs = [model.new_bool_var("") for _ in question.refused]
    model.add_exactly_one(runs)
    for backend, refused in zip(runs, question.refused):
        for terms in refused:
            model.add_bool_or([~backend, *(~on[term] for term in terms)])
    model.minimize(sum(weight * ~on[want] for want, weight in question.wants))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    return round(solver.objective_value) if status == cp_model.OPTIMAL else None


if __name__ == "__main__":
    main(preparing(answer))
