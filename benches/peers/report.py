"""The results of a run as Markdown, and the plot as SVG."""

import os
import platform
import re
import statistics
import subprocess
from datetime import date
from pathlib import Path

import plot
from comparisons import OWN, Batch, Growth, Startup
from process import NO_ANSWER

PEERS = {"python-sat": "python-sat", "clingo": "clingo", "ortools": "OR-tools",
         "pyscipopt": "PySCIPOpt", "igraph": "igraph"}


def write(given, tools, comparisons, minutes):
    """Writes the results, and the plot where it was asked for; gives the paths."""
    given.out.mkdir(parents=True, exist_ok=True)
    written = [given.out / "results.md"]
    points = [comparison for comparison in comparisons if isinstance(comparison, Growth)]
    rows = [row for comparison in comparisons if comparison not in points for row in rows_of(comparison)]
    text = [
        "# Results",
        "",
        "Written by `benches/peers/run.py`; [README.md](README.md) says what each row is.",
        "",
        *machine(given, tools, minutes),
        "",
        "Figures are medians with the least and the most of all rounds. Times are CPU time: of one answer in",
        "process, of one request of `batch`, or of a whole process. A ratio is the peer's time to that of",
        "dynamo-plan in the same round; of a process started it is the other way round.",
        "",
        "| question | dynamo-plan | against | the peer | ratio | target | |",
        "| --- | ---: | --- | ---: | ---: | ---: | --- |",
        *rows,
        "",
        *remarks(comparisons),
        *beyond(comparisons),
    ]
    if points:
        written.append(given.out / "results.svg")
        written[1].write_text(plot.drawn(points), encoding="utf-8")
        text += ["## Growth", "", "![Cost against features, backends, needs and density](results.svg)", ""]
    written[0].write_text("\n".join(text).rstrip() + "\n", encoding="utf-8")
    return [str(path) for path in written]


def machine(given, tools, minutes):
    """Where and on what all this was measured."""
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=False).stdout
    version = subprocess.run([tools.program, "--version"], capture_output=True, text=True, check=False).stdout
    versions = (f"{name} {tools.versions[package] or '(not installed)'}" for package, name in PEERS.items())
    rounds = f"{given.runs} round{'s' if given.runs > 1 else ''}"
    quick = ", few questions (`--quick`)" if given.quick else ""
    given_program = ", given with `--program`" if given.program else ""
    return [
        f"- {date.today():%Y-%m-%d}: {rounds} in {minutes:.0f} minutes on one core of {os.cpu_count()}{quick}",
        f"- {system()}, {platform.machine()}",
        f"- {version.strip()}{given_program}, {' '.join(rustc.split()[:2])}, Python {platform.python_version()}",
        f"- {', '.join(versions)}",
    ]


def system():
    """The operating system, by its own name."""
    release = Path("/etc/os-release")
    if release.exists():
        name = re.search(r'^PRETTY_NAME="?([^"\n]*)', release.read_text(encoding="utf-8"), re.MULTILINE)
        if name:
            return name[1]
    return f"{platform.system()} {platform.release()}"


def rows_of(comparison):
    """A row for each peer; one where there is none."""
    own, *peers = comparison.series
    if not peers:
        target, verdict = judged(comparison, own.median() if own.figures else None)
        yield f"| {comparison.name} | {spread(own, comparison)} | | | | {target} | {verdict} |"
        return
    fastest = min(
        (peer for peer in peers if peer.name in comparison.judged and peer.figures),
        key=lambda peer: peer.median(), default=None,
    )
    for peer in peers:
        found = ratios(comparison, own, peer)
        shown = ratio_shown(found)
        target, verdict = "", ""
        if peer is fastest or (fastest is None and peer is peers[0]):
            target, verdict = judged(comparison, statistics.median(found) if found else None)
            if peer.figures and not own.figures and own.absent.startswith(NO_ANSWER):
                verdict = "missed"
        first = comparison.name if peer is peers[0] else ""
        mine = spread(own, comparison) if peer is peers[0] else ""
        yield (f"| {first} | {mine} | {peer.name} | {spread(peer, comparison)} | {shown} "
               f"| {target} | {verdict} |")


def ratios(comparison, own, peer):
    """The ratio of each round."""
    pairs = list(zip(own.figures, peer.figures))
    if isinstance(comparison, Startup):
        return [mine / theirs for mine, theirs in pairs]
    return [theirs / mine for mine, theirs in pairs]


def ratio_shown(found):
    if not found:
        return ""
    digits = 2 if max(found) < 10 else 0
    values = (statistics.median(found), min(found), max(found))
    middle, least, most = (f"{value:,.{digits}f}" for value in values)
    return f"{middle} × ({least} – {most})" if len(found) > 1 else f"{middle} ×"


def judged(comparison, value):
    """The target, and whether it is met."""
    if comparison.least is not None:
        target, met = f"≥ {comparison.least} ×", value is not None and value >= comparison.least
    elif comparison.most is not None:
        unit = "MB" if comparison.unit == "MB" else "×"
        target, met = f"≤ {comparison.most} {unit}", value is not None and value <= comparison.most
    else:
        return "", ""
    if comparison.disagreement:
        return target, "**answers differ**"
    return target, "not measured" if value is None else "met" if met else "missed"


def spread(series, comparison):
    """The median with the least and the most, or why there is none."""
    if not series.figures:
        return series.absent or "not measured"
    unit = in_time if comparison.unit == "ns" else lambda value: f"{value:,.0f} {comparison.unit}"
    if len(series.figures) == 1:
        return unit(series.figures[0])
    return f"{unit(series.median())} ({unit(min(series.figures))} – {unit(max(series.figures))})"


def in_time(nanoseconds):
    """A time in the unit that suits it."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.{3 if nanoseconds < 1000 * size else 4}g} {unit}"
    return f"{nanoseconds:.3g} ns"


def remarks(comparisons):
    """Whether the answers agree."""
    compared = [it for it in comparisons if not isinstance(it, Startup) and len(answered(it)) > 1]
    differing = [it for it in compared if it.disagreement]
    lines = [f"- {it.name}: {it.note}." for it in comparisons if it.note]
    lines += [f"- {it.name}: the answers of {it.disagreement} differ." for it in differing]
    agreeing = len(compared) - len(differing) - sum(1 for it in compared if it.note)
    plotted = sum(1 for it in compared if isinstance(it, Growth))
    among = f", {plotted} of which are points of the plot" if plotted else ""
    text = f"All answers agree in {agreeing} of {len(compared)} comparisons{among}."
    return [text, "", *lines, *([""] if lines else [])]


def answered(comparison):
    return [series for series in comparison.series if series.figures]


def beyond(comparisons):
    """What a hundred million requests cost, by the figures of `batch`."""
    rows = []
    for comparison in comparisons:
        if isinstance(comparison, Batch) and all(series.figures for series in comparison.series):
            own, peer = (series.median() * 1e8 / 1e9 / 60 for series in comparison.series)
            rows.append(f"| {comparison.name.partition(', ')[2]} | {own:.1f} | {60 * own / 64:.1f} "
                        f"| {peer:.1f} | {60 * peer / 64:.1f} |")
    if not rows:
        return []
    return [
        "## A hundred million requests",
        "",
        "By the CPU time of one request of `batch`, were nothing else to wait for: on one core, and on 64.",
        "",
        f"| fields, matrix | {OWN}, minutes | on 64 cores, seconds | Python, minutes | on 64 cores, seconds |",
        "| --- | ---: | ---: | ---: | ---: |",
        *rows,
        "",
    ]
