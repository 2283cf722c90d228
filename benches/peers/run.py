#!/usr/bin/env python3
"""Compares dynamo-plan with other tools on the same matrices and questions, in one run.

    python3 benches/peers/run.py            # builds, installs what it can, measures, writes the results
    python3 benches/peers/run.py --quick    # the same with few questions and one round

Writes `results.md` and `results.svg` beside this file, or where `--out` says. Needs Linux, Python 3.10 and Rust;
what cannot be installed is left out, and the results say so.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import comparisons
import report
from tools import Tools, said

HERE = Path(__file__).resolve().parent


def arguments():
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--runs", type=int, help="rounds of every comparison (5, or 1 with --quick)")
    parser.add_argument("--quick", action="store_true", help="few questions and one round, to try the script")
    parser.add_argument("--only", help="comparisons to make, by commas: " + ", ".join(comparisons.ALL))
    parser.add_argument("--cache", type=Path, default=HERE.parents[1] / "target" / "peers",
                        help="folder for the peers, the models and the questions (target/peers)")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the results")
    parser.add_argument("--program", type=Path, help="a dynamo-plan to measure instead of building one")
    parser.add_argument("--bench", type=Path, help="the bench `peers` of the same build")
    parser.add_argument("--static-program", type=Path, help="the same program linked statically")
    parser.add_argument("--no-static", action="store_true", help="build no static program")
    parser.add_argument("--no-install", action="store_true", help="use what is installed already")
    given = parser.parse_args()
    given.only = given.only.split(",") if given.only else list(comparisons.ALL)
    unknown = set(given.only) - set(comparisons.ALL)
    if unknown:
        parser.error(f"no comparison is called {', '.join(sorted(unknown))}")
    given.runs = given.runs or (1 if given.quick else 5)
    return given


def main():
    given = arguments()
    given.cache.mkdir(parents=True, exist_ok=True)
    tools = Tools(given)
    tools.prepare()
    # One core for all that is measured, so that no peer has more.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    start = time.monotonic()
    made = comparisons.make(given, tools)
    for round_number in range(given.runs):
        for comparison in made:
            if round_number < comparison.most_rounds:
                said(f"round {round_number + 1} of {given.runs}: {comparison.name}")
                comparison.measure()
    minutes = (time.monotonic() - start) / 60
    said("wrote " + " and ".join(report.write(given, tools, made, minutes)))
    disagreeing = [comparison.name for comparison in made if comparison.disagreement]
    if disagreeing:
        sys.exit("the answers differ: " + "; ".join(disagreeing))


if __name__ == "__main__":
    main()
