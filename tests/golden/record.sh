#!/usr/bin/env bash
# Records what every command prints on a fixed corpus, so that two builds can be compared:
#
#   cargo build --release && tests/golden/record.sh target/release/dynamo-plan before
#   … change the code and build again …
#   tests/golden/record.sh target/release/dynamo-plan after && diff -r before after
#
# Each file of the output folder holds commands, each with its stdout, stderr and exit status.
# DYNAMO_PLAN_PAGES names a folder of further published pages to import.
set -uo pipefail

if [ $# -ne 2 ]; then
    echo "usage: $0 PROGRAM FOLDER" >&2
    exit 2
fi
program=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
pages=${DYNAMO_PLAN_PAGES:-}
[ -n "$pages" ] && pages=$(realpath "$pages")
cd "$(dirname "$0")/../.." || exit 2
unset NO_COLOR COLUMNS DYNAMO_PLAN_RELEASE
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Runs a command and prints what came of it. Standard input is that of the caller.
show() {
    printf '\n$ dynamo-plan %s\n' "${*@Q}"
    "$program" "$@" >"$scratch/out" 2>"$scratch/err"
    local status=$?
    cat "$scratch/out"
    [ -s "$scratch/err" ] && printf -- '-- stderr\n' && cat "$scratch/err"
    printf -- '-- status %s\n' "$status"
}

features=(disaggregated-serving kv-aware-routing sla-based-planner kv-block-manager
    multimodal-image multimodal-video multimodal-audio request-migration
    request-cancellation lora tool-calling speculative-decoding)
levels=(supported experimental undocumented not-applicable)
fields=request,satisfiable,complete,total,plans,cells,rejected,conflicts,corrections,unlocks,closest,sensitivity,hints,notices

# Every set of the twelve features of 0.9.0 as a need, at one accept level.
requests() {
    local mask bit needs
    for ((mask = 1; mask < 4096; mask++)); do
        needs=
        for ((bit = 0; bit < 12; bit++)); do
            ((mask >> bit & 1)) && needs+=",\"${features[bit]}\""
        done
        echo "{\"id\":$mask,\"need\":[${needs#,}],\"accept\":\"$1\"}"
    done
}

for level in "${levels[@]}"; do
    requests "$level" | show batch --fields "$fields" >"$out/batch-$level"
done
requests experimental | show batch --release all --limit 3 >"$out/batch-all"

mapfile -t releases < <("$program" list releases --format json </dev/null |
    grep -o '"release": *"[^"]*"' | cut -d'"' -f4 | sort -Vu)

for release in "${releases[@]}"; do
    for format in table markdown csv json; do
        show matrix --release "$release" --format "$format"
    done
    for backend in vllm sglang trtllm; do
        show matrix "$backend" --release "$release"
    done
    for format in table markdown json; do
        show list --release "$release" --format "$format"
        show analyze --release "$release" --format "$format"
        show analyze --missing --cover-pairs --release "$release" --format "$format"
    done
    show lint --release "$release"
    show lint --release "$release" --format json
done </dev/null >"$out/releases"

for old in "${releases[@]}"; do
    for new in "${releases[@]}"; do
        show diff "$old" "$new"
    done
    show diff 0.9.0 "$old" --format json
    show diff 0.9.0 "$old" --format markdown --need kv-routing,image
done </dev/null >"$out/diff"

for need in "${features[@]}" multimodal kvbm,lora image,kv-routing disagg,planner,lora; do
    for format in table markdown json; do
        show since --need "$need" --format "$format"
    done
done </dev/null >"$out/since"

for page in tests/pages/* ${pages:+"$pages"/*}; do
    show import "$page"
    show import "$page" --format json
    show import "$page" --strict --release 1.4.0
    show lint "$page"
    show lint "$page" --format json
    for format in table markdown csv json; do
        show matrix --matrix "$page" --format "$format"
    done
    show --need lora,video --matrix "$page"
done </dev/null 2>&1 | sed "s|${pages:-/nowhere}|PAGES|g" >"$out/pages"

mapfile -t commands < <("$program" --help </dev/null | sed -n 's/^  \([a-z]\{3,12\}\) .*/\1/p')
{
    show --help
    show -h
    show --version
    for command in "${commands[@]}"; do
        show "$command" --help
        show "$command" -h
        show man "$command"
    done
    show man
    for shell in bash zsh fish elvish powershell; do
        show completions "$shell"
    done
} </dev/null >"$out/help"

# Commands as a person types them, right and wrong ones, at both widths.
while IFS= read -r line <&3; do
    [[ -z $line || $line == '#'* ]] && continue
    eval "show $line"
    eval "COLUMNS=80 show $line"
done 3<tests/golden/commands.txt </dev/null >"$out/commands"
