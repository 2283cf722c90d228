"""What every optimiser of wishes shares: questions as variables, restricted to what they ask for."""

from functools import partial

from clauses import Clauses, Excluded


class Question:
    """The needs and wishes of a request, and what each backend refuses of them."""

    def __init__(self, clauses, excluded, request):
        self.needs, self.wants = clauses.needs(request), clauses.wants(request)
        self.backends = clauses.backends
        asked = sorted(self.needs + [want for want, _ in self.wants])
        self.refused = [excluded.among(number, asked) for number in range(len(self.backends))]


def prepare(answer, grid, questions):
    """Questions for a function that gives the least weight of wishes that a plan misses."""
    clauses = Clauses(grid)
    excluded = Excluded(clauses)
    return answer, [Question(clauses, excluded, question) for question in questions], lambda weight: weight


def preparing(answer):
    """What `measure.main` takes."""
    return partial(prepare, answer)
