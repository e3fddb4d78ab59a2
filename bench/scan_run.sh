#!/bin/bash
# Times gapmap scan from CSV to JSON: Poisson, high rates, circles to 50 %, 999 replications; places drawn uniformly, 100 to 5,000 people each, 10 cases a place.
# usage: bench/scan_run.sh GAPMAP ; RUNS=n (default 5)
set -eu
gapmap=$1 runs=${RUNS:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo '| places | cases | runs | wall s, median (range) | one thread | peak MB |'
echo '|---|---|---|---|---|---|'
for n in 1000 5000 10000; do
  awk -v n=$n 'BEGIN { srand(5); print "id,x,y,cases,base"
    for (i = 1; i <= n; i++) { x[i] = rand(); y[i] = rand(); b[i] = 100 + int(rand() * 4900); s[i] = s[i - 1] + b[i] }
    for (c = 0; c < 10 * n; c++) { u = rand() * s[n]; lo = 1; hi = n; while (lo < hi) { m = int((lo + hi) / 2); if (s[m] > u) hi = m; else lo = m + 1 } k[lo]++ }
    for (i = 1; i <= n; i++) printf "%d,%.6f,%.6f,%d,%d\n", i, x[i], y[i], k[i], b[i] }' >"$work/places.csv"
  scan=("$gapmap" scan "$work/places.csv" --cases cases --base base --metric none --json --progress never)
  for _ in $(seq "$runs"); do /usr/bin/time -a -o "$work/log" -f '%e %M' "${scan[@]}" >/dev/null; done
  one=$( { /usr/bin/time -f '%e' "${scan[@]}" --threads 1 >/dev/null; } 2>&1)
  sort -g "$work/log" | awk -v n=$n -v one="$one" '{ t[NR] = $1; if ($2 > m) m = $2 } END { printf "| %d | %d | %d | %s (%s-%s) | %s | %.0f |\n", n, 10 * n, NR, t[int((NR + 1) / 2)], t[1], t[NR], one, m / 1024 }'
  rm "$work/log"
done
