#!/bin/bash
# Peers of `gapmap zonal`, whichever are installed: exact shares by exactextract (its program), R's exactextractr and terra. Each prints the sum of its sums, which must agree.
# usage: zonal.sh RASTER.tif POLYGONS.gpkg
set -u
raster=$1 polygons=$2
has_r() { command -v Rscript >/dev/null && Rscript -e "q(status = !requireNamespace('$1', quietly = TRUE))" >/dev/null 2>&1; }
timed() { /usr/bin/time -f "$1: %e s wall, %U s user, %M kB" "${@:2}"; }

if command -v exactextract >/dev/null; then
  out=$(mktemp --suffix .csv)
  timed exactextract exactextract -r "$raster" -p "$polygons" -f id -s sum -s count -s mean -o "$out"
  awk -F, 'NR > 1 { s += $2 } END { printf "exactextract: sum %.6f\n", s }' "$out"
  rm -f "$out"
else
  echo "exactextract: skipped, not installed"
fi
if has_r exactextractr && has_r terra && has_r sf; then
  timed exactextractr Rscript -e "r <- terra::rast('$raster'); p <- sf::st_read('$polygons', quiet = TRUE); cat(sprintf('exactextractr: sum %.6f\n', sum(exactextractr::exact_extract(r, p, c('sum', 'mean'), progress = FALSE)\$sum)))"
else
  echo "exactextractr: skipped, not installed"
fi
if has_r terra && command -v ogr2ogr >/dev/null; then
  shapes=$(mktemp -u --suffix .gpkg)  # terra reads no layer whose kind of geometry is not stated
  ogr2ogr -q -nlt MULTIPOLYGON "$shapes" "$polygons"
  timed terra Rscript -e "r <- terra::rast('$raster'); p <- terra::vect('$shapes'); cat(sprintf('terra: sum %.6f\n', sum(terra::extract(r, p, fun = sum, exact = TRUE, na.rm = TRUE)[[2]])))"
  rm -f "$shapes"
else
  echo "terra: skipped, not installed (Debian: r-cran-terra, gdal-bin)"
fi
