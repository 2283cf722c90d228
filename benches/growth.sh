#!/usr/bin/env bash
# How time and memory grow with a matrix, on made-up ones much larger than Dynamo's:
#
#   cargo build --release && benches/growth.sh target/release/dynamo-plan
#
# Each line holds the seconds, the peak memory, the exit status and the command.
set -euo pipefail
program=$(realpath "${1:?usage: growth.sh PROGRAM}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# model FEATURES PERCENT RELEASE SEED: so many features on three backends, so many of a hundred pairs
# unsupported.
model() {
    awk -v n="$1" -v bad="$2" -v release="$3" -v seed="$4" 'BEGIN {
        srand(seed)
        print "format = \"dynamo-plan/model/v1\"\nrelease = \"" release "\"\nfeatures = \"\"\""
        print "| Feature | vLLM | SGLang | TensorRT-LLM |"
        for (i = 0; i < n; i++) printf "| Part %04d | ✅ | ✅ | ✅ |\n", i
        print "\"\"\"\n[source]\npath = \"parts.md\"\n[pairs]"
        split("vllm sglang trtllm", backends, " ")
        for (b = 1; b <= 3; b++) {
            printf "%s = \"\"\"\n| Feature |", backends[b]
            for (i = 0; i < n; i++) printf " Part %04d |", i
            for (i = 0; i < n; i++) {
                printf "\n| Part %04d |", i
                for (j = 0; j < n; j++)
                    printf " %s |", (j > i ? "" : j == i ? "—" : rand() * 100 < bad ? "❌" : "✅")
            }
            print "\n\"\"\""
        }
    }' </dev/null
}

timed() {
    # "No plan" is a status of its own, not a failure of this script.
    { /usr/bin/time -f "%es %MKB status %x" timeout 60 "$program" "$@" 2>&1 >/dev/null || true; } |
        tail -1 | tr '\n' ' '
    echo "$*" | cut -c1-100
}

# The first COUNT features, as one word.
needs() { seq -f 'part-%04g' -s, 0 "$(($1 - 1))"; }

model 600 5 1.0.0 1 >old.toml
model 600 6 1.1.0 2 >new.toml
model 1000 2 1.0.0 5 >most.toml
model 200 10 1.0.0 3 >survey.toml
model 60 50 1.0.0 4 >dense.toml
model 60 0 1.0.0 5 >free.toml

timed plan part-0001 -m old.toml
timed explain "$(needs 20)" -m old.toml
timed diff old.toml new.toml
timed lint old.toml
timed since part-0001,part-0002 -m old.toml -m new.toml
timed plan part-0001 -m most.toml
timed explain "$(needs 20)" -m most.toml
timed lint most.toml
timed analyze -m survey.toml
timed explain "$(needs 50)" -m dense.toml
timed plan --all -m free.toml --limit 3
timed plan --all -m free.toml --limit 3 --json
