#!/bin/bash
# GRASS v.rast.stats on the raster and polygons of zonal.sh, in a location of its own that is removed afterwards (Debian: grass-core). Its rule is the cell centre.
# usage: zonal_grass.sh RASTER.tif POLYGONS.gpkg
set -eu
raster=$1 polygons=$2
command -v grass >/dev/null || { echo "GRASS: skipped, not installed (Debian: grass-core)"; exit 0; }
job=$(mktemp)
trap 'rm -f "$job"' EXIT
cat >"$job" <<S
r.external --quiet -o input=$raster output=values
g.region raster=values
v.import --quiet --overwrite input=$polygons output=zones 2>/dev/null || v.in.ogr --quiet -o input=$polygons output=zones
/usr/bin/time -f 'GRASS v.rast.stats: %e s wall, %U s user, %M kB' v.rast.stats --quiet map=zones raster=values column_prefix=v method=number,average,sum
S
grass --tmp-location XY --exec bash "$job"
