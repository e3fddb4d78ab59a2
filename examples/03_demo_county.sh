#!/usr/bin/env bash
# The whole job on the demo county: ledgers as an office sends them, in one command to the map, the tables and the bulletin.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
gapmap=${GAPMAP:-gapmap}

"$gapmap" demo county
"$gapmap" run -p county --lang en
"$gapmap" status -p county --lang en
(cd county/out && find . -type f | sort)

test -s county/out/portal/index.html
test -s county/out/summary.json
