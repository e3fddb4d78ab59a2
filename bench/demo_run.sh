#!/usr/bin/env bash
# The whole job, timed from outside: the demo county (import to page) and a county with a million visits.
#   bench/demo_run.sh [GAPMAP]       RUNS=5 SCALE=17 TMPDIR=/tmp
# Prints a line a workload: wall seconds, cpu seconds, peak MB (medians by wall). Needs Debian's `time`.
set -euo pipefail
gapmap=${1:-build/release/gapmap}
runs=${RUNS:-5} scale=${SCALE:-17}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

# timed NAME RUNS PREPARE COMMAND...: PREPARE (a shell line) runs untimed before each run
timed() {
  local name=$1 n=$2 prepare=$3; shift 3
  for _ in $(seq "$n"); do
    eval "$prepare"
    /usr/bin/time -a -o "$work/times" -f '%e %U %S %M' "$@" >/dev/null 2>"$work/err" || { cat "$work/err"; exit 1; }
  done
  sort -n "$work/times" | awk -v name="$name" '{a[NR]=$0} END{split(a[int((NR+1)/2)],q," "); printf "%-34s wall %6.2f s   cpu %6.2f s   peak %5.0f MB   (n=%d)\n",name,q[1],q[2]+q[3],q[4]/1024,NR}'
  rm -f "$work/times"
}

fresh() { rm -rf "$1"/out "$1"/reports "$1"/county.sqlite*; }

"$gapmap" demo "$work/one" >/dev/null
timed "demo county: import and run" "$runs" "fresh $work/one" "$gapmap" run -p "$work/one" --progress never
timed "demo county: run, nothing changed" "$runs" : "$gapmap" run -p "$work/one" --progress never
timed "demo --scale $scale" 1 "rm -rf $work/many" "$gapmap" demo "$work/many" --scale "$scale"
timed "scale $scale: import" 1 "fresh $work/many" "$gapmap" import -p "$work/many" --progress never
timed "scale $scale: import and run" 1 "fresh $work/many" "$gapmap" run -p "$work/many" --progress never
printf 'visit rows read: %s\n' "$("$gapmap" status -p "$work/many" --json | grep -oE '"visits":\{"rows_read":[0-9]+' | head -1 | grep -oE '[0-9]+$')"
