#!/usr/bin/env bash
# Tiles of a raster of 16384 x 16384 cells with opacity, all levels, beside gdal2tiles.
#   bench/tiles_raster.sh HEAT.tif [BENCH_IMAGE_TILES]      PEER=1 runs gdal2tiles too (Debian: gdal-bin, python3-gdal; about 90 s of cpu)
# HEAT.tif: EPSG:3857, aligned with level 14 of WebMercatorQuad.
set -euo pipefail
raster=$1 program=${2:-build/bench/bench/bench_image_tiles}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

for threads in 2 1; do
  echo "gapmap, $threads threads"
  /usr/bin/time -f 'wall %e s, cpu %U + %S s, peak %M KB' "$program" "$raster" "$work/a.pmtiles" "$threads"
done
[ "${PEER:-0}" = 1 ] || exit 0
echo "gdal2tiles, 2 processes"
GDAL_CACHEMAX=1024 /usr/bin/time -f 'wall %e s, cpu %U + %S s, peak %M KB' gdal2tiles.py -q --xyz -w none --processes=2 -r average "$raster" "$work/tiles"
printf '%s tiles, %s bytes\n' "$(find "$work/tiles" -name '*.png' | wc -l)" "$(find "$work/tiles" -name '*.png' -printf '%s\n' | awk '{s += $1} END {print s}')"
