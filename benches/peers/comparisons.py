"""What is compared with what: the questions, the contestants, and the least ratio that is wanted."""

import filecmp
import json
import statistics
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

import models
from process import Failed, peak_megabytes, process_seconds, worker

HERE = Path(__file__).resolve().parent

ALL = ["ranked", "reasons", "batch", "startup", "memory", "wishes", "split", "maximal", "growth"]

OWN = "dynamo-plan"

# Whoever takes longer than this answers in one round alone.
SLOW_SECONDS = 10


class Series:
    """What one contestant took, a figure a round."""

    def __init__(self, name, measure, absent=None):
        self.name = name
        self.measure = measure
        # Why there are no figures.
        self.absent = absent
        self.figures = []

    def median(self):
        return statistics.median(self.figures)


class Comparison:
    """One question put to several contestants, the first of which is dynamo-plan."""

    def __init__(self, name, series, unit, judged, least=None, most=None):
        self.name = name
        self.series = series
        self.unit = unit
        # Those whose fastest the wanted ratio is about.
        self.judged = judged
        self.least = least
        self.most = most
        self.most_rounds = sys.maxsize
        self.disagreement = None
        self.note = None

    def measure(self):
        """One round: everyone in turn; everyone's answers are held against the first."""
        first = None
        for series in self.series:
            if series.absent or (series.figures and self.is_slow(series)):
                continue
            try:
                figure, answers = series.measure()
            except Failed as failed:
                series.absent = str(failed)
                continue
            series.figures.append(figure)
            if first is None:
                first = answers
            elif self.differs(first, answers):
                self.disagreement = f"{series.name} and {self.series[0].name}"

    def is_slow(self, series):
        return self.unit == "ns" and series.figures[-1] > SLOW_SECONDS * 1e9

    def differs(self, one, other):
        return one != other


class Splits(Comparison):
    """Splits: only those that are proved to be the best must agree."""

    def differs(self, one, other):
        proved = zip(one, other)
        unproved = any(not (a[-1] and b[-1]) for a, b in proved)
        self.note = "not everyone proved its split to be the best" if unproved else None
        return not unproved and one != other


class Workspace:
    """The models and questions of a run, written to files."""

    def __init__(self, given, tools):
        self.given = given
        self.tools = tools
        self.folder = tools.cache / ("quick" if given.quick else "full")
        self.folder.mkdir(exist_ok=True)
        self.seconds = 0.05 if given.quick else 0.3
        self.most_seconds = 30 if given.quick else 90

    def count(self, full, quick):
        """How many questions are asked."""
        return quick if self.given.quick else full

    def grid(self, name, grid):
        """Writes a grid and gives its path."""
        path = self.folder / f"{name}.json"
        models.write_json(grid, path)
        return path

    def lines(self, name, requests):
        """Writes requests and gives the path."""
        path = self.folder / f"{name}.jsonl"
        models.write_lines(requests, path)
        return path

    def own(self, kind, grid, questions):
        """The bench of dynamo-plan."""
        command = [self.tools.bench, kind, grid, questions, str(self.seconds)]
        return Series(OWN, lambda: figures(worker(command, self.most_seconds)))

    def peer(self, name, script, grid, questions, *more, package=None):
        """A peer in Python."""
        python = self.tools.python if package else sys.executable
        command = [python, HERE / script, grid, questions, str(self.seconds), *more]
        absent = "not installed" if package and not self.tools.versions[package] else None
        return Series(name, lambda: figures(worker(command, self.most_seconds)), absent)

    def real(self):
        """The tables of release 0.9.0."""
        command = [self.tools.program, "matrix", "--release", "0.9.0", "--rules", "none", "--format", "json"]
        done = subprocess.run(command, capture_output=True, check=True)
        return models.grid_of_matrix(json.loads(done.stdout))


def figures(printed):
    return printed["nanoseconds"], printed["answers"]


def make(given, tools):
    """The comparisons that are wanted, each with its files written."""
    work = Workspace(given, tools)
    grids = {"0.9.0": work.real(), "S": models.random_grid(10, 50, seed=1)}
    if {"ranked", "reasons"} & set(given.only):
        grids["M"] = models.random_grid(100, 200, seed=2)
    makers = {
        "ranked": ranked, "reasons": reasons, "batch": batch, "startup": startup, "memory": memory,
        "wishes": wishes, "split": split, "maximal": maximal, "growth": growth,
    }
    return [made for name in ALL if name in given.only for made in makers[name](work, grids)]


