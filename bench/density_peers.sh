#!/bin/bash
# Density beside what Debian packages, in one run on one set of points: QGIS, SAGA, GRASS and R take 10 to 100 s for a million points on 4096 x 4096, so the size is smaller here.
# A program that is not installed is left out (Debian: saga, r-cran-spatstat.explore).
# usage: bench/density_peers.sh [BUILD_DIR]; POINTS=100000 CELLS=2048 to change
set -eu
build=$(cd "${1:-build/bench}" && pwd)
n=${POINTS:-100000} cells=${CELLS:-2048} side=81920
data=${DATA:-${TMPDIR:-/tmp}/gapmap-bench}
mkdir -p "$data"
cell=$((side / cells)) radius=$((50 * side / cells))
points=$data/metres_$n.csv
[ -s "$points" ] || "$build/bench/bench_generate" metres "$n" 7 "$side" "$points"

measure() {
  local name=$1
  shift
  /usr/bin/time -o "$data/time" -f '%e %U %S %M' timeout 120 "$@" >"$data/last.log" 2>&1 || { echo "| $name | failed | | |"; return 0; }
  awk -v name="$name" '{ printf "| %s | %s | %.2f | %.0f |\n", name, $1, $2 + $3, $4 / 1024 }' "$data/time"
}

echo "$n points, $cells x $cells cells, radius 50 cells; load $(cut -d' ' -f1 /proc/loadavg)"
echo '| what | wall s | cpu s | peak MB |'
echo '|---|---|---|---|'
gapmap=("$build/gapmap" density "$points" --metric none --extent "0,0,$side,$side" --size "$cells,$cells" -o "$data/density.tif")
measure "gapmap, quartic" "${gapmap[@]}" --kernel quartic --bandwidth "$radius"
measure "gapmap, Gaussian" "${gapmap[@]}" --kernel gaussian --bandwidth $((radius / 3))
measure "gapmap, quartic, adaptive" "${gapmap[@]}" --kernel quartic --bandwidth "$radius" --adaptive
measure "gapmap, Gaussian, adaptive" "${gapmap[@]}" --kernel gaussian --bandwidth $((radius / 3)) --adaptive
if command -v saga_cmd >/dev/null && command -v ogr2ogr >/dev/null; then
  ogr2ogr -q "$data/peer.shp" "$points" -oo X_POSSIBLE_NAMES=x -oo Y_POSSIBLE_NAMES=y
  measure "SAGA kernel density, quartic" saga_cmd -f=s grid_gridding 6 -POINTS "$data/peer.shp" -RADIUS "$radius" -KERNEL 0 -TARGET_USER_SIZE "$cell" \
    -TARGET_USER_XMIN 0 -TARGET_USER_XMAX "$side" -TARGET_USER_YMIN 0 -TARGET_USER_YMAX "$side" -TARGET_USER_FITS 1 -TARGET_OUT_GRID "$data/saga.sgrd"
fi
if command -v Rscript >/dev/null && Rscript -e 'library(spatstat.explore)' >/dev/null 2>&1; then
  for kernel in quartic gaussian; do
    measure "R spatstat density.ppp, $kernel" Rscript -e "suppressMessages({library(spatstat.geom); library(spatstat.explore)}); p <- read.csv('$points')
      x <- ppp(p\$x, p\$y, owin(c(0, $side), c(0, $side)), check = FALSE); d <- density(x, sigma = $radius / $([ $kernel = quartic ] && echo 2.8284271 || echo 3), kernel = '$kernel', dimyx = $cells, edge = FALSE)"
  done
fi
