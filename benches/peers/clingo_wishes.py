"""The least weight of wishes that a plan misses, by clingo: its module, or the program of Debian's gringo."""

import json
import shutil
import subprocess

from measure import main
from wishes import preparing

try:
    import clingo
except ImportError:
    clingo = None

RULES = """
1 { runs(B) : backend(B) } 1.
{ on(F) } :- want(F, _).
on(F) :- need(F).
:- runs(B), refuses(B, F), on(F).
:- runs(B), refuses(B, F, G), on(F), on(G).
#minimize { W, F : want(F, W), not on(F) }.
"""


def program(question):
    """A question as a program."""
    facts = [f"backend({number})." for number in range(len(question.refused))]
    facts += [f"need({need})." for need in question.needs]
    facts += [f"want({want},{weight})." for want, weight in question.wants]
    for number, refused in enumerate(question.refused):
        facts += [f"refuses({number},{','.join(map(str, terms))})." for terms in refused]
    return RULES + "\n".join(facts)


def by_module(question):
    """The least weight that is missed."""
    control = clingo.Control(["--warn=none"])
    control.add("base", [], program(question))
    control.ground([("base", [])])
    least = None
    with control.solve(yield_=True) as models:
        for model in models:
            least = model.cost[0]
    return least


def by_program(question):
    """The same, by the program."""
    command = ["clingo", "--warn=none", "--outf=2", "--quiet=1"]
    done = subprocess.run(command, input=program(question), capture_output=True, text=True)
    models = json.loads(done.stdout)["Models"]
    return models["Costs"][0] if "Costs" in models else None


if __name__ == "__main__":
    if clingo is None and shutil.which("clingo") is None:
        raise SystemExit("clingo is not installed")
    main(preparing(by_module if clingo else by_program))
