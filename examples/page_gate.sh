#!/usr/bin/env bash
# A gate for a documentation repository: fails where a page says that less works than the bundled
# release does. Exit status 0: nothing is worse; 1: something is, and the table says what; 2: a page
# cannot be read, and the message says where and how to fix it.
#
#     examples/page_gate.sh 0.9.0 docs/reference/feature-matrix.md
#
# The same as a step of a workflow:
#
#     - name: Compare the feature matrix with the release
#       run: dynamo-plan diff 0.9.0 docs/reference/feature-matrix.md --fail-on worse
set -euo pipefail

if [ "$#" -lt 2 ]; then
    echo "usage: $0 RELEASE PAGE..." >&2
    exit 2
fi
release=$1
shift

worst=0
for page in "$@"; do
    status=0
    dynamo-plan diff "$release" "$page" --fail-on worse || status=$?
    if [ "$status" -gt "$worst" ]; then worst=$status; fi
done
exit "$worst"
