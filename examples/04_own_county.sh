#!/usr/bin/env bash
# The least of an own county: county.toml and a few small CSV and GeoJSON ledgers (folder 04_own_county). Runs in about a second.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
gapmap=${GAPMAP:-gapmap}

cp -r "$here/04_own_county" county
"$gapmap" import -p county --lang en
"$gapmap" run -p county
"$gapmap" status -p county --lang en --json >status.json

grep -q '"last_run":{"as_of":"2022-09-04"' status.json
