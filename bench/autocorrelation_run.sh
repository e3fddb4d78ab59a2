#!/bin/bash
# Local statistics and contiguity end to end through the command line, with R's spdep on the same points where it is installed (Debian: r-cran-spdep); else that row says skipped.
# usage: bench/autocorrelation_run.sh [BUILD_DIR] ; RUNS=n (default 3), DATA=folder of the inputs
set -eu
here=$(cd "$(dirname "$0")" && pwd) build=$(cd "${1:-build/bench}" && pwd)
runs=${RUNS:-3} data=${DATA:-${TMPDIR:-/tmp}/gapmap-bench}
mkdir -p "$data"
gapmap=$build/gapmap generate=$build/bench/bench_generate
make() { [ -s "$2" ] || { "$generate" "$1" "${@:3}" "$2.part" && mv "$2.part" "$2"; }; }
for n in 20000 100000 1000000; do make metres "$data/units_$n.csv" $n 7 81920; done
make polygons "$data/polygons_100000.csv" 400 250 12

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
measure() { # NAME COMMAND...
  local name=$1 log
  shift
  log=$(mktemp)
  for _ in $(seq "$runs"); do /usr/bin/time -a -o "$log" -f '%e %U %S %M' "$@" >"$data/last.log" 2>&1; done
  printf '| %s | %s | %s | %s | %.0f |\n' "$name" "$runs" "$(awk '{ print $1 }' "$log" | median)" "$(awk '{ print $2 + $3 }' "$log" | median)" "$(awk '{ print $4 / 1024 }' "$log" | median)"
  rm -f "$log"
}
local_of() { measure "$1" "$gapmap" local "$data/units_$2.csv" --metric none --field cases --weights knn:8 -o "$data/local.csv" --json "${@:3}"; }

echo "load before: $(cut -d' ' -f1-3 /proc/loadavg), processors: $(nproc)"
echo '| what | runs | wall s, median | cpu s | peak MB |'
echo '|---|---|---|---|---|'
local_of 'local Moran, 100,000 units, knn:8, 999 permutations, shared draws' 100000
local_of 'Gi*, the same' 100000 --stat gistar
local_of 'local Moran, separate draws' 100000 --draws separate
local_of 'Gi*, separate draws' 100000 --draws separate --stat gistar
local_of 'local Moran, 1,000,000 units, shared draws' 1000000
local_of 'Gi*, the same' 1000000 --stat gistar
local_of 'local Moran, 100,000 units, 99,999 permutations, shared draws' 100000 --permutations 99999
measure 'global Moran, 100,000 units, knn:8, 999 permutations' "$gapmap" moran "$data/units_100000.csv" --metric none --field cases --weights knn:8 --json
measure 'queen, 100,000 polygons of 48 vertices, reading their WKT included' "$gapmap" moran "$data/polygons_100000.csv" --crs EPSG:4326 --field pop --weights queen --permutations 0 --json
local_of 'local Moran, 20,000 units, 999 permutations, separate draws' 20000 --draws separate
if command -v Rscript >/dev/null && Rscript -e 'library(spdep)' >/dev/null 2>&1; then
  measure 'R spdep localmoran_perm, the same' Rscript "$here/peers/local_spdep.R" "$data/units_20000.csv"
else
  echo '| R spdep localmoran_perm, the same | | skipped: not installed | | |'
fi
