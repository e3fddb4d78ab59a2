#!/usr/bin/env bash
# Tile sets from end to end through the command line, and what others need for the same: peers in the same run on the same files.
#   bench/tiles_run.sh [BUILD_DIR]     RUNS=3 DATA=folder of inputs LIMIT=60 (seconds a peer may take) PEERS="g2t mbt postgis ogr" (empty: none)
# Needs a build of the preset bench and Debian's gdal-bin and time; peers: python3-gdal, postgresql-15-postgis-3 (started on loopback, as the user postgres). tippecanoe is not in Debian 12.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-build/bench}" && pwd)
runs=${RUNS:-3} limit=${LIMIT:-60} peers=${PEERS-g2t mbt postgis ogr}
data=${DATA:-${TMPDIR:-/tmp}/gapmap-bench}
gapmap=$build/gapmap generate=$build/bench/bench_generate packing=$build/bench/bench_tile_packing
mkdir -p "$data"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

make() { [ -s "$1" ] || { echo "making $(basename "$1")" >&2; "${@:2}"; }; }
points=$data/points_1000000.csv shapes=$data/polygons_200000.fgb heat=${HEAT:-$data/heat.tif}
make "$points" "$generate" points 1000000 42 "$points"
make "$data/polygons_200000.csv" "$generate" polygons 500 400 12 "$data/polygons_200000.csv"
make "$shapes" ogr2ogr -q -f FlatGeobuf "$shapes" "$data/polygons_200000.csv" -a_srs EPSG:4326 -oo GEOM_POSSIBLE_NAMES=WKT -oo KEEP_GEOM_COLUMNS=NO -oo AUTODETECT_TYPE=YES -nln polygons
make "$heat" "$here/tiles_heat.sh" "$generate" "$heat"

# timed NAME RUNS COMMAND...: a row of the table; a command that the limit ends is a lower bound
timed() {
  local name=$1 n=$2; shift 2
  for _ in $(seq "$n"); do
    rm -rf "$work/out"* "$work/earlier"
    /usr/bin/time -a -o "$work/times" -f '%e %U %S %M' "$@" >"$work/log" 2>"$work/err" || { [ $? = 124 ] || { tail -3 "$work/err" >&2; rm -f "$work/times"; return 0; }; name="$name, ended by the limit"; }
  done
  grep -v Command "$work/times" | sort -n | awk -v name="$name" '{a[NR]=$0} END{split(a[1],l," ");split(a[NR],h," ");split(a[int((NR+1)/2)],q," ");
    printf "| %s | %d | %.2f (%.2f-%.2f) | %.2f | %.0f | ",name,NR,q[1],l[1],h[1],q[2]+q[3],q[4]/1024}'
  rm -f "$work/times"
  echo "$(find "$work"/out* -type f -printf '%s\n' 2>/dev/null | awk '{s+=$1} END{printf "%.1f",s/1e6}') |"
}

echo "load before: $(cut -d' ' -f1-3 /proc/loadavg), processors: $(nproc)"
echo '| what | runs | wall s, median (range) | cpu s | peak MB | MB written |'
echo '|---|---|---|---|---|---|'
tiles=("$gapmap" tiles --progress never)
timed "1,000,000 points (CSV), z0-14, thinned below z14, gapmap" "$runs" "${tiles[@]}" "$points" --crs EPSG:4326 --min-zoom 0 --max-zoom 14 -o "$work/out.pmtiles"
"$packing" "$work/out.pmtiles" >"$work/limits"
timed "same, every point on every level" "$runs" "${tiles[@]}" "$points" --crs EPSG:4326 --min-zoom 0 --max-zoom 14 --every-point -o "$work/out.pmtiles"
"$packing" "$work/out.pmtiles" >>"$work/limits"
timed "200,000 polygons (FlatGeobuf, 9.6 million vertices), z0-14, gapmap" "$runs" "${tiles[@]}" "$shapes" --min-zoom 0 --max-zoom 14 -o "$work/out.pmtiles"
"$packing" "$work/out.pmtiles" >>"$work/limits"
timed "16384 x 16384 RGBA (GeoTIFF), z8-14, PNG, gapmap" "$runs" "${tiles[@]}" "$heat" --min-zoom 8 --max-zoom 14 -o "$work/out.pmtiles"
"$packing" "$work/out.pmtiles" 2 >>"$work/limits"

cap=(timeout "$limit")
for peer in $peers; do
  case $peer in
    g2t) GDAL_CACHEMAX=1024 timed "same, gdal2tiles, 2 processes" 1 "${cap[@]}" gdal2tiles.py -q --xyz -w none --processes=2 -r average "$heat" "$work/out" ;;
    mbt) GDAL_CACHEMAX=1024 timed "same, gdal_translate to MBTiles and gdaladdo" 1 "${cap[@]}" bash -c 'gdal_translate -q -of MBTILES "$1" "$2" && gdaladdo -q -r average "$2" 2 4 8 16 32 64' - "$heat" "$work/out.mbtiles" ;;
    ogr)
      timed "1,000,000 points, z0-14, ogr2ogr" 1 "${cap[@]}" ogr2ogr -f MBTILES "$work/out.mbtiles" "$points" -oo X_POSSIBLE_NAMES=lon -oo Y_POSSIBLE_NAMES=lat -a_srs EPSG:4326 -dsco MINZOOM=0 -dsco MAXZOOM=14
      timed "200,000 polygons, z0-14, ogr2ogr" 1 "${cap[@]}" ogr2ogr -f MBTILES "$work/out.mbtiles" "$shapes" -dsco MINZOOM=0 -dsco MAXZOOM=14 ;;
    postgis) "$here/peers/tiles_postgis.sh" "$points" "$((limit * 2))" ;;
  esac
done
echo
cat "$work/limits"
