#!/usr/bin/env bash
# A file of requests on every core: GNU parallel cuts it into blocks of whole lines, a `batch` answers each,
# and the answers come in the order of the requests. `line` counts within a block, so give each request an
# `id`. Exit status 0: all were answered; otherwise how many blocks hold a bad line, which is answered by
# an `error`.
#
#     examples/batch_parallel.sh requests.jsonl --release latest > answers.jsonl
#
# Without a file it answers the fleet beside it. DYNAMO_PLAN names the program where it is not on the path.
set -euo pipefail

case "$(parallel --version 2>/dev/null || true)" in
"GNU parallel"*) ;;
*)
    echo "skipped: GNU parallel is not installed" >&2
    exit 0
    ;;
esac
requests=${1:-$(dirname "$0")/fleet.jsonl}
shift || true

# Quoted, so that a range of releases is no redirection.
parallel --quote --pipe --keep-order --block 16M "${DYNAMO_PLAN:-dynamo-plan}" batch --quiet "$@" <"$requests"