def ranked(work, grids):
    """Ranked requests, in process."""
    for name, grid in grids.items():
        path = work.grid(name, grid)
        questions = models.met_requests(grid, work.count(500, 100), seed=7)
        lines = work.lines(f"{name}-ranked", questions)
        own_grid = "bundled" if name == "0.9.0" else path
        series = [work.own("ranked", own_grid, lines), work.peer("Python masks", "masks.py", path, lines)]
        if name != "0.9.0":
            title = "Python masks over backends"
            series.append(work.peer(title, "masks.py", path, lines, "--transposed"))
        yield Comparison(f"ranked request, {name}", series, "ns", ["Python masks"], least=50)


def reasons(work, grids):
    """All conflicts and corrections, in process."""
    ways = {
        "python-sat, MARCO": "--marco",
        "python-sat, MARCO on the request's clauses": "--small-marco",
        "python-sat, hitting sets": "--hitting-sets",
    }
    for (name, grid), least in zip(grids.items(), (100, 50, 30)):
        path = work.grid(name, grid)
        questions = models.failing_requests(grid, work.count(100, 20), seed=9)
        lines = work.lines(f"{name}-reasons", questions)
        own_grid = "bundled" if name == "0.9.0" else path
        # The other two know no groups and patterns; of so small a matrix they would leave out little.
        taken = {"python-sat, MARCO": "--marco"} if name == "0.9.0" else ways
        series = [work.own("reasons", own_grid, lines)]
        for title, flag in taken.items():
            series.append(work.peer(title, "pysat_reasons.py", path, lines, flag, package="python-sat"))
        yield Comparison(f"all conflicts and corrections, {name}", series, "ns", list(taken), least=least)


def batch(work, grids):
    """Whole processes that answer a file."""
    tools = work.tools
    count = work.count(50_000, 2_000)
    for name in ("0.9.0", "S"):
        grid = work.grid(name, grids[name])
        lines = work.lines(f"{name}-batch", models.distinct_requests(grids[name], count, seed=8, avoids=2))
        matrix = []
        if name == "S":
            models.write_model(grids[name], work.folder / "S.toml")
            matrix = ["--matrix", work.folder / "S.toml"]
        for fields, least in (("default fields", 8), ("satisfiable and total", 12 if name == "0.9.0" else 8)):
            short = fields != "default fields"
            own = [tools.program, "batch", "--quiet", "--rules", "none", *matrix, lines]
            own += ["--fields", "satisfiable,total"] if short else []
            peer = [sys.executable, HERE / "batch_masks.py", grid, lines, *(["short"] if short else [])]
            outs = [work.folder / f"{name}-batch-{who}.out" for who in ("own", "peer")]
            series = [
                Series(OWN, whole(own, outs[0], count)),
                Series("Python json and masks", whole(peer, outs[1], count)),
            ]
            title = f"batch of {count:,} distinct requests, {fields}, {name}"
            yield Batch(title, series, "ns", ["Python json and masks"], least=least)


def whole(command, out, count):
    """Runs a process for its nanoseconds a request, and gives the file that it wrote."""
    return lambda: (process_seconds(command, out)[0] * 1e9 / count, out)


class Batch(Comparison):
    """Answers in files."""

    def differs(self, one, other):
        if filecmp.cmp(one, other, shallow=False):
            return False
        with open(one, encoding="utf-8") as a, open(other, encoding="utf-8") as b:
            return any(json.loads(x) != json.loads(y) for x, y in zip_longest(a, b, fillvalue="null"))


def startup(work, _):
    """The process of one request, to that of a hello-world; that by the clock is for comparison alone."""
    tools = work.tools
    flagship = "--need", "lora,video"
    shared = [("hello-world", tools.hello)]
    static = [*shared, ("hello-world, static", tools.static_hello)]
    for kind, program, hellos, most in (
        ("shared libraries", tools.program, shared, 1.7),
        ("static", tools.static_program, static, 1.25),
    ):
        for measured, by_clock in (("", False), (", by the clock", True)):
            series = [starting(work, OWN, program, flagship, by_clock)]
            series += [starting(work, name, hello, (), by_clock) for name, hello in hellos]
            title = f"flagship request, whole process, {kind}{measured}"
            # The first hello-world is what the target is about.
            judged = [hellos[0][0]]
            yield Startup(title, series, "ns", judged, most=None if by_clock else most)


def starting(work, name, program, words, by_clock):
    """The median over some starts, in nanoseconds."""

    def measure():
        process_seconds([program, *words])
        taken = [process_seconds([program, *words])[by_clock] for _ in range(work.count(100, 20))]
        return 1e9 * statistics.median(taken), None

    return Series(name, measure, None if program else "not built")


