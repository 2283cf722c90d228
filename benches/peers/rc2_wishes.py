"""The least weight of wishes that a plan misses, by python-sat's RC2 (Ignatiev et al. 2019)."""

from measure import main
from pysat.examples.rc2 import RC2Stratified
from pysat.formula import WCNF
from wishes import preparing


def answer(question):
    """The least weight that is missed."""
    formula = WCNF()
    formula.append(list(question.backends))
    for backend, refused in zip(question.backends, question.refused):
        for terms in refused:
            formula.append([-backend, *(-term for term in terms)])
    for need in question.needs:
        formula.append([need])
    for want, weight in question.wants:
        formula.append([want], weight=weight)
    with RC2Stratified(formula, solver="g3", adapt=True, exhaust=True, minz=True) as search:
        return search.cost if search.compute() else None


if __name__ == "__main__":
    main(preparing(answer))
