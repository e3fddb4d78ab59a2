#!/usr/bin/env bash
# Points to villages, villages to rates: count the cases of each village, then smooth the rates by empirical Bayes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
gapmap=${GAPMAP:-gapmap}

echo "-- which village is each case in"
"$gapmap" join "$here/data/cases.csv" "$here/data/villages.geojson" --crs EPSG:4490 -o cases_with_village.csv
head -3 cases_with_village.csv

echo "-- cases a village, and the money lost"
"$gapmap" join "$here/data/cases.csv" "$here/data/villages.geojson" --crs EPSG:4490 --sum loss_yuan -o counted.geojson

echo "-- rates of the people there: raw, smoothed, smoothed towards the neighbours"
"$gapmap" rates counted.geojson --cases count --base people --method eb-local --weights queen -o rates.csv
cat rates.csv

# The counts made here are the ones that the example data states (column cases).
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next } $column["cases"] != $column["count"] { exit 1 }' rates.csv