class Startup(Comparison):
    """Times of processes that answer nothing comparable."""

    def differs(self, one, other):
        return False


def memory(work, _):
    """The memory of the largest model that is read."""
    grid = models.random_grid(29, 200, seed=3)
    model = work.folder / "large.toml"
    models.write_model(grid, model)
    lines = work.lines("large-batch", models.distinct_requests(grid, 100, seed=8))
    command = [work.tools.program, "batch", "--quiet", "--rules", "none", "--matrix", model, lines]
    series = [Series(OWN, lambda: (peak_megabytes(command), None))]
    yield Comparison("memory of batch, model of 582,900 cells", series, "MB", [], most=120)


def wishes(work, grids):
    """The least weight of wishes that is missed, in process."""
    grid = work.grid("S", grids["S"])
    lines = work.lines("S-wishes", models.wish_requests(grids["S"], work.count(50, 5), seed=11))
    peers = [
        work.peer("clingo", "clingo_wishes.py", grid, lines, package="clingo"),
        work.peer("CP-SAT", "cpsat_wishes.py", grid, lines, package="ortools"),
        work.peer("RC2", "rc2_wishes.py", grid, lines, package="python-sat"),
    ]
    series = [work.own("wishes", grid, lines), *peers]
    judged = [peer.name for peer in peers]
    yield Comparison("2 needs and 20 wishes, S", series, "ns", judged, least=100)


def split(work, _):
    """The fewest deployments of many needs, in process."""
    features = 20 if work.given.quick else 40
    dense = models.random_grid(5, features, seed=12, blank=60, own_blank=0)
    grid = work.grid("dense", dense)
    lines = work.lines("dense-split", [{"need": dense["features"]}])
    peer = work.peer("SCIP on columns", "scip_split.py", grid, lines, package="pyscipopt")
    series = [work.own("split", grid, lines), peer]
    title = f"split of {features} dense needs to a proved optimum, 5 × {features}"
    yield Splits(title, series, "ns", [peer.name], least=10)


def maximal(work, grids):
    """All largest sets of each backend, in process."""
    grid = work.grid("S", grids["S"])
    lines = work.lines("S-maximal", [{"need": grids["S"]["features"][:1]}])
    peer = work.peer("igraph", "igraph_maximal.py", grid, lines, package="igraph")
    series = [work.own("maximal", grid, lines), peer]
    yield Comparison("all maximal sets, S", series, "ns", [peer.name], least=5)


class Growth(Comparison):
    """One point of the plot."""

    def __init__(self, name, series, panel, value, kind):
        super().__init__(name, series, "ns", [series[-1].name])
        self.panel = panel
        self.value = value
        self.kind = kind
        self.most_rounds = 3


# What grows, its name in the plot, its values, and what else is as in S.
GROWTH = [
    ("features", (25, 50, 100, 200)),
    ("backends", (3, 10, 30, 100)),
    ("needs", (3, 4, 6, 8, 10, 12)),
    ("blank pairs, %", (2, 5, 10, 20, 40)),
]


def growth(work, _):
    """What questions cost against features, backends, needs and density."""
    for panel, values in GROWTH:
        for value in values if not work.given.quick else values[::3]:
            size = {"features": 50, "backends": 10, "needs": None, "blank pairs, %": 10, panel: value}
            grid = models.random_grid(size["backends"], size["features"], 21, blank=size["blank pairs, %"])
            name = f"growth-{panel.split()[0]}-{value}"
            path = work.grid(name, grid)
            yield from growth_point(work, name, grid, path, (panel, value), size["needs"])


def growth_point(work, name, grid, path, place, needs):
    """Both questions at one point, where requests of that size are met, and where they fail."""
    sizes = (needs, needs) if needs else (3, 5)
    questions = models.met_requests(grid, work.count(200, 50), 7, sizes)
    if len(questions) >= work.count(20, 10):
        lines = work.lines(f"{name}-ranked", questions)
        series = [work.own("ranked", path, lines), work.peer("Python masks", "masks.py", path, lines)]
        yield Growth(f"{name}, ranked", series, *place, "ranked request")
    sizes = (needs, needs) if needs else (6, 10)
    questions = models.failing_requests(grid, work.count(30, 10), 9, sizes)
    if len(questions) >= work.count(20, 10):
        lines = work.lines(f"{name}-reasons", questions)
        series = [
            work.own("reasons", path, lines),
            work.peer("python-sat", "pysat_reasons.py", path, lines, "--small-marco", package="python-sat"),
        ]
        yield Growth(f"{name}, reasons", series, *place, "all conflicts and corrections")
