#!/usr/bin/env bash
# Import and coordinates, timed from outside, the peers in the same run on the same files.
#   bench/import_run.sh [BUILD_DIR]      RUNS=5 TMPDIR=/tmp; needs a build of the preset bench, ogr2ogr (gdal-bin) and Debian's `time`
# A county of 572,000 households is in the store; then 1,000,000 rows of visits (CSV) or 100,000 (XLSX) are imported into it.
set -euo pipefail
build=$(cd "${1:-build/bench}" && pwd)
runs=${RUNS:-5} gapmap=$build/gapmap
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

# timed NAME PREPARE COMMAND...: PREPARE (a shell line) runs untimed before each run
timed() {
  local name=$1 prepare=$2; shift 2
  for _ in $(seq "$runs"); do
    eval "$prepare"; sync
    /usr/bin/time -a -o "$work/times" -f '%e %U %S %M' "$@" >"$work/log" 2>"$work/err" || { cat "$work/err"; exit 1; }
  done
  sort -n "$work/times" | awk -v name="$name" '{a[NR]=$0} END{split(a[1],l," ");split(a[NR],h," ");split(a[int((NR+1)/2)],q," ");
    printf "| %s | %d | %.2f (%.2f-%.2f) | %.2f | %.0f |\n",name,NR,q[1],l[1],h[1],q[2]+q[3],q[4]/1024}'
  rm -f "$work/times"
}

"$gapmap" demo "$work/county" --scale 17 --progress never >/dev/null
cd "$work/county"
for n in 1000000 500000; do "$build/bench/bench_visits" $n ledgers/户册.csv "ledgers/v$n.csv"; done
"$build/bench/bench_visits" 100000 ledgers/户册.csv ledgers/v100000.xlsx
"$build/bench/bench_generate" points 10000000 42 "$work/points.csv"
# The county without its visits, and with one list.
awk -v RS= '!/ledger   = "visits"/ { print $0 "\n" }' county.toml >base.toml
list() { cp base.toml county.toml; printf '\n[[source]]\nledger = "visits"\nlist = "visited"\npath = "ledgers/%s"\ncrs = "EPSG:4490"\n' "$1" >>county.toml; }
cp base.toml county.toml
"$gapmap" import --progress never >/dev/null
cp county.sqlite base.sqlite
fresh="rm -f county.sqlite-wal county.sqlite-shm; cp base.sqlite county.sqlite"

echo "load before: $(cut -d' ' -f1-3 /proc/loadavg), processors: $(nproc)"
echo '| what | runs | wall s, median (range) | cpu s | peak MB |'
echo '|---|---|---|---|---|'
list v1000000.csv
timed "import, 1,000,000 visit rows (CSV), all checks, spatial index" "$fresh" "$gapmap" import --progress never
timed "same, one thread" "$fresh" "$gapmap" import --progress never --threads 1
list v500000.csv
timed "import, 500,000 visit rows (CSV)" "$fresh" "$gapmap" import --progress never
list v100000.xlsx
timed "import, 100,000 visit rows (XLSX)" "$fresh" "$gapmap" import --progress never
timed "ogr2ogr, the 1,000,000 rows into SpatiaLite with an index, no checks" "rm -f $work/o.sqlite" \
  ogr2ogr -f SQLite -dsco SPATIALITE=YES -lco SPATIAL_INDEX=YES -gt 100000 -a_srs EPSG:4490 -oo X_POSSIBLE_NAMES=经度 -oo Y_POSSIBLE_NAMES=纬度 "$work/o.sqlite" ledgers/v1000000.csv
for pair in EPSG:4490,EPSG:4550 EPSG:4326,GCJ02; do
  timed "transform, 10,000,000 points (CSV to CSV), ${pair/,/ to }" "rm -f $work/o.csv" "$gapmap" transform "$work/points.csv" --from "${pair%,*}" --to "${pair#*,}" -o "$work/o.csv"
done
timed "PROJ's C API, EPSG:4490 to EPSG:4550, one thread, text in, nothing out" : "$build/bench/peer_transform_proj" "$work/points.csv" EPSG:4490 EPSG:4550
cat "$work/log"
