#!/usr/bin/env bash
# Fills the corpora from the pages, models, requests and commands that the project holds anyway.
set -euo pipefail
cd "$(dirname "$0")"

mkdir -p corpus/page corpus/model corpus/request_line corpus/command_words corpus/manifest_yaml corpus/launch_script
cp ../tests/pages/*.md ../tests/pages/*.mdx corpus/page/
for model in ../model/*/*.toml; do
    cp "$model" "corpus/model/$(basename "$(dirname "$model")")-$(basename "$model")"
done
find ../tests/manifests ../examples \( -name '*.yaml' -o -name '*.json' \) -exec cp {} corpus/manifest_yaml/ \;
find ../tests/manifests -name '*.sh' -exec cp {} corpus/launch_script/ \;
# One request a file; one word a line.
split --lines=1 ../tests/pages/requests.jsonl corpus/request_line/
grep -v -e '^#' -e '^$' ../tests/golden/commands.txt | tr -d "'" |
    split --lines=1 --suffix-length=3 --filter='tr " " "\n" >"$FILE"' - corpus/command_words/
# The models above include others; this one stands alone, as most of one's own do.
(cd .. && cargo run --quiet -- import --quiet tests/pages/feature-matrix.md) >corpus/model/imported.toml
